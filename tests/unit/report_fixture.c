#include "tests/unit/report_fixture.h"

#include "desk/triage.h"

#include <string.h>

#define MIN  INT64_C(60)
#define HOUR INT64_C(3600)
#define DAY  INT64_C(86400)

struct seed {
    const char *id, *brand, *source, *channel, *url, *author, *title, *text;
    double stars;
    float score;
    int64_t age_s, seen_s; /* published, and first seen, so long ago */
    enum precision precision;
    enum reply_state reply;
    int64_t answered_ago_s;
    const char *cause[2];
    bool escalation;
};

static const struct seed seeds[] = {
    {"otzovik:17330211",
     "lunaria",
     "lunaria/otzovik",
     "review",
     "https://otzovik.com/review_17330211.html",
     "Марина К.",
     "Ждала заказ месяц",
     "Заказала диван 20 октября, обещали привезти за неделю. Сегодня уже 23 ноября, дивана нет, "
     "на звонки не отвечают, в чате пишет робот. Деньги вернуть отказались, сказали писать заявление в офисе на другом конце "
     "города. Больше никогда сюда не обращусь и всем знакомым расскажу.",
     1,
     -0.86f,
     9 * HOUR,
     8 * HOUR,
     PRECISION_MINUTE,
     REPLY_UNKNOWN,
     0,
     {"waiting", "no_answer"},
     false},
    {"trustpilot:5f0c21aa",
     "brightloaf",
     "brightloaf/trustpilot",
     "review",
     "https://www.trustpilot.com/reviews/5f0c21aa",
     "Dana",
     "Charged twice",
     "I was charged twice for one order and three emails later nobody has answered. My lawyer will write next.",
     1,
     -0.74f,
     20 * HOUR,
     7 * HOUR,
     PRECISION_SECOND,
     REPLY_NO,
     0,
     {"payment", "no_answer"},
     true},
    {"telegram:lunaria_chat/881",
     "lunaria",
     "lunaria/telegram",
     "social",
     "https://t.me/lunaria_chat/881",
     "petro",
     NULL,
     "Привезли шафу з подряпинами, оператор кинула слухавку. Жах.",
     0,
     -0.61f,
     50 * MIN,
     20 * MIN,
     PRECISION_SECOND,
     REPLY_NO,
     0,
     {"rudeness", "defect"},
     false},
    {"sitejabber:r-4410",
     "brightloaf",
     "brightloaf/sitejabber",
     "review",
     "https://www.sitejabber.com/reviews/brightloaf.example#r-4410",
     "Owen P.",
     "Stale bread",
     "The loaf arrived stale and squashed. Support said that this is normal for the price.",
     2,
     -0.52f,
     2 * DAY,
     2 * HOUR,
     PRECISION_DAY,
     REPLY_NO,
     0,
     {"defect", "indifference"},
     false},
    {"otzovik:17330544",
     "lunaria",
     "lunaria/otzovik",
     "review",
     "https://otzovik.com/review_17330544.html",
     "igor77",
     "Не советую",
     "Стол шатается, ножка треснула через два дня.",
     2,
     -0.48f,
     4 * HOUR,
     3 * HOUR,
     PRECISION_MINUTE,
     REPLY_UNKNOWN,
     0,
     {"defect", NULL},
     false},
    {"otzovik:17111000",
     "lunaria",
     "lunaria/otzovik",
     "review",
     "https://otzovik.com/review_17111000.html",
     "Света",
     "Было лучше",
     "Раньше было хорошо, а теперь грубят и путают заказы.",
     2,
     -0.44f,
     40 * DAY,
     5 * HOUR,
     PRECISION_DAY,
     REPLY_NO,
     0,
     {"rudeness", "wrong_order"},
     false},
    {"trustpilot:77ab01",
     "brightloaf",
     "brightloaf/trustpilot",
     "review",
     "https://www.trustpilot.com/reviews/77ab01",
     "Lee",
     "Fixed in the end",
     "The delivery was late, but they refunded me.",
     2,
     -0.3f,
     2 * DAY,
     2 * DAY,
     PRECISION_SECOND,
     REPLY_YES,
     3 * HOUR,
     {"delivery", "returns"},
     false},
    {"trustpilot:77ab02",
     "brightloaf",
     "brightloaf/trustpilot",
     "review",
     "https://www.trustpilot.com/reviews/77ab02",
     "Kim",
     "Good bread",
     "Lovely crust, quick delivery, friendly people.",
     5,
     0.82f,
     3 * DAY,
     3 * DAY,
     PRECISION_SECOND,
     REPLY_NO,
     0,
     {NULL, NULL},
     false},
    {"otzovik:17329000",
     "lunaria",
     "lunaria/otzovik",
     "review",
     "https://otzovik.com/review_17329000.html",
     "Олег",
     "Отлично",
     "Кровать отличная, собрали быстро.",
     5,
     0.7f,
     6 * DAY,
     6 * DAY,
     PRECISION_DAY,
     REPLY_NO,
     0,
     {NULL, NULL},
     false},
    {"trustpilot:rival1",
     "oakandco",
     "oakandco/trustpilot",
     "review",
     "https://www.trustpilot.com/reviews/rival1",
     "Max",
     "Meh",
     "Terrible service, rude staff.",
     1,
     -0.7f,
     2 * DAY,
     2 * DAY,
     PRECISION_SECOND,
     REPLY_NO,
     0,
     {"rudeness", NULL},
     false},
};

