#include "web/scan.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "report/collect.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    struct request *r;
    const struct filter *f;
    struct filter_hash hash;
    struct scan *out;
    bool desk; /* this walk is over the desk tree */
    bool pick; /* ... and the one that picks */
    size_t cap;
    struct arena a; /* one record */
    bool desk_view[VIEW_COUNT];
    uint64_t brand_hash; /* the brand of the last row, and its index */
    int brand;
};

/* The order of the page: desk views by urgency, others the newest first. Less than 0: a comes first. */
static int order(bool desk, const struct pick *a, const struct pick *b)
{
    if (desk) {
        if (a->overdue != b->overdue)
            return a->overdue ? -1 : 1;
        if (a->priority != b->priority)
            return a->priority > b->priority ? -1 : 1;
        if (a->due_at != b->due_at)
            return a->due_at < b->due_at ? -1 : 1;
    } else if (a->at != b->at) {
        return a->at > b->at ? -1 : 1;
    }
    return a->seq == b->seq ? 0 : (a->seq < b->seq) == desk ? -1 : 1;
}

static int by_urgency(const void *a, const void *b)
{
    return order(true, a, b);
}

static int by_time(const void *a, const void *b)
{
    return order(false, a, b);
}

/* A heap with the last one on top, so that a better one takes its place. */
static void sink(struct walk *w)
{
    struct scan *s = w->out;
    for (size_t i = 0;;) {
        size_t top = i, left = 2 * i + 1;
        for (size_t k = left; k <= left + 1 && k < s->n_pick; k++)
            if (order(w->desk, &s->pick[k], &s->pick[top]) > 0)
                top = k;
        if (top == i)
            return;
        struct pick x = s->pick[i];
        s->pick[i] = s->pick[top];
        s->pick[top] = x;
        i = top;
    }
}

static void rise(struct walk *w)
{
    struct scan *s = w->out;
    for (size_t i = s->n_pick - 1; i > 0 && order(w->desk, &s->pick[i], &s->pick[(i - 1) / 2]) > 0; i = (i - 1) / 2) {
        struct pick x = s->pick[i];
        s->pick[i] = s->pick[(i - 1) / 2];
        s->pick[(i - 1) / 2] = x;
    }
}

static void pick(struct walk *w, const struct store_row *row)
{
    struct scan *s = w->out;
    struct pick p = {row->seq, row->due_at ? row->due_at : INT64_MAX, row->at, row->priority, row->due_at && row->due_at < w->hash.now};
    if (s->n_pick < s->max) {
        struct pick *grown = arena_grow(&w->r->a, s->pick, s->n_pick, &w->cap, sizeof *grown);
        if (!grown)
            return;
        s->pick = grown;
        s->pick[s->n_pick++] = p;
        rise(w);
    } else if (s->max && order(w->desk, &p, &s->pick[0]) < 0) {
        s->pick[0] = p;
        sink(w);
    }
}

/* lacks: the one filter that does not fit, or 0. Each list is counted under all filters but its own. */
static void count_facets(struct walk *w, struct facets *x, const struct store_row *row, unsigned lacks)
{
    const struct names *n = w->r->s->names;
    int i;
    if (row->brand != w->brand_hash) { /* rows come brand by brand */
        w->brand_hash = row->brand;
        w->brand = names_brand(n, row->brand);
    }
    if (!(lacks & ~(unsigned)FIT_BRAND) && w->brand >= 0)
        x->brand[w->brand]++;
    if (!(lacks & ~(unsigned)FIT_SOURCE) && (i = names_source(n, row->source)) >= 0)
        x->source[i]++;
    if (!(lacks & ~(unsigned)FIT_LANG) && (i = names_lang(n, row->lang)) >= 0)
        x->lang[i]++;
    for (size_t k = 0; !(lacks & ~(unsigned)FIT_CAUSE) && k < STORE_ROW_CAUSES && row->cause[k]; k++)
        if ((i = names_cause(n, row->cause[k])) >= 0)
            x->cause[i]++;
}

