/* The fetch loop alone: fetch CONNECT_TO CONNECTIONS < addresses. Fetches every address once and lets the bytes go; the part of a crawl that is to be
 * compared with curl --parallel. Prints how many pages came, and their bytes on the wire. */
#include "base/limits.h"
#include "crawler/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES_MAX 200000

static struct {
    struct page page[LIMIT_PAGE_POOL], *free[LIMIT_PAGE_POOL];
    struct target target[ADDRESSES_MAX];
    size_t n_free, n_target, n_given, n_good, n_bytes;
} bench;

static size_t on_more(void *ctx, struct arena *a, struct target **out)
{
    (void)ctx;
    (void)a;
    size_t n = bench.n_target - bench.n_given;
    *out = bench.target + bench.n_given;
    if (n > LIMIT_FRONTIER_BATCH)
        n = LIMIT_FRONTIER_BATCH;
    bench.n_given += n;
    return n;
}

static struct page *on_take(void *ctx)
{
    (void)ctx;
    return bench.n_free ? bench.free[--bench.n_free] : NULL;
}

static void on_give(void *ctx, struct page *page)
{
    (void)ctx;
    bench.free[bench.n_free++] = page;
}

static void on_done(void *ctx, struct page *page)
{
    bench.n_good += page->outcome == OUTCOME_NONE;
    bench.n_bytes += page->wire.n;
    page_clear(page);
    on_give(ctx, page);
}

static bool on_finished(void *ctx)
{
    (void)ctx;
    return bench.n_given == bench.n_target;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 64;
    static char line[8192];
    const char *connect_to[] = {argv[1]};
    struct settings s = {.connections = atoi(argv[2]), .per_host = 8, .user_agent = "bench", .connect_to = connect_to, .n_connect_to = 1, .max_body_bytes = 8 * LIMIT_MIB};
    while (bench.n_target < ADDRESSES_MAX && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\r\n")] = '\0';
        bench.target[bench.n_target++] = (struct target){.url = strdup(line), .source = "bench", .brand = "bench", .kind = TARGET_LISTING, .depth = 1};
    }
    for (size_t i = 0; i < LIMIT_PAGE_POOL; i++) {
        page_init(&bench.page[i], s.max_body_bytes);
        on_give(NULL, &bench.page[i]);
    }
    struct fetch_calls calls = {.more = on_more, .take = on_take, .done = on_done, .finished = on_finished, .give = on_give};
    struct fetcher *f;
    if (fetcher_new(&f, &s, &calls) != ERR_OK || fetcher_run(f, 0) != ERR_OK) {
        fprintf(stderr, "fetch: %s\n", err_text());
        return 70;
    }
    fetcher_free(f);
    printf("%zu %zu\n", bench.n_good, bench.n_bytes);
    return bench.n_good == bench.n_target ? 0 : 1;
}
