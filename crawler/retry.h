/* When to come back: Retry-After, rate headers, and back-off with full jitter.
 *
 * Source: RFC 9110 section 10.2.3; "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). Pure functions: the clock and the dice are
 * arguments. */
#ifndef EARSHOT_CRAWLER_RETRY_H
#define EARSHOT_CRAWLER_RETRY_H

#include <stddef.h>
#include <stdint.h>

#define RETRY_AFTER_MIN_S 1
#define RETRY_AFTER_MAX_S (24 * 3600)
#define RETRY_TRIES 3 /* requests for one page in one run when the host says 429 or 503 */

/* Seconds to wait, from 1 to 24 h, or -1 when the value says nothing (absent, garbage, negative). Both forms: delay-seconds (a fraction is rounded
 * up, though the RFC has none) and an HTTP date; a date in the past means the shortest wait. */
int64_t retry_after_s(const char *value, int64_t now_s);
/* Is the allowance used up? remaining: value of a "...-remaining" header; reset: of the "...-reset" header, as seconds from now, as Unix
 * seconds, or as an RFC 3339 time. Returns seconds to wait (1 to 24 h), or -1: go on. */
int64_t retry_rate_s(const char *remaining, const char *reset, int64_t now_s);
/* The same from the body, where an API puts it there: a JSON member "retry_after" or "retryAfter" with a number, at any depth, in the first 4 KiB (Telegram, Discord).
 * -1 when there is none. */
int64_t retry_body_s(const char *body, size_t n);
/* Full jitter: 0 to 2, 8 or 30 s for the 1st, 2nd and further failure in a row (ms), and never less than 100 ms. */
int64_t retry_jitter_ms(int failure, uint64_t *dice);
/* A polite spread for the first request after a 429: 0 to 10 % of the wait more, at most 60 s (ms). */
int64_t retry_offset_ms(int64_t wait_ms, uint64_t *dice);
/* The next random number of a SplitMix64 sequence. */
uint64_t retry_roll(uint64_t *dice);

#endif
