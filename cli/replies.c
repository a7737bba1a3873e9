#include "cli/replies.h"

#include "base/hash.h"
#include "base/limits.h"
#include "desk/simhash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GREETING_BYTES 80 /* "Здравствуйте, Анна!" differs in every copy */
#define KEY_BYTES 512

struct said {
    uint64_t print, mention; /* fingerprint of the text, hash of the mention's id */
};

struct brand_replies {
    char key[KEY_BYTES];
    struct said said[REPLIES_KEPT]; /* the oldest first */
    size_t n;
    bool dirty;
    struct brand_replies *next;
};

struct replies {
    struct brand_replies *first;
};

struct replies *replies_new(void) { return calloc(1, sizeof(struct replies)); }

void replies_free(struct replies *r)
{
    while (r && r->first) {
        struct brand_replies *next = r->first->next;
        free(r->first);
        r->first = next;
    }
    free(r);
}

static struct brand_replies *of_brand(struct replies *r, struct store *s, const char *brand)
{
    char key[KEY_BYTES];
    if ((size_t)snprintf(key, sizeof key, "replies:%s", brand) >= sizeof key)
        return NULL;
    for (struct brand_replies *b = r->first; b; b = b->next)
        if (strcmp(b->key, key) == 0)
            return b;
    struct brand_replies *b = calloc(1, sizeof *b);
    struct strbuf stored;
    if (!b)
        return NULL;
    memcpy(b->key, key, sizeof key);
    strbuf_init(&stored, sizeof b->said);
    if (store_meta_get(s, key, &stored) && stored.n % sizeof *b->said == 0) {
        b->n = stored.n / sizeof *b->said;
        memcpy(b->said, stored.s, stored.n);
    }
    strbuf_release(&stored);
    b->next = r->first;
    return r->first = b;
}

/* The text after a greeting that ends in a mark. */
static const char *after_greeting(const char *text)
{
    size_t n = strcspn(text, "!.\n");
    return text[n] && n < GREETING_BYTES ? text + n + 1 : text;
}

static void note(struct brand_replies *b, struct finding *f)
{
    struct said now = {simhash(after_greeting(f->mention.reply.text)), hash64_str(f->mention.id)};
    size_t at = 0;
    if (now.print == 0)
        return; /* too short to tell */
    while (at < b->n && b->said[at].mention != now.mention)
        at++;
    for (size_t i = 0; i < at; i++)
        if (simhash_near(b->said[i].print, now.print)) {
            f->mention.reply.flags |= REPLY_FLAG_CANNED;
            break;
        }
    if (at < b->n && b->said[at].print == now.print)
        return;
    if (at == REPLIES_KEPT) {
        memmove(b->said, b->said + 1, (REPLIES_KEPT - 1) * sizeof *b->said);
        at--;
    }
    b->n = at < b->n ? b->n : at + 1;
    b->said[at] = now;
    b->dirty = true;
}

void replies_note(struct replies *r, struct store *s, struct page *page)
{
    for (size_t i = 0; r && i < page->n_finding; i++) {
        struct finding *f = &page->finding[i];
        struct brand_replies *b = f->mention.reply.text && f->mention.id && f->brand ? of_brand(r, s, f->brand) : NULL;
        if (b)
            note(b, f);
    }
}

enum err replies_save(struct replies *r, struct store *s)
{
    enum err e = ERR_OK;
    for (struct brand_replies *b = r ? r->first : NULL; b && e == ERR_OK; b = b->next) {
        if (b->dirty)
            e = store_meta_put(s, b->key, b->said, b->n * sizeof *b->said);
        b->dirty = b->dirty && e != ERR_OK;
    }
    return e;
}
