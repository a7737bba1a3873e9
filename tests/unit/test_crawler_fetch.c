/* The fetch loop against a small server on loopback: outcomes, redirects, robots.txt, conditions, stopping, threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/queue.h"
#include "crawler/fetch.h"
#include "crawler/inflate.h"

/* ---- a server: host and path -> bytes ---- */

struct answer {
    const char *host, *path; /* host NULL: any */
    const char *bytes;       /* NULL: the connection stays open and silent until the test ends */
    int after;               /* answered so only from this request on (0 = from the first); later rows win */
};

#define MAX_LOG 512
struct server {
    int fd, port;
    const struct answer *answer;
    size_t n_answer;
    pthread_t thread;
    pthread_mutex_t lock;
    char log[MAX_LOG][128]; /* "host path" */
    char head[MAX_LOG][1024];
    int n_log;
    int open_fd[MAX_LOG], n_open;
    int n_visit; /* connection threads alive */
    pthread_cond_t quiet;
};

static int seen(const struct server *s, const char *what)
{
    int n = 0;
    for (int i = 0; i < s->n_log; i++)
        n += strcmp(s->log[i], what) == 0;
    return n;
}

static void send_all(int fd, const char *bytes)
{
    for (size_t at = 0, n = strlen(bytes); at < n;) {
        ssize_t k = send(fd, bytes + at, n - at, MSG_NOSIGNAL);
        if (k <= 0)
            return;
        at += (size_t)k;
    }
}

/* Returns false when the connection must stay open. */
static bool serve_one(struct server *s, int fd, const char *head)
{
    char path[64] = "", host[64] = "", what[160];
    sscanf(head, "GET %63s", path);
    const char *h = strstr(head, "\r\nHost: ");
    if (h)
        sscanf(h, "\r\nHost: %63[^:\r]", host);
    snprintf(what, sizeof what, "%s %s", host, path);
    const char *bytes = strcmp(path, "/robots.txt") == 0 ? "HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n"
                                                         : "HTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\n?";
    pthread_mutex_lock(&s->lock);
    int times = seen(s, what);
    for (size_t i = 0; i < s->n_answer; i++) {
        const struct answer *a = &s->answer[i];
        if ((!a->host || strcmp(a->host, host) == 0) && strcmp(a->path, path) == 0 && times >= a->after)
            bytes = a->bytes;
    }
    if (s->n_log < MAX_LOG) {
        snprintf(s->log[s->n_log], sizeof s->log[0], "%.127s", what);
        snprintf(s->head[s->n_log], sizeof s->head[0], "%.1023s", head);
        s->n_log++;
    }
    pthread_mutex_unlock(&s->lock);
    if (bytes)
        send_all(fd, bytes);
    return bytes != NULL;
}

struct visit {
    struct server *server;
    int fd;
};

static void *serve_connection(void *ctx)
{
    struct visit *v = ctx;
    char head[4096];
    size_t n = 0;
    ssize_t k;
    bool go_on = true;
    while (go_on && n < sizeof head - 1 && (k = recv(v->fd, head + n, sizeof head - 1 - n, 0)) > 0) {
        n += (size_t)k;
        head[n] = '\0';
        if (!strstr(head, "\r\n\r\n"))
            continue;
        go_on = serve_one(v->server, v->fd, head);
        if (go_on) /* one request a connection: cut answers must look cut */
            break;
    }
    struct server *s = v->server;
    if (go_on) {
        shutdown(v->fd, SHUT_WR);
        close(v->fd);
    }
    pthread_mutex_lock(&s->lock);
    if (!go_on)
        s->open_fd[s->n_open++] = v->fd;
    s->n_visit--;
    pthread_cond_signal(&s->quiet);
    pthread_mutex_unlock(&s->lock);
    free(v);
    return NULL;
}

static void *serve(void *ctx)
{
    struct server *s = ctx;
    for (;;) {
        int fd = accept(s->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        struct visit *v = malloc(sizeof *v);
        *v = (struct visit){s, fd};
        pthread_mutex_lock(&s->lock);
        s->n_visit++;
        pthread_mutex_unlock(&s->lock);
        pthread_t t;
        pthread_create(&t, NULL, serve_connection, v);
        pthread_detach(t);
    }
}

static void server_start(struct server *s, const struct answer *a, size_t n)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    memset(s, 0, sizeof *s);
    s->answer = a;
    s->n_answer = n;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->quiet, NULL);
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(s->fd, 64), 0);
    getsockname(s->fd, (struct sockaddr *)&at, &len);
    s->port = ntohs(at.sin_port);
    pthread_create(&s->thread, NULL, serve, s);
}

