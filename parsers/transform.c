/* The named steps behind "->" in a rule. Each gets a value and leaves a value, or says that nothing is left. */
#include "parsers/engine.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "parsers/readers.h"
#include "parsers/urls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum step_arg { ARG_NONE, ARG_OPTIONAL, ARG_NUMBER, ARG_REGEX, ARG_XPATH, ARG_WORDS, ARG_NEEDED, ARG_REPLACE };
struct transform_kind {
    const char *name;
    enum step_arg arg;
    bool (*run)(struct view *v, const struct step *t, struct value *x);
};

const char *value_string(struct view *v, struct value *x)
{
    if (x->s == NULL && x->node != NULL) {
        const xmlNode *text = x->node->type == XML_TEXT_NODE ? x->node : x->node->children;
        if (text != NULL && text->type == XML_TEXT_NODE && (text == x->node || text->next == NULL)) { /* nearly always */
            if (text->content != NULL && text->content[0] != '\0')
                x->s = (const char *)text->content;
            return x->s;
        }
        xmlChar *s = xmlNodeGetContent(x->node);
        if (s != NULL && s[0] != '\0')
            x->s = arena_strdup(v->a, (char *)s);
        xmlFree(s);
    }
    return x->s;
}

static bool set_string(struct value *x, const char *s)
{
    x->node = NULL;
    x->s = s != NULL && s[0] != '\0' ? s : NULL;
    return x->s != NULL;
}

static bool run_trim(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, utf8_squeeze(v->a, s));
}

/* text:CLASS,<blockquote = visible text without the elements of these classes and names */
static bool run_text(struct view *v, const struct step *t, struct value *x)
{
    if (x->node != NULL && x->node->type == XML_ELEMENT_NODE)
        return set_string(x, text_of(v->a, x->node, t->word));
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, text_plain(v->a, s));
}

/* html:CLASS,... = the value is markup in a string. No tree is built for plain text. */
static bool run_html(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    if (s == NULL)
        return false;
    if (strpbrk(s, "<&") == NULL)
        return set_string(x, text_plain(v->a, s));
    xmlDocPtr doc = NULL;
    enum read_result got = html_fragment(s, strlen(s), &doc);
    const char *text = NULL;
    if (got != READ_OK && got != READ_RECOVERED) {
        v->toobig = v->toobig || got == READ_TOOBIG;
    } else if (doc != NULL) {
        text = text_of(v->a, xmlDocGetRootElement(doc), t->word);
    }
    tree_free(doc);
    return set_string(x, text);
}

bool number_read(const char *s, bool whole, double *out)
{
    const char *p = s;
    while (*p != '\0' && !isdigit((unsigned char)*p))
        p++;
    if (*p == '\0')
        return false;
    bool minus = p > s && (p[-1] == '-' || (p - s >= 3 && memcmp(p - 3, "\xe2\x88\x92", 3) == 0));
    double v = 0;
    for (;;) {
        while (isdigit((unsigned char)*p))
            v = v * 10 + (*p++ - '0');
        /* a group of three digits behind a blank, comma or apostrophe; behind a point only for whole numbers */
        size_t gap = *p == ',' || *p == ' ' || *p == '\'' || (whole && *p == '.') ? 1
                     : memcmp(p, "\xc2\xa0", *p != '\0' && p[1] != '\0' ? 2 : 1) == 0 ? 2
                     : strncmp(p, "\xe2\x80\xaf", 3) == 0 || strncmp(p, "\xe2\x80\x89", 3) == 0 ? 3
                                                                                                : 0;
        if (gap == 0 || !isdigit((unsigned char)p[gap]) || !isdigit((unsigned char)p[gap + 1]) ||
            !isdigit((unsigned char)p[gap + 2]) || isdigit((unsigned char)p[gap + 3]))
            break;
        p += gap;
    }
    if ((*p == '.' || *p == ',') && isdigit((unsigned char)p[1])) {
        double unit = 0.1;
        for (p++; isdigit((unsigned char)*p); p++, unit /= 10)
            v += (*p - '0') * unit;
    }
    while (*p == ' ')
        p++;
    if (*p == 'K' || *p == 'k' || strncmp(p, "тыс", 6) == 0 || strncmp(p, "тис", 6) == 0)
        v *= 1000;
    else if (*p == 'M' || strncmp(p, "млн", 6) == 0)
        v *= 1000000;
    *out = minus ? -v : v;
    return true;
}

