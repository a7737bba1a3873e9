/* The scorer: terms found, turned round, strengthened and weighed one after the other; every step leaves its name in the list of words.
 *
 * Source of the rules: Hutto and Gilbert, "VADER" (2014); the figures below were measured on labelled reviews (doc/SENTIMENT.md). */
#include "sentiment/score.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "sentiment/causes.h"
#include "sentiment/lang.h"
#include "sentiment/lexicon.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_TITLE, FIELD_TEXT, FIELD_PROS, FIELD_CONS, FIELD_COUNT };

static const float field_weight[FIELD_COUNT] = {0.7f, 1.0f, 0.5f, 0.5f};

#define NEGATION_WINDOW 2
#define NEGATION_FACTOR -0.74f
#define BARE_NEGATION -0.12f  /* a negator that turned no word: complaints are full of them */
#define MASKED_SWEARING -0.9f
#define CONTRAST_BEFORE 0.7f
#define CONTRAST_AFTER 1.3f
#define EXCLAIM_STEP 0.08f
#define SHOUT_FACTOR 1.15f
#define QUESTION_FACTOR 0.5f
#define QUOTE_FACTOR 0.6f
#define SISTER_FACTOR 0.7f    /* a Russian word in a Ukrainian text */
#define EMPTY_PROS -0.8f
#define EMPTY_CONS 0.8f
#define WORDS_FLOOR 3.0f      /* added to the word count: one word alone proves little */
#define SCALE 2.2f           /* of the density, before it is squeezed into -1..1 */
#define LABEL_NEGATIVE_MAX -0.2f /* the same as triage_rules.score_max by default */
#define LABEL_POSITIVE_MIN 0.2f
#define STARS_SHARE 0.55f
#define CONFLICT 0.35f        /* stars and text on different sides, both further than this from 0 */
#define HITS_MAX 4096         /* contributions kept of one text; more only repeat themselves */
#define SHOWN_MAX 200         /* of them in struct score */
#define EMPTY_FIELD_WORDS 6

struct hit {
    uint32_t at, n; /* words; n == 0: not a word of the text */
    float weight;
    const char *why, *text;
};

struct mark {
    uint8_t role;
    bool used;
    float value;
};

struct scorer {
    const struct lexicon *l;
    struct tokens tokens;
    struct mark *role;   /* per word */
    float *clause_sum;   /* per word */
    size_t cap_role;
    struct hit hit[HITS_MAX];
    size_t n_hit;
};

/* One mention on its way. */
struct run {
    struct scorer *s;
    const struct score_input *in;
    const char *field[FIELD_COUNT];
    size_t len[FIELD_COUNT];
    enum lexicon_lang lang;
    size_t sentence_hit; /* first hit of this sentence */
    float contrast;
};

struct scorer *scorer_new(const struct lexicon *l)
{
    struct scorer *s = calloc(1, sizeof *s);
    if (s) {
        s->l = l;
        tokens_init(&s->tokens);
    }
    return s;
}

void scorer_free(struct scorer *s)
{
    if (!s)
        return;
    tokens_release(&s->tokens);
    free(s->role);
    free(s->clause_sum);
    free(s);
}

static bool make_room(struct scorer *s)
{
    size_t n = s->tokens.n_word;
    if (n > s->cap_role) {
        free(s->role);
        free(s->clause_sum);
        s->role = malloc(n * sizeof *s->role);
        s->clause_sum = malloc(n * sizeof *s->clause_sum);
        s->cap_role = s->role && s->clause_sum ? n : 0;
        if (!s->cap_role)
            return false;
    }
    if (n) {
        memset(s->role, 0, n * sizeof *s->role);
        memset(s->clause_sum, 0, n * sizeof *s->clause_sum);
    }
    return true;
}

static struct hit *add_hit(struct scorer *s, size_t at, size_t n, float weight, const char *why)
{
    if (s->n_hit == HITS_MAX)
        return NULL;
    s->hit[s->n_hit] = (struct hit){(uint32_t)at, (uint32_t)n, weight, why, NULL};
    return &s->hit[s->n_hit++];
}

