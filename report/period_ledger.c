/* What happened to mentions of any age in the period: edits, removals, causes closed as fixed, surveys; and what is open now. */
#include "report/period.h"

#include "report/rows.h"

#include <stdlib.h>
#include <string.h>

#define DAY_S INT64_C(86400)

static bool in_scope(const struct period *p, const struct finding *f)
{
    return period_is_main(p, f->brand) && (!p->in->source_key || strcmp(p->in->source_key, f->source) == 0);
}

/* ---------------------------------------------------------------- edits */

static void count_stars(struct period_ledger *l, const struct change *c, double before, double after)
{
    if (before <= 0 || after <= 0)
        return;
    bool raised = after > before + 0.01;
    l->raised += raised;
    l->lowered += after < before - 0.01;
    l->saved += raised && c->finding->answered_at && c->finding->answered_at <= c->at;
}

static bool on_change(void *ctx, const struct change *c)
{
    struct period *p = ctx;
    struct period_ledger *l = &p->ledger;
    if (!in_scope(p, c->finding) || strcmp(c->changed, "reply") == 0) /* the brand's own answer is no edit by the customer */
        return true;
    double before = rating_stars(&c->before->rating), after = rating_stars(&c->after->rating);
    l->edits++;
    count_stars(l, c, before, after);
    size_t i = l->n_edit;
    if (i == PERIOD_LEDGER && c->at <= l->edit[i - 1].at)
        return true;
    i -= i == PERIOD_LEDGER;
    for (; i > 0 && l->edit[i - 1].at < c->at; i--)
        l->edit[i] = l->edit[i - 1];
    struct period_edit *e = &l->edit[i];
    *e = (struct period_edit){.at = c->at, .changed = arena_strdup(p->arena, c->changed), .stars_before = before, .stars_after = after};
    finding_copy(p->arena, &e->f, c->finding);
    l->n_edit += l->n_edit < PERIOD_LEDGER;
    return !p->arena->full;
}

/* ---------------------------------------------------------------- removals */

struct removals {
    struct period *p;
    struct rows rows;
    enum err err;
};

static bool on_missing(void *ctx, const struct store_row *r)
{
    struct removals *x = ctx;
    struct period_ledger *l = &x->p->ledger;
    struct arena a;
    struct finding f;
    if (!r->missing || !rows_in_scope(&x->rows, r))
        return true;
    arena_init(&a, COLLECT_ARENA_BYTES);
    x->err = store_get_seq(x->p->in->store, r->seq, &a, &f);
    if (x->err == ERR_OK && in_scope(x->p, &f) && f.missing_since >= x->p->since && f.missing_since < x->p->until) {
        size_t i = l->n_removed;
        l->removals++;
        bool fits = i < PERIOD_LEDGER || f.missing_since > l->removed[i - 1].missing_since;
        i -= i == PERIOD_LEDGER;
        for (; fits && i > 0 && l->removed[i - 1].missing_since < f.missing_since; i--)
            l->removed[i] = l->removed[i - 1];
        if (fits)
            finding_copy(x->p->arena, &l->removed[i], &f);
        l->n_removed += fits && l->n_removed < PERIOD_LEDGER;
    }
    arena_release(&a);
    if (x->err == ERR_NOTFOUND) /* damaged: logged and counted */
        x->err = ERR_OK;
    return x->err == ERR_OK;
}

static enum err read_removals(struct period *p)
{
    struct removals x = {.p = p};
    struct store_rows_filter f = {.brand = p->in->brand};
    p->ledger.removed = arena_calloc(p->arena, PERIOD_LEDGER, sizeof *p->ledger.removed);
    if (!p->ledger.removed)
        return err_set(ERR_MEMORY, "no memory for the report");
    rows_init(&x.rows, p->in, p->arena);
    enum err e = store_rows(p->in->store, &f, on_missing, &x);
    return e ? e : x.err;
}

/* ---------------------------------------------------------------- closed as fixed */

static struct period_fix *fix_of(struct period *p, const char *brand, const char *cause)
{
    struct period_ledger *l = &p->ledger;
    for (size_t i = 0; i < l->n_fix; i++)
        if (strcmp(l->fix[i].cause, cause) == 0 && strcmp(l->fix[i].brand, brand) == 0)
            return &l->fix[i];
    if (l->n_fix == PERIOD_FIXES)
        return NULL;
    const char *b = arena_strdup(p->arena, brand), *c = arena_strdup(p->arena, cause);
    if (!b || !c)
        return NULL;
    l->fix[l->n_fix] = (struct period_fix){.brand = b, .cause = c};
    return &l->fix[l->n_fix++];
}

