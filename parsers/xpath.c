#include "parsers/engine.h"

#include "base/limits.h"

#include <libxml/xpathInternals.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* class("x"): the context node has the class x. HTML rules would be unreadable without it. */
static void fn_class(xmlXPathParserContextPtr ctxt, int n_arg)
{
    if (n_arg != 1) {
        xmlXPathSetArityError(ctxt);
        return;
    }
    xmlChar *want = xmlXPathPopString(ctxt);
    bool hit = false;
    xmlNodePtr node = ctxt->context->node;
    const xmlAttr *attr = node != NULL && node->type == XML_ELEMENT_NODE ? xmlHasProp(node, BAD_CAST "class") : NULL;
    if (want != NULL && attr != NULL && attr->children != NULL && attr->children->content != NULL) {
        const char *s = (const char *)attr->children->content;
        size_t n = strlen((const char *)want);
        while (*s != '\0' && !hit) {
            s += strspn(s, " \t\n\r\f");
            size_t len = strcspn(s, " \t\n\r\f");
            hit = len == n && len > 0 && memcmp(s, want, n) == 0;
            s += len;
        }
    }
    xmlFree(want);
    xmlXPathReturnBoolean(ctxt, hit);
}

/* account(x): x names the brand here. account(): it is known under which names the brand answers here. */
static void fn_account(xmlXPathParserContextPtr ctxt, int n_arg)
{
    const struct view *v = ctxt->context->user;
    if (n_arg > 1) {
        xmlXPathSetArityError(ctxt);
        return;
    }
    if (n_arg == 0) {
        xmlXPathReturnBoolean(ctxt, v != NULL && v->n_account > 0);
        return;
    }
    xmlChar *name = xmlXPathPopString(ctxt);
    bool hit = name != NULL && v != NULL && view_is_account(v, (const char *)name);
    xmlFree(name);
    xmlXPathReturnBoolean(ctxt, hit);
}

/* current(): the node the whole rule started at, as in XSLT; for look-ups such as //user[id = current()/author]. */
static void fn_current(xmlXPathParserContextPtr ctxt, int n_arg)
{
    if (n_arg != 0) {
        xmlXPathSetArityError(ctxt);
        return;
    }
    const struct view *v = ctxt->context->user;
    valuePush(ctxt, xmlXPathNewNodeSet(v != NULL ? v->current : ctxt->context->node));
}

static void fn_ends(xmlXPathParserContextPtr ctxt, int n_arg)
{
    if (n_arg != 2) {
        xmlXPathSetArityError(ctxt);
        return;
    }
    xmlChar *tail = xmlXPathPopString(ctxt), *s = xmlXPathPopString(ctxt);
    bool hit = false;
    if (tail != NULL && s != NULL) {
        size_t n = strlen((char *)s), m = strlen((char *)tail);
        hit = n >= m && memcmp(s + n - m, tail, m) == 0;
    }
    xmlFree(tail);
    xmlFree(s);
    xmlXPathReturnBoolean(ctxt, hit);
}

static void silent(void *user, xmlErrorPtr e)
{
    (void)user;
    (void)e;
}

xmlXPathContextPtr xpath_context_new(void)
{
    xmlXPathContextPtr xp = xmlXPathNewContext(NULL);
    if (xp == NULL)
        return NULL;
    xp->error = silent;
    xp->opLimit = LIMIT_XPATH_OPS;
    xmlXPathContextSetCache(xp, 1, -1, 0); /* values are used again: a page asks for thousands */
    if (xmlXPathRegisterFunc(xp, BAD_CAST "class", fn_class) != 0 ||
        xmlXPathRegisterFunc(xp, BAD_CAST "account", fn_account) != 0 ||
        xmlXPathRegisterFunc(xp, BAD_CAST "current", fn_current) != 0 ||
        xmlXPathRegisterFunc(xp, BAD_CAST "ends-with", fn_ends) != 0) {
        xmlXPathFreeContext(xp);
        return NULL;
    }
    return xp;
}

static void quiet(void *user, const char *fmt, ...)
{
    (void)user;
    (void)fmt;
}

void *xpath_checker_new(void)
{
    xmlXPathContextPtr xp = xpath_context_new();
    xmlDocPtr doc = xmlNewDoc(BAD_CAST "1.0");
    if (xp == NULL || doc == NULL) {
        xmlXPathFreeContext(xp);
        xmlFreeDoc(doc);
        return NULL;
    }
    xmlNodePtr root = xmlNewDocNode(doc, NULL, BAD_CAST "html", NULL);
    xmlDocSetRootElement(doc, root);
    xp->doc = doc;
    xmlXPathRegisterVariable(xp, BAD_CAST "url", xmlXPathNewCString("https://example.org/"));
    xmlXPathRegisterVariable(xp, BAD_CAST "host", xmlXPathNewCString("example.org"));
    xmlXPathRegisterVariable(xp, BAD_CAST "link_next", xmlXPathNewCString(""));
    xmlXPathRegisterVariable(xp, BAD_CAST "mention", xmlXPathNewCString(""));
    return xp;
}

void xpath_checker_free(void *checker)
{
    xmlXPathContextPtr xp = checker;
    if (xp == NULL)
        return;
    xmlDocPtr doc = xp->doc;
    xmlXPathFreeContext(xp);
    xmlFreeDoc(doc);
}

static const char *why_not(int code)
{
    switch (code) {
    case XPATH_UNKNOWN_FUNC_ERROR: return "calls a function that does not exist";
    case XPATH_UNDEF_VARIABLE_ERROR: return "uses a variable that does not exist (there are $url, $host, $link_next and $mention)";
    case XPATH_INVALID_ARITY: return "calls a function with a wrong number of arguments";
    case XPATH_INVALID_TYPE:
    case XPATH_INVALID_OPERAND: return "uses a string or number where XPath wants nodes (concat(...)[...] is not allowed)";
    default: return NULL;
    }
}

