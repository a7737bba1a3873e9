/* One mention: what was said, what was done, and on the other side what to do. */
#include "web/item.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "desk/triage.h"
#include "report/diff.h"
#include "web/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHERS_MAX 10

/* ---------------------------------------------------------------- what was said */

static void head(struct request *r, struct html *h, const struct finding *f)
{
    const struct mention *m = &f->mention;
    fmt_buf b, site;
    html_open(h, "div", "itemhead");
    html_open(h, "div", "meta");
    if (*fmt_stars(b, &m->rating)) {
        html_open(h, "span", "stars big");
        html_attr(h, "role", "img");
        html_attr_printf(h, "aria-label", _("%.1f of 5 stars"), rating_stars(&m->rating));
        html_text(h, b);
        html_close(h);
    }
    html_put(h, "b", NULL, fmt_brand(r->in.settings, f->brand));
    html_put(h, "span", "soft", fmt_site(site, m->id));
    html_put(h, "span", "soft", fmt_date(b, m->published, r->in.now, r->in.utc_offset_s));
    html_put(h, "span", "soft", fmt_age(b, m->published, r->in.now, r->in.utc_offset_s));
    html_close(h);
    html_put(h, "h1", NULL, m->title ? m->title : m->author.name ? m->author.name : m->id);
    html_open(h, "p", "soft by");
    if (m->author.name && m->title)
        html_put(h, "span", NULL, m->author.name);
    if (m->author.place)
        html_put(h, "span", NULL, m->author.place);
    if (m->author.n_review >= 0) {
        int n = m->author.n_review > 999999 ? 999999 : (int)m->author.n_review;
        html_open(h, "span", NULL);
        html_printf(h, ngettext("%d review", "%d reviews", (unsigned long)n), n);
        html_close(h);
    }
    html_put(h, "span", "id", m->id);
    html_close(h);
    inbox_tags(r, h, f);
    html_close(h);
}

static void part(struct request *r, struct html *h, const char *title, const char *text, const struct finding *f)
{
    if (!text)
        return;
    if (title)
        html_put(h, "h3", NULL, title);
    marks_text(h, &r->a, text, &f->score, store_row_lang(f));
}

static void said(struct request *r, struct html *h, const struct finding *f)
{
    const struct mention *m = &f->mention;
    html_open(h, "article", "card said");
    html_attr(h, "aria-label", _("What was said"));
    part(r, h, NULL, m->text, f);
    part(r, h, _("Pros"), m->pros, f);
    part(r, h, _("Cons"), m->cons, f);
    if (!m->text && !m->pros && !m->cons)
        html_put(h, "p", "soft", _("no text, only stars"));
    if (m->truncated)
        html_put(h, "p", "warn", _("Only the beginning was published on the page that was read."));
    html_close(h);
}

static void paragraphs(struct html *h, const char *text)
{
    for (const char *p = text; p && *p;) {
        size_t n = strcspn(p, "\n");
        char *line = strndup(p, n);
        if (n > 0)
            html_put(h, "p", NULL, line);
        free(line);
        p += n + (p[n] == '\n');
    }
}

static void answer(struct request *r, struct html *h, const struct finding *f)
{
    const struct mention *m = &f->mention;
    fmt_buf b;
    html_open(h, "section", "card");
    html_put(h, "h2", NULL, _("Public answer"));
    if (m->reply_state == REPLY_NO) {
        html_put(h, "p", "neg-text", _("No public answer."));
    } else if (m->reply_state == REPLY_UNKNOWN && !reply_present(&m->reply)) {
        html_put(h, "p", "warn", _("Not known whether there is a public answer: the page that was read cannot show it."));
    } else {
        html_open(h, "p", "soft by");
        if (m->reply.author)
            html_put(h, "span", NULL, m->reply.author);
        if (when_known(m->reply.published))
            html_put(h, "span", NULL, fmt_date(b, m->reply.published, r->in.now, r->in.utc_offset_s));
        html_close(h);
        html_open(h, "blockquote", NULL);
        paragraphs(h, m->reply.text);
        html_close(h);
    }
    if (m->customer_last_word)
        html_put(h, "p", "neg-text", _("The customer wrote again after the answer."));
    if (f->claim != CLAIM_NONE)
        html_put(h, "p", f->claim == CLAIM_UNCONFIRMED ? "neg-text" : "soft", show_claim_text(f->claim));
    html_close(h);
}

/* ---------------------------------------------------------------- what it was before */

static void put_diff(void *ctx, enum diff_kind k, const char *s, size_t n)
{
    static const char *const tag[] = {NULL, "del", "ins"};
    struct html *h = ctx;
    char *text = strndup(s, n);
    if (tag[k])
        html_put(h, tag[k], NULL, text);
    else
        html_text(h, text);
    free(text);
}

static void diff_field(struct html *h, const char *name, const char *before, const char *after)
{
    if ((!before && !after) || (before && after && strcmp(before, after) == 0))
        return;
    html_open(h, "p", "diff");
    html_open(h, "span", "soft");
    html_printf(h, "%s: ", fmt_field(name));
    html_close(h);
    diff_words(before, after, put_diff, h);
    html_close(h);
}

