#include "crawler/warc.h"

#include "base/limits.h"
#include "crawler/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#define LINE_BYTES (LIMIT_URL_BYTES + 1024)
#define MAX_FIELDS 100
#define BUFFER_BYTES (128 * 1024)

struct warc_reader {
    gzFile file; /* reads plain files, too */
    char path[4096];
    int64_t n_record;
    char line[LINE_BYTES];
    struct strbuf head;  /* fields of the record, "name: value\n", names in lower case */
    struct strbuf block;
};

enum err warc_read_open(struct warc_reader **out, const char *path)
{
    *out = NULL;
    struct warc_reader *r = calloc(1, sizeof *r);
    gzFile file = r ? gzopen(path, "rb") : NULL;
    if (!file) {
        int why = errno;
        free(r);
        return r ? err_set(ERR_USAGE, "archive \"%s\" cannot be read: %s", path, strerror(why)) : err_set(ERR_MEMORY, "out of memory");
    }
    r->file = file;
    gzbuffer(file, BUFFER_BYTES);
    snprintf(r->path, sizeof r->path, "%s", path);
    strbuf_init(&r->head, LIMIT_HEADER_BYTES);
    strbuf_init(&r->block, LIMIT_BODY_BYTES_MAX + LIMIT_HEADER_BYTES * 2);
    *out = r;
    return ERR_OK;
}

void warc_read_close(struct warc_reader *r)
{
    if (!r)
        return;
    gzclose(r->file);
    strbuf_release(&r->head);
    strbuf_release(&r->block);
    free(r);
}

static enum err damaged(const struct warc_reader *r, const char *what)
{
    return err_set(ERR_USAGE, "archive \"%s\", after record %" PRId64 ": %s", r->path, r->n_record, what);
}

/* Append "Name: value" as "name: value\n". */
static void keep_line(struct strbuf *head, const char *s, size_t n)
{
    size_t from = head->n;
    if (!strbuf_add(head, s, n) || !strbuf_putc(head, '\n'))
        return;
    for (size_t i = 0; i < n && s[i] != ':'; i++)
        if (s[i] >= 'A' && s[i] <= 'Z')
            head->s[from + i] = (char)(s[i] + 32);
}

/* Version line and fields. *more false at a clean end. */
static enum err read_head(struct warc_reader *r, bool *more)
{
    *more = false;
    strbuf_clear(&r->head);
    do {
        if (!gzgets(r->file, r->line, sizeof r->line)) {
            int code = Z_OK;
            gzerror(r->file, &code);
            return code == Z_OK || code == Z_STREAM_END ? ERR_OK : damaged(r, "the file is cut or not gzip");
        }
    } while (strcmp(r->line, "\r\n") == 0 || strcmp(r->line, "\n") == 0);
    if (strncmp(r->line, "WARC/1.", 7) != 0)
        return damaged(r, "no WARC record begins here");
    for (int i = 0; i < MAX_FIELDS; i++) {
        if (!gzgets(r->file, r->line, sizeof r->line))
            return damaged(r, "the record is cut");
        size_t n = strcspn(r->line, "\r\n");
        if (n == 0) {
            *more = true;
            return ERR_OK;
        }
        keep_line(&r->head, r->line, n);
    }
    return damaged(r, "the record has too many fields");
}

/* The block into r->block, or past it when it is not wanted or too large. */
static enum err read_block(struct warc_reader *r, uint64_t n, bool wanted)
{
    char skip[4096];
    strbuf_clear(&r->block);
    if (wanted && n <= r->block.max_bytes) {
        char *to = strbuf_reserve(&r->block, n);
        if (!to)
            return err_set(ERR_MEMORY, "out of memory for an archive record of %" PRIu64 " bytes", n);
        if (gzread(r->file, to, (unsigned)n) != (int)n)
            return damaged(r, "the record is cut");
        strbuf_commit(&r->block, n);
        return ERR_OK;
    }
    while (n) {
        unsigned step = n < sizeof skip ? (unsigned)n : (unsigned)sizeof skip;
        if (gzread(r->file, skip, step) != (int)step)
            return damaged(r, "the record is cut");
        n -= step;
    }
    return ERR_OK;
}

