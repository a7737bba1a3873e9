/* Further cards of the report. Private to period_html*.c. */
#ifndef EARSHOT_REPORT_PERIOD_HTML_MORE_H
#define EARSHOT_REPORT_PERIOD_HTML_MORE_H

#include "report/html.h"
#include "report/period.h"

#define HTML_LABELS_MAX 5 /* dates under a chart that fit on a phone */

/* Positive share against its target, and the mean of the stars, over time. */
void html_trends(struct html *h, const struct period *p);
/* How the brand answers: share, speed, clocks kept, stars won back, NPS. */
void html_service(struct html *h, const struct period *p);
/* Under a cause: closed as resolved, and how often it came back. */
void html_recurrence(struct html *h, const struct period *p, const char *cause);
void html_compare(struct html *h, const struct period *p);
void html_ledger(struct html *h, const struct period *p);

#endif
