/* A look at the config's bytes before libconfuse sees them: names, braces, quotes and comments, no values. */
#include "config.h"

#include "cli/config_table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum token { T_END, T_WORD, T_STRING, T_PUNCT, T_BAD };

struct scan {
    char *s;
    size_t n, at;
    int line;
    struct mistakes *m;
    /* the token just read */
    enum token token;
    size_t from, to;
    int token_line;
};

struct open_section {
    enum section kind;
    int line;
    char title[80]; /* "" for one without title */
};
#define DEPTH_MAX 4 /* root, brand, source */

static void blank(struct scan *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (c->s[i] != '\n')
            c->s[i] = ' ';
}

static bool starts(const struct scan *c, const char *what)
{
    size_t n = strlen(what);
    return c->n - c->at >= n && memcmp(c->s + c->at, what, n) == 0;
}

/* Comments become blanks; false when one never ends. */
static bool skip_blank(struct scan *c)
{
    while (c->at < c->n) {
        char ch = c->s[c->at];
        if (ch == '\n') {
            c->line++;
            c->at++;
        } else if (isspace((unsigned char)ch)) {
            c->at++;
        } else if (ch == ';') {
            c->s[c->at++] = ' ';
        } else if (ch == '#' || starts(c, "//")) {
            char *end = memchr(c->s + c->at, '\n', c->n - c->at);
            size_t to = end ? (size_t)(end - c->s) : c->n;
            blank(c, c->at, to);
            c->at = to;
        } else if (starts(c, "/*")) {
            char *end = memmem(c->s + c->at + 2, c->n - c->at - 2, "*/", 2);
            if (!end) {
                mistake_add(c->m, c->line, "the comment that begins here with /* is never closed");
                return false;
            }
            size_t to = (size_t)(end - c->s) + 2;
            for (size_t i = c->at; i < to; i++)
                c->line += c->s[i] == '\n';
            blank(c, c->at, to);
            c->at = to;
        } else {
            break;
        }
    }
    return true;
}

static bool quoted(struct scan *c, char quote)
{
    for (c->at++; c->at < c->n; c->at++) {
        if (c->s[c->at] == '\n')
            c->line++;
        else if (c->s[c->at] == '\\' && c->at + 1 < c->n)
            c->line += c->s[++c->at] == '\n';
        else if (c->s[c->at] == quote)
            return c->at++, true;
    }
    mistake_add(c->m, c->token_line, "the text that begins here with %c is never closed", quote);
    return false;
}

static enum token next(struct scan *c)
{
    if (!skip_blank(c))
        return c->token = T_BAD;
    c->from = c->at;
    c->token_line = c->line;
    if (c->at >= c->n) {
        c->token = T_END;
    } else if (c->s[c->at] == '"' || c->s[c->at] == '\'') {
        c->token = quoted(c, c->s[c->at]) ? T_STRING : T_BAD;
    } else if (strchr("{}()=,+", c->s[c->at])) {
        c->at++;
        c->token = T_PUNCT;
    } else {
        while (c->at < c->n && !strchr("{}()=,+;#\"'", c->s[c->at]) && !isspace((unsigned char)c->s[c->at]))
            c->at++;
        c->token = T_WORD;
    }
    c->to = c->at;
    return c->token;
}

static bool punct(const struct scan *c, char ch) { return c->token == T_PUNCT && c->s[c->from] == ch; }

/* The words of the token, quotes taken off, cut to the room there is. */
static void word(const struct scan *c, char *out, size_t room)
{
    size_t from = c->from + (c->token == T_STRING), to = c->to - (c->token == T_STRING);
    size_t n = to > from ? to - from : 0;
    if (n >= room)
        n = room - 1;
    memcpy(out, c->s + from, n);
    out[n] = '\0';
}

static void unknown(struct scan *c, const struct open_section *in, const char *name, int line)
{
    const char *known[64], *where = in->kind == IN_ROOT ? "" : " in ", *title = in->title[0] ? in->title : NULL;
    size_t n = 0;
    const struct setting *elsewhere = NULL;
    for (size_t i = 0; i < n_setting; i++) {
        if (setting_table[i].in == in->kind && n < 64)
            known[n++] = setting_table[i].name;
        else if (strcmp(setting_table[i].name, name) == 0)
            elsewhere = &setting_table[i];
    }
    char place[128] = "";
    if (in->kind != IN_ROOT)
        snprintf(place, sizeof place, title ? "%s%s \"%s\"" : "%s%s", where, section_word(in->kind), title);
    const char *near = suggest(name, known, n);
    if (elsewhere && elsewhere->in == IN_ROOT)
        mistake_add(c->m, line, "no such option \"%s\"%s; it belongs outside of all sections", name, place);
    else if (elsewhere)
        mistake_add(c->m, line, "no such option \"%s\"%s; it belongs into a %s section", name, place, section_word(elsewhere->in));
    else if (near)
        mistake_add(c->m, line, "no such option \"%s\"%s; did you mean \"%s\"?", name, place, near);
    else
        mistake_add(c->m, line, "no such option \"%s\"%s; see `earshot config init -` for all there are", name, place);
}

