/* What libxml2 must not see, taken out of XML bytes before it runs; private to xml.c.
 *
 * The XML declaration goes (the bytes are UTF-8 already, whatever it says), every DOCTYPE goes with its internal subset (so no entity is ever declared), a bare '&'
 * becomes "&amp;", bytes before the first '<' and bytes that XML forbids go. The last two count as mended.
 * Limits: a start tag with more than PROLOG_MAX_ATTRIBUTES '=' is READ_TOOBIG: libxml2 compares all pairs of attributes. */
#ifndef EARSHOT_PARSERS_PROLOG_H
#define EARSHOT_PARSERS_PROLOG_H

#include "parsers/readers.h"

#define PROLOG_MAX_ATTRIBUTES 2048

/* READ_OK, READ_RECOVERED when something was mended, READ_TOOBIG. */
enum read_result prolog_clean(struct strbuf *out, const char *s, size_t n);

#endif
