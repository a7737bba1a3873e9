/* The report of a period as JSON lines: the total, the points in time, edits and removals, the oldest open ones. */
#include "report/period.h"

#include "base/contract.h"
#include "desk/triage.h"

#include <math.h>

static void json_tally(struct jsonw *w, const struct tally *t)
{
    jsonw_kint(w, "mentions", (int64_t)t->n);
    jsonw_kint(w, "negative", (int64_t)t->negative);
    jsonw_kint(w, "neutral", (int64_t)t->neutral);
    jsonw_kint(w, "positive", (int64_t)t->positive);
    jsonw_kint(w, "negative_answered", (int64_t)t->answered);
    jsonw_kint(w, "rated", (int64_t)t->rated);
    jsonw_key(w, "stars_mean");
    if (t->rated)
        jsonw_real(w, round(t->stars / (double)t->rated * 1000) / 1000);
    else
        jsonw_null(w);
}

static void json_seconds(struct jsonw *w, const char *key, int64_t s)
{
    jsonw_key(w, key);
    if (s >= 0)
        jsonw_int(w, s);
    else
        jsonw_null(w);
}

static void json_table(struct jsonw *w, const char *key, const struct period *p, const struct period_table *t)
{
    jsonw_key(w, key);
    jsonw_array(w);
    for (size_t i = 0; i < t->n; i++) {
        const struct period_row *r = &t->row[i];
        jsonw_object(w);
        jsonw_kstr(w, "name", r->name);
        json_tally(w, &r->t);
        jsonw_kint(w, "before", (int64_t)r->n_before);
        if (t == &p->brand) {
            jsonw_kbool(w, "compared", !period_is_main(p, r->name));
            json_seconds(w, "answer_median_s", r->answer_median_s);
            json_seconds(w, "answer_p90_s", r->answer_p90_s);
            jsonw_key(w, "causes_per_1000");
            jsonw_object(w);
            for (size_t k = 0; k < PERIOD_CAUSES && triage_cause_code(k); k++)
                if (r->cause[k] && r->t.n) {
                    jsonw_key(w, triage_cause_code(k));
                    jsonw_real(w, round(1e4 * (double)r->cause[k] / (double)r->t.n) / 10);
                }
            jsonw_object_end(w);
        }
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

static void json_nps(const struct period *p, struct jsonw *w)
{
    int nps;
    jsonw_key(w, "nps_stars_estimate");
    if (period_nps(p, &nps))
        jsonw_int(w, nps);
    else
        jsonw_null(w);
    jsonw_key(w, "nps_survey");
    if (!survey_total(&p->survey)) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_kint(w, "nps", survey_nps(&p->survey));
    jsonw_key(w, "answers");
    jsonw_array(w);
    for (int i = 0; i <= 10; i++)
        jsonw_int(w, (int64_t)p->survey.n[i]);
    jsonw_array_end(w);
    jsonw_object_end(w);
}

static void json_fixes(const struct period *p, struct jsonw *w)
{
    jsonw_key(w, "closed");
    jsonw_array(w);
    for (size_t i = 0; i < p->ledger.n_fix; i++) {
        const struct period_fix *x = &p->ledger.fix[i];
        jsonw_object(w);
        jsonw_kstr(w, "brand", x->brand);
        jsonw_kstr(w, "cause", x->cause);
        jsonw_key(w, "at");
        jsonw_time(w, x->at);
        jsonw_kint(w, "mentions", (int64_t)x->n_closed);
        jsonw_kint(w, "since", (int64_t)x->n_since);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

static void json_total(const struct period *p, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.report/1");
    jsonw_kstr(w, "part", "total");
    jsonw_key(w, "since");
    jsonw_time(w, p->since);
    jsonw_key(w, "until");
    jsonw_time(w, p->until);
    jsonw_key(w, "health");
    health_json(w, &p->health);
    json_tally(w, &p->all);
    jsonw_kint(w, "open", (int64_t)p->n_open);
    jsonw_kint(w, "overdue", (int64_t)p->n_overdue);
    json_seconds(w, "answer_median_s", p->answer_median_s);
    json_seconds(w, "answer_p90_s", p->answer_p90_s);
    jsonw_key(w, "answers");
    jsonw_object(w);
    for (unsigned k = 0; k < 4; k++)
        jsonw_kint(w, reply_flag_word((enum reply_flag)(1u << k)), (int64_t)p->reply_flag[k]);
    jsonw_object_end(w);
    jsonw_kint(w, "positive_target_percent", p->target);
    jsonw_kint(w, "sla_met", (int64_t)p->sla_met);
    jsonw_kint(w, "sla_missed", (int64_t)p->sla_missed);
    jsonw_kint(w, "edits", (int64_t)p->ledger.edits);
    jsonw_kint(w, "stars_raised", (int64_t)p->ledger.raised);
    jsonw_kint(w, "stars_lowered", (int64_t)p->ledger.lowered);
    jsonw_kint(w, "saved", (int64_t)p->ledger.saved);
    jsonw_kint(w, "removals", (int64_t)p->ledger.removals);
    json_nps(p, w);
    json_fixes(p, w);
    jsonw_key(w, "stars");
    jsonw_array(w);
    for (int i = 1; i <= 5; i++)
        jsonw_int(w, (int64_t)p->stars[i]);
    jsonw_array_end(w);
    json_table(w, "brands", p, &p->brand);
    json_table(w, "sources", p, &p->source);
    json_table(w, "causes", p, &p->cause);
    jsonw_object_end(w);
}

static void json_bucket(const struct period *p, struct jsonw *w, size_t i)
{
    jsonw_object(w);
    jsonw_kstr(w, "schema", "earshot.report/1");
    jsonw_kstr(w, "part", "time");
    jsonw_key(w, "since");
    jsonw_time(w, p->since + (int64_t)i * p->bucket_s);
    json_tally(w, &p->bucket[i]);
    jsonw_object_end(w);
}

static void json_stars(struct jsonw *w, const char *key, double stars)
{
    jsonw_key(w, key);
    if (stars > 0)
        jsonw_real(w, round(stars * 100) / 100);
    else
        jsonw_null(w);
}

static void json_finding(struct strbuf *out, const char *part, const struct period_edit *e, const struct finding *f)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.report/1");
    jsonw_kstr(&w, "part", part);
    if (e) {
        jsonw_key(&w, "at");
        jsonw_time(&w, e->at);
        jsonw_kstr(&w, "changed", e->changed);
        json_stars(&w, "stars_before", e->stars_before);
        json_stars(&w, "stars_after", e->stars_after);
    }
    jsonw_key(&w, "finding");
    contract_finding(&w, f);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

void period_json(const struct period *p, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    json_total(p, &w);
    strbuf_putc(out, '\n');
    for (size_t i = 0; i < p->n_bucket; i++) {
        jsonw_init(&w, out);
        json_bucket(p, &w, i);
        strbuf_putc(out, '\n');
    }
    for (size_t i = 0; i < p->ledger.n_edit; i++)
        json_finding(out, "edit", &p->ledger.edit[i], &p->ledger.edit[i].f);
    for (size_t i = 0; i < p->ledger.n_removed; i++)
        json_finding(out, "removed", NULL, &p->ledger.removed[i]);
    for (size_t i = 0; i < p->oldest.n; i++)
        json_finding(out, "oldest_open", NULL, &p->oldest.at[i]);
}
