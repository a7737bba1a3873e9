/* The inbox: line 1, tabs with counts, filters, the items, charts beside them. */
#include "web/inbox.h"

#include "base/i18n.h"
#include "desk/triage.h"
#include "report/svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GIST_CHARACTERS 220
#define OPTIONS_MAX     300 /* names in one list */
#define CHART_DAYS      14

static const char *of_query(void *ctx, const char *name)
{
    return web_query(ctx, name);
}

void inbox_filter(struct request *r, int days, struct filter *f)
{
    filter_read(f, days, of_query, r);
}

/* ---------------------------------------------------------------- tabs */

static void tab(struct request *r, struct html *h, const struct filter *f, enum view v, uint64_t n)
{
    struct filter to = *f;
    fmt_buf b;
    bool here = f->view == v;
    to.view = v;
    to.page = to.from = 0;
    html_open(h, "li", NULL);
    html_open(h, "a", here ? "here" : NULL);
    html_attr(h, "href", filter_url(&r->a, "/", &to));
    if (here)
        html_attr(h, "aria-current", "true");
    html_text(h, view_title(v));
    html_open(h, "span", v == VIEW_OVERDUE && n ? "count bad" : "count");
    html_attr(h, "data-count", view_word(v));
    html_text(h, fmt_count(b, n));
    html_close(h);
    html_close(h);
    html_close(h);
}

static void tabs(struct request *r, struct html *h, const struct filter *f, const struct scan *s)
{
    static const enum view shown[] = {VIEW_OPEN, VIEW_OVERDUE, VIEW_SOON, VIEW_MINE, VIEW_HOLD, VIEW_WATCH};
    bool listed = false;
    html_open(h, "nav", "tabs");
    html_attr(h, "aria-label", _("Views"));
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        tab(r, h, f, shown[i], s->view[shown[i]]);
        listed = listed || shown[i] == f->view;
    }
    if (!listed)
        tab(r, h, f, f->view, s->view[f->view]);
    html_close(h);
    html_close(h);
}

/* ---------------------------------------------------------------- filters */

struct choice {
    const char *value, *text;
    uint32_t n;
};

static int most_first(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    return x->n != y->n ? (x->n > y->n ? -1 : 1) : strcmp(x->text, y->text);
}

static void select_open(struct html *h, const char *title, const char *name, const char *any, const char *now)
{
    html_open(h, "label", "field");
    html_put(h, "span", NULL, title);
    html_open(h, "select", NULL);
    html_attr(h, "name", name);
    frame_option(h, "", any, now);
}

/* The values that occur, the most frequent first; the one that is set always. */
static void select_put(struct request *r, struct html *h, const char *title, const char *name, const char *any, const char *now, struct choice *c, size_t n)
{
    bool listed = !now;
    fmt_buf b;
    select_open(h, title, name, any, now);
    if (n > 1)
        qsort(c, n, sizeof *c, most_first);
    for (size_t i = 0; i < n && i < OPTIONS_MAX; i++) {
        frame_option(h, c[i].value, arena_printf(&r->a, "%s (%s)", c[i].text, fmt_count(b, c[i].n)), now);
        listed = listed || strcmp(c[i].value, now) == 0;
    }
    if (!listed)
        frame_option(h, now, now, now);
    html_close(h);
    html_close(h);
}

static void filter_lists(struct request *r, struct html *h, const struct filter *f, const struct facets *x)
{
    const struct settings *s = r->in.settings;
    const struct names *names = r->s->names;
    size_t most = names->n_source + s->n_brand + NAMES_CAUSES + NAMES_LANGS, n = 0;
    struct choice *c = arena_calloc(&r->a, most, sizeof *c);
    if (!c)
        return;
    for (size_t i = 0; i < s->n_brand; i++)
        if (x->brand[i])
            c[n++] = (struct choice){s->brand[i].name, fmt_brand(s, s->brand[i].name), x->brand[i]};
    select_put(r, h, _("Brand"), "brand", _("all brands"), f->brand, c, n);
    n = 0;
    for (size_t i = 0; i < names->n_source; i++)
        if (x->source[i])
            c[n++] = (struct choice){names->source[i]->key, names->source[i]->key, x->source[i]};
    select_put(r, h, _("Source"), "source", _("all sources"), f->source, c, n);
    n = 0;
    for (size_t i = 0; i < names->n_cause; i++)
        if (x->cause[i])
            c[n++] = (struct choice){triage_cause_code(i), triage_cause_text(triage_cause_code(i)), x->cause[i]};
    select_put(r, h, _("Cause"), "cause", _("all causes"), f->cause, c, n);
    n = 0;
    for (size_t i = 0; i < NAMES_LANGS; i++)
        if (x->lang[i])
            c[n++] = (struct choice){names_lang_code(i), names_lang_text(names_lang_code(i)), x->lang[i]};
    select_put(r, h, _("Language"), "lang", _("all languages"), f->lang, c, n);
}

