/* What a text says about one brand of several: the clauses that are about it.
 *
 * A clause that names the brand is about it, and so is what follows until another brand is named; what comes before any name is about all. In a comparison ("Rose is better than
 * Lily", "в отличие от Лилии") the brand that is compared with gets the opposite: better becomes worse. Who is meant by "they" is not understood.
 * Thread: pure. */
#ifndef EARSHOT_SENTIMENT_ASPECT_H
#define EARSHOT_SENTIMENT_ASPECT_H

#include "base/arena.h"
#include "sentiment/brand.h"

/* The clauses of text that are about `own`, in the arena, with other comparatives where it was compared with. NULL: not both, ours and another, are named: all of it counts (or the arena is full).
 * subject: the page is about `own`, so that a new sentence without a name is about it again. *other gets the title of a brand that is named besides. */
const char *aspect_text(const struct brands *b, const struct brand *own, bool subject, const char *text, struct arena *a, const char **other);

#endif
