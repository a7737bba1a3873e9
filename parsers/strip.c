#include "parsers/readers.h"

#include "parsers/tag.h"

#include <string.h>

/* What a tag's contents are for the scan. */
enum content {
    CONTENT_MARKUP,
    CONTENT_DROPPED, /* raw text, nobody reads it as HTML */
    CONTENT_TEXT,    /* raw text that is kept: a "<script" in it is no tag */
    CONTENT_SKIPPED, /* markup that is left out, up to the matching end tag */
};

static const struct {
    const char *name;
    enum content content;
} special[] = {
    {"script", CONTENT_DROPPED}, {"style", CONTENT_DROPPED}, {"svg", CONTENT_SKIPPED}, {"template", CONTENT_SKIPPED},
    {"textarea", CONTENT_TEXT},  {"title", CONTENT_TEXT},    {"xmp", CONTENT_TEXT},    {"iframe", CONTENT_TEXT},
    {"noembed", CONTENT_TEXT},   {"noframes", CONTENT_TEXT},
};

static enum content content_of(const char *p, size_t n, const char **name)
{
    static const char first[] = "sStTxXiInN"; /* most tags end here */
    if (n < 3 || n > 8 || strchr(first, *p) == NULL)
        return CONTENT_MARKUP;
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (tag_is(p, n, special[i].name)) {
            *name = special[i].name;
            return special[i].content;
        }
    return CONTENT_MARKUP;
}

/* The matching end tag of markup that begins at p, or NULL: then nothing is left out, so that an unclosed svg cannot swallow a page. */
static const char *matching_end(const char *p, const char *end, const char *name)
{
    size_t depth = 1;
    while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *lt = p++;
        bool closing = p < end && *p == '/';
        size_t n = tag_name(p + closing, end);
        if (n == 0) {
            if (closing || (p < end && (*p == '!' || *p == '?')))
                p = tag_markup_end(lt, end);
            continue;
        }
        const char *at = p + closing;
        p = tag_end(at + n, end);
        if (tag_is(at, n, name)) {
            if (closing && --depth == 0)
                return lt;
            bool empty = p - lt >= 2 && p[-1] == '>' && p[-2] == '/' && strcmp(name, "svg") == 0;
            depth += !closing && !empty;
        } else if (!closing && (tag_is(at, n, "script") || tag_is(at, n, "style"))) {
            p = tag_raw_end(p, end, tag_is(at, n, "script") ? "script" : "style");
        }
    }
    return NULL;
}

/* p is behind a start tag. Returns where copying goes on; *keep_to is where it stops before that. */
static const char *contents_end(const char *lt, const char *p, const char *end, enum content content, const char *name, const char **keep_to)
{
    *keep_to = p;
    const char *stop = NULL;
    if (content == CONTENT_DROPPED || content == CONTENT_TEXT)
        stop = tag_raw_end(p, end, name);
    else if (content == CONTENT_SKIPPED && !(p - lt >= 2 && p[-2] == '/' && strcmp(name, "svg") == 0))
        stop = matching_end(p, end, name);
    if (stop == NULL)
        return p;
    if (content == CONTENT_TEXT)
        *keep_to = stop;
    return stop;
}

bool html_strip(struct strbuf *out, const char *s, size_t n)
{
    const char *end = s + n;
    const char *kept = s; /* not yet copied from here on */
    const char *p = s;
    size_t unclosed = 0; /* searches that ran to the end in vain: each costs a pass, so a page may have only a few */
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *lt = p++;
        if (p == end)
            break;
        if (*p == '!' || *p == '?' || (*p == '/' && tag_name(p + 1, end) == 0)) {
            p = tag_markup_end(lt, end);
            if (end - lt >= 9 && tag_is(lt + 2, 7, "doctype"))
                continue;
            if (!strbuf_add(out, kept, (size_t)(lt - kept)))
                return false;
            kept = p;
            continue;
        }
        size_t name_bytes = tag_name(p, end);
        if (name_bytes == 0)
            continue;
        const char *name = NULL;
        enum content content = content_of(p, name_bytes, &name);
        p = tag_end(p + name_bytes, end);
        if (content == CONTENT_MARKUP || (content == CONTENT_SKIPPED && unclosed >= 8))
            continue;
        const char *keep_to;
        const char *go_on = contents_end(lt, p, end, content, name, &keep_to);
        unclosed += content == CONTENT_SKIPPED && go_on == p;
        if (!strbuf_add(out, kept, (size_t)(keep_to - kept)))
            return false;
        kept = p = go_on;
    }
    return strbuf_add(out, kept, (size_t)(end - kept));
}
