/* The brief as a message for sendmail -t. All lines are ASCII: headers as encoded words, bodies in base64. Lines end in \n, as a pipe into sendmail wants them. */
#include "report/brief.h"

#include "base/hash.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES 57 /* 76 characters of base64: RFC 2045 section 6.8 */
#define WORD_BYTES 39 /* of UTF-8 in an encoded word of at most 75 characters: RFC 2047 section 2 */

/* "Subject: " and the text, as encoded words that cut no character, one a line. */
static void put_subject(struct strbuf *out, const char *text)
{
    bool plain = strlen(text) < 60;
    for (const char *p = text; *p; p++)
        plain = plain && (unsigned char)*p >= ' ' && (unsigned char)*p < 0x7f;
    strbuf_puts(out, "Subject: ");
    if (plain && !strstr(text, "=?")) {
        strbuf_printf(out, "%s\n", text);
        return;
    }
    size_t n = strlen(text), at = 0;
    while (at < n) {
        size_t take = 0, len;
        while (at + take < n) {
            utf8_next(text + at + take, n - at - take, &len);
            if (take + len > WORD_BYTES)
                break;
            take += len;
        }
        strbuf_puts(out, at ? " =?UTF-8?B?" : "=?UTF-8?B?");
        strbuf_base64(out, text + at, take);
        strbuf_puts(out, "?=\n");
        at += take;
    }
}

/* Source: RFC 5322 section 3.3; English whatever the language. */
static void put_date(struct strbuf *out, int64_t at, int64_t utc_offset_s)
{
    static const char *const day_name[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* 1 January 1970 was a Thursday */
    static const char *const month_name[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t local = at + utc_offset_s, days = local / 86400, in_day = local % 86400;
    if (in_day < 0)
        days--, in_day += 86400;
    int year, month, day;
    when_civil(days, &year, &month, &day);
    long offset = (long)(utc_offset_s < 0 ? -utc_offset_s : utc_offset_s) / 60;
    strbuf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d %c%02ld%02ld\n", day_name[((days % 7) + 7) % 7], day, month_name[month - 1], year, (int)(in_day / 3600),
                  (int)(in_day / 60 % 60), (int)(in_day % 60), utc_offset_s < 0 ? '-' : '+', offset / 60, offset % 60);
}

/* What decides whether it is opened now: what is late, what is new, and whether silence can be trusted. */
static void subject_of(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    int overdue = (int)b->n_section[BRIEF_OVERDUE], soon = (int)b->n_section[BRIEF_SOON], fresh = (int)b->n_section[BRIEF_NEW];
    if (overdue)
        strbuf_printf(out, ngettext("%d overdue", "%d overdue", (unsigned long)overdue), overdue);
    if (soon)
        strbuf_printf(out, "%s", out->n ? ", " : ""), strbuf_printf(out, ngettext("%d due within the hour", "%d due within the hour", (unsigned long)soon), soon);
    if (fresh)
        strbuf_printf(out, "%s", out->n ? ", " : ""), strbuf_printf(out, ngettext("%d new negative", "%d new negatives", (unsigned long)fresh), fresh);
    if (brief_total(b) == 0)
        strbuf_puts(out, _("no open negatives"));
    else if (out->n == 0)
        strbuf_printf(out, ngettext("%d open negative", "%d open negatives", (unsigned long)brief_total(b)), (int)brief_total(b));
    struct strbuf health, clean;
    strbuf_init(&health, LIMIT_LINE_BYTES);
    strbuf_init(&clean, LIMIT_LINE_BYTES);
    health_sentence(in, &b->health, &health);
    char *end = strchr(health.s, ';'); /* the first part of the sentence: how many of how many */
    if (end)
        *end = '\0';
    utf8_terminal(&clean, health.s, false);
    strbuf_printf(out, "; %s", clean.s);
    strbuf_release(&health);
    strbuf_release(&clean);
}

static void put_part(struct strbuf *out, const char *boundary, const char *type, const struct strbuf *body)
{
    strbuf_printf(out, "--%s\nContent-Type: %s; charset=utf-8\nContent-Transfer-Encoding: base64\n\n", boundary, type);
    for (size_t i = 0; i < body->n; i += LINE_BYTES) {
        strbuf_base64(out, body->s + i, body->n - i < LINE_BYTES ? body->n - i : LINE_BYTES);
        strbuf_puts(out, "\n");
    }
}

void brief_mail(const struct report_in *in, const struct brief *b, struct strbuf *out)
{
    struct strbuf text, html, subject;
    char boundary[40];
    struct report_in plain = *in;
    plain.color = false;
    strbuf_init(&text, LIMIT_BODY_BYTES);
    strbuf_init(&html, LIMIT_BODY_BYTES);
    strbuf_init(&subject, LIMIT_LINE_BYTES);
    brief_text(&plain, b, &text);
    brief_html(&plain, b, &html);
    subject_of(in, b, &subject);
    uint64_t mark = hash64(html.s, html.n);
    snprintf(boundary, sizeof boundary, "=_earshot_%016llx", (unsigned long long)mark);
    const char *host = strrchr(in->mail_from, '@');
    strbuf_printf(out, "From: earshot <%s>\nTo: %s\n", in->mail_from, in->mail_to);
    put_subject(out, subject.s);
    put_date(out, in->now, in->utc_offset_s);
    strbuf_printf(out, "Message-ID: <brief.%lld.%016llx%s>\n", (long long)in->now, (unsigned long long)mark, host ? host : "@localhost");
    strbuf_printf(out, "Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"%s\"\n\n", boundary);
    put_part(out, boundary, "text/plain", &text);
    put_part(out, boundary, "text/html", &html);
    strbuf_printf(out, "--%s--\n", boundary);
    out->full = out->full || text.full || html.full;
    strbuf_release(&text);
    strbuf_release(&html);
    strbuf_release(&subject);
}
