/* One pass from bytes to words: this runs over every byte of every text, so it copies once and asks nothing twice. */
#include "sentiment/tokens.h"

#include "base/utf8.h"
#include "sentiment/fold.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    const char *s;
    size_t n, i;
    unsigned field;
    uint8_t before;
    size_t quote_from; /* word index + 1 where an open quotation began; 0 = none */
    bool after_word;   /* the byte before i ended a word */
};

void tokens_init(struct tokens *t) { *t = (struct tokens){0}; }

void tokens_release(struct tokens *t)
{
    free(t->word);
    free(t->buf);
    tokens_init(t);
}

void tokens_clear(struct tokens *t) { t->n_word = t->n_buf = 0; }

bool tokens_reserve(struct tokens *t, size_t bytes)
{
    if (bytes + 64 > t->cap_buf) {
        char *buf = realloc(t->buf, 2 * bytes + 64);
        if (!buf)
            return false;
        t->buf = buf;
        t->cap_buf = 2 * bytes + 64;
    }
    return true;
}

uint64_t tokens_hash(const char *s, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
    return h ^ (h >> 29);
}

static struct word *push(struct tokens *t, struct reader *r, const char *s, size_t n, size_t from)
{
    if (t->n_word == t->cap_word) {
        size_t cap = t->cap_word ? 2 * t->cap_word : 256;
        struct word *w = realloc(t->word, cap * sizeof *w);
        if (!w)
            return NULL;
        t->word = w;
        t->cap_word = cap;
    }
    struct word *w = &t->word[t->n_word++];
    *w = (struct word){.s = s, .hash = tokens_hash(s, n), .at = (uint32_t)from, .len = (uint32_t)(r->i - from), .n = (uint16_t)n, .before = r->before,
                       .field = (uint8_t)r->field};
    size_t letters = 0, i = 0;
    while (i < n && letters < WORD_KEY_LETTERS) {
        i++;
        while (i < n && ((unsigned char)s[i] & 0xC0) == 0x80)
            i++;
        letters++;
    }
    if (letters == WORD_KEY_LETTERS)
        w->key = tokens_hash(s, i);
    r->before = BREAK_NONE;
    return w;
}

