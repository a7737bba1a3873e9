#include "report/show.h"

#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/paths.h"
#include "desk/triage.h"
#include "report/collect.h"
#include "report/diff.h"
#include "report/fmt.h"
#include "report/term.h"

#include <string.h>

#define LABEL_COLUMNS 23

/* "label:   text" */
static void fact(struct term *t, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    term_cell(t, STYLE_DIM, label, LABEL_COLUMNS, false);
    term_wrap_on(t, STYLE_PLAIN, text, LABEL_COLUMNS);
}

static void fact_date(struct term *t, const struct report_in *in, const char *label, struct when w)
{
    fmt_buf b;
    if (when_known(w))
        fact(t, label, fmt_date(b, w, in->now, in->utc_offset_s));
}

static void fact_time(struct term *t, const struct report_in *in, const char *label, int64_t at)
{
    fmt_buf b;
    if (at)
        fact(t, label, fmt_time(b, at, in->now, in->utc_offset_s));
}

static void fact_count(struct term *t, const char *label, int64_t n)
{
    fmt_buf b;
    if (n >= 0)
        fact(t, label, fmt_count(b, (uint64_t)n));
}

static void facts_author(struct term *t, const struct author *a)
{
    if (!a->name && !a->place && a->n_review < 0)
        return;
    term_cell(t, STYLE_DIM, _("author"), LABEL_COLUMNS, false);
    term_put(t, STYLE_PLAIN, a->name ? a->name : a->id ? a->id : "-");
    if (a->place)
        term_printf(t, STYLE_PLAIN, ", %s", a->place);
    if (a->n_review >= 0) {
        int n = a->n_review > 999999 ? 999999 : (int)a->n_review;
        term_put(t, STYLE_PLAIN, ", ");
        term_printf(t, STYLE_PLAIN, ngettext("%d review", "%d reviews", (unsigned long)n), n);
    }
    term_line(t);
}

static void facts(struct term *t, const struct report_in *in, const struct finding *f)
{
    const struct mention *m = &f->mention;
    struct strbuf b;
    strbuf_init(&b, LIMIT_LINE_BYTES);
    fact(t, _("id"), m->id);
    if (fmt_is_link(m->url)) {
        term_cell(t, STYLE_DIM, _("link"), LABEL_COLUMNS, false);
        term_link(t, m->url);
        term_line(t);
    }
    fact(t, _("source"), f->source);
    facts_author(t, &m->author);
    fact_date(t, in, _("published"), m->published);
    fact_date(t, in, _("experienced"), m->experienced);
    fact_date(t, in, _("edited"), m->edited);
    fact_time(t, in, _("first seen"), f->first_seen);
    fact_time(t, in, _("last seen"), f->last_seen);
    fact_time(t, in, _("not there since"), f->missing_since);
    fact(t, _("language"), m->lang);
    fact_count(t, _("likes"), m->likes);
    fact_count(t, _("views"), m->views);
    fact_count(t, _("comments"), m->n_comment);
    fact(t, _("verified"), m->verification);
    fact(t, _("order"), f->score.order_ref);
    for (size_t i = 0; i < f->score.n_cause; i++)
        strbuf_printf(&b, "%s%s", i ? ", " : "", triage_cause_text(f->score.cause[i]));
    fact(t, _("causes"), b.s);
    strbuf_clear(&b);
    strbuf_printf(&b, "%s, ", fmt_verdict(f->judgement.verdict));
    strbuf_printf(&b, _("priority %d"), f->judgement.priority);
    fact(t, _("verdict"), b.s);
    fact_time(t, in, _("due"), f->judgement.due_at);
    fact(t, _("state"), fmt_state(f->state));
    show_desk_facts(t, in, f);
    fact(t, _("assigned to"), f->assignee);
    fact(t, _("root cause"), f->root_cause ? triage_cause_text(f->root_cause) : NULL);
    fact(t, _("note"), f->note);
    strbuf_release(&b);
}

static void paragraph(struct term *t, const char *title, const char *text)
{
    if (!text)
        return;
    if (title) {
        term_line(t);
        term_put(t, STYLE_BOLD, title);
        term_line(t);
    }
    term_wrap(t, STYLE_PLAIN, text, 2);
}

static void reply(struct term *t, const struct report_in *in, const struct finding *f)
{
    const struct mention *m = &f->mention;
    fmt_buf b;
    term_line(t);
    if (m->reply_state == REPLY_NO) {
        term_put(t, STYLE_BAD, _("No public answer."));
        term_line(t);
        return;
    }
    if (m->reply_state == REPLY_UNKNOWN && !reply_present(&m->reply)) {
        term_put(t, STYLE_WARN, _("Not known whether there is a public answer: the page that was read cannot show it."));
        term_line(t);
        return;
    }
    term_put(t, STYLE_GOOD, _("Public answer"));
    if (m->reply.author)
        term_printf(t, STYLE_PLAIN, ", %s", m->reply.author);
    if (when_known(m->reply.published))
        term_printf(t, STYLE_PLAIN, ", %s", fmt_date(b, m->reply.published, in->now, in->utc_offset_s));
    term_line(t);
    if (m->reply.text)
        term_wrap(t, STYLE_PLAIN, m->reply.text, 2);
    for (unsigned bit = 1; bit < REPLY_FLAGS_ALL; bit <<= 1)
        if (m->reply.flags & bit) {
            term_put(t, STYLE_WARN, triage_reply_text((enum reply_flag)bit));
            term_line(t);
        }
    if (m->customer_last_word) {
        term_put(t, STYLE_WARN, _("The customer wrote again after the answer."));
        term_line(t);
    }
}

