/* The brief's data out of the store. */
#include "report/brief.h"
#include "report/spike_read.h"

#include "desk/triage.h"

#include <stdlib.h>
#include <string.h>

#define ANSWERED_LOOK_BACK_S                                                                                                   \
    (14 * INT64_C(86400)) /* answers that came before the mention was first seen; later ones are events */

struct gather {
    const struct report_in *in;
    struct brief *b;
    struct arena *a;
    struct finding_list open, answered, unconfirmed;
    struct spikes spikes;
    struct worse {
        const char *id, *type;
    } * worse;
    size_t n_worse, cap_worse;
};

static const char *worse_type(const char *type)
{
    static const char *const t[] = {"became_worse", "author_followup", "reply_outdated"};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        if (strcmp(type, t[i]) == 0)
            return t[i];
    return NULL;
}

static void keep_answered(struct gather *g, const struct finding *f)
{
    const struct report_in *in = g->in;
    if (!f->mention.id || f->answered_at < g->b->since || f->answered_at > in->now || triage_is_open(f))
        return; /* open: the customer wrote again */
    if (in->brand ? strcmp(in->brand, f->brand) != 0 : collect_competitor(in, f->brand))
        return;
    if (in->source_key && strcmp(in->source_key, f->source) != 0)
        return;
    for (size_t i = 0; i < g->answered.n; i++)
        if (strcmp(g->answered.at[i].mention.id, f->mention.id) == 0)
            return;
    collect_finding(&g->answered, f);
}

static bool in_scope(const struct report_in *in, const struct finding *f)
{
    if (in->brand ? strcmp(in->brand, f->brand) != 0 : collect_competitor(in, f->brand))
        return false;
    return !in->source_key || strcmp(in->source_key, f->source) == 0;
}

static bool on_negative(void *ctx, const struct finding *f)
{
    struct gather *g = ctx;
    int64_t at = when_known(f->mention.published) ? f->mention.published.at : f->first_seen;
    if (at >= g->in->now - ANSWERED_LOOK_BACK_S)
        keep_answered(g, f);
    if (!in_scope(g->in, f))
        return true;
    spikes_add(&g->spikes, f);
    if (f->claim == CLAIM_UNCONFIRMED && f->state == DESK_ANSWERED)
        collect_finding(&g->unconfirmed, f);
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
    b->unconfirmed = g->unconfirmed.at;
    b->n_unconfirmed = g->unconfirmed.n;
}

static bool on_event(void *ctx, const struct event *e)
{
    struct gather *g = ctx;
    const char *type = worse_type(e->type);
    if (strcmp(e->type, "company_replied") == 0)
        keep_answered(g, &e->finding);
    if (!type || e->at < g->b->since || e->at > g->in->now || !e->mention_id)
        return true;
    struct worse *w = arena_grow(g->a, g->worse, g->n_worse, &g->cap_worse, sizeof *w);
    if (!w)
        return false;
    g->worse = w;
    g->worse[g->n_worse++] = (struct worse){arena_strdup(g->a, e->mention_id), type};
    return true;
}

static int newest_answer(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->answered_at != y->answered_at)
        return x->answered_at > y->answered_at ? -1 : 1;
    return strcmp(x->mention.id, y->mention.id);
}

static void put_items(struct gather *g)
{
    struct brief *b = g->b;
    b->item = arena_calloc(g->a, g->open.n, sizeof *b->item);
    if (!b->item)
        return;
    for (size_t i = 0; i < g->open.n; i++) {
        struct brief_item *item = &b->item[b->n++];
        item->f = &g->open.at[i];
        item->section = brief_section_of(item->f, g->in->now, b->since);
        for (size_t k = 0; k < g->n_worse && !item->event; k++)
            if (strcmp(g->worse[k].id, item->f->mention.id) == 0)
                item->event = g->worse[k].type;
        /* what is urgent anyway stays there and carries the word; the others get a section of their own */
        if (item->event && item->section > BRIEF_SOON)
            item->section = BRIEF_WORSE;
        b->n_section[item->section]++;
    }
    if (g->open.total > g->open.n)
        b->n_section[BRIEF_OPEN] += g->open.total - g->open.n;
    brief_sort(b);
}

static void put_answered(struct gather *g)
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
}

static enum err gather(struct gather *g)
{
    const struct report_in *in = g->in;
    struct store_filter open = {.brand = in->brand,
                                .source_key = in->source_key,
                                .verdict_min = VERDICT_REPLY,
                                .open_only = true,
                                .order = STORE_BY_URGENCY};
    struct store_filter negative = {
        .brand = in->brand, .source_key = in->source_key, .since = in->now - (SPIKE_DAYS + 1) * INT64_C(86400), .negatives_only = true};
    spikes_init(&g->spikes, g->a, in->now);
    g->b->since = in->since ? in->since : in->now - 86400;
    enum err e = health_read(in, g->a, &g->b->health);
    if (!e)
        e = store_each(in->store, &open, collect_finding, &g->open);
    if (!e)
        e = store_each(in->store, &negative, on_negative, g);
    if (!e)
        e = spike_read_older(in->store, in->settings, &g->spikes);
    if (!e)
        e = store_events_since(in->store, g->b->since, on_event, g);
    return e;
}

enum err report_brief(const struct report_in *in, const char *format, struct strbuf *out)
{
    bool json = strcmp(format, "json") == 0, html = strcmp(format, "html") == 0;
    if (!json && !html && strcmp(format, "text") != 0)
        return err_set(ERR_USAGE, "brief has no format \"%s\"; use text, html or json", format);
    struct arena a;
    struct brief b = {0};
    arena_init(&a, COLLECT_ARENA_BYTES);
    struct gather g = {.in = in, .b = &b, .a = &a};
    g.open = (struct finding_list){.arena = &a, .max = COLLECT_MAX};
    g.answered = g.unconfirmed = (struct finding_list){.arena = &a, .max = COLLECT_MAX};
    enum err e = gather(&g);
    if (!e) {
        put_items(&g);
        put_answered(&g);
        put_spikes(&g);
        if (json)
            brief_json(in, &b, out);
        else if (html)
            brief_html(in, &b, out);
        else
            brief_text(in, &b, out);
        if (out->full)
            e = err_set(ERR_MEMORY, "the brief does not fit into %zu bytes", out->max_bytes);
    }
    arena_release(&a);
    return e;
}
