#include "config.h"

#include "cli/page_file.h"

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/limits.h"
#include "base/paths.h"
#include "parsers/parse.h"
#include "parsers/site.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

/* Can a source of this site be given by slug? The shape of slugs is the site's own; one that never fits anything looks like this. */
static bool has_slug(const struct site *s, struct arena *a)
{
    static const char *const trial[] = {"example", "example.org", "1", "example/example"};
    for (size_t i = 0; i < sizeof trial / sizeof *trial; i++)
        if (site_build_url(s, trial[i], a))
            return true;
    return false;
}

static void site_json(struct strbuf *out, const struct site *s, bool slug)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "name", site_name(s));
    jsonw_kstr(&w, "title", site_title(s));
    jsonw_kstr(&w, "channel", site_channel(s));
    jsonw_kstr(&w, "given_by", slug ? "slug" : "url");
    jsonw_kint(&w, "poll_floor_s", site_poll_floor_s(s));
    jsonw_kstr(&w, "file", site_path(s));
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

int cmd_site_list(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    const char *format = c->opt[OPT_FORMAT] ? c->opt[OPT_FORMAT] : "text";
    bool json = strcmp(format, "json") == 0;
    if (!json && strcmp(format, "text") != 0)
        return cli_misuse(c, err_set(ERR_USAGE, "--format %s: must be text or json", format));
    enum err e = cli_sites(c);
    if (e != ERR_OK)
        return cli_fail(c, e);
    struct strbuf out;
    strbuf_init(&out, 16 * LIMIT_MIB);
    for (size_t i = 0; i < sites_count(c->sites); i++) {
        const struct site *s = sites_at(c->sites, i);
        bool slug = has_slug(s, &c->arena);
        if (json)
            site_json(&out, s, slug);
        else
            strbuf_printf(&out, "%-14s %-7s %-5s %s\n", site_name(s), site_channel(s), slug ? "slug" : "url", site_title(s) ? site_title(s) : "");
    }
    int code = cli_write(c, out.s, out.n);
    strbuf_release(&out);
    return code;
}

/* A file named on the command line is loaded as a user's own: its folder replaces shipped sites of the same name. *name: the site's. */
static enum err load_site(struct cli *c, const char *what, const char **name)
{
    size_t n = strlen(what);
    if (n < 5 || strcmp(what + n - 5, ".site") != 0) {
        enum err e = cli_sites(c);
        *name = what;
        if (e != ERR_OK)
            return e;
    } else {
        const char *slash = strrchr(what, '/'), *base = slash ? slash + 1 : what;
        const char *dir = slash ? arena_strndup(&c->arena, what, slash == what ? 1 : (size_t)(slash - what)) : ".";
        const char *shipped = paths_data(&c->arena, "sites");
        *name = arena_strndup(&c->arena, base, strlen(base) - 5);
        struct strbuf out;
        strbuf_init(&out, LIMIT_MIB);
        enum err e = site_check_file(what, &out);
        if (e != ERR_OK)
            fputs(out.s, stderr);
        strbuf_release(&out);
        if (e == ERR_OK)
            e = *name && dir && shipped ? sites_load(&c->sites, shipped, dir) : err_set(ERR_MEMORY, "out of memory");
        if (e != ERR_OK)
            return e;
    }
    if (sites_by_name(c->sites, *name))
        return ERR_OK;
    const char *known[256], *near;
    size_t k = 0;
    for (; k < sites_count(c->sites) && k < 256; k++)
        known[k] = site_name(sites_at(c->sites, k));
    near = suggest(*name, known, k);
    return near ? err_set(ERR_USAGE, "no such site \"%s\"; did you mean \"%s\"?", *name, near)
                : err_set(ERR_USAGE, "no such site \"%s\"; `earshot site list` shows those there are", *name);
}

int cmd_site_test(struct cli *c, int argc, char **argv)
{
    const char *name;
    (void)argc;
    enum err e = cli_settings_light(c);
    if (e == ERR_OK)
        e = load_site(c, argv[0], &name);
    if (e != ERR_OK)
        return cli_fail(c, e);
    struct page p;
    struct strbuf out;
    parsers_init();
    page_init(&p, c->settings.max_body_bytes);
    strbuf_init(&out, 256 * LIMIT_MIB);
    struct parser *parser = parser_new(c->sites);
    e = parser ? page_file_read(&p, argv[1], c->opt[OPT_HEADERS], c->opt[OPT_URL], name) : err_set(ERR_MEMORY, "out of memory");
    int code;
    if (e == ERR_OK) {
        parser_explain(parser, &p, &out);
        strbuf_printf(&out, "%s: %s%s%s, by \"%s\"; mentions %zu, next pages and detail pages %zu\n", p.site ? p.site : name, outcome_word(p.outcome), p.reason ? ": " : "",
                      p.reason ? p.reason : "", p.via ? p.via : "-", p.n_finding, p.n_link);
        code = cli_write(c, out.s, out.n);
    } else {
        code = cli_fail(c, e);
    }
    parser_free(parser);
    strbuf_release(&out);
    page_release(&p);
    return code;
}

/* ---------------------------------------------------------------- check */

static enum err check_one(const char *path, struct strbuf *out, size_t *n_file, size_t *n_wrong)
{
    enum err e = site_check_file(path, out);
    ++*n_file;
    if (e == ERR_OK)
        return ERR_OK;
    ++*n_wrong;
    if (e == ERR_SITE)
        return ERR_OK; /* its mistakes are in out; look at the other files, too */
    return e;
}

static enum err check_folder(const char *dir, struct strbuf *out, size_t *n_file, size_t *n_wrong, struct arena *a)
{
    glob_t g;
    const char *pattern = arena_printf(a, "%s/*.site", dir);
    enum err e = ERR_OK;
    int rc = pattern ? glob(pattern, 0, NULL, &g) : GLOB_NOSPACE;
    if (rc == GLOB_NOMATCH)
        return ERR_OK;
    if (rc != 0)
        return err_set(ERR_SITE, "cannot read the folder %s", dir);
    for (size_t i = 0; i < g.gl_pathc && e == ERR_OK; i++)
        e = check_one(g.gl_pathv[i], out, n_file, n_wrong);
    globfree(&g);
    return e;
}

int cmd_site_check(struct cli *c, int argc, char **argv)
{
    struct strbuf out;
    size_t n_file = 0, n_wrong = 0;
    enum err e = ERR_OK;
    strbuf_init(&out, 16 * LIMIT_MIB);
    for (int i = 0; i < argc && e == ERR_OK; i++)
        e = check_one(argv[i], &out, &n_file, &n_wrong);
    if (argc == 0 && (e = cli_settings_light(c)) == ERR_OK) {
        const char *shipped = paths_data(&c->arena, "sites");
        e = shipped ? check_folder(shipped, &out, &n_file, &n_wrong, &c->arena) : err_set(ERR_MEMORY, "out of memory");
        if (e == ERR_OK && c->settings.sites_dir)
            e = check_folder(c->settings.sites_dir, &out, &n_file, &n_wrong, &c->arena);
    }
    if (out.n) {
        fflush(stdout);
        fwrite(out.s, 1, out.n, stderr);
    }
    strbuf_release(&out);
    if (e == ERR_OK && n_wrong)
        e = err_set(ERR_SITE, "%zu of %zu site files are wrong", n_wrong, n_file);
    if (e != ERR_OK)
        return cli_fail(c, e);
    printf(ngettext("%zu site file, no mistakes", "%zu site files, no mistakes", n_file), n_file);
    putchar('\n');
    return 0;
}
