/* The writer: one page's walk into the working set of the commit. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/author.h"
#include "store/forget.h"
#include "store/missing.h"
#include "store/story.h"

#include <string.h>

#define DEFAULT_REREAD_S (6 * 3600)
#define GONE_GIVE_UP     8 /* quarters: a deeper page that is gone four times is not asked again by itself */

struct put_ctx {
    struct page *const *page;
    size_t n;
    const struct store_rules *r;
    struct store_result result;
    struct arena *arena;
};

/* One page under way. */
struct walk {
    struct batch *b;
    const struct store_rules *r;
    struct store_result *result;
    const struct page *p;
    const char *brand, *source;
    int64_t at;
    enum page_class class;
    struct health_item *health;
    struct target_item *target; /* NULL: a page that no target asked for */
    uint64_t known;             /* mentions of the source before its first run, or now */
    bool backfill;              /* this page belongs to the first run */
    size_t n_new;
    bool unsure; /* something may be missing from this page: it must be seen whole again */
    bool reread; /* a detail page to be read again by itself */
    /* the slow walk over all pages of a listing */
    int64_t walk_at;      /* when it began; 0 = this page is not part of one */
    size_t n_walk_known;  /* known mentions on this page that are young, and that this walk has not met before */
};

/* CATCH_UP: only new mentions so far; KNOWN: among known ones, so that a page of unknown ones is the end of what we keep. */
enum walk_state { WALK_NONE, WALK_CATCH_UP, WALK_KNOWN };

static int64_t reread_s(const struct store_rules *r)
{
    return r->reread_s > 0 ? r->reread_s : DEFAULT_REREAD_S;
}

static int64_t reread_span_s(const struct store_rules *r)
{
    return (int64_t)r->reread_days * 86400;
}

/* ---------------------------------------------------------------- mentions */

static bool is_open(enum desk_state s)
{
    return s == DESK_NEW || s == DESK_SEEN;
}

static void judge(struct walk *w, struct stored *x, const struct finding *before)
{
    if (w->r->judge != NULL)
        w->r->judge(w->r->ctx, &x->f, before, &x->f.judgement);
    /* an answer that is there, but older than what the customer says now, closes nothing */
    if (x->f.judgement.verdict == VERDICT_REPLY && x->f.state == DESK_ANSWERED && x->auto_answered) {
        x->f.state = before == NULL ? DESK_NEW : DESK_SEEN;
        x->auto_answered = false;
        if (w->r->judge != NULL) /* its clock runs again */
            w->r->judge(w->r->ctx, &x->f, before, &x->f.judgement);
    }
}

static uint32_t events_of(const struct merge_note *n)
{
    return (n->restored ? 1U << EVENT_RESTORED : 0) | (n->worse ? 1U << EVENT_WORSE : 0) |
           (n->better ? 1U << EVENT_BETTER : 0) | (n->replied ? 1U << EVENT_REPLIED : 0) |
           (n->reply_outdated ? 1U << EVENT_OUTDATED : 0) | (n->followup ? 1U << EVENT_FOLLOWUP : 0);
}

static void count_new(struct walk *w, const struct stored *x)
{
    struct source_health *h = &w->health->cur;
    w->n_new++;
    w->result->n_new++;
    if (x->f.judgement.verdict == VERDICT_REPLY)
        w->result->n_reply_verdict++;
    h->n_mention++;
    w->health->dirty = true;
}

/* Another mention of the same author has changed the picture. */
static void judge_again(void *ctx, struct item *i, const struct finding *before)
{
    judge(ctx, &i->cur, before);
}

static enum err put_new(struct walk *w, struct item *i, const struct finding *seen)
{
    uint64_t seq = i->cur.f.seq; /* a damaged record keeps its number */
    merge_first(seen, w->class, w->at, &i->cur);
    i->cur.f.seq = seq != 0 ? seq : ++w->b->counters.mention;
    w->b->counters_dirty = true;
    i->new_page_no = w->b->page_no;
    judge(w, &i->cur, NULL);
    enum err e = author_update(w->b, i, NULL, judge_again, w);
    count_new(w, &i->cur);
    if (w->r->merged != NULL)
        w->r->merged(w->r->ctx, &i->cur.f, NULL);
    return e;
}

