#include "base/when.h"

#include "base/err.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_S INT64_C(86400)

static const char *const words[] = {"none", "month", "day", "minute", "second"};
#define N_WORD (sizeof words / sizeof *words)

const char *precision_word(enum precision p)
{
    return words[(unsigned)p < N_WORD ? (unsigned)p : 0];
}

enum precision precision_parse(const char *word)
{
    for (unsigned i = 0; word && i < N_WORD; i++)
        if (strcmp(words[i], word) == 0)
            return (enum precision)i;
    return PRECISION_NONE;
}

/* Eras of 400 years that begin on 1 March: the leap day is the last day of its year. */
int64_t when_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void when_civil(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

bool when_valid_date(int year, int month, int day)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < -9999 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= length[month - 1] + (month == 2 && leap);
}

const char *when_format(struct when w, char buf[WHEN_TEXT_BYTES])
{
    int64_t first = when_days(0, 1, 1) * DAY_S, end = when_days(10000, 1, 1) * DAY_S;
    buf[0] = '\0';
    if (!when_known(w) || w.at < first || w.at >= end) /* RFC 3339 has four digits for the year */
        return buf;
    int64_t days = (w.at - first) / DAY_S + first / DAY_S, rest = (w.at - first) % DAY_S;
    int y, m, d;
    when_civil(days, &y, &m, &d);
    if (w.precision == PRECISION_MONTH)
        snprintf(buf, WHEN_TEXT_BYTES, "%04d-%02d", y, m);
    else if (w.precision == PRECISION_DAY)
        snprintf(buf, WHEN_TEXT_BYTES, "%04d-%02d-%02d", y, m, d);
    else
        snprintf(buf, WHEN_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", y, m, d, (int)(rest / 3600), (int)(rest / 60 % 60),
                 (int)(rest % 60));
    return buf;
}

/* n digits after the character `before` (0 = none). Moves *s on. */
static bool digits(const char **s, char before, int n, int *out)
{
    const char *c = *s;
    if (before && *c++ != before)
        return false;
    *out = 0;
    for (; n > 0; n--, c++) {
        if (*c < '0' || *c > '9')
            return false;
        *out = *out * 10 + (*c - '0');
    }
    *s = c;
    return true;
}

static bool parse_offset(const char **s, int *offset_s)
{
    *offset_s = 0;
    if (**s == 'Z' || **s == 'z') {
        ++*s;
        return true;
    }
    int sign = **s == '-' ? -1 : 1, h, m;
    if ((**s != '+' && **s != '-') || (++*s, !digits(s, 0, 2, &h)) || !digits(s, ':', 2, &m) || h > 23 || m > 59)
        return false;
    *offset_s = sign * (h * 3600 + m * 60);
    return true;
}

/* "THH:MM:SS[.fraction]offset" to seconds from midnight UTC. A leap second is the first second of the next minute. */
static bool parse_time(const char *s, int64_t *seconds)
{
    int h, m, sec, offset_s;
    if ((*s != 'T' && *s != 't' && *s != ' ') || (s++, !digits(&s, 0, 2, &h)) || !digits(&s, ':', 2, &m) ||
        !digits(&s, ':', 2, &sec) || h > 23 || m > 59 || sec > 60)
        return false;
    if (*s == '.') {
        size_t n = strspn(s + 1, "0123456789");
        if (n == 0)
            return false;
        s += 1 + n;
    }
    if (!parse_offset(&s, &offset_s) || *s)
        return false;
    *seconds = (int64_t)h * 3600 + m * 60 + sec - offset_s;
    return true;
}

bool when_parse(const char *s, struct when *out)
{
    int y, m, d = 1;
    int64_t seconds = 0;
    if (!s || !digits(&s, 0, 4, &y) || !digits(&s, '-', 2, &m))
        return false;
    bool month_only = *s == '\0';
    if ((!month_only && !digits(&s, '-', 2, &d)) || !when_valid_date(y, m, d))
        return false;
    enum precision p = month_only ? PRECISION_MONTH : *s == '\0' ? PRECISION_DAY : PRECISION_SECOND;
    if (p == PRECISION_SECOND && !parse_time(s, &seconds))
        return false;
    *out = (struct when){when_days(y, m, d) * DAY_S + seconds, p};
    return true;
}

static pthread_once_t fixed_once = PTHREAD_ONCE_INIT;
static struct when fixed;

static void read_fixed(void)
{
    const char *text = getenv("EARSHOT_NOW");
    if (!text || !*text)
        return;
    if (!when_parse(text, &fixed) || fixed.precision == PRECISION_MONTH) {
        fprintf(stderr, "earshot: EARSHOT_NOW=%s: not a time like 2026-02-11T13:52:44Z (RFC 3339)\n", text);
        abort();
    }
}

int64_t clock_now(void)
{
    pthread_once(&fixed_once, read_fixed);
    return when_known(fixed) ? fixed.at : (int64_t)time(NULL);
}

static int64_t clock_ms(clockid_t id)
{
    struct timespec t;
    int failed = clock_gettime(id, &t);
    ASSERT(!failed);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

int64_t clock_thread_cpu_ms(void)
{
    return clock_ms(CLOCK_THREAD_CPUTIME_ID);
}
