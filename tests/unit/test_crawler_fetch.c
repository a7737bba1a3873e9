/* The fetch loop against a small server on loopback: outcomes, redirects, robots.txt, conditions, stopping, threads. */
#include "tests/unit/crawler_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* With a proxy on a private address everything goes through it, but no private number and no localhost may be asked of it. */
static void test_proxy(void **state)
{
    (void)state;
    static const struct answer a[] = {{NULL, "http://a.example/a", OK_ANSWER("a", 1), 0}};
    static const char *const bad[] = {"http://10.0.0.1/a", "http://[::1]/a", "http://localhost/a", "http://x.localhost/a", "http://2130706433/a"};
    struct world *w = world_new(a, N(a));
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", w->server.port);
    w->settings.proxy = proxy;
    w->settings.n_connect_to = 0;
    crew_add(&w->crew, "http://a.example/a");
    for (size_t i = 0; i < N(bad); i++)
        crew_add(&w->crew, bad[i]);
    crew_run(&w->crew, &w->settings, 0);
    assert_int_equal(result_of(&w->crew, "http://a.example/a")->outcome, OUTCOME_NONE);
    for (size_t i = 0; i < N(bad); i++) {
        assert_int_equal(result_of(&w->crew, bad[i])->outcome, OUTCOME_NETWORK);
        assert_non_null(strstr(result_of(&w->crew, bad[i])->reason, "not public"));
    }
    assert_int_equal(w->server.n_log, 2); /* robots.txt and the page */
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
    const struct fetch_calls calls = {.ctx = NULL};
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
        cmocka_unit_test(test_guarded),    cmocka_unit_test(test_proxy), cmocka_unit_test(test_slow_host), cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_circuit),    cmocka_unit_test(test_bad_settings),
    };
    return cmocka_run_group_tests_name("crawler/fetch", tests, NULL, NULL);
}
