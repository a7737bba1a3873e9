#include "tests/unit/store_pages.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void folder_make(char *path, size_t n)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(path, n, "%s/earshot-store-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(path) == NULL)
        abort();
}

void folder_remove(const char *path)
{
    char cmd[600];
    snprintf(cmd, sizeof cmd, "rm -rf -- '%s'", path);
    if (system(cmd) != 0)
        abort();
}

struct target listing(const char *source, const char *url)
{
    return (struct target){.url = url, .source = source, .brand = "tea", .site = "trust", .kind = TARGET_LISTING, .depth = 1};
}

struct page *page_make(enum target_kind kind, const char *url, enum outcome o, int64_t at)
{
    struct page *p = calloc(1, sizeof *p);
    struct target t = listing(SHOP, url);
    t.kind = kind;
    page_init(p, 1024);
    page_begin(p, &t);
    p->outcome = o;
    p->fetched_at = at;
    p->channel = "review";
    p->site = "trust";
    p->declared_total = -1;
    p->retry_after_s = -1;
    p->finding = arena_calloc(&p->arena, 64, sizeof *p->finding);
    p->link = arena_calloc(&p->arena, 64, sizeof *p->link);
    return p;
}

void page_free(struct page *p)
{
    page_release(p);
    free(p);
}

struct finding *page_add(struct page *p, const char *id, double stars, const char *text)
{
    struct finding *f = &p->finding[p->n_finding++];
    mention_init(&f->mention);
    f->mention.id = arena_strdup(&p->arena, id);
    f->mention.native_id = strchr(f->mention.id, ':') + 1;
    f->mention.url = arena_printf(&p->arena, "https://trust.example/r/%s", f->mention.native_id);
    f->mention.text = arena_strdup(&p->arena, text);
    f->mention.author.name = "Anna";
    f->mention.published = (struct when){T0 - 7200, PRECISION_SECOND};
    if (stars > 0)
        f->mention.rating = (struct rating){true, stars, 1, 5};
    f->score.label = stars > 0 && stars <= 2 ? LABEL_NEGATIVE : stars > 3 ? LABEL_POSITIVE : LABEL_NEUTRAL;
    f->score.value = (float)((stars - 3) / 2);
    memcpy(f->score.lang, "en", 3);
    return f;
}

void page_link(struct page *p, enum target_kind kind, const char *url, const char *mention_id)
{
    p->link[p->n_link++] = (struct link){kind, arena_strdup(&p->arena, url), arena_strdup(&p->arena, mention_id)};
}

static void judge(void *ctx, const struct finding *f, const struct finding *before, struct judgement *out)
{
    (void)ctx;
    (void)before;
    bool negative = f->score.label == LABEL_NEGATIVE;
    bool open = f->mention.reply_state != REPLY_YES || f->mention.customer_last_word;
    memset(out, 0, sizeof *out);
    out->verdict = negative && open ? VERDICT_REPLY : VERDICT_NONE;
    if (negative)
        out->sign[out->n_sign++] = (struct sign){"stars", 40};
    if (out->verdict == VERDICT_REPLY) {
        out->priority = 50 + (int)(f->mention.rating.known ? 3 - f->mention.rating.value : 0) * 10;
        out->due_at = f->first_seen + 6 * 3600;
    }
}

static int64_t next_due(void *ctx, const struct page *p, struct poll *poll)
{
    (void)ctx;
    return p->fetched_at + 3600 * (1 + poll->failures / 4);
}

static int depth_max(void *ctx, const struct page *p, uint64_t known)
{
    (void)ctx;
    (void)p;
    return known == 0 ? 10 : 3;
}

struct store_rules test_rules(int64_t now)
{
    return (struct store_rules){
        .now = now, .judge = judge, .next_due = next_due, .depth_max = depth_max, .reread_s = 6 * 3600, .reread_days = 90};
}

struct store_result put_one(struct store *s, struct page *p)
{
    struct store_rules r = test_rules(p->fetched_at);
    struct store_result result;
    memset(&result, 0, sizeof result);
    enum err e = store_put_pages(s, &p, 1, &r, &result);
    if (e != ERR_OK) {
        fprintf(stderr, "store_put_pages: %s\n", err_text());
        abort();
    }
    page_free(p);
    return result;
}

static bool line_add(void *ctx, const char *s, size_t n)
{
    return strbuf_add(ctx, s, n);
}

void export_all(struct store *s, bool stable, struct strbuf *out)
{
    strbuf_clear(out);
    if (store_export(s, stable, line_add, out) != ERR_OK) {
        fprintf(stderr, "store_export: %s\n", err_text());
        abort();
    }
}

struct list {
    char *s;
    size_t n;
};

static bool event_add(void *ctx, const struct event *e)
{
    struct list *l = ctx;
    size_t at = strlen(l->s);
    snprintf(l->s + at, l->n - at, "%s%s", at > 0 ? " " : "", e->type);
    return true;
}

void event_list(struct store *s, char *out, size_t n)
{
    struct list l = {out, n};
    uint64_t seq, newest;
    out[0] = '\0';
    if (store_events(s, "test", 0, event_add, &l) != ERR_OK || store_cursor(s, "test", &seq, &newest) != ERR_OK ||
        (newest > 0 && store_cursor_set(s, "test", newest) != ERR_OK))
        abort();
}
