/* Evidence of letters and words for Ukrainian against Russian, written by tools/langtable. */
#ifndef EARSHOT_SENTIMENT_LANG_TABLE_H
#define EARSHOT_SENTIMENT_LANG_TABLE_H
#include <stddef.h>
#define LANG_GROUP_MIN 2 /* letters in a group, with the edges of the word */
#define LANG_GROUP_MAX 5
#define LANG_TABLE_BITS 15
#define LANG_TABLE_SIZE (1u << LANG_TABLE_BITS)
#define LANG_TABLE_STEP 0.1f /* natural logarithm a digit; the digits are 0-9, A-Z, a-o, and P says nothing */
#define LANG_WORD_STEP 0.01f /* the same of a word, times the square of the digit: fine where little is known */
#define LANG_WORD_MOST 6.0f  /* what the groups of one word can prove together */
/* By slot of a group of letters (lang.c). */
extern const char lang_table[LANG_TABLE_SIZE + 1];
/* Frequent words about which the groups are wrong, sorted by bytes. */
struct lang_word {
    char word[25];
    char digit;
};
extern const size_t n_lang_word;
extern const struct lang_word lang_word[];
#endif