struct diff_out {
    struct term *t;
    struct strbuf plain;
};

/* On a terminal deleted words are struck through; in plain text [-so-] and {+so+}. Unchanged stretches are shortened to their
 * ends. */
static void put_diff(void *ctx, enum diff_kind k, const char *s, size_t n)
{
    struct diff_out *d = ctx;
    static const char *const open[] = {"", "[-", "{+"}, *const close[] = {"", "-]", "+}"};
    size_t blanks = 0;
    while (blanks < n && (s[n - 1 - blanks] == ' ' || s[n - 1 - blanks] == '\n'))
        blanks++;
    strbuf_puts(&d->plain, open[k]);
    bool cut = false;
    size_t head = n - blanks;
    if (k == DIFF_SAME && head > 400) {
        char copy[401];
        memcpy(copy, s, 400);
        copy[400] = 0;
        head = fmt_cut(copy, 60, &cut);
    }
    strbuf_add(&d->plain, s, head);
    if (cut)
        strbuf_puts(&d->plain, " […]");
    strbuf_puts(&d->plain, close[k]);
    if (n > 0)
        strbuf_putc(&d->plain, ' ');
}

static void diff_field(struct term *t, const char *name, const char *before, const char *after)
{
    if ((!before && !after) || (before && after && strcmp(before, after) == 0))
        return;
    struct diff_out d = {.t = t};
    strbuf_init(&d.plain, 4 * LIMIT_TEXT_BYTES);
    term_printf(t, STYLE_DIM, "    %s:", fmt_field(name));
    term_line(t);
    diff_words(before, after, put_diff, &d);
    term_wrap(t, STYLE_PLAIN, d.plain.s, 6);
    strbuf_release(&d.plain);
}

static void diff_rating(struct term *t, const struct rating *before, const struct rating *after)
{
    fmt_buf x, y;
    if (before->known == after->known && (!before->known || before->value == after->value))
        return; /* set, never computed */
    term_printf(t, STYLE_DIM, "    %s: ", fmt_field("rating"));
    term_printf(t, STYLE_PLAIN, "%s → %s", before->known ? fmt_stars(x, before) : "-",
                after->known ? fmt_stars(y, after) : "-");
    term_line(t);
}

static void history(struct term *t, const struct report_in *in, const struct show *s)
{
    fmt_buf b;
    if (s->n_revision < 2)
        return;
    term_heading(t, STYLE_BOLD, _("History"), s->n_revision);
    for (size_t i = 0; i < s->n_revision; i++) {
        const struct revision *r = &s->revision[i];
        term_printf(t, STYLE_PLAIN, "  %u  %s", (unsigned)r->n, fmt_time(b, r->seen_at, in->now, in->utc_offset_s));
        if (i == 0)
            term_printf(t, STYLE_DIM, "  %s", _("first seen"));
        term_line(t);
        if (i == 0)
            continue;
        const struct mention *x = &s->revision[i - 1].mention, *y = &r->mention;
        diff_rating(t, &x->rating, &y->rating);
        diff_field(t, "title", x->title, y->title);
        diff_field(t, "text", x->text, y->text);
        diff_field(t, "pros", x->pros, y->pros);
        diff_field(t, "cons", x->cons, y->cons);
        diff_field(t, "reply", x->reply.text, y->reply.text);
    }
}

void show_text(const struct report_in *in, const struct show *s, struct strbuf *out)
{
    const struct finding *f = &s->f;
    const struct mention *m = &f->mention;
    struct term t;
    fmt_buf b;
    term_init(&t, in, out);
    const char *stars = fmt_stars(b, &m->rating);
    if (*stars) {
        term_put(&t, STYLE_WARN, stars);
        strbuf_puts(out, "  ");
    }
    fmt_buf site, score;
    term_put(&t, STYLE_BOLD, fmt_brand(in->settings, f->brand));
    term_printf(&t, STYLE_PLAIN, " · %s · %s · %s %s", fmt_site(site, m->id), fmt_kind(m->kind), fmt_label(f->score.label),
                fmt_score(score, (double)f->score.value));
    term_line(&t);
    term_line(&t);
    facts(&t, in, f);
    term_line(&t);
    if (m->title) {
        strbuf_puts(out, "  ");
        term_put(&t, STYLE_BOLD, m->title);
        term_line(&t);
    }
    paragraph(&t, NULL, m->text);
    paragraph(&t, _("Pros"), m->pros);
    paragraph(&t, _("Cons"), m->cons);
    if (m->truncated)
        term_wrap(&t, STYLE_WARN, _("Only the beginning was published on the page that was read."), 2);
    reply(&t, in, f);
    history(&t, in, s);
    show_journal(&t, in, s);
    show_related(&t, in, s);
    show_playbook(&t, s);
}

