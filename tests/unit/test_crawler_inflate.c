/* Content codings: whole, cut at every byte, wrong, and bombs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "crawler/inflate.h"

static const char text[] = "<p>The courier never came, and nobody answers. The courier never came, and nobody answers.</p>";

/* The text above by `brotli -q 11`. */
static const unsigned char text_br[] = {
    0x1b, 0x5d, 0x00, 0xa8, 0x8d, 0x94, 0x2e, 0xde, 0xc4, 0x08, 0x95, 0xee, 0x31, 0xb6, 0x8f, 0x9c,
    0x65, 0x3c, 0x87, 0x45, 0x83, 0x94, 0xc9, 0xd5, 0x69, 0x41, 0x0a, 0x31, 0x66, 0xa1, 0x29, 0x33,
    0x44, 0xd5, 0x31, 0x4b, 0x58, 0x60, 0x0e, 0x4e, 0x45, 0xbc, 0xab, 0xe9, 0xc5, 0xaa, 0xac, 0x23,
    0x21, 0x3d, 0x0f, 0xad, 0x40, 0x52};

static void page_of(struct page *p, const void *bytes, size_t n, const char *coding)
{
    page_init(p, LIMIT_BODY_BYTES);
    strbuf_add(&p->wire, bytes, n);
    p->content_encoding = coding;
    p->status = 200;
}

static size_t deflate_text(int bits, unsigned char *out, size_t cap)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)text;
    z.avail_in = sizeof text - 1;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = cap - z.avail_out;
    deflateEnd(&z);
    return n;
}

static size_t zstd_text(unsigned char *out, size_t cap)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
    size_t n = ZSTD_compress2(c, out, cap, text, sizeof text - 1);
    ZSTD_freeCCtx(c);
    assert_false(ZSTD_isError(n));
    return n;
}

/* Whole: the text. Cut anywhere: NETWORK (or BADDATA where the first bytes say nothing yet), never NONE. One bit turned: never the
 * wrong text as if it were right. */
static void check_coding(const char *coding, const unsigned char *z, size_t n, bool has_sum)
{
    struct page p;
    page_of(&p, z, n, coding);
    inflate_page(&p);
    assert_int_equal(p.outcome, OUTCOME_NONE);
    assert_int_equal(p.body.n, sizeof text - 1);
    assert_memory_equal(p.body.s, text, sizeof text - 1);
    assert_true(p.body_hash != 0);
    page_release(&p);
    for (size_t cut = 1; cut < n; cut++) {
        page_of(&p, z, cut, coding);
        inflate_page(&p);
        if (p.outcome != OUTCOME_NETWORK)
            fail_msg("%s cut at %zu of %zu: %s", coding, cut, n, outcome_word(p.outcome));
        page_release(&p);
    }
    unsigned char *bad = malloc(n);
    for (size_t i = 0; has_sum && i < n * 8; i++) {
        memcpy(bad, z, n);
        bad[i / 8] ^= (unsigned char)(1u << (i % 8));
        page_of(&p, bad, n, coding);
        inflate_page(&p);
        if (p.outcome == OUTCOME_NONE && (p.body.n != sizeof text - 1 || memcmp(p.body.s, text, p.body.n) != 0))
            fail_msg("%s with bit %zu turned is taken for good", coding, i);
        page_release(&p);
    }
    free(bad);
}

static void test_codings(void **state)
{
    (void)state;
    unsigned char z[1024];
    size_t n = deflate_text(15 + 16, z, sizeof z);
    check_coding("gzip", z, n, true);
    check_coding("x-gzip", z, n, true);
    check_coding(" GZIP ", z, n, true);
    check_coding("identity, gzip", z, n, true);
    n = deflate_text(15, z, sizeof z);
    check_coding("deflate", z, n, true);
    n = deflate_text(-15, z, sizeof z);
    check_coding("deflate", z, n, false);
    n = zstd_text(z, sizeof z);
    check_coding("zstd", z, n, true);
    check_coding("br", text_br, sizeof text_br, false);
}

static void outcome_for(const void *bytes, size_t n, const char *coding, enum outcome want)
{
    struct page p;
    page_of(&p, bytes, n, coding);
    inflate_page(&p);
    if (p.outcome != want)
        fail_msg("%s: %s (%s)", coding ? coding : "(none)", outcome_word(p.outcome), p.reason ? p.reason : "");
    page_release(&p);
}

