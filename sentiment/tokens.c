/* One pass from bytes to words. This runs over every byte of every text: ASCII and Cyrillic take short paths, the rest asks fold.h. */
#include "sentiment/tokens.h"

#include "base/utf8.h"
#include "sentiment/fold.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    const char *s;
    size_t n, i;
    struct tokens *t;
    size_t first;      /* first token of this text */
    unsigned field;
    uint8_t quote, n_quote; /* open quotation, 0 = none; how many there were */
    size_t quote_from; /* first token inside */
    bool at_sign;    /* somewhere in the text: it may hold an address */
};

/* classes of ASCII bytes */
enum { C_OTHER, C_LETTER, C_DIGIT, C_BLANK };
static const uint8_t class_of[128] = {
    ['\t'] = C_BLANK, ['\n'] = C_OTHER, ['\r'] = C_BLANK, [' '] = C_BLANK, ['0'] = C_DIGIT, C_DIGIT, C_DIGIT, C_DIGIT, C_DIGIT, C_DIGIT, C_DIGIT,
    C_DIGIT, C_DIGIT, C_DIGIT,
    ['A'] = C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER,
    C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER,
    ['a'] = C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER,
    C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER, C_LETTER,
};

void tokens_init(struct tokens *t) { *t = (struct tokens){0}; }

void tokens_clear(struct tokens *t) { t->n = t->n_fold = 0; }

void tokens_release(struct tokens *t)
{
    free(t->token);
    free(t->fold);
    tokens_init(t);
}

uint64_t tokens_hash(const char *s, size_t n)
{
    uint64_t h = n * UINT64_C(0x9E3779B97F4A7C15), v;
    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&v, s, 8);
        h = (h ^ v) * UINT64_C(0xD6E8FEB86659FD93);
        h ^= h >> 32;
    }
    v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)(unsigned char)s[i] << 8 * i;
    h = (h ^ v) * UINT64_C(0xD6E8FEB86659FD93);
    h ^= h >> 32;
    return h ? h : 1;
}

static inline uint32_t code_at(const struct reader *r, size_t i, size_t *len)
{
    unsigned char c = (unsigned char)r->s[i];
    if (c < 0x80) {
        *len = 1;
        return c;
    }
    if (c >= 0xC3 && c < 0xE0 && i + 1 < r->n && ((unsigned char)r->s[i + 1] & 0xC0) == 0x80) {
        *len = 2;
        return (uint32_t)(c & 0x1F) << 6 | ((unsigned char)r->s[i + 1] & 0x3F);
    }
    return utf8_next(r->s + i, r->n - i, len);
}

static struct token *push(struct reader *r, unsigned kind, size_t from, size_t fold_bytes)
{
    struct tokens *t = r->t;
    struct token *k = &t->token[t->n++];
    *k = (struct token){.at = (uint32_t)from, .bytes = (uint32_t)(r->i - from), .fold_at = (uint32_t)t->n_fold, .fold_bytes = (uint16_t)fold_bytes,
                        .kind = (uint8_t)kind, .field = (uint8_t)r->field, .source = (uint8_t)r->field, .quoted = r->quote};
    k->hash = tokens_hash(t->fold + t->n_fold, fold_bytes);
    t->n_fold += fold_bytes;
    return k;
}

static bool is_blank(unsigned char c) { return c <= ' '; }

/* Does a URL or an e-mail address begin here? Skips it. */
static bool skip_address(struct reader *r)
{
    const char *s = r->s + r->i;
    size_t n = r->n - r->i, end = 0, at = 0;
    if (n > 1 && s[1] == ' ')
        return false;
    bool url = (n > 7 && (memcmp(s, "http", 4) == 0) && (s[4] == ':' || (s[4] == 's' && s[5] == ':'))) || (n > 4 && memcmp(s, "www.", 4) == 0);
    if (!url && !r->at_sign)
        return false;
    if (!url) {
        while (end < n && end < 64 && s[end] != '@' && ((unsigned char)s[end] < 0x80) && (class_of[(int)s[end]] == C_LETTER || class_of[(int)s[end]] == C_DIGIT ||
               s[end] == '.' || s[end] == '_' || s[end] == '-' || s[end] == '+'))
            end++;
        at = end;
        if (end == 0 || end >= n || s[end] != '@')
            return false;
    }
    bool dot = false;
    for (; end < n && end < 2048 && !is_blank((unsigned char)s[end]) && (url || (unsigned char)s[end] < 0x80); end++)
        dot |= s[end] == '.' && end > at + 1 && end + 1 < n && !is_blank((unsigned char)s[end + 1]);
    if (!url && !dot)
        return false;
    r->t->fold[r->t->n_fold] = '/';
    size_t from = r->i;
    r->i += end;
    push(r, TOKEN_LINK, from, 1);
    return true;
}

