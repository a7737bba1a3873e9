/* What a ticket says to people, in the team's language. */
#include "feed/vars.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/paths.h"
#include "desk/playbook.h"
#include "desk/triage.h"

#include <math.h>
#include <string.h>

#define TOP_WORDS    8
#define EARLIER_MAX  5
#define PLAYBOOK_CAUSES 2 /* those that weigh most: more is not read */

/* gettext speaks one language at a time; the caller's comes back. */
static const char *speak(const struct vars_of *of)
{
    const char *was = i18n_lang();
    if (of->conf->language && strcmp(was, of->conf->language) != 0)
        i18n_init(of->conf->language);
    return was;
}
static void speak_again(const char *was)
{
    if (strcmp(i18n_lang(), was) != 0)
        i18n_init(was);
}

static const struct finding *finding(const struct vars_of *of) { return of->event && of->event->finding.mention.id ? &of->event->finding : NULL; }

static const char *take(struct strbuf *b, struct arena *a)
{
    const char *s = b->n && !b->full ? arena_strndup(a, b->s, b->n) : NULL;
    strbuf_release(b);
    return s;
}

const char *words_stars(const struct rating *r, struct arena *a)
{
    double stars = rating_stars(r);
    if (!r->known || !(stars > 0) || stars > 1000)
        return NULL;
    stars = round(stars * 10) / 10;
    return arena_printf(a, "%g", stars);
}

const char *words_causes(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    struct strbuf b;
    if (!f)
        return NULL;
    const char *was = speak(of);
    strbuf_init(&b, LIMIT_FIELD_BYTES);
    for (size_t i = 0; i < f->score.n_cause; i++)
        strbuf_printf(&b, "%s%s", i ? ", " : "", triage_cause_text(f->score.cause[i]));
    speak_again(was);
    return take(&b, a);
}

const char *words_reasons(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    struct strbuf b;
    if (!f)
        return NULL;
    const char *was = speak(of);
    strbuf_init(&b, LIMIT_FIELD_BYTES);
    for (size_t i = 0; i < f->judgement.n_sign; i++)
        strbuf_printf(&b, "%s%s %+d", i ? ", " : "", triage_sign_text(f->judgement.sign[i].name), f->judgement.sign[i].points);
    speak_again(was);
    return take(&b, a);
}

/* The words that weigh most, in the order of their weight. */
const char *words_top(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    const struct score_word *top[TOP_WORDS] = {NULL};
    struct strbuf b;
    size_t n = 0;
    for (size_t i = 0; f && i < f->score.n_word; i++) {
        const struct score_word *w = &f->score.word[i];
        size_t at = n < TOP_WORDS ? n++ : TOP_WORDS - 1;
        if (top[at] && fabsf(top[at]->weight) >= fabsf(w->weight))
            continue;
        for (top[at] = w; at > 0 && fabsf(top[at]->weight) > fabsf(top[at - 1]->weight); at--) {
            const struct score_word *x = top[at];
            top[at] = top[at - 1];
            top[at - 1] = x;
        }
    }
    strbuf_init(&b, LIMIT_FIELD_BYTES);
    for (size_t i = 0; i < n; i++)
        strbuf_printf(&b, "%s%.200s %+.1f", i ? ", " : "", top[i]->text ? top[i]->text : "?", (double)top[i]->weight);
    return take(&b, a);
}

const char *words_order(const struct vars_of *of, struct arena *a)
{
    (void)a;
    if (!finding(of))
        return NULL;
    const char *was = speak(of), *s = finding(of)->score.order_ref;
    s = s ? s : _("missing, ask for it");
    speak_again(was);
    return s;
}

static bool play_wanted(const struct finding *f, const char *cause)
{
    bool wanted = strcmp(cause, "general") == 0;
    for (size_t i = 0; i < f->score.n_cause && i < PLAYBOOK_CAUSES; i++)
        wanted = wanted || strcmp(cause, f->score.cause[i]) == 0;
    return wanted;
}

