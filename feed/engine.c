/* The loop: take in, start, commit what must be known before it is sent, send, look at what came back. */
#include "feed/engine.h"

#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMIT_EVERY_MS 250  /* of what may be sent twice */
#define IDLE_MS         1000
#define FOLLOW_LOOK_MS  2000 /* how often --follow looks at the outbox; the store has no way to call us */

int64_t feed_now_ms(void)
{
    static int64_t base, mono;
    if (!base) {
        mono = clock_mono_ms();
        base = clock_now() * 1000;
    }
    return base + clock_mono_ms() - mono;
}

struct engine {
    const struct feed_setup *setup;
    struct sink *sink;
    CURLM *multi;
    int n_running;
};

/* ---------------------------------------------------------------- one job */

static void job_clear(struct job *j)
{
    struct sink *s = j->sink;
    arena_reset(&j->a);
    j->event = (struct event){0};
    j->ticket = (struct ticket){0};
    j->of = (struct vars_of){.store = s->setup->store, .settings = s->setup->settings, .conf = s->spec->conf, .recipe = &s->spec->recipe, .now = feed_now_ms() / 1000};
    j->reason[0] = '\0';
    j->retry_after_ms = 0;
    j->phase = PHASE_EVENT;
}

static enum result load_ticket(struct job *j)
{
    struct ticket *t = &j->ticket;
    enum err e = store_ticket(j->sink->setup->store, j->sink->spec->conf->name, j->key, &j->a, t);
    if (e == ERR_NOTFOUND)
        *t = (struct ticket){.key = j->key, .mention_id = j->event.mention_id, .brand = j->event.brand};
    else if (e != ERR_OK) {
        job_reason(j, "%s", err_text());
        return RESULT_PARK;
    }
    t->mention_seq = j->event.finding.seq;
    j->of.ticket = t;
    return ticket_begin(j);
}

static enum result job_begin(struct job *j, uint64_t seq)
{
    struct sink *s = j->sink;
    j->seq = seq;
    job_clear(j);
    enum err e = store_event(s->setup->store, seq, &j->a, &j->event);
    if (e != ERR_OK) { /* damaged: logged and counted by the store, and told here */
        j->key = "?";
        job_reason(j, "the event cannot be read from the store");
        return RESULT_PARK;
    }
    j->of.event = &j->event;
    j->key = feed_external_id(&j->event, &j->a);
    if (!j->key)
        return RESULT_RETRY;
    switch (s->spec->recipe.kind) {
    case KIND_TICKET: return load_ticket(j);
    case KIND_EVENT: j->request = s->spec->recipe.role[REQ_SEND]; return RESULT_SEND;
    case KIND_MAIL: return RESULT_SEND;
    case KIND_FILE: return file_write(j);
    case KIND_ATOM: s->atom_dirty = true; return RESULT_DONE;
    }
    return RESULT_PARK;
}

/* What a step asks for; a request that cannot be made is the event's own fault. */
static enum err job_go(struct job *j, enum result r)
{
    struct sink *s = j->sink;
    if (r == RESULT_SEND || r == RESULT_COMMIT) {
        if (wire_prepare(j)) {
            j->ready = true;
            j->commit = r == RESULT_COMMIT;
            return ERR_OK;
        }
        r = RESULT_PARK;
    }
    j->busy = j->ready = false;
    s->n_busy--;
    if (j->seq == 0)
        poll_end(j, r);
    return sink_end(s, j, r, feed_now_ms());
}

static enum err start_jobs(struct sink *s, int64_t now_ms)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < s->n_job && e == ERR_OK; i++) {
        struct job *j = &s->job[i];
        while (!j->busy && e == ERR_OK) {
            uint64_t seq = sink_next(s, now_ms);
            if (!seq)
                return ERR_OK;
            j->busy = true;
            s->n_busy++;
            e = job_go(j, job_begin(j, seq));
        }
    }
    return e;
}

/* ---------------------------------------------------------------- polls and other work of an idle sink */

static bool idle(const struct sink *s) { return s->n_busy == 0; }

