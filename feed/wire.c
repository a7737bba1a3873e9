/* One request on the wire: address, headers and body out of the recipe, no redirects, ceilings on everything, secrets masked in whatever is said about it. */
#include "feed/engine.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "feed/answer.h"
#include "feed/sign.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define RETRY_AFTER_MAX_S (24 * 3600)

void job_reason(struct job *j, const char *fmt, ...)
{
    struct strbuf b;
    char text[1000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    strbuf_init(&b, 8 * LIMIT_KIB);
    utf8_repair(&b, text, strlen(text));
    for (int i = 0; i < 2; i++)
        strbuf_mask(&b, j->sink->spec->conf->token[i]);
    for (size_t i = 0; i < b.n; i++)
        if ((unsigned char)b.s[i] < ' ' || b.s[i] == 0x7f)
            b.s[i] = ' ';
    snprintf(j->reason, sizeof j->reason, "%.*s", (int)utf8_cut(b.s, b.n, sizeof j->reason - 1), b.s);
    strbuf_release(&b);
}

/* ---------------------------------------------------------------- curl's calls */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
    const struct job *j = ctx;
    const struct feed_setup *f = j->sink->setup;
    if (purpose != CURLSOCKTYPE_IPCXN || (f->allows && !f->allows(f->ctx, j->host, j->port, &a->addr)))
        return CURL_SOCKET_BAD;
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take_answer(char *bytes, size_t size, size_t n, void *ctx)
{
    struct job *j = ctx;
    return strbuf_add(&j->answer, bytes, size * n) ? size * n : 0;
}

/* Retry-After: seconds or a date (RFC 9110). */
static size_t take_header(char *bytes, size_t size, size_t n, void *ctx)
{
    static const char name[] = "retry-after:";
    struct job *j = ctx;
    char value[80];
    size_t all = size * n, len = all, k = sizeof name - 1;
    if (len <= k || len >= sizeof value || strncasecmp(bytes, name, k) != 0)
        return all;
    memcpy(value, bytes + k, len - k);
    value[len - k] = '\0';
    const char *p = value + strspn(value, " \t");
    double wait = isdigit((unsigned char)*p) ? strtod(p, NULL) : difftime(curl_getdate(p, NULL), (time_t)(feed_now_ms() / 1000));
    if (wait > 0)
        j->retry_after_ms = (int64_t)((wait > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : wait) * 1000);
    return all;
}

/* ---------------------------------------------------------------- before */

static bool add_header(struct job *j, const char *line)
{
    struct curl_slist *grown = curl_slist_append(j->header, line);
    if (grown)
        j->header = grown;
    return grown != NULL;
}

static bool add_filled(struct job *j, const char *text, const struct vars *v)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_HEADER_BYTES);
    bool good = template_text(&b, text, PLACE_HEADER, v);
    size_t value = strcspn(b.s, ":");
    bool empty = b.s[value] == '\0' || b.s[value + 1 + strspn(b.s + value + 1, " ")] == '\0';
    good = good && (empty || add_header(j, b.s));
    strbuf_release(&b);
    return good;
}

/* "name=value", both filled in and percent-encoded. */
static bool add_pair(struct job *j, struct strbuf *out, const char *pair, const struct vars *v)
{
    struct strbuf part;
    size_t n = strcspn(pair, "=");
    const char *name = arena_strndup(&j->a, pair, n);
    strbuf_init(&part, LIMIT_SINK_BODY_BYTES);
    bool good = name && template_text(&part, name, PLACE_PLAIN, v);
    template_percent(out, part.s);
    strbuf_putc(out, '=');
    strbuf_clear(&part);
    good = good && template_text(&part, pair + n + 1, PLACE_PLAIN, v);
    template_percent(out, part.s);
    strbuf_release(&part);
    return good;
}

static bool make_url(struct job *j, const struct vars *v)
{
    const struct recipe_request *q = j->request;
    bool good = template_text(&j->url, q->url, PLACE_URL, v);
    for (size_t i = 0; i < q->query.n && good; i++) {
        strbuf_putc(&j->url, strchr(j->url.s, '?') ? '&' : '?');
        good = add_pair(j, &j->url, q->query.at[i], v);
    }
    return good && !j->url.full;
}

static bool make_form(struct job *j, const struct vars *v)
{
    bool good = true;
    for (size_t i = 0; i < j->request->form.n && good; i++) {
        strbuf_puts(&j->body, i ? "&" : "");
        good = add_pair(j, &j->body, j->request->form.at[i], v);
    }
    return good && add_header(j, "Content-Type: application/x-www-form-urlencoded");
}

