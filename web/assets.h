/* Style sheet, script and icon, compiled in. Their address carries a hash of their contents, so that browsers may keep them for ever. */
#ifndef EARSHOT_WEB_ASSETS_H
#define EARSHOT_WEB_ASSETS_H

#include "base/arena.h"

enum asset { ASSET_STYLE, ASSET_SCRIPT, ASSET_ICON, ASSET_COUNT };
/* "/static/inbox.css?v=0123abcd"; in a. */
const char *asset_path(struct arena *a, enum asset which);

#endif
