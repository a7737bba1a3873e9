/* Sink recipes: text files that know one ticketing system. C exists per mechanism, never per product.
 *
 * Source: doc/FEED.md documents the grammar, which is read with libconfuse as the site files are. A recipe is data/sinks/NAME.sink, or any file by its path. Thread: read-only after loading. */
#ifndef EARSHOT_FEED_RECIPE_H
#define EARSHOT_FEED_RECIPE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"

#include <stddef.h>

struct json_object;

enum recipe_kind {
    KIND_TICKET, /* one ticket per mention */
    KIND_EVENT,  /* a request for each event: webhooks, notices */
    KIND_MAIL,   /* a letter for each event */
    KIND_FILE,   /* a line for each event, into a file or pipe */
    KIND_ATOM    /* a feed of what is open, written anew when something happened */
};

/* X(SYMBOL, "name"): requests with a part in the life of a ticket; others are named by the on_... lists */
#define REQUEST_LIST(X)                                                                                                        \
    X(FIND, "find") X(CREATE, "create") X(READ, "read") X(SEEN, "seen") X(MERGE, "merge") X(POLL, "poll") X(SEND, "send")
enum request_role {
#define X(symbol, word) REQ_##symbol,
    REQUEST_LIST(X)
#undef X
        REQ_ROLES
};

/* What is done with a ticket. X(SYMBOL, "option") */
#define ON_LIST(X) X(CREATE, "on_create") X(NOTE, "on_note") X(CHANGE, "on_change") X(REOPEN, "on_reopen") X(CLOSE, "on_close")
enum on {
#define X(symbol, word) ON_##symbol,
    ON_LIST(X)
#undef X
        ON_COUNT
};

struct list {
    const char **at;
    size_t n;
};

struct recipe_request {
    const char *name;
    int line;
    const char *method;      /* GET, POST, PUT, PATCH, DELETE */
    const char *url;
    struct list query;       /* "name=value" */
    struct list header;      /* besides the recipe's own */
    struct json_object *json; /* body: a tree, or NULL */
    struct list form;        /* body: "name=value" */
    const char *text;        /* body as it is; NULL */
    const char *type;        /* content type of text */
    struct list ok;          /* one of these conditions must hold for the answer besides its status */
    /* where things stand in the answer */
    const char *items;       /* nodes that the next four start from; NULL = the answer */
    const char *id, *status, *closed, *mark;
    const char *match;       /* find: one of the values here is the external id, else it is no hit: a filter that is ignored finds everything */
    bool lag;                /* find: what was just made may not be found yet */
    const char *first;       /* mark of the first poll */
    int overlap_s;           /* the mark is a time: ask from so much before it */
    int page_size;           /* poll: another page is asked for when one is full; 0 = there are no pages */
    struct list expect;      /* test: conditions that must hold */
    bool once;               /* a comment: not repeated when its marker was seen */
    const char *fail;        /* test: the sentence when they do not */
};

struct recipe {
    const char *name, *title, *path;
    enum recipe_kind kind;
    bool live;               /* proven against the real thing */
    bool sign;               /* Standard Webhooks */
    struct list option;      /* "name=default" */
    struct list need;        /* settings and options that must not be empty: url, token, queue, path, ... */
    struct list header;      /* of every request */
    struct list closed;      /* words of status that mean closed */
    struct list busy;        /* conditions for: ask again later, whatever the status of the answer */
    struct list events;      /* types that are sent; none = all that are about mentions */
    const char *retry_after, *retry_at; /* paths: seconds, Unix time */
    struct recipe_request *request;
    size_t n_request;
    const struct recipe_request *role[REQ_ROLES]; /* NULL where there is none */
    const struct recipe_request **on[ON_COUNT];   /* steps, in order */
    size_t n_on[ON_COUNT];
};

/* Every mistake is a line "FILE:LINE: ..." in out. ERR_SITE; ERR_USAGE when the file cannot be read. All of it lives in a, but for JSON trees: recipe_release. */
MUST_USE enum err recipe_load(const char *path, struct recipe *out, struct arena *a, struct strbuf *mistakes);
void recipe_release(struct recipe *r);
const struct recipe_request *recipe_request(const struct recipe *r, const char *name);
const char *recipe_kind_word(enum recipe_kind k);
/* Types of events, as the outbox calls them; ended by NULL. */
extern const char *const recipe_event_types[];

#endif