static const struct score_word words[] = {
    {"не отвечают", -1.6f, "pair"}, {"отказались", -0.9f, "word"}, {"никогда", -0.7f, "booster"}, {"1/5", -1.2f, "stars"}};

static const struct source sources[] = {
    {.name = "otzovik", .key = "lunaria/otzovik", .brand = "lunaria", .interval_s = 6 * HOUR},
    {.name = "telegram", .key = "lunaria/telegram", .brand = "lunaria", .interval_s = HOUR},
    {.name = "trustpilot", .key = "brightloaf/trustpilot", .brand = "brightloaf", .interval_s = 6 * HOUR},
    {.name = "sitejabber", .key = "brightloaf/sitejabber", .brand = "brightloaf", .interval_s = 6 * HOUR},
    {.name = "trustpilot", .key = "oakandco/trustpilot", .brand = "oakandco", .interval_s = 6 * HOUR},
};
static const struct brand brands[] = {
    {.name = "lunaria", .title = "Лунария", .source = sources, .n_source = 2},
    {.name = "brightloaf", .title = "Brightloaf", .source = sources + 2, .n_source = 2},
    {.name = "oakandco", .title = "Oak & Co", .competitor = true, .source = sources + 4, .n_source = 1},
};
static const struct settings settings = {.brand = brands, .n_brand = 3, .lang = "en", .price_gb = 4, .price_month = 6, .currency = "EUR"};

static void grow(struct finding *f, const struct seed *s, uint64_t seq)
{
    struct triage_rules rules;
    triage_rules_init(&rules);
    struct mention *m = &f->mention;
    memset(f, 0, sizeof *f);
    mention_init(m);
    m->id = s->id, m->native_id = strchr(s->id, ':') + 1, m->url = s->url, m->author.name = s->author, m->title = s->title,
    m->text = s->text;
    if (s->stars > 0)
        m->rating = (struct rating){true, s->stars, 1, 5};
    int64_t at = FIX_NOW - s->age_s;
    m->published = (struct when){s->precision == PRECISION_DAY ? at / DAY * DAY : at, s->precision};
    m->reply_state = s->reply;
    if (s->reply == REPLY_YES) {
        m->reply = (struct reply){"Support",
                                  "We are sorry, and have sent your money back.",
                                  {FIX_NOW - s->answered_ago_s, PRECISION_SECOND},
                                  WHEN_UNKNOWN, .flags = 0};
        f->answered_at = FIX_NOW - s->answered_ago_s;
    }
    f->brand = s->brand, f->source = s->source, f->channel = s->channel;
    f->score = (struct score){.value = s->score,
                              .label = s->score <= -0.2f ? LABEL_NEGATIVE : LABEL_POSITIVE,
                              .confidence = 0.9f,
                              .lang = "ru",
                              .escalation = s->escalation};
    f->score.cause = s->cause;
    while (f->score.n_cause < 2 && s->cause[f->score.n_cause])
        f->score.n_cause++;
    f->score.word = words, f->score.n_word = 4;
    f->first_seen = FIX_NOW - s->seen_s, f->last_seen = FIX_NOW - 10 * MIN;
    f->seq = seq, f->n_revision = 1;
    struct triage_case c = {.rules = &rules, .competitor = strcmp(s->brand, "oakandco") == 0, .now = FIX_NOW};
    triage_judge(&c, f, NULL, &f->judgement);
}

