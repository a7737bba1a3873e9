/* How a page is read: a fingerprint of everything that decides what is found on it, the site file, the parser, and what the settings say about its source. A page whose
 * server or hash says "unchanged" is not read again, so after an edit of a site file what it holds would stay as the old rules found it: such a page is asked for whole.
 *
 * Thread: read-only after readings_new. */
#ifndef EARSHOT_CLI_READING_H
#define EARSHOT_CLI_READING_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/page.h"
#include "parsers/site.h"

struct readings;

/* In a; NULL: out of memory. settings and sites must outlive it. */
struct readings *readings_new(const struct settings *s, const struct sites *sites, struct arena *a);
/* Set t->reading as of today; when the last answer was read otherwise, forget its ETag, date and hash, so that the page is asked for whole. */
void readings_apply(const struct readings *r, struct target *t);

#endif
