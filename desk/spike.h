/* Suddenly many complaints of one kind: the last 24 hours against the 28 days before, by brand and cause.
 *
 * A spike: at least spike_min negatives in 24 h, and more than the mean of the 28 days plus spike_sigma standard deviations. A deviation below the square root of the
 * mean (what chance alone gives such counts), and below 1, is taken as that: otherwise one complaint after a silent month would be a spike.
 * Days before a brand was listened to prove nothing: with fewer than 7 days of history there is no spike.
 * Thread: pure. */
#ifndef EARSHOT_DESK_SPIKE_H
#define EARSHOT_DESK_SPIKE_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/mention.h"

#define SPIKE_DAYS         28
#define SPIKE_HISTORY_DAYS 7
#define SPIKE_ROWS_MAX     10000 /* brands times causes: 19 causes and the limit of brands would be more, and none of them would be read */

struct spike {
    const char *brand, *cause;
    int n;             /* in the last 24 h */
    double mean, deviation;
    bool is;           /* it is one */
};

struct spike_row {
    const char *brand, *cause; /* cause "": of the brand as a whole, never a spike */
    int today, day[SPIKE_DAYS];
    int64_t listened_since;
};
struct spikes {
    struct arena *arena;
    int64_t now;
    struct spike_row *row;
    size_t n, cap;
};
void spikes_init(struct spikes *s, struct arena *a, int64_t now);
/* Count one negative finding; those older than 29 days only tell since when the brand is listened to. */
void spikes_add(struct spikes *s, const struct finding *f);
/* The same from its parts: at = published, or first seen. */
void spikes_count(struct spikes *s, const char *brand, const char *const *cause, size_t n_cause, int64_t at, int64_t first_seen);
/* The verdict on one row. */
struct spike spike_of(const struct spikes *s, const struct triage_rules *r, const struct spike_row *row);
/* Has one of the causes of f a spike? */
bool spikes_hit(const struct spikes *s, const struct triage_rules *r, const struct finding *f);

#endif
