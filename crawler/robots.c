#include "crawler/robots.h"

#include "base/strbuf.h"
#include "crawler/robots_store.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define READ_BYTES (500 * 1024) /* RFC 9309 section 2.5 asks for at least so much */
#define AGENT_BYTES 128
#define DELAY_MAX_MS 30000
#define MAX_STEPS 5000000  /* of matching one URL, some 10 ms; the largest real file takes 50,000 */
#define MAX_RULES 20000 /* 500 KiB hold more only when every line is next to empty */

struct rule {
    char *pattern; /* normalised */
    char *text;    /* as written, for people */
    size_t n;
    int line;
    bool allow;
};

struct robots {
    struct rule *rule;
    size_t n_rule, cap_rule;
    int delay_ms;
    bool failed; /* out of memory while adding a rule */
};

/* What one walk over the file collects: the groups of one agent token, merged. */
struct walk {
    struct robots *r;
    const char *token; /* lower case; "*" for the second walk */
    bool in_agents;    /* the last line that counts was a user-agent line */
    bool ours;         /* the current group is ours */
    bool found;        /* at least one group was ours */
};

static bool unreserved(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

static int hex_value(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 9309 section 2.2.2: bytes beyond ASCII are percent-encoded, needless escapes of unreserved characters undone, hex digits
 * in upper case, a lone "%" becomes %25; so "/%7Ea" is "/~a". Returns the new length; out has room for 3 * n + 1. */
static size_t normalise(const char *s, size_t n, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t o = 0;
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)s[i];
        bool escaped = false;
        if (c == '%' && i + 2 < n && hex_value(s[i + 1]) >= 0 && hex_value(s[i + 2]) >= 0) {
            c = hex_value(s[i + 1]) * 16 + hex_value(s[i + 2]);
            i += 2;
            escaped = true;
        }
        if ((escaped && !unreserved(c)) || c == '%' || c <= 0x20 || c >= 0x7f) {
            out[o++] = '%';
            out[o++] = hex[c >> 4];
            out[o++] = hex[c & 15];
        } else {
            out[o++] = (char)c;
        }
    }
    out[o] = '\0';
    return o;
}

static char *copy_text(const char *s, size_t n)
{
    char *t = malloc(n + 1);
    for (size_t i = 0; t && i < n; i++)
        t[i] = (unsigned char)s[i] < 0x20 || s[i] == 0x7f ? '?' : s[i];
    if (t)
        t[n] = '\0';
    return t;
}

static void add_rule(struct robots *r, const char *value, size_t n, const char *line, size_t line_n, int line_no, bool allow)
{
    if (n == 0 || r->n_rule == MAX_RULES) /* an empty path matches nothing: "Disallow:" allows all */
        return;
    if (r->n_rule == r->cap_rule) {
        size_t cap = r->cap_rule ? r->cap_rule * 2 : 16;
        struct rule *grown = realloc(r->rule, cap * sizeof *grown);
        if (!grown) {
            r->failed = true;
            return;
        }
        r->rule = grown;
        r->cap_rule = cap;
    }
    struct rule *e = &r->rule[r->n_rule];
    *e = (struct rule){.line = line_no, .allow = allow};
    e->pattern = malloc(3 * n + 1);
    e->text = copy_text(line, line_n);
    if (!e->pattern || !e->text) {
        free(e->pattern);
        free(e->text);
        r->failed = true;
        return;
    }
    e->n = normalise(value, n, e->pattern);
    r->n_rule++;
}

static void trim(const char **s, size_t *n)
{
    while (*n && (**s == ' ' || **s == '\t')) {
        (*s)++;
        (*n)--;
    }
    while (*n && ((*s)[*n - 1] == ' ' || (*s)[*n - 1] == '\t'))
        (*n)--;
}

static bool key_is(const char *key, size_t n, const char *want)
{
    return strlen(want) == n && strncasecmp(key, want, n) == 0;
}

/* The product token is the leading run of letters, '_' and '-' (section 2.2.1); "*" stands for itself. */
static bool agent_is(const char *value, size_t n, const char *token)
{
    if (strcmp(token, "*") == 0)
        return n >= 1 && value[0] == '*';
    size_t k = 0;
    while (k < n && (unreserved((unsigned char)value[k]) && value[k] != '.' && value[k] != '~'))
        k++;
    return k == strlen(token) && strncasecmp(value, token, k) == 0;
}

static int delay_of(const char *value, size_t n)
{
    char text[32];
    if (n == 0 || n >= sizeof text || value[0] < '0' || value[0] > '9')
        return 0;
    memcpy(text, value, n);
    text[n] = '\0';
    int64_t ms = 0, unit = 1000;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        ms = ms > DELAY_MAX_MS ? ms : ms * 10 + (*at - '0') * unit;
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++)
            ms += (*at - '0') * (unit /= 10);
    return ms > DELAY_MAX_MS ? DELAY_MAX_MS : (int)ms;
}

