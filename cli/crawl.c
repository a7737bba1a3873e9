#include "cli/crawl.h"

#include "base/log.h"
#include "cli/pipeline.h"
#include "cli/replies.h"
#include "report/spike_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The signal handler has no other way to find the loop; one crawl runs in a process. */
static struct fetcher *_Atomic running;
static atomic_bool stop_asked;

void crawl_stop(void)
{
    atomic_store(&stop_asked, true);
    struct fetcher *f = atomic_load(&running);
    if (f) fetcher_stop(f);
}

void crawl_go_on(void)
{
    atomic_store(&stop_asked, false);
}

/* ---------------------------------------------------------------- callbacks of the fetch loop, all in its thread */

static void come_home(struct pipeline *p)
{
    struct page *page;
    while ((page = queue_pop_wait(p->q_home, 0))) {
        hands_let_go(&p->hands, page->target.id);
        page_clear(page);
        p->free_page[p->n_free++] = page;
        p->frontier_moved = true;
    }
}

static bool is_held(void *ctx, uint64_t id)
{
    const struct pipeline *p = ctx;
    return hands_have(&p->hands, id);
}

static size_t in_hand(void *ctx, uint64_t host)
{
    const struct pipeline *p = ctx;
    return hands_of_host(&p->hands, host);
}

static size_t on_more(void *ctx, struct arena *a, struct target **out)
{
    struct pipeline *p = ctx;
    *out = NULL;
    come_home(p);
    p->frontier_moved = false;
    size_t room = hands_room(&p->hands), max = room < LIMIT_FRONTIER_BATCH ? room : LIMIT_FRONTIER_BATCH;
    if (!max) return 0;
    struct due_filter f = {.brand = p->o->brand, .source_key = p->o->source_key, .all = p->o->all, .all_before = p->started, .ctx = p};
    f.per_host = hands_per_host(p->o->settings->delay_ms);
    f.held = is_held;
    f.in_hand = in_hand;
    struct target *due;
    size_t n = 0;
    if (store_due(p->o->store, &f, clock_now(), max, a, &due, &n) != ERR_OK) {
        log_event(LOG_ERROR, "frontier", "error", err_text(), NULL);
        crawl_stop();
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        hands_take(&p->hands, due[i].id, due[i].host);
        readings_apply(p->readings, &due[i]);
    }
    *out = due;
    return n;
}

static struct page *on_take(void *ctx)
{
    struct pipeline *p = ctx;
    if (p->n_free == 0) come_home(p);
    return p->n_free ? p->free_page[--p->n_free] : NULL;
}

static void on_done(void *ctx, struct page *page)
{
    struct pipeline *p = ctx;
    if (!queue_push(p->archive ? p->q_archive : p->q_parse, page)) stage_home(p, page);
}

/* Taken, but not needed now. */
static void on_give(void *ctx, struct page *page)
{
    struct pipeline *p = ctx;
    p->free_page[p->n_free++] = page;
}

/* An API's target: the token of its source stands in what is sent, and nowhere else. */
static bool on_request(void *ctx, const struct target *t, const char *url, struct arena *a, struct request *out)
{
    const struct pipeline *p = ctx;
    const struct source *src = settings_source(p->o->settings, t->source);
    return src && site_request(p->o->sites, t->site, url, src->token, a, out);
}

static bool on_finished(void *ctx)
{
    struct pipeline *p = ctx;
    come_home(p);
    if (p->n_free < p->n_page) return false;
    if (!p->frontier_moved) return true;
    fetcher_wake(p->fetcher); /* what came home may have brought links: ask once more */
    return false;
}

static bool on_host_get(void *ctx, const char *origin, struct strbuf *blob)
{
    struct pipeline *p = ctx;
    char key[512];
    snprintf(key, sizeof key, "host:%s", origin);
    return store_meta_get(p->o->store, key, blob);
}

