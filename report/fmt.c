#include "report/fmt.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "desk/triage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY_S INT64_C(86400)

static const char *const months[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
                                     N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};

static int small(int64_t v)
{
    return v < 0 ? 0 : v > 999999 ? 999999 : (int)v;
}

static int64_t floor_days(int64_t s)
{
    return s >= 0 ? s / DAY_S : -((DAY_S - 1 - s) / DAY_S);
}

static const char *span_days(fmt_buf buf, int64_t days)
{
    int d = small(days);
    if (d < 60)
        snprintf(buf, FMT_BYTES, ngettext("%d day", "%d days", (unsigned long)d), d);
    else if (d < 730)
        snprintf(buf, FMT_BYTES, ngettext("%d month", "%d months", (unsigned long)(d / 30)), d / 30);
    else
        snprintf(buf, FMT_BYTES, ngettext("%d year", "%d years", (unsigned long)(d / 365)), d / 365);
    return buf;
}

const char *fmt_span(fmt_buf buf, int64_t seconds)
{
    if (seconds < 60) {
        snprintf(buf, FMT_BYTES, "%s", _("just now"));
    } else if (seconds < 3600) {
        int m = small(seconds / 60);
        snprintf(buf, FMT_BYTES, ngettext("%d min", "%d min", (unsigned long)m), m);
    } else if (seconds < 2 * DAY_S) {
        int h = small(seconds / 3600);
        snprintf(buf, FMT_BYTES, ngettext("%d h", "%d h", (unsigned long)h), h);
    } else {
        return span_days(buf, seconds / DAY_S);
    }
    return buf;
}

const char *fmt_lasted(fmt_buf buf, int64_t seconds)
{
    if (seconds >= 60)
        return fmt_span(buf, seconds);
    int s = small(seconds);
    snprintf(buf, FMT_BYTES, ngettext("%d s", "%d s", (unsigned long)s), s);
    return buf;
}

const char *fmt_age(fmt_buf buf, struct when published, int64_t now, int64_t utc_offset_s)
{
    if (published.precision == PRECISION_NONE) {
        snprintf(buf, FMT_BYTES, "%s", _("undated"));
        return buf;
    }
    if (published.precision == PRECISION_MONTH)
        return fmt_date(buf, published, now, utc_offset_s);
    if (published.precision != PRECISION_DAY)
        return fmt_span(buf, now - published.at);
    int64_t days = floor_days(now + utc_offset_s) - floor_days(published.at);
    if (days > 1)
        return span_days(buf, days);
    snprintf(buf, FMT_BYTES, "%s", days == 1 ? _("yesterday") : _("today"));
    return buf;
}

const char *fmt_date(fmt_buf buf, struct when w, int64_t now, int64_t utc_offset_s)
{
    if (!when_known(w)) {
        snprintf(buf, FMT_BYTES, "-");
        return buf;
    }
    bool clock = w.precision >= PRECISION_MINUTE;
    int64_t local = w.at + (clock ? utc_offset_s : 0);
    int year, month, day, this_year, ignore;
    when_civil(floor_days(local), &year, &month, &day);
    when_civil(floor_days(now + utc_offset_s), &this_year, &ignore, &ignore);
    const char *name = _(months[month - 1]);
    int in_day = (int)(local - floor_days(local) * DAY_S);
    if (w.precision == PRECISION_MONTH)
        snprintf(buf, FMT_BYTES, "%s %d", name, year);
    else if (clock && year == this_year)
        snprintf(buf, FMT_BYTES, "%d %s %02d:%02d", day, name, in_day / 3600, in_day / 60 % 60);
    else if (clock)
        snprintf(buf, FMT_BYTES, "%d %s %d %02d:%02d", day, name, year, in_day / 3600, in_day / 60 % 60);
    else if (year == this_year)
        snprintf(buf, FMT_BYTES, "%d %s", day, name);
    else
        snprintf(buf, FMT_BYTES, "%d %s %d", day, name, year);
    return buf;
}

const char *fmt_time(fmt_buf buf, int64_t at, int64_t now, int64_t utc_offset_s)
{
    return fmt_date(buf, at ? (struct when){at, PRECISION_MINUTE} : WHEN_UNKNOWN, now, utc_offset_s);
}

const char *fmt_due(fmt_buf buf, int64_t due_at, int64_t now)
{
    buf[0] = 0;
    if (due_at == 0)
        return buf;
    fmt_buf span;
    int64_t late = now - due_at;
    if (late > -60 && late < 60)
        snprintf(buf, FMT_BYTES, "%s", _("due now"));
    else if (late > 0)
        snprintf(buf, FMT_BYTES, _("%s overdue"), fmt_span(span, late));
    else
        snprintf(buf, FMT_BYTES, _("due in %s"), fmt_span(span, -late));
    return buf;
}

