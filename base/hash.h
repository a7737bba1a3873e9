/* 64-bit hashes for identity inside one store (not against an adversary). Source: XXH3, xxhash 0.8. */
#ifndef EARSHOT_BASE_HASH_H
#define EARSHOT_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>
uint64_t hash64(const void *bytes, size_t n);       /* never 0 */
uint64_t hash64_str(const char *s);                 /* NULL as "" */
#endif
