#include "parsers/date.h"

#include "parsers/date_words.h"
#include "parsers/date_zone.h"

#include <string.h>

#define DAY_S 86400
#define SKEW_S 600 /* a site's clock may run a little ahead of ours; without this "13:03" read at 13:02 would be last year's */

enum order { ORDER_DMY, ORDER_MDY, ORDER_UNSURE };

/* What a phrase has said so far; -1 is not said. */
struct phrase {
    int year, month, day, weekday;
    int hour, minute, second;
    int halfday;
    bool zone_said;
    int zone_s;
    bool day_said; /* today, yesterday */
    int day_offset;
    long amount[UNIT_YEAR + 1]; /* "2 h 21 min" */
    bool unit_said;
    bool half_hours;
    int direction; /* -1 ago, 1 in, 0 not said */
    bool now_said;
    bool last_said;
    int last;
    bool coarse; /* "last week": month is all we know */
};

static bool valid_year(int y)
{
    return y >= 1900 && y < 2200;
}

static int full_year(long y, int digits)
{
    if (digits == 2)
        return (int)(y < 50 ? 2000 + y : 1900 + y); /* RFC 2822 section 4.3 */
    return digits == 4 ? (int)y : -1;
}

/* A clock time on a calendar date, in the zone that was printed or in the site's. An unknown zone leaves only the day. */
static struct when at_clock(int64_t days, const struct phrase *p, const struct date_context *c)
{
    if (p->hour < 0)
        return (struct when){days * DAY_S, PRECISION_DAY};
    int second = p->second < 0 ? 0 : p->second > 59 ? 59 : p->second;
    int64_t local = days * DAY_S + p->hour * 3600 + p->minute * 60 + second;
    int offset_s = p->zone_s;
    if (!p->zone_said && !date_zone_offset_local(c->timezone, local, &offset_s))
        return (struct when){days * DAY_S, PRECISION_DAY};
    return (struct when){local - offset_s, p->second < 0 ? PRECISION_MINUTE : PRECISION_SECOND};
}

/* ---- ISO 8601 in the shapes that sites print */

struct cursor {
    const char *s;
};

static bool digits(struct cursor *c, int n, int *out)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (c->s[i] < '0' || c->s[i] > '9')
            return false;
        v = v * 10 + (c->s[i] - '0');
    }
    c->s += n;
    *out = v;
    return true;
}

static void skip_blanks(struct cursor *c)
{
    while (*c->s == ' ' || *c->s == '\t' || *c->s == '\n' || *c->s == '\r')
        c->s++;
}

static bool iso_date(struct cursor *c, struct phrase *p, bool *compact)
{
    if (!digits(c, 4, &p->year))
        return false;
    char mark = *c->s;
    *compact = mark >= '0' && mark <= '9';
    if (*compact)
        return digits(c, 2, &p->month) && digits(c, 2, &p->day);
    if (mark != '-' && mark != '/' && mark != '.')
        return false;
    c->s++;
    if (!digits(c, 2, &p->month))
        return false;
    if (*c->s != mark)
        return *c->s == '\0'; /* year and month */
    c->s++;
    return digits(c, 2, &p->day);
}

static bool iso_time(struct cursor *c, struct phrase *p, bool compact)
{
    if (!digits(c, 2, &p->hour))
        return false;
    if (*c->s == ':')
        c->s++;
    else if (!compact)
        return false;
    if (!digits(c, 2, &p->minute))
        return false;
    if (*c->s == ':' || (compact && *c->s >= '0' && *c->s <= '9')) {
        c->s += *c->s == ':';
        if (!digits(c, 2, &p->second))
            return false;
    }
    if ((*c->s == '.' || *c->s == ',') && p->second >= 0)
        for (c->s++; *c->s >= '0' && *c->s <= '9';)
            c->s++;
    return p->hour <= 23 && p->minute <= 59 && p->second <= 60;
}

static void phrase_init(struct phrase *p)
{
    memset(p, 0, sizeof *p);
    p->year = p->month = p->day = p->weekday = p->hour = p->minute = p->second = p->halfday = -1;
}

