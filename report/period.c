#include "report/period.h"

#include "desk/triage.h"
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
    p->target = in->settings && in->settings->positive_target > 0 ? in->settings->positive_target : PERIOD_TARGET;
    p->answer_median_s = p->answer_p90_s = -1;
}

bool period_is_main(const struct period *p, const char *brand)
{
    return p->in->brand ? strcmp(p->in->brand, brand) == 0 : !collect_competitor(p->in, brand);
}

bool period_is_rival(const struct period *p, const char *brand)
{
    if (period_is_main(p, brand))
        return false;
    for (size_t i = 0; i < p->in->n_compare; i++)
        if (strcmp(p->in->compare[i], brand) == 0)
            return true;
    return p->in->n_compare == 0 && !p->in->brand;
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

static void count(struct tally *t, const struct finding *f, enum label l)
{
    bool answered = f->mention.reply_state == REPLY_YES;
    double stars = rating_stars(&f->mention.rating);
    t->n++;
    if (f->mention.rating.known && stars >= 0.5 && stars <= 5.49) {
        t->rated++;
        t->stars += stars;
    }
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
    const char *copy = t->n == PERIOD_ROWS - 1 ? PERIOD_REST : arena_strdup(p->arena, name);
    struct period_row *r = &t->row[t->n++];
    r->name = copy ? copy : PERIOD_REST;
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

static void count_causes(struct period *p, const struct finding *f, enum label l)
{
    for (size_t i = 0; i < f->score.n_cause; i++) {
        struct period_row *r = row_of(p, &p->cause, f->score.cause[i]);
        count(&r->t, f, l);
        quote(p, r, f);
    }
}

/* For the comparison of brands. */
static void count_brand_causes(struct period_row *r, const struct finding *f)
{
    for (size_t i = 0; i < f->score.n_cause; i++)
        for (size_t k = 0; k < PERIOD_CAUSES && triage_cause_code(k); k++)
            if (strcmp(triage_cause_code(k), f->score.cause[i]) == 0)
                r->cause[k]++;
}

static void count_before(struct period *p, const struct finding *f, enum label l, bool main)
{
    row_of(p, &p->brand, f->brand)->n_before++;
    if (!main)
        return;
    count(&p->before, f, l);
    row_of(p, &p->source, f->source)->n_before++;
    for (size_t i = 0; l == LABEL_NEGATIVE && i < f->score.n_cause; i++)
        row_of(p, &p->cause, f->score.cause[i])->n_before++;
}

static void keep_answer(struct period *p, const struct period_row *brand, const struct finding *f)
{
    int64_t took = collect_answer_s(f);
    if (took < 0 || p->n_answer >= PERIOD_ANSWERS)
        return;
    struct period_answer *a = arena_grow(p->arena, p->answer, p->n_answer, &p->cap_answer, sizeof *a);
    if (!a)
        return;
    p->answer = a;
    p->answer[p->n_answer++] = (struct period_answer){(uint32_t)(brand - p->brand.row), took};
}

static void count_clock(struct period *p, const struct judgement *j)
{
    p->sla_met += j->sla == SLA_MET;
    p->sla_missed += j->sla == SLA_MISSED || (j->sla == SLA_RUNNING && j->due_at && j->due_at < p->in->now);
}

void period_add(struct period *p, const struct finding *f)
{
    int64_t at = published_local(p, f);
    enum label l = feeling(f);
    bool main = period_is_main(p, f->brand);
    if (at >= p->until || (!main && !period_is_rival(p, f->brand)))
        return;
    if (at < p->since) {
        count_before(p, f, l, main);
        return;
    }
    struct period_row *brand = row_of(p, &p->brand, f->brand);
    count(&brand->t, f, l);
    if (l == LABEL_NEGATIVE) {
        count_brand_causes(brand, f);
        if (f->mention.reply_state == REPLY_YES)
            keep_answer(p, brand, f);
    }
    if (!main)
        return;
    count(&p->all, f, l);
    count(&row_of(p, &p->source, f->source)->t, f, l);
    size_t b = (size_t)((at - p->since) / p->bucket_s);
    count(&p->bucket[b < p->n_bucket ? b : p->n_bucket - 1], f, l);
    double stars = rating_stars(&f->mention.rating);
    if (f->mention.rating.known && stars >= 0.5 && stars <= 5.49)
        p->stars[lround(stars) < 1 ? 1 : lround(stars)]++;
    count_clock(p, &f->judgement);
    if (l != LABEL_NEGATIVE)
        return;
    count_causes(p, f, l);
    period_recur(p, f, at);
    for (unsigned k = 0; f->mention.reply_state == REPLY_YES && k < 4; k++)
        p->reply_flag[k] += f->mention.reply.flags >> k & 1;
}

static int busiest_first(const void *a, const void *b)
{
    const struct period_row *x = a, *y = b;
    int rest_x = strcmp(x->name, PERIOD_REST) == 0, rest_y = strcmp(y->name, PERIOD_REST) == 0;
    if (rest_x != rest_y) /* the rest is no source */
        return rest_x - rest_y;
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

/* Words that no cause above has shown; without any, one that is repeated is better than silence. */
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
        for (size_t k = to ? to : 1; k < PERIOD_CANDIDATES; k++)
            q[k].mention.id = NULL;
    }
}

/* Before the table of brands is sorted: the answers name its rows. */
static void work_out_answers(struct period *p)
{
    int64_t *s = arena_calloc(p->arena, p->n_answer, sizeof *s);
    size_t n_main = 0;
    for (size_t r = 0; s && r < p->brand.n; r++) {
        struct period_row *row = &p->brand.row[r];
        size_t n = 0;
        for (size_t i = 0; i < p->n_answer; i++)
            if (p->answer[i].brand == r)
                s[n++] = p->answer[i].took_s;
        row->answer_median_s = collect_quantile(s, n, 0.5);
        row->answer_p90_s = collect_quantile(s, n, 0.9);
    }
    for (size_t i = 0; s && i < p->n_answer; i++)
        if (period_is_main(p, p->brand.row[p->answer[i].brand].name))
            s[n_main++] = p->answer[i].took_s;
    p->answer_median_s = collect_quantile(s, n_main, 0.5);
    p->answer_p90_s = collect_quantile(s, n_main, 0.9);
}

struct tally period_trend(const struct period *p, size_t i)
{
    struct tally sum = {0};
    size_t from = p->bucket_s == DAY_S && i >= PERIOD_TREND ? i - PERIOD_TREND + 1 : p->bucket_s == DAY_S ? 0 : i;
    for (size_t k = from; k <= i; k++) {
        const struct tally *t = &p->bucket[k];
        sum.n += t->n, sum.negative += t->negative, sum.neutral += t->neutral, sum.positive += t->positive;
        sum.rated += t->rated, sum.stars += t->stars;
    }
    return sum;
}

bool period_nps(const struct period *p, int *nps)
{
    double n = 0;
    for (int i = 1; i <= 5; i++)
        n += (double)p->stars[i];
    if (n < 1)
        return false;
    *nps = (int)lround(100.0 * ((double)p->stars[5] - (double)(p->stars[1] + p->stars[2] + p->stars[3])) / n);
    return true;
}

void period_finish(struct period *p)
{
    work_out_answers(p);
    qsort(p->source.row, p->source.n, sizeof *p->source.row, busiest_first);
    qsort(p->brand.row, p->brand.n, sizeof *p->brand.row, busiest_first);
    qsort(p->cause.row, p->cause.n, sizeof *p->cause.row, most_negative_first);
    pick_quotes(p);
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
