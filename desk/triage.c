#include "desk/triage.h"

#include "base/err.h"
#include "desk/clock.h"

#include <string.h>

#define DAY_S INT64_C(86400)

static bool negative_stars(const struct triage_rules *r, const struct finding *f)
{
    double stars = rating_stars(&f->mention.rating);
    return f->mention.rating.known && stars > 0 && stars <= r->stars_max;
}

static bool negative_text(const struct triage_rules *r, const struct finding *f)
{
    return f->score.value <= (float)r->score_max && (double)f->score.confidence >= r->confidence_min;
}

bool triage_is_negative(const struct triage_rules *r, const struct finding *f)
{
    return negative_stars(r, f) || negative_text(r, f);
}

bool triage_state_open(enum desk_state s)
{
    return s == DESK_NEW || s == DESK_SEEN;
}

bool triage_is_open(const struct finding *f)
{
    return f->judgement.verdict == VERDICT_REPLY && triage_state_open(f->state);
}

int64_t triage_sla_s(const struct triage_rules *r, const char *channel)
{
    if (channel && strcmp(channel, "review") == 0)
        return r->sla_review_s;
    if (channel && strcmp(channel, "social") == 0)
        return r->sla_social_s;
    if (channel && strcmp(channel, "forum") == 0)
        return r->sla_forum_s;
    return r->sla_feed_s;
}

static void add(struct judgement *j, const char *name, int points)
{
    ASSERT(j->n_sign < TRIAGE_SIGNS_MAX);
    j->sign[j->n_sign++] = (struct sign){name, points};
    j->priority += points;
}

/* When the answer in its present form was given; 0 when nobody knows. */
static int64_t reply_at(const struct finding *f)
{
    const struct reply *p = &f->mention.reply;
    if (when_known(p->edited))
        return p->edited.at;
    if (when_known(p->published))
        return p->published.at;
    return f->answered_at;
}

static bool day_only(struct when w)
{
    return w.precision == PRECISION_DAY || w.precision == PRECISION_MONTH;
}

/* An answer of noon to a text edited "the same day" may well be the later one: with calendar dates only a later day counts. */
static bool reply_outdated(const struct finding *f)
{
    const struct mention *m = &f->mention;
    int64_t answered = reply_at(f);
    if (!when_known(m->edited) || m->edited.precision == PRECISION_MONTH || answered == 0)
        return false;
    struct when shown = when_known(m->reply.edited) ? m->reply.edited : m->reply.published;
    if (day_only(m->edited) || day_only(shown))
        return m->edited.at / DAY_S > answered / DAY_S;
    return m->edited.at > answered;
}

static bool is_old(const struct triage_rules *r, const struct mention *m, int64_t now)
{
    if (!when_known(m->published))
        return false;
    int64_t newest = m->published.at;
    if (when_known(m->edited) && m->edited.at > newest)
        newest = m->edited.at;
    return newest < now - (int64_t)r->recent_days * DAY_S;
}

static bool at_least(int64_t n, int64_t limit)
{
    return limit > 0 && n >= limit;
}

static int reach_points(const struct triage_rules *r, const struct mention *m)
{
    if (at_least(m->views, INT64_C(10) * r->reach_views) || at_least(m->likes, INT64_C(10) * r->reach_likes))
        return 2 * r->points_reach;
    bool wide = at_least(m->views, r->reach_views) || at_least(m->likes, r->reach_likes) || at_least(m->author.n_review, r->reach_reviews);
    return wide ? r->points_reach : 0;
}

static int stars_points(const struct triage_rules *r, double stars)
{
    if (stars <= 1)
        return r->points_one_star;
    return stars <= 2 ? r->points_two_stars : r->points_low_rating;
}

static void add_negative(const struct triage_rules *r, const struct finding *f, struct judgement *j)
{
    double value = (double)f->score.value < -1 ? -1 : (double)f->score.value;
    int n_cause = f->score.n_cause > 3 ? 3 : (int)f->score.n_cause;
    if (negative_stars(r, f))
        add(j, "stars", stars_points(r, rating_stars(&f->mention.rating)));
    if (negative_text(r, f))
        add(j, "text_negative", r->points_text + (value < 0 ? (int)(-r->points_text_worst * value + 0.5) : 0));
    if (n_cause)
        add(j, "cause", n_cause * r->points_cause);
}

