/* The morning brief, from arrays: one screen, most urgent first. */
#ifndef EARSHOT_REPORT_BRIEF_H
#define EARSHOT_REPORT_BRIEF_H

#include "desk/spike.h"
#include "report/collect.h"
#include "report/health.h"

enum brief_section { BRIEF_OVERDUE, BRIEF_SOON, BRIEF_NEW, BRIEF_WORSE, BRIEF_OPEN, BRIEF_SECTION_COUNT };

struct brief_item {
    struct finding *f;
    enum brief_section section;
    const char *event; /* became_worse, author_followup, reply_outdated; NULL */
};

struct brief {
    struct health health;
    struct brief_item *item; /* in the order of sections, inside a section as the store ranks them */
    size_t n;
    size_t n_section[BRIEF_SECTION_COUNT]; /* how many there are, also those that did not fit into the list */
    struct finding *answered;              /* newest answer first */
    size_t n_answered;
    int64_t answer_median_s; /* -1 */
    struct spike *spike;     /* what comes in more than usual, the most first */
    size_t n_spike;
    struct finding *unconfirmed; /* a person said "answered", and the page does not show it */
    size_t n_unconfirmed;
    int64_t since;
};

/* Out: section of an open finding that did not become worse. */
enum brief_section brief_section_of(const struct finding *f, int64_t now, int64_t since);
void brief_sort(struct brief *b);
void brief_text(const struct report_in *in, const struct brief *b, struct strbuf *out);
void brief_html(const struct report_in *in, const struct brief *b, struct strbuf *out);
/* Translated, static. */
const char *brief_section_title(enum brief_section s);
/* earshot.brief/1 lines: {"section":"health",...}, then {"section":"overdue","event":null,"finding":{...}}, then answered. */
void brief_json(const struct report_in *in, const struct brief *b, struct strbuf *out);

#endif
