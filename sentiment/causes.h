/* Why somebody complains: topics from causes.tsv, counted only where the words are negative; and the order number, for the answer. */
#ifndef EARSHOT_SENTIMENT_CAUSES_H
#define EARSHOT_SENTIMENT_CAUSES_H

#include "sentiment/run.h"

/* In: a run with its clauses weighed; is the whole mention negative? Out: cause, n_cause and escalation of *out; codes copied into the
 * arena. A topic in a clause that praises is no cause, however bad the rest is. */
void causes_find(const struct run *r, bool negative, struct arena *a, struct score *out);
/* The order number in a field's text ("заказ № 123-456"): in the arena, or NULL. */
const char *causes_order_ref(const struct run *r, unsigned field, struct arena *a);

#endif
