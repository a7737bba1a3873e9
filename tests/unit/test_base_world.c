/* base/: what others see: JSON and the contract, logs, paths, languages. */
#include "base/contract.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
/* after the headers that it asks for */
#include <cmocka.h>

/* ---- JSON ---- */

struct json {
    struct jsonw w;
    struct strbuf out;
};

static void json_begin(struct json *j)
{
    strbuf_init(&j->out, 1 << 20);
    jsonw_init(&j->w, &j->out);
}

static void json_end(struct json *j, const char *want)
{
    assert_false(j->out.full);
    assert_string_equal(j->out.s, want);
    strbuf_release(&j->out);
}

static void json_strings_are_escaped(void **state)
{
    (void)state;
    const struct { const char *s; size_t n; const char *want; } row[] = {
        {"", 0, "\"\""}, {NULL, 0, "null"}, {"a\"b\\c", 5, "\"a\\\"b\\\\c\""}, {"\n\r\t\b\f\x01\x1f\x7f", 8, "\"\\n\\r\\t\\b\\f\\u0001\\u001f\\u007f\""},
        {"a\0b", 3, "\"a\\u0000b\""}, {"\xE2\x80\xA8\xE2\x80\xA9", 6, "\"\\u2028\\u2029\""}, {"\xD1\x8F\xF0\x9F\x98\x80", 6, "\"\xD1\x8F\xF0\x9F\x98\x80\""},
        {"x\xFFy", 3, "\"x\xEF\xBF\xBDy\""}, {"\xE1\x80", 2, "\"\xEF\xBF\xBD\""}, {"\xEF\xBF\xBD", 3, "\"\xEF\xBF\xBD\""}, {"/", 1, "\"/\""},
        {"\xD0", 1, "\"\xEF\xBF\xBD\""}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct json j;
        json_begin(&j);
        jsonw_strn(&j.w, row[i].s, row[i].n);
        json_end(&j, row[i].want);
    }
}

