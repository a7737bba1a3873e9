#include "config.h"

#include "web/users.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(USER_HASH_BYTES >= crypto_pwhash_STRBYTES, "a hash fits");

static const char *const roles[] = {"nobody", "viewer", "agent", "admin"};

const char *role_word(enum role r)
{
    return roles[r];
}

bool role_parse(const char *word, enum role *out)
{
    for (int r = ROLE_VIEWER; r <= ROLE_ADMIN; r++) {
        if (strcmp(word, roles[r]) == 0) {
            *out = (enum role)r;
            return true;
        }
    }
    return false;
}

static bool name_good(const char *s, size_t n)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";
    if (n == 0 || n >= USER_NAME_BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if (s[i] == '\0' || strchr(allowed, s[i]) == NULL)
            return false;
    return true;
}

/* ---------------------------------------------------------------- reading */

static bool parse_line(struct user *u, const char *line, size_t n)
{
    const char *first = memchr(line, ':', n), *second = first ? memchr(first + 1, ':', n - (size_t)(first + 1 - line)) : NULL;
    char role[8];
    if (!second || memchr(line, '\0', n) || !name_good(line, (size_t)(first - line)))
        return false;
    size_t role_n = (size_t)(second - first - 1), hash_n = n - (size_t)(second + 1 - line);
    if (role_n >= sizeof role || hash_n >= USER_HASH_BYTES || strncmp(second + 1, crypto_pwhash_STRPREFIX, strlen(crypto_pwhash_STRPREFIX)) != 0)
        return false;
    memset(u, 0, sizeof *u);
    memcpy(u->name, line, (size_t)(first - line));
    memcpy(role, first + 1, role_n);
    role[role_n] = '\0';
    memcpy(u->hash, second + 1, hash_n);
    return role_parse(role, &u->role);
}

static bool add(struct users *u, const struct user *one)
{
    if (u->n >= USERS_MAX || users_find(u, one->name))
        return false;
    struct user *grown = realloc(u->user, (u->n + 1) * sizeof *grown);
    if (!grown)
        return false;
    u->user = grown;
    u->user[u->n++] = *one;
    return true;
}

size_t users_parse(struct users *u, const char *text, size_t n)
{
    size_t number = 0;
    u->n = 0;
    for (size_t i = 0; i < n;) {
        const char *end = memchr(text + i, '\n', n - i);
        size_t len = end ? (size_t)(end - text) - i : n - i;
        struct user one;
        number++;
        if (len > 0 && text[i] != '#' && (!parse_line(&one, text + i, len) || !add(u, &one))) {
            u->n = 0;
            return number;
        }
        i += len + 1;
    }
    return 0;
}

static uint64_t stamp_of(const struct stat *st)
{
    const int64_t part[] = {(int64_t)st->st_ino, (int64_t)st->st_size, (int64_t)st->st_mtim.tv_sec, (int64_t)st->st_mtim.tv_nsec,
                            (int64_t)st->st_ctim.tv_sec, (int64_t)st->st_ctim.tv_nsec, (int64_t)st->st_mode};
    return hash64(part, sizeof part);
}

static enum err read_open(struct users *u, int fd, const struct stat *st, const char *path)
{
    struct strbuf b;
    char part[4096];
    ssize_t got;
    if (!S_ISREG(st->st_mode))
        return err_set(ERR_USAGE, "%s: the users file must be a plain file", path);
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return err_set(ERR_USAGE, "%s: the users file belongs to somebody else; chown it to the account that runs earshot", path);
    if (st->st_mode & (S_IRWXG | S_IRWXO))
        return err_set(ERR_USAGE, "%s: others may read the users file; run chmod 600 on it", path);
    strbuf_init(&b, LIMIT_MIB);
    while ((got = read(fd, part, sizeof part)) > 0 && strbuf_add(&b, part, (size_t)got)) {
    }
    size_t line = got == 0 ? users_parse(u, b.s, b.n) : 0;
    enum err e = got < 0    ? err_set(ERR_USAGE, "%s: %s", path, strerror(errno))
                 : got > 0  ? err_set(ERR_USAGE, "%s: the users file is larger than 1 MiB", path)
                 : line > 0 ? err_set(ERR_USAGE, "%s:%zu: not a line of NAME:ROLE:HASH with a new name, or too many; `earshot user add` writes them", path, line)
                            : ERR_OK;
    sodium_memzero(b.s, b.n);
    strbuf_release(&b);
    return e;
}

enum err users_read(struct users *u, const char *path)
{
    struct stat st;
    u->n = 0;
    u->stamp = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? ERR_OK : err_set(ERR_USAGE, "cannot read the users file %s: %s", path, strerror(errno));
    enum err e = fstat(fd, &st) == 0 ? read_open(u, fd, &st, path) : err_set(ERR_USAGE, "%s: %s", path, strerror(errno));
    if (e == ERR_OK)
        u->stamp = stamp_of(&st);
    close(fd);
    return e;
}

