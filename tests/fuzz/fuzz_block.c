/* The short way to a tree and Gumbo's agree, whatever the page. The input stands as it is, behind a div, in a head and in a body, so that more of it is plain. */
#include "parsers/html_plain.h"
#include "tests/fuzz/trees.h"

static bool same_string(const xmlChar *a, const xmlChar *b)
{
    return strcmp(a == NULL ? "" : (const char *)a, b == NULL ? "" : (const char *)b) == 0;
}

static void promise_same_node(const xmlNode *a, const xmlNode *b)
{
    PROMISE(a->type == b->type && same_string(a->name, b->name) && same_string(a->content, b->content));
    const xmlAttr *x = a->type == XML_ELEMENT_NODE ? a->properties : NULL, *y = b->type == XML_ELEMENT_NODE ? b->properties : NULL;
    for (; x != NULL && y != NULL; x = x->next, y = y->next)
        PROMISE(same_string(x->name, y->name) && same_string(x->children->content, y->children->content));
    PROMISE(x == NULL && y == NULL);
}

static void promise_same_tree(xmlDocPtr one, xmlDocPtr two)
{
    const xmlNode *a = one->children, *b = two->children;
    while (a != NULL && b != NULL) {
        promise_same_node(a, b);
        const xmlNode *in_a = a->type == XML_ELEMENT_NODE ? a->children : NULL, *in_b = b->type == XML_ELEMENT_NODE ? b->children : NULL;
        PROMISE((in_a == NULL) == (in_b == NULL));
        if (in_a != NULL) {
            a = in_a;
            b = in_b;
            continue;
        }
        while (a->next == NULL && a->parent->type == XML_ELEMENT_NODE && b->next == NULL) {
            a = a->parent;
            b = b->parent;
        }
        PROMISE((a->next == NULL) == (b->next == NULL));
        a = a->next;
        b = b->next;
    }
}

static void promise_same(const char *s, size_t n, bool piece)
{
    xmlDocPtr quick, whole;
    enum read_result one = piece ? html_fragment(s, n, &quick) : html_tree(s, n, &quick), two = html_gumbo(s, n, piece, &whole);
    promise_tree(one, quick);
    if (one != READ_TOOBIG && two != READ_TOOBIG && two != READ_BAD) {
        PROMISE((quick == NULL) == (whole == NULL));
        if (quick != NULL)
            promise_same_tree(quick, whole);
    }
    tree_free(quick);
    tree_free(whole);
}

/* The input between two texts: as it stands, and without scripts. */
static void promise_within(const char *before, const struct strbuf *in, const char *after, bool piece)
{
    struct strbuf all, stripped;
    strbuf_init(&all, in->n + 256);
    strbuf_puts(&all, before);
    strbuf_add(&all, in->s, in->n);
    strbuf_puts(&all, after);
    promise_same(all.s, all.n, piece);
    strbuf_init(&stripped, all.n + 1);
    PROMISE(html_strip(&stripped, all.s, all.n));
    promise_same(stripped.s, stripped.n, piece);
    strbuf_release(&stripped);
    strbuf_release(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in;
    promise_input(&in, data, n);
    promise_same(in.s, in.n, false);
    promise_same(in.s, in.n, true);
    promise_within("<div class=a>", &in, "", false);
    promise_within("<!DOCTYPE html>\n<html lang=a><head>\n", &in, "</head>\n<body><p>x</body>\n</html>\n", false);
    promise_within("<html><head><title>&amp;</title></head><body class=\"a\">", &in, "</body> y</html>\n<p>z", false);
    strbuf_release(&in);
    return 0;
}
