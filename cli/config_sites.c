#include "cli/cli.h"

#include "parsers/site.h"

#include <string.h>

static const char *near_site(const struct sites *sites, const char *name, struct arena *a)
{
    size_t n = sites_count(sites);
    const char **names = arena_calloc(a, n + 1, sizeof *names);
    for (size_t i = 0; names && i < n; i++)
        names[i] = site_name(sites_at(sites, i));
    return names ? suggest(name, names, n) : NULL;
}

static void source_site(struct source *s, const struct sites *sites, struct arena *a, struct mistakes *m)
{
    const struct site *site;
    if (s->site) {
        site = sites_by_name(sites, s->site);
        const char *near = site ? NULL : near_site(sites, s->site, a);
        if (!site && near)
            mistake_add(m, s->line, "no such site \"%s\" in source \"%s\"; did you mean \"%s\"?", s->site, s->name, near);
        else if (!site)
            mistake_add(m, s->line, "no such site \"%s\" in source \"%s\"; `earshot site list` shows those there are", s->site, s->name);
    } else {
        site = s->url ? sites_by_url(sites, s->url) : NULL;
        if (!site && s->url)
            mistake_add(m, s->line, "no site file fits %s of source \"%s\"; name one with site = \"...\" (`earshot site list`)", s->url, s->name);
        else if (site)
            s->site = site_name(site);
    }
    if (!site || s->url)
        return;
    s->url = site_build_url(site, s->slug, a);
    if (!s->url)
        mistake_add(m, s->line, "source \"%s\": slug \"%s\" does not fit site \"%s\"; give the url of its first page instead", s->name, s->slug, s->site);
}

/* A token that is never sent is a mistake as much as one that is missing. */
static void source_token(const struct source *s, const struct sites *sites, struct mistakes *m)
{
    enum site_token wants = s->url ? site_token(sites, s->site, s->url) : SITE_TOKEN_NONE;
    if (wants == SITE_TOKEN_REQUIRED && !s->token_file)
        mistake_add(m, s->line, "source \"%s\": site \"%s\" answers this address only with a token; write it into a file of mode 0600 and name that with token_file = \"...\"", s->name, s->site);
    else if (s->url && s->token_file && wants == SITE_TOKEN_NONE)
        mistake_add(m, s->line, "source \"%s\" has a token_file, but site \"%s\" sends no token to %s; leave the line out", s->name, s->site ? s->site : "?", s->url);
    else if (s->token_file && wants != SITE_TOKEN_NONE && strncmp(s->url, "https://", 8) != 0)
        mistake_add(m, s->line, "source \"%s\": a token is sent over https only; %s is not", s->name, s->url);
}

static void same_page_twice(const struct brand *b, struct mistakes *m)
{
    if (b->n_source > 1000)
        return; /* a list that long is made by a program */
    for (size_t i = 1; i < b->n_source; i++)
        for (size_t k = 0; k < i; k++)
            if (b->source[i].url && b->source[k].url && strcmp(b->source[i].url, b->source[k].url) == 0) {
                mistake_add(m, b->source[i].line, "source \"%s\" of brand \"%s\" reads the same page as \"%s\" in line %d", b->source[i].name, b->name, b->source[k].name, b->source[k].line);
                break;
            }
}

void config_sites(struct settings *s, const struct sites *sites, struct arena *a, struct mistakes *m)
{
    for (size_t b = 0; b < s->n_brand && m->tokens; b++)
        for (size_t i = 0; i < s->brand[b].n_source; i++)
            config_token((struct source *)&s->brand[b].source[i], a, m);
    for (size_t b = 0; b < s->n_brand; b++) {
        struct source *source = (struct source *)s->brand[b].source; /* ours to finish: made by config_read, not yet shared */
        for (size_t i = 0; i < s->brand[b].n_source; i++) {
            source_site(&source[i], sites, a, m);
            if (m->tokens)
                source_token(&source[i], sites, m);
        }
        same_page_twice(&s->brand[b], m);
    }
}
