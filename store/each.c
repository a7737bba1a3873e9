/* Many mentions in order: a merge of the brands' time lines, or the desk by urgency. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/read.h"

#include <stdlib.h>
#include <string.h>

struct each {
    struct txn *t;
    const struct store_filter *f;
    uint64_t brand_hash, source_hash;
    uint32_t channel;
    bool (*cb)(void *ctx, const struct finding *x);
    void *ctx;
    struct arena arena; /* one finding at a time */
    size_t n_given;
    bool stopped;
    enum err err;
};

static bool wanted(const struct each *e, const struct columns *c)
{
    const struct store_filter *f = e->f;
    if (c->at < f->since || (f->until != 0 && c->at >= f->until) || c->first_seen < f->first_seen_since)
        return false;
    if (f->source_key != NULL && c->source_hash != e->source_hash)
        return false;
    if (f->channel != NULL && c->channel != e->channel)
        return false;
    if (c->verdict < f->verdict_min || (f->negatives_only && !(c->flags & COLUMN_NEGATIVE)))
        return false;
    return !f->open_only || c->state == DESK_NEW || c->state == DESK_SEEN;
}

/* false: enough. */
static bool give(struct each *e, uint64_t seq)
{
    struct stored x;
    arena_reset(&e->arena);
    enum err err = read_stored(e->t, seq, &e->arena, &x);
    if (err == ERR_NOTFOUND)
        return true; /* damaged: logged and counted */
    if (err != ERR_OK) {
        e->err = err;
        return false;
    }
    e->n_given++;
    if (!e->cb(e->ctx, &x.f))
        e->stopped = true;
    return !e->stopped && (e->f->max == 0 || e->n_given < e->f->max);
}

/* ---------------------------------------------------------------- by time, newest first */

struct lane { /* one brand's place in by_time */
    struct cursor c;
    int64_t at;
    uint64_t seq;
    struct columns columns;
    bool good; /* they can be trusted */
};

struct lanes {
    struct lane **heap; /* the newest on top */
    struct lane *lane;
    size_t n, cap;
};

static bool newer(const struct lane *a, const struct lane *b)
{
    return a->at != b->at ? a->at > b->at : a->seq > b->seq;
}

static void sift_down(struct lanes *l, size_t i)
{
    for (;;) {
        size_t top = i, left = 2 * i + 1, right = left + 1;
        if (left < l->n && newer(l->heap[left], l->heap[top]))
            top = left;
        if (right < l->n && newer(l->heap[right], l->heap[top]))
            top = right;
        if (top == i)
            return;
        struct lane *x = l->heap[i];
        l->heap[i] = l->heap[top];
        l->heap[top] = x;
        i = top;
    }
}

/* Read the lane's place; false at the end of its brand or before `since`. */
static bool lane_read(const struct each *e, struct lane *l, uint64_t brand)
{
    const uint8_t *k = l->c.key.p;
    if (l->c.key.n != 24 || be64_get(k) != brand)
        return false;
    l->at = time_get(k + 8);
    l->seq = be64_get(k + 16);
    l->good = columns_read(l->c.key, l->c.val, &l->columns);
    if (!l->good)
        store_damaged(e->t->s, TREE_BY_TIME, "row");
    return l->at >= e->f->since;
}

static bool lane_next(const struct each *e, struct lane *l)
{
    uint64_t brand = be64_get(l->c.key.p);
    return cursor_prev(&l->c) && lane_read(e, l, brand);
}

static bool lane_start(struct each *e, struct lane *l, uint64_t brand)
{
    struct key24 end = key_by_time(brand, e->f->until != 0 ? e->f->until : INT64_MAX, e->f->until != 0 ? 0 : UINT64_MAX);
    cursor_open(&l->c, e->t, TREE_BY_TIME);
    return cursor_seek_before(&l->c, KEY(end)) && lane_read(e, l, brand);
}

static bool lane_add(struct each *e, struct lanes *l, uint64_t brand)
{
    if (l->n == l->cap) {
        size_t cap = l->cap == 0 ? 16 : l->cap * 2;
        struct lane *grown = realloc(l->lane, cap * sizeof *grown);
        if (grown == NULL) {
            e->err = store_no_memory();
            return false;
        }
        l->lane = grown;
        l->cap = cap;
    }
    struct lane *x = &l->lane[l->n];
    if (lane_start(e, x, brand)) {
        l->n++;
    } else {
        e->err = x->c.err;
        cursor_close(&x->c);
    }
    return e->err == ERR_OK;
}

/* Every brand that has mentions: one seek each. */
static void lanes_all(struct each *e, struct lanes *l)
{
    struct cursor c;
    cursor_open(&c, e->t, TREE_BY_TIME);
    bool more = cursor_first(&c);
    while (more && c.key.n == 24 && l->n < LIMIT_BRANDS) {
        uint64_t brand = be64_get(c.key.p);
        if (!lane_add(e, l, brand) || brand == UINT64_MAX)
            break;
        struct key8 next = key_seq(brand + 1);
        more = cursor_seek(&c, KEY(next));
    }
    if (e->err == ERR_OK)
        e->err = c.err;
    cursor_close(&c);
}

