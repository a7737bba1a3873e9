/* The plainest expressions, "a/b/c", "/json/a/_", "@x", "a/@x" and ".": more than a quarter of all rules. libxml2 answers them by walking the whole tree below the
 * node against a pattern; we go down child by child. Our trees have no namespaces, so a name is a name. */
#include "parsers/engine.h"

#include <ctype.h>
#include <string.h>

/* A name at s: its length, 0 when there is none. Only letters that mean nothing else in XPath. */
static size_t name_bytes(const char *s)
{
    size_t n = 0;
    if (!isalpha((unsigned char)*s) && *s != '_')
        return 0;
    while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '-' || s[n] == '.')
        n++;
    return n;
}

const struct path *path_parse(struct arena *a, const char *expr)
{
    struct path p = {.absolute = *expr == '/'};
    const char *s = expr + p.absolute;
    bool more = strcmp(expr, ".") != 0;
    while (more) {
        bool attribute = *s == '@';
        size_t n = name_bytes(s + attribute);
        if (n == 0 || p.n == PATH_STEPS_MAX)
            return NULL;
        if (attribute)
            p.attribute = arena_strndup(a, s + 1, n);
        else
            p.name[p.n++] = arena_strndup(a, s, n);
        s += n + attribute;
        more = *s == '/' && !attribute;
        if (*s != '\0' && !more)
            return NULL;
        s += more;
    }
    struct path *out = p.absolute && p.n == 0 ? NULL : arena_calloc(a, 1, sizeof *out);
    if (out != NULL)
        *out = p;
    return out;
}

/* One search: stops at the first hit unless all are wanted. */
struct search {
    const struct path *path;
    xmlNodePtr first;
    xmlNodeSetPtr all; /* NULL: the first is enough */
    unsigned long n_look, max_look;
};

static bool hit(struct search *s, xmlNodePtr node)
{
    if (s->path->attribute != NULL)
        node = (xmlNodePtr)xmlHasProp(node, BAD_CAST s->path->attribute);
    if (node == NULL)
        return false;
    if (s->all != NULL)
        xmlXPathNodeSetAddUnique(s->all, node);
    else
        s->first = node;
    return s->all == NULL;
}

/* Document order by construction. Depth: the steps of a path. true ends the search. */
static bool down(struct search *s, xmlNodePtr node, size_t step)
{
    if (step == s->path->n)
        return hit(s, node);
    for (xmlNodePtr c = node->children; c != NULL; c = c->next) {
        if (++s->n_look > s->max_look)
            return true;
        if (c->type == XML_ELEMENT_NODE && strcmp((const char *)c->name, s->path->name[step]) == 0 && down(s, c, step + 1))
            return true;
    }
    return false;
}

xmlNodePtr path_find(struct view *v, const struct path *p, xmlNodePtr node, xmlNodeSetPtr all)
{
    xmlXPathContextPtr xp = v->p->xp;
    if (node->type != XML_ELEMENT_NODE && !p->absolute && (p->n > 0 || p->attribute != NULL))
        return NULL;
    struct search s = {p, NULL, all, xp->opCount, xp->opLimit};
    down(&s, p->absolute ? (xmlNodePtr)node->doc : node, 0);
    xp->opCount = s.n_look;
    if (s.n_look > s.max_look)
        v->toobig = true;
    return s.first;
}
