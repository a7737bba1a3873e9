/* The report of a period: out of the store, into one of four formats. */
#include "report/period.h"

#include "base/i18n.h"
#include "report/atom.h"
#include "report/csv.h"

#include <string.h>

#define ATOM_ENTRIES 200 /* readers fetch the whole file each time */

static bool on_mention(void *ctx, const struct finding *f)
{
    period_add(ctx, f);
    return true;
}

static bool on_csv(void *ctx, const struct finding *f)
{
    struct csv *c = ctx;
    csv_finding(c, f);
    return !c->out->full;
}

/* All mentions of the period, one a row, for spreadsheets. */
static enum err period_csv(const struct report_in *in, const struct period *p, struct strbuf *out)
{
    struct csv c;
    struct store_filter f = {
        .brand = in->brand, .source_key = in->source_key, .since = p->since, .until = p->until, .max = in->max};
    csv_begin(&c, out);
    csv_finding_header(&c);
    return store_each(in->store, &f, on_csv, &c);
}

static enum err mentions(struct period *p)
{
    const struct report_in *in = p->in;
    int64_t before = p->since - (p->until - p->since);
    struct store_filter f = {.brand = in->brand, .source_key = in->source_key, .since = before, .until = p->until};
    enum err e = store_each(in->store, &f, on_mention, p);
    for (size_t i = 0; in->brand && e == ERR_OK && i < in->n_compare; i++) {
        f.brand = in->compare[i];
        f.source_key = NULL; /* a source belongs to one brand */
        if (strcmp(f.brand, in->brand) != 0)
            e = store_each(in->store, &f, on_mention, p);
    }
    return e;
}

static enum err gather(struct period *p)
{
    enum err e = health_read(p->in, p->arena, &p->health);
    if (!e)
        e = period_ledger_read(p);
    if (!e)
        e = mentions(p);
    if (!e)
        e = period_open_read(p);
    if (!e)
        period_finish(p);
    return e;
}

/* Everything open, whatever its age: what a reader of the feed must not miss. */
static enum err period_atom(const struct report_in *in, struct arena *a, struct strbuf *out)
{
    struct finding_list l = {.arena = a, .max = in->max ? in->max : ATOM_ENTRIES};
    struct store_filter open = {.brand = in->brand,
                                .source_key = in->source_key,
                                .verdict_min = VERDICT_REPLY,
                                .open_only = true,
                                .max = l.max,
                                .order = STORE_BY_URGENCY};
    enum err e = store_each(in->store, &open, collect_finding, &l);
    if (!e)
        atom_write(in, &l, out);
    return e;
}

enum err report_period(const struct report_in *in, const char *format, struct strbuf *out)
{
    static const char *const formats[] = {"text", "html", "csv", "json", "atom"};
    size_t k = 0;
    while (k < 5 && strcmp(format, formats[k]) != 0)
        k++;
    if (k == 5)
        return err_set(ERR_USAGE, "report has no format \"%s\"; use text, html, csv, json or atom", format);
    struct arena a;
    arena_init(&a, COLLECT_ARENA_BYTES);
    struct period *p = arena_alloc(&a, sizeof *p);
    if (!p)
        return err_set(ERR_MEMORY, "no memory for the report");
    period_init(p, in, &a);
    enum err e = k == 2 ? period_csv(in, p, out) : k == 4 ? period_atom(in, &a, out) : gather(p);
    if (!e) {
        if (k == 0)
            period_text(p, out);
        if (k == 1)
            period_html(p, out);
        if (k == 3)
            period_json(p, out);
        if (out->full)
            e = err_set(ERR_MEMORY, "the report does not fit into %zu bytes; ask for a shorter period", out->max_bytes);
    }
    arena_release(&a);
    return e;
}
