/* The frontier: which URLs are due. `due` is ordered by time and carries what filters need; `target` holds the rest. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/batch.h"

#include <string.h>

/* ---------------------------------------------------------------- seeding */

struct seed_ctx {
    const struct target *t;
    size_t n;
    int64_t now;
    struct arena *arena;
};

/* All targets of sources that fell asleep or woke up; rare, so a scan is good enough. */
static enum err set_dormant(struct batch *b, const char *source, bool dormant)
{
    struct cursor c;
    cursor_open(&c, b->t, TREE_TARGET);
    enum err e = ERR_OK;
    for (bool more = cursor_first(&c); more && e == ERR_OK; more = cursor_next(&c)) {
        struct target_rec rec;
        if (c.key.n != 16 || !rec_get_target(c.val, be64_get(c.key.p), b->a, &rec) || strcmp(rec.t.source, source) != 0 ||
            rec.dormant == dormant)
            continue;
        if (!dormant && rec.t.kind == TARGET_LISTING)
            continue; /* put_seed decides: its URL may be another by now */
        struct target_item *i;
        e = batch_target(b, rec.t.source, rec.t.url, false, &i);
        if (e != ERR_OK || i == NULL)
            continue;
        /* dormant and still to be done: remembered in due_at, which is 0 for what was done */
        if (dormant && !i->cur.scheduled)
            i->cur.t.due_at = 0;
        i->cur.dormant = dormant;
        i->cur.scheduled = !dormant && i->cur.t.due_at != 0;
        i->dirty = true;
    }
    if (e == ERR_OK)
        e = c.err;
    cursor_close(&c);
    return e;
}

static enum err leave_url(struct batch *b, const char *source, const char *url)
{
    struct target_item *i;
    enum err e = batch_target(b, source, url, false, &i);
    if (e != ERR_OK || i == NULL || !i->cur.scheduled)
        return e;
    i->cur.scheduled = false;
    i->cur.dormant = true;
    i->dirty = true;
    return ERR_OK;
}

static bool text_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static enum err put_seed(struct batch *b, const struct target *t, int64_t now)
{
    struct health_item *h;
    struct target_item *i;
    enum err e = batch_health(b, t->source, &h);
    if (e == ERR_OK && h->cur.dormant)
        e = set_dormant(b, t->source, false);
    if (e == ERR_OK && h->cur.url != NULL && strcmp(h->cur.url, t->url) != 0)
        e = leave_url(b, t->source, h->cur.url);
    if (e == ERR_OK)
        e = batch_target(b, t->source, t->url, true, &i);
    if (e != ERR_OK)
        return e;
    if (!i->on_disk || i->cur.t.kind != TARGET_LISTING) {
        i->cur = (struct target_rec){.t = *t, .scheduled = true};
        i->cur.t.kind = TARGET_LISTING;
        i->cur.t.depth = 1;
        i->cur.t.due_at = t->due_at != 0 ? t->due_at : now;
        i->dirty = true;
    } else if (i->cur.dormant || !i->cur.scheduled) {
        i->cur.dormant = false;
        i->cur.scheduled = true;
        i->cur.t.due_at = text_equal(h->cur.url, t->url) && i->cur.t.due_at != 0 ? i->cur.t.due_at : now;
        i->dirty = true;
    }
    if (!text_equal(i->cur.t.site, t->site) || !text_equal(i->cur.t.brand, t->brand)) {
        i->cur.t.site = t->site;
        i->cur.t.brand = t->brand;
        i->dirty = true;
    }
    if (i->dirty || h->cur.dormant || !text_equal(h->cur.url, t->url)) {
        h->cur.url = t->url;
        h->cur.brand = t->brand;
        h->cur.site = h->cur.site != NULL && t->site == NULL ? h->cur.site : t->site;
        h->cur.due_at = i->cur.t.due_at;
        h->cur.dormant = false;
        h->dirty = true;
    }
    return ERR_OK;
}

/* Sources that are stored but no longer configured. */
static enum err put_leavers(struct batch *b, const struct map *configured)
{
    struct cursor c;
    cursor_open(&c, b->t, TREE_HEALTH);
    enum err e = ERR_OK;
    for (bool more = cursor_first(&c); more && e == ERR_OK; more = cursor_next(&c)) {
        uint64_t hash = hash64(c.key.p, c.key.n);
        bool known = false;
        for (size_t at = hash & (configured->cap - 1); configured->cap > 0 && configured->slot[at].item != NULL && !known;
             at = (at + 1) & (configured->cap - 1))
            known = configured->slot[at].hash == hash;
        struct source_health rec;
        if (known || !rec_get_health(c.val, b->a, &rec) || rec.dormant)
            continue;
        struct health_item *h;
        e = batch_health(b, rec.key, &h);
        if (e != ERR_OK)
            break;
        h->cur.dormant = true;
        h->dirty = true;
        e = set_dormant(b, rec.key, true);
    }
    if (e == ERR_OK)
        e = c.err;
    cursor_close(&c);
    return e;
}

