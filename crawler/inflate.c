#include "crawler/inflate.h"

#include "base/hash.h"
#include "base/limits.h"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#define MAX_CODINGS 4
#define STEP_BYTES (64 * 1024)
#define RATIO_FREE_BYTES LIMIT_MIB /* a small page may be as repetitive as it likes */
#define MAX_MEMBERS 4096           /* gzip files may be joined; each member costs a set-up, so that 100,000 of them are an attack */
#define ZSTD_WINDOW_LOG 23         /* RFC 8878 section 3.1.1.1.2: 8 MiB is what a decoder must support; browsers refuse more */

enum coding { CODING_IDENTITY, CODING_GZIP, CODING_DEFLATE, CODING_BR, CODING_ZSTD, CODING_UNKNOWN };
enum end { INFLATED, CUT, BAD, TOO_BIG, NO_MEMORY };

/* One decoding: from `in` to `out`, under the ratio of the whole page. */
struct step {
    const unsigned char *in;
    size_t n;
    struct strbuf *out;
    size_t wire_bytes; /* of the whole page: a chain of codings is judged by both ends */
};

static enum coding coding_named(const char *s, size_t n)
{
    static const struct {
        const char *word;
        enum coding coding;
    } table[] = {{"gzip", CODING_GZIP}, {"x-gzip", CODING_GZIP}, {"deflate", CODING_DEFLATE}, {"br", CODING_BR},
                 {"zstd", CODING_ZSTD}, {"identity", CODING_IDENTITY}, {"none", CODING_IDENTITY}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strlen(table[i].word) == n && strncasecmp(s, table[i].word, n) == 0)
            return table[i].coding;
    return CODING_UNKNOWN;
}

/* "gzip, br" in the order applied. Returns the number, -1 for too many. */
static int codings(const char *header, enum coding out[MAX_CODINGS])
{
    int n = 0;
    for (const char *at = header ? header : ""; *at;) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, " \t,");
        if (len == 0)
            break;
        enum coding c = coding_named(at, len);
        at += len;
        if (c == CODING_IDENTITY)
            continue;
        if (n == MAX_CODINGS)
            return -1;
        out[n++] = c;
    }
    return n;
}

/* The common case, a third of zlib's time: one gzip member that says how long it is (RFC 1952 section 2.3.1, ISIZE). Anything odd is left to
 * the careful way, which also tells cut from wrong. Never more work than for ISIZE bytes, which the ceilings bound. */
static bool quick_gzip(const struct step *s)
{
    if (s->n < 18)
        return false;
    const unsigned char *e = s->in + s->n - 4;
    size_t size = (size_t)e[0] | (size_t)e[1] << 8 | (size_t)e[2] << 16 | (size_t)e[3] << 24;
    if (size == 0 || size > s->out->max_bytes || (size > RATIO_FREE_BYTES && size / LIMIT_INFLATE_RATIO > s->wire_bytes))
        return false;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    char *to = d ? strbuf_reserve(s->out, size) : NULL;
    size_t used = 0, got = 0;
    bool whole = to && libdeflate_gzip_decompress_ex(d, s->in, s->n, to, size, &used, &got) == LIBDEFLATE_SUCCESS && used == s->n && got == size;
    if (whole)
        strbuf_commit(s->out, size);
    if (d)
        libdeflate_free_decompressor(d);
    return whole;
}

static bool over_ratio(const struct step *s)
{
    return s->out->n > RATIO_FREE_BYTES && s->out->n / LIMIT_INFLATE_RATIO > s->wire_bytes;
}

/* Room for the next stretch, never past the ceiling. NULL sets *why. */
static char *room(const struct step *s, size_t *n, enum end *why)
{
    if (over_ratio(s) || s->out->n >= s->out->max_bytes) {
        *why = TOO_BIG;
        return NULL;
    }
    size_t left = s->out->max_bytes - s->out->n;
    *n = left < STEP_BYTES ? left : STEP_BYTES;
    char *at = strbuf_reserve(s->out, *n);
    if (!at)
        *why = NO_MEMORY;
    return at;
}

