#include "parsers/html_plain.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "parsers/tag.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 200     /* below LIMIT_TREE_DEPTH, where Gumbo's tree is flattened */
#define ATTRIBUTES_MAX 64

enum {
    VOID = 1,       /* has no contents and no end tag */
    BLOCK = 2,      /* its start closes an open p */
    REFUSED = 4,    /* the standard treats it apart */
    EMPTY = 8,      /* taken when its end tag follows at once: script, style and svg after html_strip */
    HEADING = 16,
    ALONE = 32,     /* not inside itself */
    ITEM = 64,      /* closes an open one of its list */
    TABLE = 256, SECTION = 512, ROW = 1024, CELL = 2048,
    STRAY = 128,    /* an end tag that closes nothing is passed over: blocks are cut out of the middle of a page */
};

static const struct kind {
    const char *name;
    unsigned int is;
} kinds[] = { /* sorted */
    {"a", ALONE}, {"address", BLOCK}, {"applet", REFUSED}, {"area", VOID}, {"article", BLOCK | STRAY}, {"aside", BLOCK | STRAY}, {"base", REFUSED}, {"basefont", REFUSED},
    {"bgsound", REFUSED}, {"blockquote", BLOCK}, {"body", REFUSED}, {"br", VOID}, {"button", ALONE}, {"caption", REFUSED}, {"center", BLOCK}, {"col", REFUSED},
    {"colgroup", REFUSED}, {"command", REFUSED}, {"dd", REFUSED}, {"details", BLOCK}, {"dialog", REFUSED}, {"dir", BLOCK}, {"div", BLOCK | STRAY}, {"dl", BLOCK}, {"dt", REFUSED},
    {"embed", REFUSED}, {"fieldset", BLOCK}, {"figcaption", BLOCK}, {"figure", BLOCK}, {"footer", BLOCK}, {"form", BLOCK | ALONE}, {"frame", REFUSED}, {"frameset", REFUSED},
    {"h1", BLOCK | HEADING}, {"h2", BLOCK | HEADING}, {"h3", BLOCK | HEADING}, {"h4", BLOCK | HEADING}, {"h5", BLOCK | HEADING}, {"h6", BLOCK | HEADING}, {"head", REFUSED},
    {"header", BLOCK}, {"hgroup", BLOCK}, {"hr", BLOCK | VOID}, {"html", REFUSED}, {"iframe", REFUSED}, {"image", REFUSED}, {"img", VOID}, {"input", VOID}, {"isindex", REFUSED},
    {"keygen", REFUSED}, {"li", BLOCK | ITEM}, {"link", VOID}, {"listing", REFUSED}, {"main", BLOCK | STRAY}, {"marquee", REFUSED}, {"math", REFUSED}, {"menu", BLOCK},
    {"menuitem", REFUSED}, {"meta", VOID}, {"nav", BLOCK}, {"nobr", REFUSED}, {"noembed", REFUSED}, {"noframes", REFUSED}, {"noscript", REFUSED}, {"object", REFUSED}, {"ol", BLOCK},
    {"optgroup", REFUSED}, {"option", REFUSED}, {"p", BLOCK | ALONE}, {"param", REFUSED}, {"plaintext", REFUSED}, {"pre", REFUSED}, {"rb", REFUSED}, {"rp", REFUSED}, {"rt", REFUSED},
    {"rtc", REFUSED}, {"script", EMPTY}, {"section", BLOCK | STRAY}, {"select", REFUSED}, {"source", VOID}, {"span", STRAY}, {"style", EMPTY}, {"summary", BLOCK}, {"svg", EMPTY},
    {"table", BLOCK | TABLE}, {"tbody", SECTION}, {"td", CELL}, {"template", REFUSED}, {"textarea", REFUSED}, {"tfoot", SECTION}, {"th", CELL}, {"thead", SECTION}, {"title", REFUSED},
    {"tr", ROW}, {"track", REFUSED}, {"ul", BLOCK | STRAY}, {"wbr", VOID}, {"xmp", REFUSED},
};

