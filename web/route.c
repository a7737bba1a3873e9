/* Which request goes where, and who may send it. */
#include "web/web.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/when.h"
#include "web/frame.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
    ROUTE_TAIL = 1,  /* the path begins so; what follows is the handler's */
    ROUTE_BASIC = 2, /* programs may come with name and password */
    ROUTE_OWN = 4,   /* POST: the handler itself knows who sent it (a signature, say): no Origin, no CSRF token, any body */
};

struct route {
    const char *method, *path;
    enum role role; /* the least */
    unsigned flags;
    web_handler *run;
};

static const struct route routes[] = {
    {"GET", "/", ROLE_VIEWER, 0, web_inbox},
    {"GET", "/item/", ROLE_VIEWER, ROUTE_TAIL, web_item},
    {"POST", "/item/", ROLE_AGENT, ROUTE_TAIL, web_act},
    {"GET", "/figures", ROLE_VIEWER, 0, web_figures},
    {"GET", "/keys", ROLE_VIEWER, 0, web_keys},
    {"GET", "/people", ROLE_ADMIN, 0, web_people},
    {"POST", "/people", ROLE_ADMIN, 0, web_people_end},
    {"GET", "/login", ROLE_NOBODY, 0, web_login_page},
    {"POST", "/login", ROLE_NOBODY, 0, web_login},
    {"POST", "/logout", ROLE_VIEWER, 0, web_logout},
    {"GET", "/open", ROLE_NOBODY, 0, web_open_page},
    {"POST", "/open", ROLE_NOBODY, 0, web_open},
    {"POST", "/language", ROLE_NOBODY, 0, web_language},
    {"GET", "/static/", ROLE_NOBODY, ROUTE_TAIL, web_asset},
    {"POST", "/hook/", ROLE_NOBODY, ROUTE_OWN | ROUTE_TAIL, web_hook},
    {"GET", "/metrics", ROLE_VIEWER, ROUTE_BASIC, web_metrics},
    {"GET", "/feed.atom", ROLE_VIEWER, ROUTE_BASIC, web_atom},
    {"GET", "/api/queue", ROLE_VIEWER, ROUTE_BASIC, web_api_queue},
    {"GET", "/api/counts", ROLE_VIEWER, ROUTE_BASIC, web_api_counts},
    {"GET", "/api/status", ROLE_VIEWER, ROUTE_BASIC, web_api_status},
    {"GET", "/api/mention/", ROLE_VIEWER, ROUTE_BASIC | ROUTE_TAIL, web_api_mention},
    {"GET", "/api/explain/", ROLE_VIEWER, ROUTE_BASIC | ROUTE_TAIL, web_api_explain},
};

/* NULL: no such path, or *known and no such method. */
static const struct route *find(const struct request *r, const char **rest, bool *known)
{
    *known = false;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        size_t n = strlen(routes[i].path);
        bool tail = routes[i].flags & ROUTE_TAIL;
        if (tail ? strncmp(r->path, routes[i].path, n) != 0 || !r->path[n] : strcmp(r->path, routes[i].path) != 0)
            continue;
        *known = true;
        if (strcmp(routes[i].method, r->post ? "POST" : "GET") == 0) {
            *rest = r->path + n;
            return &routes[i];
        }
    }
    return NULL;
}

/* ---------------------------------------------------------------- answers */

void web_redirect(struct request *r, const char *location)
{
    r->status = 303;
    r->location = arena_strdup(&r->a, location);
}

void web_problem(struct request *r, unsigned status, const char *sentence)
{
    struct html h;
    r->status = status;
    strbuf_clear(&r->out);
    if (r->ask_basic || strncmp(r->path, "/api/", 5) == 0 || !frame_begin_plain(r, &h, _("That did not work"))) {
        r->type = "text/plain; charset=utf-8";
        strbuf_printf(&r->out, "%s\n", sentence);
        return;
    }
    html_put(&h, "h1", NULL, _("That did not work"));
    html_open(&h, "p", "lead");
    html_attr(&h, "role", "alert");
    html_text(&h, sentence);
    html_close(&h);
    html_open(&h, "p", NULL);
    html_open(&h, "a", "button");
    html_attr(&h, "href", "/");
    html_text(&h, _("To the inbox"));
    html_close(&h);
    html_close(&h);
    frame_end(r, &h);
}

void web_failed(struct request *r, enum err e)
{
    if (e == ERR_NOTFOUND) {
        web_problem(r, 404, _("There is no such mention."));
        return;
    }
    log_event(LOG_ERROR, "request", "path", r->path, "error", err_text(), NULL);
    web_problem(r, 500, _("The store could not be read or written; the server's log says why."));
}

/* ---------------------------------------------------------------- who */

static bool host_good(struct request *r)
{
    const char *host = web_header(r, "Host");
    for (size_t i = 0; host && i < r->s->n_host; i++)
        if (strcasecmp(host, r->s->host[i]) == 0)
            return true;
    return false;
}

/* Is this address one of our own pages'? */
static bool own(const struct serve *s, const char *url, bool whole)
{
    size_t n = strlen(s->url);
    if (strncasecmp(url, s->url, n) == 0 && (url[n] == '\0' || (!whole && url[n] == '/')))
        return true;
    if (s->in.public_url)
        return false;
    for (size_t i = 0; i < s->n_host; i++) {
        n = strlen(s->host[i]);
        if (strncasecmp(url, "http://", 7) == 0 && strncasecmp(url + 7, s->host[i], n) == 0 && (url[7 + n] == '\0' || (!whole && url[7 + n] == '/')))
            return true;
    }
    return false;
}

