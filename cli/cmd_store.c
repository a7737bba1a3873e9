#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/limits.h"
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int cmd_store_check(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct strbuf out;
    uint64_t n_bad = 0;
    enum err e = cli_store(c, STORE_READ);
    if (e != ERR_OK)
        return cli_fail(c, e);
    strbuf_init(&out, 16 * LIMIT_MIB);
    e = store_check(c->store, &out, &n_bad);
    int code = cli_write(c, out.s, out.n);
    strbuf_release(&out);
    if (e == ERR_OK && n_bad)
        e = err_set(ERR_STORE, "%s: %llu damaged records; restore a backup made with `earshot store backup`", c->settings.store_path, (unsigned long long)n_bad);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s: %s\n", c->settings.store_path, _("no damage"));
    return code;
}

int cmd_store_backup(struct cli *c, int argc, char **argv)
{
    (void)argc;
    enum err e = cli_store(c, STORE_READ);
    if (e == ERR_OK)
        e = store_backup(c->store, argv[0]);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s\n", argv[0]);
    return 0;
}

struct export {
    struct cli *cli;
    FILE *out; /* NULL: standard output */
    bool failed;
    int code;
};

static bool put_line(void *ctx, const char *s, size_t n)
{
    struct export *x = ctx;
    if (!x->out) {
        x->code = cli_write(x->cli, s, n);
        if (!x->code && (n == 0 || s[n - 1] != '\n'))
            x->code = cli_write(x->cli, "\n", 1);
        return !x->code;
    }
    x->failed = fwrite(s, 1, n, x->out) != n || ((n == 0 || s[n - 1] != '\n') && putc('\n', x->out) == EOF);
    return !x->failed;
}

/* A whole store does not fit into memory: to a file beside the target, renamed when complete. */
static int export_file(struct cli *c, const char *path)
{
    const char *temp = arena_printf(&c->arena, "%s.part", path);
    struct export x = {.out = temp ? fopen(temp, "we") : NULL};
    if (!x.out)
        return cli_fail(c, err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(errno)));
    enum err e = store_export(c->store, c->opt[OPT_STABLE] != NULL, put_line, &x);
    bool ok = !x.failed && fflush(x.out) == 0 && fsync(fileno(x.out)) == 0;
    ok = fclose(x.out) == 0 && ok;
    if (e == ERR_OK && (!ok || rename(temp, path) != 0))
        e = err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(errno));
    if (e != ERR_OK)
        unlink(temp);
    return e == ERR_OK ? 0 : cli_fail(c, e);
}

int cmd_store_export(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    enum err e = cli_store(c, STORE_READ);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (c->opt[OPT_OUTPUT] && strcmp(c->opt[OPT_OUTPUT], "-") != 0)
        return export_file(c, c->opt[OPT_OUTPUT]);
    struct export x = {.cli = c};
    e = store_export(c->store, c->opt[OPT_STABLE] != NULL, put_line, &x);
    return x.code ? x.code : e == ERR_OK ? 0 : cli_fail(c, e);
}

int cmd_store_import(struct cli *c, int argc, char **argv)
{
    (void)argc;
    enum err e = c->opt[OPT_STORE] ? cli_settings_light(c) : cli_settings(c);
    if (e == ERR_OK)
        e = store_import(c->settings.store_path, argv[0]);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s\n", c->settings.store_path);
    return 0;
}

/* "store: format 2, 12.3 MiB (was format 1, 20.1 MiB)" */
static int rewritten(struct cli *c, enum err (*rewrite)(const char *path, struct store_rewritten *out))
{
    struct store_rewritten r = {0};
    enum err e = c->opt[OPT_STORE] ? cli_settings_light(c) : cli_settings(c);
    if (e == ERR_OK)
        e = rewrite(c->settings.store_path, &r);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf(_("%s: format %d, %.1f MiB (was format %d, %.1f MiB)\n"), c->settings.store_path, r.to_format, (double)r.after_bytes / (double)LIMIT_MIB, r.from_format,
               (double)r.before_bytes / (double)LIMIT_MIB);
    return 0;
}

int cmd_store_upgrade(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    return rewritten(c, store_upgrade);
}

int cmd_store_compact(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    return rewritten(c, store_compact);
}

static enum err forget(struct cli *c, struct store_forget *f, struct store_forgotten *n)
{
    f->now = clock_now();
    f->dry_run = c->opt[OPT_YES] == NULL;
    f->who = cli_who(c);
    enum err e = cli_store(c, f->dry_run ? STORE_READ : STORE_WRITE);
    if (e == ERR_OK && !f->dry_run)
        e = store_lock(c->store);
    return e == ERR_OK ? store_forget(c->store, f, n) : e;
}

static void say_forgotten(const struct cli *c, const struct store_forgotten *n)
{
    if (c->quiet)
        return;
    if (!c->opt[OPT_YES]) {
        printf(ngettext("%llu mention would be taken out; nothing was changed (say --yes to do it)\n", "%llu mentions would be taken out; nothing was changed (say --yes to do it)\n",
                        (unsigned long)n->n_mention), (unsigned long long)n->n_mention);
    } else {
        printf(ngettext("%llu mention taken out", "%llu mentions taken out", (unsigned long)n->n_mention), (unsigned long long)n->n_mention);
        printf(_(" (revisions: %llu, journal entries: %llu, events: %llu, addresses: %llu)\n"), (unsigned long long)n->n_revision, (unsigned long long)n->n_journal,
               (unsigned long long)n->n_event, (unsigned long long)n->n_target);
    }
    if (n->n_kept)
        printf(_("still open or on hold, and kept: %llu\n"), (unsigned long long)n->n_kept);
}

