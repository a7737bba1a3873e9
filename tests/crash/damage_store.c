/* A damaged store: intact, or clearly refused; never a crash, never silently something else.
 *
 * 300 flipped bits and 300 truncations of a real data.mdb (EARSHOT_DAMAGE_ROUNDS), each read and then written by a child
 * process. What a child may do: give back exactly what was stored; or say that something is damaged (a refusal with ERR_STORE,
 * records counted by store check, or the guard's exit 73). */
#include "tests/unit/store_pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { INTACT = 0, REPORTED = 10, REFUSED = 73, SILENT = 20 };

static struct strbuf want, image;

static void must(enum err e)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "damage_store: %s\n", err_text());
    abort();
}

static void put_listing(struct store *s, int n, int64_t at)
{
    char url[80], id[32];
    snprintf(url, sizeof url, "https://trust.example/tea?n=%d", n);
    struct page *p = page_make(TARGET_LISTING, url, OUTCOME_OK, at);
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof id, "s:%d", n * 20 + i);
        struct finding *f =
            page_add(p, id, 1 + i % 5, "The parcel came late and the tea was cold, and nobody picked up the telephone");
        f->mention.published.at -= n * 977 + i;
        if (at > T0 && i % 3 == 0)
            f->mention.text = "Edited: nothing has changed";
        page_link(p, i % 2 ? TARGET_DETAIL : TARGET_NEXT, arena_printf(&p->arena, "%s&x=%d", url, i), id);
    }
    put_one(s, p);
}

static void make(const char *path)
{
    struct store *s;
    char name[300];
    must(store_open(&s, path, STORE_CREATE));
    for (int n = 0; n < 25; n++)
        put_listing(s, n, T0);
    for (int n = 0; n < 5; n++)
        put_listing(s, n, T0 + 100);
    struct journal_entry e = {.who = "olga", .mention_id = "s:3", .action = "note", .to = "called", .at = T0};
    must(store_mark(s, &e, NULL));
    must(store_cursor_set(s, "rt", 3));
    export_all(s, false, &want);
    store_close(s);
    snprintf(name, sizeof name, "%s/data.mdb", path);
    must(strbuf_read_file(&image, name));
}

static void write_image(const char *path, size_t n)
{
    char name[300];
    snprintf(name, sizeof name, "%s/data.mdb", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, image.s, n) != (ssize_t)n || close(fd) != 0)
        abort();
}

static bool count(void *ctx, const struct finding *f)
{
    *(size_t *)ctx += strlen(f->mention.id);
    return true;
}

static bool line_add(void *ctx, const char *s, size_t n)
{
    return strbuf_add(ctx, s, n);
}

/* The process that reads: its exit code is the verdict. */
static int reading_child(const char *path)
{
    struct store *s;
    struct strbuf got, lines;
    struct store_filter by_time = {0}, by_urgency = {.order = STORE_BY_URGENCY};
    struct due_filter due = {0};
    struct target *t;
    struct arena a;
    size_t n, n_time = 0, n_desk = 0;
    uint64_t n_bad = 0;
    arena_init(&a, 64 << 20);
    strbuf_init(&got, 64 << 20);
    strbuf_init(&lines, 1 << 20);
    if (store_open(&s, path, STORE_READ) != ERR_OK)
        return REFUSED;
    must(store_check(s, &lines, &n_bad));
    enum err e = store_export(s, false, line_add, &got);
    if (e == ERR_OK)
        e = store_each(s, &by_time, count, &n_time);
    if (e == ERR_OK)
        e = store_each(s, &by_urgency, count, &n_desk);
    if (e == ERR_OK)
        e = store_due(s, &due, INT64_MAX, 100000, &a, &t, &n);
    if (e != ERR_OK)
        return REFUSED;
    if (n_bad > 0)
        return REPORTED;
    return got.n == want.n && memcmp(got.s, want.s, want.n) == 0 ? INTACT : SILENT;
}