static void json_numbers_read_back(void **state)
{
    (void)state;
    const struct { double v; const char *want; } row[] = {
        {0, "0"}, {-0.0, "0"}, {1, "1"}, {-3, "-3"}, {0.1, "0.1"}, {4.5, "4.5"}, {1e21, "1e+21"}, {0.1 + 0.2, "0.30000000000000004"},
        {NAN, "null"}, {INFINITY, "null"}, {-INFINITY, "null"}, {1234567, "1234567"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct json j;
        json_begin(&j);
        jsonw_real(&j.w, row[i].v);
        json_end(&j, row[i].want);
    }
    struct json j;
    json_begin(&j);
    jsonw_array(&j.w);
    jsonw_int(&j.w, INT64_MIN);
    jsonw_int(&j.w, INT64_MAX);
    jsonw_time(&j.w, 0);
    jsonw_time(&j.w, 1770817964);
    jsonw_when(&j.w, WHEN_UNKNOWN);
    jsonw_when(&j.w, (struct when){1770768000, PRECISION_DAY});
    jsonw_array_end(&j.w);
    json_end(&j, "[-9223372036854775808,9223372036854775807,null,\"2026-02-11T13:52:44Z\",null,\"2026-02-11\"]");
}

static void json_commas_stand_between(void **state)
{
    (void)state;
    struct json j;
    json_begin(&j);
    jsonw_object(&j.w);
    jsonw_kstr(&j.w, "a", "x");
    jsonw_key(&j.w, "b");
    jsonw_array(&j.w);
    jsonw_array(&j.w);
    jsonw_array_end(&j.w);
    jsonw_object(&j.w);
    jsonw_object_end(&j.w);
    jsonw_null(&j.w);
    jsonw_array_end(&j.w);
    jsonw_kint(&j.w, "c", 1);
    jsonw_kbool(&j.w, "d", true);
    jsonw_kreal(&j.w, "e", 0.5);
    jsonw_key(&j.w, "f");
    jsonw_raw(&j.w, "{\"g\":1}");
    jsonw_key(&j.w, "h\n");
    jsonw_raw(&j.w, NULL);
    jsonw_object_end(&j.w);
    assert_int_equal(j.w.depth, 0);
    json_end(&j, "{\"a\":\"x\",\"b\":[[],{},null],\"c\":1,\"d\":true,\"e\":0.5,\"f\":{\"g\":1},\"h\\n\":null}");
    json_begin(&j);
    for (int i = 0; i < 32; i++)
        jsonw_array(&j.w);
    for (int i = 0; i < 32; i++)
        jsonw_array_end(&j.w);
    json_end(&j, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
}

#define EMPTY_MENTION                                                                                                          \
    "{\"id\":\"s:1\",\"native_id\":\"1\",\"kind\":\"review\",\"url\":null,\"parent_id\":null,\"author\":{\"name\":null,\"id\":null,"  \
    "\"url\":null,\"place\":null,\"reviews\":null},\"rating\":null,\"title\":null,\"text\":null,\"pros\":null,\"cons\":null,"     \
    "\"truncated\":false,\"lang\":null,\"published\":null,\"published_precision\":\"none\",\"experienced\":null,\"edited\":null," \
    "\"likes\":null,\"reply\":null,\"reply_state\":\"unknown\",\"views\":null,\"comments\":null,\"pending\":false,"              \
    "\"verified\":null,\"verification\":null,\"recommends\":null,\"customer_last_word\":false,\"extra\":null}"

#define FULL_MENTION                                                                                                           \
    "{\"id\":\"s:2\",\"native_id\":\"2\",\"kind\":\"comment\",\"url\":\"https://s.example/2\",\"parent_id\":\"s:1\",\"author\":{"     \
    "\"name\":\"Olha\",\"id\":\"olha7\",\"url\":\"https://s.example/u\",\"place\":\"UA\",\"reviews\":3},\"rating\":{\"value\":2.5,"  \
    "\"worst\":1,\"best\":5},\"title\":\"T\",\"text\":\"one\\ntwo\",\"pros\":\"p\",\"cons\":\"c\",\"truncated\":true,"               \
    "\"lang\":\"uk\",\"published\":\"2026-02-11\",\"published_precision\":\"day\",\"experienced\":\"2026-02\","                    \
    "\"edited\":\"2026-02-11T13:52:44Z\",\"likes\":0,\"reply\":{\"author\":\"Acme\",\"text\":\"sorry\","                           \
    "\"published\":\"2026-02-11\",\"edited\":null,\"flags\":[]},\"reply_state\":\"yes\",\"views\":10,\"comments\":2,\"pending\":true,"          \
    "\"verified\":true,\"verification\":\"receipt\",\"recommends\":false,\"customer_last_word\":true,\"extra\":{\"k\":1}}"

static void fill_mention(struct mention *m)
{
    const struct when day = {1770768000, PRECISION_DAY};
    *m = (struct mention){
        .id = "s:2", .native_id = "2", .url = "https://s.example/2", .parent_id = "s:1", .kind = MENTION_COMMENT,
        .author = {"Olha", "olha7", "https://s.example/u", "UA", 3}, .rating = {true, 2.5, 1, 5}, .title = "T", .text = "one\ntwo",
        .pros = "p", .cons = "c", .truncated = true, .lang = "uk", .published = day, .experienced = {1769904000, PRECISION_MONTH},
        .edited = {1770817964, PRECISION_SECOND}, .likes = 0, .views = 10, .n_comment = 2, .pending = true, .verified = 1,
        .verification = "receipt", .recommends = 0, .reply = {.author = "Acme", .text = "sorry", .published = day},
        .reply_state = REPLY_YES, .customer_last_word = true, .extra = "{\"k\":1}"};
}

static void contract_page_is_as_written(void **state)
{
    (void)state;
    struct finding f[2] = {0};
    struct link link[] = {{TARGET_NEXT, "https://s.example/?p=2", NULL}, {TARGET_DETAIL, "https://s.example/2", "s:2"}};
    mention_init(&f[0].mention);
    f[0].mention.id = "s:1";
    f[0].mention.native_id = "1";
    f[0].mention.title = ""; /* absent is null, whoever forgot it */
    f[0].mention.extra = "";
    fill_mention(&f[1].mention);
    struct page p;
    page_init(&p, 1000);
    page_begin(&p, &(struct target){.url = "https://s.example/"});
    p.outcome = OUTCOME_OK;
    p.site = "s";
    p.via = "dom";
    p.charset = "utf-8";
    p.declared_total = 7;
    p.finding = f;
    p.n_finding = 2;
    p.link = link;
    p.n_link = 2;
    struct json j;
    json_begin(&j);
    contract_page(&j.w, &p);
    json_end(&j, "{\"schema\":\"earshot.page/1\",\"url\":\"https://s.example/\",\"site\":\"s\",\"outcome\":\"ok\",\"via\":\"dom\","
                 "\"declared_total\":7,\"mentions\":[" EMPTY_MENTION "," FULL_MENTION "],\"next\":[\"https://s.example/?p=2\"],"
                 "\"details\":[{\"url\":\"https://s.example/2\",\"mention_id\":\"s:2\"}],\"reason\":null,\"charset\":\"utf-8\"}");
    page_clear(&p);
    page_fail(&p, OUTCOME_DRIFT, "no \"%s\"", "item");
    json_begin(&j);
    contract_page(&j.w, &p);
    json_end(&j, "{\"schema\":\"earshot.page/1\",\"url\":null,\"site\":null,\"outcome\":\"drift\",\"via\":null,\"declared_total\":null,"
                 "\"mentions\":[],\"next\":[],\"details\":[],\"reason\":\"no \\\"item\\\"\",\"charset\":null}");
    page_release(&p);
}

#define SCORE                                                                                                                  \
    "{\"schema\":\"earshot.score/1\",\"score\":-0.7123,\"label\":\"negative\",\"confidence\":0.1,\"lang\":\"ru\","                  \
    "\"words\":[{\"text\":\"bad\",\"weight\":-1.5,\"why\":\"word\"}],\"causes\":[\"no_answer\",\"late\"],\"escalation\":true,"     \
    "\"order_ref\":\"A-1\"}"

static void contract_finding_is_as_written(void **state)
{
    (void)state;
    const struct score_word word[] = {{"bad", -1.5f, "word"}};
    const char *const cause[] = {"no_answer", "late"};
    struct finding f = {
        .brand = "acme", .source = "acme/s", .channel = "review", .state = DESK_MOVED_PRIVATE, .seq = 9, .n_revision = 2,
        .assignee = "olha", .first_seen = 1770768000, .last_seen = 1770817964,
        .score = {.value = -0.71234f, .label = LABEL_NEGATIVE, .confidence = 0.1f, .lang = "ru", .word = word, .n_word = 1,
                  .cause = cause, .n_cause = 2, .escalation = true, .order_ref = "A-1"},
        .judgement = {.verdict = VERDICT_REPLY, .priority = 80, .due_at = 1770817964, .sign = {{"stars", 40}, {"old", -5}}, .n_sign = 2}};
    mention_init(&f.mention);
    f.mention.id = "s:1";
    f.mention.native_id = "1";
    struct json j;
    json_begin(&j);
    contract_finding(&j.w, &f);
    json_end(&j, "{\"schema\":\"earshot.finding/1\",\"seq\":9,\"brand\":\"acme\",\"source\":\"acme/s\",\"channel\":\"review\","
                 "\"mention\":" EMPTY_MENTION ",\"score\":" SCORE ",\"verdict\":\"reply\",\"priority\":80,"
                 "\"due\":\"2026-02-11T13:52:44Z\",\"signs\":[{\"name\":\"stars\",\"points\":40},{\"name\":\"old\",\"points\":-5}],"
                 "\"state\":\"moved_private\",\"assignee\":\"olha\",\"root_cause\":null,\"note\":null,"
                 "\"first_seen\":\"2026-02-11T00:00:00Z\",\"last_seen\":\"2026-02-11T13:52:44Z\",\"missing_since\":null,"
                 "\"answered_at\":null,\"revisions\":2,\"sla\":null,\"clock_started\":null,\"clock_stopped\":null,\"answer_took_s\":null,"
                 "\"legal_due\":null,\"hold_since\":null,\"claim\":null,\"claimed_at\":null,\"override\":null,\"not_there_since\":null,"
                 "\"not_there_looks\":0}");
    f.score = (struct score){.value = NAN};
    json_begin(&j);
    contract_score(&j.w, &f.score);
    json_end(&j, "{\"schema\":\"earshot.score/1\",\"score\":null,\"label\":\"neutral\",\"confidence\":0,\"lang\":null,\"words\":[],"
                 "\"causes\":[],\"escalation\":false,\"order_ref\":null}");
}

/* ---- a folder of our own ---- */

static char folder[64];

static void write_file(const char *name, const void *bytes, size_t n)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *c = path + 1; *c; c++)
        if (*c == '/') {
            *c = '\0';
            if (mkdir(path, 0700) != 0)
                assert_int_equal(errno, EEXIST);
            *c = '/';
        }
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/earshot-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const made[] = {
        "tree/b/tests/unit/probe", "tree/b/tests/unit", "tree/b/tests", "tree/b", "tree/data/sites/x.site", "tree/data/sites", "tree/data",
        "tree/configure.ac", "tree",
        "log", "conf/earshot/earshot.conf", "conf/earshot", "conf", "all/earshot/earshot.conf", "all/earshot", "all",
        "ru/LC_MESSAGES/earshot.mo", "ru/LC_MESSAGES", "ru"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", folder, made[i]);
        remove(path);
    }
    return rmdir(folder);
}

