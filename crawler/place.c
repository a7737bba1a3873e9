#include "crawler/place.h"

#include "crawler/idn.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Read one part into a buffer; false when absent or too long. */
static bool part(CURLU *u, CURLUPart which, unsigned flags, char *out, size_t cap)
{
    char *s = NULL;
    if (curl_url_get(u, which, &s, flags) != CURLUE_OK || !s)
        return false;
    size_t n = strlen(s);
    bool fits = n < cap;
    if (fits)
        memcpy(out, s, n + 1);
    curl_free(s);
    return fits;
}

static void lower(char *s)
{
    for (; *s; s++)
        if (*s >= 'A' && *s <= 'Z')
            *s = (char)(*s + 32);
}

static const char *fill(struct place *p, CURLU *u)
{
    char scheme[16], port[16];
    if (!part(u, CURLUPART_SCHEME, 0, scheme, sizeof scheme))
        return "the URL has no scheme";
    p->https = strcasecmp(scheme, "https") == 0;
    if (!p->https && strcasecmp(scheme, "http") != 0)
        return "only http and https are fetched";
    CURLUcode has_user = curl_url_get(u, CURLUPART_USER, &p->url, 0);
    if (has_user == CURLUE_OK) {
        curl_free(p->url);
        p->url = NULL;
        return "URLs with a user name are not fetched";
    }
    char named[PLACE_HOST_BYTES * 2]; /* as written */
    if (!part(u, CURLUPART_HOST, 0, named, sizeof named) || !*named)
        return "the URL has no host";
    if (*named == '[')
        snprintf(p->host, sizeof p->host, "%.*s", (int)sizeof p->host - 1, named);
    else if (!idn_ascii(named, p->host, sizeof p->host))
        return "the host is no name";
    lower(p->host);
    if (strcmp(p->host, named) != 0 && curl_url_set(u, CURLUPART_HOST, p->host, 0) != CURLUE_OK)
        return "the host is no name";
    if (!part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port))
        return "the URL has a wrong port";
    p->port = atoi(port);
    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    char *text = NULL;
    if (p->port <= 0 || curl_url_get(u, CURLUPART_URL, &text, 0) != CURLUE_OK || !text)
        return "the URL cannot be read";
    p->url = text;
    if (strlen(text) > LIMIT_URL_BYTES) {
        place_release(p);
        return "the URL is too long";
    }
    bool usual = p->port == (p->https ? 443 : 80);
    if (usual)
        snprintf(p->unit, sizeof p->unit, "%s", p->host);
    else
        snprintf(p->unit, sizeof p->unit, "%s:%d", p->host, p->port);
    snprintf(p->origin, sizeof p->origin, "%s://%s:%d", p->https ? "https" : "http", p->host, p->port);
    return NULL;
}

/* "//93%333" hides a number that curl would only see in a second reading; no real link escapes its host. */
static bool escaped_host(const char *url)
{
    const char *at = strstr(url, "//");
    if (!at || (size_t)(at - url) > strcspn(url, "/?#"))
        return false;
    at += 2 + strspn(at + 2, "/");
    return memchr(at, '%', strcspn(at, "/?#")) != NULL;
}

static const char *read_with(struct place *out, const char *base, const char *url)
{
    *out = (struct place){0};
    if (strlen(url) > LIMIT_URL_BYTES)
        return "the URL is too long";
    for (const char *at = url; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return "the URL holds control bytes";
    if (escaped_host(url))
        return "the host is no name";
    CURLU *u = curl_url();
    if (!u)
        return "out of memory";
    /* spaces and bytes beyond ASCII occur in real links */
    const char *why = NULL;
    if (base && curl_url_set(u, CURLUPART_URL, base, 0) != CURLUE_OK)
        why = "the URL cannot be read";
    if (!why && curl_url_set(u, CURLUPART_URL, url, CURLU_URLENCODE) != CURLUE_OK)
        why = "the URL cannot be read, or is not http or https";
    if (!why)
        why = fill(out, u);
    curl_url_cleanup(u);
    return why;
}

const char *place_read(struct place *out, const char *url)
{
    return read_with(out, NULL, url ? url : "");
}

const char *place_follow(struct place *out, const struct place *from, const char *location)
{
    *out = (struct place){0};
    if (!location || !*location)
        return "the redirect names no place";
    const char *why = read_with(out, from->url, location);
    if (!why && from->https && !out->https) {
        place_release(out);
        return "redirects from https to http are not followed";
    }
    return why;
}

const char *place_robots(struct place *out, const struct place *of)
{
    return read_with(out, of->url, "/robots.txt");
}

void place_release(struct place *p)
{
    curl_free(p->url);
    p->url = NULL;
}
