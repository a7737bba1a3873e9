/* The bytes of an archive file. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include "base/limits.h"
#include "crawler/warc.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char path[64];
    struct warc_reader *r;
    struct page p;
    bool more = true;
    int fd = memfd_create("warc", MFD_CLOEXEC);
    PROMISE(fd >= 0 && write(fd, data, n) == (ssize_t)n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    PROMISE(warc_read_open(&r, path) == ERR_OK);
    page_init(&p, LIMIT_MIB);
    for (int i = 0; i < 1000 && more; i++) {
        enum err e = warc_read_next(r, &p, &more);
        PROMISE(e == ERR_OK || !more);
        PROMISE(!more || (p.target.url && p.headers && p.status >= 0 && p.status <= 999));
        PROMISE(p.wire.n <= LIMIT_MIB);
    }
    warc_read_close(r);
    page_release(&p);
    close(fd);
    return 0;
}