/* The columns that a row lacks, out of its record, when a filter asks for them: *row is then the copy that has them. true: its causes fit, whatever the columns say. */
static bool look_inside(struct walk *w, const struct store_row **row, struct store_row *copy)
{
    struct finding f;
    bool cause_fits = false;
    if (!w->f->cause && !w->f->lang && w->f->view != VIEW_MINE && w->f->view != VIEW_HOLD)
        return false;
    if (!(*row)->partial && !w->f->cause)
        return false;
    arena_reset(&w->a);
    if (store_get_seq(w->r->in.store, (*row)->seq, &w->a, &f) != ERR_OK)
        return false;
    *copy = **row;
    filter_complete(copy, &f);
    *row = copy;
    for (size_t i = 0; w->f->cause && i < f.score.n_cause; i++)
        cause_fits = cause_fits || strcmp(f.score.cause[i], w->f->cause) == 0;
    return cause_fits;
}

/* A million times for a large store: nothing here may be slow. */
static bool on_row(void *ctx, const struct store_row *row)
{
    struct walk *w = ctx;
    struct store_row copy;
    unsigned fit = (row->partial || row->more_causes) && look_inside(w, &row, &copy) ? FIT_CAUSE : 0;
    fit |= filter_fit(w->f, &w->hash, row);
    if (w->desk && (fit | FIT_VIEW) == FIT_ALL)
        for (int v = 0; v < VIEW_COUNT; v++)
            w->out->view[v] += w->desk_view[v] && view_fit((enum view)v, &w->hash, row);
    unsigned lacks = FIT_ALL & ~fit;
    if (!w->pick || (lacks & (lacks - 1)) || lacks == FIT_VIEW)
        return true;
    count_facets(w, &w->out->facets, row, lacks);
    if (!lacks) {
        w->out->n++;
        pick(w, row);
    }
    return true;
}

static bool facets_make(struct request *r, struct facets *x)
{
    *x = (struct facets){.brand = arena_calloc(&r->a, r->in.settings->n_brand + 1, sizeof *x->brand),
                         .source = arena_calloc(&r->a, r->s->names->n_source + 1, sizeof *x->source)};
    return x->brand && x->source;
}

enum err scan_rows(struct request *r, const struct filter *f, size_t max, struct scan *out)
{
    struct walk w = {.r = r, .f = f, .out = out, .brand = -1};
    int64_t began = web_clock_us();
    bool desk = view_desk(f->view);
    *out = (struct scan){.max = max};
    filter_hash(&w.hash, f, r->who, r->in.now);
    arena_init(&w.a, LIMIT_PAGE_ARENA);
    if (!facets_make(r, &out->facets))
        return err_set(ERR_MEMORY, "out of memory");
    for (int v = 0; v < VIEW_COUNT; v++)
        w.desk_view[v] = view_desk((enum view)v);
    enum err e = ERR_OK;
    for (int tree = 0; tree < 2 && e == ERR_OK; tree++) {
        w.desk = tree == 0;
        w.pick = w.desk == desk;
        struct store_rows_filter rows = {.desk = w.desk, .brand = f->brand && !w.desk ? f->brand : NULL, .back = true,
                                         .since = f->days ? r->in.now - f->days * INT64_C(86400) : 0};
        if (w.desk || !desk)
            e = store_rows(r->in.store, &rows, on_row, &w);
    }
    arena_release(&w.a);
    if (!desk)
        out->view[f->view] = out->n;
    if (out->n_pick > 1)
        qsort(out->pick, out->n_pick, sizeof *out->pick, desk ? by_urgency : by_time);
    r->rows_us += web_clock_us() - began;
    return e;
}

/* ---------------------------------------------------------------- a page of findings */

static bool has(struct arena *a, const char *text, const char *word)
{
    const char *folded = text ? utf8_fold(a, text, strlen(text)) : NULL;
    return folded && strstr(folded, word);
}

