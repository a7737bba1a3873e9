/* The store from outside: what goes in comes out, once, and in the documented states. */
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fix {
    char folder[200], path[240];
    struct store *s;
    struct arena a;
    struct strbuf out, out2;
};

#define PAGE1   "https://trust.example/tea"
#define PAGE2   "https://trust.example/tea?page=2"
#define DETAIL1 "https://trust.example/r/1"

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    arena_init(&f->a, 64 << 20);
    strbuf_init(&f->out, 64 << 20);
    strbuf_init(&f->out2, 64 << 20);
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
    strbuf_release(&f->out);
    strbuf_release(&f->out2);
    free(f);
    return 0;
}

static struct finding get(struct fix *f, const char *id)
{
    struct finding x;
    if (store_get(f->s, id, &f->a, &x) != ERR_OK)
        fail_msg("store_get %s: %s", id, err_text());
    return x;
}

static size_t n_due(struct fix *f, int64_t now)
{
    struct due_filter all = {0};
    struct target *t;
    size_t n;
    assert_int_equal(store_due(f->s, &all, now, 100, &f->a, &t, &n), ERR_OK);
    return n;
}

static void test_same_page_twice(void **state)
{
    struct fix *f = *state;
    char ev[400];
    for (int i = 0; i < 2; i++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + i);
        struct finding *x = page_add(p, "s:1", 1, "Cold tea.");
        x->mention.reply_state = REPLY_NO;
        x->mention.title = "Cold";
        x->mention.author.n_review = 7;
        x->score.word = arena_calloc(&p->arena, 1, sizeof *x->score.word);
        ((struct score_word *)(uintptr_t)x->score.word)[0] = (struct score_word){"cold", -1.5f, "word"};
        x->score.n_word = 1;
        page_add(p, "s:2", 5, "Fine.");
        struct store_result r = put_one(f->s, p);
        assert_int_equal(r.n_new, i == 0 ? 2 : 0);
        assert_int_equal(r.n_revised, 0);
        assert_int_equal(r.n_reply_verdict, i == 0 ? 1 : 0);
        export_all(f->s, true, i == 0 ? &f->out : &f->out2);
    }
    assert_string_equal(f->out.s, f->out2.s);
    event_list(f->s, ev, sizeof ev);
    assert_string_equal(ev, "created");
    struct finding x = get(f, "s:1");
    assert_string_equal(x.mention.title, "Cold");
    assert_string_equal(x.brand, "tea");
    assert_string_equal(x.source, SHOP);
    assert_string_equal(x.channel, "review");
    assert_int_equal(x.mention.author.n_review, 7);
    assert_int_equal(x.score.n_word, 1);
    assert_string_equal(x.score.word[0].text, "cold");
    assert_true(x.score.word[0].weight == -1.5f);
    assert_int_equal(x.first_seen, T0);
    assert_int_equal(x.last_seen, T0 + 1);
    assert_int_equal(x.n_revision, 1);
    assert_int_equal(x.judgement.n_sign, 1);
    assert_string_equal(x.judgement.sign[0].name, "stars");
}

/* teaser on the listing, whole text and answer on the detail page: better knowledge, not an edit */
static void test_detail_enriches(void **state)
{
    struct fix *f = *state;
    char ev[400];
    for (int round = 0; round < 2; round++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + round * 10);
        struct finding *x = page_add(p, "s:1", 1, "The tea was cold and…");
        x->mention.truncated = true;
        page_link(p, TARGET_DETAIL, DETAIL1, "s:1");
        put_one(f->s, p);
        event_list(f->s, ev, sizeof ev);
        assert_string_equal(ev, ""); /* waits for the detail page; the second time there is nothing new */
        assert_int_equal(n_due(f, T0 + 20), round == 0 ? 1 : 0);
        if (round > 0)
            break;
        p = page_make(TARGET_DETAIL, DETAIL1, OUTCOME_OK, T0 + 5);
        p->target.mention_id = "s:1";
        x = page_add(p, "s:1", 1, "The tea was cold and\nthe biscuits were stale.");
        x->mention.reply_state = REPLY_NO;
        struct store_result r = put_one(f->s, p);
        assert_int_equal(r.n_revised, 0);
        event_list(f->s, ev, sizeof ev);
        assert_string_equal(ev, "created");
    }
    struct finding x = get(f, "s:1");
    assert_string_equal(x.mention.text, "The tea was cold and\nthe biscuits were stale.");
    assert_false(x.mention.truncated);
    assert_int_equal(x.mention.reply_state, REPLY_NO);
    assert_int_equal(x.n_revision, 1);
}

