/* Index columns: what reports filter and sort by, so that a scan need not read the records. Private to store/. */
#ifndef EARSHOT_STORE_INDEX_H
#define EARSHOT_STORE_INDEX_H

#include "store/merge.h"

#define COLUMN_BYTES 40
enum { COLUMN_NEGATIVE = 1, COLUMN_MISSING = 2, COLUMN_ANSWERED = 4 };

struct columns {
    uint64_t source_hash; /* hash64_str of the source key */
    int64_t at;           /* finding_time */
    int64_t first_seen, due_at;
    uint32_t channel; /* low half of hash64_str */
    uint8_t verdict, state, flags, priority;
};
void columns_of(const struct finding *f, struct columns *c);
void columns_put(const struct columns *c, uint8_t b[COLUMN_BYTES]);
void columns_get(const void *b, struct columns *c);
uint32_t channel_hash(const char *channel);
/* Stands in the desk tree: verdict watch or reply, state new or seen. */
bool columns_open(const struct columns *c);

#endif
