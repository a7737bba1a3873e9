#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "report/brief.h"
#include "report/csv.h"
#include "report/fmt.h"
#include "report/rows.h"
#include "report/term.h"

#include <string.h>

#define QUEUE_ITEMS      50 /* on a terminal, unless more are asked for */
#define QUEUE_CHARACTERS 160

static void queue_text(const struct report_in *in, const struct health *h, const struct finding_list *l, struct strbuf *out)
{
    struct term t;
    struct strbuf line;
    term_init(&t, in, out);
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(in, h, &line);
    term_put(&t, h->n_read == h->n && h->n ? STYLE_GOOD : STYLE_BAD, line.s);
    term_line(&t);
    strbuf_release(&line);
    term_line(&t);
    for (size_t i = 0; i < l->n; i++)
        term_item(&t, in, &l->at[i], i + 1, QUEUE_CHARACTERS, l->at[i].state == DESK_SEEN ? fmt_state(DESK_SEEN) : NULL);
    if (l->total == 0) {
        term_put(&t, STYLE_GOOD, _("no open negatives"));
        term_line(&t);
    }
    if (l->total > l->n) {
        int more = (int)(l->total - l->n);
        term_printf(&t, STYLE_DIM, ngettext("and %d more", "and %d more", (unsigned long)more), more);
        term_line(&t);
    }
}

static void queue_json(const struct finding_list *l, struct strbuf *out)
{
    for (size_t i = 0; i < l->n; i++) {
        struct jsonw w;
        jsonw_init(&w, out);
        contract_finding(&w, &l->at[i]);
        strbuf_putc(out, '\n');
    }
}

static void queue_csv(const struct finding_list *l, struct strbuf *out)
{
    struct csv c;
    csv_begin(&c, out);
    csv_finding_header(&c);
    for (size_t i = 0; i < l->n; i++)
        csv_finding(&c, &l->at[i]);
}

enum err report_queue(const struct report_in *in, const char *format, struct strbuf *out)
{
    bool text = strcmp(format, "text") == 0, json = strcmp(format, "json") == 0;
    if (!text && !json && strcmp(format, "csv") != 0)
        return err_set(ERR_USAGE, "queue has no format \"%s\"; use text, json or csv", format);
    struct arena a;
    struct health h = {0};
    arena_init(&a, COLLECT_ARENA_BYTES);
    struct finding_list l = {.arena = &a, .max = in->max ? in->max : text ? QUEUE_ITEMS : COLLECT_MAX};
    struct store_filter f = {.brand = in->brand,
                             .source_key = in->source_key,
                             .verdict_min = VERDICT_REPLY,
                             .open_only = true,
                             .order = STORE_BY_URGENCY,
                             .max = l.max};
    enum err e = text ? health_read(in, &a, &h) : ERR_OK;
    if (!e)
        e = store_each(in->store, &f, collect_finding, &l);
    if (!e && text && l.total == l.max) /* more than were read: the index counts them */
        e = rows_count_open(in, &l.total);
    if (!e) {
        if (text)
            queue_text(in, &h, &l, out);
        else if (json)
            queue_json(&l, out);
        else
            queue_csv(&l, out);
        if (out->full)
            e = err_set(ERR_MEMORY, "the queue does not fit into %zu bytes; ask for fewer items", out->max_bytes);
    }
    arena_release(&a);
    return e;
}
