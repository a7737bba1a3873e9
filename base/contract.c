#include "base/contract.h"

#include <math.h>

/* Absent is null, never "". */
static void text(struct jsonw *w, const char *key, const char *s)
{
    jsonw_kstr(w, key, s && *s ? s : NULL);
}

static void number(struct jsonw *w, const char *key, int64_t v)
{
    jsonw_key(w, key);
    if (v < 0)
        jsonw_null(w);
    else
        jsonw_int(w, v);
}

static void moment(struct jsonw *w, const char *key, struct when v)
{
    jsonw_key(w, key);
    jsonw_when(w, v);
}

static void time_of(struct jsonw *w, const char *key, int64_t unix_s)
{
    jsonw_key(w, key);
    jsonw_time(w, unix_s);
}

/* 1, 0 or -1 as true, false or null. */
static void maybe(struct jsonw *w, const char *key, int v)
{
    jsonw_key(w, key);
    if (v < 0)
        jsonw_null(w);
    else
        jsonw_bool(w, v > 0);
}

/* Floats with four decimals: 0.1f must not read 0.10000000149011612. */
static void real4(struct jsonw *w, const char *key, float v)
{
    jsonw_key(w, key);
    if (isfinite(v) && v > -1e9f && v < 1e9f)
        jsonw_real(w, (double)(int64_t)((double)v * 1e4 + (v < 0 ? -0.5 : 0.5)) / 1e4);
    else
        jsonw_null(w);
}

static void author(struct jsonw *w, const struct author *a)
{
    jsonw_key(w, "author");
    jsonw_object(w);
    text(w, "name", a->name);
    text(w, "id", a->id);
    text(w, "url", a->url);
    text(w, "place", a->place);
    number(w, "reviews", a->n_review);
    jsonw_object_end(w);
}

static void rating(struct jsonw *w, const struct rating *r)
{
    jsonw_key(w, "rating");
    if (!r->known) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_kreal(w, "value", r->value);
    jsonw_kreal(w, "worst", r->worst);
    jsonw_kreal(w, "best", r->best);
    jsonw_object_end(w);
}

static void reply(struct jsonw *w, const struct reply *r)
{
    jsonw_key(w, "reply");
    if (!reply_present(r)) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    text(w, "author", r->author);
    text(w, "text", r->text);
    moment(w, "published", r->published);
    moment(w, "edited", r->edited);
    jsonw_key(w, "flags");
    jsonw_array(w);
    for (unsigned bit = 1; bit < REPLY_FLAGS_ALL; bit <<= 1)
        if (r->flags & bit)
            jsonw_str(w, reply_flag_word((enum reply_flag)bit));
    jsonw_array_end(w);
    jsonw_object_end(w);
}

void contract_mention(struct jsonw *w, const struct mention *m)
{
    jsonw_object(w);
    text(w, "id", m->id);
    text(w, "native_id", m->native_id);
    jsonw_kstr(w, "kind", mention_kind_word(m->kind));
    text(w, "url", m->url);
    text(w, "parent_id", m->parent_id);
    author(w, &m->author);
    rating(w, &m->rating);
    text(w, "title", m->title);
    text(w, "text", m->text);
    text(w, "pros", m->pros);
    text(w, "cons", m->cons);
    jsonw_kbool(w, "truncated", m->truncated);
    text(w, "lang", m->lang);
    moment(w, "published", m->published);
    jsonw_kstr(w, "published_precision", precision_word(m->published.precision));
    moment(w, "experienced", m->experienced);
    moment(w, "edited", m->edited);
    number(w, "likes", m->likes);
    reply(w, &m->reply);
    jsonw_kstr(w, "reply_state", reply_state_word(m->reply_state));
    number(w, "views", m->views);
    number(w, "comments", m->n_comment);
    jsonw_kbool(w, "pending", m->pending);
    maybe(w, "verified", m->verified);
    text(w, "verification", m->verification);
    maybe(w, "recommends", m->recommends);
    jsonw_kbool(w, "customer_last_word", m->customer_last_word);
    jsonw_key(w, "extra");
    jsonw_raw(w, m->extra && *m->extra ? m->extra : NULL);
    jsonw_object_end(w);
}

