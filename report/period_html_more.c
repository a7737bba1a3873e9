#include "report/period_html_more.h"

#include "base/i18n.h"
#include "desk/triage.h"
#include "report/fmt.h"
#include "report/html_parts.h"
#include "report/svg.h"

#include <stdio.h>
#include <string.h>

#define BRANDS_SHOWN 5 /* columns of the comparison */

/* ---------------------------------------------------------------- trends */

struct trend {
    struct svg_point point[PERIOD_BUCKETS];
    fmt_buf label[PERIOD_BUCKETS];
    char tooltip[PERIOD_BUCKETS][2 * FMT_BYTES];
    size_t n_known;
};

/* Both lines: value NaN-free, known where something was said. stars: the mean of the stars, else the positive share in percent. */
static void trend_fill(struct trend *t, const struct period *p, bool stars)
{
    size_t every = (p->n_bucket * 2 + HTML_LABELS_MAX - 1) / HTML_LABELS_MAX; /* half a page wide */
    t->n_known = 0;
    for (size_t i = 0; i < p->n_bucket; i++) {
        struct tally x = period_trend(p, i);
        uint64_t judged = x.positive + x.negative;
        fmt_buf value;
        struct when day = {p->since + (int64_t)i * p->bucket_s + p->in->utc_offset_s, PRECISION_DAY};
        bool known = stars ? x.rated > 0 : judged > 0;
        fmt_date(t->label[i], day, p->in->now, 0);
        if (stars)
            fmt_mean(value, x.stars, x.rated);
        else
            fmt_share(value, x.positive, judged);
        snprintf(t->tooltip[i], sizeof t->tooltip[i], "%s: %s", t->label[i], value);
        t->point[i] = (struct svg_point){(i % every) == every / 2 ? t->label[i] : NULL, known ? t->tooltip[i] : NULL, known,
                                         !known ? 0 : stars ? x.stars / (double)x.rated : 100.0 * (double)x.positive / (double)judged};
        t->n_known += known;
    }
}

static const char *smoothing(const struct period *p)
{
    return p->bucket_s == 86400 ? _("over seven days") : p->bucket_s == 7 * 86400 ? _("by week") : _("by month");
}

static void trend(struct html *h, const struct period *p, const char *title, bool stars)
{
    struct trend t;
    char description[256];
    fmt_buf a;
    trend_fill(&t, p, stars);
    html_card(h, "card", title);
    html_put(h, "span", "soft small", smoothing(p));
    html_close(h);
    if (t.n_known == 0) {
        html_put(h, "p", "none", stars ? _("No mention with a rating in this period.") : _("No mentions in this period."));
    } else if (stars) {
        snprintf(description, sizeof description, "%s: %s", title, fmt_mean(a, p->all.stars, p->all.rated));
        svg_line(h, t.point, p->n_bucket, 1, 5, 1, 0, description);
    } else {
        snprintf(description, sizeof description, "%s: %s", title, fmt_share(a, p->all.positive, p->all.positive + p->all.negative));
        svg_line(h, t.point, p->n_bucket, 0, 100, 25, p->target, description);
    }
    html_close(h);
}

void html_trends(struct html *h, const struct period *p)
{
    char title[128];
    snprintf(title, sizeof title, "%s, %%", _("Positive share"));
    html_open(h, "div", "two");
    trend(h, p, title, false);
    trend(h, p, _("Mean of the stars"), true);
    html_close(h);
}

/* ---------------------------------------------------------------- how the brand answers */

static void fact(struct html *h, const char *name, const char *value, const char *more)
{
    html_open(h, "div", NULL);
    html_put(h, "dt", NULL, name);
    html_open(h, "dd", NULL);
    html_text(h, value);
    if (more)
        html_put(h, "small", NULL, more);
    html_close(h);
    html_close(h);
}

static void nps_facts(struct html *h, const struct period *p)
{
    fmt_buf value, before;
    char more[2 * FMT_BYTES];
    int nps, n = (int)survey_total(&p->survey);
    if (n) {
        int len = snprintf(more, sizeof more, ngettext("%d answer", "%d answers", (unsigned long)n), n);
        if (survey_total(&p->survey_before) && len > 0)
            snprintf(more + len, sizeof more - (size_t)len, " · %s: %s", _("before"), fmt_nps(before, survey_nps(&p->survey_before)));
        fact(h, _("NPS by survey"), fmt_nps(value, survey_nps(&p->survey)), more);
    }
    if (period_nps(p, &nps))
        fact(h, _("NPS estimate"), fmt_nps(value, nps), _("from stars, nobody was asked"));
}

