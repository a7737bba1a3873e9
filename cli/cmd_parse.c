#include "cli/page_file.h"

#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"

static int print_page(struct cli *c, const struct page *p)
{
    struct strbuf out;
    struct jsonw w;
    strbuf_init(&out, 512 * LIMIT_MIB);
    jsonw_init(&w, &out);
    contract_page(&w, p);
    strbuf_putc(&out, '\n');
    int code = out.full ? cli_fail(c, err_set(ERR_MEMORY, "out of memory")) : cli_write(c, out.s, out.n);
    strbuf_release(&out);
    return code;
}

int cmd_parse(struct cli *c, int argc, char **argv)
{
    (void)argc;
    enum err e = cli_sites(c);
    if (e != ERR_OK)
        return cli_fail(c, e);
    struct page p;
    parsers_init();
    page_init(&p, c->settings.max_body_bytes);
    struct parser *parser = parser_new(c->sites);
    e = parser ? page_file_read(&p, argv[0], c->opt[OPT_HEADERS], c->opt[OPT_URL], NULL) : err_set(ERR_MEMORY, "out of memory");
    int code;
    if (e == ERR_OK) {
        parser_read(parser, &p, c->account.value, c->account.n);
        code = print_page(c, &p);
    } else {
        code = cli_fail(c, e);
    }
    parser_free(parser);
    page_release(&p);
    return code;
}
