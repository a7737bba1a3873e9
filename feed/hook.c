/* Calls of ticketing systems that tell the state of a ticket. */
#include "feed/answer.h"
#include "feed/sign.h"
#include "feed/sink.h"

#include "base/limits.h"

#include <string.h>

static bool closed_word(const struct recipe *r, const char *status)
{
    for (size_t i = 0; i < r->closed.n; i++)
        if (strcmp(r->closed.at[i], status) == 0)
            return true;
    return false;
}

static unsigned take(struct store *store, const struct sink_spec *s, struct json_object *t, struct arena *a, int64_t now, const char **why)
{
    const char *ticket = t ? answer_value(t, "/data/ticket", a) : NULL, *status = t ? answer_value(t, "/data/new", a) : NULL;
    bool known = false;
    if (!ticket || !status || !*status || strlen(ticket) > LIMIT_SINK_ID_BYTES || strlen(status) > LIMIT_SINK_ID_BYTES)
        return *why = "the body is not {\"data\":{\"ticket\":ID,\"new\":STATUS}}", 400;
    bool closed = closed_word(&s->recipe, status) || answer_fits(t, "/data/closed=true", a);
    if (feed_status(store, s->conf->name, ticket, status, closed, now, &known) != ERR_OK)
        return *why = "the store cannot be written", 500;
    return *why = known ? "taken" : "there is no such ticket", known ? 200 : 404;
}

unsigned feed_hook(struct store *store, const struct sink_spec *s, const struct feed_call *c, int64_t now, const char **why)
{
    const char *const secret[2] = {s->conf->hook[0], s->conf->hook[1]};
    struct arena a;
    if (!secret[0])
        return *why = "this sink takes no calls", 404;
    if ((*why = sign_check(secret, c->id, c->timestamp, c->signature, c->body, c->n, now)))
        return 401;
    arena_init(&a, LIMIT_MIB);
    struct json_object *t = answer_read(c->body, c->n);
    unsigned status = take(store, s, t, &a, now, why);
    answer_free(t);
    arena_release(&a);
    return status;
}
