/* Made-up pages through the shipped site files: what several tests share. */
#ifndef EARSHOT_TESTS_SHIPPED_PAGES_H
#define EARSHOT_TESTS_SHIPPED_PAGES_H

#include "base/outcome.h"

#include <stddef.h>

struct sites;
struct parser;
extern struct sites *shipped_sites;
extern struct parser *shipped_parser;

/* One page and what must come of it. */
struct row {
    const char *what, *url, *headers, *body;
    int status;
    enum outcome outcome;
    const char *site;
    size_t n;
    const char *have; /* somewhere in the printed page; NULL */
    const char *account; /* under which the brand answers; NULL */
};

/* Set-up and tear-down of a group. Site files: data/sites below srcdir. */
int shipped_start(void **state);
int shipped_stop(void **state);
/* Fails with the printed page of the first row that is not as it says. */
void shipped_read(const struct row *list, size_t n);

#endif
