#define _GNU_SOURCE 1 /* memmem */

#include "parsers/parse.h"

#include "base/limits.h"
#include "parsers/charset.h"
#include "parsers/engine.h"
#include "parsers/readers.h"
#include "parsers/urls.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/xpathInternals.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REGEX_STEPS 100000 /* pcre2 match limit: patterns of site files need a few hundred */

void parsers_init(void)
{
    xmlInitParser();
    readers_init();
}

struct parser *parser_new(const struct sites *sites)
{
    struct parser *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->sites = sites;
    strbuf_init(&p->text, 4 * LIMIT_BODY_BYTES_MAX);
    strbuf_init(&p->strip, 4 * LIMIT_BODY_BYTES_MAX);
    p->xp = xpath_context_new();
    p->compiled = calloc(sites->n_xpath + 1, sizeof *p->compiled);
    p->match = pcre2_match_data_create(16, NULL);
    p->match_limits = pcre2_match_context_create(NULL);
    if (p->xp == NULL || p->compiled == NULL || p->match == NULL || p->match_limits == NULL) {
        parser_free(p);
        return NULL;
    }
    pcre2_set_match_limit(p->match_limits, REGEX_STEPS);
    pcre2_set_heap_limit(p->match_limits, 4096);
    return p;
}

void parser_free(struct parser *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; p->compiled != NULL && i < p->sites->n_xpath; i++)
        xmlXPathFreeCompExpr(p->compiled[i]);
    free(p->compiled);
    xmlXPathFreeContext(p->xp);
    pcre2_match_data_free(p->match);
    pcre2_match_context_free(p->match_limits);
    strbuf_release(&p->text);
    strbuf_release(&p->strip);
    free(p);
}

static bool word_at(const char *s, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - s) > n && strncasecmp(s, word, n) == 0 && !isalnum((unsigned char)s[n]);
}

/* What the bytes look like; what the server calls them is asked only when they do not say. */
static enum read_format looks_like(const char *s, size_t n, const char *content_type)
{
    static const char *const feeds[] = {"rss", "feed", "rdf:RDF", "channel", "urlset"};
    const char *end = s + n, *p = s;
    bool declared = false;
    while (p < end) {
        while (p < end && isspace((unsigned char)*p))
            p++;
        if (end - p < 2 || *p != '<' || (p[1] != '?' && p[1] != '!'))
            break;
        if (word_at(p, end, "<!doctype") && (p = p + 9) != NULL) {
            while (p < end && isspace((unsigned char)*p))
                p++;
            if (word_at(p, end, "html"))
                return FORMAT_HTML;
        }
        declared = declared || word_at(p, end, "<?xml");
        bool comment = end - p > 4 && memcmp(p, "<!--", 4) == 0;
        const char *close = comment ? memmem(p, (size_t)(end - p), "-->", 3) : memchr(p, '>', (size_t)(end - p));
        p = close != NULL ? close + 1 : end;
        if (comment && close != NULL)
            p = close + 3;
    }
    if (p < end && (*p == '{' || *p == '['))
        return FORMAT_JSON;
    if (p < end && *p == '<') {
        size_t name = 1;
        while (name < 16 && p + name + 1 < end && isalnum((unsigned char)p[name]))
            name++;
        const char *local = p + (p[name] == ':' ? name + 1 : 1); /* <atom:feed> */
        for (size_t i = 0; i < sizeof feeds / sizeof feeds[0]; i++)
            if (word_at(p + 1, end, feeds[i]) || word_at(local, end, feeds[i]))
                return FORMAT_XML;
        if (word_at(p + 1, end, "html"))
            return FORMAT_HTML;
    }
    bool html = content_type != NULL && strstr(content_type, "html") != NULL;
    bool xml = content_type != NULL && strstr(content_type, "xml") != NULL;
    return (declared || xml) && !html ? FORMAT_XML : FORMAT_HTML;
}

/* Statuses that fetch has not judged: a page read from disk or from an archive. */
static void judge_status(struct page *page)
{
    int status = page->status;
    if (status == 404 || status == 410)
        page_fail(page, OUTCOME_GONE, "the server answers %d", status);
    else if (status == 429 || status == 503)
        page_fail(page, OUTCOME_SLOWDOWN, "the server answers %d", status);
    else if (status == 401 || status == 403 || status == 407 || status == 451)
        page_fail(page, OUTCOME_BLOCKED, "the server refuses with %d", status);
    else if (status >= 400)
        page_fail(page, OUTCOME_NETWORK, "the server answers %d", status);
}

