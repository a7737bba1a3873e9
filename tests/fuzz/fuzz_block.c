/* The short way to a tree and Gumbo's agree, whatever the block. The input stands as it is and behind a div, so that more of it is plain. */
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

static void promise_block(const char *s, size_t n)
{
    xmlDocPtr block, whole;
    enum read_result one = html_block(s, n, &block), two = html_tree(s, n, &whole);
    promise_tree(one, block);
    if (one != READ_TOOBIG && two != READ_TOOBIG && two != READ_BAD) {
        PROMISE((block == NULL) == (whole == NULL));
        if (block != NULL)
            promise_same_tree(block, whole);
    }
    tree_free(block);
    tree_free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in, behind, stripped;
    promise_input(&in, data, n);
    promise_block(in.s, in.n);
    strbuf_init(&behind, in.n + 16);
    strbuf_puts(&behind, "<div class=a>");
    strbuf_add(&behind, in.s, in.n);
    promise_block(behind.s, behind.n);
    strbuf_init(&stripped, behind.n + 1);
    PROMISE(html_strip(&stripped, behind.s, behind.n));
    promise_block(stripped.s, stripped.n);
    strbuf_release(&stripped);
    strbuf_release(&behind);
    strbuf_release(&in);
    return 0;
}
