/* Causes by words; the order number by the word before it. */
#include "sentiment/causes.h"

#include "base/utf8.h"
#include "sentiment/fold.h"

#include <string.h>

#define PRAISE 0.3f /* a clause with at least this sum praises: what it names is no cause */
#define NUMERO_BYTES 3 /* of № */
#define REF_MIN 4
#define REF_MAX 20
#define REF_WORDS 4 /* "заказ под номером № 1234": how many words may stand between */

void causes_find(const struct run *r, bool negative, struct arena *a, struct score *out)
{
    const struct lexicon *l = r->s->l;
    uint32_t found = 0;
    for (size_t i = 0; i < r->s->tokens.n; i++) {
        const struct spot *x = &r->s->spot[i];
        if (x->cause && (negative ? x->clause_sum < PRAISE : x->clause_sum < 0))
            found |= x->cause;
    }
    size_t n = 0;
    for (size_t i = 0; i < l->n_code; i++) {
        if (l->code[i][0] == '@') /* of a company's answer (reply.c) */
            found &= ~(1u << i);
        n += found >> i & 1;
    }
    const char **code = n ? arena_calloc(a, n, sizeof *code) : NULL;
    if (!code)
        return;
    out->escalation = (found & l->escalation) != 0;
    for (size_t i = 0; i < l->n_code; i++)
        if ((found >> i & 1) && (code[out->n_cause] = arena_strdup(a, l->code[i])))
            out->n_cause++;
    out->cause = code;
}

static bool is_ref_char(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }

/* Digits enough, and no date. */
static bool is_ref(const char *s, size_t n, bool marked)
{
    size_t digits = 0, dashes = 0;
    for (size_t i = 0; i < n; i++) {
        digits += s[i] >= '0' && s[i] <= '9';
        dashes += s[i] == '-';
    }
    if (n < REF_MIN || n > REF_MAX || digits < 3 || 2 * digits < n)
        return false;
    if (n == 10 && digits == 8 && dashes == 2 && (s[4] == '-' || s[2] == '-'))
        return false; /* 2026-03-05, 05-03-2026 */
    bool year = n == 4 && digits == 4 && (memcmp(s, "19", 2) == 0 || memcmp(s, "20", 2) == 0);
    return marked || !year;
}

/* Bytes of what may stand between "order" and its number: blanks, colons, number signs. */
static size_t filler(const char *s)
{
    if (*s && strchr(" :#(=\"", *s))
        return 1;
    if (strncmp(s, "\xC2\xA0", 2) == 0)
        return 2;
    return strncmp(s, "№", NUMERO_BYTES) == 0 ? NUMERO_BYTES : 0;
}

/* From the end of the word that announces it. */
static const char *ref_after(const char *s, size_t *n_out)
{
    bool marked = false;
    for (int skipped = 0; skipped <= REF_WORDS;) {
        for (size_t step; (step = filler(s)) > 0; s += step)
            marked |= step == NUMERO_BYTES || *s == '#';
        size_t n = 0;
        while (is_ref_char(s[n]))
            n++;
        size_t whole = n;
        while (whole && s[whole - 1] == '-')
            whole--;
        if (whole && is_ref(s, whole, marked) && !(s[n] == '.' && s[n + 1] >= '0' && s[n + 1] <= '9') && (unsigned char)s[n] < 0x80) {
            *n_out = whole;
            return s;
        }
        n += n == 0 ? strcspn(s, " \n\t:#(=\".,;!?") : 0;
        s += n;
        if (n == 0 || *s == '\0' || strchr("\n\t.,;!?", *s))
            return NULL;
        skipped++;
    }
    return NULL;
}

const char *causes_order_ref(const struct run *r, unsigned field, struct arena *a)
{
    size_t n;
    const char *ref, *s = r->field[field];
    if (!strpbrk(s, "0123456789"))
        return NULL;
    for (size_t i = 0; i < r->s->tokens.n; i++) {
        const struct token *k = &r->s->tokens.token[i];
        if ((r->s->spot[i].role & 1u << ROLE_ORDER) && k->source == field && (ref = ref_after(s + k->at + k->bytes, &n)))
            return arena_strndup(a, ref, n);
    }
    for (const char *p = s; (p = strpbrk(p, "#\xE2")); p++) {
        if (*p != '#' && strncmp(p, "№", NUMERO_BYTES) != 0)
            continue;
        if ((ref = ref_after(p, &n)))
            return arena_strndup(a, ref, n);
    }
    return NULL;
}
