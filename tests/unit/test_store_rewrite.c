/* Packed records, and a store that is written anew: compacted, damaged, of a newer format. */
#include "tests/unit/store_pages.h"

#include "base/hash.h"
#include "base/limits.h"
#include "store/key.h"
#include "store/pack.h"
#include "store/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE1 "https://trust.example/tea"
/* of store/dict.c */
#define DICT_BYTES 6593
#define DICT_HASH  0x6b0465e71b7c0e2eULL

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
    struct strbuf out, out2;
};

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
    strbuf_init(&f->out, 64 << 20);
    strbuf_init(&f->out2, 64 << 20);
    assert_int_equal(store_open(&f->s, f->path, STORE_CREATE), ERR_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fix *f = *state;
    store_close(f->s);
    folder_remove(f->folder);
    arena_release(&f->a);
    strbuf_release(&f->out);
    strbuf_release(&f->out2);
    free(f);
    return 0;
}

/* Its bytes are part of the format: a change here makes every packed record unreadable. */
static void test_dictionary_is_frozen(void **state)
{
    (void)state;
    size_t n;
    const void *dict = pack_dict(&n);
    assert_int_equal(PACK_DICT, 1);
    assert_int_equal(n, DICT_BYTES);
    assert_true(hash64(dict, n) == DICT_HASH);
}

static const char *long_text(struct arena *a, size_t n)
{
    char *s = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++)
        s[i] = "The tea came cold and nobody answered the phone. "[(i * 7 + i / 49) % 49];
    return s;
}

static struct stored sample(struct arena *a, size_t n_text)
{
    struct stored x;
    memset(&x, 0, sizeof x);
    mention_init(&x.f.mention);
    x.f.seq = 7;
    x.f.brand = "tea";
    x.f.source = SHOP;
    x.f.mention.id = "s:1";
    x.f.mention.native_id = "1";
    x.f.mention.text = long_text(a, n_text);
    return x;
}

static void test_pack(void **state)
{
    struct fix *f = *state;
    for (size_t n = 0; n < 300000; n = n * 2 + 1) {
        struct stored x = sample(&f->a, n), y;
        struct bytes b = rec_put_mention(&f->a, &x);
        assert_non_null(b.p);
        struct bytes small = rec_packed(&f->a, b);
        assert_true(small.n <= b.n);
        assert_true(n < 4000 || b.n < n); /* too long for a leaf: packed at once */
        assert_true(rec_same(&f->a, b, small));
        assert_true(rec_get_mention(small, 7, &f->a, &y));
        assert_string_equal(y.f.mention.text, x.f.mention.text);
        assert_false(rec_get_mention(small, 8, &f->a, &y));
        uint8_t *copy = arena_alloc(&f->a, small.n);
        for (size_t at = 0; at < small.n && at < 2000; at += 1 + at / 50) { /* no flipped bit goes unnoticed */
            memcpy(copy, small.p, small.n);
            copy[at] ^= 4;
            assert_false(rec_get_mention((struct bytes){copy, small.n}, 7, &f->a, &y));
            assert_ptr_equal(rec_packed(&f->a, (struct bytes){copy, small.n}).p, copy); /* nor is it sealed anew */
        }
        arena_reset(&f->a);
    }
}

/* Lengths that lie, with a checksum that is right. */
static void test_hostile(void **state)
{
    struct fix *f = *state;
    struct stored x = sample(&f->a, 5000), y;
    struct bytes b = rec_put_mention(&f->a, &x);
    static const uint32_t lies[] = {0, 1, 32, 33, 4000, 0x7fffffff, 0xffffffff};
    uint8_t *p = arena_alloc(&f->a, b.n);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        memcpy(p, b.p, b.n);
        assert_int_equal(p[15], PACK_DICT);
        memcpy(p + 28, &lies[i], 4);
        uint64_t h = hash64(p + 8, b.n - 8);
        memcpy(p, &h, 8);
        assert_false(rec_get_mention((struct bytes){p, b.n}, 7, &f->a, &y));
    }
    memcpy(p, b.p, b.n);
    p[15] = PACK_DICT + 1; /* a dictionary that this version does not have */
    uint64_t h = hash64(p + 8, b.n - 8);
    memcpy(p, &h, 8);
    assert_false(rec_get_mention((struct bytes){p, b.n}, 7, &f->a, &y));
}

