/* Text cut into words, numbers, pictures and links, with the marks between them, in one pass.
 *
 * Each token carries its folded form: lower case, ё as е, every apostrophe as ', no soft hyphens or accents. Hyphens, apostrophes and
 * the stars of masked swearing stay inside the word. Bad UTF-8 separates words.
 * Owns: its arrays; they grow to what a text of LIMIT_TEXT_BYTES needs. Thread: one at a time. */
#ifndef EARSHOT_SENTIMENT_TOKENS_H
#define EARSHOT_SENTIMENT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_EMOJI, TOKEN_LINK, TOKEN_NAME };

#define TOKEN_BYTES_MAX 64u /* folded; what a longer word has more is cut off */

/* shape bits */
#define SHAPE_CAPS 1u     /* three or more letters, all of them capitals */
#define SHAPE_LONG 2u     /* a letter three times or more in a row */
#define SHAPE_MASKED 4u   /* * @ # $ between letters */
#define SHAPE_TITLE 8u    /* begins with a capital */
#define SHAPE_CYRILLIC 16u
#define SHAPE_LATIN 32u
#define SHAPE_OTHER 64u   /* a letter of another script */
#define SHAPE_HASHTAG 128u

/* what stands between a token and the next: bits of `after` */
#define AFTER_STOP 1u     /* . or end of text */
#define AFTER_EXCLAIM 2u
#define AFTER_QUESTION 4u
#define AFTER_LINE 8u
#define AFTER_COMMA 16u   /* , ; ( ) dash */
#define AFTER_COLON 32u
#define AFTER_QUOTE 64u   /* a quotation mark of any kind */
#define AFTER_MANY 128u   /* more than one ! or ? */
#define AFTER_SENTENCE (AFTER_STOP | AFTER_EXCLAIM | AFTER_QUESTION | AFTER_LINE)

struct token {
    uint64_t hash;      /* of the folded form */
    uint32_t at, bytes; /* place in the text it came from */
    uint32_t fold_at;
    uint16_t fold_bytes;
    uint8_t kind, shape, after;
    uint8_t field;      /* index that the caller gave; he may change it */
    uint8_t source;     /* the same, for good: whose text at and bytes are about */
    uint8_t quoted;     /* number of the quotation it stands in; 0 = none */
};

struct tokens {
    struct token *token;
    size_t n, cap;
    char *fold; /* folded forms, one after the other, without separators */
    size_t n_fold, cap_fold;
};

void tokens_init(struct tokens *t);
void tokens_clear(struct tokens *t);
void tokens_release(struct tokens *t);
/* Append the tokens of s; `at` counts from s. false: out of memory, what was read so far stays. In: n of at most LIMIT_TEXT_BYTES. */
bool tokens_add(struct tokens *t, const char *s, size_t n, unsigned field);
/* Hash of a folded form. */
uint64_t tokens_hash(const char *s, size_t n);
static inline const char *token_text(const struct tokens *t, const struct token *k) { return t->fold + k->fold_at; }
/* Copy the letters of s with every run of three or more cut to `keep` letters (1 or 2). Returns bytes written, never more than n. */
size_t tokens_shorten(const char *s, size_t n, unsigned keep, char *out);

#endif
