/* The figures of a period: one pass over the mentions of it and of the period before, in bounded memory.
 *
 * A mention belongs to the period by its publication, or by first sight where that is unknown.
 * Limits: PERIOD_BUCKETS points in time; PERIOD_ROWS sources, brands and causes (further ones are added up in the last row);
 * PERIOD_OLDEST open items. */
#ifndef EARSHOT_REPORT_PERIOD_H
#define EARSHOT_REPORT_PERIOD_H

#include "report/collect.h"
#include "report/health.h"

#define PERIOD_BUCKETS    62 /* two months of days; longer periods are counted by weeks, then by months of 30 days */
#define PERIOD_ROWS       64
#define PERIOD_OLDEST     10
#define PERIOD_QUOTES     2      /* shown for each cause */
#define PERIOD_CANDIDATES 6      /* kept for each cause, so that two causes need not show the same words */
#define PERIOD_ANSWERS    200000 /* durations kept for the quantiles */
#define PERIOD_TARGET     90     /* percent of positive mentions that the reports hold up as the line */

struct tally {
    uint64_t n, negative, neutral, positive;
    uint64_t answered; /* negatives with a public answer */
};

struct period_row {
    const char *name; /* source key, brand or cause code */
    struct tally t;
    uint64_t n_before; /* in the period before */
    struct finding
        quote[PERIOD_CANDIDATES]; /* causes: the worst scored first after period_finish; .mention.id NULL when fewer */
};

struct period_table {
    struct period_row row[PERIOD_ROWS];
    size_t n;
};

struct period {
    int64_t since, until;
    int64_t bucket_s;
    size_t n_bucket;
    struct tally bucket[PERIOD_BUCKETS];
    struct tally all, before;
    uint64_t stars[6], n_rated; /* stars[1..5] */
    double stars_sum;
    uint64_t n_open, n_overdue;
    struct period_table source, brand, cause;
    struct finding_list oldest; /* open negatives, the oldest first */
    int64_t *answer_s;
    size_t n_answer, cap_answer;
    int64_t answer_median_s, answer_p90_s; /* -1 */
    struct arena *arena;
    const struct report_in *in;
    struct health health;
};

/* since and until from `in`, with defaults. */
void period_init(struct period *p, const struct report_in *in, struct arena *a);
void period_add(struct period *p, const struct finding *f);
/* An open negative of any age. */
void period_add_open(struct period *p, const struct finding *f);
/* Sort the tables, work out the quantiles. */
void period_finish(struct period *p);
/* Negative mentions have no answer, or one: share of those answered, etc. are for the printers to say. */
const char *period_title(const struct period *p, char *buf, size_t n); /* "Acme, Lunaria" or one brand */

void period_text(const struct period *p, struct strbuf *out);
void period_html(const struct period *p, struct strbuf *out);
void period_json(const struct period *p, struct strbuf *out);

#endif
