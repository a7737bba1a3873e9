#include "crawler/transfer.h"

#include "base/limits.h"
#include "base/when.h"
#include "crawler/retry.h"
#include "crawler/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define ROBOTS_BYTES (500 * 1024 + 1)
#define LOOKS_BEFORE 8 /* calls of curl's progress; most pages need fewer, at full speed it is 13 MB */

bool transfer_init(struct transfer *t, const struct guard *g)
{
    *t = (struct transfer){.guard = g, .easy = curl_easy_init()};
    page_init(&t->own, ROBOTS_BYTES);
    strbuf_init(&t->head, LIMIT_HEADER_BYTES);
    arena_init(&t->dress, LIMIT_MIB);
    return t->easy != NULL;
}

void transfer_release(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->header);
    page_release(&t->own);
    strbuf_release(&t->head);
    arena_release(&t->dress);
    t->easy = NULL;
}

/* ---- curl's calls ---- */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct transfer *t = ctx;
    const struct place *p = &t->job->place;
    if (purpose != CURLSOCKTYPE_IPCXN || !guard_allows(t->guard, p->host, p->port, &a->addr)) {
        guard_text(&a->addr, t->refused);
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    struct strbuf *wire = &t->page->wire;
    n *= size;
    if (strbuf_add(wire, bytes, n))
        return n;
    t->body_big = true;
    if (t->job->kind == JOB_ROBOTS && wire->n < wire->max_bytes) /* the first 500 KiB count */
        strbuf_add(wire, bytes, wire->max_bytes - wire->n);
    return 0;
}

/* "Name: value\r\n" to "name: value\n"; control bytes to blanks, so that a header stays one line. */
static void keep_header(struct strbuf *head, const char *s, size_t n)
{
    while (n && (s[n - 1] == '\r' || s[n - 1] == '\n'))
        n--;
    if (n == 0)
        return;
    bool folded = (*s == ' ' || *s == '\t') && head->n;
    size_t from = folded ? head->n - 1 : head->n;
    size_t name = folded ? 0 : strcspn(s, ":");
    if (!folded && name >= n)
        return;
    head->n = from;
    if (!strbuf_add(head, s, n) || !strbuf_putc(head, '\n'))
        return;
    for (size_t i = 0; i < n; i++) {
        char *c = &head->s[from + i];
        if (i < name && *c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
        else if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    }
}

static size_t take_header(char *bytes, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    n *= size;
    t->head_bytes += n;
    if (t->head_bytes > LIMIT_HEADER_BYTES) {
        t->head_big = true;
        return 0;
    }
    if (n >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        strbuf_clear(&t->head);
    else if (t->page->wire.n == 0) /* trailers are counted, not kept */
        keep_header(&t->head, bytes, n);
    return n;
}

/* curl swallows the extensions of chunks and tells nobody: an endless one costs seconds of CPU until the low-speed limit. Only its debugging shows them; that is switched on for
 * what is not done soon, and what then comes beside headers and body has the ceiling of a body. */
static int watch_progress(void *ctx, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
    struct transfer *t = ctx;
    (void)down_total, (void)down, (void)up_total, (void)up;
    if (++t->n_look == LOOKS_BEFORE) {
        t->body_before = t->page->wire.n;
        curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L);
    }
    t->raw_big = t->raw_bytes > t->page->wire.n - t->body_before + LIMIT_BODY_BYTES;
    return t->raw_big;
}

static int take_raw(CURL *e, curl_infotype type, char *bytes, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    (void)e, (void)bytes;
    if (type == CURLINFO_DATA_IN)
        t->raw_bytes += n;
    return 0;
}

/* ---- before ---- */

static bool add_header(struct transfer *t, const char *name, const char *value)
{
    struct strbuf line;
    strbuf_init(&line, LIMIT_HEADER_BYTES);
    strbuf_printf(&line, "%s: ", name);
    for (const char *c = value; *c; c++)
        strbuf_putc(&line, (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c);
    struct curl_slist *grown = line.full ? NULL : curl_slist_append(t->header, line.s);
    strbuf_release(&line);
    if (grown)
        t->header = grown;
    return grown != NULL;
}

/* A token goes to the origin of the target and nowhere else, whatever redirects say. */
static bool dress(struct transfer *t, const struct fetch_calls *calls)
{
    struct job *j = t->job;
    struct place own;
    t->request = (struct request){0};
    arena_reset(&t->dress);
    if (j->kind != JOB_PAGE || !calls->request || !j->place.https)
        return true;
    if (j->n_redirect) {
        bool home = !place_read(&own, j->target.url) && strcmp(own.origin, j->place.origin) == 0;
        place_release(&own);
        if (!home)
            return true;
    }
    if (!calls->request(calls->ctx, &j->target, j->place.url, &t->dress, &t->request))
        t->request = (struct request){0};
    return !t->dress.full;
}

static bool add_request_headers(struct transfer *t)
{
    for (size_t i = 0; i < t->request.n_header; i++) {
        struct curl_slist *grown = curl_slist_append(t->header, t->request.header[i]);
        if (!grown)
            return false;
        t->header = grown;
    }
    return true;
}

/* curl 7.88.1 calls half a compressed body OK, so it is not told about codings: inflate_page undoes them. robots.txt is asked for plain. */
static bool request_headers(struct transfer *t)
{
    curl_slist_free_all(t->header);
    t->header = curl_slist_append(NULL, "Accept: " REQUEST_ACCEPT);
    if (!t->header)
        return false;
    if (t->job->kind == JOB_ROBOTS)
        return true;
    const struct target *g = &t->job->target;
    if (!add_header(t, "Accept-Encoding", REQUEST_CODINGS) || !add_request_headers(t))
        return false;
    if (t->request.body) /* what was said to a form has no validators */
        return true;
    if (g->etag && *g->etag && add_header(t, "If-None-Match", g->etag))
        t->conditional = true;
    if (g->last_modified && *g->last_modified && add_header(t, "If-Modified-Since", g->last_modified))
        t->conditional = true;
    return true;
}

static void set_limits(CURL *e, const struct strbuf *wire, bool page)
{
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)LIMIT_CONNECT_S);
    curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)LIMIT_TRANSFER_S);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)LIMIT_LOW_SPEED_BYTES);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)LIMIT_LOW_SPEED_S);
    if (page)
        curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)wire->max_bytes);
}

