/* The fixed words of the contract, in the words of people. */
#include "report/fmt.h"

#include "base/i18n.h"

#include <string.h>

struct phrase {
    const char *name, *text;
};

static const char *find(const struct phrase *p, const char *name)
{
    if (!name)
        return "";
    for (; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return _(p->text);
    return name;
}

const char *fmt_outcome(enum outcome o)
{
    static const struct phrase t[] = {
        {"none", N_("not fetched yet")},
        {"ok", N_("read")},
        {"unchanged", N_("unchanged")},
        {"empty", N_("no reviews there")},
        {"drift", N_("layout changed")},
        {"gone", N_("page gone")},
        {"blocked", N_("blocked")},
        {"slowdown", N_("asked to slow down")},
        {"network", N_("no connection")},
        {"toobig", N_("too big")},
        {"baddata", N_("unreadable data")},
        {"robots", N_("forbidden by robots.txt")},
        {NULL, NULL},
    };
    return find(t, outcome_word(o));
}

const char *fmt_verdict(enum verdict v)
{
    static const struct phrase t[] = {
        {"none", N_("nothing to do")}, {"watch", N_("watch")}, {"reply", N_("needs a public answer")}, {NULL, NULL}};
    return find(t, verdict_word(v));
}

const char *fmt_state(enum desk_state s)
{
    static const struct phrase t[] = {
        {"new", N_("new")},
        {"seen", N_("seen")},
        {"answered", N_("answered")},
        {"moved_private", N_("moved to private")},
        {"resolved", N_("resolved")},
        {"dismissed", N_("dismissed")},
        {NULL, NULL},
    };
    return find(t, desk_state_word(s));
}

const char *fmt_label(enum label l)
{
    static const struct phrase t[] = {
        {"negative", N_("negative")}, {"neutral", N_("neutral")}, {"positive", N_("positive")}, {NULL, NULL}};
    return find(t, label_word(l));
}

const char *fmt_kind(enum mention_kind k)
{
    static const struct phrase t[] = {{"review", N_("review")}, {"post", N_("post")}, {"comment", N_("comment")}, {NULL, NULL}};
    return find(t, mention_kind_word(k));
}

const char *fmt_why(const char *why)
{
    static const struct phrase t[] = {
        {"word", N_("word")},
        {"pair", N_("pair of words")},
        {"phrase", N_("phrase")},
        {"complaint", N_("complaint")},
        {"negated", N_("negated")},
        {"negation", N_("bare negation")},
        {"masked", N_("masked swear word")},
        {"booster", N_("strengthened")},
        {"weakened", N_("weakened")},
        {"emoji", N_("emoji")},
        {"stars", N_("stars")},
        {"no_pros", N_("nothing under pros")},
        {"no_cons", N_("nothing under cons")},
        {"figure", N_("figure")},
        {"length", N_("length")},
        {"contrast", N_("nothing good after \"but\"")},
        {"promise", N_("broken promise")},
        {"question", N_("question")},
        {"escalation", N_("threat")},
        {NULL, NULL},
    };
    return find(t, why);
}

const char *fmt_event(const char *type)
{
    static const struct phrase t[] = {
        {"became_worse", N_("became worse")},
        {"author_followup", N_("customer wrote again")},
        {"reply_outdated", N_("edited after the answer")},
        {"became_better", N_("became better")},
        {"company_replied", N_("answered")},
        {"missing", N_("no longer on the site")},
        {"restored", N_("back on the site")},
        {NULL, NULL},
    };
    return find(t, type);
}

const char *fmt_field(const char *field)
{
    static const struct phrase t[] = {
        {"title", N_("title")},   {"text", N_("text")},    {"pros", N_("pros")}, {"cons", N_("cons")},
        {"rating", N_("rating")}, {"reply", N_("answer")}, {"published", N_("date")}, {"author", N_("author")}, {NULL, NULL},
    };
    return find(t, field);
}
