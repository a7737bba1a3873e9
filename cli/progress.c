/* The progress line: sources, pages, mentions, negatives, rate, time left. Only on a terminal. */
#include "base/i18n.h"
#include "base/utf8.h"
#include "cli/pipeline.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Time left: pages that wait, at the speed so far. -1 when nothing can be said yet. */
static int64_t seconds_left(uint64_t done, uint64_t waiting, int64_t elapsed_ms)
{
    if (done < 3 || elapsed_ms < 1000) return -1;
    return (int64_t)(waiting * (uint64_t)elapsed_ms / 1000 / done);
}

void progress_line(const struct pipeline *p, int64_t elapsed_ms, int columns, struct strbuf *out)
{
    struct fetch_counters c;
    fetcher_counters(p->fetcher, &c);
    uint64_t done = atomic_load(&p->n_done);
    char left[64] = "", line[512];
    int64_t eta = seconds_left(done, c.waiting + c.in_flight, elapsed_ms);
    if (eta > 0)
        snprintf(left, sizeof left, _(", %lld:%02lld left"), (long long)(eta / 60), (long long)(eta % 60));
    int n = snprintf(line, sizeof line, _("sources %llu/%llu, pages %llu (%.1f/s), mentions %llu, to answer %llu%s"),
                     (unsigned long long)atomic_load(&p->n_source_done), (unsigned long long)p->n_source, (unsigned long long)done,
                     elapsed_ms > 0 ? (double)done * 1000.0 / (double)elapsed_ms : 0.0, (unsigned long long)atomic_load(&p->n_mention),
                     (unsigned long long)atomic_load(&p->n_negative), left);
    if (n < 0) return;
    strbuf_add(out, line, utf8_cut_columns(line, strlen(line), columns > 1 ? (size_t)columns - 1 : 79));
}

static int terminal_columns(void)
{
    struct winsize w;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

void *progress_draw(void *arg)
{
    struct pipeline *p = arg;
    struct strbuf b;
    strbuf_init(&b, 4096);
    bool alive = true; /* false when the terminal went away */
    while (alive && !atomic_load(&p->over)) {
        strbuf_clear(&b);
        strbuf_puts(&b, "\r");
        progress_line(p, clock_mono_ms() - p->started_mono_ms, terminal_columns(), &b);
        strbuf_puts(&b, "\033[K");
        alive = write(STDERR_FILENO, b.s, b.n) >= 0;
        nanosleep(&(struct timespec){0, 200 * 1000 * 1000}, NULL);
    }
    if (alive) alive = write(STDERR_FILENO, "\r\033[K", 4) >= 0;
    strbuf_release(&b);
    return NULL;
}