/* zlib's window bits: 15 + 16 gzip, 15 zlib, -15 raw. Sets *used to the bytes eaten. */
static enum end inflate_zlib(const struct step *s, size_t from, int bits, size_t *used, z_stream *z, bool first)
{
    if (first ? inflateInit2(z, bits) != Z_OK : inflateReset(z) != Z_OK)
        return NO_MEMORY;
    z->next_in = (z_const Bytef *)(s->in + from);
    z->avail_in = (uInt)(s->n - from);
    enum end v = BAD;
    int rc = Z_OK;
    while (rc != Z_STREAM_END) {
        size_t n;
        char *at = room(s, &n, &v);
        char spare[1];
        bool full = !at && v == TOO_BIG && !over_ratio(s);
        if (!at && !full)
            return v;
        /* at the ceiling: the stream may still end here exactly */
        z->next_out = (Bytef *)(full ? spare : at);
        z->avail_out = full ? 1 : (uInt)n;
        size_t had = z->avail_out;
        rc = inflate(z, Z_NO_FLUSH);
        if (full && z->avail_out == 0)
            return TOO_BIG;
        if (!full)
            strbuf_commit(s->out, had - z->avail_out);
        if (rc == Z_BUF_ERROR || (rc == Z_OK && z->avail_in == 0 && z->avail_out))
            return CUT;
        if (rc != Z_OK && rc != Z_STREAM_END)
            return rc == Z_MEM_ERROR ? NO_MEMORY : BAD;
    }
    *used = s->n - z->avail_in;
    return INFLATED;
}

/* Members one after another (RFC 1952 section 2.2). Zero padding after the last is tolerated, as every reader does; other bytes are not. */
static enum end step_gzip(const struct step *s)
{
    if (quick_gzip(s))
        return INFLATED;
    strbuf_clear(s->out);
    z_stream z = {0};
    size_t at = 0;
    enum end v = s->n ? INFLATED : CUT;
    bool first = true;
    for (int member = 0; at < s->n && v == INFLATED; member++) {
        if (member > 0 && s->in[at] != 0x1f) {
            while (at < s->n && s->in[at] == 0)
                at++;
            v = at == s->n ? INFLATED : BAD;
            break;
        }
        v = member == MAX_MEMBERS ? TOO_BIG : inflate_zlib(s, at, 15 + 16, &at, &z, first);
        first = false;
    }
    inflateEnd(&z);
    return v;
}

/* "deflate" should be zlib (RFC 9110 section 8.4.1.2), but some send it raw; the first two bytes tell. */
static enum end step_deflate(const struct step *s)
{
    if (s->n == 0)
        return CUT;
    bool zlib = s->n >= 2 && (s->in[0] & 0x0f) == 8 && (s->in[0] * 256u + s->in[1]) % 31 == 0;
    z_stream z = {0};
    size_t used = 0;
    enum end v = inflate_zlib(s, 0, zlib ? 15 : -15, &used, &z, true);
    inflateEnd(&z);
    return v == INFLATED && used != s->n ? BAD : v;
}

static enum end step_br(const struct step *s)
{
    BrotliDecoderState *d = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!d)
        return NO_MEMORY;
    const uint8_t *in = s->in;
    size_t left = s->n;
    BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    enum end v = INFLATED;
    while (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        size_t no_room = 0;
        rc = BrotliDecoderDecompressStream(d, &left, &in, &no_room, NULL, NULL);
        while (BrotliDecoderHasMoreOutput(d)) {
            size_t n = 0;
            char *at = room(s, &n, &v);
            if (!at) {
                BrotliDecoderDestroyInstance(d);
                return v;
            }
            const uint8_t *bytes = BrotliDecoderTakeOutput(d, &n);
            memcpy(at, bytes, n);
            strbuf_commit(s->out, n);
        }
    }
    BrotliDecoderDestroyInstance(d);
    if (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
        return CUT;
    return rc == BROTLI_DECODER_RESULT_SUCCESS && left == 0 ? INFLATED : BAD;
}

