/* base/: memory, byte strings, queue, errors, word tables, the page. Text and time: test_base_text.c; JSON, logs, paths, languages:
 * test_base_world.c. */
#include "base/arena.h"
#include "base/brand.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/limits.h"
#include "base/page.h"
#include "base/queue.h"
#include "base/strbuf.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the headers that it asks for */
#include <cmocka.h>

static void arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 8 << 20);
    void *first = arena_alloc(&a, 1);
    arena_reset(&a);
    assert_ptr_equal(arena_alloc(&a, 1), first); /* the same memory serves page after page */
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 3000; n += 7) {
            unsigned char *p = arena_alloc(&a, n);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAA, n);
        }
        arena_reset(&a); /* the block that stays is dirty */
        assert_int_equal(a.used_bytes, 0);
    }
    arena_release(&a);
}

static void arena_pieces_do_not_overlap(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 64 << 20);
    enum { N = 400 };
    unsigned char *piece[N];
    size_t size[N];
    for (size_t i = 0; i < N; i++) { /* small, large and huge by turns: shared blocks and blocks of their own */
        size[i] = i % 3 == 0 ? 24 : i % 3 == 1 ? 5000 : 90000;
        piece[i] = arena_alloc(&a, size[i]);
        assert_non_null(piece[i]);
        memset(piece[i], (int)(i & 0xFF), size[i]);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < size[i]; k++)
            assert_int_equal(piece[i][k], i & 0xFF);
    arena_release(&a);
}

static void arena_ceiling_holds_until_reset(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 100);
    assert_non_null(arena_alloc(&a, 96));
    assert_false(a.full);
    assert_null(arena_alloc(&a, 16));
    assert_true(a.full);
    assert_null(arena_alloc(&a, 1));
    assert_null(arena_strdup(&a, "x"));
    assert_null(arena_printf(&a, "%d", 1));
    arena_reset(&a);
    assert_false(a.full);
    assert_non_null(arena_alloc(&a, 1));
    assert_null(arena_calloc(&a, SIZE_MAX / 2, 4));
    assert_true(a.full);
    arena_reset(&a);
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_true(a.full);
    arena_release(&a);
}

static void arena_copies_strings(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_null(arena_strdup(&a, NULL));
    assert_null(arena_strndup(&a, NULL, 3));
    assert_string_equal(arena_strdup(&a, ""), "");
    assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(&a, "abc", 99), "abc");
    assert_string_equal(arena_strndup(&a, "abc", SIZE_MAX), "abc");
    assert_string_equal(arena_printf(&a, "%s-%d", "x", 42), "x-42");
    assert_false(a.full);
    arena_release(&a);
}