static void links(struct jsonw *w, const struct page *p)
{
    jsonw_key(w, "next");
    jsonw_array(w);
    for (size_t i = 0; i < p->n_link; i++)
        if (p->link[i].kind != TARGET_DETAIL)
            jsonw_str(w, p->link[i].url);
    jsonw_array_end(w);
    jsonw_key(w, "details");
    jsonw_array(w);
    for (size_t i = 0; i < p->n_link; i++) {
        if (p->link[i].kind != TARGET_DETAIL)
            continue;
        jsonw_object(w);
        text(w, "url", p->link[i].url);
        text(w, "mention_id", p->link[i].mention_id);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

void contract_page(struct jsonw *w, const struct page *p)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.page/1");
    text(w, "url", p->target.url);
    text(w, "site", p->site);
    jsonw_kstr(w, "outcome", outcome_word(p->outcome));
    text(w, "via", p->via);
    number(w, "declared_total", p->declared_total);
    jsonw_key(w, "mentions");
    jsonw_array(w);
    for (size_t i = 0; i < p->n_finding; i++)
        contract_mention(w, &p->finding[i].mention);
    jsonw_array_end(w);
    links(w, p);
    text(w, "reason", p->reason);
    text(w, "charset", p->charset);
    jsonw_object_end(w);
}

void contract_score(struct jsonw *w, const struct score *s)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.score/1");
    real4(w, "score", s->value);
    jsonw_kstr(w, "label", label_word(s->label));
    real4(w, "confidence", s->confidence);
    text(w, "lang", s->lang);
    jsonw_key(w, "words");
    jsonw_array(w);
    for (size_t i = 0; i < s->n_word; i++) {
        jsonw_object(w);
        text(w, "text", s->word[i].text);
        real4(w, "weight", s->word[i].weight);
        text(w, "why", s->word[i].why);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
    jsonw_key(w, "causes");
    jsonw_array(w);
    for (size_t i = 0; i < s->n_cause; i++)
        jsonw_str(w, s->cause[i]);
    jsonw_array_end(w);
    jsonw_kbool(w, "escalation", s->escalation);
    text(w, "order_ref", s->order_ref);
    jsonw_object_end(w);
}

static void judgement(struct jsonw *w, const struct judgement *j)
{
    jsonw_kstr(w, "verdict", verdict_word(j->verdict));
    jsonw_kint(w, "priority", j->priority);
    time_of(w, "due", j->due_at);
    jsonw_key(w, "signs");
    jsonw_array(w);
    for (size_t i = 0; i < j->n_sign && i < TRIAGE_SIGNS_MAX; i++) {
        jsonw_object(w);
        text(w, "name", j->sign[i].name);
        jsonw_kint(w, "points", j->sign[i].points);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

/* What the desk knows besides: absent is null. */
static void desk(struct jsonw *w, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    text(w, "sla", j->sla != SLA_NONE ? sla_word(j->sla) : NULL);
    time_of(w, "clock_started", j->clock_at);
    time_of(w, "clock_stopped", j->stopped_at);
    number(w, "answer_took_s", j->stopped_at ? j->took_s : -1);
    time_of(w, "legal_due", j->legal_at);
    time_of(w, "hold_since", f->hold_since);
    text(w, "claim", f->claim != CLAIM_NONE ? claim_word(f->claim) : NULL);
    time_of(w, "claimed_at", f->claimed_at);
    text(w, "override", f->override ? verdict_word((enum verdict)(f->override - 1)) : NULL);
    time_of(w, "not_there_since", f->missed_first);
    jsonw_kint(w, "not_there_looks", f->n_missed);
}

void contract_finding(struct jsonw *w, const struct finding *f)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.finding/1");
    jsonw_kint(w, "seq", (int64_t)f->seq);
    text(w, "brand", f->brand);
    text(w, "source", f->source);
    text(w, "channel", f->channel);
    jsonw_key(w, "mention");
    contract_mention(w, &f->mention);
    jsonw_key(w, "score");
    contract_score(w, &f->score);
    judgement(w, &f->judgement);
    jsonw_kstr(w, "state", desk_state_word(f->state));
    text(w, "assignee", f->assignee);
    text(w, "root_cause", f->root_cause);
    text(w, "note", f->note);
    time_of(w, "first_seen", f->first_seen);
    time_of(w, "last_seen", f->last_seen);
    time_of(w, "missing_since", f->missing_since);
    time_of(w, "answered_at", f->answered_at);
    jsonw_kint(w, "revisions", f->n_revision);
    desk(w, f);
    jsonw_object_end(w);
}
