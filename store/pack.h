/* Records made smaller: zstd with the dictionary of store/dict.c. Private to store/.
 *
 * Format 2 keeps mentions, revisions and events packed: a third of the bytes for a few microseconds (doc/STORE.md has the figures). The dictionary holds
 * invented texts only, so that no customer's words live on in it when a mention is erased. It is frozen: its bytes are part of format 2.
 * Thread: any. Limits: the caller gives the length of what comes out; more or less is damage. */
#ifndef EARSHOT_STORE_PACK_H
#define EARSHOT_STORE_PACK_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define PACK_DICT 1 /* the number of the dictionary, kept in each record */

/* The dictionary; NULL when there is no memory for it. Static. */
const void *pack_dict(size_t *n);
/* *out in a; 0: it does not get smaller, or there is no memory: keep it as it is. */
size_t pack(struct arena *a, const void *from, size_t n, void **out);
/* Exactly to_n bytes come out; false: damaged, or no memory. */
bool unpack(const void *from, size_t n, void *to, size_t to_n);

#endif