static void log_lines_are_logfmt(void **state)
{
    (void)state;
    char path[400];
    snprintf(path, sizeof path, "%s/log", folder);
    int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600), old = dup(STDERR_FILENO);
    assert_true(fd >= 0 && old >= 0);
    char *huge = malloc(30000);
    memset(huge, 'x', 29999);
    huge[29999] = '\0';
    dup2(fd, STDERR_FILENO);
    log_event(LOG_INFO, "quiet", "a", "b", NULL); /* below the default */
    log_event(LOG_WARN, "page", "url", "http://h/?a=b", "n", "5", "none", (char *)NULL, "empty", "", "text", "a \"b\"\n\x1b[1m\\", NULL);
    log_init(LOG_DEBUG);
    log_event(LOG_DEBUG, "huge", "a", huge, "b", huge, "c", huge, "d", huge, "e", huge, "f", huge, "g", huge, "h", huge, "i", huge, NULL);
    log_init(LOG_WARN);
    dup2(old, STDERR_FILENO);
    close(old);
    close(fd);
    free(huge);
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    assert_int_equal(strbuf_read_file(&b, path), ERR_OK);
    static const char want[] = "time=2026-02-11T13:52:44Z level=warn event=page url=\"http://h/?a=b\" n=5 empty=\"\" "
                               "text=\"a \\\"b\\\"\\n[1m\\\\\"\ntime=2026-02-11T13:52:44Z level=debug event=huge a=xxx";
    assert_int_equal(strncmp(b.s, want, strlen(want)), 0);
    size_t second = b.n - (size_t)(strchr(b.s, '\n') + 1 - b.s);
    assert_true(second <= LIMIT_LOG_LINE_BYTES && second > LIMIT_LOG_LINE_BYTES / 2);
    assert_int_equal(b.s[b.n - 1], '\n');
    assert_null(strstr(b.s, " i="));
    strbuf_release(&b);
}

