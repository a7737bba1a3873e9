#include "report/survey.h"

#include "base/limits.h"
#include "base/when.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SURVEY_BYTES (16 * LIMIT_MIB) /* SURVEY_DAYS_MAX lines */

uint64_t survey_total(const struct survey *s)
{
    uint64_t total = 0;
    for (int i = 0; i <= 10; i++)
        total += s->n[i];
    return total;
}

int survey_nps(const struct survey *s)
{
    double total = (double)survey_total(s), promoters = (double)(s->n[9] + s->n[10]), detractors = 0;
    for (int i = 0; i <= 6; i++)
        detractors += (double)s->n[i];
    if (total < 1)
        return 0;
    double nps = 100.0 * (promoters - detractors) / total;
    return (int)(nps < 0 ? nps - 0.5 : nps + 0.5);
}

/* One line; false when it is none of ours. */
static bool read_day(const char *line, struct survey_day *d)
{
    struct when at;
    char date[11];
    if (strlen(line) < 12 || line[10] != ' ')
        return false;
    memcpy(date, line, 10);
    date[10] = '\0';
    if (!when_parse(date, &at) || at.precision != PRECISION_DAY)
        return false;
    d->day = at.at / 86400;
    const char *p = line + 10;
    for (int i = 0; i <= 10; i++) {
        char *end;
        d->s.n[i] = strtoull(p, &end, 10);
        if (end == p || d->s.n[i] > 1000000000)
            return false;
        p = end;
    }
    return *p == '\0' || *p == '\n';
}

static void key_of(const char *brand, char *key, size_t n)
{
    snprintf(key, n, "survey:%s", brand);
}

/* All days of a brand, ascending; *n 0 when there are none. */
static enum err load(struct store *s, const char *brand, struct arena *a, struct survey_day **out, size_t *n)
{
    struct strbuf text;
    char key[300];
    size_t cap = 0;
    enum err e = ERR_OK;
    *out = NULL;
    *n = 0;
    key_of(brand, key, sizeof key);
    strbuf_init(&text, SURVEY_BYTES);
    bool any = store_meta_get(s, key, &text);
    for (char *line = text.s, *end; any && e == ERR_OK && *line; line = end) {
        size_t len = strcspn(line, "\n");
        end = line + len + (line[len] != '\0');
        line[len] = '\0';
        struct survey_day *d = *n < SURVEY_DAYS_MAX ? arena_grow(a, *out, *n, &cap, sizeof *d) : NULL;
        if (!d)
            e = err_set(ERR_MEMORY, "the survey of brand %s has too many days", brand);
        else if (!read_day(line, &d[*n]))
            e = err_set(ERR_STORE, "the survey of brand %s in the store is damaged; import its file again", brand);
        else
            *out = d, ++*n;
    }
    strbuf_release(&text);
    return e;
}

enum err survey_read(struct store *s, const char *brand, int64_t since_day, int64_t until_day, struct survey *out)
{
    struct arena a;
    struct survey_day *d;
    size_t n;
    arena_init(&a, SURVEY_BYTES);
    enum err e = load(s, brand, &a, &d, &n);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        for (int k = 0; d[i].day >= since_day && d[i].day < until_day && k <= 10; k++)
            out->n[k] += d[i].s.n[k];
    arena_release(&a);
    return e;
}

static void put_day(struct strbuf *out, const struct survey_day *d)
{
    char date[WHEN_TEXT_BYTES];
    strbuf_puts(out, when_format((struct when){d->day * 86400, PRECISION_DAY}, date));
    for (int i = 0; i <= 10; i++)
        strbuf_printf(out, " %" PRIu64, d->s.n[i]);
    strbuf_putc(out, '\n');
}

enum err survey_put(struct store *s, const char *brand, const struct survey_day *d, size_t n, size_t *n_all)
{
    struct arena a;
    struct strbuf out;
    struct survey_day *old;
    size_t n_old, i = 0, k = 0;
    char key[300];
    arena_init(&a, SURVEY_BYTES);
    strbuf_init(&out, SURVEY_BYTES);
    enum err e = load(s, brand, &a, &old, &n_old);
    if (e == ERR_STORE) /* a damaged one is what an import mends */
        e = ERR_OK, n_old = 0;
    *n_all = 0;
    while (e == ERR_OK && (i < n_old || k < n)) {
        bool fresh = i == n_old || (k < n && d[k].day <= old[i].day);
        if (fresh && i < n_old && d[k].day == old[i].day)
            i++;
        put_day(&out, fresh ? &d[k++] : &old[i++]);
        ++*n_all;
    }
    key_of(brand, key, sizeof key);
    if (e == ERR_OK && (out.full || *n_all > SURVEY_DAYS_MAX))
        e = err_set(ERR_USAGE, "a survey of more than %d days cannot be kept", SURVEY_DAYS_MAX);
    if (e == ERR_OK)
        e = store_meta_put(s, key, out.s, out.n);
    strbuf_release(&out);
    arena_release(&a);
    return e;
}
