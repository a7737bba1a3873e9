/* The worker and the writer: what happens to a page between the wire and the store. */
#include "base/log.h"
#include "cli/drift.h"
#include "cli/pipeline.h"
#include "cli/replies.h"
#include "cli/schedule.h"
#include "cli/scoring.h"
#include "crawler/inflate.h"
#include "desk/triage.h"
#include "parsers/parse.h"

#include <stdio.h>
#include <string.h>

#define BATCH_PAGES 32      /* a commit costs some ms of sync; more pages than this add latency and no speed */
#define FIRST_RUN_PAGES 3   /* without depth and history in the settings: some days of a busy source, some months of a quiet one */
#define BATCH_MENTIONS 1000 /* doc/STORE.md */
#define SWEEP_MS       600000 /* a run that takes long looks at the clocks meanwhile */

/* ---------------------------------------------------------------- worker */

/* The pages of mentions that are not kept need no visit. A topic or story without text of its own names the brand in its title, which was kept. */
static void drop_details(struct page *page)
{
    size_t n = 0;
    for (size_t i = 0; i < page->n_link; i++) {
        const struct link *l = &page->link[i];
        bool wanted = l->kind != TARGET_DETAIL || !l->mention_id;
        for (size_t k = 0; k < page->n_finding && !wanted; k++) wanted = strcmp(l->mention_id, page->finding[k].mention.id) == 0;
        if (wanted) page->link[n++] = *l;
    }
    page->n_link = n;
}

/* Channels and feeds talk about everything: keep what names the brand. A review page is about the brand as a whole. */
static void keep_own(const struct pipeline *p, struct page *page, const struct source *src, const struct brand *brand)
{
    enum about about = src ? src->about : ABOUT_ALL;
    if (about == ABOUT_SITE) {
        const struct site *site = page->site ? sites_by_name(p->o->sites, page->site) : NULL;
        about = site ? site_about(site) : ABOUT_ALL;
    }
    if (about != ABOUT_ALIASES || !brand) return;
    const char *asked = page->target.mention_id; /* a page of its own is read for a mention that was kept before */
    size_t n = 0;
    for (size_t i = 0; i < page->n_finding; i++) {
        const struct mention *m = &page->finding[i].mention;
        bool own = (asked && m->id && strcmp(asked, m->id) == 0) || brands_names(p->brands, brand, m->text) || brands_names(p->brands, brand, m->title);
        if (own) page->finding[n++] = page->finding[i];
    }
    page->n_finding = n;
    drop_details(page);
}

static void score_page(const struct pipeline *p, struct scorer *scorer, struct page *page)
{
    for (size_t i = 0; i < page->n_finding; i++) {
        struct finding *f = &page->finding[i];
        f->brand = page->target.brand;
        f->source = page->target.source;
        f->channel = page->channel;
        scoring_finding(scorer, p->brands, p->o->settings, f, &page->arena);
        const struct mention *m = &f->mention; /* one that tells only its answer has no language to guess */
        if (!m->lang && (m->text || m->title || m->pros || m->cons)) f->mention.lang = arena_strdup(&page->arena, f->score.lang);
    }
}

void stage_read(const struct pipeline *p, struct parser *parser, struct scorer *scorer, struct page *page)
{
    const struct source *src = settings_source(p->o->settings, page->target.source);
    const struct brand *brand = settings_brand(p->o->settings, page->target.brand);
    parser_read(parser, page, src ? src->accounts : NULL, src ? src->n_account : 0);
    keep_own(p, page, src, brand);
    score_page(p, scorer, page);
    if (page->arena.full) { /* some field may be missing: nothing half-read is stored */
        page->n_finding = page->n_link = 0;
        page->outcome = OUTCOME_TOOBIG;
        page->reason = "the page needs more memory than one page may take";
    }
}

/* The headers without content-encoding. */
static const char *plain_headers(struct page *page)
{
    const char *s = page->headers;
    char *out = s ? arena_alloc(&page->arena, strlen(s) + 1) : NULL, *to = out;
    while (out && *s) {
        size_t n = strcspn(s, "\n") + (strchr(s, '\n') != NULL);
        if (strncmp(s, "content-encoding:", 17) != 0) {
            memcpy(to, s, n);
            to += n;
        }
        s += n;
    }
    if (out) *to = '\0';
    return out;
}

