#include "parsers/tag.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool tag_is(const char *s, size_t n, const char *name)
{
    size_t i = 0;
    for (; i < n && name[i] != '\0'; i++)
        if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]) != name[i])
            return false;
    return i == n && name[i] == '\0';
}

size_t tag_name(const char *p, const char *end)
{
    const char *q = p;
    if (q == end || !is_letter(*q))
        return 0;
    while (q < end && !is_blank(*q) && *q != '/' && *q != '>')
        q++;
    return (size_t)(q - p);
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* A value behind '='. A quote counts only here: a stray one inside a name does not open anything. */
static const char *read_value(const char *p, const char *end, struct tag_attribute *a)
{
    p = skip_blanks(p, end);
    if (p < end && (*p == '"' || *p == '\'')) {
        const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
        a->value = p + 1;
        a->value_bytes = (size_t)((close == NULL ? end : close) - a->value);
        return close == NULL ? end : close + 1;
    }
    a->value = p;
    while (p < end && !is_blank(*p) && *p != '>')
        p++;
    a->value_bytes = (size_t)(p - a->value);
    return p;
}

bool tag_attribute(const char **p, const char *end, struct tag_attribute *a)
{
    const char *q = *p;
    while (q < end && (is_blank(*q) || *q == '/'))
        q++;
    if (q == end || *q == '>') {
        *p = q == end ? end : q + 1;
        return false;
    }
    a->name = q;
    q++; /* even '=' may be the first byte of a name */
    while (q < end && !is_blank(*q) && *q != '/' && *q != '>' && *q != '=')
        q++;
    a->name_bytes = (size_t)(q - a->name);
    a->value = q;
    a->value_bytes = 0;
    const char *eq = skip_blanks(q, end);
    *p = eq < end && *eq == '=' ? read_value(eq + 1, end, a) : q;
    return true;
}

const char *tag_end(const char *p, const char *end)
{
    struct tag_attribute a;
    while (tag_attribute(&p, end, &a))
        ;
    return p;
}

static const char *comment_end(const char *p, const char *end)
{
    if (p < end && *p == '>')
        return p + 1; /* <!--> */
    if (end - p >= 2 && p[0] == '-' && p[1] == '>')
        return p + 2; /* <!---> */
    while (p < end) {
        const char *dash = memchr(p, '-', (size_t)(end - p));
        if (dash == NULL || end - dash < 3)
            return end;
        if (dash[1] == '-' && dash[2] == '>')
            return dash + 3;
        if (dash[1] == '-' && dash[2] == '!' && end - dash >= 4 && dash[3] == '>')
            return dash + 4;
        p = dash + 1;
    }
    return end;
}

const char *tag_markup_end(const char *p, const char *end)
{
    if (end - p >= 4 && memcmp(p, "<!--", 4) == 0)
        return comment_end(p + 4, end);
    const char *close = memchr(p, '>', (size_t)(end - p));
    return close == NULL ? end : close + 1;
}

/* "</name" or "<name" followed by what ends a name. */
static bool names_tag(const char *p, const char *end, const char *name)
{
    size_t n = strlen(name);
    if ((size_t)(end - p) < n || !tag_is(p, n, name))
        return false;
    return (size_t)(end - p) == n || is_blank(p[n]) || p[n] == '/' || p[n] == '>';
}

/* A script that holds "<!--" and then "<script" is left only by the second "</script": the standard's "double escaped" state. */
const char *tag_raw_end(const char *p, const char *end, const char *name)
{
    bool script = strcmp(name, "script") == 0;
    bool escaped = false;
    bool twice = false;
    const char *begin = p;
    while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        if (escaped) { /* a "-->" in between ends the escape */
            const char *arrow = p;
            while (arrow - begin >= 3 && memcmp(arrow - 3, "-->", 3) != 0)
                arrow--;
            if (arrow - begin >= 3)
                escaped = twice = false;
            begin = p;
        }
        if (end - p >= 2 && p[1] == '/' && names_tag(p + 2, end, name)) {
            if (!twice)
                return p;
            twice = false;
        } else if (script && end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
            escaped = true;
            begin = p;
        } else if (escaped && names_tag(p + 1, end, name)) {
            twice = true;
        }
        p++;
    }
    return end;
}
