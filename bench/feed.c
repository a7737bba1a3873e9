#define _GNU_SOURCE 1 /* strcasestr */

/* How fast queued events drain into a local webhook: 10,000 by default, 8 connections, signed.
 *
 * usage: feed STORE RECIPE.sink [N...]   STORE: a store with events (bench/store --keep); RECIPE: data/sinks/webhook.sink
 * The receiver is a thread that answers 200 to every request. Prints tab-separated lines: name, value, unit. Memory: anonymous pages after the first tenth and at the end, which must not grow. */
#include "feed/sink.h"

#include "base/limits.h"
#include "base/when.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 64
static atomic_size_t n_received;
static const char answer[] = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

struct client {
    int fd;
    char head[16384];
    size_t n;
    size_t body_left;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* false: the client has gone. Requests come one after the other on a connection. */
static bool serve(struct client *c)
{
    ssize_t got = read(c->fd, c->head + c->n, sizeof c->head - 1 - c->n);
    if (got <= 0)
        return false;
    c->n += (size_t)got;
    for (;;) {
        if (c->body_left) {
            size_t eat = c->n < c->body_left ? c->n : c->body_left;
            memmove(c->head, c->head + eat, c->n - eat);
            c->n -= eat;
            c->body_left -= eat;
            if (c->body_left)
                return true;
            atomic_fetch_add(&n_received, 1);
            if (write(c->fd, answer, sizeof answer - 1) < 0)
                return false;
        }
        c->head[c->n] = '\0';
        char *end = strstr(c->head, "\r\n\r\n"), *length = strcasestr(c->head, "content-length:");
        if (!end)
            return c->n < sizeof c->head - 1;
        c->body_left = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
        size_t head = (size_t)(end + 4 - c->head);
        memmove(c->head, c->head + head, c->n - head);
        c->n -= head;
    }
}

static void *receiver(void *arg)
{
    int listener = *(int *)arg;
    static struct client client[CLIENTS];
    struct pollfd p[CLIENTS + 1];
    size_t n = 0;
    for (;;) {
        p[0] = (struct pollfd){.fd = listener, .events = n < CLIENTS ? POLLIN : 0};
        for (size_t i = 0; i < n; i++)
            p[i + 1] = (struct pollfd){.fd = client[i].fd, .events = POLLIN};
        if (poll(p, n + 1, -1) < 0)
            continue;
        for (size_t i = n; i-- > 0;)
            if (p[i + 1].revents && !serve(&client[i])) {
                close(client[i].fd);
                client[i] = client[--n];
            }
        if (p[0].revents & POLLIN) {
            int fd = accept(listener, NULL, NULL);
            if (fd >= 0)
                client[n++] = (struct client){.fd = fd};
        }
    }
    return NULL;
}

/* Without mapped pages of the store: those are the system's cache. */
static long resident_kib(void)
{
    char line[200];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %ld", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib;
}

static void must(enum err e)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "bench: %s\n", err_text());
    exit(1);
}

static void drain(struct store *store, const struct settings *settings, struct sink_spec *spec, size_t n)
{
    struct feed_report report = {0};
    struct rusage before, after;
    size_t part = n / 10 ? n / 10 : 1, sent = 0;
    long first = 0, last = 0;
    double busy = 0;
    getrusage(RUSAGE_SELF, &before);
    while (sent < n) {
        struct feed_setup setup = {.store = store, .settings = settings, .sink = spec, .n_sink = 1, .max = part};
        double began = now_s();
        must(feed_run(&setup, &report));
        busy += now_s() - began;
        if (report.n_done == 0)
            break;
        sent += report.n_done;
        last = resident_kib();
        first = first ? first : last;
    }
    getrusage(RUSAGE_SELF, &after);
    double cpu = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) + (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1e6;
    printf("feed webhook n=%zu connections=%d\t%.0f\tevents/s\n", sent, spec->conf->connections, (double)sent / busy);
    printf("feed webhook user time, receiver included\t%.1f\tus/event\n", cpu / (double)sent * 1e6);
    printf("feed webhook memory after the first tenth\t%ld\tKiB\n", first);
    printf("feed webhook memory at the end\t%ld\tKiB\n", last);
    printf("feed webhook received\t%zu\tevents\n", atomic_load(&n_received));
    if (report.n_wait || report.n_parked)
        printf("feed webhook waiting\t%zu\tevents: %s\n", report.n_wait + report.n_parked, report.reason);
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    pthread_t thread;
    struct store *store;
    struct arena a;
    struct strbuf lines;
    struct settings settings = {.user_agent = "earshot"};
    struct sink_conf conf;
    struct sink_spec spec = {.conf = &conf};
    char url[64];
    if (argc < 3)
        return fprintf(stderr, "usage: feed STORE RECIPE.sink [N...]\n"), 64;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, CLIENTS) != 0 || getsockname(listener, (struct sockaddr *)&at, &len) != 0)
        return perror("bench: socket"), 1;
    pthread_create(&thread, NULL, receiver, &listener);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    arena_init(&a, LIMIT_MIB);
    strbuf_init(&lines, LIMIT_MIB);
    must(recipe_load(argv[2], &spec.recipe, &a, &lines));
    must(store_open(&store, argv[1], STORE_WRITE));
    sink_conf_init(&conf);
    conf.url = url;
    conf.token[0] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for (int i = 3; i < argc || i == 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "bench%d-%ld", i, (long)getpid());
        conf.name = name;
        atomic_store(&n_received, 0);
        drain(store, &settings, &spec, i < argc ? strtoul(argv[i], NULL, 10) : 10000);
    }
    store_close(store);
    recipe_release(&spec.recipe);
    strbuf_release(&lines);
    arena_release(&a);
    return 0;
}