static void test_answer_on_detail_means_no_ticket(void **state)
{
    struct fix *f = *state;
    char ev[400];
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold.");
    page_link(p, TARGET_DETAIL, DETAIL1, "s:1");
    put_one(f->s, p);
    p = page_make(TARGET_DETAIL, DETAIL1, OUTCOME_OK, T0 + 1);
    p->target.mention_id = "s:1";
    struct finding *x = page_add(p, "s:1", 1, "Cold.");
    x->mention.reply_state = REPLY_YES;
    x->mention.reply.text = "Sorry.";
    put_one(f->s, p);
    event_list(f->s, ev, sizeof ev);
    assert_string_equal(ev, "");
    assert_int_equal(get(f, "s:1").state, DESK_ANSWERED);
    assert_int_equal(get(f, "s:1").n_revision, 1);
}

static void test_failed_detail_releases_created(void **state)
{
    struct fix *f = *state;
    char ev[400];
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold.");
    page_link(p, TARGET_DETAIL, DETAIL1, "s:1");
    put_one(f->s, p);
    event_list(f->s, ev, sizeof ev);
    assert_string_equal(ev, "");
    p = page_make(TARGET_DETAIL, DETAIL1, OUTCOME_BLOCKED, T0 + 1);
    p->target.mention_id = "s:1";
    put_one(f->s, p);
    event_list(f->s, ev, sizeof ev);
    assert_string_equal(ev, "created");
    assert_int_equal(n_due(f, T0 + 1), 0);
    assert_int_equal(n_due(f, T0 + 3600), 1);     /* page 1 again */
    assert_int_equal(n_due(f, T0 + 1 + 3600), 2); /* and the detail page after 4 quarters */
}

static void test_life_of_a_mention(void **state)
{
    static const struct {
        double stars;
        const char *text, *reply;
        bool last_word;
        const char *events;
        uint32_t n_revision;
        enum desk_state desk;
    } step[] = {
        {2, "Cold tea.", NULL, false, "created", 1, DESK_NEW},
        {1, "Cold tea and rude staff.", NULL, false, "became_worse", 2, DESK_NEW},
        {1, "Cold tea and rude staff.", "We are sorry.", false, "company_replied", 3, DESK_ANSWERED},
        {1, "Cold tea and rude staff. Still.", "We are sorry.", false, "reply_outdated", 4, DESK_SEEN},
        {1, "Cold tea and rude staff. Still.", "We called you.", false, "company_replied", 5, DESK_ANSWERED},
        {1, "Cold tea and rude staff. Still.", "We called you.", true, "author_followup", 5, DESK_SEEN},
        {4, "They called. All is well.", "We called you.", false, "became_better", 6, DESK_SEEN},
    };
    struct fix *f = *state;
    char ev[400];
    for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
        for (int twice = 0; twice < 2; twice++) {
            struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + (int64_t)i * 100 + twice);
            struct finding *x = page_add(p, "s:1", step[i].stars, step[i].text);
            x->mention.reply_state = step[i].reply != NULL ? REPLY_YES : REPLY_NO;
            x->mention.reply.text = step[i].reply;
            x->mention.customer_last_word = step[i].last_word;
            put_one(f->s, p);
            event_list(f->s, ev, sizeof ev);
            assert_string_equal(ev, twice ? "" : step[i].events);
            assert_int_equal(get(f, "s:1").n_revision, step[i].n_revision);
            assert_int_equal(get(f, "s:1").state, step[i].desk);
        }
    }
    struct revision *r;
    size_t n;
    assert_int_equal(store_revisions(f->s, get(f, "s:1").seq, &f->a, &r, &n), ERR_OK);
    assert_int_equal(n, 6);
    assert_string_equal(r[0].changed, "");
    assert_string_equal(r[0].mention.text, "Cold tea.");
    assert_string_equal(r[1].changed, "text,rating");
    assert_string_equal(r[2].changed, "reply");
    assert_string_equal(r[5].changed, "text,rating");
    assert_int_equal(r[1].seen_at, T0 + 100);
    assert_int_equal(r[5].n, 6);
}

