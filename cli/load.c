/* What a command asks for is loaded when first asked for, and let go at the end. */
#include "cli/cli.h"

#include "base/paths.h"
#include "parsers/site.h"
#include "sentiment/score.h"
#include "store/store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum err cli_sites(struct cli *c)
{
    if (c->sites)
        return ERR_OK;
    if (!c->has_settings) {
        enum err e = cli_settings_light(c);
        if (e != ERR_OK)
            return e;
    }
    const char *shipped = paths_data(&c->arena, "sites");
    return shipped ? sites_load(&c->sites, shipped, c->settings.sites_dir) : err_set(ERR_MEMORY, "out of memory");
}

enum err cli_lexicon(struct cli *c)
{
    if (c->lexicon)
        return ERR_OK;
    enum err e = cli_settings_light(c);
    if (e != ERR_OK)
        return e;
    const char *shipped = paths_data(&c->arena, "lexicons");
    return shipped ? lexicon_load(&c->lexicon, shipped, c->settings.lexicon_dir) : err_set(ERR_MEMORY, "out of memory");
}

/* The default place may lie in folders that a new account does not have yet (~/.local/share). A place that somebody named must exist: it may be a mistake. */
static enum err make_default_parents(struct cli *c)
{
    const char *store = c->settings.store_path, *standard = paths_store(&c->arena);
    if (!standard || strcmp(store, standard) != 0)
        return ERR_OK;
    char *path = arena_strdup(&c->arena, store);
    if (!path)
        return err_set(ERR_MEMORY, "out of memory");
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return err_set(ERR_STORE, "cannot make the folder %s for the store: %s", path, strerror(errno));
        *slash = '/';
    }
    return ERR_OK;
}

enum err cli_store(struct cli *c, int mode)
{
    if (c->store)
        return ERR_OK;
    if (!c->has_settings) { /* --store alone is enough to look at a store */
        enum err e = c->opt[OPT_STORE] ? cli_settings_light(c) : cli_settings(c);
        if (e != ERR_OK)
            return e;
    }
    enum err e = mode == STORE_CREATE ? make_default_parents(c) : ERR_OK;
    return e == ERR_OK ? store_open(&c->store, c->settings.store_path, (enum store_mode)mode) : e;
}

void cli_release(struct cli *c)
{
    if (c->store)
        store_close(c->store);
    if (c->lexicon)
        lexicon_free(c->lexicon);
    if (c->sites)
        sites_free(c->sites);
    c->store = NULL;
    c->lexicon = NULL;
    c->sites = NULL;
    arena_release(&c->arena);
}
