/* Whose mention is it: all aliases of all brands found in one pass over folded text (Aho and Corasick, 1975).
 *
 * Word edges; Russian and Ukrainian endings (Розетка, Розетки, Розетці, розеткою); case and ё/е folded; required and excluded context words per brand.
 * Thread: read-only after brands_new. Limits: LIMIT_ALIASES aliases. */
#ifndef EARSHOT_SENTIMENT_BRAND_H
#define EARSHOT_SENTIMENT_BRAND_H

#include "base/brand.h"

struct brands;
/* In: settings (aliases; a brand without alias is found by its name). NULL: out of memory. */
struct brands *brands_new(const struct settings *s);
void brands_free(struct brands *b);
/* Does the text name the brand? */
bool brands_names(const struct brands *b, const struct brand *brand, const char *text);
/* Every brand that is named: up to max indices into settings->brand, sorted, each once. Returns how many. */
size_t brands_find(const struct brands *b, const char *text, size_t *index, size_t max);

#endif
