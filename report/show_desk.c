/* The desk's part of `show`: clocks, claims, what was done, what belongs together, and what to do. */
#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/fmt.h"
#include "report/show.h"
#include "report/term.h"

#include <string.h>

#define LABEL_COLUMNS 23

static void fact(struct term *t, enum style style, const char *label, const char *text)
{
    term_cell(t, STYLE_DIM, label, LABEL_COLUMNS, false);
    term_wrap_on(t, style, text, LABEL_COLUMNS);
}

static void fact_time(struct term *t, const struct report_in *in, enum style style, const char *label, int64_t at)
{
    fmt_buf b;
    if (at)
        fact(t, style, label, fmt_time(b, at, in->now, in->utc_offset_s));
}

const char *show_sla_text(enum sla s)
{
    static const char *const text[] = {"", N_("running"), N_("met"), N_("missed")};
    return *text[s] ? _(text[s]) : "";
}

const char *show_claim_text(enum claim c)
{
    static const char *const text[] = {"", N_("said by a person, not looked at since"), N_("said by a person, seen on the page"),
                                       N_("said by a person, not seen on the page")};
    return *text[c] ? _(text[c]) : "";
}

void show_desk_facts(struct term *t, const struct report_in *in, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    fmt_buf b;
    struct strbuf s;
    strbuf_init(&s, LIMIT_LINE_BYTES);
    if (j->sla != SLA_NONE) {
        strbuf_puts(&s, show_sla_text(j->sla));
        if (j->stopped_at) {
            strbuf_puts(&s, ", ");
            strbuf_printf(&s, _("answered after %s of working time"), fmt_lasted(b, j->took_s));
        }
        fact(t, j->sla == SLA_MISSED ? STYLE_BAD : STYLE_PLAIN, _("time to answer"), s.s);
    }
    strbuf_release(&s);
    fact_time(t, in, STYLE_WARN, _("on hold since"), f->hold_since);
    fact_time(t, in, j->legal_at && j->legal_at < in->now ? STYLE_BAD : STYLE_PLAIN, _("by law until"), j->legal_at);
    if (f->claim != CLAIM_NONE)
        fact(t, f->claim == CLAIM_UNCONFIRMED ? STYLE_WARN : STYLE_PLAIN, _("the answer"), show_claim_text(f->claim));
    if (f->override)
        fact(t, STYLE_PLAIN, _("verdict by a person"), fmt_verdict((enum verdict)(f->override - 1)));
    if (!f->missing_since)
        fact_time(t, in, STYLE_WARN, _("not there, one look"), f->n_missed == 1 ? f->missed_first : 0);
    if (!f->missing_since && f->n_missed > 1)
        fact_time(t, in, STYLE_WARN, _("not there, two looks"), f->missed_first);
}

/* ---------------------------------------------------------------- the journal */

static const char *action_text(const char *action)
{
    static const struct {
        const char *action, *text;
    } table[] = {{"assign", N_("assigned")},    {"note", N_("note")},        {"cause", N_("root cause")},
                 {"hold", N_("on hold")},       {"verdict", N_("verdict")},  {"missing", N_("no longer on the site")},
                 {"restored", N_("back on the site")}, {"claim", N_("the answer")}, {"sla", N_("time to answer")}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].action, action) == 0)
            return _(table[i].text);
    return action;
}

/* A word of the journal as people say it. */
static const char *value_text(fmt_buf b, const struct report_in *in, const char *action, const char *word)
{
    enum desk_state state;
    struct when at;
    if (strcmp(action, "state") == 0)
        return desk_state_parse(word, &state) ? fmt_state(state) : word;
    if (strcmp(action, "cause") == 0)
        return triage_cause_text(word);
    if (strcmp(action, "verdict") == 0)
        return strcmp(word, "auto") == 0 ? _("by the rules") : fmt_verdict(verdict_parse(word));
    if (strcmp(action, "hold") == 0)
        return strcmp(word, "on") == 0 ? _("yes") : _("no");
    for (int i = 0; strcmp(action, "sla") == 0 && i <= SLA_MISSED; i++)
        if (strcmp(word, sla_word((enum sla)i)) == 0)
            return show_sla_text((enum sla)i);
    for (int i = 0; strcmp(action, "claim") == 0 && i <= CLAIM_UNCONFIRMED; i++)
        if (strcmp(word, claim_word((enum claim)i)) == 0)
            return show_claim_text((enum claim)i);
    return when_parse(word, &at) && at.precision == PRECISION_SECOND ? fmt_time(b, at.at, in->now, in->utc_offset_s) : word;
}

