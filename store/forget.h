/* What was taken out of the store for good, and must not come back as new. Private to store/.
 *
 * Rows in the tree meta: "g:" and a 128-bit hash, of a mention (id and brand) or of an erased author (site and name or id). The value is when it was forgotten.
 * No name is kept; but who knows a name can find out whether it is among them. */
#ifndef EARSHOT_STORE_FORGET_H
#define EARSHOT_STORE_FORGET_H

#include "store/batch.h"

/* Was the mention forgotten, or is it by an erased author and was it published before that? */
MUST_USE enum err forget_knows(struct batch *b, const struct finding *f, bool *forgotten);
MUST_USE enum err forget_knows_id(struct batch *b, const char *id, const char *brand, bool *forgotten);

#endif
