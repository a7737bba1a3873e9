/* The state of tickets, asked for: what changed after a mark (a number or a time), page by page. */
#include "feed/engine.h"

#include "base/limits.h"
#include "base/log.h"
#include "feed/answer.h"

#include <stdlib.h>
#include <string.h>

#define PAGES_MAX 1000 /* in one poll */

enum result poll_begin(struct job *j)
{
    const struct recipe_request *q = j->sink->spec->recipe.role[REQ_POLL];
    struct vars v = vars_make(&j->of, &j->a);
    struct strbuf b;
    j->phase = PHASE_POLL;
    j->request = q;
    j->page = 1;
    j->of.page = 1;
    j->of.offset = 0;
    j->mark = j->sink->state.poll_mark;
    strbuf_init(&b, LIMIT_KIB);
    if (!j->mark && template_text(&b, q->first, PLACE_PLAIN, &v))
        j->mark = arena_strdup(&j->a, b.s);
    strbuf_release(&b);
    struct when at;
    if (q->overlap_s && j->mark && when_parse(j->mark, &at)) { /* clocks differ, and changes are not listed at once */
        char text[WHEN_TEXT_BYTES];
        at.at -= q->overlap_s;
        j->of.mark = arena_strdup(&j->a, when_format(at, text));
    } else {
        j->of.mark = j->mark;
    }
    return RESULT_SEND;
}

/* Numbers by value, times by their text (RFC 3339 in UTC sorts). */
static bool later(const char *a, const char *b)
{
    if (!b)
        return true;
    bool number = a[strspn(a, "0123456789")] == '\0' && b[strspn(b, "0123456789")] == '\0';
    size_t x = strlen(a), y = strlen(b);
    return number && x != y ? x > y : strcmp(a, b) > 0;
}

static bool closed_word(const struct recipe *r, const char *status)
{
    for (size_t i = 0; status && i < r->closed.n; i++)
        if (strcmp(r->closed.at[i], status) == 0)
            return true;
    return false;
}

static enum err take_one(struct job *j, struct json_object *node)
{
    const struct recipe *r = &j->sink->spec->recipe;
    const struct recipe_request *q = j->request;
    bool known;
    const char *id = answer_value(node, q->id, &j->a), *status = answer_value(node, q->status, &j->a), *mark = answer_value(node, q->mark, &j->a);
    if (mark && strlen(mark) <= LIMIT_SINK_ID_BYTES && later(mark, j->mark))
        j->mark = mark;
    if (!id || !status || strlen(id) > LIMIT_SINK_ID_BYTES)
        return ERR_OK;
    bool closed = (q->closed && answer_fits(node, q->closed, &j->a)) || closed_word(r, status);
    return feed_status(j->sink->setup->store, j->sink->spec->conf->name, id, status, closed, j->of.now, &known);
}

enum result poll_answer(struct job *j)
{
    struct json_object *t = answer_read(j->answer.s, j->answer.n), *node[ANSWER_VALUES_MAX];
    const struct recipe_request *q = j->request;
    enum err e = ERR_OK;
    if (!t) {
        job_reason(j, "the answer to \"%s\" is no JSON", q->name);
        return RESULT_RETRY;
    }
    size_t n = answer_nodes(t, q->items ? q->items : "/", node, ANSWER_VALUES_MAX);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        e = take_one(j, node[i]);
    answer_free(t);
    if (e != ERR_OK) {
        job_reason(j, "%s", err_text());
        return RESULT_RETRY;
    }
    if (q->page_size > 0 && n >= (size_t)q->page_size && j->page < PAGES_MAX) {
        j->page++;
        j->of.page = j->page;
        j->of.offset = (j->page - 1) * q->page_size;
        return RESULT_SEND;
    }
    return RESULT_DONE;
}

void poll_end(struct job *j, enum result r)
{
    struct sink *s = j->sink;
    s->polled = true;
    if (r != RESULT_DONE)
        return;
    if (j->mark && (!s->state.poll_mark || strcmp(j->mark, s->state.poll_mark) != 0)) {
        free((char *)(uintptr_t)s->state.poll_mark);
        s->state.poll_mark = strdup(j->mark);
    }
    s->state.polled_at = j->of.now;
    s->state_dirty = true;
}

static enum err put_status(struct store *store, const char *sink, const struct ticket *t, const char *from)
{
    struct sink_change c = {.ticket = t, .n_ticket = 1};
    char mention[32], who[160], to[300];
    enum err e = store_sink_put(store, sink, &c);
    if (e != ERR_OK || !t->mention_seq)
        return e;
    snprintf(mention, sizeof mention, "#%llu", (unsigned long long)t->mention_seq);
    snprintf(who, sizeof who, "sink %s", sink);
    snprintf(to, sizeof to, "%.100s: %.150s", t->id, t->status);
    struct journal_entry entry = {.who = who, .mention_id = mention, .action = "ticket", .from = from ? from : "", .to = to};
    e = store_mark(store, &entry, NULL);
    return e == ERR_NOTFOUND || e == ERR_USAGE ? ERR_OK : e; /* the mention is gone from the store: the ticket's state is kept all the same */
}

enum err feed_status(struct store *store, const char *sink, const char *ticket_id, const char *status, bool closed, int64_t now, bool *known)
{
    struct arena a;
    struct ticket t;
    arena_init(&a, LIMIT_MIB);
    enum err e = store_ticket_by_id(store, sink, ticket_id, &a, &t);
    *known = e == ERR_OK;
    if (e == ERR_OK && t.id && strcmp(t.id, ticket_id) == 0 && (!t.status || strcmp(t.status, status) != 0 || t.closed != closed)) {
        const char *from = t.status;
        t.status = status;
        if (closed != t.closed)
            t.closed_at = closed ? now : 0;
        t.closed = closed;
        e = put_status(store, sink, &t, from);
        log_event(LOG_INFO, "ticket", "sink", sink, "ticket", ticket_id, "status", status, NULL);
    }
    arena_release(&a);
    return e == ERR_NOTFOUND ? ERR_OK : e;
}
