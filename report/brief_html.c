/* The morning brief as one HTML file: for a mail or a browser, everything that is open. */
#include "report/brief.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "report/fmt.h"
#include "report/html_parts.h"

#define HTML_ITEMS 20 /* of vanished, unconfirmed and answered ones */

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
    figure(h, _("Became worse"), b->n_section[BRIEF_WORSE] + b->n_section[BRIEF_OUTDATED] + b->n_section[BRIEF_FOLLOWUP], "figure");
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
    for (; to < b->n && b->item[to].section == s; to++)
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

static void list(struct html *h, const struct report_in *in, const char *title, const char *beside, const struct finding *f, size_t n)
{
    html_card(h, "card long", title);
    html_put(h, "span", "soft small", beside);
    html_close(h);
    if (n)
        html_open(h, "ol", "open");
    for (size_t i = 0; i < n && i < HTML_ITEMS; i++)
        html_item(h, in, &f[i], NULL);
    if (n)
        html_close(h);
    html_close(h);
}

static void answered(struct html *h, const struct report_in *in, const struct brief *b)
{
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    if (brief_yesterday(b, &line) || b->n_answered)
        list(h, in, _("Answered"), line.s, b->answered, b->n_answered);
    strbuf_release(&line);
}

static void counted(struct html *h, const struct report_in *in, const char *title, const struct finding *f, size_t n)
{
    fmt_buf b;
    if (n)
        list(h, in, title, fmt_count(b, n), f, n);
}

/* What comes in more than usual: above everything, as loud as a source that was not read. */
static void spikes(struct html *h, const struct report_in *in, const struct brief *b)
{
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    for (size_t i = 0; i < b->n_spike; i++) {
        strbuf_clear(&line);
        brief_spike(in, &b->spike[i], &line);
        html_open(h, "div", "health bad");
        html_open(h, "span", "mark");
        html_attr(h, "aria-hidden", "true");
        html_text(h, "↑");
        html_close(h);
        html_put(h, "p", NULL, line.s);
        html_close(h);
    }
    strbuf_release(&line);
}

void brief_html(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    struct html h;
    fmt_buf when;
    size_t at = 0;
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
    spikes(&h, in, b);
    figures(&h, b);
    if (brief_total(b) == 0) {
        html_open(&h, "section", "card");
        html_put(&h, "p", "none", _("no open negatives"));
        html_close(&h);
    }
    for (int s = 0; s < BRIEF_SECTION_COUNT; s++)
        at = section(&h, in, b, (enum brief_section)s, at);
    counted(&h, in, _("Vanished from the site"), b->vanished, b->n_vanished);
    counted(&h, in, _("Said to be answered, not seen on the page"), b->unconfirmed, b->n_unconfirmed);
    counted(&h, in, _("Ticket closed, no public answer on the page"), b->closed, b->n_closed);
    answered(&h, in, b);
    html_close(&h);
    html_end(&h, out);
}
