/* Line 1 of everything: which sources were read, and whose silence means nothing. */
#ifndef EARSHOT_REPORT_HEALTH_H
#define EARSHOT_REPORT_HEALTH_H

#include "report/report.h"

/* Why a source counts as not read. STALE: the last look was fine, but it is too long ago (no crawl runs). */
enum health_state { HEALTH_READ, HEALTH_FAILED, HEALTH_STALE, HEALTH_NEVER };

struct health_row {
    const char *key;
    enum health_state state;
    const struct source_health *h; /* NULL when the store knows nothing about it */
};

struct health {
    struct health_row *row; /* configured sources, the failing ones first */
    size_t n;
    size_t n_read;
    int64_t latest; /* newest good look; 0 */
};

/* Read from the store; in->brand and in->source_key narrow it. Strings in a. */
MUST_USE enum err health_read(const struct report_in *in, struct arena *a, struct health *out);
/* The same from an array: testable without a store. */
void health_from(const struct report_in *in, const struct source_health *h, size_t n, struct arena *a, struct health *out);
/* One sentence without newline: "11 of 12 sources read; acme/otzovik not read for 14 h: blocked; its silence means nothing". */
void health_sentence(const struct report_in *in, const struct health *h, struct strbuf *out);
/* {"sources":12,"read":11,"latest":...,"failing":[{"source","state","outcome","reason","last_good"}]} */
struct jsonw;
void health_json(struct jsonw *w, const struct health *h);
const char *health_word(enum health_state s); /* "read" "failed" "stale" "never" */

#endif
