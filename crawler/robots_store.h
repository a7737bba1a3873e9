/* What host.c keeps of a robots.txt between runs. */
#ifndef EARSHOT_CRAWLER_ROBOTS_STORE_H
#define EARSHOT_CRAWLER_ROBOTS_STORE_H
#include "base/strbuf.h"
#include "crawler/robots.h"
/* Append a robots.txt for `*` that holds the rules and the delay of r and nothing else; robots_parse reads it back (line numbers
 * are then those of the short file). false when out is full. */
bool robots_write(const struct robots *r, struct strbuf *out);
#endif
