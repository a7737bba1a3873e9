/* What time alone brings about: clocks that near their end or have run out. */
#include "base/limits.h"
#include "store/read.h"
#include "store/story.h"

#define SWEEP_ITEMS 256 /* mentions of one transaction: an event keeps the whole finding */

struct sweep {
    const struct store_rules *r;
    struct arena a;
    struct key16 from; /* of the desk: where this transaction begins */
    struct key16 next; /* ... and the next one */
    bool more;
    size_t n_event; /* of this transaction: it may be done again */
};

/* By the index row alone: a reply is due, and the event of its present phase is not written yet. */
static bool row_waits(const struct columns *c, int64_t now)
{
    if (c->verdict != VERDICT_REPLY || c->due_at == 0)
        return false;
    return !(c->flags & (now > c->due_at ? COLUMN_BREACHED : COLUMN_WARNED));
}

static bool near_end(const struct store_rules *r, const struct finding *f)
{
    int64_t at = r->warn_at != NULL ? r->warn_at(r->ctx, f) : 0;
    return at != 0 && r->now >= at;
}

/* Under the settings of today the clock may stand elsewhere: the event goes by the new verdict. */
static enum err tell_clock(struct batch *b, struct sweep *w, struct item *i)
{
    struct stored *x = &i->cur;
    int64_t due = x->f.judgement.due_at, now = w->r->now;
    bool over = now > due;
    if (x->f.judgement.verdict != VERDICT_REPLY || due == 0 || (!over && !near_end(w->r, &x->f)) || (over ? x->breached_due : x->warned_due) == due)
        return ERR_OK;
    x->warned_due = due;
    if (over)
        x->breached_due = due;
    w->n_event++;
    return batch_event(b, over ? EVENT_SLA_BREACHED : EVENT_SLA_DUE, now, x);
}

static enum err sweep_one(struct batch *b, struct sweep *w, uint64_t seq, size_t *n)
{
    struct stored x;
    struct item *i;
    enum err e = read_stored(b->t, seq, b->a, &x);
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    if (!x.ticketed || (w->r->now <= x.f.judgement.due_at && !near_end(w->r, &x.f)))
        return ERR_OK;
    e = batch_item(b, x.f.mention.id, x.f.brand, false, &i);
    if (e != ERR_OK || i == NULL)
        return e;
    ++*n;
    i->dirty = true;
    if (w->r->judge != NULL)
        w->r->judge(w->r->ctx, &i->cur.f, &x.f, &i->cur.f.judgement);
    e = story_tell(b, &i->cur, &x.f, w->r->now, false);
    return e == ERR_OK ? tell_clock(b, w, i) : e;
}

static enum err sweep_body(struct txn *t, void *ctx)
{
    struct sweep *w = ctx;
    struct batch b;
    struct cursor c;
    size_t n = 0;
    w->n_event = 0;
    w->more = false;
    enum err e = batch_begin(&b, t, &w->a);
    cursor_open(&c, t, TREE_DESK);
    for (bool row = e == ERR_OK && cursor_seek(&c, KEY(w->from)); row && e == ERR_OK && !w->more; row = cursor_next(&c)) {
        struct columns x;
        if (c.key.n != 16 || !columns_read(c.key, c.val, &x))
            continue; /* store check names it */
        const uint8_t *k = c.key.p;
        if (row_waits(&x, w->r->now))
            e = sweep_one(&b, w, be64_get(k + 8), &n);
        w->more = n >= SWEEP_ITEMS;
        w->next = key_pair(be64_get(k), be64_get(k + 8) + 1);
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    return e == ERR_OK ? batch_flush(&b) : e;
}

enum err store_sweep(struct store *s, const struct store_rules *r, size_t *n)
{
    struct sweep w = {.r = r, .from = key_pair(0, 0)};
    enum err e;
    *n = 0;
    arena_init(&w.a, LIMIT_COMMIT_BYTES);
    do {
        e = db_write(s, sweep_body, &w);
        *n += e == ERR_OK ? w.n_event : 0;
        w.from = w.next;
    } while (e == ERR_OK && w.more);
    arena_release(&w.a);
    return e;
}
