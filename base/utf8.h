/* UTF-8: validity, folding, cutting, and output that is safe on a terminal.
 *
 * Source: Unicode 15 via utf8proc; RFC 3629; U+FFFD per "maximal subpart" (Unicode 3.9, WHATWG Encoding). */
#ifndef EARSHOT_BASE_UTF8_H
#define EARSHOT_BASE_UTF8_H

#include "base/arena.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes from the beginning are ASCII. */
size_t utf8_ascii_prefix(const char *s, size_t n);
/* Length of the longest valid prefix. */
size_t utf8_valid_prefix(const char *s, size_t n);
static inline bool utf8_valid(const char *s, size_t n) { return utf8_valid_prefix(s, n) == n; }
/* Append s to out with bad bytes and NUL as U+FFFD. */
void utf8_repair(struct strbuf *out, const char *s, size_t n);
/* Decode one code point at s[0..n); *len gets its length (>= 1). Bad bytes give 0xFFFD. n must be > 0. */
uint32_t utf8_next(const char *s, size_t n, size_t *len);
size_t utf8_encode(uint32_t cp, char out[4]);
/* The longest prefix of at most max_bytes that does not cut a grapheme cluster. When not even the first cluster fits, it is cut between code
 * points: a letter under a thousand accents must not make a text vanish. */
size_t utf8_cut(const char *s, size_t n, size_t max_bytes);
/* Number of terminal columns; and the longest prefix of at most max_columns. */
size_t utf8_columns(const char *s, size_t n);
size_t utf8_cut_columns(const char *s, size_t n, size_t max_columns);
/* Case-folded, NFC, ё->е kept apart; into the arena. NULL at its ceiling. */
char *utf8_fold(struct arena *a, const char *s, size_t n);
/* White space runs (any Unicode space, \n too) to one blank, trimmed. */
char *utf8_squeeze(struct arena *a, const char *s);
/* Append s so that a terminal shows it and does nothing else: C0, C1, DEL, bidi controls, zero-width and other format characters (except
 * ZWJ and ZWNJ inside words) are dropped; \n and \t become blanks unless keep_newlines. */
void utf8_terminal(struct strbuf *out, const char *s, bool keep_newlines);

#endif
