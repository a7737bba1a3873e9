/* Working time, time zones and both changes of the clocks, against dates that were worked out by hand. */
#include "base/when.h"
#include "desk/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR 3600
#define OFFICE                                                                                                                 \
    (const char *const[])                                                                                                      \
    {                                                                                                                          \
        "mon-fri 09:00-17:00"                                                                                                  \
    }

static struct arena arena;

static int64_t at(const char *text)
{
    struct when w;
    assert_true(when_parse(text, &w));
    return w.at;
}

static const char *text(int64_t t)
{
    static char buf[4][WHEN_TEXT_BYTES];
    static int i;
    i = (i + 1) % 4;
    return when_format((struct when){t, PRECISION_SECOND}, buf[i]);
}

static const struct calendar *calendar(const char *const *hours, size_t n, const char *const *off, size_t n_off, const char *zone)
{
    const struct calendar *c;
    const char *wrong;
    struct desk_rules r = {.hours = hours, .n_hour = n, .holidays = off, .n_holiday = n_off, .timezone = zone};
    if (!clock_calendar(&r, &arena, &c, &wrong))
        fail_msg("%s", wrong);
    return c;
}

struct row {
    const char *zone, *from;
    int64_t work_s;
    const char *due;
};

static void check(const struct calendar *c, const struct row *r)
{
    int64_t from = at(r->from), due = clock_add(c, from, r->work_s);
    if (due != at(r->due))
        fail_msg("%s %s + %lld s: %s, expected %s", r->zone, r->from, (long long)r->work_s, text(due), r->due);
    if (r->work_s > 0 && clock_between(c, from, due) != r->work_s)
        fail_msg("%s %s to %s: %lld s, expected %lld", r->zone, r->from, r->due, (long long)clock_between(c, from, due), (long long)r->work_s);
}

