#include "parsers/engine.h"

#include "base/hash.h"
#include "base/limits.h"
#include "parsers/urls.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SITES_ARENA (64 * LIMIT_MIB) /* a shipped file takes 50 KB; LIMIT_SITE_FILES of them */

struct sites *sites_new(void)
{
    struct sites *s = calloc(1, sizeof *s);
    if (s != NULL)
        arena_init(&s->arena, SITES_ARENA);
    return s;
}

void sites_free(struct sites *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->n_re; i++)
        pcre2_code_free(s->re[i]);
    xpath_checker_free(s->checker);
    arena_release(&s->arena);
    free(s);
}

/* "trustpilot.site" -> "trustpilot"; NULL for other files. Names go into ids, so they are plain. */
static char *file_site_name(struct arena *a, const char *file)
{
    size_t n = strlen(file);
    if (n <= 5 || n > 64 || strcmp(file + n - 5, ".site") != 0)
        return NULL;
    for (size_t i = 0; i < n - 5; i++)
        if (!isalnum((unsigned char)file[i]) && file[i] != '-' && file[i] != '_')
            return NULL;
    return arena_strndup(a, file, n - 5);
}

struct found {
    const char *name, *path;
};
struct folder {
    struct found *v;
    size_t n, cap;
};

/* Names of one folder into list; a name that is there already is replaced by the later folder. */
static enum err list_folder(struct sites *s, const char *dir, bool must_exist, struct folder *f)
{
    DIR *d = opendir(dir);
    if (d == NULL)
        return !must_exist && errno == ENOENT ? ERR_OK : err_set(ERR_SITE, "the folder of site files %s cannot be read: %s", dir, strerror(errno));
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        const char *name = file_site_name(&s->arena, e->d_name);
        if (name == NULL || f->n >= LIMIT_SITE_FILES)
            continue;
        const char *path = arena_printf(&s->arena, "%s/%s", dir, e->d_name);
        size_t i = 0;
        while (i < f->n && strcmp(f->v[i].name, name) != 0)
            i++;
        if (i == f->n) {
            struct found *v = arena_grow(&s->arena, f->v, f->n, &f->cap, sizeof *v);
            if (v == NULL)
                break;
            f->v = v;
            f->n++;
        }
        f->v[i] = (struct found){name, path};
    }
    closedir(d);
    return ERR_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct found *)a)->name, ((const struct found *)b)->name);
}

enum err sites_load(struct sites **out, const char *shipped_dir, const char *user_dir)
{
    struct sites *s = sites_new();
    struct folder f = {0};
    struct strbuf why;
    *out = NULL;
    if (s == NULL)
        return err_set(ERR_MEMORY, "out of memory while loading site files");
    strbuf_init(&why, 64 * LIMIT_KIB);
    enum err e = list_folder(s, shipped_dir, true, &f);
    if (e == ERR_OK && user_dir != NULL)
        e = list_folder(s, user_dir, false, &f);
    if (e == ERR_OK && f.n > 0)
        qsort(f.v, f.n, sizeof *f.v, by_name);
    for (size_t i = 0; e == ERR_OK && i < f.n; i++)
        if (!site_load_file(s, f.v[i].path, f.v[i].name, &why)) {
            why.s[strcspn(why.s, "\n")] = '\0'; /* the first mistake; `site check` tells all */
            e = err_set(ERR_SITE, "%s", why.s);
        }
    strbuf_release(&why);
    if (e != ERR_OK) {
        sites_free(s);
        return e;
    }
    *out = s;
    return ERR_OK;
}

enum err site_check_file(const char *path, struct strbuf *out)
{
    struct sites *s = sites_new();
    if (s == NULL)
        return err_set(ERR_MEMORY, "out of memory while checking %s", path);
    const char *base = strrchr(path, '/');
    const char *name = file_site_name(&s->arena, base != NULL ? base + 1 : path);
    enum err e = ERR_OK;
    if (name == NULL) {
        strbuf_printf(out, "%s:1: a site file is named NAME.site, with letters, digits, - and _ in NAME\n", path);
        e = err_set(ERR_SITE, "%s is not named like a site file", path);
    } else if (!site_load_file(s, path, name, out)) {
        e = err_set(ERR_SITE, "%s has mistakes", path);
    }
    sites_free(s);
    return e;
}

