#include "report/related.h"

#include "base/i18n.h"
#include "desk/simhash.h"

#include <string.h>

struct look {
    const struct finding *f;
    uint64_t hash;
    struct arena *a;
    struct related *out;
    size_t n, n_look;
};

const char *relation_word(enum relation r)
{
    static const char *const word[] = {"same_text", "same_author", "same_name"};
    return word[r];
}

const char *relation_text(enum relation r)
{
    static const char *const text[] = {N_("nearly the same text"), N_("by the same author"), N_("the same name on another site")};
    return _(text[r]);
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool same_site(const char *a, const char *b)
{
    size_t n = strcspn(a, ":");
    return n == strcspn(b, ":") && strncmp(a, b, n) == 0;
}

static bool relation_of(const struct look *l, const struct finding *x, enum relation *r)
{
    const struct author *a = &l->f->mention.author, *b = &x->mention.author;
    if (l->hash && simhash_near(l->hash, simhash(x->mention.text))) {
        *r = RELATION_TEXT;
        return true;
    }
    bool here = same_site(l->f->mention.id, x->mention.id);
    *r = here ? RELATION_AUTHOR : RELATION_NAME;
    if (here && a->id && b->id)
        return same(a->id, b->id);
    return same(a->name, b->name);
}

static bool on_mention(void *ctx, const struct finding *x)
{
    struct look *l = ctx;
    enum relation r;
    if (strcmp(x->mention.id, l->f->mention.id) == 0 || !relation_of(l, x, &r))
        return ++l->n_look < RELATED_LOOK;
    struct related *to = &l->out[l->n++];
    int64_t at = when_known(x->mention.published) ? x->mention.published.at : x->first_seen;
    *to = (struct related){r, arena_strdup(l->a, x->mention.id), arena_strdup(l->a, x->mention.url), arena_strdup(l->a, x->mention.author.name), at};
    return l->n < RELATED_MAX && ++l->n_look < RELATED_LOOK;
}

enum err related_read(const struct report_in *in, const struct finding *f, struct arena *a, struct related **out, size_t *n)
{
    int64_t at = when_known(f->mention.published) ? f->mention.published.at : f->first_seen;
    struct look l = {.f = f, .hash = simhash(f->mention.text), .a = a, .out = arena_calloc(a, RELATED_MAX, sizeof *l.out)};
    struct store_filter filter = {.brand = f->brand, .since = at - RELATED_S, .until = at + RELATED_S};
    *out = NULL;
    *n = 0;
    if (!l.out)
        return err_set(ERR_MEMORY, "out of memory");
    enum err e = store_each(in->store, &filter, on_mention, &l);
    *out = l.out;
    *n = l.n;
    return e;
}
