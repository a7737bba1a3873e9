/* The targets in our hands: with the fetch loop or further down the line. What is in hand is still due in the store, so it must be told apart; and no host may
 * fill our hands, or a slow one with thousands of due targets would starve all others.
 *
 * Limits: LIMIT_FRONTIER_HELD targets. Thread: one (the fetch loop's). */
#ifndef EARSHOT_CLI_HANDS_H
#define EARSHOT_CLI_HANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From a number that is not 0 to another one; open addressing. */
struct hand_table {
    struct hand_slot {
        uint64_t key, value;
    } * slot;
    size_t n, mask;
};
struct hands {
    struct hand_table target; /* id -> host */
    struct hand_table host;   /* host -> how many */
};

/* false: out of memory. */
bool hands_init(struct hands *h);
void hands_release(struct hands *h);
size_t hands_count(const struct hands *h);
/* How many more fit. */
size_t hands_room(const struct hands *h);
bool hands_have(const struct hands *h, uint64_t id);
size_t hands_of_host(const struct hands *h, uint64_t host);
/* id and host as store_due gave them; there must be room. One that is there already stays. */
void hands_take(struct hands *h, uint64_t id, uint64_t host);
/* One that is not there changes nothing. */
void hands_let_go(struct hands *h, uint64_t id);
/* How many of one host are wanted in hand at most: enough that it never waits for us, few enough that thousands of hosts fit. delay_ms: between two of its requests. */
size_t hands_per_host(int64_t delay_ms);

#endif
