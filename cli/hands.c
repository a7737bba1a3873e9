#include "cli/hands.h"

#include "base/err.h"
#include "base/limits.h"

#include <stdlib.h>

#define SLOTS (2 * LIMIT_FRONTIER_HELD) /* at most half full; a power of two */
#define PER_HOST_MIN 8     /* a polite host is asked every two seconds, the store every 20 ms */
#define PER_HOST_MAX 1024  /* without a delay a host may answer thousands of requests a second */
#define PER_HOST_MS 4000   /* the store is asked at least every second; some more for good measure */

static size_t find(const struct hand_table *t, uint64_t key)
{
    size_t i = key & t->mask;
    while (t->slot[i].key && t->slot[i].key != key)
        i = (i + 1) & t->mask;
    return i;
}

static struct hand_slot *put(struct hand_table *t, uint64_t key)
{
    struct hand_slot *s = &t->slot[find(t, key)];
    if (!s->key) {
        ASSERT(t->n <= t->mask / 2);
        *s = (struct hand_slot){key, 0};
        t->n++;
    }
    return s;
}

/* Deletion from linear probing without tombstones: Knuth, TAOCP vol. 3, section 6.4, algorithm R. */
static void drop(struct hand_table *t, size_t i)
{
    t->n--;
    t->slot[i].key = 0;
    for (size_t j = (i + 1) & t->mask; t->slot[j].key; j = (j + 1) & t->mask) {
        size_t home = t->slot[j].key & t->mask;
        bool reachable = i <= j ? i < home && home <= j : i < home || home <= j;
        if (reachable)
            continue;
        t->slot[i] = t->slot[j];
        t->slot[j].key = 0;
        i = j;
    }
}

bool hands_init(struct hands *h)
{
    *h = (struct hands){{calloc(SLOTS, sizeof(struct hand_slot)), 0, SLOTS - 1}, {calloc(SLOTS, sizeof(struct hand_slot)), 0, SLOTS - 1}};
    return h->target.slot && h->host.slot;
}

void hands_release(struct hands *h)
{
    free(h->target.slot);
    free(h->host.slot);
    *h = (struct hands){0};
}

size_t hands_count(const struct hands *h)
{
    return h->target.n;
}

size_t hands_room(const struct hands *h)
{
    return LIMIT_FRONTIER_HELD - h->target.n;
}

bool hands_have(const struct hands *h, uint64_t id)
{
    return id && h->target.slot[find(&h->target, id)].key;
}

size_t hands_of_host(const struct hands *h, uint64_t host)
{
    const struct hand_slot *s = &h->host.slot[find(&h->host, host)];
    return s->key ? (size_t)s->value : 0;
}

void hands_take(struct hands *h, uint64_t id, uint64_t host)
{
    if (!id || hands_have(h, id))
        return;
    put(&h->target, id)->value = host;
    if (host)
        put(&h->host, host)->value++;
}

void hands_let_go(struct hands *h, uint64_t id)
{
    if (!hands_have(h, id))
        return;
    size_t i = find(&h->target, id);
    uint64_t host = h->target.slot[i].value;
    drop(&h->target, i);
    i = find(&h->host, host);
    if (host && --h->host.slot[i].value == 0)
        drop(&h->host, i);
}

size_t hands_per_host(int64_t delay_ms)
{
    if (delay_ms <= 0)
        return PER_HOST_MAX;
    int64_t n = PER_HOST_MS / delay_ms;
    return n < PER_HOST_MIN ? PER_HOST_MIN : n > PER_HOST_MAX ? PER_HOST_MAX : (size_t)n;
}
