/* What words do to each other: terms are found, then turned round, strengthened or weakened by what stands around them in the sentence.
 *
 * Source of the rules: Hutto and Gilbert, "VADER" (2014); the figures were measured on labelled reviews (doc/SENTIMENT.md). */
#include "sentiment/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEGATION_WINDOW 3
#define ABSENT_WINDOW 3u
#define NEGATED_PRAISE -0.8f  /* "not good" */
#define NEGATED_BLAME -0.6f   /* "not bad" is fainter praise */
#define BARE_NEGATION -0.25f  /* a negator that turned no word: complaints are full of them */
#define CONTRAST_BEFORE 0.5f
#define CONTRAST_AFTER 1.3f
#define CONTRAST_MIN 0.3f
#define CONTRAST_WORDS 3u     /* that follow "but" at least */
#define BUT -0.5f             /* praise, "but", and nothing that is known to be good or bad */
#define BUT_NOT -0.9f         /* the same with a negator */
#define BROKEN -0.9f          /* "promised ..., and now" */
#define MOCK_WORDS 3u         /* from the praise to the colon */
#define EXCLAIM 1.1f
#define CAPS 1.15f
#define LONG 1.15f
#define QUESTION 0.3f
#define QUESTION_PHRASE 0.5f
#define QUOTED 0.25f
#define QUOTE_SHORT 4u        /* words: "customer care" in quotation marks mocks */
#define UNREAL -0.8f          /* praise of what was not: "had it been decent" */
#define SARCASM -0.6f
#define FIGURE -0.4f          /* a sum, a date, a number of days: who counts complains */
#define FIGURES 3             /* that count; more of them only make it longer */
#define ASKS -0.2f            /* a question in a long review */
#define SOLVED 0.25f          /* a trouble that was solved in the same sentence */

#define IS(spot, symbol) ((spot).role & 1u << ROLE_##symbol)

struct hit *run_hit(struct run *r, size_t at, size_t n, float weight, const char *why)
{
    struct scorer *s = r->s;
    if (s->n_hit == HITS_MAX)
        return NULL;
    s->hit[s->n_hit] = (struct hit){.at = (uint32_t)at, .n = (uint32_t)n, .weight = weight, .why = why};
    return &s->hit[s->n_hit++];
}

/* Follow all paths from node along the tokens from i; first is where the term began. */
static void walk(struct run *r, size_t first, size_t i, uint32_t node)
{
    const struct node *at = &r->v->node[node];
    struct spot *spot = &r->s->spot[first];
    if (at->means) {
        spot->cause |= at->cause;
        if ((at->means & MEANS_WEIGHT) && at->n_word >= spot->n_match) {
            if (at->n_word > spot->n_match || spot->weight == 0 || fabsf(spot->weight) < fabsf(at->weight)) {
                spot->weight = at->weight;
                spot->term = at->term;
            }
            spot->n_match = at->n_word;
        }
        if ((at->means & MEANS_ROLE) && at->n_word >= spot->n_role) {
            spot->role |= at->role;
            spot->boost = at->value;
            spot->n_role = at->n_word;
        }
    }
    if (at->leaf || i >= r->s->tokens.n || (r->s->tokens.token[i - 1].after & AFTER_SENTENCE) || r->s->tokens.token[i].field != r->s->tokens.token[first].field)
        return;
    const struct form *f = run_form(r, i);
    uint32_t to;
    for (unsigned k = 0; k < f->n_unit; k++)
        if ((f->inner >> k & 1) && (to = vocab_step(r->v, node, f->unit[k])))
            walk(r, first, i + 1, to);
    if (at->any && (to = vocab_step(r->v, node, UNIT_ANY)))
        walk(r, first, i + 1, to);
}

/* An exact form, which is the first unit, wins over a stem or prefix of the same length. */
static void match_at(struct run *r, size_t i)
{
    const struct form *f = run_form(r, i);
    struct spot *spot = &r->s->spot[i];
    for (unsigned k = 0; k < f->n_unit; k++) {
        uint32_t to = r->v->unit[f->unit[k]].root;
        if (!to)
            continue;
        struct spot before = *spot;
        walk(r, i, i + 1, to);
        if (k && before.n_match == spot->n_match && before.n_match == 1) {
            spot->weight = before.weight;
            spot->term = before.term;
        }
    }
}

