/* Charsets and dates. Tables of the standard and captured pages come from outside: EARSHOT_RELIABILITY, EARSHOT_CAPTURES. */
#include "base/limits.h"
#include "base/utf8.h"
#include "parsers/charset.h"
#include "parsers/date.h"
#include "parsers/date_zone.h"

#include <dirent.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct decode_row {
    const char *bytes;
    size_t n; /* 0: strlen */
    const char *type;
    const char *host;
    const char *name;
    const char *text;
};

static void check_decode(const struct decode_row *r, size_t i)
{
    struct strbuf out;
    strbuf_init(&out, LIMIT_MIB);
    const char *name = charset_decode(&out, r->bytes, r->n == 0 ? strlen(r->bytes) : r->n, r->type, r->host);
    if (strcmp(name, r->name) != 0 || (r->text != NULL && strcmp(out.s, r->text) != 0))
        fail_msg("row %zu: %s \"%s\", want %s \"%s\"", i, name, out.s, r->name, r->text);
    strbuf_release(&out);
}

#define RU_1251 "\xcf\xf0\xe8\xe2\xe5\xf2"
#define RU_KOI8 "\xf0\xd2\xc9\xd7\xc5\xd4"
#define RU_UTF8 "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"
#define FFFD "\xef\xbf\xbd"

