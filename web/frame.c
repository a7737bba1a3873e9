#include "web/frame.h"

#include "base/i18n.h"
#include "report/health.h"
#include "web/assets.h"

#include <stdio.h>
#include <string.h>

const char *frame_escape(struct arena *a, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, 3 * strlen(text) + 1), *p = out;
    if (!out)
        return "";
    for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
        bool plain = (*s >= '0' && *s <= '9') || ((*s | 32) >= 'a' && (*s | 32) <= 'z') || strchr("-._~/:", *s);
        if (plain) {
            *p++ = (char)*s;
        } else {
            *p++ = '%';
            *p++ = hex[*s >> 4];
            *p++ = hex[*s & 15];
        }
    }
    *p = '\0';
    return out;
}

void frame_guest(struct request *r)
{
    char cookie[TOKEN_BYTES], csrf[TOKEN_BYTES];
    if (r->csrf)
        return;
    token_make(cookie);
    session_guest_csrf(&r->s->sessions, cookie, csrf);
    web_set_cookie(r, "earshot_guest", cookie, -1, true);
    r->csrf = arena_strdup(&r->a, csrf);
}

/* ---------------------------------------------------------------- pieces */

void frame_hidden(struct html *h, const char *name, const char *value)
{
    html_open(h, "input", NULL);
    html_attr(h, "type", "hidden");
    html_attr(h, "name", name);
    html_attr(h, "value", value);
    html_void(h);
}

void frame_form(struct request *r, struct html *h, const char *action, const char *class_name)
{
    html_open(h, "form", class_name);
    html_attr(h, "method", "post");
    html_attr(h, "action", action);
    frame_hidden(h, "csrf", r->csrf);
}

void frame_input(struct html *h, const char *title, const char *type, const char *name, const char *value)
{
    html_open(h, "label", "field");
    html_put(h, "span", NULL, title);
    html_open(h, "input", NULL);
    html_attr(h, "type", type);
    html_attr(h, "name", name);
    if (value)
        html_attr(h, "value", value);
}

void frame_input_end(struct html *h)
{
    html_void(h);
    html_close(h);
}

void frame_button(struct html *h, const char *class_name, const char *name, const char *value, const char *text)
{
    html_open(h, "button", class_name);
    html_attr(h, "type", "submit");
    if (name) {
        html_attr(h, "name", name);
        html_attr(h, "value", value);
    }
    html_text(h, text);
    html_close(h);
}

void frame_option(struct html *h, const char *value, const char *text, const char *now)
{
    html_open(h, "option", NULL);
    html_attr(h, "value", value);
    if (strcmp(value, now ? now : "") == 0)
        html_attr(h, "selected", "selected");
    html_text(h, text);
    html_close(h);
}

void frame_link(struct html *h, const char *href, const char *class_name, const char *text)
{
    html_open(h, "a", class_name);
    html_attr(h, "href", href);
    html_text(h, text);
    html_close(h);
}

const char *frame_due_class(int64_t due_at, int64_t now)
{
    return due_at < now ? "tag bad" : due_at - now <= 3600 ? "tag soon" : "tag";
}

/* ---------------------------------------------------------------- the frame */

static void nav_link(struct html *h, const char *href, const char *text, bool here)
{
    html_open(h, "a", here ? "here" : NULL);
    html_attr(h, "href", href);
    if (here)
        html_attr(h, "aria-current", "page");
    html_text(h, text);
    html_close(h);
}

static void languages(struct request *r, struct html *h)
{
    static const char *const lang[][3] = {{"en", "EN", "English"}, {"ru", "RU", "Русский"}, {"uk", "UK", "Українська"}};
    frame_form(r, h, "/language", "languages");
    html_attr(h, "aria-label", _("Language"));
    frame_hidden(h, "next", r->path);
    for (size_t i = 0; i < 3; i++) {
        bool here = strcmp(lang[i][0], i18n_lang()) == 0;
        html_open(h, "button", here ? "here" : NULL);
        html_attr(h, "type", "submit");
        html_attr(h, "name", "lang");
        html_attr(h, "value", lang[i][0]);
        html_attr(h, "lang", lang[i][0]);
        html_attr(h, "title", lang[i][2]);
        if (here)
            html_attr(h, "aria-pressed", "true");
        html_text(h, lang[i][1]);
        html_close(h);
    }
    html_close(h);
}

