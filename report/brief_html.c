/* The morning brief as one HTML file: for a mail or a browser, everything that is open. */
#include "report/brief.h"

#include "base/i18n.h"
#include "report/fmt.h"
#include "report/html_parts.h"

#define HTML_ITEMS 200 /* a page that a phone still scrolls; the rest is counted */

static void figure(struct html *h, const char *what, size_t n, const char *style)
{
    fmt_buf b;
    html_open(h, "div", "card");
    html_put(h, "p", "what", what);
    html_put(h, "p", n ? style : "figure", fmt_count(b, n));
    html_close(h);
}

static void figures(struct html *h, const struct brief *b)
{
    html_open(h, "section", "figures slim");
    html_attr(h, "aria-label", _("Key figures"));
    figure(h, _("Overdue"), b->n_section[BRIEF_OVERDUE], "figure neg");
    figure(h, _("Due within the hour"), b->n_section[BRIEF_SOON], "figure neg");
    figure(h, _("New negatives"), b->n_section[BRIEF_NEW], "figure");
    figure(h, _("Became worse"), b->n_section[BRIEF_WORSE], "figure");
    figure(h, _("Answered"), b->n_answered, "figure pos");
    html_close(h);
}

static size_t section(struct html *h, const struct report_in *in, const struct brief *b, enum brief_section s, size_t from)
{
    size_t to = from;
    if (b->n_section[s] == 0)
        return from;
    html_card(h, "card long", brief_section_title(s));
    html_open(h, "span", "soft small");
    html_printf(h, "%zu", b->n_section[s]);
    html_close(h);
    html_close(h);
    html_open(h, "ol", "open");
    for (; to < b->n && b->item[to].section == s && to < HTML_ITEMS; to++)
        html_item(h, in, b->item[to].f, b->item[to].event ? fmt_event(b->item[to].event) : NULL);
    html_close(h);
    if (to - from < b->n_section[s]) {
        int more = (int)(b->n_section[s] - (to - from));
        html_open(h, "p", "soft");
        html_printf(h, ngettext("and %d more: earshot queue", "and %d more: earshot queue", (unsigned long)more), more);
        html_close(h);
    }
    html_close(h);
    return to;
}

static void answered(struct html *h, const struct report_in *in, const struct brief *b)
{
    fmt_buf span;
    if (b->n_answered == 0)
        return;
    html_card(h, "card long", _("Answered"));
    if (b->answer_median_s >= 0) {
        html_open(h, "span", "soft small");
        html_printf(h, _("median time to the first answer: %s"), fmt_lasted(span, b->answer_median_s));
        html_close(h);
    }
    html_close(h);
    html_open(h, "ol", "open");
    for (size_t i = 0; i < b->n_answered && i < HTML_ITEMS; i++)
        html_item(h, in, &b->answered[i], NULL);
    html_close(h);
    html_close(h);
}

void brief_html(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    struct html h;
    fmt_buf when;
    size_t total = 0, at = 0;
    for (size_t s = 0; s < BRIEF_SECTION_COUNT; s++)
        total += b->n_section[s];
    if (!html_begin(&h, i18n_lang(), _("Morning brief"))) {
        out->full = true;
        return;
    }
    html_open(&h, "main", NULL);
    html_open(&h, "header", NULL);
    html_put(&h, "h1", NULL, _("Morning brief"));
    html_put(&h, "p", "sub", fmt_time(when, in->now, in->now, in->utc_offset_s));
    html_close(&h);
    html_health(&h, in, &b->health);
    figures(&h, b);
    if (total == 0) {
        html_open(&h, "section", "card");
        html_put(&h, "p", "none", _("no open negatives"));
        html_close(&h);
    }
    for (int s = 0; s < BRIEF_SECTION_COUNT; s++)
        at = section(&h, in, b, (enum brief_section)s, at);
    answered(&h, in, b);
    html_close(&h);
    html_end(&h, out);
}
