/* What a sink has in hand: events taken in and not done, events that wait, and the next commit.
 *
 * The cursor says how far events were taken in and are either done or kept as waiting. Events of one mention go one after the other. */
#include "feed/engine.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 200
#define BREAKER_AT    5  /* failures in a row after which the sink rests */
#define REFUSED_MAX   10 /* events refused for good one after the other: the settings are to blame, and the rest is not parked, too */
#define TRIES_MAX     12 /* of an event, while others get through: then it is parked */

int64_t backoff_ms(uint32_t n, int64_t min_ms, int64_t max_ms, unsigned *seed)
{
    int64_t wait = min_ms;
    for (uint32_t i = 1; i < n && wait < max_ms; i++)
        wait *= 2;
    if (wait > max_ms)
        wait = max_ms;
    return wait / 2 + (int64_t)((double)(wait - wait / 2) * ((double)rand_r(seed) / RAND_MAX));
}

/* ---------------------------------------------------------------- open and close */

static bool wait_add(struct sink *s, const struct sink_wait *w)
{
    if (s->n_wait == s->cap_wait) {
        size_t cap = s->cap_wait ? 2 * s->cap_wait : 64;
        struct waiting *grown = realloc(s->wait, cap * sizeof *grown);
        if (!grown)
            return false;
        s->wait = grown;
        s->cap_wait = cap;
    }
    struct waiting x = {.w = *w, .hash = hash64_str(w->key)};
    x.w.key = strdup(w->key);
    x.w.reason = w->reason ? strdup(w->reason) : NULL;
    if (!x.w.key)
        return false;
    size_t at = s->n_wait; /* by number; new ones mostly come last */
    for (; at > 0 && s->wait[at - 1].w.seq > w->seq; at--)
        s->wait[at] = s->wait[at - 1];
    s->wait[at] = x;
    s->n_wait++;
    if (w->retry_at && !w->parked && (!s->wait_at || w->retry_at < s->wait_at))
        s->wait_at = w->retry_at;
    return true;
}

static void wait_free(struct waiting *w)
{
    free((char *)(uintptr_t)w->w.key);
    free((char *)(uintptr_t)w->w.reason);
}

/* What waited behind an event that has ended since: its turn is known in memory only, and memory was lost. */
static void release_orphans(struct sink *s)
{
    for (size_t i = 0; i < s->n_wait; i++) {
        bool first = !s->wait[i].w.parked && s->wait[i].w.retry_at == 0;
        for (size_t k = 0; k < i && first; k++)
            first = s->wait[k].w.parked || s->wait[k].hash != s->wait[i].hash;
        if (first)
            s->wait[i].w.retry_at = s->wait_at = 1;
    }
}

static enum err load(struct sink *s)
{
    struct arena a;
    struct sink_wait *w;
    size_t n;
    uint64_t newest;
    arena_init(&a, LIMIT_PAGE_ARENA);
    const char *name = s->spec->conf->name;
    enum err e = store_cursor(s->setup->store, name, &s->cursor, &newest);
    if (e == ERR_OK)
        e = store_sink_waits(s->setup->store, name, &a, &w, &n);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        e = wait_add(s, &w[i]) ? ERR_OK : err_set(ERR_MEMORY, "out of memory");
    release_orphans(s);
    if (e == ERR_OK)
        e = store_sink_state(s->setup->store, name, &a, &s->state);
    s->state.reason = s->state.reason ? strdup(s->state.reason) : NULL;
    s->state.poll_mark = s->state.poll_mark ? strdup(s->state.poll_mark) : NULL;
    s->taken = s->cursor;
    arena_release(&a);
    return e;
}

