/* What people see: brief, queue, show, explain, report, status. Words in English, Russian and Ukrainian (gettext, plural
 * forms).
 *
 * Every text that came from outside passes utf8_terminal (terminal) or an escaping writer (xmlTextWriter for HTML, own CSV
 * quoting with formulas neutralised) before it goes out. Reads snapshots of the store; writes nothing except to out. Errors:
 * ERR_STORE, ERR_NOTFOUND, ERR_USAGE (unknown format). */
#ifndef EARSHOT_REPORT_REPORT_H
#define EARSHOT_REPORT_REPORT_H

#include "base/brand.h"
#include "base/strbuf.h"
#include "store/store.h"

struct report_in {
    struct store *store;
    const struct settings *settings;
    int64_t now;
    const char *brand;      /* NULL = all (competitors left out of brief and queue) */
    const char *source_key; /* NULL = all */
    int64_t since, until;   /* report, brief; 0 = default (brief: 24 h; report: 30 days) */
    const char *const *compare; /* report: brands to compare with; none: without `brand` all competitors */
    size_t n_compare;
    size_t max;             /* items; 0 = default */
    bool color;             /* ANSI colours and OSC 8 links: stdout is a terminal */
    int columns;            /* width of the terminal, 80 when unknown; wrapping and cutting */
    int rows;               /* lines of one screen, 50 when unknown */
    const char *mail_to, *mail_from; /* brief as mail: addresses, checked by the caller */
    int64_t utc_offset_s;   /* for clock times people read */
};

/* Line 1: health of the sources ("11 of 12 sources read; otzovik/acme not read for 14 h: blocked; its silence means nothing"),
 * then spikes, overdue, due within the hour, new negatives (stars, score, age, causes or words, text, link, id), became worse, outdated answers,
 * customers who wrote again, vanished, answered. Most urgent first; as text one screen. */
MUST_USE enum err report_brief(const struct report_in *in, const char *format /* "text" "html" "json" "mail" */, struct strbuf *out);
MUST_USE enum err report_queue(const struct report_in *in, const char *format /* "text" "json" "csv" */, struct strbuf *out);
/* One mention: text, facts, reply, history as a diff, journal. */
MUST_USE enum err report_show(const struct report_in *in, const char *id, const char *format /* "text" "json" */,
                              struct strbuf *out);
/* Why: words and rules of the score, signs of the verdict. */
MUST_USE enum err report_explain(const struct report_in *in, const char *id, const char *format /* "text" "json" */,
                                 struct strbuf *out);
/* The period: shares, stars, causes, sources, answers, coverage, oldest open. */
MUST_USE enum err report_period(const struct report_in *in, const char *format /* "text" "html" "csv" "json" "atom" */,
                                struct strbuf *out);
/* For operators: sources with last good answer, failures, drift; last runs; store. */
MUST_USE enum err report_status(const struct report_in *in, const char *format /* "text" "json" "prom" "nagios" */,
                                struct strbuf *out, int *nagios_code);

#endif
