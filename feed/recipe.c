#include "feed/recipe.h"

#include "base/conftext.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "feed/answer.h"
#include "feed/template.h"
#include "feed/vars.h"

#include <confuse.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const recipe_event_types[] = {"created", "became_worse", "became_better", "company_replied", "reply_outdated", "author_followup", "missing",
                                          "restored", "sla_due", "sla_breached", "resolved", "source_drift", NULL};

/* State of the load that is going on: libconfuse's callbacks carry no pointer of ours. One file is read at a time. */
static struct load {
    const char *path;
    struct strbuf *out;
    struct arena *a;
    struct list option;
    size_t n_mistake;
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

static void PRINTF_LIKE(2, 0) on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
    char text[800];
    vsnprintf(text, sizeof text, fmt, ap);
    mistake(cfg->line, "%s%s", text, strncmp(text, "no such option", 14) == 0 ? " (doc/FEED.md lists them)" : "");
}

/* ---------------------------------------------------------------- checks while libconfuse reads, so that a message can name its line */

static const char *last_string(cfg_opt_t *opt)
{
    unsigned n = cfg_opt_size(opt);
    const char *s = n > 0 ? cfg_opt_getnstr(opt, n - 1) : NULL;
    return s ? s : "";
}

static int check_path(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt), *wrong = cfg_opt_size(opt) ? answer_path_wrong(s) : NULL;
    if (wrong)
        mistake(cfg->line, "%s: \"%s\": %s", opt->name, s, wrong);
    return 0;
}

/* Options must be known before what uses them: the file names them first. */
static int check_option(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt);
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_"), cap = now->option.n;
    if (cfg_opt_size(opt) == 0 || (cap && strcmp(now->option.at[cap - 1], s) == 0)) /* libconfuse asks again at the end of a list */
        return 0;
    if (n == 0 || (s[n] && s[n] != '='))
        mistake(cfg->line, "option: \"%s\" is not of the form \"name=default\"", s);
    const char **grown = arena_calloc(now->a, cap + 1, sizeof *grown);
    if (grown) {
        if (cap)
            memcpy(grown, now->option.at, cap * sizeof *grown);
        grown[cap] = arena_strdup(now->a, s);
        now->option = (struct list){grown, cap + 1};
    }
    return 0;
}

static const char *text_wrong(const char *s) { return template_wrong(s, vars_known, now->option.at, now->option.n, now->a); }

static int check_text(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *wrong = cfg_opt_size(opt) ? text_wrong(last_string(opt)) : NULL;
    if (wrong)
        mistake(cfg->line, "%s: %s", opt->name, wrong);
    return 0;
}

static int check_match(cfg_t *cfg, cfg_opt_t *opt)
{
    check_path(cfg, opt);
    return check_text(cfg, opt);
}

static int check_pair(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt);
    char part = strcmp(opt->name, "header") == 0 ? ':' : '=';
    size_t n = strcspn(s, part == ':' ? ": \r\n" : "=");
    if (cfg_opt_size(opt) == 0)
        return 0;
    if (n == 0 || s[n] != part || s[strcspn(s, "\r\n")])
        mistake(cfg->line, "%s: \"%s\" is not of the form \"%s\"", opt->name, s, part == ':' ? "Name: value" : "name=value");
    return check_text(cfg, opt);
}

static int check_json(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt);
    if (cfg_opt_size(opt) == 0 || !*s)
        return 0;
    enum json_tokener_error e = json_tokener_success;
    struct json_object *t = json_tokener_parse_verbose(s, &e);
    const char *wrong = t ? template_json_wrong(t, vars_known, now->option.at, now->option.n, now->a) : json_tokener_error_desc(e);
    if (wrong)
        mistake(cfg->line, "json: %s%s", t ? "" : "the body is no JSON: ", wrong);
    answer_free(t);
    return 0;
}

static int check_method(cfg_t *cfg, cfg_opt_t *opt)
{
    static const char *const all[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    const char *s = last_string(opt);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], s) == 0)
            return 0;
    mistake(cfg->line, "method: \"%s\" is none of GET, POST, PUT, PATCH, DELETE", s);
    return 0;
}

