/* Snowball stems where there are some; Ukrainian endings by one table, the longest that leaves a root of three letters. */
#include "sentiment/stem.h"

#include <libstemmer.h>
#include <string.h>

/* Longest first within one list is not needed: the longest that fits is taken. Adjectives, nouns, then verbs and participles. */
#define E(text) {text, sizeof text - 1}
static const struct {
    const char *s;
    size_t n;
} endings_uk[] = {
    E("ий"), E("ого"), E("ому"), E("им"), E("ім"), E("ої"), E("ій"), E("ою"), E("ею"), E("их"), E("ими"), E("іми"), E("іх"), E("іший"), E("іша"), E("іше"), E("іші"), E("іших"), E("ішого"), E("ішою"), E("ішої"), E("ішим"), E("іш"),
    E("а"), E("я"), E("у"), E("ю"), E("е"), E("є"), E("і"), E("ї"), E("и"), E("о"), E("ь"), E("й"), E("ами"), E("ями"), E("ям"), E("ам"), E("ах"), E("ях"), E("ів"), E("їв"), E("ом"), E("ем"), E("єм"), E("ові"), E("еві"), E("єві"), E("єю"),
    E("ість"), E("ості"), E("істю"), E("остей"), E("остями"), E("ння"), E("нню"), E("нням"), E("нні"), E("ань"), E("ень"), E("анням"), E("енням"), E("ання"), E("ення"), E("аннях"), E("енню"), E("анню"), E("енні"), E("анні"),
    E("ти"), E("тися"), E("тись"), E("ться"), E("в"), E("ла"), E("ло"), E("ли"), E("вся"), E("всь"), E("лася"), E("лась"), E("лося"), E("лось"), E("лися"), E("лись"),
    E("ав"), E("ала"), E("ало"), E("али"), E("авши"), E("ався"), E("алась"), E("алася"), E("алося"), E("алось"), E("ались"), E("алися"), E("ати"), E("атися"), E("атись"),
    E("ив"), E("ила"), E("ило"), E("или"), E("ився"), E("илась"), E("илася"), E("илося"), E("илось"), E("илися"), E("ились"), E("ити"), E("итися"), E("итись"),
    E("ів"), E("іла"), E("іло"), E("іли"), E("іти"), E("ув"), E("ула"), E("уло"), E("ули"), E("ути"), E("яв"), E("яла"), E("яло"), E("яли"), E("яти"), E("ятися"),
    E("ує"), E("ують"), E("уємо"), E("уєте"), E("уєш"), E("ую"), E("ував"), E("ював"), E("увала"), E("ювала"), E("увало"), E("ували"), E("ювали"), E("увати"), E("ювати"), E("уватися"), E("ується"), E("уються"), E("ювати"), E("ює"), E("юють"), E("юю"),
    E("ємо"), E("ємося"), E("ете"), E("єте"), E("ить"), E("иться"), E("їть"), E("ять"), E("яться"), E("ать"), E("аться"), E("уть"), E("ються"), E("ють"), E("уться"), E("еш"), E("єш"), E("иш"), E("їш"), E("ите"), E("имо"), E("їмо"), E("їте"), E("емо"), E("ай"), E("айте"), E("іть"), E("іться"), E("йте"), E("йтеся"),
    E("ає"), E("ають"), E("аєте"), E("аємо"), E("аю"), E("яє"), E("яють"), E("ається"), E("аються"), E("яється"),
    E("ний"), E("на"), E("не"), E("ні"), E("ну"), E("ної"), E("ного"), E("ним"), E("них"), E("ною"), E("ній"), E("ному"), E("но"), E("ено"), E("ано"), E("ений"), E("ена"), E("ене"), E("ені"), E("ену"), E("еного"), E("ених"), E("ений"), E("аний"), E("ана"), E("ане"), E("ані"), E("ану"), E("аних"), E("аного"), E("ено"),
    E("ство"), E("ства"), E("ству"), E("ством"), E("стві"), E("ський"), E("ська"), E("ське"), E("ські"), E("ських"),
};
#undef E
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
        const char *ending = endings_uk[i].s;
        size_t m = endings_uk[i].n;
        if (m > cut && n_out >= m + (m > ENDING_SHORT ? ROOT_MIN_BYTES + 2 : ROOT_MIN_BYTES) && out[n_out - 1] == ending[m - 1] && memcmp(out + n_out - m, ending, m) == 0)
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
