#include "parsers/readers.h"

#include "base/limits.h"
#include "parsers/prolog.h"
#include "parsers/tree.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct tree *t;
    xmlParserCtxt *ctxt;
    xmlNode *top; /* innermost open element, NULL outside of the root */
    unsigned int depth;
    bool toobig;
    bool mended;
    const char *prefix; /* of a root such as <atom:feed>: its elements are named as in a feed without one; "" */
    struct strbuf text; /* characters not yet put into the tree: libxml2 hands them over in pieces */
};

static void stop(struct reading *r)
{
    r->toobig = true;
    xmlStopParser(r->ctxt);
}

static void flush_text(struct reading *r)
{
    if (r->text.n == 0)
        return;
    if (r->top != NULL && tree_text(r->t, r->top, r->text.s, r->text.n) == NULL)
        stop(r);
    strbuf_clear(&r->text);
}

/* libxml2 hands over every '&' of a value as "&#38;", for a second decoding that the SAX interface leaves to us. */
static size_t decode_ampersands(char *s)
{
    char *w = s;
    for (const char *p = s; *p != '\0';) {
        bool coded = strncmp(p, "&#38;", 5) == 0;
        *w++ = *p;
        p += coded ? 5 : 1;
    }
    *w = '\0';
    return (size_t)(w - s);
}

static bool add_attribute(struct reading *r, xmlNode *el, const xmlChar *name, const xmlChar *value)
{
    const struct tree_name *n = tree_name(r->t, (const char *)name, strlen((const char *)name), '.');
    char *copy = n == NULL ? NULL : arena_strdup(&r->t->arena, value == NULL ? "" : (const char *)value);
    return copy != NULL && tree_attribute(r->t, el, n->name, copy, decode_ampersands(copy)) != NULL;
}

/* "atom:" of "atom:feed"; "" where the root is not such a one. */
static const char *feed_prefix(struct reading *r, const char *root)
{
    const char *colon = strchr(root, ':');
    if (colon == NULL || (strcmp(colon + 1, "feed") != 0 && strcmp(colon + 1, "rss") != 0))
        return "";
    const char *prefix = arena_strndup(&r->t->arena, root, (size_t)(colon + 1 - root));
    return prefix != NULL ? prefix : "";
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
    struct reading *r = ctx;
    flush_text(r);
    if (r->toobig)
        return;
    const char *called = (const char *)name;
    if (r->top == NULL)
        r->prefix = feed_prefix(r, called);
    size_t skip = strlen(r->prefix);
    called += skip > 0 && strncmp(called, r->prefix, skip) == 0 ? skip : 0;
    const struct tree_name *n = tree_name(r->t, called, strlen(called), '.');
    xmlNode *el = n == NULL || r->depth + 1 >= LIMIT_TREE_DEPTH || (r->top == NULL && r->t->doc.children != NULL)
                      ? NULL
                      : tree_element(r->t, r->top, n->name);
    if (el == NULL) {
        stop(r);
        return;
    }
    for (int i = 0; attributes != NULL && attributes[i] != NULL && i / 2 < LIMIT_ELEMENT_ATTRIBUTES; i += 2)
        if (!add_attribute(r, el, attributes[i], attributes[i + 1])) {
            stop(r);
            return;
        }
    r->top = el;
    r->depth++;
}

static void on_end(void *ctx, const xmlChar *name)
{
    struct reading *r = ctx;
    (void)name;
    flush_text(r);
    if (r->top == NULL)
        return;
    r->top = r->top->parent->type == XML_ELEMENT_NODE ? r->top->parent : NULL;
    r->depth--;
}

static void on_text(void *ctx, const xmlChar *s, int n)
{
    struct reading *r = ctx;
    if (r->top != NULL && n > 0 && !strbuf_add(&r->text, s, (size_t)n))
        stop(r);
}

static void on_error(void *ctx, const char *format, ...)
{
    (void)ctx;
    (void)format;
}

static void handlers(xmlSAXHandler *h)
{
    memset(h, 0, sizeof *h);
    h->startElement = on_start; /* the SAX 1 form: names come with their prefix, no namespace is looked up (that is quadratic) */
    h->endElement = on_end;
    h->characters = on_text;
    h->ignorableWhitespace = on_text;
    h->cdataBlock = on_text;
    h->warning = on_error;
    h->error = on_error;
    h->initialized = 1; /* not XML_SAX2_MAGIC */
}

static enum read_result parse(struct reading *r, const char *s, size_t n)
{
    r->ctxt = xmlCreateMemoryParserCtxt(s, (int)n);
    if (r->ctxt == NULL)
        return READ_BAD;
    xmlSAXHandler h;
    handlers(&h);
    *r->ctxt->sax = h;
    r->ctxt->userData = r;
    xmlCtxtUseOptions(r->ctxt, XML_PARSE_NONET | XML_PARSE_RECOVER);
    r->ctxt->sax->error = on_error;
    r->ctxt->sax->warning = on_error;
    xmlParseDocument(r->ctxt);
    bool well = r->ctxt->wellFormed == 1;
    bool deep = r->ctxt->errNo == XML_ERR_INTERNAL_ERROR && r->ctxt->disableSAX != 0;
    flush_text(r);
    if (r->ctxt->myDoc != NULL)
        xmlFreeDoc(r->ctxt->myDoc);
    xmlFreeParserCtxt(r->ctxt);
    if (r->toobig || deep || tree_toobig(r->t))
        return READ_TOOBIG;
    if (r->t->doc.children == NULL)
        return READ_BAD;
    return well && !r->mended ? READ_OK : READ_RECOVERED;
}

enum read_result xml_tree(const char *s, size_t n, xmlDocPtr *doc)
{
    *doc = NULL;
    if (n > LIMIT_BODY_BYTES_MAX)
        return READ_TOOBIG;
    struct reading r = {0};
    struct strbuf clean;
    strbuf_init(&clean, 5 * n + 16); /* every byte could become "&amp;" */
    strbuf_init(&r.text, n + 16);
    enum read_result result = prolog_clean(&clean, s, n);
    r.mended = result == READ_RECOVERED;
    r.t = tree_new();
    if (r.t == NULL)
        result = READ_TOOBIG;
    if (result == READ_OK || result == READ_RECOVERED)
        result = parse(&r, clean.s, clean.n);
    strbuf_release(&clean);
    strbuf_release(&r.text);
    if (result == READ_OK || result == READ_RECOVERED)
        *doc = &r.t->doc;
    else if (r.t != NULL)
        tree_free(&r.t->doc);
    return result;
}
