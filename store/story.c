#include "store/story.h"

#include "base/when.h"

static const char *time_text(struct batch *b, int64_t at)
{
    char buf[WHEN_TEXT_BYTES];
    return arena_strdup(b->a, when_format((struct when){at, PRECISION_SECOND}, buf));
}

static enum err tell(struct batch *b, const struct stored *x, int64_t at, const char *action, const char *from, const char *to)
{
    struct journal_entry e = {.at = at, .who = STORY_WHO, .mention_id = x->f.mention.id, .action = action, .from = from, .to = to};
    return to == NULL ? store_no_memory() : batch_journal(b, x->f.seq, &e);
}

enum err story_tell(struct batch *b, const struct stored *now, const struct finding *before, int64_t at, bool by_person)
{
    const struct finding *f = &now->f;
    enum sla was = before->judgement.sla, is = f->judgement.sla;
    enum err e = ERR_OK;
    if (before->missing_since == 0 && f->missing_since != 0)
        e = tell(b, now, at, "missing", time_text(b, f->last_seen), time_text(b, f->missing_since));
    if (e == ERR_OK && before->missing_since != 0 && f->missing_since == 0)
        e = tell(b, now, at, "restored", time_text(b, before->missing_since), time_text(b, at));
    if (e == ERR_OK && !by_person && before->state != f->state)
        e = tell(b, now, at, "state", desk_state_word(before->state), desk_state_word(f->state));
    if (e == ERR_OK && !by_person && before->claim != f->claim)
        e = tell(b, now, at, "claim", claim_word(before->claim), claim_word(f->claim));
    if (e == ERR_OK && was != is && is >= SLA_MET)
        e = tell(b, now, at, "sla", sla_word(was), sla_word(is));
    return e;
}
