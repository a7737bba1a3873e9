/* The report of a period as text. */
#include "report/period.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/fmt.h"
#include "report/term.h"

#include <stdio.h>
#include <string.h>

#define CAUSES_SHOWN 8
#define BAR_COLUMNS  30
#define LEDGER_ROWS  5 /* of edits, and of removals */
#define BRANDS_SHOWN 3

static void bar(struct term *t, enum style s, uint64_t n, uint64_t most, size_t columns)
{
    size_t full = most ? (size_t)((double)n * (double)columns / (double)most + 0.5) : 0;
    if (n && !full)
        full = 1;
    struct strbuf b;
    strbuf_init(&b, 4096);
    for (size_t i = 0; i < full && i < columns; i++)
        strbuf_puts(&b, "█");
    term_cell(t, s, b.s, columns, false);
    strbuf_release(&b);
}

static void change(struct term *t, uint64_t now, uint64_t before)
{
    if (now == before)
        return;
    term_printf(t, STYLE_DIM, "  %+lld", (long long)now - (long long)before);
}

static void nps_rows(struct term *t, const struct period *p)
{
    fmt_buf a;
    int nps, n = (int)survey_total(&p->survey);
    if (n) {
        term_printf(t, STYLE_PLAIN, "  %s: ", _("NPS by survey"));
        term_printf(t, STYLE_BOLD, "%s", fmt_nps(a, survey_nps(&p->survey)));
        term_put(t, STYLE_DIM, ", ");
        term_printf(t, STYLE_DIM, ngettext("%d answer", "%d answers", (unsigned long)n), n);
        if (survey_total(&p->survey_before))
            term_printf(t, STYLE_DIM, " (%s: %s)", _("the period before"), fmt_nps(a, survey_nps(&p->survey_before)));
        term_line(t);
    }
    if (period_nps(p, &nps)) {
        term_printf(t, STYLE_PLAIN, "  %s: %s", _("NPS estimated from stars, not a survey"), fmt_nps(a, nps));
        term_line(t);
    }
}

static void key_figures(struct term *t, const struct period *p)
{
    fmt_buf a, b;
    int n = (int)(p->all.n > 999999 ? 999999 : p->all.n), neg = (int)(p->all.negative > 999999 ? 999999 : p->all.negative);
    term_put(t, STYLE_PLAIN, "  ");
    term_printf(t, STYLE_BOLD, ngettext("%d mention", "%d mentions", (unsigned long)n), n);
    term_put(t, STYLE_PLAIN, ", ");
    term_printf(t, STYLE_PLAIN, ngettext("%d of them negative", "%d of them negative", (unsigned long)neg), neg);
    if (p->before.n)
        term_printf(t, STYLE_DIM, " (%s: %s)", _("the period before"), fmt_count(a, p->before.negative));
    term_line(t);
    term_printf(t, STYLE_PLAIN, "  %s: ", _("positive share"));
    term_printf(t, STYLE_BOLD, "%s", fmt_share(a, p->all.positive, p->all.positive + p->all.negative));
    term_put(t, STYLE_DIM, ", ");
    term_printf(t, STYLE_DIM, _("target %d %%"), p->target);
    if (p->before.positive + p->before.negative)
        term_printf(t, STYLE_DIM, " (%s: %s)", _("the period before"), fmt_share(a, p->before.positive, p->before.positive + p->before.negative));
    term_line(t);
    term_printf(t, STYLE_PLAIN, "  %s: ", _("negatives answered"));
    term_printf(t, STYLE_BOLD, "%s", fmt_share(a, p->all.answered, p->all.negative));
    term_printf(t, STYLE_DIM, " (%s/%s)", fmt_count(a, p->all.answered), fmt_count(b, p->all.negative));
    term_line(t);
    if (p->answer_median_s >= 0) {
        term_printf(t, STYLE_PLAIN, "  %s: %s", _("first answer, median"), fmt_lasted(a, p->answer_median_s));
        term_printf(t, STYLE_PLAIN, "; %s: %s", _("9 of 10 within"), fmt_lasted(b, p->answer_p90_s));
        term_line(t);
    }
    if (p->sla_met + p->sla_missed) {
        term_printf(t, STYLE_PLAIN, "  %s: %s", _("answered in time"), fmt_share(a, p->sla_met, p->sla_met + p->sla_missed));
        term_printf(t, STYLE_DIM, " (%s/%s)", fmt_count(a, p->sla_met), fmt_count(b, p->sla_met + p->sla_missed));
        term_line(t);
    }
    if (p->ledger.saved) {
        term_printf(t, STYLE_PLAIN, "  %s: %s", _("stars raised after an answer"), fmt_count(a, p->ledger.saved));
        term_line(t);
    }
    nps_rows(t, p);
    if (p->reply_flag[0] + p->reply_flag[1] + p->reply_flag[2] + p->reply_flag[3]) {
        term_printf(t, STYLE_PLAIN, "  %s: %s %s", _("of the answers"), _("rude"), fmt_count(a, p->reply_flag[0]));
        term_printf(t, STYLE_PLAIN, ", %s %s", _("canned"), fmt_count(a, p->reply_flag[1]));
        term_printf(t, STYLE_PLAIN, ", %s %s", _("without apology"), fmt_count(a, p->reply_flag[2]));
        term_printf(t, STYLE_PLAIN, ", %s %s", _("without contact"), fmt_count(a, p->reply_flag[3]));
        term_line(t);
    }
    term_printf(t, STYLE_PLAIN, "  %s: %s; %s: %s", _("open now"), fmt_count(a, p->n_open), _("overdue"),
                fmt_count(b, p->n_overdue));
    term_line(t);
    if (p->all.rated) {
        term_printf(t, STYLE_PLAIN, "  %s: %s", _("mean of the stars"), fmt_mean(a, p->all.stars, p->all.rated));
        if (p->before.rated)
            term_printf(t, STYLE_DIM, " (%s: %s)", _("the period before"), fmt_mean(b, p->before.stars, p->before.rated));
        term_line(t);
    }
}

