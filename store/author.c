#include "store/author.h"

#include "base/hash.h"
#include "store/read.h"

#include <string.h>

bool author_key(const struct finding *f, uint8_t key[AUTHOR_KEY_BYTES])
{
    const struct author *a = &f->mention.author;
    const char *who = a->id != NULL ? a->id : a->name, *id = f->mention.id;
    if (who == NULL)
        return false;
    size_t site = strcspn(id, ":");
    uint64_t pair[2] = {hash64(id, site), hash64_str(who)};
    memcpy(key, "a:", 2);
    be64_put(key + 2, hash64_str(f->brand));
    be64_put(key + 10, hash64(pair, sizeof pair));
    be64_put(key + 18, f->seq);
    return true;
}

struct group {
    struct item *item[AUTHOR_GROUP_MAX + 1]; /* one more than counts: then it is a crowd */
    size_t n;
};

static void group_add(struct group *g, struct item *i)
{
    for (size_t k = 0; k < g->n; k++)
        if (g->item[k] == i)
            return;
    if (g->n <= AUTHOR_GROUP_MAX)
        g->item[g->n++] = i;
}

static enum err group_load(struct batch *b, struct group *g, uint64_t seq)
{
    struct stored x;
    struct item *i;
    enum err e = read_stored(b->t, seq, b->a, &x);
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    e = batch_item(b, x.f.mention.id, x.f.brand, false, &i);
    if (e == ERR_OK && i != NULL)
        group_add(g, i);
    return e;
}

/* The committed rows of one author: how many, up to one more than count, and what they lead to unless g is NULL. */
static enum err rows_read(struct batch *b, const uint8_t *key, struct group *g, size_t *n)
{
    struct cursor c;
    enum err e = ERR_OK;
    uint8_t from[AUTHOR_KEY_BYTES];
    memcpy(from, key, 18);
    memset(from + 18, 0, 8);
    *n = 0;
    cursor_open(&c, b->t, TREE_META);
    for (bool more = cursor_seek(&c, (struct bytes){from, sizeof from}); more && e == ERR_OK && *n <= AUTHOR_GROUP_MAX; more = cursor_next(&c)) {
        const uint8_t *k = c.key.p;
        if (c.key.n != AUTHOR_KEY_BYTES || memcmp(k, key, 18) != 0)
            break;
        ++*n;
        if (g != NULL)
            e = group_load(b, g, be64_get(k + 18));
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    return e;
}

static enum err group_read(struct batch *b, const uint8_t *key, struct group *g)
{
    size_t n;
    enum err e = rows_read(b, key, g, &n);
    for (const struct author_row *r = b->authors; r != NULL; r = r->next)
        if (memcmp(r->key, key, 18) == 0)
            group_add(g, r->item);
    return e;
}

static bool waits(const struct finding *f)
{
    return finding_negative(f) && f->mention.reply_state != REPLY_YES && (f->state == DESK_NEW || f->state == DESK_SEEN);
}

static bool earlier(const struct finding *a, const struct finding *b)
{
    int64_t x = finding_time(a), y = finding_time(b);
    return x != y ? x < y : strcmp(a->mention.id, b->mention.id) < 0;
}

static bool asked_before(const struct group *g, const struct item *i)
{
    if (g->n > AUTHOR_GROUP_MAX)
        return false;
    for (size_t k = 0; k < g->n; k++)
        if (g->item[k] != i && waits(&g->item[k]->cur.f) && earlier(&g->item[k]->cur.f, &i->cur.f))
            return true;
    return false;
}

static enum err file_under(struct batch *b, struct item *i, const uint8_t *key)
{
    struct author_row *r = arena_alloc(b->a, sizeof *r);
    if (r == NULL)
        return store_no_memory();
    memcpy(r->key, key, sizeof r->key);
    r->item = i;
    r->next = b->authors;
    b->authors = r;
    return ERR_OK;
}

enum err author_update(struct batch *b, struct item *i, const struct finding *before,
                       void (*changed)(void *ctx, struct item *i, const struct finding *before), void *ctx)
{
    uint8_t key[AUTHOR_KEY_BYTES], old[AUTHOR_KEY_BYTES];
    const struct finding *f = &i->cur.f;
    bool negative = finding_negative(f), was = before != NULL && finding_negative(before);
    if ((!negative && !was) || !author_key(f, key))
        return ERR_OK;
    bool filed = was && author_key(before, old) && memcmp(old, key, sizeof key) == 0;
    bool same = before != NULL && before->mention.reply_state == f->mention.reply_state && before->state == f->state;
    if (filed && negative && same)
        return ERR_OK;
    struct group g = {.n = 0};
    size_t n_row;
    enum err e = rows_read(b, key, NULL, &n_row);
    if (e != ERR_OK || n_row > AUTHOR_GROUP_MAX) /* a crowd by now: the commit that made it one has cleared them all */
        return e;
    e = filed ? ERR_OK : file_under(b, i, key);
    if (e == ERR_OK)
        e = group_read(b, key, &g);
    group_add(&g, i);
    for (size_t k = 0; k < g.n && e == ERR_OK; k++) {
        struct item *x = g.item[k];
        bool asked = asked_before(&g, x);
        if (asked == x->cur.f.asked_twice)
            continue;
        struct finding *copy = arena_alloc(b->a, sizeof *copy);
        if (copy == NULL)
            return store_no_memory();
        *copy = x->cur.f;
        x->cur.f.asked_twice = asked;
        x->dirty = true;
        changed(ctx, x, copy);
    }
    return e;
}

enum err store_author_earlier(struct store *s, const struct finding *f, size_t max, struct arena *a, struct finding **out, size_t *n)
{
    struct txn t;
    struct cursor c;
    uint8_t key[AUTHOR_KEY_BYTES], from[AUTHOR_KEY_BYTES];
    size_t cap = 0, looked = 0;
    *out = NULL;
    *n = 0;
    if (!author_key(f, key))
        return ERR_OK;
    memcpy(from, key, sizeof from);
    memset(from + 18, 0, 8);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    cursor_open(&c, &t, TREE_META);
    for (bool more = cursor_seek(&c, (struct bytes){from, sizeof from}); more && e == ERR_OK && *n < max && looked < AUTHOR_GROUP_MAX; more = cursor_next(&c), looked++) {
        const uint8_t *k = c.key.p;
        struct stored x;
        if (c.key.n != AUTHOR_KEY_BYTES || memcmp(k, key, 18) != 0)
            break;
        if (be64_get(k + 18) == f->seq || (e = read_stored_copy(&t, be64_get(k + 18), a, &x)) != ERR_OK || !earlier(&x.f, f)) {
            e = e == ERR_NOTFOUND ? ERR_OK : e;
            continue;
        }
        struct finding *grown = arena_grow(a, *out, *n, &cap, sizeof **out);
        if (!grown) {
            e = store_no_memory();
            break;
        }
        *out = grown;
        grown[(*n)++] = x.f;
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}
