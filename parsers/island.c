#define _GNU_SOURCE 1 /* memmem */
#include "parsers/readers.h"

#include "parsers/tag.h"

#include <string.h>

struct wanted {
    const char *name; /* attribute */
    size_t name_bytes;
    const char *value;
    size_t value_bytes;
    bool is_type;
};

/* "script#ID", "script[NAME=VALUE]" (VALUE may be quoted), "script[NAME]". false when it is none of these. */
static bool read_selector(const char *selector, struct wanted *w)
{
    if (strncmp(selector, "script", 6) != 0)
        return false;
    const char *p = selector + 6;
    if (*p == '#') {
        *w = (struct wanted){"id", 2, p + 1, strlen(p + 1), false};
        return w->value_bytes > 0;
    }
    const char *close = strrchr(p, ']');
    if (*p != '[' || close == NULL)
        return false;
    const char *eq = memchr(p, '=', (size_t)(close - p));
    w->name = p + 1;
    w->name_bytes = (size_t)((eq == NULL ? close : eq) - w->name);
    w->value = eq == NULL ? NULL : eq + 1;
    w->value_bytes = eq == NULL ? 0 : (size_t)(close - w->value);
    if (w->value_bytes >= 2 && (*w->value == '"' || *w->value == '\'') && w->value[w->value_bytes - 1] == *w->value) {
        w->value++;
        w->value_bytes -= 2;
    }
    w->is_type = tag_is(w->name, w->name_bytes, "type");
    return w->name_bytes > 0;
}

static bool same_letters(const char *a, const char *b, size_t n, bool fold)
{
    if (!fold)
        return memcmp(a, b, n) == 0;
    for (size_t i = 0; i < n; i++) {
        char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] + 32) : a[i];
        char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] + 32) : b[i];
        if (x != y)
            return false;
    }
    return true;
}

/* A media type compares without its parameters, its case and blanks: real pages have "application/ld+json; charset=utf-8". */
static bool fits(const struct wanted *w, const struct tag_attribute *a)
{
    if (a->name_bytes != w->name_bytes || !same_letters(a->name, w->name, w->name_bytes, true))
        return false;
    if (w->value == NULL)
        return true;
    const char *value = a->value;
    size_t n = a->value_bytes;
    if (w->is_type) {
        const char *semicolon = n == 0 ? NULL : memchr(value, ';', n);
        if (semicolon != NULL)
            n = (size_t)(semicolon - value);
        while (n > 0 && (*value == ' ' || *value == '\n' || *value == '\t' || *value == '\r')) {
            value++;
            n--;
        }
        while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\n' || value[n - 1] == '\t' || value[n - 1] == '\r'))
            n--;
    }
    return n == w->value_bytes && same_letters(value, w->value, n, w->is_type);
}

/* The next "<script" tag at or behind p: points behind its name; NULL when there is none. Comments are passed over. */
static const char *next_script(const char *p, const char *end)
{
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *lt = p++;
        if (end - p >= 6 && (*p | 32) == 's' && tag_is(p, 6, "script") && tag_name(p, end) == 6)
            return p + 6;
        if (end - p >= 3 && memcmp(p, "!--", 3) == 0)
            p = tag_markup_end(lt, end);
    }
    return NULL;
}

bool island_find(const char *html, size_t n, const char *selector, size_t *from, const char **s, size_t *len)
{
    struct wanted w;
    if (!read_selector(selector, &w) || *from >= n)
        return false;
    const char *end = html + n;
    const char *p = html + *from;
    while ((p = next_script(p, end)) != NULL) {
        struct tag_attribute a;
        bool found = false;
        while (tag_attribute(&p, end, &a))
            found = found || fits(&w, &a);
        const char *stop = tag_raw_end(p, end, "script");
        if (found) {
            *s = p;
            *len = (size_t)(stop - p);
            *from = (size_t)(stop - html);
            return true;
        }
        p = stop;
    }
    *from = n;
    return false;
}

bool island_cut(const char *html, size_t n, const char *from, const char *to, const char **s, size_t *len)
{
    const char *begin = memmem(html, n, from, strlen(from));
    if (begin == NULL)
        return false;
    size_t rest = n - (size_t)(begin - html);
    size_t skip = strlen(from);
    const char *stop = to == NULL ? NULL : memmem(begin + skip, rest - skip, to, strlen(to));
    *s = begin;
    *len = stop == NULL ? rest : (size_t)(stop - begin);
    return true;
}