static void fixture_health(struct fixture *f)
{
    for (size_t i = 0; i < 5; i++)
        f->health[i] = (struct source_health){.key = sources[i].key,
                                              .brand = sources[i].brand,
                                              .site = sources[i].name,
                                              .url = "https://site.example/",
                                              .outcome = OUTCOME_OK,
                                              .last_try = FIX_NOW - 10 * MIN,
                                              .last_good = FIX_NOW - 10 * MIN,
                                              .declared_total = i == 2 ? 120 : -1,
                                              .n_mention = 3 + i,
                                              .via = "dom"};
    f->health[0].outcome = OUTCOME_BLOCKED;
    f->health[0].reason = "a captcha page was sent instead of the listing";
    f->health[0].last_good = FIX_NOW - 14 * HOUR;
    f->health[0].failures = 8;
}

void fixture_init(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    size_t n = sizeof seeds / sizeof *seeds;
    for (size_t i = 0; i < n; i++)
        grow(&f->finding[i], &seeds[i], i + 1);
    fixture_health(f);
    f->event[0] = (struct event){.seq = 1,
                                 .at = FIX_NOW - 5 * HOUR,
                                 .type = "became_worse",
                                 .mention_id = "otzovik:17111000",
                                 .brand = "lunaria",
                                 .source = "lunaria/otzovik",
                                 .finding = f->finding[5]};
    f->event[1] = (struct event){
        .seq = 2, .at = FIX_NOW - 3 * HOUR, .type = "source_drift", .brand = "lunaria", .source = "lunaria/otzovik", .outcome = OUTCOME_DRIFT, .reason = "no items"};
    f->event[2] = (struct event){
        .seq = 3, .at = FIX_NOW - 2 * HOUR, .type = "reply_outdated", .mention_id = "otzovik:17330544", .brand = "lunaria", .finding = f->finding[4]};
    f->event[3] = (struct event){
        .seq = 4, .at = FIX_NOW - 2 * HOUR, .type = "author_followup", .mention_id = "sitejabber:r-4410", .brand = "brightloaf", .finding = f->finding[3]};
    f->finding[6].missing_since = FIX_NOW - 90 * MIN;
    f->finding[6].last_seen = FIX_NOW - 3 * HOUR;
    f->event[4] = (struct event){
        .seq = 5, .at = FIX_NOW - HOUR, .type = "missing", .mention_id = "trustpilot:77ab01", .brand = "brightloaf", .finding = f->finding[6]};
    f->event[5] = f->event[4];
    f->event[5].seq = 6, f->event[5].type = "company_replied";
    f->revision[0] = (struct revision){1, FIX_NOW - 30 * DAY, "", f->finding[5].mention};
    f->revision[0].mention.text = "Раньше было хорошо, и теперь неплохо.";
    f->revision[0].mention.rating.value = 4;
    f->revision[1] = (struct revision){2, FIX_NOW - 5 * HOUR, "text,rating", f->finding[5].mention};
    f->journal[0] =
        (struct journal_entry){1, FIX_NOW - 20 * DAY, "anna", "otzovik:17111000", "state", "new", "seen", NULL, NULL};
    f->journal[1] = (struct journal_entry){
        2, FIX_NOW - 19 * DAY, "anna", "otzovik:17111000", "state", "seen", "resolved", "called her; all well", "wrong_order"};
    f->store = (struct store){f->finding,
                              n,
                              f->health,
                              5,
                              f->revision,
                              2,
                              f->journal,
                              2,
                              f->event,
                              6,
                              {.started = FIX_NOW - 20 * MIN,
                               .ended = FIX_NOW - 17 * MIN,
                               .n_source = 5,
                               .n_source_ok = 4,
                               .n_page = 21,
                               .n_mention = 80,
                               .n_new = 4,
                               .n_revised = 1,
                               .complete = true,
                               .n_http = {1, 0, 15, 3, 1, 1},
                               .n_304 = 3,
                               .n_slowdown = 1,
                               .answer_ms = 4200,
                               .wait_max_s = 90,
                               .n_missing = 1,
                               .n_bytes = 2500000,
                               .rss_bytes = 20 << 20},
                              0,
                              &f->finding[5],
                              NULL,
                              "2026-10-20 0 0 0 1 0 0 0 0 1 0 1\n2026-11-20 1 0 0 0 0 0 2 3 4 5 6\n2026-11-22 0 0 0 0 0 0 1 0 0 2 1\n",
                              NULL,
                              0};
    f->in =
        (struct report_in){.store = &f->store, .settings = &settings, .now = FIX_NOW, .columns = 80, .utc_offset_s = 3 * HOUR};
}
