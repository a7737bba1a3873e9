/* The small languages inside the strings of a site file: "XPATH -> step:arg -> step", "title ~ REGEX and status 403 -> label". */
#include "parsers/engine.h"

#include "base/hash.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define X(symbol, name, type) {name, TYPE_##type},
const struct field_info field_info[FIELD_COUNT] = {FIELD_LIST(X)};
#undef X

/* Number of text among the n of list, -1 when it is not there; *slot is where its number is or belongs, NULL when memory is out. */
static int number_of(struct sites *s, struct numbered *t, const char *const *list, size_t n, const char *text, uint32_t **slot)
{
    *slot = NULL;
    if (2 * (n + 1) > t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 1024;
        uint32_t *wider = arena_calloc(&s->arena, cap, sizeof *wider);
        if (wider == NULL)
            return -1;
        for (size_t i = 0; i < n; i++) {
            size_t at = hash64_str(list[i]) & (cap - 1);
            while (wider[at] != 0)
                at = (at + 1) & (cap - 1);
            wider[at] = (uint32_t)i + 1;
        }
        *t = (struct numbered){wider, cap};
    }
    size_t at = hash64_str(text) & (t->cap - 1);
    while (t->slot[at] != 0 && strcmp(list[t->slot[at] - 1], text) != 0)
        at = (at + 1) & (t->cap - 1);
    *slot = &t->slot[at];
    return (int)t->slot[at] - 1;
}

/* true when text has become number n of *list. */
static bool add_text(struct sites *s, const char ***list, size_t n, size_t *cap, const char *text, uint32_t *slot)
{
    const char **grown = slot != NULL ? arena_grow(&s->arena, *list, n, cap, sizeof *grown) : NULL;
    const char *copy = arena_strdup(&s->arena, text);
    if (grown == NULL || copy == NULL)
        return false;
    *list = grown;
    grown[n] = copy;
    *slot = (uint32_t)n + 1;
    return true;
}

int sites_add_xpath(struct sites *s, const char *expr, const char **why)
{
    uint32_t *slot;
    int known = number_of(s, &s->xpath_number, s->xpath, s->n_xpath, expr, &slot);
    if (known >= 0)
        return known;
    if (s->checker == NULL)
        s->checker = xpath_checker_new();
    const char *wrong = xpath_check(s->checker, expr);
    if (wrong != NULL) {
        *why = arena_printf(&s->arena, "\"%s\" %s", expr, wrong);
        return -1;
    }
    const struct path **path = arena_grow(&s->arena, s->path, s->n_xpath, &s->cap_path, sizeof *path);
    if (path == NULL || !add_text(s, &s->xpath, s->n_xpath, &s->cap_xpath, expr, slot)) {
        *why = "the site files are too large together";
        return -1;
    }
    s->path = path;
    s->path[s->n_xpath] = path_parse(&s->arena, expr);
    return (int)s->n_xpath++;
}

pcre2_code *sites_add_regex(struct sites *s, const char *pattern, const char **why)
{
    if (pattern == NULL) {
        *why = "the site files are too large together";
        return NULL;
    }
    uint32_t *slot;
    int known = number_of(s, &s->re_number, s->pattern, s->n_re, pattern, &slot);
    if (known >= 0)
        return s->re[known];
    int code;
    PCRE2_SIZE at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
    if (re == NULL) {
        char text[128] = "";
        pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof text);
        *why = arena_printf(&s->arena, "the pattern \"%s\" is wrong at character %zu: %s", pattern, (size_t)at, text);
        return NULL;
    }
    pcre2_code **list = arena_grow(&s->arena, s->re, s->n_re, &s->cap_re, sizeof *list);
    if (list != NULL)
        s->re = list;
    if (list == NULL || !add_text(s, &s->pattern, s->n_re, &s->cap_pattern, pattern, slot)) {
        pcre2_code_free(re);
        *why = "the site files are too large together";
        return NULL;
    }
    s->re[s->n_re++] = re;
    return re;
}

/* Restricted edit distance, words up to 31 bytes. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), row[32];
    if (n > 31 || m > 31)
        return 99;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = best < row[j] + 1 ? best : row[j] + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
        }
    }
    return row[m];
}

const char *nearest_word(const char *word, const char *const *list, size_t n)
{
    const char *best = NULL;
    size_t least = strlen(word) / 2 + 1;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, list[i]);
        if (d < least) {
            least = d;
            best = list[i];
        }
    }
    return best;
}

/* Next piece of s up to the separator; blanks around it dropped. Moves *s behind the separator, to NULL at the end. */
static char *piece(struct arena *a, const char **s, const char *separator)
{
    const char *from = *s, *to = strstr(from, separator);
    size_t n = to != NULL ? (size_t)(to - from) : strlen(from);
    *s = to != NULL ? to + strlen(separator) : NULL;
    while (n > 0 && isspace((unsigned char)*from)) {
        from++;
        n--;
    }
    while (n > 0 && isspace((unsigned char)from[n - 1]))
        n--;
    return arena_strndup(a, from, n);
}