static void changed_json(struct jsonw *w, const char *changed)
{
    jsonw_array(w);
    for (const char *p = changed ? changed : ""; *p;) {
        size_t n = strcspn(p, ",");
        jsonw_strn(w, p, n);
        p += n;
        p += *p == ',';
    }
    jsonw_array_end(w);
}

static void journal_json(struct jsonw *w, const struct journal_entry *e)
{
    jsonw_object(w);
    jsonw_key(w, "at");
    jsonw_time(w, e->at);
    jsonw_kstr(w, "who", e->who);
    jsonw_kstr(w, "action", e->action);
    jsonw_kstr(w, "from", e->from);
    jsonw_kstr(w, "to", e->to);
    jsonw_kstr(w, "note", e->note);
    jsonw_kstr(w, "cause", e->cause);
    jsonw_object_end(w);
}

static void related_json(struct jsonw *w, const struct show *s)
{
    jsonw_key(w, "related");
    jsonw_array(w);
    for (size_t i = 0; i < s->n_related; i++) {
        const struct related *r = &s->related[i];
        jsonw_object(w);
        jsonw_kstr(w, "relation", relation_word(r->relation));
        jsonw_kstr(w, "id", r->id);
        jsonw_kstr(w, "url", r->url);
        jsonw_kstr(w, "author", r->author);
        jsonw_key(w, "at");
        jsonw_time(w, r->at);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

static void playbook_json(struct jsonw *w, const struct show *s)
{
    jsonw_key(w, "playbook");
    jsonw_array(w);
    for (size_t i = 0; i < s->book.n; i++) {
        if (!show_play_wanted(&s->f, s->book.line[i].cause))
            continue;
        jsonw_object(w);
        jsonw_kstr(w, "cause", s->book.line[i].cause);
        jsonw_kstr(w, "kind", play_word(s->book.line[i].kind));
        jsonw_kstr(w, "text", s->book.line[i].text);
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

void show_json(const struct show *s, struct strbuf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "schema", "earshot.show/1");
    jsonw_key(&w, "finding");
    contract_finding(&w, &s->f);
    jsonw_key(&w, "revisions");
    jsonw_array(&w);
    for (size_t i = 0; i < s->n_revision; i++) {
        jsonw_object(&w);
        jsonw_kint(&w, "n", s->revision[i].n);
        jsonw_key(&w, "seen_at");
        jsonw_time(&w, s->revision[i].seen_at);
        jsonw_key(&w, "changed");
        changed_json(&w, s->revision[i].changed);
        jsonw_key(&w, "mention");
        contract_mention(&w, &s->revision[i].mention);
        jsonw_object_end(&w);
    }
    jsonw_array_end(&w);
    jsonw_key(&w, "journal");
    jsonw_array(&w);
    for (size_t i = 0; i < s->n_journal; i++)
        journal_json(&w, &s->journal[i]);
    jsonw_array_end(&w);
    related_json(&w, s);
    playbook_json(&w, s);
    jsonw_object_end(&w);
    strbuf_putc(out, '\n');
}

/* Advice is no reason to fail: without a file there is none. */
void show_read_playbook(struct show *s, struct arena *a)
{
    const char *dir = paths_data(a, "playbooks"), *path = dir ? arena_printf(a, "%s/%s.txt", dir, i18n_lang()) : NULL;
    if (path && playbook_read(&s->book, path, a) != ERR_OK) {
        log_event(LOG_WARN, "playbook", "error", err_text(), NULL);
        s->book = (struct playbook){0};
    }
}

enum err report_show(const struct report_in *in, const char *id, const char *format, struct strbuf *out)
{
    bool json = strcmp(format, "json") == 0;
    if (!json && strcmp(format, "text") != 0)
        return err_set(ERR_USAGE, "show has no format \"%s\"; use text or json", format);
    struct arena a;
    struct show s = {0};
    arena_init(&a, COLLECT_ARENA_BYTES);
    enum err e = store_get(in->store, id, &a, &s.f);
    if (!e)
        e = store_revisions(in->store, s.f.seq, &a, &s.revision, &s.n_revision);
    if (!e)
        e = store_journal(in->store, s.f.seq, &a, &s.journal, &s.n_journal);
    if (!e)
        e = related_read(in, &s.f, &a, &s.related, &s.n_related);
    if (!e)
        show_read_playbook(&s, &a);
    if (!e) {
        if (json)
            show_json(&s, out);
        else
            show_text(in, &s, out);
    }
    arena_release(&a);
    return e;
}
