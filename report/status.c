#include "report/status.h"

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/limits.h"
#include "report/collect.h"
#include "report/fmt.h"
#include "report/term.h"

#include <stdio.h>
#include <string.h>

#define OUTCOME_COLUMNS 20
#define AGE_COLUMNS     12
#define COUNT_COLUMNS   10

int64_t status_gap(const struct source_health *h)
{
    int64_t gap = h && h->declared_total >= 0 ? h->declared_total - (int64_t)(h->n_mention + h->n_forgotten) : 0;
    return gap > 0 ? gap : 0;
}

static enum style health_style(enum health_state s)
{
    return s == HEALTH_READ ? STYLE_GOOD : s == HEALTH_FAILED ? STYLE_BAD : STYLE_WARN;
}

static const char *state_text(const struct health_row *r)
{
    if (r->state == HEALTH_NEVER)
        return _("never read");
    if (r->state == HEALTH_STALE)
        return _("no crawl ran");
    return fmt_outcome(r->h->outcome);
}

/* Which of the fields that matter some mentions of the last page lacked: {"id":20,"text":20,"published":12} says how many had each. Stars are not everywhere. */
static void fill_row(struct term *t, const struct source_health *h)
{
    static const char *const wanted[] = {"text", "published", "author", "rating"};
    struct status_fill f;
    bool any = false;
    if (!h || !status_fill(h->fill, "id", &f) || f.n == 0)
        return;
    uint64_t all = f.n;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        fmt_buf b;
        bool there = status_fill(h->fill, wanted[i], &f);
        if (f.n >= all || (!there && strcmp(wanted[i], "rating") == 0))
            continue;
        if (!any)
            strbuf_puts(t->out, "   ");
        any = true;
        term_printf(t, STYLE_DIM, " %s: %s", fmt_field(wanted[i]), fmt_share(b, f.n, all));
    }
    if (any)
        term_line(t);
}

static void source_rows(struct term *t, const struct report_in *in, const struct health *h)
{
    fmt_buf b;
    size_t key = 12;
    for (size_t i = 0; i < h->n; i++) {
        size_t w = term_width(h->row[i].key);
        if (w > key)
            key = w;
    }
    size_t rest = OUTCOME_COLUMNS + AGE_COLUMNS + COUNT_COLUMNS + 6;
    if (key + rest > t->columns)
        key = t->columns > rest + 12 ? t->columns - rest : 12;
    term_cell(t, STYLE_DIM, _("source"), key + 2, false);
    term_cell(t, STYLE_DIM, _("last look"), OUTCOME_COLUMNS + 2, false);
    term_cell(t, STYLE_DIM, _("last good"), AGE_COLUMNS + 2, false);
    term_cell(t, STYLE_DIM, _("mentions"), COUNT_COLUMNS, true);
    term_line(t);
    for (size_t i = 0; i < h->n; i++) {
        const struct health_row *r = &h->row[i];
        term_cell(t, STYLE_PLAIN, r->key, key + 2, false);
        term_cell(t, health_style(r->state), state_text(r), OUTCOME_COLUMNS + 2, false);
        term_cell(t, STYLE_PLAIN, r->h && r->h->last_good ? fmt_span(b, in->now - r->h->last_good) : "-", AGE_COLUMNS + 2,
                  false);
        term_cell(t, STYLE_PLAIN, r->h ? fmt_count(b, r->h->n_mention) : "-", COUNT_COLUMNS, true);
        if (r->h && r->h->declared_total >= 0) {
            term_put(t, STYLE_DIM, " ");
            term_printf(t, STYLE_DIM, _("of %s"), fmt_count(b, (uint64_t)r->h->declared_total));
            if (status_gap(r->h) > 0)
                term_printf(t, STYLE_WARN, " (%s)", fmt_share(b, r->h->n_mention, (uint64_t)r->h->declared_total));
        }
        term_line(t);
        fill_row(t, r->h);
        if (r->state == HEALTH_FAILED && r->h->reason)
            term_wrap(t, STYLE_DIM, r->h->reason, 4);
        if (r->h && r->h->drift_streak > 0) {
            int n = r->h->drift_streak;
            strbuf_puts(t->out, "    ");
            term_printf(t, STYLE_WARN,
                        ngettext("the layout did not fit %d time in a row: earshot site save %s",
                                 "the layout did not fit %d times in a row: earshot site save %s", (unsigned long)n),
                        n, r->key);
            term_line(t);
        }
    }
}

