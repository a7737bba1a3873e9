/* Aho and Corasick, "Efficient string matching" (1975), over the unchanging beginnings of the aliases' first words; what the automaton finds is then read word
 * by word with endings. The automaton is a table of states and byte classes: bytes that no alias uses share one class, so it stays small. */
#include "sentiment/brand.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "sentiment/fold.h"

#include <stdlib.h>
#include <string.h>

#define ALIAS_WORDS 8
#define INFLECT_LETTERS 4  /* shorter words take no endings: too much would fit */
#define NEAR_BYTES 300     /* required and excluded words stand so near */
#define STATES_MAX (4u << 20)

/* A word of an alias, folded. */
struct part {
    char *s;
    uint16_t n;
    uint16_t stem;  /* bytes before the ending: n, or less by the last vowel */
    bool inflect;
    bool soft;      /* stem ends in к г х before а: Ukrainian turns it in the dative (Розетка, Розетці) */
    bool glued;     /* may follow the part before without anything between */
    char sign[8];   /* a sign that must stand before it, e.g. "&"; "" = any blank or dash */
};

struct alias {
    struct part part[ALIAS_WORDS];
    uint32_t n_part;
    uint32_t brand;
    uint32_t next; /* alias + 1 that ends in the same state */
};

struct state {
    uint32_t fail, alias, output; /* alias + 1 that ends here; nearest state on the fail path with an alias */
};

struct words {
    struct alias *word; /* as aliases of their own, compared one by one */
    size_t n;
};

struct brands {
    const struct settings *settings;
    struct alias *alias;
    size_t n_alias, cap_alias;
    struct words *require, *exclude; /* per brand */
    struct state *state;
    uint32_t *go; /* state * n_class + class */
    uint32_t n_state, cap_state, n_class;
    uint8_t class[256];
};

static const char *const endings[] = {"а", "я", "о", "е", "у", "ю", "и", "і", "ы", "й", "ь", "ї", "ом", "ем", "ім", "ой", "ей", "ою", "ею", "ів", "їв", "ов", "ев", "ам", "ям", "ами", "ями",
                                      "ах", "ях", "ої", "ій", "ий", "ый", "им", "ым", "их", "ых", "ого", "его", "ому", "ему", "ими", "ыми", "ая", "яя", "ое", "ее",
                                      "ую", "юю", "ые", "ие", "ові", "еві", "єві", "єю", "єм", "ію", "ію", "ия", "ии", "ию", "ією", "ії", "ия"};

static bool is_ending(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strlen(endings[i]) == n && memcmp(endings[i], s, n) == 0)
            return true;
    return false;
}

static bool is_word_at(const char *s, size_t n, size_t i, size_t *len)
{
    *len = 1;
    if (i >= n)
        return false;
    uint32_t cp = utf8_next(s + i, n - i, len);
    return fold_is_word(cp) || cp == '+';
}

/* Letters from i on that are one word; returns its end. */
static size_t word_end(const char *s, size_t n, size_t i)
{
    size_t len;
    while (is_word_at(s, n, i, &len))
        i += len;
    return i;
}

static bool starts_word(const char *s, size_t at)
{
    if (at == 0)
        return true;
    size_t from = at - 1, len;
    while (from > 0 && at - from < 4 && ((unsigned char)s[from] & 0xC0) == 0x80)
        from--;
    return !is_word_at(s, at, from, &len);
}

static size_t count_letters(const struct part *p)
{
    size_t letters = 0;
    for (size_t i = 0; i < p->n; i++)
        letters += ((unsigned char)p->s[i] & 0xC0) != 0x80;
    return letters;
}

static void find_stem(struct part *p, size_t alias_letters)
{
    static const char *const last[] = {"а", "я", "о", "й", "ь"};                             /* two bytes each */
    static const char *const adjective[] = {"ий", "ый", "ій", "ая", "яя", "ое", "ее", "ые"}; /* four */
    size_t letters = count_letters(p);
    p->stem = p->n;
    p->inflect = letters >= INFLECT_LETTERS || (alias_letters >= 2 * INFLECT_LETTERS && letters + 1 >= INFLECT_LETTERS);
    if (!p->inflect || p->n < 6)
        return;
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        if (memcmp(p->s + p->n - 2, last[i], 2) == 0)
            p->stem = (uint16_t)(p->n - 2);
    for (size_t i = 0; letters > INFLECT_LETTERS && i < sizeof adjective / sizeof *adjective; i++)
        if (memcmp(p->s + p->n - 4, adjective[i], 4) == 0)
            p->stem = (uint16_t)(p->n - 4);
    const char *before = p->s + p->stem - 2;
    p->soft = p->stem < p->n && memcmp(p->s + p->stem, "а", 2) == 0 && (memcmp(before, "к", 2) == 0 || memcmp(before, "г", 2) == 0 || memcmp(before, "х", 2) == 0);
}

