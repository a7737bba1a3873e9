/* Letters prove most: Russian alone writes ыэъ, Ukrainian alone іїєґ. Then its words: frequent ones by a list, others by groups of two to five of their letters
 * (lang_table.c), then the page. Latin texts by their commonest words. */
#include "sentiment/lang.h"

#include "base/utf8.h"
#include "sentiment/fold.h"
#include "sentiment/lang_table.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_BYTES 768   /* a longer text says no more about its language than its first 60 words */
#define WORD_BYTES 16    /* function words are short */
#define OWN_LETTER 4.0f  /* natural logarithm of the odds that one letter of its own proves */
#define ENGLISH_BYTES 8  /* "terrible" */
#define ENOUGH 4         /* English words that prove it */
#define PROVEN 40.0f
#define WORD_LETTERS 22
#define EDGE 38          /* ids of letters, as in tools/langtable */
#define APOSTROPHE 37
#define FEW_WORDS 4      /* in fewer than these the page's language is asked, too */
#define HINT 2.0f        /* what the page says, against the look of a few words */
#define HINT_MORE 1.0f   /* ... of four and more */
#define PRIOR -0.12f     /* without it: words that both have are more often Russian */

struct seen {
    size_t letters, cyrillic, latin, kk, sr, be, by_script[10];
    size_t foreign;      /* Latin letters with marks */
    size_t n_ru, n_uk;   /* letters of their own */
    float uk_odds;
    size_t n_word;       /* Cyrillic ones */
    int en, other[8];    /* function words */
    size_t n_latin_word;
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
#define KANA 7
#define HAN 8

static const struct {
    char code[3];
    const char *words;
} latin[] = {
    {"de", " der die das und ist nicht ich wir sie ein eine mit auf für den dem es zu von sehr war bei "},
    {"fr", " le la les et est pas je nous vous un une des du pour avec sur très que qui dans au "},
    {"es", " el la los las y es no yo un una de en con por para muy que lo se mi fue "},
    {"it", " il la le e è non io un una di in con per molto che lo si mi gli sono "},
    {"pl", " i w na nie jest się z do to że jak ale o za bardzo mnie już po tak "},
    {"pt", " o a os as e é não eu um uma de em com por para muito que do da foi "},
    {"nl", " de het een en is niet ik wij van in op met voor zeer dat te zijn was "},
    {"tr", " ve bir bu çok değil ben için ile ama da de ne var yok gibi daha "},
};
/* By first letter. */
static const char *const english[26] = {
    " a about after again all an and are as at awful ",
    " back bad be been best but ",
    " can't ",
    " do don't ",
    " easy ",
    " fast for from ",
    " get good got great ",
    " had happy have he ",
    " i if in is it ",
    " just ",
    "  ",
    " like love ",
    " me money my ",
    " never nice no not ",
    " of on one only ",
    "  ",
    "  ",
    "  ",
    " service she so ",
    " terrible thank thanks that the their them there they this to ",
    " use used ",
    " very ",
    " was we were what when will with worst would ",
    "  ",
    " you your ",
    "  ",
};

static bool listed(const char *list, const char *word, size_t n)
{
    char key[WORD_BYTES + 3];
    key[0] = ' ';
    memcpy(key + 1, word, n);
    memcpy(key + 1 + n, " ", 2);
    return strstr(list, key) != NULL;
}

static void end_latin(struct seen *x, const char *word, size_t n)
{
    if (n == 0)
        return;
    x->n_latin_word++;
    if (n > WORD_BYTES)
        return;
    if (n <= ENGLISH_BYTES && word[0] >= 'a' && word[0] <= 'z' && listed(english[word[0] - 'a'], word, n)) {
        x->en++;
        return;
    }
    if (4 * (size_t)x->en >= x->n_latin_word && x->n_latin_word > 3)
        return; /* English so far */
    for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
        x->other[i] += listed(latin[i].words, word, n);
}

/* 1..37 in the order of tools/langtable; 0 for a letter that neither writes. */
static unsigned letter_id(uint32_t cp)
{
    if (cp >= 0x430 && cp <= 0x44F)
        return cp - 0x430 + 1;
    switch (cp) {
    case 0x456:
        return 33;
    case 0x457:
        return 34;
    case 0x454:
        return 35;
    case 0x491:
        return 36;
    case '\'':
        return 37;
    default:
        return 0;
    }
}

static float digit(char d) { return (float)((d <= '9' ? d - '0' : d <= 'Z' ? d - 'A' + 10 : d - 'a' + 36) - 25); }

/* One Cyrillic word as it is read: its letters between two edges, and its bytes for the list. */
struct word {
    uint8_t id[WORD_LETTERS + 2];
    size_t n; /* letters */
    char text[sizeof lang_word->word + 4];
    size_t n_text;
    bool strange; /* a letter of a third language */
};

static void word_add(struct word *w, uint32_t cp)
{
    unsigned id = letter_id(cp);
    w->strange |= id == 0;
    if (w->n < WORD_LETTERS)
        w->id[++w->n] = (uint8_t)id;
    if (w->n_text < sizeof lang_word->word)
        w->n_text += utf8_encode(cp, w->text + w->n_text);
}

static int by_word(const void *key, const void *entry) { return strcmp(key, ((const struct lang_word *)entry)->word); }

static float groups(const struct word *w)
{
    float odds = 0;
    size_t end = w->n + 2; /* with both edges */
    for (size_t i = 0; i + 1 < end; i++) {
        uint32_t h = 0;
        for (size_t k = i; k < end && k < i + LANG_GROUP_MAX; k++) {
            h = (h ^ w->id[k]) * 0x9E3779B1u;
            h ^= h >> 15;
            if (k - i + 1 >= LANG_GROUP_MIN)
                odds += LANG_TABLE_STEP * digit(lang_table[h * 0x85EBCA6Bu >> (32 - LANG_TABLE_BITS)]);
        }
    }
    return fmaxf(-LANG_WORD_MOST, fminf(LANG_WORD_MOST, odds));
}

/* A word that the list knows speaks for itself; of others the groups of their letters do. */
static void word_end(struct seen *x, struct word *w)
{
    while (w->n && w->id[w->n] == APOSTROPHE) { /* a quotation mark */
        w->n--;
        w->n_text -= w->n_text > 0;
    }
    if (w->n && !w->strange) {
        w->id[0] = w->id[w->n + 1] = EDGE;
        w->text[w->n_text < sizeof lang_word->word ? w->n_text : 0] = '\0';
        const struct lang_word *known = bsearch(w->text, lang_word, n_lang_word, sizeof *lang_word, by_word);
        float d = known ? digit(known->digit) : 0;
        x->uk_odds += known ? LANG_WORD_STEP * d * fabsf(d) : groups(w);
    }
    x->n_word += w->n > 0;
    w->n = w->n_text = 0;
    w->strange = false;
}

static void look_at_letter(struct seen *x, uint32_t cp, uint32_t raw)
{
    x->letters++;
    if (fold_is_cyrillic(cp)) {
        x->cyrillic++;
        x->n_ru += cp == 0x44B || cp == 0x44D || cp == 0x44A || raw == 0x451;
        x->n_uk += cp == 0x456 || cp == 0x457 || cp == 0x454 || cp == 0x491;
        x->be += cp == 0x45E;
        x->sr += cp == 0x452 || cp == 0x45B || cp == 0x45F || cp == 0x459 || cp == 0x45A || cp == 0x458;
        x->kk += cp == 0x4D9 || cp == 0x493 || cp == 0x49B || cp == 0x4A3 || cp == 0x4E9 || cp == 0x4B1 || cp == 0x4AF;
    } else if (cp < 0x250) {
        x->latin++;
        x->foreign += cp >= 0x80;
    } else {
        for (size_t k = 0; k < N_SCRIPT; k++)
            x->by_script[k] += cp >= scripts[k].from && cp <= scripts[k].to;
    }
}

/* Bytes of the web address that begins here; 0 = none. */
static size_t link_bytes(const char *s, size_t n)
{
    static const char *const begin[] = {"http://", "https://", "www."};
    if (n < 4 || (memcmp(s, "http", 4) != 0 && memcmp(s, "www.", 4) != 0))
        return 0; /* nearly always */
    for (size_t k = 0; k < sizeof begin / sizeof *begin; k++) {
        size_t len = strlen(begin[k]);
        if (n < len || memcmp(s, begin[k], len) != 0)
            continue;
        while (len < n && (unsigned char)s[len] > ' ')
            len++;
        return len;
    }
    return 0;
}

/* The ASCII letters that begin here: most of English. Out: how many; out holds the first of them in lower case. */
static size_t plain_letters(const char *s, size_t n, char out[WORD_BYTES + 4])
{
    size_t k = 0;
    for (; k < n && (unsigned)(((unsigned char)s[k] | 32) - 'a') < 26; k++)
        if (k <= WORD_BYTES)
            out[k] = (char)(s[k] | 32);
    return k;
}

static void look(struct seen *x, const char *s, size_t n)
{
    char latin_word[WORD_BYTES + 4];
    size_t len, n_latin = 0;
    struct word w = {.n = 0};
    for (size_t i = 0; i < n; i += len) {
        unsigned char byte = (unsigned char)s[i];
        uint32_t raw = byte;
        len = n_latin == 0 && (byte == 'h' || byte == 'w') ? link_bytes(s + i, n - i) : 0;
        if (len)
            continue;
        if (n_latin == 0 && w.n == 0 && (len = plain_letters(s + i, n - i, latin_word)) > 0) {
            x->letters += len;
            x->latin += len;
            n_latin = len <= WORD_BYTES ? len : WORD_BYTES + 1;
            continue;
        }
        len = 1;
        if (byte >= 0x80)
            raw = utf8_next(s + i, n - i, &len);
        bool letter = byte < 0x80 ? (byte | 32) >= 'a' && (byte | 32) <= 'z' : fold_is_word(raw);
        uint32_t cp = byte == '\'' || (byte >= 0x80 && fold_is_apostrophe(raw)) ? '\'' : fold_cp(raw);
        if (letter)
            look_at_letter(x, cp, raw);
        if ((letter && fold_is_cyrillic(cp)) || (cp == '\'' && w.n))
            word_add(&w, cp);
        else
            word_end(x, &w);
        if ((letter && cp < 0x250) || (cp == '\'' && n_latin)) {
            if (n_latin <= WORD_BYTES)
                n_latin += utf8_encode(cp, latin_word + n_latin);
        } else {
            end_latin(x, latin_word, n_latin);
            n_latin = 0;
            if (x->en > ENOUGH && x->cyrillic == 0)
                return;
        }
        if (fabsf(x->uk_odds) > PROVEN)
            return;
    }
    word_end(x, &w);
    end_latin(x, latin_word, n_latin);
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
    float odds = x->uk_odds + OWN_LETTER * ((float)x->n_uk - (float)x->n_ru);
    float page = x->n_word < FEW_WORDS ? HINT : HINT_MORE;
    odds += is(hint, "uk") ? page : is(hint, "ru") ? -page : PRIOR;
    float sure = 1 / (1 + expf(-fminf(10, fabsf(odds))));
    return answer(odds > 0 ? "uk" : "ru", sure, confidence);
}

static const char *by_words(const struct seen *x, const char *hint, float *confidence)
{
    int best = 0;
    for (size_t i = 1; i < sizeof latin / sizeof *latin; i++)
        if (x->other[i] > x->other[best])
            best = (int)i;
    if (x->en > 0 && x->en >= x->other[best])
        return answer("en", x->en > 1 ? 0.95f : 0.8f, confidence);
    if (x->other[best] > 1 || (x->other[best] && x->foreign))
        return answer(latin[best].code, x->other[best] > 2 ? 0.9f : 0.6f, confidence);
    if (x->foreign * 20 > x->latin)
        return answer("und", 0.3f, confidence);
    return answer("en", is(hint, "en") ? 0.6f : 0.4f, confidence);
}

const char *lang_detect(const char *s, size_t n, const char *hint, float *confidence)
{
    struct seen x = {0};
    if (s)
        look(&x, s, n > LOOK_BYTES ? LOOK_BYTES : n);
    if (s && x.letters == 0 && n > LOOK_BYTES)
        look(&x, s + n - LOOK_BYTES, LOOK_BYTES);
    size_t best = x.cyrillic > x.latin ? x.cyrillic : x.latin;
    for (size_t k = 0; k < N_SCRIPT; k++)
        if (x.by_script[k] > best) /* Japanese mixes with Han: kana decide */
            return answer(k == HAN && x.by_script[KANA] > 0 ? "ja" : scripts[k].code, 0.9f, confidence);
    if (best == 0)
        return answer(is(hint, "ru") ? "ru" : is(hint, "uk") ? "uk" : is(hint, "en") ? "en" : "und", 0, confidence);
    if (x.cyrillic * (x.en ? 1 : 4) >= x.latin) /* names of goods are Latin in any language */
        return cyrillic(&x, hint, confidence);
    return by_words(&x, hint, confidence);
}
