#include "crawler/idn.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#define LABEL_BYTES 63
#define MAX_POINTS 64

/* RFC 3492 section 5 */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 128 };

struct label {
    char s[LABEL_BYTES + 1];
    size_t n;
};

static bool put(struct label *l, char c)
{
    if (l->n == LABEL_BYTES)
        return false;
    l->s[l->n++] = c;
    return true;
}

static char digit(uint32_t d)
{
    return (char)(d < 26 ? 'a' + d : '0' + d - 26);
}

static uint32_t adapt(uint32_t delta, uint32_t n, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / n;
    for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
        delta /= BASE - TMIN;
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static bool put_number(struct label *l, uint32_t q, uint32_t bias)
{
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
        if (q < t)
            return put(l, digit(q));
        if (!put(l, digit(t + (q - t) % (BASE - t))))
            return false;
        q = (q - t) / (BASE - t);
    }
}

/* Section 6.3. At most 64 points below 0x110000, so no number overflows 32 bits. */
static bool punycode(const uint32_t *cp, size_t n, struct label *l)
{
    uint32_t next = FIRST, delta = 0, bias = BIAS, done = 0;
    for (size_t i = 0; i < n; i++) {
        if (cp[i] >= FIRST)
            continue;
        if (!put(l, (char)cp[i]))
            return false;
        done++;
    }
    uint32_t basic = done;
    if (basic && !put(l, '-'))
        return false;
    while (done < n) {
        uint32_t least = UINT32_MAX;
        for (size_t i = 0; i < n; i++)
            if (cp[i] >= next && cp[i] < least)
                least = cp[i];
        delta += (least - next) * (done + 1);
        next = least;
        for (size_t i = 0; i < n; i++) {
            delta += cp[i] < next;
            if (cp[i] != next)
                continue;
            if (!put_number(l, delta, bias))
                return false;
            bias = adapt(delta, done + 1, done == basic);
            done++;
            delta = 0;
        }
        delta++;
        next++;
    }
    return true;
}

static bool one_label(const char *s, size_t n, struct label *l)
{
    uint32_t cp[MAX_POINTS];
    size_t n_cp = 0, len;
    bool ascii = true;
    l->n = 0;
    for (size_t at = 0; at < n; at += len) {
        if (n_cp == MAX_POINTS)
            return false;
        cp[n_cp] = utf8_next(s + at, n - at, &len);
        if (cp[n_cp] == 0xfffd || cp[n_cp] <= 0x20)
            return false;
        ascii = ascii && cp[n_cp] < FIRST;
        n_cp++;
    }
    for (size_t i = 0; ascii && i < n_cp; i++)
        if (!put(l, (char)(cp[i] >= 'A' && cp[i] <= 'Z' ? cp[i] + 32 : cp[i])))
            return false;
    if (ascii)
        return n_cp > 0;
    return put(l, 'x') && put(l, 'n') && put(l, '-') && put(l, '-') && punycode(cp, n_cp, l);
}

bool idn_ascii(const char *host, char *out, size_t cap)
{
    struct arena a;
    size_t at = 0;
    arena_init(&a, 64 * 1024);
    const char *s = utf8_valid(host, strlen(host)) ? utf8_fold(&a, host, strlen(host)) : NULL;
    bool good = s != NULL;
    while (good) {
        struct label l;
        size_t n = strcspn(s, ".");
        good = one_label(s, n, &l) && at + l.n + 2 <= cap;
        if (!good)
            break;
        memcpy(out + at, l.s, l.n);
        at += l.n;
        s += n;
        if (*s == '\0')
            break;
        out[at++] = '.';
        if (*++s == '\0') /* the root's dot */
            break;
    }
    arena_release(&a);
    if (good)
        out[at] = '\0';
    return good;
}