enum err users_refresh(struct users *u, const char *path)
{
    struct stat st;
    uint64_t stamp = stat(path, &st) == 0 ? stamp_of(&st) : 0;
    return stamp == u->stamp ? ERR_OK : users_read(u, path);
}

/* ---------------------------------------------------------------- writing */

static enum err write_to(int fd, const struct users *u, const char *path)
{
    struct strbuf b;
    size_t done = 0;
    struct stat old;
    strbuf_init(&b, LIMIT_MIB);
    strbuf_puts(&b, "# Who may sign in to `earshot serve`: NAME:ROLE:HASH. Use `earshot user`.\n");
    for (size_t i = 0; i < u->n; i++)
        strbuf_printf(&b, "%s:%s:%s\n", u->user[i].name, role_word(u->user[i].role), u->user[i].hash);
    bool good = !b.full && fchmod(fd, 0600) == 0;
    if (good && geteuid() == 0 && stat(path, &old) == 0) /* the server's account keeps its file */
        good = fchown(fd, old.st_uid, old.st_gid) == 0;
    while (good && done < b.n) {
        ssize_t n = write(fd, b.s + done, b.n - done);
        good = n > 0;
        done += good ? (size_t)n : 0;
    }
    good = good && fsync(fd) == 0;
    sodium_memzero(b.s, b.n);
    strbuf_release(&b);
    return good ? ERR_OK : err_set(ERR_USAGE, "cannot write the users file %s: %s", path, strerror(errno));
}

enum err users_write(const struct users *u, const char *path)
{
    char fresh[4096];
    if ((size_t)snprintf(fresh, sizeof fresh, "%s.new-XXXXXX", path) >= sizeof fresh)
        return err_set(ERR_USAGE, "the name of the users file is too long");
    int fd = mkostemp(fresh, O_CLOEXEC);
    if (fd < 0)
        return err_set(ERR_USAGE, "cannot write the users file %s: %s", path, strerror(errno));
    enum err e = write_to(fd, u, path);
    close(fd);
    if (e == ERR_OK && rename(fresh, path) != 0)
        e = err_set(ERR_USAGE, "cannot write the users file %s: %s", path, strerror(errno));
    if (e != ERR_OK)
        unlink(fresh);
    return e;
}

/* ---------------------------------------------------------------- one user */

const struct user *users_find(const struct users *u, const char *name)
{
    for (size_t i = 0; i < u->n; i++)
        if (strcmp(u->user[i].name, name) == 0)
            return &u->user[i];
    return NULL;
}

bool users_remove(struct users *u, const char *name)
{
    const struct user *x = users_find(u, name);
    if (!x)
        return false;
    size_t at = (size_t)(x - u->user);
    memmove(&u->user[at], &u->user[at + 1], (u->n - at - 1) * sizeof *u->user);
    u->n--;
    return true;
}

enum err users_put(struct users *u, const char *name, enum role role, const char *password)
{
    struct user one = {.role = role};
    size_t n = strlen(password);
    if (!name_good(name, strlen(name)))
        return err_set(ERR_USAGE, "a user's name has 1 to %d letters, digits or . _ @ -", USER_NAME_BYTES - 1);
    if (n < USER_PASSWORD_MIN || n >= USER_PASSWORD_BYTES)
        return err_set(ERR_USAGE, "a password has %d to %d bytes", USER_PASSWORD_MIN, USER_PASSWORD_BYTES - 1);
    memcpy(one.name, name, strlen(name));
    if (sodium_init() < 0 || crypto_pwhash_str(one.hash, password, n, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return err_set(ERR_MEMORY, "not enough memory to hash a password (64 MiB)");
    users_remove(u, name);
    return add(u, &one) ? ERR_OK : err_set(ERR_USAGE, "there are %d users, and no more fit", USERS_MAX);
}

/* Of no password that anybody knows: hashed when a name is unknown, so that an answer does not tell names by its time. */
static const char *nobodys_hash(void)
{
    static char hash[crypto_pwhash_STRBYTES];
    char secret[32];
    if (*hash == '\0') {
        randombytes_buf(secret, sizeof secret);
        if (crypto_pwhash_str(hash, secret, sizeof secret, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
            *hash = '\0';
    }
    return hash;
}

const struct user *users_check(const struct users *u, const char *name, const char *password)
{
    const struct user *x = users_find(u, name);
    size_t n = strlen(password);
    const char *hash = x ? x->hash : nobodys_hash();
    bool fits = n < USER_PASSWORD_BYTES && crypto_pwhash_str_verify(hash, password, n) == 0;
    return x && fits ? x : NULL;
}

void users_release(struct users *u)
{
    if (u->user)
        sodium_memzero(u->user, u->n * sizeof *u->user);
    free(u->user);
    *u = (struct users){0};
}