static void stars_rows(struct term *t, const struct period *p)
{
    uint64_t most = 0;
    fmt_buf b;
    if (p->all.rated == 0)
        return;
    for (int i = 1; i <= 5; i++)
        if (p->stars[i] > most)
            most = p->stars[i];
    term_heading(t, STYLE_BOLD, _("Stars"), 0);
    for (int i = 5; i >= 1; i--) {
        struct rating r = {true, i, 1, 5};
        term_printf(t, STYLE_WARN, "  %s ", fmt_stars(b, &r));
        bar(t, STYLE_PLAIN, p->stars[i], most, BAR_COLUMNS);
        term_printf(t, STYLE_PLAIN, " %s", fmt_count(b, p->stars[i]));
        term_line(t);
    }
}

static void quotes(struct term *t, const struct report_in *in, const struct period_row *r)
{
    fmt_buf b;
    for (size_t i = 0; i < PERIOD_QUOTES; i++) {
        const struct mention *m = &r->quote[i].mention;
        if (!m->id || !m->text)
            continue;
        bool cut;
        struct strbuf line;
        strbuf_init(&line, LIMIT_LINE_BYTES);
        strbuf_puts(&line, "«");
        strbuf_add(&line, m->text, fmt_cut(m->text, 160, &cut));
        for (size_t k = 0; k < line.n; k++)
            if (line.s[k] == '\n')
                line.s[k] = ' ';
        strbuf_printf(&line, "%s» %s, %s", cut ? "…" : "", fmt_date(b, m->published, in->now, in->utc_offset_s), m->id);
        term_wrap(t, STYLE_DIM, line.s, 6);
        strbuf_release(&line);
    }
}

