/* Retention and erasure: what goes, what stays, what does not come back. */
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE1 "https://trust.example/tea"
#define PAGE2 "https://trust.example/tea?page=2"
#define DAY   86400

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
    struct strbuf out;
};

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
    strbuf_init(&f->out, 64 << 20);
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
    free(f);
    return 0;
}

/* s:1 to s:6, a day apart, s:6 the newest; 1 to 3 by Vera Long (one star), 4 to 6 by Ivan (five stars); each with a page of its own. */
static struct page *six(int64_t at)
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, at);
    for (int n = 6; n >= 1; n--) {
        char id[20], url[60];
        snprintf(id, sizeof id, "s:%d", n);
        snprintf(url, sizeof url, "https://trust.example/r/%d", n);
        struct finding *x = page_add(p, id, n <= 3 ? 1 : 5, n <= 3 ? "Cold tea by the pot." : "Good tea.");
        x->mention.author.name = n <= 3 ? "Vera Long" : "Ivan";
        x->mention.author.id = n <= 3 ? "vera-77" : NULL;
        x->mention.published = (struct when){T0 - (7 - n) * DAY, PRECISION_SECOND};
        page_link(p, TARGET_DETAIL, url, id);
    }
    return p;
}

static void read_details(struct fix *f, int64_t at)
{
    (void)f;
    for (int n = 1; n <= 3; n++) {
        char url[60];
        snprintf(url, sizeof url, "https://trust.example/r/%d", n);
        struct page *p = page_make(TARGET_DETAIL, url, OUTCOME_OK, at);
        char id[20];
        snprintf(id, sizeof id, "s:%d", n);
        p->target.mention_id = arena_strdup(&p->arena, id);
        struct finding *x = page_add(p, id, 1, "Cold tea by the pot. Edited.");
        x->mention.author.name = "Vera Long";
        x->mention.author.id = "vera-77";
        x->mention.published = (struct when){T0 - (7 - n) * DAY, PRECISION_SECOND};
        put_one(f->s, p);
    }
}

static void mark(struct fix *f, const char *id, const char *action, const char *to)
{
    struct store_rules r = test_rules(T0);
    struct journal_entry e = {.at = T0, .who = "anna", .mention_id = id, .action = action, .to = to};
    if (store_mark(f->s, &e, &r) != ERR_OK)
        fail_msg("store_mark: %s", err_text());
}

static struct store_forgotten forget(struct fix *f, const char *author, int64_t older_than, bool dry)
{
    struct store_forget what = {.older_than = older_than, .author = author, .who = "admin", .now = T0, .dry_run = dry};
    struct store_forgotten n;
    if (store_forget(f->s, &what, &n) != ERR_OK)
        fail_msg("store_forget: %s", err_text());
    return n;
}

static bool holds(struct fix *f, const char *text)
{
    export_all(f->s, false, &f->out);
    return strstr(f->out.s, text) != NULL;
}

static uint64_t n_mention(struct fix *f)
{
    struct store_stat st;
    assert_int_equal(store_stat(f->s, &st), ERR_OK);
    return st.n_mention;
}

static struct source_health health(struct fix *f)
{
    struct source_health *h;
    size_t n;
    assert_int_equal(store_health(f->s, &f->a, &h, &n), ERR_OK);
    assert_int_equal(n, 1);
    return h[0];
}

static size_t n_due(struct fix *f)
{
    struct due_filter d = {.brand = NULL};
    struct target *t;
    size_t n;
    assert_int_equal(store_due(f->s, &d, T0 + 1000 * DAY, 100, &f->a, &t, &n), ERR_OK);
    return n;
}

static void check_sound(struct fix *f)
{
    uint64_t n_bad;
    strbuf_clear(&f->out);
    assert_int_equal(store_check(f->s, &f->out, &n_bad), ERR_OK);
    if (n_bad != 0)
        fail_msg("store check: %s", f->out.s);
}

static void fill(struct fix *f)
{
    struct target t = listing(SHOP, PAGE1);
    assert_int_equal(store_seed(f->s, &t, 1, T0), ERR_OK);
    assert_int_equal(put_one(f->s, six(T0)).n_new, 6);
    read_details(f, T0 + 10);
    mark(f, "s:1", "note", "Vera Long called us");
}

