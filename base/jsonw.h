/* Writes JSON (RFC 8259) into a strbuf: one object a line for every contract object. Reading JSON is json-c's work in parsers/.
 *
 * Commas are put in by the writer. Strings are escaped: control bytes, U+2028 and U+2029, DEL; bytes that are not UTF-8
 * become U+FFFD. NULL strings, unknown times and numbers that are not finite become null.
 * Source: RFC 8259. Limits: nesting 32. */
#ifndef EARSHOT_BASE_JSONW_H
#define EARSHOT_BASE_JSONW_H

#include "base/strbuf.h"
#include "base/when.h"

#include <stdint.h>

struct jsonw {
    struct strbuf *out;
    unsigned depth;
    uint32_t has_item; /* bit per depth */
    bool after_key;
};

void jsonw_init(struct jsonw *w, struct strbuf *out);
void jsonw_object(struct jsonw *w);
void jsonw_object_end(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_array_end(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_str(struct jsonw *w, const char *s);
void jsonw_strn(struct jsonw *w, const char *s, size_t n);
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_real(struct jsonw *w, double v); /* shortest of %.15g / %.17g that reads back; whole numbers without a point */
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
void jsonw_when(struct jsonw *w, struct when v);      /* text of when_format, or null */
void jsonw_time(struct jsonw *w, int64_t unix_s);     /* RFC 3339 UTC; 0 gives null */
void jsonw_raw(struct jsonw *w, const char *json);    /* an already valid JSON value; NULL gives null */
/* key and value in one call */
void jsonw_kstr(struct jsonw *w, const char *key, const char *s);
void jsonw_kint(struct jsonw *w, const char *key, int64_t v);
void jsonw_kreal(struct jsonw *w, const char *key, double v);
void jsonw_kbool(struct jsonw *w, const char *key, bool v);

#endif