static void test_wrong(void **state)
{
    (void)state;
    unsigned char z[4096];
    size_t n = deflate_text(15 + 16, z, sizeof z);
    outcome_for(text, sizeof text - 1, NULL, OUTCOME_NONE);
    outcome_for(text, sizeof text - 1, "identity", OUTCOME_NONE);
    outcome_for("", 0, "gzip", OUTCOME_NONE);
    outcome_for(text, sizeof text - 1, "gzip", OUTCOME_BADDATA);
    outcome_for(text, sizeof text - 1, "zstd", OUTCOME_BADDATA);
    outcome_for(text, sizeof text - 1, "x-foo", OUTCOME_BADDATA);
    outcome_for(z, n, "gzip, gzip, gzip, gzip, gzip", OUTCOME_BADDATA);
    outcome_for(z, n, "gzip, gzip", OUTCOME_BADDATA);
    memcpy(z + n, z, n);
    outcome_for(z, 2 * n, "gzip", OUTCOME_NONE);
    memset(z + n, 0, 100);
    outcome_for(z, n + 100, "gzip", OUTCOME_NONE);
    unsigned char lie[4096]; /* a member that lies about its length must not pass by the quick way */
    memcpy(lie, z, n);
    lie[n - 4] ^= 0x40;
    outcome_for(lie, n, "gzip", OUTCOME_BADDATA);
    lie[n - 1] = 0x7f;
    outcome_for(lie, n, "gzip", OUTCOME_BADDATA);
    memset(z + n, 'x', 100);
    outcome_for(z, n + 100, "gzip", OUTCOME_BADDATA);
    z[n - 5] ^= 1; /* the checksum */
    outcome_for(z, n, "gzip", OUTCOME_BADDATA);
}

static void test_unchanged(void **state)
{
    (void)state;
    struct page p;
    page_of(&p, text, sizeof text - 1, NULL);
    inflate_page(&p);
    uint64_t hash = p.body_hash;
    page_release(&p);
    page_of(&p, text, sizeof text - 1, NULL);
    p.target.body_hash = hash;
    inflate_page(&p);
    assert_int_equal(p.outcome, OUTCOME_UNCHANGED);
    page_release(&p);
    page_of(&p, text, sizeof text - 1, NULL);
    p.target.body_hash = hash;
    p.status = 503;
    page_fail(&p, OUTCOME_SLOWDOWN, "HTTP 503");
    inflate_page(&p);
    assert_int_equal(p.outcome, OUTCOME_SLOWDOWN);
    assert_string_equal(p.reason, "HTTP 503");
    page_release(&p);
}

/* Exactly at the ceiling is allowed, one byte more is not. */
static void test_ceiling(void **state)
{
    (void)state;
    unsigned char z[1024];
    size_t n = deflate_text(15 + 16, z, sizeof z);
    for (size_t less = 0; less < 2; less++) {
        struct page p;
        page_init(&p, sizeof text - 1 - less);
        strbuf_add(&p.wire, z, n);
        p.content_encoding = "gzip";
        inflate_page(&p);
        assert_int_equal(p.outcome, less ? OUTCOME_TOOBIG : OUTCOME_NONE);
        page_release(&p);
    }
}

static void test_bombs(void **state)
{
    (void)state;
    static const struct {
        const char *file, *coding;
        enum outcome want;
    } t[] = {
        {"badcrc.gz", "gzip", OUTCOME_BADDATA},          {"html_256MiB_spaces.html.gz", "gzip", OUTCOME_TOOBIG},
        {"html_64MiB_div.html.gz", "gzip", OUTCOME_TOOBIG}, {"members_100k.gz", "gzip", OUTCOME_TOOBIG},
        {"trailing_garbage.gz", "gzip", OUTCOME_BADDATA}, {"truncated.gz", "gzip", OUTCOME_NETWORK},
        {"zeros_1GiB.br", "br", OUTCOME_TOOBIG},          {"zeros_1GiB.gz", "gzip", OUTCOME_TOOBIG},
        {"zeros_1GiB.gz.gz", "gzip, gzip", OUTCOME_TOOBIG}, {"zeros_1GiB.zst", "zstd", OUTCOME_TOOBIG},
        {"zeros_1GiB_long27.zst", "zstd", OUTCOME_BADDATA}, {"zeros_256MiB.rawdeflate", "deflate", OUTCOME_TOOBIG},
        {"zeros_256MiB.zlib", "deflate", OUTCOME_TOOBIG},
    };
    const char *dir = getenv("EARSHOT_RELIABILITY");
    if (!dir) {
        print_message("skipped: EARSHOT_RELIABILITY is not set\n");
        skip();
    }
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char path[4096];
        struct page p;
        page_init(&p, LIMIT_BODY_BYTES);
        snprintf(path, sizeof path, "%s/bombs/%s", dir, t[i].file);
        assert_int_equal(strbuf_read_file(&p.wire, path), ERR_OK);
        p.content_encoding = t[i].coding;
        int64_t began = clock_thread_cpu_ms();
        inflate_page(&p);
        int64_t took = clock_thread_cpu_ms() - began;
        if (p.outcome != t[i].want || took > 1000 || p.body.n > LIMIT_BODY_BYTES)
            fail_msg("%s: %s after %lld ms, %zu bytes: %s", t[i].file, outcome_word(p.outcome), (long long)took, p.body.n,
                     p.reason ? p.reason : "");
        print_message("%-28s %-8s %4lld ms  %s\n", t[i].file, outcome_word(p.outcome), (long long)took, p.reason ? p.reason : "");
        page_release(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codings), cmocka_unit_test(test_wrong), cmocka_unit_test(test_unchanged),
        cmocka_unit_test(test_ceiling), cmocka_unit_test(test_bombs),
    };
    return cmocka_run_group_tests_name("crawler/inflate", tests, NULL, NULL);
}
