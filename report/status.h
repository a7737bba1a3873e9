/* For operators, from structs: four formats of the same facts. */
#ifndef EARSHOT_REPORT_STATUS_H
#define EARSHOT_REPORT_STATUS_H

#include "report/health.h"

#define STATUS_RUNS 5

#define STATUS_SINKS 100

/* Crawls of a stretch of time, added up. */
struct status_sum {
    uint64_t n_new, n_revised, n_missing, n_page, n_bytes, n_304, n_slowdown, answer_ms, n_http[RUN_HTTP];
    int64_t wait_max_s;
};
struct status_sink {
    const char *name;
    uint64_t depth;    /* events not delivered: not taken in yet, or waiting */
    uint64_t n_parked; /* of them: given up until a person says so */
    int64_t oldest;    /* when the oldest of them happened; 0 */
};

struct status {
    struct health health;
    struct run_record run[STATUS_RUNS]; /* newest first */
    size_t n_run;
    struct store_stat stat;
    size_t n_open; /* verdict reply, new or seen; of the brand and source asked for */
    size_t n_overdue;
    size_t n_soon;      /* due within the hour */
    int64_t oldest_due; /* 0 = none */
    struct status_sum day;
    /* from publication to first sight, of what was published to the minute and first seen in the last seven days, since its source is read at all */
    size_t n_seen;
    int64_t seen_p50_s, seen_p95_s;
    struct status_sink sink[STATUS_SINKS];
    size_t n_sink;
    double cost_per_1000; /* price_gb and price_month over the mentions that the last 30 days' crawls found; -1 without prices or mentions */
};

/* One number of a source's fill. false when it is not there. */
struct status_fill {
    uint64_t n;
};
bool status_fill(const char *fill, const char *field, struct status_fill *out);
/* All of it out of the store. Strings in a. */
MUST_USE enum err status_read(const struct report_in *in, struct arena *a, struct status *out);

/* How many mentions the site declares and the store has not. */
int64_t status_gap(const struct source_health *h);
void status_text(const struct report_in *in, const struct status *s, struct strbuf *out);
void status_json(const struct report_in *in, const struct status *s, struct strbuf *out);
/* Source: Prometheus text exposition format 0.0.4. */
void status_prom(const struct report_in *in, const struct status *s, struct strbuf *out);
/* Source: Monitoring Plugins development guidelines. Returns 0 OK, 1 WARNING (a source was not read, or an answer is overdue),
 * 2 CRITICAL (none was read). */
int status_nagios(const struct report_in *in, const struct status *s, struct strbuf *out);

#endif
