/* Undo Content-Encoding ourselves: curl 7.88.1 calls half a compressed body OK.
 *
 * gzip, x-gzip, deflate (zlib and raw), br, zstd, and lists of them. A body must end in a complete stream with the right checksum (RFC 1952 section 2.3.1, RFC 7932, RFC 8878); else outcome NETWORK ("cut").
 * Ceilings: p->body.max_bytes, ratio LIMIT_INFLATE_RATIO after the first MiB -> TOOBIG. Unknown coding -> BADDATA.
 * Out: page->body, page->body_hash; UNCHANGED when the hash equals target.body_hash (status 200). Thread: any; runs on a worker. */
#ifndef EARSHOT_CRAWLER_INFLATE_H
#define EARSHOT_CRAWLER_INFLATE_H
#include "base/page.h"
void inflate_page(struct page *p);
#endif
