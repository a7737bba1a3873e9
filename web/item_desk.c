/* The desk's side of an item: the way to the site, what can be done, what to do, and why it is here. */
#include "web/item.h"

#include "base/i18n.h"
#include "desk/triage.h"

#include <stdio.h>
#include <string.h>

static void fact(struct html *h, const char *name, const char *value, bool bad)
{
    if (!value || !*value)
        return;
    html_put(h, "dt", NULL, name);
    html_put(h, "dd", bad ? "neg-text" : NULL, value);
}

static void facts(struct request *r, struct html *h, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    fmt_buf b;
    html_open(h, "dl", "deskfacts");
    fact(h, _("state"), fmt_state(f->state), false);
    fact(h, _("verdict"), fmt_verdict(j->verdict), false);
    if (j->due_at)
        fact(h, _("due"), fmt_time(b, j->due_at, r->in.now, r->in.utc_offset_s), j->due_at < r->in.now);
    if (j->sla != SLA_NONE)
        fact(h, _("time to answer"), show_sla_text(j->sla), j->sla == SLA_MISSED);
    if (j->legal_at)
        fact(h, _("by law until"), fmt_time(b, j->legal_at, r->in.now, r->in.utc_offset_s), j->legal_at < r->in.now);
    if (f->hold_since)
        fact(h, _("on hold since"), fmt_time(b, f->hold_since, r->in.now, r->in.utc_offset_s), false);
    fact(h, _("assigned to"), f->assignee, false);
    fact(h, _("root cause"), f->root_cause ? triage_cause_text(f->root_cause) : NULL, false);
    fact(h, _("note"), f->note, false);
    fact(h, _("order"), f->score.order_ref, false);
    fact(h, _("source"), f->source, false);
    fact(h, _("first seen"), fmt_time(b, f->first_seen, r->in.now, r->in.utc_offset_s), false);
    if (f->missing_since)
        fact(h, _("not there since"), fmt_time(b, f->missing_since, r->in.now, r->in.utc_offset_s), true);
    html_close(h);
}

/* ---------------------------------------------------------------- forms */

static void form(struct request *r, struct html *h, const struct finding *f, const struct filter *list, const char *class_name, const char *what)
{
    frame_form(r, h, arena_printf(&r->a, "/item/%llu", (unsigned long long)f->seq), class_name);
    frame_hidden(h, "list", filter_url(&r->a, "", list));
    if (what)
        frame_hidden(h, "do", what);
}

static void quick(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    form(r, h, f, list, "quick", NULL);
    if (f->state == DESK_NEW)
        frame_button(h, "button", "do", "seen", _("Seen"));
    if (triage_state_open(f->state)) {
        frame_button(h, "button", "do", "answered", _("I have answered"));
        frame_button(h, "button", "do", "moved_private", _("Moved to private"));
        if (f->hold_since)
            frame_button(h, "button", "do", "unhold", _("Take off hold"));
        else
            frame_button(h, "button", "do", "hold", _("Put on hold"));
    } else {
        frame_button(h, "button", "do", "new", _("Open again"));
    }
    html_close(h);
}

static void resolve(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    const char *now = f->root_cause ? f->root_cause : f->score.n_cause ? f->score.cause[0] : NULL;
    bool listed = !now;
    form(r, h, f, list, "do", "resolved");
    html_open(h, "label", "field");
    html_put(h, "span", NULL, _("What the cause was"));
    html_open(h, "select", NULL);
    html_attr(h, "name", "cause");
    html_attr(h, "id", "resolve");
    html_attr(h, "required", "required");
    frame_option(h, "", _("choose a cause"), now);
    for (size_t i = 0; triage_cause_code(i); i++) {
        frame_option(h, triage_cause_code(i), triage_cause_text(triage_cause_code(i)), now);
        listed = listed || strcmp(triage_cause_code(i), now) == 0;
    }
    if (!listed)
        frame_option(h, now, now, now);
    html_close(h);
    html_close(h);
    frame_input(h, _("Note"), "text", "note", NULL);
    html_attr(h, "maxlength", "2000");
    frame_input_end(h);
    frame_button(h, "button primary", NULL, NULL, _("Resolve"));
    html_close(h);
}

static void folded(struct html *h, const char *title)
{
    html_open(h, "details", "fold");
    html_put(h, "summary", NULL, title);
}

static void dismiss(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    folded(h, _("Dismiss"));
    form(r, h, f, list, "do", "dismissed");
    frame_input(h, _("Reason"), "text", "note", NULL);
    html_attr(h, "required", "required");
    html_attr(h, "maxlength", "2000");
    frame_input_end(h);
    frame_button(h, "button", NULL, NULL, _("Dismiss"));
    html_close(h);
    html_close(h);
}

static void assign(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    folded(h, _("Assign"));
    form(r, h, f, list, "do", "assign");
    frame_input(h, _("Who is to answer"), "text", "assign", f->assignee ? f->assignee : "");
    html_attr(h, "list", "people");
    html_attr(h, "maxlength", "100");
    html_attr(h, "autocomplete", "off");
    frame_input_end(h);
    html_open(h, "datalist", NULL);
    html_attr(h, "id", "people");
    for (size_t i = 0; i < r->s->users.n; i++)
        if (r->s->users.user[i].role >= ROLE_AGENT)
            frame_option(h, r->s->users.user[i].name, "", NULL);
    html_close(h);
    html_open(h, "div", "row");
    frame_button(h, "button", NULL, NULL, _("Assign"));
    frame_button(h, "button", "me", "1", _("To me"));
    html_close(h);
    html_close(h);
    html_close(h);
}

