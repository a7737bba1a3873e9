/* What is learned from labelled texts, in two steps: factors of the vocabulary's terms, then weights of stems and pairs of stems beside them. */
#include "bench/sentiment_induce.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DF_TERM 4u
#define DF_WORD 4u
#define DF_PAIR 6u
#define DF_ALONE 30u         /* so many, and one set is enough */
#define TERMS_MAX 10000u     /* stems and pairs kept */
#define SHARP 4.0            /* odds of praise per unit of the sum */
#define KEEP 0.05f           /* smaller weights are not worth a line */
#define KEEP_FACTOR 0.08f
#define NAME_SHARE 0.6       /* of a name's occurrences inside sentences are capitalised */
#define SET_FULL 4000.0f     /* samples after which more of the same set weigh no more */
#define NEITHER 0.3f         /* what a text without a side has to say, beside one with */
#define WEIGHT_CLIP 4.0f
#define FACTOR_MIN -1.0f     /* a term may be silenced, not turned round */
#define FACTOR_MAX 2.0f

static const double ridge_terms[GENRE_COUNT] = {8, 16}, ridge_stems[GENRE_COUNT] = {16, 80};

struct feature {
    uint64_t key;            /* a term, a stem, or stem << 32 | stem, so it is never 0 */
    uint64_t sets;
    uint32_t df, last;       /* documents; the last one counted + 1 */
    float scale;             /* of its values: rare ones may weigh more */
    float w[GENRE_COUNT];
};

struct model {
    const struct corpus *c;
    enum lexicon_lang lang;
    const bool *leave;
    bool terms;              /* the first step */
    struct feature *f;
    size_t n, cap;
    struct map at;
    unsigned n_set;
    const struct sample **doc;
    float (*importance)[GENRE_COUNT];
    float (*offset)[GENRE_COUNT]; /* what the steps before made of it */
    float *target;
    size_t n_doc;
    uint32_t *index;         /* features of all docs, one after the other */
    float *x;
    size_t *from;
    size_t n_index, cap_index;
};

static void *must(void *p)
{
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(70);
    }
    return p;
}

static struct feature *feature(struct model *m, uint64_t key, bool add)
{
    uint32_t at = map_get(&m->at, key);
    if (at != UINT32_MAX)
        return &m->f[at];
    if (!add)
        return NULL;
    if (m->n == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 1 << 18;
        m->f = must(realloc(m->f, m->cap * sizeof *m->f));
    }
    if (!map_put(&m->at, key, (uint32_t)m->n))
        must(NULL);
    m->f[m->n] = (struct feature){.key = key};
    return &m->f[m->n++];
}

/* Calls fn for all features of a text in this step. */
static void each(struct model *m, size_t d, void (*fn)(struct model *m, uint64_t key, float x, size_t d))
{
    const struct corpus *c = m->c;
    const struct sample *x = m->doc[d];
    for (size_t k = x->first_term; m->terms && k < x->first_term + x->n_term; k++)
        fn(m, c->term[k], c->share[k], d);
    for (size_t k = x->first; !m->terms && k < x->first + x->n; k++) {
        if (!c->stem[k])
            continue;
        fn(m, c->stem[k], c->factor[k], d);
        if (k > x->first && c->stem[k - 1])
            fn(m, (uint64_t)c->stem[k - 1] << 32 | c->stem[k], c->factor[k], d);
    }
}

static void count(struct model *m, uint64_t key, float x, size_t d)
{
    (void)x;
    struct feature *f = feature(m, key, true);
    if (f->last == d + 1)
        return;
    f->last = (uint32_t)d + 1;
    f->df++;
    f->sets |= UINT64_C(1) << m->doc[d]->set;
}

static bool is_name(const struct corpus *c, uint32_t id)
{
    return c->n_seen[id] >= 3 && c->n_title[id] > NAME_SHARE * c->n_seen[id];
}

static bool good(const struct model *m, const struct feature *f)
{
    uint32_t a = (uint32_t)(f->key >> 32), b = (uint32_t)f->key;
    if (f->df < (m->terms ? DF_TERM : a ? DF_PAIR : DF_WORD) || (m->n_set > 1 && (f->sets & (f->sets - 1)) == 0 && f->df < DF_ALONE))
        return false;
    return m->terms || (!is_name(m->c, b) && !(a && is_name(m->c, a)) && strlen(m->c->text[b]) > 1);
}

