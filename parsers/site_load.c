/* One site file to rules. libconfuse reads the outer form; every string inside is checked while it is read, so that a message can name its line. */
#include "parsers/rules.h"

#include "base/conftext.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/strbuf.h"

#include <confuse.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* State of the load that is going on: libconfuse's callbacks carry no pointer of ours, and its scanner is global anyway. */
static struct load {
    struct sites *sites;
    const char *path;
    struct strbuf *out;
    size_t n_mistake;
    uint64_t text_hash;
} *now;

static void mistake(int line, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void mistake(int line, const char *fmt, ...)
{
    char text[1200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    now->n_mistake++;
    strbuf_printf(now->out, "%s:%d: %s\n", now->path, line, text);
}

/* libconfuse's own messages; for an unknown option the nearest known one is added. */
static void on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
    char text[800];
    vsnprintf(text, sizeof text, fmt, ap);
    const char *from = strchr(text, '\''), *to = from != NULL ? strchr(from + 1, '\'') : NULL;
    char name[64] = "";
    if (to != NULL && (size_t)(to - from) <= sizeof name)
        snprintf(name, sizeof name, "%.*s", (int)(to - from - 1), from + 1);
    if (strncmp(text, "no such option", 14) == 0 && cfg->opts != NULL) {
        const char *list[128];
        size_t n = 0;
        for (; cfg->opts[n].name != NULL && n < 128; n++)
            list[n] = cfg->opts[n].name;
        const char *near = nearest_word(name, list, n);
        snprintf(text, sizeof text, "no such option \"%s\" in \"%s\"%s%s%s", name, cfg->name, near != NULL ? "; did you mean \"" : "",
                 near != NULL ? near : "", near != NULL ? "\"?" : " (doc/SITES.md lists them)");
    }
    mistake(cfg->line, "%s", text);
}

static const char *last_string(cfg_opt_t *opt)
{
    unsigned n = cfg_opt_size(opt);
    const char *s = n > 0 ? cfg_opt_getnstr(opt, n - 1) : NULL;
    return s != NULL ? s : "";
}

static int check_rule(cfg_t *cfg, cfg_opt_t *opt)
{
    struct rule rule;
    const char *why = NULL;
    if (cfg_opt_size(opt) > 0 && !rule_parse(now->sites, last_string(opt), &rule, &why))
        mistake(cfg->line, "%s: %s", opt->name, why);
    return 0;
}

static int check_marker(cfg_t *cfg, cfg_opt_t *opt)
{
    struct marker marker;
    const char *why = NULL;
    if (cfg_opt_size(opt) > 0 && !marker_parse(now->sites, last_string(opt), &marker, &why))
        mistake(cfg->line, "%s: %s", opt->name, why);
    return 0;
}

static int check_extra(cfg_t *cfg, cfg_opt_t *opt)
{
    struct extra extra;
    const char *why = NULL;
    if (cfg_opt_size(opt) > 0 && !extra_parse(now->sites, last_string(opt), &extra, &why))
        mistake(cfg->line, "%s: %s", opt->name, why);
    return 0;
}

static int check_xpath(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *why = NULL;
    if (cfg_opt_size(opt) > 0 && sites_add_xpath(now->sites, last_string(opt), &why) < 0)
        mistake(cfg->line, "%s: %s", opt->name, why);
    return 0;
}

static int check_word(cfg_t *cfg, cfg_opt_t *opt)
{
    static const struct {
        const char *option, *word[5];
    } allowed[] = {
        {"channel", {"review", "social", "forum", "feed", NULL}}, {"kind", {"review", "post", "comment", NULL}},
        {"about", {"all", "aliases", NULL}},                      {"format", {"html", "json", "xml", NULL}},
        {"replies", {"shown", "accounts", "unknown", NULL}},      {"method", {"GET", "POST", NULL}},
        {"token", {"required", "optional", NULL}},
    };
    const char *s = last_string(opt);
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        if (strcmp(allowed[i].option, opt->name) != 0)
            continue;
        size_t n = 0;
        for (; allowed[i].word[n] != NULL; n++)
            if (strcmp(allowed[i].word[n], s) == 0)
                return 0;
        const char *near = nearest_word(s, allowed[i].word, n);
        mistake(cfg->line, "%s cannot be \"%s\"; %s \"%s\"", opt->name, s, near != NULL ? "did you mean" : "it may be, for example,",
                near != NULL ? near : allowed[i].word[0]);
    }
    return 0;
}

