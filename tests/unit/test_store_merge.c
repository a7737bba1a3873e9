/* The merge rules as tables: pure functions, no store. */
#include "store/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void test_begins(void **state)
{
    (void)state;
    static const struct {
        const char *whole, *teaser;
        bool begins;
    } t[] = {
        {"The tea was cold.", "The tea", true},
        {"The tea was cold.", "The tea\xE2\x80\xA6", true},
        {"The tea was cold.", "The  tea\n was...", true},
        {"The tea was cold.", "The coffee...", false},
        {"The tea", "The tea was", false},
        {"a\xC2\xA0"
         "b c",
         "a b", true},
        {"\xD0\xA7\xD0\xB0\xD0\xB9", "\xD0\xA7\xD0\xB0", true},
        {"x", "...", true},
        {NULL, "x", false},
        {"x", NULL, false},
    };
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
        assert_int_equal(text_begins(t[i].whole, t[i].teaser), t[i].begins);
    assert_true(text_same("a b\nc", "a  b c "));
    assert_false(text_same("a b", "a c"));
    assert_true(text_same(NULL, NULL));
    assert_false(text_same(NULL, ""));
}

struct side {
    const char *text;
    bool truncated;
    double stars;
    enum reply_state reply;
    const char *reply_text;
    const char *title, *pros;
};

static struct finding finding_of(const struct side *s)
{
    struct finding f;
    memset(&f, 0, sizeof f);
    mention_init(&f.mention);
    f.mention.id = "s:1";
    f.mention.text = s->text;
    f.mention.truncated = s->truncated;
    f.mention.title = s->title;
    f.mention.pros = s->pros;
    if (s->stars > 0)
        f.mention.rating = (struct rating){true, s->stars, 1, 5};
    f.mention.reply_state = s->reply;
    f.mention.reply.text = s->reply_text;
    f.brand = "tea";
    f.source = "tea/trust";
    return f;
}

static const struct {
    const char *name;
    struct side first, then;
    bool then_detail;
    uint32_t changed;
    struct side result;
} merge_cases[] = {
    {"the same",
     {"A", false, 1, REPLY_NO, NULL, "T", NULL},
     {"A", false, 1, REPLY_NO, NULL, "T", NULL},
     false,
     0,
     {"A", false, 1, REPLY_NO, NULL, "T", NULL}},
    {"absent erases nothing",
     {"A", false, 1, REPLY_YES, "R", "T", "P"},
     {.text = NULL},
     true,
     0,
     {"A", false, 1, REPLY_YES, "R", "T", "P"}},
    {"teaser after whole",
     {"A long text", false, 1, REPLY_NO, NULL, NULL, NULL},
     {"A long...", true, 1, REPLY_UNKNOWN, NULL, NULL, NULL},
     false,
     0,
     {"A long text", false, 1, REPLY_NO, NULL, NULL, NULL}},
    {"whole after teaser",
     {"A long...", true, 1, REPLY_UNKNOWN, NULL, NULL, NULL},
     {"A long text", false, 1, REPLY_YES, "R", "T", "P"},
     true,
     0,
     {"A long text", false, 1, REPLY_YES, "R", "T", "P"}},
    {"longer teaser",
     {"A long...", true, 0, REPLY_UNKNOWN, NULL, NULL, NULL},
     {"A long te...", true, 0, REPLY_UNKNOWN, NULL, NULL, NULL},
     false,
     0,
     {"A long te...", true, 0, REPLY_UNKNOWN, NULL, NULL, NULL}},
    {"other teaser after whole",
     {"A long text", false, 1, REPLY_NO, NULL, NULL, NULL},
     {"B other...", true, 1, REPLY_UNKNOWN, NULL, NULL, NULL},
     false,
     CHANGED_TEXT,
     {"B other...", true, 1, REPLY_NO, NULL, NULL, NULL}},
    {"edited",
     {"A", false, 3, REPLY_NO, NULL, NULL, NULL},
     {"B", false, 1, REPLY_NO, NULL, NULL, NULL},
     false,
     CHANGED_TEXT | CHANGED_RATING,
     {"B", false, 1, REPLY_NO, NULL, NULL, NULL}},
    {"white space is no edit",
     {"A b", false, 3, REPLY_NO, NULL, NULL, NULL},
     {"A\nb", false, 3, REPLY_NO, NULL, NULL, NULL},
     false,
     0,
     {"A b", false, 3, REPLY_NO, NULL, NULL, NULL}},
    {"answered",
     {"A", false, 1, REPLY_NO, NULL, NULL, NULL},
     {"A", false, 1, REPLY_YES, "R", NULL, NULL},
     false,
     CHANGED_REPLY,
     {"A", false, 1, REPLY_YES, "R", NULL, NULL}},
    {"first known answer",
     {"A", false, 1, REPLY_UNKNOWN, NULL, NULL, NULL},
     {"A", false, 1, REPLY_YES, "R", NULL, NULL},
     false,
     0,
     {"A", false, 1, REPLY_YES, "R", NULL, NULL}},
    {"answer changed",
     {"A", false, 1, REPLY_YES, "R", NULL, NULL},
     {"A", false, 1, REPLY_YES, "R2 new", NULL, NULL},
     false,
     CHANGED_REPLY,
     {"A", false, 1, REPLY_YES, "R2 new", NULL, NULL}},
    {"answer cut on a listing",
     {"A", false, 1, REPLY_YES, "R and more", NULL, NULL},
     {"A", false, 1, REPLY_YES, "R and...", NULL, NULL},
     false,
     0,
     {"A", false, 1, REPLY_YES, "R and more", NULL, NULL}},
    {"answer taken off",
     {"A", false, 1, REPLY_YES, "R", NULL, NULL},
     {"A", false, 1, REPLY_NO, NULL, NULL, NULL},
     false,
     CHANGED_REPLY,
     {"A", false, 1, REPLY_NO, NULL, NULL, NULL}},
    {"detail words the title differently",
     {"A", false, 1, REPLY_NO, NULL, "T", NULL},
     {"A", false, 1, REPLY_NO, NULL, "T at length", NULL},
     true,
     0,
     {"A", false, 1, REPLY_NO, NULL, "T at length", NULL}},
    {"detail has the exact stars",
     {"A", false, 4, REPLY_NO, NULL, NULL, NULL},
     {"A", false, 3.5, REPLY_NO, NULL, NULL, NULL},
     true,
     0,
     {"A", false, 3.5, REPLY_NO, NULL, NULL, NULL}},
    {"title edited",
     {"A", false, 1, REPLY_NO, NULL, "T", NULL},
     {"A", false, 1, REPLY_NO, NULL, "U", NULL},
     false,
     CHANGED_TITLE,
     {"A", false, 1, REPLY_NO, NULL, "U", NULL}},
};

