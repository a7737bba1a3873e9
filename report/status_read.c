/* The facts of status out of the store. */
#include "report/status.h"

#include "report/collect.h"
#include "report/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S      INT64_C(86400)
#define SEEN_S     (7 * DAY_S)
#define SEEN_MAX   200000 /* more than a week brings to anybody */
#define MONTH_DAYS 30
#define MONTH_RUNS 20000 /* a run every two minutes for a month */

bool status_fill(const char *fill, const char *field, struct status_fill *out)
{
    char key[64];
    int n = snprintf(key, sizeof key, "\"%s\":", field);
    const char *at = fill && n > 0 && (size_t)n < sizeof key ? strstr(fill, key) : NULL;
    out->n = at ? strtoull(at + n, NULL, 10) : 0;
    return at && at[n] >= '0' && at[n] <= '9';
}

/* ---------------------------------------------------------------- the desk */

struct desk {
    struct rows rows;
    struct status *s;
    int64_t now;
};

static bool on_open(void *ctx, const struct store_row *r)
{
    struct desk *d = ctx;
    struct status *s = d->s;
    if (r->verdict != VERDICT_REPLY || !rows_in_scope(&d->rows, r))
        return true;
    s->n_open++;
    if (r->due_at == 0)
        return true;
    s->n_overdue += r->due_at < d->now;
    s->n_soon += r->due_at >= d->now && r->due_at <= d->now + 3600;
    if (s->oldest_due == 0 || r->due_at < s->oldest_due)
        s->oldest_due = r->due_at;
    return true;
}

/* ---------------------------------------------------------------- from publication to first sight */

struct lag {
    uint64_t source;
    int64_t at, seen;
};
struct lags {
    struct lag *lag;
    size_t n, cap;
    struct arena *a;
    int64_t since;
};

/* The index knows no precision: what stands at midnight UTC is a calendar date, what stands at its first sight has none. */
static bool on_seen(void *ctx, const struct store_row *r)
{
    struct lags *l = ctx;
    if (r->first_seen < l->since || r->at % DAY_S == 0 || r->at >= r->first_seen || l->n == SEEN_MAX)
        return true;
    struct lag *grown = arena_grow(l->a, l->lag, l->n, &l->cap, sizeof *grown);
    if (!grown)
        return false;
    l->lag = grown;
    l->lag[l->n++] = (struct lag){r->source, r->at, r->first_seen};
    return true;
}

static int by_source(const void *a, const void *b)
{
    const struct lag *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->seen < y->seen ? -1 : x->seen > y->seen;
}

/* What was published before the first thing we saw of a source is its history: how late we saw it says nothing. */
static void work_out_lags(struct lags *l, struct status *s)
{
    int64_t *took = arena_calloc(l->a, l->n, sizeof *took), begun = 0;
    if (l->n && took)
        qsort(l->lag, l->n, sizeof *l->lag, by_source);
    for (size_t i = 0; took && i < l->n; i++) {
        if (i == 0 || l->lag[i].source != l->lag[i - 1].source)
            begun = l->lag[i].seen;
        if (l->lag[i].at >= begun)
            took[s->n_seen++] = l->lag[i].seen - l->lag[i].at;
    }
    s->seen_p50_s = s->n_seen ? collect_quantile(took, s->n_seen, 0.5) : 0;
    s->seen_p95_s = s->n_seen ? collect_quantile(took, s->n_seen, 0.95) : 0;
}

/* ---------------------------------------------------------------- crawls and what they cost */

static void add(struct status_sum *to, const struct run_record *r)
{
    to->n_new += r->n_new;
    to->n_revised += r->n_revised;
    to->n_missing += r->n_missing;
    to->n_page += r->n_page;
    to->n_bytes += r->n_bytes;
    to->n_304 += r->n_304;
    to->n_slowdown += r->n_slowdown;
    to->answer_ms += r->answer_ms;
    for (int i = 0; i < RUN_HTTP; i++)
        to->n_http[i] += r->n_http[i];
    if (r->wait_max_s > to->wait_max_s)
        to->wait_max_s = r->wait_max_s;
}

