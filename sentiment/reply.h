/* What is wrong with a company's own answer, by words of data/lexicons/replies.tsv and by phones, addresses and links. */
#ifndef EARSHOT_SENTIMENT_REPLY_H
#define EARSHOT_SENTIMENT_REPLY_H

#include "sentiment/score.h"

/* Bits of enum reply_flag, without REPLY_FLAG_CANNED. unhappy: the customer is; only then an apology and a way to reach somebody are missed. lang: the customer's, for a text too short to tell; NULL.
 * Owns nothing; a is for the time of the call. */
uint32_t reply_judge(struct scorer *s, const char *text, const char *lang, bool unhappy, struct arena *a);

#endif