/* Kept until on_host_saved: a commit for each host would hold up the fetch loop. */
static void on_host_put(void *ctx, const char *origin, const void *blob, size_t n)
{
    struct pipeline *p = ctx;
    struct named_value *v = arena_grow(&p->note_arena, p->note, p->n_note, &p->note_cap, sizeof *v);
    if (v) p->note = v;
    const char *key = v ? arena_printf(&p->note_arena, "host:%s", origin) : NULL;
    void *copy = key ? arena_alloc(&p->note_arena, n) : NULL;
    if (!copy) return; /* robots.txt will be asked for again, no more */
    memcpy(copy, blob, n);
    p->note[p->n_note++] = (struct named_value){key, copy, n};
}

static void on_host_saved(void *ctx)
{
    struct pipeline *p = ctx;
    if (store_meta_put_all(p->o->store, p->note, p->n_note) != ERR_OK) log_event(LOG_WARN, "hosts not saved", "error", err_text(), NULL);
    arena_reset(&p->note_arena);
    p->note = NULL;
    p->n_note = p->note_cap = 0;
}

/* ---------------------------------------------------------------- set-up and end */

static enum err seed(struct pipeline *p, struct arena *a)
{
    const struct settings *s = p->o->settings;
    size_t n = 0, cap = 0;
    struct target *t = NULL;
    for (size_t i = 0; i < s->n_brand; i++)
        for (size_t j = 0; j < s->brand[i].n_source; j++) {
            const struct source *src = &s->brand[i].source[j];
            t = arena_grow(a, t, n, &cap, sizeof *t);
            if (!t) return err_set(ERR_MEMORY, "out of memory for the list of sources");
            t[n++] = (struct target){
                .url = src->url, .source = src->key, .brand = src->brand, .site = src->site, .kind = TARGET_LISTING, .depth = 1};
        }
    return store_seed(p->o->store, t, n, p->started);
}

/* How many sources this run is about: the others are not due, and a run says nothing about them. And whether there is anything to do at all. */
static void count_sources(struct pipeline *p)
{
    struct due_filter f = {.brand = p->o->brand, .source_key = p->o->source_key, .all = p->o->all, .all_before = p->started};
    struct arena a;
    struct target *due;
    size_t n;
    arena_init(&a, LIMIT_SEED_BYTES);
    enum err e = store_due(p->o->store, &f, clock_now(), 2 * LIMIT_SOURCES, &a, &due, &n);
    p->idle = e == ERR_OK && n == 0;
    for (size_t i = 0; e == ERR_OK && i < n; i++) p->n_source += due[i].kind == TARGET_LISTING;
    arena_release(&a); /* it is for people only: a store that cannot be read will say so in the run */
}

static bool on_negative(void *ctx, const struct finding *f)
{
    spikes_add(ctx, f);
    return true;
}

/* What this run takes for a spike: counted once, before it begins, so that the order of its pages makes no difference. */
static enum err count_spikes(struct pipeline *p, struct arena *a)
{
    struct store_filter f = {.since = p->started - (SPIKE_DAYS + 1) * INT64_C(86400), .negatives_only = true};
    spikes_init(&p->spikes, a, p->started);
    enum err e = store_each(p->o->store, &f, on_negative, &p->spikes);
    return e == ERR_OK ? spike_read_older(p->o->store, p->o->settings, &p->spikes) : e;
}

static size_t worker_count(const struct settings *s)
{
    long n = s->workers > 0 ? s->workers : sysconf(_SC_NPROCESSORS_ONLN) - 1;
    return n < 1 ? 1 : n > LIMIT_WORKERS ? LIMIT_WORKERS : (size_t)n;
}

