/* Mentions that belong together: nearly the same text under another account, and what else the author wrote. They are linked, never dropped.
 *
 * Looks at the brand's mentions half a year to both sides, at most RELATED_LOOK of them; names RELATED_MAX. */
#ifndef EARSHOT_REPORT_RELATED_H
#define EARSHOT_REPORT_RELATED_H

#include "report/report.h"

#define RELATED_MAX  10
#define RELATED_LOOK 20000 /* 0.2 s */
#define RELATED_S    (183 * INT64_C(86400))

enum relation { RELATION_TEXT /* nearly the same text */, RELATION_AUTHOR /* the same account */, RELATION_NAME /* the same name on another site */ };

struct related {
    enum relation relation;
    const char *id, *url, *author;
    int64_t at;
};
/* Out: *out in a, newest first. */
MUST_USE enum err related_read(const struct report_in *in, const struct finding *f, struct arena *a, struct related **out, size_t *n);
const char *relation_word(enum relation r); /* "same_text" "same_author" "same_name" */
const char *relation_text(enum relation r); /* for people; static */

#endif
