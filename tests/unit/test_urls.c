/* Addresses: taken apart, joined, matched, changed. */
#include "base/limits.h"
#include "parsers/urls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void urls_match_join_and_change(void **state)
{
    (void)state;
    static const struct {
        const char *base, *ref, *want;
    } joins[] = {
        {"https://a.example/b/c?d#e", "f", "https://a.example/b/f"},       {"https://a.example/b/c", "../g", "https://a.example/g"},
        {"https://a.example/b/c", "../../../g", "https://a.example/g"},    {"https://a.example/b/c", "//h.example/i", "https://h.example/i"},
        {"https://a.example/b/c?d", "?e=1", "https://a.example/b/c?e=1"},  {"https://a.example/b/c?d", "#f", "https://a.example/b/c?d#f"},
        {"https://a.example", "x", "https://a.example/x"},                 {"https://a.example/", "mailto:x@y", NULL},
        {"https://a.example/", "javascript:void(0)", NULL},                {"https://a.example/", "/я б", "https://a.example/%D1%8F%20%D0%B1"},
        {"https://a.example/b", "HTTPS://C.example", "HTTPS://C.example/"}, {"https://a.example/b", "  /d\n", "https://a.example/d"},
        {"https://a.example/b", "", NULL},                                 {"https://a.example/b/", "./c/./d/..", "https://a.example/b/c/"},
    };
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++) {
        const char *got = url_join(&a, joins[i].base, joins[i].ref);
        if ((got == NULL) != (joins[i].want == NULL) || (got != NULL && strcmp(got, joins[i].want) != 0))
            fail_msg("%s + %s: want %s, got %s", joins[i].base, joins[i].ref, joins[i].want, got);
    }
    assert_string_equal(url_set_query(&a, "https://a.example/b?x=1&page=2&y=3#f", "page", "3"), "https://a.example/b?x=1&page=3&y=3");
    assert_string_equal(url_set_query(&a, "https://a.example", "q", "a&b"), "https://a.example/?q=a%26b");
    assert_string_equal(url_set_query(&a, "https://a.example/?sid=1", "sid", NULL), "https://a.example/");
    assert_string_equal(url_query(&a, "https://a.example/?q=%D1%8F+b", "q"), "я b");
    assert_null(url_query(&a, "https://a.example/?qq=1", "q"));
    assert_true(url_host_fits("*.a.example", "b.A.example", 11));
    assert_false(url_host_fits("*.a.example", "a.example", 9));
    assert_false(url_host_fits("a.example", "xa.example", 10));
    assert_true(glob_fits("/r/*/x*", "/r/1/2/xyz", 10));
    assert_false(glob_fits("/r/*", "/q/r/", 5));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(urls_match_join_and_change)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
