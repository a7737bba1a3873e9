#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/when.h"
#include "cli/sinks.h"
#include "feed/feed.h"
#include "report/report.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FOLLOW_WAIT_S 2 /* how often --follow looks; the store has no way to call us */

static volatile sig_atomic_t stop_asked;
static void on_signal(int sig)
{
    (void)sig;
    stop_asked = 1;
}

static void watch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal}; /* no SA_RESTART: the wait must end */
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
}

/* JSON lines to standard output: any name has its own cursor. */
static int to_stdout(struct cli *c, const char *sink)
{
    size_t n = 0, all = 0;
    enum err e = cli_store(c, STORE_WRITE);
    if (e != ERR_OK)
        return cli_fail(c, e);
    watch_signals();
    while (!stop_asked) {
        e = feed_lines(c->store, sink, stdout, c->max ? c->max - all : 0, &n);
        all += n;
        if (ferror(stdout)) /* the reader has gone away or the disk is full: the cursor stayed */
            return cli_flush(c);
        if (e != ERR_OK)
            return cli_fail(c, e);
        if (!c->opt[OPT_FOLLOW] || (c->max && all >= c->max))
            break;
        const struct timespec wait = {.tv_sec = FOLLOW_WAIT_S};
        if (n == 0)
            nanosleep(&wait, NULL);
    }
    return 0;
}

/* What did not get through, one line a sink: cron mails it. */
static int tell(struct cli *c, const struct sinks *s, const struct feed_report *report)
{
    int code = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct feed_report *r = &report[i];
        const char *name = s->at[i].conf->name;
        char until[WHEN_TEXT_BYTES] = "";
        if (r->lease != ERR_OK) {
            fprintf(stderr, "earshot: %s\n", r->reason);
            code = code ? code : err_exit_code(r->lease);
            continue;
        }
        if (r->open_until_ms)
            when_format((struct when){r->open_until_ms / 1000, PRECISION_SECOND}, until);
        if (r->n_wait || r->n_parked || *until) {
            fprintf(stderr, "earshot: sink %s: %zu events wait%s%s, %zu are parked (earshot sink retry %s)%s%s\n", name, r->n_wait + (size_t)r->n_left, *until ? " until " : "", until,
                    r->n_parked, name, r->reason[0] ? ": " : "", r->reason);
            code = 1;
        }
        int done = r->n_done > 999999 ? 999999 : (int)r->n_done;
        if (c->n_verbose || done)
            cli_notice(c, ngettext("sink %s: %d event", "sink %s: %d events", (unsigned long)done), name, done);
    }
    return code;
}

struct atom_ctx {
    struct cli *c;
    struct sinks *s;
};

static bool allows(void *ctx, const char *host, int port, const struct sockaddr *addr)
{
    const struct atom_ctx *x = ctx;
    return x->s->setup.allows(x->s->guard, host, port, addr);
}

static enum err write_atom(void *ctx, const struct sink_conf *conf)
{
    const struct atom_ctx *x = ctx;
    struct strbuf out;
    struct report_in in = {.store = x->c->store, .settings = &x->c->settings, .now = clock_now(), .brand = conf->n_brand ? conf->brands[0] : NULL};
    strbuf_init(&out, 64 * LIMIT_MIB);
    enum err e = report_period(&in, "atom", &out);
    if (e == ERR_OK)
        e = cli_write_file(conf->path, out.s, out.n);
    strbuf_release(&out);
    return e;
}

static int to_sinks(struct cli *c, const char *name)
{
    struct sinks s;
    enum err e = sinks_load(c, name, &s);
    struct atom_ctx x = {c, &s};
    struct feed_report *report = arena_calloc(&c->arena, s.n + 1, sizeof *report);
    if (e == ERR_OK && !report)
        e = err_set(ERR_MEMORY, "out of memory");
    if (e == ERR_OK)
        e = cli_store(c, STORE_WRITE);
    if (e == ERR_OK) {
        struct feed_setup f = s.setup;
        f.store = c->store;
        f.ctx = &x;
        f.allows = allows;
        f.atom = write_atom;
        f.follow = c->opt[OPT_FOLLOW] != NULL;
        f.max = c->max;
        f.stop = &stop_asked;
        watch_signals();
        e = feed_run(&f, report);
    }
    int code = e == ERR_OK ? tell(c, &s, report) : cli_fail(c, e);
    sinks_release(&s);
    return code;
}

int cmd_feed(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    const char *sink = c->opt[OPT_SINK];
    if (c->opt[OPT_ONCE] && c->opt[OPT_FOLLOW])
        return cli_misuse(c, err_set(ERR_USAGE, "--once and --follow exclude each other"));
    enum err e = cli_settings_light(c);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (sink ? settings_sink(&c->settings, sink) != NULL : c->settings.n_sink > 0)
        return to_sinks(c, sink);
    return to_stdout(c, sink ? sink : "stdout");
}
