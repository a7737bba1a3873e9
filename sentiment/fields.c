/* Whose words are these, and in which field: labels inside a text ("Недостатки: ..."), a company's reply under it, empty pros and cons. */
#include "sentiment/run.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

#define EMPTY_FIELD_WORDS 6
#define TITLE_WORDS 14u
#define TITLE_BEFORE 20u /* words that must follow it */
#define EMPTY_PROS -0.8f
#define EMPTY_CONS 0.8f

static const float weights[FIELD_COUNT] = {0.7f, 1.0f, 0.5f, 0.5f, 0.0f};

float field_weight(unsigned field) { return weights[field]; }

static const struct {
    const char *word;
    uint8_t field;
} labels[] = {
    {"достоинства", FIELD_PROS}, {"плюсы", FIELD_PROS},     {"преимущества", FIELD_PROS}, {"переваги", FIELD_PROS},   {"плюси", FIELD_PROS},
    {"pros", FIELD_PROS},        {"advantages", FIELD_PROS}, {"недостатки", FIELD_CONS},   {"минусы", FIELD_CONS},     {"недоліки", FIELD_CONS},
    {"мінуси", FIELD_CONS},      {"cons", FIELD_CONS},       {"disadvantages", FIELD_CONS}, {"отзыв", FIELD_TEXT},      {"комментарий", FIELD_TEXT},
    {"відгук", FIELD_TEXT},      {"коментар", FIELD_TEXT},   {"review", FIELD_TEXT},       {"comment", FIELD_TEXT},
};

/* What a page prints before a company's answer, at the beginning of a line or sentence. */
static const char *const replies[] = {
    "ответ представителя", "официальный ответ", "ответ компании", "ответ банка", "ответ магазина", "відповідь компанії", "відповідь магазину",
    "відповідь представника", "офіційна відповідь", "response from the owner", "reply from", "company response", "owner response", "response from",
};

static bool token_is(const struct tokens *t, const struct token *k, const char *word)
{
    size_t n = strlen(word);
    return k->fold_bytes == n && memcmp(token_text(t, k), word, n) == 0;
}

static int label_of(const struct tokens *t, const struct token *k)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (token_is(t, k, labels[i].word))
            return labels[i].field;
    return -1;
}

/* Sorts the tokens of the text into fields when it brings its own labels. */
static void split_labels(struct run *r, size_t from)
{
    struct tokens *t = &r->s->tokens;
    size_t n_label = 0, first = t->n;
    bool sides = false;
    for (size_t i = from; i < t->n; i++) {
        int f = t->token[i].after & AFTER_COLON ? label_of(t, &t->token[i]) : -1;
        if (f < 0)
            continue;
        first = n_label++ ? first : i;
        sides |= f != FIELD_TEXT;
    }
    if (!sides)
        return;
    unsigned now = n_label > 1 ? FIELD_TITLE : FIELD_TEXT;
    for (size_t i = from; i < t->n; i++) {
        int f = i >= first && (t->token[i].after & AFTER_COLON) ? label_of(t, &t->token[i]) : -1;
        t->token[i].field = f < 0 ? (uint8_t)now : FIELD_NONE;
        if (f < 0)
            continue;
        now = (unsigned)f;
        if (i > from)
            t->token[i - 1].after |= AFTER_STOP;
        if ((f == FIELD_PROS || f == FIELD_CONS) && (i + 1 == t->n || ((t->token[i + 1].after & AFTER_COLON) && label_of(t, &t->token[i + 1]) >= 0)))
            r->nothing[f] = true;
    }
}

/* A short first sentence before a longer text is its title, whether the site says so or not. */
static void find_title(struct run *r, size_t from)
{
    struct tokens *t = &r->s->tokens;
    size_t end = from;
    while (end < t->n && end < from + TITLE_WORDS && !(t->token[end].after & AFTER_SENTENCE))
        end++;
    if (end == from + TITLE_WORDS || t->n < end + TITLE_BEFORE)
        return;
    for (size_t i = from; i <= end; i++)
        if (t->token[i].field == FIELD_TEXT)
            t->token[i].field = FIELD_TITLE;
}

static bool phrase_at(const struct tokens *t, size_t i, const char *phrase)
{
    while (*phrase) {
        size_t n = strcspn(phrase, " ");
        if (i == t->n || t->token[i].fold_bytes != n || memcmp(token_text(t, &t->token[i]), phrase, n) != 0)
            return false;
        phrase += n + (phrase[n] == ' ');
        i++;
    }
    return true;
}

static void cut_reply(struct tokens *t, size_t from)
{
    for (size_t i = from + 1; i < t->n; i++) {
        if (!(t->token[i - 1].after & AFTER_SENTENCE))
            continue;
        for (size_t k = 0; k < sizeof replies / sizeof *replies; k++)
            if (phrase_at(t, i, replies[k])) {
                t->n = i;
                return;
            }
    }
}

bool fields_take(struct run *r)
{
    const char *given[FIELD_GIVEN] = {r->in->title, r->in->text, r->in->pros, r->in->cons};
    struct tokens *t = &r->s->tokens;
    tokens_clear(t);
    memset(r->nothing, 0, sizeof r->nothing);
    for (unsigned f = 0; f < FIELD_GIVEN; f++) {
        size_t from = t->n, n = given[f] ? strnlen(given[f], LIMIT_TEXT_BYTES + 1) : 0;
        if (n > LIMIT_TEXT_BYTES)
            n = utf8_cut(given[f], LIMIT_TEXT_BYTES, LIMIT_TEXT_BYTES);
        r->field[f] = given[f] ? given[f] : "";
        r->len[f] = n;
        if (!tokens_add(t, r->field[f], n, f))
            return false;
        if (f == FIELD_TEXT) {
            cut_reply(t, from);
            split_labels(r, from);
            if (!given[FIELD_TITLE])
                find_title(r, from);
        }
    }
    return true;
}

static bool says_nothing(const struct run *r, unsigned field)
{
    const struct tokens *t = &r->s->tokens;
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (t->token[i].field != field)
            continue;
        bool empty = (r->s->spot[i].role & 1u << ROLE_NOTHING) || (t->token[i].kind == TOKEN_NUMBER && t->token[i].fold_bytes == 1 && *token_text(t, &t->token[i]) == '0');
        if (!empty || ++n > EMPTY_FIELD_WORDS)
            return false;
    }
    return n || (field < FIELD_GIVEN && r->len[field]);
}

void fields_nothing(struct run *r)
{
    static const char *const why[FIELD_COUNT] = {[FIELD_PROS] = "no_pros", [FIELD_CONS] = "no_cons"};
    for (unsigned f = FIELD_PROS; f <= FIELD_CONS; f++) {
        r->nothing[f] = r->nothing[f] || says_nothing(r, f);
        if (!r->nothing[f])
            continue;
        for (size_t i = 0; i < r->s->tokens.n; i++)
            if (r->s->tokens.token[i].field == f)
                r->s->tokens.token[i].field = FIELD_NONE;
        struct hit *h = run_hit(r, 0, 0, f == FIELD_PROS ? EMPTY_PROS : EMPTY_CONS, why[f]);
        if (h)
            h->text = r->len[f] ? r->field[f] : "";
    }
}
