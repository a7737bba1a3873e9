/* Writes data/lexicons/induced_{ru,uk,en}.tsv from labelled texts. Usage: induce FOLDER LEXICONS. See tools/induce. */
#include "bench/sentiment_induce.h"

#include <stdio.h>
#include <stdlib.h>

static void put_line(void *user, const char *term, const float weight[GENRE_COUNT])
{
    fprintf(user, "%s\t%.2f\t%.2f\n", term, (double)weight[GENRE_REVIEW], (double)weight[GENRE_POST]);
}

static FILE *begin(const char *dir, enum lexicon_lang lang)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/induced_%s.tsv", dir, lexicon_lang_code(lang));
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(73);
    }
    fputs("# Weights induced from labelled texts by tools/induce, beside the hand vocabulary. Stem or two stems TAB weight in reviews TAB weight in posts.\n"
          "# Not written by hand: run tools/induce again instead. A line of yours in a file of this name in your own folder wins.\n", f);
    return f;
}

int main(int argc, char **argv)
{
    static const bool leave_none[SETS_MAX];
    struct corpus c;
    struct lexicon *l;
    struct scorer *s = NULL;
    if (argc < 3) {
        fprintf(stderr, "usage: induce FOLDER LEXICONS\n");
        return 64;
    }
    if (lexicon_load(&l, argv[2], NULL) != ERR_OK || !(s = scorer_new(l))) {
        fprintf(stderr, "%s\n", err_text());
        return 78;
    }
    corpus_load(&c, argv[1]);
    corpus_analyse(&c, s, l);
    for (int i = 0; i < LANG_COUNT; i++) {
        FILE *f = begin(argv[2], (enum lexicon_lang)i);
        induce(&c, (enum lexicon_lang)i, leave_none, l, put_line, f);
        long end = ftell(f);
        if (fclose(f) != 0)
            perror(argv[2]);
        printf("induced_%s.tsv: %ld bytes from %zu sets\n", lexicon_lang_code((enum lexicon_lang)i), end, c.n_set);
    }
    scorer_free(s);
    lexicon_free(l);
    return 0;
}
