/* A reader of our own instead of json-c: it is lenient where real islands are broken, and it builds the tree without a second set of objects.
 * Measured with bench/parse on a 169 kB island: json-c takes 10.4 million instructions for its objects alone, this reader 3.1 million for the finished tree;
 * Gumbo takes 121 million for the page around it. */
#define _GNU_SOURCE 1 /* memmem */
#include "parsers/readers.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "parsers/tree.h"

#include <string.h>

enum kind { KIND_OBJECT, KIND_ARRAY, KIND_STRING, KIND_NUMBER, KIND_BOOL, KIND_NULL, KIND_COUNT };

struct json {
    const char *p;
    const char *end;
    struct tree *t;
    xmlNode *kind_node;            /* one text for all attributes t of a kind: nothing in XPath asks an attribute's text for its parent */
    const char *const *without;    /* members that are passed over; NULL: none */
    bool mended;
    bool toobig;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool at(const struct json *j, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(j->end - j->p) >= n && memcmp(j->p, word, n) == 0;
}

static void skip_to(struct json *j, const char *word)
{
    const char *found = memmem(j->p, (size_t)(j->end - j->p), word, strlen(word));
    j->p = found == NULL ? j->end : found + strlen(word);
}

/* Comments, and what pages wrap around their scripts: <!-- -->, <![CDATA[ ]]>. true when something was passed over. */
static bool skip_comment(struct json *j)
{
    if (at(j, "/*"))
        skip_to(j, "*/");
    else if (at(j, "//<![CDATA["))
        j->p += 11;
    else if (at(j, "//"))
        skip_to(j, "\n");
    else if (at(j, "<![CDATA["))
        j->p += 9;
    else if (at(j, "<!--"))
        j->p += 4;
    else if (at(j, "-->") || at(j, "]]>"))
        j->p += 3;
    else if ((unsigned char)*j->p < 0x20 || (unsigned char)*j->p == 0x7f)
        j->p++;
    else if (at(j, "\xC2\xA0"))
        j->p += 2;
    else if (at(j, "\xEF\xBB\xBF"))
        j->p += 3;
    else
        return false;
    j->mended = true;
    return true;
}

static void skip_blank_slow(struct json *j)
{
    for (;;) {
        while (j->p < j->end && is_blank(*j->p))
            j->p++;
        if (j->p == j->end)
            return;
        char c = *j->p;
        bool odd = (unsigned char)c < ' ' || (unsigned char)c >= 0x7f || c == '/' || c == '<' || c == '-' || c == ']';
        if (!odd || !skip_comment(j))
            return;
    }
}

/* Most often there is nothing to skip. */
static inline void skip_blank(struct json *j)
{
    if (j->p < j->end && (*j->p == '"' || *j->p == ':' || *j->p == ',' || (*j->p >= '0' && *j->p <= '9') || *j->p == '{' || *j->p == '}'))
        return;
    skip_blank_slow(j);
}

/* A value in one piece: the element, its attribute t, and (where there is one) its text. */
struct value {
    xmlNode el;
    xmlAttr attr;
    xmlNode text;
    char content[];
};

/* text_bytes > 0: the caller fills content (zeroed, one byte longer). */
static struct value *value_node(struct json *j, xmlNode *parent, const struct tree_name *name, enum kind kind, size_t text_bytes)
{
    size_t bytes = text_bytes == 0 ? offsetof(struct value, text) : sizeof(struct value) + text_bytes + 1;
    struct value *v = j->t->n_node < LIMIT_TREE_NODES ? tree_alloc(j->t, bytes) : NULL;
    if (v == NULL) {
        j->toobig = true;
        return NULL;
    }
    v->el.type = XML_ELEMENT_NODE;
    v->el.name = (const xmlChar *)(name == NULL ? "_" : name->name);
    v->el.doc = &j->t->doc;
    v->el.properties = &v->attr;
    v->attr.type = XML_ATTRIBUTE_NODE;
    v->attr.name = (const xmlChar *)"t";
    v->attr.doc = &j->t->doc;
    v->attr.parent = &v->el;
    v->attr.children = v->attr.last = &j->kind_node[kind];
    tree_link(j->t, parent, &v->el);
    if (text_bytes > 0) {
        tree_text_init(j->t, &v->text, v->content);
        v->text.parent = &v->el;
        v->el.children = v->el.last = &v->text;
        j->t->n_node++;
    }
    if (name != NULL && name->changed && tree_attribute(j->t, &v->el, "name", name->raw, name->raw_bytes) == NULL)
        j->toobig = true;
    return v;
}

static int hex4(const char *p, const char *end)
{
    if (end - p < 4)
        return -1;
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* p is behind "\u". Writes at most 4 bytes. */
static size_t unescape_unicode(struct json *j, const char **p, const char *end, char *out)
{
    int hi = hex4(*p, end);
    if (hi < 0) {
        j->mended = true;
        out[0] = 'u';
        return 1;
    }
    *p += 4;
    uint32_t cp = (uint32_t)hi;
    if (cp >= 0xD800 && cp < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        int lo = hex4(*p + 2, end);
        if (lo >= 0xDC00 && lo < 0xE000) {
            *p += 6;
            return utf8_encode(0x10000 + ((cp - 0xD800) << 10) + ((uint32_t)lo - 0xDC00), out);
        }
    }
    if (cp == 0 || (cp >= 0xD800 && cp < 0xE000)) {
        j->mended = true;
        cp = 0xFFFD;
    }
    return utf8_encode(cp, out);
}

/* Never longer than the source: the shortest escape of an n-byte character has at least n bytes ("\u0000" becomes 3). */
static size_t unescape(struct json *j, const char *s, size_t n, char *out)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    const char *end = s + n;
    char *w = out;
    while (s < end) {
        const char *slash = memchr(s, '\\', (size_t)(end - s));
        size_t plain = (size_t)((slash == NULL ? end : slash) - s);
        memcpy(w, s, plain);
        w += plain;
        s += plain;
        if (slash == NULL || ++s == end)
            break;
        char c = *s++;
        const char *known = strchr(from, c);
        if (c == 'u') {
            w += unescape_unicode(j, &s, end, w);
        } else {
            j->mended = j->mended || known == NULL;
            *w++ = known == NULL ? c : to[known - from];
        }
    }
    return (size_t)(w - out);
}

/* A raw string: between its quotes, still escaped. */
struct raw {
    const char *s;
    size_t n;
    bool escaped;
    bool control; /* holds bytes below 0x20 */
};

#define ONES UINT64_C(0x0101010101010101)

/* How many of the eight bytes stand before the first quote, backslash or control byte; 8 when there is none.
 * Source: Anderson, "Bit Twiddling Hacks", haszero and hasless; both are exact up to the first hit. */
static inline size_t plain_bytes(const char *p, uint64_t quotes)
{
    uint64_t x;
    memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    uint64_t q = x ^ quotes;
    uint64_t b = x ^ (ONES * '\\');
    uint64_t found = (((q - ONES) & ~q) | ((b - ONES) & ~b) | ((x - ONES * 0x20) & ~x)) & (ONES * 0x80);
    return found == 0 ? 8 : (size_t)__builtin_ctzll(found) / 8;
}

/* p is behind the opening quote. false at the end of the input. */
static bool scan_string(struct json *j, char quote, struct raw *r)
{
    const char *p = j->p;
    const char *end = j->end;
    uint64_t quotes = ONES * (unsigned char)quote;
    *r = (struct raw){p, 0, false, false};
    while (p < end) {
        size_t plain = 8;
        while (plain == 8 && end - p >= 8) {
            plain = plain_bytes(p, quotes);
            p += plain;
        }
        if (p == end)
            return false;
        if (*p == quote) {
            r->n = (size_t)(p - r->s);
            j->p = p + 1;
            return true;
        }
        r->control = r->control || (unsigned char)*p < 0x20;
        r->escaped = r->escaped || *p == '\\';
        p += *p == '\\' ? 2 : 1;
    }
    return false;
}

/* What may follow a value. */
static bool ends_value(char c)
{
    return c == ',' || c == '}' || c == ']';
}

/* true when p looks like a string that is a member's name: then a comma was forgotten, not a quote. */
static bool looks_like_member(const char *p, const char *end)
{
    const char *q = end - p > 1 ? memchr(p + 1, '"', (size_t)(end - p - 1)) : NULL;
    if (q == NULL)
        return false;
    for (q++; q < end && is_blank(*q); q++)
        ;
    return q < end && *q == ':';
}

/* A quote that is not followed by what may follow a value belongs to the text ("he said "no" to me"). Goes on to the next one that is. */
static void mend_quotes(struct json *j, struct raw *r)
{
    const char *from = j->p;
    for (int tries = 0; tries < 64; tries++) {
        const char *p = j->p;
        while (p < j->end && is_blank(*p))
            p++;
        if (p == j->end || ends_value(*p) || (*p == '"' && looks_like_member(p, j->end)) || *p == '/' || *p == '<')
            return;
        j->mended = true;
        struct raw more;
        if (!scan_string(j, '"', &more))
            break;
        r->n = (size_t)(more.s + more.n - r->s);
        r->escaped = r->escaped || more.escaped;
        r->control = r->control || more.control;
    }
    j->p = from; /* not that kind of mistake */
}

static bool read_string(struct json *j, xmlNode *parent, const struct tree_name *name)
{
    char quote = *j->p++;
    struct raw r;
    if (!scan_string(j, quote, &r))
        return false;
    struct raw first = r;
    const char *after = j->p;
    if (quote == '"' && !(j->p < j->end && ends_value(*j->p)))
        mend_quotes(j, &r);
    if (j->p == after)
        r = first;
    j->mended = j->mended || quote != '"' || r.control;
    struct value *v = value_node(j, parent, name, KIND_STRING, r.n);
    if (v != NULL && r.escaped)
        unescape(j, r.s, r.n, v->content);
    else if (v != NULL)
        memcpy(v->content, r.s, r.n);
    return v != NULL && !j->toobig;
}

static bool is_word_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '+' || c == '-' || c == '.' ||
           (unsigned char)c >= 0x80;
}