static void cause_rows(struct term *t, const struct period *p)
{
    fmt_buf b;
    if (p->cause.n == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Causes of negatives"), 0);
    for (size_t i = 0; i < p->cause.n && i < CAUSES_SHOWN; i++) {
        const struct period_row *r = &p->cause.row[i];
        if (r->t.n == 0)
            continue;
        term_put(t, STYLE_PLAIN, "  ");
        term_cell(t, STYLE_PLAIN, triage_cause_text(r->name), 30, false);
        term_cell(t, STYLE_BOLD, fmt_count(b, r->t.negative), 7, true);
        if (p->before.n)
            change(t, r->t.negative, r->n_before);
        term_line(t);
        quotes(t, p->in, r);
    }
}

static void source_rows(struct term *t, const struct period *p)
{
    fmt_buf b;
    if (p->source.n == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Sources"), 0);
    term_put(t, STYLE_PLAIN, "  ");
    term_cell(t, STYLE_DIM, "", 30, false);
    term_cell(t, STYLE_DIM, _("mentions"), 11, true);
    term_cell(t, STYLE_DIM, _("negative"), 14, true);
    term_cell(t, STYLE_DIM, _("answered"), 11, true);
    term_line(t);
    for (size_t i = 0; i < p->source.n; i++) {
        const struct period_row *r = &p->source.row[i];
        term_put(t, STYLE_PLAIN, "  ");
        term_cell(t, STYLE_PLAIN, r->name, 30, false);
        term_cell(t, STYLE_PLAIN, fmt_count(b, r->t.n), 11, true);
        term_cell(t, STYLE_PLAIN, fmt_count(b, r->t.negative), 14, true);
        term_cell(t, STYLE_PLAIN, fmt_share(b, r->t.answered, r->t.negative), 11, true);
        term_line(t);
    }
}

static void fix_rows(struct term *t, const struct period *p)
{
    fmt_buf when;
    bool any = false;
    for (size_t i = 0; i < p->ledger.n_fix; i++) {
        const struct period_fix *x = &p->ledger.fix[i];
        int n = (int)x->n_since;
        if (!any)
            term_heading(t, STYLE_BOLD, _("Closed as resolved"), 0);
        any = true;
        term_printf(t, STYLE_PLAIN, "  %s, %s: %s; ", fmt_brand(p->in->settings, x->brand), triage_cause_text(x->cause),
                    fmt_time(when, x->at, p->in->now, p->in->utc_offset_s));
        if (n)
            term_printf(t, STYLE_WARN, ngettext("%d complaint since", "%d complaints since", (unsigned long)n), n);
        else
            term_put(t, STYLE_GOOD, _("none since"));
        term_line(t);
    }
}

/* "edited 23 Nov 12:00, 4 to 2 stars · Acme · otzovik:123" */
static void ledger_rows(struct term *t, const struct period *p)
{
    const struct period_ledger *l = &p->ledger;
    const struct report_in *in = p->in;
    fmt_buf when, stars;
    if (l->edits + l->removals == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Edited and removed"), l->edits + l->removals);
    for (size_t i = 0; i < l->n_edit && i < LEDGER_ROWS; i++) {
        const struct period_edit *e = &l->edit[i];
        term_printf(t, STYLE_PLAIN, "  %s · ", fmt_time(when, e->at, in->now, in->utc_offset_s));
        term_put(t, STYLE_PLAIN, period_edit_text(e, stars));
        term_printf(t, STYLE_PLAIN, " · %s · %s", fmt_brand(in->settings, e->f.brand), e->f.mention.id);
        term_line(t);
    }
    for (size_t i = 0; i < l->n_removed && i < LEDGER_ROWS; i++) {
        const struct finding *f = &l->removed[i];
        term_printf(t, STYLE_PLAIN, "  %s · ", fmt_time(when, f->missing_since, in->now, in->utc_offset_s));
        term_put(t, STYLE_PLAIN, _("no longer on the site"));
        term_printf(t, STYLE_PLAIN, " · %s · %s", fmt_brand(in->settings, f->brand), f->mention.id);
        term_line(t);
    }
}

/* A row a figure, a column a brand. */
static void brand_rows(struct term *t, const struct period *p)
{
    fmt_buf b;
    size_t n = p->brand.n < BRANDS_SHOWN ? p->brand.n : BRANDS_SHOWN;
    if (n < 2)
        return;
    term_heading(t, STYLE_BOLD, _("Brands compared"), 0);
    bool causes = false;
    for (int row = -1; row < PERIOD_COMPARED; row++) {
        if (row >= 0 && !period_compared_wanted(p, row))
            continue;
        if (row >= PERIOD_COMPARED - PERIOD_CAUSES && !causes) {
            causes = true;
            term_printf(t, STYLE_DIM, "  %s:", _("Complaints per 1,000 mentions"));
            term_line(t);
        }
        strbuf_puts(t->out, "  ");
        term_cell(t, row < 0 ? STYLE_DIM : STYLE_PLAIN, row < 0 ? "" : period_compared_name(row), 34, false);
        for (size_t i = 0; i < n; i++) {
            const char *text = row < 0 ? fmt_brand(p->in->settings, p->brand.row[i].name) : period_compared_value(&p->brand.row[i], row, b);
            term_cell(t, row < 0 ? STYLE_DIM : STYLE_PLAIN, text, 14, true);
        }
        term_line(t);
    }
}

void period_text(const struct period *p, struct strbuf *out)
{
    struct term t;
    struct strbuf line;
    char title[512];
    fmt_buf a, b;
    const struct report_in *in = p->in;
    term_init(&t, in, out);
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(in, &p->health, &line);
    term_put(&t, p->health.n_read == p->health.n && p->health.n ? STYLE_GOOD : STYLE_BAD, line.s);
    term_line(&t);
    term_line(&t);
    strbuf_release(&line);
    struct when from = {p->since, PRECISION_MINUTE}, to = {p->until, PRECISION_MINUTE};
    period_title(p, title, sizeof title);
    term_printf(&t, STYLE_BOLD, "%s%s%s – %s", title, *title ? ", " : "", fmt_date(a, from, in->now, in->utc_offset_s),
                fmt_date(b, to, in->now, in->utc_offset_s));
    term_line(&t);
    term_line(&t);
    key_figures(&t, p);
    stars_rows(&t, p);
    cause_rows(&t, p);
    fix_rows(&t, p);
    source_rows(&t, p);
    brand_rows(&t, p);
    ledger_rows(&t, p);
    if (p->oldest.n)
        term_heading(&t, STYLE_BOLD, _("Oldest open negatives"), p->n_open);
    for (size_t i = 0; i < p->oldest.n; i++)
        term_item(&t, in, &p->oldest.at[i], i + 1, 80, NULL);
}
