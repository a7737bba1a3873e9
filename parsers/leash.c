#include "parsers/leash.h"

#include "base/limits.h"
#include "base/when.h"

#include <assert.h> /* the prototype of __assert_fail */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (256 * LIMIT_KIB)
#define CHECK_EVERY 512 /* allocations; the clock of a thread is a system call and costs as much as fifty of them */

struct leash_block {
    struct leash_block *older;
    size_t pad; /* keeps the payload aligned to 16 */
};

/* Before each piece: its class, so that a freed one is used again (Gumbo frees every token's buffers at once). */
struct piece {
    size_t class;
    size_t pad;
};

static _Thread_local struct leash *leashed;

#ifdef __GLIBC__
/* A failed assertion of a library (our own code has ASSERT). The linker gives this one to Gumbo, too, because a program's symbols go before libc's. */
void __assert_fail(const char *what, const char *file, unsigned int line, const char *function)
{
    if (leashed != NULL)
        longjmp(leashed->out, LEASH_ASSERTION);
    fprintf(stderr, "%s:%u: %s: assertion failed: %s\n", file, line, function == NULL ? "?" : function, what);
    abort();
}
#endif

void leash_init(struct leash *l)
{
    memset(l, 0, sizeof *l);
    leashed = l;
    l->deadline_cpu_ms = clock_thread_cpu_ms() + LIMIT_GUMBO_CPU_MS;
    l->until_check = CHECK_EVERY;
}

void leash_release(struct leash *l)
{
    leashed = NULL;
    while (l->block != NULL) {
        struct leash_block *older = l->block->older;
        free(l->block);
        l->block = older;
    }
    l->next = NULL;
    l->left_bytes = 0;
}

/* Classes 0..15 are multiples of 16 up to 256; then doubling. */
static size_t size_class(size_t bytes, size_t *rounded)
{
    if (bytes <= 256) {
        size_t class = bytes == 0 ? 0 : (bytes - 1) / 16;
        *rounded = (class + 1) * 16;
        return class;
    }
    size_t class = 16;
    size_t size = 512;
    while (size < bytes) {
        size *= 2;
        class++;
    }
    *rounded = size;
    return class;
}

static void block_add(struct leash *l, size_t need_bytes)
{
    size_t bytes = need_bytes > BLOCK_BYTES / 4 ? need_bytes : BLOCK_BYTES;
    l->used_bytes += bytes;
    struct leash_block *b = l->used_bytes > LIMIT_GUMBO_BYTES ? NULL : malloc(sizeof *b + bytes);
    if (b == NULL)
        longjmp(l->out, LEASH_CEILING);
    b->older = l->block;
    l->block = b;
    l->next = (char *)(b + 1);
    l->left_bytes = bytes;
}

void *leash_alloc(void *userdata, size_t bytes)
{
    struct leash *l = userdata;
    if (--l->until_check == 0) {
        l->until_check = CHECK_EVERY;
        if (clock_thread_cpu_ms() > l->deadline_cpu_ms)
            longjmp(l->out, LEASH_CEILING);
    }
    if (bytes > LIMIT_GUMBO_BYTES)
        longjmp(l->out, LEASH_CEILING);
    size_t rounded;
    size_t class = size_class(bytes, &rounded);
    void *old = l->freed[class];
    if (old != NULL) {
        memcpy(&l->freed[class], old, sizeof(void *));
        return old;
    }
    size_t need = sizeof(struct piece) + rounded;
    if (need > l->left_bytes)
        block_add(l, need);
    struct piece *p = (struct piece *)l->next;
    p->class = class;
    l->next += need;
    l->left_bytes -= need;
    return p + 1;
}

void leash_free(void *userdata, void *p)
{
    if (p == NULL)
        return;
    struct leash *l = userdata;
    size_t class = ((struct piece *)p - 1)->class;
    memcpy(p, &l->freed[class], sizeof(void *));
    l->freed[class] = p;
}
