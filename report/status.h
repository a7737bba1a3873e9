/* For operators, from structs: four formats of the same facts. */
#ifndef EARSHOT_REPORT_STATUS_H
#define EARSHOT_REPORT_STATUS_H

#include "report/health.h"

#define STATUS_RUNS 5

struct status {
    struct health health;
    struct run_record run[STATUS_RUNS]; /* newest first */
    size_t n_run;
    struct store_stat stat;
    size_t n_open; /* verdict reply, new or seen; of the brand and source asked for */
    size_t n_overdue;
    int64_t oldest_due; /* 0 = none */
};

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
