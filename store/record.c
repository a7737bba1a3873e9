/* The codec: tables in, bytes out. */
#include "store/record.h"

#include "base/hash.h"
#include "base/limits.h"
#include "store/pack.h"

#include <endian.h>
#include <string.h>

#define HEADER_BYTES 32
#define REC_VERSION  1
#define PACK_LEAST    2015 /* bytes: LMDB would keep it on pages of its own, which costs more than packing */
#define PACK_WORTH    256  /* shorter records gain nothing */
#define WORDS_MAX    4096 /* of one score; a text of LIMIT_TEXT_BYTES has fewer than 65,535 */

_Static_assert(sizeof(enum verdict) == 4 && sizeof(enum outcome) == 4, "enums are copied as 4 bytes");

static const uint8_t field_bytes[] = {
    [F_BOOL] = 1, [F_ENUM] = 1, [F_INT8] = 1, [F_INT32] = 4, [F_U32] = 4,   [F_I64] = 8,    [F_U64] = 8,   [F_F32] = 4,
    [F_F64] = 8,  [F_STR] = 4,  [F_WHEN] = 9, [F_LANG] = 4,  [F_WORDS] = 4, [F_CAUSES] = 4, [F_SIGNS] = 4,
};

/* A record has about a hundred fields: each of the lengths that occur is one store or load. */
static void le_put(uint8_t *p, uint64_t v, size_t n)
{
    uint64_t le = htole64(v);
    if (n == 8)
        memcpy(p, &le, 8);
    else if (n == 4)
        memcpy(p, &le, 4);
    else if (n == 1)
        memcpy(p, &le, 1);
    else
        memcpy(p, &le, n);
}

static uint64_t le_get(const uint8_t *p, size_t n)
{
    uint64_t le = 0;
    if (n == 8)
        memcpy(&le, p, 8);
    else if (n == 4)
        memcpy(&le, p, 4);
    else if (n == 1)
        memcpy(&le, p, 1);
    else
        memcpy(&le, p, n);
    return le64toh(le);
}

/* ---------------------------------------------------------------- writing */

struct writer {
    uint8_t *p;   /* the record; NULL while only measuring */
    size_t fixed; /* next fixed field */
    size_t tail;  /* next string */
};

static void tail_add(struct writer *w, const void *bytes, size_t n)
{
    if (w->p != NULL)
        memcpy(w->p + w->tail, bytes, n);
    w->tail += n;
}

static void tail_str(struct writer *w, const char *s)
{
    tail_add(w, s != NULL ? s : "", s != NULL ? strlen(s) + 1 : 1);
}

static void tail_le(struct writer *w, uint64_t v, size_t n)
{
    uint8_t b[8];
    le_put(b, v, n);
    tail_add(w, b, n);
}

static void put_words(struct writer *w, const struct score *s)
{
    size_t n = s->n_word < WORDS_MAX ? s->n_word : WORDS_MAX;
    tail_le(w, n, 2);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &s->word[i].weight, 4);
        tail_le(w, bits, 4);
        tail_str(w, s->word[i].text);
        tail_str(w, s->word[i].why);
    }
}

static void put_causes(struct writer *w, const struct score *s)
{
    size_t n = s->n_cause < WORDS_MAX ? s->n_cause : WORDS_MAX;
    tail_le(w, n, 2);
    for (size_t i = 0; i < n; i++)
        tail_str(w, s->cause[i]);
}

static void put_signs(struct writer *w, const struct judgement *j)
{
    size_t n = j->n_sign < TRIAGE_SIGNS_MAX ? j->n_sign : TRIAGE_SIGNS_MAX;
    tail_le(w, n, 2);
    for (size_t i = 0; i < n; i++) {
        tail_le(w, (uint32_t)j->sign[i].points, 4);
        tail_str(w, j->sign[i].name);
    }
}

static void put4(uint8_t *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, 4);
}

/* What lies behind, and its offset in the field. */
static void put_behind(struct writer *w, const struct field *f, const uint8_t *at, uint8_t *to)
{
    const char *s = "";
    if (f->kind == F_STR)
        memcpy(&s, at, sizeof s);
    if (to != NULL)
        put4(to, s != NULL ? (uint32_t)w->tail : 0);
    if (f->kind == F_WORDS)
        put_words(w, (const void *)at);
    else if (f->kind == F_CAUSES)
        put_causes(w, (const void *)at);
    else if (f->kind == F_SIGNS)
        put_signs(w, (const void *)at);
    else if (s != NULL)
        tail_str(w, s);
}