static bool on_journal(void *ctx, uint64_t seq, const struct journal_entry *e)
{
    struct period *p = ctx;
    struct arena a;
    struct finding f;
    if (strcmp(e->action, "state") != 0 || strcmp(e->to, desk_state_word(DESK_RESOLVED)) != 0 || !e->cause || e->at > p->until)
        return true;
    arena_init(&a, COLLECT_ARENA_BYTES);
    if (store_get_seq(p->in->store, seq, &a, &f) == ERR_OK && in_scope(p, &f)) {
        struct period_fix *x = fix_of(p, f.brand, e->cause);
        if (x) {
            x->n_closed++;
            x->at = e->at > x->at ? e->at : x->at;
        }
    }
    arena_release(&a);
    return true;
}

void period_recur(struct period *p, const struct finding *f, int64_t at)
{
    for (size_t i = 0; i < p->ledger.n_fix; i++) {
        struct period_fix *x = &p->ledger.fix[i];
        if (at <= x->at || strcmp(x->brand, f->brand) != 0)
            continue;
        for (size_t k = 0; k < f->score.n_cause; k++)
            if (strcmp(f->score.cause[k], x->cause) == 0)
                x->n_since++;
    }
}

/* ---------------------------------------------------------------- surveys */

static enum err read_surveys(struct period *p)
{
    const struct settings *s = p->in->settings;
    int64_t offset = p->in->utc_offset_s, since = (p->since + offset) / DAY_S, until = (p->until + offset + DAY_S - 1) / DAY_S;
    enum err e = ERR_OK;
    for (size_t i = 0; s && i < s->n_brand && e == ERR_OK; i++) {
        if (!period_is_main(p, s->brand[i].name))
            continue;
        e = survey_read(p->in->store, s->brand[i].name, since, until, &p->survey);
        if (e == ERR_OK)
            e = survey_read(p->in->store, s->brand[i].name, 2 * since - until, since, &p->survey_before);
    }
    return e;
}

enum err period_ledger_read(struct period *p)
{
    enum err e = store_changes(p->in->store, p->since, p->until, on_change, p);
    if (!e)
        e = read_removals(p);
    if (!e)
        e = store_journal_since(p->in->store, p->until - PERIOD_FIX_S, on_journal, p);
    if (!e)
        e = read_surveys(p);
    return e;
}

/* ---------------------------------------------------------------- open now */

struct open {
    struct period *p;
    struct rows rows;
    struct {
        int64_t at;
        uint64_t seq;
    } oldest[PERIOD_OLDEST];
    size_t n;
};

static bool on_open(void *ctx, const struct store_row *r)
{
    struct open *o = ctx;
    if (r->verdict != VERDICT_REPLY || !rows_in_scope(&o->rows, r))
        return true;
    o->p->n_open++;
    o->p->n_overdue += r->due_at && r->due_at < o->p->in->now;
    size_t i = o->n;
    if (i == PERIOD_OLDEST && r->at >= o->oldest[i - 1].at)
        return true;
    i -= i == PERIOD_OLDEST;
    for (; i > 0 && o->oldest[i - 1].at > r->at; i--)
        o->oldest[i] = o->oldest[i - 1];
    o->oldest[i].at = r->at;
    o->oldest[i].seq = r->seq;
    o->n += o->n < PERIOD_OLDEST;
    return true;
}

enum err period_open_read(struct period *p)
{
    struct open o = {.p = p};
    struct store_rows_filter f = {.brand = p->in->brand, .desk = true};
    rows_init(&o.rows, p->in, p->arena);
    enum err e = store_rows(p->in->store, &f, on_open, &o);
    for (size_t i = 0; e == ERR_OK && i < o.n; i++) {
        struct finding x;
        e = store_get_seq(p->in->store, o.oldest[i].seq, p->arena, &x);
        if (e == ERR_OK)
            collect_finding(&p->oldest, &x);
        else if (e == ERR_NOTFOUND)
            e = ERR_OK;
    }
    return e;
}