static void test_decode(void **state)
{
    (void)state;
    static const struct decode_row rows[] = {
        {"abc", 0, NULL, NULL, "UTF-8", "abc"},
        {"", 0, NULL, NULL, "UTF-8", ""},
        {RU_1251, 0, "text/html; charset=windows-1251", NULL, "windows-1251", RU_UTF8},
        {RU_KOI8, 0, "text/html; Charset=\"KOI8-R\"", NULL, "KOI8-R", RU_UTF8},
        {"<meta charset=cp1251>" RU_1251, 0, NULL, NULL, "windows-1251", "<meta charset=cp1251>" RU_UTF8},
        {"<META http-equiv=Content-Type content='text/html;charset=koi8-r'>" RU_KOI8, 0, "text/html", NULL, "KOI8-R", NULL},
        {"<?xml version='1.0' encoding='windows-1251'?>" RU_1251, 0, NULL, NULL, "windows-1251", NULL},
        {"<!-- <meta charset=koi8-r> --><meta charset=cp1251>" RU_1251, 0, NULL, NULL, "windows-1251", NULL},
        {"<meta charset=windows-1251>" RU_UTF8, 0, NULL, NULL, "UTF-8", "<meta charset=windows-1251>" RU_UTF8}, /* declared wrongly */
        {RU_UTF8, 0, "text/html; charset=windows-1251", NULL, "UTF-8", RU_UTF8},
        {"<meta charset=windows-1251>" RU_1251, 0, "text/html; charset=utf-8", NULL, "windows-1251", NULL},
        {"<meta charset=windows-1251>" RU_1251, 0, "text/html; charset=ISO-8859-1", NULL, "windows-1251", NULL}, /* a server's blanket header */
        {"caf\xe9", 0, "text/html; charset=iso-8859-1", NULL, "windows-1252", "caf\xc3\xa9"},
        {"\xef\xbb\xbf<meta charset=koi8-r>" RU_UTF8, 0, "text/html; charset=koi8-r", NULL, "UTF-8", "<meta charset=koi8-r>" RU_UTF8},
        {"\xff\xfe\x1f\x04!\x00=\xd8\x00\xde", 10, NULL, NULL, "UTF-16LE", "\xd0\x9f!\xf0\x9f\x98\x80"},
        {"\xfe\xff\x04\x1f\xd8\x00\x00!\x04", 9, NULL, NULL, "UTF-16BE", "\xd0\x9f" FFFD "!" FFFD},
        {"\0<\0a", 4, NULL, NULL, "UTF-16BE", "<a"},
        {"<\0a\0", 4, NULL, NULL, "UTF-16LE", "<a"},
        {"a\0b", 3, NULL, NULL, "UTF-8", "a" FFFD "b"},
        {RU_UTF8 RU_UTF8 "\xff" RU_UTF8 "\xd0", 0, NULL, NULL, "UTF-8", RU_UTF8 RU_UTF8 FFFD RU_UTF8 FFFD}, /* damaged and cut, still UTF-8 */
        {"x\xff", 0, "text/html; charset=utf-8", NULL, "windows-1252", NULL},
        {"a\0\x98", 3, "text/html; charset=windows-1251", NULL, "windows-1251", "a" FFFD "\xc2\x98"},
        {"\xa4\xa4\x41\xff" "b", 0, "charset=big5", NULL, "Big5", "\xe4\xb8\xad" "A" FFFD "b"},
        {"\x81\x8d\xff", 0, "charset=windows-1253", NULL, "windows-1253", "\xc2\x81\xc2\x8d" FFFD},
        {"\xff\x80", 0, "charset=x-user-defined", NULL, "x-user-defined", NULL},
        {"abc", 0, "charset=iso-2022-kr", NULL, "replacement", FFFD},
        {"abc", 0, "charset=nonsense", NULL, "UTF-8", "abc"},
        {"\xfe", 0, NULL, "shop.example.ru", "windows-1251", "\xd1\x8e"},
        {"\xfe", 0, NULL, "example.com", "windows-1252", "\xc3\xbe"},
        {"<meta charset=utf-16le>abc", 0, NULL, NULL, "UTF-8", "<meta charset=utf-16le>abc"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check_decode(&rows[i], i);
}

/* Every cut of a page in every charset: valid UTF-8 without NUL, and nothing before the cut changes. */
static void test_cuts(void **state)
{
    (void)state;
    static const char *const types[] = {"charset=utf-8", "charset=windows-1251", "charset=gb18030", "charset=iso-2022-jp", "charset=utf-16be", "charset=shift_jis"};
    static const char page[] = "\x1b$B%%" RU_UTF8 "\x81\x30\x81\x30\0<p>\x83\x41" RU_1251 "\xf0\x9f\x98\x80\xed\xa0\x80";
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
        for (size_t n = 0; n < sizeof page; n++) {
            char *exact = malloc(n + (n == 0));
            assert_non_null(exact);
            memcpy(exact, page, n);
            struct strbuf out;
            strbuf_init(&out, 4 * n + 8);
            assert_non_null(charset_decode(&out, exact, n, types[t], NULL));
            assert_true(!out.full && utf8_valid(out.s, out.n) && strlen(out.s) == out.n);
            strbuf_release(&out);
            free(exact);
        }
}

static FILE *open_data(const char *variable, const char *name)
{
    const char *folder = getenv(variable);
    if (folder == NULL) {
        print_message("skipped: %s is not set\n", variable);
        skip();
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        fail_msg("%s cannot be read", path);
    return f;
}

static void test_labels(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"cp1251", "windows-1251"}, {" UTF8\n", "UTF-8"}, {"Latin1", "windows-1252"}, {"koi8", "KOI8-R"}, {"koi8-ru", "KOI8-U"},
                                          {"x-cp1251", "windows-1251"}, {"unicode", "UTF-16LE"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(charset_by_label(rows[i][0], strlen(rows[i][0])), rows[i][1]);
    assert_null(charset_by_label("cp125", 5));
    assert_null(charset_by_label("", 0));
    assert_null(charset_by_label("utf-8 utf8", 10));
    FILE *f = open_data("EARSHOT_RELIABILITY", "encoding_labels.tsv");
    char label[64];
    char name[64];
    size_t n = 0;
    for (; fscanf(f, "%63s %63s", label, name) == 2; n++) {
        const char *got = charset_by_label(label, strlen(label));
        if (got == NULL || strcmp(got, name) != 0)
            fail_msg("%s is %s, want %s", label, got, name);
    }
    fclose(f);
    assert_int_equal(n, 228);
}

/* A table row by row. Pairs of bytes with an ASCII frame, so that the declared charset is believed. */
static void test_single_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"ibm866", "iso-8859-5", "koi8-r", "koi8-u", "windows-1251", "windows-1252", "x-mac-cyrillic"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char file[64];
        char type[64];
        snprintf(file, sizeof file, "singlebyte_%s.tsv", names[i]);
        snprintf(type, sizeof type, "charset=%s", names[i]);
        FILE *f = open_data("EARSHOT_RELIABILITY", file);
        unsigned byte;
        unsigned cp;
        size_t n = 0;
        for (; fscanf(f, "%x U+%x", &byte, &cp) == 2; n++) {
            char in[4] = {'a', (char)byte, 'b', '\0'};
            char want[8] = "a";
            size_t len = utf8_encode(byte == 0 ? 0xFFFD : cp, want + 1);
            strcpy(want + 1 + len, "b");
            struct strbuf out;
            strbuf_init(&out, 64);
            charset_decode(&out, in, 3, type, NULL);
            if (strcmp(out.s, want) != 0)
                fail_msg("%s byte %02x: \"%s\", want \"%s\"", names[i], byte, out.s, want);
            strbuf_release(&out);
        }
        fclose(f);
        assert_int_equal(n, 256);
    }
}

static size_t n_cyrillic(const struct strbuf *b, size_t *n_bad)
{
    size_t n = 0;
    *n_bad = 0;
    for (size_t i = 0, len; i < b->n; i += len) {
        uint32_t cp = utf8_next(b->s + i, b->n - i, &len);
        n += cp >= 0x410 && cp <= 0x44F;
        *n_bad += cp == 0xFFFD;
    }
    return n;
}

/* Captured pages named CHARSET_rest, or listed in INDEX.tsv with language and encoding: the script that comes out must be the language's. */
static void check_capture(const char *folder, char *line)
{
    char *field[11] = {NULL};
    size_t n = 0;
    for (char *save = NULL, *p = strtok_r(line, "\t\n", &save); p != NULL && n < 11; p = strtok_r(NULL, "\t\n", &save))
        field[n++] = p;
    bool russian = false;
    for (size_t i = 1; i < n; i++)
        russian = russian || strcmp(field[i], "ru") == 0;
    char path[1024];
    snprintf(path, sizeof path, "%s/social/%s", folder, field[0]);
    struct strbuf in;
    struct strbuf out;
    strbuf_init(&in, LIMIT_BODY_BYTES);
    strbuf_init(&out, 4 * LIMIT_BODY_BYTES);
    assert_int_equal(strbuf_read_file(&in, path), ERR_OK);
    const char *name = charset_decode(&out, in.s, in.n, NULL, NULL);
    size_t n_bad;
    size_t n_letter = n_cyrillic(&out, &n_bad);
    print_message("%-14s %6zu Cyrillic, %zu bad  %s\n", name, n_letter, n_bad, field[0]);
    assert_true(n_bad <= out.n / 1000 + 1);
    assert_true(russian == (n_letter > 20));
    bool listed = strstr(field[0], "incorrect-prolog") != NULL && strcmp(name, "UTF-8") == 0; /* the index repeats what the page claims */
    for (size_t i = 1; i < n; i++) {
        const char *by_label = charset_by_label(field[i], strlen(field[i]));
        listed = listed || strcmp(field[i], "mac-cyrillic") == 0 || (by_label != NULL && strcmp(by_label, name) == 0);
    }
    assert_true(listed);
    strbuf_release(&in);
    strbuf_release(&out);
}

static void test_captures(void **state)
{
    (void)state;
    FILE *f = open_data("EARSHOT_CAPTURES", "social/INDEX.tsv");
    char line[2048];
    size_t n = 0;
    while (fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "encodings/", 10) == 0) {
            check_capture(getenv("EARSHOT_CAPTURES"), line);
            n++;
        }
    fclose(f);
    assert_true(n > 50);
}

