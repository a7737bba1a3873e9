/* Whose mention is it: all aliases of all brands found in one pass over folded text (Aho and Corasick, 1975).
 *
 * Word edges, endings and the other alphabet (alias.h); case and ё/е folded; required and excluded context words per brand.
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
/* The same for a piece of a text: whatever stands near. */
size_t brands_mentioned(const struct brands *b, const char *piece, size_t *index, size_t max);
/* The brand that a piece names first; BRANDS_NONE. */
#define BRANDS_NONE SIZE_MAX
size_t brands_first(const struct brands *b, const char *piece);
size_t brands_index(const struct brands *b, const struct brand *brand); /* BRANDS_NONE: none of these */
const char *brands_title(const struct brands *b, size_t index);         /* its title, or its name */

#endif
