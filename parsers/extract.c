/* Rules over trees: the reads of a page rule in their order, the first that serves wins. mention_build.c fills one mention. */
#include "parsers/mention_build.h"

#include "base/hash.h"
#include "base/jsonw.h"
#include "base/limits.h"
#include "parsers/urls.h"

#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <string.h>

/* What one read made of the page. */
struct harvest {
    const struct read_rule *read;
    struct built *built;
    size_t n, cap;
    size_t n_skipped;  /* entries that are no mentions: service posts, reposts */
    size_t n_item;     /* all others */
    size_t n_complete; /* of those, with every required field */
    int64_t total;     /* -1 */
    struct fill fill;
    struct link *link;
    size_t n_link, cap_link;
};

static void add_link(struct view *v, struct harvest *h, enum target_kind kind, const char *url, const char *mention_id)
{
    if (url == NULL || strcmp(url, v->url) == 0 || h->n_link >= LIMIT_PAGE_LINKS)
        return;
    for (size_t i = 0; i < h->n_link; i++)
        if (h->link[i].kind == kind && strcmp(h->link[i].url, url) == 0)
            return;
    struct link *list = arena_grow(v->a, h->link, h->n_link, &h->cap_link, sizeof *list);
    if (list == NULL)
        return;
    h->link = list;
    h->link[h->n_link++] = (struct link){kind, url, mention_id};
}

/* Pages shift while they are read and some repeat an item (pinned, carousel): the first one counts. */
static bool seen_before(const struct harvest *h, const struct built *b)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->built[i].id_hash == b->id_hash)
            return true;
    return false;
}

static void take_item(struct view *v, struct harvest *h, xmlNodePtr item)
{
    if (xpath_true(v, h->read->skip, item)) {
        h->n_skipped++;
        return;
    }
    struct built b;
    mention_build(v, h->read, item, &h->fill, &b);
    b.id_hash = hash64_str(b.mention.native_id);
    if (b.mention.native_id != NULL && seen_before(h, &b))
        return;
    h->n_item++;
    h->n_complete += b.complete;
    if (b.mention.native_id == NULL)
        return;
    struct built *list = arena_grow(v->a, h->built, h->n, &h->cap, sizeof *list);
    if (list == NULL)
        return;
    h->built = list;
    h->built[h->n++] = b;
    add_link(v, h, TARGET_DETAIL, b.detail, b.mention.id);
}

static void take_items(struct view *v, struct harvest *h, const xmlDocPtr *docs, size_t n_doc)
{
    for (size_t k = 0; k < h->read->item.n && h->n_item == 0; k++) {
        for (size_t d = 0; d < n_doc; d++) {
            xmlXPathObjectPtr o = xpath_eval(v, h->read->item.v[k].xpath, xmlDocGetRootElement(docs[d]));
            xmlNodeSetPtr set = o != NULL && o->type == XPATH_NODESET ? o->nodesetval : NULL;
            if (set != NULL && set->nodeNr > 1)
                xmlXPathNodeSetSort(set);
            for (int i = 0; set != NULL && i < set->nodeNr; i++) {
                if (h->n_item >= LIMIT_PAGE_MENTIONS) {
                    v->toobig = true;
                    break;
                }
                take_item(v, h, set->nodeTab[i]);
            }
            xmlXPathFreeObject(o);
        }
    }
}

/* First value that any of the trees gives. */
static const char *page_value(struct view *v, const struct rules *r, const xmlDocPtr *docs, size_t n_doc)
{
    struct value x;
    for (size_t d = 0; d < n_doc; d++)
        if (rules_value(v, r, xmlDocGetRootElement(docs[d]), &x, NULL))
            return value_string(v, &x);
    return NULL;
}

static const char *fill_json(struct view *v, const struct fill *f)
{
    struct strbuf b;
    struct jsonw w;
    strbuf_init(&b, LIMIT_FIELD_BYTES * 4);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (f->n[i] > 0)
            jsonw_kint(&w, field_info[i].name, (int64_t)f->n[i]);
        for (size_t k = 1; k < FILL_ALTERNATIVES; k++) {
            char key[64];
            if (f->by[i][k] == 0)
                continue;
            snprintf(key, sizeof key, "%s@%zu", field_info[i].name, k + 1);
            jsonw_kint(&w, key, (int64_t)f->by[i][k]);
        }
    }
    jsonw_object_end(&w);
    const char *json = arena_strndup(v->a, b.s, b.n);
    strbuf_release(&b);
    return json;
}