static void server_stop(struct server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
    pthread_mutex_lock(&s->lock);
    while (s->n_visit)
        pthread_cond_wait(&s->quiet, &s->lock);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->n_open; i++)
        close(s->open_fd[i]);
}

/* ---- the other side: targets in, results out ---- */

#define MAX_RESULT 256
struct result {
    char url[256], reason[300], final_url[256], body[256];
    enum outcome outcome;
    int status;
    int64_t retry_after_s;
    bool sent;
};

struct crew {
    struct target target[MAX_RESULT];
    size_t n_target, n_given;
    struct page pool[8];
    struct queue *free, *work;
    struct result result[MAX_RESULT];
    size_t n_result, n_home; /* n_result: filled by the worker, read after it has ended */
    size_t stop_at; /* the worker stops the run after so many results; 0 never */
    struct fetcher *fetcher;
    struct strbuf blob;
    char blob_origin[128];
};

static size_t crew_more(void *ctx, struct arena *a, struct target **out)
{
    struct crew *c = ctx;
    size_t n = c->n_target - c->n_given;
    *out = arena_calloc(a, n, sizeof **out);
    for (size_t i = 0; i < n; i++)
        (*out)[i] = c->target[c->n_given + i];
    c->n_given += n;
    return n;
}

static struct page *crew_take(void *ctx)
{
    return queue_pop_wait(((struct crew *)ctx)->free, 0);
}

static void crew_done(void *ctx, struct page *p)
{
    struct crew *c = ctx;
    c->n_home++;
    assert_true(queue_push(c->work, p));
}

static void crew_give(void *ctx, struct page *p)
{
    assert_true(queue_push(((struct crew *)ctx)->free, p));
}

static bool crew_finished(void *ctx)
{
    struct crew *c = ctx;
    return c->n_home == c->n_target && queue_length(c->free) == sizeof c->pool / sizeof *c->pool;
}

static bool crew_get(void *ctx, const char *origin, struct strbuf *blob)
{
    struct crew *c = ctx;
    return strcmp(origin, c->blob_origin) == 0 && c->blob.n && strbuf_add(blob, c->blob.s, c->blob.n);
}

static void crew_put(void *ctx, const char *origin, const void *blob, size_t n)
{
    struct crew *c = ctx;
    snprintf(c->blob_origin, sizeof c->blob_origin, "%s", origin);
    strbuf_clear(&c->blob);
    strbuf_add(&c->blob, blob, n);
}

static void *crew_work(void *ctx)
{
    struct crew *c = ctx;
    struct page *p;
    while ((p = queue_pop(c->work))) {
        struct result *r = &c->result[c->n_result++];
        if (p->wire.n)
            inflate_page(p);
        snprintf(r->url, sizeof r->url, "%s", p->target.url);
        snprintf(r->reason, sizeof r->reason, "%s", p->reason ? p->reason : "");
        snprintf(r->final_url, sizeof r->final_url, "%s", p->final_url ? p->final_url : "");
        snprintf(r->body, sizeof r->body, "%s", p->body.s);
        r->outcome = p->outcome;
        r->status = p->status;
        r->retry_after_s = p->retry_after_s;
        r->sent = p->fetched_at != 0;
        queue_push(c->free, p);
        fetcher_wake(c->fetcher);
        if (c->n_result == c->stop_at)
            fetcher_stop(c->fetcher);
    }
    return NULL;
}

static void crew_init(struct crew *c)
{
    memset(c, 0, sizeof *c);
    strbuf_init(&c->blob, LIMIT_MIB);
}

static void crew_add(struct crew *c, const char *url)
{
    c->target[c->n_target++] = (struct target){.url = url, .source = "acme/x", .brand = "acme", .depth = 1};
}

