/* Rows of sinks in the tree meta: "kt:" SINK NUL external id (ticket), "kr:" SINK NUL ticket id (sealed external id), "kw:" SINK NUL event number (what waits), "ks:" SINK NUL (state).
 * Private to store/. */
#ifndef EARSHOT_STORE_SINK_H
#define EARSHOT_STORE_SINK_H

#include "store/record.h"

/* Does the key belong to a sink? */
bool sink_key(struct bytes key);
/* Is the row whole? */
bool sink_row_good(struct bytes key, struct bytes val, struct arena *a);

/* Move a sink's cursor forward, never back. */
MUST_USE enum err outbox_cursor_put(struct txn *t, const char *sink, uint64_t to);

#endif
