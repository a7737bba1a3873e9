#include "sentiment/aspect.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "sentiment/fold.h"

#include <string.h>

#define BRANDS_MAX 16
#define WORD_MAX 64

struct aspect {
    const struct brands *b;
    size_t own; /* index of the brand */
    bool subject, mine;
    struct strbuf out;
};

/* Words before the brand that something is compared with. */
static const char *const than[] = {" чем ", " нежели ", " ніж ", " than ", " отличие от ", " отличии от ", " відміну від ", " сравнению с ", " сравнении с ",
                                   " порівняно з ", " порівнянні з ", " unlike ", " compared to ", " compared with ", " краще за ", " гірше за ", " гірший за ", " кращий за ",
                                   " швидше за ", " дешевше за ", " дорожче за "};
/* Their opposites. */
static const char *const opposite[][2] = {
    {"лучше", "хуже"},     {"лучший", "худший"},  {"быстрее", "медленнее"}, {"дешевле", "дороже"},  {"вежливее", "грубее"},   {"честнее", "нечестнее"}, {"краще", "гірше"},
    {"кращий", "гірший"},  {"швидше", "повільніше"}, {"дешевше", "дорожче"},   {"ввічливіше", "грубіше"}, {"better", "worse"},      {"faster", "slower"},     {"cheaper", "pricier"},
    {"best", "worst"},
};
/* A new clause begins with them. */
static const char *const turns[] = {"а", "но", "зато", "однако", "але", "проте", "натомість", "but", "while", "whereas", "however"};

static bool is_turn(const char *word, size_t n)
{
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++)
        if (strlen(turns[i]) == n && memcmp(turns[i], word, n) == 0)
            return true;
    return false;
}

static const char *opposite_of(const char *word, size_t n)
{
    for (size_t i = 0; i < sizeof opposite / sizeof *opposite; i++)
        for (int k = 0; k < 2; k++)
            if (strlen(opposite[i][k]) == n && memcmp(opposite[i][k], word, n) == 0)
                return opposite[i][1 - k];
    return NULL;
}

/* The word at s[0..n), folded; its bytes in the text. 0: no word begins here. */
static size_t read_word(const char *s, size_t n, char folded[WORD_MAX + 1], size_t *n_folded)
{
    size_t i = 0, len;
    while (i < n && fold_is_word(utf8_next(s + i, n - i, &len)))
        i += len;
    *n_folded = i && i <= WORD_MAX ? fold_text(folded, s, i) : 0;
    return i;
}

static bool ends_sentence(const char *s) { return strchr(".!?\n", *s) != NULL || strncmp(s, "…", 3) == 0; }

/* Where the sentence that begins at s ends, with the marks behind it. */
static size_t sentence_bytes(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && !ends_sentence(s + i))
        i++;
    while (i < n && (ends_sentence(s + i) || ((unsigned char)s[i] & 0xC0) == 0x80 || s[i] == ' '))
        i++;
    return i ? i : 1;
}

/* Where the clause that begins at s ends: after a comma, or before a word that turns. */
static size_t clause_bytes(const char *s, size_t n)
{
    char word[WORD_MAX + 1];
    for (size_t i = 0, n_word; i < n;) {
        size_t bytes = read_word(s + i, n - i, word, &n_word);
        if (bytes && i && n_word && is_turn(word, n_word))
            return i;
        if (!bytes && (s[i] == ',' || s[i] == ';' || s[i] == ')' || strncmp(s + i, "—", 3) == 0))
            return i + (s[i] == ',' || s[i] == ';' || s[i] == ')' ? 1 : 3);
        i += bytes ? bytes : 1;
    }
    return n;
}

struct named {
    size_t index[BRANDS_MAX], n;
    bool own, other;
};

static void find_named(const struct aspect *x, const char *s, size_t n, struct arena *a, struct named *out)
{
    const char *text = arena_strndup(a, s, n);
    *out = (struct named){.n = 0};
    out->n = text ? brands_mentioned(x->b, text, out->index, BRANDS_MAX) : 0;
    for (size_t i = 0; i < out->n; i++) {
        out->own |= out->index[i] == x->own;
        out->other |= out->index[i] != x->own;
    }
}

static void add(struct aspect *x, const char *s, size_t n) { strbuf_add(&x->out, s, n); }

