/* earshot site save: a page for `earshot site test`: the one that did not fit when it was crawled, or any address as it answers now. */
#include "config.h"

#include "cli/cli.h"
#include "cli/drift.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/when.h"
#include "crawler/fetch.h"
#include "crawler/inflate.h"
#include "parsers/site.h"
#include "store/store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* One target, one page. */
struct visit {
    struct cli *c;
    struct target target;
    struct page page;
    bool given, taken, home;
};

static size_t on_more(void *ctx, struct arena *a, struct target **out)
{
    struct visit *v = ctx;
    (void)a;
    *out = &v->target;
    bool first = !v->given;
    v->given = true;
    return first;
}

static struct page *on_take(void *ctx)
{
    struct visit *v = ctx;
    if (v->taken)
        return NULL;
    v->taken = true;
    return &v->page;
}

static void on_give(void *ctx, struct page *page)
{
    struct visit *v = ctx;
    (void)page;
    v->taken = false;
}

static void on_done(void *ctx, struct page *page)
{
    struct visit *v = ctx;
    (void)page;
    v->home = true;
}

static bool on_finished(void *ctx)
{
    const struct visit *v = ctx;
    return v->home;
}

static const struct source *source_of_url(const struct settings *s, const char *url)
{
    for (size_t b = 0; b < s->n_brand; b++)
        for (size_t i = 0; i < s->brand[b].n_source; i++)
            if (s->brand[b].source[i].url && strcmp(s->brand[b].source[i].url, url) == 0)
                return &s->brand[b].source[i];
    return NULL;
}

static bool on_request(void *ctx, const struct target *t, const char *url, struct arena *a, struct request *out)
{
    const struct visit *v = ctx;
    const struct source *src = source_of_url(&v->c->settings, t->url);
    return src && site_request(v->c->sites, t->site, url, src->token, a, out);
}

/* As polite as a crawl: robots.txt counts. The page is inflated; its outcome says what came of it. */
static enum err fetch_one(struct visit *v, const char *url)
{
    const struct source *src = source_of_url(&v->c->settings, url);
    const struct fetch_calls calls = {.ctx = v, .more = on_more, .take = on_take, .done = on_done, .finished = on_finished, .give = on_give, .request = on_request};
    struct fetcher *f;
    v->target = (struct target){.url = url, .source = src ? src->key : "cli/save", .brand = src ? src->brand : "cli", .site = src ? src->site : NULL,
                                .kind = TARGET_LISTING, .depth = 1};
    enum err e = fetcher_new(&f, &v->c->settings, &calls);
    if (e != ERR_OK)
        return e;
    e = fetcher_run(f, clock_mono_ms() + 2 * 1000 * (int64_t)LIMIT_TRANSFER_S);
    fetcher_free(f);
    if (e == ERR_OK && !v->home)
        e = err_set(ERR_NOTFOUND, "%s gave no answer in time", url);
    if (e != ERR_OK)
        return e;
    if (v->page.outcome == OUTCOME_NONE)
        inflate_page(&v->page);
    for (size_t i = 0; src && i < REQUEST_TOKENS; i++)
        strbuf_mask(&v->page.body, src->token[i]);
    if (v->page.body.n == 0)
        return err_set(ERR_NOTFOUND, "%s gave nothing to save: %s%s%s", url, outcome_word(v->page.outcome), v->page.reason ? ": " : "", v->page.reason ? v->page.reason : "");
    return ERR_OK;
}

/* DIR/SITE-20261120T090000Z.page; the folder is made when it is missing. */
static enum err write_page(struct cli *c, const struct drift_head *h, const struct strbuf *page, const char **path)
{
    char when[WHEN_TEXT_BYTES], stamp[WHEN_TEXT_BYTES];
    size_t n = 0;
    for (const char *p = when_format((struct when){h->fetched_at, PRECISION_SECOND}, when); *p; p++)
        if (*p != '-' && *p != ':')
            stamp[n++] = *p;
    stamp[n] = '\0';
    const char *dir = c->opt[OPT_OUTPUT] ? c->opt[OPT_OUTPUT] : ".";
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return err_set(ERR_USAGE, "cannot make the folder %s: %s", dir, strerror(errno));
    *path = arena_printf(&c->arena, "%s/%s-%s.page", dir, h->site ? h->site : "page", stamp);
    return *path ? cli_write_file(*path, page->s, page->n) : err_set(ERR_MEMORY, "out of memory");
}

static bool is_url(const char *s)
{
    return strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0;
}

/* Kept or fetched: the page as a file, and its head. */
static enum err get_page(struct cli *c, const char *name, struct strbuf *out, struct drift_head *head)
{
    enum err e = drift_find(c->settings.store_path, name, &c->arena, out, head);
    if (e != ERR_NOTFOUND || !is_url(name))
        return e;
    struct visit *v = arena_calloc(&c->arena, 1, sizeof *v);
    if (!v)
        return err_set(ERR_MEMORY, "out of memory");
    v->c = c;
    page_init(&v->page, c->settings.max_body_bytes);
    e = fetch_one(v, name);
    if (e == ERR_OK) {
        const struct site *site = sites_by_url(c->sites, v->page.final_url ? v->page.final_url : name);
        if (site && !v->page.site)
            v->page.site = site_name(site);
        strbuf_clear(out);
        drift_write(&v->page, out);
        e = !out->full && drift_read_head(out->s, out->n, &c->arena, head) ? ERR_OK : err_set(ERR_MEMORY, "out of memory");
    }
    page_release(&v->page);
    return e;
}

int cmd_site_save(struct cli *c, int argc, char **argv)
{
    struct strbuf page;
    struct drift_head head = {0};
    const char *path = NULL;
    (void)argc;
    enum err e = cli_settings(c);
    if (e == ERR_OK)
        e = cli_sites(c);
    if (e != ERR_OK)
        return cli_fail(c, e);
    strbuf_init(&page, LIMIT_BODY_BYTES_MAX + LIMIT_MIB);
    e = get_page(c, argv[0], &page, &head);
    if (e == ERR_OK)
        e = write_page(c, &head, &page, &path);
    strbuf_release(&page);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (head.reason)
        cli_notice(c, "%s", head.reason);
    cli_notice(c, _("see what its rules give with: earshot site test %s %s"), head.site ? head.site : "SITE", path);
    struct strbuf line;
    strbuf_init(&line, 2 * LIMIT_URL_BYTES);
    strbuf_printf(&line, "%s\n", path);
    int code = cli_write(c, line.s, line.n);
    strbuf_release(&line);
    return code;
}