static enum err put_again(struct walk *w, struct item *i, const struct finding *seen)
{
    struct stored *old = arena_alloc(w->b->a, sizeof *old);
    if (old == NULL)
        return store_no_memory();
    *old = i->cur;
    struct merge_note note;
    merge_again(old, seen, w->class, w->at, &i->cur, &note);
    if (w->r->replay && w->at < old->f.last_seen) { /* an old page says nothing about who is missing now */
        i->cur.f.n_missed = old->f.n_missed;
        i->cur.f.missed_first = old->f.missed_first;
        i->cur.missed_last = old->missed_last;
    }
    judge(w, &i->cur, &old->f);
    w->unsure = w->unsure || (i->cur.f.claim == CLAIM_WAITING && w->at <= i->cur.f.claimed_at); /* a clock that was set back looked */
    enum err e = author_update(w->b, i, &old->f, judge_again, w);
    if (e == ERR_OK && old->ticketed)
        e = story_tell(w->b, &i->cur, &old->f, w->at, false);
    w->n_walk_known += old->f.last_seen < w->walk_at && w->at - finding_time(&old->f) < reread_span_s(w->r);
    if (w->r->merged != NULL)
        w->r->merged(w->r->ctx, &i->cur.f, &old->f);
    i->revised = note.changed != 0;
    i->more_comments = old->f.mention.n_comment >= 0 && i->cur.f.mention.n_comment > old->f.mention.n_comment;
    note.replied = note.replied || (is_open(old->f.state) && i->cur.f.state == DESK_ANSWERED); /* an answer to what the customer added */
    i->events |= old->ticketed ? events_of(&note) : 0;
    w->result->n_revised += note.changed != 0;
    w->result->n_answered += note.replied;
    return e == ERR_OK && note.changed != 0 ? batch_keep_revision(w->b, old) : e;
}

static enum err put_finding(struct walk *w, const struct finding *f, struct item **out)
{
    struct finding seen = *f;
    struct item *i;
    *out = NULL;
    if (seen.mention.id == NULL)
        return ERR_OK; /* parsers never do this; a store must not fall over it */
    seen.brand = seen.brand != NULL ? seen.brand : w->brand;
    seen.source = seen.source != NULL ? seen.source : w->source;
    seen.channel = seen.channel != NULL ? seen.channel : w->p->channel;
    enum err e = batch_item(w->b, seen.mention.id, seen.brand, true, &i);
    if (e != ERR_OK || i->page_no == w->b->page_no)
        return e; /* twice on one page: the first one counts, or two wordings would take turns for ever */
    bool first = i->is_new && !i->dirty, forgotten = false;
    if (first)
        e = forget_knows(w->b, &seen, &forgotten);
    if (e != ERR_OK || forgotten)
        return e; /* known, and not to come back */
    if (w->r->replay && !first && (w->at < i->cur.revised_at || (i->cur.f.missing_since != 0 && w->at <= i->cur.f.missing_since)))
        return ERR_OK; /* this page is older than what is known */
    e = first ? put_new(w, i, &seen) : put_again(w, i, &seen);
    i->dirty = true;
    i->page_no = w->b->page_no;
    struct when pub = i->cur.f.mention.published;
    if (when_known(pub) && pub.at > w->health->cur.newest)
        w->health->cur.newest = pub.at;
    *out = i;
    return e;
}

/* The event that makes a ticket: once, and not while a detail page may still show that none is needed. */
static enum err maybe_created(struct walk *w, struct item *i)
{
    struct stored *x = &i->cur;
    /* what a person closed before needs none */
    if (x->f.judgement.verdict != VERDICT_REPLY || x->ticketed || x->awaits_detail || !is_open(x->f.state))
        return ERR_OK;
    x->ticketed = true;
    i->dirty = true;
    return batch_event(w->b, EVENT_CREATED, w->at, x);
}

static enum err send_events(struct walk *w, struct item *i)
{
    enum err e = maybe_created(w, i);
    for (int t = 0; t < EVENT_TYPES && e == ERR_OK; t++)
        if (i->events & 1U << t)
            e = batch_event(w->b, (enum event_type)t, w->at, &i->cur);
    i->events = 0;
    return e;
}

/* ---------------------------------------------------------------- links */

static void arm(struct walk *w, struct target_item *t, const struct link *l, int depth)
{
    struct target_rec *x = &t->cur;
    if ((!t->on_disk && !t->dirty) || t->drop) {
        x->t.kind = l->kind;
        x->t.brand = w->brand;
        x->t.site = w->p->target.site;
        x->t.mention_id = l->mention_id;
        x->t.depth = depth;
        x->backfill = l->kind == TARGET_NEXT && w->backfill;
    }
    if (x->scheduled && !t->drop)
        return; /* a failing one keeps its back-off */
    x->scheduled = true;
    x->t.due_at = w->at;
    x->dormant = false;
    t->drop = false;
    t->dirty = true;
    w->result->n_link++;
}

