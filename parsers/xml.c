#include "parsers/readers.h"

#include "base/limits.h"
#include "parsers/prolog.h"
#include "parsers/tree.h"

#include <libxml/HTMLparser.h> /* only its table of named characters, never its parser */
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct reading {
    struct tree *t;
    xmlParserCtxt *ctxt;
    xmlNode *top; /* innermost open element, NULL outside of the root */
    unsigned int depth;
    bool toobig;
    bool mended;
    struct strbuf text; /* characters not yet put into the tree: libxml2 hands them over in pieces */
    xmlEntity entity;   /* answer to the last get_entity */
    char entity_text[80];
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

static void on_start(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
    struct reading *r = ctx;
    flush_text(r);
    if (r->toobig)
        return;
    const struct tree_name *n = tree_name(r->t, (const char *)name, strlen((const char *)name), '.');
    xmlNode *el = n == NULL || r->depth + 1 >= LIMIT_TREE_DEPTH || (r->top == NULL && r->t->doc.children != NULL)
                      ? NULL
                      : tree_element(r->t, r->top, n->name);
    if (el == NULL) {
        stop(r);
        return;
    }
    for (int i = 0; attributes != NULL && attributes[i] != NULL && i / 2 < LIMIT_ELEMENT_ATTRIBUTES; i += 2) {
        const char *value = attributes[i + 1] == NULL ? "" : (const char *)attributes[i + 1];
        n = tree_name(r->t, (const char *)attributes[i], strlen((const char *)attributes[i]), '.');
        if (n == NULL || tree_attribute(r->t, el, n->name, value, strlen(value)) == NULL) {
            stop(r);
            return;
        }
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

/* Feeds use HTML's named characters without declaring them. What nobody knows is kept as it was written. */
static xmlEntity *on_entity(void *ctx, const xmlChar *name)
{
    struct reading *r = ctx;
    xmlEntity *predefined = xmlGetPredefinedEntity(name);
    if (predefined != NULL)
        return predefined;
    r->mended = true;
    const htmlEntityDesc *known = htmlEntityLookup(name);
    if (known != NULL) {
        size_t n = utf8_encode(known->value, r->entity_text);
        r->entity_text[n] = '\0';
    } else {
        size_t n = strlen((const char *)name);
        if (n > sizeof r->entity_text - 3)
            return NULL;
        r->entity_text[0] = '&';
        memcpy(r->entity_text + 1, name, n);
        memcpy(r->entity_text + 1 + n, ";", 2);
    }
    memset(&r->entity, 0, sizeof r->entity);
    r->entity.type = XML_ENTITY_DECL;
    r->entity.etype = XML_INTERNAL_PREDEFINED_ENTITY;
    r->entity.name = name;
    r->entity.content = r->entity.orig = (xmlChar *)r->entity_text;
    r->entity.length = (int)strlen(r->entity_text);
    return &r->entity;
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
    h->getEntity = on_entity;
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
