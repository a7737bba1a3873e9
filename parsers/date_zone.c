#include "parsers/date_zone.h"

#include "base/when.h"

#include <string.h>
#include <strings.h>

#define HOUR 3600
#define DAY 86400

enum rule { RULE_FIXED, RULE_EU, RULE_US, RULE_MOSCOW };

/* Standard offset in minutes; for RULE_MOSCOW today's. from: when this offset began (UTC), older times use `before`. */
struct zone {
    const char *name;
    int minutes;
    enum rule rule;
    int64_t from;
    int minutes_before;
};

static const struct zone zones[] = {
    {"UTC", 0, RULE_FIXED, 0, 0},
    {"GMT", 0, RULE_FIXED, 0, 0},
    {"Z", 0, RULE_FIXED, 0, 0},
    {"Etc/UTC", 0, RULE_FIXED, 0, 0},
    {"Europe/Moscow", 180, RULE_MOSCOW, 0, 0},
    {"Europe/Simferopol", 180, RULE_MOSCOW, 0, 0},
    {"Europe/Kaliningrad", 120, RULE_MOSCOW, 0, 0},
    {"Asia/Yekaterinburg", 300, RULE_MOSCOW, 0, 0},
    {"Asia/Omsk", 360, RULE_MOSCOW, 0, 0},
    {"Asia/Krasnoyarsk", 420, RULE_MOSCOW, 0, 0},
    {"Asia/Irkutsk", 480, RULE_MOSCOW, 0, 0},
    {"Asia/Yakutsk", 540, RULE_MOSCOW, 0, 0},
    {"Asia/Vladivostok", 600, RULE_MOSCOW, 0, 0},
    {"Europe/Minsk", 180, RULE_FIXED, 1301187600, 120}, /* 2011-03-27 */
    {"Asia/Almaty", 300, RULE_FIXED, 1709229600, 360},  /* 2024-03-01 */
    {"Asia/Tashkent", 300, RULE_FIXED, 0, 0},
    {"Asia/Tbilisi", 240, RULE_FIXED, 0, 0},
    {"Europe/Istanbul", 180, RULE_FIXED, 1473195600, 120}, /* 2016-09-07 */
    {"Europe/Kyiv", 120, RULE_EU, 0, 0},
    {"Europe/Kiev", 120, RULE_EU, 0, 0},
    {"Europe/Chisinau", 120, RULE_EU, 0, 0},
    {"Europe/Vilnius", 120, RULE_EU, 0, 0},
    {"Europe/Riga", 120, RULE_EU, 0, 0},
    {"Europe/Tallinn", 120, RULE_EU, 0, 0},
    {"Europe/Helsinki", 120, RULE_EU, 0, 0},
    {"Europe/Bucharest", 120, RULE_EU, 0, 0},
    {"Europe/Sofia", 120, RULE_EU, 0, 0},
    {"Europe/Athens", 120, RULE_EU, 0, 0},
    {"Europe/Warsaw", 60, RULE_EU, 0, 0},
    {"Europe/Berlin", 60, RULE_EU, 0, 0},
    {"Europe/Paris", 60, RULE_EU, 0, 0},
    {"Europe/Madrid", 60, RULE_EU, 0, 0},
    {"Europe/Rome", 60, RULE_EU, 0, 0},
    {"Europe/Amsterdam", 60, RULE_EU, 0, 0},
    {"Europe/Prague", 60, RULE_EU, 0, 0},
    {"Europe/Vienna", 60, RULE_EU, 0, 0},
    {"Europe/Copenhagen", 60, RULE_EU, 0, 0},
    {"Europe/Stockholm", 60, RULE_EU, 0, 0},
    {"Europe/London", 0, RULE_EU, 0, 0},
    {"Europe/Dublin", 0, RULE_EU, 0, 0},
    {"Europe/Lisbon", 0, RULE_EU, 0, 0},
    {"America/New_York", -300, RULE_US, 0, 0},
    {"America/Chicago", -360, RULE_US, 0, 0},
    {"America/Denver", -420, RULE_US, 0, 0},
    {"America/Los_Angeles", -480, RULE_US, 0, 0},
    {"Asia/Tokyo", 540, RULE_FIXED, 0, 0},
    {"Asia/Shanghai", 480, RULE_FIXED, 0, 0},
    {"Asia/Kolkata", 330, RULE_FIXED, 0, 0},
};

