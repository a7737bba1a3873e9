#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFDu
#define REPLACEMENT_UTF8 "\xEF\xBF\xBD"
#define ZWNJ 0x200Cu
#define ZWJ 0x200Du
#define EMOJI_STYLE 0xFE0Fu

/* One sequence, by table 3-7 of the Unicode standard. Returns the code point and its length, or -1 and the length of the maximal subpart. */
static int32_t decode(const unsigned char *s, size_t n, size_t *len)
{
    unsigned lead = s[0], low = 0x80, high = 0xBF;
    size_t want;
    *len = 1;
    if (lead < 0x80)
        return (int32_t)lead;
    if (lead < 0xC2 || lead > 0xF4)
        return -1;
    uint32_t cp;
    if (lead < 0xE0) {
        want = 2;
        cp = lead & 0x1F;
    } else if (lead < 0xF0) {
        want = 3;
        cp = lead & 0x0F;
        low = lead == 0xE0 ? 0xA0 : 0x80;   /* no overlong forms */
        high = lead == 0xED ? 0x9F : 0xBF;  /* no surrogates */
    } else {
        want = 4;
        cp = lead & 0x07;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;  /* nothing above U+10FFFF */
    }
    for (size_t i = 1; i < want; i++) {
        if (i >= n || s[i] < low || s[i] > high)
            return -1;
        cp = cp << 6 | (s[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
        *len = i + 1;
    }
    return (int32_t)cp;
}

size_t utf8_ascii_prefix(const char *s, size_t n)
{
    size_t i = 0;
    for (uint64_t w[4]; n - i >= sizeof w; i += sizeof w) {
        memcpy(w, s + i, sizeof w);
        if ((w[0] | w[1] | w[2] | w[3]) & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < n && (unsigned char)s[i] < 0x80)
        i++;
    return i;
}

size_t utf8_valid_prefix(const char *s, size_t n)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t i = 0, len;
    while (i < n) {
        if (u[i] < 0x80) {
            i += utf8_ascii_prefix(s + i, n - i);
        } else if (u[i] >= 0xC2 && u[i] < 0xE0 && n - i >= 2 && (u[i + 1] & 0xC0) == 0x80) {
            i += 2; /* all of Cyrillic */
        } else {
            if (decode(u + i, n - i, &len) < 0)
                return i;
            i += len;
        }
    }
    return n;
}

void utf8_repair(struct strbuf *out, const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        size_t good = utf8_valid_prefix(s + i, n - i), len = 1;
        const char *nul = good ? memchr(s + i, '\0', good) : NULL;
        if (nul)
            good = (size_t)(nul - (s + i));
        strbuf_add(out, s + i, good);
        i += good;
        if (i < n) {
            decode((const unsigned char *)s + i, n - i, &len);
            strbuf_puts(out, REPLACEMENT_UTF8);
            i += len;
        }
    }
}

uint32_t utf8_next(const char *s, size_t n, size_t *len)
{
    int32_t cp = decode((const unsigned char *)s, n, len);
    return cp < 0 ? REPLACEMENT : (uint32_t)cp;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = REPLACEMENT;
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out);
}

/* Walks grapheme clusters (UAX 29). */
struct cluster {
    const char *s;
    size_t n;
    size_t end;     /* of the current cluster */
    size_t columns; /* that it takes on a terminal */
};

/* Sum of the widths, but two at most: a family of emoji joined by ZWJ is one picture, and two regional indicators are one flag. */
static size_t add_columns(size_t columns, uint32_t cp)
{
    int width = cp == EMOJI_STYLE ? 1 : utf8proc_charwidth((utf8proc_int32_t)cp);
    columns += width > 0 ? (size_t)width : 0;
    return columns > 2 ? 2 : columns;
}

static bool cluster_next(struct cluster *c)
{
    if (c->end >= c->n)
        return false;
    utf8proc_int32_t state = 0;
    size_t len;
    uint32_t cp = utf8_next(c->s + c->end, c->n - c->end, &len);
    c->end += len;
    c->columns = cp == EMOJI_STYLE ? 0 : add_columns(0, cp);
    while (c->end < c->n) {
        uint32_t next = utf8_next(c->s + c->end, c->n - c->end, &len);
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)cp, (utf8proc_int32_t)next, &state))
            break;
        c->end += len;
        c->columns = add_columns(c->columns, next);
        cp = next;
    }
    return true;
}

size_t utf8_cut(const char *s, size_t n, size_t max_bytes)
{
    if (n <= max_bytes)
        return n;
    size_t end = max_bytes; /* not inside a code point */
    while (end > 0 && ((unsigned char)s[end] & 0xC0) == 0x80)
        end--;
    size_t len, from = 0;
    /* between two ASCII characters is always a break (in CR LF it is not, but that LF fits anyway): start there, not at the beginning */
    for (size_t i = end; i-- > 1;)
        if ((unsigned char)s[i] < 0x80 && (unsigned char)s[i - 1] < 0x80) {
            from = i;
            break;
        }
    struct cluster c = {.s = s, .n = n, .end = from};
    size_t fits = from;
    while (cluster_next(&c) && c.end <= end)
        fits = c.end;
    if (fits == 0) /* one endless cluster: half of it is better than nothing */
        for (fits = 0; fits < end; fits += len) {
            utf8_next(s + fits, n - fits, &len);
            if (fits + len > end)
                break;
        }
    return fits;
}

size_t utf8_columns(const char *s, size_t n)
{
    struct cluster c = {.s = s, .n = n};
    size_t columns = 0;
    while (cluster_next(&c))
        columns += c.columns;
    return columns;
}

