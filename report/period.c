#include "report/period.h"

#include "report/fmt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S INT64_C(86400)

void period_init(struct period *p, const struct report_in *in, struct arena *a)
{
    memset(p, 0, sizeof *p);
    p->in = in;
    p->arena = a;
    p->until = in->until ? in->until : in->now;
    /* 30 calendar days, today included */
    p->since = in->since ? in->since : ((p->until + in->utc_offset_s) / DAY_S - 29) * DAY_S - in->utc_offset_s;
    if (p->since >= p->until)
        p->since = p->until - DAY_S;
    int64_t span = p->until - p->since;
    p->bucket_s = DAY_S;
    if (span > PERIOD_BUCKETS * DAY_S)
        p->bucket_s = 7 * DAY_S;
    if (span > PERIOD_BUCKETS * 7 * DAY_S)
        p->bucket_s = 30 * DAY_S;
    if (span > PERIOD_BUCKETS * 30 * DAY_S)
        p->bucket_s = (span / PERIOD_BUCKETS / DAY_S + 1) * DAY_S;
    p->n_bucket = (size_t)((span + p->bucket_s - 1) / p->bucket_s);
    if (p->n_bucket > PERIOD_BUCKETS)
        p->n_bucket = PERIOD_BUCKETS;
    p->oldest = (struct finding_list){.arena = a, .max = PERIOD_OLDEST};
    p->answer_median_s = p->answer_p90_s = -1;
}

/* What counts as how: a rating speaks louder than the words, as in the queue. */
static enum label feeling(const struct finding *f)
{
    double stars = rating_stars(&f->mention.rating);
    if (f->mention.rating.known && stars > 0) {
        if (stars <= 2)
            return LABEL_NEGATIVE;
        if (stars >= 4 && f->score.label != LABEL_NEGATIVE)
            return LABEL_POSITIVE;
    }
    return f->score.label;
}

static void count(struct tally *t, enum label l, bool answered)
{
    t->n++;
    if (l == LABEL_NEGATIVE) {
        t->negative++;
        t->answered += answered;
    } else if (l == LABEL_POSITIVE) {
        t->positive++;
    } else {
        t->neutral++;
    }
}

/* The row of a name, made when new; the last row takes the rest. */
static struct period_row *row_of(struct period *p, struct period_table *t, const char *name)
{
    if (!name)
        name = "-";
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->row[i].name, name) == 0)
            return &t->row[i];
    if (t->n == PERIOD_ROWS)
        return &t->row[PERIOD_ROWS - 1];
    const char *copy = t->n == PERIOD_ROWS - 1 ? "…" : arena_strdup(p->arena, name);
    struct period_row *r = &t->row[t->n++];
    r->name = copy ? copy : "…";
    return r;
}

static int64_t published(const struct finding *f)
{
    return when_known(f->mention.published) ? f->mention.published.at : f->first_seen;
}

/* A calendar date is the local midnight of that day, so that it falls into the bar of its own date. */
static int64_t published_local(const struct period *p, const struct finding *f)
{
    enum precision known = f->mention.published.precision;
    return published(f) - (known == PRECISION_DAY || known == PRECISION_MONTH ? p->in->utc_offset_s : 0);
}

/* A quote should be readable: not a single word, and the worse scored the better. */
static double quote_rank(const struct finding *f)
{
    size_t n = f->mention.text ? strlen(f->mention.text) : 0;
    return (double)f->score.value + (n < 60 ? 1.0 : 0.0);
}

static void quote(struct period *p, struct period_row *r, const struct finding *f)
{
    if (!f->mention.text)
        return;
    struct finding *at = NULL;
    for (size_t i = 0; i < PERIOD_CANDIDATES; i++) {
        if (r->quote[i].mention.id && r->quote[i].mention.text && strcmp(r->quote[i].mention.text, f->mention.text) == 0)
            return;
        if (at && !at->mention.id)
            continue;
        if (!r->quote[i].mention.id)
            at = &r->quote[i];
        else if (quote_rank(f) < quote_rank(&r->quote[i]) && (!at || quote_rank(&r->quote[i]) > quote_rank(at)))
            at = &r->quote[i];
    }
    if (at && p->arena->used_bytes < COLLECT_ARENA_BYTES / 2)
        finding_copy(p->arena, at, f);
}

static void count_causes(struct period *p, const struct finding *f, enum label l, bool answered)
{
    for (size_t i = 0; i < f->score.n_cause; i++) {
        struct period_row *r = row_of(p, &p->cause, f->score.cause[i]);
        count(&r->t, l, answered);
        quote(p, r, f);
    }
}

static void count_before(struct period *p, const struct finding *f, enum label l, bool answered, bool rival)
{
    row_of(p, &p->brand, f->brand)->n_before++;
    if (rival)
        return;
    count(&p->before, l, answered);
    row_of(p, &p->source, f->source)->n_before++;
    for (size_t i = 0; l == LABEL_NEGATIVE && i < f->score.n_cause; i++)
        row_of(p, &p->cause, f->score.cause[i])->n_before++;
}

static void keep_answer(struct period *p, const struct finding *f)
{
    int64_t took = collect_answer_s(f);
    if (took < 0 || p->n_answer >= PERIOD_ANSWERS)
        return;
    int64_t *a = arena_grow(p->arena, p->answer_s, p->n_answer, &p->cap_answer, sizeof *a);
    if (!a)
        return;
    p->answer_s = a;
    p->answer_s[p->n_answer++] = took;
}

