#include "parsers/html_entity.h"

#include "base/utf8.h"

#include <string.h>

struct entity {
    const char *name, *text;
};

/* Those that need no semicolon. */
static const struct entity legacy[] = {
    {"AElig", "\xC3\x86"}, {"AMP", "&"}, {"Aacute", "\xC3\x81"}, {"Acirc", "\xC3\x82"}, {"Agrave", "\xC3\x80"}, {"Aring", "\xC3\x85"}, {"Atilde", "\xC3\x83"},
    {"Auml", "\xC3\x84"}, {"COPY", "\xC2\xA9"}, {"Ccedil", "\xC3\x87"}, {"ETH", "\xC3\x90"}, {"Eacute", "\xC3\x89"}, {"Ecirc", "\xC3\x8A"}, {"Egrave",
    "\xC3\x88"}, {"Euml", "\xC3\x8B"}, {"GT", ">"}, {"Iacute", "\xC3\x8D"}, {"Icirc", "\xC3\x8E"}, {"Igrave", "\xC3\x8C"}, {"Iuml", "\xC3\x8F"}, {"LT", "<"},
    {"Ntilde", "\xC3\x91"}, {"Oacute", "\xC3\x93"}, {"Ocirc", "\xC3\x94"}, {"Ograve", "\xC3\x92"}, {"Oslash", "\xC3\x98"}, {"Otilde", "\xC3\x95"}, {"Ouml",
    "\xC3\x96"}, {"QUOT", "\""}, {"REG", "\xC2\xAE"}, {"THORN", "\xC3\x9E"}, {"Uacute", "\xC3\x9A"}, {"Ucirc", "\xC3\x9B"}, {"Ugrave", "\xC3\x99"}, {"Uuml",
    "\xC3\x9C"}, {"Yacute", "\xC3\x9D"}, {"aacute", "\xC3\xA1"}, {"acirc", "\xC3\xA2"}, {"acute", "\xC2\xB4"}, {"aelig", "\xC3\xA6"}, {"agrave", "\xC3\xA0"},
    {"amp", "&"}, {"aring", "\xC3\xA5"}, {"atilde", "\xC3\xA3"}, {"auml", "\xC3\xA4"}, {"brvbar", "\xC2\xA6"}, {"ccedil", "\xC3\xA7"}, {"cedil", "\xC2\xB8"},
    {"cent", "\xC2\xA2"}, {"copy", "\xC2\xA9"}, {"curren", "\xC2\xA4"}, {"deg", "\xC2\xB0"}, {"divide", "\xC3\xB7"}, {"eacute", "\xC3\xA9"}, {"ecirc",
    "\xC3\xAA"}, {"egrave", "\xC3\xA8"}, {"eth", "\xC3\xB0"}, {"euml", "\xC3\xAB"}, {"frac12", "\xC2\xBD"}, {"frac14", "\xC2\xBC"}, {"frac34", "\xC2\xBE"}, {"gt",
    ">"}, {"iacute", "\xC3\xAD"}, {"icirc", "\xC3\xAE"}, {"iexcl", "\xC2\xA1"}, {"igrave", "\xC3\xAC"}, {"iquest", "\xC2\xBF"}, {"iuml", "\xC3\xAF"}, {"laquo",
    "\xC2\xAB"}, {"lt", "<"}, {"macr", "\xC2\xAF"}, {"micro", "\xC2\xB5"}, {"middot", "\xC2\xB7"}, {"nbsp", "\xC2\xA0"}, {"not", "\xC2\xAC"}, {"ntilde",
    "\xC3\xB1"}, {"oacute", "\xC3\xB3"}, {"ocirc", "\xC3\xB4"}, {"ograve", "\xC3\xB2"}, {"ordf", "\xC2\xAA"}, {"ordm", "\xC2\xBA"}, {"oslash", "\xC3\xB8"},
    {"otilde", "\xC3\xB5"}, {"ouml", "\xC3\xB6"}, {"para", "\xC2\xB6"}, {"plusmn", "\xC2\xB1"}, {"pound", "\xC2\xA3"}, {"quot", "\""}, {"raquo", "\xC2\xBB"},
    {"reg", "\xC2\xAE"}, {"sect", "\xC2\xA7"}, {"shy", "\xC2\xAD"}, {"sup1", "\xC2\xB9"}, {"sup2", "\xC2\xB2"}, {"sup3", "\xC2\xB3"}, {"szlig", "\xC3\x9F"},
    {"thorn", "\xC3\xBE"}, {"times", "\xC3\x97"}, {"uacute", "\xC3\xBA"}, {"ucirc", "\xC3\xBB"}, {"ugrave", "\xC3\xB9"}, {"uml", "\xC2\xA8"}, {"uuml",
    "\xC3\xBC"}, {"yacute", "\xC3\xBD"}, {"yen", "\xC2\xA5"}, {"yuml", "\xC3\xBF"},
};

