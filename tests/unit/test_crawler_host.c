/* Politeness on a clock of the test's own: an hour of six hosts, and what survives a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crawler/host.h"
#include "crawler/retry.h"

#define N(a) (sizeof(a) / sizeof *(a))
#define HOUR_MS 3600000
#define BEGIN_S 1793700000

/* ---- an hour ---- */

/* How a host of the play behaves. */
struct actor {
    const char *host, *robots;
    int64_t answer_ms;      /* every answer takes so long */
    int64_t gap_ms;         /* no two starts may be closer */
    int every_429;          /* each n-th page is a 429; 0 never */
    int64_t retry_after_ms; /* ... with this wait */
    bool down;              /* no request is answered */
    int least, most;        /* page requests within the hour */
};

static const struct actor actors[] = {
    {"quick.example", "", 50, 2000, 0, 0, false, 1790, 1800},
    {"other.example", "", 50, 2000, 0, 0, false, 1790, 1800},
    {"slow.example", "", 5000, 9000, 0, 0, false, 340, 365},
    {"patient.example", "User-agent: *\nCrawl-delay: 10\n", 50, 10000, 0, 0, false, 355, 360},
    {"strict.example", "User-agent: *\nDisallow: /\n", 50, 2000, 0, 0, false, 0, 0},
    {"busy.example", "", 50, 2000, 10, 7000, false, 1200, 1500},
    {"down.example", NULL, 1000, 100, 0, 0, true, 0, 0},
};

struct flight {
    struct job *job;
    struct host *host;
    size_t actor;
    int64_t end_ms;
};

struct play {
    struct hosts *hosts;
    struct flight flight[64];
    size_t n_flight;
    int n_page[N(actors)], n_handed[N(actors)], n_request[N(actors)];
    int64_t last_ms[N(actors)], not_before_ms[N(actors)];
};

static size_t actor_of(const char *host)
{
    for (size_t i = 0; i < N(actors); i++)
        if (strcmp(actors[i].host, host) == 0)
            return i;
    fail_msg("unknown host %s", host);
    return 0;
}

static void depart(struct play *p, const struct move *m, int64_t now_ms)
{
    size_t i = actor_of(m->job->place.host);
    if (p->n_request[i] && now_ms - p->last_ms[i] < (p->n_request[i] > 8 ? actors[i].gap_ms : 2000) && !actors[i].down)
        fail_msg("%s: %lld ms after the last request", actors[i].host, (long long)(now_ms - p->last_ms[i]));
    if (now_ms < p->not_before_ms[i])
        fail_msg("%s: %lld ms before the end of its Retry-After", actors[i].host, (long long)(p->not_before_ms[i] - now_ms));
    p->last_ms[i] = now_ms;
    p->n_request[i]++;
    p->n_page[i] += m->job->kind == JOB_PAGE;
    assert_true(p->n_flight < N(p->flight));
    p->flight[p->n_flight++] = (struct flight){m->job, m->host, i, now_ms + actors[i].answer_ms};
}

static void land(struct play *p, size_t k, int64_t now_ms)
{
    struct flight f = p->flight[k];
    const struct actor *a = &actors[f.actor];
    p->flight[k] = p->flight[--p->n_flight];
    bool robots = f.job->kind == JOB_ROBOTS;
    bool busy = !robots && a->every_429 && p->n_page[f.actor] % a->every_429 == 0;
    host_answered(p->hosts, f.host, a->down ? ANSWER_FAILED : busy ? ANSWER_SLOWDOWN : ANSWER_GOOD, a->answer_ms, now_ms);
    if (busy) {
        host_pause(p->hosts, f.host, a->retry_after_ms, now_ms);
        p->not_before_ms[f.actor] = now_ms + a->retry_after_ms;
    }
    if (robots)
        host_robots(p->hosts, f.job->robots_host, f.job->robots_https, a->robots ? robots_parse(a->robots, strlen(a->robots), "earshot") : NULL,
                    OUTCOME_NETWORK, "no answer", BEGIN_S + now_ms / 1000);
    job_free(f.job);
}

