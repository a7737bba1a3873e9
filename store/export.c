/* Everything as JSON lines. Findings, revisions, journal and events go by mention in the order of by_id; targets by source and
 * URL. */
#include "base/contract.h"
#include "base/limits.h"
#include "store/dump.h"
#include "store/read.h"

#include <stdlib.h>
#include <string.h>

struct export
{
    struct txn *t;
    bool (*line)(void *ctx, const char *s, size_t n);
    void *ctx;
    struct arena a;
    struct arena names; /* that a list is sorted by */
    struct strbuf out;
    bool stopped;
};

static bool emit(struct export *x)
{
    if (x->out.full)
        return true; /* cannot happen below LIMIT_RECORD_BYTES times the cost of escapes */
    strbuf_putc(&x->out, '\n');
    x->stopped = !x->line(x->ctx, x->out.s, x->out.n);
    return !x->stopped;
}

static void open_line(struct export *x, struct jsonw *w, const char *type)
{
    strbuf_clear(&x->out);
    jsonw_init(w, &x->out);
    jsonw_object(w);
    jsonw_kstr(w, "t", type);
}

/* Without what depends on when and in which order pages came. */
static struct finding stable_finding(const struct finding *f)
{
    struct finding s = *f;
    s.seq = 0;
    s.first_seen = s.last_seen = s.missing_since = 0;
    s.judgement.due_at = s.judgement.clock_at = s.judgement.legal_at = s.judgement.stopped_at = 0;
    s.judgement.used_s = s.judgement.took_s = 0;
    s.judgement.sla = SLA_NONE;
    s.n_missed = 0;
    s.missed_first = 0;
    if (!when_known(f->mention.reply.published))
        s.answered_at = 0;
    return s;
}

static bool put_finding(struct export *x, const struct stored *m)
{
    struct jsonw w;
    struct finding f = stable_finding(&m->f);
    open_line(x, &w, "finding");
    jsonw_kstr(&w, "id", f.mention.id);
    jsonw_kbool(&w, "ticketed", m->ticketed);
    jsonw_key(&w, "finding");
    contract_finding(&w, &f);
    jsonw_object_end(&w);
    return emit(x);
}

static bool put_revision(struct export *x, const struct revision_rec *r, const struct mention *m)
{
    struct jsonw w;
    open_line(x, &w, "revision");
    jsonw_kstr(&w, "id", m->id);
    jsonw_kint(&w, "n", r->n);
    jsonw_kstr(&w, "changed", changed_words(&x->a, r->changed));
    jsonw_key(&w, "mention");
    contract_mention(&w, m);
    jsonw_object_end(&w);
    return emit(x);
}

static enum err put_revisions(struct export *x, const struct stored *m)
{
    struct cursor c;
    struct key16 from = key_pair(m->f.seq, 0);
    cursor_open(&c, x->t, TREE_REVISION);
    for (bool more = cursor_seek(&c, KEY(from)); more && c.key.n == 16 && be64_get(c.key.p) == m->f.seq && !x->stopped;
         more = cursor_next(&c)) {
        struct revision_rec r;
        struct mention old;
        if (rec_get_revision(c.val, m->f.seq, &x->a, &r, &old))
            put_revision(x, &r, &old);
        else
            store_damaged(x->t->s, TREE_REVISION, m->f.mention.id);
    }
    enum err e = c.err;
    cursor_close(&c);
    struct revision_rec newest = {m->f.n_revision, m->changed, m->revised_at};
    if (e == ERR_OK && !x->stopped)
        put_revision(x, &newest, &m->f.mention);
    return e;
}

static enum err put_journal(struct export *x, const struct stored *m)
{
    struct cursor c;
    struct key16 from = key_pair(m->f.seq, 0);
    cursor_open(&c, x->t, TREE_JOURNAL);
    for (bool more = cursor_seek(&c, KEY(from)); more && c.key.n == 16 && be64_get(c.key.p) == m->f.seq && !x->stopped;
         more = cursor_next(&c)) {
        struct journal_entry j;
        struct jsonw w;
        if (!rec_get_journal(c.val, m->f.seq, &x->a, &j)) {
            store_damaged(x->t->s, TREE_JOURNAL, m->f.mention.id);
            continue;
        }
        open_line(x, &w, "journal");
        jsonw_kstr(&w, "id", j.mention_id);
        jsonw_key(&w, "at");
        jsonw_time(&w, j.at);
        jsonw_kstr(&w, "who", j.who);
        jsonw_kstr(&w, "action", j.action);
        jsonw_kstr(&w, "from", j.from);
        jsonw_kstr(&w, "to", j.to);
        jsonw_kstr(&w, "note", j.note);
        jsonw_kstr(&w, "cause", j.cause);
        jsonw_object_end(&w);
        emit(x);
    }
    enum err e = c.err;
    cursor_close(&c);
    return e;
}

