#include "cli/schedule.h"

#include "base/hash.h"

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

int64_t schedule_interval_s(const struct schedule *s, const struct poll *poll)
{
    if (s->fixed_s > 0)
        return most(s->fixed_s, s->floor_s);
    int64_t low = most(s->floor_s, SCHEDULE_FLOOR_S);
    int64_t ceiling = most(s->sla_s > 0 ? least(s->sla_s / 3, SCHEDULE_CEILING_S) : SCHEDULE_CEILING_S, low);
    int64_t now = poll->interval_s > 0 ? poll->interval_s : ceiling;
    if (poll->failures == 0 && poll->known[0] >= 0 && poll->known[1] >= 0) {
        int known = poll->known[0] + poll->known[1];
        now = known == 200 ? now * 3 / 2 : known < 150 ? now / 2 : now;
    }
    return most(least(now, ceiling), low);
}

int64_t schedule_wait_s(const struct poll *poll, const struct page *page, int64_t now)
{
    int64_t interval = poll->interval_s, wait = interval + interval * poll->failures / 4;
    if (poll->failures > 0)
        wait = least(wait, most(interval, SCHEDULE_DAY_S));
    wait = most(wait, page->retry_after_s);
    if (page->outcome == OUTCOME_SLOWDOWN) { /* hashed, not drawn: a test can say what comes out */
        uint64_t seed[2] = {hash64_str(page->target.source), (uint64_t)now};
        wait += (int64_t)(hash64(seed, sizeof seed) % (uint64_t)(interval / 4 + 1));
    }
    return wait;
}
