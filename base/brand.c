#include "base/brand.h"

#include <string.h>

#define HOUR_S 3600

void triage_rules_init(struct triage_rules *r)
{
    *r = (struct triage_rules){
        .stars_max = 2,
        .score_max = -0.2,
        .recent_days = 90,
        .legal_days = 10,
        .reach_views = 1000,
        .reach_likes = 20,
        .reach_reviews = 50,
        .spike_min = 4,
        .spike_sigma = 3,
#define X(name, points) .points_##name = points,
        TRIAGE_POINTS(X)
#undef X
        .sla_review_s = 6 * HOUR_S,
        .sla_social_s = 1 * HOUR_S,
        .sla_forum_s = 24 * HOUR_S,
        .sla_feed_s = 24 * HOUR_S,
        .sla_warn = 75,
    };
}

const struct brand *settings_brand(const struct settings *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_brand; i++)
        if (strcmp(s->brand[i].name, name) == 0)
            return &s->brand[i];
    return NULL;
}

const struct source *settings_source(const struct settings *s, const char *key)
{
    for (size_t i = 0; key && i < s->n_brand; i++) {
        const struct brand *b = &s->brand[i];
        for (size_t k = 0; k < b->n_source; k++)
            if (strcmp(b->source[k].key, key) == 0)
                return &b->source[k];
    }
    return NULL;
}

void sink_conf_init(struct sink_conf *s)
{
    *s = (struct sink_conf){.connections = 8, .retry_min_ms = 5000, .retry_max_ms = 24 * HOUR_S * INT64_C(1000), .poll_s = 300, .timeout_s = 15};
}

const struct sink_conf *settings_sink(const struct settings *s, const char *name)
{
    for (size_t i = 0; name && i < s->n_sink; i++)
        if (strcmp(s->sink[i].name, name) == 0)
            return &s->sink[i];
    return NULL;
}
