/* The life of a ticket: looked for, made, looked for again, told what happened, opened again, closed.
 *
 * A ticketing system refuses neither a second ticket with the same external id nor the same comment twice. So what was begun is committed first (ticket.creating, ticket.doing_seq), and whatever
 * ended unknown is looked for before it is sent again. Of two tickets the one with the lower id stays. */
#include "feed/engine.h"

#include "base/limits.h"
#include "feed/answer.h"

#include <stdlib.h>
#include <string.h>

#define SETTLE_TIMEOUTS 4 /* so long after it was begun a request may still lie in the queue of a busy server, though its sender has long gone */

static bool is(const struct job *j, const char *type) { return strcmp(j->event.type, type) == 0; }

/* What an event does to a ticket that is there. */
static enum on on_of(const struct job *j)
{
    if (is(j, "became_worse") || is(j, "reply_outdated") || is(j, "author_followup"))
        return ON_REOPEN;
    if (is(j, "resolved"))
        return ON_CLOSE;
    if (is(j, "became_better") || is(j, "company_replied") || is(j, "sla_breached"))
        return ON_CHANGE;
    return ON_NOTE;
}

/* Without a ticket: does it need one? Only what asks for an answer does. */
static bool makes_ticket(const struct job *j)
{
    return is(j, "created") || is(j, "became_worse") || is(j, "reply_outdated") || is(j, "author_followup") || is(j, "sla_breached");
}

static const struct recipe *recipe(const struct job *j) { return &j->sink->spec->recipe; }

static enum result ask(struct job *j, enum phase phase, enum request_role role)
{
    j->phase = phase;
    j->request = recipe(j)->role[role];
    return RESULT_SEND;
}

static enum result done(struct job *j)
{
    struct ticket *t = &j->ticket;
    t->doing_seq = 0;
    t->creating = false;
    t->begun_ms = 0;
    if (t->done_seq < j->seq)
        t->done_seq = j->seq;
    if (is(j, "company_replied"))
        t->answered_at = j->event.at;
    return sink_ticket(j->sink, t) == ERR_OK ? RESULT_DONE : RESULT_RETRY;
}

/* The request of the step we are at; those that may not be repeated are left out when their trace was seen. */
static enum result steps_go(struct job *j)
{
    const struct recipe *r = recipe(j);
    while (j->step < r->n_on[j->on] && j->seen && r->on[j->on][j->step]->once)
        j->step++;
    if (j->step < r->n_on[j->on]) {
        j->phase = PHASE_STEPS;
        j->request = r->on[j->on][j->step];
        return RESULT_SEND;
    }
    if (j->on == ON_REOPEN)
        j->ticket.closed = false, j->ticket.closed_at = 0;
    if (j->on == ON_CLOSE && !j->ticket.closed)
        j->ticket.closed = true, j->ticket.closed_at = j->of.now;
    return done(j);
}

static enum result steps_begin(struct job *j)
{
    const struct recipe *r = recipe(j);
    if (r->n_on[j->on] == 0)
        j->on = j->on == ON_REOPEN && r->n_on[ON_CHANGE] ? ON_CHANGE : ON_NOTE;
    if (j->ticket.doing_seq == j->seq && j->seen)
        return steps_go(j);
    j->ticket.doing_seq = j->seq;
    j->ticket.begun_ms = feed_now_ms();
    if (sink_ticket(j->sink, &j->ticket) != ERR_OK)
        return RESULT_RETRY;
    enum result next = steps_go(j);
    return next == RESULT_SEND ? RESULT_COMMIT : next;
}

static enum result read_or_steps(struct job *j)
{
    if ((j->on == ON_REOPEN || j->on == ON_CLOSE) && recipe(j)->role[REQ_READ])
        return ask(j, PHASE_READ, REQ_READ);
    return steps_begin(j);
}

