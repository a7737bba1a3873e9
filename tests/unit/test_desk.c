/* The verdict table: each row is one mention's situation and what the desk must say about it. */
#include "base/paths.h"
#include "desk/playbook.h"
#include "desk/simhash.h"
#include "desk/spike.h"
#include "desk/triage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW  INT64_C(1795435200)
#define DAY  INT64_C(86400)
#define HOUR INT64_C(3600)

struct row {
    const char *what;
    double stars; /* 0 = no rating */
    float score;
    enum reply_state reply;
    int64_t age_s; /* -1 = undated */
    bool last_word, competitor, escalation, pending;
    int n_cause;
    int64_t edited_after_reply_s; /* 0 = never edited; the answer came a day ago */
    bool missing;
    enum verdict verdict;
    int priority;
    const char *signs;
};

static const struct row rows[] = {
    {"one star, unanswered", 1, 0, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 50, "stars unanswered"},
    {"two stars, not known", 2, 0, REPLY_UNKNOWN, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 35, "stars reply_unknown"},
    {"two and a half stars", 2.5, 0, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_NONE, 0, ""},
    {"five stars", 5, 0.9f, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_NONE, 0, ""},
    {"no stars, bad text", 0, -0.5f, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 35, "text_negative unanswered"},
    {"text just negative", 0, -0.2f, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 29, "text_negative unanswered"},
    {"text not quite negative", 0, -0.19f, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_NONE, 0, ""},
    {"no rating at all is not 0 stars", 0, 0, REPLY_NO, HOUR, 0, 0, 0, 0, 2, 0, 0, VERDICT_NONE, 0, ""},
    {"worst of all", 1, -1, REPLY_NO, HOUR, 0, 0, 1, 0, 5, 0, 0, VERDICT_REPLY, 100,
     "stars text_negative cause unanswered escalation"},
    {"answered", 1, -1, REPLY_YES, HOUR, 0, 0, 0, 0, 0, 0, 0, VERDICT_WATCH, 15, "stars text_negative answered"},
    {"answered, customer wrote again", 1, 0, REPLY_YES, HOUR, 1, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 50,
     "stars answered customer_last_word"},
    {"answered, edited later", 1, 0, REPLY_YES, 2 * DAY, 0, 0, 0, 0, 0, HOUR, 0, VERDICT_REPLY, 45,
     "stars answered reply_outdated"},
    {"edited, then answered", 1, 0, REPLY_YES, 2 * DAY, 0, 0, 0, 0, 0, -HOUR, 0, VERDICT_WATCH, 0, "stars answered"},
    {"old", 1, 0, REPLY_NO, 91 * DAY, 0, 0, 0, 0, 0, 0, 0, VERDICT_WATCH, 20, "stars unanswered old"},
    {"on the edge of old", 1, 0, REPLY_NO, 90 * DAY, 0, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 50, "stars unanswered"},
    {"old, but edited now", 1, 0, REPLY_NO, 400 * DAY, 0, 0, 0, 0, 0, HOUR, 0, VERDICT_REPLY, 50, "stars unanswered"},
    {"undated is recent", 1, 0, REPLY_NO, -1, 0, 0, 0, 0, 0, 0, 0, VERDICT_REPLY, 50, "stars unanswered"},
    {"competitor", 1, 0, REPLY_NO, HOUR, 0, 1, 0, 0, 0, 0, 0, VERDICT_WATCH, 0, "stars unanswered competitor"},
    {"pending", 1, 0, REPLY_NO, HOUR, 0, 0, 0, 1, 1, 0, 0, VERDICT_REPLY, 48, "stars cause unanswered pending"},
    {"missing", 1, 0, REPLY_NO, HOUR, 0, 0, 0, 0, 0, 0, 1, VERDICT_WATCH, 20, "stars unanswered missing"},
    {"praise with a lawyer in it", 5, 0.5f, REPLY_NO, HOUR, 0, 0, 1, 0, 0, 0, 0, VERDICT_WATCH, 20, "escalation"},
};