static int writing_child(const char *path)
{
    struct store *s;
    if (store_open(&s, path, STORE_WRITE) != ERR_OK)
        return REFUSED;
    for (int n = 0; n < 30; n += 3) {
        char url[80], id[32];
        snprintf(url, sizeof url, "https://trust.example/tea?n=%d", n);
        struct page *p = page_make(TARGET_LISTING, url, OUTCOME_OK, T0 + 500);
        for (int i = 0; i < 20; i++) {
            snprintf(id, sizeof id, "s:%d", n * 20 + i);
            page_add(p, id, 3, "Another text");
        }
        struct store_rules r = test_rules(T0 + 500);
        if (store_put_pages(s, &p, 1, &r, NULL) != ERR_OK)
            return REFUSED;
        page_free(p);
    }
    store_close(s);
    return INTACT;
}

static int in_child(int (*work)(const char *path), const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        int quiet = open("/dev/null", O_WRONLY);
        if (getenv("EARSHOT_VERBOSE") == NULL && quiet >= 0)
            dup2(quiet, STDERR_FILENO);
        alarm(60); /* a walk that never ends is a failure, too */
        _exit(work(path));
    }
    int status;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct tally {
    unsigned intact, reported, refused, failed;
};

static void one(const char *path, const char *what, size_t at, struct tally *t)
{
    int r = in_child(reading_child, path);
    int w = in_child(writing_child, path);
    t->intact += r == INTACT;
    t->reported += r == REPORTED;
    t->refused += r == REFUSED;
    if ((r != INTACT && r != REPORTED && r != REFUSED) || (w != INTACT && w != REFUSED)) {
        t->failed++;
        printf("not ok: %s at %zu: reading %d, writing %d\n", what, at, r, w);
    }
}

int main(void)
{
    char folder[200], path[240];
    const char *rounds = getenv("EARSHOT_DAMAGE_ROUNDS"), *seed_text = getenv("EARSHOT_SEED");
    int n_round = rounds != NULL ? atoi(rounds) : 60;
    unsigned seed = seed_text != NULL ? (unsigned)strtoul(seed_text, NULL, 10) : (unsigned)time(NULL);
    struct tally flips = {0}, cuts = {0};
    srand(seed);
    strbuf_init(&want, 64 << 20);
    strbuf_init(&image, 64 << 20);
    folder_make(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/store", folder);
    make(path);
    printf("damage_store: seed %u (EARSHOT_SEED), %d rounds each (EARSHOT_DAMAGE_ROUNDS), data.mdb has %zu bytes\n", seed,
           n_round, image.n);
    for (int i = 0; i < n_round; i++) {
        /* every tenth one in the first two pages, which a random place would seldom hit */
        size_t at = (size_t)rand() % (i % 10 == 0 ? 2 * 4096 : image.n);
        char bit = (char)(1 << rand() % 8);
        image.s[at] ^= bit;
        write_image(path, image.n);
        image.s[at] ^= bit;
        one(path, "flipped bit", at, &flips);
    }
    for (int i = 0; i < n_round; i++) {
        size_t at = (size_t)rand() % image.n;
        write_image(path, at);
        one(path, "cut", at, &cuts);
    }
    write_image(path, image.n);
    if (in_child(reading_child, path) != INTACT) {
        printf("not ok: the undamaged store is not intact\n");
        flips.failed++;
    }
    printf("flipped bits: %u intact, %u reported, %u refused; cut files: %u intact, %u refused\n", flips.intact, flips.reported,
           flips.refused, cuts.intact, cuts.refused);
    printf("%u passed, %u failed\n", 2 * (unsigned)n_round + 1 - flips.failed - cuts.failed, flips.failed + cuts.failed);
    folder_remove(folder);
    strbuf_release(&want);
    strbuf_release(&image);
    return flips.failed + cuts.failed == 0 && flips.reported > 0 ? 0 : 1;
}
