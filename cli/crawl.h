/* The crawl: the rooms put in line. Fetch loop (this thread), parser workers, one writer, queues and a pool of pages.
 *
 *     more -> fetch [-> q_archive -> archiver] -> q_parse -> worker (inflate, parse, whose, score) -> q_put -> writer (judge, store) -> q_home
 *
 * The pool bounds memory: a page is free, in the fetch loop, in a queue, or with a worker or the writer; when none is free, fetching waits.
 * The frontier is the store's: links found are committed with their page, and `more` asks what is due. So a crawl that is killed goes on where
 * its last commit was.
 * Thread: crawl_run blocks; crawl_stop may be called from a signal handler. */
#ifndef EARSHOT_CLI_CRAWL_H
#define EARSHOT_CLI_CRAWL_H

#include "base/brand.h"
#include "base/err.h"
#include "parsers/site.h"
#include "sentiment/brand.h"
#include "sentiment/score.h"
#include "store/store.h"

struct warc;

struct crawl_options {
    const struct settings *settings;
    const struct sites *sites;
    /* Called once, and only when something is due: loading the word lists costs as much as all else of a start. */
    enum err (*lexicon)(void *ctx, const struct lexicon **out);
    void *lexicon_ctx;
    struct store *store;      /* open for writing, locked */
    const char *brand;        /* NULL = all */
    const char *source_key;   /* NULL = all */
    bool all;                 /* page 1 of every source, due or not */
    int64_t max_time_s;       /* 0 = none */
    struct warc *archive;     /* open; NULL = none. Synced at the end of the run */
    bool progress;            /* a line on stderr, redrawn */
};

/* A source that did not answer in this run. */
struct crawl_failure {
    const char *source_key;
    const char *url;
    enum outcome outcome;
    const char *reason; /* NULL */
    bool listing;       /* its page 1; else a deeper page or one of a mention */
};

struct crawl_summary {
    struct run_record run;
    int64_t elapsed_ms;
    const struct crawl_failure *failure; /* in the arena given to crawl_run */
    size_t n_failure;
};

/* ERR_OK when it ran to its end or was stopped (then run.complete is false), whatever the sources did; else ERR_STORE, ERR_MEMORY, ERR_CONFIG. */
MUST_USE enum err crawl_run(const struct crawl_options *o, struct arena *a, struct crawl_summary *out);
/* Only the clocks: what nears its end or has run out since the last run becomes an event. */
MUST_USE enum err crawl_clocks(const struct crawl_options *o);
/* Finish what is in flight and end the run. Async-signal-safe. */
void crawl_stop(void);
/* A crawl_stop before this is forgotten: the next crawl_run runs. */
void crawl_go_on(void);

#endif
