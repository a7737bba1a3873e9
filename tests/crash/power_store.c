/* Power cuts: every write and sync of a crawl's data.mdb is logged, then played back up to a random point. What was synced is
 * there; of what was not, any sectors may be. The store must open clean and hold every mention that was acknowledged before the
 * cut.
 *
 * EARSHOT_RELIABILITY names the folder of wlog.c (a recorder for LD_PRELOAD); without it the test is skipped.
 * EARSHOT_POWER_ROUNDS: cut points (default 150). To show that the harness is alive, the same log is played back as if nothing
 * had ever been synced: that must lose something. */
#include "tests/unit/store_pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMITS = 60, PER_PAGE = 12, SECTOR = 512, GOOD = 0, LOST = 10, DAMAGED = 20 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "power_store: %s: %s\n", what, err_text());
    abort();
}

/* ---------------------------------------------------------------- the crawl that is cut */

static void say(int n)
{
    char line[32];
    int k = snprintf(line, sizeof line, "%d\n", n);
    must(write(STDOUT_FILENO, line, (size_t)k) == k, "write");
}

static int write_mode(const char *path)
{
    struct store *s;
    must(store_open(&s, path, STORE_CREATE) == ERR_OK, "open");
    say(0);
    for (int c = 0; c < COMMITS; c++) {
        char url[80], id[32];
        snprintf(url, sizeof url, "https://trust.example/tea?n=%d", c % 7);
        struct page *p = page_make(TARGET_LISTING, url, OUTCOME_OK, T0 + c);
        for (int i = 0; i < PER_PAGE; i++) {
            snprintf(id, sizeof id, "s:%d", c * PER_PAGE + i);
            page_add(p, id, 1 + i % 5,
                     i % 6 == 0 ? "Cold tea. Cold tea. Cold tea. Cold tea. Cold tea. Cold tea. Cold tea." : "Cold tea.");
        }
        if (c > 0) /* and an edit of an older one */
            page_add(p, "s:1", 1 + c % 2, c % 2 ? "Edited" : "Edited again");
        put_one(s, p);
        say((c + 1) * PER_PAGE);
    }
    store_close(s);
    return 0;
}

/* ---------------------------------------------------------------- the log */

struct rec {
    char op; /* W S T A */
    bool durable;
    uint64_t off, n;
    const char *data;
};

static struct rec *rec_log;
static size_t n_rec;

static void read_log(const struct strbuf *b)
{
    size_t at = 0, cap = 0;
    while (at + 18 <= b->n) {
        struct rec r = {.op = b->s[at], .durable = b->s[at + 1] != 0};
        memcpy(&r.off, b->s + at + 2, 8);
        memcpy(&r.n, b->s + at + 10, 8);
        at += 18;
        if (r.op == 'W' || r.op == 'A') {
            must(r.n <= b->n - at, "the log is cut");
            r.data = b->s + at;
            at += r.n;
        }
        if (n_rec == cap)
            rec_log = realloc(rec_log, (cap = cap ? cap * 2 : 1024) * sizeof *rec_log);
        must(rec_log != NULL, "memory");
        rec_log[n_rec++] = r;
    }
}

/* ---------------------------------------------------------------- playing back */

struct image {
    char *s;
    size_t n, cap;
};

static void image_put(struct image *m, uint64_t off, const char *data, uint64_t n)
{
    must(off + n <= m->cap, "the image is too small");
    memcpy(m->s + off, data, n);
    m->n = off + n > m->n ? off + n : m->n;
}

/* All of it, none of it, or some sectors. */
static void image_put_perhaps(struct image *m, const struct rec *r)
{
    int mode = rand() % 3;
    for (uint64_t at = 0; at < r->n && mode != 0; at += SECTOR)
        if (mode == 1 || rand() % 2)
            image_put(m, r->off + at, r->data + at, r->n - at < SECTOR ? r->n - at : SECTOR);
}

/* The file after a power cut before record `cut`; *acked: what had been acknowledged. */
static void play(struct image *m, size_t cut, bool ignore_syncs, int *acked)
{
    size_t synced = 0;
    *acked = -1;
    memset(m->s, 0, m->n);
    m->n = 0;
    for (size_t i = 0; i < cut; i++) {
        if (rec_log[i].op == 'A')
            *acked = atoi(rec_log[i].data);
        if (rec_log[i].op == 'S')
            synced = i;
    }
    for (size_t i = 0; i < cut; i++) {
        const struct rec *r = &rec_log[i];
        if (r->op == 'T' && r->off > m->n && r->off <= m->cap)
            m->n = r->off;
        if (r->op == 'W' && !ignore_syncs && (i < synced || r->durable))
            image_put(m, r->off, r->data, r->n);
        else if (r->op == 'W')
            image_put_perhaps(m, r);
    }
}

