/* What the store remembers for the schedule: polls, the slow walk over known pages; and pages out of an archive. */
#include "store/record.h"
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE1 "https://trust.example/tea"
#define HOUR  3600
#define DAY   86400

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
};

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
    assert_int_equal(store_open(&f->s, f->path, STORE_CREATE), ERR_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fix *f = *state;
    store_close(f->s);
    folder_remove(f->folder);
    arena_release(&f->a);
    free(f);
    return 0;
}

static const char *page_url(int n)
{
    static char url[40];
    snprintf(url, sizeof url, n == 1 ? PAGE1 : PAGE1 "?page=%d", n);
    return url;
}

/* Page n of a listing with the mentions first..last, newest (highest) first; one day between two, the newest of all at T0. */
static void visit(struct fix *f, int n, int first, int last, int64_t at, enum outcome o)
{
    struct page *p = page_make(n == 1 ? TARGET_LISTING : TARGET_NEXT, page_url(n), o, at);
    p->target.depth = n;
    p->etag = "\"e\"";
    p->body_hash = 77;
    for (int i = first; o == OUTCOME_OK && i >= last; i--) {
        char id[20];
        snprintf(id, sizeof id, "s:%d", i);
        page_add(p, id, 4, "Warm tea.")->mention.published = (struct when){T0 - (100 - i) * DAY, PRECISION_DAY};
    }
    if (o == OUTCOME_OK)
        page_link(p, TARGET_NEXT, page_url(n + 1), NULL);
    put_one(f->s, p);
}

/* Deeper pages that are due, "2 3"; and page 1's ETag. */
static const char *due(struct fix *f, int64_t now, const char **etag)
{
    static char out[200];
    struct due_filter all = {.all = true, .all_before = INT64_MAX};
    struct target *t;
    size_t n;
    out[0] = '\0';
    *etag = NULL;
    assert_int_equal(store_due(f->s, &all, now, 100, &f->a, &t, &n), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        const char *page = strstr(t[i].url, "page=");
        if (page != NULL)
            snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", out[0] != '\0' ? " " : "", page + 5);
        else
            *etag = t[i].etag;
    }
    return out;
}

static void test_walk(void **state)
{
    static const struct {
        const char *what;
        int hours, page, first, last;
        enum outcome outcome;
        const char *due; /* deeper pages afterwards */
        bool etag;       /* page 1 may be asked for conditionally */
    } step[] = {
        {"first run", 0, 1, 100, 91, OUTCOME_OK, "2", true},
        {"its second page", 0, 2, 90, 81, OUTCOME_OK, "3", true},
        {"its third page, cut there", 0, 3, 80, 71, OUTCOME_GONE, "", true},
        {"nothing new", 1, 1, 100, 91, OUTCOME_OK, "", true},
        {"the next poll will be a walk", 5, 1, 0, 0, OUTCOME_UNCHANGED, "", false},
        {"the walk begins", 7, 1, 100, 91, OUTCOME_OK, "2", true},
        {"known ones: on", 7, 2, 90, 81, OUTCOME_OK, "3", true},
        {"unknown ones: the end of what we keep", 7, 3, 80, 71, OUTCOME_OK, "", true},
        {"soon after: no walk", 8, 1, 100, 91, OUTCOME_OK, "", true},
        {"the next walk", 14, 1, 100, 91, OUTCOME_OK, "2", true},
        {"a page that fails is tried again", 14, 2, 0, 0, OUTCOME_NETWORK, "2", true},
        {"and the walk goes on", 15, 2, 90, 81, OUTCOME_OK, "3", true},
        {"a site that serves its second page for ever", 15, 3, 90, 81, OUTCOME_OK, "", true},
    };
    struct fix *f = *state;
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        const char *etag;
        visit(f, step[i].page, step[i].first, step[i].last, T0 + step[i].hours * HOUR, step[i].outcome);
        const char *now = due(f, T0 + (step[i].hours + 1) * HOUR, &etag);
        if (step[i].outcome == OUTCOME_GONE) /* not tried at once; out of the way for the next steps */
            visit(f, 3, 0, 0, T0, OUTCOME_EMPTY), now = "";
        if (strcmp(now, step[i].due) != 0 || (etag != NULL) != step[i].etag)
            fail_msg("%s: due \"%s\" instead of \"%s\", %s", step[i].what, now, step[i].due, etag ? "with an etag" : "without an etag");
    }
}