const char *fmt_stars(fmt_buf buf, const struct rating *r)
{
    buf[0] = 0;
    double stars = rating_stars(r);
    if (!r->known || !(stars > 0))
        return buf;
    int full = (int)lround(stars);
    for (int i = 1; i <= 5; i++)
        strcat(buf, i <= full ? "★" : "☆");
    return buf;
}

/* Numbers are printed in the C locale, so that JSON never gets a comma; people who write one get it here. */
const char *fmt_decimal(fmt_buf buf)
{
    char *point = strcmp(i18n_lang(), "en") == 0 ? NULL : strchr(buf, '.');
    if (point)
        *point = ',';
    return buf;
}

const char *fmt_score(fmt_buf buf, double value)
{
    snprintf(buf, FMT_BYTES, "%+.2f", isfinite(value) ? value : 0.0);
    return fmt_decimal(buf);
}

const char *fmt_mean(fmt_buf buf, double sum, uint64_t n)
{
    snprintf(buf, FMT_BYTES, "%.2f", n ? sum / (double)n : 0.0);
    return fmt_decimal(buf);
}

const char *fmt_share(fmt_buf buf, uint64_t n, uint64_t of)
{
    if (of == 0)
        snprintf(buf, FMT_BYTES, "–");
    else
        snprintf(buf, FMT_BYTES, "%.0f\xc2\xa0%%", 100.0 * (double)n / (double)of);
    return buf;
}

const char *fmt_nps(fmt_buf buf, int nps)
{
    snprintf(buf, FMT_BYTES, nps ? "%+d" : "%d", nps);
    return buf;
}

const char *fmt_count(fmt_buf buf, uint64_t n)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    const char *apart = strcmp(i18n_lang(), "en") == 0 ? "," : "\xc2\xa0";
    size_t at = 0;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            at += (size_t)snprintf(buf + at, FMT_BYTES - at, "%s", apart);
        buf[at++] = digits[i];
    }
    buf[at] = 0;
    return buf;
}

const char *fmt_site(fmt_buf buf, const char *mention_id)
{
    snprintf(buf, FMT_BYTES, "%.*s", (int)strcspn(mention_id ? mention_id : "", ":"), mention_id ? mention_id : "");
    buf[utf8_valid_prefix(buf, strlen(buf))] = 0;
    return buf;
}

const char *fmt_brand(const struct settings *s, const char *name)
{
    const struct brand *b = s && name ? settings_brand(s, name) : NULL;
    if (b && b->title)
        return b->title;
    return name ? name : "";
}

const char *fmt_gist(const struct mention *m)
{
    if (m->text)
        return m->text;
    if (m->cons)
        return m->cons;
    if (m->title)
        return m->title;
    return m->pros;
}

size_t fmt_cut(const char *s, size_t characters, bool *cut)
{
    size_t n = strlen(s), at = 0;
    for (size_t i = 0; i < characters && at < n; i++) {
        size_t len;
        utf8_next(s + at, n - at, &len);
        at += len;
    }
    *cut = at < n;
    if (!*cut)
        return n;
    at = utf8_cut(s, n, at);
    while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == ','))
        at--;
    return at;
}

bool fmt_is_link(const char *url)
{
    if (!url || (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0))
        return false;
    for (const unsigned char *p = (const unsigned char *)url; *p; p++)
        if (*p <= ' ' || *p == 0x7f || strchr("\"'<>`\\", *p))
            return false;
    return utf8_valid(url, strlen(url));
}

void fmt_reasons(struct strbuf *b, const struct score *s)
{
    for (size_t i = 0; i < s->n_cause && i < 4; i++) {
        if (strcmp(s->cause[i], "escalation") == 0)
            continue;
        strbuf_printf(b, "%s%s", b->n ? ", " : "", triage_cause_text(s->cause[i]));
    }
    if (b->n)
        return;
    bool used[64] = {false};
    for (int k = 0; k < 3; k++) {
        size_t best = s->n_word;
        for (size_t i = 0; i < s->n_word && i < 64; i++)
            if (!used[i] && s->word[i].weight < 0 && (best == s->n_word || s->word[i].weight < s->word[best].weight))
                best = i;
        if (best == s->n_word)
            break;
        used[best] = true;
        if (s->word[best].text)
            strbuf_printf(b, "%s«%s»", b->n ? ", " : "", s->word[best].text);
    }
}

const char *fmt_reopened(const struct judgement *j)
{
    if (j->verdict != VERDICT_REPLY)
        return NULL;
    for (size_t i = 0; i < j->n_sign; i++)
        if (strcmp(j->sign[i].name, "customer_last_word") == 0 || strcmp(j->sign[i].name, "reply_outdated") == 0)
            return triage_sign_text(j->sign[i].name);
    return NULL;
}
