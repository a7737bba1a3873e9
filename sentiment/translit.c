/* The longest group of letters that has a reading is taken; the rest letter by letter. */
#include "sentiment/translit.h"

#include <string.h>

struct reading {
    const char *latin, *ru, *uk;
};

static const struct reading readings[] = {
    {"shch", "щ", "щ"}, {"sch", "щ", "щ"}, {"zh", "ж", "ж"}, {"ch", "ч", "ч"}, {"sh", "ш", "ш"}, {"kh", "х", "х"}, {"ts", "ц", "ц"}, {"yu", "ю", "ю"},
    {"ju", "ю", "ю"},   {"iu", "ю", "ю"},  {"yo", "е", "йо"}, {"ya", "я", "я"}, {"ja", "я", "я"}, {"ia", "я", "я"}, {"ye", "е", "є"}, {"yi", "ый", "ї"},
    {"ii", "ий", "ії"}, {"iy", "ий", "ій"}, {"yy", "ый", "ий"}, {"yj", "ый", "ий"}, {"ij", "ий", "ій"}, {"ay", "ай", "ай"}, {"ey", "ей", "ей"}, {"oy", "ой", "ой"},
    {"uy", "уй", "уй"}, {"yi", "ый", "ий"}, {"a", "а", "а"},  {"b", "б", "б"},   {"c", "ц", "ц"},   {"d", "д", "д"},   {"e", "е", "е"},   {"f", "ф", "ф"},
    {"g", "г", "ґ"},    {"h", "х", "г"},   {"i", "и", "і"},   {"j", "й", "й"},   {"k", "к", "к"},   {"l", "л", "л"},   {"m", "м", "м"},   {"n", "н", "н"},
    {"o", "о", "о"},    {"p", "п", "п"},   {"q", "к", "к"},   {"r", "р", "р"},   {"s", "с", "с"},   {"t", "т", "т"},   {"u", "у", "у"},   {"v", "в", "в"},
    {"w", "в", "в"},    {"x", "кс", "кс"}, {"y", "ы", "и"},   {"z", "з", "з"},   {"'", "ь", "ь"},
};

static char low(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static const struct reading *read_group(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        size_t k = 0;
        while (k < n && readings[i].latin[k] && low(s[k]) == readings[i].latin[k])
            k++;
        if (!readings[i].latin[k])
            return &readings[i];
    }
    return NULL;
}

/* -yi at the end of a word is one ending in Ukrainian: zhahlyvyi. */
static bool is_yi_ending(const char *s, size_t n)
{
    return n >= 2 && low(s[0]) == 'y' && low(s[1]) == 'i' && !(n > 2 && low(s[2]) >= 'a' && low(s[2]) <= 'z');
}

char *translit(struct arena *a, enum lexicon_lang lang, const char *s, size_t n)
{
    char *out = arena_alloc(a, 4 * n + 8);
    size_t n_out = 0;
    if (!out)
        return NULL;
    for (size_t i = 0; i < n;) {
        const struct reading *r = read_group(s + i, n - i);
        const char *to = r ? (lang == LANG_UK ? r->uk : r->ru) : NULL;
        if (!r) {
            out[n_out++] = s[i++];
            continue;
        }
        if (is_yi_ending(s + i, n - i))
            to = lang == LANG_UK ? "ий" : "ый";
        memcpy(out + n_out, to, strlen(to));
        n_out += strlen(to);
        i += strlen(r->latin);
    }
    out[n_out] = '\0';
    return out;
}
