#include "feed/vars.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "feed/feed.h"

#include <stdio.h>
#include <string.h>

#define EXTERNAL_BYTES 120 /* below what any system takes in a search field (255) */

const char *feed_external_id(const struct event *e, struct arena *a)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@~+-";
    const char *brand = e->brand ? e->brand : "", *id = e->mention_id ? e->mention_id : e->source ? e->source : "";
    const char *whole = e->mention_id ? arena_printf(a, "%s/%s", brand, id) : arena_printf(a, "source:%s", id);
    if (!whole || (strlen(whole) <= EXTERNAL_BYTES && !whole[strspn(whole, plain)]))
        return whole;
    struct sha256 h;
    char hex[SHA256_TEXT_BYTES];
    sha256_init(&h);
    sha256_add(&h, brand, strlen(brand) + 1);
    sha256_add(&h, id, strlen(id));
    return arena_printf(a, "earshot:%.32s", sha256_text(&h, hex));
}

const char *feed_marker(uint64_t seq, struct arena *a) { return arena_printf(a, "[evt_%llu]", (unsigned long long)seq); }

/* ---------------------------------------------------------------- values, by name */

typedef const char *value_fn(const struct vars_of *of, struct arena *a);

static const struct finding *finding(const struct vars_of *of)
{
    return of->event && of->event->finding.mention.id ? &of->event->finding : NULL;
}
static const struct mention *mention(const struct vars_of *of) { return finding(of) ? &finding(of)->mention : NULL; }

static const char *time_text(int64_t at, struct arena *a)
{
    char buf[WHEN_TEXT_BYTES];
    return at ? arena_strdup(a, when_format((struct when){at, PRECISION_SECOND}, buf)) : NULL;
}
static const char *when_text(struct when w, struct arena *a)
{
    char buf[WHEN_TEXT_BYTES];
    return when_known(w) ? arena_strdup(a, when_format(w, buf)) : NULL;
}

#define VALUE(name) static const char *get_##name(const struct vars_of *of, struct arena *a)
#define UNUSED (void)of, (void)a
VALUE(event_id) { return of->event ? arena_printf(a, "evt_%llu", (unsigned long long)of->event->seq) : NULL; }
VALUE(event_seq) { return of->event ? arena_printf(a, "%llu", (unsigned long long)of->event->seq) : NULL; }
VALUE(event_type) { UNUSED; return of->event ? of->event->type : NULL; }
VALUE(event_time) { return of->event ? time_text(of->event->at, a) : NULL; }
VALUE(marker) { return of->event ? feed_marker(of->event->seq, a) : NULL; }
VALUE(external) { return of->ticket ? of->ticket->key : of->event ? feed_external_id(of->event, a) : NULL; }
VALUE(mention_id) { UNUSED; return of->event ? of->event->mention_id : of->ticket ? of->ticket->mention_id : NULL; }
VALUE(brand) { UNUSED; return of->event ? of->event->brand : of->ticket ? of->ticket->brand : NULL; }
VALUE(source) { UNUSED; return of->event ? of->event->source : NULL; }
VALUE(channel) { UNUSED; return finding(of) ? finding(of)->channel : NULL; }
VALUE(link) { UNUSED; return mention(of) ? mention(of)->url : NULL; }
VALUE(author) { UNUSED; return !mention(of) ? NULL : mention(of)->author.name ? mention(of)->author.name : mention(of)->author.id; }
VALUE(author_url) { UNUSED; return mention(of) ? mention(of)->author.url : NULL; }
VALUE(author_place) { UNUSED; return mention(of) ? mention(of)->author.place : NULL; }
VALUE(stars) { return mention(of) ? words_stars(&mention(of)->rating, a) : NULL; }
VALUE(title) { UNUSED; return mention(of) ? mention(of)->title : NULL; }
VALUE(text) { UNUSED; return mention(of) ? mention(of)->text : NULL; }
VALUE(published) { return mention(of) ? when_text(mention(of)->published, a) : NULL; }
VALUE(edited) { return mention(of) ? when_text(mention(of)->edited, a) : NULL; }
VALUE(first_seen) { return finding(of) ? time_text(finding(of)->first_seen, a) : NULL; }
VALUE(score) { return finding(of) ? arena_printf(a, "%.2f", (double)finding(of)->score.value) : NULL; }
VALUE(label) { UNUSED; return finding(of) ? label_word(finding(of)->score.label) : NULL; }
VALUE(priority) { return finding(of) ? arena_printf(a, "%d", finding(of)->judgement.priority) : NULL; }
VALUE(due) { return finding(of) ? time_text(finding(of)->judgement.due_at, a) : NULL; }
VALUE(escalation) { UNUSED; return finding(of) ? (finding(of)->score.escalation ? "yes" : "no") : NULL; }
VALUE(reply) { UNUSED; return mention(of) ? mention(of)->reply.text : NULL; }
VALUE(state) { UNUSED; return finding(of) ? desk_state_word(finding(of)->state) : NULL; }
VALUE(ticket) { UNUSED; return of->ticket ? of->ticket->id : NULL; }
VALUE(other) { UNUSED; return of->other; }
VALUE(mark) { UNUSED; return of->mark; }
VALUE(page) { return arena_printf(a, "%d", of->page); }
VALUE(offset) { return arena_printf(a, "%d", of->offset); }
VALUE(now) { return time_text(of->now, a); }
VALUE(url) { UNUSED; return of->conf->url; }
VALUE(path) { UNUSED; return of->conf->path; }
VALUE(queue) { UNUSED; return of->conf->queue; }
VALUE(token) { UNUSED; return of->conf->token[0]; }
VALUE(token2) { UNUSED; return of->conf->token[1]; }
VALUE(language) { UNUSED; return of->conf->language ? of->conf->language : i18n_lang(); }
#undef VALUE

