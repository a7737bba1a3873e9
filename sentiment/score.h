/* How a text feels, and which words say so: lexicon-based and explainable.
 *
 * The score is a sum of named words, pairs and rules (struct score.word), so that `explain` can print it. Lexicons are TSV files (term, weight, source) per language in data/lexicons:
 * hand vocabulary, induced weights, then the user's own, which wins.
 * Source: Hutto and Gilbert, "VADER" (2014), for negation and boosters; doc/SENTIMENT.md for what was measured.
 * Thread: struct lexicon is read-only after loading; one struct scorer per thread. Cost ceiling: a text longer than LIMIT_TEXT_BYTES is cut. */
#ifndef EARSHOT_SENTIMENT_SCORE_H
#define EARSHOT_SENTIMENT_SCORE_H

#include "base/arena.h"
#include "base/mention.h"

struct lexicon;
struct scorer;

/* ERR_CONFIG when a file is missing or wrong, with file:line. user_dir may be NULL. */
MUST_USE enum err lexicon_load(struct lexicon **out, const char *shipped_dir, const char *user_dir);
void lexicon_free(struct lexicon *l);
struct scorer *scorer_new(const struct lexicon *l); /* NULL: out of memory */
void scorer_free(struct scorer *s);

struct score_input {
    const char *title, *text, *pros, *cons; /* NULL = absent; a field whose text is "нет", "none" and the like counts as a statement */
    double stars;                           /* 1..5, 0 = none: evidence beside the text */
    const char *lang;                       /* what the site says, or NULL; "en" "ru" "uk" force that lexicon */
};
/* Out: *out, strings in the arena or static. Any text gives a result; empty text gives 0, neutral, confidence 0. */
void scorer_score(struct scorer *s, const struct score_input *in, struct arena *a, struct score *out);
/* Fill in from a mention (fields apart, stars). */
void score_input_from(struct score_input *in, const struct mention *m);

#endif
