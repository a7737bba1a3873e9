#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/collect.h"
#include "report/fmt.h"
#include "report/show.h"
#include "report/term.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_COLUMNS 8

static void score_row(struct term *t, const char *number, const char *what, const char *why)
{
    strbuf_puts(t->out, "  ");
    term_cell(t, number[0] == '-' ? STYLE_BAD : STYLE_GOOD, number, NUMBER_COLUMNS, true);
    strbuf_puts(t->out, "  ");
    size_t width = t->columns > 76 ? 40 : t->columns > 52 ? t->columns - 36 : 16;
    if (*why) {
        term_cell(t, STYLE_PLAIN, what, width, false);
        term_printf(t, STYLE_DIM, "  %s", why);
    } else {
        term_put(t, STYLE_PLAIN, what);
    }
    term_line(t);
}

static void words(struct term *t, const struct score *s)
{
    fmt_buf b;
    double sum = 0;
    term_heading(t, STYLE_BOLD, _("Words that say so"), s->n_word);
    for (size_t i = 0; i < s->n_word; i++) {
        score_row(t, fmt_score(b, (double)s->word[i].weight), s->word[i].text ? s->word[i].text : "", fmt_why(s->word[i].why));
        sum += (double)s->word[i].weight;
    }
    if (s->n_word == 0) {
        term_wrap(t, STYLE_DIM, _("no word of the lexicon, and no stars"), 2);
    } else {
        score_row(t, fmt_score(b, sum), _("sum of the weights"), "");
    }
    score_row(t, fmt_score(b, (double)s->value), _("score, held between -1 and +1"), fmt_label(s->label));
    strbuf_puts(t->out, "  ");
    term_cell(t, STYLE_PLAIN, fmt_share(b, (uint64_t)((double)s->confidence * 100 + 0.5), 100), NUMBER_COLUMNS, true);
    term_printf(t, STYLE_PLAIN, "  %s", _("confidence"));
    term_line(t);
}

static void causes(struct term *t, const struct score *s)
{
    if (s->n_cause == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Causes"), s->n_cause);
    for (size_t i = 0; i < s->n_cause; i++) {
        term_printf(t, STYLE_PLAIN, "  %s", triage_cause_text(s->cause[i]));
        term_printf(t, STYLE_DIM, "  %s", s->cause[i]);
        term_line(t);
    }
}

static void signs(struct term *t, const struct report_in *in, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    char number[32];
    fmt_buf b, due;
    int sum = 0;
    term_heading(t, STYLE_BOLD, _("Signs of the verdict"), j->n_sign);
    for (size_t i = 0; i < j->n_sign; i++) {
        snprintf(number, sizeof number, "%+d", j->sign[i].points);
        score_row(t, number, triage_sign_text(j->sign[i].name), j->sign[i].name);
        sum += j->sign[i].points;
    }
    if (j->n_sign == 0)
        term_wrap(t, STYLE_DIM, _("neither rating nor text is negative"), 2);
    snprintf(number, sizeof number, "%+d", sum);
    if (j->n_sign)
        score_row(t, number, _("sum of the points"), "");
    term_line(t);
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    strbuf_printf(&line, "%s, ", fmt_verdict(j->verdict));
    strbuf_printf(&line, _("priority %d"), j->priority);
    if (j->due_at) {
        strbuf_puts(&line, ", ");
        strbuf_printf(&line, _("answer by %s"), fmt_time(b, j->due_at, in->now, in->utc_offset_s));
        strbuf_printf(&line, " (%s)", fmt_due(due, j->due_at, in->now));
    }
    term_wrap(t, j->verdict == VERDICT_REPLY ? STYLE_BAD : STYLE_BOLD, line.s, 0);
    strbuf_release(&line);
}

void explain_text(const struct report_in *in, const struct finding *f, struct strbuf *out)
{
    struct term t;
    fmt_buf b, site;
    term_init(&t, in, out);
    term_put(&t, STYLE_BOLD, f->mention.id);
    term_printf(&t, STYLE_PLAIN, " · %s · %s", fmt_brand(in->settings, f->brand), fmt_site(site, f->mention.id));
    if (f->mention.rating.known)
        term_printf(&t, STYLE_WARN, " · %s", fmt_stars(b, &f->mention.rating));
    term_line(&t);
    words(&t, &f->score);
    causes(&t, &f->score);
    signs(&t, in, f);
}

void explain_json(const struct finding *f, struct strbuf *out)
{
    struct jsonw w;
    const struct judgement *j = &f->judgement;
    double sum = 0;
    for (size_t i = 0; i < f->score.n_word; i++)
        sum += (double)f->score.word[i].weight;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.explain/1");
    jsonw_kstr(&w, "id", f->mention.id);
    jsonw_key(&w, "score");
    contract_score(&w, &f->score);
    jsonw_kreal(&w, "sum", sum);
    jsonw_kstr(&w, "verdict", verdict_word(j->verdict));
    jsonw_kint(&w, "priority", j->priority);
    jsonw_key(&w, "due");
    jsonw_time(&w, j->due_at);
    jsonw_key(&w, "signs");
    jsonw_array(&w);
    for (size_t i = 0; i < j->n_sign; i++) {
        jsonw_object(&w);
        jsonw_kstr(&w, "name", j->sign[i].name);
        jsonw_kint(&w, "points", j->sign[i].points);
        jsonw_object_end(&w);
    }
    jsonw_array_end(&w);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

enum err report_explain(const struct report_in *in, const char *id, const char *format, struct strbuf *out)
{
    bool json = strcmp(format, "json") == 0;
    if (!json && strcmp(format, "text") != 0)
        return err_set(ERR_USAGE, "explain has no format \"%s\"; use text or json", format);
    struct arena a;
    struct finding f;
    arena_init(&a, COLLECT_ARENA_BYTES);
    enum err e = store_get(in->store, id, &a, &f);
    if (!e) {
        if (json)
            explain_json(&f, out);
        else
            explain_text(in, &f, out);
    }
    arena_release(&a);
    return e;
}
