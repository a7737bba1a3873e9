#include "cli/config_table.h"

#include "base/limits.h"

#include <string.h>

#define ROOT(field) offsetof(struct settings, field)
#define TRIAGE(field) offsetof(struct triage_rules, field)
#define DESK(field) offsetof(struct desk_rules, field)
#define BRAND(field) offsetof(struct brand, field)
#define SOURCE(field) offsetof(struct source, field)
#define SINK(field) offsetof(struct sink_conf, field)
#define DAY_S 86400.0

const struct setting setting_table[] = {
    {IN_ROOT, "store", SET_PATH, ROOT(store_path), 0, 0, 0},
    {IN_ROOT, "contact", SET_STR, ROOT(contact), 0, 0, 0},
    {IN_ROOT, "user_agent", SET_STR, ROOT(user_agent), 0, 0, 0},
    {IN_ROOT, "delay", SET_MS, ROOT(delay_ms), 0, 3600, 0},
    {IN_ROOT, "connections", SET_INT, ROOT(connections), 1, 1000, 0},
    {IN_ROOT, "per_host", SET_INT, ROOT(per_host), 1, 8, 0},
    {IN_ROOT, "workers", SET_INT, ROOT(workers), 0, LIMIT_WORKERS, 0},
    {IN_ROOT, "max_body", SET_BYTES, ROOT(max_body_bytes), 65536, (double)LIMIT_BODY_BYTES_MAX, 0},
    {IN_ROOT, "ca_file", SET_PATH, ROOT(ca_file), 0, 0, 0},
    {IN_ROOT, "connect_to", SET_LIST, ROOT(connect_to), 0, 1000, ROOT(n_connect_to)},
    {IN_ROOT, "allow_private", SET_LIST, ROOT(allow_private), 0, 1000, ROOT(n_allow_private)},
    {IN_ROOT, "proxy", SET_STR, ROOT(proxy), 0, 0, 0},
    {IN_ROOT, "sites", SET_PATH, ROOT(sites_dir), 0, 0, 0},
    {IN_ROOT, "archive", SET_PATH, ROOT(archive_dir), 0, 0, 0},
    {IN_ROOT, "lexicons", SET_PATH, ROOT(lexicon_dir), 0, 0, 0},
    {IN_ROOT, "lang", SET_LANG, ROOT(lang), 0, 0, 0},
    {IN_ROOT, "reread", SET_S, ROOT(reread_s), 600, 365 * DAY_S, 0},
    {IN_ROOT, "reread_days", SET_INT, ROOT(reread_days), 0, 36500, 0},
    {IN_ROOT, "positive_target", SET_INT, ROOT(positive_target), 0, 100, 0},
    {IN_ROOT, "price_gb", SET_REAL, ROOT(price_gb), 0, 1e6, 0},
    {IN_ROOT, "price_month", SET_REAL, ROOT(price_month), 0, 1e9, 0},
    {IN_ROOT, "currency", SET_STR, ROOT(currency), 0, 0, 0},
    {IN_ROOT, "triage", SET_SECTION, IN_TRIAGE, 0, 0, 0},
    {IN_ROOT, "desk", SET_SECTION, IN_DESK, 0, 0, 0},
    {IN_ROOT, "sink_hosts", SET_LIST, ROOT(sink_hosts), 0, 1000, ROOT(n_sink_host)},
    {IN_ROOT, "sink", SET_SECTION, IN_SINK, 0, LIMIT_SINKS, 0},
    {IN_ROOT, "brand", SET_SECTION, IN_BRAND, 0, LIMIT_BRANDS, 0},
    {IN_TRIAGE, "stars_max", SET_REAL, TRIAGE(stars_max), 0, 5, 0},
    {IN_TRIAGE, "score_max", SET_REAL, TRIAGE(score_max), -1, 1, 0},
    {IN_TRIAGE, "confidence_min", SET_REAL, TRIAGE(confidence_min), 0, 1, 0},
    {IN_TRIAGE, "recent_days", SET_INT, TRIAGE(recent_days), 1, 36500, 0},
    {IN_TRIAGE, "sla_review", SET_S, TRIAGE(sla_review_s), 60, 365 * DAY_S, 0},
    {IN_TRIAGE, "sla_social", SET_S, TRIAGE(sla_social_s), 60, 365 * DAY_S, 0},
    {IN_TRIAGE, "sla_forum", SET_S, TRIAGE(sla_forum_s), 60, 365 * DAY_S, 0},
    {IN_TRIAGE, "sla_feed", SET_S, TRIAGE(sla_feed_s), 60, 365 * DAY_S, 0},
    {IN_TRIAGE, "sla_warn", SET_INT, TRIAGE(sla_warn), 0, 100, 0},
    {IN_TRIAGE, "legal_days", SET_INT, TRIAGE(legal_days), 0, 3650, 0},
    {IN_TRIAGE, "reach_views", SET_INT, TRIAGE(reach_views), 0, 100000000, 0},
    {IN_TRIAGE, "reach_likes", SET_INT, TRIAGE(reach_likes), 0, 100000000, 0},
    {IN_TRIAGE, "reach_reviews", SET_INT, TRIAGE(reach_reviews), 0, 100000000, 0},
    {IN_TRIAGE, "spike_min", SET_INT, TRIAGE(spike_min), 1, 1000000, 0},
    {IN_TRIAGE, "spike_sigma", SET_REAL, TRIAGE(spike_sigma), 0, 100, 0},
#define X(name, points) {IN_TRIAGE, "points_" #name, SET_INT, TRIAGE(points_##name), -100, 100, 0},
    TRIAGE_POINTS(X)
#undef X
    {IN_DESK, "hours", SET_LIST, DESK(hours), 0, 100, DESK(n_hour)},
    {IN_DESK, "holidays", SET_LIST, DESK(holidays), 0, 1000, DESK(n_holiday)},
    {IN_DESK, "timezone", SET_STR, DESK(timezone), 0, 0, 0},
    {IN_BRAND, "title", SET_STR, BRAND(title), 0, 0, 0},
    {IN_BRAND, "alias", SET_LIST, BRAND(alias), 0, LIMIT_ALIASES, BRAND(n_alias)},
    {IN_BRAND, "require", SET_LIST, BRAND(require), 0, 1000, BRAND(n_require)},
    {IN_BRAND, "exclude", SET_LIST, BRAND(exclude), 0, 1000, BRAND(n_exclude)},
    {IN_BRAND, "competitor", SET_BOOL, BRAND(competitor), 0, 0, 0},
    {IN_BRAND, "source", SET_SECTION, IN_SOURCE, 0, LIMIT_SOURCES, 0},
    {IN_SOURCE, "site", SET_STR, SOURCE(site), 0, 0, 0},
    {IN_SOURCE, "slug", SET_STR, SOURCE(slug), 0, 0, 0},
    {IN_SOURCE, "url", SET_URL, SOURCE(url), 0, 0, 0},
    {IN_SOURCE, "interval", SET_S, SOURCE(interval_s), 60, 365 * DAY_S, 0},
    {IN_SOURCE, "depth", SET_INT, SOURCE(depth), 1, LIMIT_LINK_DEPTH, 0},
    {IN_SOURCE, "history", SET_S, SOURCE(history_s), 3600, 36500 * DAY_S, 0},
    {IN_SOURCE, "accounts", SET_LIST, SOURCE(accounts), 0, 1000, SOURCE(n_account)},
    {IN_SOURCE, "token_file", SET_TOKEN, SOURCE(token_file), 0, 0, 0},
    {IN_SOURCE, "about", SET_ABOUT, SOURCE(about), 0, 0, 0},
    {IN_SINK, "recipe", SET_STR, SINK(recipe), 0, 0, 0},
    {IN_SINK, "url", SET_STR, SINK(url), 0, 0, 0},
    {IN_SINK, "path", SET_WRITTEN, SINK(path), 0, 0, 0},
    {IN_SINK, "queue", SET_STR, SINK(queue), 0, 0, 0},
    {IN_SINK, "language", SET_LANG, SINK(language), 0, 0, 0},
    {IN_SINK, "evidence", SET_STR, SINK(evidence), 0, 0, 0},
    {IN_SINK, "token_file", SET_TOKEN, SINK(token_file), 0, 0, 0},
    {IN_SINK, "hook_file", SET_TOKEN, SINK(hook_file), 0, 0, 0},
    {IN_SINK, "set", SET_LIST, SINK(set), 0, 100, SINK(n_set)},
    {IN_SINK, "events", SET_LIST, SINK(events), 0, 100, SINK(n_event)},
    {IN_SINK, "brands", SET_LIST, SINK(brands), 0, LIMIT_BRANDS, SINK(n_brand)},
    {IN_SINK, "connections", SET_INT, SINK(connections), 1, 64, 0},
    {IN_SINK, "retry_min", SET_MS, SINK(retry_min_ms), 0.05, DAY_S, 0},
    {IN_SINK, "retry_max", SET_MS, SINK(retry_max_ms), 0.05, 7 * DAY_S, 0},
    {IN_SINK, "poll", SET_S, SINK(poll_s), 0, DAY_S, 0},
    {IN_SINK, "timeout", SET_S, SINK(timeout_s), 1, 120, 0},
};
const size_t n_setting = sizeof setting_table / sizeof *setting_table;

const struct setting *setting_find(enum section in, const char *name)
{
    for (size_t i = 0; i < n_setting; i++)
        if (setting_table[i].in == in && strcmp(setting_table[i].name, name) == 0)
            return &setting_table[i];
    return NULL;
}

const char *section_word(enum section in)
{
    static const char *const word[N_SECTION] = {"root", "triage", "desk", "brand", "source", "sink"};
    return word[in];
}

bool section_single(enum section in)
{
    return in == IN_TRIAGE || in == IN_DESK;
}