static void put_field(struct writer *w, const struct field *f, const uint8_t *at)
{
    uint8_t *to = w->p + w->fixed;
    uint32_t u;
    uint64_t v;
    struct when t;
    switch ((enum field_kind)f->kind) {
    case F_BOOL:
        *to = *(const bool *)at ? 1 : 0;
        break;
    case F_ENUM:
    case F_INT8:
        memcpy(&u, at, 4);
        *to = (uint8_t)u;
        break;
    case F_INT32:
    case F_U32:
    case F_F32:
        memcpy(&u, at, 4);
        put4(to, u);
        break;
    case F_LANG:
        memcpy(to, at, 4);
        break;
    case F_I64:
    case F_U64:
    case F_F64:
        memcpy(&v, at, 8);
        le_put(to, v, 8);
        break;
    case F_WHEN:
        memcpy(&t, at, sizeof t);
        le_put(to, (uint64_t)t.at, 8);
        to[8] = (uint8_t)t.precision;
        break;
    case F_STR:
    case F_WORDS:
    case F_CAUSES:
    case F_SIGNS:
        put_behind(w, f, at, to);
        break;
    }
    w->fixed += field_bytes[f->kind];
}

/* The fixed fields' bytes, and in *n those of the whole record: only what lies behind is looked at. */
static size_t measure(const struct part *part, size_t n_part, size_t *n)
{
    struct writer w = {NULL, HEADER_BYTES, 0};
    for (size_t i = 0; i < n_part; i++)
        for (size_t j = 0; j < part[i].n; j++) {
            const struct field *f = &part[i].field[j];
            if (f->kind == F_STR || f->kind == F_WORDS || f->kind == F_CAUSES || f->kind == F_SIGNS)
                put_behind(&w, f, (const uint8_t *)part[i].base + f->at, NULL);
            w.fixed += field_bytes[f->kind];
        }
    *n = w.fixed + w.tail + 1; /* the last NUL */
    return w.fixed;
}

static void put_all(uint8_t *p, const struct part *part, size_t n_part, size_t fixed)
{
    struct writer w = {p, HEADER_BYTES, fixed};
    for (size_t i = 0; i < n_part; i++)
        for (size_t j = 0; j < part[i].n; j++)
            put_field(&w, &part[i].field[j], (const uint8_t *)part[i].base + part[i].field[j].at);
}

struct bytes rec_packed(struct arena *a, struct bytes whole)
{
    const uint8_t *from = whole.p;
    /* who looks for events reads the head of many */
    size_t least = from[12] == REC_MENTION || from[12] == REC_REVISION ? PACK_WORTH : from[12] == REC_EVENT ? PACK_LEAST : SIZE_MAX;
    bool text = whole.n >= least && whole.n <= LIMIT_RECORD_BYTES && le_get(from, 8) == hash64(from + 8, whole.n - 8);
    void *body;
    size_t n = text && from[15] == 0 ? pack(a, from + HEADER_BYTES, whole.n - HEADER_BYTES, &body) : 0;
    uint8_t *p = n > 0 ? arena_alloc(a, HEADER_BYTES + n) : NULL;
    if (p == NULL)
        return whole;
    memcpy(p, from, HEADER_BYTES);
    memcpy(p + HEADER_BYTES, body, n);
    le_put(p + 8, HEADER_BYTES + n, 4);
    p[15] = PACK_DICT;
    le_put(p + 28, whole.n, 4);
    le_put(p, hash64(p + 8, HEADER_BYTES + n - 8), 8);
    return (struct bytes){p, HEADER_BYTES + n};
}

struct bytes rec_encode_whole(struct arena *a, enum rec_type type, uint64_t self, const struct part *part, size_t n_part)
{
    ASSERT(n_part <= REC_PARTS_MAX);
    size_t n, fixed = measure(part, n_part, &n);
    if (n > LIMIT_RECORD_BYTES)
        return (struct bytes){NULL, 0};
    uint8_t *p = arena_alloc(a, n);
    if (p == NULL)
        return (struct bytes){NULL, 0};
    put_all(p, part, n_part, fixed);
    p[n - 1] = 0;
    le_put(p + 8, n, 4);
    p[12] = (uint8_t)type;
    p[13] = REC_VERSION;
    p[14] = (uint8_t)n_part;
    le_put(p + 16, self, 8);
    for (size_t i = 0; i < n_part; i++)
        p[24 + i] = (uint8_t)part[i].n;
    le_put(p, hash64(p + 8, n - 8), 8);
    return (struct bytes){p, n};
}

