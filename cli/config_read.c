/* libconfuse reads the structure; every value comes as text and is understood here, so that one mistake does not hide the next. */
#include "config.h"

#include "cli/config_table.h"

#include "base/limits.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "desk/clock.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reading {
    struct settings *settings;
    struct arena *arena;
    struct mistakes *m;
    const char *base_dir;
    struct section_lines lines;
    size_t n_closed;        /* sections closed so far */
    struct brand brand;     /* the ones being filled; they close in this order: source, brand */
    struct source source;
    struct brand *brand_list;
    size_t n_brand, cap_brand, n_alias, n_source_all;
    struct source *source_list; /* of the brand being filled */
    size_t n_source, cap_source;
    struct sink_conf sink;
    struct sink_conf *sink_list;
    size_t n_sink, cap_sink;
};

/* libconfuse's callbacks carry no context. One config is read at a time, by the main thread. */
static struct reading *now_reading;

#define SETTINGS_MAX 64 /* of one section */
#define SEEN (1 << 24) /* a flag of our own on cfg_opt_t: given in this section already */

static enum section section_of(const cfg_t *cfg)
{
    for (int i = 0; i < N_SECTION; i++)
        if (strcmp(cfg->name, section_word((enum section)i)) == 0)
            return (enum section)i;
    return IN_ROOT;
}

static void *target_of(struct reading *r, enum section in)
{
    switch (in) {
    case IN_TRIAGE: return &r->settings->triage;
    case IN_DESK: return &r->settings->desk;
    case IN_BRAND: return &r->brand;
    case IN_SOURCE: return &r->source;
    case IN_SINK: return &r->sink;
    default: return r->settings;
    }
}

/* " in source "otzovik"" */
static const char *place(struct reading *r, const cfg_t *cfg)
{
    enum section in = section_of(cfg);
    if (in == IN_ROOT)
        return "";
    const char *text = cfg->title ? arena_printf(r->arena, " in %s \"%s\"", section_word(in), cfg->title) : arena_printf(r->arena, " in %s", section_word(in));
    return text ? text : "";
}

static bool text_ok(struct reading *r, const cfg_t *cfg, const char *name, const char *value)
{
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f) {
            mistake_add(r->m, cfg->line, "%s%s holds a line break or control character; keep the text between its quotes on one line", name, place(r, cfg));
            return false;
        }
    if (!utf8_valid(value, strlen(value))) { /* the file is, but "\\x94" makes a byte of its own */
        mistake_add(r->m, cfg->line, "%s%s is not UTF-8; write the letters themselves instead of \\x escapes", name, place(r, cfg));
        return false;
    }
    if (strlen(value) > LIMIT_URL_BYTES) {
        mistake_add(r->m, cfg->line, "%s%s is longer than 8 KiB", name, place(r, cfg));
        return false;
    }
    if (!*value) {
        mistake_add(r->m, cfg->line, "%s%s is empty; leave the line out instead", name, place(r, cfg));
        return false;
    }
    return true;
}

static void range(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value, double v, const char *as, const char *least, const char *most)
{
    if (v < s->min || v > s->max)
        mistake_add(r->m, cfg->line, "%s = \"%s\"%s: must be %s from %s to %s", s->name, value, place(r, cfg), as, least, most);
}

static const char *span_text(struct reading *r, double seconds)
{
    long n = (long)seconds;
    const char *t = n % 86400 == 0 && n ? arena_printf(r->arena, "%ldd", n / 86400) : n % 3600 == 0 && n ? arena_printf(r->arena, "%ldh", n / 3600)
                  : n % 60 == 0 && n    ? arena_printf(r->arena, "%ldm", n / 60) : arena_printf(r->arena, "%lds", n);
    return t ? t : "";
}

static void take_number(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value, char *to)
{
    int64_t n = 0;
    double d = 0;
    char least[32], most[32];
    snprintf(least, sizeof least, "%g", s->min);
    snprintf(most, sizeof most, "%g", s->max);
    if (s->type == SET_REAL ? value_real(value, &d) : value_int(value, &n)) {
        if (s->type == SET_INT)
            d = (double)n;
        range(r, cfg, s, value, d, s->type == SET_INT ? "a whole number" : "a number", least, most);
        if (s->type == SET_INT && d >= s->min && d <= s->max)
            *(int *)(void *)to = (int)n;
        else if (s->type == SET_REAL)
            *(double *)(void *)to = d;
        return;
    }
    mistake_add(r->m, cfg->line, "%s = \"%s\"%s: must be %s from %s to %s", s->name, value, place(r, cfg), s->type == SET_INT ? "a whole number" : "a number", least, most);
}

