/* The report of a period as one HTML file. */
#include "report/period.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/fmt.h"
#include "report/html_parts.h"
#include "report/period_html_more.h"
#include "report/svg.h"

#include <stdio.h>
#include <string.h>

#define CAUSES_SHOWN     10
#define SOURCES_SHOWN    10
#define QUOTE_CHARACTERS 220
#define LABELS_MAX       5 /* dates under the chart that fit on a phone */

static int plural(uint64_t n)
{
    return n > 999999 ? 999999 : (int)n;
}

static void heading(struct html *h, const struct period *p)
{
    char title[512];
    fmt_buf a, b;
    const struct report_in *in = p->in;
    struct when from = {p->since + in->utc_offset_s, PRECISION_DAY}, to = {p->until - 1 + in->utc_offset_s, PRECISION_DAY};
    period_title(p, title, sizeof title);
    html_open(h, "header", NULL);
    html_put(h, "h1", NULL, *title ? title : _("What customers say"));
    html_open(h, "p", "sub");
    html_printf(h, "%s – %s", fmt_date(a, from, in->now, 0), fmt_date(b, to, in->now, 0));
    html_text(h, " · ");
    html_printf(h, _("as of %s"), fmt_time(a, in->now, in->now, in->utc_offset_s));
    html_close(h);
    html_close(h);
}

static void figure_open(struct html *h, const char *what, const char *style, const char *value)
{
    html_open(h, "div", "card");
    html_put(h, "p", "what", what);
    html_put(h, "p", style, value);
}

static void figures(struct html *h, const struct period *p)
{
    fmt_buf a, b;
    uint64_t judged = p->all.positive + p->all.negative;
    html_open(h, "section", "figures");
    html_attr(h, "aria-label", _("Key figures"));
    figure_open(h, _("Mentions"), "figure", fmt_count(a, p->all.n));
    html_open(h, "p", "note");
    if (p->before.n)
        html_printf(h, "%s: %s", _("before"), fmt_count(a, p->before.n));
    html_close(h);
    html_close(h);
    figure_open(h, _("Negative"), p->all.negative ? "figure neg" : "figure", fmt_count(a, p->all.negative));
    html_open(h, "p", "note");
    html_text(h, fmt_share(a, p->all.negative, p->all.n));
    if (p->before.n)
        html_printf(h, " · %s: %s", _("before"), fmt_count(b, p->before.negative));
    html_close(h);
    html_close(h);
    figure_open(h, _("Positive share"), "figure", fmt_share(a, p->all.positive, judged));
    if (judged)
        svg_meter(h, 100.0 * (double)p->all.positive / (double)judged, p->target);
    html_open(h, "p", "note");
    html_printf(h, _("target %d %%"), p->target);
    if (p->before.positive + p->before.negative)
        html_printf(h, " · %s: %s", _("before"), fmt_share(a, p->before.positive, p->before.positive + p->before.negative));
    html_close(h);
    html_close(h);
    figure_open(h, _("Negatives answered"), "figure", fmt_share(a, p->all.answered, p->all.negative));
    html_open(h, "p", "note");
    if (p->answer_median_s >= 0)
        html_printf(h, "%s: %s", _("first answer, median"), fmt_lasted(a, p->answer_median_s));
    else
        html_printf(h, "%s/%s", fmt_count(a, p->all.answered), fmt_count(b, p->all.negative));
    html_close(h);
    html_close(h);
    figure_open(h, _("Open now"), p->n_overdue ? "figure neg" : "figure", fmt_count(a, p->n_open));
    html_open(h, "p", "note");
    html_printf(h, "%s: %s", _("overdue"), fmt_count(a, p->n_overdue));
    html_close(h);
    html_close(h);
    html_close(h);
}

static void legend(struct html *h)
{
    static const char *const name[] = {"swatch neg", "swatch neu", "swatch pos"};
    static const enum label label[] = {LABEL_NEGATIVE, LABEL_NEUTRAL, LABEL_POSITIVE};
    html_open(h, "ul", "legend");
    for (int i = 0; i < 3; i++) {
        html_open(h, "li", NULL);
        html_put(h, "span", name[i], NULL);
        html_text(h, fmt_label(label[i]));
        html_close(h);
    }
    html_close(h);
}

