#include "parsers/urls.h"

#include "base/limits.h"
#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool url_split(const char *url, struct url_parts *out)
{
    memset(out, 0, sizeof *out);
    if (url == NULL)
        return false;
    size_t scheme = strncasecmp(url, "https://", 8) == 0 ? 5 : strncasecmp(url, "http://", 7) == 0 ? 4 : 0;
    if (scheme == 0)
        return false;
    out->scheme = (struct url_span){url, scheme};
    const char *p = url + scheme + 3;
    size_t n = strcspn(p, "/?#\\");
    out->authority = (struct url_span){p, n};
    const char *host = p;
    const char *at = memchr(p, '@', n);
    if (at != NULL)
        host = at + 1;
    size_t n_host = (size_t)(p + n - host);
    const char *colon = n_host > 0 && host[0] != '[' ? memchr(host, ':', n_host) : NULL;
    out->host = (struct url_span){host, colon != NULL ? (size_t)(colon - host) : n_host};
    if (out->host.n == 0)
        return false;
    p += n;
    n = strcspn(p, "?#");
    out->path = (struct url_span){p, n};
    p += n;
    if (*p == '?') {
        n = strcspn(p, "#");
        out->query = (struct url_span){p + 1, n - 1};
        p += n;
    }
    if (*p == '#')
        out->fragment = (struct url_span){p + 1, strlen(p + 1)};
    return true;
}

/* Bytes that may stand in a URL as they are; the rest is percent-encoded. '%' stays: it is taken for an escape. */
static bool plain_byte(unsigned char c)
{
    return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '`' && c != '{' && c != '}' && c != '|' && c != '\\' && c != '^';
}

static void put_encoded(struct strbuf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        size_t plain = 0;
        while (i + plain < n && plain_byte((unsigned char)s[i + plain]))
            plain++;
        if (plain > 0) {
            strbuf_add(b, s + i, plain);
            i += plain - 1;
        } else if (c != '\t' && c != '\n' && c != '\r') /* WHATWG URL: those are dropped wherever they stand */
            strbuf_printf(b, "%%%02X", c);
    }
}

/* RFC 3986 section 5.2.4, in place on b->s[from..]. */
static void remove_dots(struct strbuf *b, size_t from)
{
    char *s = b->s + from;
    size_t n = b->n - from, out = 0, i = 0;
    while (i < n) {
        size_t end = i + 1;
        while (end < n && s[end] != '/')
            end++;
        size_t len = end - i; /* segment with its leading slash */
        bool last = end == n;
        if (len == 2 && s[i + 1] == '.') {
            if (last)
                s[out++] = '/';
        } else if (len == 3 && s[i + 1] == '.' && s[i + 2] == '.') {
            while (out > 0 && s[--out] != '/') {
            }
            if (last)
                s[out++] = '/';
        } else {
            memmove(s + out, s + i, len);
            out += len;
        }
        i = end;
    }
    b->n = from + out;
    b->s[b->n] = '\0';
}

static char *finish(struct arena *a, struct strbuf *b)
{
    char *url = b->full ? NULL : arena_strndup(a, b->s, b->n);
    strbuf_release(b);
    return url;
}

/* path of ref against the path of base, with dots removed */
static void put_path(struct strbuf *b, const struct url_parts *base, const char *path, size_t n)
{
    size_t from = b->n;
    if (n == 0 || path[0] != '/') {
        size_t keep = base->path.n;
        while (keep > 0 && base->path.s[keep - 1] != '/')
            keep--;
        if (keep == 0)
            strbuf_putc(b, '/');
        else
            put_encoded(b, base->path.s, keep);
    }
    put_encoded(b, path, n);
    if (!b->full)
        remove_dots(b, from);
}

