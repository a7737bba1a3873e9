/* Run errors: what stops a command. One enum, one sentence, one exit code.
 *
 * Three scopes that never mix: a bug aborts (err_bug); a run error is an `enum err` that cli turns into one sentence on stderr
 * and an exit code; what the web does is `page->outcome`.
 *
 * A function that fails calls err_set() once, at the place that knows most, with a sentence that names the thing, the place and
 * what to do. Callers pass the code on unchanged; they may replace the sentence when they know better.
 * Thread: the sentence is thread-local. */
#ifndef EARSHOT_BASE_ERR_H
#define EARSHOT_BASE_ERR_H

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))

/* X(SYMBOL, exit code, meaning) */
#define ERR_LIST(X)                                                                                                            \
    X(OK, 0, "done")                                                                                                           \
    X(SOURCES, 1, "some sources did not answer")                                                                               \
    X(USAGE, 64, "wrong use of the command line, or an input file that cannot be read")                                        \
    X(SITE, 65, "a site or sink file is wrong")                                                                                \
    X(MEMORY, 70, "out of memory")                                                                                             \
    X(INTERNAL, 70, "a bug in earshot")                                                                                        \
    X(STORE, 73, "the store cannot be opened, read or written")                                                                \
    X(LOCKED, 75, "another crawl runs")                                                                                        \
    X(CONFIG, 78, "the settings are missing or wrong")                                                                         \
    X(NOTFOUND, 1, "there is no such thing in the store")

enum err {
#define X(symbol, code, meaning) ERR_##symbol,
    ERR_LIST(X)
#undef X
        ERR_COUNT
};

/* Record a sentence (no full stop, no newline; at most 2,000 bytes, longer is cut) and return e. */
enum err err_set(enum err e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The last sentence of this thread; "" when there is none. Valid until the next err_set. */
const char *err_text(void);
/* Exit code of an error. */
int err_exit_code(enum err e);
/* Print "earshot: bug: ..." and abort. For broken invariants only, never for input. */
NORETURN void err_bug(const char *file, int line, const char *what);
#define ASSERT(cond) ((cond) ? (void)0 : err_bug(__FILE__, __LINE__, #cond))

#endif
