/* parse_page SITES_DIR FILE URL [HEADERS]: one page from disk through parsers/, printed as earshot.page/1. "-e" first: explain. */
#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "HTTP/1.1 200 OK", then "Name: value" lines */
static void read_headers(struct page *page, const char *path)
{
    struct strbuf b, out;
    strbuf_init(&b, LIMIT_HEADER_BYTES);
    strbuf_init(&out, LIMIT_HEADER_BYTES);
    if (strbuf_read_file(&b, path) != ERR_OK) {
        fprintf(stderr, "parse_page: %s\n", err_text());
        exit(64);
    }
    for (char *line = strtok(b.s, "\r\n"); line != NULL; line = strtok(NULL, "\r\n")) {
        char *colon = strchr(line, ':');
        const char *blank = strchr(line, ' ');
        if (strncmp(line, "HTTP/", 5) == 0 && blank != NULL) {
            page->status = atoi(blank);
            continue;
        }
        if (colon == NULL)
            continue;
        for (char *c = line; c < colon; c++)
            *c = (char)tolower((unsigned char)*c);
        strbuf_printf(&out, "%s\n", line);
        if (strncmp(line, "content-type:", 13) == 0)
            page->content_type = arena_strdup(&page->arena, colon + 1 + strspn(colon + 1, " "));
    }
    page->headers = arena_strdup(&page->arena, out.s);
    strbuf_release(&b);
    strbuf_release(&out);
}

int main(int argc, char **argv)
{
    bool explain = argc > 1 && strcmp(argv[1], "-e") == 0;
    char **arg = argv + 1 + explain;
    if (argc - explain < 4) {
        fputs("usage: parse_page [-e] SITES_DIR FILE URL [HEADERS] [ACCOUNT...]\n", stderr);
        return 64;
    }
    parsers_init();
    struct sites *sites;
    if (sites_load(&sites, arg[0], getenv("EARSHOT_SITES")) != ERR_OK) {
        fprintf(stderr, "parse_page: %s\n", err_text());
        return 65;
    }
    struct page page;
    page_init(&page, LIMIT_BODY_BYTES_MAX);
    struct target target = {.url = arg[2], .site = getenv("EARSHOT_SITE")};
    page_begin(&page, &target);
    page.fetched_at = clock_now();
    if (strbuf_read_file(&page.body, arg[1]) != ERR_OK) {
        fprintf(stderr, "parse_page: %s\n", err_text());
        return 64;
    }
    int n_account = argc - explain - 5;
    if (argc - explain > 4 && strcmp(arg[3], "-") != 0)
        read_headers(&page, arg[3]);
    struct parser *p = parser_new(sites);
    struct strbuf out;
    strbuf_init(&out, 64 * LIMIT_MIB);
    if (p == NULL)
        return 70;
    if (explain) {
        parser_explain(p, &page, &out);
    } else {
        struct jsonw w;
        parser_read(p, &page, n_account > 0 ? (const char *const *)arg + 4 : NULL, n_account > 0 ? (size_t)n_account : 0);
        jsonw_init(&w, &out);
        contract_page(&w, &page);
        strbuf_putc(&out, '\n');
    }
    fputs(out.s, stdout);
    strbuf_release(&out);
    parser_free(p);
    page_release(&page);
    sites_free(sites);
    return 0;
}