static void test_bad_pages_change_nothing(void **state)
{
    struct fix *f = *state;
    struct target t = listing(SHOP, PAGE1);
    assert_int_equal(store_seed(f->s, &t, 1, T0), ERR_OK);
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold.");
    page_link(p, TARGET_NEXT, PAGE2, NULL);
    assert_int_equal(put_one(f->s, p).n_link, 1);
    for (int o = OUTCOME_UNCHANGED; o < OUTCOME_COUNT; o++) {
        struct finding before = get(f, "s:1");
        p = page_make(TARGET_LISTING, PAGE1, (enum outcome)o, T0 + o);
        page_add(p, "s:1", 5, "Something else");
        page_add(p, "s:9", 1, "Spurious");
        struct store_result r = put_one(f->s, p);
        assert_int_equal(r.n_new + r.n_revised, 0);
        struct finding after = get(f, "s:1");
        assert_string_equal(after.mention.text, before.mention.text);
        assert_int_equal(after.last_seen, before.last_seen);
        struct source_health *h;
        size_t n;
        assert_int_equal(store_health(f->s, &f->a, &h, &n), ERR_OK);
        assert_int_equal(n, 1);
        assert_int_equal(h[0].outcome, o);
        assert_int_equal(h[0].n_mention, 1);
        assert_int_equal(h[0].last_try, T0 + o);
        assert_int_equal(h[0].last_good, outcome_is_read((enum outcome)o) ? T0 + o : T0 + OUTCOME_EMPTY);
        assert_int_equal(h[0].first_fail != 0, !outcome_is_read((enum outcome)o));
    }
}

static void test_next_pages(void **state)
{
    struct fix *f = *state;
    struct target seed = listing(SHOP, PAGE1);
    assert_int_equal(store_seed(f->s, &seed, 1, T0), ERR_OK);
    assert_int_equal(n_due(f, T0), 1);
    for (int round = 0; round < 2; round++) {
        struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + round);
        page_add(p, "s:1", 1, "Cold.");
        page_link(p, TARGET_NEXT, PAGE2, NULL);
        assert_int_equal(put_one(f->s, p).n_link, round == 0 ? 1 : 0);
        assert_int_equal(n_due(f, T0 + 2), round == 0 ? 1 : 0);
        /* page 2 fails first: it stays, later */
        if (round == 0) {
            p = page_make(TARGET_NEXT, PAGE2, OUTCOME_NETWORK, T0);
            p->target.depth = 2;
            put_one(f->s, p);
            assert_int_equal(n_due(f, T0 + 2), 0);
            assert_int_equal(n_due(f, T0 + 900), 1);
            p = page_make(TARGET_NEXT, PAGE2, OUTCOME_OK, T0);
            p->target.depth = 2;
            page_add(p, "s:2", 1, "Colder.");
            page_link(p, TARGET_NEXT, PAGE1, NULL); /* leads back: ignored */
            assert_int_equal(put_one(f->s, p).n_link, 0);
        }
    }
    assert_int_equal(n_due(f, T0 + 3500), 0);
    assert_int_equal(n_due(f, T0 + 3601), 1);
    struct due_filter all = {.all = true, .all_before = T0 + 1};
    struct target *t;
    size_t n;
    assert_int_equal(store_due(f->s, &all, T0, 10, &f->a, &t, &n), ERR_OK);
    assert_int_equal(n, 0); /* read at T0 + 1: this run is done with it */
    all.all_before = T0 + 2;
    assert_int_equal(store_due(f->s, &all, T0, 10, &f->a, &t, &n), ERR_OK);
    assert_int_equal(n, 1);
    all.source_key = "tea/other";
    assert_int_equal(store_due(f->s, &all, T0, 10, &f->a, &t, &n), ERR_OK);
    assert_int_equal(n, 0);
}

