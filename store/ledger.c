/* What changed and what people did in a stretch of time, whatever the age of the mention. */
#include "base/limits.h"
#include "store/read.h"

#include <string.h>

struct span {
    int64_t since, until; /* until 0 = no end */
    bool (*cb)(void *ctx, const struct change *c);
    void *ctx;
};

/* The changes of one mention. false: the reader has had enough. */
static enum err tell_changes(struct store *s, const struct span *w, const struct finding *f, struct arena *a, bool *more)
{
    struct revision *r;
    size_t n;
    enum err e = store_revisions(s, f->seq, a, &r, &n);
    for (size_t i = 1; e == ERR_OK && *more && i < n; i++)
        if (r[i].seen_at >= w->since && (w->until == 0 || r[i].seen_at < w->until)) {
            struct change c = {r[i].seen_at, r[i].changed, &r[i - 1].mention, &r[i].mention, f};
            *more = w->cb(w->ctx, &c);
        }
    return e;
}

static enum err walk_changes(struct txn *t, const struct span *w)
{
    struct cursor c;
    struct arena a;
    struct key16 from = key_pair(0, 0);
    bool more = true;
    enum err e = ERR_OK;
    arena_init(&a, LIMIT_PAGE_ARENA);
    cursor_open(&c, t, TREE_REVISION);
    while (e == ERR_OK && more && cursor_seek(&c, KEY(from))) {
        struct stored x;
        uint64_t seq = c.key.n == 16 ? be64_get(c.key.p) : UINT64_MAX;
        if (seq == UINT64_MAX)
            break;
        arena_reset(&a);
        e = read_stored(t, seq, &a, &x);
        bool wanted = e == ERR_OK && x.revised_at >= w->since; /* revised_at: the newest change */
        e = e == ERR_NOTFOUND ? ERR_OK : e;
        if (e == ERR_OK && wanted)
            e = tell_changes(t->s, w, &x.f, &a, &more);
        from = key_pair(seq + 1, 0);
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    arena_release(&a);
    return e;
}

enum err store_changes(struct store *s, int64_t since, int64_t until, bool (*cb)(void *ctx, const struct change *c), void *ctx)
{
    struct txn t;
    struct span w = {since, until, cb, ctx};
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = walk_changes(&t, &w);
    db_read_end(&t);
    return e;
}

enum err store_journal_since(struct store *s, int64_t since, bool (*cb)(void *ctx, uint64_t seq, const struct journal_entry *e), void *ctx)
{
    struct txn t;
    struct cursor c;
    struct arena a;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    arena_init(&a, LIMIT_PAGE_ARENA);
    cursor_open(&c, &t, TREE_JOURNAL);
    for (bool more = cursor_first(&c); more; more = cursor_next(&c)) {
        struct journal_entry j;
        uint64_t seq = c.key.n == 16 ? be64_get(c.key.p) : 0;
        arena_reset(&a);
        if (!rec_get_journal(c.val, seq, &a, &j)) {
            store_damaged(s, TREE_JOURNAL, "entry");
            continue;
        }
        if (j.at >= since && !cb(ctx, seq, &j))
            break;
    }
    e = c.err;
    cursor_close(&c);
    arena_release(&a);
    db_read_end(&t);
    return e;
}
