#include "cli/survey_csv.h"

#include "base/utf8.h"
#include "base/when.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 256
#define DAY_S       INT64_C(86400)

struct table {
    const char *name;
    char *p, *end;
    char comma;
    size_t line; /* of the row that was read last */
    size_t next_line;
    char *field[COLUMNS_MAX];
    size_t n_field;
};

static const char *const score_names[] = {"score", "nps", "nps score", "rating", "answer", "recommend", "оценка", "балл", "оцінка", "бал"};
static const char *const date_names[] = {"date", "time", "timestamp", "created", "created at", "created_at", "submitted", "submitted at", "submitted_at", "completed", "completed at", "responded_at", "end date", "дата", "время", "час"};

static enum err wrong(const struct table *t, const char *what)
{
    return err_set(ERR_USAGE, "%s:%zu: %s", t->name, t->line, what);
}

/* One field, unquoted in place; *p behind it. NULL: an open quote, or something behind a closing one. */
static char *field(struct table *t)
{
    if (t->p < t->end && *t->p == '"') {
        char *from = ++t->p, *to = from;
        for (; t->p < t->end; *to++ = *t->p++) {
            if (*t->p == '\n')
                t->next_line++;
            if (*t->p != '"')
                continue;
            if (t->p + 1 < t->end && t->p[1] == '"')
                t->p++;
            else
                break;
        }
        if (t->p == t->end)
            return NULL;
        t->p++;
        bool over = t->p == t->end || *t->p == t->comma || *t->p == '\n' || *t->p == '\r';
        *to = '\0'; /* at the closing quote at the latest */
        return over ? from : NULL;
    }
    char *from = t->p;
    while (t->p < t->end && *t->p != t->comma && *t->p != '\n' && *t->p != '\r')
        t->p++;
    return from;
}

/* The next row into t->field; *more false at the end. Empty lines are skipped. */
static enum err row(struct table *t, bool *more)
{
    while (t->p < t->end && (*t->p == '\n' || *t->p == '\r'))
        t->next_line += *t->p++ == '\n';
    t->line = t->next_line;
    t->n_field = 0;
    *more = t->p < t->end;
    while (*more) {
        if (t->n_field == COLUMNS_MAX)
            return wrong(t, "more than 256 columns");
        char *f = field(t);
        if (!f)
            return wrong(t, "a quotation mark is not closed, or text follows a closed one");
        t->field[t->n_field++] = f;
        bool again = t->p < t->end && *t->p == t->comma;
        bool lf = t->p < t->end && *t->p == '\n', cr = t->p < t->end && *t->p == '\r';
        if (t->p < t->end)
            *t->p++ = '\0';
        if (cr && t->p < t->end && *t->p == '\n')
            t->p++;
        t->next_line += lf || cr;
        if (!again)
            break;
    }
    return ERR_OK;
}

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

/* Which separator: the one of which the first line has most. */
static char comma_of(const char *p, const char *end)
{
    size_t n[3] = {0};
    for (; p < end && *p != '\n'; p++) {
        n[0] += *p == ',';
        n[1] += *p == ';';
        n[2] += *p == '\t';
    }
    return n[1] > n[0] && n[1] >= n[2] ? ';' : n[2] > n[0] ? '\t' : ',';
}

/* COLUMNS_MAX when there is none; the first one by the order of names. */
static size_t column(const struct table *t, const char *const *names, size_t n_name, struct arena *a)
{
    for (size_t k = 0; k < n_name; k++)
        for (size_t i = 0; i < t->n_field; i++) {
            const char *folded = utf8_fold(a, trim(t->field[i]), strlen(trim(t->field[i])));
            if (folded && strcmp(folded, names[k]) == 0)
                return i;
        }
    return COLUMNS_MAX;
}

/* -1: blank; -2: not a whole number from 0 to 10 */
static int score_of(const char *s)
{
    if (!*s)
        return -1;
    size_t n = strspn(s, "0123456789");
    int v = n == 1 || n == 2 ? atoi(s) : -2;
    if (strcmp(s + n, ".0") == 0 || strcmp(s + n, ",0") == 0 || strcmp(s + n, "/10") == 0)
        n = strlen(s);
    return n > 0 && !s[n] && v >= 0 && v <= 10 ? v : -2;
}

