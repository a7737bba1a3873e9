/* What the tests of the fetch loop share: a server on loopback, the other side of the fetcher's calls, and settings that bring them together. */
#ifndef EARSHOT_TESTS_CRAWLER_WORLD_H
#define EARSHOT_TESTS_CRAWLER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>

#include "base/limits.h"
#include "base/queue.h"
#include "crawler/fetch.h"

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

/* How often "host path" was asked for. */
int seen(const struct server *s, const char *what);

/* ---- targets in, results out: take, worker thread, pool ---- */

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

void crew_add(struct crew *c, const char *url);
/* Fetch all targets; returns when every page is home, stop_at is reached, or after max_ms (0 = never). */
void crew_run(struct crew *c, const struct settings *s, int64_t max_ms);
/* Fails the test when the URL was not handed on exactly once. */
const struct result *result_of(const struct crew *c, const char *url);

/* Settings that bring every host to the server. */
struct world {
    struct server server;
    char route[64];
    const char *routes[1];
    struct settings settings;
    struct crew crew;
};

struct world *world_new(const struct answer *a, size_t n);
void world_free(struct world *w);

#define N(a) (sizeof(a) / sizeof *(a))
#define OK_ANSWER(body, n) "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " #n "\r\n\r\n" body

#endif