static void arena_grows_arrays(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    int *array = NULL;
    size_t cap = 0;
    for (int i = 0; i < 1000; i++) {
        array = arena_grow(&a, array, (size_t)i, &cap, sizeof *array);
        assert_non_null(array);
        assert_true(cap > (size_t)i);
        array[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(array[i], i);
    size_t huge = SIZE_MAX / 2 + 1;
    assert_null(arena_grow(&a, array, huge, &huge, sizeof *array));
    assert_true(a.full);
    arena_release(&a);
}

static void strbuf_refuses_at_its_ceiling(void **state)
{
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 5);
    assert_string_equal(b.s, "");
    assert_true(strbuf_add(&b, NULL, 0));
    assert_string_equal(b.s, "");
    assert_true(strbuf_puts(&b, "abc"));
    assert_false(strbuf_printf(&b, "%d", 123));
    assert_true(b.full);
    assert_string_equal(b.s, "abc");
    assert_false(strbuf_putc(&b, 'd')); /* would fit, but a hole must not go unnoticed */
    strbuf_clear(&b);
    assert_string_equal(b.s, "");
    assert_true(strbuf_printf(&b, "%d", 12345));
    assert_string_equal(b.s, "12345");
    assert_null(strbuf_reserve(&b, SIZE_MAX));
    strbuf_release(&b);
    assert_string_equal(b.s, "");
    assert_int_equal(b.max_bytes, 5);
}

static void strbuf_grows_byte_by_byte(void **state)
{
    (void)state;
    struct strbuf b;
    strbuf_init(&b, 10000);
    for (int i = 0; i < 10000; i++) {
        assert_true(strbuf_putc(&b, (char)('a' + i % 26)));
        assert_int_equal(b.s[b.n], 0);
    }
    assert_false(strbuf_putc(&b, 'x'));
    for (int i = 0; i < 10000; i++)
        assert_int_equal(b.s[i], 'a' + i % 26);
    strbuf_shrink(&b, 20000);
    assert_true(b.cap > 0);
    strbuf_shrink(&b, 100);
    assert_int_equal(b.cap, 0);
    char *at = strbuf_reserve(&b, 3);
    memcpy(at, "xyz", 3);
    strbuf_commit(&b, 3);
    assert_string_equal(b.s, "xyz");
    strbuf_release(&b);
}

static void strbuf_masks_secrets(void **state)
{
    static const struct { const char *text, *secret, *want; bool hit; } rows[] = {
        {"a=topSecret1&b=topSecret1", "topSecret1", "a=**********&b=**********", true}, {"a=to%2Bp%2FSecret", "to+p/Secret", "a=***************", true},
        {"nothing here", "topSecret1", "nothing here", false},                          {"short word", "short", "short word", false},
        {"topSecret", "topSecret1", "topSecret", false},                                {"", "topSecret1", "", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf b;
        strbuf_init(&b, 100);
        strbuf_puts(&b, rows[i].text);
        assert_int_equal(strbuf_mask(&b, rows[i].secret), rows[i].hit);
        assert_string_equal(b.s, rows[i].want);
        assert_false(strbuf_mask(&b, NULL));
        strbuf_release(&b);
    }
}

static void strbuf_reads_files(void **state)
{
    (void)state;
    char path[] = "/tmp/earshot-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    char block[1000];
    memset(block, 'q', sizeof block);
    for (int i = 0; i < 100; i++)
        assert_int_equal(write(fd, block, sizeof block), sizeof block);
    close(fd);
    struct strbuf b;
    strbuf_init(&b, 100000);
    strbuf_puts(&b, "old");
    assert_int_equal(strbuf_read_file(&b, path), ERR_OK); /* exactly at the ceiling */
    assert_int_equal(b.n, 100000);
    assert_int_equal(b.s[0], 'q');
    b.max_bytes = 99999;
    assert_int_equal(strbuf_read_file(&b, path), ERR_USAGE);
    assert_non_null(strstr(err_text(), path));
    assert_non_null(strstr(err_text(), "99999"));
    unlink(path);
    assert_int_equal(strbuf_read_file(&b, path), ERR_USAGE);
    assert_non_null(strstr(err_text(), "No such file"));
    assert_int_equal(strbuf_read_file(&b, "/"), ERR_USAGE);
    assert_non_null(strstr(err_text(), "folder"));
    strbuf_release(&b);
}

static void err_keeps_one_clean_sentence(void **state)
{
    (void)state;
    assert_int_equal(err_set(ERR_CONFIG, "%s:%d: bad\n\x1b[31mvalue", "a.conf", 3), ERR_CONFIG);
    assert_string_equal(err_text(), "a.conf:3: bad  [31mvalue");
    assert_int_equal(err_set(ERR_SITE, "%s: %s", "outer", err_text()), ERR_SITE); /* an argument may be the last sentence */
    assert_string_equal(err_text(), "outer: a.conf:3: bad  [31mvalue");
    char longer[5000];
    for (size_t i = 0; i + 2 < sizeof longer; i += 2)
        memcpy(longer + i, "\xD1\x84", 3);
    (void)err_set(ERR_SITE, "x%s", longer); /* odd offset: the ceiling falls into a letter */
    assert_int_equal(strlen(err_text()), 1999);
}

static void err_codes_are_the_contract(void **state)
{
    (void)state;
    const struct { enum err e; int code; } row[] = {
        {ERR_OK, 0}, {ERR_SOURCES, 1}, {ERR_USAGE, 64}, {ERR_SITE, 65}, {ERR_MEMORY, 70}, {ERR_INTERNAL, 70},
        {ERR_STORE, 73}, {ERR_LOCKED, 75}, {ERR_CONFIG, 78}, {ERR_NOTFOUND, 1}, {ERR_COUNT, 70}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_int_equal(err_exit_code(row[i].e), row[i].code);
}

/* Runs `act` in a process of its own; true when it died by abort(). */
static bool aborts(void (*act)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        fclose(stderr);
        act();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void no_bug(void)
{
    ASSERT(err_exit_code(ERR_OK) == 0);
}

static void bug(void)
{
    ASSERT(err_exit_code(ERR_OK) == 1);
}

static void read_bad_clock(void)
{
    setenv("EARSHOT_NOW", "yesterday", 1);
    clock_now();
}

static void nest_too_deep(void)
{
    struct strbuf b;
    struct jsonw w;
    strbuf_init(&b, 1000);
    jsonw_init(&w, &b);
    for (int i = 0; i < 33; i++)
        jsonw_array(&w);
}

static void bugs_abort(void **state)
{
    (void)state;
    assert_false(aborts(no_bug));
    assert_true(aborts(bug));
    assert_true(aborts(read_bad_clock));
    assert_true(aborts(nest_too_deep));
}

static void hash_is_xxh3_and_never_zero(void **state)
{
    (void)state;
    assert_true(hash64("", 0) == UINT64_C(0x2D06800538D394C2)); /* XXH3_64bits of nothing, from the specification */
    assert_true(hash64_str(NULL) == hash64(NULL, 0));
    assert_true(hash64_str("abc") == hash64("abcd", 3));
    assert_true(hash64_str("abc") != hash64_str("abd"));
}

static void queue_keeps_order_and_drains_after_close(void **state)
{
    (void)state;
    int x[5];
    struct queue *q = queue_new(3);
    assert_null(queue_pop_wait(q, 0));
    assert_null(queue_pop_wait(q, 1));
    assert_true(queue_push(q, &x[0]));
    assert_true(queue_push(q, &x[1]));
    assert_ptr_equal(queue_pop_wait(q, 0), &x[0]);
    for (int i = 2; i < 4; i++) /* around the end of the ring */
        assert_true(queue_push(q, &x[i]));
    assert_int_equal(queue_length(q), 3);
    queue_close(q);
    assert_false(queue_push(q, &x[4]));
    for (int i = 1; i < 4; i++)
        assert_ptr_equal(queue_pop(q), &x[i]);
    assert_null(queue_pop(q));
    assert_null(queue_pop_wait(q, 1000000)); /* closed: does not wait */
    queue_free(q);
    queue_free(NULL);
}

enum { N_ITEM = 20000, N_THREAD = 3 };

struct traffic {
    struct queue *q;
    unsigned char seen[N_ITEM * N_THREAD];
    unsigned char *first[N_THREAD];
    int next;
    pthread_mutex_t lock;
};

static void *push_all(void *arg)
{
    struct traffic *t = arg;
    pthread_mutex_lock(&t->lock);
    unsigned char *mine = t->first[t->next++];
    pthread_mutex_unlock(&t->lock);
    for (int i = 0; i < N_ITEM; i++)
        if (!queue_push(t->q, mine + i))
            break;
    return NULL;
}

static void *pop_all(void *arg)
{
    struct traffic *t = arg;
    for (;;) {
        unsigned char *item = queue_pop(t->q);
        if (!item)
            return NULL;
        ++*item; /* whoever popped it owns it */
    }
}

static void queue_hands_each_item_to_one_thread(void **state)
{
    (void)state;
    static struct traffic t;
    t.q = queue_new(4);
    pthread_mutex_init(&t.lock, NULL);
    pthread_t push[N_THREAD], pop[N_THREAD];
    for (int i = 0; i < N_THREAD; i++) {
        t.first[i] = t.seen + i * N_ITEM;
        assert_int_equal(pthread_create(&pop[i], NULL, pop_all, &t), 0);
    }
    for (int i = 0; i < N_THREAD; i++)
        assert_int_equal(pthread_create(&push[i], NULL, push_all, &t), 0);
    for (int i = 0; i < N_THREAD; i++)
        pthread_join(push[i], NULL);
    queue_close(t.q);
    for (int i = 0; i < N_THREAD; i++)
        pthread_join(pop[i], NULL);
    for (size_t i = 0; i < sizeof t.seen; i++)
        assert_int_equal(t.seen[i], 1);
    queue_free(t.q);
    pthread_mutex_destroy(&t.lock);
}

static atomic_int n_pushing;

static void *push_one_more(void *arg)
{
    atomic_fetch_add(&n_pushing, 1);
    return queue_push(arg, arg) ? arg : NULL;
}

static void queue_close_wakes_waiting_pushes(void **state)
{
    (void)state;
    alarm(60); /* a push that nobody wakes would wait for ever */
    for (int round = 0; round < 200; round++) { /* in most rounds the pushes already wait, in some they come too late: refused in both cases */
        struct queue *q = queue_new(1);
        assert_true(queue_push(q, q));
        pthread_t thread[2];
        atomic_store(&n_pushing, 0);
        for (int i = 0; i < 2; i++)
            assert_int_equal(pthread_create(&thread[i], NULL, push_one_more, q), 0);
        while (atomic_load(&n_pushing) < 2)
            sched_yield();
        for (int i = 0; i < round % 20; i++)
            sched_yield();
        queue_close(q);
        for (int i = 0; i < 2; i++) {
            void *taken = q;
            pthread_join(thread[i], &taken);
            assert_null(taken);
        }
        queue_free(q);
    }
    alarm(0);
}

static void words_go_both_ways(void **state)
{
    (void)state;
#define BOTH_WAYS(prefix, type, last)                                                                                          \
    for (int i = 0; i <= (int)(last); i++)                                                                                     \
        assert_int_equal(prefix##_parse(prefix##_word((type)i)), i);                                                           \
    assert_int_equal(prefix##_parse("no such word"), 0);                                                                       \
    assert_int_equal(prefix##_parse(NULL), 0);                                                                                 \
    assert_string_equal(prefix##_word((type)99), prefix##_word((type)0));
    BOTH_WAYS(mention_kind, enum mention_kind, MENTION_COMMENT)
    BOTH_WAYS(reply_state, enum reply_state, REPLY_YES)
    BOTH_WAYS(label, enum label, LABEL_POSITIVE)
    BOTH_WAYS(verdict, enum verdict, VERDICT_REPLY)
    BOTH_WAYS(outcome, enum outcome, OUTCOME_COUNT - 1)
    BOTH_WAYS(target_kind, enum target_kind, TARGET_DETAIL)
    BOTH_WAYS(precision, enum precision, PRECISION_SECOND)
#undef BOTH_WAYS
    enum desk_state s = DESK_SEEN;
    for (int i = 0; i < DESK_STATE_COUNT; i++) {
        assert_true(desk_state_parse(desk_state_word((enum desk_state)i), &s));
        assert_int_equal(s, i);
    }
    assert_false(desk_state_parse("gone", &s));
    assert_false(desk_state_parse(NULL, &s));
    assert_int_equal(s, DESK_STATE_COUNT - 1); /* untouched */
    assert_string_equal(precision_word(PRECISION_MINUTE), "minute");
    assert_string_equal(label_word(LABEL_NEGATIVE), "negative");
    assert_string_equal(reply_state_word(REPLY_YES), "yes");
    assert_string_equal(verdict_word(VERDICT_REPLY), "reply");
}

static void outcomes_that_prove_a_read(void **state)
{
    (void)state;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        enum outcome o = (enum outcome)i;
        bool read = o == OUTCOME_OK || o == OUTCOME_UNCHANGED || o == OUTCOME_EMPTY;
        assert_int_equal(outcome_is_read(o), read);
        assert_int_equal(outcome_weight(o) > 0, !read && o != OUTCOME_NONE);
        assert_true(strlen(outcome_meaning(o)) > 5);
    }
}

static void stars_are_linear_from_worst_to_best(void **state)
{
    (void)state;
    const struct { struct rating r; double stars; } row[] = {
        {{false, 3, 1, 5}, 0}, {{true, 1, 1, 5}, 1}, {{true, 2, 1, 5}, 2}, {{true, 5, 1, 5}, 5}, {{true, 0, 0, 10}, 1},
        {{true, 5, 0, 10}, 3}, {{true, 10, 0, 10}, 5}, {{true, 12, 0, 10}, 5}, {{true, -3, 0, 10}, 1}, {{true, 1, 3, 3}, 0},
        {{true, 100, 0, 100}, 5}, {{true, 1, 6, 1}, 5}, {{true, 6, 6, 1}, 1}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_true(rating_stars(&row[i].r) == row[i].stars);
}

static void mention_starts_absent(void **state)
{
    (void)state;
    struct mention m;
    memset(&m, 0xFF, sizeof m);
    mention_init(&m);
    assert_null(m.id);
    assert_null(m.extra);
    assert_int_equal(m.likes, -1);
    assert_int_equal(m.views, -1);
    assert_int_equal(m.n_comment, -1);
    assert_int_equal(m.author.n_review, -1);
    assert_int_equal(m.verified, -1);
    assert_int_equal(m.recommends, -1);
    assert_int_equal(m.reply_state, REPLY_UNKNOWN);
    assert_false(m.rating.known);
    assert_false(when_known(m.published));
    assert_false(reply_present(&m.reply));
    m.reply.text = "sorry";
    assert_true(reply_present(&m.reply));
}

static void page_is_recycled_empty(void **state)
{
    (void)state;
    struct page p;
    page_init(&p, 4 << 20);
    assert_int_equal(p.retry_after_s, -1);
    assert_int_equal(p.declared_total, -1);
    char url[] = "https://example.org/";
    const struct target t = {.url = url, .source = "acme/otz", .brand = "acme", .depth = 2, .etag = "\"e\"", .failures = 3};
    page_begin(&p, &t);
    url[0] = 'X'; /* it has its own copy */
    assert_string_equal(p.target.url, "https://example.org/");
    assert_string_equal(p.target.etag, "\"e\"");
    assert_null(p.target.site);
    assert_int_equal(p.target.depth, 2);
    page_fail(&p, OUTCOME_BLOCKED, "status %d", 403);
    assert_int_equal(p.outcome, OUTCOME_BLOCKED);
    assert_string_equal(p.reason, "status 403");
    assert_non_null(strbuf_reserve(&p.body, 3 << 20));
    strbuf_puts(&p.wire, "small");
    page_clear(&p);
    assert_int_equal(p.outcome, OUTCOME_NONE);
    assert_null(p.reason);
    assert_null(p.target.url);
    assert_int_equal(p.declared_total, -1);
    assert_int_equal(p.body.cap, 0);  /* too large to keep */
    assert_true(p.wire.cap > 0);      /* kept */
    assert_int_equal(p.wire.n, 0);
    p.arena.full = true;
    page_fail(&p, OUTCOME_TOOBIG, "arena");
    assert_string_equal(p.reason, outcome_meaning(OUTCOME_TOOBIG));
    page_release(&p);
}

static void settings_are_found_by_name(void **state)
{
    (void)state;
    const struct source source[] = {{.name = "otz", .key = "acme/otz"}, {.name = "vk", .key = "acme/vk"}};
    const struct brand brand[] = {{.name = "other"}, {.name = "acme", .source = source, .n_source = 2}};
    struct settings s = {.brand = brand, .n_brand = 2};
    assert_ptr_equal(settings_brand(&s, "acme"), &brand[1]);
    assert_null(settings_brand(&s, "Acme"));
    assert_null(settings_brand(&s, NULL));
    assert_ptr_equal(settings_source(&s, "acme/vk"), &source[1]);
    assert_null(settings_source(&s, "vk"));
    assert_null(settings_source(&s, NULL));
    triage_rules_init(&s.triage);
    assert_true(s.triage.stars_max == 2 && s.triage.score_max == -0.2 && s.triage.recent_days == 90);
    assert_int_equal(s.triage.sla_review_s, 21600);
    assert_int_equal(s.triage.sla_social_s, 3600);
    assert_int_equal(s.triage.sla_forum_s, 86400);
    assert_int_equal(s.triage.sla_feed_s, 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(arena_pieces_do_not_overlap),
        cmocka_unit_test(arena_ceiling_holds_until_reset),
        cmocka_unit_test(arena_copies_strings),
        cmocka_unit_test(arena_grows_arrays),
        cmocka_unit_test(strbuf_refuses_at_its_ceiling),
        cmocka_unit_test(strbuf_grows_byte_by_byte),
        cmocka_unit_test(strbuf_masks_secrets),
        cmocka_unit_test(strbuf_reads_files),
        cmocka_unit_test(err_keeps_one_clean_sentence),
        cmocka_unit_test(err_codes_are_the_contract),
        cmocka_unit_test(bugs_abort),
        cmocka_unit_test(hash_is_xxh3_and_never_zero),
        cmocka_unit_test(queue_keeps_order_and_drains_after_close),
        cmocka_unit_test(queue_hands_each_item_to_one_thread),
        cmocka_unit_test(queue_close_wakes_waiting_pushes),
        cmocka_unit_test(words_go_both_ways),
        cmocka_unit_test(outcomes_that_prove_a_read),
        cmocka_unit_test(stars_are_linear_from_worst_to_best),
        cmocka_unit_test(mention_starts_absent),
        cmocka_unit_test(page_is_recycled_empty),
        cmocka_unit_test(settings_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
