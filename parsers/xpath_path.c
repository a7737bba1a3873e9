/* The plainest expressions, two thirds of all rules: "a/b", "/json/a/_", "@x", ".//p[class("x")]", "//a[@rel = "next"]/@href". libxml2 answers them by listing nodes and
 * calling functions through its stack; we walk down. Our trees have no namespaces, so a name is a name. */
#include "parsers/engine.h"

#include <ctype.h>
#include <libxml/xpathInternals.h>
#include <string.h>

/* ---- reading */

struct reader {
    struct arena *a;
    const char *s;
    int depth; /* of paths in conditions */
};

static bool take_path(struct reader *r, struct path *p);

static bool take(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(r->s, word, n) != 0)
        return false;
    r->s += n;
    return true;
}

static void blanks(struct reader *r)
{
    r->s += strspn(r->s, " \t\n\r");
}

/* A name: only letters that mean nothing else in XPath. NULL when there is none. */
static const char *take_name(struct reader *r)
{
    size_t n = 0;
    if (!isalpha((unsigned char)*r->s) && *r->s != '_')
        return NULL;
    while (isalnum((unsigned char)r->s[n]) || r->s[n] == '_' || r->s[n] == '-' || r->s[n] == '.')
        n++;
    const char *name = arena_strndup(r->a, r->s, n);
    r->s += n;
    return name;
}

/* A quoted string that is not empty (for that, functions answer differently). */
static bool take_value(struct reader *r, struct condition *c)
{
    const char *end = *r->s == '"' || *r->s == '\'' ? strchr(r->s + 1, *r->s) : NULL;
    if (end == NULL || end == r->s + 1)
        return false;
    c->value_bytes = (size_t)(end - r->s) - 1;
    c->value = arena_strndup(r->a, r->s + 1, c->value_bytes);
    r->s = end + 1;
    return c->value != NULL;
}

static bool take_attribute(struct reader *r, struct condition *c)
{
    return take(r, "@") && (c->attribute = take_name(r)) != NULL;
}

/* Behind what is asked for: = "x", or nothing. */
static bool take_equal(struct reader *r, struct condition *c)
{
    c->kind = IF_HAS;
    size_t n = strspn(r->s, " \t\n\r");
    if (r->s[n] != '=')
        return true;
    r->s += n + 1;
    blanks(r);
    c->kind = IF_EQUAL;
    return take_value(r, c);
}

/* a/b, .//x[class("y")]/@z: whether it leads anywhere, or what is there */
static bool take_inner(struct reader *r, struct condition *c)
{
    struct path p = {.absolute = false};
    if (*r->s == '/' || r->depth == 2)
        return false;
    r->depth++;
    bool good = take_path(r, &p);
    r->depth--;
    struct path *copy = good ? arena_calloc(r->a, 1, sizeof *copy) : NULL;
    if (copy == NULL)
        return false;
    *copy = p;
    c->path = copy;
    return take_equal(r, c);
}

/* class("x"), starts-with(@a, "x"), contains(@a, "x"), @a = "x", @a, b/c, b/c = "x" */
static bool take_plain_condition(struct reader *r, struct condition *c)
{
    bool starts = take(r, "starts-with("), contains = !starts && take(r, "contains(");
    if (starts || contains) {
        c->kind = starts ? IF_STARTS : IF_CONTAINS;
        if (!take_attribute(r, c) || !take(r, ","))
            return false;
        blanks(r);
        return take_value(r, c) && take(r, ")");
    }
    if (take(r, "class("))
        return take_value(r, c) && c->value[strcspn(c->value, " \t\n\r\f")] == '\0' && take(r, ")");
    if (*r->s != '@')
        return take_inner(r, c);
    return take_attribute(r, c) && take_equal(r, c);
}

static bool take_condition(struct reader *r, struct condition *c)
{
    *c = (struct condition){.kind = IF_CLASS, .attribute = "class", .negated = take(r, "not(")};
    return take_plain_condition(r, c) && (!c->negated || take(r, ")"));
}

