/* What the lexicon files hold, for the scorer. score.h has the loading calls.
 *
 * Files in data/lexicons and in the user's folder (his lines win over the shipped ones of the same term):
 *   ru.tsv uk.tsv en.tsv emoji.tsv   term TAB weight [TAB source]      source "swear": also found when masked (х*йня)
 *   induced_ru.tsv ...               stem or two stems TAB weight in reviews TAB weight in posts; ~term of the vocabulary TAB what is added to 1
 *                                    as a factor of its weight in reviews TAB in posts; tools/induce writes them
 *   rules.tsv                        role TAB term [TAB value]
 *   causes.tsv, replies.tsv          code TAB language TAB term|term|...   codes that begin with @ are about a company's answer (reply.h)
 * A term is one to TERM_WORDS_MAX words: "word" any form with the same stem, "=word" this form only, "wor*" a prefix, "*" any one word, "#" any number.
 * Russian vocabulary is also read into the Ukrainian table, where own terms win, because people mix the two. */
#ifndef EARSHOT_SENTIMENT_LEXICON_H
#define EARSHOT_SENTIMENT_LEXICON_H

#include "sentiment/score.h"
#include "sentiment/stem.h"
#include "sentiment/vocab.h"

/* X(SYMBOL, word in rules.tsv) -- a term may have several roles */
#define ROLE_LIST(X)                                                                                                           \
    X(NEGATE, "negate") X(BOOST, "boost") X(CONTRAST, "contrast") X(NOTHING, "nothing") X(ORDER, "order") X(UNREAL, "unreal")      \
    X(SARCASM, "sarcasm") X(REPLY, "reply") X(THANKS, "thanks") X(SELF, "self") X(TURN, "turn") X(MORE, "more") X(DENY, "deny")     \
    X(DEMAND, "demand") X(PROMISE, "promise") X(NOW, "now") X(NUMBER, "number") X(ABSENT, "absent")
enum role {
#define X(symbol, word) ROLE_##symbol,
    ROLE_LIST(X)
#undef X
        ROLE_COUNT
};

#define LEXICON_CODES 32
#define LEXICON_CODE_BYTES 32
#define LEXICON_SWEAR 256

struct lexicon {
    struct vocab lang[LANG_COUNT];
    uint32_t swear[LANG_COUNT][LEXICON_SWEAR]; /* prefix and form units */
    size_t n_swear[LANG_COUNT];
    char code[LEXICON_CODES][LEXICON_CODE_BYTES];
    size_t n_code;
    uint32_t escalation; /* bit of that code; 0 = none */
};

/* "ru" -> LANG_RU ...; LANG_COUNT when it is none of the three. */
enum lexicon_lang lexicon_lang(const char *code);
const char *lexicon_lang_code(enum lexicon_lang lang);
/* Forget all induced weights, set new ones: for tools that measure. line: as in induced_xx.tsv. */
void lexicon_forget_induced(struct lexicon *l, enum lexicon_lang lang);
#define LEXICON_FACTOR '~'
/* false: the vocabulary has no such term. */
bool lexicon_set_factor(struct lexicon *l, enum lexicon_lang lang, const char *term, size_t n, const float factor[GENRE_COUNT]);
bool lexicon_add_induced(struct lexicon *l, enum lexicon_lang lang, const char *term, size_t n, const float weight[GENRE_COUNT]);

#endif