static bool is_held(void *ctx, uint64_t id)
{
    return *(const uint64_t *)ctx == id;
}

static size_t in_hand(void *ctx, uint64_t host)
{
    (void)ctx;
    (void)host;
    return 2;
}

/* A host with thousands of due targets, all longer overdue than those of five others. */
static void test_spread(void **state)
{
    struct fix *f = *state;
    enum { SLOW = 3000, OTHERS = 5 };
    struct target *seed = calloc(SLOW + OTHERS, sizeof *seed), *t;
    size_t n, n_slow = 0;
    for (int i = 0; i < SLOW + OTHERS; i++) {
        bool slow = i < SLOW;
        seed[i] = listing(arena_printf(&f->a, "tea/%d", i), arena_printf(&f->a, slow ? "https://Slow.example/%d" : "https://other%d.example/", i));
        seed[i].due_at = slow ? T0 - 5000 + i : T0;
    }
    assert_int_equal(store_seed(f->s, seed, SLOW + OTHERS, T0), ERR_OK);
    struct due_filter due = {.per_host = 8};
    assert_int_equal(store_due(f->s, &due, T0, 4096, &f->a, &t, &n), ERR_OK);
    assert_int_equal(n, 8 + OTHERS);
    for (size_t i = 0; i < n; i++) {
        bool slow = strstr(t[i].url, "Slow") != NULL;
        if (slow)
            assert_string_equal(t[i].source, seed[n_slow++].source); /* the longest overdue first */
        assert_true(t[i].id != 0 && t[i].host != 0);
        assert_int_equal(slow, i == 0 || i > OTHERS); /* one of each host, then the second of each */
    }
    assert_int_equal(n_slow, 8);
    /* a batch that is too small: no host is left out */
    assert_int_equal(store_due(f->s, &due, T0, 6, &f->a, &t, &n), ERR_OK);
    assert_int_equal(n, 6);
    assert_non_null(strstr(t[0].url, "Slow"));
    assert_null(strstr(t[5].url, "Slow"));
    /* what the caller has counts, and does not come again */
    uint64_t id = t[0].id;
    due.held = is_held;
    due.in_hand = in_hand;
    due.ctx = &id;
    assert_int_equal(store_due(f->s, &due, T0, 4096, &f->a, &t, &n), ERR_OK);
    assert_int_equal(n, 6 + OTHERS);
    for (size_t i = 0; i < n; i++)
        assert_true(t[i].id != id);
    free(seed);
}

static void test_seed(void **state)
{
    struct fix *f = *state;
    struct target two[] = {listing(SHOP, PAGE1), listing("tea/other", "https://other.example/tea")};
    struct source_health *h;
    size_t n;
    assert_int_equal(store_seed(f->s, two, 2, T0), ERR_OK);
    assert_int_equal(n_due(f, T0), 2);
    put_one(f->s, page_make(TARGET_LISTING, PAGE1, OUTCOME_EMPTY, T0));
    assert_int_equal(store_seed(f->s, two, 2, T0 + 5), ERR_OK);
    assert_int_equal(n_due(f, T0 + 5), 1); /* known: keeps its state */
    assert_int_equal(store_seed(f->s, two, 1, T0 + 6), ERR_OK);
    assert_int_equal(n_due(f, T0 + 6), 0); /* the other one sleeps */
    assert_int_equal(store_health(f->s, &f->a, &h, &n), ERR_OK);
    assert_int_equal(n, 2);
    assert_true(h[0].dormant && !h[1].dormant); /* by key: tea/other, tea/trust */
    assert_int_equal(store_seed(f->s, two, 2, T0 + 7), ERR_OK);
    assert_int_equal(n_due(f, T0 + 7), 1);
    two[0].url = "https://trust.example/tea-and-more";
    assert_int_equal(store_seed(f->s, two, 2, T0 + 8), ERR_OK);
    assert_int_equal(n_due(f, T0 + 8), 2);    /* a new URL is due at once */
    assert_int_equal(n_due(f, T0 + 8000), 2); /* and the old one never again */
}

