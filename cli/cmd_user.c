/* earshot user: who may sign in to the inbox. Passwords come from the terminal or from standard input, never from the command line. */
#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/paths.h"
#include "cli/user_file.h"
#include "web/users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum err user_file(struct cli *c, const char **path)
{
    const char *given = c->opt[OPT_USERS];
    enum err e = c->has_settings ? ERR_OK : cli_settings_light(c);
    if (e != ERR_OK)
        return e;
    const char *conf = c->settings.config_path;
    if (!given && !conf)
        return err_set(ERR_USAGE, "where the users stand is not known without settings: --users FILE");
    if (given) {
        *path = given;
        return ERR_OK;
    }
    const char *slash = strrchr(conf, '/');
    *path = slash ? arena_printf(&c->arena, "%.*s/users", (int)(slash - conf), conf) : "users";
    return *path ? ERR_OK : err_set(ERR_MEMORY, "out of memory");
}

/* One line of standard input without its end. */
static bool read_line(char *out, size_t n)
{
    if (!fgets(out, (int)n, stdin))
        return false;
    size_t len = strlen(out);
    if (len > 0 && out[len - 1] == '\n')
        out[--len] = '\0';
    else if (len == n - 1)
        return false; /* longer than any password */
    if (len > 0 && out[len - 1] == '\r')
        out[len - 1] = '\0';
    return true;
}

static bool ask(const char *question, char *out, size_t n)
{
    struct termios old, quiet;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0;
    if (terminal) {
        fprintf(stderr, "%s: ", question);
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool good = read_line(out, n);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    return good;
}

/* On a terminal twice, so that a slip does not lock out. */
static enum err ask_password(char out[USER_PASSWORD_BYTES + 2])
{
    char again[USER_PASSWORD_BYTES + 2];
    if (!ask(_("Password"), out, USER_PASSWORD_BYTES + 2))
        return err_set(ERR_USAGE, "no password was given on standard input, or it is longer than %d bytes", USER_PASSWORD_BYTES - 1);
    if (!isatty(STDIN_FILENO))
        return ERR_OK;
    bool same = ask(_("Password again"), again, sizeof again) && strcmp(out, again) == 0;
    explicit_bzero(again, sizeof again);
    return same ? ERR_OK : err_set(ERR_USAGE, "the two passwords differ");
}

static enum err load(struct cli *c, struct users *u, const char **path)
{
    enum err e = user_file(c, path);
    return e == ERR_OK ? users_read(u, *path) : e;
}

int cmd_user_add(struct cli *c, int argc, char **argv)
{
    struct users u = {0};
    char password[USER_PASSWORD_BYTES + 2] = "";
    const char *path, *word = c->opt[OPT_ROLE] ? c->opt[OPT_ROLE] : "agent";
    enum role role = ROLE_NOBODY;
    (void)argc;
    enum err e = role_parse(word, &role) ? load(c, &u, &path) : err_set(ERR_USAGE, "--role %s: must be viewer, agent or admin", word);
    if (e == ERR_OK)
        e = ask_password(password);
    if (e == ERR_OK)
        e = users_put(&u, argv[0], role, password);
    explicit_bzero(password, sizeof password);
    if (e == ERR_OK)
        e = users_write(&u, path);
    users_release(&u);
    if (e != ERR_OK)
        return cli_fail(c, e);
    cli_notice(c, _("%s may sign in as %s"), argv[0], role_word(role));
    return 0;
}

int cmd_user_list(struct cli *c, int argc, char **argv)
{
    struct users u = {0};
    const char *path;
    (void)argc, (void)argv;
    enum err e = load(c, &u, &path);
    for (size_t i = 0; e == ERR_OK && i < u.n; i++)
        printf("%-6s  %s\n", role_word(u.user[i].role), u.user[i].name);
    users_release(&u);
    return e == ERR_OK ? 0 : cli_fail(c, e);
}

int cmd_user_remove(struct cli *c, int argc, char **argv)
{
    struct users u = {0};
    const char *path;
    (void)argc;
    enum err e = load(c, &u, &path);
    if (e == ERR_OK && !users_remove(&u, argv[0]))
        e = err_set(ERR_NOTFOUND, "there is no user \"%s\" in %s", argv[0], path);
    if (e == ERR_OK)
        e = users_write(&u, path);
    users_release(&u);
    return e == ERR_OK ? 0 : cli_fail(c, e);
}
