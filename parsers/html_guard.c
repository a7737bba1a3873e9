#include "parsers/html_guard.h"

#include "parsers/tag.h"

#include <string.h>

enum family {
    FAMILY_NESTS,      /* open until its end tag */
    FAMILY_FORMATTING, /* the same, and opened again after every block */
    FAMILY_IGNORED,    /* void, or closed by what follows */
    FAMILY_CELL,       /* ignored, and what formatting was left open in the last cell ends */
    FAMILY_RAW,        /* its contents are text */
};

static const struct {
    const char *name;
    enum family family;
} known[] = {
    {"div", FAMILY_NESTS},    {"span", FAMILY_NESTS},    {"a", FAMILY_IGNORED},       {"p", FAMILY_IGNORED},      {"li", FAMILY_IGNORED},     {"br", FAMILY_IGNORED},
    {"img", FAMILY_IGNORED},  {"td", FAMILY_CELL},    {"tr", FAMILY_IGNORED},      {"th", FAMILY_CELL},     {"dt", FAMILY_IGNORED},     {"dd", FAMILY_IGNORED},
    {"hr", FAMILY_IGNORED},   {"link", FAMILY_IGNORED},  {"meta", FAMILY_IGNORED},    {"input", FAMILY_IGNORED},  {"option", FAMILY_IGNORED}, {"optgroup", FAMILY_IGNORED},
    {"tbody", FAMILY_IGNORED}, {"thead", FAMILY_IGNORED}, {"tfoot", FAMILY_IGNORED},  {"col", FAMILY_IGNORED},    {"colgroup", FAMILY_IGNORED}, {"html", FAMILY_IGNORED},
    {"head", FAMILY_IGNORED}, {"body", FAMILY_IGNORED},  {"area", FAMILY_IGNORED},    {"base", FAMILY_IGNORED},   {"embed", FAMILY_IGNORED},  {"param", FAMILY_IGNORED},
    {"source", FAMILY_IGNORED}, {"track", FAMILY_IGNORED}, {"wbr", FAMILY_IGNORED},   {"rp", FAMILY_IGNORED},     {"rt", FAMILY_IGNORED},     {"nobr", FAMILY_IGNORED},
    {"b", FAMILY_FORMATTING}, {"i", FAMILY_FORMATTING},  {"u", FAMILY_FORMATTING},    {"s", FAMILY_FORMATTING},   {"em", FAMILY_FORMATTING},  {"tt", FAMILY_FORMATTING},
    {"big", FAMILY_FORMATTING}, {"font", FAMILY_FORMATTING}, {"code", FAMILY_FORMATTING}, {"small", FAMILY_FORMATTING}, {"strong", FAMILY_FORMATTING}, {"strike", FAMILY_FORMATTING},
    {"script", FAMILY_RAW},   {"style", FAMILY_RAW},     {"textarea", FAMILY_RAW},    {"title", FAMILY_RAW},      {"xmp", FAMILY_RAW},        {"iframe", FAMILY_RAW},
};

static enum family family_of(const char *p, size_t n, const char **name)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if ((*p | 32) == known[i].name[0] && tag_is(p, n, known[i].name)) {
            *name = known[i].name;
            return known[i].family;
        }
    return FAMILY_NESTS;
}

struct guard {
    size_t depth;
    size_t formatting;
};

static void end_tag(struct guard *g, enum family family)
{
    g->depth -= family == FAMILY_NESTS && g->depth > 0;
    g->formatting -= family == FAMILY_FORMATTING && g->formatting > 0;
}

/* p is behind the name. Returns behind the tag, and behind the contents of raw text; NULL when the page is refused. */
static const char *start_tag(struct guard *g, const char *p, const char *end, enum family family, const char *name)
{
    struct tag_attribute a;
    size_t n_attribute = 0;
    while (tag_attribute(&p, end, &a))
        n_attribute++;
    bool empty = p[-1] == '>' && p[-2] == '/';
    g->depth += family == FAMILY_NESTS && !empty;
    g->formatting = family == FAMILY_CELL ? 0 : g->formatting;
    g->formatting += family == FAMILY_FORMATTING && !empty;
    if (n_attribute > GUARD_ATTRIBUTES || g->depth > GUARD_DEPTH || g->formatting > GUARD_FORMATTING)
        return NULL;
    return family == FAMILY_RAW ? tag_raw_end(p, end, name) : p;
}

bool html_guard_allows(const char *s, size_t n)
{
    struct guard g = {0, 0};
    const char *end = s + n;
    const char *p = s;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *lt = p++;
        bool closing = p < end && *p == '/';
        p += closing;
        size_t name_bytes = tag_name(p, end);
        if (name_bytes == 0) {
            if (closing || (p < end && (*p == '!' || *p == '?')))
                p = tag_markup_end(lt, end);
            continue;
        }
        const char *name = NULL;
        enum family family = family_of(p, name_bytes, &name);
        if (closing) {
            end_tag(&g, family);
            p = tag_end(p + name_bytes, end);
            continue;
        }
        p = start_tag(&g, p + name_bytes, end, family, name);
        if (p == NULL)
            return false;
    }
    return true;
}
