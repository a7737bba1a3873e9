/* What every tree of a reader promises. */
#ifndef EARSHOT_TESTS_TREES_H
#define EARSHOT_TESTS_TREES_H

#include "base/limits.h"
#include "base/utf8.h"
#include "parsers/readers.h"
#include "tests/fuzz/fuzz.h"

#include <libxml/xpath.h>
#include <string.h>

static inline void promise_node(const xmlNode *node)
{
    PROMISE(node->doc != NULL && node->parent != NULL);
    PROMISE(node->next == NULL || node->next->prev == node);
    PROMISE(node->next != NULL || node->parent->last == node);
    if (node->type == XML_TEXT_NODE) {
        PROMISE(node->content != NULL && node->content[0] != '\0');
        PROMISE(utf8_valid((const char *)node->content, strlen((const char *)node->content)));
        return;
    }
    PROMISE(node->type == XML_ELEMENT_NODE && strchr((const char *)node->name, ':') == NULL);
    size_t n = 0;
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next, n++)
        PROMISE(a->parent == node && a->children != NULL && strchr((const char *)a->name, ':') == NULL &&
                utf8_valid((const char *)a->children->content, strlen((const char *)a->children->content)) && utf8_valid((const char *)a->name, strlen((const char *)a->name)));
    PROMISE(n <= LIMIT_ELEMENT_ATTRIBUTES);
}

static inline void promise_tree(enum read_result result, xmlDocPtr doc)
{
    PROMISE((doc != NULL) == (result == READ_OK || result == READ_RECOVERED));
    if (doc == NULL)
        return;
    PROMISE(doc->children != NULL && doc->children->next == NULL && doc->children->type == XML_ELEMENT_NODE);
    size_t depth = 1;
    for (const xmlNode *node = doc->children; node != NULL;) {
        promise_node(node);
        PROMISE(depth <= LIMIT_TREE_DEPTH + 1);
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            depth++;
            continue;
        }
        while (node != (const xmlNode *)doc && node->next == NULL) {
            node = node->parent;
            depth--;
        }
        node = node == (const xmlNode *)doc ? NULL : node->next;
    }
    xmlXPathContext *x = xmlXPathNewContext(doc);
    PROMISE(x != NULL);
    x->opLimit = 100000;
    xmlXPathFreeObject(xmlXPathEvalExpression((const xmlChar *)"string(//*[@class or @t='s'][last()])", x));
    xmlXPathFreeContext(x);
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    const char *text = text_of(&a, doc->children, NULL);
    PROMISE(text == NULL || (text[0] != '\0' && text[0] != '\n' && text[0] != ' ' && strstr(text, "\n\n") == NULL && utf8_valid(text, strlen(text))));
    arena_release(&a);
}

/* The readers take valid UTF-8 without NUL; charset.h sees to that. */
static inline void promise_input(struct strbuf *b, const uint8_t *data, size_t n)
{
    strbuf_init(b, 4 * n + 4);
    utf8_repair(b, (const char *)data, n);
}

#endif
