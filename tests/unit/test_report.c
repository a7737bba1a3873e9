/* What people see, with a fixed clock and a store made of arrays: golden texts in three languages, widths, and hostile input in
 * every field. EARSHOT_UPDATE_GOLDEN=1 writes the golden files anew (look at the difference before you commit). */
#include "base/i18n.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "report/csv.h"
#include "report/diff.h"
#include "report/fmt.h"
#include "report/report.h"
#include "report/survey.h"
#include "tests/unit/report_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const langs[] = {"en", "ru", "uk"};
static char locale_dir[4096];

typedef enum err make_fn(const struct report_in *in, const char *format, struct strbuf *out);

static enum err make_show(const struct report_in *in, const char *format, struct strbuf *out)
{
    return report_show(in, "otzovik:17111000", format, out);
}
static enum err make_explain(const struct report_in *in, const char *format, struct strbuf *out)
{
    return report_explain(in, "otzovik:17330211", format, out);
}
static enum err make_status(const struct report_in *in, const char *format, struct strbuf *out)
{
    int code;
    return report_status(in, format, out, &code);
}

static const struct view {
    const char *name, *format;
    make_fn *make;
} views[] = {
    {"brief", "text", report_brief},   {"brief", "html", report_brief},   {"brief", "json", report_brief},
    {"queue", "text", report_queue},   {"queue", "json", report_queue},   {"queue", "csv", report_queue},
    {"show", "text", make_show},       {"show", "json", make_show},       {"explain", "text", make_explain},
    {"explain", "json", make_explain}, {"report", "text", report_period}, {"report", "json", report_period},
    {"report", "csv", report_period},  {"report", "atom", report_period}, {"report", "html", report_period},
    {"status", "text", make_status},   {"status", "json", make_status},   {"status", "prom", make_status},
    {"status", "nagios", make_status},
};
#define N_VIEW (sizeof views / sizeof *views)

static void make(const struct view *v, const struct report_in *in, struct strbuf *out)
{
    strbuf_clear(out);
    if (v->make(in, v->format, out) != ERR_OK)
        fail_msg("%s %s: %s", v->name, v->format, err_text());
}

static void golden_path(char *path, size_t n, const struct view *v, const char *lang)
{
    const char *top = getenv("srcdir");
    snprintf(path, n, "%s/tests/golden/report/%s.%s.%s", top ? top : ".", v->name, lang,
             strcmp(v->format, "text") == 0 ? "txt" : v->format);
}

static void check_golden(const struct view *v, const char *lang, const struct strbuf *out)
{
    char path[4200];
    struct strbuf want;
    golden_path(path, sizeof path, v, lang);
    if (getenv("EARSHOT_UPDATE_GOLDEN")) {
        FILE *f = fopen(path, "wb");
        if (!f || fwrite(out->s, 1, out->n, f) != out->n || fclose(f) != 0)
            fail_msg("cannot write %s", path);
        return;
    }
    strbuf_init(&want, LIMIT_BODY_BYTES);
    if (strbuf_read_file(&want, path) != ERR_OK)
        fail_msg("%s", err_text());
    if (want.n != out->n || memcmp(want.s, out->s, want.n) != 0) {
        size_t at = 0;
        while (at < want.n && at < out->n && want.s[at] == out->s[at])
            at++;
        while (at > 0 && want.s[at - 1] != '\n')
            at--;
        fail_msg("%s differs from what is printed now, at:\n%.300s\n--- expected ---\n%.300s", path, out->s + at, want.s + at);
    }
    strbuf_release(&want);
}

/* Text in three languages; the formats for machines once, in Russian: they must stay English. */
static void test_golden(void **state)
{
    (void)state;
    static struct fixture f;
    struct strbuf out;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    for (size_t l = 0; l < 3; l++) {
        i18n_init(langs[l]);
        fixture_init(&f);
        for (size_t i = 0; i < N_VIEW; i++) {
            bool human = strcmp(views[i].format, "text") == 0 || strcmp(views[i].format, "html") == 0;
            if (!human && l != 1)
                continue;
            make(&views[i], &f.in, &out);
            check_golden(&views[i], human ? langs[l] : "any", &out);
        }
    }
    strbuf_release(&out);
}

