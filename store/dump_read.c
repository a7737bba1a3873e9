/* Fields of a record out of JSON. */
#include "store/dump.h"

#include <string.h>

static bool out_of_range(struct jsonr *r)
{
    return jsonr_fail(r, "a number is out of range");
}

/* A whole number in min..max. */
static bool get_int(struct jsonr *r, int64_t min, int64_t max, int64_t *out)
{
    struct jsonr_number n;
    if (!jsonr_num(r, &n))
        return false;
    if (!n.whole || n.u > (uint64_t)INT64_MAX + (n.negative ? 1 : 0))
        return out_of_range(r);
    *out = n.negative ? (int64_t)(0 - n.u) : (int64_t)n.u;
    return (*out >= min && *out <= max) || out_of_range(r);
}

static bool get_int32(struct jsonr *r, int64_t min, int64_t max, uint8_t *to)
{
    int64_t l;
    if (!get_int(r, min, max, &l))
        return false;
    int32_t i = (int32_t)l;
    memcpy(to, &i, 4);
    return true;
}

static bool get_real(struct jsonr *r, enum field_kind kind, uint8_t *to)
{
    struct jsonr_number n;
    if (!jsonr_num(r, &n))
        return false;
    float f = (float)n.d;
    if (!(n.d > -1e300 && n.d < 1e300) || (kind == F_F32 && !(n.d > -3e38 && n.d < 3e38)))
        return out_of_range(r);
    memcpy(to, kind == F_F32 ? (const void *)&f : (const void *)&n.d, kind == F_F32 ? 4 : 8);
    return true;
}

static bool get_when(struct jsonr *r, uint8_t *to)
{
    int64_t at, precision;
    if (!jsonr_char(r, '[') || !get_int(r, INT64_MIN, INT64_MAX, &at) || !jsonr_char(r, ',') || !get_int(r, 0, PRECISION_SECOND, &precision) || !jsonr_char(r, ']'))
        return false;
    struct when t = {at, (enum precision)precision};
    memcpy(to, &t, sizeof t);
    return true;
}

static bool get_words(struct jsonr *r, struct score *s, struct arena *a)
{
    struct score_word *list = NULL;
    size_t n = 0, cap = 0;
    if (!jsonr_char(r, '['))
        return false;
    for (; jsonr_more(r, ']', n); n++) {
        struct score_word *grown = arena_grow(a, list, n, &cap, sizeof *list);
        if (grown == NULL)
            return jsonr_fail(r, "the list is too long");
        list = grown;
        if (!jsonr_char(r, '[') || !get_real(r, F_F32, (uint8_t *)&list[n].weight) || !jsonr_char(r, ',') || !jsonr_string(r, &list[n].text) || !jsonr_char(r, ',') ||
            !jsonr_string(r, &list[n].why) || !jsonr_char(r, ']'))
            return false;
        list[n].why = list[n].why[0] != '\0' ? list[n].why : NULL;
    }
    s->word = list;
    s->n_word = n;
    return r->wrong == NULL;
}

static bool get_causes(struct jsonr *r, struct score *s, struct arena *a)
{
    const char **list = NULL;
    size_t n = 0, cap = 0;
    if (!jsonr_char(r, '['))
        return false;
    for (; jsonr_more(r, ']', n); n++) {
        const char **grown = arena_grow(a, list, n, &cap, sizeof *list);
        if (grown == NULL)
            return jsonr_fail(r, "the list is too long");
        list = grown;
        if (!jsonr_string(r, &list[n]))
            return false;
    }
    s->cause = list;
    s->n_cause = n;
    return r->wrong == NULL;
}

static bool get_signs(struct jsonr *r, struct judgement *j)
{
    size_t n = 0;
    int64_t points;
    if (!jsonr_char(r, '['))
        return false;
    for (; jsonr_more(r, ']', n); n++) {
        if (n == TRIAGE_SIGNS_MAX)
            return jsonr_fail(r, "the list is too long");
        if (!jsonr_char(r, '[') || !get_int(r, INT32_MIN, INT32_MAX, &points) || !jsonr_char(r, ',') || !jsonr_string(r, &j->sign[n].name) || !jsonr_char(r, ']'))
            return false;
        j->sign[n].points = (int)points;
    }
    j->n_sign = n;
    return r->wrong == NULL;
}

static bool get_text(struct jsonr *r, enum field_kind kind, uint8_t *to)
{
    const char *s;
    if (!jsonr_string(r, &s))
        return false;
    if (kind == F_STR) {
        memcpy(to, &s, sizeof s);
        return true;
    }
    if (strlen(s) > 3)
        return jsonr_fail(r, "a language has at most three letters");
    memset(to, 0, 4);
    memcpy(to, s, strlen(s));
    return true;
}

static bool get_value(struct jsonr *r, const struct field *f, uint8_t *to, struct arena *a)
{
    int64_t l;
    uint64_t v;
    switch ((enum field_kind)f->kind) {
    case F_BOOL:
        if (!get_int(r, 0, 1, &l))
            return false;
        *(bool *)to = l == 1;
        return true;
    case F_ENUM:
        return get_int32(r, 0, f->max, to);
    case F_INT8:
        return get_int32(r, INT8_MIN, INT8_MAX, to);
    case F_INT32:
        return get_int32(r, INT32_MIN, INT32_MAX, to);
    case F_U32:
        return get_int32(r, 0, UINT32_MAX, to);
    case F_I64:
        if (!get_int(r, INT64_MIN, INT64_MAX, &l))
            return false;
        memcpy(to, &l, 8);
        return true;
    case F_U64:
        if (!jsonr_unsigned(r, &v))
            return false;
        memcpy(to, &v, 8);
        return true;
    case F_F32:
    case F_F64:
        return get_real(r, (enum field_kind)f->kind, to);
    case F_STR:
    case F_LANG:
        return get_text(r, (enum field_kind)f->kind, to);
    case F_WHEN:
        return get_when(r, to);
    case F_WORDS:
        return get_words(r, (void *)to, a);
    case F_CAUSES:
        return get_causes(r, (void *)to, a);
    case F_SIGNS:
        return get_signs(r, (void *)to);
    }
    return false;
}

static bool get_part(struct jsonr *r, const struct part *p, struct arena *a)
{
    const char *name;
    if (!jsonr_char(r, '{'))
        return false;
    for (size_t n = 0; jsonr_more(r, '}', n); n++) {
        size_t i = 0;
        if (!jsonr_key(r, &name))
            return false;
        while (i < p->n && strcmp(rec_field_name(&p->field[i]), name) != 0)
            i++;
        if (i == p->n)
            return jsonr_fail(r, "a field is not known to this earshot; a newer one may have written it");
        if (!get_value(r, &p->field[i], (uint8_t *)p->base + p->field[i].at, a))
            return false;
    }
    return r->wrong == NULL;
}

bool dump_record_read(struct jsonr *r, struct rec_any *x, struct arena *a)
{
    if (!jsonr_char(r, '['))
        return false;
    for (size_t p = 0; p < x->n_part; p++)
        if ((p > 0 && !jsonr_char(r, ',')) || !get_part(r, &x->part[p], a))
            return false;
    return jsonr_char(r, ']');
}
