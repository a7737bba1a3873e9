/* Letters over SMTP. One thread of letters for each mention: the Message-ID is made of the external id and the event, so that a letter sent twice has one id, and References
 * name the first letter. No Auto-Submitted header: Redmine ignores letters that have it. Source: RFC 5321, 5322, 2047, 2045 (base64). */
#include "feed/engine.h"

#include "base/limits.h"
#include "base/sha256.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES 57 /* 76 letters of base64 */

static size_t give_letter(char *to, size_t size, size_t n, void *ctx)
{
    struct job *j = ctx;
    size_t room = size * n, left = j->body.n - j->body_sent;
    if (left > room)
        left = room;
    memcpy(to, j->body.s + j->body_sent, left);
    j->body_sent += left;
    return left;
}

static void put_base64(struct strbuf *out, const char *s, size_t n)
{
    char line[128];
    for (size_t at = 0; at < n; at += LINE_BYTES) {
        size_t len = n - at < LINE_BYTES ? n - at : LINE_BYTES;
        sodium_bin2base64(line, sizeof line, (const unsigned char *)s + at, len, sodium_base64_VARIANT_ORIGINAL);
        strbuf_printf(out, "%s\r\n", line);
    }
}

/* Encoded words of whole characters. */
static void put_subject(struct strbuf *out, const char *s)
{
    size_t n = strlen(s);
    char word[128];
    strbuf_puts(out, "Subject:");
    for (size_t at = 0; at < n;) {
        size_t len = n - at < 42 ? n - at : 42;
        while (at + len < n && len > 1 && ((unsigned char)s[at + len] & 0xc0) == 0x80)
            len--;
        sodium_bin2base64(word, sizeof word, (const unsigned char *)s + at, len, sodium_base64_VARIANT_ORIGINAL);
        strbuf_printf(out, "%s =?UTF-8?B?%s?=", at ? "\r\n" : "", word);
        at += len;
    }
    strbuf_puts(out, "\r\n");
}

/* An id that stays the same: of the first letter (seq 0) or of one event. */
static const char *message_id(struct job *j, uint64_t seq, const char *domain)
{
    struct sha256 h;
    char hex[SHA256_TEXT_BYTES];
    sha256_init(&h);
    sha256_add(&h, j->key, strlen(j->key));
    sha256_text(&h, hex);
    return seq ? arena_printf(&j->a, "<earshot.%.24s.%llu@%s>", hex, (unsigned long long)seq, domain) : arena_printf(&j->a, "<earshot.%.24s@%s>", hex, domain);
}

static bool address_good(const char *s)
{
    const char *at = strchr(s, '@');
    return at && at != s && at[1] && !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-@")];
}

static void put_letter(struct job *j, const struct vars *v, const char *from, const char *to)
{
    struct strbuf *out = &j->body;
    char date[64];
    time_t now = (time_t)j->event.at;
    struct tm tm;
    const char *domain = strchr(from, '@') + 1, *root = message_id(j, 0, domain);
    bool first = strcmp(j->event.type, "created") == 0;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    strbuf_printf(out, "Date: %s\r\nFrom: %s\r\nTo: %s\r\nMessage-ID: %s\r\n", date, from, to, first ? root : message_id(j, j->seq, domain));
    if (!first)
        strbuf_printf(out, "In-Reply-To: %s\r\nReferences: %s\r\n", root, root);
    strbuf_printf(out, "X-Earshot-Id: %s\r\nX-Earshot-Event: evt_%llu %s\r\n", j->key, (unsigned long long)j->seq, j->event.type);
    const char *subject = v->get(v, "subject"), *text = v->get(v, first ? "body" : "note");
    char *line = arena_printf(&j->a, "%s%s", first ? "" : "Re: ", subject ? subject : "earshot");
    put_subject(out, line ? line : "earshot");
    strbuf_puts(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    struct strbuf crlf;
    strbuf_init(&crlf, LIMIT_SINK_BODY_BYTES);
    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '\n')
            strbuf_putc(&crlf, '\r');
        strbuf_putc(&crlf, *p);
    }
    put_base64(out, crlf.s, crlf.n);
    strbuf_release(&crlf);
}

bool mail_prepare(struct job *j)
{
    const struct sink_conf *c = j->sink->spec->conf;
    struct vars v = vars_make(&j->of, &j->a);
    const char *from = v.get(&v, "from"), *to = v.get(&v, "to");
    if (!from || !address_good(from) || !to) {
        job_reason(j, "from or to is no mail address");
        return false;
    }
    char *list = arena_strdup(&j->a, to);
    for (char *save = NULL, *one = list ? strtok_r(list, ", ", &save) : NULL; one; one = strtok_r(NULL, ", ", &save)) {
        if (!address_good(one)) {
            job_reason(j, "to: \"%s\" is no mail address", one);
            return false;
        }
        struct curl_slist *grown = curl_slist_append(j->rcpt, one);
        if (!grown)
            return false;
        j->rcpt = grown;
    }
    strbuf_puts(&j->url, c->url);
    curl_easy_setopt(j->easy, CURLOPT_URL, j->url.s);
    curl_easy_setopt(j->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    if (c->token[0] && c->token[1]) {
        curl_easy_setopt(j->easy, CURLOPT_USERNAME, c->token[0]);
        curl_easy_setopt(j->easy, CURLOPT_PASSWORD, c->token[1]);
        curl_easy_setopt(j->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL); /* a password only under TLS */
    }
    if (j->seq == 0) { /* a test: greeting, TLS and login only */
        curl_easy_setopt(j->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
        return true;
    }
    put_letter(j, &v, from, to);
    curl_easy_setopt(j->easy, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(j->easy, CURLOPT_MAIL_RCPT, j->rcpt);
    curl_easy_setopt(j->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(j->easy, CURLOPT_READFUNCTION, give_letter);
    curl_easy_setopt(j->easy, CURLOPT_READDATA, j);
    return !j->body.full && !j->a.full;
}

/* 4yz: later; 5yz: never, so a person must look; a login that is refused is the settings' matter. */
enum result mail_result(struct job *j, CURLcode code)
{
    long status = 0;
    if (code == CURLE_OK)
        return RESULT_DONE;
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &status);
    job_reason(j, status ? "%s: %s (SMTP %ld)" : "%s: %s", j->url.s, j->error[0] ? j->error : curl_easy_strerror(code), status);
    if (code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION || status == 530 || status == 535)
        return RESULT_PAUSE;
    return status >= 500 ? RESULT_PARK : RESULT_RETRY;
}
