#include "tests/unit/shipped_pages.h"

#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sites *shipped_sites;
struct parser *shipped_parser;

int shipped_start(void **state)
{
    (void)state;
    const char *dir = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/data/sites", dir != NULL ? dir : ".");
    parsers_init();
    if (sites_load(&shipped_sites, path, NULL) != ERR_OK) {
        fprintf(stderr, "%s\n", err_text());
        return -1;
    }
    shipped_parser = parser_new(shipped_sites);
    return shipped_parser != NULL ? 0 : -1;
}

int shipped_stop(void **state)
{
    (void)state;
    parser_free(shipped_parser);
    sites_free(shipped_sites);
    return 0;
}

void shipped_read(const struct row *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *row = &list[i];
        struct page page;
        struct strbuf out;
        struct jsonw w;
        page_init(&page, LIMIT_BODY_BYTES);
        struct target t = {.url = row->url};
        page_begin(&page, &t);
        page.status = row->status;
        page.headers = row->headers;
        page.fetched_at = 1790000000;
        strbuf_puts(&page.body, row->body);
        parser_read(shipped_parser, &page, row->account != NULL ? &row->account : NULL, row->account != NULL);
        strbuf_init(&out, LIMIT_MIB);
        jsonw_init(&w, &out);
        contract_page(&w, &page);
        if (page.outcome != row->outcome || page.n_finding != row->n || page.site == NULL || strcmp(page.site, row->site) != 0 ||
            (row->have != NULL && strstr(out.s, row->have) == NULL))
            fail_msg("%s: %s", row->what, out.s);
        strbuf_release(&out);
        page_release(&page);
    }
}
