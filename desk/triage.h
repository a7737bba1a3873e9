/* Does a mention need a public answer, by when, and why.
 *
 * Signs add up to a verdict: a pure function of the merged finding, the rules and the time, so that it can be replayed and explained.
 *
 *   negative       rating of at most stars_max of 5, or text score of at most score_max
 *   reply          negative, and nothing below speaks against it
 *   watch instead  a public answer was seen (unless the customer wrote again or edited after it); older than recent_days (its edit
 *                  counts, too); a competitor's; missing from the site. Not negative, but a threat of court, press or regulator: watch.
 *   none           all else
 *
 * Undated = recent and reply_state unknown = unanswered: a missed negative is worse than a false alarm.
 *
 *   sign                points   when
 *   stars               35 25 20 rating is negative: 1 star, 2 stars, more
 *   text_negative       10..30   text score is negative: 10 + 20 * |score|
 *   unanswered          15       the page shows that there is no public answer
 *   reply_unknown       10       the page cannot show whether there is one
 *   answered            -50      a public answer was seen
 *   customer_last_word  65       the author wrote again after the answer
 *   reply_outdated      60       the author edited after the answer
 *   old                 -30      older than recent_days
 *   competitor          -60      never queued
 *   escalation          20       court, regulator, police, injury, data leak, press
 *   cause               3..9     3 for each named cause
 *   reach               5 or 10  seen by many: 1,000 views or 20 likes; ten times that
 *   pending             -5       the site holds it back for moderation
 *   missing             -30      no longer on the site
 *
 * Priority is their sum, held to 0..100; 0 for none. The clock (due_at) runs for verdict reply only: it starts when earshot first saw
 * the mention, because nobody can answer what nobody has seen, or at the later edit or answer when that put it back.
 * Thread: pure. */
#ifndef EARSHOT_DESK_TRIAGE_H
#define EARSHOT_DESK_TRIAGE_H

#include "base/brand.h"
#include "base/mention.h"

/* In: f (mention, score, channel, first_seen); competitor. Out: *out. */
void triage_judge(const struct triage_rules *r, const struct finding *f, bool competitor, int64_t now, struct judgement *out);
/* true for an item that belongs into the queue now: verdict reply, and state new or seen. */
bool triage_is_open(const struct finding *f);
/* true when the rating or the text is negative under these rules. */
bool triage_is_negative(const struct triage_rules *r, const struct finding *f);
/* Seconds of SLA for a channel. */
int64_t triage_sla_s(const struct triage_rules *r, const char *channel);
/* For people: a translated (gettext) short phrase for a sign's or cause's name. Static; the name itself when unknown; "" for NULL. */
const char *triage_sign_text(const char *name);
const char *triage_cause_text(const char *code);

#endif