/* A burst of new mentions on the day of a walk: pages that hold nothing but new ones are passed, known ones follow. */
static void test_walk_over_new(void **state)
{
    struct fix *f = *state;
    const char *etag;
    visit(f, 1, 80, 71, T0, OUTCOME_OK);
    visit(f, 2, 70, 61, T0, OUTCOME_EMPTY);
    visit(f, 1, 100, 91, T0 + 7 * HOUR, OUTCOME_OK);
    assert_string_equal(due(f, T0 + 8 * HOUR, &etag), "2");
    visit(f, 2, 90, 81, T0 + 7 * HOUR, OUTCOME_OK);
    assert_string_equal(due(f, T0 + 8 * HOUR, &etag), "3");
    visit(f, 3, 80, 71, T0 + 7 * HOUR, OUTCOME_OK);
    assert_string_equal(due(f, T0 + 8 * HOUR, &etag), "4");
    visit(f, 4, 70, 61, T0 + 7 * HOUR, OUTCOME_OK);
    assert_string_equal(due(f, T0 + 8 * HOUR, &etag), "");
}

/* Old mentions are left in peace: the walk ends at reread_days (90). */
static void test_walk_ends_at_age(void **state)
{
    struct fix *f = *state;
    const char *etag;
    for (int n = 1; n <= 10; n++)
        visit(f, n, 110 - 10 * n, 101 - 10 * n, T0, OUTCOME_OK);
    visit(f, 11, 0, 0, T0, OUTCOME_EMPTY);
    int n = 1;
    visit(f, 1, 100, 91, T0 + 7 * HOUR, OUTCOME_OK);
    while (strcmp(due(f, T0 + 8 * HOUR, &etag), "") != 0 && n < 20) {
        n++;
        visit(f, n, 110 - 10 * n, 101 - 10 * n, T0 + 7 * HOUR, OUTCOME_OK);
    }
    assert_int_equal(n, 10); /* s:11, 89 days old, is on page 9: page 10 is looked at, and not left */
}

/* ---------------------------------------------------------------- polls */

struct seen_poll {
    struct poll poll;
    int n;
};

static int64_t next_due(void *ctx, const struct page *p, struct poll *poll)
{
    struct seen_poll *s = ctx;
    s->poll = *poll;
    s->n++;
    poll->interval_s = 1000 + s->n;
    return p->fetched_at + HOUR;
}

static void poll_once(struct fix *f, struct seen_poll *s, int first, int last, int64_t at, enum outcome o)
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, o, at);
    struct store_rules r = test_rules(at);
    r.ctx = s;
    r.next_due = next_due;
    r.judge = NULL;
    r.depth_max = NULL;
    for (int i = first; o == OUTCOME_OK && i >= last; i--) {
        char id[20];
        snprintf(id, sizeof id, "s:%d", i);
        page_add(p, id, 4, "Warm tea.");
    }
    assert_int_equal(store_put_pages(f->s, &p, 1, &r, NULL), ERR_OK);
    page_free(p);
}

static void test_polls(void **state)
{
    static const struct {
        int first, last;
        enum outcome outcome;
        int known0, known1;
        int64_t interval;
        int failures;
    } step[] = {
        {10, 1, OUTCOME_OK, -1, -1, 0, 0},           {10, 1, OUTCOME_OK, 100, -1, 1001, 0},      {15, 6, OUTCOME_OK, 50, 100, 1002, 0},
        {0, 0, OUTCOME_UNCHANGED, 100, 50, 1003, 0}, {0, 0, OUTCOME_BLOCKED, 100, 50, 1004, 4},  {0, 0, OUTCOME_NETWORK, 100, 50, 1005, 5},
        {16, 7, OUTCOME_OK, 90, 100, 1006, 0},
    };
    struct fix *f = *state;
    struct seen_poll s = {.n = 0};
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        poll_once(f, &s, step[i].first, step[i].last, T0 + (int64_t)i * HOUR, step[i].outcome);
        if (s.poll.known[0] != step[i].known0 || s.poll.known[1] != step[i].known1 || s.poll.interval_s != step[i].interval || s.poll.failures != step[i].failures)
            fail_msg("poll %zu: known %d and %d, interval %lld, failures %d", i, s.poll.known[0], s.poll.known[1], (long long)s.poll.interval_s, s.poll.failures);
        store_close(f->s); /* it outlives the process */
        assert_int_equal(store_open(&f->s, f->path, STORE_WRITE), ERR_OK);
    }
}

