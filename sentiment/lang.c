/* Letters prove most: Russian alone writes ыэъ, Ukrainian alone іїєґ. Where a short text has none of them, its commonest words decide, then the page. */
#include "sentiment/lang.h"

#include "base/utf8.h"
#include "sentiment/fold.h"

#include <string.h>

#define LOOK_WORDS 60
#define LOOK_BYTES 4096 /* a longer text says no more about its language than its first 4 KiB */

struct seen {
    size_t cyrillic, latin, ru, uk, kk, sr, be, by_script[12];
    int ru_word, uk_word, en_word, other_latin;
};

struct script {
    uint32_t from, to;
    char code[3];
};

static const struct script scripts[] = {
    {0x370, 0x3FF, "el"}, {0x530, 0x58F, "hy"}, {0x590, 0x5FF, "he"}, {0x600, 0x6FF, "ar"}, {0x900, 0x97F, "hi"}, {0xE00, 0xE7F, "th"},
    {0x10A0, 0x10FF, "ka"}, {0x3040, 0x30FF, "ja"}, {0x4E00, 0x9FFF, "zh"}, {0xAC00, 0xD7AF, "ko"},
};
#define N_SCRIPT (sizeof scripts / sizeof *scripts)

/* Words that the sister language does not write, or writes rarely. */
static const char ru_words[] = " и что как это так но вот или уже только если меня мне нет они был было была были для на не очень все всё всем банк деньги сказали "
                               "почему когда где кто чтобы еще сейчас потом больше нельзя можно надо нужно спасибо хорошо плохо магазин товар отлично лучше "
                               "заказ работает вернули доставка от с из за к при тоже даже после звонил звонила ждать жду всегда никогда здравствуйте рекомендую вместо "
                               "ничего хочу ужас ужасно нормально быстро никто кошмар обман удобно класс прекрасно ";
static const char uk_words[] = " та що як це так але ось чи вже тільки якщо мене мені немає вони був було була були для на не дуже все всім банк гроші сказали чому "
                               "коли де хто щоб ще зараз потім більше треба потрібно дякую добре погано магазин товар чудово краще замовлення працює повернули від з "
                               "із за до при теж навіть після дзвонив дзвонила чекати чекаю завжди ніколи рекомендую замість нічого хочу жах жахливо нормально швидко "
                               "ніхто зручно клас прекрасно бо й у раджу тут буде була того можна доставка брак якість сервіс ";
static const char en_words[] = " the a an and of to in is it i you that this for was with my they have not on are be but at we had so as he she what your from all me do very "
                               "no if been were them their would when will there about good bad great service never again don't thanks thank awful terrible ";

#define WORD_BYTES_MAX 64

static bool has(const char *list, const char *word, size_t n)
{
    char key[WORD_BYTES_MAX + 3];
    if (n >= WORD_BYTES_MAX || n == 0)
        return false;
    key[0] = ' ';
    memcpy(key + 1, word, n);
    key[n + 1] = ' ';
    key[n + 2] = '\0';
    return strstr(list, key) != NULL;
}

static void look_at_letters(struct seen *x, const char *s, size_t n)
{
    size_t len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t raw = utf8_next(s + i, n - i, &len);
        if (raw < 0x80) {
            x->latin += (raw >= 'a' && raw <= 'z') || (raw >= 'A' && raw <= 'Z');
            continue;
        }
        uint32_t cp = raw == 0x451 || raw == 0x401 ? 0x451 : fold_cp(raw);
        if (fold_is_cyrillic(cp)) {
            x->cyrillic++;
            x->ru += cp == 0x44B || cp == 0x44D || cp == 0x44A || cp == 0x451;
            x->uk += cp == 0x456 || cp == 0x457 || cp == 0x454 || cp == 0x491;
            x->be += cp == 0x45E;
            x->sr += cp == 0x452 || cp == 0x45B || cp == 0x45F || cp == 0x459 || cp == 0x45A || cp == 0x458;
            x->kk += cp == 0x4D9 || cp == 0x493 || cp == 0x49B || cp == 0x4A3 || cp == 0x4E9 || cp == 0x4B1 || cp == 0x4AF;
            continue;
        }
        if (cp >= 0xC0 && cp < 0x250) {
            x->latin++;
            x->other_latin++;
        }
        for (size_t k = 0; k < N_SCRIPT && cp >= 0x370; k++)
            x->by_script[k] += cp >= scripts[k].from && cp <= scripts[k].to;
    }
}

