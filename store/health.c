/* Sources and runs. */
#include "base/limits.h"
#include "store/read.h"

#include <string.h>

enum err store_health(struct store *s, struct arena *a, struct source_health **out, size_t *n)
{
    struct txn t;
    struct cursor c;
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    cursor_open(&c, &t, TREE_HEALTH);
    for (bool more = cursor_first(&c); more; more = cursor_next(&c)) {
        struct source_health *grown = arena_grow(a, *out, *n, &cap, sizeof *grown);
        void *copy = grown != NULL && c.val.n <= LIMIT_RECORD_BYTES ? arena_alloc(a, c.val.n) : NULL;
        if (copy == NULL)
            break;
        memcpy(copy, c.val.p, c.val.n);
        *out = grown;
        if (rec_get_health((struct bytes){copy, c.val.n}, a, &grown[*n]))
            (*n)++;
        else
            store_damaged(s, TREE_HEALTH, "source");
    }
    e = c.err != ERR_OK ? c.err : a->full ? store_no_memory() : ERR_OK;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}

struct run_ctx {
    const struct run_record *r;
    struct arena *arena;
};

static enum err run_body(struct txn *t, void *ctx)
{
    const struct run_ctx *x = ctx;
    struct cursor c;
    cursor_open(&c, t, TREE_RUN);
    uint64_t n = cursor_last(&c) && c.key.n == 8 ? be64_get(c.key.p) + 1 : 1;
    enum err e = c.err;
    cursor_close(&c);
    arena_reset(x->arena);
    struct bytes val = rec_put_run(x->arena, n, x->r);
    struct key8 key = key_seq(n);
    if (val.p == NULL)
        return store_no_memory();
    return e == ERR_OK ? db_put(t, TREE_RUN, KEY(key), val) : e;
}

enum err store_put_run(struct store *s, const struct run_record *r)
{
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    struct run_ctx x = {r, &a};
    enum err e = db_write(s, run_body, &x);
    arena_release(&a);
    return e;
}

enum err store_runs(struct store *s, size_t max, struct run_record *out, size_t *n)
{
    struct txn t;
    struct cursor c;
    struct arena a;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    arena_init(&a, LIMIT_MIB);
    cursor_open(&c, &t, TREE_RUN);
    for (bool more = cursor_last(&c); more && *n < max; more = cursor_prev(&c)) {
        if (c.key.n == 8 && rec_get_run(c.val, be64_get(c.key.p), &a, &out[*n]))
            (*n)++;
        else
            store_damaged(s, TREE_RUN, "run");
    }
    e = c.err;
    cursor_close(&c);
    arena_release(&a);
    db_read_end(&t);
    return e;
}
