#include "parsers/html_plain.h"

#include "base/limits.h"
#include "base/strbuf.h"
#include "parsers/html_entity.h"
#include "parsers/tag.h"

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 200     /* below LIMIT_TREE_DEPTH, where Gumbo's tree is flattened */
#define ATTRIBUTES_MAX 64
#define KNOWN_SLOTS 64
#define HIGH_BITS UINT64_C(0x8080808080808080)

enum {
    VOID = 1,          /* has no contents and no end tag */
    BLOCK = 2,         /* its start closes an open p, its end what may be left open inside */
    REFUSED = 4,       /* the standard treats it apart */
    EMPTY = 8,         /* taken when its end tag follows at once: svg after html_strip */
    HEADING = 16,
    ALONE = 32,        /* not inside itself */
    ITEM = 64,         /* closes an open one of its list */
    TABLE = 256, SECTION = 512, ROW = 1024, CELL = 2048,
    RAW = 4096,        /* its contents are text up to its end tag, without references */
    TEXT = 8192,       /* the same, with references */
    HEAD = 16384,      /* stands in the head as well */
    SELECT = 32768, GROUP = 65536, OPTION = 131072,
    PARAGRAPH = 262144,
    TERM = 524288,     /* dt, dd: close each other */
    PRE = 1048576,
    NOSCRIPT = 2097152, /* an element like others in the body; in the head it holds what the head holds */
    ANYWHERE = 4194304, /* between the rows of a table as well */
};

static const struct kind {
    const char *name;
    unsigned int is;
} kinds[] = { /* sorted */
    {"a", ALONE}, {"address", BLOCK}, {"applet", REFUSED}, {"area", VOID}, {"article", BLOCK}, {"aside", BLOCK}, {"base", VOID | HEAD}, {"basefont", REFUSED},
    {"bgsound", REFUSED}, {"blockquote", BLOCK}, {"body", REFUSED}, {"br", VOID}, {"button", ALONE}, {"caption", REFUSED}, {"center", BLOCK}, {"col", REFUSED},
    {"colgroup", REFUSED}, {"command", REFUSED}, {"dd", BLOCK | TERM}, {"details", BLOCK}, {"dialog", REFUSED}, {"dir", BLOCK}, {"div", BLOCK}, {"dl", BLOCK}, {"dt", BLOCK | TERM},
    {"embed", VOID}, {"fieldset", BLOCK}, {"figcaption", BLOCK}, {"figure", BLOCK}, {"footer", BLOCK}, {"form", BLOCK | ALONE}, {"frame", REFUSED}, {"frameset", REFUSED},
    {"h1", BLOCK | HEADING}, {"h2", BLOCK | HEADING}, {"h3", BLOCK | HEADING}, {"h4", BLOCK | HEADING}, {"h5", BLOCK | HEADING}, {"h6", BLOCK | HEADING}, {"head", REFUSED},
    {"header", BLOCK}, {"hgroup", BLOCK}, {"hr", BLOCK | VOID}, {"html", REFUSED}, {"iframe", RAW}, {"image", REFUSED}, {"img", VOID}, {"input", VOID}, {"isindex", REFUSED},
    {"keygen", REFUSED}, {"li", BLOCK | ITEM}, {"link", VOID | HEAD}, {"listing", REFUSED}, {"main", BLOCK}, {"marquee", REFUSED}, {"math", REFUSED}, {"menu", BLOCK},
    {"menuitem", REFUSED}, {"meta", VOID | HEAD}, {"nav", BLOCK}, {"nobr", ALONE}, {"noembed", REFUSED}, {"noframes", REFUSED}, {"noscript", NOSCRIPT}, {"object", REFUSED}, {"ol", BLOCK},
    {"optgroup", GROUP}, {"option", OPTION}, {"p", BLOCK | PARAGRAPH}, {"param", REFUSED}, {"plaintext", REFUSED}, {"pre", BLOCK | PRE}, {"rb", REFUSED}, {"rp", REFUSED}, {"rt", REFUSED},
    {"rtc", REFUSED}, {"script", RAW | HEAD | ANYWHERE}, {"section", BLOCK}, {"select", SELECT}, {"source", VOID}, {"style", RAW | HEAD | ANYWHERE}, {"summary", BLOCK}, {"svg", EMPTY},
    {"table", BLOCK | TABLE}, {"tbody", SECTION}, {"td", CELL}, {"template", EMPTY | HEAD | ANYWHERE}, {"textarea", TEXT}, {"tfoot", SECTION}, {"th", CELL}, {"thead", SECTION}, {"title", TEXT | HEAD},
    {"tr", ROW}, {"track", VOID}, {"ul", BLOCK}, {"wbr", VOID}, {"xmp", REFUSED},
};

