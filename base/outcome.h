/* What became of one page: the whole vocabulary, in one table.
 *
 * Whatever the web does to us ends here and nowhere else: never as a return code, never as the end of a run. "Found nothing"
 * must not look like "did not run": only OUTCOME_OK, OUTCOME_EMPTY and OUTCOME_UNCHANGED are proof that a source was read.
 *
 * X(SYMBOL, word, read, retry, meaning)
 *   word    as printed in earshot.page/1, in logs and in status
 *   read    1 when the source can be said to have been read
 *   weight  how much a failure of this kind counts against the source, in quarters (hard 4, soft 2, temporary 1, none 0) */
#ifndef EARSHOT_BASE_OUTCOME_H
#define EARSHOT_BASE_OUTCOME_H

#include <stdbool.h>

#define OUTCOME_LIST(X)                                                                                                        \
    X(NONE, "none", 0, 0, "not fetched yet")                                                                                   \
    X(OK, "ok", 1, 0, "read, and mentions were found")                                                                         \
    X(UNCHANGED, "unchanged", 1, 0, "304 or the same bytes as last time")                                                      \
    X(EMPTY, "empty", 1, 0, "the site itself says that there is nothing")                                                      \
    X(DRIFT, "drift", 0, 4, "the rules found nothing, or lack a required field: the layout no longer fits the site file")       \
    X(GONE, "gone", 0, 2, "404 or 410")                                                                                        \
    X(BLOCKED, "blocked", 0, 4, "challenge, captcha or login wall, also when the status is 200")                               \
    X(SLOWDOWN, "slowdown", 0, 2, "429 or 503: the host asks us to wait")                                                      \
    X(NETWORK, "network", 0, 1, "no complete answer, or a 5xx status: name, connection, TLS, time-out, cut body")              \
    X(TOOBIG, "toobig", 0, 4, "a ceiling was reached")                                                                         \
    X(BADDATA, "baddata", 0, 4, "not what it claims to be: cannot be decoded or parsed")                                       \
    X(ROBOTS, "robots", 0, 4, "robots.txt forbids it, or could not be read")

enum outcome {
#define X(symbol, word, read, weight, meaning) OUTCOME_##symbol,
    OUTCOME_LIST(X)
#undef X
        OUTCOME_COUNT
};

/* The word of an outcome, e.g. "blocked". Static. Out of range gives "none". */
const char *outcome_word(enum outcome o);
/* One English sentence part for people and logs. Static. */
const char *outcome_meaning(enum outcome o);
/* The reverse; OUTCOME_NONE when the word is unknown. */
enum outcome outcome_parse(const char *word);
/* true when a page with this outcome proves that the source was read. */
bool outcome_is_read(enum outcome o);
/* Failure weight in quarters; 0 for outcomes that are no failure. */
int outcome_weight(enum outcome o);

#endif