char *url_join(struct arena *a, const char *base, const char *ref)
{
    struct url_parts to, from;
    if (ref == NULL)
        return NULL;
    while (isspace((unsigned char)*ref))
        ref++;
    size_t n = strlen(ref);
    while (n > 0 && isspace((unsigned char)ref[n - 1]))
        n--;
    if (n == 0 || n > LIMIT_URL_BYTES)
        return NULL;
    struct strbuf b;
    strbuf_init(&b, LIMIT_URL_BYTES);
    bool have_base = url_split(base, &from);
    if (url_split(ref, &to)) {
        put_encoded(&b, ref, (size_t)(to.authority.s + to.authority.n - ref));
        if (to.path.n == 0)
            strbuf_putc(&b, '/');
        const char *rest = to.authority.s + to.authority.n;
        put_encoded(&b, rest, (size_t)(ref + n - rest));
        return finish(a, &b);
    }
    size_t word = strcspn(ref, ":/?#");
    if (!have_base || (ref[word] == ':' && word > 0)) { /* another scheme */
        strbuf_release(&b);
        return NULL;
    }
    if (n > 2 && ref[0] == '/' && ref[1] == '/') {
        strbuf_add(&b, from.scheme.s, from.scheme.n);
        strbuf_putc(&b, ':');
        put_encoded(&b, ref, n);
        return finish(a, &b);
    }
    strbuf_add(&b, base, (size_t)(from.authority.s + from.authority.n - base));
    size_t path = strcspn(ref, "?#");
    if (path > n)
        path = n;
    if (path > 0) {
        put_path(&b, &from, ref, path);
    } else {
        put_encoded(&b, from.path.n > 0 ? from.path.s : "/", from.path.n > 0 ? from.path.n : 1);
        if (ref[0] == '#' && from.query.s != NULL)
            put_encoded(&b, from.query.s - 1, from.query.n + 1);
    }
    put_encoded(&b, ref + path, n - path);
    return finish(a, &b);
}

/* Query values: everything but unreserved bytes is escaped, so that a value cannot bring parameters of its own. */
static void put_value(struct strbuf *b, const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (isalnum(c) || strchr("-._~", c) != NULL)
            strbuf_putc(b, (char)c);
        else
            strbuf_printf(b, "%%%02X", c);
    }
}

char *url_set_query(struct arena *a, const char *url, const char *key, const char *value)
{
    struct url_parts u;
    if (!url_split(url, &u))
        return NULL;
    struct strbuf b;
    strbuf_init(&b, LIMIT_URL_BYTES);
    const char *path_end = u.path.n > 0 ? u.path.s + u.path.n : u.authority.s + u.authority.n;
    strbuf_add(&b, url, (size_t)(path_end - url));
    if (u.path.n == 0)
        strbuf_putc(&b, '/');
    size_t n_key = strlen(key);
    bool done = value == NULL;
    char mark = '?';
    for (size_t i = 0; i < u.query.n;) {
        const char *p = u.query.s + i;
        const char *amp = memchr(p, '&', u.query.n - i);
        size_t len = amp != NULL ? (size_t)(amp - p) : u.query.n - i;
        i += len + 1;
        bool same = len >= n_key && memcmp(p, key, n_key) == 0 && (len == n_key || p[n_key] == '=');
        if (len == 0 || (same && done))
            continue;
        strbuf_putc(&b, mark);
        mark = '&';
        if (same) {
            strbuf_printf(&b, "%s=", key);
            put_value(&b, value);
            done = true;
        } else {
            strbuf_add(&b, p, len);
        }
    }
    if (!done) {
        strbuf_printf(&b, "%c%s=", mark, key);
        put_value(&b, value);
    }
    return finish(a, &b);
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *url_decode(struct arena *a, const char *s, size_t n, bool form)
{
    char *out = arena_alloc(a, n + 1);
    if (out == NULL)
        return NULL;
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
            out[len++] = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
            i += 2;
        } else {
            out[len++] = form && s[i] == '+' ? ' ' : s[i];
        }
    }
    out[len] = '\0';
    return out;
}

char *url_query(struct arena *a, const char *url, const char *key)
{
    struct url_parts u;
    size_t n_key = strlen(key);
    if (!url_split(url, &u))
        return NULL;
    for (size_t i = 0; i < u.query.n;) {
        const char *p = u.query.s + i;
        const char *amp = memchr(p, '&', u.query.n - i);
        size_t len = amp != NULL ? (size_t)(amp - p) : u.query.n - i;
        if (len > n_key && memcmp(p, key, n_key) == 0 && p[n_key] == '=')
            return url_decode(a, p + n_key + 1, len - n_key - 1, true);
        i += len + 1;
    }
    return NULL;
}

bool url_host_fits(const char *pattern, const char *host, size_t n)
{
    while (n > 0 && host[n - 1] == '.')
        n--;
    if (strcmp(pattern, "*") == 0)
        return true;
    if (pattern[0] == '*' && pattern[1] == '.') {
        size_t tail = strlen(pattern + 1);
        return n > tail && strncasecmp(host + n - tail, pattern + 1, tail) == 0;
    }
    return strlen(pattern) == n && strncasecmp(pattern, host, n) == 0;
}

bool glob_fits(const char *pattern, const char *s, size_t n)
{
    const char *star = NULL;
    size_t i = 0, back = 0;
    while (i < n) {
        if (*pattern == '*') {
            star = pattern++;
            back = i;
        } else if (*pattern != '\0' && *pattern == s[i]) {
            pattern++;
            i++;
        } else if (star != NULL) {
            pattern = star + 1;
            i = ++back;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
