/* Which fields each record holds. Add at the end of a table only; never reorder, never reuse: old records lie in people's
 * stores. */
#include "store/record.h"

#include "base/hash.h"

#include <string.h>

#define AT(kind, s, member)                                                                                                    \
    {                                                                                                                          \
        kind, 0, (uint16_t)offsetof(struct s, member), #member                                                                          \
    }
#define AT_ENUM(s, member, max)                                                                                                \
    {                                                                                                                          \
        F_ENUM, max, (uint16_t)offsetof(struct s, member), #member                                                                      \
    }
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* clang-format off */
static const struct field mention_fields[] = {
    AT(F_STR, mention, id), AT(F_STR, mention, native_id), AT(F_STR, mention, url), AT(F_STR, mention, parent_id),
    AT_ENUM(mention, kind, MENTION_COMMENT),
    AT(F_STR, mention, author.name), AT(F_STR, mention, author.id), AT(F_STR, mention, author.url), AT(F_STR, mention, author.place),
    AT(F_I64, mention, author.n_review),
    AT(F_BOOL, mention, rating.known), AT(F_F64, mention, rating.value), AT(F_F64, mention, rating.worst), AT(F_F64, mention, rating.best),
    AT(F_STR, mention, title), AT(F_STR, mention, text), AT(F_STR, mention, pros), AT(F_STR, mention, cons),
    AT(F_BOOL, mention, truncated), AT(F_STR, mention, lang),
    AT(F_WHEN, mention, published), AT(F_WHEN, mention, experienced), AT(F_WHEN, mention, edited),
    AT(F_I64, mention, likes), AT(F_I64, mention, views), AT(F_I64, mention, n_comment),
    AT(F_BOOL, mention, pending), AT(F_INT8, mention, verified), AT(F_STR, mention, verification), AT(F_INT8, mention, recommends),
    AT(F_STR, mention, reply.author), AT(F_STR, mention, reply.text), AT(F_WHEN, mention, reply.published), AT(F_WHEN, mention, reply.edited),
    AT_ENUM(mention, reply_state, REPLY_YES), AT(F_BOOL, mention, customer_last_word), AT(F_STR, mention, extra),
    AT(F_U32, mention, reply.flags),
};

/* struct stored without its mention */
static const struct field stored_fields[] = {
    AT(F_STR, stored, f.brand), AT(F_STR, stored, f.source), AT(F_STR, stored, f.channel),
    AT(F_F32, stored, f.score.value), AT_ENUM(stored, f.score.label, LABEL_POSITIVE), AT(F_F32, stored, f.score.confidence),
    AT(F_LANG, stored, f.score.lang), AT(F_WORDS, stored, f.score), AT(F_CAUSES, stored, f.score),
    AT(F_BOOL, stored, f.score.escalation), AT(F_STR, stored, f.score.order_ref),
    AT_ENUM(stored, f.judgement.verdict, VERDICT_REPLY), AT(F_INT32, stored, f.judgement.priority), AT(F_I64, stored, f.judgement.due_at),
    AT(F_SIGNS, stored, f.judgement),
    AT_ENUM(stored, f.state, DESK_STATE_COUNT - 1), AT(F_STR, stored, f.assignee), AT(F_STR, stored, f.root_cause), AT(F_STR, stored, f.note),
    AT(F_I64, stored, f.first_seen), AT(F_I64, stored, f.last_seen), AT(F_I64, stored, f.missing_since), AT(F_I64, stored, f.answered_at),
    AT(F_U32, stored, f.n_revision),
    AT(F_U32, stored, changed), AT(F_I64, stored, revised_at), AT(F_U64, stored, said[0]), AT(F_U64, stored, said[1]),
    AT(F_BOOL, stored, ticketed), AT(F_BOOL, stored, awaits_detail), AT(F_BOOL, stored, auto_answered),
    AT(F_U32, stored, f.n_missed), AT(F_I64, stored, f.missed_first), AT(F_I64, stored, missed_last),
    AT(F_I64, stored, f.judgement.clock_at), AT(F_I64, stored, f.judgement.used_s), AT(F_I64, stored, f.judgement.legal_at),
    AT_ENUM(stored, f.judgement.sla, SLA_MISSED), AT(F_I64, stored, f.judgement.stopped_at), AT(F_I64, stored, f.judgement.took_s),
    AT_ENUM(stored, f.claim, CLAIM_UNCONFIRMED), AT(F_I64, stored, f.claimed_at), AT(F_I64, stored, f.hold_since),
    AT(F_INT8, stored, f.override), AT(F_BOOL, stored, f.asked_twice),
    AT(F_I64, stored, warned_due), AT(F_I64, stored, breached_due),
    AT(F_BOOL, stored, f.rescored),
};

