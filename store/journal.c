/* What people say about a mention: appended first, applied in the same transaction. */
#include "base/limits.h"
#include "store/read.h"

#include <string.h>

struct mark_ctx {
    const struct journal_entry *e;
    struct arena *arena;
};

/* Apply to the finding; *from gets what was there. */
static enum err apply(struct finding *f, const struct journal_entry *e, const char **from)
{
    if (strcmp(e->action, "state") == 0) {
        enum desk_state to;
        *from = desk_state_word(f->state);
        if (!desk_state_parse(e->to, &to))
            return err_set(ERR_USAGE,
                           "\"%s\" is not a state of a mention (new, seen, answered, moved_private, resolved, dismissed)",
                           e->to);
        f->state = to;
    } else if (strcmp(e->action, "assign") == 0) {
        *from = f->assignee;
        f->assignee = e->to[0] != '\0' ? e->to : NULL;
    } else if (strcmp(e->action, "cause") == 0) {
        *from = f->root_cause;
        f->root_cause = e->to[0] != '\0' ? e->to : NULL;
    } else if (strcmp(e->action, "note") == 0) {
        *from = f->note;
        f->note = e->to[0] != '\0' ? e->to : NULL;
    }
    if (e->cause != NULL)
        f->root_cause = e->cause;
    if (e->note != NULL)
        f->note = e->note;
    return ERR_OK;
}

static bool is_closed(enum desk_state s)
{
    return s == DESK_RESOLVED || s == DESK_DISMISSED;
}

static enum err mark_body(struct txn *t, void *ctx)
{
    const struct mark_ctx *m = ctx;
    struct batch b;
    struct stored x;
    struct item *i;
    uint64_t seq;
    enum err e = batch_begin(&b, t, m->arena);
    if (e == ERR_OK)
        e = read_find(t, m->e->mention_id, &seq);
    if (e != ERR_OK)
        return e;
    e = read_stored(t, seq, b.a, &x);
    if (e == ERR_OK)
        e = batch_item(&b, x.f.mention.id, x.f.brand, false, &i);
    if (e == ERR_NOTFOUND || (e == ERR_OK && (i == NULL || i->cur.f.seq != seq)))
        return err_set(ERR_NOTFOUND, "the record of mention %s is damaged; run \"earshot store check\"", m->e->mention_id);
    if (e != ERR_OK)
        return e;
    struct finding *f = &i->cur.f;
    struct journal_entry entry = *m->e;
    enum desk_state before = f->state;
    const char *from = NULL;
    e = apply(f, m->e, &from);
    if (e != ERR_OK)
        return e;
    i->dirty = true;
    i->cur.auto_answered = i->cur.auto_answered && f->state == before;
    entry.mention_id = f->mention.id;
    entry.from = entry.from != NULL ? entry.from : from;
    entry.at = entry.at != 0 ? entry.at : clock_now();
    entry.n = ++b.counters.journal;
    b.counters_dirty = true;
    struct bytes val = rec_put_journal(b.a, seq, &entry);
    if (val.p == NULL)
        return store_no_memory();
    if (is_closed(f->state) && !is_closed(before) && i->cur.ticketed)
        e = batch_event(&b, EVENT_RESOLVED, entry.at, &i->cur, f->brand, f->source);
    if (e == ERR_OK)
        e = batch_flush(&b);
    struct key16 key = key_pair(seq, entry.n);
    return e == ERR_OK ? db_put(t, TREE_JOURNAL, KEY(key), val) : e;
}

enum err store_mark(struct store *s, const struct journal_entry *e)
{
    if (e->who == NULL || e->action == NULL || e->to == NULL || e->mention_id == NULL)
        return err_set(ERR_USAGE, "a mark needs a mention, a person, an action and a value");
    struct arena a;
    arena_init(&a, LIMIT_COMMIT_BYTES);
    struct mark_ctx m = {e, &a};
    enum err err = db_write(s, mark_body, &m);
    arena_release(&a);
    return err;
}

enum err store_journal(struct store *s, uint64_t seq, struct arena *a, struct journal_entry **out, size_t *n)
{
    struct txn t;
    struct cursor c;
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    struct key16 from = key_pair(seq, 0);
    cursor_open(&c, &t, TREE_JOURNAL);
    for (bool more = cursor_seek(&c, KEY(from)); more && c.key.n == 16 && be64_get(c.key.p) == seq; more = cursor_next(&c)) {
        struct journal_entry *grown = arena_grow(a, *out, *n, &cap, sizeof *grown);
        void *copy = grown != NULL && c.val.n <= LIMIT_RECORD_BYTES ? arena_alloc(a, c.val.n) : NULL;
        if (copy == NULL)
            break;
        memcpy(copy, c.val.p, c.val.n);
        *out = grown;
        if (rec_get_journal((struct bytes){copy, c.val.n}, seq, a, &grown[*n]))
            (*n)++;
        else
            store_damaged(s, TREE_JOURNAL, "entry");
    }
    e = c.err != ERR_OK ? c.err : a->full ? store_no_memory() : ERR_OK;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}
