/* earshot crawl --watch: round after round, asleep until the next target is due, instead of cron.
 *
 * SIGHUP reads the settings again: a round under way is cut (what was fetched is stored, the rest stays due) and the next one goes on with the new settings; with
 * mistakes in them, they are reported and the old ones stay in force. SIGTERM and SIGINT end it in order; a second one ends it at once.
 * The store and its lock are held all the time. Thread: the main thread. */
#ifndef EARSHOT_CLI_WATCH_H
#define EARSHOT_CLI_WATCH_H

#include "cli/cli.h"

/* One round over what is due, with the settings of c; a: memory for this round. first: the first since the start. */
typedef enum err watch_round(struct cli *c, struct arena *a, bool first);

/* Between two rounds, about once a minute: what time alone brings about. */
typedef enum err watch_nap(struct cli *c);

/* Until it is told to end: ERR_OK; or the error of a round or nap. c: settings, sites, lexicon loaded, store open and locked. */
MUST_USE enum err watch_run(struct cli *c, watch_round *round, watch_nap *nap);

#endif
