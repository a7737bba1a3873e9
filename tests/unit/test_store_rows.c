/* Index rows: what they say of a mention, and rows that an older version wrote. */
#include "base/hash.h"
#include "store/read.h"
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE1 "https://trust.example/tea"
#define DAY   86400

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
    struct store_row row[100];
    size_t n, stop_at;
};

static const char *const many[] = {"delivery", "no_answer", "rudeness", "returns", "waiting"};

static void fill(struct fix *f)
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    for (int i = 0; i < 20; i++) {
        char id[20];
        snprintf(id, sizeof id, "s:%d", i);
        struct finding *x = page_add(p, id, i % 2 ? 1 : 5, "Warm tea.");
        x->mention.published = (struct when){T0 - i * DAY, PRECISION_DAY};
        x->mention.author.id = i % 5 ? "77" : NULL;
        x->mention.lang = i % 3 ? "ru" : NULL;
        x->score.label = i % 2 ? LABEL_NEGATIVE : LABEL_POSITIVE;
        x->score.cause = many;
        x->score.n_cause = (size_t)i % 6;
    }
    put_one(f->s, p);
}

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
    assert_int_equal(store_open(&f->s, f->path, STORE_CREATE), ERR_OK);
    fill(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fix *f = *state;
    store_close(f->s);
    folder_remove(f->folder);
    arena_release(&f->a);
    free(f);
    return 0;
}

static bool take(void *ctx, const struct store_row *r)
{
    struct fix *f = ctx;
    f->row[f->n++] = *r;
    return f->n < 100 && f->n != f->stop_at;
}

static size_t rows(struct fix *f, const char *brand, bool desk, int64_t since)
{
    struct store_rows_filter filter = {.brand = brand, .desk = desk, .since = since};
    f->n = 0;
    assert_int_equal(store_rows(f->s, &filter, take, f), ERR_OK);
    return f->n;
}

static bool has_cause(const struct store_row *r, const char *code)
{
    for (size_t i = 0; i < STORE_ROW_CAUSES; i++)
        if (r->cause[i] == store_word_hash(code))
            return true;
    return false;
}

static void test_rows_say_what_records_say(void **state)
{
    struct fix *f = *state;
    assert_int_equal(rows(f, NULL, false, 0), 20);
    for (size_t i = 0; i < f->n; i++) {
        const struct store_row *r = &f->row[i];
        struct finding x;
        assert_int_equal(store_get_seq(f->s, r->seq, &f->a, &x), ERR_OK);
        assert_true(i == 0 || r->at >= f->row[i - 1].at);
        assert_int_equal(r->at, x.mention.published.at);
        assert_true(r->brand == hash64_str(x.brand) && r->source == hash64_str(x.source));
        assert_int_equal(r->verdict, x.judgement.verdict);
        assert_int_equal(r->negative, x.score.label == LABEL_NEGATIVE);
        assert_int_equal(r->positive, x.score.label == LABEL_POSITIVE);
        assert_int_equal(r->lang, store_word_hash(store_row_lang(&x)));
        assert_int_equal(r->author, store_author_hash(&x));
        assert_false(r->partial);
        assert_int_equal(r->more_causes, x.score.n_cause > STORE_ROW_CAUSES);
        for (size_t k = 0; k < 5; k++)
            assert_int_equal(has_cause(r, many[k]), k < x.score.n_cause && k < STORE_ROW_CAUSES);
    }
}

static void test_filters(void **state)
{
    struct fix *f = *state;
    assert_int_equal(rows(f, NULL, true, 0), 10); /* negatives, unanswered */
    for (size_t i = 0; i < f->n; i++)
        assert_true(f->row[i].verdict == VERDICT_REPLY && f->row[i].negative);
    assert_int_equal(rows(f, "tea", true, 0), 10);
    assert_int_equal(rows(f, "coffee", true, 0), 0);
    assert_int_equal(rows(f, "coffee", false, 0), 0);
    assert_int_equal(rows(f, "tea", false, T0 - 4 * DAY), 5);
    assert_int_equal(rows(f, NULL, false, T0 - 4 * DAY), 5);
    struct store_rows_filter back = {.brand = "tea", .since = T0 - 4 * DAY, .back = true};
    for (int all = 0; all < 2; all++) {
        f->n = 0;
        back.brand = all ? NULL : "tea";
        assert_int_equal(store_rows(f->s, &back, take, f), ERR_OK);
        assert_int_equal(f->n, 5);
        for (size_t i = 0; i < f->n; i++)
            assert_int_equal(f->row[i].at, T0 - (int64_t)i * DAY);
    }
    f->stop_at = 3;
    assert_int_equal(rows(f, NULL, false, 0), 3);
}

