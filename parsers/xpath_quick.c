/* "//x[p]" means /descendant-or-self::node()/child::x[p]. libxml2 shortens that to descendant::x only where no predicate follows; with one it lists every
 * node of the page, then the children of each. Where p cannot be a position the two mean the same, and we write the short form ourselves. */
#include "parsers/engine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blank(const char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    return s;
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == ':' || (unsigned char)c >= 128;
}

/* Behind the bracket that closes the one at s; NULL when there is none. */
static const char *behind_bracket(const char *s)
{
    int depth = 0;
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\'') {
            s = strchr(s + 1, *s);
            if (s == NULL)
                return NULL;
        }
        depth += (*s == '[') - (*s == ']');
        if (depth == 0)
            return s + 1;
    }
    return NULL;
}

/* Can the predicate [s..end) be a number? Only what is surely a truth value or nodes says no: no arithmetic, no word that gives a number. */
static bool may_be_position(const char *s, const char *end)
{
    static const char *const number[] = {"position", "last", "count", "string-length", "number", "sum", "floor", "ceiling", "round", "div", "mod"};
    char before = '['; /* the last character that is no blank */
    if (isdigit((unsigned char)*skip_blank(s + 1)))
        return true;
    for (s++; s < end; s++) {
        if (*s == '"' || *s == '\'') {
            s = strchr(s + 1, *s);
            if (s == NULL)
                return true;
        } else if (*s == '$' || *s == '+' || (*s == '-' && !is_name_char(before)) || (*s == '*' && strchr("/@:([=|,", before) == NULL)) {
            return true;
        } else if (*s == '.' && isdigit((unsigned char)s[1])) {
            return true;
        } else if (isalpha((unsigned char)*s)) {
            size_t n = 0;
            while (is_name_char(s[n]))
                n++;
            for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
                if (strlen(number[i]) == n && memcmp(s, number[i], n) == 0)
                    return true;
            s += n - 1;
        } else if (*s == '-' && isspace((unsigned char)s[-1])) {
            return true;
        }
        if (!isspace((unsigned char)*s))
            before = *s;
    }
    return false;
}

/* s stands behind "//": a name or * with at least one predicate, and none may be a position. */
static bool may_shorten(const char *s)
{
    const char *name = s;
    while (is_name_char(*s))
        s++;
    if (s == name && *s == '*')
        s++;
    if (s == name || *name == '.' || memchr(name, ':', (size_t)(s - name)) != NULL)
        return false;
    const char *p = skip_blank(s);
    if (*p != '[')
        return false;
    while (*p == '[') {
        const char *end = behind_bracket(p);
        if (end == NULL || may_be_position(p, end - 1))
            return false;
        p = skip_blank(end);
    }
    return true;
}

char *xpath_quicker(const char *expr)
{
    static const char axis[] = "/descendant::";
    size_t n = strlen(expr), n_slash = 0;
    for (const char *s = strstr(expr, "//"); s != NULL; s = strstr(s + 2, "//"))
        n_slash++;
    char *out = malloc(n + n_slash * sizeof axis + 1), *to = out;
    for (const char *s = expr; out != NULL && *s != '\0';) {
        if (*s == '"' || *s == '\'') {
            const char *close = strchr(s + 1, *s);
            size_t len = close != NULL ? (size_t)(close - s) + 1 : strlen(s);
            memcpy(to, s, len);
            to += len;
            s += len;
        } else if (s[0] == '/' && s[1] == '/' && may_shorten(s + 2)) {
            memcpy(to, axis, sizeof axis - 1);
            to += sizeof axis - 1;
            s += 2;
        } else {
            *to++ = *s++;
        }
    }
    if (out != NULL)
        *to = '\0';
    return out;
}
