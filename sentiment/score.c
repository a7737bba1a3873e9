/* The sum: hand vocabulary turned by rules, induced weights as they are, divided by the root of the length; then the label and how sure it is. */
#include "sentiment/score.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "sentiment/causes.h"
#include "sentiment/lang.h"
#include "sentiment/translit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAIN_SHORT 2.0f
#define GAIN_FROM 10.0f       /* words */
#define GAIN_TO 60.0f
#define GAIN_FIELDS -0.25f    /* pros and cons are sums of their own already */
#define POST_SHORT 0.7f       /* a short text without @names is more of a post than not */
#define POST_LONG 40.0f       /* words */
#define SHORT_WORDS 24u       /* in a shorter text the vocabulary, where it found something, weighs more than what was learned */
#define SHORT_LEARNED 0.15f     /* share of what was learned in the shortest of them */
#define LEARNED 0.75f         /* words of other shops and banks say a little less about this one */
#define LEARNED_UK 0.45f      /* Ukrainian has little to learn from */
#define LEARNED_ALONE 0.5f    /* share in the shortest texts where the vocabulary found nothing */
#define BOTH 0.3f             /* praise and blame in one text: the middle */
#define WORDS_FLOOR 3.0f      /* added to the word count: one word alone proves little */
#define LABEL_NEGATIVE_MAX -0.2f /* the same as triage_rules.score_max by default */
#define LABEL_POSITIVE_MIN 0.2f
#define STARS_SHARE 0.55f
#define CONFLICT 0.35f        /* stars and text on different sides, both further than this from 0 */
#define SHOWN_MAX 200         /* hits in struct score */
#define SHOWN_MIN 0.04f       /* smaller induced weights are summed into one line */
#define REPLY_CUES 2          /* phrases of a company's own reply that make a text one */
#define ASKED 0.7f            /* a text that only asks */
#define DOUBT 0.5f            /* less sure than this that it is English: perhaps it is transliterated */
#define TRANSLIT_BYTES 2000u  /* longer texts have English words enough to be known by */
#define UNCERTAIN 0.35f       /* factor of the confidence after cues of sarcasm */

struct scorer *scorer_new(const struct lexicon *l)
{
    struct scorer *s = calloc(1, sizeof *s);
    bool ok = s && stems_init(&s->stems);
    if (s)
        s->l = l;
    for (int i = 0; i < LANG_COUNT && ok; i++)
        ok = forms_init(&s->forms[i], l, (enum lexicon_lang)i, &s->stems);
    if (!ok) {
        scorer_free(s);
        return NULL;
    }
    tokens_init(&s->tokens);
    return s;
}

void scorer_free(struct scorer *s)
{
    if (!s)
        return;
    for (int i = 0; i < LANG_COUNT; i++)
        forms_release(&s->forms[i]);
    stems_release(&s->stems);
    tokens_release(&s->tokens);
    free(s->spot);
    free(s);
}

/* The weight that at most SHOWN_MAX hits reach, to a sixteenth: sorting thousands of hits of a long text would cost more than scoring it. */
static float shown_from(const struct scorer *s)
{
    size_t count[64] = {0}, n = 0;
    if (s->n_hit <= SHOWN_MAX)
        return 0;
    for (size_t i = 0; i < s->n_hit; i++)
        count[(size_t)fminf(63, 16 * fabsf(s->hit[i].weight))]++;
    size_t k = 64;
    while (k > 0 && n + count[k - 1] <= SHOWN_MAX)
        n += count[--k];
    return (float)k / 16;
}

/* Hand hits and learned ones each stand in the order of the text: one walk puts them together. */
static void merge(const struct scorer *s, size_t n_hand, uint32_t *order)
{
    size_t a = 0, b = n_hand, n = 0;
    while (a < n_hand || b < s->n_hit)
        order[n++] = (uint32_t)(b == s->n_hit || (a < n_hand && s->hit[a].at <= s->hit[b].at) ? a++ : b++);
}

static const char *field_text(const struct run *r, const struct token *from, const struct token *to, struct arena *a)
{
    /* a label inside the text may have moved the token into another field: its bytes are still the text's */
    unsigned f = from->source;
    return arena_strndup(a, r->field[f] + from->at, to->at + to->bytes - from->at);
}

