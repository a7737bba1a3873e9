/* base/: memory, byte strings, queue, errors, words, JSON contract, paths. Texts and times are in test_base_text.c. */
#include "base/arena.h"
#include "base/brand.h"
#include "base/contract.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/queue.h"
#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* after the four headers that it asks for */
#include <cmocka.h>

static void arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, n);
    }
    arena_reset(&a);
    assert_int_equal(a.used_bytes, 0);
    unsigned char *p = arena_alloc(&a, 4096);
    assert_int_equal(p[0] | p[4095], 0);
    arena_release(&a);
}

static void arena_ceiling_holds_until_reset(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 100);
    assert_non_null(arena_alloc(&a, 96));
    assert_null(arena_alloc(&a, 16));
    assert_true(a.full);
    assert_null(arena_alloc(&a, 1));
    arena_reset(&a);
    assert_false(a.full);
    assert_non_null(arena_alloc(&a, 1));
    assert_null(arena_calloc(&a, SIZE_MAX / 2, 4));
    assert_true(a.full);
    arena_release(&a);
}

static void strbuf_refuses_at_its_ceiling(void **state)
{
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 5);
    assert_string_equal(b.s, "");
    assert_true(strbuf_puts(&b, "abc"));
    assert_false(strbuf_printf(&b, "%d", 123));
    assert_true(b.full);
    assert_string_equal(b.s, "abc");
    assert_false(strbuf_putc(&b, 'd'));
    strbuf_clear(&b);
    assert_true(strbuf_printf(&b, "%d", 12345));
    assert_string_equal(b.s, "12345");
    strbuf_release(&b);
    assert_string_equal(b.s, "");
}

static void queue_keeps_order_and_drains_after_close(void **state)
{
    (void)state;
    int x[3];
    struct queue *q = queue_new(3);
    for (int i = 0; i < 3; i++)
        assert_true(queue_push(q, &x[i]));
    queue_close(q);
    assert_false(queue_push(q, &x[0]));
    for (int i = 0; i < 3; i++)
        assert_ptr_equal(queue_pop(q), &x[i]);
    assert_null(queue_pop(q));
    assert_null(queue_pop_wait(q, 0));
    queue_free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(arena_ceiling_holds_until_reset),
        cmocka_unit_test(strbuf_refuses_at_its_ceiling),
        cmocka_unit_test(queue_keeps_order_and_drains_after_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