static const char *const cause_list[] = {"delivery", "waiting", "returns", "defect", "payment"};

static struct triage_rules rules(void)
{
    struct triage_rules r;
    triage_rules_init(&r);
    r.sla_review_s = 6 * HOUR, r.sla_social_s = HOUR, r.sla_forum_s = DAY, r.sla_feed_s = DAY + 1;
    return r;
}

static void judge(const struct triage_rules *r, const struct finding *f, bool competitor, int64_t now, struct judgement *out)
{
    struct triage_case c = {.rules = r, .competitor = competitor, .now = now};
    triage_judge(&c, f, NULL, out);
}

static struct finding finding_of(const struct row *w)
{
    struct finding f = {.channel = "review", .first_seen = NOW - 60, .last_seen = NOW};
    mention_init(&f.mention);
    f.mention.id = "x:1";
    if (w->stars > 0)
        f.mention.rating = (struct rating){true, w->stars, 1, 5};
    f.score.value = w->score;
    f.score.escalation = w->escalation;
    f.score.cause = cause_list;
    f.score.n_cause = (size_t)w->n_cause;
    f.mention.reply_state = w->reply;
    f.mention.customer_last_word = w->last_word;
    f.mention.pending = w->pending;
    if (w->age_s >= 0)
        f.mention.published = (struct when){NOW - w->age_s, PRECISION_SECOND};
    if (w->reply == REPLY_YES)
        f.mention.reply.published = (struct when){NOW - DAY, PRECISION_SECOND};
    if (w->edited_after_reply_s)
        f.mention.edited = (struct when){NOW - DAY + w->edited_after_reply_s, PRECISION_SECOND};
    if (w->missing)
        f.missing_since = NOW - HOUR;
    return f;
}

static void sign_names(const struct judgement *j, char *out, size_t n)
{
    out[0] = 0;
    for (size_t i = 0; i < j->n_sign; i++) {
        size_t used = strlen(out);
        snprintf(out + used, n - used, "%s%s", i ? " " : "", j->sign[i].name);
    }
}

static void test_rows(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *w = &rows[i];
        struct finding f = finding_of(w);
        struct judgement j;
        judge(&r, &f, w->competitor, NOW, &j);
        char names[400];
        sign_names(&j, names, sizeof names);
        if (j.verdict != w->verdict || j.priority != w->priority || strcmp(names, w->signs) != 0)
            fail_msg("%s: %s %d \"%s\", expected %s %d \"%s\"", w->what, verdict_word(j.verdict), j.priority, names,
                     verdict_word(w->verdict), w->priority, w->signs);
        if ((j.due_at != 0) != (j.verdict == VERDICT_REPLY))
            fail_msg("%s: clock without verdict reply, or none with it", w->what);
    }
}

static void test_clock(void **state)
{
    (void)state;
    static const struct {
        const char *channel;
        int64_t sla_s;
    } t[] = {
        {"review", 6 * HOUR}, {"social", HOUR}, {"forum", DAY}, {"feed", DAY + 1}, {NULL, DAY + 1}, {"else", DAY + 1},
    };
    struct triage_rules r = rules();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct finding f = finding_of(&rows[0]);
        f.channel = t[i].channel;
        struct judgement j;
        judge(&r, &f, false, NOW, &j);
        assert_int_equal(triage_sla_s(&r, t[i].channel), t[i].sla_s);
        assert_int_equal(j.due_at, f.first_seen + t[i].sla_s);
        f.first_seen = 0; /* judged before it is stored */
        judge(&r, &f, false, NOW, &j);
        assert_int_equal(j.due_at, NOW + t[i].sla_s);
    }
}

/* An edit after the answer starts the clock anew; judging again later must not move it. */
static void test_clock_restart(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct finding f = finding_of(&rows[11]);
    f.first_seen = NOW - 2 * DAY;
    struct judgement a, b;
    judge(&r, &f, false, NOW, &a);
    f.last_seen += 5 * HOUR;
    judge(&r, &f, false, NOW + 5 * HOUR, &b);
    assert_int_equal(a.due_at, f.mention.edited.at + 6 * HOUR);
    assert_int_equal(b.due_at, a.due_at);
}