static void take_span(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value, char *to)
{
    int64_t ms;
    if (!value_duration_ms(value, &ms)) {
        mistake_add(r->m, cfg->line, "%s = \"%s\"%s: not a time span; write it like \"90s\", \"10m\", \"2h\" or \"1d\"", s->name, value, place(r, cfg));
        return;
    }
    range(r, cfg, s, value, (double)ms / 1000, "a time span", span_text(r, s->min), span_text(r, s->max));
    *(int64_t *)(void *)to = s->type == SET_MS ? ms : ms / 1000;
}

static void take_bytes(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value, char *to)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    double v = (double)n * (*end == 'K' || *end == 'k' ? 1024 : *end == 'M' || *end == 'm' ? 1048576 : 1);
    if (end == value || value[0] == '-' || (*end && (!strchr("KkMm", *end) || end[1]))) {
        mistake_add(r->m, cfg->line, "%s = \"%s\"%s: not a size; write it like \"512K\" or \"8M\"", s->name, value, place(r, cfg));
        return;
    }
    range(r, cfg, s, value, v, "a size", "64K", "64M");
    *(size_t *)(void *)to = (size_t)v;
}

static void take_word(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value, char *to)
{
    static const char *const lang[] = {"en", "ru", "uk"}, *const about[] = {"site", "all", "aliases"};
    const char *const *of = s->type == SET_LANG ? lang : about;
    for (int i = 0; i < 3; i++)
        if (strcmp(value, of[i]) == 0) {
            if (s->type == SET_LANG)
                *(const char **)(void *)to = lang[i];
            else
                *(enum about *)(void *)to = (enum about)i;
            return;
        }
    mistake_add(r->m, cfg->line, "%s = \"%s\"%s: must be \"%s\", \"%s\" or \"%s\"%s", s->name, value, place(r, cfg), of[0], of[1], of[2],
                s->type == SET_LANG && strcmp(value, "ua") == 0 ? " (Ukrainian is \"uk\")" : "");
}

/* Store and archive are made when they are missing; everything else must be there. */
static const char *take_path(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value)
{
    const char *path = paths_resolve(r->arena, r->base_dir, value);
    if (r->m->look && path && strcmp(s->name, "store") != 0 && strcmp(s->name, "archive") != 0 && access(path, R_OK) != 0)
        mistake_add(r->m, cfg->line, "%s: cannot read %s: %s", s->name, path, strerror(errno));
    return path;
}

static bool zone_known(struct arena *a, const char *name)
{
    struct zone z;
    return zone_load(&z, name, a);
}

static void take(struct reading *r, const cfg_t *cfg, const struct setting *s, const char *value)
{
    char *to = (char *)target_of(r, s->in) + s->at;
    const char **text = (const char **)(void *)to;
    const char *wrong = NULL;
    if (!text_ok(r, cfg, s->name, value))
        return;
    switch (s->type) {
    case SET_STR:
        if (s->in == IN_DESK && !zone_known(r->arena, value))
            mistake_add(r->m, cfg->line, "timezone = \"%s\" in desk: no such time zone; write it like \"Europe/Moscow\" (the names are those of /usr/share/zoneinfo)", value);
        *text = arena_strdup(r->arena, value);
        break;
    case SET_WRITTEN:
    case SET_TOKEN: *text = paths_resolve(r->arena, r->base_dir, value); break;
    case SET_PATH: *text = take_path(r, cfg, s, value); break;
    case SET_URL:
        if ((wrong = value_url(value)))
            mistake_add(r->m, cfg->line, "%s = \"%s\"%s: %s", s->name, value, place(r, cfg), wrong);
        *text = arena_strdup(r->arena, value);
        break;
    case SET_MS:
    case SET_S: take_span(r, cfg, s, value, to); break;
    case SET_INT:
    case SET_REAL: take_number(r, cfg, s, value, to); break;
    case SET_BYTES: take_bytes(r, cfg, s, value, to); break;
    case SET_BOOL:
        if (!value_bool(value, (bool *)(void *)to))
            mistake_add(r->m, cfg->line, "%s = \"%s\"%s: must be true or false", s->name, value, place(r, cfg));
        break;
    case SET_LANG:
    case SET_ABOUT: take_word(r, cfg, s, value, to); break;
    case SET_LIST:
    case SET_SECTION: break;
    }
}

