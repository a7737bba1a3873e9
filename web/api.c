/* For programs: the contract's objects, metrics, a feed. The same writers as the command line's. */
#include "web/inbox.h"

#include "base/contract.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

static void json_type(struct request *r)
{
    r->type = "application/json; charset=utf-8";
}

/* earshot.finding/1 lines, as `earshot queue --format json`; the filters of the inbox, and its pages. */
void web_api_queue(struct request *r, const char *rest)
{
    struct filter f;
    struct found found;
    (void)rest;
    inbox_filter(r, 0, &f);
    enum err e = scan_page(r, &f, &found);
    if (e != ERR_OK) {
        web_failed(r, e);
        return;
    }
    r->type = "application/x-ndjson; charset=utf-8";
    r->total = arena_printf(&r->a, "%llu", (unsigned long long)found.scan.n);
    for (size_t i = 0; i < found.n; i++) {
        struct jsonw w;
        jsonw_init(&w, &r->out);
        contract_finding(&w, &found.f[i]);
        strbuf_putc(&r->out, '\n');
    }
}

/* {"schema":"earshot.counts/1","views":{"open":12,...},"shown":12} */
void web_api_counts(struct request *r, const char *rest)
{
    struct filter f;
    struct scan scan;
    struct jsonw w;
    (void)rest;
    inbox_filter(r, 0, &f);
    enum err e = scan_rows(r, &f, 0, &scan);
    if (e != ERR_OK) {
        web_failed(r, e);
        return;
    }
    json_type(r);
    jsonw_init(&w, &r->out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.counts/1");
    jsonw_key(&w, "views");
    jsonw_object(&w);
    for (int v = 0; v < VIEW_COUNT; v++)
        if (view_desk((enum view)v) || v == (int)f.view)
            jsonw_kint(&w, view_word((enum view)v), (int64_t)scan.view[v]);
    jsonw_object_end(&w);
    jsonw_kint(&w, "shown", (int64_t)scan.n);
    jsonw_object_end(&w);
    strbuf_putc(&r->out, '\n');
}

void web_api_mention(struct request *r, const char *rest)
{
    enum err e = report_show(&r->in, rest, "json", &r->out);
    json_type(r);
    if (e != ERR_OK)
        web_failed(r, e);
}

void web_api_explain(struct request *r, const char *rest)
{
    enum err e = report_explain(&r->in, rest, "json", &r->out);
    json_type(r);
    if (e != ERR_OK)
        web_failed(r, e);
}

void web_api_status(struct request *r, const char *rest)
{
    enum err e = report_status(&r->in, "json", &r->out, NULL);
    (void)rest;
    json_type(r);
    if (e != ERR_OK)
        web_failed(r, e);
}

void web_metrics(struct request *r, const char *rest)
{
    enum err e = report_status(&r->in, "prom", &r->out, NULL);
    (void)rest;
    r->type = "text/plain; version=0.0.4; charset=utf-8";
    if (e != ERR_OK)
        web_failed(r, e);
}

void web_atom(struct request *r, const char *rest)
{
    (void)rest;
    r->in.brand = web_query(r, "brand");
    enum err e = report_period(&r->in, "atom", &r->out);
    r->type = "application/atom+xml; charset=utf-8";
    if (e != ERR_OK)
        web_failed(r, e);
}