static bool run_int(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    double d;
    const char *s = value_string(v, x);
    return s != NULL && number_read(s, true, &d) && d < 9e15 && d > -9e15 && set_string(x, arena_printf(v->a, "%.0f", d));
}

static bool run_real(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    double d;
    const char *s = value_string(v, x);
    return s != NULL && number_read(s, false, &d) && set_string(x, arena_printf(v->a, "%.15g", d));
}

/* pct:5 = "80%" becomes 4 */
static bool run_pct(struct view *v, const struct step *t, struct value *x)
{
    double d;
    const char *s = value_string(v, x);
    return s != NULL && number_read(s, false, &d) && set_string(x, arena_printf(v->a, "%.15g", d / 100 * t->number));
}

/* stars:5 = how many of 5 as icons, words or "4/5": the first number, refused when it is larger than the scale */
static bool run_stars(struct view *v, const struct step *t, struct value *x)
{
    double d;
    const char *s = value_string(v, x);
    return s != NULL && number_read(s, false, &d) && d <= t->number && set_string(x, arena_printf(v->a, "%.15g", d));
}

static bool run_date(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    if (s == NULL)
        return false;
    x->when = date_read(s, t->arg[0] != '\0' ? t->arg : "any", &v->date);
    x->dated = true;
    return when_known(x->when);
}

static bool run_url(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, url_join(v->a, v->url, s));
}

char *regex_match(struct view *v, const pcre2_code *re, const char *s)
{
    struct parser *p = v->p;
    int n = pcre2_match(re, (PCRE2_SPTR)s, strlen(s), 0, 0, p->match, p->match_limits);
    if (n <= 0)
        return NULL;
    PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->match);
    int group = n > 1 && at[2] != PCRE2_UNSET ? 1 : 0;
    return arena_strndup(v->a, s + at[2 * group], at[2 * group + 1] - at[2 * group]);
}

static bool run_match(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, regex_match(v, t->re, s));
}

/* drop:Pros:|Cons: = without one of these words at the beginning (or the end), and blanks around */
static bool run_drop(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    if (s == NULL)
        return false;
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    for (size_t i = 0; t->word != NULL && t->word[i] != NULL; i++) {
        size_t m = strlen(t->word[i]);
        if (n >= m && memcmp(s, t->word[i], m) == 0) {
            s += m + strspn(s + m, " \t\r\n");
            n = strlen(s);
            break;
        }
        if (n >= m && memcmp(s + n - m, t->word[i], m) == 0) {
            n -= m;
            break;
        }
    }
    while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
        n--;
    return set_string(x, arena_strndup(v->a, s, n));
}

static bool run_lower(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, utf8_fold(v->a, s, strlen(s)));
}

/* map:yes=1,no=0 ; a value that is not listed is nothing, unless the list ends in *=VALUE */
static bool run_map(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    if (s == NULL)
        return false;
    s = utf8_squeeze(v->a, s);
    for (size_t i = 0; s != NULL && t->word != NULL && t->word[i] != NULL; i++) {
        const char *eq = strchr(t->word[i], '=');
        if (eq == NULL)
            continue;
        size_t m = (size_t)(eq - t->word[i]);
        if ((m == strlen(s) && memcmp(s, t->word[i], m) == 0) || (m == 1 && t->word[i][0] == '*'))
            return set_string(x, eq + 1);
    }
    return false;
}

/* json:XPATH = the value is JSON in a string (an attribute, an inline script) */
static bool run_json(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    xmlDocPtr doc = NULL;
    if (s == NULL)
        return false;
    enum read_result got = json_tree(s, strlen(s), &doc);
    struct value inner = {0};
    bool hit = (got == READ_OK || got == READ_RECOVERED) && doc != NULL &&
               xpath_value(v, t->xpath, xmlDocGetRootElement(doc), &inner);
    const char *text = hit ? arena_strdup(v->a, value_string(v, &inner)) : NULL;
    tree_free(doc);
    return set_string(x, text);
}