static void test_hour(void **state)
{
    (void)state;
    const struct settings s = {.user_agent = "earshot", .delay_ms = 2000, .per_host = 1};
    const struct fetch_calls calls = {0};
    struct play p = {.hosts = hosts_new(&s, &calls, 7)};
    const char *why;
    const int n_target = 2000;
    for (int k = 0; k < n_target; k++)
        for (size_t i = 0; i < N(actors); i++) {
            char url[100];
            snprintf(url, sizeof url, "https://%s/%d", actors[i].host, k);
            struct job *j = job_new(&(struct target){.url = url}, &why);
            assert_true(hosts_push(p.hosts, j, false, 0, BEGIN_S));
        }
    for (int64_t now = 0; now < HOUR_MS;) {
        struct move m;
        for (size_t k = 0; k < p.n_flight;)
            if (p.flight[k].end_ms <= now)
                land(&p, k, now);
            else
                k++;
        for (hosts_next(p.hosts, now, BEGIN_S + now / 1000, &m); m.kind != MOVE_NOTHING; hosts_next(p.hosts, now, BEGIN_S + now / 1000, &m)) {
            if (m.kind == MOVE_SEND) {
                depart(&p, &m, now);
                continue;
            }
            size_t i = actor_of(m.job->place.host);
            assert_int_equal(m.outcome, actors[i].down ? OUTCOME_NETWORK : OUTCOME_ROBOTS);
            p.n_handed[i]++;
            job_free(m.job);
        }
        int64_t next = hosts_ready_ms(p.hosts);
        for (size_t k = 0; k < p.n_flight; k++)
            next = p.flight[k].end_ms < next ? p.flight[k].end_ms : next;
        if (next == INT64_MAX)
            break;
        assert_true(next > now);
        now = next;
    }
    for (size_t i = 0; i < N(actors); i++) {
        print_message("%-16s %4d requests, %4d pages, %4d handed on unsent\n", actors[i].host, p.n_request[i], p.n_page[i], p.n_handed[i]);
        assert_in_range(p.n_page[i], actors[i].least, actors[i].most);
    }
    assert_int_equal(p.n_handed[actor_of("strict.example")], n_target);
    assert_int_equal(p.n_request[actor_of("strict.example")], 1);
    assert_int_equal(p.n_handed[actor_of("down.example")], n_target); /* nothing is dropped in silence */
    while (p.n_flight)
        land(&p, 0, HOUR_MS);
    hosts_free(p.hosts);
}

/* ---- single rules ---- */

struct memory {
    struct strbuf blob;
    char origin[200];
    int n_put;
};

static bool memory_get(void *ctx, const char *origin, struct strbuf *out)
{
    struct memory *m = ctx;
    return strcmp(origin, m->origin) == 0 && strbuf_add(out, m->blob.s, m->blob.n);
}

static void memory_put(void *ctx, const char *origin, const void *blob, size_t n)
{
    struct memory *m = ctx;
    snprintf(m->origin, sizeof m->origin, "%s", origin);
    strbuf_clear(&m->blob);
    strbuf_add(&m->blob, blob, n);
    m->n_put++;
}

static void push(struct hosts *h, const char *url)
{
    const char *why;
    struct job *j = job_new(&(struct target){.url = url}, &why);
    assert_non_null(j);
    assert_true(hosts_push(h, j, false, 0, BEGIN_S));
}

static struct host *expect(struct hosts *h, int64_t now_ms, int64_t now_s, enum move_kind kind, const char *url, enum outcome o)
{
    struct move m;
    hosts_next(h, now_ms, now_s, &m);
    if (m.kind != kind || (m.job && strcmp(m.job->place.url, url) != 0) || m.outcome != o)
        fail_msg("at %lld: move %d of %s, %s \"%s\"; expected move %d of %s", (long long)now_ms, (int)m.kind, m.job ? m.job->place.url : "-",
                 outcome_word(m.outcome), m.reason, (int)kind, url);
    job_free(m.job);
    return m.host;
}

