#include "base/page.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_words[] = {"listing", "next", "detail"};
#define N_KIND (sizeof kind_words / sizeof *kind_words)

const char *target_kind_word(enum target_kind k)
{
    return kind_words[(unsigned)k < N_KIND ? (unsigned)k : 0];
}

enum target_kind target_kind_parse(const char *word)
{
    for (unsigned i = 0; word && i < N_KIND; i++)
        if (strcmp(kind_words[i], word) == 0)
            return (enum target_kind)i;
    return TARGET_LISTING;
}

static void set_absent(struct page *p)
{
    p->retry_after_s = -1;
    p->declared_total = -1;
}

void page_init(struct page *p, size_t max_body_bytes)
{
    *p = (struct page){0};
    arena_init(&p->arena, LIMIT_PAGE_ARENA);
    strbuf_init(&p->wire, max_body_bytes);
    strbuf_init(&p->body, max_body_bytes);
    set_absent(p);
}

void page_release(struct page *p)
{
    arena_release(&p->arena);
    strbuf_release(&p->wire);
    strbuf_release(&p->body);
    *p = (struct page){0};
}

void page_clear(struct page *p)
{
    ASSERT(p->user == NULL);
    arena_reset(&p->arena);
    strbuf_shrink(&p->wire, LIMIT_PAGE_KEEP_BYTES);
    strbuf_shrink(&p->body, LIMIT_PAGE_KEEP_BYTES);
    *p = (struct page){.arena = p->arena, .wire = p->wire, .body = p->body};
    set_absent(p);
}

void page_begin(struct page *p, const struct target *t)
{
    ASSERT(t != &p->target);
    page_clear(p);
    struct arena *a = &p->arena;
    p->target = *t;
    p->target.url = arena_strdup(a, t->url);
    p->target.source = arena_strdup(a, t->source);
    p->target.brand = arena_strdup(a, t->brand);
    p->target.site = arena_strdup(a, t->site);
    p->target.mention_id = arena_strdup(a, t->mention_id);
    p->target.etag = arena_strdup(a, t->etag);
    p->target.last_modified = arena_strdup(a, t->last_modified);
}

void page_fail(struct page *p, enum outcome o, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    p->outcome = o;
    p->reason = n < 0 ? NULL : arena_strdup(&p->arena, text);
    if (!p->reason) /* the arena is at its ceiling, which is often the very reason */
        p->reason = outcome_meaning(o);
}
