#include "report/term.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "desk/triage.h"
#include "report/fmt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TERM_COLUMNS_MIN   30
#define TERM_SCRATCH_BYTES ((size_t)4 * 1024 * 1024) /* one text, made safe: far more than LIMIT_TEXT_BYTES */

static const char *const style_on[] = {"", "\033[1m", "\033[2m", "\033[1;31m", "\033[33m", "\033[32m", "\033[9;31m"};

void term_init(struct term *t, const struct report_in *in, struct strbuf *out)
{
    size_t columns = in->columns > 0 ? (size_t)in->columns : 80;
    *t = (struct term){out, in->color, columns < TERM_COLUMNS_MIN ? TERM_COLUMNS_MIN : columns};
}

static void style_begin(struct term *t, enum style s)
{
    if (t->color && s != STYLE_PLAIN)
        strbuf_puts(t->out, style_on[s]);
}

static void style_end(struct term *t, enum style s)
{
    if (t->color && s != STYLE_PLAIN)
        strbuf_puts(t->out, "\033[0m");
}

void term_put(struct term *t, enum style s, const char *text)
{
    if (!text || !*text)
        return;
    style_begin(t, s);
    utf8_terminal(t->out, text, false);
    style_end(t, s);
}

void term_putn(struct term *t, enum style s, const char *text, size_t n)
{
    struct strbuf b;
    strbuf_init(&b, TERM_SCRATCH_BYTES);
    strbuf_add(&b, text, n);
    term_put(t, s, b.s);
    strbuf_release(&b);
}

void term_printf(struct term *t, enum style s, const char *fmt, ...)
{
    char line[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    line[utf8_valid_prefix(line, strlen(line))] = 0; /* vsnprintf may have cut inside a character */
    term_put(t, s, line);
}

void term_line(struct term *t)
{
    strbuf_putc(t->out, '\n');
}

static void blanks(struct term *t, size_t n)
{
    while (n-- > 0)
        strbuf_putc(t->out, ' ');
}

size_t term_width(const char *text)
{
    struct strbuf b;
    strbuf_init(&b, TERM_SCRATCH_BYTES);
    utf8_terminal(&b, text, false);
    size_t w = utf8_columns(b.s, b.n);
    strbuf_release(&b);
    return w;
}

void term_cell(struct term *t, enum style s, const char *text, size_t width, bool right)
{
    struct strbuf b;
    strbuf_init(&b, TERM_SCRATCH_BYTES);
    utf8_terminal(&b, text ? text : "", false);
    size_t w = utf8_columns(b.s, b.n);
    if (w > width) {
        b.n = utf8_cut_columns(b.s, b.n, width ? width - 1 : 0);
        b.s[b.n] = 0;
        strbuf_puts(&b, "…");
        w = utf8_columns(b.s, b.n);
    }
    if (right && w < width)
        blanks(t, width - w);
    term_put(t, s, b.s);
    if (!right && w < width)
        blanks(t, width - w);
    strbuf_release(&b);
}

/* One paragraph without newlines. */
static void wrap_paragraph(struct term *t, enum style s, const char *p, size_t n, size_t indent, bool begun)
{
    size_t room = t->columns > indent + 10 ? t->columns - indent : 10;
    do {
        while (n > 0 && *p == ' ')
            p++, n--;
        size_t take = utf8_cut_columns(p, n, room);
        if (take == 0)
            take = n; /* a single cluster wider than the line */
        if (take < n && p[take] != ' ') {
            size_t back = take;
            while (back > 0 && p[back - 1] != ' ')
                back--;
            if (back > 0)
                take = back;
        }
        size_t show = take;
        while (show > 0 && p[show - 1] == ' ')
            show--;
        if (show > 0) {
            if (!begun)
                blanks(t, indent);
            begun = false;
            style_begin(t, s);
            strbuf_add(t->out, p, show);
            style_end(t, s);
        }
        term_line(t);
        p += take;
        n -= take;
        while (n > 0 && *p == ' ')
            p++, n--;
    } while (n > 0);
}

static void wrap(struct term *t, enum style s, const char *text, size_t indent, bool begun)
{
    struct strbuf b;
    strbuf_init(&b, TERM_SCRATCH_BYTES);
    utf8_terminal(&b, text, true);
    for (size_t i = 0; i < b.n; i++)
        if (b.s[i] == '\t')
            b.s[i] = ' ';
    for (const char *p = b.s;; begun = false) {
        size_t n = strcspn(p, "\n");
        wrap_paragraph(t, s, p, n, indent, begun);
        if (!p[n])
            break;
        p += n + 1;
    }
    strbuf_release(&b);
}

void term_wrap(struct term *t, enum style s, const char *text, size_t indent)
{
    wrap(t, s, text, indent, false);
}

void term_wrap_on(struct term *t, enum style s, const char *text, size_t indent)
{
    wrap(t, s, text, indent, true);
}

void term_heading(struct term *t, enum style s, const char *title, size_t count)
{
    term_line(t);
    term_put(t, s, title);
    if (count)
        term_printf(t, STYLE_DIM, " (%zu)", count);
    term_line(t);
}

void term_link(struct term *t, const char *url)
{
    if (!fmt_is_link(url))
        return;
    bool ascii = true;
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p >= 0x7f)
            ascii = false;
    if (t->color && ascii)
        strbuf_printf(t->out, "\033]8;;%s\033\\", url);
    term_put(t, STYLE_PLAIN, url);
    if (t->color && ascii)
        strbuf_puts(t->out, "\033]8;;\033\\");
}

