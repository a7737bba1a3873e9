/* How good is the scorer? Every dev set is scored with weights that it did not teach; prints a table and writes it as TSV.
 * Usage: eval FOLDER LEXICONS [OUT.tsv]. FOLDER as EARSHOT_SENTIMENT: SOURCES.tsv, data/, hardcases.tsv. */
#include "bench/sentiment_induce.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "sentiment/lang.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct figures {
    size_t n[3][3]; /* truth, said */
    double auc;     /* of negative against the rest */
};

struct ranked {
    float value;
    bool negative;
};

struct eval {
    struct corpus c;
    struct lexicon *l;
    struct scorer *s;
    struct arena a;
    const char *folder;
    FILE *tsv;
};

static double f1_of(const struct figures *x, int class, double *precision, double *recall)
{
    double hit = (double)x->n[class][class], said = 0, true_n = 0;
    for (int i = 0; i < 3; i++) {
        said += (double)x->n[i][class];
        true_n += (double)x->n[class][i];
    }
    *precision = said > 0 ? hit / said : 0;
    *recall = true_n > 0 ? hit / true_n : 0;
    return *precision + *recall > 0 ? 2 * *precision * *recall / (*precision + *recall) : 0;
}

/* Macro F1 over the classes that the set has. */
static double macro(const struct figures *x)
{
    double sum = 0, p, r;
    int n = 0;
    for (int k = 0; k < 3; k++)
        if (x->n[k][0] + x->n[k][1] + x->n[k][2]) {
            sum += f1_of(x, k, &p, &r);
            n++;
        }
    return n ? sum / n : 0;
}

static int said(struct eval *e, const char *text, float *value)
{
    struct score out;
    arena_reset(&e->a);
    scorer_score(e->s, &(struct score_input){.text = text}, &e->a, &out);
    if (value)
        *value = out.value;
    return out.label == LABEL_NEGATIVE ? 0 : out.label == LABEL_POSITIVE ? 2 : 1;
}

static int by_value(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* The share of pairs in the right order; equal values count half. */
static double auc_of(struct ranked *r, size_t n)
{
    double sum = 0, n_negative = 0;
    qsort(r, n, sizeof *r, by_value);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && r[end].value <= r[i].value;)
            end++;
        for (size_t k = i; k < end; k++)
            if (r[k].negative) {
                sum += (double)(i + end + 1) / 2;
                n_negative++;
            }
    }
    double n_rest = (double)n - n_negative;
    return n_negative > 0 && n_rest > 0 ? 1 - (sum - n_negative * (n_negative + 1) / 2) / (n_negative * n_rest) : 0;
}

static void put(struct eval *e, const char *name, const char *what, double value)
{
    if (e->tsv)
        fprintf(e->tsv, "%s.%s\t%.4f\tshare\t\t\t\n", name, what, value);
}

static void report(struct eval *e, const char *name, const struct figures *x)
{
    double p, r, f = f1_of(x, 0, &p, &r), m = macro(x);
    size_t n = 0;
    for (int i = 0; i < 9; i++)
        n += x->n[i / 3][i % 3];
    printf("| %-28s | %6zu | %5.3f | %5.3f | %5.3f | %5.3f | %5.3f |\n", name, n, m, p, r, f, x->auc);
    if (getenv("EVAL_CELLS"))
        for (int i = 0; i < 3; i++)
            printf("    truth %2d: said -1 %5zu   0 %5zu   1 %5zu\n", i - 1, x->n[i][0], x->n[i][1], x->n[i][2]);
    put(e, name, "macro_f1", m);
    put(e, name, "negative_precision", p);
    put(e, name, "negative_recall", r);
    put(e, name, "negative_f1", f);
    put(e, name, "negative_auc", x->auc);
}

/* half: every second text of the set teaches, the others are scored. */
static void eval_set(struct eval *e, size_t s, bool half)
{
    const struct set *set = &e->c.set[s];
    struct figures x = {0};
    bool leave[SETS_MAX];
    for (size_t i = 0; i < e->c.n_set; i++)
        leave[i] = sets_related(&e->c.set[i], set) && !(half && i == s);
    e->c.half = half ? (int)s : -1;
    if (!getenv("EVAL_HAND"))
        induce(&e->c, set->lang, leave, e->l, NULL, NULL);
    else
        lexicon_forget_induced(e->l, set->lang);
    forms_clear(&e->s->forms[set->lang]);
    struct ranked *ranked = calloc(set->n + 1, sizeof *ranked);
    if (!ranked)
        exit(70);
    size_t n = 0;
    for (size_t i = set->first; i < set->first + set->n; i++) {
        const struct sample *k = &e->c.sample[i];
        if (half && i % 2 == 0)
            continue;
        ranked[n].negative = k->label < 0;
        x.n[k->label + 1][said(e, k->text, &ranked[n++].value)]++;
    }
    x.auc = auc_of(ranked, n);
    free(ranked);
    char name[sizeof set->name + 8];
    snprintf(name, sizeof name, "%s%s", set->name, half ? " half" : "");
    report(e, name, &x);
    if (!half && getenv("EVAL_WRONG") && strstr(set->name, getenv("EVAL_WRONG")))
        for (size_t i = set->first; i < set->first + set->n; i++)
            if (said(e, e->c.sample[i].text, NULL) != e->c.sample[i].label + 1)
                fprintf(stderr, "%d\t%d\t%s\n", e->c.sample[i].label, said(e, e->c.sample[i].text, NULL) - 1, e->c.sample[i].text);
    fflush(stdout);
}

