#include "cli/cli.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "crawler/robots.h"

#include <stdio.h>

int cmd_robots(struct cli *c, int argc, char **argv)
{
    (void)argc;
    const char *agent = c->opt[OPT_AGENT] ? c->opt[OPT_AGENT] : "earshot", *rule = NULL;
    int line = 0;
    if (!c->opt[OPT_URL])
        return cli_misuse(c, err_set(ERR_USAGE, "--url is missing: say which address is asked about"));
    struct strbuf file, text;
    strbuf_init(&file, LIMIT_BODY_BYTES);
    enum err e = strbuf_read_file(&file, argv[0]);
    struct robots *r = e == ERR_OK ? robots_parse(file.s, file.n, agent) : NULL;
    strbuf_release(&file);
    if (e == ERR_OK && !r)
        e = err_set(ERR_MEMORY, "out of memory");
    if (e != ERR_OK)
        return cli_fail(c, e);
    bool allowed = robots_allowed(r, c->opt[OPT_URL], &line, &rule);
    strbuf_init(&text, 64 * LIMIT_KIB);
    if (rule)
        utf8_terminal(&text, rule, false);
    if (line)
        printf("%s: %s:%d: %s\n", allowed ? _("allowed") : _("disallowed"), argv[0], line, text.s);
    else
        printf("%s: %s\n", allowed ? _("allowed") : _("disallowed"), _("no line applies"));
    strbuf_release(&text);
    robots_free(r);
    return allowed ? 0 : 1;
}
