/* What is due. `due` is ordered by time and carries what choosing needs; `target` holds the rest and is read only for what was chosen. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/batch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CANDIDATES 16 /* times max: rows looked at more closely in one call; then the scan ends */
#define DUE_BYTES_1 25 /* rows without a host, as first written */

struct due_row {
    int64_t due_at, last_try;
    uint64_t source_hash, brand_hash, host_hash;
    enum target_kind kind;
    struct key16 key;
};

/* A row that may be chosen; rank: how many of its host come before it. */
struct candidate {
    struct key16 key;
    uint64_t host;
    uint32_t rank, at;
};

struct host_count {
    uint64_t host;
    size_t n;
};

struct choice {
    const struct due_filter *f;
    struct arena scratch;
    struct candidate *v;
    size_t n, cap, max;
    struct host_count *host; /* open addressing */
    size_t n_host, host_cap;
};

uint64_t due_host(const char *url)
{
    char host[512];
    const char *at = strstr(url, "://");
    at = at != NULL ? at + 3 : url;
    size_t n = strcspn(at, "/?#");
    n = n < sizeof host ? n : sizeof host;
    for (size_t i = 0; i < n; i++)
        host[i] = (char)tolower((unsigned char)at[i]);
    return hash64(host, n) | 1; /* never 0 */
}

void due_row_put(const struct target_rec *t, uint8_t v[DUE_BYTES])
{
    be64_put(v, hash64_str(t->t.source));
    be64_put(v + 8, hash64_str(t->t.brand));
    time_put(v + 16, t->last_try);
    v[24] = (uint8_t)t->t.kind;
    be64_put(v + 25, due_host(t->t.url));
}

bool due_row_good(struct bytes key, struct bytes val)
{
    return key.n == 24 && seal_good(key, val, val.n == DUE_BYTES_1 + SEAL_BYTES ? DUE_BYTES_1 : DUE_BYTES);
}

