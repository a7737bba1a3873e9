/* Reading every record and every index entry; a compacted copy while others write. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct check {
    struct txn *t;
    struct arena a;
    struct strbuf *out;
    uint64_t n_bad;
};

static void bad(struct check *c, enum tree tree, const struct bytes *key, const char *what)
{
    const uint8_t *k = key->p;
    c->n_bad++;
    strbuf_printf(c->out, "%s ", db_tree_name(tree));
    for (size_t i = 0; i < key->n && i < 24; i++)
        strbuf_printf(c->out, "%02x", k[i]);
    strbuf_printf(c->out, ": %s\n", what);
}

static bool has(struct check *c, enum tree tree, struct bytes key)
{
    struct bytes val;
    return db_get(c->t, tree, key, &val) == ERR_OK;
}

static const char *check_mention(struct check *c, const struct cursor *at)
{
    struct stored x;
    if (at->key.n != 8 || !rec_get_mention(at->val, be64_get(at->key.p), &c->a, &x))
        return "the record is damaged";
    struct columns col;
    struct key_text id;
    columns_of(&x.f, &col);
    struct key24 time = key_by_time(hash64_str(x.f.brand), col.at, x.f.seq);
    struct key16 desk = key_pair(hash64_str(x.f.brand), x.f.seq);
    key_mention(&id, x.f.mention.id, x.f.brand);
    if (!has(c, TREE_BY_ID, KEY_TEXT(id)))
        return "it cannot be found by its id";
    if (!has(c, TREE_BY_TIME, KEY(time)))
        return "it cannot be found by its time";
    if (has(c, TREE_DESK, KEY(desk)) != columns_open(&col))
        return "the desk has it wrong";
    return NULL;
}

/* The mention an index entry points at is there. */
static const char *check_pointer(struct check *c, uint64_t seq)
{
    struct key8 key = key_seq(seq);
    return has(c, TREE_MENTION, KEY(key)) ? NULL : "it points at a mention that is not there";
}

static const char *check_target(struct check *c, const struct cursor *at)
{
    struct target_rec r;
    if (at->key.n != 16 || !rec_get_target(at->val, be64_get(at->key.p), &c->a, &r))
        return "the record is damaged";
    struct key16 key;
    memcpy(key.b, at->key.p, 16);
    struct key24 due = key_due(r.t.due_at, &key);
    return !r.scheduled || has(c, TREE_DUE, KEY(due)) ? NULL : "it is to be fetched but not among what is due";
}

static const char *check_one(struct check *c, const struct cursor *at)
{
    const uint8_t *k = at->key.p;
    struct revision_rec rev;
    struct mention m;
    struct source_health h;
    struct journal_entry j;
    struct event_rec ev;
    struct stored x;
    struct run_record run;
    struct bytes val;
    bool good = true;
    switch (at->tree) {
    case TREE_MENTION:
        return check_mention(c, at);
    case TREE_BY_ID:
        return at->val.n == 8 ? check_pointer(c, be64_get(at->val.p)) : "the entry is damaged";
    case TREE_BY_TIME:
        return at->key.n == 24 && at->val.n == COLUMN_BYTES ? check_pointer(c, be64_get(k + 16)) : "the entry is damaged";
    case TREE_DESK:
        return at->key.n == 16 && at->val.n == COLUMN_BYTES ? check_pointer(c, be64_get(k + 8)) : "the entry is damaged";
    case TREE_TARGET:
        return check_target(c, at);
    case TREE_DUE:
        good = at->key.n == 24 && db_get(c->t, TREE_TARGET, (struct bytes){k + 8, 16}, &val) == ERR_OK;
        return good ? NULL : "it points at a target that is not there";
    case TREE_REVISION:
        good = at->key.n == 16 && rec_get_revision(at->val, be64_get(k), &c->a, &rev, &m);
        break;
    case TREE_HEALTH:
        good = rec_get_health(at->val, &c->a, &h);
        break;
    case TREE_JOURNAL:
        good = at->key.n == 16 && rec_get_journal(at->val, be64_get(k), &c->a, &j);
        break;
    case TREE_OUTBOX:
        good = at->key.n == 8 && rec_get_event(at->val, be64_get(k), &c->a, &ev, &x);
        break;
    case TREE_RUN:
        good = at->key.n == 8 && rec_get_run(at->val, be64_get(k), &c->a, &run);
        break;
    default:
        break;
    }
    return good ? NULL : "the record is damaged";
}

static void check_tree(struct check *c, enum tree tree)
{
    struct cursor at;
    uint8_t before[KEY_MAX];
    size_t before_n = 0;
    cursor_open(&at, c->t, tree);
    for (bool more = cursor_first(&at); more; more = cursor_next(&at)) {
        size_t n = at.key.n < before_n ? at.key.n : before_n;
        int order = memcmp(before, at.key.p, n);
        if (before_n > 0 && (order > 0 || (order == 0 && at.key.n <= before_n))) {
            bad(c, tree, &at.key, "the keys are out of order; the rest of the tree is skipped");
            break;
        }
        before_n = at.key.n <= KEY_MAX ? at.key.n : 0;
        memcpy(before, at.key.p, before_n);
        arena_reset(&c->a);
        const char *what = check_one(c, &at);
        if (what != NULL)
            bad(c, tree, &at.key, what);
    }
    if (at.err != ERR_OK)
        bad(c, tree, &(struct bytes){"", 0}, err_text());
    cursor_close(&at);
}

enum err store_check(struct store *s, struct strbuf *out, uint64_t *n_bad)
{
    struct txn t;
    *n_bad = 0;
    enum err e = db_read(s, &t);
    if (e != ERR_OK)
        return e;
    struct check c = {.t = &t, .out = out};
    arena_init(&c.a, LIMIT_PAGE_ARENA);
    for (int tree = 0; tree < TREE_COUNT; tree++)
        check_tree(&c, (enum tree)tree);
    arena_release(&c.a);
    db_read_end(&t);
    *n_bad = c.n_bad;
    return ERR_OK;
}

enum err store_backup(struct store *s, const char *to_path)
{
    char name[4200];
    struct store to = {.path = (char *)(uintptr_t)to_path};
    if (strlen(to_path) > 4096 || mkdir(to_path, 0700) != 0)
        return err_set(ERR_STORE, "cannot make the backup folder %s: %s; name a folder that does not exist yet", to_path, strerror(errno));
    guard_enter();
    int rc = mdb_env_copy2(s->env, to_path, MDB_CP_COMPACT);
    guard_leave();
    snprintf(name, sizeof name, "%s/data.mdb", to_path);
    if (rc == 0) {
        int fd = open(name, O_RDONLY | O_CLOEXEC);
        rc = fd < 0 || fsync(fd) != 0 ? errno : 0;
        if (fd >= 0)
            close(fd);
    }
    if (rc == 0)
        return ERR_OK;
    enum err e = db_error(&to, rc, "write the backup of");
    unlink(name);
    rmdir(to_path);
    return e;
}
