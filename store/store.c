/* Opening, making and locking a store; its small named values; its figures. */
#include "store/store.h"

#include "base/limits.h"
#include "base/log.h"
#include "store/key.h"
#include "store/record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

/* ---------------------------------------------------------------- format */

struct first_meta {
    int64_t created;
};

static enum err write_first_meta(struct txn *t, void *ctx)
{
    const struct first_meta *m = ctx;
    uint8_t format[8], created[8];
    be64_put(format, STORE_FORMAT);
    be64_put(created, (uint64_t)m->created);
    enum err e = db_put(t, TREE_META, (struct bytes){"format", 6}, (struct bytes){format, 8});
    if (e == ERR_OK)
        e = db_put(t, TREE_META, (struct bytes){"created", 7}, (struct bytes){created, 8});
    return e;
}

static enum err check_format(struct store *s)
{
    struct txn t;
    struct bytes val;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    uint64_t format = 0;
    e = db_get(&t, TREE_META, (struct bytes){"format", 6}, &val);
    if (e == ERR_OK && val.n == 8)
        format = be64_get(val.p);
    db_read_end(&t);
    if (e == ERR_STORE)
        return e;
    if (format == STORE_FORMAT)
        return ERR_OK;
    if (format > STORE_FORMAT && format < 1000000)
        return err_set(ERR_STORE, "the store %s has format %llu, this earshot knows formats up to %d; install a newer earshot", s->path, (unsigned long long)format, STORE_FORMAT);
    return err_set(ERR_STORE, "the store %s is damaged (its format number cannot be read); put back a backup", s->path);
}

/* ---------------------------------------------------------------- making a new one */

static enum err sync_folder(const struct store *s, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return db_error(s, errno, "write");
    int rc = fsync(fd);
    int why = errno;
    close(fd);
    return rc == 0 || why == EINVAL ? ERR_OK : db_error(s, why, "write");
}

static void parent_of(const char *path, char out[PATH_BYTES])
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

static void remove_folder(const char *path)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char name[PATH_BYTES + 16];
    for (size_t i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s/%s", path, files[i]);
        unlink(name);
    }
    rmdir(path);
}

/* Fill a fresh folder beside the place and move it there: nobody ever sees half a store. Losing the race against another maker is fine. */
static enum err fill_and_rename(const char *path, char *fresh, const char *parent)
{
    struct store maker = {.path = fresh, .mode = STORE_CREATE, .lock_fd = -1};
    enum err e = db_open(&maker, true);
    if (e == ERR_OK) {
        struct first_meta m = {clock_now()};
        e = db_write(&maker, write_first_meta, &m);
    }
    if (e == ERR_OK) {
        int rc = mdb_env_sync(maker.env, 1);
        e = rc == 0 ? sync_folder(&maker, fresh) : db_error(&maker, rc, "write");
    }
    db_close(&maker);
    if (e != ERR_OK)
        return e;
    if (rename(fresh, path) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY) {
            remove_folder(fresh);
            return ERR_OK;
        }
        return err_set(ERR_STORE, "cannot make the store %s: %s; name another path in the settings", path, strerror(errno));
    }
    return sync_folder(&maker, parent);
}

static enum err make(const char *path)
{
    char parent[PATH_BYTES], fresh[PATH_BYTES + 16];
    struct stat st;
    parent_of(path, parent);
    if (stat(parent, &st) != 0)
        return err_set(ERR_STORE, "cannot make the store %s: the folder %s %s; make it (mkdir -p), or name another path in the settings", path, parent,
                       errno == ENOENT ? "does not exist" : strerror(errno));
    snprintf(fresh, sizeof fresh, "%s.new-XXXXXX", path);
    if (mkdtemp(fresh) == NULL)
        return err_set(ERR_STORE, "cannot make the store %s: cannot write in the folder %s: %s; give this user the right to, or name another path in the settings", path, parent,
                       strerror(errno));
    enum err e = fill_and_rename(path, fresh, parent);
    if (e != ERR_OK)
        remove_folder(fresh);
    return e;
}

static bool folder_is_empty(const char *path)
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

static enum err find_or_make(const char *path, enum store_mode mode)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            return err_set(ERR_STORE, "cannot open the store %s: %s; name another path in the settings", path, strerror(errno));
        if (mode == STORE_CREATE)
            return make(path);
        return err_set(ERR_STORE, "there is no store at %s yet; run \"earshot crawl\" first, or name another path in the settings", path);
    }
    if (!S_ISDIR(st.st_mode))
        return err_set(ERR_STORE, "cannot open the store %s: it is a file, and a store is a folder; name another path in the settings", path);
    if (folder_is_empty(path))
        return mode == STORE_CREATE ? make(path) : err_set(ERR_STORE, "there is no store at %s yet (the folder is empty); run \"earshot crawl\" first", path);
    if (access(path, mode == STORE_READ ? R_OK | X_OK : R_OK | W_OK | X_OK) != 0)
        return err_set(ERR_STORE, "cannot open the store %s: %s; give this user the right to, or name another path in the settings", path, strerror(errno));
    return ERR_OK;
}

