/* Delivery: events out of the outbox to the sinks of the settings, each once, in order for each mention; and the state of tickets back.
 *
 * One engine for all sinks: one curl multi, so that a dead sink delays no other. What may not be repeated is committed as begun before it is sent; whatever ends unknown
 * (time-out, 5xx, a lost answer, a kill) is looked up at the sink before it is sent again. Source: doc/FEED.md. Thread: one. */
#ifndef EARSHOT_FEED_SINK_H
#define EARSHOT_FEED_SINK_H

#include "base/brand.h"
#include "base/err.h"
#include "feed/recipe.h"
#include "store/store.h"

#include <signal.h>
#include <sys/socket.h>

/* A sink of the settings with its recipe. */
struct sink_spec {
    const struct sink_conf *conf;
    struct recipe recipe;
};

struct feed_setup {
    struct store *store;
    const struct settings *settings;
    const struct sink_spec *sink;
    size_t n_sink;
    bool follow;                        /* stay, and send what comes */
    size_t max;                         /* at most so many events of each sink; 0 = no limit */
    const volatile sig_atomic_t *stop;  /* becomes non-zero when it is to end */
    void *ctx;
    /* May a socket to host:port lead to this address? */
    bool (*allows)(void *ctx, const char *host, int port, const struct sockaddr *addr);
    /* Write the Atom feed of what is open to path. */
    enum err (*atom)(void *ctx, const struct sink_conf *conf);
};

/* What became of each sink in a run. */
struct feed_report {
    size_t n_done, n_wait, n_parked;
    uint64_t n_left;       /* in the outbox, not yet taken in */
    int64_t open_until_ms; /* nothing is sent before; 0 */
    char reason[400];      /* of the last failure; "" */
    enum err lease;        /* not ERR_OK: another feed holds it, nothing was done */
};

/* One report for each sink. ERR_STORE, ERR_MEMORY. */
MUST_USE enum err feed_run(const struct feed_setup *f, struct feed_report *report);
/* Ask for what the recipe's requests named test... ask, one after the other; changes nothing at the sink. NULL: all is well; else a sentence (in a), and *settings tells whether the settings are to blame. */
const char *feed_test(const struct feed_setup *f, const struct sink_spec *s, struct arena *a, bool *settings);
/* Parked events are tried again, and a sink that rests is asked at once. *n: events that were parked. */
MUST_USE enum err feed_retry(struct store *store, const char *sink, size_t *n);
/* NULL, or what the settings of a sink lack for its recipe (in a). */
const char *feed_spec_wrong(const struct settings *settings, const struct sink_spec *s, struct arena *a);

/* A signed call of a ticketing system (Standard Webhooks, the sink's hook_file): {"data":{"ticket":ID,"new":STATUS}}, "closed":true besides where the recipe does not know the word.
 * An HTTP status: 200 taken, 400 no such form, 401 not signed for us, 404 no such ticket, 500; *why: a static sentence. */
struct feed_call {
    const char *id, *timestamp, *signature, *body;
    size_t n;
};
unsigned feed_hook(struct store *store, const struct sink_spec *s, const struct feed_call *c, int64_t now, const char **why);

/* The state of a ticket, as a poll or a signed call tells it: kept, and told in the mention's journal. false: no such ticket. */
MUST_USE enum err feed_status(struct store *store, const char *sink, const char *ticket_id, const char *status, bool closed, int64_t now, bool *known);

#endif