enum result ticket_begin(struct job *j)
{
    struct ticket *t = &j->ticket;
    j->on = on_of(j);
    j->step = 0;
    j->seen = false;
    j->n_dup = 0;
    if (t->done_seq >= j->seq)
        return RESULT_DONE;
    if (!t->id && !t->creating && !makes_ticket(j))
        return RESULT_DONE;
    /* what was sent and never answered may only now arrive: to look at once would find nothing and send it twice */
    if (t->begun_ms && (t->creating ? !t->id : t->doing_seq == j->seq)) {
        j->later_ms = t->begun_ms + SETTLE_TIMEOUTS * j->sink->spec->conf->timeout_s * 1000;
        if (j->later_ms > feed_now_ms() && t->begun_ms <= feed_now_ms()) {
            job_reason(j, "the last request was not answered and may still be under way");
            return RESULT_LATER;
        }
    }
    if (!t->id)
        return ask(j, PHASE_FIND, REQ_FIND);
    if (t->creating)
        return ask(j, PHASE_VERIFY, REQ_FIND);
    if (is(j, "created"))
        return done(j);
    if (t->doing_seq == j->seq && recipe(j)->role[REQ_SEEN])
        return ask(j, PHASE_SEEN, REQ_SEEN);
    return read_or_steps(j);
}

/* ---------------------------------------------------------------- answers */