static bool row_read(const struct cursor *c, struct due_row *r)
{
    if (!due_row_good(c->key, c->val)) {
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
    r->host_hash = c->val.n == DUE_BYTES + SEAL_BYTES ? be64_get(v + 25) : r->source_hash;
    return true;
}

static bool row_wanted(const struct due_row *r, const struct due_filter *f, int64_t now)
{
    if (f->brand != NULL && r->brand_hash != hash64_str(f->brand))
        return false;
    if (f->source_key != NULL && r->source_hash != hash64_str(f->source_key))
        return false;
    if (f->held != NULL && f->held(f->ctx, be64_get(r->key.b)))
        return false;
    /* a run over everything reads each page 1 once, even one that is due again at once */
    bool from_the_future = r->last_try > now + 3600; /* the clock of this machine was set back since */
    if (f->all && r->kind == TARGET_LISTING)
        return r->last_try < f->all_before || r->last_try == 0 || from_the_future;
    return r->due_at <= now;
}

/* ---------------------------------------------------------------- spreading over hosts */

static bool hosts_grow(struct choice *c)
{
    size_t cap = c->host_cap > 0 ? c->host_cap * 2 : 256;
    struct host_count *old = c->host, *host = arena_calloc(&c->scratch, cap, sizeof *host);
    if (host == NULL)
        return false;
    for (size_t i = 0; i < c->host_cap; i++) {
        size_t at = old[i].host & (cap - 1);
        while (old[i].host != 0 && host[at].host != 0)
            at = (at + 1) & (cap - 1);
        if (old[i].host != 0)
            host[at] = old[i];
    }
    c->host = host;
    c->host_cap = cap;
    return true;
}

/* How many of this host are chosen or in hand; NULL: out of memory. */
static size_t *host_taken(struct choice *c, uint64_t hash)
{
    if (c->n_host * 2 >= c->host_cap && !hosts_grow(c))
        return NULL;
    size_t at = hash & (c->host_cap - 1);
    while (c->host[at].host != 0 && c->host[at].host != hash)
        at = (at + 1) & (c->host_cap - 1);
    if (c->host[at].host == 0) {
        c->n_host++;
        c->host[at] = (struct host_count){hash, c->f->in_hand != NULL ? c->f->in_hand(c->f->ctx, hash) : 0};
    }
    return &c->host[at].n;
}

static enum err consider(struct choice *c, const struct due_row *r)
{
    size_t rank = 0;
    if (c->f->per_host > 0) {
        size_t *taken = host_taken(c, r->host_hash);
        if (taken == NULL)
            return store_no_memory();
        if (*taken >= c->f->per_host)
            return ERR_OK;
        rank = (*taken)++;
    }
    struct candidate *v = arena_grow(&c->scratch, c->v, c->n, &c->cap, sizeof *v);
    if (v == NULL)
        return store_no_memory();
    c->v = v;
    v[c->n] = (struct candidate){r->key, r->host_hash, (uint32_t)rank, (uint32_t)c->n};
    c->n++;
    return ERR_OK;
}

/* One of each host, then the second of each, ...; the longest overdue first among equals. */
static int by_rank(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;
    return a->rank != b->rank ? (a->rank > b->rank) - (a->rank < b->rank) : (a->at > b->at) - (a->at < b->at);
}

static enum err collect(struct choice *c, struct txn *t, int64_t now)
{
    size_t limit = c->f->per_host > 0 ? c->max * CANDIDATES : c->max;
    struct cursor cur;
    struct due_row r;
    enum err e = ERR_OK;
    cursor_open(&cur, t, TREE_DUE);
    for (bool more = cursor_first(&cur); more && c->n < limit && e == ERR_OK; more = cursor_next(&cur)) {
        if (!row_read(&cur, &r))
            continue;
        if (!c->f->all && r.due_at > now)
            break;
        if (row_wanted(&r, c->f, now))
            e = consider(c, &r);
    }
    if (e == ERR_OK)
        e = cur.err;
    cursor_close(&cur);
    if (c->n > 1 && c->f->per_host > 0)
        qsort(c->v, c->n, sizeof *c->v, by_rank);
    return e;
}

/* ---------------------------------------------------------------- the records */

/* The record of a due row, copied into the caller's arena. */
static enum err row_target(struct txn *t, const struct candidate *x, struct arena *a, struct target *out, bool *found)
{
    struct bytes val;
    struct target_rec rec;
    *found = false;
    enum err e = db_get(t, TREE_TARGET, KEY(x->key), &val);
    if (e == ERR_STORE)
        return e;
    void *copy = e == ERR_OK && val.n <= LIMIT_RECORD_BYTES ? arena_alloc(a, val.n) : NULL;
    if (e == ERR_OK && copy != NULL)
        memcpy(copy, val.p, val.n);
    if (copy == NULL || !rec_get_target((struct bytes){copy, val.n}, be64_get(x->key.b), a, &rec)) {
        if (a->full)
            return store_no_memory();
        store_damaged(t->s, TREE_TARGET, "due");
        return ERR_OK;
    }
    *out = rec.t;
    out->id = be64_get(x->key.b);
    out->host = x->host;
    *found = rec.scheduled;
    return ERR_OK;
}

enum err store_due(struct store *s, const struct due_filter *f, int64_t now, size_t max, struct arena *a, struct target **out,
                   size_t *n)
{
    struct txn t;
    struct choice c = {.f = f, .max = max};
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    arena_init(&c.scratch, LIMIT_COMMIT_BYTES);
    e = collect(&c, &t, now);
    for (size_t i = 0; i < c.n && *n < max && e == ERR_OK; i++) {
        struct target *grown = arena_grow(a, *out, *n, &cap, sizeof *grown);
        bool found;
        if (grown == NULL) {
            e = store_no_memory();
            break;
        }
        *out = grown;
        e = row_target(&t, &c.v[i], a, &grown[*n], &found);
        *n += e == ERR_OK && found;
    }
    arena_release(&c.scratch);
    db_read_end(&t);
    return e;
}
