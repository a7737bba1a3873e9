/* What words mean: tables of texts with the label, the causes, the language and the brands they must get. All texts, brands and people are invented. */
#include "base/limits.h"
#include "base/paths.h"
#include "base/strbuf.h"
#include "sentiment/aspect.h"
#include "sentiment/brand.h"
#include "sentiment/lang.h"
#include "sentiment/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    struct arena arena;
    struct lexicon *lexicon;
    struct scorer *scorer;
};
static struct world world;

static int set_up(void **state)
{
    arena_init(&world.arena, LIMIT_PAGE_ARENA);
    if (lexicon_load(&world.lexicon, paths_data(&world.arena, "lexicons"), NULL) != ERR_OK) {
        print_error("%s\n", err_text());
        return -1;
    }
    world.scorer = scorer_new(world.lexicon);
    *state = &world;
    return world.scorer ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scorer_free(world.scorer);
    lexicon_free(world.lexicon);
    arena_release(&world.arena);
    return 0;
}

static struct score score_of(const struct score_input *in)
{
    struct score out;
    scorer_score(world.scorer, in, &world.arena, &out);
    assert_true(out.value >= -1 && out.value <= 1);
    assert_true(out.confidence >= 0 && out.confidence <= 1);
    return out;
}

static struct score score_text(const char *text) { return score_of(&(struct score_input){.text = text}); }

