/* The figures of a period: one pass over the mentions of it and of the period before, in bounded memory.
 *
 * A mention belongs to the period by its publication, or by first sight where that is unknown.
 * Limits: PERIOD_BUCKETS points in time; PERIOD_ROWS sources, brands and causes (further ones are added up in the last row);
 * PERIOD_OLDEST open items. */
#ifndef EARSHOT_REPORT_PERIOD_H
#define EARSHOT_REPORT_PERIOD_H

#include "report/collect.h"
#include "report/fmt.h"
#include "report/health.h"
#include "report/survey.h"

#define PERIOD_BUCKETS    62 /* two months of days; longer periods are counted by weeks, then by months of 30 days */
#define PERIOD_ROWS       64
#define PERIOD_REST       "…" /* name of the row that takes the rest */
#define PERIOD_OLDEST     10
#define PERIOD_QUOTES     2      /* shown for each cause */
#define PERIOD_CANDIDATES 6      /* kept for each cause, so that two causes need not show the same words */
#define PERIOD_ANSWERS    200000 /* durations kept for the quantiles */
#define PERIOD_TARGET     90     /* percent of positive mentions that the reports hold up as the line, without settings */
#define PERIOD_TREND      7      /* days over which a daily line is smoothed: single days of a quiet brand jump */
#define PERIOD_CAUSES     32     /* causes told apart in the comparison of brands */
#define PERIOD_LEDGER     12     /* edits and removals that are listed; all are counted */
#define PERIOD_FIXES      64     /* brands times causes that were closed as fixed */
#define PERIOD_FIX_S      (180 * INT64_C(86400)) /* how far back such a closing counts */

struct tally {
    uint64_t n, negative, neutral, positive;
    uint64_t answered; /* negatives with a public answer */
    uint64_t rated;    /* mentions with stars, and their sum */
    double stars;
};

struct period_row {
    const char *name; /* source key, brand or cause code */
    struct tally t;
    uint64_t n_before; /* in the period before */
    /* brands only */
    uint64_t cause[PERIOD_CAUSES];         /* negatives, by triage_cause_code */
    int64_t answer_median_s, answer_p90_s; /* -1 */
    struct finding
        quote[PERIOD_CANDIDATES]; /* causes: the worst scored first after period_finish; .mention.id NULL when fewer */
};

struct period_table {
    struct period_row row[PERIOD_ROWS];
    size_t n;
};

/* An edit that earshot saw. */
struct period_edit {
    struct finding f;
    int64_t at;
    const char *changed;
    double stars_before, stars_after; /* 0 without stars */
};

/* A cause that was closed as resolved: has it come back? */
struct period_fix {
    const char *brand, *cause;
    int64_t at;         /* the last closing */
    uint64_t n_closed;  /* mentions closed with it */
    uint64_t n_since;   /* negatives of the period with it, published later */
};

struct period_ledger {
    struct period_edit edit[PERIOD_LEDGER]; /* the newest first */
    size_t n_edit;
    uint64_t edits, raised, lowered, saved; /* saved: stars raised after the brand's answer */
    struct finding *removed;                /* PERIOD_LEDGER, the newest first */
    size_t n_removed;
    uint64_t removals;
    struct period_fix fix[PERIOD_FIXES];
    size_t n_fix;
};

struct period_answer {
    uint32_t brand; /* row in the table of brands as it was filled */
    int64_t took_s;
};

struct period {
    int64_t since, until;
    int64_t bucket_s;
    size_t n_bucket;
    struct tally bucket[PERIOD_BUCKETS];
    struct tally all, before;
    uint64_t stars[6]; /* stars[1..5] */
    uint64_t reply_flag[4]; /* answers to negatives, by bit of enum reply_flag */
    uint64_t n_open, n_overdue;
    uint64_t sla_met, sla_missed; /* clocks of the period's negatives: answered in time; late, or late and still running */
    struct period_ledger ledger;
    struct survey survey, survey_before;
    int target; /* percent */
    struct period_table source, brand, cause;
    struct finding_list oldest; /* open negatives, the oldest first */
    struct period_answer *answer;
    size_t n_answer, cap_answer;
    int64_t answer_median_s, answer_p90_s; /* -1 */
    struct arena *arena;
    const struct report_in *in;
    struct health health;
};

/* since and until from `in`, with defaults. */
void period_init(struct period *p, const struct report_in *in, struct arena *a);
void period_add(struct period *p, const struct finding *f);
/* Does the report speak of this brand, or only compare it? */
bool period_is_main(const struct period *p, const char *brand);
/* Is it one of those that are compared? */
bool period_is_rival(const struct period *p, const char *brand);
/* What changed, vanished, was closed and asked in the period, and what is open; before period_add. */
MUST_USE enum err period_ledger_read(struct period *p);
/* A negative of the period: has its cause come back? */
void period_recur(struct period *p, const struct finding *f, int64_t at);
MUST_USE enum err period_open_read(struct period *p);
/* Of what came before `until`: the trailing tally that a line shows at bucket i. */
struct tally period_trend(const struct period *p, size_t i);
/* Net promoter score of the stars (5: promoter, 4: passive, 1 to 3: detractor): an estimate, nobody was asked. false without stars. */
bool period_nps(const struct period *p, int *nps);
/* Sort the tables, work out the quantiles. */
void period_finish(struct period *p);
/* Negative mentions have no answer, or one: share of those answered, etc. are for the printers to say. */
const char *period_title(const struct period *p, char *buf, size_t n); /* "Acme, Lunaria" or one brand */

/* The comparison of brands: rows of figures, then causes per 1,000 mentions. */
#define PERIOD_COMPARED (8 + PERIOD_CAUSES)
const char *period_compared_name(int row); /* translated, static */
/* Has any brand something to say there? */
bool period_compared_wanted(const struct period *p, int row);
const char *period_compared_value(const struct period_row *brand, int row, fmt_buf buf);
/* "4 → 2 stars", or what was changed; in buf or static. */
const char *period_edit_text(const struct period_edit *e, fmt_buf buf);

void period_text(const struct period *p, struct strbuf *out);
void period_html(const struct period *p, struct strbuf *out);
void period_json(const struct period *p, struct strbuf *out);

#endif
