/* Options by our own table: getopt_long takes abbreviations silently and cannot say what was meant. */
#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "base/when.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    char letter;
    const char *arg, *help;
} option_list[OPT_COUNT] = {
#define X(symbol, name, letter, arg, help) {name, letter, arg, help},
    OPTION_LIST(X)
#undef X
};

static const enum option common[] = {OPT_CONFIG, OPT_STORE, OPT_LANG, OPT_VERBOSE, OPT_QUIET, OPT_HELP, OPT_VERSION, OPT_COUNT};

static bool among(const enum option *list, enum option o)
{
    for (; *list != OPT_COUNT; list++)
        if (*list == o)
            return true;
    return false;
}

static bool takes(const struct command *cmd, enum option o) { return among(common, o) || (cmd && among(cmd->option, o)); }

/* Find --NAME (n bytes); OPT_COUNT when there is none. */
static enum option by_name(const char *name, size_t n)
{
    for (int o = 0; o < OPT_COUNT; o++)
        if (strlen(option_list[o].name) == n && memcmp(option_list[o].name, name, n) == 0)
            return (enum option)o;
    return OPT_COUNT;
}

static enum option by_letter(char letter)
{
    for (int o = 0; o < OPT_COUNT; o++)
        if (option_list[o].letter && option_list[o].letter == letter)
            return (enum option)o;
    return OPT_COUNT;
}

static enum err unknown(const struct command *cmd, const char *name, size_t n)
{
    const char *known[OPT_COUNT];
    char word[64];
    size_t k = 0;
    for (int o = 0; o < OPT_COUNT; o++)
        if (takes(cmd, (enum option)o))
            known[k++] = option_list[o].name;
    snprintf(word, sizeof word, "%.*s", (int)n, name);
    const char *near = suggest(word, known, k);
    if (near)
        return err_set(ERR_USAGE, "no such option --%s; did you mean --%s?", word, near);
    return err_set(ERR_USAGE, "no such option --%s", word);
}

static enum err repeat(struct repeated *r, const char *name, const char *value)
{
    if (r->n == CLI_REPEAT_MAX)
        return err_set(ERR_USAGE, "--%s is given more than %d times", name, CLI_REPEAT_MAX);
    r->value[r->n++] = value;
    return ERR_OK;
}

static enum err wrong(const char *name, const char *value, const char *what) { return err_set(ERR_USAGE, "--%s %s: %s", name, value, what); }

static enum err set(struct cli *c, enum option o, const char *value)
{
    const char *name = option_list[o].name, *mistake;
    int64_t n = 0;
    c->opt[o] = value ? value : "";
    if (value && !*value)
        return err_set(ERR_USAGE, "--%s needs a value, not an empty one", name);
    switch (o) {
    case OPT_VERBOSE: c->n_verbose++; return ERR_OK;
    case OPT_QUIET: c->quiet = true; return ERR_OK;
    case OPT_LANG:
        if (strcmp(value, "en") != 0 && strcmp(value, "ru") != 0 && strcmp(value, "uk") != 0)
            return wrong(name, value, "must be en, ru or uk");
        return ERR_OK;
    case OPT_SINCE:
        c->since_last = strcmp(value, "last") == 0 && c->command && strcmp(c->command->name, "brief") == 0;
        if (c->since_last)
            return ERR_OK;
        /* fallthrough */
    case OPT_UNTIL:
        if (!value_time(value, clock_now(), o == OPT_SINCE ? &c->since : &c->until))
            return wrong(name, value, "not a time; write it like 24h, 7d or 2026-02-11");
        return ERR_OK;
    case OPT_MAX:
        if (!value_int(value, &n) || n < 1 || n > 1000000000)
            return wrong(name, value, "must be a whole number from 1 on");
        c->max = (size_t)n;
        return ERR_OK;
    case OPT_MAX_TIME:
        if (!value_duration_ms(value, &n) || n < 1000)
            return wrong(name, value, "not a time span; write it like 90s, 50m or 2h");
        c->max_time_s = n / 1000;
        return ERR_OK;
    case OPT_COLOR:
        if (strcmp(value, "auto") != 0 && strcmp(value, "always") != 0 && strcmp(value, "never") != 0)
            return wrong(name, value, "must be auto, always or never");
        return ERR_OK;
    case OPT_MAIL:
        mistake = value_mail(value);
        return mistake ? wrong(name, value, mistake) : ERR_OK;
    case OPT_URL:
        mistake = value_url(value);
        return mistake ? wrong(name, value, mistake) : ERR_OK;
    case OPT_CONNECT_TO:
        mistake = value_connect_to(value);
        return mistake ? wrong(name, value, mistake) : repeat(&c->connect_to, name, value);
    case OPT_ALLOW_PRIVATE: return repeat(&c->allow_private, name, value);
    case OPT_COMPARE: return repeat(&c->compare, name, value);
    case OPT_ACCOUNT: return repeat(&c->account, name, value);
    default: return ERR_OK;
    }
}

