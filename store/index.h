/* Index columns: what reports filter and sort by, so that a scan need not read the records. Private to store/. */
#ifndef EARSHOT_STORE_INDEX_H
#define EARSHOT_STORE_INDEX_H

#include "store/key.h"
#include "store/merge.h"

#define COLUMN_BYTES       56
#define COLUMN_BYTES_FIRST 40 /* rows of older versions end after priority */
/* WARNED, BREACHED: the events sla_due and sla_breached of this due time are written. */
enum {
    COLUMN_NEGATIVE = 1,
    COLUMN_MISSING = 2,
    COLUMN_ANSWERED = 4,
    COLUMN_POSITIVE = 8,
    COLUMN_HOLD = 16,
    COLUMN_MORE_CAUSES = 32,
    COLUMN_WARNED = 64,
    COLUMN_BREACHED = 128
};
#define COLUMN_FLAGS_AT    38
#define COLUMN_FLAGS_FIRST (COLUMN_NEGATIVE | COLUMN_MISSING | COLUMN_ANSWERED) /* that older versions knew */

struct columns {
    uint64_t source_hash; /* hash64_str of the source key */
    int64_t at;           /* finding_time */
    int64_t first_seen, due_at;
    uint32_t channel; /* low half of hash64_str */
    uint8_t verdict, state, flags, priority;
    uint16_t cause[STORE_ROW_CAUSES]; /* store_word_hash */
    uint32_t author;
    uint16_t lang, assignee;
    bool partial; /* the row is of an older version: what stands behind priority is not known */
};
void columns_of(const struct stored *x, struct columns *c);
void columns_put(const struct columns *c, uint8_t b[COLUMN_BYTES]);
/* false: the row is damaged. */
bool columns_read(struct bytes key, struct bytes val, struct columns *c);
uint32_t channel_hash(const char *channel);
/* Stands in the desk tree: verdict watch or reply, state new or seen. */
bool columns_open(const struct columns *c);

#endif
