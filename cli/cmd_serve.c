/* earshot serve: the inbox over the store of the settings, until a signal. */
#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "cli/mark.h"
#include "cli/sinks.h"
#include "cli/user_file.h"
#include "web/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LISTEN_DEFAULT "127.0.0.1:8080"

static int stop_fd[2] = {-1, -1};

static void on_signal(int sig)
{
    int kept = errno;
    if (write(stop_fd[1], "", 1) < 0) {
        /* full: it will stop anyway */
    }
    signal(sig, SIG_DFL); /* a second one ends it at once */
    errno = kept;
}

static enum err catch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal};
    sigemptyset(&sa.sa_mask);
    if (pipe2(stop_fd, O_CLOEXEC | O_NONBLOCK) != 0)
        return err_set(ERR_MEMORY, "cannot make a pipe: %s", strerror(errno));
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    return ERR_OK;
}

struct serve_ctx {
    struct cli *c;
    struct sinks sinks; /* with a hook_file; else empty */
};

static enum err on_mark(void *ctx, const struct mark *m)
{
    struct cli *c = ((struct serve_ctx *)ctx)->c;
    struct arena a;
    struct finding f;
    arena_init(&a, (size_t)64 << 20);
    enum err e = mark_say(c->store, &c->settings, m, &a, &f);
    arena_release(&a);
    return e;
}

static unsigned on_hook(void *ctx, const struct serve_call *call, const char **why)
{
    const struct serve_ctx *x = ctx;
    const struct feed_call f = {call->id, call->timestamp, call->signature, call->body, call->n};
    for (size_t i = 0; i < x->sinks.n; i++)
        if (strcmp(x->sinks.at[i].conf->name, call->sink) == 0)
            return feed_hook(x->c->store, &x->sinks.at[i], &f, (int64_t)time(NULL), why);
    *why = "there is no such sink";
    return 404;
}

/* Sinks are read only where one takes calls: a mistake in one must not keep the inbox away. */
static enum err load_hooks(struct serve_ctx *x)
{
    bool any = false;
    for (size_t i = 0; i < x->c->settings.n_sink; i++)
        any = any || x->c->settings.sink[i].hook_file;
    return any ? sinks_load(x->c, NULL, &x->sinks) : ERR_OK;
}

int cmd_serve(struct cli *c, int argc, char **argv)
{
    struct serve *s = NULL;
    const char *users;
    struct serve_ctx x = {.c = c};
    (void)argc, (void)argv;
    enum err e = cli_store(c, STORE_WRITE);
    if (e == ERR_OK)
        e = user_file(c, &users);
    if (e == ERR_OK)
        e = load_hooks(&x);
    if (e == ERR_OK)
        e = catch_signals();
    if (e != ERR_OK)
        return cli_fail(c, e);
    const struct serve_in in = {.store = c->store, .settings = &c->settings, .listen = c->opt[OPT_LISTEN] ? c->opt[OPT_LISTEN] : LISTEN_DEFAULT,
                                .public_url = c->opt[OPT_PUBLIC_URL], .users_path = users, .link = c->opt[OPT_OPEN],
                                .operator_name = cli_who(c), .mark = on_mark, .hook = on_hook, .ctx = &x};
    e = serve_start(&s, &in);
    if (e != ERR_OK)
        return cli_fail(c, e);
    /* the first line is for programs that wait for it: the address, then the one-time link */
    printf("%s\n", serve_url(s));
    if (serve_link(s))
        printf("%s\n", serve_link(s));
    int code = cli_flush(c);
    e = code ? ERR_OK : serve_run(s, stop_fd[0]);
    serve_free(s);
    sinks_release(&x.sinks);
    return e == ERR_OK ? code : cli_fail(c, e);
}
