/* The figures of a period, out of index rows only: a year of a million mentions takes 50 ms. */
#include "web/inbox.h"

#include "base/i18n.h"
#include "desk/triage.h"
#include "report/svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 62
#define LABELS_MAX  4
#define ROWS_SHOWN  12

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

void figures_chart(struct request *r, struct html *h, const struct days *d)
{
    struct svg_column column[COLUMNS_MAX] = {0};
    size_t step = (d->n + COLUMNS_MAX - 1) / COLUMNS_MAX, n = (d->n + step - 1) / step, every = (n + LABELS_MAX - 1) / LABELS_MAX;
    for (size_t i = 0; i < n; i++) {
        fmt_buf b;
        struct when day = {d->since + (int64_t)(i * step) * 86400 + r->in.utc_offset_s, PRECISION_DAY};
        struct svg_column *c = &column[i];
        for (size_t k = i * step; k < (i + 1) * step && k < d->n; k++) {
            c->negative += d->day[k].negative;
            c->neutral += d->day[k].neutral;
            c->positive += d->day[k].positive;
        }
        fmt_date(b, day, r->in.now, 0);
        c->label = i % every == every / 2 ? arena_strdup(&r->a, b) : NULL;
        c->tooltip = arena_printf(&r->a, "%s: %s %llu, %s %llu, %s %llu", b, fmt_label(LABEL_NEGATIVE), (unsigned long long)c->negative, fmt_label(LABEL_NEUTRAL),
                                  (unsigned long long)c->neutral, fmt_label(LABEL_POSITIVE), (unsigned long long)c->positive);
    }
    svg_stacked(h, column, n, _("Mentions by day: negative, neutral, positive"));
    legend(h);
}

struct bar {
    const char *name;
    uint32_t n;
};

static int most_first(const void *a, const void *b)
{
    const struct bar *x = a, *y = b;
    return x->n != y->n ? (x->n > y->n ? -1 : 1) : strcmp(x->name, y->name);
}

static void bars(struct html *h, const char *title, struct bar *b, size_t n)
{
    fmt_buf count;
    html_open(h, "section", "card");
    html_open(h, "div", "top");
    html_put(h, "h2", NULL, title);
    html_close(h);
    if (n > 1)
        qsort(b, n, sizeof *b, most_first);
    if (!n)
        html_put(h, "p", "none", _("nothing in this period"));
    html_open(h, "ul", "causebars");
    for (size_t i = 0; i < n && i < ROWS_SHOWN; i++) {
        html_open(h, "li", NULL);
        html_put(h, "span", NULL, b[i].name);
        html_put(h, "span", "num", fmt_count(count, b[i].n));
        svg_bar_one(h, "f-neg", b[i].n, b[0].n);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static void tables(struct request *r, struct html *h, const struct facets *x)
{
    const struct settings *s = r->in.settings;
    const struct names *names = r->s->names;
    struct bar *b = arena_calloc(&r->a, names->n_source + s->n_brand + NAMES_CAUSES, sizeof *b);
    size_t n = 0;
    if (!b)
        return;
    html_open(h, "div", "two");
    for (size_t i = 0; i < names->n_cause; i++)
        if (x->cause[i])
            b[n++] = (struct bar){triage_cause_text(triage_cause_code(i)), x->cause[i]};
    bars(h, _("Negatives by cause"), b, n);
    n = 0;
    for (size_t i = 0; i < names->n_source; i++)
        if (x->source[i])
            b[n++] = (struct bar){names->source[i]->key, x->source[i]};
    bars(h, _("Negatives by source"), b, n);
    html_close(h);
}

static void card(struct html *h, const char *what, const char *value, bool bad)
{
    html_open(h, "div", "card");
    html_put(h, "p", "what", what);
    html_put(h, "p", bad ? "figure neg" : "figure", value);
    html_close(h);
}

static void choice(struct request *r, struct html *h, const char *brand, size_t days)
{
    static const size_t offered[] = {7, 30, 90, 365};
    const struct settings *s = r->in.settings;
    char value[24], now[24];
    html_open(h, "form", "choice");
    html_attr(h, "method", "get");
    html_attr(h, "action", "/figures");
    html_attr(h, "id", "filters");
    html_open(h, "label", "field");
    html_put(h, "span", NULL, _("Period"));
    html_open(h, "select", NULL);
    html_attr(h, "name", "days");
    snprintf(now, sizeof now, "%zu", days);
    for (size_t i = 0; i < 4; i++) {
        snprintf(value, sizeof value, "%zu", offered[i]);
        frame_option(h, value, arena_printf(&r->a, ngettext("%d day", "%d days", (unsigned long)offered[i]), (int)offered[i]), now);
    }
    html_close(h);
    html_close(h);
    html_open(h, "label", "field");
    html_put(h, "span", NULL, _("Brand"));
    html_open(h, "select", NULL);
    html_attr(h, "name", "brand");
    frame_option(h, "", _("all brands"), brand);
    for (size_t i = 0; i < s->n_brand && i < 300; i++)
        frame_option(h, s->brand[i].name, fmt_brand(s, s->brand[i].name), brand);
    html_close(h);
    html_close(h);
    frame_button(h, "button", NULL, NULL, _("Show"));
    html_close(h);
}

void web_figures(struct request *r, const char *rest)
{
    const char *days_text = web_query(r, "days"), *brand = web_query(r, "brand");
    long asked = days_text ? strtol(days_text, NULL, 10) : 30;
    size_t n = asked < 1 ? 1 : asked > DAYS_MAX ? DAYS_MAX : (size_t)asked;
    struct days *d = arena_alloc(&r->a, sizeof *d);
    struct html h;
    fmt_buf b;
    (void)rest;
    enum err e = d ? scan_days(r, brand, n, d) : err_set(ERR_MEMORY, "out of memory");
    if (e != ERR_OK) {
        web_failed(r, e);
        return;
    }
    if (!frame_begin(r, &h, _("Figures"), NAV_FIGURES, NULL))
        return;
    html_open(&h, "div", "page");
    html_put(&h, "h1", NULL, _("Figures"));
    choice(r, &h, brand, n);
    html_open(&h, "section", "figures four");
    html_attr(&h, "aria-label", _("Key figures"));
    card(&h, _("Mentions"), fmt_count(b, d->n_all), false);
    card(&h, _("Negative"), fmt_count(b, d->n_negative), d->n_negative > 0);
    card(&h, _("Positive share"), fmt_share(b, d->n_positive, d->n_positive + d->n_negative), false);
    card(&h, _("Negatives answered"), fmt_share(b, d->n_answered, d->n_negative), false);
    html_close(&h);
    html_open(&h, "section", "card");
    html_open(&h, "div", "top");
    html_put(&h, "h2", NULL, _("Mentions by day"));
    html_close(&h);
    figures_chart(r, &h, d);
    html_close(&h);
    tables(r, &h, &d->negative);
    html_put(&h, "p", "soft small", _("`earshot report` says more: quotes, answer times, competitors, coverage."));
    html_close(&h);
    frame_end(r, &h);
}
