/* earshot replay: archived pages once more through inflate, parse, score, judge, put. Nothing is fetched. */
#include "base/i18n.h"
#include "cli/cli.h"
#include "cli/pipeline.h"
#include "crawler/inflate.h"
#include "parsers/parse.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH_PAGES 32

struct replay {
    struct cli *cli;
    struct crawl_options o;
    struct pipeline line; /* what the stages look at: options and brands */
    struct parser *parser;
    struct scorer *scorer;
    struct store *store; /* the real one, or a copy for --dry-run */
    struct page page[BATCH_PAGES];
    size_t n;
    uint64_t n_page, n_foreign, n_changed;
    struct store_result result;
    int code; /* of the output */
};

/* ---------------------------------------------------------------- what would change */

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void name_if(struct strbuf *b, bool differs, const char *what)
{
    if (differs)
        strbuf_printf(b, "%s%s", b->n ? ", " : "", what);
}

static const char *verdict_text(const struct finding *f)
{
    static const char *const word[] = {"none", "watch", "reply"};
    return word[f->judgement.verdict];
}

static void differences(struct strbuf *b, const struct finding *was, const struct finding *is)
{
    const struct mention *x = &was->mention, *y = &is->mention;
    name_if(b, !same(x->title, y->title), "title");
    name_if(b, !same(x->text, y->text), "text");
    name_if(b, !same(x->pros, y->pros), "pros");
    name_if(b, !same(x->cons, y->cons), "cons");
    name_if(b, x->rating.known != y->rating.known || x->rating.value != y->rating.value || x->rating.best != y->rating.best, "rating");
    name_if(b, !same(x->reply.text, y->reply.text) || x->reply_state != y->reply_state, "reply");
    name_if(b, !same(x->author.name, y->author.name), "author");
    name_if(b, x->published.at != y->published.at || x->published.precision != y->published.precision, "published");
    name_if(b, !same(x->url, y->url), "url");
    name_if(b, x->truncated != y->truncated, "truncated");
    name_if(b, was->score.label != is->score.label, "label");
    if (was->judgement.verdict != is->judgement.verdict)
        strbuf_printf(b, "%sverdict %s -> %s", b->n ? ", " : "", verdict_text(was), verdict_text(is));
}

static void on_merged(void *ctx, const struct finding *now, const struct finding *before)
{
    struct replay *r = ctx;
    struct strbuf b, line;
    strbuf_init(&b, 4096);
    strbuf_init(&line, LIMIT_LINE_BYTES);
    if (before)
        differences(&b, before, now);
    else
        strbuf_printf(&b, "new, verdict %s", verdict_text(now));
    if (b.n) {
        r->n_changed++;
        strbuf_printf(&line, "%s: %s\n", now->mention.id, b.s);
        if (r->cli->opt[OPT_DRY_RUN] && !r->code)
            r->code = cli_write(r->cli, line.s, line.n);
    }
    strbuf_release(&b);
    strbuf_release(&line);
}

/* The stages' callbacks know a pipeline, ours knows the list of changes. */
static void on_judge(void *ctx, const struct finding *merged, const struct finding *before, struct judgement *out)
{
    struct replay *r = ctx;
    struct store_rules rules = stage_rules(&r->line);
    rules.judge(rules.ctx, merged, before, out);
}

/* ---------------------------------------------------------------- pages */

static enum err put(struct replay *r)
{
    struct page *list[BATCH_PAGES];
    for (size_t i = 0; i < r->n; i++)
        list[i] = &r->page[i];
    struct store_rules rules = stage_rules(&r->line);
    rules.ctx = r;
    rules.judge = on_judge;
    rules.merged = on_merged;
    rules.next_due = NULL;
    rules.depth_max = NULL;
    rules.replay = true;
    enum err e = store_put_pages(r->store, list, r->n, &rules, &r->result);
    r->n = 0;
    return e;
}

/* The source that a page belongs to: as the archive says, or the one whose address it is. NULL when it is none of ours. */
static const struct source *source_of(const struct settings *s, const struct target *t)
{
    const struct source *src = t->source ? settings_source(s, t->source) : NULL;
    if (t->source)
        return src;
    for (size_t i = 0; i < s->n_brand; i++)
        for (size_t j = 0; j < s->brand[i].n_source; j++)
            if (same(s->brand[i].source[j].url, t->url))
                return &s->brand[i].source[j];
    return NULL;
}

static enum err take_page(struct replay *r, struct page *p)
{
    const struct source *src = source_of(&r->cli->settings, &p->target);
    if (!src) {
        r->n_foreign++;
        return ERR_OK;
    }
    p->target.source = src->key;
    p->target.brand = src->brand;
    p->target.site = src->site;
    inflate_page(p);
    stage_read(&r->line, r->parser, r->scorer, p);
    r->n_page++;
    return ++r->n == BATCH_PAGES ? put(r) : ERR_OK;
}

static enum err replay_file(struct replay *r, const char *path)
{
    struct warc_reader *w;
    bool more = true;
    enum err e = warc_read_open(&w, path);
    while (e == ERR_OK) {
        e = warc_read_next(w, &r->page[r->n], &more);
        if (e != ERR_OK || !more)
            break;
        e = take_page(r, &r->page[r->n]);
    }
    warc_read_close(w);
    return e;
}

