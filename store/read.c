/* One mention: by number, by name, and what it was before. */
#include "store/read.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err stored_at(struct txn *t, uint64_t seq, struct arena *a, bool copy, struct stored *out)
{
    struct key8 key = key_seq(seq);
    struct bytes val;
    enum err e = db_get(t, TREE_MENTION, KEY(key), &val);
    if (e != ERR_OK)
        return e;
    if (copy && val.n <= LIMIT_RECORD_BYTES) {
        void *to = arena_alloc(a, val.n);
        if (to == NULL)
            return store_no_memory();
        guard_enter();
        memcpy(to, val.p, val.n);
        guard_leave();
        val.p = to;
    }
    if (rec_get_mention(val, seq, a, out))
        return ERR_OK;
    if (a->full)
        return store_no_memory();
    char name[32];
    snprintf(name, sizeof name, "#%llu", (unsigned long long)seq);
    store_damaged(t->s, TREE_MENTION, name);
    return ERR_NOTFOUND;
}

enum err read_stored(struct txn *t, uint64_t seq, struct arena *a, struct stored *out)
{
    return stored_at(t, seq, a, false, out);
}
enum err read_stored_copy(struct txn *t, uint64_t seq, struct arena *a, struct stored *out)
{
    return stored_at(t, seq, a, true, out);
}

/* ---------------------------------------------------------------- finding by name */

#define SHOW_MAX 5
struct matches {
    uint64_t seq[SHOW_MAX];
    char id[SHOW_MAX][120];
    size_t n;
};

static void match_add(struct matches *m, const struct cursor *c)
{
    if (!seal_good(c->key, c->val, 8)) {
        store_damaged(c->t->s, TREE_BY_ID, "entry");
        return;
    }
    if (m->n < SHOW_MAX) {
        size_t id_n = strnlen(c->key.p, c->key.n);
        snprintf(m->id[m->n], sizeof m->id[0], "%.*s", (int)(id_n < 100 ? id_n : 100), (const char *)c->key.p);
        m->seq[m->n] = be64_get(c->val.p);
    }
    m->n++;
}

static enum err match_prefix(struct txn *t, const struct key_text *prefix, size_t n, struct matches *m)
{
    struct cursor c;
    cursor_open(&c, t, TREE_BY_ID);
    for (bool more = cursor_seek(&c, (struct bytes){prefix->b, n}); more; more = cursor_next(&c)) {
        if (c.key.n < n || memcmp(c.key.p, prefix->b, n) != 0 || m->n > SHOW_MAX)
            break;
        match_add(m, &c);
    }
    enum err e = c.err;
    cursor_close(&c);
    return e;
}

/* whole: the tail is all that follows a ':' */
static enum err match_tail(struct txn *t, const char *tail, bool whole, struct matches *m)
{
    struct cursor c;
    size_t n = strlen(tail);
    cursor_open(&c, t, TREE_BY_ID);
    for (bool more = cursor_first(&c); more && m->n <= SHOW_MAX; more = cursor_next(&c)) {
        const char *key = c.key.p;
        size_t id_n = c.key.n > 9 ? c.key.n - 9 : 0; /* NUL and hash of the brand */
        if (id_n < n || memcmp(key + id_n - n, tail, n) != 0 || (whole && (id_n == n || key[id_n - n - 1] != ':')))
            continue;
        match_add(m, &c);
    }
    enum err e = c.err;
    cursor_close(&c);
    return e;
}

static enum err find_number(struct txn *t, const char *id, uint64_t *seq)
{
    char *end;
    unsigned long long n = strtoull(id + 1, &end, 10);
    struct bytes val;
    struct key8 key = key_seq(n);
    enum err e = *end == '\0' && n != 0 ? db_get(t, TREE_MENTION, KEY(key), &val) : ERR_NOTFOUND;
    if (e == ERR_NOTFOUND)
        return err_set(ERR_NOTFOUND, "there is no mention %s in the store", id);
    *seq = n;
    return e;
}