static int check_event(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *s = last_string(opt);
    if (cfg_opt_size(opt) == 0)
        return 0;
    for (size_t i = 0; recipe_event_types[i]; i++)
        if (strcmp(recipe_event_types[i], s) == 0)
            return 0;
    mistake(cfg->line, "events: there is no event \"%s\"", s);
    return 0;
}

/* libconfuse calls it when a section closes: the line at which it stands is that of its end. */
static cfg_t *confuse_new(void)
{
#define LIST(name) CFG_STR_LIST(name, NULL, CFGF_NONE)
#define STR(name) CFG_STR(name, NULL, CFGF_NONE)
    cfg_opt_t request[] = {STR("method"), STR("url"), LIST("query"), LIST("header"), STR("json"), LIST("form"), STR("text"), STR("type"), LIST("ok"), STR("items"), STR("id"),
                           STR("status"), STR("closed"), STR("mark"), STR("match"), STR("first"), CFG_INT("overlap", 0, CFGF_NONE), CFG_INT("page_size", 0, CFGF_NONE), LIST("expect"), STR("fail"), CFG_BOOL("once", cfg_false, CFGF_NONE), CFG_BOOL("lag", cfg_false, CFGF_NONE), CFG_END()};
    cfg_opt_t sink[] = {STR("title"), STR("kind"), CFG_BOOL("live", cfg_false, CFGF_NONE), CFG_BOOL("sign", cfg_false, CFGF_NONE), LIST("option"), LIST("need"), LIST("header"),
                        LIST("closed"), LIST("busy"), LIST("events"), STR("retry_after"), STR("retry_at"),
#define X(symbol, word) LIST(word),
                        ON_LIST(X)
#undef X
                        CFG_SEC("request", request, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_END()};
    cfg_opt_t top[] = {CFG_SEC("sink", sink, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_END()};
#undef LIST
#undef STR
    static const struct { const char *name; cfg_validate_callback_t check; } checks[] = {
        {"sink|option", check_option}, {"sink|header", check_pair}, {"sink|busy", check_path}, {"sink|events", check_event}, {"sink|retry_after", check_path}, {"sink|retry_at", check_path},
        {"sink|request|method", check_method}, {"sink|request|url", check_text}, {"sink|request|query", check_pair}, {"sink|request|header", check_pair},
        {"sink|request|json", check_json}, {"sink|request|form", check_pair}, {"sink|request|text", check_text}, {"sink|request|ok", check_path},
        {"sink|request|items", check_path}, {"sink|request|id", check_path}, {"sink|request|status", check_path}, {"sink|request|closed", check_path},
        {"sink|request|mark", check_path}, {"sink|request|match", check_match}, {"sink|request|expect", check_text}, {"sink|request|fail", check_text}};
    cfg_t *cfg = cfg_init(top, CFGF_NONE);
    if (!cfg)
        return NULL;
    cfg_set_error_function(cfg, on_error);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        cfg_set_validate_func(cfg, checks[i].name, checks[i].check);
    return cfg;
}

/* ---------------------------------------------------------------- from libconfuse's tree to ours; every string has been checked by now */

static const char *take_string(cfg_t *cfg, const char *name)
{
    const char *s = cfg_getstr(cfg, name);
    return s && *s ? arena_strdup(now->a, s) : NULL;
}

static struct list take_list(cfg_t *cfg, const char *name)
{
    struct list l = {NULL, cfg_size(cfg, name)};
    l.at = arena_calloc(now->a, l.n + 1, sizeof *l.at);
    for (size_t i = 0; l.at && i < l.n; i++)
        l.at[i] = arena_strdup(now->a, cfg_getnstr(cfg, name, (unsigned)i));
    l.n = l.at ? l.n : 0;
    return l;
}

static void take_request(struct recipe_request *r, cfg_t *sec, int line)
{
    *r = (struct recipe_request){.name = arena_strdup(now->a, cfg_title(sec)), .line = line, .method = take_string(sec, "method"), .url = take_string(sec, "url"),
        .query = take_list(sec, "query"), .header = take_list(sec, "header"), .form = take_list(sec, "form"), .text = take_string(sec, "text"), .type = take_string(sec, "type"),
        .ok = take_list(sec, "ok"), .items = take_string(sec, "items"), .id = take_string(sec, "id"), .status = take_string(sec, "status"), .closed = take_string(sec, "closed"),
        .mark = take_string(sec, "mark"), .match = take_string(sec, "match"), .first = take_string(sec, "first"), .overlap_s = (int)cfg_getint(sec, "overlap"), .page_size = (int)cfg_getint(sec, "page_size"),
        .expect = take_list(sec, "expect"), .fail = take_string(sec, "fail"), .once = cfg_getbool(sec, "once"), .lag = cfg_getbool(sec, "lag")};
    const char *json = take_string(sec, "json");
    r->json = json ? json_tokener_parse(json) : NULL;
    if (!r->url)
        mistake(line, "request \"%s\" has no url", r->name);
    if (!r->method)
        r->method = r->json || r->form.n || r->text ? "POST" : "GET";
    if ((r->json != NULL) + (r->form.n > 0) + (r->text != NULL) > 1)
        mistake(line, "request \"%s\" has more than one body; keep one of json, form and text", r->name);
}

static const char *const kinds[] = {"ticket", "event", "mail", "file", "atom"};
const char *recipe_kind_word(enum recipe_kind k) { return kinds[k]; }

static void take_kind(struct recipe *r, cfg_t *sec)
{
    const char *kind = take_string(sec, "kind");
    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0) {
            r->kind = (enum recipe_kind)i;
            return;
        }
    mistake(sec->line, "kind = \"%s\": must be ticket, event, mail, file or atom", kind ? kind : "");
}

const struct recipe_request *recipe_request(const struct recipe *r, const char *name)
{
    for (size_t i = 0; i < r->n_request; i++)
        if (strcmp(r->request[i].name, name) == 0)
            return &r->request[i];
    return NULL;
}

static void take_steps(struct recipe *r, cfg_t *sec)
{
    static const char *const on[ON_COUNT] = {
#define X(symbol, word) word,
        ON_LIST(X)
#undef X
    };
    for (int i = 0; i < ON_COUNT; i++) {
        struct list names = take_list(sec, on[i]);
        r->on[i] = arena_calloc(now->a, names.n + 1, sizeof *r->on[i]);
        for (size_t k = 0; r->on[i] && k < names.n; k++) {
            const struct recipe_request *q = recipe_request(r, names.at[k]);
            if (!q)
                mistake(sec->line, "%s: there is no request \"%s\"", on[i], names.at[k]);
            else
                r->on[i][r->n_on[i]++] = q;
        }
    }
}

/* What a kind cannot do without. */
static void check_whole(const struct recipe *r, int line)
{
    const struct { enum recipe_kind kind; enum request_role role; } wanted[] = {{KIND_TICKET, REQ_FIND}, {KIND_TICKET, REQ_CREATE}, {KIND_EVENT, REQ_SEND}};
    static const char *const role[] = {
#define X(symbol, word) word,
        REQUEST_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (r->kind == wanted[i].kind && !r->role[wanted[i].role])
            mistake(line, "a sink of kind %s needs a request \"%s\"", kinds[r->kind], role[wanted[i].role]);
    if (r->kind == KIND_TICKET && r->n_on[ON_NOTE] == 0)
        mistake(line, "on_note is missing: the requests that add a comment");
    const struct recipe_request *with_id[] = {r->role[REQ_FIND], r->role[REQ_CREATE], r->role[REQ_POLL]};
    for (size_t i = 0; i < 3; i++)
        if (with_id[i] && !with_id[i]->id)
            mistake(with_id[i]->line, "request \"%s\" does not say where the ticket's id stands in the answer: id = \"/...\"", with_id[i]->name);
    if (r->kind == KIND_TICKET && r->role[REQ_FIND] && !r->role[REQ_FIND]->match)
        mistake(r->role[REQ_FIND]->line, "request \"find\" needs match = \"/...\": where the external id stands in what was found");
    if (r->role[REQ_POLL] && (!r->role[REQ_POLL]->mark || !r->role[REQ_POLL]->first))
        mistake(r->role[REQ_POLL]->line, "request \"poll\" needs mark and first: where it goes on, and where it begins");
    for (size_t i = 0; i < r->need.n; i++)
        if (!vars_is_setting(r->need.at[i]) && template_wrong(arena_printf(now->a, "{%s}", r->need.at[i]), NULL, r->option.at, r->option.n, now->a))
            mistake(line, "need: \"%s\" is neither a setting of a sink nor an option of this recipe", r->need.at[i]);
}

static void take_recipe(struct recipe *r, cfg_t *sec, const int *lines)
{
    r->name = arena_strdup(now->a, cfg_title(sec));
    r->title = take_string(sec, "title");
    take_kind(r, sec);
    r->live = cfg_getbool(sec, "live");
    r->sign = cfg_getbool(sec, "sign");
    r->option = now->option;
    r->need = take_list(sec, "need");
    r->header = take_list(sec, "header");
    r->closed = take_list(sec, "closed");
    r->busy = take_list(sec, "busy");
    r->events = take_list(sec, "events");
    r->retry_after = take_string(sec, "retry_after");
    r->retry_at = take_string(sec, "retry_at");
    size_t n = cfg_size(sec, "request");
    r->request = arena_calloc(now->a, n + 1, sizeof *r->request);
    for (; r->request && r->n_request < n; r->n_request++)
        take_request(&r->request[r->n_request], cfg_getnsec(sec, "request", (unsigned)r->n_request), lines[r->n_request]);
    static const char *const role[] = {
#define X(symbol, word) word,
        REQUEST_LIST(X)
#undef X
    };
    for (int i = 0; i < REQ_ROLES; i++)
        r->role[i] = recipe_request(r, role[i]);
    take_steps(r, sec);
    check_whole(r, 1);
}

/* Lines at which `request "..."` stands, in order: libconfuse tells none. */
#define REQUESTS_MAX 64
static size_t request_lines(const char *text, int line[REQUESTS_MAX])
{
    size_t n = 0;
    int at = 1;
    for (const char *p = text; p && *p; at++) {
        const char *word = p + strspn(p, " \t");
        if (strncmp(word, "request", 7) == 0 && strchr(" \t\"", word[7]) && word[7] && n < REQUESTS_MAX)
            line[n++] = at;
        p = strchr(p, '\n');
        p = p ? p + 1 : NULL;
    }
    return n;
}

static void parse(struct recipe *r, char *text)
{
    static int lines[REQUESTS_MAX + 1];
    int line;
    memset(lines, 0, sizeof lines);
    const char *unclean = conftext_clean(text, &line);
    if (unclean) {
        mistake(line, "%s", unclean);
        return;
    }
    request_lines(text, lines);
    cfg_t *cfg = confuse_new();
    int done = cfg ? cfg_parse_buf(cfg, text) : CFG_PARSE_ERROR;
    if (done == CFG_SUCCESS && cfg_size(cfg, "sink") != 1)
        mistake(1, "a file holds one sink: sink \"NAME\" { ... }");
    else if (done == CFG_SUCCESS && cfg_size(cfg_getnsec(cfg, "sink", 0), "request") > REQUESTS_MAX)
        mistake(1, "more than %d requests", REQUESTS_MAX);
    else if (done == CFG_SUCCESS && now->n_mistake == 0)
        take_recipe(r, cfg_getnsec(cfg, "sink", 0), lines);
    else if (now->n_mistake == 0)
        mistake(1, "cannot be read as a sink file");
    if (cfg)
        cfg_free(cfg);
}

enum err recipe_load(const char *path, struct recipe *out, struct arena *a, struct strbuf *mistakes)
{
    struct load load = {.path = path, .out = mistakes, .a = a};
    struct strbuf text;
    *out = (struct recipe){.path = path};
    strbuf_init(&text, LIMIT_CONFIG_BYTES);
    enum err e = strbuf_read_file(&text, path);
    if (e == ERR_OK) {
        now = &load;
        if (!utf8_valid(text.s, text.n) || strlen(text.s) != text.n)
            mistake(1, "not a text file in UTF-8; save it in that encoding");
        else
            parse(out, text.s);
        now = NULL;
        if (load.n_mistake)
            e = err_set(ERR_SITE, "%.*s", (int)strcspn(mistakes->s, "\n"), mistakes->s);
        else if (a->full)
            e = err_set(ERR_MEMORY, "out of memory");
    }
    strbuf_release(&text);
    return e;
}

void recipe_release(struct recipe *r)
{
    for (size_t i = 0; i < r->n_request; i++)
        answer_free(r->request[i].json);
    *r = (struct recipe){0};
}
