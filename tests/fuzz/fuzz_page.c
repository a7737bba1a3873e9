/* A whole page by the shipped site files: the first line is its address, the second its headers (may be empty), the rest its body. */
#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

static struct sites *sites;
static struct parser *parser;

static void start(void)
{
    const char *dir = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/data/sites", dir != NULL ? dir : ".");
    parsers_init();
    if (sites_load(&sites, path, NULL) != ERR_OK) {
        fprintf(stderr, "fuzz_page: %s\n", err_text());
        abort();
    }
    parser = parser_new(sites);
    PROMISE(parser != NULL);
}

/* One line of data, without its end. */
static char *take_line(struct page *page, const uint8_t **data, size_t *n)
{
    const uint8_t *end = memchr(*data, '\n', *n);
    size_t len = end != NULL ? (size_t)(end - *data) : *n;
    char *line = arena_strndup(&page->arena, (const char *)*data, len);
    *data += end != NULL ? len + 1 : len;
    *n -= end != NULL ? len + 1 : len;
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const accounts[] = {"acme", "-7"};
    if (parser == NULL)
        start();
    struct page page;
    struct target t = {0};
    page_init(&page, LIMIT_BODY_BYTES);
    page_begin(&page, &t);
    page.final_url = take_line(&page, &data, &n);
    page.headers = take_line(&page, &data, &n);
    page.fetched_at = 1790000000;
    strbuf_add(&page.body, data, n);
    parser_read(parser, &page, accounts, 2);
    PROMISE(page.outcome != OUTCOME_NONE);
    PROMISE((page.outcome == OUTCOME_OK) == (page.reason == NULL));
    for (size_t i = 0; i < page.n_finding; i++) {
        const struct mention *m = &page.finding[i].mention;
        PROMISE(m->id != NULL && m->native_id != NULL && m->native_id[0] != '\0');
        PROMISE(m->text == NULL || m->text[0] != '\0');
        PROMISE(m->published.precision != PRECISION_NONE || m->published.at == 0);
    }
    struct strbuf out;
    struct jsonw w;
    strbuf_init(&out, 512 * LIMIT_MIB);
    jsonw_init(&w, &out);
    contract_page(&w, &page);
    PROMISE(!out.full);
    strbuf_release(&out);
    page_release(&page);
    return 0;
}
