#define _GNU_SOURCE 1 /* memmem */
/* What a page says about itself: challenge, login wall, "nothing here". */
#include "parsers/engine.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define TITLE_SEARCH_BYTES (256 * LIMIT_KIB) /* real heads end within 100 KB */
#define REGEX_SEARCH_BYTES (256 * LIMIT_KIB)

static const char *find_title(struct view *v)
{
    size_t n = v->n < TITLE_SEARCH_BYTES ? v->n : TITLE_SEARCH_BYTES;
    for (size_t i = 0; i + 7 < n; i++) {
        if (v->s[i] != '<' || strncasecmp(v->s + i, "<title", 6) != 0 || (v->s[i + 6] != '>' && !isspace((unsigned char)v->s[i + 6])))
            continue;
        const char *from = memchr(v->s + i, '>', n - i);
        if (from == NULL)
            break;
        from++;
        const char *to = memchr(from, '<', n - (size_t)(from - v->s));
        if (to == NULL)
            break;
        const char *title = utf8_squeeze(v->a, arena_strndup(v->a, from, (size_t)(to - from)));
        return title != NULL ? title : "";
    }
    return "";
}

const char *view_header(struct view *v, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = v->page->headers; line != NULL && *line != '\0';) {
        size_t len = strcspn(line, "\n");
        if (len > n && strncasecmp(line, name, n) == 0 && line[n] == ':') {
            const char *value = line + n + 1;
            while (*value == ' ')
                value++;
            return arena_strndup(v->a, value, (size_t)(line + len - value));
        }
        line += len + (line[len] == '\n');
    }
    return NULL;
}

static bool text_fits(struct view *v, const struct test *t, const char *s)
{
    if (s == NULL)
        return false;
    return t->re != NULL ? regex_match(v, t->re, s) != NULL : strstr(s, t->arg) != NULL;
}

static bool body_fits(struct view *v, const struct test *t)
{
    if (t->re == NULL)
        return memmem(v->s, v->n, t->arg, strlen(t->arg)) != NULL;
    size_t n = v->n < REGEX_SEARCH_BYTES ? v->n : utf8_valid_prefix(v->s, REGEX_SEARCH_BYTES);
    const char *head = arena_strndup(v->a, v->s, n);
    return head != NULL && regex_match(v, t->re, head) != NULL;
}

static bool test_fits(struct view *v, const struct test *t, xmlNodePtr root)
{
    switch (t->kind) {
    case TEST_TITLE:
        if (v->title == NULL)
            v->title = v->looks == FORMAT_HTML ? find_title(v) : "";
        return text_fits(v, t, v->title);
    case TEST_TEXT:
        return body_fits(v, t);
    case TEST_HEADER:
        return text_fits(v, t, view_header(v, t->name));
    case TEST_STATUS:
        return v->page->status == t->status;
    case TEST_URL:
        return text_fits(v, t, v->url);
    case TEST_BODY:
        return v->n == strspn(v->s, " \t\r\n");
    case TEST_XPATH:
        if (root == NULL) {
            xmlDocPtr doc = view_body(v, v->looks, false);
            root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
        }
        return xpath_true(v, t->xpath, root);
    }
    return false;
}

const struct marker *marker_find(struct view *v, const struct markers *m, xmlNodePtr root)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t k = 0;
        while (k < m->v[i].n_test && test_fits(v, &m->v[i].test[k], root))
            k++;
        if (k == m->v[i].n_test)
            return &m->v[i];
    }
    return NULL;
}
