/* The inbox without a socket: users, sessions, throttle, filters, the pure readers of headers, marked words. */
#include "base/arena.h"
#include "base/hash.h"
#include "web/filter.h"
#include "web/marks.h"
#include "web/names.h"
#include "web/scan.h"
#include "web/session.h"
#include "web/users.h"
#include "web/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSWORD "correct horse 1"
#define H        "$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"

/* ---------------------------------------------------------------- users */

static void test_users_parse(void **state)
{
    static const struct {
        const char *text;
        size_t bad_line, n;
    } cases[] = {
        {"", 0, 0},
        {"# nobody\n\n", 0, 0},
        {"anna:agent:" H "\n", 0, 1},
        {"anna:agent:" H "\nvera.v@x:viewer:" H, 0, 2},
        {"anna:agent:" H "\nanna:admin:" H "\n", 2, 0},
        {"anna:king:" H "\n", 1, 0},
        {"anna:nobody:" H "\n", 1, 0},
        {":agent:" H "\n", 1, 0},
        {"an na:agent:" H "\n", 1, 0},
        {"anna:agent\n", 1, 0},
        {"anna:agent:plain\n", 1, 0},
        {"#\n#\nanna\n", 3, 0},
        {"a23456789012345678901234567890123:agent:" H "\n", 1, 0},
    };
    struct users u = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t bad = users_parse(&u, cases[i].text, strlen(cases[i].text));
        if (bad != cases[i].bad_line || u.n != cases[i].n)
            fail_msg("case %zu: line %zu, %zu users", i, bad, u.n);
    }
    users_release(&u);
}

