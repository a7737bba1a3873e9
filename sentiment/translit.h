/* Russian and Ukrainian written in Latin letters ("dengi ne vernuli"), put back into Cyrillic.
 *
 * In: a text of ASCII letters. Out: Cyrillic text in the arena, at most twice as long; everything that is no letter stays. NULL: the arena is full.
 * Source: how people write it (zh sh ch sch kh ya yu), not one standard. Thread: pure. */
#ifndef EARSHOT_SENTIMENT_TRANSLIT_H
#define EARSHOT_SENTIMENT_TRANSLIT_H

#include "base/arena.h"
#include "sentiment/stem.h"

char *translit(struct arena *a, enum lexicon_lang lang, const char *s, size_t n);

#endif