static void over_time(struct html *h, const struct period *p)
{
    struct svg_column column[PERIOD_BUCKETS];
    fmt_buf label[PERIOD_BUCKETS];
    char tooltip[PERIOD_BUCKETS][256];
    size_t every = (p->n_bucket + LABELS_MAX - 1) / LABELS_MAX;
    for (size_t i = 0; i < p->n_bucket; i++) {
        const struct tally *t = &p->bucket[i];
        struct when day = {p->since + (int64_t)i * p->bucket_s + p->in->utc_offset_s, PRECISION_DAY};
        fmt_date(label[i], day, p->in->now, 0);
        snprintf(tooltip[i], sizeof tooltip[i], "%s: %s %llu, %s %llu, %s %llu", label[i], fmt_label(LABEL_NEGATIVE),
                 (unsigned long long)t->negative, fmt_label(LABEL_NEUTRAL), (unsigned long long)t->neutral,
                 fmt_label(LABEL_POSITIVE), (unsigned long long)t->positive);
        column[i] = (struct svg_column){(i % every) == every / 2 ? label[i] : NULL, t->n ? tooltip[i] : NULL, t->negative,
                                        t->neutral, t->positive};
    }
    html_card(h, "card",
              p->bucket_s == 86400       ? _("Mentions by day")
              : p->bucket_s == 7 * 86400 ? _("Mentions by week")
                                         : _("Mentions by month"));
    legend(h);
    html_close(h);
    fmt_buf a, b, c;
    char description[512];
    snprintf(description, sizeof description, "%s: %s, %s: %s, %s: %s", fmt_label(LABEL_NEGATIVE),
             fmt_count(a, p->all.negative), fmt_label(LABEL_NEUTRAL), fmt_count(b, p->all.neutral), fmt_label(LABEL_POSITIVE),
             fmt_count(c, p->all.positive));
    svg_stacked(h, column, p->n_bucket, description);
    html_close(h);
}

static void stars(struct html *h, const struct period *p)
{
    fmt_buf b;
    uint64_t most = 0;
    for (int i = 1; i <= 5; i++)
        if (p->stars[i] > most)
            most = p->stars[i];
    html_card(h, "card", _("Stars"));
    if (p->all.rated) {
        html_open(h, "span", "soft small");
        html_printf(h, "%s: %s", _("mean of the stars"), fmt_mean(b, p->all.stars, p->all.rated));
        html_close(h);
    }
    html_close(h);
    if (p->all.rated == 0)
        html_put(h, "p", "none", _("No mention with a rating in this period."));
    html_open(h, "div", "bars");
    for (int i = 5; i >= 1 && p->all.rated; i--) {
        struct rating r = {true, i, 1, 5};
        html_open(h, "span", "name stars");
        html_attr(h, "role", "img");
        html_attr_printf(h, "aria-label", ngettext("%d star", "%d stars", (unsigned long)i), i);
        html_text(h, fmt_stars(b, &r));
        html_close(h);
        svg_bar_one(h, i <= 2 ? "f-neg" : i == 3 ? "f-neu" : "f-pos", p->stars[i], most);
        html_put(h, "span", "num", fmt_count(b, p->stars[i]));
    }
    html_close(h);
    html_close(h);
}

static void sources(struct html *h, const struct period *p)
{
    fmt_buf b;
    uint64_t most = p->source.n ? p->source.row[0].t.n : 0;
    struct tally rest = {0};
    html_card(h, "card", _("Where it was said"));
    html_close(h);
    if (most == 0)
        html_put(h, "p", "none", _("No mentions in this period."));
    html_open(h, "div", "bars wide");
    for (size_t i = 0; i < p->source.n && most; i++) {
        const struct period_row *r = &p->source.row[i];
        if (i >= SOURCES_SHOWN || strcmp(r->name, PERIOD_REST) == 0) {
            rest.n += r->t.n;
            continue;
        }
        html_put(h, "span", "name", r->name);
        svg_bar(h, r->t.negative, r->t.neutral, r->t.positive, most);
        html_put(h, "span", "num", fmt_count(b, r->t.n));
    }
    if (rest.n) {
        html_put(h, "span", "name soft", _("all others"));
        html_put(h, "span", NULL, NULL);
        html_put(h, "span", "num soft", fmt_count(b, rest.n));
    }
    html_close(h);
    html_close(h);
}

static void quote(struct html *h, const struct period *p, const struct finding *f)
{
    const struct mention *m = &f->mention;
    fmt_buf b;
    bool cut;
    if (!m->id || !m->text)
        return;
    struct strbuf text;
    strbuf_init(&text, LIMIT_LINE_BYTES);
    strbuf_add(&text, m->text, fmt_cut(m->text, QUOTE_CHARACTERS, &cut));
    if (cut)
        strbuf_puts(&text, "…");
    html_open(h, "blockquote", NULL);
    html_put(h, "p", NULL, text.s);
    html_open(h, "footer", NULL);
    html_printf(
        h, "%s · ",
        fmt_date(b, (struct when){m->published.at, when_known(m->published) ? PRECISION_DAY : PRECISION_NONE}, p->in->now, 0));
    html_link(h, m->url, NULL, fmt_site(b, m->id));
    html_text(h, " ");
    html_put(h, "span", "id", m->id);
    html_close(h);
    html_close(h);
    strbuf_release(&text);
}