static void test_calendar_dates(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct finding f = finding_of(&rows[9]);
    struct judgement j;
    int64_t midnight = NOW / DAY * DAY;
    f.mention.reply.published = (struct when){midnight - DAY, PRECISION_DAY};
    f.mention.edited = (struct when){midnight - DAY + 9 * HOUR, PRECISION_SECOND}; /* the same day: cannot be told */
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.verdict, VERDICT_WATCH);
    f.mention.edited = (struct when){midnight, PRECISION_DAY};
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.verdict, VERDICT_REPLY);
    f.mention.edited = (struct when){midnight, PRECISION_MONTH};
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.verdict, VERDICT_WATCH);
}

static void test_all_signs_fit(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct row w = {.stars = 1,
                    .score = -1,
                    .reply = REPLY_YES,
                    .age_s = 400 * DAY,
                    .last_word = true,
                    .escalation = true,
                    .pending = true,
                    .n_cause = 5,
                    .missing = true};
    struct finding f = finding_of(&w);
    f.mention.reply.published = (struct when){NOW - 300 * DAY, PRECISION_SECOND};
    f.mention.edited = (struct when){NOW - 200 * DAY, PRECISION_SECOND};
    f.mention.views = 100000;
    struct judgement j;
    judge(&r, &f, true, NOW, &j);
    assert_int_equal(j.n_sign, 12);
    assert_int_equal(j.verdict, VERDICT_WATCH);
    assert_in_range(j.priority, 0, 100);
}

/* One mention's life on the clock: each step is judged with what the step before left. */
static void test_clock_life(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct finding f = finding_of(&rows[0]), before;
    struct triage_case c = {.rules = &r, .now = NOW};
    f.first_seen = NOW;
    triage_judge(&c, &f, NULL, &f.judgement);
    assert_int_equal(f.judgement.due_at, NOW + 6 * HOUR);
    assert_int_equal(f.judgement.sla, SLA_RUNNING);
    before = f; /* two hours later: on hold */
    c.now = NOW + 2 * HOUR;
    f.hold_since = c.now;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.due_at, 0);
    assert_int_equal(f.judgement.used_s, 2 * HOUR);
    before = f; /* read again while on hold: nothing moves */
    c.now = NOW + 40 * HOUR;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.used_s, 2 * HOUR);
    before = f; /* goes on: four hours are left */
    c.now = NOW + 50 * HOUR;
    f.hold_since = 0;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.due_at, NOW + 54 * HOUR);
    before = f; /* too late */
    c.now = NOW + 55 * HOUR;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.sla, SLA_MISSED);
    before = f; /* now seen, but the answer's own date was in time */
    f.mention.reply_state = REPLY_YES;
    f.mention.reply.published = (struct when){NOW + 53 * HOUR, PRECISION_SECOND};
    f.answered_at = NOW + 53 * HOUR;
    f.state = DESK_ANSWERED;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.sla, SLA_MET);
    assert_int_equal(f.judgement.took_s, 5 * HOUR);
    assert_int_equal(f.judgement.due_at, 0);
    before = f; /* the customer edits after the answer: a new clock */
    c.now = NOW + 90 * HOUR;
    f.mention.edited = (struct when){NOW + 80 * HOUR, PRECISION_SECOND};
    f.state = DESK_SEEN;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.due_at, NOW + 86 * HOUR);
    assert_int_equal(f.judgement.sla, SLA_MISSED);
}