/* Walls are HTML: an empty list in JSON or a feed is none, whatever words stand in it. */
static const struct marker *blocked_by(struct view *v, enum outcome found)
{
    const struct marker *m = v->site != NULL ? marker_find(v, &v->site->blocked, NULL) : NULL;
    if (m != NULL || (found == OUTCOME_EMPTY && v->looks != FORMAT_HTML))
        return m;
    return marker_find(v, &v->p->sites->blocked, NULL);
}

static const struct page_rule *rule_of(struct view *v, const struct site *site)
{
    v->site = site;
    for (size_t i = 0; site != NULL && i < site->n_page; i++)
        if (page_rule_fits(&site->page[i], v->url) && (site->page[i].when.n == 0 || marker_find(v, &site->page[i].when, NULL) != NULL))
            return &site->page[i];
    return NULL;
}

/* The first generic site, by priority, that knows the content; any when none does. */
static const struct page_rule *choose_generic(struct view *v, const struct site *fallback)
{
    const struct sites *s = v->p->sites;
    const struct page_rule *best = NULL;
    const struct site *best_site = fallback;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->v[i]->generic || (best != NULL && s->v[i]->priority >= best_site->priority))
            continue;
        const struct page_rule *r = rule_of(v, s->v[i]);
        if (r != NULL) {
            best = r;
            best_site = s->v[i];
        }
    }
    v->site = best_site;
    return best;
}

/* The named site, else the site of the host. A generic one, named or not, only when it knows the content: a source of a forum is often found by its address
 * alone, before any page was seen. */
static const struct page_rule *choose(struct view *v)
{
    const struct sites *s = v->p->sites;
    const struct site *site = sites_by_name(s, v->page->target.site);
    if (site == NULL)
        site = sites_by_url(s, v->url);
    if (site == NULL)
        site = sites_by_host(s, v->url); /* no page of its rules, but its refusals are known */
    const struct page_rule *r = site != NULL && site->generic && v->page->target.site == NULL ? NULL : rule_of(v, site);
    return r == NULL && site != NULL && site->generic ? choose_generic(v, site) : r;
}

/* Where the label of a marker begins with the word of an outcome; OUTCOME_NONE. */
static enum outcome outcome_named(const char *label, const char **rest)
{
    for (enum outcome o = OUTCOME_NONE + 1; o < OUTCOME_COUNT; o++) {
        size_t n = strlen(outcome_word(o));
        if (strncmp(label, outcome_word(o), n) == 0 && (label[n] == ':' || label[n] == ' ')) {
            *rest = label + n;
            return o;
        }
    }
    return OUTCOME_NONE;
}

/* The API sends an error with 429 or 5xx: the status tells better what it is than "some error". */
static bool said_by_status(const struct view *v, const struct marker *m)
{
    const char *rest;
    return (v->page->status == 429 || v->page->status >= 500) && v->looks == FORMAT_JSON && outcome_named(m->label != NULL ? m->label : "", &rest) == OUTCOME_NONE;
}

/* What a marker says the page is: "slowdown: the API asks to wait" names an outcome ("slowdown 1800s: ..." and how long it lasts), anything else is BLOCKED. */
static void fail_by_marker(struct page *page, const struct marker *m)
{
    const char *label = m->label != NULL ? m->label : m->text;
    const char *rest;
    enum outcome o = outcome_named(label, &rest);
    if (o != OUTCOME_NONE) {
        char *end = NULL;
        long wait_s = *rest == ' ' && isdigit((unsigned char)rest[1]) ? strtol(rest + 1, &end, 10) : 0;
        if (wait_s > 0 && *end == 's')
            rest = end + 1;
        if (*rest == ':') {
            page_fail(page, o, "%s", rest + 1 + strspn(rest + 1, " "));
            if (wait_s > 0 && page->retry_after_s < wait_s)
                page->retry_after_s = wait_s;
            return;
        }
    }
    page_fail(page, OUTCOME_BLOCKED, "%s", label);
}