static void set_safety(CURL *e, const struct settings *s)
{
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_PROXY, s->proxy ? s->proxy : "");
    curl_easy_setopt(e, CURLOPT_NOPROXY, "");
    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    if (s->ca_file)
        curl_easy_setopt(e, CURLOPT_CAINFO, s->ca_file);
}

bool transfer_prepare(struct transfer *t, const struct transfer_setup *setup)
{
    const struct settings *s = setup->settings;
    CURL *e = t->easy;
    strbuf_clear(&t->head);
    t->head_bytes = 0;
    t->n_look = 0;
    t->raw_bytes = t->body_before = 0;
    t->raw_big = t->head_big = t->body_big = t->conditional = t->lasting = false;
    t->refused[0] = t->error[0] = '\0';
    curl_easy_reset(e);
    if (!guard_allows_proxied(t->guard, t->job->place.host, t->job->place.port)) {
        snprintf(t->refused, sizeof t->refused, "%.60s", t->job->place.host);
        return false;
    }
    if (!dress(t, setup->calls) || !request_headers(t))
        return false;
    set_limits(e, &t->page->wire, t->job->kind == JOB_PAGE);
    set_safety(e, s);
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(e, CURLOPT_SHARE, setup->share);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    /* waiting for a connection of another transfer pays only where many share a host, and curl counts all hosts behind one connect_to address as one */
    curl_easy_setopt(e, CURLOPT_PIPEWAIT, s->per_host > 1 && t->job->place.https ? 1L : 0L);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, watch_progress);
    curl_easy_setopt(e, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(e, CURLOPT_DEBUGFUNCTION, take_raw);
    curl_easy_setopt(e, CURLOPT_DEBUGDATA, t);
    curl_easy_setopt(e, CURLOPT_CONNECT_TO, setup->connect_to);
    if (s->user_agent)
        curl_easy_setopt(e, CURLOPT_USERAGENT, s->user_agent);
    if (t->request.body && curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, t->request.body) != CURLE_OK)
        return false;
    return curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->header) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_URL, t->request.url ? t->request.url : t->job->place.url) == CURLE_OK;
}

/* ---- after ---- */

const char *transfer_header(struct transfer *t, const char *name)
{
    return status_header(&t->page->arena, t->head.s, name);
}

