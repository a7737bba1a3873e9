#include "base/mention.h"

#include <string.h>

#define N_WORD(table) (sizeof(table) / sizeof *(table))

static const char *const kind_words[] = {"review", "post", "comment"};
static const char *const reply_words[] = {"unknown", "no", "yes"};
static const char *const label_words[] = {"neutral", "negative", "positive"};
static const char *const verdict_words[] = {"none", "watch", "reply"};
static const char *const sla_words[] = {"none", "running", "met", "missed"};
static const char *const claim_words[] = {"none", "waiting", "confirmed", "unconfirmed"};
static const char *const desk_words[] = {
#define X(symbol, word) word,
    DESK_STATE_LIST(X)
#undef X
};

/* Out of range gives the first word, as an unknown word gives the first number. */
static const char *word_of(const char *const *table, size_t n, unsigned value)
{
    return table[value < n ? value : 0];
}

static int value_of(const char *const *table, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(table[i], word) == 0)
            return (int)i;
    return -1;
}

static unsigned value_or_first(const char *const *table, size_t n, const char *word)
{
    int value = value_of(table, n, word);
    return value < 0 ? 0 : (unsigned)value;
}

void mention_init(struct mention *m)
{
    *m = (struct mention){
        .author.n_review = -1, .likes = -1, .views = -1, .n_comment = -1, .verified = -1, .recommends = -1};
}

const char *mention_kind_word(enum mention_kind k)
{
    return word_of(kind_words, N_WORD(kind_words), (unsigned)k);
}

enum mention_kind mention_kind_parse(const char *word)
{
    return (enum mention_kind)value_or_first(kind_words, N_WORD(kind_words), word);
}

const char *reply_state_word(enum reply_state s)
{
    return word_of(reply_words, N_WORD(reply_words), (unsigned)s);
}

const char *reply_flag_word(enum reply_flag one)
{
#define X(symbol, bit, word)                                                                                                   \
    if (one == REPLY_FLAG_##symbol)                                                                                            \
        return word;
    REPLY_FLAG_LIST(X)
#undef X
    return "";
}

enum reply_state reply_state_parse(const char *word)
{
    return (enum reply_state)value_or_first(reply_words, N_WORD(reply_words), word);
}

bool reply_present(const struct reply *r)
{
    return r->author || r->text || when_known(r->published);
}

double rating_stars(const struct rating *r)
{
    if (!r->known || !(r->best > r->worst || r->best < r->worst))
        return 0.0;
    double part = (r->value - r->worst) / (r->best - r->worst);
    if (!(part > 0)) /* also when it is not a number */
        part = part <= 0 ? 0 : -0.25;
    return part > 1 ? 5.0 : 1.0 + 4.0 * part;
}

const char *label_word(enum label l)
{
    return word_of(label_words, N_WORD(label_words), (unsigned)l);
}

enum label label_parse(const char *word)
{
    return (enum label)value_or_first(label_words, N_WORD(label_words), word);
}

const char *verdict_word(enum verdict v)
{
    return word_of(verdict_words, N_WORD(verdict_words), (unsigned)v);
}

enum verdict verdict_parse(const char *word)
{
    return (enum verdict)value_or_first(verdict_words, N_WORD(verdict_words), word);
}

const char *sla_word(enum sla s)
{
    return word_of(sla_words, N_WORD(sla_words), (unsigned)s);
}

const char *claim_word(enum claim c)
{
    return word_of(claim_words, N_WORD(claim_words), (unsigned)c);
}

const char *desk_state_word(enum desk_state s)
{
    return word_of(desk_words, N_WORD(desk_words), (unsigned)s);
}

bool desk_state_parse(const char *word, enum desk_state *out)
{
    int value = value_of(desk_words, N_WORD(desk_words), word);
    if (value >= 0)
        *out = (enum desk_state)value;
    return value >= 0;
}
