/* The report of a period as text and as JSON. */
#include "report/period.h"

#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/fmt.h"
#include "report/term.h"

#include <stdio.h>
#include <string.h>

#define CAUSES_SHOWN 8
#define BAR_COLUMNS  30

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
    term_printf(t, STYLE_DIM, _("target %d %%"), PERIOD_TARGET);
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
    term_printf(t, STYLE_PLAIN, "  %s: %s; %s: %s", _("open now"), fmt_count(a, p->n_open), _("overdue"),
                fmt_count(b, p->n_overdue));
    term_line(t);
    if (p->n_rated) {
        term_printf(t, STYLE_PLAIN, "  %s: %s", _("mean of the stars"), fmt_mean(a, p->stars_sum, p->n_rated));
        term_line(t);
    }
}

static void stars_rows(struct term *t, const struct period *p)
{
    uint64_t most = 0;
    fmt_buf b;
    if (p->n_rated == 0)
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
    source_rows(&t, p);
    if (p->oldest.n)
        term_heading(&t, STYLE_BOLD, _("Oldest open negatives"), p->n_open);
    for (size_t i = 0; i < p->oldest.n; i++)
        term_item(&t, in, &p->oldest.at[i], i + 1, 80, NULL);
}

static void json_tally(struct jsonw *w, const struct tally *t)
{
    jsonw_kint(w, "mentions", (int64_t)t->n);
    jsonw_kint(w, "negative", (int64_t)t->negative);
    jsonw_kint(w, "neutral", (int64_t)t->neutral);
    jsonw_kint(w, "positive", (int64_t)t->positive);
    jsonw_kint(w, "negative_answered", (int64_t)t->answered);
}

static void json_table(struct jsonw *w, const char *key, const struct period_table *t)
{
    jsonw_key(w, key);
    jsonw_array(w);
    for (size_t i = 0; i < t->n; i++) {
        jsonw_object(w);
        jsonw_kstr(w, "name", t->row[i].name);
        json_tally(w, &t->row[i].t);
        jsonw_kint(w, "before", (int64_t)t->row[i].n_before);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

static void json_seconds(struct jsonw *w, const char *key, int64_t s)
{
    jsonw_key(w, key);
    if (s >= 0)
        jsonw_int(w, s);
    else
        jsonw_null(w);
}

static void json_total(const struct period *p, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.report/1");
    jsonw_kstr(w, "part", "total");
    jsonw_key(w, "since");
    jsonw_time(w, p->since);
    jsonw_key(w, "until");
    jsonw_time(w, p->until);
    jsonw_key(w, "health");
    health_json(w, &p->health);
    json_tally(w, &p->all);
    jsonw_kint(w, "open", (int64_t)p->n_open);
    jsonw_kint(w, "overdue", (int64_t)p->n_overdue);
    json_seconds(w, "answer_median_s", p->answer_median_s);
    json_seconds(w, "answer_p90_s", p->answer_p90_s);
    jsonw_key(w, "stars");
    jsonw_array(w);
    for (int i = 1; i <= 5; i++)
        jsonw_int(w, (int64_t)p->stars[i]);
    jsonw_array_end(w);
    json_table(w, "brands", &p->brand);
    json_table(w, "sources", &p->source);
    json_table(w, "causes", &p->cause);
    jsonw_object_end(w);
}

static void json_bucket(const struct period *p, struct jsonw *w, size_t i)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.report/1");
    jsonw_kstr(w, "part", "time");
    jsonw_key(w, "since");
    jsonw_time(w, p->since + (int64_t)i * p->bucket_s);
    json_tally(w, &p->bucket[i]);
    jsonw_object_end(w);
}

void period_json(const struct period *p, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    json_total(p, &w);
    strbuf_putc(out, '\n');
    for (size_t i = 0; i < p->n_bucket; i++) {
        jsonw_init(&w, out);
        json_bucket(p, &w, i);
        strbuf_putc(out, '\n');
    }
    for (size_t i = 0; i < p->oldest.n; i++) {
        jsonw_init(&w, out);
        jsonw_object(&w);
        jsonw_kstr(&w, "schema", "earshot.report/1");
        jsonw_kstr(&w, "part", "oldest_open");
        jsonw_key(&w, "finding");
        contract_finding(&w, &p->oldest.at[i]);
        jsonw_object_end(&w);
        strbuf_putc(out, '\n');
    }
}
