/* The brief on a terminal or in a mail: one screen. Every section shows something; what is left of the screen is shared out in turn. */
#include "report/brief.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "report/fmt.h"
#include "report/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCREEN_ROWS     50 /* of a mail, or when the terminal does not tell */
#define SCREEN_ROWS_MIN 30
#define TEXT_CHARACTERS 160
#define LIST_ROWS       2 /* of answered, vanished and unconfirmed ones */

enum shape { SHAPE_NONE, SHAPE_SHORT /* facts and link */, SHAPE_WHOLE /* with its text */ };

struct screen {
    const struct report_in *in;
    const struct brief *b;
    struct strbuf scratch;
    size_t room; /* lines left */
    enum shape *shape; /* of each item */
    size_t first[BRIEF_SECTION_COUNT], n[BRIEF_SECTION_COUNT]; /* items of each section that were read */
};

static size_t lines_of(const struct strbuf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        n += b->s[i] == '\n';
    return n;
}

static void print_item(const struct screen *s, struct strbuf *out, size_t i, size_t number)
{
    const struct brief_item *x = &s->b->item[i];
    struct term t;
    term_init(&t, s->in, out);
    term_item(&t, s->in, x->f, number, s->shape[i] == SHAPE_WHOLE ? TEXT_CHARACTERS : 0, x->event ? fmt_event(x->event) : NULL);
}

static size_t item_lines(struct screen *s, size_t i, enum shape shape)
{
    if (shape == SHAPE_NONE)
        return 0;
    enum shape was = s->shape[i];
    s->shape[i] = shape;
    strbuf_clear(&s->scratch);
    print_item(s, &s->scratch, i, 1);
    s->shape[i] = was;
    return lines_of(&s->scratch);
}

/* Give item i another shape when there is room for it. */
static bool reshape(struct screen *s, size_t i, enum shape shape)
{
    size_t now = item_lines(s, i, s->shape[i]), then = item_lines(s, i, shape);
    if (then > now + s->room)
        return false;
    s->room -= then - now;
    s->shape[i] = shape;
    return true;
}

static void take(size_t *room, size_t n)
{
    *room -= n < *room ? n : *room;
}

/* What each section shows at least, then one more of each in turn while there is room. */
static void share_out(struct screen *s)
{
    for (size_t k = 0; k < BRIEF_SECTION_COUNT; k++)
        if (s->n[k]) {
            s->shape[s->first[k]] = SHAPE_SHORT;
            take(&s->room, 3 + item_lines(s, s->first[k], SHAPE_SHORT)); /* a blank line, the heading, how many more */
        }
    for (size_t k = 0; k < BRIEF_SECTION_COUNT; k++)
        if (s->n[k])
            reshape(s, s->first[k], SHAPE_WHOLE);
    for (size_t round = 1, full = 0; full < BRIEF_SECTION_COUNT; round++) {
        full = 0;
        for (size_t k = 0; k < BRIEF_SECTION_COUNT; k++) {
            size_t i = s->first[k] + round;
            bool more = round < s->n[k] && s->shape[i - 1] != SHAPE_NONE;
            if (!more || (!reshape(s, i, SHAPE_WHOLE) && !reshape(s, i, SHAPE_SHORT)))
                full++;
        }
    }
}

static void find_sections(struct screen *s)
{
    for (size_t i = 0; i < s->b->n; i++) {
        size_t k = s->b->item[i].section;
        if (s->n[k]++ == 0)
            s->first[k] = i;
    }
}

static void more_line(struct term *t, size_t n)
{
    int more = (int)n;
    strbuf_puts(t->out, "    ");
    term_printf(t, STYLE_DIM, ngettext("and %d more: earshot queue", "and %d more: earshot queue", (unsigned long)more), more);
    term_line(t);
}

static void print_sections(const struct screen *s, struct term *t)
{
    static const enum style style[BRIEF_SECTION_COUNT] = {STYLE_BAD, STYLE_WARN, STYLE_BOLD, STYLE_BOLD, STYLE_BOLD, STYLE_BOLD, STYLE_BOLD};
    size_t number = 1;
    for (size_t k = 0; k < BRIEF_SECTION_COUNT; k++) {
        size_t all = s->b->n_section[k], shown = 0;
        if (all == 0)
            continue;
        term_heading(t, style[k], brief_section_title((enum brief_section)k), all);
        for (; shown < s->n[k] && s->shape[s->first[k] + shown] != SHAPE_NONE; shown++)
            print_item(s, t->out, s->first[k] + shown, number++);
        if (shown < all)
            more_line(t, all - shown);
    }
}

/* One finding on a line: what it is, a word on it, its id. */
static void list_row(struct term *t, const struct report_in *in, const struct finding *f, const char *word)
{
    fmt_buf stars, site;
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    fmt_stars(stars, &f->mention.rating);
    strbuf_printf(&line, "%s%s%s · %s · %s · %s", stars, *stars ? " " : "", fmt_brand(in->settings, f->brand), fmt_site(site, f->mention.id), word,
                  f->mention.id);
    term_wrap(t, STYLE_PLAIN, line.s, 4);
    strbuf_release(&line);
}