static void show(struct run *r, struct arena *a, struct score *out)
{
    struct scorer *s = r->s;
    bool stars = r->in->stars > 0;
    float from_weight = shown_from(s);
    struct score_word *w = s->n_hit || stars ? arena_calloc(a, (s->n_hit < SHOWN_MAX ? s->n_hit : SHOWN_MAX) + 1, sizeof *w) : NULL;
    if (!w)
        return;
    merge(s, r->n_hand, s->order);
    for (size_t i = 0; i < s->n_hit && out->n_word < SHOWN_MAX; i++) {
        const struct hit *h = &s->hit[s->order[i]];
        if (fabsf(h->weight) < from_weight)
            continue;
        const struct token *from = &s->tokens.token[h->at], *to = from + (h->n ? h->n - 1 : 0);
        const char *text = h->n ? field_text(r, from, to, a) : arena_strndup(a, h->text, utf8_cut(h->text, strlen(h->text), 40));
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

struct sums {
    float hand, mass, induced;
};

static struct sums add_up(struct run *r)
{
    struct scorer *s = r->s;
    struct sums x = {0};
    static const float trust[LANG_COUNT + 1] = {LEARNED, LEARNED_UK, LEARNED, LEARNED};
    size_t n_hand = r->n_hand = s->n_hit, n = n_hand == HITS_MAX ? s->hit[n_hand - 1].at : s->tokens.n;
    for (size_t i = 0; i < n_hand; i++) {
        float share = run_share(r, &s->hit[i]);
        x.hand += share;
        x.mass += fabsf(share);
    }
    float most = n_hand ? SHORT_LEARNED : LEARNED_ALONE, learned = 1;
    if (r->n_word < SHORT_WORDS && (!n_hand || (!r->n_name && !r->n_link)))
        learned = most + (1 - most) * (float)r->n_word / SHORT_WORDS;
    for (size_t i = 0; i < n; i++) {
        float word, pair, factor = learned * trust[r->lang] * SCORE_INDUCED * field_weight(s->tokens.token[i].field) * (s->tokens.token[i].quoted ? 0.5f : 1);
        spots_induced(r, i, &word, &pair);
        if (word == 0 && pair == 0)
            continue;
        x.induced += factor * (word + pair) / r->root[s->tokens.token[i].field];
        if (fabsf(factor * word) >= SHOWN_MIN)
            run_hit(r, i, 1, factor * word, "learned");
        if (fabsf(factor * pair) >= SHOWN_MIN)
            run_hit(r, i - 1, 2, factor * pair, "pair");
    }
    return x;
}

float run_share(const struct run *r, const struct hit *h)
{
    return h->n ? h->weight / r->root[r->s->tokens.token[h->at].field] : h->weight;
}

/* Posts speak to @names, carry links and tags, and are short; reviews have fields or length. */
static float post_share(const struct run *r)
{
    float n = (float)r->n_word;
    if (r->n_in[FIELD_PROS] || r->n_in[FIELD_CONS] || r->nothing[FIELD_PROS] || r->nothing[FIELD_CONS])
        return 0;
    if (r->n_name || r->n_link || r->n_tag)
        return n < 2 * POST_LONG ? 1 : 0.5f;
    return POST_SHORT * fminf(1, fmaxf(0, (POST_LONG - n) / (POST_LONG / 2)));
}

float run_review(const struct run *r) { return fmaxf(0, 1 - r->post / POST_SHORT); }

void run_roots(struct run *r)
{
    for (size_t i = 0; i < r->s->tokens.n; i++) {
        const struct token *k = &r->s->tokens.token[i];
        r->n_in[k->field] += k->kind == TOKEN_WORD || k->kind == TOKEN_EMOJI;
    }
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        r->root[f] = sqrtf((float)r->n_in[f] + WORDS_FLOOR);
    r->post = post_share(r);
}

/* How much of a long review this is. */
static float length(const struct run *r)
{
    return fminf(1, fmaxf(0, ((float)r->n_word - GAIN_FROM) / (GAIN_TO - GAIN_FROM)));
}

/* What the words of a long text lean to by themselves, so that the border between praise and blame lies where it lies in short ones. */
static float lean(struct run *r)
{
    static const float by_lang[LANG_COUNT + 1] = {-0.1f, 0.05f, 0.03f, 0};
    float weight = by_lang[r->lang] * length(r);
    struct hit *h = weight != 0 && !r->n_name && !r->n_link ? run_hit(r, 0, 0, weight, "length") : NULL;
    if (h)
        h->text = "";
    return h ? weight : 0;
}

/* Short texts have few words to say it with; whoever writes much about a shop has made up his mind. */
static float gain(const struct run *r)
{
    static const float gain_long[LANG_COUNT + 1] = {1.5f, 4.0f, 1.25f, 1.5f};
    float more = length(r);
    if (r->n_name || r->n_link)
        return GAIN_SHORT;
    return GAIN_SHORT * (1 - more) + gain_long[r->lang] * more + (r->n_in[FIELD_PROS] || r->n_in[FIELD_CONS] ? GAIN_FIELDS : 0);
}

static void judge(struct run *r, struct score *out)
{
    struct sums x = add_up(r);
    size_t n_hit = r->s->n_hit;
    float both = fmaxf(0, x.mass - fabsf(x.hand));
    float text = tanhf(gain(r) * SCORE_SCALE * (x.hand + x.induced + lean(r)) / (1 + BOTH * both));
    float agree = x.mass > 0 ? fabsf(x.hand) / x.mass : 0.5f;
    float evidence = (float)n_hit / ((float)n_hit + 1.5f);
    bool reply = r->n_reply >= REPLY_CUES;
    if (r->question)
        text *= ASKED;
    if (reply) {
        text *= 0.1f;
        run_hit(r, (size_t)r->s->tokens.n - 1, 1, 0, "company_reply");
    }
    out->value = text;
    out->confidence = n_hit || r->n_word ? 0.15f + 0.85f * evidence * (0.35f + 0.65f * agree) * (0.5f + 0.5f * fminf(1, fabsf(text) / 0.5f)) : 0;
    if (r->in->stars > 0) {
        float stars = fmaxf(-1, fminf(1, (float)(r->in->stars - 3) / 2));
        bool conflict = stars * text < 0 && fabsf(stars) > CONFLICT && fabsf(text) > CONFLICT;
        out->value = STARS_SHARE * stars + (1 - STARS_SHARE) * text;
        out->confidence = conflict ? 0.4f * out->confidence : fmaxf(out->confidence, 0.6f + 0.35f * fabsf(stars) * (stars * text > 0 ? 1 : 0.5f));
    }
    if (r->sarcasm || reply)
        out->confidence *= UNCERTAIN;
    out->value = fmaxf(-1, fminf(1, out->value));
    out->label = out->value <= LABEL_NEGATIVE_MAX ? LABEL_NEGATIVE : out->value >= LABEL_POSITIVE_MIN ? LABEL_POSITIVE : LABEL_NEUTRAL;
}

static void use_lang(struct run *r, enum lexicon_lang lang)
{
    enum lexicon_lang table = lang < LANG_COUNT ? lang : LANG_EN; /* emoji are in every table */
    r->lang = lang;
    r->v = &r->s->l->lang[table];
    r->forms = &r->s->forms[table];
}

/* Words that the vocabulary of a language knows by its own, hand-written terms. */
static size_t count_known(struct run *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->s->tokens.n; i++) {
        uint32_t form = forms_get(r->forms, &r->s->tokens, &r->s->tokens.token[i]);
        n += form != FORM_NONE && (r->forms->form[form].starts || r->forms->form[form].stem);
    }
    return n;
}

/* "dengi ne vernuli" looks like bad English: is it better Russian or Ukrainian? Then the text is read so. */
static bool take_translit(struct run *r, struct arena *a, struct score *out)
{
    static const enum lexicon_lang langs[] = {LANG_RU, LANG_UK};
    struct score_input in = *r->in;
    enum lexicon_lang best_lang = LANG_EN;
    const char *best_text = NULL, *was = r->in->text;
    size_t was_bytes = r->len[FIELD_TEXT], best = 2 * count_known(r); /* fields_take() below takes the length of each reading */
    for (size_t i = 0; i < sizeof langs / sizeof *langs; i++) {
        in.text = translit(a, langs[i], was, was_bytes);
        r->in = &in;
        use_lang(r, langs[i]);
        if (!in.text || !fields_take(r))
            return false;
        size_t n = count_known(r);
        if (2 * n >= r->s->tokens.n && n > best) {
            best = n;
            best_lang = langs[i];
            best_text = in.text;
        }
    }
    r->translit = *r->in;
    r->translit.text = best_text ? best_text : was;
    r->in = &r->translit;
    use_lang(r, best_lang);
    snprintf(out->lang, sizeof out->lang, "%s", lexicon_lang_code(best_lang));
    return fields_take(r);
}

static bool take_lang(struct run *r, struct arena *a, struct score *out)
{
    float sure = 1;
    unsigned longest = FIELD_TEXT;
    for (unsigned f = 0; f < FIELD_GIVEN; f++)
        if (r->len[f] > r->len[longest])
            longest = f;
    r->lang = lexicon_lang(r->in->lang);
    const char *code = r->lang < LANG_COUNT ? r->in->lang : lang_detect(r->field[longest], r->len[longest], r->in->lang, &sure);
    use_lang(r, lexicon_lang(code));
    snprintf(out->lang, sizeof out->lang, "%s", code);
    bool doubt = r->lang == LANG_EN && sure < DOUBT && longest == FIELD_TEXT && r->s->tokens.n > 1 && r->len[FIELD_TEXT] < TRANSLIT_BYTES;
    return !doubt || take_translit(r, a, out);
}

void run_start(struct run *r, struct scorer *s, const struct score_input *in)
{
    *r = (struct run){.s = s, .in = in};
    s->n_hit = 0;
}

void scorer_score(struct scorer *s, const struct score_input *in, struct arena *a, struct score *out)
{
    struct run r;
    *out = (struct score){.lang = "und"};
    run_start(&r, s, in);
    if (!fields_take(&r) || !take_lang(&r, a, out) || !spots_find(&r)) {
        a->full = true; /* memory is out; the arena's flag is the only voice here */
        return;
    }
    fields_nothing(&r);
    run_roots(&r);
    clauses_weigh(&r);
    judge(&r, out);
    causes_find(&r, out->label == LABEL_NEGATIVE || (in->stars > 0 && in->stars <= 2), a, out);
    out->order_ref = causes_order_ref(&r, FIELD_TEXT, a);
    if (!out->order_ref && r.len[FIELD_TITLE])
        out->order_ref = causes_order_ref(&r, FIELD_TITLE, a);
    show(&r, a, out);
}
