/* Logistic regression by AdaGrad over the samples in a fixed order. */
#include "bench/sentiment_induce.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DF_WORD 4u
#define DF_PAIR 6u
#define DF_ALONE 30u         /* so many, and one set is enough */
#define TERMS_MAX 10000u
#define EPOCHS 12
#define RATE 0.12f
#define RIDGE 2e-3f
#define KEEP 0.06f           /* smaller weights are not worth a line */
#define NAME_SHARE 0.6       /* of a name's occurrences inside sentences are capitalised */
#define SET_FULL 4000.0f     /* samples after which more of the same set weigh no more */
#define WEIGHT_CLIP 4.0f

struct feature {
    uint64_t key;            /* stem, or stem << 32 | stem, so it is never 0 */
    uint64_t sets;
    uint32_t df, last;       /* documents; the last one counted + 1 */
    float w[GENRE_COUNT], g;
};

struct model {
    const struct corpus *c;
    enum lexicon_lang lang;
    const bool *leave;
    struct feature *f;
    size_t n, cap;
    struct map at;
    unsigned n_set;
    uint32_t *index;         /* features of all samples, one after the other */
    float *x;
    size_t *from;            /* per sample of the language */
    const struct sample **doc;
    float (*importance)[GENRE_COUNT];
    size_t n_doc, n_index, cap_index;
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

static void count(struct model *m, uint64_t key, int set, uint32_t doc)
{
    struct feature *f = feature(m, key, true);
    if (f->last == doc + 1)
        return;
    f->last = doc + 1;
    f->df++;
    f->sets |= UINT64_C(1) << set;
}

static bool is_name(const struct corpus *c, uint32_t id)
{
    return c->n_seen[id] >= 3 && c->n_title[id] > NAME_SHARE * c->n_seen[id];
}

static bool good(const struct model *m, const struct feature *f)
{
    uint32_t a = (uint32_t)(f->key >> 32), b = (uint32_t)f->key;
    if (f->df < (a ? DF_PAIR : DF_WORD) || (m->n_set > 1 && (f->sets & (f->sets - 1)) == 0 && f->df < DF_ALONE))
        return false;
    return !is_name(m->c, b) && !(a && is_name(m->c, a)) && strlen(m->c->text[b]) > 1;
}

static void count_all(struct model *m)
{
    const struct corpus *c = m->c;
    for (size_t i = 0; i < c->n_sample; i++) {
        const struct sample *x = &c->sample[i];
        if (c->set[x->set].lang != m->lang || m->leave[x->set])
            continue;
        for (size_t k = x->first; k < x->first + x->n; k++) {
            if (!c->stem[k])
                continue;
            count(m, c->stem[k], x->set, (uint32_t)i);
            if (k > x->first && c->stem[k - 1])
                count(m, (uint64_t)c->stem[k - 1] << 32 | c->stem[k], x->set, (uint32_t)i);
        }
    }
    size_t n = 0; /* keep what is worth learning */
    free(m->at.slot);
    m->at = (struct map){0};
    for (size_t i = 0; i < m->n; i++)
        if (good(m, &m->f[i])) {
            m->f[n] = m->f[i];
            if (!map_put(&m->at, m->f[n].key, (uint32_t)n))
                must(NULL);
            n++;
        }
    m->n = n;
}

static void put(struct model *m, uint64_t key, float x)
{
    struct feature *f = feature(m, key, false);
    if (!f || x == 0)
        return;
    if (m->n_index == m->cap_index) {
        m->cap_index = m->cap_index ? 2 * m->cap_index : 1 << 20;
        m->index = must(realloc(m->index, m->cap_index * sizeof *m->index));
        m->x = must(realloc(m->x, m->cap_index * sizeof *m->x));
    }
    m->index[m->n_index] = (uint32_t)(f - m->f);
    m->x[m->n_index++] = x;
}

/* Praise and blame of a set weigh the same; what is neither weighs no more than either. */
static float importance(const struct corpus *c, int set, int label)
{
    size_t n[3] = {0};
    for (size_t i = c->set[set].first; i < c->set[set].first + c->set[set].n; i++)
        n[c->sample[i].label + 1]++;
    float all = (float)c->set[set].n, whole = fminf(all, SET_FULL) / all, own = (float)n[label + 1];
    float half = fmaxf((float)n[0], (float)n[2]);
    if (label == 0)
        return whole * fminf(1, half / own);
    return whole * fminf(8, half / own);
}

static void build(struct model *m)
{
    const struct corpus *c = m->c;
    float weight[SETS_MAX][3];
    m->from = must(calloc(c->n_sample + 1, sizeof *m->from));
    m->doc = must(calloc(c->n_sample + 1, sizeof *m->doc));
    m->importance = must(calloc(c->n_sample + 1, sizeof *m->importance));
    for (size_t s = 0; s < c->n_set; s++)
        for (int label = -1; label <= 1; label++)
            weight[s][label + 1] = importance(c, (int)s, label);
    for (size_t i = 0; i < c->n_sample; i++) {
        const struct sample *x = &c->sample[i];
        if (c->set[x->set].lang != m->lang || m->leave[x->set])
            continue;
        for (int g = 0; g < GENRE_COUNT; g++)
            m->importance[m->n_doc][g] = weight[x->set][x->label + 1] * c->set[x->set].share[g];
        m->doc[m->n_doc] = x;
        m->from[m->n_doc++] = m->n_index;
        for (size_t k = x->first; k < x->first + x->n; k++) {
            if (!c->stem[k])
                continue;
            put(m, c->stem[k], c->factor[k]);
            if (k > x->first && c->stem[k - 1])
                put(m, (uint64_t)c->stem[k - 1] << 32 | c->stem[k], c->factor[k]);
        }
    }
    m->from[m->n_doc] = m->n_index;
}

/* The scorer's value is tanh(z), so the odds of praise are exp(2 z); SHARP makes a clear case of what the label's border calls one. */
#define SHARP 0.85f

static void learn(struct model *m, int genre)
{
    for (size_t i = 0; i < m->n; i++)
        m->f[i].g = 0;
    const size_t step = 7919; /* a fixed shuffle: prime, no divisor of any set's size */
    for (int epoch = 0; epoch < EPOCHS; epoch++)
        for (size_t n = 0, i = (size_t)epoch % (m->n_doc ? m->n_doc : 1); n < m->n_doc; n++, i = (i + step) % m->n_doc) {
            const struct sample *x = m->doc[i];
            float sum = 0, unit = SCORE_SCALE * SHARP * 2, y = (float)(x->label + 1) / 2;
            for (size_t k = m->from[i]; k < m->from[i + 1]; k++)
                sum += m->f[m->index[k]].w[genre] * m->x[k];
            float p = 1 / (1 + expf(-unit * (x->hand + SCORE_INDUCED * sum)));
            float grad = (p - y) * m->importance[i][genre] * unit * SCORE_INDUCED;
            if (fabsf(grad) < 1e-6f)
                continue;
            for (size_t k = m->from[i]; k < m->from[i + 1]; k++) {
                struct feature *f = &m->f[m->index[k]];
                float g = grad * m->x[k] + RIDGE * f->w[genre];
                f->g += g * g;
                f->w[genre] -= RATE * g / (sqrtf(f->g) + 1e-4f);
            }
        }
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

void induce(const struct corpus *c, enum lexicon_lang lang, const bool leave[SETS_MAX], struct lexicon *l,
            void (*out)(void *user, const char *term, const float weight[GENRE_COUNT]), void *user)
{
    struct model m = {.c = c, .lang = lang, .leave = leave};
    for (size_t i = 0; i < c->n_set; i++)
        m.n_set += c->set[i].lang == lang && !leave[i];
    lexicon_forget_induced(l, lang);
    count_all(&m);
    build(&m);
    for (int g = 0; g < GENRE_COUNT; g++)
        learn(&m, g);
    if (m.n)
        qsort(m.f, m.n, sizeof *m.f, by_use);
    for (size_t i = 0, n = 0; i < m.n && n < TERMS_MAX; i++) {
        uint32_t a = (uint32_t)(m.f[i].key >> 32), b = (uint32_t)m.f[i].key;
        char term[2 * TOKEN_BYTES_MAX + 2];
        float w[GENRE_COUNT];
        for (int g = 0; g < GENRE_COUNT; g++)
            w[g] = fmaxf(-WEIGHT_CLIP, fminf(WEIGHT_CLIP, roundf(m.f[i].w[g] * 100) / 100));
        if ((fabsf(w[0]) < KEEP && fabsf(w[1]) < KEEP) || (!a && contradicts(l, lang, c->text[b], w[0] + w[1])))
            continue;
        snprintf(term, sizeof term, "%s%s%s", a ? c->text[a] : "", a ? " " : "", c->text[b]);
        if (!lexicon_add_induced(l, lang, term, strlen(term), w))
            must(NULL);
        if (out)
            out(user, term, w);
        n++;
    }
    free(m.f);
    free(m.at.slot);
    free(m.index);
    free(m.x);
    free(m.from);
    free(m.doc);
    free(m.importance);
}