/* Behind a name, up to the end of its value: `= value`, `= {...}`, `title {...}`. The token behind it is current at the end. */
static bool skip_value(struct scan *c)
{
    int depth = 0;
    next(c);
    if (c->token == T_STRING || c->token == T_WORD)
        next(c); /* a title */
    else
        while (punct(c, '=') || punct(c, '+'))
            next(c);
    if (!punct(c, '{')) {
        next(c);
        return c->token != T_BAD;
    }
    do {
        depth += punct(c, '{') - punct(c, '}');
        next(c);
    } while (depth > 0 && c->token != T_END && c->token != T_BAD);
    return c->token != T_BAD && depth == 0;
}

static bool push_line(struct section_lines *l, struct arena *a, int line)
{
    int *grown = arena_grow(a, l->line, l->n, &l->cap, sizeof *l->line);
    if (!grown)
        return false;
    l->line = grown;
    l->line[l->n++] = line;
    return true;
}

/* Behind the name of a known scalar or list: nothing to report here, libconfuse does; only walk over it. */
static bool walk_value(struct scan *c)
{
    next(c);
    while (punct(c, '=') || punct(c, '+'))
        next(c);
    if (punct(c, '{'))
        while (!punct(c, '}')) {
            int line = c->token_line;
            if (next(c) == T_END)
                mistake_add(c->m, line, "the list is not closed: a } is missing");
            if (c->token == T_END || c->token == T_BAD)
                return false;
        }
    next(c);
    return c->token != T_BAD;
}

/* Behind a section's name: title and opening brace. */
static bool open_section(struct scan *c, const struct setting *s, struct open_section *sec)
{
    sec->kind = (enum section)s->at;
    sec->line = c->token_line;
    sec->title[0] = '\0';
    next(c);
    if (c->token == T_STRING || c->token == T_WORD) {
        word(c, sec->title, sizeof sec->title);
        next(c);
    } else if (!section_single(sec->kind) && c->token != T_BAD) {
        mistake_add(c->m, sec->line, "this %s has no name; write: %s \"NAME\" {", s->name, s->name);
        return false;
    }
    if (!punct(c, '{')) {
        if (c->token != T_BAD)
            mistake_add(c->m, sec->line, "a { is missing behind %s%s%s%s", s->name, sec->title[0] ? " \"" : "", sec->title, sec->title[0] ? "\"" : "");
        return false;
    }
    next(c);
    return c->token != T_BAD;
}

static bool scan_name(struct scan *c, struct open_section *stack, size_t *depth)
{
    char name[80];
    size_t from = c->from;
    int line = c->token_line;
    word(c, name, sizeof name);
    const struct setting *s = setting_find(stack[*depth].kind, name);
    if (!s) {
        unknown(c, &stack[*depth], name, line);
        if (!skip_value(c))
            return false;
        blank(c, from, c->from);
        return true;
    }
    if (s->type != SET_SECTION)
        return walk_value(c);
    ASSERT(*depth + 1 < DEPTH_MAX);
    if (!open_section(c, s, &stack[*depth + 1]))
        return false;
    ++*depth;
    return true;
}

bool config_scan(char *text, size_t n, struct section_lines *lines, struct arena *a, struct mistakes *m)
{
    struct scan c = {.s = text, .n = n, .line = 1, .m = m};
    struct open_section stack[DEPTH_MAX] = {{IN_ROOT, 1, ""}};
    size_t depth = 0;
    next(&c);
    for (;;) {
        if (c.token == T_BAD)
            return false;
        if (c.token == T_END)
            break;
        if (punct(&c, '}') && depth > 0) {
            if (!push_line(lines, a, stack[depth].line))
                return false;
            depth--;
            next(&c);
        } else if (c.token == T_PUNCT) {
            mistake_add(m, c.token_line, "unexpected \"%c\"", text[c.from]);
            return false;
        } else if (!scan_name(&c, stack, &depth)) {
            return false;
        }
    }
    if (depth > 0)
        mistake_add(m, stack[depth].line, "%s%s%s%s begins here and is never closed: a } is missing", section_word(stack[depth].kind),
                    stack[depth].title[0] ? " \"" : "", stack[depth].title, stack[depth].title[0] ? "\"" : "");
    return depth == 0;
}