/* How much of the word is the same in all forms. */
static size_t fixed_bytes(const struct part *p) { return p->soft ? p->stem - 2u : p->stem; }

/* Does the word s[0..n) read as p with some ending? */
static bool part_fits(const struct part *p, const char *s, size_t n)
{
    if (n == p->n && memcmp(s, p->s, n) == 0)
        return true;
    if (!p->inflect || n < fixed_bytes(p) || memcmp(s, p->s, fixed_bytes(p)) != 0)
        return false;
    if (n > p->stem && memcmp(s, p->s, p->stem) == 0 && is_ending(s + p->stem, n - p->stem))
        return true;
    if (n > p->n && p->stem == p->n - 2u && memcmp(s, p->s, p->n) == 0 && (memcmp(p->s + p->stem, "й", 2) == 0 || memcmp(p->s + p->stem, "ь", 2) == 0))
        return is_ending(s + p->n, n - p->n);
    static const char *const soft[][2] = {{"к", "ці"}, {"г", "зі"}, {"х", "сі"}};
    if (p->soft && n == p->stem + 2u)
        for (size_t i = 0; i < 3; i++)
            if (memcmp(p->s + p->stem - 2, soft[i][0], 2) == 0 && memcmp(s + p->stem - 2, soft[i][1], 4) == 0)
                return true;
    return false;
}

/* From the end of one part to the begin of the next: at most three blanks, dashes, dots, quotes, and the sign when there is one. 0: it does not follow. */
static size_t gap(const struct part *p, const char *s, size_t n, size_t i)
{
    size_t from = i, len, n_sign = strlen(p->sign);
    bool sign = n_sign == 0;
    for (int seen = 0; i < n && seen < 4 && !is_word_at(s, n, i, &len) && s[i] != '\n'; seen++) {
        if (!sign && n - i >= n_sign && memcmp(s + i, p->sign, n_sign) == 0) {
            sign = true;
            i += n_sign;
        } else if (strchr(" -._'\"\t", s[i]) || len == 2) /* 2: no-break space, guillemets */
            i += len;
        else
            return 0;
    }
    return sign && (i > from || p->glued) ? i : 0;
}

static bool alias_fits(const struct alias *a, const char *s, size_t n, size_t at)
{
    if (!starts_word(s, at))
        return false;
    for (uint32_t i = 0; i < a->n_part; i++) {
        const struct part *p = &a->part[i];
        if (i > 0) {
            size_t next = gap(p, s, n, at);
            if (!next)
                return false;
            at = next;
        }
        size_t end = word_end(s, n, at);
        if (i + 1 < a->n_part && a->part[i + 1].glued && end > at + p->n && memcmp(s + at, p->s, p->n) == 0)
            end = at + p->n; /* "мвидео" for "М.Видео" */
        if (!part_fits(p, s + at, end - at))
            return false;
        at = end;
    }
    return true;
}

static void alias_clear(struct alias *a)
{
    for (uint32_t i = 0; i < a->n_part; i++)
        free(a->part[i].s);
    a->n_part = 0;
}

/* 1: made; 0: nothing to look for; -1: out of memory. */
static int alias_make(struct alias *a, const char *text)
{
    size_t n = strnlen(text, LIMIT_FIELD_BYTES), i = 0, len;
    char *s = malloc(n + 1);
    memset(a, 0, sizeof *a);
    if (!s)
        return -1;
    n = fold_text(s, text, n);
    while (i < n && a->n_part < ALIAS_WORDS) {
        struct part p = {0};
        size_t from = i;
        while (i < n && !is_word_at(s, n, i, &len)) {
            if (!strchr(" -._'\"\t", s[i]) && len < sizeof p.sign && len != 2)
                memcpy(p.sign, s + i, len);
            i += len;
        }
        p.glued = a->n_part > 0 && !memchr(s + from, ' ', i - from);
        from = i;
        i = word_end(s, n, i);
        if (i == from)
            break;
        p.n = (uint16_t)(i - from);
        if (a->n_part == 0)
            p.sign[0] = '\0';
        if (!(p.s = malloc(p.n))) {
            free(s);
            alias_clear(a);
            return -1;
        }
        memcpy(p.s, s + from, p.n);
        a->part[a->n_part++] = p;
    }
    size_t letters = 0;
    for (uint32_t k = 0; k < a->n_part; k++)
        letters += count_letters(&a->part[k]);
    for (uint32_t k = 0; k < a->n_part; k++)
        find_stem(&a->part[k], letters);
    free(s);
    return a->n_part > 0;
}

