/* Reading every record and every index entry. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/read.h"
#include "store/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK_BYTES (64 * LIMIT_MIB) /* of lines about damage; what is more is counted only */

struct check {
    struct txn *t;
    struct arena a;
    struct strbuf *out;
    uint64_t n_bad;
};

static void bad(struct check *c, enum tree tree, const struct bytes *key, const char *what)
{
    const uint8_t *k = key->p;
    c->n_bad++;
    strbuf_printf(c->out, "%s ", db_tree_name(tree));
    for (size_t i = 0; i < key->n && i < 24; i++)
        strbuf_printf(c->out, "%02x", k[i]);
    strbuf_printf(c->out, ": %s\n", what);
}

static bool has(struct check *c, enum tree tree, struct bytes key)
{
    struct bytes val;
    return db_get(c->t, tree, key, &val) == ERR_OK;
}

/* The index row is there and says what the record says. */
static bool row_is(struct check *c, enum tree tree, struct bytes key, const void *want, size_t n)
{
    struct bytes val;
    return db_get(c->t, tree, key, &val) == ERR_OK && seal_good(key, val, n) && memcmp(val.p, want, n) == 0;
}

/* The same for columns; a row of an older version says less. */
static bool columns_are(struct check *c, enum tree tree, struct bytes key, const uint8_t want[COLUMN_BYTES])
{
    uint8_t first[COLUMN_BYTES_FIRST];
    memcpy(first, want, sizeof first);
    first[COLUMN_FLAGS_AT] &= COLUMN_FLAGS_FIRST;
    return row_is(c, tree, key, want, COLUMN_BYTES) || row_is(c, tree, key, first, sizeof first);
}

static const char *check_mention(struct check *c, const struct cursor *at)
{
    struct stored x;
    if (at->key.n != 8 || !rec_get_mention(at->val, be64_get(at->key.p), &c->a, &x))
        return "the record is damaged";
    struct columns col;
    struct key_text id;
    columns_of(&x, &col);
    struct key24 time = key_by_time(hash64_str(x.f.brand), col.at, x.f.seq);
    struct key16 desk = key_pair(hash64_str(x.f.brand), x.f.seq);
    uint8_t row[COLUMN_BYTES];
    columns_put(&col, row);
    key_mention(&id, x.f.mention.id, x.f.brand);
    if (!row_is(c, TREE_BY_ID, KEY_TEXT(id), at->key.p, 8))
        return "it cannot be found by its id";
    if (!columns_are(c, TREE_BY_TIME, KEY(time), row))
        return "it cannot be found by its time";
    if (columns_open(&col) ? !columns_are(c, TREE_DESK, KEY(desk), row) : has(c, TREE_DESK, KEY(desk)))
        return "the desk has it wrong";
    return NULL;
}

/* The mention an index entry points at is there. */
static const char *check_pointer(struct check *c, uint64_t seq)
{
    struct key8 key = key_seq(seq);
    return has(c, TREE_MENTION, KEY(key)) ? NULL : "it points at a mention that is not there";
}

static const char *check_target(struct check *c, const struct cursor *at)
{
    struct target_rec r;
    if (at->key.n != 16 || !rec_get_target(at->val, be64_get(at->key.p), &c->a, &r))
        return "the record is damaged";
    struct key16 key;
    memcpy(key.b, at->key.p, 16);
    struct key24 due = key_due(r.t.due_at, &key);
    return !r.scheduled || has(c, TREE_DUE, KEY(due)) ? NULL : "it is to be fetched but not among what is due";
}

static const char *check_one(struct check *c, const struct cursor *at)
{
    const uint8_t *k = at->key.p;
    struct revision_rec rev;
    struct mention m;
    struct source_health h;
    struct journal_entry j;
    struct event_rec ev;
    struct stored x;
    struct run_record run;
    struct counters counters;
    struct columns columns;
    struct bytes val;
    bool good = true;
    switch (at->tree) {
    case TREE_MENTION:
        return check_mention(c, at);
    case TREE_BY_ID:
        return seal_good(at->key, at->val, 8) ? check_pointer(c, be64_get(at->val.p)) : "the entry is damaged";
    case TREE_BY_TIME:
        return at->key.n == 24 && columns_read(at->key, at->val, &columns) ? check_pointer(c, be64_get(k + 16))
                                                                            : "the entry is damaged";
    case TREE_DESK:
        return at->key.n == 16 && columns_read(at->key, at->val, &columns) ? check_pointer(c, be64_get(k + 8))
                                                                            : "the entry is damaged";
    case TREE_TARGET:
        return check_target(c, at);
    case TREE_DUE:
        good = due_row_good(at->key, at->val) && db_get(c->t, TREE_TARGET, (struct bytes){k + 8, 16}, &val) == ERR_OK;
        return good ? NULL : "it points at a target that is not there";
    case TREE_REVISION:
        good = at->key.n == 16 && rec_get_revision(at->val, be64_get(k), &c->a, &rev, &m);
        break;
    case TREE_HEALTH:
        good = rec_get_health(at->val, &c->a, &h);
        break;
    case TREE_JOURNAL:
        good = at->key.n == 16 && rec_get_journal(at->val, be64_get(k), &c->a, &j);
        break;
    case TREE_OUTBOX:
        good = at->key.n == 8 && rec_get_event(at->val, be64_get(k), &c->a, &ev, &x);
        break;
    case TREE_META:
        /* values of "u:" are their owners' own */
        good = (at->key.n > 2 && memcmp(k, "u:", 2) == 0) ||
               (at->key.n == 8 && memcmp(k, "counters", 8) == 0 && rec_get_counters(at->val, &c->a, &counters)) ||
               (sink_key(at->key) ? sink_row_good(at->key, at->val, &c->a) : seal_good(at->key, at->val, 8));
        break;
    case TREE_RUN:
        good = at->key.n == 8 && rec_get_run(at->val, be64_get(k), &c->a, &run);
        break;
    default:
        break;
    }
    return good ? NULL : "the record is damaged";
}