static int field_by_name(const char *name)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        if (strcmp(field_info[i].name, name) == 0)
            return i;
    return -1;
}

static int check_field_name(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt), *list[FIELD_COUNT];
    if (cfg_opt_size(opt) == 0 || field_by_name(s) >= 0)
        return 0;
    for (int i = 0; i < FIELD_COUNT; i++)
        list[i] = field_info[i].name;
    const char *near = nearest_word(s, list, FIELD_COUNT);
    mistake(cfg->line, "%s: no such field \"%s\"%s%s%s", opt->name, s, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
            near != NULL ? "\"?" : "");
    return 0;
}

/* Names of headers and parameters are fixed; only values hold a token, and it never passes a line break into the request. */
static int check_request(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt), *brace = s;
    char part = strcmp(opt->name, "header") == 0 ? ':' : '=';
    size_t n = strcspn(s, ":= ");
    if (cfg_opt_size(opt) == 0)
        return 0;
    if (n == 0 || s[n] != part)
        mistake(cfg->line, "%s: \"%s\" is not of the form \"%s\"", opt->name, s, part == ':' ? "name: value" : "name=value");
    if (s[strcspn(s, "\r\n")] != '\0')
        mistake(cfg->line, "%s holds a line break", opt->name);
    while ((brace = strchr(brace, '{')) != NULL && (strncmp(brace, "{token}", 7) == 0 || strncmp(brace, "{token2}", 8) == 0))
        brace++;
    if (brace != NULL)
        mistake(cfg->line, "%s: \"%s\": only {token} and {token2} can stand in braces", opt->name, s);
    return 0;
}

