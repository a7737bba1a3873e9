#include "crawler/host.h"

#include "base/hash.h"
#include "crawler/host_blob.h"
#include "crawler/retry.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_BUCKET 4096
#define NOWHERE SIZE_MAX
#define SAVE_MS 10000       /* what was learned of a host is saved so much later, many at once */
#define SAVE_CLOSED_MS 1000 /* ... and that it asked for a pause so much */
#define ANSWER_FACTOR 2 /* a host that takes a second to answer is left alone for two */

struct hosts {
    const struct settings *settings;
    const struct fetch_calls *calls;
    struct host *bucket[N_BUCKET];
    struct host **heap; /* hosts with work that may be sent some time, earliest first */
    size_t n_heap, cap_heap;
    size_t n_host, n_job;
    int64_t answered_ms; /* the last answer */
    int64_t save_ms;     /* when something is to be saved */
    uint64_t dice;
};

/* ---- jobs ---- */

static const char *pack(char **at, const char *s)
{
    if (!s)
        return NULL;
    size_t n = strlen(s) + 1;
    char *to = memcpy(*at, s, n);
    *at += n;
    return to;
}

static size_t packed(const char *s)
{
    return s ? strlen(s) + 1 : 0;
}

struct job *job_new(const struct target *t, const char **why)
{
    struct place place;
    *why = place_read(&place, t->url);
    if (*why)
        return NULL;
    size_t n = packed(t->url) + packed(t->source) + packed(t->brand) + packed(t->site) + packed(t->mention_id) + packed(t->etag) +
               packed(t->last_modified);
    struct job *j = malloc(sizeof *j + n);
    if (!j) {
        place_release(&place);
        *why = "out of memory";
        return NULL;
    }
    *j = (struct job){.kind = JOB_PAGE, .target = *t, .place = place};
    char *at = (char *)(j + 1);
    j->target.url = pack(&at, t->url);
    j->target.source = pack(&at, t->source);
    j->target.brand = pack(&at, t->brand);
    j->target.site = pack(&at, t->site);
    j->target.mention_id = pack(&at, t->mention_id);
    j->target.etag = pack(&at, t->etag);
    j->target.last_modified = pack(&at, t->last_modified);
    return j;
}

static struct job *job_robots(struct host *host, const struct place *of)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j || place_robots(&j->place, of)) {
        free(j);
        return NULL;
    }
    j->kind = JOB_ROBOTS;
    j->robots_host = host;
    j->robots_https = of->https;
    return j;
}

void job_free(struct job *j)
{
    if (!j)
        return;
    place_release(&j->place);
    free(j);
}

/* ---- the heap of hosts, by ready_ms ---- */

static void put_at(struct hosts *h, size_t i, struct host *host)
{
    h->heap[i] = host;
    host->heap_at = i;
}