static bool is_served(const struct harvest *h)
{
    return h->n_item > 0 && h->n_complete * 2 >= h->n_item;
}

static void publish(struct view *v, struct harvest *h)
{
    struct page *page = v->page;
    struct built asked;
    h->n = answers_attach(v, h->read, h->built, h->n, &asked);
    page->via = h->read->name;
    page->declared_total = h->total;
    page->fill = fill_json(v, &h->fill);
    page->link = h->link;
    page->n_link = h->n_link;
    page->finding = arena_calloc(v->a, h->n + 1, sizeof *page->finding);
    page->n_finding = page->finding != NULL ? h->n : 0;
    for (size_t i = 0; i < page->n_finding; i++)
        page->finding[i].mention = h->built[i].mention;
    if (asked.mention.id != NULL && page->finding != NULL)
        page->finding[page->n_finding++].mention = asked.mention;
}

static void harvest_read(struct view *v, const struct read_rule *r, const xmlDocPtr *docs, size_t n_doc, struct harvest *h)
{
    memset(h, 0, sizeof *h);
    h->read = r;
    h->total = -1;
    take_items(v, h, docs, n_doc);
    const char *total = page_value(v, &r->total, docs, n_doc);
    double d;
    if (total != NULL && number_read(total, true, &d) && d >= 0 && d < 9e15)
        h->total = (int64_t)d;
    if (h->n_item + h->n_skipped > 0)
        add_link(v, h, TARGET_NEXT, url_join(v->a, v->url, page_value(v, &r->next, docs, n_doc)), NULL);
}

/* Why nothing was accepted, in words for the operator. */
static enum outcome drift(struct view *v, const struct page_rule *r, const struct harvest *partial, size_t n_doc)
{
    if (v->toobig || v->a->full)
        page_fail(v->page, OUTCOME_TOOBIG, "a ceiling was reached while reading by site file %s", v->site->name);
    else if (partial->read != NULL)
        page_fail(v->page, OUTCOME_DRIFT, "site file %s, page \"%s\", read \"%s\": required fields are missing in %zu of %zu items",
                  v->site->name, r->name, partial->read->name, partial->n_item - partial->n_complete, partial->n_item);
    else if (n_doc == 0)
        page_fail(v->page, OUTCOME_BADDATA, "not in a format that page \"%s\" of site file %s reads", r->name, v->site->name);
    else
        page_fail(v->page, OUTCOME_DRIFT, "no rule of page \"%s\" in site file %s found anything", r->name, v->site->name);
    return v->page->outcome;
}

enum outcome extract_page(struct view *v, const struct page_rule *r)
{
    struct harvest h, partial = {.total = -1};
    xmlDocPtr docs[VIEW_DOCS_MAX];
    size_t n_doc_all = 0;
    for (size_t i = 0; i < r->n_read; i++) {
        size_t n_doc = view_docs(v, &r->read[i], docs, VIEW_DOCS_MAX);
        n_doc_all += n_doc;
        if (n_doc == 0)
            continue;
        harvest_read(v, &r->read[i], docs, n_doc, &h);
        if (is_served(&h)) {
            publish(v, &h);
            return v->toobig || v->a->full ? drift(v, r, &partial, n_doc_all) : OUTCOME_OK;
        }
        const struct marker *m = h.n_item == 0 ? marker_find(v, &r->read[i].empty, xmlDocGetRootElement(docs[0])) : NULL;
        if (m != NULL || (h.n_item == 0 && (h.total == 0 || h.n_skipped > 0))) {
            publish(v, &h);
            page_fail(v->page, OUTCOME_EMPTY, "%s", m != NULL && m->label != NULL ? m->label
                                                     : h.n_skipped > 0            ? "only entries that are no mentions"
                                                                                  : "the site says that there is nothing");
            return OUTCOME_EMPTY;
        }
        if (h.n_item > 0 && partial.read == NULL)
            partial = h;
        else if (partial.read == NULL && h.total > 0)
            partial.total = h.total;
    }
    const struct marker *m = partial.read == NULL ? marker_find(v, &r->empty, NULL) : NULL;
    if (m != NULL) {
        page_fail(v->page, OUTCOME_EMPTY, "%s", m->label != NULL ? m->label : "the site says that there is nothing");
        return OUTCOME_EMPTY;
    }
    if (partial.read != NULL)
        publish(v, &partial);
    return drift(v, r, &partial, n_doc_all);
}
