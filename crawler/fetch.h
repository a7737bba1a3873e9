/* The fetch loop: libcurl multi in one thread, polite per host, knowing nothing of a store.
 *
 * cli gives it callbacks; a page is taken from the pool, filled from the wire, and handed on whole (not inflated: inflate_page runs on a worker).
 * Outcomes set here: NETWORK, GONE, SLOWDOWN, TOOBIG, ROBOTS, UNCHANGED (304), or NONE when there is a body to look at.
 * Politeness: per host one connection and a delay (adaptive to the answer time), robots.txt per RFC 9309, Retry-After, back-off. Safety: http and https only, every socket's address checked, no cookies, no
 * netrc, no proxy from the environment, TLS >= 1.2 verified.
 * Thread: fetcher_run runs in one thread; fetcher_stop and fetcher_wake may be called from any thread (fetcher_stop also from a signal handler). */
#ifndef EARSHOT_CRAWLER_FETCH_H
#define EARSHOT_CRAWLER_FETCH_H

#include "base/brand.h"
#include "base/page.h"
#include "base/request.h"

struct fetcher;

struct fetch_calls {
    void *ctx;
    /* Targets due now that are not already in the fetcher's hands: append to *out (strings in a; copied by the fetcher). Called when woken or short of work. Returns how many were given. */
    size_t (*more)(void *ctx, struct arena *a, struct target **out);
    /* A free page, or NULL when all are in flight (fetcher_wake when one comes home). */
    struct page *(*take)(void *ctx);
    /* The page goes on; the fetcher does not touch it again. */
    void (*done)(void *ctx, struct page *page);
    /* Asked when there is nothing to fetch and nothing in flight: true ends the run; false waits for fetcher_wake. */
    bool (*finished)(void *ctx);
    /* Politeness state that must outlive a run (robots.txt, back-off), by origin "https://host:port": opaque bytes. get appends to blob. put is called for what changed, ten seconds later (one second when a host closed), and at the end of a run; after each
     * such round host_saved. May be NULL. */
    bool (*host_get)(void *ctx, const char *origin, struct strbuf *blob);
    void (*host_put)(void *ctx, const char *origin, const void *blob, size_t n);
    void (*host_saved)(void *ctx);
    /* A page that was taken but is not needed now goes back to the pool, so that `finished` may count pages. May be NULL (then such pages stay with the fetcher
     * until it needs them, and are forgotten at its end). */
    void (*give)(void *ctx, struct page *page);
    /* How a target is asked for at url (its own, or where redirects on its own host have led): fills *out (strings in a, secrets outlive the transfer) and
     * returns true, or false for a plain GET. Asked again for every attempt. Never asked for another origin than the target's, nor without https. May be NULL. */
    bool (*request)(void *ctx, const struct target *t, const char *url, struct arena *a, struct request *out);
};

/* ERR_CONFIG for a bad connect_to or ca_file; ERR_MEMORY. s and c->ctx must outlive the fetcher. */
MUST_USE enum err fetcher_new(struct fetcher **out, const struct settings *s, const struct fetch_calls *c);
void fetcher_free(struct fetcher *f);
/* Until finished, stopped, or deadline_mono_ms (0 = none). Transfers under way at a stop are dropped: their targets stay due. */
MUST_USE enum err fetcher_run(struct fetcher *f, int64_t deadline_mono_ms);
void fetcher_stop(struct fetcher *f);
void fetcher_wake(struct fetcher *f);

struct fetch_counters { uint64_t requests, bytes, in_flight, waiting; };
void fetcher_counters(const struct fetcher *f, struct fetch_counters *out);

#endif
