/* A fingerprint of a text that stays near when the text changes little: the same complaint copied by several accounts.
 *
 * Source: Charikar, "Similarity Estimation Techniques from Rounding Algorithms" (STOC 2002), over groups of three words in lower case.
 * Thread: pure. */
#ifndef EARSHOT_DESK_SIMHASH_H
#define EARSHOT_DESK_SIMHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIMHASH_WORDS_MIN 8 /* shorter texts ("Terrible service!") are alike by chance */
#define SIMHASH_NEAR      6 /* bits: one changed word in thirty gives 3 to 6, another text around 32 */

/* 0 when the text (UTF-8, may be NULL) has fewer than SIMHASH_WORDS_MIN words. */
uint64_t simhash(const char *text);
/* Both known, and at most SIMHASH_NEAR bits apart. */
bool simhash_near(uint64_t a, uint64_t b);

#endif