struct open {
    xmlNode *node;
    const char *name;
    unsigned int is;
};

struct known {
    const char *name; /* as the tree has it: one pointer for a name, as long as it stays in the tree's cache */
    unsigned int is;
};

struct plain {
    struct tree *t;
    const char *p, *end;
    struct open open[DEPTH_MAX];
    size_t n;               /* open elements; what the standard calls the current node is the last */
    size_t n_p, n_a;        /* open p; open elements that may not stand in themselves */
    struct known known[KNOWN_SLOTS];
    struct strbuf text;     /* not yet in the tree */
    struct strbuf value;
};

static int by_name(const void *key, const void *k)
{
    return strcmp(key, ((const struct kind *)k)->name);
}

static unsigned int kind_of(struct plain *d, const char *name)
{
    struct known *slot = &d->known[(uintptr_t)name / 16 % KNOWN_SLOTS];
    if (slot->name != name) {
        const struct kind *k = bsearch(name, kinds, sizeof kinds / sizeof kinds[0], sizeof kinds[0], by_name);
        *slot = (struct known){name, k != NULL ? k->is : 0};
    }
    return slot->is;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static bool name_is_plain(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-'))
            return false;
    return n > 0 && n < 32;
}

static bool seen_before(const struct tag_attribute *list, size_t n, const struct tag_attribute *a)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < a->name_bytes && list[i].name_bytes == a->name_bytes && (list[i].name[k] | 32) == (a->name[k] | 32))
            k++;
        if (k == a->name_bytes)
            return true;
    }
    return false;
}

/* d->p is behind the tag's name; afterwards behind its '>'. node NULL: an end tag, whose attributes count for nothing. */
static bool attributes(struct plain *d, xmlNode *node)
{
    bool foreign = node != NULL && strcmp((const char *)node->name, "svg") == 0; /* Gumbo shortens a name there */
    struct tag_attribute list[ATTRIBUTES_MAX];
    size_t n = 0;
    while (tag_attribute(&d->p, d->end, &list[n])) {
        const struct tag_attribute *a = &list[n];
        if (a->name + a->name_bytes == d->end || a->value + a->value_bytes == d->end) /* cut off */
            return false;
        if (node == NULL)
            continue;
        bool odd = *a->name == '=' || memchr(a->name, '<', a->name_bytes) != NULL || a->name_bytes > 100;
        if (odd || seen_before(list, n, a) || n + 1 == ATTRIBUTES_MAX) /* Gumbo glues what follows a repeated name to it */
            return false;
        const char *name = foreign && tag_is(a->name, a->name_bytes, "xmlns:xlink") ? "xlink" : html_lower_name(d->t, "", a->name, a->name_bytes);
        strbuf_clear(&d->value);
        if (name == NULL || !html_decode(&d->value, a->value, a->value_bytes, true) || tree_attribute(d->t, node, name, d->value.s, d->value.n) == NULL)
            return false;
        n++;
    }
    return d->p[-1] == '>';
}

#define ROWS (TABLE | SECTION | ROW) /* where only parts of a table and blanks may stand */
#define CHOICE (SELECT | GROUP | OPTION)

static bool flush(struct plain *d)
{
    bool ok = d->text.n == 0 || tree_text(d->t, d->open[d->n - 1].node, d->text.s, d->text.n) != NULL;
    strbuf_clear(&d->text);
    return ok;
}

static void push(struct plain *d, xmlNode *node, const char *name, unsigned int is)
{
    d->open[d->n++] = (struct open){node, name, is};
    d->n_p += (is & PARAGRAPH) != 0;
    d->n_a += (is & ALONE) != 0;
}

static void leave(struct plain *d)
{
    unsigned int is = d->open[--d->n].is;
    d->n_p -= (is & PARAGRAPH) != 0;
    d->n_a -= (is & ALONE) != 0;
}

/* Close the open elements from number i on. */
static bool close_from(struct plain *d, size_t i)
{
    bool ok = true;
    while (d->n > i) {
        ok = flush(d) && ok;
        leave(d);
    }
    return ok;
}

