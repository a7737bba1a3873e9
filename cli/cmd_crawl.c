/* earshot crawl: read what is due, store it, say in one line how it went. */
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/when.h"
#include "cli/cli.h"
#include "cli/crawl.h"
#include "cli/tell.h"
#include "cli/watch.h"
#include "crawler/warc.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void on_signal(int sig)
{
    crawl_stop();
    signal(sig, SIG_DFL); /* the second one ends us at once; the store does not mind */
}

static void catch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal};
    sigemptyset(&sa.sa_mask);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
}

static void add_count(struct strbuf *b, const char *one, const char *many, uint64_t n)
{
    strbuf_puts(b, ", ");
    strbuf_printf(b, ngettext(one, many, (unsigned long)n), (unsigned long long)n);
}

static void print_summary(struct cli *c, const struct crawl_summary *s)
{
    const struct run_record *r = &s->run;
    struct store_stat stat = {0};
    enum err e = store_stat(c->store, &stat);
    struct strbuf b;
    strbuf_init(&b, 4096);
    strbuf_printf(&b, ngettext("%llu of %llu source read", "%llu of %llu sources read", (unsigned long)r->n_source), (unsigned long long)r->n_source_ok,
                  (unsigned long long)r->n_source);
    add_count(&b, "%llu page", "%llu pages", r->n_page);
    add_count(&b, "%llu new mention", "%llu new mentions", r->n_new);
    add_count(&b, "%llu changed", "%llu changed", r->n_revised);
    if (e == ERR_OK) add_count(&b, "%llu waits for an answer", "%llu wait for an answer", stat.n_open);
    if (e == ERR_OK && stat.n_watched) add_count(&b, "%llu watched", "%llu watched", stat.n_watched);
    strbuf_printf(&b, _(", %.1f s"), (double)s->elapsed_ms / 1000.0);
    if (!r->complete) strbuf_puts(&b, _("; stopped before the end, the rest stays due"));
    fprintf(stderr, "earshot: %s\n", b.s);
    strbuf_release(&b);
}

/* One archive a process, whatever the number of rounds. */
static struct warc *archive;
static char archive_dir[4096];

static enum err archive_end(void)
{
    enum err e = warc_close(archive);
    archive = NULL;
    return e;
}

/* The archive of the settings; new settings may name another. */
static enum err archive_begin(const struct settings *s)
{
    const char *dir = s->archive_dir ? s->archive_dir : "";
    if (archive && strcmp(dir, archive_dir) == 0) return ERR_OK;
    enum err e = archive_end();
    if (e != ERR_OK || !*dir) return e;
    if (strlen(dir) >= sizeof archive_dir) return err_set(ERR_STORE, "the name of the archive folder is too long");
    if (mkdir(dir, 0750) != 0 && errno != EEXIST) return err_set(ERR_STORE, "cannot make the archive folder %s: %s", dir, strerror(errno));
    snprintf(archive_dir, sizeof archive_dir, "%s", dir);
    return warc_open(&archive, dir, s->user_agent);
}

static enum err load_lexicon(void *ctx, const struct lexicon **out)
{
    struct cli *c = ctx;
    enum err e = cli_lexicon(c);
    *out = c->lexicon;
    return e;
}

static enum err crawl_once(struct cli *c, struct arena *a, bool all, struct crawl_summary *summary)
{
    struct crawl_options o = {.settings = &c->settings, .sites = c->sites, .lexicon = load_lexicon, .lexicon_ctx = c, .store = c->store, .max_time_s = c->max_time_s};
    o.all = all;
    o.progress = !c->quiet && isatty(STDERR_FILENO);
    enum err e = cli_scope(c, &o.brand, &o.source_key);
    if (e == ERR_OK) e = archive_begin(&c->settings);
    if (e != ERR_OK) return e;
    o.archive = archive;
    return crawl_run(&o, a, summary);
}

/* Under cron and in a journal, silence means that every source was read, or that what failed was told before (cli/tell.h). */
static void tell(struct cli *c, const struct crawl_summary *s)
{
    bool watched = isatty(STDERR_FILENO) || c->n_verbose > 0;
    struct strbuf lines;
    strbuf_init(&lines, 64 * LIMIT_MIB);
    size_t n = tell_failures(c->store, s, watched, clock_now(), &lines);
    for (char *save = NULL, *line = strtok_r(lines.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) cli_line(line);
    if (!c->quiet && (watched || n)) print_summary(c, s);
    strbuf_release(&lines);
}

static enum err watched_round(struct cli *c, struct arena *a, bool first)
{
    struct crawl_summary summary = {0};
    enum err e = crawl_once(c, a, first && c->opt[OPT_ALL], &summary);
    if (e == ERR_OK && summary.run.n_page) tell(c, &summary);
    return e;
}

static enum err watched_nap(struct cli *c)
{
    struct crawl_options o = {.settings = &c->settings, .store = c->store};
    return crawl_clocks(&o);
}

int cmd_crawl(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct crawl_summary summary = {0};
    if (c->opt[OPT_WATCH] && c->opt[OPT_MAX_TIME]) return cli_misuse(c, err_set(ERR_USAGE, "--watch stays until it is told to end; leave out --max-time"));
    enum err e = cli_settings(c);
    if (e == ERR_OK) e = cli_sites(c);
    if (e == ERR_OK) e = cli_store(c, STORE_CREATE);
    if (e == ERR_OK) e = store_lock(c->store);
    if (e == ERR_OK && c->opt[OPT_WATCH]) {
        e = watch_run(c, watched_round, watched_nap);
        enum err closed = archive_end();
        if (e == ERR_OK) e = closed;
        return e == ERR_OK ? 0 : cli_fail(c, e);
    }
    catch_signals();
    if (e == ERR_OK) e = crawl_once(c, &c->arena, c->opt[OPT_ALL] != NULL, &summary);
    enum err closed = archive_end();
    if (e == ERR_OK) e = closed;
    if (e != ERR_OK) return cli_fail(c, e);
    tell(c, &summary);
    return summary.n_failure ? err_exit_code(ERR_SOURCES) : 0;
}
