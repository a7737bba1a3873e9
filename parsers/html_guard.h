/* A cheap look at HTML before Gumbo sees it: pages on which Gumbo turns quadratic are refused after one scan of the bytes instead of after the full
 * LIMIT_GUMBO_CPU_MS. The leash stays for what this does not recognise. Private to html.c. Thread: any. */
#ifndef EARSHOT_PARSERS_HTML_GUARD_H
#define EARSHOT_PARSERS_HTML_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#define GUARD_DEPTH 4096      /* open elements that only an end tag closes; real pages reach 60, a broken one some hundred */
#define GUARD_FORMATTING 512  /* open b, font, i, ...: each is opened again in every following paragraph */
#define GUARD_ATTRIBUTES 4096 /* of one tag: each is compared with all before it */

/* false when the page would cost too much. */
bool html_guard_allows(const char *s, size_t n);

#endif
