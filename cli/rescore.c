#include "cli/rescore.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/scoring.h"
#include "desk/triage.h"
#include "store/store.h"

#include <math.h>
#include <string.h>

#define SAME 0.0005f /* scores nearer than this print alike */

struct rescore {
    struct cli *cli;
    struct brands *brands;
    struct scorer *scorer;
    struct arena arena; /* of one mention, for --dry-run */
    struct store_rescored n;
    int64_t now;
    int code; /* of the output */
};

static bool same_causes(const struct score *a, const struct score *b)
{
    bool same = a->n_cause == b->n_cause && a->escalation == b->escalation;
    for (size_t i = 0; same && i < a->n_cause; i++)
        same = strcmp(a->cause[i], b->cause[i]) == 0;
    return same;
}

/* A mention that only the new lexicon finds in need of an answer is watched: history makes no work. */
static bool anew(void *ctx, const struct finding *before, struct arena *a, struct finding *now)
{
    struct rescore *r = ctx;
    struct triage_case c = triage_case_of(&r->cli->settings, before->brand, r->now);
    struct finding as_of_today = *before;
    *now = *before;
    if (!settings_brand(&r->cli->settings, before->brand))
        return false; /* of a brand that left the settings: nobody says how it is judged */
    scoring_finding(r->scorer, r->brands, &r->cli->settings, now, a);
    now->mention = before->mention; /* answers are looked at when they are read */
    if (fabsf(now->score.value - before->score.value) < SAME && now->score.label == before->score.label && same_causes(&now->score, &before->score))
        return false;
    triage_judge(&c, before, before, &as_of_today.judgement);
    triage_judge(&c, now, before, &now->judgement);
    if (now->judgement.verdict == as_of_today.judgement.verdict) {
        now->judgement = before->judgement; /* whatever else time has changed is not the lexicon's doing */
    } else if (now->judgement.verdict == VERDICT_REPLY) {
        now->rescored = true;
        triage_judge(&c, now, before, &now->judgement);
    }
    return true;
}

static bool on_stored(void *ctx, const struct finding *x)
{
    struct rescore *r = ctx;
    struct finding now;
    struct strbuf line;
    arena_reset(&r->arena);
    r->n.n_seen++;
    if (!anew(r, x, &r->arena, &now))
        return true;
    bool verdict = now.judgement.verdict != x->judgement.verdict, label = now.score.label != x->score.label;
    r->n.n_changed++;
    r->n.n_verdict += verdict;
    if (!verdict && !label)
        return true;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    strbuf_printf(&line, "%s\t%s\t%.2f -> %.2f", x->mention.id, x->brand, (double)x->score.value, (double)now.score.value);
    if (label)
        strbuf_printf(&line, "\tlabel %s -> %s", label_word(x->score.label), label_word(now.score.label));
    if (verdict)
        strbuf_printf(&line, "\tverdict %s -> %s", verdict_word(x->judgement.verdict), verdict_word(now.judgement.verdict));
    strbuf_printf(&line, "\tstate %s\n", desk_state_word(x->state));
    r->code = cli_write(r->cli, line.s, line.n);
    strbuf_release(&line);
    return r->code == 0;
}

static enum err run(struct rescore *r)
{
    struct cli *c = r->cli;
    bool dry = c->opt[OPT_DRY_RUN];
    enum err e = cli_settings(c);
    if (e == ERR_OK)
        e = cli_lexicon(c);
    if (e == ERR_OK)
        e = cli_store(c, dry ? STORE_READ : STORE_WRITE);
    if (e == ERR_OK && !dry)
        e = store_lock(c->store);
    if (e != ERR_OK)
        return e;
    r->brands = brands_new(&c->settings);
    r->scorer = scorer_new(c->lexicon);
    if (!r->brands || !r->scorer)
        return err_set(ERR_MEMORY, "out of memory");
    const struct store_filter all = {.order = STORE_BY_TIME_DESC};
    return dry ? store_each(c->store, &all, on_stored, r) : store_rescore(c->store, r->now, anew, r, &r->n);
}

int rescore_run(struct cli *c)
{
    struct rescore r = {.cli = c, .now = clock_now()};
    arena_init(&r.arena, LIMIT_PAGE_ARENA);
    enum err e = run(&r);
    brands_free(r.brands);
    scorer_free(r.scorer);
    arena_release(&r.arena);
    if (e != ERR_OK)
        return cli_fail(c, e);
    cli_notice(c, c->opt[OPT_DRY_RUN] ? _("mentions scored again: %llu; other scores: %llu, other verdicts: %llu; nothing was written") :
                                        _("mentions scored again: %llu; other scores: %llu, other verdicts: %llu"),
               (unsigned long long)r.n.n_seen, (unsigned long long)r.n.n_changed, (unsigned long long)r.n.n_verdict);
    return r.code;
}
