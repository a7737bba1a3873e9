/* Folding by ranges: the texts are Cyrillic and Latin, and a table lookup per letter would cost more than these comparisons. */
#include "sentiment/fold.h"

#include "base/utf8.h"

uint32_t fold_cp(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp >= 0x410 && cp <= 0x42F)
        return cp + 32;
    if (cp == 0x401 || cp == 0x451)
        return 0x435;
    if (cp >= 0x400 && cp <= 0x40F)
        return cp + 80;
    if ((cp >= 0x460 && cp <= 0x481) || (cp >= 0x48A && cp <= 0x4BF) || (cp >= 0x4D0 && cp <= 0x52F))
        return cp | 1;
    if (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7)
        return cp + 32;
    if ((cp >= 0x100 && cp <= 0x137) || (cp >= 0x14A && cp <= 0x177))
        return cp == 0x130 ? 'i' : cp | 1;
    if ((cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E))
        return cp & 1 ? cp + 1 : cp;
    if (cp >= 0x391 && cp <= 0x3A9)
        return cp + 32;
    return cp;
}

bool fold_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    if (cp < 0xC0)
        return cp == 0xAA || cp == 0xB5 || cp == 0xBA;
    if (cp < 0x2000)
        return cp != 0xD7 && cp != 0xF7 && !(cp >= 0x300 && cp <= 0x36F) && cp != 0x37E && cp != 0x60C && cp != 0x61B && cp != 0x61F;
    if (cp < 0x2C00 || (cp >= 0x2E00 && cp < 0x2E80) || (cp >= 0x3000 && cp < 0x3040))
        return false;
    if (cp >= 0xD800 && cp < 0xF900)
        return false;
    return cp < 0xFE00 || (cp >= 0xFE70 && cp < 0xFEFF) || (cp >= 0xFF10 && cp < 0xFFE0) || (cp >= 0x10000 && cp < 0x1D000) ||
           (cp >= 0x20000 && cp < 0x3FFFF);
}

bool fold_is_cyrillic(uint32_t cp) { return cp >= 0x400 && cp <= 0x52F; }

bool fold_is_upper(uint32_t cp) { return cp >= 'A' && fold_cp(cp) != cp && cp != 0x451; }

bool fold_is_emoji(uint32_t cp)
{
    return (cp >= 0x1F300 && cp <= 0x1FAFF && !(cp >= 0x1F3FB && cp <= 0x1F3FF)) || (cp >= 0x2600 && cp <= 0x27BF) || cp == 0x2B50 || cp == 0x2B55;
}

bool fold_is_apostrophe(uint32_t cp)
{
    return cp == '\'' || cp == '`' || cp == 0x2019 || cp == 0x2018 || cp == 0x2BC || cp == 0x2B9 || cp == 0xB4 || cp == 0x2032;
}

uint32_t fold_mark(uint32_t base, uint32_t cp, bool *mark)
{
    *mark = (cp >= 0x300 && cp <= 0x36F) || cp == 0xAD || cp == 0x200D || cp == 0x200B;
    if (cp == 0x306 && base == 0x438)
        return 0x439;
    if (cp == 0x308 && base == 0x456)
        return 0x457;
    return base;
}

size_t fold_text(char *out, const char *s, size_t n)
{
    size_t n_out = 0, len, last = 0;
    uint32_t before = 0;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = utf8_next(s + i, n - i, &len);
        bool mark;
        uint32_t with = fold_mark(before, cp, &mark);
        if (mark) {
            if (with != before)
                n_out = last + utf8_encode(with, out + last);
            before = with;
            continue;
        }
        cp = fold_is_apostrophe(cp) ? '\'' : cp == 0xFFFD ? '?' : fold_cp(cp);
        if (cp == 0)
            cp = ' ';
        last = n_out;
        n_out += utf8_encode(cp, out + n_out);
        before = cp;
    }
    out[n_out] = '\0';
    return n_out;
}
