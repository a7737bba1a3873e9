/* The memory of one Gumbo parse: counted, timed, and dropped in one piece.
 *
 * Gumbo 0.10.1 is quadratic in nesting, in attributes and in unclosed formatting elements (40,000 nested div take 49 s), and its own destructor recurses.
 * So it gets this allocator, which leaves gumbo_parse by longjmp when the bytes (LIMIT_GUMBO_BYTES) or the CPU time (LIMIT_GUMBO_CPU_MS) are used up, and
 * gumbo_destroy_output is never called. Debian builds Gumbo with its assertions in, and fuzzing broke one ("<svg><head><title><template></template></body>"):
 * leash.c has the program's __assert_fail, which leaves a leashed parse the same way and aborts anywhere else. Thread: one leash at a time in each. */
#ifndef EARSHOT_PARSERS_LEASH_H
#define EARSHOT_PARSERS_LEASH_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#define LEASH_CLASSES 48

enum leash_end { LEASH_NONE, LEASH_CEILING, LEASH_ASSERTION };

struct leash_block;
struct leash {
    jmp_buf out; /* set by the caller before the parse; comes back with an enum leash_end */
    struct leash_block *block;
    char *next; /* free bytes of the newest block */
    size_t left_bytes;
    size_t used_bytes;
    int64_t deadline_cpu_ms;
    unsigned until_check; /* allocations until the clock is read again */
    void *freed[LEASH_CLASSES];
};

/* From init to release the calling thread's parse is the leashed one. */
void leash_init(struct leash *l);
void leash_release(struct leash *l);
/* For GumboOptions; userdata is the struct leash. */
void *leash_alloc(void *userdata, size_t bytes);
void leash_free(void *userdata, void *p);

#endif
