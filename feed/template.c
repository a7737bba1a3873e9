#include "feed/template.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES   64
#define FILTERS_MAX  4
#define DEPTH_MAX    16 /* of a template's JSON; jsonw takes 32 */

/* One place, taken apart. */
struct slot {
    char name[NAME_BYTES];
    char filter[FILTERS_MAX][16];
    size_t n_filter;
    size_t bytes; /* of the place in the text, braces included */
};

static bool name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/* text stands at a "{". false: it is no place. */
static bool slot_read(const char *text, struct slot *s)
{
    size_t n = 0;
    memset(s, 0, sizeof *s);
    const char *p = text + 1;
    while (name_char(*p) && n < NAME_BYTES - 1)
        s->name[n++] = *p++;
    if (n == 0)
        return false;
    while (*p == ':' && s->n_filter < FILTERS_MAX) {
        size_t k = 0;
        for (p++; name_char(*p) && k < 15; p++)
            s->filter[s->n_filter][k++] = *p;
        if (k == 0)
            return false;
        s->n_filter++;
    }
    s->bytes = (size_t)(p - text) + 1;
    return *p == '}';
}

static bool encoded(const struct slot *s) { return s->n_filter > 0 && (strcmp(s->filter[s->n_filter - 1], "url") == 0 || strcmp(s->filter[s->n_filter - 1], "path") == 0); }

static bool is_type(const char *f) { return strcmp(f, "int") == 0 || strcmp(f, "real") == 0 || strcmp(f, "bool") == 0 || strcmp(f, "json") == 0; }

const char *template_cut(const char *s, size_t n, struct arena *a)
{
    size_t bytes = strlen(s), at = 0, units = 0, fit = 0;
    while (at < bytes) {
        size_t len;
        uint32_t cp = utf8_next(s + at, bytes - at, &len);
        size_t more = cp > 0xffff ? 2 : 1;
        if (units + 1 <= n)
            fit = at; /* up to here, an ellipsis still fits */
        if (units + more > n)
            break;
        units += more;
        at += len;
    }
    if (at >= bytes)
        return s;
    size_t keep = utf8_cut(s, bytes, fit);
    return n == 0 ? "" : arena_printf(a, "%.*s…", (int)keep, s);
}

static void escape(struct strbuf *b, const char *s, const char *filter)
{
    bool html = strcmp(filter, "html") == 0 || strcmp(filter, "slack") == 0, sql = strcmp(filter, "sql") == 0;
    for (; *s; s++) {
        if (html && (*s == '&' || *s == '<' || *s == '>'))
            strbuf_puts(b, *s == '&' ? "&amp;" : *s == '<' ? "&lt;" : "&gt;");
        else if (html && *s == '"' && filter[0] == 'h')
            strbuf_puts(b, "&quot;");
        else if (!html && (*s == '\\' || *s == (sql ? '\'' : '"')))
            strbuf_putc(b, '\\'), strbuf_putc(b, *s);
        else
            strbuf_putc(b, *s);
    }
}

static void percent(struct strbuf *out, const char *s, const char *plain)
{
    for (; *s; s++)
        if (isalnum((unsigned char)*s) || strchr(plain, *s))
            strbuf_putc(out, *s);
        else
            strbuf_printf(out, "%%%02X", (unsigned char)*s);
}

void template_percent(struct strbuf *out, const char *s) { percent(out, s, "-._~"); }

/* The value with its filters; NULL when absent. */
static const char *slot_value(const struct slot *s, const struct vars *v)
{
    const char *value = v->get(v, s->name);
    for (size_t i = 0; value && i < s->n_filter; i++) {
        const char *f = s->filter[i];
        if (isdigit((unsigned char)f[0])) {
            value = template_cut(value, (size_t)strtoul(f, NULL, 10), v->a);
        } else if (!is_type(f)) {
            struct strbuf b;
            strbuf_init(&b, LIMIT_SINK_BODY_BYTES);
            if (strcmp(f, "url") == 0 || strcmp(f, "path") == 0)
                percent(&b, value, f[0] == 'u' ? "-._~" : "-._~/:");
            else
                escape(&b, value, f);
            value = b.full ? NULL : arena_strndup(v->a, b.s, b.n);
            strbuf_release(&b);
        }
    }
    return value;
}