/* ---- dates; now is 2026-07-28T12:00:00Z, a Tuesday */
#define NOW 1785240000

static const struct {
    const char *form, *text, *zone, *want;
} date_rows[] = {
    {"iso", "2026-02-11T13:52:44Z", NULL, "2026-02-11T13:52:44Z"},
    {"iso", "2021-03-24T08:52:17.945+00:00", NULL, "2021-03-24T08:52:17Z"},
    {"iso", "2021-08-10T18:45:03+0000", NULL, "2021-08-10T18:45:03Z"},
    {"iso", "2020/02/18T08:19:04-07:00", NULL, "2020-02-18T15:19:04Z"},
    {"iso", "2016/04/25 04:07:38", "Europe/Moscow", "2016-04-25T01:07:38Z"},
    {"iso", "2015-11-06 12:01", NULL, "2015-11-06T12:01:00Z"},
    {"iso", "2024-04-05", "Europe/Moscow", "2024-04-05"},
    {"iso", "2024-04", NULL, "2024-04"},
    {"iso", "20240405T101112Z", NULL, "2024-04-05T10:11:12Z"},
    {"iso", "2024-02-30", NULL, ""},
    {"iso", "2024-04-05T25:00:00Z", NULL, ""},
    {"iso", "2024-04-05T10:00:00 nonsense", NULL, ""},
    {"iso", "2024", NULL, ""},
    {"rfc822", "Tue,  3 Jan 2006 10:00:00 EST", NULL, "2006-01-03T15:00:00Z"},
    {"rfc822", "03 Jan 06 10:00 +0300", NULL, "2006-01-03T07:00:00Z"},
    {"rfc822", "Sat, 3 Jan 95 10:00:00 GMT", NULL, "1995-01-03T10:00:00Z"},
    {"epoch", "1582379655", NULL, "2020-02-22T13:54:15Z"},
    {"epoch", "1582379655000", NULL, "2020-02-22T13:54:15Z"},
    {"epoch", "1582379655.0", NULL, "2020-02-22T13:54:15Z"},
    {"epoch", "12", NULL, ""},
    {"epoch", "-5", NULL, ""},
    {"en", "August 3rd, 2023", NULL, "2023-08-03"},
    {"en", "\n\t3 Aug 2023 ", NULL, "2023-08-03"},
    {"en", "Sept. 21st 2023 at 9:05 PM", NULL, "2023-09-21T21:05:00Z"},
    {"en", "May 2023", NULL, "2023-05"},
    {"en", "12:30 am, Feb 29, 2024", NULL, "2024-02-29T00:30:00Z"},
    {"en", "2 hours ago", NULL, "2026-07-28T10:00:00Z"},
    {"en", "yesterday", "America/New_York", "2026-07-27"},
    {"ru", "27 апр в 13:02", "Europe/Moscow", "2026-04-27T10:02:00Z"},
    {"ru", "27 сен в 13:02", "Europe/Moscow", "2025-09-27T10:02:00Z"},
    {"ru", "сегодня в 12:02", "Europe/Moscow", "2026-07-28T09:02:00Z"},
    {"ru", "Вчера, 23:59", "Europe/Moscow", "2026-07-27T20:59:00Z"},
    {"ru", "3 дня назад", NULL, "2026-07-25"},
    {"ru", "5 мая 2023 г.", NULL, "2023-05-05"},
    {"ru", "1 марта 2012, 10:00", "Europe/Moscow", "2012-03-01T06:00:00Z"}, /* +4 from 2011 to 2014 */
    {"ru", "1 июля 2008 10:00", "Europe/Moscow", "2008-07-01T06:00:00Z"},
    {"ru", "1 января 2015 10:00", "Europe/Moscow", "2015-01-01T07:00:00Z"},
    {"ru", "29 февраля", NULL, "2024-02-29"},
    {"ru", "28 июля", NULL, "2026-07-28"},
    {"ru", "29 июля", NULL, "2025-07-29"},
    {"ru", "час назад", NULL, "2026-07-28T11:00:00Z"},
    {"ru", "только что", NULL, "2026-07-28T12:00:00Z"},
    {"ru", "в воскресенье", NULL, "2026-07-26"},
    {"ru", "март 2024", NULL, "2024-03"},
    {"ru", "32 мая 2023", NULL, ""},
    {"ru", "отзыв", NULL, ""},
    {"ru", "", NULL, ""},
    {"ru", "5", NULL, ""},
    {"ru", "2023", NULL, ""},
    {"ru", "5 баллов", NULL, ""},
    {"uk", "12 лютого 2012, 13:12:23", "Europe/Kyiv", "2012-02-12T11:12:23Z"},
    {"uk", "1 липня 2023 о 10:00", "Europe/Kyiv", "2023-07-01T07:00:00Z"},
    {"uk", "3 січня 2024", NULL, "2024-01-03"}, {"uk", "3 березня 2024", NULL, "2024-03-03"}, {"uk", "3 квітня 2024", NULL, "2024-04-03"},
    {"uk", "3 травня 2024", NULL, "2024-05-03"}, {"uk", "3 червня 2024", NULL, "2024-06-03"}, {"uk", "3 серпня 2024", NULL, "2024-08-03"},
    {"uk", "3 вересня 2024", NULL, "2024-09-03"}, {"uk", "3 жовтня 2024", NULL, "2024-10-03"}, {"uk", "3 листопада 2024", NULL, "2024-11-03"},
    {"uk", "3 грудня 2024", NULL, "2024-12-03"}, {"uk", "сьогодні о 09:00", "Europe/Kyiv", "2026-07-28T06:00:00Z"}, {"uk", "5 хвилин тому", NULL, "2026-07-28T11:55:00Z"},
    {"ru", "3 янв 24", NULL, "2024-01-03"}, {"ru", "3 февр. 2024", NULL, "2024-02-03"}, {"ru", "3 июн 2024", NULL, "2024-06-03"}, {"ru", "3 ИЮЛЯ 2024", NULL, "2024-07-03"},
    {"any", "22 mars 2021", NULL, "2021-03-22"}, {"any", "1er février 2021", NULL, "2021-02-01"}, {"any", "3 AOÛT 2020", NULL, "2020-08-03"}, {"any", "15 déc. 2020", NULL, "2020-12-15"},
    {"any", "le 9 juillet 2020", NULL, "2020-07-09"}, {"any", "30 février 2021", NULL, ""},
    {"dmy", "03.10.2023", NULL, "2023-10-03"},
    {"dmy", "13.12.21, 14:42", "Europe/Moscow", "2021-12-13T11:42:00Z"},
    {"mdy", "03-16-2014, 07:25 PM", NULL, "2014-03-16T19:25:00Z"},
    {"any", "03/10/2023", NULL, ""},
    {"any", "13/10/2023", NULL, "2023-10-13"},
    {"any", "1582379655", NULL, "2020-02-22T13:54:15Z"},
    {"any", "2019-02-23, 09:14 PM", NULL, "2019-02-23T21:14:00Z"},
    {"rfc822", "Sunday, 06-Nov-94 08:49:37 GMT", NULL, "1994-11-06T08:49:37Z"},
    {"rfc822", "Sun Nov  6 08:49:37 1994", NULL, "1994-11-06T08:49:37Z"},
    {"en", "March 3, 2024, 5 pm", NULL, "2024-03-03T17:00:00Z"},
    {"any", "Tue Feb 11 2020 13:52:44 GMT+0300 (Moscow Standard Time)", NULL, "2020-02-11T10:52:44Z"},
    {"any", "(5 мая 2023)", NULL, ""},
    {"any", "Tue Feb 11 2020 13:52:44 GMT+0300", NULL, "2020-02-11T10:52:44Z"},
    {"relative", "1 год 2 месяца", NULL, "2025-05"},
    {"relative", "2w", NULL, "2026-07-14"},
    {"dmy", "03.10.2023 10:00", "Nowhere/Land", "2023-10-03"}, /* a zone that nobody knows: the clock time is not guessed */
};