/* Of the others those that texts use; another one is a doubt. */
static const struct entity modern[] = {
    {"apos", "'"}, {"hellip", "\xE2\x80\xA6"}, {"mdash", "\xE2\x80\x94"}, {"ndash", "\xE2\x80\x93"}, {"rsaquo", "\xE2\x80\xBA"}, {"lsaquo", "\xE2\x80\xB9"},
    {"ldquo", "\xE2\x80\x9C"}, {"rdquo", "\xE2\x80\x9D"}, {"lsquo", "\xE2\x80\x98"}, {"rsquo", "\xE2\x80\x99"}, {"bdquo", "\xE2\x80\x9E"}, {"sbquo",
    "\xE2\x80\x9A"}, {"bull", "\xE2\x80\xA2"}, {"euro", "\xE2\x82\xAC"}, {"rarr", "\xE2\x86\x92"}, {"larr", "\xE2\x86\x90"}, {"uarr", "\xE2\x86\x91"}, {"darr",
    "\xE2\x86\x93"}, {"thinsp", "\xE2\x80\x89"}, {"ensp", "\xE2\x80\x82"}, {"emsp", "\xE2\x80\x83"}, {"zwnj", "\xE2\x80\x8C"}, {"zwj", "\xE2\x80\x8D"}, {"trade",
    "\xE2\x84\xA2"}, {"prime", "\xE2\x80\xB2"}, {"Prime", "\xE2\x80\xB3"}, {"dagger", "\xE2\x80\xA0"}, {"permil", "\xE2\x80\xB0"}, {"minus", "\xE2\x88\x92"},
    {"hearts", "\xE2\x99\xA5"}, {"check", "\xE2\x9C\x93"}, {"dash", "\xE2\x80\x90"},
};

/* "#8217;" and "#x2019;": bytes read; 0 is a doubt (no semicolon, a control character, one that the standard replaces). */
static size_t numeric(struct strbuf *out, const char *p, const char *end)
{
    const char *from = p++;
    bool hex = p < end && (*p | 32) == 'x';
    uint32_t cp = 0;
    size_t digits = 0;
    for (p += hex; p < end && digits < 7; p++, digits++) {
        char c = *p;
        int d = c >= '0' && c <= '9' ? c - '0' : hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (d < 0)
            break;
        cp = cp * (hex ? 16 : 10) + (uint32_t)d;
    }
    bool plain = cp >= 0xA0 ? cp < 0xD800 || (cp >= 0xE000 && cp < 0xFDD0) || (cp >= 0xFDF0 && cp < 0xFFFE) || (cp >= 0x1F000 && cp < 0x1FF00) : cp == '\n' || cp == '\t' || (cp >= 0x20 && cp < 0x7F);
    char utf8[4];
    if (digits == 0 || p == end || *p != ';' || !plain || !strbuf_add(out, utf8, utf8_encode(cp, utf8)))
        return 0;
    return (size_t)(p + 1 - from);
}

/* "name;" at p. */
static const struct entity *find(const struct entity *e, size_t n, const char *p, const char *end)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(e[i].name);
        if ((size_t)(end - p) > len && p[len] == ';' && *p == *e[i].name && memcmp(p, e[i].name, len) == 0)
            return &e[i];
    }
    return NULL;
}

/* p is behind '&'. Bytes read, 0: a doubt. A '&' that begins nothing stays. */
static size_t reference(struct strbuf *out, const char *p, const char *end)
{
    if (p < end && *p == '#')
        return numeric(out, p, end);
    const struct entity *e = find(legacy, sizeof legacy / sizeof legacy[0], p, end);
    if (e == NULL)
        e = find(modern, sizeof modern / sizeof modern[0], p, end);
    return e != NULL && strbuf_puts(out, e->text) ? strlen(e->name) + 1 : 0;
}

/* "&word" without a semicolon: letters as they stand? Only where no reference can begin. */
static bool is_no_reference(const char *s, size_t word)
{
    for (size_t i = 0; i < sizeof legacy / sizeof legacy[0]; i++)
        if (strlen(legacy[i].name) <= word && memcmp(s, legacy[i].name, strlen(legacy[i].name)) == 0)
            return false;
    return true;
}

/* Text or an attribute's value with its references read. in_value: in addresses "&name=" is no reference. */
bool html_decode(struct strbuf *out, const char *s, size_t n, bool in_value)
{
    const char *end = s + n;
    while (s < end) {
        const char *amp = memchr(s, '&', (size_t)(end - s));
        const char *stop = amp == NULL ? end : amp;
        if (!strbuf_add(out, s, (size_t)(stop - s)))
            return false;
        if (amp == NULL)
            break;
        s = amp + 1;
        size_t word = 0;
        while (s + word < end && ((s[word] >= '0' && s[word] <= '9') || ((s[word] | 32) >= 'a' && (s[word] | 32) <= 'z')))
            word++;
        char next = s + word < end ? s[word] : ' ';
        bool bare = word == 0 && next != '#';
        if (bare || (in_value && word > 0 && next == '=') || (word > 0 && next != ';' && is_no_reference(s, word))) {
            strbuf_putc(out, '&');
            continue;
        }
        size_t used = reference(out, s, end);
        if (used == 0)
            return false;
        s += used;
    }
    return !out->full;
}