bool spots_find(struct run *r)
{
    struct scorer *s = r->s;
    size_t n = s->tokens.n;
    if (n > s->cap_spot) {
        free(s->spot);
        s->spot = malloc(2 * n * sizeof *s->spot);
        s->cap_spot = s->spot ? 2 * n : 0;
        if (!s->spot)
            return false;
    }
    forms_begin(r->forms);
    for (size_t i = 0; i < n; i++) {
        s->spot[i] = (struct spot){.form = forms_get(r->forms, &s->tokens, &s->tokens.token[i])};
        if (s->spot[i].form == FORM_NONE)
            return false;
        unsigned kind = s->tokens.token[i].kind;
        r->n_word += kind == TOKEN_WORD || kind == TOKEN_EMOJI;
        r->n_name += kind == TOKEN_NAME;
        r->n_link += kind == TOKEN_LINK;
        r->n_tag += (s->tokens.token[i].shape & SHAPE_HASHTAG) != 0;
    }
    for (size_t i = 0; i < n; i++)
        if (run_form(r, i)->starts)
            match_at(r, i);
    for (size_t i = 0; i < n; i++)
        r->n_reply += IS(s->spot[i], REPLY) != 0;
    return true;
}

void spots_induced(const struct run *r, size_t i, float *word, float *pair)
{
    const struct form *f = run_form(r, i);
    float post = r->post;
    *word = f->induced[GENRE_REVIEW] * (1 - post) + f->induced[GENRE_POST] * post;
    *pair = 0;
    if (i == 0 || !(f->pairs & 2) || (r->s->tokens.token[i - 1].after & AFTER_SENTENCE))
        return;
    const struct form *before = run_form(r, i - 1);
    const float *w = before->pairs & 1 ? vocab_pair(r->v, before->stem, f->stem) : NULL;
    if (w)
        *pair = w[GENRE_REVIEW] * (1 - post) + w[GENRE_POST] * post;
}

/* What stands before a term works on it, not over a comma: negators within three words, boosters next to it. */
static float turn(struct run *r, size_t from, size_t at, float weight, const char **why)
{
    struct spot *spot = r->s->spot;
    const struct token *k = r->s->tokens.token;
    int window = NEGATION_WINDOW;
    for (size_t i = at; i > from && window > 0 && !(k[i - 1].after & (AFTER_COMMA | AFTER_COLON)); i--) {
        struct spot *x = &spot[i - 1];
        if (IS(*x, NEGATE) && !x->covered && x->n_match == 0) {
            *why = "negated";
            x->used = true;
            return weight * (weight > 0 ? NEGATED_PRAISE : NEGATED_BLAME);
        }
        if (IS(*x, BOOST) && x->n_match == 0) {
            x->used = true;
            weight *= 1 + x->boost;
            if (strcmp(*why, "word") == 0)
                *why = x->boost < 0 ? "weakened" : "booster";
        } else {
            if (x->covered || x->n_match) /* another term stands between */
                window = 1;
            window--;
        }
    }
    return weight;
}

/* "проблем не было", "зауважень не маю": what is said to be absent right behind a word works on it, not over a comma. */
static bool absent(const struct run *r, size_t at, size_t to)
{
    const struct token *k = r->s->tokens.token;
    for (size_t i = at; i < to && i < at + ABSENT_WINDOW && !(k[i].after & (AFTER_COMMA | AFTER_COLON)) && i + 1 < to; i++)
        if (IS(r->s->spot[i + 1], ABSENT) && !r->s->spot[i + 1].covered)
            return r->s->spot[i + 1].used = true;
    return false;
}