/* A list is taken whole when its section closes. */
static void take_lists(struct reading *r, cfg_t *cfg)
{
    enum section in = section_of(cfg);
    char *base = target_of(r, in);
    for (size_t i = 0; i < n_setting; i++) {
        const struct setting *s = &setting_table[i];
        if (s->in != in || s->type != SET_LIST)
            continue;
        unsigned n = cfg_size(cfg, s->name);
        if (n > (unsigned)s->max) {
            mistake_add(r->m, cfg->line, "%s%s has %u entries; the most are %.0f", s->name, place(r, cfg), n, s->max);
            n = 0;
        }
        const char **list = arena_calloc(r->arena, n + 1, sizeof *list);
        for (unsigned k = 0; list && k < n; k++)
            list[k] = arena_strdup(r->arena, cfg_getnstr(cfg, s->name, k));
        *(const char ***)(void *)(base + s->at) = list;
        *(size_t *)(void *)(base + s->n_at) = list ? n : 0;
    }
}

/* The element of a list that has just been read. */
static void check_element(struct reading *r, cfg_t *cfg, const struct setting *s, const char *value)
{
    if (!text_ok(r, cfg, s->name, value))
        return;
    const char *wrong = strcmp(s->name, "connect_to") == 0 ? value_connect_to(value)
                      : strcmp(s->name, "hours") == 0      ? clock_hours_wrong(value)
                      : strcmp(s->name, "holidays") == 0   ? clock_holiday_wrong(value)
                                                           : NULL;
    if (wrong)
        mistake_add(r->m, cfg->line, "%s \"%s\": %s", s->name, value, wrong);
    if (strcmp(s->name, "alias") == 0 && (!value[1] || (((unsigned char)value[0] & 0xe0) == 0xc0 && !value[2])))
        mistake_add(r->m, cfg->line, "alias \"%s\"%s: one letter alone would be found everywhere", value, place(r, cfg));
}

