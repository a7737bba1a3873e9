/* What was seen, kept: one LMDB environment, one writer, many snapshots.
 *
 * Source: doc/STORE.md. LMDB with default syncing; a page is never split over two commits; many pages share one. Nothing a user collected is ever
 * deleted by a crawl: an edit is a new revision, a vanished mention is marked missing. Records are little endian, versioned, bounds-checked, CRC-protected.
 * Errors: ERR_STORE with a sentence (path, what, what to do); ERR_NOTFOUND. A damaged record is skipped with a log line and counted, never a crash.
 * Thread: one struct store per process; store_put_* from one thread (the writer); every reading call opens its own snapshot and may run in any thread.
 * Limits: map grows by doubling from 64 MiB on MDB_MAP_FULL. No NFS. */
#ifndef EARSHOT_STORE_STORE_H
#define EARSHOT_STORE_STORE_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/mention.h"
#include "base/page.h"

struct store;
enum store_mode { STORE_READ, STORE_WRITE, STORE_CREATE /* as WRITE, made when missing */ };

MUST_USE enum err store_open(struct store **out, const char *path, enum store_mode mode);
void store_close(struct store *s);
/* Exactly one crawl at a time: flock on PATH/crawl.lock, released by store_unlock or the end of the process. ERR_LOCKED names the pid that holds it. */
MUST_USE enum err store_lock(struct store *s);
void store_unlock(struct store *s);

/* ---------------------------------------------------------------- frontier: which URLs are due */

/* Make sure that every configured source has its page-1 target; one that is known keeps its state; a source whose URL changed gets a new target at once; targets of
 * sources that left the config go dormant (kept, not due). */
MUST_USE enum err store_seed(struct store *s, const struct target *t, size_t n, int64_t now);
struct due_filter {
    const char *brand, *source_key; /* NULL = all */
    bool all;                       /* page-1 targets count as due whatever their time */
    int64_t all_before;             /* with all: only those not fetched at or after this time (start of the run), so that a run ends */
    /* Spreading over hosts, so that one with thousands of due targets holds up nobody: at most per_host of one host, those in the caller's hands included; 0 = no limit. */
    size_t per_host;
    void *ctx;
    size_t (*in_hand)(void *ctx, uint64_t host); /* how many of this host the caller has already; NULL = none */
    bool (*held)(void *ctx, uint64_t id);        /* true: this target is in the caller's hands, leave it out; NULL = none is */
};
/* Targets due at `now`, at most max, with their handles id and host. The longest overdue first; with per_host the first of each host, then the second of each, and so on. Strings in a. */
MUST_USE enum err store_due(struct store *s, const struct due_filter *f, int64_t now, size_t max, struct arena *a, struct target **out, size_t *n);

/* ---------------------------------------------------------------- the writer */

/* How the last visits to page 1 of a source went: what the next interval is made of. */
struct poll {
    int known[2];       /* percent of the items on page 1 that were known already: at the newest poll and at the one before; -1 = there was none. A first run does not count */
    int64_t interval_s; /* chosen after the poll before; 0 = none yet */
    int failures;       /* weight in quarters so far, this page included */
};

/* What the writer needs to know but the store may not: given by cli. */
struct store_rules {
    void *ctx;
    int64_t now;
    /* Verdict of a merged finding (called inside the transaction; must not call the store). before: the stored finding or NULL when new. */
    void (*judge)(void *ctx, const struct finding *merged, const struct finding *before, struct judgement *out);
    /* From when on a running clock is worth a warning (store_sweep); 0 = never. NULL: no warnings. */
    int64_t (*warn_at)(void *ctx, const struct finding *f);
    /* When page 1 of this source is due again; may set poll->interval_s, which is remembered. */
    int64_t (*next_due)(void *ctx, const struct page *p, struct poll *poll);
    /* How deep NEXT links of this source are followed: the first run (known == 0 mentions of the source stored before) may go deeper. */
    int (*depth_max)(void *ctx, const struct page *p, uint64_t known);
    int64_t reread_s;  /* detail pages of unanswered negatives are read again after so long ... */
    int reread_days;   /* ... while the mention is younger than this */
    /* true: a detail page that was read and whose mention is such a negative is due again after reread_s, even when no listing shows the link any more (an unchanged or deeper
     * listing never does); false: only a listing that shows the link makes it due */
    bool reread_by_itself;
    /* Pages out of an archive: mentions are merged as of fetched_at, and a mention that was edited since stays as it is; targets, links, health of the source and what is missing are left alone. */
    bool replay;
    /* A mention that is new (before NULL) or was looked at again, after judging; for lists of what changed. Inside the transaction. May be NULL. */
    void (*merged)(void *ctx, const struct finding *now, const struct finding *before);
};