static void test_people(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct finding f = finding_of(&rows[0]), before;
    struct triage_case c = {.rules = &r, .now = NOW};
    f.first_seen = NOW;
    triage_judge(&c, &f, NULL, &f.judgement);
    before = f; /* a person says that it was answered */
    c.now = NOW + HOUR;
    f.state = DESK_ANSWERED;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.sla, SLA_MET);
    assert_int_equal(f.judgement.took_s, HOUR);
    before = f; /* and takes it back: the clock runs as if nothing had been */
    c.now = NOW + 2 * HOUR;
    f.state = DESK_NEW;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.due_at, NOW + 6 * HOUR);
    assert_int_equal(f.judgement.sla, SLA_RUNNING);
    f.override = 1 + VERDICT_NONE;
    triage_judge(&c, &f, &before, &f.judgement);
    assert_int_equal(f.judgement.verdict, VERDICT_NONE);
    assert_int_equal(f.judgement.due_at, 0);
    assert_string_equal(f.judgement.sign[f.judgement.n_sign - 1].name, "human");
    struct finding praise = finding_of(&rows[3]);
    praise.override = 1 + VERDICT_REPLY;
    triage_judge(&c, &praise, NULL, &praise.judgement);
    assert_int_equal(praise.judgement.verdict, VERDICT_REPLY);
    assert_true(praise.judgement.due_at > 0);
}

static void test_legal(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct finding f = finding_of(&rows[18]);
    struct judgement j;
    static const char *const refund[] = {"delivery", "returns"};
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.legal_at, 0);
    f.score.cause = refund, f.score.n_cause = 2;
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.legal_at, f.mention.published.at + 10 * DAY);
    f.state = DESK_ANSWERED;
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.legal_at, f.mention.published.at + 10 * DAY);
    f.state = DESK_RESOLVED;
    judge(&r, &f, false, NOW, &j);
    assert_int_equal(j.legal_at, 0);
}

static struct finding spiky(const char *brand, int64_t age_s, const char *const *cause)
{
    struct finding f = {.brand = brand, .first_seen = NOW - age_s};
    mention_init(&f.mention);
    f.mention.published = (struct when){NOW - age_s, PRECISION_SECOND};
    f.score.cause = cause, f.score.n_cause = 1;
    return f;
}

static void test_spike(void **state)
{
    (void)state;
    struct triage_rules r = rules();
    struct arena a;
    struct spikes s;
    arena_init(&a, 1 << 20);
    static const struct {
        int history_days, a_day, today;
        bool is;
    } t[] = {{28, 0, 3, false}, {28, 0, 4, true}, {6, 0, 9, false}, {7, 0, 4, true}, {28, 1, 4, false}, {28, 1, 5, true}, {28, 9, 18, false}, {28, 9, 19, true}, {28, 0, 0, false}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        spikes_init(&s, &a, NOW);
        struct finding first = spiky("acme", t[i].history_days * DAY + 10, cause_list + 4); /* another cause, but the brand was listened to */
        spikes_add(&s, &first);
        for (int d = 1; d <= t[i].history_days; d++)
            for (int k = 0; k < t[i].a_day; k++) {
                struct finding f = spiky("acme", d * DAY + 10, cause_list);
                spikes_add(&s, &f);
            }
        struct finding f = spiky("acme", HOUR, cause_list), other = spiky("other", HOUR, cause_list);
        for (int k = 0; k < t[i].today; k++)
            spikes_add(&s, &f);
        if (spikes_hit(&s, &r, &f) != t[i].is)
            fail_msg("row %zu: %d days of %d, then %d", i, t[i].history_days, t[i].a_day, t[i].today);
        assert_false(spikes_hit(&s, &r, &other));
        arena_reset(&a);
    }
    arena_release(&a);
}

static void test_near_texts(void **state)
{
    (void)state;
    const char *text = "Ordered a kettle on the third of March, paid at once, and the parcel has been lying in Tver ever since. The support line plays music for "
                       "forty minutes and then hangs up. I want my money back, and I will write to every paper until I have it.";
    const char *copied = "ORDERED a kettle on the third of March, paid at once, and the parcel has been lying in Kazan ever since! The support line plays music for "
                         "forty minutes and then hangs up. I want my money back, and I will write to every paper until I have it.";
    const char *other = "The tea set came in three days, well packed, and not one cup was chipped. My aunt was delighted with the blue flowers and asked at once where I "
                        "had found it. I shall certainly order here again before the holidays.";
    assert_true(simhash_near(simhash(text), simhash(text)));
    assert_true(simhash_near(simhash(text), simhash(copied)));
    assert_false(simhash_near(simhash(text), simhash(other)));
    assert_int_equal(simhash("Terrible, terrible service!"), 0);
    assert_int_equal(simhash(NULL), 0);
    assert_false(simhash_near(0, 0));
}

