/* The whole store as JSON lines, and the values of its fields both ways. */
#include "store/dump.h"

#include "base/limits.h"
#include "store/batch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct dump_tree dump_trees[] = {
    {TREE_MENTION, REC_MENTION, "mention", 1}, {TREE_REVISION, REC_REVISION, "revision", 2}, {TREE_JOURNAL, REC_JOURNAL, "journal", 2},
    {TREE_TARGET, REC_TARGET, "target", 0},    {TREE_HEALTH, REC_HEALTH, "health", 0},       {TREE_OUTBOX, REC_EVENT, "event", 1},
    {TREE_RUN, REC_RUN, "run", 1},             {TREE_COUNT, REC_COUNTERS, NULL, 0},
};

/* ---------------------------------------------------------------- writing */

static void put_lists(struct jsonw *w, const struct field *f, const void *at)
{
    const struct score *s = at;
    const struct judgement *j = at;
    jsonw_array(w);
    for (size_t i = 0; f->kind == F_WORDS && i < s->n_word; i++) {
        jsonw_array(w);
        jsonw_real(w, (double)s->word[i].weight);
        jsonw_str(w, s->word[i].text);
        jsonw_str(w, s->word[i].why != NULL ? s->word[i].why : "");
        jsonw_array_end(w);
    }
    for (size_t i = 0; f->kind == F_CAUSES && i < s->n_cause; i++)
        jsonw_str(w, s->cause[i]);
    for (size_t i = 0; f->kind == F_SIGNS && i < j->n_sign; i++) {
        jsonw_array(w);
        jsonw_int(w, j->sign[i].points);
        jsonw_str(w, j->sign[i].name);
        jsonw_array_end(w);
    }
    jsonw_array_end(w);
}

static void put_unsigned(struct jsonw *w, uint64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, v);
    jsonw_raw(w, text);
}

static void put_value(struct jsonw *w, const struct field *f, const uint8_t *at)
{
    int32_t i;
    uint32_t u;
    int64_t l;
    uint64_t v;
    float f32;
    double f64;
    const char *s;
    struct when t;
    switch ((enum field_kind)f->kind) {
    case F_BOOL:
        jsonw_int(w, *(const bool *)at);
        return;
    case F_ENUM:
    case F_INT8:
    case F_INT32:
        memcpy(&i, at, 4);
        jsonw_int(w, i);
        return;
    case F_U32:
        memcpy(&u, at, 4);
        jsonw_int(w, u);
        return;
    case F_I64:
        memcpy(&l, at, 8);
        jsonw_int(w, l);
        return;
    case F_U64:
        memcpy(&v, at, 8);
        put_unsigned(w, v);
        return;
    case F_F32:
        memcpy(&f32, at, 4);
        jsonw_real(w, isfinite(f32) ? (double)f32 : 0);
        return;
    case F_F64:
        memcpy(&f64, at, 8);
        jsonw_real(w, isfinite(f64) ? f64 : 0);
        return;
    case F_STR:
        memcpy(&s, at, sizeof s);
        jsonw_str(w, s);
        return;
    case F_WHEN:
        memcpy(&t, at, sizeof t);
        jsonw_array(w);
        jsonw_int(w, t.at);
        jsonw_int(w, (int64_t)t.precision);
        jsonw_array_end(w);
        return;
    case F_LANG:
        jsonw_strn(w, (const char *)at, strnlen((const char *)at, 3));
        return;
    case F_WORDS:
    case F_CAUSES:
    case F_SIGNS:
        put_lists(w, f, at);
    }
}

static bool is_blank(const struct field *f, const uint8_t *at, const uint8_t *blank)
{
    static const uint8_t bytes[] = {[F_BOOL] = sizeof(bool), [F_ENUM] = 4, [F_INT8] = 4, [F_INT32] = 4, [F_U32] = 4, [F_I64] = 8, [F_U64] = 8, [F_F32] = 4,
                                    [F_F64] = 8, [F_STR] = sizeof(char *), [F_WHEN] = 8, [F_LANG] = 4};
    const struct when *t = (const void *)at;
    if (f->kind == F_WORDS)
        return ((const struct score *)(const void *)at)->n_word == 0;
    if (f->kind == F_CAUSES)
        return ((const struct score *)(const void *)at)->n_cause == 0;
    if (f->kind == F_SIGNS)
        return ((const struct judgement *)(const void *)at)->n_sign == 0;
    if (f->kind == F_WHEN)
        return t->at == 0 && t->precision == 0;
    return memcmp(at, blank, bytes[f->kind]) == 0;
}

void dump_record(struct jsonw *w, const struct rec_any *x)
{
    struct rec_any blank;
    rec_blank(&blank, x->type);
    jsonw_array(w);
    for (size_t p = 0; p < x->n_part; p++) {
        jsonw_object(w);
        for (size_t i = 0; i < x->part[p].n; i++) {
            const struct field *f = &x->part[p].field[i];
            const uint8_t *at = (const uint8_t *)x->part[p].base + f->at;
            if (is_blank(f, at, (const uint8_t *)blank.part[p].base + f->at))
                continue;
            jsonw_key(w, rec_field_name(f));
            put_value(w, f, at);
        }
        jsonw_object_end(w);
    }
    jsonw_array_end(w);
}

