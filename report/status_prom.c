/* Status for monitoring: Prometheus and Nagios. English, whatever the language of the reports. */
#include "report/status.h"

#include "base/utf8.h"
#include "report/fmt.h"

/* Source: label values escape backslash, double quote and line feed; other control bytes do not reach here. */
static void label(struct strbuf *out, const char *value)
{
    struct strbuf b;
    strbuf_init(&b, (size_t)64 * 1024);
    utf8_terminal(&b, value ? value : "", false);
    for (size_t i = 0; i < b.n; i++) {
        if (b.s[i] == '"' || b.s[i] == '\\')
            strbuf_putc(out, '\\');
        strbuf_putc(out, b.s[i]);
    }
    strbuf_release(&b);
}

static void head(struct strbuf *out, const char *name, const char *type, const char *help)
{
    strbuf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(struct strbuf *out, const char *name, const char *help, int64_t v)
{
    head(out, name, "gauge", help);
    strbuf_printf(out, "%s %lld\n", name, (long long)v);
}

struct per_source {
    const char *name, *type, *help;
    int64_t (*value)(const struct health_row *r);
};

static int64_t up(const struct health_row *r)
{
    return r->state == HEALTH_READ;
}
static int64_t last_good(const struct health_row *r)
{
    return r->h ? r->h->last_good : 0;
}
static int64_t failures(const struct health_row *r)
{
    return r->h ? r->h->failures : 0;
}
static int64_t drift(const struct health_row *r)
{
    return r->h ? r->h->drift_streak : 0;
}
static int64_t mentions(const struct health_row *r)
{
    return r->h ? (int64_t)r->h->n_mention : 0;
}

static int64_t gap(const struct health_row *r)
{
    return status_gap(r->h);
}

static const struct per_source table[] = {
    {"earshot_source_up", "gauge", "1 when the source was read as planned", up},
    {"earshot_source_last_good_timestamp_seconds", "gauge", "when the source was last read, 0 = never", last_good},
    {"earshot_source_failures_quarters", "gauge", "weight of failures since the last good answer, in quarters", failures},
    {"earshot_source_drift_streak", "gauge", "how often in a row the layout did not fit", drift},
    {"earshot_source_mentions", "gauge", "mentions stored for the source", mentions},
    {"earshot_source_gap", "gauge", "mentions that the site declares and the store has not", gap},
};

static void day_prom(struct strbuf *out, const struct status_sum *d)
{
    static const char *const class_name[RUN_HTTP] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    head(out, "earshot_day_answers", "gauge", "answers of the web by class of their status, last 24 hours");
    for (int i = 0; i < RUN_HTTP; i++)
        strbuf_printf(out, "earshot_day_answers{class=\"%s\"} %llu\n", class_name[i], (unsigned long long)d->n_http[i]);
    gauge(out, "earshot_day_answers_304", "answers that told nothing new (304), last 24 hours", (int64_t)d->n_304);
    gauge(out, "earshot_day_slowdowns", "how often hosts asked to slow down, last 24 hours", (int64_t)d->n_slowdown);
    gauge(out, "earshot_day_wait_max_seconds", "the longest Retry-After, last 24 hours", d->wait_max_s);
    gauge(out, "earshot_day_answer_milliseconds", "how long all answers took together, last 24 hours", (int64_t)d->answer_ms);
    gauge(out, "earshot_day_bytes", "bytes from the web, last 24 hours", (int64_t)d->n_bytes);
    gauge(out, "earshot_day_new", "new mentions, last 24 hours", (int64_t)d->n_new);
    gauge(out, "earshot_day_edited", "edited mentions, last 24 hours", (int64_t)d->n_revised);
    gauge(out, "earshot_day_missing", "mentions that vanished, last 24 hours", (int64_t)d->n_missing);
}

static void sink_gauge(struct strbuf *out, const struct status *s, const char *name, const char *help, int64_t (*value)(const struct status_sink *k))
{
    head(out, name, "gauge", help);
    for (size_t i = 0; i < s->n_sink; i++) {
        strbuf_printf(out, "%s{sink=\"", name);
        label(out, s->sink[i].name);
        strbuf_printf(out, "\"} %lld\n", (long long)value(&s->sink[i]));
    }
}

static int64_t sink_depth(const struct status_sink *k)
{
    return (int64_t)k->depth;
}
static int64_t sink_parked(const struct status_sink *k)
{
    return (int64_t)k->n_parked;
}
static int64_t sink_oldest(const struct status_sink *k)
{
    return k->depth ? k->oldest : 0;
}

static void sinks_prom(struct strbuf *out, const struct status *s)
{
    if (s->n_sink == 0)
        return;
    sink_gauge(out, s, "earshot_outbox_depth", "events not delivered to the sink", sink_depth);
    sink_gauge(out, s, "earshot_outbox_given_up", "events that wait for a person", sink_parked);
    sink_gauge(out, s, "earshot_outbox_oldest_timestamp_seconds", "when the oldest event not delivered happened, 0 = none", sink_oldest);
}

void status_prom(const struct report_in *in, const struct status *s, struct strbuf *out)
{
    (void)in;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        head(out, table[k].name, table[k].type, table[k].help);
        for (size_t i = 0; i < s->health.n; i++) {
            strbuf_printf(out, "%s{source=\"", table[k].name);
            label(out, s->health.row[i].key);
            strbuf_printf(out, "\"} %lld\n", (long long)table[k].value(&s->health.row[i]));
        }
    }
    gauge(out, "earshot_sources", "configured sources", (int64_t)s->health.n);
    gauge(out, "earshot_sources_read", "sources read as planned", (int64_t)s->health.n_read);
    gauge(out, "earshot_mentions", "stored mentions", (int64_t)s->stat.n_mention);
    gauge(out, "earshot_revisions", "stored revisions", (int64_t)s->stat.n_revision);
    gauge(out, "earshot_events", "events in the outbox", (int64_t)s->stat.n_event);
    gauge(out, "earshot_open", "open negatives", (int64_t)s->n_open);
    gauge(out, "earshot_overdue", "open negatives past their due time", (int64_t)s->n_overdue);
    gauge(out, "earshot_due_within_the_hour", "open negatives whose time ends within the hour", (int64_t)s->n_soon);
    gauge(out, "earshot_publish_to_seen_p50_seconds", "median from publication to first sight, last seven days", s->seen_p50_s);
    gauge(out, "earshot_publish_to_seen_p95_seconds", "95 % quantile from publication to first sight, last seven days", s->seen_p95_s);
    day_prom(out, &s->day);
    sinks_prom(out, s);
    if (s->cost_per_1000 >= 0) {
        head(out, "earshot_cost_per_1000_mentions", "gauge", "by the prices of the settings, over the last 30 days");
        strbuf_printf(out, "earshot_cost_per_1000_mentions %.6g\n", s->cost_per_1000);
    }
    gauge(out, "earshot_store_used_bytes", "bytes in use in the store", (int64_t)s->stat.used_bytes);
    gauge(out, "earshot_store_map_bytes", "size of the store's map", (int64_t)s->stat.map_bytes);
    if (s->n_run == 0)
        return;
    gauge(out, "earshot_last_run_end_timestamp_seconds", "when the last crawl ended", s->run[0].ended);
    gauge(out, "earshot_last_run_duration_seconds", "how long the last crawl took", s->run[0].ended - s->run[0].started);
    gauge(out, "earshot_last_run_rss_bytes", "most memory the last crawl took", (int64_t)s->run[0].rss_bytes);
    gauge(out, "earshot_last_run_pages", "pages of the last crawl", (int64_t)s->run[0].n_page);
    gauge(out, "earshot_last_run_new_mentions", "new mentions of the last crawl", (int64_t)s->run[0].n_new);
    gauge(out, "earshot_last_run_complete", "1 when the last crawl was not stopped early", s->run[0].complete);
}