static void test_marks_show(void **state)
{
    struct fix *f = *state;
    struct journal_entry hold = {.at = T0, .who = "anna", .mention_id = "s:1", .action = "hold", .to = "on"};
    struct journal_entry assign = {.at = T0, .who = "anna", .mention_id = "s:1", .action = "assign", .to = "boris"};
    struct journal_entry done = {.at = T0, .who = "anna", .mention_id = "s:3", .action = "state", .to = "moved_private"};
    assert_int_equal(store_mark(f->s, &hold, NULL), ERR_OK);
    assert_int_equal(store_mark(f->s, &assign, NULL), ERR_OK);
    assert_int_equal(store_mark(f->s, &done, NULL), ERR_OK);
    assert_int_equal(rows(f, NULL, true, 0), 9);
    size_t held = 0, boris = 0;
    for (size_t i = 0; i < f->n; i++) {
        held += f->row[i].hold;
        boris += f->row[i].assignee == store_word_hash("boris");
    }
    assert_int_equal(held, 1);
    assert_int_equal(boris, 1);
}

/* The row of a mention as older versions wrote it. */
static enum err cut_row(struct txn *t, void *ctx)
{
    const struct finding *x = ctx;
    const struct stored stored = {.f = *x};
    struct columns c;
    uint8_t row[COLUMN_BYTES], val[COLUMN_BYTES_FIRST + SEAL_BYTES];
    columns_of(&stored, &c);
    columns_put(&c, row);
    row[COLUMN_FLAGS_AT] &= COLUMN_FLAGS_FIRST;
    struct key24 time = key_by_time(hash64_str(x->brand), c.at, x->seq);
    struct key16 desk = key_pair(hash64_str(x->brand), x->seq);
    seal_put(KEY(time), row, COLUMN_BYTES_FIRST, val);
    enum err e = db_put(t, TREE_BY_TIME, KEY(time), (struct bytes){val, sizeof val});
    seal_put(KEY(desk), row, COLUMN_BYTES_FIRST, val);
    return e == ERR_OK ? db_put(t, TREE_DESK, KEY(desk), (struct bytes){val, sizeof val}) : e;
}

static bool count(void *ctx, const struct finding *x)
{
    (void)x;
    ++*(size_t *)ctx;
    return true;
}

static void test_rows_of_an_older_version(void **state)
{
    struct fix *f = *state;
    struct finding x;
    struct strbuf out;
    uint64_t n_bad = 9;
    size_t n = 0;
    struct store_filter all = {.max = 0}, desk = {.order = STORE_BY_URGENCY};
    assert_int_equal(store_get(f->s, "s:5", &f->a, &x), ERR_OK);
    assert_int_equal(db_write(f->s, cut_row, &x), ERR_OK);
    strbuf_init(&out, 1 << 20);
    assert_int_equal(store_check(f->s, &out, &n_bad), ERR_OK);
    assert_int_equal(n_bad, 0);
    strbuf_release(&out);
    assert_int_equal(store_each(f->s, &all, count, &n), ERR_OK);
    assert_int_equal(n, 20);
    n = 0;
    assert_int_equal(store_each(f->s, &desk, count, &n), ERR_OK);
    assert_int_equal(n, 10);
    size_t partial = 0;
    rows(f, NULL, true, 0);
    for (size_t i = 0; i < f->n; i++) {
        partial += f->row[i].partial;
        assert_int_equal(f->row[i].partial, f->row[i].seq == x.seq);
        assert_true(!f->row[i].partial || (f->row[i].lang == 0 && f->row[i].author == 0 && f->row[i].negative));
    }
    assert_int_equal(partial, 1);
    /* a change makes it whole */
    struct journal_entry hold = {.at = T0, .who = "anna", .mention_id = "s:5", .action = "hold", .to = "on"};
    assert_int_equal(store_mark(f->s, &hold, NULL), ERR_OK);
    rows(f, NULL, true, 0);
    for (size_t i = 0; i < f->n; i++)
        assert_false(f->row[i].partial);
}

static void test_hashes(void **state)
{
    (void)state;
    assert_int_equal(store_word_hash(NULL), 0);
    assert_int_equal(store_word_hash(""), 0);
    /* the shipped codes must not meet */
    static const char *const code[] = {"deception", "defect", "delivery", "details", "escalation", "incompetence", "indifference", "misfit", "no_answer",
                                       "no_channel", "no_self_service", "payment", "pushy", "returns", "rudeness", "site_app", "stock_cancel", "waiting", "wrong_order"};
    for (size_t i = 0; i < sizeof code / sizeof *code; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(store_word_hash(code[i]), store_word_hash(code[k]));
    struct fix *f = *state;
    struct finding x;
    assert_int_equal(store_get_seq(f->s, 999, &f->a, &x), ERR_NOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_say_what_records_say, setup, teardown),
        cmocka_unit_test_setup_teardown(test_filters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_marks_show, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rows_of_an_older_version, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hashes, setup, teardown),
    };
    return cmocka_run_group_tests_name("store/rows", tests, NULL, NULL);
}
