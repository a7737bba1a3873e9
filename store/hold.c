#include "store/hold.h"

#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRESH_PREFIX "rewrite.new-"

static void name_in(const struct hold *h, const char *file, char out[PATH_BYTES + 64])
{
    snprintf(out, PATH_BYTES + 64, "%s/%s", h->path, file);
}

static enum err lock_lmdb(struct hold *h)
{
    char name[PATH_BYTES + 64];
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    name_in(h, "lock.mdb", name);
    h->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (h->fd < 0)
        return db_error(&h->lock, errno, "lock");
    if (fcntl(h->fd, F_SETLK, &l) == 0)
        return ERR_OK;
    int why = errno;
    if (why != EACCES && why != EAGAIN)
        return db_error(&h->lock, why, "lock");
    char pid[32] = "unknown";
    if (fcntl(h->fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK)
        snprintf(pid, sizeof pid, "%ld", (long)l.l_pid);
    return err_set(ERR_LOCKED, "another program has the store %s open (process %s); stop it, or wait until it ends, and run the same command again", h->path, pid);
}

enum err hold_begin(struct hold *h, const char *path)
{
    struct stat st;
    *h = (struct hold){.fd = -1, .lock = {.lock_fd = -1}};
    if (path == NULL || *path == '\0' || strlen(path) > PATH_BYTES - 64)
        return err_set(ERR_STORE, "the path of the store is empty or too long; name one in the settings");
    snprintf(h->path, sizeof h->path, "%s", path);
    h->lock.path = h->path;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode) || make_empty(path))
        return err_set(ERR_STORE, "there is no store at %s; name its folder in the settings or with --store", path);
    enum err e = store_lock(&h->lock);
    if (e == ERR_OK)
        e = lock_lmdb(h);
    if (e != ERR_OK)
        hold_end(h);
    return e;
}

void hold_end(struct hold *h)
{
    if (h->fd >= 0)
        close(h->fd);
    h->fd = -1;
    store_unlock(&h->lock);
}

void hold_clear(const struct hold *h)
{
    char name[PATH_BYTES + 400];
    DIR *d = opendir(h->path);
    for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (strncmp(e->d_name, FRESH_PREFIX, strlen(FRESH_PREFIX)) != 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", h->path, e->d_name);
        make_remove(name);
    }
    if (d != NULL)
        closedir(d);
    name_in(h, "data.mdb.old", name);
    unlink(name); /* data.mdb was opened: it is whole */
}

enum err hold_folder(const struct hold *h, char *out, size_t n)
{
    int k = snprintf(out, n, "%s/" FRESH_PREFIX "XXXXXX", h->path);
    if (k < 0 || (size_t)k >= n || mkdtemp(out) == NULL) {
        *out = '\0';
        return db_error(&h->lock, errno, "write");
    }
    return ERR_OK;
}

/* Rights and owner of the old file: the one who rewrites may be another than the one who crawls. */
static enum err take_rights(const struct hold *h, const char *old, const char *fresh)
{
    struct stat st, mine;
    if (stat(old, &st) != 0 || stat(fresh, &mine) != 0 || chmod(fresh, st.st_mode & 0777) != 0)
        return db_error(&h->lock, errno, "write");
    bool other = st.st_uid != mine.st_uid || st.st_gid != mine.st_gid;
    return other && chown(fresh, st.st_uid, st.st_gid) != 0 ? db_error(&h->lock, errno, "give its owner back to") : ERR_OK;
}

/* Who waits for the lock must not take the old table of readers for that of the new file: without its mark it is refused, and with us, who hold it alone,
 * LMDB makes it anew. */
static enum err forget_readers(const struct hold *h)
{
    static const char none[4];
    return pwrite(h->fd, none, sizeof none, 0) == (ssize_t)sizeof none ? ERR_OK : db_error(&h->lock, errno, "write");
}

/* EARSHOT_TEST_KILL_AT=swapN: dies at the N-th step of the swap. */
static void test_kill(int step)
{
    const char *at = getenv("EARSHOT_TEST_KILL_AT");
    if (at != NULL && strncmp(at, "swap", 4) == 0 && atoi(at + 4) == step)
        kill(getpid(), SIGKILL);
}

static enum err open_new(struct hold *h)
{
    struct store s = {.path = h->path, .mode = STORE_WRITE, .lock_fd = -1};
    uint64_t format;
    enum err e = db_open(&s, false);
    if (e == ERR_OK)
        e = store_format(&s, &format);
    db_close(&s);
    return e;
}

enum err hold_swap(struct hold *h, const char *fresh)
{
    char now[PATH_BYTES + 64], old[PATH_BYTES + 64], new[PATH_BYTES + 96];
    name_in(h, "data.mdb", now);
    name_in(h, "data.mdb.old", old);
    snprintf(new, sizeof new, "%.*s/data.mdb", PATH_BYTES + 64, fresh);
    enum err e = take_rights(h, now, new);
    test_kill(1);
    if (e == ERR_OK && link(now, old) != 0 && errno != EPERM && errno != EOPNOTSUPP) /* a file system without links does without */
        e = db_error(&h->lock, errno, "write");
    test_kill(2);
    if (e == ERR_OK)
        e = forget_readers(h);
    test_kill(3);
    if (e == ERR_OK && rename(new, now) != 0)
        e = db_error(&h->lock, errno, "write");
    test_kill(4);
    if (e == ERR_OK)
        e = make_sync(&h->lock, h->path);
    if (e == ERR_OK && (e = open_new(h)) != ERR_OK && rename(old, now) != 0)
        log_event(LOG_ERROR, "store-rewrite", "path", h->path, "what", "the old file is data.mdb.old", NULL);
    test_kill(5);
    unlink(old);
    return e == ERR_OK ? make_sync(&h->lock, h->path) : e;
}

uint64_t hold_bytes(const struct hold *h)
{
    char name[PATH_BYTES + 64];
    struct stat st;
    name_in(h, "data.mdb", name);
    return stat(name, &st) == 0 ? (uint64_t)st.st_size : 0;
}
