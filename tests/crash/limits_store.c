/* Ceilings and company: the map grows under readers, a full disk refuses cleanly, killed readers leave nothing behind, two
 * writers take turns. */
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fix {
    char folder[200], path[240];
    char *long_text;
};

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    f->long_text = malloc(200001);
    uint64_t r = 1; /* text that packing makes no smaller */
    for (size_t i = 0; i < 200000; i++) {
        r = r * 6364136223846793005U + 1442695040888963407U;
        f->long_text[i] = (char)('!' + (r >> 33) % 90);
    }
    f->long_text[200000] = '\0';
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fix *f = *state;
    folder_remove(f->folder);
    free(f->long_text);
    free(f);
    return 0;
}

static struct page *big_page(const struct fix *f, int n, int n_mention)
{
    char url[80], id[32];
    snprintf(url, sizeof url, "https://trust.example/tea?n=%d", n);
    struct page *p = page_make(TARGET_LISTING, url, OUTCOME_OK, T0);
    for (int i = 0; i < n_mention; i++) {
        snprintf(id, sizeof id, "s:%d", n * 100 + i);
        page_add(p, id, 1, "x")->mention.text = f->long_text;
    }
    return p;
}

static uint64_t n_stored(const char *path, uint64_t *map_bytes)
{
    struct store *s;
    struct store_stat st;
    struct strbuf lines;
    uint64_t n_bad;
    strbuf_init(&lines, 1 << 20);
    assert_int_equal(store_open(&s, path, STORE_READ), ERR_OK);
    assert_int_equal(store_check(s, &lines, &n_bad), ERR_OK);
    assert_string_equal(lines.s, "");
    assert_int_equal(n_bad, 0);
    assert_int_equal(store_stat(s, &st), ERR_OK);
    if (map_bytes != NULL)
        *map_bytes = st.map_bytes;
    strbuf_release(&lines);
    store_close(s);
    return st.n_mention;
}

struct reading {
    struct store *s;
    atomic_bool stop;
    atomic_uint n_read, n_wrong;
};

static void *read_on(void *ctx)
{
    struct reading *r = ctx;
    struct arena a;
    arena_init(&a, 16 << 20);
    while (!atomic_load(&r->stop)) {
        struct due_filter f = {.all = true, .all_before = INT64_MAX};
        struct target *t;
        size_t n;
        arena_reset(&a);
        if (store_due(r->s, &f, T0, 100, &a, &t, &n) != ERR_OK)
            atomic_fetch_add(&r->n_wrong, 1);
        atomic_fetch_add(&r->n_read, 1);
    }
    arena_release(&a);
    return NULL;
}

static void test_growth_under_a_reading_thread(void **state)
{
    struct fix *f = *state;
    struct reading r = {.s = NULL};
    pthread_t thread;
    uint64_t map_bytes;
    assert_int_equal(store_open(&r.s, f->path, STORE_CREATE), ERR_OK);
    assert_int_equal(pthread_create(&thread, NULL, read_on, &r), 0);
    for (int i = 0; i < 9; i++)
        put_one(r.s, big_page(f, i, 50)); /* 90 MB; the map begins with 64 MiB */
    while (atomic_load(&r.n_read) == 0)
        usleep(1000);
    atomic_store(&r.stop, true);
    pthread_join(thread, NULL);
    store_close(r.s);
    assert_int_equal(atomic_load(&r.n_wrong), 0);
    assert_int_equal(n_stored(f->path, &map_bytes), 450);
    assert_true(map_bytes >= 128u << 20);
}

static int wait_for(pid_t pid)
{
    int status;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_growth_by_another_process(void **state)
{
    struct fix *f = *state;
    struct store *s;
    struct store_stat st;
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_OK);
    pid_t pid = fork();
    if (pid == 0) {
        struct store *mine;
        if (store_open(&mine, f->path, STORE_WRITE) != ERR_OK)
            _exit(1);
        for (int i = 0; i < 9; i++)
            put_one(mine, big_page(f, i, 50));
        store_close(mine);
        _exit(0);
    }
    assert_int_equal(wait_for(pid), 0);
    assert_int_equal(store_stat(s, &st), ERR_OK); /* a reader with the old, small map */
    assert_int_equal(st.n_mention, 450);
    put_one(s, big_page(f, 9, 1));
    assert_int_equal(store_stat(s, &st), ERR_OK);
    assert_int_equal(st.n_mention, 451);
    store_close(s);
}