static void sift_up(struct hosts *h, size_t i)
{
    struct host *host = h->heap[i];
    while (i > 0 && h->heap[(i - 1) / 2]->ready_ms > host->ready_ms) {
        put_at(h, i, h->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put_at(h, i, host);
}

static void sift_down(struct hosts *h, size_t i)
{
    struct host *host = h->heap[i];
    for (;;) {
        size_t k = 2 * i + 1;
        if (k >= h->n_heap)
            break;
        if (k + 1 < h->n_heap && h->heap[k + 1]->ready_ms < h->heap[k]->ready_ms)
            k++;
        if (h->heap[k]->ready_ms >= host->ready_ms)
            break;
        put_at(h, i, h->heap[k]);
        i = k;
    }
    put_at(h, i, host);
}

static void heap_remove(struct hosts *h, struct host *host)
{
    size_t i = host->heap_at;
    host->heap_at = NOWHERE;
    struct host *last = h->heap[--h->n_heap];
    if (last == host)
        return;
    put_at(h, i, last);
    sift_up(h, i);
    sift_down(h, last->heap_at);
}

static int64_t delay_ms(const struct hosts *h, const struct host *host)
{
    int64_t d = h->settings->delay_ms > 0 ? h->settings->delay_ms : 0;
    int64_t adaptive = d ? (int64_t)(host->answer_ms * ANSWER_FACTOR) : 0;
    if (adaptive > HOST_PAUSE_MAX_MS)
        adaptive = HOST_PAUSE_MAX_MS;
    if (adaptive > d)
        d = adaptive;
    for (int i = 0; i < 2; i++)
        if (host->origin[i].robots && robots_delay_ms(host->origin[i].robots) > d)
            d = robots_delay_ms(host->origin[i].robots);
    return d;
}

static int per_host(const struct hosts *h)
{
    return h->settings->per_host > 0 ? h->settings->per_host : 1;
}

/* Put the host where its state says: in the heap, at its time, or out of it. */
static void replace(struct hosts *h, struct host *host)
{
    bool blocked = host->in_flight >= per_host(h) || (host->n_robots_asked && host->head && host->head->kind != JOB_ROBOTS);
    if (!host->head || blocked) {
        if (host->heap_at != NOWHERE)
            heap_remove(h, host);
        return;
    }
    int64_t ready = host->started ? host->started_ms + delay_ms(h, host) : 0;
    if (host->paused_until_ms > ready)
        ready = host->paused_until_ms;
    host->ready_ms = host->closed ? 0 : ready;
    if (host->heap_at == NOWHERE)
        put_at(h, h->n_heap++, host);
    sift_up(h, host->heap_at);
    sift_down(h, host->heap_at);
}

/* ---- the table ---- */

struct hosts *hosts_new(const struct settings *s, const struct fetch_calls *c, uint64_t seed)
{
    struct hosts *h = calloc(1, sizeof *h);
    if (h)
        *h = (struct hosts){.settings = s, .calls = c, .dice = seed, .save_ms = INT64_MAX};
    return h;
}

static void host_free(struct host *host)
{
    while (host->head) {
        struct job *j = host->head;
        host->head = j->next;
        job_free(j);
    }
    for (int i = 0; i < 2; i++)
        robots_free(host->origin[i].robots);
    free(host);
}

void hosts_free(struct hosts *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < N_BUCKET; i++) {
        while (h->bucket[i]) {
            struct host *host = h->bucket[i];
            h->bucket[i] = host->next;
            host_free(host);
        }
    }
    free(h->heap);
    free(h);
}

uint64_t *hosts_dice(struct hosts *h)
{
    return &h->dice;
}

size_t hosts_waiting(const struct hosts *h)
{
    return h->n_job;
}

int64_t hosts_ready_ms(const struct hosts *h)
{
    return h->n_heap ? h->heap[0]->ready_ms : INT64_MAX;
}

static struct host *host_find(struct hosts *h, const struct place *p)
{
    struct host **slot = &h->bucket[hash64_str(p->unit) % N_BUCKET];
    for (struct host *host = *slot; host; host = host->next)
        if (strcmp(host->unit, p->unit) == 0)
            return host;
    if (h->n_host == h->cap_heap) { /* the heap can hold every host, so that putting one in never fails */
        size_t cap = h->cap_heap ? h->cap_heap * 2 : 64;
        struct host **grown = realloc(h->heap, cap * sizeof *grown);
        if (!grown)
            return NULL;
        h->heap = grown;
        h->cap_heap = cap;
    }
    struct host *host = calloc(1, sizeof *host);
    if (!host)
        return NULL;
    snprintf(host->unit, sizeof host->unit, "%s", p->unit);
    host->heap_at = NOWHERE;
    host->next = *slot;
    *slot = host;
    h->n_host++;
    return host;
}

/* The scheme's half of a host; on first sight what the last run left is read back. */
static struct origin *origin_of(struct hosts *h, struct host *host, const struct place *p, int64_t now_ms, int64_t now_s)
{
    struct origin *o = &host->origin[p->https];
    if (o->state != ROBOTS_UNSEEN)
        return o;
    o->state = ROBOTS_UNKNOWN;
    snprintf(o->name, sizeof o->name, "%s", p->origin);
    host_blob_load(h->calls, h->settings->user_agent, host, o, now_ms, now_s);
    return o;
}

bool hosts_push(struct hosts *h, struct job *j, bool front, int64_t now_ms, int64_t now_s)
{
    struct host *host = host_find(h, &j->place);
    if (!host)
        return false;
    origin_of(h, host, &j->place, now_ms, now_s);
    struct job **at = &host->head;
    if (front) /* but a robots.txt for which everything waits stays first */
        while (j->kind != JOB_ROBOTS && *at && (*at)->kind == JOB_ROBOTS)
            at = &(*at)->next;
    else if (host->head)
        at = &host->tail->next;
    j->next = *at;
    *at = j;
    if (!j->next)
        host->tail = j;
    h->n_job++;
    replace(h, host);
    return true;
}

static struct job *pull(struct hosts *h, struct host *host)
{
    struct job *j = host->head;
    host->head = j->next;
    if (!host->head)
        host->tail = NULL;
    j->next = NULL;
    h->n_job--;
    return j;
}

/* ---- moves ---- */

static void start(struct hosts *h, struct host *host, struct job *j, int64_t now_ms, struct move *out)
{
    host->in_flight++;
    host->started = true;
    host->started_ms = now_ms;
    out->kind = MOVE_SEND;
    out->job = j;
    out->host = host;
    replace(h, host);
}

static void hand_on(struct hosts *h, struct host *host, enum outcome o, struct move *out)
{
    out->kind = MOVE_HAND_ON;
    out->job = pull(h, host);
    out->host = host;
    out->outcome = o;
    replace(h, host);
}

/* What stands against sending the page at the head, apart from time. true when *out is filled. */
static bool refuse(struct hosts *h, struct host *host, struct origin *o, int64_t now_ms, int64_t now_s, struct move *out)
{
    if (host->closed) {
        int64_t left_s = (host->closed_until_ms - now_ms + 999) / 1000;
        out->retry_after_s = left_s;
        snprintf(out->reason, sizeof out->reason, "circuit open: %s (%lld s left)", host->closed_why, (long long)left_s);
        hand_on(h, host, host->closed_as, out);
        return true;
    }
    if (o->state == ROBOTS_REFUSED && (now_s - o->fetched_at) * 1000 >= HOST_CLOSED_MS)
        o->state = ROBOTS_UNKNOWN;
    if (o->state == ROBOTS_REFUSED) {
        snprintf(out->reason, sizeof out->reason, "%s", o->reason);
        hand_on(h, host, o->refused_as, out);
        return true;
    }
    int line = 0;
    const char *rule = NULL;
    if (o->state == ROBOTS_KNOWN && !robots_allowed(o->robots, host->head->place.url, &line, &rule)) {
        snprintf(out->reason, sizeof out->reason, "robots.txt line %d: %.200s", line, rule ? rule : "");
        hand_on(h, host, OUTCOME_ROBOTS, out);
        return true;
    }
    return false;
}

void hosts_next(struct hosts *h, int64_t now_ms, int64_t now_s, struct move *out)
{
    *out = (struct move){.kind = MOVE_NOTHING, .retry_after_s = -1};
    while (h->n_heap && h->heap[0]->ready_ms <= now_ms) {
        struct host *host = h->heap[0];
        if (host->closed && host->closed_until_ms <= now_ms) {
            host->closed = false;
            host->failures = HOST_FAILURES_MAX - 1; /* one more failure closes it again */
            replace(h, host);
            continue;
        }
        struct job *j = host->head;
        struct origin *o = origin_of(h, host, &j->place, now_ms, now_s);
        if (j->kind == JOB_ROBOTS && !host->closed) {
            start(h, host, pull(h, host), now_ms, out);
            return;
        }
        if (j->kind == JOB_ROBOTS) {
            snprintf(out->reason, sizeof out->reason, "robots.txt not read: circuit open: %s", host->closed_why);
            hand_on(h, host, host->closed_as, out);
            return;
        }
        if (refuse(h, host, o, now_ms, now_s, out))
            return;
        bool stale = o->state == ROBOTS_KNOWN && now_s - o->fetched_at >= HOST_ROBOTS_FRESH_S;
        if (o->state == ROBOTS_KNOWN && !stale) {
            start(h, host, pull(h, host), now_ms, out);
            return;
        }
        struct job *ask = job_robots(host, &j->place);
        if (!ask) {
            snprintf(out->reason, sizeof out->reason, "out of memory for robots.txt");
            hand_on(h, host, OUTCOME_ROBOTS, out);
            return;
        }
        host->n_robots_asked++;
        ask->next = host->head;
        host->head = ask;
        h->n_job++;
    }
}

/* ---- answers ---- */

static void note_unsaved(struct hosts *h, struct host *host, int64_t save_ms)
{
    host->unsaved = true;
    if (save_ms < h->save_ms)
        h->save_ms = save_ms;
}

static void close_host(struct hosts *h, struct host *host, int64_t wait_ms, enum outcome as, const char *why, int64_t now_ms)
{
    host->closed = true;
    host->closed_as = as;
    host->closed_until_ms = now_ms + wait_ms;
    snprintf(host->closed_why, sizeof host->closed_why, "%s", why);
    note_unsaved(h, host, now_ms + SAVE_CLOSED_MS);
}

void host_answered(struct hosts *h, struct host *host, enum answer a, int64_t elapsed_ms, int64_t now_ms)
{
    ASSERT(host->in_flight > 0);
    host->in_flight--;
    h->answered_ms = now_ms;
    if (a == ANSWER_GOOD) {
        host->failures = 0;
        host->answer_ms = host->answer_ms > 0 ? host->answer_ms * 0.75 + (double)elapsed_ms * 0.25 : (double)elapsed_ms;
    } else if (a != ANSWER_DROPPED && ++host->failures >= HOST_FAILURES_MAX && !host->closed) {
        bool slow = a == ANSWER_SLOWDOWN;
        close_host(h, host, HOST_CLOSED_MS, slow ? OUTCOME_SLOWDOWN : OUTCOME_NETWORK,
                   slow ? "the host asked again and again to slow down" : "the host failed again and again", now_ms);
    }
    replace(h, host);
}

void host_pause(struct hosts *h, struct host *host, int64_t wait_ms, int64_t now_ms)
{
    if (wait_ms > HOST_PAUSE_MAX_MS) {
        if (!host->closed || host->closed_until_ms < now_ms + wait_ms)
            close_host(h, host, wait_ms, OUTCOME_SLOWDOWN, "the host asked for a long pause", now_ms);
    } else if (now_ms + wait_ms > host->paused_until_ms) {
        host->paused_until_ms = now_ms + wait_ms;
    }
    replace(h, host);
}

int64_t host_wait_ms(const struct host *host, int64_t now_ms)
{
    if (host->closed)
        return -1;
    return host->paused_until_ms > now_ms ? host->paused_until_ms - now_ms : 0;
}

void host_robots(struct hosts *h, struct host *host, bool https, struct robots *r, enum outcome o, const char *reason, int64_t now_s)
{
    struct origin *at = &host->origin[https];
    robots_free(at->robots);
    at->robots = r;
    at->state = r ? ROBOTS_KNOWN : ROBOTS_REFUSED;
    at->refused_as = o;
    at->fetched_at = now_s;
    snprintf(at->reason, sizeof at->reason, "%s", reason ? reason : "");
    note_unsaved(h, host, h->answered_ms + SAVE_MS);
    if (host->n_robots_asked)
        host->n_robots_asked--;
    replace(h, host);
}

bool host_keep_old_robots(struct hosts *h, struct host *host, bool https, int64_t now_s)
{
    struct origin *at = &host->origin[https];
    if (!at->robots)
        return false;
    at->fetched_at = now_s - HOST_ROBOTS_FRESH_S + HOST_ROBOTS_OLD_S;
    if (host->n_robots_asked)
        host->n_robots_asked--;
    replace(h, host);
    return true;
}

int64_t hosts_save_ms(const struct hosts *h)
{
    return h->save_ms;
}

void hosts_save(struct hosts *h, bool all, int64_t now_ms, int64_t now_s)
{
    h->save_ms = INT64_MAX;
    for (size_t i = 0; h->calls->host_put && i < N_BUCKET; i++)
        for (struct host *host = h->bucket[i]; host; host = host->next) {
            for (int k = 0; k < 2 && (all || host->unsaved); k++)
                if (host->origin[k].state != ROBOTS_UNSEEN)
                    host_blob_save(h->calls, h->settings->user_agent, host, &host->origin[k], now_ms, now_s);
            host->unsaved = false;
        }
    if (h->calls->host_saved)
        h->calls->host_saved(h->calls->ctx);
}
