#include "config.h"

#include "cli/watch.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "cli/crawl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUND_BYTES ((size_t)256 << 20) /* sources and failures of one round: 100,000 sources take 20 MiB */
#define NAP_S 60 /* asleep at most so long: the clock of the wall may be set meanwhile */

/* Signal handlers have no other way to tell. */
static atomic_bool want_end, want_reload;
static int wake_fd[2] = {-1, -1}; /* a byte for each signal, so that none is lost between looking and sleeping */

static void on_signal(int sig)
{
    int kept = errno;
    if (sig == SIGHUP)
        atomic_store(&want_reload, true);
    else
        atomic_store(&want_end, true);
    crawl_stop();
    if (write(wake_fd[1], "", 1) < 0) {
        /* full: it will wake anyway */
    }
    if (sig != SIGHUP)
        signal(sig, SIG_DFL);
    errno = kept;
}

static enum err catch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal};
    sigemptyset(&sa.sa_mask);
    if (pipe2(wake_fd, O_CLOEXEC | O_NONBLOCK) != 0)
        return err_set(ERR_MEMORY, "cannot make a pipe: %s", strerror(errno));
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
    return ERR_OK;
}

/* The same command line over the file as it is now; NULL when it is wrong, and that was said. */
static struct cli *reload(const struct cli *first, const struct cli *now)
{
    struct cli *c = calloc(1, sizeof *c);
    const char *brand, *source;
    if (!c)
        return NULL;
    *c = *first;
    c->has_settings = false;
    c->sites = NULL;
    c->lexicon = NULL;
    c->store = NULL;
    arena_init(&c->arena, (size_t)1 << 30);
    enum err e = cli_settings(c);
    if (e == ERR_OK)
        e = cli_sites(c);
    if (e == ERR_OK)
        e = cli_lexicon(c);
    if (e == ERR_OK)
        e = cli_scope(c, &brand, &source);
    if (e == ERR_OK && strcmp(c->settings.store_path, now->settings.store_path) != 0)
        e = err_set(ERR_CONFIG, "%s: the store cannot change while a crawl watches; restart it", c->settings.config_path);
    if (e == ERR_OK)
        return c;
    cli_fail(c, e);
    cli_release(c);
    free(c);
    return NULL;
}

static void let_go(struct cli *c, const struct cli *first)
{
    if (c == first)
        return;
    c->store = NULL; /* the first one's */
    cli_release(c);
    free(c);
}

static void take_new_settings(struct cli *first, struct cli **now)
{
    struct cli *fresh = reload(first, *now);
    if (!fresh) {
        cli_notice(*now, "%s", _("the settings were not changed: the old ones stay in force"));
        return;
    }
    fresh->store = first->store;
    let_go(*now, first);
    *now = fresh;
    cli_notice(fresh, _("settings read again: %s"), fresh->settings.config_path);
}

/* Seconds until something is due: 0 to NAP_S. */
static enum err until_due(struct cli *c, int *wait_s)
{
    struct arena a;
    struct target *t;
    size_t n;
    struct due_filter f = {0};
    *wait_s = NAP_S;
    arena_init(&a, LIMIT_MIB);
    enum err e = cli_scope(c, &f.brand, &f.source_key);
    if (e == ERR_OK)
        e = store_due(c->store, &f, INT64_MAX, 1, &a, &t, &n);
    if (e == ERR_OK && n > 0) {
        int64_t wait = t[0].due_at - clock_now();
        *wait_s = wait < 0 ? 0 : wait > NAP_S ? NAP_S : (int)wait;
    }
    arena_release(&a);
    return e;
}

/* until_due looks at the store only: what is due is asked for again after each nap, as another program may have moved the clock. */
static enum err sleep_until_due(struct cli *c, watch_nap *nap)
{
    struct pollfd p = {.fd = wake_fd[0], .events = POLLIN};
    char drop[64];
    int wait_s = 0, least_ms = 1000; /* a breath between two rounds, whatever the store says */
    enum err e;
    while ((e = until_due(c, &wait_s)) == ERR_OK && (wait_s > 0 || least_ms > 0)) {
        int ms = wait_s > 0 ? wait_s * 1000 : least_ms;
        least_ms = 0;
        if (poll(&p, 1, ms) > 0)
            break;
        if (wait_s == NAP_S && (e = nap(c)) != ERR_OK)
            break;
    }
    while (read(wake_fd[0], drop, sizeof drop) > 0) {
    }
    return e;
}

enum err watch_run(struct cli *first, watch_round *round, watch_nap *nap)
{
    struct cli *now = first;
    bool is_first = true;
    enum err e = catch_signals();
    while (e == ERR_OK && !atomic_load(&want_end)) {
        crawl_go_on(); /* before the flags are looked at: a signal from here on stops the round */
        if (atomic_load(&want_end))
            break;
        if (atomic_exchange(&want_reload, false))
            take_new_settings(first, &now);
        struct arena a;
        arena_init(&a, ROUND_BYTES);
        e = round(now, &a, is_first);
        arena_release(&a);
        is_first = false;
        if (e == ERR_OK && !atomic_load(&want_end) && !atomic_load(&want_reload))
            e = sleep_until_due(now, nap);
    }
    let_go(now, first);
    return e;
}
