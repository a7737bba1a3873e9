/* How fast is the scorer? MB/s of text on one core, with causes and language, and of brand matching with many aliases.
 * Usage: score LEXICONS FILE... (texts, one a line; a label and a TAB before the text are skipped). Prints name TAB value TAB unit. */
#include "base/limits.h"
#include "base/strbuf.h"
#include "sentiment/brand.h"
#include "sentiment/lang.h"
#include "sentiment/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALIASES 10000
#define ROUNDS 3

struct texts {
    const char **text;
    size_t n, cap, bytes;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void add_file(struct texts *t, const char *path)
{
    struct strbuf b;
    strbuf_init(&b, 512 * LIMIT_MIB);
    if (strbuf_read_file(&b, path) != ERR_OK) {
        fprintf(stderr, "%s\n", err_text());
        exit(64);
    }
    for (char *line = strtok(b.s, "\n"); line; line = strtok(NULL, "\n")) {
        char *tab = strchr(line, '\t');
        if (t->n == t->cap) {
            t->cap = t->cap ? 2 * t->cap : 4096;
            t->text = realloc(t->text, t->cap * sizeof *t->text);
            if (!t->text)
                exit(70);
        }
        t->text[t->n++] = tab ? tab + 1 : line;
        t->bytes += strlen(t->text[t->n - 1]);
    }
}

static void bench_score(const struct lexicon *l, const struct texts *t)
{
    struct scorer *s = scorer_new(l);
    struct arena a;
    double best = 1e9;
    arena_init(&a, LIMIT_PAGE_ARENA);
    for (int round = 0; s && round < ROUNDS; round++) {
        double from = now();
        for (size_t i = 0; i < t->n; i++) {
            struct score out;
            arena_reset(&a);
            scorer_score(s, &(struct score_input){.text = t->text[i]}, &a, &out);
        }
        best = now() - from < best ? now() - from : best;
    }
    printf("score\t%.1f\tMB/s\n", (double)t->bytes / 1e6 / best);
    printf("score_text\t%.2f\tus\n", 1e6 * best / (double)t->n);
    arena_release(&a);
    scorer_free(s);
}

static void bench_lang(const struct texts *t)
{
    double from = now();
    size_t ru = 0;
    for (size_t i = 0; i < t->n; i++)
        ru += lang_detect(t->text[i], strlen(t->text[i]), NULL, NULL)[0] == 'r';
    printf("lang\t%.2f\tus a text (%zu Russian)\n", 1e6 * (now() - from) / (double)t->n, ru);
}

/* Invented names of three syllables; none is a word. */
static void bench_brand(const struct texts *t)
{
    static const char *const part[] = {"ба", "вел", "гор", "дин", "жев", "зар", "кул", "лим", "мот", "нев", "пра", "ром", "сиб", "тех", "фин", "хол", "цен", "чар", "шан", "эко", "юг", "яр"};
    const size_t n_part = sizeof part / sizeof *part;
    static char name[ALIASES][48];
    static const char *alias[ALIASES];
    for (size_t i = 0; i < ALIASES; i++) {
        snprintf(name[i], sizeof name[i], "%s%s%s%s", part[i % n_part], part[i / n_part % n_part], part[i / n_part / n_part % n_part], i % 3 ? "мак" : "");
        alias[i] = name[i];
    }
    const struct brand brand = {.name = "many", .alias = alias, .n_alias = ALIASES};
    struct brands *b = brands_new(&(struct settings){.brand = &brand, .n_brand = 1});
    size_t found = 0, index;
    double best = 1e9;
    for (int round = 0; b && round < ROUNDS; round++) {
        double from = now();
        for (size_t i = 0; i < t->n; i++)
            found += brands_find(b, t->text[i], &index, 1);
        best = now() - from < best ? now() - from : best;
    }
    printf("brands_10000\t%.1f\tMB/s (%zu found)\n", (double)t->bytes / 1e6 / best, found / ROUNDS);
    brands_free(b);
}

int main(int argc, char **argv)
{
    struct texts t = {0};
    struct lexicon *l;
    if (argc < 3) {
        fprintf(stderr, "usage: score LEXICONS FILE...\n");
        return 64;
    }
    if (lexicon_load(&l, argv[1], NULL) != ERR_OK) {
        fprintf(stderr, "%s\n", err_text());
        return 78;
    }
    for (int i = 2; i < argc; i++)
        add_file(&t, argv[i]);
    bench_score(l, &t);
    bench_lang(&t);
    bench_brand(&t);
    lexicon_free(l);
    free(t.text);
    return 0;
}
