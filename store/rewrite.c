/* The whole store written anew beside itself, checked, and put in its place: a newer format, or a smaller file. */
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/hold.h"
#include "store/index.h"
#include "store/make.h"
#include "store/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMIT_BYTES (16 * LIMIT_MIB) /* copied in one commit */

struct rewrite {
    struct txn old;
    uint64_t format; /* of the old store */
    struct arena a;
    enum tree tree;
    uint8_t at[KEY_MAX]; /* the last key that is copied and committed */
    size_t at_n;
    uint8_t next[KEY_MAX];
    size_t next_n;
    bool more;
};

static bool is_name(struct bytes key, const char *name)
{
    return key.n == strlen(name) && memcmp(key.p, name, key.n) == 0;
}

/* The columns of a mention whose record can be read: older formats kept fewer. */
static bool fresh_row(struct rewrite *w, uint64_t seq, uint8_t *sealed, struct bytes key)
{
    struct key8 mention = key_seq(seq);
    struct bytes val;
    struct stored x;
    struct columns c;
    uint8_t row[COLUMN_BYTES];
    if (db_get(&w->old, TREE_MENTION, KEY(mention), &val) != ERR_OK || !rec_get_mention(val, seq, &w->a, &x))
        return false;
    columns_of(&x, &c);
    columns_put(&c, row);
    seal_put(key, row, sizeof row, sealed);
    return true;
}

/* What the new store has for this entry. What is damaged is taken as it is: it stays damaged, and store check names it. */
static struct bytes renewed(struct rewrite *w, const struct cursor *c)
{
    bool row = (w->tree == TREE_BY_TIME && c->key.n == 24) || (w->tree == TREE_DESK && c->key.n == 16);
    if (row && w->format < 2) {
        uint8_t *sealed = arena_alloc(&w->a, COLUMN_BYTES + SEAL_BYTES);
        if (sealed != NULL && fresh_row(w, be64_get((const uint8_t *)c->key.p + c->key.n - 8), sealed, c->key))
            return (struct bytes){sealed, COLUMN_BYTES + SEAL_BYTES};
    }
    return rec_packed(&w->a, c->val);
}

static enum err copy_body(struct txn *t, void *ctx)
{
    struct rewrite *w = ctx;
    struct cursor c;
    size_t bytes = 0;
    enum err e = ERR_OK;
    cursor_open(&c, &w->old, w->tree);
    bool more = w->at_n > 0 ? cursor_seek(&c, (struct bytes){w->at, w->at_n}) && cursor_next(&c) : cursor_first(&c);
    for (; more && e == ERR_OK && bytes < COMMIT_BYTES; more = cursor_next(&c)) {
        arena_reset(&w->a);
        memcpy(w->next, c.key.p, c.key.n);
        w->next_n = c.key.n;
        bytes += c.key.n + c.val.n;
        if (w->tree != TREE_META) {
            struct bytes val = renewed(w, &c);
            e = w->a.full ? err_set(ERR_MEMORY, "not enough memory for a record of the store") : db_append(t, w->tree, c.key, val);
        } else if (is_name(c.key, "format")) {
            e = meta_number(t, "format", STORE_FORMAT);
        } else if (!is_name(c.key, "commit")) {
            e = db_put(t, TREE_META, c.key, c.val); /* each commit adds its number in between */
        }
    }
    w->more = more;
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    return e;
}

static enum err copy_all(struct store *to, void *ctx)
{
    struct rewrite *w = ctx;
    enum err e = ERR_OK;
    for (int tree = 0; tree < TREE_COUNT && e == ERR_OK; tree++) {
        w->tree = (enum tree)tree;
        w->at_n = 0;
        do {
            w->next_n = w->at_n;
            e = db_write(to, copy_body, w);
            memcpy(w->at, w->next, w->next_n);
            w->at_n = w->next_n;
        } while (e == ERR_OK && w->more);
    }
    return e;
}

/* ---------------------------------------------------------------- what came out is what went in */

static enum err differs(const struct store *s, enum tree tree)
{
    return err_set(ERR_STORE, "the new store %s is not what the old one is (tree %s); the old one stays in place, nothing was changed", s->path,
                   db_tree_name(tree));
}

static bool same_entry(struct rewrite *w, const struct cursor *was, const struct cursor *is)
{
    if (is_name(was->key, "format"))
        return true;
    bool row = w->tree == TREE_BY_TIME || w->tree == TREE_DESK;
    struct columns c;
    if (row && w->format < 2 && columns_read(is->key, is->val, &c))
        return true; /* made from the record */
    return rec_same(&w->a, was->val, is->val);
}

