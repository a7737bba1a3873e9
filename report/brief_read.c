/* The brief's data out of the store: the index tells how many and in which order, records are read for what is shown. */
#include "report/brief.h"

#include "base/hash.h"
#include "desk/triage.h"
#include "report/rows.h"
#include "report/spike_read.h"

#include <stdlib.h>
#include <string.h>

#define DAY_S       INT64_C(86400)
#define LATE_S      (14 * DAY_S) /* answered before earshot first saw them, and not older than this: no event tells of those */
#define LATE_LOOKS  500          /* a first crawl has thousands of them: history, not yesterday's work */

struct gather {
    const struct report_in *in;
    struct brief *b;
    struct arena *a;
    struct rows rows;
    struct brief_item *top[BRIEF_SECTION_COUNT]; /* the n_read most urgent of each section: a heap, the least urgent on top */
    size_t n_top[BRIEF_SECTION_COUNT], n_read;
    struct finding_list answered, unconfirmed, vanished, closed;
    struct spikes spikes;
    int64_t yesterday, today; /* local midnights */
    struct told {
        uint64_t seq;
        const char *type;
    } * told;
    size_t n_told, cap_told;
    size_t n_late;
};

static bool in_scope(const struct report_in *in, const struct finding *f)
{
    if (in->brand ? strcmp(in->brand, f->brand) != 0 : collect_competitor(in, f->brand))
        return false;
    return !in->source_key || strcmp(in->source_key, f->source) == 0;
}

/* ---------------------------------------------------------------- events */

static const char *told_type(const char *type)
{
    static const char *const t[] = {"became_worse", "author_followup", "reply_outdated"};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        if (strcmp(type, t[i]) == 0)
            return t[i];
    return NULL;
}

static bool listed(const struct finding_list *l, const struct finding *f)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].seq == f->seq)
            return true;
    return false;
}

static void keep_answered(struct gather *g, const struct finding *f)
{
    if (!f->mention.id || f->answered_at < g->b->since || f->answered_at > g->in->now || triage_is_open(f))
        return; /* open: the customer wrote again */
    if (f->answered_at == f->first_seen && !when_known(f->mention.reply.published))
        return; /* answered before we came, nobody knows when */
    if (in_scope(g->in, f) && !listed(&g->answered, f))
        collect_finding(&g->answered, f);
}

static bool on_event(void *ctx, const struct event *e)
{
    struct gather *g = ctx;
    const char *type = told_type(e->type);
    if (e->at > g->in->now || !e->mention_id)
        return true;
    if (strcmp(e->type, "company_replied") == 0)
        keep_answered(g, &e->finding);
    if (strcmp(e->type, "missing") == 0 && in_scope(g->in, &e->finding) && !listed(&g->vanished, &e->finding))
        collect_finding(&g->vanished, &e->finding);
    struct told *t = type ? arena_grow(g->a, g->told, g->n_told, &g->cap_told, sizeof *t) : NULL;
    if (!t)
        return true;
    g->told = t;
    g->told[g->n_told++] = (struct told){e->finding.seq, type};
    return true;
}

/* What came back since is not vanished. */
static void drop_restored(struct gather *g)
{
    size_t to = 0;
    for (size_t i = 0; i < g->vanished.n; i++) {
        struct finding now;
        if (store_get_seq(g->in->store, g->vanished.at[i].seq, g->a, &now) == ERR_OK && now.missing_since)
            g->vanished.at[to++] = now;
    }
    g->vanished.n = to;
}