/* @name: whom a post speaks to. */
static bool skip_name(struct reader *r)
{
    size_t i = r->i + 1;
    while (i < r->n && ((unsigned char)r->s[i] >= 0x80 || class_of[(int)r->s[i]] == C_LETTER || class_of[(int)r->s[i]] == C_DIGIT || r->s[i] == '_'))
        i++;
    if (i < r->i + 3)
        return false;
    r->t->fold[r->t->n_fold] = '@';
    size_t from = r->i;
    r->i = i;
    push(r, TOKEN_NAME, from, 1);
    return true;
}

static void read_number(struct reader *r)
{
    size_t from = r->i, n = 0;
    char *out = r->t->fold + r->t->n_fold;
    for (; r->i < r->n; r->i++) {
        unsigned char c = (unsigned char)r->s[r->i];
        bool digit = c < 0x80 && class_of[c] == C_DIGIT;
        bool joint = (c == '.' || c == ',' || c == ':' || c == '/' || c == '-') && r->i + 1 < r->n && (unsigned char)r->s[r->i + 1] < 0x80 &&
                     class_of[(int)r->s[r->i + 1]] == C_DIGIT;
        if (!digit && !joint)
            break;
        if (n < TOKEN_BYTES_MAX)
            out[n++] = (char)c;
    }
    push(r, TOKEN_NUMBER, from, n);
}

struct spelling {
    uint32_t last;  /* folded code point before */
    unsigned run, letters, capitals;
    uint8_t shape;
    size_t n, n_last; /* bytes written; before the last letter */
};

static inline uint32_t fold_letter(uint32_t cp, struct spelling *w)
{
    if (cp < 0x80) {
        if (cp >= 'A' && cp <= 'Z') {
            w->capitals++;
            cp += 32;
        }
        w->shape |= class_of[cp] == C_LETTER ? SHAPE_LATIN : 0;
        return cp;
    }
    if (cp >= 0x400 && cp < 0x530) {
        w->shape |= SHAPE_CYRILLIC;
        if (cp >= 0x430 && cp < 0x450)
            return cp;
        uint32_t low = fold_cp(cp);
        w->capitals += low != cp && cp != 0x451;
        return low;
    }
    uint32_t low = fold_cp(cp);
    w->capitals += low != cp;
    w->shape |= cp < 0x250 ? SHAPE_LATIN : SHAPE_OTHER;
    return low;
}

static void put_letter(char *out, struct spelling *w, uint32_t cp)
{
    w->letters++;
    w->run = cp == w->last ? w->run + 1 : 1;
    if (w->run == 3 && !(cp < 0x80 && class_of[cp] == C_DIGIT))
        w->shape |= SHAPE_LONG;
    w->last = cp;
    if (w->n + 4 > TOKEN_BYTES_MAX)
        return;
    w->n_last = w->n;
    if (cp < 0x80) {
        out[w->n++] = (char)cp;
    } else if (cp < 0x800) {
        out[w->n++] = (char)(0xC0 | cp >> 6);
        out[w->n++] = (char)(0x80 | (cp & 0x3F));
    } else {
        w->n += utf8_encode(cp, out + w->n);
    }
}

/* An apostrophe, a hyphen or a star belongs to the word when letters stand on both sides. */
static bool joins(const struct reader *r, uint32_t cp, size_t len)
{
    bool mask = cp == '*' || cp == '@' || cp == '#' || cp == '$';
    if (!(mask || cp == '-' || cp == '\'' || cp == 0x2010 || cp == 0x2011 || fold_is_apostrophe(cp)))
        return false;
    size_t i = r->i + len, next;
    while (mask && i < r->n && r->s[i] == r->s[r->i])
        i++;
    if (i >= r->n)
        return false;
    uint32_t c = code_at(r, i, &next);
    return c < 0x80 ? class_of[c] == C_LETTER : fold_is_word(c);
}

