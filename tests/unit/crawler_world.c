#include "tests/unit/crawler_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crawler/inflate.h"

int seen(const struct server *s, const char *what)
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

void crew_add(struct crew *c, const char *url)
{
    c->target[c->n_target++] = (struct target){.url = url, .source = "acme/x", .brand = "acme", .depth = 1};
}

void crew_run(struct crew *c, const struct settings *s, int64_t max_ms)
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

const struct result *result_of(const struct crew *c, const char *url)
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

struct world *world_new(const struct answer *a, size_t n)
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

void world_free(struct world *w)
{
    server_stop(&w->server);
    strbuf_release(&w->crew.blob);
    free(w);
}
