/* A morning at two invented brands, with a competitor: the same for all tests of reports. */
#ifndef EARSHOT_TESTS_REPORT_FIXTURE_H
#define EARSHOT_TESTS_REPORT_FIXTURE_H

#include "report/report.h"
#include "tests/unit/fake_store.h"

#define FIX_NOW      INT64_C(1795424400) /* 2026-11-23T09:00:00Z, a Monday */
#define FIX_FINDINGS 64

struct fixture {
    struct store store;
    struct finding finding[FIX_FINDINGS];
    struct source_health health[5];
    struct event event[6];
    struct revision revision[2];
    struct journal_entry journal[2];
    struct report_in in;
};

/* Everything filled; strings static. */
void fixture_init(struct fixture *f);

#endif
