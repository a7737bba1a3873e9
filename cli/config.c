#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MISTAKES_MAX 50

void mistakes_init(struct mistakes *m, const char *path)
{
    m->path = path;
    m->n = 0;
    m->look = m->tokens = false;
    strbuf_init(&m->text, 256 * LIMIT_KIB);
}

void mistakes_release(struct mistakes *m) { strbuf_release(&m->text); }

void mistake_add(struct mistakes *m, int line, const char *fmt, ...)
{
    char what[2000], text[2600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    int n = line > 0 ? snprintf(text, sizeof text, "%.500s:%d: %s\n", m->path, line, what) : snprintf(text, sizeof text, "%.500s: %s\n", m->path, what);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (m->text.n >= len && memcmp(m->text.s + m->text.n - len, text, len) == 0)
        return;
    if (m->n++ < MISTAKES_MAX)
        strbuf_add(&m->text, text, len);
}

/* Mistakes quote the file: control characters must not reach the terminal. */
static void print_lines(const struct mistakes *m)
{
    for (const char *p = m->text.s, *end; *p; p = end + 1) {
        end = strchr(p, '\n');
        fprintf(stderr, "earshot: %.*s\n", (int)(end - p), p);
    }
}

enum err mistakes_end(struct mistakes *m)
{
    if (m->n == 0)
        return ERR_OK;
    if (m->n == 1)
        return err_set(ERR_CONFIG, "%.*s", (int)m->text.n - 1, m->text.s);
    print_lines(m);
    return err_set(ERR_CONFIG, "%s: %zu mistakes%s; nothing was done", m->path, m->n, m->n > MISTAKES_MAX ? ", the first 50 are shown" : "");
}

void settings_init(struct settings *s, struct arena *a)
{
    *s = (struct settings){.delay_ms = 2000, .connections = 64, .per_host = 1, .max_body_bytes = LIMIT_BODY_BYTES, .reread_s = 6 * 3600, .reread_days = 90, .positive_target = 90};
    triage_rules_init(&s->triage);
    s->store_path = paths_store(a);
    s->user_agent = "earshot/" PACKAGE_VERSION;
}

enum err config_find(const char *option, struct arena *a, const char **path, bool *given)
{
    const char *env = getenv("EARSHOT_CONFIG"), *tried = NULL;
    *given = true;
    if (option)
        *path = option;
    else if (env && *env)
        *path = env;
    else {
        *given = false;
        *path = paths_config(a, &tried);
    }
    if (!*path)
        return err_set(ERR_CONFIG, "there are no settings (looked for %s); run `earshot config init` and edit the file that it writes", tried ? tried : "a config file");
    if (access(*path, F_OK) != 0)
        return err_set(ERR_CONFIG, "there is no config file %s; run `earshot config init %s` and edit the file that it writes", *path, *path);
    return ERR_OK;
}

/* What the command line says wins over the file. */
static enum err lay_over(struct cli *c)
{
    struct settings *s = &c->settings;
    if (c->opt[OPT_STORE])
        s->store_path = c->opt[OPT_STORE];
    if (c->opt[OPT_ARCHIVE])
        s->archive_dir = c->opt[OPT_ARCHIVE];
    if (c->opt[OPT_CA_FILE])
        s->ca_file = c->opt[OPT_CA_FILE];
    if (c->opt[OPT_LANG])
        s->lang = c->opt[OPT_LANG];
    else if (s->lang)
        i18n_init(s->lang);
    const struct { const struct repeated *more; const char *const **list; size_t *n; } lists[] = {
        {&c->connect_to, &s->connect_to, &s->n_connect_to}, {&c->allow_private, &s->allow_private, &s->n_allow_private}};
    for (size_t i = 0; i < 2; i++) {
        if (lists[i].more->n == 0)
            continue;
        const char **all = arena_calloc(&c->arena, *lists[i].n + lists[i].more->n, sizeof *all);
        if (!all)
            return err_set(ERR_MEMORY, "out of memory");
        /* the command line's first: curl takes the first that fits */
        memcpy(all, lists[i].more->value, lists[i].more->n * sizeof *all);
        if (*lists[i].n)
            memcpy(all + lists[i].more->n, *lists[i].list, *lists[i].n * sizeof *all);
        *lists[i].list = all;
        *lists[i].n += lists[i].more->n;
    }
    return ERR_OK;
}

static enum err read_settings(struct cli *c, const char *path, bool light)
{
    struct mistakes m;
    mistakes_init(&m, path);
    m.look = true;
    m.tokens = !light && (strcmp(c->command->name, "crawl") == 0 || strcmp(c->command->name, "site save") == 0 || strncmp(c->command->name, "config", 6) == 0);
    enum err e = config_read(&c->settings, path, &c->arena, &m);
    c->has_settings = e == ERR_OK; /* cli_sites asks for the sites folder */
    if (e == ERR_OK && m.n == 0 && !light && (e = cli_sites(c)) == ERR_OK)
        config_sites(&c->settings, c->sites, &c->arena, &m);
    if (e == ERR_OK)
        e = mistakes_end(&m);
    mistakes_release(&m);
    c->has_settings = e == ERR_OK;
    return e;
}

/* light: without a file of its own everything has its default. */
static enum err find_and_read(struct cli *c, bool light)
{
    const char *path;
    bool given;
    if (c->has_settings)
        return ERR_OK;
    settings_init(&c->settings, &c->arena);
    enum err e = config_find(c->opt[OPT_CONFIG], &c->arena, &path, &given);
    if (e == ERR_OK)
        e = read_settings(c, path, light);
    else if (light && !given)
        e = ERR_OK;
    return e == ERR_OK ? lay_over(c) : e;
}

enum err cli_settings(struct cli *c)
{
    return find_and_read(c, false);
}

enum err cli_settings_light(struct cli *c)
{
    return find_and_read(c, true);
}