static void test_users_file(void **state)
{
    char folder[] = "/tmp/earshot-web-XXXXXX", path[64];
    struct users u = {0};
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/users", folder);
    assert_int_equal(users_read(&u, path), ERR_OK);
    assert_int_equal(u.n, 0);
    assert_int_equal(users_put(&u, "anna", ROLE_AGENT, "short"), ERR_USAGE);
    assert_int_equal(users_put(&u, "an:na", ROLE_AGENT, PASSWORD), ERR_USAGE);
    assert_int_equal(users_put(&u, "anna", ROLE_AGENT, PASSWORD), ERR_OK);
    assert_int_equal(users_put(&u, "vera", ROLE_VIEWER, PASSWORD "2"), ERR_OK);
    assert_int_equal(users_write(&u, path), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(users_read(&u, path), ERR_OK);
    assert_int_equal(u.n, 2);
    uint64_t stamp = u.stamp;
    assert_non_null(users_check(&u, "anna", PASSWORD));
    assert_int_equal(users_check(&u, "vera", PASSWORD "2")->role, ROLE_VIEWER);
    assert_null(users_check(&u, "vera", PASSWORD));
    assert_null(users_check(&u, "nobody", PASSWORD));
    assert_true(users_remove(&u, "vera") && !users_remove(&u, "vera"));
    assert_int_equal(users_write(&u, path), ERR_OK);
    assert_int_equal(users_refresh(&u, path), ERR_OK);
    assert_true(u.n == 1 && u.stamp != stamp);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(users_refresh(&u, path), ERR_USAGE);
    assert_int_equal(u.n, 0);
    unlink(path);
    rmdir(folder);
    users_release(&u);
}

/* ---------------------------------------------------------------- sessions */

static struct sessions *table;

static void test_sessions(void **state)
{
    struct users u = {0};
    char a[TOKEN_BYTES], b[TOKEN_BYTES], again[TOKEN_BYTES];
    (void)state;
    sessions_init(table);
    const char *text = "anna:agent:" H "\n";
    assert_int_equal(users_parse(&u, text, strlen(text)), 0);
    session_begin(table, users_find(&u, "anna"), "anna", 1000, a);
    session_begin(table, NULL, "root", 1000, b);
    assert_int_equal(session_find(table, &u, a, 2000)->role, ROLE_AGENT);
    assert_int_equal(session_find(table, &u, b, 2000)->role, ROLE_ADMIN);
    assert_string_not_equal(a, b);
    assert_null(session_find(table, &u, "", 2000));
    assert_null(session_find(table, &u, NULL, 2000));
    memcpy(again, a, sizeof again);
    again[5] = again[5] == 'A' ? 'B' : 'A';
    assert_null(session_find(table, &u, again, 2000));
    /* idle */
    int64_t late = 2000 + SESSION_IDLE_S * INT64_C(1000);
    assert_non_null(session_find(table, &u, b, late - 10));
    assert_null(session_find(table, &u, a, late));
    assert_null(session_find(table, &u, a, 2001)); /* ended for good */
    /* in all, however busy */
    for (int64_t t = late; t < 1000 + SESSION_LIFE_S * INT64_C(1000); t += SESSION_IDLE_S * INT64_C(500))
        assert_non_null(session_find(table, &u, b, t));
    assert_null(session_find(table, &u, b, 1000 + SESSION_LIFE_S * INT64_C(1000)));
    /* a user who is no longer the same */
    session_begin(table, users_find(&u, "anna"), "anna", 1000, a);
    u.user[0].role = ROLE_VIEWER;
    assert_null(session_find(table, &u, a, 1001));
    /* the longest idle makes room */
    char first[TOKEN_BYTES];
    sessions_init(table);
    session_begin(table, NULL, "root", 1, first);
    for (int i = 0; i < LIMIT_SERVE_SESSIONS; i++)
        session_begin(table, NULL, "root", 10 + i, a);
    assert_null(session_find(table, &u, first, 1000));
    assert_non_null(session_find(table, &u, a, 1000));
    sessions_end_of(table, "root");
    assert_null(session_find(table, &u, a, 1000));
    users_release(&u);
}

static void test_tokens(void **state)
{
    char a[TOKEN_BYTES], b[TOKEN_BYTES];
    (void)state;
    sessions_init(table);
    session_guest_csrf(table, "cookie", a);
    session_guest_csrf(table, "cookie", b);
    assert_true(token_equal(a, b));
    session_guest_csrf(table, "cookie2", b);
    assert_false(token_equal(a, b));
    assert_false(token_equal(NULL, NULL) || token_equal(a, NULL) || token_equal(a, "") || token_equal("", ""));
    session_link_make(table, 1000, a);
    assert_false(session_link_take(table, b, 1001) || session_link_take(table, NULL, 1001));
    assert_true(session_link_take(table, a, 1001));
    assert_false(session_link_take(table, a, 1002));
    session_link_make(table, 1000, a);
    assert_false(session_link_take(table, a, 1001 + LINK_LIFE_S * INT64_C(1000)));
}

static void test_throttle(void **state)
{
    int64_t now = 1000000;
    (void)state;
    sessions_init(table);
    for (int i = 0; i < LOGIN_FREE; i++, now += 2000) {
        assert_int_equal(login_wait_s(table, "anna", now), 0);
        login_result(table, "anna", false, now);
    }
    now -= 2000;
    assert_int_equal(login_wait_s(table, "anna", now), 2);
    assert_int_equal(login_wait_s(table, "vera", now), 0); /* others do not wait */
    int64_t last = 2;
    for (int i = 0; i < 12; i++) {
        now += last * 1000;
        assert_int_equal(login_wait_s(table, "anna", now), 0);
        login_result(table, "anna", false, now);
        int64_t wait = login_wait_s(table, "anna", now);
        assert_true(wait >= last && wait <= LOGIN_WAIT_MAX_S);
        last = wait;
    }
    assert_int_equal(last, LOGIN_WAIT_MAX_S);
    now += last * 1000;
    login_result(table, "anna", true, now);
    login_result(table, "anna", false, now);
    assert_int_equal(login_wait_s(table, "anna", now), 0); /* forgiven */
    /* all names together */
    sessions_init(table);
    char name[20];
    for (int i = 0; i < LOGIN_BURST; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(login_wait_s(table, name, 500), 0);
    }
    assert_int_equal(login_wait_s(table, "more", 500), 1);
    assert_int_equal(login_wait_s(table, "more", 500 + LOGIN_REFILL_MS), 0);
}

/* ---------------------------------------------------------------- headers */

static void test_accept_language(void **state)
{
    static const struct {
        const char *header, *lang;
    } cases[] = {{NULL, "en"},        {"", "en"},          {"ru", "ru"},   {"de, fr", "en"}, {"uk-UA,uk;q=0.9,ru;q=0.8,en-US;q=0.7", "uk"}, {"en;q=0.3, ru;q=0.8", "ru"},
                 {"ru;q=0", "en"},    {"rus", "en"},       {"*", "en"},    {"RU-ru", "ru"},  {",,,;;;q=,ru", "ru"},                          {"ru;q=x, uk;q=0.1", "uk"},
                 {"ru ; q=1", "ru"},  {"uk;level=1", "en"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(web_accept_language(cases[i].header, "en"), cases[i].lang);
}

static void test_address(void **state)
{
    static const struct {
        const char *text, *host; /* NULL: none */
        int port;
    } cases[] = {{"127.0.0.1:8080", "127.0.0.1", 8080}, {"[::1]:0", "::1", 0}, {"localhost:80", "localhost", 80}, {"127.0.0.1", NULL, 0}, {":80", NULL, 0}, {"a:", NULL, 0},
                 {"a:x", NULL, 0}, {"a:-1", NULL, 0}, {"a:65536", NULL, 0}, {"::1:80", NULL, 0}, {"[]:80", NULL, 0}, {"[::1:80", NULL, 0}, {"a:99999999999999999999", NULL, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char host[64];
        int port = -1;
        bool good = web_address(cases[i].text, host, &port);
        if (good != (cases[i].host != NULL) || (good && (strcmp(host, cases[i].host) != 0 || port != cases[i].port)))
            fail_msg("%s", cases[i].text);
    }
}

static void test_basic(void **state)
{
    char out[64];
    const char *name, *password;
    (void)state;
    assert_true(web_basic("Basic YW5uYTpwYTpzcw==", out, sizeof out, &name, &password)); /* anna:pa:ss */
    assert_string_equal(name, "anna");
    assert_string_equal(password, "pa:ss");
    static const char *const bad[] = {NULL, "", "Basic", "Basic ", "Basic YW5uYQ==" /* anna */, "Bearer YW5uYTpwYTpzcw==", "Basic YW5uYTpwYTpzcw", "Basic AGE6Yg==" /* NUL */,
                                      "Basic /zp/", "Basic YTphYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (web_basic(bad[i], out, sizeof out, &name, &password))
            fail_msg("%s", bad[i]);
}

/* ---------------------------------------------------------------- filters */

static const char *get(void *ctx, const char *name)
{
    const char *const *pair = ctx;
    for (; *pair; pair += 2)
        if (strcmp(*pair, name) == 0)
            return pair[1];
    return NULL;
}

static void test_filter(void **state)
{
    struct arena a;
    struct filter f;
    (void)state;
    arena_init(&a, 1 << 20);
    const char *const full[] = {"view", "answered", "brand", "a&b", "source", "a&b/c d", "cause", "delivery", "lang", "ru", "q", "чай?", "page", "3", "days", "7", "from", "50", NULL};
    filter_read(&f, 90, get, (void *)(uintptr_t)full);
    assert_string_equal(filter_url(&a, "/", &f), "/?view=answered&brand=a%26b&source=a%26b/c%20d&cause=delivery&lang=ru&q=%D1%87%D0%B0%D0%B9%3F&days=7&page=3&from=50");
    const char *const wrong[] = {"view", "nonsense", "page", "-3", "days", "x", "from", "99", NULL};
    filter_read(&f, 90, get, (void *)(uintptr_t)wrong);
    assert_true(f.view == VIEW_OPEN && f.page == 0 && f.days == 0 && f.from == 0);
    const char *const none[] = {NULL};
    filter_read(&f, 90, get, (void *)(uintptr_t)none);
    assert_string_equal(filter_url(&a, "/", &f), "/");
    assert_false(filter_narrow(&f));
    const char *const far[] = {"page", "99999999999999999999", NULL};
    filter_read(&f, 90, get, (void *)(uintptr_t)far);
    assert_int_equal(f.page, FILTER_PAGES_MAX - 1);
    arena_release(&a);
}

static void test_fit(void **state)
{
    struct filter f = {.view = VIEW_OPEN, .brand = "tea", .cause = "delivery", .lang = "ru"};
    struct filter_hash h;
    struct store_row r = {.verdict = VERDICT_REPLY, .state = DESK_NEW, .brand = hash64_str("tea"), .source = 7, .lang = store_word_hash("ru"),
                          .cause = {store_word_hash("returns"), store_word_hash("delivery")}};
    (void)state;
    filter_hash(&h, &f, "anna", 1000);
    assert_int_equal(filter_fit(&f, &h, &r), FIT_ALL);
    r.cause[1] = 0;
    assert_int_equal(filter_fit(&f, &h, &r), FIT_ALL & ~FIT_CAUSE);
    r.brand = hash64_str("coffee");
    assert_int_equal(filter_fit(&f, &h, &r), FIT_ALL & ~FIT_CAUSE & ~FIT_BRAND);
    static const struct {
        enum view view;
        struct store_row row;
        bool fits;
    } cases[] = {
        {VIEW_OVERDUE, {.verdict = VERDICT_REPLY, .due_at = 999}, true},  {VIEW_OVERDUE, {.verdict = VERDICT_REPLY, .due_at = 1001}, false},
        {VIEW_OVERDUE, {.verdict = VERDICT_REPLY}, false},                {VIEW_SOON, {.verdict = VERDICT_REPLY, .due_at = 1001}, true},
        {VIEW_SOON, {.verdict = VERDICT_REPLY, .due_at = 9000}, false},   {VIEW_MINE, {.verdict = VERDICT_REPLY}, false},
        {VIEW_WATCH, {.verdict = VERDICT_WATCH}, true},                   {VIEW_WATCH, {.verdict = VERDICT_WATCH, .state = DESK_DISMISSED}, false},
        {VIEW_OPEN, {.verdict = VERDICT_REPLY, .state = DESK_SEEN}, true}, {VIEW_OPEN, {.verdict = VERDICT_REPLY, .state = DESK_RESOLVED}, false},
        {VIEW_SEEN, {.verdict = VERDICT_REPLY, .state = DESK_NEW}, false}, {VIEW_HOLD, {.verdict = VERDICT_WATCH, .hold = true}, true},
        {VIEW_RESOLVED, {.state = DESK_RESOLVED}, true},                  {VIEW_ALL, {.state = DESK_DISMISSED}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (view_fit(cases[i].view, &h, &cases[i].row) != cases[i].fits)
            fail_msg("case %zu", i);
}

static void test_match(void **state)
{
    struct arena a;
    struct finding f = {.mention = {.id = "otz:7", .text = "Привезли НЕ тот чайник", .title = "Ужас", .author = {.name = "Анна"}}, .note = "order 77"};
    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(scan_match(&a, &f, "чайник"));
    assert_true(scan_match(&a, &f, "ужас анна 77"));
    assert_true(scan_match(&a, &f, "otz:7"));
    assert_false(scan_match(&a, &f, "ужас кофе"));
    arena_release(&a);
}

static void test_names(void **state)
{
    static const struct source src[] = {{.key = "tea/a"}, {.key = "tea/b"}};
    static const struct brand brand[] = {{.name = "tea", .source = src, .n_source = 2}, {.name = "cup"}};
    const struct settings s = {.brand = brand, .n_brand = 2};
    struct names *n;
    (void)state;
    assert_int_equal(names_new(&n, &s), ERR_OK);
    assert_int_equal(names_brand(n, hash64_str("cup")), 1);
    assert_int_equal(names_brand(n, hash64_str("tea/a")), -1);
    assert_int_equal(names_source(n, hash64_str("tea/b")), 1);
    assert_int_equal(names_source(n, hash64_str("gone/b")), -1);
    assert_string_equal(names_lang_code((size_t)names_lang(n, store_word_hash("uk"))), "uk");
    assert_true(names_cause(n, store_word_hash("delivery")) >= 0 && names_cause(n, 0) == -1);
    names_free(n);
}

/* ---------------------------------------------------------------- marked words */

static void marked(const char *text, const struct score_word *w, size_t n, const char *want)
{
    struct html h;
    struct arena a;
    struct strbuf out;
    struct score s = {.word = w, .n_word = n};
    arena_init(&a, 1 << 20);
    strbuf_init(&out, 1 << 20);
    assert_true(html_begin_served(&h, "en", "t", "s", "i", NULL));
    marks_text(&h, &a, text, &s, NULL);
    html_end(&h, &out);
    if (!strstr(out.s, want))
        fail_msg("%s\nlacks %s", out.s, want);
    strbuf_release(&out);
    arena_release(&a);
}

static void test_marks(void **state)
{
    static const struct score_word w[] = {{"не отвечают", -1.2f, "complaint"}, {"не", -0.3f, "word"}, {"чай", 0.4f, "word"}, {"редкое", -0.01f, "learned"}, {NULL, -1, "stars"}};
    (void)state;
    marked("Нет, НЕ отвечают!", w, 5, "<p>Нет, <mark class=\"w neg strong\" title=\"-1.20 complaint\">НЕ отвечают</mark>!</p>");
    marked("не чайник", w, 5, "<p><mark class=\"w neg\" title=\"-0.30 word\">не</mark> чайник</p>");
    marked("<чай>\n\nредкое", w, 5, "<p>&lt;<mark class=\"w pos\" title=\"+0.40 word\">чай</mark>&gt;</p><p>редкое</p>");
    marked("", w, 5, "<body></body>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_users_parse), cmocka_unit_test(test_users_file), cmocka_unit_test(test_sessions), cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_throttle),    cmocka_unit_test(test_accept_language), cmocka_unit_test(test_address), cmocka_unit_test(test_basic),
        cmocka_unit_test(test_filter),      cmocka_unit_test(test_fit),        cmocka_unit_test(test_match),    cmocka_unit_test(test_names),
        cmocka_unit_test(test_marks),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    table = calloc(1, sizeof *table);
    int failed = cmocka_run_group_tests_name("web", tests, NULL, NULL);
    free(table);
    return failed;
}
