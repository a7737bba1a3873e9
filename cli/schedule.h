/* When page 1 of a source is read again. Pure arithmetic on the last two polls.
 *
 * A fixed interval from the settings is taken as it is, though never below the site's floor. Otherwise the interval adapts between the site's floor (at least
 * SCHEDULE_FLOOR_S) and the ceiling: a third of the time in which an answer is due (so that the third that remains after a missed poll is still enough), at
 * most SCHEDULE_CEILING_S. Two polls that brought nothing new make it half as long again; two polls that brought more than a quarter new items halve it.
 * Nothing is lost when it is too long: deeper pages are read until one holds nothing new. Thread: any. */
#ifndef EARSHOT_CLI_SCHEDULE_H
#define EARSHOT_CLI_SCHEDULE_H

#include "store/store.h"

#define SCHEDULE_FLOOR_S 300        /* a site file may ask for more; less annoys everybody */
#define SCHEDULE_CEILING_S (6 * 3600)
#define SCHEDULE_DAY_S 86400

struct schedule {
    int64_t fixed_s; /* from the settings; 0 = adapt */
    int64_t floor_s; /* from the site file; 0 = none */
    int64_t sla_s;   /* time to answer; 0 = none */
};

/* The interval after this poll. */
int64_t schedule_interval_s(const struct schedule *s, const struct poll *poll);
/* Seconds from now until page 1 is due again: the interval (poll->interval_s), linearly longer with failures up to a day, never before Retry-After; after a
 * SLOWDOWN a random part of a quarter of the interval more, so that the sources of one host do not come back together. */
int64_t schedule_wait_s(const struct poll *poll, const struct page *page, int64_t now);

#endif