static bool has_link(const struct page *p, enum target_kind kind)
{
    for (size_t i = 0; i < p->n_link; i++)
        if (p->link[i].kind == kind)
            return true;
    return false;
}

/* Before the page's mentions are merged: is it part of a slow walk? */
static void walk_begin(struct walk *w)
{
    if (w->target == NULL || w->r->replay)
        return;
    struct target_rec *t = &w->target->cur;
    if (w->p->target.kind == TARGET_NEXT && t->walk != WALK_NONE)
        w->walk_at = t->walk_at;
    if (w->p->target.kind != TARGET_LISTING)
        return;
    t->has_walk = w->r->reread_days > 0 && has_link(w->p, TARGET_NEXT) && !has_link(w->p, TARGET_DETAIL);
    if (!t->has_walk || w->at - t->walked_at < reread_s(w->r))
        return;
    t->walked_at = w->at;
    w->walk_at = w->backfill ? 0 : w->at; /* a first run goes as deep as its own rule says */
}

/* What the next page is to the walk. */
static enum walk_state walk_on(const struct walk *w)
{
    bool among_known = w->p->target.kind == TARGET_NEXT && w->target->cur.walk == WALK_KNOWN;
    if (w->walk_at == 0)
        return WALK_NONE;
    return w->n_walk_known > 0 ? WALK_KNOWN : w->n_new > 0 && !among_known ? WALK_CATCH_UP : WALK_NONE;
}

static enum err put_next(struct walk *w, const struct link *l)
{
    int depth = w->p->target.depth + 1, max = 1;
    enum walk_state walk = walk_on(w);
    if (w->r->depth_max != NULL)
        max = w->r->depth_max(w->r->ctx, w->p, w->known);
    /* what a walk among known mentions finds new is older than what we began with: no reason to go on */
    bool for_new = w->n_new > 0 && depth <= max && !(w->walk_at != 0 && w->p->target.kind == TARGET_NEXT && w->target->cur.walk == WALK_KNOWN);
    if ((!for_new && walk == WALK_NONE) || depth > LIMIT_LINK_DEPTH)
        return ERR_OK;
    struct target_item *t;
    enum err e = batch_target(w->b, w->source, l->url, true, &t);
    if (e != ERR_OK || (t->on_disk && t->cur.t.kind != TARGET_NEXT) || t == w->target)
        return e; /* "next" leads back to page 1 */
    arm(w, t, l, depth);
    if (walk != WALK_NONE) {
        t->cur.walk = walk;
        t->cur.walk_at = w->walk_at;
        t->dirty = true;
    }
    return ERR_OK;
}

static enum err put_detail(struct walk *w, const struct link *l)
{
    struct item *i = NULL;
    struct target_item *t;
    enum err e = l->mention_id != NULL ? batch_item(w->b, l->mention_id, w->brand, false, &i) : ERR_OK;
    bool forgotten = false;
    if (e == ERR_OK && l->mention_id != NULL && (i == NULL || (i->is_new && !i->dirty)))
        e = forget_knows_id(w->b, l->mention_id, w->brand, &forgotten);
    if (e == ERR_OK && !forgotten)
        e = batch_target(w->b, w->source, l->url, true, &t);
    if (e != ERR_OK || forgotten || t == w->target || (t->on_disk && t->cur.t.kind != TARGET_DETAIL))
        return e;
    struct link_state s = {
        .is_new = i == NULL && t->cur.last_good == 0, .target_known = t->on_disk, .target_good = t->cur.last_good};
    if (i != NULL) {
        const struct finding *f = &i->cur.f;
        bool here = i->page_no == w->b->page_no;
        s.is_new = i->new_page_no == w->b->page_no;
        s.revised = here && i->revised;
        s.more_comments = here && i->more_comments;
        s.truncated = f->mention.truncated;
        s.negative_unanswered = finding_negative(f) && f->mention.reply_state != REPLY_YES;
        s.mention_at = finding_time(f);
    }
    if (!link_wanted(&s, w->at, reread_s(w->r), w->r->reread_days))
        return ERR_OK;
    arm(w, t, l, w->p->target.depth);
    if (i != NULL && !i->cur.ticketed && t->cur.t.failures == 0 && !i->cur.awaits_detail) {
        i->cur.awaits_detail = true;
        i->dirty = true;
    }
    return ERR_OK;
}

static enum err put_links(struct walk *w)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < w->p->n_link && e == ERR_OK; i++) {
        const struct link *l = &w->p->link[i];
        if (l->url == NULL || strlen(l->url) > LIMIT_URL_BYTES)
            continue;
        e = l->kind == TARGET_NEXT ? put_next(w, l) : l->kind == TARGET_DETAIL ? put_detail(w, l) : ERR_OK;
    }
    return e;
}