/* What stands before a term works on it: negators within two words (boosters are not counted), boosters next to it; not over a comma. */
static float turn(struct run *r, size_t at, float weight, const char **why)
{
    const struct word *w = r->s->tokens.word;
    int window = NEGATION_WINDOW;
    for (size_t i = at; i > 0 && window > 0 && w[i].before == BREAK_NONE; i--) {
        struct mark *x = &r->s->role[i - 1];
        if (x->role == ROLE_NEGATE && !x->used) {
            x->used = true;
            *why = "negated";
            return weight * NEGATION_FACTOR;
        }
        if (x->role == ROLE_BOOST && !x->used) {
            x->used = true;
            weight *= 1 + x->value;
            if (strcmp(*why, "word") == 0)
                *why = x->value < 0 ? "weakened" : "booster";
        } else if (x->role != ROLE_BOOST)
            window--;
    }
    return weight;
}

/* A phrase that has its own negator is not turned by another one: Slavic negation adds up ("никому не рекомендую"). */
static bool has_negator(const struct run *r, size_t at, size_t n)
{
    const struct word *w = &r->s->tokens.word[at];
    for (size_t i = 0; i < n; i++) {
        const struct term *x = terms_longest(r->s->l->rules, &w[i], 1);
        if (x && x->tag == ROLE_NEGATE)
            return true;
    }
    return false;
}

static void add_term(struct run *r, size_t at, const struct term *x, float factor, bool emoji)
{
    const struct word *w = &r->s->tokens.word[at];
    if (x->weight == 0)
        return; /* keeps a shorter term away */
    const char *why = emoji ? "emoji" : x->n_word > 1 ? (x->weight < 0 ? "complaint" : "phrase") : "word";
    float weight = x->weight * factor * field_weight[w->field] * r->contrast;
    if (!emoji && !has_negator(r, at, x->n_word))
        weight = turn(r, at, weight, &why);
    if (w->flags & WORD_SHOUT)
        weight *= SHOUT_FACTOR;
    if (w->flags & WORD_QUOTED)
        weight *= QUOTE_FACTOR;
    add_hit(r->s, at, x->n_word, weight, why);
}

static void end_sentence(struct run *r, const struct word *last)
{
    float factor = 1 + EXCLAIM_STEP * last->exclaim;
    if (last->question && !last->exclaim)
        factor = QUESTION_FACTOR;
    for (size_t i = r->sentence_hit; i < r->s->n_hit; i++)
        r->s->hit[i].weight *= factor;
    r->sentence_hit = r->s->n_hit;
    r->contrast = 1;
}

static void turn_sentence(struct run *r)
{
    for (size_t i = r->sentence_hit; i < r->s->n_hit; i++)
        r->s->hit[i].weight *= CONTRAST_BEFORE;
    r->contrast = CONTRAST_AFTER;
}

static const struct term *sentiment_at(const struct run *r, size_t i, size_t left, float *factor, bool *emoji)
{
    const struct lexicon *l = r->s->l;
    const struct word *w = &r->s->tokens.word[i];
    *factor = 1;
    *emoji = w->flags & WORD_EMOJI;
    if (*emoji)
        return terms_longest(l->emoji, w, 1);
    const struct term *x = r->lang < LANG_COUNT ? terms_longest(l->words[r->lang], w, left) : NULL;
    if (!x && r->lang == LANG_UK && (x = terms_longest(l->words[LANG_RU], w, left)))
        *factor = SISTER_FACTOR;
    return x;
}

static void find_terms(struct run *r)
{
    struct scorer *s = r->s;
    size_t n = s->tokens.n_word, step;
    for (size_t i = 0; i < n; i += step) {
        const struct word *w = &s->tokens.word[i];
        float factor;
        bool emoji;
        if (w->before == BREAK_SENTENCE && i > 0)
            end_sentence(r, w - 1);
        const struct term *x = sentiment_at(r, i, n - i, &factor, &emoji);
        const struct term *rule = emoji ? NULL : terms_longest(s->l->rules, w, n - i);
        step = 1;
        if (x && (!rule || x->n_word >= rule->n_word)) {
            add_term(r, i, x, factor, emoji);
            step = x->n_word;
        } else if (rule) {
            step = rule->n_word;
            s->role[i + step - 1] = (struct mark){rule->tag, false, rule->weight};
            if (rule->tag == ROLE_CONTRAST)
                turn_sentence(r);
        } else if (w->flags & WORD_MASKED)
            add_hit(s, i, 1, MASKED_SWEARING * field_weight[w->field], "masked");
    }
    if (n)
        end_sentence(r, &s->tokens.word[n - 1]);
}

