/* The slow path of the scorer, taken once per distinct word. */
#include "sentiment/forms.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define FORMS_FIRST 4096u

bool forms_init(struct forms *f, const struct lexicon *l, enum lexicon_lang lang, struct stems *stems)
{
    *f = (struct forms){.l = l, .lang = lang, .stems = stems, .cap = FORMS_FIRST, .mask = 2 * FORMS_FIRST - 1};
    f->form = malloc(f->cap * sizeof *f->form);
    f->slot = calloc(f->mask + 1, sizeof *f->slot);
    return f->form && f->slot;
}

void forms_clear(struct forms *f)
{
    memset(f->slot, 0, (f->mask + 1) * sizeof *f->slot);
    f->n = 0;
}

void forms_release(struct forms *f)
{
    free(f->form);
    free(f->slot);
    *f = (struct forms){0};
}

void forms_begin(struct forms *f)
{
    if (f->n >= FORM_CACHE)
        forms_clear(f);
}

static bool grow(struct forms *f)
{
    size_t cap = 2 * f->cap, mask = 2 * cap - 1;
    struct form *form = realloc(f->form, cap * sizeof *form);
    if (form)
        f->form = form;
    uint32_t *slot = form ? calloc(mask + 1, sizeof *slot) : NULL;
    if (!slot)
        return false;
    for (size_t i = 0; i < f->n; i++) {
        size_t at = (size_t)(f->form[i].hash >> 8) & mask;
        while (slot[at])
            at = (at + 1) & mask;
        slot[at] = (uint32_t)i + 1;
    }
    free(f->slot);
    f->slot = slot;
    f->mask = mask;
    f->cap = cap;
    return true;
}

size_t forms_stem(struct forms *f, const char *s, size_t n, char out[TOKEN_BYTES_MAX])
{
    return stems_word(f->stems, f->lang, s, n, out);
}

static void add_unit(const struct vocab *v, struct form *m, uint32_t unit)
{
    for (unsigned i = 0; i < m->n_unit; i++)
        if (m->unit[i] == unit)
            return;
    if (unit == UNIT_NONE || m->n_unit == FORM_UNITS)
        return;
    m->inner |= (uint8_t)(v->unit[unit].inner << m->n_unit);
    m->unit[m->n_unit++] = unit;
    m->starts |= v->unit[unit].root != 0;
}

static void add_prefixes(const struct vocab *v, struct form *m, const char *s, size_t n)
{
    size_t most = n < v->prefix_max ? n : v->prefix_max;
    for (size_t i = most; i >= v->prefix_min && i > 0; i--) /* the longest first: there is room for few */
        if (i == n || ((unsigned char)s[i] & 0xC0) != 0x80)
            add_unit(v, m, vocab_find(v, UNIT_PREFIX, s, i));
}

/* Does a masked word look like this one from its beginning? Each mask stands for one letter. */
static bool unmask(const char *masked, size_t n, const char *plain, size_t n_plain, bool prefix)
{
    size_t i = 0, j = 0;
    while (i < n && j < n_plain) {
        size_t step_j = 1;
        utf8_next(plain + j, n_plain - j, &step_j);
        if (masked[i] == '*' || masked[i] == '@' || masked[i] == '#' || masked[i] == '$') {
            i++;
            j += step_j;
            continue;
        }
        if (i + step_j > n || memcmp(masked + i, plain + j, step_j) != 0)
            return false;
        i += step_j;
        j += step_j;
    }
    return j == n_plain && (prefix || i == n);
}

static void add_masked(const struct forms *f, const struct vocab *v, struct form *m, const char *s, size_t n)
{
    for (size_t i = 0; i < f->l->n_swear[f->lang]; i++) {
        const struct unit *u = &v->unit[f->l->swear[f->lang][i]];
        if (unmask(s, n, v->text + u->text_at, u->bytes, u->kind == UNIT_PREFIX)) {
            add_unit(v, m, f->l->swear[f->lang][i]);
            return;
        }
    }
}

static void add_spelling(struct forms *f, const struct vocab *v, struct form *m, const char *s, size_t n)
{
    char root[TOKEN_BYTES_MAX];
    add_unit(v, m, vocab_find(v, UNIT_FORM, s, n));
    m->stem = vocab_find(v, UNIT_STEM, root, forms_stem(f, s, n, root));
    add_unit(v, m, m->stem);
}

static void look_up(struct forms *f, struct form *m, const char *s, const struct token *k)
{
    const struct vocab *v = &f->l->lang[f->lang];
    size_t n = k->fold_bytes;
    char shorter[TOKEN_BYTES_MAX];
    if (k->kind != TOKEN_WORD) {
        add_unit(v, m, vocab_find(v, UNIT_FORM, s, n));
        m->stem = vocab_find(v, UNIT_STEM, s, n);
        if (k->kind == TOKEN_NUMBER)
            add_unit(v, m, UNIT_NUMBER);
        return;
    }
    add_spelling(f, v, m, s, n);
    for (unsigned keep = 2; keep > 0 && (k->shape & SHAPE_LONG) && m->n_unit == 0; keep--) {
        n = tokens_shorten(s, k->fold_bytes, keep, shorter);
        if (n < 3)
            break;
        add_spelling(f, v, m, shorter, n);
        add_prefixes(v, m, shorter, n);
    }
    if (k->shape & SHAPE_MASKED)
        add_masked(f, v, m, s, k->fold_bytes);
    add_prefixes(v, m, s, k->fold_bytes);
    if (m->n_unit && v->unit[m->unit[0]].root && (v->node[v->unit[m->unit[0]].root].role & 1u << ROLE_NUMBER))
        add_unit(v, m, UNIT_NUMBER); /* "two" is as good as 2 */
}

uint32_t forms_get(struct forms *f, const struct tokens *t, const struct token *k)
{
    size_t at = (size_t)(k->hash >> 8) & f->mask;
    for (; f->slot[at]; at = (at + 1) & f->mask)
        if (f->form[f->slot[at] - 1].hash == k->hash)
            return f->slot[at] - 1;
    if (f->n == f->cap) {
        if (!grow(f))
            return FORM_NONE;
        for (at = (size_t)(k->hash >> 8) & f->mask; f->slot[at];)
            at = (at + 1) & f->mask;
    }
    struct form *m = &f->form[f->n++];
    *m = (struct form){.hash = k->hash};
    f->slot[at] = (uint32_t)f->n;
    look_up(f, m, token_text(t, k), k);
    if (m->stem) {
        memcpy(m->induced, f->l->lang[f->lang].unit[m->stem].induced, sizeof m->induced);
        m->pairs = f->l->lang[f->lang].unit[m->stem].pairs;
    }
    return (uint32_t)(f->n - 1);
}