static void test_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof date_rows / sizeof date_rows[0]; i++) {
        const struct date_context c = {NOW, date_rows[i].zone};
        char buf[WHEN_TEXT_BYTES];
        const char *got = when_format(date_read(date_rows[i].text, date_rows[i].form, &c), buf);
        if (strcmp(got, date_rows[i].want) != 0)
            fail_msg("row %zu: %s \"%s\": %s, want %s", i, date_rows[i].form, date_rows[i].text, got, date_rows[i].want);
    }
}

static void test_zones(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *at;
        int hours;
    } rows[] = {
        {"Europe/Kyiv", "2023-03-26T00:59:59Z", 2}, {"Europe/Kyiv", "2023-03-26T01:00:00Z", 3}, {"Europe/Kyiv", "2023-10-29T00:59:59Z", 3}, {"Europe/Kyiv", "2023-10-29T01:00:00Z", 2},
        {"Europe/Moscow", "2014-10-25T21:59:59Z", 4}, {"Europe/Moscow", "2014-10-25T22:00:00Z", 3}, {"Europe/Moscow", "2011-03-26T22:59:59Z", 3}, {"Europe/Moscow", "2011-03-26T23:00:00Z", 4},
        {"Asia/Yekaterinburg", "2014-10-25T20:00:00Z", 5}, {"America/New_York", "2024-03-10T06:59:59Z", -5}, {"America/New_York", "2024-03-10T07:00:00Z", -4},
        {"America/New_York", "2024-11-03T06:00:00Z", -5}, {"Europe/Minsk", "2020-07-01T00:00:00Z", 3}, {"Asia/Almaty", "2024-02-01T00:00:00Z", 6}, {"Asia/Almaty", "2024-04-01T00:00:00Z", 5},
        {"+05:00", "2024-02-01T00:00:00Z", 5}, {NULL, "2024-02-01T00:00:00Z", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct when w;
        int offset_s;
        assert_true(when_parse(rows[i].at, &w));
        assert_true(date_zone_offset(rows[i].zone, w.at, &offset_s));
        if (offset_s != rows[i].hours * 3600)
            fail_msg("%s at %s: %d s, want %d h", rows[i].zone, rows[i].at, offset_s, rows[i].hours);
        int local_s;
        assert_true(date_zone_offset_local(rows[i].zone, w.at + offset_s, &local_s));
        assert_true(local_s == offset_s || local_s == offset_s + 3600); /* an hour that occurs twice is read as summer time */
    }
    assert_false(date_zone_known("Mars/Phobos"));
}

