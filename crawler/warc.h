/* Evidence: every answer as it came, in WARC 1.1 files, each record a gzip member of its own; and the way back from such files to pages.
 *
 * A page becomes a `request` and a `response` record; an UNCHANGED page a `revisit` without a body. The body is stored as sent (still compressed), so what was
 * compressed stays so; the header lines are those of the final answer in lower case. Transfer-Encoding is undone and its header renamed
 * x-crawler-transfer-encoding. Our own fields X-Earshot-* keep what replay needs to know about the target.
 * Source: WARC 1.1 (ISO 28500:2017). Thread: one at a time for each struct. */
#ifndef EARSHOT_CRAWLER_WARC_H
#define EARSHOT_CRAWLER_WARC_H

#include "base/page.h"

struct warc;

#define WARC_FILE_BYTES ((size_t)1024 * 1024 * 1024) /* then a new file begins; the usual size in web archives */

/* Files DIR/earshot-YYYYMMDDhhmmss-PID-N.warc.gz, made when first needed; a file is never overwritten. The folder must exist. ERR_STORE: cannot be written. */
MUST_USE enum err warc_open(struct warc **out, const char *dir, const char *user_agent);
/* Another size at which a new file begins. */
void warc_rotate_at(struct warc *w, size_t file_bytes);
/* Append the records of a page, after fetch and before parse changes its body (before or after inflate_page). A page that had no answer
 * (status 0) leaves nothing. One write a record: after a kill at most the last record is cut. */
MUST_USE enum err warc_put(struct warc *w, const struct page *p);
/* What was put is on the disk when this returns. */
MUST_USE enum err warc_sync(struct warc *w);
/* Close; w is gone also when this fails. NULL is fine. */
MUST_USE enum err warc_close(struct warc *w);

struct warc_reader;
/* Files by warc_put, and by others if each record stands as HTTP sent it without chunks; gzip or plain. ERR_USAGE. */
MUST_USE enum err warc_read_open(struct warc_reader **out, const char *path);
/* The next response or revisit record into p (begun anew; wire, status, headers, outcome as fetch would have set them). *more is false at the end. A damaged
 * rest gives ERR_USAGE with the place; what came before it was delivered. */
MUST_USE enum err warc_read_next(struct warc_reader *r, struct page *p, bool *more);
void warc_read_close(struct warc_reader *r);

#endif