void html_service(struct html *h, const struct period *p)
{
    fmt_buf a, b;
    char more[2 * FMT_BYTES + 8];
    html_card(h, "card", _("How we answer"));
    html_close(h);
    html_open(h, "dl", "facts");
    snprintf(more, sizeof more, "%s / %s", fmt_count(a, p->all.answered), fmt_count(b, p->all.negative));
    fact(h, _("Negatives answered"), fmt_share(a, p->all.answered, p->all.negative), more);
    if (p->answer_median_s >= 0) {
        fact(h, _("first answer, median"), fmt_lasted(a, p->answer_median_s), NULL);
        fact(h, _("9 of 10 within"), fmt_lasted(a, p->answer_p90_s), NULL);
    }
    if (p->sla_met + p->sla_missed) {
        snprintf(more, sizeof more, "%s / %s", fmt_count(a, p->sla_met), fmt_count(b, p->sla_met + p->sla_missed));
        fact(h, _("Answered in time"), fmt_share(a, p->sla_met, p->sla_met + p->sla_missed), more);
    }
    snprintf(more, sizeof more, "%s: %s", _("lowered"), fmt_count(b, p->ledger.lowered));
    fact(h, _("Stars raised after an answer"), fmt_count(a, p->ledger.saved), p->ledger.lowered ? more : NULL);
    nps_facts(h, p);
    html_close(h);
    html_close(h);
}

void html_recurrence(struct html *h, const struct period *p, const char *cause)
{
    fmt_buf when;
    for (size_t i = 0; i < p->ledger.n_fix; i++) {
        const struct period_fix *x = &p->ledger.fix[i];
        if (strcmp(x->cause, cause) != 0)
            continue;
        int n = (int)x->n_since;
        html_open(h, "p", "back");
        html_printf(h, _("%s: closed as resolved %s"), fmt_brand(p->in->settings, x->brand), fmt_time(when, x->at, p->in->now, p->in->utc_offset_s));
        html_text(h, " ");
        html_open(h, "span", n ? "tag bad" : "tag");
        if (n)
            html_printf(h, ngettext("%d complaint since", "%d complaints since", (unsigned long)n), n);
        else
            html_text(h, _("none since"));
        html_close(h);
        html_close(h);
    }
}

/* ---------------------------------------------------------------- brands compared */

static void compare_head(struct html *h, const struct period *p, size_t n)
{
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_open(h, "td", NULL); /* a corner names nothing */
    html_close(h);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "th", period_is_main(p, p->brand.row[i].name) ? "r own" : "r");
        html_attr(h, "scope", "col");
        html_text(h, fmt_brand(p->in->settings, p->brand.row[i].name));
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static void compare_row(struct html *h, const struct period *p, size_t n, int row)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", NULL);
    html_attr(h, "scope", "row");
    html_text(h, period_compared_name(row));
    html_close(h);
    for (size_t i = 0; i < n; i++) {
        fmt_buf b;
        html_put(h, "td", "r nw", period_compared_value(&p->brand.row[i], row, b));
    }
    html_close(h);
}

void html_compare(struct html *h, const struct period *p)
{
    size_t n = p->brand.n < BRANDS_SHOWN ? p->brand.n : BRANDS_SHOWN;
    bool causes = false;
    if (n < 2)
        return;
    html_card(h, "card long", _("Brands compared"));
    html_close(h);
    html_open(h, "div", "scroll");
    html_open(h, "table", "compare");
    compare_head(h, p, n);
    html_open(h, "tbody", NULL);
    for (int row = 0; row < PERIOD_COMPARED; row++) {
        if (!period_compared_wanted(p, row))
            continue;
        if (row >= PERIOD_COMPARED - PERIOD_CAUSES && !causes) {
            causes = true;
            html_open(h, "tr", "part");
            html_open(h, "td", NULL);
            html_attr_printf(h, "colspan", "%zu", n + 1);
            html_text(h, _("Complaints per 1,000 mentions"));
            html_close(h);
            html_close(h);
        }
        compare_row(h, p, n, row);
    }
    html_close(h);
    html_close(h);
    html_close(h);
    html_close(h);
}

/* ---------------------------------------------------------------- edits and removals */

static void ledger_item(struct html *h, const struct period *p, const struct finding *f, int64_t at, const char *what, bool bad)
{
    fmt_buf b;
    html_open(h, "li", NULL);
    html_open(h, "div", "meta");
    html_put(h, "span", "nw", fmt_time(b, at, p->in->now, p->in->utc_offset_s));
    html_put(h, "b", NULL, fmt_brand(p->in->settings, f->brand));
    html_link(h, f->mention.url, NULL, fmt_site(b, f->mention.id));
    html_put(h, "span", bad ? "tag bad" : "tag", what);
    html_put(h, "span", "id", f->mention.id);
    html_close(h);
    html_close(h);
}

void html_ledger(struct html *h, const struct period *p)
{
    const struct period_ledger *l = &p->ledger;
    fmt_buf a;
    if (l->edits + l->removals == 0)
        return;
    html_card(h, "card long", _("Edited and removed"));
    html_open(h, "span", "soft small");
    html_printf(h, "%s: %s", _("edited"), fmt_count(a, l->edits));
    html_printf(h, " · %s: %s", _("removed"), fmt_count(a, l->removals));
    html_close(h);
    html_close(h);
    html_open(h, "ol", "open");
    for (size_t i = 0; i < l->n_edit; i++) {
        const struct period_edit *e = &l->edit[i];
        ledger_item(h, p, &e->f, e->at, period_edit_text(e, a), e->stars_after > 0 && e->stars_after < e->stars_before);
    }
    for (size_t i = 0; i < l->n_removed; i++)
        ledger_item(h, p, &l->removed[i], l->removed[i].missing_since, _("no longer on the site"), true);
    html_close(h);
    html_close(h);
}
