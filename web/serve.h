/* The inbox: a small HTTP server over one store, for people in a browser and for programs.
 *
 * One thread, one loop (libmicrohttpd with epoll, run from serve_run): a slow client costs a socket, never a turn. Reads are snapshots of the store that end before the answer is sent;
 * what people say goes through in.mark, the same door as `earshot mark`. GET and HEAD change nothing on the server but counters. TLS is a reverse proxy's work (doc/SERVE.md).
 * Errors: ERR_USAGE (address, users file), ERR_MEMORY. Thread: that of serve_run. Limits: the LIMIT_SERVE_ lines of base/limits.h. */
#ifndef EARSHOT_WEB_SERVE_H
#define EARSHOT_WEB_SERVE_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/mark.h"
#include "store/store.h"

/* A signed call of a ticketing system to /hook/SINK (Standard Webhooks). The three headers may be NULL. */
struct serve_call {
    const char *sink, *id, *timestamp, *signature;
    const char *body;
    size_t n;
};

struct serve_in {
    struct store *store; /* STORE_WRITE */
    const struct settings *settings;
    const char *listen;     /* "127.0.0.1:8080", "[::1]:0"; port 0 = any free one */
    const char *public_url; /* "https://inbox.example.org": how browsers reach it through a proxy; NULL */
    const char *users_path; /* web/users.h; need not exist while link is set */
    bool link;              /* make a one-time link */
    const char *operator_name; /* who came by the link */
    enum err (*mark)(void *ctx, const struct mark *m);
    /* The HTTP status to answer with; *why: a static sentence. NULL: there are no such calls. */
    unsigned (*hook)(void *ctx, const struct serve_call *call, const char **why);
    void *ctx;
};

struct serve;
/* Bound and listening when it returns. */
MUST_USE enum err serve_start(struct serve **out, const struct serve_in *in);
/* "http://127.0.0.1:40123", or the public address; and the one-time link, NULL without. Owned by s. */
const char *serve_url(const struct serve *s);
const char *serve_link(const struct serve *s);
/* Until a byte can be read from stop_fd; requests under way are finished, at most LIMIT_SERVE_STOP_S. */
MUST_USE enum err serve_run(struct serve *s, int stop_fd);
void serve_free(struct serve *s);

#endif
