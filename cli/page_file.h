/* A page from disk as if it had just been fetched: for `parse` and `site test`. */
#ifndef EARSHOT_CLI_PAGE_FILE_H
#define EARSHOT_CLI_PAGE_FILE_H

#include "cli/cli.h"

#include "base/page.h"

/* Fills p (page_init has run): body, hash, status, headers, target and final URL, fetched_at. file "-" is standard input; headers (a raw block
 * with status line, as `curl -D` writes) and site may be NULL, url when the file is one of cli/drift.h (its own headers and time then count). Without headers the status is 200. A gzip or zstd file is inflated. ERR_USAGE when a file cannot
 * be read. */
MUST_USE enum err page_file_read(struct page *p, const char *file, const char *headers, const char *url, const char *site);
/* The header block alone; exposed for tests. ERR_USAGE when it has no status line. */
MUST_USE enum err page_file_headers(struct page *p, const char *s, size_t n, const char *name);

#endif
