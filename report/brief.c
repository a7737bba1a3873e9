#include "report/brief.h"

#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/fmt.h"
#include "report/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One screen: so many items with their text, then so many with only the facts and the link; the rest is for `earshot queue`. */
#define WHOLE_ITEMS     4
#define SHORT_ITEMS     10
#define TEXT_CHARACTERS 160
#define ANSWERED_ROWS   3

static const char *const section_word[] = {"overdue", "due_within_the_hour", "new", "became_worse", "open"};

enum brief_section brief_section_of(const struct finding *f, int64_t now, int64_t since)
{
    int64_t due = f->judgement.due_at;
    if (due && due < now)
        return BRIEF_OVERDUE;
    if (due && due <= now + 3600)
        return BRIEF_SOON;
    return f->first_seen >= since ? BRIEF_NEW : BRIEF_OPEN;
}

static int more_urgent(const void *a, const void *b)
{
    const struct brief_item *x = a, *y = b;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    const struct judgement *i = &x->f->judgement, *j = &y->f->judgement;
    if (i->priority != j->priority)
        return i->priority > j->priority ? -1 : 1;
    if (i->due_at != j->due_at)
        return i->due_at < j->due_at ? -1 : 1;
    /* a fresh complaint is read by more people, and its author is still there */
    int64_t p = x->f->mention.published.at, q = y->f->mention.published.at;
    if (p != q)
        return p > q ? -1 : 1;
    return strcmp(x->f->mention.id, y->f->mention.id);
}

void brief_sort(struct brief *b)
{
    qsort(b->item, b->n, sizeof *b->item, more_urgent);
}

const char *brief_section_title(enum brief_section s)
{
    static const char *const title[] = {N_("Overdue"), N_("Due within the hour"), N_("New negatives"), N_("Became worse"),
                                        N_("Still open")};
    return _(title[s]);
}

static void section_heading(struct term *t, const struct brief *b, enum brief_section s)
{
    static const enum style style[] = {STYLE_BAD, STYLE_WARN, STYLE_BOLD, STYLE_BOLD, STYLE_BOLD};
    term_heading(t, style[s], brief_section_title(s), b->n_section[s]);
}

static void answered_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    fmt_buf span, stars, site;
    if (b->n_answered == 0)
        return;
    term_heading(t, STYLE_GOOD, _("Answered"), b->n_answered);
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    for (size_t i = 0; i < b->n_answered && i < ANSWERED_ROWS; i++) {
        const struct finding *f = &b->answered[i];
        int64_t took = collect_answer_s(f);
        strbuf_clear(&line);
        fmt_stars(stars, &f->mention.rating);
        strbuf_printf(&line, "%s%s%s · %s", stars, *stars ? " " : "", fmt_brand(in->settings, f->brand),
                      fmt_site(site, f->mention.id));
        if (took >= 0) {
            strbuf_puts(&line, " · ");
            strbuf_printf(&line, _("answered after %s"), fmt_lasted(span, took));
        }
        strbuf_printf(&line, " · %s", f->mention.id);
        term_wrap(t, STYLE_PLAIN, line.s, 4);
    }
    strbuf_release(&line);
    if (b->answer_median_s >= 0) {
        char text[256];
        snprintf(text, sizeof text, _("median time to the first answer: %s"), fmt_lasted(span, b->answer_median_s));
        term_wrap(t, STYLE_DIM, text, 4);
    }
}

static void hint(struct term *t, bool any)
{
    term_line(t);
    if (any)
        term_wrap(
            t, STYLE_DIM,
            _("Next: earshot show ID, earshot explain ID, earshot mark ID seen|answered|resolved; all of them: earshot queue"),
            0);
    else
        term_wrap(t, STYLE_DIM, _("Next: earshot report for the last 30 days, earshot status for the sources"), 0);
}

/* Above all items: what comes in more than usual. */
static void spike_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    for (size_t i = 0; i < b->n_spike; i++) {
        const struct spike *s = &b->spike[i];
        char usual[32];
        snprintf(usual, sizeof usual, "%.1f", s->mean);
        strbuf_clear(&line);
        /* translators: brand, cause, complaints in 24 hours, mean number a day */
        strbuf_printf(&line, _("Spike: %s, %s: %d in 24 hours, usually %s a day"), fmt_brand(in->settings, s->brand), triage_cause_text(s->cause), s->n, usual);
        term_wrap(t, STYLE_BAD, line.s, 0);
    }
    strbuf_release(&line);
}

static void unconfirmed_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    fmt_buf when;
    if (b->n_unconfirmed == 0)
        return;
    term_heading(t, STYLE_WARN, _("Said to be answered, not seen on the page"), b->n_unconfirmed);
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    for (size_t i = 0; i < b->n_unconfirmed && i < ANSWERED_ROWS; i++) {
        const struct finding *f = &b->unconfirmed[i];
        strbuf_clear(&line);
        strbuf_printf(&line, "%s · %s · %s", fmt_brand(in->settings, f->brand), f->mention.id, fmt_time(when, f->claimed_at, in->now, in->utc_offset_s));
        term_wrap(t, STYLE_PLAIN, line.s, 4);
    }
    strbuf_release(&line);
}

void brief_text(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    struct term t;
    struct strbuf line;
    term_init(&t, in, out);
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(in, &b->health, &line);
    term_put(&t, b->health.n_read == b->health.n && b->health.n ? STYLE_GOOD : STYLE_BAD, line.s);
    term_line(&t);
    strbuf_release(&line);
    spike_rows(&t, in, b);

    size_t total = 0;
    for (size_t s = 0; s < BRIEF_SECTION_COUNT; s++)
        total += b->n_section[s];
    size_t whole = in->max ? in->max : WHOLE_ITEMS, shown = 0;
    size_t most = in->max ? in->max : WHOLE_ITEMS + SHORT_ITEMS;
    for (; shown < b->n && shown < most; shown++) {
        const struct brief_item *i = &b->item[shown];
        if (shown == 0 || b->item[shown - 1].section != i->section)
            section_heading(&t, b, i->section);
        term_item(&t, in, i->f, shown + 1, shown < whole ? TEXT_CHARACTERS : 0, i->event ? fmt_event(i->event) : NULL);
    }
    if (total == 0) {
        term_line(&t);
        term_put(&t, STYLE_GOOD, _("no open negatives"));
        term_line(&t);
    } else if (shown < total) {
        int more = (int)(total - shown);
        strbuf_puts(out, "    ");
        term_printf(&t, STYLE_DIM, ngettext("and %d more: earshot queue", "and %d more: earshot queue", (unsigned long)more),
                    more);
        term_line(&t);
    }
    unconfirmed_rows(&t, in, b);
    answered_rows(&t, in, b);
    hint(&t, total > 0);
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
}

void brief_json(const struct report_in *in, const struct brief *b, struct strbuf *out)
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
    jsonw_kint(&w, "answered", (int64_t)b->n_answered);
    jsonw_object_end(&w);
    jsonw_key(&w, "answer_median_s");
    if (b->answer_median_s >= 0)
        jsonw_int(&w, b->answer_median_s);
    else
        jsonw_null(&w);
    desk_json(&w, b);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
    size_t most = in->max ? in->max : b->n;
    for (size_t i = 0; i < b->n && i < most; i++)
        json_line(out, section_word[b->item[i].section], b->item[i].event, b->item[i].f);
    for (size_t i = 0; i < b->n_answered; i++)
        json_line(out, "answered", NULL, &b->answered[i]);
}