/* Printed behind a time. Where a word means several zones, the one of RFC 822 or of a Russian or Ukrainian site. */
static const struct {
    const char *word;
    int minutes;
} printed[] = {
    {"UTC", 0},    {"GMT", 0},    {"UT", 0},     {"Z", 0},      {"MSK", 180},  {"MSD", 240}, {"\xD0\x9C\xD0\xA1\xD0\x9A", 180}, {"\xD0\xBC\xD1\x81\xD0\xBA", 180},
    {"EET", 120},  {"EEST", 180}, {"CET", 60},   {"CEST", 120}, {"WET", 0},    {"WEST", 60}, {"BST", 60},  {"EST", -300},
    {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
};

/* Day number of the n-th Sunday of a month (1 = first), or of the last one (n = 0). */
static int64_t sunday(int year, int month, int n)
{
    int64_t day = n > 0 ? when_days(year, month, 1) : when_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 7;
    int64_t weekday = ((day % 7) + 7 + 4) % 7; /* 1970-01-01 was a Thursday; 0 = Sunday */
    day += (7 - weekday) % 7;
    return day + (n > 1 ? 7 * (n - 1) : 0);
}

static int year_of(int64_t at)
{
    int year;
    int month;
    int day;
    when_civil(at >= 0 ? at / DAY : (at - DAY + 1) / DAY, &year, &month, &day);
    return year;
}

/* Directive 2000/84/EC: last Sunday of March to last Sunday of October, both at 01:00 UTC. */
static bool eu_summer(int64_t at)
{
    int year = year_of(at);
    return at >= sunday(year, 3, 0) * DAY + HOUR && at < sunday(year, 10, 0) * DAY + HOUR;
}

/* Energy Policy Act of 2005: second Sunday of March to first Sunday of November, at 02:00 on the clock. */
static bool us_summer(int64_t at, int standard_s)
{
    int year = year_of(at + standard_s);
    return at >= sunday(year, 3, 2) * DAY + 2 * HOUR - standard_s && at < sunday(year, 11, 1) * DAY + HOUR - standard_s;
}

/* Russia: the EU's days at 02:00 local until 2011-03-27, then all year summer time, from 2014-10-26 all year standard time. */
static int moscow(int64_t at, int standard_s)
{
    if (at >= 1414274400 - (standard_s - 3 * HOUR))
        return standard_s;
    if (at >= 1301180400 - (standard_s - 3 * HOUR))
        return standard_s + HOUR;
    int year = year_of(at + standard_s);
    bool summer = at >= sunday(year, 3, 0) * DAY + 2 * HOUR - standard_s && at < sunday(year, 10, 0) * DAY + 2 * HOUR - standard_s;
    return standard_s + (summer ? HOUR : 0);
}

static int offset_at(const struct zone *z, int64_t at)
{
    int standard_s = z->minutes * 60;
    if (z->from != 0 && at < z->from)
        return z->minutes_before * 60 + (z->minutes_before == 120 && eu_summer(at) ? HOUR : 0);
    switch (z->rule) {
    case RULE_EU:
        return standard_s + (eu_summer(at) ? HOUR : 0);
    case RULE_US:
        return standard_s + (us_summer(at, standard_s) ? HOUR : 0);
    case RULE_MOSCOW:
        return moscow(at, standard_s);
    case RULE_FIXED:
    default:
        return standard_s;
    }
}

/* +3, +03, +0300, +03:00; also the minus sign U+2212. */
static bool numeric(const char *s, size_t n, int *offset_s)
{
    int sign = 1;
    size_t i = 1;
    if (n >= 3 && memcmp(s, "\xE2\x88\x92", 3) == 0) {
        sign = -1;
        i = 3;
    } else if (n > 0 && (*s == '+' || *s == '-')) {
        sign = *s == '-' ? -1 : 1;
    } else {
        return false;
    }
    int digit[4];
    int n_digit = 0;
    for (; i < n; i++) {
        if (s[i] == ':' && (n_digit == 1 || n_digit == 2) && i + 1 < n)
            continue;
        if (s[i] < '0' || s[i] > '9' || n_digit == 4)
            return false;
        digit[n_digit++] = s[i] - '0';
    }
    int hours = n_digit == 1 || n_digit == 3 ? digit[0] : n_digit >= 2 ? digit[0] * 10 + digit[1] : 99;
    int minutes = n_digit == 3 ? digit[1] * 10 + digit[2] : n_digit == 4 ? digit[2] * 10 + digit[3] : 0;
    if (hours > 14 || minutes > 59)
        return false;
    *offset_s = sign * (hours * HOUR + minutes * 60);
    return true;
}

bool date_zone_printed(const char *s, size_t n, int *offset_s)
{
    if (n > 3 && (strncasecmp(s, "UTC", 3) == 0 || strncasecmp(s, "GMT", 3) == 0) && numeric(s + 3, n - 3, offset_s))
        return true;
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++)
        if (strlen(printed[i].word) == n && strncasecmp(printed[i].word, s, n) == 0) {
            *offset_s = printed[i].minutes * 60;
            return true;
        }
    return numeric(s, n, offset_s);
}

static const struct zone *zone_find(const char *name)
{
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (strcasecmp(zones[i].name, name) == 0)
            return &zones[i];
    return NULL;
}

bool date_zone_offset(const char *zone, int64_t at_utc, int *offset_s)
{
    *offset_s = 0;
    if (zone == NULL || *zone == '\0')
        return true;
    const struct zone *z = zone_find(zone);
    if (z == NULL)
        return date_zone_printed(zone, strlen(zone), offset_s);
    *offset_s = offset_at(z, at_utc);
    return true;
}

bool date_zone_offset_local(const char *zone, int64_t at_local, int *offset_s)
{
    *offset_s = 0;
    if (zone == NULL || *zone == '\0')
        return true;
    const struct zone *z = zone_find(zone);
    if (z == NULL)
        return date_zone_printed(zone, strlen(zone), offset_s);
    int early = offset_at(z, at_local - 15 * HOUR);
    int first = offset_at(z, at_local - early);
    int late = offset_at(z, at_local + 15 * HOUR);
    int summer = early > late ? early : late;
    *offset_s = offset_at(z, at_local - summer) == summer ? summer : first;
    if (offset_at(z, at_local - *offset_s) != *offset_s)
        *offset_s = early < late ? early : late; /* an hour that was skipped */
    return true;
}

bool date_zone_known(const char *zone)
{
    int offset_s;
    return date_zone_offset(zone, 0, &offset_s);
}
