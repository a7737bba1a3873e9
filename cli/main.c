#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/when.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void print_version(void)
{
    printf("earshot " PACKAGE_VERSION "\n");
}

static void print_commands(FILE *out, const char *group)
{
    size_t n = group ? strlen(group) : 0;
    for (const struct command *cmd = command_list; cmd->name; cmd++) {
        if (group && (strncmp(cmd->name, group, n) != 0 || cmd->name[n] != ' '))
            continue;
        if (cmd->heading && !group)
            fprintf(out, "%s\n", _(cmd->heading));
        fprintf(out, "  %-14s %s\n", cmd->name, _(cmd->help));
    }
}

static int print_overview(void)
{
    printf("%s\n\n", _("usage: earshot COMMAND [OPTION...]"));
    printf("%s\n\n", _("Listens for what customers say in public about a brand and finds every negative mention that still lacks a public answer."));
    print_commands(stdout, NULL);
    printf("\n%s\n", _("First steps:\n"
                       "  earshot config init     writes a commented example of the settings; edit it\n"
                       "  earshot config check    finds the mistakes in it\n"
                       "  earshot crawl           reads the sources\n"
                       "  earshot brief           says what needs an answer\n"
                       "`earshot COMMAND --help` says more about a command."));
    return 0;
}

/* Is `word` the first word of two-word commands? */
static bool is_group(const char *word)
{
    size_t n = strlen(word);
    for (const struct command *cmd = command_list; cmd->name; cmd++)
        if (strncmp(cmd->name, word, n) == 0 && cmd->name[n] == ' ')
            return true;
    return false;
}

static const char *group_name(const char *name)
{
    static const char *const group[] = {"config", "site", "sink", "store", "user"};
    for (size_t i = 0; i < sizeof group / sizeof *group; i++)
        if (strncmp(name, group[i], strlen(group[i])) == 0)
            return group[i];
    return name;
}

/* Finds the command; *used words were its name. NULL with a sentence set when there is none. */
static const struct command *find(int argc, char **argv, int *used)
{
    const char *known[64], *second = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
    size_t n = 0;
    char want[64], one[64];
    bool group = is_group(argv[0]);
    snprintf(one, sizeof one, "%s", argv[0]);
    snprintf(want, sizeof want, group ? "%s %s" : "%s", argv[0], second);
    for (const struct command *cmd = command_list; cmd->name; cmd++) {
        if (strcmp(cmd->name, want) == 0) {
            *used = group ? 2 : 1;
            return cmd;
        }
        if (n < 64)
            known[n++] = cmd->name;
        if (!group && n < 64 && strchr(cmd->name, ' ')) /* "confg" is near to "config" */
            known[n++] = group_name(cmd->name);
    }
    const char *near = group && !*second ? NULL : suggest(want, known, n);
    if (near)
        (void)err_set(ERR_USAGE, "no such command \"%s\"; did you mean \"%s\"?", want, near);
    else if (group)
        (void)err_set(ERR_USAGE, *second ? "no such command \"%s\"; `earshot %s --help` lists them" : "\"%.0s%s\" needs a second word; `earshot %s --help` lists them", want, one, one);
    else
        (void)err_set(ERR_USAGE, "no such command \"%s\"; `earshot --help` lists them", want);
    return NULL;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run(struct cli *c, int argc, char **argv)
{
    int used = 0, n = 0;
    if (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0 || strcmp(argv[0], "help") == 0) {
        if (argc > 1 && strcmp(argv[0], "help") == 0 && (c->command = find(argc - 1, argv + 1, &used)))
            return options_help(c->command), 0;
        return print_overview(), argc == 0 ? err_exit_code(ERR_USAGE) : 0;
    }
    if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0)
        return print_version(), 0;
    if (argv[0][0] == '-')
        return cli_fail(c, err_set(ERR_USAGE, "the command comes first: earshot COMMAND %s", argv[0]));
    if (argc > 1 && is_group(argv[0]) && wants_help(1, argv + 1)) {
        printf(_("usage: earshot %s COMMAND [OPTION...]"), argv[0]);
        putchar('\n');
        return print_commands(stdout, argv[0]), 0;
    }
    c->command = find(argc, argv, &used);
    if (!c->command)
        return cli_fail(c, ERR_USAGE);
    enum err e = options_read(c, argc - used, argv + used, &n);
    i18n_init(c->opt[OPT_LANG]);
    if (c->opt[OPT_HELP])
        return options_help(c->command), 0;
    if (c->opt[OPT_VERSION])
        return print_version(), 0;
    if (e != ERR_OK)
        return cli_misuse(c, e);
    if (n < c->command->min_args)
        return cli_misuse(c, err_set(ERR_USAGE, "something is missing: earshot %s %s", c->command->name, c->command->args));
    if (c->command->max_args >= 0 && n > c->command->max_args)
        return cli_misuse(c, err_set(ERR_USAGE, "\"%s\" is one word too many for earshot %s", argv[used + c->command->max_args], c->command->name));
    log_init(c->n_verbose > 1 ? LOG_DEBUG : c->n_verbose ? LOG_INFO : c->quiet ? LOG_ERROR : LOG_WARN);
    argv[used + n] = NULL;
    return c->command->run(c, n, argv + used);
}

int main(int argc, char **argv)
{
    struct cli c = {0};
    /* A reader that has gone away shows as a failed write; sockets must not end a crawl either. */
    signal(SIGPIPE, SIG_IGN);
    arena_init(&c.arena, (size_t)1 << 30);
    log_init(LOG_WARN);
    i18n_init(NULL);
    int code = run(&c, argc - 1, argv + 1);
    int flushed = cli_flush(&c);
    cli_release(&c);
    return code ? code : flushed;
}