/* --name, --name=value, --name value. *i is moved when the value is the next word. */
static enum err long_option(struct cli *c, const struct command *cmd, char **argv, int argc, int *i)
{
    const char *name = argv[*i] + 2;
    size_t n = strcspn(name, "=");
    enum option o = by_name(name, n);
    if (o == OPT_COUNT)
        return unknown(cmd, name, n);
    if (!takes(cmd, o))
        return err_set(ERR_USAGE, "%s takes no option --%s", cmd ? cmd->name : "earshot", option_list[o].name);
    if (!option_list[o].arg)
        return name[n] ? err_set(ERR_USAGE, "--%s takes no value", option_list[o].name) : set(c, o, NULL);
    if (name[n])
        return set(c, o, name + n + 1);
    if (*i + 1 >= argc)
        return err_set(ERR_USAGE, "--%s needs a value: --%s %s", option_list[o].name, option_list[o].name, option_list[o].arg);
    return set(c, o, argv[++*i]);
}

/* -x, -xy, -c value, -cvalue. */
static enum err short_options(struct cli *c, const struct command *cmd, char **argv, int argc, int *i)
{
    for (const char *p = argv[*i] + 1; *p; p++) {
        enum option o = by_letter(*p);
        if (o == OPT_COUNT || !takes(cmd, o))
            return err_set(ERR_USAGE, "no such option -%c", (unsigned char)*p > ' ' && (unsigned char)*p < 0x7f ? *p : '?');
        enum err e;
        if (!option_list[o].arg) {
            if ((e = set(c, o, NULL)) != ERR_OK)
                return e;
            continue;
        }
        if (p[1])
            return set(c, o, p + 1);
        if (*i + 1 >= argc)
            return err_set(ERR_USAGE, "-%c needs a value: -%c %s", *p, *p, option_list[o].arg);
        return set(c, o, argv[++*i]);
    }
    return ERR_OK;
}

enum err options_read(struct cli *c, int argc, char **argv, int *n_operand)
{
    bool only_operands = false;
    *n_operand = 0;
    for (int i = 0; i < argc; i++) {
        if (!utf8_valid(argv[i], strlen(argv[i])) && argv[i][0] == '-')
            return err_set(ERR_USAGE, "an option is not valid UTF-8");
        enum err e = ERR_OK;
        if (only_operands || argv[i][0] != '-' || !argv[i][1])
            argv[(*n_operand)++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            only_operands = true;
        else if (argv[i][1] == '-')
            e = long_option(c, c->command, argv, argc, &i);
        else
            e = short_options(c, c->command, argv, argc, &i);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

static void help_line(enum option o)
{
    char head[64];
    const char *arg = option_list[o].arg;
    snprintf(head, sizeof head, "  %c%c%s --%s%s%s", option_list[o].letter ? '-' : ' ', option_list[o].letter ? option_list[o].letter : ' ',
             option_list[o].letter ? "," : " ", option_list[o].name, arg ? " " : "", arg ? arg : "");
    printf("%-28s %s\n", head, _(option_list[o].help));
}

void options_help(const struct command *cmd)
{
    bool options = cmd->option && *cmd->option != OPT_COUNT;
    printf(_("usage: earshot %s [OPTION...]%s%s"), cmd->name, *cmd->args ? " " : "", cmd->args);
    printf("\n%s\n", _(cmd->help));
    if (cmd->more && *cmd->more)
        printf("\n%s\n", _(cmd->more));
    if (options)
        printf("\n%s\n", _("Options:"));
    for (const enum option *o = cmd->option; options && *o != OPT_COUNT; o++)
        help_line(*o);
    printf("\n%s\n", _("Options of all commands:"));
    for (const enum option *o = common; *o != OPT_COUNT; o++)
        help_line(*o);
}
