#include "parsers/readers.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <string.h>

/* Text being folded: a blank or a break is remembered and written only before the next character, so none stands first, last or twice. */
struct fold {
    struct strbuf out;
    bool blank;
    bool line;
};

/* Unicode spaces beyond ASCII, as UTF-8. Line and paragraph separator break; the others are blanks. Returns length, 0 when it is none. */
static size_t wide_space(const char *s, size_t n, bool *line)
{
    const unsigned char *b = (const unsigned char *)s;
    *line = false;
    if (n >= 2 && b[0] == 0xC2 && (b[1] == 0xA0 || b[1] == 0x85))
        return 2;
    if (n < 3)
        return 0;
    if (b[0] == 0xE2 && b[1] == 0x80) {
        *line = b[2] == 0xA8 || b[2] == 0xA9;
        return *line || b[2] <= 0x8A || b[2] == 0xAF ? 3 : 0;
    }
    bool other = (b[0] == 0xE2 && b[1] == 0x81 && b[2] == 0x9F) || (b[0] == 0xE3 && b[1] == 0x80 && b[2] == 0x80) ||
                 (b[0] == 0xE1 && b[1] == 0x9A && b[2] == 0x80);
    return other ? 3 : 0;
}

/* ASCII, and the lead bytes of those above. */
static inline bool may_be_space(unsigned char c)
{
    return c <= ' ' || c == 0xC2 || (c >= 0xE1 && c <= 0xE3);
}

static size_t space_at(const char *s, size_t n, bool keep_lines, bool *line)
{
    *line = false;
    switch (*s) {
    case '\n':
    case '\r':
    case '\v':
    case '\f':
        *line = keep_lines;
        return 1;
    case ' ':
    case '\t':
        return 1;
    default:
        return (unsigned char)*s < 0x80 ? 0 : wide_space(s, n, line);
    }
}

static void fold_text(struct fold *f, const char *s, size_t n, bool keep_lines)
{
    size_t i = 0;
    while (i < n) {
        bool line;
        size_t space = space_at(s + i, n - i, keep_lines, &line);
        if (space > 0) {
            f->line = f->line || line;
            f->blank = true;
            i += space;
            continue;
        }
        size_t begin = i;
        while (i < n && (!may_be_space((unsigned char)s[i]) || space_at(s + i, n - i, false, &line) == 0))
            i++;
        if (f->out.n > 0 && (f->line || f->blank))
            strbuf_putc(&f->out, f->line ? '\n' : ' ');
        f->line = f->blank = false;
        strbuf_add(&f->out, s + begin, i - begin);
    }
}

static bool in_list(const char *name, const char *const *list, size_t n)
{
    size_t low = 0;
    while (low < n) {
        size_t mid = (low + n) / 2;
        int order = strcmp(name, list[mid]);
        if (order == 0)
            return true;
        if (order < 0)
            n = mid;
        else
            low = mid + 1;
    }
    return false;
}

static bool breaks_line(const char *name)
{
    static const char *const block[] = {
        "address", "article", "aside",  "blockquote", "body", "br",      "button",   "caption", "center", "dd",      "details", "dialog",
        "dir",     "div",     "dl",     "dt",         "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4",      "h5",      "h6",     "header",     "hgroup", "hr",    "html",     "legend",  "li",     "main",    "menu",    "nav",
        "ol",      "optgroup", "option", "p",         "pre",  "section", "select",   "summary", "table",  "tbody",   "td",      "textarea",
        "tfoot",   "th",      "thead",  "tr",         "ul",
    };
    return in_list(name, block, sizeof block / sizeof block[0]);
}

static bool is_silent(const char *name)
{
    static const char *const silent[] = {"head", "iframe", "noembed", "noframes", "noscript", "object", "script", "style", "svg", "template", "title"};
    return in_list(name, silent, sizeof silent / sizeof silent[0]);
}

/* An entry is a class name, or "<name" for an element name. */
static bool is_dropped(const xmlNode *node, const char *const *drop)
{
    const char *classes = NULL;
    for (const char *const *d = drop; *d != NULL; d++)
        if ((*d)[0] == '<' && strcmp((const char *)node->name, *d + 1) == 0)
            return true;
    for (const xmlAttr *a = node->properties; a != NULL && classes == NULL; a = a->next)
        if (strcmp((const char *)a->name, "class") == 0 && a->children != NULL)
            classes = (const char *)a->children->content;
    while (classes != NULL && *classes != '\0') {
        size_t n = strcspn(classes, " \t\r\n\f");
        for (const char *const *d = drop; *d != NULL; d++)
            if (n > 0 && strlen(*d) == n && memcmp(classes, *d, n) == 0)
                return true;
        classes += n + strspn(classes + n, " \t\r\n\f");
    }
    return false;
}

/* Next node of the walk below root, or NULL; enter: whether node's children are visited. Leaving an element is told through *f. */
static const xmlNode *walk(struct fold *f, const xmlNode *node, const xmlNode *root, bool enter)
{
    if (enter && node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != root) {
        if (enter && node->type == XML_ELEMENT_NODE && breaks_line((const char *)node->name))
            f->line = true;
        if (node->next != NULL)
            return node->next;
        node = node->parent;
        enter = true;
    }
    return NULL;
}

static bool keeps_lines(const xmlNode *node)
{
    const char *name = (const char *)node->name;
    return strcmp(name, "pre") == 0 || strcmp(name, "textarea") == 0;
}

char *text_of(struct arena *a, const xmlNode *root, const char *const *drop)
{
    struct fold f = {0};
    strbuf_init(&f.out, LIMIT_TEXT_BYTES + 4);
    const xmlNode *top = root->doc == NULL ? NULL : root->doc->children;
    bool json = top != NULL && strcmp((const char *)top->name, "json") == 0; /* its line ends are meant */
    for (const xmlNode *node = root; node != NULL && !f.out.full;) {
        bool enter = true;
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            const char *s = node->content == NULL ? "" : (const char *)node->content;
            fold_text(&f, s, strlen(s), json || (node->parent != NULL && node->parent->name != NULL && keeps_lines(node->parent)));
        } else if (node->type == XML_ELEMENT_NODE) {
            enter = node == root || !(is_silent((const char *)node->name) || (drop != NULL && is_dropped(node, drop)));
            f.line = f.line || (enter && (json || breaks_line((const char *)node->name)));
        } else if (node->type == XML_ATTRIBUTE_NODE) {
            const char *s = node->children == NULL ? "" : (const char *)node->children->content;
            fold_text(&f, s, strlen(s), true);
        }
        node = walk(&f, node, root, enter);
    }
    char *text = f.out.n == 0 ? NULL : arena_strndup(a, f.out.s, f.out.n);
    strbuf_release(&f.out);
    return text;
}

char *text_plain(struct arena *a, const char *s)
{
    if (s == NULL)
        return NULL;
    struct fold f = {0};
    strbuf_init(&f.out, LIMIT_TEXT_BYTES + 4);
    size_t n = strlen(s);
    fold_text(&f, s, n > LIMIT_TEXT_BYTES ? utf8_cut(s, n, LIMIT_TEXT_BYTES) : n, true);
    char *text = f.out.n == 0 ? NULL : arena_strndup(a, f.out.s, f.out.n);
    strbuf_release(&f.out);
    return text;
}
