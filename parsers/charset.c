#define _GNU_SOURCE 1 /* memmem */
#include "parsers/charset.h"

#include "base/utf8.h"
#include "parsers/charset_decode.h"
#include "parsers/charset_table.h"
#include "parsers/tag.h"

#include <string.h>
#include <uchardet.h>

#define META_BYTES 1024         /* the standard's prescan */
#define META_LATE_BYTES 65536   /* browsers start over when a later meta turns up; asked only when nothing else is known */
#define DETECT_BYTES 65536      /* uchardet settles within a few kB of text */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const struct charset *by_label(const char *label, size_t n)
{
    while (n > 0 && is_blank(*label)) {
        label++;
        n--;
    }
    while (n > 0 && is_blank(label[n - 1]))
        n--;
    if (n == 0 || memchr(label, ' ', n) != NULL)
        return NULL;
    for (size_t i = 0; i < n_charset; i++)
        for (const char *p = charset_list[i].labels; *p != '\0';) {
            size_t len = strcspn(p, " ");
            size_t k = 0;
            while (len == n && k < n && (label[k] >= 'A' && label[k] <= 'Z' ? label[k] + 32 : label[k]) == p[k])
                k++;
            if (len == n && k == n)
                return &charset_list[i];
            p += len + (p[len] == ' ');
        }
    return NULL;
}

const char *charset_by_label(const char *label, size_t n)
{
    const struct charset *c = by_label(label, n);
    return c == NULL ? NULL : c->name;
}

/* The value behind "charset" "=" in s, quoted or not: of Content-Type and of a meta's content. */
static const struct charset *charset_in(const char *s, size_t n)
{
    for (size_t i = 0; i + 8 < n; i++) {
        if (!tag_is(s + i, 7, "charset"))
            continue;
        size_t k = i + 7;
        while (k < n && is_blank(s[k]))
            k++;
        if (k == n || s[k] != '=')
            continue;
        for (k++; k < n && is_blank(s[k]); k++)
            ;
        char quote = k < n && (s[k] == '"' || s[k] == '\'') ? s[k++] : '\0';
        size_t begin = k;
        while (k < n && s[k] != ';' && s[k] != ',' && s[k] != quote && (quote != '\0' || !is_blank(s[k])))
            k++;
        return by_label(s + begin, k - begin);
    }
    return NULL;
}

/* A declaration that could be read byte by byte cannot be in UTF-16 (the standard says: take UTF-8). */
static const struct charset *readable(const struct charset *c)
{
    if (c != NULL && (c->kind == CHARSET_UTF16LE || c->kind == CHARSET_UTF16BE))
        return by_label("utf-8", 5);
    if (c != NULL && c->kind == CHARSET_USER)
        return by_label("windows-1252", 12);
    return c;
}

static const struct charset *meta_charset(const char *s, size_t n)
{
    const char *end = s + n;
    const char *p = s;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *lt = p++;
        if (end - p >= 3 && memcmp(p, "!--", 3) == 0) {
            p = tag_markup_end(lt, end);
            continue;
        }
        size_t name_bytes = tag_name(p, end);
        if (!tag_is(p, name_bytes, "meta"))
            continue;
        p += name_bytes;
        struct tag_attribute a;
        const struct charset *found = NULL;
        while (tag_attribute(&p, end, &a)) {
            if (found == NULL && tag_is(a.name, a.name_bytes, "charset"))
                found = by_label(a.value, a.value_bytes);
            else if (found == NULL && tag_is(a.name, a.name_bytes, "content"))
                found = charset_in(a.value, a.value_bytes);
        }
        if (found != NULL)
            return readable(found);
    }
    return NULL;
}

static const struct charset *xml_charset(const char *s, size_t n)
{
    n = n > META_BYTES ? META_BYTES : n;
    size_t i = 0;
    while (i < n && is_blank(s[i]))
        i++;
    if (n - i < 6 || memcmp(s + i, "<?xml", 5) != 0)
        return NULL;
    const char *close = memchr(s + i, '>', n - i);
    const char *end = close == NULL ? s + n : close;
    const char *p = memmem(s + i, (size_t)(end - s) - i, "encoding", 8);
    if (p == NULL)
        return NULL;
    for (p += 8; p < end && (is_blank(*p) || *p == '='); p++)
        ;
    if (p == end || (*p != '"' && *p != '\''))
        return NULL;
    const char *quote = memchr(p + 1, *p, (size_t)(end - p - 1));
    return quote == NULL ? NULL : readable(by_label(p + 1, (size_t)(quote - p - 1)));
}

/* UTF-16 without a mark: '<' or '{' and a zero byte. */
static const struct charset *zero_bytes(const char *s, size_t n)
{
    if (n < 4)
        return NULL;
    if (s[0] == '\0' && s[1] != '\0' && s[2] == '\0' && s[3] != '\0')
        return by_label("utf-16be", 8);
    if (s[0] != '\0' && s[1] == '\0' && s[2] != '\0' && s[3] == '\0')
        return by_label("utf-16le", 8);
    return NULL;
}

static const struct charset *byte_order_mark(const char *s, size_t n, size_t *skip)
{
    *skip = 3;
    if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
        return by_label("utf-8", 5);
    *skip = 2;
    if (n >= 2 && memcmp(s, "\xFE\xFF", 2) == 0)
        return by_label("utf-16be", 8);
    if (n >= 2 && memcmp(s, "\xFF\xFE", 2) == 0)
        return by_label("utf-16le", 8);
    *skip = 0;
    return NULL;
}

#define SHAPE_SEQUENCES 4096 /* so many tell what a page is */

/* What the bytes say about UTF-8. */
struct shape {
    size_t n_multi; /* valid sequences of two and more bytes */
    size_t n_bad;
};

