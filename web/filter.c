#include "web/filter.h"

#include "base/hash.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "web/frame.h"

#include <stdlib.h>
#include <string.h>

#define SOON_S 3600

static const struct {
    const char *word, *title;
    bool desk;
} views[VIEW_COUNT] = {
#define X(symbol, word, title, desk) {word, title, desk},
    VIEW_LIST(X)
#undef X
};

const char *view_word(enum view v)
{
    return views[v].word;
}

const char *view_title(enum view v)
{
    return _(views[v].title);
}

bool view_desk(enum view v)
{
    return views[v].desk;
}

static size_t number(const char *s, size_t most)
{
    char *end;
    unsigned long v = s && *s >= '0' && *s <= '9' ? strtoul(s, &end, 10) : 0;
    return v > most ? most : (size_t)v;
}

void filter_read(struct filter *f, int days, const char *(*get)(void *ctx, const char *name), void *ctx)
{
    const char *view = get(ctx, "view");
    *f = (struct filter){.view = VIEW_OPEN};
    for (int v = 0; view && v < VIEW_COUNT; v++)
        if (strcmp(view, views[v].word) == 0)
            f->view = (enum view)v;
    f->brand = get(ctx, "brand");
    f->source = get(ctx, "source");
    f->cause = get(ctx, "cause");
    f->lang = get(ctx, "lang");
    f->q = get(ctx, "q");
    f->days = get(ctx, "days") ? (int)number(get(ctx, "days"), 36500) : days;
    f->page = number(get(ctx, "page"), FILTER_PAGES_MAX - 1);
    f->from = f->q ? number(get(ctx, "from"), 1000000000) : 0;
}

const char *filter_url(struct arena *a, const char *path, const struct filter *f)
{
    const struct {
        const char *name, *value;
    } part[] = {{"view", f->view != VIEW_OPEN ? view_word(f->view) : NULL},
                {"brand", f->brand},
                {"source", f->source},
                {"cause", f->cause},
                {"lang", f->lang},
                {"q", f->q},
                {"days", !view_desk(f->view) && f->days != FILTER_DAYS ? arena_printf(a, "%d", f->days) : NULL},
                {"page", f->page ? arena_printf(a, "%zu", f->page) : NULL},
                {"from", f->from ? arena_printf(a, "%zu", f->from) : NULL}};
    const char *url = path;
    bool first = true;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (!part[i].value)
            continue;
        url = arena_printf(a, "%s%c%s=%s", url, first ? '?' : '&', part[i].name, frame_escape(a, part[i].value));
        if (!url)
            return path;
        first = false;
    }
    return url;
}

bool filter_narrow(const struct filter *f)
{
    return f->brand || f->source || f->cause || f->lang || f->q;
}

void filter_hash(struct filter_hash *h, const struct filter *f, const char *me, int64_t now)
{
    *h = (struct filter_hash){.now = now, .me = store_word_hash(me), .cause = store_word_hash(f->cause), .lang = store_word_hash(f->lang)};
    h->brand = f->brand ? hash64_str(f->brand) : 0;
    h->source = f->source ? hash64_str(f->source) : 0;
}

bool view_fit(enum view v, const struct filter_hash *h, const struct store_row *r)
{
    bool open = r->verdict == VERDICT_REPLY && (r->state == DESK_NEW || r->state == DESK_SEEN);
    switch (v) {
    case VIEW_OPEN:
        return open;
    case VIEW_OVERDUE:
        return open && r->due_at && r->due_at < h->now;
    case VIEW_SOON:
        return open && r->due_at >= h->now && r->due_at <= h->now + SOON_S;
    case VIEW_MINE:
        return open && h->me && r->assignee == h->me;
    case VIEW_HOLD:
        return r->hold && (r->state == DESK_NEW || r->state == DESK_SEEN);
    case VIEW_WATCH:
        return r->verdict == VERDICT_WATCH && (r->state == DESK_NEW || r->state == DESK_SEEN);
    case VIEW_NEW:
        return open && r->state == DESK_NEW;
    case VIEW_SEEN:
        return open && r->state == DESK_SEEN;
    case VIEW_ANSWERED:
        return r->state == DESK_ANSWERED;
    case VIEW_PRIVATE:
        return r->state == DESK_MOVED_PRIVATE;
    case VIEW_RESOLVED:
        return r->state == DESK_RESOLVED;
    case VIEW_DISMISSED:
        return r->state == DESK_DISMISSED;
    case VIEW_ALL:
    case VIEW_COUNT:
        break;
    }
    return true;
}

unsigned filter_fit(const struct filter *f, const struct filter_hash *h, const struct store_row *r)
{
    bool cause = !h->cause;
    for (size_t i = 0; !cause && i < STORE_ROW_CAUSES; i++)
        cause = r->cause[i] == h->cause;
    return (view_fit(f->view, h, r) ? FIT_VIEW : 0u) | (!h->brand || r->brand == h->brand ? FIT_BRAND : 0u) |
           (!h->source || r->source == h->source ? FIT_SOURCE : 0u) | (cause ? FIT_CAUSE : 0u) | (!h->lang || r->lang == h->lang ? FIT_LANG : 0u);
}

void filter_complete(struct store_row *r, const struct finding *f)
{
    r->lang = store_word_hash(store_row_lang(f));
    r->assignee = store_word_hash(f->assignee);
    r->author = store_author_hash(f);
    r->positive = f->score.label == LABEL_POSITIVE;
    r->hold = f->hold_since != 0;
    for (size_t i = 0; i < f->score.n_cause && i < STORE_ROW_CAUSES; i++)
        r->cause[i] = store_word_hash(f->score.cause[i]);
    r->partial = false;
}