static bool name_ok(struct reading *r, int line, const char *what, const char *name)
{
    const char *wrong = !*name ? "is empty" : strlen(name) > 100 ? "is longer than 100 bytes" : strpbrk(name, "/ \t\n\r\"\\") ? "holds a blank, / \\ or \"" : NULL;
    for (const char *p = name; *p && !wrong; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            wrong = "holds a control character";
    if (wrong)
        mistake_add(r->m, line, "the name of %s \"%.100s\" %s; use letters, digits, - and _ (a brand's title is free text)", what, name, wrong);
    return !wrong;
}

static void source_init(struct source *s)
{
    *s = (struct source){.about = ABOUT_SITE};
}

static void close_source(struct reading *r, cfg_t *sec, int line)
{
    struct source *s = &r->source;
    take_lists(r, sec);
    s->name = arena_strdup(r->arena, sec->title);
    s->line = line;
    name_ok(r, line, "source", sec->title);
    if (s->slug && s->url)
        mistake_add(r->m, line, "source \"%s\" has a slug and a url; keep one of them", sec->title);
    else if (!s->slug && !s->url)
        mistake_add(r->m, line, "source \"%s\" has no address: give it a url, or a site and a slug", sec->title);
    else if (s->slug && !s->site)
        mistake_add(r->m, line, "source \"%s\" has a slug but no site that it belongs to", sec->title);
    struct source *grown = arena_grow(r->arena, r->source_list, r->n_source, &r->cap_source, sizeof *grown);
    if (grown) {
        r->source_list = grown;
        grown[r->n_source++] = *s;
    }
    if (++r->n_source_all == LIMIT_SOURCES + 1)
        mistake_add(r->m, line, "more than %d sources", LIMIT_SOURCES);
    source_init(s);
}

static void close_brand(struct reading *r, cfg_t *sec, int line)
{
    struct brand *b = &r->brand;
    take_lists(r, sec);
    r->n_alias += b->n_alias;
    b->name = arena_strdup(r->arena, sec->title);
    name_ok(r, line, "brand", sec->title);
    for (size_t i = 0; i < r->n_source; i++) {
        r->source_list[i].brand = b->name;
        r->source_list[i].key = arena_printf(r->arena, "%s/%s", b->name, r->source_list[i].name);
    }
    b->source = r->source_list;
    b->n_source = r->n_source;
    struct brand *grown = arena_grow(r->arena, r->brand_list, r->n_brand, &r->cap_brand, sizeof *grown);
    if (grown) {
        r->brand_list = grown;
        grown[r->n_brand++] = *b;
    }
    if (r->n_brand == LIMIT_BRANDS + 1)
        mistake_add(r->m, line, "more than %d brands", LIMIT_BRANDS);
    r->source_list = NULL;
    r->n_source = r->cap_source = 0;
    *b = (struct brand){0};
}

static void close_sink(struct reading *r, cfg_t *sec, int line)
{
    struct sink_conf *s = &r->sink;
    take_lists(r, sec);
    s->name = arena_strdup(r->arena, sec->title);
    s->line = line;
    name_ok(r, line, "sink", sec->title);
    if (strcmp(sec->title, "stdout") == 0)
        mistake_add(r->m, line, "a sink cannot be called \"stdout\": that is the standard output; give it another name");
    if (!s->recipe)
        mistake_add(r->m, line, "sink \"%s\" has no recipe; name one of `earshot sink list`", sec->title);
    if (s->retry_max_ms < s->retry_min_ms)
        mistake_add(r->m, line, "sink \"%s\": retry_max is shorter than retry_min", sec->title);
    struct sink_conf *grown = arena_grow(r->arena, r->sink_list, r->n_sink, &r->cap_sink, sizeof *grown);
    if (grown) {
        r->sink_list = grown;
        grown[r->n_sink++] = *s;
    }
    if (r->n_sink == LIMIT_SINKS + 1)
        mistake_add(r->m, line, "more than %d sinks", LIMIT_SINKS);
    sink_conf_init(s);
}

static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
    struct reading *r = now_reading;
    const struct setting *s = setting_find(section_of(cfg), opt->name);
    unsigned n = cfg_opt_size(opt);
    if (!s || n == 0)
        return 0;
    if (s->type == SET_SECTION) {
        int line = r->n_closed < r->lines.n ? r->lines.line[r->n_closed] : cfg->line;
        r->n_closed++;
        if ((enum section)s->at == IN_SOURCE)
            close_source(r, cfg_opt_getnsec(opt, n - 1), line);
        else if ((enum section)s->at == IN_SINK)
            close_sink(r, cfg_opt_getnsec(opt, n - 1), line);
        else if (section_single((enum section)s->at))
            take_lists(r, cfg_opt_getnsec(opt, n - 1));
        else if ((enum section)s->at == IN_BRAND)
            close_brand(r, cfg_opt_getnsec(opt, n - 1), line);
        return 0;
    }
    if (s->type == SET_LIST) {
        check_element(r, cfg, s, cfg_opt_getnstr(opt, n - 1));
        return 0;
    }
    if (opt->flags & SEEN)
        mistake_add(r->m, cfg->line, "%s%s is given twice; keep one of them", s->name, place(r, cfg));
    opt->flags |= SEEN;
    take(r, cfg, s, cfg_opt_getnstr(opt, n - 1));
    return 0;
}

static bool sink_named(const struct reading *r, const char *name)
{
    for (size_t i = 0; i < r->n_sink; i++)
        if (strcmp(r->sink_list[i].name, name) == 0)
            return true;
    return false;
}

/* libconfuse's own complaints are about structure; it stops at the first. */
static void PRINTF_LIKE(2, 0) on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
    struct reading *r = now_reading;
    char text[512], *quote, *end;
    vsnprintf(text, sizeof text, fmt, ap);
    if (strncmp(text, "found duplicate title", 21) == 0 && (quote = strchr(text, '\'')) && (end = strrchr(text, '\'')) > quote) {
        *end = '\0';
        const char *what = strcmp(cfg->name, "brand") == 0 ? "source" : sink_named(r, quote + 1) ? "sink" : "brand";
        mistake_add(r->m, cfg->line, "a second %s \"%s\"%s; give each its own name, or make one of the two", what, quote + 1, place(r, cfg));
    } else {
        mistake_add(r->m, cfg->line, "%s%s", text, place(r, cfg));
    }
}

