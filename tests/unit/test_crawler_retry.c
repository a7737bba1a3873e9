/* Retry-After, rate headers and jitter, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "crawler/retry.h"

#define NOW 1793700000 /* Tue, 03 Nov 2026 10:00:00 GMT */
#define N(a) (sizeof(a) / sizeof *(a))

static void test_header(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t s;
    } t[] = {
        {NULL, -1},
        {"", -1},
        {"7", 7},
        {" 7 ", 7},
        {"0", 1},
        {"1.2", 2},
        {"2.0", 2},
        {"86400", 86400},
        {"86401", 86400},
        {"99999999999999999999", 86400},
        {"-5", -1},
        {"soon", -1},
        {"7 apples", -1},
        {"7,8", -1},
        {"mon", -1},
        {"Tue, 03 Nov 2026 10:01:30 GMT", 90},
        {"Tuesday, 03-Nov-26 10:01:30 GMT", 90},
        {"Tue Nov  3 10:01:30 2026", 90},
        {"Wed, 04 Nov 2026 11:00:00 GMT", 86400},
        {"Wed, 21 Oct 2037 07:28:00 GMT", 86400},
        {"Wed, 21 Oct 2015 07:28:00 GMT", 1},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 1},
    };
    for (size_t i = 0; i < N(t); i++) {
        int64_t s = retry_after_s(t[i].value, NOW);
        if (s != t[i].s)
            fail_msg("\"%s\": %lld", t[i].value ? t[i].value : "(null)", (long long)s);
    }
}

static void test_rate(void **state)
{
    (void)state;
    static const struct {
        const char *what, *remaining, *reset;
        int64_t s;
    } t[] = {
        {"Reddit, some left", "99.0", "120", -1},
        {"Reddit, used up", "0.0", "120", 120},
        {"Bluesky, used up", "0", "1793700300", 300},
        {"GitHub, reset is over", "0", "1793699000", 1},
        {"Mastodon, used up", "0", "2026-11-03T10:05:00.123456Z", 300},
        {"Mastodon, some left", "299", "2026-11-03T10:05:00Z", -1},
        {"no reset", "0", NULL, -1},
        {"no remaining", NULL, "10", -1},
        {"garbage reset", "0", "tomorrow", -1},
        {"garbage remaining", "none", "10", -1},
        {"far reset", "0", "9999999999999999999", 86400},
        {"not a number", "nan", "10", -1},
    };
    for (size_t i = 0; i < N(t); i++) {
        int64_t s = retry_rate_s(t[i].remaining, t[i].reset, NOW);
        if (s != t[i].s)
            fail_msg("%s: %lld", t[i].what, (long long)s);
    }
}

static void test_body(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int64_t s;
    } t[] = {
        {"{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":35}}", 35},
        {"{\"message\": \"slow\", \"retry_after\": 64.57, \"global\": false}", 65},
        {"{\"retryAfter\":\"12\"}", 12},
        {"{\"retry_after\":null}", -1},
        {"{\"retry_after\"", -1},
        {"{\"retry_after\":", -1},
        {"{\"retry_after\":99999999999999999999999999999999999999}", -1},
        {"<html>retry_after: 5</html>", -1},
        {"", -1},
    };
    for (size_t i = 0; i < N(t); i++) {
        int64_t s = retry_body_s(t[i].body, strlen(t[i].body));
        if (s != t[i].s)
            fail_msg("%s: %lld", t[i].body, (long long)s);
    }
}

static void test_jitter(void **state)
{
    (void)state;
    uint64_t dice = 1;
    int64_t most[5] = {0};
    for (int i = 0; i < 20000; i++)
        for (int k = 0; k < 5; k++) {
            int64_t ms = retry_jitter_ms(k, &dice);
            assert_true(ms >= 100);
            most[k] = ms > most[k] ? ms : most[k];
        }
    static const int64_t ceiling[] = {2000, 2000, 8000, 30000, 30000};
    for (int k = 0; k < 5; k++)
        assert_true(most[k] <= ceiling[k] && most[k] > ceiling[k] * 99 / 100); /* the whole range is used */
    for (int i = 0; i < 1000; i++) {
        int64_t ms = retry_offset_ms(3600000, &dice);
        assert_true(ms >= 0 && ms < 60000);
        assert_true(retry_offset_ms(100000, &dice) < 10000);
        assert_int_equal(retry_offset_ms(5, &dice), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_body),
        cmocka_unit_test(test_jitter),
    };
    return cmocka_run_group_tests_name("crawler/retry", tests, NULL, NULL);
}
