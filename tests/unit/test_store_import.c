/* A store to JSON lines and back: the same bytes; a wrong file: its line is named, and nothing is there. */
#include "tests/unit/store_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct fix {
    char folder[200], path[240], copy[240], file[240];
    struct store *s;
    struct strbuf out, out2;
};

static void fill(struct store *s)
{
    for (int round = 0; round < 3; round++) {
        struct page *p = page_make(TARGET_LISTING, "https://trust.example/tea", OUTCOME_OK, T0 + round * 4000);
        struct finding *x = page_add(p, "s:1", round == 2 ? 1 : 2, round == 0 ? "Cold \"tea\".\nNo answer \xF0\x9F\x8D\xB5\x7F" : "Edited: \xD1\x87\xD0\xB0\xD0\xB9.");
        static const struct score_word words[] = {{"cold", -1.5f, "word"}, {"no", 0.1f, NULL}};
        static const char *const causes[] = {"delivery", "no_answer"};
        x->score.word = words;
        x->score.n_word = 2;
        x->score.cause = causes;
        x->score.n_cause = 2;
        x->mention.extra = "{\"props\":{\"a\":1}}";
        page_add(p, "s:2", 5, "Fine.");
        page_link(p, TARGET_NEXT, "https://trust.example/tea?page=2", NULL);
        put_one(s, p);
    }
    struct journal_entry j = {.who = "anna", .mention_id = "s:1", .action = "state", .to = "resolved", .note = "called", .at = T0 + 9000};
    assert_int_equal(store_mark(s, &j, NULL), ERR_OK);
    assert_int_equal(store_cursor_set(s, "tickets", 1), ERR_OK);
    assert_int_equal(store_meta_put(s, "brief", "a\0b", 3), ERR_OK);
    assert_int_equal(store_put_run(s, &(struct run_record){.started = T0, .ended = T0 + 5, .n_page = 3, .complete = true}), ERR_OK);
}

static int setup(void **state)
{
    struct fix *f = calloc(1, sizeof *f);
    folder_make(f->folder, sizeof f->folder);
    snprintf(f->path, sizeof f->path, "%s/store", f->folder);
    snprintf(f->copy, sizeof f->copy, "%s/copy", f->folder);
    snprintf(f->file, sizeof f->file, "%s/all.jsonl", f->folder);
    strbuf_init(&f->out, 64 << 20);
    strbuf_init(&f->out2, 64 << 20);
    assert_int_equal(store_open(&f->s, f->path, STORE_CREATE), ERR_OK);
    fill(f->s);
    export_all(f->s, false, &f->out);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fix *f = *state;
    store_close(f->s);
    folder_remove(f->folder);
    strbuf_release(&f->out);
    strbuf_release(&f->out2);
    free(f);
    return 0;
}