static struct when read_iso(const char *s, const struct date_context *ctx)
{
    struct cursor c = {s};
    struct phrase p;
    phrase_init(&p);
    skip_blanks(&c);
    bool compact;
    if (!iso_date(&c, &p, &compact) || !valid_year(p.year) || !when_valid_date(p.year, p.month, p.day < 0 ? 1 : p.day))
        return WHEN_UNKNOWN;
    if (p.day < 0)
        return (struct when){when_days(p.year, p.month, 1) * DAY_S, PRECISION_MONTH};
    bool time = *c.s == 'T' || *c.s == 't';
    c.s += time;
    skip_blanks(&c);
    if (*c.s >= '0' && *c.s <= '9')
        time = iso_time(&c, &p, compact);
    else if (!time && *c.s == '\0')
        return at_clock(when_days(p.year, p.month, p.day), &p, ctx);
    if (!time || p.hour < 0)
        return WHEN_UNKNOWN;
    skip_blanks(&c);
    size_t n = strlen(c.s);
    while (n > 0 && (c.s[n - 1] == ' ' || c.s[n - 1] == '\n' || c.s[n - 1] == '\t' || c.s[n - 1] == '\r'))
        n--;
    if (n > 0) {
        if (!date_zone_printed(c.s, n, &p.zone_s))
            return WHEN_UNKNOWN;
        p.zone_said = true;
    }
    return at_clock(when_days(p.year, p.month, p.day), &p, ctx);
}

/* Seconds, or milliseconds when there are too many digits for seconds; a fraction (Reddit prints floats) is cut. */
static struct when read_epoch(const char *s)
{
    struct cursor c = {s};
    skip_blanks(&c);
    int64_t v = 0;
    int n = 0;
    for (; *c.s >= '0' && *c.s <= '9' && n < 17; c.s++, n++)
        v = v * 10 + (*c.s - '0');
    if (*c.s == '.' || *c.s == 'e')
        for (c.s++; *c.s >= '0' && *c.s <= '9';)
            c.s++;
    skip_blanks(&c);
    if (*c.s != '\0' || n < 8 || n > 16)
        return WHEN_UNKNOWN;
    if (n >= 15)
        v /= 1000000;
    else if (n >= 12)
        v /= 1000;
    return v > 0 ? (struct when){v, PRECISION_SECOND} : WHEN_UNKNOWN;
}

/* ---- phrases */

static bool is_mark(const struct token *t, long value)
{
    return t->kind == TOKEN_MARK && t->value == value;
}

/* 13:02[:59[.123]] or 5 pm at t. Returns tokens used, 0 when it is no time. */
static size_t take_time(const struct token *t, struct phrase *p)
{
    if (p->hour < 0 && t[0].kind == TOKEN_NUMBER && t[1].kind == TOKEN_HALFDAY && t[0].value >= 1 && t[0].value <= 12) {
        p->hour = (int)t[0].value;
        p->minute = 0;
        return 1;
    }
    if (p->hour >= 0 || t[0].kind != TOKEN_NUMBER || !is_mark(&t[1], ':') || t[2].kind != TOKEN_NUMBER || t[0].digits > 2 || t[2].digits != 2)
        return 0;
    p->hour = (int)t[0].value;
    p->minute = (int)t[2].value;
    size_t used = 3;
    if (is_mark(&t[3], ':') && t[4].kind == TOKEN_NUMBER) {
        p->second = (int)t[4].value;
        used = 5;
        if (is_mark(&t[5], '.') && t[6].kind == TOKEN_NUMBER && !t[6].blank_before)
            used = 7;
    }
    return p->hour <= 23 && p->minute <= 59 && p->second <= 60 ? used : 0;
}

static bool set_day_month(struct phrase *p, const struct token *a, const struct token *b, enum order order, long mark)
{
    if (order == ORDER_UNSURE && mark == '/' && a->value <= 12 && b->value <= 12 && a->value != b->value)
        return false; /* 03/10: nobody can tell */
    /* dots are written day first everywhere; what cannot be a month is a day */
    bool month_first = mark != '.' && a->value <= 12 && (order == ORDER_MDY || (order == ORDER_UNSURE && b->value > 12));
    if (a->value > 31 || b->value > 31)
        return false;
    p->day = (int)(month_first ? b->value : a->value);
    p->month = (int)(month_first ? a->value : b->value);
    return true;
}

