/* What a folded word means in one language: its units, looked up once and kept.
 *
 * Stemming and prefixes cost many times what a hash lookup does, and a text repeats the words of the last one. The cache is emptied when full.
 * Owns: its table. Thread: one at a time. */
#ifndef EARSHOT_SENTIMENT_FORMS_H
#define EARSHOT_SENTIMENT_FORMS_H

#include "sentiment/lexicon.h"
#include "sentiment/tokens.h"

#define FORM_UNITS 6
#define FORM_CACHE 32768u /* words kept per language, about 2 MiB; a day's reviews use fewer */

struct form {
    uint64_t hash;
    uint32_t unit[FORM_UNITS];
    uint32_t stem;  /* 0 = no lexicon knows it */
    float induced[GENRE_COUNT];
    uint8_t n_unit;
    bool starts;
    uint8_t inner;  /* bit per unit: some term goes on with it */
    uint8_t pairs;
};

struct forms {
    const struct lexicon *l;
    enum lexicon_lang lang;
    struct stems *stems;
    struct form *form; /* one after the other */
    uint32_t *slot;    /* by hash: index + 1 */
    size_t n, cap, mask;
};

bool forms_init(struct forms *f, const struct lexicon *l, enum lexicon_lang lang, struct stems *stems);
void forms_clear(struct forms *f); /* after the lexicon changed */
/* Between two texts: empties a cache that is full. Indices are good until then. */
void forms_begin(struct forms *f);
void forms_release(struct forms *f);
/* Index of the token's form in f->form; FORM_NONE when memory is out. */
#define FORM_NONE UINT32_MAX
uint32_t forms_get(struct forms *f, const struct tokens *t, const struct token *k);
/* The stem of a word token as text. Out: bytes. */
size_t forms_stem(struct forms *f, const char *s, size_t n, char out[TOKEN_BYTES_MAX]);

#endif
