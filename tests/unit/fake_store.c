#include "tests/unit/fake_store.h"

#include "base/hash.h"
#include "desk/triage.h"

#include <string.h>

static bool fits(const struct store_filter *f, const struct finding *x)
{
    int64_t at = when_known(x->mention.published) ? x->mention.published.at : x->first_seen;
    double stars = rating_stars(&x->mention.rating);
    if (f->brand && strcmp(f->brand, x->brand) != 0)
        return false;
    if (f->source_key && strcmp(f->source_key, x->source) != 0)
        return false;
    if (at < f->since || (f->until && at >= f->until))
        return false;
    if (x->judgement.verdict < f->verdict_min)
        return false;
    if (f->open_only && !triage_is_open(x))
        return false;
    return !f->negatives_only || x->score.label == LABEL_NEGATIVE || (x->mention.rating.known && stars <= 2);
}

enum err store_each(struct store *s, const struct store_filter *f, bool (*cb)(void *ctx, const struct finding *x), void *ctx)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_finding; i++) {
        if (!fits(f, &s->finding[i]))
            continue;
        if (f->max && n++ == f->max)
            break;
        if (!cb(ctx, &s->finding[i]))
            break;
    }
    return ERR_OK;
}

uint16_t store_word_hash(const char *word)
{
    return word && *word ? (uint16_t)(hash64_str(word) | 1) : 0;
}

enum err store_rows(struct store *s, const struct store_rows_filter *f, bool (*cb)(void *ctx, const struct store_row *r), void *ctx)
{
    for (size_t i = 0; i < s->n_finding; i++) {
        const struct finding *x = &s->finding[i];
        struct store_filter all = {.brand = f->brand, .since = f->desk ? 0 : f->since, .verdict_min = f->desk ? VERDICT_WATCH : VERDICT_NONE};
        if (!fits(&all, x) || (f->desk && !triage_state_open(x->state)))
            continue;
        struct store_row r = {.seq = x->seq,
                              .brand = hash64_str(x->brand),
                              .source = hash64_str(x->source),
                              .at = when_known(x->mention.published) ? x->mention.published.at : x->first_seen,
                              .first_seen = x->first_seen,
                              .due_at = x->judgement.due_at,
                              .verdict = x->judgement.verdict,
                              .state = x->state,
                              .priority = (uint8_t)x->judgement.priority,
                              .missing = x->missing_since != 0,
                              .answered = x->mention.reply_state == REPLY_YES};
        struct store_filter negative = {.negatives_only = true};
        r.negative = fits(&negative, x);
        for (size_t k = 0; k < x->score.n_cause && k < STORE_ROW_CAUSES; k++)
            r.cause[k] = store_word_hash(x->score.cause[k]);
        if (!cb(ctx, &r))
            break;
    }
    return ERR_OK;
}

enum err store_get_seq(struct store *s, uint64_t seq, struct arena *a, struct finding *out)
{
    (void)a;
    for (size_t i = 0; i < s->n_finding; i++)
        if (s->finding[i].seq == seq) {
            *out = s->finding[i];
            return ERR_OK;
        }
    return err_set(ERR_NOTFOUND, "no mention #%llu", (unsigned long long)seq);
}

enum err store_sinks(struct store *s, struct arena *a, struct sink_cursor **out, size_t *n)
{
    static struct sink_cursor sink;
    (void)a;
    sink = (struct sink_cursor){s->sink ? s->sink : "tickets", 2};
    *out = &sink;
    *n = s->n_event > 2;
    return ERR_OK;
}

enum err store_cursor(struct store *s, const char *sink, uint64_t *seq, uint64_t *newest)
{
    (void)sink;
    *seq = 2;
    *newest = s->n_event;
    return ERR_OK;
}

enum err store_sink_waits(struct store *s, const char *sink, struct arena *a, struct sink_wait **out, size_t *n)
{
    static struct sink_wait wait;
    (void)s, (void)sink, (void)a;
    wait = (struct sink_wait){.seq = 1, .parked = true};
    *out = &wait;
    *n = 1;
    return ERR_OK;
}

enum err store_event(struct store *s, uint64_t seq, struct arena *a, struct event *out)
{
    (void)a;
    for (size_t i = 0; i < s->n_event; i++)
        if (s->event[i].seq == seq) {
            *out = s->event[i];
            return ERR_OK;
        }
    return ERR_NOTFOUND;
}

