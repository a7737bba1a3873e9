/* zstd with a dictionary that is part of the program. */
#include "store/pack.h"

#include "base/err.h"
#include "base/limits.h"

#include <stdatomic.h>
#include <string.h>
#include <zstd.h>

/* Below the named levels: literals stay as they are, which costs 3 points of size and saves half of the time (doc/STORE.md). */
#define LEVEL (-1)

/* One of each is at hand; whoever finds none makes one. A thread that ends takes nothing with it. */
static _Atomic(ZSTD_CDict *) shared_cdict;
static _Atomic(ZSTD_DDict *) shared_ddict;
static _Atomic(ZSTD_CCtx *) spare_cctx;
static _Atomic(ZSTD_DCtx *) spare_dctx;

static const ZSTD_CDict *cdict(void)
{
    ZSTD_CDict *d = atomic_load(&shared_cdict), *none = NULL;
    if (d != NULL)
        return d;
    size_t n;
    const void *bytes = pack_dict(&n);
    d = bytes != NULL ? ZSTD_createCDict(bytes, n, LEVEL) : NULL;
    if (d == NULL || atomic_compare_exchange_strong(&shared_cdict, &none, d))
        return d;
    ZSTD_freeCDict(d);
    return none;
}

static const ZSTD_DDict *ddict(void)
{
    ZSTD_DDict *d = atomic_load(&shared_ddict), *none = NULL;
    if (d != NULL)
        return d;
    size_t n;
    const void *bytes = pack_dict(&n);
    d = bytes != NULL ? ZSTD_createDDict(bytes, n) : NULL;
    if (d == NULL || atomic_compare_exchange_strong(&shared_ddict, &none, d))
        return d;
    ZSTD_freeDDict(d);
    return none;
}

static ZSTD_CCtx *cctx_take(void)
{
    ZSTD_CCtx *c = atomic_exchange(&spare_cctx, NULL);
    if (c != NULL)
        return c;
    const ZSTD_CDict *d = cdict();
    c = d != NULL ? ZSTD_createCCtx() : NULL;
    if (c == NULL)
        return NULL;
    /* the record says how long it is, how it is packed and whether it is whole */
    ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(c, ZSTD_c_dictIDFlag, 0);
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 0);
    ZSTD_CCtx_refCDict(c, d);
    return c;
}

size_t pack(struct arena *a, const void *from, size_t n, void **out)
{
    ZSTD_CCtx *c = cctx_take();
    size_t room = ZSTD_compressBound(n);
    *out = c != NULL ? arena_alloc(a, room) : NULL;
    size_t got = *out != NULL ? ZSTD_compress2(c, *out, room, from, n) : 0;
    if (c != NULL)
        ZSTD_freeCCtx(atomic_exchange(&spare_cctx, c));
    if (*out == NULL || ZSTD_isError(got) || got >= n)
        return 0;
    return got;
}

bool unpack(const void *from, size_t n, void *to, size_t to_n)
{
    const ZSTD_DDict *d = ddict();
    ZSTD_DCtx *c = atomic_exchange(&spare_dctx, NULL);
    if (c == NULL)
        c = ZSTD_createDCtx();
    if (c == NULL || d == NULL) {
        ZSTD_freeDCtx(c);
        return false;
    }
    size_t got = ZSTD_decompress_usingDDict(c, to, to_n, from, n, d);
    ZSTD_freeDCtx(atomic_exchange(&spare_dctx, c));
    return !ZSTD_isError(got) && got == to_n;
}
