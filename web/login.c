/* Coming and going: password, one-time link, language, who is here. */
#include "web/frame.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/when.h"

#include <stdio.h>
#include <string.h>

/* An address within the inbox, and nothing else. */
static const char *own_path(const char *path)
{
    bool good = path && path[0] == '/' && path[1] != '/' && path[1] != '\\' && strlen(path) < 2000;
    for (const char *p = path; good && *p; p++)
        good = (unsigned char)*p > ' ' && *p != '\\' && (unsigned char)*p < 0x7f;
    return good ? path : "/";
}

static const char *cookie_name(const struct request *r)
{
    return r->s->secure ? "__Host-earshot" : "earshot";
}

static void login_form(struct request *r, const char *problem, const char *name)
{
    const char *next = web_query(r, "next");
    struct html h;
    if (!frame_begin_plain(r, &h, _("Sign in")))
        return;
    html_open(&h, "div", "card login");
    html_put(&h, "h1", NULL, _("Sign in"));
    if (problem) {
        html_open(&h, "p", "notice bad");
        html_attr(&h, "role", "alert");
        html_text(&h, problem);
        html_close(&h);
    }
    if (r->s->users.n == 0)
        html_put(&h, "p", "soft", _("There are no users yet. Use the link that `earshot serve --open` printed, or make a user with `earshot user add`."));
    frame_form(r, &h, "/login", NULL);
    frame_hidden(&h, "next", own_path(next ? next : web_form(r, "next")));
    frame_input(&h, _("Name"), "text", "name", name ? name : "");
    html_attr(&h, "autocomplete", "username");
    html_attr(&h, "required", "required");
    html_attr(&h, "autofocus", "autofocus");
    html_attr(&h, "maxlength", "32");
    frame_input_end(&h);
    frame_input(&h, _("Password"), "password", "password", NULL);
    html_attr(&h, "autocomplete", "current-password");
    html_attr(&h, "required", "required");
    html_attr(&h, "maxlength", "255");
    frame_input_end(&h);
    frame_button(&h, "button primary wide", NULL, NULL, _("Sign in"));
    html_close(&h);
    html_close(&h);
    frame_end(r, &h);
}

void web_login_page(struct request *r, const char *rest)
{
    (void)rest;
    if (r->session)
        web_redirect(r, own_path(web_query(r, "next")));
    else
        login_form(r, NULL, NULL);
}

static void enter(struct request *r, const struct user *u, const char *who, const char *next)
{
    char token[TOKEN_BYTES];
    if (r->session)
        session_end(r->session);
    session_begin(&r->s->sessions, u, who, clock_mono_ms(), token);
    web_set_cookie(r, cookie_name(r), token, -1, true);
    web_set_cookie(r, "earshot_guest", "", 0, true);
    log_event(LOG_INFO, "login", "who", who, "by", u ? "password" : "link", NULL);
    web_redirect(r, next);
}

void web_login(struct request *r, const char *rest)
{
    const char *name = web_form(r, "name"), *password = web_form(r, "password");
    int64_t now = clock_mono_ms();
    (void)rest;
    if (!name || !password || strlen(name) >= USER_NAME_BYTES) {
        r->status = 422;
        login_form(r, _("Name or password is wrong."), NULL);
        return;
    }
    int64_t wait_s = login_wait_s(&r->s->sessions, name, now);
    if (wait_s > 0) {
        r->status = 429;
        r->retry_after = arena_printf(&r->a, "%lld", (long long)wait_s);
        log_event(LOG_WARN, "login", "who", name, "what", "too many wrong passwords", NULL);
        login_form(r, _("Too many attempts. Wait a little."), name);
        return;
    }
    const struct user *u = users_check(&r->s->users, name, password);
    login_result(&r->s->sessions, name, u != NULL, now);
    if (!u) {
        r->status = 422;
        log_event(LOG_WARN, "login", "who", name, "what", "refused", NULL);
        login_form(r, _("Name or password is wrong."), name);
        return;
    }
    enter(r, u, u->name, own_path(web_form(r, "next")));
}

void web_logout(struct request *r, const char *rest)
{
    (void)rest;
    if (r->session)
        session_end(r->session);
    web_set_cookie(r, cookie_name(r), "", 0, true);
    web_redirect(r, "/login");
}