static void add_runs(const struct report_in *in, const struct run_record *run, size_t n, struct status *s)
{
    struct status_sum month = {0};
    int64_t first = in->now;
    for (size_t i = 0; i < n; i++) {
        if (run[i].started > in->now - DAY_S)
            add(&s->day, &run[i]);
        if (run[i].started <= in->now - MONTH_DAYS * DAY_S)
            break;
        add(&month, &run[i]);
        first = run[i].started;
    }
    s->n_run = n < STATUS_RUNS ? n : STATUS_RUNS;
    memcpy(s->run, run, s->n_run * sizeof *run);
    const struct settings *set = in->settings;
    s->cost_per_1000 = -1;
    if (!set || (set->price_gb <= 0 && set->price_month <= 0) || month.n_new == 0)
        return;
    double days = (double)(in->now - first) / (double)DAY_S;
    double cost = (double)month.n_bytes / 1e9 * set->price_gb + set->price_month * (days < 1 ? 1 : days) / MONTH_DAYS;
    s->cost_per_1000 = cost / (double)month.n_new * 1000;
}

static enum err read_runs(const struct report_in *in, struct arena *a, struct status *s)
{
    struct run_record *run = arena_calloc(a, MONTH_RUNS, sizeof *run);
    size_t n = 0;
    if (!run)
        return err_set(ERR_MEMORY, "no memory for the list of crawls");
    enum err e = store_runs(in->store, MONTH_RUNS, run, &n);
    if (!e)
        add_runs(in, run, n, s);
    return e;
}

/* ---------------------------------------------------------------- the outbox */

static enum err read_sink(const struct report_in *in, struct arena *a, const struct sink_cursor *c, uint64_t newest, struct status_sink *out)
{
    struct sink_wait *wait;
    struct event next;
    size_t n;
    *out = (struct status_sink){.name = c->name, .depth = newest > c->seq ? newest - c->seq : 0};
    enum err e = store_sink_waits(in->store, c->name, a, &wait, &n);
    if (e)
        return e;
    uint64_t oldest = out->depth ? c->seq + 1 : 0;
    for (size_t i = 0; i < n; i++) {
        out->n_parked += wait[i].parked;
        if (oldest == 0 || wait[i].seq < oldest)
            oldest = wait[i].seq;
    }
    out->depth += n;
    if (oldest && store_event(in->store, oldest, a, &next) == ERR_OK)
        out->oldest = next.at;
    return ERR_OK;
}

static enum err read_sinks(const struct report_in *in, struct arena *a, struct status *s)
{
    struct sink_cursor *c = NULL;
    size_t n = 0;
    enum err e = store_sinks(in->store, a, &c, &n);
    for (size_t i = 0; e == ERR_OK && i < n && s->n_sink < STATUS_SINKS; i++) {
        uint64_t at, newest;
        e = store_cursor(in->store, c[i].name, &at, &newest);
        if (e == ERR_OK)
            e = read_sink(in, a, &c[i], newest, &s->sink[s->n_sink++]);
    }
    return e;
}

enum err status_read(const struct report_in *in, struct arena *a, struct status *s)
{
    struct desk d = {.s = s, .now = in->now};
    struct lags l = {.a = a, .since = in->now - SEEN_S};
    struct store_rows_filter desk = {.brand = in->brand, .desk = true}, week = {.brand = in->brand, .since = l.since};
    memset(s, 0, sizeof *s);
    rows_init(&d.rows, in, a);
    enum err e = health_read(in, a, &s->health);
    if (!e)
        e = read_runs(in, a, s);
    if (!e)
        e = store_stat(in->store, &s->stat);
    if (!e)
        e = store_rows(in->store, &desk, on_open, &d);
    if (!e)
        e = store_rows(in->store, &week, on_seen, &l);
    if (!e)
        e = read_sinks(in, a, s);
    if (!e)
        work_out_lags(&l, s);
    return e;
}

enum err report_status(const struct report_in *in, const char *format, struct strbuf *out, int *nagios_code)
{
    static const char *const formats[] = {"text", "json", "prom", "nagios"};
    size_t k = 0;
    while (k < 4 && strcmp(format, formats[k]) != 0)
        k++;
    if (k == 4)
        return err_set(ERR_USAGE, "status has no format \"%s\"; use text, json, prom or nagios", format);
    struct arena a;
    arena_init(&a, COLLECT_ARENA_BYTES);
    struct status *s = arena_alloc(&a, sizeof *s);
    enum err e = s ? status_read(in, &a, s) : err_set(ERR_MEMORY, "no memory for the status");
    int code = 0;
    if (!e) {
        if (k == 0)
            status_text(in, s, out);
        if (k == 1)
            status_json(in, s, out);
        if (k == 2)
            status_prom(in, s, out);
        if (k == 3)
            code = status_nagios(in, s, out);
    }
    if (nagios_code)
        *nagios_code = e ? 3 : code;
    arena_release(&a);
    return e;
}
