#include "web/session.h"

#include "base/hash.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(TOKEN_BYTES == sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING), "a token fits");

void sessions_init(struct sessions *s)
{
    memset(s, 0, sizeof *s);
    randombytes_buf(s->key, sizeof s->key);
    s->checks = LOGIN_BURST;
}

static void text_of(const uint8_t bytes[32], char out[TOKEN_BYTES])
{
    sodium_bin2base64(out, TOKEN_BYTES, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void token_make(char out[TOKEN_BYTES])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    text_of(bytes, out);
    sodium_memzero(bytes, sizeof bytes);
}

/* A keyed hash of a text, told apart by what it is for. */
static void keyed(const struct sessions *s, const char *what, const char *text, uint8_t out[32])
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, s->key, sizeof s->key, 32);
    crypto_generichash_update(&h, (const uint8_t *)what, strlen(what) + 1);
    crypto_generichash_update(&h, (const uint8_t *)text, strlen(text));
    crypto_generichash_final(&h, out, 32);
}

bool token_equal(const char *a, const char *b)
{
    if (!a || !b || strlen(a) != TOKEN_BYTES - 1 || strlen(b) != TOKEN_BYTES - 1)
        return false;
    return sodium_memcmp(a, b, TOKEN_BYTES - 1) == 0;
}

/* ---------------------------------------------------------------- sessions */

static uint64_t proof_of(const struct user *u)
{
    return hash64(u, sizeof *u);
}

struct session *session_begin(struct sessions *s, const struct user *user, const char *who, int64_t now_ms, char out[TOKEN_BYTES])
{
    struct session *x = &s->at[0];
    for (size_t i = 0; i < LIMIT_SERVE_SESSIONS && x->used; i++)
        if (!s->at[i].used || s->at[i].seen_ms < x->seen_ms)
            x = &s->at[i];
    memset(x, 0, sizeof *x);
    token_make(out);
    keyed(s, "session", out, x->id);
    token_make(x->csrf);
    snprintf(x->who, sizeof x->who, "%s", user ? user->name : who);
    x->role = user ? user->role : ROLE_ADMIN;
    x->proof = user ? proof_of(user) : 0;
    x->began_ms = x->seen_ms = now_ms;
    x->used = true;
    return x;
}

/* Is the user still who they were? */
static bool still(const struct session *x, const struct users *u)
{
    const struct user *user = x->proof ? users_find(u, x->who) : NULL;
    return !x->proof || (user && proof_of(user) == x->proof);
}

struct session *session_find(struct sessions *s, const struct users *u, const char *token, int64_t now_ms)
{
    uint8_t id[32];
    if (!token || strlen(token) != TOKEN_BYTES - 1)
        return NULL;
    keyed(s, "session", token, id);
    for (size_t i = 0; i < LIMIT_SERVE_SESSIONS; i++) {
        struct session *x = &s->at[i];
        if (!x->used || sodium_memcmp(x->id, id, sizeof id) != 0)
            continue;
        bool alive = now_ms - x->seen_ms < SESSION_IDLE_S * INT64_C(1000) && now_ms - x->began_ms < SESSION_LIFE_S * INT64_C(1000);
        if (!alive || !still(x, u)) {
            session_end(x);
            return NULL;
        }
        x->seen_ms = now_ms;
        return x;
    }
    return NULL;
}

void session_end(struct session *x)
{
    sodium_memzero(x, sizeof *x);
}

void sessions_end_of(struct sessions *s, const char *who)
{
    for (size_t i = 0; i < LIMIT_SERVE_SESSIONS; i++)
        if (s->at[i].used && strcmp(s->at[i].who, who) == 0)
            session_end(&s->at[i]);
}

void session_guest_csrf(const struct sessions *s, const char *cookie, char out[TOKEN_BYTES])
{
    uint8_t bytes[32];
    keyed(s, "guest", cookie, bytes);
    text_of(bytes, out);
}

void session_link_make(struct sessions *s, int64_t now_ms, char out[TOKEN_BYTES])
{
    token_make(out);
    keyed(s, "link", out, s->link);
    s->link_until_ms = now_ms + LINK_LIFE_S * INT64_C(1000);
}

