/* A store made of arrays, for tests of what reads the store. */
#ifndef EARSHOT_TESTS_FAKE_STORE_H
#define EARSHOT_TESTS_FAKE_STORE_H

#include "store/store.h"

struct store {
    const struct finding *finding;
    size_t n_finding;
    struct source_health *health;
    size_t n_health;
    struct revision *revision;
    size_t n_revision;
    struct journal_entry *journal;
    size_t n_journal;
    const struct event *event;
    size_t n_event;
    struct run_record run;
    uint64_t cursor;
    const struct finding *changed; /* whose revisions and journal these are; NULL: nobody's, for what goes by time */
    const char *sink;              /* name of the one sink; NULL: tickets */
    const char *meta;              /* the value of "survey:lunaria"; NULL = none */
    const struct ticket *ticket;
    size_t n_ticket;
};

#endif