/* 03.10.2023, 03.10.23, 2023-10-03, 27.04; 2015-кві-12, 12-Apr-2015. */
static size_t take_numbers(const struct token *t, struct phrase *p, enum order order)
{
    if (p->day >= 0 || p->year >= 0 || t[0].kind != TOKEN_NUMBER || t[1].kind != TOKEN_MARK || t[1].value == ':' || t[1].value == ',' || t[1].blank_before)
        return 0;
    long mark = t[1].value;
    bool full = is_mark(&t[3], mark) && t[4].kind == TOKEN_NUMBER && !t[4].blank_before;
    const struct token *year = t[0].digits == 4 ? &t[0] : &t[4];
    if (t[2].kind == TOKEN_MONTH && full && mark == '-') {
        p->month = (int)t[2].value;
        p->day = (int)(year == &t[0] ? t[4].value : t[0].value);
        p->year = full_year(year->value, year->digits);
        return p->year > 0 ? 5 : 0;
    }
    if (t[2].kind != TOKEN_NUMBER || t[2].blank_before || t[2].digits > 2)
        return 0;
    if (full && t[0].digits == 4) {
        p->year = (int)t[0].value;
        p->month = (int)t[2].value;
        p->day = (int)t[4].value;
        return 5;
    }
    if (t[0].digits > 2 || !set_day_month(p, &t[0], &t[2], order, mark))
        return 0;
    if (!full)
        return mark == '.' && t[2].digits == 2 ? 3 : 0;
    p->year = full_year(t[4].value, t[4].digits);
    return p->year > 0 ? 5 : 0;
}

static bool is_unit(const struct token *t)
{
    return t->kind == TOKEN_UNIT || t->kind == TOKEN_YEARWORD;
}

static enum unit unit_of(const struct token *t)
{
    return t->kind == TOKEN_YEARWORD ? UNIT_YEAR : (enum unit)t->value;
}

/* "2 hours", "half an hour", "полчаса", "півтора року". n is at most 9 digits. */
static size_t take_amount(const struct token *t, struct phrase *p)
{
    bool word = t[0].kind == TOKEN_COUNT;
    size_t i = 1;
    while (t[i].kind == TOKEN_NOISE || t[i].kind == TOKEN_COUNT)
        i++;
    long v = t[0].value;
    if (word && v == -2) {
        p->amount[UNIT_MONTH] += 6;
        p->unit_said = true;
        return 1;
    }
    if (word && v == -1 && !is_unit(&t[i])) {
        p->amount[UNIT_MINUTE] += 30;
        p->unit_said = true;
        return 1;
    }
    if (!is_unit(&t[i]) || (t[i].kind == TOKEN_YEARWORD && t[0].digits == 4))
        return 0;
    static const enum unit finer[] = {UNIT_SECOND, UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_DAY, UNIT_MONTH};
    static const long in_finer[] = {1, 60, 60, 24, 7, 30, 12};
    enum unit unit = unit_of(&t[i]);
    if (v == -1 || v == -3)
        p->amount[finer[unit]] += in_finer[unit] / 2;
    if (v != -1)
        p->amount[unit] += v == -3 ? 1 : v;
    p->unit_said = true;
    return i + 1;
}

/* A number that stands alone: a year, or a day, or a short year behind day and month. */
static bool take_number(const struct token *t, struct phrase *p)
{
    if (t->digits == 4 && p->year < 0)
        p->year = (int)t->value;
    else if (t->digits <= 2 && p->day < 0)
        p->day = (int)t->value;
    else if (t->digits == 2 && p->year < 0 && p->month > 0)
        p->year = full_year(t->value, 2);
    else
        return false;
    return true;
}

static bool take_last(const struct token **t, struct phrase *p)
{
    p->last_said = true;
    p->last = (int)(*t)->value;
    if (!is_unit(*t + 1))
        return (*t)[1].kind == TOKEN_WEEKDAY;
    enum unit unit = unit_of(*t + 1);
    p->amount[unit] += p->last == 0 ? 0 : 1;
    p->direction = p->last > 0 ? 1 : -1;
    p->unit_said = p->coarse = true;
    (*t)++;
    return true;
}

static bool set_once(int *field, long value)
{
    bool fresh = *field < 0;
    *field = (int)value;
    return fresh;
}