/* Negators that turned nothing, and pros and cons that say nothing. */
static bool says_nothing(const struct run *r, unsigned field)
{
    const struct tokens *t = &r->s->tokens;
    size_t n = 0;
    if (r->len[field] == 0)
        return false;
    for (size_t i = 0; i < t->n_word; i++)
        if (t->word[i].field == field && ++n > EMPTY_FIELD_WORDS)
            return false;
    for (size_t i = 0, left = n; i < t->n_word && left; i++) {
        const struct term *x;
        if (t->word[i].field != field)
            continue;
        if (!(x = terms_longest(r->s->l->nothing, &t->word[i], left)))
            return false;
        left -= x->n_word;
        i += x->n_word - 1u;
    }
    return true;
}

static void drop_field_hits(struct scorer *s, unsigned field)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_hit; i++)
        if (s->tokens.word[s->hit[i].at].field != field)
            s->hit[n++] = s->hit[i];
    s->n_hit = n;
}

static void weigh_absence(struct run *r)
{
    struct scorer *s = r->s;
    bool nothing[FIELD_COUNT] = {false};
    nothing[FIELD_PROS] = says_nothing(r, FIELD_PROS);
    nothing[FIELD_CONS] = says_nothing(r, FIELD_CONS);
    for (unsigned f = FIELD_PROS; f < FIELD_COUNT; f++)
        if (nothing[f])
            drop_field_hits(s, f);
    for (size_t i = 0; i < s->tokens.n_word; i++) {
        unsigned f = s->tokens.word[i].field;
        if (s->role[i].role == ROLE_NEGATE && !s->role[i].used && !nothing[f])
            add_hit(s, i, 1, BARE_NEGATION * field_weight[f], "negation");
    }
    for (unsigned f = FIELD_PROS; f < FIELD_COUNT; f++) {
        struct hit *h = nothing[f] ? add_hit(s, 0, 0, f == FIELD_PROS ? EMPTY_PROS : EMPTY_CONS, f == FIELD_PROS ? "no_pros" : "no_cons") : NULL;
        if (h)
            h->text = r->field[f];
    }
}

/* Every word learns what its clause sums up to. */
static void sum_clauses(struct scorer *s)
{
    const struct tokens *t = &s->tokens;
    for (size_t i = 0; i < s->n_hit; i++)
        if (s->hit[i].n)
            s->clause_sum[s->hit[i].at] += s->hit[i].weight;
    for (size_t from = 0, to; from < t->n_word; from = to) {
        float sum = s->clause_sum[from];
        for (to = from + 1; to < t->n_word && t->word[to].before == BREAK_NONE && s->role[to].role != ROLE_CONTRAST; to++)
            sum += s->clause_sum[to];
        for (size_t i = from; i < to; i++)
            s->clause_sum[i] = sum;
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    float p = fabsf(x->weight), q = fabsf(y->weight);
    return p != q ? (p < q) - (p > q) : (x->at > y->at) - (x->at < y->at);
}

static void show(struct run *r, struct arena *a, struct score *out)
{
    struct scorer *s = r->s;
    bool stars = r->in->stars > 0;
    if (s->n_hit > SHOWN_MAX)
        qsort(s->hit, s->n_hit, sizeof *s->hit, by_weight);
    size_t n = s->n_hit < SHOWN_MAX ? s->n_hit : SHOWN_MAX;
    struct score_word *w = n || stars ? arena_calloc(a, n + 1, sizeof *w) : NULL;
    if (!w)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct hit *h = &s->hit[i];
        const struct word *from = &s->tokens.word[h->at], *to = from + (h->n ? h->n - 1 : 0);
        const char *text = h->n ? arena_strndup(a, r->field[from->field] + from->at, to->at + to->len - from->at)
                                : arena_strndup(a, h->text, utf8_cut(h->text, strlen(h->text), 40));
        if (text)
            w[out->n_word++] = (struct score_word){text, h->weight, h->why};
    }
    if (stars) {
        const char *text = arena_printf(a, "%.3g", r->in->stars);
        if (text)
            w[out->n_word++] = (struct score_word){text, (float)(r->in->stars - 3) / 2, "stars"};
    }
    out->word = w;
}