static int judge_image(const char *path, const struct image *m, int acked)
{
    char name[300];
    snprintf(name, sizeof name, "%s/data.mdb", path);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, m->s, m->n) == (ssize_t)m->n && close(fd) == 0, "write the image");
    pid_t pid = fork();
    if (pid == 0) {
        struct store *s;
        struct store_stat st;
        struct strbuf lines;
        uint64_t n_bad = 0;
        int quiet = open("/dev/null", O_WRONLY);
        dup2(quiet, STDERR_FILENO);
        alarm(60);
        strbuf_init(&lines, 1 << 20);
        if (store_open(&s, path, STORE_WRITE) != ERR_OK || store_check(s, &lines, &n_bad) != ERR_OK || n_bad > 0 ||
            store_stat(s, &st) != ERR_OK)
            _exit(DAMAGED);
        _exit(st.n_mention >= (uint64_t)acked && st.n_mention <= (uint64_t)acked + PER_PAGE ? GOOD : LOST);
    }
    int status;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : DAMAGED;
}

static unsigned rounds(const char *path, struct image *m, long n, bool ignore_syncs, size_t first)
{
    unsigned n_bad = 0;
    for (long i = 0; i < n; i++) {
        int acked;
        size_t cut = first + (size_t)rand() % (n_rec - first + 1);
        play(m, cut, ignore_syncs, &acked);
        int r = judge_image(path, m, acked);
        n_bad += r != GOOD;
        if (r != GOOD && !ignore_syncs)
            printf("not ok: cut before record %zu of %zu: %s\n", cut, n_rec,
                   r == LOST ? "acknowledged mentions are lost" : "damaged");
    }
    return n_bad;
}

/* ---------------------------------------------------------------- the test */

static void record(const char *self, const char *folder, const char *path, struct strbuf *out)
{
    char so[260], wlog[300], cmd[900];
    snprintf(so, sizeof so, "%s/wlog.so", folder);
    snprintf(wlog, sizeof wlog, "%s/wlog.log", folder);
    snprintf(cmd, sizeof cmd, "${CC:-cc} -O1 -shared -fPIC -o '%s' '%s/wlog.c' -ldl", so, getenv("EARSHOT_RELIABILITY"));
    must(system(cmd) == 0, "compile wlog.c");
    pid_t pid = fork();
    if (pid == 0) {
        int quiet = open("/dev/null", O_WRONLY);
        dup2(quiet, STDOUT_FILENO);
        setenv("LD_PRELOAD", so, 1);
        setenv("WLOG_OUT", wlog, 1);
        setenv("WLOG_MATCH", "data.mdb", 1);
        execl(self, self, "write", path, (char *)NULL);
        _exit(127);
    }
    int status;
    waitpid(pid, &status, 0);
    must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the crawl under the recorder");
    must(strbuf_read_file(out, wlog) == ERR_OK, "read the log");
}

int main(int argc, char **argv)
{
    char folder[200], path[240];
    struct strbuf log_bytes;
    struct image m = {.cap = 64 << 20};
    if (argc == 3 && strcmp(argv[1], "write") == 0)
        return write_mode(argv[2]);
    if (getenv("EARSHOT_RELIABILITY") == NULL) {
        printf("power_store: skipped, EARSHOT_RELIABILITY does not name the folder of wlog.c\n");
        return 77;
    }
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    printf("power_store: skipped, a recorder cannot be loaded into a program with sanitizers\n");
    return 77;
#endif
    const char *n_text = getenv("EARSHOT_POWER_ROUNDS"), *seed_text = getenv("EARSHOT_SEED");
    long n = n_text != NULL ? atol(n_text) : 150;
    unsigned seed = seed_text != NULL ? (unsigned)strtoul(seed_text, NULL, 10) : (unsigned)time(NULL);
    srand(seed);
    folder_make(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/store", folder);
    strbuf_init(&log_bytes, (size_t)1 << 30);
    record("/proc/self/exe", folder, path, &log_bytes);
    read_log(&log_bytes);
    size_t first = 0, n_sync = 0;
    while (first < n_rec && rec_log[first].op != 'A')
        first++;
    for (size_t i = 0; i < n_rec; i++)
        n_sync += rec_log[i].op == 'S' || rec_log[i].durable;
    printf("power_store: seed %u (EARSHOT_SEED), %ld cuts (EARSHOT_POWER_ROUNDS), %zu records, %zu of them syncs\n", seed, n,
           n_rec, n_sync);
    must(n_rec > COMMITS && n_sync > COMMITS, "the recorder saw nothing");
    m.s = calloc(1, m.cap);
    must(m.s != NULL, "memory");
    unsigned n_bad = rounds(path, &m, n, false, first + 1);
    unsigned n_alive = rounds(path, &m, n < 100 ? n : 100, true, first + 1);
    printf("power_store: %u of %ld cuts lost or damaged something; without syncs %u of %ld\n", n_bad, n, n_alive,
           n < 100 ? n : 100);
    printf("%ld passed, %u failed\n", n + 1 - n_bad - (n_alive == 0), n_bad + (n_alive == 0));
    folder_remove(folder);
    strbuf_release(&log_bytes);
    free(rec_log);
    free(m.s);
    return n_bad == 0 && n_alive > 0 ? 0 : 1;
}