/* Only what is closed has so many that they must be cut. */
static void period(struct request *r, struct html *h, const struct filter *f)
{
    static const int offered[] = {7, 30, FILTER_DAYS, 365, 0};
    char now[16], value[16];
    bool listed = false;
    snprintf(now, sizeof now, "%d", f->days);
    html_open(h, "label", "field");
    html_put(h, "span", NULL, _("Period"));
    html_open(h, "select", NULL);
    html_attr(h, "name", "days");
    for (size_t i = 0; i < 5; i++) {
        int n = offered[i];
        snprintf(value, sizeof value, "%d", n);
        frame_option(h, value, n ? arena_printf(&r->a, ngettext("%d day", "%d days", (unsigned long)n), n) : _("of any age"), now);
        listed = listed || n == f->days;
    }
    if (!listed)
        frame_option(h, now, arena_printf(&r->a, ngettext("%d day", "%d days", (unsigned long)f->days), f->days), now);
    html_close(h);
    html_close(h);
}

static void filters(struct request *r, struct html *h, const struct filter *f, const struct facets *x)
{
    struct filter none = {.view = f->view};
    html_open(h, "details", "filters");
    html_attr(h, "open", "open");
    html_put(h, "summary", NULL, filter_narrow(f) ? _("Filters (some are set)") : _("Filters"));
    html_open(h, "form", NULL);
    html_attr(h, "method", "get");
    html_attr(h, "action", "/");
    html_attr(h, "id", "filters");
    html_open(h, "label", "field");
    html_put(h, "span", NULL, _("State"));
    html_open(h, "select", NULL);
    html_attr(h, "name", "view");
    for (int v = 0; v < VIEW_COUNT; v++)
        frame_option(h, view_word((enum view)v), view_title((enum view)v), view_word(f->view));
    html_close(h);
    html_close(h);
    if (!view_desk(f->view))
        period(r, h, f);
    filter_lists(r, h, f, x);
    frame_input(h, _("Words"), "search", "q", f->q ? f->q : "");
    html_attr(h, "maxlength", "200");
    frame_input_end(h);
    html_open(h, "div", "row");
    frame_button(h, "button", NULL, NULL, _("Show"));
    if (filter_narrow(f))
        frame_link(h, filter_url(&r->a, "/", &none), "quiet", _("Clear"));
    html_close(h);
    html_close(h);
    html_close(h);
}

/* ---------------------------------------------------------------- items */

static void item_facts(struct request *r, struct html *h, const struct finding *f)
{
    const struct mention *m = &f->mention;
    fmt_buf b;
    html_open(h, "div", "meta");
    if (*fmt_stars(b, &m->rating)) {
        html_open(h, "span", "stars");
        html_attr(h, "role", "img");
        html_attr_printf(h, "aria-label", _("%.1f of 5 stars"), rating_stars(&m->rating));
        html_text(h, b);
        html_close(h);
    }
    html_put(h, "b", NULL, fmt_brand(r->in.settings, f->brand));
    html_put(h, "span", "soft", fmt_site(b, m->id));
    if (m->author.name)
        html_put(h, "span", "soft author", m->author.name);
    html_put(h, "span", "soft", fmt_age(b, m->published, r->in.now, r->in.utc_offset_s));
    html_close(h);
}

