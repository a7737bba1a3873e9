/* What words do to each other, and the pieces below the scorer: stems, folding, tokens, transliteration. All texts are invented. */
#include "base/limits.h"
#include "base/paths.h"
#include "sentiment/reply.h"
#include "sentiment/score.h"
#include "sentiment/stem.h"
#include "sentiment/tokens.h"
#include "sentiment/translit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

static struct score score_text(const char *text)
{
    struct score out;
    scorer_score(world.scorer, &(struct score_input){.text = text}, &world.arena, &out);
    return out;
}

static bool has_why(const struct score *s, const char *why)
{
    for (size_t i = 0; i < s->n_word; i++)
        if (strcmp(s->word[i].why, why) == 0)
            return true;
    return false;
}

/* Forms of one Ukrainian word share a stem; the last of a row is another word. */
static void test_stems_uk(void **state)
{
    static const char *const rows[][4] = {
        {"жахливий", "жахлива", "жахливого", "жалоба"},      {"розетка", "розетки", "розеткою", "розмова"},   {"швидкий", "швидка", "швидкими", "шви"},
        {"обдурили", "обдурила", "обдурив", "обід"},          {"зв'язок", "звязок", "зв’язок", "зразок"},       {"швидкість", "швидкості", "швидкістю", "швець"},
        {"працює", "працюють", "працювати", "праска"},        {"кур'єр", "кур'єра", "кур'єрів", "курка"},       {"повернення", "поверненням", "поверненню", "перо"},
    };
    struct stems stems;
    (void)state;
    assert_true(stems_init(&stems));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char stem[4][TOKEN_BYTES_MAX + 1];
        for (size_t k = 0; k < 4; k++) {
            struct tokens t;
            tokens_init(&t);
            assert_true(tokens_add(&t, rows[i][k], strlen(rows[i][k]), 0));
            size_t n = stems_word(&stems, LANG_UK, token_text(&t, t.token), t.token->fold_bytes, stem[k]);
            stem[k][n] = '\0';
            tokens_release(&t);
        }
        assert_string_equal(stem[0], stem[1]);
        assert_string_equal(stem[0], stem[2]);
        assert_string_not_equal(stem[0], stem[3]);
    }
    stems_release(&stems);
}