/* A link must change nothing when it is only looked at (previews do that): it leads to a button. */
void web_open_page(struct request *r, const char *rest)
{
    const char *token = web_query(r, "token");
    struct html h;
    (void)rest;
    if (r->session) {
        web_redirect(r, "/");
        return;
    }
    if (!frame_begin_plain(r, &h, _("Sign in")))
        return;
    html_open(&h, "div", "card login");
    html_put(&h, "h1", NULL, _("Sign in"));
    html_put(&h, "p", "soft", _("This link works once, for ten minutes."));
    frame_form(r, &h, "/open", NULL);
    frame_hidden(&h, "token", token ? token : "");
    html_open(&h, "button", "button primary wide");
    html_attr(&h, "type", "submit");
    html_attr(&h, "autofocus", "autofocus");
    html_text(&h, _("Open the inbox"));
    html_close(&h);
    html_close(&h);
    html_close(&h);
    frame_end(r, &h);
}

void web_open(struct request *r, const char *rest)
{
    (void)rest;
    if (!session_link_take(&r->s->sessions, web_form(r, "token"), clock_mono_ms())) {
        log_event(LOG_WARN, "login", "what", "a link that is used up or wrong", NULL);
        web_problem(r, 403, _("This link was used already, or is too old. Start `earshot serve --open` again for a new one."));
        return;
    }
    enter(r, NULL, r->s->in.operator_name, "/");
}

void web_language(struct request *r, const char *rest)
{
    const char *lang = web_form(r, "lang");
    (void)rest;
    if (lang && (strcmp(lang, "en") == 0 || strcmp(lang, "ru") == 0 || strcmp(lang, "uk") == 0))
        web_set_cookie(r, "earshot_lang", lang, 365L * 86400, false);
    web_redirect(r, own_path(web_form(r, "next")));
}

/* ---------------------------------------------------------------- people */

void web_people(struct request *r, const char *rest)
{
    struct html h;
    fmt_buf b;
    int64_t now = clock_mono_ms();
    (void)rest;
    if (!frame_begin(r, &h, _("People"), NAV_PEOPLE, NULL))
        return;
    html_open(&h, "div", "page");
    html_put(&h, "h1", NULL, _("People"));
    html_put(&h, "p", "soft", _("Who is signed in now. Users are made and removed on the server: `earshot user`."));
    html_open(&h, "ul", "people");
    for (size_t i = 0; i < LIMIT_SERVE_SESSIONS; i++) {
        const struct session *x = &r->s->sessions.at[i];
        if (!x->used || now - x->seen_ms > SESSION_IDLE_S * INT64_C(1000))
            continue;
        html_open(&h, "li", "card");
        html_put(&h, "b", NULL, x->who);
        html_put(&h, "span", "tag", role_word(x->role));
        html_put(&h, "span", "soft", fmt_span(b, (now - x->seen_ms) / 1000));
        frame_form(r, &h, "/people", NULL);
        frame_hidden(&h, "who", x->who);
        frame_button(&h, "quiet", NULL, NULL, _("Sign out everywhere"));
        html_close(&h);
        html_close(&h);
    }
    html_close(&h);
    html_close(&h);
    frame_end(r, &h);
}

void web_people_end(struct request *r, const char *rest)
{
    const char *who = web_form(r, "who");
    (void)rest;
    if (who) {
        log_event(LOG_INFO, "login", "who", who, "what", "signed out by", "by", r->who, NULL);
        sessions_end_of(&r->s->sessions, who);
    }
    web_redirect(r, "/people");
}

void web_keys(struct request *r, const char *rest)
{
    static const char *const key[][2] = {
        {"j", N_("next item")},         {"k", N_("previous item")},           {"o", N_("open: the item, or its page on the site")},
        {"e", N_("end it: resolve")},   {"u", N_("up: back to the list")},    {"/", N_("search")},
        {"?", N_("this help")},
    };
    struct html h;
    (void)rest;
    if (!frame_begin(r, &h, _("Keys"), NAV_NONE, NULL))
        return;
    html_open(&h, "div", "page");
    html_put(&h, "h1", NULL, _("Keys"));
    html_open(&h, "dl", "keys");
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        html_open(&h, "dt", NULL);
        html_put(&h, "kbd", NULL, key[i][0]);
        html_close(&h);
        html_put(&h, "dd", NULL, _(key[i][1]));
    }
    html_close(&h);
    html_close(&h);
    frame_end(r, &h);
}
