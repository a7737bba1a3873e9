/* One HTTP exchange: a curl handle dressed for one job, its answer, and what that answer means. Inner header of fetch.c. */
#ifndef EARSHOT_CRAWLER_TRANSFER_H
#define EARSHOT_CRAWLER_TRANSFER_H

#include "base/page.h"
#include "crawler/guard.h"
#include "crawler/host.h"

#include <curl/curl.h>

#define REQUEST_ACCEPT "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"
#define REQUEST_CODINGS "gzip, deflate, br, zstd"

struct transfer {
    struct transfer *next;      /* in the list of free ones */
    CURL *easy;
    struct curl_slist *header;  /* request headers of this job */
    const struct guard *guard;
    struct job *job;
    struct host *host;
    struct page *page;          /* the baton, or &own for robots.txt */
    struct page own;
    struct strbuf head;         /* header lines of the final answer, "name: value\n" */
    size_t head_bytes;          /* of all answers, trailers included */
    bool head_big, body_big, raw_big; /* a ceiling was reached */
    bool conditional;           /* If-None-Match or If-Modified-Since was sent */
    struct arena dress;         /* of the request */
    unsigned int n_look;        /* calls of curl's progress in this transfer */
    size_t raw_bytes, body_before; /* what came with all that chunks bring along since it is counted; the body before that */
    struct request request;     /* how this job is asked for; zeroed: a plain GET */
    char refused[64];           /* the address that the guard refused */
    bool lasting;               /* the failure will not pass by itself: a certificate, an address, a header */
    char error[CURL_ERROR_SIZE];
};

/* What one curl set-up needs for all transfers. connect_to and share belong to the fetcher. */
struct transfer_setup {
    const struct settings *settings;
    struct curl_slist *connect_to;
    CURLSH *share;
    const struct fetch_calls *calls;
};

bool transfer_init(struct transfer *t, const struct guard *g);
void transfer_release(struct transfer *t);
/* Dress the handle for t->job, which writes into t->page. false: out of memory, or t->refused is set. */
bool transfer_prepare(struct transfer *t, const struct transfer_setup *setup);
/* Fill t->page from what came: status, headers, body, outcome (NONE for a whole answer with status 2xx or 3xx). */
void transfer_finish(struct transfer *t, CURLcode code, int64_t now_s);
/* Value of a header of the final answer (lower-case name), in the page's arena; of several the last, of content-encoding all,
 * joined by ", ". NULL when absent. */
const char *transfer_header(struct transfer *t, const char *name);

#endif
