/* A new lexicon over what is stored: scores and verdicts, without telling history again. */
#include "base/limits.h"
#include "store/read.h"
#include "store/story.h"

#include <string.h>

#define RESCORE_SEEN 1024   /* mentions read in one transaction */
#define RESCORE_CHANGED 256 /* and changed */

struct rescore {
    bool (*anew)(void *ctx, const struct finding *before, struct arena *a, struct finding *now);
    void *ctx;
    int64_t at;
    struct arena a, one; /* of the transaction; of one mention */
    uint64_t from, next;
    bool more;
    struct store_rescored n; /* of this transaction: it may be done again */
};

static enum err keep(struct batch *b, struct rescore *w, const struct finding *before, const struct finding *now)
{
    struct item *i;
    enum verdict was = before->judgement.verdict, is = now->judgement.verdict;
    enum err e = batch_item(b, before->mention.id, before->brand, false, &i);
    if (e != ERR_OK || i == NULL)
        return e;
    i->cur.f.score = now->score;
    i->cur.f.judgement = now->judgement;
    i->cur.f.rescored = now->rescored;
    i->dirty = true;
    w->n.n_changed++;
    if (was == is)
        return ERR_OK;
    w->n.n_verdict++;
    const struct journal_entry j = {.at = w->at, .who = STORY_WHO, .mention_id = i->cur.f.mention.id, .action = "rescore", .from = verdict_word(was), .to = verdict_word(is)};
    return batch_journal(b, i->cur.f.seq, &j);
}

/* What anew made lies in w->one, which ends with this mention: strings that are new are copied. */
static bool copy_score(struct score *s, struct arena *a)
{
    struct score_word *word = arena_calloc(a, s->n_word + 1, sizeof *word);
    const char **cause = arena_calloc(a, s->n_cause + 1, sizeof *cause);
    if (word == NULL || cause == NULL)
        return false;
    for (size_t i = 0; i < s->n_word; i++)
        word[i] = (struct score_word){arena_strdup(a, s->word[i].text), s->word[i].weight, arena_strdup(a, s->word[i].why)};
    for (size_t i = 0; i < s->n_cause; i++)
        cause[i] = arena_strdup(a, s->cause[i]);
    s->word = word;
    s->cause = cause;
    s->order_ref = arena_strdup(a, s->order_ref);
    return !a->full;
}

static enum err look(struct batch *b, struct rescore *w, uint64_t seq)
{
    struct stored x;
    arena_reset(&w->one);
    enum err e = read_stored(b->t, seq, &w->one, &x);
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? ERR_OK : e; /* damaged: logged and counted */
    struct finding now = x.f;
    w->n.n_seen++;
    if (!w->anew(w->ctx, &x.f, &w->one, &now))
        return ERR_OK;
    if (!copy_score(&now.score, b->a))
        return store_no_memory();
    return keep(b, w, &x.f, &now);
}

static enum err rescore_body(struct txn *t, void *ctx)
{
    struct rescore *w = ctx;
    struct batch b;
    struct cursor c;
    struct key8 from = key_seq(w->from);
    memset(&w->n, 0, sizeof w->n);
    w->more = false;
    enum err e = batch_begin(&b, t, &w->a);
    cursor_open(&c, t, TREE_MENTION);
    for (bool row = e == ERR_OK && cursor_seek(&c, KEY(from)); row && e == ERR_OK && !w->more; row = cursor_next(&c)) {
        if (c.key.n != 8)
            continue; /* store check names it */
        uint64_t seq = be64_get(c.key.p);
        e = look(&b, w, seq);
        w->next = seq + 1;
        w->more = w->n.n_seen >= RESCORE_SEEN || w->n.n_changed >= RESCORE_CHANGED;
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    return e == ERR_OK ? batch_flush(&b) : e;
}

enum err store_rescore(struct store *s, int64_t at, bool (*anew)(void *ctx, const struct finding *before, struct arena *a, struct finding *now), void *ctx, struct store_rescored *out)
{
    struct rescore w = {.anew = anew, .ctx = ctx, .at = at};
    enum err e;
    memset(out, 0, sizeof *out);
    arena_init(&w.a, LIMIT_COMMIT_BYTES);
    arena_init(&w.one, LIMIT_COMMIT_BYTES);
    do {
        e = db_write(s, rescore_body, &w);
        if (e == ERR_OK) {
            out->n_seen += w.n.n_seen;
            out->n_changed += w.n.n_changed;
            out->n_verdict += w.n.n_verdict;
        }
        w.from = w.next;
    } while (e == ERR_OK && w.more);
    arena_release(&w.a);
    arena_release(&w.one);
    return e;
}