static enum end zstd_run(const struct step *s, ZSTD_DCtx *d)
{
    ZSTD_inBuffer in = {s->in, s->n, 0};
    size_t rest = 1;
    enum end v = INFLATED;
    while (in.pos < in.size || rest != 0) {
        size_t n = 0;
        char *at = room(s, &n, &v), spare[1];
        bool full = !at && v == TOO_BIG && !over_ratio(s);
        if (!at && !full)
            return v;
        ZSTD_outBuffer out = {full ? spare : at, full ? 1 : n, 0};
        size_t in_before = in.pos;
        rest = ZSTD_decompressStream(d, &out, &in);
        if (ZSTD_isError(rest))
            return BAD;
        if (full && out.pos)
            return TOO_BIG;
        if (!full)
            strbuf_commit(s->out, out.pos);
        if (rest != 0 && in.pos == in.size && out.pos < out.size && (in.pos == in_before || in.pos == s->n))
            return CUT;
    }
    return INFLATED;
}

static enum end step_zstd(const struct step *s)
{
    if (s->n == 0)
        return CUT;
    ZSTD_DCtx *d = ZSTD_createDCtx();
    if (!d)
        return NO_MEMORY;
    ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    enum end v = zstd_run(s, d);
    ZSTD_freeDCtx(d);
    return v;
}

static enum end undo(enum coding c, const struct step *s)
{
    switch (c) {
    case CODING_GZIP:
        return step_gzip(s);
    case CODING_DEFLATE:
        return step_deflate(s);
    case CODING_BR:
        return step_br(s);
    case CODING_ZSTD:
        return step_zstd(s);
    default:
        return BAD;
    }
}

/* The last coding applied is undone first. Intermediate results go through a strbuf of their own. */
static enum end undo_all(struct page *p, const enum coding *c, int n)
{
    struct strbuf between[2];
    for (int i = 0; i < 2; i++)
        strbuf_init(&between[i], p->body.max_bytes);
    const struct strbuf *from = &p->wire;
    enum end v = INFLATED;
    for (int i = n - 1; i >= 0 && v == INFLATED; i--) {
        struct strbuf *to = i == 0 ? &p->body : &between[i % 2];
        strbuf_clear(to);
        struct step s = {(const unsigned char *)from->s, from->n, to, p->wire.n};
        v = undo(c[i], &s);
        from = to;
    }
    for (int i = 0; i < 2; i++)
        strbuf_release(&between[i]);
    return v;
}

/* An outcome that fetch has found stays: a cut body of a 503 is still a 503. */
static void judge(struct page *p, enum end v)
{
    const char *coding = p->content_encoding ? p->content_encoding : "";
    enum outcome had = p->outcome;
    const char *reason = p->reason;
    if (v == CUT)
        page_fail(p, OUTCOME_NETWORK, "the %.40s body was cut: its stream has no end", coding);
    else if (v == BAD)
        page_fail(p, OUTCOME_BADDATA, "the body is not whole, valid %.40s", coding);
    else if (v == TOO_BIG)
        page_fail(p, OUTCOME_TOOBIG, "the %.40s body of %zu bytes inflates past the ceiling (%zu bytes, %d:1)", coding, p->wire.n,
                  p->body.max_bytes, LIMIT_INFLATE_RATIO);
    else if (v == NO_MEMORY)
        page_fail(p, OUTCOME_TOOBIG, "out of memory while inflating a %.40s body", coding);
    if (had != OUTCOME_NONE) {
        p->outcome = had;
        p->reason = reason;
    }
}

void inflate_page(struct page *p)
{
    enum coding c[MAX_CODINGS];
    int n = codings(p->content_encoding, c);
    bool unknown = n < 0;
    for (int i = 0; i < n; i++)
        unknown = unknown || c[i] == CODING_UNKNOWN;
    if (unknown) {
        if (p->outcome == OUTCOME_NONE && n < 0)
            page_fail(p, OUTCOME_BADDATA, "more than %d content codings", MAX_CODINGS);
        else if (p->outcome == OUTCOME_NONE)
            page_fail(p, OUTCOME_BADDATA, "content coding \"%.60s\" is unknown", p->content_encoding);
        return;
    }
    if (n <= 0 || p->wire.n == 0) {
        struct strbuf swap = p->wire;
        p->wire = p->body;
        p->body = swap;
    } else {
        judge(p, undo_all(p, c, n));
    }
    if (p->body.n)
        p->body_hash = hash64(p->body.s, p->body.n);
    if (p->outcome == OUTCOME_NONE && p->status == 200 && p->body_hash && p->body_hash == p->target.body_hash)
        page_fail(p, OUTCOME_UNCHANGED, "the same bytes as last time");
}