/* No line is wider than the terminal, but for the sentence on health (kept whole) and links. */
static void test_columns(void **state)
{
    (void)state;
    static struct fixture f;
    static const int widths[] = {40, 60, 80, 100, 200};
    struct strbuf out;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    for (size_t l = 0; l < 3; l++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            for (size_t i = 0; i < N_VIEW; i++) {
                if (strcmp(views[i].format, "text") != 0 || strcmp(views[i].name, "status") == 0 ||
                    strcmp(views[i].name, "report") == 0)
                    continue;
                if (widths[w] < 60 && strcmp(views[i].name, "brief") != 0)
                    continue;
                i18n_init(langs[l]);
                fixture_init(&f);
                f.in.columns = widths[w];
                make(&views[i], &f.in, &out);
                size_t n = 0;
                for (const char *p = out.s; *p; n++) {
                    size_t len = strcspn(p, "\n");
                    bool free_line = n == 0 || (strstr(p, "http") && strstr(p, "http") < p + len);
                    if (!free_line && utf8_columns(p, len) > (size_t)widths[w])
                        fail_msg("%s %s: %zu columns of %d: %.*s", langs[l], views[i].name, utf8_columns(p, len), widths[w],
                                 (int)len, p);
                    p += len + (p[len] != 0);
                }
            }
    strbuf_release(&out);
}

static void test_one_screen(void **state)
{
    (void)state;
    static struct fixture f;
    struct strbuf out;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    i18n_init("ru");
    fixture_init(&f);
    static char id[FIX_FINDINGS][32];
    for (size_t i = f.store.n_finding; i < FIX_FINDINGS; i++) { /* 54 further open ones */
        f.finding[i] = f.finding[0];
        snprintf(id[i], sizeof id[i], "otzovik:9%zu", i);
        f.finding[i].mention.id = id[i];
        f.finding[i].mention.text = "Очень длинный текст, который не помещается в одну строку и потому занимает две, как это "
                                    "чаще всего и бывает в жизни у тех, кто пишет отзывы подробно и с чувством.";
    }
    f.store.n_finding = FIX_FINDINGS;
    make(&views[0], &f.in, &out);
    size_t lines = 0;
    for (size_t i = 0; i < out.n; i++)
        lines += out.s[i] == '\n';
    assert_in_range(lines, 40, 50);
    f.in.rows = 40;
    make(&views[0], &f.in, &out);
    for (size_t i = lines = 0; i < out.n; i++)
        lines += out.s[i] == '\n';
    assert_in_range(lines, 30, 40);
    assert_non_null(strstr(out.s, "earshot queue"));
    strbuf_release(&out);
}

static void test_empty(void **state)
{
    (void)state;
    static struct fixture f;
    struct strbuf out;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    i18n_init("en");
    fixture_init(&f);
    f.store.n_finding = 0;
    make(&views[0], &f.in, &out);
    assert_non_null(strstr(out.s, "no open negatives"));
    assert_memory_equal(out.s, "4 of 5 sources read; lunaria/otzovik not read for 14 h: blocked; its silence means nothing\n",
                        90);
    f.store.n_health = 0; /* nothing was crawled yet: every configured source counts as never read */
    make(&views[0], &f.in, &out);
    assert_memory_equal(out.s, "0 of 5 sources read; ", 21);
    assert_non_null(strstr(out.s, "never read"));
    for (size_t i = 0; i < N_VIEW; i++)
        if (strcmp(views[i].name, "show") != 0 && strcmp(views[i].name, "explain") != 0)
            make(&views[i], &f.in, &out);
    assert_int_equal(report_show(&f.in, "no:such", "text", &out), ERR_NOTFOUND);
    assert_int_equal(report_brief(&f.in, "xml", &out), ERR_USAGE);
    strbuf_release(&out);
}

/* Crawls that stopped must show: a source that was fine three days ago is not "read". */
static void test_stale(void **state)
{
    (void)state;
    static struct fixture f;
    struct strbuf out;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    i18n_init("en");
    fixture_init(&f);
    f.in.now += 3 * 86400;
    make(&views[0], &f.in, &out);
    assert_memory_equal(out.s, "0 of 5 sources read; ", 21);
    assert_non_null(strstr(out.s, "no crawl ran"));
    int code = -1;
    strbuf_clear(&out);
    assert_int_equal(report_status(&f.in, "nagios", &out, &code), ERR_OK);
    assert_int_equal(code, 2);
    strbuf_release(&out);
}

static void test_spans(void **state)
{
    (void)state;
    static const struct {
        int64_t s;
        const char *en, *ru, *uk;
    } t[] = {
        {0, "just now", "только что", "щойно"},
        {60, "1 min", "1 мин", "1 хв"},
        {3 * 3600, "3 h", "3 ч", "3 год"},
        {47 * 3600, "47 h", "47 ч", "47 год"},
        {2 * 86400, "2 days", "2 дня", "2 дні"},
        {5 * 86400, "5 days", "5 дней", "5 днів"},
        {11 * 86400, "11 days", "11 дней", "11 днів"},
        {21 * 86400, "21 days", "21 день", "21 день"},
        {22 * 86400, "22 days", "22 дня", "22 дні"},
        {70 * 86400, "2 months", "2 месяца", "2 місяці"},
        {800 * 86400, "2 years", "2 года", "2 роки"},
        {INT64_MAX, "2739 years", "2739 лет", "2739 років"},
        {INT64_MIN, "just now", "только что", "щойно"},
    };
    fmt_buf b;
    for (size_t l = 0; l < 3; l++) {
        i18n_init(langs[l]);
        for (size_t i = 0; i < sizeof t / sizeof *t; i++)
            assert_string_equal(fmt_span(b, t[i].s), l == 0 ? t[i].en : l == 1 ? t[i].ru : t[i].uk);
    }
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        struct when w;
        const char *en, *ru, *uk;
    } t[] = {
        {{FIX_NOW, PRECISION_SECOND}, "23 Nov 12:00", "23 нояб. 12:00", "23 лист. 12:00"},
        {{FIX_NOW / 86400 * 86400, PRECISION_DAY}, "23 Nov", "23 нояб.", "23 лист."},
        {{FIX_NOW - INT64_C(400) * 86400, PRECISION_MINUTE}, "19 Oct 2025 12:00", "19 окт. 2025 12:00", "19 жовт. 2025 12:00"},
        {{FIX_NOW - INT64_C(400) * 86400, PRECISION_MONTH}, "Oct 2025", "окт. 2025", "жовт. 2025"},
        {{0, PRECISION_NONE}, "-", "-", "-"},
        {{-1, PRECISION_SECOND}, "1 Jan 1970 02:59", "1 янв. 1970 02:59", "1 січ. 1970 02:59"},
    };
    fmt_buf b;
    for (size_t l = 0; l < 3; l++) {
        i18n_init(langs[l]);
        for (size_t i = 0; i < sizeof t / sizeof *t; i++)
            assert_string_equal(fmt_date(b, t[i].w, FIX_NOW, 3 * 3600), l == 0 ? t[i].en : l == 1 ? t[i].ru : t[i].uk);
    }
}