static enum err make_pool(struct pipeline *p)
{
    p->n_page = LIMIT_PAGE_POOL;
    p->page = calloc(p->n_page, sizeof *p->page);
    p->free_page = calloc(p->n_page, sizeof(struct page *));
    arena_init(&p->note_arena, LIMIT_HOST_NOTES_BYTES);
    bool has_hands = hands_init(&p->hands);
    p->q_parse = queue_new(p->n_page);
    p->q_archive = queue_new(p->n_page);
    p->q_put = queue_new(p->n_page);
    p->q_home = queue_new(p->n_page);
    if (!p->page || !p->free_page || !has_hands || !p->q_archive || !p->q_parse || !p->q_put || !p->q_home)
        return err_set(ERR_MEMORY, "out of memory for the page pool");
    for (size_t i = 0; i < p->n_page; i++) {
        page_init(&p->page[i], p->o->settings->max_body_bytes);
        p->free_page[p->n_free++] = &p->page[i];
    }
    return ERR_OK;
}

static void drop_pool(struct pipeline *p)
{
    for (size_t i = 0; p->page && i < p->n_page; i++) page_release(&p->page[i]);
    free(p->page);
    free(p->free_page);
    hands_release(&p->hands);
    arena_release(&p->note_arena);
    queue_free(p->q_archive);
    queue_free(p->q_parse);
    queue_free(p->q_put);
    queue_free(p->q_home);
}

static enum err start_threads(struct pipeline *p)
{
    size_t want = worker_count(p->o->settings);
    if (pthread_create(&p->writer, NULL, stage_writer, p) != 0) return err_set(ERR_MEMORY, "cannot start the writer thread");
    p->writer_runs = true;
    if (p->archive && pthread_create(&p->archiver, NULL, stage_archiver, p) != 0) return err_set(ERR_MEMORY, "cannot start the archive thread");
    p->archiver_runs = p->archive != NULL;
    while (p->n_worker < want && pthread_create(&p->worker[p->n_worker], NULL, stage_worker, p) == 0) p->n_worker++;
    return p->n_worker ? ERR_OK : err_set(ERR_MEMORY, "cannot start a parser thread");
}

/* What was fetched is parsed and stored, whatever ended the fetching. */
static void drain(struct pipeline *p)
{
    queue_close(p->q_archive);
    if (p->archiver_runs) pthread_join(p->archiver, NULL);
    queue_close(p->q_parse);
    for (size_t i = 0; i < p->n_worker; i++) pthread_join(p->worker[i], NULL);
    queue_close(p->q_put);
    if (p->writer_runs) pthread_join(p->writer, NULL);
}

/* The loop, with the progress line beside it. */
static enum err fetch_all(struct pipeline *p)
{
    pthread_t drawer;
    bool draws = p->o->progress && pthread_create(&drawer, NULL, progress_draw, p) == 0;
    atomic_store(&running, p->fetcher);
    if (atomic_load(&stop_asked)) fetcher_stop(p->fetcher); /* asked before there was a loop */
    int64_t deadline = p->o->max_time_s ? p->started_mono_ms + p->o->max_time_s * 1000 : 0;
    enum err e = fetcher_run(p->fetcher, deadline);
    atomic_store(&running, NULL);
    bool in_time = deadline == 0 || clock_mono_ms() < deadline;
    p->run.complete = e == ERR_OK && in_time && !atomic_load(&stop_asked) && on_finished(p);
    drain(p);
    atomic_store(&p->over, true);
    if (draws) pthread_join(drawer, NULL);
    return e;
}

static enum err run_line(struct pipeline *p)
{
    struct fetch_calls calls = {p, on_more, on_take, on_done, on_finished, on_host_get, on_host_put, on_host_saved, on_give, on_request};
    enum err e = fetcher_new(&p->fetcher, p->o->settings, &calls);
    if (e != ERR_OK) return e;
    e = start_threads(p);
    if (e == ERR_OK) e = fetch_all(p);
    else drain(p);
    struct fetch_counters c;
    fetcher_counters(p->fetcher, &c);
    p->run.n_bytes = c.bytes;
    fetcher_free(p->fetcher);
    if (p->write_err != ERR_OK) return err_set(p->write_err, "%s", p->write_err_text);
    if (p->archive_err != ERR_OK) return err_set(p->archive_err, "%s", p->archive_err_text);
    return e;
}