static enum err import(struct fix *f, const char *bytes, size_t n)
{
    FILE *out = fopen(f->file, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
    return store_import(f->copy, f->file);
}

static void test_round_trip(void **state)
{
    struct fix *f = *state;
    struct strbuf lines;
    struct store *copy;
    uint64_t n_bad;
    if (import(f, f->out.s, f->out.n) != ERR_OK)
        fail_msg("%s", err_text());
    assert_int_equal(store_open(&copy, f->copy, STORE_WRITE), ERR_OK);
    export_all(copy, false, &f->out2);
    assert_string_equal(f->out.s, f->out2.s);
    strbuf_init(&lines, 1 << 20);
    assert_int_equal(store_check(copy, &lines, &n_bad), ERR_OK);
    assert_string_equal(lines.s, "");
    assert_int_equal(n_bad, 0);
    /* both go on alike */
    for (int i = 0; i < 2; i++) {
        struct page *p = page_make(TARGET_LISTING, "https://trust.example/tea", OUTCOME_OK, T0 + 90000);
        page_add(p, "s:3", 1, "Stale biscuits.");
        page_add(p, "s:1", 1, "Edited again.");
        put_one(i == 0 ? f->s : copy, p);
    }
    export_all(f->s, false, &f->out);
    export_all(copy, false, &f->out2);
    assert_string_equal(f->out.s, f->out2.s);
    export_all(f->s, true, &f->out);
    export_all(copy, true, &f->out2);
    assert_string_equal(f->out.s, f->out2.s);
    store_close(copy);
    assert_int_equal(store_import(f->copy, f->file), ERR_USAGE); /* there is one already */
    assert_non_null(strstr(err_text(), "already"));
    strbuf_release(&lines);
}

static void refused(struct fix *f, const char *bytes, size_t n, const char *line, const char *why)
{
    char place[300];
    struct stat st;
    assert_int_equal(import(f, bytes, n), ERR_USAGE);
    snprintf(place, sizeof place, "%s:%s", f->file, line);
    if (strncmp(err_text(), place, strlen(place)) != 0 || strstr(err_text(), why) == NULL)
        fail_msg("\"%s\" does not begin with %s or does not say %s", err_text(), place, why);
    assert_int_equal(stat(f->copy, &st), -1);
}

/* Cut at every line and inside the lines: always refused. */
static void test_cut(void **state)
{
    struct fix *f = *state;
    for (size_t n = 0; n < f->out.n; n++) {
        bool at_line = n == 0 || f->out.s[n - 1] == '\n';
        if (!at_line && n % 97 != 0)
            continue;
        if (n + 1 < f->out.n)
            refused(f, f->out.s, n, "", "");
    }
    refused(f, f->out.s, f->out.n / 2, "", "");
}

static void replaced(struct fix *f, const char *what, const char *by, const char *why)
{
    const char *at = strstr(f->out.s, what);
    assert_non_null(at);
    char line[20];
    size_t n_line = 1;
    for (const char *s = f->out.s; s < at; s++)
        n_line += *s == '\n';
    snprintf(line, sizeof line, "%zu: ", n_line);
    strbuf_clear(&f->out2);
    strbuf_add(&f->out2, f->out.s, (size_t)(at - f->out.s));
    strbuf_puts(&f->out2, by);
    strbuf_puts(&f->out2, at + strlen(what));
    refused(f, f->out2.s, f->out2.n, line, why);
}

static void test_hostile(void **state)
{
    struct fix *f = *state;
    char whole[200];
    replaced(f, "\"format\":2", "\"format\":3", "newer earshot");
    replaced(f, "\"t\":\"mention\"", "\"t\":\"mansion\"", "not known");
    replaced(f, "\"k\":[1]", "\"k\":[-1]", "out of range");
    replaced(f, "\"k\":[2]", "\"k\":[1]", "earlier line");
    replaced(f, "\"r\":[", "\"r\":{", "JSON");
    replaced(f, "\"brand\":\"tea\"", "\"brand\":7", "JSON");
    replaced(f, "\"brand\":\"tea\"", "\"x\":\"tea\"", "not known");
    replaced(f, "\"id\":\"s:2\"", "\"id\":\"s:1\"", "earlier line");
    replaced(f, "\"rating.known\":1", "\"rating.known\":2", "out of range");
    replaced(f, "\"rating.best\":5", "\"rating.best\":1e999", "out of range");
    replaced(f, "\\u007f", "\\ud800", "escape");
    replaced(f, "\\u007f", "\\u0000", "escape");
    replaced(f, "\\u007f", "\xFF", "UTF-8");
    replaced(f, "\"lines\":", "\"lines\":1", "missing");
    snprintf(whole, sizeof whole, "%.150s", "{\"t\":\"finding\",\"id\":\"s:1\"}\n");
    refused(f, whole, strlen(whole), "1: ", "--stable");
    refused(f, "", 0, "1: ", "cut short");
    refused(f, "\0\0\n", 3, "1: ", "NUL");
}

/* A line without end costs no more than the longest record. */
static void test_huge_line(void **state)
{
    struct fix *f = *state;
    size_t n = (size_t)40 << 20;
    char *line = malloc(n);
    assert_non_null(line);
    memset(line, '[', n);
    refused(f, line, n, "1: ", "too long");
    free(line);
}

/* What a killed maker left is removed after a day, and nothing else. */
static void test_leftovers(void **state)
{
    struct fix *f = *state;
    static const char *const names[] = {"fresh.new-AbCdEf", "fresh.new-Today0", "fresh.new-notours", "fresher.new-AbCdEf"};
    char path[300], data[320];
    struct stat st;
    struct store *s;
    const struct timespec old[2] = {{T0 - 86400 * 400, 0}, {T0 - 86400 * 400, 0}};
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
        snprintf(data, sizeof data, "%s/data.mdb", path);
        assert_int_equal(mkdir(path, 0700), 0);
        fclose(fopen(data, "w"));
        if (i != 1)
            assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    }
    snprintf(path, sizeof path, "%s/fresh", f->folder);
    assert_int_equal(store_open(&s, path, STORE_CREATE), ERR_OK);
    store_close(s);
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
        assert_int_equal(stat(path, &st), i == 0 ? -1 : 0);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_round_trip), T(test_cut), T(test_hostile), T(test_huge_line), T(test_leftovers),
    };
    return cmocka_run_group_tests_name("store_import", tests, NULL, NULL);
}