static int by_seq(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The newest event first in the list; a stable choice among those of one mention is its first. */
static const char *told_of(const struct gather *g, uint64_t seq)
{
    struct told key = {.seq = seq};
    const struct told *t = g->n_told ? bsearch(&key, g->told, g->n_told, sizeof *g->told, by_seq) : NULL;
    return t ? t->type : NULL;
}

/* ---------------------------------------------------------------- the desk */

/* Put x in the place of the heap's top, and the heap in order. */
static void sift(struct brief_item *heap, size_t n, const struct brief_item *x)
{
    size_t i = 0;
    for (size_t child = 1; child < n; child = 2 * i + 1) {
        if (child + 1 < n && brief_compare(&heap[child + 1], &heap[child]) > 0)
            child++;
        if (brief_compare(x, &heap[child]) >= 0)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = *x;
}

static void keep_top(struct gather *g, const struct brief_item *x)
{
    struct brief_item *heap = g->top[x->section];
    size_t i = g->n_top[x->section];
    if (i == g->n_read) {
        if (brief_compare(x, &heap[0]) < 0)
            sift(heap, i, x);
        return;
    }
    for (; i > 0 && brief_compare(x, &heap[(i - 1) / 2]) > 0; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = *x;
    g->n_top[x->section]++;
}

static bool on_desk(void *ctx, const struct store_row *r)
{
    struct gather *g = ctx;
    struct brief *b = g->b;
    if (r->verdict != VERDICT_REPLY || !rows_in_scope(&g->rows, r))
        return true;
    struct brief_item i = {.seq = r->seq, .priority = r->priority, .due_at = r->due_at, .at = r->at, .event = told_of(g, r->seq)};
    i.section = brief_section_of(r->due_at, r->first_seen, g->in->now, b->since);
    /* what is urgent anyway stays there and carries the word; the others get a section of their own */
    if (i.event && i.section > BRIEF_SOON)
        i.section = brief_section_of_event(i.event);
    b->n_section[i.section]++;
    keep_top(g, &i);
    return true;
}

/* All sections in one list. A record that is damaged leaves it, and stays counted. */
static enum err read_items(struct gather *g)
{
    struct brief *b = g->b;
    size_t to = 0;
    b->item = arena_calloc(g->a, BRIEF_SECTION_COUNT * g->n_read, sizeof *b->item);
    for (size_t k = 0; b->item && k < BRIEF_SECTION_COUNT; k++)
        for (size_t i = 0; i < g->n_top[k]; i++)
            b->item[b->n++] = g->top[k][i];
    if (b->n)
        brief_sort(b);
    for (size_t i = 0; i < b->n && g->a->used_bytes < COLLECT_ARENA_BYTES / 2; i++) {
        struct brief_item x = b->item[i];
        x.f = arena_alloc(g->a, sizeof *x.f);
        if (!x.f)
            break;
        enum err e = store_get_seq(g->in->store, x.seq, g->a, x.f);
        if (e == ERR_NOTFOUND)
            continue;
        if (e)
            return e;
        b->item[to++] = x;
    }
    b->n = to;
    return ERR_OK;
}

/* ---------------------------------------------------------------- the last four weeks */

static void count_spike(struct gather *g, const struct store_row *r)
{
    const char *cause[STORE_ROW_CAUSES];
    size_t n;
    struct finding f;
    const char *brand = rows_brand(&g->rows, r);
    if (brand && rows_causes(&g->rows, r, cause, &n)) {
        spikes_count(&g->spikes, brand, cause, n, r->at, r->first_seen);
        return;
    }
    struct arena a;
    arena_init(&a, COLLECT_ARENA_BYTES);
    if (store_get_seq(g->in->store, r->seq, &a, &f) == ERR_OK)
        spikes_add(&g->spikes, &f);
    arena_release(&a);
}

static void look_closer(struct gather *g, const struct store_row *r)
{
    struct finding f;
    bool late = r->answered && r->first_seen >= g->b->since && r->at >= g->b->since - LATE_S && g->n_late < LATE_LOOKS, claim = r->state == DESK_ANSWERED && !r->answered;
    if ((!late && !claim) || g->a->used_bytes > COLLECT_ARENA_BYTES / 4 || store_get_seq(g->in->store, r->seq, g->a, &f) != ERR_OK)
        return;
    g->n_late += late;
    if (late)
        keep_answered(g, &f);
    if (f.claim == CLAIM_UNCONFIRMED && f.state == DESK_ANSWERED)
        collect_finding(&g->unconfirmed, &f);
}

static bool on_row(void *ctx, const struct store_row *r)
{
    struct gather *g = ctx;
    if (!r->negative || !rows_in_scope(&g->rows, r))
        return true;
    count_spike(g, r);
    if (r->at >= g->yesterday && r->at < g->today) {
        g->b->n_yesterday++;
        g->b->n_yesterday_answered += r->answered || !triage_state_open(r->state);
    }
    look_closer(g, r);
    return true;
}

static int most_first(const void *a, const void *b)
{
    const struct spike *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    int c = strcmp(x->brand, y->brand);
    return c ? c : strcmp(x->cause, y->cause);
}

static void put_spikes(struct gather *g)
{
    struct brief *b = g->b;
    struct triage_rules defaults;
    triage_rules_init(&defaults);
    b->spike = arena_calloc(g->a, g->spikes.n, sizeof *b->spike);
    for (size_t i = 0; b->spike && i < g->spikes.n; i++) {
        struct spike x = spike_of(&g->spikes, g->in->settings ? &g->in->settings->triage : &defaults, &g->spikes.row[i]);
        if (x.is && *x.cause)
            b->spike[b->n_spike++] = x;
    }
    if (b->n_spike)
        qsort(b->spike, b->n_spike, sizeof *b->spike, most_first);
}

static int newest_answer(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->answered_at != y->answered_at)
        return x->answered_at > y->answered_at ? -1 : 1;
    return strcmp(x->mention.id, y->mention.id);
}

static void put_lists(struct gather *g)
{
    struct brief *b = g->b;
    b->answered = g->answered.at;
    b->n_answered = g->answered.n;
    if (b->n_answered)
        qsort(b->answered, b->n_answered, sizeof *b->answered, newest_answer);
    int64_t *took = arena_calloc(g->a, b->n_answered, sizeof *took);
    size_t n = 0;
    for (size_t i = 0; took && i < b->n_answered; i++)
        if (collect_answer_s(&b->answered[i]) >= 0)
            took[n++] = collect_answer_s(&b->answered[i]);
    b->answer_median_s = took ? collect_quantile(took, n, 0.5) : -1;
    b->unconfirmed = g->unconfirmed.at;
    b->n_unconfirmed = g->unconfirmed.n;
    b->closed = g->closed.at;
    b->n_closed = g->closed.n;
    b->vanished = g->vanished.at;
    b->n_vanished = g->vanished.n;
}

/* An unchanged page is a look, too, but moves no mention's last_seen. */
static bool looked_since(const struct gather *g, const struct finding *f, int64_t at)
{
    const struct health *h = &g->b->health;
    for (size_t i = 0; i < h->n; i++)
        if (h->row[i].h && strcmp(h->row[i].key, f->source) == 0 && h->row[i].h->last_good > at)
            return true;
    return f->last_seen > at;
}

/* A ticket that is closed says nothing about the page: that is told until the page shows an answer, or a person closes the mention here. */
static bool on_ticket(void *ctx, const char *sink, const struct ticket *t)
{
    struct gather *g = ctx;
    struct finding f;
    (void)sink;
    if (!t->closed || !t->closed_at || !t->mention_seq)
        return true;
    if (store_get_seq(g->in->store, t->mention_seq, g->a, &f) == ERR_OK && in_scope(g->in, &f) && triage_is_open(&f) && f.mention.reply_state != REPLY_YES && looked_since(g, &f, t->closed_at))
        collect_finding(&g->closed, &f);
    return true;
}

static enum err gather(struct gather *g)
{
    const struct report_in *in = g->in;
    struct store_rows_filter desk = {.brand = in->brand, .desk = true}, weeks = {.brand = in->brand, .since = in->now - (SPIKE_DAYS + 1) * DAY_S};
    if (g->yesterday < weeks.since)
        weeks.since = g->yesterday;
    static const char *const types[] = {"company_replied", "missing", "became_worse", "author_followup", "reply_outdated", NULL};
    enum err e = health_read(in, g->a, &g->b->health);
    if (!e)
        e = store_events_since(in->store, g->b->since, types, on_event, g);
    if (!e && g->n_told)
        qsort(g->told, g->n_told, sizeof *g->told, by_seq);
    if (!e)
        e = store_rows(in->store, &desk, on_desk, g);
    if (!e)
        e = store_rows(in->store, &weeks, on_row, g);
    if (!e)
        e = store_tickets(in->store, NULL, on_ticket, g);
    if (!e)
        e = spike_read_older(in->store, in->settings, &g->spikes);
    return e;
}

enum err brief_read(const struct report_in *in, struct arena *a, size_t n_read, struct brief *out)
{
    *out = (struct brief){.since = in->since ? in->since : in->now - DAY_S};
    struct gather g = {.in = in, .b = out, .a = a};
    int64_t local = in->now + in->utc_offset_s;
    g.today = local - ((local % DAY_S) + DAY_S) % DAY_S - in->utc_offset_s;
    g.yesterday = g.today - DAY_S;
    g.answered = g.unconfirmed = g.vanished = g.closed = (struct finding_list){.arena = a, .max = COLLECT_MAX};
    g.n_read = n_read < COLLECT_MAX ? n_read : COLLECT_MAX;
    for (size_t k = 0; k < BRIEF_SECTION_COUNT; k++)
        if (!(g.top[k] = arena_calloc(a, g.n_read, sizeof **g.top)))
            return err_set(ERR_MEMORY, "no memory for the brief");
    rows_init(&g.rows, in, a);
    spikes_init(&g.spikes, a, in->now);
    enum err e = gather(&g);
    if (e)
        return e;
    drop_restored(&g);
    e = read_items(&g);
    put_lists(&g);
    put_spikes(&g);
    return e;
}

enum err report_brief(const struct report_in *in, const char *format, struct strbuf *out)
{
    static const char *const formats[] = {"text", "html", "json", "mail"};
    size_t k = 0;
    while (k < 4 && strcmp(format, formats[k]) != 0)
        k++;
    if (k == 4)
        return err_set(ERR_USAGE, "brief has no format \"%s\"; use text, html, json or mail", format);
    if (k == 3 && (!in->mail_to || !in->mail_from))
        return err_set(ERR_USAGE, "format mail needs an address to write to");
    struct arena a;
    struct brief b;
    arena_init(&a, COLLECT_ARENA_BYTES);
    size_t n_read = in->max ? in->max : k == 2 ? COLLECT_MAX : k == 0 ? BRIEF_TEXT_ITEMS : BRIEF_HTML_ITEMS;
    enum err e = brief_read(in, &a, n_read, &b);
    if (!e) {
        static void (*const print[])(const struct report_in *, const struct brief *, struct strbuf *) = {brief_text, brief_html, brief_json, brief_mail};
        print[k](in, &b, out);
        if (out->full)
            e = err_set(ERR_MEMORY, "the brief does not fit into %zu bytes", out->max_bytes);
    }
    arena_release(&a);
    return e;
}