struct open {
    xmlNode *node;
    const char *name;
    unsigned int is;
};

struct plain {
    struct tree *t;
    const char *p, *end;
    struct open open[DEPTH_MAX];
    size_t n;               /* open elements; the body is open[0] */
    size_t n_p, n_a;        /* open p; open elements that may not stand in themselves */
    struct strbuf text;     /* not yet in the tree */
    struct strbuf value;
};

static int by_name(const void *key, const void *k)
{
    return strcmp(key, ((const struct kind *)k)->name);
}

static unsigned int kind_of(const char *name)
{
    const struct kind *k = bsearch(name, kinds, sizeof kinds / sizeof kinds[0], sizeof kinds[0], by_name);
    return k != NULL ? k->is : 0;
}

/* The few references that texts use; another one is a doubt. */
static const struct {
    const char *name, *text;
} entities[] = {
    {"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"nbsp;", "\xC2\xA0"}, {"laquo;", "\xC2\xAB"}, {"raquo;", "\xC2\xBB"}, {"mdash;", "\xE2\x80\x94"}, {"ndash;", "\xE2\x80\x93"},
    {"hellip;", "\xE2\x80\xA6"}, {"rsaquo;", "\xE2\x80\xBA"}, {"lsaquo;", "\xE2\x80\xB9"}, {"ldquo;", "\xE2\x80\x9C"}, {"rdquo;", "\xE2\x80\x9D"}, {"lsquo;", "\xE2\x80\x98"},
    {"rsquo;", "\xE2\x80\x99"}, {"bdquo;", "\xE2\x80\x9E"}, {"middot;", "\xC2\xB7"}, {"bull;", "\xE2\x80\xA2"}, {"copy;", "\xC2\xA9"}, {"euro;", "\xE2\x82\xAC"}, {"rarr;", "\xE2\x86\x92"},
    {"larr;", "\xE2\x86\x90"}, {"times;", "\xC3\x97"}, {"thinsp;", "\xE2\x80\x89"},
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
    bool plain = cp >= 0xA0 ? cp < 0xD800 || (cp >= 0xE000 && cp < 0xFDD0) || (cp >= 0x1F000 && cp < 0x1FF00) : cp == '\n' || cp == '\t' || (cp >= 0x20 && cp < 0x7F);
    char utf8[4];
    if (digits == 0 || p == end || *p != ';' || !plain || !strbuf_add(out, utf8, utf8_encode(cp, utf8)))
        return 0;
    return (size_t)(p + 1 - from);
}

/* p is behind '&'. Bytes read, 0: a doubt. A '&' that begins nothing stays. */
static size_t reference(struct strbuf *out, const char *p, const char *end)
{
    if (p < end && *p == '#')
        return numeric(out, p, end);
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        size_t n = strlen(entities[i].name);
        if ((size_t)(end - p) >= n && memcmp(p, entities[i].name, n) == 0)
            return strbuf_puts(out, entities[i].text) ? n : 0;
    }
    return 0;
}

/* Text or an attribute's value with its references read. in_value: in addresses "&name=" is no reference. */
static bool decode(struct strbuf *out, const char *s, size_t n, bool in_value)
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
        bool bare = s < end && (*s == ' ' || *s == '\n' || *s == '\t');
        if (bare || (in_value && word > 0 && s + word < end && s[word] == '=')) {
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

static bool flush(struct plain *d)
{
    bool ok = d->text.n == 0 || tree_text(d->t, d->open[d->n - 1].node, d->text.s, d->text.n) != NULL;
    strbuf_clear(&d->text);
    return ok;
}

static bool name_is_plain(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-'))
            return false;
    return n > 0 && n < 32;
}

static bool seen_before(const struct tag_attribute *list, size_t n, const struct tag_attribute *a)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < a->name_bytes && list[i].name_bytes == a->name_bytes && (list[i].name[k] | 32) == (a->name[k] | 32))
            k++;
        if (k == a->name_bytes)
            return true;
    }
    return false;
}

