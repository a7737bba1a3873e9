#include "config.h"

#include "cli/drift.h"

#include "cli/cli.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/when.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAGIC "EARSHOT-PAGE 1\n"
#define FILE_BYTES (LIMIT_BODY_BYTES_MAX + LIMIT_MIB)

static void put_line(struct strbuf *out, const char *name, const char *value)
{
    if (!value)
        return;
    strbuf_printf(out, "%s: ", name);
    for (; *value; value++)
        strbuf_putc(out, (unsigned char)*value < ' ' ? ' ' : *value);
    strbuf_putc(out, '\n');
}

void drift_write(const struct page *p, struct strbuf *out)
{
    char when[WHEN_TEXT_BYTES];
    struct when at = {p->fetched_at, PRECISION_SECOND};
    strbuf_puts(out, MAGIC);
    put_line(out, "url", p->final_url ? p->final_url : p->target.url);
    put_line(out, "source", p->target.source);
    put_line(out, "site", p->site ? p->site : p->target.site);
    put_line(out, "fetched", when_format(at, when));
    put_line(out, "outcome", outcome_word(p->outcome));
    put_line(out, "reason", p->reason);
    strbuf_printf(out, "\nHTTP/1.1 %d\n%s\n", p->status ? p->status : 200, p->headers ? p->headers : "");
    strbuf_add(out, p->body.s, p->body.n);
}

static const char *file_name(struct arena *a, const char *store_path, const char *source, int n)
{
    char *name = arena_printf(a, "%s/drift/%s.%d.page", store_path, source, n);
    char *slash = name ? strrchr(name, '/') : NULL; /* the one in BRAND/SOURCE; names hold no other */
    if (slash)
        *slash = '~';
    return name;
}

void drift_keep(const char *store_path, const struct page *p)
{
    struct arena a;
    struct strbuf out;
    arena_init(&a, LIMIT_MIB);
    strbuf_init(&out, FILE_BYTES);
    const char *dir = arena_printf(&a, "%s/drift", store_path);
    const char *now = file_name(&a, store_path, p->target.source, 0), *before = file_name(&a, store_path, p->target.source, 1);
    drift_write(p, &out);
    enum err e = ERR_OK;
    if (!dir || !now || !before || out.full)
        e = err_set(ERR_MEMORY, "out of memory");
    else if (mkdir(dir, 0750) != 0 && errno != EEXIST)
        e = err_set(ERR_STORE, "cannot make %s: %s", dir, strerror(errno));
    else if (rename(now, before) != 0 && errno != ENOENT)
        e = err_set(ERR_STORE, "cannot rename %s: %s", now, strerror(errno));
    else
        e = cli_write_file(now, out.s, out.n);
    if (e != ERR_OK)
        log_event(LOG_WARN, "drift page not kept", "source", p->target.source, "error", err_text(), NULL);
    strbuf_release(&out);
    arena_release(&a);
}

/* ---------------------------------------------------------------- reading */

static void take_line(struct drift_head *h, const char *line, size_t n, struct arena *a)
{
    const struct { const char *name; const char **to; } fields[] = {{"url: ", &h->url}, {"source: ", &h->source}, {"site: ", &h->site}, {"reason: ", &h->reason}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t k = strlen(fields[i].name);
        if (n > k && memcmp(line, fields[i].name, k) == 0)
            *fields[i].to = arena_strndup(a, line + k, n - k);
    }
    struct when at;
    const char *text = n > 9 && memcmp(line, "fetched: ", 9) == 0 ? arena_strndup(a, line + 9, n - 9) : NULL;
    if (text && when_parse(text, &at))
        h->fetched_at = at.at;
}

/* Behind the next empty line; n when there is none. */
static size_t behind_blank(const char *s, size_t n, size_t at)
{
    while (at < n) {
        const char *end = memchr(s + at, '\n', n - at);
        size_t next = end ? (size_t)(end - s) + 1 : n;
        if (s[at] == '\n')
            return next;
        at = next;
    }
    return n;
}

bool drift_read_head(const char *s, size_t n, struct arena *a, struct drift_head *out)
{
    size_t magic = strlen(MAGIC);
    *out = (struct drift_head){0};
    if (n < magic || memcmp(s, MAGIC, magic) != 0)
        return false;
    out->http_at = behind_blank(s, n, magic);
    out->body_at = behind_blank(s, n, out->http_at);
    out->http_bytes = out->body_at - out->http_at;
    for (size_t at = magic; at < out->http_at;) {
        const char *end = memchr(s + at, '\n', n - at);
        size_t to = end ? (size_t)(end - s) : n;
        take_line(out, s + at, to - at, a);
        at = to + 1;
    }
    return out->url != NULL;
}

static bool is_named(const struct drift_head *h, const char *name)
{
    const char *slash = h->source ? strchr(h->source, '/') : NULL;
    return strcmp(h->url, name) == 0 || (h->source && strcmp(h->source, name) == 0) || (slash && strcmp(slash + 1, name) == 0) || (h->site && strcmp(h->site, name) == 0);
}

static void list_once(struct strbuf *list, const char *source)
{
    if (!source || list->n > 500 || strstr(list->s, source))
        return;
    strbuf_printf(list, "%s%s", list->n ? ", " : "", source);
}

enum err drift_find(const char *store_path, const char *name, struct arena *a, struct strbuf *out, struct drift_head *head)
{
    struct strbuf file, known;
    const char *path = arena_printf(a, "%s/drift", store_path);
    DIR *d = path ? opendir(path) : NULL;
    bool found = false;
    strbuf_init(&file, FILE_BYTES);
    strbuf_init(&known, LIMIT_MIB);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        struct drift_head h;
        size_t len = strlen(e->d_name);
        const char *one = len > 5 && strcmp(e->d_name + len - 5, ".page") == 0 ? arena_printf(a, "%s/%s", path, e->d_name) : NULL;
        strbuf_clear(&file);
        if (!one || strbuf_read_file(&file, one) != ERR_OK || !drift_read_head(file.s, file.n, a, &h))
            continue;
        list_once(&known, h.source);
        bool newer = !found || h.fetched_at > head->fetched_at || (h.fetched_at == head->fetched_at && strstr(e->d_name, ".0.page"));
        if (!is_named(&h, name) || !newer)
            continue;
        strbuf_clear(out);
        strbuf_add(out, file.s, file.n);
        *head = h;
        found = true;
    }
    if (d)
        closedir(d);
    enum err e = found ? out->full ? err_set(ERR_MEMORY, "out of memory") : ERR_OK
                 : known.n ? err_set(ERR_NOTFOUND, "no page of \"%s\" is kept; there are pages of: %s", name, known.s)
                           : err_set(ERR_NOTFOUND, "no page of \"%s\" is kept: a page is kept when its layout does not fit (`earshot status` tells)", name);
    strbuf_release(&file);
    strbuf_release(&known);
    return e;
}
