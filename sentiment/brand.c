/* Aho and Corasick, "Efficient string matching" (1975), over the unchanging beginnings of the aliases' first words; what the automaton finds is then read word
 * by word with endings. The automaton is a table of states and byte classes: bytes that no alias uses share one class, so it stays small. */
#include "sentiment/brand.h"

#include "base/limits.h"
#include "sentiment/alias.h"
#include "sentiment/fold.h"

#include <stdlib.h>
#include <string.h>

#define STATES_MAX (4u << 20)

struct state {
    uint32_t fail, alias, output; /* alias + 1 that ends here; nearest state on the fail path with an alias */
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

static bool same_words(const struct alias *a, const struct alias *b)
{
    bool same = a->n_part == b->n_part;
    for (uint32_t i = 0; same && i < a->n_part; i++)
        same = a->part[i].n == b->part[i].n && memcmp(a->part[i].s, b->part[i].s, a->part[i].n) == 0;
    return same;
}

static bool room_for_more(struct brands *b)
{
    if (b->n_alias < b->cap_alias)
        return true;
    size_t cap = b->cap_alias ? 2 * b->cap_alias : 16;
    struct alias *p = realloc(b->alias, cap * sizeof *p);
    if (!p)
        return false;
    b->alias = p;
    b->cap_alias = cap;
    return true;
}

/* As written, and in other letters. */
static bool add_alias(struct brands *b, uint32_t brand, const char *text)
{
    size_t first = b->n_alias;
    for (int script = ALIAS_AS_WRITTEN; script < ALIAS_SCRIPTS; script++) {
        if (b->n_alias == (size_t)ALIAS_SCRIPTS * LIMIT_ALIASES)
            return true; /* the settings refuse more before they come here */
        if (!room_for_more(b))
            return false;
        struct alias *a = &b->alias[b->n_alias];
        int made = alias_make(a, text, (enum alias_script)script);
        if (made < 0)
            return false;
        bool again = made == 0;
        for (size_t i = first; i < b->n_alias && !again; i++)
            if (same_words(&b->alias[i], a)) {
                alias_clear(a);
                again = true;
            }
        a->brand = brand;
        b->n_alias += !again;
    }
    return true;
}

static void make_classes(struct brands *b)
{
    b->n_class = 1; /* 0: bytes that no alias has */
    for (size_t i = 0; i < b->n_alias; i++) {
        const struct part *p = &b->alias[i].part[0];
        for (size_t k = 0; k < p->fixed; k++)
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
        for (size_t k = 0; k < p->fixed; k++) {
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
        ok = words_make(&b->require[i], brand->require, brand->n_require) && words_make(&b->exclude[i], brand->exclude, brand->n_exclude);
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
    words_free(b->require, b->settings->n_brand);
    words_free(b->exclude, b->settings->n_brand);
    free(b->alias);
    free(b->state);
    free(b->go);
    free(b);
}

typedef bool found_fn(void *user, uint32_t brand); /* false: enough */

/* Calls fn for every place where an alias of `only` (or of any brand: UINT32_MAX) stands; anywhere: required and excluded words are not asked for. */
static void search(const struct brands *b, uint32_t only, bool anywhere, const char *text, found_fn *fn, void *user)
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
                size_t from = i + 1 - a->part[0].fixed;
                if ((only != UINT32_MAX && a->brand != only) || !alias_fits(a, s, n, from))
                    continue;
                const struct words *need = &b->require[a->brand], *never = &b->exclude[a->brand];
                if (anywhere || ((need->n == 0 || words_near(need, s, n, from)) && (never->n == 0 || !words_near(never, s, n, from))))
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
            search(b, (uint32_t)i, false, text, stop, &found);
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

static size_t find(const struct brands *b, bool anywhere, const char *text, size_t *index, size_t max)
{
    struct list l = {index, 0, max};
    if (max)
        search(b, UINT32_MAX, anywhere, text, collect, &l);
    return l.n;
}

size_t brands_find(const struct brands *b, const char *text, size_t *index, size_t max) { return find(b, false, text, index, max); }

size_t brands_mentioned(const struct brands *b, const char *piece, size_t *index, size_t max) { return find(b, true, piece, index, max); }

static bool take_first(void *user, uint32_t brand)
{
    *(size_t *)user = brand;
    return false;
}

size_t brands_first(const struct brands *b, const char *piece)
{
    size_t first = BRANDS_NONE;
    search(b, UINT32_MAX, true, piece, take_first, &first);
    return first;
}

size_t brands_index(const struct brands *b, const struct brand *brand)
{
    for (size_t i = 0; i < b->settings->n_brand; i++)
        if (brand == &b->settings->brand[i])
            return i;
    return BRANDS_NONE;
}

const char *brands_title(const struct brands *b, size_t index)
{
    const struct brand *brand = &b->settings->brand[index];
    return brand->title ? brand->title : brand->name;
}