/* libconfuse's tables out of ours. */
static void make_options(cfg_opt_t opt[N_SECTION][SETTINGS_MAX])
{
    size_t n[N_SECTION] = {0};
    for (size_t i = n_setting; i-- > 0;) { /* backwards: subsections are made before the option that holds them */
        const struct setting *s = &setting_table[i];
        cfg_opt_t one = s->type == SET_SECTION && section_single((enum section)s->at) ? (cfg_opt_t)CFG_SEC(s->name, opt[s->at], CFGF_NODEFAULT)
                      : s->type == SET_SECTION ? (cfg_opt_t)CFG_SEC(s->name, opt[s->at], CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)
                      : s->type == SET_LIST    ? (cfg_opt_t)CFG_STR_LIST(s->name, NULL, CFGF_NODEFAULT)
                                               : (cfg_opt_t)CFG_STR(s->name, NULL, CFGF_NODEFAULT);
        one.validcb = on_value;
        ASSERT(n[s->in] < SETTINGS_MAX - 1);
        opt[s->in][n[s->in]++] = one;
    }
    for (int i = 0; i < N_SECTION; i++)
        opt[i][n[i]] = (cfg_opt_t)CFG_END();
}

static void finish(struct reading *r)
{
    struct settings *s = r->settings;
    s->brand = r->brand_list;
    s->n_brand = r->n_brand;
    s->sink = r->sink_list;
    s->n_sink = r->n_sink;
    const char *wrong;
    if (r->m->n == 0 && !clock_calendar(&s->desk, r->arena, &s->desk.calendar, &wrong))
        mistake_add(r->m, 0, "desk: %s", wrong);
    if (r->n_alias > LIMIT_ALIASES)
        mistake_add(r->m, 0, "%zu aliases in all; the most are %d", r->n_alias, LIMIT_ALIASES);
    if (!s->contact)
        mistake_add(r->m, 0, "contact is missing: a crawler must say who runs it; add contact = \"you@example.org\" (an e-mail or web address)");
    else if (!strchr(s->contact, '@') && value_url(s->contact))
        mistake_add(r->m, 0, "contact = \"%s\": must be an e-mail address or an https:// address where you can be reached", s->contact);
    else if (!s->user_agent)
        s->user_agent = arena_printf(r->arena, "earshot/" PACKAGE_VERSION " (+%s)", s->contact);
    else if (!strstr(s->user_agent, s->contact))
        s->user_agent = arena_printf(r->arena, "%s (+%s)", s->user_agent, s->contact);
    if (s->proxy && strchr(s->proxy, '@'))
        mistake_add(r->m, 0, "proxy: a user name or password in an address is refused");
    if (r->arena->full)
        mistake_add(r->m, 0, "the settings need more memory than they may take");
}

void config_read_text(struct settings *s, char *text, size_t n, struct arena *a, struct mistakes *m)
{
    static cfg_opt_t opt[N_SECTION][SETTINGS_MAX];
    struct reading r = {.settings = s, .arena = a, .m = m};
    size_t good = utf8_valid_prefix(text, n), line = 1;
    const char *slash = strrchr(m->path, '/');
    r.base_dir = slash ? arena_strndup(a, m->path, slash == m->path ? 1 : (size_t)(slash - m->path)) : ".";
    const char *bad = memchr(text, '\0', n);
    if (good < n || bad) {
        for (size_t i = 0; i < (bad && (size_t)(bad - text) < good ? (size_t)(bad - text) : good); i++)
            line += text[i] == '\n';
        mistake_add(m, (int)line, "not a text file in UTF-8; save it in that encoding");
        return;
    }
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        memcpy(text, "   ", 3);
    source_init(&r.source);
    sink_conf_init(&r.sink);
    bool parse = config_scan(text, n, &r.lines, a, m);
    if (!parse)
        return;
    make_options(opt);
    now_reading = &r;
    cfg_t *cfg = cfg_init(opt[IN_ROOT], CFGF_NONE);
    if (!cfg) {
        mistake_add(m, 0, "out of memory");
        return;
    }
    cfg_set_error_function(cfg, on_error);
    int rc = cfg_parse_buf(cfg, text);
    if (rc == CFG_SUCCESS) {
        take_lists(&r, cfg);
        finish(&r);
    }
    cfg_free(cfg);
    now_reading = NULL;
}

enum err config_read(struct settings *s, const char *path, struct arena *a, struct mistakes *m)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_CONFIG_BYTES);
    enum err e = strbuf_read_file(&b, path);
    if (e == ERR_OK) {
        s->config_path = arena_strdup(a, path);
        config_read_text(s, b.s, b.n, a, m);
    } else if (e == ERR_USAGE) {
        e = ERR_CONFIG; /* the sentence stands: it names the file and why */
    }
    strbuf_release(&b);
    return e;
}
