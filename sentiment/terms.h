/* A table of terms (words and phrases with a weight), and where they stand in a row of words.
 *
 * A term is one to TERM_WORDS_MAX words. "*" alone is any one word (not the first); a word with a trailing * is a prefix of at least three letters.
 * Later terms of the same text win over earlier ones. Read-only after terms_seal. */
#ifndef EARSHOT_SENTIMENT_TERMS_H
#define EARSHOT_SENTIMENT_TERMS_H

#include "sentiment/tokens.h"

#define TERM_WORDS_MAX 8

struct terms;
struct term {
    uint32_t first; /* index of its first word in the table */
    uint32_t order; /* the later the larger */
    uint64_t key;
    float weight;
    uint8_t n_word, tag;
    bool prefix; /* the first word is a prefix */
};

enum term_add { TERM_ADDED, TERM_EMPTY, TERM_LONG, TERM_PREFIX_SHORT, TERM_STAR_FIRST, TERM_NO_MEMORY };

struct terms *terms_new(void);
void terms_free(struct terms *t);
enum term_add terms_add(struct terms *t, const char *text, size_t n, float weight, unsigned tag);
/* What a refusal means, for messages. Static. */
const char *terms_add_text(enum term_add r);
/* Sort and index; false: out of memory. */
bool terms_seal(struct terms *t);

/* All terms that begin at w[0], one after the other. n: words left. Start with *cursor = 0. NULL: no more. A phrase does not cross the end of a sentence. */
const struct term *terms_next(const struct terms *t, const struct word *w, size_t n, uint32_t *cursor);
/* The longest one; at equal length whole words before prefixes. NULL: none. */
const struct term *terms_longest(const struct terms *t, const struct word *w, size_t n);

#endif