const char *xpath_check(void *checker, const char *expr)
{
    xmlXPathContextPtr xp = checker;
    if (xp == NULL)
        return "memory is out";
    /* an unknown function is also told to libxml2's generic handler, which prints */
    xmlGenericErrorFunc old = xmlGenericError;
    void *old_context = xmlGenericErrorContext;
    xmlSetGenericErrorFunc(NULL, quiet);
    xmlResetError(&xp->lastError);
    xp->opCount = 0;
    xp->node = xmlDocGetRootElement(xp->doc);
    const char *why = NULL;
    xmlXPathCompExprPtr comp = xmlXPathCtxtCompile(xp, BAD_CAST expr);
    if (comp == NULL) {
        why = "is not XPath 1.0";
    } else {
        xmlXPathObjectPtr o = xmlXPathCompiledEval(comp, xp);
        if (o == NULL)
            why = why_not(xp->lastError.code - XML_XPATH_EXPRESSION_OK);
        xmlXPathFreeObject(o);
        xmlXPathFreeCompExpr(comp);
    }
    xmlSetGenericErrorFunc(old_context, old);
    return why;
}

/* Compiled when first asked for. false: no such expression, or nowhere to start. */
static bool start_at(struct view *v, int id, xmlNodePtr node)
{
    struct parser *p = v->p;
    if (id < 0 || node == NULL)
        return false;
    if (p->compiled[id] == NULL) {
        char *quick = xpath_quicker(p->sites->xpath[id]);
        p->compiled[id] = xmlXPathCtxtCompile(p->xp, BAD_CAST(quick != NULL ? quick : p->sites->xpath[id]));
        free(quick);
    }
    p->xp->doc = node->doc;
    p->xp->node = node;
    p->xp->user = v;
    v->current = node;
    return p->compiled[id] != NULL;
}

static const struct path *path_of(const struct view *v, int id)
{
    return id < 0 ? NULL : v->p->sites->path[id];
}

static void note_limit(struct view *v)
{
    if (v->p->xp->lastError.code - XML_XPATH_EXPRESSION_OK == XPATH_OP_LIMIT_EXCEEDED)
        v->toobig = true;
}

xmlXPathObjectPtr xpath_eval(struct view *v, int id, xmlNodePtr node)
{
    const struct path *path = path_of(v, id);
    if (path != NULL && node != NULL && !path->first_order && !path->account) {
        xmlNodeSetPtr all = xmlXPathNodeSetCreate(NULL);
        if (all != NULL)
            path_find(v, path, node, all);
        return all != NULL ? xmlXPathWrapNodeSet(all) : NULL;
    }
    if (!start_at(v, id, node))
        return NULL;
    xmlXPathObjectPtr o = xmlXPathCompiledEval(v->p->compiled[id], v->p->xp);
    if (o == NULL)
        note_limit(v);
    return o;
}

/* account(...), as fn_account answers it. */
static bool path_is_account(struct view *v, const struct path *path, xmlNodePtr node)
{
    struct value x = {.node = v->n_account > 0 ? path_find(v, path, node, NULL) : NULL};
    const char *name = value_string(v, &x);
    return name != NULL && view_is_account(v, name);
}

bool xpath_value(struct view *v, int id, xmlNodePtr node, struct value *out)
{
    memset(out, 0, sizeof *out);
    const struct path *path = path_of(v, id);
    if (path != NULL && node != NULL && path->account) {
        out->s = path_is_account(v, path, node) ? "true" : "false";
        return true;
    }
    if (path != NULL && node != NULL) {
        out->node = path_find(v, path, node, NULL);
        return out->node != NULL;
    }
    xmlXPathObjectPtr o = xpath_eval(v, id, node);
    if (o == NULL)
        return false;
    bool hit = false;
    if (o->type == XPATH_NODESET) {
        if (o->nodesetval != NULL && o->nodesetval->nodeNr > 0) {
            if (o->nodesetval->nodeNr > 1)
                xmlXPathNodeSetSort(o->nodesetval);
            out->node = o->nodesetval->nodeTab[0];
            hit = true;
        }
    } else if (o->type == XPATH_NUMBER) {
        if (isfinite(o->floatval)) {
            out->s = arena_printf(v->a, "%.15g", o->floatval);
            hit = true;
        }
    } else if (o->type == XPATH_BOOLEAN) {
        out->s = o->boolval ? "true" : "false";
        hit = true;
    } else if (o->type == XPATH_STRING && o->stringval != NULL && o->stringval[0] != '\0') {
        out->s = arena_strdup(v->a, (const char *)o->stringval);
        hit = true;
    }
    xmlXPathFreeObject(o);
    return hit;
}

bool xpath_true(struct view *v, int id, xmlNodePtr node)
{
    const struct path *path = path_of(v, id);
    if (path != NULL && node != NULL && path->account)
        return path_is_account(v, path, node);
    if (path != NULL && node != NULL)
        return path_find(v, path, node, NULL) != NULL;
    if (!start_at(v, id, node))
        return false;
    /* libxml2 stops at the first node that answers the question */
    int hit = xmlXPathCompiledEvalToBoolean(v->p->compiled[id], v->p->xp);
    if (hit < 0)
        note_limit(v);
    return hit == 1;
}

bool view_is_account(const struct view *v, const char *name)
{
    if (*name == '@')
        name++;
    for (size_t i = 0; i < v->n_account && *name != '\0'; i++) {
        const char *account = v->accounts[i];
        if (account == NULL)
            continue;
        if (*account == '@')
            account++;
        if (strcasecmp(account, name) == 0)
            return true;
    }
    return false;
}
