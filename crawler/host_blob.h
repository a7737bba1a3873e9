/* The state of one host in memory, and as the text that outlives a run. Inner header of host.c and host_blob.c. */
#ifndef EARSHOT_CRAWLER_HOST_BLOB_H
#define EARSHOT_CRAWLER_HOST_BLOB_H

#include "crawler/host.h"

enum robots_state { ROBOTS_UNSEEN, ROBOTS_UNKNOWN, ROBOTS_KNOWN, ROBOTS_REFUSED };

struct origin {
    char name[PLACE_ORIGIN_BYTES];
    enum robots_state state;
    struct robots *robots;
    int64_t fetched_at; /* Unix s */
    enum outcome refused_as;
    char reason[200];
    uint64_t blob_hash; /* of what was last read or written: an unchanged blob is not put again */
};

struct host {
    char unit[PLACE_HOST_BYTES + 8];
    struct host *next;         /* in its bucket */
    size_t heap_at;
    struct job *head, *tail;
    int in_flight;
    int n_robots_asked;        /* robots.txt under way: pages wait */
    bool started;              /* at least one request was sent */
    int64_t started_ms;        /* the last one */
    int64_t paused_until_ms;
    int64_t ready_ms;          /* its key in the heap */
    double answer_ms;          /* moving mean of the answer time */
    int failures;              /* in a row */
    bool closed;
    enum outcome closed_as;
    int64_t closed_until_ms;
    char closed_why[100];
    bool unsaved;              /* robots.txt came or the host closed since it was saved last */
    struct origin origin[2];   /* http, https */
};

/* Fill host and o from c->host_get, as far as there is something readable and it belongs to this agent. */
void host_blob_load(const struct fetch_calls *c, const char *agent, struct host *host, struct origin *o, int64_t now_ms, int64_t now_s);
void host_blob_save(const struct fetch_calls *c, const char *agent, const struct host *host, struct origin *o, int64_t now_ms,
                    int64_t now_s);

#endif