#define ITEM_INDENT 4

/* " · text", on a new line when this one is full. */
static void part(struct term *t, size_t *column, enum style s, const char *text)
{
    if (!text || !*text)
        return;
    size_t w = term_width(text);
    if (*column > ITEM_INDENT && *column + 3 + w > t->columns) {
        term_line(t);
        blanks(t, ITEM_INDENT);
        *column = ITEM_INDENT;
    } else if (*column > ITEM_INDENT) {
        term_put(t, STYLE_DIM, " · ");
        *column += 3;
    }
    term_put(t, s, text);
    *column += w;
}

static void item_head(struct term *t, const struct report_in *in, const struct finding *f, const char *note)
{
    const struct mention *m = &f->mention;
    fmt_buf b;
    size_t column = ITEM_INDENT;
    part(t, &column, STYLE_WARN, fmt_stars(b, &m->rating));
    part(t, &column, f->score.label == LABEL_NEGATIVE ? STYLE_BAD : STYLE_PLAIN, fmt_score(b, (double)f->score.value));
    part(t, &column, STYLE_PLAIN, fmt_age(b, m->published, in->now, in->utc_offset_s));
    part(t, &column, STYLE_BOLD, fmt_brand(in->settings, f->brand));
    part(t, &column, STYLE_PLAIN, fmt_site(b, m->id));
    if (f->judgement.verdict == VERDICT_REPLY)
        part(t, &column, f->judgement.due_at < in->now ? STYLE_BAD : STYLE_WARN, fmt_due(b, f->judgement.due_at, in->now));
    if (f->score.escalation)
        part(t, &column, STYLE_BAD, triage_sign_text("escalation"));
    if (!note)
        note = fmt_reopened(&f->judgement);
    part(t, &column, STYLE_WARN, note);
    part(t, &column, STYLE_PLAIN, f->assignee);
    term_line(t);
}

/* "[causes] text…" as one paragraph. */
static void item_text(struct term *t, const struct finding *f, size_t characters, size_t indent)
{
    struct strbuf b, reasons;
    struct arena a;
    strbuf_init(&b, TERM_SCRATCH_BYTES);
    strbuf_init(&reasons, TERM_SCRATCH_BYTES);
    arena_init(&a, TERM_SCRATCH_BYTES);
    fmt_reasons(&reasons, &f->score);
    if (reasons.n)
        strbuf_printf(&b, "[%s] ", reasons.s);
    const char *gist = characters ? fmt_gist(&f->mention) : NULL;
    const char *flat = gist ? utf8_squeeze(&a, gist) : NULL;
    if (flat) {
        bool cut;
        strbuf_add(&b, flat, fmt_cut(flat, characters, &cut));
        if (cut)
            strbuf_puts(&b, "…");
    }
    if (b.n)
        term_wrap(t, STYLE_PLAIN, b.s, indent);
    arena_release(&a);
    strbuf_release(&reasons);
    strbuf_release(&b);
}

void term_item(struct term *t, const struct report_in *in, const struct finding *f, size_t number, size_t characters,
               const char *note)
{
    const struct mention *m = &f->mention;
    size_t indent = ITEM_INDENT;
    term_printf(t, STYLE_DIM, "%2zu  ", number);
    item_head(t, in, f, note);
    item_text(t, f, characters, indent);
    blanks(t, indent);
    if (fmt_is_link(m->url)) {
        term_link(t, m->url);
        if (term_width(m->url) + term_width(m->id) + indent + 2 > t->columns) {
            term_line(t);
            blanks(t, indent);
        } else {
            blanks(t, 2);
        }
    }
    term_put(t, STYLE_DIM, m->id);
    term_line(t);
}
