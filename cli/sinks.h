/* Sinks of the settings with their recipes, for the commands that send, test and list. */
#ifndef EARSHOT_CLI_SINKS_H
#define EARSHOT_CLI_SINKS_H

#include "cli/cli.h"
#include "feed/sink.h"

struct guard;

struct sinks {
    struct sink_spec *at;
    size_t n;
    struct guard *guard;
    struct feed_setup setup; /* store, settings, guard: ready but for what the command wants */
};
/* Reads c->settings (light), the recipes and the token files. name NULL = all sinks. Every mistake is printed with file:line. ERR_CONFIG, ERR_SITE. */
MUST_USE enum err sinks_load(struct cli *c, const char *name, struct sinks *out);
void sinks_release(struct sinks *s);
/* Folder of shipped recipes; path of a recipe by name or path. In c->arena. */
const char *sinks_path(struct cli *c, const char *recipe);

#endif
