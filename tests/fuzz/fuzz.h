/* The one function of a fuzz target: libFuzzer's, and replay.c's. A broken promise ends in abort(). */
#ifndef EARSHOT_TESTS_FUZZ_H
#define EARSHOT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
#define PROMISE(cond) ((cond) ? (void)0 : abort())

#endif