static bool make_body(struct job *j, const struct vars *v)
{
    const struct recipe_request *q = j->request;
    struct jsonw w;
    char type[200];
    if (q->form.n)
        return make_form(j, v);
    if (!q->json && !q->text)
        return true;
    if (q->json) {
        jsonw_init(&w, &j->body);
        template_json(&w, q->json, v);
    } else if (!template_text(&j->body, q->text, PLACE_PLAIN, v)) {
        return false;
    }
    snprintf(type, sizeof type, "Content-Type: %s", q->type ? q->type : q->json ? "application/json" : "text/plain; charset=utf-8");
    return add_header(j, type);
}

static bool add_signature(struct job *j)
{
    const struct sink_conf *c = j->sink->spec->conf;
    const char *const secret[2] = {c->token[0], c->token[1]};
    struct strbuf b;
    char id[64], at[96];
    int64_t now = feed_now_ms() / 1000;
    snprintf(id, sizeof id, "evt_%llu", (unsigned long long)j->seq);
    strbuf_init(&b, LIMIT_KIB);
    strbuf_puts(&b, "webhook-signature: ");
    bool good = sign_make(&b, secret, id, now, j->body.s, j->body.n) && add_header(j, b.s);
    strbuf_release(&b);
    snprintf(at, sizeof at, "webhook-timestamp: %lld", (long long)now);
    good = good && add_header(j, at);
    snprintf(at, sizeof at, "webhook-id: %s", id);
    return good && add_header(j, at);
}

