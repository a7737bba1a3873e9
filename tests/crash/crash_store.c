/* kill -9 anywhere, then the same crawl again: the store must end up as if nothing had happened.
 *
 * A small invented web (three sources, listings of several pages, detail pages, a page that fails, edits and answers on the
 * second day) is crawled by a child process that dies right before or right after every single commit, and at random moments.
 * Rounds of random kills: EARSHOT_CRASH_ROUNDS (default 40). */
#include "tests/unit/store_pages.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SOURCES = 3, DEPTH = 4, PER_PAGE = 6, BATCH = 3 };
#define DAY2 (T0 + 7 * 3600)

static const char *const source_key[SOURCES] = {"tea/trust", "tea/forum", "rival/trust"};
static char url1[SOURCES][64];

/* ---------------------------------------------------------------- the invented web */

static void fill_review(struct page *p, int source, int n, bool detail, bool day2)
{
    char id[32], url[80];
    snprintf(id, sizeof id, "s%d:%d", source, n);
    snprintf(url, sizeof url, "https://s%d.example/r/%d", source, n);
    bool edited = day2 && n % 5 == 0, answered = day2 && n % 4 == 1;
    double stars = 1 + (n * 7 + source) % 5;
    if (edited)
        stars = stars > 1 ? stars - 1 : 2;
    char *whole = arena_printf(&p->arena, "Review %d of source %d: the tea was %s and the parcel took %d days%s", n, source,
                               stars <= 2 ? "cold" : "fine", n, edited ? "; still no answer" : "");
    bool teaser = source == 1 && !detail;
    struct finding *f = page_add(p, id, stars, teaser ? arena_printf(&p->arena, "%.30s...", whole) : whole);
    f->mention.truncated = teaser;
    f->mention.published = (struct when){T0 - 86400 - n * 60, PRECISION_SECOND};
    f->mention.reply_state = source == 1 && !detail ? REPLY_UNKNOWN : answered ? REPLY_YES : REPLY_NO;
    if (f->mention.reply_state == REPLY_YES)
        f->mention.reply = (struct reply){"Shop", "We are sorry", {T0 + 60, PRECISION_SECOND}, WHEN_UNKNOWN, 0};
    if (source == 1 && !detail)
        page_link(p, TARGET_DETAIL, url, id);
}

/* The page a target leads to, or how it fails. */
static struct page *web(const struct target *t, int64_t now, int64_t *round)
{
    bool day2 = now >= DAY2;
    struct page *p = page_make(t->kind, t->url, OUTCOME_OK, now);
    int source = t->url[9] - '0', n = 1;
    p->target.source = arena_strdup(&p->arena, t->source);
    p->target.brand = source == 2 ? "rival" : "tea";
    p->target.mention_id = arena_strdup(&p->arena, t->mention_id);
    p->target.depth = t->depth;
    const char *at = strstr(t->url, "/r/");
    (*round)++;
    if (at != NULL) {
        n = atoi(at + 3);
        if (n % 11 == 3)
            p->outcome = OUTCOME_GONE;
        else
            fill_review(p, source, n, true, day2);
        return p;
    }
    at = strstr(t->url, "page=");
    n = at != NULL ? atoi(at + 5) : 1;
    int first = (n - 1) * PER_PAGE + (day2 ? 0 : 2); /* two new ones on the second day */
    for (int i = 0; i < PER_PAGE; i++)
        fill_review(p, source, DEPTH * PER_PAGE + 4 - first - i, false, day2);
    char next[80];
    snprintf(next, sizeof next, "https://s%d.example/tea?page=%d", source, n + 1);
    if (n < DEPTH)
        page_link(p, TARGET_NEXT, next, NULL);
    return p;
}

/* ---------------------------------------------------------------- the crawl */

static void must(enum err e)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "crash_store: %s\n", err_text());
    abort();
}

static void crawl(const char *path, int64_t now)
{
    struct store *s;
    struct target seed[SOURCES], *t;
    struct arena a;
    int64_t round = 0;
    size_t n;
    must(store_open(&s, path, STORE_CREATE));
    must(store_lock(s));
    for (int i = 0; i < SOURCES; i++) {
        snprintf(url1[i], sizeof url1[i], "https://s%d.example/tea", i);
        seed[i] = listing(source_key[i], url1[i]);
        seed[i].brand = i == 2 ? "rival" : "tea";
    }
    must(store_seed(s, seed, SOURCES, now));
    arena_init(&a, 16 << 20);
    for (;;) {
        struct due_filter all = {0};
        struct page *page[BATCH];
        arena_reset(&a);
        must(store_due(s, &all, now, BATCH, &a, &t, &n));
        if (n == 0)
            break;
        for (size_t i = 0; i < n; i++)
            page[i] = web(&t[i], now, &round);
        struct store_rules r = test_rules(now);
        must(store_put_pages(s, page, n, &r, NULL));
        for (size_t i = 0; i < n; i++)
            page_free(page[i]);
    }
    arena_release(&a);
    must(store_put_run(s, &(struct run_record){.started = now, .ended = now, .complete = true}));
    store_close(s);
}

/* true when the child was killed, false when it came to its end. */
static bool crawl_killed(const char *path, int64_t now, const char *kill_at, long wait_us)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (kill_at != NULL)
            setenv("EARSHOT_TEST_KILL_AT", kill_at, 1);
        crawl(path, now);
        _exit(0);
    }
    if (wait_us >= 0) {
        struct timespec ts = {wait_us / 1000000, wait_us % 1000000 * 1000};
        nanosleep(&ts, NULL);
        kill(pid, SIGKILL);
    }
    int status;
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "crash_store: the crawl ended with status %d\n", status);
        abort();
    }
    return false;
}

