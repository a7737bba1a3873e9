/* Logistic regression by L-BFGS (Nocedal, "Updating quasi-Newton matrices with limited storage", 1980): batch, so the order of the texts means nothing. */
#include "bench/sentiment_induce.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HISTORY 8
#define ROUNDS 80
#define HALVINGS 20
#define ENOUGH 1e-5 /* of the loss: a round that gains less is the last */

struct work {
    const struct fit *f;
    size_t n;
    double *w, *g, *dir, *w_new, *g_new;
    double *s[HISTORY], *y[HISTORY], rho[HISTORY];
    unsigned n_history;
};

static double *numbers(size_t n)
{
    double *p = calloc(n + 1, sizeof *p);
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(70);
    }
    return p;
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static double loss(const struct fit *f, const double *w, double *g)
{
    double sum = 0;
    for (size_t i = 0; i < f->n; i++)
        g[i] = f->ridge * w[i];
    sum += 0.5 * f->ridge * dot(w, w, f->n);
    for (size_t d = 0; d < f->n_doc; d++) {
        double z = f->offset[d];
        for (size_t k = f->from[d]; k < f->from[d + 1]; k++)
            z += w[f->index[k]] * f->x[k];
        z *= f->sharp;
        double p = 1 / (1 + exp(-z)), t = f->target[d];
        /* log(1 + exp(-z)) without overflow */
        sum += f->importance[d] * ((z > 0 ? log1p(exp(-z)) : log1p(exp(z)) - z) + (1 - t) * z);
        double slope = f->importance[d] * (p - t) * f->sharp;
        for (size_t k = f->from[d]; k < f->from[d + 1]; k++)
            g[f->index[k]] += slope * f->x[k];
    }
    return sum;
}

/* dir = -H g, by the two loops over what the last rounds taught. */
static void direction(struct work *k)
{
    double a[HISTORY] = {0};
    memcpy(k->dir, k->g, k->n * sizeof *k->dir);
    for (unsigned i = 0; i < k->n_history; i++) {
        a[i] = k->rho[i] * dot(k->s[i], k->dir, k->n);
        for (size_t j = 0; j < k->n; j++)
            k->dir[j] -= a[i] * k->y[i][j];
    }
    double scale = k->n_history ? 1 / (k->rho[0] * dot(k->y[0], k->y[0], k->n)) : 1 / (1 + sqrt(dot(k->g, k->g, k->n)));
    for (size_t j = 0; j < k->n; j++)
        k->dir[j] *= scale;
    for (unsigned i = k->n_history; i-- > 0;) {
        double b = k->rho[i] * dot(k->y[i], k->dir, k->n);
        for (size_t j = 0; j < k->n; j++)
            k->dir[j] += (a[i] - b) * k->s[i][j];
    }
    for (size_t j = 0; j < k->n; j++)
        k->dir[j] = -k->dir[j];
}

static void remember(struct work *k)
{
    double *s = k->s[HISTORY - 1], *y = k->y[HISTORY - 1];
    for (size_t j = 0; j < k->n; j++) {
        s[j] = k->w_new[j] - k->w[j];
        y[j] = k->g_new[j] - k->g[j];
    }
    double curve = dot(s, y, k->n);
    if (curve <= 1e-12)
        return;
    for (unsigned i = HISTORY - 1; i > 0; i--) {
        k->s[i] = k->s[i - 1];
        k->y[i] = k->y[i - 1];
        k->rho[i] = k->rho[i - 1];
    }
    k->s[0] = s;
    k->y[0] = y;
    k->rho[0] = 1 / curve;
    k->n_history += k->n_history < HISTORY;
}

void fit(const struct fit *f, double *w)
{
    struct work k = {.f = f, .n = f->n, .w = w, .g = numbers(f->n), .dir = numbers(f->n), .w_new = numbers(f->n), .g_new = numbers(f->n)};
    for (unsigned i = 0; i < HISTORY; i++) {
        k.s[i] = numbers(f->n);
        k.y[i] = numbers(f->n);
    }
    memset(w, 0, f->n * sizeof *w);
    double now = loss(f, w, k.g), before = now;
    for (int round = 0; round < ROUNDS; round++) {
        direction(&k);
        double slope = dot(k.g, k.dir, k.n), step = 1;
        before = now;
        for (int i = 0; i < HALVINGS; i++, step /= 2) {
            for (size_t j = 0; j < k.n; j++)
                k.w_new[j] = w[j] + step * k.dir[j];
            now = loss(f, k.w_new, k.g_new);
            if (now <= before + 1e-4 * step * slope)
                break;
        }
        if (!(now < before))
            break;
        remember(&k);
        memcpy(w, k.w_new, k.n * sizeof *w);
        memcpy(k.g, k.g_new, k.n * sizeof *w);
        if (before - now < ENOUGH * before)
            break;
    }
    for (unsigned i = 0; i < HISTORY; i++) {
        free(k.s[i]);
        free(k.y[i]);
    }
    free(k.g);
    free(k.dir);
    free(k.w_new);
    free(k.g_new);
}
