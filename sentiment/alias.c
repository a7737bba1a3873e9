/* Endings by list: whether a form exists is not asked, only whether it could be one. */
#include "sentiment/alias.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sentiment/fold.h"
#include "sentiment/translit.h"

#include <stdlib.h>
#include <string.h>

#define INFLECT_LETTERS 4  /* shorter words take no endings: too much would fit */
#define OTHER_LETTERS 5    /* shorter names are not looked for in other letters: "Meta" is no "мета" */
#define NEAR_BYTES 300     /* required and excluded words stand so near */
#define CYR 2              /* bytes of a Cyrillic letter */

static const char *const endings[] = {"а",  "я",  "о",  "е",  "у",  "ю",  "и",  "і",  "ы",   "й",   "ь",   "ї",   "ом",  "ем",  "ім",  "ой",  "ей",  "ою",  "ею",  "ів", "їв",
                                      "ов", "ев", "ам", "ям", "ах", "ях", "ої", "ій", "ий",  "ый",  "им",  "ым",  "их",  "ых",  "ая",  "яя",  "ое",  "ее",  "ую",  "юю", "ые",
                                      "ие", "єю", "єм", "ію", "ия", "ии", "ию", "ії", "ами", "ями", "ого", "его", "ому", "ему", "ими", "ыми", "ові", "еві", "єві", "ією", "ього", "ьому"};
static const char *const latin_endings[] = {"a",  "u",  "y",  "i",  "e",  "o",  "oi", "oy", "oyu", "oju", "oiu", "ou", "om", "em", "im", "ym", "am", "ax",
                                            "ah", "akh", "ami", "ov", "ev", "iv", "ogo", "oho", "omu", "ovi", "yi", "yj", "iy", "ij", "ii", "yh", "ykh", "ih", "ikh"};

static bool listed(const char *const *list, size_t n_list, const char *s, size_t n)
{
    for (size_t i = 0; i < n_list; i++)
        if (strlen(list[i]) == n && memcmp(list[i], s, n) == 0)
            return true;
    return false;
}

static bool is_ending(const struct part *p, const char *s, size_t n)
{
    return p->latin ? listed(latin_endings, sizeof latin_endings / sizeof *latin_endings, s, n) : listed(endings, sizeof endings / sizeof *endings, s, n);
}

static bool is_word_at(const char *s, size_t n, size_t i, size_t *len)
{
    *len = 1;
    if (i >= n)
        return false;
    uint32_t cp = utf8_next(s + i, n - i, len);
    return fold_is_word(cp) || cp == '+';
}

/* Letters from i on that are one word; returns its end. */
static size_t word_end(const char *s, size_t n, size_t i)
{
    size_t len;
    while (is_word_at(s, n, i, &len))
        i += len;
    return i;
}

static bool starts_word(const char *s, size_t at)
{
    if (at == 0)
        return true;
    size_t from = at - 1, len;
    while (from > 0 && at - from < 4 && ((unsigned char)s[from] & 0xC0) == 0x80)
        from--;
    return !is_word_at(s, at, from, &len);
}

static size_t count_letters(const struct part *p)
{
    size_t letters = 0;
    for (size_t i = 0; i < p->n; i++)
        letters += ((unsigned char)p->s[i] & 0xC0) != 0x80;
    return letters;
}

static bool ends_in(const struct part *p, const char *end)
{
    size_t n = strlen(end);
    return p->n >= n && memcmp(p->s + p->n - n, end, n) == 0;
}