static bool step_parse(struct sites *s, const char *text, struct step *out, const char **why)
{
    size_t n = strcspn(text, ":");
    out->xpath = -1;
    out->arg = text[n] == ':' ? text + n + 1 : "";
    out->kind = transform_by_name(text, n);
    if (out->kind == NULL) {
        const char *name = arena_strndup(&s->arena, text, n);
        const char *near = name != NULL ? transform_nearest(name) : NULL;
        *why = near != NULL ? arena_printf(&s->arena, "no such step \"%s\"; did you mean \"%s\"?", name, near)
                            : arena_printf(&s->arena, "no such step \"%s\" (doc/SITES.md lists them)", name);
        return false;
    }
    return transform_prepare(s, out, why);
}

bool rule_parse(struct sites *s, const char *text, struct rule *out, const char **why)
{
    memset(out, 0, sizeof *out);
    out->text = arena_strdup(&s->arena, text);
    const char *rest = out->text;
    char *expr = rest != NULL ? piece(&s->arena, &rest, " -> ") : NULL;
    if (expr == NULL || expr[0] == '\0') {
        *why = "an empty rule";
        return false;
    }
    out->xpath = sites_add_xpath(s, expr, why);
    if (out->xpath < 0)
        return false;
    while (rest != NULL) {
        if (out->n_step == RULE_STEPS_MAX) {
            *why = arena_printf(&s->arena, "more than %d steps in \"%s\"", RULE_STEPS_MAX, text);
            return false;
        }
        char *step = piece(&s->arena, &rest, " -> ");
        if (step == NULL || !step_parse(s, step, &out->step[out->n_step++], why))
            return false;
    }
    return true;
}

bool extra_parse(struct sites *s, const char *text, struct extra *out, const char **why)
{
    size_t n = strcspn(text, ":");
    bool good = n > 0 && text[n] == ':';
    for (size_t i = 0; i < n && good; i++)
        good = isalnum((unsigned char)text[i]) || text[i] == '_';
    if (!good) {
        *why = arena_printf(&s->arena, "\"%s\" is not \"name: XPATH\"", text);
        return false;
    }
    out->name = arena_strndup(&s->arena, text, n);
    return rule_parse(s, text + n + 1, &out->rule, why);
}

static const struct {
    const char *word;
    enum test_kind kind;
} tests[] = {
    {"title", TEST_TITLE}, {"text", TEST_TEXT}, {"header", TEST_HEADER}, {"status", TEST_STATUS},
    {"xpath", TEST_XPATH}, {"url", TEST_URL},   {"body", TEST_BODY},
};
#define N_TEST (sizeof tests / sizeof tests[0])

/* "title ~ REGEX", "title WORDS", "header NAME", "header NAME ~ REGEX", "status 507", "xpath EXPR", "body empty" */
static bool test_parse(struct sites *s, const char *text, struct test *out, const char **why)
{
    size_t n = strcspn(text, " "), i = 0;
    out->xpath = -1;
    while (i < N_TEST && !(strlen(tests[i].word) == n && memcmp(tests[i].word, text, n) == 0))
        i++;
    if (i == N_TEST) {
        const char *list[N_TEST], *name = arena_strndup(&s->arena, text, n);
        for (size_t k = 0; k < N_TEST; k++)
            list[k] = tests[k].word;
        const char *near = name != NULL ? nearest_word(name, list, N_TEST) : NULL;
        *why = arena_printf(&s->arena, "a marker begins with title, text, header, status, xpath, url or body, not with \"%s\"%s%s%s",
                            name, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "", near != NULL ? "\"?" : "");
        return false;
    }
    out->kind = tests[i].kind;
    text += n + strspn(text + n, " ");
    if (out->kind == TEST_HEADER) {
        n = strcspn(text, " ");
        out->name = arena_strndup(&s->arena, text, n);
        text += n + strspn(text + n, " ");
    }
    out->arg = text;
    if (out->kind == TEST_STATUS && (out->status = atoi(text)) < 100)
        *why = arena_printf(&s->arena, "\"status %s\": an HTTP status is meant, such as \"status 507\"", text);
    else if (out->kind == TEST_XPATH)
        out->xpath = sites_add_xpath(s, text, why);
    else if (text[0] == '~' && text[1] == ' ')
        out->re = sites_add_regex(s, text + 2, why);
    else if (out->kind != TEST_HEADER && text[0] == '\0')
        *why = arena_printf(&s->arena, "\"%s\" needs something to look for", tests[i].word);
    return *why == NULL;
}

bool marker_parse(struct sites *s, const char *text, struct marker *out, const char **why)
{
    memset(out, 0, sizeof *out);
    out->text = arena_strdup(&s->arena, text);
    const char *rest = out->text;
    char *tests_text = rest != NULL ? piece(&s->arena, &rest, " -> ") : NULL;
    if (rest != NULL)
        out->label = piece(&s->arena, &rest, " -> ");
    const char *more = tests_text;
    while (more != NULL) {
        if (out->n_test == MARKER_TESTS_MAX) {
            *why = arena_printf(&s->arena, "more than %d tests in \"%s\"", MARKER_TESTS_MAX, text);
            return false;
        }
        /* "&&", because "and" belongs to XPath */
        char *test = piece(&s->arena, &more, " && ");
        if (test == NULL || !test_parse(s, test, &out->test[out->n_test++], why))
            return false;
    }
    return out->n_test > 0;
}
