/* Do the settings of a sink fit its recipe, and does the other side know us? Nothing is changed there. */
#include "feed/engine.h"

#include "base/limits.h"
#include "feed/answer.h"
#include "feed/sign.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool host_listed(const struct settings *s, const char *host)
{
    size_t n = strlen(host);
    for (size_t i = 0; i < s->n_sink_host; i++) {
        const char *p = s->sink_hosts[i];
        size_t len = strlen(p);
        if (strcasecmp(p, host) == 0 || (p[0] == '*' && p[1] == '.' && n > len - 1 && strcasecmp(host + n - (len - 1), p + 1) == 0))
            return true;
    }
    return s->n_sink_host == 0;
}

/* No secrets and no odd schemes in an address that is shown and logged. */
static const char *url_wrong(const struct settings *settings, const struct sink_spec *s, struct arena *a)
{
    const char *url = s->conf->url, *wrong = NULL;
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL, *user = NULL;
    bool mail = s->recipe.kind == KIND_MAIL;
    if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        wrong = arena_printf(a, "url = \"%s\" is no address", url);
    else if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
        wrong = "url holds a user name or password; put them into token_file";
    else if (strncmp(scheme, mail ? "smtp" : "http", 4) != 0)
        wrong = arena_printf(a, "url = \"%s\": recipe \"%s\" wants %s", url, s->recipe.name, mail ? "smtp:// or smtps://" : "https:// or http://");
    else if (!host_listed(settings, host))
        wrong = arena_printf(a, "url = \"%s\": the host %s is not among sink_hosts", url, host);
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_url_cleanup(u);
    return wrong;
}

static bool option_known(const struct recipe *r, const char *pair)
{
    size_t n = strcspn(pair, "=");
    for (size_t i = 0; i < r->option.n; i++)
        if (strcspn(r->option.at[i], "=") == n && strncmp(r->option.at[i], pair, n) == 0)
            return pair[n] == '=';
    return false;
}

static bool event_known(const char *type)
{
    for (size_t i = 0; recipe_event_types[i]; i++)
        if (strcmp(recipe_event_types[i], type) == 0)
            return true;
    return false;
}

const char *feed_spec_wrong(const struct settings *settings, const struct sink_spec *s, struct arena *a)
{
    const struct sink_conf *c = s->conf;
    struct vars_of of = {.settings = settings, .conf = c, .recipe = &s->recipe};
    struct vars v = vars_make(&of, a);
    for (size_t i = 0; i < c->n_set; i++)
        if (!option_known(&s->recipe, c->set[i]))
            return arena_printf(a, "set: recipe \"%s\" has no option \"%.*s\"; `earshot sink list` shows what there is", s->recipe.name, (int)strcspn(c->set[i], "="), c->set[i]);
    for (size_t i = 0; i < s->recipe.need.n; i++) {
        const char *name = s->recipe.need.at[i];
        if (v.get(&v, name))
            continue;
        if (strncmp(name, "token", 5) == 0)
            return arena_printf(a, "recipe \"%s\" needs a token_file%s", s->recipe.name, name[5] ? " of two lines" : ": the file belongs to you alone (mode 0600), its line is the token");
        return arena_printf(a, vars_is_setting(name) ? "recipe \"%s\" needs %s = \"...\"" : "recipe \"%s\" needs set = {\"%s=...\"}", s->recipe.name, name);
    }
    for (size_t i = 0; i < c->n_event; i++)
        if (!event_known(c->events[i]))
            return arena_printf(a, "events: there is no event \"%s\"", c->events[i]);
    for (int i = 0; s->recipe.sign && i < 2 && c->token[i]; i++)
        if (sign_secret_wrong(c->token[i]))
            return arena_printf(a, "token_file: line %d %s", i + 1, sign_secret_wrong(c->token[i]));
    for (int i = 0; i < 2 && c->hook[i]; i++)
        if (sign_secret_wrong(c->hook[i]))
            return arena_printf(a, "hook_file: line %d %s", i + 1, sign_secret_wrong(c->hook[i]));
    for (size_t i = 0; i < c->n_brand; i++)
        if (settings->n_brand && !settings_brand(settings, c->brands[i]))
            return arena_printf(a, "brands: there is no brand \"%s\"", c->brands[i]);
    return c->url ? url_wrong(settings, s, a) : NULL;
}

