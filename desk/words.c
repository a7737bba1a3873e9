/* Names of signs and causes in the words of people. */
#include "desk/triage.h"

#include "base/i18n.h"

#include <string.h>

struct phrase {
    const char *name, *text;
};

static const struct phrase signs[] = {
    {"stars", N_("low rating")},
    {"text_negative", N_("negative text")},
    {"unanswered", N_("no public answer")},
    {"reply_unknown", N_("not known whether answered")},
    {"answered", N_("answered in public")},
    {"customer_last_word", N_("customer wrote again after the answer")},
    {"reply_outdated", N_("edited after the answer")},
    {"old", N_("old")},
    {"competitor", N_("a competitor's")},
    {"escalation", N_("court, authorities or press")},
    {"cause", N_("names a cause")},
    {"reach", N_("seen by many")},
    {"pending", N_("waits for the site's moderation")},
    {"missing", N_("no longer on the site")},
    {"asked_twice", N_("the author asked before and got no answer")},
    {"spike", N_("many complaints of this kind now")},
    {"rescored", N_("found by a later lexicon; watched until the customer writes again")},
    {"human", N_("a person decided")},
};

static const struct phrase causes[] = {
    {"no_answer", N_("no answer")},
    {"waiting", N_("long wait")},
    {"delivery", N_("delivery")},
    {"wrong_order", N_("wrong or incomplete order")},
    {"incompetence", N_("incompetent answer")},
    {"rudeness", N_("rudeness")},
    {"indifference", N_("indifference")},
    {"pushy", N_("pushy sales")},
    {"misfit", N_("need misunderstood")},
    {"returns", N_("refund or return")},
    {"defect", N_("defect or poor quality")},
    {"deception", N_("deception")},
    {"payment", N_("payment")},
    {"site_app", N_("site or app")},
    {"no_channel", N_("cannot reach anybody")},
    {"stock_cancel", N_("out of stock or cancelled")},
    {"no_self_service", N_("no self-service")},
    {"details", N_("careless mistakes")},
    {"escalation", N_("court, authorities or press")},
};

static const char *phrase_find(const struct phrase *p, size_t n, const char *name)
{
    if (!name)
        return "";
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].name, name) == 0)
            return _(p[i].text);
    return name;
}

const char *triage_sign_text(const char *name)
{
    return phrase_find(signs, sizeof signs / sizeof *signs, name);
}

const char *triage_cause_text(const char *code)
{
    return phrase_find(causes, sizeof causes / sizeof *causes, code);
}

bool triage_cause_known(const char *code)
{
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (strcmp(causes[i].name, code) == 0)
            return true;
    return false;
}

const char *triage_cause_code(size_t i)
{
    return i < sizeof causes / sizeof *causes ? causes[i].name : NULL;
}

const char *triage_reply_text(enum reply_flag one)
{
    switch (one) {
    case REPLY_FLAG_RUDE:
        return _("The answer is rude.");
    case REPLY_FLAG_CANNED:
        return _("The answer says what earlier ones said: canned.");
    case REPLY_FLAG_NO_APOLOGY:
        return _("The answer has no apology.");
    case REPLY_FLAG_NO_CONTACT:
        return _("The answer offers no way to reach anybody.");
    case REPLY_FLAGS_ALL:
        break;
    }
    return "";
}
