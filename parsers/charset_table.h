/* Charsets by name, and how each is decoded; private to charset.c. The tables in charset_table.c were generated from the standard's index files. */
#ifndef EARSHOT_PARSERS_CHARSET_TABLE_H
#define EARSHOT_PARSERS_CHARSET_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum charset_kind {
    CHARSET_UTF8,
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_TABLE,        /* ASCII, and `high` for bytes from 0x80 */
    CHARSET_ICONV,        /* several bytes a character */
    CHARSET_ICONV_SINGLE, /* one byte a character */
    CHARSET_USER,         /* x-user-defined: bytes from 0x80 are U+F780 and up */
    CHARSET_REPLACEMENT,  /* encodings that the standard refuses: one U+FFFD for the whole page */
};

struct charset {
    const char *name;
    enum charset_kind kind;
    const uint16_t *high;
    const char *iconv;
    const char *labels; /* separated by blanks */
};
extern const struct charset charset_list[];
extern const size_t n_charset;

#endif
