/* The frame of every page, and the pieces that several pages use. Text is escaped by construction (report/html.h). */
#ifndef EARSHOT_WEB_FRAME_H
#define EARSHOT_WEB_FRAME_H

#include "report/fmt.h"
#include "report/html.h"
#include "web/web.h"

enum nav { NAV_INBOX, NAV_FIGURES, NAV_PEOPLE, NAV_NONE };

/* Percent-encoded as a value of a query; slashes and colons stay. In a. */
const char *frame_escape(struct arena *a, const char *text);

/* Head, health of the sources as line 1, bar with search and language, <main>. q: what stands in the search field. false: answered with a problem already. */
bool frame_begin(struct request *r, struct html *h, const char *title, enum nav nav, const char *q);
/* Only the name and <main>: for who is not signed in, and for problems. */
bool frame_begin_plain(struct request *r, struct html *h, const char *title);
/* Closes what was opened, into r->out. */
void frame_end(struct request *r, struct html *h);

/* <form method=post> with its CSRF token; the caller closes it. */
void frame_form(struct request *r, struct html *h, const char *action, const char *class_name);
void frame_hidden(struct html *h, const char *name, const char *value);
/* <label>TITLE<input ...></label>; more attributes with html_attr, then html_void and html_close by frame_input_end. */
void frame_input(struct html *h, const char *title, const char *type, const char *name, const char *value);
void frame_input_end(struct html *h);
/* <button name value>TEXT</button>; name NULL: a plain one. */
void frame_button(struct html *h, const char *class_name, const char *name, const char *value, const char *text);
/* <option>; chosen by equality with `now`. */
void frame_option(struct html *h, const char *value, const char *text, const char *now);
/* A link within the inbox. */
void frame_link(struct html *h, const char *href, const char *class_name, const char *text);
/* Is a known hour's answer due? class of a due tag: "tag bad" "tag soon" "tag" */
const char *frame_due_class(int64_t due_at, int64_t now);
/* Makes the guest's cookie when there is none, so that r->csrf is set. */
void frame_guest(struct request *r);

#endif
