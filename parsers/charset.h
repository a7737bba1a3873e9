/* Bytes to UTF-8, before every parser.
 *
 * Order: BOM; charset of the HTTP header; meta in the first 1,024 bytes or the XML declaration; valid UTF-8; uchardet; windows-1251 for hosts
 * under .ru .ua .by .kz .su .рф; windows-1252. Labels per the WHATWG Encoding Standard. Bad bytes and NUL become U+FFFD and nothing after them is lost.
 * A declared charset that the bytes contradict loses (UTF-8 declared but not valid while a Cyrillic single-byte set fits, and the reverse).
 * Limits: output 4 * n bytes. */
#ifndef EARSHOT_PARSERS_CHARSET_H
#define EARSHOT_PARSERS_CHARSET_H

#include "base/strbuf.h"

/* content_type and host may be NULL. Out: UTF-8 appended to out; returns the WHATWG name used, e.g. "windows-1251" (static). */
const char *charset_decode(struct strbuf *out, const char *s, size_t n, const char *content_type, const char *host);
/* WHATWG label ("cp1251", " UTF8 ") to name ("windows-1251"), NULL when unknown. */
const char *charset_by_label(const char *label, size_t n);

#endif