static void read_view(struct view *v)
{
    struct page *page = v->page;
    const struct page_rule *r = choose(v);
    bool judged = page->outcome != OUTCOME_NONE && page->outcome != OUTCOME_OK;
    if (!judged)
        judge_status(page);
    judged = judged || (page->outcome != OUTCOME_NONE && page->outcome != OUTCOME_OK);
    if (v->site != NULL) {
        v->date.timezone = v->site->timezone;
        page->site = v->site->name;
        page->channel = v->site->channel;
    }
    bool text = memchr(v->s, '<', v->n) != NULL || v->looks == FORMAT_JSON;
    enum outcome found = OUTCOME_NONE;
    if (!judged && !text)
        page_fail(page, OUTCOME_BADDATA, v->n == strspn(v->s, " \t\r\n") ? "the body is empty" : "neither HTML, XML nor JSON");
    else if (!judged && r == NULL)
        page_fail(page, OUTCOME_DRIFT, v->site != NULL ? "no page rule of site file %s fits this page" : "no site file fits this page%s",
                  v->site != NULL ? v->site->name : "");
    else if (!judged)
        found = extract_page(v, r);
    if (found == OUTCOME_OK) {
        page->outcome = OUTCOME_OK;
        page->reason = NULL;
        return;
    }
    const struct marker *m = page->outcome != OUTCOME_TOOBIG ? blocked_by(v, found) : NULL;
    if (m != NULL && !said_by_status(v, m)) {
        page->n_finding = 0;
        page->n_link = 0;
        fail_by_marker(page, m);
    }
}

/* Target of rel="next" in a Link header (RFC 8288): <URL>; rel="next", <URL>; rel="prev" */
static const char *link_next(struct view *v)
{
    const char *s = view_header(v, "link");
    while (s != NULL && (s = strchr(s, '<')) != NULL) {
        const char *end = strchr(s, '>');
        if (end == NULL)
            break;
        size_t n = strcspn(end, "<");
        const char *rel = memmem(end, n, "rel=\"next\"", 10);
        if (rel != NULL || memmem(end, n, "rel=next", 8) != NULL)
            return arena_strndup(v->a, s + 1, (size_t)(end - s - 1));
        s = end;
    }
    return "";
}

static bool has_no_body(enum outcome o)
{
    return o == OUTCOME_UNCHANGED || o == OUTCOME_ROBOTS || o == OUTCOME_TOOBIG;
}

static void read_page(struct parser *p, struct page *page, const char *const *accounts, size_t n_account, struct strbuf *explain)
{
    struct view v = {.p = p, .page = page, .a = &page->arena, .accounts = accounts, .n_account = n_account, .explain = explain};
    struct url_parts u;
    v.url = page->final_url != NULL ? page->final_url : page->target.url;
    page->declared_total = -1;
    if (has_no_body(page->outcome) || (page->outcome == OUTCOME_NETWORK && page->body.n == 0))
        return;
    if (v.url == NULL || !url_split(v.url, &u)) {
        page_fail(page, OUTCOME_BADDATA, "the page has no http or https address");
        return;
    }
    v.host = arena_strndup(v.a, u.host.s, u.host.n);
    strbuf_shrink(&p->text, 4 * LIMIT_MIB);
    strbuf_shrink(&p->strip, 4 * LIMIT_MIB);
    page->charset = charset_decode(&p->text, page->body.s, page->body.n, page->content_type, v.host);
    v.s = p->text.s;
    v.n = p->text.n;
    v.looks = looks_like(v.s, v.n, page->content_type);
    v.date.now = page->fetched_at;
    p->xp->opCount = 0;
    xmlXPathRegisterVariable(p->xp, BAD_CAST "url", xmlXPathNewCString(v.url));
    xmlXPathRegisterVariable(p->xp, BAD_CAST "host", xmlXPathNewCString(v.host != NULL ? v.host : ""));
    xmlXPathRegisterVariable(p->xp, BAD_CAST "link_next", xmlXPathNewCString(link_next(&v)));
    const char *asked = page->target.mention_id != NULL ? strchr(page->target.mention_id, ':') : NULL;
    xmlXPathRegisterVariable(p->xp, BAD_CAST "mention", xmlXPathNewCString(asked != NULL ? asked + 1 : ""));
    read_view(&v);
    view_release(&v);
    if (page->arena.full && page->outcome != OUTCOME_BLOCKED) {
        page->n_finding = 0;
        page->n_link = 0;
        page->outcome = OUTCOME_TOOBIG;
        page->reason = "the page needs more memory than one page may take";
    }
}

void parser_read(struct parser *p, struct page *page, const char *const *accounts, size_t n_account)
{
    read_page(p, page, accounts, n_account, NULL);
}

void parser_explain(struct parser *p, struct page *page, struct strbuf *out)
{
    read_page(p, page, NULL, 0, out);
    strbuf_printf(out, "outcome %s%s%s, site %s, read %s, %zu mentions\n", outcome_word(page->outcome), page->reason != NULL ? ": " : "",
                  page->reason != NULL ? page->reason : "", page->site != NULL ? page->site : "-", page->via != NULL ? page->via : "-",
                  page->n_finding);
}
