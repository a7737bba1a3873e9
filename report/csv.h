/* CSV as spreadsheets read it, without letting a review become a formula.
 *
 * Source: RFC 4180 (CRLF, quotes doubled); OWASP "CSV Injection": a field that begins (after blanks) with = + - @ or a
 * full-width form of them, tab or CR gets a leading '. Control bytes are dropped by utf8_terminal. Numbers that we print
 * ourselves go through csv_number and stay numbers. A byte order mark at the start makes Excel read UTF-8. */
#ifndef EARSHOT_REPORT_CSV_H
#define EARSHOT_REPORT_CSV_H

#include "base/mention.h"
#include "base/strbuf.h"

struct csv {
    struct strbuf *out;
    bool has_field;
};

void csv_begin(struct csv *c, struct strbuf *out);
void csv_field(struct csv *c, const char *text); /* NULL = empty */
void csv_number(struct csv *c, double v, int decimals);
void csv_time(struct csv *c, int64_t at); /* RFC 3339 UTC; 0 = empty */
void csv_row_end(struct csv *c);
/* The header and one finding, as queue and report print it. */
void csv_finding_header(struct csv *c);
void csv_finding(struct csv *c, const struct finding *f);

#endif