static enum err seed_body(struct txn *t, void *ctx)
{
    const struct seed_ctx *s = ctx;
    struct batch b;
    enum err e = batch_begin(&b, t, s->arena);
    for (size_t i = 0; i < s->n && e == ERR_OK; i++)
        e = put_seed(&b, &s->t[i], s->now);
    struct map configured = b.health; /* exactly the sources of the settings so far */
    if (e == ERR_OK)
        e = put_leavers(&b, &configured);
    return e == ERR_OK ? batch_flush(&b) : e;
}

enum err store_seed(struct store *s, const struct target *t, size_t n, int64_t now)
{
    struct arena a;
    arena_init(&a, LIMIT_COMMIT_BYTES);
    struct seed_ctx c = {t, n, now, &a};
    enum err e = db_write(s, seed_body, &c);
    arena_release(&a);
    return e;
}

/* ---------------------------------------------------------------- what is due */

struct due_row {
    int64_t due_at, last_try;
    uint64_t source_hash, brand_hash;
    enum target_kind kind;
    struct key16 key;
};

static bool row_read(const struct cursor *c, struct due_row *r)
{
    if (c->key.n != 24 || !seal_good(c->key, c->val, DUE_BYTES)) {
        store_damaged(c->t->s, TREE_DUE, "row");
        return false;
    }
    const uint8_t *k = c->key.p, *v = c->val.p;
    r->due_at = time_get(k);
    memcpy(r->key.b, k + 8, 16);
    r->source_hash = be64_get(v);
    r->brand_hash = be64_get(v + 8);
    r->last_try = time_get(v + 16);
    r->kind = (enum target_kind)v[24];
    return true;
}

static bool row_wanted(const struct due_row *r, const struct due_filter *f, int64_t now)
{
    if (f->brand != NULL && r->brand_hash != hash64_str(f->brand))
        return false;
    if (f->source_key != NULL && r->source_hash != hash64_str(f->source_key))
        return false;
    /* a run over everything reads each page 1 once, even one that is due again at once */
    if (f->all && r->kind == TARGET_LISTING)
        return r->last_try < f->all_before || r->last_try == 0;
    return r->due_at <= now;
}

/* The record of a due row, copied into the caller's arena. */
static enum err row_target(struct txn *t, const struct due_row *r, struct arena *a, struct target *out, bool *found)
{
    struct bytes val;
    struct target_rec rec;
    *found = false;
    enum err e = db_get(t, TREE_TARGET, KEY(r->key), &val);
    if (e == ERR_STORE)
        return e;
    void *copy = e == ERR_OK && val.n <= LIMIT_RECORD_BYTES ? arena_alloc(a, val.n) : NULL;
    if (e == ERR_OK && copy != NULL)
        memcpy(copy, val.p, val.n);
    if (copy == NULL || !rec_get_target((struct bytes){copy, val.n}, be64_get(r->key.b), a, &rec)) {
        if (a->full)
            return store_no_memory();
        store_damaged(t->s, TREE_TARGET, "due");
        return ERR_OK;
    }
    *out = rec.t;
    *found = rec.scheduled;
    return ERR_OK;
}

enum err store_due(struct store *s, const struct due_filter *f, int64_t now, size_t max, struct arena *a, struct target **out,
                   size_t *n)
{
    struct txn t;
    struct cursor c;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    size_t cap = 0;
    cursor_open(&c, &t, TREE_DUE);
    for (bool more = cursor_first(&c); more && *n < max && e == ERR_OK; more = cursor_next(&c)) {
        struct due_row r;
        if (!row_read(&c, &r))
            continue;
        if (!f->all && r.due_at > now)
            break;
        if (!row_wanted(&r, f, now))
            continue;
        struct target *grown = arena_grow(a, *out, *n, &cap, sizeof *grown);
        if (grown == NULL) {
            e = store_no_memory();
            break;
        }
        *out = grown;
        bool found;
        e = row_target(&t, &r, a, &grown[*n], &found);
        *n += e == ERR_OK && found;
    }
    if (e == ERR_OK)
        e = c.err;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}