static void hard_cases(struct eval *e)
{
    char path[4096], *line, *save = NULL;
    struct strbuf b;
    size_t n = 0, right = 0, lang_n[LANG_COUNT] = {0}, lang_right[LANG_COUNT] = {0}, need = 0, asked = 0, both = 0;
    snprintf(path, sizeof path, "%s/hardcases.tsv", e->folder);
    strbuf_init(&b, 16 * LIMIT_MIB);
    if (strbuf_read_file(&b, path) != ERR_OK)
        return;
    for (line = strtok_r(b.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *f[7], *s = line;
        int k = 0;
        while (k < 7 && s) {
            f[k++] = s;
            if ((s = strchr(s, '\t')))
                *s++ = '\0';
        }
        if (k < 7 || strcmp(f[0], "id") == 0)
            continue;
        int truth = atoi(f[2]) + 1, got = said(e, f[6], NULL);
        enum lexicon_lang lang = lexicon_lang(f[1]);
        n++;
        right += truth == got;
        if (lang < LANG_COUNT) {
            lang_n[lang]++;
            lang_right[lang] += truth == got;
        }
        need += *f[3] == '1';
        asked += got == 0;
        both += got == 0 && *f[3] == '1';
        if (truth != got && getenv("EVAL_HARD"))
            fprintf(stderr, "%s %s: wanted %d, said %d: %s\n", f[0], f[4], truth - 1, got - 1, f[6]);
    }
    printf("\nhard cases: %zu of %zu labels right (%.1f %%); ru %zu/%zu, uk %zu/%zu, en %zu/%zu; needs_reply precision %.3f, recall %.3f\n", right, n,
           100.0 * (double)right / (double)n, lang_right[0], lang_n[0], lang_right[1], lang_n[1], lang_right[2], lang_n[2],
           (double)both / (double)(asked ? asked : 1), (double)both / (double)(need ? need : 1));
    put(e, "hardcases", "right", (double)right / (double)n);
    put(e, "hardcases", "needs_reply_precision", (double)both / (double)(asked ? asked : 1));
    put(e, "hardcases", "needs_reply_recall", (double)both / (double)(need ? need : 1));
    strbuf_release(&b);
}

/* The first `words` words of a text. */
static size_t first_words(const char *s, int words)
{
    size_t i = 0;
    for (int n = 0; s[i]; i++)
        if (s[i] == ' ' && i && s[i - 1] != ' ' && ++n == words)
            break;
    return i;
}

static void languages(struct eval *e)
{
    static const int words[] = {1, 2, 3, 4, 8};
    printf("\n| language, first words of a text |     1 |     2 |     3 |     4 |     8 |\n|---|---|---|---|---|---|\n");
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        printf("| %s |", lexicon_lang_code((enum lexicon_lang)lang));
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            size_t n = 0, right = 0;
            for (size_t i = 0; i < e->c.n_sample; i += 3) {
                const struct sample *x = &e->c.sample[i];
                if ((int)e->c.set[x->set].lang != lang || strstr(e->c.set[x->set].name, "tweet") || strstr(e->c.set[x->set].name, "sre"))
                    continue;
                n++;
                right += strcmp(lang_detect(x->text, first_words(x->text, words[k]), NULL, NULL), lexicon_lang_code((enum lexicon_lang)lang)) == 0;
            }
            char name[32];
            snprintf(name, sizeof name, "lang_%s_%d", lexicon_lang_code((enum lexicon_lang)lang), words[k]);
            put(e, name, "right", (double)right / (double)(n ? n : 1));
            printf(" %.4f |", (double)right / (double)(n ? n : 1));
        }
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    struct eval e = {.folder = argc > 2 ? argv[1] : NULL};
    if (!e.folder) {
        fprintf(stderr, "usage: eval FOLDER LEXICONS [OUT.tsv]\n");
        return 64;
    }
    if (lexicon_load(&e.l, argv[2], NULL) != ERR_OK || !(e.s = scorer_new(e.l))) {
        fprintf(stderr, "%s\n", err_text());
        return 78;
    }
    e.tsv = argc > 3 ? fopen(argv[3], "w") : NULL;
    arena_init(&e.a, LIMIT_PAGE_ARENA);
    corpus_load(&e.c, e.folder);
    hard_cases(&e);
    languages(&e);
    corpus_analyse(&e.c, e.s, e.l);
    printf("\n| %-28s | %6s | macro | neg P | neg R | negF1 |  AUC  |\n|---|---|---|---|---|---|---|\n", "set", "texts");
    for (size_t i = 0; i < e.c.n_set; i++)
        eval_set(&e, i, false);
    printf("\n| half of the same set teaches |  texts | macro | neg P | neg R | negF1 |  AUC  |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < e.c.n_set; i++)
        eval_set(&e, i, true);
    if (e.tsv)
        fclose(e.tsv);
    arena_release(&e.a);
    scorer_free(e.s);
    lexicon_free(e.l);
    return 0;
}