size_t utf8_cut_columns(const char *s, size_t n, size_t max_columns)
{
    struct cluster c = {.s = s, .n = n};
    size_t columns = 0, fits = 0;
    while (cluster_next(&c)) {
        columns += c.columns;
        if (columns > max_columns)
            break;
        fits = c.end;
    }
    return fits;
}

/* Folding of the letters that nearly all texts here consist of, without tables: -1 when the general way is needed. Holds for code
 * points that fold to one code point and never compose with a neighbour of this set. */
static int32_t fold_plain(uint32_t cp)
{
    if (cp < 0x80)
        return (int32_t)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp);
    if (cp >= 0x400 && cp <= 0x40F)
        return (int32_t)cp + 0x50;
    if (cp >= 0x410 && cp <= 0x42F)
        return (int32_t)cp + 0x20;
    if (cp >= 0x430 && cp <= 0x45F)
        return (int32_t)cp;
    if (cp == 0x490 || cp == 0x491) /* Ukrainian Ґ */
        return 0x491;
    if ((cp >= 0xA0 && cp <= 0xBF && cp != 0xB5) || (cp >= 0x2010 && cp <= 0x205E) || cp == 0x2116 || cp == 0x20BD)
        return (int32_t)cp;
    if (cp >= 0x1F300 && cp <= 0x1FAFF)
        return (int32_t)cp;
    return -1;
}

/* No plain code point folds to a longer one, so n bytes are enough. */
static bool fold_fast(char *out, const char *s, size_t n)
{
    size_t len, at = 0;
    for (size_t i = 0; i < n; i += len) {
        int32_t cp = decode((const unsigned char *)s + i, n - i, &len);
        cp = cp < 0 ? -1 : fold_plain((uint32_t)cp);
        if (cp < 0)
            return false;
        at += utf8_encode((uint32_t)cp, out + at);
    }
    out[at] = '\0';
    return true;
}

char *utf8_fold(struct arena *a, const char *s, size_t n)
{
    char *fast = n < SIZE_MAX ? arena_alloc(a, n + 1) : NULL;
    if (!fast || fold_fast(fast, s, n))
        return fast;
    struct strbuf repaired;
    strbuf_init(&repaired, SIZE_MAX - 1);
    utf8_repair(&repaired, s, n);
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t len = -1;
    if (!repaired.full)
        len = utf8proc_map((const utf8proc_uint8_t *)repaired.s, (utf8proc_ssize_t)repaired.n, &folded,
                           UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    char *out = len < 0 ? NULL : arena_strndup(a, (const char *)folded, (size_t)len);
    if (len < 0)
        a->full = true; /* memory is out; the arena's flag is the only voice here */
    free(folded);
    strbuf_release(&repaired);
    return out;
}

static bool is_space(uint32_t cp)
{
    if (cp < 0x80)
        return cp == ' ' || (cp >= '\t' && cp <= '\r');
    if (cp == 0x85)
        return true;
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c == UTF8PROC_CATEGORY_ZS || c == UTF8PROC_CATEGORY_ZL || c == UTF8PROC_CATEGORY_ZP;
}

/* How many bytes from s on are surely no space: printable ASCII and Cyrillic, of which nearly all words consist. */
static size_t plain_bytes(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    for (;;) {
        if (*p > ' ' && *p < 0x7f)
            p++;
        else if (*p >= 0xD0 && *p <= 0xD3 && (p[1] & 0xC0) == 0x80)
            p += 2;
        else
            return (size_t)(p - (const unsigned char *)s);
    }
}

char *utf8_squeeze(struct arena *a, const char *s)
{
    if (!s)
        return NULL;
    size_t n = strlen(s), at = 0, len;
    char *out = arena_alloc(a, n + 1);
    bool gap = false;
    for (size_t i = 0; out && i < n;) {
        len = plain_bytes(s + i);
        if (len == 0 && is_space(utf8_next(s + i, n - i, &len))) {
            gap = at > 0;
            i += len;
            continue;
        }
        if (gap)
            out[at++] = ' ';
        gap = false;
        memcpy(out + at, s + i, len);
        at += len;
        i += len;
    }
    if (out)
        out[at] = '\0';
    return out;
}

/* Does nothing visible, but may move, hide or reorder what is. */
static bool is_unseen(uint32_t cp)
{
    if (cp < 0x80)
        return cp < 0x20 || cp == 0x7f;
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c == UTF8PROC_CATEGORY_CC || c == UTF8PROC_CATEGORY_CF;
}

void utf8_terminal(struct strbuf *out, const char *s, bool keep_newlines)
{
    size_t n = strlen(s), len;
    bool in_word = false; /* the last thing written is no blank */
    for (size_t i = 0; i < n; i += len) {
        char bytes[4];
        uint32_t cp = utf8_next(s + i, n - i, &len);
        if (cp == '\n' || cp == '\t' || cp == 0x2028 || cp == 0x2029)
            cp = keep_newlines && cp != '\t' ? '\n' : ' ';
        else if (cp == ZWJ || cp == ZWNJ) {
            size_t skip;
            uint32_t next = i + len < n ? utf8_next(s + i + len, n - i - len, &skip) : ' ';
            if (!in_word || is_space(next) || is_unseen(next))
                continue;
        } else if (is_unseen(cp))
            continue;
        in_word = !is_space(cp);
        strbuf_add(out, bytes, utf8_encode(cp, bytes));
    }
}