struct store_result { /* added up over the pages of the call */
    size_t n_new, n_revised, n_answered, n_reply_verdict; /* n_reply_verdict: new mentions that need an answer */
    size_t n_link;     /* targets that became due */
    size_t n_missing;  /* mentions that are now known to be gone from their site */
};

/* One transaction: mentions with revisions, target state, links, desk items, events, source health, for n pages. Whatever the page's outcome.
 *
 * Merge: a field that is absent on this page never erases one that is stored; a truncated text never replaces a whole one that begins with it; reply_state
 * unknown never replaces yes or no. A change of title, text, rating, pros, cons or reply makes a revision; the same page twice makes none. A score is kept when the stored text is kept.
 * Links: NEXT becomes due when the page held at least one new mention and depth_max allows; DETAIL when its mention is new, changed, still truncated, has more comments than before, or is an unanswered negative not re-read for reread_s.
 * Events: `created` waits while a detail page of the mention is due and has not been read (its answer may show that no ticket is needed); it is written when that page has been read or has failed.
 * Re-reading: once in reread_s a listing without DETAIL links is walked past the pages that hold something new, as long as a page shows known mentions younger than reread_days, so
 * that edits and answers on deeper pages are noticed. When the next poll will begin such a walk, ETag and hash of page 1 are forgotten: an unchanged answer has no links.
 * Missing: a listing in order (newest first, all dated) that should show a mention and does not is a look; three looks, an hour apart at least, set missing_since to the first; seen again, it is 0.
 * Desk: an answer seen on a page moves new and seen to answered; when the verdict asks for another answer later, such a state opens again; what a person set stays.
 * On an error nothing of the call is stored and the pages are unchanged. */
MUST_USE enum err store_put_pages(struct store *s, struct page *const *page, size_t n, const struct store_rules *r, struct store_result *out);

/* Time has passed: for every open mention that was ticketed, `sla_due` when its clock nears its end (warn_at), `sla_breached` when it has run out, each once for one due time; a
 * warning that comes too late is left out. The verdict is asked for again (a missed clock is recorded), event and record are one transaction. *n gets the number of events. */
MUST_USE enum err store_sweep(struct store *s, const struct store_rules *r, size_t *n);

/* ---------------------------------------------------------------- reading */

enum store_order { STORE_BY_TIME_DESC, STORE_BY_URGENCY /* open desk items: overdue first, then priority, then due */ };
struct store_filter {
    const char *brand, *source_key, *channel; /* NULL = all */
    int64_t since, until;   /* by published, or first_seen where that is unknown; until 0 = no end */
    int64_t first_seen_since; /* 0 = any */
    enum verdict verdict_min;
    bool open_only;         /* state new or seen */
    bool negatives_only;    /* rating of 2 of 5 or less, or label negative */
    enum store_order order;
    size_t max;             /* 0 = no limit */
};
/* cb returns false to stop. The finding is valid only during the call. */
MUST_USE enum err store_each(struct store *s, const struct store_filter *f, bool (*cb)(void *ctx, const struct finding *x), void *ctx);
/* id: "SITE:NATIVE_ID", or a unique prefix or tail of one, or "#SEQ". ERR_NOTFOUND (also when not unique: the sentence lists some). */
MUST_USE enum err store_get(struct store *s, const char *id, struct arena *a, struct finding *out);

