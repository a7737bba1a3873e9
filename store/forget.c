/* Retention and erasure: mentions go with all that hangs on them, and a hash stays so that the next crawl does not bring them back. */
#include "store/forget.h"

#include "base/hash.h"
#include "base/limits.h"
#include "store/author.h"
#include "store/read.h"

#include <stdlib.h>
#include <string.h>

#define PER_COMMIT 400   /* mentions, or rows of another tree */
#define PER_WALK   20000 /* rows looked at in one transaction */

/* ---------------------------------------------------------------- what is known as forgotten */

struct gone_key {
    uint8_t b[18];
};

static struct gone_key gone_key(const char *kind, const char *a, size_t a_n, const char *b)
{
    struct gone_key k;
    uint64_t part[3] = {hash64_str(kind), hash64(a, a_n), hash64_str(b)}, other[3] = {part[2], part[0], part[1]};
    memcpy(k.b, "g:", 2);
    be64_put(k.b + 2, hash64(part, sizeof part));
    be64_put(k.b + 10, hash64(other, sizeof other));
    return k;
}

static struct gone_key mention_gone(const char *id, const char *brand)
{
    return gone_key("mention", id, strlen(id), brand);
}

static struct gone_key author_gone(const char *id, const char *who)
{
    return gone_key("author", id, strcspn(id, ":"), who);
}

