/* Texts with places to be filled in: addresses, headers, queries and JSON bodies of sink recipes.
 *
 * A place is {name} or {name:filter:filter}; {{ is a brace. Names are small letters, digits and _. Filters, from left to right:
 *   N (a number)  at most N characters (UTF-16 units: as most systems count), cut between letters, an ellipsis at the end
 *   int, real, bool, json   the value keeps its type: only where a JSON value is exactly one place
 *   sql  inside '...' of TicketSQL   dq  inside "..." of JQL and the like   html  &lt;   slack  as html, for Slack's own marks   url  percent-encoded   path  the same, but for / and :
 * Escaping by place: what is put into an address is percent-encoded (but {url}), a header loses control characters, a JSON body is a tree whose strings are filled in, so
 * nothing that a page says can leave its string. A value that is absent makes its JSON member vanish when the member is just that place; a member whose name is filled in and empty vanishes;
 * an object with a member "?" is kept only if that is not empty.
 * Source: doc/FEED.md. Thread: pure. */
#ifndef EARSHOT_FEED_TEMPLATE_H
#define EARSHOT_FEED_TEMPLATE_H

#include "base/arena.h"
#include "base/jsonw.h"

struct json_object;

struct vars {
    const void *ctx;
    struct arena *a; /* of what is made on the way */
    /* NULL: absent. In a, or longer-lived. */
    const char *(*get)(const struct vars *v, const char *name);
};

enum place { PLACE_PLAIN, PLACE_URL, PLACE_HEADER };
/* Append; false when the text or memory is full. */
bool template_text(struct strbuf *out, const char *text, enum place where, const struct vars *v);
/* A tree read by json-c. */
void template_json(struct jsonw *w, struct json_object *t, const struct vars *v);
/* Percent-encode all but letters, digits and -._~ */
void template_percent(struct strbuf *out, const char *s);

/* NULL, or what is wrong (in a). known: ended by NULL, any of the lists may be NULL. */
const char *template_wrong(const char *text, const char *const *known, const char *const *own, size_t n_own, struct arena *a);
/* The same for every string of a tree. */
const char *template_json_wrong(struct json_object *t, const char *const *known, const char *const *own, size_t n_own, struct arena *a);
/* At most n UTF-16 units of s, in a. */
const char *template_cut(const char *s, size_t n, struct arena *a);

#endif