/* The disk is full: one sentence, and all that was acknowledged is there. */
static void test_file_size_limit(void **state)
{
    struct fix *f = *state;
    struct store *s;
    int tell[2];
    unsigned char n = 0, text[300] = "";
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_OK);
    store_close(s);
    assert_int_equal(pipe(tell), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit = {3 << 20, 3 << 20};
        setrlimit(RLIMIT_FSIZE, &limit);
        if (store_open(&s, f->path, STORE_WRITE) != ERR_OK)
            _exit(1);
        for (unsigned char i = 0; i < 100; i++) {
            struct page *p = big_page(f, i, 1);
            struct store_rules r = test_rules(T0);
            enum err e = store_put_pages(s, &p, 1, &r, NULL);
            if (e != ERR_OK) {
                size_t len = strlen(err_text()) < 250 ? strlen(err_text()) : 250;
                if (write(tell[1], &i, 1) != 1 || write(tell[1], err_text(), len) != (ssize_t)len)
                    _exit(4);
                _exit(e == ERR_STORE ? 2 : 3);
            }
        }
        _exit(0);
    }
    close(tell[1]);
    assert_int_equal(wait_for(pid), 2);
    assert_int_equal(read(tell[0], &n, 1), 1);
    assert_true(read(tell[0], text, sizeof text - 1) > 20);
    /* a write that stops half-way is an EIO to LMDB, one that cannot begin an EFBIG */
    assert_true(strstr((char *)text, "size limit") != NULL || strstr((char *)text, "is full") != NULL);
    assert_true(n > 5 && n < 20);
    assert_int_equal(n_stored(f->path, NULL), n);
    assert_int_equal(store_open(&s, f->path, STORE_WRITE), ERR_OK); /* and it goes on where there is room again */
    put_one(s, big_page(f, 50, 1));
    store_close(s);
    assert_int_equal(n_stored(f->path, NULL), n + 1);
}

static void test_no_files_left(void **state)
{
    struct fix *f = *state;
    struct store *s;
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_OK);
    store_close(s);
    for (rlim_t max = 3; max < 6; max++) {
        pid_t pid = fork();
        if (pid == 0) {
            struct rlimit limit = {max, max};
            setrlimit(RLIMIT_NOFILE, &limit);
            enum err e = store_open(&s, f->path, STORE_WRITE);
            _exit(e == ERR_STORE && err_text()[0] != '\0' ? 7 : e == ERR_OK ? 8 : 9);
        }
        int code = wait_for(pid);
        assert_true(code == 7 || code == 8);
        assert_int_equal(n_stored(f->path, NULL), 0);
    }
}

static bool die(void *ctx, const struct finding *x)
{
    (void)ctx;
    (void)x;
    kill(getpid(), SIGKILL);
    return true;
}

/* A reader that is killed holds its snapshot until the next open clears it: the file must not grow for ever. */
static void test_killed_readers(void **state)
{
    struct fix *f = *state;
    struct store *s;
    struct store_filter all = {0};
    struct store_stat before, after;
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_OK);
    put_one(s, big_page(f, 1, 20));
    store_close(s);
    for (int i = 0; i < 20; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            struct store *mine;
            if (store_open(&mine, f->path, STORE_READ) == ERR_OK)
                (void)!store_each(mine, &all, die, NULL);
            _exit(1);
        }
        assert_int_equal(wait_for(pid), -SIGKILL);
        assert_int_equal(store_open(&s, f->path, STORE_WRITE), ERR_OK);
        put_one(s, big_page(f, 1, 20));
        if (i == 4)
            assert_int_equal(store_stat(s, &before), ERR_OK);
        assert_int_equal(store_stat(s, &after), ERR_OK);
        store_close(s);
    }
    assert_true(after.used_bytes <= before.used_bytes);
    assert_int_equal(after.n_mention, 20);
}

/* A crawl and a person at the same time: LMDB lets them take turns, nobody loses anything. */
static void test_two_writers(void **state)
{
    struct fix *f = *state;
    struct store *s;
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_OK);
    put_one(s, big_page(f, 0, 1));
    store_close(s);
    pid_t pid[2];
    for (int k = 0; k < 2; k++) {
        pid[k] = fork();
        if (pid[k] == 0) {
            if (store_open(&s, f->path, STORE_WRITE) != ERR_OK) {
                print_message("writer %d: %s\n", k, err_text());
                _exit(1);
            }
            for (int i = 0; i < 40; i++) {
                struct journal_entry e = {.who = "olga", .mention_id = "s:0", .action = "note", .to = "called again", .at = T0};
                if (k == 0)
                    put_one(s, big_page(f, 1 + i, 1));
                else if (store_mark(s, &e, NULL) != ERR_OK) {
                    print_message("writer %d: %s\n", k, err_text());
                    _exit(2);
                }
            }
            store_close(s);
            _exit(0);
        }
    }
    assert_int_equal(wait_for(pid[0]), 0);
    assert_int_equal(wait_for(pid[1]), 0);
    assert_int_equal(n_stored(f->path, NULL), 41);
    struct store_stat st;
    assert_int_equal(store_open(&s, f->path, STORE_READ), ERR_OK);
    assert_int_equal(store_stat(s, &st), ERR_OK);
    assert_int_equal(st.n_journal, 40);
    store_close(s);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(test_growth_under_a_reading_thread),
                                       T(test_growth_by_another_process),
                                       T(test_file_size_limit),
                                       T(test_no_files_left),
                                       T(test_killed_readers),
                                       T(test_two_writers)};
    return cmocka_run_group_tests_name("store_limits", tests, NULL, NULL);
}