static cfg_t *confuse_new(void)
{
#define LIST(name) CFG_STR_LIST(name, NULL, CFGF_NONE)
#define STR(name) CFG_STR(name, NULL, CFGF_NONE)
    cfg_opt_t read[] = {
#define X(symbol, name, type) LIST(name),
        FIELD_LIST(X)
#undef X
        STR("format"), STR("island"), LIST("without"), STR("cut_from"), STR("cut_to"), STR("html_in"), CFG_BOOL("keep_scripts", cfg_false, CFGF_NONE), LIST("item"),
        STR("skip"), LIST("total"), LIST("next"), LIST("empty"), LIST("require"), STR("replies"), STR("kind"), STR("detail_when"),
        LIST("extra"), STR("props_row"), STR("props_key"), STR("props_value"), CFG_END()};
    cfg_opt_t request[] = {STR("method"), STR("body"), LIST("header"), LIST("query"), STR("token"), CFG_END()};
    cfg_opt_t page[] = {LIST("path"), LIST("when"), LIST("empty"), CFG_SEC("request", request, CFGF_NONE), CFG_SEC("read", read, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
                        CFG_END()};
    cfg_opt_t site[] = {STR("title"), STR("channel"), STR("kind"), STR("about"), LIST("host"), STR("build"), STR("timezone"),
                        CFG_INT("poll", 0, CFGF_NONE), CFG_BOOL("generic", cfg_false, CFGF_NONE), CFG_INT("priority", 100, CFGF_NONE),
                        LIST("blocked"), CFG_SEC("page", page, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_END()};
    cfg_opt_t top[] = {CFG_SEC("site", site, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_END()};
#undef LIST
#undef STR
    cfg_t *cfg = cfg_init(top, CFGF_NONE);
    if (cfg == NULL)
        return NULL;
    cfg_set_error_function(cfg, on_error);
    char name[96];
    for (int i = 0; i < FIELD_COUNT; i++) {
        snprintf(name, sizeof name, "site|page|read|%s", field_info[i].name);
        cfg_set_validate_func(cfg, name, check_rule);
    }
    static const char *const rules[] = {"item", "total", "next"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "site|page|read|%s", rules[i]);
        cfg_set_validate_func(cfg, name, check_rule);
    }
    static const char *const xpaths[] = {"skip", "detail_when", "props_row", "props_key", "props_value", "html_in"};
    for (size_t i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "site|page|read|%s", xpaths[i]);
        cfg_set_validate_func(cfg, name, check_xpath);
    }
    cfg_set_validate_func(cfg, "site|page|read|extra", check_extra);
    cfg_set_validate_func(cfg, "site|page|read|empty", check_marker);
    cfg_set_validate_func(cfg, "site|page|read|require", check_field_name);
    cfg_set_validate_func(cfg, "site|page|when", check_marker);
    cfg_set_validate_func(cfg, "site|page|empty", check_marker);
    cfg_set_validate_func(cfg, "site|blocked", check_marker);
    static const char *const requests[] = {"site|page|request|header", "site|page|request|query", "site|page|request|body"};
    for (size_t i = 0; i < 3; i++)
        cfg_set_validate_func(cfg, requests[i], check_request);
    static const char *const words[] = {"site|channel", "site|kind", "site|about", "site|page|read|format", "site|page|read|replies",
                                        "site|page|read|kind", "site|page|request|method", "site|page|request|token"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        cfg_set_validate_func(cfg, words[i], check_word);
    return cfg;
}

/* ---- from libconfuse's tree to ours; every string has been checked by now ---- */

static const char *take_string(cfg_t *cfg, const char *name)
{
    const char *s = cfg_getstr(cfg, name);
    return s != NULL && s[0] != '\0' ? arena_strdup(&now->sites->arena, s) : NULL;
}

static const char *const *take_strings(cfg_t *cfg, const char *name, size_t *n_out)
{
    size_t n = cfg_size(cfg, name);
    const char **list = arena_calloc(&now->sites->arena, n + 1, sizeof *list);
    *n_out = list != NULL ? n : 0;
    for (size_t i = 0; i < *n_out; i++)
        list[i] = arena_strdup(&now->sites->arena, cfg_getnstr(cfg, name, (unsigned)i));
    return list;
}

static struct rules take_rules(cfg_t *cfg, const char *name)
{
    const char *why = NULL;
    size_t n = cfg_size(cfg, name), good = 0;
    struct rule *v = arena_calloc(&now->sites->arena, n, sizeof *v);
    for (size_t i = 0; v != NULL && i < n; i++)
        good += rule_parse(now->sites, cfg_getnstr(cfg, name, (unsigned)i), &v[good], &why);
    return (struct rules){v, good};
}

static struct markers take_markers(cfg_t *cfg, const char *name)
{
    const char *why = NULL;
    size_t n = cfg_size(cfg, name), good = 0;
    struct marker *v = arena_calloc(&now->sites->arena, n, sizeof *v);
    for (size_t i = 0; v != NULL && i < n; i++)
        good += marker_parse(now->sites, cfg_getnstr(cfg, name, (unsigned)i), &v[good], &why);
    return (struct markers){v, good};
}

static int take_xpath(cfg_t *cfg, const char *name)
{
    const char *why = NULL, *s = cfg_getstr(cfg, name);
    return s != NULL ? sites_add_xpath(now->sites, s, &why) : -1;
}

static void take_read(cfg_t *cfg, const struct site *site, enum mention_kind kind, struct read_rule *r)
{
    const char *why = NULL;
    r->name = arena_strdup(&now->sites->arena, cfg_title(cfg));
    r->island = take_string(cfg, "island");
    size_t n_without;
    r->without = cfg_size(cfg, "without") > 0 ? take_strings(cfg, "without", &n_without) : NULL;
    r->cut_from = take_string(cfg, "cut_from");
    r->cut_to = take_string(cfg, "cut_to");
    r->keep_scripts = cfg_getbool(cfg, "keep_scripts");
    const char *format = cfg_getstr(cfg, "format");
    r->format = r->island != NULL || (format != NULL && strcmp(format, "json") == 0) ? FORMAT_JSON
                : format != NULL && strcmp(format, "xml") == 0                       ? FORMAT_XML
                                                                                     : FORMAT_HTML;
    r->item = take_rules(cfg, "item");
    r->total = take_rules(cfg, "total");
    r->next = take_rules(cfg, "next");
    r->empty = take_markers(cfg, "empty");
    r->skip = take_xpath(cfg, "skip");
    r->detail_when = take_xpath(cfg, "detail_when");
    r->html_in = take_xpath(cfg, "html_in");
    r->props_row = take_xpath(cfg, "props_row");
    r->props_key = take_xpath(cfg, "props_key");
    r->props_value = take_xpath(cfg, "props_value");
    for (int f = 0; f < FIELD_COUNT; f++)
        r->field[f] = take_rules(cfg, field_info[f].name);
    for (unsigned i = 0; i < cfg_size(cfg, "require"); i++) {
        int f = field_by_name(cfg_getnstr(cfg, "require", i));
        if (f >= 0)
            r->required[f] = true;
    }
    r->own_require = cfg_size(cfg, "require") > 0;
    const char *own_kind = cfg_getstr(cfg, "kind");
    r->kind = own_kind != NULL ? mention_kind_parse(own_kind) : kind;
    if (r->kind == MENTION_REVIEW && strcmp(site->channel, "review") == 0 && !r->own_require)
        r->required[FIELD_RATING] = true;
    const char *replies = cfg_getstr(cfg, "replies");
    r->replies = replies == NULL ? REPLIES_UNKNOWN : strcmp(replies, "shown") == 0 ? REPLIES_SHOWN
                 : strcmp(replies, "accounts") == 0                                ? REPLIES_ACCOUNTS
                                                                                   : REPLIES_UNKNOWN;
    size_t n = cfg_size(cfg, "extra");
    struct extra *extra = arena_calloc(&now->sites->arena, n, sizeof *extra);
    for (size_t i = 0; extra != NULL && i < n; i++)
        r->n_extra += extra_parse(now->sites, cfg_getnstr(cfg, "extra", (unsigned)i), &extra[r->n_extra], &why);
    r->extra = extra;
    if (r->item.n == 0)
        mistake(cfg->line, "read \"%s\" has no \"item\": the XPath of one review or post", r->name);
    if (r->field[FIELD_ID].n == 0)
        mistake(cfg->line, "read \"%s\" has no \"id\": without it a mention has no identity", r->name);
    if (r->cut_to != NULL && r->cut_from == NULL)
        mistake(cfg->line, "read \"%s\" has cut_to without cut_from", r->name);
    if ((r->props_row >= 0) != (r->props_key >= 0) || (r->props_row >= 0) != (r->props_value >= 0))
        mistake(cfg->line, "read \"%s\": props_row, props_key and props_value go together", r->name);
}

static void take_request(cfg_t *cfg, struct request_rule *r)
{
    const char *method = cfg_getstr(cfg, "method"), *token = cfg_getstr(cfg, "token");
    r->post = method != NULL && strcmp(method, "POST") == 0;
    r->body = take_string(cfg, "body");
    r->header = take_strings(cfg, "header", &r->n_header);
    r->query = take_strings(cfg, "query", &r->n_query);
    r->token_required = token != NULL && strcmp(token, "required") == 0;
    if (r->body != NULL && !r->post)
        mistake(cfg->line, "a request with a body needs method = \"POST\"");
}

static void take_page(cfg_t *cfg, const struct site *site, enum mention_kind kind, struct page_rule *p)
{
    p->name = arena_strdup(&now->sites->arena, cfg_title(cfg));
    p->path = take_strings(cfg, "path", &p->n_path);
    p->when = take_markers(cfg, "when");
    p->empty = take_markers(cfg, "empty");
    if (cfg_size(cfg, "request") > 0)
        take_request(cfg_getsec(cfg, "request"), &p->request);
    size_t n = cfg_size(cfg, "read");
    struct read_rule *read = arena_calloc(&now->sites->arena, n, sizeof *read);
    for (size_t i = 0; read != NULL && i < n; i++)
        take_read(cfg_getnsec(cfg, "read", (unsigned)i), site, kind, &read[i]);
    p->read = read;
    p->n_read = read != NULL ? n : 0;
}

static struct site *take_site(cfg_t *cfg, const char *name)
{
    struct arena *a = &now->sites->arena;
    struct site *s = arena_calloc(a, 1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->name = arena_strdup(a, name);
    s->file = arena_strdup(a, now->path);
    s->title = take_string(cfg, "title");
    s->channel = take_string(cfg, "channel");
    if (s->channel == NULL)
        s->channel = "review";
    if (s->title == NULL)
        s->title = s->name;
    s->build = take_string(cfg, "build");
    s->timezone = take_string(cfg, "timezone");
    s->host = take_strings(cfg, "host", &s->n_host);
    s->generic = cfg_getbool(cfg, "generic");
    s->priority = cfg_getint(cfg, "priority");
    s->poll_s = cfg_getint(cfg, "poll");
    const char *about = cfg_getstr(cfg, "about");
    s->about = about != NULL ? (strcmp(about, "all") == 0 ? ABOUT_ALL : ABOUT_ALIASES) : strcmp(s->channel, "review") == 0 ? ABOUT_ALL : ABOUT_ALIASES;
    s->blocked = take_markers(cfg, "blocked");
    const char *word = cfg_getstr(cfg, "kind");
    enum mention_kind kind = word != NULL ? mention_kind_parse(word) : strcmp(s->channel, "review") == 0 ? MENTION_REVIEW : MENTION_POST;
    size_t n = cfg_size(cfg, "page");
    struct page_rule *page = arena_calloc(a, n, sizeof *page);
    for (size_t i = 0; page != NULL && i < n; i++)
        take_page(cfg_getnsec(cfg, "page", (unsigned)i), s, kind, &page[i]);
    s->page = page;
    s->n_page = page != NULL ? n : 0;
    if (s->build != NULL && strstr(s->build, "{slug}") == NULL)
        mistake(cfg->line, "build has no {slug}: where the name of the business goes in \"%s\"", s->build);
    if (name[0] != '_' && s->n_host == 0 && !s->generic)
        mistake(cfg->line, "site \"%s\" has neither \"host\" nor \"generic = yes\": it would never be used", name);
    if (name[0] != '_' && s->n_page == 0)
        mistake(cfg->line, "site \"%s\" has no \"page\"", name);
    return s;
}

static bool add_site(struct sites *s, struct site *site)
{
    struct site **list = site != NULL ? arena_grow(&s->arena, s->v, s->n, &s->cap, sizeof *list) : NULL;
    if (list == NULL)
        return false;
    s->v = list;
    s->v[s->n++] = site;
    return true;
}

static void note_hash(struct sites *s, struct site *site)
{
    site->text_hash = now->text_hash;
    if (site->name[0] == '_')
        s->shared_hash = now->text_hash;
    else if (site->generic)
        s->generic_hash += now->text_hash;
}

static void take_file(struct sites *s, cfg_t *cfg, const char *name)
{
    for (unsigned i = 0; i < cfg_size(cfg, "site"); i++) {
        cfg_t *sec = cfg_getnsec(cfg, "site", i);
        if (strcmp(cfg_title(sec), name) != 0) {
            mistake(sec->line, "site \"%s\" stands in a file named %s.site; one site a file, and their names are the same", cfg_title(sec), name);
            continue;
        }
        struct site *site = take_site(sec, name);
        if (site != NULL)
            note_hash(s, site);
        if (name[0] == '_' && site != NULL)
            s->blocked = site->blocked;
        else if (!add_site(s, site))
            mistake(1, "the site files are too large together");
    }
    if (cfg_size(cfg, "site") == 0)
        mistake(1, "there is no section site \"%s\" in this file", name);
}

bool site_load_text(struct sites *s, char *text, const char *path, const char *name, struct strbuf *out)
{
    struct load load = {s, path, out, 0, hash64_str(text)};
    now = &load;
    cfg_t *cfg = NULL;
    int line;
    const char *unclean = conftext_clean(text, &line);
    bool clean = unclean == NULL;
    if (!clean)
        mistake(line, "%s", unclean);
    cfg = clean ? confuse_new() : NULL;
    if (cfg == NULL && clean)
        mistake(1, "memory is out");
    else if (clean && cfg_parse_buf(cfg, text) == CFG_SUCCESS && load.n_mistake == 0)
        take_file(s, cfg, name);
    else if (load.n_mistake == 0)
        mistake(1, "this is not the form of a site file (doc/SITES.md)");
    cfg_free(cfg);
    now = NULL;
    return load.n_mistake == 0;
}

bool site_load_file(struct sites *s, const char *path, const char *name, struct strbuf *out)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_CONFIG_BYTES);
    bool good = false;
    if (strbuf_read_file(&text, path) != ERR_OK)
        strbuf_printf(out, "%s:1: %s\n", path, err_text());
    else if (strlen(text.s) != text.n)
        strbuf_printf(out, "%s:1: this is not a text file\n", path);
    else
        good = site_load_text(s, text.s, path, name, out);
    strbuf_release(&text);
    return good;
}
