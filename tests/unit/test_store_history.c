/* What happens to mentions over weeks: gone from a listing, back again, read again, shared by two brands. */
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE1 "https://trust.example/tea"
#define HOUR  3600

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
};

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
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
    free(f);
    return 0;
}

static struct finding get(struct fix *f, const char *id)
{
    struct finding x;
    if (store_get(f->s, id, &f->a, &x) != ERR_OK)
        fail_msg("store_get %s: %s", id, err_text());
    return x;
}

/* A listing of the mentions 9..1, newest first, without those in `gone`, as far down as `last`. */
static void look(struct fix *f, int64_t at, const char *gone, int last, enum outcome o)
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, o, at);
    for (int n = 9; n >= last; n--) {
        char id[20];
        if (strchr(gone, '0' + n) != NULL)
            continue;
        snprintf(id, sizeof id, "s:%d", n);
        page_add(p, id, 1, "Cold tea.")->mention.published = (struct when){T0 - (10 - n) * 86400, PRECISION_DAY};
    }
    put_one(f->s, p);
}

static void test_missing(void **state)
{
    static const struct {
        int hours;
        const char *gone;
        int last;
        enum outcome outcome;
        int missing_since; /* hours, of s:5; 0 = not missing */
        const char *events;
    } step[] = {
        {0, "", 1, OUTCOME_OK, 0, "created created created created created created created created created"},
        {2, "5", 1, OUTCOME_OK, 0, ""},
        {3, "5", 1, OUTCOME_BLOCKED, 0, "source_drift"}, /* a blocked page proves nothing */
        {4, "5", 1, OUTCOME_DRIFT, 0, "source_drift"},
        {5, "", 6, OUTCOME_OK, 0, ""},  /* does not reach down to it */
        {6, "5", 1, OUTCOME_OK, 0, ""}, /* the second look */
        {6, "5", 1, OUTCOME_OK, 0, ""}, /* too soon after it */
        {7, "", 1, OUTCOME_EMPTY, 0, ""},
        {8, "5", 1, OUTCOME_OK, 2, "missing"},
        {20, "5", 1, OUTCOME_OK, 2, ""},
        {21, "", 1, OUTCOME_OK, 0, "restored"},
        {23, "5", 1, OUTCOME_OK, 0, ""}, /* and the count begins anew */
        {25, "5", 1, OUTCOME_OK, 0, ""},
        {27, "", 1, OUTCOME_OK, 0, ""},
        {29, "5", 1, OUTCOME_OK, 0, ""},
        {31, "5", 1, OUTCOME_OK, 0, ""},
        {33, "5", 1, OUTCOME_OK, 29, "missing"},
    };
    struct fix *f = *state;
    char ev[400];
    for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
        int64_t since = step[i].missing_since != 0 ? T0 + step[i].missing_since * HOUR : 0;
        look(f, T0 + step[i].hours * HOUR + (int)i, step[i].gone, step[i].last, step[i].outcome);
        event_list(f->s, ev, sizeof ev);
        assert_string_equal(ev, step[i].events);
        struct finding x = get(f, "s:5");
        if (since == 0 ? x.missing_since != 0 : x.missing_since < since || x.missing_since >= since + HOUR)
            fail_msg("step %zu: missing since %lld", i, (long long)x.missing_since);
        assert_int_equal(get(f, "s:4").missing_since, 0);
        assert_int_equal(x.n_revision, 1);
    }
}

/* The oldest one of a page may have slipped to the next; the newest one cannot. */
static void test_missing_at_the_edges(void **state)
{
    struct fix *f = *state;
    look(f, T0, "", 1, OUTCOME_OK);
    for (int i = 1; i <= 4; i++)
        look(f, T0 + i * 2 * HOUR, "91", 1, OUTCOME_OK);
    assert_int_equal(get(f, "s:9").missing_since, T0 + 2 * HOUR);
    assert_int_equal(get(f, "s:1").missing_since, 0);
    for (int i = 5; i <= 9; i++) { /* pinned on top: the order proves nothing */
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + i * 2 * HOUR);
        page_add(p, "s:2", 1, "Cold tea.")->mention.published = (struct when){T0 - 8 * 86400, PRECISION_DAY};
        page_add(p, "s:8", 1, "Cold tea.")->mention.published = (struct when){T0 - 2 * 86400, PRECISION_DAY};
        page_add(p, "s:1", 1, "Cold tea.")->mention.published = (struct when){T0 - 9 * 86400, PRECISION_DAY};
        put_one(f->s, p);
    }
    assert_int_equal(get(f, "s:5").missing_since, 0);
}

/* A mention that only its own page shows is not missed on a listing. */
static void test_never_listed(void **state)
{
    struct fix *f = *state;
    look(f, T0, "", 1, OUTCOME_OK);
    struct page *p = page_make(TARGET_DETAIL, "https://trust.example/r/c", OUTCOME_OK, T0);
    page_add(p, "s:c", 1, "A comment")->mention.published = (struct when){T0 - 5 * 86400, PRECISION_DAY};
    put_one(f->s, p);
    for (int i = 1; i <= 5; i++)
        look(f, T0 + i * 2 * HOUR, "", 1, OUTCOME_OK);
    assert_int_equal(get(f, "s:c").missing_since, 0);
}