/* What an index scan knows of a mention without opening its record: 0.05 us each, where a record takes 1 to 2 us. */
#define STORE_ROW_CAUSES 4
struct store_row {
    uint64_t seq;
    uint64_t brand, source; /* hash64_str of their names */
    int64_t at;             /* published, or first seen */
    int64_t first_seen, due_at;
    enum verdict verdict;
    enum desk_state state;
    uint8_t priority;
    bool negative, positive, missing, answered, hold;
    uint32_t author;                  /* store_author_hash */
    uint16_t cause[STORE_ROW_CAUSES]; /* store_word_hash of the first ones; 0 = no more */
    uint16_t lang, assignee;          /* store_word_hash; 0 = none */
    bool more_causes;                 /* than fit */
    bool partial; /* written by an older version and not changed since: nothing is known of positive, hold, author, cause, lang, assignee; look at the record */
};
uint16_t store_word_hash(const char *word); /* never 0; NULL and "" give 0 */
uint32_t store_author_hash(const struct finding *f); /* of site and author; 0 = not known who */
const char *store_row_lang(const struct finding *f); /* ISO 639-1; NULL = not known */
struct store_rows_filter {
    const char *brand; /* NULL = all */
    bool desk;         /* only verdict watch or reply in state new or seen, in order of number; else all, by brand and time, the oldest first */
    int64_t since;     /* without desk */
    bool back;         /* without desk: each brand from its newest to its oldest */
};
/* One snapshot; cb returns false to stop. */
MUST_USE enum err store_rows(struct store *s, const struct store_rows_filter *f, bool (*cb)(void *ctx, const struct store_row *r), void *ctx);
/* The finding with this number, into a. ERR_NOTFOUND. */
MUST_USE enum err store_get_seq(struct store *s, uint64_t seq, struct arena *a, struct finding *out);

/* Earlier negatives of the same author about the same brand, at most max. In a. */
MUST_USE enum err store_author_earlier(struct store *s, const struct finding *f, size_t max, struct arena *a, struct finding **out, size_t *n);
struct store_rescored { uint64_t n_seen, n_changed, n_verdict; };
/* Scores of a new lexicon, in commits of some hundred mentions. anew: fills *now, a copy of *before, with score and judgement (and rescored); true when something differs. Strings in a or
 * static. Only score, judgement and rescored are taken over; a verdict that differs gets a journal line ("rescore"). No event is written, no state changes: history is not told again. */
MUST_USE enum err store_rescore(struct store *s, int64_t at, bool (*anew)(void *ctx, const struct finding *before, struct arena *a, struct finding *now), void *ctx, struct store_rescored *out);

struct revision {
    uint32_t n;        /* 1 = first */
    int64_t seen_at;   /* when earshot saw it first */
    const char *changed; /* comma-separated field names; "" for the first */
    struct mention mention;
};
/* One edit that earshot saw: of title, text, rating, pros, cons or reply. */
struct change {
    int64_t at;          /* when it was seen */
    const char *changed; /* comma-separated field names */
    const struct mention *before, *after;
    const struct finding *finding; /* as it is now */
};
/* All that were seen from since on and before until (0 = no end), by number of the mention, the oldest of each first. cb returns false to stop; all it gets is valid only during the call.
 * Reads every mention that was ever edited: 5 us each. */
MUST_USE enum err store_changes(struct store *s, int64_t since, int64_t until, bool (*cb)(void *ctx, const struct change *c), void *ctx);
MUST_USE enum err store_revisions(struct store *s, uint64_t seq, struct arena *a, struct revision **out, size_t *n);

struct journal_entry {
    uint64_t n;
    int64_t at;
    const char *who;
    const char *mention_id;
    const char *action;  /* "state", "assign", "note", "cause", "hold", "verdict"; by earshot itself also "missing", "restored", "claim", "sla", "rescore" */
    const char *from, *to, *note, *cause;
};
/* A person's word on a mention: appended to the journal and applied, one transaction. who, action and to are required. Applied: "state" (to is a desk state; ERR_USAGE when it is none), "hold" (to "on" or "off"),
 * "verdict" (to "none", "watch", "reply": stands whatever pages say; "auto" takes it off), "assign", "cause", "note" (to "" takes it off); a cause or note that is given besides is set,
 * too. Any other action is only noted. from NULL: filled in with what was there. at 0: now. r: judge is asked again; r or judge NULL: the verdict stays as it is.
 * "answered" while no page shows an answer is a claim: the next good look confirms it or not. Dismissing sets the verdict none for good; leaving dismissed takes that off.
 * Closing a ticketed mention (resolved, dismissed) writes the event `resolved`. */
