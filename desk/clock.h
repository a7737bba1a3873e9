/* The clock on the desk: working time between two moments, and when so much of it has run.
 *
 * A calendar is a week of opening hours, days off, and a time zone. Wall clock times are turned into moments day by day, so daylight saving is right:
 * an hour that spring leaves out is not worked, one that autumn repeats is worked twice when it lies inside the hours.
 *
 *   hours     "mon-fri 09:00-18:00", "sat 10:00-14:00", "daily 08:00-20:00", "mon,wed 22:00-24:00"; several lines add up
 *   holidays  "2026-01-01", "2026-01-01..2026-01-08", or "01-01" for every year
 *   timezone  an IANA name
 *
 * Thread: pure; a calendar is never changed after clock_calendar. */
#ifndef EARSHOT_DESK_CLOCK_H
#define EARSHOT_DESK_CLOCK_H

#include "base/arena.h"
#include "base/brand.h"
#include "desk/zone.h"

#define CLOCK_SPANS_MAX 8 /* opening hours of one weekday: four are unusual */

struct clock_span {
    int32_t from_s, to_s; /* seconds from local midnight; 0 <= from < to <= 86400 */
};
struct clock_holiday {
    int64_t from, to; /* days since 1970, both included; yearly: month * 100 + day in both */
    bool yearly;
};
struct calendar {
    struct clock_span span[7][CLOCK_SPANS_MAX]; /* 0 = Monday; ascending, apart */
    size_t n_span[7];
    struct clock_holiday *holiday;
    size_t n_holiday;
    struct zone zone;
};

/* NULL, or what is wrong with one line (static). */
const char *clock_hours_wrong(const char *text);
const char *clock_holiday_wrong(const char *text);
/* The settings, understood: in a. NULL when the zone is unknown, nothing is ever open, or a line is wrong (then *wrong, which may not be NULL, says what). Without hours and
 * holidays: *out NULL, round the clock. */
bool clock_calendar(const struct desk_rules *r, struct arena *a, const struct calendar **out, const char **wrong);

/* When `work_s` of working time after `from` have run. c NULL: round the clock. */
int64_t clock_add(const struct calendar *c, int64_t from, int64_t work_s);
/* Working seconds from `from` to `to`; 0 when to <= from. */
int64_t clock_between(const struct calendar *c, int64_t from, int64_t to);
/* Is this moment inside working time? */
bool clock_open(const struct calendar *c, int64_t at);

#endif