static size_t n_due(struct fix *f, int64_t now)
{
    struct due_filter all = {0};
    struct target *t;
    size_t n, n_detail = 0;
    assert_int_equal(store_due(f->s, &all, now, 100, &f->a, &t, &n), ERR_OK);
    for (size_t i = 0; i < n; i++)
        n_detail += t[i].kind == TARGET_DETAIL;
    return n_detail;
}

static void test_reread(void **state)
{
    struct fix *f = *state;
    for (int by_itself = 0; by_itself < 2; by_itself++) {
        char id[20], url[60];
        snprintf(id, sizeof id, "s:%d", by_itself + 1);
        snprintf(url, sizeof url, "https://trust.example/r/%d", by_itself + 1);
        for (int answered = 0; answered < 2; answered++) {
            int64_t at = T0 + answered * 7 * HOUR;
            struct store_rules r = test_rules(at);
            r.reread_by_itself = by_itself;
            struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, at);
            page_add(p, id, 1, "Cold.");
            page_link(p, TARGET_DETAIL, url, id);
            struct page *d = page_make(TARGET_DETAIL, url, OUTCOME_OK, at);
            d->target.mention_id = id;
            page_add(d, id, 1, "Cold.")->mention.reply_state = answered ? REPLY_YES : REPLY_NO;
            struct page *both[] = {p, d};
            assert_int_equal(store_put_pages(f->s, both, 2, &r, NULL), ERR_OK);
            page_free(p);
            page_free(d);
            assert_int_equal(n_due(f, at + 6 * HOUR - 1), 0);
            assert_int_equal(n_due(f, at + 6 * HOUR), by_itself && !answered);
        }
    }
}

/* One post that names two brands is two findings, each with its own desk. */
static void test_two_brands(void **state)
{
    struct fix *f = *state;
    struct finding x;
    for (int i = 0; i < 2; i++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + i);
        p->target.brand = i == 0 ? "tea" : "rival";
        p->target.source = i == 0 ? "tea/channel" : "rival/channel";
        page_add(p, "tg:77", 1, "Both teas are cold.");
        assert_int_equal(put_one(f->s, p).n_new, 1);
    }
    assert_int_equal(store_get(f->s, "tg:77", &f->a, &x), ERR_NOTFOUND);
    assert_non_null(strstr(err_text(), "#1"));
    assert_non_null(strstr(err_text(), "#2"));
    assert_string_equal(get(f, "#1").brand, "tea");
    assert_string_equal(get(f, "#2").brand, "rival");
}

/* `n` negatives under one name, one a page; page k is the (k x step) mod n-th, `each` pages share a commit. How many of them count as asked twice. */
static int asked_twice(struct fix *f, const char *who, int n, int step, size_t each)
{
    struct page *page[64];
    char id[40];
    for (int k = 0; k < n; k++) {
        int i = k * step % n;
        snprintf(id, sizeof id, "s:%s-%d", who, i);
        page[k] = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
        struct finding *x = page_add(page[k], id, 1, "Cold tea.");
        x->mention.author.name = who;
        x->mention.published = (struct when){T0 - (100 - i) * 3600, PRECISION_SECOND};
    }
    struct store_rules rules = test_rules(T0);
    for (int k = 0; k < n; k += (int)each)
        assert_int_equal(store_put_pages(f->s, page + k, k + (int)each <= n ? each : (size_t)(n - k), &rules, NULL), ERR_OK);
    int asked = 0;
    for (int i = 0; i < n; i++) {
        snprintf(id, sizeof id, "s:%s-%d", who, i);
        asked += get(f, id).asked_twice;
        page_free(page[i]);
    }
    return asked;
}

/* One customer's complaints know of each other; under a name that many share none does, in whatever order they come. */
static void test_crowd(void **state)
{
    struct fix *f = *state;
    assert_int_equal(asked_twice(f, "Vera", 24, 1, 1), 23);
    assert_int_equal(asked_twice(f, "Petr", 24, 7, 5), 23);
    assert_int_equal(asked_twice(f, "Guest", 25, 1, 1), 0);
    assert_int_equal(asked_twice(f, "Guest2", 60, 1, 1), 0);
    assert_int_equal(asked_twice(f, "Guest3", 60, 59, 7), 0);
    assert_int_equal(asked_twice(f, "Guest4", 60, 7, 60), 0);
    assert_int_equal(asked_twice(f, "Guest5", 60, 7, 20), 0);
}