static bool id_good(const char *id)
{
    if (!id || !*id || strlen(id) > LIMIT_SINK_ID_BYTES)
        return false;
    for (const char *p = id; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return false;
    return true;
}

/* Numbers by value, else by length and letters: "PROJ-9" before "PROJ-10". */
static int id_compare(const char *a, const char *b)
{
    size_t x = strlen(a), y = strlen(b);
    return x != y ? (x < y ? -1 : 1) : strcmp(a, b);
}

struct hits {
    const char *id[MERGE_MAX], *status[MERGE_MAX];
    bool closed[MERGE_MAX];
    size_t n;
};

static bool status_closed(const struct job *j, const char *status)
{
    const struct recipe *r = recipe(j);
    for (size_t i = 0; status && i < r->closed.n; i++)
        if (strcmp(r->closed.at[i], status) == 0)
            return true;
    return false;
}

/* Does it carry our external id? */
static bool matches(struct job *j, struct json_object *node)
{
    struct json_object *value[ANSWER_VALUES_MAX];
    struct strbuf path;
    struct vars v = vars_make(&j->of, &j->a);
    strbuf_init(&path, LIMIT_KIB);
    bool good = j->request->match && template_text(&path, j->request->match, PLACE_PLAIN, &v);
    size_t n = good ? answer_nodes(node, path.s, value, ANSWER_VALUES_MAX) : 0;
    strbuf_release(&path);
    for (size_t i = 0; i < n; i++) {
        const char *text = answer_text(value[i], &j->a);
        if (text && strcmp(text, j->key) == 0)
            return true;
    }
    return false;
}

/* The tickets of an answer. false: it is no answer of the kind that was asked for. */
static bool hits_read(struct job *j, struct hits *h)
{
    const struct recipe_request *q = j->request;
    struct json_object *t = answer_read(j->answer.s, j->answer.n), *node[ANSWER_VALUES_MAX], *list;
    memset(h, 0, sizeof *h);
    if (!t)
        return false;
    const char *items = q->items ? q->items : "/";
    size_t base = strlen(items) > 2 && strcmp(items + strlen(items) - 2, "/*") == 0 ? strlen(items) - 2 : strlen(items);
    const char *parent = arena_strndup(&j->a, items, base);
    bool whole = !parent || !*parent || answer_nodes(t, parent, &list, 1) == 1; /* an empty list is an answer, no list is none */
    size_t n = whole ? answer_nodes(t, items, node, ANSWER_VALUES_MAX) : 0;
    for (size_t i = 0; i < n && h->n < MERGE_MAX; i++) {
        const char *id = answer_value(node[i], q->id, &j->a);
        if (!id_good(id) || !matches(j, node[i]))
            continue;
        h->status[h->n] = answer_value(node[i], q->status, &j->a);
        h->closed[h->n] = (q->closed && answer_fits(node[i], q->closed, &j->a)) || status_closed(j, h->status[h->n]);
        h->id[h->n++] = id;
    }
    answer_free(t);
    return whole && !j->a.full;
}

/* The lowest becomes the mention's ticket, the others are to be joined with it. mine: an id that counts, too; NULL. */
static void settle(struct job *j, const struct hits *h, const char *mine)
{
    const char *keep = mine;
    for (size_t i = 0; i < h->n; i++)
        if (!keep || id_compare(h->id[i], keep) < 0)
            keep = h->id[i];
    j->n_dup = 0;
    for (size_t i = 0; i < h->n; i++)
        if (strcmp(h->id[i], keep) != 0)
            j->dup[j->n_dup++] = h->id[i];
        else
            j->ticket.status = h->status[i], j->ticket.closed = h->closed[i];
    if (mine && strcmp(mine, keep) != 0) {
        bool listed = false;
        for (size_t i = 0; i < j->n_dup; i++)
            listed = listed || strcmp(j->dup[i], mine) == 0;
        if (!listed && j->n_dup < MERGE_MAX)
            j->dup[j->n_dup++] = mine;
    }
    j->ticket.id = keep;
    if (!j->ticket.made_at)
        j->ticket.made_at = j->of.now;
}

/* What is left after the ticket is known for sure: join duplicates, then the requests behind "create". */
static enum result settled(struct job *j)
{
    if (j->n_dup > 0 && recipe(j)->role[REQ_MERGE]) {
        j->dup_ticket = j->ticket;
        j->dup_ticket.id = j->dup[--j->n_dup];
        j->of.ticket = &j->dup_ticket;
        j->of.other = j->ticket.id;
        return ask(j, PHASE_MERGE, REQ_MERGE);
    }
    j->of.ticket = &j->ticket;
    if (recipe(j)->n_on[ON_CREATE] > 1 && j->ticket.creating) {
        j->on = ON_CREATE;
        j->step = 1;
        return steps_go(j);
    }
    if (!j->ticket.creating && !is(j, "created")) /* the ticket was there before this event */
        return read_or_steps(j);
    return done(j);
}

static enum result found(struct job *j)
{
    struct hits h;
    if (!hits_read(j, &h)) {
        job_reason(j, "the answer to \"%s\" holds no list of tickets", j->request->name);
        return RESULT_RETRY;
    }
    if (j->phase == PHASE_VERIFY && h.n == 0 && !j->request->lag) { /* not to go on making tickets that cannot be found */
        job_reason(j, "ticket %s was made, but is not found by its external id %s: look at the field for it in the settings of this sink", j->ticket.id, j->key);
        return RESULT_PAUSE;
    }
    if (j->phase == PHASE_VERIFY || h.n > 0) {
        settle(j, &h, j->ticket.id);
        if (sink_ticket(j->sink, &j->ticket) != ERR_OK)
            return RESULT_RETRY;
        return settled(j);
    }
    if (!makes_ticket(j))
        return RESULT_DONE;
    j->ticket.creating = true;
    j->ticket.begun_ms = feed_now_ms();
    if (sink_ticket(j->sink, &j->ticket) != ERR_OK)
        return RESULT_RETRY;
    ask(j, PHASE_CREATE, REQ_CREATE);
    return RESULT_COMMIT;
}

static enum result created(struct job *j)
{
    struct json_object *t = answer_read(j->answer.s, j->answer.n);
    const char *id = t ? answer_value(t, j->request->id, &j->a) : NULL;
    answer_free(t);
    if (!id_good(id)) {
        job_reason(j, "the answer to \"%s\" holds no ticket id", j->request->name);
        return RESULT_RETRY; /* it may be there: it is looked for */
    }
    j->ticket.id = id;
    j->ticket.made_at = j->of.now;
    if (sink_ticket(j->sink, &j->ticket) != ERR_OK)
        return RESULT_RETRY;
    return ask(j, PHASE_VERIFY, REQ_FIND);
}

static enum result was_read(struct job *j)
{
    struct json_object *t = answer_read(j->answer.s, j->answer.n);
    if (!t) {
        job_reason(j, "the answer to \"%s\" is no JSON", j->request->name);
        return RESULT_RETRY;
    }
    const char *status = answer_value(t, j->request->status, &j->a);
    bool closed = (j->request->closed && answer_fits(t, j->request->closed, &j->a)) || status_closed(j, status);
    answer_free(t);
    j->ticket.status = status;
    if (j->on == ON_REOPEN && !closed)
        j->on = ON_CHANGE;
    if (j->on == ON_CLOSE && closed) {
        j->on = ON_NOTE;
        j->ticket.closed = true;
    }
    return steps_begin(j);
}

enum result ticket_answer(struct job *j)
{
    switch (j->phase) {
    case PHASE_FIND:
    case PHASE_VERIFY: return found(j);
    case PHASE_CREATE: return created(j);
    case PHASE_MERGE: return settled(j);
    case PHASE_READ: return was_read(j);
    case PHASE_SEEN: {
        const char *marker = feed_marker(j->seq, &j->a);
        j->seen = marker && strstr(j->answer.s, marker);
        return read_or_steps(j);
    }
    case PHASE_STEPS: j->step++; return steps_go(j);
    default: return RESULT_DONE;
    }
}
