/* A text with the words of its score marked in it. */
#ifndef EARSHOT_WEB_MARKS_H
#define EARSHOT_WEB_MARKS_H

#include "report/html.h"

#include "base/arena.h"
#include "base/mention.h"

#define MARKS_WORDS_MAX     64    /* words that are looked for */
#define MARKS_WEIGHT_MIN    0.25f /* lighter ones would colour every second word */
#define MARKS_WEIGHT_STRONG 0.7f

/* Paragraphs of text (split at \n) as <p>, each word of the score as <mark class="w neg|pos strong" title="WEIGHT WHY">. Matching: case folded, whole words; where
 * two overlap, the longer one. lang: of the paragraphs, or NULL. */
void marks_text(struct html *h, struct arena *a, const char *text, const struct score *s, const char *lang);

#endif