/* The last vowel of a word that ends in a consonant: does it drop out, does it turn? */
static void find_alternation(struct part *p, size_t letters)
{
    static const char *const dropping[] = {"ок", "ек", "ец"}, *const consonant[] = {"б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "ц", "ч", "ш"};
    bool closed = p->stem == p->n && p->n >= 3 * CYR && listed(consonant, sizeof consonant / sizeof *consonant, p->s + p->n - CYR, CYR);
    if (!closed)
        return;
    for (size_t i = 0; i < sizeof dropping / sizeof *dropping; i++)
        p->drops |= letters > INFLECT_LETTERS && ends_in(p, dropping[i]);
    p->turns = memcmp(p->s + p->n - 2 * CYR, "і", CYR) == 0;
    if (p->drops || p->turns)
        p->fixed = (uint16_t)(p->n - 2 * CYR);
}

static void find_stem(struct part *p, size_t alias_letters)
{
    static const char *const last[] = {"а", "я", "о", "й", "ь", "и", "і", "ы", "е"};                     /* two bytes each */
    static const char *const adjective[] = {"ий", "ый", "ій", "ая", "яя", "ое", "ее", "ые", "ие", "ої"}; /* four */
    size_t letters = count_letters(p);
    p->fixed = p->stem = p->n;
    p->inflect = letters >= INFLECT_LETTERS || (alias_letters >= 2 * INFLECT_LETTERS && letters + 1 >= INFLECT_LETTERS);
    if (p->latin && p->inflect && p->n > 1 && strchr("aoiey", p->s[p->n - 1]))
        p->fixed = p->stem = (uint16_t)(p->n - 1);
    if (!p->inflect || p->latin || p->n < 3 * CYR)
        return;
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        if (ends_in(p, last[i]))
            p->stem = (uint16_t)(p->n - CYR);
    for (size_t i = 0; letters > INFLECT_LETTERS && i < sizeof adjective / sizeof *adjective; i++)
        if (ends_in(p, adjective[i]))
            p->stem = (uint16_t)(p->n - 2 * CYR);
    const char *before = p->s + p->stem - CYR;
    p->soft = p->stem < p->n && memcmp(p->s + p->stem, "а", CYR) == 0 &&
              (memcmp(before, "к", CYR) == 0 || memcmp(before, "г", CYR) == 0 || memcmp(before, "х", CYR) == 0);
    p->fixed = p->soft ? (uint16_t)(p->stem - CYR) : p->stem;
    find_alternation(p, letters);
}

/* What follows `fixed`, with another vowel or none before the last consonant: Перекрест|ка, Под|олу. */
static bool alternates(const struct part *p, const char *s, size_t n)
{
    const char *consonant = p->s + p->n - CYR, *rest = s + p->fixed, *end = s + n;
    if (p->turns) {
        static const char *const to[] = {"о", "е", "є"};
        if (n < p->fixed + 2u * CYR || !listed(to, 3, rest, CYR))
            return false;
        rest += CYR;
    } else if (end - rest >= CYR && memcmp(rest, "ь", CYR) == 0) /* Огонек, Огонька */
        rest += CYR;
    return end - rest > CYR && memcmp(rest, consonant, CYR) == 0 && is_ending(p, rest + CYR, (size_t)(end - rest) - CYR);
}

/* Does the word s[0..n) read as p with some ending? */
static bool part_fits(const struct part *p, const char *s, size_t n)
{
    if (n == p->n && memcmp(s, p->s, n) == 0)
        return true;
    if (!p->inflect || n < p->fixed || memcmp(s, p->s, p->fixed) != 0)
        return false;
    if (n > p->stem && memcmp(s, p->s, p->stem) == 0 && is_ending(p, s + p->stem, n - p->stem))
        return true;
    if (!p->latin && n > p->n && p->stem + CYR == p->n && memcmp(s, p->s, p->n) == 0 && (ends_in(p, "й") || ends_in(p, "ь")))
        return is_ending(p, s + p->n, n - p->n);
    static const char *const soft[][2] = {{"к", "ці"}, {"г", "зі"}, {"х", "сі"}};
    if (p->soft && n == p->stem + (size_t)CYR)
        for (size_t i = 0; i < 3; i++)
            if (memcmp(p->s + p->stem - CYR, soft[i][0], CYR) == 0 && memcmp(s + p->stem - CYR, soft[i][1], 2 * CYR) == 0)
                return true;
    return (p->drops || p->turns) && alternates(p, s, n);
}

/* From the end of one part to the begin of the next: at most three blanks, dashes, dots, quotes, and the sign when there is one. 0: it does not follow. */
static size_t gap(const struct part *p, const char *s, size_t n, size_t i)
{
    size_t from = i, len, n_sign = strlen(p->sign);
    bool sign = n_sign == 0;
    for (int seen = 0; i < n && seen < 4 && !is_word_at(s, n, i, &len) && s[i] != '\n'; seen++) {
        if (!sign && n - i >= n_sign && memcmp(s + i, p->sign, n_sign) == 0) {
            sign = true;
            i += n_sign;
        } else if (strchr(" -._'\"\t", s[i]) || len == 2) /* 2: no-break space, guillemets */
            i += len;
        else
            return 0;
    }
    return sign && (i > from || p->glued) ? i : 0;
}

size_t alias_fits(const struct alias *a, const char *s, size_t n, size_t at)
{
    if (!starts_word(s, at))
        return 0;
    for (uint32_t i = 0; i < a->n_part; i++) {
        const struct part *p = &a->part[i];
        if (i > 0) {
            size_t next = gap(p, s, n, at);
            if (!next)
                return 0;
            at = next;
        }
        size_t end = word_end(s, n, at);
        if (i + 1 < a->n_part && a->part[i + 1].glued && end > at + p->n && memcmp(s + at, p->s, p->n) == 0)
            end = at + p->n; /* "мвидео" for "М.Видео" */
        if (!part_fits(p, s + at, end - at))
            return 0;
        at = end;
    }
    return at;
}

void alias_clear(struct alias *a)
{
    for (uint32_t i = 0; i < a->n_part; i++)
        free(a->part[i].s);
    a->n_part = 0;
}

/* ---------------------------------------------------------------- other letters */

static bool has_only(const char *s, size_t n, bool cyrillic, size_t min)
{
    size_t letters = 0, len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = utf8_next(s + i, n - i, &len);
        if (!fold_is_word(cp) || (cp >= '0' && cp <= '9'))
            continue;
        if (fold_is_cyrillic(cp) != cyrillic || (!cyrillic && cp >= 0x80))
            return false;
        letters++;
    }
    return letters >= min;
}