const char *words_playbook(const struct vars_of *of, struct arena *a)
{
    static const char *const title[PLAY_KINDS] = {N_("Check"), N_("Ask"), N_("Never write")};
    const struct finding *f = finding(of);
    struct playbook book = {0};
    struct strbuf b;
    if (!f || f->judgement.verdict == VERDICT_NONE)
        return NULL;
    const char *was = speak(of), *dir = paths_data(a, "playbooks"), *path = dir ? arena_printf(a, "%s/%s.txt", dir, i18n_lang()) : NULL;
    strbuf_init(&b, LIMIT_TEXT_BYTES);
    if (path && playbook_read(&book, path, a) != ERR_OK) { /* advice is no reason to hold a ticket back */
        log_event(LOG_WARN, "playbook", "error", err_text(), NULL);
        book.n = 0;
    }
    for (int k = 0; k < PLAY_KINDS; k++)
        for (size_t i = 0; i < book.n; i++)
            if ((int)book.line[i].kind == k && play_wanted(f, book.line[i].cause))
                strbuf_printf(&b, "%s- %s: %s", b.n ? "\n" : "", _(title[k]), book.line[i].text);
    speak_again(was);
    return take(&b, a);
}

const char *words_earlier(const struct vars_of *of, struct arena *a)
{
    struct finding *f = NULL;
    struct strbuf b;
    size_t n = 0;
    char day[WHEN_TEXT_BYTES];
    if (!of->store || !finding(of) || store_author_earlier(of->store, finding(of), EARLIER_MAX, a, &f, &n) != ERR_OK)
        return NULL;
    strbuf_init(&b, LIMIT_TEXT_BYTES);
    for (size_t i = 0; i < n; i++) {
        const struct mention *m = &f[i].mention;
        strbuf_printf(&b, "%s- %s %s %s", b.n ? "\n" : "", m->id, when_format(m->published, day), m->url ? m->url : "");
    }
    return take(&b, a);
}

/* ---------------------------------------------------------------- whole texts */

