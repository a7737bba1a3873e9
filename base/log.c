#include "base/log.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "base/when.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static enum log_level least_level = LOG_WARN;

void log_init(enum log_level least)
{
    least_level = least;
}

static void add_value(struct strbuf *line, struct strbuf *clean, const char *value)
{
    size_t n = utf8_cut(value, strlen(value), LIMIT_LOG_VALUE_BYTES);
    struct strbuf cut;
    strbuf_init(&cut, LIMIT_LOG_VALUE_BYTES);
    strbuf_add(&cut, value, n);
    strbuf_clear(clean);
    utf8_terminal(clean, cut.s, true);
    strbuf_release(&cut);
    if (clean->n && !strpbrk(clean->s, " \"=\\\n")) {
        strbuf_puts(line, clean->s);
        return;
    }
    strbuf_putc(line, '"');
    for (const char *c = clean->s; *c; c++) {
        if (*c == '"' || *c == '\\')
            strbuf_putc(line, '\\');
        if (*c == '\n')
            strbuf_puts(line, "\\n");
        else
            strbuf_putc(line, *c);
    }
    strbuf_putc(line, '"');
}

static void write_line(const char *s, size_t n)
{
    while (n) {
        ssize_t done = write(STDERR_FILENO, s, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return; /* nobody listens; a log must not stop a crawl */
        s += done;
        n -= (size_t)done;
    }
}

void log_event(enum log_level level, const char *event, ...)
{
    static const char *const word[] = {"debug", "info", "warn", "error"};
    if (level < least_level)
        return;
    char now[WHEN_TEXT_BYTES];
    struct strbuf line, clean;
    strbuf_init(&line, LIMIT_LOG_LINE_BYTES);
    strbuf_init(&clean, 4 * LIMIT_LOG_VALUE_BYTES);
    when_format((struct when){clock_now(), PRECISION_SECOND}, now);
    strbuf_printf(&line, "time=%s level=%s event=%s", now, word[level], event);
    va_list ap;
    va_start(ap, event);
    for (const char *key; (key = va_arg(ap, const char *)) != NULL;) {
        const char *value = va_arg(ap, const char *);
        if (!value)
            continue;
        size_t before = line.n;
        strbuf_printf(&line, " %s=", key);
        add_value(&line, &clean, value);
        if (line.full || line.n > LIMIT_LOG_LINE_BYTES - 1) { /* a pair is written whole or not at all */
            line.n = before;
            line.s[before] = '\0';
            line.full = false;
            break;
        }
    }
    va_end(ap);
    strbuf_putc(&line, '\n');
    write_line(line.s, line.n);
    strbuf_release(&line);
    strbuf_release(&clean);
}
