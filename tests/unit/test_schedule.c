/* How often a source is read: rows of what was seen and what must follow. */
#include "cli/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR 3600

static void test_interval(void **state)
{
    static const struct {
        const char *what;
        struct schedule s;
        struct poll poll;
        int64_t want;
    } row[] = {
        {"a fixed one is taken", {2 * HOUR, 0, 6 * HOUR}, {{100, 100}, 0, 0}, 2 * HOUR},
        {"a fixed one may be slower than the time to answer", {24 * HOUR, 0, HOUR}, {{0, 0}, HOUR, 0}, 24 * HOUR},
        {"but not faster than the site likes", {60, 900, HOUR}, {{0, 0}, 60, 0}, 900},
        {"a third of the time to answer to begin with", {0, 0, 6 * HOUR}, {{-1, -1}, 0, 0}, 2 * HOUR},
        {"the ceiling where there is much time", {0, 0, 24 * HOUR}, {{-1, -1}, 0, 0}, 6 * HOUR},
        {"one poll says nothing yet", {0, 0, 6 * HOUR}, {{0, -1}, 2 * HOUR, 0}, 2 * HOUR},
        {"much that is new: half", {0, 0, 6 * HOUR}, {{40, 60}, 2 * HOUR, 0}, HOUR},
        {"some: as it is", {0, 0, 6 * HOUR}, {{90, 80}, HOUR, 0}, HOUR},
        {"a quarter on average is not yet much", {0, 0, 6 * HOUR}, {{50, 100}, HOUR, 0}, HOUR},
        {"nothing new twice: half as long again", {0, 0, 6 * HOUR}, {{100, 100}, HOUR, 0}, 3 * HOUR / 2},
        {"never past a third of the time to answer", {0, 0, 6 * HOUR}, {{100, 100}, 2 * HOUR, 0}, 2 * HOUR},
        {"never below our own floor", {0, 0, HOUR}, {{0, 0}, 400, 0}, 300},
        {"never below the site's", {0, 1800, 6 * HOUR}, {{0, 0}, 1900, 0}, 1800},
        {"a site's floor wins over the time to answer", {0, 4 * HOUR, HOUR}, {{0, 0}, 0, 0}, 4 * HOUR},
        {"a failure teaches nothing", {0, 0, 6 * HOUR}, {{0, 0}, HOUR, 4}, HOUR},
    };
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        int64_t got = schedule_interval_s(&row[i].s, &row[i].poll);
        if (got != row[i].want)
            fail_msg("%s: %lld s instead of %lld", row[i].what, (long long)got, (long long)row[i].want);
    }
}

static void test_wait(void **state)
{
    static const struct {
        const char *what;
        int64_t interval;
        int failures;
        int64_t retry_after;
        int64_t want;
    } row[] = {
        {"no failure", HOUR, 0, -1, HOUR},         {"a hard failure", HOUR, 4, -1, 2 * HOUR},
        {"a temporary one", HOUR, 1, -1, 5 * HOUR / 4}, {"many: a day", 2 * HOUR, 400, -1, 24 * HOUR},
        {"an interval of a week", 168 * HOUR, 4, -1, 168 * HOUR}, {"Retry-After", HOUR, 4, 5 * HOUR, 5 * HOUR},
    };
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct poll poll = {{-1, -1}, row[i].interval, row[i].failures};
        struct page page;
        memset(&page, 0, sizeof page);
        page.outcome = row[i].failures ? OUTCOME_NETWORK : OUTCOME_OK;
        page.retry_after_s = row[i].retry_after;
        int64_t got = schedule_wait_s(&poll, &page, 1000000);
        if (got != row[i].want)
            fail_msg("%s: %lld s instead of %lld", row[i].what, (long long)got, (long long)row[i].want);
    }
}

/* A hundred sources of a host that said 429: they come back spread over a quarter of the interval, none too early. */
static void test_spread(void **state)
{
    int64_t least = INT64_MAX, most = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        char name[32];
        struct poll poll = {{100, 100}, HOUR, 2};
        struct page page;
        memset(&page, 0, sizeof page);
        snprintf(name, sizeof name, "acme/s%d", i);
        page.outcome = OUTCOME_SLOWDOWN;
        page.target.source = name;
        page.retry_after_s = -1;
        int64_t got = schedule_wait_s(&poll, &page, 1000000);
        assert_int_equal(got, schedule_wait_s(&poll, &page, 1000000));
        assert_in_range(got, 3 * HOUR / 2, 3 * HOUR / 2 + HOUR / 4);
        least = got < least ? got : least;
        most = got > most ? got : most;
    }
    assert_true(most - least > HOUR / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_interval), cmocka_unit_test(test_wait), cmocka_unit_test(test_spread)};
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
