/* Events wait here for the feed; each sink has a cursor. */
#include "base/limits.h"
#include "store/read.h"
#include "store/sink.h"

#include <string.h>

static enum err cursor_read(struct txn *t, const char *sink, uint64_t *seq)
{
    struct key_text key;
    struct bytes val;
    key_name(&key, "c:", sink);
    *seq = 0;
    enum err e = db_get(t, TREE_META, KEY_TEXT(key), &val);
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    if (!seal_good(KEY_TEXT(key), val, 8))
        return err_set(ERR_STORE,
                       "the store %s is damaged (how far sink %s has come cannot be read); run \"earshot store check\", or put "
                       "back a backup",
                       t->s->path, sink);
    *seq = be64_get(val.p);
    return ERR_OK;
}

static enum err events_after(struct txn *t, uint64_t seq, size_t max, bool (*cb)(void *ctx, const struct event *e), void *ctx)
{
    struct cursor c;
    struct arena a;
    arena_init(&a, LIMIT_PAGE_ARENA);
    cursor_open(&c, t, TREE_OUTBOX);
    struct key8 from = key_seq(seq + 1);
    size_t n = 0;
    for (bool more = cursor_seek(&c, KEY(from)); more && (max == 0 || n < max); more = cursor_next(&c)) {
        struct event_rec rec;
        struct stored x;
        arena_reset(&a);
        if (c.key.n != 8 || !rec_get_event(c.val, be64_get(c.key.p), &a, &rec, &x)) {
            store_damaged(t->s, TREE_OUTBOX, "event");
            continue;
        }
        struct event ev = {rec.seq, rec.at, rec.type, rec.mention_id, rec.brand, rec.source, x.f, rec.outcome, rec.reason};
        n++;
        if (!cb(ctx, &ev))
            break;
    }
    enum err e = c.err;
    cursor_close(&c);
    arena_release(&a);
    return e;
}

enum err store_events(struct store *s, const char *sink, size_t max, bool (*cb)(void *ctx, const struct event *e), void *ctx)
{
    struct txn t;
    uint64_t done;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = cursor_read(&t, sink, &done);
    if (e == ERR_OK)
        e = events_after(&t, done, max, cb, ctx);
    db_read_end(&t);
    return e;
}

enum err store_events_after(struct store *s, uint64_t seq, size_t max, bool (*cb)(void *ctx, const struct event *e), void *ctx)
{
    struct txn t;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = events_after(&t, seq, max, cb, ctx);
    db_read_end(&t);
    return e;
}

static bool among(const char *const *types, const char *type)
{
    for (size_t i = 0; types != NULL && types[i] != NULL; i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return types == NULL;
}

/* Events lie in the order of writing: from the newest back until they are older than asked for. */
enum err store_events_since(struct store *s, int64_t since, const char *const *types, bool (*cb)(void *ctx, const struct event *e), void *ctx)
{
    struct txn t;
    struct cursor c;
    struct arena a;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    arena_init(&a, LIMIT_PAGE_ARENA);
    cursor_open(&c, &t, TREE_OUTBOX);
    for (bool more = cursor_last(&c); more; more = cursor_prev(&c)) {
        struct event_rec rec;
        struct stored x;
        arena_reset(&a);
        uint64_t seq = c.key.n == 8 ? be64_get(c.key.p) : 0;
        bool good = rec_get_event_head(c.val, seq, &a, &rec);
        if (good && rec.at < since)
            break;
        if (good && !among(types, rec.type))
            continue;
        if (!good || !rec_get_event(c.val, seq, &a, &rec, &x)) {
            store_damaged(s, TREE_OUTBOX, "event");
            continue;
        }
        struct event ev = {rec.seq, rec.at, rec.type, rec.mention_id, rec.brand, rec.source, x.f, rec.outcome, rec.reason};
        if (!cb(ctx, &ev))
            break;
    }
    e = c.err;
    cursor_close(&c);
    arena_release(&a);
    db_read_end(&t);
    return e;
}

enum err outbox_cursor_put(struct txn *t, const char *sink, uint64_t to)
{
    uint64_t now;
    enum err e = cursor_read(t, sink, &now);
    if (e != ERR_OK || now >= to)
        return e;
    struct key_text key;
    struct key8 seq = key_seq(to);
    uint8_t b[8 + SEAL_BYTES];
    key_name(&key, "c:", sink);
    seal_put(KEY_TEXT(key), seq.b, 8, b);
    return db_put(t, TREE_META, KEY_TEXT(key), (struct bytes){b, sizeof b});
}

struct cursor_ctx {
    const char *sink;
    uint64_t seq;
};

static enum err cursor_body(struct txn *t, void *ctx)
{
    const struct cursor_ctx *x = ctx;
    return outbox_cursor_put(t, x->sink, x->seq);
}

enum err store_cursor_set(struct store *s, const char *sink, uint64_t seq)
{
    struct cursor_ctx x = {sink, seq};
    return db_write(s, cursor_body, &x);
}

enum err store_cursor(struct store *s, const char *sink, uint64_t *seq, uint64_t *newest)
{
    struct txn t;
    struct cursor c;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = cursor_read(&t, sink, seq);
    cursor_open(&c, &t, TREE_OUTBOX);
    *newest = cursor_last(&c) && c.key.n == 8 ? be64_get(c.key.p) : 0;
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}

enum err store_sinks(struct store *s, struct arena *a, struct sink_cursor **out, size_t *n)
{
    struct txn t;
    struct cursor c;
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    cursor_open(&c, &t, TREE_META);
    for (bool more = cursor_seek(&c, (struct bytes){"c:", 2}); more && c.key.n > 2 && memcmp(c.key.p, "c:", 2) == 0; more = cursor_next(&c)) {
        struct sink_cursor *grown = arena_grow(a, *out, *n, &cap, sizeof *grown);
        const char *name = arena_strndup(a, (const char *)c.key.p + 2, c.key.n - 2);
        if (grown == NULL || name == NULL)
            break;
        *out = grown;
        if (seal_good(c.key, c.val, 8))
            grown[(*n)++] = (struct sink_cursor){name, be64_get(c.val.p)};
        else
            store_damaged(s, TREE_META, "sink");
    }
    e = c.err != ERR_OK ? c.err : a->full ? store_no_memory() : ERR_OK;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}