static void test_labels(void **state)
{
    static const struct {
        const char *text;
        enum label label;
    } rows[] = {
        {"Ужасный сервис, обманули и нахамили", LABEL_NEGATIVE},
        {"Жду третью неделю.", LABEL_NEGATIVE},
        {"Деньги не вернули", LABEL_NEGATIVE},
        {"Никому не рекомендую!!!", LABEL_NEGATIVE},
        {"Сервис не понравился.", LABEL_NEGATIVE},
        {"Персонал вежливый, но деньги так и не вернули.", LABEL_NEGATIVE},
        {"Не плохой магазин", LABEL_POSITIVE},
        {"Спасибо, всё отлично, быстро привезли", LABEL_POSITIVE},
        {"Без проблем и очень удобно", LABEL_POSITIVE},
        {"А вы работаете в воскресенье?", LABEL_NEUTRAL},
        {"Гроші не повернули.", LABEL_NEGATIVE},
        {"Ціни гарні, проте якість жахлива, обманули", LABEL_NEGATIVE},
        {"Дякую, все чудово!", LABEL_POSITIVE},
        {"А ви працюєте в неділю?", LABEL_NEUTRAL},
        {"I did not like it, rude staff", LABEL_NEGATIVE},
        {"Nobody answered, still waiting for my refund", LABEL_NEGATIVE},
        {"My parcel never arrived", LABEL_NEGATIVE},
        {"Great service, highly recommend", LABEL_POSITIVE},
        {"Not bad at all", LABEL_POSITIVE},
        {"No scam, no hidden fees.", LABEL_POSITIVE},
        {"Do you open on Sunday?", LABEL_NEUTRAL},
        {"🤮", LABEL_NEGATIVE},
        {"👍👍❤️", LABEL_POSITIVE},
        {"Мнение на http://ужас.example/обман и @кошмар", LABEL_NEUTRAL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct score s = score_text(rows[i].text);
        if (s.label != rows[i].label)
            fail_msg("\"%s\" is %s (%.2f), wanted %s", rows[i].text, label_word(s.label), (double)s.value, label_word(rows[i].label));
    }
}

static void test_order(void **state)
{
    (void)state;
    assert_true(score_text("очень плохо").value < score_text("плохо").value);
    assert_true(score_text("слегка плохо, обычно").value > score_text("очень плохо, обычно").value);
    assert_true(score_text("плохо!!!").value < score_text("плохо").value);
    assert_true(score_text("terrible but friendly").value > score_text("friendly but terrible").value);
    assert_true(score_text("Плоооохо").value <= score_text("плохо").value);
    assert_true(score_text("TERRIBLE service").value < score_text("terrible service").value);
}

static void test_fields(void **state)
{
    (void)state;
    struct score s = score_of(&(struct score_input){.text = "Карта банка.", .cons = "Нет"});
    assert_true(s.value > 0.2f);
    s = score_of(&(struct score_input){.text = "Карта банка.", .pros = "нет", .cons = "всё"});
    assert_true(s.value < -0.2f);
    assert_true(score_of(&(struct score_input){.text = "A card.", .pros = "-"}).value < 0);
    assert_true(score_of(&(struct score_input){.text = "A card.", .cons = "None"}).value > 0);
    assert_int_equal(score_of(&(struct score_input){.text = "Заходил вчера.", .stars = 1, .lang = "ru"}).label, LABEL_NEGATIVE);
    assert_int_equal(score_of(&(struct score_input){.text = "Заходил вчера.", .stars = 5, .lang = "ru"}).label, LABEL_POSITIVE);
    struct score with = score_of(&(struct score_input){.text = "Отлично, спасибо, всем рекомендую", .stars = 1});
    struct score same = score_of(&(struct score_input){.text = "Отлично, спасибо, всем рекомендую", .stars = 5});
    assert_true(with.confidence < 0.5f && same.confidence > 0.7f);
    s = score_text("");
    assert_true(s.value == 0 && s.confidence == 0 && s.label == LABEL_NEUTRAL && s.n_word == 0);
    s = score_of(&(struct score_input){0});
    assert_true(s.value == 0 && s.confidence == 0);
}

static const struct score_word *find_word(const struct score *s, const char *text, const char *why)
{
    for (size_t i = 0; i < s->n_word; i++)
        if (strcmp(s->word[i].text, text) == 0 && strcmp(s->word[i].why, why) == 0)
            return &s->word[i];
    return NULL;
}

static void test_words_add_up(void **state)
{
    (void)state;
    struct score s = score_text("Не понравилось: обман, очень медленно. 🤮");
    assert_true(s.n_word >= 3);
    assert_true(find_word(&s, "Не понравилось", "complaint"));
    assert_true(find_word(&s, "🤮", "emoji"));
    s = score_text("This is not lovely");
    assert_true(find_word(&s, "lovely", "negated") && find_word(&s, "lovely", "negated")->weight < 0);
}

static bool has_cause(const struct score *s, const char *code)
{
    for (size_t i = 0; i < s->n_cause; i++)
        if (strcmp(s->cause[i], code) == 0)
            return true;
    return false;
}

static void test_causes(void **state)
{
    (void)state;
    struct score s = score_text("Курьер не приехал, деньги не вернули, хамство. Подам в суд!");
    assert_true(has_cause(&s, "delivery") && has_cause(&s, "rudeness") && has_cause(&s, "returns") && s.escalation);
    s = score_text("Отличная доставка, курьер вежливый, спасибо!");
    assert_int_equal(s.n_cause, 0);
    assert_false(s.escalation);
    s = score_text("Delivery was great and friendly. Support is horrible, nobody answers, scam.");
    assert_false(has_cause(&s, "delivery"));
    assert_true(has_cause(&s, "no_answer") && has_cause(&s, "deception"));
    s = score_text("Кур'єр хамло, жахливо, гроші не повернули");
    assert_true(has_cause(&s, "delivery"));
}

static void test_order_ref(void **state)
{
    static const struct {
        const char *text, *ref;
    } rows[] = {
        {"Мой заказ № 123-456789 потеряли", "123-456789"}, {"замовлення №7788990, чекаю", "7788990"}, {"order number: AB-12345. Never arrived", "AB-12345"},
        {"#20261234 where is it", "20261234"},              {"заказ от 2024 года", NULL},              {"заказ 2026-03-05 потеряли", NULL},
        {"заказ на 3 товара", NULL},                        {"мой заказ", NULL},                       {"order", NULL},
        {"заказ под номером 55512345", "55512345"},         {"№", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct score s = score_text(rows[i].text);
        if (!rows[i].ref && s.order_ref)
            fail_msg("\"%s\": found %s", rows[i].text, s.order_ref);
        if (rows[i].ref && (!s.order_ref || strcmp(rows[i].ref, s.order_ref) != 0))
            fail_msg("\"%s\": found %s", rows[i].text, s.order_ref ? s.order_ref : "nothing");
    }
}

static void test_lang(void **state)
{
    static const struct {
        const char *text, *hint, *lang;
    } rows[] = {
        {"Это ужасный магазин", NULL, "ru"}, {"Це жахливий магазин", NULL, "uk"},  {"What a terrible shop", NULL, "en"}, {"доставка", "uk", "uk"},
        {"доставка", "ru", "ru"},            {"Дуже погано", NULL, "uk"},          {"Спасибо большое за помощь", "uk", "ru"},              {"", NULL, "und"},
        {"12345 !!!", NULL, "und"},          {"שירות נורא", NULL, "he"},            {"Κακή εξυπηρέτηση", "ru", "el"},     {"最悪のサービス", NULL, "ja"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        float sure = -1;
        const char *lang = lang_detect(rows[i].text, strlen(rows[i].text), rows[i].hint, &sure);
        assert_true(sure >= 0 && sure <= 1);
        if (strcmp(lang, rows[i].lang) != 0)
            fail_msg("\"%s\" is %s, wanted %s", rows[i].text, lang, rows[i].lang);
    }
}

static void test_title(void **state)
{
    static const struct {
        const char *title, *text;
        bool kept;
    } rows[] = {
        {"Очень плохой банк…", "Очень плохой  банк, больше не приду", false}, {"Bad shop...", "Bad shop and so on", false}, {"Bad shop", "Bad shopping", false},
        {"Ужас", "Очень плохой банк", true}, {"Bad shop and more", "Bad shop", true}, {"…", "Bad", false}, {"Bad", NULL, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mention m;
        struct score_input in;
        mention_init(&m);
        m.title = rows[i].title;
        m.text = rows[i].text;
        m.rating = (struct rating){true, 2, 1, 5};
        score_input_from(&in, &m);
        assert_true((in.title != NULL) == rows[i].kept);
        assert_true(fabs(in.stars - 2) < 1e-9);
    }
}

/* A table of texts, each with the digits of the brands that it names. */
struct naming {
    const char *text, *found;
};

static void check_names(const struct brands *b, const struct settings *s, const struct naming *rows, size_t n_row)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n_row; i++) {
        size_t index[10], n = brands_find(b, rows[i].text, index, 10);
        char found[11] = "";
        for (size_t k = 0; k < n; k++)
            found[k] = (char)('0' + index[k]);
        found[n] = '\0';
        if (strcmp(found, rows[i].found) != 0) {
            print_error("\"%s\" names \"%s\", wanted \"%s\"\n", rows[i].text, found, rows[i].found);
            wrong++;
        }
        for (size_t k = 0; k < s->n_brand; k++)
            assert_true(brands_names(b, &s->brand[k], rows[i].text) == (strchr(found, '0' + (int)k) != NULL));
    }
    assert_int_equal(wrong, 0);
}

static void test_brands(void **state)
{
    static const char *const romashka[] = {"Ромашка", "Romashka"}, *const meadow[] = {"Новий Луг"}, *const dot[] = {"М.Лампа"}, *const orange[] = {"Orange"};
    static const char *const need[] = {"банк", "card"}, *const never[] = {"сок"};
    const struct brand brand[] = {
        {.name = "romashka", .alias = romashka, .n_alias = 2}, {.name = "lug", .alias = meadow, .n_alias = 1},
        {.name = "lampa", .alias = dot, .n_alias = 1},         {.name = "orange", .alias = orange, .n_alias = 1, .require = need, .n_require = 2, .exclude = never, .n_exclude = 1},
        {.name = "Vasilek"},
    };
    static const struct naming rows[] = {
        {"Ромашка", "0"}, {"в «Ромашке»", "0"}, {"у Ромашці", "0"}, {"ромашкою і Новим лугом", "01"}, {"РОМАШКИ", "0"}, {"ромашковый чай", ""}, {"Заромашка", ""},
        {"romashka's shop", "0"}, {"romashkas", ""}, {"у Новому Лугу та Новий  Луг", "1"}, {"новий, луг", ""}, {"МЛампа и м.лампы", "2"}, {"м лампа", "2"},
        {"Orange", ""}, {"карта банка Orange", "3"}, {"Orange банк и сок", ""}, {"vasilek, ромашка", "04"}, {"", ""}, {"\xFF\xFE ромашка", "0"},
    };
    const struct settings settings = {.brand = brand, .n_brand = sizeof brand / sizeof *brand};
    struct brands *b = brands_new(&settings);
    (void)state;
    assert_non_null(b);
    check_names(b, &settings, rows, sizeof rows / sizeof *rows);
    size_t one[1];
    assert_int_equal(brands_find(b, "vasilek ромашка", one, 1), 1);
    assert_int_equal(one[0], 0);
    assert_false(brands_names(b, &brand[0], NULL));
    brands_free(b);
}

/* All cases of Russian and Ukrainian, both alphabets, many words. */
static void test_brand_forms(void **state)
{
    static const char *const a0[] = {"Незабудка"}, *const a1[] = {"Світло", "Добра пошта"}, *const a2[] = {"Перелесок"}, *const a3[] = {"Лугбанк"}, *const a4[] = {"Zatoka"},
        *const a5[] = {"Зелені стежки"}, *const a6[] = {"Добрая почта"}, *const a7[] = {"=Луна", "Синій Поділ"}, *const a8[] = {"Мак"}, *const a9[] = {"Дом & Сад"};
#define BRAND_ROW(n) {.name = #n, .alias = a##n, .n_alias = sizeof a##n / sizeof *a##n}
    const struct brand brand[] = {BRAND_ROW(0), BRAND_ROW(1), BRAND_ROW(2), BRAND_ROW(3), BRAND_ROW(4), BRAND_ROW(5), BRAND_ROW(6), BRAND_ROW(7), BRAND_ROW(8), BRAND_ROW(9)};
#undef BRAND_ROW
    static const struct naming rows[] = {
        {"незабудка", "0"}, {"незабудки", "0"}, {"незабудке", "0"}, {"незабудку", "0"}, {"незабудкой", "0"}, {"незабудкою", "0"}, {"незабудці", "0"}, {"незабудко", "0"},
        {"незабудок", ""}, {"незабудковий", ""}, {"НЕЗАБУДЦІ!", "0"}, {"#незабудка", "0"}, {"nezabudka", "0"}, {"v Nezabudke", "0"}, {"s nezabudkoy", "0"}, {"Nezabudku", "0"},
        {"nezabudkin", ""}, {"світло", "1"}, {"у Світлі", "1"}, {"svitlo", "1"}, {"світлий", "1"}, {"світлофор", ""}, {"висвітло", ""},
        {"Доброю поштою", "1"}, {"Доброї пошти", "1"}, {"на Добрій пошті", "1"}, {"добру-пошту", "1"}, {"Добрапошта", "1"}, {"добрапоштою", "1"}, {"Dobra poshta", "1"},
        {"добра, пошта", ""}, {"Добра і пошта", ""}, {"поштою добра", ""}, {"перелесок", "2"}, {"перелеска", "2"}, {"в Перелеске", "2"}, {"перелеском", "2"}, {"переле", ""},
        {"perelesok", "2"}, {"Лугбанку", "3"}, {"лугбанком", "3"}, {"Лугбанке", "3"}, {"Лугбанкові", "3"}, {"lugbank", "3"}, {"luhbank", "3"}, {"лугбанковский", ""},
        {"Zatoka", "4"}, {"затока", "4"}, {"у Затоці", "4"}, {"затокою", "4"}, {"Zatoka'у", "4"}, {"zatokan", ""}, {"Зелених стежок", ""}, {"Зеленими стежками", "5"},
        {"зелені стежки", "5"}, {"на Зелених стежках", "5"}, {"Доброй почтой", "6"}, {"Добрую почту", "6"}, {"в Доброй почте", "6"}, {"Добрая Почта", "6"}, {"добраяпочта", "6"},
        {"Луна", "7"}, {"луны", ""}, {"luna", ""}, {"Синього Подолу", "7"}, {"на Синьому Подолі", "7"}, {"Синій Поділ", "7"}, {"мак", "8"}, {"маки", ""}, {"маком", ""},
        {"mak", ""}, {"смак", ""}, {"дом & сад", "9"}, {"дом и сад", ""}, {"Незабудка краще за Лугбанк", "03"},
    };
    const struct settings settings = {.brand = brand, .n_brand = sizeof brand / sizeof *brand};
    struct brands *b = brands_new(&settings);
    (void)state;
    assert_non_null(b);
    check_names(b, &settings, rows, sizeof rows / sizeof *rows);
    brands_free(b);
}

/* What raises the priority, and what only looks like it. */
static void test_escalation(void **state)
{
    static const struct {
        const char *text;
        bool escalation;
    } rows[] = {
        {"Ужасное судно, в каюте грязь", false}, {"суть в том, что обманули", false}, {"Terrible app, I press the button and it crashes", false},
        {"Awful, I pressed for an answer", false}, {"подам на вас в суд, деньги не вернули", true}, {"будем судиться, обман", true},
        {"зустрінемося в суді, шахраї", true}, {"I will sue, you are scammers", true}, {"We go to court, they stole my money", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (score_text(rows[i].text).escalation != rows[i].escalation)
            fail_msg("\"%s\": escalation is %s", rows[i].text, rows[i].escalation ? "missed" : "a false alarm");
}

/* Two brands in one text: each gets its own clauses. */
static void test_aspects(void **state)
{
    static const char *const rose[] = {"Ромашка", "Daisy"}, *const lily[] = {"Лютик", "Buttercup"};
    const struct brand brand[] = {{.name = "rose", .title = "Ромашка", .alias = rose, .n_alias = 2}, {.name = "lily", .alias = lily, .n_alias = 2, .competitor = true}};
    static const struct {
        const char *text;
        bool subject;
        const char *own[2]; /* NULL: all of it */
        enum label label[2];
    } rows[] = {
        {"Ромашка привезла вовремя, отличный магазин.", false, {NULL, NULL}, {LABEL_POSITIVE, LABEL_POSITIVE}},
        {"Ромашка супер, а Лютик ужасный.", false, {"Ромашка супер, ", "а Лютик ужасный."}, {LABEL_POSITIVE, LABEL_NEGATIVE}},
        {"Купил в Лютике: товар сломан, деньги не вернули. В Ромашке всё отлично, рекомендую!", false, {"В Ромашке всё отлично, рекомендую!", NULL}, {LABEL_POSITIVE, LABEL_NEGATIVE}},
        {"Лютик ужасен. Хамство. Обман. Ромашка молодцы.", false, {"Ромашка молодцы.", NULL}, {LABEL_POSITIVE, LABEL_NEGATIVE}},
        {"Раньше брал в Лютике, всё отлично. В Ромашке не так. Деньги мне не вернули, обман!", true, {"В Ромашке не так. Деньги мне не вернули, обман!", NULL}, {LABEL_NEGATIVE, LABEL_POSITIVE}},
        {"Брал в Ромашке. В Лютике всё отлично. Деньги мне не вернули, обман!", true, {"Брал в Ромашке. Деньги мне не вернули, обман!", NULL}, {LABEL_NEGATIVE, LABEL_NEGATIVE}},
        {"Ромашка хуже, чем Лютик", false, {"Ромашка хуже, чем Лютик", "Ромашка лучше, чем Лютик"}, {LABEL_NEGATIVE, LABEL_POSITIVE}},
        {"Ромашка хуже Лютика", false, {"Ромашка хуже Лютика", "Ромашка лучше Лютика"}, {LABEL_NEGATIVE, LABEL_POSITIVE}},
        {"Лютик гірше за Ромашку", false, {"Лютик краще за Ромашку", "Лютик гірше за Ромашку"}, {LABEL_POSITIVE, LABEL_NEGATIVE}},
        {"Daisy is great but Buttercup is terrible.", false, {"Daisy is great ", "but Buttercup is terrible."}, {LABEL_POSITIVE, LABEL_NEGATIVE}},
    };
    const struct settings settings = {.brand = brand, .n_brand = 2};
    struct brands *b = brands_new(&settings);
    (void)state;
    assert_non_null(b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 2; k++) {
            const char *other, *own = aspect_text(b, &brand[k], rows[i].subject && k == 0, rows[i].text, &world.arena, &other);
            bool two = i > 0;
            if ((own != NULL) != two || (other != NULL) != two)
                fail_msg("\"%s\" for %s: \"%s\", besides %s", rows[i].text, brand[k].name, own ? own : "all", other ? other : "none");
            if (rows[i].own[k] && strcmp(own, rows[i].own[k]) != 0)
                fail_msg("\"%s\" says of %s \"%s\", wanted \"%s\"", rows[i].text, brand[k].name, own, rows[i].own[k]);
            struct score s = score_text(own ? own : rows[i].text);
            if (s.label != rows[i].label[k] && two)
                fail_msg("\"%s\" is %s for %s: \"%s\"", rows[i].text, label_word(s.label), brand[k].name, own);
        }
    brands_free(b);
}

/* Short invented phrases: the figures of doc/SENTIMENT.md. */
static void test_lang_short(void **state)
{
    const char *folder = getenv("srcdir");
    char path[4096], line[512];
    size_t n = 0, wrong = 0, wrong_with_page = 0;
    (void)state;
    snprintf(path, sizeof path, "%s/tests/data/lang_short.tsv", folder ? folder : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        const char *lang = lang_detect(line + 3, strlen(line + 3), NULL, NULL);
        bool right = strncmp(lang, line, 2) == 0;
        if (!right)
            print_message("\"%s\" is %s, wanted %.2s\n", line + 3, lang, line);
        n++;
        wrong += !right;
        line[2] = '\0'; /* the page says so, too */
        wrong_with_page += strcmp(lang_detect(line + 3, strlen(line + 3), line, NULL), line) != 0;
    }
    fclose(f);
    print_message("language of %zu short phrases: %zu wrong, %zu with the page's word for it\n", n, wrong, wrong_with_page);
    assert_true(n >= 400 && wrong * 50 <= n && wrong_with_page * 100 <= n);
}

/* Any bytes give a result; the address and undefined-behaviour sanitizers watch. */
static void test_hostile(void **state)
{
    static const char *const bits[] = {"не ", "обман", "\xD0", "\xFF", "'", "*", "@", "www.", "http://", "\"", "«", "!", "\n", "🤮", "́", "но ", ":(", ")))", "№ 12345", "ааааа", "x@y.z "};
    char text[20000];
    unsigned seed = 20260211;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t n = 0;
        seed = seed * 1103515245u + 12345u;
        size_t wanted = (seed >> 16) % (round % 50 ? 200 : sizeof text - 64);
        while (n < wanted) {
            seed = seed * 1103515245u + 12345u;
            unsigned x = seed >> 16;
            if (x % 5 == 0) {
                text[n++] = (char)(x % 255 + 1);
                continue;
            }
            size_t bit = strlen(bits[x % (sizeof bits / sizeof *bits)]);
            memcpy(text + n, bits[x % (sizeof bits / sizeof *bits)], bit);
            n += bit;
        }
        text[n] = '\0';
        score_of(&(struct score_input){.title = text, .text = text, .pros = text, .cons = text + n / 2, .stars = round % 6});
        if (round % 100 == 99) /* keeps the strings of the lexicons' path alive no longer than needed */
            arena_reset(&world.arena);
    }
    char *huge = malloc(LIMIT_TEXT_BYTES * 2 + 1);
    assert_non_null(huge);
    for (size_t i = 0; i < LIMIT_TEXT_BYTES * 2; i++)
        huge[i] = "плохо "[i % 11];
    huge[LIMIT_TEXT_BYTES * 2] = '\0';
    assert_int_equal(score_text(huge).label, LABEL_NEGATIVE);
    memset(huge, 'a', LIMIT_TEXT_BYTES * 2);
    assert_int_equal(score_text(huge).label, LABEL_NEUTRAL);
    memset(huge, '!', LIMIT_TEXT_BYTES * 2);
    assert_int_equal(score_text(huge).label, LABEL_NEUTRAL);
    free(huge);
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void test_user_lexicon(void **state)
{
    static const struct {
        const char *name, *text, *sentence;
    } rows[] = {
        {"ru.tsv", "слово\tмного\n", "ru.tsv:1: wanted: term, TAB, weight"},
        {"en.tsv", "fine\t1\n\nab*\t1\n", "en.tsv:3: a prefix of fewer than 3 letters cannot begin a term"},
        {"causes.tsv", "x\tde\twort\n", "causes.tsv:1: no such language"},
        {"rules.tsv", "twist\tне\n", "rules.tsv:1: no such role"},
        {"uk.tsv", "# nothing\n * a\t1\n", "uk.tsv:2: a term cannot begin with *"},
    };
    char dir[] = "/tmp/earshot-lexicon-XXXXXX", path[600];
    struct arena a;
    (void)state;
    assert_non_null(mkdtemp(dir));
    arena_init(&a, LIMIT_MIB);
    const char *shipped = paths_data(&a, "lexicons");
    struct lexicon *l;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file(dir, rows[i].name, rows[i].text);
        assert_int_equal(lexicon_load(&l, shipped, dir), ERR_CONFIG);
        assert_null(l);
        if (!strstr(err_text(), rows[i].sentence))
            fail_msg("said: %s", err_text());
        snprintf(path, sizeof path, "%s/%s", dir, rows[i].name);
        unlink(path);
    }
    write_file(dir, "ru.tsv", "отлично\t-1.5\nбурундук* в * шляпе\t1.5\n");
    assert_int_equal(lexicon_load(&l, shipped, dir), ERR_OK);
    struct scorer *s = scorer_new(l);
    struct score out;
    scorer_score(s, &(struct score_input){.text = "Отлично"}, &a, &out);
    assert_int_equal(out.label, LABEL_NEGATIVE);
    scorer_score(s, &(struct score_input){.text = "Бурундучок, бурундуки в старой шляпе", .lang = "ru"}, &a, &out);
    assert_int_equal(out.label, LABEL_POSITIVE);
    scorer_free(s);
    lexicon_free(l);
    assert_int_equal(lexicon_load(&l, dir, NULL), ERR_CONFIG);
    snprintf(path, sizeof path, "%s/ru.tsv", dir);
    unlink(path);
    rmdir(dir);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels), cmocka_unit_test(test_order), cmocka_unit_test(test_fields), cmocka_unit_test(test_words_add_up),
        cmocka_unit_test(test_causes), cmocka_unit_test(test_order_ref), cmocka_unit_test(test_lang), cmocka_unit_test(test_lang_short), cmocka_unit_test(test_aspects), cmocka_unit_test(test_escalation), cmocka_unit_test(test_brand_forms), cmocka_unit_test(test_title),
        cmocka_unit_test(test_brands), cmocka_unit_test(test_hostile), cmocka_unit_test(test_user_lexicon),
    };
    return cmocka_run_group_tests_name("sentiment", tests, set_up, tear_down);
}