static void take_line(struct walk *w, const char *line, size_t n, int line_no)
{
    const char *hash = memchr(line, '#', n);
    if (hash)
        n = (size_t)(hash - line);
    trim(&line, &n);
    const char *colon = memchr(line, ':', n);
    if (!colon)
        return;
    const char *key = line, *value = colon + 1;
    size_t key_n = (size_t)(colon - line), value_n = n - key_n - 1;
    trim(&key, &key_n);
    trim(&value, &value_n);
    if (key_is(key, key_n, "user-agent")) {
        bool fits = agent_is(value, value_n, w->token);
        w->ours = fits || (w->in_agents && w->ours);
        w->found = w->found || fits;
        w->in_agents = true;
        return;
    }
    bool allow = key_is(key, key_n, "allow");
    if (allow || key_is(key, key_n, "disallow")) {
        w->in_agents = false;
        if (w->ours)
            add_rule(w->r, value, value_n, line, n, line_no, allow);
    } else if (key_is(key, key_n, "crawl-delay")) {
        w->in_agents = false;
        if (w->ours) {
            int ms = delay_of(value, value_n);
            w->r->delay_ms = ms > w->r->delay_ms ? ms : w->r->delay_ms;
        }
    } /* anything else (Sitemap, Host, ...) neither belongs to a group nor ends one */
}

static bool walk_file(struct robots *r, const char *s, size_t n, const char *token)
{
    struct walk w = {.r = r, .token = token};
    int line_no = 1;
    for (size_t at = 0; at < n; line_no++) {
        size_t end = at;
        while (end < n && s[end] != '\n' && s[end] != '\r')
            end++;
        take_line(&w, s + at, end - at, line_no);
        if (end + 1 < n && s[end] == '\r' && s[end + 1] == '\n')
            end++;
        at = end + 1;
    }
    return w.found;
}

struct robots *robots_parse(const char *s, size_t n, const char *agent)
{
    char token[AGENT_BYTES];
    size_t k = 0;
    for (; agent && k + 1 < sizeof token && unreserved((unsigned char)agent[k]) && agent[k] != '.' && agent[k] != '~'; k++)
        token[k] = agent[k];
    token[k] = '\0';
    struct robots *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
        s += 3;
        n -= 3;
    }
    if (n > READ_BYTES) { /* what is cut must not turn the last rule into a shorter, wider one */
        n = READ_BYTES;
        while (n && s[n - 1] != '\n' && s[n - 1] != '\r')
            n--;
    }
    if (k == 0 || !walk_file(r, s, n, token))
        walk_file(r, s, n, "*");
    if (r->failed) {
        robots_free(r);
        return NULL;
    }
    return r;
}

void robots_free(struct robots *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_rule; i++) {
        free(r->rule[i].pattern);
        free(r->rule[i].text);
    }
    free(r->rule);
    free(r);
}

/* Does the pattern match the front of s? `*` any run, a final `$` the end. Greedy with one fallback point: linear in practice,
 * at most pattern * s steps; *steps counts down, and at 0 everything matches. */
static bool matches(const char *p, size_t pn, const char *s, long *steps)
{
    bool anchored = pn && p[pn - 1] == '$';
    if (anchored)
        pn--;
    size_t i = 0, star = SIZE_MAX, back = 0, k = 0;
    while (--*steps > 0) {
        if (i == pn && (!anchored || s[k] == '\0'))
            return true;
        if (i < pn && p[i] == '*') {
            star = i++;
            back = k;
        } else if (i < pn && s[k] && p[i] == s[k]) {
            i++;
            k++;
        } else if (star != SIZE_MAX && s[back]) {
            i = star + 1;
            k = ++back;
        } else {
            return false;
        }
    }
    return true;
}

/* Path and query of a URL, or "/" */
static const char *path_of(const char *url)
{
    const char *at = strstr(url, "://");
    at = at ? at + 3 + strcspn(at + 3, "/?#") : url;
    return at;
}

bool robots_allowed(const struct robots *r, const char *url, int *line, const char **rule)
{
    if (line)
        *line = 0;
    if (rule)
        *rule = NULL;
    const char *path = path_of(url);
    size_t n = strcspn(path, "#");
    char *want = malloc(3 * n + 2);
    if (!want)
        return false; /* the careful answer */
    size_t lead = n == 0 || path[0] != '/' ? 1 : 0;
    want[0] = '/';
    normalise(path, n, want + lead);
    const struct rule *best = NULL;
    bool is_robots = strcmp(want, "/robots.txt") == 0; /* always allowed, section 2.2.2 */
    long steps = MAX_STEPS;
    for (size_t i = 0; !is_robots && i < r->n_rule; i++) {
        const struct rule *e = &r->rule[i];
        bool better = !best || e->n > best->n || (e->n == best->n && e->allow && !best->allow);
        if (better && matches(e->pattern, e->n, want, &steps))
            best = e;
    }
    free(want);
    if (steps <= 0) /* an attack on our time: the careful answer */
        return false;
    if (!best)
        return true;
    if (line)
        *line = best->line;
    if (rule)
        *rule = best->text;
    return best->allow;
}

int robots_delay_ms(const struct robots *r)
{
    return r->delay_ms;
}

bool robots_write(const struct robots *r, struct strbuf *out)
{
    strbuf_puts(out, "user-agent: *\n");
    if (r->delay_ms)
        strbuf_printf(out, "crawl-delay: %d.%03d\n", r->delay_ms / 1000, r->delay_ms % 1000);
    for (size_t i = 0; i < r->n_rule; i++) {
        strbuf_puts(out, r->rule[i].allow ? "allow: " : "disallow: ");
        strbuf_add(out, r->rule[i].pattern, r->rule[i].n); /* normalising it again changes nothing */
        strbuf_putc(out, '\n');
    }
    return !out->full;
}