struct bytes rec_encode(struct arena *a, enum rec_type type, uint64_t self, const struct part *part, size_t n_part)
{
    struct bytes whole = rec_encode_whole(a, type, self, part, n_part);
    return whole.n >= PACK_LEAST ? rec_packed(a, whole) : whole;
}

/* ---------------------------------------------------------------- reading */

struct reader {
    const uint8_t *p;
    size_t n, fixed_end;
    struct arena *a;
};

/* NUL-terminated string at *at; moves behind it. NULL when it does not start inside. */
static const char *tail_get(const struct reader *r, size_t *at)
{
    if (*at < r->fixed_end || *at >= r->n)
        return NULL;
    const char *s = (const char *)r->p + *at;
    *at += strlen(s) + 1;
    return s;
}

static bool tail_count(const struct reader *r, size_t *at, size_t least_bytes, size_t *n)
{
    if (*at < r->fixed_end || *at > r->n - 2)
        return false;
    *n = le_get(r->p + *at, 2);
    *at += 2;
    return *n <= (r->n - *at) / least_bytes; /* so that a lie cannot make us allocate */
}

static const char *none_if_empty(const char *s)
{
    return s[0] != '\0' ? s : NULL;
}

static bool get_words(const struct reader *r, size_t at, struct score *s)
{
    size_t n;
    s->word = NULL;
    s->n_word = 0;
    if (!tail_count(r, &at, 6, &n))
        return false;
    if (n == 0)
        return true;
    struct score_word *w = arena_calloc(r->a, n, sizeof *w);
    if (w == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (at > r->n - 4)
            return false;
        uint32_t bits = (uint32_t)le_get(r->p + at, 4);
        memcpy(&w[i].weight, &bits, 4);
        at += 4;
        if ((w[i].text = tail_get(r, &at)) == NULL || (w[i].why = tail_get(r, &at)) == NULL)
            return false;
        w[i].why = none_if_empty(w[i].why);
    }
    s->word = w;
    s->n_word = n;
    return true;
}

