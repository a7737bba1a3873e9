/* Points in time as sites publish them, and the clock.
 *
 * Source: RFC 3339; proleptic Gregorian days after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#ifndef EARSHOT_BASE_WHEN_H
#define EARSHOT_BASE_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum precision { PRECISION_NONE, PRECISION_MONTH, PRECISION_DAY, PRECISION_MINUTE, PRECISION_SECOND };

/* at: Unix seconds, UTC. With PRECISION_DAY or _MONTH: midnight UTC of the calendar date as printed on the page (no zone shift).
 * PRECISION_NONE means unknown: at is 0 and must not be read. An unknown date is never replaced by today's. */
struct when {
    int64_t at;
    enum precision precision;
};

#define WHEN_UNKNOWN ((struct when){0, PRECISION_NONE})
static inline bool when_known(struct when w) { return w.precision != PRECISION_NONE; }

#define WHEN_TEXT_BYTES 40
/* "2026-02-11T13:52:44Z", "2026-02-11" for day precision, "2026-02" for month; "" when unknown. Returns buf. */
const char *when_format(struct when w, char buf[WHEN_TEXT_BYTES]);
/* Read what when_format writes, and RFC 3339 with offsets and fractions. false when it is neither. */
bool when_parse(const char *s, struct when *out);
const char *precision_word(enum precision p); /* "second" "minute" "day" "month" "none" */
enum precision precision_parse(const char *word);

/* Civil date to days since 1970-01-01; month 1..12, day 1..31, any year from -9999 to 9999. No validation. */
int64_t when_days(int year, int month, int day);
void when_civil(int64_t days, int *year, int *month, int *day);
/* true when the date exists. */
bool when_valid_date(int year, int month, int day);

/* Now, in Unix seconds. EARSHOT_NOW (RFC 3339) fixes it; read once, at the first call. An unreadable EARSHOT_NOW aborts. */
int64_t clock_now(void);
/* Milliseconds of a clock that never goes back; for waits. With EARSHOT_NOW it still runs. */
int64_t clock_mono_ms(void);
/* CPU milliseconds of the calling thread. */
int64_t clock_thread_cpu_ms(void);

#endif