struct dump {
    struct txn *t;
    bool (*line)(void *ctx, const char *s, size_t n);
    void *ctx;
    struct arena a;
    struct strbuf out;
    uint64_t n_line;
    bool stopped;
};

static void line_begin(struct dump *d, struct jsonw *w, const char *type)
{
    strbuf_clear(&d->out);
    jsonw_init(w, &d->out);
    jsonw_object(w);
    jsonw_kstr(w, "t", type);
}

static enum err line_end(struct dump *d, struct jsonw *w)
{
    jsonw_object_end(w);
    strbuf_putc(&d->out, '\n');
    if (d->out.full)
        return err_set(ERR_STORE, "a record of the store %s is too long to be exported; run \"earshot store check\"", d->t->s->path);
    d->n_line++;
    d->stopped = !d->line(d->ctx, d->out.s, d->out.n);
    return ERR_OK;
}

static enum err dump_one(struct dump *d, const struct dump_tree *tree, const struct cursor *c)
{
    struct rec_any x;
    struct jsonw w;
    uint64_t self = tree->type == REC_HEALTH || c->key.n < 8 ? 0 : be64_get(c->key.p);
    arena_reset(&d->a);
    rec_blank(&x, tree->type);
    if ((tree->key_number > 0 && c->key.n != 8 * tree->key_number) || !rec_decode(c->val, tree->type, self, x.part, x.n_part, &d->a)) {
        store_damaged(d->t->s, tree->tree, tree->word);
        return ERR_OK;
    }
    line_begin(d, &w, tree->word);
    if (tree->key_number > 0) {
        jsonw_key(&w, "k");
        jsonw_array(&w);
        for (size_t i = 0; i < tree->key_number; i++)
            put_unsigned(&w, be64_get((const uint8_t *)c->key.p + 8 * i));
        jsonw_array_end(&w);
    }
    jsonw_key(&w, "r");
    dump_record(&w, &x);
    return line_end(d, &w);
}

static void put_hex(struct jsonw *w, const char *key, struct bytes b, struct arena *a)
{
    static const char digit[] = "0123456789abcdef";
    char *hex = arena_alloc(a, 2 * b.n + 1);
    for (size_t i = 0; hex != NULL && i < b.n; i++) {
        hex[2 * i] = digit[((const uint8_t *)b.p)[i] >> 4];
        hex[2 * i + 1] = digit[((const uint8_t *)b.p)[i] & 15];
    }
    jsonw_kstr(w, key, hex);
}

/* The number of the last commit and the time of the backup are the copy's own. */
static bool is_own(struct bytes key)
{
    return (key.n == 6 && memcmp(key.p, "commit", 6) == 0) || (key.n == 6 && memcmp(key.p, "format", 6) == 0) || (key.n == 6 && memcmp(key.p, "backup", 6) == 0);
}

static enum err dump_meta(struct dump *d, const struct cursor *c)
{
    struct jsonw w;
    if (is_own(c->key))
        return ERR_OK;
    arena_reset(&d->a);
    line_begin(d, &w, DUMP_META);
    put_hex(&w, "key", c->key, &d->a);
    put_hex(&w, "value", c->val, &d->a);
    return line_end(d, &w);
}

static enum err dump_tree(struct dump *d, const struct dump_tree *tree)
{
    struct cursor c;
    enum err e = ERR_OK;
    cursor_open(&c, d->t, tree != NULL ? tree->tree : TREE_META);
    for (bool more = cursor_first(&c); more && e == ERR_OK && !d->stopped; more = cursor_next(&c))
        e = tree != NULL ? dump_one(d, tree, &c) : dump_meta(d, &c);
    e = e == ERR_OK ? c.err : e;
    cursor_close(&c);
    return e;
}

enum err dump_all(struct txn *t, bool (*line)(void *ctx, const char *s, size_t n), void *ctx)
{
    struct dump d = {.t = t, .line = line, .ctx = ctx};
    struct jsonw w;
    arena_init(&d.a, LIMIT_PAGE_ARENA);
    strbuf_init(&d.out, LIMIT_DUMP_LINE_BYTES);
    line_begin(&d, &w, DUMP_FIRST);
    jsonw_kint(&w, "format", STORE_FORMAT);
    enum err e = line_end(&d, &w);
    if (e == ERR_OK && !d.stopped)
        e = dump_tree(&d, NULL);
    for (const struct dump_tree *tree = dump_trees; tree->word != NULL && e == ERR_OK && !d.stopped; tree++)
        e = dump_tree(&d, tree);
    if (e == ERR_OK && !d.stopped) {
        line_begin(&d, &w, DUMP_LAST);
        jsonw_kint(&w, "lines", (int64_t)d.n_line + 1);
        e = line_end(&d, &w);
    }
    strbuf_release(&d.out);
    arena_release(&d.a);
    return e;
}