MUST_USE enum err store_mark(struct store *s, const struct journal_entry *e, const struct store_rules *r);
MUST_USE enum err store_journal(struct store *s, uint64_t seq, struct arena *a, struct journal_entry **out, size_t *n);
/* Entries of all mentions from since on, by number of the mention. cb returns false to stop; the entry is valid only during the call. */
MUST_USE enum err store_journal_since(struct store *s, int64_t since, bool (*cb)(void *ctx, uint64_t seq, const struct journal_entry *e), void *ctx);

/* ---------------------------------------------------------------- health of sources and runs */

struct source_health {
    const char *key, *brand, *site, *url;
    enum outcome outcome;      /* of the last page 1 */
    const char *reason;        /* NULL when fine */
    int64_t last_try, last_good; /* Unix s; 0 never */
    int64_t first_fail;        /* start of the present failing streak; 0 when fine */
    int drift_streak;
    int failures;              /* quarters */
    int64_t declared_total;    /* -1 */
    uint64_t n_mention;        /* stored for this source */
    int64_t newest;            /* newest published; 0 */
    const char *via, *fill;
    int64_t due_at;
    bool dormant;              /* no longer in the config */
    uint64_t n_forgotten;      /* mentions of it that were pruned or erased */
    enum outcome trouble;      /* DRIFT or BLOCKED: the event source_drift was written for it; NONE since it was read */
};
MUST_USE enum err store_health(struct store *s, struct arena *a, struct source_health **out, size_t *n);

#define RUN_HTTP 6
struct run_record {
    int64_t started, ended; /* Unix s */
    uint64_t n_source, n_source_ok, n_page, n_bytes, n_mention, n_new, n_revised, n_negative;
    bool complete;          /* false: stopped by time or signal */
    /* answers of the web; absent (0) in records of older versions */
    uint64_t n_http[RUN_HTTP]; /* no answer, 1xx (never), 2xx, 3xx, 4xx, 5xx */
    uint64_t n_304, n_slowdown; /* of them: nothing new; asked to come later (429, 503) */
    uint64_t answer_ms;     /* how long all answers took together */
    int64_t wait_max_s;     /* the longest Retry-After */
    uint64_t n_missing;     /* mentions that vanished from their site */
    uint64_t rss_bytes;     /* the most memory the crawl took */
};
MUST_USE enum err store_put_run(struct store *s, const struct run_record *r);
/* The newest first; *n at most max. */
MUST_USE enum err store_runs(struct store *s, size_t max, struct run_record *out, size_t *n);

/* Small named values that outlive a run: cursors ("brief"), host politeness ("host:https://..."). */
MUST_USE enum err store_meta_put(struct store *s, const char *key, const void *bytes, size_t n);
/* Many of them, all or none, in one transaction. */
struct named_value { const char *key; const void *bytes; size_t n; };
MUST_USE enum err store_meta_put_all(struct store *s, const struct named_value *v, size_t n);
/* false when there is none. */
bool store_meta_get(struct store *s, const char *key, struct strbuf *out);

/* ---------------------------------------------------------------- outbox */