/* "никогда не", "никаких", "never" weigh by themselves, but before another term they only turn it round. */
static void release_quantifier(struct run *r, size_t i, size_t to)
{
    struct spot *spot = r->s->spot;
    size_t end = i + spot[i].n_match;
    if (!IS(spot[i], NEGATE) || spot[i].n_role < spot[i].n_match || spot[i].weight >= 0)
        return;
    for (size_t k = end; k < to && k < end + NEGATION_WINDOW && !(r->s->tokens.token[k - 1].after & (AFTER_COMMA | AFTER_COLON)); k++)
        if (spot[k].n_match && spot[k].weight != 0 && !IS(spot[k], NEGATE)) {
            spot[i].n_match = 0;
            return;
        }
}

static bool has_negator(const struct run *r, size_t at, size_t n)
{
    for (size_t i = at; i < at + n; i++)
        if (IS(r->s->spot[i], NEGATE))
            return true;
    return false;
}

static const char *why_of(const struct run *r, size_t i)
{
    const struct spot *x = &r->s->spot[i];
    if (r->s->tokens.token[i].kind == TOKEN_EMOJI)
        return "emoji";
    return x->n_match == 1 ? "word" : x->weight < 0 ? "complaint" : "phrase";
}

static unsigned quote_words(const struct tokens *t, size_t i)
{
    unsigned n = 0;
    for (size_t k = i; k > 0 && t->token[k - 1].quoted == t->token[i].quoted && t->token[k - 1].field == t->token[i].field && n <= 2 * QUOTE_SHORT; k--)
        n++;
    for (size_t k = i; k < t->n && t->token[k].quoted == t->token[i].quoted && t->token[k].field == t->token[i].field && n <= 2 * QUOTE_SHORT; k++)
        n++;
    return n;
}

/* One term, in its sentence that begins at `from`. */
static void add_term(struct run *r, size_t from, size_t to, size_t i)
{
    struct scorer *s = r->s;
    struct spot *x = &s->spot[i];
    const struct token *k = &s->tokens.token[i];
    if (x->weight == 0)
        return; /* keeps a shorter term away */
    const char *why = why_of(r, i);
    const float *factor = r->v->term[x->term].factor;
    float weight = x->weight * field_weight(k->field) * (1 + factor[GENRE_REVIEW] * (1 - r->post) + factor[GENRE_POST] * r->post);
    if (k->kind != TOKEN_EMOJI && !has_negator(r, i, x->n_match))
        weight = turn(r, from, i, weight, &why);
    if (x->n_match == 1 && k->kind == TOKEN_WORD && strcmp(why, "negated") != 0 && absent(r, i, to)) {
        weight *= weight > 0 ? NEGATED_PRAISE : NEGATED_BLAME;
        why = "negated";
    }
    weight *= (k->shape & SHAPE_CAPS ? CAPS : 1) * (k->shape & SHAPE_LONG ? LONG : 1);
    if (k->quoted) {
        if (quote_words(&s->tokens, i) > QUOTE_SHORT || weight < 0) {
            weight *= QUOTED;
        } else if (weight > 0 && k->kind != TOKEN_EMOJI) {
            weight *= SARCASM;
            why = "sarcasm";
            r->sarcasm = true;
        }
    }
    struct hit *h = run_hit(r, i, x->n_match, weight, why);
    if (h)
        h->term = x->term;
}

/* What one sentence holds besides its terms. */
struct sentence {
    size_t from, to, first_hit;
    size_t contrast; /* index of the last conjunction; SIZE_MAX = none */
    size_t thanks, solved, deny, promise;
    unsigned n_unreal;
    bool sarcasm, demand, broken; /* broken: a promise, and later what is still so */
    uint8_t after;
};

/* "Great service: an hour of music and nobody there": praise, a colon, and no praise behind it. */
static bool mocks(const struct run *r, const struct sentence *x, const struct hit *praise)
{
    const struct scorer *s = r->s;
    size_t colon = praise->at;
    while (colon < x->to && colon < praise->at + MOCK_WORDS && !(s->tokens.token[colon].after & AFTER_COLON))
        colon++;
    if (colon >= x->to || colon == praise->at + MOCK_WORDS || s->tokens.token[praise->at].field != FIELD_TEXT)
        return false;
    bool blame = false;
    for (size_t i = colon + 1; i < x->to; i++)
        blame |= IS(s->spot[i], NEGATE) && s->spot[i].n_match == 0;
    for (const struct hit *h = praise + 1; h < s->hit + s->n_hit; h++) {
        if (h->at > colon && h->weight > 0)
            return false;
        blame |= h->at > colon && h->weight < 0;
    }
    return blame;
}

