#include "feed/answer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define STEP_BYTES 128

struct json_object *answer_read(const char *text, size_t n)
{
    struct json_tokener *tok = json_tokener_new_ex(32);
    struct json_object *t = NULL;
    if (!tok || n > INT32_MAX) {
        if (tok)
            json_tokener_free(tok);
        return NULL;
    }
    t = json_tokener_parse_ex(tok, text, (int)n);
    if (json_tokener_get_error(tok) == json_tokener_continue && t == NULL)
        t = json_tokener_parse_ex(tok, "", 1); /* a number at the very end */
    if (t && json_tokener_get_error(tok) != json_tokener_success) {
        json_object_put(t);
        t = NULL;
    }
    json_tokener_free(tok);
    return t;
}

void answer_free(struct json_object *t)
{
    if (t)
        json_object_put(t);
}

/* Walks one step after the other; at a * every element goes on by itself. */
static size_t walk(struct json_object *t, const char *path, struct json_object **out, size_t n, size_t max)
{
    char step[STEP_BYTES];
    while (*path == '/') {
        size_t len = strcspn(path + 1, "/");
        if (!t || len >= sizeof step)
            return n;
        memcpy(step, path + 1, len);
        step[len] = '\0';
        path += 1 + len;
        bool list = json_object_is_type(t, json_type_array);
        if (strcmp(step, "*") == 0) {
            for (size_t i = 0; list && i < json_object_array_length(t) && n < max; i++)
                n = walk(json_object_array_get_idx(t, i), path, out, n, max);
            return n;
        }
        if (list) {
            long i = strtol(step, NULL, 10);
            size_t size = json_object_array_length(t);
            t = i < 0 ? ((size_t)-i <= size ? json_object_array_get_idx(t, size - (size_t)-i) : NULL) : json_object_array_get_idx(t, (size_t)i);
        } else if (!json_object_is_type(t, json_type_object) || !json_object_object_get_ex(t, step, &t)) {
            return n;
        }
    }
    if (t && n < max)
        out[n++] = t;
    return n;
}

size_t answer_nodes(struct json_object *t, const char *path, struct json_object **out, size_t max)
{
    return walk(t, strcmp(path, "/") == 0 ? "" : path, out, 0, max);
}

const char *answer_text(struct json_object *node, struct arena *a)
{
    if (!node || json_object_is_type(node, json_type_null) || json_object_is_type(node, json_type_array) || json_object_is_type(node, json_type_object))
        return NULL;
    return arena_strdup(a, json_object_get_string(node));
}

const char *answer_value(struct json_object *t, const char *path, struct arena *a)
{
    struct json_object *node;
    return path && answer_nodes(t, path, &node, 1) == 1 ? answer_text(node, a) : NULL;
}

static bool word_among(const char *word, const char *list)
{
    size_t n = strlen(word);
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && memcmp(p, word, n) == 0)
            return true;
        p += len + (p[len] == '|');
    }
    return false;
}

bool answer_fits(struct json_object *t, const char *condition, struct arena *a)
{
    struct json_object *node[ANSWER_VALUES_MAX];
    size_t n = strcspn(condition, "=");
    const char *path = arena_strndup(a, condition, n);
    size_t found = path ? answer_nodes(t, path, node, ANSWER_VALUES_MAX) : 0;
    for (size_t i = 0; i < found; i++) {
        const char *value = answer_text(node[i], a);
        if (value && (condition[n] == '\0' || word_among(value, condition + n + 1)))
            return true;
    }
    return false;
}

const char *answer_path_wrong(const char *path)
{
    if (path[0] != '/')
        return "a path into the answer begins with /";
    for (const char *p = path; *p && *p != '='; p++)
        if (*p == ' ' || (*p == '/' && p[1] == '/'))
            return "a path into the answer is made of names with a single / between them";
    return NULL;
}
