#include "crawler/fetch.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/when.h"
#include "crawler/inflate.h"
#include "crawler/retry.h"
#include "crawler/transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTIONS_DEFAULT 16
#define CONNECTIONS_MAX 256
#define POLL_MS 1000     /* the longest sleep: nothing depends on it, wakes come at once */
#define MORE_MS 20       /* the store is asked at most so often while there is work */
#define MORE_SHARE 10    /* ... and for at most a tenth of the time */
#define SPARE_MAX LIMIT_PAGE_POOL

struct fetcher {
    const struct settings *settings;
    struct fetch_calls calls;
    struct guard *guard;
    struct hosts *hosts;
    struct transfer_setup setup;
    CURLM *multi;
    struct transfer *transfer, *free;
    int n_transfer, n_flight;
    struct page *spare[SPARE_MAX]; /* taken, but their job went back to wait */
    int n_spare;
    int64_t asked_ms, more_ms;     /* when `more` was asked last, and how long to wait before the next time */
    bool drained;                  /* it had nothing then */
    atomic_bool stop, woken;
    _Atomic uint64_t n_request, n_byte, in_flight, waiting;
};

/* ---- life ---- */

static enum err check_ca(const char *path)
{
    if (path && access(path, R_OK) != 0)
        return err_set(ERR_CONFIG, "CA file \"%s\" cannot be read: %s", path, strerror(errno));
    return ERR_OK;
}

