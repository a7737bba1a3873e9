#include "base/hash.h"

#include <string.h>
#define XXH_INLINE_ALL /* a call into the library costs as much as hashing a key of the store */
#include <xxhash.h>

uint64_t hash64(const void *bytes, size_t n)
{
    uint64_t h = XXH3_64bits(n ? bytes : "", n);
    return h ? h : 1;
}

uint64_t hash64_str(const char *s)
{
    return s ? hash64(s, strlen(s)) : hash64("", 0);
}