static bool poll_is_due(const struct sink *s, int64_t now_ms)
{
    if (!s->spec->recipe.role[REQ_POLL] || s->spec->conf->poll_s == 0 || s->state.open_until > now_ms || !idle(s) || !s->empty)
        return false;
    if (s->polled)
        return s->setup->follow && now_ms / 1000 >= s->state.polled_at + s->spec->conf->poll_s;
    return true; /* each run asks once */
}

static enum err start_poll(struct sink *s)
{
    struct job *j = &s->job[0];
    j->seq = 0;
    j->busy = true;
    s->n_busy++;
    s->polled = true;
    job_clear(j);
    return job_go(j, poll_begin(j));
}

static void write_atom(struct sink *s)
{
    if (!s->atom_dirty || !idle(s))
        return;
    s->atom_dirty = false;
    enum err e = s->setup->atom ? s->setup->atom(s->setup->ctx, s->spec->conf) : ERR_OK;
    if (e == ERR_OK)
        return;
    snprintf(s->report->reason, sizeof s->report->reason, "%s", err_text());
    s->report->n_wait++;
}

/* ---------------------------------------------------------------- the loop */

static enum err commit(struct sink *s, int64_t now_ms)
{
    bool must = idle(s) || now_ms - s->commit_ms >= COMMIT_EVERY_MS;
    for (size_t i = 0; i < s->n_job; i++)
        must = must || (s->job[i].ready && s->job[i].commit);
    return must ? sink_commit(s) : ERR_OK;
}

static enum err send_ready(struct engine *g, struct sink *s)
{
    for (size_t i = 0; i < s->n_job; i++) {
        struct job *j = &s->job[i];
        if (!j->ready)
            continue;
        j->ready = j->commit = false;
        if (curl_multi_add_handle(g->multi, j->easy) != CURLM_OK)
            return err_set(ERR_MEMORY, "curl does not take a request");
        g->n_running++;
    }
    return ERR_OK;
}

static enum err turn(struct engine *g, struct sink *s, bool stopping)
{
    int64_t now = feed_now_ms();
    enum err e = ERR_OK;
    if (s->report->lease != ERR_OK)
        return ERR_OK;
    if (!stopping) {
        e = sink_take(s, now);
        if (e == ERR_OK)
            e = start_jobs(s, now);
        if (e == ERR_OK && poll_is_due(s, now))
            e = start_poll(s);
        write_atom(s);
    }
    if (e == ERR_OK)
        e = commit(s, now);
    return e == ERR_OK ? send_ready(g, s) : e;
}

static enum err collect(struct engine *g)
{
    CURLMsg *m;
    int left;
    enum err e = ERR_OK;
    while (e == ERR_OK && (m = curl_multi_info_read(g->multi, &left))) {
        struct job *j;
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&j);
        curl_multi_remove_handle(g->multi, m->easy_handle);
        g->n_running--;
        enum result r = wire_result(j, code);
        if (r == RESULT_DONE && j->seq == 0)
            r = poll_answer(j);
        else if (r == RESULT_DONE && j->sink->spec->recipe.kind == KIND_TICKET)
            r = ticket_answer(j);
        if (j->refused && j->ticket.begun_ms) { /* nothing is under way any more */
            j->ticket.begun_ms = 0;
            e = sink_ticket(j->sink, &j->ticket);
        }
        if (e == ERR_OK)
            e = job_go(j, r);
    }
    return e;
}

/* Is there anything a sink may still do in this run? */
static bool has_work(const struct sink *s, int64_t now_ms)
{
    if (s->report->lease != ERR_OK)
        return false;
    if (!idle(s))
        return true;
    if (s->state.open_until > now_ms)
        return false;
    return !s->empty || s->n_item > 0 || (s->wait_at && s->wait_at <= now_ms) || s->atom_dirty || poll_is_due(s, now_ms);
}

