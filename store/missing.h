/* Mentions that a listing no longer shows. Private to store/.
 *
 * Only a page that was read proves anything, and only about the time that it covers: its mentions all have dates and stand
 * newest first. What is stored of the source, was seen on a listing before, and lies strictly between its dates (on page 1: or
 * later than its newest) should be there. After three such looks, each at least an hour after the last, the mention counts as
 * missing since the first of them; until then nobody is told. Seen again, it is restored. */
#ifndef EARSHOT_STORE_MISSING_H
#define EARSHOT_STORE_MISSING_H

#include "store/batch.h"

#define MISSING_LOOKS      3
#define MISSING_LOOK_GAP_S 3600

/* The times that the page proves something about, both exclusive; false when it proves nothing. */
bool missing_span(const struct page *p, int64_t *after, int64_t *before);
/* A good look at `at` did not show the mention: true when it is confirmed as missing just now. */
bool missing_look(struct stored *x, int64_t at);
/* Everything the page should show and does not. Call when its mentions are in the batch. */
/* *unsure: some are not confirmed yet, so the next look must see the whole page again, even when it has not changed. *n_missing grows by those that are confirmed now. */
MUST_USE enum err missing_mark(struct batch *b, const struct store_rules *r, const struct page *p, const char *brand,
                               const char *source, int64_t at, bool *unsure, size_t *n_missing);

#endif
