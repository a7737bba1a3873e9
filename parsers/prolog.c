#define _GNU_SOURCE 1 /* memmem */
#include "parsers/prolog.h"

#include "base/utf8.h"

#include <libxml/HTMLparser.h> /* only its table of named characters, never its parser */
#include <string.h>

struct scan {
    struct strbuf *out;
    const char *kept; /* not yet copied from here on */
    const char *end;
    bool mended;
    bool toobig;
};

static void copy_to(struct scan *c, const char *p)
{
    if (p > c->kept)
        strbuf_add(c->out, c->kept, (size_t)(p - c->kept));
    c->kept = p;
}

static bool starts(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

/* Behind `word`, or end. */
static const char *behind(const char *p, const char *end, const char *word)
{
    const char *at = p < end ? memmem(p, (size_t)(end - p), word, strlen(word)) : NULL;
    return at == NULL ? end : at + strlen(word);
}

/* Behind a DOCTYPE: quotes, comments and the brackets of its internal subset are passed over. */
static const char *doctype_end(const char *p, const char *end)
{
    bool inside = false;
    while (p < end) {
        if (*p == '"' || *p == '\'') {
            const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
            p = close == NULL ? end : close + 1;
        } else if (starts(p, end, "<!--")) {
            p = behind(p + 4, end, "-->");
        } else if (starts(p, end, "<?")) {
            p = behind(p + 2, end, "?>");
        } else if (*p == '>' && !inside) {
            return p + 1;
        } else {
            inside = *p == '[' ? true : *p == ']' ? false : inside;
            p++;
        }
    }
    return end;
}

/* true when a reference (&name; &#10; &#xA;) begins at p. */
static bool is_reference(const char *p, const char *end)
{
    size_t n = 1;
    size_t left = (size_t)(end - p);
    bool number = left > 1 && p[1] == '#';
    bool hex = number && left > 2 && (p[2] == 'x' || p[2] == 'X');
    n += number ? (hex ? 2 : 1) : 0;
    size_t begin = n;
    for (; n < left && n < 64; n++) {
        char c = p[n];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (number ? digit || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) : letter || (digit && n > begin))
            continue;
        return c == ';' && n > begin && (!hex || p[2] == 'x');
    }
    return false;
}

/* Feeds use HTML's named characters without declaring them. true when the name at p (behind '&') is one; *cp is its character, 0 for XML's own five. */
static bool named_character(const char *p, size_t n, uint32_t *cp)
{
    static const char *const own[] = {"amp", "lt", "gt", "quot", "apos"};
    char name[16];
    if (n >= sizeof name)
        return false;
    memcpy(name, p, n);
    name[n] = '\0';
    *cp = 0;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(name, own[i]) == 0)
            return true;
    const htmlEntityDesc *known = htmlEntityLookup((const xmlChar *)name);
    if (known != NULL)
        *cp = known->value;
    return known != NULL;
}

/* A reference that XML knows stays; one that only HTML knows becomes its character; any other '&' is meant as text. */
static const char *ampersand(struct scan *c, const char *p)
{
    uint32_t cp = 0;
    char utf8[4];
    bool reference = is_reference(p, c->end);
    const char *semicolon = reference ? memchr(p, ';', (size_t)(c->end - p)) : p;
    bool known = reference && (p[1] == '#' || named_character(p + 1, (size_t)(semicolon - p - 1), &cp));
    if (known && cp == 0)
        return p + 1;
    c->mended = true;
    copy_to(c, known ? p : p + 1);
    if (known) {
        strbuf_add(c->out, utf8, utf8_encode(cp, utf8));
        c->kept = semicolon + 1;
        return semicolon + 1;
    }
    strbuf_puts(c->out, "amp;");
    return p + 1;
}

static const char *drop(struct scan *c, const char *from, const char *to)
{
    copy_to(c, from);
    c->kept = to;
    return to;
}

/* Behind a start or end tag; '&' in its values is mended on the way. */
static const char *tag(struct scan *c, const char *p)
{
    char quote = 0;
    size_t n_equal = 0;
    for (p++; p < c->end; p++) {
        if (*p == '&') {
            p = ampersand(c, p) - 1; /* never a quote, '<' or '>': those are XML's own */
        } else if (quote != 0) {
            quote = *p == quote ? 0 : quote;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '=') {
            n_equal++;
        } else if (*p == '>' || *p == '<') {
            break;
        }
    }
    c->toobig = c->toobig || n_equal > PROLOG_MAX_ATTRIBUTES;
    return p < c->end && *p == '>' ? p + 1 : p;
}

static const char *markup(struct scan *c, const char *p)
{
    if (starts(p, c->end, "<![CDATA["))
        return behind(p + 9, c->end, "]]>");
    if (starts(p, c->end, "<!--"))
        return drop(c, p, behind(p + 4, c->end, "-->")); /* comments hold "--" often, which XML forbids */
    if (starts(p, c->end, "<!"))
        return drop(c, p, doctype_end(p + 2, c->end));
    if (starts(p, c->end, "<?"))
        return drop(c, p, behind(p + 2, c->end, "?>"));
    char next = c->end - p > 1 ? p[1] : ' ';
    bool name = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '_' || next == '/' || (unsigned char)next >= 0x80;
    if (name)
        return tag(c, p);
    copy_to(c, p);
    strbuf_puts(c->out, "&lt;");
    c->kept = p + 1;
    c->mended = true;
    return p + 1;
}

/* U+FFFE and U+FFFF as UTF-8 are the only forbidden characters besides control bytes. */
static bool forbidden(const char *p, const char *end, size_t *n)
{
    *n = 1;
    unsigned char b = (unsigned char)*p;
    if (b < 0x20)
        return b != '\t' && b != '\n' && b != '\r';
    *n = 3;
    return b == 0xEF && end - p >= 3 && (unsigned char)p[1] == 0xBF && (unsigned char)p[2] >= 0xBE;
}

/* A second pass, and rarely needed: forbidden characters stand anywhere, in CDATA and in tags too. */
static bool drop_forbidden(struct strbuf *out)
{
    size_t to = 0;
    size_t n;
    for (size_t i = 0; i < out->n;) {
        if (forbidden(out->s + i, out->s + out->n, &n)) {
            i += n;
            continue;
        }
        out->s[to++] = out->s[i++];
    }
    bool any = to != out->n;
    out->n = to;
    out->s[to] = '\0';
    return any;
}

enum read_result prolog_clean(struct strbuf *out, const char *s, size_t n)
{
    const char *first = n == 0 ? NULL : memchr(s, '<', n);
    if (first == NULL)
        return READ_BAD;
    struct scan c = {.out = out, .kept = first, .end = s + n};
    for (const char *p = s; p < first; p++)
        c.mended = c.mended || ((unsigned char)*p > ' ' && (unsigned char)*p != 0xEF && (unsigned char)*p != 0xBB && (unsigned char)*p != 0xBF);
    const char *p = first;
    while (p < c.end && !c.toobig) {
        while (p < c.end && *p != '<' && *p != '&')
            p++;
        if (p == c.end)
            break;
        p = *p == '&' ? ampersand(&c, p) : markup(&c, p);
    }
    copy_to(&c, c.end);
    c.mended = drop_forbidden(out) || c.mended;
    if (c.toobig || out->full)
        return READ_TOOBIG;
    return c.mended ? READ_RECOVERED : READ_OK;
}
