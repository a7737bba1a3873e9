#include "store/missing.h"

#include "base/hash.h"
#include "store/read.h"
#include "store/story.h"

bool missing_span(const struct page *p, int64_t *after, int64_t *before)
{
    if (p->n_finding < 2 || p->target.kind == TARGET_DETAIL)
        return false;
    for (size_t i = 0; i < p->n_finding; i++) {
        struct when w = p->finding[i].mention.published;
        if (!when_known(w) || w.precision < PRECISION_DAY)
            return false;
        if (i > 0 && w.at > p->finding[i - 1].mention.published.at)
            return false; /* another order, or something pinned on top */
    }
    *after = p->finding[p->n_finding - 1].mention.published.at;
    *before = p->target.kind == TARGET_LISTING ? INT64_MAX : p->finding[0].mention.published.at;
    return true;
}

bool missing_look(struct stored *x, int64_t at)
{
    if (x->f.n_missed > 0 && at - x->missed_last < MISSING_LOOK_GAP_S)
        return false;
    if (x->f.n_missed == 0)
        x->f.missed_first = at;
    x->missed_last = at;
    x->f.n_missed++;
    if (x->f.n_missed < MISSING_LOOKS || x->f.missing_since != 0)
        return false;
    x->f.missing_since = x->f.missed_first;
    return true;
}

static enum err mark_one(struct batch *b, const struct store_rules *r, uint64_t seq, int64_t at, bool *unsure, size_t *n_missing)
{
    struct stored x;
    struct item *i;
    enum err e = read_stored(b->t, seq, b->a, &x);
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    if (x.said[PAGE_LISTING] == 0 || x.f.missing_since != 0)
        return ERR_OK; /* known from its own page only; or known already */
    if (x.f.mention.published.precision < PRECISION_DAY)
        return ERR_OK; /* it is filed under the time when it was found, which says nothing about its place */
    e = batch_item(b, x.f.mention.id, x.f.brand, false, &i);
    if (e != ERR_OK || i == NULL || i->page_no != 0)
        return e; /* another page of this commit has it */
    *unsure = true;
    if (x.f.last_seen >= at)
        return ERR_OK; /* this page is older news */
    struct finding *before = arena_alloc(b->a, sizeof *before);
    if (before == NULL)
        return store_no_memory();
    *before = i->cur.f;
    i->dirty = true;
    if (!missing_look(&i->cur, at))
        return ERR_OK;
    ++*n_missing;
    if (r->judge != NULL)
        r->judge(r->ctx, &i->cur.f, before, &i->cur.f.judgement);
    if (!i->cur.ticketed)
        return ERR_OK;
    e = story_tell(b, &i->cur, before, at, false);
    return e == ERR_OK ? batch_event(b, EVENT_MISSING, at, &i->cur) : e;
}

enum err missing_mark(struct batch *b, const struct store_rules *r, const struct page *p, const char *brand, const char *source,
                      int64_t at, bool *unsure, size_t *n_missing)
{
    int64_t after, before;
    struct cursor c;
    if (!missing_span(p, &after, &before))
        return ERR_OK;
    uint64_t brand_hash = hash64_str(brand), source_hash = hash64_str(source);
    struct key24 from = key_by_time(brand_hash, after, UINT64_MAX);
    enum err e = ERR_OK;
    cursor_open(&c, b->t, TREE_BY_TIME);
    for (bool more = cursor_seek(&c, KEY(from)); more && e == ERR_OK; more = cursor_next(&c)) {
        const uint8_t *k = c.key.p;
        struct columns x;
        if (c.key.n != 24 || be64_get(k) != brand_hash || time_get(k + 8) >= before)
            break;
        if (!columns_read(c.key, c.val, &x))
            continue;
        if (x.source_hash == source_hash)
            e = mark_one(b, r, be64_get(k + 16), at, unsure, n_missing);
    }
    if (e == ERR_OK)
        e = c.err;
    cursor_close(&c);
    return e;
}