static const struct field revision_fields[] = {
    AT(F_U32, revision_rec, n), AT(F_U32, revision_rec, changed), AT(F_I64, revision_rec, seen_at),
};

static const struct field target_fields[] = {
    AT(F_STR, target_rec, t.url), AT(F_STR, target_rec, t.source), AT(F_STR, target_rec, t.brand), AT(F_STR, target_rec, t.site),
    AT_ENUM(target_rec, t.kind, TARGET_DETAIL), AT(F_INT32, target_rec, t.depth), AT(F_STR, target_rec, t.mention_id),
    AT(F_I64, target_rec, t.due_at), AT(F_STR, target_rec, t.etag), AT(F_STR, target_rec, t.last_modified),
    AT(F_U64, target_rec, t.body_hash), AT(F_INT32, target_rec, t.failures),
    AT(F_I64, target_rec, last_try), AT(F_I64, target_rec, last_good),
    AT(F_BOOL, target_rec, scheduled), AT(F_BOOL, target_rec, dormant), AT(F_BOOL, target_rec, backfill),
    AT(F_INT32, target_rec, known[0]), AT(F_INT32, target_rec, known[1]), AT(F_I64, target_rec, interval_s), AT(F_I64, target_rec, walked_at),
    AT(F_BOOL, target_rec, has_walk), AT(F_INT32, target_rec, walk), AT(F_I64, target_rec, walk_at),
    AT(F_U64, target_rec, t.reading),
};

static const struct field health_fields[] = {
    AT(F_STR, source_health, key), AT(F_STR, source_health, brand), AT(F_STR, source_health, site), AT(F_STR, source_health, url),
    AT_ENUM(source_health, outcome, OUTCOME_COUNT - 1), AT(F_STR, source_health, reason),
    AT(F_I64, source_health, last_try), AT(F_I64, source_health, last_good), AT(F_I64, source_health, first_fail),
    AT(F_INT32, source_health, drift_streak), AT(F_INT32, source_health, failures), AT(F_I64, source_health, declared_total),
    AT(F_U64, source_health, n_mention), AT(F_I64, source_health, newest), AT(F_STR, source_health, via), AT(F_STR, source_health, fill),
    AT(F_I64, source_health, due_at), AT(F_BOOL, source_health, dormant),
    AT_ENUM(source_health, trouble, OUTCOME_COUNT - 1), AT(F_U64, source_health, n_forgotten),
};

static const struct field journal_fields[] = {
    AT(F_U64, journal_entry, n), AT(F_I64, journal_entry, at), AT(F_STR, journal_entry, who), AT(F_STR, journal_entry, mention_id),
    AT(F_STR, journal_entry, action), AT(F_STR, journal_entry, from), AT(F_STR, journal_entry, to), AT(F_STR, journal_entry, note),
    AT(F_STR, journal_entry, cause),
};

static const struct field event_fields[] = {
    AT(F_U64, event_rec, seq), AT(F_I64, event_rec, at), AT(F_STR, event_rec, type), AT(F_STR, event_rec, mention_id),
    AT(F_STR, event_rec, brand), AT(F_STR, event_rec, source), AT(F_U64, event_rec, mention_seq),
    AT_ENUM(event_rec, outcome, OUTCOME_COUNT - 1), AT(F_STR, event_rec, reason),
};

static const struct field run_fields[] = {
    AT(F_I64, run_record, started), AT(F_I64, run_record, ended), AT(F_U64, run_record, n_source), AT(F_U64, run_record, n_source_ok),
    AT(F_U64, run_record, n_page), AT(F_U64, run_record, n_bytes), AT(F_U64, run_record, n_mention), AT(F_U64, run_record, n_new),
    AT(F_U64, run_record, n_revised), AT(F_U64, run_record, n_negative), AT(F_BOOL, run_record, complete),
    AT(F_U64, run_record, n_http[0]), AT(F_U64, run_record, n_http[1]), AT(F_U64, run_record, n_http[2]), AT(F_U64, run_record, n_http[3]),
    AT(F_U64, run_record, n_http[4]), AT(F_U64, run_record, n_http[5]), AT(F_U64, run_record, n_304), AT(F_U64, run_record, n_slowdown),
    AT(F_U64, run_record, answer_ms), AT(F_I64, run_record, wait_max_s), AT(F_U64, run_record, n_missing), AT(F_U64, run_record, rss_bytes),
};

static const struct field counter_fields[] = {
    AT(F_U64, counters, mention), AT(F_U64, counters, event), AT(F_U64, counters, journal),
};

static const struct field ticket_fields[] = {
    AT(F_STR, ticket, key), AT(F_STR, ticket, mention_id), AT(F_STR, ticket, brand), AT(F_STR, ticket, id), AT(F_STR, ticket, status),
    AT(F_BOOL, ticket, closed), AT(F_I64, ticket, made_at), AT(F_I64, ticket, closed_at), AT(F_I64, ticket, answered_at),
    AT(F_U64, ticket, done_seq), AT(F_U64, ticket, doing_seq), AT(F_BOOL, ticket, creating), AT(F_U64, ticket, mention_seq),
    AT(F_I64, ticket, begun_ms),
};

