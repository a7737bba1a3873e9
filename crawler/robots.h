/* robots.txt: RFC 9309. Groups of one agent are merged, the longest match wins, allow wins a tie, `*` and `$`, percent-encoding compared after normalisation, BOM skipped, 500 KiB read.
 * Thread: read-only after robots_parse. */
#ifndef EARSHOT_CRAWLER_ROBOTS_H
#define EARSHOT_CRAWLER_ROBOTS_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
struct robots;
/* agent: product token or a whole user agent (its first token counts), e.g. "earshot". NULL: out of memory. */
struct robots *robots_parse(const char *s, size_t n, const char *agent);
void robots_free(struct robots *r);
/* line: number of the deciding line, 0 when none. rule: its text (valid as long as r) or NULL. Both may be NULL. */
bool robots_allowed(const struct robots *r, const char *url, int *line, const char **rule);
/* Crawl-delay of our group in ms, at most 30,000; 0 none. */
int robots_delay_ms(const struct robots *r);
#endif