static enum err not_unique(const char *id, const struct matches *m)
{
    char list[SHOW_MAX * 160] = "";
    size_t at = 0;
    for (size_t i = 0; i < m->n && i < SHOW_MAX; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%s (#%llu)", i > 0 ? ", " : "", m->id[i],
                               (unsigned long long)m->seq[i]);
    return err_set(ERR_NOTFOUND, "\"%s\" fits several mentions: %s%s; give more of the id, or its number", id, list,
                   m->n > SHOW_MAX ? ", ..." : "");
}

enum err read_find(struct txn *t, const char *id, uint64_t *seq)
{
    struct key_text key;
    struct matches m = {.n = 0};
    if (id == NULL || id[0] == '\0')
        return err_set(ERR_NOTFOUND, "the id of a mention is empty");
    if (id[0] == '#')
        return find_number(t, id, seq);
    key_mention(&key, id, NULL);
    enum err e = match_prefix(t, &key, key.n, &m); /* the whole id, of any brand */
    if (e == ERR_OK && m.n == 0 && key.n > 1)
        e = match_prefix(t, &key, key.n - 1, &m);
    if (e == ERR_OK && m.n == 0)
        e = match_tail(t, id, true, &m);
    if (e == ERR_OK && m.n == 0)
        e = match_tail(t, id, false, &m);
    if (e != ERR_OK)
        return e;
    if (m.n == 0)
        return err_set(ERR_NOTFOUND, "there is no mention \"%s\" in the store", id);
    if (m.n > 1)
        return not_unique(id, &m);
    *seq = m.seq[0];
    return ERR_OK;
}

enum err store_get(struct store *s, const char *id, struct arena *a, struct finding *out)
{
    struct txn t;
    struct stored x;
    uint64_t seq;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = read_find(&t, id, &seq);
    if (e == ERR_OK) {
        e = read_stored_copy(&t, seq, a, &x);
        if (e == ERR_NOTFOUND)
            e = err_set(ERR_NOTFOUND, "the record of mention %s is damaged; run \"earshot store check\"", id);
    }
    db_read_end(&t);
    if (e == ERR_OK)
        *out = x.f;
    return e;
}

/* ---------------------------------------------------------------- history */

const char *changed_words(struct arena *a, uint32_t changed)
{
    static const char *const words[] = {"title", "text", "rating", "pros", "cons", "reply"};
    char list[64] = "";
    size_t at = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (changed & 1U << i)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at > 0 ? "," : "", words[i]);
    return arena_strdup(a, list);
}

static bool old_revision(const struct cursor *c, uint64_t seq, struct arena *a, struct revision *out)
{
    struct revision_rec r;
    void *copy = c->val.n <= LIMIT_RECORD_BYTES ? arena_alloc(a, c->val.n) : NULL;
    if (copy == NULL)
        return false;
    guard_enter();
    memcpy(copy, c->val.p, c->val.n);
    guard_leave();
    if (!rec_get_revision((struct bytes){copy, c->val.n}, seq, a, &r, &out->mention)) {
        store_damaged(c->t->s, TREE_REVISION, "revision");
        return false;
    }
    out->n = r.n;
    out->seen_at = r.seen_at;
    out->changed = changed_words(a, r.changed);
    return true;
}

static enum err revisions(struct txn *t, uint64_t seq, struct arena *a, struct revision **out, size_t *n)
{
    struct stored x;
    struct cursor c;
    size_t cap = 0;
    enum err e = read_stored_copy(t, seq, a, &x);
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? err_set(ERR_NOTFOUND, "there is no mention #%llu in the store", (unsigned long long)seq) : e;
    struct key16 from = key_pair(seq, 0);
    cursor_open(&c, t, TREE_REVISION);
    bool more = cursor_seek(&c, KEY(from));
    for (;;) {
        struct revision *grown = arena_grow(a, *out, *n, &cap, sizeof *grown);
        if (grown == NULL)
            break;
        *out = grown;
        bool old = more && c.key.n == 16 && be64_get(c.key.p) == seq;
        if (!old) {
            grown[(*n)++] = (struct revision){x.f.n_revision, x.revised_at, changed_words(a, x.changed), x.f.mention};
            break;
        }
        *n += old_revision(&c, seq, a, &grown[*n]);
        more = cursor_next(&c);
    }
    e = c.err;
    cursor_close(&c);
    return e != ERR_OK ? e : a->full ? store_no_memory() : ERR_OK;
}

enum err store_revisions(struct store *s, uint64_t seq, struct arena *a, struct revision **out, size_t *n)
{
    struct txn t;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = revisions(&t, seq, a, out, n);
    db_read_end(&t);
    return e;
}