/* [A or B or C], [A and B] */
static bool take_predicate(struct reader *r, struct path_step *step)
{
    bool any = false, all = false;
    for (;;) {
        blanks(r);
        if (step->n_condition == PATH_CONDITIONS_MAX || !take_condition(r, &step->condition[step->n_condition++]))
            return false;
        blanks(r);
        if (take(r, "]"))
            return true;
        bool either = take(r, "or ");
        if (!either && !take(r, "and "))
            return false;
        any = any || either;
        all = all || !either;
        if (any && all)
            return false;
        step->condition[step->n_condition - 1].or_next = either;
    }
}

static bool take_step(struct reader *r, struct path *p, bool below)
{
    if (p->n == PATH_STEPS_MAX)
        return false;
    struct path_step *step = &p->step[p->n++];
    step->below = below;
    if (!take(r, "*") && (step->name = take_name(r)) == NULL)
        return false;
    while (take(r, "["))
        if (!take_predicate(r, step))
            return false;
    return true;
}

/* Behind a step to any depth, one to children would leave document order: an outer element's child may come after an inner one's. */
static bool keeps_order(const struct path *p)
{
    bool below = false;
    for (size_t i = 0; i < p->n; i++) {
        if (below && !p->step[i].below)
            return false;
        below = below || p->step[i].below;
    }
    return !(below && p->attribute_below);
}

static bool take_path(struct reader *r, struct path *p)
{
    bool below = false;
    if (take(r, ".//")) {
        below = true;
    } else if (take(r, "/")) {
        p->absolute = true;
        below = take(r, "/");
    }
    for (;;) {
        if (*r->s == '@') {
            r->s++;
            p->attribute_below = below;
            return (p->attribute = take_name(r)) != NULL && !(p->absolute && p->n == 0);
        }
        if (!take_step(r, p, below))
            return false;
        if (*r->s != '/')
            return true;
        r->s++;
        below = take(r, "/");
    }
}

const struct path *path_parse(struct arena *a, const char *expr)
{
    struct path p = {.absolute = false};
    struct reader r = {a, expr, 0};
    p.account = take(&r, "account(");
    p.only_first = take(&r, "(");
    if (strcmp(expr, ".") == 0)
        r.s++;
    else if (!take_path(&r, &p) || !keeps_order(&p) || (p.only_first && !take(&r, ")[1]")))
        return NULL;
    if (p.only_first && p.attribute == NULL && take(&r, "/@") && (p.then = take_name(&r)) == NULL)
        return NULL;
    if (p.account && !take(&r, ")"))
        return NULL;
    if (*r.s != '\0')
        return NULL;
    size_t n_below = 0;
    for (size_t i = 0; i < p.n; i++)
        n_below += p.step[i].below;
    p.first_order = n_below > 1;
    struct path *out = arena_calloc(a, 1, sizeof *out);
    if (out != NULL)
        *out = p;
    return out;
}

/* ---- walking */

/* One search: stops at the first hit unless all are wanted. */
struct search {
    const struct path *path;
    xmlNodePtr first;
    xmlNodeSetPtr all;  /* NULL: the first is enough */
    const struct condition *says; /* NULL: any node; else one that says this */
    unsigned long *n_look, max_look;
};

static bool has_word(const char *s, const char *word, size_t n)
{
    while (*s != '\0') {
        s += strspn(s, " \t\n\r\f");
        size_t len = strcspn(s, " \t\n\r\f");
        if (len == n && memcmp(s, word, n) == 0)
            return true;
        s += len;
    }
    return false;
}

static bool text_holds(const struct condition *c, const char *s)
{
    switch (c->kind) {
    case IF_CLASS: return has_word(s, c->value, c->value_bytes);
    case IF_EQUAL: return strcmp(s, c->value) == 0;
    case IF_STARTS: return strncmp(s, c->value, c->value_bytes) == 0;
    case IF_CONTAINS: return strstr(s, c->value) != NULL;
    case IF_HAS: break;
    }
    return true;
}

static bool down(struct search *s, xmlNodePtr node, size_t i);