struct event {
    uint64_t seq;          /* grows by one; the feed's cursor */
    int64_t at;
    const char *type;      /* created became_worse became_better company_replied reply_outdated author_followup missing restored sla_due sla_breached resolved source_drift */
    const char *mention_id;
    const char *brand, *source;
    struct finding finding; /* as it was when the event was written; its mention.id is NULL in an event about a source */
    enum outcome outcome;   /* source_drift: DRIFT or BLOCKED; NONE in all others */
    const char *reason;     /* source_drift: what is wrong; NULL */
};
/* Events after the sink's cursor, in order. cb returns false to stop. */
MUST_USE enum err store_events(struct store *s, const char *sink, size_t max, bool (*cb)(void *ctx, const struct event *e), void *ctx);
/* Events with a number above seq, in order, whatever the cursors. */
MUST_USE enum err store_events_after(struct store *s, uint64_t seq, size_t max, bool (*cb)(void *ctx, const struct event *e), void *ctx);
/* What happened at or after `since`, whatever the cursors: the newest first. types: ended by NULL; NULL = all. */
MUST_USE enum err store_events_since(struct store *s, int64_t since, const char *const *types, bool (*cb)(void *ctx, const struct event *e), void *ctx);
/* Move the cursor forward (never back); durable when it returns. */
MUST_USE enum err store_cursor_set(struct store *s, const char *sink, uint64_t seq);
MUST_USE enum err store_cursor(struct store *s, const char *sink, uint64_t *seq, uint64_t *newest);

/* Every sink that has read something, by name. Strings in a. */
struct sink_cursor {
    const char *name;
    uint64_t seq; /* the last event it has taken in */
};
MUST_USE enum err store_sinks(struct store *s, struct arena *a, struct sink_cursor **out, size_t *n);
/* One event by its number, everything in a. ERR_NOTFOUND without a sentence, also for a damaged one (logged). */
MUST_USE enum err store_event(struct store *s, uint64_t seq, struct arena *a, struct event *out);

/* ---------------------------------------------------------------- sinks: what the feed knows of each (store/sink.c) */

/* One feed at a time for each sink: flock on PATH/feed-SINK.lock, released by store_lease_end or the end of the process. *fd: to be given back. ERR_LOCKED names the pid that holds it. */
MUST_USE enum err store_lease(struct store *s, const char *sink, int *fd);
void store_lease_end(int fd);

/* The ticket of one mention at one sink. */
struct ticket {
    const char *key;        /* external id: what the ticket is found by */
    const char *mention_id, *brand;
    uint64_t mention_seq;
    const char *id;         /* the ticketing system's own; NULL: there is none yet */
    const char *status;     /* its word for the state, as seen last; NULL unknown */
    bool closed;            /* ... which means closed */
    int64_t made_at, closed_at; /* Unix s; 0 */
    int64_t answered_at;    /* when the ticket was told of a public answer; 0 */
    uint64_t done_seq;      /* the newest event that reached the ticket */
    uint64_t doing_seq;     /* the event whose delivery was begun and not known to have ended; 0 */
    bool creating;          /* a ticket was asked for and the end is not known: look for it first */
    int64_t begun_ms;       /* Unix ms: when the request was sent whose end is not known; 0 */
};
/* An event that was taken in and is not done: to be tried again, or parked until a person says so. */
struct sink_wait {
    uint64_t seq;
    const char *key;        /* the mention's external id, or a source: events of one key stay in order */
    uint32_t n_try;
    int64_t since, retry_at; /* Unix ms; retry_at 0: behind an older event of its key */
    bool parked;
    const char *reason;     /* NULL: none */
};
struct sink_state {
    uint32_t n_fail;        /* failures in a row, of any event */
    int64_t open_until;     /* Unix ms; nothing is sent before */
    const char *reason;     /* of the last failure; NULL */
    const char *poll_mark;  /* where asking for the state of tickets goes on; NULL */
    int64_t polled_at, good_at; /* Unix s: the last time they were asked for, the last success */
    uint64_t n_done;        /* events delivered in all */
};
/* All of it in one transaction; the lists may be empty, state NULL, cursor 0 = as it is. */
struct sink_change {
    const struct ticket *ticket;
    size_t n_ticket;
    const struct sink_wait *wait;
    size_t n_wait;
    const uint64_t *ended; /* events that wait no longer */
    size_t n_ended;
    const struct sink_state *state;
    uint64_t cursor;
};
MUST_USE enum err store_sink_put(struct store *s, const char *sink, const struct sink_change *c);
/* By external id, or by the ticketing system's own. ERR_NOTFOUND without a sentence. Strings in a. */
MUST_USE enum err store_ticket(struct store *s, const char *sink, const char *key, struct arena *a, struct ticket *out);
MUST_USE enum err store_ticket_by_id(struct store *s, const char *sink, const char *id, struct arena *a, struct ticket *out);
/* All tickets of a sink (NULL: of all sinks). cb returns false to stop; what it is given is valid only during the call. */
MUST_USE enum err store_tickets(struct store *s, const char *sink, bool (*cb)(void *ctx, const char *sink, const struct ticket *t), void *ctx);
/* What waits, by event number. Strings in a. */
MUST_USE enum err store_sink_waits(struct store *s, const char *sink, struct arena *a, struct sink_wait **out, size_t *n);
/* All zero when there is none. Strings in a. */
MUST_USE enum err store_sink_state(struct store *s, const char *sink, struct arena *a, struct sink_state *out);

