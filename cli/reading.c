#include "cli/reading.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    uint64_t source, print; /* hash of its key; what the settings say */
};
struct readings {
    const struct sites *sites;
    struct reading *v; /* sorted by source */
    size_t n;
};

static uint64_t mix(uint64_t print, uint64_t with)
{
    return (print ^ with) * 0x9e3779b97f4a7c15u + (print >> 29);
}

static uint64_t mix_words(uint64_t print, const char *const *word, size_t n)
{
    for (size_t i = 0; i < n; i++)
        print = mix(print, hash64_str(word[i]));
    return mix(print, n);
}

static uint64_t print_of(const struct brand *b, const struct source *s)
{
    uint64_t print = mix(1, (uint64_t)s->about);
    print = mix_words(print, s->accounts, s->n_account);
    print = mix(print, hash64_str(b->title));
    print = mix_words(print, b->alias, b->n_alias);
    print = mix_words(print, b->require, b->n_require);
    return mix_words(print, b->exclude, b->n_exclude);
}

static int by_source(const void *pa, const void *pb)
{
    const struct reading *a = pa, *b = pb;
    return (a->source > b->source) - (a->source < b->source);
}

struct readings *readings_new(const struct settings *s, const struct sites *sites, struct arena *a)
{
    struct readings *r = arena_calloc(a, 1, sizeof *r);
    size_t n = 0;
    for (size_t i = 0; i < s->n_brand; i++)
        n += s->brand[i].n_source;
    struct reading *v = r ? arena_calloc(a, n + 1, sizeof *v) : NULL;
    if (!v)
        return NULL;
    *r = (struct readings){sites, v, 0};
    for (size_t i = 0; i < s->n_brand; i++)
        for (size_t k = 0; k < s->brand[i].n_source; k++)
            v[r->n++] = (struct reading){hash64_str(s->brand[i].source[k].key), print_of(&s->brand[i], &s->brand[i].source[k])};
    qsort(v, r->n, sizeof *v, by_source);
    return r;
}

void readings_apply(const struct readings *r, struct target *t)
{
    struct reading key = {hash64_str(t->source), 0};
    const struct reading *found = r->n ? bsearch(&key, r->v, r->n, sizeof *r->v, by_source) : NULL;
    uint64_t now = mix(found ? found->print : 0, sites_fingerprint(r->sites, t->site, t->url));
    if (now != t->reading) {
        t->etag = t->last_modified = NULL;
        t->body_hash = 0;
    }
    t->reading = now;
}
