/* A bump allocator with a ceiling: everything one page needs, freed in one call.
 *
 * At the ceiling, or when memory is out, arena_alloc returns NULL and sets `full`, which stays set until arena_reset. Because
 * NULL also means "absent" in every shared struct, extraction code need not check each string: it runs on with absent fields and the
 * page's owner looks at `full` once at the end (-> OUTCOME_TOOBIG, nothing half-read is stored).
 * Owns: all blocks. Thread: one at a time. */
#ifndef EARSHOT_BASE_ARENA_H
#define EARSHOT_BASE_ARENA_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *block; /* the newest block first */
    size_t used_bytes;         /* handed out and lost to rounding, all blocks */
    size_t max_bytes;
    bool full;
};

void arena_init(struct arena *a, size_t max_bytes);
/* Forget all contents, keep one block of at most 256 KiB for the next page (so that memory stays flat). */
void arena_reset(struct arena *a);
void arena_release(struct arena *a);
/* Aligned to 16, zero-filled. NULL at the ceiling. bytes == 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t bytes);
/* n * size with overflow check. */
void *arena_calloc(struct arena *a, size_t n, size_t size);
/* Copies; NULL in gives NULL out. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Room for one more element: returns the array to use (perhaps moved; the old one stays in the arena) or NULL at the ceiling.
 *   In: array of n elements of `size` bytes, *cap its capacity (0 at first). Doubling. */
void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t size);

#endif
