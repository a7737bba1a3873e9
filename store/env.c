/* Opening an environment folder without trusting it. */
#include "store/db.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LMDB_MAGIC       0xBEEFC0DEU
#define LMDB_PAGE_HEADER 16
#define LMDB_TXNID_AT    144 /* in a meta page of a 64-bit LMDB 0.9 */

/* The two meta pages take turns: transaction n is in page n % 2, n - 1 in the other. A flipped bit there would silently give
 * back an older state. */
static bool metas_agree(int fd)
{
    long page = sysconf(_SC_PAGESIZE);
    for (int round = 0; round < 10; round++) { /* a writer may be at work between the two reads */
        uint64_t a, b;
        if (pread(fd, &a, 8, LMDB_TXNID_AT) != 8 || pread(fd, &b, 8, page + LMDB_TXNID_AT) != 8)
            return false;
        if (a % 2 == 0 && b % 2 == 1 && (a == b + 1 || b == a + 1))
            return true;
    }
    return false;
}

/* LMDB takes an empty or foreign file for a new database; look before it does. Both meta pages must be there. */
static enum err check_file(const struct store *s)
{
    char name[4200];
    snprintf(name, sizeof name, "%s/data.mdb", s->path);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT)
            return err_set(ERR_STORE, "%s is not an earshot store (there is no data.mdb in it); name another path", s->path);
        return db_error(s, errno, "open");
    }
    struct stat st;
    unsigned char head[LMDB_PAGE_HEADER + 4];
    uint32_t magic = 0;
    ssize_t n = pread(fd, head, sizeof head, 0);
    if (n == (ssize_t)sizeof head)
        memcpy(&magic, head + LMDB_PAGE_HEADER, 4);
    int rc = fstat(fd, &st);
    bool agree = s->fresh_copy || metas_agree(fd);
    close(fd);
    if (rc != 0)
        return db_error(s, errno, "open");
    if (magic != LMDB_MAGIC && st.st_size > 0)
        return err_set(ERR_STORE,
                       "%s is not an earshot store, or its beginning is damaged; name another path, or put back a backup",
                       s->path);
    if (st.st_size < 2 * sysconf(_SC_PAGESIZE))
        return err_set(ERR_STORE, "the store %s is cut short (data.mdb has %lld bytes); put back a backup", s->path,
                       (long long)st.st_size);
    if (!agree)
        return err_set(ERR_STORE, "the beginning of the store %s is damaged; put back a backup", s->path);
    return ERR_OK;
}

/* The file must hold every page that the last commit counts: reading past the end of a mapped file is a SIGBUS. The count is taken first: another
 * process may commit meanwhile, and LMDB lengthens the file before it counts. */
static enum err check_length(const struct store *s)
{
    MDB_envinfo info;
    MDB_stat st;
    struct stat file;
    int fd;
    int rc = mdb_env_info(s->env, &info);
    if (rc == 0)
        rc = mdb_env_stat(s->env, &st);
    if (rc == 0)
        rc = mdb_env_get_fd(s->env, &fd);
    if (rc == 0 && fstat(fd, &file) != 0)
        rc = errno;
    if (rc != 0)
        return db_error(s, rc, "open");
    if ((long)st.ms_psize != sysconf(_SC_PAGESIZE))
        return err_set(ERR_STORE, "the store %s is damaged, or was made on a machine with another page size; put back a backup",
                       s->path);
    uint64_t pages = (uint64_t)file.st_size / st.ms_psize;
    if (info.me_last_pgno >= pages)
        return err_set(ERR_STORE, "the store %s is cut short: it counts %zu pages, the file holds %llu; put back a backup",
                       s->path, info.me_last_pgno + 1, (unsigned long long)pages);
    return ERR_OK;
}

static enum err check_place(const struct store *s)
{
    struct statfs fs;
    if (statfs(s->path, &fs) != 0)
        return db_error(s, errno, "open");
    unsigned type = (unsigned)fs.f_type;
    if (type == 0x6969U || type == 0xFF534D42U || type == 0xFE534D42U) /* NFS, CIFS, SMB2: their locks and maps do not hold */
        return err_set(ERR_STORE,
                       "the store %s lies on a network drive, where it cannot be kept safely; name a path on a local disk",
                       s->path);
    return ERR_OK;
}

static enum err open_trees(struct store *s, bool create)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(s->env, NULL, create ? 0 : MDB_RDONLY, &txn);
    if (rc == MDB_MAP_RESIZED) {
        rc = mdb_env_set_mapsize(s->env, 0);
        if (rc == 0)
            rc = mdb_txn_begin(s->env, NULL, create ? 0 : MDB_RDONLY, &txn);
    }
    if (rc != 0)
        return db_error(s, rc, "open");
    for (int t = 0; t < TREE_COUNT; t++) {
        rc = mdb_dbi_open(txn, db_tree_name((enum tree)t), create ? MDB_CREATE : 0, &s->dbi[t]);
        if (rc != 0) {
            mdb_txn_abort(txn);
            if (rc == MDB_NOTFOUND)
                return err_set(ERR_STORE,
                               "%s is not an earshot store of this version (it has no tree \"%s\"); name another path, or run "
                               "\"earshot store upgrade\"",
                               s->path, db_tree_name((enum tree)t));
            return db_error(s, rc, "open");
        }
    }
    rc = mdb_txn_commit(txn);
    return rc == 0 ? ERR_OK : db_error(s, rc, "open");
}

/* Grow while nothing reads, when three quarters are used: a small put from within a read never has to. */
static void grow_early(struct store *s)
{
    MDB_envinfo info;
    MDB_stat st;
    if (mdb_env_info(s->env, &info) != 0 || mdb_env_stat(s->env, &st) != 0)
        return;
    if ((info.me_last_pgno + 1) * st.ms_psize > info.me_mapsize / 4 * 3 && info.me_mapsize < LIMIT_STORE_BYTES)
        (void)!mdb_env_set_mapsize(s->env, info.me_mapsize * 2);
}

static enum err open_guarded(struct store *s, bool create)
{
    enum err e = check_place(s);
    if (e == ERR_OK && !create)
        e = check_file(s);
    if (e != ERR_OK)
        return e;
    int rc = mdb_env_create(&s->env);
    if (rc != 0)
        return db_error(s, rc, "open");
    rc = mdb_env_set_maxdbs(s->env, TREE_COUNT + 4);
    if (rc == 0 && create)
        rc = mdb_env_set_mapsize(s->env, STORE_MAP_FIRST);
    if (rc == 0)
        rc = mdb_env_open(s->env, s->path, MDB_NOTLS | (s->mode == STORE_READ ? MDB_RDONLY : 0U) | (s->alone ? MDB_NOLOCK : 0U), 0600);
    if (rc != 0)
        return db_error(s, rc, "open");
    int n_dead = 0;
    (void)!mdb_reader_check(s->env, &n_dead); /* slots of killed readers would keep old pages for ever */
    if (!create)
        e = check_length(s);
    if (e == ERR_OK && !create && s->mode != STORE_READ)
        grow_early(s);
    return e == ERR_OK ? open_trees(s, create) : e;
}

enum err db_open(struct store *s, bool create)
{
    guard_init(s->path);
    guard_enter();
    enum err e = open_guarded(s, create);
    guard_leave();
    if (e != ERR_OK)
        db_close(s);
    return e;
}

void db_close(struct store *s)
{
    if (s->env == NULL)
        return;
    guard_enter();
    mdb_env_close(s->env);
    guard_leave();
    s->env = NULL;
}
