/* The end of a batch: encode everything (that still reads the map), then put, tree by tree in key order. */
#include "base/hash.h"
#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

struct put {
    uint64_t head[2];      /* the first 16 bytes of the key as numbers: mostly all that a comparison needs */
    struct bytes key, val; /* val.p NULL: delete */
};

/* The puts of one tree, filled first, sorted, then written. */
struct puts {
    struct put *put;
    size_t n, cap;
    bool mixed; /* not in the order of keys */
};

struct flush {
    struct batch *b;
    struct puts tree[TREE_COUNT];
};

static int by_key(const void *pa, const void *pb)
{
    const struct put *a = pa, *b = pb;
    for (int i = 0; i < 2; i++)
        if (a->head[i] != b->head[i])
            return a->head[i] < b->head[i] ? -1 : 1;
    size_t n = a->key.n < b->key.n ? a->key.n : b->key.n;
    int c = memcmp(a->key.p, b->key.p, n);
    return c != 0 ? c : (a->key.n > b->key.n) - (a->key.n < b->key.n);
}

/* Key copied. */
static bool add(struct flush *f, enum tree tree, struct bytes key, struct bytes val)
{
    struct puts *p = &f->tree[tree];
    struct put *grown = arena_grow(f->b->a, p->put, p->n, &p->cap, sizeof *p->put);
    void *copy = arena_alloc(f->b->a, key.n);
    if (grown == NULL || copy == NULL)
        return false;
    memcpy(copy, key.p, key.n);
    uint8_t head[16] = {0};
    memcpy(head, key.p, key.n < 16 ? key.n : 16);
    struct put x = {{be64_get(head), be64_get(head + 8)}, {copy, key.n}, val};
    p->put = grown;
    p->mixed = p->mixed || (p->n > 0 && by_key(&p->put[p->n - 1], &x) > 0);
    p->put[p->n++] = x;
    return true;
}

/* Key and value copied, the value sealed. */
static bool add_sealed(struct flush *f, enum tree tree, struct bytes key, const void *value, size_t n)
{
    uint8_t *val = arena_alloc(f->b->a, n + SEAL_BYTES);
    if (val == NULL)
        return false;
    seal_put(key, value, n, val);
    return add(f, tree, key, (struct bytes){val, n + SEAL_BYTES});
}

static bool add_record(struct flush *f, enum tree tree, struct bytes key, struct bytes val)
{
    return val.p != NULL && add(f, tree, key, val);
}

static bool flush_index(struct flush *f, struct item *i)
{
    const struct finding *x = &i->cur.f;
    uint64_t brand = hash64_str(x->brand);
    struct columns c;
    columns_of(&i->cur, &c);
    uint8_t now[COLUMN_BYTES], was[COLUMN_BYTES];
    columns_put(&c, now);
    columns_put(&i->on_disk, was);
    if (!i->is_new && memcmp(now, was, COLUMN_BYTES) == 0)
        return true;
    struct bytes none = {NULL, 0};
    struct key24 key = key_by_time(brand, c.at, x->seq);
    struct key16 desk = key_pair(brand, x->seq);
    if (!i->is_new && i->on_disk.at != c.at) {
        struct key24 old = key_by_time(brand, i->on_disk.at, x->seq);
        if (!add(f, TREE_BY_TIME, KEY(old), none))
            return false;
    }
    if (!add_sealed(f, TREE_BY_TIME, KEY(key), now, COLUMN_BYTES))
        return false;
    if (columns_open(&c))
        return add_sealed(f, TREE_DESK, KEY(desk), now, COLUMN_BYTES);
    return i->is_new || !columns_open(&i->on_disk) || add(f, TREE_DESK, KEY(desk), none);
}

static bool flush_item(struct flush *f, struct item *i)
{
    if (!i->dirty)
        return true;
    struct key8 key = key_seq(i->cur.f.seq);
    if (!add_record(f, TREE_MENTION, KEY(key), rec_put_mention(f->b->a, &i->cur)))
        return false;
    if (i->is_new && !add_sealed(f, TREE_BY_ID, KEY_TEXT(i->key), key.b, sizeof key.b))
        return false;
    return flush_index(f, i);
}

