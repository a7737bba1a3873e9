/* Lexicon files: read once, refused with file and line when a line makes no sense, so that a typing error cannot quietly change verdicts. */
#include "sentiment/lexicon.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "sentiment/tokens.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELDS_MAX 4
#define LAYER_SHIPPED 2u /* one less: the neighbouring language's words, words of general use */
#define LAYER_USER 4u
#define WEIGHT_MAX 5.0 /* of one term; vocabulary goes to 1.5, VADER's scale to 4 */

struct load {
    struct lexicon *l;
    struct stems stems;
    struct tokens scratch;
    enum lexicon_lang lang; /* word files only */
    unsigned layer;
    const char *path;
    size_t number;
    const char *field[FIELDS_MAX];
    size_t len[FIELDS_MAX];
    size_t n_field;
};

/* What a line says about a term. */
struct meaning {
    unsigned means;
    float weight;
    enum role role;
    uint32_t cause;
    bool by_stem, swear;
};

typedef enum err line_fn(struct load *line);

static const char *const lang_codes[LANG_COUNT] = {"ru", "uk", "en"};

enum lexicon_lang lexicon_lang(const char *code)
{
    int i = 0;
    while (i < LANG_COUNT && !(code && strcmp(code, lang_codes[i]) == 0))
        i++;
    return (enum lexicon_lang)i;
}

const char *lexicon_lang_code(enum lexicon_lang lang) { return lang < LANG_COUNT ? lang_codes[lang] : "und"; }

static enum err refuse(const struct load *line, const char *what)
{
    return err_set(ERR_CONFIG, "%s:%zu: %s", line->path, line->number, what);
}

static enum err no_memory(void) { return err_set(ERR_MEMORY, "out of memory for the lexicons"); }

