/* Bytes in, bytes out: the listening socket, libmicrohttpd's daemon, limits in size and time, the headers of every answer. */
#include "web/web.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/when.h"
#include "web/names.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* One open connection. A dribble of bytes keeps libmicrohttpd's own timeout away, so the whole request has a time, too. */
struct peer {
    struct peer *next, *prev;
    int fd;
    int64_t since_ms; /* of what is awaited now */
    bool answering;
    unsigned n_request;
};

/* ---------------------------------------------------------------- connections */

static void on_connection(void *ctx, struct MHD_Connection *c, void **socket_ctx, enum MHD_ConnectionNotificationCode code)
{
    struct serve *s = ctx;
    struct peer *p = *socket_ctx;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        p = calloc(1, sizeof *p);
        if (!p || !info) {
            free(p);
            return;
        }
        p->fd = info->connect_fd;
        p->since_ms = clock_mono_ms();
        p->next = s->peer;
        if (p->next)
            p->next->prev = p;
        s->peer = p;
        *socket_ctx = p;
        return;
    }
    if (!p)
        return;
    if (p->prev)
        p->prev->next = p->next;
    else
        s->peer = p->next;
    if (p->next)
        p->next->prev = p->prev;
    free(p);
}

static struct peer *peer_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Whoever takes too long is cut; libmicrohttpd sees the end and cleans up. */
static void sweep(struct serve *s)
{
    int64_t now = clock_mono_ms();
    for (struct peer *p = s->peer; p; p = p->next)
        if (now - p->since_ms > (p->answering ? LIMIT_SERVE_ANSWER_S : LIMIT_SERVE_REQUEST_S) * INT64_C(1000))
            shutdown(p->fd, SHUT_RDWR);
}

/* ---------------------------------------------------------------- one request */

static struct request *request_new(struct serve *s, struct MHD_Connection *c, const char *path)
{
    struct request *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->s = s;
    r->c = c;
    arena_init(&r->a, LIMIT_PAGE_ARENA);
    strbuf_init(&r->body, LIMIT_SERVE_BODY_BYTES);
    strbuf_init(&r->out, LIMIT_SERVE_PAGE_BYTES);
    r->path = arena_strdup(&r->a, path);
    r->type = "text/html; charset=utf-8";
    r->status = 200;
    return r;
}

static void request_free(struct request *r)
{
    for (size_t i = 0; i < r->n_field; i++) {
        sodium_memzero(r->field[i].value.s, r->field[i].value.n); /* may be a password */
        strbuf_release(&r->field[i].value);
    }
    if (r->body.n)
        sodium_memzero(r->body.s, r->body.n);
    strbuf_release(&r->body);
    strbuf_release(&r->out);
    arena_release(&r->a);
    free(r);
}

static void on_completed(void *ctx, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why)
{
    struct peer *p = peer_of(c);
    (void)ctx, (void)why;
    if (p) {
        p->since_ms = clock_mono_ms();
        p->answering = false;
    }
    if (*con_cls)
        request_free(*con_cls);
    *con_cls = NULL;
}

