#include "store/index.h"

#include "base/hash.h"
#include "store/key.h"

uint32_t channel_hash(const char *channel)
{
    return (uint32_t)hash64_str(channel);
}

void columns_of(const struct finding *f, struct columns *c)
{
    int priority = f->judgement.priority;
    *c = (struct columns){
        .source_hash = hash64_str(f->source),
        .at = finding_time(f),
        .first_seen = f->first_seen,
        .due_at = f->judgement.due_at,
        .channel = channel_hash(f->channel),
        .verdict = (uint8_t)f->judgement.verdict,
        .state = (uint8_t)f->state,
        .flags = (uint8_t)((finding_negative(f) ? COLUMN_NEGATIVE : 0) | (f->missing_since != 0 ? COLUMN_MISSING : 0) |
                           (f->mention.reply_state == REPLY_YES ? COLUMN_ANSWERED : 0)),
        .priority = (uint8_t)(priority < 0     ? 0
                              : priority > 100 ? 100
                                               : priority),
    };
}

void columns_put(const struct columns *c, uint8_t b[COLUMN_BYTES])
{
    be64_put(b, c->source_hash);
    time_put(b + 8, c->at);
    time_put(b + 16, c->first_seen);
    time_put(b + 24, c->due_at);
    be32_put(b + 32, c->channel);
    b[36] = c->verdict;
    b[37] = c->state;
    b[38] = c->flags;
    b[39] = c->priority;
}

void columns_get(const void *from, struct columns *c)
{
    const uint8_t *b = from;
    *c = (struct columns){
        .source_hash = be64_get(b),
        .at = time_get(b + 8),
        .first_seen = time_get(b + 16),
        .due_at = time_get(b + 24),
        .channel = (uint32_t)b[32] << 24 | (uint32_t)b[33] << 16 | (uint32_t)b[34] << 8 | b[35],
        .verdict = b[36],
        .state = b[37],
        .flags = b[38],
        .priority = b[39],
    };
}

bool columns_open(const struct columns *c)
{
    return c->verdict >= VERDICT_WATCH && (c->state == DESK_NEW || c->state == DESK_SEEN);
}
