/* Transactions, growth, values and cursors. */
#include "store/db.h"

#include "base/limits.h"
#include "store/key.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static const char *const tree_names[TREE_COUNT] = {
#define X(symbol, word) word,
    TREE_LIST(X)
#undef X
};

const char *db_tree_name(enum tree t)
{
    return t < TREE_COUNT ? tree_names[t] : "?";
}

/* A write that stops half-way comes back as EIO from LMDB. */
static bool disk_is_full(const char *path)
{
    struct statvfs fs;
    return statvfs(path, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < LIMIT_MIB;
}

enum err db_error(const struct store *s, int rc, const char *doing)
{
    if (rc == EIO && disk_is_full(s->path))
        rc = ENOSPC;
    switch (rc) {
    case ENOSPC:
    case EDQUOT:
        return err_set(ERR_STORE,
                       "cannot %s the store %s: the disk is full; free some space and run the same command again (what was "
                       "committed before is intact)",
                       doing, s->path);
    case EFBIG:
        return err_set(ERR_STORE,
                       "cannot %s the store %s: the file would pass the size limit of this process or disk; raise it (ulimit "
                       "-f) and run the same command again",
                       doing, s->path);
    case EACCES:
    case EPERM:
    case EROFS:
        return err_set(
            ERR_STORE,
            "cannot %s the store %s: %s; give this user the right to write there, or name another store in the settings", doing,
            s->path, strerror(rc));
    case EMFILE:
    case ENFILE:
        return err_set(ERR_STORE, "cannot %s the store %s: too many open files; raise the limit (ulimit -n)", doing, s->path);
    case EIO:
        return err_set(ERR_STORE,
                       "cannot %s the store %s: the disk reports an error or is full; free some space or check the disk, then "
                       "run the same command again",
                       doing, s->path);
    case ENOMEM:
        return err_set(ERR_STORE, "cannot %s the store %s: not enough address space or memory; raise the limit (ulimit -v)",
                       doing, s->path);
    case MDB_READERS_FULL:
        return err_set(ERR_STORE, "cannot %s the store %s: too many programs read it at once; stop some of them", doing,
                       s->path);
    case MDB_MAP_FULL:
        return err_set(ERR_STORE, "cannot %s the store %s: it has reached its largest size of %zu GiB", doing, s->path,
                       LIMIT_STORE_BYTES >> 30);
    case MDB_VERSION_MISMATCH:
    case MDB_INVALID:
        return err_set(ERR_STORE,
                       "%s is not an earshot store (data.mdb is not a database that this version reads); name another path",
                       s->path);
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
    case MDB_BAD_DBI:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_VALSIZE:
    case MDB_BAD_TXN:
    case MDB_PANIC:
        return err_set(ERR_STORE,
                       "cannot %s the store %s: it is damaged (%s); run \"earshot store check\", or put back a backup", doing,
                       s->path, mdb_strerror(rc));
    default:
        return err_set(ERR_STORE, "cannot %s the store %s: %s", doing, s->path, mdb_strerror(rc));
    }
}

/* ---------------------------------------------------------------- snapshots and growth */

static _Thread_local MDB_txn *thread_snapshot;
static _Thread_local int thread_depth;

static void wait_a_little(void)
{
    struct timespec ms = {0, 1000000};
    nanosleep(&ms, NULL);
}

/* Alone in this process: no snapshot open, none beginning. */
static void growth_begin(struct store *s)
{
    bool expected = false;
    while (!atomic_compare_exchange_weak(&s->growing, &expected, true)) {
        expected = false;
        wait_a_little();
    }
    while (atomic_load(&s->n_reader) > 0)
        wait_a_little();
}

static void growth_end(struct store *s)
{
    atomic_store(&s->growing, false);
}

/* bytes 0: take over the size another process gave the map. */
static enum err map_resize(struct store *s, size_t bytes)
{
    if (thread_depth > 0)
        return err_set(ERR_STORE, "the store %s must grow while it is being read; run the same command again", s->path);
    growth_begin(s);
    int rc = mdb_env_set_mapsize(s->env, bytes);
    growth_end(s);
    return rc == 0 ? ERR_OK : db_error(s, rc, "enlarge");
}

static enum err map_grow(struct store *s)
{
    MDB_envinfo info;
    mdb_env_info(s->env, &info);
    if (info.me_mapsize >= LIMIT_STORE_BYTES)
        return db_error(s, MDB_MAP_FULL, "write");
    return map_resize(s, info.me_mapsize * 2);
}

static void reader_enter(struct store *s)
{
    for (;;) {
        while (atomic_load(&s->growing))
            wait_a_little();
        atomic_fetch_add(&s->n_reader, 1);
        if (!atomic_load(&s->growing))
            return;
        atomic_fetch_sub(&s->n_reader, 1);
    }
}

enum err db_read(struct store *s, struct txn *t)
{
    *t = (struct txn){.s = s};
    if (thread_depth > 0) {
        t->mdb = thread_snapshot;
        t->nested = true;
        thread_depth++;
        return ERR_OK;
    }
    for (int round = 0; round < 8; round++) {
        reader_enter(s);
        guard_enter();
        int rc = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &t->mdb);
        guard_leave();
        if (rc == 0) {
            thread_snapshot = t->mdb;
            thread_depth = 1;
            return ERR_OK;
        }
        atomic_fetch_sub(&s->n_reader, 1);
        if (rc != MDB_MAP_RESIZED)
            return db_error(s, rc, "read");
        enum err e = map_resize(s, 0);
        if (e != ERR_OK)
            return e;
    }
    return db_error(s, MDB_MAP_RESIZED, "read");
}