static bool run_base64(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *s = value_string(v, x);
    if (s == NULL)
        return false;
    char *out = arena_alloc(v->a, strlen(s) + 1);
    if (out == NULL)
        return false;
    size_t n = 0;
    unsigned bits = 0, have = 0;
    for (; *s != '\0' && *s != '='; s++) {
        char c = *s == '-' ? '+' : *s == '_' ? '/' : *s;
        const char *at = strchr(alphabet, c);
        if (at == NULL)
            continue;
        bits = (bits << 6 | (unsigned)(at - alphabet)) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have & 0xff);
        }
    }
    out[n] = '\0';
    return utf8_valid(out, n) && set_string(x, out);
}

/* hash = 16 hex digits of the text, for things that have no id of their own */
static bool run_hash(struct view *v, const struct step *t, struct value *x)
{
    (void)t;
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, arena_printf(v->a, "%016llx", (unsigned long long)hash64_str(s)));
}

/* param:url = the value of a parameter of the URL that the value is */
static bool run_param(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    const char *url = s != NULL ? url_join(v->a, v->url, s) : NULL;
    return url != NULL && set_string(x, url_query(v->a, url, t->arg));
}

/* query:page = the URL of this page with the parameter set to the value */
static bool run_query(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, url_set_query(v->a, v->url, t->arg, s));
}

/* strip:sid,s = the URL without these parameters (session ids) */
static bool run_strip(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    const char *url = s != NULL ? url_join(v->a, v->url, s) : NULL;
    for (size_t i = 0; url != NULL && t->word != NULL && t->word[i] != NULL; i++)
        url = url_query(v->a, url, t->word[i]) != NULL ? url_set_query(v->a, url, t->word[i], NULL) : url;
    return set_string(x, url);
}

/* replace:REGEX=>TEXT = every match by TEXT, in which $1 is the first group */
static bool run_replace(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    if (s == NULL)
        return false;
    PCRE2_SIZE n = 2 * strlen(s) + LIMIT_FIELD_BYTES;
    char *out = arena_alloc(v->a, n);
    if (out == NULL)
        return false;
    int done = pcre2_substitute(t->re, (PCRE2_SPTR)s, PCRE2_ZERO_TERMINATED, 0, PCRE2_SUBSTITUTE_GLOBAL, v->p->match, v->p->match_limits,
                                (PCRE2_SPTR)t->word[0], PCRE2_ZERO_TERMINATED, (PCRE2_UCHAR *)out, &n);
    return set_string(x, done >= 0 ? out : s);
}

/* prefix:TEXT = TEXT before the value */
static bool run_prefix(struct view *v, const struct step *t, struct value *x)
{
    const char *s = value_string(v, x);
    return s != NULL && set_string(x, arena_printf(v->a, "%s%s", t->arg, s));
}

static const struct transform_kind kinds[] = {
    {"trim", ARG_NONE, run_trim},       {"gap", ARG_NONE, run_trim},        {"text", ARG_WORDS, run_text},
    {"html", ARG_WORDS, run_html},      {"int", ARG_NONE, run_int},         {"real", ARG_NONE, run_real},
    {"pct", ARG_NUMBER, run_pct},       {"stars", ARG_NUMBER, run_stars},   {"date", ARG_OPTIONAL, run_date},
    {"url", ARG_NONE, run_url},         {"match", ARG_REGEX, run_match},    {"drop", ARG_WORDS, run_drop},
    {"lower", ARG_NONE, run_lower},     {"map", ARG_WORDS, run_map},        {"json", ARG_XPATH, run_json},
    {"base64", ARG_NONE, run_base64},   {"hash", ARG_NONE, run_hash},       {"param", ARG_NEEDED, run_param},
    {"query", ARG_NEEDED, run_query},   {"strip", ARG_WORDS, run_strip},    {"prefix", ARG_NEEDED, run_prefix},
    {"replace", ARG_REPLACE, run_replace},
};
#define N_KIND (sizeof kinds / sizeof kinds[0])

