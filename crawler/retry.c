#include "crawler/retry.h"

#include "base/when.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int64_t clamp_wait(int64_t s)
{
    if (s < RETRY_AFTER_MIN_S)
        return RETRY_AFTER_MIN_S;
    return s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : s;
}

/* A whole value of digits, perhaps with a fraction: seconds rounded up, saturated. false when it is something else. */
static bool digits(const char *s, int64_t *out)
{
    int64_t v = 0;
    const char *at = s;
    for (; *at >= '0' && *at <= '9'; at++)
        v = v > INT64_MAX / 100 ? v : v * 10 + (*at - '0');
    if (at == s)
        return false;
    if (*at == '.') {
        bool rest = false;
        for (at++; *at >= '0' && *at <= '9'; at++)
            rest = rest || *at != '0';
        v += rest;
    }
    at += strspn(at, " \t");
    *out = v;
    return *at == '\0';
}

int64_t retry_after_s(const char *value, int64_t now_s)
{
    if (!value)
        return -1;
    value += strspn(value, " \t");
    int64_t v;
    if (digits(value, &v))
        return clamp_wait(v);
    if (!strchr(value, ':')) /* curl_getdate also reads "soon" words like "mon"; an HTTP date always has a time */
        return -1;
    time_t at = curl_getdate(value, NULL);
    return at == -1 ? -1 : clamp_wait((int64_t)at - now_s);
}

int64_t retry_body_s(const char *body, size_t n)
{
    char head[4097];
    if (n >= sizeof head)
        n = sizeof head - 1;
    memcpy(head, body, n);
    head[n] = '\0';
    const char *at = strstr(head, "\"retry_after\"");
    if (!at)
        at = strstr(head, "\"retryAfter\"");
    if (!at)
        return -1;
    at = strchr(at, ':'); /* the name holds none */
    if (!at)
        return -1;
    at += 1 + strspn(at + 1, " \t\r\n\"");
    char number[32];
    size_t len = strspn(at, "0123456789.");
    if (len == 0 || len >= sizeof number)
        return -1;
    memcpy(number, at, len);
    number[len] = '\0';
    int64_t v;
    return digits(number, &v) ? clamp_wait(v) : -1;
}

int64_t retry_rate_s(const char *remaining, const char *reset, int64_t now_s)
{
    if (!remaining || !reset)
        return -1;
    char *end;
    double left = strtod(remaining + strspn(remaining, " \t"), &end);
    if (end == remaining || !(left < 1)) /* Reddit sends fractions: "0.0" */
        return -1;
    reset += strspn(reset, " \t");
    int64_t v;
    struct when w;
    if (digits(reset, &v)) /* nobody waits 30 years: such a number is a point in time */
        return clamp_wait(v > 1000000000 ? v - now_s : v);
    if (when_parse(reset, &w) && w.precision == PRECISION_SECOND)
        return clamp_wait(w.at - now_s);
    return -1;
}

uint64_t retry_roll(uint64_t *dice)
{
    uint64_t z = (*dice += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t retry_jitter_ms(int failure, uint64_t *dice)
{
    static const int64_t ceiling_ms[] = {2000, 8000, 30000};
    int64_t top = ceiling_ms[failure < 1 ? 0 : failure > 3 ? 2 : failure - 1];
    int64_t ms = (int64_t)(retry_roll(dice) % (uint64_t)top);
    return ms < 100 ? 100 : ms;
}

int64_t retry_offset_ms(int64_t wait_ms, uint64_t *dice)
{
    int64_t top = wait_ms / 10;
    if (top > 60000)
        top = 60000;
    return top <= 0 ? 0 : (int64_t)(retry_roll(dice) % (uint64_t)top);
}