/* ---------------------------------------------------------------- comparing */

static unsigned n_passed, n_failed;

static bool no_half_store(const char *folder)
{
    char cmd[300];
    snprintf(cmd, sizeof cmd, "test -z \"$(find '%s' -maxdepth 1 -name 'store' -empty)\"", folder);
    return system(cmd) == 0;
}

static void result_of(const char *path, struct strbuf *out, bool *clean)
{
    struct store *s;
    struct strbuf lines;
    uint64_t n_bad;
    strbuf_init(&lines, 1 << 20);
    must(store_open(&s, path, STORE_READ));
    must(store_check(s, &lines, &n_bad));
    *clean = n_bad == 0;
    if (n_bad > 0)
        fprintf(stderr, "%s", lines.s);
    export_all(s, true, out);
    strbuf_release(&lines);
    store_close(s);
}

static void compare(const char *what, const char *path, const struct strbuf *want)
{
    struct strbuf got;
    bool clean;
    strbuf_init(&got, 64 << 20);
    result_of(path, &got, &clean);
    if (clean && got.n == want->n && memcmp(got.s, want->s, got.n) == 0) {
        n_passed++;
    } else {
        n_failed++;
        printf("not ok: %s: %s\n", what, clean ? "the store differs from an undisturbed one" : "store check finds damage");
        if (getenv("EARSHOT_CRASH_KEEP") != NULL) {
            FILE *f = fopen("crash_want.jsonl", "w"), *g = fopen("crash_got.jsonl", "w");
            if (f != NULL && g != NULL && fwrite(want->s, 1, want->n, f) == want->n && fwrite(got.s, 1, got.n, g) == got.n &&
                fclose(f) == 0 && fclose(g) == 0)
                exit(1);
        }
    }
    strbuf_release(&got);
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)) != NULL; s++)
        n++;
    return n;
}

/* Kill day `now`'s crawl at kill_at; then run it again, and what follows. */
static bool one_kill(const char *folder, const char *path, int day, const char *kill_at, long wait_us,
                     const struct strbuf *want)
{
    char what[100];
    if (day == 2)
        crawl_killed(path, T0, NULL, -1);
    bool killed = crawl_killed(path, day == 1 ? T0 : DAY2, kill_at, wait_us);
    snprintf(what, sizeof what, "day %d, killed at %s %ld us", day, kill_at != NULL ? kill_at : "-", wait_us);
    if (!no_half_store(folder)) {
        printf("not ok: %s: half a store\n", what);
        n_failed++;
    }
    if (killed || wait_us >= 0)
        crawl_killed(path, day == 1 ? T0 : DAY2, NULL, -1);
    if (day == 1)
        crawl_killed(path, DAY2, NULL, -1);
    compare(what, path, want);
    return killed;
}

int main(void)
{
    char folder[200], path[240], kill_at[32];
    struct strbuf want;
    bool clean;
    const char *rounds = getenv("EARSHOT_CRASH_ROUNDS"), *seed_text = getenv("EARSHOT_SEED");
    long n_round = rounds != NULL ? atol(rounds) : 40;
    unsigned seed = seed_text != NULL ? (unsigned)strtoul(seed_text, NULL, 10) : (unsigned)time(NULL);
    printf("crash_store: seed %u (EARSHOT_SEED), %ld random kills (EARSHOT_CRASH_ROUNDS)\n", seed, n_round);
    srand(seed);
    strbuf_init(&want, 64 << 20);
    folder_make(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/store", folder);
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    crawl_killed(path, T0, NULL, -1);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long full_us = (end.tv_sec - begin.tv_sec) * 1000000 + (end.tv_nsec - begin.tv_nsec) / 1000;
    crawl_killed(path, DAY2, NULL, -1);
    result_of(path, &want, &clean);
    /* the first run reaches the last page of each listing, the second day adds two */
    assert(clean && count(want.s, "{\"t\":\"finding\"") == SOURCES * (DEPTH * PER_PAGE + 2));
    folder_remove(folder);
    unsigned n_commit = 0;
    for (int day = 1; day <= 2; day++) {
        bool killed = true;
        for (int n = 1; killed; n++)
            for (int after = 0; after < 2; after++) {
                folder_make(folder, sizeof folder);
                snprintf(path, sizeof path, "%s/store", folder);
                snprintf(kill_at, sizeof kill_at, "%d%s", n, after ? "+" : "");
                killed = one_kill(folder, path, day, kill_at, -1, &want);
                n_commit += killed;
                folder_remove(folder);
            }
    }
    for (long i = 0; i < n_round; i++) {
        folder_make(folder, sizeof folder);
        snprintf(path, sizeof path, "%s/store", folder);
        one_kill(folder, path, 1 + rand() % 2, NULL, rand() % (full_us + full_us / 8 + 1), &want);
        folder_remove(folder);
    }
    printf("crash_store: %u kills at commits, %ld at random moments, a crawl takes %ld us, the export has %zu bytes\n",
           n_commit, n_round, full_us, want.n);
    printf("%u passed, %u failed\n", n_passed, n_failed);
    strbuf_release(&want);
    return n_failed == 0 && n_commit > 20 ? 0 : 1;
}
