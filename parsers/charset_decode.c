#include "parsers/charset_decode.h"

#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define CHUNK_BYTES 4096
#define HIGH_BITS UINT64_C(0x8080808080808080)
#define REPLACEMENT "\xEF\xBF\xBD"

/* NUL is a valid code point and ends every C string after us. */
void charset_copy_valid(struct strbuf *out, const char *s, size_t n)
{
    while (n > 0) {
        const char *nul = memchr(s, '\0', n);
        size_t plain = nul == NULL ? n : (size_t)(nul - s);
        strbuf_add(out, s, plain);
        if (nul == NULL)
            return;
        strbuf_puts(out, REPLACEMENT);
        s += plain + 1;
        n -= plain + 1;
    }
}

static uint32_t byte_value(const struct charset *c, unsigned char b)
{
    if (b < 0x80)
        return b == 0 ? 0xFFFD : b;
    return c->kind == CHARSET_TABLE ? c->high[b - 0x80] : 0xF780u + b - 0x80u;
}

/* The upper half of the table is written as UTF-8 once, so that a page is copied and not encoded. */
static void decode_bytes(struct strbuf *out, const struct charset *c, const char *s, size_t n)
{
    struct {
        char utf8[4];
        size_t bytes;
    } high[128];
    char chunk[CHUNK_BYTES];
    size_t used = 0;
    for (size_t i = 0; i < 128; i++)
        high[i].bytes = utf8_encode(byte_value(c, (unsigned char)(i + 128)), high[i].utf8);
    for (size_t i = 0; i < n; i++) {
        unsigned char b = (unsigned char)s[i];
        if (used + 8 > sizeof chunk) {
            strbuf_add(out, chunk, used);
            used = 0;
        }
        uint64_t eight;
        if (n - i >= 8 && (memcpy(&eight, s + i, 8), (eight & HIGH_BITS) == 0) && ((eight - HIGH_BITS / 128) & HIGH_BITS) == 0) { /* eight of ASCII, none of them zero */
            memcpy(chunk + used, s + i, 8);
            used += 8;
            i += 7;
        } else if (b >= 0x80) {
            memcpy(chunk + used, high[b - 0x80].utf8, 4); /* what is too much is written over */
            used += high[b - 0x80].bytes;
        } else if (b != 0) {
            chunk[used++] = (char)b;
        } else {
            used += utf8_encode(byte_value(c, 0), chunk + used);
        }
    }
    strbuf_add(out, chunk, used);
}

static void decode_utf16(struct strbuf *out, bool big, const char *s, size_t n)
{
    const unsigned char *b = (const unsigned char *)s;
    uint32_t high = 0;
    char one[4];
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t u = big ? (uint32_t)(b[i] << 8 | b[i + 1]) : (uint32_t)(b[i + 1] << 8 | b[i]);
        if (high != 0 && u >= 0xDC00 && u < 0xE000) {
            strbuf_add(out, one, utf8_encode(0x10000 + ((high - 0xD800) << 10) + (u - 0xDC00), one));
            high = 0;
            continue;
        }
        if (high != 0)
            strbuf_puts(out, REPLACEMENT);
        high = u >= 0xD800 && u < 0xDC00 ? u : 0;
        if (high != 0)
            continue;
        strbuf_add(out, one, utf8_encode(u == 0 || (u >= 0xDC00 && u < 0xE000) ? 0xFFFD : u, one));
    }
    if (high != 0 || n % 2 != 0)
        strbuf_puts(out, REPLACEMENT);
}

/* iconv knows no byte for what windows-125x leaves undefined; the standard makes 0x80..0x9F of those the C1 control of the same number. */
static size_t bad_byte(struct strbuf *out, const struct charset *c, unsigned char b)
{
    char one[4];
    bool c1 = c->kind == CHARSET_ICONV_SINGLE && strncmp(c->name, "windows", 7) == 0 && b >= 0x80 && b < 0xA0;
    strbuf_add(out, one, utf8_encode(c1 ? b : b > 0 && b < 0x80 ? b : 0xFFFD, one));
    return 1;
}

static void decode_iconv(struct strbuf *out, const struct charset *c, const char *s, size_t n)
{
    iconv_t cd = iconv_open("UTF-8", c->iconv);
    if (cd == (iconv_t)-1) { /* a libc without this table: ASCII survives, the rest is marked */
        for (size_t i = 0; i < n; i++)
            bad_byte(out, c, (unsigned char)s[i]);
        return;
    }
    char chunk[CHUNK_BYTES];
    char *in = (char *)(uintptr_t)s; /* iconv does not write there; its type is older than const */
    size_t left = n;
    while (left > 0 && !out->full) {
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t r = iconv(cd, &in, &left, &to, &room);
        int why = errno;
        charset_copy_valid(out, chunk, sizeof chunk - room);
        if (r != (size_t)-1 || why == E2BIG)
            continue;
        size_t skip = bad_byte(out, c, (unsigned char)*in);
        if (why == EINVAL) { /* the input ends inside a character: one mark for all of it */
            skip = left;
        }
        in += skip;
        left -= skip;
        iconv(cd, NULL, NULL, NULL, NULL);
    }
    char *to = chunk;
    size_t room = sizeof chunk;
    if (iconv(cd, NULL, NULL, &to, &room) != (size_t)-1) /* what a stateful set still holds */
        charset_copy_valid(out, chunk, sizeof chunk - room);
    iconv_close(cd);
}

void charset_to_utf8(struct strbuf *out, const struct charset *c, const char *s, size_t n)
{
    switch (c->kind) {
    case CHARSET_UTF8:
        utf8_repair(out, s, n);
        break;
    case CHARSET_UTF16LE:
    case CHARSET_UTF16BE:
        decode_utf16(out, c->kind == CHARSET_UTF16BE, s, n);
        break;
    case CHARSET_TABLE:
    case CHARSET_USER:
        decode_bytes(out, c, s, n);
        break;
    case CHARSET_ICONV:
    case CHARSET_ICONV_SINGLE:
        decode_iconv(out, c, s, n);
        break;
    case CHARSET_REPLACEMENT:
        if (n > 0)
            strbuf_puts(out, REPLACEMENT);
        break;
    }
}
