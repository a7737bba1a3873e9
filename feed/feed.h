/* The feed to ticketing: events as JSON lines (earshot.event/1) with a durable cursor per sink.
 *
 * A line: {schema:"earshot.event/1", id:"evt_SEQ", seq, type, time, mention_id, brand, source, finding:{earshot.finding/1}}. A sink's cursor moves only after the lines were written and
 * flushed: at least once, in order; receivers drop repeats by id. */
#ifndef EARSHOT_FEED_FEED_H
#define EARSHOT_FEED_FEED_H

#include "base/err.h"
#include "store/store.h"

#include <stdio.h>

/* Write what is new for `sink` to out and move its cursor. *n gets the number of events. ERR_STORE; ERR_USAGE when out cannot be written (the cursor stays). */
MUST_USE enum err feed_lines(struct store *s, const char *sink, FILE *out, size_t max, size_t *n);
/* One event as a JSON line without newline. */
void feed_event_json(const struct event *e, struct strbuf *out);

#endif
