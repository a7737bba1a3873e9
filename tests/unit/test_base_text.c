/* base/: UTF-8 and points in time. */
#include "base/limits.h"
#include "base/utf8.h"
#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the headers that it asks for */
#include <cmocka.h>

#define BAD "\xEF\xBF\xBD"

/* ---- random bytes that look like UTF-8 often enough; the seed is printed ---- */

static uint64_t dice;

static uint64_t roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

static void seed_dice(const char *test)
{
    const char *given = getenv("EARSHOT_SEED");
    dice = given ? strtoull(given, NULL, 10) : UINT64_C(88172645463325252);
    printf("%s: EARSHOT_SEED=%llu\n", test, (unsigned long long)dice);
}

static size_t random_bytes(char *out, size_t max)
{
    static const char *const piece[] = {"a", " ", "\n", "\xD1\x8F", "\xD0\xAF", "e\xCC\x81", "\xF0\x9F\x91\xA9", "\xE2\x80\x8D",
                                        "\xEF\xB8\x8F", "\x80", "\xED\xA0", "\xF4\x90", "\xE2\x80\xAE", "\xC2\x9B", "\x1B[1m", "\xC2\xA0",
                                        "\xF0\x9F\x87\xBA", "\xFF", "\xE1\x80", "-----------"};
    size_t n = 0;
    for (;;) {
        const char *p = piece[roll() % (sizeof piece / sizeof *piece)];
        size_t len = strlen(p);
        if (n + len > max || roll() % 64 == 0)
            return n;
        memcpy(out + n, p, len);
        n += len;
    }
}

static void assert_repaired(const char *in, size_t n, const char *want)
{
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    utf8_repair(&b, in, n);
    assert_string_equal(b.s, want);
    strbuf_release(&b);
}

