/* What the files of the inbox share: the server, one request, the table of routes. Private to web/.
 *
 * A request walks: server.c (bytes, limits) -> route.c (Host, route, who, role, Origin and CSRF token) -> a handler (inbox.c, item.c, action.c, login.c, figures.c, people.c, api.c),
 * which fills r->out and r->status -> server.c (headers). */
#ifndef EARSHOT_WEB_WEB_H
#define EARSHOT_WEB_WEB_H

#include "base/limits.h"
#include "base/strbuf.h"
#include "report/report.h"
#include "web/serve.h"
#include "web/session.h"
#include "web/users.h"

#define SERVE_HOSTS_MAX  6
#define SERVE_FIELDS_MAX 32

struct MHD_Daemon;
struct MHD_Connection;
struct peer; /* server.c: one open connection */
struct names; /* names.c: hashes of brands and sources */

struct serve {
    struct serve_in in;
    struct MHD_Daemon *daemon;
    int listen_fd;
    struct peer *peer; /* of all connections; a list */
    char *host[SERVE_HOSTS_MAX]; /* what Host may say */
    size_t n_host;
    bool secure; /* browsers come by https: cookies are for https only */
    char *url, *link;
    const char *lang; /* when a browser asks for none of ours */
    struct users users;
    bool users_bad; /* the file was refused, and that was said */
    struct sessions sessions;
    struct names *names;
};

struct field {
    char *name;
    struct strbuf value;
};

struct request {
    struct serve *s;
    struct MHD_Connection *c;
    const char *path; /* decoded, without the query */
    bool post;
    struct strbuf body; /* as it came */
    bool refused;       /* answered before the body was read */
    struct field field[SERVE_FIELDS_MAX]; /* of the form */
    size_t n_field;
    bool bad_form;
    struct session *session; /* NULL: not signed in */
    const char *who;         /* NULL */
    enum role role;
    const char *csrf;
    struct report_in in; /* for report/: store, settings, clock */
    struct arena a;
    int64_t began_us, began_cpu_us, rows_us;
    /* the answer */
    unsigned status;
    struct strbuf out;
    const char *type, *location, *etag, *retry_after, *total;
    const char *cookie[3];
    size_t n_cookie;
    bool ask_basic; /* 401: name and password of a program are wanted */
};

/* ---- request.c ---- */
int64_t web_clock_us(void);
int64_t web_cpu_us(void); /* of this thread: says more than the clock on a busy machine */
/* Of the query; NULL when absent or empty. */
const char *web_query(struct request *r, const char *name);
/* Of the form; NULL when absent or empty. */
const char *web_form(struct request *r, const char *name);
/* false: the query is not UTF-8. */
bool web_query_good(struct request *r);
/* Reads r->body into r->field; false: not a form, or too much in it. */
bool web_form_read(struct request *r);
const char *web_header(struct request *r, const char *name);
const char *web_cookie(struct request *r, const char *name);
/* Sent with the answer. age_s < 0: until the browser is closed; 0: gone at once. */
void web_set_cookie(struct request *r, const char *name, const char *value, long age_s, bool strict);
/* The best of en, ru, uk in an Accept-Language header (RFC 9110, 12.5.4); fallback when there is none. */
const char *web_accept_language(const char *header, const char *fallback);
/* "[::1]:8080" into host and port; false when it is no address. */
bool web_address(const char *text, char host[64], int *port);
/* The user's name and password in "Basic ..."; both NUL-terminated in out. false when it is none. */
bool web_basic(const char *header, char *out, size_t n, const char **name, const char **password);

/* ---- route.c ---- */
void web_dispatch(struct request *r);
void web_redirect(struct request *r, const char *location); /* 303; copied */
/* A page with one sentence, in the language of r. */
void web_problem(struct request *r, unsigned status, const char *sentence);
/* After a failed call: 404 for ERR_NOTFOUND, else 500 with a log line. */
void web_failed(struct request *r, enum err e);

/* ---- handlers; rest is what follows the route's path ---- */
typedef void web_handler(struct request *r, const char *rest);
web_handler web_inbox, web_item, web_act, web_login_page, web_login, web_logout, web_open_page, web_open, web_language, web_figures, web_people, web_people_end, web_keys;
web_handler web_api_queue, web_api_counts, web_api_mention, web_api_explain, web_api_status, web_metrics, web_atom, web_asset, web_hook;

#endif