static void test_merge_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof merge_cases / sizeof merge_cases[0]; i++) {
        struct finding first = finding_of(&merge_cases[i].first), then = finding_of(&merge_cases[i].then);
        struct stored a, b, c;
        struct merge_note note;
        enum page_class class = merge_cases[i].then_detail ? PAGE_DETAIL : PAGE_LISTING;
        merge_first(&first, PAGE_LISTING, 100, &a);
        merge_again(&a, &then, class, 200, &b, &note);
        struct finding want = finding_of(&merge_cases[i].result);
        const struct mention *m = &b.f.mention, *w = &want.mention;
        bool good = note.changed == merge_cases[i].changed && text_same(m->text, w->text) && m->truncated == w->truncated &&
                    rating_stars(&m->rating) == rating_stars(&w->rating) && m->reply_state == w->reply_state &&
                    text_same(m->reply.text, w->reply.text) && text_same(m->title, w->title) && text_same(m->pros, w->pros);
        if (!good)
            fail_msg("%s: changed %x, text \"%s\", reply \"%s\"", merge_cases[i].name, note.changed, m->text,
                     m->reply.text ? m->reply.text : "-");
        assert_int_equal(b.f.n_revision, merge_cases[i].changed != 0 ? 2 : 1);
        /* both pages again, in either order: no news */
        merge_again(&b, &then, class, 300, &c, &note);
        assert_int_equal(note.changed, 0);
        if (merge_cases[i].then_detail) {
            merge_again(&b, &first, PAGE_LISTING, 300, &c, &note);
            assert_int_equal(note.changed, 0);
            assert_true(text_same(c.f.mention.title, w->title) && text_same(c.f.mention.text, w->text));
        }
    }
}

static void test_dates_and_facts(void **state)
{
    (void)state;
    struct side s = {"A", false, 1, REPLY_NO, NULL, NULL, NULL};
    struct finding x = finding_of(&s), y = x;
    struct stored a, b;
    struct merge_note note;
    x.mention.published = (struct when){86400, PRECISION_DAY};
    x.mention.likes = 5;
    y.mention.published = (struct when){90000, PRECISION_SECOND};
    y.mention.lang = "en";
    merge_first(&x, PAGE_LISTING, 100, &a);
    merge_again(&a, &y, PAGE_LISTING, 200, &b, &note);
    assert_int_equal(note.changed, 0);
    assert_int_equal(b.f.mention.published.at, 90000);
    assert_int_equal(b.f.mention.likes, 5);
    assert_string_equal(b.f.mention.lang, "en");
    assert_int_equal(b.f.first_seen, 100);
    assert_int_equal(b.f.last_seen, 200);
    a = b;
    merge_again(&a, &x, PAGE_LISTING, 300, &b, &note);
    assert_int_equal(b.f.mention.published.at, 90000); /* the more exact date stays */
}

static void test_link_wanted(void **state)
{
    (void)state;
    const int64_t now = 100 * 86400;
    static const struct {
        struct link_state l;
        bool wanted;
    } t[] = {
        {{.is_new = true}, true},
        {{.revised = true, .target_known = true, .target_good = 100 * 86400}, true},
        {{.more_comments = true, .target_known = true, .target_good = 100 * 86400}, true},
        {{.truncated = true}, true},
        {{.truncated = true, .target_known = true, .target_good = 100 * 86400 - 60}, false},
        {{.truncated = true, .target_known = true, .target_good = 99 * 86400}, true},
        {{.target_known = true, .target_good = 1}, false},
        {{.negative_unanswered = true, .target_known = true, .target_good = 99 * 86400, .mention_at = 50 * 86400}, true},
        {{.negative_unanswered = true, .target_known = true, .target_good = 100 * 86400 - 60, .mention_at = 50 * 86400}, false},
        {{.negative_unanswered = true, .target_known = true, .target_good = 99 * 86400, .mention_at = 5 * 86400}, false},
    };
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
        if (link_wanted(&t[i].l, now, 6 * 3600, 90) != t[i].wanted)
            fail_msg("case %zu", i);
    assert_int_equal(backoff_s(1), 900);
    assert_int_equal(backoff_s(4), 3600);
    assert_int_equal(backoff_s(1000), 86400);
    assert_int_equal(backoff_s(0), 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_begins), cmocka_unit_test(test_merge_table),
                                       cmocka_unit_test(test_dates_and_facts), cmocka_unit_test(test_link_wanted)};
    return cmocka_run_group_tests_name("store_merge", tests, NULL, NULL);
}