void inbox_tags(struct request *r, struct html *h, const struct finding *f)
{
    const struct judgement *j = &f->judgement;
    fmt_buf b;
    bool open = triage_state_open(f->state);
    html_open(h, "div", "tags");
    if (!open || f->state == DESK_SEEN)
        html_put(h, "span", "tag state", fmt_state(f->state));
    if (f->hold_since)
        html_put(h, "span", "tag hold", _("on hold"));
    if (open && j->due_at)
        html_put(h, "span", frame_due_class(j->due_at, r->in.now), fmt_due(b, j->due_at, r->in.now));
    if (f->score.escalation)
        html_put(h, "span", "tag bad", triage_sign_text("escalation"));
    if (fmt_reopened(j))
        html_put(h, "span", "tag bad", fmt_reopened(j));
    if (f->missing_since)
        html_put(h, "span", "tag state", triage_sign_text("missing"));
    if (f->claim == CLAIM_UNCONFIRMED)
        html_put(h, "span", "tag bad", _("answer not seen on the page"));
    for (size_t i = 0; i < f->score.n_cause && i < 4; i++)
        if (strcmp(f->score.cause[i], "escalation") != 0)
            html_put(h, "span", "cause-tag", triage_cause_text(f->score.cause[i]));
    if (f->assignee) {
        html_open(h, "span", "assignee");
        html_printf(h, "→ %s", f->assignee);
        html_close(h);
    }
    html_close(h);
}

static void item(struct request *r, struct html *h, const struct filter *f, const struct finding *x)
{
    const char *gist = fmt_gist(&x->mention);
    const char *to = arena_printf(&r->a, "/item/%llu", (unsigned long long)x->seq);
    struct filter back = *f;
    bool cut = false;
    back.page = back.from = 0;
    html_open(h, "li", x->state == DESK_NEW ? "item new" : "item");
    html_attr_printf(h, "data-seq", "%llu", (unsigned long long)x->seq);
    item_facts(r, h, x);
    html_open(h, "a", "gist");
    html_attr(h, "href", filter_url(&r->a, to, &back));
    if (x->mention.title) {
        html_put(h, "strong", NULL, x->mention.title);
        html_text(h, " ");
    }
    if (gist && gist != x->mention.title) {
        char *text = arena_strndup(&r->a, gist, fmt_cut(gist, GIST_CHARACTERS, &cut));
        html_text(h, text);
        html_text(h, cut ? "…" : "");
    }
    if (!gist && !x->mention.title)
        html_text(h, x->mention.id);
    html_close(h);
    inbox_tags(r, h, x);
    html_close(h);
}

static void nothing(struct request *r, struct html *h, const struct filter *f, const struct found *found)
{
    html_open(h, "div", "empty");
    if (f->q && found->more)
        html_put(h, "p", NULL, _("Nothing found so far."));
    else if (f->q)
        html_put(h, "p", NULL, _("Nothing found."));
    else if (filter_narrow(f) || f->view != VIEW_OPEN)
        html_put(h, "p", NULL, _("Nothing here under these filters."));
    else
        html_put(h, "p", NULL, _("Nothing waits for an answer. Look at the first line: are all sources read?"));
    if (filter_narrow(f))
        frame_link(h, filter_url(&r->a, "/", &(struct filter){.view = f->view}), "button", _("Clear the filters"));
    html_close(h);
}

static void turn(struct request *r, struct html *h, const struct filter *f, const struct found *found)
{
    struct filter to = *f;
    fmt_buf a, b;
    html_open(h, "nav", "turn");
    html_attr(h, "aria-label", _("Further items"));
    if (f->q) {
        html_open(h, "p", "soft");
        html_printf(h, _("looked through %s of %s"), fmt_count(a, found->looked), fmt_count(b, found->scan.n));
        html_close(h);
        to.from = found->looked;
        if (found->more)
            frame_link(h, filter_url(&r->a, "/", &to), "button", _("Search on"));
        to.from = to.days = 0;
        if (!found->more && f->days && !view_desk(f->view))
            frame_link(h, filter_url(&r->a, "/", &to), "button", _("Search in all years"));
    } else {
        if (f->page > 0) {
            to.page = f->page - 1;
            frame_link(h, filter_url(&r->a, "/", &to), "button", _("Back"));
        }
        if (found->more && f->page + 1 < FILTER_PAGES_MAX) {
            to.page = f->page + 1;
            frame_link(h, filter_url(&r->a, "/", &to), "button", _("Further"));
        }
    }
    html_close(h);
}