/* Nagios cuts at | and takes the first line: names of sources pass the same filter as labels, and | is replaced. */
static void plain(struct strbuf *out, const char *text)
{
    size_t from = out->n;
    utf8_terminal(out, text, false);
    for (size_t i = from; i < out->n; i++)
        if (out->s[i] == '|')
            out->s[i] = '/';
}

int status_nagios(const struct report_in *in, const struct status *s, struct strbuf *out)
{
    static const char *const word[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const struct health *h = &s->health;
    int code = 0;
    if (h->n_read < h->n || s->n_overdue > 0)
        code = 1;
    if (h->n > 0 && h->n_read == 0)
        code = 2;
    if (h->n == 0)
        code = 3;
    strbuf_printf(out, "EARSHOT %s - %zu of %zu sources read", word[code], h->n_read, h->n);
    for (size_t i = 0; i < h->n && h->row[i].state != HEALTH_READ && i < 3; i++) {
        strbuf_puts(out, ", ");
        plain(out, h->row[i].key);
        strbuf_printf(out, " %s",
                      h->row[i].state == HEALTH_FAILED ? outcome_word(h->row[i].h->outcome) : health_word(h->row[i].state));
    }
    if (s->n_overdue)
        strbuf_printf(out, ", %zu overdue", s->n_overdue);
    int64_t oldest = 0;
    for (size_t i = 0; i < h->n; i++) {
        int64_t age = h->row[i].h && h->row[i].h->last_good ? in->now - h->row[i].h->last_good : 0;
        if (age > oldest)
            oldest = age;
    }
    strbuf_printf(out, " | sources=%zu;;;0 read=%zu;;;0;%zu open=%llu;;;0 overdue=%zu;;;0 oldest_read=%llds;;;0\n", h->n,
                  h->n_read, h->n, (unsigned long long)s->n_open, s->n_overdue, (long long)oldest);
    return code;
}
