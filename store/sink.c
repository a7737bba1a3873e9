/* What the feed knows of each sink, in the tree meta: which ticket belongs to which mention, what waits, how the sink fares. */
#include "store/sink.h"

#include "base/hash.h"
#include "base/limits.h"
#include "store/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SINK_PATH_BYTES 4096

/* ---------------------------------------------------------------- keys */

static void key_begin(struct key_text *k, char kind, const char *sink)
{
    char prefix[4] = {'k', kind, ':', '\0'};
    key_name(k, prefix, sink);
    k->b[k->n++] = 0;
}

static void key_add(struct key_text *k, const void *bytes, size_t n)
{
    size_t room = KEY_MAX - k->n;
    if (n <= room) {
        memcpy(k->b + k->n, bytes, n);
        k->n += n;
        return;
    }
    memcpy(k->b + k->n, bytes, room - 8); /* longer than any key of the feed; kept apart by a hash */
    be64_put(k->b + KEY_MAX - 8, hash64(bytes, n));
    k->n = KEY_MAX;
}

static void key_of(struct key_text *k, char kind, const char *sink, const char *rest)
{
    key_begin(k, kind, sink);
    key_add(k, rest, strlen(rest));
}

static void key_wait(struct key_text *k, const char *sink, uint64_t seq)
{
    struct key8 n = key_seq(seq);
    key_begin(k, 'w', sink);
    key_add(k, n.b, sizeof n.b);
}

static uint64_t self_of(struct bytes key) { return hash64(key.p, key.n); }

static bool starts(struct bytes b, const void *with, size_t n) { return b.n >= n && memcmp(b.p, with, n) == 0; }

bool sink_key(struct bytes key)
{
    return key.n > 4 && (starts(key, "kt:", 3) || starts(key, "kr:", 3) || starts(key, "kw:", 3) || starts(key, "ks:", 3)) && memchr(key.p, 0, key.n) != NULL;
}

bool sink_row_good(struct bytes key, struct bytes val, struct arena *a)
{
    struct ticket t;
    struct sink_wait w;
    struct sink_state s;
    switch (((const char *)key.p)[1]) {
    case 't': return rec_get_ticket(val, self_of(key), a, &t);
    case 'w': return rec_get_wait(val, self_of(key), a, &w);
    case 's': return rec_get_sink(val, self_of(key), a, &s);
    default: return val.n > SEAL_BYTES && seal_good(key, val, val.n - SEAL_BYTES);
    }
}

/* ---------------------------------------------------------------- writing */

struct put_ctx {
    const char *sink;
    const struct sink_change *change;
    struct arena *a;
};

static enum err put_record(struct txn *t, const struct key_text *key, struct bytes rec)
{
    return rec.p == NULL ? store_no_memory() : db_put(t, TREE_META, KEY_TEXT(*key), rec);
}

static enum err put_ticket(struct txn *t, struct put_ctx *x, const struct ticket *ticket)
{
    struct key_text key, back;
    key_of(&key, 't', x->sink, ticket->key);
    enum err e = put_record(t, &key, rec_put_ticket(x->a, self_of(KEY_TEXT(key)), ticket));
    if (e != ERR_OK || ticket->id == NULL)
        return e;
    size_t n = strlen(ticket->key);
    uint8_t *sealed = arena_alloc(x->a, n + SEAL_BYTES);
    if (sealed == NULL)
        return store_no_memory();
    key_of(&back, 'r', x->sink, ticket->id);
    seal_put(KEY_TEXT(back), ticket->key, n, sealed);
    return db_put(t, TREE_META, KEY_TEXT(back), (struct bytes){sealed, n + SEAL_BYTES});
}

