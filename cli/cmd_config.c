#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a new config goes: -c, $EARSHOT_CONFIG, XDG. */
static const char *default_place(struct cli *c)
{
    const char *env = getenv("EARSHOT_CONFIG"), *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (c->opt[OPT_CONFIG])
        return c->opt[OPT_CONFIG];
    if (env && *env)
        return env;
    if (xdg && *xdg == '/')
        return arena_printf(&c->arena, "%s/earshot/earshot.conf", xdg);
    return home && *home ? arena_printf(&c->arena, "%s/.config/earshot/earshot.conf", home) : NULL;
}

static void make_folders(struct arena *a, const char *path)
{
    char *part = arena_strdup(a, path);
    for (char *p = part ? part + 1 : NULL; p && (p = strchr(p, '/')); *p++ = '/') {
        *p = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return; /* opening the file says what is wrong */
    }
}

int cmd_config_init(struct cli *c, int argc, char **argv)
{
    const char *path = argc ? argv[0] : default_place(c);
    if (!path)
        return cli_fail(c, err_set(ERR_USAGE, "HOME is not set; name the file to write: earshot config init FILE"));
    if (strcmp(path, "-") == 0)
        return cli_write(c, config_example, strlen(config_example));
    make_folders(&c->arena, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST)
        return cli_fail(c, err_set(ERR_USAGE, "%s exists and is left as it is; name another file, or use - to print the example", path));
    if (fd < 0)
        return cli_fail(c, err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(errno)));
    FILE *f = fdopen(fd, "w");
    bool ok = f && fputs(config_example, f) >= 0 && fflush(f) == 0 && fsync(fd) == 0;
    int why = errno;
    if (f ? fclose(f) != 0 : close(fd) != 0)
        ok = false;
    if (!ok) {
        unlink(path);
        return cli_fail(c, err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(why)));
    }
    printf(_("wrote %s: edit it (contact, brands, sources), then run `earshot config check`"), path);
    putchar('\n');
    return 0;
}

/* An operand is the same as -c. */
static enum err settings_of(struct cli *c, int argc, char **argv)
{
    if (argc)
        c->opt[OPT_CONFIG] = argv[0];
    return cli_settings(c);
}

int cmd_config_check(struct cli *c, int argc, char **argv)
{
    enum err e = settings_of(c, argc, argv);
    if (e != ERR_OK)
        return cli_fail(c, e);
    size_t n_source = 0;
    for (size_t i = 0; i < c->settings.n_brand; i++) {
        const struct brand *b = &c->settings.brand[i];
        n_source += b->n_source;
        if (b->n_source == 0)
            cli_notice(c, "%s: brand \"%s\" has no source, so nothing is read for it", c->settings.config_path, b->name);
    }
    if (c->settings.n_brand == 0)
        cli_notice(c, "%s: there is no brand yet, so nothing will be read", c->settings.config_path);
    if (c->quiet)
        return 0;
    printf("%s: ", c->settings.config_path);
    printf(ngettext("%zu brand", "%zu brands", c->settings.n_brand), c->settings.n_brand);
    printf(", ");
    printf(ngettext("%zu source", "%zu sources", n_source), n_source);
    printf(", %s\n", _("no mistakes"));
    return 0;
}

int cmd_config_print(struct cli *c, int argc, char **argv)
{
    struct strbuf out;
    enum err e = settings_of(c, argc, argv);
    if (e != ERR_OK)
        return cli_fail(c, e);
    strbuf_init(&out, 64 * LIMIT_MIB);
    config_print(&c->settings, &out);
    int code = cli_write(c, out.s, out.n);
    strbuf_release(&out);
    return code;
}