static enum err loop(struct engine *g)
{
    const struct feed_setup *f = g->setup;
    enum err e = ERR_OK;
    for (;;) {
        bool stopping = f->stop && *f->stop, work = false;
        for (size_t i = 0; i < f->n_sink && e == ERR_OK; i++)
            e = turn(g, &g->sink[i], stopping);
        if (e != ERR_OK)
            return e;
        for (size_t i = 0; i < f->n_sink; i++)
            work = work || has_work(&g->sink[i], feed_now_ms());
        if (stopping ? g->n_running == 0 : !work && g->n_running == 0 && !f->follow)
            return ERR_OK;
        int running = 0;
        curl_multi_perform(g->multi, &running);
        e = collect(g);
        if (e != ERR_OK)
            return e;
        if (running == g->n_running && running > 0) /* nothing ended: sleep until something moves */
            curl_multi_poll(g->multi, NULL, 0, IDLE_MS / 4, NULL);
        else if (g->n_running == 0 && !work)
            curl_multi_poll(g->multi, NULL, 0, f->follow ? FOLLOW_LOOK_MS / 4 : 10, NULL);
    }
}

static void report(struct sink *s)
{
    struct feed_report *r = s->report;
    uint64_t cursor, newest;
    if (r->lease != ERR_OK)
        return;
    r->n_wait = r->n_parked = 0;
    for (size_t i = 0; i < s->n_wait; i++) {
        r->n_parked += s->wait[i].w.parked;
        r->n_wait += !s->wait[i].w.parked;
    }
    if (store_cursor(s->setup->store, s->spec->conf->name, &cursor, &newest) == ERR_OK)
        r->n_left = newest > s->cursor ? newest - s->cursor : 0;
    r->open_until_ms = s->state.open_until > feed_now_ms() ? s->state.open_until : 0;
    if (!r->reason[0] && s->state.reason && (r->n_wait || r->n_parked || r->open_until_ms))
        snprintf(r->reason, sizeof r->reason, "%s", s->state.reason);
}

enum err feed_run(const struct feed_setup *f, struct feed_report *reports)
{
    struct engine g = {.setup = f};
    enum err e = ERR_OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return err_set(ERR_MEMORY, "curl cannot be started");
    g.multi = curl_multi_init();
    g.sink = calloc(f->n_sink + 1, sizeof *g.sink);
    if (!g.multi || !g.sink)
        e = err_set(ERR_MEMORY, "out of memory");
    size_t n = 0;
    for (; n < f->n_sink && e == ERR_OK; n++)
        e = sink_open(&g.sink[n], f, &f->sink[n], g.multi, &reports[n]);
    if (e == ERR_OK)
        e = loop(&g);
    for (size_t i = 0; i < n; i++) {
        struct sink *s = &g.sink[i];
        for (size_t k = 0; k < s->n_job && s->job; k++)
            if (s->job[k].easy)
                curl_multi_remove_handle(g.multi, s->job[k].easy);
        if (e == ERR_OK && s->report->lease == ERR_OK)
            e = sink_commit(s);
        report(s);
        sink_close(s);
    }
    free(g.sink);
    if (g.multi)
        curl_multi_cleanup(g.multi);
    return e;
}

/* ---------------------------------------------------------------- again */

enum err feed_retry(struct store *store, const char *sink, size_t *n)
{
    struct arena a;
    struct sink_wait *w;
    struct sink_state state;
    size_t n_wait = 0;
    int lease;
    *n = 0;
    enum err e = store_lease(store, sink, &lease);
    if (e != ERR_OK)
        return e;
    arena_init(&a, LIMIT_PAGE_ARENA);
    e = store_sink_waits(store, sink, &a, &w, &n_wait);
    if (e == ERR_OK)
        e = store_sink_state(store, sink, &a, &state);
    for (size_t i = 0; e == ERR_OK && i < n_wait; i++) {
        *n += w[i].parked;
        if (w[i].parked)
            w[i].n_try = 0;
        w[i].parked = false;
        w[i].retry_at = w[i].retry_at ? 1 : 0;
    }
    if (e == ERR_OK) {
        state.open_until = 0;
        state.n_fail = 0;
        struct sink_change c = {.wait = w, .n_wait = n_wait, .state = &state};
        e = store_sink_put(store, sink, &c);
    }
    arena_release(&a);
    store_lease_end(lease);
    return e;
}