static void vanished_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    if (b->n_vanished == 0)
        return;
    term_heading(t, STYLE_BOLD, _("Vanished from the site"), b->n_vanished);
    for (size_t i = 0; i < b->n_vanished && i < LIST_ROWS; i++) {
        const struct finding *f = &b->vanished[i];
        fmt_buf seen, gone;
        char word[2 * FMT_BYTES + 64];
        snprintf(word, sizeof word, _("seen %s, not there %s"), fmt_time(seen, f->last_seen, in->now, in->utc_offset_s),
                 fmt_time(gone, f->missing_since, in->now, in->utc_offset_s));
        list_row(t, in, f, word);
    }
}

static void unconfirmed_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    fmt_buf when;
    if (b->n_unconfirmed == 0)
        return;
    term_heading(t, STYLE_WARN, _("Said to be answered, not seen on the page"), b->n_unconfirmed);
    for (size_t i = 0; i < b->n_unconfirmed && i < LIST_ROWS; i++)
        list_row(t, in, &b->unconfirmed[i], fmt_time(when, b->unconfirmed[i].claimed_at, in->now, in->utc_offset_s));
}

static void closed_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    fmt_buf when;
    if (b->n_closed == 0)
        return;
    term_heading(t, STYLE_WARN, _("Ticket closed, no public answer on the page"), b->n_closed);
    for (size_t i = 0; i < b->n_closed && i < LIST_ROWS; i++)
        list_row(t, in, &b->closed[i], fmt_time(when, b->closed[i].last_seen, in->now, in->utc_offset_s));
}

static void answered_rows(struct term *t, const struct report_in *in, const struct brief *b)
{
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    bool any = brief_yesterday(b, &line);
    if (b->n_answered || any)
        term_heading(t, STYLE_GOOD, _("Answered"), b->n_answered);
    if (any)
        term_wrap(t, STYLE_PLAIN, line.s, 4);
    strbuf_release(&line);
    for (size_t i = 0; i < b->n_answered && i < LIST_ROWS; i++) {
        fmt_buf span;
        char word[FMT_BYTES + 64];
        int64_t took = collect_answer_s(&b->answered[i]);
        if (took >= 0)
            snprintf(word, sizeof word, _("answered after %s"), fmt_lasted(span, took));
        list_row(t, in, &b->answered[i], took >= 0 ? word : fmt_state(DESK_ANSWERED));
    }
}

static void hint(struct term *t, bool any)
{
    term_line(t);
    term_wrap(t, STYLE_DIM,
              any ? _("Next: earshot show ID, earshot explain ID, earshot mark ID seen|answered|resolved; all of them: earshot queue")
                  : _("Next: earshot report for the last 30 days, earshot status for the sources"),
              0);
}

static void print_head(struct term *t, const struct report_in *in, const struct brief *b)
{
    struct strbuf line;
    strbuf_init(&line, LIMIT_LINE_BYTES);
    health_sentence(in, &b->health, &line);
    term_put(t, b->health.n_read == b->health.n && b->health.n ? STYLE_GOOD : STYLE_BAD, line.s);
    term_line(t);
    for (size_t i = 0; i < b->n_spike; i++) {
        strbuf_clear(&line);
        brief_spike(in, &b->spike[i], &line);
        term_wrap(t, STYLE_BAD, line.s, 0);
    }
    strbuf_release(&line);
}

static void print_tail(struct term *t, const struct report_in *in, const struct brief *b)
{
    vanished_rows(t, in, b);
    unconfirmed_rows(t, in, b);
    closed_rows(t, in, b);
    answered_rows(t, in, b);
    hint(t, brief_total(b) > 0);
}

void brief_text(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    struct term t;
    struct screen s = {.in = in, .b = b, .shape = calloc(b->n + 1, sizeof *s.shape)};
    if (!s.shape) {
        out->full = true;
        return;
    }
    strbuf_init(&s.scratch, 4 * LIMIT_MIB);
    term_init(&t, in, &s.scratch);
    print_head(&t, in, b);
    size_t head = 1 + term_width(s.scratch.s) / t.columns; /* the first line is not broken: it may be a mail's subject */
    print_tail(&t, in, b);
    s.room = in->rows > SCREEN_ROWS_MIN ? (size_t)in->rows : in->rows > 0 ? SCREEN_ROWS_MIN : SCREEN_ROWS;
    take(&s.room, head + lines_of(&s.scratch));
    find_sections(&s);
    if (in->max)
        for (size_t i = 0; i < b->n && i < in->max; i++)
            s.shape[i] = SHAPE_WHOLE;
    else
        share_out(&s);
    term_init(&t, in, out);
    print_head(&t, in, b);
    print_sections(&s, &t);
    if (brief_total(b) == 0) {
        term_line(&t);
        term_put(&t, STYLE_GOOD, _("no open negatives"));
        term_line(&t);
    }
    print_tail(&t, in, b);
    strbuf_release(&s.scratch);
    free(s.shape);
}
