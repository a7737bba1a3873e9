/* Three open-addressing maps over flat arrays: the graph is walked once per word of every text, so it must stay small and near. */
#include "sentiment/vocab.h"

#include "sentiment/tokens.h"

#include <stdlib.h>
#include <string.h>

static inline size_t place(uint64_t key) { return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 24); }

uint32_t map_get(const struct map *m, uint64_t key)
{
    if (!m->slot)
        return UINT32_MAX;
    for (size_t at = place(key) & m->mask;; at = (at + 1) & m->mask) {
        if (m->slot[at].key == key)
            return m->slot[at].value;
        if (m->slot[at].key == 0)
            return UINT32_MAX;
    }
}

static bool map_grow(struct map *m)
{
    size_t cap = m->slot ? 2 * (m->mask + 1) : 1024;
    struct map_slot *slot = calloc(cap, sizeof *slot);
    if (!slot)
        return false;
    for (size_t i = 0; m->slot && i <= m->mask; i++) {
        if (!m->slot[i].key)
            continue;
        size_t at = place(m->slot[i].key) & (cap - 1);
        while (slot[at].key)
            at = (at + 1) & (cap - 1);
        slot[at] = m->slot[i];
    }
    free(m->slot);
    m->slot = slot;
    m->mask = cap - 1;
    return true;
}

bool map_put(struct map *m, uint64_t key, uint32_t value)
{
    if ((!m->slot || 2 * (m->n + 1) > m->mask) && !map_grow(m))
        return false;
    size_t at = place(key) & m->mask;
    while (m->slot[at].key && m->slot[at].key != key)
        at = (at + 1) & m->mask;
    m->n += m->slot[at].key == 0;
    m->slot[at] = (struct map_slot){key, value};
    return true;
}

static bool grow(void *array, size_t *cap, size_t need, size_t size)
{
    void **p = array, *bigger;
    if (need <= *cap)
        return true;
    size_t n = *cap ? 2 * *cap : 1024;
    while (n < need)
        n *= 2;
    if (!(bigger = realloc(*p, n * size)))
        return false;
    *p = bigger;
    *cap = n;
    return true;
}

bool vocab_init(struct vocab *v)
{
    *v = (struct vocab){.prefix_min = TOKEN_BYTES_MAX};
    if (!grow(&v->unit, &v->cap_unit, UNIT_FIRST, sizeof *v->unit) || !grow(&v->node, &v->cap_node, 1, sizeof *v->node) ||
        !grow(&v->term, &v->cap_term, 1, sizeof *v->term))
        return false;
    memset(v->unit, 0, UNIT_FIRST * sizeof *v->unit);
    v->node[0] = (struct node){0};
    v->term[0] = (struct term){0};
    v->n_unit = UNIT_FIRST;
    v->n_node = 1;
    v->n_term = 1;
    return true;
}

void vocab_release(struct vocab *v)
{
    free(v->unit);
    free(v->text);
    free(v->node);
    free(v->pair);
    free(v->term);
    free(v->names.slot);
    free(v->edges.slot);
    free(v->pairs.slot);
    free(v->terms.slot);
    *v = (struct vocab){0};
}

static uint64_t name_key(enum unit_kind kind, const char *s, size_t n)
{
    uint64_t h = tokens_hash(s, n) + (uint64_t)kind * UINT64_C(0xA24BAED4963EE407);
    return h ? h : 1;
}

uint32_t vocab_find(const struct vocab *v, enum unit_kind kind, const char *s, size_t n)
{
    uint32_t at = map_get(&v->names, name_key(kind, s, n));
    return at == UINT32_MAX || v->unit[at].bytes != n || memcmp(v->text + v->unit[at].text_at, s, n) != 0 ? UNIT_NONE : at;
}

static uint32_t add_text(struct vocab *v, const char *s, size_t n)
{
    memcpy(v->text + v->n_text, s, n);
    v->n_text += n;
    return (uint32_t)(v->n_text - n);
}

uint32_t vocab_unit(struct vocab *v, enum unit_kind kind, const char *s, size_t n, bool add)
{
    uint32_t at = vocab_find(v, kind, s, n);
    if (at != UNIT_NONE || !add || n == 0)
        return at;
    if (!grow(&v->unit, &v->cap_unit, v->n_unit + 1, sizeof *v->unit) || !grow(&v->text, &v->cap_text, v->n_text + n, 1) ||
        !map_put(&v->names, name_key(kind, s, n), (uint32_t)v->n_unit))
        return UNIT_NONE;
    v->unit[v->n_unit] = (struct unit){.text_at = add_text(v, s, n), .bytes = (uint16_t)n, .kind = (uint8_t)kind};
    if (kind == UNIT_PREFIX) {
        v->prefix_min = n < v->prefix_min ? (unsigned)n : v->prefix_min;
        v->prefix_max = n > v->prefix_max ? (unsigned)n : v->prefix_max;
    }
    return (uint32_t)v->n_unit++;
}

uint32_t vocab_find_term(const struct vocab *v, const char *s, size_t n)
{
    uint32_t at = map_get(&v->terms, name_key(UNIT_FORM, s, n));
    return at == UINT32_MAX || v->term[at].bytes != n || memcmp(v->text + v->term[at].text_at, s, n) != 0 ? 0 : at;
}

uint32_t vocab_add_term(struct vocab *v, const char *s, size_t n)
{
    if (!grow(&v->term, &v->cap_term, v->n_term + 1, sizeof *v->term) || !grow(&v->text, &v->cap_text, v->n_text + n, 1) ||
        !map_put(&v->terms, name_key(UNIT_FORM, s, n), (uint32_t)v->n_term))
        return 0;
    v->term[v->n_term] = (struct term){.text_at = add_text(v, s, n), .bytes = (uint32_t)n};
    return (uint32_t)v->n_term++;
}

uint32_t vocab_path(struct vocab *v, const uint32_t *unit, size_t n)
{
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t to = vocab_step(v, at, unit[i]);
        if (!to) {
            if (!grow(&v->node, &v->cap_node, v->n_node + 1, sizeof *v->node) || !map_put(&v->edges, edge_key(at, unit[i]), (uint32_t)v->n_node))
                return 0;
            v->node[v->n_node] = (struct node){.leaf = true, .n_word = (uint8_t)(i + 1)};
            to = (uint32_t)v->n_node++;
        }
        if (i == 0)
            v->unit[unit[0]].root = to;
        else
            v->unit[unit[i]].inner = true;
        v->node[at].leaf = false;
        v->node[at].any |= unit[i] == UNIT_ANY;
        at = to;
    }
    return at;
}

bool vocab_add_pair(struct vocab *v, uint32_t a, uint32_t b, const float weight[GENRE_COUNT])
{
    if (!grow(&v->pair, &v->cap_pair, v->n_pair + 1, sizeof *v->pair) || !map_put(&v->pairs, edge_key(a, b), (uint32_t)v->n_pair))
        return false;
    v->unit[a].pairs |= 1;
    v->unit[b].pairs |= 2;
    memcpy(v->pair[v->n_pair++], weight, sizeof *v->pair);
    return true;
}
