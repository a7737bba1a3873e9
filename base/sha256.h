/* SHA-256, for evidence: digests that others can check. Source: FIPS 180-4. Thread: any. */
#ifndef EARSHOT_BASE_SHA256_H
#define EARSHOT_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_TEXT_BYTES 65

struct sha256 {
    uint32_t state[8];
    uint64_t n;             /* bytes so far */
    unsigned char block[64];
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *bytes, size_t n);
/* 64 hex digits in lower case and NUL. Returns out. */
const char *sha256_text(struct sha256 *h, char out[SHA256_TEXT_BYTES]);

#endif