static bool add_alias(struct brands *b, uint32_t brand, const char *text)
{
    if (b->n_alias == LIMIT_ALIASES)
        return true; /* the settings refuse more before they come here */
    if (b->n_alias == b->cap_alias) {
        size_t cap = b->cap_alias ? 2 * b->cap_alias : 16;
        struct alias *p = realloc(b->alias, cap * sizeof *p);
        if (!p)
            return false;
        b->alias = p;
        b->cap_alias = cap;
    }
    int made = alias_make(&b->alias[b->n_alias], text);
    if (made > 0)
        b->alias[b->n_alias++].brand = brand;
    return made >= 0;
}

static bool make_words(struct words *w, const char *const *text, size_t n)
{
    w->word = n ? calloc(n, sizeof *w->word) : NULL;
    if (n && !w->word)
        return false;
    for (size_t i = 0; i < n; i++) {
        int made = alias_make(&w->word[w->n], text[i]);
        if (made < 0)
            return false;
        w->n += (size_t)made;
    }
    return true;
}

static void free_words(struct words *w, size_t n)
{
    for (size_t i = 0; w && i < n; i++) {
        for (size_t k = 0; k < w[i].n; k++)
            alias_clear(&w[i].word[k]);
        free(w[i].word);
    }
    free(w);
}

static void make_classes(struct brands *b)
{
    b->n_class = 1; /* 0: bytes that no alias has */
    for (size_t i = 0; i < b->n_alias; i++) {
        const struct part *p = &b->alias[i].part[0];
        for (size_t k = 0; k < fixed_bytes(p); k++)
            if (!b->class[(unsigned char)p->s[k]])
                b->class[(unsigned char)p->s[k]] = (uint8_t)b->n_class++;
    }
}

static uint32_t new_state(struct brands *b)
{
    if (b->n_state == b->cap_state) {
        uint32_t cap = b->cap_state ? 2 * b->cap_state : 64;
        struct state *s = cap <= STATES_MAX ? realloc(b->state, cap * sizeof *s) : NULL;
        uint32_t *go = s ? realloc(b->go, (size_t)cap * b->n_class * sizeof *go) : NULL;
        b->state = s ? s : b->state;
        b->go = go ? go : b->go;
        if (!go)
            return UINT32_MAX;
        b->cap_state = cap;
    }
    memset(&b->state[b->n_state], 0, sizeof *b->state);
    memset(&b->go[(size_t)b->n_state * b->n_class], 0, b->n_class * sizeof *b->go);
    return b->n_state++;
}

static bool make_trie(struct brands *b)
{
    if (new_state(b) == UINT32_MAX)
        return false;
    for (size_t i = 0; i < b->n_alias; i++) {
        const struct part *p = &b->alias[i].part[0];
        uint32_t at = 0;
        for (size_t k = 0; k < fixed_bytes(p); k++) {
            size_t edge = (size_t)at * b->n_class + b->class[(unsigned char)p->s[k]];
            if (!b->go[edge]) {
                uint32_t made = new_state(b);
                if (made == UINT32_MAX)
                    return false;
                b->go[edge] = made;
            }
            at = b->go[edge];
        }
        b->alias[i].next = b->state[at].alias;
        b->state[at].alias = (uint32_t)i + 1;
    }
    return true;
}

/* Breadth first: what fails goes on at the longest suffix that is a beginning, too; missing edges are filled so that each byte is one step. */
static bool make_fails(struct brands *b)
{
    uint32_t *queue = malloc(b->n_state * sizeof *queue);
    size_t n = 0;
    if (!queue)
        return false;
    for (uint32_t c = 0; c < b->n_class; c++)
        if (b->go[c])
            queue[n++] = b->go[c];
    for (size_t i = 0; i < n; i++) {
        uint32_t at = queue[i], fail = b->state[at].fail;
        b->state[at].output = b->state[at].alias ? at : b->state[fail].output;
        for (uint32_t c = 0; c < b->n_class; c++) {
            uint32_t *to = &b->go[(size_t)at * b->n_class + c], other = b->go[(size_t)fail * b->n_class + c];
            if (!*to) {
                *to = other;
                continue;
            }
            b->state[*to].fail = other;
            queue[n++] = *to;
        }
    }
    free(queue);
    return true;
}

