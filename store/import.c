/* A store out of the lines of an export: all of it, or nothing. */
#include "base/hash.h"
#include "base/limits.h"
#include "store/batch.h"
#include "store/dump.h"
#include "store/make.h"
#include "store/sink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define COMMIT_BYTES (8 * LIMIT_MIB) /* of lines in one commit */

struct import {
    FILE *in;
    const char *name;
    struct strbuf lines; /* of the commit, as read: a commit that must grow the map is done again */
    struct arena a;
    uint64_t n_line;     /* before this commit */
    uint64_t at_line;    /* the one being read, from 1 */
    bool ended;          /* the last line was read */
    struct counters top; /* the largest numbers met */
    struct counters given;
};

static enum err refuse(const struct import *m, const char *what)
{
    return err_set(ERR_USAGE, "%s:%llu: %s; nothing was imported", m->name, (unsigned long long)m->at_line, what);
}

/* A key that is not there yet. */
static enum err put_new(struct import *m, struct txn *t, enum tree tree, struct bytes key, struct bytes val)
{
    struct bytes old;
    if (val.p == NULL)
        return refuse(m, "the record is too long");
    enum err e = db_get(t, tree, key, &old);
    if (e == ERR_OK)
        return refuse(m, "the same stands on an earlier line");
    return e == ERR_NOTFOUND ? db_put(t, tree, key, val) : e;
}

static enum err put_row(struct import *m, struct txn *t, enum tree tree, struct bytes key, const void *value, size_t n)
{
    uint8_t sealed[64 + SEAL_BYTES];
    seal_put(key, value, n, sealed);
    return put_new(m, t, tree, key, (struct bytes){sealed, n + SEAL_BYTES});
}

static enum err put_mention(struct import *m, struct txn *t, const struct rec_any *x, uint64_t seq, struct bytes val)
{
    const struct finding *f = &x->stored.f;
    if (seq == 0 || x->mention->id == NULL || x->mention->native_id == NULL || f->brand == NULL || f->source == NULL)
        return refuse(m, "a mention needs a number, an id, a brand and a source");
    struct columns c;
    struct key_text id;
    struct key8 key = key_seq(seq);
    uint8_t row[COLUMN_BYTES];
    columns_of(&x->stored, &c);
    columns_put(&c, row);
    struct key24 time = key_by_time(hash64_str(f->brand), c.at, seq);
    struct key16 desk = key_pair(hash64_str(f->brand), seq);
    key_mention(&id, x->mention->id, f->brand);
    m->top.mention = seq > m->top.mention ? seq : m->top.mention;
    enum err e = put_new(m, t, TREE_MENTION, KEY(key), val);
    if (e == ERR_OK)
        e = put_row(m, t, TREE_BY_ID, KEY_TEXT(id), key.b, sizeof key.b);
    if (e == ERR_OK)
        e = put_row(m, t, TREE_BY_TIME, KEY(time), row, sizeof row);
    return e == ERR_OK && columns_open(&c) ? put_row(m, t, TREE_DESK, KEY(desk), row, sizeof row) : e;
}

static enum err put_target(struct import *m, struct txn *t, const struct rec_any *x)
{
    const struct target_rec *r = &x->target;
    if (r->t.url == NULL || r->t.source == NULL)
        return refuse(m, "a target needs an address and a source");
    struct key16 key = key_target(r->t.source, r->t.url);
    enum err e = put_new(m, t, TREE_TARGET, KEY(key), rec_put_target(&m->a, be64_get(key.b), r));
    if (e != ERR_OK || !r->scheduled)
        return e;
    struct key24 due = key_due(r->t.due_at, &key);
    uint8_t v[DUE_BYTES];
    due_row_put(r, v);
    return put_row(m, t, TREE_DUE, KEY(due), v, sizeof v);
}

/* Of a mention that stands on an earlier line. */
static enum err put_of_mention(struct import *m, struct txn *t, const struct dump_tree *tree, const struct rec_any *x, const uint64_t k[2], struct bytes val)
{
    struct key8 mention = key_seq(k[0]);
    struct key16 key = key_pair(k[0], k[1]);
    struct bytes there;
    const struct journal_entry *j = &x->journal;
    if (tree->type == REC_REVISION && (x->revision.n != k[1] || x->mention->id == NULL))
        return refuse(m, "a revision needs its number and an id");
    if (tree->type == REC_JOURNAL && (j->n != k[1] || j->who == NULL || j->action == NULL || j->to == NULL))
        return refuse(m, "a journal entry needs its number, who, action and to");
    if (tree->type == REC_JOURNAL && k[1] > m->top.journal)
        m->top.journal = k[1];
    bool of_store = tree->type == REC_JOURNAL && k[0] == 0; /* what was pruned and erased */
    enum err e = of_store ? ERR_OK : db_get(t, TREE_MENTION, KEY(mention), &there);
    if (e == ERR_NOTFOUND)
        return refuse(m, "its mention does not stand on an earlier line");
    return e == ERR_OK ? put_new(m, t, tree->tree, KEY(key), val) : e;
}

