/* The engine's inner structs. Private to feed/. */
#ifndef EARSHOT_FEED_ENGINE_H
#define EARSHOT_FEED_ENGINE_H

#include "base/limits.h"
#include "feed/sink.h"
#include "feed/vars.h"

#include <curl/curl.h>

/* What comes of a step of a job. */
enum result {
    RESULT_SEND,   /* job->request is to be sent */
    RESULT_COMMIT, /* ... after the ticket was committed */
    RESULT_DONE,
    RESULT_RETRY,  /* later; what became of it may be unknown */
    RESULT_LATER,  /* not yet: the last try may still be under way */
    RESULT_PAUSE,  /* the sink as a whole refuses: the event is not to blame */
    RESULT_PARK    /* this event is refused: a person must look */
};

enum phase { PHASE_EVENT, PHASE_FIND, PHASE_CREATE, PHASE_VERIFY, PHASE_MERGE, PHASE_SEEN, PHASE_READ, PHASE_STEPS, PHASE_POLL };
#define MERGE_MAX 16

struct sink;

/* One event (or poll) on its way. */
struct job {
    struct sink *sink;
    bool busy, ready, commit; /* ready: to be sent in this round; commit: not before the next commit */
    uint64_t seq;             /* 0: a poll */
    const char *key;
    struct arena a;
    struct vars_of of;
    struct event event;
    struct ticket ticket;
    enum phase phase;
    enum on on;
    size_t step;
    bool seen;                /* the comment is there already */
    const struct recipe_request *request;
    const char *dup[MERGE_MAX]; /* tickets to be joined with the one that stays */
    size_t n_dup;
    struct ticket dup_ticket;
    /* poll */
    const char *mark;
    int page;
    /* wire */
    CURL *easy;
    struct curl_slist *header, *rcpt;
    struct strbuf url, body, answer;
    size_t body_sent;
    char error[CURL_ERROR_SIZE];
    char host[256];
    int port;
    bool refused;             /* the other side gave a whole answer: nothing is under way */
    int64_t later_ms;         /* RESULT_LATER: Unix ms */
    int64_t retry_after_ms;   /* what the answer asked for; 0 */
    char reason[400];
};

enum item_state { ITEM_FRESH, ITEM_RUNNING, ITEM_DONE };
struct item {
    uint64_t seq, hash; /* of its key */
    enum item_state state;
};
struct waiting {
    struct sink_wait w; /* strings on the heap */
    uint64_t hash;
    bool running;
};

struct sink {
    const struct sink_spec *spec;
    const struct feed_setup *setup;
    CURLM *multi;
    int lease;
    struct feed_report *report;
    struct sink_state state; /* reason, poll_mark on the heap */
    bool state_dirty;
    struct item window[LIMIT_SINK_WINDOW]; /* events taken in, by number; item_from is the oldest that is not done */
    size_t n_item;
    uint64_t taken, cursor;  /* the newest event taken in; what is committed */
    struct waiting *wait;    /* by number */
    size_t n_wait, cap_wait;
    int64_t wait_at;         /* Unix ms at which the next of them is due; 0 none */
    struct job *job;
    size_t n_job, n_busy;
    /* what the next commit holds */
    struct arena commit_a;
    struct ticket *ticket;
    size_t n_ticket, cap_ticket;
    uint64_t *ended;
    size_t n_ended, cap_ended;
    struct sink_wait *put;
    size_t n_put, cap_put;
    int64_t commit_ms;       /* of the last one */
    int64_t look_ms;         /* at the outbox, again from then on */
    bool empty;              /* nothing was left in the outbox at the last look */
    bool atom_dirty, polled, poll_due, file_dirty;
    int fd;                  /* of a file or pipe; -1 */
    size_t n_started, n_refused; /* n_refused: events parked one after the other */
    unsigned seed;           /* of jitter */
};

int64_t feed_now_ms(void); /* Unix ms; with EARSHOT_NOW from there on */

/* window.c: what is taken in, what waits, what is committed */
MUST_USE enum err sink_open(struct sink *s, const struct feed_setup *f, const struct sink_spec *spec, CURLM *multi, struct feed_report *r);
void sink_close(struct sink *s);
MUST_USE enum err sink_take(struct sink *s, int64_t now_ms);
/* The next event that may be started; 0: none. */
uint64_t sink_next(struct sink *s, int64_t now_ms);
MUST_USE enum err sink_end(struct sink *s, struct job *j, enum result r, int64_t now_ms);
MUST_USE enum err sink_ticket(struct sink *s, const struct ticket *t); /* into the next commit */
MUST_USE enum err sink_commit(struct sink *s);
/* Wait before try number n (from 1): doubling from min to max, the upper half at random. */
int64_t backoff_ms(uint32_t n, int64_t min_ms, int64_t max_ms, unsigned *seed);

/* ticket.c: the life of a ticket. begin: the first request; answer: after a good answer. */
enum result ticket_begin(struct job *j);
enum result ticket_answer(struct job *j);
/* poll.c */
enum result poll_begin(struct job *j);
enum result poll_answer(struct job *j);
void poll_end(struct job *j, enum result r);
/* file.c: one line, written and (at the commit) synced */
enum result file_write(struct job *j);
enum result file_sync(struct sink *s);
/* wire.c */
bool wire_prepare(struct job *j);
/* After the transfer: RESULT_DONE = a good answer, to be looked at; else why not (j->reason, j->retry_after_ms). */
enum result wire_result(struct job *j, CURLcode code);
void wire_release(struct job *j);
/* mail.c: addresses, letter; false: out of memory */
bool mail_prepare(struct job *j);
enum result mail_result(struct job *j, CURLcode code);
/* "says what" with the secrets masked, control characters out, at most as long as j->reason. */
void job_reason(struct job *j, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Does the event go to this sink at all? */
bool sink_wants(const struct sink *s, const struct event *e);

#endif