static void test_office_hours(void **state)
{
    (void)state;
    static const char *const off[] = {"2026-11-23", "2026-12-24..2026-12-26", "01-01"};
    static const struct row rows[] = {
        {"UTC", "2026-11-13T16:30:00Z", HOUR, "2026-11-16T09:30:00Z"},     /* Friday half past four, and Monday half past nine */
        {"UTC", "2026-11-13T16:00:00Z", HOUR, "2026-11-13T17:00:00Z"},     /* to the last minute of the day */
        {"UTC", "2026-11-14T12:00:00Z", HOUR, "2026-11-16T10:00:00Z"},     /* Saturday: the clock waits */
        {"UTC", "2026-11-16T03:00:00Z", 6 * HOUR, "2026-11-16T15:00:00Z"}, /* before opening */
        {"UTC", "2026-11-16T10:00:00Z", 16 * HOUR, "2026-11-18T10:00:00Z"},
        {"UTC", "2026-11-20T16:30:00Z", HOUR, "2026-11-24T09:30:00Z"}, /* Monday the 23rd is off */
        {"UTC", "2026-12-23T16:00:00Z", 2 * HOUR, "2026-12-28T10:00:00Z"},
        {"UTC", "2027-12-31T16:30:00Z", HOUR, "2028-01-03T09:30:00Z"}, /* 1 January, every year; it is a Saturday */
        {"UTC", "2026-11-16T10:00:00Z", 0, "2026-11-16T10:00:00Z"},
        {"UTC", "2026-11-15T10:00:00Z", 1, "2026-11-16T09:00:01Z"},
    };
    const struct calendar *c = calendar(OFFICE, 1, off, 3, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(c, &rows[i]);
    assert_true(clock_open(c, at("2026-11-16T09:00:00Z")));
    assert_false(clock_open(c, at("2026-11-16T17:00:00Z")));
    assert_false(clock_open(c, at("2026-11-15T12:00:00Z")));
    assert_int_equal(clock_between(c, at("2026-11-16T12:00:00Z"), at("2026-11-16T11:00:00Z")), 0);
    assert_int_equal(clock_between(c, at("2026-11-09T00:00:00Z"), at("2026-11-16T00:00:00Z")), 40 * HOUR);
}

static void test_round_the_clock(void **state)
{
    (void)state;
    static const char *const off[] = {"2026-11-17"};
    assert_int_equal(clock_add(NULL, 100, 50), 150);
    assert_int_equal(clock_between(NULL, 100, 150), 50);
    assert_true(clock_open(NULL, 5));
    assert_null(calendar(NULL, 0, NULL, 0, "Europe/Kyiv"));
    const struct calendar *c = calendar(NULL, 0, off, 1, NULL);
    assert_string_equal(text(clock_add(c, at("2026-11-16T23:00:00Z"), 2 * HOUR)), "2026-11-18T01:00:00Z");
}

/* The offices stay at nine by the wall clock; the moments move. */
static void test_changes_of_the_clocks(void **state)
{
    (void)state;
    static const char *const night[] = {"daily 00:00-24:00"};
    static const struct row office[] = {
        {"Europe/Berlin", "2026-03-27T15:30:00Z", HOUR, "2026-03-30T07:30:00Z"}, /* Friday 16:30 is +1, Monday 09:30 is +2 */
        {"Europe/Berlin", "2026-10-23T14:30:00Z", HOUR, "2026-10-26T08:30:00Z"},
        {"America/New_York", "2026-03-06T21:30:00Z", HOUR, "2026-03-09T13:30:00Z"},
        {"America/New_York", "2026-10-30T20:30:00Z", HOUR, "2026-11-02T14:30:00Z"},
        {"Europe/Moscow", "2026-03-27T13:30:00Z", HOUR, "2026-03-30T06:30:00Z"}, /* no change there */
        {"Asia/Kolkata", "2026-11-13T11:00:00Z", HOUR, "2026-11-16T04:00:00Z"},
        {"Australia/Sydney", "2026-10-02T06:30:00Z", HOUR, "2026-10-04T22:30:00Z"}, /* south: spring in October */
        /* beyond the last transition of the files: the rule at their end */
        {"Europe/Berlin", "2038-03-26T15:30:00Z", HOUR, "2038-03-29T07:30:00Z"},
        {"Europe/Berlin", "2040-10-26T14:30:00Z", HOUR, "2040-10-29T08:30:00Z"},
        {"America/New_York", "2050-03-11T21:30:00Z", HOUR, "2050-03-14T13:30:00Z"},
        {"Europe/Berlin", "1995-03-24T15:30:00Z", HOUR, "1995-03-27T07:30:00Z"},
    };
    for (size_t i = 0; i < sizeof office / sizeof *office; i++)
        check(calendar(OFFICE, 1, NULL, 0, office[i].zone), &office[i]);
    const struct calendar *c = calendar(night, 1, NULL, 0, "Europe/Berlin");
    assert_int_equal(clock_between(c, at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")), 23 * HOUR);
    assert_int_equal(clock_between(c, at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z")), 25 * HOUR);
}

static void test_zone_moments(void **state)
{
    (void)state;
    struct zone z;
    assert_true(zone_load(&z, "Europe/Berlin", &arena));
    assert_string_equal(text(zone_utc(&z, at("2026-03-29T02:30:00Z"))), "2026-03-29T01:30:00Z"); /* is left out: 03:30 */
    assert_string_equal(text(zone_utc(&z, at("2026-10-25T02:30:00Z"))), "2026-10-25T00:30:00Z"); /* comes twice: the first */
    assert_int_equal(zone_offset(&z, at("2026-03-29T00:59:59Z")), HOUR);
    assert_int_equal(zone_offset(&z, at("2026-03-29T01:00:00Z")), 2 * HOUR);
    assert_int_equal(zone_offset(&z, at("2026-10-25T00:59:59Z")), 2 * HOUR);
    assert_int_equal(zone_offset(&z, at("2026-10-25T01:00:00Z")), HOUR);
    assert_true(zone_load(&z, "UTC", &arena));
    assert_int_equal(zone_offset(&z, 0), 0);
    static const char *const wrong[] = {"Europe/Nowhere", "", "../etc/passwd", "/etc/passwd", "Europe", "a b", "Europe/../UTC"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(zone_load(&z, wrong[i], &arena));
}

static void test_rules(void **state)
{
    (void)state;
    struct zone z = {0};
    static const char *const good[] = {"CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3", "EST5EDT,M3.2.0,M11.1.0", "IST-2IDT,M3.4.4/26,M10.5.0", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
                                       "XXX3YYY2,J60/2,J300", "AAA0BBB,0,365/25", "UTC0"};
    static const char *const bad[] = {"", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
                                      "<+03-3", "CET-99", "CET-1CEST,M3.5.0,M10.5.0/3x", "AAA0BBB,J0,J1", "AAA0BBB,366,1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!zone_rule_parse(&z, good[i]))
            fail_msg("%s was refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (zone_rule_parse(&z, bad[i]))
            fail_msg("%s was taken", bad[i]);
}

/* A zone file cut at every byte, and with every byte changed: refused or read, never more. */
static void test_damaged_files(void **state)
{
    (void)state;
    char bytes[8192];
    FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
    if (!f)
        skip();
    size_t n = fread(bytes, 1, sizeof bytes, f), n_good = 0;
    fclose(f);
    struct zone z;
    for (size_t cut = 0; cut < n; cut++) {
        char *copy = malloc(cut + 1); /* exactly so many bytes, so that one too many is seen by a checker */
        memcpy(copy, bytes, cut);
        assert_false(zone_read(&z, copy, cut, &arena));
        free(copy);
        arena_reset(&arena);
    }
    for (size_t i = 0; i < n; i++) {
        bytes[i] ^= 0x55;
        n_good += zone_read(&z, bytes, n, &arena);
        if (z.n > 0)
            (void)zone_utc(&z, zone_offset(&z, 1790000000) + 1790000000);
        bytes[i] ^= 0x55;
        arena_reset(&arena);
    }
    assert_true(n_good < n);
    assert_true(zone_read(&z, bytes, n, &arena));
}

static void test_mistakes(void **state)
{
    (void)state;
    static const char *const hours[] = {"", "mon", "mon 9:00-18:00", "mon 09:00-09:00", "mon 18:00-09:00", "mon-fry 09:00-18:00", "mon 09:00-25:00", "mon 09:00-18:00 x", "mon 09:60-18:00", "mon,09:00-10:00"};
    static const char *const good[] = {"mon 00:00-24:00", "mon-fri 09:00-18:00", "fri-mon 10:00-11:00", "mon,wed,sat-sun 08:30-12:15", "daily 00:00-23:59"};
    static const char *const days[] = {"", "tomorrow", "2026-02-30", "2026-01", "02-30", "2026-01-05..2026-01-01", "2026-01-01..", "1-1", "2026-01-01...2026-01-02"};
    static const char *const good_days[] = {"2026-01-01", "2026-01-01..2026-01-08", "02-29", "12-31"};
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++)
        if (!clock_hours_wrong(hours[i]))
            fail_msg("hours \"%s\" were taken", hours[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(clock_hours_wrong(good[i]));
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (!clock_holiday_wrong(days[i]))
            fail_msg("day off \"%s\" was taken", days[i]);
    for (size_t i = 0; i < sizeof good_days / sizeof *good_days; i++)
        assert_null(clock_holiday_wrong(good_days[i]));
    static const char *const apart[] = {"mon 09:00-12:00", "mon 13:00-17:00", "mon 11:00-13:30"};
    const struct calendar *c = calendar(apart, 3, NULL, 0, NULL);
    assert_int_equal(c->n_span[0], 1); /* they touch: one */
    static const char *const nine[] = {"mon 00:00-01:00", "mon 02:00-03:00", "mon 04:00-05:00", "mon 06:00-07:00", "mon 08:00-09:00",
                                       "mon 10:00-11:00", "mon 12:00-13:00", "mon 14:00-15:00", "mon 16:00-17:00"};
    struct desk_rules r = {.hours = nine, .n_hour = 9};
    const char *wrong;
    assert_false(clock_calendar(&r, &arena, &c, &wrong));
    assert_non_null(wrong);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {T(test_office_hours), T(test_round_the_clock), T(test_changes_of_the_clocks), T(test_zone_moments),
                                       T(test_rules),        T(test_damaged_files),   T(test_mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