static const char *get_brand_title(const struct vars_of *of, struct arena *a)
{
    const char *name = get_brand(of, a);
    const struct brand *b = settings_brand(of->settings, name);
    return b && b->title ? b->title : name;
}

static const char *get_site(const struct vars_of *of, struct arena *a)
{
    const char *id = get_mention_id(of, a);
    return id ? arena_strndup(a, id, strcspn(id, ":")) : NULL;
}

static const char *get_lang(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    (void)a;
    return !f ? NULL : f->mention.lang ? f->mention.lang : f->score.lang[0] ? f->score.lang : NULL;
}

/* The date alone, for systems that take nothing else. */
static const char *get_published_day(const struct vars_of *of, struct arena *a)
{
    const char *t = get_published(of, a);
    return t && strlen(t) >= 10 ? arena_strndup(a, t, 10) : NULL;
}

/* Where people see the mention with its history. */
static const char *get_evidence(const struct vars_of *of, struct arena *a)
{
    const char *id = get_mention_id(of, a), *link = of->conf->evidence, *place = link ? strstr(link, "{id}") : NULL;
    if (!id)
        return NULL;
    if (!link)
        return arena_printf(a, "earshot evidence %s", id);
    struct strbuf b;
    strbuf_init(&b, LIMIT_URL_BYTES);
    template_percent(&b, id);
    const char *done = place ? arena_printf(a, "%.*s%s%s", (int)(place - link), link, b.s, place + 4) : link;
    strbuf_release(&b);
    return done;
}

static const char *get_event(const struct vars_of *of, struct arena *a)
{
    if (!of->event)
        return NULL;
    struct strbuf b;
    strbuf_init(&b, LIMIT_SINK_BODY_BYTES);
    feed_event_json(of->event, &b);
    const char *json = b.full ? NULL : arena_strndup(a, b.s, b.n);
    strbuf_release(&b);
    return json;
}

