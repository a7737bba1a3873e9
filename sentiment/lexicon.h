/* What the lexicon files hold, for the scorer. score.h has the loading calls.
 *
 * Files in data/lexicons and in the user's folder (his lines win over the shipped ones of the same term):
 *   ru.tsv uk.tsv en.tsv emoji.tsv   term TAB weight [TAB source]
 *   rules.tsv                        role TAB term TAB value
 *   causes.tsv                       code TAB language TAB term|term|... */
#ifndef EARSHOT_SENTIMENT_LEXICON_H
#define EARSHOT_SENTIMENT_LEXICON_H

#include "sentiment/score.h"
#include "sentiment/terms.h"

enum lexicon_lang { LANG_RU, LANG_UK, LANG_EN, LANG_COUNT };
enum role { ROLE_NONE, ROLE_NEGATE, ROLE_BOOST, ROLE_CONTRAST, ROLE_NOTHING, ROLE_ORDER };

#define LEXICON_CODES 64
#define LEXICON_CODE_BYTES 32

struct lexicon {
    struct terms *words[LANG_COUNT];
    struct terms *emoji;
    struct terms *nothing; /* words of a field that says nothing: a table of its own, because most are negators, too */
    struct terms *rules; /* tag: enum role; weight: its value */
    struct terms *causes[LANG_COUNT]; /* tag: index into code */
    char code[LEXICON_CODES][LEXICON_CODE_BYTES];
    size_t n_code;
};

/* "ru" -> LANG_RU ...; LANG_COUNT when it is none of the three. */
enum lexicon_lang lexicon_lang(const char *code);

#endif
