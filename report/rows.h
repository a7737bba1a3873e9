/* The store's index rows in words: names of brands and causes behind the hashes, and who is in scope. */
#ifndef EARSHOT_REPORT_ROWS_H
#define EARSHOT_REPORT_ROWS_H

#include "report/report.h"

struct rows_brand {
    uint64_t hash;
    const char *name;
    bool competitor;
};
struct rows {
    const struct report_in *in;
    uint64_t source_hash;
    struct rows_brand *brand; /* by hash; those of the settings */
    size_t n;
    uint16_t cause[32]; /* store_word_hash of triage_cause_code(i) */
    size_t n_cause;
};

/* Arrays in a. */
void rows_init(struct rows *r, const struct report_in *in, struct arena *a);
/* NULL when the brand is not in the settings. */
const char *rows_brand(const struct rows *r, const struct store_row *x);
/* Of the source asked for, and of the brand asked for or, without one, no competitor's. */
bool rows_in_scope(const struct rows *r, const struct store_row *x);
/* Codes of its causes, at most STORE_ROW_CAUSES; false when only the record can tell. */
bool rows_causes(const struct rows *r, const struct store_row *x, const char **cause, size_t *n);

/* How many are in the queue: verdict reply, new or seen, in scope. */
MUST_USE enum err rows_count_open(const struct report_in *in, size_t *n);

#endif