static void test_erase(void **state)
{
    struct fix *f = *state;
    fill(f);
    assert_true(holds(f, "Vera Long") && holds(f, "vera-77") && holds(f, "by the pot"));
    assert_int_equal(forget(f, "s:vera-77", 0, true).n_mention, 3);
    assert_int_equal(n_mention(f), 6);
    struct store_forgotten n = forget(f, "s:Vera Long", 0, false);
    assert_int_equal(n.n_mention, 3);
    assert_int_equal(n.n_revision, 3);
    assert_int_equal(n.n_journal, 1);
    assert_int_equal(n.n_event, 3);
    assert_int_equal(n.n_target, 3);
    assert_int_equal(n_mention(f), 3);
    assert_false(holds(f, "Vera") || holds(f, "vera-77") || holds(f, "by the pot") || holds(f, "trust.example/r/1"));
    assert_true(holds(f, "Good tea.") && holds(f, "\"erase\""));
    check_sound(f);
    size_t due = n_due(f);
    for (int i = 1; i <= 2; i++) { /* the site still shows them, and one more that was there all the time */
        struct page *p = six(T0 + i * DAY);
        struct finding *x = page_add(p, "s:old", 1, "Cold tea by the pot, years ago.");
        x->mention.author.name = "Vera Long";
        x->mention.published = (struct when){T0 - 900 * DAY, PRECISION_DAY};
        assert_int_equal(put_one(f->s, p).n_new, 0);
        read_details(f, T0 + i * DAY + 10);
        assert_int_equal(n_mention(f), 3);
        assert_false(holds(f, "Vera") || holds(f, "by the pot"));
        assert_int_equal(n_due(f), due); /* their pages are not asked for */
    }
    struct page *p = six(T0 + 3 * DAY); /* what she writes from now on is news */
    struct finding *x = page_add(p, "s:7", 1, "Cold again.");
    x->mention.author.name = "Vera Long";
    x->mention.published = (struct when){T0 + 2 * DAY, PRECISION_SECOND};
    assert_int_equal(put_one(f->s, p).n_new, 1);
    assert_int_equal(health(f).n_mention, 4);
    assert_int_equal(health(f).n_forgotten, 3);
    check_sound(f);
}

static void test_prune(void **state)
{
    struct fix *f = *state;
    fill(f);
    mark(f, "s:1", "state", "resolved");
    /* older than s:5: 1 to 4; 2 and 3 wait for an answer */
    assert_int_equal(forget(f, NULL, T0 - 2 * DAY, true).n_mention, 2);
    struct store_forgotten n = forget(f, NULL, T0 - 2 * DAY, false);
    assert_int_equal(n.n_mention, 2);
    assert_int_equal(n.n_kept, 2);
    assert_int_equal(n_mention(f), 4);
    check_sound(f);
    assert_int_equal(put_one(f->s, six(T0 + DAY)).n_new, 0);
    assert_int_equal(n_mention(f), 4);
    mark(f, "s:2", "hold", "on");
    mark(f, "s:2", "state", "answered");
    mark(f, "s:3", "state", "dismissed");
    n = forget(f, NULL, T0 - 2 * DAY, false);
    assert_int_equal(n.n_mention, 1);
    assert_int_equal(n.n_kept, 1);
    n = forget(f, NULL, T0 - 2 * DAY, false);
    assert_int_equal(n.n_mention, 0);
    check_sound(f);
}

/* A source all of whose mentions were pruned is not on its first run again. */
static void test_nothing_left(void **state)
{
    struct fix *f = *state;
    struct page *p = six(T0);
    page_link(p, TARGET_NEXT, PAGE2, NULL);
    put_one(f->s, p);
    for (int n = 1; n <= 3; n++) {
        char id[20];
        snprintf(id, sizeof id, "s:%d", n);
        mark(f, id, "state", "dismissed");
    }
    assert_int_equal(forget(f, NULL, T0, false).n_mention, 6);
    assert_int_equal(n_mention(f), 0);
    p = six(T0 + DAY);
    page_link(p, TARGET_NEXT, PAGE2 "&again", NULL);
    struct store_result r = put_one(f->s, p);
    assert_int_equal(r.n_new, 0);
    assert_int_equal(r.n_link, 0);
    check_sound(f);
}

/* More than one transaction holds; the export of what is left makes the same store. */
static void test_many(void **state)
{
    struct fix *f = *state;
    char copy[260], file[260];
    for (int k = 0; k < 40; k++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + k);
        for (int i = 0; i < 50; i++) {
            char id[32];
            snprintf(id, sizeof id, "s:%d", k * 50 + i);
            page_add(p, id, 5, "Tea.")->mention.published = (struct when){T0 - (k * 50 + i) * 3600, PRECISION_SECOND};
        }
        put_one(f->s, p);
    }
    assert_int_equal(forget(f, NULL, T0 - 500 * 3600, false).n_mention, 1499);
    assert_int_equal(n_mention(f), 501);
    check_sound(f);
    export_all(f->s, false, &f->out);
    snprintf(copy, sizeof copy, "%s/copy", f->folder);
    snprintf(file, sizeof file, "%s/all.jsonl", f->folder);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(f->out.s, 1, f->out.n, out), f->out.n);
    fclose(out);
    if (store_import(copy, file) != ERR_OK)
        fail_msg("store_import: %s", err_text());
}

static void test_wrong(void **state)
{
    struct fix *f = *state;
    static const struct store_forget wrong[] = {
        {.who = "x"}, {.who = "x", .author = "nobody"}, {.who = "x", .author = ":a"}, {.who = "x", .author = "s:"}, {.who = "x", .author = "s:a", .older_than = 5}, {.author = "s:a"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct store_forgotten n;
        assert_int_equal(store_forget(f->s, &wrong[i], &n), ERR_USAGE);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {T(test_erase), T(test_prune), T(test_nothing_left), T(test_many), T(test_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