static size_t word_bytes(const struct json *j)
{
    const char *p = j->p;
    while (p < j->end && is_word_byte(*p))
        p++;
    return (size_t)(p - j->p);
}

static bool is_word(const char *s, size_t n, const char *word)
{
    return n == strlen(word) && memcmp(s, word, n) == 0;
}

static bool is_number(const char *s, size_t n)
{
    size_t i = 0;
    size_t digits = 0;
    i += i < n && s[i] == '-';
    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        digits++;
    if (i < n && s[i] == '.')
        for (i++; i < n && s[i] >= '0' && s[i] <= '9'; i++)
            digits++;
    if (digits > 0 && i < n && (s[i] | 32) == 'e') {
        i++;
        i += i < n && (s[i] == '+' || s[i] == '-');
        size_t begin = i;
        while (i < n && s[i] >= '0' && s[i] <= '9')
            i++;
        digits = i > begin ? digits : 0;
    }
    return digits > 0 && i == n;
}

static bool read_word(struct json *j, xmlNode *parent, const struct tree_name *name)
{
    const char *s = j->p;
    size_t n = word_bytes(j);
    if (n == 0 || s + n == j->end) /* a word at the very end may be cut off */
        if (n == 0 || parent != NULL)
            return false;
    j->p += n;
    enum kind kind = KIND_NUMBER;
    if (is_word(s, n, "true") || is_word(s, n, "false")) {
        kind = KIND_BOOL;
    } else if (is_word(s, n, "null") || is_word(s, n, "undefined") || is_word(s, n, "NaN") || is_word(s, n, "Infinity") || is_word(s, n, "-Infinity")) {
        j->mended = j->mended || s[0] != 'n';
        kind = KIND_NULL;
    } else if (!is_number(s, n)) {
        return false;
    }
    struct value *v = value_node(j, parent, name, kind, kind == KIND_NULL ? 0 : n);
    if (v != NULL && kind != KIND_NULL)
        memcpy(v->content, s, n);
    return v != NULL && !j->toobig;
}

