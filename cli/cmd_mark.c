#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/when.h"
#include "store/store.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *who_says(const struct cli *c)
{
    if (c->opt[OPT_WHO])
        return c->opt[OPT_WHO];
    const struct passwd *pw = getpwuid(getuid());
    const char *sudo = getenv("SUDO_USER");
    return sudo && *sudo ? sudo : pw && pw->pw_name && *pw->pw_name ? pw->pw_name : "unknown";
}

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

/* One line of the journal for each thing said. */
static enum err say(struct cli *c, const struct finding *f, const char *action, const char *to)
{
    /* by number: two brands may share one mention */
    const char *id = arena_printf(&c->arena, "#%llu", (unsigned long long)f->seq);
    const struct journal_entry e = {.at = clock_now(), .who = who_says(c), .mention_id = id, .action = action, .to = to,
                                    .note = c->opt[OPT_NOTE], .cause = c->opt[OPT_CAUSE]};
    enum err failed = store_mark(c->store, &e);
    c->opt[OPT_NOTE] = c->opt[OPT_CAUSE] = NULL; /* written once, with the first action */
    return failed;
}

int cmd_mark(struct cli *c, int argc, char **argv)
{
    struct finding f;
    enum desk_state state = DESK_NEW;
    const char *assign = c->opt[OPT_ASSIGN];
    enum err e = argc > 1 ? state_of(argv[1], &state) : ERR_OK;
    if (e == ERR_OK && argc < 2 && !assign && !c->opt[OPT_NOTE] && !c->opt[OPT_CAUSE])
        return cli_misuse(c, err_set(ERR_USAGE, "say what to note: a state (answered, dismissed, ...), --assign, --note or --cause"));
    if (e == ERR_OK)
        e = cli_store(c, STORE_WRITE);
    if (e == ERR_OK)
        e = store_get(c->store, argv[0], &c->arena, &f);
    if (e == ERR_OK && argc > 1)
        e = say(c, &f, "state", desk_state_word(state));
    if (e == ERR_OK && assign)
        e = say(c, &f, "assign", assign);
    if (e == ERR_OK && c->opt[OPT_CAUSE])
        e = say(c, &f, "cause", c->opt[OPT_CAUSE]);
    if (e == ERR_OK && c->opt[OPT_NOTE])
        e = say(c, &f, "note", c->opt[OPT_NOTE]);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s: %s\n", f.mention.id, argc > 1 ? desk_state_word(state) : _("noted"));
    return 0;
}
