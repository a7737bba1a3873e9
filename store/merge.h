/* What a page says about a mention that is already stored: pure functions. Private to store/.
 *
 * Rules (store.h): absent never erases; a teaser never replaces the whole text that begins with it; reply_state unknown never
 * replaces yes or no. The same page twice changes nothing: of each class of page (listing, detail) a hash of what it last said
 * is kept, and what it says again is no news, even where the two classes word a title differently. */
#ifndef EARSHOT_STORE_MERGE_H
#define EARSHOT_STORE_MERGE_H

#include "base/mention.h"
#include "base/page.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CHANGED_TITLE = 1,
    CHANGED_TEXT = 2,
    CHANGED_RATING = 4,
    CHANGED_PROS = 8,
    CHANGED_CONS = 16,
    CHANGED_REPLY = 32,
    CHANGED_ALL = 63
};

enum page_class { PAGE_LISTING, PAGE_DETAIL, PAGE_CLASSES };

/* A finding as stored: what the rooms see, and what the store remembers about it. */
struct stored {
    struct finding f;
    uint32_t changed;            /* of the newest revision, against the one before */
    int64_t revised_at;          /* when the newest revision was first seen */
    uint64_t said[PAGE_CLASSES]; /* hash of what a page of the class said last; 0 = never seen there */
    bool ticketed;               /* `created` was written */
    bool awaits_detail;          /* a detail page is due that may still change the picture: `created` waits */
    bool auto_answered;          /* state answered comes from a page, not from a person */
    int64_t missed_last;         /* the newest of f.n_missed looks; see missing.h */
    int64_t warned_due, breached_due; /* the due times for which sla_due and sla_breached were written; 0 */
};

/* What happened; bits are CHANGED_*. */
struct merge_note {
    uint32_t changed;    /* seen by a reader of the site as an edit: makes a revision */
    uint32_t enriched;   /* known better now, no revision */
    bool worse, better;  /* stars or label crossed over */
    bool replied;        /* reply_state turned yes */
    bool reply_outdated; /* text or rating changed after the reply */
    bool followup;       /* the author has had the last word since now */
    bool restored;       /* was missing */
};

/* First sight. at: when the page was fetched. Strings are shared with seen. */
void merge_first(const struct finding *seen, enum page_class c, int64_t at, struct stored *out);
/* out may not alias old. Strings are shared with old and seen. The verdict is left as it was: judge afterwards. */
void merge_again(const struct stored *old, const struct finding *seen, enum page_class c, int64_t at, struct stored *out,
                 struct merge_note *note);
/* A rating of 2 of 5 or less, or label negative. */
bool finding_negative(const struct finding *f);
/* The time it is filed under: published, or first seen. */
int64_t finding_time(const struct finding *f);

/* Text begins with the teaser: white space and the ellipsis at its end left aside. */
bool text_begins(const char *whole, const char *teaser);
bool text_same(const char *a, const char *b);

struct link_state { /* what is known about a DETAIL link's mention and target */
    bool is_new, revised, truncated, more_comments, negative_unanswered;
    int64_t mention_at; /* finding_time */
    bool target_known;
    int64_t target_good; /* last good answer; 0 never */
};
bool link_wanted(const struct link_state *l, int64_t now, int64_t reread_s, int reread_days);
/* Seconds until a failed NEXT or DETAIL target is tried again: a quarter hour per quarter of weight, at most 24 h. */
int64_t backoff_s(int failures);

#endif