/* One token that needs no look ahead. */
static bool take_word(const struct token *t, struct phrase *p)
{
    switch (t->kind) {
    case TOKEN_MONTH:
        return set_once(&p->month, t->value);
    case TOKEN_WEEKDAY:
        return set_once(&p->weekday, t->value);
    case TOKEN_HALFDAY:
        return set_once(&p->halfday, t->value);
    case TOKEN_DAY:
        p->day_offset = (int)t->value;
        return !p->day_said && (p->day_said = true);
    case TOKEN_UNIT:
        p->amount[t->value] += 1;
        p->unit_said = true;
        return true;
    case TOKEN_AGO:
        p->direction = -1;
        return true;
    case TOKEN_IN:
        p->direction = p->direction == 0 ? 1 : p->direction;
        return true;
    case TOKEN_NOW:
        p->now_said = true;
        return true;
    case TOKEN_ZONE:
        p->zone_said = true;
        p->zone_s = (int)t->value;
        return p->hour >= 0;
    case TOKEN_MARK:
        return t->value == '.' || t->value == ',' || t->value == '-';
    case TOKEN_YEARWORD: /* "5 мая 2014 г.", or "год назад" */
        if (p->year < 0) {
            p->amount[UNIT_YEAR] += 1;
            p->unit_said = true;
        }
        return true;
    case TOKEN_NOISE:
        return true;
    default:
        return false;
    }
}

