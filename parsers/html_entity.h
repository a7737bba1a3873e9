/* Character references in HTML text; private to html_plain.c.
 *
 * Only those that texts use; what would need the standard's whole table, or its mending, is a doubt. Source: HTML Living Standard, 13.2.5.72 to 80. Thread: any. */
#ifndef EARSHOT_PARSERS_HTML_ENTITY_H
#define EARSHOT_PARSERS_HTML_ENTITY_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* Append text, or with in_value an attribute's value, with its references read. false: a doubt, or out is full. */
bool html_decode(struct strbuf *out, const char *s, size_t n, bool in_value);

#endif
