#include "desk/zone.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S           INT64_C(86400)
#define FILE_BYTES      (64 * LIMIT_KIB) /* the largest file of tzdata 2024 has 4 KiB */
#define TRANSITIONS_MAX 4000
#define TYPES_MAX       256
#define HEADER_BYTES    44
#define OFFSET_MAX      (26 * 3600) /* RFC 9636 section 3.2 asks for less than 25 h */

/* ---------------------------------------------------------------- the POSIX rule */

static bool number(const char **s, int max, int *out)
{
    if (**s < '0' || **s > '9')
        return false;
    for (*out = 0; **s >= '0' && **s <= '9'; ++*s)
        if ((*out = *out * 10 + (**s - '0')) > max)
            return false;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool clock_time(const char **s, int64_t *out)
{
    int h, m = 0, sec = 0, sign = **s == '-' ? -1 : 1;
    *s += **s == '-' || **s == '+';
    if (!number(s, 167, &h))
        return false;
    if (**s == ':' && (++*s, !number(s, 59, &m)))
        return false;
    if (**s == ':' && (++*s, !number(s, 59, &sec)))
        return false;
    *out = sign * ((int64_t)h * 3600 + m * 60 + sec);
    return true;
}

static bool zone_name(const char **s)
{
    const char *from = *s;
    if (**s == '<') {
        const char *end = strchr(*s, '>');
        *s = end ? end + 1 : *s;
        return end != NULL;
    }
    while ((**s >= 'A' && **s <= 'Z') || (**s >= 'a' && **s <= 'z'))
        ++*s;
    return *s - from >= 3;
}

static bool change(const char **s, struct zone_rule *r)
{
    *r = (struct zone_rule){.kind = 'N', .at_s = 7200};
    if (*(*s)++ != ',')
        return false;
    if (**s == 'M') {
        r->kind = 'M';
        ++*s;
        if (!number(s, 12, &r->month) || r->month < 1 || *(*s)++ != '.' || !number(s, 5, &r->week) || r->week < 1 || *(*s)++ != '.' ||
            !number(s, 6, &r->day))
            return false;
    } else {
        if (**s == 'J') {
            r->kind = 'J';
            ++*s;
        }
        if (!number(s, 365, &r->day) || (r->kind == 'J' && r->day < 1))
            return false;
    }
    return **s != '/' || (++*s, clock_time(s, &r->at_s));
}

bool zone_rule_parse(struct zone *z, const char *s)
{
    int64_t west, dst_west;
    z->has_rule = z->has_dst = false;
    if (!zone_name(&s) || !clock_time(&s, &west) || west > OFFSET_MAX || west < -OFFSET_MAX)
        return false;
    z->std_offset = z->dst_offset = (int32_t)-west;
    z->has_rule = true;
    if (!*s)
        return true;
    if (!zone_name(&s))
        return z->has_rule = false;
    dst_west = west - 3600;
    if (*s != ',' && (!clock_time(&s, &dst_west) || dst_west > OFFSET_MAX || dst_west < -OFFSET_MAX))
        return z->has_rule = false;
    z->dst_offset = (int32_t)-dst_west;
    z->has_dst = change(&s, &z->dst_begin) && change(&s, &z->dst_end) && !*s;
    return z->has_rule = z->has_dst;
}

/* Local midnight of the day of a change, in days. */
static int64_t change_day(const struct zone_rule *r, int year)
{
    int64_t first = when_days(year, 1, 1);
    bool leap = when_days(year + 1, 1, 1) - first == 366;
    if (r->kind == 'N')
        return first + r->day;
    if (r->kind == 'J')
        return first + r->day - 1 + (leap && r->day >= 60);
    int64_t day = when_days(year, r->month, 1);
    int weekday = (int)(((day % 7) + 7 + 4) % 7); /* 1970-01-01 was a Thursday */
    day += (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
    int64_t next = r->month == 12 ? when_days(year + 1, 1, 1) : when_days(year, r->month + 1, 1);
    return day >= next ? day - 7 : day;
}

static int32_t rule_offset(const struct zone *z, int64_t at)
{
    int year, month, day;
    if (!z->has_dst)
        return z->std_offset;
    int64_t local = at + z->std_offset, days = local / DAY_S - (local % DAY_S < 0);
    when_civil(days, &year, &month, &day);
    int64_t begin = change_day(&z->dst_begin, year) * DAY_S + z->dst_begin.at_s - z->std_offset;
    int64_t end = change_day(&z->dst_end, year) * DAY_S + z->dst_end.at_s - z->dst_offset;
    bool dst = begin < end ? at >= begin && at < end : at >= begin || at < end;
    return dst ? z->dst_offset : z->std_offset;
}

/* ---------------------------------------------------------------- the file */

struct tzif { /* the counts of one header */
    uint32_t isut, isstd, leap, time, type, character;
    char version;
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p)
{
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool header(const uint8_t *p, size_t n, struct tzif *h)
{
    if (n < HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
        return false;
    *h = (struct tzif){be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32), be32(p + 36), be32(p + 40), (char)p[4]};
    return h->isut <= TYPES_MAX && h->isstd <= TYPES_MAX && h->leap <= 1000 && h->time <= TRANSITIONS_MAX && h->type <= TYPES_MAX && h->character <= 4096;
}

static size_t block_bytes(const struct tzif *h, size_t time_bytes)
{
    return h->time * (time_bytes + 1) + h->type * 6 + h->character + h->leap * (time_bytes + 4) + h->isstd + h->isut;
}

/* One data block. */
static bool block(struct zone *z, const uint8_t *p, const struct tzif *h, size_t time_bytes, struct arena *a)
{
    const uint8_t *index = p + h->time * time_bytes, *type = index + h->time;
    if (h->type == 0)
        return false;
    int64_t *at = arena_calloc(a, h->time + 1, sizeof *at);
    int32_t *offset = arena_calloc(a, h->time + 1, sizeof *offset);
    if (!at || !offset)
        return false;
    for (size_t i = 0; i < h->type; i++) {
        int64_t o = (int32_t)be32(type + 6 * i);
        if (o > OFFSET_MAX || o < -OFFSET_MAX)
            return false;
    }
    for (size_t i = 0; i < h->time; i++) {
        at[i] = time_bytes == 8 ? be64(p + 8 * i) : (int32_t)be32(p + 4 * i);
        if (index[i] >= h->type || (i > 0 && at[i] <= at[i - 1]))
            return false;
        offset[i] = (int32_t)be32(type + 6 * index[i]);
    }
    z->at = at;
    z->offset = offset;
    z->n = h->time;
    z->first_offset = (int32_t)be32(type);
    return true;
}

bool zone_read(struct zone *z, const void *bytes, size_t n, struct arena *a)
{
    const uint8_t *p = bytes;
    struct tzif h;
    *z = (struct zone){0};
    if (!header(p, n, &h) || block_bytes(&h, 4) > n - HEADER_BYTES)
        return false;
    if (h.version < '2')
        return block(z, p + HEADER_BYTES, &h, 4, a);
    size_t skip = HEADER_BYTES + block_bytes(&h, 4);
    p += skip;
    n -= skip;
    if (!header(p, n, &h) || block_bytes(&h, 8) > n - HEADER_BYTES || !block(z, p + HEADER_BYTES, &h, 8, a))
        return false;
    skip = HEADER_BYTES + block_bytes(&h, 8);
    const char *foot = (const char *)p + skip;
    n -= skip;
    const char *end = n > 1 && *foot == '\n' ? memchr(foot + 1, '\n', n - 1) : NULL;
    char rule[128];
    if (!end || end - foot - 1 >= (long)sizeof rule)
        return false;
    snprintf(rule, sizeof rule, "%.*s", (int)(end - foot - 1), foot + 1);
    return !*rule || zone_rule_parse(z, rule);
}

/* Letters, digits and + - _ in parts between slashes: nothing that leads out of the folder. */
static bool name_good(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < 100 && name[0] != '/' && !strstr(name, "..") &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_/") == n;
}

bool zone_load(struct zone *z, const char *name, struct arena *a)
{
    const char *dir = getenv("TZDIR");
    char path[512];
    struct strbuf b;
    *z = (struct zone){0};
    if (strcmp(name, "UTC") == 0)
        return true;
    if (!name_good(name))
        return false;
    snprintf(path, sizeof path, "%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", name);
    strbuf_init(&b, FILE_BYTES);
    bool good = strbuf_read_file(&b, path) == ERR_OK && zone_read(z, b.s, b.n, a);
    strbuf_release(&b);
    return good;
}

/* ---------------------------------------------------------------- asking */

int32_t zone_offset(const struct zone *z, int64_t at)
{
    if (z->n == 0 || at < z->at[0])
        return z->n == 0 && z->has_rule ? rule_offset(z, at) : z->first_offset;
    if (at >= z->at[z->n - 1])
        return z->has_rule ? rule_offset(z, at) : z->offset[z->n - 1];
    size_t low = 0, high = z->n; /* at[low] <= at < at[high] */
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (z->at[mid] <= at)
            low = mid;
        else
            high = mid;
    }
    return z->offset[low];
}

int64_t zone_utc(const struct zone *z, int64_t local)
{
    int32_t before = zone_offset(z, local - DAY_S), after = zone_offset(z, local + DAY_S);
    int64_t early = local - before, late = local - after;
    if (zone_offset(z, early) == before)
        return early; /* also the first of two */
    return zone_offset(z, late) == after ? late : early;
}
