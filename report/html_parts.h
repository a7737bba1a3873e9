/* What the HTML of brief and report have in common: the line on health, cards, mentions. */
#ifndef EARSHOT_REPORT_HTML_PARTS_H
#define EARSHOT_REPORT_HTML_PARTS_H

#include "report/health.h"
#include "report/html.h"

/* Line 1, as a banner. */
void html_health(struct html *h, const struct report_in *in, const struct health *health);
/* Opens a card (a <section>) and its top row with the title. The caller closes both: html_close after what stands beside the
 * title, and html_close at the end of the card. */
void html_card(struct html *h, const char *class_name, const char *title);
/* One mention as <li>: stars, brand, link, age, due, id; reasons; the beginning of its text. note: a further word, or NULL. */
void html_item(struct html *h, const struct report_in *in, const struct finding *f, const char *note);

#endif