void show_journal_line(struct strbuf *line, const struct report_in *in, const struct journal_entry *e)
{
    fmt_buf b;
    const char *action = e->action ? e->action : "";
    if (strcmp(action, "state") != 0)
        strbuf_printf(line, "%s: ", action_text(action));
    if (e->from)
        strbuf_printf(line, "%s → ", value_text(b, in, action, e->from));
    strbuf_puts(line, e->to && *e->to ? value_text(b, in, action, e->to) : "-");
    if (e->cause)
        strbuf_printf(line, "  [%s]", triage_cause_text(e->cause));
}

void show_journal(struct term *t, const struct report_in *in, const struct show *s)
{
    fmt_buf b;
    if (s->n_journal == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Journal"), s->n_journal);
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    for (size_t i = 0; i < s->n_journal; i++) {
        const struct journal_entry *e = &s->journal[i];
        strbuf_clear(&line);
        strbuf_printf(&line, "%s  %s  ", fmt_time(b, e->at, in->now, in->utc_offset_s), e->who ? e->who : "-");
        show_journal_line(&line, in, e);
        term_wrap(t, STYLE_PLAIN, line.s, 2);
        if (e->note)
            term_wrap(t, STYLE_DIM, e->note, 4);
    }
    strbuf_release(&line);
}

/* ---------------------------------------------------------------- what belongs together, what to do */

void show_related(struct term *t, const struct report_in *in, const struct show *s)
{
    fmt_buf b;
    if (s->n_related == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Belongs together"), s->n_related);
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    for (size_t i = 0; i < s->n_related; i++) {
        const struct related *r = &s->related[i];
        strbuf_clear(&line);
        strbuf_printf(&line, "%s · %s · %s", relation_text(r->relation), r->id ? r->id : "-", fmt_time(b, r->at, in->now, in->utc_offset_s));
        if (r->author)
            strbuf_printf(&line, " · %s", r->author);
        term_wrap(t, STYLE_PLAIN, line.s, 2);
    }
    strbuf_release(&line);
}

bool show_play_wanted(const struct finding *f, const char *cause)
{
    if (f->judgement.verdict == VERDICT_NONE || f->state == DESK_RESOLVED || f->state == DESK_DISMISSED)
        return false;
    if (strcmp(cause, "general") == 0)
        return true;
    for (size_t i = 0; i < f->score.n_cause && i < 2; i++) /* the two that weigh most: more is not read */
        if (strcmp(cause, f->score.cause[i]) == 0)
            return true;
    return false;
}

const char *show_play_title(enum play k)
{
    static const char *const title[] = {N_("Check"), N_("Ask"), N_("Never write")};
    return _(title[k]);
}

void show_playbook(struct term *t, const struct show *s)
{
    const struct finding *f = &s->f;
    if (s->book.n == 0 || !show_play_wanted(f, "general"))
        return;
    term_heading(t, STYLE_BOLD, _("What to do"), 0);
    for (int k = 0; k < PLAY_KINDS; k++) {
        bool any = false;
        for (size_t i = 0; i < s->book.n; i++) {
            const struct play_line *p = &s->book.line[i];
            if ((int)p->kind != k || !show_play_wanted(f, p->cause))
                continue;
            if (!any) {
                strbuf_puts(t->out, "  ");
                term_put(t, k == PLAY_NEVER ? STYLE_BAD : STYLE_DIM, show_play_title((enum play)k));
                term_line(t);
            }
            any = true;
            struct strbuf line;
            strbuf_init(&line, LIMIT_LINE_BYTES);
            strbuf_printf(&line, "- %s", p->text);
            term_wrap(t, STYLE_PLAIN, line.s, 4);
            strbuf_release(&line);
        }
    }
}
