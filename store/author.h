/* Who asked before: rows in the tree meta that lead from a brand and an author to their negative mentions, "a:" H(brand) H(site and author) seq. Written for
 * negatives since this was known; older ones come in when they are read again. Private to store/. */
#ifndef EARSHOT_STORE_AUTHOR_H
#define EARSHOT_STORE_AUTHOR_H

#include "store/batch.h"

#define AUTHOR_KEY_BYTES 26
/* Negatives under one name about one brand that can be one customer's. More are a crowd ("Anonymous", "Guest", a bot): then none of them counts as asked twice,
 * whatever order they came in, and no more rows are written. */
#define AUTHOR_GROUP_MAX 24

/* 0 when the author has neither id nor name; else the key without and with the number. */
bool author_key(const struct finding *f, uint8_t key[AUTHOR_KEY_BYTES]);
/* After i was merged and judged: file it, and set asked_twice in it and in the author's others. Each one whose asked_twice changed is handed to `changed`. */
MUST_USE enum err author_update(struct batch *b, struct item *i, const struct finding *before,
                                void (*changed)(void *ctx, struct item *i, const struct finding *before), void *ctx);

#endif
