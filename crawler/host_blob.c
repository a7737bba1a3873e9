#include "crawler/host_blob.h"

#include "base/hash.h"
#include "base/strbuf.h"
#include "crawler/robots_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BLOB_BYTES (600 * 1024)     /* a robots.txt and a head */
#define CLOSED_MAX_S (24 * 3600)    /* a store with a wrong clock in it must not silence a host for years */

/* A text, so that `store export` can show it:
 *   earshot-host 1
 *   closed UNTIL OUTCOME WHY        (only when closed)
 *   failures N answer_ms N
 *   robots FETCHED_AT AGENT_HASH    (only when known; the file follows) */

/* Rounded up to a power of two: the store is not written anew for every millisecond. */
static int coarse(double ms)
{
    int v = 1;
    while (v < ms && v < 65536)
        v *= 2;
    return ms > 0 ? v : 0;
}

static const char *line_end(const char *s)
{
    return s + strcspn(s, "\n");
}

static void load_closed(struct host *host, const char *line, int64_t now_ms, int64_t now_s)
{
    int64_t until = 0;
    char word[16] = "", why[100] = "";
    if (sscanf(line, "closed %" SCNd64 " %15s %99[^\n]", &until, word, why) < 2)
        return;
    int64_t left_s = until - now_s;
    if (left_s <= 0 || left_s > CLOSED_MAX_S + 3600)
        return;
    host->closed = true;
    host->closed_as = outcome_parse(word) == OUTCOME_SLOWDOWN ? OUTCOME_SLOWDOWN : OUTCOME_NETWORK;
    host->closed_until_ms = now_ms + left_s * 1000;
    snprintf(host->closed_why, sizeof host->closed_why, "%s", why);
}

void host_blob_load(const struct fetch_calls *c, const char *agent, struct host *host, struct origin *o, int64_t now_ms, int64_t now_s)
{
    struct strbuf b;
    strbuf_init(&b, BLOB_BYTES);
    if (c->host_get && c->host_get(c->ctx, o->name, &b) && strncmp(b.s, "earshot-host 1\n", 15) == 0) {
        const char *at = b.s + 15;
        o->blob_hash = hash64(b.s, b.n);
        int answer_ms = 0, failures = 0;
        int64_t fetched_at = 0;
        uint64_t hash = 0;
        if (strncmp(at, "closed ", 7) == 0) {
            load_closed(host, at, now_ms, now_s);
            at = line_end(at) + (*line_end(at) == '\n');
        }
        if (sscanf(at, "failures %d answer_ms %d", &failures, &answer_ms) == 2) {
            host->answer_ms = answer_ms > 0 && answer_ms < 60000 ? answer_ms : 0;
            at = line_end(at) + (*line_end(at) == '\n');
        }
        if (sscanf(at, "robots %" SCNd64 " %" SCNx64, &fetched_at, &hash) == 2 && hash == hash64_str(agent) && fetched_at <= now_s) {
            at = line_end(at) + (*line_end(at) == '\n');
            o->robots = robots_parse(at, b.n - (size_t)(at - b.s), agent);
            o->fetched_at = fetched_at;
            o->state = o->robots ? ROBOTS_KNOWN : ROBOTS_UNKNOWN;
        }
    }
    strbuf_release(&b);
}

void host_blob_save(const struct fetch_calls *c, const char *agent, const struct host *host, struct origin *o, int64_t now_ms,
                    int64_t now_s)
{
    struct strbuf b;
    strbuf_init(&b, BLOB_BYTES);
    strbuf_puts(&b, "earshot-host 1\n");
    if (host->closed && host->closed_until_ms > now_ms)
        strbuf_printf(&b, "closed %" PRId64 " %s %s\n", now_s + (host->closed_until_ms - now_ms) / 1000, outcome_word(host->closed_as),
                      host->closed_why);
    strbuf_printf(&b, "failures %d answer_ms %d\n", host->failures, coarse(host->answer_ms));
    size_t head = b.n;
    if (o->robots) {
        strbuf_printf(&b, "robots %" PRId64 " %016" PRIx64 "\n", o->fetched_at, hash64_str(agent));
        if (!robots_write(o->robots, &b))
            b.n = head; /* too long to keep: read it anew next time */
    }
    uint64_t hash = hash64(b.s, b.n);
    if (hash != o->blob_hash)
        c->host_put(c->ctx, o->name, b.s, b.n);
    o->blob_hash = hash;
    strbuf_release(&b);
}