static bool day_of(char *s, int64_t utc_offset_s, int64_t *day)
{
    struct when w;
    int d, m, y, n = 0;
    if (sscanf(s, "%2d.%2d.%4d%n", &d, &m, &y, &n) == 3 && y >= 1000 && (!s[n] || s[n] == ' ')) {
        if (!when_valid_date(y, m, d))
            return false;
        *day = when_days(y, m, d);
        return true;
    }
    if (strlen(s) > 10 && s[10] == ' ') /* "2026-11-20 09:00:00": a local time; its date is what counts */
        s[10] = '\0';
    if (!when_parse(s, &w) || w.precision < PRECISION_DAY)
        return false;
    int64_t local = w.at + (w.precision > PRECISION_DAY ? utc_offset_s : 0);
    *day = (local - ((local % DAY_S) + DAY_S) % DAY_S) / DAY_S;
    return true;
}

static int by_day(const void *a, const void *b)
{
    const struct survey_day *x = a, *y = b;
    return x->day < y->day ? -1 : x->day > y->day;
}

/* Sorted, days added up. */
static void merge(struct survey_csv *c)
{
    size_t to = 0;
    if (c->n)
        qsort(c->day, c->n, sizeof *c->day, by_day);
    for (size_t i = 0; i < c->n; i++) {
        if (to == 0 || c->day[to - 1].day != c->day[i].day) {
            c->day[to++] = c->day[i];
            continue;
        }
        for (int k = 0; k <= 10; k++)
            c->day[to - 1].s.n[k] += c->day[i].s.n[k];
    }
    c->n = to;
}

/* Add an answer; rows of one day mostly stand together. */
static bool add(struct survey_csv *c, size_t *cap, int64_t day, int score, struct arena *a)
{
    if (c->n == 0 || c->day[c->n - 1].day != day) {
        if (c->n > SURVEY_DAYS_MAX)
            merge(c);
        struct survey_day *d = arena_grow(a, c->day, c->n, cap, sizeof *d);
        if (!d)
            return false;
        c->day = d;
        c->day[c->n++] = (struct survey_day){.day = day};
    }
    c->day[c->n - 1].s.n[score]++;
    c->n_answer++;
    return true;
}

static enum err head(struct table *t, size_t *score, size_t *date, struct arena *a)
{
    bool more;
    enum err e = row(t, &more);
    if (e != ERR_OK)
        return e;
    if (!more)
        return err_set(ERR_USAGE, "%s: the file is empty", t->name);
    *score = column(t, score_names, sizeof score_names / sizeof *score_names, a);
    *date = column(t, date_names, sizeof date_names / sizeof *date_names, a);
    if (*score == COLUMNS_MAX)
        return wrong(t, "no column is named score (or nps, rating, answer); the first line must name the columns");
    if (*date == COLUMNS_MAX)
        return wrong(t, "no column is named date (or time, created_at, submitted); the first line must name the columns");
    return ERR_OK;
}

enum err survey_csv_read(struct survey_csv *out, const char *name, char *text, size_t n, int64_t now, int64_t utc_offset_s, struct arena *a)
{
    struct table *t = arena_alloc(a, sizeof *t);
    size_t cap = 0, score = 0, date = 0;
    *out = (struct survey_csv){.n = 0};
    if (!t)
        return err_set(ERR_MEMORY, "out of memory");
    if (!utf8_valid(text, n) || memchr(text, '\0', n))
        return err_set(ERR_USAGE, "%s: not a text file in UTF-8; export it as CSV UTF-8", name);
    *t = (struct table){.name = name, .p = text, .end = text + n, .next_line = 1};
    t->p += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    t->comma = comma_of(t->p, t->end);
    enum err e = head(t, &score, &date, a);
    for (bool more = true; e == ERR_OK && more;) {
        int64_t day;
        e = row(t, &more);
        if (e != ERR_OK || !more)
            break;
        if (t->n_field <= score || t->n_field <= date)
            return wrong(t, "this row has fewer columns than the first line");
        int v = score_of(trim(t->field[score]));
        if (v == -2)
            return wrong(t, "the score is not a whole number from 0 to 10");
        if (!day_of(trim(t->field[date]), utc_offset_s, &day))
            return wrong(t, "the date is not one; write it like 2026-11-20 or 20.11.2026");
        if (day < when_days(1990, 1, 1) || day > now / DAY_S + 1)
            return wrong(t, "the date lies before 1990 or after today");
        out->n_blank += v < 0;
        if (v >= 0 && !add(out, &cap, day, v, a))
            return err_set(ERR_MEMORY, "out of memory");
    }
    merge(out);
    return e;
}
