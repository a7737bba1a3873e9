#include "base/err.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_BYTES 2000

static _Thread_local char sentence[SENTENCE_BYTES + 1];

enum err err_set(enum err e, const char *fmt, ...)
{
    /* formatted aside, because an argument may be err_text() */
    char fresh[SENTENCE_BYTES + 8];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(fresh, sizeof fresh, fmt, ap);
    va_end(ap);
    if (n < 0)
        fresh[0] = '\0';
    size_t len = utf8_cut(fresh, strlen(fresh), SENTENCE_BYTES);
    for (size_t i = 0; i < len; i++) /* one line, whatever a URL or a file name brought along */
        sentence[i] = (unsigned char)fresh[i] < 0x20 || fresh[i] == 0x7f ? ' ' : fresh[i];
    sentence[len] = '\0';
    return e;
}

const char *err_text(void)
{
    return sentence;
}

int err_exit_code(enum err e)
{
    switch (e) {
#define X(symbol, code, meaning)                                                                                               \
    case ERR_##symbol:                                                                                                         \
        return code;
        ERR_LIST(X)
#undef X
    case ERR_COUNT:
        break;
    }
    return 70;
}

void err_bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "earshot: bug: %s:%d: %s\n", file, line, what);
    abort();
}
