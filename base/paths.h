/* Where things lie: XDG Base Directory Specification 0.8 for users, /etc and pkgdatadir for the machine, and the source tree for a
 * binary that was not installed. */
#ifndef EARSHOT_BASE_PATHS_H
#define EARSHOT_BASE_PATHS_H
#include "base/arena.h"
/* Directory of shipped data ("sites", "sinks", "lexicons", ...). EARSHOT_DATADIR, else ./data beside the uninstalled binary's source tree (found from
 * /proc/self/exe), else PKGDATADIR. In: sub may be NULL. Out: in the arena. */
const char *paths_data(struct arena *a, const char *sub);
/* The first that exists: $XDG_CONFIG_HOME/earshot/earshot.conf (or ~/.config), /etc/earshot/earshot.conf ($XDG_CONFIG_DIRS); NULL when none.
 * `tried` (may be NULL) gets the list of places for the error message. */
const char *paths_config(struct arena *a, const char **tried);
/* Default store: $XDG_DATA_HOME/earshot/store (or ~/.local/share); /var/lib/earshot when root. */
const char *paths_store(struct arena *a);
/* ~/ and relative paths against `base_dir` (the config's folder). */
const char *paths_resolve(struct arena *a, const char *base_dir, const char *path);
/* The folder of the running binary, or one of the four above it, that holds `mark` (a path relative to it); NULL when there is none or
 * the place of the binary is unknown. This is how a binary that was not installed finds its source or build tree. */
const char *paths_above(struct arena *a, const char *mark);
#endif
