/* HTML that is escaped by construction: every piece of text and every attribute goes through libxml2's xmlTextWriter, after
 * utf8_terminal has taken out control and bidi characters. The only raw bytes are the style sheet in style.c.
 *
 * One self-contained file: no script, no image, nothing fetched (CSP default-src 'none'). Links leave only to http and https.
 */
#ifndef EARSHOT_REPORT_HTML_H
#define EARSHOT_REPORT_HTML_H

#include "base/err.h"
#include "base/strbuf.h"

#include <stdbool.h>

extern const char html_style[]; /* style.c */

struct html {
    struct _xmlTextWriter *w;
    struct _xmlBuffer *buf;
};

/* out = text as XML and HTML may hold it, not yet escaped. NULL as "". */
void html_clean(struct strbuf *out, const char *text, bool keep_newlines);
/* doctype, head with title, CSP and style, and <body>. false when memory is out. */
bool html_begin(struct html *h, const char *lang, const char *title);
/* The same for a page that a server sends with its own headers: style sheet, icon and script (NULL = none) by their addresses. */
bool html_begin_served(struct html *h, const char *lang, const char *title, const char *style, const char *icon, const char *script);
/* Close everything and append the page to out. */
void html_end(struct html *h, struct strbuf *out);
/* <tag class="..."> ; class may be NULL. Attributes may follow before any text. */
void html_open(struct html *h, const char *tag, const char *class_name);
void html_close(struct html *h);
/* Close an element that has no end tag: input, link, br. */
void html_void(struct html *h);
void html_attr(struct html *h, const char *name, const char *value);
void html_attr_printf(struct html *h, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
void html_text(struct html *h, const char *text);
void html_printf(struct html *h, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* <tag class="...">text</tag> */
void html_put(struct html *h, const char *tag, const char *class_name, const char *text);
/* A link, or the bare text when the URL is not http or https. */
void html_link(struct html *h, const char *url, const char *class_name, const char *text);

#endif