static void test_cut(void **state)
{
    (void)state;
    bool cut;
    assert_int_equal(fmt_cut("abc", 3, &cut), 3);
    assert_false(cut);
    assert_int_equal(fmt_cut("abcd", 3, &cut), 3);
    assert_true(cut);
    const char *flag = "ab👩‍👩‍👧c"; /* a family is one grapheme of five code points */
    assert_int_equal(fmt_cut(flag, 4, &cut), 2);
    assert_int_equal(fmt_cut("и\xcc\x86и\xcc\x86", 3, &cut), 4); /* й as two code points */
}

static void test_links(void **state)
{
    (void)state;
    assert_true(fmt_is_link("https://site.example/a?b=c#d"));
    assert_true(fmt_is_link("http://пример.рф/отзыв"));
    static const char *const bad[] = {"javascript:alert(1)",
                                      "data:text/html,x",
                                      "//site.example",
                                      "https://a.example/\"onclick",
                                      "https://a.example/ b",
                                      "https://a.example/\033[31m",
                                      "",
                                      "HTTPS:/x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(fmt_is_link(bad[i]));
    assert_false(fmt_is_link(NULL));
}

static void put_diff(void *ctx, enum diff_kind k, const char *s, size_t n)
{
    static const char mark[] = {'=', '-', '+'};
    strbuf_printf(ctx, "%c(%.*s)", mark[k], (int)n, s);
}

static void test_diff(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *want;
    } t[] = {
        {"a b c", "a b c", "=(a b c)"},
        {"a b c", "a x c", "=(a )-(b )+(x )=(c)"},
        {"", "new", "+(new)"},
        {"old", NULL, "-(old)"},
        {NULL, NULL, ""},
        {"x a b c y", "x b c d y", "=(x )-(a )=(b c )+(d )=(y)"},
    };
    struct strbuf out;
    strbuf_init(&out, LIMIT_MIB);
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        strbuf_clear(&out);
        diff_words(t[i].before, t[i].after, put_diff, &out);
        if (strcmp(out.s, t[i].want) != 0)
            fail_msg("%s -> %s: %s", t[i].before, t[i].after, out.s);
    }
    strbuf_release(&out);
}

static const char *total(struct fixture *f, struct strbuf *out)
{
    strbuf_clear(out);
    if (report_period(&f->in, "json", out) != ERR_OK)
        fail_msg("%s", err_text());
    return out->s;
}

static void has(const char *text, const char *want)
{
    if (!strstr(text, want))
        fail_msg("no %s in %.4000s", want, text);
}