/* ---------------------------------------------------------------- target and source */

static void target_answered(struct walk *w, struct target_rec *t)
{
    const struct page *p = w->p;
    t->t.failures = 0;
    t->last_good = w->at;
    if (p->outcome != OUTCOME_UNCHANGED) {
        t->t.etag = p->etag;
        t->t.last_modified = p->last_modified;
        t->t.body_hash = p->body_hash;
        t->t.reading = p->target.reading;
    } else if (p->etag != NULL) {
        t->t.etag = p->etag;
    }
}

/* Page 1: how much of it was known, and when it is read again. */
static void put_poll(struct walk *w, struct target_rec *t, bool good)
{
    const struct page *p = w->p;
    if (good && !(w->backfill && w->n_new > 0)) {
        t->known[1] = t->known[0];
        t->known[0] = 1 + (p->n_finding > 0 ? (int)(100 * (p->n_finding - w->n_new) / p->n_finding) : 100);
    }
    struct poll poll = {{t->known[0] - 1, t->known[1] - 1}, t->interval_s, t->t.failures};
    t->t.due_at = w->r->next_due != NULL ? w->r->next_due(w->r->ctx, p, &poll) : w->at + DEFAULT_REREAD_S;
    t->interval_s = poll.interval_s;
    t->scheduled = !t->dormant;
    if (t->has_walk && t->t.due_at - t->walked_at >= reread_s(w->r))
        target_forget(t);
}

static void put_target_state(struct walk *w)
{
    struct target_item *i = w->target;
    const struct page *p = w->p;
    if (i == NULL)
        return;
    struct target_rec *t = &i->cur;
    bool good = outcome_is_read(p->outcome);
    t->last_try = w->at;
    if (good)
        target_answered(w, t);
    if (w->unsure)
        target_forget(t);
    if (!good)
        t->t.failures += outcome_weight(p->outcome);
    if (t->t.kind == TARGET_LISTING) {
        put_poll(w, t, good);
    } else if (good) {
        t->scheduled = w->reread && !t->dormant;
        t->t.due_at = w->reread ? w->at + reread_s(w->r) : t->t.due_at;
        i->drop = t->t.kind == TARGET_NEXT;
    } else {
        int64_t wait = backoff_s(t->t.failures);
        t->t.due_at = w->at + (p->retry_after_s > wait ? p->retry_after_s : wait);
        t->scheduled = !t->dormant && !(p->outcome == OUTCOME_GONE && t->t.failures >= GONE_GIVE_UP);
        i->drop = !t->scheduled && t->t.kind == TARGET_NEXT && !t->dormant;
    }
    i->dirty = true;
}

/* Turned drifted or blocked: told once, and again when the one became the other or the source was read in between. Failures of the network tell nothing about either. */
static enum err put_trouble(struct walk *w, struct source_health *h)
{
    if (outcome_is_read(h->outcome))
        h->trouble = OUTCOME_NONE;
    if ((h->outcome != OUTCOME_DRIFT && h->outcome != OUTCOME_BLOCKED) || h->outcome == h->trouble)
        return ERR_OK;
    h->trouble = h->outcome;
    return batch_source_event(w->b, w->at, h);
}

static enum err put_health(struct walk *w)
{
    struct source_health *h = &w->health->cur;
    const struct page *p = w->p;
    bool good = outcome_is_read(p->outcome);
    w->health->dirty = true;
    h->brand = w->brand;
    if (w->target != NULL && p->target.kind == TARGET_LISTING)
        h->due_at = w->target->cur.t.due_at;
    if (p->target.kind != TARGET_LISTING)
        return ERR_OK;
    h->outcome = p->outcome;
    h->reason = p->reason;
    h->last_try = w->at;
    h->site = p->site != NULL ? p->site : h->site;
    h->url = p->target.url;
    h->drift_streak = p->outcome == OUTCOME_DRIFT ? h->drift_streak + 1 : good ? 0 : h->drift_streak;
    if (good) {
        h->last_good = w->at;
        h->first_fail = 0;
        h->failures = 0;
        h->reason = NULL;
    } else {
        h->first_fail = h->first_fail != 0 ? h->first_fail : w->at;
        h->failures += outcome_weight(p->outcome);
    }
    if (p->outcome == OUTCOME_OK || p->outcome == OUTCOME_EMPTY) {
        h->declared_total = p->declared_total >= 0 ? p->declared_total : h->declared_total;
        h->via = p->via;
        h->fill = p->fill;
    }
    return put_trouble(w, h);
}