static uint32_t peek(const struct reader *r, size_t at)
{
    size_t len;
    return at < r->n ? utf8_next(r->s + at, r->n - at, &len) : 0;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* URLs and addresses: skipped to the next blank. */
static bool skip_address(struct reader *r)
{
    const char *s = r->s + r->i;
    size_t n = r->n - r->i;
    bool url = (n > 7 && (memcmp(s, "http:/", 6) == 0 || memcmp(s, "https:/", 7) == 0)) || (n > 4 && memcmp(s, "www.", 4) == 0);
    size_t at = SIZE_MAX, end = 0;
    bool dot = false;
    for (; end < n && end < 2048 && !is_blank(s[end]); end++) {
        if (!url && s[0] != '@' && (unsigned char)s[end] >= 0x80)
            break;
        if (s[end] == '@' && at == SIZE_MAX)
            at = end;
        dot |= s[end] == '.' && at != SIZE_MAX && end > at + 1;
    }
    if (!url && !(at != SIZE_MAX && (at == 0 ? end > 1 : dot)))
        return false;
    r->i += end;
    return true;
}

static bool inside(const struct reader *r, uint32_t cp, size_t len, uint32_t before)
{
    if (!fold_is_apostrophe(cp) && cp != '*' && cp != '@' && cp != '#')
        return false;
    if (before >= '0' && before <= '9')
        return false;
    uint32_t next = peek(r, r->i + len);
    return fold_is_word(next) && !(next >= '0' && next <= '9');
}

static void read_word(struct tokens *t, struct reader *r)
{
    size_t from = r->i, n = 0, len, upper = 0, letters = 0, run = 0, last = 0;
    char *out = t->buf + t->n_buf;
    uint32_t before = 0;
    uint8_t flags = WORD_NUMBER;
    for (; r->i < r->n; r->i += len) {
        uint32_t cp = utf8_next(r->s + r->i, r->n - r->i, &len);
        bool mark;
        uint32_t with = fold_mark(before, cp, &mark);
        if (mark) {
            if (with != before)
                n = last + utf8_encode(with, out + last);
            before = with;
            continue;
        }
        if (!fold_is_word(cp)) {
            if (!inside(r, cp, len, before))
                break;
            if (fold_is_apostrophe(cp))
                cp = '\'';
            else
                flags |= WORD_MASKED;
        }
        upper += fold_is_upper(cp);
        letters++;
        cp = fold_cp(cp);
        bool digit = cp >= '0' && cp <= '9';
        if (!digit)
            flags &= (uint8_t)~WORD_NUMBER;
        run = cp == before && !digit ? run + 1 : 0;
        if (run == 2)
            n = last; /* the third of its kind: one stays */
        before = cp;
        if (run >= 2 || n + 4 > WORD_BYTES_MAX)
            continue;
        if (run == 0)
            last = n;
        n += utf8_encode(cp, out + n);
        if (run == 1)
            last = n - (n - last) / 2;
    }
    struct word *w = push(t, r, out, n, from);
    t->n_buf += n;
    if (w)
        w->flags = flags | (uint8_t)(letters >= 3 && upper == letters ? WORD_SHOUT : 0);
}

/* :) :-( =) ;) and runs of brackets that close nothing, as Russian writes them. Returns bytes taken. */
static size_t smile(const struct reader *r, const char **word)
{
    const char *s = r->s + r->i;
    size_t n = r->n - r->i, i = 0;
    bool eyes = n > 1 && (s[0] == ':' || s[0] == ';' || s[0] == '=');
    if (eyes)
        i += s[1] == '-' ? 2 : 1;
    size_t from = i;
    if (i >= n || (s[i] != ')' && s[i] != '(' && !(eyes && s[i] == 'D')))
        return 0;
    char mouth = s[i];
    while (i < n && s[i] == mouth)
        i++;
    if (!eyes && i - from < 2)
        return 0;
    *word = mouth == '(' ? ":(" : ":)";
    return i;
}

static void close_quote(struct tokens *t, struct reader *r)
{
    if (!r->quote_from)
        return;
    for (size_t i = r->quote_from - 1; i < t->n_word; i++)
        t->word[i].flags |= WORD_QUOTED;
    r->quote_from = 0;
}

static void read_mark(struct tokens *t, struct reader *r, uint32_t cp)
{
    struct word *w = t->n_word && t->word[t->n_word - 1].field == r->field ? &t->word[t->n_word - 1] : NULL;
    uint8_t b = BREAK_NONE;
    switch (cp) {
    case '!': b = BREAK_SENTENCE; if (w && w->exclaim < 3) w->exclaim++; break;
    case '?': b = BREAK_SENTENCE; if (w) w->question = true; break;
    case '.': case ';': case 0x2026: case 0x3002: b = BREAK_SENTENCE; break;
    case '\n': b = BREAK_SENTENCE; r->quote_from = 0; break;
    case ',': case ':': case '(': case ')': case 0x2014: case 0x2013: b = BREAK_CLAUSE; break;
    case '-': if (!r->after_word) b = BREAK_CLAUSE; break;
    case 0xAB: case 0x201C: case 0x201E: r->quote_from = t->n_word + 1; break;
    case 0xBB: case 0x201D: close_quote(t, r); break;
    case '"':
        if (r->quote_from)
            close_quote(t, r);
        else
            r->quote_from = t->n_word + 1;
        break;
    default: break;
    }
    if (b > r->before)
        r->before = b;
}

void tokens_add(struct tokens *t, const char *s, size_t n, unsigned field)
{
    struct reader r = {.s = s, .n = n, .field = field, .before = BREAK_SENTENCE};
    while (r.i < n) {
        size_t len, from = r.i;
        uint32_t cp = utf8_next(s + r.i, n - r.i, &len);
        const char *face = NULL;
        bool word = fold_is_word(cp);
        if ((word || cp == '@') && cp < 0x80 && !r.after_word && skip_address(&r))
            continue;
        if (word) {
            read_word(t, &r);
            r.after_word = true;
            continue;
        }
        size_t n_face = cp < 0x80 ? smile(&r, &face) : 0;
        if (n_face || fold_is_emoji(cp)) {
            r.i += n_face ? n_face : len;
            struct word *w = push(t, &r, face ? face : s + from, face ? 2 : len, from);
            if (w)
                w->flags |= WORD_EMOJI;
        } else {
            read_mark(t, &r, cp);
            r.i += len;
        }
        r.after_word = false;
    }
}
