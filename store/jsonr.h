/* Reads one line of JSON (RFC 8259) in place, value by value: strings are decoded where they stand. Private to store/: json-c's home is parsers/, and an import
 * reads more than it would like to hold as a tree.
 *
 * A call that does not find what it was asked for sets `wrong` (once, static) and returns false; every later call returns false, too. */
#ifndef EARSHOT_STORE_JSONR_H
#define EARSHOT_STORE_JSONR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jsonr {
    char *at, *end;    /* *end is NUL */
    const char *wrong; /* NULL while all is well */
};

struct jsonr_number {
    bool negative, whole; /* whole: fits into u, with its sign apart */
    uint64_t u;
    double d;
};

void jsonr_init(struct jsonr *r, char *line, size_t n);
bool jsonr_fail(struct jsonr *r, const char *what); /* sets wrong when it is not set; false */
/* The character c after white space. */
bool jsonr_char(struct jsonr *r, char c);
/* Is c next? It is taken then. */
bool jsonr_try(struct jsonr *r, char c);
/* One more element of an array or object whose opening was taken; n: how many there were. false at the closing one, which is taken, and when wrong. */
bool jsonr_more(struct jsonr *r, char close, size_t n);
/* A string: NUL-terminated valid UTF-8 without NUL in it. */
bool jsonr_string(struct jsonr *r, const char **out);
/* "key": */
bool jsonr_key(struct jsonr *r, const char **out);
bool jsonr_num(struct jsonr *r, struct jsonr_number *out);
bool jsonr_unsigned(struct jsonr *r, uint64_t *out);
/* Nothing but white space is left. */
bool jsonr_end(struct jsonr *r);

#endif
