#include "store/index.h"

#include "base/hash.h"
#include "store/key.h"

#include <string.h>

uint16_t store_word_hash(const char *word)
{
    uint64_t h = word != NULL && *word != '\0' ? hash64_str(word) : 0;
    uint16_t short_h = (uint16_t)(h ^ h >> 16 ^ h >> 32 ^ h >> 48);
    return h == 0 ? 0 : short_h == 0 ? 1 : short_h;
}

uint32_t store_author_hash(const struct finding *f)
{
    const struct author *a = &f->mention.author;
    const char *who = a->id != NULL ? a->id : a->name, *id = f->mention.id;
    if (who == NULL)
        return 0;
    uint64_t pair[2] = {hash64(id, strcspn(id, ":")), hash64_str(who)}, h = hash64(pair, sizeof pair);
    uint32_t short_h = (uint32_t)(h ^ h >> 32);
    return short_h == 0 ? 1 : short_h;
}

const char *store_row_lang(const struct finding *f)
{
    const char *lang = f->mention.lang != NULL ? f->mention.lang : f->score.lang;
    return *lang == '\0' || strcmp(lang, "und") == 0 ? NULL : lang;
}

uint32_t channel_hash(const char *channel)
{
    return (uint32_t)hash64_str(channel);
}

static uint8_t flags_of(const struct stored *x)
{
    const struct finding *f = &x->f;
    int64_t due = f->judgement.due_at;
    int flags = (finding_negative(f) ? COLUMN_NEGATIVE : 0) | (f->missing_since != 0 ? COLUMN_MISSING : 0) |
                (f->mention.reply_state == REPLY_YES ? COLUMN_ANSWERED : 0) | (f->score.label == LABEL_POSITIVE ? COLUMN_POSITIVE : 0) |
                (f->hold_since != 0 ? COLUMN_HOLD : 0) | (f->score.n_cause > STORE_ROW_CAUSES ? COLUMN_MORE_CAUSES : 0) | (due != 0 && x->warned_due == due ? COLUMN_WARNED : 0) |
                (due != 0 && x->breached_due == due ? COLUMN_BREACHED : 0);
    return (uint8_t)flags;
}

void columns_of(const struct stored *x, struct columns *c)
{
    const struct finding *f = &x->f;
    int priority = f->judgement.priority;
    *c = (struct columns){
        .source_hash = hash64_str(f->source),
        .at = finding_time(f),
        .first_seen = f->first_seen,
        .due_at = f->judgement.due_at,
        .channel = channel_hash(f->channel),
        .verdict = (uint8_t)f->judgement.verdict,
        .state = (uint8_t)f->state,
        .flags = flags_of(x),
        .priority = (uint8_t)(priority < 0     ? 0
                              : priority > 100 ? 100
                                               : priority),
        .author = store_author_hash(f),
        .lang = store_word_hash(store_row_lang(f)),
        .assignee = store_word_hash(f->assignee),
    };
    for (size_t i = 0; i < f->score.n_cause && i < STORE_ROW_CAUSES; i++)
        c->cause[i] = store_word_hash(f->score.cause[i]);
}

static uint16_t be16_get(const uint8_t *b)
{
    return (uint16_t)(b[0] << 8 | b[1]);
}
static void be16_put(uint8_t *b, uint16_t v)
{
    b[0] = (uint8_t)(v >> 8);
    b[1] = (uint8_t)v;
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
    for (size_t i = 0; i < STORE_ROW_CAUSES; i++)
        be16_put(b + 40 + 2 * i, c->cause[i]);
    be32_put(b + 48, c->author);
    be16_put(b + 52, c->lang);
    be16_put(b + 54, c->assignee);
}

bool columns_read(struct bytes key, struct bytes val, struct columns *c)
{
    const uint8_t *b = val.p;
    bool whole = seal_good(key, val, COLUMN_BYTES);
    if (!whole && !seal_good(key, val, COLUMN_BYTES_FIRST))
        return false;
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
    if (!whole) {
        c->partial = true;
        return true;
    }
    for (size_t i = 0; i < STORE_ROW_CAUSES; i++)
        c->cause[i] = be16_get(b + 40 + 2 * i);
    c->author = (uint32_t)be16_get(b + 48) << 16 | be16_get(b + 50);
    c->lang = be16_get(b + 52);
    c->assignee = be16_get(b + 54);
    return true;
}

bool columns_open(const struct columns *c)
{
    return c->verdict >= VERDICT_WATCH && (c->state == DESK_NEW || c->state == DESK_SEEN);
}