/* The same for every attempt to make one ticket. */
static const char *get_idempotency_key(const struct vars_of *of, struct arena *a)
{
    struct sha256 h;
    char hex[SHA256_TEXT_BYTES];
    const char *external = get_external(of, a);
    if (!external)
        return NULL;
    sha256_init(&h);
    sha256_add(&h, external, strlen(external));
    return arena_printf(a, "earshot-%.32s", sha256_text(&h, hex));
}

/* settings of a sink first: vars_is_setting goes by their number */
#define SETTINGS 6
static const struct { const char *name; value_fn *get; } values[] = {
    {"url", get_url}, {"token", get_token}, {"token2", get_token2}, {"queue", get_queue}, {"path", get_path}, {"language", get_language},
    {"event_id", get_event_id}, {"event_seq", get_event_seq}, {"event_type", get_event_type}, {"event_time", get_event_time}, {"event", get_event},
    {"marker", get_marker}, {"external", get_external}, {"mention_id", get_mention_id}, {"brand", get_brand}, {"brand_title", get_brand_title}, {"site", get_site},
    {"channel", get_channel}, {"source", get_source}, {"link", get_link}, {"author", get_author}, {"author_url", get_author_url}, {"author_place", get_author_place},
    {"stars", get_stars}, {"title", get_title}, {"text", get_text}, {"lang", get_lang}, {"published", get_published}, {"published_day", get_published_day}, {"edited", get_edited},
    {"first_seen", get_first_seen}, {"score", get_score}, {"label", get_label}, {"words", words_top}, {"causes", words_causes}, {"order", words_order}, {"escalation", get_escalation},
    {"priority", get_priority}, {"reasons", words_reasons}, {"due", get_due}, {"playbook", words_playbook}, {"earlier", words_earlier}, {"evidence", get_evidence}, {"reply", get_reply},
    {"state", get_state}, {"subject", words_subject}, {"body", words_body}, {"note", words_note}, {"ticket", get_ticket}, {"other", get_other}, {"mark", get_mark}, {"page", get_page},
    {"offset", get_offset}, {"now", get_now}, {"idempotency_key", get_idempotency_key},
};
#define N_VALUES (sizeof values / sizeof *values)

const char *const vars_known[] = {"url", "token", "token2", "queue", "path", "language", "event_id", "event_seq", "event_type", "event_time", "event", "marker", "external",
    "mention_id", "brand", "brand_title", "site", "channel", "source", "link", "author", "author_url", "author_place", "stars", "title", "text", "lang", "published", "published_day",
    "edited", "first_seen", "score", "label", "words", "causes", "order", "escalation", "priority", "reasons", "due", "playbook", "earlier", "evidence", "reply", "state", "subject", "body",
    "note", "ticket", "other", "mark", "page", "offset", "now", "idempotency_key", NULL};
_Static_assert(sizeof vars_known / sizeof *vars_known == N_VALUES + 1, "both lists name the same values");

bool vars_is_setting(const char *name)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(values[i].name, name) == 0)
            return true;
    return false;
}

/* "name=value" among the pairs; NULL when there is none. */
static const char *pair(const char *const *at, size_t n, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < n; i++)
        if (strncmp(at[i], name, len) == 0 && at[i][len] == '=')
            return at[i] + len + 1;
    return NULL;
}

static const char *get(const struct vars *v, const char *name)
{
    const struct vars_of *of = v->ctx;
    const char *s = pair(of->conf->set, of->conf->n_set, name);
    if (!s && of->recipe)
        s = pair((const char *const *)of->recipe->option.at, of->recipe->option.n, name);
    if (s)
        return *s ? s : NULL;
    for (size_t i = 0; i < N_VALUES; i++)
        if (strcmp(values[i].name, name) == 0) {
            s = values[i].get(of, v->a);
            return s && *s ? s : NULL;
        }
    return NULL;
}

struct vars vars_make(const struct vars_of *of, struct arena *a) { return (struct vars){of, a, get}; }
