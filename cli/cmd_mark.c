#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/when.h"
#include "desk/triage.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum err state_of(const char *word, enum desk_state *state)
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

static void on_judge(void *ctx, const struct finding *merged, const struct finding *before, struct judgement *out)
{
    const struct triage_case c = triage_case_of(ctx, merged->brand, clock_now());
    triage_judge(&c, merged, before, out);
}

/* One line of the journal for each thing said. */
static enum err say(struct cli *c, const struct finding *f, const char *action, const char *to)
{
    /* by number: two brands may share one mention */
    const char *id = arena_printf(&c->arena, "#%llu", (unsigned long long)f->seq);
    const struct journal_entry e = {.at = clock_now(), .who = cli_who(c), .mention_id = id, .action = action, .to = to,
                                    .note = c->opt[OPT_NOTE], .cause = c->opt[OPT_CAUSE]};
    /* with --store alone there may be no settings to judge by: then the verdict stays */
    const struct store_rules rules = {.ctx = &c->settings, .now = e.at, .judge = c->settings.n_brand ? on_judge : NULL};
    enum err failed = store_mark(c->store, &e, &rules);
    c->opt[OPT_NOTE] = c->opt[OPT_CAUSE] = NULL; /* written once, with the first action */
    return failed;
}

/* What is said must make sense before anything is written. */
static enum err check(const struct cli *c, const struct finding *f, const enum desk_state *state)
{
    const char *cause = c->opt[OPT_CAUSE], *verdict = c->opt[OPT_VERDICT];
    static const char *const verdicts[] = {"none", "watch", "reply", "auto"};
    if (cause && *cause && !triage_cause_known(cause) && !c->settings.lexicon_dir) /* which may add codes */
        return err_set(ERR_USAGE, "no such cause \"%s\"; the codes are those of `earshot explain` and data/lexicons/causes.tsv, e.g. delivery, returns, rudeness", cause);
    for (size_t i = 0; verdict && i < 4; i++)
        if (strcmp(verdict, verdicts[i]) == 0)
            verdict = NULL;
    if (verdict)
        return err_set(ERR_USAGE, "--verdict %s: must be none, watch, reply or auto", verdict);
    if (c->opt[OPT_HOLD] && c->opt[OPT_UNHOLD])
        return err_set(ERR_USAGE, "--hold and --unhold at once");
    if (state && *state == DESK_RESOLVED && !(cause ? *cause : f->root_cause != NULL))
        return err_set(ERR_USAGE, "resolved wants to know what the cause was: --cause CODE, e.g. --cause delivery");
    if (state && *state == DESK_DISMISSED && !(c->opt[OPT_NOTE] && *c->opt[OPT_NOTE]))
        return err_set(ERR_USAGE, "dismissed wants a reason: --note TEXT");
    return ERR_OK;
}

static enum err say_all(struct cli *c, const struct finding *f, const enum desk_state *state)
{
    const char *hold = c->opt[OPT_HOLD] ? "on" : c->opt[OPT_UNHOLD] ? "off" : NULL;
    enum err e = state ? say(c, f, "state", desk_state_word(*state)) : ERR_OK;
    if (e == ERR_OK && c->opt[OPT_VERDICT])
        e = say(c, f, "verdict", c->opt[OPT_VERDICT]);
    if (e == ERR_OK && hold)
        e = say(c, f, "hold", hold);
    if (e == ERR_OK && c->opt[OPT_ASSIGN])
        e = say(c, f, "assign", c->opt[OPT_ASSIGN]);
    if (e == ERR_OK && c->opt[OPT_CAUSE])
        e = say(c, f, "cause", c->opt[OPT_CAUSE]);
    if (e == ERR_OK && c->opt[OPT_NOTE])
        e = say(c, f, "note", c->opt[OPT_NOTE]);
    return e;
}

int cmd_mark(struct cli *c, int argc, char **argv)
{
    static const enum option said[] = {OPT_ASSIGN, OPT_NOTE, OPT_CAUSE, OPT_VERDICT, OPT_HOLD, OPT_UNHOLD};
    struct finding f;
    enum desk_state state = DESK_NEW;
    bool any = argc > 1;
    enum err e = argc > 1 ? state_of(argv[1], &state) : ERR_OK;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        any = any || c->opt[said[i]];
    if (e == ERR_OK && !any)
        return cli_misuse(c, err_set(ERR_USAGE, "say what to note: a state (answered, dismissed, ...), --assign, --note, --cause, --hold, --unhold or --verdict"));
    if (e == ERR_OK)
        e = cli_store(c, STORE_WRITE);
    if (e == ERR_OK)
        e = store_get(c->store, argv[0], &c->arena, &f);
    const enum desk_state *to = argc > 1 ? &state : NULL;
    if (e == ERR_OK)
        e = check(c, &f, to);
    if (e == ERR_OK)
        e = say_all(c, &f, to);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s: %s\n", f.mention.id, argc > 1 ? desk_state_word(state) : _("noted"));
    return 0;
}