/* d->p is behind the tag's name; afterwards behind its '>'. node NULL: an end tag, whose attributes count for nothing. */
static bool attributes(struct plain *d, xmlNode *node)
{
    struct tag_attribute list[ATTRIBUTES_MAX];
    size_t n = 0;
    while (tag_attribute(&d->p, d->end, &list[n])) {
        const struct tag_attribute *a = &list[n];
        if (a->name + a->name_bytes == d->end || a->value + a->value_bytes == d->end) /* cut off */
            return false;
        if (node == NULL)
            continue;
        bool odd = *a->name == '=' || memchr(a->name, '<', a->name_bytes) != NULL || (a->name_bytes >= 5 && tag_is(a->name, 5, "xmlns")) || a->name_bytes > 100;
        if (odd || seen_before(list, n, a) || n + 1 == ATTRIBUTES_MAX)
            return false;
        const char *name = html_lower_name(d->t, "", a->name, a->name_bytes);
        strbuf_clear(&d->value);
        if (name == NULL || !decode(&d->value, a->value, a->value_bytes, true) || tree_attribute(d->t, node, name, d->value.s, d->value.n) == NULL)
            return false;
        n++;
    }
    return d->p[-1] == '>';
}

#define ROWS (TABLE | SECTION | ROW) /* where only parts of a table and blanks may stand */

static bool fits_table(unsigned int in, unsigned int is)
{
    if (in & TABLE)
        return (is & (SECTION | ROW)) != 0;
    if (in & SECTION)
        return (is & ROW) != 0;
    if (in & ROW)
        return (is & CELL) != 0;
    return (is & (SECTION | ROW | CELL)) == 0;
}

/* May this element begin here? */
static bool may_open(const struct plain *d, const char *name, unsigned int is)
{
    if (!fits_table(d->open[d->n - 1].is, is) || d->n + 1 == DEPTH_MAX)
        return false;
    if ((is & REFUSED) || ((is & BLOCK) && d->n_p > 0))
        return false;
    if ((is & HEADING) && (d->open[d->n - 1].is & HEADING))
        return false;
    for (size_t i = d->n; (is & ALONE) && d->n_a > 0 && i-- > 0;)
        if (strcmp(d->open[i].name, name) == 0)
            return false;
    for (size_t i = d->n; (is & ITEM) && i-- > 0 && strcmp(d->open[i].name, "ul") != 0 && strcmp(d->open[i].name, "ol") != 0;)
        if (d->open[i].is & ITEM)
            return false;
    return true;
}

/* A row stands in a section, written or not. */
static bool imply_section(struct plain *d, unsigned int is)
{
    if (!(is & ROW) || !(d->open[d->n - 1].is & TABLE))
        return true;
    xmlNode *node = tree_element(d->t, d->open[d->n - 1].node, "tbody");
    d->open[d->n++] = (struct open){node, "tbody", SECTION};
    return node != NULL;
}

static bool start_tag(struct plain *d, const char *name, unsigned int is)
{
    xmlNode *node = may_open(d, name, is) && flush(d) && imply_section(d, is) ? tree_element(d->t, d->open[d->n - 1].node, name) : NULL;
    if (node == NULL || !attributes(d, node))
        return false;
    bool slash = d->p[-2] == '/';
    if (is & EMPTY) { /* nothing but its own end tag may follow */
        size_t n = strlen(name);
        if (slash || (size_t)(d->end - d->p) < n + 3 || memcmp(d->p, "</", 2) != 0 || !tag_is(d->p + 2, n, name) || d->p[n + 2] != '>')
            return false;
        d->p += n + 3;
        return true;
    }
    if (is & VOID)
        return true;
    if (slash)
        return false;
    d->open[d->n++] = (struct open){node, name, is};
    d->n_p += strcmp(name, "p") == 0;
    d->n_a += (is & ALONE) != 0;
    return true;
}

