#include "cli/mark.h"

#include "base/when.h"
#include "cli/cli.h"
#include "desk/triage.h"

#include <string.h>

enum err mark_state(const char *word, enum desk_state *state)
{
    const char *known[DESK_STATE_COUNT];
    if (desk_state_parse(word, state))
        return ERR_OK;
    for (int i = 0; i < DESK_STATE_COUNT; i++)
        known[i] = desk_state_word((enum desk_state)i);
    const char *near = suggest(word, known, DESK_STATE_COUNT);
    return near ? err_set(ERR_USAGE, "no such state \"%s\"; did you mean \"%s\"?", word, near)
                : err_set(ERR_USAGE, "no such state \"%s\"; it is one of new, seen, answered, moved_private, resolved, dismissed", word);
}

static enum err check(const struct settings *s, const struct mark *m, const struct finding *f)
{
    static const char *const verdicts[] = {"none", "watch", "reply", "auto"};
    enum desk_state state = DESK_NEW;
    bool known = !m->verdict;
    enum err e = m->state ? mark_state(m->state, &state) : ERR_OK;
    if (e != ERR_OK)
        return e;
    if (m->cause && *m->cause && !triage_cause_known(m->cause) && !s->lexicon_dir) /* which may add codes */
        return err_set(ERR_USAGE, "no such cause \"%s\"; the codes are those of `earshot explain` and data/lexicons/causes.tsv, e.g. delivery, returns, rudeness", m->cause);
    for (size_t i = 0; !known && i < 4; i++)
        known = strcmp(m->verdict, verdicts[i]) == 0;
    if (!known)
        return err_set(ERR_USAGE, "--verdict %s: must be none, watch, reply or auto", m->verdict);
    if (m->state && state == DESK_RESOLVED && !(m->cause ? *m->cause : f->root_cause != NULL))
        return err_set(ERR_USAGE, "resolved wants to know what the cause was: --cause CODE, e.g. --cause delivery");
    if (m->state && state == DESK_DISMISSED && !(m->note && *m->note))
        return err_set(ERR_USAGE, "dismissed wants a reason: --note TEXT");
    return ERR_OK;
}

static void on_judge(void *ctx, const struct finding *merged, const struct finding *before, struct judgement *out)
{
    const struct triage_case c = triage_case_of(ctx, merged->brand, clock_now());
    triage_judge(&c, merged, before, out);
}

enum err mark_say(struct store *store, const struct settings *settings, const struct mark *m, struct arena *a, struct finding *f)
{
    const struct {
        const char *action, *to;
    } said[] = {{"state", m->state}, {"verdict", m->verdict}, {"hold", m->hold}, {"assign", m->assign}, {"cause", m->cause}, {"note", m->note}};
    enum err e = store_get(store, m->id, a, f);
    if (e == ERR_OK)
        e = check(settings, m, f);
    if (e != ERR_OK)
        return e;
    /* by number: two brands may share one mention */
    struct journal_entry entry = {.at = clock_now(), .who = m->who, .mention_id = arena_printf(a, "#%llu", (unsigned long long)f->seq), .note = m->note, .cause = m->cause};
    const struct store_rules rules = {.ctx = (void *)(uintptr_t)settings, .now = entry.at, .judge = settings->n_brand ? on_judge : NULL};
    bool written = false;
    for (size_t i = 0; i < sizeof said / sizeof *said && e == ERR_OK; i++) {
        bool beside = i >= 4; /* cause and note are written with the first action */
        if (!said[i].to || (beside && written))
            continue;
        entry.action = said[i].action;
        entry.to = said[i].to;
        e = store_mark(store, &entry, &rules);
        entry.note = entry.cause = NULL;
        written = true;
    }
    return e;
}
