#include "config.h"

#include "cli/cli.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Sentences quote names from outside: they reach the terminal as one line without control characters. */
void cli_line(const char *s)
{
    struct strbuf out;
    strbuf_init(&out, 8192);
    utf8_terminal(&out, s, false);
    fprintf(stderr, "earshot: %s\n", out.s);
    strbuf_release(&out);
}

int cli_fail(struct cli *c, enum err e)
{
    const char *text = err_text();
    fflush(stdout);
    (void)c;
    cli_line(*text ? text : "something failed without saying why");
    return err_exit_code(e);
}

int cli_misuse(struct cli *c, enum err e)
{
    char text[2100];
    snprintf(text, sizeof text, "%s; see `earshot %s%s--help`", err_text(), c->command ? c->command->name : "", c->command ? " " : "");
    fflush(stdout);
    cli_line(text);
    return err_exit_code(e);
}

void cli_notice(struct cli *c, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    if (c->quiet)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    cli_line(text);
}

static int output_failed(void)
{
    static bool told;
    if (errno != EPIPE && !told)
        fprintf(stderr, "earshot: cannot write to standard output: %s\n", strerror(errno));
    told = true;
    return EXIT_OUTPUT;
}

int cli_write(struct cli *c, const void *bytes, size_t n)
{
    (void)c;
    return fwrite(bytes, 1, n, stdout) == n ? 0 : output_failed();
}

int cli_flush(struct cli *c)
{
    (void)c;
    errno = EIO;
    return fflush(stdout) != 0 || ferror(stdout) ? output_failed() : 0;
}

static bool write_all(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t got = write(fd, s, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        s += got;
        n -= (size_t)got;
    }
    return true;
}

enum err cli_write_file(const char *path, const void *bytes, size_t n)
{
    char temp[4096];
    int len = snprintf(temp, sizeof temp, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof temp)
        return err_set(ERR_USAGE, "the file name %s is too long", path);
    int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(errno));
    mode_t mask = umask(0);
    umask(mask);
    bool ok = fchmod(fd, 0666 & ~mask) == 0 && write_all(fd, bytes, n) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (ok && rename(temp, path) == 0)
        return ERR_OK;
    enum err e = err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(errno));
    unlink(temp);
    return e;
}

enum err cli_scope(struct cli *c, const char **brand, const char **source_key)
{
    const struct settings *s = &c->settings;
    const char *b = c->opt[OPT_BRAND], *want = c->opt[OPT_SOURCE], *near = NULL;
    *brand = b;
    *source_key = want;
    if (s->n_brand == 0)
        return ERR_OK; /* a store looked at without settings */
    if (b && !settings_brand(s, b)) {
        const char **names = arena_calloc(&c->arena, s->n_brand, sizeof *names);
        for (size_t i = 0; names && i < s->n_brand; i++)
            names[i] = s->brand[i].name;
        near = names ? suggest(b, names, s->n_brand) : NULL;
        return near ? err_set(ERR_USAGE, "no brand \"%s\" in %s; did you mean \"%s\"?", b, s->config_path, near)
                    : err_set(ERR_USAGE, "no brand \"%s\" in %s", b, s->config_path);
    }
    if (!want)
        return ERR_OK;
    if (!strchr(want, '/')) {
        if (!b && s->n_brand > 1)
            return err_set(ERR_USAGE, "--source %s: say of which brand: --source BRAND/%s", want, want);
        *source_key = arena_printf(&c->arena, "%s/%s", b ? b : s->brand[0].name, want);
    }
    if (!*source_key)
        return err_set(ERR_MEMORY, "out of memory");
    if (!settings_source(s, *source_key))
        return err_set(ERR_USAGE, "no source \"%s\" in %s", *source_key, s->config_path);
    return ERR_OK;
}

const char *cli_who(const struct cli *c)
{
    if (c->opt[OPT_WHO])
        return c->opt[OPT_WHO];
    const struct passwd *pw = getpwuid(getuid());
    const char *sudo = getenv("SUDO_USER");
    return sudo && *sudo ? sudo : pw && pw->pw_name && *pw->pw_name ? pw->pw_name : "unknown";
}

int64_t cli_utc_offset(int64_t now)
{
    time_t t = (time_t)now;
    struct tm tm;
    return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}
