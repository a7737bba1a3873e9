/* sink list, test, check, retry. */
#include "cli/sinks.h"

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/limits.h"
#include "base/paths.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int shipped(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return n > 5 && strcmp(d->d_name + n - 5, ".sink") == 0;
}

static void list_json(const struct recipe *r, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.sink/1");
    jsonw_kstr(&w, "name", r->name);
    jsonw_kstr(&w, "kind", recipe_kind_word(r->kind));
    jsonw_kbool(&w, "proven_live", r->live);
    jsonw_kstr(&w, "title", r->title);
    const struct { const char *key; const struct list *l; } lists[] = {{"needs", &r->need}, {"options", &r->option}};
    for (size_t i = 0; i < 2; i++) {
        jsonw_key(&w, lists[i].key);
        jsonw_array(&w);
        for (size_t k = 0; k < lists[i].l->n; k++)
            jsonw_str(&w, lists[i].l->at[k]);
        jsonw_array_end(&w);
    }
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

static void list_text(const struct recipe *r, struct strbuf *out)
{
    strbuf_printf(out, "%-12s %-7s %s%s\n", r->name, recipe_kind_word(r->kind), r->title ? r->title : "", r->live ? "" : _(" (not proven live)"));
    strbuf_printf(out, "%-12s %-7s %s:", "", "", _("needs"));
    for (size_t i = 0; i < r->need.n; i++)
        strbuf_printf(out, " %s", r->need.at[i]);
    strbuf_putc(out, '\n');
    if (r->option.n == 0)
        return;
    strbuf_printf(out, "%-12s %-7s set:", "", "");
    for (size_t i = 0; i < r->option.n; i++)
        strbuf_printf(out, " %s", r->option.at[i]);
    strbuf_putc(out, '\n');
}

int cmd_sink_list(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    const char *format = c->opt[OPT_FORMAT] ? c->opt[OPT_FORMAT] : "text", *dir = paths_data(&c->arena, "sinks");
    bool json = strcmp(format, "json") == 0;
    struct dirent **file = NULL;
    struct strbuf out, lines;
    enum err e = ERR_OK;
    if (!json && strcmp(format, "text") != 0)
        return cli_misuse(c, err_set(ERR_USAGE, "sink list has no format \"%s\"; use text or json", format));
    int n = dir ? scandir(dir, &file, shipped, alphasort) : -1;
    strbuf_init(&out, LIMIT_MIB);
    strbuf_init(&lines, LIMIT_MIB);
    for (int i = 0; i < n; i++) {
        struct recipe r;
        if (e == ERR_OK && (e = recipe_load(arena_printf(&c->arena, "%s/%s", dir, file[i]->d_name), &r, &c->arena, &lines)) == ERR_OK) {
            if (json)
                list_json(&r, &out);
            else
                list_text(&r, &out);
            recipe_release(&r);
        }
        free(file[i]);
    }
    free(file);
    int code = n < 0 ? cli_fail(c, err_set(ERR_SITE, "the folder of sink recipes %s cannot be read", dir ? dir : "")) : e != ERR_OK ? cli_fail(c, e) : cli_write(c, out.s, out.n);
    strbuf_release(&out);
    strbuf_release(&lines);
    return code;
}

int cmd_sink_check(struct cli *c, int argc, char **argv)
{
    int code = 0;
    for (int i = 0; i < argc; i++) {
        struct recipe r;
        struct strbuf lines;
        strbuf_init(&lines, LIMIT_MIB);
        enum err e = recipe_load(argv[i], &r, &c->arena, &lines);
        if (e == ERR_SITE)
            for (char *save = NULL, *line = strtok_r(lines.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
                fprintf(stderr, "earshot: %s\n", line);
        else if (e != ERR_OK)
            cli_fail(c, e);
        if (e != ERR_OK && code != err_exit_code(ERR_SITE))
            code = err_exit_code(e);
        if (e == ERR_OK)
            cli_notice(c, _("%s: no mistakes"), argv[i]);
        recipe_release(&r);
        strbuf_release(&lines);
    }
    return code;
}

int cmd_sink_test(struct cli *c, int argc, char **argv)
{
    struct sinks s;
    bool settings = false;
    (void)argc;
    enum err e = sinks_load(c, argv[0], &s);
    if (e == ERR_OK) {
        const char *wrong = feed_test(&s.setup, &s.at[0], &c->arena, &settings);
        if (wrong)
            e = err_set(settings ? ERR_CONFIG : ERR_SOURCES, "sink \"%s\": %s", argv[0], wrong);
        else
            cli_notice(c, _("sink %s: all is well; nothing was changed there"), argv[0]);
    }
    sinks_release(&s);
    return e == ERR_OK ? 0 : cli_fail(c, e);
}

int cmd_sink_retry(struct cli *c, int argc, char **argv)
{
    size_t n = 0;
    (void)argc;
    enum err e = cli_store(c, STORE_WRITE);
    if (e == ERR_OK)
        e = feed_retry(c->store, argv[0], &n);
    if (e != ERR_OK)
        return cli_fail(c, e);
    int count = n > 999999 ? 999999 : (int)n;
    cli_notice(c, ngettext("sink %s: %d parked event will be tried again", "sink %s: %d parked events will be tried again", (unsigned long)count), argv[0], count);
    return 0;
}