static bool fits_table(unsigned int in, unsigned int is)
{
    if (in & (TABLE | SECTION | ROW | CHOICE) && is & ANYWHERE)
        return (in & CHOICE) == 0;
    if (in & TABLE)
        return (is & (SECTION | ROW)) != 0;
    if (in & SECTION)
        return (is & ROW) != 0;
    if (in & ROW)
        return (is & CELL) != 0;
    if (in & SELECT)
        return (is & (GROUP | OPTION)) != 0;
    if (in & GROUP)
        return (is & OPTION) != 0;
    return (is & (SECTION | ROW | CELL | GROUP | OPTION)) == 0 && (in & OPTION) == 0;
}

/* The number of the open element of this kind that the same kind closes: li up to its list, dt and dd up to theirs. 0: none. */
static size_t closes(const struct plain *d, unsigned int kind)
{
    for (size_t i = d->n; i-- > 1;) {
        const char *name = d->open[i].name;
        if (d->open[i].is & kind)
            return i;
        if (kind == ITEM ? strcmp(name, "ul") == 0 || strcmp(name, "ol") == 0 : strcmp(name, "dl") == 0)
            return 0;
    }
    return 0;
}

/* What the start of this element closes without an end tag: an option, an li, a dt or dd, a p. false: more than that would have to be closed. */
static bool close_before(struct plain *d, unsigned int is)
{
    if ((is & (OPTION | GROUP)) && (d->open[d->n - 1].is & OPTION))
        return close_from(d, d->n - 1);
    size_t i = is & ITEM ? closes(d, ITEM) : is & TERM ? closes(d, TERM) : 0;
    if (i > 0) {
        if (d->n - i > 2 || (d->n - i == 2 && !(d->open[d->n - 1].is & PARAGRAPH)))
            return false;
        if (!close_from(d, i))
            return false;
    }
    if (!(is & BLOCK) || d->n_p == 0)
        return true;
    if (!(d->open[d->n - 1].is & PARAGRAPH) || (is & TABLE)) /* before a table it depends on the DOCTYPE */
        return false;
    return close_from(d, d->n - 1);
}

/* May this element begin here? */
static bool may_open(const struct plain *d, const char *name, unsigned int is)
{
    if (!fits_table(d->open[d->n - 1].is, is) || d->n + 2 >= DEPTH_MAX) /* a row may bring its section */
        return false;
    if ((is & HEADING) && (d->open[d->n - 1].is & HEADING))
        return false;
    for (size_t i = d->n; (is & ALONE) && d->n_a > 0 && i-- > 0;)
        if (strcmp(d->open[i].name, name) == 0)
            return false;
    return true;
}

/* A row stands in a section, written or not. */
static bool imply_section(struct plain *d, unsigned int is)
{
    if (!(is & ROW) || !(d->open[d->n - 1].is & TABLE))
        return true;
    xmlNode *node = tree_element(d->t, d->open[d->n - 1].node, "tbody");
    push(d, node, "tbody", SECTION);
    return node != NULL;
}

/* d->p is behind the start tag of an element that holds text alone, or nothing. */
static bool text_element(struct plain *d, xmlNode *node, const char *name, unsigned int is)
{
    size_t n = strlen(name);
    const char *stop = tag_raw_end(d->p, d->end, name);
    if ((size_t)(d->end - stop) < n + 3 || stop[n + 2] != '>')
        return false;
    size_t len = (size_t)(stop - d->p);
    if (is & EMPTY && len > 0)
        return false;
    strbuf_clear(&d->value);
    bool drop = len > 0 && *d->p == '\n' && strcmp(name, "textarea") == 0; /* its first line end is not part of it */
    const char *s = d->p + drop;
    len -= drop;
    bool ok = is & TEXT ? html_decode(&d->value, s, len, false) : strbuf_add(&d->value, s, len);
    ok = ok && (d->value.n == 0 || tree_text(d->t, node, d->value.s, d->value.n) != NULL);
    d->p = stop + n + 3;
    return ok;
}

static bool start_tag(struct plain *d, const char *name, unsigned int is)
{
    if ((is & REFUSED) || !close_before(d, is) || !may_open(d, name, is) || !flush(d) || !imply_section(d, is))
        return false;
    xmlNode *node = tree_element(d->t, d->open[d->n - 1].node, name);
    if (node == NULL || !attributes(d, node))
        return false;
    if (is & VOID)
        return true;
    if (is & EMPTY && d->p[-2] == '/') /* with svg the slash counts, elsewhere it does not */
        return false;
    if (is & (EMPTY | RAW | TEXT))
        return text_element(d, node, name, is);
    push(d, node, name, is);
    if (is & PRE && d->p < d->end && *d->p == '\n')
        d->p++;
    return true;
}

