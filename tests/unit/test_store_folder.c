/* The store's folder: what is refused and how, who may write, the copy, the small values. */
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
    struct strbuf out, out2;
};

#define PAGE1 "https://trust.example/tea"
#define PAGE2 "https://trust.example/tea?page=2"

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
    strbuf_init(&f->out, 64 << 20);
    strbuf_init(&f->out2, 64 << 20);
    assert_int_equal(store_open(&f->s, f->path, STORE_CREATE), ERR_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fix *f = *state;
    store_close(f->s);
    folder_remove(f->folder);
    arena_release(&f->a);
    strbuf_release(&f->out);
    strbuf_release(&f->out2);
    free(f);
    return 0;
}

static void test_values_and_runs(void **state)
{
    struct fix *f = *state;
    assert_false(store_meta_get(f->s, "brief", &f->out));
    assert_int_equal(store_meta_put(f->s, "brief", "abc", 3), ERR_OK);
    assert_true(store_meta_get(f->s, "brief", &f->out));
    assert_string_equal(f->out.s, "abc");
    struct run_record runs[3];
    size_t n;
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            store_put_run(f->s, &(struct run_record){.started = T0 + i, .n_page = (uint64_t)i, .complete = i % 2 == 0}),
            ERR_OK);
    assert_int_equal(store_runs(f->s, 3, runs, &n), ERR_OK);
    assert_int_equal(n, 3);
    assert_int_equal(runs[0].n_page, 3);
    assert_false(runs[0].complete);
    assert_true(runs[1].complete);
}

/* What the trees take and what is free inside is all there is. */
static void test_sizes(void **state)
{
    struct fix *f = *state;
    struct store_tree tree[STORE_TREES];
    struct store_stat st;
    size_t n;
    uint64_t bytes = 0, n_mention = 0, n_target = 0;
    for (int k = 0; k < 20; k++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + k);
        for (int i = 0; i < 50; i++) {
            char id[20];
            snprintf(id, sizeof id, "s:%d", k * 50 + i);
            page_add(p, id, 1 + i % 5, "Tea.");
        }
        put_one(f->s, p);
    }
    assert_int_equal(store_stat(f->s, &st), ERR_OK);
    assert_int_equal(store_trees(f->s, tree, &n), ERR_OK);
    assert_int_equal(n, STORE_TREES);
    for (size_t i = 0; i < n; i++) {
        bytes += tree[i].bytes;
        n_mention += strcmp(tree[i].name, "mention") == 0 ? tree[i].n : 0;
        n_target += strcmp(tree[i].name, "target") == 0 ? tree[i].n : 0;
        assert_true((tree[i].n == 0) == (tree[i].bytes == 0));
    }
    assert_int_equal(n_mention, 1000);
    assert_int_equal(n_target, st.n_target);
    assert_true(bytes > 1000 * 400 && bytes < st.used_bytes);
}

static void test_check_and_backup(void **state)
{
    struct fix *f = *state;
    char to[260];
    uint64_t n_bad;
    struct store_stat st;
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold.");
    page_link(p, TARGET_NEXT, PAGE2, NULL);
    put_one(f->s, p);
    assert_int_equal(store_check(f->s, &f->out, &n_bad), ERR_OK);
    assert_int_equal(n_bad, 0);
    assert_string_equal(f->out.s, "");
    assert_int_equal(store_stat(f->s, &st), ERR_OK);
    assert_int_equal(st.n_mention, 1);
    assert_int_equal(st.n_open, 1);
    assert_int_equal(st.n_target, 2);
    snprintf(to, sizeof to, "%s/copy", f->folder);
    assert_int_equal(store_backup(f->s, to), ERR_OK);
    assert_int_equal(store_backup(f->s, to), ERR_STORE);
    export_all(f->s, false, &f->out);
    store_close(f->s);
    assert_int_equal(store_open(&f->s, to, STORE_WRITE), ERR_OK);
    export_all(f->s, false, &f->out2);
    assert_string_equal(f->out.s, f->out2.s);
}

static void test_refusals(void **state)
{
    struct fix *f = *state;
    char p[300];
    struct store *s;
    store_close(f->s);
    f->s = NULL;
    snprintf(p, sizeof p, "%s/no/where", f->folder);
    assert_int_equal(store_open(&s, p, STORE_CREATE), ERR_STORE);
    assert_non_null(strstr(err_text(), "mkdir -p"));
    assert_int_equal(store_open(&s, p, STORE_READ), ERR_STORE);
    assert_non_null(strstr(err_text(), "there is no store"));
    snprintf(p, sizeof p, "%s/store/data.mdb", f->folder);
    assert_int_equal(store_open(&s, p, STORE_CREATE), ERR_STORE);
    assert_non_null(strstr(err_text(), "it is a file"));
    assert_int_equal(store_open(&s, f->folder, STORE_CREATE), ERR_STORE);
    assert_non_null(strstr(err_text(), "not an earshot store"));
    assert_int_equal(truncate(p, 4096 * 5), 0);
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_STORE);
    assert_non_null(strstr(err_text(), "cut short"));
    assert_int_equal(truncate(p, 0), 0);
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_STORE);
    assert_non_null(strstr(err_text(), "cut short"));
    assert_int_equal(truncate(p, 100000), 0); /* zeros */
    assert_int_equal(store_open(&s, f->path, STORE_CREATE), ERR_STORE);
    assert_non_null(strstr(err_text(), "not an earshot store"));
}

static void test_one_crawl_at_a_time(void **state)
{
    struct fix *f = *state;
    store_close(f->s);
    f->s = NULL;
    int tell[2], hold[2];
    assert_int_equal(pipe(tell), 0);
    assert_int_equal(pipe(hold), 0);
    enum { N = 50 };
    pid_t pid[N];
    for (int i = 0; i < N; i++) {
        pid[i] = fork();
        if (pid[i] == 0) {
            struct store *s;
            close(hold[1]);
            if (store_open(&s, f->path, STORE_WRITE) != ERR_OK)
                _exit(99);
            enum err e = store_lock(s);
            char c = e == ERR_OK ? 'w' : e == ERR_LOCKED && strstr(err_text(), "process ") != NULL ? 'l' : '?';
            if (write(tell[1], &c, 1) != 1 || read(hold[0], &c, 1) != 0) /* until all have spoken */
                _exit(98);
            _exit(0);
        }
    }
    int n_won = 0, n_lost = 0;
    for (int i = 0; i < N; i++) {
        char c;
        assert_int_equal(read(tell[0], &c, 1), 1);
        n_won += c == 'w';
        n_lost += c == 'l';
    }
    close(hold[1]);
    for (int i = 0; i < N; i++) {
        int status;
        waitpid(pid[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(n_won, 1);
    assert_int_equal(n_lost, N - 1);
    assert_int_equal(store_open(&f->s, f->path, STORE_WRITE), ERR_OK);
    assert_int_equal(store_lock(f->s), ERR_OK); /* the end of the process gave it back */
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_values_and_runs),
        T(test_sizes), T(test_check_and_backup),
        T(test_refusals),
        T(test_one_crawl_at_a_time),
    };
    return cmocka_run_group_tests_name("store_folder", tests, NULL, NULL);
}
