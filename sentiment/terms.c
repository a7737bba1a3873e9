/* Two hash tables: whole first words by their hash, prefixes by the hash of their first three letters. Buckets are slices of one sorted array. */
#include "sentiment/terms.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_EXACT, WORD_PREFIX, WORD_ANY };

struct term_word {
    uint64_t hash;
    uint32_t at;
    uint16_t n;
    uint8_t kind;
};

struct slot {
    uint64_t key;
    uint32_t from, to; /* terms of this bucket; from == to: free */
};

struct terms {
    struct term *term;
    struct term_word *word;
    char *text;
    struct slot *slot;
    size_t n_term, cap_term, n_word, cap_word, n_text, cap_text, mask;
    struct tokens scratch;
};

struct terms *terms_new(void)
{
    struct terms *t = calloc(1, sizeof *t);
    if (t)
        tokens_init(&t->scratch);
    return t;
}

void terms_free(struct terms *t)
{
    if (!t)
        return;
    tokens_release(&t->scratch);
    free(t->term);
    free(t->word);
    free(t->text);
    free(t->slot);
    free(t);
}

static bool grow(void **array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return true;
    size_t n = *cap ? 2 * *cap : 256;
    while (n < need)
        n *= 2;
    void *p = realloc(*array, n * size);
    if (!p)
        return false;
    *array = p;
    *cap = n;
    return true;
}

const char *terms_add_text(enum term_add r)
{
    static const char *const text[] = {"", "has no word", "has more than 8 words", "has a prefix of fewer than 3 letters", "begins with *", "does not fit into memory"};
    return text[r];
}

/* The words of one blank-separated piece, the last one a prefix when the piece ended in *. */
static enum term_add add_piece(struct terms *t, struct term *term, const char *s, size_t n, bool prefix)
{
    tokens_clear(&t->scratch);
    if (!tokens_reserve(&t->scratch, n))
        return TERM_NO_MEMORY;
    tokens_add(&t->scratch, s, n, 0);
    if (t->scratch.n_word == 0)
        return TERM_EMPTY;
    for (size_t i = 0; i < t->scratch.n_word; i++) {
        const struct word *w = &t->scratch.word[i];
        bool last = prefix && i + 1 == t->scratch.n_word;
        if (term->n_word == TERM_WORDS_MAX)
            return TERM_LONG;
        if (last && term->n_word == 0 && w->key == 0)
            return TERM_PREFIX_SHORT;
        if (!grow((void **)&t->word, &t->cap_word, t->n_word + 1, sizeof *t->word) || !grow((void **)&t->text, &t->cap_text, t->n_text + w->n, 1))
            return TERM_NO_MEMORY;
        if (term->n_word == 0) {
            term->prefix = last;
            term->key = last ? ~w->key : w->hash;
        }
        memcpy(t->text + t->n_text, w->s, w->n);
        t->word[t->n_word++] = (struct term_word){w->hash, (uint32_t)t->n_text, w->n, last ? WORD_PREFIX : WORD_EXACT};
        t->n_text += w->n;
        term->n_word++;
    }
    return TERM_ADDED;
}

