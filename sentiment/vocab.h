/* The words and phrases of one language as a graph of units: what the lexicon files hold, ready for matching.
 *
 * A unit is a word as a term names it: an exact form, a stem, a prefix ("брак*"), any word ("*") or any number ("#"). A term is a path of
 * units from node 0; its last node carries what the term means. Stems and pairs of stems may carry an induced weight.
 * Owns: all of it. Thread: read-only once loaded. */
#ifndef EARSHOT_SENTIMENT_VOCAB_H
#define EARSHOT_SENTIMENT_VOCAB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum genre { GENRE_REVIEW, GENRE_POST, GENRE_COUNT }; /* words mean different things in a review and in a post */

enum unit_kind { UNIT_FORM, UNIT_STEM, UNIT_PREFIX };
#define UNIT_NONE 0u
#define UNIT_ANY 1u
#define UNIT_NUMBER 2u
#define UNIT_FIRST 3u /* the first that has a name */

#define TERM_WORDS_MAX 8

/* what a node means; a term of several files may mean several things */
#define MEANS_WEIGHT 1u
#define MEANS_ROLE 2u
#define MEANS_CAUSE 4u

struct node {
    float weight;   /* of vocabulary */
    float value;    /* of a role */
    uint32_t cause; /* bit per cause code */
    uint32_t term;  /* of the vocabulary, that gave the weight; 0 = none */
    uint32_t role;  /* bit per enum role */
    uint8_t means, n_word, layer; /* layer: the higher wins */
    bool any;       /* an edge by UNIT_ANY leads on */
    bool leaf;      /* no edge leads on */
};

struct unit {
    uint32_t text_at;
    uint16_t bytes;
    uint8_t kind;
    bool inner;    /* a path goes on with it */
    uint32_t root; /* node of the paths that begin with it; 0 = none */
    uint8_t pairs; /* 1: some pair begins with it; 2: some pair ends with it */
    float induced[GENRE_COUNT]; /* stems only; 0 = none */
};

/* A line of the vocabulary, and what was learned about its weight. */
struct term {
    uint32_t text_at;
    uint32_t bytes;
    float factor[GENRE_COUNT]; /* added to 1 */
};

struct map_slot {
    uint64_t key; /* 0 = free */
    uint32_t value;
};

/* Open addressing from a 64-bit key that is never 0. */
struct map {
    struct map_slot *slot;
    size_t n, mask;
};

struct vocab {
    struct unit *unit;
    size_t n_unit, cap_unit;
    char *text;
    size_t n_text, cap_text;
    struct node *node;
    size_t n_node, cap_node;
    float (*pair)[GENRE_COUNT]; /* weights, by value of `pairs` */
    size_t n_pair, cap_pair;
    struct term *term; /* from 1 */
    size_t n_term, cap_term;
    struct map names; /* hash of kind and text -> unit */
    struct map edges; /* node, unit -> node */
    struct map pairs; /* stem, stem -> index into pair */
    struct map terms; /* hash of a term's text -> index into term; the last of that name */
    unsigned prefix_min, prefix_max; /* bytes of the shortest and longest prefix */
};

bool vocab_init(struct vocab *v);
void vocab_release(struct vocab *v);
/* The unit of that kind and text. add: make it when there is none (UNIT_NONE: out of memory). */
uint32_t vocab_unit(struct vocab *v, enum unit_kind kind, const char *s, size_t n, bool add);
uint32_t vocab_find(const struct vocab *v, enum unit_kind kind, const char *s, size_t n);
/* The node at the end of a path, made when needed. 0: out of memory. */
uint32_t vocab_path(struct vocab *v, const uint32_t *unit, size_t n);
/* A new term of that text. 0: out of memory. */
uint32_t vocab_add_term(struct vocab *v, const char *s, size_t n);
/* 0: there is none. */
uint32_t vocab_find_term(const struct vocab *v, const char *s, size_t n);
bool vocab_add_pair(struct vocab *v, uint32_t a, uint32_t b, const float weight[GENRE_COUNT]);

uint32_t map_get(const struct map *m, uint64_t key); /* UINT32_MAX: not there */
bool map_put(struct map *m, uint64_t key, uint32_t value);

static inline uint64_t edge_key(uint32_t a, uint32_t b) { return ((uint64_t)a << 32 | b) + 1; }
/* Node that unit leads to from node; 0 = none. */
static inline uint32_t vocab_step(const struct vocab *v, uint32_t node, uint32_t unit)
{
    uint32_t to = map_get(&v->edges, edge_key(node, unit));
    return to == UINT32_MAX ? 0 : to;
}
/* Weights of a pair of stems; NULL = none. */
static inline const float *vocab_pair(const struct vocab *v, uint32_t a, uint32_t b)
{
    uint32_t at = map_get(&v->pairs, edge_key(a, b));
    return at == UINT32_MAX ? NULL : v->pair[at];
}

#endif
