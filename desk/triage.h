/* Does a mention need a public answer, by when, and why.
 *
 * Signs add up to a verdict: a pure function of the merged finding, the rules and the time, so that it can be replayed and explained. First rules: negative by rating (stars_max of 5 or
 * less) or by text (score_max or less); a public answer seen takes it off; a customer's last word or an edit after the answer puts it back; older than recent_days is watched; competitors are watched. Undated = recent (a missed negative is worse than a false alarm).
 * Thread: pure. */
#ifndef EARSHOT_DESK_TRIAGE_H
#define EARSHOT_DESK_TRIAGE_H

#include "base/brand.h"
#include "base/mention.h"

/* In: f (mention, score, channel, first_seen); competitor. Out: *out. */
void triage_judge(const struct triage_rules *r, const struct finding *f, bool competitor, int64_t now, struct judgement *out);
/* true for an item that belongs into the queue now: verdict reply, and state new or seen. */
bool triage_is_open(const struct finding *f);
/* Seconds of SLA for a channel. */
int64_t triage_sla_s(const struct triage_rules *r, const char *channel);
/* For people: a translated (gettext) short phrase for a sign's or cause's name. Static; the name itself when unknown. */
const char *triage_sign_text(const char *name);
const char *triage_cause_text(const char *code);

#endif