enum term_add terms_add(struct terms *t, const char *text, size_t n, float weight, unsigned tag)
{
    struct term term = {.first = (uint32_t)t->n_word, .order = (uint32_t)t->n_term, .weight = weight, .tag = (uint8_t)tag};
    size_t keep_word = t->n_word, keep_text = t->n_text;
    enum term_add r = TERM_ADDED;
    for (size_t i = 0, end; i < n && r == TERM_ADDED; i = end) {
        while (i < n && text[i] == ' ')
            i++;
        for (end = i; end < n && text[end] != ' ';)
            end++;
        if (end == i)
            break;
        if (end - i == 1 && text[i] == '*') {
            if (term.n_word == 0)
                r = TERM_STAR_FIRST;
            else if (term.n_word == TERM_WORDS_MAX)
                r = TERM_LONG;
            else if (!grow((void **)&t->word, &t->cap_word, t->n_word + 1, sizeof *t->word))
                r = TERM_NO_MEMORY;
            else
                t->word[t->n_word++] = (struct term_word){.kind = WORD_ANY}, term.n_word++;
        } else {
            bool prefix = text[end - 1] == '*';
            r = add_piece(t, &term, text + i, end - i - prefix, prefix);
        }
    }
    if (r == TERM_ADDED && term.n_word == 0)
        r = TERM_EMPTY;
    if (r == TERM_ADDED && !grow((void **)&t->term, &t->cap_term, t->n_term + 1, sizeof *t->term))
        r = TERM_NO_MEMORY;
    if (r == TERM_ADDED)
        t->term[t->n_term++] = term;
    else
        t->n_word = keep_word, t->n_text = keep_text;
    return r;
}

static int by_key(const void *a, const void *b)
{
    const struct term *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->n_word != y->n_word)
        return y->n_word - x->n_word;
    return x->order < y->order ? 1 : -1;
}

bool terms_seal(struct terms *t)
{
    if (t->n_term)
        qsort(t->term, t->n_term, sizeof *t->term, by_key);
    size_t cap = 16;
    while (cap < 2 * t->n_term)
        cap *= 2;
    t->slot = calloc(cap, sizeof *t->slot);
    if (!t->slot)
        return false;
    t->mask = cap - 1;
    for (size_t i = 0, end; i < t->n_term; i = end) {
        for (end = i; end < t->n_term && t->term[end].key == t->term[i].key;)
            end++;
        size_t at = (size_t)(t->term[i].key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & t->mask;
        while (t->slot[at].to)
            at = (at + 1) & t->mask;
        t->slot[at] = (struct slot){t->term[i].key, (uint32_t)i, (uint32_t)end};
    }
    tokens_release(&t->scratch);
    return true;
}

static const struct slot *find(const struct terms *t, uint64_t key)
{
    size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & t->mask;
    for (; t->slot[at].to; at = (at + 1) & t->mask)
        if (t->slot[at].key == key)
            return &t->slot[at];
    return NULL;
}

static bool fits(const struct terms *t, const struct term *term, const struct word *w, size_t n)
{
    if (term->n_word > n)
        return false;
    for (unsigned i = 0; i < term->n_word; i++) {
        const struct term_word *p = &t->word[term->first + i];
        if (i && w[i].before == BREAK_SENTENCE)
            return false;
        if (p->kind == WORD_ANY)
            continue;
        if (p->kind == WORD_EXACT ? w[i].hash != p->hash || w[i].n != p->n : w[i].n < p->n)
            return false;
        if (memcmp(w[i].s, t->text + p->at, p->n) != 0)
            return false;
    }
    return true;
}

const struct term *terms_next(const struct terms *t, const struct word *w, size_t n, uint32_t *cursor)
{
    uint32_t seen = 0;
    for (int pass = 0; pass < 2; pass++) {
        const struct slot *s = pass == 0 ? find(t, w->hash) : w->key ? find(t, ~w->key) : NULL;
        if (!s)
            continue;
        uint32_t count = s->to - s->from;
        for (uint32_t i = *cursor > seen ? *cursor - seen : 0; i < count; i++)
            if (t->term[s->from + i].prefix == (pass == 1) && fits(t, &t->term[s->from + i], w, n)) {
                *cursor = seen + i + 1;
                return &t->term[s->from + i];
            }
        seen += count;
    }
    return NULL;
}

const struct term *terms_longest(const struct terms *t, const struct word *w, size_t n)
{
    const struct term *best = NULL;
    uint32_t cursor = 0;
    for (const struct term *x; (x = terms_next(t, w, n, &cursor));)
        if (!best || x->n_word > best->n_word)
            best = x;
    return best;
}
