/* A store that nobody else has open, and its data file put in the place of the old one. Private to store/.
 *
 * LMDB's own lock file tells who has the store open: every process that has holds a shared lock on its first byte, so an exclusive one there keeps all others
 * out; who opens the store meanwhile waits. Source: mdb_env_excl_lock of LMDB 0.9. */
#ifndef EARSHOT_STORE_HOLD_H
#define EARSHOT_STORE_HOLD_H

#include "store/db.h"
#include "store/make.h"

struct hold {
    char path[PATH_BYTES];
    struct store lock; /* for crawl.lock */
    int fd;            /* lock.mdb */
};

/* ERR_LOCKED names the process that has the store open; ERR_STORE when there is none. The process itself must not have it open. */
MUST_USE enum err hold_begin(struct hold *h, const char *path);
void hold_end(struct hold *h);
/* What a killed rewrite left behind. */
void hold_clear(const struct hold *h);
/* An empty folder inside the store for the new file: out. */
MUST_USE enum err hold_folder(const struct hold *h, char *out, size_t n);
/* data.mdb of the folder takes the place of the store's, which stays beside it until the new one was opened. */
MUST_USE enum err hold_swap(struct hold *h, const char *fresh);
uint64_t hold_bytes(const struct hold *h); /* of data.mdb */

#endif