size_t sites_count(const struct sites *s)
{
    return s->n;
}

const struct site *sites_at(const struct sites *s, size_t i)
{
    return i < s->n ? s->v[i] : NULL;
}

const struct site *sites_by_name(const struct sites *s, const char *name)
{
    for (size_t i = 0; name != NULL && i < s->n; i++)
        if (strcmp(s->v[i]->name, name) == 0)
            return s->v[i];
    return NULL;
}

bool page_rule_fits(const struct page_rule *r, const char *url)
{
    struct url_parts u;
    if (!url_split(url, &u))
        return false;
    if (r->n_path == 0)
        return true;
    const char *path = u.path.n > 0 ? u.path.s : "/";
    size_t n = u.path.n > 0 ? u.path.n : 1;
    size_t n_all = u.query.s != NULL && u.path.n > 0 ? (size_t)(u.query.s + u.query.n - u.path.s) : n;
    for (size_t i = 0; i < r->n_path; i++)
        if (glob_fits(r->path[i], path, strchr(r->path[i], '?') != NULL ? n_all : n))
            return true;
    return false;
}

static bool host_fits(const struct site *s, const struct url_parts *u)
{
    for (size_t i = 0; i < s->n_host; i++)
        if (url_host_fits(s->host[i], u->host.s, u->host.n))
            return true;
    return false;
}

const struct site *sites_by_host(const struct sites *s, const char *url)
{
    struct url_parts u;
    if (!url_split(url, &u))
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        if (!s->v[i]->generic && host_fits(s->v[i], &u))
            return s->v[i];
    return NULL;
}

const struct site *sites_by_url(const struct sites *s, const char *url)
{
    struct url_parts u;
    const struct site *generic = NULL, *host = NULL;
    if (!url_split(url, &u))
        return NULL;
    for (size_t i = 0; i < s->n; i++) {
        const struct site *site = s->v[i];
        if (site->generic) {
            if (generic == NULL || site->priority < generic->priority)
                generic = site;
            continue;
        }
        if (!host_fits(site, &u))
            continue;
        host = site;
        for (size_t k = 0; k < site->n_page; k++)
            if (page_rule_fits(&site->page[k], url))
                return site;
    }
    /* a host that a site file knows is never read by guessing: its other pages hold no mentions */
    return host != NULL ? NULL : generic;
}

uint64_t sites_fingerprint(const struct sites *s, const char *name, const char *url)
{
    const struct site *site = sites_by_name(s, name);
    if (site == NULL)
        site = sites_by_url(s, url);
    if (site == NULL)
        site = sites_by_host(s, url);
    uint64_t by[] = {PARSER_VERSION, s->shared_hash, site != NULL ? site->text_hash : 0, site == NULL || site->generic ? s->generic_hash : 0};
    return hash64(by, sizeof by);
}

const char *site_name(const struct site *s)
{
    return s->name;
}
const char *site_title(const struct site *s)
{
    return s->title;
}
const char *site_channel(const struct site *s)
{
    return s->channel;
}
const char *site_path(const struct site *s)
{
    return s->file;
}
enum about site_about(const struct site *s)
{
    return s->about;
}
int64_t site_poll_floor_s(const struct site *s)
{
    return s->poll_s;
}

/* Path bytes of a slug. A '/' stays (Trustpilot has "calo.app/en"); blanks, ? # and all beyond ASCII are escaped; ".." is refused. */
const char *site_build_url(const struct site *s, const char *slug, struct arena *a)
{
    if (s->build == NULL || slug == NULL || slug[0] == '\0' || strstr(slug, "..") != NULL || strstr(slug, "://") != NULL)
        return NULL;
    const char *at = strstr(s->build, "{slug}");
    struct strbuf b;
    strbuf_init(&b, LIMIT_URL_BYTES);
    strbuf_add(&b, s->build, (size_t)(at - s->build));
    for (const char *p = slug; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (isalnum(c) || strchr("-._~/@:!$'()*,;=%", c) != NULL)
            strbuf_putc(&b, (char)c);
        else
            strbuf_printf(&b, "%%%02X", c);
    }
    strbuf_puts(&b, at + strlen("{slug}"));
    const char *url = b.full ? NULL : arena_strndup(a, b.s, b.n);
    strbuf_release(&b);
    return url;
}
