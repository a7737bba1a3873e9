/* One mention on its way through the scorer: what score.c, clauses.c, fields.c and causes.c share.
 *
 * Order: fields_take (texts to tokens, inline field labels, a company's reply cut off), spots_find (what each word means), clauses_weigh (hits:
 * negation, boosters, contrast, questions, quotations, sarcasm), then the sum in score.c. Thread: one at a time. */
#ifndef EARSHOT_SENTIMENT_RUN_H
#define EARSHOT_SENTIMENT_RUN_H

#include "sentiment/forms.h"

enum { FIELD_TITLE, FIELD_TEXT, FIELD_PROS, FIELD_CONS, FIELD_NONE, FIELD_COUNT };
#define FIELD_GIVEN FIELD_NONE /* the caller's fields */

#define SCORE_SCALE 1.2f   /* of the density, before it is squeezed into -1..1 */
#define SCORE_INDUCED 0.5f /* of an induced weight, beside the hand vocabulary */

#define HITS_MAX 4096 /* contributions kept of one text; more only repeat themselves */

/* What stands at a token. */
struct spot {
    uint32_t form;
    uint32_t cause;
    uint32_t term;    /* of the vocabulary */
    uint32_t role;
    uint8_t n_match;  /* words of the term that begins here; 0 = none */
    uint8_t n_role;   /* words of the longest role term that begins here */
    bool used;        /* a negator or booster that has worked */
    bool covered;     /* part of a term that began before */
    float weight;     /* of the term */
    float boost;
    float clause_sum;
};

struct hit {
    uint32_t at, n; /* tokens; n == 0: not a word of the text */
    float weight;
    const char *why, *text;
    uint32_t term;    /* of the vocabulary; 0 = none */
};

struct scorer {
    const struct lexicon *l;
    struct stems stems;
    struct forms forms[LANG_COUNT];
    struct tokens tokens;
    struct spot *spot;
    size_t cap_spot;
    struct hit hit[HITS_MAX];
    uint32_t order[HITS_MAX];
    size_t n_hit;
};

struct run {
    struct scorer *s;
    const struct score_input *in;
    struct score_input translit; /* what `in` points to when the text was put back into Cyrillic */
    const char *field[FIELD_GIVEN];
    size_t len[FIELD_GIVEN];
    enum lexicon_lang lang;
    const struct vocab *v;
    struct forms *forms;
    size_t n_hand;         /* hits of the vocabulary; learned ones follow */
    size_t n_word;         /* tokens that count */
    size_t n_in[FIELD_COUNT];   /* of them in each field */
    float root[FIELD_COUNT];    /* what the sums of each field are divided by */
    size_t n_reply;        /* cues of a company's own reply */
    size_t n_figure;       /* figures that counted as evidence */
    size_t n_name, n_link, n_tag; /* @names and URLs: a post */
    float post;            /* 0 a review .. 1 a post */
    bool sarcasm;          /* cues were found: a human should look */
    bool question;         /* all of it asks */
    bool nothing[FIELD_COUNT];
};

static inline const struct form *run_form(const struct run *r, size_t i) { return &r->forms->form[r->s->spot[i].form]; }
struct hit *run_hit(struct run *r, size_t at, size_t n, float weight, const char *why);
float field_weight(unsigned field);

/* After fields_nothing: a long field does not feel more than a short one that says the same. */
void run_roots(struct run *r);
/* What a hit adds to the sum. */
float run_share(const struct run *r, const struct hit *h);
/* 0: a post or a short text, 1: surely a review. */
float run_review(const struct run *r);
void run_start(struct run *r, struct scorer *s, const struct score_input *in);

/* fields.c: false when memory is out. */
bool fields_take(struct run *r);
/* After spots_find: pros and cons that say "nothing" become hits of their own. */
void fields_nothing(struct run *r);
/* clauses.c */
bool spots_find(struct run *r);
void clauses_weigh(struct run *r);
/* Induced weights of the token and of the pair it makes with the one before; 0 = none. */
void spots_induced(const struct run *r, size_t i, float *word, float *pair);

#endif
