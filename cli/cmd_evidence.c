/* earshot evidence: one mention, its revisions, and the archived pages that showed it, as JSON lines that others can check. */
#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "cli/cli.h"
#include "crawler/inflate.h"
#include "crawler/warc.h"
#include "parsers/parse.h"
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 100000
#define EVIDENCE_BYTES (1024 * LIMIT_MIB) /* pages of one mention, in base64 */

struct evidence {
    struct cli *cli;
    struct finding f;
    struct revision *rev;
    size_t n_rev;
    size_t *n_rev_page; /* pages found for each revision */
    size_t n_page;
    struct parser *parser;
    struct page page;
    struct strbuf pages; /* their lines */
    uint64_t last_detail; /* hash of the body of the mention's own page, so that equal ones are kept once */
};

static const char *sum(const void *bytes, size_t n, char text[SHA256_TEXT_BYTES])
{
    struct sha256 h;
    sha256_init(&h);
    sha256_add(&h, bytes, n);
    return sha256_text(&h, text);
}

/* ---------------------------------------------------------------- pages */

/* The revision that was in force at a time; the first when it was earlier. */
static size_t revision_at(const struct evidence *x, int64_t at)
{
    size_t i = 0;
    while (i + 1 < x->n_rev && x->rev[i + 1].seen_at <= at)
        i++;
    return i;
}

static bool shows(const struct page *p, const char *id)
{
    for (size_t i = 0; i < p->n_finding; i++)
        if (p->finding[i].mention.id && strcmp(p->finding[i].mention.id, id) == 0)
            return true;
    return false;
}

/* Worth parsing: fetched when a revision was first seen, or the mention's own page. */
static bool is_candidate(const struct evidence *x, const struct page *p)
{
    const struct target *t = &p->target;
    if (p->outcome != OUTCOME_NONE || (t->source && strcmp(t->source, x->f.source) != 0))
        return false;
    if (t->mention_id && strcmp(t->mention_id, x->f.mention.id) == 0)
        return true;
    for (size_t i = 0; i < x->n_rev; i++)
        if (x->rev[i].seen_at == p->fetched_at)
            return true;
    return false;
}

static void put_page(struct evidence *x, const char *file, const struct strbuf *sent, size_t rev)
{
    const struct page *p = &x->page;
    struct jsonw w;
    char text[SHA256_TEXT_BYTES];
    jsonw_init(&w, &x->pages);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.evidence/1");
    jsonw_kstr(&w, "t", "page");
    jsonw_kint(&w, "revision", x->rev[rev].n);
    jsonw_kstr(&w, "url", p->target.url);
    jsonw_kstr(&w, "final_url", p->final_url);
    jsonw_key(&w, "fetched");
    jsonw_time(&w, p->fetched_at);
    jsonw_kint(&w, "status", p->status);
    jsonw_kstr(&w, "headers", p->headers);
    jsonw_kstr(&w, "archive", file);
    jsonw_kint(&w, "bytes", (int64_t)sent->n);
    jsonw_kstr(&w, "sha256", sum(sent->s, sent->n, text));
    jsonw_kstr(&w, "content_sha256", sum(p->body.s, p->body.n, text));
    jsonw_key(&w, "body_base64");
    jsonw_raw(&w, "\"");
    strbuf_base64(&x->pages, sent->s, sent->n);
    strbuf_puts(&x->pages, "\"");
    jsonw_object_end(&w);
    strbuf_putc(&x->pages, '\n');
    x->n_rev_page[rev]++;
    x->n_page++;
}

static void take_page(struct evidence *x, const char *file)
{
    struct page *p = &x->page;
    struct strbuf sent;
    if (!is_candidate(x, p))
        return;
    strbuf_init(&sent, p->wire.max_bytes);
    strbuf_add(&sent, p->wire.s, p->wire.n); /* reading may change its own copy */
    inflate_page(p);
    struct strbuf body;
    strbuf_init(&body, p->body.max_bytes);
    strbuf_add(&body, p->body.s, p->body.n);
    bool own = p->target.kind == TARGET_DETAIL;
    const struct source *src = settings_source(&x->cli->settings, x->f.source);
    parser_read(x->parser, p, src ? src->accounts : NULL, src ? src->n_account : 0);
    struct strbuf swap = p->body;
    p->body = body;
    if (shows(p, x->f.mention.id) && !(own && p->body_hash == x->last_detail)) {
        put_page(x, file, &sent, revision_at(x, p->fetched_at));
        x->last_detail = own ? p->body_hash : x->last_detail;
    }
    strbuf_release(&swap);
    strbuf_release(&sent);
}

static void search_file(struct evidence *x, const char *path, const char *name)
{
    struct warc_reader *r;
    bool more = true;
    enum err e = warc_read_open(&r, path);
    while (e == ERR_OK) {
        e = warc_read_next(r, &x->page, &more);
        if (e != ERR_OK || !more)
            break;
        take_page(x, name);
    }
    if (e != ERR_OK)
        cli_notice(x->cli, "%s", err_text()); /* the rest of the archive is still good */
    warc_read_close(r);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum err search(struct evidence *x, const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    char **name = NULL;
    size_t n = 0, cap = 0;
    if (!d)
        return err_set(ERR_USAGE, "archive folder %s cannot be read: %s", dir, strerror(errno));
    while ((entry = readdir(d)) && n < FILES_MAX) {
        char **grown = strstr(entry->d_name, ".warc") ? arena_grow(&x->cli->arena, name, n, &cap, sizeof *grown) : NULL;
        if (!grown)
            continue;
        name = grown;
        name[n] = arena_strdup(&x->cli->arena, entry->d_name);
        n += name[n] != NULL;
    }
    closedir(d);
    if (n)
        qsort(name, n, sizeof *name, by_name); /* the names begin with the time */
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_printf(&x->cli->arena, "%s/%s", dir, name[i]);
        if (path)
            search_file(x, path, name[i]);
    }
    return x->pages.full ? err_set(ERR_MEMORY, "the archived pages of %s need more memory than evidence may take", x->f.mention.id) : ERR_OK;
}

