/* Fetch URLs with the real fetch loop and say what became of each: the test driver of crawler/.
 *
 *   fetch_url [--connect-to H:P:H2:P2]... [--allow-private HOST]... [--ca-file F] [--delay-ms N] [--per-host N] [--connections N]
 *             [--max-ms N] [--etag E] < URLS
 *
 * Prints one JSON object a page: {"url","outcome","reason","status","final_url","retry_after_s","elapsed_ms","wire","body","headers"}, in the order of their
 * arrival, and at the end {"requests","bytes","cpu_ms"}. Exit 0, or 78 for bad settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/jsonw.h"
#include "base/limits.h"
#include "crawler/fetch.h"
#include "crawler/inflate.h"

#define MAX_OPTION 512
#define MAX_URL 200000

struct run {
    struct target *target;
    size_t n_target, n_given, n_home;
    struct page page[LIMIT_PAGE_POOL];
    struct page *free[LIMIT_PAGE_POOL];
    size_t n_free;
    struct strbuf out;
    bool quiet;
};

static size_t more(void *ctx, struct arena *a, struct target **out)
{
    struct run *r = ctx;
    (void)a;
    *out = r->target + r->n_given;
    size_t n = r->n_target - r->n_given;
    n = n > LIMIT_FRONTIER_BATCH ? LIMIT_FRONTIER_BATCH : n;
    r->n_given += n;
    return n;
}

static struct page *take(void *ctx)
{
    struct run *r = ctx;
    return r->n_free ? r->free[--r->n_free] : NULL;
}

static void give(void *ctx, struct page *p)
{
    struct run *r = ctx;
    r->free[r->n_free++] = p;
}

static void done(void *ctx, struct page *p)
{
    struct run *r = ctx;
    struct jsonw w;
    if (p->wire.n && !r->quiet)
        inflate_page(p);
    strbuf_clear(&r->out);
    jsonw_init(&w, &r->out);
    jsonw_object(&w);
    jsonw_kstr(&w, "url", p->target.url);
    jsonw_kstr(&w, "outcome", outcome_word(p->outcome));
    jsonw_kstr(&w, "reason", p->reason);
    jsonw_kint(&w, "status", p->status);
    jsonw_kstr(&w, "final_url", p->final_url);
    jsonw_kint(&w, "retry_after_s", p->retry_after_s);
    jsonw_kint(&w, "elapsed_ms", p->elapsed_ms);
    jsonw_kint(&w, "wire", (int64_t)p->wire.n);
    jsonw_kint(&w, "body", (int64_t)p->body.n);
    jsonw_kstr(&w, "headers", p->headers);
    jsonw_object_end(&w);
    if (!r->quiet)
        puts(r->out.s);
    fflush(stdout);
    r->n_home++;
    give(r, p);
}

static bool finished(void *ctx)
{
    struct run *r = ctx;
    return r->n_home == r->n_target;
}

static void read_urls(struct run *r, const char *etag)
{
    static char line[LIMIT_URL_BYTES * 2];
    r->target = calloc(MAX_URL, sizeof *r->target);
    while (r->target && r->n_target < MAX_URL && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        r->target[r->n_target++] = (struct target){.url = strdup(line), .source = "test/test", .brand = "test", .depth = 1, .etag = etag};
    }
}

static int crawl(struct run *r, const struct settings *s, int64_t max_ms)
{
    const struct fetch_calls calls = {.ctx = r, .more = more, .take = take, .done = done, .finished = finished, .give = give};
    struct fetcher *f;
    strbuf_init(&r->out, 4 * LIMIT_MIB);
    for (size_t i = 0; i < LIMIT_PAGE_POOL; i++) {
        page_init(&r->page[i], s->max_body_bytes);
        r->free[r->n_free++] = &r->page[i];
    }
    enum err e = fetcher_new(&f, s, &calls);
    if (!e)
        e = fetcher_run(f, max_ms ? clock_mono_ms() + max_ms : 0);
    if (e) {
        fprintf(stderr, "fetch_url: %s\n", err_text());
        return err_exit_code(e);
    }
    struct fetch_counters c;
    fetcher_counters(f, &c);
    printf("{\"requests\":%llu,\"bytes\":%llu,\"cpu_ms\":%lld}\n", (unsigned long long)c.requests, (unsigned long long)c.bytes,
           (long long)(clock() / (CLOCKS_PER_SEC / 1000)));
    fetcher_free(f);
    for (size_t i = 0; i < LIMIT_PAGE_POOL; i++)
        page_release(&r->page[i]);
    strbuf_release(&r->out);
    for (size_t i = 0; i < r->n_target; i++)
        free((char *)(uintptr_t)r->target[i].url);
    free(r->target);
    return 0;
}

int main(int argc, char **argv)
{
    static struct run r;
    static const char *connect_to[MAX_OPTION], *allow[MAX_OPTION];
    struct settings s = {.user_agent = "earshot-test/1", .connections = 64, .per_host = 1, .max_body_bytes = LIMIT_BODY_BYTES,
                         .connect_to = connect_to, .allow_private = allow};
    int64_t max_ms = 0;
    const char *etag = NULL;
    for (int i = 1; i < argc; i++) {
        const char *o = argv[i];
        if (strcmp(o, "--quiet") == 0) {
            r.quiet = true;
            continue;
        }
        if (++i == argc) {
            fprintf(stderr, "fetch_url: %s needs a value\n", o);
            return 64;
        }
        if (strcmp(o, "--connect-to") == 0 && s.n_connect_to < MAX_OPTION)
            connect_to[s.n_connect_to++] = argv[i];
        else if (strcmp(o, "--allow-private") == 0 && s.n_allow_private < MAX_OPTION)
            allow[s.n_allow_private++] = argv[i];
        else if (strcmp(o, "--ca-file") == 0)
            s.ca_file = argv[i];
        else if (strcmp(o, "--delay-ms") == 0)
            s.delay_ms = atoi(argv[i]);
        else if (strcmp(o, "--per-host") == 0)
            s.per_host = atoi(argv[i]);
        else if (strcmp(o, "--connections") == 0)
            s.connections = atoi(argv[i]);
        else if (strcmp(o, "--max-ms") == 0)
            max_ms = atoi(argv[i]);
        else if (strcmp(o, "--proxy") == 0)
            s.proxy = argv[i];
        else if (strcmp(o, "--etag") == 0)
            etag = argv[i];
        else {
            fprintf(stderr, "fetch_url: what is %s?\n", o);
            return 64;
        }
    }
    read_urls(&r, etag);
    return crawl(&r, &s, max_ms);
}