/* What the sites say they have and the store has not. */
static void gap_rows(struct term *t, const struct health *h)
{
    bool any = false;
    fmt_buf b;
    for (size_t i = 0; i < h->n; i++) {
        int64_t gap = status_gap(h->row[i].h);
        if (gap == 0)
            continue;
        if (!any)
            term_heading(t, STYLE_BOLD, _("Gaps"), 0);
        any = true;
        int n = gap > 999999999 ? 999999999 : (int)gap;
        char text[512];
        snprintf(text, sizeof text, ngettext("%s: the site says that there is %s more", "%s: the site says that there are %s more", (unsigned long)n), h->row[i].key, fmt_count(b, (uint64_t)n));
        term_wrap(t, STYLE_WARN, text, 2);
    }
}

static void run_rows(struct term *t, const struct report_in *in, const struct status *s)
{
    fmt_buf b;
    if (s->n_run == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Last crawls"), 0);
    for (size_t i = 0; i < s->n_run; i++) {
        const struct run_record *r = &s->run[i];
        int n_new = (int)(r->n_new > 999999 ? 999999 : r->n_new), n_page = (int)(r->n_page > 999999 ? 999999 : r->n_page);
        term_printf(t, STYLE_PLAIN, "  %s  ", fmt_time(b, r->started, in->now, in->utc_offset_s));
        term_printf(t, STYLE_PLAIN, ngettext("%d of %d source", "%d of %d sources", (unsigned long)r->n_source),
                    (int)r->n_source_ok, (int)r->n_source);
        term_put(t, STYLE_PLAIN, ", ");
        term_printf(t, STYLE_PLAIN, ngettext("%d page", "%d pages", (unsigned long)n_page), n_page);
        term_put(t, STYLE_PLAIN, ", ");
        term_printf(t, STYLE_PLAIN, ngettext("%d new mention", "%d new mentions", (unsigned long)n_new), n_new);
        term_printf(t, STYLE_DIM, ", %s", fmt_lasted(b, r->ended - r->started));
        if (!r->complete)
            term_printf(t, STYLE_WARN, ", %s", _("stopped early"));
        term_line(t);
    }
}

/* "1 page answered 2xx, 3 of them ..." */
static void web_rows(struct term *t, const struct status *s)
{
    static const char *const class_name[RUN_HTTP] = {N_("no response"), "1xx", "2xx", "3xx", "4xx", "5xx"};
    const struct status_sum *d = &s->day;
    fmt_buf b, c, e;
    uint64_t n = 0;
    for (int i = 0; i < RUN_HTTP; i++)
        n += d->n_http[i];
    term_heading(t, STYLE_BOLD, _("Last 24 hours"), 0);
    term_printf(t, STYLE_PLAIN, "  %s: %s · %s: %s · %s: %s", _("new"), fmt_count(b, d->n_new), _("edited"), fmt_count(c, d->n_revised), _("vanished"), fmt_count(e, d->n_missing));
    term_line(t);
    if (n) {
        strbuf_puts(t->out, "  HTTP");
        for (int i = 0; i < RUN_HTTP; i++)
            if (d->n_http[i])
                term_printf(t, i == 0 || i >= 4 ? STYLE_WARN : STYLE_PLAIN, "  %s: %s", i ? class_name[i] : _(class_name[0]), fmt_count(b, d->n_http[i]));
        term_printf(t, STYLE_DIM, "  304: %s", fmt_share(b, d->n_304, n));
        term_line(t);
        if (n > d->n_http[0]) {
            term_printf(t, STYLE_PLAIN, "  %s: %llu ms", _("mean time of an answer"), (unsigned long long)(d->answer_ms / (n - d->n_http[0])));
            term_line(t);
        }
    }
    if (d->n_slowdown) {
        term_printf(t, STYLE_WARN, "  %s: %s; %s: %s", _("asked to slow down"), fmt_count(b, d->n_slowdown), _("longest wait"), fmt_lasted(c, d->wait_max_s));
        term_line(t);
    }
    if (s->n_seen) {
        term_printf(t, STYLE_PLAIN, "  %s: %s; %s: %s", _("from publication to us, median"), fmt_lasted(b, s->seen_p50_s), _("19 of 20 within"), fmt_lasted(c, s->seen_p95_s));
        term_line(t);
    }
}

static void outbox_rows(struct term *t, const struct report_in *in, const struct status *s)
{
    fmt_buf a, b, c;
    if (s->n_sink == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Outbox"), 0);
    for (size_t i = 0; i < s->n_sink; i++) {
        const struct status_sink *k = &s->sink[i];
        term_printf(t, k->n_parked ? STYLE_BAD : STYLE_PLAIN, "  %s: ", k->name);
        term_printf(t, STYLE_PLAIN, _("%s to be sent"), fmt_count(a, k->depth));
        if (k->depth && k->oldest)
            term_printf(t, STYLE_PLAIN, ", %s: %s", _("the oldest"), fmt_span(b, in->now - k->oldest));
        if (k->n_parked)
            term_printf(t, STYLE_BAD, ", %s: %s", _("given up"), fmt_count(c, k->n_parked));
        term_line(t);
    }
}

static const char *mib(fmt_buf buf, uint64_t bytes)
{
    snprintf(buf, FMT_BYTES, "%.1f MiB", (double)bytes / (1024.0 * 1024.0));
    return fmt_decimal(buf);
}

void status_text(const struct report_in *in, const struct status *s, struct strbuf *out)
{
    struct term t;
    struct strbuf line;
    fmt_buf a, b, c;
    term_init(&t, in, out);
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(in, &s->health, &line);
    term_put(&t, s->health.n_read == s->health.n && s->health.n ? STYLE_GOOD : STYLE_BAD, line.s);
    term_line(&t);
    strbuf_release(&line);
    term_line(&t);
    source_rows(&t, in, &s->health);
    gap_rows(&t, &s->health);
    run_rows(&t, in, s);
    web_rows(&t, s);
    outbox_rows(&t, in, s);
    term_heading(&t, STYLE_BOLD, _("Store"), 0);
    term_printf(&t, STYLE_PLAIN, "  %s: %s · %s: %s · %s: %s", _("mentions"), fmt_count(a, s->stat.n_mention), _("revisions"),
                fmt_count(b, s->stat.n_revision), _("events"), fmt_count(c, s->stat.n_event));
    term_line(&t);
    term_printf(&t, STYLE_PLAIN, "  %s: %s · %s: %s · %s: %s", _("open"), fmt_count(a, s->n_open), _("overdue"),
                fmt_count(b, s->n_overdue), _("watched"), fmt_count(c, s->stat.n_watched));
    term_line(&t);
    term_printf(&t, STYLE_PLAIN, "  %s: %s (%s: %s)", _("store"), mib(b, s->stat.used_bytes), _("of its map"), fmt_share(a, s->stat.used_bytes, s->stat.map_bytes));
    if (s->n_run && s->run[0].rss_bytes)
        term_printf(&t, STYLE_PLAIN, " · %s: %s", _("memory of the last crawl"), mib(b, s->run[0].rss_bytes));
    term_line(&t);
    if (s->cost_per_1000 >= 0) {
        fmt_buf money;
        snprintf(money, sizeof money, "%.2f", s->cost_per_1000);
        term_printf(&t, STYLE_PLAIN, "  %s: %s %s", _("cost of 1,000 mentions"), fmt_decimal(money), in->settings && in->settings->currency ? in->settings->currency : "");
        term_line(&t);
    }
}

static void json_source(struct jsonw *w, const struct health_row *r)
{
    const struct source_health *h = r->h;
    jsonw_object(w);
    jsonw_kstr(w, "source", r->key);
    jsonw_kstr(w, "state", health_word(r->state));
    jsonw_kstr(w, "outcome", h ? outcome_word(h->outcome) : NULL);
    jsonw_kstr(w, "reason", h ? h->reason : NULL);
    jsonw_kstr(w, "site", h ? h->site : NULL);
    jsonw_kstr(w, "url", h ? h->url : NULL);
    jsonw_kstr(w, "via", h ? h->via : NULL);
    const char *const name[] = {"last_try", "last_good", "first_fail", "newest", "due"};
    const int64_t at[] = {h ? h->last_try : 0, h ? h->last_good : 0, h ? h->first_fail : 0, h ? h->newest : 0,
                          h ? h->due_at : 0};
    for (size_t i = 0; i < 5; i++) {
        jsonw_key(w, name[i]);
        jsonw_time(w, at[i]);
    }
    jsonw_kint(w, "failures", h ? h->failures : 0);
    jsonw_kint(w, "drift_streak", h ? h->drift_streak : 0);
    jsonw_kint(w, "mentions", h ? (int64_t)h->n_mention : 0);
    jsonw_key(w, "declared_total");
    if (h && h->declared_total >= 0)
        jsonw_int(w, h->declared_total);
    else
        jsonw_null(w);
    jsonw_key(w, "completeness");
    if (h && h->declared_total > 0)
        jsonw_real(w, status_gap(h) ? (double)(int)(1e4 * (double)h->n_mention / (double)h->declared_total) / 1e4 : 1);
    else
        jsonw_null(w);
    jsonw_kint(w, "gap", status_gap(h));
    jsonw_key(w, "fill");
    jsonw_raw(w, h ? h->fill : NULL);
    jsonw_object_end(w);
}

static void json_run(struct jsonw *w, const struct run_record *r)
{
    jsonw_object(w);
    jsonw_key(w, "started");
    jsonw_time(w, r->started);
    jsonw_key(w, "ended");
    jsonw_time(w, r->ended);
    const char *const name[] = {"sources", "sources_ok", "pages", "bytes", "mentions", "new", "revised", "negative"};
    const uint64_t n[] = {r->n_source,  r->n_source_ok, r->n_page,    r->n_bytes,
                          r->n_mention, r->n_new,       r->n_revised, r->n_negative};
    for (size_t i = 0; i < 8; i++)
        jsonw_kint(w, name[i], (int64_t)n[i]);
    jsonw_kbool(w, "complete", r->complete);
    jsonw_object_end(w);
}

static void json_day(struct jsonw *w, const struct status *s)
{
    static const char *const name[] = {"new", "edited", "missing", "pages", "bytes", "no_answer", "http_2xx", "http_3xx", "http_4xx", "http_5xx", "http_304", "slowdown", "answer_ms", "wait_max_s"};
    const struct status_sum *d = &s->day;
    const uint64_t n[] = {d->n_new, d->n_revised, d->n_missing, d->n_page, d->n_bytes, d->n_http[0], d->n_http[2], d->n_http[3], d->n_http[4], d->n_http[5], d->n_304, d->n_slowdown, d->answer_ms, (uint64_t)d->wait_max_s};
    jsonw_key(w, "day");
    jsonw_object(w);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        jsonw_kint(w, name[i], (int64_t)n[i]);
    jsonw_object_end(w);
    jsonw_key(w, "publish_to_seen");
    jsonw_object(w);
    jsonw_kint(w, "mentions", (int64_t)s->n_seen);
    jsonw_kint(w, "p50_s", s->seen_p50_s);
    jsonw_kint(w, "p95_s", s->seen_p95_s);
    jsonw_object_end(w);
}

static void json_sinks(struct jsonw *w, const struct status *s)
{
    jsonw_key(w, "outbox");
    jsonw_array(w);
    for (size_t i = 0; i < s->n_sink; i++) {
        jsonw_object(w);
        jsonw_kstr(w, "sink", s->sink[i].name);
        jsonw_kint(w, "depth", (int64_t)s->sink[i].depth);
        jsonw_kint(w, "given_up", (int64_t)s->sink[i].n_parked);
        jsonw_key(w, "oldest");
        jsonw_time(w, s->sink[i].depth ? s->sink[i].oldest : 0);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

void status_json(const struct report_in *in, const struct status *s, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.status/1");
    jsonw_key(&w, "time");
    jsonw_time(&w, in->now);
    jsonw_key(&w, "health");
    health_json(&w, &s->health);
    jsonw_key(&w, "sources");
    jsonw_array(&w);
    for (size_t i = 0; i < s->health.n; i++)
        json_source(&w, &s->health.row[i]);
    jsonw_array_end(&w);
    jsonw_key(&w, "runs");
    jsonw_array(&w);
    for (size_t i = 0; i < s->n_run; i++)
        json_run(&w, &s->run[i]);
    jsonw_array_end(&w);
    jsonw_key(&w, "store");
    jsonw_object(&w);
    const char *const name[] = {"mentions", "revisions", "targets", "events", "journal", "map_bytes", "used_bytes"};
    const uint64_t n[] = {s->stat.n_mention, s->stat.n_revision, s->stat.n_target,  s->stat.n_event,
                          s->stat.n_journal, s->stat.map_bytes,  s->stat.used_bytes};
    for (size_t i = 0; i < 7; i++)
        jsonw_kint(&w, name[i], (int64_t)n[i]);
    jsonw_object_end(&w);
    json_day(&w, s);
    json_sinks(&w, s);
    jsonw_kint(&w, "rss_bytes", s->n_run ? (int64_t)s->run[0].rss_bytes : 0);
    jsonw_key(&w, "cost_per_1000_mentions");
    if (s->cost_per_1000 >= 0)
        jsonw_real(&w, s->cost_per_1000);
    else
        jsonw_null(&w);
    jsonw_kstr(&w, "currency", in->settings ? in->settings->currency : NULL);
    jsonw_kint(&w, "open", (int64_t)s->n_open);
    jsonw_kint(&w, "due_within_the_hour", (int64_t)s->n_soon);
    jsonw_kint(&w, "overdue", (int64_t)s->n_overdue);
    jsonw_kint(&w, "watched", (int64_t)s->stat.n_watched);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}
