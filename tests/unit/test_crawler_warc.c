/* Archives: what is written comes back as the same page; cut and foreign files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "crawler/warc.h"

static char folder[64], file[400];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/earshot-warc-XXXXXX");
    return mkdtemp(folder) ? 0 : 1;
}

static int n_file(void)
{
    int n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; (e = readdir(d));)
        if (strstr(e->d_name, ".warc.gz")) {
            snprintf(file, sizeof file, "%s/%s", folder, e->d_name);
            n++;
        }
    closedir(d);
    return n;
}

static int tear_down(void **state)
{
    (void)state;
    while (n_file())
        unlink(file);
    return rmdir(folder);
}

static void make_page(struct page *p, const char *url, int status, enum outcome o, const char *body)
{
    const struct target t = {.url = url, .source = "acme/shop", .brand = "acme", .site = "shop", .kind = TARGET_DETAIL, .depth = 3,
                             .mention_id = "shop:17", .etag = status == 304 ? "\"x\"" : NULL};
    page_begin(p, &t);
    p->status = status;
    p->outcome = o;
    p->fetched_at = 1793700000;
    p->elapsed_ms = 12;
    p->final_url = arena_printf(&p->arena, "%s?moved=1", url);
    p->headers = "content-type: text/html; charset=utf-8\ntransfer-encoding: chunked\netag: \"e1\"\n";
    strbuf_add(&p->wire, body, strlen(body));
}

static void write_three(void)
{
    struct warc *w;
    struct page p;
    page_init(&p, LIMIT_BODY_BYTES);
    assert_int_equal(warc_open(&w, folder, "earshot/0.1 (+mailto:ops@acme.example)"), ERR_OK);
    make_page(&p, "http://shop.example/a", 200, OUTCOME_NONE, "<p>never again</p>");
    assert_int_equal(warc_put(w, &p), ERR_OK);
    make_page(&p, "http://shop.example/b", 304, OUTCOME_UNCHANGED, "");
    assert_int_equal(warc_put(w, &p), ERR_OK);
    make_page(&p, "http://shop.example/none", 0, OUTCOME_NETWORK, "");
    assert_int_equal(warc_put(w, &p), ERR_OK);
    make_page(&p, "http://shop.example/c", 200, OUTCOME_NETWORK, "half");
    assert_int_equal(warc_put(w, &p), ERR_OK);
    assert_int_equal(warc_close(w), ERR_OK);
    page_release(&p);
    assert_int_equal(n_file(), 1);
}

static void test_round_trip(void **state)
{
    (void)state;
    write_three();
    struct warc_reader *r;
    struct page p;
    bool more;
    page_init(&p, LIMIT_BODY_BYTES);
    assert_int_equal(warc_read_open(&r, file), ERR_OK);
    assert_int_equal(warc_read_next(r, &p, &more), ERR_OK);
    assert_true(more);
    assert_string_equal(p.target.url, "http://shop.example/a");
    assert_string_equal(p.final_url, "http://shop.example/a?moved=1");
    assert_string_equal(p.target.source, "acme/shop");
    assert_string_equal(p.target.site, "shop");
    assert_string_equal(p.target.mention_id, "shop:17");
    assert_int_equal(p.target.kind, TARGET_DETAIL);
    assert_int_equal(p.target.depth, 3);
    assert_int_equal(p.status, 200);
    assert_int_equal(p.outcome, OUTCOME_NONE);
    assert_int_equal(p.fetched_at, 1793700000);
    assert_string_equal(p.content_type, "text/html; charset=utf-8");
    assert_string_equal(p.etag, "\"e1\"");
    assert_string_equal(p.wire.s, "<p>never again</p>");
    assert_int_equal(warc_read_next(r, &p, &more), ERR_OK);
    assert_string_equal(p.target.url, "http://shop.example/b");
    assert_int_equal(p.outcome, OUTCOME_UNCHANGED);
    assert_int_equal(p.wire.n, 0);
    assert_int_equal(warc_read_next(r, &p, &more), ERR_OK);
    assert_string_equal(p.target.url, "http://shop.example/c");
    assert_int_equal(p.outcome, OUTCOME_NETWORK);
    assert_int_equal(warc_read_next(r, &p, &more), ERR_OK);
    assert_false(more);
    warc_read_close(r);
    page_release(&p);
}

/* Cut at any byte: every record before the cut is delivered, the reader ends, nothing is invented. */
static void test_cut(void **state)
{
    (void)state;
    write_three();
    struct strbuf whole;
    strbuf_init(&whole, LIMIT_MIB);
    assert_int_equal(strbuf_read_file(&whole, file), ERR_OK);
    char cut[500];
    snprintf(cut, sizeof cut, "%s/cut.warc.gz", folder);
    struct page p;
    page_init(&p, LIMIT_BODY_BYTES);
    int most = 0;
    for (size_t n = 0; n < whole.n; n += 7) {
        FILE *f = fopen(cut, "wb");
        assert_int_equal(fwrite(whole.s, 1, n, f), n);
        fclose(f);
        struct warc_reader *r;
        assert_int_equal(warc_read_open(&r, cut), ERR_OK);
        int got = 0;
        bool more = true;
        while (warc_read_next(r, &p, &more) == ERR_OK && more) {
            got++;
            if (got == 1)
                assert_string_equal(p.wire.s, "<p>never again</p>");
        }
        assert_true(got >= most && got <= 3);
        most = got;
        warc_read_close(r);
    }
    assert_int_equal(most, 3); /* the last record is a request */
    page_release(&p);
    strbuf_release(&whole);
}

