/* The page of one mention, in three files: item.c what was said, item_desk.c what to do, action.c doing it. Private to web/. */
#ifndef EARSHOT_WEB_ITEM_H
#define EARSHOT_WEB_ITEM_H

#include "report/show.h"
#include "web/inbox.h"

#define FILTER_NEIGHBOURS 2000 /* rows of a list in which the next and the previous one are looked for */

/* id: a number, or as store_get takes it. problem: what could not be done, or NULL. */
void item_page(struct request *r, const char *id, const char *problem);
/* "Noted: seen", after a redirect; or the problem. */
void item_notice(struct request *r, struct html *h, const char *problem);
void item_actions(struct request *r, struct html *h, const struct finding *f, const struct filter *list);
void item_playbook(struct html *h, const struct show *s);
/* Words of the score, signs of the verdict. */
void item_why(struct html *h, const struct finding *f);

#endif