/* RFC 9112 section 6.3: two lengths that differ make the end of the body a guess; curl 7.88.1 takes the last. */
static bool two_lengths(struct transfer *t)
{
    const char *first = NULL, *v = NULL;
    size_t first_n = 0;
    if (transfer_header(t, "transfer-encoding"))
        return false;
    for (const char *at = t->head.s; *at; at += *at == '\n') {
        size_t line = strcspn(at, "\n");
        if (strncmp(at, "content-length:", 15) == 0) {
            v = at + 15 + strspn(at + 15, " \t");
            size_t n = (size_t)(at + line - v);
            if (first && (n != first_n || memcmp(first, v, n) != 0))
                return true;
            first = v;
            first_n = n;
        }
        at += line;
    }
    return false;
}

static void failed(struct transfer *t, CURLcode code)
{
    struct page *p = t->page;
    const char *text = *t->error ? t->error : curl_easy_strerror(code);
    t->lasting = *t->refused || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_WEIRD_SERVER_REPLY ||
                 code == CURLE_UNSUPPORTED_PROTOCOL;
    bool long_line = code == CURLE_OUT_OF_MEMORY && p->status && p->wire.n == 0; /* curl's word for a header line over 100 KB */
    if (t->head_big || long_line)
        page_fail(p, OUTCOME_TOOBIG, "more than %zu bytes of headers", LIMIT_HEADER_BYTES);
    else if (t->body_big || code == CURLE_FILESIZE_EXCEEDED)
        page_fail(p, OUTCOME_TOOBIG, "the body is larger than %zu bytes", p->wire.max_bytes);
    else if (t->raw_big)
        page_fail(p, OUTCOME_TOOBIG, "more than %zu bytes around the body", LIMIT_BODY_BYTES);
    else if (*t->refused && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK))
        page_fail(p, OUTCOME_NETWORK, "address %s is not public: refused (allow_private permits it)", t->refused);
    else
        page_fail(p, OUTCOME_NETWORK, "%s", text);
}

static int64_t rate_wait_s(struct transfer *t, int64_t now_s)
{
    static const char *const pairs[][2] = {{"x-ratelimit-remaining", "x-ratelimit-reset"}, {"ratelimit-remaining", "ratelimit-reset"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int64_t s = retry_rate_s(transfer_header(t, pairs[i][0]), transfer_header(t, pairs[i][1]), now_s);
        if (s >= 0)
            return s;
    }
    return -1;
}

/* What comes back may repeat the token: a redirect keeps the query, an error its parameters. A compressed body is masked by whoever inflates it. */
static void mask_secrets(struct transfer *t)
{
    struct strbuf error = {.s = t->error, .n = strlen(t->error), .cap = sizeof t->error};
    for (size_t i = 0; i < REQUEST_TOKENS; i++) {
        strbuf_mask(&t->head, t->request.secret[i]);
        strbuf_mask(&t->page->wire, t->request.secret[i]);
        strbuf_mask(&error, t->request.secret[i]);
    }
}

void transfer_finish(struct transfer *t, CURLcode code, int64_t now_s)
{
    struct page *p = t->page;
    mask_secrets(t);
    long status = 0;
    curl_off_t took_us = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    p->status = (int)status;
    p->elapsed_ms = (int64_t)took_us / 1000;
    p->fetched_at = now_s;
    p->final_url = arena_strdup(&p->arena, t->job->place.url);
    p->posted = arena_strdup(&p->arena, t->request.shown_body);
    if (t->head.n) {
        p->headers = arena_strndup(&p->arena, t->head.s, t->head.n);
        p->content_type = transfer_header(t, "content-type");
        p->content_encoding = transfer_header(t, "content-encoding");
        p->etag = transfer_header(t, "etag");
        p->last_modified = transfer_header(t, "last-modified");
    }
    if (code == CURLE_OK && two_lengths(t))
        page_fail(p, OUTCOME_NETWORK, "two Content-Length headers that differ");
    else if (code == CURLE_OK)
        status_judge(p, t->conditional, transfer_header(t, "cf-mitigated"));
    else
        failed(t, code);
    p->retry_after_s = -1;
    if (p->outcome == OUTCOME_SLOWDOWN)
        p->retry_after_s = retry_after_s(transfer_header(t, "retry-after"), now_s);
    if (p->outcome == OUTCOME_SLOWDOWN && p->retry_after_s < 0)
        p->retry_after_s = retry_body_s(p->wire.s, p->wire.n);
    if (p->retry_after_s < 0 && code == CURLE_OK)
        p->retry_after_s = rate_wait_s(t, now_s);
}
