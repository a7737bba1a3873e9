#include "cli/tell.h"

#include "base/hash.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_KEY   "told"
#define TOLD_BYTES (32 * LIMIT_MIB) /* LIMIT_SOURCES lines */
#define AGAIN_S    (24 * 3600)

struct told {
    const char *source, *kind, *outcome;
    int64_t at;
    bool now;    /* failed in this run, too */
    size_t next; /* 1 + place of the next of its chain; 0 = none */
};
#define SLOTS 4096 /* chains by hash: with the network down every source fails at once */
struct list {
    struct arena a;
    struct told *t;
    size_t n, cap;
    size_t slot[SLOTS]; /* 1 + place of the first of its chain; 0 = none */
};

static struct told *add(struct list *l, const char *source, const char *kind, const char *outcome, int64_t at)
{
    struct told *t = arena_grow(&l->a, l->t, l->n, &l->cap, sizeof *t);
    const char *s = arena_strdup(&l->a, source), *k = arena_strdup(&l->a, kind), *o = arena_strdup(&l->a, outcome);
    if (!t || !s || !k || !o)
        return NULL;
    size_t *slot = &l->slot[hash64_str(source) % SLOTS];
    l->t = t;
    l->t[l->n] = (struct told){s, k, o, at, false, *slot};
    *slot = ++l->n;
    return &l->t[l->n - 1];
}

static struct told *find(struct list *l, const char *source, const char *kind)
{
    for (size_t i = l->slot[hash64_str(source) % SLOTS]; i > 0; i = l->t[i - 1].next)
        if (strcmp(l->t[i - 1].source, source) == 0 && strcmp(l->t[i - 1].kind, kind) == 0)
            return &l->t[i - 1];
    return NULL;
}

/* A line that is none of ours is dropped: then its failure is told again. */
static void load(struct store *s, struct list *l)
{
    struct strbuf b;
    strbuf_init(&b, TOLD_BYTES);
    char *save = NULL;
    if (store_meta_get(s, TOLD_KEY, &b))
        for (char *line = strtok_r(b.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
            char *field = NULL, *source = strtok_r(line, "\t", &field), *kind = strtok_r(NULL, "\t", &field), *outcome = strtok_r(NULL, "\t", &field);
            char *at = strtok_r(NULL, "\t", &field);
            if (at)
                add(l, source, kind, outcome, strtoll(at, NULL, 10));
        }
    strbuf_release(&b);
}

static void keep(struct store *s, const struct list *l)
{
    struct strbuf b, before;
    strbuf_init(&b, TOLD_BYTES);
    strbuf_init(&before, TOLD_BYTES);
    for (size_t i = 0; i < l->n; i++)
        if (*l->t[i].outcome)
            strbuf_printf(&b, "%s\t%s\t%s\t%" PRId64 "\n", l->t[i].source, l->t[i].kind, l->t[i].outcome, l->t[i].at);
    bool was = store_meta_get(s, TOLD_KEY, &before);
    bool same = was ? before.n == b.n && memcmp(before.s, b.s, b.n) == 0 : b.n == 0;
    if (!same && store_meta_put(s, TOLD_KEY, b.s, b.n) != ERR_OK)
        log_event(LOG_WARN, "told failures not saved", "error", err_text(), NULL); /* they are told once more */
    strbuf_release(&b);
    strbuf_release(&before);
}

static size_t tell_one(struct list *l, const struct crawl_failure *f, bool all, int64_t now, struct strbuf *out)
{
    const char *kind = f->listing ? "listing" : "page", *word = outcome_word(f->outcome);
    struct told *t = find(l, f->source_key, kind);
    bool first = t && t->now; /* several pages of one source in one run */
    bool due = !t || strcmp(t->outcome, word) != 0 || now - t->at >= AGAIN_S || now < t->at;
    if (!t)
        t = add(l, f->source_key, kind, word, now);
    else if (due && !first)
        t->outcome = word, t->at = now;
    if (t)
        t->now = true;
    if (!all && (first || !due))
        return 0;
    strbuf_printf(out, "%s: %s: %s (%s)\n", f->source_key, word, f->reason ? f->reason : outcome_meaning(f->outcome), f->url);
    return 1;
}

/* Sources that failed when last told and have been read since; those that left the settings are forgotten. */
static size_t tell_ends(struct store *s, struct list *l, struct strbuf *out)
{
    struct arena a;
    struct source_health *h = NULL;
    size_t n = 0, told = 0;
    arena_init(&a, LIMIT_SEED_BYTES);
    if (store_health(s, &a, &h, &n) != ERR_OK)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        struct told *t = find(l, h[i].key, "listing");
        if (!t || t->now || (!h[i].dormant && !outcome_is_read(h[i].outcome)))
            continue;
        if (!h[i].dormant) {
            strbuf_printf(out, _("%s: read again (was: %s)"), t->source, t->outcome);
            strbuf_putc(out, '\n');
            told++;
        }
        t->outcome = "";
    }
    arena_release(&a);
    return told;
}

/* Pages of a source that have not failed for a day are forgotten. */
static void forget_pages(struct list *l, int64_t now)
{
    for (size_t i = 0; i < l->n; i++)
        if (!l->t[i].now && strcmp(l->t[i].kind, "page") == 0 && now - l->t[i].at >= AGAIN_S)
            l->t[i].outcome = "";
}

size_t tell_failures(struct store *s, const struct crawl_summary *c, bool all, int64_t now, struct strbuf *out)
{
    static struct list l; /* 32 KiB; one thread tells */
    size_t n = 0;
    memset(&l, 0, sizeof l);
    arena_init(&l.a, 2 * TOLD_BYTES);
    load(s, &l);
    for (size_t i = 0; i < c->n_failure; i++)
        n += tell_one(&l, &c->failure[i], all, now, out);
    n += tell_ends(s, &l, out);
    forget_pages(&l, now);
    keep(s, &l);
    arena_release(&l.a);
    return n;
}
