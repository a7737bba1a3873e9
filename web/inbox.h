/* What the inbox, the item and the figures share. Private to web/. */
#ifndef EARSHOT_WEB_INBOX_H
#define EARSHOT_WEB_INBOX_H

#include "web/frame.h"
#include "web/scan.h"

/* days: unless the query says. */
void inbox_filter(struct request *r, int days, struct filter *f);
/* State, clock, causes, who has it. */
void inbox_tags(struct request *r, struct html *h, const struct finding *f);
/* Mentions by day as stacked columns, with their legend. */
void figures_chart(struct request *r, struct html *h, const struct days *d);

#endif
