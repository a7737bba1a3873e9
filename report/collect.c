#include "report/collect.h"

#include <stdlib.h>
#include <string.h>

static void copy_mention(struct arena *a, struct mention *m)
{
    const char **field[] = {
        &m->id,         &m->native_id,    &m->url,          &m->parent_id,  &m->author.name, &m->author.id,
        &m->author.url, &m->author.place, &m->title,        &m->text,       &m->pros,        &m->cons,
        &m->lang,       &m->verification, &m->reply.author, &m->reply.text, &m->extra,
    };
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        *field[i] = arena_strdup(a, *field[i]);
}

static void copy_score(struct arena *a, struct score *s)
{
    struct score_word *w = arena_calloc(a, s->n_word, sizeof *w);
    for (size_t i = 0; w && i < s->n_word; i++)
        w[i] = (struct score_word){arena_strdup(a, s->word[i].text), s->word[i].weight, arena_strdup(a, s->word[i].why)};
    const char **c = arena_calloc(a, s->n_cause, sizeof *c);
    for (size_t i = 0; c && i < s->n_cause; i++)
        c[i] = arena_strdup(a, s->cause[i]);
    s->word = w;
    s->cause = c;
    if (!w)
        s->n_word = 0;
    if (!c)
        s->n_cause = 0;
    s->order_ref = arena_strdup(a, s->order_ref);
}

void finding_copy(struct arena *a, struct finding *to, const struct finding *from)
{
    *to = *from;
    copy_mention(a, &to->mention);
    copy_score(a, &to->score);
    const char **field[] = {&to->brand, &to->source, &to->channel, &to->assignee, &to->root_cause, &to->note};
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        *field[i] = arena_strdup(a, *field[i]);
    for (size_t i = 0; i < to->judgement.n_sign; i++)
        to->judgement.sign[i].name = arena_strdup(a, from->judgement.sign[i].name);
}

bool collect_finding(void *ctx, const struct finding *f)
{
    struct finding_list *l = ctx;
    l->total++;
    if (l->n >= l->max || l->arena->full)
        return true;
    struct finding *at = arena_grow(l->arena, l->at, l->n, &l->cap, sizeof *at);
    if (!at)
        return true;
    l->at = at;
    finding_copy(l->arena, &l->at[l->n], f);
    if (!l->arena->full)
        l->n++;
    return true;
}

bool collect_competitor(const struct report_in *in, const char *brand)
{
    const struct brand *b = in->settings && brand ? settings_brand(in->settings, brand) : NULL;
    return b && b->competitor;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t collect_quantile(int64_t *s, size_t n, double part)
{
    if (n == 0)
        return -1;
    qsort(s, n, sizeof *s, by_value);
    size_t i = (size_t)(part * (double)(n - 1) + 0.5);
    return s[i < n ? i : n - 1];
}

int64_t collect_answer_s(const struct finding *f)
{
    int64_t asked = when_known(f->mention.published) ? f->mention.published.at : f->first_seen;
    if (f->answered_at == 0 || asked == 0)
        return -1;
    /* a calendar date of the answer is its midnight: an answer on the same day took "0" */
    if (f->answered_at < asked)
        return asked - f->answered_at < 86400 ? 0 : -1;
    return f->answered_at - asked;
}
