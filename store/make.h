/* Making a store in a folder beside the place, synced and then renamed: nobody ever sees half of one. Private to store/. */
#ifndef EARSHOT_STORE_MAKE_H
#define EARSHOT_STORE_MAKE_H

#include "store/db.h"

#define PATH_BYTES 4096

/* fill: puts the contents in, in as many commits as it likes; NULL: an empty store, and losing the race against another maker is fine. What killed makers left beside it a day ago is removed. */
MUST_USE enum err make_store(const char *path, enum err (*fill)(struct store *s, void *ctx), void *ctx);
bool make_empty(const char *path); /* an empty folder */
void make_parent(const char *path, char out[PATH_BYTES]);
enum err make_sync(const struct store *s, const char *folder);
void make_remove(const char *path);
/* A sealed number in the tree meta. */
MUST_USE enum err meta_number(struct txn *t, const char *name, uint64_t n);

#endif
