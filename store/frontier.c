/* The frontier: the targets of the configured sources. What is due of them: due.c. */
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