/* One line: title, or the beginning of the text. */
static const char *gist(const struct mention *m, struct arena *a)
{
    const char *s = m->title ? m->title : m->text ? m->text : m->cons ? m->cons : m->pros ? m->pros : "";
    char *line = arena_strdup(a, s);
    for (char *p = line; p && *p; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
    return line ? template_cut(line, 120, a) : "";
}

static const char *brand_title(const struct vars_of *of)
{
    const struct brand *b = settings_brand(of->settings, of->event->brand);
    return b && b->title ? b->title : of->event->brand ? of->event->brand : "";
}

const char *words_subject(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    if (!of->event)
        return NULL;
    const char *was = speak(of), *s;
    if (!f) {
        s = arena_printf(a, _("earshot: source %s needs a look"), of->event->source ? of->event->source : "?");
    } else {
        const char *stars = words_stars(&f->mention.rating, a);
        s = arena_printf(a, "%s%s%s%s · %.*s: %s", stars ? "[" : "", stars ? stars : "", stars ? "★] " : "", brand_title(of), (int)strcspn(f->mention.id, ":"), f->mention.id,
                         gist(&f->mention, a));
    }
    speak_again(was);
    return s;
}

static void fact(struct strbuf *b, const char *label, const char *value)
{
    if (value && *value)
        strbuf_printf(b, "%s: %s\n", label, value);
}

static void fact_time(struct strbuf *b, const char *label, struct when w)
{
    char buf[WHEN_TEXT_BYTES];
    fact(b, label, when_format(w, buf));
}

static void block(struct strbuf *b, const char *title, const char *text)
{
    if (!text || !*text)
        return;
    if (title)
        strbuf_printf(b, "\n%s:\n", title);
    strbuf_puts(b, text);
    strbuf_putc(b, '\n');
}

static void put_text(struct strbuf *b, const struct mention *m)
{
    block(b, NULL, m->title);
    block(b, NULL, m->text);
    block(b, _("Pros"), m->pros);
    block(b, _("Cons"), m->cons);
    if (m->truncated)
        block(b, NULL, _("Only the beginning was published on the page that was read."));
}

static void put_author(struct strbuf *b, const struct author *x, struct arena *a)
{
    const char *name = x->name ? x->name : x->id;
    if (!name)
        return;
    const char *count = NULL;
    if (x->n_review >= 0) {
        int n = x->n_review > 999999 ? 999999 : (int)x->n_review;
        count = arena_printf(a, ngettext("%d review", "%d reviews", (unsigned long)n), n);
    }
    fact(b, _("author"), arena_printf(a, "%s%s%s%s%s%s%s", name, x->place ? ", " : "", x->place ? x->place : "", count ? ", " : "", count ? count : "", x->url ? ", " : "",
                                      x->url ? x->url : ""));
}

static void put_facts(struct strbuf *b, const struct vars_of *of, const struct finding *f, struct arena *a)
{
    const struct mention *m = &f->mention;
    const struct vars v = vars_make(of, a);
    fact(b, _("brand"), brand_title(of));
    fact(b, _("source"), arena_printf(a, "%s (%s)", f->source, f->channel ? f->channel : "-"));
    fact(b, _("link"), m->url);
    put_author(b, &m->author, a);
    fact(b, _("stars"), words_stars(&m->rating, a));
    fact_time(b, _("published"), m->published);
    fact_time(b, _("first seen"), (struct when){f->first_seen, PRECISION_SECOND});
    fact_time(b, _("edited"), m->edited);
    fact(b, _("language"), v.get(&v, "lang"));
    fact(b, _("score"), arena_printf(a, "%+.2f%s%s", (double)f->score.value, f->score.n_word ? ": " : "", f->score.n_word ? words_top(of, a) : ""));
    fact(b, _("causes"), words_causes(of, a));
    fact(b, _("order"), words_order(of, a));
    if (f->score.escalation)
        fact(b, _("escalation"), _("court, authorities or press"));
    fact(b, _("priority"), arena_printf(a, "%d (%s)", f->judgement.priority, words_reasons(of, a)));
    if (f->judgement.due_at)
        fact_time(b, _("due"), (struct when){f->judgement.due_at, PRECISION_SECOND});
    block(b, _("What to do"), words_playbook(of, a));
    block(b, _("Earlier complaints of this author"), words_earlier(of, a));
    strbuf_putc(b, '\n');
    fact(b, _("evidence"), v.get(&v, "evidence"));
    fact(b, _("id"), v.get(&v, "external"));
}

const char *words_body(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    struct strbuf b;
    if (!f)
        return words_note(of, a);
    const char *was = speak(of);
    strbuf_init(&b, LIMIT_SINK_BODY_BYTES);
    put_text(&b, &f->mention);
    strbuf_putc(&b, '\n');
    put_facts(&b, of, f, a);
    speak_again(was);
    return take(&b, a);
}

static const char *headline(const struct event *e)
{
    static const struct { const char *type, *text; } lines[] = {
        {"created", N_("A negative mention without a public answer.")},
        {"became_worse", N_("The mention became worse.")},
        {"became_better", N_("The mention became better.")},
        {"company_replied", N_("A public answer by the company was seen on the page. The clock has stopped.")},
        {"reply_outdated", N_("The author edited the mention after the answer: the answer no longer fits.")},
        {"author_followup", N_("The author wrote again after the answer.")},
        {"missing", N_("The mention is no longer on the site. Nothing was deleted here.")},
        {"restored", N_("The mention is on the site again.")},
        {"sla_due", N_("The time to answer is nearly over.")},
        {"sla_breached", N_("The time to answer is over, and no public answer was seen.")},
        {"resolved", N_("Closed by a person in earshot.")},
        {"source_drift", N_("The source cannot be read as before: its layout changed, or it is blocked. Its silence means nothing.")},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strcmp(lines[i].type, e->type) == 0)
            return _(lines[i].text);
    return e->type;
}

static void put_news(struct strbuf *b, const struct vars_of *of, const struct finding *f, struct arena *a)
{
    const char *type = of->event->type;
    if (strcmp(type, "company_replied") == 0) {
        fact_time(b, _("published"), f->mention.reply.published);
        block(b, NULL, f->mention.reply.text);
    } else if (strcmp(type, "resolved") == 0) {
        fact(b, _("root cause"), f->root_cause ? triage_cause_text(f->root_cause) : NULL);
        fact(b, _("note"), f->note);
    } else if (strcmp(type, "missing") == 0) {
        fact_time(b, _("last seen"), (struct when){f->last_seen, PRECISION_SECOND});
        if (f->missing_since)
            fact_time(b, _("not there since"), (struct when){f->missing_since, PRECISION_SECOND});
    } else {
        fact(b, _("stars"), words_stars(&f->mention.rating, a));
        fact_time(b, _("edited"), f->mention.edited);
        if (f->judgement.due_at)
            fact_time(b, _("due"), (struct when){f->judgement.due_at, PRECISION_SECOND});
        if (strncmp(type, "sla", 3) != 0)
            put_text(b, &f->mention);
    }
}

const char *words_note(const struct vars_of *of, struct arena *a)
{
    const struct finding *f = finding(of);
    struct strbuf b;
    if (!of->event)
        return NULL;
    const char *was = speak(of);
    strbuf_init(&b, LIMIT_SINK_BODY_BYTES);
    block(&b, NULL, headline(of->event));
    if (f) {
        put_news(&b, of, f, a);
        fact(&b, _("link"), f->mention.url);
    } else {
        fact(&b, _("source"), of->event->source);
    }
    speak_again(was);
    return take(&b, a);
}