static bool read_phrase(const struct token *t, struct phrase *p, enum order order)
{
    phrase_init(p);
    while (t->kind != TOKEN_END) {
        size_t used = 0;
        if (t->kind == TOKEN_NUMBER) {
            used = take_time(t, p);
            if (used == 0)
                used = take_numbers(t, p, order);
            if (used == 0)
                used = take_amount(t, p);
            if (used == 0)
                used = take_number(t, p) ? 1 : 0;
        } else if (t->kind == TOKEN_COUNT) {
            used = take_amount(t, p);
            if (used == 0 && t[1].kind == TOKEN_NUMBER)
                used = 1; /* French "à 10:00" */
        } else if (t->kind == TOKEN_LAST) {
            used = take_last(&t, p) ? 1 : 0;
        } else {
            used = take_word(t, p) ? 1 : 0;
        }
        if (used == 0)
            return false;
        t += used;
    }
    if (p->halfday >= 0) {
        if (p->hour < 0)
            return false;
        if (p->hour <= 12)
            p->hour = p->hour % 12 + p->halfday;
    }
    return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The calendar day it is at the site. */
static int64_t today_of(const struct date_context *c, const struct phrase *p)
{
    int offset_s = p->zone_s;
    if (!p->zone_said && !date_zone_offset(c->timezone, c->now, &offset_s))
        offset_s = 0;
    return floor_div(c->now + offset_s, DAY_S);
}

static bool in_future(struct when w, const struct date_context *c, int64_t today)
{
    return w.precision == PRECISION_DAY ? w.at > today * DAY_S : w.at > c->now + SKEW_S;
}

/* No year printed: the last such date that is not in the future. 29 February may be years back. */
static struct when without_year(const struct phrase *p, const struct date_context *c)
{
    int64_t today = today_of(c, p);
    int year;
    int month;
    int day;
    when_civil(today, &year, &month, &day);
    for (int y = year + 1; y >= year - 8; y--) { /* next year: it may be New Year's Eve here and the day after there */
        if (!when_valid_date(y, p->month, p->day))
            continue;
        struct when w = at_clock(when_days(y, p->month, p->day), p, c);
        if (!in_future(w, c, today))
            return w;
    }
    return WHEN_UNKNOWN;
}

static struct when weekday_before(const struct phrase *p, const struct date_context *c)
{
    int64_t today = today_of(c, p);
    int64_t back = ((today + 4) % 7 - p->weekday + 7) % 7;
    if (p->last_said && back == 0)
        back = 7;
    struct when w = at_clock(today - back, p, c);
    return in_future(w, c, today) ? at_clock(today - back - 7, p, c) : w;
}

/* "3 days ago". Hours and less are to the minute, days and weeks to the day, months and years to the month. */
static struct when relative(const struct phrase *p, const struct date_context *c)
{
    const long *n = p->amount;
    for (int i = 0; i <= UNIT_YEAR; i++)
        if (n[i] > 4000000)
            return WHEN_UNKNOWN;
    int sign = p->direction > 0 ? 1 : -1;
    int64_t seconds = n[UNIT_SECOND] + 60 * (int64_t)n[UNIT_MINUTE] + 3600 * (int64_t)n[UNIT_HOUR];
    int64_t days = n[UNIT_DAY] + 7 * (int64_t)n[UNIT_WEEK];
    int64_t months = n[UNIT_MONTH] + 12 * (int64_t)n[UNIT_YEAR];
    if (months == 0 && days == 0 && !p->coarse)
        return (struct when){floor_div(c->now + sign * seconds, 60) * 60, PRECISION_MINUTE};
    int64_t at_day = today_of(c, p) + sign * (days + (months > 0 ? 0 : seconds / DAY_S));
    if (months == 0 && !p->coarse)
        return at_clock(at_day, p, c);
    int year;
    int month;
    int day;
    when_civil(at_day, &year, &month, &day);
    int64_t index = (int64_t)year * 12 + (month - 1) + sign * months;
    year = (int)floor_div(index, 12);
    if (!valid_year(year))
        return WHEN_UNKNOWN;
    return (struct when){when_days(year, (int)(index - 12 * (int64_t)year) + 1, 1) * DAY_S, PRECISION_MONTH};
}

static struct when resolve(const struct phrase *p, const struct date_context *c, bool bare_ago)
{
    if (p->month > 0 && p->month <= 12) {
        if (p->day_said || p->unit_said || p->direction < 0)
            return WHEN_UNKNOWN;
        if (p->year >= 0 && !valid_year(p->year))
            return WHEN_UNKNOWN;
        if (p->day < 0)
            return p->year < 0 || p->hour >= 0 ? WHEN_UNKNOWN : (struct when){when_days(p->year, p->month, 1) * DAY_S, PRECISION_MONTH};
        if (p->year < 0)
            return without_year(p, c);
        return when_valid_date(p->year, p->month, p->day) ? at_clock(when_days(p->year, p->month, p->day), p, c) : WHEN_UNKNOWN;
    }
    if (p->month >= 0 || p->year >= 0 || p->day >= 0)
        return WHEN_UNKNOWN;
    if (p->day_said)
        return p->unit_said || p->direction != 0 ? WHEN_UNKNOWN : at_clock(today_of(c, p) + p->day_offset, p, c);
    if (p->unit_said)
        return p->direction != 0 || bare_ago ? relative(p, c) : WHEN_UNKNOWN;
    if (p->weekday >= 0)
        return weekday_before(p, c);
    return p->now_said ? (struct when){floor_div(c->now, 60) * 60, PRECISION_MINUTE} : WHEN_UNKNOWN;
}

/* "mar. 5 mai", "Mo 6. Mai", "Сер травня 08": the short name of a weekday that is also one of a month or a unit, before a whole date. 1 when it stands first. */
static size_t weekday_in_disguise(const struct token *t)
{
    if (t[0].kind != TOKEN_MONTH && t[0].kind != TOKEN_UNIT)
        return 0;
    for (size_t i = 1; t[i].kind != TOKEN_END; i++)
        if (t[i].kind == TOKEN_MONTH)
            return 1;
    return 0;
}

static struct when read_words(const char *s, enum order order, const struct date_context *c, bool bare_ago)
{
    struct token token[DATE_TOKENS + 8] = {{TOKEN_END, 0, 0, false}}; /* looked ahead by at most 7 */
    struct phrase p;
    if (!date_tokens(s, token))
        return WHEN_UNKNOWN;
    const struct token *from = token + weekday_in_disguise(token);
    return read_phrase(from, &p, order) ? resolve(&p, c, bare_ago) : WHEN_UNKNOWN;
}

struct when date_read(const char *s, const char *form, const struct date_context *c)
{
    if (s == NULL || form == NULL)
        return WHEN_UNKNOWN;
    bool any = strcmp(form, "any") == 0;
    if (strcmp(form, "epoch") == 0)
        return read_epoch(s);
    struct when w = read_iso(s, c);
    if (when_known(w) || strcmp(form, "iso") == 0)
        return w;
    if (any) {
        size_t n = strspn(s, "0123456789");
        if ((n == 10 || n == 13) && s[n] == '\0')
            return read_epoch(s);
    }
    enum order order = strcmp(form, "mdy") == 0 ? ORDER_MDY : any || strcmp(form, "en") == 0 ? ORDER_UNSURE : ORDER_DMY;
    return read_words(s, order, c, strcmp(form, "relative") == 0);
}