/* Host and port, for the guard. */
static bool take_host(struct job *j)
{
    CURLU *u = curl_url();
    char *host = NULL, *port = NULL;
    bool good = u && curl_url_set(u, CURLUPART_URL, j->url.s, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    if (good) {
        snprintf(j->host, sizeof j->host, "%s", host);
        j->port = (int)strtol(port, NULL, 10);
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(u);
    return good;
}

static void set_common(struct job *j)
{
    const struct settings *s = j->sink->setup->settings;
    curl_easy_setopt(j->easy, CURLOPT_PRIVATE, j);
    curl_easy_setopt(j->easy, CURLOPT_ERRORBUFFER, j->error);
    curl_easy_setopt(j->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(j->easy, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
    curl_easy_setopt(j->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(j->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(j->easy, CURLOPT_TIMEOUT, (long)j->sink->spec->conf->timeout_s);
    curl_easy_setopt(j->easy, CURLOPT_CONNECTTIMEOUT, (long)LIMIT_CONNECT_S);
    curl_easy_setopt(j->easy, CURLOPT_USERAGENT, s->user_agent);
    curl_easy_setopt(j->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(j->easy, CURLOPT_OPENSOCKETDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(j->easy, CURLOPT_WRITEDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(j->easy, CURLOPT_HEADERDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_PROXY, s->proxy ? s->proxy : "");
    if (s->ca_file)
        curl_easy_setopt(j->easy, CURLOPT_CAINFO, s->ca_file);
}

static bool dress(struct job *j)
{
    const struct recipe *r = &j->sink->spec->recipe;
    const struct recipe_request *q = j->request;
    struct vars v = vars_make(&j->of, &j->a);
    bool good = make_url(j, &v) && make_body(j, &v) && take_host(j);
    for (size_t i = 0; i < r->header.n && good; i++)
        good = add_filled(j, r->header.at[i], &v);
    for (size_t i = 0; i < q->header.n && good; i++)
        good = add_filled(j, q->header.at[i], &v);
    good = good && (!r->sign || !j->seq || add_signature(j)) && add_header(j, "Accept: application/json") && add_header(j, "Expect:");
    if (!good)
        return false;
    bool get = strcmp(q->method, "GET") == 0, has_body = q->json || q->text || q->form.n;
    curl_easy_setopt(j->easy, CURLOPT_URL, j->url.s);
    curl_easy_setopt(j->easy, CURLOPT_HTTPHEADER, j->header);
    if (get && !has_body) {
        curl_easy_setopt(j->easy, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(j->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(j->easy, CURLOPT_POSTFIELDS, j->body.s);
        curl_easy_setopt(j->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)j->body.n);
        curl_easy_setopt(j->easy, CURLOPT_CUSTOMREQUEST, q->method);
        /* on a connection that was used before, curl itself sends again what got no answer; only signed calls, which carry an id, may come twice */
        curl_easy_setopt(j->easy, CURLOPT_FRESH_CONNECT, r->sign ? 0L : 1L);
    }
    return true;
}

bool wire_prepare(struct job *j)
{
    strbuf_clear(&j->url);
    strbuf_shrink(&j->body, LIMIT_MIB);
    strbuf_shrink(&j->answer, LIMIT_MIB);
    j->reason[0] = j->error[0] = '\0';
    j->retry_after_ms = 0;
    j->refused = false;
    j->body_sent = 0;
    curl_slist_free_all(j->header);
    curl_slist_free_all(j->rcpt);
    j->header = j->rcpt = NULL;
    if (j->easy)
        curl_easy_reset(j->easy); /* keeps connections */
    else
        j->easy = curl_easy_init();
    if (!j->easy)
        return false;
    set_common(j);
    bool good = j->sink->spec->recipe.kind == KIND_MAIL ? mail_prepare(j) && take_host(j) : dress(j);
    if (!good && !j->reason[0])
        job_reason(j, "the request cannot be made: an address or text is too long, or memory is out");
    return good;
}

void wire_release(struct job *j)
{
    if (j->easy)
        curl_easy_cleanup(j->easy);
    curl_slist_free_all(j->header);
    curl_slist_free_all(j->rcpt);
    j->easy = NULL;
    j->header = j->rcpt = NULL;
}

/* ---------------------------------------------------------------- after */

/* What the other side says about its refusal, on one line. */
static void refused(struct job *j, long status)
{
    char text[200];
    size_t n = utf8_cut(j->answer.s, j->answer.n, sizeof text - 1);
    snprintf(text, sizeof text, "%.*s", (int)n, j->answer.s);
    job_reason(j, "%s %s: HTTP %ld%s%s", j->request->method, j->url.s, status, n ? ": " : "", text);
}

/* Waits that stand in the body, and answers that mean "later" whatever their status. true: later. */
static bool busy(struct job *j)
{
    const struct recipe *r = &j->sink->spec->recipe;
    bool later = false;
    if (!r->busy.n && !r->retry_after && !r->retry_at)
        return false;
    struct json_object *t = answer_read(j->answer.s, j->answer.n);
    for (size_t i = 0; t && i < r->busy.n; i++)
        later = later || answer_fits(t, r->busy.at[i], &j->a);
    const char *after = t ? answer_value(t, r->retry_after, &j->a) : NULL, *at = t ? answer_value(t, r->retry_at, &j->a) : NULL;
    double wait = after ? strtod(after, NULL) : at ? strtod(at, NULL) - (double)(feed_now_ms() / 1000) : 0;
    if (wait > 0)
        j->retry_after_ms = (int64_t)((wait > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : wait) * 1000);
    answer_free(t);
    return later;
}

static bool ok_holds(struct job *j)
{
    if (j->request->ok.n == 0)
        return true;
    struct json_object *t = answer_read(j->answer.s, j->answer.n);
    bool holds = false;
    for (size_t i = 0; t && i < j->request->ok.n && !holds; i++)
        holds = answer_fits(t, j->request->ok.at[i], &j->a);
    answer_free(t);
    return holds;
}

static enum result by_status(struct job *j, long status)
{
    bool good = status >= 200 && status < 300, later = (!good || j->request->ok.n) && busy(j);
    if (good && !later && ok_holds(j)) {
        j->retry_after_ms = 0;
        return RESULT_DONE;
    }
    refused(j, status);
    j->refused = status < 502; /* a gateway's word says nothing about what is behind it */
    if (later || status >= 500 || status == 408 || status == 425 || status == 429)
        return RESULT_RETRY;
    bool one = j->phase > PHASE_VERIFY && j->phase != PHASE_POLL; /* a matter of one ticket: else the address or the rights are wrong */
    if (one && (status == 403 || status == 404))
        return RESULT_PARK;
    if (status < 200 || (status >= 300 && status < 400) || status == 401 || status == 403 || status == 404 || status == 405 || status == 410)
        return RESULT_PAUSE;
    return RESULT_PARK;
}

enum result wire_result(struct job *j, CURLcode code)
{
    long status = 0;
    if (j->sink->spec->recipe.kind == KIND_MAIL)
        return mail_result(j, code);
    if (code == CURLE_OK) {
        curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &status);
        return by_status(j, status);
    }
    job_reason(j, "%s %s: %s", j->request->method, j->url.s, j->error[0] ? j->error : curl_easy_strerror(code));
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return RESULT_PAUSE;
    default: return RESULT_RETRY; /* the answer may have been lost */
    }
}