static const struct field wait_fields[] = {
    AT(F_U64, sink_wait, seq), AT(F_STR, sink_wait, key), AT(F_U32, sink_wait, n_try), AT(F_I64, sink_wait, since),
    AT(F_I64, sink_wait, retry_at), AT(F_BOOL, sink_wait, parked), AT(F_STR, sink_wait, reason),
};

static const struct field sink_fields[] = {
    AT(F_U32, sink_state, n_fail), AT(F_I64, sink_state, open_until), AT(F_STR, sink_state, reason), AT(F_STR, sink_state, poll_mark),
    AT(F_I64, sink_state, polled_at), AT(F_I64, sink_state, good_at), AT(F_U64, sink_state, n_done),
};

/* clang-format on */

/* The codec reads const structs through the same table that it fills others by. */
#define PART(table, p)                                                                                                         \
    {                                                                                                                          \
        table, COUNT(table), (void *)(uintptr_t)(p)                                                                            \
    }

struct bytes rec_put_mention(struct arena *a, const struct stored *x)
{
    struct part part[] = {PART(stored_fields, x), PART(mention_fields, &x->f.mention)};
    return rec_encode(a, REC_MENTION, x->f.seq, part, 2);
}

/* Fields that the record does not have yet stay absent. */
static void stored_init(struct stored *x)
{
    memset(x, 0, sizeof *x);
    mention_init(&x->f.mention);
}

bool rec_get_mention(struct bytes b, uint64_t seq, struct arena *a, struct stored *out)
{
    stored_init(out);
    struct part part[] = {PART(stored_fields, out), PART(mention_fields, &out->f.mention)};
    out->f.seq = seq;
    return rec_decode(b, REC_MENTION, seq, part, 2, a) && out->f.mention.id != NULL && out->f.brand != NULL &&
           out->f.source != NULL;
}

struct bytes rec_put_revision(struct arena *a, uint64_t seq, const struct revision_rec *r, const struct mention *m)
{
    struct part part[] = {PART(revision_fields, r), PART(mention_fields, m)};
    return rec_encode(a, REC_REVISION, seq, part, 2);
}

bool rec_get_revision(struct bytes b, uint64_t seq, struct arena *a, struct revision_rec *r, struct mention *m)
{
    memset(r, 0, sizeof *r);
    mention_init(m);
    struct part part[] = {PART(revision_fields, r), PART(mention_fields, m)};
    return rec_decode(b, REC_REVISION, seq, part, 2, a) && m->id != NULL;
}

struct bytes rec_put_target(struct arena *a, uint64_t self, const struct target_rec *t)
{
    struct part part[] = {PART(target_fields, t)};
    return rec_encode(a, REC_TARGET, self, part, 1);
}

bool rec_get_target(struct bytes b, uint64_t self, struct arena *a, struct target_rec *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(target_fields, out)};
    return rec_decode(b, REC_TARGET, self, part, 1, a) && out->t.url != NULL && out->t.source != NULL;
}

struct bytes rec_put_health(struct arena *a, const struct source_health *h)
{
    struct part part[] = {PART(health_fields, h)};
    return rec_encode(a, REC_HEALTH, 0, part, 1);
}

bool rec_get_health(struct bytes b, struct arena *a, struct source_health *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(health_fields, out)};
    return rec_decode(b, REC_HEALTH, 0, part, 1, a) && out->key != NULL;
}

struct bytes rec_put_journal(struct arena *a, uint64_t seq, const struct journal_entry *j)
{
    struct part part[] = {PART(journal_fields, j)};
    return rec_encode(a, REC_JOURNAL, seq, part, 1);
}

bool rec_get_journal(struct bytes b, uint64_t seq, struct arena *a, struct journal_entry *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(journal_fields, out)};
    return rec_decode(b, REC_JOURNAL, seq, part, 1, a) && out->who != NULL && out->action != NULL && out->to != NULL;
}

struct bytes rec_put_event(struct arena *a, const struct event_rec *e, const struct stored *x)
{
    struct part part[] = {PART(event_fields, e), PART(stored_fields, x), PART(mention_fields, &x->f.mention)};
    return rec_encode(a, REC_EVENT, e->seq, part, 3);
}

bool rec_get_event_head(struct bytes b, uint64_t seq, struct arena *a, struct event_rec *e)
{
    memset(e, 0, sizeof *e);
    struct part part[] = {PART(event_fields, e), PART(stored_fields, NULL), PART(mention_fields, NULL)};
    return rec_decode(b, REC_EVENT, seq, part, 3, a) && e->type != NULL;
}