/* Inflated, and free of the source's token, which an API may repeat in its answer: neither store nor archive is to hold it. */
static void open_page(const struct pipeline *p, struct page *page)
{
    const struct source *src = settings_source(p->o->settings, page->target.source);
    bool masked = false;
    inflate_page(page);
    for (size_t i = 0; src && i < REQUEST_TOKENS; i++)
        if (strbuf_mask(&page->body, src->token[i])) masked = true;
    if (masked && page->wire.n) { /* still compressed, with the token in it */
        strbuf_clear(&page->wire);
        page->headers = plain_headers(page);
        page->content_encoding = NULL;
    }
}

void *stage_archiver(void *arg)
{
    struct pipeline *p = arg;
    struct page *page;
    while ((page = queue_pop(p->q_archive))) {
        open_page(p, page);
        enum err e = p->archive_err == ERR_OK ? warc_put(p->archive, page) : p->archive_err;
        if (e != ERR_OK && p->archive_err == ERR_OK) { /* evidence was asked for: what cannot be kept is not taken, and stays due */
            p->archive_err = e;
            snprintf(p->archive_err_text, sizeof p->archive_err_text, "%s", err_text());
            fetcher_stop(p->fetcher);
        }
        if (e != ERR_OK || !queue_push(p->q_parse, page)) stage_home(p, page);
    }
    return NULL;
}

void *stage_worker(void *arg)
{
    struct pipeline *p = arg;
    struct parser *parser = parser_new(p->o->sites);
    struct scorer *scorer = scorer_new(p->lexicon);
    struct page *page;
    while ((page = queue_pop(p->q_parse))) {
        if (!p->archive) open_page(p, page);
        if (parser && scorer) stage_read(p, parser, scorer, page);
        else page_fail(page, OUTCOME_TOOBIG, "out of memory");
        if (!queue_push(p->q_put, page)) stage_home(p, page);
    }
    parser_free(parser);
    scorer_free(scorer);
    return NULL;
}

/* ---------------------------------------------------------------- writer */

static void on_judge(void *ctx, const struct finding *merged, const struct finding *before, struct judgement *out)
{
    const struct pipeline *p = ctx;
    struct triage_case c = triage_case_of(p->o->settings, merged->brand, clock_now());
    c.spike = spikes_hit(&p->spikes, c.rules, merged);
    triage_judge(&c, merged, before, out);
}

static int64_t on_warn_at(void *ctx, const struct finding *f)
{
    const struct pipeline *p = ctx;
    struct triage_case c = triage_case_of(p->o->settings, f->brand, clock_now());
    return triage_warn_at(&c, f);
}

static int64_t on_next_due(void *ctx, const struct page *page, struct poll *poll)
{
    const struct pipeline *p = ctx;
    const struct source *src = settings_source(p->o->settings, page->target.source);
    const char *name = page->site ? page->site : page->target.site;
    const struct site *site = name ? sites_by_name(p->o->sites, name) : sites_by_url(p->o->sites, page->target.url);
    struct schedule s = {.fixed_s = src ? src->interval_s : 0,
                         .floor_s = site ? site_poll_floor_s(site) : 0,
                         .sla_s = triage_sla_s(&p->o->settings->triage, site ? site_channel(site) : page->channel)};
    poll->interval_s = schedule_interval_s(&s, poll);
    return clock_now() + schedule_wait_s(poll, page, clock_now());
}

/* A listing runs from new to old: its last dated mention says how far it has come. */
static bool ends_before(const struct page *page, int64_t at)
{
    for (size_t i = page->n_finding; i > 0; i--) {
        struct when w = page->finding[i - 1].mention.published;
        if (when_known(w)) return w.at < at;
    }
    return false;
}

/* The first round of a source goes back as far as the config says; later ones until a page holds nothing new. */
static int on_depth_max(void *ctx, const struct page *page, uint64_t known)
{
    const struct pipeline *p = ctx;
    const struct source *src = settings_source(p->o->settings, page->target.source);
    if (known > 0 || !src) return LIMIT_LINK_DEPTH;
    if (src->history_s > 0 && ends_before(page, clock_now() - src->history_s)) return page->target.depth;
    return src->depth > 0 ? src->depth : src->history_s > 0 ? LIMIT_LINK_DEPTH : FIRST_RUN_PAGES;
}

static void note_failure(struct pipeline *p, const struct page *page)
{
    struct arena *a = p->failure_arena;
    struct crawl_failure *f = arena_grow(a, p->failure, p->n_failure, &p->failure_cap, sizeof *f);
    if (!f) return;
    p->failure = f;
    f[p->n_failure++] = (struct crawl_failure){arena_strdup(a, page->target.source), arena_strdup(a, page->target.url), page->outcome,
                                               arena_strdup(a, page->reason), page->target.kind == TARGET_LISTING};
}