static void paths_follow_the_environment(void **state)
{
    (void)state;
    struct arena a;
    char path[400];
    arena_init(&a, 1 << 20);
    setenv("EARSHOT_DATADIR", "/some/where", 1);
    assert_string_equal(paths_data(&a, "sites"), "/some/where/sites");
    assert_string_equal(paths_data(&a, NULL), "/some/where");
    unsetenv("EARSHOT_DATADIR");
    const char *data = paths_data(&a, "sites"); /* a source tree or the installed place, never the working directory */
    assert_int_equal(data[0], '/');
    assert_non_null(strstr(data, "/data/sites"));
    assert_null(paths_above(&a, "no/such/mark"));

    setenv("HOME", "/home/olha", 1);
    setenv("XDG_DATA_HOME", "relative/is/invalid", 1);
    assert_string_equal(paths_store(&a), geteuid() == 0 ? "/var/lib/earshot" : "/home/olha/.local/share/earshot/store");
    setenv("XDG_DATA_HOME", "/d", 1);
    assert_string_equal(paths_store(&a), "/d/earshot/store");
    assert_string_equal(paths_resolve(&a, "/etc/earshot", "ca.pem"), "/etc/earshot/ca.pem");
    assert_string_equal(paths_resolve(&a, "/etc/earshot", "/ca.pem"), "/ca.pem");
    assert_string_equal(paths_resolve(&a, "/etc/earshot", "~/ca.pem"), "/home/olha/ca.pem");
    assert_string_equal(paths_resolve(&a, "/etc/earshot", "~"), "/home/olha");
    assert_string_equal(paths_resolve(&a, "/etc/earshot", "~x"), "/etc/earshot/~x");
    assert_string_equal(paths_resolve(&a, NULL, "x"), "x");
    assert_null(paths_resolve(&a, "/etc", NULL));
    unsetenv("HOME");
    assert_int_equal(paths_resolve(&a, NULL, "~")[0], '/'); /* from the user database */

    const char *tried = NULL;
    snprintf(path, sizeof path, "%s/conf", folder);
    setenv("XDG_CONFIG_HOME", path, 1);
    snprintf(path, sizeof path, "relative:/nowhere:%s/all", folder);
    setenv("XDG_CONFIG_DIRS", path, 1);
    write_file("all/earshot/earshot.conf", "", 0);
    snprintf(path, sizeof path, "%s/all/earshot/earshot.conf", folder);
    assert_string_equal(paths_config(&a, &tried), path);
    char want[1200];
    snprintf(want, sizeof want, "%s/conf/earshot/earshot.conf, /nowhere/earshot/earshot.conf, %s", folder, path);
    assert_string_equal(tried, want);
    write_file("conf/earshot/earshot.conf", "", 0);
    snprintf(path, sizeof path, "%s/conf/earshot/earshot.conf", folder);
    assert_string_equal(paths_config(&a, NULL), path);
    arena_release(&a);
}

