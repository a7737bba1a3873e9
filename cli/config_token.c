#define _GNU_SOURCE 1 /* explicit_bzero */

#include "config.h"

#include "cli/cli.h"

#include "base/limits.h"
#include "base/request.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* NULL, or what is wrong with the file behind fd. */
static const char *refuse(int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode))
        return "is no regular file";
    if (st.st_uid != geteuid())
        return "belongs to another user; it must be yours";
    if (st.st_mode & 077)
        return "can be read by others; run chmod 600 on it";
    if (st.st_size > (off_t)LIMIT_TOKEN_BYTES)
        return "is longer than 4 KiB: that is no token";
    return NULL;
}

/* Lines, blanks trimmed; empty ones do not count. Only what may stand in a header. */
static const char *take_lines(char *text, const char *token[REQUEST_TOKENS], struct arena *a)
{
    size_t n = 0;
    for (char *save = NULL, *line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save)) {
        line += strspn(line, " \t");
        size_t end = strlen(line);
        while (end && (line[end - 1] == ' ' || line[end - 1] == '\t'))
            line[--end] = '\0';
        if (!end)
            continue;
        for (const char *p = line; *p; p++)
            if (*p <= ' ' || *p >= 0x7f)
                return "holds a blank or a byte that is no letter, digit or mark of ASCII within a token";
        if (n == REQUEST_TOKENS)
            return "holds more than two lines";
        token[n++] = arena_strdup(a, line);
    }
    return n ? NULL : "is empty";
}

void config_token_read(const char *what, const char *name, int line, const char *file, const char *token[REQUEST_TOKENS], struct arena *a, struct mistakes *m)
{
    char text[LIMIT_TOKEN_BYTES + 1];
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        mistake_add(m, line, "token_file of %s \"%s\": cannot read %s: %s", what, name, file, strerror(errno));
        return;
    }
    const char *wrong = refuse(fd);
    ssize_t n = wrong ? 0 : read(fd, text, LIMIT_TOKEN_BYTES);
    close(fd);
    if (n < 0) {
        wrong = strerror(errno);
    } else if (!wrong) {
        text[n] = '\0';
        wrong = strlen(text) != (size_t)n ? "is no text" : take_lines(text, token, a);
        explicit_bzero(text, sizeof text);
    }
    if (wrong)
        mistake_add(m, line, "token_file of %s \"%s\": %s %s", what, name, file, wrong);
}

void config_token(struct source *s, struct arena *a, struct mistakes *m)
{
    if (s->token_file)
        config_token_read("source", s->name, s->line, s->token_file, s->token, a, m);
}