static struct shape shape_of(const char *s, size_t n)
{
    struct shape shape = {0, 0};
    for (size_t i = 0; i < n && shape.n_multi + shape.n_bad < SHAPE_SEQUENCES;) {
        if ((unsigned char)s[i] < 0x80) {
            i++;
            continue;
        }
        size_t len;
        bool bad = utf8_next(s + i, n - i, &len) == 0xFFFD && !(len == 3 && memcmp(s + i, "\xEF\xBF\xBD", 3) == 0);
        shape.n_bad += bad;
        shape.n_multi += !bad;
        i += len;
    }
    return shape;
}

static bool is_ascii(const char *s, size_t n)
{
    return utf8_ascii_prefix(s, n) == n;
}

static bool is_cyrillic(const struct charset *c)
{
    return c->kind == CHARSET_TABLE && strcmp(c->name, "windows-1252") != 0;
}

static bool cyrillic_host(const char *host)
{
    static const char *const under[] = {".ru", ".ua", ".by", ".kz", ".su", ".xn--p1ai", ".xn--j1amh", "\xD1\x80\xD1\x84"};
    size_t n = host == NULL ? 0 : strlen(host);
    n -= n > 0 && host[n - 1] == '.';
    for (size_t i = 0; i < sizeof under / sizeof under[0]; i++) {
        size_t len = strlen(under[i]);
        if (n > len && tag_is(host + n - len, len, under[i]))
            return true;
    }
    return false;
}

static const struct charset *detect(const char *s, size_t n)
{
    uchardet_t u = uchardet_new();
    if (u == NULL)
        return NULL;
    size_t begin = 0; /* text matters, not the head of a page: begin a little before the first byte that is not ASCII */
    while (begin < n && (unsigned char)s[begin] < 0x80)
        begin++;
    begin = begin > 256 ? begin - 256 : 0;
    const struct charset *found = NULL;
    if (uchardet_handle_data(u, s + begin, n - begin > DETECT_BYTES ? DETECT_BYTES : n - begin) == 0) {
        uchardet_data_end(u);
        const char *name = uchardet_get_charset(u);
        if (strcmp(name, "MAC-CYRILLIC") == 0)
            name = "x-mac-cyrillic";
        found = by_label(name, strlen(name));
    }
    uchardet_delete(u);
    if (found != NULL && (found->kind == CHARSET_UTF8 || found->kind == CHARSET_REPLACEMENT))
        return NULL; /* asked only when it is not UTF-8 */
    return found;
}

static const struct charset *guess(const char *s, size_t n, const char *host)
{
    const struct charset *c = meta_charset(s, n > META_LATE_BYTES ? META_LATE_BYTES : n);
    if (c != NULL && c->kind != CHARSET_UTF8)
        return c;
    c = detect(s, n);
    bool cyrillic = cyrillic_host(host);
    if (c != NULL && !(cyrillic && !is_cyrillic(c) && c->kind != CHARSET_ICONV)) /* a few bytes look like anything; there they are Cyrillic */
        return c;
    return cyrillic ? by_label("windows-1251", 12) : by_label("windows-1252", 12);
}

/* What was declared: the header, then the page. A server's blanket ISO-8859-1 does not win over a page that says it is Cyrillic. */
static const struct charset *declared(const char *s, size_t n, const char *content_type)
{
    const struct charset *http = content_type == NULL ? NULL : charset_in(content_type, strlen(content_type));
    const struct charset *own = xml_charset(s, n);
    if (own == NULL)
        own = meta_charset(s, n > META_BYTES ? META_BYTES : n);
    if (http == NULL)
        return own;
    if (own != NULL && is_cyrillic(own) && strcmp(http->name, "windows-1252") == 0)
        return own;
    return http;
}

static const struct charset *choose(const char *s, size_t n, const char *content_type, const char *host, bool *valid)
{
    const struct charset *utf8 = by_label("utf-8", 5);
    const struct charset *c = zero_bytes(s, n);
    if (c != NULL)
        return c;
    c = declared(s, n, content_type);
    if (c != NULL && c->kind == CHARSET_REPLACEMENT)
        return c;
    if (c != NULL && (c->kind == CHARSET_UTF16LE || c->kind == CHARSET_UTF16BE))
        c = NULL; /* the bytes have no zeros where it would have them */
    *valid = utf8_valid(s, n);
    if (*valid)
        return c == NULL || c->kind == CHARSET_USER || !is_ascii(s, n) ? utf8 : c;
    struct shape shape = shape_of(s, n);
    if (shape.n_multi > 4 * shape.n_bad)
        return utf8; /* damaged, or cut inside a character */
    if (c != NULL && c->kind != CHARSET_UTF8)
        return c;
    const struct charset *other = c == NULL ? NULL : xml_charset(s, n); /* the header said UTF-8; perhaps the page knows better */
    if (c != NULL && (other == NULL || other->kind == CHARSET_UTF8))
        other = meta_charset(s, n > META_BYTES ? META_BYTES : n);
    if (other != NULL && other->kind != CHARSET_UTF8)
        return other;
    other = guess(s, n, host);
    return c == NULL || is_cyrillic(other) || shape.n_multi == 0 ? other : c;
}

const char *charset_decode(struct strbuf *out, const char *s, size_t n, const char *content_type, const char *host)
{
    size_t skip;
    const struct charset *c = byte_order_mark(s, n, &skip);
    bool valid = false;
    if (c == NULL)
        c = choose(s, n, content_type, host, &valid);
    if (valid && c->kind == CHARSET_UTF8)
        charset_copy_valid(out, s, n);
    else
        charset_to_utf8(out, c, s + skip, n - skip);
    return c->name;
}
