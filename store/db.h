/* The thin layer over LMDB: trees, transactions, growth, and what happens when the file is damaged. Private to store/.
 *
 * Transactions: a thread holds at most one snapshot; reads nested in it (from a callback) share it. One writing transaction at
 * a time, by LMDB's own lock. Growth of the map needs a moment without any snapshot in this process: the grower raises
 * `growing`, new snapshots wait, open ones are waited for. So snapshots in a process that also writes must be short (the fetch
 * loop's store_due is). Damage: sizes are checked at open; records carry a checksum; a fault inside LMDB (SIGSEGV, SIGBUS, a
 * failed assertion) ends the process with one sentence and exit code 73 instead of a core. Source: LMDB 0.9.24, lmdb.h. */
#ifndef EARSHOT_STORE_DB_H
#define EARSHOT_STORE_DB_H

#include "base/err.h"
#include "store/store.h"

#include <lmdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_FORMAT    2
#define STORE_MAP_FIRST (64 * LIMIT_MIB)
#define KEY_MAX         511 /* LMDB's own limit */

/* X(SYMBOL, name): doc/STORE.md says what is in each. */
#define TREE_LIST(X)                                                                                                           \
    X(META, "meta")                                                                                                            \
    X(MENTION, "mention") X(BY_ID, "by_id") X(REVISION, "revision") X(BY_TIME, "by_time") X(DESK, "desk") X(TARGET, "target")  \
        X(DUE, "due") X(HEALTH, "health") X(JOURNAL, "journal") X(OUTBOX, "outbox") X(RUN, "run")
enum tree {
#define X(symbol, word) TREE_##symbol,
    TREE_LIST(X)
#undef X
        TREE_COUNT
};
const char *db_tree_name(enum tree t);

struct bytes {
    const void *p;
    size_t n;
};

struct store {
    MDB_env *env;
    MDB_dbi dbi[TREE_COUNT];
    char *path;
    enum store_mode mode;
    bool alone;          /* nobody else has it open (hold.h): without LMDB's locks */
    bool fresh_copy;     /* a backup that LMDB has just written: its numbers do not agree yet */
    int lock_fd;         /* crawl.lock, or -1 */
    atomic_int n_reader; /* snapshots open in this process */
    atomic_bool growing;
    atomic_ullong n_bad; /* damaged records met since open */
};

struct txn {
    struct store *s;
    MDB_txn *mdb;
    bool write, nested;
    bool dirty; /* something was put: worth a commit */
    bool full;  /* MDB_MAP_FULL was met: redo after growing */
};

/* The format of an open store, at most STORE_FORMAT; that its beginning agrees with its last commit was checked. */
MUST_USE enum err store_format(struct store *s, uint64_t *format);
/* Open an environment folder and its trees; create: make missing trees (a new folder only). */
MUST_USE enum err db_open(struct store *s, bool create);
void db_close(struct store *s);
/* ERR_STORE with a sentence about an LMDB or errno code. doing: "read", "write", "open". */
enum err db_error(const struct store *s, int rc, const char *doing);

/* resident.c. Is more of files mapped than LIMIT_STORE_RESIDENT_BYTES? Give the store's pages back to the system's cache (while no snapshot is open). */
bool db_is_heavy(void);
void db_hand_back(struct store *s);

MUST_USE enum err db_read(struct store *s, struct txn *t);
void db_read_end(struct txn *t);
/* Run body in a writing transaction and commit what it put; run it again from the start after growth. body must not keep
 * effects of a failed round. Nothing put: nothing is committed. */
MUST_USE enum err db_write(struct store *s, enum err (*body)(struct txn *t, void *ctx), void *ctx);

/* ERR_OK; ERR_NOTFOUND without a sentence; ERR_STORE. The value is valid until the next put of the transaction. */
MUST_USE enum err db_get(struct txn *t, enum tree tree, struct bytes key, struct bytes *val);
MUST_USE enum err db_put(struct txn *t, enum tree tree, struct bytes key, struct bytes val);
/* Key greater than all keys of the tree. */
MUST_USE enum err db_append(struct txn *t, enum tree tree, struct bytes key, struct bytes val);
/* ERR_OK also when there was none. */
MUST_USE enum err db_del(struct txn *t, enum tree tree, struct bytes key);
MUST_USE enum err db_count(struct txn *t, enum tree tree, uint64_t *n);

/* Walk: while (cursor_xxx(&c)) use c.key, c.val. Afterwards look at c.err. */
struct cursor {
    struct txn *t;
    enum tree tree;
    MDB_cursor *mdb;
    struct bytes key, val;
    enum err err;
};
void cursor_open(struct cursor *c, struct txn *t, enum tree tree);
void cursor_close(struct cursor *c);
bool cursor_seek(struct cursor *c, struct bytes at_least);     /* the first key >= at_least */
bool cursor_seek_before(struct cursor *c, struct bytes below); /* the last key < below */
bool cursor_first(struct cursor *c);
bool cursor_last(struct cursor *c);
bool cursor_next(struct cursor *c);
bool cursor_prev(struct cursor *c);

/* Around code that reads mapped memory: a fault in it is damage, not a bug. Nests. */
void guard_enter(void);
void guard_leave(void);
/* Install the handlers once; path is for the sentence. */
void guard_init(const char *path);

#endif