/* Nothing is due: no threads, no word lists, no network. Only the clocks are looked at, which is the writer's work otherwise. */
static enum err run_idle(struct pipeline *p)
{
    stage_sweep(p);
    p->run.complete = !atomic_load(&stop_asked);
    return p->write_err == ERR_OK ? ERR_OK : err_set(p->write_err, "%s", p->write_err_text);
}

static enum err run(struct pipeline *p)
{
    if (p->idle) return run_idle(p);
    enum err e = p->o->lexicon(p->o->lexicon_ctx, &p->lexicon);
    return e == ERR_OK ? run_line(p) : e;
}

static void summarise(struct pipeline *p, struct crawl_summary *out)
{
    p->run.started = p->started;
    p->run.ended = clock_now();
    p->run.n_source = p->n_source > atomic_load(&p->n_source_done) ? p->n_source : atomic_load(&p->n_source_done); /* some fell due meanwhile */
    p->run.n_source_ok = atomic_load(&p->n_source_done) - p->n_source_failed;
    p->run.n_page = atomic_load(&p->n_done);
    p->run.n_mention = atomic_load(&p->n_mention);
    p->run.n_new = atomic_load(&p->n_new);
    p->run.n_negative = atomic_load(&p->n_negative);
    struct rusage used;
    if (getrusage(RUSAGE_SELF, &used) == 0) p->run.rss_bytes = (uint64_t)used.ru_maxrss * 1024;
    out->run = p->run;
    out->elapsed_ms = clock_mono_ms() - p->started_mono_ms;
    out->failure = p->failure;
    out->n_failure = p->n_failure;
}

enum err crawl_run(const struct crawl_options *o, struct arena *a, struct crawl_summary *out)
{
    struct pipeline *p = calloc(1, sizeof *p);
    if (!p) return err_set(ERR_MEMORY, "out of memory");
    p->o = o;
    p->archive = o->archive;
    p->failure_arena = a;
    p->started = clock_now();
    p->started_mono_ms = p->swept_mono_ms = clock_mono_ms();
    enum err e = make_pool(p);
    if (e == ERR_OK && !(p->brands = brands_new(o->settings))) e = err_set(ERR_MEMORY, "out of memory for the names of the brands");
    if (e == ERR_OK && !(p->replies = replies_new())) e = err_set(ERR_MEMORY, "out of memory");
    if (e == ERR_OK && !(p->readings = readings_new(o->settings, o->sites, a))) e = err_set(ERR_MEMORY, "out of memory for the list of sources");
    if (e == ERR_OK) e = seed(p, a);
    if (e == ERR_OK) count_sources(p);
    if (e == ERR_OK) e = count_spikes(p, a);
    if (e == ERR_OK) e = run(p);
    if (e == ERR_OK && p->archive) e = warc_sync(p->archive);
    summarise(p, out);
    if (e == ERR_OK) e = store_put_run(o->store, &out->run);
    brands_free(p->brands);
    replies_free(p->replies);
    drop_pool(p);
    free(p);
    return e;
}

enum err crawl_clocks(const struct crawl_options *o)
{
    struct pipeline *p = calloc(1, sizeof *p);
    struct arena a;
    if (!p) return err_set(ERR_MEMORY, "out of memory");
    arena_init(&a, LIMIT_SEED_BYTES);
    p->o = o;
    p->started = clock_now();
    enum err e = count_spikes(p, &a);
    if (e == ERR_OK) stage_sweep(p);
    if (e == ERR_OK && p->write_err != ERR_OK) e = err_set(p->write_err, "%s", p->write_err_text);
    arena_release(&a);
    free(p);
    return e;
}
