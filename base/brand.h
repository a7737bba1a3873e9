/* Who we listen for and where: the settings that rooms share. Filled by cli/config.c, read by everybody, never changed while a crawl runs. */
#ifndef EARSHOT_BASE_BRAND_H
#define EARSHOT_BASE_BRAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum about { ABOUT_SITE, ABOUT_ALL, ABOUT_ALIASES }; /* SITE: as the site file says (review sites: all; channels and feeds: aliases) */

/* A place we watch for a brand: one section of the config. */
struct source {
    const char *name;  /* section title, e.g. "otzovik" */
    const char *key;   /* "brand/source", e.g. "acme/otzovik" */
    const char *brand; /* name of its brand */
    const char *site;  /* site file name, or NULL: found by URL */
    const char *slug;  /* what the site file's `build` puts into its URL template, or NULL when url is given */
    const char *url;   /* URL of page 1; after config_finish never NULL */
    enum about about;  /* which items of the page count: all of them, or those that name an alias of the brand */
    int64_t interval_s; /* how often page 1 is read; 0 = as often as it pays (cli/schedule.h) */
    int depth;         /* how many pages the first run goes back; 0 = 3, or as far as history_s says */
    int64_t history_s; /* how old the mentions are at which the first run ends; 0 = whatever their age */
    const char *const *accounts; /* names or ids under which the brand answers here */
    size_t n_account;
    const char *token_file;   /* holds the token of an API; NULL */
    const char *token[2];     /* its lines, read by the commands that crawl; NULL. Never printed, logged or stored */
    int line;          /* in the config file, for messages */
};

struct brand {
    const char *name;
    const char *title;            /* for people; NULL = name */
    const char *const *alias;
    size_t n_alias;
    const char *const *require;   /* a mention by alias counts only with one of these words nearby; may be empty */
    size_t n_require;
    const char *const *exclude;   /* ... and with none of these */
    size_t n_exclude;
    bool competitor;              /* read and compared, but never queued */
    const struct source *source;
    size_t n_source;
};

/* Points of each sign of the verdict; desk/triage.h says when each is given. X(name, default) */
#define TRIAGE_POINTS(X)                                                                                                       \
    X(one_star, 35) X(two_stars, 25) X(low_rating, 20) X(text, 10) X(text_worst, 20) X(unanswered, 15) X(reply_unknown, 10)    \
        X(answered, -50) X(customer_last_word, 65) X(reply_outdated, 60) X(old, -30) X(competitor, -60) X(escalation, 20)      \
            X(cause, 3) X(reach, 5) X(pending, -5) X(missing, -30) X(asked_twice, 15) X(spike, 10)

/* Desk settings; desk/triage.h documents what each does. */
struct triage_rules {
    double stars_max;      /* a rating of at most this many of 5 stars is negative; default 2 */
    double score_max;      /* a text score of at most this is negative; default -0.2 */
    double confidence_min; /* ... when its confidence is at least this; default 0 */
    int recent_days;       /* older mentions are watched, not queued; default 90 */
    int64_t sla_review_s, sla_social_s, sla_forum_s, sla_feed_s; /* working time; default 6 h, 1 h, 24 h, 24 h */
    int sla_warn;          /* percent of that time after which a clock is close to its end (event sla_due); 0 = never; default 75 */
    int legal_days;        /* calendar days that the law gives for refunds and defects; 0 = none; default 10 */
    int reach_views, reach_likes, reach_reviews; /* from here on it is seen by many; default 1000, 20, 50 */
    int spike_min;         /* at least so many negatives with one cause in 24 h ... */
    double spike_sigma;    /* ... and so many deviations above the mean of 28 days; default 4, 3 */
#define X(name, points) int points_##name;
    TRIAGE_POINTS(X)
#undef X
};
void triage_rules_init(struct triage_rules *r);

/* When people answer (desk/clock.h); all absent = round the clock. */
struct calendar;
struct desk_rules {
    const char *const *hours;    /* "mon-fri 09:00-18:00" */
    size_t n_hour;
    const char *const *holidays; /* "2026-01-01", "2026-01-01..2026-01-08" or, every year, "01-01" */
    size_t n_holiday;
    const char *timezone;        /* IANA name, e.g. "Europe/Moscow"; NULL = UTC */
    const struct calendar *calendar; /* the three above, understood; NULL = round the clock */
};

/* Where events are sent: a `sink` section of the config. What each setting does stands in doc/FEED.md. */
struct sink_conf {
    const char *name;
    const char *recipe;       /* name of a file data/sinks/NAME.sink, or the path of one */
    const char *url;          /* http, https, smtp or smtps; NULL where the recipe needs none */
    const char *path;         /* file or pipe; NULL */
    const char *queue;        /* queue, project, chat, ...: as the recipe says; NULL */
    const char *language;     /* of tickets: en ru uk; NULL = as the reports */
    const char *evidence;     /* address at which people see the mention, with {id}; NULL */
    const char *const *set;   /* "name=value": what else the recipe asks for */
    size_t n_set;
    const char *const *events; /* types that are sent; none = as the recipe says */
    size_t n_event;
    const char *const *brands; /* none = all */
    size_t n_brand;
    int connections;          /* at once */
    int64_t retry_min_ms, retry_max_ms;
    int64_t poll_s;           /* how often the state of tickets is asked for */
    int64_t timeout_s;        /* of one request */
    const char *token_file;   /* NULL */
    const char *token[2];     /* its lines, read by the commands that send. Never printed, logged or stored */
    const char *hook_file;    /* secrets of calls back; NULL: there are none */
    const char *hook[2];      /* as token */
    int line;                 /* in the config file, for messages */
};
void sink_conf_init(struct sink_conf *s);

struct settings {
    const struct brand *brand;
    size_t n_brand;
    const char *store_path;
    const char *user_agent;   /* with the contact address in it */
    const char *contact;
    int64_t delay_ms;         /* per host, between requests */
    int connections;          /* transfers at once, all hosts */
    int per_host;             /* transfers at once, one host */
    int workers;              /* 0 = cores - 1, at least 1 */
    size_t max_body_bytes;
    const char *ca_file;      /* NULL = the system's */
    const char *const *connect_to; /* curl's HOST:PORT:HOST2:PORT2 */
    size_t n_connect_to;
    const char *const *allow_private; /* hosts that may resolve to private or loopback addresses */
    size_t n_allow_private;
    const char *proxy;        /* NULL = none; the environment is never asked */
    const char *sites_dir;    /* the user's own site files; NULL = none */
    const char *archive_dir;  /* where every answer is kept as WARC; NULL = nowhere */
    const char *lexicon_dir;  /* the user's own lexicons; NULL = none */
    const char *lang;         /* of the reports: en ru uk; NULL = from the locale */
    int64_t reread_s;         /* how often known negatives without an answer are read again; default 6 h */
    int reread_days;          /* ... up to this age; default 90 */
    int positive_target;      /* percent of positive mentions that reports hold up as the line; default 90 */
    double price_gb, price_month; /* what a GB from the web and a month of the machine cost; 0 = not told */
    const char *currency;     /* of these prices, as it is written behind a number; NULL */
    struct triage_rules triage;
    struct desk_rules desk;
    const char *config_path;
    const struct sink_conf *sink;
    size_t n_sink;
    const char *const *sink_hosts; /* sinks may send to these hosts only; none = to the hosts of their urls */
    size_t n_sink_host;
};

/* NULL when there is none. */
const struct brand *settings_brand(const struct settings *s, const char *name);
const struct sink_conf *settings_sink(const struct settings *s, const char *name);
const struct source *settings_source(const struct settings *s, const char *key);

#endif
