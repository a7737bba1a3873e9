/* One name of a brand, as people write it: with the endings of Russian and Ukrainian, in Cyrillic or Latin letters, as one word or with dashes.
 *
 * A word takes endings when it is long enough; а after к г х softens (Розетка, Розетці), о and е may drop out of -ок -ек -ец (Перекресток, Перекрестка), Ukrainian
 * і may become о or е (Замок, Поділ, Подолу). A name written `=Name` is taken as it stands: no endings, no other letters.
 * Thread: read-only once made. */
#ifndef EARSHOT_SENTIMENT_ALIAS_H
#define EARSHOT_SENTIMENT_ALIAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALIAS_WORDS 8

/* A word of an alias, folded. */
struct part {
    char *s;
    uint16_t n;
    uint16_t stem;  /* bytes before the ending: n, or less by the last vowel */
    uint16_t fixed; /* bytes that are the same in all forms */
    bool inflect;
    bool soft;      /* stem ends in к г х before а: Ukrainian turns it in the dative (Розетка, Розетці) */
    bool drops;     /* о or е after `fixed` may be missing */
    bool turns;     /* і after `fixed` may be о or е */
    bool latin;     /* made from Cyrillic letters: takes endings in Latin letters */
    bool glued;     /* may follow the part before without anything between */
    char sign[8];   /* a sign that must stand before it, e.g. "&"; "" = any blank or dash */
};

struct alias {
    struct part part[ALIAS_WORDS];
    uint32_t n_part;
    uint32_t brand;
    uint32_t next; /* alias + 1 that ends in the same state */
};

enum alias_script { ALIAS_AS_WRITTEN, ALIAS_TO_LATIN, ALIAS_TO_LATIN_UK, ALIAS_TO_RU, ALIAS_TO_UK, ALIAS_SCRIPTS };
/* 1: made; 0: nothing to look for (also: this name has no such spelling of its own); -1: out of memory. */
int alias_make(struct alias *a, const char *text, enum alias_script script);
void alias_clear(struct alias *a);
/* Does it stand in the folded text s at `at`, where a word begins? Returns its end, 0 when not. */
size_t alias_fits(const struct alias *a, const char *s, size_t n, size_t at);

/* Words that must or must not stand near, compared one by one. */
struct words {
    struct alias *word;
    size_t n;
};
bool words_make(struct words *w, const char *const *text, size_t n);
void words_free(struct words *w, size_t n);
bool words_near(const struct words *w, const char *s, size_t n, size_t at);

#endif
