/* The little of URLs that site files need: take apart, join, match, read and set one query parameter.
 *
 * Source: RFC 3986 sections 3 and 5. Only http and https; bytes that a URL may not hold (blanks, Cyrillic) are percent-encoded, as
 * browsers do. Limits: LIMIT_URL_BYTES, longer is NULL. Thread: any. */
#ifndef EARSHOT_PARSERS_URLS_H
#define EARSHOT_PARSERS_URLS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct url_span {
    const char *s;
    size_t n;
};
/* Pieces point into the URL. path begins with '/' or is empty; query and fragment come without their marks; s == NULL = not there. */
struct url_parts {
    struct url_span scheme, authority, host, path, query, fragment;
};
/* false when it is no absolute http or https URL with a host. */
bool url_split(const char *url, struct url_parts *out);
/* Absolute form of ref as found on the page base. NULL when it is no http(s) address (mailto:, javascript:, "#" alone is the page itself). */
char *url_join(struct arena *a, const char *base, const char *ref);
/* url with its query parameter `key` set to value (replaced where it stands, else appended); the fragment is dropped. value NULL removes it. */
char *url_set_query(struct arena *a, const char *url, const char *key, const char *value);
/* Decoded value of a query parameter; NULL when it is not there. */
char *url_query(struct arena *a, const char *url, const char *key);
/* Percent-decoding of n bytes; + becomes a blank when form is set. */
char *url_decode(struct arena *a, const char *s, size_t n, bool form);
/* pattern: "host", "*.host" (any depth below it, not itself), or "*". Case does not matter. */
bool url_host_fits(const char *pattern, const char *host, size_t n);
/* pattern: '*' stands for any run of bytes, '/' too. Everything else is literal. */
bool glob_fits(const char *pattern, const char *s, size_t n);

#endif