static void search(struct html *h, const char *q)
{
    html_open(h, "form", "search");
    html_attr(h, "method", "get");
    html_attr(h, "action", "/");
    html_attr(h, "role", "search");
    frame_hidden(h, "view", "all");
    html_open(h, "input", NULL);
    html_attr(h, "type", "search");
    html_attr(h, "name", "q");
    html_attr(h, "id", "search");
    html_attr(h, "value", q);
    html_attr(h, "maxlength", "200");
    html_attr(h, "aria-label", _("Search in all mentions"));
    html_attr(h, "placeholder", _("Search: words, author, order, id"));
    html_void(h);
    html_close(h);
}

static void bar(struct request *r, struct html *h, enum nav nav, const char *q)
{
    html_open(h, "header", "bar");
    frame_link(h, "/", "brandname", "earshot");
    html_open(h, "nav", NULL);
    html_attr(h, "aria-label", _("Pages"));
    nav_link(h, "/", _("Inbox"), nav == NAV_INBOX);
    nav_link(h, "/figures", _("Figures"), nav == NAV_FIGURES);
    if (r->role >= ROLE_ADMIN)
        nav_link(h, "/people", _("People"), nav == NAV_PEOPLE);
    html_close(h);
    search(h, q);
    languages(r, h);
    html_open(h, "div", "me");
    html_put(h, "span", "who", r->who);
    frame_form(r, h, "/logout", NULL);
    frame_button(h, "quiet", NULL, NULL, _("Sign out"));
    html_close(h);
    html_close(h);
    html_close(h);
}

/* Line 1: whose silence means nothing. */
static enum err health_line(struct request *r, struct html *h)
{
    struct health health;
    struct strbuf line;
    enum err e = health_read(&r->in, &r->a, &health);
    if (e != ERR_OK)
        return e;
    bool bad = health.n_read < health.n || health.n == 0;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(&r->in, &health, &line);
    html_open(h, "div", bad ? "healthline bad" : "healthline");
    html_attr(h, "role", "status");
    html_open(h, "span", "mark");
    html_attr(h, "aria-hidden", "true");
    html_text(h, bad ? "▲" : "●");
    html_close(h);
    html_put(h, "p", NULL, line.s);
    html_close(h);
    strbuf_release(&line);
    return ERR_OK;
}

static bool begin(struct request *r, struct html *h, const char *title)
{
    const char *whole = arena_printf(&r->a, "%s · earshot", title);
    if (!html_begin_served(h, i18n_lang(), whole, asset_path(&r->a, ASSET_STYLE), asset_path(&r->a, ASSET_ICON), asset_path(&r->a, ASSET_SCRIPT))) {
        r->a.full = true;
        return false;
    }
    html_open(h, "a", "skip");
    html_attr(h, "href", "#main");
    html_text(h, _("To the contents"));
    html_close(h);
    return true;
}

bool frame_begin(struct request *r, struct html *h, const char *title, enum nav nav, const char *q)
{
    if (!begin(r, h, title))
        return false;
    enum err e = health_line(r, h);
    if (e != ERR_OK) {
        struct strbuf drop;
        strbuf_init(&drop, LIMIT_SERVE_PAGE_BYTES);
        html_end(h, &drop);
        strbuf_release(&drop);
        web_failed(r, e);
        return false;
    }
    bar(r, h, nav, q);
    html_open(h, "main", NULL);
    html_attr(h, "id", "main");
    return true;
}

bool frame_begin_plain(struct request *r, struct html *h, const char *title)
{
    frame_guest(r);
    if (!begin(r, h, title))
        return false;
    html_open(h, "header", "bar plain");
    frame_link(h, "/", "brandname", "earshot");
    languages(r, h);
    html_close(h);
    html_open(h, "main", "narrow");
    html_attr(h, "id", "main");
    return true;
}

void frame_end(struct request *r, struct html *h)
{
    html_close(h); /* main */
    html_end(h, &r->out);
}
