#include "base/outcome.h"

#include <stddef.h>
#include <string.h>

static const struct row {
    const char *word, *meaning;
    int read, weight;
} table[OUTCOME_COUNT] = {
#define X(symbol, w, r, q, m) [OUTCOME_##symbol] = {.word = w, .meaning = m, .read = r, .weight = q},
    OUTCOME_LIST(X)
#undef X
};

static const struct row *row_of(enum outcome o)
{
    return &table[(unsigned)o < OUTCOME_COUNT ? (unsigned)o : OUTCOME_NONE];
}

const char *outcome_word(enum outcome o)
{
    return row_of(o)->word;
}

const char *outcome_meaning(enum outcome o)
{
    return row_of(o)->meaning;
}

enum outcome outcome_parse(const char *word)
{
    for (unsigned i = 0; word && i < OUTCOME_COUNT; i++)
        if (strcmp(table[i].word, word) == 0)
            return (enum outcome)i;
    return OUTCOME_NONE;
}

bool outcome_is_read(enum outcome o)
{
    return row_of(o)->read;
}

int outcome_weight(enum outcome o)
{
    return row_of(o)->weight;
}