static void repair_follows_maximal_subparts(void **state)
{
    (void)state;
    /* The Unicode Standard 15.0, tables 3-8 to 3-11 */
    assert_repaired("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9, BAD BAD BAD BAD BAD BAD BAD BAD "A");
    assert_repaired("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9, BAD BAD BAD BAD BAD BAD BAD BAD "A");
    assert_repaired("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9, BAD BAD BAD BAD BAD "A" BAD BAD "B");
    assert_repaired("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, BAD BAD BAD BAD "A");
    assert_repaired("a\0b", 3, "a" BAD "b");
    assert_repaired("", 0, "");
    assert_repaired("\xD0", 1, BAD);
    assert_repaired("x\xF0\x9F\x98", 4, "x" BAD);
    assert_repaired("\xF4\x8F\xBF\xBF\xEE\x80\x80", 7, "\xF4\x8F\xBF\xBF\xEE\x80\x80");
}

/* Validity by the definition, one sequence at a time. */
static size_t plain_prefix(const char *s, size_t n)
{
    size_t i = 0, len;
    while (i < n) {
        uint32_t cp = utf8_next(s + i, n - i, &len);
        if (cp == 0xFFFD && (len != 3 || memcmp(s + i, BAD, 3) != 0))
            break;
        i += len;
    }
    return i;
}

static void valid_prefix_agrees_with_the_definition(void **state)
{
    (void)state;
    seed_dice(__func__);
    char text[600];
    for (int round = 0; round < 20000; round++) {
        size_t n = random_bytes(text, sizeof text);
        assert_int_equal(utf8_valid_prefix(text, n), plain_prefix(text, n));
    }
    for (uint32_t cp = 0; cp <= 0x110010; cp++) { /* every code point once */
        char bytes[4];
        size_t len, n = utf8_encode(cp, bytes);
        bool real = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
        if (utf8_next(bytes, n, &len) != (real ? cp : 0xFFFD) || len != n || !utf8_valid(bytes, n) || utf8_valid(bytes, n - 1) != (n == 1))
            fail_msg("U+%04X", (unsigned)cp);
    }
}

static bool ends_at(const char *s, size_t n, size_t at)
{
    return at == n || ((unsigned char)s[at] & 0xC0) != 0x80;
}

static void repaired_bytes_keep_their_promises(void **state)
{
    (void)state;
    seed_dice(__func__);
    char text[600];
    struct strbuf good, again;
    strbuf_init(&good, 1 << 20);
    strbuf_init(&again, 1 << 20);
    for (int round = 0; round < 5000; round++) {
        size_t n = random_bytes(text, sizeof text);
        strbuf_clear(&good);
        utf8_repair(&good, text, n);
        assert_true(utf8_valid(good.s, good.n));
        strbuf_clear(&again);
        utf8_repair(&again, good.s, good.n);
        assert_string_equal(again.s, good.s);
        size_t max = roll() % 100, cut = utf8_cut(good.s, good.n, max);
        assert_true(cut <= max && ends_at(good.s, good.n, cut));
        assert_true(utf8_columns(good.s, utf8_cut_columns(good.s, good.n, max)) <= max);
        strbuf_clear(&again);
        utf8_terminal(&again, good.s, round & 1);
        assert_true(utf8_valid(again.s, again.n));
        for (size_t i = 0; i < again.n; i++)
            assert_true((unsigned char)again.s[i] >= 0x20 || (again.s[i] == '\n' && (round & 1)));
        assert_null(strstr(again.s, "\xC2\x9B"));
        assert_null(strstr(again.s, "\xE2\x80\xAE"));
    }
    strbuf_release(&good);
    strbuf_release(&again);
}

#define FAMILY "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* woman, ZWJ, girl */
#define FLAG "\xF0\x9F\x87\xBA\xF0\x9F\x87\xA6"
#define HEART "\xE2\x9D\xA4\xEF\xB8\x8F"

static void cut_never_halves_what_a_reader_sees(void **state)
{
    (void)state;
    const struct { const char *s; size_t max, want; } row[] = {
        {"abc", 9, 3}, {"abc", 2, 2}, {"abc", 0, 0}, {"\xD1\x8F\xD1\x8F", 3, 2}, {"ae\xCC\x81z", 3, 1}, {"ae\xCC\x81z", 4, 4},
        {"e\xCC\x81z", 2, 1},                     /* not even one cluster fits: half a cluster, whole code points */
        {"x" FAMILY "y", 11, 1}, {"x" FAMILY "y", 12, 12}, {"x" FLAG FLAG "y", 12, 9}, {"x" FLAG FLAG, 8, 1},
        {"long ascii text" FAMILY, 20, 15}, {"a\r\nb", 2, 1}, {"\r\n", 1, 1}, {"ab\xCC\x81", 2, 1}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (utf8_cut(row[i].s, strlen(row[i].s), row[i].max) != row[i].want)
            fail_msg("row %zu: %zu", i, utf8_cut(row[i].s, strlen(row[i].s), row[i].max));
}

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    const struct { const char *s; size_t columns; } row[] = {
        {"", 0}, {"abc", 3}, {"\xD0\x9E\xD1\x82\xD0\xB7\xD1\x8B\xD0\xB2", 5}, {"e\xCC\x81", 1}, {"\xE6\x97\xA5\xE6\x9C\xAC", 4},
        {FAMILY, 2}, {FLAG, 2}, {HEART, 2}, {"\xF0\x9F\x98\x80", 2}, {"a\xE2\x80\x8B" "b", 2}, {BAD, 1}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (utf8_columns(row[i].s, strlen(row[i].s)) != row[i].columns)
            fail_msg("row %zu: %zu", i, utf8_columns(row[i].s, strlen(row[i].s)));
    assert_int_equal(utf8_cut_columns("\xE6\x97\xA5\xE6\x9C\xAC", 6, 3), 3);
    assert_int_equal(utf8_cut_columns("e\xCC\x81" "f", 4, 1), 3);
}

static void fold_makes_case_and_composition_equal(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    const struct { const char *in, *want; } row[] = {
        {"", ""}, {"ABC xyz", "abc xyz"},
        {"\xD0\x81\xD0\x96\xD0\x98\xD0\x9A", "\xD1\x91\xD0\xB6\xD0\xB8\xD0\xBA"},         /* Yo stays Yo */
        {"\xD0\x98\xCC\x86", "\xD0\xB9"},                                                 /* I with breve is Short I */
        {"\xD2\x90\xD0\x84\xD0\x86\xD0\x87", "\xD2\x91\xD1\x94\xD1\x96\xD1\x97"},         /* Ukrainian */
        {"Stra\xC3\x9F" "e", "strasse"}, {"\xC3\x89", "\xC3\xA9"}, {"E\xCC\x81", "\xC3\xA9"}, {"\xC2\xB5", "\xCE\xBC"},
        {"a\xFFZ", "a" BAD "z"}, {"\xC2\xABOK\xC2\xBB \xE2\x84\x96" "7 \xF0\x9F\x98\x80", "\xC2\xABok\xC2\xBB \xE2\x84\x96" "7 \xF0\x9F\x98\x80"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_string_equal(utf8_fold(&a, row[i].in, strlen(row[i].in)), row[i].want);
    assert_string_equal(utf8_fold(&a, "ABCDEF", 3), "abc");
    struct arena tiny;
    arena_init(&tiny, 16);
    assert_null(utf8_fold(&tiny, "a text that is too long for it", 30));
    arena_release(&tiny);
    arena_release(&a);
}

static void both_ways_of_folding_agree(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (uint32_t cp = 1; cp < 0x20000; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        char text[16], want[64];
        size_t n = utf8_encode(cp, text);
        const char *alone = utf8_fold(&a, text, n);
        memcpy(text + n, "|\xC4\x80", 3); /* A with macron is outside the short cut: the tables decide */
        const char *by_table = utf8_fold(&a, text, n + 3);
        snprintf(want, sizeof want, "%s|\xC4\x81", alone);
        if (strcmp(by_table, want) != 0)
            fail_msg("U+%04X", (unsigned)cp);
        arena_reset(&a);
    }
    arena_release(&a);
}

static void squeeze_leaves_single_blanks(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 16);
    assert_null(utf8_squeeze(&a, NULL));
    assert_string_equal(utf8_squeeze(&a, ""), "");
    assert_string_equal(utf8_squeeze(&a, " \n\t "), "");
    assert_string_equal(utf8_squeeze(&a, "  a\xC2\xA0\xE2\x80\x89 b\r\n\xE3\x80\x80" "c\xE2\x80\xA8"), "a b c");
    assert_string_equal(utf8_squeeze(&a, "a\xE2\x80\x8B" "b"), "a\xE2\x80\x8B" "b"); /* zero width is no space */
    arena_release(&a);
}

static void terminal_shows_and_does_nothing_else(void **state)
{
    (void)state;
    const struct { const char *in; bool keep; const char *want; } row[] = {
        {"a\nb\tc", false, "a b c"}, {"a\r\nb\tc", true, "a\nb c"}, {"\x1B]0;title\x07x", false, "]0;titlex"},
        {"\xC2\x9B" "31mred", false, "31mred"}, {"a\xE2\x80\xAE" "b\xE2\x81\xA6" "c", false, "abc"}, {"so\xC2\xAD" "ft", false, "soft"},
        {"\xEF\xBB\xBFx\x7F", false, "x"}, {FAMILY, false, FAMILY}, {"\xE2\x80\x8D" "a\xE2\x80\x8D", false, "a"},
        {"a \xE2\x80\x8C" "b", false, "a b"}, {"\xD9\x85\xE2\x80\x8C\xD8\xAE", false, "\xD9\x85\xE2\x80\x8C\xD8\xAE"},
        {"a\xE2\x80\xA8" "b", false, "a b"}, {"a\xE2\x80\xA8" "b", true, "a\nb"}, {"\xFFz", false, BAD "z"}, {HEART, false, HEART},
        {"a\xE2\x80\x8D\xE2\x80\x8D" "b", false, "a\xE2\x80\x8D" "b"}};
    struct strbuf b;
    strbuf_init(&b, 1000);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        strbuf_clear(&b);
        utf8_terminal(&b, row[i].in, row[i].keep);
        assert_string_equal(b.s, row[i].want);
    }
    strbuf_release(&b);
}

/* ---- time ---- */

static void days_and_dates_are_inverse(void **state)
{
    (void)state;
    assert_int_equal(when_days(1970, 1, 1), 0);
    assert_int_equal(when_days(2000, 3, 1), 11017);
    assert_int_equal(when_days(1969, 12, 31), -1);
    int64_t last = when_days(9999, 12, 31);
    int py = -9999, pm = 1, pd = 0;
    for (int64_t day = when_days(-9999, 1, 1); day <= last; day++) { /* walk the calendar: no date is skipped or doubled */
        int y, m, d;
        when_civil(day, &y, &m, &d);
        bool next = (y == py && m == pm && d == pd + 1) || (d == 1 && !when_valid_date(py, pm, pd + 1) &&
                    ((y == py && m == pm + 1) || (y == py + 1 && m == 1 && pm == 12)));
        if (!next || when_days(y, m, d) != day || !when_valid_date(y, m, d))
            fail_msg("%d-%d-%d after %d-%d-%d", y, m, d, py, pm, pd);
        py = y, pm = m, pd = d;
    }
    assert_int_equal(py, 9999);
}

static void dates_that_do_not_exist(void **state)
{
    (void)state;
    assert_true(when_valid_date(2024, 2, 29));
    assert_true(when_valid_date(2000, 2, 29));
    assert_false(when_valid_date(1900, 2, 29));
    assert_false(when_valid_date(2023, 2, 29));
    assert_false(when_valid_date(2024, 4, 31));
    assert_false(when_valid_date(2024, 0, 1));
    assert_false(when_valid_date(2024, 13, 1));
    assert_false(when_valid_date(2024, 1, 0));
    assert_false(when_valid_date(10000, 1, 1));
}

static void times_are_read(void **state)
{
    (void)state;
    const struct { const char *s; int64_t at; enum precision p; } row[] = {
        {"2026-02-11T13:52:44Z", 1770817964, PRECISION_SECOND}, {"2026-02-11t13:52:44z", 1770817964, PRECISION_SECOND},
        {"2026-02-11 16:52:44+03:00", 1770817964, PRECISION_SECOND}, {"2026-02-11T08:22:44.123456-05:30", 1770817964, PRECISION_SECOND},
        {"2026-02-11", 1770768000, PRECISION_DAY}, {"2026-02", 1769904000, PRECISION_MONTH}, {"1970-01-01T00:00:00Z", 0, PRECISION_SECOND},
        {"1969-12-31T23:59:59Z", -1, PRECISION_SECOND}, {"2016-12-31T23:59:60Z", 1483228800, PRECISION_SECOND},
        {"0000-01-01", -62167219200, PRECISION_DAY}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct when w = WHEN_UNKNOWN;
        if (!when_parse(row[i].s, &w) || w.at != row[i].at || w.precision != row[i].p)
            fail_msg("%s: %lld", row[i].s, (long long)w.at);
    }
    const char *const wrong[] = {"", "2026", "2026-2-1", "2026-13", "2026-02-30", "2026-02-11T", "2026-02-11T13:52Z", "2026-02-11T13:52:44",
                                 "2026-02-11T13:52:44+0300", "2026-02-11T24:00:00Z", "2026-02-11T13:60:00Z", "2026-02-11T13:52:61Z",
                                 "2026-02-11T13:52:44.Z", "2026-02-11T13:52:44Zx", "2026-02-11T13:52:44+24:00", "20260211", " 2026-02-11",
                                 "-026-02-11", "2026-02-11Z", "2026-02-"};
    struct when untouched = {77, PRECISION_DAY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (when_parse(wrong[i], &untouched))
            fail_msg("\"%s\" was read", wrong[i]);
    assert_false(when_parse(NULL, &untouched));
    assert_int_equal(untouched.at, 77);
}

static void times_are_written(void **state)
{
    (void)state;
    const struct { struct when w; const char *want; } row[] = {
        {{1770817964, PRECISION_SECOND}, "2026-02-11T13:52:44Z"}, {{1770817964, PRECISION_MINUTE}, "2026-02-11T13:52:44Z"},
        {{1770768000, PRECISION_DAY}, "2026-02-11"}, {{1769904000, PRECISION_MONTH}, "2026-02"}, {{5, PRECISION_NONE}, ""},
        {{-1, PRECISION_SECOND}, "1969-12-31T23:59:59Z"}, {{INT64_MAX, PRECISION_SECOND}, ""}, {{INT64_MIN, PRECISION_DAY}, ""},
        {{253402300799, PRECISION_SECOND}, "9999-12-31T23:59:59Z"}, {{253402300800, PRECISION_SECOND}, ""},
        {{-62167219200, PRECISION_SECOND}, "0000-01-01T00:00:00Z"}};
    char text[WHEN_TEXT_BYTES];
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_string_equal(when_format(row[i].w, text), row[i].want);
    seed_dice(__func__);
    for (int round = 0; round < 20000; round++) {
        struct when w = {(int64_t)(roll() % 315569519999) - 62167219200, PRECISION_SECOND}, back;
        assert_true(when_parse(when_format(w, text), &back));
        assert_true(back.at == w.at);
    }
}

static void clock_is_fixed_by_the_environment(void **state)
{
    (void)state;
    assert_int_equal(clock_now(), 1770817964);
    setenv("EARSHOT_NOW", "2000-01-01T00:00:00Z", 1); /* read once */
    assert_int_equal(clock_now(), 1770817964);
    int64_t before = clock_mono_ms();
    assert_true(before > 0 && clock_mono_ms() >= before);
    assert_true(clock_thread_cpu_ms() >= 0);
}

int main(void)
{
    setenv("EARSHOT_NOW", "2026-02-11T13:52:44Z", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repair_follows_maximal_subparts),
        cmocka_unit_test(valid_prefix_agrees_with_the_definition),
        cmocka_unit_test(repaired_bytes_keep_their_promises),
        cmocka_unit_test(cut_never_halves_what_a_reader_sees),
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(fold_makes_case_and_composition_equal),
        cmocka_unit_test(both_ways_of_folding_agree),
        cmocka_unit_test(squeeze_leaves_single_blanks),
        cmocka_unit_test(terminal_shows_and_does_nothing_else),
        cmocka_unit_test(days_and_dates_are_inverse),
        cmocka_unit_test(dates_that_do_not_exist),
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(times_are_written),
        cmocka_unit_test(clock_is_fixed_by_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
