#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "cli/mark.h"

#include <stdio.h>

int cmd_mark(struct cli *c, int argc, char **argv)
{
    static const enum option said[] = {OPT_ASSIGN, OPT_NOTE, OPT_CAUSE, OPT_VERDICT, OPT_HOLD, OPT_UNHOLD};
    struct finding f;
    enum desk_state state;
    bool any = argc > 1;
    const struct mark m = {.id = argv[0], .who = cli_who(c), .state = argc > 1 ? argv[1] : NULL, .verdict = c->opt[OPT_VERDICT],
                           .hold = c->opt[OPT_HOLD] ? "on" : c->opt[OPT_UNHOLD] ? "off" : NULL,
                           .assign = c->opt[OPT_ASSIGN], .cause = c->opt[OPT_CAUSE], .note = c->opt[OPT_NOTE]};
    enum err e = any ? mark_state(argv[1], &state) : ERR_OK;
    if (e != ERR_OK)
        return cli_fail(c, e);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        any = any || c->opt[said[i]];
    if (!any)
        return cli_misuse(c, err_set(ERR_USAGE, "say what to note: a state (answered, dismissed, ...), --assign, --note, --cause, --hold, --unhold or --verdict"));
    e = c->opt[OPT_HOLD] && c->opt[OPT_UNHOLD] ? err_set(ERR_USAGE, "--hold and --unhold at once") : cli_store(c, STORE_WRITE);
    if (e == ERR_OK)
        e = mark_say(c->store, &c->settings, &m, &c->arena, &f);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s: %s\n", f.mention.id, argc > 1 ? argv[1] : _("noted"));
    return 0;
}
