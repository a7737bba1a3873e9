#include "desk/clock.h"

#include "base/err.h"
#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S    INT64_C(86400)
#define DAYS_MAX 3700 /* ten years: a calendar that is closed for so long never opens */

/* ---------------------------------------------------------------- reading the settings */

static const char *const week[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool weekday(const char **s, int *day)
{
    for (int i = 0; i < 7; i++)
        if (strncmp(*s, week[i], 3) == 0) {
            *day = i;
            *s += 3;
            return true;
        }
    return false;
}

static bool days(const char **s, unsigned *set)
{
    if (strncmp(*s, "daily", 5) == 0) {
        *s += 5;
        *set = 0x7f;
        return true;
    }
    for (*set = 0;; ++*s) {
        int from, to;
        if (!weekday(s, &from))
            return false;
        to = from;
        if (**s == '-' && (++*s, !weekday(s, &to)))
            return false;
        for (int d = from;; d = (d + 1) % 7) {
            *set |= 1U << d;
            if (d == to)
                break;
        }
        if (**s != ',')
            return true;
    }
}

static bool two(const char **s, int *out)
{
    if ((*s)[0] < '0' || (*s)[0] > '9' || (*s)[1] < '0' || (*s)[1] > '9')
        return false;
    *out = ((*s)[0] - '0') * 10 + ((*s)[1] - '0');
    *s += 2;
    return true;
}

static bool wall(const char **s, int32_t *out)
{
    int h, m;
    if (!two(s, &h) || *(*s)++ != ':' || !two(s, &m) || m > 59 || h * 60 + m > 1440)
        return false;
    *out = (h * 60 + m) * 60;
    return true;
}

static const char *hours_read(const char *s, unsigned *set, struct clock_span *x)
{
    if (!days(&s, set) || *s != ' ')
        return "write days and hours like \"mon-fri 09:00-18:00\" (days: mon tue wed thu fri sat sun, or daily)";
    while (*s == ' ')
        s++;
    if (!wall(&s, &x->from_s) || *s++ != '-' || !wall(&s, &x->to_s) || *s)
        return "write the hours like \"09:00-18:00\" (from 00:00 to 24:00)";
    return x->from_s < x->to_s ? NULL : "the end is not after the beginning; hours past midnight need two lines";
}

const char *clock_hours_wrong(const char *text)
{
    unsigned set;
    struct clock_span x;
    return hours_read(text, &set, &x);
}

static const char *holiday_read(const char *s, struct clock_holiday *h)
{
    struct when from, to;
    char first[16];
    int month, day;
    const char *p = s;
    if (strlen(s) == 5 && two(&p, &month) && *p++ == '-' && two(&p, &day) && when_valid_date(2000, month, day)) {
        *h = (struct clock_holiday){month * 100 + day, month * 100 + day, true};
        return NULL;
    }
    const char *dots = strstr(s, "..");
    snprintf(first, sizeof first, "%.*s", (int)(dots ? dots - s : 15), s);
    if ((dots && dots - s != 10) || !when_parse(first, &from) || from.precision != PRECISION_DAY)
        return "write a day off like \"2026-01-01\", \"2026-01-01..2026-01-08\" or, for every year, \"01-01\"";
    to = from;
    if (dots && (!when_parse(dots + 2, &to) || to.precision != PRECISION_DAY || to.at < from.at))
        return "the last day off is no date, or before the first";
    *h = (struct clock_holiday){from.at / DAY_S, to.at / DAY_S, false};
    return NULL;
}

const char *clock_holiday_wrong(const char *text)
{
    struct clock_holiday h;
    return holiday_read(text, &h);
}

/* Insert in order; touching and overlapping spans become one. */
static bool span_add(struct calendar *c, int day, struct clock_span x)
{
    struct clock_span *s = c->span[day];
    size_t n = 0;
    for (size_t i = 0; i < c->n_span[day]; i++) {
        if (s[i].to_s < x.from_s || s[i].from_s > x.to_s) {
            s[n++] = s[i];
            continue;
        }
        x.from_s = s[i].from_s < x.from_s ? s[i].from_s : x.from_s;
        x.to_s = s[i].to_s > x.to_s ? s[i].to_s : x.to_s;
    }
    if (n == CLOCK_SPANS_MAX)
        return false;
    size_t at = n;
    for (; at > 0 && s[at - 1].from_s > x.from_s; at--)
        s[at] = s[at - 1];
    s[at] = x;
    c->n_span[day] = n + 1;
    return true;
}

static const char *fill(struct calendar *c, const struct desk_rules *r)
{
    size_t n_open = 0;
    for (size_t i = 0; i < r->n_hour; i++) {
        unsigned set;
        struct clock_span x;
        const char *wrong = hours_read(r->hours[i], &set, &x);
        for (int d = 0; d < 7 && !wrong; d++)
            if (set & 1U << d && !span_add(c, d, x))
                wrong = "more than eight spans of hours on one day";
        if (wrong)
            return wrong;
    }
    for (int d = 0; d < 7; d++) {
        if (r->n_hour == 0)
            c->span[d][c->n_span[d]++] = (struct clock_span){0, (int32_t)DAY_S};
        n_open += c->n_span[d];
    }
    for (size_t i = 0; i < r->n_holiday; i++) {
        const char *wrong = holiday_read(r->holidays[i], &c->holiday[i]);
        if (wrong)
            return wrong;
        c->n_holiday++;
    }
    return n_open ? NULL : "no hour is ever open";
}

bool clock_calendar(const struct desk_rules *r, struct arena *a, const struct calendar **out, const char **wrong)
{
    *out = NULL;
    *wrong = NULL;
    struct calendar *c = arena_calloc(a, 1, sizeof *c);
    struct clock_holiday *h = arena_calloc(a, r->n_holiday + 1, sizeof *h);
    if (!c || !h) {
        *wrong = "out of memory";
        return false;
    }
    c->holiday = h;
    if (!zone_load(&c->zone, r->timezone ? r->timezone : "UTC", a))
        *wrong = "no such time zone; write it like \"Europe/Moscow\" (the names are those of /usr/share/zoneinfo)";
    else
        *wrong = fill(c, r);
    if (*wrong)
        return false;
    if (r->n_hour || r->n_holiday)
        *out = c;
    return true;
}

/* ---------------------------------------------------------------- counting */

static bool is_holiday(const struct calendar *c, int64_t day)
{
    int y, m, d;
    when_civil(day, &y, &m, &d);
    for (size_t i = 0; i < c->n_holiday; i++) {
        const struct clock_holiday *h = &c->holiday[i];
        int64_t at = h->yearly ? m * 100 + d : day;
        if (at >= h->from && at <= h->to)
            return true;
    }
    return false;
}

/* Walk over the open spans from a moment on. */
struct walk {
    const struct calendar *c;
    int64_t day, last; /* local days */
    size_t next;
    int64_t from, to; /* of the span just found, as moments */
};

static void walk_begin(struct walk *w, const struct calendar *c, int64_t at)
{
    int64_t local = at + zone_offset(&c->zone, at);
    /* a day earlier: near a change of offset the local date may jump */
    *w = (struct walk){.c = c, .day = local / DAY_S - (local % DAY_S < 0) - 1};
    w->last = w->day + DAYS_MAX;
}

static bool walk_next(struct walk *w)
{
    const struct calendar *c = w->c;
    for (; w->day < w->last; w->day++, w->next = 0) {
        int wd = (int)((w->day % 7 + 7 + 3) % 7); /* Monday = 0 */
        if (w->next >= c->n_span[wd] || is_holiday(c, w->day))
            continue;
        const struct clock_span *s = &c->span[wd][w->next++];
        w->from = zone_utc(&c->zone, w->day * DAY_S + s->from_s);
        w->to = zone_utc(&c->zone, w->day * DAY_S + s->to_s);
        return true;
    }
    return false;
}

int64_t clock_add(const struct calendar *c, int64_t from, int64_t work_s)
{
    struct walk w;
    if (!c || work_s <= 0)
        return from + work_s;
    int64_t left = work_s;
    walk_begin(&w, c, from);
    while (walk_next(&w)) {
        int64_t begin = w.from > from ? w.from : from;
        if (w.to <= begin)
            continue;
        if (w.to - begin >= left)
            return begin + left;
        left -= w.to - begin;
    }
    return from + work_s; /* never open again: rather a clock round the clock than none */
}

int64_t clock_between(const struct calendar *c, int64_t from, int64_t to)
{
    struct walk w;
    int64_t sum = 0;
    if (to <= from)
        return 0;
    if (!c)
        return to - from;
    walk_begin(&w, c, from);
    while (walk_next(&w) && w.from < to) {
        int64_t begin = w.from > from ? w.from : from, end = w.to < to ? w.to : to;
        sum += end > begin ? end - begin : 0;
    }
    return sum;
}

bool clock_open(const struct calendar *c, int64_t at)
{
    return !c || clock_between(c, at, at + 1) == 1;
}
