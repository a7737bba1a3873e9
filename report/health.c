#include "report/health.h"

#include "base/i18n.h"
#include "base/jsonw.h"
#include "report/fmt.h"

#include <stdlib.h>
#include <string.h>

#define NAMED_MAX       3           /* failing sources named in the sentence; the others are counted */
#define STALE_DEFAULT_S (36 * 3600) /* for a source without settings: a daily crawl, half a day late */

const char *health_word(enum health_state s)
{
    static const char *const word[] = {"read", "failed", "stale", "never"};
    return word[s];
}

static enum health_state state_of(const struct report_in *in, const struct source_health *h)
{
    if (!h || (h->last_try == 0 && h->last_good == 0))
        return HEALTH_NEVER;
    if (!outcome_is_read(h->outcome))
        return h->outcome == OUTCOME_NONE && h->last_good == 0 ? HEALTH_NEVER : HEALTH_FAILED;
    const struct source *s = in->settings ? settings_source(in->settings, h->key) : NULL;
    int64_t limit = s && s->interval_s > 0 ? 2 * s->interval_s : STALE_DEFAULT_S;
    if (limit < STALE_DEFAULT_S)
        limit = STALE_DEFAULT_S; /* one crawl a day is a fair plan, whatever the interval allows */
    return in->now - h->last_good > limit ? HEALTH_STALE : HEALTH_READ;
}

static bool wanted(const struct report_in *in, const char *brand, const char *key)
{
    if (in->source_key && strcmp(in->source_key, key) != 0)
        return false;
    return !in->brand || (brand && strcmp(in->brand, brand) == 0);
}

static int worst_first(const void *a, const void *b)
{
    const struct health_row *x = a, *y = b;
    if ((x->state == HEALTH_READ) != (y->state == HEALTH_READ))
        return x->state == HEALTH_READ ? 1 : -1;
    int64_t gx = x->h ? x->h->last_good : 0, gy = y->h ? y->h->last_good : 0;
    if (x->state != HEALTH_READ && gx != gy)
        return gx < gy ? -1 : 1;
    return strcmp(x->key, y->key);
}

static void add(struct health *out, const struct report_in *in, const char *key, const struct source_health *h)
{
    struct health_row *r = &out->row[out->n++];
    *r = (struct health_row){key, state_of(in, h), h};
    if (r->state == HEALTH_READ)
        out->n_read++;
    if (h && h->last_good > out->latest)
        out->latest = h->last_good;
}

void health_from(const struct report_in *in, const struct source_health *h, size_t n, struct arena *a, struct health *out)
{
    *out = (struct health){0};
    size_t n_configured = 0;
    for (size_t b = 0; in->settings && b < in->settings->n_brand; b++)
        n_configured += in->settings->brand[b].n_source;
    out->row = arena_calloc(a, n + n_configured, sizeof *out->row);
    if (!out->row)
        return;
    for (size_t i = 0; i < n; i++)
        if (!h[i].dormant && wanted(in, h[i].brand, h[i].key))
            add(out, in, h[i].key, &h[i]);
    for (size_t b = 0; in->settings && b < in->settings->n_brand; b++) {
        const struct brand *brand = &in->settings->brand[b];
        for (size_t s = 0; s < brand->n_source; s++) {
            const char *key = brand->source[s].key;
            bool known = false;
            for (size_t i = 0; i < n && !known; i++)
                known = strcmp(h[i].key, key) == 0 && !h[i].dormant;
            if (!known && wanted(in, brand->name, key))
                add(out, in, key, NULL);
        }
    }
    qsort(out->row, out->n, sizeof *out->row, worst_first);
}

enum err health_read(const struct report_in *in, struct arena *a, struct health *out)
{
    struct source_health *h = NULL;
    size_t n = 0;
    enum err e = store_health(in->store, a, &h, &n);
    if (e)
        return e;
    health_from(in, h, n, a, out);
    return a->full ? err_set(ERR_MEMORY, "the list of sources does not fit into memory") : ERR_OK;
}

static void failing(const struct report_in *in, const struct health_row *r, struct strbuf *out)
{
    fmt_buf span;
    strbuf_puts(out, "; ");
    if (r->state == HEALTH_NEVER || r->h->last_good == 0)
        strbuf_printf(out, _("%s never read"), r->key);
    else
        strbuf_printf(out, _("%s not read for %s"), r->key, fmt_lasted(span, in->now - r->h->last_good));
    if (r->state == HEALTH_FAILED)
        strbuf_printf(out, ": %s", fmt_outcome(r->h->outcome));
    if (r->state == HEALTH_STALE)
        strbuf_printf(out, ": %s", _("no crawl ran"));
}

void health_sentence(const struct report_in *in, const struct health *h, struct strbuf *out)
{
    fmt_buf span;
    if (h->n == 0) {
        strbuf_puts(out, _("no sources are configured"));
        return;
    }
    int read = (int)h->n_read, all = (int)h->n, bad = all - read;
    strbuf_printf(out, ngettext("%d of %d source read", "%d of %d sources read", (unsigned long)all), read, all);
    for (int i = 0; i < bad && i < NAMED_MAX; i++)
        failing(in, &h->row[i], out);
    if (bad > NAMED_MAX) {
        int more = bad - NAMED_MAX;
        strbuf_puts(out, "; ");
        strbuf_printf(out, ngettext("and %d more", "and %d more", (unsigned long)more), more);
    }
    strbuf_puts(out, "; ");
    if (bad == 1)
        strbuf_puts(out, _("its silence means nothing"));
    else if (bad > 1)
        strbuf_puts(out, _("their silence means nothing"));
    else
        strbuf_printf(out, _("last read: %s"), fmt_time(span, h->latest, in->now, in->utc_offset_s));
}

void health_json(struct jsonw *w, const struct health *h)
{
    jsonw_object(w);
    jsonw_kint(w, "sources", (int64_t)h->n);
    jsonw_kint(w, "read", (int64_t)h->n_read);
    jsonw_key(w, "latest");
    jsonw_time(w, h->latest);
    jsonw_key(w, "failing");
    jsonw_array(w);
    for (size_t i = 0; i < h->n && h->row[i].state != HEALTH_READ; i++) {
        const struct health_row *r = &h->row[i];
        jsonw_object(w);
        jsonw_kstr(w, "source", r->key);
        jsonw_kstr(w, "state", health_word(r->state));
        jsonw_kstr(w, "outcome", r->h ? outcome_word(r->h->outcome) : NULL);
        jsonw_kstr(w, "reason", r->h ? r->h->reason : NULL);
        jsonw_key(w, "last_good");
        jsonw_time(w, r->h ? r->h->last_good : 0);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
    jsonw_object_end(w);
}