static void causes(struct html *h, const struct period *p)
{
    fmt_buf b;
    uint64_t most = p->cause.n ? p->cause.row[0].t.negative : 0;
    html_card(h, "card long", _("Causes of negatives"));
    if (p->before.n)
        html_put(h, "span", "soft small", _("number, and change against the period before"));
    html_close(h);
    if (most == 0)
        html_put(h, "p", "none", _("No negative mention names a cause."));
    for (size_t i = 0; i < p->cause.n && i < CAUSES_SHOWN; i++) {
        const struct period_row *r = &p->cause.row[i];
        if (r->t.negative == 0)
            continue;
        html_open(h, "div", "cause");
        html_open(h, "div", "row");
        html_put(h, "h3", NULL, triage_cause_text(r->name));
        svg_bar_one(h, "f-neg", r->t.negative, most);
        html_open(h, "span", "num nw");
        html_put(h, "b", NULL, fmt_count(b, r->t.negative));
        long long change = (long long)r->t.negative - (long long)r->n_before;
        if (change && p->before.n) {
            html_open(h, "span", "soft");
            html_printf(h, " %s%lld", change > 0 ? "+" : "−", change > 0 ? change : -change);
            html_close(h);
        }
        html_close(h);
        html_close(h);
        html_recurrence(h, p, r->name);
        for (size_t k = 0; k < PERIOD_QUOTES; k++)
            quote(h, p, &r->quote[k]);
        html_close(h);
    }
    html_close(h);
}

static void oldest(struct html *h, const struct period *p)
{
    int n = plural(p->n_open);
    html_card(h, "card long", _("Oldest open negatives"));
    if (n > 0) {
        html_open(h, "span", "soft small");
        html_printf(h, ngettext("%d open in all", "%d open in all", (unsigned long)n), n);
        html_close(h);
    }
    html_close(h);
    if (n == 0)
        html_put(h, "p", "none", _("no open negatives"));
    html_open(h, "ol", "open");
    for (size_t i = 0; i < p->oldest.n; i++)
        html_item(h, p->in, &p->oldest.at[i], NULL);
    html_close(h);
    html_close(h);
}

static void cell(struct html *h, const char *style, const char *name, const char *text)
{
    html_open(h, "td", style);
    if (name)
        html_attr(h, "data-name", name);
    html_text(h, text);
    html_close(h);
}

static void table_head(struct html *h, const char *const *name, size_t n)
{
    html_open(h, "table", "cards");
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "th", i ? "r" : NULL);
        html_attr(h, "scope", "col");
        html_text(h, name[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_open(h, "tbody", NULL);
}

static const struct period_row *find_row(const struct period_table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->row[i].name, name) == 0)
            return &t->row[i];
    return NULL;
}

static void coverage_row(struct html *h, const struct period *p, const struct health_row *r, const char *const *name)
{
    fmt_buf b, c;
    char stored[300];
    const struct period_row *row = find_row(&p->source, r->key);
    bool read = r->state == HEALTH_READ;
    const char *state = r->state == HEALTH_NEVER   ? _("never read")
                        : r->state == HEALTH_STALE ? _("no crawl ran")
                                                   : fmt_outcome(r->h->outcome);
    html_open(h, "tr", NULL);
    cell(h, NULL, NULL, r->key);
    html_open(h, "td", "r");
    html_put(h, "span", read ? "tag" : "tag bad", state);
    html_close(h);
    cell(h, "r nw", name[2], fmt_time(b, r->h ? r->h->last_good : 0, p->in->now, p->in->utc_offset_s));
    snprintf(stored, sizeof stored, "%s", fmt_count(b, r->h ? r->h->n_mention : 0));
    if (r->h && r->h->declared_total >= 0) {
        size_t at = strlen(stored);
        stored[at++] = ' ';
        snprintf(stored + at, sizeof stored - at, _("of %s"), fmt_count(c, (uint64_t)r->h->declared_total));
    }
    cell(h, "r nw", name[3], stored);
    cell(h, "r", name[4], fmt_count(b, row ? row->t.negative : 0));
    cell(h, "r", name[5], row ? fmt_share(b, row->t.answered, row->t.negative) : "–");
    html_close(h);
}

static void coverage(struct html *h, const struct period *p)
{
    const char *const name[] = {_("Source"), _("State"), _("Last read"), _("Stored"), _("Negative"), _("Answered")};
    html_card(h, "card long", _("Coverage"));
    html_put(h, "span", "soft small", _("a source that was not read proves nothing by its silence"));
    html_close(h);
    table_head(h, name, 6);
    for (size_t i = 0; i < p->health.n; i++)
        coverage_row(h, p, &p->health.row[i], name);
    html_close(h);
    html_close(h);
    html_close(h);
}

void period_html(const struct period *p, struct strbuf *out)
{
    struct html h;
    char title[512];
    period_title(p, title, sizeof title);
    if (!html_begin(&h, i18n_lang(), *title ? title : "earshot")) {
        out->full = true;
        return;
    }
    html_open(&h, "main", NULL);
    heading(&h, p);
    html_health(&h, p->in, &p->health);
    figures(&h, p);
    over_time(&h, p);
    html_trends(&h, p);
    html_open(&h, "div", "two");
    stars(&h, p);
    sources(&h, p);
    html_close(&h);
    html_service(&h, p);
    causes(&h, p);
    html_compare(&h, p);
    oldest(&h, p);
    html_ledger(&h, p);
    coverage(&h, p);
    html_put(&h, "footer", "end",
             _("Negative: a rating of 2 of 5 or less, or a text that reads so. Positive share: positive among positive and "
               "negative. Answered: with a public answer by the brand. Made by earshot from public pages."));
    html_close(&h);
    html_end(&h, out);
}