static bool set_up(struct fetcher *f)
{
    const struct settings *s = f->settings;
    int n = s->connections > 0 ? s->connections : CONNECTIONS_DEFAULT;
    f->n_transfer = n > CONNECTIONS_MAX ? CONNECTIONS_MAX : n;
    f->multi = curl_multi_init();
    f->setup = (struct transfer_setup){.settings = s, .share = curl_share_init(), .calls = &f->calls};
    f->transfer = calloc((size_t)f->n_transfer, sizeof *f->transfer);
    uint64_t seed = (uint64_t)clock_mono_ms() * 1000003u ^ (uint64_t)getpid();
    f->hosts = hosts_new(s, &f->calls, seed);
    if (!f->multi || !f->setup.share || !f->transfer || !f->hosts)
        return false;
    for (int i = 0; i < f->n_transfer; i++) {
        if (!transfer_init(&f->transfer[i], f->guard))
            return false;
        f->transfer[i].next = f->free;
        f->free = &f->transfer[i];
    }
    for (size_t i = 0; i < s->n_connect_to; i++) {
        struct curl_slist *grown = curl_slist_append(f->setup.connect_to, s->connect_to[i]);
        if (!grown)
            return false;
        f->setup.connect_to = grown;
    }
    /* one thread only, so the share needs no locks; TLS sessions outlive their connection through it */
    curl_share_setopt(f->setup.share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    curl_multi_setopt(f->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->n_transfer * 2);
    return true;
}

enum err fetcher_new(struct fetcher **out, const struct settings *s, const struct fetch_calls *c)
{
    *out = NULL;
    enum err e = check_ca(s->ca_file);
    if (e)
        return e;
    struct fetcher *f = calloc(1, sizeof *f);
    if (!f || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(f);
        return err_set(ERR_MEMORY, "out of memory for the fetcher");
    }
    f->settings = s;
    f->calls = *c;
    e = guard_new(&f->guard, s);
    if (!e && !set_up(f))
        e = err_set(ERR_MEMORY, "out of memory for the fetcher");
    if (e)
        fetcher_free(f);
    else
        *out = f;
    return e;
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    for (int i = 0; f->transfer && i < f->n_transfer; i++)
        if (f->transfer[i].easy)
            transfer_release(&f->transfer[i]);
    free(f->transfer);
    curl_multi_cleanup(f->multi);
    curl_share_cleanup(f->setup.share);
    curl_slist_free_all(f->setup.connect_to);
    hosts_free(f->hosts);
    guard_free(f->guard);
    curl_global_cleanup();
    free(f);
}

void fetcher_stop(struct fetcher *f)
{
    int saved = errno;
    atomic_store(&f->stop, true);
    curl_multi_wakeup(f->multi);
    errno = saved;
}

void fetcher_wake(struct fetcher *f)
{
    atomic_store(&f->woken, true);
    curl_multi_wakeup(f->multi);
}

void fetcher_counters(const struct fetcher *f, struct fetch_counters *out)
{
    out->requests = atomic_load(&f->n_request);
    out->bytes = atomic_load(&f->n_byte);
    out->in_flight = atomic_load(&f->in_flight);
    out->waiting = atomic_load(&f->waiting);
}

/* ---- pages ---- */

static bool have_page(struct fetcher *f)
{
    if (f->n_spare)
        return true;
    struct page *p = f->calls.take(f->calls.ctx);
    if (p)
        f->spare[f->n_spare++] = p;
    return p != NULL;
}

static void keep_page(struct fetcher *f, struct page *p)
{
    ASSERT(f->n_spare < SPARE_MAX); /* the pool has no more than these */
    f->spare[f->n_spare++] = p;
}

static void give_pages(struct fetcher *f)
{
    while (f->calls.give && f->n_spare)
        f->calls.give(f->calls.ctx, f->spare[--f->n_spare]);
}

static void hand_on(struct fetcher *f, struct page *p)
{
    log_event(LOG_DEBUG, "fetch", "url", p->target.url, "outcome", outcome_word(p->outcome), "reason", p->reason ? p->reason : "", NULL);
    f->calls.done(f->calls.ctx, p);
}

/* A job that ends without a request of its own. Needs have_page() for pages. */
static void hand_on_unsent(struct fetcher *f, const struct move *m, int64_t now_s)
{
    struct job *j = m->job;
    if (j->kind == JOB_ROBOTS) {
        host_robots(f->hosts, j->robots_host, j->robots_https, NULL, m->outcome, m->reason, now_s);
    } else {
        struct page *p = f->spare[--f->n_spare];
        page_begin(p, &j->target);
        page_fail(p, m->outcome, "%s", m->reason);
        p->retry_after_s = m->retry_after_s;
        hand_on(f, p);
    }
    job_free(j);
}

/* ---- targets in ---- */

static bool take_target(struct fetcher *f, const struct target *t, int64_t now_ms, int64_t now_s)
{
    const char *why = NULL;
    struct job *j = job_new(t, &why);
    if (j && hosts_push(f->hosts, j, false, now_ms, now_s))
        return true;
    job_free(j);
    if (!have_page(f)) /* it stays due */
        return false;
    struct page *p = f->spare[--f->n_spare];
    page_begin(p, t);
    page_fail(p, OUTCOME_BADDATA, "%s", why ? why : "out of memory");
    hand_on(f, p);
    return true;
}

static void take_targets(struct fetcher *f, int64_t now_ms)
{
    bool idle = f->n_flight == 0 && hosts_waiting(f->hosts) == 0;
    bool asked = atomic_exchange(&f->woken, false);
    if (asked)
        f->drained = false;
    if (idle && now_ms - f->asked_ms >= POLL_MS) /* what falls due by the clock wakes nobody */
        f->drained = false;
    if (f->drained || hosts_waiting(f->hosts) >= LIMIT_FRONTIER_HELD || (!idle && now_ms - f->asked_ms < f->more_ms))
        return;
    struct arena a;
    arena_init(&a, 64 * LIMIT_MIB);
    struct target *t = NULL;
    size_t n = f->calls.more(f->calls.ctx, &a, &t);
    int64_t now_s = clock_now(), took_ms = clock_mono_ms() - now_ms;
    f->asked_ms = now_ms + took_ms;
    f->more_ms = took_ms * MORE_SHARE > MORE_MS ? took_ms * MORE_SHARE : MORE_MS;
    if (f->more_ms > POLL_MS)
        f->more_ms = POLL_MS;
    f->drained = n == 0;
    for (size_t i = 0; i < n; i++)
        take_target(f, &t[i], now_ms, now_s);
    arena_release(&a);
}

/* ---- requests out ---- */

static void arrived(struct fetcher *f, struct transfer *t, CURLcode code);

static void send_job(struct fetcher *f, const struct move *m)
{
    struct transfer *t = f->free;
    struct job *j = m->job;
    f->free = t->next;
    t->job = j;
    t->host = m->host;
    j->n_try++;
    if (j->kind == JOB_ROBOTS) {
        t->page = &t->own;
        page_clear(t->page);
    } else {
        t->page = f->spare[--f->n_spare];
        page_begin(t->page, &j->target);
    }
    f->n_flight++;
    atomic_fetch_add(&f->n_request, 1);
    if (!transfer_prepare(t, &f->setup) || curl_multi_add_handle(f->multi, t->easy) != CURLM_OK)
        arrived(f, t, *t->refused ? CURLE_COULDNT_CONNECT : CURLE_OUT_OF_MEMORY);
}

/* Start what may start. Returns ms until the next may. */
static int64_t start_jobs(struct fetcher *f)
{
    int64_t now_ms = clock_mono_ms(), now_s = clock_now();
    while (f->free && hosts_ready_ms(f->hosts) <= now_ms) {
        struct move m;
        if (!have_page(f))
            return POLL_MS;
        hosts_next(f->hosts, now_ms, now_s, &m);
        if (m.kind == MOVE_NOTHING)
            break;
        if (m.kind == MOVE_SEND)
            send_job(f, &m);
        else
            hand_on_unsent(f, &m, now_s);
    }
    int64_t ready = hosts_ready_ms(f->hosts);
    if (!f->free || ready == INT64_MAX)
        return POLL_MS;
    return ready > now_ms ? ready - now_ms : 0;
}

/* ---- answers in ---- */

/* A redirect that may be followed becomes a new job at the place it names: its host's robots.txt and delay count. true when it did. */
static bool redirected(struct fetcher *f, struct transfer *t, int64_t now_ms, int64_t now_s)
{
    struct page *p = t->page;
    struct job *j = t->job;
    int s = p->status;
    if (p->outcome != OUTCOME_NONE || s < 300 || s > 399)
        return false;
    const char *location = transfer_header(t, "location");
    if (!location || s == 300 || s == 305 || s == 306) {
        page_fail(p, OUTCOME_NETWORK, "HTTP %d without a place to go to", s);
        return false;
    }
    if (j->n_redirect == LIMIT_REDIRECTS) {
        page_fail(p, OUTCOME_NETWORK, "more than %d redirects", LIMIT_REDIRECTS);
        return false;
    }
    struct place to;
    const char *why = place_follow(&to, &j->place, location);
    if (why) {
        page_fail(p, OUTCOME_NETWORK, "redirect to \"%.200s\" not followed: %s", location, why);
        return false;
    }
    struct place from = j->place;
    j->place = to;
    j->n_redirect++;
    j->n_try = 0;
    if (!hosts_push(f->hosts, j, true, now_ms, now_s)) {
        j->place = from;
        place_release(&to);
        page_fail(p, OUTCOME_NETWORK, "out of memory");
        return false;
    }
    place_release(&from);
    return true;
}

/* Back to wait, when the failure may pass and the wait is short. true when the job did. */
static bool tried_again(struct fetcher *f, struct transfer *t, int64_t now_ms, int64_t now_s)
{
    struct page *p = t->page;
    bool slow = p->outcome == OUTCOME_SLOWDOWN;
    bool passing = p->outcome == OUTCOME_NETWORK && !t->lasting && (p->status == 0 || p->status >= 500) && p->elapsed_ms < 5000;
    int tries = slow ? RETRY_TRIES : passing ? 2 : 1;
    if (slow || passing) {
        int64_t wait_ms = retry_jitter_ms(t->job->n_try, hosts_dice(f->hosts));
        if (p->retry_after_s > 0) {
            int64_t asked_ms = p->retry_after_s * 1000;
            wait_ms = asked_ms + (asked_ms > HOST_PAUSE_MAX_MS ? retry_offset_ms(asked_ms, hosts_dice(f->hosts)) : 0);
        }
        host_pause(f->hosts, t->host, wait_ms, now_ms);
    }
    if (t->job->n_try >= tries || host_wait_ms(t->host, now_ms) < 0)
        return false;
    return hosts_push(f->hosts, t->job, t->job->kind == JOB_ROBOTS, now_ms, now_s);
}

/* RFC 9309 section 2.3.1: 2xx is read, 4xx allows all, anything else forbids all (a host that cannot be reached at all is a NETWORK matter). */
static void robots_arrived(struct fetcher *f, struct transfer *t, int64_t now_s)
{
    struct page *p = t->page;
    struct job *j = t->job;
    int s = p->status;
    bool whole = p->outcome == OUTCOME_NONE || (p->outcome == OUTCOME_TOOBIG && t->body_big);
    bool allows_all = s >= 400 && s < 500 && s != 429;
    bool too_many = s >= 300 && s < 400; /* may be taken as "unavailable", section 2.3.1.2 */
    struct robots *r = NULL;
    if (s >= 200 && s < 300 && whole) {
        inflate_page(p);
        r = robots_parse(p->body.s, p->body.n, f->settings->user_agent);
    } else if (allows_all || too_many) {
        r = robots_parse("", 0, f->settings->user_agent);
    }
    if (!r && host_keep_old_robots(f->hosts, j->robots_host, j->robots_https, now_s))
        return;
    char reason[200];
    snprintf(reason, sizeof reason, "robots.txt not read: %.150s", p->reason ? p->reason : "out of memory");
    enum outcome refused = s == 0 ? OUTCOME_NETWORK : OUTCOME_ROBOTS;
    host_robots(f->hosts, j->robots_host, j->robots_https, r, refused, reason, now_s);
}

static enum answer answer_of(const struct page *p)
{
    if (p->outcome == OUTCOME_SLOWDOWN)
        return ANSWER_SLOWDOWN;
    bool host_failed = p->outcome == OUTCOME_NETWORK && (p->status == 0 || p->status >= 500);
    return host_failed ? ANSWER_FAILED : ANSWER_GOOD;
}

static void arrived(struct fetcher *f, struct transfer *t, CURLcode code)
{
    int64_t now_ms = clock_mono_ms(), now_s = clock_now();
    struct page *p = t->page;
    struct job *j = t->job;
    transfer_finish(t, code, now_s);
    atomic_fetch_add(&f->n_byte, p->wire.n);
    host_answered(f->hosts, t->host, answer_of(p), p->elapsed_ms, now_ms);
    bool goes_on = redirected(f, t, now_ms, now_s) || tried_again(f, t, now_ms, now_s);
    if (!goes_on && p->retry_after_s > 0 && p->outcome != OUTCOME_SLOWDOWN) /* the allowance is used up */
        host_pause(f->hosts, t->host, p->retry_after_s * 1000, now_ms);
    if (goes_on) {
        if (p != &t->own)
            keep_page(f, p);
    } else {
        if (j->kind == JOB_ROBOTS)
            robots_arrived(f, t, now_s);
        else
            hand_on(f, p);
        job_free(j);
    }
    t->job = NULL;
    t->page = NULL;
    t->next = f->free;
    f->free = t;
    f->n_flight--;
}

static void collect(struct fetcher *f)
{
    CURLMsg *msg;
    int left;
    while ((msg = curl_multi_info_read(f->multi, &left))) {
        struct transfer *t = NULL;
        CURL *easy = msg->easy_handle;
        CURLcode code = msg->data.result;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
        curl_multi_remove_handle(f->multi, easy);
        arrived(f, t, code);
    }
}

static void drop_all(struct fetcher *f)
{
    for (int i = 0; i < f->n_transfer; i++) {
        struct transfer *t = &f->transfer[i];
        if (!t->job)
            continue;
        curl_multi_remove_handle(f->multi, t->easy);
        host_answered(f->hosts, t->host, ANSWER_DROPPED, 0, clock_mono_ms());
        if (t->page != &t->own)
            keep_page(f, t->page);
        job_free(t->job);
        t->job = NULL;
        t->page = NULL;
        t->next = f->free;
        f->free = t;
        f->n_flight--;
    }
}

static void count(struct fetcher *f)
{
    atomic_store(&f->in_flight, (uint64_t)f->n_flight);
    atomic_store(&f->waiting, hosts_waiting(f->hosts));
}

enum err fetcher_run(struct fetcher *f, int64_t deadline_mono_ms)
{
    enum err e = ERR_OK;
    f->drained = false;
    while (!atomic_load(&f->stop)) {
        int64_t now_ms = clock_mono_ms();
        if (deadline_mono_ms && now_ms >= deadline_mono_ms)
            break;
        take_targets(f, now_ms);
        if (hosts_save_ms(f->hosts) <= now_ms)
            hosts_save(f->hosts, false, now_ms, clock_now());
        int64_t wait_ms = start_jobs(f);
        int running;
        if (curl_multi_perform(f->multi, &running) != CURLM_OK) {
            e = err_set(ERR_INTERNAL, "libcurl failed in curl_multi_perform");
            break;
        }
        int before = f->n_flight;
        collect(f);
        count(f);
        if (before != f->n_flight)
            continue;
        give_pages(f);
        bool idle = f->n_flight == 0 && hosts_waiting(f->hosts) == 0;
        if (idle && f->drained && !atomic_load(&f->woken) && f->calls.finished(f->calls.ctx))
            break;
        if (!f->drained && wait_ms > f->more_ms)
            wait_ms = f->more_ms;
        if (deadline_mono_ms && wait_ms > deadline_mono_ms - now_ms)
            wait_ms = deadline_mono_ms - now_ms;
        curl_multi_poll(f->multi, NULL, 0, (int)(wait_ms > POLL_MS ? POLL_MS : wait_ms), NULL);
    }
    drop_all(f);
    give_pages(f);
    count(f);
    hosts_save(f->hosts, true, clock_mono_ms(), clock_now());
    return e;
}
