#include "store/jsonr.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

void jsonr_init(struct jsonr *r, char *line, size_t n)
{
    *r = (struct jsonr){line, line + n, NULL};
}

bool jsonr_fail(struct jsonr *r, const char *what)
{
    if (r->wrong == NULL)
        r->wrong = what;
    return false;
}

static void skip_space(struct jsonr *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n'))
        r->at++;
}

bool jsonr_try(struct jsonr *r, char c)
{
    if (r->wrong != NULL)
        return false;
    skip_space(r);
    if (r->at >= r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

bool jsonr_char(struct jsonr *r, char c)
{
    return jsonr_try(r, c) || jsonr_fail(r, r->at >= r->end ? "the line ends too early" : "this is not the JSON of an export");
}

bool jsonr_more(struct jsonr *r, char close, size_t n)
{
    if (jsonr_try(r, close))
        return false;
    return n == 0 ? r->wrong == NULL : jsonr_char(r, ',');
}

static int hex4(const char *s)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = s[i];
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return -1;
        v = v << 4 | d;
    }
    return v;
}

static char *utf8_put(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 63));
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    }
    return to;
}

/* \uXXXX, at its X; a pair of surrogates is one character. The text is never longer than its escape. */
static char *unicode_escape(struct jsonr *r, char *to)
{
    int hi = r->end - r->at >= 4 ? hex4(r->at) : -1, lo = -1;
    if (hi <= 0 || (hi >= 0xDC00 && hi <= 0xDFFF))
        return NULL;
    r->at += 4;
    if (hi < 0xD800 || hi > 0xDBFF)
        return utf8_put(to, (uint32_t)hi);
    if (r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u')
        lo = hex4(r->at + 2);
    if (lo < 0xDC00 || lo > 0xDFFF)
        return NULL;
    r->at += 6;
    return utf8_put(to, 0x10000 + ((uint32_t)(hi - 0xD800) << 10) + (uint32_t)(lo - 0xDC00));
}

static char *escape(struct jsonr *r, char *to)
{
    static const char from[] = "\"\\/bfnrt", is[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at++ : '\0';
    const char *hit = c != '\0' ? strchr(from, c) : NULL;
    if (c == 'u')
        return unicode_escape(r, to);
    if (hit == NULL)
        return NULL;
    *to++ = is[hit - from];
    return to;
}

bool jsonr_string(struct jsonr *r, const char **out)
{
    if (!jsonr_char(r, '"'))
        return false;
    char *begin = r->at, *to = r->at;
    while (r->at < r->end && *r->at != '"') {
        char c = *r->at++;
        if ((unsigned char)c < 0x20)
            return jsonr_fail(r, "a string holds a control character");
        if (c != '\\')
            *to++ = c;
        else if ((to = escape(r, to)) == NULL)
            return jsonr_fail(r, "a string holds an escape that JSON does not know");
    }
    if (r->at >= r->end)
        return jsonr_fail(r, "the line ends inside a string");
    r->at++;
    if (!utf8_valid(begin, (size_t)(to - begin)))
        return jsonr_fail(r, "a string is not UTF-8");
    *to = '\0';
    *out = begin;
    return true;
}

bool jsonr_key(struct jsonr *r, const char **out)
{
    return jsonr_string(r, out) && jsonr_char(r, ':');
}

bool jsonr_num(struct jsonr *r, struct jsonr_number *out)
{
    *out = (struct jsonr_number){.whole = true};
    if (r->wrong != NULL)
        return false;
    out->negative = jsonr_try(r, '-');
    char *begin = r->at, *end;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') {
        unsigned d = (unsigned)(*r->at++ - '0');
        out->whole = out->whole && out->u <= (UINT64_MAX - d) / 10;
        out->u = out->u * 10 + d;
    }
    if (r->at == begin)
        return jsonr_fail(r, r->at >= r->end ? "the line ends too early" : "a number is missing");
    out->d = strtod(begin, &end);
    out->whole = out->whole && end == r->at;
    r->at = end;
    out->d = out->negative ? -out->d : out->d;
    return true;
}

bool jsonr_unsigned(struct jsonr *r, uint64_t *out)
{
    struct jsonr_number n;
    if (!jsonr_num(r, &n))
        return false;
    *out = n.u;
    return (n.whole && !n.negative) || jsonr_fail(r, "a number is out of range");
}

bool jsonr_end(struct jsonr *r)
{
    if (r->wrong != NULL)
        return false;
    skip_space(r);
    return r->at == r->end || jsonr_fail(r, "something follows the end of the object");
}