static void test_playbook(void **state)
{
    (void)state;
    struct arena a;
    struct playbook p;
    arena_init(&a, 1 << 20);
    char good[] = "# own words\n[general]\ncheck: the order\n\n[returns]\r\nask: the number \nnever: that it is policy";
    assert_null(playbook_parse(&p, good, &a));
    assert_int_equal(p.n, 3);
    assert_string_equal(p.line[1].cause, "returns");
    assert_string_equal(p.line[1].text, "the number");
    assert_int_equal(p.line[2].kind, PLAY_NEVER);
    static const char *const bad[] = {"check: x", "[a]\nsay: x", "[a\n", "[]\n", "[a]\nask:\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *copy = arena_strdup(&a, bad[i]);
        const char *wrong = playbook_parse(&p, copy, &a);
        assert_non_null(wrong);
        assert_int_equal(strncmp(wrong, "line ", 5), 0);
    }
    arena_release(&a);
}

/* Every cause has something to check, to ask and never to write, in all three languages. */
static void test_shipped_playbooks(void **state)
{
    (void)state;
    static const char *const lang[] = {"en", "ru", "uk"};
    static const char *const codes[] = {"general", "no_answer", "waiting", "delivery", "wrong_order", "incompetence", "rudeness", "indifference", "pushy", "misfit", "returns",
                                        "defect", "deception", "payment", "site_app", "no_channel", "stock_cancel", "no_self_service", "details", "escalation"};
    struct arena a;
    struct playbook p;
    arena_init(&a, 4 << 20);
    const char *dir = paths_data(&a, "playbooks");
    for (size_t l = 0; l < 3; l++) {
        if (playbook_read(&p, arena_printf(&a, "%s/%s.txt", dir, lang[l]), &a) != ERR_OK)
            fail_msg("%s", err_text());
        for (size_t i = 0; i < p.n; i++)
            if (strcmp(p.line[i].cause, "general") != 0 && !triage_cause_known(p.line[i].cause))
                fail_msg("%s: no such cause \"%s\"", lang[l], p.line[i].cause);
        for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
            unsigned kinds = 0;
            for (size_t i = 0; i < p.n; i++)
                if (strcmp(p.line[i].cause, codes[c]) == 0)
                    kinds |= 1U << p.line[i].kind;
            if (kinds != 7)
                fail_msg("%s: [%s] lacks a line", lang[l], codes[c]);
        }
    }
    arena_release(&a);
}

static void test_open(void **state)
{
    (void)state;
    struct finding f = finding_of(&rows[0]);
    f.judgement.verdict = VERDICT_REPLY;
    for (int s = 0; s < DESK_STATE_COUNT; s++) {
        f.state = (enum desk_state)s;
        assert_int_equal(triage_is_open(&f), s == DESK_NEW || s == DESK_SEEN);
    }
    f.state = DESK_NEW;
    f.judgement.verdict = VERDICT_WATCH;
    assert_false(triage_is_open(&f));
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(triage_sign_text("unanswered"), "no public answer");
    assert_string_equal(triage_sign_text("brand new sign"), "brand new sign");
    assert_string_equal(triage_cause_text("no_answer"), "no answer");
    assert_string_equal(triage_cause_text(NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),           cmocka_unit_test(test_clock),         cmocka_unit_test(test_clock_restart),
        cmocka_unit_test(test_calendar_dates), cmocka_unit_test(test_all_signs_fit), cmocka_unit_test(test_open), cmocka_unit_test(test_clock_life), cmocka_unit_test(test_people), cmocka_unit_test(test_legal),
        cmocka_unit_test(test_spike), cmocka_unit_test(test_near_texts), cmocka_unit_test(test_playbook), cmocka_unit_test(test_shipped_playbooks),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
