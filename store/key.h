/* Keys: big endian, so that byte order is number order. Private to store/. doc/STORE.md lists them by tree. */
#ifndef EARSHOT_STORE_KEY_H
#define EARSHOT_STORE_KEY_H

#include "store/db.h"

static inline void be32_put(uint8_t *p, uint32_t v)
{
    for (int i = 3; i >= 0; i--, v >>= 8)
        p[i] = (uint8_t)v;
}

static inline void be64_put(uint8_t *p, uint64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8)
        p[i] = (uint8_t)v;
}

static inline uint64_t be64_get(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | p[i];
    return v;
}

/* Signed times in byte order. */
static inline void time_put(uint8_t *p, int64_t t)
{
    be64_put(p, (uint64_t)t ^ (1ULL << 63));
}
static inline int64_t time_get(const uint8_t *p)
{
    return (int64_t)(be64_get(p) ^ (1ULL << 63));
}

/* seq, journal numbers, event numbers, runs */
struct key8 {
    uint8_t b[8];
};
static inline struct key8 key_seq(uint64_t seq)
{
    struct key8 k;
    be64_put(k.b, seq);
    return k;
}

/* (seq, n) */
struct key16 {
    uint8_t b[16];
};
static inline struct key16 key_pair(uint64_t a, uint64_t b)
{
    struct key16 k;
    be64_put(k.b, a);
    be64_put(k.b + 8, b);
    return k;
}

/* by_time: (hash of brand, published or first seen, seq); due: (due, target key). desk: (hash of brand, seq) is a key16. */
struct key24 {
    uint8_t b[24];
};
struct key24 key_by_time(uint64_t brand_hash, int64_t at, uint64_t seq);
struct key24 key_due(int64_t due_at, const struct key16 *target);
/* Identity of a target: source and URL. */
struct key16 key_target(const char *source, const char *url);

/* A text key: the text itself while it is short, so that it can be searched by prefix and walks in text order; else its head
 * and a hash. */
struct key_text {
    uint8_t b[KEY_MAX];
    size_t n;
};
/* by_id: mention id and brand. brand NULL: only the id's part, for seeking. */
void key_mention(struct key_text *k, const char *id, const char *brand);
/* health, meta: prefix may be "". */
void key_name(struct key_text *k, const char *prefix, const char *name);

/* Small values without a record header (index rows, counters of a sink) end in a check of key and value, so that a flipped bit
 * is noticed there, too. */
#define SEAL_BYTES 4
/* Writes value and seal: out has n + SEAL_BYTES. */
void seal_put(struct bytes key, const void *value, size_t n, uint8_t *out);
/* true when val is a whole value of n bytes with its seal. */
bool seal_good(struct bytes key, struct bytes val, size_t n);

#define KEY(k)      ((struct bytes){(k).b, sizeof(k).b})
#define KEY_TEXT(k) ((struct bytes){(k).b, (k).n})

#endif