/* After "</body>" and "</html>" everything goes on as before: what follows still comes to stand in the body. */
static bool ends_body(const struct plain *d, const char *name)
{
    if (strcmp(name, "body") != 0 && strcmp(name, "html") != 0)
        return false;
    for (size_t i = 0; i < d->n; i++)
        if (d->open[i].is & (TABLE | CHOICE))
            return false;
    return true;
}

static bool end_tag(struct plain *d, const char *name, unsigned int is)
{
    if (!attributes(d, NULL))
        return false;
    if (ends_body(d, name))
        return true;
    if ((is & TABLE) && (d->open[d->n - 1].is & SECTION) && !close_from(d, d->n - 1)) /* its end tag may be left out */
        return false;
    size_t i = d->n - 1;
    bool may_imply = (is & (BLOCK | CELL | SELECT | GROUP)) != 0 && !(is & (TABLE | PARAGRAPH)) && strcmp(name, "form") != 0;
    while (i > 0 && may_imply && strcmp(d->open[i].name, name) != 0 && (d->open[i].is & (is & (SELECT | GROUP) ? OPTION : PARAGRAPH | ITEM | TERM)))
        i--;
    if (i > 0 && strcmp(d->open[i].name, name) == 0) {
        if (strcmp(name, "form") != 0) /* Gumbo takes a form off its stack with the last text still in hand: that comes to stand behind */
            return close_from(d, i);
        leave(d);
        return true;
    }
    for (i = 1; i < d->n; i++)
        if (strcmp(d->open[i].name, name) == 0)
            return false;
    /* One that closes nothing is passed over, but for those that open something or close another. All names that Gumbo does not know are one to it. */
    return gumbo_tag_enum(name) != GUMBO_TAG_UNKNOWN && !(is & (HEADING | PARAGRAPH | TABLE | SECTION | ROW | CELL | REFUSED)) && strcmp(name, "br") != 0 && strcmp(name, "form") != 0 &&
           !(d->open[d->n - 1].is & (ROWS | CHOICE));
}

/* The tag at d->p: its name in lower case, as the tree keeps it; d->p behind it. NULL: a doubt. */
static const char *take_name(struct plain *d, bool *closing)
{
    *closing = d->p + 1 < d->end && d->p[1] == '/';
    const char *from = d->p + 1 + *closing;
    size_t n = tag_name(from, d->end);
    if (!name_is_plain(from, n))
        return NULL;
    char small[32];
    for (size_t i = 0; i < n; i++)
        small[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 32 : from[i]);
    small[n] = '\0';
    const struct tree_name *name = tree_name(d->t, small, n, '.');
    d->p = from + n;
    return name != NULL ? name->name : NULL;
}

static bool markup(struct plain *d)
{
    bool closing;
    const char *name = take_name(d, &closing);
    if (name == NULL)
        return false;
    return closing ? end_tag(d, name, kind_of(d, name)) : start_tag(d, name, kind_of(d, name));
}

/* Text up to the next tag, to be put into the tree when something follows. */
static bool text(struct plain *d)
{
    const char *lt = memchr(d->p, '<', (size_t)(d->end - d->p));
    const char *stop = lt == NULL ? d->end : lt;
    bool ok = stop == d->p || html_decode(&d->text, d->p, (size_t)(stop - d->p), false);
    d->p = stop;
    return ok && (!(d->open[d->n - 1].is & ROWS) || d->text.n == strspn(d->text.s, " \t\n"));
}

static bool read_all(struct plain *d)
{
    while (d->p < d->end)
        if (!text(d) || (d->p < d->end && !markup(d)))
            return false;
    return flush(d);
}

/* ---- a whole page: html, head and body are written out */

static void skip_blanks(struct plain *d)
{
    while (d->p < d->end && is_blank(*d->p))
        d->p++;
}

/* The start tag of this element, and nothing else. */
static bool open_root(struct plain *d, xmlNode *parent, const char *wanted)
{
    bool closing;
    const char *name = d->p < d->end && *d->p == '<' ? take_name(d, &closing) : NULL;
    if (name == NULL || closing || strcmp(name, wanted) != 0)
        return false;
    xmlNode *node = tree_element(d->t, parent, name);
    if (node == NULL || !attributes(d, node))
        return false;
    push(d, node, name, 0);
    return true;
}

static bool blank_text(struct plain *d)
{
    const char *from = d->p;
    skip_blanks(d);
    return strbuf_add(&d->text, from, (size_t)(d->p - from));
}

