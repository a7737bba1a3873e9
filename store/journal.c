/* What people say about a mention: appended first, applied in the same transaction. */
#include "base/limits.h"
#include "store/author.h"
#include "store/read.h"
#include "store/story.h"

#include <string.h>

struct mark_ctx {
    const struct journal_entry *e;
    const struct store_rules *r;
    struct arena *arena;
};

/* What a state that a person sets brings with it. */
static void apply_state(struct finding *f, enum desk_state to, int64_t at)
{
    bool claims = to == DESK_ANSWERED && f->mention.reply_state != REPLY_YES;
    f->claim = claims ? CLAIM_WAITING : CLAIM_NONE;
    f->claimed_at = claims ? at : 0;
    if (to == DESK_DISMISSED)
        f->override = 1 + VERDICT_NONE;
    else if (f->state == DESK_DISMISSED)
        f->override = 0;
    f->state = to;
}

static void apply_verdict(struct finding *f, const char *to)
{
    f->override = strcmp(to, "auto") == 0 ? 0 : 1 + (int)verdict_parse(to);
}

static const char *or_null(const char *s)
{
    return s[0] != '\0' ? s : NULL;
}

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
        apply_state(f, to, e->at);
    } else if (strcmp(e->action, "hold") == 0) {
        *from = f->hold_since != 0 ? "on" : "off";
        f->hold_since = strcmp(e->to, "on") != 0 ? 0 : f->hold_since != 0 ? f->hold_since : e->at;
    } else if (strcmp(e->action, "verdict") == 0) {
        *from = f->override != 0 ? verdict_word((enum verdict)(f->override - 1)) : "auto";
        apply_verdict(f, e->to);
    } else if (strcmp(e->action, "assign") == 0) {
        *from = f->assignee;
        f->assignee = or_null(e->to);
    } else if (strcmp(e->action, "cause") == 0) {
        *from = f->root_cause;
        f->root_cause = or_null(e->to);
    } else if (strcmp(e->action, "note") == 0) {
        *from = f->note;
        f->note = or_null(e->to);
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

/* Another mention of the same author has changed the picture. */
static void judge_other(void *ctx, struct item *i, const struct finding *before)
{
    const struct mark_ctx *m = ctx;
    if (m->r != NULL && m->r->judge != NULL)
        m->r->judge(m->r->ctx, &i->cur.f, before, &i->cur.f.judgement);
}

/* A claim is to be looked at, even on a page that has not changed. */
static enum err look_whole(struct batch *b, const struct finding *f)
{
    struct health_item *h;
    struct target_item *t = NULL;
    enum err e = batch_health(b, f->source, &h);
    const char *url[2] = {e == ERR_OK ? h->cur.url : NULL, f->mention.url};
    for (int i = 0; i < 2 && e == ERR_OK; i++) {
        if (url[i] != NULL)
            e = batch_target(b, f->source, url[i], false, &t);
        if (e != ERR_OK || url[i] == NULL || t == NULL)
            continue;
        target_forget(&t->cur);
        t->dirty = true;
    }
    return e;
}

static enum err mark_item(struct batch *b, struct item *i, struct mark_ctx *m)
{
    struct finding *f = &i->cur.f, *before = arena_alloc(b->a, sizeof *before);
    struct journal_entry entry = *m->e;
    const char *from = NULL;
    if (before == NULL)
        return store_no_memory();
    *before = *f;
    entry.at = entry.at != 0 ? entry.at : clock_now();
    enum err e = apply(f, &entry, &from);
    if (e != ERR_OK)
        return e;
    i->dirty = true;
    i->cur.auto_answered = i->cur.auto_answered && f->state == before->state;
    if (m->r != NULL && m->r->judge != NULL)
        m->r->judge(m->r->ctx, f, before, &f->judgement);
    e = author_update(b, i, before, judge_other, m);
    if (e == ERR_OK && f->claim == CLAIM_WAITING && before->claim != CLAIM_WAITING)
        e = look_whole(b, f);
    if (e != ERR_OK)
        return e;
    entry.mention_id = f->mention.id;
    entry.from = entry.from != NULL ? entry.from : from;
    e = batch_journal(b, f->seq, &entry);
    if (e == ERR_OK)
        e = story_tell(b, &i->cur, before, entry.at, true);
    if (e == ERR_OK && is_closed(f->state) && !is_closed(before->state) && i->cur.ticketed)
        e = batch_event(b, EVENT_RESOLVED, entry.at, &i->cur);
    return e == ERR_OK ? batch_flush(b) : e;
}

static enum err mark_body(struct txn *t, void *ctx)
{
    struct mark_ctx *m = ctx;
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
    return mark_item(&b, i, m);
}

enum err store_mark(struct store *s, const struct journal_entry *e, const struct store_rules *r)
{
    if (e->who == NULL || e->action == NULL || e->to == NULL || e->mention_id == NULL)
        return err_set(ERR_USAGE, "a mark needs a mention, a person, an action and a value");
    struct arena a;
    arena_init(&a, LIMIT_COMMIT_BYTES);
    struct mark_ctx m = {e, r, &a};
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
