#include "base/arena.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN_BYTES ((size_t)16)

struct arena_block {
    struct arena_block *next;
    size_t cap_bytes;
    size_t used_bytes;
    _Alignas(16) unsigned char bytes[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
    *a = (struct arena){.max_bytes = max_bytes};
}

static void free_blocks(struct arena_block *b)
{
    while (b) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = NULL, **at = &a->block;
    /* the largest that may stay: the next page is likely to need as much */
    for (struct arena_block *b = a->block; b; b = b->next)
        if (b->cap_bytes <= LIMIT_ARENA_KEEP_BYTES && (!keep || b->cap_bytes > keep->cap_bytes))
            keep = b;
    while (*at && *at != keep)
        at = &(*at)->next;
    if (*at)
        *at = keep->next;
    free_blocks(a->block);
    if (keep) {
        keep->next = NULL;
        keep->used_bytes = 0;
    }
    a->block = keep;
    a->used_bytes = 0;
    a->full = false;
}

void arena_release(struct arena *a)
{
    free_blocks(a->block);
    *a = (struct arena){.max_bytes = a->max_bytes};
}

/* Blocks double from 16 KiB to the size that a reset keeps; what is large gets a block of its own, behind the open one, so that the open one's
 * rest is not lost. */
static struct arena_block *add_block(struct arena *a, size_t bytes)
{
    size_t cap = a->block ? a->block->cap_bytes * 2 : 16 * LIMIT_KIB;
    if (cap > LIMIT_ARENA_KEEP_BYTES)
        cap = LIMIT_ARENA_KEEP_BYTES;
    bool own = bytes > cap / 4;
    if (own)
        cap = bytes;
    if (cap > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *b = malloc(sizeof *b + cap);
    if (!b)
        return NULL;
    b->cap_bytes = cap;
    b->used_bytes = 0;
    if (own && a->block) {
        b->next = a->block->next;
        a->block->next = b;
    } else {
        b->next = a->block;
        a->block = b;
    }
    return b;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    if (bytes == 0)
        bytes = 1;
    if (a->full || bytes > SIZE_MAX - ALIGN_BYTES)
        goto refuse;
    size_t need = (bytes + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1);
    if (need > a->max_bytes || a->used_bytes > a->max_bytes - need)
        goto refuse;
    struct arena_block *b = a->block;
    if (!b || b->cap_bytes - b->used_bytes < need)
        b = add_block(a, need);
    if (!b)
        goto refuse;
    void *p = b->bytes + b->used_bytes;
    b->used_bytes += need;
    a->used_bytes += need;
    return memset(p, 0, need);
refuse:
    a->full = true;
    return NULL;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size) {
        a->full = true;
        return NULL;
    }
    return arena_alloc(a, n * size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    if (!s)
        return NULL;
    n = strnlen(s, n);
    char *p = n < SIZE_MAX ? arena_alloc(a, n + 1) : NULL;
    if (p)
        memcpy(p, s, n);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t size)
{
    if (array && n < *cap)
        return array;
    if (*cap > SIZE_MAX / 2) {
        a->full = true;
        return NULL;
    }
    size_t wider = *cap ? *cap * 2 : 8;
    void *p = arena_calloc(a, wider, size);
    if (!p)
        return NULL;
    if (array && n)
        memcpy(p, array, n * size);
    *cap = wider;
    return p;
}