/* What the mood of the sentence does to one of its hits. */
static void turn_mood(const struct sentence *x, struct hit *h)
{
    if (x->n_unreal >= 2 && h->weight > 0) {
        h->weight *= UNREAL;
        h->why = "unreal";
    }
    if (x->deny < h->at && h->weight > 0 && strcmp(h->why, "negated") != 0) {
        h->weight *= NEGATED_PRAISE; /* "I would not say that ..." reaches over commas */
        h->why = "negated";
    }
    if (x->solved != SIZE_MAX && h->weight < 0 && h->at < x->solved) {
        h->weight *= SOLVED;
        h->why = "solved";
    }
}

/* Praise, "but", and nothing good behind it: what follows is the complaint, whatever its words. */
static void weigh_contrast(struct run *r, const struct sentence *x)
{
    struct scorer *s = r->s;
    float before = 0, after = 0;
    bool turned = false;
    for (size_t i = x->first_hit; i < s->n_hit; i++)
        *(s->hit[i].at < x->contrast ? &before : &after) += s->hit[i].weight;
    for (size_t i = x->contrast; i < x->to; i++)
        turned |= IS(s->spot[i], NEGATE) && s->spot[i].n_match == 0;
    if (before > CONTRAST_MIN && after <= 0 && after > -CONTRAST_MIN && x->to - x->contrast >= CONTRAST_WORDS)
        run_hit(r, x->contrast, 1, (turned ? BUT_NOT : BUT) * field_weight(s->tokens.token[x->contrast].field), "contrast");
}

static void weigh_sarcasm(struct run *r, const struct sentence *x)
{
    struct scorer *s = r->s;
    bool flip = x->sarcasm, praise = false, blame = false;
    for (size_t i = x->first_hit; i < s->n_hit; i++) {
        const struct hit *h = &s->hit[i];
        praise |= h->weight > 0;
        blame |= h->weight < -0.3f;
        flip |= h->weight > 0 && strcmp(h->why, "sarcasm") == 0;
        flip |= h->weight > 0 && mocks(r, x, h);
        if (x->thanks != SIZE_MAX && h->at > x->thanks && h->at <= x->thanks + 4 && h->weight < -0.5f && strcmp(h->why, "negated") != 0)
            flip = true; /* thanks for ruining it */
    }
    if (!flip)
        return;
    for (size_t i = x->first_hit; i < s->n_hit; i++)
        if (s->hit[i].weight > 0) {
            s->hit[i].weight *= SARCASM;
            s->hit[i].why = "sarcasm";
        }
    if (!praise && !blame)
        run_hit(r, x->from, 1, SARCASM, "sarcasm");
    r->sarcasm = true;
}

/* Weak evidence that is no term: negators that turned nothing; in long reviews also figures and questions. */
static void weigh_signs(struct run *r, const struct sentence *x, bool question)
{
    const struct scorer *s = r->s;
    float review = run_review(r);
    for (size_t i = x->from; i < x->to; i++) {
        const struct spot *at = &s->spot[i];
        const struct token *k = &s->tokens.token[i];
        if (IS(*at, NEGATE) && !at->used && !at->covered && at->n_match == 0 && !question)
            run_hit(r, i, 1, BARE_NEGATION * field_weight(k->field), "negation");
        if (k->kind == TOKEN_NUMBER && review > 0 && r->n_figure++ < FIGURES)
            run_hit(r, i, 1, FIGURE * review * field_weight(k->field), "figure");
    }
    if ((x->after & AFTER_QUESTION) && review > 0)
        run_hit(r, x->to - 1, 1, ASKS * review * field_weight(s->tokens.token[x->to - 1].field), "question");
}