/* A member's name and its colon. NULL when there is none. */
static const struct tree_name *read_name(struct json *j)
{
    struct raw r;
    char buf[256];
    if (*j->p == '"' || *j->p == '\'') {
        j->mended = j->mended || *j->p == '\'';
        char quote = *j->p++;
        if (!scan_string(j, quote, &r))
            return NULL;
    } else {
        r = (struct raw){j->p, word_bytes(j), false, false};
        if (r.n == 0)
            return NULL;
        j->p += r.n;
        j->mended = true;
    }
    if (r.escaped && r.n <= sizeof buf) {
        r.n = unescape(j, r.s, r.n, buf);
        r.s = buf;
    }
    if (j->p == j->end || *j->p != ':')
        skip_blank(j);
    if (j->p == j->end || *j->p != ':')
        return NULL;
    j->p++;
    const struct tree_name *name = tree_name(j->t, r.s, r.n, '_');
    j->toobig = j->toobig || name == NULL;
    return name;
}

/* Behind the string that begins at p; end when it does not close. */
static const char *string_end(const char *p, const char *end)
{
    while ((p = memchr(p + 1, '"', (size_t)(end - p - 1))) != NULL) {
        size_t escapes = 0;
        while (p[-1 - (ptrdiff_t)escapes] == '\\')
            escapes++;
        if (escapes % 2 == 0)
            return p + 1;
    }
    return end;
}

