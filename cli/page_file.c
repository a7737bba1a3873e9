#include "config.h"

#include "cli/page_file.h"

#include "cli/drift.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/when.h"
#include "crawler/inflate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void take_header(struct page *p, struct strbuf *all, const char *name, size_t name_n, const char *value, size_t value_n)
{
    const struct { const char *name; const char **to; } keep[] = {
        {"content-type", &p->content_type}, {"content-encoding", &p->content_encoding}, {"etag", &p->etag}, {"last-modified", &p->last_modified}};
    for (size_t i = 0; i < sizeof keep / sizeof *keep; i++)
        if (strlen(keep[i].name) == name_n && strncasecmp(keep[i].name, name, name_n) == 0 && value_n)
            *keep[i].to = arena_strndup(&p->arena, value, value_n);
    if (name_n == 11 && strncasecmp(name, "retry-after", 11) == 0 && value_n && isdigit((unsigned char)*value))
        p->retry_after_s = strtol(value, NULL, 10);
    for (size_t i = 0; i < name_n; i++)
        strbuf_putc(all, (char)tolower((unsigned char)name[i]));
    strbuf_puts(all, ": ");
    strbuf_add(all, value, value_n);
    strbuf_putc(all, '\n');
}

/* "HTTP/1.1 200 OK", "HTTP/2 200": 0 when it is none. */
static int status_of(const char *line, size_t n)
{
    const char *blank = n > 5 && strncasecmp(line, "HTTP/", 5) == 0 ? memchr(line, ' ', n) : NULL;
    size_t left = blank ? n - (size_t)(blank - line) : 0;
    if (left < 4 || !isdigit((unsigned char)blank[1]) || !isdigit((unsigned char)blank[2]) || !isdigit((unsigned char)blank[3]))
        return 0;
    int status = (blank[1] - '0') * 100 + (blank[2] - '0') * 10 + (blank[3] - '0');
    return status >= 100 && status <= 599 ? status : 0;
}

static void one_line(struct page *p, struct strbuf *all, const char *line, size_t n)
{
    int status = status_of(line, n);
    if (status) { /* redirects and 1xx come first: the last block counts */
        p->status = status;
        p->content_type = p->content_encoding = p->etag = p->last_modified = NULL;
        p->retry_after_s = -1;
        strbuf_clear(all);
        return;
    }
    const char *colon = memchr(line, ':', n);
    if (!colon || colon == line)
        return;
    const char *value = colon + 1, *end = line + n;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    take_header(p, all, line, (size_t)(colon - line), value, (size_t)(end - value));
}

enum err page_file_headers(struct page *p, const char *s, size_t n, const char *name)
{
    struct strbuf all;
    p->status = 0;
    strbuf_init(&all, LIMIT_HEADER_BYTES);
    for (size_t at = 0; at < n;) {
        const char *end = memchr(s + at, '\n', n - at);
        size_t next = end ? (size_t)(end - s) + 1 : n, to = end ? next - 1 : n;
        while (to > at && (s[to - 1] == '\r' || s[to - 1] == ' ' || s[to - 1] == '\t'))
            to--;
        one_line(p, &all, s + at, to - at);
        at = next;
    }
    p->headers = all.n ? arena_strdup(&p->arena, all.s) : NULL;
    strbuf_release(&all);
    return p->status ? ERR_OK : err_set(ERR_USAGE, "%s holds no status line such as \"HTTP/1.1 200 OK\"", name);
}

static enum err read_headers(struct page *p, const char *path)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_HEADER_BYTES);
    enum err e = strbuf_read_file(&b, path);
    if (e == ERR_OK)
        e = page_file_headers(p, b.s, b.n, path);
    strbuf_release(&b);
    return e;
}

/* By the bytes, not by the header: most tools save the inflated page beside the header that it once had. */
static const char *coding_of(const struct strbuf *b)
{
    if (b->n > 2 && memcmp(b->s, "\x1f\x8b", 2) == 0)
        return "gzip";
    return b->n > 4 && memcmp(b->s, "\x28\xb5\x2f\xfd", 4) == 0 ? "zstd" : NULL;
}

/* A page that `site save` wrote brings its address, time and headers; what the command line says wins. */
static enum err take_kept(struct page *p, const char *file, bool has_headers)
{
    struct drift_head h;
    if (!drift_read_head(p->wire.s, p->wire.n, &p->arena, &h))
        return ERR_OK;
    if (!p->target.url)
        p->target.url = p->final_url = h.url;
    if (h.fetched_at)
        p->fetched_at = h.fetched_at;
    enum err e = has_headers ? ERR_OK : page_file_headers(p, p->wire.s + h.http_at, h.http_bytes, file);
    memmove(p->wire.s, p->wire.s + h.body_at, p->wire.n - h.body_at + 1);
    p->wire.n -= h.body_at;
    return e;
}

enum err page_file_read(struct page *p, const char *file, const char *headers, const char *url, const char *site)
{
    struct target t = {.url = url, .source = "cli/file", .brand = "cli", .site = site, .kind = TARGET_LISTING, .depth = 1};
    page_begin(p, &t);
    p->status = 200;
    p->fetched_at = clock_now();
    p->final_url = arena_strdup(&p->arena, url);
    enum err e = headers ? read_headers(p, headers) : ERR_OK;
    if (e == ERR_OK)
        e = strbuf_read_file(&p->wire, file);
    if (e == ERR_OK)
        e = take_kept(p, file, headers != NULL);
    if (e == ERR_OK && !p->target.url)
        e = err_set(ERR_USAGE, "--url is missing: say which address the page was fetched from (a page by `earshot site save` says it itself)");
    if (e != ERR_OK)
        return e;
    p->content_encoding = coding_of(&p->wire);
    if (p->content_encoding) {
        inflate_page(p);
    } else {
        struct strbuf empty = p->body;
        p->body = p->wire;
        p->wire = empty;
    }
    if (!p->body_hash)
        p->body_hash = hash64(p->body.s, p->body.n);
    return ERR_OK;
}
