/* The first byte chooses the coding, the rest is the body as sent. */
#include "base/limits.h"
#include "crawler/inflate.h"
#include "tests/fuzz/fuzz.h"

#define MAX_BYTES (2 * LIMIT_MIB)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const coding[] = {"gzip", "deflate", "br", "zstd", "gzip, gzip", "br, gzip", "zstd, deflate", NULL};
    if (n == 0)
        return 0;
    struct page p;
    page_init(&p, MAX_BYTES);
    if (!strbuf_add(&p.wire, data + 1, n - 1)) {
        page_release(&p);
        return 0;
    }
    p.status = 200;
    p.content_encoding = coding[data[0] % 8];
    inflate_page(&p);
    PROMISE(p.body.n <= MAX_BYTES);
    PROMISE(p.outcome == OUTCOME_NONE || p.outcome == OUTCOME_NETWORK || p.outcome == OUTCOME_BADDATA || p.outcome == OUTCOME_TOOBIG);
    PROMISE((p.outcome == OUTCOME_NONE) == (p.reason == NULL));
    PROMISE(p.content_encoding || (p.outcome == OUTCOME_NONE && p.body.n == n - 1));
    page_release(&p);
    return 0;
}
