/* Pages whose layout no longer fits, kept for whoever repairs the site file: STORE/drift/BRAND~SOURCE.N.page, N = 0 the newest, 1 the one before.
 *
 * A kept page is one file: the line "EARSHOT-PAGE 1", "name: value" lines (url, source, site, fetched, outcome, reason), an empty line, the status line and the
 * headers of the answer, an empty line, the body as inflated. `earshot site test` and `earshot parse` read it. Thread: keep: the writer; the rest: any. */
#ifndef EARSHOT_CLI_DRIFT_H
#define EARSHOT_CLI_DRIFT_H

#include "base/page.h"

#define DRIFT_KEPT 2 /* per source: the second shows whether it was the same trouble */

/* The page as such a file, appended to out. */
void drift_write(const struct page *p, struct strbuf *out);
/* Keep the page of a source in the store's folder; what cannot be kept is logged: the crawl goes on. */
void drift_keep(const char *store_path, const struct page *p);

/* What the first lines say. Strings in the arena; NULL when absent. */
struct drift_head {
    const char *url, *source, *site, *reason;
    int64_t fetched_at;
    size_t http_at, http_bytes; /* status line and headers, in the file */
    size_t body_at;
};
/* false when s is no such file. */
bool drift_read_head(const char *s, size_t n, struct arena *a, struct drift_head *out);
/* The newest kept page of a source ("BRAND/SOURCE" or "SOURCE"), of a site or of a URL: its contents into out. ERR_NOTFOUND lists the sources that have some. */
MUST_USE enum err drift_find(const char *store_path, const char *name, struct arena *a, struct strbuf *out, struct drift_head *head);

#endif
