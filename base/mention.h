/* One review, post or comment as published, and what earshot makes of it. The structs that rooms exchange.
 *
 * Strings: NUL-terminated UTF-8 without control bytes other than \n, owned by the arena of the page (or of the reader that
 * filled the struct). NULL means absent, never "". Numbers: -1 means absent. */
#ifndef EARSHOT_BASE_MENTION_H
#define EARSHOT_BASE_MENTION_H

#include "base/when.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mention_kind { MENTION_REVIEW, MENTION_POST, MENTION_COMMENT };
/* Is there a public answer by the brand? unknown = this page cannot tell (e.g. an Otzovik listing). */
enum reply_state { REPLY_UNKNOWN, REPLY_NO, REPLY_YES };

struct author {
    const char *name;
    const char *id;    /* native id or login */
    const char *url;
    const char *place; /* country code or "Россия, Москва", as printed */
    int64_t n_review;  /* reviews by this author on the site; -1 */
};

struct rating {
    bool known;
    double value, worst, best; /* e.g. 2, 1, 5 */
};

/* What is wrong with an answer: bits of reply.flags. X(SYMBOL, bit, word in the contract) */
#define REPLY_FLAG_LIST(X) X(RUDE, 1u, "rude") X(CANNED, 2u, "canned") X(NO_APOLOGY, 4u, "no_apology") X(NO_CONTACT, 8u, "no_contact")
enum reply_flag {
#define X(symbol, bit, word) REPLY_FLAG_##symbol = bit,
    REPLY_FLAG_LIST(X)
#undef X
        REPLY_FLAGS_ALL = 15u
};

/* The brand's own public answer. Present when text, author or published is known. */
struct reply {
    const char *author;
    const char *text;
    struct when published, edited;
    uint32_t flags; /* made by sentiment/ and cli/; only where there is a text */
};

struct mention {
    const char *id;        /* "SITE:NATIVE_ID": identity across crawls; required */
    const char *native_id; /* required */
    const char *url;
    const char *parent_id; /* "SITE:NATIVE_ID" of the post a comment belongs to */
    enum mention_kind kind;
    struct author author;
    struct rating rating;
    const char *title, *text, *pros, *cons;
    bool truncated;        /* text is a teaser; the whole is on the detail page */
    const char *lang;      /* ISO 639-1 as the site says, or as detected */
    struct when published, experienced, edited;
    int64_t likes, views, n_comment; /* -1 unknown */
    bool pending;          /* the site holds it back for moderation */
    int verified;          /* 1 the site calls it verified, 0 not, -1 does not say */
    const char *verification; /* the site's word for it */
    int recommends;        /* 1 / 0 / -1 */
    struct reply reply;
    enum reply_state reply_state;
    bool customer_last_word; /* the author wrote again after the brand's answer */
    const char *extra;     /* a JSON object of facts that have no field here, e.g. {"props":{...}}; NULL */
};

/* Fill every number and enum with its "absent" value. */
void mention_init(struct mention *m);
const char *mention_kind_word(enum mention_kind k); /* "review" "post" "comment" */
enum mention_kind mention_kind_parse(const char *word);
const char *reply_state_word(enum reply_state s);   /* "unknown" "no" "yes" */
enum reply_state reply_state_parse(const char *word);
bool reply_present(const struct reply *r);
const char *reply_flag_word(enum reply_flag one); /* "rude" ...; "" for anything but one bit */
/* Stars on a scale of 1 to 5 (0.0 when there is no rating): linear from worst..best. */
double rating_stars(const struct rating *r);

/* ---- how it feels: made by sentiment/ ---- */
enum label { LABEL_NEUTRAL, LABEL_NEGATIVE, LABEL_POSITIVE };
const char *label_word(enum label l);
enum label label_parse(const char *word);

/* One contribution to a score. why: "word", "pair", "negated", "booster", "stars", "complaint", "emoji", ... (static string) */
struct score_word {
    const char *text;
    float weight; /* signed, after all rules */
    const char *why;
};

