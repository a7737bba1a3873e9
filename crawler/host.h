/* Politeness: which request may be sent when. All waiting requests hang here, one queue per host; no network and no clock of its own, so
 * that an hour can be simulated in a test.
 *
 * A host is a name (with its port when that is not 80 or 443); http and https of it share the queue, each has its own robots.txt.
 * Rules: at most per_host requests under way; between two starts at least the delay (delay_ms of the settings, Crawl-delay, twice the mean answer
 * time: the longest of them, the last two at most 30 s; with delay_ms 0 only Crawl-delay counts); robots.txt first, once in 24 h; a pause after
 * 429, 503 and failures; after 5 failures in a row, or when the host asks for more than 30 s, it is closed: what waits is handed on at once.
 * Hosts never wait for each other. Thread: one (the fetch thread). */
#ifndef EARSHOT_CRAWLER_HOST_H
#define EARSHOT_CRAWLER_HOST_H

#include "base/outcome.h"
#include "base/page.h"
#include "crawler/fetch.h"
#include "crawler/place.h"
#include "crawler/robots.h"

#define HOST_PAUSE_MAX_MS 30000             /* longer waits are not sat out inside a run */
#define HOST_FAILURES_MAX 5                 /* in a row: the circuit opens */
#define HOST_CLOSED_MS (10 * 60 * 1000)     /* ... for so long; then one request tries it */
#define HOST_ROBOTS_FRESH_S (24 * 3600)     /* RFC 9309 section 2.4 */
#define HOST_ROBOTS_OLD_S 3600              /* how long an older copy serves before the next try */

struct host;
struct hosts;

enum job_kind { JOB_PAGE, JOB_ROBOTS };

/* One request to be sent: a target, or robots.txt, at the place where redirects have led so far. */
struct job {
    struct job *next;
    enum job_kind kind;
    struct target target;     /* JOB_PAGE: strings in the job's own block */
    struct place place;
    int n_redirect, n_try;
    struct host *robots_host; /* JOB_ROBOTS: whose, and for which scheme */
    bool robots_https;
};

/* What to do now with one job. */
enum move_kind { MOVE_NOTHING, MOVE_SEND, MOVE_HAND_ON };
struct move {
    enum move_kind kind;
    struct job *job;       /* now the caller's */
    struct host *host;
    /* MOVE_HAND_ON: without a request */
    enum outcome outcome;
    char reason[256];
    int64_t retry_after_s; /* -1 none */
};

/* s and c must outlive it. seed: for jitter. NULL: out of memory. */
struct hosts *hosts_new(const struct settings *s, const struct fetch_calls *c, uint64_t seed);
void hosts_free(struct hosts *h);

/* NULL with *why set (static) when the URL cannot be fetched, or out of memory. */
struct job *job_new(const struct target *t, const char **why);
void job_free(struct job *j);

/* Queue a job at the host its place names (front: a redirect hop goes before other work). Owns j afterwards; false (out of memory) leaves it with
 * the caller. now_ms: monotonic; now_s: Unix, for state remembered from the last run. */
bool hosts_push(struct hosts *h, struct job *j, bool front, int64_t now_ms, int64_t now_s);
/* The next job that may move at now_ms. A SEND counts as started. */
void hosts_next(struct hosts *h, int64_t now_ms, int64_t now_s, struct move *out);
/* When hosts_next will have something: milliseconds, INT64_MAX when nothing waits. */
int64_t hosts_ready_ms(const struct hosts *h);
size_t hosts_waiting(const struct hosts *h);

/* What became of a request: the host's answer time and health. Exactly one call for each SEND. */
enum answer { ANSWER_GOOD, ANSWER_FAILED, ANSWER_SLOWDOWN, ANSWER_DROPPED };
void host_answered(struct hosts *h, struct host *host, enum answer a, int64_t elapsed_ms, int64_t now_ms);
/* No request for wait_ms; more than HOST_PAUSE_MAX_MS closes the host (waiting jobs are handed on as SLOWDOWN). */
void host_pause(struct hosts *h, struct host *host, int64_t wait_ms, int64_t now_ms);
/* Milliseconds that a job sent back now would wait at least, because of pauses; -1 when the host is closed. */
int64_t host_wait_ms(const struct host *host, int64_t now_ms);
uint64_t *hosts_dice(struct hosts *h);

/* robots.txt of a host has come. Owns r. NULL r: refused to all, with outcome and reason (short) for the pages that wait. */
void host_robots(struct hosts *h, struct host *host, bool https, struct robots *r, enum outcome o, const char *reason, int64_t now_s);
/* A new robots.txt cannot be had: use the older copy for another hour. false when there is none. */
bool host_keep_old_robots(struct hosts *h, struct host *host, bool https, int64_t now_s);
/* Hand the state of hosts to c->host_put: of all (the end of a run), or of those where something happened that a killed run must not forget (robots.txt came, the host closed). */
void hosts_save(struct hosts *h, bool all, int64_t now_ms, int64_t now_s);
/* From when on that something should be saved: milliseconds; INT64_MAX when nothing happened. */
int64_t hosts_save_ms(const struct hosts *h);

#endif