/* Passport spelling, of Russian and (uk) of Ukrainian. */
static size_t to_latin(char *out, const char *s, size_t n, bool uk)
{
    static const char *const ru[32] = {"a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"};
    size_t n_out = 0, len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = utf8_next(s + i, n - i, &len);
        const char *to = cp >= 0x430 && cp <= 0x44F ? ru[cp - 0x430] : cp == 0x456 ? "i" : cp == 0x457 ? "i" : cp == 0x454 ? "ie" : cp == 0x491 ? "g" : NULL;
        if (uk && cp == 0x433)
            to = "h";
        if (uk && cp == 0x438)
            to = "y";
        if (uk && (cp == 0x439 || cp == '\''))
            to = cp == '\'' ? "" : "i";
        size_t n_to = to ? strlen(to) : len;
        memcpy(out + n_out, to ? to : s + i, n_to);
        n_out += n_to;
    }
    return n_out;
}

/* The name in other letters, folded: malloced; NULL with *n_out 0 when there is no such spelling, with 1 when memory is out. */
static char *respell(const char *s, size_t n, enum alias_script script, size_t *n_out)
{
    bool latin = script == ALIAS_TO_LATIN || script == ALIAS_TO_LATIN_UK;
    char *out = NULL;
    *n_out = 0;
    if (!has_only(s, n, latin, OTHER_LETTERS))
        return NULL;
    out = malloc(4 * n + 8);
    if (!out) {
        *n_out = 1;
        return NULL;
    }
    if (latin) {
        *n_out = to_latin(out, s, n, script == ALIAS_TO_LATIN_UK);
        return out;
    }
    struct arena a;
    arena_init(&a, 8 * n + 4096);
    const char *to = translit(&a, script == ALIAS_TO_UK ? LANG_UK : LANG_RU, s, n);
    *n_out = to ? strlen(to) : 1;
    if (to)
        memcpy(out, to, *n_out);
    arena_release(&a);
    if (!to) {
        free(out);
        return NULL;
    }
    return out;
}