static void each_by_time(struct each *e)
{
    struct lanes l = {0};
    if (e->f->brand != NULL)
        (void)lane_add(e, &l, e->brand_hash);
    else
        lanes_all(e, &l);
    size_t n_lane = l.n;
    l.heap = n_lane > 0 ? calloc(n_lane, sizeof *l.heap) : NULL;
    if (n_lane > 0 && l.heap == NULL)
        e->err = store_no_memory();
    for (size_t i = 0; i < n_lane && e->err == ERR_OK; i++)
        l.heap[i] = &l.lane[i];
    for (size_t i = n_lane / 2; i > 0 && e->err == ERR_OK; i--)
        sift_down(&l, i - 1);
    while (e->err == ERR_OK && l.n > 0) {
        struct lane *top = l.heap[0];
        if (top->good && wanted(e, &top->columns) && !give(e, top->seq))
            break;
        if (!lane_next(e, top))
            l.heap[0] = l.heap[--l.n];
        if (e->err == ERR_OK)
            e->err = top->c.err;
        sift_down(&l, 0);
    }
    for (size_t i = 0; i < n_lane; i++)
        cursor_close(&l.lane[i].c);
    free(l.heap);
    free(l.lane);
}

/* ---------------------------------------------------------------- by urgency */

struct desk_row {
    uint64_t seq;
    int64_t due_at; /* INT64_MAX without a clock */
    uint8_t priority;
    bool overdue;
};

static int by_urgency(const void *pa, const void *pb)
{
    const struct desk_row *a = pa, *b = pb;
    if (a->overdue != b->overdue)
        return a->overdue ? -1 : 1;
    if (a->priority != b->priority)
        return a->priority > b->priority ? -1 : 1;
    if (a->due_at != b->due_at)
        return a->due_at < b->due_at ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

struct desk_rows {
    struct desk_row *row; /* the most urgent so far; a heap with the least urgent on top when max is set and reached */
    size_t n, cap, max;
};

static void desk_sift(struct desk_rows *d)
{
    for (size_t i = 0;;) {
        size_t top = i, left = 2 * i + 1, right = left + 1;
        if (left < d->n && by_urgency(&d->row[left], &d->row[top]) > 0)
            top = left;
        if (right < d->n && by_urgency(&d->row[right], &d->row[top]) > 0)
            top = right;
        if (top == i)
            return;
        struct desk_row x = d->row[i];
        d->row[i] = d->row[top];
        d->row[top] = x;
        i = top;
    }
}

static int by_urgency_reverse(const void *a, const void *b)
{
    return by_urgency(b, a);
}

static bool desk_add(struct desk_rows *d, const struct desk_row *r)
{
    if (d->max != 0 && d->n == d->max) {
        if (by_urgency(r, &d->row[0]) < 0) {
            d->row[0] = *r;
            desk_sift(d);
        }
        return true;
    }
    if (d->n == d->cap) {
        size_t cap = d->cap == 0 ? 256 : d->cap * 2;
        struct desk_row *grown = realloc(d->row, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        d->row = grown;
        d->cap = cap;
    }
    d->row[d->n++] = *r;
    if (d->n == d->max)
        qsort(d->row, d->n, sizeof *d->row, by_urgency_reverse); /* sorted from the least urgent is a heap */
    return true;
}

static void desk_collect(struct each *e, struct desk_rows *d)
{
    struct cursor c;
    int64_t now = clock_now();
    cursor_open(&c, e->t, TREE_DESK);
    struct key16 from = key_pair(e->f->brand != NULL ? e->brand_hash : 0, 0);
    for (bool more = cursor_seek(&c, KEY(from)); more && e->err == ERR_OK; more = cursor_next(&c)) {
        struct columns x;
        if (c.key.n != 16 || !columns_read(c.key, c.val, &x)) {
            store_damaged(e->t->s, TREE_DESK, "row");
            continue;
        }
        if (e->f->brand != NULL && be64_get(c.key.p) != e->brand_hash)
            break;
        if (!wanted(e, &x))
            continue;
        struct desk_row r = {be64_get((const uint8_t *)c.key.p + 8), x.due_at != 0 ? x.due_at : INT64_MAX, x.priority,
                             x.due_at != 0 && x.due_at < now};
        if (!desk_add(d, &r))
            e->err = store_no_memory();
    }
    if (e->err == ERR_OK)
        e->err = c.err;
    cursor_close(&c);
}

static void each_by_urgency(struct each *e)
{
    struct desk_rows d = {.max = e->f->max};
    desk_collect(e, &d);
    if (d.n > 1)
        qsort(d.row, d.n, sizeof *d.row, by_urgency);
    for (size_t i = 0; i < d.n && e->err == ERR_OK; i++)
        if (!give(e, d.row[i].seq))
            break;
    free(d.row);
}

enum err store_each(struct store *s, const struct store_filter *f, bool (*cb)(void *ctx, const struct finding *x), void *ctx)
{
    struct txn t;
    struct each e = {.t = &t, .f = f, .cb = cb, .ctx = ctx};
    enum err err = db_read(s, &t);
    if (err != ERR_OK)
        return err;
    e.brand_hash = hash64_str(f->brand);
    e.source_hash = hash64_str(f->source_key);
    e.channel = channel_hash(f->channel);
    arena_init(&e.arena, LIMIT_PAGE_ARENA);
    if (f->order == STORE_BY_URGENCY)
        each_by_urgency(&e);
    else
        each_by_time(&e);
    arena_release(&e.arena);
    db_read_end(&t);
    return e.err;
}