static void test_plain(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum err e;
        bool more;
        enum outcome o;
    } t[] = {
        {"", ERR_OK, false, OUTCOME_NONE},
        {"hello\n", ERR_USAGE, false, OUTCOME_NONE},
        {"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/>\r\nContent-Length: 21\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhi\r\n\r\n", ERR_OK, true,
         OUTCOME_NONE},
        {"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 46\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0", ERR_OK, true, OUTCOME_BADDATA},
        {"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999999999\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", ERR_USAGE, false, OUTCOME_NONE},
        {"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\n", ERR_USAGE, false, OUTCOME_NONE},
        {"WARC/1.0\r\nWARC-Type: response\r\n\r\n", ERR_USAGE, false, OUTCOME_NONE},
        {"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n", ERR_OK, false, OUTCOME_NONE},
    };
    struct page p;
    page_init(&p, LIMIT_BODY_BYTES);
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        snprintf(file, sizeof file, "%s/plain.warc.gz", folder);
        FILE *f = fopen(file, "wb");
        fputs(t[i].bytes, f);
        fclose(f);
        struct warc_reader *r;
        bool more;
        assert_int_equal(warc_read_open(&r, file), ERR_OK);
        enum err e = warc_read_next(r, &p, &more);
        if (e != t[i].e || more != t[i].more || (more && p.outcome != t[i].o))
            fail_msg("row %zu: error %d, more %d, %s", i, (int)e, more, outcome_word(p.outcome));
        warc_read_close(r);
    }
    assert_string_equal(p.target.url, "");
    page_release(&p);
}

static void test_no_folder(void **state)
{
    (void)state;
    struct warc *w;
    struct warc_reader *r;
    assert_int_equal(warc_open(&w, "/nonexistent/archive", "x"), ERR_STORE);
    assert_non_null(strstr(err_text(), "/nonexistent/archive"));
    assert_int_equal(warc_read_open(&r, "/nonexistent/a.warc.gz"), ERR_USAGE);
    assert_int_equal(warc_close(NULL), ERR_OK);
}

/* A full file is closed and another one begins: every page is in one of them, none in two, and no file is much larger than asked for. */
static void test_rotation(void **state)
{
    (void)state;
    struct warc *w;
    struct page p;
    char body[20000];
    unsigned x = 1;
    page_init(&p, LIMIT_BODY_BYTES);
    assert_int_equal(warc_open(&w, folder, "earshot/0"), ERR_OK);
    warc_rotate_at(w, 50000);
    for (int i = 0; i < 20; i++) {
        for (size_t k = 0; k < sizeof body - 1; k++, x = x * 1664525 + 1013904223) /* nothing a packer could pack */
            body[k] = (char)('!' + (x >> 24) % 90);
        body[sizeof body - 1] = '\0';
        make_page(&p, "https://acme.example/x", 200, OUTCOME_NONE, body);
        assert_int_equal(warc_put(w, &p), ERR_OK);
    }
    assert_int_equal(warc_close(w), ERR_OK);
    int n = 0, n_page = 0;
    for (; n_file(); n++) {
        struct warc_reader *r;
        struct stat st;
        bool more = true;
        assert_int_equal(stat(file, &st), 0);
        assert_in_range(st.st_size, 1000, 50000 + 25000);
        assert_int_equal(warc_read_open(&r, file), ERR_OK);
        for (; warc_read_next(r, &p, &more) == ERR_OK && more; n_page++)
            assert_int_equal(p.wire.n, sizeof body - 1);
        warc_read_close(r);
        unlink(file);
    }
    assert_int_equal(n_page, 20);
    assert_in_range(n, 5, 9);
    page_release(&p);
}

/* FIPS 180-4 examples, and a length around every padding case against one long message fed in pieces. */
static void test_sha256(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sum;
    } t[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char sum[SHA256_TEXT_BYTES], again[SHA256_TEXT_BYTES];
    struct sha256 h;
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        sha256_init(&h);
        sha256_add(&h, t[i].text, strlen(t[i].text));
        assert_string_equal(sha256_text(&h, sum), t[i].sum);
    }
    static char million[1000000];
    memset(million, 'a', sizeof million);
    sha256_init(&h);
    for (size_t at = 0, step = 1; at < sizeof million; at += step, step = step % 131 + 1) {
        step = at + step > sizeof million ? sizeof million - at : step;
        sha256_add(&h, million + at, step);
    }
    assert_string_equal(sha256_text(&h, again), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_plain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rotation, set_up, tear_down),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_sha256),
    };
    return cmocka_run_group_tests_name("crawler/warc", tests, NULL, NULL);
}