static void add_opposite(struct aspect *x, const char *s, size_t n)
{
    char word[WORD_MAX + 1];
    for (size_t i = 0, n_word; i < n;) {
        size_t bytes = read_word(s + i, n - i, word, &n_word);
        const char *other = n_word ? opposite_of(word, n_word) : NULL;
        if (other)
            add(x, other, strlen(other));
        else
            add(x, s + i, bytes ? bytes : 1);
        i += bytes ? bytes : 1;
    }
}

/* What stands behind the mark of a comparison in a folded sentence; NULL when there is none. */
static const char *compared_with(const char *folded)
{
    const char *first = NULL;
    for (size_t i = 0; i < sizeof than / sizeof *than; i++) {
        const char *at = strstr(folded, than[i]);
        if (at && (!first || at + strlen(than[i]) - 1 < first))
            first = at + strlen(than[i]) - 1;
    }
    return first;
}

static bool has_opposite(const char *s, size_t n)
{
    char word[WORD_MAX + 1];
    for (size_t i = 0, n_word; i < n;) {
        size_t bytes = read_word(s + i, n - i, word, &n_word);
        if (n_word && opposite_of(word, n_word))
            return true;
        i += bytes ? bytes : 1;
    }
    return false;
}

/* A sentence that compares ours with another. true: it was dealt with. */
static bool compare(struct aspect *x, const char *s, size_t n, struct arena *a)
{
    char *folded = arena_alloc(a, n + 3);
    if (!folded)
        return false;
    folded[0] = ' ';
    fold_text(folded + 1, s, n);
    const char *with = compared_with(folded);
    bool swaps = has_opposite(s, n);
    if (!with && !swaps)
        return false;
    /* "Ромашка хуже Лютика": the one that is named first is spoken of */
    size_t object = with ? brands_first(x->b, with) : brands_first(x->b, folded);
    if (object == BRANDS_NONE)
        return false;
    bool mine_is_object = (object == x->own) == (with != NULL);
    if (!mine_is_object)
        add(x, s, n);
    else if (swaps)
        add_opposite(x, s, n);
    x->mine = !mine_is_object;
    return true;
}

static void sentence(struct aspect *x, const char *s, size_t n, struct arena *a)
{
    struct named whole;
    find_named(x, s, n, a, &whole);
    if (whole.own && whole.other && compare(x, s, n, a))
        return;
    if (whole.n == 0 && x->subject)
        x->mine = true;
    for (size_t i = 0; i < n;) {
        size_t bytes = clause_bytes(s + i, n - i);
        struct named here;
        find_named(x, s + i, bytes, a, &here);
        if (here.n)
            x->mine = here.own;
        if (x->mine)
            add(x, s + i, bytes);
        i += bytes;
    }
    if (x->out.n && !strchr(" .!?\n", x->out.s[x->out.n - 1]))
        add(x, ". ", 2);
}

const char *aspect_text(const struct brands *b, const struct brand *own, bool subject, const char *text, struct arena *a, const char **other)
{
    size_t index[BRANDS_MAX], n = brands_find(b, text, index, BRANDS_MAX), n_text = text ? strnlen(text, LIMIT_FIELD_BYTES) : 0;
    struct aspect x = {.b = b, .own = brands_index(b, own), .subject = subject, .mine = true};
    struct arena work;
    const char *out;
    bool named = false;
    *other = NULL;
    for (size_t i = 0; i < n; i++) {
        named |= index[i] == x.own;
        if (index[i] != x.own)
            *other = brands_title(b, index[i]);
    }
    if (!*other || !named) /* a page about ours that names only another: who knows whose clause it is */
        return *other = NULL;
    n_text = utf8_cut(text, n_text, n_text);
    strbuf_init(&x.out, 2 * LIMIT_FIELD_BYTES);
    arena_init(&work, 64 * LIMIT_MIB);
    for (size_t i = 0, bytes; i < n_text; i += bytes) {
        bytes = sentence_bytes(text + i, n_text - i);
        sentence(&x, text + i, bytes, &work);
        arena_reset(&work);
    }
    out = x.out.full ? NULL : arena_strndup(a, x.out.s ? x.out.s : "", x.out.n);
    arena_release(&work);
    strbuf_release(&x.out);
    return out;
}
