#include "report/brief.h"

#include "base/contract.h"
#include "base/i18n.h"
#include "desk/triage.h"
#include "report/fmt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const section_word[] = {"overdue", "due_within_the_hour", "new", "became_worse", "reply_outdated", "author_followup", "open"};

enum brief_section brief_section_of(int64_t due_at, int64_t first_seen, int64_t now, int64_t since)
{
    if (due_at && due_at < now)
        return BRIEF_OVERDUE;
    if (due_at && due_at <= now + 3600)
        return BRIEF_SOON;
    return first_seen >= since ? BRIEF_NEW : BRIEF_OPEN;
}

enum brief_section brief_section_of_event(const char *type)
{
    for (int s = BRIEF_WORSE; s <= BRIEF_FOLLOWUP; s++)
        if (strcmp(type, section_word[s]) == 0)
            return (enum brief_section)s;
    return BRIEF_OPEN;
}

int brief_compare(const void *a, const void *b)
{
    const struct brief_item *x = a, *y = b;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    if (x->due_at != y->due_at)
        return x->due_at < y->due_at ? -1 : 1;
    /* a fresh complaint is read by more people, and its author is still there */
    if (x->at != y->at)
        return x->at > y->at ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void brief_sort(struct brief *b)
{
    qsort(b->item, b->n, sizeof *b->item, brief_compare);
}

size_t brief_total(const struct brief *b)
{
    size_t total = 0;
    for (size_t s = 0; s < BRIEF_SECTION_COUNT; s++)
        total += b->n_section[s];
    return total;
}

const char *brief_section_title(enum brief_section s)
{
    static const char *const title[] = {N_("Overdue"),          N_("Due within the hour"),   N_("New negatives"), N_("Became worse"),
                                        N_("Outdated answers"), N_("Customers wrote again"), N_("Still open")};
    return _(title[s]);
}

bool brief_yesterday(const struct brief *b, struct strbuf *out)
{
    fmt_buf span;
    if (b->n_yesterday) {
        int n = (int)b->n_yesterday, done = (int)b->n_yesterday_answered;
        strbuf_printf(out, ngettext("Yesterday: %d of %d negative answered", "Yesterday: %d of %d negatives answered", (unsigned long)n), done, n);
    }
    if (b->answer_median_s >= 0) {
        if (b->n_yesterday)
            strbuf_puts(out, "; ");
        strbuf_printf(out, _("median time to the first answer: %s"), fmt_lasted(span, b->answer_median_s));
    }
    return b->n_yesterday || b->answer_median_s >= 0;
}

void brief_spike(const struct report_in *in, const struct spike *s, struct strbuf *out)
{
    fmt_buf usual;
    snprintf(usual, sizeof usual, "%.1f", s->mean);
    /* translators: brand, cause, complaints in 24 hours, mean number a day */
    strbuf_printf(out, _("Spike: %s, %s: %d in 24 hours, usually %s a day"), fmt_brand(in->settings, s->brand), triage_cause_text(s->cause), s->n,
                  fmt_decimal(usual));
}

static void json_line(struct strbuf *out, const char *section, const char *event, const struct finding *f)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.brief/1");
    jsonw_kstr(&w, "section", section);
    jsonw_kstr(&w, "event", event);
    jsonw_key(&w, "finding");
    contract_finding(&w, f);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

static void desk_json(struct jsonw *w, const struct brief *b)
{
    jsonw_key(w, "spikes");
    jsonw_array(w);
    for (size_t i = 0; i < b->n_spike; i++) {
        jsonw_object(w);
        jsonw_kstr(w, "brand", b->spike[i].brand);
        jsonw_kstr(w, "cause", b->spike[i].cause);
        jsonw_kint(w, "n", b->spike[i].n);
        jsonw_kreal(w, "mean", (double)(int)(b->spike[i].mean * 100 + 0.5) / 100);
        jsonw_kreal(w, "deviation", (double)(int)(b->spike[i].deviation * 100 + 0.5) / 100);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
    jsonw_key(w, "unconfirmed");
    jsonw_array(w);
    for (size_t i = 0; i < b->n_unconfirmed; i++)
        jsonw_str(w, b->unconfirmed[i].mention.id);
    jsonw_array_end(w);
    jsonw_key(w, "ticket_closed");
    jsonw_array(w);
    for (size_t i = 0; i < b->n_closed; i++)
        jsonw_str(w, b->closed[i].mention.id);
    jsonw_array_end(w);
}

static void head_json(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.brief/1");
    jsonw_kstr(&w, "section", "health");
    jsonw_key(&w, "time");
    jsonw_time(&w, in->now);
    jsonw_key(&w, "since");
    jsonw_time(&w, b->since);
    jsonw_key(&w, "health");
    health_json(&w, &b->health);
    jsonw_key(&w, "counts");
    jsonw_object(&w);
    for (size_t s = 0; s < BRIEF_SECTION_COUNT; s++)
        jsonw_kint(&w, section_word[s], (int64_t)b->n_section[s]);
    jsonw_kint(&w, "vanished", (int64_t)b->n_vanished);
    jsonw_kint(&w, "answered", (int64_t)b->n_answered);
    jsonw_object_end(&w);
    jsonw_key(&w, "yesterday");
    jsonw_object(&w);
    jsonw_kint(&w, "negative", (int64_t)b->n_yesterday);
    jsonw_kint(&w, "answered", (int64_t)b->n_yesterday_answered);
    jsonw_object_end(&w);
    jsonw_key(&w, "answer_median_s");
    if (b->answer_median_s >= 0)
        jsonw_int(&w, b->answer_median_s);
    else
        jsonw_null(&w);
    desk_json(&w, b);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

void brief_json(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    head_json(in, b, out);
    size_t most = in->max ? in->max : b->n;
    for (size_t i = 0; i < b->n && i < most; i++)
        json_line(out, section_word[b->item[i].section], b->item[i].event, b->item[i].f);
    for (size_t i = 0; i < b->n_vanished; i++)
        json_line(out, "vanished", "missing", &b->vanished[i]);
    for (size_t i = 0; i < b->n_answered; i++)
        json_line(out, "answered", NULL, &b->answered[i]);
}
