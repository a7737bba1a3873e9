#include "report/html_parts.h"

#include "base/limits.h"
#include "desk/triage.h"
#include "report/fmt.h"

#define ITEM_CHARACTERS 160

void html_health(struct html *h, const struct report_in *in, const struct health *health)
{
    struct strbuf line;
    bool bad = health->n_read < health->n || health->n == 0;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(in, health, &line);
    html_open(h, "div", bad ? "health bad" : "health");
    html_attr(h, "role", "status");
    html_open(h, "span", "mark");
    html_attr(h, "aria-hidden", "true");
    html_text(h, bad ? "▲" : "●");
    html_close(h);
    html_put(h, "p", NULL, line.s);
    html_close(h);
    strbuf_release(&line);
}

void html_card(struct html *h, const char *class_name, const char *title)
{
    html_open(h, "section", class_name);
    html_open(h, "div", "top");
    html_put(h, "h2", NULL, title);
}

static void facts(struct html *h, const struct report_in *in, const struct finding *f, const char *note)
{
    const struct mention *m = &f->mention;
    const struct judgement *j = &f->judgement;
    fmt_buf b;
    html_open(h, "div", "meta");
    if (*fmt_stars(b, &m->rating))
        html_put(h, "span", "stars", b);
    html_put(h, "span", "soft small nw", fmt_score(b, (double)f->score.value));
    html_put(h, "b", NULL, fmt_brand(in->settings, f->brand));
    html_link(h, m->url, NULL, fmt_site(b, m->id));
    html_put(h, "span", NULL, fmt_age(b, m->published, in->now, in->utc_offset_s));
    if (j->due_at)
        html_put(h, "span", j->due_at < in->now ? "tag bad" : "tag", fmt_due(b, j->due_at, in->now));
    if (f->score.escalation)
        html_put(h, "span", "tag bad", triage_sign_text("escalation"));
    if (!note)
        note = fmt_reopened(j);
    if (note)
        html_put(h, "span", "tag", note);
    html_put(h, "span", "id", m->id);
    html_close(h);
}

void html_item(struct html *h, const struct report_in *in, const struct finding *f, const char *note)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_LINE_BYTES);
    html_open(h, "li", NULL);
    facts(h, in, f, note);
    const char *gist = fmt_gist(&f->mention);
    if (gist) {
        bool cut;
        strbuf_add(&text, gist, fmt_cut(gist, ITEM_CHARACTERS, &cut));
        if (cut)
            strbuf_puts(&text, "…");
        html_put(h, "p", NULL, text.s);
    }
    strbuf_clear(&text);
    fmt_reasons(&text, &f->score);
    if (text.n)
        html_put(h, "p", "soft small", text.s);
    html_close(h);
    strbuf_release(&text);
}
