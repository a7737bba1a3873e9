/* Time zones: offsets from UTC, daylight saving included, read from the system's TZif files without touching TZ or any other state of the process.
 *
 * Source: RFC 9636 (TZif); POSIX.1-2017 8.3 for the rule at the end of the file, which tells the years after the last transition (2038 and later).
 * Limits: files of at most 64 KiB, 4,000 transitions; every offset is checked against the file's end.
 * Thread: pure after zone_load. */
#ifndef EARSHOT_DESK_ZONE_H
#define EARSHOT_DESK_ZONE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone_rule { /* one of the two changes of a year */
    char kind;     /* 'M' month.week.day, 'J' 1..365 without 29 February, 'N' 0..365 */
    int month, week, day;
    int64_t at_s;  /* seconds from local midnight */
};

struct zone {
    const int64_t *at;      /* transitions, ascending */
    const int32_t *offset;  /* seconds east of UTC from at[i] on */
    size_t n;
    int32_t first_offset;   /* before at[0] */
    /* after the last transition */
    bool has_rule, has_dst;
    int32_t std_offset, dst_offset;
    struct zone_rule dst_begin, dst_end;
};

/* The bytes of a TZif file, version 1 to 4. false when they are not whole and sound. Arrays in a. */
bool zone_read(struct zone *z, const void *bytes, size_t n, struct arena *a);
/* A POSIX TZ rule such as "CET-1CEST,M3.5.0,M10.5.0/3". */
bool zone_rule_parse(struct zone *z, const char *rule);
/* name: IANA, e.g. "Europe/Moscow"; "UTC" needs no file. Looks in $TZDIR, then /usr/share/zoneinfo. false when there is no such zone. */
bool zone_load(struct zone *z, const char *name, struct arena *a);
/* Seconds east of UTC at a moment. */
int32_t zone_offset(const struct zone *z, int64_t at);
/* The moment of a local wall clock time (seconds since 1970 as if it were UTC). A time that the spring change leaves out is read with the offset before
 * the change (02:30 means 03:30); one that the autumn change repeats is its first. */
int64_t zone_utc(const struct zone *z, int64_t local);

#endif
