#include "desk/spike.h"

#include <math.h>
#include <string.h>

#define DAY_S INT64_C(86400)

void spikes_init(struct spikes *s, struct arena *a, int64_t now)
{
    *s = (struct spikes){.arena = a, .now = now};
}

static struct spike_row *row_of(struct spikes *s, const char *brand, const char *cause)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->row[i].cause, cause) == 0 && strcmp(s->row[i].brand, brand) == 0)
            return &s->row[i];
    struct spike_row *grown = s->n < SPIKE_ROWS_MAX ? arena_grow(s->arena, s->row, s->n, &s->cap, sizeof *grown) : NULL;
    const char *b = grown ? arena_strdup(s->arena, brand) : NULL, *c = grown ? arena_strdup(s->arena, cause) : NULL;
    if (!b || !c)
        return NULL;
    s->row = grown;
    grown[s->n] = (struct spike_row){.brand = b, .cause = c, .listened_since = s->now};
    return &grown[s->n++];
}

void spikes_count(struct spikes *s, const char *brand, const char *const *cause, size_t n_cause, int64_t at, int64_t first_seen)
{
    int64_t ago = s->now - at;
    if (!brand || ago < 0)
        return;
    struct spike_row *all = row_of(s, brand, ""); /* of the brand as a whole: since when it is listened to */
    if (!all)
        return;
    if (first_seen < all->listened_since)
        all->listened_since = first_seen;
    for (size_t i = 0; i < n_cause; i++) {
        struct spike_row *r = row_of(s, brand, cause[i]);
        if (!r)
            return;
        if (ago < DAY_S)
            r->today++;
        else if (ago < DAY_S * (SPIKE_DAYS + 1))
            r->day[ago / DAY_S - 1]++;
    }
}

void spikes_add(struct spikes *s, const struct finding *f)
{
    spikes_count(s, f->brand, f->score.cause, f->score.n_cause, when_known(f->mention.published) ? f->mention.published.at : f->first_seen, f->first_seen);
}

static int64_t listened_since(const struct spikes *s, const char *brand)
{
    for (size_t i = 0; i < s->n; i++)
        if (!*s->row[i].cause && strcmp(s->row[i].brand, brand) == 0)
            return s->row[i].listened_since;
    return s->now;
}

struct spike spike_of(const struct spikes *s, const struct triage_rules *r, const struct spike_row *row)
{
    struct spike x = {.brand = row->brand, .cause = row->cause, .n = row->today};
    int64_t known = (s->now - listened_since(s, row->brand)) / DAY_S;
    int days = known < SPIKE_DAYS ? (int)known : SPIKE_DAYS;
    if (days < SPIKE_HISTORY_DAYS)
        return x;
    double sum = 0, squares = 0;
    for (int i = 0; i < days; i++)
        sum += row->day[i];
    x.mean = sum / days;
    for (int i = 0; i < days; i++)
        squares += (row->day[i] - x.mean) * (row->day[i] - x.mean);
    x.deviation = sqrt(squares / days);
    x.deviation = fmax(x.deviation, fmax(1, sqrt(x.mean)));
    x.is = x.n >= r->spike_min && x.n > x.mean + r->spike_sigma * x.deviation;
    return x;
}

bool spikes_hit(const struct spikes *s, const struct triage_rules *r, const struct finding *f)
{
    for (size_t k = 0; k < s->n; k++) {
        if (!f->brand || strcmp(s->row[k].brand, f->brand) != 0)
            continue;
        for (size_t i = 0; i < f->score.n_cause; i++)
            if (strcmp(s->row[k].cause, f->score.cause[i]) == 0 && spike_of(s, r, &s->row[k]).is)
                return true;
    }
    return false;
}