static void history(struct request *r, struct html *h, const struct show *s)
{
    fmt_buf b, x, y;
    if (s->n_revision < 2)
        return;
    html_open(h, "section", "card");
    html_put(h, "h2", NULL, _("History"));
    for (size_t i = 1; i < s->n_revision; i++) {
        const struct mention *old = &s->revision[i - 1].mention, *now = &s->revision[i].mention;
        html_put(h, "h3", NULL, fmt_time(b, s->revision[i].seen_at, r->in.now, r->in.utc_offset_s));
        fmt_stars(x, &old->rating);
        fmt_stars(y, &now->rating);
        if (strcmp(x, y) != 0) {
            html_open(h, "p", "diff");
            html_printf(h, "%s: %s → %s", fmt_field("rating"), *x ? x : "-", *y ? y : "-");
            html_close(h);
        }
        diff_field(h, "title", old->title, now->title);
        diff_field(h, "text", old->text, now->text);
        diff_field(h, "pros", old->pros, now->pros);
        diff_field(h, "cons", old->cons, now->cons);
        diff_field(h, "reply", old->reply.text, now->reply.text);
    }
    html_close(h);
}

static void journal(struct request *r, struct html *h, const struct show *s)
{
    struct strbuf line;
    fmt_buf b;
    if (s->n_journal == 0)
        return;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    html_open(h, "section", "card");
    html_put(h, "h2", NULL, _("Journal"));
    html_open(h, "ol", "journal");
    for (size_t i = s->n_journal; i-- > 0;) {
        const struct journal_entry *e = &s->journal[i];
        strbuf_clear(&line);
        show_journal_line(&line, &r->in, e);
        html_open(h, "li", NULL);
        html_open(h, "span", "soft small");
        html_printf(h, "%s · %s", fmt_time(b, e->at, r->in.now, r->in.utc_offset_s), e->who ? e->who : "-");
        html_close(h);
        html_put(h, "p", NULL, line.s);
        if (e->note)
            html_put(h, "p", "soft", e->note);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    strbuf_release(&line);
}

/* ---------------------------------------------------------------- the author's others */

struct others {
    struct request *r;
    uint32_t author;
    uint64_t seq[OTHERS_MAX], self;
    size_t n, total;
};

/* The newest first. */
static bool on_row(void *ctx, const struct store_row *row)
{
    struct others *o = ctx;
    if (row->author == o->author && row->seq != o->self && o->total++ < OTHERS_MAX)
        o->seq[o->n++] = row->seq;
    return true;
}

static void other(struct request *r, struct html *h, const struct finding *f, const char *word)
{
    const char *gist = fmt_gist(&f->mention);
    fmt_buf b;
    bool cut = false;
    html_open(h, "li", NULL);
    html_open(h, "a", NULL);
    html_attr_printf(h, "href", "/item/%llu", (unsigned long long)f->seq);
    html_text(h, gist ? arena_strndup(&r->a, gist, fmt_cut(gist, 90, &cut)) : f->mention.id);
    html_text(h, cut ? "…" : "");
    html_close(h);
    html_open(h, "span", "soft small");
    html_printf(h, " %s · %s%s%s", fmt_age(b, f->mention.published, r->in.now, r->in.utc_offset_s), fmt_state(f->state), word ? " · " : "", word ? word : "");
    html_close(h);
    html_close(h);
}

static enum err others(struct request *r, struct html *h, const struct finding *f)
{
    struct others o = {.r = r, .author = store_author_hash(f), .self = f->seq};
    struct store_rows_filter rows = {.brand = f->brand, .back = true};
    int64_t began = web_clock_us();
    enum err e = o.author ? store_rows(r->in.store, &rows, on_row, &o) : ERR_OK;
    r->rows_us += web_clock_us() - began;
    if (e != ERR_OK || o.total == 0)
        return e;
    html_open(h, "section", "card");
    html_put(h, "h2", NULL, _("By the same author"));
    html_open(h, "ul", "others");
    for (size_t i = 0; i < o.n; i++) {
        struct finding x;
        if (store_get_seq(r->in.store, o.seq[i], &r->a, &x) == ERR_OK)
            other(r, h, &x, NULL);
    }
    html_close(h);
    if (o.total > o.n) {
        int more = o.total - o.n > 999999 ? 999999 : (int)(o.total - o.n);
        html_open(h, "p", "soft small");
        html_printf(h, ngettext("and %d more", "and %d more", (unsigned long)more), more);
        html_close(h);
    }
    html_close(h);
    return ERR_OK;
}

/* Nearly the same text under another name: reads up to RELATED_LOOK records, so only when asked for. */
static enum err same_text(struct request *r, struct html *h, struct show *s)
{
    if (!web_query(r, "related")) {
        const char *to = arena_printf(&r->a, "/item/%llu?related=1", (unsigned long long)s->f.seq);
        html_open(h, "p", "small");
        frame_link(h, to, "quiet", _("Look for the same text or name elsewhere"));
        html_close(h);
        return ERR_OK;
    }
    enum err e = related_read(&r->in, &s->f, &r->a, &s->related, &s->n_related);
    if (e != ERR_OK)
        return e;
    html_open(h, "section", "card");
    html_put(h, "h2", NULL, _("Belongs together"));
    if (s->n_related == 0)
        html_put(h, "p", "none", _("Nothing found half a year to both sides."));
    html_open(h, "ul", "others");
    for (size_t i = 0; i < s->n_related; i++) {
        struct finding x;
        if (store_get(r->in.store, s->related[i].id, &r->a, &x) == ERR_OK)
            other(r, h, &x, relation_text(s->related[i].relation));
    }
    html_close(h);
    html_close(h);
    return ERR_OK;
}

/* ---------------------------------------------------------------- the page */

static enum err read_all(struct request *r, const char *id, struct show *s)
{
    char *end;
    unsigned long long seq = *id >= '0' && *id <= '9' ? strtoull(id, &end, 10) : 0;
    enum err e = seq && !*end ? store_get_seq(r->in.store, seq, &r->a, &s->f) : store_get(r->in.store, id, &r->a, &s->f);
    if (e == ERR_OK)
        e = store_revisions(r->in.store, s->f.seq, &r->a, &s->revision, &s->n_revision);
    if (e == ERR_OK)
        e = store_journal(r->in.store, s->f.seq, &r->a, &s->journal, &s->n_journal);
    if (e == ERR_OK)
        show_read_playbook(s, &r->a);
    return e;
}

/* The way back to the list, and to its neighbours. */
static void way(struct request *r, struct html *h, const struct filter *f, uint64_t seq)
{
    struct scan scan;
    struct filter list = *f;
    uint64_t before = 0, after = 0;
    list.page = list.from = 0;
    if (scan_rows(r, &list, f->q ? 0 : FILTER_NEIGHBOURS, &scan) != ERR_OK)
        scan.n_pick = 0;
    for (size_t i = 0; i < scan.n_pick; i++) {
        if (scan.pick[i].seq != seq)
            continue;
        before = i > 0 ? scan.pick[i - 1].seq : 0;
        after = i + 1 < scan.n_pick ? scan.pick[i + 1].seq : 0;
    }
    if (!before && !after && scan.n_pick && scan.pick[0].seq != seq) /* it has left the list: on with the first */
        after = scan.pick[0].seq;
    html_open(h, "nav", "way");
    html_attr(h, "aria-label", _("List"));
    html_open(h, "a", "quiet");
    html_attr(h, "href", filter_url(&r->a, "/", &list));
    html_attr(h, "data-key", "u");
    html_printf(h, "← %s", view_title(f->view));
    html_close(h);
    const struct {
        uint64_t seq;
        const char *key, *text, *arrow;
    } to[] = {{before, "k", _("Previous"), "↑"}, {after, "j", _("Next"), "↓"}};
    for (size_t i = 0; i < 2; i++) {
        if (!to[i].seq)
            continue;
        html_open(h, "a", "quiet");
        html_attr(h, "href", filter_url(&r->a, arena_printf(&r->a, "/item/%llu", (unsigned long long)to[i].seq), &list));
        html_attr(h, "data-key", to[i].key);
        html_printf(h, "%s %s", to[i].arrow, to[i].text);
        html_close(h);
    }
    html_close(h);
}

void item_page(struct request *r, const char *id, const char *problem)
{
    struct show s = {0};
    struct html h;
    struct filter f;
    inbox_filter(r, FILTER_DAYS, &f);
    enum err e = read_all(r, id, &s);
    if (e != ERR_OK) {
        web_failed(r, e);
        return;
    }
    if (problem)
        r->status = 422;
    if (!frame_begin(r, &h, s.f.mention.title ? s.f.mention.title : s.f.mention.id, NAV_INBOX, NULL))
        return;
    way(r, &h, &f, s.f.seq);
    html_open(&h, "div", "itempage");
    html_open(&h, "div", "left");
    item_notice(r, &h, problem);
    head(r, &h, &s.f);
    said(r, &h, &s.f);
    answer(r, &h, &s.f);
    html_close(&h);
    html_open(&h, "div", "right");
    item_actions(r, &h, &s.f, &f);
    html_close(&h);
    html_open(&h, "div", "more");
    item_playbook(&h, &s);
    history(r, &h, &s);
    journal(r, &h, &s);
    e = others(r, &h, &s.f);
    if (e == ERR_OK)
        e = same_text(r, &h, &s);
    if (e != ERR_OK)
        html_put(&h, "p", "soft", _("The store could not be read or written; the server's log says why."));
    item_why(&h, &s.f);
    html_close(&h);
    html_close(&h);
    frame_end(r, &h);
}

void web_item(struct request *r, const char *rest)
{
    item_page(r, rest, NULL);
}