bool template_text(struct strbuf *out, const char *text, enum place where, const struct vars *v)
{
    struct slot s;
    while (*text) {
        if (text[0] == '{' && text[1] == '{') {
            strbuf_putc(out, '{');
            text += 2;
        } else if (*text == '{' && slot_read(text, &s)) {
            const char *value = slot_value(&s, v);
            text += s.bytes;
            if (!value)
                continue;
            if (where == PLACE_URL && strcmp(s.name, "url") != 0 && !encoded(&s))
                template_percent(out, value);
            else if (where == PLACE_HEADER)
                for (; *value; value++)
                    strbuf_putc(out, (unsigned char)*value < ' ' || *value == 0x7f ? ' ' : *value);
            else
                strbuf_puts(out, value);
        } else {
            strbuf_putc(out, *text++);
        }
    }
    return !out->full && !v->a->full;
}

/* ---------------------------------------------------------------- JSON */

/* Is the whole text one place? */
static bool only_slot(const char *text, struct slot *s)
{
    return text[0] == '{' && text[1] != '{' && slot_read(text, s) && text[s->bytes] == '\0';
}

static const char *slot_type(const struct slot *s) { return s->n_filter > 0 && is_type(s->filter[s->n_filter - 1]) ? s->filter[s->n_filter - 1] : NULL; }

static void put_typed(struct jsonw *w, const char *type, const char *value)
{
    char *end;
    if (strcmp(type, "json") == 0)
        jsonw_raw(w, value);
    else if (strcmp(type, "bool") == 0)
        jsonw_bool(w, strcmp(value, "yes") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
    else if (strcmp(type, "int") == 0)
        jsonw_int(w, strtoll(value, NULL, 10));
    else
        jsonw_real(w, strtod(value, &end));
}

static const char *filled(const char *text, const struct vars *v)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_SINK_BODY_BYTES);
    const char *done = template_text(&b, text, PLACE_PLAIN, v) ? arena_strndup(v->a, b.s, b.n) : NULL;
    strbuf_release(&b);
    return done;
}

/* Does the value vanish? */
static bool vanishes(struct json_object *t, const struct vars *v)
{
    struct slot s;
    if (json_object_is_type(t, json_type_object)) {
        struct json_object *guard;
        const char *value = json_object_object_get_ex(t, "?", &guard) ? filled(json_object_get_string(guard), v) : "kept";
        return !value || !*value;
    }
    if (!json_object_is_type(t, json_type_string) || !only_slot(json_object_get_string(t), &s))
        return false;
    const char *value = slot_value(&s, v);
    return !value || (slot_type(&s) && !*value);
}

static void put_json(struct jsonw *w, struct json_object *t, const struct vars *v, int depth)
{
    struct slot s;
    const char *text;
    switch (json_object_get_type(t)) {
    case json_type_object:
        jsonw_object(w);
        json_object_object_foreach(t, key, val)
        {
            const char *name = strchr(key, '{') ? filled(key, v) : key;
            if (!name || !*name || strcmp(key, "?") == 0 || depth >= DEPTH_MAX || vanishes(val, v))
                continue;
            jsonw_key(w, name);
            put_json(w, val, v, depth + 1);
        }
        jsonw_object_end(w);
        break;
    case json_type_array:
        jsonw_array(w);
        for (size_t i = 0; i < json_object_array_length(t) && depth < DEPTH_MAX; i++)
            if (!vanishes(json_object_array_get_idx(t, i), v))
                put_json(w, json_object_array_get_idx(t, i), v, depth + 1);
        jsonw_array_end(w);
        break;
    case json_type_string:
        text = json_object_get_string(t);
        if (only_slot(text, &s) && slot_type(&s))
            put_typed(w, slot_type(&s), slot_value(&s, v));
        else
            jsonw_str(w, filled(text, v));
        break;
    case json_type_null: jsonw_null(w); break;
    case json_type_boolean: jsonw_bool(w, json_object_get_boolean(t)); break;
    case json_type_int: jsonw_int(w, json_object_get_int64(t)); break;
    case json_type_double: jsonw_real(w, json_object_get_double(t)); break;
    }
}

