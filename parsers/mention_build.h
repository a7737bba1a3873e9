/* One item of a page to one mention, by the field rules of a read. Private to parsers/. */
#ifndef EARSHOT_PARSERS_MENTION_BUILD_H
#define EARSHOT_PARSERS_MENTION_BUILD_H

#include "parsers/engine.h"

#define FILL_ALTERNATIVES 8
/* How many mentions had a field, and how many got it from which alternative. */
struct fill {
    size_t n[FIELD_COUNT];
    size_t by[FIELD_COUNT][FILL_ALTERNATIVES];
};
struct built {
    struct mention mention;
    const char *detail; /* URL of its own page, when that page is wanted; NULL */
    bool by_brand;      /* the brand wrote it: an answer, no mention */
    bool complete;      /* every required field is there */
    uint64_t id_hash;
};
void mention_build(struct view *v, const struct read_rule *r, xmlNodePtr item, struct fill *fill, struct built *out);
/* Items written by the brand become replies of what they answer: of their parent, or, where a thread has no parents, of everything before them that
 * has no answer yet. Entries flagged by_brand are removed; returns how many are left. When one of them answers the mention for which this page was fetched, and that is
 * not on the page, *asked becomes a mention that holds id and answer alone; else its id is NULL. */
size_t answers_attach(struct view *v, const struct read_rule *r, struct built *list, size_t n, struct built *asked);

#endif
