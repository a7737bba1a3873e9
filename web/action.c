/* What people do to a mention: one form field `do`, checked, through the same door as `earshot mark`, and a redirect to where they were. */
#include "web/item.h"

#include "base/i18n.h"
#include "desk/triage.h"

#include <string.h>

/* What was done, for the notice after the redirect; the first part is what the form says. */
static const struct {
    const char *what, *text;
    const char *state, *hold; /* NULL = another field of the form says what */
    enum role role;
} actions[] = {
    {"seen", N_("Noted: seen."), "seen", NULL, ROLE_AGENT},
    {"answered", N_("Noted: answered. The next crawl looks whether the page shows it."), "answered", NULL, ROLE_AGENT},
    {"moved_private", N_("Noted: moved to private."), "moved_private", NULL, ROLE_AGENT},
    {"resolved", N_("Noted: resolved."), "resolved", NULL, ROLE_AGENT},
    {"dismissed", N_("Noted: dismissed."), "dismissed", NULL, ROLE_AGENT},
    {"new", N_("Noted: open again."), "new", NULL, ROLE_AGENT},
    {"hold", N_("Noted: on hold, the clock stands."), NULL, "on", ROLE_AGENT},
    {"unhold", N_("Noted: the clock goes on."), NULL, "off", ROLE_AGENT},
    {"assign", N_("Noted: assigned."), NULL, NULL, ROLE_AGENT},
    {"note", N_("Noted."), NULL, NULL, ROLE_AGENT},
    {"verdict", N_("Noted: the verdict is yours."), NULL, NULL, ROLE_ADMIN},
};
#define N_ACTION (sizeof actions / sizeof *actions)

static size_t action_find(const char *what)
{
    size_t i = 0;
    while (i < N_ACTION && (!what || strcmp(actions[i].what, what) != 0))
        i++;
    return i;
}

void item_notice(struct request *r, struct html *h, const char *problem)
{
    size_t i = action_find(web_query(r, "done"));
    if (!problem && i == N_ACTION)
        return;
    html_open(h, "p", problem ? "notice bad" : "notice");
    html_attr(h, "role", problem ? "alert" : "status");
    html_text(h, problem ? problem : _(actions[i].text));
    html_close(h);
}

/* The mark that a form asks for; a sentence when something is missing. */
static const char *read_mark(struct request *r, size_t i, struct mark *m)
{
    const char *note = web_form(r, "note"), *cause = web_form(r, "cause"), *what = actions[i].what;
    *m = (struct mark){.who = r->who, .state = actions[i].state, .hold = actions[i].hold, .note = note, .cause = cause};
    if (strcmp(what, "resolved") == 0 && !cause)
        return _("Choose what the cause was.");
    if (strcmp(what, "dismissed") == 0 && !note)
        return _("Write the reason.");
    if (cause && !triage_cause_known(cause) && !r->in.settings->lexicon_dir)
        return _("There is no such cause.");
    if (strcmp(what, "assign") == 0)
        m->assign = web_form(r, "me") ? r->who : web_form(r, "assign") ? web_form(r, "assign") : "";
    if (strcmp(what, "note") == 0)
        m->note = note ? note : "";
    if (strcmp(what, "verdict") == 0 && !(m->verdict = web_form(r, "verdict")))
        return _("Choose a verdict.");
    return NULL;
}

/* Back to the item, with the list it came from. */
static void back(struct request *r, const char *rest, const char *done)
{
    const char *list = web_form(r, "list");
    bool good = list && *list == '?' && strspn(list, "?&=%-._~/:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(list);
    const char *to = arena_printf(&r->a, "/item/%s%s%cdone=%s", frame_escape(&r->a, rest), good ? list : "", good ? '&' : '?', done);
    if (to)
        web_redirect(r, to);
}

void web_act(struct request *r, const char *rest)
{
    size_t i = action_find(web_form(r, "do"));
    struct finding f;
    struct mark m;
    if (i == N_ACTION) {
        web_problem(r, 400, _("The form could not be read."));
        return;
    }
    if (r->role < actions[i].role) {
        web_problem(r, 403, _("Your role does not allow this."));
        return;
    }
    if (strspn(rest, "0123456789") != strlen(rest) || strlen(rest) > 19) {
        web_problem(r, 404, _("There is no such mention."));
        return;
    }
    const char *problem = read_mark(r, i, &m);
    if (problem) {
        item_page(r, rest, problem);
        return;
    }
    m.id = arena_printf(&r->a, "#%s", rest);
    enum err e = m.id ? store_get(r->in.store, m.id, &r->a, &f) : err_set(ERR_MEMORY, "out of memory");
    if (e == ERR_OK)
        e = r->s->in.mark(r->s->in.ctx, &m);
    if (e == ERR_USAGE)
        item_page(r, rest, err_text());
    else if (e != ERR_OK)
        web_failed(r, e);
    else
        back(r, rest, actions[i].what);
}