/* robots.txt is kept 24 hours over runs, then read anew; when that fails, the old copy serves on. */
static void test_robots_age(void **state)
{
    (void)state;
    const struct settings s = {.user_agent = "earshot/0.1"};
    struct memory mem = {.n_put = 0};
    strbuf_init(&mem.blob, 100000);
    const struct fetch_calls calls = {.ctx = &mem, .host_get = memory_get, .host_put = memory_put};
    const char *file = "User-agent: earshot\nDisallow: /no\n";

    struct hosts *h = hosts_new(&s, &calls, 1);
    push(h, "http://a.example/1");
    struct host *host = expect(h, 0, BEGIN_S, MOVE_SEND, "http://a.example/robots.txt", OUTCOME_NONE);
    expect(h, 0, BEGIN_S, MOVE_NOTHING, "", OUTCOME_NONE); /* the page waits for it */
    host_answered(h, host, ANSWER_GOOD, 10, 10);
    host_robots(h, host, false, robots_parse(file, strlen(file), "earshot"), OUTCOME_NONE, NULL, BEGIN_S);
    expect(h, 10, BEGIN_S, MOVE_SEND, "http://a.example/1", OUTCOME_NONE);
    host_answered(h, host, ANSWER_GOOD, 10, 20);
    hosts_save(h, true, 20, BEGIN_S);
    hosts_save(h, true, 20, BEGIN_S);
    assert_int_equal(mem.n_put, 1); /* unchanged the second time */
    assert_string_equal(mem.origin, "http://a.example:80");
    hosts_free(h);

    h = hosts_new(&s, &calls, 1);
    push(h, "http://a.example/no");
    push(h, "http://a.example/1");
    expect(h, 0, BEGIN_S + 86399, MOVE_HAND_ON, "http://a.example/no", OUTCOME_ROBOTS);
    host = expect(h, 0, BEGIN_S + 86399, MOVE_SEND, "http://a.example/1", OUTCOME_NONE);
    host_answered(h, host, ANSWER_GOOD, 10, 20);
    push(h, "http://a.example/1");
    push(h, "http://a.example/no");
    host = expect(h, 20, BEGIN_S + 86400, MOVE_SEND, "http://a.example/robots.txt", OUTCOME_NONE);
    host_answered(h, host, ANSWER_FAILED, 10, 30);
    assert_true(host_keep_old_robots(h, host, false, BEGIN_S + 86400));
    expect(h, 30, BEGIN_S + 86400, MOVE_SEND, "http://a.example/1", OUTCOME_NONE);
    host_answered(h, host, ANSWER_GOOD, 10, 40);
    expect(h, 40, BEGIN_S + 86400, MOVE_HAND_ON, "http://a.example/no", OUTCOME_ROBOTS);
    hosts_free(h);

    /* another agent has other rules: its copy is not ours */
    const struct settings other = {.user_agent = "other/1"};
    h = hosts_new(&other, &calls, 1);
    push(h, "http://a.example/no");
    host = expect(h, 0, BEGIN_S, MOVE_SEND, "http://a.example/robots.txt", OUTCOME_NONE);
    host_answered(h, host, ANSWER_DROPPED, 0, 0);
    hosts_free(h);
    strbuf_release(&mem.blob);
}

/* Five failures in a row close the host for ten minutes; then one request tries it. */
static void test_circuit(void **state)
{
    (void)state;
    const struct settings s = {.user_agent = "earshot"};
    const struct fetch_calls calls = {0};
    struct hosts *h = hosts_new(&s, &calls, 1);
    struct host *host = NULL;
    push(h, "http://a.example/0");
    host = expect(h, 0, BEGIN_S, MOVE_SEND, "http://a.example/robots.txt", OUTCOME_NONE);
    host_answered(h, host, ANSWER_GOOD, 1, 1);
    host_robots(h, host, false, robots_parse("", 0, "earshot"), OUTCOME_NONE, NULL, BEGIN_S);
    for (int i = 0; i < HOST_FAILURES_MAX; i++) {
        if (i)
            push(h, "http://a.example/0");
        expect(h, 2 + i, BEGIN_S, MOVE_SEND, "http://a.example/0", OUTCOME_NONE);
        host_answered(h, host, ANSWER_FAILED, 1, 2 + i);
    }
    push(h, "http://a.example/1");
    push(h, "http://a.example/2");
    expect(h, 10, BEGIN_S, MOVE_HAND_ON, "http://a.example/1", OUTCOME_NETWORK);
    int64_t later = HOST_CLOSED_MS + 10;
    expect(h, later, BEGIN_S + later / 1000, MOVE_SEND, "http://a.example/2", OUTCOME_NONE);
    host_answered(h, host, ANSWER_FAILED, 1, later);
    push(h, "http://a.example/3");
    expect(h, later, BEGIN_S + later / 1000, MOVE_HAND_ON, "http://a.example/3", OUTCOME_NETWORK);
    hosts_free(h);
}

/* A redirect hop goes before other pages, but never before the robots.txt they wait for; http and https share one queue. */
static void test_order(void **state)
{
    (void)state;
    const struct settings s = {.user_agent = "earshot", .per_host = 1};
    const struct fetch_calls calls = {0};
    struct hosts *h = hosts_new(&s, &calls, 1);
    const char *why;
    push(h, "http://a.example/1");
    struct host *host = expect(h, 0, BEGIN_S, MOVE_SEND, "http://a.example/robots.txt", OUTCOME_NONE);
    host_answered(h, host, ANSWER_GOOD, 1, 1);
    host_robots(h, host, false, robots_parse("", 0, "earshot"), OUTCOME_NONE, NULL, BEGIN_S);
    struct job *hop = job_new(&(struct target){.url = "https://a.example/hop"}, &why);
    assert_true(hosts_push(h, hop, true, 1, BEGIN_S));
    assert_true(host == expect(h, 1, BEGIN_S, MOVE_SEND, "https://a.example/robots.txt", OUTCOME_NONE));
    hop = job_new(&(struct target){.url = "http://a.example/hop2"}, &why);
    assert_true(hosts_push(h, hop, true, 1, BEGIN_S));
    expect(h, 1, BEGIN_S, MOVE_NOTHING, "", OUTCOME_NONE); /* one request at a time */
    host_answered(h, host, ANSWER_GOOD, 1, 2);
    host_robots(h, host, true, robots_parse("", 0, "earshot"), OUTCOME_NONE, NULL, BEGIN_S);
    static const char *const order[] = {"http://a.example/hop2", "https://a.example/hop", "http://a.example/1"};
    for (size_t i = 0; i < N(order); i++) {
        expect(h, 2, BEGIN_S, MOVE_SEND, order[i], OUTCOME_NONE);
        host_answered(h, host, ANSWER_GOOD, 1, 2);
    }
    assert_int_equal(hosts_waiting(h), 0);
    hosts_free(h);
}