/* ---------------------------------------------------------------- the document */

static void put_head(const struct evidence *x, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.evidence/1");
    jsonw_kstr(&w, "t", "mention");
    jsonw_kstr(&w, "id", x->f.mention.id);
    jsonw_kstr(&w, "url", x->f.mention.url);
    jsonw_kstr(&w, "brand", x->f.brand);
    jsonw_kstr(&w, "source", x->f.source);
    jsonw_key(&w, "first_seen");
    jsonw_time(&w, x->f.first_seen);
    jsonw_key(&w, "last_seen");
    jsonw_time(&w, x->f.last_seen);
    jsonw_key(&w, "missing_since");
    jsonw_time(&w, x->f.missing_since);
    jsonw_kint(&w, "revisions", (int64_t)x->n_rev);
    jsonw_kint(&w, "pages", (int64_t)x->n_page);
    jsonw_key(&w, "made");
    jsonw_time(&w, clock_now());
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

/* sha256: of the bytes of the value of "mention" in the same line. */
static void put_revision(const struct evidence *x, size_t i, struct strbuf *out)
{
    const struct revision *r = &x->rev[i];
    struct strbuf mention;
    struct jsonw w;
    char text[SHA256_TEXT_BYTES];
    strbuf_init(&mention, 16 * LIMIT_MIB);
    jsonw_init(&w, &mention);
    contract_mention(&w, &r->mention);
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.evidence/1");
    jsonw_kstr(&w, "t", "revision");
    jsonw_kint(&w, "n", r->n);
    jsonw_key(&w, "seen");
    jsonw_time(&w, r->seen_at);
    jsonw_kstr(&w, "changed", r->changed && *r->changed ? r->changed : NULL);
    jsonw_kint(&w, "pages", (int64_t)x->n_rev_page[i]);
    jsonw_kstr(&w, "sha256", sum(mention.s, mention.n, text));
    jsonw_key(&w, "mention");
    jsonw_raw(&w, mention.s);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
    strbuf_release(&mention);
}

static int write_out(struct evidence *x)
{
    struct strbuf out;
    const char *path = x->cli->opt[OPT_OUTPUT];
    int code;
    strbuf_init(&out, EVIDENCE_BYTES + 256 * LIMIT_MIB);
    put_head(x, &out);
    for (size_t i = 0; i < x->n_rev; i++)
        put_revision(x, i, &out);
    strbuf_add(&out, x->pages.s, x->pages.n);
    if (out.full) {
        code = cli_fail(x->cli, err_set(ERR_MEMORY, "out of memory for the evidence of %s", x->f.mention.id));
    } else if (path && strcmp(path, "-") != 0) {
        enum err e = cli_write_file(path, out.s, out.n);
        code = e == ERR_OK ? 0 : cli_fail(x->cli, e);
    } else {
        code = cli_write(x->cli, out.s, out.n);
    }
    strbuf_release(&out);
    return code;
}

static void tell_gaps(const struct evidence *x, const char *dir)
{
    size_t n_gap = 0;
    for (size_t i = 0; i < x->n_rev; i++)
        n_gap += x->n_rev_page[i] == 0;
    if (!dir)
        cli_notice(x->cli, _("there is no archive: give --archive DIR, or set `archive` before the next crawl; only what was read is in the evidence"));
    else if (n_gap)
        cli_notice(x->cli, _("%s: revisions without a page in the archive %s: %zu"), x->f.mention.id, dir, n_gap);
}

static enum err load(struct evidence *x, const char *id)
{
    struct cli *c = x->cli;
    enum err e = cli_store(c, STORE_READ);
    if (e == ERR_OK)
        e = cli_sites(c);
    if (e == ERR_OK)
        e = store_get(c->store, id, &c->arena, &x->f);
    if (e == ERR_OK)
        e = store_revisions(c->store, x->f.seq, &c->arena, &x->rev, &x->n_rev);
    if (e != ERR_OK)
        return e;
    parsers_init();
    x->parser = parser_new(c->sites);
    x->n_rev_page = arena_calloc(&c->arena, x->n_rev + 1, sizeof *x->n_rev_page);
    return x->parser && x->n_rev_page ? ERR_OK : err_set(ERR_MEMORY, "out of memory");
}

int cmd_evidence(struct cli *c, int argc, char **argv)
{
    (void)argc;
    struct evidence x = {.cli = c};
    page_init(&x.page, LIMIT_BODY_BYTES_MAX);
    strbuf_init(&x.pages, EVIDENCE_BYTES);
    enum err e = load(&x, argv[0]);
    const char *dir = c->settings.archive_dir;
    if (e == ERR_OK && dir && x.n_rev)
        e = search(&x, dir);
    int code = e == ERR_OK ? write_out(&x) : cli_fail(c, e);
    if (code == 0)
        tell_gaps(&x, dir);
    parser_free(x.parser);
    page_release(&x.page);
    strbuf_release(&x.pages);
    return code;
}