static enum err put_body(struct txn *t, void *ctx)
{
    struct put_ctx *x = ctx;
    const struct sink_change *c = x->change;
    struct key_text key;
    enum err e = ERR_OK;
    arena_reset(x->a);
    for (size_t i = 0; i < c->n_ticket && e == ERR_OK; i++)
        e = put_ticket(t, x, &c->ticket[i]);
    for (size_t i = 0; i < c->n_wait && e == ERR_OK; i++) {
        key_wait(&key, x->sink, c->wait[i].seq);
        e = put_record(t, &key, rec_put_wait(x->a, self_of(KEY_TEXT(key)), &c->wait[i]));
    }
    for (size_t i = 0; i < c->n_ended && e == ERR_OK; i++) {
        key_wait(&key, x->sink, c->ended[i]);
        e = db_del(t, TREE_META, KEY_TEXT(key));
    }
    if (c->state != NULL && e == ERR_OK) {
        key_begin(&key, 's', x->sink);
        e = put_record(t, &key, rec_put_sink(x->a, self_of(KEY_TEXT(key)), c->state));
    }
    return e == ERR_OK && c->cursor != 0 ? outbox_cursor_put(t, x->sink, c->cursor) : e;
}

enum err store_sink_put(struct store *s, const char *sink, const struct sink_change *c)
{
    struct arena a;
    struct put_ctx x = {sink, c, &a};
    arena_init(&a, LIMIT_PAGE_ARENA);
    enum err e = db_write(s, put_body, &x);
    arena_release(&a);
    return e;
}

/* ---------------------------------------------------------------- reading */

/* A copy of a value in a; p NULL when memory is out. */
static struct bytes copy_of(struct arena *a, struct bytes val)
{
    void *to = val.n <= LIMIT_RECORD_BYTES ? arena_alloc(a, val.n) : NULL;
    if (to != NULL) {
        guard_enter();
        memcpy(to, val.p, val.n);
        guard_leave();
    }
    return (struct bytes){to, val.n};
}

static enum err ticket_at(struct txn *t, const char *sink, const char *key, struct arena *a, struct ticket *out)
{
    struct key_text k;
    struct bytes val;
    key_of(&k, 't', sink, key);
    enum err e = db_get(t, TREE_META, KEY_TEXT(k), &val);
    if (e != ERR_OK)
        return e;
    val = copy_of(a, val);
    if (val.p != NULL && rec_get_ticket(val, self_of(KEY_TEXT(k)), a, out))
        return ERR_OK;
    if (a->full)
        return store_no_memory();
    store_damaged(t->s, TREE_META, key);
    return err_set(ERR_STORE, "the store %s is damaged (the ticket of %s at sink %s cannot be read); run \"earshot store check\", or put back a backup", t->s->path, key, sink);
}

enum err store_ticket(struct store *s, const char *sink, const char *key, struct arena *a, struct ticket *out)
{
    struct txn t;
    memset(out, 0, sizeof *out);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = ticket_at(&t, sink, key, a, out);
    db_read_end(&t);
    return e;
}

enum err store_ticket_by_id(struct store *s, const char *sink, const char *id, struct arena *a, struct ticket *out)
{
    struct txn t;
    struct key_text k;
    struct bytes val;
    memset(out, 0, sizeof *out);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    key_of(&k, 'r', sink, id);
    e = db_get(&t, TREE_META, KEY_TEXT(k), &val);
    if (e == ERR_OK && (val.n <= SEAL_BYTES || !seal_good(KEY_TEXT(k), val, val.n - SEAL_BYTES))) {
        store_damaged(s, TREE_META, id);
        e = ERR_NOTFOUND;
    }
    if (e == ERR_OK) {
        const char *key = arena_strndup(a, val.p, val.n - SEAL_BYTES);
        e = key != NULL ? ticket_at(&t, sink, key, a, out) : store_no_memory();
    }
    db_read_end(&t);
    return e;
}

enum err store_tickets(struct store *s, const char *sink, bool (*cb)(void *ctx, const char *sink, const struct ticket *t), void *ctx)
{
    struct txn t;
    struct cursor c;
    struct key_text from = {.b = "kt:", .n = 3};
    struct arena a;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    if (sink != NULL)
        key_begin(&from, 't', sink);
    arena_init(&a, LIMIT_PAGE_ARENA);
    cursor_open(&c, &t, TREE_META);
    for (bool more = cursor_seek(&c, KEY_TEXT(from)); more && starts(c.key, from.b, from.n); more = cursor_next(&c)) {
        struct ticket ticket;
        const char *name = (const char *)c.key.p + 3, *end = memchr(name, 0, c.key.n - 3);
        arena_reset(&a);
        if (end == NULL || !rec_get_ticket(c.val, self_of(c.key), &a, &ticket)) {
            store_damaged(s, TREE_META, "ticket");
            continue;
        }
        if (!cb(ctx, arena_strdup(&a, name), &ticket))
            break;
    }
    e = c.err;
    cursor_close(&c);
    arena_release(&a);
    db_read_end(&t);
    return e;
}