/* ---------------------------------------------------------------- open, close, lock */

enum err store_open(struct store **out, const char *path, enum store_mode mode)
{
    *out = NULL;
    if (path == NULL || *path == '\0' || strlen(path) > PATH_BYTES - 64)
        return err_set(ERR_STORE, "the path of the store is empty or too long; name one in the settings");
    struct store *s = calloc(1, sizeof *s);
    if (s != NULL)
        s->path = strdup(path);
    if (s == NULL || s->path == NULL) {
        free(s);
        return err_set(ERR_MEMORY, "not enough memory to open the store");
    }
    for (size_t n = strlen(s->path); n > 1 && s->path[n - 1] == '/'; n--)
        s->path[n - 1] = '\0';
    s->mode = mode;
    s->lock_fd = -1;
    enum err e = find_or_make(s->path, mode);
    if (e == ERR_OK)
        e = db_open(s, false);
    if (e == ERR_OK)
        e = check_format(s);
    if (e != ERR_OK) {
        store_close(s);
        return e;
    }
    *out = s;
    return ERR_OK;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_unlock(s);
    db_close(s);
    free(s->path);
    free(s);
}

enum err store_lock(struct store *s)
{
    char name[PATH_BYTES + 16], pid[32] = "";
    if (s->lock_fd >= 0)
        return ERR_OK;
    snprintf(name, sizeof name, "%s/crawl.lock", s->path);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return db_error(s, errno, "lock");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int why = errno;
        ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
        close(fd);
        if (why != EWOULDBLOCK)
            return db_error(s, why, "lock");
        pid[n > 0 ? n : 0] = '\0';
        pid[strcspn(pid, "\n")] = '\0';
        return err_set(ERR_LOCKED, "another crawl writes to the store %s (process %s); wait until it ends", s->path, pid[0] != '\0' ? pid : "unknown");
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
        log_event(LOG_WARN, "store-lock", "path", name, "what", "cannot note the process number", NULL);
    s->lock_fd = fd;
    return ERR_OK;
}

void store_unlock(struct store *s)
{
    if (s->lock_fd >= 0)
        close(s->lock_fd); /* the file stays: removing it would let two processes lock two files of one name */
    s->lock_fd = -1;
}

/* ---------------------------------------------------------------- named values */

struct meta_ctx {
    const char *key;
    struct bytes val;
};

static enum err meta_body(struct txn *t, void *ctx)
{
    const struct meta_ctx *m = ctx;
    struct key_text key;
    key_name(&key, "u:", m->key);
    return db_put(t, TREE_META, KEY_TEXT(key), m->val);
}

enum err store_meta_put(struct store *s, const char *key, const void *bytes, size_t n)
{
    struct meta_ctx m = {key, {bytes, n}};
    return db_write(s, meta_body, &m);
}

bool store_meta_get(struct store *s, const char *key, struct strbuf *out)
{
    struct txn t;
    struct bytes val;
    struct key_text k;
    key_name(&k, "u:", key);
    if (db_read(s, &t) != ERR_OK)
        return false;
    bool found = db_get(&t, TREE_META, KEY_TEXT(k), &val) == ERR_OK && strbuf_add(out, val.p, val.n);
    db_read_end(&t);
    return found;
}

enum err store_stat(struct store *s, struct store_stat *out)
{
    struct txn t;
    MDB_envinfo info;
    MDB_stat st;
    memset(out, 0, sizeof *out);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    const struct {
        enum tree tree;
        uint64_t *n;
    } counts[] = {{TREE_MENTION, &out->n_mention}, {TREE_REVISION, &out->n_revision}, {TREE_TARGET, &out->n_target},
                  {TREE_OUTBOX, &out->n_event},    {TREE_JOURNAL, &out->n_journal},   {TREE_DESK, &out->n_open}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && e == ERR_OK; i++)
        e = db_count(&t, counts[i].tree, counts[i].n);
    out->n_revision += out->n_mention; /* the newest one of each lies with the mention */
    db_read_end(&t);
    if (mdb_env_info(s->env, &info) == 0 && mdb_env_stat(s->env, &st) == 0) {
        out->map_bytes = info.me_mapsize;
        out->used_bytes = (info.me_last_pgno + 1) * st.ms_psize;
    }
    return e;
}