void period_add(struct period *p, const struct finding *f)
{
    int64_t at = published_local(p, f);
    enum label l = feeling(f);
    bool answered = f->mention.reply_state == REPLY_YES;
    bool rival = !p->in->brand && collect_competitor(p->in, f->brand);
    if (at >= p->until)
        return;
    if (at < p->since) {
        count_before(p, f, l, answered, rival);
        return;
    }
    count(&row_of(p, &p->brand, f->brand)->t, l, answered);
    if (rival)
        return;
    count(&p->all, l, answered);
    count(&row_of(p, &p->source, f->source)->t, l, answered);
    size_t b = (size_t)((at - p->since) / p->bucket_s);
    count(&p->bucket[b < p->n_bucket ? b : p->n_bucket - 1], l, answered);
    double stars = rating_stars(&f->mention.rating);
    if (f->mention.rating.known && stars >= 0.5 && stars <= 5.49) {
        p->stars[lround(stars) < 1 ? 1 : lround(stars)]++;
        p->n_rated++;
        p->stars_sum += stars;
    }
    if (l != LABEL_NEGATIVE)
        return;
    count_causes(p, f, l, answered);
    if (answered)
        keep_answer(p, f);
}

static int oldest_first(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (published(x) != published(y))
        return published(x) < published(y) ? -1 : 1;
    return strcmp(x->mention.id, y->mention.id);
}

void period_add_open(struct period *p, const struct finding *f)
{
    p->n_open++;
    if (f->judgement.due_at && f->judgement.due_at < p->in->now)
        p->n_overdue++;
    if (p->oldest.n < PERIOD_OLDEST) {
        collect_finding(&p->oldest, f);
    } else if (oldest_first(f, &p->oldest.at[p->oldest.n - 1]) < 0) {
        finding_copy(p->arena, &p->oldest.at[p->oldest.n - 1], f);
    }
    if (p->oldest.n)
        qsort(p->oldest.at, p->oldest.n, sizeof *p->oldest.at, oldest_first);
}

static int busiest_first(const void *a, const void *b)
{
    const struct period_row *x = a, *y = b;
    if (x->t.n != y->t.n)
        return x->t.n > y->t.n ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int most_negative_first(const void *a, const void *b)
{
    const struct period_row *x = a, *y = b;
    if (x->t.negative != y->t.negative)
        return x->t.negative > y->t.negative ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int worst_quote_first(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (!x->mention.id || !y->mention.id)
        return !x->mention.id - !y->mention.id;
    double p = quote_rank(x), q = quote_rank(y);
    if (p < q || p > q)
        return p < q ? -1 : 1;
    return strcmp(x->mention.id, y->mention.id);
}

/* Shown above already? Causes are printed in order, the first PERIOD_QUOTES of each. */
static bool shown_before(const struct period *p, size_t n_row, const struct finding *f)
{
    for (size_t i = 0; i < n_row; i++)
        for (size_t k = 0; k < PERIOD_QUOTES; k++) {
            const char *id = p->cause.row[i].quote[k].mention.id;
            if (id && strcmp(id, f->mention.id) == 0)
                return true;
        }
    return false;
}

/* Words that no cause above has shown go first; without any, repeating is better than silence. */
static void pick_quotes(struct period *p)
{
    for (size_t i = 0; i < p->cause.n; i++) {
        struct finding *q = p->cause.row[i].quote;
        size_t to = 0;
        qsort(q, PERIOD_CANDIDATES, sizeof *q, worst_quote_first);
        for (size_t k = 0; k < PERIOD_CANDIDATES && q[k].mention.id && to < PERIOD_QUOTES; k++) {
            if (shown_before(p, i, &q[k]))
                continue;
            struct finding fresh = q[k];
            memmove(&q[to + 1], &q[to], (k - to) * sizeof *q);
            q[to++] = fresh;
        }
    }
}

void period_finish(struct period *p)
{
    qsort(p->source.row, p->source.n, sizeof *p->source.row, busiest_first);
    qsort(p->brand.row, p->brand.n, sizeof *p->brand.row, busiest_first);
    qsort(p->cause.row, p->cause.n, sizeof *p->cause.row, most_negative_first);
    pick_quotes(p);
    p->answer_median_s = collect_quantile(p->answer_s, p->n_answer, 0.5);
    p->answer_p90_s = collect_quantile(p->answer_s, p->n_answer, 0.9);
}

const char *period_title(const struct period *p, char *buf, size_t n)
{
    size_t at = 0;
    buf[0] = 0;
    if (p->in->brand) {
        snprintf(buf, n, "%s", fmt_brand(p->in->settings, p->in->brand));
        return buf;
    }
    for (size_t i = 0; p->in->settings && i < p->in->settings->n_brand; i++) {
        const struct brand *b = &p->in->settings->brand[i];
        if (b->competitor)
            continue;
        int len = snprintf(buf + at, n - at, "%s%s", at ? ", " : "", b->title ? b->title : b->name);
        if (len < 0 || at + (size_t)len >= n) {
            snprintf(buf + at, n - at, "…");
            break;
        }
        at += (size_t)len;
    }
    return buf;
}