enum err store_sink_waits(struct store *s, const char *sink, struct arena *a, struct sink_wait **out, size_t *n)
{
    struct txn t;
    struct cursor c;
    struct key_text from;
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    key_begin(&from, 'w', sink);
    cursor_open(&c, &t, TREE_META);
    for (bool more = cursor_seek(&c, KEY_TEXT(from)); more && e == ERR_OK && starts(c.key, from.b, from.n); more = cursor_next(&c)) {
        struct sink_wait *grown = arena_grow(a, *out, *n, &cap, sizeof **out);
        struct bytes val = grown != NULL ? copy_of(a, c.val) : (struct bytes){0};
        if (grown != NULL)
            *out = grown;
        if (val.p == NULL)
            e = store_no_memory();
        else if (rec_get_wait(val, self_of(c.key), a, &grown[*n]))
            ++*n;
        else
            store_damaged(s, TREE_META, "waiting event");
    }
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    db_read_end(&t);
    return e;
}

enum err store_sink_state(struct store *s, const char *sink, struct arena *a, struct sink_state *out)
{
    struct txn t;
    struct key_text k;
    struct bytes val;
    memset(out, 0, sizeof *out);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    key_begin(&k, 's', sink);
    e = db_get(&t, TREE_META, KEY_TEXT(k), &val);
    if (e == ERR_OK) {
        val = copy_of(a, val);
        if (val.p == NULL) {
            e = store_no_memory();
        } else if (!rec_get_sink(val, self_of(KEY_TEXT(k)), a, out)) {
            store_damaged(s, TREE_META, sink); /* only timing is lost */
            memset(out, 0, sizeof *out);
        }
    }
    db_read_end(&t);
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err store_event(struct store *s, uint64_t seq, struct arena *a, struct event *out)
{
    struct txn t;
    struct bytes val;
    struct key8 key = key_seq(seq);
    struct event_rec rec;
    struct stored x;
    memset(out, 0, sizeof *out);
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    e = db_get(&t, TREE_OUTBOX, KEY(key), &val);
    if (e == ERR_OK)
        val = copy_of(a, val);
    db_read_end(&t);
    if (e != ERR_OK)
        return e;
    if (val.p != NULL && rec_get_event(val, seq, a, &rec, &x)) {
        *out = (struct event){rec.seq, rec.at, rec.type, rec.mention_id, rec.brand, rec.source, x.f, rec.outcome, rec.reason};
        return ERR_OK;
    }
    if (a->full)
        return store_no_memory();
    store_damaged(s, TREE_OUTBOX, "event");
    return ERR_NOTFOUND;
}

/* ---------------------------------------------------------------- lease */

enum err store_lease(struct store *s, const char *sink, int *fd)
{
    char name[SINK_PATH_BYTES], pid[32] = "";
    int n = snprintf(name, sizeof name, "%s/feed-%s.lock", s->path, sink);
    *fd = -1;
    if (n < 0 || (size_t)n >= sizeof name || strchr(sink, '/') != NULL)
        return err_set(ERR_USAGE, "the name of sink \"%.100s\" cannot be used", sink);
    int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return db_error(s, errno, "lock");
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        int why = errno;
        ssize_t got = pread(lock, pid, sizeof pid - 1, 0);
        close(lock);
        if (why != EWOULDBLOCK)
            return db_error(s, why, "lock");
        pid[got > 0 ? got : 0] = '\0';
        pid[strcspn(pid, "\n")] = '\0';
        return err_set(ERR_LOCKED, "another feed is at work on sink \"%s\" (process %s); wait for it to end", sink, *pid ? pid : "unknown");
    }
    int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) == 0 && pwrite(lock, pid, (size_t)len, 0) < 0) /* the number is for people only */
        pid[0] = '\0';
    *fd = lock;
    return ERR_OK;
}

void store_lease_end(int fd)
{
    if (fd >= 0)
        close(fd);
}