/* What the figures of a period are made of. */
static void test_period(void **state)
{
    (void)state;
    static struct fixture f;
    struct strbuf out;
    const char *s;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    i18n_init("en");
    fixture_init(&f);
    s = total(&f, &out);
    has(s, "\"nps_survey\":{\"nps\":40,"); /* 25 answers: 14 of 9 and 10, 4 of 0 to 6; October is another period */
    has(s, "\"edits\":1,\"stars_raised\":0,\"stars_lowered\":1,\"saved\":0");
    has(s, "\"removals\":1");
    has(s, "\"closed\":[{\"brand\":\"lunaria\",\"cause\":\"wrong_order\",\"at\":\"2026-11-04T09:00:00Z\",\"mentions\":1,\"since\":0}]");
    has(s, "\"compared\":true"); /* the competitor */

    /* stars that rise after the answer are won back; before it they are not */
    f.revision[0].mention.rating.value = 1;
    has(total(&f, &out), "\"stars_raised\":1,\"stars_lowered\":0,\"saved\":0");
    f.finding[5].answered_at = FIX_NOW - 6 * 3600;
    has(total(&f, &out), "\"stars_raised\":1,\"stars_lowered\":0,\"saved\":1");
    f.finding[5].answered_at = FIX_NOW - 3600;
    has(total(&f, &out), "\"saved\":0");

    /* closed as resolved: the same cause again, of the same brand, later */
    f.journal[1].cause = "defect";
    has(total(&f, &out), "\"mentions\":1,\"since\":2}]");
    f.journal[1].to = "seen";
    has(total(&f, &out), "\"closed\":[]");

    /* one brand, and one to compare with */
    static const char *const rival[] = {"oakandco"};
    f.in.brand = "brightloaf";
    s = total(&f, &out);
    assert_null(strstr(s, "oakandco"));
    has(s, "\"nps_survey\":null");
    has(s, "\"closed\":[]");
    f.in.compare = rival, f.in.n_compare = 1;
    s = total(&f, &out);
    has(s, "\"name\":\"oakandco\"");
    assert_null(strstr(s, "\"name\":\"lunaria\""));
    has(s, "\"causes_per_1000\":{\"rudeness\":1000}");
    has(s, "\"mentions\":4,\"negative\":3"); /* the rival is compared, not counted */
    strbuf_release(&out);
}

static void test_nps(void **state)
{
    (void)state;
    static const struct {
        struct survey s;
        int nps;
    } t[] = {
        {{{0}}, 0},
        {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}}, 100},
        {{{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}, -100},
        {{{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0}}, 0},
        {{{0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0}}, -33},
        {{{0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0}}, 67},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        assert_int_equal(survey_nps(&t[i].s), t[i].nps);
}

/* From publication to first sight: calendar dates and the history of a new source say nothing. */
static void test_lag(void **state)
{
    (void)state;
    static struct fixture f;
    struct strbuf out;
    int code;
    strbuf_init(&out, LIMIT_BODY_BYTES);
    i18n_init("en");
    fixture_init(&f);
    f.store.n_finding = 7;
    static const struct {
        int64_t published_ago, seen_ago;
        enum precision precision;
    } t[7] = {{5 * 86400 + 1, 4 * 86400, PRECISION_SECOND}, /* history */
              {3 * 86400, 3 * 86400 - 60, PRECISION_SECOND}, {2 * 86400, 2 * 86400 - 120, PRECISION_SECOND}, {86400, 86400 - 600, PRECISION_SECOND},
              {50000, 10, PRECISION_DAY}, {30, 60, PRECISION_SECOND} /* dated after it was seen */, {0, 5, PRECISION_NONE}};
    for (size_t i = 0; i < 7; i++) {
        struct finding *x = &f.finding[i];
        x->brand = "lunaria", x->source = "lunaria/otzovik";
        x->mention.published = (struct when){FIX_NOW - t[i].published_ago, t[i].precision};
        if (t[i].precision == PRECISION_DAY)
            x->mention.published.at = FIX_NOW / 86400 * 86400;
        x->first_seen = FIX_NOW - t[i].seen_ago;
    }
    if (report_status(&f.in, "json", &out, &code) != ERR_OK)
        fail_msg("%s", err_text());
    has(out.s, "\"publish_to_seen\":{\"mentions\":3,\"p50_s\":120,\"p95_s\":600}");
    strbuf_release(&out);
}

static int group_setup(void **state)
{
    (void)state;
    char cwd[4000];
    if (!getenv("EARSHOT_LOCALEDIR") && getcwd(cwd, sizeof cwd)) {
        snprintf(locale_dir, sizeof locale_dir, "%s/po/locale", cwd);
        setenv("EARSHOT_LOCALEDIR", locale_dir, 1);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden), cmocka_unit_test(test_columns), cmocka_unit_test(test_one_screen),
        cmocka_unit_test(test_empty),  cmocka_unit_test(test_stale),   cmocka_unit_test(test_spans),
        cmocka_unit_test(test_dates),  cmocka_unit_test(test_cut),     cmocka_unit_test(test_links),
        cmocka_unit_test(test_diff),   cmocka_unit_test(test_period),  cmocka_unit_test(test_nps),
        cmocka_unit_test(test_lag),
    };
    return cmocka_run_group_tests(tests, group_setup, NULL);
}