struct brands *brands_new(const struct settings *s)
{
    struct brands *b = calloc(1, sizeof *b);
    bool ok = b && (b->require = calloc(s->n_brand + 1, sizeof *b->require)) && (b->exclude = calloc(s->n_brand + 1, sizeof *b->exclude));
    for (size_t i = 0; ok && i < s->n_brand; i++) {
        const struct brand *brand = &s->brand[i];
        b->settings = s;
        ok = make_words(&b->require[i], brand->require, brand->n_require) && make_words(&b->exclude[i], brand->exclude, brand->n_exclude);
        for (size_t k = 0; ok && k < brand->n_alias; k++)
            ok = add_alias(b, (uint32_t)i, brand->alias[k]);
        if (ok && brand->n_alias == 0 && brand->name)
            ok = add_alias(b, (uint32_t)i, brand->name);
    }
    if (ok) {
        b->settings = s;
        make_classes(b);
        ok = make_trie(b) && make_fails(b);
    }
    if (!ok) {
        if (b && !b->settings)
            b->settings = s;
        brands_free(b);
        return NULL;
    }
    return b;
}

void brands_free(struct brands *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n_alias; i++)
        alias_clear(&b->alias[i]);
    free_words(b->require, b->settings->n_brand);
    free_words(b->exclude, b->settings->n_brand);
    free(b->alias);
    free(b->state);
    free(b->go);
    free(b);
}

static bool has_near(const struct words *w, const char *s, size_t n, size_t at)
{
    size_t from = at > NEAR_BYTES ? at - NEAR_BYTES : 0, to = n - at > NEAR_BYTES ? at + NEAR_BYTES : n, len;
    bool in_word = from > 0;
    for (size_t i = from; i < to; i += len) {
        bool word = is_word_at(s, n, i, &len);
        for (size_t k = 0; word && !in_word && k < w->n; k++)
            if (alias_fits(&w->word[k], s, n, i))
                return true;
        in_word = word;
    }
    return false;
}

typedef bool found_fn(void *user, uint32_t brand); /* false: enough */

/* Calls fn for every place where an alias of `only` (or of any brand: UINT32_MAX) stands. */
static void search(const struct brands *b, uint32_t only, const char *text, found_fn *fn, void *user)
{
    size_t n = text ? strnlen(text, LIMIT_TEXT_BYTES) : 0;
    char *s = n && b->n_alias ? malloc(n + 1) : NULL;
    if (!s)
        return;
    n = fold_text(s, text, n);
    uint32_t at = 0;
    bool more = true;
    for (size_t i = 0; i < n && more; i++) {
        at = b->go[(size_t)at * b->n_class + b->class[(unsigned char)s[i]]];
        for (uint32_t x = b->state[at].output; x && more; x = b->state[b->state[x].fail].output)
            for (uint32_t k = b->state[x].alias; k && more; k = b->alias[k - 1].next) {
                const struct alias *a = &b->alias[k - 1];
                size_t from = i + 1 - fixed_bytes(&a->part[0]);
                if ((only != UINT32_MAX && a->brand != only) || !alias_fits(a, s, n, from))
                    continue;
                const struct words *need = &b->require[a->brand], *never = &b->exclude[a->brand];
                if ((need->n == 0 || has_near(need, s, n, from)) && (never->n == 0 || !has_near(never, s, n, from)))
                    more = fn(user, a->brand);
            }
    }
    free(s);
}

static bool stop(void *user, uint32_t brand)
{
    (void)brand;
    *(bool *)user = true;
    return false;
}

bool brands_names(const struct brands *b, const struct brand *brand, const char *text)
{
    bool found = false;
    for (size_t i = 0; i < b->settings->n_brand; i++)
        if (brand == &b->settings->brand[i])
            search(b, (uint32_t)i, text, stop, &found);
    return found;
}

struct list {
    size_t *index, n, max;
};

static bool collect(void *user, uint32_t brand)
{
    struct list *l = user;
    size_t i = 0;
    while (i < l->n && l->index[i] < brand)
        i++;
    if (i < l->n && l->index[i] == brand)
        return true;
    if (i == l->max)
        return true; /* full of smaller ones */
    size_t move = l->n - i - (l->n == l->max);
    memmove(&l->index[i + 1], &l->index[i], move * sizeof *l->index);
    l->index[i] = brand;
    l->n += l->n < l->max;
    return true;
}

size_t brands_find(const struct brands *b, const char *text, size_t *index, size_t max)
{
    struct list l = {index, 0, max};
    if (max)
        search(b, UINT32_MAX, text, collect, &l);
    return l.n;
}
