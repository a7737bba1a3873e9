/* Text for terminals and mails: styles, wrapping, and nothing from outside that a terminal would obey.
 *
 * Every string of a page passes utf8_terminal here. Widths are terminal columns, so that Cyrillic, CJK and stars line up. */
#ifndef EARSHOT_REPORT_TERM_H
#define EARSHOT_REPORT_TERM_H

#include "base/mention.h"
#include "base/strbuf.h"
#include "report/report.h"

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_BAD, STYLE_WARN, STYLE_GOOD, STYLE_GONE };

struct term {
    struct strbuf *out;
    bool color;
    size_t columns;
};

void term_init(struct term *t, const struct report_in *in, struct strbuf *out);
/* A safe piece of text in a style; no newline. */
void term_put(struct term *t, enum style s, const char *text);
void term_printf(struct term *t, enum style s, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* At most n bytes of text. */
void term_putn(struct term *t, enum style s, const char *text, size_t n);
/* A piece padded with blanks to `width` columns (cut with "…" when longer). right: blanks first. */
void term_cell(struct term *t, enum style s, const char *text, size_t width, bool right);
/* Text broken between words into lines of at most t->columns, each begun with `indent` blanks; \n begins a new line. Ends with
 * a newline. */
void term_wrap(struct term *t, enum style s, const char *text, size_t indent);
/* The same where the first line already holds `indent` columns. */
void term_wrap_on(struct term *t, enum style s, const char *text, size_t indent);
/* "Title (3)" on its own line. */
void term_heading(struct term *t, enum style s, const char *title, size_t count);
/* A URL, as an OSC 8 link on a terminal; "" when it is not http or https. */
void term_link(struct term *t, const char *url);
void term_line(struct term *t);
/* Columns of text as term_put would show it. */
size_t term_width(const char *text);

/* One mention as a block of lines: stars, score, age, brand, site, due; causes and text; link and id.
 *   lines of text: `characters` of it (0 = none). note: a further word for the first line, or NULL. */
void term_item(struct term *t, const struct report_in *in, const struct finding *f, size_t number, size_t characters,
               const char *note);

#endif
