#include "desk/triage.h"

#include "base/err.h"

#include <string.h>

#define DAY_S INT64_C(86400)

static bool negative_stars(const struct triage_rules *r, const struct finding *f)
{
    double stars = rating_stars(&f->mention.rating);
    return f->mention.rating.known && stars > 0 && stars <= r->stars_max;
}

static bool negative_text(const struct triage_rules *r, const struct finding *f)
{
    return f->score.value <= (float)r->score_max;
}

bool triage_is_negative(const struct triage_rules *r, const struct finding *f)
{
    return negative_stars(r, f) || negative_text(r, f);
}

bool triage_is_open(const struct finding *f)
{
    return f->judgement.verdict == VERDICT_REPLY && (f->state == DESK_NEW || f->state == DESK_SEEN);
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

static int reach_points(const struct mention *m)
{
    if (m->views >= 10000 || m->likes >= 200)
        return 10;
    return m->views >= 1000 || m->likes >= 20 ? 5 : 0;
}

static int stars_points(double stars)
{
    if (stars <= 1)
        return 35;
    return stars <= 2 ? 25 : 20;
}

static void add_negative(const struct triage_rules *r, const struct finding *f, struct judgement *j)
{
    double value = (double)f->score.value < -1 ? -1 : (double)f->score.value;
    if (negative_stars(r, f))
        add(j, "stars", stars_points(rating_stars(&f->mention.rating)));
    if (negative_text(r, f))
        add(j, "text_negative", 10 + (value < 0 ? (int)(-20 * value + 0.5) : 0));
    if (f->score.n_cause)
        add(j, "cause", f->score.n_cause > 3 ? 9 : 3 * (int)f->score.n_cause);
}

/* true when the negative mention stands answered. */
static bool add_reply(const struct finding *f, struct judgement *j)
{
    const struct mention *m = &f->mention;
    if (m->reply_state != REPLY_YES) {
        if (m->reply_state == REPLY_NO)
            add(j, "unanswered", 15);
        else
            add(j, "reply_unknown", 10);
        return false;
    }
    add(j, "answered", -50);
    bool outdated = reply_outdated(f);
    if (m->customer_last_word)
        add(j, "customer_last_word", 65);
    if (outdated)
        add(j, "reply_outdated", 60);
    return !m->customer_last_word && !outdated;
}

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

void triage_judge(const struct triage_rules *r, const struct finding *f, bool competitor, int64_t now, struct judgement *out)
{
    const struct mention *m = &f->mention;
    *out = (struct judgement){.verdict = VERDICT_NONE};
    bool negative = triage_is_negative(r, f);
    if (!negative && !f->score.escalation)
        return;

    bool hold = !negative;
    if (negative) {
        add_negative(r, f, out);
        if (add_reply(f, out))
            hold = true;
    }
    if (f->score.escalation)
        add(out, "escalation", 20);
    if (reach_points(m))
        add(out, "reach", reach_points(m));
    if (m->pending)
        add(out, "pending", -5);
    if (is_old(r, m, now)) {
        add(out, "old", -30);
        hold = true;
    }
    if (f->missing_since) {
        add(out, "missing", -30);
        hold = true;
    }
    if (competitor) {
        add(out, "competitor", -60);
        hold = true;
    }
    out->priority = out->priority < 0 ? 0 : out->priority > 100 ? 100 : out->priority;
    out->verdict = hold ? VERDICT_WATCH : VERDICT_REPLY;
    if (!hold)
        out->due_at = clock_start(f, now) + triage_sla_s(r, f->channel);
}
