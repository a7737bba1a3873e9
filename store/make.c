/* A new store, whole or not at all. */
#include "store/make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static enum err write_first_meta(struct txn *t, void *ctx)
{
    const int64_t *created = ctx;
    enum err e = meta_number(t, "format", STORE_FORMAT);
    return e == ERR_OK ? meta_number(t, "created", (uint64_t)*created) : e;
}

enum err make_sync(const struct store *s, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return db_error(s, errno, "write");
    int rc = fsync(fd);
    int why = errno;
    close(fd);
    return rc == 0 || why == EINVAL ? ERR_OK : db_error(s, why, "write");
}

void make_parent(const char *path, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, "%s", path);
    char *slash = strrchr(out, '/');
    if (slash == NULL)
        snprintf(out, PATH_BYTES, ".");
    else if (slash == out)
        out[1] = '\0';
    else
        *slash = '\0';
}

void make_remove(const char *path)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char name[PATH_BYTES + 64];
    for (size_t i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s/%s", path, files[i]);
        unlink(name);
    }
    rmdir(path);
}

/* What a maker left behind that was killed: a day old, so that no other maker can be at work in it. */
static void remove_leftovers(const char *path, const char *parent)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t n = strlen(name);
    char full[PATH_BYTES + 300];
    struct stat st;
    DIR *d = opendir(parent);
    if (d == NULL)
        return;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        if (strlen(e->d_name) != n + 11 || memcmp(e->d_name, name, n) != 0 || memcmp(e->d_name + n, ".new-", 5) != 0)
            continue;
        snprintf(full, sizeof full, "%s/%s", parent, e->d_name);
        if (lstat(full, &st) == 0 && S_ISDIR(st.st_mode) && time(NULL) - st.st_mtime > 86400)
            make_remove(full);
    }
    closedir(d);
}

/* Fill a fresh folder beside the place and move it there: nobody ever sees half a store. Losing the race against another maker
 * is fine. */
static enum err fill_and_rename(const char *path, char *fresh, const char *parent, enum err (*fill)(struct store *s, void *ctx), void *ctx)
{
    struct store maker = {.path = fresh, .mode = STORE_CREATE, .lock_fd = -1};
    enum err e = db_open(&maker, true);
    if (e == ERR_OK && fill == NULL) {
        int64_t created = clock_now();
        e = db_write(&maker, write_first_meta, &created);
    }
    if (e == ERR_OK && fill != NULL)
        e = fill(&maker, ctx);
    if (e == ERR_OK) {
        int rc = mdb_env_sync(maker.env, 1);
        e = rc == 0 ? make_sync(&maker, fresh) : db_error(&maker, rc, "write");
    }
    db_close(&maker);
    if (e != ERR_OK)
        return e;
    if (rename(fresh, path) != 0) {
        if (fill == NULL && (errno == EEXIST || errno == ENOTEMPTY)) {
            make_remove(fresh);
            return ERR_OK;
        }
        return err_set(ERR_STORE, "cannot make the store %s: %s; name another path in the settings", path, strerror(errno));
    }
    return make_sync(&maker, parent);
}

enum err make_store(const char *path, enum err (*fill)(struct store *s, void *ctx), void *ctx)
{
    char parent[PATH_BYTES], fresh[PATH_BYTES + 16];
    struct stat st;
    make_parent(path, parent);
    if (stat(parent, &st) != 0)
        return err_set(ERR_STORE,
                       "cannot make the store %s: the folder %s %s; make it (mkdir -p), or name another path in the settings",
                       path, parent, errno == ENOENT ? "does not exist" : strerror(errno));
    remove_leftovers(path, parent);
    snprintf(fresh, sizeof fresh, "%s.new-XXXXXX", path);
    if (mkdtemp(fresh) == NULL)
        return err_set(ERR_STORE,
                       "cannot make the store %s: cannot write in the folder %s: %s; give this user the right to, or name "
                       "another path in the settings",
                       path, parent, strerror(errno));
    enum err e = fill_and_rename(path, fresh, parent, fill, ctx);
    if (e != ERR_OK)
        make_remove(fresh);
    return e;
}

bool make_empty(const char *path)
{
    DIR *d = opendir(path);
    if (d == NULL)
        return false;
    bool empty = true;
    for (const struct dirent *e; empty && (e = readdir(d)) != NULL;)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    return empty;
}
