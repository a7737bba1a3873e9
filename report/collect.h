/* From the store's callbacks to arrays that can be sorted and printed. */
#ifndef EARSHOT_REPORT_COLLECT_H
#define EARSHOT_REPORT_COLLECT_H

#include "report/report.h"

/* Everything a command holds at once: 64 MiB are 20,000 findings of common size; more is cut and said to be cut. */
#define COLLECT_ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define COLLECT_MAX         5000

struct finding_list {
    struct arena *arena;
    struct finding *at;
    size_t n, cap;
    size_t max; /* further ones are counted, not kept */
    size_t total;
};

/* A deep copy: all strings in the arena. */
void finding_copy(struct arena *a, struct finding *to, const struct finding *from);
/* In: ctx = struct finding_list. For store_each; never stops. */
bool collect_finding(void *ctx, const struct finding *f);
/* Is this brand a competitor's? */
bool collect_competitor(const struct report_in *in, const char *brand);
/* Median (part = 0.5) or another quantile of n unsorted seconds; -1 when n is 0. Sorts. */
int64_t collect_quantile(int64_t *s, size_t n, double part);
/* Seconds from publication (or first sight) to the answer; -1 when not answered or when the dates make no sense. */
int64_t collect_answer_s(const struct finding *f);

#endif
