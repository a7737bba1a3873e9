/* Who is signed in: in memory only, so a restart signs everybody out.
 *
 * A cookie holds 256 random bits; the table holds a hash of them. A session ends after SESSION_IDLE_S without a request or SESSION_LIFE_S in all, or when its user is removed, changes role or
 * password. CSRF tokens: a session has its own; a guest's is a keyed hash of a random cookie. Wrong passwords: after LOGIN_FREE of them a name waits, twice as long each time, at most LOGIN_WAIT_MAX_S;
 * all names together LOGIN_BURST in a row, then one in LOGIN_REFILL_MS, because a check costs 64 MiB and 0.1 s. Thread: one. */
#ifndef EARSHOT_WEB_SESSION_H
#define EARSHOT_WEB_SESSION_H

#include "base/limits.h"
#include "web/users.h"

#define TOKEN_BYTES      44 /* 256 bits in base64, and a NUL */
#define SESSION_IDLE_S   (4 * 3600)
#define SESSION_LIFE_S   (12 * 3600)
#define LINK_LIFE_S      600
#define LOGIN_FREE       5
#define LOGIN_WAIT_MAX_S 900
#define LOGIN_BURST      10
#define LOGIN_REFILL_MS  1000
#define LOGIN_NAMES      256 /* names that wait; the one heard of longest ago goes first */
#define BASIC_KNOWN      16  /* passwords of programs that were checked already */

struct session {
    uint8_t id[32]; /* hash of the token */
    char csrf[TOKEN_BYTES];
    char who[64];
    enum role role;
    uint64_t proof; /* of the user as they were; 0 = came by the link */
    int64_t began_ms, seen_ms;
    bool used;
};

struct sessions {
    struct session at[LIMIT_SERVE_SESSIONS];
    uint8_t key[32]; /* of guests' tokens and of hashes; made at the start */
    uint8_t link[32];
    int64_t link_until_ms; /* 0 = none, or used */
    struct {
        uint64_t name;
        unsigned failed;
        int64_t until_ms, heard_ms;
    } wait[LOGIN_NAMES];
    int64_t checks, refilled_ms;
    struct {
        uint8_t id[32];
        char who[USER_NAME_BYTES];
        uint64_t stamp;
    } basic[BASIC_KNOWN];
    size_t n_basic;
};

void sessions_init(struct sessions *s);
void token_make(char out[TOKEN_BYTES]);
/* A new session; its token for the cookie goes to out. user NULL: by the link, as admin. */
struct session *session_begin(struct sessions *s, const struct user *user, const char *who, int64_t now_ms, char out[TOKEN_BYTES]);
/* NULL: none, or it has ended. */
struct session *session_find(struct sessions *s, const struct users *u, const char *token, int64_t now_ms);
void session_end(struct session *x);
/* Ends all of one person's. */
void sessions_end_of(struct sessions *s, const char *who);
/* out: the CSRF token of a guest with this cookie. */
void session_guest_csrf(const struct sessions *s, const char *cookie, char out[TOKEN_BYTES]);
bool token_equal(const char *a, const char *b); /* in constant time; NULL is equal to nothing */

void session_link_make(struct sessions *s, int64_t now_ms, char out[TOKEN_BYTES]);
/* true once. */
bool session_link_take(struct sessions *s, const char *token, int64_t now_ms);

/* Seconds until this name may be tried; 0 = now, and one try is taken off. */
int64_t login_wait_s(struct sessions *s, const char *name, int64_t now_ms);
void login_result(struct sessions *s, const char *name, bool good, int64_t now_ms);

/* A program's name and password, checked once and then known while the users file is the same. NULL: wrong, or *wait_s > 0. */
const struct user *session_basic(struct sessions *s, const struct users *u, const char *name, const char *password, int64_t now_ms, int64_t *wait_s);

#endif
