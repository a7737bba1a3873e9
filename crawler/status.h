/* What a whole HTTP answer means by its status alone. */
#ifndef EARSHOT_CRAWLER_STATUS_H
#define EARSHOT_CRAWLER_STATUS_H
#include "base/page.h"
/* 2xx and 3xx NONE; 304 UNCHANGED when it was asked for; 404, 410 GONE; 429, 503 SLOWDOWN; 401, 403, 407, 451, 999 BLOCKED, and any error
 * that mitigated (header cf-mitigated, or NULL) calls a challenge; everything else NETWORK. */
void status_judge(struct page *p, bool conditional, const char *mitigated);
/* Value of a line of p->headers (lower-case name) in the arena; of several the last, of content-encoding all, joined by ", ". NULL when absent. */
const char *status_header(struct arena *a, const char *headers, const char *name);
#endif