static void fill_target(const struct warc_reader *r, struct page *p, struct arena *scratch)
{
    const char *head = r->head.s;
    const char *kind = status_header(scratch, head, "x-earshot-kind");
    const char *depth = status_header(scratch, head, "x-earshot-depth");
    const char *uri = status_header(scratch, head, "warc-target-uri");
    const char *own = status_header(scratch, head, "x-earshot-target");
    size_t n = uri ? strlen(uri) : 0;
    if (n >= 2 && uri[0] == '<' && uri[n - 1] == '>') /* some WARC 1.0 writers */
        uri = arena_strndup(scratch, uri + 1, n - 2);
    struct target t = {
        .url = own ? own : uri ? uri : "",
        .source = status_header(scratch, head, "x-earshot-source"),
        .brand = status_header(scratch, head, "x-earshot-brand"),
        .site = status_header(scratch, head, "x-earshot-site"),
        .mention_id = status_header(scratch, head, "x-earshot-mention"),
        .kind = kind ? target_kind_parse(kind) : TARGET_LISTING,
        .depth = depth ? atoi(depth) : 1,
    };
    page_begin(p, &t);
    p->final_url = arena_strdup(&p->arena, uri);
}

/* Status line, headers and body of an HTTP block. false when it is none. */
static bool fill_answer(struct warc_reader *r, struct page *p)
{
    const char *s = r->block.s, *end = s + r->block.n;
    size_t blank = strcspn(s, " \r\n");
    const char *d = s + blank + (s[blank] == ' ');
    if (strncmp(s, "HTTP/", 5) != 0 || strspn(d, "0123456789") != 3)
        return false;
    p->status = (d[0] - '0') * 100 + (d[1] - '0') * 10 + (d[2] - '0');
    strbuf_clear(&r->head);
    const char *at = memchr(s, '\n', r->block.n);
    while (at && ++at < end) {
        size_t n = 0;
        while (at + n < end && at[n] != '\r' && at[n] != '\n')
            n++;
        const char *next = memchr(at, '\n', (size_t)(end - at));
        if (n == 0) {
            at = next ? next + 1 : end;
            break;
        }
        keep_line(&r->head, at, n);
        at = next;
    }
    if (at && at < end)
        strbuf_add(&p->wire, at, (size_t)(end - at));
    p->headers = arena_strdup(&p->arena, r->head.s);
    p->content_type = status_header(&p->arena, r->head.s, "content-type");
    p->content_encoding = status_header(&p->arena, r->head.s, "content-encoding");
    p->etag = status_header(&p->arena, r->head.s, "etag");
    p->last_modified = status_header(&p->arena, r->head.s, "last-modified");
    return true;
}

static void judge(struct warc_reader *r, struct page *p, bool revisit, const char *truncated)
{
    const char *chunked = status_header(&p->arena, r->head.s, "transfer-encoding");
    status_judge(p, revisit, status_header(&p->arena, r->head.s, "cf-mitigated"));
    if (revisit)
        page_fail(p, OUTCOME_UNCHANGED, "a revisit record");
    else if (truncated && strcmp(truncated, "length") == 0)
        page_fail(p, OUTCOME_TOOBIG, "the archived body was cut at a ceiling");
    else if (truncated && p->outcome == OUTCOME_NONE)
        page_fail(p, OUTCOME_NETWORK, "the archived body was cut (%.40s)", truncated);
    else if (p->wire.full)
        page_fail(p, OUTCOME_TOOBIG, "the archived body is larger than %zu bytes", p->wire.max_bytes);
    else if (chunked && strcasecmp(chunked, "identity") != 0)
        page_fail(p, OUTCOME_BADDATA, "the archived body still has its transfer coding");
}

enum err warc_read_next(struct warc_reader *r, struct page *p, bool *more)
{
    struct arena scratch;
    enum err e;
    arena_init(&scratch, LIMIT_MIB);
    while (!(e = read_head(r, more)) && *more) {
        arena_reset(&scratch);
        const char *type = status_header(&scratch, r->head.s, "warc-type");
        const char *length = status_header(&scratch, r->head.s, "content-length");
        bool revisit = type && strcmp(type, "revisit") == 0;
        bool wanted = revisit || (type && strcmp(type, "response") == 0);
        if (!length || *length < '0' || *length > '9') {
            e = damaged(r, "the record has no Content-Length");
            break;
        }
        e = read_block(r, strtoull(length, NULL, 10), wanted);
        if (e)
            break;
        r->n_record++;
        if (!wanted || r->block.n == 0)
            continue;
        struct when date;
        const char *text = status_header(&scratch, r->head.s, "warc-date");
        const char *truncated = status_header(&scratch, r->head.s, "warc-truncated");
        fill_target(r, p, &scratch);
        p->fetched_at = text && when_parse(text, &date) ? date.at : 0;
        if (!fill_answer(r, p))
            continue;
        judge(r, p, revisit, truncated);
        break;
    }
    *more = *more && !e;
    arena_release(&scratch);
    return e;
}
