/* One walk over index rows: how many there are of everything, and which come first. */
#ifndef EARSHOT_WEB_SCAN_H
#define EARSHOT_WEB_SCAN_H

#include "web/filter.h"
#include "web/names.h"
#include "web/web.h"

struct pick {
    uint64_t seq;
    int64_t due_at, at; /* due_at INT64_MAX without a clock */
    uint8_t priority;
    bool overdue;
};

/* Counted under all filters but its own. */
struct facets {
    uint32_t *brand, *source; /* by index of names.h */
    uint32_t cause[NAMES_CAUSES], lang[NAMES_LANGS];
};

struct scan {
    uint64_t view[VIEW_COUNT]; /* of those in the desk tree, and of the one asked for; under all filters but the view */
    uint64_t n;                /* that fit all filters */
    struct facets facets;
    struct pick *pick; /* the first ones in order, at most max */
    size_t n_pick, max;
};

/* max: how many picks. In r->a. Adds its time to r->rows_us. */
MUST_USE enum err scan_rows(struct request *r, const struct filter *f, size_t max, struct scan *out);

/* Findings of a page of the inbox, or what a search found. */
struct found {
    struct finding *f;
    size_t n;
    size_t looked; /* rows a search has passed, from the first on */
    bool more;     /* a further page, or rows that the search has not looked at */
    struct scan scan;
};
MUST_USE enum err scan_page(struct request *r, const struct filter *f, struct found *out);
/* Does a mention hold all words of a folded search? Exported for tests. */
bool scan_match(struct arena *a, const struct finding *f, const char *folded);

/* By day: what the charts are made of. */
#define DAYS_MAX 366
struct days {
    int64_t since;
    size_t n;
    struct {
        uint32_t negative, neutral, positive;
    } day[DAYS_MAX];
    uint64_t n_all, n_negative, n_positive, n_answered; /* answered: of the negatives */
    struct facets negative; /* of the negatives: cause, source, brand */
};
/* The last n days, today included; brand NULL = all. */
MUST_USE enum err scan_days(struct request *r, const char *brand, size_t n, struct days *out);

#endif
