#include "report/csv.h"

#include "base/utf8.h"

#include <string.h>

#define CSV_FIELD_BYTES ((size_t)4 * 1024 * 1024)

void csv_begin(struct csv *c, struct strbuf *out)
{
    *c = (struct csv){out, false};
    strbuf_puts(out, "\xEF\xBB\xBF");
}

static void separate(struct csv *c)
{
    if (c->has_field)
        strbuf_putc(c->out, ',');
    c->has_field = true;
}

/* A spreadsheet skips blanks of any kind before it looks for a formula. */
static bool is_formula(const char *s, size_t n)
{
    while (n > 0) {
        size_t len;
        uint32_t cp = utf8_next(s, n, &len);
        if (cp == ' ' || cp == '\n' || cp == 0xA0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200F) || cp == 0xFEFF ||
            cp == '"' || cp == '\'') {
            s += len;
            n -= len;
            continue;
        }
        static const uint32_t begin[] = {'=',    '+',    '-',    '@',    '|',    '%',    0xFF1D, 0xFF0B,
                                         0xFF0D, 0xFF20, 0x2212, 0xFE62, 0xFE63, 0xFE66, 0xFE6B};
        for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
            if (cp == begin[i])
                return true;
        return false;
    }
    return false;
}

void csv_field(struct csv *c, const char *text)
{
    separate(c);
    if (!text || !*text)
        return;
    struct strbuf b;
    strbuf_init(&b, CSV_FIELD_BYTES);
    bool formula = strchr("\t\r", text[0]) != NULL;
    utf8_terminal(&b, text, true);
    formula = formula || is_formula(b.s, b.n);
    strbuf_putc(c->out, '"');
    if (formula)
        strbuf_putc(c->out, '\'');
    for (size_t i = 0; i < b.n; i++) {
        if (b.s[i] == '"')
            strbuf_putc(c->out, '"');
        strbuf_putc(c->out, b.s[i] == '\t' ? ' ' : b.s[i]);
    }
    strbuf_putc(c->out, '"');
    strbuf_release(&b);
}

void csv_number(struct csv *c, double v, int decimals)
{
    separate(c);
    strbuf_printf(c->out, "%.*f", decimals, v);
}

void csv_time(struct csv *c, int64_t at)
{
    char buf[WHEN_TEXT_BYTES];
    separate(c);
    if (at)
        strbuf_puts(c->out, when_format((struct when){at, PRECISION_SECOND}, buf));
}

void csv_row_end(struct csv *c)
{
    strbuf_puts(c->out, "\r\n");
    c->has_field = false;
}

void csv_finding_header(struct csv *c)
{
    static const char *const name[] = {
        "id",       "brand", "source", "channel",     "kind",        "verdict",    "priority",      "due",   "state",
        "assignee", "stars", "score",  "label",       "causes",      "published",  "author",        "title", "text",
        "pros",     "cons",  "reply",  "reply_state", "answered_at", "first_seen", "missing_since", "url",
    };
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        csv_field(c, name[i]);
    csv_row_end(c);
}

void csv_finding(struct csv *c, const struct finding *f)
{
    const struct mention *m = &f->mention;
    char when[WHEN_TEXT_BYTES];
    struct strbuf causes;
    strbuf_init(&causes, CSV_FIELD_BYTES);
    for (size_t i = 0; i < f->score.n_cause; i++)
        strbuf_printf(&causes, "%s%s", i ? " " : "", f->score.cause[i]);
    const char *first[] = {
        m->id, f->brand, f->source, f->channel, mention_kind_word(m->kind), verdict_word(f->judgement.verdict)};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        csv_field(c, first[i]);
    csv_number(c, f->judgement.priority, 0);
    csv_time(c, f->judgement.due_at);
    csv_field(c, desk_state_word(f->state));
    csv_field(c, f->assignee);
    if (m->rating.known)
        csv_number(c, rating_stars(&m->rating), 1);
    else
        csv_field(c, NULL);
    csv_number(c, (double)f->score.value, 2);
    csv_field(c, label_word(f->score.label));
    csv_field(c, causes.s);
    csv_field(c, when_format(m->published, when));
    const char *text[] = {m->author.name, m->title, m->text, m->pros, m->cons, m->reply.text, reply_state_word(m->reply_state)};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        csv_field(c, text[i]);
    csv_time(c, f->answered_at);
    csv_time(c, f->first_seen);
    csv_time(c, f->missing_since);
    csv_field(c, m->url);
    csv_row_end(c);
    strbuf_release(&causes);
}
