/* The working set of one writing transaction: what was read stays in memory, is changed there by any number of pages, and is
 * written once at the end, sorted by key tree by tree (1.3 to 2 times faster than in order of arrival). Private to store/.
 *
 * All reads come before all puts, so pointers into the map stay valid while pages are merged. */
#ifndef EARSHOT_STORE_BATCH_H
#define EARSHOT_STORE_BATCH_H

#include "store/index.h"
#include "store/key.h"
#include "store/record.h"

/* X(SYMBOL, word): the types of events, in the order in which several of one page are sent */
#define EVENT_LIST(X)                                                                                                          \
    X(CREATED, "created")                                                                                                      \
    X(RESTORED, "restored") X(WORSE, "became_worse") X(BETTER, "became_better") X(REPLIED, "company_replied")                  \
        X(OUTDATED, "reply_outdated") X(FOLLOWUP, "author_followup") X(MISSING, "missing") X(RESOLVED, "resolved")             \
            X(SLA_DUE, "sla_due") X(SLA_BREACHED, "sla_breached") X(DRIFT, "source_drift")
enum event_type {
#define X(symbol, word) EVENT_##symbol,
    EVENT_LIST(X)
#undef X
        EVENT_TYPES
};
const char *event_word(enum event_type t);

struct revision_item { /* a revision that was superseded, or a state to be kept */
    struct revision_item *next;
    uint64_t seq;
    struct revision_rec rec;
    struct mention mention;
};

struct item { /* one mention */
    struct item *next; /* as they came */
    struct key_text key;
    struct stored cur;
    bool is_new, dirty, revised, more_comments;
    struct columns on_disk; /* the index entries that are there now, unless is_new */
    uint32_t events;        /* bits of enum event_type, not yet written */
    size_t page_no;         /* the page of this transaction that touched it last, from 1 */
    size_t new_page_no;     /* ... that it was new on; 0 */
};

struct target_item {
    struct key16 key;
    struct target_rec cur;
    bool on_disk, dirty, drop;
    bool was_scheduled;
    int64_t was_due;
};

struct health_item {
    struct key_text key;
    struct source_health cur;
    bool dirty;
};

struct event_item {
    struct event_item *next;
    struct event_rec rec;
    struct stored snapshot;
};

struct journal_item { /* an entry of the journal, encoded */
    struct journal_item *next;
    uint64_t seq, n;
    struct bytes val;
};

struct author_row { /* see author.h */
    struct author_row *next;
    uint8_t key[26];
    struct item *item;
};

struct map { /* from key bytes to item; open addressing, in the arena */
    struct map_slot {
        uint64_t hash;
        void *item;
    } * slot;
    size_t n, cap;
};

#define DUE_BYTES 33 /* value of `due`: hashes of source and brand, last try, kind, hash of host */
/* The host of a URL, as far as sharing a batch fairly goes: what stands between :// and the path, in lower case. */
uint64_t due_host(const char *url);
void due_row_put(const struct target_rec *t, uint8_t v[DUE_BYTES]);
/* Whole, of this form or of the one before it. */
bool due_row_good(struct bytes key, struct bytes val);

struct batch {
    struct txn *t;
    struct arena *a;
    struct map items, targets, health;
    struct item *first, **last;
    struct revision_item *revisions;
    size_t n_revision;
    struct event_item *events, **events_tail;
    struct journal_item *journal;
    struct author_row *authors;
    struct counters counters;
    bool counters_dirty;
    size_t page_no;
    enum { FORGOT_UNKNOWN, FORGOT_NONE, FORGOT_SOME } forgot; /* see forget.h */
};

/* a is cleared. */
MUST_USE enum err batch_begin(struct batch *b, struct txn *t, struct arena *a);
/* *out NULL when it is not stored and create is false. A damaged record is logged and counts as not stored, under its old
 * number. */
MUST_USE enum err batch_item(struct batch *b, const char *id, const char *brand, bool create, struct item **out);
MUST_USE enum err batch_target(struct batch *b, const char *source, const char *url, bool create, struct target_item **out);
MUST_USE enum err batch_health(struct batch *b, const char *key, struct health_item **out);
/* Keep what is in *x as a revision before it changes. */
MUST_USE enum err batch_keep_revision(struct batch *b, const struct stored *x);
/* What happened to a mention, which is kept as it is now. */
MUST_USE enum err batch_event(struct batch *b, enum event_type type, int64_t at, const struct stored *x);
/* source_drift: about a source, in its present outcome. */
MUST_USE enum err batch_source_event(struct batch *b, int64_t at, const struct source_health *h);
/* Append to the journal of mention seq; gives the entry its number. */
MUST_USE enum err batch_journal(struct batch *b, uint64_t seq, const struct journal_entry *e);
/* Write everything. */
MUST_USE enum err batch_flush(struct batch *b);
/* A line in the log and a count for a damaged record. */
void store_damaged(struct store *s, enum tree tree, const char *what);
enum err store_no_memory(void);

#endif
