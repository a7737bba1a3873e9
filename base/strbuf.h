/* A growing byte string with a ceiling. Always NUL-terminated at s[n] (s is never NULL after strbuf_init).
 *
 * At the ceiling or out of memory the append is refused, `full` is set and stays set until strbuf_clear; what is there stays valid. So a
 * writer may append blindly and look at `full` once.
 * Owns: its heap block. */
#ifndef EARSHOT_BASE_STRBUF_H
#define EARSHOT_BASE_STRBUF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct strbuf {
    char *s;
    size_t n;
    size_t cap;
    size_t max_bytes;
    bool full;
};

void strbuf_init(struct strbuf *b, size_t max_bytes);
void strbuf_clear(struct strbuf *b);         /* n = 0, full = false; keeps the block */
void strbuf_shrink(struct strbuf *b, size_t keep_bytes); /* clear, and give the block back when it is larger than keep_bytes */
void strbuf_release(struct strbuf *b);
/* Append; false when refused (nothing is appended then). */
bool strbuf_add(struct strbuf *b, const void *bytes, size_t n);
bool strbuf_puts(struct strbuf *b, const char *s);
bool strbuf_putc(struct strbuf *b, char c);
bool strbuf_printf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* RFC 4648 section 4, without line breaks. */
void strbuf_base64(struct strbuf *b, const char *bytes, size_t n);
/* Make room for n more bytes; the pointer to write at, or NULL. Follow with strbuf_commit. */
char *strbuf_reserve(struct strbuf *b, size_t n);
void strbuf_commit(struct strbuf *b, size_t n);
/* Overwrite every occurrence of secret with '*', so that it can be shown and stored; true when there was one. Secrets under 8 bytes are left: they would
 * blank out words. NULL: nothing to do. */
bool strbuf_mask(struct strbuf *b, const char *secret);
/* Whole file into b. ERR_USAGE with a sentence when it cannot be read or is larger than b->max_bytes. "-" reads standard input. */
MUST_USE enum err strbuf_read_file(struct strbuf *b, const char *path);

#endif