static void put(struct model *m, uint64_t key, float x, size_t d)
{
    (void)d;
    struct feature *f = feature(m, key, false);
    if (!f || x == 0)
        return;
    if (m->n_index == m->cap_index) {
        m->cap_index = m->cap_index ? 2 * m->cap_index : 1 << 20;
        m->index = must(realloc(m->index, m->cap_index * sizeof *m->index));
        m->x = must(realloc(m->x, m->cap_index * sizeof *m->x));
    }
    m->index[m->n_index] = (uint32_t)(f - m->f);
    m->x[m->n_index++] = x * f->scale;
}

/* The features of this step that are worth learning, and where they stand. */
static void build(struct model *m, bool terms)
{
    m->terms = terms;
    m->n = m->n_index = 0;
    free(m->at.slot);
    m->at = (struct map){0};
    for (size_t d = 0; d < m->n_doc; d++)
        each(m, d, count);
    size_t n = 0;
    free(m->at.slot);
    m->at = (struct map){0};
    for (size_t i = 0; i < m->n; i++)
        if (good(m, &m->f[i])) {
            m->f[n] = m->f[i];
            m->f[n].scale = sqrtf(logf(1 + (float)m->n_doc / (float)m->f[n].df)) * (terms ? 1 : SCORE_INDUCED);
            if (!map_put(&m->at, m->f[n].key, (uint32_t)n))
                must(NULL);
            n++;
        }
    m->n = n;
    for (size_t d = 0; d < m->n_doc; d++) {
        m->from[d] = m->n_index;
        each(m, d, put);
    }
    m->from[m->n_doc] = m->n_index;
}

/* Praise and blame of a set weigh the same, and more of the same counts less. */
static float importance(const struct corpus *c, int set, int label)
{
    size_t n[3] = {0};
    for (size_t i = c->set[set].first; i < c->set[set].first + c->set[set].n; i++)
        n[c->sample[i].label + 1]++;
    float all = (float)c->set[set].n, amount = fminf(all, SET_FULL), own = (float)n[label + 1];
    return label == 0 ? NEITHER * amount / all : n[0] && n[2] ? amount / 2 / own : amount / 2 / all;
}

static void take_docs(struct model *m)
{
    const struct corpus *c = m->c;
    float weight[SETS_MAX][3];
    m->from = must(calloc(c->n_sample + 1, sizeof *m->from));
    m->doc = must(calloc(c->n_sample + 1, sizeof *m->doc));
    m->importance = must(calloc(c->n_sample + 1, sizeof *m->importance));
    m->offset = must(calloc(c->n_sample + 1, sizeof *m->offset));
    m->target = must(calloc(c->n_sample + 1, sizeof *m->target));
    for (size_t s = 0; s < c->n_set; s++) {
        m->n_set += c->set[s].lang == m->lang && !m->leave[s];
        for (int label = -1; label <= 1; label++)
            weight[s][label + 1] = importance(c, (int)s, label);
    }
    for (size_t i = 0; i < c->n_sample; i++) {
        const struct sample *x = &c->sample[i];
        if (c->set[x->set].lang != m->lang || m->leave[x->set] || (x->set == c->half && i % 2))
            continue;
        m->doc[m->n_doc] = x;
        m->target[m->n_doc] = (float)(x->label + 1) / 2;
        for (int g = 0; g < GENRE_COUNT; g++) {
            m->importance[m->n_doc][g] = weight[x->set][x->label + 1] * c->set[x->set].share[g];
            m->offset[m->n_doc][g] = x->hand;
        }
        m->n_doc++;
    }
}

/* Learns the weights of one genre and adds what they say to the offsets. */
static void learn(struct model *m, int genre, double keep_small)
{
    float *importance_of = must(calloc(m->n_doc + 1, sizeof *importance_of)), *offset = must(calloc(m->n_doc + 1, sizeof *offset));
    double *w = must(calloc(m->n + 1, sizeof *w));
    for (size_t d = 0; d < m->n_doc; d++) {
        importance_of[d] = m->importance[d][genre];
        offset[d] = m->offset[d][genre];
    }
    fit(&(struct fit){.n = m->n, .n_doc = m->n_doc, .from = m->from, .index = m->index, .x = m->x, .offset = offset, .importance = importance_of,
                      .target = m->target, .sharp = SHARP, .ridge = keep_small}, w);
    for (size_t i = 0; i < m->n; i++)
        m->f[i].w[genre] = (float)w[i] * m->f[i].scale / (m->terms ? 1 : SCORE_INDUCED);
    for (size_t d = 0; d < m->n_doc; d++)
        for (size_t k = m->from[d]; k < m->from[d + 1]; k++)
            m->offset[d][genre] += (float)w[m->index[k]] * m->x[k];
    free(importance_of);
    free(offset);
    free(w);
}

