/* Reading a request: query, form, cookies, headers. libmicrohttpd takes them apart; what comes out is checked here. */
#include "web/web.h"

#include "base/utf8.h"

#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

int64_t web_clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t web_cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

const char *web_query(struct request *r, const char *name)
{
    const char *v = MHD_lookup_connection_value(r->c, MHD_GET_ARGUMENT_KIND, name);
    return v && *v ? v : NULL;
}

static enum MHD_Result on_argument(void *ctx, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value, size_t value_n)
{
    bool *good = ctx;
    (void)kind;
    if (!utf8_valid(key, key_n) || memchr(key, '\0', key_n) || (value && (!utf8_valid(value, value_n) || memchr(value, '\0', value_n))) ||
        value_n > LIMIT_SERVE_FIELD_BYTES)
        *good = false;
    return *good ? MHD_YES : MHD_NO;
}

bool web_query_good(struct request *r)
{
    bool good = utf8_valid(r->path, strlen(r->path));
    MHD_get_connection_values_n(r->c, MHD_GET_ARGUMENT_KIND, on_argument, &good);
    return good;
}

const char *web_header(struct request *r, const char *name)
{
    return MHD_lookup_connection_value(r->c, MHD_HEADER_KIND, name);
}

const char *web_cookie(struct request *r, const char *name)
{
    const char *v = MHD_lookup_connection_value(r->c, MHD_COOKIE_KIND, name);
    return v && *v ? v : NULL;
}

void web_set_cookie(struct request *r, const char *name, const char *value, long age_s, bool strict)
{
    char age[40] = "";
    if (age_s >= 0)
        snprintf(age, sizeof age, "; Max-Age=%ld", age_s);
    if (r->n_cookie < sizeof r->cookie / sizeof *r->cookie)
        r->cookie[r->n_cookie++] = arena_printf(&r->a, "%s=%s; Path=/; HttpOnly; SameSite=%s%s%s", name, value, strict ? "Strict" : "Lax",
                                                r->s->secure ? "; Secure" : "", age);
}

/* ---------------------------------------------------------------- forms */

const char *web_form(struct request *r, const char *name)
{
    for (size_t i = 0; i < r->n_field; i++)
        if (strcmp(r->field[i].name, name) == 0)
            return r->field[i].value.n ? r->field[i].value.s : NULL;
    return NULL;
}

static struct field *field_of(struct request *r, const char *key)
{
    for (size_t i = 0; i < r->n_field; i++)
        if (strcmp(r->field[i].name, key) == 0)
            return &r->field[i];
    if (r->n_field == SERVE_FIELDS_MAX)
        return NULL;
    struct field *f = &r->field[r->n_field];
    f->name = arena_strdup(&r->a, key);
    if (!f->name)
        return NULL;
    strbuf_init(&f->value, LIMIT_SERVE_FIELD_BYTES);
    r->n_field++;
    return f;
}

static enum MHD_Result on_field(void *ctx, enum MHD_ValueKind kind, const char *key, const char *file, const char *type, const char *encoding,
                                const char *data, uint64_t at, size_t n)
{
    struct request *r = ctx;
    struct field *f = key && !file ? field_of(r, key) : NULL;
    (void)kind, (void)type, (void)encoding;
    /* a name that comes twice is a trick */
    if (!f || at != f->value.n || (n > 0 && (memchr(data, '\0', n) || !strbuf_add(&f->value, data, n)))) {
        r->bad_form = true;
        return MHD_NO;
    }
    return MHD_YES;
}

bool web_form_read(struct request *r)
{
    const char *type = web_header(r, "Content-Type"), *form = MHD_HTTP_POST_ENCODING_FORM_URLENCODED;
    size_t n = strlen(form);
    if (!type || strncasecmp(type, form, n) != 0 || !strchr("; \t", type[n]))
        return false;
    struct MHD_PostProcessor *pp = MHD_create_post_processor(r->c, 1024, on_field, r);
    if (!pp)
        return false;
    if (r->body.n > 0 && MHD_post_process(pp, r->body.s, r->body.n) != MHD_YES)
        r->bad_form = true;
    if (MHD_destroy_post_processor(pp) != MHD_YES)
        r->bad_form = true;
    for (size_t i = 0; i < r->n_field; i++) {
        const struct strbuf *v = &r->field[i].value;
        r->bad_form = r->bad_form || !utf8_valid(v->s, v->n) || !utf8_valid(r->field[i].name, strlen(r->field[i].name));
    }
    return !r->bad_form;
}

/* ---------------------------------------------------------------- pure readers */

const char *web_accept_language(const char *header, const char *fallback)
{
    static const char *const ours[] = {"en", "ru", "uk"};
    const char *best = fallback;
    double best_q = 0;
    for (const char *p = header ? header : ""; *p;) {
        p += strspn(p, " \t,");
        size_t n = strcspn(p, ",");
        const char *q = memchr(p, ';', n);
        double weight = 1;
        if (q) {
            q += 1 + strspn(q + 1, " \t");
            weight = strncmp(q, "q=", 2) == 0 ? strtod(q + 2, NULL) : 0;
        }
        for (size_t i = 0; i < 3; i++) {
            if (n >= 2 && strncasecmp(p, ours[i], 2) == 0 && (n == 2 || strchr("-; \t", p[2])) && weight > best_q) {
                best = ours[i];
                best_q = weight;
            }
        }
        p += n;
    }
    return best;
}

bool web_address(const char *text, char host[64], int *port)
{
    const char *colon = strrchr(text, ':');
    char *end;
    if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    size_t n = (size_t)(colon - text);
    bool bracket = text[0] == '[';
    if (bracket) {
        if (n < 3 || text[n - 1] != ']')
            return false;
        text++;
        n -= 2;
    }
    if (n == 0 || n >= 64 || (!bracket && memchr(text, ':', n)))
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    long v = strtol(colon + 1, &end, 10);
    *port = (int)v;
    return v >= 0 && v <= 65535;
}

bool web_basic(const char *header, char *out, size_t n, const char **name, const char **password)
{
    size_t len;
    if (!header || n == 0 || strncasecmp(header, "Basic ", 6) != 0)
        return false;
    header += 6;
    header += strspn(header, " ");
    if (sodium_base642bin((unsigned char *)out, n - 1, header, strlen(header), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    out[len] = '\0';
    char *colon = memchr(out, ':', len);
    if (!colon || strlen(out) != len || !utf8_valid(out, len))
        return false;
    *colon = '\0';
    *name = out;
    *password = colon + 1;
    return true;
}