/* The ASCII letters that a word begins with: most of English. */
static void read_plain(struct reader *r, char *out, struct spelling *w)
{
    const unsigned char *s = (const unsigned char *)r->s + r->i;
    size_t n = r->n - r->i < TOKEN_BYTES_MAX - 4 ? r->n - r->i : TOKEN_BYTES_MAX - 4, i = 0;
    unsigned capitals = 0, run = 0;
    unsigned char last = 0;
    for (; i < n && (unsigned)((s[i] | 32) - 'a') < 26; i++) {
        unsigned char c = s[i] | 32;
        capitals += s[i] != c;
        run = c == last ? run + 1 : 1;
        if (run == 3)
            w->shape |= SHAPE_LONG;
        out[i] = (char)c;
        last = c;
    }
    if (i == 0)
        return;
    w->shape |= SHAPE_LATIN;
    w->letters = (unsigned)i;
    w->capitals = capitals;
    w->n = i;
    w->n_last = i - 1;
    w->run = run;
    w->last = last;
    r->i += i;
}

static void read_word(struct reader *r, uint8_t shape)
{
    size_t from = r->i, len;
    char *out = r->t->fold + r->t->n_fold;
    struct spelling w = {.shape = shape};
    read_plain(r, out, &w);
    bool ended = w.n && r->i < r->n && (r->s[r->i] == ' ' || r->s[r->i] == ',' || r->s[r->i] == '.');
    for (; !ended && r->i < r->n; r->i += len) {
        uint32_t cp = code_at(r, r->i, &len);
        if (cp < 0x80 ? class_of[cp] == C_LETTER || class_of[cp] == C_DIGIT : cp >= 0x410 && cp < 0x450) {
            put_letter(out, &w, fold_letter(cp, &w));
            continue;
        }
        bool mark = false;
        uint32_t with = cp >= 0x80 ? fold_mark(w.last, cp, &mark) : 0;
        if (mark) {
            if (with != w.last) {
                w.n = w.n_last;
                w.letters--;
                put_letter(out, &w, with);
            }
            continue;
        }
        if (cp >= 0x80 && fold_is_word(cp)) {
            put_letter(out, &w, fold_letter(cp, &w));
            continue;
        }
        if (!joins(r, cp, len))
            break;
        if (cp == '*' || cp == '@' || cp == '#' || cp == '$')
            w.shape |= SHAPE_MASKED;
        put_letter(out, &w, cp < 0x80 ? cp : cp == 0x2010 || cp == 0x2011 ? '-' : '\'');
        w.letters--;
    }
    if (w.letters >= 3 && w.capitals == w.letters)
        w.shape |= SHAPE_CAPS;
    else if (w.capitals && w.capitals < w.letters)
        w.shape |= SHAPE_TITLE;
    struct token *k = push(r, TOKEN_WORD, from, w.n);
    k->shape = w.shape;
}

/* :) :-( =) ;) and runs of brackets that close nothing, as Russian writes them. Returns bytes taken, 0 = none. */
static size_t smile(const struct reader *r, char *mouth)
{
    const char *s = r->s + r->i;
    size_t n = r->n - r->i, i = 0;
    bool eyes = n > 1 && (s[0] == ':' || s[0] == ';' || s[0] == '=');
    if (eyes)
        i += s[1] == '-' ? 2 : 1;
    size_t from = i;
    if (i >= n || (s[i] != ')' && s[i] != '(' && !(eyes && s[i] == 'D')))
        return 0;
    if (eyes && s[i] == 'D' && i + 1 < n && (unsigned char)s[i + 1] < 0x80 && class_of[(int)s[i + 1]] == C_LETTER)
        return 0;
    *mouth = s[i] == '(' ? '(' : ')';
    while (i < n && s[i] == s[from])
        i++;
    return eyes || i - from >= 2 ? i : 0;
}

static void end_quote(struct reader *r)
{
    r->quote = 0;
}

static void begin_quote(struct reader *r)
{
    if (r->n_quote < 255)
        r->quote = ++r->n_quote;
    r->quote_from = r->t->n;
}

/* A quotation that was never closed is none. */
static void drop_quote(struct reader *r)
{
    for (size_t i = r->quote_from; r->quote && i < r->t->n; i++)
        r->t->token[i].quoted = 0;
    r->quote = 0;
}