bool rec_get_event(struct bytes b, uint64_t seq, struct arena *a, struct event_rec *e, struct stored *x)
{
    memset(e, 0, sizeof *e);
    stored_init(x);
    struct part part[] = {PART(event_fields, e), PART(stored_fields, x), PART(mention_fields, &x->f.mention)};
    bool good = rec_decode(b, REC_EVENT, seq, part, 3, a) && e->type != NULL;
    x->f.seq = good ? e->mention_seq : 0;
    return good;
}

struct bytes rec_put_run(struct arena *a, uint64_t self, const struct run_record *r)
{
    struct part part[] = {PART(run_fields, r)};
    return rec_encode(a, REC_RUN, self, part, 1);
}

bool rec_get_run(struct bytes b, uint64_t self, struct arena *a, struct run_record *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(run_fields, out)};
    return rec_decode(b, REC_RUN, self, part, 1, a);
}

struct bytes rec_put_ticket(struct arena *a, uint64_t self, const struct ticket *t)
{
    struct part part[] = {PART(ticket_fields, t)};
    return rec_encode(a, REC_TICKET, self, part, 1);
}

bool rec_get_ticket(struct bytes b, uint64_t self, struct arena *a, struct ticket *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(ticket_fields, out)};
    return rec_decode(b, REC_TICKET, self, part, 1, a) && out->key != NULL;
}

struct bytes rec_put_wait(struct arena *a, uint64_t self, const struct sink_wait *w)
{
    struct part part[] = {PART(wait_fields, w)};
    return rec_encode(a, REC_WAIT, self, part, 1);
}

bool rec_get_wait(struct bytes b, uint64_t self, struct arena *a, struct sink_wait *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(wait_fields, out)};
    return rec_decode(b, REC_WAIT, self, part, 1, a) && out->key != NULL;
}

struct bytes rec_put_sink(struct arena *a, uint64_t self, const struct sink_state *s)
{
    struct part part[] = {PART(sink_fields, s)};
    return rec_encode(a, REC_SINK, self, part, 1);
}

bool rec_get_sink(struct bytes b, uint64_t self, struct arena *a, struct sink_state *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(sink_fields, out)};
    return rec_decode(b, REC_SINK, self, part, 1, a);
}

struct bytes rec_put_counters(struct arena *a, const struct counters *c)
{
    struct part part[] = {PART(counter_fields, c)};
    return rec_encode(a, REC_COUNTERS, 0, part, 1);
}

bool rec_get_counters(struct bytes b, struct arena *a, struct counters *out)
{
    memset(out, 0, sizeof *out);
    struct part part[] = {PART(counter_fields, out)};
    return rec_decode(b, REC_COUNTERS, 0, part, 1, a);
}

void target_forget(struct target_rec *t)
{
    t->t.etag = t->t.last_modified = NULL;
    t->t.body_hash = 0;
}

/* ---------------------------------------------------------------- by table */

const char *rec_field_name(const struct field *f)
{
    switch ((enum field_kind)f->kind) { /* three lists share the names of their structs with nothing else */
    case F_WORDS:
        return "score.words";
    case F_CAUSES:
        return "score.causes";
    case F_SIGNS:
        return "judgement.signs";
    default:
        return strncmp(f->name, "f.", 2) == 0 ? f->name + 2 : f->name;
    }
}

static void blank_part(struct rec_any *x, const struct field *table, size_t n, void *base)
{
    x->part[x->n_part++] = (struct part){table, n, base};
}

void rec_blank(struct rec_any *x, enum rec_type type)
{
    memset(x, 0, sizeof *x);
    x->type = type;
    stored_init(&x->stored);
    if (type == REC_REVISION)
        blank_part(x, revision_fields, COUNT(revision_fields), &x->revision);
    else if (type == REC_TARGET)
        blank_part(x, target_fields, COUNT(target_fields), &x->target);
    else if (type == REC_HEALTH)
        blank_part(x, health_fields, COUNT(health_fields), &x->health);
    else if (type == REC_JOURNAL)
        blank_part(x, journal_fields, COUNT(journal_fields), &x->journal);
    else if (type == REC_EVENT)
        blank_part(x, event_fields, COUNT(event_fields), &x->event);
    else if (type == REC_RUN)
        blank_part(x, run_fields, COUNT(run_fields), &x->run);
    else if (type == REC_COUNTERS)
        blank_part(x, counter_fields, COUNT(counter_fields), &x->counters);
    if (type == REC_MENTION || type == REC_EVENT)
        blank_part(x, stored_fields, COUNT(stored_fields), &x->stored);
    if (type == REC_MENTION || type == REC_EVENT || type == REC_REVISION) {
        x->mention = &x->stored.f.mention;
        blank_part(x, mention_fields, COUNT(mention_fields), x->mention);
    }
}
