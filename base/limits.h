/* Every ceiling in one place, each with its reason. Input from outside never grows past one of these. */
#ifndef EARSHOT_BASE_LIMITS_H
#define EARSHOT_BASE_LIMITS_H

#include <stddef.h>

#define LIMIT_KIB ((size_t)1024)
#define LIMIT_MIB ((size_t)1024 * 1024)

/* wire */
#define LIMIT_BODY_BYTES (8 * LIMIT_MIB)        /* on the wire and decoded; the largest real page seen is 1 MB */
#define LIMIT_BODY_BYTES_MAX (64 * LIMIT_MIB)   /* what a config may raise it to */
#define LIMIT_INFLATE_RATIO 200                 /* after the first MiB; real pages reach 12, bombs 1000 and more */
#define LIMIT_HEADER_BYTES (64 * LIMIT_KIB)     /* headers and trailers of one answer */
#define LIMIT_URL_BYTES (8 * LIMIT_KIB)         /* RFC 9110 section 4.1 asks for at least 8000 */
#define LIMIT_REDIRECTS 5                       /* the same as for robots.txt, RFC 9309 section 2.3.1.2 */
#define LIMIT_CONNECT_S 10
#define LIMIT_TRANSFER_S 60
#define LIMIT_LOW_SPEED_BYTES 100               /* bytes a second ... */
#define LIMIT_LOW_SPEED_S 15                    /* ... for so long means a stalled server */

/* one page */
#define LIMIT_PAGE_ARENA (64 * LIMIT_MIB)       /* all that extraction of one page may allocate */
#define LIMIT_PAGE_MENTIONS 2000                /* largest real page: 1,000 (VK, HN); more is an attack or a bug */
#define LIMIT_PAGE_LINKS 4000
#define LIMIT_TEXT_BYTES (256 * LIMIT_KIB)      /* one text of one mention; the longest real review has 60 kB */
#define LIMIT_FIELD_BYTES (4 * LIMIT_KIB)       /* names, titles, places, ids */
#define LIMIT_ISLAND_BYTES (4 * LIMIT_MIB)      /* a JSON island inside HTML */

#define LIMIT_ARENA_KEEP_BYTES (256 * LIMIT_KIB) /* block an arena keeps for the next page; most pages need less */
#define LIMIT_PAGE_KEEP_BYTES (1 * LIMIT_MIB)   /* body buffer a page keeps when it is recycled: the largest real page */

/* trees */
#define LIMIT_TREE_DEPTH 512                    /* deeper HTML is flattened, deeper XML and JSON refused; real pages reach 60 */
#define LIMIT_TREE_NODES 2000000
#define LIMIT_TREE_BYTES (256 * LIMIT_MIB)      /* of one tree; 340 KB of HTML take 3 MiB, 250 KB of JSON 4 MiB */
#define LIMIT_ELEMENT_ATTRIBUTES 256            /* further attributes of one element are dropped; real pages reach 40 */
#define LIMIT_XPATH_OPS 20000000UL              /* xmlXPathContext.opLimit for one page */
#define LIMIT_GUMBO_BYTES (512 * LIMIT_MIB)     /* heap one gumbo parse may take; 1 MB of real HTML takes 60 MiB */
#define LIMIT_GUMBO_CPU_MS 3000                 /* CPU time one gumbo parse may take; the largest real page takes 50 ms */

/* files an operator writes */
#define LIMIT_CONFIG_BYTES (4 * LIMIT_MIB)
#define LIMIT_TOKEN_BYTES (4 * LIMIT_KIB)       /* a token file; the longest tokens (JWT) have 2 KB */
#define LIMIT_BRANDS 10000
#define LIMIT_SOURCES 100000
#define LIMIT_ALIASES 10000
#define LIMIT_SINKS 100
#define LIMIT_SITE_FILES 1000
#define LIMIT_LEXICON_BYTES (64 * LIMIT_MIB)

/* the crawl */
#define LIMIT_PAGE_POOL 64                      /* pages in flight between fetch, parse and store */
#define LIMIT_WORKERS 64
#define LIMIT_FRONTIER_BATCH 4096               /* targets handed to the fetch loop at once */
#define LIMIT_FRONTIER_HELD 16384               /* ... and in its hands at a time, about 1 KiB each: 8 for each of 2,000 hosts (cli/hands.h) */
#define LIMIT_SEED_BYTES (256 * LIMIT_MIB)        /* targets that are due at the start of a run: LIMIT_SOURCES take some 50 MiB */
#define LIMIT_HOST_NOTES_BYTES (64 * LIMIT_MIB) /* what is stored of hosts at once: most robots.txt have 1 KiB, the largest 500 */
#define LIMIT_LINK_DEPTH 500                    /* pages of one listing in one round */

/* the store */
#define LIMIT_STORE_RESIDENT_BYTES (96 * LIMIT_MIB) /* mapped pages of the store that are kept: with all else a crawl stays under 256 MiB */
#define LIMIT_STORE_BYTES ((size_t)1 << 40)     /* where the map stops doubling: 10^9 mentions */
#define LIMIT_RECORD_BYTES (4 * LIMIT_MIB)      /* one record: two full texts, a reply and its words */
#define LIMIT_COMMIT_BYTES (1024 * LIMIT_MIB)   /* memory for the merged pages of one commit: LIMIT_PAGE_POOL pages at 16 MiB */

/* the inbox (web/) */
#define LIMIT_SERVE_BODY_BYTES (64 * LIMIT_KIB)   /* of a form; the longest has one note */
#define LIMIT_SERVE_FIELD_BYTES (8 * LIMIT_KIB)   /* of one field: a note */
#define LIMIT_SERVE_HEADER_BYTES (32 * LIMIT_KIB) /* request line and headers; browsers send 2 KiB */
#define LIMIT_SERVE_CONNECTIONS 800               /* at once; below the usual 1,024 open files */
#define LIMIT_SERVE_REQUEST_S 20                  /* from the first byte awaited to the last byte of a request */
#define LIMIT_SERVE_ANSWER_S 60                   /* for a client to take an answer */
#define LIMIT_SERVE_STOP_S 5                      /* for requests under way when it is told to end */
#define LIMIT_SERVE_SESSIONS 500                  /* signed in at once; the longest idle goes first */
#define LIMIT_SERVE_PAGE_BYTES (16 * LIMIT_MIB)   /* one answer */
#define LIMIT_SERVE_SEARCH 4000                   /* records that one search opens before it asks whether to go on: 85 ms */

/* sinks */
#define LIMIT_SINK_ANSWER_BYTES (4 * LIMIT_MIB) /* one answer of a ticketing system; a page of 100 tickets has some 300 KB */
#define LIMIT_SINK_BODY_BYTES (8 * LIMIT_MIB)   /* one request: a finding of LIMIT_TEXT_BYTES texts, escaped */
#define LIMIT_SINK_ID_BYTES 100                 /* a ticket's id; the longest (uuid, Jira key) have 36 */
#define LIMIT_SINK_WINDOW 256                   /* events of one sink in hand at a time */
#define LIMIT_SINK_WAITS 100000                 /* events of one sink that wait to be tried again; more are left in the outbox */

/* output */
#define LIMIT_LOG_LINE_BYTES (16 * LIMIT_KIB)   /* one log line; a longer one loses its last pairs */
#define LIMIT_LOG_VALUE_BYTES (2 * LIMIT_KIB)   /* one value of it, cut; long enough for all but hostile URLs */
#define LIMIT_LINE_BYTES (1 * LIMIT_MIB)        /* one line of input to score */

#endif
