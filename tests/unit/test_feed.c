/* The feed's promise: every event at least once, in order, and the cursor moves only past what really went out. */
#include "base/i18n.h"
#include "base/limits.h"
#include "feed/feed.h"
#include "tests/unit/report_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_lines(void **state)
{
    (void)state;
    static struct fixture f;
    fixture_init(&f);
    f.store.n_event = 2;
    char *text = NULL;
    size_t size = 0, n = 9;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(feed_lines(&f.store, "desk", out, 0, &n), ERR_OK);
    assert_int_equal(n, f.store.n_event);
    assert_int_equal(f.store.cursor, f.store.n_event);
    assert_int_equal(feed_lines(&f.store, "desk", out, 0, &n), ERR_OK); /* nothing new */
    assert_int_equal(n, 0);
    fclose(out);
    static const char first[] = "{\"schema\":\"earshot.event/"
                                "1\",\"id\":\"evt_1\",\"seq\":1,\"type\":\"became_worse\",\"time\":\"2026-11-23T04:00:00Z\","
                                "\"mention_id\":\"otzovik:17111000\",\"brand\":\"lunaria\",\"source\":\"lunaria/otzovik\",\"outcome\":null,\"reason\":null,"
                                "\"finding\":{\"schema\":\"earshot.finding/1\",";
    assert_memory_equal(text, first, sizeof first - 1);
    const char *second = strchr(text, '\n') + 1;
    static const char wanted[] = "{\"schema\":\"earshot.event/"
                                "1\",\"id\":\"evt_2\",\"seq\":2,\"type\":\"source_drift\",\"time\":\"2026-11-23T06:00:00Z\","
                                "\"mention_id\":null,\"brand\":\"lunaria\",\"source\":\"lunaria/otzovik\",\"outcome\":\"drift\",\"reason\":\"no items\","
                                "\"finding\":null}\n";
    assert_memory_equal(second, wanted, sizeof wanted - 1);
    free(text);
}

static void test_max(void **state)
{
    (void)state;
    static struct fixture f;
    fixture_init(&f);
    f.store.n_event = 2;
    FILE *out = fopen("/dev/null", "w");
    size_t n;
    uint64_t last = f.store.n_event;
    for (uint64_t i = 1; i <= last + 1; i++) {
        assert_int_equal(feed_lines(&f.store, "desk", out, 1, &n), ERR_OK);
        assert_int_equal(n, i <= last);
        assert_int_equal(f.store.cursor, i <= last ? i : last);
    }
    fclose(out);
}

/* A full disk: the sentence says what to do, and the cursor stays, whether the write fails at once or at the flush. */
static void test_full(void **state)
{
    (void)state;
    static struct fixture f;
    for (int buffered = 0; buffered < 2; buffered++) {
        fixture_init(&f);
        FILE *out = fopen("/dev/full", "w");
        assert_non_null(out);
        setvbuf(out, NULL, buffered ? _IOFBF : _IONBF, buffered ? 1 << 20 : 0);
        size_t n = 9;
        assert_int_equal(feed_lines(&f.store, "desk", out, 0, &n), ERR_USAGE);
        assert_int_equal(n, 0);
        assert_int_equal(f.store.cursor, 0);
        assert_non_null(strstr(err_text(), "cannot be written"));
        fclose(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_max), cmocka_unit_test(test_full)};
    i18n_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
