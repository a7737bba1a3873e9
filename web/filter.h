/* What of the inbox a person wants to see: out of a query, and back into one. */
#ifndef EARSHOT_WEB_FILTER_H
#define EARSHOT_WEB_FILTER_H

#include "base/arena.h"
#include "store/store.h"

/* X(SYMBOL, word in the query, title, stands in the desk tree) */
#define VIEW_LIST(X)                                                                                                           \
    X(OPEN, "open", N_("Open"), true)                                                                                          \
    X(OVERDUE, "overdue", N_("Overdue"), true)                                                                                 \
    X(SOON, "soon", N_("Due within the hour"), true)                                                                           \
    X(MINE, "mine", N_("Mine"), true)                                                                                          \
    X(HOLD, "hold", N_("On hold"), true)                                                                                       \
    X(WATCH, "watch", N_("Watched"), true)                                                                                     \
    X(NEW, "new", N_("New"), true)                                                                                             \
    X(SEEN, "seen", N_("Seen"), true)                                                                                          \
    X(ANSWERED, "answered", N_("Answered"), false)                                                                             \
    X(PRIVATE, "moved_private", N_("Moved to private"), false)                                                                 \
    X(RESOLVED, "resolved", N_("Resolved"), false)                                                                             \
    X(DISMISSED, "dismissed", N_("Dismissed"), false)                                                                          \
    X(ALL, "all", N_("All mentions"), false)
enum view {
#define X(symbol, word, title, desk) VIEW_##symbol,
    VIEW_LIST(X)
#undef X
        VIEW_COUNT
};
const char *view_word(enum view v);
const char *view_title(enum view v); /* translated */
bool view_desk(enum view v);

#define FILTER_DAYS      90  /* of views outside the desk, unless asked otherwise */
#define FILTER_PAGE      50  /* items of a page */
#define FILTER_PAGES_MAX 200 /* that can be turned to; filters lead further */

struct filter {
    enum view view;
    const char *brand, *source, *cause, *lang, *q; /* NULL = any */
    int days;    /* by publication; 0 = of any age. Views of the desk tree show all ages: nothing open may hide */
    size_t page; /* 0 = first */
    size_t from; /* a search goes on behind so many rows */
};

/* get: of the query, NULL when absent. Values that make no sense count as absent. days: when the query does not say ("days=0": any age). */
void filter_read(struct filter *f, int days, const char *(*get)(void *ctx, const char *name), void *ctx);
/* "/?view=open&brand=acme", percent-encoded; in a. */
const char *filter_url(struct arena *a, const char *path, const struct filter *f);
bool filter_narrow(const struct filter *f); /* anything but the view */

/* What of a row fits. */
enum { FIT_VIEW = 1, FIT_BRAND = 2, FIT_SOURCE = 4, FIT_CAUSE = 8, FIT_LANG = 16, FIT_ALL = 31 };
struct filter_hash {
    uint64_t brand, source;
    uint16_t cause, lang, me;
    int64_t now;
};
void filter_hash(struct filter_hash *h, const struct filter *f, const char *me, int64_t now);
unsigned filter_fit(const struct filter *f, const struct filter_hash *h, const struct store_row *r);
bool view_fit(enum view v, const struct filter_hash *h, const struct store_row *r);
/* The columns of a row that is partial, or has more causes than fit, out of its record. */
void filter_complete(struct store_row *r, const struct finding *f);

#endif
