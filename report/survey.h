/* Answers to the question of a 0 to 10 survey ("would you recommend us?"), by brand and calendar day, as `earshot survey` imports them.
 *
 * Kept in the store as the named value "survey:BRAND": a line "YYYY-MM-DD n0 ... n10" for each day. What an import says of a day replaces what was known of that day, so that
 * the same file twice, or a longer export of the same survey, counts nothing twice.
 * Source: Reichheld, "The One Number You Need to Grow": 9 and 10 promoters, 7 and 8 passives, 0 to 6 detractors. */
#ifndef EARSHOT_REPORT_SURVEY_H
#define EARSHOT_REPORT_SURVEY_H

#include "store/store.h"

#define SURVEY_DAYS_MAX 40000 /* a century */

struct survey {
    uint64_t n[11];
};
struct survey_day {
    int64_t day; /* since 1970 */
    struct survey s;
};

uint64_t survey_total(const struct survey *s);
/* Promoters minus detractors in percent, rounded; 0 without answers. */
int survey_nps(const struct survey *s);
/* Add up the days [since, until). ERR_STORE when the value is damaged. No survey: nothing is added. */
MUST_USE enum err survey_read(struct store *s, const char *brand, int64_t since_day, int64_t until_day, struct survey *out);
/* Replace these days (sorted by day, each once). *n_all gets how many days there are now. */
MUST_USE enum err survey_put(struct store *s, const char *brand, const struct survey_day *d, size_t n, size_t *n_all);

#endif
