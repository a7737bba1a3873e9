/* The morning brief, from arrays: one screen, most urgent first. */
#ifndef EARSHOT_REPORT_BRIEF_H
#define EARSHOT_REPORT_BRIEF_H

#include "desk/spike.h"
#include "report/collect.h"
#include "report/health.h"

/* WORSE, OUTDATED, FOLLOWUP: open items of which an event since `since` says so and that are neither overdue nor due within the hour. */
enum brief_section { BRIEF_OVERDUE, BRIEF_SOON, BRIEF_NEW, BRIEF_WORSE, BRIEF_OUTDATED, BRIEF_FOLLOWUP, BRIEF_OPEN, BRIEF_SECTION_COUNT };

struct brief_item {
    struct finding *f; /* NULL until it is read: only what is shown is */
    enum brief_section section;
    const char *event; /* became_worse, author_followup, reply_outdated; NULL */
    uint64_t seq;
    int priority;
    int64_t due_at, at; /* at: published, or first seen */
};

#define BRIEF_TEXT_ITEMS 30  /* of each section: more than a screen holds */
#define BRIEF_HTML_ITEMS 100 /* a page that a phone still scrolls; the rest is counted */

struct brief {
    struct health health;
    struct brief_item *item; /* in the order of sections, inside a section as the store ranks them */
    size_t n;
    size_t n_section[BRIEF_SECTION_COUNT]; /* how many there are, also those that did not fit into the list */
    struct finding *answered;              /* newest answer first */
    size_t n_answered;
    int64_t answer_median_s;  /* -1 */
    size_t n_yesterday, n_yesterday_answered; /* negatives of yesterday's calendar day, and those of them with an answer or closed by a person */
    struct finding *vanished; /* tickets that are no longer on their site, told since `since` */
    size_t n_vanished;
    struct spike *spike;     /* what comes in more than usual, the most first */
    size_t n_spike;
    struct finding *unconfirmed; /* a person said "answered", and the page does not show it */
    size_t n_unconfirmed;
    struct finding *closed;  /* its ticket was closed, and a look at the page since then showed no public answer */
    size_t n_closed;
    int64_t since;
};

/* Out: section of an open item of which no event tells. due_at 0 = no clock. */
enum brief_section brief_section_of(int64_t due_at, int64_t first_seen, int64_t now, int64_t since);
/* Section of what an event says; BRIEF_OPEN when it is none of those. */
enum brief_section brief_section_of_event(const char *type);
int brief_compare(const void *a, const void *b); /* of two items: below 0 when the first is more urgent; never 0 for two different ones */
void brief_sort(struct brief *b);
/* Read everything out of the store; items are kept whole, the first `n_read` of each section with their findings. Strings and arrays in a. */
MUST_USE enum err brief_read(const struct report_in *in, struct arena *a, size_t n_read, struct brief *out);
size_t brief_total(const struct brief *b); /* items of all sections */
/* "Yesterday: 3 of 4 negatives answered; median time to the first answer: 4 h"; false when there is nothing to say. Appends. */
bool brief_yesterday(const struct brief *b, struct strbuf *out);
/* "Spike: Acme, delivery: 9 in 24 hours, usually 1.2 a day". Appends. */
void brief_spike(const struct report_in *in, const struct spike *s, struct strbuf *out);
void brief_text(const struct report_in *in, const struct brief *b, struct strbuf *out);
void brief_html(const struct report_in *in, const struct brief *b, struct strbuf *out);
/* A whole message for sendmail -t: headers, then text and HTML as alternatives. Subject: how many are urgent and new, and whether all was read.
 * Source: RFC 5322, 2045 to 2047, 3834 (Auto-Submitted). in->mail_to and in->mail_from must be set. */
void brief_mail(const struct report_in *in, const struct brief *b, struct strbuf *out);
/* Translated, static. */
const char *brief_section_title(enum brief_section s);
/* earshot.brief/1 lines: {"section":"health",...}, then {"section":"overdue","event":null,"finding":{...}}, then answered. */
void brief_json(const struct report_in *in, const struct brief *b, struct strbuf *out);

#endif