enum err sink_open(struct sink *s, const struct feed_setup *f, const struct sink_spec *spec, CURLM *multi, struct feed_report *r)
{
    *s = (struct sink){.spec = spec, .setup = f, .multi = multi, .report = r, .lease = -1, .fd = -1};
    *r = (struct feed_report){.n_done = 0};
    arena_init(&s->commit_a, LIMIT_PAGE_ARENA);
    s->seed = (unsigned)(time(NULL) ^ getpid()) ^ (unsigned)hash64_str(spec->conf->name);
    r->lease = store_lease(f->store, spec->conf->name, &s->lease);
    if (r->lease == ERR_STORE)
        return ERR_STORE;
    if (r->lease != ERR_OK) {
        snprintf(r->reason, sizeof r->reason, "%s", err_text());
        return ERR_OK;
    }
    enum err e = load(s);
    if (e != ERR_OK)
        return e;
    bool one = spec->recipe.kind == KIND_FILE || spec->recipe.kind == KIND_ATOM;
    s->n_job = one ? 1 : (size_t)spec->conf->connections;
    s->job = calloc(s->n_job, sizeof *s->job);
    if (!s->job)
        return err_set(ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < s->n_job; i++) {
        struct job *j = &s->job[i];
        j->sink = s;
        arena_init(&j->a, LIMIT_PAGE_ARENA);
        strbuf_init(&j->url, LIMIT_URL_BYTES);
        strbuf_init(&j->body, LIMIT_SINK_BODY_BYTES);
        strbuf_init(&j->answer, LIMIT_SINK_ANSWER_BYTES);
    }
    return ERR_OK;
}

void sink_close(struct sink *s)
{
    for (size_t i = 0; s->job && i < s->n_job; i++) {
        struct job *j = &s->job[i];
        wire_release(j);
        arena_release(&j->a);
        strbuf_release(&j->url);
        strbuf_release(&j->body);
        strbuf_release(&j->answer);
    }
    for (size_t i = 0; i < s->n_wait; i++)
        wait_free(&s->wait[i]);
    free(s->job);
    free(s->wait);
    free((char *)(uintptr_t)s->state.reason);
    free((char *)(uintptr_t)s->state.poll_mark);
    free(s->ended);
    free(s->put);
    free(s->ticket);
    if (s->fd >= 0)
        close(s->fd);
    arena_release(&s->commit_a);
    store_lease_end(s->lease);
}

/* ---------------------------------------------------------------- the next commit */

static bool grow(void *list, size_t n, size_t *cap, size_t size)
{
    void **at = list;
    if (n < *cap)
        return true;
    size_t more = *cap ? 2 * *cap : 64;
    void *grown = realloc(*at, more * size);
    if (!grown)
        return false;
    *at = grown;
    *cap = more;
    return true;
}

enum err sink_ticket(struct sink *s, const struct ticket *t)
{
    struct arena *a = &s->commit_a;
    if (!grow(&s->ticket, s->n_ticket, &s->cap_ticket, sizeof *s->ticket))
        return err_set(ERR_MEMORY, "out of memory");
    struct ticket *to = &s->ticket[s->n_ticket++];
    *to = *t;
    to->key = arena_strdup(a, t->key);
    to->mention_id = arena_strdup(a, t->mention_id);
    to->brand = arena_strdup(a, t->brand);
    to->id = arena_strdup(a, t->id);
    to->status = arena_strdup(a, t->status);
    return a->full ? err_set(ERR_MEMORY, "out of memory") : ERR_OK;
}

static enum err put_wait(struct sink *s, const struct sink_wait *w)
{
    if (!grow(&s->put, s->n_put, &s->cap_put, sizeof *s->put))
        return err_set(ERR_MEMORY, "out of memory");
    struct sink_wait *to = &s->put[s->n_put++];
    *to = *w;
    to->key = arena_strdup(&s->commit_a, w->key);
    to->reason = arena_strdup(&s->commit_a, w->reason);
    return s->commit_a.full ? err_set(ERR_MEMORY, "out of memory") : ERR_OK;
}

static enum err put_ended(struct sink *s, uint64_t seq)
{
    if (!grow(&s->ended, s->n_ended, &s->cap_ended, sizeof *s->ended))
        return err_set(ERR_MEMORY, "out of memory");
    s->ended[s->n_ended++] = seq;
    return ERR_OK;
}

enum err sink_commit(struct sink *s)
{
    uint64_t cursor = s->n_item ? s->window[0].seq - 1 : s->taken;
    if (s->file_dirty && file_sync(s) != RESULT_DONE)
        return ERR_OK; /* not on the disk: nothing counts as done; what waits stays so */
    if (!s->n_ticket && !s->n_put && !s->n_ended && !s->state_dirty && cursor == s->cursor)
        return ERR_OK;
    struct sink_change c = {s->ticket, s->n_ticket, s->put, s->n_put, s->ended, s->n_ended, &s->state, cursor};
    enum err e = store_sink_put(s->setup->store, s->spec->conf->name, &c);
    if (e != ERR_OK)
        return e;
    s->n_ticket = s->n_put = s->n_ended = 0;
    s->state_dirty = false;
    s->cursor = cursor;
    s->commit_ms = feed_now_ms();
    arena_reset(&s->commit_a);
    return ERR_OK;
}

