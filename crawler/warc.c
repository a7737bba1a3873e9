#include "crawler/warc.h"

#include "base/limits.h"
#include "base/sha256.h"
#include "crawler/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define PATH_BYTES 4096
#define ID_BYTES 64
#define RECORD_BYTES (2 * LIMIT_BODY_BYTES_MAX) /* a body of the largest size allowed, and its headers */
#define LEVEL 1                                 /* bodies are mostly compressed already */

struct warc {
    char dir[PATH_BYTES];
    const char *user_agent;
    int fd, n_file;
    char path[PATH_BYTES + 100];
    size_t written, file_bytes;
    z_stream z;
    struct strbuf block, record, packed;
};

enum err warc_open(struct warc **out, const char *dir, const char *user_agent)
{
    *out = NULL;
    if (access(dir, W_OK | X_OK) != 0)
        return err_set(ERR_STORE, "archive folder \"%s\" cannot be written: %s", dir, strerror(errno));
    struct warc *w = calloc(1, sizeof *w);
    if (!w || deflateInit2(&w->z, LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(w);
        return err_set(ERR_MEMORY, "out of memory for the archive");
    }
    snprintf(w->dir, sizeof w->dir, "%s", dir);
    w->user_agent = user_agent ? user_agent : "";
    w->fd = -1;
    w->file_bytes = WARC_FILE_BYTES;
    strbuf_init(&w->block, RECORD_BYTES);
    strbuf_init(&w->record, RECORD_BYTES);
    strbuf_init(&w->packed, RECORD_BYTES);
    *out = w;
    return ERR_OK;
}

void warc_rotate_at(struct warc *w, size_t file_bytes)
{
    w->file_bytes = file_bytes;
}

enum err warc_sync(struct warc *w)
{
    return w->fd < 0 || fsync(w->fd) == 0 ? ERR_OK : err_set(ERR_STORE, "archive \"%s\" cannot be written: %s", w->path, strerror(errno));
}

static enum err close_file(struct warc *w)
{
    int fd = w->fd;
    w->fd = -1;
    if (fd >= 0 && (fsync(fd) != 0 || close(fd) != 0))
        return err_set(ERR_STORE, "archive \"%s\" cannot be written: %s", w->path, strerror(errno));
    return ERR_OK;
}

enum err warc_close(struct warc *w)
{
    if (!w)
        return ERR_OK;
    enum err e = close_file(w);
    deflateEnd(&w->z);
    strbuf_release(&w->block);
    strbuf_release(&w->record);
    strbuf_release(&w->packed);
    free(w);
    return e;
}

/* ---- records ---- */

static void make_id(char out[ID_BYTES])
{
    unsigned char b[16];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        for (size_t i = 0; i < sizeof b; i++)
            b[i] = (unsigned char)((uint64_t)clock_mono_ms() >> (i % 8) ^ i * 37);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 9562: version 4 */
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(out, ID_BYTES, "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
             b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static const char *digest(const void *bytes, size_t n, char out[SHA256_TEXT_BYTES])
{
    struct sha256 h;
    sha256_init(&h);
    sha256_add(&h, bytes, n);
    return sha256_text(&h, out);
}

static void begin_record(struct warc *w, const char *type, const char *id, int64_t at)
{
    char when[WHEN_TEXT_BYTES];
    strbuf_clear(&w->record);
    strbuf_printf(&w->record, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\nWARC-Date: %s\r\n", type, id,
                  when_format((struct when){at, PRECISION_SECOND}, when));
}

/* A named field, when there is a value. Line ends in it would make further fields. */
static void field(struct warc *w, const char *name, const char *value)
{
    if (!value)
        return;
    strbuf_printf(&w->record, "%s: ", name);
    for (; *value; value++)
        strbuf_putc(&w->record, *value == '\r' || *value == '\n' ? ' ' : *value);
    strbuf_puts(&w->record, "\r\n");
}

static enum err write_all(struct warc *w)
{
    for (size_t at = 0; at < w->packed.n;) {
        ssize_t n = write(w->fd, w->packed.s + at, w->packed.n - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(ERR_STORE, "archive \"%s\" cannot be written: %s", w->path, n < 0 ? strerror(errno) : "no space");
        at += (size_t)n;
    }
    w->written += w->packed.n;
    return ERR_OK;
}

/* Head so far + block -> one gzip member -> the file. */
static enum err end_record(struct warc *w)
{
    char sum[SHA256_TEXT_BYTES];
    strbuf_printf(&w->record, "WARC-Block-Digest: sha256:%s\r\nContent-Length: %zu\r\n\r\n", digest(w->block.s, w->block.n, sum), w->block.n);
    strbuf_add(&w->record, w->block.s, w->block.n);
    strbuf_puts(&w->record, "\r\n\r\n");
    strbuf_clear(&w->packed);
    size_t bound = deflateBound(&w->z, w->record.n);
    char *to = strbuf_reserve(&w->packed, bound);
    if (w->record.full || w->block.full || !to || deflateReset(&w->z) != Z_OK)
        return err_set(ERR_MEMORY, "out of memory for an archive record of %zu bytes", w->record.n);
    w->z.next_in = (Bytef *)w->record.s;
    w->z.avail_in = (uInt)w->record.n;
    w->z.next_out = (Bytef *)to;
    w->z.avail_out = (uInt)bound;
    ASSERT(deflate(&w->z, Z_FINISH) == Z_STREAM_END); /* the bound is enough */
    strbuf_commit(&w->packed, bound - w->z.avail_out);
    return write_all(w);
}

static enum err put_info(struct warc *w)
{
    char id[ID_BYTES];
    make_id(id);
    begin_record(w, "warcinfo", id, clock_now());
    field(w, "Content-Type", "application/warc-fields");
    strbuf_clear(&w->block);
    strbuf_printf(&w->block, "software: earshot\r\nformat: WARC File Format 1.1\r\nhttp-header-user-agent: %s\r\nrobots: obey\r\n", w->user_agent);
    return end_record(w);
}

static enum err open_file(struct warc *w)
{
    time_t now = (time_t)clock_now();
    struct tm tm;
    char stamp[32];
    gmtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d%H%M%S", &tm);
    do {
        snprintf(w->path, sizeof w->path, "%s/earshot-%s-%ld-%d.warc.gz", w->dir, stamp, (long)getpid(), w->n_file++);
        w->fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
    } while (w->fd < 0 && errno == EEXIST);
    if (w->fd < 0)
        return err_set(ERR_STORE, "archive \"%s\" cannot be written: %s", w->path, strerror(errno));
    w->written = 0;
    return put_info(w);
}

/* The request as transfer.c sends it, without secrets. */
static void request_block(struct warc *w, const struct page *p)
{
    const char *url = p->final_url ? p->final_url : p->target.url;
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    size_t n = strcspn(host, "/?#");
    const char *path = host + n;
    struct strbuf *b = &w->block;
    strbuf_clear(b);
    strbuf_printf(b, "%s %s%s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: %s\r\nAccept: %s\r\nAccept-Encoding: %s\r\n", p->posted ? "POST" : "GET", *path == '/' ? "" : "/", path, (int)n,
                  host, w->user_agent, REQUEST_ACCEPT, REQUEST_CODINGS);
    if (p->posted) {
        strbuf_printf(b, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s", strlen(p->posted), p->posted);
        return;
    }
    if (p->target.etag && *p->target.etag)
        strbuf_printf(b, "If-None-Match: %s\r\n", p->target.etag);
    if (p->target.last_modified && *p->target.last_modified)
        strbuf_printf(b, "If-Modified-Since: %s\r\n", p->target.last_modified);
    strbuf_puts(b, "\r\n");
}

static void response_block(struct warc *w, const struct page *p, const struct strbuf *body)
{
    struct strbuf *b = &w->block;
    strbuf_clear(b);
    strbuf_printf(b, "HTTP/1.1 %d \r\n", p->status);
    for (const char *at = p->headers ? p->headers : ""; *at; at += *at == '\n') {
        size_t n = strcspn(at, "\n");
        if (n >= 18 && strncmp(at, "transfer-encoding:", 18) == 0)
            strbuf_puts(b, "x-crawler-");
        strbuf_add(b, at, n);
        strbuf_puts(b, "\r\n");
        at += n;
    }
    strbuf_puts(b, "\r\n");
    if (body)
        strbuf_add(b, body->s, body->n);
}

static void target_fields(struct warc *w, const struct page *p)
{
    const struct target *t = &p->target;
    field(w, "WARC-Target-URI", p->final_url ? p->final_url : t->url);
    field(w, "X-Earshot-Target", t->url);
    field(w, "X-Earshot-Source", t->source);
    field(w, "X-Earshot-Brand", t->brand);
    field(w, "X-Earshot-Site", t->site);
    field(w, "X-Earshot-Kind", target_kind_word(t->kind));
    field(w, "X-Earshot-Mention", t->mention_id);
    strbuf_printf(&w->record, "X-Earshot-Depth: %d\r\nX-Earshot-Elapsed-Ms: %" PRId64 "\r\n", t->depth, p->elapsed_ms);
}

enum err warc_put(struct warc *w, const struct page *p)
{
    char request[ID_BYTES], response[ID_BYTES], sum[SHA256_TEXT_BYTES], payload[SHA256_TEXT_BYTES + 8];
    if (p->status == 0)
        return ERR_OK;
    enum err e = w->fd >= 0 && w->written >= w->file_bytes ? close_file(w) : ERR_OK;
    if (!e && w->fd < 0)
        e = open_file(w);
    if (e)
        return e;
    const struct strbuf *body = p->wire.n ? &p->wire : &p->body;
    bool unchanged = p->outcome == OUTCOME_UNCHANGED;
    make_id(request);
    make_id(response);
    begin_record(w, unchanged ? "revisit" : "response", response, p->fetched_at);
    target_fields(w, p);
    field(w, "Content-Type", "application/http;msgtype=response");
    if (unchanged)
        field(w, "WARC-Profile", p->status == 304 ? "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
                                                  : "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
    if (!unchanged && p->outcome == OUTCOME_TOOBIG)
        field(w, "WARC-Truncated", "length");
    if (!unchanged && p->outcome == OUTCOME_NETWORK && p->status < 300)
        field(w, "WARC-Truncated", "disconnect");
    if (!unchanged || p->status != 304) {
        snprintf(payload, sizeof payload, "sha256:%s", digest(body->s, body->n, sum));
        field(w, "WARC-Payload-Digest", payload);
    }
    response_block(w, p, unchanged ? NULL : body);
    e = end_record(w);
    if (e)
        return e;
    begin_record(w, "request", request, p->fetched_at);
    field(w, "WARC-Target-URI", p->final_url ? p->final_url : p->target.url);
    strbuf_printf(&w->record, "WARC-Concurrent-To: <%s>\r\n", response);
    field(w, "Content-Type", "application/http;msgtype=request");
    request_block(w, p);
    return end_record(w);
}
