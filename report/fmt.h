/* Small pieces of what people read: ages, dates, stars, names. Translated, plural forms included.
 *
 * Every function writes into the caller's buffer and returns it. Thread: any. */
#ifndef EARSHOT_REPORT_FMT_H
#define EARSHOT_REPORT_FMT_H

#include "base/brand.h"
#include "base/mention.h"
#include "base/outcome.h"
#include "base/strbuf.h"

#define FMT_BYTES 128
typedef char fmt_buf[FMT_BYTES];

/* "just now", "5 min", "3 h", "2 days", "4 months", "3 years"; negative as 0. */
const char *fmt_span(fmt_buf buf, int64_t seconds);
/* The same for how long something took: "12 s" instead of "just now". */
const char *fmt_lasted(fmt_buf buf, int64_t seconds);
/* Age of something published then: fmt_span, "today" and "yesterday" for calendar dates, the month alone when no more is known,
 * "undated". */
const char *fmt_age(fmt_buf buf, struct when published, int64_t now, int64_t utc_offset_s);
/* "23 Nov 14:05"; with the year when it is not the year of now; no clock time for calendar dates; "Nov 2025" for a month; "-"
 * when unknown. */
const char *fmt_date(fmt_buf buf, struct when w, int64_t now, int64_t utc_offset_s);
/* The same for Unix seconds; 0 = unknown. */
const char *fmt_time(fmt_buf buf, int64_t at, int64_t now, int64_t utc_offset_s);
/* "3 h overdue", "due in 40 min"; "" when there is no clock. */
const char *fmt_due(fmt_buf buf, int64_t due_at, int64_t now);
/* "★★☆☆☆"; "" when there is no rating. */
const char *fmt_stars(fmt_buf buf, const struct rating *r);
/* "-0.82", "+0.40"; with a comma in Russian and Ukrainian */
const char *fmt_score(fmt_buf buf, double value);
/* A number printed with a point, as the language writes it: in place. */
const char *fmt_decimal(fmt_buf buf);
/* sum / n with two decimals */
const char *fmt_mean(fmt_buf buf, double sum, uint64_t n);
/* "87 %" with a no-break space; "-" when of is 0. */
const char *fmt_share(fmt_buf buf, uint64_t n, uint64_t of);
/* "+40", "-37", "0" */
const char *fmt_nps(fmt_buf buf, int nps);
/* Thousands apart: "12 345" or "12,345". */
const char *fmt_count(fmt_buf buf, uint64_t n);
/* The site in "SITE:NATIVE_ID". */
const char *fmt_site(fmt_buf buf, const char *mention_id);

/* Title of a brand for people; the name when there are no settings. */
const char *fmt_brand(const struct settings *s, const char *name);
/* Translated, static. */
const char *fmt_outcome(enum outcome o);
const char *fmt_verdict(enum verdict v);
const char *fmt_state(enum desk_state s);
const char *fmt_label(enum label l);
const char *fmt_why(const char *why);
const char *fmt_event(const char *type);
const char *fmt_field(const char *field);
const char *fmt_kind(enum mention_kind k);

/* What stands for a mention in one line: text, or cons, title, pros; NULL when it has none. */
const char *fmt_gist(const struct mention *m);
/* Bytes of the longest prefix of at most `characters` code points that does not cut a grapheme; *cut tells whether something
 * was left off. */
size_t fmt_cut(const char *s, size_t characters, bool *cut);
/* The causes, or without any the three words that weigh most: "long wait, no answer". Appends. */
void fmt_reasons(struct strbuf *b, const struct score *s);
/* Why an answered mention is back on the desk (translated, static); NULL when it is not. */
const char *fmt_reopened(const struct judgement *j);
/* true for an absolute http or https URL of printable ASCII or UTF-8 without blanks, quotes and control bytes. */
bool fmt_is_link(const char *url);

#endif