/* ---------------------------------------------------------------- taking in */

bool sink_wants(const struct sink *s, const struct event *e)
{
    const struct sink_conf *c = s->spec->conf;
    const struct recipe *r = &s->spec->recipe;
    bool event = c->n_event == 0, brand = c->n_brand == 0;
    for (size_t i = 0; i < c->n_event; i++)
        event = event || strcmp(c->events[i], e->type) == 0;
    if (c->n_event == 0) {
        event = r->events.n == 0 && (e->mention_id || r->kind != KIND_TICKET);
        for (size_t i = 0; i < r->events.n; i++)
            event = event || strcmp(r->events.at[i], e->type) == 0;
    }
    for (size_t i = 0; i < c->n_brand; i++)
        brand = brand || (e->brand && strcmp(c->brands[i], e->brand) == 0);
    return event && brand && (e->mention_id || r->kind != KIND_TICKET);
}

static bool key_waits(const struct sink *s, uint64_t hash)
{
    for (size_t i = 0; i < s->n_wait; i++)
        if (s->wait[i].hash == hash && !s->wait[i].w.parked)
            return true;
    return false;
}

struct taking {
    struct sink *s;
    struct arena a;
    enum err err;
    size_t n;
};

static bool take_one(void *ctx, const struct event *e)
{
    struct taking *t = ctx;
    struct sink *s = t->s;
    t->n++;
    if (s->setup->max && s->n_started >= s->setup->max)
        return false;
    s->taken = e->seq;
    if (!sink_wants(s, e))
        return true;
    s->n_started++;
    arena_reset(&t->a);
    const char *key = feed_external_id(e, &t->a);
    uint64_t hash = hash64_str(key);
    if (key_waits(s, hash)) { /* behind an older event of its mention */
        struct sink_wait w = {.seq = e->seq, .key = key, .since = feed_now_ms()};
        if (!wait_add(s, &w))
            t->err = err_set(ERR_MEMORY, "out of memory");
        else
            t->err = put_wait(s, &w);
        return t->err == ERR_OK;
    }
    s->window[s->n_item++] = (struct item){e->seq, hash, ITEM_FRESH};
    return s->n_item < LIMIT_SINK_WINDOW;
}

enum err sink_take(struct sink *s, int64_t now_ms)
{
    if (s->n_item > LIMIT_SINK_WINDOW / 2 || s->state.open_until > now_ms || s->n_wait >= LIMIT_SINK_WAITS)
        return ERR_OK;
    if (s->setup->max && s->n_started >= s->setup->max) {
        s->empty = true;
        return ERR_OK;
    }
    if (now_ms < s->look_ms)
        return ERR_OK;
    struct taking t = {.s = s};
    arena_init(&t.a, LIMIT_MIB);
    enum err e = store_events_after(s->setup->store, s->taken, 0, take_one, &t);
    arena_release(&t.a);
    s->empty = t.n == 0;
    s->look_ms = s->empty ? now_ms + LOOK_AGAIN_MS : 0;
    return e == ERR_OK ? t.err : e;
}

static bool running(const struct sink *s, uint64_t hash)
{
    for (size_t i = 0; i < s->n_item; i++)
        if (s->window[i].state == ITEM_RUNNING && s->window[i].hash == hash)
            return true;
    for (size_t i = 0; i < s->n_wait; i++)
        if (s->wait[i].running && s->wait[i].hash == hash)
            return true;
    return false;
}

static uint64_t next_waiting(struct sink *s, int64_t now_ms)
{
    if (!s->wait_at || s->wait_at > now_ms)
        return 0;
    int64_t next = 0;
    for (size_t i = 0; i < s->n_wait; i++) {
        struct waiting *w = &s->wait[i];
        if (w->w.parked || !w->w.retry_at || w->running)
            continue;
        if (w->w.retry_at <= now_ms && !running(s, w->hash)) {
            w->running = true;
            return w->w.seq;
        }
        if (!next || w->w.retry_at < next)
            next = w->w.retry_at;
    }
    s->wait_at = next;
    return 0;
}

