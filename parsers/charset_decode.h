/* The decoding loops behind charset.c: nothing is ever dropped or stopped at, bad bytes and NUL become U+FFFD. Private to charset.c. */
#ifndef EARSHOT_PARSERS_CHARSET_DECODE_H
#define EARSHOT_PARSERS_CHARSET_DECODE_H

#include "base/strbuf.h"
#include "parsers/charset_table.h"

/* For UTF-8 that is known to be valid: only NUL is replaced. */
void charset_copy_valid(struct strbuf *out, const char *s, size_t n);
void charset_to_utf8(struct strbuf *out, const struct charset *c, const char *s, size_t n);

#endif
