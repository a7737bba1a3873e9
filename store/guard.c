/* A fault while LMDB or a record check reads the map means a damaged or shrunken file. There is nothing to return to, so the
 * process ends with the documented sentence and code. A fault anywhere else is a bug and keeps its default action. */
#include "store/db.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static _Thread_local volatile sig_atomic_t guard_depth;
static char guard_text[1200];
static size_t guard_bytes;

void guard_enter(void)
{
    guard_depth = guard_depth + 1;
}
void guard_leave(void)
{
    guard_depth = guard_depth - 1;
}

static void on_fault(int sig)
{
    if (guard_depth > 0) {
        ssize_t n = write(STDERR_FILENO, guard_text, guard_bytes);
        (void)n;
        _exit(73);
    }
    /* not ours: the instruction runs again and meets the default action */
    signal(sig, SIG_DFL);
}

void guard_init(const char *path)
{
    int n = snprintf(guard_text, sizeof guard_text,
                     "earshot: the store %.900s is damaged or its disk is full (a page of it cannot be used); run \"earshot "
                     "store check\", or put back a backup\n",
                     path);
    guard_bytes = n > 0 ? (size_t)n : 0;
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = on_fault;
    sigemptyset(&sa.sa_mask);
    sa.sa_flags = SA_NODEFER;
    sigaction(SIGBUS, &sa, NULL);
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGABRT, &sa, NULL); /* LMDB's assertions */
    /* a file size limit must come back as EFBIG, with a sentence */
    signal(SIGXFSZ, SIG_IGN);
}