static enum err gone_get(struct txn *t, const struct gone_key *k, int64_t *at)
{
    struct bytes val;
    *at = INT64_MIN;
    enum err e = db_get(t, TREE_META, KEY(*k), &val);
    if (e == ERR_OK && seal_good(KEY(*k), val, 8))
        *at = time_get(val.p);
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err gone_put(struct txn *t, const struct gone_key *k, int64_t at)
{
    uint8_t time[8], val[8 + SEAL_BYTES];
    time_put(time, at);
    seal_put(KEY(*k), time, sizeof time, val);
    return db_put(t, TREE_META, KEY(*k), (struct bytes){val, sizeof val});
}

/* Most stores have forgotten nothing: looked up once in a transaction. */
static enum err any_gone(struct batch *b, bool *any)
{
    struct cursor c;
    enum err e = ERR_OK;
    if (b->forgot == FORGOT_UNKNOWN) {
        cursor_open(&c, b->t, TREE_META);
        bool found = cursor_seek(&c, (struct bytes){"g:", 2}) && c.key.n == sizeof(struct gone_key) && memcmp(c.key.p, "g:", 2) == 0;
        e = c.err;
        cursor_close(&c);
        b->forgot = found ? FORGOT_SOME : FORGOT_NONE;
    }
    *any = b->forgot == FORGOT_SOME;
    return e;
}

enum err forget_knows_id(struct batch *b, const char *id, const char *brand, bool *forgotten)
{
    bool any;
    int64_t at = INT64_MIN;
    enum err e = any_gone(b, &any);
    struct gone_key k = mention_gone(id, brand);
    if (e == ERR_OK && any)
        e = gone_get(b->t, &k, &at);
    *forgotten = at != INT64_MIN;
    return e;
}

enum err forget_knows(struct batch *b, const struct finding *f, bool *forgotten)
{
    const struct author *a = &f->mention.author;
    const char *who[2] = {a->id, a->name};
    enum err e = forget_knows_id(b, f->mention.id, f->brand, forgotten);
    for (int i = 0; i < 2 && e == ERR_OK && !*forgotten && b->forgot == FORGOT_SOME; i++) {
        int64_t at;
        if (who[i] == NULL || !when_known(f->mention.published))
            continue;
        struct gone_key k = author_gone(f->mention.id, who[i]);
        e = gone_get(b->t, &k, &at);
        *forgotten = at != INT64_MIN && f->mention.published.at <= at;
    }
    return e;
}

/* ---------------------------------------------------------------- which ones */

struct chosen {
    uint64_t seq, id; /* id: hash of mention id and brand */
};

struct forget {
    const struct store_forget *f;
    struct store_forgotten *out, round; /* round: of this transaction, which may be done again */
    struct arena a;
    struct chosen *list;
    size_t n, cap, at, next;
    size_t site_n; /* of f->author, before the colon */
};

static uint64_t id_hash(const char *id, const char *brand)
{
    uint64_t pair[2] = {hash64_str(id), hash64_str(brand)};
    return hash64(pair, sizeof pair);
}

static bool is_author(const struct forget *w, const struct mention *m)
{
    const char *want = w->f->author + w->site_n + 1, *name = m->author.name, *id = m->author.id, *url = m->author.url;
    if (strcspn(m->id, ":") != w->site_n || strncmp(m->id, w->f->author, w->site_n) != 0)
        return false;
    return (name != NULL && strcmp(name, want) == 0) || (id != NULL && strcmp(id, want) == 0) || (url != NULL && strcmp(url, want) == 0);
}

/* By age, what somebody still has to answer or has put on hold stays. */
static bool is_chosen(const struct forget *w, const struct stored *x, bool *kept)
{
    const struct finding *f = &x->f;
    bool open = f->judgement.verdict == VERDICT_REPLY && (f->state == DESK_NEW || f->state == DESK_SEEN);
    *kept = false;
    if (w->f->author != NULL)
        return is_author(w, &f->mention);
    if (finding_time(f) >= w->f->older_than)
        return false;
    *kept = open || f->hold_since != 0;
    return !*kept;
}

static bool choose_one(struct forget *w, const struct stored *x)
{
    bool kept;
    bool chosen = is_chosen(w, x, &kept);
    w->out->n_kept += kept;
    if (!chosen)
        return true;
    if (w->n == w->cap) {
        w->cap = w->cap == 0 ? 1024 : w->cap * 2;
        struct chosen *grown = realloc(w->list, w->cap * sizeof *grown);
        if (grown == NULL)
            return false;
        w->list = grown;
    }
    w->list[w->n++] = (struct chosen){x->f.seq, id_hash(x->f.mention.id, x->f.brand)};
    return true;
}

static enum err choose(struct store *s, struct forget *w)
{
    struct txn t;
    struct cursor c;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    cursor_open(&c, &t, TREE_MENTION); /* in the order of numbers: the list is sorted */
    for (bool more = cursor_first(&c); more && e == ERR_OK; more = cursor_next(&c)) {
        struct stored x;
        arena_reset(&w->a);
        if (c.key.n != 8 || !rec_get_mention(c.val, be64_get(c.key.p), &w->a, &x))
            store_damaged(s, TREE_MENTION, "mention");
        else if (!choose_one(w, &x))
            e = store_no_memory();
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}

static int by_seq(const void *pa, const void *pb)
{
    const struct chosen *a = pa, *b = pb;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static bool has_seq(const struct forget *w, uint64_t seq)
{
    const struct chosen key = {seq, 0};
    return seq != 0 && bsearch(&key, w->list, w->n, sizeof key, by_seq) != NULL;
}

/* ---------------------------------------------------------------- events and targets: one walk over the tree */

static bool event_goes(struct forget *w, const struct cursor *c, struct key24 *due)
{
    struct event_rec e;
    due->b[0] = 0;
    return rec_get_event_head(c->val, be64_get(c->key.p), &w->a, &e) && has_seq(w, e.mention_seq);
}

static int by_id_hash(const void *pa, const void *pb)
{
    const struct chosen *a = pa, *b = pb;
    return (a->id > b->id) - (a->id < b->id);
}

/* The list is sorted by id while targets are looked at. due: its row, all zero when there is none. */
static bool target_goes(struct forget *w, const struct cursor *c, struct key24 *due)
{
    struct target_rec r;
    if (!rec_get_target(c->val, be64_get(c->key.p), &w->a, &r) || r.t.kind != TARGET_DETAIL || r.t.mention_id == NULL || r.t.brand == NULL)
        return false;
    const struct chosen want = {0, id_hash(r.t.mention_id, r.t.brand)};
    if (bsearch(&want, w->list, w->n, sizeof want, by_id_hash) == NULL)
        return false;
    struct key16 key;
    memcpy(key.b, c->key.p, sizeof key.b);
    if (r.scheduled)
        *due = key_due(r.t.due_at, &key);
    return true;
}

struct sweep_tree {
    struct forget *w;
    enum tree tree;
    bool (*goes)(struct forget *w, const struct cursor *c, struct key24 *due);
    uint8_t from[16], next[16]; /* where this transaction begins, and where the next one does */
    size_t key_n;
    size_t n_gone;
    bool more;
};

/* Collected first: a cursor and deleting do not go together. */
static enum err tree_body(struct txn *t, void *ctx)
{
    struct sweep_tree *s = ctx;
    struct forget *w = s->w;
    struct {
        uint8_t key[16];
        struct key24 due;
    } gone[PER_COMMIT];
    static const struct key24 no_due;
    struct cursor c;
    size_t n_row = 0;
    enum err e = ERR_OK;
    s->n_gone = 0;
    cursor_open(&c, t, s->tree);
    bool more = cursor_seek(&c, (struct bytes){s->from, s->key_n});
    for (; more && s->n_gone < PER_COMMIT && n_row < PER_WALK; more = cursor_next(&c), n_row++) {
        struct key24 due = no_due;
        arena_reset(&w->a);
        if (c.key.n != s->key_n || !s->goes(w, &c, &due))
            continue;
        memcpy(gone[s->n_gone].key, c.key.p, s->key_n);
        gone[s->n_gone++].due = due;
    }
    s->more = more;
    if (more)
        memcpy(s->next, c.key.p, c.key.n < s->key_n ? c.key.n : s->key_n);
    e = c.err;
    cursor_close(&c);
    for (size_t i = 0; i < s->n_gone && e == ERR_OK; i++) {
        e = db_del(t, s->tree, (struct bytes){gone[i].key, s->key_n});
        if (e == ERR_OK && s->tree == TREE_TARGET && memcmp(&gone[i].due, &no_due, sizeof no_due) != 0)
            e = db_del(t, TREE_DUE, KEY(gone[i].due));
    }
    return e;
}

static enum err sweep_tree(struct store *s, struct forget *w, enum tree tree, uint64_t *n)
{
    bool events = tree == TREE_OUTBOX;
    struct sweep_tree x = {.w = w, .tree = tree, .goes = events ? event_goes : target_goes, .key_n = events ? 8 : 16};
    enum err e;
    if (w->n == 0)
        return ERR_OK;
    qsort(w->list, w->n, sizeof *w->list, events ? by_seq : by_id_hash);
    do {
        e = db_write(s, tree_body, &x);
        *n += e == ERR_OK ? x.n_gone : 0;
        memcpy(x.from, x.next, sizeof x.from);
    } while (e == ERR_OK && x.more);
    qsort(w->list, w->n, sizeof *w->list, by_seq);
    return e;
}

/* ---------------------------------------------------------------- the mentions */

/* All rows of a tree whose keys are (seq, n). */
static enum err drop_pairs(struct txn *t, enum tree tree, uint64_t seq, uint64_t *n)
{
    for (;;) {
        struct cursor c;
        struct key16 from = key_pair(seq, 0), key;
        cursor_open(&c, t, tree);
        bool found = cursor_seek(&c, KEY(from)) && c.key.n == sizeof key.b && be64_get(c.key.p) == seq;
        if (found)
            memcpy(key.b, c.key.p, sizeof key.b);
        enum err e = c.err;
        cursor_close(&c);
        if (e == ERR_OK && found)
            e = db_del(t, tree, KEY(key));
        if (e != ERR_OK || !found)
            return e;
        ++*n;
    }
}

static enum err drop_rows(struct txn *t, const struct stored *x)
{
    const struct finding *f = &x->f;
    struct columns c;
    struct key_text id;
    uint8_t author[AUTHOR_KEY_BYTES];
    columns_of(x, &c);
    struct key24 time = key_by_time(hash64_str(f->brand), c.at, f->seq);
    struct key16 desk = key_pair(hash64_str(f->brand), f->seq);
    struct key8 seq = key_seq(f->seq);
    key_mention(&id, f->mention.id, f->brand);
    enum err e = db_del(t, TREE_BY_TIME, KEY(time));
    if (e == ERR_OK)
        e = db_del(t, TREE_DESK, KEY(desk));
    if (e == ERR_OK && author_key(f, author))
        e = db_del(t, TREE_META, (struct bytes){author, sizeof author});
    if (e == ERR_OK)
        e = db_del(t, TREE_BY_ID, KEY_TEXT(id));
    return e == ERR_OK ? db_del(t, TREE_MENTION, KEY(seq)) : e;
}

static enum err drop_one(struct batch *b, struct forget *w, uint64_t seq)
{
    struct stored x;
    struct health_item *h;
    bool kept;
    enum err e = read_stored_copy(b->t, seq, b->a, &x);
    if (e != ERR_OK || !is_chosen(w, &x, &kept))
        return e == ERR_NOTFOUND ? ERR_OK : e; /* a person has taken it up meanwhile */
    struct gone_key gone = mention_gone(x.f.mention.id, x.f.brand);
    e = batch_health(b, x.f.source, &h);
    if (e == ERR_OK)
        e = drop_rows(b->t, &x);
    if (e == ERR_OK)
        e = drop_pairs(b->t, TREE_REVISION, seq, &w->round.n_revision);
    if (e == ERR_OK)
        e = drop_pairs(b->t, TREE_JOURNAL, seq, &w->round.n_journal);
    if (e == ERR_OK)
        e = gone_put(b->t, &gone, w->f->now);
    if (e != ERR_OK)
        return e;
    h->cur.n_mention -= h->cur.n_mention > 0;
    h->cur.n_forgotten++;
    h->dirty = true;
    w->round.n_mention++;
    return ERR_OK;
}

/* In the journal without a name: what was done, by whom, how many. */
static enum err note_it(struct batch *b, const struct forget *w)
{
    const struct store_forget *f = w->f;
    struct journal_entry e = {.at = f->now, .who = f->who, .mention_id = "", .action = f->author != NULL ? "erase" : "prune"};
    e.to = arena_printf(b->a, "%llu", (unsigned long long)w->round.n_mention);
    e.note = f->author != NULL ? arena_printf(b->a, "one author of %.*s", (int)w->site_n, f->author) : NULL;
    return w->round.n_mention == 0 ? ERR_OK : e.to == NULL ? store_no_memory() : batch_journal(b, 0, &e);
}

static enum err forget_body(struct txn *t, void *ctx)
{
    struct forget *w = ctx;
    struct batch b;
    w->round = (struct store_forgotten){0};
    enum err e = batch_begin(&b, t, &w->a);
    w->next = w->at;
    for (size_t n = 0; n < PER_COMMIT && w->next < w->n && e == ERR_OK; n++)
        e = drop_one(&b, w, w->list[w->next++].seq);
    if (e == ERR_OK)
        e = note_it(&b, w);
    return e == ERR_OK ? batch_flush(&b) : e;
}

static enum err author_body(struct txn *t, void *ctx)
{
    const struct forget *w = ctx;
    struct gone_key k = author_gone(w->f->author, w->f->author + w->site_n + 1);
    return gone_put(t, &k, w->f->now);
}

/* Events and targets first: a mention that is gone could not name them any more. What was written meanwhile goes at the end. */
static enum err forget_all(struct store *s, struct forget *w)
{
    enum err e = w->f->author != NULL ? db_write(s, author_body, w) : ERR_OK;
    if (e == ERR_OK)
        e = sweep_tree(s, w, TREE_OUTBOX, &w->out->n_event);
    if (e == ERR_OK)
        e = sweep_tree(s, w, TREE_TARGET, &w->out->n_target);
    while (e == ERR_OK && w->at < w->n) {
        e = db_write(s, forget_body, w);
        w->at = w->next;
        if (e != ERR_OK)
            break;
        w->out->n_mention += w->round.n_mention;
        w->out->n_revision += w->round.n_revision;
        w->out->n_journal += w->round.n_journal;
    }
    return e == ERR_OK ? sweep_tree(s, w, TREE_OUTBOX, &w->out->n_event) : e;
}

enum err store_forget(struct store *s, const struct store_forget *f, struct store_forgotten *out)
{
    struct forget w = {.f = f, .out = out};
    const char *colon = f->author != NULL ? strchr(f->author, ':') : NULL;
    *out = (struct store_forgotten){0};
    if ((f->author != NULL) == (f->older_than != 0) || (f->author != NULL && (colon == NULL || colon == f->author || colon[1] == '\0')) || (!f->dry_run && f->who == NULL))
        return err_set(ERR_USAGE, "say either how old, or whose: SITE:NAME, as in otzovik:maria-k");
    w.site_n = colon != NULL ? (size_t)(colon - f->author) : 0;
    arena_init(&w.a, LIMIT_COMMIT_BYTES);
    enum err e = choose(s, &w);
    if (e == ERR_OK && f->dry_run)
        out->n_mention = w.n;
    else if (e == ERR_OK)
        e = forget_all(s, &w);
    arena_release(&w.a);
    free(w.list);
    return e;
}