static bool end_tag(struct plain *d, const char *name, unsigned int is)
{
    const struct open *top = &d->open[d->n - 1];
    if (!attributes(d, NULL))
        return false;
    bool ok = true;
    if ((is & TABLE) && (top->is & SECTION)) { /* its end tag may be left out */
        ok = flush(d);
        top = &d->open[--d->n - 1];
    }
    if (d->n > 1 && strcmp(top->name, name) == 0) {
        if (strcmp(name, "form") != 0) /* Gumbo takes a form off its stack with the last text still in hand: that comes to stand behind */
            ok = flush(d) && ok;
        d->n_p -= strcmp(name, "p") == 0;
        d->n_a -= (is & ALONE) != 0;
        d->n--;
        return ok;
    }
    for (size_t i = 1; i < d->n; i++)
        if (strcmp(d->open[i].name, name) == 0)
            return false;
    return (is & STRAY) && !(top->is & ROWS);
}

static bool markup(struct plain *d)
{
    bool closing = d->p + 1 < d->end && d->p[1] == '/';
    const char *from = d->p + 1 + closing;
    size_t n = tag_name(from, d->end);
    if (!name_is_plain(from, n))
        return false;
    char small[32];
    for (size_t i = 0; i < n; i++)
        small[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 32 : from[i]);
    small[n] = '\0';
    unsigned int is = kind_of(small);
    const struct tree_name *name = tree_name(d->t, small, n, '.');
    d->p = from + n;
    if (name == NULL)
        return false;
    return closing ? end_tag(d, name->name, is) : start_tag(d, name->name, is);
}

static bool read_all(struct plain *d)
{
    while (d->p < d->end) {
        const char *lt = memchr(d->p, '<', (size_t)(d->end - d->p));
        const char *stop = lt == NULL ? d->end : lt;
        if (stop > d->p && !decode(&d->text, d->p, (size_t)(stop - d->p), false))
            return false;
        if ((d->open[d->n - 1].is & ROWS) && d->text.n != strspn(d->text.s, " \t\n"))
            return false;
        d->p = stop;
        if (lt != NULL && !markup(d))
            return false;
    }
    return flush(d);
}

/* Control and private code points, which Gumbo replaces, and the ends of lines and pages that it folds: a doubt. */
static bool has_odd_bytes(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    for (; p < end; p++) {
        if (*p >= 0x20 && *p < 0x7F)
            continue;
        if (*p < 0x80 ? *p != '\n' && *p != '\t' : end - p >= 2 && ((p[0] == 0xC2 && p[1] < 0xA0) || (p[0] == 0xEF && p[1] == 0xB7) || (p[0] == 0xBF && p[1] >= 0xBE)))
            return true;
    }
    return false;
}

bool html_plain(const char *s, size_t n, struct tree *t)
{
    struct plain d = {.t = t, .p = s, .end = s + n, .n = 1};
    if (n == 0 || *s != '<' || has_odd_bytes(s, n))
        return false;
    size_t first = tag_name(s + 1, s + n);
    unsigned int is = 0;
    char name[32];
    if (name_is_plain(s + 1, first)) {
        memcpy(name, s + 1, first);
        name[first] = '\0';
        is = kind_of(name);
    }
    if (!(is & BLOCK)) /* the body begins with this tag, whatever Gumbo would make of others */
        return false;
    xmlNode *root = tree_element(t, NULL, "html");
    xmlNode *body = root != NULL && tree_element(t, root, "head") != NULL ? tree_element(t, root, "body") : NULL;
    d.open[0] = (struct open){body, "body", 0};
    strbuf_init(&d.text, LIMIT_TREE_BYTES);
    strbuf_init(&d.value, LIMIT_TREE_BYTES);
    bool ok = body != NULL && read_all(&d);
    strbuf_release(&d.text);
    strbuf_release(&d.value);
    return ok;
}