static void list(struct request *r, struct html *h, const struct filter *f, const struct found *found)
{
    fmt_buf b;
    html_open(h, "section", "list");
    html_attr(h, "aria-label", view_title(f->view));
    html_open(h, "div", "top");
    html_put(h, "h1", NULL, view_title(f->view));
    html_open(h, "p", "soft");
    int n = found->scan.n > 999999999 ? 999999999 : (int)found->scan.n;
    html_printf(h, ngettext("%s item", "%s items", (unsigned long)n), fmt_count(b, (uint64_t)n));
    html_close(h);
    html_close(h);
    html_open(h, "p", "news");
    html_attr(h, "role", "status");
    html_attr(h, "hidden", "hidden");
    html_attr(h, "data-text", _("There is something new."));
    html_attr(h, "data-load", _("Load"));
    html_close(h);
    if (found->n) {
        html_open(h, "ol", "items");
        for (size_t i = 0; i < found->n; i++)
            item(r, h, f, &found->f[i]);
        html_close(h);
    } else {
        nothing(r, h, f, found);
    }
    turn(r, h, f, found);
    html_close(h);
}

/* ---------------------------------------------------------------- beside them */

static void causes(struct request *r, struct html *h, const struct filter *f, const struct facets *x)
{
    size_t order[NAMES_CAUSES], n = 0;
    for (size_t i = 0; i < r->s->names->n_cause; i++) {
        size_t k = n;
        if (!x->cause[i])
            continue;
        for (; k > 0 && x->cause[order[k - 1]] < x->cause[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
        n++;
    }
    if (!n)
        return;
    html_open(h, "section", "card");
    html_put(h, "h2", NULL, _("Causes of what is shown"));
    html_open(h, "ul", "causebars");
    for (size_t i = 0; i < n && i < 8; i++) {
        struct filter to = *f;
        fmt_buf b;
        to.cause = triage_cause_code(order[i]);
        to.page = to.from = 0;
        html_open(h, "li", NULL);
        frame_link(h, filter_url(&r->a, "/", &to), NULL, triage_cause_text(to.cause));
        html_put(h, "span", "num", fmt_count(b, x->cause[order[i]]));
        svg_bar_one(h, "f-neg", x->cause[order[i]], x->cause[order[0]]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static enum err beside(struct request *r, struct html *h, const struct filter *f, const struct scan *s)
{
    struct days days;
    enum err e = scan_days(r, f->brand, CHART_DAYS, &days);
    if (e != ERR_OK)
        return e;
    html_open(h, "aside", "beside");
    html_attr(h, "aria-label", _("Figures"));
    html_open(h, "section", "card");
    html_open(h, "div", "top");
    html_put(h, "h2", NULL, _("The last 14 days"));
    html_close(h);
    figures_chart(r, h, &days);
    html_open(h, "p", "soft small");
    fmt_buf a, b;
    html_printf(h, _("%s mentions, %s negative"), fmt_count(a, days.n_all), fmt_count(b, days.n_negative));
    html_close(h);
    html_close(h);
    causes(r, h, f, &s->facets);
    html_close(h);
    return ERR_OK;
}

/* "otzovik:123" in the search field leads there. */
static bool straight_to(struct request *r, const struct filter *f)
{
    struct finding x;
    const char *colon = f->q ? strchr(f->q, ':') : NULL;
    if (!colon || colon == f->q || !colon[1] || strpbrk(f->q, " \t") || store_get(r->in.store, f->q, &r->a, &x) != ERR_OK)
        return false;
    const char *to = arena_printf(&r->a, "/item/%llu", (unsigned long long)x.seq);
    if (to)
        web_redirect(r, to);
    return to;
}

void web_inbox(struct request *r, const char *rest)
{
    struct filter f;
    struct found found;
    struct html h;
    (void)rest;
    inbox_filter(r, FILTER_DAYS, &f);
    if (straight_to(r, &f))
        return;
    enum err e = scan_page(r, &f, &found);
    if (e != ERR_OK) {
        web_failed(r, e);
        return;
    }
    if (!frame_begin(r, &h, view_title(f.view), NAV_INBOX, f.q))
        return;
    tabs(r, &h, &f, &found.scan);
    html_open(&h, "div", "columns");
    filters(r, &h, &f, &found.scan.facets);
    list(r, &h, &f, &found);
    if (beside(r, &h, &f, &found.scan) != ERR_OK)
        html_put(&h, "p", "soft", _("The store could not be read or written; the server's log says why."));
    html_close(&h);
    frame_end(r, &h);
}
