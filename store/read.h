/* Reading mentions inside one snapshot. Private to store/. */
#ifndef EARSHOT_STORE_READ_H
#define EARSHOT_STORE_READ_H

#include "store/batch.h"

/* ERR_OK; ERR_NOTFOUND without a sentence, also for a damaged record (logged). Strings point into the map: valid while the
 * snapshot is. */
MUST_USE enum err read_stored(struct txn *t, uint64_t seq, struct arena *a, struct stored *out);
/* The same with everything copied into a. */
MUST_USE enum err read_stored_copy(struct txn *t, uint64_t seq, struct arena *a, struct stored *out);
/* The number of the mention that a person means: see store_get. ERR_NOTFOUND with a sentence. */
MUST_USE enum err read_find(struct txn *t, const char *id, uint64_t *seq);
/* "title,text"; "" for none. In a. */
const char *changed_words(struct arena *a, uint32_t changed);

#endif