/* ---------------------------------------------------------------- making */

static bool take_part(struct alias *a, const char *s, size_t n, size_t *at)
{
    struct part p = {0};
    size_t from = *at, i = from, len;
    while (i < n && !is_word_at(s, n, i, &len)) {
        if (!strchr(" -._'\"\t", s[i]) && len < sizeof p.sign && len != 2)
            memcpy(p.sign, s + i, len);
        i += len;
    }
    p.glued = a->n_part > 0 && !memchr(s + from, ' ', i - from);
    from = i;
    *at = i = word_end(s, n, i);
    if (i == from)
        return true;
    p.n = (uint16_t)(i - from);
    if (a->n_part == 0)
        p.sign[0] = '\0';
    if (!(p.s = malloc(p.n)))
        return false;
    memcpy(p.s, s + from, p.n);
    a->part[a->n_part++] = p;
    return true;
}

static bool take_parts(struct alias *a, const char *s, size_t n, bool as_is, bool latin)
{
    size_t letters = 0;
    for (size_t i = 0; i < n && a->n_part < ALIAS_WORDS;)
        if (!take_part(a, s, n, &i)) {
            alias_clear(a);
            return false;
        }
    for (uint32_t k = 0; k < a->n_part; k++)
        letters += count_letters(&a->part[k]);
    for (uint32_t k = 0; k < a->n_part; k++) {
        struct part *p = &a->part[k];
        p->latin = latin;
        p->fixed = p->stem = p->n;
        p->glued |= k > 0 && letters >= 2 * INFLECT_LETTERS && !p->sign[0] && !as_is; /* "новапошта" */
        if (!as_is)
            find_stem(p, letters);
    }
    return true;
}

int alias_make(struct alias *a, const char *text, enum alias_script script)
{
    bool as_is = *text == '=', ok;
    memset(a, 0, sizeof *a);
    if (as_is && script != ALIAS_AS_WRITTEN)
        return 0;
    text += as_is;
    size_t n = strnlen(text, LIMIT_FIELD_BYTES);
    char *s = malloc(n + 1);
    if (!s)
        return -1;
    n = fold_text(s, text, n);
    if (script != ALIAS_AS_WRITTEN) {
        size_t n_other;
        char *other = respell(s, n, script, &n_other);
        free(s);
        if (!other)
            return n_other ? -1 : 0;
        s = other;
        n = n_other;
    }
    ok = take_parts(a, s, n, as_is, script == ALIAS_TO_LATIN || script == ALIAS_TO_LATIN_UK);
    free(s);
    return ok ? a->n_part > 0 : -1;
}

/* ---------------------------------------------------------------- words nearby */

bool words_make(struct words *w, const char *const *text, size_t n)
{
    w->word = n ? calloc(n, sizeof *w->word) : NULL;
    if (n && !w->word)
        return false;
    for (size_t i = 0; i < n; i++) {
        int made = alias_make(&w->word[w->n], text[i], ALIAS_AS_WRITTEN);
        if (made < 0)
            return false;
        w->n += (size_t)made;
    }
    return true;
}

void words_free(struct words *w, size_t n)
{
    for (size_t i = 0; w && i < n; i++) {
        for (size_t k = 0; k < w[i].n; k++)
            alias_clear(&w[i].word[k]);
        free(w[i].word);
    }
    free(w);
}

bool words_near(const struct words *w, const char *s, size_t n, size_t at)
{
    size_t from = at > NEAR_BYTES ? at - NEAR_BYTES : 0, to = n - at > NEAR_BYTES ? at + NEAR_BYTES : n, len;
    bool in_word = from > 0;
    for (size_t i = from; i < to; i += len) {
        bool word = is_word_at(s, n, i, &len);
        for (size_t k = 0; word && !in_word && k < w->n; k++)
            if (alias_fits(&w->word[k], s, n, i))
                return true;
        in_word = word;
    }
    return false;
}
