/* Start tags and comments in raw HTML bytes, as the HTML standard's tokenizer sees them; private to strip.c and island.c.
 *
 * No tree, no allocation. Source: HTML Living Standard, section 13.2.5. Thread: any. */
#ifndef EARSHOT_PARSERS_TAG_H
#define EARSHOT_PARSERS_TAG_H

#include <stdbool.h>
#include <stddef.h>

struct tag_attribute {
    const char *name;
    size_t name_bytes;
    const char *value; /* not decoded; value_bytes 0 when there is none */
    size_t value_bytes;
};

/* p points behind the tag's name or behind the previous attribute. true: *a filled, *p moved. false: the tag ended and *p is behind its '>' (or at end). */
bool tag_attribute(const char **p, const char *end, struct tag_attribute *a);
/* Behind the '>' of the tag whose name ends at p. */
const char *tag_end(const char *p, const char *end);
/* Length of the tag name at p (a letter, then all but blank, '/' and '>'); 0 when none begins here. */
size_t tag_name(const char *p, const char *end);
/* p points at "<!", "<?" or "</" without a letter: behind the comment or declaration. */
const char *tag_markup_end(const char *p, const char *end);
/* Where the contents of a raw text element (script, style, textarea, title, ...) that begin at p end: at its "</name", or at end. */
const char *tag_raw_end(const char *p, const char *end, const char *name);
bool tag_is(const char *s, size_t n, const char *name); /* ASCII case does not matter; name in lower case */

#endif
