/* The rules of a site file in memory. Private to parsers/; everybody else sees site.h.
 *
 * Made by site_load.c, read by extract.c, transform.c and marker.c. Read-only after loading, shared by all threads. All strings live in the arena of
 * struct sites. An XPath is kept as a number: each struct parser compiles its own copy (compiled XPath is not thread-safe). */
#ifndef EARSHOT_PARSERS_RULES_H
#define EARSHOT_PARSERS_RULES_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/mention.h"
#include "parsers/site.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define RULE_STEPS_MAX 6
#define MARKER_TESTS_MAX 4

enum field_type { TYPE_STR, TYPE_TEXT, TYPE_INT, TYPE_REAL, TYPE_FLAG, TYPE_DATE, TYPE_URL };

/* X(SYMBOL, option name in a site file, type): what a rule can fill. doc/SITES.md tells what each means. */
#define FIELD_LIST(X)                                                                                                          \
    X(ID, "id", STR) X(URL, "url", URL) X(PARENT, "parent", STR) X(KIND, "kind_of", STR)                                       \
    X(AUTHOR, "author", STR) X(AUTHOR_ID, "author_id", STR) X(AUTHOR_URL, "author_url", URL) X(PLACE, "author_place", STR)     \
    X(AUTHOR_REVIEWS, "author_reviews", INT)                                                                                   \
    X(RATING, "rating", REAL) X(WORST, "worst", REAL) X(BEST, "best", REAL)                                                    \
    X(TITLE, "title", STR) X(TEXT, "text", TEXT) X(PROS, "pros", TEXT) X(CONS, "cons", TEXT)                                   \
    X(TRUNCATED, "truncated", FLAG) X(LANG, "lang", STR)                                                                       \
    X(PUBLISHED, "published", DATE) X(EXPERIENCED, "experienced", DATE) X(EDITED, "edited", DATE)                              \
    X(LIKES, "likes", INT) X(VIEWS, "views", INT) X(COMMENTS, "comments", INT)                                                 \
    X(PENDING, "pending", FLAG) X(VERIFIED, "verified", FLAG) X(VERIFICATION, "verification", STR)                             \
    X(RECOMMENDS, "recommends", FLAG)                                                                                          \
    X(REPLY_TEXT, "reply_text", TEXT) X(REPLY_AUTHOR, "reply_author", STR) X(REPLY_PUBLISHED, "reply_published", DATE)         \
    X(REPLY_EDITED, "reply_edited", DATE) X(REPLIED, "replied", FLAG) X(LAST_WORD, "customer_last_word", FLAG)                 \
    X(BY_BRAND, "by_brand", FLAG) X(DETAIL, "detail", URL)

enum field {
#define X(symbol, name, type) FIELD_##symbol,
    FIELD_LIST(X)
#undef X
        FIELD_COUNT
};
struct field_info {
    const char *name;
    enum field_type type;
};
extern const struct field_info field_info[FIELD_COUNT];

struct transform_kind;
/* One step: "match:REGEX" is kind "match" with arg "REGEX". */
struct step {
    const struct transform_kind *kind;
    const char *arg;      /* "" when there is none */
    double number;        /* arg as a number, where the kind wants one */
    pcre2_code *re;       /* where the kind wants a regex; owned by struct sites */
    int xpath;            /* where the kind wants an XPath; -1 */
    const char *const *word; /* arg split at ',' and '|', NULL-terminated */
};
/* One alternative: "XPATH -> step -> step". */
struct rule {
    const char *text; /* as written, for explanations */
    int xpath;
    struct step step[RULE_STEPS_MAX];
    size_t n_step;
};
struct rules {
    const struct rule *v;
    size_t n;
};
/* "name: XPATH -> step": a fact without a field of its own. */
struct extra {
    const char *name;
    struct rule rule;
};

enum test_kind { TEST_TITLE, TEST_TEXT, TEST_HEADER, TEST_STATUS, TEST_XPATH, TEST_URL, TEST_BODY };
struct test {
    enum test_kind kind;
    const char *name; /* header name */
    const char *arg;  /* literal to look for; "" = present */
    pcre2_code *re;   /* with ~ */
    int status;
    int xpath;
};
/* "TEST and TEST -> what it is": one way a page says something about itself. */
struct marker {
    const char *text;
    const char *label; /* after the arrow; NULL */
    struct test test[MARKER_TESTS_MAX];
    size_t n_test;
};
struct markers {
    const struct marker *v;
    size_t n;
};

enum read_format { FORMAT_HTML, FORMAT_JSON, FORMAT_XML };
enum reply_rule { REPLIES_UNKNOWN, REPLIES_SHOWN, REPLIES_ACCOUNTS };