/* What a copy of this program in the made-up tree says about the place of the sites. */
static void ask_probe(char *answer, size_t size)
{
    char command[400];
    snprintf(command, sizeof command, "%s/tree/b/tests/unit/probe --where", folder);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    answer[fread(answer, 1, size - 1, f)] = '\0';
    assert_int_equal(pclose(f), 0);
}

static void data_lie_beside_an_uninstalled_binary(void **state)
{
    (void)state;
    struct strbuf self;
    char path[400], answer[400];
    strbuf_init(&self, 64 << 20);
    assert_int_equal(strbuf_read_file(&self, "/proc/self/exe"), ERR_OK);
    write_file("tree/b/tests/unit/probe", self.s, self.n);
    strbuf_release(&self);
    snprintf(path, sizeof path, "%s/tree/b/tests/unit/probe", folder);
    assert_int_equal(chmod(path, 0700), 0);
    unsetenv("EARSHOT_DATADIR");
    write_file("tree/data/sites/x.site", "", 0);
    ask_probe(answer, sizeof answer);
    assert_string_equal(answer, PKGDATADIR "/data/sites"); /* a folder of that name alone is not our source tree */
    write_file("tree/configure.ac", "", 0);
    ask_probe(answer, sizeof answer);
    snprintf(path, sizeof path, "%s/tree/data/sites", folder);
    assert_string_equal(answer, path);
}

