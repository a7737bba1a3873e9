/* The values that recipes fill in: out of an event with its finding, the sink's settings, the ticket so far. doc/FEED.md lists them. */
#ifndef EARSHOT_FEED_VARS_H
#define EARSHOT_FEED_VARS_H

#include "base/brand.h"
#include "feed/recipe.h"
#include "feed/template.h"
#include "store/store.h"

/* What values are made of; NULL or 0 where there is none. */
struct vars_of {
    struct store *store;
    const struct settings *settings;
    const struct sink_conf *conf;
    const struct recipe *recipe;
    const struct event *event;
    const struct ticket *ticket;
    const char *other;  /* the ticket that stays, when two are joined */
    const char *mark;   /* poll: where it goes on */
    int page, offset;   /* poll: from 1, from 0 */
    int64_t now;        /* Unix s */
};
/* v->ctx is a struct vars_of. */
struct vars vars_make(const struct vars_of *of, struct arena *a);
extern const char *const vars_known[]; /* ended by NULL */
/* Is it a setting of a sink section: url, token, ...? */
bool vars_is_setting(const char *name);

/* BRAND/SITE:NATIVE_ID where that is short and plain, else a digest: the same on every machine, safe in any query. For an event without a mention its source. In a. */
const char *feed_external_id(const struct event *e, struct arena *a);
/* "[evt_12]": what a comment is found by. */
const char *feed_marker(uint64_t seq, struct arena *a);

/* Texts for people, in the sink's language (words.c). In a. */
const char *words_subject(const struct vars_of *of, struct arena *a);
const char *words_body(const struct vars_of *of, struct arena *a);
const char *words_note(const struct vars_of *of, struct arena *a);
/* Single facts, in the sink's language; NULL absent. */
const char *words_causes(const struct vars_of *of, struct arena *a);
const char *words_reasons(const struct vars_of *of, struct arena *a);
const char *words_top(const struct vars_of *of, struct arena *a);
const char *words_playbook(const struct vars_of *of, struct arena *a);
const char *words_earlier(const struct vars_of *of, struct arena *a);
const char *words_order(const struct vars_of *of, struct arena *a);
const char *words_stars(const struct rating *r, struct arena *a); /* "2", "3.5"; NULL */

#endif
