#include "desk/playbook.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/utf8.h"

#include <string.h>

#define FILE_BYTES (256 * LIMIT_KIB)

static const char *const kinds[PLAY_KINDS] = {"check", "ask", "never"};

const char *play_word(enum play k)
{
    return kinds[k];
}

static bool kind_of(char **s, enum play *k)
{
    for (int i = 0; i < PLAY_KINDS; i++) {
        size_t n = strlen(kinds[i]);
        if (strncmp(*s, kinds[i], n) == 0 && (*s)[n] == ':') {
            *k = (enum play)i;
            *s += n + 1;
            *s += strspn(*s, " ");
            return true;
        }
    }
    return false;
}

static const char *one_line(struct playbook *p, char *s, const char **cause, struct arena *a)
{
    enum play kind;
    size_t n = strlen(s);
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\r'))
        s[--n] = '\0';
    if (n == 0 || *s == '#')
        return NULL;
    if (*s == '[') {
        if (n < 3 || s[n - 1] != ']')
            return "a section is written [cause]";
        s[n - 1] = '\0';
        *cause = s + 1;
        return NULL;
    }
    if (!kind_of(&s, &kind) || !*s)
        return "a line is \"check: ...\", \"ask: ...\" or \"never: ...\"";
    if (!*cause)
        return "there is no [cause] above this line";
    struct play_line *grown = p->n < PLAYBOOK_LINES_MAX ? arena_grow(a, p->line, p->n, &p->cap, sizeof *grown) : NULL;
    if (!grown)
        return "too many lines";
    p->line = grown;
    grown[p->n++] = (struct play_line){*cause, kind, s};
    return NULL;
}

const char *playbook_parse(struct playbook *p, char *text, struct arena *a)
{
    const char *cause = NULL;
    int number = 1;
    *p = (struct playbook){0};
    for (char *s = text, *end; s; s = end, number++) {
        end = strchr(s, '\n');
        if (end)
            *end++ = '\0';
        const char *wrong = one_line(p, s, &cause, a);
        if (wrong) {
            const char *said = arena_printf(a, "line %d: %s", number, wrong);
            return said ? said : wrong;
        }
    }
    return NULL;
}

enum err playbook_read(struct playbook *p, const char *path, struct arena *a)
{
    struct strbuf b;
    strbuf_init(&b, FILE_BYTES);
    *p = (struct playbook){0};
    enum err e = strbuf_read_file(&b, path);
    if (e == ERR_OK && (!utf8_valid(b.s, b.n) || memchr(b.s, '\0', b.n)))
        e = err_set(ERR_CONFIG, "%s: not a text file in UTF-8", path);
    char *text = e == ERR_OK ? arena_strndup(a, b.s, b.n) : NULL;
    strbuf_release(&b);
    if (e != ERR_OK)
        return e;
    if (!text)
        return err_set(ERR_MEMORY, "out of memory");
    const char *wrong = playbook_parse(p, text, a);
    return wrong ? err_set(ERR_CONFIG, "%s: %s", path, wrong) : ERR_OK;
}
