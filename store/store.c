/* Opening, making and locking a store; its small named values; its figures. */
#include "store/store.h"

#include "base/limits.h"
#include "base/log.h"
#include "store/batch.h"
#include "store/make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---------------------------------------------------------------- format */

enum err meta_number(struct txn *t, const char *name, uint64_t n)
{
    struct bytes key = {name, strlen(name)};
    struct key8 number = key_seq(n);
    uint8_t sealed[8 + SEAL_BYTES];
    seal_put(key, number.b, sizeof number.b, sealed);
    return db_put(t, TREE_META, key, (struct bytes){sealed, sizeof sealed});
}

static enum err get_number(struct txn *t, const char *name, uint64_t *n)
{
    struct bytes key = {name, strlen(name)}, val;
    enum err e = db_get(t, TREE_META, key, &val);
    if (e == ERR_STORE)
        return e;
    if (e == ERR_NOTFOUND || !seal_good(key, val, 8))
        return err_set(ERR_STORE, "the store %s is damaged (its %s number cannot be read); put back a backup", t->s->path,
                       name);
    *n = be64_get(val.p);
    return ERR_OK;
}

enum err store_format(struct store *s, uint64_t *format)
{
    struct txn t;
    uint64_t commit = 0;
    *format = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = get_number(&t, "format", format);
    if (e == ERR_OK)
        e = get_number(&t, "commit", &commit);
    uint64_t lmdb_commit = mdb_txn_id(t.mdb);
    db_read_end(&t);
    if (e != ERR_OK)
        return e;
    if (*format > STORE_FORMAT)
        return err_set(ERR_STORE, "the store %s has format %llu, this earshot knows formats up to %d; install a newer earshot",
                       s->path, (unsigned long long)*format, STORE_FORMAT);
    if (commit != lmdb_commit && !s->fresh_copy)
        return err_set(ERR_STORE,
                       "the store %s is damaged (its last commit has number %llu, its beginning says %llu); put back a backup",
                       s->path, (unsigned long long)commit, (unsigned long long)lmdb_commit);
    return ERR_OK;
}

/* An older format can be read; what is written must be of one kind. */
static enum err check_format(struct store *s)
{
    uint64_t format;
    enum err e = store_format(s, &format);
    if (e == ERR_OK && format < STORE_FORMAT && s->mode != STORE_READ)
        return err_set(ERR_STORE, "the store %s has format %llu and can only be read; run \"earshot store upgrade\" to write to it (format %d)", s->path,
                       (unsigned long long)format, STORE_FORMAT);
    return e;
}

static enum err find_or_make(const char *path, enum store_mode mode)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            return err_set(ERR_STORE, "cannot open the store %s: %s; name another path in the settings", path, strerror(errno));
        if (mode == STORE_CREATE)
            return make_store(path, NULL, NULL);
        return err_set(ERR_STORE,
                       "there is no store at %s yet; run \"earshot crawl\" first, or name another path in the settings", path);
    }
    if (!S_ISDIR(st.st_mode))
        return err_set(ERR_STORE,
                       "cannot open the store %s: it is a file, and a store is a folder; name another path in the settings",
                       path);
    if (make_empty(path))
        return mode == STORE_CREATE
                   ? make_store(path, NULL, NULL)
                   : err_set(ERR_STORE, "there is no store at %s yet (the folder is empty); run \"earshot crawl\" first", path);
    if (access(path, mode == STORE_READ ? R_OK | X_OK : R_OK | W_OK | X_OK) != 0)
        return err_set(ERR_STORE,
                       "cannot open the store %s: %s; give this user the right to, or name another path in the settings", path,
                       strerror(errno));
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
        return err_set(ERR_LOCKED, "another crawl writes to the store %s (process %s); wait until it ends", s->path,
                       pid[0] != '\0' ? pid : "unknown");
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

/* ---------------------------------------------------------------- backup */

static enum err adopt_body(struct txn *t, void *ctx)
{
    const int64_t *now = ctx;
    return meta_number(t, "backup", (uint64_t)*now);
}

/* One commit of our own makes the copy agree with its numbers. */
static enum err adopt(const char *path)
{
    struct store copy = {.path = (char *)(uintptr_t)path, .mode = STORE_WRITE, .lock_fd = -1, .fresh_copy = true};
    int64_t now = clock_now();
    uint64_t format;
    enum err e = db_open(&copy, false);
    if (e == ERR_OK)
        e = store_format(&copy, &format);
    if (e == ERR_OK)
        e = db_write(&copy, adopt_body, &now);
    db_close(&copy);
    return e;
}

enum err store_backup(struct store *s, const char *to_path)
{
    char fresh[PATH_BYTES + 16], parent[PATH_BYTES];
    struct stat st;
    struct store to = {.path = (char *)(uintptr_t)to_path};
    if (strlen(to_path) > PATH_BYTES - 64 || lstat(to_path, &st) == 0)
        return err_set(ERR_STORE,
                       "cannot make the backup %.200s: it is there already, or the name is too long; name a folder that does "
                       "not exist yet",
                       to_path);
    make_parent(to_path, parent);
    snprintf(fresh, sizeof fresh, "%s.new-XXXXXX", to_path);
    if (mkdtemp(fresh) == NULL)
        return err_set(ERR_STORE, "cannot make the backup %s: cannot write in the folder %s: %s", to_path, parent,
                       strerror(errno));
    struct txn t; /* LMDB takes its own snapshot; ours keeps the map from growing under it */
    enum err e = db_read(s, &t);
    if (e != ERR_OK) {
        rmdir(fresh);
        return e;
    }
    guard_enter();
    int rc = mdb_env_copy2(s->env, fresh, MDB_CP_COMPACT);
    guard_leave();
    db_read_end(&t);
    e = rc == 0 ? adopt(fresh) : db_error(&to, rc, "write the backup to");
    if (e == ERR_OK)
        e = make_sync(&to, fresh);
    if (e == ERR_OK && rename(fresh, to_path) != 0)
        e = err_set(ERR_STORE, "cannot make the backup %s: %s", to_path, strerror(errno));
    if (e != ERR_OK)
        make_remove(fresh);
    return e == ERR_OK ? make_sync(&to, parent) : e;
}

/* ---------------------------------------------------------------- named values */

struct meta_ctx {
    const struct named_value *v;
    size_t n;
};

static enum err meta_body(struct txn *t, void *ctx)
{
    const struct meta_ctx *m = ctx;
    enum err e = ERR_OK;
    for (size_t i = 0; i < m->n && e == ERR_OK; i++) {
        struct key_text key;
        key_name(&key, "u:", m->v[i].key);
        e = db_put(t, TREE_META, KEY_TEXT(key), (struct bytes){m->v[i].bytes, m->v[i].n});
    }
    return e;
}

enum err store_meta_put_all(struct store *s, const struct named_value *v, size_t n)
{
    struct meta_ctx m = {v, n};
    for (size_t i = 0; i < n; i++)
        if (v[i].n > LIMIT_RECORD_BYTES)
            return err_set(ERR_INTERNAL, "the value %s is too large for the store", v[i].key);
    return n > 0 ? db_write(s, meta_body, &m) : ERR_OK;
}

enum err store_meta_put(struct store *s, const char *key, const void *bytes, size_t n)
{
    struct named_value v = {key, bytes, n};
    return store_meta_put_all(s, &v, 1);
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
