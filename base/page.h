/* The baton: one page on its walk through the house, and the target it came from.
 *
 * Made by the fetch loop, handed to a worker, handed to the writer, recycled. Each stage only adds fields. One thread owns it
 * at any time; handing over is a push on a queue (base/queue.h). A fixed pool of them exists; the empty pool is the back-pressure. */
#ifndef EARSHOT_BASE_PAGE_H
#define EARSHOT_BASE_PAGE_H

#include "base/arena.h"
#include "base/mention.h"
#include "base/outcome.h"
#include "base/strbuf.h"

/* Why a URL is fetched. LISTING = page 1 of a source; NEXT = a deeper page of it; DETAIL = the page of one mention. */
enum target_kind { TARGET_LISTING, TARGET_NEXT, TARGET_DETAIL };
const char *target_kind_word(enum target_kind k); /* "listing" "next" "detail" */
enum target_kind target_kind_parse(const char *word);

/* A URL due to be fetched. Strings live in the arena of the page or of the frontier batch that holds it. */
struct target {
    const char *url;        /* absolute, http or https; identity of the target together with source */
    const char *source;     /* config key "brand/source" */
    const char *brand;
    const char *site;       /* site file name, or NULL: find by URL */
    enum target_kind kind;
    int depth;              /* 1 for page 1 */
    const char *mention_id; /* DETAIL: the mention it belongs to */
    int64_t due_at;         /* Unix s */
    /* what was remembered from the last answer */
    const char *etag, *last_modified;
    uint64_t body_hash;     /* 0 = none */
    uint64_t reading;       /* fingerprint of the rules that read it (cli/reading.h); 0 = unknown */
    int failures;           /* weight in quarters since the last good answer */
    uint64_t id, host;      /* handles given by store_due: of this target, and of its host; 0 = none */
};

/* A link found on a page. */
struct link {
    enum target_kind kind;  /* NEXT or DETAIL */
    const char *url;        /* absolute */
    const char *mention_id; /* DETAIL */
};

struct page {
    /* set from the target */
    struct target target;   /* strings copied into arena */
    struct arena arena;
    /* set by fetch */
    int64_t fetched_at;     /* Unix s; 0 when never sent */
    int64_t elapsed_ms;
    int status;             /* HTTP status; 0 when there was no answer */
    const char *final_url;  /* after redirects */
    const char *posted;     /* the form that was sent, its secrets as '*'; NULL: GET */
    const char *content_type, *content_encoding, *etag, *last_modified; /* header values as sent; NULL */
    const char *headers;    /* "name: value\n" lines of the final answer, names in lower case; NULL */
    int64_t retry_after_s;  /* from Retry-After; -1 none */
    struct strbuf wire;     /* body as sent */
    struct strbuf body;     /* body inflated; when there was nothing to inflate, wire and body are swapped */
    uint64_t body_hash;     /* XXH3 of body */
    enum outcome outcome;
    const char *reason;     /* one sentence part about the outcome; NULL when OK */
    /* set by parse */
    const char *site;       /* site file that fitted */
    const char *channel;    /* "review" "social" "forum" "feed" */
    const char *via;        /* the alternative that served the page, e.g. "next-data", "dom" */
    const char *charset;
    int64_t declared_total; /* -1 */
    struct finding *finding; /* mention filled by parse; brand, score by sentiment; the rest by desk and store */
    size_t n_finding;
    struct link *link;
    size_t n_link;
    const char *fill;       /* JSON object: per field how many of the mentions had it, {"text":20,"reply":12}; NULL */
    void *user;             /* the owner of the moment may hang something here; must be NULL when handed over */
};

void page_init(struct page *p, size_t max_body_bytes);
void page_release(struct page *p);
/* Back to empty, keeping buffers (bounded). */
void page_clear(struct page *p);
/* Clear, then copy a target into it. */
void page_begin(struct page *p, const struct target *t);
/* Set outcome and reason (printf into the arena). */
void page_fail(struct page *p, enum outcome o, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
