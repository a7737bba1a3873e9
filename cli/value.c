#include "cli/cli.h"

#include "base/limits.h"
#include "base/when.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* The C locale's digits only: what follows the digits must be one of the units. */
bool value_duration_ms(const char *s, int64_t *ms)
{
    static const struct { const char *unit; int64_t ms; } unit[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {"w", 604800000}, {"y", INT64_C(365) * 86400000}};
    int64_t n = 0;
    size_t i = 0;
    for (; isdigit((unsigned char)s[i]); i++) {
        if (i >= 12)
            return false;
        n = n * 10 + (s[i] - '0');
    }
    if (i == 0)
        return false;
    if (n == 0 && s[i] == '\0') {
        *ms = 0;
        return true;
    }
    for (size_t u = 0; u < sizeof unit / sizeof *unit; u++)
        if (strcmp(s + i, unit[u].unit) == 0 && n <= INT64_MAX / unit[u].ms) {
            *ms = n * unit[u].ms;
            return true;
        }
    return false;
}

bool value_int(const char *s, int64_t *v)
{
    char *end;
    errno = 0;
    if (!isdigit((unsigned char)s[0]) && s[0] != '-')
        return false;
    long long n = strtoll(s, &end, 10);
    if (errno || end == s || *end)
        return false;
    *v = n;
    return true;
}

bool value_real(const char *s, double *v)
{
    char *end;
    if (!s[0] || strspn(s, "0123456789.-+") != strlen(s))
        return false;
    *v = strtod(s, &end);
    return end != s && !*end && isfinite(*v);
}

bool value_bool(const char *s, bool *v)
{
    static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < 4; i++) {
        if (strcasecmp(s, yes[i]) == 0)
            return *v = true, true;
        if (strcasecmp(s, no[i]) == 0)
            return *v = false, true;
    }
    return false;
}

static bool port_ok(const char *s, size_t n)
{
    int port = 0;
    if (n == 0 || n > 5)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)s[i]))
            return false;
        port = port * 10 + (s[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

static const char *host_mistake(const char *s, size_t n)
{
    if (n == 0)
        return "the host name is missing";
    if (s[0] == '[')
        return n > 2 && s[n - 1] == ']' && strspn(s + 1, "0123456789abcdefABCDEF:.") == n - 2 ? NULL : "the IPv6 address is wrong";
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)s[i];
        if (ch < 0x80 && !isalnum(ch) && ch != '-' && ch != '.' && ch != '_')
            return "the host name holds a character that host names cannot have";
    }
    return NULL;
}

const char *value_url(const char *s)
{
    if (strlen(s) > LIMIT_URL_BYTES)
        return "it is longer than 8 KiB";
    for (const char *p = s; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return "it holds a blank or a control character (write %20 for a blank)";
    const char *rest = strncasecmp(s, "https://", 8) == 0 ? s + 8 : strncasecmp(s, "http://", 7) == 0 ? s + 7 : NULL;
    if (!rest)
        return strstr(s, "://") ? "only http:// and https:// are read" : "it must begin with https:// or http://";
    size_t n = strcspn(rest, "/?#\\");
    if (memchr(rest, '@', n))
        return "a user name or password in an address is refused: it would end up in logs and reports";
    size_t host = n;
    for (size_t i = n; i > 0; i--)
        if (rest[i - 1] == ':' || rest[i - 1] == ']') {
            host = rest[i - 1] == ':' ? i - 1 : n;
            break;
        }
    if (host < n && !port_ok(rest + host + 1, n - host - 1))
        return "the port is not a number from 1 to 65535";
    return host_mistake(rest, host);
}

/* One "HOST:PORT" at *s, either part may be empty; moves *s behind it. */
static bool endpoint(const char **s, bool last)
{
    size_t host = **s == '[' ? strcspn(*s, "]") + 1 : strcspn(*s, ":");
    if (strnlen(*s, host) < host || (*s)[host] != ':' || (host > 0 && host_mistake(*s, host)))
        return false;
    const char *port = *s + host + 1;
    size_t n = strcspn(port, ":");
    if (n > 0 && !port_ok(port, n))
        return false;
    if ((port[n] == '\0') != last)
        return false;
    *s = port + n + (last ? 0 : 1);
    return true;
}

const char *value_connect_to(const char *s)
{
    return endpoint(&s, false) && endpoint(&s, true) ? NULL : "it must have the form HOST:PORT:HOST2:PORT2";
}

bool value_time(const char *s, int64_t now, int64_t *at)
{
    int64_t ms;
    struct when w;
    if (value_duration_ms(s, &ms)) {
        *at = now - ms / 1000;
        return true;
    }
    if (!when_parse(s, &w) || !when_known(w))
        return false;
    *at = w.at;
    if (w.precision <= PRECISION_DAY) { /* a date is a day of the reader's calendar */
        time_t t = (time_t)w.at;
        struct tm tm;
        if (localtime_r(&t, &tm))
            *at -= tm.tm_gmtoff;
    }
    return true;
}

#define SUGGEST_BYTES 64

static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), row[3][SUGGEST_BYTES + 1];
    if (n > SUGGEST_BYTES || m > SUGGEST_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = up[j - 1] + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1; /* two letters swapped */
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *suggest(const char *word, const char *const *of, size_t n)
{
    const char *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, of[i]), longer = strlen(word) > strlen(of[i]) ? strlen(word) : strlen(of[i]);
        if (d < least && d * 5 <= longer * 2 + 2) {
            least = d;
            best = of[i];
        }
    }
    return best;
}

/* Atoms and dots of RFC 5322 section 3.2.3, nothing quoted: whatever passes is safe in a header. */
static bool mail_part(const char *s, size_t n, const char *also)
{
    if (n == 0 || s[0] == '.' || s[n - 1] == '.' || s[0] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((unsigned char)s[i] < 0x80 && (isalnum((unsigned char)s[i]) || strchr(also, s[i]))))
            return false;
    return true;
}

const char *value_mail(const char *s)
{
    if (strlen(s) > 900)
        return "it is longer than a header line may be; write to a list";
    for (;;) {
        s += strspn(s, " ");
        size_t n = strcspn(s, ","), end = n;
        while (end > 0 && s[end - 1] == ' ')
            end--;
        const char *at = memchr(s, '@', end);
        if (!at || !mail_part(s, (size_t)(at - s), "!#$%&'*+-/=?^_`{|}~.") || !mail_part(at + 1, end - (size_t)(at - s) - 1, ".-"))
            return "not an e-mail address; write it like anna@example.org, several with commas between them";
        if (!s[n])
            return NULL;
        s += n + 1;
    }
}