struct score {
    float value;         /* -1 .. 1 */
    enum label label;
    float confidence;    /* 0 .. 1 */
    char lang[4];        /* "ru", "uk", "en", ... or "und" */
    const struct score_word *word;
    size_t n_word;
    const char *const *cause; /* codes of causes.tsv, e.g. "no_answer"; static or in the arena */
    size_t n_cause;
    bool escalation;     /* court, regulator, police, injury, data leak, press */
    const char *order_ref; /* order number found in the text; NULL */
};

/* ---- does it need a public answer: made by desk/ ---- */
enum verdict { VERDICT_NONE, VERDICT_WATCH, VERDICT_REPLY };
const char *verdict_word(enum verdict v); /* "none" "watch" "reply" */
enum verdict verdict_parse(const char *word);

#define TRIAGE_SIGNS_MAX 16
/* A named reason that adds to a verdict. */
struct sign {
    const char *name; /* e.g. "stars", "text_negative", "unanswered", "recent", "answered"; static */
    int points;       /* signed contribution to priority */
};

/* Was the answer in time? running: the clock has begun and nobody has answered yet. */
enum sla { SLA_NONE, SLA_RUNNING, SLA_MET, SLA_MISSED };
const char *sla_word(enum sla s); /* "none" "running" "met" "missed" */

struct judgement {
    enum verdict verdict;
    int priority;       /* 0 .. 100 */
    int64_t due_at;     /* Unix s; 0 = no clock runs */
    int64_t clock_at;   /* when the clock began, or went on after a hold; 0 = never */
    int64_t used_s;     /* working seconds that had run before clock_at */
    int64_t legal_at;   /* end of the legal period for refunds and defects; 0 = none */
    enum sla sla;
    int64_t stopped_at; /* when the answer stopped the clock; 0 = it runs */
    int64_t took_s;     /* working seconds to that answer */
    struct sign sign[TRIAGE_SIGNS_MAX];
    size_t n_sign;
};

/* States of an item on the desk. Only people move them backwards. */
#define DESK_STATE_LIST(X)                                                                                                     \
    X(NEW, "new") X(SEEN, "seen") X(ANSWERED, "answered") X(MOVED_PRIVATE, "moved_private") X(RESOLVED, "resolved") X(DISMISSED, "dismissed")
enum desk_state {
#define X(symbol, word) DESK_##symbol,
    DESK_STATE_LIST(X)
#undef X
        DESK_STATE_COUNT
};
const char *desk_state_word(enum desk_state s);
bool desk_state_parse(const char *word, enum desk_state *out);

/* A person said "answered" while no page showed it: waiting for the next look, seen there, or not seen there. */
enum claim { CLAIM_NONE, CLAIM_WAITING, CLAIM_CONFIRMED, CLAIM_UNCONFIRMED };
const char *claim_word(enum claim c); /* "none" "waiting" "confirmed" "unconfirmed" */

/* ---- a mention with its brand, score, causes and verdict: what the store returns ---- */
struct finding {
    struct mention mention;
    const char *brand;   /* config name */
    const char *source;  /* config key "brand/source" */
    const char *channel; /* "review" "social" "forum" "feed" */
    struct score score;
    struct judgement judgement;
    enum desk_state state;
    const char *assignee, *root_cause, *note; /* what people said; NULL */
    int64_t first_seen, last_seen; /* Unix s */
    int64_t missing_since;         /* 0, or when it was first not there */
    int64_t answered_at;           /* when a public answer was first known (its own date where given); 0 */
    uint32_t n_missed;             /* good looks at a page that should have shown it and did not, since it was seen last */
    int64_t missed_first;          /* the first of them; 0 */
    enum claim claim;
    int64_t claimed_at;            /* 0 */
    int64_t hold_since;            /* a person put it on hold: the clock stands; 0 */
    int override;                  /* a person's verdict, which no page changes: 1 + enum verdict; 0 = none */
    bool rescored;                 /* a later lexicon made it ask for an answer: watched, not queued, until the customer changes it */
    bool asked_twice;              /* an earlier negative of the same author about the same brand has no answer */
    uint64_t seq;                  /* the store's key; 0 before it is stored */
    uint32_t n_revision;           /* 1 when never edited */
};

#endif