static bool get_causes(const struct reader *r, size_t at, struct score *s)
{
    size_t n;
    s->cause = NULL;
    s->n_cause = 0;
    if (!tail_count(r, &at, 1, &n))
        return false;
    if (n == 0)
        return true;
    const char **c = arena_calloc(r->a, n, sizeof *c);
    if (c == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((c[i] = tail_get(r, &at)) == NULL)
            return false;
    s->cause = c;
    s->n_cause = n;
    return true;
}

static bool get_signs(const struct reader *r, size_t at, struct judgement *j)
{
    size_t n;
    j->n_sign = 0;
    if (!tail_count(r, &at, 5, &n) || n > TRIAGE_SIGNS_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (at > r->n - 4)
            return false;
        j->sign[i].points = (int)(int32_t)(uint32_t)le_get(r->p + at, 4);
        at += 4;
        if ((j->sign[i].name = tail_get(r, &at)) == NULL)
            return false;
    }
    j->n_sign = n;
    return true;
}

static bool get_string(const struct reader *r, size_t at, uint8_t *to)
{
    const char *s = at != 0 ? (const char *)r->p + at : NULL;
    if (at != 0 && (at < r->fixed_end || at >= r->n)) /* the record's last byte ends it */
        return false;
    memcpy(to, &s, sizeof s);
    return true;
}

static bool get_field(const struct reader *r, const struct field *f, const uint8_t *from, uint8_t *to)
{
    uint64_t v;
    uint32_t u;
    struct when t;
    switch ((enum field_kind)f->kind) {
    case F_BOOL:
        *(bool *)to = *from == 1;
        return *from <= 1;
    case F_ENUM:
        u = *from;
        memcpy(to, &u, 4);
        return u <= f->max;
    case F_INT8:
        u = (uint32_t)(int32_t)(int8_t)*from;
        memcpy(to, &u, 4);
        return true;
    case F_INT32:
    case F_U32:
    case F_F32:
        u = (uint32_t)le_get(from, 4);
        memcpy(to, &u, 4);
        return true;
    case F_LANG:
        memcpy(to, from, 4);
        return from[3] == 0;
    case F_I64:
    case F_U64:
    case F_F64:
        v = le_get(from, 8);
        memcpy(to, &v, 8);
        return true;
    case F_WHEN:
        t = (struct when){(int64_t)le_get(from, 8), (enum precision)from[8]};
        memcpy(to, &t, sizeof t);
        return from[8] <= PRECISION_SECOND;
    case F_STR:
        return get_string(r, (size_t)le_get(from, 4), to);
    case F_WORDS:
        return get_words(r, (size_t)le_get(from, 4), (void *)to);
    case F_CAUSES:
        return get_causes(r, (size_t)le_get(from, 4), (void *)to);
    case F_SIGNS:
        return get_signs(r, (size_t)le_get(from, 4), (void *)to);
    }
    return false;
}

static bool header_good(struct bytes b, enum rec_type type, uint64_t self, const struct part *part, size_t n_part)
{
    const uint8_t *p = b.p;
    if (b.n <= HEADER_BYTES || b.n > LIMIT_RECORD_BYTES || le_get(p + 8, 4) != b.n)
        return false;
    if (p[12] != (uint8_t)type || p[13] != REC_VERSION || p[14] != n_part || le_get(p + 16, 8) != self)
        return false;
    for (size_t i = 0; i < n_part; i++)
        if (p[24 + i] > part[i].n)
            return false;
    return le_get(p, 8) == hash64(p + 8, b.n - 8);
}

/* A packed record, whole again, in a. */
static bool rec_unpack(struct bytes *b, struct arena *a)
{
    const uint8_t *p = b->p;
    size_t n = le_get(p + 28, 4);
    if (p[15] != PACK_DICT || n <= HEADER_BYTES || n > LIMIT_RECORD_BYTES)
        return false;
    uint8_t *whole = arena_alloc(a, n);
    if (whole == NULL || !unpack(p + HEADER_BYTES, b->n - HEADER_BYTES, whole + HEADER_BYTES, n - HEADER_BYTES))
        return false;
    memcpy(whole, p, HEADER_BYTES);
    *b = (struct bytes){whole, n};
    return true;
}

bool rec_same(struct arena *a, struct bytes x, struct bytes y)
{
    const uint8_t *p = x.p, *q = y.p;
    if (x.n == y.n && memcmp(p, q, x.n) == 0)
        return true;
    if (x.n <= HEADER_BYTES || y.n <= HEADER_BYTES)
        return false;
    if ((p[15] != 0 && !rec_unpack(&x, a)) || (q[15] != 0 && !rec_unpack(&y, a)) || x.n != y.n)
        return false;
    p = x.p, q = y.p; /* type, parts, self and fields; the rest of the header is about the packing */
    return memcmp(p + 12, q + 12, 3) == 0 && memcmp(p + 16, q + 16, 12) == 0 && memcmp(p + HEADER_BYTES, q + HEADER_BYTES, x.n - HEADER_BYTES) == 0;
}

static bool decode(struct bytes b, enum rec_type type, uint64_t self, const struct part *part, size_t n_part, struct arena *a)
{
    if (!header_good(b, type, self, part, n_part))
        return false;
    if (((const uint8_t *)b.p)[15] != 0 && !rec_unpack(&b, a))
        return false;
    if (((const uint8_t *)b.p)[b.n - 1] != 0)
        return false;
    struct reader r = {b.p, b.n, HEADER_BYTES, a};
    for (size_t i = 0; i < n_part; i++)
        for (size_t j = 0; j < r.p[24 + i]; j++)
            r.fixed_end += field_bytes[part[i].field[j].kind];
    if (r.fixed_end >= b.n)
        return false;
    const uint8_t *from = r.p + HEADER_BYTES;
    for (size_t i = 0; i < n_part; i++)
        for (size_t j = 0; j < r.p[24 + i]; j++) {
            const struct field *f = &part[i].field[j];
            if (part[i].base != NULL && !get_field(&r, f, from, (uint8_t *)part[i].base + f->at))
                return false;
            from += field_bytes[f->kind];
        }
    return true;
}

bool rec_decode(struct bytes b, enum rec_type type, uint64_t self, const struct part *part, size_t n_part, struct arena *a)
{
    guard_enter(); /* the bytes may lie in the map, and the map may be shorter than it says */
    bool good = decode(b, type, self, part, n_part, a);
    guard_leave();
    return good;
}