static bool flush_target(struct flush *f, struct target_item *i)
{
    if (!i->dirty)
        return true;
    const struct target_rec *t = &i->cur;
    bool scheduled = t->scheduled && !i->drop;
    struct bytes none = {NULL, 0};
    if (i->was_scheduled && (!scheduled || i->was_due != t->t.due_at)) {
        struct key24 old = key_due(i->was_due, &i->key);
        if (!add(f, TREE_DUE, KEY(old), none))
            return false;
    }
    if (scheduled) {
        struct key24 due = key_due(t->t.due_at, &i->key);
        uint8_t v[DUE_BYTES];
        due_row_put(t, v);
        if (!add_sealed(f, TREE_DUE, KEY(due), v, sizeof v))
            return false;
    }
    if (i->drop)
        return !i->on_disk || add(f, TREE_TARGET, KEY(i->key), none);
    return add_record(f, TREE_TARGET, KEY(i->key), rec_put_target(f->b->a, be64_get(i->key.b), t));
}

static bool collect(struct flush *f)
{
    struct batch *b = f->b;
    for (struct item *i = b->first; i != NULL; i = i->next) /* as they came: new ones are in the order of their numbers */
        if (!flush_item(f, i))
            return false;
    for (size_t i = 0; i < b->targets.cap; i++)
        if (b->targets.slot[i].item != NULL && !flush_target(f, b->targets.slot[i].item))
            return false;
    for (size_t i = 0; i < b->health.cap; i++) {
        struct health_item *h = b->health.slot[i].item;
        if (h != NULL && h->dirty && !add_record(f, TREE_HEALTH, KEY_TEXT(h->key), rec_put_health(b->a, &h->cur)))
            return false;
    }
    for (const struct revision_item *r = b->revisions; r != NULL; r = r->next) {
        struct key16 key = key_pair(r->seq, r->rec.n);
        if (!add_record(f, TREE_REVISION, KEY(key), rec_put_revision(b->a, r->seq, &r->rec, &r->mention)))
            return false;
    }
    for (const struct event_item *e = b->events; e != NULL; e = e->next) {
        struct key8 key = key_seq(e->rec.seq);
        if (!add_record(f, TREE_OUTBOX, KEY(key), rec_put_event(b->a, &e->rec, &e->snapshot)))
            return false;
    }
    for (const struct journal_item *j = b->journal; j != NULL; j = j->next) {
        struct key16 key = key_pair(j->seq, j->n);
        if (!add_record(f, TREE_JOURNAL, KEY(key), j->val))
            return false;
    }
    for (const struct author_row *r = b->authors; r != NULL; r = r->next)
        if (!add_sealed(f, TREE_META, (struct bytes){r->key, sizeof r->key}, r->key + 18, 8))
            return false;
    return !b->counters_dirty || add_record(f, TREE_META, (struct bytes){"counters", 8}, rec_put_counters(b->a, &b->counters));
}

static enum err write_tree(struct flush *f, enum tree tree, uint64_t last_before)
{
    struct puts *p = &f->tree[tree];
    if (p->mixed)
        qsort(p->put, p->n, sizeof *p->put, by_key);
    for (size_t i = 0; i < p->n; i++) {
        const struct put *x = &p->put[i];
        /* numbers that were given out in this transaction are greater than all there are */
        bool append = (tree == TREE_MENTION || tree == TREE_OUTBOX) && be64_get(x->key.p) > last_before;
        enum err e = x->val.p == NULL ? db_del(f->b->t, tree, x->key)
                     : append         ? db_append(f->b->t, tree, x->key, x->val)
                                      : db_put(f->b->t, tree, x->key, x->val);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

static enum err last_number(struct batch *b, enum tree tree, uint64_t *n)
{
    struct cursor c;
    cursor_open(&c, b->t, tree);
    *n = cursor_last(&c) && c.key.n == 8 ? be64_get(c.key.p) : 0;
    enum err e = c.err;
    cursor_close(&c);
    return e;
}

enum err batch_flush(struct batch *b)
{
    struct flush f = {.b = b};
    uint64_t last[TREE_COUNT] = {0};
    if (!collect(&f))
        return store_no_memory();
    enum err e = last_number(b, TREE_MENTION, &last[TREE_MENTION]);
    if (e == ERR_OK)
        e = last_number(b, TREE_OUTBOX, &last[TREE_OUTBOX]);
    for (int t = 0; t < TREE_COUNT && e == ERR_OK; t++)
        e = write_tree(&f, (enum tree)t, last[t]);
    return e;
}