static void weigh_sentence(struct run *r, const struct sentence *x)
{
    struct scorer *s = r->s;
    bool question = (x->after & AFTER_QUESTION) && !(x->after & AFTER_MANY) && !x->demand;
    weigh_sarcasm(r, x);
    if (x->broken)
        run_hit(r, x->promise, 1, BROKEN * field_weight(s->tokens.token[x->promise].field), "promise");
    if (x->contrast != SIZE_MAX && !question)
        weigh_contrast(r, x);
    for (size_t i = x->first_hit; i < s->n_hit; i++) {
        struct hit *h = &s->hit[i];
        if (x->contrast != SIZE_MAX)
            h->weight *= h->at < x->contrast ? CONTRAST_BEFORE : CONTRAST_AFTER;
        turn_mood(x, h);
        if (question)
            h->weight *= h->n > 1 && h->weight < -0.8f ? QUESTION_PHRASE : QUESTION;
        if ((x->after & AFTER_EXCLAIM) && !question)
            h->weight *= EXCLAIM;
    }
    weigh_signs(r, x, question);
}

static void find_terms(struct run *r, struct sentence *x)
{
    struct scorer *s = r->s;
    for (size_t i = x->from; i < x->to; i++) {
        struct spot *spot = &s->spot[i];
        if (IS(*spot, CONTRAST) && i > x->from)
            x->contrast = i;
        x->n_unreal += IS(*spot, UNREAL) != 0;
        if (IS(*spot, THANKS) && x->thanks == SIZE_MAX)
            x->thanks = i;
        if (IS(*spot, TURN))
            x->solved = i;
        x->sarcasm |= IS(*spot, SARCASM) != 0;
        x->demand |= IS(*spot, DEMAND) != 0;
        if (IS(*spot, DENY) && x->deny == SIZE_MAX)
            x->deny = i;
        if (IS(*spot, PROMISE) && x->promise == SIZE_MAX)
            x->promise = i;
        x->broken |= x->promise < i && IS(*spot, NOW);
        if (spot->n_match && !spot->covered)
            release_quantifier(r, i, x->to);
        if (spot->n_match == 0 || spot->covered)
            continue;
        for (size_t k = i + 1; k < i + spot->n_match && k < s->tokens.n; k++)
            s->spot[k].covered = true;
    }
    for (size_t i = x->from; i < x->to; i++)
        if (s->spot[i].n_match && !s->spot[i].covered && s->tokens.token[i].field != FIELD_NONE)
            add_term(r, x->from, x->to, i);
}

/* Every word learns what its clause sums up to. */
static void sum_clauses(struct run *r)
{
    struct scorer *s = r->s;
    const struct tokens *t = &s->tokens;
    for (size_t i = 0; i < s->n_hit; i++)
        if (s->hit[i].n)
            s->spot[s->hit[i].at].clause_sum += s->hit[i].weight;
    for (size_t from = 0, to; from < t->n; from = to) {
        float sum = s->spot[from].clause_sum;
        for (to = from + 1; to < t->n && !(t->token[to - 1].after & (AFTER_SENTENCE | AFTER_COMMA | AFTER_COLON)) && !IS(s->spot[to], CONTRAST); to++)
            sum += s->spot[to].clause_sum;
        for (size_t i = from; i < to; i++)
            s->spot[i].clause_sum = sum;
    }
}

void clauses_weigh(struct run *r)
{
    struct scorer *s = r->s;
    const struct tokens *t = &s->tokens;
    bool asks = false, says = false;
    for (size_t from = 0, to; from < t->n; from = to) {
        for (to = from + 1; to < t->n && !(t->token[to - 1].after & AFTER_SENTENCE) && t->token[to].field == t->token[from].field;)
            to++;
        struct sentence x = {.from = from, .to = to, .first_hit = s->n_hit, .contrast = SIZE_MAX, .thanks = SIZE_MAX, .solved = SIZE_MAX,
                             .deny = SIZE_MAX, .promise = SIZE_MAX, .after = t->token[to - 1].after};
        find_terms(r, &x);
        weigh_sentence(r, &x);
        asks |= (x.after & AFTER_QUESTION) && !x.demand;
        says |= !(x.after & AFTER_QUESTION) || x.demand;
    }
    r->question = asks && !says;
    sum_clauses(r);
}
