#include "web/marks.h"

#include "base/utf8.h"
#include "report/fmt.h"

#include <math.h>
#include <string.h>
#include <wctype.h>

/* A text as folded code points, and where each began in the bytes. */
struct points {
    uint32_t *cp;
    uint32_t *at;
    size_t n;
};

static uint32_t fold(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    cp = (uint32_t)towlower((wint_t)cp);
    return cp == 0x451 ? 0x435 : cp; /* ё is written as е half the time */
}

static bool is_letter(uint32_t cp)
{
    return cp == '\'' || cp == 0x2019 || iswalnum((wint_t)cp);
}

static bool points_of(struct points *p, struct arena *a, const char *text)
{
    size_t n = strlen(text);
    p->n = 0;
    p->cp = arena_calloc(a, n + 1, sizeof *p->cp);
    p->at = arena_calloc(a, n + 1, sizeof *p->at);
    if (!p->cp || !p->at)
        return false;
    for (size_t i = 0; i < n;) {
        size_t len;
        p->at[p->n] = (uint32_t)i;
        p->cp[p->n++] = fold(utf8_next(text + i, n - i, &len));
        i += len;
    }
    p->at[p->n] = (uint32_t)n;
    return true;
}

static bool here(const struct points *t, size_t i, const struct points *w)
{
    if (w->n == 0 || t->n - i < w->n || memcmp(t->cp + i, w->cp, w->n * sizeof *w->cp) != 0)
        return false;
    size_t end = i + w->n;
    return (!is_letter(w->cp[0]) || i == 0 || !is_letter(t->cp[i - 1])) && (end == t->n || !is_letter(w->cp[w->n - 1]) || !is_letter(t->cp[end]));
}

/* owner[i]: 1 + index of the word that covers code point i; the longest match wins. */
static void cover(const struct points *t, const struct points *w, uint8_t word, uint8_t *owner, const struct points *all)
{
    for (size_t i = 0; i + w->n <= t->n; i++) {
        if (t->cp[i] != w->cp[0] || !here(t, i, w))
            continue;
        for (size_t k = i; k < i + w->n; k++)
            if (!owner[k] || all[owner[k] - 1].n < w->n)
                owner[k] = word;
    }
}

static void put_run(struct html *h, struct arena *a, const char *text, size_t n, const struct score_word *w)
{
    fmt_buf b;
    char *part = arena_strndup(a, text, n);
    if (!w) {
        html_text(h, part);
        return;
    }
    bool strong = fabsf(w->weight) >= MARKS_WEIGHT_STRONG;
    html_open(h, "mark", w->weight < 0 ? (strong ? "w neg strong" : "w neg") : (strong ? "w pos strong" : "w pos"));
    html_attr_printf(h, "title", "%s %s", fmt_score(b, (double)w->weight), fmt_why(w->why));
    html_text(h, part);
    html_close(h);
}

static void paragraph(struct html *h, struct arena *a, const char *text, const struct score *s, const uint8_t *owner, const struct points *t, size_t from, size_t to, const char *lang)
{
    html_open(h, "p", NULL);
    if (lang)
        html_attr(h, "lang", lang);
    for (size_t i = from; i < to;) {
        size_t end = i + 1;
        while (end < to && owner[end] == owner[i])
            end++;
        put_run(h, a, text + t->at[i], t->at[end] - t->at[i], owner[i] ? &s->word[owner[i] - 1] : NULL);
        i = end;
    }
    html_close(h);
}

void marks_text(struct html *h, struct arena *a, const char *text, const struct score *s, const char *lang)
{
    struct points t, all[MARKS_WORDS_MAX] = {0};
    uint8_t *owner = text && points_of(&t, a, text) ? arena_calloc(a, t.n + 1, 1) : NULL;
    if (!owner)
        return;
    size_t n = s->n_word < MARKS_WORDS_MAX ? s->n_word : MARKS_WORDS_MAX;
    for (size_t i = 0; i < n; i++)
        if (s->word[i].text && fabsf(s->word[i].weight) >= MARKS_WEIGHT_MIN && points_of(&all[i], a, s->word[i].text) && all[i].n > 0)
            cover(&t, &all[i], (uint8_t)(i + 1), owner, all);
    for (size_t i = 0; i < t.n;) {
        size_t end = i;
        while (end < t.n && t.cp[end] != '\n')
            end++;
        if (end > i)
            paragraph(h, a, text, s, owner, &t, i, end, lang);
        i = end + 1;
    }
}