uint64_t sink_next(struct sink *s, int64_t now_ms)
{
    if (s->state.open_until > now_ms || (s->state.n_fail >= BREAKER_AT && s->n_busy > 0))
        return 0;
    uint64_t seq = next_waiting(s, now_ms);
    if (seq)
        return seq;
    for (size_t i = 0; i < s->n_item; i++) {
        if (s->window[i].state != ITEM_FRESH)
            continue;
        bool free = !running(s, s->window[i].hash);
        for (size_t k = 0; k < i && free; k++) /* order: not before an older one of its key */
            free = s->window[k].state == ITEM_DONE || s->window[k].hash != s->window[i].hash;
        if (free) {
            s->window[i].state = ITEM_RUNNING;
            return s->window[i].seq;
        }
    }
    return 0;
}

/* ---------------------------------------------------------------- ends */

static struct item *item_of(struct sink *s, uint64_t seq)
{
    for (size_t i = 0; i < s->n_item; i++)
        if (s->window[i].seq == seq)
            return &s->window[i];
    return NULL;
}

static struct waiting *waiting_of(struct sink *s, uint64_t seq)
{
    for (size_t i = 0; i < s->n_wait; i++)
        if (s->wait[i].w.seq == seq)
            return &s->wait[i];
    return NULL;
}

/* The window begins with the oldest that is not done. */
static void window_shift(struct sink *s)
{
    size_t n = 0;
    while (n < s->n_item && s->window[n].state == ITEM_DONE)
        n++;
    if (n == 0)
        return;
    memmove(s->window, s->window + n, (s->n_item - n) * sizeof *s->window);
    s->n_item -= n;
}

static void release_next(struct sink *s, uint64_t hash, int64_t now_ms)
{
    for (size_t i = 0; i < s->n_wait; i++)
        if (s->wait[i].hash == hash && !s->wait[i].w.parked) {
            if (!s->wait[i].w.retry_at)
                s->wait[i].w.retry_at = now_ms;
            if (!s->wait_at || s->wait[i].w.retry_at < s->wait_at)
                s->wait_at = s->wait[i].w.retry_at;
            return;
        }
}

static void set_reason(struct sink *s, const char *reason)
{
    free((char *)(uintptr_t)s->state.reason);
    s->state.reason = reason && *reason ? strdup(reason) : NULL;
    snprintf(s->report->reason, sizeof s->report->reason, "%s", reason ? reason : "");
    s->state_dirty = true;
}

static void log_end(const struct sink *s, const struct job *j, const char *what)
{
    char event[32];
    snprintf(event, sizeof event, "evt_%llu", (unsigned long long)j->seq);
    log_event(LOG_WARN, "feed", "sink", s->spec->conf->name, "event", event, "outcome", what, "reason", j->reason, NULL);
}

/* The sink rests: at least as long as it asked for. */
static void rest(struct sink *s, const struct job *j, enum result r, int64_t now_ms)
{
    const struct sink_conf *c = s->spec->conf;
    int64_t until = 0;
    s->state.n_fail++;
    if (r == RESULT_PAUSE)
        until = now_ms + backoff_ms(s->state.n_fail + 6, c->retry_min_ms, c->retry_max_ms, &s->seed); /* nothing mends itself soon */
    else if (s->state.n_fail >= BREAKER_AT)
        until = now_ms + backoff_ms(s->state.n_fail - BREAKER_AT + 1, c->retry_min_ms, c->retry_max_ms, &s->seed);
    if (j->retry_after_ms && now_ms + j->retry_after_ms > until)
        until = now_ms + j->retry_after_ms;
    if (until > s->state.open_until)
        s->state.open_until = until;
    s->report->open_until_ms = s->state.open_until;
    set_reason(s, j->reason);
}