/* One way to read a page. */
struct read_rule {
    const char *name;
    enum read_format format;
    const char *island;   /* NULL: the body itself */
    const char *const *without; /* members of an island that nobody reads; NULL: none */
    const char *cut_from, *cut_to;
    int html_in;          /* XPath of the HTML in a JSON page; -1 none */
    bool keep_scripts;
    struct rules item, total, next;
    struct markers empty;
    int skip, detail_when; /* XPath, -1 none */
    bool required[FIELD_COUNT];
    bool own_require; /* the file names the required fields: then content is not asked for beyond them */
    enum reply_rule replies;
    enum mention_kind kind;
    struct rules field[FIELD_COUNT];
    const struct extra *extra;
    size_t n_extra;
    int props_row, props_key, props_value; /* XPath; -1 */
};

/* How a page is asked for; in headers, body and query {token} and {token2} stand for the lines of the source's token file. */
struct request_rule {
    bool post;
    const char *body;
    const char *const *header; /* "name: value" */
    size_t n_header;
    const char *const *query;  /* "name={token}": put into the URL only while it is sent */
    size_t n_query;
    bool token_required;
};

struct page_rule {
    const char *name;
    const char *const *path;
    size_t n_path;
    struct request_rule request;
    struct markers when, empty;
    const struct read_rule *read;
    size_t n_read;
};

struct site {
    const char *name, *title, *channel, *file, *build, *timezone;
    const char *const *host;
    size_t n_host;
    bool generic;
    int64_t priority; /* of generic sites: lower is asked first */
    enum about about;
    int64_t poll_s;
    uint64_t text_hash; /* of the file */
    struct markers blocked;
    const struct page_rule *page;
    size_t n_page;
};

/* An expression that only goes down: by child or descendant, by name, with the simplest conditions (xpath_path.c). */
#define PATH_STEPS_MAX 8
#define PATH_CONDITIONS_MAX 6
enum condition_kind { IF_CLASS, IF_HAS, IF_EQUAL, IF_STARTS, IF_CONTAINS };
struct condition {
    enum condition_kind kind;
    const char *attribute, *value;
    size_t value_bytes;
    const struct path *path; /* instead of an attribute: what this leads to (IF_HAS), or what one of them says (IF_EQUAL) */
    bool negated;            /* not(...) */
    bool or_next; /* this one or the next; else both */
};
struct path_step {
    bool below;       /* any depth; else children only */
    const char *name; /* NULL: any element */
    struct condition condition[PATH_CONDITIONS_MAX];
    size_t n_condition;
};
struct path {
    struct path_step step[PATH_STEPS_MAX];
    size_t n;
    const char *attribute;  /* of the last element; NULL: the element itself */
    bool attribute_below;   /* ... or of any element in it */
    bool absolute;
    bool only_first;        /* (...)[1] */
    const char *then;       /* (...)[1]/@x: this attribute of that one */
    bool account;           /* account(...): the answer is whether the first names the brand here */
    bool first_order;       /* several steps go to any depth: only the first hit is sure to be in document order */
};

/* Which number a text has got: open addressing, slots hold numbers + 1. In the arena. */
struct numbered {
    uint32_t *slot;
    size_t cap; /* a power of two, or 0 */
};

struct sites {
    struct arena arena;
    struct site **v; /* sorted by name */
    size_t n, cap;
    struct markers blocked; /* of _blocked.site: every site */
    uint64_t shared_hash, generic_hash; /* of the texts of what is for every site, and of the generic ones */
    const char **xpath;     /* expressions by number */
    const struct path **path; /* of xpath; NULL where libxml2 is needed */
    size_t n_xpath, cap_xpath, cap_path;
    struct numbered xpath_number;
    pcre2_code **re;
    const char **pattern; /* of re */
    size_t n_re, cap_re, cap_pattern;
    struct numbered re_number;
    void *checker; /* xpath_check's, made when first needed */
};

/* Empty; NULL when memory is out. */
struct sites *sites_new(void);

/* Number of an expression; the same text gets the same number. -1 when it does not compile (why gets the reason) or memory is out. */
int sites_add_xpath(struct sites *s, const char *expr, const char **why);
/* The same pattern gives the same code. NULL with a reason when it does not compile. */
pcre2_code *sites_add_regex(struct sites *s, const char *pattern, const char **why);

/* Parse one rule, one marker. false with *why (in the arena) when it is wrong. */
bool rule_parse(struct sites *s, const char *text, struct rule *out, const char **why);
bool marker_parse(struct sites *s, const char *text, struct marker *out, const char **why);
bool extra_parse(struct sites *s, const char *text, struct extra *out, const char **why);

/* The nearest of n words (each `stride` bytes apart, the word pointer first), or NULL when none is near: "did you mean". */
const char *nearest_word(const char *word, const char *const *list, size_t n);

/* The site whose host fits, whatever the path; generic sites never. NULL. */
const struct site *sites_by_host(const struct sites *s, const char *url);
/* Markers in `when` are not asked here. */
bool page_rule_fits(const struct page_rule *r, const char *url);

/* site_load.c: one file into s. Mistakes: appended to out as lines "FILE:LINE: ...". false when there was any. */
bool site_load_text(struct sites *s, char *text, const char *path, const char *name, struct strbuf *out); /* text is changed */
bool site_load_file(struct sites *s, const char *path, const char *name, struct strbuf *out);

#endif
