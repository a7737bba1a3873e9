/* Settings: every mistake is found, named with its line, and does not hide the next. */
#include "cli/cli.h"

#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* config.c refers to these; the file tests here need neither site files nor a command. */
enum err cli_sites(struct cli *c) { (void)c; return ERR_OK; }
void config_sites(struct settings *s, const struct sites *sites, struct arena *a, struct mistakes *m) { (void)s, (void)sites, (void)a, (void)m; }

struct result {
    struct arena arena;
    struct settings settings;
    struct mistakes m;
};

static void read_text(struct result *r, const char *text)
{
    arena_init(&r->arena, 64 << 20);
    settings_init(&r->settings, &r->arena);
    mistakes_init(&r->m, "/etc/x/c.conf");
    char *copy = strdup(text);
    assert_non_null(copy);
    config_read_text(&r->settings, copy, strlen(copy), &r->arena, &r->m);
    free(copy);
}

static void release(struct result *r)
{
    mistakes_release(&r->m);
    arena_release(&r->arena);
}

#define HEAD "contact = \"a@b.example\"\n"
#define BRAND(body) HEAD "brand \"acme\" {\n" body "\n}\n"
#define SOURCE(body) BRAND("source \"otzovik\" {\n" body "\n}")

static void test_mistakes(void **state)
{
    (void)state;
    static const struct { const char *text, *say[4]; } table[] = {
        {"", {"c.conf: contact is missing"}},
        {"contact = \"nobody\"\n", {"must be an e-mail address"}},
        {HEAD "dealy = \"2s\"\n", {"c.conf:2: no such option \"dealy\"; did you mean \"delay\"?"}},
        {SOURCE("url = \"https://a.example/\"\nintervall = \"2h\""), {":5: no such option \"intervall\" in source \"otzovik\"; did you mean \"interval\"?"}},
        {SOURCE("url = \"https://a.example/\"\ndealy = \"2s\"\ndpth = 3"), {":5: no such option \"dealy\" in source", ":6: no such option \"dpth\" in source \"otzovik\"; did you mean \"depth\"?"}},
        {SOURCE("url = \"https://a.example/\"; delay = \"2s\""), {":4: no such option \"delay\" in source \"otzovik\"; it belongs outside of all sections"}},
        {BRAND("slug = \"x\""), {":3: no such option \"slug\" in brand \"acme\"; it belongs into a source section"}},
        {HEAD "# one\n# two\n/* three\n four */ delay = \"fast\"\n", {":5: delay = \"fast\": not a time span"}},
        {HEAD "delay = \"2 s\"\nconnections = many\nlang = \"ua\"\n", {":2: delay", ":3: connections = \"many\": must be a whole number from 1 to 1000", ":4: lang = \"ua\": must be \"en\", \"ru\" or \"uk\" (Ukrainian is \"uk\")"}},
        {HEAD "connections = 100000\nper_host = 0\n", {":2: connections = \"100000\": must be a whole number from 1 to 1000", ":3: per_host"}},
        {HEAD "delay = \"2d\"\n", {":2: delay = \"2d\": must be a time span from 0s to 1h"}},
        {HEAD "max_body = \"1G\"\nmax_body = \"100M\"\n", {":2: max_body = \"1G\": not a size", ":3: max_body is given twice", ":3: max_body = \"100M\": must be a size from 64K to 64M"}},
        {HEAD "desk {\n  timezone = \"Europe/Moskow\"\n  hours = {\"mon-fri 9-18\", \"mon 09:00-10:00\"}\n  holidays = {\"2026-02-30\"}\n}",
         {":3: timezone = \"Europe/Moskow\" in desk: no such time zone", ":4: hours \"mon-fri 9-18\": write", ":5: holidays \"2026-02-30\": write a day off"}},
        {HEAD "desk {\n  hours = {\"mon 09:00-10:00\"}\n  hour = \"x\"\n}", {":4: no such option \"hour\" in desk; did you mean \"hours\"?"}},
        {HEAD "triage { points_stars = 3 points_old = -300 }", {":2: no such option \"points_stars\"", ":2: points_old = \"-300\" in triage: must be a whole number from -100 to 100"}},
        {HEAD "triage { stars_max = 7 score_max = low }", {":2: stars_max = \"7\" in triage: must be a number from 0 to 5", ":2: score_max = \"low\" in triage"}},
        {HEAD "connect_to = {\"a:443:b\"}\n", {":2: connect_to \"a:443:b\": it must have the form HOST:PORT:HOST2:PORT2"}},
        {SOURCE("slug = \"x\""), {":3: source \"otzovik\" has a slug but no site"}},
        {SOURCE(""), {":3: source \"otzovik\" has no address"}},
        {SOURCE("site = \"y\" slug = \"x\"\nurl = \"https://a.example/\""), {":3: source \"otzovik\" has a slug and a url"}},
        {SOURCE("url = \"ftp://a.example/\""), {":4: url = \"ftp://a.example/\" in source \"otzovik\": only http:// and https:// are read"}},
        {SOURCE("url = \"https://joe:secret@a.example/\""), {"a user name or password in an address is refused"}},
        {SOURCE("url = \"https:///x\""), {"the host name is missing"}},
        {SOURCE("url = \"https://a.example:0/\""), {"the port is not a number from 1 to 65535"}},
        {SOURCE("url = \"https://a.example/a b\""), {"holds a blank"}},
        {SOURCE("url = \"https://a.example/\" about = \"any\""), {"about = \"any\" in source \"otzovik\": must be \"site\", \"all\" or \"aliases\""}},
        {BRAND("source \"x\" { url = \"https://a.example/\" }\nsource \"x\" { url = \"https://b.example/\" }"), {":4: a second source \"x\" in brand \"acme\""}},
        {BRAND("") "brand \"acme\" {}\n", {":5: a second brand \"acme\""}},
        {BRAND("title = \"A\"\ntitle = \"B\""), {":4: title in brand \"acme\" is given twice"}},
        {BRAND("alias = {\"a\"}"), {":3: alias \"a\" in brand \"acme\": one letter alone"}},
        {BRAND("alias = \"Я\""), {":3: alias \"Я\""}},
        {BRAND("competitor = maybe"), {":3: competitor = \"maybe\" in brand \"acme\": must be true or false"}},
        {HEAD "brand \"a/b\" {}\n", {":2: the name of brand \"a/b\" holds a blank"}},
        {HEAD "brand {}\n", {":2: this brand has no name"}},
        {HEAD "brand \"a\"\n", {":2: a { is missing behind brand \"a\""}},
        {HEAD "brand \"a\" {\n", {":2: brand \"a\" begins here and is never closed"}},
        {HEAD "}\n", {":2: unexpected \"}\""}},
        {HEAD "lang = \"ru\n\n", {":2: the text that begins here with \" is never closed"}},
        {HEAD "/* lang\n\n", {":2: the comment that begins here"}},
        {HEAD "connect_to = {\"a:1:b:2\"\n", {":2: the list is not closed"}},
        {HEAD "lang\n", {":3: "}},
        {HEAD "lang \"ru\"\n", {":2: missing equal sign after option 'lang'"}},
        {HEAD "title = \"\"\n", {"no such option \"title\"; it belongs into a brand section"}},
        {HEAD "user_agent = \"\"\n", {":2: user_agent is empty"}},
        {HEAD "user_agent = \"a\\nb\"\n", {":2: user_agent holds a line break"}},
        {HEAD "proxy = \"http://me:pw@p.example:1\"\n", {"proxy: a user name or password"}},
        {HEAD "lang = \"\xff\"\n", {":2: not a text file in UTF-8"}},
        {HEAD "strange \"x\" { a = {1, 2} b { c = 3 } }\ndealy = 3\n", {":2: no such option \"strange\"", ":3: no such option \"dealy\""}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct result r;
        read_text(&r, table[i].text);
        for (size_t k = 0; k < 4 && table[i].say[k]; k++)
            if (!strstr(r.m.text.s, table[i].say[k]))
                fail_msg("case %zu: \"%s\" not in:\n%s", i, table[i].say[k], r.m.text.s);
        release(&r);
    }
}

static void test_good(void **state)
{
    (void)state;
    struct result r;
    read_text(&r, "# c\ncontact = a@b.example\nstore = \"s\" delay = \"500ms\"\nconnect_to = {\"a:443:127.0.0.1:8443\", \"[::1]:1::2\"}\n"
                  "triage { score_max = -0.5; sla_social = \"30m\"; points_old = -40 }\n"
                  "desk { hours = {\"mon-fri 09:00-18:00\"} timezone = \"Europe/Moscow\" holidays = {\"01-01\"} }\n"
                  "brand \"acme\" { alias = {\"Acme\", \"Акме\"} competitor = true\n  source \"o\" { site = \"otzovik\"; slug = \"acme_bank\"; interval = \"1d\" accounts = {\"A\"} }\n"
                  "  source \"n\" { url = \"https://example.org/feed.xml\" about = \"all\" } }\nbrand \"b\" {}\n");
    assert_string_equal(r.m.text.s, "");
    const struct settings *s = &r.settings;
    assert_string_equal(s->store_path, "/etc/x/s");
    assert_int_equal(s->delay_ms, 500);
    assert_int_equal(s->n_connect_to, 2);
    assert_string_equal(s->connect_to[1], "[::1]:1::2");
    assert_true(strstr(s->user_agent, "(+a@b.example)") != NULL);
    assert_true(s->triage.score_max < -0.49 && s->triage.score_max > -0.51);
    assert_int_equal(s->triage.sla_social_s, 1800);
    assert_int_equal(s->triage.points_old, -40);
    assert_int_equal(s->triage.points_one_star, 35);
    assert_int_equal(s->desk.n_hour, 1);
    assert_string_equal(s->desk.holidays[0], "01-01");
    assert_non_null(s->desk.calendar);
    assert_int_equal(s->n_brand, 2);
    assert_int_equal(s->brand[0].n_alias, 2);
    assert_string_equal(s->brand[0].alias[1], "Акме");
    assert_true(s->brand[0].competitor);
    assert_int_equal(s->brand[0].n_source, 2);
    assert_string_equal(s->brand[0].source[0].key, "acme/o");
    assert_int_equal(s->brand[0].source[0].interval_s, 86400);
    assert_int_equal(s->brand[0].source[0].line, 8);
    assert_int_equal(s->brand[0].source[0].n_account, 1);
    assert_int_equal(s->brand[0].source[1].about, ABOUT_ALL);
    assert_int_equal(s->brand[0].source[1].interval_s, 0);
    assert_int_equal(s->brand[1].n_source, 0);
    assert_ptr_equal(settings_source(s, "acme/n"), &s->brand[0].source[1]);
    release(&r);
}

static void test_example(void **state)
{
    (void)state;
    struct result r;
    read_text(&r, config_example);
    assert_string_equal(r.m.text.s, "");
    assert_int_equal(r.settings.n_brand, 1);
    release(&r);
    /* ... and with every commented setting taken in */
    char *all = strdup(config_example), *p = all;
    assert_non_null(all);
    while ((p = strchr(p, '#'))) {
        if (p[1] != ' ')
            *p = ' ';
        p++;
    }
    read_text(&r, all);
    assert_string_equal(r.m.text.s, "");
    assert_string_equal(r.settings.lang, "ru");
    assert_int_equal(r.settings.triage.recent_days, 90);
    free(all);
    release(&r);
}

/* What config print writes reads back to the same. */
static void test_print(void **state)
{
    (void)state;
    struct result r, again;
    struct strbuf one, two;
    strbuf_init(&one, 1 << 20);
    strbuf_init(&two, 1 << 20);
    read_text(&r, BRAND("title = 'quo\"te \\ ${HOME}'\nalias = {\"x y\", 'z\"'}\nsource \"s\" { url = \"https://a.example/?a=b#c\" interval = \"90m\" }"));
    assert_string_equal(r.m.text.s, "");
    assert_string_equal(r.settings.brand[0].title, "quo\"te \\ ${HOME}");
    config_print(&r.settings, &one);
    read_text(&again, one.s);
    assert_string_equal(again.m.text.s, "");
    config_print(&again.settings, &two);
    assert_string_equal(one.s, two.s);
    strbuf_release(&one);
    strbuf_release(&two);
    release(&r);
    release(&again);
}

/* A config cut anywhere, or with any byte changed, is read or refused, never more. */
static void test_cut(void **state)
{
    (void)state;
    size_t n = strlen(config_example);
    for (size_t i = 0; i < n; i += 3) {
        char *copy = strndup(config_example, i);
        assert_non_null(copy);
        struct result r;
        read_text(&r, copy);
        release(&r);
        free(copy);
        copy = strdup(config_example);
        assert_non_null(copy);
        copy[i] = "{}\"'=#;/*\\$"[i % 11];
        read_text(&r, copy);
        release(&r);
        free(copy);
    }
}

static void test_values(void **state)
{
    (void)state;
    static const struct { const char *s; int64_t ms; } span[] = {{"90s", 90000}, {"10m", 600000}, {"2h", 7200000}, {"1d", 86400000}, {"0", 0}, {"5ms", 5},
        {"", -1}, {"5", -1}, {"h", -1}, {"-1h", -1}, {"1.5h", -1}, {"2h ", -1}, {"99999999999999d", -1}};
    for (size_t i = 0; i < sizeof span / sizeof *span; i++) {
        int64_t ms = -1;
        bool ok = value_duration_ms(span[i].s, &ms);
        assert_int_equal(ok, span[i].ms >= 0);
        if (ok)
            assert_int_equal(ms, span[i].ms);
    }
    static const char *const good[] = {"https://a.example/", "http://a.example:80", "HTTPS://A/b?c=d#e", "https://[::1]:8443/", "https://пример.рф/", "https://a_b.example/@user"};
    static const char *const bad[] = {"", "a.example", "https://", "https://a@b/", "https://a:99999/", "https://a b/", "javascript:alert(1)", "https://a\"b/", "https://[::1", "https://a:/"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (value_url(good[i]))
            fail_msg("%s: %s", good[i], value_url(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!value_url(bad[i]))
            fail_msg("%s is taken", bad[i]);
    static const char *const to[] = {"a:443:b:1", "::b:1", "a:443::1", "[::1]:1:[::1]:2"}, *const not_to[] = {"", "a", "a:1:b", "a:1:b:2:3", "a:x:b:1", "a:1:b:99999"};
    for (size_t i = 0; i < 4; i++)
        assert_null(value_connect_to(to[i]));
    for (size_t i = 0; i < 6; i++)
        assert_non_null(value_connect_to(not_to[i]));
    int64_t at;
    assert_true(value_time("24h", 1000000, &at) && at == 1000000 - 86400);
    assert_true(value_time("2026-02-11T00:00:00Z", 0, &at) && at == 1770768000);
    assert_false(value_time("yesterday", 0, &at));
}

static void test_suggest(void **state)
{
    (void)state;
    static const char *const of[] = {"delay", "depth", "interval", "url"};
    assert_string_equal(suggest("dealy", of, 4), "delay");
    assert_string_equal(suggest("Intervall", of, 4), "interval");
    assert_string_equal(suggest("ulr", of, 4), "url");
    assert_null(suggest("zebra", of, 4));
    assert_null(suggest("", of, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes), cmocka_unit_test(test_good), cmocka_unit_test(test_example), cmocka_unit_test(test_print),
        cmocka_unit_test(test_cut),      cmocka_unit_test(test_values), cmocka_unit_test(test_suggest),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