/* What operators ask of the web's side. */
static void count_answer(struct run_record *r, const struct page *page)
{
    int class = page->status >= 100 && page->status < 600 ? page->status / 100 : 0;
    r->n_http[class]++;
    r->n_304 += page->status == 304;
    r->n_slowdown += page->outcome == OUTCOME_SLOWDOWN;
    r->answer_ms += page->elapsed_ms > 0 ? (uint64_t)page->elapsed_ms : 0;
    if (page->retry_after_s > r->wait_max_s) r->wait_max_s = page->retry_after_s;
}

static void count_page(struct pipeline *p, const struct page *page)
{
    count_answer(&p->run, page);
    bool failed = !outcome_is_read(page->outcome), listing = page->target.kind == TARGET_LISTING;
    atomic_fetch_add(&p->n_done, 1);
    atomic_fetch_add(&p->n_mention, page->n_finding);
    if (listing) atomic_fetch_add(&p->n_source_done, 1);
    if (failed && listing) p->n_source_failed++;
    if (failed) note_failure(p, page);
    if (page->outcome == OUTCOME_DRIFT) drift_keep(p->o->settings->store_path, page);
    log_event(failed ? LOG_INFO : LOG_DEBUG, "page", "source", page->target.source, "kind", target_kind_word(page->target.kind), "url",
              page->target.url, "outcome", outcome_word(page->outcome), "via", page->via ? page->via : "", "reason",
              page->reason ? page->reason : "", NULL);
}

struct store_rules stage_rules(struct pipeline *p)
{
    return (struct store_rules){.ctx = p,
                                .now = clock_now(),
                                .judge = on_judge,
                                .warn_at = on_warn_at,
                                .next_due = on_next_due,
                                .depth_max = on_depth_max,
                                .reread_s = p->o->settings->reread_s,
                                .reread_days = p->o->settings->reread_days,
                                .reread_by_itself = true};
}

/* Nothing more can be kept: stop fetching; the targets stay due. */
static void write_failed(struct pipeline *p, enum err e)
{
    if (p->write_err != ERR_OK) return;
    p->write_err = e;
    snprintf(p->write_err_text, sizeof p->write_err_text, "%s", err_text());
    if (p->fetcher) fetcher_stop(p->fetcher);
}

void stage_sweep(struct pipeline *p)
{
    struct store_rules rules = stage_rules(p);
    size_t n = 0;
    enum err e = p->write_err == ERR_OK ? store_sweep(p->o->store, &rules, &n) : p->write_err;
    p->swept_mono_ms = clock_mono_ms();
    if (e != ERR_OK) write_failed(p, e);
    char count[24];
    snprintf(count, sizeof count, "%zu", n);
    if (n) log_event(LOG_INFO, "clocks", "events", count, NULL);
}

static void write_batch(struct pipeline *p, struct page **batch, size_t n)
{
    struct store_rules rules = stage_rules(p);
    struct store_result r = {0};
    for (size_t i = 0; i < n; i++) replies_note(p->replies, p->o->store, batch[i]);
    enum err e = p->write_err == ERR_OK ? store_put_pages(p->o->store, batch, n, &rules, &r) : p->write_err;
    if (e != ERR_OK) write_failed(p, e);
    for (size_t i = 0; i < n; i++) {
        if (e == ERR_OK) count_page(p, batch[i]);
        stage_home(p, batch[i]);
    }
    atomic_fetch_add(&p->n_new, r.n_new);
    atomic_fetch_add(&p->n_negative, r.n_reply_verdict);
    p->run.n_revised += r.n_revised;
    p->run.n_missing += r.n_missing;
}

void *stage_writer(void *arg)
{
    struct pipeline *p = arg;
    struct page *batch[BATCH_PAGES], *page;
    while ((page = queue_pop(p->q_put))) {
        size_t n = 0, n_mention = 0;
        do { /* whatever waits already shares the commit */
            batch[n++] = page;
            n_mention += page->n_finding;
        } while (n < BATCH_PAGES && n_mention < BATCH_MENTIONS && (page = queue_pop_wait(p->q_put, 0)));
        write_batch(p, batch, n);
        if (clock_mono_ms() - p->swept_mono_ms >= SWEEP_MS) stage_sweep(p);
    }
    stage_sweep(p); /* the answers that this run found have stopped their clocks */
    if (p->write_err == ERR_OK && replies_save(p->replies, p->o->store) != ERR_OK) log_event(LOG_WARN, "replies", "error", err_text(), NULL);
    return NULL;
}

void stage_home(struct pipeline *p, struct page *page)
{
    queue_push(p->q_home, page);
    fetcher_wake(p->fetcher);
}
