/* A hostile store file: any bytes as a record of any type. The first byte says which; header fields that only guard against
 * accidents (length, checksum, type, key) are made right, so that the rest is reached. What is accepted must be readable to the
 * last string, and must come back the same when it is written and read again. */
#include "tests/fuzz/fuzz.h"

#include "base/hash.h"
#include "base/limits.h"
#include "store/record.h"

#include <string.h>

static void le(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++, v >>= 8)
        p[i] = (uint8_t)v;
}

static size_t touch(const char *s)
{
    return s != NULL ? strlen(s) : 0;
}

static size_t touch_mention(const struct mention *m)
{
    return touch(m->id) + touch(m->native_id) + touch(m->url) + touch(m->parent_id) + touch(m->author.name) + touch(m->title) +
           touch(m->text) + touch(m->pros) + touch(m->cons) + touch(m->reply.text) + touch(m->reply.author) + touch(m->extra) +
           touch(m->lang) + touch(m->verification);
}

static size_t touch_stored(const struct stored *x)
{
    size_t n = touch_mention(&x->f.mention) + touch(x->f.brand) + touch(x->f.source) + touch(x->f.channel) + touch(x->f.note) +
               strlen(x->f.score.lang);
    for (size_t i = 0; i < x->f.score.n_word; i++)
        n += touch(x->f.score.word[i].text) + touch(x->f.score.word[i].why);
    for (size_t i = 0; i < x->f.score.n_cause; i++)
        n += touch(x->f.score.cause[i]);
    for (size_t i = 0; i < x->f.judgement.n_sign; i++)
        n += touch(x->f.judgement.sign[i].name);
    return n;
}

static void mention_round(struct arena *a, struct bytes b)
{
    struct stored x, y;
    if (!rec_get_mention(b, 1, a, &x))
        return;
    size_t n = touch_stored(&x);
    struct bytes again = rec_put_mention(a, &x);
    PROMISE(again.p != NULL || a->full || n > 0);
    if (again.p == NULL)
        return; /* overlapping strings can grow past the ceiling of a record */
    PROMISE(rec_get_mention(again, 1, a, &y) || a->full);
    PROMISE(a->full || touch_stored(&y) == n);
}

static void other_rounds(struct arena *a, struct bytes b, enum rec_type type)
{
    struct revision_rec rev;
    struct mention m;
    struct target_rec t;
    struct source_health h;
    struct journal_entry j;
    struct event_rec e;
    struct stored x;
    struct run_record run;
    struct counters c;
    size_t n = 0;
    if (type == REC_REVISION && rec_get_revision(b, 1, a, &rev, &m))
        n = touch_mention(&m);
    if (type == REC_TARGET && rec_get_target(b, 1, a, &t))
        n = touch(t.t.url) + touch(t.t.source) + touch(t.t.etag) + touch(target_kind_word(t.t.kind));
    if (type == REC_HEALTH && rec_get_health(b, a, &h))
        n = touch(h.key) + touch(h.fill) + touch(outcome_word(h.outcome));
    if (type == REC_JOURNAL && rec_get_journal(b, 1, a, &j))
        n = touch(j.who) + touch(j.to) + touch(j.cause);
    if (type == REC_EVENT && rec_get_event(b, 1, a, &e, &x))
        n = touch(e.type) + touch(e.mention_id) + touch_stored(&x);
    if (type == REC_RUN && rec_get_run(b, 1, a, &run))
        n = run.n_page != 0;
    if (type == REC_COUNTERS && rec_get_counters(b, a, &c))
        n = c.mention != 0;
    bool packed = b.n > 15 && ((const uint8_t *)b.p)[15] != 0;
    PROMISE(n <= 40 * (packed ? LIMIT_RECORD_BYTES : b.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    if (n < 2 || n > 1 << 16)
        return 0;
    enum rec_type type = (enum rec_type)(1 + data[0] % 8);
    size_t size = n - 1;
    uint8_t *p = malloc(size);
    PROMISE(p != NULL);
    memcpy(p, data + 1, size);
    struct bytes b = {p, size};
    arena_init(&a, 16 << 20);
    if (size > 32) {
        bool keyed = type != REC_HEALTH && type != REC_COUNTERS;
        le(p + 8, size, 4);
        p[12] = (uint8_t)type;
        p[13] = 1;
        p[14] = type == REC_EVENT ? 3 : type <= REC_REVISION ? 2 : 1;
        le(p + 16, keyed ? 1 : 0, 8);
        if (p[15] == 0)
            p[size - 1] = 0;
        le(p, hash64(p + 8, size - 8), 8);
        if (data[0] & 0x80) /* packed: the same record by another way */
            b = rec_packed(&a, b);
    }
    if (type == REC_MENTION)
        mention_round(&a, b);
    else
        other_rounds(&a, b, type);
    arena_release(&a);
    free(p);
    return 0;
}
