/* Marks: checked as a whole, then written to the journal, one entry for each thing said. */
#ifndef EARSHOT_CLI_MARK_H
#define EARSHOT_CLI_MARK_H

#include "base/brand.h"
#include "base/mark.h"
#include "store/store.h"

/* ERR_USAGE with the nearest one when it is no state. */
MUST_USE enum err mark_state(const char *word, enum desk_state *state);
/* What is said must make sense before anything is written: resolved wants a cause (given, or known from before), dismissed a note. With no brands in the settings the verdict
 * stays as it is. Out: *f as it was. ERR_USAGE, ERR_NOTFOUND, ERR_STORE. */
MUST_USE enum err mark_say(struct store *store, const struct settings *settings, const struct mark *m, struct arena *a, struct finding *f);

#endif
