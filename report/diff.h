/* What changed between two states of a text, word by word.
 *
 * Source: longest common subsequence by dynamic programming, after common beginning and end are taken off. Limits: 1,500 tokens
 * a side in the differing middle (a table of 4.5 MB); beyond that the middle is shown as replaced whole. */
#ifndef EARSHOT_REPORT_DIFF_H
#define EARSHOT_REPORT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

enum diff_kind { DIFF_SAME, DIFF_GONE, DIFF_NEW };
/* put is called with runs of text in order; blanks belong to the token before them. NULL texts are empty. */
void diff_words(const char *before, const char *after, void (*put)(void *ctx, enum diff_kind k, const char *s, size_t n),
                void *ctx);

#endif
