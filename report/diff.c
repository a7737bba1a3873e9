#include "report/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DIFF_TOKENS_MAX 1500

struct token {
    const char *s;
    size_t n;    /* with the blanks that follow */
    size_t word; /* without them */
};

struct side {
    struct token *t;
    size_t n;
};

static struct side split(const char *s)
{
    struct side out = {NULL, 0};
    size_t cap = strlen(s) / 2 + 2;
    out.t = calloc(cap, sizeof *out.t);
    while (out.t && *s) {
        size_t word = strcspn(s, " \n"), n = word + strspn(s + word, " \n");
        out.t[out.n++] = (struct token){s, n, word};
        s += n;
    }
    return out;
}

static bool same(const struct token *a, const struct token *b)
{
    return a->word == b->word && memcmp(a->s, b->s, a->word) == 0;
}

typedef void put_fn(void *ctx, enum diff_kind k, const char *s, size_t n);

static void put_range(const struct token *t, size_t n, enum diff_kind k, put_fn *put, void *ctx)
{
    if (n == 0)
        return;
    put(ctx, k, t[0].s, (size_t)(t[n - 1].s + t[n - 1].n - t[0].s));
}

/* Runs of one kind are put at once. */
static void walk(const uint16_t *len, const struct token *a, size_t n_a, const struct token *b, size_t n_b, put_fn *put,
                 void *ctx)
{
    size_t i = 0, j = 0, row = n_b + 1;
    while (i < n_a || j < n_b) {
        size_t from_i = i, from_j = j;
        while (i < n_a && j < n_b && same(&a[i], &b[j]))
            i++, j++;
        put_range(b + from_j, j - from_j, DIFF_SAME, put, ctx);
        from_i = i;
        while (i < n_a && (j == n_b || (!same(&a[i], &b[j]) && len[(i + 1) * row + j] >= len[i * row + j + 1])))
            i++;
        put_range(a + from_i, i - from_i, DIFF_GONE, put, ctx);
        from_j = j;
        while (j < n_b && (i == n_a || (!same(&a[i], &b[j]) && len[(i + 1) * row + j] < len[i * row + j + 1])))
            j++;
        put_range(b + from_j, j - from_j, DIFF_NEW, put, ctx);
    }
}

static void middle(const struct token *a, size_t n_a, const struct token *b, size_t n_b, put_fn *put, void *ctx)
{
    uint16_t *len = NULL;
    size_t row = n_b + 1;
    if (n_a && n_b && n_a <= DIFF_TOKENS_MAX && n_b <= DIFF_TOKENS_MAX)
        len = calloc((n_a + 1) * row, sizeof *len);
    if (!len) {
        put_range(a, n_a, DIFF_GONE, put, ctx);
        put_range(b, n_b, DIFF_NEW, put, ctx);
        return;
    }
    for (size_t i = n_a; i-- > 0;)
        for (size_t j = n_b; j-- > 0;) {
            uint16_t down = len[(i + 1) * row + j], right = len[i * row + j + 1];
            len[i * row + j] = same(&a[i], &b[j]) ? (uint16_t)(len[(i + 1) * row + j + 1] + 1) : down >= right ? down : right;
        }
    walk(len, a, n_a, b, n_b, put, ctx);
    free(len);
}

void diff_words(const char *before, const char *after, put_fn *put, void *ctx)
{
    struct side a = split(before ? before : ""), b = split(after ? after : "");
    if (a.t && b.t) {
        size_t head = 0, tail = 0;
        while (head < a.n && head < b.n && same(&a.t[head], &b.t[head]))
            head++;
        while (tail < a.n - head && tail < b.n - head && same(&a.t[a.n - 1 - tail], &b.t[b.n - 1 - tail]))
            tail++;
        put_range(b.t, head, DIFF_SAME, put, ctx);
        middle(a.t + head, a.n - head - tail, b.t + head, b.n - head - tail, put, ctx);
        put_range(b.t + b.n - tail, tail, DIFF_SAME, put, ctx);
    }
    free(a.t);
    free(b.t);
}