enum err store_changes(struct store *s, int64_t since, int64_t until, bool (*cb)(void *ctx, const struct change *c), void *ctx)
{
    for (size_t i = 1; i < s->n_revision; i++) {
        struct change c = {s->revision[i].seen_at, s->revision[i].changed, &s->revision[i - 1].mention, &s->revision[i].mention, s->changed};
        if (s->changed && c.at >= since && c.at < until && !cb(ctx, &c))
            break;
    }
    return ERR_OK;
}

enum err store_journal_since(struct store *s, int64_t since, bool (*cb)(void *ctx, uint64_t seq, const struct journal_entry *e), void *ctx)
{
    for (size_t i = 0; i < s->n_journal; i++)
        if (s->journal[i].at >= since && !cb(ctx, s->changed ? s->changed->seq : 0, &s->journal[i]))
            break;
    return ERR_OK;
}

bool store_meta_get(struct store *s, const char *key, struct strbuf *out)
{
    if (!s->meta || strcmp(key, "survey:lunaria") != 0)
        return false;
    strbuf_clear(out);
    return strbuf_puts(out, s->meta);
}

enum err store_meta_put(struct store *s, const char *key, const void *bytes, size_t n)
{
    (void)s, (void)key, (void)bytes, (void)n;
    return ERR_OK;
}

enum err store_get(struct store *s, const char *id, struct arena *a, struct finding *out)
{
    (void)a;
    for (size_t i = 0; i < s->n_finding; i++)
        if (strcmp(s->finding[i].mention.id, id) == 0) {
            *out = s->finding[i];
            return ERR_OK;
        }
    return err_set(ERR_NOTFOUND, "no mention \"%s\"", id);
}

enum err store_revisions(struct store *s, uint64_t seq, struct arena *a, struct revision **out, size_t *n)
{
    (void)seq, (void)a;
    *out = s->revision, *n = s->n_revision;
    return ERR_OK;
}

enum err store_journal(struct store *s, uint64_t seq, struct arena *a, struct journal_entry **out, size_t *n)
{
    (void)seq, (void)a;
    *out = s->journal, *n = s->n_journal;
    return ERR_OK;
}

enum err store_health(struct store *s, struct arena *a, struct source_health **out, size_t *n)
{
    (void)a;
    *out = s->health, *n = s->n_health;
    return ERR_OK;
}

enum err store_runs(struct store *s, size_t max, struct run_record *out, size_t *n)
{
    *n = max && s->run.started ? 1 : 0;
    if (*n)
        *out = s->run;
    return ERR_OK;
}

enum err store_stat(struct store *s, struct store_stat *out)
{
    *out = (struct store_stat){.n_mention = s->n_finding,
                               .n_revision = s->n_finding + 2,
                               .n_event = s->n_event,
                               .map_bytes = 64 << 20,
                               .used_bytes = 3 << 20};
    for (size_t i = 0; i < s->n_finding; i++)
        out->n_open += triage_is_open(&s->finding[i]);
    return ERR_OK;
}

enum err store_events(struct store *s, const char *sink, size_t max, bool (*cb)(void *ctx, const struct event *e), void *ctx)
{
    (void)sink;
    for (size_t i = 0, n = 0; i < s->n_event && (max == 0 || n < max); i++) {
        if (s->event[i].seq <= s->cursor)
            continue;
        n++;
        if (!cb(ctx, &s->event[i]))
            break;
    }
    return ERR_OK;
}

enum err store_events_since(struct store *s, int64_t since, const char *const *types, bool (*cb)(void *ctx, const struct event *e), void *ctx)
{
    (void)types; /* the caller looks at the type anyway */
    for (size_t i = s->n_event; i-- > 0;)
        if (s->event[i].at < since || !cb(ctx, &s->event[i]))
            break;
    return ERR_OK;
}

enum err store_tickets(struct store *s, const char *sink, bool (*cb)(void *ctx, const char *sink, const struct ticket *t), void *ctx)
{
    (void)sink;
    for (size_t i = 0; i < s->n_ticket; i++)
        if (!cb(ctx, "desk", &s->ticket[i]))
            break;
    return ERR_OK;
}

enum err store_cursor_set(struct store *s, const char *sink, uint64_t seq)
{
    (void)sink;
    if (seq > s->cursor)
        s->cursor = seq;
    return ERR_OK;
}