static void test_tokens(void **state)
{
    static const struct {
        const char *text, *folded; /* forms with | between them */
    } rows[] = {
        {"Ёлка, ёж", "елка|еж"},          {"don’t DON'T", "don't|don't"},       {"х*йня ***", "х*йня"},     {"чат-бот - бот", "чат-бот|бот"},
        {"кур\xC2\xADьер", "курьер"},     {"и\xCC\x86од", "йод"},               {"a@b.co x", "/|x"},        {"@shop #тег", "@|тег"},
        {"1/5 12:40 $19.99", "1/5|12:40|19.99"}, {":-) (((", ":)|:("},           {"\xFF\xFE\xD0", ""},        {"", ""},
        {"https://x.example/y?z=ужас да", "/|да"}, {"Ok🙂", "ok|🙂"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tokens t;
        char got[256] = "";
        tokens_init(&t);
        assert_true(tokens_add(&t, rows[i].text, strlen(rows[i].text), 0));
        for (size_t k = 0; k < t.n; k++) {
            strcat(got, k ? "|" : "");
            strncat(got, token_text(&t, &t.token[k]), t.token[k].fold_bytes);
            assert_true(t.token[k].at + t.token[k].bytes <= strlen(rows[i].text));
        }
        tokens_release(&t);
        assert_string_equal(got, rows[i].folded);
    }
}

static void test_translit(void **state)
{
    static const struct {
        enum lexicon_lang lang;
        const char *latin, *cyrillic;
    } rows[] = {
        {LANG_RU, "Dengi ne vernuli!", "денги не вернули!"}, {LANG_RU, "uzhasniy", "ужасный"}, {LANG_UK, "zhahlyvyi", "жагливий"}, {LANG_UK, "hroshi", "гроші"},
        {LANG_RU, "5 shchi", "5 щи"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_non_null(translit(&world.arena, rows[i].lang, rows[i].latin, strlen(rows[i].latin)));
    assert_string_equal(translit(&world.arena, LANG_RU, rows[0].latin, strlen(rows[0].latin)), rows[0].cyrillic);
    assert_string_equal(translit(&world.arena, LANG_UK, rows[3].latin, strlen(rows[3].latin)), rows[3].cyrillic);
    assert_string_equal(translit(&world.arena, LANG_RU, rows[4].latin, strlen(rows[4].latin)), rows[4].cyrillic);
    struct score s = score_text("obman, ne rekomenduyu");
    assert_string_equal(s.lang, "ru");
    assert_int_equal(s.label, LABEL_NEGATIVE);
}

static void test_rules(void **state)
{
    static const struct {
        const char *text;
        enum label label;
        const char *why; /* that must be among the words; NULL = any */
    } rows[] = {
        {"Never had a problem with them, ten orders so far.", LABEL_POSITIVE, NULL},
        {"The clerk was not polite at all.", LABEL_NEGATIVE, "negated"},
        {"Кассир не вежливый.", LABEL_NEGATIVE, "negated"},
        {"Ничего плохого сказать не могу.", LABEL_POSITIVE, NULL},
        {"Спасибо за испорченный праздник!", LABEL_NEGATIVE, "sarcasm"},
        {"Thanks for losing my parcel", LABEL_NEGATIVE, "sarcasm"},
        {"Their «great service» again.", LABEL_NEGATIVE, "sarcasm"},
        {"Красивый сайт, но деньги не вернули.", LABEL_NEGATIVE, NULL},
        {"Долго ехали, зато мастер отличный и вежливый.", LABEL_POSITIVE, NULL},
        {"Был бы вежливый кассир — был бы хороший магазин.", LABEL_NEGATIVE, "unreal"},
        {"Это мошенники? Кто-нибудь покупал?", LABEL_NEUTRAL, NULL},
        {"полная х*йня", LABEL_NEGATIVE, NULL},
        {"Достоинства: нет Недостатки: всё Отзыв: был вчера в офисе", LABEL_NEGATIVE, "no_pros"},
        {"Переваги: швидко Недоліки: немає", LABEL_POSITIVE, "no_cons"},
        {"Привезли не то.\nОтвет представителя: спасибо за отзыв, благодарим, отлично, лучший магазин, рады", LABEL_NEGATIVE, NULL},
        {"Спасибо за отзыв! Приносим извинения за неудобства, напишите нам номер заказа.", LABEL_NEUTRAL, "company_reply"},
        {"Прийшов зламаний чайник, замінили безкоштовно того ж дня.", LABEL_POSITIVE, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct score s = score_text(rows[i].text);
        if (s.label != rows[i].label)
            print_error("\"%s\" is %s (%.2f), wanted %s\n", rows[i].text, label_word(s.label), (double)s.value, label_word(rows[i].label));
        if (rows[i].why && !has_why(&s, rows[i].why))
            print_error("\"%s\" has no %s\n", rows[i].text, rows[i].why);
        assert_int_equal(s.label, rows[i].label);
        assert_true(!rows[i].why || has_why(&s, rows[i].why));
    }
}

/* Cues of sarcasm make the scorer less sure, not more. */
static void test_uncertain(void **state)
{
    (void)state;
    assert_true(score_text("Thanks for ruining my birthday").confidence < score_text("They ruined my birthday, awful").confidence);
    assert_true(score_text("Ну просто прекрасный сервис, карту заблокировали").confidence < 0.5f);
}

/* The same text gives the same score whatever was scored before it. */
static void test_no_memory_of_others(void **state)
{
    static const char *const texts[] = {"Great, thanks", "Ужас, деньги не вернули", "Чудово, дякую", "xyzzy"};
    float first[4];
    (void)state;
    for (size_t i = 0; i < 4; i++)
        first[i] = score_text(texts[i]).value;
    for (int k = 0; k < 70000; k++) {
        char word[64];
        snprintf(word, sizeof word, "слово%d word%d слово%d", k, k, k + 7);
        score_text(word);
        arena_reset(&world.arena);
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(score_text(texts[i]).value == first[i]);
}

static void test_replies(void **state)
{
    static const struct {
        const char *text, *lang;
        bool unhappy;
        uint32_t flags;
    } rows[] = {
        {"Здравствуйте! Приносим извинения, напишите нам в личные сообщения номер заказа.", "ru", true, 0},
        {"Добрый день, ситуация передана в отдел качества.", "ru", true, REPLY_FLAG_NO_APOLOGY | REPLY_FLAG_NO_CONTACT},
        {"Добрый день, ситуация передана в отдел качества.", "ru", false, 0},
        {"Нам очень жаль. Звоните 8 800 2000600", "ru", true, 0},
        {"Сами виноваты, надо было читать договор. Пишите на help@lampa.example", "ru", true, REPLY_FLAG_RUDE | REPLY_FLAG_NO_APOLOGY},
        {"Ваш отзыв бред, вы врете", "ru", false, REPLY_FLAG_RUDE},
        {"Ми перепрошуємо! Зателефонуйте нам, будь ласка.", "uk", true, 0},
        {"Дякуємо за відгук, передамо керівництву.", "uk", true, REPLY_FLAG_NO_APOLOGY | REPLY_FLAG_NO_CONTACT},
        {"Навчіться читати умови, нам байдуже.", "uk", true, REPLY_FLAG_RUDE | REPLY_FLAG_NO_APOLOGY | REPLY_FLAG_NO_CONTACT},
        {"We are very sorry, please contact our support team.", "en", true, 0},
        {"Thank you for your feedback, it helps us improve.", "en", true, REPLY_FLAG_NO_APOLOGY | REPLY_FLAG_NO_CONTACT},
        {"You should have read the terms. Go elsewhere.", "en", true, REPLY_FLAG_RUDE | REPLY_FLAG_NO_APOLOGY | REPLY_FLAG_NO_CONTACT},
        {"", NULL, true, REPLY_FLAG_NO_APOLOGY | REPLY_FLAG_NO_CONTACT},
    };
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t flags = reply_judge(world.scorer, rows[i].text, rows[i].lang, rows[i].unhappy, &world.arena);
        if (flags != rows[i].flags) {
            print_error("\"%s\" has flags %u, wanted %u\n", rows[i].text, flags, rows[i].flags);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stems_uk), cmocka_unit_test(test_replies), cmocka_unit_test(test_tokens),    cmocka_unit_test(test_translit),
        cmocka_unit_test(test_rules),    cmocka_unit_test(test_uncertain), cmocka_unit_test(test_no_memory_of_others),
    };
    return cmocka_run_group_tests_name("sentiment_words", tests, set_up, tear_down);
}
