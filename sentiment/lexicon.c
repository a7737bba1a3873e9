/* Lexicon files: read once, refused with file and line when a line makes no sense, so that a typing error cannot quietly change verdicts. */
#include "sentiment/lexicon.h"

#include "base/limits.h"
#include "base/strbuf.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELDS_MAX 4
#define WEIGHT_MAX 5.0 /* of one term; vocabulary goes to 1.5, VADER's scale to 4 */

struct line {
    struct lexicon *l;
    struct terms *to; /* word files only */
    const char *path;
    size_t number;
    const char *field[FIELDS_MAX];
    size_t len[FIELDS_MAX];
    size_t n_field;
};

typedef enum err line_fn(const struct line *line);

static const char *const lang_codes[LANG_COUNT] = {"ru", "uk", "en"};

enum lexicon_lang lexicon_lang(const char *code)
{
    int i = 0;
    while (i < LANG_COUNT && !(code && strcmp(code, lang_codes[i]) == 0))
        i++;
    return (enum lexicon_lang)i;
}

static enum err refuse(const struct line *line, const char *what)
{
    return err_set(ERR_CONFIG, "%s:%zu: %s", line->path, line->number, what);
}

static enum err add(const struct line *line, struct terms *to, const char *s, size_t n, double weight, unsigned tag)
{
    enum term_add r = terms_add(to, s, n, (float)weight, tag);
    if (r == TERM_NO_MEMORY)
        return err_set(ERR_MEMORY, "out of memory for %s", line->path);
    return r == TERM_ADDED ? ERR_OK : err_set(ERR_CONFIG, "%s:%zu: the term \"%.*s\" %s", line->path, line->number, (int)n, s, terms_add_text(r));
}

static bool is_number(const struct line *line, size_t i, double *out)
{
    char text[32], *end;
    if (line->len[i] == 0 || line->len[i] >= sizeof text)
        return false;
    memcpy(text, line->field[i], line->len[i]);
    text[line->len[i]] = '\0';
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out) && fabs(*out) <= WEIGHT_MAX;
}

static bool field_is(const struct line *line, size_t i, const char *s)
{
    return line->len[i] == strlen(s) && memcmp(line->field[i], s, line->len[i]) == 0;
}

static enum err word_line(const struct line *line)
{
    double weight;
    if (line->n_field < 2 || !is_number(line, 1, &weight))
        return refuse(line, "wanted: term, TAB, weight from -5 to 5");
    return add(line, line->to, line->field[0], line->len[0], weight, 0);
}

static enum err rule_line(const struct line *line)
{
    static const char *const roles[] = {[ROLE_NEGATE] = "negate", [ROLE_BOOST] = "boost", [ROLE_CONTRAST] = "contrast", [ROLE_NOTHING] = "nothing",
                                        [ROLE_ORDER] = "order"};
    double value = 0;
    unsigned role = 1;
    if (line->n_field < 2 || (line->n_field > 2 && !is_number(line, 2, &value)))
        return refuse(line, "wanted: role, TAB, term, and for some roles TAB, value");
    while (role < sizeof roles / sizeof *roles && !field_is(line, 0, roles[role]))
        role++;
    if (role == sizeof roles / sizeof *roles)
        return refuse(line, "no such role; there are negate, boost, contrast, nothing, order");
    return add(line, role == ROLE_NOTHING ? line->l->nothing : line->l->rules, line->field[1], line->len[1], value, role);
}

static enum err cause_line(const struct line *line)
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
        return refuse(line, "more than 64 codes");
    if (code == l->n_code)
        memcpy(l->code[l->n_code++], line->field[0], line->len[0]);
    const char *s = line->field[2], *end = s + line->len[2];
    for (enum err e; s < end;) {
        const char *bar = memchr(s, '|', (size_t)(end - s));
        const char *to = bar ? bar : end;
        if ((e = add(line, l->causes[lang], s, (size_t)(to - s), 0, (unsigned)code)) != ERR_OK)
            return e;
        s = to + 1;
    }
    return ERR_OK;
}

static enum err read_lines(struct line *line, const struct strbuf *b, line_fn *fn)
{
    enum err e = ERR_OK;
    for (size_t at = 0; at < b->n && e == ERR_OK;) {
        const char *s = b->s + at, *nl = memchr(s, '\n', b->n - at);
        size_t n = nl ? (size_t)(nl - s) : b->n - at;
        at += n + 1;
        line->number++;
        if (n && s[n - 1] == '\r')
            n--;
        if (line->number == 1 && n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
            s += 3, n -= 3;
        if (n == 0 || *s == '#')
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
static enum err read_file(struct lexicon *l, struct terms *to, const char *dir, const char *name, bool must, line_fn *fn)
{
    char path[4096];
    struct strbuf b;
    int n = snprintf(path, sizeof path, "%s/%s.tsv", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return err_set(ERR_CONFIG, "the lexicon folder's name is too long: %.100s...", dir);
    if (!must && access(path, F_OK) != 0 && errno == ENOENT)
        return ERR_OK;
    strbuf_init(&b, LIMIT_LEXICON_BYTES);
    enum err e = strbuf_read_file(&b, path);
    if (e == ERR_USAGE)
        e = err_set(ERR_CONFIG, "cannot read the lexicon %s: %s", path, strerror(errno));
    struct line line = {.l = l, .to = to, .path = path};
    if (e == ERR_OK)
        e = read_lines(&line, &b, fn);
    strbuf_release(&b);
    return e;
}

static enum err read_dir(struct lexicon *l, const char *dir, bool must)
{
    enum err e = read_file(l, NULL, dir, "rules", must, rule_line);
    if (e == ERR_OK)
        e = read_file(l, NULL, dir, "causes", must, cause_line);
    if (e == ERR_OK)
        e = read_file(l, l->emoji, dir, "emoji", must, word_line);
    for (int i = 0; i < LANG_COUNT && e == ERR_OK; i++)
        e = read_file(l, l->words[i], dir, lang_codes[i], must, word_line);
    return e;
}

static bool make_tables(struct lexicon *l)
{
    bool ok = (l->emoji = terms_new()) && (l->nothing = terms_new()) && (l->rules = terms_new());
    for (int i = 0; i < LANG_COUNT && ok; i++)
        ok = (l->words[i] = terms_new()) && (l->causes[i] = terms_new());
    return ok;
}

static bool seal_tables(struct lexicon *l)
{
    bool ok = terms_seal(l->emoji) && terms_seal(l->nothing) && terms_seal(l->rules);
    for (int i = 0; i < LANG_COUNT && ok; i++)
        ok = terms_seal(l->words[i]) && terms_seal(l->causes[i]);
    return ok;
}

enum err lexicon_load(struct lexicon **out, const char *shipped_dir, const char *user_dir)
{
    struct lexicon *l = calloc(1, sizeof *l);
    *out = NULL;
    if (!l || !make_tables(l)) {
        lexicon_free(l);
        return err_set(ERR_MEMORY, "out of memory for the lexicons");
    }
    enum err e = read_dir(l, shipped_dir, true);
    if (e == ERR_OK && user_dir)
        e = read_dir(l, user_dir, false);
    if (e == ERR_OK && !seal_tables(l))
        e = err_set(ERR_MEMORY, "out of memory for the lexicons");
    if (e == ERR_OK)
        *out = l;
    else
        lexicon_free(l);
    return e;
}

void lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    terms_free(l->emoji);
    terms_free(l->nothing);
    terms_free(l->rules);
    for (int i = 0; i < LANG_COUNT; i++) {
        terms_free(l->words[i]);
        terms_free(l->causes[i]);
    }
    free(l);
}