void db_read_end(struct txn *t)
{
    thread_depth--;
    if (t->nested)
        return;
    guard_enter();
    mdb_txn_abort(t->mdb);
    guard_leave();
    thread_snapshot = NULL;
    atomic_fetch_sub(&t->s->n_reader, 1);
}

/* ---------------------------------------------------------------- writing */

static MDB_val val_of(struct bytes b)
{
    return (MDB_val){b.n, (void *)(uintptr_t)b.p};
}

/* For the crash tests: EARSHOT_TEST_KILL_AT=N dies right before this process' N-th commit, N+ right after it. */
static void test_kill(bool after)
{
    static unsigned long n_commit;
    const char *at = getenv("EARSHOT_TEST_KILL_AT");
    if (at == NULL)
        return;
    if (!after)
        n_commit++;
    char *end;
    unsigned long n = strtoul(at, &end, 10);
    if (n == n_commit && (*end == '+') == after)
        kill(getpid(), SIGKILL);
}

/* The number of the transaction goes into the store, too: at open it must agree with LMDB's own, which has no checksum. */
static int commit(struct txn *t)
{
    test_kill(false);
    struct key8 id = key_seq(mdb_txn_id(t->mdb));
    struct bytes name = {"commit", 6};
    uint8_t sealed[8 + SEAL_BYTES];
    seal_put(name, id.b, sizeof id.b, sealed);
    MDB_val k = val_of(name), v = {sizeof sealed, sealed};
    guard_enter();
    int rc = mdb_put(t->mdb, t->s->dbi[TREE_META], &k, &v, 0);
    if (rc == 0)
        rc = mdb_txn_commit(t->mdb);
    else
        mdb_txn_abort(t->mdb);
    guard_leave();
    if (rc == 0)
        test_kill(true);
    return rc;
}

static enum err write_begin(struct store *s, struct txn *t)
{
    for (int round = 0; round < 8; round++) {
        *t = (struct txn){.s = s, .write = true};
        guard_enter();
        int rc = mdb_txn_begin(s->env, NULL, 0, &t->mdb);
        guard_leave();
        if (rc == 0)
            return ERR_OK;
        if (rc != MDB_MAP_RESIZED)
            return db_error(s, rc, "write");
        enum err e = map_resize(s, 0);
        if (e != ERR_OK)
            return e;
    }
    return db_error(s, MDB_MAP_RESIZED, "write");
}

/* While nothing reads, so that what a snapshot has touched stays where it is. */
static void stay_light(struct store *s)
{
    if (thread_depth > 0 || !db_is_heavy())
        return;
    growth_begin(s);
    db_hand_back(s);
    growth_end(s);
}

enum err db_write(struct store *s, enum err (*body)(struct txn *t, void *ctx), void *ctx)
{
    if (s->mode == STORE_READ)
        return err_set(ERR_STORE, "the store %s was opened for reading only", s->path);
    for (;;) {
        struct txn t;
        enum err e = write_begin(s, &t);
        if (e != ERR_OK)
            return e;
        e = body(&t, ctx);
        if (e == ERR_OK && t.dirty) {
            int rc = commit(&t);
            if (rc == 0) {
                stay_light(s);
                return ERR_OK;
            }
            if (rc != MDB_MAP_FULL)
                return db_error(s, rc, "write");
            t.full = true;
        } else {
            guard_enter();
            mdb_txn_abort(t.mdb);
            guard_leave();
        }
        if (!t.full)
            return e;
        e = map_grow(s);
        if (e != ERR_OK)
            return e;
    }
}

/* Inside a guard: every page is touched, so that whoever reads the bytes later meets no fault. A length that cannot be becomes
 * 0, which no record and no row has. */
static struct bytes touched(MDB_val v, size_t max_bytes)
{
    const volatile uint8_t *p = v.mv_data;
    size_t n = v.mv_size <= max_bytes ? v.mv_size : 0;
    for (size_t at = 0; at < n; at += 4096)
        (void)p[at];
    if (n > 0)
        (void)p[n - 1];
    return (struct bytes){v.mv_data, n};
}