/* A target as stores held it before polls and walks were noted: read as one that had none. Never change this table. */
static void test_old_record(void **state)
{
#define OLD(kind, max, member) {kind, max, (uint16_t)offsetof(struct target_rec, member), #member}
    static const struct field old[] = {
        OLD(F_STR, 0, t.url), OLD(F_STR, 0, t.source), OLD(F_STR, 0, t.brand), OLD(F_STR, 0, t.site), OLD(F_ENUM, TARGET_DETAIL, t.kind), OLD(F_INT32, 0, t.depth),
        OLD(F_STR, 0, t.mention_id), OLD(F_I64, 0, t.due_at), OLD(F_STR, 0, t.etag), OLD(F_STR, 0, t.last_modified), OLD(F_U64, 0, t.body_hash), OLD(F_INT32, 0, t.failures),
        OLD(F_I64, 0, last_try), OLD(F_I64, 0, last_good), OLD(F_BOOL, 0, scheduled), OLD(F_BOOL, 0, dormant), OLD(F_BOOL, 0, backfill),
    };
#undef OLD
    struct fix *f = *state;
    struct target_rec was = {.t = {.url = PAGE1, .source = SHOP, .brand = "tea", .kind = TARGET_NEXT, .depth = 7, .due_at = T0, .etag = "\"e\"", .failures = 3},
                             .last_try = T0 - 5, .scheduled = true, .backfill = true, .known = {50, 60}, .walk = 2};
    struct target_rec is;
    struct part part = {old, sizeof old / sizeof *old, &was};
    struct bytes b = rec_encode(&f->a, REC_TARGET, 42, &part, 1);
    assert_non_null(b.p);
    assert_true(rec_get_target(b, 42, &f->a, &is));
    assert_string_equal(is.t.url, PAGE1);
    assert_string_equal(is.t.etag, "\"e\"");
    assert_int_equal(is.t.depth, 7);
    assert_int_equal(is.last_try, T0 - 5);
    assert_true(is.scheduled && is.backfill && !is.dormant);
    assert_int_equal(is.known[0] | is.known[1] | is.walk | is.has_walk, 0);
    assert_int_equal(is.interval_s | is.walked_at | is.walk_at, 0);
}

/* ---------------------------------------------------------------- pages out of an archive */

static void count(void *ctx, const struct finding *now, const struct finding *before)
{
    int *n = ctx;
    n[before != NULL]++;
    assert_non_null(now->mention.id);
}

static struct store_result replay(struct fix *f, const char *text, int64_t at, int n[2])
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, at);
    struct store_rules r = test_rules(T0 + 100 * DAY);
    struct store_result result = {0};
    page_add(p, "s:1", 1, text);
    page_add(p, "s:2", 1, "Cup was cracked.");
    page_link(p, TARGET_NEXT, page_url(2), NULL);
    page_link(p, TARGET_DETAIL, "https://trust.example/r/1", "s:1");
    r.ctx = n;
    r.merged = count;
    r.judge = NULL;
    r.replay = true;
    assert_int_equal(store_put_pages(f->s, &p, 1, &r, &result), ERR_OK);
    page_free(p);
    return result;
}

static void test_replay(void **state)
{
    struct fix *f = *state;
    struct finding x;
    struct revision *rev;
    struct target *t;
    struct due_filter all = {.all = true, .all_before = INT64_MAX};
    size_t n_rev, n_due;
    int n[2] = {0, 0};
    struct store_result r = replay(f, "Tea was cold.", T0, n);
    assert_int_equal(r.n_new, 2);
    assert_int_equal(n[0], 2);
    assert_int_equal(store_due(f->s, &all, INT64_MAX, 10, &f->a, &t, &n_due), ERR_OK);
    assert_int_equal(n_due, 0); /* no target, no link */
    r = replay(f, "Tea was cold and stale.", T0 + DAY, n);
    assert_int_equal(r.n_revised, 1);
    r = replay(f, "Tea was cold.", T0, n); /* older than the edit */
    assert_int_equal(r.n_revised + r.n_new, 0);
    r = replay(f, "Tea was cold and stale.", T0 + DAY, n);
    assert_int_equal(r.n_revised + r.n_new, 0);
    assert_int_equal(store_get(f->s, "s:1", &f->a, &x), ERR_OK);
    assert_string_equal(x.mention.text, "Tea was cold and stale.");
    assert_int_equal(x.first_seen, T0);
    assert_int_equal(x.last_seen, T0 + DAY);
    assert_int_equal(store_revisions(f->s, x.seq, &f->a, &rev, &n_rev), ERR_OK);
    assert_int_equal(n_rev, 2);
    assert_int_equal(rev[1].seen_at, T0 + DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_walk, setup, teardown),
        cmocka_unit_test_setup_teardown(test_walk_over_new, setup, teardown),
        cmocka_unit_test_setup_teardown(test_walk_ends_at_age, setup, teardown),
        cmocka_unit_test_setup_teardown(test_polls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_old_record, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replay, setup, teardown),
    };
    return cmocka_run_group_tests_name("store/walk", tests, NULL, NULL);
}