static void check_tree(struct check *c, enum tree tree)
{
    struct cursor at;
    uint64_t n = 0, want = 0;
    cursor_open(&at, c->t, tree);
    for (bool more = cursor_first(&at); more; more = cursor_next(&at)) {
        n++;
        arena_reset(&c->a);
        const char *what = check_one(c, &at);
        if (what != NULL)
            bad(c, tree, &at.key, what);
    }
    struct bytes none = {"", 0};
    if (at.err != ERR_OK)
        bad(c, tree, &none, err_text());
    else if (db_count(c->t, tree, &want) != ERR_OK || n != want)
        bad(c, tree, &none, "entries are missing");
    cursor_close(&at);
}

static void write_all(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, s, n);
        if (k <= 0)
            return;
        s += k;
        n -= (size_t)k;
    }
}

/* Lines go out after each tree: a crash in the next one does not take them along. */
static enum err check_all(struct store *s, int fd, uint64_t *n_bad)
{
    struct txn t;
    *n_bad = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    struct strbuf out;
    struct check c = {.t = &t, .out = &out};
    strbuf_init(&out, CHECK_BYTES);
    arena_init(&c.a, LIMIT_PAGE_ARENA);
    for (int tree = 0; tree < TREE_COUNT; tree++) {
        check_tree(&c, (enum tree)tree);
        write_all(fd, out.s, out.n);
        strbuf_clear(&out);
    }
    arena_release(&c.a);
    strbuf_release(&out);
    db_read_end(&t);
    *n_bad = c.n_bad;
    return ERR_OK;
}

/* ---------------------------------------------------------------- in a child: LMDB may crash on a damaged tree, the one who
 * asks must not */

/* Lines of the check, then "=N". */
NORETURN static void child(const char *path, int fd)
{
    struct store *s;
    uint64_t n_bad = 0;
    char line[1200];
    int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (quiet >= 0)
        dup2(quiet, STDERR_FILENO);
    enum err e = store_open(&s, path, STORE_READ);
    if (e == ERR_OK)
        e = check_all(s, fd, &n_bad);
    if (e != ERR_OK)
        n_bad++;
    int n = e != ERR_OK ? snprintf(line, sizeof line, "%.1100s\n=%llu\n", err_text(), (unsigned long long)n_bad)
                        : snprintf(line, sizeof line, "=%llu\n", (unsigned long long)n_bad);
    write_all(fd, line, (size_t)n);
    _exit(0);
}

static bool read_lines(int fd, struct strbuf *out, uint64_t *n_bad)
{
    char *at;
    ssize_t k;
    size_t begin = out->n;
    while ((at = strbuf_reserve(out, 4096)) != NULL && (k = read(fd, at, 4096)) > 0)
        strbuf_commit(out, (size_t)k);
    /* the last line is "=N" when the child came to its end */
    if (out->n == begin || out->s[out->n - 1] != '\n')
        return false;
    size_t line = out->n - 1;
    while (line > begin && out->s[line - 1] != '\n')
        line--;
    if (out->s[line] != '=')
        return false;
    *n_bad = strtoull(out->s + line + 1, NULL, 10);
    out->n = line;
    out->s[line] = '\0';
    return true;
}

enum err store_check(struct store *s, struct strbuf *out, uint64_t *n_bad)
{
    int fd[2], status;
    *n_bad = 0;
    if (pipe(fd) != 0)
        return err_set(ERR_INTERNAL, "cannot start the check: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        child(s->path, fd[1]);
    }
    close(fd[1]);
    if (pid < 0) {
        close(fd[0]);
        return err_set(ERR_INTERNAL, "cannot start the check: %s", strerror(errno));
    }
    bool finished = read_lines(fd[0], out, n_bad);
    close(fd[0]);
    waitpid(pid, &status, 0);
    if (!finished) {
        ++*n_bad;
        strbuf_puts(out, "the pages of the store itself are damaged: it cannot be read to its end\n");
    }
    return ERR_OK;
}