static enum err put_mentions(struct export *x)
{
    struct cursor c;
    enum err e = ERR_OK;
    cursor_open(&c, x->t, TREE_BY_ID);
    for (bool more = cursor_first(&c); more && e == ERR_OK && !x->stopped; more = cursor_next(&c)) {
        struct stored m;
        if (!seal_good(c.key, c.val, 8)) {
            store_damaged(x->t->s, TREE_BY_ID, "entry");
            continue;
        }
        arena_reset(&x->a);
        e = read_stored(x->t, be64_get(c.val.p), &x->a, &m);
        if (e == ERR_NOTFOUND) {
            e = ERR_OK;
            continue;
        }
        if (e == ERR_OK && put_finding(x, &m))
            e = put_revisions(x, &m);
        if (e == ERR_OK && !x->stopped)
            e = put_journal(x, &m);
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    return e;
}

/* ---------------------------------------------------------------- targets and events: sorted in memory, by names instead of
 * hashes */

struct sorted {
    const char *a, *b; /* what it is sorted by */
    uint64_t n;
    size_t place; /* keeps equals in order */
    struct bytes key, val;
};

static int by_names(const void *pa, const void *pb)
{
    const struct sorted *x = pa, *y = pb;
    int c = strcmp(x->a, y->a);
    c = c != 0 ? c : strcmp(x->b, y->b);
    return c != 0 ? c : (x->place > y->place) - (x->place < y->place);
}

static bool put_target(struct export *x, const struct sorted *i)
{
    struct target_rec r;
    struct jsonw w;
    if (!rec_get_target(i->val, be64_get(i->key.p), &x->a, &r))
        return true;
    open_line(x, &w, "target");
    jsonw_kstr(&w, "source", r.t.source);
    jsonw_kstr(&w, "url", r.t.url);
    jsonw_kstr(&w, "kind", target_kind_word(r.t.kind));
    jsonw_kint(&w, "depth", r.t.depth);
    jsonw_kstr(&w, "site", r.t.site);
    jsonw_kstr(&w, "mention_id", r.t.mention_id);
    jsonw_kbool(&w, "scheduled", r.scheduled);
    jsonw_kbool(&w, "dormant", r.dormant);
    jsonw_kint(&w, "failures", r.t.failures);
    jsonw_kstr(&w, "etag", r.t.etag);
    jsonw_kstr(&w, "last_modified", r.t.last_modified);
    jsonw_object_end(&w);
    return emit(x);
}

static bool put_event(struct export *x, const struct sorted *i)
{
    struct event_rec e;
    struct stored m;
    struct jsonw w;
    arena_reset(&x->a);
    if (!rec_get_event(i->val, be64_get(i->key.p), &x->a, &e, &m))
        return true;
    open_line(x, &w, "event");
    jsonw_kstr(&w, "id", e.mention_id);
    jsonw_kstr(&w, "type", e.type);
    jsonw_kstr(&w, "brand", e.brand);
    jsonw_kstr(&w, "source", e.source);
    jsonw_object_end(&w);
    return emit(x);
}

/* Two names to sort a record by; false when it is damaged. */
static bool sort_names(struct export *x, enum tree tree, struct sorted *i)
{
    struct target_rec r;
    struct event_rec e;
    struct stored m;
    if (tree == TREE_TARGET) {
        if (i->key.n != 16 || !rec_get_target(i->val, be64_get(i->key.p), &x->a, &r))
            return false;
        i->a = arena_strdup(&x->names, r.t.source);
        i->b = arena_strdup(&x->names, r.t.url);
        return true;
    }
    if (i->key.n != 8 || !rec_get_event(i->val, be64_get(i->key.p), &x->a, &e, &m))
        return false;
    i->a = arena_strdup(&x->names, e.mention_id != NULL ? e.mention_id : "");
    i->b = arena_strdup(&x->names, e.brand != NULL ? e.brand : "");
    return true;
}

static enum err put_sorted(struct export *x, enum tree tree, bool (*put)(struct export *x, const struct sorted *i))
{
    struct cursor c;
    struct sorted *list = NULL;
    size_t n = 0, cap = 0;
    enum err e = ERR_OK;
    arena_reset(&x->names);
    cursor_open(&c, x->t, tree);
    for (bool more = cursor_first(&c); more && e == ERR_OK; more = cursor_next(&c)) {
        if (x->names.full) {
            e = store_no_memory();
            break;
        }
        if (n == cap) {
            cap = cap == 0 ? 256 : cap * 2;
            struct sorted *grown = realloc(list, cap * sizeof *list);
            if (grown == NULL) {
                e = store_no_memory();
                break;
            }
            list = grown;
        }
        arena_reset(&x->a);
        list[n] = (struct sorted){.place = n, .key = c.key, .val = c.val};
        if (sort_names(x, tree, &list[n]))
            n++;
        else
            store_damaged(x->t->s, tree, NULL);
    }
    e = e == ERR_OK ? c.err : e;
    e = e == ERR_OK && x->names.full ? store_no_memory() : e;
    cursor_close(&c);
    if (e == ERR_OK && n > 1)
        qsort(list, n, sizeof *list, by_names);
    for (size_t i = 0; i < n && e == ERR_OK && !x->stopped; i++) {
        arena_reset(&x->a);
        put(x, &list[i]);
    }
    free(list);
    return e;
}

enum err store_export(struct store *s, bool stable, bool (*line)(void *ctx, const char *s, size_t n), void *ctx)
{
    struct txn t;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    if (!stable) {
        e = dump_all(&t, line, ctx);
        db_read_end(&t);
        return e;
    }
    struct export x = {.t = &t, .line = line, .ctx = ctx};
    arena_init(&x.a, LIMIT_PAGE_ARENA);
    arena_init(&x.names, LIMIT_COMMIT_BYTES);
    strbuf_init(&x.out, 8 * LIMIT_RECORD_BYTES);
    e = put_mentions(&x);
    if (e == ERR_OK && !x.stopped)
        e = put_sorted(&x, TREE_TARGET, put_target);
    if (e == ERR_OK && !x.stopped)
        e = put_sorted(&x, TREE_OUTBOX, put_event);
    strbuf_release(&x.out);
    arena_release(&x.a);
    arena_release(&x.names);
    db_read_end(&t);
    return e;
}
