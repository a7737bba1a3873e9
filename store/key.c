#include "store/key.h"

#include "base/hash.h"

#include <string.h>

#define TEXT_WHOLE 400 /* longer texts are cut here and get a hash */

struct key24 key_by_time(uint64_t brand_hash, int64_t at, uint64_t seq)
{
    struct key24 k;
    be64_put(k.b, brand_hash);
    time_put(k.b + 8, at);
    be64_put(k.b + 16, seq);
    return k;
}

struct key24 key_due(int64_t due_at, const struct key16 *target)
{
    struct key24 k;
    time_put(k.b, due_at);
    memcpy(k.b + 8, target->b, sizeof target->b);
    return k;
}

/* Two independent halves: URLs come from pages, and one 64-bit hash is not enough to tell them all apart for ever. */
struct key16 key_target(const char *source, const char *url)
{
    uint64_t s = hash64_str(source), u = hash64_str(url);
    uint64_t first[2] = {s, u}, second[3] = {u, s, 0x65617273686f74ULL};
    return key_pair(hash64(first, sizeof first), hash64(second, sizeof second));
}

static void text_add(struct key_text *k, const char *text)
{
    size_t n = strlen(text);
    size_t head = n < TEXT_WHOLE ? n : TEXT_WHOLE;
    if (k->n + head > TEXT_WHOLE)
        head = TEXT_WHOLE - k->n;
    memcpy(k->b + k->n, text, head);
    k->n += head;
    if (head < n) {
        be64_put(k->b + k->n, hash64(text, n));
        k->n += 8;
    }
}

void key_mention(struct key_text *k, const char *id, const char *brand)
{
    k->n = 0;
    text_add(k, id);
    k->b[k->n++] = 0;
    if (brand != NULL) {
        be64_put(k->b + k->n, hash64_str(brand));
        k->n += 8;
    }
}

void key_name(struct key_text *k, const char *prefix, const char *name)
{
    k->n = strlen(prefix);
    memcpy(k->b, prefix, k->n);
    text_add(k, name);
}

static uint32_t seal_of(struct bytes key, const void *value, size_t n)
{
    uint64_t h = hash64(key.p, key.n) * 0x9E3779B97F4A7C15ULL ^ hash64(value, n);
    return (uint32_t)(h ^ h >> 32);
}

void seal_put(struct bytes key, const void *value, size_t n, uint8_t *out)
{
    memcpy(out, value, n);
    be32_put(out + n, seal_of(key, value, n));
}

bool seal_good(struct bytes key, struct bytes val, size_t n)
{
    uint8_t seal[SEAL_BYTES];
    if (val.n != n + SEAL_BYTES || key.n > KEY_MAX)
        return false;
    guard_enter();
    be32_put(seal, seal_of(key, val.p, n));
    bool good = memcmp(seal, (const uint8_t *)val.p + n, SEAL_BYTES) == 0;
    guard_leave();
    return good;
}
