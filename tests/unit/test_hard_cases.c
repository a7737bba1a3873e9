/* Invented hard cases (tests/sentiment/hardcases.tsv): how many get the right label may only grow. */
#include "base/limits.h"
#include "base/paths.h"
#include "base/strbuf.h"
#include "sentiment/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RIGHT_MIN 335 /* raise it when the scorer learns more */
#define FIELDS 4

static size_t right_in(struct scorer *s, struct arena *a, char *lines, size_t *n)
{
    size_t right = 0;
    char *save = NULL;
    for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *field[FIELDS] = {line};
        size_t k = 1;
        if (*line == '#')
            continue;
        for (char *tab; k < FIELDS && (tab = strchr(field[k - 1], '\t')); k++) {
            *tab = '\0';
            field[k] = tab + 1;
        }
        assert_int_equal(k, FIELDS);
        struct score out;
        scorer_score(s, &(struct score_input){.text = field[3]}, a, &out);
        int said = out.label == LABEL_NEGATIVE ? -1 : out.label == LABEL_POSITIVE;
        ++*n;
        if (said == atoi(field[1]))
            right++;
        else
            print_message("%s %s: wanted %s, said %d: %s\n", field[0], field[2], field[1], said, field[3]);
    }
    return right;
}

static void test_hard_cases(void **state)
{
    const char *top = getenv("srcdir");
    char path[4096];
    struct arena a;
    struct lexicon *l;
    struct strbuf b;
    (void)state;
    arena_init(&a, LIMIT_PAGE_ARENA);
    assert_int_equal(lexicon_load(&l, paths_data(&a, "lexicons"), NULL), ERR_OK);
    struct scorer *s = scorer_new(l);
    assert_non_null(s);
    snprintf(path, sizeof path, "%s/tests/sentiment/hardcases.tsv", top ? top : ".");
    strbuf_init(&b, LIMIT_MIB);
    assert_int_equal(strbuf_read_file(&b, path), ERR_OK);
    size_t n = 0, right = right_in(s, &a, b.s, &n);
    print_message("%zu of %zu hard cases right\n", right, n);
    assert_true(n >= 200);
    assert_true(right >= RIGHT_MIN);
    strbuf_release(&b);
    scorer_free(s);
    lexicon_free(l);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hard_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
