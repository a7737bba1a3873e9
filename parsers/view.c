/* The trees of one page, each built once and only when a rule asks for it. */
#include "parsers/engine.h"

#include "base/limits.h"
#include "parsers/readers.h"

#include <string.h>

static xmlDocPtr build(struct view *v, enum read_format f, const struct read_rule *r, bool keep_scripts, const char *s, size_t n)
{
    xmlDocPtr doc = NULL;
    enum read_result got;
    if (f == FORMAT_JSON) {
        got = json_tree_without(s, n, r != NULL ? r->without : NULL, &doc);
    } else if (f == FORMAT_XML) {
        got = xml_tree(s, n, &doc);
    } else if (keep_scripts) {
        got = html_tree(s, n, &doc);
    } else {
        struct strbuf *b = &v->p->strip;
        strbuf_clear(b);
        got = !html_strip(b, s, n) ? READ_TOOBIG : html_tree(b->s, b->n, &doc);
    }
    if (got == READ_TOOBIG)
        v->toobig = true;
    if (got != READ_OK && got != READ_RECOVERED) {
        tree_free(doc);
        doc = NULL;
    }
    if (doc != NULL && xmlDocGetRootElement(doc) == NULL) {
        tree_free(doc);
        doc = NULL;
    }
    return doc;
}

static void keep(struct view *v, const struct read_rule *key, enum read_format f, bool keep_scripts, xmlDocPtr doc)
{
    v->doc[v->n_doc++] = (struct view_doc){key, f, keep_scripts, doc};
}

xmlDocPtr view_body(struct view *v, enum read_format f, bool keep_scripts)
{
    for (size_t i = 0; i < v->n_doc; i++)
        if (v->doc[i].key == NULL && v->doc[i].format == f && v->doc[i].keep_scripts == keep_scripts)
            return v->doc[i].doc;
    if (v->n_doc == VIEW_DOCS_MAX)
        return NULL;
    xmlDocPtr doc = build(v, f, NULL, keep_scripts, v->s, v->n);
    keep(v, NULL, f, keep_scripts, doc);
    return doc;
}

static void build_islands(struct view *v, const struct read_rule *r)
{
    size_t from = 0, n = 0;
    const char *s = NULL;
    while (v->n_doc < VIEW_DOCS_MAX && island_find(v->s, v->n, r->island, &from, &s, &n)) {
        if (n > LIMIT_ISLAND_BYTES) {
            v->toobig = true;
            continue;
        }
        xmlDocPtr doc = build(v, FORMAT_JSON, r, false, s, n);
        if (doc != NULL)
            keep(v, r, FORMAT_JSON, false, doc);
    }
}

static void build_cut(struct view *v, const struct read_rule *r)
{
    const char *s = NULL;
    size_t n = 0;
    if (v->n_doc < VIEW_DOCS_MAX && island_cut(v->s, v->n, r->cut_from, r->cut_to, &s, &n))
        keep(v, r, FORMAT_HTML, r->keep_scripts, build(v, FORMAT_HTML, r, r->keep_scripts, s, n));
}

/* A site's script fetches more items as HTML in a string of JSON. */
static void build_inner(struct view *v, const struct read_rule *r)
{
    struct value x;
    xmlDocPtr json = view_body(v, FORMAT_JSON, false);
    const char *s = json != NULL && xpath_value(v, r->html_in, xmlDocGetRootElement(json), &x) ? value_string(v, &x) : NULL;
    if (s != NULL && v->n_doc < VIEW_DOCS_MAX)
        keep(v, r, FORMAT_HTML, r->keep_scripts, build(v, FORMAT_HTML, r, r->keep_scripts, s, strlen(s)));
}

size_t view_docs(struct view *v, const struct read_rule *r, xmlDocPtr *docs, size_t max)
{
    size_t n = 0;
    bool alone = r->island != NULL && v->looks == FORMAT_JSON; /* the data without the page around it */
    bool inner = r->html_in >= 0 && v->looks == FORMAT_JSON;
    bool own = ((r->island != NULL || r->cut_from != NULL) && !alone) || inner;
    if (!inner && (r->island != NULL && !alone ? v->looks != FORMAT_HTML : v->looks != r->format))
        return 0;
    if (own) {
        bool have = false;
        for (size_t i = 0; i < v->n_doc; i++)
            have = have || v->doc[i].key == r;
        if (!have && inner)
            build_inner(v, r);
        else if (!have && r->island != NULL)
            build_islands(v, r);
        else if (!have)
            build_cut(v, r);
        for (size_t i = 0; i < v->n_doc && n < max; i++)
            if (v->doc[i].key == r && v->doc[i].doc != NULL)
                docs[n++] = v->doc[i].doc;
    }
    if (n == 0 && !inner && (r->island == NULL || alone) && max > 0) { /* a block that is not there: the whole page, slower but not blind */
        docs[0] = view_body(v, r->format, r->keep_scripts);
        n = docs[0] != NULL;
    }
    return n;
}

void view_release(struct view *v)
{
    for (size_t i = 0; i < v->n_doc; i++)
        tree_free(v->doc[i].doc);
    v->n_doc = 0;
}
