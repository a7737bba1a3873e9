/* Requests by rule: where the token of a source goes. */
#include "parsers/rules.h"

#include "base/limits.h"
#include "parsers/urls.h"

#include <ctype.h>
#include <string.h>

static const struct request_rule *rule_for(const struct sites *s, const char *name, const char *url)
{
    const struct site *site = sites_by_name(s, name);
    if (site == NULL)
        site = sites_by_url(s, url);
    for (size_t i = 0; site != NULL && i < site->n_page; i++)
        if (page_rule_fits(&site->page[i], url))
            return &site->page[i].request;
    return NULL;
}

static bool is_https(const char *url)
{
    return strncmp(url, "https://", 8) == 0;
}

/* text with its tokens put in, form-encoded or as they are. NULL when one of them is not there. */
static const char *with_tokens(struct arena *a, const char *text, const char *const token[REQUEST_TOKENS], bool form)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_HEADER_BYTES);
    bool whole = true;
    while (*text != '\0' && whole) {
        int which = strncmp(text, "{token}", 7) == 0 ? 0 : strncmp(text, "{token2}", 8) == 0 ? 1 : -1;
        if (which < 0) {
            strbuf_putc(&b, *text++);
            continue;
        }
        text += which == 0 ? 7 : 8;
        whole = token[which] != NULL;
        for (const char *p = whole ? token[which] : ""; *p != '\0'; p++) {
            if (!form || isalnum((unsigned char)*p) || strchr("-._~", *p) != NULL)
                strbuf_putc(&b, *p);
            else
                strbuf_printf(&b, "%%%02X", (unsigned char)*p);
        }
    }
    const char *done = whole && !b.full ? arena_strndup(a, b.s, b.n) : NULL;
    strbuf_release(&b);
    return done;
}

/* The URL with its parameters of the moment; NULL when there are none. */
static const char *with_query(struct arena *a, const struct request_rule *r, const char *url, const char *const token[REQUEST_TOKENS])
{
    const char *now = NULL;
    for (size_t i = 0; i < r->n_query; i++) {
        size_t n = strcspn(r->query[i], "=");
        const char *value = r->query[i][n] == '=' ? with_tokens(a, r->query[i] + n + 1, token, false) : NULL;
        const char *key = value != NULL ? arena_strndup(a, r->query[i], n) : NULL;
        const char *next = key != NULL ? url_set_query(a, now != NULL ? now : url, key, value) : NULL;
        now = next != NULL ? next : now;
    }
    return now;
}

bool site_request(const struct sites *s, const char *site, const char *url, const char *const token[REQUEST_TOKENS], struct arena *a, struct request *out)
{
    const struct request_rule *r = rule_for(s, site, url);
    memset(out, 0, sizeof *out);
    if (r == NULL || !is_https(url))
        return false;
    for (size_t i = 0; i < REQUEST_TOKENS; i++)
        out->secret[i] = token[i];
    out->url = with_query(a, r, url, token);
    if (r->post) {
        out->body = r->body != NULL ? with_tokens(a, r->body, token, true) : "";
        const char *const stars[REQUEST_TOKENS] = {token[0] != NULL ? "*" : NULL, token[1] != NULL ? "*" : NULL};
        out->shown_body = r->body != NULL ? with_tokens(a, r->body, stars, false) : "";
        if (out->body == NULL || out->shown_body == NULL)
            out->body = out->shown_body = "";
    }
    const char **header = arena_calloc(a, r->n_header + 1, sizeof *header);
    for (size_t i = 0; header != NULL && i < r->n_header; i++)
        if ((header[out->n_header] = with_tokens(a, r->header[i], token, false)) != NULL)
            out->n_header++;
    out->header = header;
    return out->url != NULL || out->body != NULL || out->n_header > 0;
}

static bool asks_for_token(const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(list[i], "{token") != NULL)
            return true;
    return false;
}

enum site_token site_token(const struct sites *s, const char *site, const char *url)
{
    const struct request_rule *r = rule_for(s, site, url);
    if (r == NULL)
        return SITE_TOKEN_NONE;
    bool asks = asks_for_token(r->header, r->n_header) || asks_for_token(r->query, r->n_query) || asks_for_token(&r->body, r->body != NULL);
    return r->token_required ? SITE_TOKEN_REQUIRED : asks ? SITE_TOKEN_OPTIONAL : SITE_TOKEN_NONE;
}
