#include "parsers/readers.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "parsers/html_guard.h"
#include "parsers/html_plain.h"
#include "parsers/leash.h"
#include "parsers/tree.h"

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>

/* One open element of the walk: where its children go, and which is next. */
struct level {
    const GumboVector *children;
    unsigned int next;
    xmlNode *into;
    unsigned int depth; /* of `into` in the new tree */
};

struct walk {
    struct level *level;
    size_t n;
    size_t cap;
    bool flattened;
};

static bool walk_push(struct walk *w, const GumboVector *children, xmlNode *into, unsigned int depth)
{
    if (children->length == 0)
        return true;
    if (w->n == w->cap) {
        size_t cap = w->cap == 0 ? 128 : w->cap * 2; /* bounded by Gumbo's own memory: one level for each open element */
        struct level *grown = realloc(w->level, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        w->level = grown;
        w->cap = cap;
    }
    w->level[w->n++] = (struct level){children, 0, into, depth};
    return true;
}

const char *html_lower_name(struct tree *t, const char *prefix, const char *s, size_t n)
{
    char small[128];
    size_t m = strlen(prefix);
    memcpy(small, prefix, m);
    for (size_t i = 0; i < n && m < sizeof small; i++)
        small[m++] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
    const struct tree_name *name = tree_name(t, small, utf8_valid_prefix(small, m), '.');
    return name == NULL ? NULL : name->name;
}

static const char *element_name(struct tree *t, const GumboElement *e)
{
    if (e->tag != GUMBO_TAG_UNKNOWN)
        return gumbo_normalized_tagname(e->tag); /* static */
    GumboStringPiece piece = e->original_tag;
    if (piece.data == NULL || piece.length == 0)
        return "_";
    gumbo_tag_from_original_text(&piece);
    return html_lower_name(t, "", piece.data, piece.length);
}

static const char *attribute_prefix(const GumboAttribute *a)
{
    switch (a->attr_namespace) {
    case GUMBO_ATTR_NAMESPACE_XLINK:
        return "xlink.";
    case GUMBO_ATTR_NAMESPACE_XML:
        return "xml.";
    case GUMBO_ATTR_NAMESPACE_XMLNS:
    case GUMBO_ATTR_NAMESPACE_NONE:
    default:
        return "";
    }
}

/* Gumbo counts "&#829999999907;" past the end of its integer and writes what comes out as if it were a character. */
static const char *valid(struct tree *t, const char *s, size_t *n)
{
    *n = strlen(s);
    if (utf8_valid(s, *n))
        return s;
    struct strbuf b;
    strbuf_init(&b, 4 * *n + 4);
    utf8_repair(&b, s, *n);
    *n = b.n;
    const char *copy = arena_strndup(&t->arena, b.s, b.n);
    strbuf_release(&b);
    return copy;
}

static bool copy_attributes(struct tree *t, xmlNode *el, const GumboVector *attributes)
{
    for (unsigned int i = 0; i < attributes->length && i < LIMIT_ELEMENT_ATTRIBUTES; i++) {
        const GumboAttribute *a = attributes->data[i];
        const char *name = html_lower_name(t, attribute_prefix(a), a->name, strlen(a->name));
        size_t n;
        const char *value = valid(t, a->value, &n);
        if (name == NULL || value == NULL || tree_attribute(t, el, name, value, n) == NULL)
            return false;
    }
    return true;
}

static bool copy_element(struct tree *t, struct walk *w, const GumboNode *g, const struct level *at)
{
    const GumboElement *e = &g->v.element;
    const char *name = element_name(t, e);
    xmlNode *el = name == NULL ? NULL : tree_element(t, at->into, name);
    if (el == NULL || !copy_attributes(t, el, &e->attributes))
        return false;
    if (at->depth + 1 < LIMIT_TREE_DEPTH)
        return walk_push(w, &e->children, el, at->depth + 1);
    w->flattened = true; /* deeper content stays, in order, beside its element instead of inside */
    return walk_push(w, &e->children, at->into, at->depth);
}

static bool copy_node(struct tree *t, struct walk *w, const GumboNode *g, const struct level *at)
{
    switch (g->type) {
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
        return copy_element(t, w, g, at);
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE: {
        size_t n;
        const char *text = valid(t, g->v.text.text, &n);
        return text != NULL && (n == 0 || tree_text(t, at->into, text, n) != NULL);
    }
    case GUMBO_NODE_COMMENT:
    case GUMBO_NODE_DOCUMENT:
    default:
        return true;
    }
}

static enum read_result copy_tree(const GumboNode *html, struct tree *t)
{
    struct walk w = {0};
    xmlNode *root = tree_element(t, NULL, "html");
    bool ok = root != NULL && copy_attributes(t, root, &html->v.element.attributes) && walk_push(&w, &html->v.element.children, root, 1);
    while (ok && w.n > 0) {
        struct level *top = &w.level[w.n - 1];
        if (top->next == top->children->length) {
            w.n--;
            continue;
        }
        const GumboNode *g = top->children->data[top->next++];
        struct level at = *top; /* the array may move */
        ok = copy_node(t, &w, g, &at);
    }
    free(w.level);
    if (!ok)
        return READ_TOOBIG;
    return w.flattened ? READ_RECOVERED : READ_OK;
}

/* Alone in its function, so that nothing of the callers lives in registers across longjmp. */
static GumboOutput *parse_leashed(struct leash *l, const GumboOptions *options, const char *s, size_t n, enum leash_end *end)
{
    int why = setjmp(l->out);
    *end = (enum leash_end)why;
    return why != 0 ? NULL : gumbo_parse_with_options(options, s, n);
}

static enum read_result parse_and_copy(struct leash *l, const char *s, size_t n, GumboTag context, struct tree *t)
{
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = leash_alloc;
    options.deallocator = leash_free;
    options.userdata = l;
    options.max_errors = 0;
    options.fragment_context = context;
    enum leash_end end;
    leash_init(l);
    const GumboOutput *out = parse_leashed(l, &options, n == 0 ? "" : s, n, &end);
    enum read_result result = out != NULL ? copy_tree(out->root, t) : end == LEASH_ASSERTION ? READ_BAD : READ_TOOBIG;
    leash_release(l);
    return result;
}

enum read_result html_gumbo(const char *s, size_t n, bool piece, xmlDocPtr *doc)
{
    *doc = NULL;
    if (!html_guard_allows(s, n))
        return READ_TOOBIG;
    struct tree *t = tree_new();
    struct leash *l = malloc(sizeof *l);
    enum read_result result = t != NULL && l != NULL ? parse_and_copy(l, s, n, piece ? GUMBO_TAG_BODY : GUMBO_TAG_LAST, t) : READ_TOOBIG;
    free(l);
    if (result == READ_OK || result == READ_RECOVERED)
        *doc = &t->doc;
    else if (t != NULL)
        tree_free(&t->doc);
    return result;
}

static enum read_result read_folded(const char *s, size_t n, bool piece, xmlDocPtr *doc)
{
    struct tree *t = tree_new();
    if (t != NULL && html_plain(s, n, piece, t)) {
        *doc = &t->doc;
        return READ_OK;
    }
    if (t != NULL)
        tree_free(&t->doc);
    return html_gumbo(s, n, piece, doc);
}

/* Ends of lines are \n for all who come after, as the standard wants. */
static enum read_result read_html(const char *s, size_t n, bool piece, xmlDocPtr *doc)
{
    const char *cr = n > 0 ? memchr(s, '\r', n) : NULL;
    if (cr == NULL)
        return read_folded(s, n, piece, doc);
    char *copy = malloc(n);
    *doc = NULL;
    if (copy == NULL)
        return READ_TOOBIG;
    size_t out = (size_t)(cr - s);
    memcpy(copy, s, out);
    for (size_t i = out; i < n; i++) {
        copy[out++] = s[i] == '\r' ? '\n' : s[i];
        i += s[i] == '\r' && i + 1 < n && s[i + 1] == '\n';
    }
    enum read_result result = read_folded(copy, out, piece, doc);
    free(copy);
    return result;
}

enum read_result html_tree(const char *s, size_t n, xmlDocPtr *doc)
{
    return read_html(s, n, false, doc);
}

enum read_result html_fragment(const char *s, size_t n, xmlDocPtr *doc)
{
    return read_html(s, n, true, doc);
}