static void crew_run(struct crew *c, const struct settings *s, int64_t max_ms)
{
    const struct fetch_calls calls = {.ctx = c, .more = crew_more, .take = crew_take, .done = crew_done, .finished = crew_finished,
                                      .host_get = crew_get, .host_put = crew_put, .give = crew_give};
    size_t n_page = sizeof c->pool / sizeof *c->pool;
    pthread_t worker;
    c->n_given = c->n_result = c->n_home = 0;
    c->free = queue_new(n_page);
    c->work = queue_new(n_page);
    for (size_t i = 0; i < n_page; i++) {
        page_init(&c->pool[i], s->max_body_bytes ? s->max_body_bytes : LIMIT_BODY_BYTES);
        queue_push(c->free, &c->pool[i]);
    }
    assert_int_equal(fetcher_new(&c->fetcher, s, &calls), ERR_OK);
    pthread_create(&worker, NULL, crew_work, c);
    assert_int_equal(fetcher_run(c->fetcher, max_ms ? clock_mono_ms() + max_ms : 0), ERR_OK);
    queue_close(c->work);
    pthread_join(worker, NULL);
    fetcher_free(c->fetcher);
    for (size_t i = 0; i < n_page; i++)
        page_release(&c->pool[i]);
    queue_free(c->free);
    queue_free(c->work);
}

static const struct result *result_of(const struct crew *c, const char *url)
{
    const struct result *found = NULL;
    for (size_t i = 0; i < c->n_result; i++)
        if (strcmp(c->result[i].url, url) == 0) {
            assert_null(found); /* handed on once */
            found = &c->result[i];
        }
    if (!found)
        fail_msg("%s was not handed on", url);
    return found;
}

/* Settings that bring every host to the server. */
struct world {
    struct server server;
    char route[64];
    const char *routes[1];
    struct settings settings;
    struct crew crew;
};

static struct world *world_new(const struct answer *a, size_t n)
{
    struct world *w = calloc(1, sizeof *w);
    server_start(&w->server, a, n);
    snprintf(w->route, sizeof w->route, "::127.0.0.1:%d", w->server.port);
    w->routes[0] = w->route;
    w->settings = (struct settings){.user_agent = "earshot/0.1 (+mailto:ops@acme.example)", .connections = 8, .per_host = 1,
                                    .connect_to = w->routes, .n_connect_to = 1, .max_body_bytes = 100000};
    crew_init(&w->crew);
    return w;
}

static void world_free(struct world *w)
{
    server_stop(&w->server);
    strbuf_release(&w->crew.blob);
    free(w);
}

#define N(a) (sizeof(a) / sizeof *(a))
#define OK_ANSWER(body, n) "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " #n "\r\n\r\n" body

/* ---- tests ---- */

