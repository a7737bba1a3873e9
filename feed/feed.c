#include "feed/feed.h"

#include "base/contract.h"
#include "base/jsonw.h"
#include "base/limits.h"

#include <errno.h>
#include <string.h>

void feed_event_json(const struct event *e, struct strbuf *out)
{
    struct jsonw w;
    char id[32];
    snprintf(id, sizeof id, "evt_%llu", (unsigned long long)e->seq);
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.event/1");
    jsonw_kstr(&w, "id", id);
    jsonw_kint(&w, "seq", (int64_t)e->seq);
    jsonw_kstr(&w, "type", e->type);
    jsonw_key(&w, "time");
    jsonw_time(&w, e->at);
    jsonw_kstr(&w, "mention_id", e->mention_id);
    jsonw_kstr(&w, "brand", e->brand);
    jsonw_kstr(&w, "source", e->source);
    jsonw_kstr(&w, "outcome", e->outcome != OUTCOME_NONE ? outcome_word(e->outcome) : NULL);
    jsonw_kstr(&w, "reason", e->reason);
    jsonw_key(&w, "finding");
    /* a source's own event (source_drift) is about no mention */
    if (e->finding.mention.id)
        contract_finding(&w, &e->finding);
    else
        jsonw_null(&w);
    jsonw_object_end(&w);
}

struct feed {
    FILE *out;
    struct strbuf line;
    uint64_t last;
    size_t n;
    int error; /* errno of the first failed write */
};

static bool write_event(void *ctx, const struct event *e)
{
    struct feed *f = ctx;
    strbuf_clear(&f->line);
    feed_event_json(e, &f->line);
    strbuf_putc(&f->line, '\n');
    if (f->line.full) {
        f->error = EOVERFLOW;
        return false;
    }
    errno = 0;
    if (fwrite(f->line.s, 1, f->line.n, f->out) != f->line.n) {
        f->error = errno ? errno : EIO;
        return false;
    }
    f->last = e->seq;
    f->n++;
    return true;
}

/* The cursor moves only when all lines went out: a failed write sends them again next time, and receivers drop repeats by id.
 */
enum err feed_lines(struct store *s, const char *sink, FILE *out, size_t max, size_t *n)
{
    struct feed f = {.out = out};
    *n = 0;
    strbuf_init(&f.line, 4 * LIMIT_MIB); /* one event: a finding of LIMIT_TEXT_BYTES texts, escaped */
    enum err e = store_events(s, sink, max, write_event, &f);
    strbuf_release(&f.line);
    errno = 0;
    if (!e && !f.error && fflush(out) != 0)
        f.error = errno ? errno : EIO;
    if (e)
        return e;
    if (f.error)
        return err_set(ERR_USAGE, "the feed for sink \"%s\" cannot be written: %s; nothing is lost, run it again", sink,
                       strerror(f.error));
    if (f.n == 0)
        return ERR_OK;
    e = store_cursor_set(s, sink, f.last);
    if (!e)
        *n = f.n;
    return e;
}
