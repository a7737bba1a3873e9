/* Evidence of three letters for Ukrainian against Russian, written by tools/langtable. */
#ifndef EARSHOT_SENTIMENT_LANG_TABLE_H
#define EARSHOT_SENTIMENT_LANG_TABLE_H
#include <stddef.h>
#define LANG_TABLE_SIDE 30 /* the 29 letters that both write, in the order of the alphabet, from 1; 0 is the edge of a word */
#define LANG_WORD_STEP 0.1f /* the same of a word */
#define LANG_TABLE_STEP 0.2f /* natural logarithm a digit; the digits are 0-9, A-Z, a-o, and P says nothing */
extern const char lang_table[LANG_TABLE_SIDE * LANG_TABLE_SIDE * LANG_TABLE_SIDE + 1];
/* Frequent words of letters that both write, sorted by bytes, with their own evidence. */
struct lang_word {
    char word[23];
    char digit;
};
extern const size_t n_lang_word;
extern const struct lang_word lang_word[];
#endif