/* true when the negative mention stands answered. */
static bool add_reply(const struct triage_rules *r, const struct finding *f, struct judgement *j)
{
    const struct mention *m = &f->mention;
    if (m->reply_state != REPLY_YES) {
        if (m->reply_state == REPLY_NO)
            add(j, "unanswered", r->points_unanswered);
        else
            add(j, "reply_unknown", r->points_reply_unknown);
        if (f->asked_twice)
            add(j, "asked_twice", r->points_asked_twice);
        return false;
    }
    add(j, "answered", r->points_answered);
    bool outdated = reply_outdated(f);
    if (m->customer_last_word)
        add(j, "customer_last_word", r->points_customer_last_word);
    if (outdated)
        add(j, "reply_outdated", r->points_reply_outdated);
    return !m->customer_last_word && !outdated;
}

/* ---------------------------------------------------------------- the clock */

static int64_t clock_start(const struct finding *f, int64_t now)
{
    const struct mention *m = &f->mention;
    int64_t start = f->first_seen ? f->first_seen : now;
    if (m->reply_state != REPLY_YES)
        return start;
    int64_t back = m->customer_last_word ? reply_at(f) : 0;
    if (when_known(m->edited) && m->edited.at > back)
        back = m->edited.at;
    return back > start ? back : start;
}

static bool is_answered(const struct finding *f, bool stands_answered)
{
    return stands_answered || f->state == DESK_ANSWERED || f->state == DESK_MOVED_PRIVATE || f->state == DESK_RESOLVED;
}

/* When the answer came: its own date where the page gives one, charitably the first moment of a calendar date. An answer that is older than the clock is not what
 * stopped it: then it is now. */
static int64_t answer_moment(const struct finding *f, int64_t clock_at, int64_t now)
{
    struct when shown = when_known(f->mention.reply.edited) ? f->mention.reply.edited : f->mention.reply.published;
    int64_t at = f->mention.reply_state == REPLY_YES ? reply_at(f) : 0;
    if (day_only(shown) && at <= clock_at && at + DAY_S > clock_at)
        return clock_at;
    return at > clock_at && at < now ? at : now > clock_at ? now : clock_at;
}

static void clock_stop(const struct triage_case *c, const struct finding *f, int64_t sla_s, struct judgement *j)
{
    int64_t at = answer_moment(f, j->clock_at, c->now);
    j->stopped_at = at;
    j->took_s = j->used_s + (f->hold_since ? 0 : clock_between(c->calendar, j->clock_at, at));
    j->sla = j->took_s <= sla_s ? SLA_MET : SLA_MISSED;
}

/* The part of the clock that outlives a judgement: begun, held, gone on, stopped, begun again. */
static void clock_run(const struct triage_case *c, const struct finding *f, const struct finding *before, bool stands_answered, struct judgement *j)
{
    static const struct judgement none = {.verdict = VERDICT_NONE};
    const struct judgement *b = before ? &before->judgement : &none;
    int64_t sla_s = triage_sla_s(c->rules, f->channel), start = clock_start(f, c->now);
    bool was_held = before && before->hold_since, reply = j->verdict == VERDICT_REPLY;
    j->clock_at = b->clock_at, j->used_s = b->used_s, j->sla = b->sla, j->stopped_at = b->stopped_at, j->took_s = b->took_s;
    if (reply && (j->clock_at == 0 || (start > j->clock_at && j->stopped_at)))
        j->clock_at = start, j->used_s = 0, j->sla = SLA_RUNNING, j->stopped_at = j->took_s = 0;
    if (j->clock_at == 0)
        return;
    if (f->hold_since && !was_held && !j->stopped_at)
        j->used_s += clock_between(c->calendar, j->clock_at, c->now);
    if (!f->hold_since && was_held && !j->stopped_at)
        j->clock_at = c->now > j->clock_at ? c->now : j->clock_at;
    if (!j->stopped_at && is_answered(f, stands_answered))
        clock_stop(c, f, sla_s, j);
    if (!triage_state_open(f->state) || !reply)
        return;
    if (j->stopped_at) /* a person took the answer back */
        j->stopped_at = j->took_s = 0, j->sla = SLA_RUNNING;
    if (f->hold_since)
        return;
    j->due_at = clock_add(c->calendar, j->clock_at, sla_s > j->used_s ? sla_s - j->used_s : 0);
    if (c->now > j->due_at) /* missed stays missed, also when the clock of this machine is set back */
        j->sla = SLA_MISSED;
}

