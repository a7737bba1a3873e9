/* cli/hands.c against a plain list, and its ceilings. */
#include "base/limits.h"
#include "cli/hands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { IDS = 4000, HOSTS = 37, STEPS = 200000 };

static uint64_t dice;
static uint64_t roll(uint64_t n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (dice >> 33) % n;
}

static uint64_t host_of(size_t i)
{
    return 1 + i % HOSTS * 32768; /* all in one chain */
}

static void as_a_list_would(void **state)
{
    (void)state;
    static bool in[IDS];
    size_t n = 0, of[HOSTS] = {0};
    struct hands h;
    const char *seed = getenv("EARSHOT_TEST_SEED");
    dice = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("seed %llu\n", (unsigned long long)dice);
    assert_true(hands_init(&h));
    for (int step = 0; step < STEPS; step++) {
        size_t i = roll(IDS);
        uint64_t id = 1 + i * 16384; /* as crowded as can be */
        assert_int_equal(hands_have(&h, id), in[i]);
        if (roll(2)) {
            hands_take(&h, id, host_of(i));
            n += !in[i];
            of[i % HOSTS] += !in[i];
            in[i] = true;
        } else {
            hands_let_go(&h, id);
            n -= in[i];
            of[i % HOSTS] -= in[i];
            in[i] = false;
        }
        assert_int_equal(hands_count(&h), n);
        assert_int_equal(hands_of_host(&h, host_of(i)), of[i % HOSTS]);
    }
    hands_release(&h);
}

static void full(void **state)
{
    (void)state;
    struct hands h;
    assert_true(hands_init(&h));
    for (uint64_t i = 1; i <= LIMIT_FRONTIER_HELD; i++)
        hands_take(&h, i * 0x9e3779b97f4a7c15u, i);
    assert_int_equal(hands_room(&h), 0);
    for (uint64_t i = 1; i <= LIMIT_FRONTIER_HELD; i++)
        hands_let_go(&h, i * 0x9e3779b97f4a7c15u);
    assert_int_equal(hands_room(&h), LIMIT_FRONTIER_HELD);
    assert_int_equal(hands_of_host(&h, 1), 0);
    hands_release(&h);
}

static void share(void **state)
{
    (void)state;
    assert_int_equal(hands_per_host(2000), 8);
    assert_int_equal(hands_per_host(100), 40);
    assert_int_equal(hands_per_host(1), 1024);
    assert_int_equal(hands_per_host(0), 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_a_list_would), cmocka_unit_test(full), cmocka_unit_test(share)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