/* The clock goes backwards, and far ahead. */
static void test_odd_clocks(void **state)
{
    struct fix *f = *state;
    static const int64_t at[] = {T0, T0 - 10 * 86400, 2147483647LL + 86400, 5};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        look(f, at[i], "", 1, OUTCOME_OK);
    struct finding x = get(f, "s:5");
    assert_int_equal(x.first_seen, T0);
    assert_int_equal(x.last_seen, 2147483647LL + 86400);
    assert_int_equal(x.n_revision, 1);
}

struct changes {
    char list[400];
    size_t n, stop_at;
};

static bool on_change(void *ctx, const struct change *c)
{
    struct changes *x = ctx;
    size_t at = strlen(x->list);
    snprintf(x->list + at, sizeof x->list - at, "%s:%s:%.0f>%.0f ", c->finding->mention.id, c->changed, c->before->rating.value, c->after->rating.value);
    return ++x->n != x->stop_at;
}

static bool on_entry(void *ctx, uint64_t seq, const struct journal_entry *e)
{
    struct changes *x = ctx;
    size_t at = strlen(x->list);
    snprintf(x->list + at, sizeof x->list - at, "%llu:%s:%s ", (unsigned long long)seq, e->who, e->to);
    return ++x->n != x->stop_at;
}

static void put_stars(struct fix *f, int64_t at, double first, double second)
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, at);
    page_add(p, "s:2", second, "Cold tea.");
    page_add(p, "s:1", first, "Warm tea.");
    put_one(f->s, p);
}

static void test_changes(void **state)
{
    struct fix *f = *state;
    put_stars(f, T0, 1, 1);
    put_stars(f, T0 + HOUR, 3, 1);
    put_stars(f, T0 + 2 * HOUR, 5, 2);
    put_stars(f, T0 + 3 * HOUR, 5, 2);
    static const struct {
        int64_t since, until;
        size_t stop_at;
        const char *want;
    } t[] = {
        {0, 0, 0, "s:2:rating:1>2 s:1:rating:1>3 s:1:rating:3>5 "},
        {T0 + HOUR, T0 + 2 * HOUR, 0, "s:1:rating:1>3 "},
        {T0 + 2 * HOUR, 0, 0, "s:2:rating:1>2 s:1:rating:3>5 "},
        {T0 + 3 * HOUR, 0, 0, ""},
        {0, T0 + HOUR, 0, ""},
        {0, 0, 2, "s:2:rating:1>2 s:1:rating:1>3 "},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct changes x = {.stop_at = t[i].stop_at};
        assert_int_equal(store_changes(f->s, t[i].since, t[i].until, on_change, &x), ERR_OK);
        assert_string_equal(x.list, t[i].want);
    }
}

/* Sinks are known by what they have read. */
static void test_sinks(void **state)
{
    struct fix *f = *state;
    struct sink_cursor *c;
    size_t n;
    assert_int_equal(store_sinks(f->s, &f->a, &c, &n), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_meta_put(f->s, "d", "x", 1), ERR_OK);
    assert_int_equal(store_cursor_set(f->s, "tickets", 7), ERR_OK);
    assert_int_equal(store_cursor_set(f->s, "mail", 3), ERR_OK);
    assert_int_equal(store_sinks(f->s, &f->a, &c, &n), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(c[0].name, "mail");
    assert_int_equal(c[0].seq, 3);
    assert_string_equal(c[1].name, "tickets");
    assert_int_equal(c[1].seq, 7);
}

static void test_journal_since(void **state)
{
    struct fix *f = *state;
    put_stars(f, T0, 1, 1);
    uint64_t one = get(f, "s:1").seq;
    const char *const to[] = {"seen", "answered", "resolved"};
    for (int i = 0; i < 3; i++) {
        struct journal_entry e = {.at = T0 + i * HOUR, .who = "anna", .mention_id = "s:1", .action = "state", .to = to[i], .cause = i == 2 ? "delivery" : NULL};
        assert_int_equal(store_mark(f->s, &e, NULL), ERR_OK);
    }
    char want[100];
    struct changes x = {.n = 0};
    assert_int_equal(store_journal_since(f->s, T0 + HOUR, on_entry, &x), ERR_OK);
    snprintf(want, sizeof want, "%llu:anna:answered %llu:anna:resolved ", (unsigned long long)one, (unsigned long long)one);
    if (strncmp(x.list, want, strlen(want)) != 0)
        fail_msg("%s", x.list);
    x = (struct changes){.stop_at = 1};
    assert_int_equal(store_journal_since(f->s, 0, on_entry, &x), ERR_OK);
    assert_int_equal(x.n, 1);
    x = (struct changes){.n = 0};
    assert_int_equal(store_journal_since(f->s, T0 + 90 * HOUR, on_entry, &x), ERR_OK);
    assert_int_equal(x.n, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_missing), T(test_missing_at_the_edges), T(test_never_listed),
        T(test_reread),  T(test_two_brands),           T(test_odd_clocks), T(test_crowd),
        T(test_changes), T(test_journal_since), T(test_sinks),
    };
    return cmocka_run_group_tests_name("store_history", tests, NULL, NULL);
}
