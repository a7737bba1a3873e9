/* What a worker carries while it reads one page by rules. Private to parsers/.
 *
 * Thread: a struct parser belongs to one thread; a struct view lives on the stack for one page. Limits: LIMIT_XPATH_OPS for all rules of a page. */
#ifndef EARSHOT_PARSERS_ENGINE_H
#define EARSHOT_PARSERS_ENGINE_H

#include "base/page.h"
#include "parsers/date.h"
#include "parsers/rules.h"

#include <libxml/tree.h>
#include <libxml/xpath.h>

#define VIEW_DOCS_MAX 64 /* trees kept of one page: the body, cut blocks, JSON islands */

struct parser {
    const struct sites *sites;
    xmlXPathContextPtr xp;
    xmlXPathCompExprPtr *compiled; /* by expression number; NULL = not yet */
    pcre2_match_data *match;
    pcre2_match_context *match_limits;
    struct strbuf text;  /* the page as UTF-8 */
    struct strbuf strip; /* the page without scripts */
};

/* One tree of the page; several reads may ask for the same one. */
struct view_doc {
    const struct read_rule *key; /* for cut blocks and islands: the read that asked; NULL: the whole body */
    enum read_format format;
    bool keep_scripts;
    xmlDocPtr doc;               /* NULL: could not be read */
};

struct view {
    struct parser *p;
    struct page *page;
    struct arena *a;
    const struct site *site;
    const char *url;   /* of the page, after redirects */
    const char *host;
    const char *s;     /* the body as UTF-8 */
    size_t n;
    enum read_format looks; /* what the bytes look like */
    const char *title; /* of the HTML head, found in the bytes; "" when none; NULL = not looked yet */
    struct date_context date;
    const char *const *accounts;
    size_t n_account;
    struct view_doc doc[VIEW_DOCS_MAX];
    size_t n_doc;
    xmlNodePtr current; /* where the rule that is evaluated started */
    bool toobig;       /* a ceiling was hit while reading */
    struct strbuf *explain; /* NULL: nobody asked */
};

/* What a rule found so far. */
struct value {
    xmlNodePtr node;  /* as long as no step has changed it */
    const char *s;    /* NULL until asked for with value_string */
    struct when when; /* after a date step */
    bool dated;
};
/* Text of a value, in the arena or in the tree, which goes before the arena; NULL when there is none. */
const char *value_string(struct view *v, struct value *x);

/* xpath.c */
xmlXPathContextPtr xpath_context_new(void);
/* Evaluate expression `id` at node (a node of some document). Caller frees with xmlXPathFreeObject. NULL on any error. */
xmlXPathObjectPtr xpath_eval(struct view *v, int id, xmlNodePtr node);
/* First node in document order, or the string, number or boolean. false when nothing was found (NaN and "" are nothing). */
bool xpath_value(struct view *v, int id, xmlNodePtr node, struct value *out);
/* XPath boolean(); false on errors and for id < 0. */
bool xpath_true(struct view *v, int id, xmlNodePtr node);
/* true when the name is one of the accounts under which the brand answers ("@" and case do not matter). */
bool view_is_account(const struct view *v, const char *name);
/* xpath_path.c: expr as a plain path, in a; NULL when it is none. */
const struct path *path_parse(struct arena *a, const char *expr);
/* The first node that it leads to from node, NULL when there is none; or all, in document order, into `all` when that is not NULL
 * (then NULL is returned; not for a path of first_order). */
xmlNodePtr path_find(struct view *v, const struct path *p, xmlNodePtr node, xmlNodeSetPtr all);
/* xpath_quick.c: the same expression, written so that libxml2 works less. To be freed; NULL when memory is out. */
char *xpath_quicker(const char *expr);
/* Does it compile, and are its functions and variables known? NULL, or the reason (static). The checker serves many; NULL when memory is out. */
void *xpath_checker_new(void);
void xpath_checker_free(void *checker);
const char *xpath_check(void *checker, const char *expr);

/* transform.c */
const struct transform_kind *transform_by_name(const char *name, size_t n);
/* The nearest known name to a wrong one; NULL. */
const char *transform_nearest(const char *name);
/* Check and fill the argument of a step (kind and arg are set). false with *why. */
bool transform_prepare(struct sites *s, struct step *step, const char **why);
/* Apply all steps. false: nothing is left. */
bool transform_run(struct view *v, const struct rule *r, struct value *x);
/* First number in s: "1,234", "1.2K", "(7)", "4,5". false when there is none. */
bool number_read(const char *s, bool whole, double *out);
/* pcre2 with limits; the first group, or the whole match, into the arena. NULL: no match. */
char *regex_match(struct view *v, const pcre2_code *re, const char *s);
/* All alternatives in order at node; *which gets the one that hit (from 0). false: none. */
bool rules_value(struct view *v, const struct rules *r, xmlNodePtr node, struct value *out, size_t *which);

/* Value of a header of the page into the arena; NULL when it is not there. */
const char *view_header(struct view *v, const char *name);
/* marker.c: the first marker that fits; NULL. root may be NULL: XPath tests then read the whole body when it looks like HTML. */
const struct marker *marker_find(struct view *v, const struct markers *m, xmlNodePtr root);

/* view.c: trees. NULL when it cannot be read (v->toobig tells why). */
xmlDocPtr view_body(struct view *v, enum read_format f, bool keep_scripts);
/* The trees a read works on: one, or one per island. Returns how many; pointers are valid until view_release. */
size_t view_docs(struct view *v, const struct read_rule *r, xmlDocPtr *docs, size_t max);
void view_release(struct view *v);

/* extract.c: fill page->finding, link, via, declared_total, fill. Returns the outcome the rules came to: OK, EMPTY, DRIFT or TOOBIG, with page->reason set when not OK. */
enum outcome extract_page(struct view *v, const struct page_rule *r);

#endif
