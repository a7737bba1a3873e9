/* Light stems: the Snowball stemmers for Russian and English, an own table of endings for Ukrainian.
 *
 * Source: snowballstem.org; the Ukrainian table is earshot's own, checked against the word forms in tests/unit/test_sentiment_words.c.
 * Thread: one at a time per struct stems. */
#ifndef EARSHOT_SENTIMENT_STEM_H
#define EARSHOT_SENTIMENT_STEM_H

#include <stdbool.h>
#include <stddef.h>

enum lexicon_lang { LANG_RU, LANG_UK, LANG_EN, LANG_COUNT };

struct sb_stemmer;
struct stems {
    struct sb_stemmer *ru, *en;
};

bool stems_init(struct stems *s); /* false: out of memory */
void stems_release(struct stems *s);
/* In: a folded word of at most TOKEN_BYTES_MAX bytes. Out: its stem, at most n bytes; returns its length. */
size_t stems_word(const struct stems *s, enum lexicon_lang lang, const char *word, size_t n, char *out);

#endif
