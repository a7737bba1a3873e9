/* A survey's CSV from anywhere: read or refused; what is read lies in order, each day once, and adds up. */
#include "cli/survey_csv.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795424400) /* 2026-11-23 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct survey_csv c;
    char *text = malloc(n + 1);
    uint64_t sum = 0;
    PROMISE(text);
    memcpy(text, data, n);
    text[n] = '\0';
    arena_init(&a, 64 << 20);
    enum err e = survey_csv_read(&c, "s.csv", text, n, NOW, 3 * 3600, &a);
    for (size_t i = 0; e == ERR_OK && i < c.n; i++) {
        PROMISE(i == 0 || c.day[i - 1].day < c.day[i].day);
        PROMISE(c.day[i].day > 0 && c.day[i].day <= NOW / 86400 + 1);
        for (int k = 0; k <= 10; k++)
            sum += c.day[i].s.n[k];
    }
    PROMISE(e != ERR_OK || sum == c.n_answer);
    arena_release(&a);
    free(text);
    return 0;
}
