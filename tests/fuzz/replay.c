/* Runs a fuzz target over its seeds, so that `make check` repeats what fuzzing found. The target's name is the program's: fuzz_html reads seeds/html.
 * Each seed is given whole, and cut at every offset (at most 4,096 of them). */
#include "tests/fuzz/fuzz.h"

#include "base/strbuf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run_cut(const char *s, size_t n)
{
    char *copy = malloc(n == 0 ? 1 : n); /* of the exact size, so that a sanitizer sees a read past its end */
    if (copy == NULL)
        abort();
    if (n > 0)
        memcpy(copy, s, n);
    LLVMFuzzerTestOneInput((const uint8_t *)copy, n);
    free(copy);
}

static bool run_file(const char *path, size_t *n_run)
{
    struct strbuf b;
    strbuf_init(&b, (size_t)16 << 20);
    if (strbuf_read_file(&b, path) != ERR_OK) {
        fprintf(stderr, "%s\n", err_text());
        strbuf_release(&b);
        return false;
    }
    size_t step = b.n / 4096 + 1;
    for (size_t n = 0; n < b.n; n += step)
        run_cut(b.s, n);
    run_cut(b.s, b.n);
    *n_run += b.n / step + 1;
    strbuf_release(&b);
    return true;
}

int main(int argc, char **argv)
{
    size_t n_run = 0;
    size_t n_file = 0;
    bool ok = true;
    for (int i = 1; i < argc; i++)
        ok = run_file(argv[i], &n_run) && ok;
    if (argc > 1)
        return ok ? 0 : 1;
    const char *name = strrchr(argv[0], '/');
    name = name == NULL ? argv[0] : name + 1;
    const char *target = strstr(name, "fuzz_");
    const char *srcdir = getenv("srcdir");
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/tests/fuzz/seeds/%s", srcdir == NULL ? "." : srcdir, target == NULL ? name : target + 5);
    DIR *d = opendir(folder);
    if (d == NULL) {
        perror(folder);
        return 1;
    }
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[2048];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        ok = run_file(path, &n_run) && ok;
        n_file++;
    }
    closedir(d);
    printf("%zu seeds, %zu inputs\n", n_file, n_run);
    return ok && n_file > 0 ? 0 : 1;
}