static enum err put_record(struct import *m, struct txn *t, const struct dump_tree *tree, const struct rec_any *x, const uint64_t k[2])
{
    if (tree->type == REC_TARGET)
        return put_target(m, t, x);
    if (tree->type == REC_HEALTH) {
        struct key_text key;
        if (x->health.key == NULL)
            return refuse(m, "a source needs its key");
        key_name(&key, "", x->health.key);
        return put_new(m, t, TREE_HEALTH, KEY_TEXT(key), rec_put_health(&m->a, &x->health));
    }
    struct bytes val = rec_encode(&m->a, tree->type, k[0], x->part, x->n_part);
    if (tree->type == REC_MENTION)
        return put_mention(m, t, x, k[0], val);
    if (tree->key_number == 2)
        return put_of_mention(m, t, tree, x, k, val);
    if (tree->type == REC_EVENT && (x->event.seq != k[0] || x->event.type == NULL))
        return refuse(m, "an event needs its number and a type");
    if (tree->type == REC_EVENT && k[0] > m->top.event)
        m->top.event = k[0];
    struct key8 key = key_seq(k[0]);
    return put_new(m, t, tree->tree, KEY(key), val);
}

/* ---------------------------------------------------------------- lines */

static bool hex_value(struct jsonr *r, struct arena *a, struct bytes *out)
{
    static const char digits[] = "0123456789abcdef";
    const char *s;
    if (!jsonr_string(r, &s))
        return false;
    size_t n = strlen(s) / 2;
    uint8_t *b = arena_alloc(a, n + 1);
    if (b == NULL || strlen(s) % 2 != 0 || strspn(s, digits) != 2 * n)
        return jsonr_fail(r, "hexadecimal digits are wrong");
    for (size_t i = 0; i < n; i++)
        b[i] = (uint8_t)((strchr(digits, s[2 * i]) - digits) << 4 | (strchr(digits, s[2 * i + 1]) - digits));
    *out = (struct bytes){b, n};
    return true;
}

static bool next_key(struct jsonr *r, const char *want)
{
    const char *key;
    return jsonr_char(r, ',') && jsonr_key(r, &key) && (strcmp(key, want) == 0 || jsonr_fail(r, "a member is missing or stands in another place"));
}

static bool is_text(struct bytes b, const char *s)
{
    return b.n == strlen(s) && memcmp(b.p, s, b.n) == 0;
}

static enum err read_meta(struct import *m, struct txn *t, struct jsonr *r)
{
    struct bytes key, val;
    if (!next_key(r, "key") || !hex_value(r, &m->a, &key) || !next_key(r, "value") || !hex_value(r, &m->a, &val) || !jsonr_char(r, '}') || !jsonr_end(r))
        return refuse(m, r->wrong);
    bool counters = is_text(key, "counters"), own = key.n > 2 && memcmp(key.p, "u:", 2) == 0;
    if (key.n == 0 || key.n > KEY_MAX || is_text(key, "format") || is_text(key, "commit") || val.n == 0 ||
        !(own || (counters ? rec_get_counters(val, &m->a, &m->given) : sink_key(key) ? sink_row_good(key, val, &m->a) : seal_good(key, val, val.n - SEAL_BYTES))))
        return refuse(m, "a named value is damaged");
    return put_new(m, t, TREE_META, key, val);
}

static enum err read_record(struct import *m, struct txn *t, const struct dump_tree *tree, struct jsonr *r)
{
    struct rec_any x;
    uint64_t k[2] = {0, 0};
    rec_blank(&x, tree->type);
    if (tree->key_number > 0) {
        bool good = next_key(r, "k") && jsonr_char(r, '[') && jsonr_unsigned(r, &k[0]);
        if (good && tree->key_number == 2)
            good = jsonr_char(r, ',') && jsonr_unsigned(r, &k[1]);
        if (!good || !jsonr_char(r, ']'))
            return refuse(m, r->wrong);
    }
    if (!next_key(r, "r") || !dump_record_read(r, &x, &m->a) || !jsonr_char(r, '}') || !jsonr_end(r))
        return refuse(m, r->wrong);
    return put_record(m, t, tree, &x, k);
}