int cmd_store_prune(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct store_forgotten n = {0};
    int64_t ms = 0;
    if (!c->opt[OPT_OLDER_THAN] || !value_duration_ms(c->opt[OPT_OLDER_THAN], &ms) || ms < INT64_C(86400000))
        return cli_misuse(c, err_set(ERR_USAGE, "say how old: --older-than 3y, 18w or 400d; at least a day"));
    struct store_forget f = {.older_than = clock_now() - ms / 1000};
    enum err e = forget(c, &f, &n);
    if (e != ERR_OK)
        return cli_fail(c, e);
    say_forgotten(c, &n);
    return 0;
}

/* What was erased still lies on free pages of the file until it is written anew. */
static enum err wipe(struct cli *c)
{
    struct store_rewritten r;
    store_close(c->store);
    c->store = NULL;
    enum err e = store_compact(c->settings.store_path, &r);
    if (e == ERR_LOCKED)
        return err_set(ERR_LOCKED, "the mentions are erased, but another program has the store open, and what is free in its file still holds their text: stop it and run \"earshot store compact\"");
    return e;
}

int cmd_store_erase(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct store_forgotten n = {0};
    struct store_forget f = {.author = c->opt[OPT_AUTHOR]};
    if (!f.author)
        return cli_misuse(c, err_set(ERR_USAGE, "say whose: --author SITE:NAME, as in --author otzovik:maria-k"));
    enum err e = forget(c, &f, &n);
    if (e != ERR_OK)
        return cli_fail(c, e);
    say_forgotten(c, &n);
    if (f.dry_run)
        return 0;
    e = wipe(c);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (!c->quiet)
        printf("%s\n", _("Not touched: archives (WARC), pages kept for `earshot site save`, backups, and what ticketing systems were sent."));
    return 0;
}

struct size_of {
    struct store_stat st;
    struct store_tree tree[STORE_TREES];
    size_t n_tree;
    uint64_t free_bytes;
};

static enum err measure(struct cli *c, struct size_of *z)
{
    enum err e = cli_store(c, STORE_READ);
    if (e == ERR_OK)
        e = store_stat(c->store, &z->st);
    if (e == ERR_OK)
        e = store_trees(c->store, z->tree, &z->n_tree);
    z->free_bytes = z->st.used_bytes;
    for (size_t i = 0; i < z->n_tree; i++)
        z->free_bytes -= z->tree[i].bytes < z->free_bytes ? z->tree[i].bytes : z->free_bytes;
    return e;
}

static void size_text(const struct size_of *z, struct strbuf *out)
{
    const struct store_stat *st = &z->st;
    const struct { const char *text; uint64_t n; } line[] = {
        {N_("mentions"), st->n_mention}, {N_("revisions"), st->n_revision}, {N_("addresses"), st->n_target}, {N_("events"), st->n_event},
        {N_("journal entries"), st->n_journal}, {N_("open items"), st->n_open}, {N_("watched items"), st->n_watched}, {N_("pruned or erased"), st->n_forgotten},
        {N_("bytes used"), st->used_bytes}, {N_("bytes a mention, all trees"), st->n_mention ? st->used_bytes / st->n_mention : 0}, {N_("bytes free inside"), z->free_bytes},
        {N_("bytes reserved"), st->map_bytes}};
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        strbuf_printf(out, "%14llu  %s\n", (unsigned long long)line[i].n, _(line[i].text));
    strbuf_printf(out, "%14s  %s\n", "", _("bytes by tree (entries, bytes each):"));
    for (size_t i = 0; i < z->n_tree; i++)
        if (z->tree[i].n)
            strbuf_printf(out, "%14llu  %s (%llu, %.0f)\n", (unsigned long long)z->tree[i].bytes, z->tree[i].name, (unsigned long long)z->tree[i].n,
                          (double)z->tree[i].bytes / (double)z->tree[i].n);
}

static void size_json(const struct size_of *z, struct strbuf *out)
{
    const struct store_stat *st = &z->st;
    const struct { const char *key; uint64_t n; } line[] = {
        {"mentions", st->n_mention}, {"revisions", st->n_revision}, {"targets", st->n_target}, {"events", st->n_event}, {"journal", st->n_journal}, {"open", st->n_open},
        {"watched", st->n_watched}, {"forgotten", st->n_forgotten}, {"used_bytes", st->used_bytes}, {"bytes_per_mention", st->n_mention ? st->used_bytes / st->n_mention : 0},
        {"free_bytes", z->free_bytes}, {"map_bytes", st->map_bytes}};
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        jsonw_kint(&w, line[i].key, (int64_t)line[i].n);
    jsonw_key(&w, "trees");
    jsonw_object(&w);
    for (size_t i = 0; i < z->n_tree; i++) {
        jsonw_key(&w, z->tree[i].name);
        jsonw_object(&w);
        jsonw_kint(&w, "entries", (int64_t)z->tree[i].n);
        jsonw_kint(&w, "bytes", (int64_t)z->tree[i].bytes);
        jsonw_object_end(&w);
    }
    jsonw_object_end(&w);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

int cmd_store_stat(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    const char *format = c->opt[OPT_FORMAT] ? c->opt[OPT_FORMAT] : "text";
    struct size_of z = {0};
    struct strbuf out;
    bool json = strcmp(format, "json") == 0;
    if (!json && strcmp(format, "text") != 0)
        return cli_misuse(c, err_set(ERR_USAGE, "--format %s: must be text or json", format));
    enum err e = measure(c, &z);
    if (e != ERR_OK)
        return cli_fail(c, e);
    strbuf_init(&out, 64 * LIMIT_KIB);
    (json ? size_json : size_text)(&z, &out);
    int code = cli_write(c, out.s, out.n);
    strbuf_release(&out);
    return code;
}