static size_t letters(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

/* One blank-separated piece as units: exact[] and stem[] side by side, because a piece may be several tokens. */
static const char *add_piece(struct load *line, enum lexicon_lang lang, const char *s, size_t n, const struct meaning *m, uint32_t *exact, uint32_t *stem, size_t *n_unit)
{
    struct vocab *v = &line->l->lang[lang];
    if (n == 1 && (*s == '*' || *s == '#')) {
        if (*n_unit == 0 && *s == '*')
            return "a term cannot begin with *";
        exact[*n_unit] = stem[*n_unit] = *s == '*' ? UNIT_ANY : UNIT_NUMBER;
        ++*n_unit;
        return NULL;
    }
    bool only = n > 1 && *s == '=', prefix = n > 1 && s[n - 1] == '*';
    s += only;
    n -= only + prefix;
    tokens_clear(&line->scratch);
    if (!tokens_add(&line->scratch, s, n, 0))
        return "out of memory";
    if (line->scratch.n == 0)
        return "a term needs a letter, a digit or a picture";
    for (size_t i = 0; i < line->scratch.n; i++) {
        const struct token *k = &line->scratch.token[i];
        const char *text = token_text(&line->scratch, k);
        bool last = prefix && i + 1 == line->scratch.n;
        char root[TOKEN_BYTES_MAX];
        if (*n_unit == TERM_WORDS_MAX)
            return "a term has at most 8 words";
        if (last && *n_unit == 0 && letters(text, k->fold_bytes) < 3)
            return "a prefix of fewer than 3 letters cannot begin a term";
        exact[*n_unit] = stem[*n_unit] = vocab_unit(v, last ? UNIT_PREFIX : UNIT_FORM, text, k->fold_bytes, true);
        if (m->by_stem && !last && !only && k->kind == TOKEN_WORD && k->fold_bytes > 4) {
            size_t bytes = stems_word(&line->stems, lang, text, k->fold_bytes, root);
            stem[*n_unit] = vocab_unit(v, UNIT_STEM, root, bytes, true);
        }
        if (!exact[*n_unit] || !stem[*n_unit])
            return "out of memory";
        ++*n_unit;
    }
    return NULL;
}

static void mean(struct node *node, const struct meaning *m, unsigned layer, bool exact, uint32_t term)
{
    bool had = node->means & MEANS_WEIGHT;
    if ((m->means & MEANS_WEIGHT) && (!had || layer > node->layer || (exact && layer == node->layer))) {
        node->weight = m->weight;
        node->term = term;
        node->layer = (uint8_t)layer;
    }
    if (m->means & MEANS_ROLE) {
        node->role |= 1u << m->role;
        if (m->role == ROLE_BOOST)
            node->value = m->weight;
    }
    node->cause |= m->cause;
    node->means |= (uint8_t)m->means;
}

/* A line of the user's own takes nothing of what was learned about the shipped one. */
static uint32_t term_of(struct vocab *v, const char *s, size_t n, unsigned layer)
{
    uint32_t term = layer > LAYER_SHIPPED ? 0 : vocab_find_term(v, s, n);
    return term ? term : vocab_add_term(v, s, n);
}

static enum err add_term(struct load *line, enum lexicon_lang lang, const char *s, size_t n, const struct meaning *m)
{
    struct vocab *v = &line->l->lang[lang];
    uint32_t exact[TERM_WORDS_MAX], stem[TERM_WORDS_MAX];
    size_t n_unit = 0;
    for (size_t i = 0, end; i < n; i = end) {
        while (i < n && s[i] == ' ')
            i++;
        for (end = i; end < n && s[end] != ' ';)
            end++;
        if (end == i)
            break;
        const char *why = n_unit == TERM_WORDS_MAX ? "a term has at most 8 words" : add_piece(line, lang, s + i, end - i, m, exact, stem, &n_unit);
        if (why)
            return err_set(ERR_CONFIG, "%s:%zu: %s: \"%.*s\"", line->path, line->number, why, (int)n, s);
    }
    if (n_unit == 0)
        return refuse(line, "the term is empty");
    uint32_t at = vocab_path(v, exact, n_unit), term = m->means & MEANS_WEIGHT ? term_of(v, s, n, line->layer) : 0;
    if (!at || (!term && (m->means & MEANS_WEIGHT)))
        return no_memory();
    mean(&v->node[at], m, line->layer, true, term);
    if (memcmp(exact, stem, n_unit * sizeof *exact) != 0) {
        if (!(at = vocab_path(v, stem, n_unit)))
            return no_memory();
        mean(&v->node[at], m, line->layer, false, term);
    }
    if (m->swear && n_unit == 1 && line->l->n_swear[lang] < LEXICON_SWEAR)
        line->l->swear[lang][line->l->n_swear[lang]++] = exact[0];
    return ERR_OK;
}

/* "-1.25": what nearly every number looks like. strtod knows more forms and takes 30 times longer, for 20,000 lines at every start. */
static bool plain_number(const char *s, size_t n, float *out)
{
    static const double scale[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    bool minus = n > 0 && *s == '-';
    size_t at = minus, n_fraction = 0;
    int32_t digits = 0;
    bool point = false;
    if (n - at < 1 || n - at > 8 || s[at] == '.' || s[n - 1] == '.')
        return false;
    for (; at < n; at++) {
        bool is_point = s[at] == '.' && !point;
        if (!is_point && (s[at] < '0' || s[at] > '9'))
            return false;
        digits = is_point ? digits : digits * 10 + (s[at] - '0');
        n_fraction += point && !is_point;
        point = point || is_point;
    }
    double d = (minus ? -digits : digits) / scale[n_fraction];
    *out = (float)d;
    return fabs(d) <= WEIGHT_MAX;
}

static bool is_number(const struct load *line, size_t i, float *out)
{
    char text[32], *end;
    if (line->len[i] == 0 || line->len[i] >= sizeof text)
        return false;
    if (plain_number(line->field[i], line->len[i], out))
        return true;
    memcpy(text, line->field[i], line->len[i]);
    text[line->len[i]] = '\0';
    double d = strtod(text, &end);
    *out = (float)d;
    return *end == '\0' && isfinite(d) && fabs(d) <= WEIGHT_MAX;
}

static bool field_is(const struct load *line, size_t i, const char *s)
{
    return i < line->n_field && line->len[i] == strlen(s) && memcmp(line->field[i], s, line->len[i]) == 0;
}

static enum err word_line(struct load *line)
{
    struct meaning m = {.means = MEANS_WEIGHT, .by_stem = true, .swear = field_is(line, 2, "swear")};
    if (line->n_field < 2 || !is_number(line, 1, &m.weight))
        return refuse(line, "wanted: term, TAB, weight from -5 to 5");
    return add_term(line, line->lang, line->field[0], line->len[0], &m);
}

static enum err emoji_line(struct load *line)
{
    struct meaning m = {.means = MEANS_WEIGHT};
    if (line->n_field < 2 || !is_number(line, 1, &m.weight))
        return refuse(line, "wanted: sign, TAB, weight from -5 to 5");
    enum err e = ERR_OK;
    for (int i = 0; i < LANG_COUNT && e == ERR_OK; i++)
        e = add_term(line, (enum lexicon_lang)i, line->field[0], line->len[0], &m);
    return e;
}

static enum err induced_line(struct load *line)
{
    float weight[GENRE_COUNT];
    if (line->n_field < 3 || !is_number(line, 1, &weight[GENRE_REVIEW]) || !is_number(line, 2, &weight[GENRE_POST]))
        return refuse(line, "wanted: stem or two stems, TAB, weight from -5 to 5, TAB, weight from -5 to 5");
    if (*line->field[0] == LEXICON_FACTOR) {
        lexicon_set_factor(line->l, line->lang, line->field[0] + 1, line->len[0] - 1, weight); /* a term that the vocabulary lost is no error */
        return ERR_OK;
    }
    return lexicon_add_induced(line->l, line->lang, line->field[0], line->len[0], weight) ? ERR_OK : no_memory();
}

static enum err rule_line(struct load *line)
{
    static const char *const roles[] = {
#define X(symbol, word) word,
        ROLE_LIST(X)
#undef X
    };
    struct meaning m = {.means = MEANS_ROLE};
    unsigned role = 0;
    if (line->n_field < 2 || (line->n_field > 2 && !is_number(line, 2, &m.weight)))
        return refuse(line, "wanted: role, TAB, term, and for boost TAB, value");
    while (role < ROLE_COUNT && !field_is(line, 0, roles[role]))
        role++;
    if (role == ROLE_COUNT)
        return refuse(line, "no such role (see the head of the shipped rules.tsv)");
    m.role = (enum role)role;
    enum err e = ERR_OK;
    for (int i = 0; i < LANG_COUNT && e == ERR_OK; i++)
        e = add_term(line, (enum lexicon_lang)i, line->field[1], line->len[1], &m);
    return e;
}

static enum err cause_line(struct load *line)
{
    struct lexicon *l = line->l;
    size_t code = 0;
    int lang = 0;
    if (line->n_field < 3 || line->len[0] == 0 || line->len[0] >= LEXICON_CODE_BYTES)
        return refuse(line, "wanted: code, TAB, language, TAB, terms with | between them");
    while (lang < LANG_COUNT && !field_is(line, 1, lang_codes[lang]))
        lang++;
    if (lang == LANG_COUNT)
        return refuse(line, "no such language; there are ru, uk, en");
    while (code < l->n_code && !field_is(line, 0, l->code[code]))
        code++;
    if (code == LEXICON_CODES)
        return refuse(line, "more than 32 codes");
    if (code == l->n_code)
        memcpy(l->code[l->n_code++], line->field[0], line->len[0]);
    struct meaning m = {.means = MEANS_CAUSE, .cause = 1u << code};
    if (strcmp(l->code[code], "escalation") == 0)
        l->escalation = m.cause;
    const char *s = line->field[2], *end = s + line->len[2];
    for (enum err e; s < end;) {
        const char *bar = memchr(s, '|', (size_t)(end - s));
        const char *to = bar ? bar : end;
        if ((e = add_term(line, (enum lexicon_lang)lang, s, (size_t)(to - s), &m)) != ERR_OK)
            return e;
        s = to + 1;
    }
    return ERR_OK;
}

static enum err read_lines(struct load *line, const struct strbuf *b, line_fn *fn)
{
    enum err e = ERR_OK;
    line->number = 0;
    for (size_t at = 0; at < b->n && e == ERR_OK;) {
        const char *s = b->s + at, *nl = memchr(s, '\n', b->n - at);
        size_t n = nl ? (size_t)(nl - s) : b->n - at;
        at += n + 1;
        line->number++;
        if (n && s[n - 1] == '\r')
            n--;
        if (line->number == 1 && n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
            s += 3, n -= 3;
        if (n == 0 || (*s == '#' && (n == 1 || s[1] == ' ')))
            continue;
        line->n_field = 0;
        for (const char *from = s; from <= s + n && line->n_field < FIELDS_MAX;) {
            const char *tab = memchr(from, '\t', (size_t)(s + n - from));
            const char *to = tab ? tab : s + n;
            line->field[line->n_field] = from;
            line->len[line->n_field++] = (size_t)(to - from);
            from = to + 1;
        }
        e = fn(line);
    }
    return e;
}

/* A missing file is an error only in the shipped folder. */
static enum err read_file(struct load *line, const char *dir, const char *prefix, const char *name, bool must, line_fn *fn)
{
    char path[4096];
    struct strbuf b;
    int n = snprintf(path, sizeof path, "%s/%s%s.tsv", dir, prefix, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return err_set(ERR_CONFIG, "the lexicon folder's name is too long: %.100s...", dir);
    if (!must && access(path, F_OK) != 0 && errno == ENOENT)
        return ERR_OK;
    strbuf_init(&b, LIMIT_LEXICON_BYTES);
    enum err e = strbuf_read_file(&b, path);
    if (e == ERR_USAGE)
        e = err_set(ERR_CONFIG, "cannot read the lexicon %s: %s", path, strerror(errno));
    line->path = path;
    if (e == ERR_OK)
        e = read_lines(line, &b, fn);
    line->path = NULL;
    strbuf_release(&b);
    return e;
}

static enum err read_dir(struct load *line, const char *dir, bool user)
{
    enum err e = read_file(line, dir, "", "rules", !user, rule_line);
    if (e == ERR_OK)
        e = read_file(line, dir, "", "causes", !user, cause_line);
    if (e == ERR_OK)
        e = read_file(line, dir, "", "replies", !user, cause_line);
    line->layer = user ? LAYER_USER : LAYER_SHIPPED;
    if (e == ERR_OK)
        e = read_file(line, dir, "", "emoji", !user, emoji_line);
    for (int i = 0; i < LANG_COUNT && e == ERR_OK; i++) {
        line->lang = (enum lexicon_lang)i;
        e = read_file(line, dir, "", lang_codes[i], !user, word_line);
        line->layer--;
        if (e == ERR_OK && i == LANG_UK)
            e = read_file(line, dir, "", "ru", !user, word_line);
        if (e == ERR_OK)
            e = read_file(line, dir, "general_", lang_codes[i], false, word_line);
        line->layer++;
        if (e == ERR_OK)
            e = read_file(line, dir, "induced_", lang_codes[i], false, induced_line);
    }
    return e;
}

enum err lexicon_load(struct lexicon **out, const char *shipped_dir, const char *user_dir)
{
    struct load line = {.l = calloc(1, sizeof *line.l)};
    bool ok = line.l && stems_init(&line.stems);
    *out = NULL;
    tokens_init(&line.scratch);
    for (int i = 0; i < LANG_COUNT && ok; i++)
        ok = vocab_init(&line.l->lang[i]);
    enum err e = ok ? read_dir(&line, shipped_dir, false) : no_memory();
    if (e == ERR_OK && user_dir)
        e = read_dir(&line, user_dir, true);
    if (ok)
        stems_release(&line.stems);
    tokens_release(&line.scratch);
    if (e == ERR_OK)
        *out = line.l;
    else
        lexicon_free(line.l);
    return e;
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    for (int i = 0; i < LANG_COUNT; i++)
        vocab_release(&l->lang[i]);
    free(l);
}

void lexicon_forget_induced(struct lexicon *l, enum lexicon_lang lang)
{
    struct vocab *v = &l->lang[lang];
    for (size_t i = 0; i < v->n_unit; i++) {
        memset(v->unit[i].induced, 0, sizeof v->unit[i].induced);
        v->unit[i].pairs = 0;
    }
    for (size_t i = 0; i < v->n_term; i++)
        memset(v->term[i].factor, 0, sizeof v->term[i].factor);
    v->n_pair = 0;
    free(v->pairs.slot);
    v->pairs = (struct map){0};
}

bool lexicon_set_factor(struct lexicon *l, enum lexicon_lang lang, const char *term, size_t n, const float factor[GENRE_COUNT])
{
    uint32_t at = vocab_find_term(&l->lang[lang], term, n);
    if (at)
        memcpy(l->lang[lang].term[at].factor, factor, sizeof l->lang[lang].term[at].factor);
    return at != 0;
}

bool lexicon_add_induced(struct lexicon *l, enum lexicon_lang lang, const char *term, size_t n, const float weight[GENRE_COUNT])
{
    struct vocab *v = &l->lang[lang];
    const char *blank = memchr(term, ' ', n);
    size_t first = blank ? (size_t)(blank - term) : n;
    uint32_t a = vocab_unit(v, UNIT_STEM, term, first, true);
    if (!blank) {
        if (a)
            memcpy(v->unit[a].induced, weight, sizeof v->unit[a].induced);
        return a != UNIT_NONE;
    }
    uint32_t b = vocab_unit(v, UNIT_STEM, blank + 1, n - first - 1, true);
    return a && b && vocab_add_pair(v, a, b, weight);
}
