/* robots.txt: RFC 9309, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/when.h"
#include "crawler/robots.h"
#include "crawler/robots_store.h"

struct row {
    const char *what, *file, *agent, *path;
    bool allowed;
    int line;
};

static const struct row rows[] = {
    {"empty file", "", "earshot", "/a", true, 0},
    {"disallow all", "User-agent: *\nDisallow: /\n", "earshot", "/a", false, 2},
    {"empty disallow allows", "User-agent: *\nDisallow:\n", "earshot", "/a", true, 0},
    {"prefix", "User-agent: *\nDisallow: /fish\n", "earshot", "/fishheads/y.html", false, 2},
    {"case of paths counts", "User-agent: *\nDisallow: /fish\n", "earshot", "/Fish", true, 0},
    {"slash at the end", "User-agent: *\nDisallow: /fish/\n", "earshot", "/fish", true, 0},
    {"longest wins", "User-agent: *\nDisallow: /a\nAllow: /a/b\n", "earshot", "/a/b/c", true, 3},
    {"longest wins, order turned", "User-agent: *\nAllow: /a/b\nDisallow: /a\n", "earshot", "/a/b/c", true, 2},
    {"tie: allow", "User-agent: *\nDisallow: /page\nAllow: /page\n", "earshot", "/page", true, 3},
    {"tie by $", "User-agent: *\nAllow: /$\nDisallow: /\n", "earshot", "/", true, 2},
    {"tie by $, deeper", "User-agent: *\nAllow: /$\nDisallow: /\n", "earshot", "/x", false, 3},
    {"star", "User-agent: *\nDisallow: /*.php\n", "earshot", "/a/b.php?x", false, 2},
    {"star and end", "User-agent: *\nDisallow: /*.php$\n", "earshot", "/b.php?x", true, 0},
    {"star and end fits", "User-agent: *\nDisallow: /*.php$\n", "earshot", "/b.php", false, 2},
    {"end needs backtracking", "User-agent: *\nDisallow: /*a$\n", "earshot", "/aba", false, 2},
    {"many stars", "User-agent: *\nDisallow: /*a*b*c*d*e$\n", "earshot", "/xaxbxcxdxe", false, 2},
    {"dollar inside is itself", "User-agent: *\nDisallow: /a$b\n", "earshot", "/a$b", false, 2},
    {"query", "User-agent: *\nDisallow: /*?sort=\n", "earshot", "/list?sort=new", false, 2},
    {"fragment is not sent", "User-agent: *\nDisallow: /a#b\n", "earshot", "/a", false, 2},
    {"our group before *", "User-agent: *\nDisallow: /\n\nUser-agent: earshot\nAllow: /\n", "earshot", "/a", true, 5},
    {"our empty group frees us", "User-agent: *\nDisallow: /\n\nUser-agent: earshot\nDisallow:\n", "earshot", "/a", true, 0},
    {"agent in any case, with version", "user-agent: EarShot/2.0 (x)\ndisallow: /\n", "earshot", "/a", false, 2},
    {"whole user agent given", "User-agent: earshot\nDisallow: /\n", "earshot/0.1 (+mailto:a@b.example)", "/a", false, 2},
    {"longer token is another", "User-agent: earshotty\nDisallow: /\n", "earshot", "/a", true, 0},
    {"shorter token is another", "User-agent: ear\nDisallow: /\n", "earshot", "/a", true, 0},
    {"groups merge", "User-agent: earshot\nDisallow: /a\n\nUser-agent: b\nDisallow: /\n\nUser-agent: earshot\nDisallow: /c\n", "earshot",
     "/c", false, 8},
    {"several agents, one group", "User-agent: x\nUser-agent: earshot\nDisallow: /a\n", "earshot", "/a", false, 3},
    {"other lines do not end agents", "User-agent: x\nSitemap: http://e.example/s\nUser-agent: earshot\nDisallow: /a\n", "x", "/a", false, 4},
    {"rules before any group", "Disallow: /\nUser-agent: *\nDisallow: /b\n", "earshot", "/a", true, 0},
    {"comment", "User-agent: * # all\nDisallow: /a # b\n", "earshot", "/a", false, 2},
    {"BOM", "\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "earshot", "/a", false, 2},
    {"CR line ends", "User-agent: *\rDisallow: /\r", "earshot", "/a", false, 2},
    {"CRLF line ends", "User-agent: *\r\n\r\nDisallow: /\r\n", "earshot", "/a", false, 3},
    {"blanks everywhere", " \tUser-agent\t: * \n  Disallow  :  /a  \n", "earshot", "/a", false, 2},
    {"no colon is no rule", "User-agent: *\nDisallow /\n", "earshot", "/a", true, 0},
    {"escape compared unescaped", "User-agent: *\nDisallow: /%7Eme\n", "earshot", "/~me", false, 2},
    {"escape the other way", "User-agent: *\nDisallow: /~me\n", "earshot", "/%7eme", false, 2},
    {"slash escaped is not a slash", "User-agent: *\nDisallow: /a%2Fb\n", "earshot", "/a/b", true, 0},
    {"hex case", "User-agent: *\nDisallow: /a%2fb\n", "earshot", "/a%2Fb", false, 2},
    {"UTF-8 rule, escaped URL", "User-agent: *\nDisallow: /\xd0\xbe\n", "earshot", "/%D0%BE%D1%82", false, 2},
    {"escaped rule, UTF-8 URL", "User-agent: *\nDisallow: /%d0%be\n", "earshot", "/\xd0\xbe", false, 2},
    {"escaped star is a star of the URL", "User-agent: *\nDisallow: /a%2Ab\n", "earshot", "/axb", true, 0},
    {"robots.txt itself", "User-agent: *\nDisallow: /\n", "earshot", "/robots.txt", true, 0},
    {"HTML is no robots.txt", "<html><body>not found</body></html>", "earshot", "/a", true, 0},
    {"empty path", "User-agent: *\nDisallow: /\n", "earshot", "", false, 2},
    {"only a query", "User-agent: *\nDisallow: /?a\n", "earshot", "?a=1", false, 2},
    {"rule without slash", "User-agent: *\nDisallow: a\n", "earshot", "/a", true, 0},
    {"rule of a star", "User-agent: *\nDisallow: *\n", "earshot", "/a", false, 2},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *w = &rows[i];
        char url[200];
        int line = -1;
        const char *rule;
        struct robots *r = robots_parse(w->file, strlen(w->file), w->agent);
        assert_non_null(r);
        snprintf(url, sizeof url, "https://shop.example%s", w->path);
        bool allowed = robots_allowed(r, url, &line, &rule);
        if (allowed != w->allowed || line != w->line)
            fail_msg("%s: %s, line %d (%s)", w->what, allowed ? "allowed" : "disallowed", line, rule ? rule : "");
        robots_free(r);
    }
}

static void test_delay(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int ms;
    } t[] = {{"5", 5000}, {"0.5", 500}, {"1.25", 1250}, {"99999999999999999999", 30000}, {"-1", 0}, {"soon", 0}, {"", 0}, {"31", 30000}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char file[100];
        int n = snprintf(file, sizeof file, "User-agent: *\nCrawl-delay: %s\n", t[i].value);
        struct robots *r = robots_parse(file, (size_t)n, "earshot");
        assert_int_equal(robots_delay_ms(r), t[i].ms);
        robots_free(r);
    }
}

static void test_store(void **state)
{
    (void)state;
    const char *file = "User-agent: other\nDisallow: /\n\nUser-agent: earshot\nCrawl-delay: 2.5\nDisallow: /a # why\nAllow: /a/b\n";
    struct robots *r = robots_parse(file, strlen(file), "earshot");
    struct strbuf b;
    strbuf_init(&b, 10000);
    assert_true(robots_write(r, &b));
    struct robots *again = robots_parse(b.s, b.n, "earshot");
    assert_int_equal(robots_delay_ms(again), 2500);
    assert_false(robots_allowed(again, "http://x/a", NULL, NULL));
    assert_true(robots_allowed(again, "http://x/a/b", NULL, NULL));
    assert_true(robots_allowed(again, "http://x/c", NULL, NULL));
    robots_free(r);
    robots_free(again);
    strbuf_release(&b);
}

/* A file of more than 500 KiB: the last line is dropped, never cut into a shorter, wider rule. */
static void test_long(void **state)
{
    (void)state;
    const size_t n = 600 * 1024;
    char *file = malloc(n);
    size_t at = (size_t)sprintf(file, "User-agent: *\nDisallow: /first\n#");
    memset(file + at, 'x', n - at);
    memcpy(file + 500 * 1024 - 13, "\nDisallow: /alpha", 17);
    struct robots *r = robots_parse(file, n, "earshot");
    assert_false(robots_allowed(r, "http://x/first", NULL, NULL));
    assert_true(robots_allowed(r, "http://x/a", NULL, NULL));
    robots_free(r);
    free(file);
}

/* Rules made to be slow against a URL made to be slow end soon, in the careful answer. */
static void test_slow_rules(void **state)
{
    (void)state;
    static char file[400000], url[9000] = "http://x/";
    size_t at = (size_t)sprintf(file, "User-agent: *\n");
    while (at < sizeof file - 100)
        at += (size_t)sprintf(file + at, "Disallow: *aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n");
    memset(url + 9, 'a', 8000);
    struct robots *r = robots_parse(file, at, "earshot");
    int64_t began = clock_thread_cpu_ms();
    assert_false(robots_allowed(r, url, NULL, NULL));
    assert_true(clock_thread_cpu_ms() - began < 500);
    assert_true(robots_allowed(r, "http://x/b", NULL, NULL));
    robots_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_store),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_slow_rules),
    };
    return cmocka_run_group_tests_name("crawler/robots", tests, NULL, NULL);
}