static int by_use(const void *a, const void *b)
{
    const struct feature *x = a, *y = b;
    float p = (fabsf(x->w[0]) + fabsf(x->w[1])) * sqrtf((float)x->df), q = (fabsf(y->w[0]) + fabsf(y->w[1])) * sqrtf((float)y->df);
    return p != q ? (p < q) - (p > q) : (x->key > y->key) - (x->key < y->key);
}

/* Does the vocabulary say the opposite of what was learned? Then it was learned from its rough edges. */
static bool contradicts(const struct lexicon *l, enum lexicon_lang lang, const char *stem, float w)
{
    const struct vocab *v = &l->lang[lang];
    uint32_t unit = vocab_find(v, UNIT_STEM, stem, strlen(stem)), node = unit ? vocab_step(v, 0, unit) : 0;
    return node && (v->node[node].means & MEANS_WEIGHT) && v->node[node].weight * w < 0;
}

static void rounded(const struct feature *f, float lowest, float highest, float w[GENRE_COUNT])
{
    for (int g = 0; g < GENRE_COUNT; g++)
        w[g] = fmaxf(lowest, fminf(highest, roundf(f->w[g] * 100) / 100));
}

static void give_factors(struct model *m, struct lexicon *l, learned_fn *out, void *user)
{
    const struct vocab *v = &l->lang[m->lang];
    for (size_t i = 0; i < m->n; i++) {
        const struct term *t = &v->term[m->f[i].key];
        float w[GENRE_COUNT];
        char text[512];
        rounded(&m->f[i], FACTOR_MIN, FACTOR_MAX, w);
        if ((fabsf(w[0]) < KEEP_FACTOR && fabsf(w[1]) < KEEP_FACTOR) || t->bytes >= sizeof text - 2)
            continue;
        snprintf(text, sizeof text, "%c%.*s", LEXICON_FACTOR, (int)t->bytes, v->text + t->text_at);
        lexicon_set_factor(l, m->lang, text + 1, t->bytes, w);
        if (out)
            out(user, text, w);
    }
}

static void give_weights(struct model *m, struct lexicon *l, learned_fn *out, void *user)
{
    const struct corpus *c = m->c;
    for (size_t i = 0, n = 0; i < m->n && n < TERMS_MAX; i++) {
        uint32_t a = (uint32_t)(m->f[i].key >> 32), b = (uint32_t)m->f[i].key;
        char term[2 * TOKEN_BYTES_MAX + 2];
        float w[GENRE_COUNT];
        rounded(&m->f[i], -WEIGHT_CLIP, WEIGHT_CLIP, w);
        if ((fabsf(w[0]) < KEEP && fabsf(w[1]) < KEEP) || (!a && contradicts(l, m->lang, c->text[b], w[0] + w[1])))
            continue;
        snprintf(term, sizeof term, "%s%s%s", a ? c->text[a] : "", a ? " " : "", c->text[b]);
        if (!lexicon_add_induced(l, m->lang, term, strlen(term), w))
            must(NULL);
        if (out)
            out(user, term, w);
        n++;
    }
}

void induce(const struct corpus *c, enum lexicon_lang lang, const bool leave[SETS_MAX], struct lexicon *l, learned_fn *out, void *user)
{
    struct model m = {.c = c, .lang = lang, .leave = leave};
    lexicon_forget_induced(l, lang);
    take_docs(&m);
    for (int step = 0; step < 2; step++) {
        build(&m, step == 0);
        for (int g = 0; g < GENRE_COUNT; g++)
            learn(&m, g, step == 0 ? ridge_terms[g] : ridge_stems[g]);
        if (m.n)
            qsort(m.f, m.n, sizeof *m.f, by_use);
        (step == 0 ? give_factors : give_weights)(&m, l, out, user);
    }
    free(m.f);
    free(m.at.slot);
    free(m.index);
    free(m.x);
    free(m.from);
    free(m.doc);
    free(m.importance);
    free(m.offset);
    free(m.target);
}
