/* The outbox: what time causes, what a source turns into, what people close. */
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

static void expect_events(struct fix *f, const char *want)
{
    char ev[400];
    event_list(f->s, ev, sizeof ev);
    assert_string_equal(ev, want);
}

static int64_t warn_at(void *ctx, const struct finding *x)
{
    (void)ctx;
    return x->judgement.due_at - HOUR;
}

static size_t sweep(struct fix *f, int64_t now)
{
    struct store_rules r = test_rules(now);
    size_t n;
    r.warn_at = warn_at;
    if (store_sweep(f->s, &r, &n) != ERR_OK)
        fail_msg("store_sweep: %s", err_text());
    return n;
}

static void mark(struct fix *f, const char *id, const char *action, const char *to, int64_t at)
{
    struct store_rules r = test_rules(at);
    struct journal_entry e = {.at = at, .who = "anna", .mention_id = id, .action = action, .to = to};
    if (store_mark(f->s, &e, &r) != ERR_OK)
        fail_msg("store_mark: %s", err_text());
}

static void check_sound(struct fix *f)
{
    struct strbuf out;
    uint64_t n_bad;
    strbuf_init(&out, 1 << 20);
    assert_int_equal(store_check(f->s, &out, &n_bad), ERR_OK);
    if (n_bad != 0)
        fail_msg("store check: %s", out.s);
    strbuf_release(&out);
}

/* The fixture's clock ends six hours after the first sight. */
static void test_clocks(void **state)
{
    static const struct {
        int64_t at; /* seconds after the first sight */
        const char *events;
    } step[] = {
        {0, ""}, {5 * HOUR - 1, ""}, {5 * HOUR, "sla_due"}, {5 * HOUR + 1, ""}, {6 * HOUR, ""}, {6 * HOUR + 1, "sla_breached"},
        {6 * HOUR + 1, ""}, {90 * HOUR, ""}, {5 * HOUR, ""}, /* a clock that was set back */
    };
    struct fix *f = *state;
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold tea.");
    page_add(p, "s:2", 5, "Good tea."); /* no clock */
    put_one(f->s, p);
    expect_events(f, "created");
    for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
        assert_int_equal(sweep(f, T0 + step[i].at), step[i].events[0] != '\0' ? 1 : 0);
        expect_events(f, step[i].events);
    }
    check_sound(f);
}

static void test_too_late_for_a_warning(void **state)
{
    struct fix *f = *state;
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold tea.");
    put_one(f->s, p);
    sweep(f, T0 + 50 * HOUR);
    sweep(f, T0 + 51 * HOUR);
    expect_events(f, "created sla_breached");
}

static void test_no_clock_no_event(void **state)
{
    struct fix *f = *state;
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold tea.");
    page_add(p, "s:2", 1, "Cold coffee.");
    page_link(p, TARGET_DETAIL, "https://trust.example/r/2", "s:2"); /* not ticketed: its page may show an answer */
    put_one(f->s, p);
    expect_events(f, "created");
    mark(f, "s:1", "state", "resolved", T0 + HOUR);
    assert_int_equal(sweep(f, T0 + 7 * HOUR), 0);
    expect_events(f, "resolved");
    put_one(f->s, page_make(TARGET_DETAIL, "https://trust.example/r/2", OUTCOME_NETWORK, T0 + 8 * HOUR));
    check_sound(f);
}

static void test_closed_before_it_was_ticketed(void **state)
{
    struct fix *f = *state;
    for (int i = 0; i < 2; i++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + i * HOUR);
        page_add(p, "s:2", i == 0 ? 5 : 1, i == 0 ? "Good tea." : "I take it back: cold tea.");
        put_one(f->s, p);
        if (i == 0)
            mark(f, "s:2", "state", "resolved", T0 + 60);
    }
    expect_events(f, "");
}

