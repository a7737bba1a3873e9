/* xpath_quicker and paths: what is written shorter, or answered without libxml2, means the same. */
#include "base/limits.h"
#include "parsers/engine.h"
#include "parsers/parse.h"
#include "parsers/readers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/xpathInternals.h>

static void only_what_cannot_be_a_position_is_shortened(void **state)
{
    static const struct {
        const char *in, *out;
    } table[] = {
        {"//*[class(\"post\")]", "/descendant::*[class(\"post\")]"},
        {"//a[@rel = \"next\"]/@href", "/descendant::a[@rel = \"next\"]/@href"},
        {".//li[@id][.//b]//i[contains(., \"x//y[1]\")]", "./descendant::li[@id][.//b]/descendant::i[contains(., \"x//y[1]\")]"},
        {"//a[b//c[@d]]", "/descendant::a[b/descendant::c[@d]]"},
        {"//x", "//x"},
        {"//x[1]", "//x[1]"},
        {"//x[ 2 ]", "//x[ 2 ]"},
        {"//x[@a][last()]", "//x[@a][last()]"},
        {"//x[position() < 3]", "//x[position() < 3]"},
        {"//x[count(y)]", "//x[count(y)]"},
        {"//x[y + 1]", "//x[y + 1]"},
        {"//x[y - 1]", "//x[y - 1]"},
        {"//x[y * 2]", "//x[y * 2]"},
        {"//x[@* = 2]", "/descendant::x[@* = 2]"},
        {"//x[- y]", "//x[- y]"},
        {"//x[$n]", "//x[$n]"},
        {"//x[.5]", "//x[.5]"},
        {"//x[string-length(y) mod 2]", "//x[string-length(y) mod 2]"},
        {"//@a[. = 1]", "//@a[. = 1]"},
        {"//.[a]", "//.[a]"},
        {"//child::a[b]", "//child::a[b]"},
        {"//text()[. = 1]", "//text()[. = 1]"},
        {"//a[", "//a["},
        {"//a['", "//a['"},
        {"'//a[b]'", "'//a[b]'"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char *quick = xpath_quicker(table[i].in);
        assert_string_equal(quick, table[i].out);
        free(quick);
    }
}

static xmlXPathObjectPtr eval(xmlXPathContextPtr xp, const char *expr, xmlNodePtr at)
{
    xp->opCount = 0;
    xp->doc = at->doc;
    xp->node = at;
    return xmlXPathEvalExpression(BAD_CAST expr, xp);
}

static void assert_same(xmlXPathContextPtr xp, const char *expr, xmlNodePtr at)
{
    char *quick = xpath_quicker(expr);
    xmlXPathObjectPtr a = eval(xp, expr, at), b = eval(xp, quick, at);
    if ((a == NULL) != (b == NULL) || (a != NULL && a->type != b->type))
        fail_msg("%s and %s differ", expr, quick);
    if (a != NULL && a->type == XPATH_NODESET) {
        int n = a->nodesetval != NULL ? a->nodesetval->nodeNr : 0, m = b->nodesetval != NULL ? b->nodesetval->nodeNr : 0;
        if (n != m)
            fail_msg("%s gives %d nodes, %s gives %d", expr, n, quick, m);
        if (n > 0) {
            xmlXPathNodeSetSort(a->nodesetval);
            xmlXPathNodeSetSort(b->nodesetval);
            for (int i = 0; i < n; i++)
                if (a->nodesetval->nodeTab[i] != b->nodesetval->nodeTab[i])
                    fail_msg("%s and %s differ in node %d", expr, quick, i);
        }
    } else if (a != NULL) {
        xmlChar *x = xmlXPathCastToString(a), *y = xmlXPathCastToString(b);
        assert_string_equal(x, y);
        xmlFree(x);
        xmlFree(y);
    }
    xmlXPathFreeObject(a);
    xmlXPathFreeObject(b);
    free(quick);
}

static size_t n_account;  /* places where account(...) is true */
static size_t n_compared; /* expressions and places where a path found something */

static void assert_account(struct view *v, int id, const char *expr, xmlNodePtr at)
{
    v->p->xp->user = v;
    xmlXPathObjectPtr a = eval(v->p->xp, expr, at);
    n_account += a->boolval;
    if (xpath_true(v, id, at) != a->boolval)
        fail_msg("%s: libxml2 says %d", expr, a->boolval);
    xmlXPathFreeObject(a);
}

/* A plain path finds what libxml2 finds. */
static void assert_path(struct view *v, int id, xmlNodePtr at)
{
    const struct path *path = v->p->sites->path[id];
    const char *expr = v->p->sites->xpath[id];
    if (path == NULL)
        return;
    if (path->account) {
        assert_account(v, id, expr, at);
        return;
    }
    xmlXPathObjectPtr a = eval(v->p->xp, expr, at);
    xmlNodeSetPtr b = xmlXPathNodeSetCreate(NULL);
    int n = a->nodesetval != NULL ? a->nodesetval->nodeNr : 0;
    if (n > 1)
        xmlXPathNodeSetSort(a->nodesetval);
    n_compared += n > 0;
    if (path_find(v, path, at, NULL) != (n > 0 ? a->nodesetval->nodeTab[0] : NULL))
        fail_msg("%s: another first node", expr);
    if (!path->first_order)
        path_find(v, path, at, b);
    if (n != b->nodeNr && !path->first_order)
        fail_msg("%s: libxml2 finds %d nodes, the path %d", expr, n, b->nodeNr);
    for (int i = 0; i < n && !path->first_order; i++)
        assert_ptr_equal(a->nodesetval->nodeTab[i], b->nodeTab[i]);
    xmlXPathFreeNodeSet(b);
    xmlXPathFreeObject(a);
}

static const char json[] = "{\"id\":\"1\",\"items\":[{\"id\":2,\"author\":{\"name\":\"A\"},\"link\":[{\"href\":\"/x\"},{\"href\":\"/y\"}]},{\"id\":3,\"author\":null,\"title\":\"t\",\"text\":\"u\"}],"
                           "\"reviews\":[{\"id\":4,\"stars\":1,\"consumer\":{\"displayName\":\"B\"}}],\"feed\":{\"entry\":[{\"id\":{\"label\":\"5\"}},{\"id\":{\"label\":\"6\"}}]}}";

static void paths_are_told_from_other_expressions(void **state)
{
    static const char *const plain[] = {".", "a", "a/b", "/json/a/_", "@x", "a/@x", "dc.date", "a-b_c", "*", "a/*", "//a", "a//b", ".//*[class(\"x\")]", "//a[@rel = 'next']/@href", "(.//a)[1]", ".//@x",
                                       ".//*[class(\"a\") or @b or contains(@c, \"d\")][starts-with(@e, 'f') and @g]//i",
                                       "a[b]", "a[b/c]", "a[.//*[class('x')]]", "a[b = 'c']", "a[@b='c' or d]", "a[not(b)]", "a[not(@b = 'c')]", "a[b/@c = \"d\"]", "(.//a)[1]/@b", "account(a/b)", "account((.//a)[1])"};
    static const char *const other[] = {"", "/", "..", "a[1]", "a/", "a/@x/b", "a/.", "//a/b", "(//a)[2]", "(//a", "//a)[1]", "//@x", ".//a//@x", "a[@b or @c and @d]", "a[@b = 1]", "a[@b != 'c']", "a[@b = '']", "a[class(@b)]", "a[class('b c')]", "a[contains(., 'x')]", "a[@b", "a[]", "a[/b]", "a[b > 1]", "a[b + c]", "a[b != 'c']", "a[b = c]", "a[not(b]", "a[not(b) = 'c']", "a[b[c[d]]]", "a[last()]", "a[b and c or d]", "(.//a)[1]/b", "(.//a/@b)[1]/@c", "account()", "account('a')", "account(a", "account(a) and b", "f()", "a | b", "a:b", "@*", "1", "-a", "'a'", "$url", "a + b", "a = b", " a", "a ", "@", "/@x", "a/b/c/d/e/f/g/h/i"};
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (path_parse(&a, plain[i]) == NULL)
            fail_msg("%s is a path", plain[i]);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        if (path_parse(&a, other[i]) != NULL)
            fail_msg("\"%s\" is no path", other[i]);
    arena_release(&a);
}

static const char page[] =
    "<html><head><title>t</title><link rel=next href=/2></head><body><ul class=nav><li class='a next'><a href=/2 class=next rel=next>2</a><li class=b>x</ul>"
    "<div class='post item review' id=p1 itemprop=review itemscope itemtype='https://schema.org/Review'><div class=postbody><p class=author><a class=username href=/u/1>A</a>"
    "<time datetime=2026-01-02>y</time></p><div class=content>text <blockquote>q</blockquote><div class=content>deep</div></div><meta itemprop=ratingValue content=2></div></div>"
    "<div class='post item' id=p2><div class=postbody><h3><a href='/viewtopic.php?p=2#p2'>Re</a></h3><div class='content comment official'>t2 <b class=username>B</b></div></div></div>"
    "<article data-service-review-card-paper=true><a href=/reviews/1>r</a><p data-service-review-rating=4>s</p></article></body></html>";

/* Every expression of the shipped site files, from every element of a page. */
static void compare_in(struct view *v, xmlDocPtr doc)
{
    const struct sites *sites = v->p->sites;
    xmlXPathObjectPtr all = eval(v->p->xp, "//node() | //@*", xmlDocGetRootElement(doc));
    for (size_t i = 0; i < sites->n_xpath; i++)
        for (int k = 0; k < all->nodesetval->nodeNr; k++) {
            assert_path(v, (int)i, all->nodesetval->nodeTab[k]);
            if (all->nodesetval->nodeTab[k]->type == XML_ELEMENT_NODE)
                assert_same(v->p->xp, sites->xpath[i], all->nodesetval->nodeTab[k]);
        }
    xmlXPathFreeObject(all);
}

static void shipped_rules_find_the_same(void **state)
{
    (void)state;
    const char *data = getenv("EARSHOT_DATADIR"), *top = getenv("srcdir");
    char dir[4096];
    snprintf(dir, sizeof dir, "%s%s/sites", data != NULL ? data : top != NULL ? top : ".", data != NULL ? "" : "/data");
    struct sites *sites;
    if (sites_load(&sites, dir, NULL) != ERR_OK) {
        print_message("no site files in %s: skipped\n", dir);
        skip();
        return;
    }
    xmlDocPtr html = NULL, data_tree = NULL;
    assert_int_equal(html_tree(page, sizeof page - 1, &html), READ_OK);
    assert_int_equal(json_tree(json, sizeof json - 1, &data_tree), READ_OK);
    static const char *const accounts[] = {"A", "@b"};
    struct arena arena;
    arena_init(&arena, LIMIT_PAGE_ARENA);
    struct view v = {.p = parser_new(sites), .a = &arena, .accounts = accounts, .n_account = 2};
    assert_non_null(v.p);
    xmlXPathContextPtr xp = v.p->xp;
    xmlXPathRegisterVariable(xp, BAD_CAST "url", xmlXPathNewCString("https://x.example/review_1"));
    xmlXPathRegisterVariable(xp, BAD_CAST "host", xmlXPathNewCString("x.example"));
    xmlXPathRegisterVariable(xp, BAD_CAST "link_next", xmlXPathNewCString(""));
    size_t n_shorter = 0, n_path = 0;
    for (size_t i = 0; i < sites->n_xpath; i++) {
        char *quick = xpath_quicker(sites->xpath[i]);
        n_shorter += strcmp(quick, sites->xpath[i]) != 0;
        n_path += sites->path[i] != NULL;
        free(quick);
    }
    compare_in(&v, html);
    compare_in(&v, data_tree);
    print_message("of %zu expressions %zu are written shorter, %zu are plain paths; these found something %zu times\n", sites->n_xpath, n_shorter, n_path, n_compared);
    assert_true(n_shorter > 100 && n_path > 400 && n_compared > 500 && n_account > 3);
    parser_free(v.p);
    arena_release(&arena);
    tree_free(html);
    tree_free(data_tree);
    sites_free(sites);
}

int main(void)
{
    parsers_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_cannot_be_a_position_is_shortened),
        cmocka_unit_test(paths_are_told_from_other_expressions),
        cmocka_unit_test(shipped_rules_find_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
