#include "report/rows.h"

#include "base/hash.h"
#include "desk/triage.h"
#include "report/collect.h"

#include <stdlib.h>

static int by_hash(const void *a, const void *b)
{
    const struct rows_brand *x = a, *y = b;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

void rows_init(struct rows *r, const struct report_in *in, struct arena *a)
{
    *r = (struct rows){.in = in, .source_hash = in->source_key ? hash64_str(in->source_key) : 0};
    size_t n = in->settings ? in->settings->n_brand : 0;
    r->brand = arena_calloc(a, n, sizeof *r->brand);
    for (size_t i = 0; r->brand && i < n; i++) {
        const struct brand *b = &in->settings->brand[i];
        r->brand[r->n++] = (struct rows_brand){hash64_str(b->name), b->name, b->competitor};
    }
    if (r->n)
        qsort(r->brand, r->n, sizeof *r->brand, by_hash);
    while (r->n_cause < sizeof r->cause / sizeof *r->cause && triage_cause_code(r->n_cause)) {
        r->cause[r->n_cause] = store_word_hash(triage_cause_code(r->n_cause));
        r->n_cause++;
    }
}

static const struct rows_brand *find(const struct rows *r, uint64_t hash)
{
    struct rows_brand key = {.hash = hash};
    return r->n ? bsearch(&key, r->brand, r->n, sizeof *r->brand, by_hash) : NULL;
}

const char *rows_brand(const struct rows *r, const struct store_row *x)
{
    const struct rows_brand *b = find(r, x->brand);
    return b ? b->name : NULL;
}

bool rows_in_scope(const struct rows *r, const struct store_row *x)
{
    if (r->source_hash && x->source != r->source_hash)
        return false;
    if (r->in->brand)
        return true; /* the store was asked for this brand alone */
    const struct rows_brand *b = find(r, x->brand);
    return !b || !b->competitor;
}

bool rows_causes(const struct rows *r, const struct store_row *x, const char **cause, size_t *n)
{
    *n = 0;
    if (x->partial || x->more_causes)
        return false;
    for (; *n < STORE_ROW_CAUSES && x->cause[*n]; ++*n) {
        size_t i = 0;
        while (i < r->n_cause && r->cause[i] != x->cause[*n])
            i++;
        if (i == r->n_cause)
            return false; /* of a lexicon that knows more than we have words for */
        cause[*n] = triage_cause_code(i);
    }
    return true;
}

struct count {
    struct rows rows;
    size_t n;
};

static bool on_row(void *ctx, const struct store_row *r)
{
    struct count *c = ctx;
    c->n += r->verdict == VERDICT_REPLY && rows_in_scope(&c->rows, r);
    return true;
}

enum err rows_count_open(const struct report_in *in, size_t *n)
{
    struct arena a;
    struct count c = {.n = 0};
    struct store_rows_filter f = {.brand = in->brand, .desk = true};
    arena_init(&a, COLLECT_ARENA_BYTES);
    rows_init(&c.rows, in, &a);
    enum err e = store_rows(in->store, &f, on_row, &c);
    *n = c.n;
    arena_release(&a);
    return e;
}