static void read_mark(struct reader *r, uint32_t cp, bool spaced)
{
    struct tokens *t = r->t;
    uint8_t after = 0;
    switch (cp) {
    case '!': after = AFTER_EXCLAIM; break;
    case '?': after = AFTER_QUESTION; break;
    case '.': case 0x2026: case 0x3002: after = AFTER_STOP; break;
    case '\n': after = AFTER_LINE; drop_quote(r); break;
    case ',': case ';': case '(': case ')': case 0x2014: case 0x2013: case '|': after = AFTER_COMMA; break;
    case '-': after = spaced ? AFTER_COMMA : 0; break;
    case ':': after = AFTER_COLON; break;
    case 0xAB: case 0x201E: begin_quote(r); break;
    case 0xBB: end_quote(r); after = AFTER_QUOTE; break;
    case 0x201C: case 0x201D: case '"':
        if (r->quote) {
            end_quote(r);
            after = AFTER_QUOTE;
        } else {
            begin_quote(r);
        }
        break;
    default: break;
    }
    if (!after || t->n == r->first)
        return;
    uint8_t *to = &t->token[t->n - 1].after;
    if (after & (AFTER_EXCLAIM | AFTER_QUESTION) & *to || ((after & AFTER_QUESTION) && (*to & AFTER_EXCLAIM)) || ((after & AFTER_EXCLAIM) && (*to & AFTER_QUESTION)))
        after |= AFTER_MANY;
    *to |= after;
}

static void read_other(struct reader *r, uint32_t cp, size_t len, bool spaced)
{
    char mouth;
    size_t from = r->i, face = cp < 0x80 ? smile(r, &mouth) : 0;
    char *out = r->t->fold + r->t->n_fold;
    if (face) {
        memcpy(out, mouth == '(' ? ":(" : ":)", 2);
        r->i += face;
        push(r, TOKEN_EMOJI, from, 2);
    } else if (cp >= 0x203C && fold_is_emoji(cp)) {
        memcpy(out, r->s + r->i, len);
        r->i += len;
        push(r, TOKEN_EMOJI, from, len);
    } else {
        read_mark(r, cp, spaced);
        r->i += len;
    }
}

/* Every byte may become a token, and a folded form never outgrows its text, but for one byte of a link. */
static bool reserve(struct tokens *t, size_t n)
{
    size_t fold = t->n_fold + n + TOKEN_BYTES_MAX + 8, token = t->n + n / 2 + 8;
    if (fold > t->cap_fold) {
        char *p = realloc(t->fold, fold + fold / 2);
        if (!p)
            return false;
        t->fold = p;
        t->cap_fold = fold + fold / 2;
    }
    if (token > t->cap) {
        struct token *p = realloc(t->token, (token + token / 2) * sizeof *p);
        if (!p)
            return false;
        t->token = p;
        t->cap = token + token / 2;
    }
    return true;
}

bool tokens_add(struct tokens *t, const char *s, size_t n, unsigned field)
{
    struct reader r = {.s = s, .n = n, .t = t, .field = field, .first = t->n, .at_sign = n && memchr(s, '@', n)};
    if (!reserve(t, 2 * n))
        return false;
    bool spaced = true;
    while (r.i < n) {
        size_t len;
        unsigned char c = (unsigned char)s[r.i];
        if (c == ' ') {
            r.i++;
            spaced = true;
            continue;
        }
        uint32_t cp = code_at(&r, r.i, &len);
        bool letter = c < 0x80 ? class_of[c] == C_LETTER : fold_is_word(cp);
        if (letter && !(c < 0x80 && skip_address(&r)))
            read_word(&r, 0);
        else if (letter)
            continue;
        else if (c < 0x80 && class_of[c] == C_DIGIT)
            read_number(&r);
        else if (c == '@' && spaced && skip_name(&r))
            continue;
        else if (c == '#' && r.i + 1 < n && fold_is_word(code_at(&r, r.i + 1, &len)) && (r.i++, true))
            read_word(&r, SHAPE_HASHTAG);
        else
            read_other(&r, cp, len, spaced);
        spaced = c <= ' ' || c == '(' || c == '"';
    }
    drop_quote(&r);
    if (t->n > r.first)
        t->token[t->n - 1].after |= AFTER_STOP;
    return true;
}

size_t tokens_shorten(const char *s, size_t n, unsigned keep, char *out)
{
    size_t n_out = 0, len;
    uint32_t last = 0;
    unsigned run = 0;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = utf8_next(s + i, n - i, &len);
        run = cp == last ? run + 1 : 1;
        last = cp;
        size_t ahead = i + len, next;
        unsigned total = run;
        while (ahead < n && utf8_next(s + ahead, n - ahead, &next) == cp) {
            total++;
            ahead += next;
        }
        if (total >= 3 && run > keep)
            continue;
        memcpy(out + n_out, s + i, len);
        n_out += len;
    }
    return n_out;
}