void template_json(struct jsonw *w, struct json_object *t, const struct vars *v) { put_json(w, t, v, 0); }

/* ---------------------------------------------------------------- checks */

static bool among(const char *name, const char *const *known, const char *const *own, size_t n_own)
{
    for (; known && *known; known++)
        if (strcmp(*known, name) == 0)
            return true;
    for (size_t i = 0; i < n_own; i++) {
        size_t n = strcspn(own[i], "="); /* options stand as "name=value" */
        if (strlen(name) == n && memcmp(own[i], name, n) == 0)
            return true;
    }
    return false;
}

static const char *filter_wrong(const char *f, struct arena *a)
{
    static const char *const all[] = {"sql", "dq", "html", "slack", "url", "path", NULL};
    if (isdigit((unsigned char)f[0]))
        return f[strspn(f, "0123456789")] ? arena_printf(a, "the filter \"%s\" is neither a number nor a word", f) : NULL;
    return is_type(f) || among(f, all, NULL, 0) ? NULL : arena_printf(a, "no such filter \"%s\"; there are int, real, bool, json, sql, dq, html, slack, url, path and numbers", f);
}

const char *template_wrong(const char *text, const char *const *known, const char *const *own, size_t n_own, struct arena *a)
{
    struct slot s;
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && p[1] == '{') {
            p++;
            continue;
        }
        if (*p != '{')
            continue;
        if (!slot_read(p, &s))
            return arena_printf(a, "\"%.60s\" is no place to be filled in; write {name}, or {{ for a brace", p);
        if (!among(s.name, known, own, n_own))
            return arena_printf(a, "{%s}: there is no such value (doc/FEED.md lists them), and no option of this name", s.name);
        for (size_t i = 0; i < s.n_filter; i++) {
            const char *wrong = filter_wrong(s.filter[i], a);
            if (wrong)
                return wrong;
            if (is_type(s.filter[i]) && (i + 1 < s.n_filter || p != text || p[s.bytes]))
                return arena_printf(a, "{%s:%s} gives a value of its own type and must stand alone", s.name, s.filter[i]);
        }
        p += s.bytes - 1;
    }
    return NULL;
}

static const char *tree_wrong(struct json_object *t, const char *const *known, const char *const *own, size_t n_own, struct arena *a, int depth)
{
    const char *wrong = NULL;
    if (depth > DEPTH_MAX)
        return "the JSON is nested too deep";
    if (json_object_is_type(t, json_type_string))
        return template_wrong(json_object_get_string(t), known, own, n_own, a);
    if (json_object_is_type(t, json_type_array))
        for (size_t i = 0; i < json_object_array_length(t) && !wrong; i++)
            wrong = tree_wrong(json_object_array_get_idx(t, i), known, own, n_own, a, depth + 1);
    if (json_object_is_type(t, json_type_object)) {
        json_object_object_foreach(t, key, val)
        {
            wrong = wrong ? wrong : template_wrong(key, known, own, n_own, a);
            wrong = wrong ? wrong : tree_wrong(val, known, own, n_own, a, depth + 1);
        }
    }
    return wrong;
}

const char *template_json_wrong(struct json_object *t, const char *const *known, const char *const *own, size_t n_own, struct arena *a)
{
    return tree_wrong(t, known, own, n_own, a, 0);
}
