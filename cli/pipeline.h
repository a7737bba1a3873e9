/* Inside of the crawl, shared by crawl.c (set-up, fetch side), stages.c (worker and writer) and progress.c. */
#ifndef EARSHOT_CLI_PIPELINE_H
#define EARSHOT_CLI_PIPELINE_H

#include "base/limits.h"
#include "base/queue.h"
#include "cli/crawl.h"
#include "cli/hands.h"
#include "cli/reading.h"
#include "crawler/fetch.h"
#include "desk/spike.h"
#include "crawler/warc.h"

#include <pthread.h>
#include <stdatomic.h>

struct pipeline {
    const struct crawl_options *o;
    struct brands *brands;
    const struct lexicon *lexicon;
    struct replies *replies; /* writer only; NULL: canned answers are not looked for */
    struct fetcher *fetcher;
    bool idle; /* nothing was due when the run began */
    int64_t started; /* Unix s */
    int64_t started_mono_ms;

    /* the pool: `page` owns them; free_page is the fetch loop's */
    struct page *page;
    size_t n_page;
    struct page **free_page;
    size_t n_free;
    struct queue *q_parse, *q_put, *q_home;

    /* fetch loop only */
    struct hands hands;
    struct readings *readings;
    struct arena note_arena;
    struct named_value *note; /* politeness state of hosts to be stored together */
    size_t n_note, note_cap;
    bool frontier_moved; /* a page came home since the store was asked last */

    /* only with an archive: between fetch and q_parse */
    struct warc *archive;
    struct queue *q_archive;
    pthread_t archiver;
    bool archiver_runs;
    enum err archive_err; /* archiver only; read by others after the join */
    char archive_err_text[1024];

    pthread_t worker[LIMIT_WORKERS];
    size_t n_worker;
    pthread_t writer;
    bool writer_runs;

    struct spikes spikes; /* as they were when the run began; in failure_arena */
    /* writer only; read by others after the join */
    enum err write_err;
    char write_err_text[1024];
    struct arena *failure_arena;
    struct crawl_failure *failure;
    size_t n_failure, failure_cap;
    uint64_t n_source_failed;
    struct run_record run;
    int64_t swept_mono_ms; /* when the clocks were looked at last */

    /* for the progress line */
    atomic_uint_fast64_t n_done, n_source_done, n_mention, n_new, n_negative;
    uint64_t n_source;
    atomic_bool over;
};

void *stage_worker(void *pipeline);
void *stage_writer(void *pipeline);
/* Keeps the answer as it came. Inflates, too: only then is known whether it is the same as last time (a revisit record). */
void *stage_archiver(void *pipeline);
struct parser;
struct scorer;
/* Parse and score an inflated page; p->o and p->brands are used. */
void stage_read(const struct pipeline *p, struct parser *parser, struct scorer *scorer, struct page *page);
/* What the store asks of us; p must outlive them. */
struct store_rules stage_rules(struct pipeline *p);
/* Clocks that near their end or have run out: events. By the writer, also when no page was due. */
void stage_sweep(struct pipeline *p);
/* A page has been dealt with: back to the fetch loop. */
void stage_home(struct pipeline *p, struct page *page);

/* Redraws one line on stderr five times a second until pipeline->over. */
void *progress_draw(void *pipeline);
/* The line itself, appended to out. columns: width of the terminal. */
void progress_line(const struct pipeline *p, int64_t elapsed_ms, int columns, struct strbuf *out);

#endif
