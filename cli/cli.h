/* The command line: what every command is given, and the few helpers that all of them use.
 *
 * A command is a function `int cmd_x(struct cli *c, int argc, char **argv)`: argc and argv are what is left after the options, argv[0] is the
 * first operand. It returns the exit code (base/err.h). Options are in c->opt[OPT_X]: the last value given, "" for an option that takes none, NULL when absent.
 * Everything a command prints for people passes gettext; results go to stdout, everything else to stderr as `earshot: SENTENCE`.
 * Thread: the main thread only; what cli_settings gives is never changed afterwards and may be read by all threads. */
#ifndef EARSHOT_CLI_CLI_H
#define EARSHOT_CLI_CLI_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/err.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(SYMBOL, "name", letter or 0, argument or NULL, help): every option there is; one name means the same in all commands. */
#define OPTION_LIST(X)                                                                                                         \
    X(HELP, "help", 'h', NULL, N_("print this help"))                                                                          \
    X(VERSION, "version", 'V', NULL, N_("print the version"))                                                                  \
    X(CONFIG, "config", 'c', "FILE", N_("read the settings from FILE"))                                                        \
    X(STORE, "store", 0, "DIR", N_("use the store in DIR"))                                                                    \
    X(LANG, "lang", 0, "LANG", N_("language of the output: en, ru or uk"))                                                     \
    X(VERBOSE, "verbose", 'v', NULL, N_("log what happens; twice: in detail"))                                                 \
    X(QUIET, "quiet", 'q', NULL, N_("say nothing but errors"))                                                                 \
    X(BRAND, "brand", 'b', "NAME", N_("only this brand"))                                                                      \
    X(SOURCE, "source", 's', "NAME", N_("only this source: NAME with --brand, or BRAND/NAME"))                                 \
    X(FORMAT, "format", 'f', "FORMAT", N_("how to print it"))                                                                  \
    X(SINCE, "since", 0, "TIME", N_("from this time: 24h, 7d, or a date such as 2026-02-11; for brief also: last"))            \
    X(UNTIL, "until", 0, "TIME", N_("up to this time"))                                                                        \
    X(MAX, "max", 'n', "N", N_("at most N items"))                                                                             \
    X(OUTPUT, "output", 'o', "FILE", N_("write to FILE, which is replaced only when all went well"))                           \
    X(COLOR, "color", 0, "WHEN", N_("colours: auto, always or never"))                                                         \
    X(URL, "url", 0, "URL", N_("the address the page was fetched from"))                                                       \
    X(HEADERS, "headers", 0, "FILE", N_("status line and headers of the answer, as sent"))                                     \
    X(AGENT, "agent", 0, "NAME", N_("the crawler that asks (default: earshot)"))                                               \
    X(ACCOUNT, "account", 0, "NAME", N_("name or id under which the brand answers here; may be repeated"))                     \
    X(ALL, "all", 0, NULL, N_("all sources, whether due or not"))                                                              \
    X(DUE, "due", 0, NULL, N_("only what is due (the default)"))                                                               \
    X(MAX_TIME, "max-time", 0, "TIME", N_("stop after this time, e.g. 50m; what is left stays due"))                           \
    X(WATCH, "watch", 0, NULL, N_("stay, and read each source when it is due; SIGHUP reads the settings again"))                \
    X(CONNECT_TO, "connect-to", 0, "H:P:H2:P2", N_("connect to H2:P2 instead of H:P, as curl does; may be repeated"))           \
    X(CA_FILE, "ca-file", 0, "FILE", N_("trust the certificates in FILE instead of the system's"))                             \
    X(ALLOW_PRIVATE, "allow-private", 0, "HOST", N_("HOST may have a private or loopback address; may be repeated"))           \
    X(SINK, "sink", 0, "NAME", N_("only this sink of the settings, or a name for a cursor of standard output"))                                                     \
    X(ONCE, "once", 0, NULL, N_("write what is new and end (the default)"))                                                    \
    X(FOLLOW, "follow", 0, NULL, N_("go on writing as events happen"))                                                         \
    X(NOTE, "note", 0, "TEXT", N_("a note for colleagues"))                                                                    \
    X(CAUSE, "cause", 0, "CODE", N_("what the cause was, e.g. delivery"))                                                      \
    X(WHO, "who", 0, "NAME", N_("who says so, or who reads (default: the login name)"))                                        \
    X(COMPARE, "compare", 0, "BRAND", N_("compare with this brand; may be repeated"))                                         \
    X(MAIL, "mail", 0, "ADDRESS", N_("print a whole mail to ADDRESS, for sendmail -t"))                                        \
    X(ASSIGN, "assign", 0, "NAME", N_("who is to answer"))                                                                     \
    X(HOLD, "hold", 0, NULL, N_("on hold: the clock stands still"))                                                            \
    X(UNHOLD, "unhold", 0, NULL, N_("no longer on hold: the clock goes on"))                                                   \
    X(VERDICT, "verdict", 0, "VERDICT", N_("none, watch or reply, whatever pages say; auto takes it back"))                                                                     \
    X(ARCHIVE, "archive", 0, "DIR", N_("keep every answer in DIR as WARC files; for evidence: look for them there"))                                \
    X(DRY_RUN, "dry-run", 0, NULL, N_("say what would change, and change nothing"))                                            \
    X(LISTEN, "listen", 0, "ADDR:PORT", N_("where to listen (default: 127.0.0.1:8080); port 0: any free one"))                 \
    X(PUBLIC_URL, "public-url", 0, "URL", N_("how browsers reach it through a proxy, e.g. https://inbox.example.org"))          \
    X(OPEN, "open", 0, NULL, N_("print a link that signs in once, without a user"))                                            \
    X(USERS, "users", 0, "FILE", N_("the file of users (default: users beside the settings)"))                                 \
    X(ROLE, "role", 0, "ROLE", N_("viewer, agent (the default) or admin"))                                                     \
    X(OLDER_THAN, "older-than", 0, "TIME", N_("how old, e.g. 3y or 400d"))                                                      \
    X(AUTHOR, "author", 0, "SITE:NAME", N_("whose: the site, and the author's name or id there"))                              \
    X(YES, "yes", 0, NULL, N_("do it; without it only say what would be done"))                                                \
    X(RESCORE, "rescore", 0, NULL, N_("score what is stored again, with the lexicons of today"))                                        \
    X(STABLE, "stable", 0, NULL, N_("leave out what differs between equal stores"))

