/* What a mention gives the scorer. */
#include "sentiment/lang.h"
#include "sentiment/score.h"

#include <string.h>

#define SURE 0.9f /* letters and words that prove another language than the site claims */

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Sites make titles of the first words; counted twice, they would weigh more than the writer meant. */
static bool repeats(const char *title, const char *text)
{
    size_t n = strlen(title);
    for (size_t before = n + 1; n != before;) {
        before = n;
        while (n && (is_blank(title[n - 1]) || title[n - 1] == '.'))
            n--;
        if (n >= 3 && memcmp(title + n - 3, "…", 3) == 0)
            n -= 3;
    }
    size_t i = 0, k = 0;
    while (text[k] && is_blank(text[k]))
        k++;
    for (; i < n; i++) {
        if (is_blank(title[i])) {
            if (i && is_blank(title[i - 1]))
                continue;
            if (!is_blank(text[k]))
                return false;
            while (is_blank(text[k]))
                k++;
        } else if (title[i] != text[k++])
            return false;
    }
    return true;
}

void score_input_from(struct score_input *in, const struct mention *m)
{
    float sure;
    *in = (struct score_input){.title = m->title, .text = m->text, .pros = m->pros, .cons = m->cons, .stars = rating_stars(&m->rating), .lang = m->lang};
    if (m->title && m->text && repeats(m->title, m->text))
        in->title = NULL;
    if (m->lang && m->text) {
        const char *code = lang_detect(m->text, strlen(m->text), m->lang, &sure);
        if (sure >= SURE)
            in->lang = code;
    }
}