const struct transform_kind *transform_by_name(const char *name, size_t n)
{
    for (size_t i = 0; i < N_KIND; i++)
        if (strlen(kinds[i].name) == n && memcmp(kinds[i].name, name, n) == 0)
            return &kinds[i];
    return NULL;
}

const char *transform_nearest(const char *name)
{
    const char *list[N_KIND];
    for (size_t i = 0; i < N_KIND; i++)
        list[i] = kinds[i].name;
    return nearest_word(name, list, N_KIND);
}

static const char *const *split_words(struct sites *s, const char *arg)
{
    size_t n = 1;
    for (const char *p = arg; *p != '\0'; p++)
        n += *p == ',' || *p == '|';
    const char **word = arena_calloc(&s->arena, n + 1, sizeof *word);
    if (word == NULL)
        return NULL;
    size_t i = 0;
    while (*arg != '\0') {
        size_t len = strcspn(arg, ",|");
        if (len > 0)
            word[i++] = arena_strndup(&s->arena, arg, len);
        arg += len + (arg[len] != '\0');
    }
    return word;
}

/* "REGEX=>TEXT" */
static bool split_replace(struct sites *s, struct step *t, const char **why)
{
    const char *arrow = strstr(t->arg, "=>");
    const char **word = arena_calloc(&s->arena, 2, sizeof *word);
    if (arrow == NULL || arrow == t->arg || word == NULL) {
        *why = arena_printf(&s->arena, "\"replace\" is written replace:REGEX=>TEXT");
        return false;
    }
    t->re = sites_add_regex(s, arena_strndup(&s->arena, t->arg, (size_t)(arrow - t->arg)), why);
    word[0] = arrow + 2;
    t->word = word;
    return t->re != NULL;
}

static const char *const date_forms[] = {"iso", "rfc822", "epoch", "en", "ru", "uk", "relative", "dmy", "mdy", "any"};

bool transform_prepare(struct sites *s, struct step *t, const char **why)
{
    enum step_arg need = t->kind->arg;
    if (need == ARG_NONE && t->arg[0] != '\0')
        *why = arena_printf(&s->arena, "\"%s\" takes no argument", t->kind->name);
    else if ((need == ARG_REGEX || need == ARG_XPATH || need == ARG_NUMBER || need == ARG_NEEDED) && t->arg[0] == '\0')
        *why = arena_printf(&s->arena, "\"%s\" needs an argument, as in \"%s:...\"", t->kind->name, t->kind->name);
    else if (need == ARG_REGEX)
        t->re = sites_add_regex(s, t->arg, why);
    else if (need == ARG_XPATH)
        t->xpath = sites_add_xpath(s, t->arg, why);
    else if (need == ARG_REPLACE)
        split_replace(s, t, why);
    else if (need == ARG_WORDS)
        t->word = split_words(s, t->arg);
    else if (need == ARG_NUMBER && (t->number = strtod(t->arg, NULL)) <= 0)
        *why = arena_printf(&s->arena, "\"%s\" needs a number above 0", t->kind->name);
    if (*why == NULL && t->kind->run == run_date && t->arg[0] != '\0') {
        bool known = false;
        for (size_t i = 0; i < sizeof date_forms / sizeof date_forms[0]; i++)
            known = known || strcmp(date_forms[i], t->arg) == 0;
        if (!known)
            *why = arena_printf(&s->arena, "no such date form \"%s\" (iso, rfc822, epoch, en, ru, uk, relative, dmy, mdy, any)", t->arg);
    }
    return *why == NULL;
}

bool transform_run(struct view *v, const struct rule *r, struct value *x)
{
    for (size_t i = 0; i < r->n_step; i++)
        if (!r->step[i].kind->run(v, &r->step[i], x))
            return false;
    return true;
}

bool rules_value(struct view *v, const struct rules *r, xmlNodePtr node, struct value *out, size_t *which)
{
    for (size_t i = 0; i < r->n; i++) {
        if (!xpath_value(v, r->v[i].xpath, node, out) || !transform_run(v, &r->v[i], out))
            continue;
        if (out->dated || value_string(v, out) != NULL) {
            if (which != NULL)
                *which = i;
            return true;
        }
    }
    return false;
}