enum option {
#define X(symbol, name, letter, arg, help) OPT_##symbol,
    OPTION_LIST(X)
#undef X
        OPT_COUNT
};

struct cli;
#define CLI_REPEAT_MAX 64 /* values of an option that may be repeated; more is a mistake on a command line */

/* Values of an option that may be repeated. */
struct repeated {
    const char *value[CLI_REPEAT_MAX];
    size_t n;
};

struct command {
    const char *name;  /* "crawl", or two words: "site list" */
    const char *args;  /* operands, for the usage line; "" */
    const char *help;  /* one line */
    const char *more;  /* what a reader of --help asks next; paragraphs */
    const enum option *option; /* ended by OPT_COUNT; the common ones need not stand here */
    int min_args, max_args;    /* -1 = any number */
    int (*run)(struct cli *c, int argc, char **argv);
    const char *heading; /* of the group that begins here, or NULL */
};

struct sites;
struct lexicon;
struct store;

struct cli {
    const struct command *command;
    const char *opt[OPT_COUNT];
    int n_verbose;
    struct repeated connect_to, allow_private, account, compare;
    bool quiet;
    struct arena arena;       /* for as long as the process lives */
    int64_t since, until;     /* Unix s of --since and --until; 0 = not given */
    bool since_last;          /* --since last */
    int64_t max_time_s;       /* --max-time; 0 = not given */
    size_t max;               /* --max; 0 = not given */
    /* loaded when first asked for; use the functions below */
    struct settings settings;
    bool has_settings;
    struct sites *sites;
    struct lexicon *lexicon;
    struct store *store;
};

/* The settings, checked, with the command line's own laid over them (store, connect-to, ca-file, allow-private, lang). Every source has its URL.
 * ERR_CONFIG: missing, or wrong (each mistake was printed with file:line). */
