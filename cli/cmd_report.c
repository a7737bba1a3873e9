/* brief, queue, show, explain, report, status: the same walk, with another function of report/ at its end. */
#include "config.h"

#include "cli/cli.h"

#include "base/limits.h"
#include "base/when.h"
#include "report/report.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool wants_color(const struct cli *c)
{
    const char *when = c->opt[OPT_COLOR], *term = getenv("TERM"), *no = getenv("NO_COLOR");
    if (when && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return !c->opt[OPT_OUTPUT] && isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static int terminal_columns(void)
{
    struct winsize w;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20)
        return w.ws_col > 400 ? 400 : w.ws_col;
    const char *env = getenv("COLUMNS");
    int n = env ? atoi(env) : 0;
    return n >= 20 && n <= 400 ? n : 80;
}

/* 0 when the output goes elsewhere. */
static int terminal_rows(void)
{
    struct winsize w;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 ? w.ws_row - 1 : 0;
}

static enum err unknown_brand(struct cli *c, const char *name)
{
    size_t n = c->settings.n_brand;
    const char **known = arena_calloc(&c->arena, n + 1, sizeof *known), *near = NULL;
    for (size_t i = 0; known && i < n; i++)
        known[i] = c->settings.brand[i].name;
    if (known)
        near = suggest(name, known, n);
    return near ? err_set(ERR_USAGE, "--compare %s: there is no such brand in the settings; did you mean \"%s\"?", name, near)
                : err_set(ERR_USAGE, "--compare %s: there is no such brand in the settings", name);
}

/* Everything up to the question itself. formats: what the command can print, the default first. */
static enum err prepare(struct cli *c, struct report_in *in, const char *const *formats, const char **format)
{
    size_t n = 0, i = 0;
    while (formats[n])
        n++;
    *format = c->opt[OPT_FORMAT] ? c->opt[OPT_FORMAT] : formats[0];
    while (i < n && strcmp(formats[i], *format) != 0)
        i++;
    if (i == n) {
        struct strbuf list;
        strbuf_init(&list, 256);
        for (i = 0; i < n; i++)
            strbuf_printf(&list, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", formats[i]);
        enum err wrong = err_set(ERR_USAGE, "--format %s: must be %s", *format, list.s);
        strbuf_release(&list);
        return wrong;
    }
    enum err e = cli_store(c, c->since_last ? STORE_WRITE : STORE_READ);
    if (e != ERR_OK)
        return e;
    *in = (struct report_in){.store = c->store, .settings = &c->settings, .now = clock_now(), .since = c->since, .until = c->until, .max = c->max};
    in->color = wants_color(c);
    in->compare = c->compare.value;
    in->n_compare = c->compare.n;
    in->columns = terminal_columns();
    in->rows = terminal_rows();
    in->utc_offset_s = cli_utc_offset(in->now);
    for (size_t k = 0; k < c->compare.n; k++)
        if (!settings_brand(&c->settings, c->compare.value[k]))
            return unknown_brand(c, c->compare.value[k]);
    return cli_scope(c, &in->brand, &in->source_key);
}

/* Print or write what was made. */
static int hand_out(struct cli *c, struct strbuf *out, enum err e)
{
    int code = 0;
    if (e == ERR_OK && out->full)
        e = err_set(ERR_MEMORY, "out of memory");
    if (e == ERR_OK && c->opt[OPT_OUTPUT] && strcmp(c->opt[OPT_OUTPUT], "-") != 0)
        e = cli_write_file(c->opt[OPT_OUTPUT], out->s, out->n);
    else if (e == ERR_OK)
        code = cli_write(c, out->s, out->n);
    strbuf_release(out);
    return e == ERR_OK ? code : cli_fail(c, e);
}

typedef enum err report_fn(const struct report_in *in, const char *format, struct strbuf *out);
typedef enum err about_fn(const struct report_in *in, const char *id, const char *format, struct strbuf *out);

static int run_report(struct cli *c, const char *const *formats, report_fn *make, about_fn *about, const char *id)
{
    struct report_in in;
    struct strbuf out;
    const char *format;
    enum err e = prepare(c, &in, formats, &format);
    if (e != ERR_OK)
        return cli_fail(c, e);
    strbuf_init(&out, 1024 * LIMIT_MIB);
    e = make ? make(&in, format, &out) : about(&in, id, format, &out);
    return hand_out(c, &out, e);
}

/* The settings' contact when it is an address, else this account on this machine. */
static const char *mail_from(struct cli *c)
{
    if (c->settings.contact && !value_mail(c->settings.contact) && !strchr(c->settings.contact, ','))
        return c->settings.contact;
    char host[256] = "localhost";
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    const char *address = arena_printf(&c->arena, "earshot@%s", host);
    return address && !value_mail(address) ? address : "earshot@localhost";
}

#define LAST_OVERLAP_S 60 /* what was being stored while the last brief was read is shown again rather than never */

/* Since when a reader has read; the key of that place in *key. */
static enum err since_last(struct cli *c, struct report_in *in, const char **key)
{
    const char *who = cli_who(c);
    struct strbuf last;
    struct when at;
    if (strlen(who) > 200)
        return err_set(ERR_USAGE, "--who: a name of at most 200 bytes");
    *key = arena_printf(&c->arena, "brief:%s", who);
    if (!*key)
        return err_set(ERR_MEMORY, "out of memory");
    strbuf_init(&last, 256);
    if (store_meta_get(c->store, *key, &last) && when_parse(last.s, &at) && at.at <= in->now)
        in->since = at.at - LAST_OVERLAP_S;
    strbuf_release(&last);
    return ERR_OK;
}

int cmd_brief(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct report_in in;
    struct strbuf out;
    const char *format, *key = NULL;
    char now[WHEN_TEXT_BYTES];
    if (c->opt[OPT_MAIL] && c->opt[OPT_FORMAT])
        return cli_misuse(c, err_set(ERR_USAGE, "--mail prints text and HTML in one mail; leave out --format"));
    enum err e = prepare(c, &in, (const char *const[]){"text", "html", "json", NULL}, &format);
    if (e == ERR_OK && c->since_last)
        e = since_last(c, &in, &key);
    if (e != ERR_OK)
        return cli_fail(c, e);
    if (c->opt[OPT_MAIL]) {
        in.mail_to = c->opt[OPT_MAIL];
        in.mail_from = mail_from(c);
        in.rows = 0;
        in.columns = 78; /* RFC 5322 section 2.1.1 */
        format = "mail";
    }
    strbuf_init(&out, 1024 * LIMIT_MIB);
    int code = hand_out(c, &out, report_brief(&in, format, &out));
    if (code == 0 && key)
        code = cli_flush(c);
    if (code == 0 && key) { /* read to the end: the next one begins here */
        when_format((struct when){in.now, PRECISION_SECOND}, now);
        e = store_meta_put(c->store, key, now, strlen(now));
        code = e == ERR_OK ? 0 : cli_fail(c, e);
    }
    return code;
}

int cmd_queue(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    return run_report(c, (const char *const[]){"text", "json", "csv", NULL}, report_queue, NULL, NULL);
}

int cmd_show(struct cli *c, int argc, char **argv)
{
    (void)argc;
    return run_report(c, (const char *const[]){"text", "json", NULL}, NULL, report_show, argv[0]);
}

int cmd_explain(struct cli *c, int argc, char **argv)
{
    (void)argc;
    return run_report(c, (const char *const[]){"text", "json", NULL}, NULL, report_explain, argv[0]);
}

int cmd_report(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    if (c->since && c->until && c->since >= c->until)
        return cli_misuse(c, err_set(ERR_USAGE, "--since %s is not before --until %s", c->opt[OPT_SINCE], c->opt[OPT_UNTIL]));
    return run_report(c, (const char *const[]){"text", "html", "csv", "json", "atom", NULL}, report_period, NULL, NULL);
}

int cmd_status(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    struct report_in in;
    struct strbuf out;
    const char *format;
    int nagios = 0;
    enum err e = prepare(c, &in, (const char *const[]){"text", "json", "prom", "nagios", NULL}, &format);
    if (e != ERR_OK)
        return cli_fail(c, e);
    strbuf_init(&out, 256 * LIMIT_MIB);
    e = report_status(&in, format, &out, &nagios);
    int code = hand_out(c, &out, e);
    return code ? code : strcmp(format, "nagios") == 0 ? nagios : 0;
}
