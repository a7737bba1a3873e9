#define _GNU_SOURCE 1 /* memmem */

#include "base/strbuf.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What s points at before the first byte: shared and never written (cap == 0 tells). */
static char nothing[1];

void strbuf_init(struct strbuf *b, size_t max_bytes)
{
    *b = (struct strbuf){.s = nothing, .max_bytes = max_bytes};
}

void strbuf_clear(struct strbuf *b)
{
    b->n = 0;
    b->full = false;
    if (b->cap)
        b->s[0] = '\0';
}

void strbuf_shrink(struct strbuf *b, size_t keep_bytes)
{
    if (b->cap > keep_bytes)
        strbuf_release(b);
    else
        strbuf_clear(b);
}

void strbuf_release(struct strbuf *b)
{
    if (b->cap)
        free(b->s);
    strbuf_init(b, b->max_bytes);
}

char *strbuf_reserve(struct strbuf *b, size_t n)
{
    if (b->full || n > b->max_bytes || b->n > b->max_bytes - n || b->n + n == SIZE_MAX) {
        b->full = true;
        return NULL;
    }
    size_t need = b->n + n + 1;
    if (need > b->cap) {
        size_t cap = b->cap < SIZE_MAX / 2 ? b->cap * 2 : SIZE_MAX;
        if (b->max_bytes < SIZE_MAX && cap > b->max_bytes + 1)
            cap = b->max_bytes + 1;
        if (cap < need)
            cap = need < 64 ? 64 : need;
        char *s = realloc(b->cap ? b->s : NULL, cap);
        if (!s) {
            b->full = true;
            return NULL;
        }
        b->s = s;
        b->cap = cap;
        b->s[b->n] = '\0';
    }
    return b->s + b->n;
}

void strbuf_commit(struct strbuf *b, size_t n)
{
    if (n == 0)
        return;
    ASSERT(n < b->cap - b->n);
    b->n += n;
    b->s[b->n] = '\0';
}

bool strbuf_add(struct strbuf *b, const void *bytes, size_t n)
{
    char *at = strbuf_reserve(b, n);
    if (!at)
        return false;
    if (n) {
        memcpy(at, bytes, n);
        strbuf_commit(b, n);
    }
    return true;
}

bool strbuf_puts(struct strbuf *b, const char *s)
{
    return strbuf_add(b, s, strlen(s));
}

bool strbuf_putc(struct strbuf *b, char c)
{
    if (!b->full && b->n < b->max_bytes && b->n + 1 < b->cap) {
        b->s[b->n++] = c;
        b->s[b->n] = '\0';
        return true;
    }
    return strbuf_add(b, &c, 1);
}

bool strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *at = n < 0 ? NULL : strbuf_reserve(b, (size_t)n);
    if (at) {
        vsnprintf(at, (size_t)n + 1, fmt, again);
        strbuf_commit(b, (size_t)n);
    }
    va_end(again);
    if (!at)
        b->full = true;
    return at != NULL;
}

static enum err read_all(struct strbuf *b, int fd, const char *path)
{
    for (;;) {
        char spare;
        size_t room = b->max_bytes - b->n;
        size_t want = room < 64 * LIMIT_KIB ? room : 64 * LIMIT_KIB;
        char *at = want ? strbuf_reserve(b, want) : &spare;
        if (!at)
            return err_set(ERR_MEMORY, "%s: out of memory", path);
        ssize_t got = read(fd, at, want ? want : 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(ERR_USAGE, "%s: cannot be read: %s", path, strerror(errno));
        if (got == 0)
            return ERR_OK;
        if (!want)
            return err_set(ERR_USAGE, "%s: is larger than the limit of %zu bytes", path, b->max_bytes);
        strbuf_commit(b, (size_t)got);
    }
}

#define MASK_MIN_BYTES 8

static bool mask(char *s, size_t n, const char *secret, size_t n_secret)
{
    bool any = false;
    char *hit;
    while (n_secret >= MASK_MIN_BYTES && n >= n_secret && (hit = memmem(s, n, secret, n_secret))) {
        memset(hit, '*', n_secret);
        n -= (size_t)(hit + n_secret - s);
        s = hit + n_secret;
        any = true;
    }
    return any;
}

bool strbuf_mask(struct strbuf *b, const char *secret)
{
    if (!secret || b->cap == 0)
        return false;
    bool any = mask(b->s, b->n, secret, strlen(secret));
    struct strbuf form; /* as it stands in a query or form */
    strbuf_init(&form, 16 * LIMIT_KIB);
    for (const char *p = secret; *p; p++) {
        bool plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || strchr("-._~", *p);
        if (plain)
            strbuf_putc(&form, *p);
        else
            strbuf_printf(&form, "%%%02X", (unsigned char)*p);
    }
    if (strcmp(form.s, secret) != 0 && mask(b->s, b->n, form.s, form.n))
        any = true;
    strbuf_release(&form);
    return any;
}

enum err strbuf_read_file(struct strbuf *b, const char *path)
{
    strbuf_clear(b);
    if (strcmp(path, "-") == 0)
        return read_all(b, STDIN_FILENO, "standard input");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(ERR_USAGE, "%s: cannot be opened: %s", path, strerror(errno));
    struct stat st;
    enum err e;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        e = err_set(ERR_USAGE, "%s: is a folder, not a file", path);
    else
        e = read_all(b, fd, path);
    close(fd);
    return e;
}

void strbuf_base64(struct strbuf *b, const char *bytes, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = (const unsigned char *)bytes;
    char *to = strbuf_reserve(b, (n + 2) / 3 * 4);
    size_t k = 0;
    for (size_t i = 0; to && i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        to[k++] = digit[v >> 18];
        to[k++] = digit[v >> 12 & 63];
        to[k++] = i + 1 < n ? digit[v >> 6 & 63] : '=';
        to[k++] = i + 2 < n ? digit[v & 63] : '=';
    }
    if (to)
        strbuf_commit(b, k);
}
