/* Index rows for whoever counts and sorts much and shows little. */
#include "base/hash.h"
#include "store/read.h"

#include <string.h>

static void row_of(const struct columns *c, uint64_t brand, uint64_t seq, struct store_row *r)
{
    *r = (struct store_row){
        .seq = seq,
        .brand = brand,
        .source = c->source_hash,
        .at = c->at,
        .first_seen = c->first_seen,
        .due_at = c->due_at,
        .verdict = c->verdict <= VERDICT_REPLY ? (enum verdict)c->verdict : VERDICT_NONE,
        .state = c->state < DESK_STATE_COUNT ? (enum desk_state)c->state : DESK_NEW,
        .priority = c->priority,
        .negative = c->flags & COLUMN_NEGATIVE,
        .positive = c->flags & COLUMN_POSITIVE,
        .missing = c->flags & COLUMN_MISSING,
        .answered = c->flags & COLUMN_ANSWERED,
        .hold = c->flags & COLUMN_HOLD,
        .author = c->author,
        .lang = c->lang,
        .assignee = c->assignee,
        .more_causes = c->flags & COLUMN_MORE_CAUSES,
        .partial = c->partial,
    };
    memcpy(r->cause, c->cause, sizeof r->cause);
}

struct walk {
    struct txn *t;
    enum tree tree;
    size_t key_n, seq_at; /* bytes of a key, and where its number stands */
    bool (*cb)(void *ctx, const struct store_row *r);
    void *ctx;
};

/* One row to the caller; false: enough. */
static bool give(const struct walk *w, const struct cursor *c)
{
    struct columns x;
    struct store_row r;
    if (c->key.n != w->key_n || !columns_read(c->key, c->val, &x)) {
        store_damaged(w->t->s, w->tree, "row");
        return true;
    }
    row_of(&x, be64_get(c->key.p), be64_get((const uint8_t *)c->key.p + w->seq_at), &r);
    return w->cb(w->ctx, &r);
}

static bool of_brand(const struct cursor *c, uint64_t brand)
{
    return c->key.n >= 8 && be64_get(c->key.p) == brand;
}

/* The rows of one brand, from `from` on. false: enough. */
static bool walk_on(const struct walk *w, struct cursor *c, struct bytes from, uint64_t brand)
{
    for (bool more = cursor_seek(c, from); more && of_brand(c, brand); more = cursor_next(c))
        if (!give(w, c))
            return false;
    return true;
}

/* The same from the newest down to `from`. */
static bool walk_back(const struct walk *w, struct cursor *c, struct bytes from, uint64_t brand)
{
    struct key24 end = key_by_time(brand, INT64_MAX, UINT64_MAX);
    for (bool more = cursor_seek_before(c, KEY(end)); more && of_brand(c, brand); more = cursor_prev(c)) {
        if (c->key.n == from.n && memcmp(c->key.p, from.p, from.n) < 0)
            return true;
        if (!give(w, c))
            return false;
    }
    return true;
}

/* The first brand at or after this hash that has rows. */
static bool next_brand(struct cursor *c, uint64_t *brand)
{
    struct key8 at = key_seq(*brand);
    if (!cursor_seek(c, KEY(at)) || c->key.n < 8)
        return false;
    *brand = be64_get(c->key.p);
    return true;
}

static enum err walk_rows(struct walk *w, const struct store_rows_filter *f)
{
    struct cursor c;
    uint64_t brand = f->brand != NULL ? hash64_str(f->brand) : 0;
    cursor_open(&c, w->t, w->tree);
    for (bool more = f->brand != NULL || next_brand(&c, &brand); more;) {
        struct key16 desk = key_pair(brand, 0);
        struct key24 time = key_by_time(brand, f->since != 0 ? f->since : INT64_MIN, 0);
        struct bytes from = f->desk ? KEY(desk) : KEY(time);
        more = (f->back && !f->desk ? walk_back(w, &c, from, brand) : walk_on(w, &c, from, brand)) && f->brand == NULL && brand++ != UINT64_MAX && next_brand(&c, &brand);
    }
    enum err e = c.err;
    cursor_close(&c);
    return e;
}

enum err store_rows(struct store *s, const struct store_rows_filter *f, bool (*cb)(void *ctx, const struct store_row *r), void *ctx)
{
    struct txn t;
    struct walk w = {&t, f->desk ? TREE_DESK : TREE_BY_TIME, f->desk ? sizeof(struct key16) : sizeof(struct key24), f->desk ? 8 : 16, cb, ctx};
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = walk_rows(&w, f);
    db_read_end(&t);
    return e;
}

enum err store_get_seq(struct store *s, uint64_t seq, struct arena *a, struct finding *out)
{
    struct txn t;
    struct stored x;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = read_stored_copy(&t, seq, a, &x);
    db_read_end(&t);
    if (e == ERR_NOTFOUND)
        return err_set(ERR_NOTFOUND, "there is no mention #%llu in the store", (unsigned long long)seq);
    if (e == ERR_OK)
        *out = x.f;
    return e;
}
