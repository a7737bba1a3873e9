/* How a mention feels about one brand, and what is wrong with the brand's answer: the same for a crawl and for a new lexicon. */
#ifndef EARSHOT_CLI_SCORING_H
#define EARSHOT_CLI_SCORING_H

#include "base/brand.h"
#include "sentiment/brand.h"
#include "sentiment/score.h"

/* In: f with its mention, brand and channel. Out: f->score and the flags of the answer, all but "canned" (replies.h). A text that names other brands, too, is scored by the clauses about
 * this one; each other brand is named among the words, with the weight 0. Strings in a. */
void scoring_finding(struct scorer *s, const struct brands *b, const struct settings *settings, struct finding *f, struct arena *a);

#endif