static enum err compare_tree(struct rewrite *w, struct txn *fresh)
{
    struct cursor was, is;
    cursor_open(&was, &w->old, w->tree);
    cursor_open(&is, fresh, w->tree);
    bool more = cursor_first(&was), there = cursor_first(&is), same = true;
    while (same && more) {
        arena_reset(&w->a);
        if (w->tree == TREE_META && is_name(was.key, "commit")) {
            same = there && is_name(is.key, "commit");
        } else {
            same = there && was.key.n == is.key.n && memcmp(was.key.p, is.key.p, is.key.n) == 0 && same_entry(w, &was, &is);
        }
        more = cursor_next(&was);
        there = cursor_next(&is);
    }
    enum err e = was.err != ERR_OK ? was.err : is.err != ERR_OK ? is.err : same && !there ? ERR_OK : differs(fresh->s, w->tree);
    cursor_close(&is);
    cursor_close(&was);
    return e;
}

static enum err compare(struct rewrite *w, const char *fresh)
{
    struct store s = {.path = (char *)(uintptr_t)fresh, .mode = STORE_READ, .lock_fd = -1};
    struct txn t = {.s = &s};
    enum err e = db_open(&s, false);
    if (e != ERR_OK)
        return e;
    int rc = mdb_txn_begin(s.env, NULL, MDB_RDONLY, &t.mdb); /* not db_read, as above */
    e = rc == 0 ? ERR_OK : db_error(&s, rc, "read");
    for (int tree = 0; tree < TREE_COUNT && e == ERR_OK; tree++) {
        w->tree = (enum tree)tree;
        e = compare_tree(w, &t);
    }
    if (rc == 0)
        mdb_txn_abort(t.mdb);
    db_close(&s);
    return e;
}

/* ---------------------------------------------------------------- one walk over the old store */

static enum err build(struct rewrite *w, const char *fresh)
{
    struct store to = {.path = (char *)(uintptr_t)fresh, .mode = STORE_CREATE, .lock_fd = -1};
    enum err e = db_open(&to, true);
    if (e == ERR_OK)
        e = copy_all(&to, w);
    if (e == ERR_OK) {
        int rc = mdb_env_sync(to.env, 1);
        e = rc == 0 ? make_sync(&to, fresh) : db_error(&to, rc, "write");
    }
    db_close(&to);
    return e == ERR_OK ? compare(w, fresh) : e;
}

static enum err open_old(struct rewrite *w, struct store *s, bool only_if_old, bool *wanted)
{
    enum err e = db_open(s, false);
    if (e == ERR_OK)
        e = store_format(s, &w->format);
    *wanted = e == ERR_OK && !(only_if_old && w->format == STORE_FORMAT);
    return e;
}

static enum err rewrite_held(struct hold *h, bool only_if_old, struct store_rewritten *out)
{
    struct store old = {.path = h->path, .mode = STORE_READ, .lock_fd = -1, .alone = true};
    struct rewrite w = {.old = {.s = &old}};
    char fresh[PATH_BYTES + 32] = "";
    bool wanted;
    enum err e = open_old(&w, &old, only_if_old, &wanted);
    out->from_format = (int)w.format;
    if (e == ERR_OK)
        hold_clear(h);
    if (!wanted) {
        db_close(&old);
        return e;
    }
    arena_init(&w.a, 16 * LIMIT_RECORD_BYTES);
    e = hold_folder(h, fresh, sizeof fresh);
    /* not db_read: the new store may grow while this one is read */
    int rc = e == ERR_OK ? mdb_txn_begin(old.env, NULL, MDB_RDONLY, &w.old.mdb) : 0;
    e = rc == 0 ? e : db_error(&old, rc, "read");
    if (e == ERR_OK) {
        e = build(&w, fresh);
        mdb_txn_abort(w.old.mdb);
    }
    db_close(&old);
    arena_release(&w.a);
    if (e == ERR_OK)
        e = hold_swap(h, fresh);
    if (*fresh != '\0')
        make_remove(fresh);
    return e;
}

static enum err rewrite(const char *path, bool only_if_old, struct store_rewritten *out)
{
    struct hold h;
    *out = (struct store_rewritten){.to_format = STORE_FORMAT};
    enum err e = hold_begin(&h, path);
    if (e != ERR_OK)
        return e;
    out->before_bytes = out->after_bytes = hold_bytes(&h);
    e = rewrite_held(&h, only_if_old, out);
    if (e == ERR_OK)
        out->after_bytes = hold_bytes(&h);
    hold_end(&h);
    return e;
}

enum err store_upgrade(const char *path, struct store_rewritten *out)
{
    return rewrite(path, true, out);
}

enum err store_compact(const char *path, struct store_rewritten *out)
{
    return rewrite(path, false, out);
}