MUST_USE enum err cli_settings(struct cli *c);
/* As cli_settings, but it is no mistake when there is no file; sources are not looked up in the site files. For commands that only look. */
MUST_USE enum err cli_settings_light(struct cli *c);
/* Site files (shipped and the user's own): c->sites. Needs no settings; uses them when there are some. */
MUST_USE enum err cli_sites(struct cli *c);
/* c->lexicon. */
MUST_USE enum err cli_lexicon(struct cli *c);
/* c->store, by --store or the settings. mode: enum store_mode of store/store.h. */
MUST_USE enum err cli_store(struct cli *c, int mode);
/* --brand and --source against the settings: *source_key is "brand/source" or NULL. ERR_USAGE with a suggestion when there is no such thing. */
MUST_USE enum err cli_scope(struct cli *c, const char **brand, const char **source_key);

/* Print the sentence of e as `earshot: SENTENCE` on stderr; returns its exit code. */
int cli_fail(struct cli *c, enum err e);
/* The same for a wrong command line, with a pointer to the command's help. */
int cli_misuse(struct cli *c, enum err e);
/* Whose word this is: --who, or the login name. */
const char *cli_who(const struct cli *c);
/* Seconds east of UTC at that moment, where this machine stands. */
int64_t cli_utc_offset(int64_t now);
/* `earshot: LINE` on stderr, without control characters. */
void cli_line(const char *line);
/* One line on stderr for people, unless --quiet. */
void cli_notice(struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Write to stdout; the exit code, 74 with a sentence when it could not be written (silent when the reader has gone away). */
int cli_write(struct cli *c, const void *bytes, size_t n);
/* Flush stdout; as cli_write. */
int cli_flush(struct cli *c);
/* Write a whole file: a temporary one beside it, synced, then renamed. ERR_USAGE. */
MUST_USE enum err cli_write_file(const char *path, const void *bytes, size_t n);
void cli_release(struct cli *c);

/* Exit code when stdout cannot be written (sysexits EX_IOERR). */
#define EXIT_OUTPUT 74

/* ---- config.c and its kin ---- */

/* Mistakes in a file, each "FILE:LINE: what is wrong, and what to do". */
struct mistakes {
    const char *path;
    struct strbuf text; /* lines */
    size_t n;
    bool look;          /* also look whether the files and folders that are named can be read */
    bool tokens;        /* also read token files: for the commands that send them, or that check the settings */
};
void mistakes_init(struct mistakes *m, const char *path);
void mistakes_release(struct mistakes *m);
/* line 0 = the whole file. The same twice in a row counts once; at most 50 are kept (n goes on counting). */
void mistake_add(struct mistakes *m, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* ERR_OK when there are none; one becomes the sentence, several are printed on stderr and counted in the sentence. */
MUST_USE enum err mistakes_end(struct mistakes *m);

/* All defaults; strings in a. */
void settings_init(struct settings *s, struct arena *a);
/* Read a file into *s (settings_init first); strings in a. Mistakes go to m. ERR_CONFIG when it cannot be read at all. */
MUST_USE enum err config_read(struct settings *s, const char *path, struct arena *a, struct mistakes *m);
/* The same from memory; `text` is used up. */
void config_read_text(struct settings *s, char *text, size_t n, struct arena *a, struct mistakes *m);
/* What can only be said with the site files at hand: unknown sites, slugs; fills source->url. */
void config_sites(struct settings *s, const struct sites *sites, struct arena *a, struct mistakes *m);
/* Read a token file; what and name say whose it is. The same for a source, when it names one: at most two lines, owned by the user, for the user alone. Sets source->token. */
void config_token_read(const char *what, const char *name, int line, const char *file, const char *token[2], struct arena *a, struct mistakes *m);
void config_token(struct source *s, struct arena *a, struct mistakes *m);
/* Which file: -c, $EARSHOT_CONFIG, XDG, /etc. ERR_CONFIG with a sentence that says where it looked. given: it was named by the user. */
MUST_USE enum err config_find(const char *option, struct arena *a, const char **path, bool *given);
/* The commented example. */
extern const char config_example[];
/* Settings as a file that would give them. */
void config_print(const struct settings *s, struct strbuf *out);

/* ---- values ---- */

/* "90s" "10m" "2h" "1d" "500ms" to milliseconds; false when it is none. */
bool value_duration_ms(const char *s, int64_t *ms);
bool value_int(const char *s, int64_t *v);
bool value_real(const char *s, double *v);
bool value_bool(const char *s, bool *v);
/* NULL when s is an absolute http or https URL without a password; else what is wrong with it (static). */
const char *value_url(const char *s);
/* NULL when s has curl's form HOST:PORT:HOST2:PORT2; else what is wrong. */
const char *value_connect_to(const char *s);
/* NULL when s is an e-mail address, or several with commas between them, that can stand in a header as they are; else what is wrong. */
const char *value_mail(const char *s);
/* "24h", "7d" (before now), or a date or RFC 3339 time. */
bool value_time(const char *s, int64_t now, int64_t *at);
/* The nearest of n words by edit distance, NULL when none is near (more than a third of the letters differ). */
const char *suggest(const char *word, const char *const *of, size_t n);

/* ---- options.c ---- */

extern const struct command command_list[]; /* ended by name NULL */
/* Reads the options of `command` out of argv; operands are moved to the front and counted in *n_operand. ERR_USAGE. */
MUST_USE enum err options_read(struct cli *c, int argc, char **argv, int *n_operand);
void options_help(const struct command *cmd);

/* ---- commands ---- */
int cmd_crawl(struct cli *c, int argc, char **argv);
int cmd_replay(struct cli *c, int argc, char **argv);
int cmd_evidence(struct cli *c, int argc, char **argv);
int cmd_brief(struct cli *c, int argc, char **argv);
int cmd_queue(struct cli *c, int argc, char **argv);
int cmd_show(struct cli *c, int argc, char **argv);
int cmd_explain(struct cli *c, int argc, char **argv);
int cmd_mark(struct cli *c, int argc, char **argv);
int cmd_report(struct cli *c, int argc, char **argv);
int cmd_feed(struct cli *c, int argc, char **argv);
int cmd_serve(struct cli *c, int argc, char **argv);
int cmd_user_add(struct cli *c, int argc, char **argv);
int cmd_user_list(struct cli *c, int argc, char **argv);
int cmd_user_remove(struct cli *c, int argc, char **argv);
int cmd_sink_list(struct cli *c, int argc, char **argv);
int cmd_sink_test(struct cli *c, int argc, char **argv);
int cmd_sink_check(struct cli *c, int argc, char **argv);
int cmd_sink_retry(struct cli *c, int argc, char **argv);
int cmd_survey(struct cli *c, int argc, char **argv);
int cmd_status(struct cli *c, int argc, char **argv);
int cmd_parse(struct cli *c, int argc, char **argv);
int cmd_score(struct cli *c, int argc, char **argv);
int cmd_robots(struct cli *c, int argc, char **argv);
int cmd_site_list(struct cli *c, int argc, char **argv);
int cmd_site_save(struct cli *c, int argc, char **argv);
int cmd_site_test(struct cli *c, int argc, char **argv);
int cmd_site_check(struct cli *c, int argc, char **argv);
int cmd_config_init(struct cli *c, int argc, char **argv);
int cmd_config_check(struct cli *c, int argc, char **argv);
int cmd_config_print(struct cli *c, int argc, char **argv);
int cmd_store_check(struct cli *c, int argc, char **argv);
int cmd_store_backup(struct cli *c, int argc, char **argv);
int cmd_store_export(struct cli *c, int argc, char **argv);
int cmd_store_import(struct cli *c, int argc, char **argv);
int cmd_store_upgrade(struct cli *c, int argc, char **argv);
int cmd_store_compact(struct cli *c, int argc, char **argv);
int cmd_store_prune(struct cli *c, int argc, char **argv);
int cmd_store_erase(struct cli *c, int argc, char **argv);
int cmd_store_stat(struct cli *c, int argc, char **argv);

#endif