/* Every file, also after a damaged one: the last record of a crawl that was killed is cut. */
static enum err replay_files(struct replay *r, int n, char **path)
{
    enum err worst = ERR_OK;
    char text[1024] = "";
    for (int i = 0; i < n; i++) {
        enum err e = replay_file(r, path[i]);
        if (e == ERR_USAGE && worst == ERR_OK) {
            worst = e;
            snprintf(text, sizeof text, "%s", err_text());
        } else if (e == ERR_USAGE) {
            cli_fail(r->cli, e);
        } else if (e != ERR_OK) {
            return e;
        }
    }
    enum err e = r->n ? put(r) : ERR_OK;
    return e != ERR_OK || worst == ERR_OK ? e : err_set(worst, "%s", text);
}

/* ---------------------------------------------------------------- the store, or a copy of it */

/* Our own folder of plain files. */
static void remove_folder(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *x;
    char name[4096];
    while (d && (x = readdir(d)))
        if (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0 && (size_t)snprintf(name, sizeof name, "%s/%s", path, x->d_name) < sizeof name)
            unlink(name);
    if (d)
        closedir(d);
    rmdir(path);
}

static enum err open_copy(struct replay *r, const char *path)
{
    struct cli *c = r->cli;
    const char *data = arena_printf(&c->arena, "%s/data.mdb", c->settings.store_path);
    if (!data)
        return err_set(ERR_MEMORY, "out of memory");
    if (access(data, F_OK) != 0) /* nothing is stored yet: everything would be new */
        return store_open(&r->store, path, STORE_CREATE);
    enum err e = cli_store(c, STORE_READ);
    if (e == ERR_OK)
        e = store_backup(c->store, path);
    return e == ERR_OK ? store_open(&r->store, path, STORE_WRITE) : e;
}

static enum err run_dry(struct replay *r, int argc, char **argv)
{
    const char *tmp = getenv("TMPDIR");
    char folder[4096];
    if ((size_t)snprintf(folder, sizeof folder, "%s/earshot-replay-XXXXXX", tmp && *tmp ? tmp : "/tmp") >= sizeof folder || !mkdtemp(folder))
        return err_set(ERR_STORE, "cannot make a folder for a copy of the store in %s: %s", tmp && *tmp ? tmp : "/tmp", strerror(errno));
    const char *copy = arena_printf(&r->cli->arena, "%s/store", folder);
    enum err e = copy ? open_copy(r, copy) : err_set(ERR_MEMORY, "out of memory");
    if (e == ERR_OK)
        e = replay_files(r, argc, argv);
    if (r->store)
        store_close(r->store);
    if (copy)
        remove_folder(copy);
    rmdir(folder);
    return e;
}

static enum err run_real(struct replay *r, int argc, char **argv)
{
    enum err e = cli_store(r->cli, STORE_CREATE);
    if (e == ERR_OK)
        e = store_lock(r->cli->store);
    r->store = r->cli->store;
    return e == ERR_OK ? replay_files(r, argc, argv) : e;
}

static enum err prepare(struct replay *r)
{
    struct cli *c = r->cli;
    enum err e = cli_settings(c);
    if (e == ERR_OK)
        e = cli_sites(c);
    if (e == ERR_OK)
        e = cli_lexicon(c);
    if (e != ERR_OK)
        return e;
    parsers_init();
    r->o = (struct crawl_options){.settings = &c->settings, .sites = c->sites};
    r->line.o = &r->o;
    r->line.brands = brands_new(&c->settings);
    r->parser = parser_new(c->sites);
    r->scorer = scorer_new(c->lexicon);
    return r->line.brands && r->parser && r->scorer ? ERR_OK : err_set(ERR_MEMORY, "out of memory");
}

static void print_summary(const struct replay *r)
{
    struct cli *c = r->cli;
    if (r->n_foreign)
        cli_notice(c, _("pages left aside, because their source is not in %s: %llu"), c->settings.config_path, (unsigned long long)r->n_foreign);
    cli_notice(c, c->opt[OPT_DRY_RUN] ? _("pages read again: %llu; mentions that would change: %llu, new ones among them: %llu; nothing was written")
                                      : _("pages read again: %llu; mentions changed: %llu, new ones among them: %llu"),
               (unsigned long long)r->n_page, (unsigned long long)r->n_changed, (unsigned long long)r->result.n_new);
}

int cmd_replay(struct cli *c, int argc, char **argv)
{
    struct replay *r = calloc(1, sizeof *r);
    if (!r)
        return cli_fail(c, err_set(ERR_MEMORY, "out of memory"));
    r->cli = c;
    enum err e = prepare(r);
    for (size_t i = 0; i < BATCH_PAGES; i++)
        page_init(&r->page[i], LIMIT_BODY_BYTES_MAX);
    bool ready = e == ERR_OK;
    if (ready)
        e = c->opt[OPT_DRY_RUN] ? run_dry(r, argc, argv) : run_real(r, argc, argv);
    int code = e == ERR_OK ? r->code : cli_fail(c, e);
    if (ready && (e == ERR_OK || (e == ERR_USAGE && r->n_page > 0)))
        print_summary(r);
    for (size_t i = 0; i < BATCH_PAGES; i++)
        page_release(&r->page[i]);
    if (r->line.brands)
        brands_free(r->line.brands);
    parser_free(r->parser);
    scorer_free(r->scorer);
    free(r);
    return code;
}