bool session_link_take(struct sessions *s, const char *token, int64_t now_ms)
{
    uint8_t id[32];
    if (!token || s->link_until_ms == 0 || now_ms > s->link_until_ms)
        return false;
    keyed(s, "link", token, id);
    if (sodium_memcmp(id, s->link, sizeof id) != 0)
        return false;
    s->link_until_ms = 0;
    return true;
}

/* ---------------------------------------------------------------- wrong passwords */

static size_t wait_slot(const struct sessions *s, uint64_t name)
{
    size_t oldest = 0;
    for (size_t i = 0; i < LOGIN_NAMES; i++) {
        if (s->wait[i].name == name)
            return i;
        if (s->wait[i].heard_ms < s->wait[oldest].heard_ms)
            oldest = i;
    }
    return oldest;
}

int64_t login_wait_s(struct sessions *s, const char *name, int64_t now_ms)
{
    uint64_t h = hash64_str(name);
    size_t i = wait_slot(s, h);
    if (s->wait[i].name == h && s->wait[i].until_ms > now_ms)
        return (s->wait[i].until_ms - now_ms + 999) / 1000;
    int64_t more = (now_ms - s->refilled_ms) / LOGIN_REFILL_MS;
    if (more > 0) {
        s->checks = s->checks + more > LOGIN_BURST ? LOGIN_BURST : s->checks + more;
        s->refilled_ms = now_ms;
    }
    if (s->checks == 0)
        return 1;
    s->checks--;
    return 0;
}

void login_result(struct sessions *s, const char *name, bool good, int64_t now_ms)
{
    uint64_t h = hash64_str(name);
    size_t i = wait_slot(s, h);
    if (good) {
        if (s->wait[i].name == h)
            memset(&s->wait[i], 0, sizeof s->wait[i]);
        return;
    }
    if (s->wait[i].name != h)
        memset(&s->wait[i], 0, sizeof s->wait[i]);
    s->wait[i].name = h;
    s->wait[i].heard_ms = now_ms;
    unsigned over = ++s->wait[i].failed;
    if (over < LOGIN_FREE)
        return;
    over -= LOGIN_FREE;
    int64_t wait_s = over > 9 ? LOGIN_WAIT_MAX_S : INT64_C(2) << over;
    s->wait[i].until_ms = now_ms + (wait_s > LOGIN_WAIT_MAX_S ? LOGIN_WAIT_MAX_S : wait_s) * 1000;
}

/* ---------------------------------------------------------------- programs */

static void basic_id(const struct sessions *s, const char *name, const char *password, uint8_t out[32])
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, s->key, sizeof s->key, 32);
    crypto_generichash_update(&h, (const uint8_t *)"basic", 6);
    crypto_generichash_update(&h, (const uint8_t *)name, strlen(name) + 1);
    crypto_generichash_update(&h, (const uint8_t *)password, strlen(password));
    crypto_generichash_final(&h, out, 32);
}

const struct user *session_basic(struct sessions *s, const struct users *u, const char *name, const char *password, int64_t now_ms, int64_t *wait_s)
{
    uint8_t id[32];
    *wait_s = 0;
    basic_id(s, name, password, id);
    for (size_t i = 0; i < BASIC_KNOWN && i < s->n_basic; i++)
        if (s->basic[i].stamp == u->stamp && sodium_memcmp(s->basic[i].id, id, sizeof id) == 0)
            return users_find(u, s->basic[i].who);
    *wait_s = login_wait_s(s, name, now_ms);
    if (*wait_s > 0)
        return NULL;
    const struct user *x = users_check(u, name, password);
    login_result(s, name, x != NULL, now_ms);
    if (!x)
        return NULL;
    size_t at = s->n_basic++ % BASIC_KNOWN;
    memcpy(s->basic[at].id, id, sizeof id);
    memcpy(s->basic[at].who, x->name, sizeof x->name);
    s->basic[at].stamp = u->stamp;
    return x;
}
