/* How much is in the store, and how many bytes it takes. */
#include "base/limits.h"
#include "store/batch.h"

#include <string.h>

static enum err count_desk(struct txn *t, struct store_stat *out)
{
    struct cursor c;
    size_t n_row = 0;
    cursor_open(&c, t, TREE_DESK);
    for (bool more = cursor_first(&c); more; more = cursor_next(&c)) {
        struct columns x;
        if (++n_row % 8192 == 0 && atomic_load(&t->s->n_reader) == 1 && db_is_heavy())
            db_hand_back(t->s); /* the walk touches the whole store, and needs no page twice */
        if (!columns_read(c.key, c.val, &x)) {
            store_damaged(t->s, TREE_DESK, "row");
            continue;
        }
        if (x.verdict == VERDICT_REPLY)
            out->n_open++;
        else
            out->n_watched++;
    }
    enum err e = c.err;
    cursor_close(&c);
    return e;
}

static enum err count_forgotten(struct txn *t, struct store_stat *out)
{
    struct cursor c;
    struct arena a;
    arena_init(&a, LIMIT_RECORD_BYTES);
    cursor_open(&c, t, TREE_HEALTH);
    for (bool more = cursor_first(&c); more; more = cursor_next(&c)) {
        struct source_health h;
        if (rec_get_health(c.val, &a, &h))
            out->n_forgotten += h.n_forgotten;
    }
    enum err e = c.err;
    cursor_close(&c);
    arena_release(&a);
    return e;
}

enum err store_stat(struct store *s, struct store_stat *out)
{
    struct txn t;
    MDB_envinfo info;
    MDB_stat st;
    memset(out, 0, sizeof *out);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    const struct {
        enum tree tree;
        uint64_t *n;
    } counts[] = {{TREE_MENTION, &out->n_mention}, {TREE_REVISION, &out->n_revision}, {TREE_TARGET, &out->n_target},
                  {TREE_OUTBOX, &out->n_event},    {TREE_JOURNAL, &out->n_journal}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && e == ERR_OK; i++)
        e = db_count(&t, counts[i].tree, counts[i].n);
    if (e == ERR_OK)
        e = count_desk(&t, out);
    if (e == ERR_OK)
        e = count_forgotten(&t, out);
    out->n_revision += out->n_mention; /* the newest one of each lies with the mention */
    db_read_end(&t);
    if (mdb_env_info(s->env, &info) == 0 && mdb_env_stat(s->env, &st) == 0) {
        out->map_bytes = info.me_mapsize;
        out->used_bytes = (info.me_last_pgno + 1) * st.ms_psize;
    }
    return e;
}

static enum err tree_size(struct txn *t, enum tree tree, struct store_tree *out)
{
    MDB_stat st;
    int rc = mdb_stat(t->mdb, t->s->dbi[tree], &st);
    if (rc != 0)
        return db_error(t->s, rc, "read");
    *out = (struct store_tree){db_tree_name(tree), st.ms_entries, (st.ms_branch_pages + st.ms_leaf_pages + st.ms_overflow_pages) * st.ms_psize};
    return ERR_OK;
}

enum err store_trees(struct store *s, struct store_tree out[STORE_TREES], size_t *n)
{
    _Static_assert(TREE_COUNT == STORE_TREES, "one row for each tree");
    struct txn t;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    for (; *n < TREE_COUNT && e == ERR_OK; ++*n)
        e = tree_size(&t, (enum tree)*n, &out[*n]);
    db_read_end(&t);
    return e;
}
