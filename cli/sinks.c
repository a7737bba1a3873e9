#include "cli/sinks.h"

#include "base/limits.h"
#include "base/paths.h"
#include "crawler/guard.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *sinks_path(struct cli *c, const char *recipe)
{
    if (strchr(recipe, '/'))
        return c->settings.config_path ? paths_resolve(&c->arena, paths_resolve(&c->arena, c->settings.config_path, ".."), recipe) : recipe;
    const char *dir = paths_data(&c->arena, "sinks");
    return dir ? arena_printf(&c->arena, "%s/%s.sink", dir, recipe) : NULL;
}

static bool allows(void *ctx, const char *host, int port, const struct sockaddr *addr) { return guard_allows(ctx, host, port, addr); }

static enum err load_recipe(struct cli *c, struct sink_spec *spec, struct mistakes *m)
{
    struct strbuf lines;
    const char *path = sinks_path(c, spec->conf->recipe);
    if (!path)
        return err_set(ERR_MEMORY, "out of memory");
    if (access(path, R_OK) != 0) {
        mistake_add(m, spec->conf->line, "sink \"%s\": there is no recipe \"%s\"; `earshot sink list` shows them", spec->conf->name, spec->conf->recipe);
        return ERR_OK;
    }
    strbuf_init(&lines, 256 * LIMIT_KIB);
    enum err e = recipe_load(path, &spec->recipe, &c->arena, &lines);
    char *save = NULL, *line = e == ERR_SITE ? strtok_r(lines.s, "\n", &save) : NULL;
    for (char *next; line; line = next) { /* the last one is the sentence of the error */
        next = strtok_r(NULL, "\n", &save);
        if (next)
            fprintf(stderr, "earshot: %s\n", line);
        else
            e = err_set(ERR_SITE, "%s", line);
    }
    strbuf_release(&lines);
    return e;
}

static enum err load_one(struct cli *c, struct sink_spec *spec, struct sink_conf *conf, struct mistakes *m)
{
    spec->conf = conf;
    enum err e = load_recipe(c, spec, m);
    if (e != ERR_OK || !spec->recipe.name)
        return e;
    size_t before = m->n;
    if (conf->token_file)
        config_token_read("sink", conf->name, conf->line, conf->token_file, conf->token, &c->arena, m);
    if (conf->hook_file)
        config_token_read("sink", conf->name, conf->line, conf->hook_file, conf->hook, &c->arena, m);
    const char *wrong = m->n == before ? feed_spec_wrong(&c->settings, spec, &c->arena) : NULL;
    if (wrong)
        mistake_add(m, conf->line, "sink \"%s\": %s", conf->name, wrong);
    return ERR_OK;
}

static enum err unknown_sink(struct cli *c, const char *name)
{
    const char *known[LIMIT_SINKS];
    size_t n = 0;
    for (; n < c->settings.n_sink && n < LIMIT_SINKS; n++)
        known[n] = c->settings.sink[n].name;
    const char *near = suggest(name, known, n);
    return near ? err_set(ERR_USAGE, "there is no sink \"%s\" in the settings; did you mean \"%s\"?", name, near) : err_set(ERR_USAGE, "there is no sink \"%s\" in the settings", name);
}

enum err sinks_load(struct cli *c, const char *name, struct sinks *out)
{
    struct mistakes m;
    *out = (struct sinks){.n = 0};
    enum err e = cli_settings_light(c);
    if (e != ERR_OK)
        return e;
    if (name && !settings_sink(&c->settings, name))
        return unknown_sink(c, name);
    mistakes_init(&m, c->settings.config_path ? c->settings.config_path : "settings");
    struct sink_conf *conf = arena_calloc(&c->arena, c->settings.n_sink + 1, sizeof *conf);
    out->at = arena_calloc(&c->arena, c->settings.n_sink + 1, sizeof *out->at);
    if (!conf || !out->at)
        e = err_set(ERR_MEMORY, "out of memory");
    for (size_t i = 0; e == ERR_OK && i < c->settings.n_sink; i++) {
        if (name && strcmp(c->settings.sink[i].name, name) != 0)
            continue;
        conf[i] = c->settings.sink[i];
        e = load_one(c, &out->at[out->n++], &conf[i], &m);
    }
    if (e == ERR_OK)
        e = mistakes_end(&m);
    mistakes_release(&m);
    if (e == ERR_OK)
        e = guard_new(&out->guard, &c->settings);
    out->setup = (struct feed_setup){.settings = &c->settings, .sink = out->at, .n_sink = out->n, .ctx = out->guard, .allows = allows};
    return e;
}

void sinks_release(struct sinks *s)
{
    for (size_t i = 0; i < s->n; i++)
        recipe_release(&s->at[i].recipe);
    if (s->guard)
        guard_free(s->guard);
    s->guard = NULL;
}
