/* Labelled texts, and weights induced from them: logistic regression on stems and pairs of stems, beside the hand vocabulary.
 *
 * First the vocabulary's own terms get a factor each. Then the hand score of a text is a fixed offset, so an induced weight says what the vocabulary does not. Each set's praise and blame weigh the
 * same, there is no bias, and a term must occur in two sets: what remains is language, not the mood of one shop's customers. Names (words that
 * are nearly always capitalised inside sentences) are left out. Same data, same weights, bit for bit.
 * Thread: one. Failure: prints and exits; this is a tool, not a part of the product. */
#ifndef EARSHOT_BENCH_SENTIMENT_INDUCE_H
#define EARSHOT_BENCH_SENTIMENT_INDUCE_H

#include "sentiment/run.h"

#define SETS_MAX 64

struct sample {
    int set;
    int label;          /* -1 0 1 */
    const char *text;
    float hand;         /* sum of hand hits, as the scorer adds them */
    size_t first, n;    /* stems */
    size_t first_term, n_term;
};

struct set {
    char name[64];
    enum lexicon_lang lang;
    bool stars;
    float share[GENRE_COUNT]; /* how much it has to say about reviews and about posts */
    size_t first, n;    /* samples */
};

struct corpus {
    struct set set[SETS_MAX];
    size_t n_set;
    int half;           /* the set whose every second text does not teach; -1 = none */
    struct sample *sample;
    size_t n_sample, cap_sample;
    uint32_t *stem;     /* of all samples; 0 = end of a sentence */
    float *factor;      /* field weight by root of the length, per stem */
    size_t n_stem, cap_stem;
    uint32_t *term;     /* terms of the vocabulary that were found in all samples */
    float *share;       /* what each added to the hand score */
    size_t n_term, cap_term;
    struct map names[LANG_COUNT];
    char **text;        /* of stems, from 1 */
    uint32_t *n_seen, *n_title;
    size_t n_name, cap_name;
};

/* Reads all dev sets of a folder (SOURCES.tsv, data/LANG/NAME.tsv). */
void corpus_load(struct corpus *c, const char *folder);
/* Tokens, stems, terms and hand scores of all samples. Forgets what the lexicon had learned. */
void corpus_analyse(struct corpus *c, struct scorer *s, struct lexicon *l);
/* Induce the weights of one language into l, without the sets in `leave`. Calls out (may be NULL) for each weight, largest first. */
typedef void learned_fn(void *user, const char *term, const float weight[GENRE_COUNT]);
void induce(const struct corpus *c, enum lexicon_lang lang, const bool leave[SETS_MAX], struct lexicon *l, learned_fn *out, void *user);
/* What fit() solves: target ~ 1 / (1 + exp(-sharp * (offset + sum of w x))), each text by its importance, all w kept small by ridge. */
struct fit {
    size_t n, n_doc;        /* features, texts */
    const size_t *from;     /* per text, and the end: its features in index and x */
    const uint32_t *index;
    const float *x;
    const float *offset, *importance, *target; /* per text; target from 0 to 1 */
    double sharp, ridge;
};
/* Out: n weights. */
void fit(const struct fit *f, double *w);
/* Do two sets share texts? Then neither may teach what scores the other. */
bool sets_related(const struct set *a, const struct set *b);

#endif