/* The figure, its label, and how sure it is. */
static void judge(const struct run *r, struct score *out)
{
    const struct scorer *s = r->s;
    float sum = 0, mass = 0;
    for (size_t i = 0; i < s->n_hit; i++) {
        sum += s->hit[i].weight;
        mass += fabsf(s->hit[i].weight);
    }
    float text = tanhf(SCALE * sum / sqrtf((float)s->tokens.n_word + WORDS_FLOOR));
    float agree = mass > 0 ? fabsf(sum) / mass : 0;
    float evidence = (float)s->n_hit / ((float)s->n_hit + 1.5f);
    out->value = text;
    out->confidence = s->tokens.n_word ? 0.15f + 0.85f * evidence * (0.35f + 0.65f * agree) * (0.5f + 0.5f * fminf(1, fabsf(text) / 0.5f)) : 0;
    if (s->n_hit && s->tokens.n_word == 0)
        out->confidence = 0.4f;
    if (r->in->stars > 0) {
        float stars = fmaxf(-1, fminf(1, (float)(r->in->stars - 3) / 2));
        bool conflict = stars * text < 0 && fabsf(stars) > CONFLICT && fabsf(text) > CONFLICT;
        out->value = STARS_SHARE * stars + (1 - STARS_SHARE) * text;
        out->confidence = conflict ? 0.4f * out->confidence : fmaxf(out->confidence, 0.6f + 0.35f * fabsf(stars) * (stars * text > 0 ? 1 : 0.5f));
    }
    out->value = fmaxf(-1, fminf(1, out->value));
    out->label = out->value <= LABEL_NEGATIVE_MAX ? LABEL_NEGATIVE : out->value >= LABEL_POSITIVE_MIN ? LABEL_POSITIVE : LABEL_NEUTRAL;
}

static void take_field(struct run *r, unsigned f, const char *s)
{
    r->field[f] = s ? s : "";
    r->len[f] = s ? strnlen(s, LIMIT_TEXT_BYTES + 1) : 0;
    if (r->len[f] > LIMIT_TEXT_BYTES)
        r->len[f] = utf8_cut(s, LIMIT_TEXT_BYTES, LIMIT_TEXT_BYTES);
}

static void take_lang(struct run *r, struct score *out)
{
    unsigned longest = FIELD_TEXT;
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        if (r->len[f] > r->len[longest])
            longest = f;
    r->lang = lexicon_lang(r->in->lang);
    const char *code = r->lang < LANG_COUNT ? r->in->lang : lang_detect(r->field[longest], r->len[longest], r->in->lang, NULL);
    r->lang = lexicon_lang(code);
    snprintf(out->lang, sizeof out->lang, "%s", code);
}

void scorer_score(struct scorer *s, const struct score_input *in, struct arena *a, struct score *out)
{
    struct run r = {.s = s, .in = in, .contrast = 1};
    size_t bytes = 0;
    *out = (struct score){.lang = "und"};
    take_field(&r, FIELD_TITLE, in->title);
    take_field(&r, FIELD_TEXT, in->text);
    take_field(&r, FIELD_PROS, in->pros);
    take_field(&r, FIELD_CONS, in->cons);
    take_lang(&r, out);
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        bytes += r.len[f];
    s->n_hit = 0;
    tokens_clear(&s->tokens);
    if (!tokens_reserve(&s->tokens, bytes)) {
        a->full = true; /* memory is out; the arena's flag is the only voice here */
        return;
    }
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        tokens_add(&s->tokens, r.field[f], r.len[f], f);
    if (!make_room(s)) {
        a->full = true;
        return;
    }
    find_terms(&r);
    weigh_absence(&r);
    sum_clauses(s);
    judge(&r, out);
    causes_find(s->l, r.lang, &s->tokens, s->clause_sum, out->label == LABEL_NEGATIVE || (in->stars > 0 && in->stars <= 2), a, out);
    out->order_ref = causes_order_ref(s->l, r.field[FIELD_TEXT], &s->tokens, FIELD_TEXT, a);
    if (!out->order_ref && r.len[FIELD_TITLE])
        out->order_ref = causes_order_ref(s->l, r.field[FIELD_TITLE], &s->tokens, FIELD_TITLE, a);
    show(&r, a, out);
}
