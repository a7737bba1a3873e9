/* What LMDB itself takes for the same keys and as many bytes, in the same commits, in the order in which they come. */
#include "bench/store_bench.h"

#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MENTION, BY_ID, BY_TIME, DESK, META, OUTBOX, N_TREE };

struct peer {
    MDB_env *env;
    MDB_dbi dbi[N_TREE];
    uint8_t bytes[1 << 16];
    uint64_t event;
};

static void must_rc(int rc)
{
    must_hold(rc == 0, mdb_strerror(rc));
}

static void be64(uint8_t *p, uint64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8)
        p[i] = (uint8_t)v;
}

struct peer *lmdb_open(const char *folder)
{
    static const char *const names[N_TREE] = {"mention", "by_id", "by_time", "desk", "meta", "outbox"};
    struct peer *p = calloc(1, sizeof *p);
    MDB_txn *txn;
    must_hold(p != NULL, "memory");
    mkdir(folder, 0700);
    must_rc(mdb_env_create(&p->env));
    must_rc(mdb_env_set_maxdbs(p->env, 16));
    must_rc(mdb_env_set_mapsize(p->env, (size_t)1 << 37));
    must_rc(mdb_env_open(p->env, folder, MDB_NOTLS, 0600));
    must_rc(mdb_txn_begin(p->env, NULL, 0, &txn));
    for (int t = 0; t < N_TREE; t++)
        must_rc(mdb_dbi_open(txn, names[t], MDB_CREATE, &p->dbi[t]));
    must_rc(mdb_txn_commit(txn));
    return p;
}

static void put(struct peer *p, MDB_txn *txn, int tree, const void *k, size_t kn, size_t vn, unsigned flags)
{
    MDB_val key = {kn, (void *)(uintptr_t)k}, val = {vn, p->bytes};
    must_rc(mdb_put(txn, p->dbi[tree], &key, &val, flags));
}

static void put_one(struct peer *p, MDB_txn *txn, const struct rows *r, bool again)
{
    uint8_t seq[8], time[24], desk[16], author[26], event[8];
    be64(seq, r->seq);
    if (again) { /* found by its id, and the old record read */
        MDB_val key = {r->id_n, (void *)(uintptr_t)r->id}, number = {8, seq}, val;
        must_rc(mdb_get(txn, p->dbi[BY_ID], &key, &val));
        must_rc(mdb_get(txn, p->dbi[MENTION], &number, &val));
        memcpy(p->bytes, val.mv_data, val.mv_size < sizeof p->bytes ? val.mv_size : sizeof p->bytes);
    }
    put(p, txn, MENTION, seq, 8, r->record_bytes, again ? 0 : MDB_APPEND);
    if (again)
        return;
    be64(time, r->brand);
    be64(time + 8, (uint64_t)r->at ^ 1ULL << 63);
    be64(time + 16, r->seq);
    put(p, txn, BY_ID, r->id, r->id_n, 12, 0);
    put(p, txn, BY_TIME, time, 24, 60, 0);
    memcpy(desk, time, 8);
    memcpy(desk + 8, seq, 8);
    if (r->open)
        put(p, txn, DESK, desk, 16, 60, 0);
    memcpy(author, "a:", 2);
    memcpy(author + 2, time, 8);
    be64(author + 10, r->author);
    memcpy(author + 18, seq, 8);
    if (r->negative)
        put(p, txn, META, author, 26, 12, 0);
    be64(event, ++p->event);
    if (r->event_bytes > 0)
        put(p, txn, OUTBOX, event, 8, r->event_bytes, MDB_APPEND);
}

void lmdb_put(struct peer *p, size_t from, size_t to, bool again)
{
    MDB_txn *txn;
    must_rc(mdb_txn_begin(p->env, NULL, 0, &txn));
    for (size_t i = from; i < to; i++) {
        struct rows r;
        rows_of(i, &r);
        put_one(p, txn, &r, again);
    }
    must_rc(mdb_txn_commit(txn));
}

void lmdb_close(struct peer *p)
{
    mdb_env_close(p->env);
    free(p);
}