/* ---- languages: a catalogue with two messages, in the format of the gettext manual, "The Format of GNU MO Files" ---- */

static void write_catalogue(void)
{
    static const char id[] = "\0reply", text[] = "Content-Type: text/plain; charset=UTF-8\n\0\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82";
    const uint32_t n_header = 40;
    const uint32_t at_id = 28 + 4 * 8, at_text = at_id + sizeof id;
    const uint32_t head[] = {0x950412de, 0, 2, 28, 28 + 16, 0, 0, 0, at_id, 5, at_id + 1, n_header, at_text, 10, at_text + n_header + 1};
    char mo[sizeof head + sizeof id + sizeof text];
    memcpy(mo, head, sizeof head);
    memcpy(mo + at_id, id, sizeof id);
    memcpy(mo + at_text, text, sizeof text);
    write_file("ru/LC_MESSAGES/earshot.mo", mo, sizeof mo);
}

static void language_comes_from_the_environment(void **state)
{
    (void)state;
    const struct { const char *language, *lc_all, *lang, *want; } row[] = {
        {NULL, NULL, NULL, "en"}, {"ru", NULL, NULL, "ru"}, {"de:uk:ru", "ru_RU.UTF-8", NULL, "uk"}, {"", "uk_UA.UTF-8", "ru_RU", "uk"},
        {NULL, NULL, "ru_RU.KOI8-R", "ru"}, {NULL, "C", "ru_RU", "en"}, {NULL, NULL, "rup", "en"}, {NULL, NULL, "uk@cyr", "uk"},
        {"de", NULL, "ru", "en"}};
    unsetenv("LC_MESSAGES");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const char *const pair[][2] = {{"LANGUAGE", row[i].language}, {"LC_ALL", row[i].lc_all}, {"LANG", row[i].lang}};
        for (size_t k = 0; k < 3; k++)
            if (pair[k][1])
                setenv(pair[k][0], pair[k][1], 1);
            else
                unsetenv(pair[k][0]);
        i18n_init(NULL);
        assert_string_equal(i18n_lang(), row[i].want);
    }
    i18n_init("de");
    assert_string_equal(i18n_lang(), "en");
}

static void language_changes_words_but_not_numbers(void **state)
{
    (void)state;
    write_catalogue();
    setenv("EARSHOT_LOCALEDIR", folder, 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    char number[16];
    i18n_init("ru");
    assert_string_equal(_("reply"), "\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82");
    assert_string_equal(_("no such message"), "no such message");
    snprintf(number, sizeof number, "%.1f", 1.5);
    assert_string_equal(number, "1.5");
    i18n_init("en");
    assert_string_equal(_("reply"), "reply");
    i18n_init("ru");
    assert_string_equal(_("reply"), "\xD0\xBE\xD1\x82\xD0\xB2\xD0\xB5\xD1\x82");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--where") == 0) {
        struct arena a;
        arena_init(&a, 1 << 16);
        fputs(paths_data(&a, "sites"), stdout);
        arena_release(&a);
        return 0;
    }
    setenv("EARSHOT_NOW", "2026-02-11T13:52:44Z", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_strings_are_escaped),
        cmocka_unit_test(json_numbers_read_back),
        cmocka_unit_test(json_commas_stand_between),
        cmocka_unit_test(contract_page_is_as_written),
        cmocka_unit_test(contract_finding_is_as_written),
        cmocka_unit_test(log_lines_are_logfmt),
        cmocka_unit_test(paths_follow_the_environment),
        cmocka_unit_test(data_lie_beside_an_uninstalled_binary),
        cmocka_unit_test(language_comes_from_the_environment),
        cmocka_unit_test(language_changes_words_but_not_numbers),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