static void note(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    folded(h, _("Note"));
    form(r, h, f, list, "do", "note");
    frame_input(h, _("For colleagues"), "text", "note", f->note ? f->note : "");
    html_attr(h, "maxlength", "2000");
    frame_input_end(h);
    frame_button(h, "button", NULL, NULL, _("Save"));
    html_close(h);
    html_close(h);
}

static void verdict(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    const char *now = f->override ? verdict_word((enum verdict)(f->override - 1)) : "auto";
    folded(h, _("Verdict"));
    form(r, h, f, list, "do", "verdict");
    html_open(h, "label", "field");
    html_put(h, "span", NULL, _("Whatever the page says"));
    html_open(h, "select", NULL);
    html_attr(h, "name", "verdict");
    frame_option(h, "auto", _("by the rules"), now);
    for (int v = VERDICT_NONE; v <= VERDICT_REPLY; v++)
        frame_option(h, verdict_word((enum verdict)v), fmt_verdict((enum verdict)v), now);
    html_close(h);
    html_close(h);
    frame_button(h, "button", NULL, NULL, _("Save"));
    html_close(h);
    html_close(h);
}

void item_actions(struct request *r, struct html *h, const struct finding *f, const struct filter *list)
{
    fmt_buf site;
    html_open(h, "section", "card actions");
    html_attr(h, "aria-label", _("What to do"));
    if (fmt_is_link(f->mention.url)) {
        html_open(h, "a", "button primary wide");
        html_attr(h, "href", f->mention.url);
        html_attr(h, "rel", "noopener noreferrer nofollow");
        html_attr(h, "target", "_blank");
        html_attr(h, "data-key", "o");
        html_printf(h, _("Answer on %s"), fmt_site(site, f->mention.id));
        html_text(h, " ↗");
        html_close(h);
    }
    facts(r, h, f);
    if (r->role >= ROLE_AGENT) {
        quick(r, h, f, list);
        if (f->state != DESK_RESOLVED)
            resolve(r, h, f, list);
        assign(r, h, f, list);
        note(r, h, f, list);
        if (f->state != DESK_DISMISSED)
            dismiss(r, h, f, list);
    }
    if (r->role >= ROLE_ADMIN)
        verdict(r, h, f, list);
    html_close(h);
}

/* ---------------------------------------------------------------- advice, and why */

void item_playbook(struct html *h, const struct show *s)
{
    if (s->book.n == 0 || !show_play_wanted(&s->f, "general"))
        return;
    html_open(h, "section", "card playbook");
    html_put(h, "h2", NULL, _("Playbook"));
    for (int k = 0; k < PLAY_KINDS; k++) {
        bool any = false;
        for (size_t i = 0; i < s->book.n; i++) {
            const struct play_line *p = &s->book.line[i];
            if ((int)p->kind != k || !show_play_wanted(&s->f, p->cause))
                continue;
            if (!any) {
                html_put(h, "h3", k == PLAY_NEVER ? "neg-text" : NULL, show_play_title((enum play)k));
                html_open(h, "ul", NULL);
            }
            any = true;
            html_put(h, "li", NULL, p->text);
        }
        if (any)
            html_close(h);
    }
    html_close(h);
}

static void why_row(struct html *h, const char *what, const char *why, const char *number, bool bad)
{
    html_open(h, "tr", NULL);
    html_open(h, "td", NULL);
    html_text(h, what);
    if (why && *why) {
        html_text(h, " ");
        html_put(h, "span", "soft small", why);
    }
    html_close(h);
    html_put(h, "td", bad ? "r nw neg-text" : "r nw", number);
    html_close(h);
}

void item_why(struct html *h, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    char number[32];
    fmt_buf b;
    html_open(h, "details", "card fold why");
    html_open(h, "summary", NULL);
    html_printf(h, _("Why: score %s, priority %d"), fmt_score(b, (double)f->score.value), j->priority);
    html_close(h);
    html_put(h, "h3", NULL, _("Words that say so"));
    html_open(h, "table", NULL);
    html_open(h, "tbody", NULL);
    for (size_t i = 0; i < f->score.n_word && i < 60; i++) {
        const struct score_word *w = &f->score.word[i];
        why_row(h, w->text ? w->text : fmt_why(w->why), w->text ? fmt_why(w->why) : "", fmt_score(b, (double)w->weight), w->weight < 0);
    }
    html_close(h);
    html_close(h);
    html_put(h, "h3", NULL, _("Signs of the verdict"));
    html_open(h, "table", NULL);
    html_open(h, "tbody", NULL);
    for (size_t i = 0; i < j->n_sign; i++) {
        snprintf(number, sizeof number, "%+d", j->sign[i].points);
        why_row(h, triage_sign_text(j->sign[i].name), NULL, number, false);
    }
    html_close(h);
    html_close(h);
    html_close(h);
}
