/* Does a mention need a public answer, by when, and why.
 *
 * Signs add up to a verdict: a pure function of the merged finding, the rules and the time, so that it can be replayed and explained.
 *
 *   negative       rating of at most stars_max of 5, or text score of at most score_max
 *   reply          negative, and nothing below speaks against it
 *   watch instead  a public answer was seen (unless the customer wrote again or edited after it); older than recent_days (its edit
 *                  counts, too); a competitor's; missing from the site; scored anew by a later lexicon. Not negative, but a threat of court, press or regulator: watch.
 *   none           all else
 *
 * Undated = recent and reply_state unknown = unanswered: a missed negative is worse than a false alarm.
 *
 *   sign                points   when (all points are settings: triage { points_... }, defaults in base/brand.h)
 *   stars               35 25 20 rating is negative: 1 star, 2 stars, more
 *   text_negative       10..30   text score is negative: 10 + 20 * |score|
 *   unanswered          15       the page shows that there is no public answer
 *   reply_unknown       10       the page cannot show whether there is one
 *   asked_twice         15       an earlier negative of the same author about the same brand has no answer either
 *   answered            -50      a public answer was seen
 *   customer_last_word  65       the author wrote again after the answer
 *   reply_outdated      60       the author edited after the answer
 *   escalation          20       court, regulator, police, injury, data leak, press
 *   cause               3..9     3 for each named cause
 *   reach               5 or 10  seen by many: 1,000 views or 20 likes, or an author of 50 reviews; ten times the views or likes
 *   spike               10       the brand has a spike of this cause (desk/spike.h)
 *   pending             -5       the site holds it back for moderation
 *   old                 -30      older than recent_days
 *   missing             -30      no longer on the site
 *   competitor          -60      never queued
 *   rescored            0        only a later lexicon finds that it needs an answer: watched until the customer changes it
 *   human               0        a person gave the verdict: it stands whatever the page says
 *
 * Priority is their sum, held to 0..100.
 *
 * The clock begins for verdict reply: when earshot first saw the mention, because nobody can answer what nobody has seen, or at the later edit or answer when
 * that put it back. It counts working time (desk/clock.h), stands while the item is on hold, and stops at a public answer or at a person's answered,
 * moved_private or resolved: met when no more than the SLA of the channel had run, else missed. due_at is 0 when no clock runs. For refunds and defects
 * legal_at is the end of the legal period, in calendar days from publication, until the item is resolved or dismissed.
 * Thread: pure. */
#ifndef EARSHOT_DESK_TRIAGE_H
#define EARSHOT_DESK_TRIAGE_H

#include "base/brand.h"
#include "base/mention.h"

/* Everything but the mention itself. */
struct triage_case {
    const struct triage_rules *rules;
    const struct calendar *calendar; /* NULL = round the clock */
    bool competitor;
    bool spike; /* one of its causes has a spike now */
    int64_t now;
};
/* By the settings; without a spike. */
struct triage_case triage_case_of(const struct settings *s, const char *brand, int64_t now);
/* In: f (mention, score, channel, first_seen, what people said); before: what was stored, NULL when new: its judgement carries the clock on. Out: *out. */
void triage_judge(const struct triage_case *c, const struct finding *f, const struct finding *before, struct judgement *out);
/* From when on the running clock is close to its end: when sla_warn percent of the time that the channel allows have run, in working time. 0: no clock runs, or never. */
int64_t triage_warn_at(const struct triage_case *c, const struct finding *f);
/* new or seen */
bool triage_state_open(enum desk_state s);
/* true for an item that belongs into the queue now: verdict reply, and state new or seen. */
bool triage_is_open(const struct finding *f);
/* true when the rating or the text is negative under these rules. */
bool triage_is_negative(const struct triage_rules *r, const struct finding *f);
/* Seconds of working time a channel's SLA allows. */
int64_t triage_sla_s(const struct triage_rules *r, const char *channel);
/* For people: a translated (gettext) short phrase for a sign's or cause's name. Static; the name itself when unknown; "" for NULL. */
const char *triage_sign_text(const char *name);
const char *triage_cause_text(const char *code);
/* The i-th of the codes of causes.tsv that have words for people; NULL after the last. */
const char *triage_cause_code(size_t i);
/* For people: what is wrong with an answer, a sentence. Static; "" for anything but one bit. */
const char *triage_reply_text(enum reply_flag one);
/* Is it one of the codes of causes.tsv that have words for people? */
bool triage_cause_known(const char *code);

#endif