/* A detail page has come back, with whatever result: its mention waits no longer. */
static enum err release_detail(struct walk *w)
{
    struct item *i;
    if (w->p->target.kind != TARGET_DETAIL || w->p->target.mention_id == NULL)
        return ERR_OK;
    enum err e = batch_item(w->b, w->p->target.mention_id, w->brand, false, &i);
    if (e != ERR_OK || i == NULL)
        return e;
    if (i->cur.awaits_detail) {
        i->cur.awaits_detail = false;
        i->dirty = true;
    }
    const struct finding *f = &i->cur.f;
    w->reread = w->r->reread_by_itself && finding_negative(f) && f->mention.reply_state != REPLY_YES &&
                w->at - finding_time(f) < reread_span_s(w->r);
    return maybe_created(w, i);
}

/* ---------------------------------------------------------------- one page */

static enum err put_findings(struct walk *w)
{
    const struct page *p = w->p;
    struct item **item = arena_calloc(w->b->a, p->n_finding + 1, sizeof *item);
    if (item == NULL)
        return store_no_memory();
    enum err e = ERR_OK;
    walk_begin(w);
    for (size_t i = 0; i < p->n_finding && e == ERR_OK; i++)
        e = put_finding(w, &p->finding[i], &item[i]);
    if (e == ERR_OK && !w->r->replay)
        e = put_links(w);
    if (e == ERR_OK)
        e = release_detail(w);
    if (e == ERR_OK && !w->r->replay)
        e = missing_mark(w->b, w->r, p, w->brand, w->source, w->at, &w->unsure, &w->result->n_missing);
    for (size_t i = 0; i < p->n_finding && e == ERR_OK; i++)
        if (item[i] != NULL)
            e = send_events(w, item[i]);
    return e;
}

static enum err put_page(struct batch *b, const struct store_rules *r, const struct page *p, struct store_result *result)
{
    const struct target *t = &p->target;
    if (p->outcome == OUTCOME_NONE || t->source == NULL || t->url == NULL)
        return ERR_OK;
    b->page_no++;
    struct walk w = {.b = b, .r = r, .result = result, .p = p, .source = t->source, .brand = t->brand != NULL ? t->brand : ""};
    w.at = p->fetched_at != 0 ? p->fetched_at : r->now;
    w.class = t->kind == TARGET_DETAIL ? PAGE_DETAIL : PAGE_LISTING;
    enum err e = batch_health(b, w.source, &w.health);
    if (e == ERR_OK && w.health->cur.brand == NULL)
        w.health->cur.brand = w.brand;
    if (r->replay)
        return e != ERR_OK || p->outcome != OUTCOME_OK ? e : put_findings(&w);
    if (e == ERR_OK)
        e = batch_target(b, w.source, t->url, t->kind == TARGET_LISTING, &w.target);
    if (e != ERR_OK)
        return e;
    if (w.target != NULL && !w.target->on_disk && !w.target->dirty)
        w.target->cur.t = *t;
    uint64_t n_known = w.health->cur.n_mention + w.health->cur.n_forgotten;
    w.backfill = w.target != NULL && t->kind != TARGET_LISTING ? w.target->cur.backfill : n_known == 0;
    w.known = w.backfill ? 0 : n_known;
    e = p->outcome == OUTCOME_OK ? put_findings(&w) : release_detail(&w);
    if (e == ERR_OK) {
        put_target_state(&w);
        e = put_health(&w);
    }
    return e;
}

static enum err put_body(struct txn *t, void *ctx)
{
    struct put_ctx *c = ctx;
    struct batch b;
    memset(&c->result, 0, sizeof c->result);
    enum err e = batch_begin(&b, t, c->arena);
    for (size_t i = 0; i < c->n && e == ERR_OK; i++)
        e = put_page(&b, c->r, c->page[i], &c->result);
    return e == ERR_OK ? batch_flush(&b) : e;
}

static void add_result(struct store_result *to, const struct store_result *x)
{
    to->n_new += x->n_new;
    to->n_revised += x->n_revised;
    to->n_answered += x->n_answered;
    to->n_reply_verdict += x->n_reply_verdict;
    to->n_link += x->n_link;
    to->n_missing += x->n_missing;
}

enum err store_put_pages(struct store *s, struct page *const *page, size_t n, const struct store_rules *r,
                         struct store_result *out)
{
    struct arena a;
    arena_init(&a, LIMIT_COMMIT_BYTES);
    struct put_ctx c = {.page = page, .n = n, .r = r, .arena = &a};
    enum err e = n > 0 ? db_write(s, put_body, &c) : ERR_OK;
    arena_release(&a);
    if (e == ERR_OK && out != NULL)
        add_result(out, &c.result);
    return e;
}
