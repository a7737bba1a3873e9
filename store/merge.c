#include "store/merge.h"

#include "base/hash.h"

#include <string.h>

#define NEGATIVE_STARS 2.0
#define DAY_S          86400

/* ---------------------------------------------------------------- texts */

/* Layouts differ in white space between a listing and a detail page; that is no edit. */
static const char *skip_space(const char *s)
{
    for (;;) {
        if (*s == ' ' || *s == '\n' || *s == '\t' || *s == '\r')
            s++;
        else if ((unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0)
            s += 2;
        else
            return s;
    }
}

bool text_same(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (strcmp(a, b) == 0) /* most of the time, and much faster */
        return true;
    for (;;) {
        a = skip_space(a);
        b = skip_space(b);
        if (*a != *b)
            return false;
        if (*a == '\0')
            return true;
        a++;
        b++;
    }
}

static const char *teaser_end(const char *s)
{
    const char *end = s + strlen(s);
    for (;;) {
        if (end > s && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t' || end[-1] == '.'))
            end--;
        else if (end - s >= 3 && memcmp(end - 3, "\xE2\x80\xA6", 3) == 0)
            end -= 3;
        else if (end - s >= 2 && memcmp(end - 2, "\xC2\xA0", 2) == 0)
            end -= 2;
        else
            return end;
    }
}

bool text_begins(const char *whole, const char *teaser)
{
    if (whole == NULL || teaser == NULL)
        return false;
    const char *end = teaser_end(teaser);
    for (;;) {
        whole = skip_space(whole);
        teaser = skip_space(teaser);
        if (teaser >= end)
            return true;
        if (*whole != *teaser)
            return false;
        whole++;
        teaser++;
    }
}

static bool ends_with_ellipsis(const char *s)
{
    const char *end = teaser_end(s);
    return strstr(end, "...") != NULL || strstr(end, "\xE2\x80\xA6") != NULL;
}

/* ---------------------------------------------------------------- small rules */

bool finding_negative(const struct finding *f)
{
    if (f->mention.rating.known && rating_stars(&f->mention.rating) <= NEGATIVE_STARS)
        return true;
    return f->score.label == LABEL_NEGATIVE;
}

int64_t finding_time(const struct finding *f)
{
    return when_known(f->mention.published) ? f->mention.published.at : f->first_seen;
}

bool link_wanted(const struct link_state *l, int64_t now, int64_t reread_s, int reread_days)
{
    if (l->is_new || l->revised || l->more_comments)
        return true;
    bool never_read = !l->target_known || l->target_good == 0;
    bool read_long_ago = never_read || now - l->target_good >= reread_s;
    /* a page that was read and still gives a teaser is asked again at the pace of re-reading only */
    if (l->truncated && read_long_ago)
        return true;
    return l->negative_unanswered && read_long_ago && now - l->mention_at < (int64_t)reread_days * DAY_S;
}

int64_t backoff_s(int failures)
{
    int64_t s = (int64_t)(failures > 0 ? failures : 1) * 900;
    return s < DAY_S ? s : DAY_S;
}

static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    uint64_t pair[2] = {h, hash64(bytes, n)};
    return hash64(pair, sizeof pair);
}

static uint64_t mix_str(uint64_t h, const char *s)
{
    return s != NULL ? mix(h, s, strlen(s) + 1) : mix(h, "", 0);
}

/* What a page says, all that can make a revision. */
static uint64_t said_hash(const struct mention *m)
{
    double rating[4] = {m->rating.known ? 1 : 0, m->rating.value, m->rating.worst, m->rating.best};
    int64_t flags[5] = {m->truncated, m->reply_state, m->customer_last_word,
                        when_known(m->reply.published) ? m->reply.published.at : 0, when_known(m->edited) ? m->edited.at : 0};
    uint64_t h = mix(1, rating, m->rating.known ? sizeof rating : 0);
    h = mix(h, flags, sizeof flags);
    h = mix_str(mix_str(h, m->title), m->text);
    h = mix_str(mix_str(h, m->pros), m->cons);
    return mix_str(mix_str(h, m->reply.text), m->reply.author);
}

static void take_str(const char **to, const char *seen)
{
    if (seen != NULL)
        *to = seen;
}

static void take_count(int64_t *to, int64_t seen)
{
    if (seen >= 0)
        *to = seen;
}

/* A date does not change by itself: the first one stays unless a page knows it more exactly. */
static void take_when(struct when *to, struct when seen)
{
    if (when_known(seen) && seen.precision > to->precision)
        *to = seen;
}

/* ---------------------------------------------------------------- the merge */

enum pick { PICK_KEEP, PICK_ENRICH, PICK_CHANGE };

static enum pick pick_text(const struct mention *old, const struct mention *seen)
{
    if (seen->text == NULL)
        return PICK_KEEP;
    if (old->text == NULL)
        return PICK_ENRICH;
    if (text_same(old->text, seen->text))
        return old->truncated && !seen->truncated ? PICK_ENRICH : PICK_KEEP;
    if (seen->truncated && text_begins(old->text, seen->text))
        return PICK_KEEP;
    if (old->truncated && text_begins(seen->text, old->text))
        return PICK_ENRICH;
    return PICK_CHANGE;
}

/* title, pros, cons: first_look at this class of page makes a difference a better knowledge, not an edit */
static void merge_short(const char **to, const char *seen, uint32_t bit, bool first_look, struct merge_note *note)
{
    if (seen == NULL || text_same(*to, seen))
        return;
    if (*to == NULL || first_look)
        note->enriched |= bit;
    else
        note->changed |= bit;
    *to = seen;
}

/* first_look: a listing may round what the page of the mention gives exactly */
static void merge_rating(struct rating *to, const struct rating *seen, bool first_look, struct merge_note *note)
{
    if (!seen->known)
        return;
    if (!to->known || (first_look && !(note->changed & CHANGED_TEXT) && rating_stars(to) != rating_stars(seen)))
        note->enriched |= CHANGED_RATING;
    else if (rating_stars(to) != rating_stars(seen))
        note->changed |= CHANGED_RATING;
    *to = *seen;
}

static void merge_reply_text(struct reply *to, const struct reply *seen, struct merge_note *note)
{
    bool cut = seen->text != NULL && to->text != NULL && ends_with_ellipsis(seen->text) && text_begins(to->text, seen->text);
    if (seen->text != NULL && !cut && !text_same(to->text, seen->text)) {
        if (to->text == NULL || (ends_with_ellipsis(to->text) && text_begins(seen->text, to->text))) {
            note->enriched |= CHANGED_REPLY;
        } else {
            note->changed |= CHANGED_REPLY;
            to->published = when_known(seen->published) ? seen->published : to->published;
        }
        to->text = seen->text;
        to->flags = seen->flags;
    } else if (seen->text != NULL && !cut) {
        to->flags = seen->flags | (to->flags & REPLY_FLAG_CANNED);
    }
    take_str(&to->author, seen->author);
    take_when(&to->published, seen->published);
    if (when_known(seen->edited) && (!when_known(to->edited) || seen->edited.at > to->edited.at))
        to->edited = seen->edited;
}

static void merge_reply(struct mention *to, const struct mention *seen, struct merge_note *note)
{
    enum reply_state before = to->reply_state;
    if (seen->reply_state == REPLY_UNKNOWN)
        return;
    to->reply_state = seen->reply_state;
    if (seen->reply_state == REPLY_YES) {
        note->replied = before != REPLY_YES;
        if (note->replied) {
            to->reply = seen->reply;
            if (before == REPLY_NO)
                note->changed |= CHANGED_REPLY;
            else
                note->enriched |= CHANGED_REPLY;
        } else {
            merge_reply_text(&to->reply, &seen->reply, note);
        }
    } else if (before == REPLY_YES) { /* the answer was taken off; the revision before keeps it */
        memset(&to->reply, 0, sizeof to->reply);
        note->changed |= CHANGED_REPLY;
    }
    note->followup = seen->customer_last_word && !to->customer_last_word;
    to->customer_last_word = seen->customer_last_word;
}

/* What can make a revision. */
static void merge_content(struct mention *to, const struct mention *seen, bool first_look, struct merge_note *note)
{
    enum pick p = pick_text(to, seen);
    if (p != PICK_KEEP) {
        if (p == PICK_CHANGE)
            note->changed |= CHANGED_TEXT;
        else
            note->enriched |= CHANGED_TEXT;
        to->text = seen->text;
        to->truncated = seen->truncated;
    }
    merge_short(&to->title, seen->title, CHANGED_TITLE, first_look, note);
    merge_short(&to->pros, seen->pros, CHANGED_PROS, first_look, note);
    merge_short(&to->cons, seen->cons, CHANGED_CONS, first_look, note);
    merge_rating(&to->rating, &seen->rating, first_look, note);
    merge_reply(to, seen, note);
}

/* Facts that never make a revision. */
static void merge_facts(struct mention *to, const struct mention *seen)
{
    take_str(&to->native_id, seen->native_id);
    take_str(&to->url, seen->url);
    take_str(&to->parent_id, seen->parent_id);
    take_str(&to->author.name, seen->author.name);
    take_str(&to->author.id, seen->author.id);
    take_str(&to->author.url, seen->author.url);
    take_str(&to->author.place, seen->author.place);
    take_count(&to->author.n_review, seen->author.n_review);
    take_str(&to->lang, seen->lang);
    take_when(&to->published, seen->published);
    take_when(&to->experienced, seen->experienced);
    if (when_known(seen->edited) && (!when_known(to->edited) || seen->edited.at > to->edited.at))
        to->edited = seen->edited;
    take_count(&to->likes, seen->likes);
    take_count(&to->views, seen->views);
    take_count(&to->n_comment, seen->n_comment);
    to->pending = seen->pending;
    if (seen->verified >= 0)
        to->verified = seen->verified;
    take_str(&to->verification, seen->verification);
    if (seen->recommends >= 0)
        to->recommends = seen->recommends;
    take_str(&to->extra, seen->extra);
}

/* The page's score fits what is stored: everything it was made from is there, and nothing more. */
static bool score_fits(const struct mention *m, const struct mention *seen)
{
    return text_same(m->text, seen->text) && m->truncated == seen->truncated && text_same(m->title, seen->title) &&
           text_same(m->pros, seen->pros) && text_same(m->cons, seen->cons) && m->rating.known == seen->rating.known;
}

static void note_mood(const struct finding *old, const struct finding *now, struct merge_note *note)
{
    uint32_t content = (note->changed | note->enriched) & (CHANGED_ALL & ~(uint32_t)CHANGED_REPLY);
    if (content == 0)
        return;
    double before = rating_stars(&old->mention.rating), after = rating_stars(&now->mention.rating);
    bool both = old->mention.rating.known && now->mention.rating.known;
    bool was = old->score.label == LABEL_NEGATIVE, is = now->score.label == LABEL_NEGATIVE;
    note->worse = (both && after < before) || (is && !was);
    note->better = !note->worse && ((both && after > before) || (was && !is));
}

static void answer_seen(struct stored *x, int64_t at)
{
    const struct mention *m = &x->f.mention;
    if (x->f.answered_at == 0)
        x->f.answered_at = when_known(m->reply.published) ? m->reply.published.at : at;
    if (m->customer_last_word)
        return;
    if (x->f.state == DESK_NEW || x->f.state == DESK_SEEN) {
        x->f.state = DESK_ANSWERED;
        x->auto_answered = true;
    }
}

/* A person said that it was answered: does the page show it? What it confirms is from then on the page's own word. */
static void claim_seen(struct stored *x, const struct finding *seen, int64_t at)
{
    struct finding *f = &x->f;
    if (f->claim == CLAIM_NONE || f->claim == CLAIM_CONFIRMED || at <= f->claimed_at)
        return;
    if (f->mention.reply_state == REPLY_YES) {
        f->claim = CLAIM_CONFIRMED;
        x->auto_answered = f->state == DESK_ANSWERED;
    } else if (seen->mention.reply_state == REPLY_NO) {
        f->claim = CLAIM_UNCONFIRMED;
    }
}

/* The answer is another one than before: words or date. */
static bool answered_anew(const struct mention *old, const struct mention *now)
{
    if (old->reply_state != REPLY_YES || now->reply_state != REPLY_YES)
        return false;
    bool later = when_known(now->reply.edited) && (!when_known(old->reply.edited) || now->reply.edited.at > old->reply.edited.at);
    return later || !text_same(old->reply.text, now->reply.text);
}

void merge_first(const struct finding *seen, enum page_class c, int64_t at, struct stored *out)
{
    memset(out, 0, sizeof *out);
    out->f = *seen;
    out->f.first_seen = out->f.last_seen = out->revised_at = at;
    out->f.n_revision = 1;
    out->f.state = DESK_NEW;
    out->f.missing_since = out->f.answered_at = 0;
    out->f.assignee = out->f.root_cause = out->f.note = NULL;
    out->f.n_missed = 0;
    out->f.missed_first = out->f.claimed_at = out->f.hold_since = 0;
    out->f.claim = CLAIM_NONE;
    out->f.override = 0;
    out->f.asked_twice = false;
    memset(&out->f.judgement, 0, sizeof out->f.judgement);
    out->said[c] = said_hash(&seen->mention);
    if (seen->mention.reply_state == REPLY_YES)
        answer_seen(out, at);
}

void merge_again(const struct stored *old, const struct finding *seen, enum page_class c, int64_t at, struct stored *out,
                 struct merge_note *note)
{
    *out = *old;
    memset(note, 0, sizeof *note);
    struct finding *f = &out->f;
    uint64_t said = said_hash(&seen->mention);
    if (said != old->said[c])
        merge_content(&f->mention, &seen->mention, old->said[c] == 0, note);
    out->said[c] = said;
    merge_facts(&f->mention, &seen->mention);
    if (at > f->last_seen)
        f->last_seen = at;
    take_str(&f->channel, seen->channel);
    /* another lexicon alone changes nothing that is stored: its history is not told again (store_rescore) */
    uint32_t content = (note->changed | note->enriched) & (CHANGED_ALL & ~(uint32_t)CHANGED_REPLY);
    if (content & CHANGED_TEXT || (content && score_fits(&f->mention, &seen->mention)))
        f->score = seen->score;
    if (note->changed & ~(uint32_t)CHANGED_REPLY || note->followup)
        f->rescored = false;
    note_mood(&old->f, f, note);
    bool said_new = note->changed & (CHANGED_TITLE | CHANGED_TEXT | CHANGED_RATING | CHANGED_PROS | CHANGED_CONS);
    note->reply_outdated = said_new && old->f.mention.reply_state == REPLY_YES && f->mention.reply_state == REPLY_YES &&
                           !(note->changed & CHANGED_REPLY) && finding_negative(f); /* thanks ask for no other answer */
    note->restored = old->f.missing_since != 0;
    f->missing_since = f->missed_first = out->missed_last = 0;
    f->n_missed = 0;
    if (note->changed != 0) {
        f->n_revision++;
        out->changed = note->changed;
        out->revised_at = at;
    }
    if (note->replied || (!said_new && answered_anew(&old->f.mention, &f->mention)))
        answer_seen(out, at);
    claim_seen(out, seen, at);
    /* what a page closed, a page may open again; what a person decided stays */
    if ((note->followup || note->reply_outdated) && f->state == DESK_ANSWERED && out->auto_answered) {
        f->state = DESK_SEEN;
        out->auto_answered = false;
    }
}