struct ids {
    char s[400];
};

static bool id_add(void *ctx, const struct finding *x)
{
    struct ids *i = ctx;
    strcat(strcat(i->s, x->mention.id), " ");
    return true;
}

static const char *each(struct fix *f, struct store_filter filter)
{
    static struct ids i;
    i.s[0] = '\0';
    assert_int_equal(store_each(f->s, &filter, id_add, &i), ERR_OK);
    return i.s;
}

static void test_each(void **state)
{
    struct fix *f = *state;
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    for (int i = 1; i <= 5; i++) {
        char id[20];
        snprintf(id, sizeof id, "s:%d", i);
        struct finding *x = page_add(p, id, i, "Text");
        x->mention.published = (struct when){T0 - i * 100, PRECISION_SECOND};
        if (i == 4)
            x->brand = "rival";
    }
    put_one(f->s, p);
    assert_string_equal(each(f, (struct store_filter){0}), "s:1 s:2 s:3 s:4 s:5 ");
    assert_string_equal(each(f, (struct store_filter){.brand = "tea"}), "s:1 s:2 s:3 s:5 ");
    assert_string_equal(each(f, (struct store_filter){.since = T0 - 300, .until = T0 - 100}), "s:2 s:3 ");
    assert_string_equal(each(f, (struct store_filter){.max = 2}), "s:1 s:2 ");
    assert_string_equal(each(f, (struct store_filter){.negatives_only = true}), "s:1 s:2 ");
    assert_string_equal(each(f, (struct store_filter){.channel = "forum"}), "");
    assert_string_equal(each(f, (struct store_filter){.source_key = SHOP, .verdict_min = VERDICT_REPLY}), "s:1 s:2 ");
    assert_string_equal(each(f, (struct store_filter){.first_seen_since = T0 + 1}), "");
    assert_string_equal(each(f, (struct store_filter){.order = STORE_BY_URGENCY}), "s:1 s:2 ");
    assert_string_equal(each(f, (struct store_filter){.order = STORE_BY_URGENCY, .max = 1}), "s:1 ");
    struct journal_entry e = {
        .who = "olga", .mention_id = "s:1", .action = "state", .to = "dismissed", .note = "a joke", .at = T0};
    assert_int_equal(store_mark(f->s, &e, NULL), ERR_OK);
    assert_string_equal(each(f, (struct store_filter){.order = STORE_BY_URGENCY}), "s:2 ");
}

static void test_get(void **state)
{
    struct fix *f = *state;
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "otz:12345", 1, "One");
    page_add(p, "otz:12399", 1, "Two");
    page_add(p, "tru:ab99", 1, "Three");
    page_add(p, "tru:99", 1, "Four");
    put_one(f->s, p);
    struct finding x;
    static const struct {
        const char *ask, *id;
    } cases[] = {{"otz:12345", "otz:12345"},
                 {"otz:1234", "otz:12345"},
                 {"45", "otz:12345"},
                 {"99", "tru:99"},
                 {"b99", "tru:ab99"},
                 {"#2", "otz:12399"},
                 {"otz:123", NULL},
                 {"nothing", NULL},
                 {"", NULL},
                 {"#9", NULL},
                 {"#", NULL},
                 {"#x", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum err e = store_get(f->s, cases[i].ask, &f->a, &x);
        assert_int_equal(e, cases[i].id != NULL ? ERR_OK : ERR_NOTFOUND);
        if (cases[i].id != NULL)
            assert_string_equal(x.mention.id, cases[i].id);
        else
            assert_true(err_text()[0] != '\0');
    }
    assert_int_equal(store_get(f->s, "otz:123", &f->a, &x), ERR_NOTFOUND);
    assert_non_null(strstr(err_text(), "otz:12345"));
    assert_non_null(strstr(err_text(), "otz:12399"));
}