/* A POST comes from a page of ours: every browser says so in Origin; without one, Referer must. */
static bool origin_good(struct request *r)
{
    const char *origin = web_header(r, "Origin"), *referer = web_header(r, "Referer");
    if (origin)
        return own(r->s, origin, true);
    return referer && own(r->s, referer, false);
}

static const char *cookie_name(const struct request *r)
{
    return r->s->secure ? "__Host-earshot" : "earshot";
}

static void who_is_it(struct request *r)
{
    char csrf[TOKEN_BYTES];
    r->session = session_find(&r->s->sessions, &r->s->users, web_cookie(r, cookie_name(r)), clock_mono_ms());
    if (r->session) {
        r->who = arena_strdup(&r->a, r->session->who);
        r->role = r->session->role;
        r->csrf = arena_strdup(&r->a, r->session->csrf);
        return;
    }
    const char *guest = web_cookie(r, "earshot_guest");
    if (guest) {
        session_guest_csrf(&r->s->sessions, guest, csrf);
        r->csrf = arena_strdup(&r->a, csrf);
    }
}

/* Name and password of a program. false: answered already. */
static bool who_by_basic(struct request *r)
{
    char pair[USER_PASSWORD_BYTES + USER_NAME_BYTES + 4];
    const char *name, *password, *header = web_header(r, "Authorization");
    int64_t wait_s = 0;
    if (r->session || !header)
        return true;
    const struct user *u = web_basic(header, pair, sizeof pair, &name, &password)
                               ? session_basic(&r->s->sessions, &r->s->users, name, password, clock_mono_ms(), &wait_s)
                               : NULL;
    if (u) {
        r->who = arena_strdup(&r->a, u->name);
        r->role = u->role;
        return true;
    }
    log_event(LOG_WARN, "login", "what", wait_s > 0 ? "too many wrong passwords" : "a program was refused", NULL);
    r->ask_basic = wait_s == 0;
    if (wait_s > 0)
        r->retry_after = arena_printf(&r->a, "%lld", (long long)wait_s);
    web_problem(r, wait_s > 0 ? 429 : 401, wait_s > 0 ? _("Too many attempts. Wait a little.") : _("Name or password is wrong."));
    return false;
}

static void refuse(struct request *r, const struct route *route)
{
    if (r->role != ROLE_NOBODY) {
        web_problem(r, 403, _("Your role does not allow this."));
    } else if (route->flags & ROUTE_BASIC) {
        r->ask_basic = true;
        web_problem(r, 401, _("Sign in first."));
    } else if (r->post) {
        web_problem(r, 403, _("You are no longer signed in. Sign in and do it again."));
    } else {
        const char *query = strcmp(r->path, "/") == 0 ? "/login" : arena_printf(&r->a, "/login?next=%s", frame_escape(&r->a, r->path));
        web_redirect(r, query ? query : "/login");
    }
}

static bool post_good(struct request *r)
{
    if (!origin_good(r)) {
        log_event(LOG_WARN, "request", "path", r->path, "what", "a form from another site was refused", "origin", web_header(r, "Origin"), NULL);
        web_problem(r, 403, _("This form came from another site, and was refused."));
        return false;
    }
    if (!web_form_read(r)) {
        web_problem(r, r->bad_form ? 400 : 415, _("The form could not be read."));
        return false;
    }
    if (!token_equal(web_form(r, "csrf"), r->csrf)) {
        web_problem(r, 403, _("This form is too old. Go back, load the page again, and send it once more."));
        return false;
    }
    return true;
}

/* The clock, the language, and who it is. */
static void prepare(struct request *r)
{
    time_t now = (time_t)clock_now();
    struct tm tm;
    const char *lang = web_cookie(r, "earshot_lang");
    i18n_use(web_accept_language(web_header(r, "Accept-Language"), r->s->lang));
    if (lang)
        i18n_use(lang);
    r->in = (struct report_in){.store = r->s->in.store, .settings = r->s->in.settings, .now = now, .columns = 80};
    r->in.utc_offset_s = localtime_r(&now, &tm) ? tm.tm_gmtoff : 0;
    if (users_refresh(&r->s->users, r->s->in.users_path) != ERR_OK && !r->s->users_bad)
        log_event(LOG_ERROR, "users", "error", err_text(), NULL);
    r->s->users_bad = r->s->users.n == 0 && r->s->users.stamp == 0;
    who_is_it(r);
}

void web_dispatch(struct request *r)
{
    const char *rest = "";
    bool known;
    if (!host_good(r)) {
        r->status = 421;
        r->type = "text/plain; charset=utf-8";
        strbuf_puts(&r->out, "this server does not answer under that name\n");
        return;
    }
    prepare(r);
    const struct route *route = find(r, &rest, &known);
    if (!route) {
        web_problem(r, known ? 405 : 404, _("There is no such page."));
        return;
    }
    if (!web_query_good(r)) {
        web_problem(r, 400, _("The address is not valid."));
        return;
    }
    if ((route->flags & ROUTE_BASIC) && !who_by_basic(r))
        return;
    if (r->role < route->role) {
        refuse(r, route);
        return;
    }
    if (r->post && !(route->flags & ROUTE_OWN) && !post_good(r))
        return;
    route->run(r, rest);
}