/* The value at j->p is of no use: behind it, when it is whole and what comes next looks like it. */
static bool pass_over(struct json *j, const struct tree_name *name)
{
    const char *p = j->p;
    size_t depth = 0;
    const char *const *w = j->without;
    while (*w != NULL && strcmp(*w, name->raw) != 0)
        w++;
    if (*w == NULL || (*p != '"' && *p != '{' && *p != '['))
        return false;
    do {
        if (*p == '"') {
            p = string_end(p, j->end);
            continue;
        }
        depth += *p == '{' || *p == '[';
        depth -= *p == '}' || *p == ']';
        p++;
    } while (depth > 0 && p < j->end);
    if (depth > 0 || p == j->end || (*p != ',' && *p != '}'))
        return false;
    j->p = p;
    return true;
}

static bool in_array(const xmlNode *el)
{
    for (; el->type == XML_ELEMENT_NODE; el = el->parent)
        if (*el->properties->children->content == 'a')
            return true;
    return false;
}

/* After blanks. */
static bool at_end(struct json *j)
{
    skip_blank(j);
    return j->p == j->end;
}

/* The tree itself is the stack: a container's parent is where reading goes on. */
static bool read_all(struct json *j)
{
    xmlNode *open = NULL; /* innermost container */
    unsigned int depth = 1;
    bool is_object = false;
    bool expect_comma = false;
    static const struct tree_name root = {"json", 4, "json", false};
    for (;;) {
        if (at_end(j))
            return false;
        char c = *j->p;
        if (open != NULL && (c == '}' || c == ']')) {
            if ((c == '}') != is_object)
                return false;
            j->p++;
            depth--;
            open = open->parent->type == XML_ELEMENT_NODE ? open->parent : NULL;
            if (open == NULL)
                return true;
            is_object = open->properties->children == &j->kind_node[KIND_OBJECT];
            expect_comma = true;
            continue;
        }
        if (open != NULL && c == ',') {
            j->mended = j->mended || !expect_comma;
            expect_comma = false;
            j->p++;
            skip_blank(j);
            if (j->p < j->end && (*j->p == '}' || *j->p == ']'))
                j->mended = true; /* trailing comma */
            continue;
        }
        j->mended = j->mended || expect_comma;
        if (is_object && c == '{' && in_array(open)) { /* a brace too few: the next item of the list begins */
            for (; is_object; depth--, is_object = open->properties->children == &j->kind_node[KIND_OBJECT])
                open = open->parent;
            j->mended = true;
            expect_comma = false;
        }
        const struct tree_name *name = open == NULL ? &root : NULL;
        if (is_object) {
            name = read_name(j);
            if (name == NULL || at_end(j))
                return false;
            c = *j->p;
            expect_comma = j->without != NULL && pass_over(j, name);
            if (expect_comma)
                continue;
        }
        if (c == '{' || c == '[') {
            struct value *v = ++depth > LIMIT_TREE_DEPTH ? NULL : value_node(j, open, name, c == '{' ? KIND_OBJECT : KIND_ARRAY, 0);
            if (v == NULL) {
                j->toobig = true;
                return false;
            }
            j->p++;
            open = &v->el;
            is_object = c == '{';
            expect_comma = false;
            continue;
        }
        if (!(c == '"' || c == '\'' ? read_string(j, open, name) : read_word(j, open, name)))
            return false;
        if (open == NULL)
            return true;
        expect_comma = true;
    }
}

static bool set_kinds(struct json *j)
{
    static char letters[KIND_COUNT][2] = {"o", "a", "s", "n", "b", "0"}; /* never written to; xmlNode has no const */
    j->kind_node = arena_calloc(&j->t->arena, KIND_COUNT, sizeof *j->kind_node);
    if (j->kind_node == NULL)
        return false;
    for (int i = 0; i < KIND_COUNT; i++)
        tree_text_init(j->t, &j->kind_node[i], letters[i]);
    return true;
}

enum read_result json_tree(const char *s, size_t n, xmlDocPtr *doc)
{
    return json_tree_without(s, n, NULL, doc);
}

enum read_result json_tree_without(const char *s, size_t n, const char *const *without, xmlDocPtr *doc)
{
    *doc = NULL;
    struct json j = {.p = s, .end = s + n, .t = tree_new(), .without = without};
    if (j.t == NULL || !set_kinds(&j)) {
        if (j.t != NULL)
            tree_free(&j.t->doc);
        return READ_TOOBIG;
    }
    bool ok = read_all(&j);
    if (!ok || j.toobig) {
        bool toobig = j.toobig || tree_toobig(j.t);
        tree_free(&j.t->doc);
        return toobig ? READ_TOOBIG : READ_BAD;
    }
    while (j.p < j.end && (is_blank(*j.p) || *j.p == ';'))
        j.p++;
    j.mended = j.mended || j.p < j.end;
    *doc = &j.t->doc;
    return j.mended ? READ_RECOVERED : READ_OK;
}