static void test_marks_are_kept(void **state)
{
    struct fix *f = *state;
    char ev[400];
    struct page *p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0);
    page_add(p, "s:1", 1, "Cold.");
    put_one(f->s, p);
    struct journal_entry e = {.who = "olga", .mention_id = "s:1", .action = "assign", .to = "petr", .at = T0 + 1};
    assert_int_equal(store_mark(f->s, &e, NULL), ERR_OK);
    e.action = "state";
    e.to = "moved_private";
    e.cause = "delivery";
    assert_int_equal(store_mark(f->s, &e, NULL), ERR_OK);
    p = page_make(TARGET_LISTING, PAGE1, OUTCOME_OK, T0 + 2);
    struct finding *x = page_add(p, "s:1", 1, "Cold.");
    x->mention.reply_state = REPLY_YES;
    x->mention.reply = (struct reply){"Shop", "Sorry", {T0 + 1, PRECISION_SECOND}, WHEN_UNKNOWN, 0};
    put_one(f->s, p);
    struct finding got = get(f, "s:1");
    assert_int_equal(got.state, DESK_MOVED_PRIVATE);
    assert_string_equal(got.assignee, "petr");
    assert_string_equal(got.root_cause, "delivery");
    assert_int_equal(got.answered_at, T0 + 1);
    e.to = "resolved";
    assert_int_equal(store_mark(f->s, &e, NULL), ERR_OK);
    e.to = "gone";
    assert_int_equal(store_mark(f->s, &e, NULL), ERR_USAGE);
    event_list(f->s, ev, sizeof ev);
    assert_string_equal(ev, "created company_replied resolved");
    struct journal_entry *j;
    size_t n;
    assert_int_equal(store_journal(f->s, got.seq, &f->a, &j, &n), ERR_OK);
    assert_int_equal(n, 3);
    assert_string_equal(j[1].from, "new");
    assert_string_equal(j[1].to, "moved_private");
    assert_string_equal(j[2].from, "moved_private");
}

static void test_order_does_not_matter(void **state)
{
    struct fix *f = *state;
    for (int round = 0; round < 2; round++) {
        char path[260];
        struct store *s;
        snprintf(path, sizeof path, "%s/other%d", f->folder, round);
        store_close(f->s);
        f->s = NULL;
        assert_int_equal(store_open(&s, path, STORE_CREATE), ERR_OK);
        for (int i = 0; i < 3; i++) {
            int k = round == 0 ? i : 2 - i;
            char url[80], id[20];
            snprintf(url, sizeof url, "https://trust.example/tea?part=%d", k);
            struct page *p = page_make(TARGET_LISTING, url, OUTCOME_OK, T0 + i);
            for (int m = 0; m < 4; m++) {
                snprintf(id, sizeof id, "s:%d", k * 4 + m);
                page_add(p, id, 1 + m, "Text");
            }
            put_one(s, p);
        }
        export_all(s, true, round == 0 ? &f->out : &f->out2);
        store_close(s);
    }
    assert_string_equal(f->out.s, f->out2.s);
    assert_true(f->out.n > 1000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_same_page_twice),
        T(test_detail_enriches),
        T(test_answer_on_detail_means_no_ticket),
        T(test_failed_detail_releases_created),
        T(test_life_of_a_mention),
        T(test_bad_pages_change_nothing),
        T(test_next_pages),
        T(test_spread),
        T(test_seed),
        T(test_each),
        T(test_get),
        T(test_marks_are_kept),
        T(test_order_does_not_matter),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