/* ---------------------------------------------------------------- the other side */

static bool expected(struct job *j, const struct vars *v)
{
    struct json_object *t = answer_read(j->answer.s, j->answer.n);
    bool all = true;
    struct strbuf b;
    strbuf_init(&b, LIMIT_KIB);
    for (size_t i = 0; i < j->request->expect.n && all; i++) {
        strbuf_clear(&b);
        all = t && template_text(&b, j->request->expect.at[i], PLACE_PLAIN, v) && (b.n == 0 || b.s[b.n - 1] == '=' || answer_fits(t, b.s, &j->a));
    }
    strbuf_release(&b);
    answer_free(t);
    return all;
}

static const char *ask_one(struct job *j, struct arena *a, bool *settings)
{
    struct vars v = vars_make(&j->of, &j->a);
    struct strbuf said;
    if (!wire_prepare(j))
        return arena_strdup(a, j->reason);
    CURLcode code = curl_easy_perform(j->easy);
    enum result r = wire_result(j, code);
    if (r == RESULT_DONE && (!j->request || expected(j, &v)))
        return NULL;
    *settings = r != RESULT_RETRY;
    strbuf_init(&said, LIMIT_KIB);
    if (r != RESULT_RETRY && j->request && j->request->fail && template_text(&said, j->request->fail, PLACE_PLAIN, &v))
        strbuf_printf(&said, "%s%s%s", j->reason[0] ? " (" : "", j->reason, j->reason[0] ? ")" : "");
    else
        strbuf_puts(&said, j->reason);
    const char *text = arena_strdup(a, said.s);
    strbuf_release(&said);
    return text;
}

const char *feed_test(const struct feed_setup *f, const struct sink_spec *spec, struct arena *a, bool *settings)
{
    struct sink s = {.spec = spec, .setup = f, .fd = -1};
    struct job j = {.sink = &s};
    const char *wrong = NULL;
    *settings = false;
    if (spec->recipe.kind == KIND_FILE || spec->recipe.kind == KIND_ATOM) {
        const char *path = spec->conf->path, *slash = strrchr(path, '/');
        const char *dir = !slash ? "." : slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
        *settings = true;
        struct stat st;
        bool folder = dir && stat(dir, &st) == 0 && S_ISDIR(st.st_mode) && access(dir, W_OK) == 0;
        return folder && (access(path, W_OK) == 0 || access(path, F_OK) != 0) ? NULL : arena_printf(a, "path = \"%s\" cannot be written", path);
    }
    arena_init(&j.a, LIMIT_PAGE_ARENA);
    strbuf_init(&j.url, LIMIT_URL_BYTES);
    strbuf_init(&j.body, LIMIT_SINK_BODY_BYTES);
    strbuf_init(&j.answer, LIMIT_SINK_ANSWER_BYTES);
    j.of = (struct vars_of){.settings = f->settings, .conf = spec->conf, .recipe = &spec->recipe, .now = feed_now_ms() / 1000};
    if (spec->recipe.kind == KIND_MAIL)
        wrong = ask_one(&j, a, settings);
    for (size_t i = 0; i < spec->recipe.n_request && !wrong; i++) {
        j.request = &spec->recipe.request[i];
        if (strncmp(j.request->name, "test", 4) == 0)
            wrong = ask_one(&j, a, settings);
    }
    wire_release(&j);
    strbuf_release(&j.url);
    strbuf_release(&j.body);
    strbuf_release(&j.answer);
    arena_release(&j.a);
    return wrong;
}