static void test_outcomes(void **state)
{
    (void)state;
    static const struct answer a[] = {
        {NULL, "/ok", OK_ANSWER("hello", 5), 0},
        {NULL, "/gone", "HTTP/1.1 410 Gone\r\nContent-Length: 3\r\n\r\nbye", 0},
        {NULL, "/403", "HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nwall", 0},
        {NULL, "/400", "HTTP/1.1 400 No\r\nContent-Length: 4\r\n\r\nwhat", 0},
        {NULL, "/cut", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", 0},
        {NULL, "/chunkcut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 0},
        {NULL, "/http09", "<html>", 0},
        {NULL, "/gzcut", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01", 0},
        {NULL, "/big", "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\nx", 0},
        {NULL, "/304", "HTTP/1.1 304 Not Modified\r\n\r\n", 0},
        {NULL, "/cf", "HTTP/1.1 503 No\r\ncf-mitigated: challenge\r\nContent-Length: 4\r\n\r\nwait", 0},
    };
    static const struct {
        const char *url;
        enum outcome outcome;
        int status;
        const char *reason, *body;
    } t[] = {
        {"http://ok.example/ok", OUTCOME_NONE, 200, "", "hello"},
        {"http://gone.example/gone", OUTCOME_GONE, 410, "HTTP 410", "bye"},
        {"http://404.example/nope", OUTCOME_GONE, 404, "HTTP 404", "?"},
        {"http://403.example/403", OUTCOME_BLOCKED, 403, "HTTP 403", "wall"},
        {"http://400.example/400", OUTCOME_NETWORK, 400, "HTTP 400", "what"},
        {"http://cut.example/cut", OUTCOME_NETWORK, 200, "95 bytes", "hello"},
        {"http://chunkcut.example/chunkcut", OUTCOME_NETWORK, 200, "", "hello"},
        {"http://http09.example/http09", OUTCOME_NETWORK, 0, "HTTP/0.9", ""},
        {"http://gzcut.example/gzcut", OUTCOME_NETWORK, 200, "cut", ""},
        {"http://big.example/big", OUTCOME_TOOBIG, 200, "100000", ""},
        {"http://304.example/304", OUTCOME_NETWORK, 304, "without having been asked", ""},
        {"http://cf.example/cf", OUTCOME_BLOCKED, 503, "challenge", "wait"},
        {"ftp://x.example/", OUTCOME_BADDATA, 0, "http", ""},
        {"http://user:pw@x.example/", OUTCOME_BADDATA, 0, "user name", ""},
        {"nonsense", OUTCOME_BADDATA, 0, "", ""},
        {"http://x.example:99999/", OUTCOME_BADDATA, 0, "", ""},
    };
    struct world *w = world_new(a, N(a));
    for (size_t i = 0; i < N(t); i++)
        crew_add(&w->crew, t[i].url);
    crew_run(&w->crew, &w->settings, 0);
    for (size_t i = 0; i < N(t); i++) {
        const struct result *r = result_of(&w->crew, t[i].url);
        if (r->outcome != t[i].outcome || r->status != t[i].status || !strstr(r->reason, t[i].reason) || strcmp(r->body, t[i].body) != 0)
            fail_msg("%s: %s, %d, \"%s\", body \"%s\"", r->url, outcome_word(r->outcome), r->status, r->reason, r->body);
    }
    assert_non_null(strstr(w->server.head[0], "User-Agent: earshot/0.1 (+mailto:ops@acme.example)\r\n"));
    for (int i = 0; i < w->server.n_log; i++)
        assert_true(strstr(w->server.log[i], "robots.txt") || strstr(w->server.head[i], "Accept-Encoding: gzip, deflate, br, zstd\r\n"));
    world_free(w);
}

static void test_redirects(void **state)
{
    (void)state;
#define TO(where) "HTTP/1.1 302 Found\r\nLocation: " where "\r\nContent-Length: 0\r\n\r\n"
    static const struct answer a[] = {
        {NULL, "/to-b", TO("http://b.example/end?x=1#frag"), 0}, {NULL, "/end?x=1", OK_ANSWER("end", 3), 0},
        {NULL, "/rel", TO("end?x=1"), 0},                        {NULL, "/loop", TO("/loop"), 0},
        {NULL, "/1", TO("/2"), 0},                               {NULL, "/2", TO("/3"), 0},
        {NULL, "/3", TO("/4"), 0},                               {NULL, "/4", TO("/5"), 0},
        {NULL, "/5", TO("/end?x=1"), 0},                         {NULL, "/file", TO("file:///etc/passwd"), 0},
        {NULL, "/gopher", TO("gopher://127.0.0.1:6379/_x"), 0},  {NULL, "/user", TO("http://trusted.example@b.example/"), 0},
        {NULL, "/empty", TO(""), 0},                             {NULL, "/forbidden", TO("http://no.example/x"), 0},
        {"no.example", "/robots.txt", OK_ANSWER("User-agent: *\nDisallow: /\n", 26), 0},
        {NULL, "/utf8", TO("/\xd1\x8f z"), 0},                   {NULL, "/%d1%8f%20z", OK_ANSWER("ya", 2), 0},
    };
    static const struct {
        const char *url;
        enum outcome outcome;
        const char *final_url, *reason;
    } t[] = {
        {"http://a.example/to-b", OUTCOME_NONE, "http://b.example/end?x=1", ""},
        {"http://rel.example/rel", OUTCOME_NONE, "http://rel.example/end?x=1", ""},
        {"http://loop.example/loop", OUTCOME_NETWORK, "http://loop.example/loop", "more than 5 redirects"},
        {"http://five.example/1", OUTCOME_NONE, "http://five.example/end?x=1", ""},
        {"http://f.example/file", OUTCOME_NETWORK, "http://f.example/file", "not followed"},
        {"http://g.example/gopher", OUTCOME_NETWORK, "http://g.example/gopher", "not followed"},
        {"http://u.example/user", OUTCOME_NETWORK, "http://u.example/user", "user name"},
        {"http://e.example/empty", OUTCOME_NETWORK, "http://e.example/empty", ""},
        {"http://r.example/forbidden", OUTCOME_ROBOTS, "", "robots.txt line 2: Disallow: /"},
        {"http://y.example/utf8", OUTCOME_NONE, "http://y.example/%d1%8f%20z", ""},
    };
    struct world *w = world_new(a, N(a));
    for (size_t i = 0; i < N(t); i++)
        crew_add(&w->crew, t[i].url);
    crew_run(&w->crew, &w->settings, 0);
    for (size_t i = 0; i < N(t); i++) {
        const struct result *r = result_of(&w->crew, t[i].url);
        if (r->outcome != t[i].outcome || strcmp(r->final_url, t[i].final_url) != 0 || !strstr(r->reason, t[i].reason))
            fail_msg("%s: %s, \"%s\", at %s", r->url, outcome_word(r->outcome), r->reason, r->final_url);
    }
    assert_int_equal(seen(&w->server, "b.example /robots.txt"), 1);
    assert_int_equal(seen(&w->server, "no.example /x"), 0);
    world_free(w);
}

static void test_robots(void **state)
{
    (void)state;
    static const struct answer a[] = {
        {"no.example", "/robots.txt", OK_ANSWER("User-agent: *\nDisallow: /\n", 26), 0},
        {"me.example", "/robots.txt", OK_ANSWER("User-agent: earshot\nDisallow: /b\n", 33), 0},
        {"moved.example", "/robots.txt", TO("http://rules.example/r"), 0},
        {"rules.example", "/r", OK_ANSWER("User-agent: *\nDisallow: /\n", 26), 0},
        {"503.example", "/robots.txt", "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", 0},
        {"500.example", "/robots.txt", "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n", 0},
        {"403.example", "/robots.txt", "HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n", 0},
        {"loop.example", "/robots.txt", TO("/robots.txt"), 0},
        {"cut.example", "/robots.txt", "HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\nUser", 0},
        {NULL, "/a", OK_ANSWER("a", 1), 0},
        {NULL, "/b", OK_ANSWER("b", 1), 0},
    };
    static const struct {
        const char *url;
        enum outcome outcome;
    } t[] = {
        {"http://no.example/a", OUTCOME_ROBOTS},    {"http://no.example/b", OUTCOME_ROBOTS},  {"http://me.example/a", OUTCOME_NONE},
        {"http://me.example/b", OUTCOME_ROBOTS},    {"http://moved.example/a", OUTCOME_ROBOTS}, {"http://500.example/a", OUTCOME_ROBOTS},
        {"http://403.example/a", OUTCOME_NONE},     {"http://loop.example/a", OUTCOME_NONE},  {"http://cut.example/a", OUTCOME_ROBOTS},
        {"http://none.example/a", OUTCOME_NONE},
    };
    struct world *w = world_new(a, N(a));
    for (size_t i = 0; i < N(t); i++)
        crew_add(&w->crew, t[i].url);
    crew_run(&w->crew, &w->settings, 0);
    for (size_t i = 0; i < N(t); i++) {
        const struct result *r = result_of(&w->crew, t[i].url);
        if (r->outcome != t[i].outcome)
            fail_msg("%s: %s, \"%s\"", r->url, outcome_word(r->outcome), r->reason);
        assert_int_equal(r->sent, t[i].outcome == OUTCOME_NONE);
    }
    assert_int_equal(seen(&w->server, "no.example /robots.txt"), 1);
    assert_int_equal(seen(&w->server, "no.example /a"), 0);
    world_free(w);
}

/* robots.txt and a long Retry-After outlive the run. */
static void test_memory(void **state)
{
    (void)state;
    static const struct answer a[] = {
        {NULL, "/robots.txt", OK_ANSWER("User-agent: *\nDisallow: /no\n", 28), 0},
        {NULL, "/a", OK_ANSWER("a", 1), 0},
        {NULL, "/slow", "HTTP/1.1 429 x\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n", 0},
    };
    struct world *w = world_new(a, N(a));
    crew_add(&w->crew, "http://m.example/a");
    crew_run(&w->crew, &w->settings, 0);
    crew_add(&w->crew, "http://m.example/no");
    crew_run(&w->crew, &w->settings, 0);
    assert_int_equal(seen(&w->server, "m.example /robots.txt"), 1);
    assert_int_equal(seen(&w->server, "m.example /a"), 2);
    assert_int_equal(result_of(&w->crew, "http://m.example/no")->outcome, OUTCOME_ROBOTS);
    w->crew.n_target = 0;
    crew_add(&w->crew, "http://m.example/slow");
    crew_add(&w->crew, "http://m.example/b");
    crew_run(&w->crew, &w->settings, 0);
    assert_int_equal(result_of(&w->crew, "http://m.example/slow")->retry_after_s, 3600);
    const struct result *r = result_of(&w->crew, "http://m.example/b");
    assert_int_equal(r->outcome, OUTCOME_SLOWDOWN);
    assert_non_null(strstr(r->reason, "circuit open"));
    assert_int_equal(seen(&w->server, "m.example /slow"), 1);
    assert_int_equal(seen(&w->server, "m.example /b"), 0);
    w->crew.n_target = 0;
    crew_add(&w->crew, "http://m.example/a");
    crew_run(&w->crew, &w->settings, 0);
    r = result_of(&w->crew, "http://m.example/a");
    assert_int_equal(r->outcome, OUTCOME_SLOWDOWN);
    assert_true(r->retry_after_s > 3500 && r->retry_after_s <= 3600 + 361);
    assert_false(r->sent);
    world_free(w);
}

static void test_condition(void **state)
{
    (void)state;
    static const struct answer a[] = {{NULL, "/a", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", 0}};
    struct world *w = world_new(a, N(a));
    crew_add(&w->crew, "http://c.example/a");
    w->crew.target[0].etag = "\"x\"";
    w->crew.target[0].last_modified = "Mon, 02 Nov 2026 10:00:00 GMT\r\nX-Evil: 1";
    crew_run(&w->crew, &w->settings, 0);
    assert_int_equal(result_of(&w->crew, "http://c.example/a")->outcome, OUTCOME_UNCHANGED);
    const char *head = w->server.head[w->server.n_log - 1];
    assert_non_null(strstr(head, "If-None-Match: \"x\"\r\n"));
    assert_non_null(strstr(head, "If-Modified-Since: Mon, 02 Nov 2026 10:00:00 GMT  X-Evil: 1\r\n"));
    world_free(w);
}

/* 503 once, then fine: tried again inside the run. */
static void test_again(void **state)
{
    (void)state;
    static const struct answer a[] = {
        {NULL, "/a", "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", 0},
        {NULL, "/a", OK_ANSWER("fine", 4), 1},
    };
    struct world *w = world_new(a, N(a));
    crew_add(&w->crew, "http://again.example/a");
    crew_run(&w->crew, &w->settings, 0);
    assert_int_equal(result_of(&w->crew, "http://again.example/a")->outcome, OUTCOME_NONE);
    assert_int_equal(seen(&w->server, "again.example /a"), 2);
    world_free(w);
}

/* Private addresses are refused unless the settings name them; nothing reaches the server. */
static void test_guarded(void **state)
{
    (void)state;
    struct world *w = world_new(NULL, 0);
    char url[6][100];
    const char *forms[] = {"http://127.0.0.1:%d/a", "http://2130706433:%d/a", "http://0x7f.1:%d/a", "http://0177.0.0.1:%d/a",
                           "http://[::ffff:127.0.0.1]:%d/a", "http://localhost:%d/a"};
    w->settings.n_connect_to = 0;
    for (size_t i = 0; i < N(forms); i++) {
        snprintf(url[i], sizeof url[i], forms[i], w->server.port);
        crew_add(&w->crew, url[i]);
    }
    crew_run(&w->crew, &w->settings, 0);
    for (size_t i = 0; i < N(forms); i++)
        assert_int_equal(result_of(&w->crew, url[i])->outcome, OUTCOME_NETWORK);
    assert_int_equal(w->server.n_log, 0);
    static const char *const allow[] = {"127.0.0.1"};
    w->settings.allow_private = allow;
    w->settings.n_allow_private = 1;
    w->crew.n_target = 1;
    crew_run(&w->crew, &w->settings, 0);
    assert_int_equal(result_of(&w->crew, url[0])->status, 404);
    world_free(w);
}

/* A host that never answers delays nobody; a stop drops what hangs. */
static void test_slow_host(void **state)
{
    (void)state;
    static const struct answer a[] = {{"slow.example", "/hang", NULL, 0}, {"quick.example", "/a", OK_ANSWER("a", 1), 0}};
    struct world *w = world_new(a, N(a));
    static char url[40][64];
    crew_add(&w->crew, "http://slow.example/hang");
    crew_add(&w->crew, "http://slow.example/hang2");
    for (size_t i = 0; i < N(url); i++) {
        snprintf(url[i], sizeof url[i], i % 2 ? "http://quick.example/a" : "http://q%zu.example/a", i);
        if (i % 2 == 0)
            crew_add(&w->crew, url[i]);
    }
    int64_t began = clock_mono_ms();
    w->crew.stop_at = N(url) / 2;
    crew_run(&w->crew, &w->settings, 0);
    assert_true(clock_mono_ms() - began < 1000 * LIMIT_LOW_SPEED_S);
    assert_int_equal(w->crew.n_result, N(url) / 2);
    world_free(w);
}

static void *stop_later(void *ctx)
{
    struct world *w = ctx;
    for (;;) { /* until the silent request is there */
        pthread_mutex_lock(&w->server.lock);
        int n = seen(&w->server, "slow.example /hang");
        pthread_mutex_unlock(&w->server.lock);
        if (n)
            break;
        sched_yield();
    }
    fetcher_stop(w->crew.fetcher);
    return NULL;
}

static void test_deadline(void **state)
{
    (void)state;
    static const struct answer a[] = {{"slow.example", "/hang", NULL, 0}};
    struct world *w = world_new(a, N(a));
    crew_add(&w->crew, "http://slow.example/hang");
    int64_t began = clock_mono_ms();
    crew_run(&w->crew, &w->settings, 300);
    int64_t took = clock_mono_ms() - began;
    assert_true(took >= 300 && took < 1000 * LIMIT_LOW_SPEED_S);
    assert_int_equal(w->crew.n_result, 0);
    world_free(w);
}

static void test_stop(void **state)
{
    (void)state;
    static const struct answer a[] = {{"slow.example", "/hang", NULL, 0}};
    struct world *w = world_new(a, N(a));
    crew_add(&w->crew, "http://slow.example/hang");
    pthread_t t;
    pthread_create(&t, NULL, stop_later, w);
    crew_run(&w->crew, &w->settings, 0);
    pthread_join(t, NULL);
    assert_int_equal(w->crew.n_result, 0);
    world_free(w);
}

/* Five failures in a row open the circuit: the rest is handed on unsent. */
static void test_circuit(void **state)
{
    (void)state;
    static const struct answer a[] = {
        {NULL, "/0", "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n", 0},
    };
    struct world *w = world_new(a, N(a));
    static char url[12][64];
    int closed = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    assert_int_equal(bind(closed, (struct sockaddr *)&at, sizeof at), 0);
    getsockname(closed, (struct sockaddr *)&at, &len); /* bound, not listening: refuses */
    snprintf(w->route, sizeof w->route, "::127.0.0.1:%d", ntohs(at.sin_port));
    for (size_t i = 0; i < N(url); i++) {
        snprintf(url[i], sizeof url[i], "http://down.example/%zu", i);
        crew_add(&w->crew, url[i]);
    }
    crew_run(&w->crew, &w->settings, 0);
    for (size_t i = 0; i < N(url); i++) {
        const struct result *r = result_of(&w->crew, url[i]);
        assert_int_equal(r->outcome, OUTCOME_NETWORK);
        assert_false(r->sent);
    }
    close(closed);
    world_free(w);
}

static void test_bad_settings(void **state)
{
    (void)state;
    struct fetcher *f;
    static const char *const bad[] = {"x"};
    const struct fetch_calls calls = {.more = crew_more};
    struct settings s = {.connect_to = bad, .n_connect_to = 1};
    assert_int_equal(fetcher_new(&f, &s, &calls), ERR_CONFIG);
    s = (struct settings){.ca_file = "/nonexistent/ca.pem"};
    assert_int_equal(fetcher_new(&f, &s, &calls), ERR_CONFIG);
    assert_non_null(strstr(err_text(), "/nonexistent/ca.pem"));
    assert_null(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),   cmocka_unit_test(test_redirects), cmocka_unit_test(test_robots),
        cmocka_unit_test(test_memory),     cmocka_unit_test(test_condition), cmocka_unit_test(test_again),
        cmocka_unit_test(test_guarded),    cmocka_unit_test(test_slow_host), cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_circuit),    cmocka_unit_test(test_bad_settings),
    };
    return cmocka_run_group_tests_name("crawler/fetch", tests, NULL, NULL);
}
