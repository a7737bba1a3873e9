#include "base/jsonw.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32

void jsonw_init(struct jsonw *w, struct strbuf *out)
{
    *w = (struct jsonw){.out = out};
}

/* The comma, if one is due before this key or value. */
static void item(struct jsonw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth == 0)
        return;
    uint32_t bit = UINT32_C(1) << (w->depth - 1);
    if (w->has_item & bit)
        strbuf_putc(w->out, ',');
    w->has_item |= bit;
}

static void nest(struct jsonw *w, char opener)
{
    item(w);
    ASSERT(w->depth < DEPTH_MAX);
    w->has_item &= ~(UINT32_C(1) << w->depth);
    w->depth++;
    strbuf_putc(w->out, opener);
}

static void unnest(struct jsonw *w, char closer)
{
    ASSERT(w->depth > 0 && !w->after_key);
    w->depth--;
    strbuf_putc(w->out, closer);
}

void jsonw_object(struct jsonw *w)
{
    nest(w, '{');
}

void jsonw_object_end(struct jsonw *w)
{
    unnest(w, '}');
}

void jsonw_array(struct jsonw *w)
{
    nest(w, '[');
}

void jsonw_array_end(struct jsonw *w)
{
    unnest(w, ']');
}

static void escape(struct strbuf *out, uint32_t cp)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *hit = cp && cp < 0x80 ? strchr(from, (int)cp) : NULL;
    if (hit)
        strbuf_printf(out, "\\%c", to[hit - from]);
    else
        strbuf_printf(out, "\\u%04x", (unsigned)cp);
}

static bool needs_escape(uint32_t cp)
{
    return cp < 0x20 || cp == '"' || cp == '\\' || cp == 0x7f || cp == 0x2028 || cp == 0x2029;
}

static void quoted(struct strbuf *out, const char *s, size_t n)
{
    strbuf_putc(out, '"');
    size_t from = 0, len = 1;
    for (size_t i = 0; i < n; i += len) { /* [from, i) needs no change and is copied in one piece */
        unsigned char c = (unsigned char)s[i];
        len = 1;
        if (c < 0x80 && !needs_escape(c))
            continue;
        uint32_t cp = utf8_next(s + i, n - i, &len);
        bool bad = cp == 0xFFFD && (len != 3 || memcmp(s + i, "\xEF\xBF\xBD", 3) != 0);
        if (!bad && !needs_escape(cp))
            continue;
        strbuf_add(out, s + from, i - from);
        if (bad)
            strbuf_puts(out, "\xEF\xBF\xBD");
        else
            escape(out, cp);
        from = i + len;
    }
    strbuf_add(out, s + from, n - from);
    strbuf_putc(out, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
    ASSERT(!w->after_key);
    item(w);
    quoted(w->out, key, strlen(key));
    strbuf_putc(w->out, ':');
    w->after_key = true;
}

void jsonw_strn(struct jsonw *w, const char *s, size_t n)
{
    if (!s) {
        jsonw_null(w);
        return;
    }
    item(w);
    quoted(w->out, s, n);
}

void jsonw_str(struct jsonw *w, const char *s)
{
    jsonw_strn(w, s, s ? strlen(s) : 0);
}

void jsonw_int(struct jsonw *w, int64_t v)
{
    item(w);
    strbuf_printf(w->out, "%" PRId64, v);
}

void jsonw_real(struct jsonw *w, double v)
{
    char text[40];
    if (!isfinite(v)) {
        jsonw_null(w);
        return;
    }
    if (v == 0)
        v = 0; /* no -0 */
    snprintf(text, sizeof text, "%.15g", v);
    if (strtod(text, NULL) != v)
        snprintf(text, sizeof text, "%.17g", v);
    item(w);
    strbuf_puts(w->out, text);
}

void jsonw_bool(struct jsonw *w, bool v)
{
    item(w);
    strbuf_puts(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
    item(w);
    strbuf_puts(w->out, "null");
}

void jsonw_when(struct jsonw *w, struct when v)
{
    char text[WHEN_TEXT_BYTES];
    when_format(v, text);
    jsonw_str(w, *text ? text : NULL);
}

void jsonw_time(struct jsonw *w, int64_t unix_s)
{
    jsonw_when(w, unix_s ? (struct when){unix_s, PRECISION_SECOND} : WHEN_UNKNOWN);
}

void jsonw_raw(struct jsonw *w, const char *json)
{
    item(w);
    strbuf_puts(w->out, json ? json : "null");
}

void jsonw_kstr(struct jsonw *w, const char *key, const char *s)
{
    jsonw_key(w, key);
    jsonw_str(w, s);
}

void jsonw_kint(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    jsonw_int(w, v);
}

void jsonw_kreal(struct jsonw *w, const char *key, double v)
{
    jsonw_key(w, key);
    jsonw_real(w, v);
}

void jsonw_kbool(struct jsonw *w, const char *key, bool v)
{
    jsonw_key(w, key);
    jsonw_bool(w, v);
}
