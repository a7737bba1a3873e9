#include "desk/simhash.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

static bool in_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return c > 0xbf && (c < 0x2000 || c > 0x206f); /* letters, and whatever else is no punctuation */
}

struct bits {
    int weight[64];
    uint64_t last[3]; /* hashes of the newest words */
    size_t n;
};

static void word(struct bits *b, const char *s, size_t n)
{
    b->last[0] = b->last[1];
    b->last[1] = b->last[2];
    b->last[2] = hash64(s, n);
    if (++b->n < 3)
        return;
    uint64_t h = hash64(b->last, sizeof b->last);
    for (int i = 0; i < 64; i++)
        b->weight[i] += h >> i & 1 ? 1 : -1;
}

uint64_t simhash(const char *text)
{
    struct arena a;
    struct bits b = {.n = 0};
    uint64_t h = 0;
    if (!text)
        return 0;
    arena_init(&a, 8 * LIMIT_MIB);
    const char *s = utf8_fold(&a, text, strlen(text)), *begin = NULL;
    for (size_t left = s ? strlen(s) : 0, len; left > 0; s += len, left -= len) {
        bool in = in_word(utf8_next(s, left, &len));
        if (in && !begin)
            begin = s;
        if (!in && begin) {
            word(&b, begin, (size_t)(s - begin));
            begin = NULL;
        }
    }
    if (begin)
        word(&b, begin, (size_t)(s - begin));
    arena_release(&a);
    for (int i = 0; i < 64 && b.n >= SIMHASH_WORDS_MIN; i++)
        h |= (uint64_t)(b.weight[i] > 0) << i;
    return h;
}

bool simhash_near(uint64_t a, uint64_t b)
{
    return a && b && __builtin_popcountll(a ^ b) <= SIMHASH_NEAR;
}