static void fill(struct fix *f, int n)
{
    for (int k = 0; k < n; k += 50) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + k);
        for (int i = k; i < k + 50; i++) {
            char id[20];
            snprintf(id, sizeof id, "s:%d", i);
            page_add(p, id, 1 + i % 5, long_text(&f->a, (size_t)(i * 97) % 9000));
        }
        put_one(f->s, p);
    }
}

static void reopen(struct fix *f)
{
    if (store_open(&f->s, f->path, STORE_WRITE) != ERR_OK)
        fail_msg("store_open: %s", err_text());
}

static void test_compact(void **state)
{
    struct fix *f = *state;
    struct store_rewritten r;
    uint64_t n_bad;
    fill(f, 1000);
    export_all(f->s, false, &f->out);
    store_close(f->s);
    f->s = NULL;
    assert_int_equal(store_upgrade(f->path, &r), ERR_OK);
    assert_int_equal(r.from_format, STORE_FORMAT);
    assert_int_equal(r.before_bytes, r.after_bytes);
    if (store_compact(f->path, &r) != ERR_OK)
        fail_msg("store_compact: %s", err_text());
    assert_true(r.after_bytes < r.before_bytes);
    reopen(f);
    export_all(f->s, false, &f->out2);
    assert_string_equal(f->out.s, f->out2.s);
    fill(f, 50); /* packed records are merged like others */
    strbuf_clear(&f->out);
    assert_int_equal(store_check(f->s, &f->out, &n_bad), ERR_OK);
    assert_int_equal(n_bad, 0);
}

static enum err damage(struct txn *t, void *ctx)
{
    (void)ctx;
    struct key8 key = key_seq(3);
    struct bytes val;
    enum err e = db_get(t, TREE_MENTION, KEY(key), &val);
    if (e != ERR_OK)
        return e;
    uint8_t copy[8192];
    size_t n = val.n;
    memcpy(copy, val.p, n);
    copy[n / 2] ^= 1;
    return db_put(t, TREE_MENTION, KEY(key), (struct bytes){copy, n});
}

/* A damaged record is no reason to stay with an old format, and is not made good by it. */
static void test_damaged(void **state)
{
    struct fix *f = *state;
    struct store_rewritten r;
    uint64_t n_bad[2];
    fill(f, 100);
    assert_int_equal(db_write(f->s, damage, NULL), ERR_OK);
    for (int i = 0; i < 2; i++) {
        strbuf_clear(&f->out);
        assert_int_equal(store_check(f->s, &f->out, &n_bad[i]), ERR_OK);
        store_close(f->s);
        f->s = NULL;
        if (i == 0)
            assert_int_equal(store_compact(f->path, &r), ERR_OK);
        reopen(f);
    }
    assert_int_equal(n_bad[0], 1);
    assert_int_equal(n_bad[1], 1);
}

static enum err newer(struct txn *t, void *ctx)
{
    (void)ctx;
    struct bytes key = {"format", 6};
    struct key8 n = key_seq(STORE_FORMAT + 1);
    uint8_t b[8 + SEAL_BYTES];
    seal_put(key, n.b, 8, b);
    return db_put(t, TREE_META, key, (struct bytes){b, sizeof b});
}

static void test_newer(void **state)
{
    struct fix *f = *state;
    struct store_rewritten r;
    assert_int_equal(db_write(f->s, newer, NULL), ERR_OK);
    store_close(f->s);
    for (int mode = STORE_READ; mode <= STORE_CREATE; mode++) {
        assert_int_equal(store_open(&f->s, f->path, (enum store_mode)mode), ERR_STORE);
        assert_non_null(strstr(err_text(), "install a newer earshot"));
    }
    assert_int_equal(store_upgrade(f->path, &r), ERR_STORE);
    assert_non_null(strstr(err_text(), "install a newer earshot"));
    assert_int_equal(err_exit_code(ERR_STORE), 73);
    f->s = NULL;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_dictionary_is_frozen), T(test_pack), T(test_hostile), T(test_compact), T(test_damaged), T(test_newer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
