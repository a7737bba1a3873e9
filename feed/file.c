/* Events as JSON lines into a file or a named pipe. A line is there whole or not at all; a file is synced before its events count as done. */
#include "feed/engine.h"

#include "base/limits.h"
#include "feed/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE_WAIT_MS 100 /* for a reader in the middle of a line; ten times */

static bool open_it(struct job *j)
{
    struct sink *s = j->sink;
    if (s->fd < 0)
        s->fd = open(s->spec->conf->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    if (s->fd < 0)
        job_reason(j, "cannot open %s: %s", s->spec->conf->path, errno == ENXIO ? "nobody reads the pipe" : strerror(errno));
    return s->fd >= 0;
}

static enum result fail(struct job *j, int why)
{
    struct sink *s = j->sink;
    job_reason(j, "cannot write to %s: %s", s->spec->conf->path, strerror(why));
    close(s->fd);
    s->fd = -1;
    return RESULT_RETRY;
}

enum result file_write(struct job *j)
{
    struct sink *s = j->sink;
    struct stat st;
    if (!open_it(j))
        return RESULT_RETRY;
    if (fstat(s->fd, &st) != 0)
        return fail(j, errno);
    strbuf_shrink(&j->body, LIMIT_MIB);
    feed_event_json(&j->event, &j->body);
    strbuf_putc(&j->body, '\n');
    size_t done = 0;
    for (int tries = 0; done < j->body.n && tries < 10;) {
        ssize_t n = write(s->fd, j->body.s + done, j->body.n - done);
        if (n > 0) {
            done += (size_t)n;
            continue;
        }
        int why = errno;
        struct pollfd p = {.fd = s->fd, .events = POLLOUT};
        if (n < 0 && why == EAGAIN && done > 0) {
            tries++;
            (void)poll(&p, 1, PIPE_WAIT_MS);
        } else if (n < 0 && why != EINTR) {
            if (S_ISREG(st.st_mode) && ftruncate(s->fd, st.st_size) != 0)
                why = errno;
            return fail(j, why);
        }
    }
    if (done < j->body.n)
        return fail(j, EAGAIN);
    s->file_dirty = S_ISREG(st.st_mode);
    return RESULT_DONE;
}

enum result file_sync(struct sink *s)
{
    if (s->fd >= 0 && fdatasync(s->fd) != 0 && errno != EINVAL)
        return RESULT_RETRY;
    s->file_dirty = false;
    return RESULT_DONE;
}