/* Function words of the first words: on the stack, because this runs for every text. */
static void look_at_words(struct seen *x, const char *s, size_t n)
{
    size_t len;
    for (size_t i = 0, words = 0; i < n && words < LOOK_WORDS && x->en_word < 3;) {
        char folded[WORD_BYTES_MAX + 8];
        size_t from = i, n_folded = 0;
        for (; i < n; i += len) {
            uint32_t cp = utf8_next(s + i, n - i, &len);
            if (!fold_is_word(cp) && !(i > from && fold_is_apostrophe(cp)))
                break;
            if (n_folded < WORD_BYTES_MAX)
                n_folded += utf8_encode(fold_is_apostrophe(cp) ? '\'' : fold_cp(cp), folded + n_folded);
        }
        if (i == from) {
            i += len;
            continue;
        }
        words++;
        if ((unsigned char)folded[0] < 0x80)
            x->en_word += has(en_words, folded, n_folded);
        else {
            x->ru_word += has(ru_words, folded, n_folded);
            x->uk_word += has(uk_words, folded, n_folded);
        }
    }
}

static const char *answer(const char *code, float sure, float *confidence)
{
    if (confidence)
        *confidence = sure;
    return code;
}

static bool is(const char *hint, const char *code) { return hint && strncmp(hint, code, 2) == 0; }

static const char *cyrillic(const struct seen *x, const char *hint, float *confidence)
{
    if (x->kk > 2 && x->kk * 50 > x->cyrillic)
        return answer("kk", 0.9f, confidence);
    if (x->sr > 1 && x->sr * 50 > x->cyrillic)
        return answer("sr", 0.9f, confidence);
    if (x->be > 1 && x->be * 100 > x->cyrillic)
        return answer("be", 0.9f, confidence);
    if (x->ru != x->uk) {
        size_t more = x->ru > x->uk ? x->ru : x->uk, less = x->ru > x->uk ? x->uk : x->ru;
        float sure = less * 3 < more ? 0.99f : 0.7f;
        return answer(x->ru > x->uk ? "ru" : "uk", sure, confidence);
    }
    if (x->ru_word != x->uk_word)
        return answer(x->ru_word > x->uk_word ? "ru" : "uk", 0.85f, confidence);
    if (is(hint, "ru") || is(hint, "uk"))
        return answer(is(hint, "uk") ? "uk" : "ru", 0.7f, confidence);
    return answer("ru", 0.5f, confidence);
}

const char *lang_detect(const char *s, size_t n, const char *hint, float *confidence)
{
    struct seen x = {0};
    if (n > LOOK_BYTES)
        n = LOOK_BYTES;
    if (s)
        look_at_letters(&x, s, n);
    size_t best = x.cyrillic > x.latin ? x.cyrillic : x.latin;
    for (size_t k = 0; k < N_SCRIPT; k++)
        if (x.by_script[k] > best) /* Japanese mixes with Han: kana decide */
            return answer(k == 8 && x.by_script[7] > 0 ? "ja" : scripts[k].code, 0.9f, confidence);
    if (best == 0)
        return answer(is(hint, "ru") ? "ru" : is(hint, "uk") ? "uk" : is(hint, "en") ? "en" : "und", 0, confidence);
    bool proven = x.cyrillic > x.latin && (x.ru > 3 * x.uk || x.uk > 3 * x.ru);
    if (!proven)
        look_at_words(&x, s, n);
    if (x.cyrillic * 2 >= x.latin)
        return cyrillic(&x, hint, confidence);
    if (x.en_word > 0 && x.other_latin * 20 < (int)x.latin)
        return answer("en", x.en_word > 1 ? 0.95f : 0.8f, confidence);
    if (is(hint, "en") || x.other_latin == 0)
        return answer("en", 0.4f, confidence);
    return answer("und", 0.3f, confidence);
}
