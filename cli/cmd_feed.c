#include "config.h"

#include "cli/cli.h"

#include "feed/feed.h"

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

int cmd_feed(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    const char *sink = c->opt[OPT_SINK] ? c->opt[OPT_SINK] : "stdout";
    size_t n = 0, all = 0;
    if (c->opt[OPT_ONCE] && c->opt[OPT_FOLLOW])
        return cli_misuse(c, err_set(ERR_USAGE, "--once and --follow exclude each other"));
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