int64_t triage_warn_at(const struct triage_case *c, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    int64_t part = triage_sla_s(c->rules, f->channel) * c->rules->sla_warn / 100;
    if (j->due_at == 0 || c->rules->sla_warn == 0)
        return 0;
    return clock_add(c->calendar, j->clock_at, part > j->used_s ? part - j->used_s : 0);
}

static int64_t legal_end(const struct triage_case *c, const struct finding *f)
{
    bool closed = f->state == DESK_RESOLVED || f->state == DESK_DISMISSED;
    if (c->rules->legal_days == 0 || c->competitor || closed)
        return 0;
    for (size_t i = 0; i < f->score.n_cause; i++)
        if (strcmp(f->score.cause[i], "returns") == 0 || strcmp(f->score.cause[i], "defect") == 0) {
            int64_t from = when_known(f->mention.published) ? f->mention.published.at : f->first_seen ? f->first_seen : c->now;
            return from + c->rules->legal_days * DAY_S;
        }
    return 0;
}

/* ---------------------------------------------------------------- the verdict */

/* true when something speaks against the queue. */
static bool add_others(const struct triage_case *c, const struct finding *f, struct judgement *j)
{
    const struct triage_rules *r = c->rules;
    bool hold = false;
    if (f->score.escalation)
        add(j, "escalation", r->points_escalation);
    if (reach_points(r, &f->mention))
        add(j, "reach", reach_points(r, &f->mention));
    if (c->spike)
        add(j, "spike", r->points_spike);
    if (f->mention.pending)
        add(j, "pending", r->points_pending);
    if (is_old(r, &f->mention, c->now)) {
        add(j, "old", r->points_old);
        hold = true;
    }
    if (f->missing_since) {
        add(j, "missing", r->points_missing);
        hold = true;
    }
    if (c->competitor) {
        add(j, "competitor", r->points_competitor);
        hold = true;
    }
    return hold;
}

void triage_judge(const struct triage_case *c, const struct finding *f, const struct finding *before, struct judgement *out)
{
    *out = (struct judgement){.verdict = VERDICT_NONE};
    bool negative = triage_is_negative(c->rules, f), stands_answered = f->mention.reply_state == REPLY_YES;
    if (negative || f->score.escalation) {
        bool hold = !negative;
        if (negative) {
            add_negative(c->rules, f, out);
            stands_answered = add_reply(c->rules, f, out);
            hold = stands_answered;
        }
        if (add_others(c, f, out))
            hold = true;
        if (f->rescored && !hold) {
            add(out, "rescored", 0);
            hold = true;
        }
        out->verdict = hold ? VERDICT_WATCH : VERDICT_REPLY;
    }
    if (f->override) {
        add(out, "human", 0);
        out->verdict = (enum verdict)(f->override - 1);
    }
    out->priority = out->priority < 0 ? 0 : out->priority > 100 ? 100 : out->priority;
    clock_run(c, f, before, stands_answered, out);
    if (negative)
        out->legal_at = legal_end(c, f);
}

struct triage_case triage_case_of(const struct settings *s, const char *brand, int64_t now)
{
    const struct brand *b = brand ? settings_brand(s, brand) : NULL;
    return (struct triage_case){.rules = &s->triage, .calendar = s->desk.calendar, .competitor = b && b->competitor, .now = now};
}