static void headers(struct request *r, struct MHD_Response *answer)
{
    /* no inline script or style; nothing from elsewhere */
    static const char *const always[][2] = {
        {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
                                    "base-uri 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "same-origin"}, /* with no-referrer a browser would not name the Origin of its own forms */
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    };
    char timing[160];
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        MHD_add_response_header(answer, always[i][0], always[i][1]);
    MHD_add_response_header(answer, "Content-Type", r->type);
    MHD_add_response_header(answer, "Cache-Control", r->etag ? "private, max-age=31536000, immutable" : "no-store");
    if (r->etag)
        MHD_add_response_header(answer, "ETag", r->etag);
    if (r->location)
        MHD_add_response_header(answer, "Location", r->location);
    if (r->retry_after)
        MHD_add_response_header(answer, "Retry-After", r->retry_after);
    if (r->total)
        MHD_add_response_header(answer, "X-Total-Count", r->total);
    if (r->ask_basic)
        MHD_add_response_header(answer, "WWW-Authenticate", "Basic realm=\"earshot\", charset=\"UTF-8\"");
    if (r->refused || r->status == MHD_HTTP_BAD_REQUEST) /* what comes after a request that made no sense makes none, either */
        MHD_add_response_header(answer, "Connection", "close");
    if (r->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(answer, "Allow", "GET, HEAD, POST");
    for (size_t i = 0; i < r->n_cookie; i++)
        if (r->cookie[i])
            MHD_add_response_header(answer, "Set-Cookie", r->cookie[i]);
    snprintf(timing, sizeof timing, "rows;dur=%.2f, cpu;dur=%.2f, total;dur=%.2f", (double)r->rows_us / 1000, (double)(web_cpu_us() - r->began_cpu_us) / 1000,
             (double)(web_clock_us() - r->began_us) / 1000);
    MHD_add_response_header(answer, "Server-Timing", timing);
}

static enum MHD_Result send_answer(struct request *r)
{
    if (r->out.full || r->a.full) {
        strbuf_clear(&r->out);
        strbuf_puts(&r->out, "the answer does not fit into memory\n");
        r->type = "text/plain; charset=utf-8";
        r->status = 500;
    }
    struct MHD_Response *answer = MHD_create_response_from_buffer(r->out.n, r->out.s, MHD_RESPMEM_MUST_COPY);
    struct peer *p = peer_of(r->c);
    if (!answer)
        return MHD_NO;
    headers(r, answer);
    if (p) {
        p->answering = true;
        p->since_ms = clock_mono_ms();
    }
    char status[8], ms[24];
    snprintf(status, sizeof status, "%u", r->status);
    snprintf(ms, sizeof ms, "%.2f", (double)(web_clock_us() - r->began_us) / 1000);
    log_event(LOG_INFO, "request", "method", r->post ? "POST" : "GET", "path", r->path, "status", status, "ms", ms, "who", r->who, NULL);
    enum MHD_Result sent = MHD_queue_response(r->c, r->status, answer);
    MHD_destroy_response(answer);
    return sent;
}

static enum MHD_Result refuse(struct request *r, unsigned status, const char *why)
{
    r->refused = true;
    r->status = status;
    r->type = "text/plain; charset=utf-8";
    strbuf_printf(&r->out, "%s\n", why);
    return send_answer(r);
}

/* The head of a request is here: what can be refused now need not be read. */
static enum MHD_Result begin(struct request *r, const char *method)
{
    const char *length = web_header(r, "Content-Length");
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    r->post = strcmp(method, "POST") == 0;
    if (!get && !r->post)
        return refuse(r, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET, HEAD and POST are answered here");
    if (length && strtoull(length, NULL, 10) > LIMIT_SERVE_BODY_BYTES)
        return refuse(r, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large");
    return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version, const char *data,
                                  size_t *n, void **con_cls)
{
    struct request *r = *con_cls;
    (void)version;
    if (!r) {
        r = request_new(ctx, c, url);
        *con_cls = r;
        if (!r || !r->path)
            return MHD_NO;
        r->began_us = web_clock_us();
        r->began_cpu_us = web_cpu_us();
        return begin(r, method);
    }
    if (*n > 0) { /* beyond the ceiling nothing can be answered: the connection is closed */
        bool room = r->refused || strbuf_add(&r->body, data, *n);
        *n = 0;
        return room ? MHD_YES : MHD_NO;
    }
    if (r->refused)
        return MHD_YES;
    r->began_us = web_clock_us();
    r->began_cpu_us = web_cpu_us();
    web_dispatch(r);
    return send_answer(r);
}

static void on_log(void *ctx, const char *fmt, va_list ap)
{
    char text[500];
    (void)ctx;
    vsnprintf(text, sizeof text, fmt, ap);
    log_event(LOG_DEBUG, "http", "what", text, NULL);
}

/* ---------------------------------------------------------------- start */

static enum err bind_to(struct serve *s, const char *host, int port, char *out, size_t n)
{
    struct addrinfo hint = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *ai;
    char service[8], name[64], digits[8];
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, service, &hint, &ai) != 0)
        return err_set(ERR_USAGE, "--listen %s: not an address; write 127.0.0.1:8080 or [::1]:8080", s->in.listen);
    s->listen_fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int one = 1;
    bool good = s->listen_fd >= 0 && setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                bind(s->listen_fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(s->listen_fd, 511) == 0 &&
                getsockname(s->listen_fd, (struct sockaddr *)&at, &len) == 0;
    int why = errno;
    freeaddrinfo(ai);
    if (!good)
        return err_set(ERR_USAGE, "cannot listen on %s: %s", s->in.listen, strerror(why));
    if (getnameinfo((struct sockaddr *)&at, len, name, sizeof name, digits, sizeof digits, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return err_set(ERR_USAGE, "cannot listen on %s", s->in.listen);
    snprintf(out, n, strchr(name, ':') ? "[%s]:%s" : "%s:%s", name, digits);
    return ERR_OK;
}

static void allow_host(struct serve *s, const char *host)
{
    if (s->n_host < SERVE_HOSTS_MAX && (s->host[s->n_host] = strdup(host)))
        s->n_host++;
}

/* What browsers may call us: an own name for each way of saying loopback, and the public address. */
static enum err name_hosts(struct serve *s, const char *at)
{
    const char *port = strrchr(at, ':');
    bool loopback = strncmp(at, "127.", 4) == 0 || strncmp(at, "[::1]", 5) == 0;
    bool any = strncmp(at, "0.0.0.0:", 8) == 0 || strncmp(at, "[::]:", 5) == 0;
    char text[300];
    if (any && !s->in.public_url)
        return err_set(ERR_USAGE, "--listen %s: on all addresses it must know its name: --public-url https://NAME", s->in.listen);
    if (!any)
        allow_host(s, at);
    static const char *const local[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; loopback && i < 3; i++) {
        snprintf(text, sizeof text, "%s%s", local[i], port);
        allow_host(s, text);
    }
    snprintf(text, sizeof text, "http://%s", at);
    s->url = strdup(text);
    if (!s->in.public_url)
        return ERR_OK;
    const char *p = s->in.public_url, *slashes = strstr(p, "://");
    s->secure = strncasecmp(p, "https://", 8) == 0;
    size_t n = slashes ? strcspn(slashes + 3, "/?#") : 0;
    if (!slashes || (!s->secure && strncasecmp(p, "http://", 7) != 0) || n == 0 || n > 255 || (slashes[3 + n] && strcmp(slashes + 3 + n, "/") != 0))
        return err_set(ERR_USAGE, "--public-url %s: must be https://NAME or http://NAME, without a path", p);
    snprintf(text, sizeof text, "%.*s", (int)n, slashes + 3);
    allow_host(s, text);
    free(s->url);
    s->url = strndup(p, (size_t)(slashes + 3 + n - p));
    return ERR_OK;
}

static enum err make_link(struct serve *s)
{
    char token[TOKEN_BYTES], link[400];
    if (!s->in.link)
        return s->users.n ? ERR_OK : err_set(ERR_USAGE, "nobody could sign in: there is no user in %s; `earshot user add NAME` makes one, or use --open", s->in.users_path);
    session_link_make(&s->sessions, clock_mono_ms(), token);
    snprintf(link, sizeof link, "%s/open?token=%s", s->url, token);
    s->link = strdup(link);
    return ERR_OK;
}

static enum err start_daemon(struct serve *s)
{
    struct rlimit files = {.rlim_cur = 1024};
    getrlimit(RLIMIT_NOFILE, &files);
    unsigned most = files.rlim_cur > 64 + LIMIT_SERVE_CONNECTIONS ? LIMIT_SERVE_CONNECTIONS : files.rlim_cur > 128 ? (unsigned)files.rlim_cur - 64 : 64;
    s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
                                 MHD_OPTION_CONNECTION_LIMIT, most, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIMIT_SERVE_REQUEST_S,
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIMIT_SERVE_HEADER_BYTES, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                                 MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    return s->daemon ? ERR_OK : err_set(ERR_MEMORY, "cannot start the server: %s", strerror(errno));
}

enum err serve_start(struct serve **out, const struct serve_in *in)
{
    char host[64], at[128];
    int port;
    *out = NULL;
    if (!web_address(in->listen, host, &port))
        return err_set(ERR_USAGE, "--listen %s: not an address and a port; write 127.0.0.1:8080 or [::1]:8080", in->listen);
    if (sodium_init() < 0)
        return err_set(ERR_MEMORY, "no randomness to be had from the system");
    struct serve *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(ERR_MEMORY, "out of memory");
    s->in = *in;
    s->listen_fd = -1;
    s->lang = i18n_lang();
    sessions_init(&s->sessions);
    enum err e = names_new(&s->names, in->settings);
    if (e == ERR_OK)
        e = users_read(&s->users, in->users_path);
    if (e == ERR_OK)
        e = bind_to(s, host, port, at, sizeof at);
    if (e == ERR_OK)
        e = name_hosts(s, at);
    if (e == ERR_OK)
        e = make_link(s);
    if (e == ERR_OK)
        e = start_daemon(s);
    if (e != ERR_OK) {
        serve_free(s);
        return e;
    }
    *out = s;
    return ERR_OK;
}

const char *serve_url(const struct serve *s)
{
    return s->url;
}

const char *serve_link(const struct serve *s)
{
    return s->link;
}

/* ---------------------------------------------------------------- the loop */

static void turn(struct serve *s, int stop_fd, bool *stop)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    MHD_UNSIGNED_LONG_LONG ask;
    int wait_ms = MHD_get_timeout(s->daemon, &ask) == MHD_YES && ask < 1000 ? (int)ask : 1000;
    struct pollfd fd[2] = {{.fd = info ? info->listen_fd : -1, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    poll(fd, 2, wait_ms);
    *stop = *stop || fd[1].revents;
    MHD_run(s->daemon);
}

static bool busy(const struct serve *s)
{
    for (const struct peer *p = s->peer; p; p = p->next)
        if (p->answering)
            return true;
    return false;
}

enum err serve_run(struct serve *s, int stop_fd)
{
    bool stop = false;
    int64_t swept = clock_mono_ms();
    while (!stop) {
        turn(s, stop_fd, &stop);
        if (clock_mono_ms() - swept >= 1000) {
            sweep(s);
            swept = clock_mono_ms();
        }
    }
    /* nobody new; who is being answered is answered */
    MHD_quiesce_daemon(s->daemon);
    int64_t until = clock_mono_ms() + LIMIT_SERVE_STOP_S * INT64_C(1000);
    while (busy(s) && clock_mono_ms() < until)
        turn(s, -1, &stop);
    return ERR_OK;
}

void serve_free(struct serve *s)
{
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    if (s->listen_fd >= 0)
        close(s->listen_fd);
    for (size_t i = 0; i < s->n_host; i++)
        free(s->host[i]);
    free(s->url);
    free(s->link);
    users_release(&s->users);
    names_free(s->names);
    sodium_memzero(&s->sessions, sizeof s->sessions);
    free(s);
}