static enum err end_later(struct sink *s, struct job *j, enum result r, int64_t now_ms)
{
    const struct sink_conf *c = s->spec->conf;
    struct item *item = item_of(s, j->seq);
    struct waiting *old = waiting_of(s, j->seq);
    struct sink_wait w = {.seq = j->seq, .key = j->key, .since = now_ms, .reason = j->reason};
    if (old)
        w.n_try = old->w.n_try, w.since = old->w.since;
    if (r != RESULT_PAUSE && r != RESULT_LATER)
        w.n_try++;
    bool hopeless = w.n_try >= TRIES_MAX && s->state.n_fail < BREAKER_AT && s->state.good_at * 1000 > w.since;
    w.parked = r == RESULT_PARK || hopeless;
    w.retry_at = r == RESULT_LATER ? j->later_ms : now_ms + (r == RESULT_PAUSE ? 0 : backoff_ms(w.n_try, c->retry_min_ms, c->retry_max_ms, &s->seed));
    if (w.retry_at < s->state.open_until)
        w.retry_at = s->state.open_until;
    if (r != RESULT_LATER)
        log_end(s, j, w.parked ? "parked" : "later");
    enum err e = put_wait(s, &w);
    uint64_t hash = old ? old->hash : item ? item->hash : 0;
    if (item)
        item->state = ITEM_DONE;
    if (old) {
        wait_free(old);
        memmove(old, old + 1, (s->n_wait - 1 - (size_t)(old - s->wait)) * sizeof *old);
        s->n_wait--;
    }
    if (e == ERR_OK && !wait_add(s, &w))
        e = err_set(ERR_MEMORY, "out of memory");
    if (w.parked) {
        s->report->n_parked++;
        set_reason(s, j->reason);
        release_next(s, hash, now_ms);
    }
    return e;
}

/* Younger events of the same key in the window go behind it, so that the window never stands still. */
static enum err push_behind(struct sink *s, uint64_t hash, const struct job *j, int64_t now_ms)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < s->n_item && e == ERR_OK; i++) {
        if (s->window[i].hash != hash || s->window[i].state != ITEM_FRESH)
            continue;
        struct sink_wait w = {.seq = s->window[i].seq, .key = j->key, .since = now_ms};
        s->window[i].state = ITEM_DONE;
        e = wait_add(s, &w) ? put_wait(s, &w) : err_set(ERR_MEMORY, "out of memory");
    }
    return e;
}

static enum err end_done(struct sink *s, struct job *j, int64_t now_ms)
{
    struct item *item = item_of(s, j->seq);
    struct waiting *old = waiting_of(s, j->seq);
    enum err e = ERR_OK;
    if (item)
        item->state = ITEM_DONE;
    if (old) {
        uint64_t hash = old->hash;
        wait_free(old);
        memmove(old, old + 1, (s->n_wait - 1 - (size_t)(old - s->wait)) * sizeof *old);
        s->n_wait--;
        e = put_ended(s, j->seq);
        release_next(s, hash, now_ms);
    }
    s->report->n_done++;
    s->state.n_done++;
    return e;
}

enum err sink_end(struct sink *s, struct job *j, enum result r, int64_t now_ms)
{
    enum err e = ERR_OK;
    if (r == RESULT_DONE || r == RESULT_PARK) {
        if (s->state.n_fail || s->state.open_until) {
            s->state.n_fail = 0;
            s->state.open_until = 0;
            s->report->open_until_ms = 0;
        }
        s->state.good_at = now_ms / 1000;
        s->state_dirty = true;
    } else if (r != RESULT_LATER) {
        rest(s, j, r, now_ms);
    }
    s->n_refused = r == RESULT_PARK ? s->n_refused + 1 : r == RESULT_DONE ? 0 : s->n_refused;
    if (s->n_refused >= REFUSED_MAX)
        rest(s, j, RESULT_PAUSE, now_ms);
    if (r == RESULT_DONE && s->state.reason && s->n_wait == 0)
        set_reason(s, NULL);
    if (j->seq == 0)
        return ERR_OK;
    if (r == RESULT_DONE) {
        e = end_done(s, j, now_ms);
    } else {
        struct item *item = item_of(s, j->seq);
        uint64_t hash = hash64_str(j->key);
        (void)item;
        e = end_later(s, j, r, now_ms);
        if (e == ERR_OK && r != RESULT_PARK)
            e = push_behind(s, hash, j, now_ms);
    }
    window_shift(s);
    return e;
}
