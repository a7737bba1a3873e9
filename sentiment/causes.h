/* Why somebody complains: topics from causes.tsv, counted only where the words are negative; and the order number, for the answer. */
#ifndef EARSHOT_SENTIMENT_CAUSES_H
#define EARSHOT_SENTIMENT_CAUSES_H

#include "sentiment/lexicon.h"

/* In: words of one mention; for each word the sum of its clause; is the whole mention negative? Out: cause, n_cause and escalation of *out; codes copied
 * into the arena. A topic in a clause that praises is no cause, however bad the rest is. */
void causes_find(const struct lexicon *l, enum lexicon_lang lang, const struct tokens *t, const float *clause_sum, bool negative, struct arena *a,
                 struct score *out);
/* The order number in a text ("заказ № 123-456"): in the arena, or NULL. */
const char *causes_order_ref(const struct lexicon *l, const char *s, const struct tokens *t, unsigned field, struct arena *a);

#endif