static bool may_stand_in_head(const char *name, unsigned int is, bool in_noscript)
{
    if (in_noscript)
        return strcmp(name, "link") == 0 || strcmp(name, "meta") == 0 || strcmp(name, "style") == 0;
    return (is & (HEAD | NOSCRIPT)) != 0;
}

/* Behind "<head>", up to and with "</head>". */
static bool read_head(struct plain *d)
{
    while (blank_text(d) && d->p < d->end && *d->p == '<') {
        bool closing;
        const char *name = take_name(d, &closing);
        if (name == NULL)
            return false;
        unsigned int is = kind_of(d, name);
        bool apart = (d->open[d->n - 1].is & NOSCRIPT) != 0;
        if (closing && !apart)
            return strcmp(name, "head") == 0 && attributes(d, NULL) && close_from(d, d->n - 1);
        if (closing ? !(is & NOSCRIPT) || !end_tag(d, name, is) : !may_stand_in_head(name, is, apart) || !start_tag(d, name, is))
            return false;
    }
    return false;
}

static bool read_page(struct plain *d)
{
    if (!open_root(d, NULL, "html"))
        return false;
    xmlNode *html = d->open[0].node;
    skip_blanks(d);
    if (!open_root(d, html, "head") || !read_head(d) || !blank_text(d) || !flush(d) || !open_root(d, html, "body"))
        return false;
    d->open[0] = d->open[1]; /* nothing comes behind the body */
    d->n = 1;
    return read_all(d);
}

/* ---- */

/* A block cut out of a page: the body begins with its first tag, whatever Gumbo would make of others. */
static bool read_block(struct plain *d, xmlNode *root)
{
    bool closing;
    const char *from = d->p, *name = take_name(d, &closing);
    d->p = from;
    if (name == NULL || closing || !(kind_of(d, name) & BLOCK))
        return false;
    xmlNode *body = tree_element(d->t, root, "head") != NULL ? tree_element(d->t, root, "body") : NULL;
    push(d, body, "body", 0);
    return body != NULL && read_all(d);
}

static bool read_piece(struct plain *d)
{
    xmlNode *root = tree_element(d->t, NULL, "html");
    push(d, root, "html", 0);
    return root != NULL && read_all(d);
}

static bool read_any(struct plain *d, bool piece)
{
    if (piece)
        return read_piece(d);
    skip_blanks(d);
    bool typed = d->end - d->p > 9 && tag_is(d->p, 9, "<!doctype");
    if (typed) {
        d->p = tag_markup_end(d->p, d->end);
        skip_blanks(d);
    }
    if (d->end - d->p > 6 && tag_is(d->p, 5, "<html"))
        return read_page(d);
    if (typed || d->p == d->end || *d->p != '<')
        return false;
    xmlNode *root = tree_element(d->t, NULL, "html");
    return root != NULL && read_block(d, root);
}

/* Control and private code points, which Gumbo replaces, and the ends of lines and pages that it folds: a doubt. */
static bool has_odd_bytes(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    for (; p < end; p++) {
        uint64_t eight; /* of printable ASCII */
        while (end - p >= 8 && (memcpy(&eight, p, 8), ((eight | (eight + HIGH_BITS / 128) | (eight - 0x20 * (HIGH_BITS / 128))) & HIGH_BITS) == 0))
            p += 8;
        if (p == end)
            break;
        if (*p >= 0x20 && *p < 0x7F)
            continue;
        if (*p < 0x80) {
            if (*p != '\n' && *p != '\t')
                return true;
        } else if (*p >= 0xD0 && *p <= 0xD3 && end - p >= 2) {
            p++; /* Cyrillic */
        } else if (end - p >= 2 && ((p[0] == 0xC2 && p[1] < 0xA0) || (p[0] == 0xEF && p[1] == 0xB7) || (p[0] == 0xBF && (p[1] | 1) == 0xBF))) {
            return true;
        }
    }
    return false;
}

bool html_plain(const char *s, size_t n, bool piece, struct tree *t)
{
    if (n == 0 || has_odd_bytes(s, n))
        return false;
    struct plain d = {.t = t, .p = s, .end = s + n};
    strbuf_init(&d.text, LIMIT_TREE_BYTES);
    strbuf_init(&d.value, LIMIT_TREE_BYTES);
    bool ok = read_any(&d, piece);
    strbuf_release(&d.text);
    strbuf_release(&d.value);
    return ok;
}