static bool has_word(struct arena *a, const struct finding *f, const char *word)
{
    const struct mention *m = &f->mention;
    const char *const in[] = {m->text, m->title, m->pros, m->cons, m->author.name, m->id, f->score.order_ref, m->reply.text, f->note, f->assignee};
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        if (has(a, in[i], word))
            return true;
    return false;
}

bool scan_match(struct arena *a, const struct finding *f, const char *folded)
{
    for (const char *p = folded; *p;) {
        size_t n = strcspn(p, " ");
        char *word = arena_strndup(a, p, n);
        if (!word || (n > 0 && !has_word(a, f, word)))
            return false;
        p += n + strspn(p + n, " ");
    }
    return true;
}

/* Keep a copy of what is in `from` only when it fits. */
static enum err look(struct request *r, uint64_t seq, const char *folded, struct arena *scratch, struct found *out)
{
    struct finding f;
    arena_reset(scratch);
    enum err e = store_get_seq(r->in.store, seq, scratch, &f);
    if (e == ERR_NOTFOUND) /* damaged: logged by the store */
        return ERR_OK;
    if (e != ERR_OK || (folded && !scan_match(scratch, &f, folded)))
        return e;
    finding_copy(&r->a, &out->f[out->n++], &f);
    return ERR_OK;
}

enum err scan_page(struct request *r, const struct filter *f, struct found *out)
{
    const char *squeezed = utf8_squeeze(&r->a, f->q), *folded = squeezed ? utf8_fold(&r->a, squeezed, strlen(squeezed)) : NULL;
    size_t first = f->q ? f->from : f->page * FILTER_PAGE, most = f->q ? first + LIMIT_SERVE_SEARCH : first + FILTER_PAGE;
    struct arena scratch;
    *out = (struct found){.f = arena_calloc(&r->a, FILTER_PAGE, sizeof *out->f)};
    if (!out->f)
        return err_set(ERR_MEMORY, "out of memory");
    arena_init(&scratch, LIMIT_PAGE_ARENA);
    enum err e = scan_rows(r, f, most, &out->scan);
    size_t i = first;
    for (; i < out->scan.n_pick && out->n < FILTER_PAGE && e == ERR_OK; i++)
        e = look(r, out->scan.pick[i].seq, f->q ? folded : NULL, &scratch, out);
    out->looked = i;
    out->more = i < out->scan.n;
    arena_release(&scratch);
    return e;
}

/* ---------------------------------------------------------------- days */

struct day_walk {
    struct walk w;
    struct days *out;
};

static bool on_day(void *ctx, const struct store_row *row)
{
    struct day_walk *d = ctx;
    struct days *out = d->out;
    size_t i = (size_t)((row->at - out->since) / 86400);
    if (row->at < out->since || i >= out->n)
        return true;
    out->n_all++;
    out->n_positive += row->positive && !row->negative;
    if (!row->negative) {
        if (row->positive)
            out->day[i].positive++;
        else
            out->day[i].neutral++;
        return true;
    }
    out->day[i].negative++;
    out->n_negative++;
    out->n_answered += row->answered;
    count_facets(&d->w, &out->negative, row, 0);
    return true;
}

enum err scan_days(struct request *r, const char *brand, size_t n, struct days *out)
{
    struct day_walk d = {.w = {.r = r, .brand = -1}, .out = out};
    int64_t began = web_clock_us(), today = (r->in.now + r->in.utc_offset_s) / 86400 * 86400 - r->in.utc_offset_s;
    *out = (struct days){.n = n > DAYS_MAX ? DAYS_MAX : n};
    out->since = today - (int64_t)(out->n - 1) * 86400;
    if (!facets_make(r, &out->negative))
        return err_set(ERR_MEMORY, "out of memory");
    struct store_rows_filter rows = {.brand = brand, .since = out->since};
    enum err e = store_rows(r->in.store, &rows, on_day, &d);
    r->rows_us += web_clock_us() - began;
    return e;
}
