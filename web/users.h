/* Who may sign in: a file of lines NAME:ROLE:HASH, for its owner alone (0600).
 *
 * HASH is argon2id as crypto_pwhash_str writes it. Comments begin with #. A file that others can read, that belongs to somebody else, or that holds a wrong line is refused whole.
 * Source: libsodium, crypto_pwhash; RFC 9106. Thread: one. */
#ifndef EARSHOT_WEB_USERS_H
#define EARSHOT_WEB_USERS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USERS_MAX           1000
#define USER_NAME_BYTES     33  /* with its NUL */
#define USER_HASH_BYTES     128 /* crypto_pwhash_STRBYTES */
#define USER_PASSWORD_MIN   10
#define USER_PASSWORD_BYTES 256

/* Each may do what the ones before may. */
enum role { ROLE_NOBODY, ROLE_VIEWER, ROLE_AGENT, ROLE_ADMIN };
const char *role_word(enum role r); /* "nobody" "viewer" "agent" "admin" */
bool role_parse(const char *word, enum role *out); /* never ROLE_NOBODY */

struct user {
    char name[USER_NAME_BYTES];
    enum role role;
    char hash[USER_HASH_BYTES];
};
struct users {
    struct user *user;
    size_t n;
    uint64_t stamp; /* changes when the file does */
};

/* In: *u zeroed or read before. A file that does not exist gives no users and ERR_OK. ERR_USAGE "PATH:LINE: ...". On an error *u has no users. */
MUST_USE enum err users_read(struct users *u, const char *path);
/* Read again when the file has changed since. */
MUST_USE enum err users_refresh(struct users *u, const char *path);
/* Text of such a file into u; the line of the first mistake, or 0. */
size_t users_parse(struct users *u, const char *text, size_t n);
/* A temporary file beside it, synced, renamed; mode 0600, owner as before. */
MUST_USE enum err users_write(const struct users *u, const char *path);
/* The new one replaces one of the same name. ERR_USAGE for a name or password that will not do. */
MUST_USE enum err users_put(struct users *u, const char *name, enum role role, const char *password);
bool users_remove(struct users *u, const char *name);
const struct user *users_find(const struct users *u, const char *name);
/* NULL when name or password is wrong; takes as long for a name that there is not. 0.1 s and 64 MiB. */
const struct user *users_check(const struct users *u, const char *name, const char *password);
void users_release(struct users *u);

#endif