/* More than one transaction holds. */
static void test_many(void **state)
{
    struct fix *f = *state;
    for (int k = 0; k < 10; k++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + k);
        for (int i = 0; i < 60; i++) {
            char id[32];
            snprintf(id, sizeof id, "s:%d", k * 60 + i);
            page_add(p, id, 1, "Cold tea.")->mention.author.name = NULL;
        }
        put_one(f->s, p);
    }
    assert_int_equal(sweep(f, T0 + 5 * HOUR + 20), 600);
    assert_int_equal(sweep(f, T0 + 5 * HOUR + 20), 0);
    assert_int_equal(sweep(f, T0 + 7 * HOUR), 600);
    assert_int_equal(sweep(f, T0 + 7 * HOUR), 0);
    check_sound(f);
}

static bool note_source(void *ctx, const struct event *e)
{
    char *s = ctx;
    size_t at = strlen(s);
    if (strcmp(e->type, "source_drift") == 0)
        snprintf(s + at, 400 - at, "%s:%s:%s:%s ", e->source, outcome_word(e->outcome), e->reason != NULL ? e->reason : "-", e->finding.mention.id != NULL ? "?" : "");
    return true;
}

static void test_source(void **state)
{
    static const struct {
        enum outcome o;
        const char *reason, *event;
    } step[] = {
        {OUTCOME_OK, NULL, ""}, {OUTCOME_DRIFT, "no items", "tea/trust:drift:no items: "}, {OUTCOME_DRIFT, "no items", ""}, {OUTCOME_NETWORK, "reset", ""},
        {OUTCOME_DRIFT, "no dates", ""}, {OUTCOME_BLOCKED, "captcha", "tea/trust:blocked:captcha: "}, {OUTCOME_BLOCKED, "captcha", ""}, {OUTCOME_GONE, NULL, ""},
        {OUTCOME_BLOCKED, "login", ""}, {OUTCOME_UNCHANGED, NULL, ""}, {OUTCOME_BLOCKED, NULL, "tea/trust:blocked:-: "},
    };
    struct fix *f = *state;
    for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
        char got[400] = "";
        uint64_t seq, newest;
        struct page *p = page_make(TARGET_LISTING, PAGE1, step[i].o, T0 + (int)i * HOUR);
        p->reason = step[i].reason;
        if (step[i].o == OUTCOME_OK)
            page_add(p, "s:2", 5, "Good tea.");
        put_one(f->s, p);
        assert_int_equal(store_events(f->s, "test", 0, note_source, got), ERR_OK);
        assert_string_equal(got, step[i].event);
        assert_int_equal(store_cursor(f->s, "test", &seq, &newest), ERR_OK);
        assert_int_equal(store_cursor_set(f->s, "test", newest), ERR_OK);
    }
    check_sound(f);
}

static struct page *answered(int64_t at, const char *text, const char *reply, bool last_word)
{
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, at);
    struct finding *x = page_add(p, "s:1", 1, text);
    x->mention.reply_state = reply != NULL ? REPLY_YES : REPLY_NO;
    x->mention.reply.text = reply;
    x->mention.customer_last_word = last_word;
    return p;
}

/* A second answer counts when the customer had added something, a corrected one does not. */
static void test_answers(void **state)
{
    struct fix *f = *state;
    put_one(f->s, answered(T0, "Cold tea.", NULL, false));
    expect_events(f, "created");
    put_one(f->s, answered(T0 + HOUR, "Cold tea.", "We are sory.", false));
    expect_events(f, "company_replied");
    put_one(f->s, answered(T0 + 2 * HOUR, "Cold tea.", "We are sorry.", false));
    expect_events(f, "");
    put_one(f->s, answered(T0 + 3 * HOUR, "Cold tea.", "We are sorry.", true));
    expect_events(f, "author_followup");
    put_one(f->s, answered(T0 + 4 * HOUR, "Cold tea.", "We are sorry. A new pot is on its way.", false));
    expect_events(f, "company_replied");
    check_sound(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_clocks), T(test_too_late_for_a_warning), T(test_no_clock_no_event), T(test_closed_before_it_was_ticketed), T(test_many), T(test_source), T(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