static enum err read_edge(struct import *m, struct jsonr *r, bool last)
{
    uint64_t n;
    if (!next_key(r, last ? "lines" : "format") || !jsonr_unsigned(r, &n) || !jsonr_char(r, '}') || !jsonr_end(r))
        return refuse(m, r->wrong);
    if (!last)
        return n <= STORE_FORMAT ? ERR_OK : refuse(m, "a newer earshot wrote this file; install it");
    m->ended = true;
    if (n != m->at_line)
        return refuse(m, "lines are missing");
    if (m->top.mention > m->given.mention || m->top.event > m->given.event || m->top.journal > m->given.journal)
        return refuse(m, "the counters are smaller than the numbers that are in use");
    return ERR_OK;
}

static enum err read_line(struct import *m, struct txn *t, const char *line, size_t n)
{
    struct jsonr r;
    const char *key, *type;
    arena_reset(&m->a);
    char *copy = arena_strndup(&m->a, line, n);
    if (copy == NULL)
        return refuse(m, "the line is too long");
    jsonr_init(&r, copy, n);
    if (memchr(line, 0, n) != NULL || !jsonr_char(&r, '{') || !jsonr_key(&r, &key) || !jsonr_string(&r, &type))
        return refuse(m, r.wrong != NULL ? r.wrong : "the line holds a NUL byte");
    if (m->ended)
        return refuse(m, "something follows the last line");
    if (strcmp(key, "t") != 0 || (m->at_line == 1) != (strcmp(type, DUMP_FIRST) == 0))
        return refuse(m, "this is not what \"earshot store export\" writes (without --stable)");
    if (m->at_line == 1 || strcmp(type, DUMP_LAST) == 0)
        return read_edge(m, &r, m->at_line != 1);
    if (strcmp(type, DUMP_META) == 0)
        return read_meta(m, t, &r);
    for (const struct dump_tree *tree = dump_trees; tree->word != NULL; tree++)
        if (strcmp(type, tree->word) == 0)
            return read_record(m, t, tree, &r);
    return refuse(m, "a line of this kind is not known to this earshot");
}

static enum err commit_lines(struct txn *t, void *ctx)
{
    struct import *m = ctx;
    enum err e = ERR_OK;
    m->ended = false;
    m->at_line = m->n_line;
    for (const char *at = m->lines.s, *end = at + m->lines.n; at < end && e == ERR_OK;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop != NULL ? stop : end) - at);
        m->at_line++;
        e = read_line(m, t, at, n);
        at += n + 1;
    }
    if (e == ERR_OK && m->n_line == 0)
        e = meta_number(t, "format", STORE_FORMAT);
    return e;
}

/* Whole lines until there are enough; *n of them. */
static enum err gather(struct import *m, uint64_t *n)
{
    size_t begin = 0;
    int c = 0;
    strbuf_clear(&m->lines);
    for (*n = 0; c != EOF && (m->lines.n < COMMIT_BYTES || begin < m->lines.n);) {
        c = getc_unlocked(m->in);
        if (c != EOF && !strbuf_putc(&m->lines, (char)c))
            return err_set(ERR_MEMORY, "out of memory");
        if (m->lines.n - begin > LIMIT_DUMP_LINE_BYTES) {
            m->at_line = m->n_line + *n + 1;
            return refuse(m, "the line is too long");
        }
        if (c == '\n' || (c == EOF && m->lines.n > begin)) {
            ++*n;
            begin = m->lines.n;
        }
    }
    return ferror(m->in) ? err_set(ERR_USAGE, "cannot read %s: %s", m->name, strerror(errno)) : ERR_OK;
}

static enum err fill(struct store *s, void *ctx)
{
    struct import *m = ctx;
    for (;;) {
        uint64_t n;
        enum err e = gather(m, &n);
        if (e == ERR_OK && n > 0)
            e = db_write(s, commit_lines, m);
        if (e != ERR_OK)
            return e;
        m->n_line += n;
        if (feof(m->in))
            break;
    }
    m->at_line = m->n_line + 1;
    return m->ended ? ERR_OK : refuse(m, "the file is cut short: its last line is missing");
}

enum err store_import(const char *path, const char *file)
{
    struct stat st;
    if (lstat(path, &st) == 0 && !make_empty(path))
        return err_set(ERR_USAGE, "there is something at %s already; an import makes a new store: name a path where nothing is (--store)", path);
    struct import m = {.name = strcmp(file, "-") == 0 ? "standard input" : file};
    m.in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (m.in == NULL)
        return err_set(ERR_USAGE, "cannot read %s: %s", file, strerror(errno));
    strbuf_init(&m.lines, COMMIT_BYTES + LIMIT_DUMP_LINE_BYTES + 2);
    arena_init(&m.a, 4 * LIMIT_DUMP_LINE_BYTES);
    enum err e = make_store(path, fill, &m);
    arena_release(&m.a);
    strbuf_release(&m.lines);
    if (m.in != stdin)
        fclose(m.in);
    return e;
}