/* Bytes from a damaged store must not silence a host or crash. */
static void test_bad_blobs(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "x", "earshot-host 1", "earshot-host 1\n", "earshot-host 1\nclosed", "earshot-host 1\nclosed 99999999999 slowdown never\n",
        "earshot-host 1\nclosed -1 x\nfailures\n", "earshot-host 1\nfailures 99999999999 answer_ms -5\nrobots x y",
        "earshot-host 1\nfailures 1 answer_ms 1\nrobots 99999999999 0\nUser-agent: *\nDisallow: /", "earshot-host 2\nclosed 1793703600 slowdown x\n",
    };
    const struct settings s = {.user_agent = "earshot"};
    for (size_t i = 0; i < N(bad); i++) {
        struct memory mem = {.origin = "http://a.example:80"};
        strbuf_init(&mem.blob, 1000);
        strbuf_puts(&mem.blob, bad[i]);
        const struct fetch_calls calls = {.ctx = &mem, .host_get = memory_get};
        struct hosts *h = hosts_new(&s, &calls, 1);
        push(h, "http://a.example/1");
        expect(h, 0, BEGIN_S, MOVE_SEND, "http://a.example/robots.txt", OUTCOME_NONE);
        hosts_free(h);
        strbuf_release(&mem.blob);
    }
}

static void test_bad_urls(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "a", "/a", "//a/b", "ftp://a/", "file:///etc/passwd", "gopher://a/", "http://", "http://a:0x/",
                                      "http://a:99999/", "http://u@a/", "http://u:p@a/", "http://a\n/", "javascript:alert(1)", "http://[::1/",
                                      "http://a..b/", "http://93%333/", "//93%333", "http://\xff.example/"};
    for (size_t i = 0; i < N(bad); i++) {
        const char *why = NULL;
        struct job *j = job_new(&(struct target){.url = bad[i]}, &why);
        if (j || !why)
            fail_msg("taken: %s", bad[i]);
    }
    static const struct {
        const char *url, *unit, *origin;
    } good[] = {
        {"HTTP://A.Example", "a.example", "http://a.example:80"},
        {"https://a.example:443/x", "a.example", "https://a.example:443"},
        {"https://a.example:8443/x", "a.example:8443", "https://a.example:8443"},
        {"http://0x7f.1/", "127.0.0.1", "http://127.0.0.1:80"},
        {"http://[::1]:81/", "[::1]:81", "http://[::1]:81"},
        {"https://\xd0\xbe\xd1\x82\xd0\xb7\xd1\x8b\xd0\xb2.\xd1\x80\xd1\x84/x", "xn--b1ajuq0c.xn--p1ai", "https://xn--b1ajuq0c.xn--p1ai:443"},
        {"https://M\xc3\xbcller.example/x", "xn--mller-kva.example", "https://xn--mller-kva.example:443"},
        {"https://b\xc3\xbc" "cher.example/x", "xn--bcher-kva.example", "https://xn--bcher-kva.example:443"},
        {"https://\xe5\x85\xac\xe5\x8f\xb8.cn/x", "xn--55qx5d.cn", "https://xn--55qx5d.cn:443"},
        {"https://\xd0\x9f\xd0\xa0\xd0\x98\xd0\x9c\xd0\x95\xd0\xa0.Example/x", "xn--e1afmkfd.example", "https://xn--e1afmkfd.example:443"},
        {"https://a-\xd1\x97.example/x", "xn--a--loc.example", "https://xn--a--loc.example:443"},
        {"http://a.example./", "a.example.", "http://a.example.:80"},
    };
    for (size_t i = 0; i < N(good); i++) {
        struct place p;
        assert_null(place_read(&p, good[i].url));
        assert_string_equal(p.unit, good[i].unit);
        assert_string_equal(p.origin, good[i].origin);
        place_release(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hour),  cmocka_unit_test(test_robots_age), cmocka_unit_test(test_circuit),
        cmocka_unit_test(test_order), cmocka_unit_test(test_bad_blobs),  cmocka_unit_test(test_bad_urls),
    };
    return cmocka_run_group_tests_name("crawler/host", tests, NULL, NULL);
}