enum err db_get(struct txn *t, enum tree tree, struct bytes key, struct bytes *val)
{
    MDB_val k = val_of(key), v = {0, NULL};
    guard_enter();
    int rc = mdb_get(t->mdb, t->s->dbi[tree], &k, &v);
    if (rc == 0)
        *val = touched(v, LIMIT_RECORD_BYTES);
    guard_leave();
    if (rc == MDB_NOTFOUND)
        return ERR_NOTFOUND;
    return rc == 0 ? ERR_OK : db_error(t->s, rc, "read");
}

static enum err put(struct txn *t, enum tree tree, struct bytes key, struct bytes val, unsigned flags)
{
    MDB_val k = val_of(key), v = val_of(val);
    guard_enter();
    int rc = mdb_put(t->mdb, t->s->dbi[tree], &k, &v, flags);
    guard_leave();
    t->dirty = true;
    if (rc == 0)
        return ERR_OK;
    t->full = rc == MDB_MAP_FULL;
    if (rc == MDB_KEYEXIST)
        return err_set(
            ERR_STORE,
            "the store %s is damaged: the keys of %s are out of order; run \"earshot store check\", or put back a backup",
            t->s->path, db_tree_name(tree));
    return db_error(t->s, rc, "write");
}

enum err db_put(struct txn *t, enum tree tree, struct bytes key, struct bytes val)
{
    return put(t, tree, key, val, 0);
}
enum err db_append(struct txn *t, enum tree tree, struct bytes key, struct bytes val)
{
    return put(t, tree, key, val, MDB_APPEND);
}

enum err db_del(struct txn *t, enum tree tree, struct bytes key)
{
    MDB_val k = val_of(key);
    guard_enter();
    int rc = mdb_del(t->mdb, t->s->dbi[tree], &k, NULL);
    guard_leave();
    t->dirty = true;
    if (rc == 0 || rc == MDB_NOTFOUND)
        return ERR_OK;
    t->full = rc == MDB_MAP_FULL;
    return db_error(t->s, rc, "write");
}

enum err db_count(struct txn *t, enum tree tree, uint64_t *n)
{
    MDB_stat st;
    int rc = mdb_stat(t->mdb, t->s->dbi[tree], &st);
    if (rc != 0)
        return db_error(t->s, rc, "read");
    *n = st.ms_entries;
    return ERR_OK;
}

/* ---------------------------------------------------------------- cursors */

void cursor_open(struct cursor *c, struct txn *t, enum tree tree)
{
    *c = (struct cursor){.t = t, .tree = tree};
    int rc = mdb_cursor_open(t->mdb, t->s->dbi[tree], &c->mdb);
    if (rc != 0) {
        c->mdb = NULL;
        c->err = db_error(t->s, rc, "read");
    }
}

void cursor_close(struct cursor *c)
{
    if (c->mdb != NULL)
        mdb_cursor_close(c->mdb);
    c->mdb = NULL;
}

static int key_compare(struct bytes a, struct bytes b)
{
    int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

/* A walk that does not go on is a damaged tree: it could go round for ever. The old key still lies in the map. */
static bool goes_on(const struct cursor *c, struct bytes next, MDB_cursor_op op)
{
    if ((op != MDB_NEXT && op != MDB_PREV) || c->key.p == NULL)
        return true;
    int order = key_compare(c->key, next);
    return op == MDB_NEXT ? order < 0 : order > 0;
}

static bool move(struct cursor *c, struct bytes key, MDB_cursor_op op)
{
    if (c->mdb == NULL || c->err != ERR_OK)
        return false;
    MDB_val k = val_of(key), v = {0, NULL};
    struct bytes next = {0}, val = {0};
    guard_enter();
    int rc = mdb_cursor_get(c->mdb, &k, &v, op);
    if (rc == 0) {
        next = touched(k, KEY_MAX);
        val = touched(v, LIMIT_RECORD_BYTES);
    }
    bool good = rc != 0 || (next.n > 0 && goes_on(c, next, op));
    guard_leave();
    if (rc != 0) {
        if (rc != MDB_NOTFOUND)
            c->err = db_error(c->t->s, rc, "read");
        return false;
    }
    if (!good) {
        c->err = err_set(
            ERR_STORE,
            "the store %s is damaged: the keys of %s are out of order; run \"earshot store check\", or put back a backup",
            c->t->s->path, db_tree_name(c->tree));
        return false;
    }
    c->key = next;
    c->val = val;
    return true;
}

bool cursor_seek(struct cursor *c, struct bytes at_least)
{
    return move(c, at_least, MDB_SET_RANGE);
}
bool cursor_first(struct cursor *c)
{
    return move(c, (struct bytes){0}, MDB_FIRST);
}
bool cursor_last(struct cursor *c)
{
    return move(c, (struct bytes){0}, MDB_LAST);
}
bool cursor_next(struct cursor *c)
{
    return move(c, (struct bytes){0}, MDB_NEXT);
}
bool cursor_prev(struct cursor *c)
{
    return move(c, (struct bytes){0}, MDB_PREV);
}

bool cursor_seek_before(struct cursor *c, struct bytes below)
{
    if (cursor_seek(c, below))
        return cursor_prev(c);
    return c->err == ERR_OK && cursor_last(c);
}