/* ---------------------------------------------------------------- care */

/* Everything as JSON lines. stable: findings, revisions, journal by mention id, targets, events, without sequence numbers and times of fetching: two stores with the same contents give the same bytes.
 * Else: every record whole, for store_import (doc/STORE.md). */
MUST_USE enum err store_export(struct store *s, bool stable, bool (*line)(void *ctx, const char *s, size_t n), void *ctx);
/* Make a new store at path (nothing or an empty folder must be there) out of what store_export writes without stable; file "-" is standard input. ERR_USAGE "FILE:LINE: ..." for a wrong line: then
 * nothing is made. */
MUST_USE enum err store_import(const char *path, const char *file);
/* n_open: the queue (verdict reply, state new or seen); n_watched: verdict watch, state new or seen. */
struct store_stat { uint64_t n_mention, n_revision, n_target, n_event, n_journal, n_open, n_watched, map_bytes, used_bytes, n_forgotten; };
MUST_USE enum err store_stat(struct store *s, struct store_stat *out);
/* What each tree (doc/STORE.md) takes: its pages in bytes, also the half-empty ones. What used_bytes counts besides are free pages. */
#define STORE_TREES 12
struct store_tree { const char *name; uint64_t n, bytes; };
MUST_USE enum err store_trees(struct store *s, struct store_tree out[STORE_TREES], size_t *n);
/* Reads every record: *n_bad damaged ones, each with a line to out. */
MUST_USE enum err store_check(struct store *s, struct strbuf *out, uint64_t *n_bad);
/* Take mentions out for good, with their revisions, journal, events and targets: by age (published, or first seen, before older_than; what is open with verdict reply, or on hold, stays), or all of
 * one author ("SITE:NAME", "SITE:ID" or "SITE:" and the address of the profile). A hash of each stays, so that no crawl or replay brings it back as new; of an erased author also what else was
 * published until then. Noted in the journal (of no mention) without a name. Hold store_lock. ERR_USAGE unless one of the two is given. The freed pages of the file are not overwritten before
 * store_compact; archives and backups are the caller's. */
struct store_forget {
    int64_t older_than; /* 0 = not by age */
    const char *author; /* NULL = not by author */
    const char *who;    /* for the journal */
    int64_t now;
    bool dry_run;       /* only count: n_mention, n_kept */
};
struct store_forgotten { uint64_t n_mention, n_revision, n_event, n_journal, n_target, n_kept; };
MUST_USE enum err store_forget(struct store *s, const struct store_forget *f, struct store_forgotten *out);

struct store_rewritten {
    int from_format, to_format;
    uint64_t before_bytes, after_bytes; /* of the file */
};
/* Bring a store of an older format to today's; one that has it already is left alone. Records are packed, index rows made anew. The new file is written beside the old one, compared with it
 * entry by entry and renamed; killed at any moment, the store is the old or the new one. ERR_LOCKED while a crawl or any other program has it open. ERR_STORE for a newer format. */
MUST_USE enum err store_upgrade(const char *path, struct store_rewritten *out);
/* The same whatever the format: without free pages, and every record packed. */
MUST_USE enum err store_compact(const char *path, struct store_rewritten *out);
/* Hot, compacted copy into a new folder. A copy of an older format is upgraded on its own. */
MUST_USE enum err store_backup(struct store *s, const char *to_path);

#endif
