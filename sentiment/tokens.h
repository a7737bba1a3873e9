/* A text as folded words with what stands between them.
 *
 * Words are runs of letters and digits; an apostrophe or a masking sign (х*йня, cr@p) between letters stays inside, a hyphen splits. An emoji is a word (without skin tone),
 * and :) )) :( (( become the words ":)" and ":(". URLs, e-mail addresses and @names are no words. Letters written three times or
 * more count once. Owns: its two blocks. Thread: one at a time. */
#ifndef EARSHOT_SENTIMENT_TOKENS_H
#define EARSHOT_SENTIMENT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum word_break { BREAK_NONE, BREAK_CLAUSE, BREAK_SENTENCE };
enum { WORD_SHOUT = 1, WORD_QUOTED = 2, WORD_EMOJI = 4, WORD_MASKED = 8, WORD_NUMBER = 16 };

#define WORD_BYTES_MAX 64  /* longer words are cut: no term is that long */
#define WORD_KEY_LETTERS 3 /* a prefix term has at least so many letters */

struct word {
    const char *s;    /* folded, not NUL-terminated */
    uint64_t hash;    /* of s */
    uint64_t key;     /* hash of its first WORD_KEY_LETTERS letters; 0 when it is shorter */
    uint32_t at, len; /* bytes in the original text of its field */
    uint16_t n;       /* bytes of s */
    uint8_t before;   /* enum word_break: what stands before it */
    uint8_t flags;
    uint8_t field;    /* as given to tokens_add */
    uint8_t exclaim;  /* ! after it, at most 3 */
    bool question;    /* ? after it */
};

struct tokens {
    struct word *word;
    size_t n_word, cap_word;
    char *buf;
    size_t n_buf, cap_buf;
};

void tokens_init(struct tokens *t);
void tokens_release(struct tokens *t);
void tokens_clear(struct tokens *t);
/* Before a round of tokens_add: room for texts of so many bytes in all (word text must not move). false: out of memory. */
bool tokens_reserve(struct tokens *t, size_t bytes);
/* Append the words of s; its first one starts a sentence. */
void tokens_add(struct tokens *t, const char *s, size_t n, unsigned field);
uint64_t tokens_hash(const char *s, size_t n);

#endif