/* What the node says is this: without a copy where it holds one text, as nearly all do. */
static bool says(xmlNodePtr node, const struct condition *c)
{
    xmlNodePtr text = node->children;
    if (text == NULL || (text->next == NULL && text->type == XML_TEXT_NODE && text->content != NULL))
        return text_holds(c, text != NULL ? (const char *)text->content : "");
    xmlChar *joined = xmlNodeGetContent(node);
    bool good = joined != NULL && text_holds(c, (const char *)joined);
    xmlFree(joined);
    return good;
}

static bool holds(struct search *s, const struct condition *c, xmlNodePtr node)
{
    if (c->path != NULL) {
        struct search inner = {.path = c->path, .says = c->kind == IF_EQUAL ? c : NULL, .n_look = s->n_look, .max_look = s->max_look};
        down(&inner, node, 0);
        return inner.first != NULL;
    }
    const xmlAttr *attr = node->properties;
    while (attr != NULL && strcmp((const char *)attr->name, c->attribute) != 0)
        attr = attr->next;
    if (attr == NULL || c->kind == IF_HAS)
        return attr != NULL;
    return says((xmlNodePtr)attr, c);
}

static bool fits(struct search *s, const struct path_step *step, xmlNodePtr node)
{
    if (step->name != NULL && strcmp((const char *)node->name, step->name) != 0)
        return false;
    for (size_t i = 0; i < step->n_condition; i++) {
        const struct condition *c = &step->condition[i];
        bool good = holds(s, c, node) != c->negated;
        for (; c->or_next; i++) { /* the rest of this group */
            c++;
            good = good || holds(s, c, node) != c->negated;
        }
        if (!good)
            return false;
    }
    return true;
}

/* The next node in document order inside top; NULL behind the last. */
static xmlNodePtr next_below(xmlNodePtr node, xmlNodePtr top)
{
    if (node->children != NULL && (node->type == XML_ELEMENT_NODE || node == top))
        return node->children;
    while (node != top && node->next == NULL)
        node = node->parent;
    return node == top ? NULL : node->next;
}

static bool found(struct search *s, xmlNodePtr node)
{
    if (s->says != NULL && !says(node, s->says))
        return false;
    if (s->path->then != NULL && (node = (xmlNodePtr)xmlHasProp(node, BAD_CAST s->path->then)) == NULL)
        return true; /* the first has none */
    if (s->all != NULL)
        xmlXPathNodeSetAddUnique(s->all, node);
    else
        s->first = node;
    return s->all == NULL || s->path->only_first;
}

static bool hit(struct search *s, xmlNodePtr node)
{
    const char *name = s->path->attribute;
    if (name == NULL)
        return found(s, node);
    for (xmlNodePtr at = node; at != NULL; at = s->path->attribute_below ? next_below(at, node) : NULL) {
        xmlAttrPtr attr = at->type == XML_ELEMENT_NODE ? xmlHasProp(at, BAD_CAST name) : NULL;
        if (++*s->n_look > s->max_look || (attr != NULL && found(s, (xmlNodePtr)attr)))
            return true;
    }
    return false;
}

/* Recursion goes as deep as the path has steps. true ends the search. */
static bool down(struct search *s, xmlNodePtr node, size_t i)
{
    if (i == s->path->n)
        return hit(s, node);
    const struct path_step *step = &s->path->step[i];
    for (xmlNodePtr c = node->children; c != NULL; c = step->below ? next_below(c, node) : c->next) {
        if (++*s->n_look > s->max_look)
            return true;
        if (c->type == XML_ELEMENT_NODE && fits(s, step, c) && down(s, c, i + 1))
            return true;
    }
    return false;
}

xmlNodePtr path_find(struct view *v, const struct path *p, xmlNodePtr node, xmlNodeSetPtr all)
{
    xmlXPathContextPtr xp = v->p->xp;
    if (node->type != XML_ELEMENT_NODE && !p->absolute && (p->n > 0 || p->attribute != NULL))
        return NULL;
    struct search s = {.path = p, .all = all, .n_look = &xp->opCount, .max_look = xp->opLimit};
    down(&s, p->absolute ? (xmlNodePtr)node->doc : node, 0);
    if (xp->opCount > xp->opLimit)
        v->toobig = true;
    return s.first;
}
