/* What is worth a mail: a failure is told once, again when it changes, again each day while it lasts, and its end is told.
 *
 * Kept in the store as the named value "told": a line "SOURCE\tpage|listing\tOUTCOME\tUNIX_S" for each failure that was told. Without it everything is told. */
#ifndef EARSHOT_CLI_TELL_H
#define EARSHOT_CLI_TELL_H

#include "cli/crawl.h"

/* Append a line for each failure to tell and for each source that is read again; remembers what was told. all: tell every failure, told before or not (somebody is looking). Returns how many
 * lines. now: Unix s. */
size_t tell_failures(struct store *s, const struct crawl_summary *c, bool all, int64_t now, struct strbuf *out);

#endif
