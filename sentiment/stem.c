/* Snowball stems where there are some; Ukrainian endings by one table, the longest that leaves a root of three letters. */
#include "sentiment/stem.h"

#include <libstemmer.h>
#include <string.h>

/* Longest first within one list is not needed: the longest that fits is taken. Adjectives, nouns, then verbs and participles. */
static const char *const endings_uk[] = {
    "ий", "ого", "ому", "им", "ім", "ої", "ій", "ою", "ею", "их", "ими", "іми", "іх", "іший", "іша", "іше", "іші", "іших", "ішого", "ішою", "ішої", "ішим", "іш",
    "а", "я", "у", "ю", "е", "є", "і", "ї", "и", "о", "ь", "й", "ами", "ями", "ям", "ам", "ах", "ях", "ів", "їв", "ом", "ем", "єм", "ові", "еві", "єві", "єю",
    "ість", "ості", "істю", "остей", "остями", "ння", "нню", "нням", "нні", "ань", "ень", "анням", "енням", "ання", "ення", "аннях", "енню", "анню", "енні", "анні",
    "ти", "тися", "тись", "ться", "в", "ла", "ло", "ли", "вся", "всь", "лася", "лась", "лося", "лось", "лися", "лись",
    "ав", "ала", "ало", "али", "авши", "ався", "алась", "алася", "алося", "алось", "ались", "алися", "ати", "атися", "атись",
    "ив", "ила", "ило", "или", "ився", "илась", "илася", "илося", "илось", "илися", "ились", "ити", "итися", "итись",
    "ів", "іла", "іло", "іли", "іти", "ув", "ула", "уло", "ули", "ути", "яв", "яла", "яло", "яли", "яти", "ятися",
    "ує", "ують", "уємо", "уєте", "уєш", "ую", "ував", "ював", "увала", "ювала", "увало", "ували", "ювали", "увати", "ювати", "уватися", "ується", "уються", "ювати", "ює", "юють", "юю",
    "ємо", "ємося", "ете", "єте", "ить", "иться", "їть", "ять", "яться", "ать", "аться", "уть", "ються", "ють", "уться", "еш", "єш", "иш", "їш", "ите", "имо", "їмо", "їте", "емо", "ай", "айте", "іть", "іться", "йте", "йтеся",
    "ає", "ають", "аєте", "аємо", "аю", "яє", "яють", "ається", "аються", "яється",
    "ний", "на", "не", "ні", "ну", "ної", "ного", "ним", "них", "ною", "ній", "ному", "но", "ено", "ано", "ений", "ена", "ене", "ені", "ену", "еного", "ених", "ений", "аний", "ана", "ане", "ані", "ану", "аних", "аного", "ено",
    "ство", "ства", "ству", "ством", "стві", "ський", "ська", "ське", "ські", "ських",
};
#define N_ENDING (sizeof endings_uk / sizeof *endings_uk)
#define ROOT_MIN_BYTES 6 /* three Cyrillic letters; four before an ending of more than two */
#define ENDING_SHORT 4

bool stems_init(struct stems *s)
{
    s->ru = sb_stemmer_new("russian", "UTF_8");
    s->en = sb_stemmer_new("english", "UTF_8");
    if (s->ru && s->en)
        return true;
    stems_release(s);
    return false;
}

void stems_release(struct stems *s)
{
    if (s->ru)
        sb_stemmer_delete(s->ru);
    if (s->en)
        sb_stemmer_delete(s->en);
    *s = (struct stems){0};
}

static size_t stem_uk(const char *word, size_t n, char *out)
{
    size_t n_out = 0, cut = 0;
    for (size_t i = 0; i < n; i++) /* зв'язок and звязок are one word */
        if (word[i] != '\'')
            out[n_out++] = word[i];
    for (size_t i = 0; i < N_ENDING; i++) {
        size_t m = strlen(endings_uk[i]);
        if (m > cut && n_out >= m + (m > ENDING_SHORT ? ROOT_MIN_BYTES + 2 : ROOT_MIN_BYTES) && memcmp(out + n_out - m, endings_uk[i], m) == 0)
            cut = m;
    }
    n_out -= cut;
    if (n_out > ROOT_MIN_BYTES + 2 && memcmp(out + n_out - 2, "ь", 2) == 0)
        n_out -= 2;
    if (n_out > ROOT_MIN_BYTES + 2 && memcmp(out + n_out - 4, "нн", 4) == 0)
        n_out -= 2;
    return n_out;
}

size_t stems_word(const struct stems *s, enum lexicon_lang lang, const char *word, size_t n, char *out)
{
    if (lang == LANG_UK)
        return stem_uk(word, n, out);
    struct sb_stemmer *stemmer = lang == LANG_RU ? s->ru : s->en;
    const sb_symbol *r = sb_stemmer_stem(stemmer, (const sb_symbol *)word, (int)n);
    size_t got = r ? (size_t)sb_stemmer_length(stemmer) : 0;
    if (got == 0 || got > n) {
        memcpy(out, word, n);
        return n;
    }
    memcpy(out, r, got);
    return got;
}