/* A bare year, or 2,000 years: known to no day and no month, so it must stay unknown. */
static bool too_coarse(const char *text)
{
    return strncmp(text, "2000", 4) == 0 || strncmp(text, "2001", 4) == 0;
}

/* A row of dates_ru_uk.jsonl that names a Russian or Ukrainian date: no letter and no word of another Cyrillic alphabet. */
static void test_date_rows(void **state)
{
    (void)state;
    FILE *f = open_data("EARSHOT_RELIABILITY", "dates_ru_uk.jsonl");
    static const char *const other[] = {"ў", "ј", "љ", "ү", "ө", "ӕ", "қ", "ҳ", "ғ", "'be'", "'bg'", "'sr", "'bs-", "'mk'", "'kk'", "'ky'", "'ce'", "'os'", "'mn'", "'sah'", "'uz-", "'az-",
                                        "преди", "таму", "гадз", "сёння", "гады", "днес", "снощи", "месеци", "седмици", "пре ", "пред ", "мурун", "олдин", "сарын", "анараа", "\"args\": []"};
    char line[1024];
    size_t n = 0;
    size_t n_read = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        const char *args = strstr(line, "\"args\"");
        bool foreign = args == NULL;
        for (size_t i = 0; !foreign && i < sizeof other / sizeof other[0]; i++)
            foreign = strstr(args, other[i]) != NULL;
        if (foreign)
            continue;
        const char *p = strstr(args, "[\"") + 2;
        if (strncmp(p, "'ru'", 4) == 0 || strncmp(p, "'uk'", 4) == 0)
            p = strstr(p, ", \"") + 3;
        p += *p == '\\';
        char quote = *p++;
        char text[256];
        snprintf(text, sizeof text, "%.*s", (int)(strrchr(p, quote) - p), p);
        char *end = strstr(text, quote == '\'' ? "'\"" : "\\\""); /* further arguments follow */
        if (end != NULL)
            *end = '\0';
        const struct date_context c = {NOW, "UTC"};
        char buf[WHEN_TEXT_BYTES];
        struct when w = date_read(text, "relative", &c);
        int year;
        int month;
        int day;
        const char *want = strstr(p, "datetime(");
        n++;
        bool right = when_known(w) != too_coarse(text);
        if (when_known(w) && want != NULL && sscanf(want, "datetime(%d, %d, %d", &year, &month, &day) == 3 && year != 2012) /* 2012: no year was printed */
            right = w.at / 86400 == when_days(year, month, day);
        n_read += right;
        if (!right)
            print_message("not read: %s (%s)\n", text, when_format(w, buf));
    }
    fclose(f);
    print_message("%zu of %zu\n", n_read, n);
    assert_true(n > 60);
    assert_true(n_read * 100 >= n * 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),   cmocka_unit_test(test_cuts),  cmocka_unit_test(test_labels), cmocka_unit_test(test_single_bytes),
        cmocka_unit_test(test_captures), cmocka_unit_test(test_dates), cmocka_unit_test(test_zones),  cmocka_unit_test(test_date_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
