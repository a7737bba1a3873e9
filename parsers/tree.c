#include "parsers/tree.h"

#include "base/limits.h"
#include "parsers/readers.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void readers_init(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, (int)(4 * LIMIT_MIB));
    mallopt(M_TRIM_THRESHOLD, (int)(32 * LIMIT_MIB));
#endif
}

struct tree *tree_new(void)
{
    struct tree *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    arena_init(&t->arena, LIMIT_TREE_BYTES);
    t->doc.type = XML_DOCUMENT_NODE;
    t->doc.doc = &t->doc;
    t->doc.charset = XML_CHAR_ENCODING_UTF8;
    t->doc.standalone = -1;
    return t;
}

void tree_free(xmlDocPtr doc)
{
    if (doc == NULL)
        return;
    struct tree *t = (struct tree *)doc;
    arena_release(&t->arena);
    free(t);
}

bool tree_toobig(const struct tree *t)
{
    return t->arena.full || t->n_node > LIMIT_TREE_NODES;
}

#define SLAB_BYTES ((size_t)2000) /* six values of JSON; below the size from which libc's memset starts a slow machine instruction */

void *tree_alloc_slow(struct tree *t, size_t bytes)
{
    if (bytes > SLAB_BYTES / 2)
        return arena_alloc(&t->arena, bytes);
    char *slab = arena_alloc(&t->arena, SLAB_BYTES);
    if (slab == NULL)
        return NULL;
    t->slab = slab + bytes;
    t->slab_left = SLAB_BYTES - bytes;
    return slab;
}

void tree_link(struct tree *t, xmlNode *parent, xmlNode *node)
{
    if (parent == NULL)
        parent = (xmlNode *)&t->doc;
    node->parent = parent;
    node->prev = parent->last;
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->children = node;
    parent->last = node;
    t->n_node++;
}

xmlNode *tree_element(struct tree *t, xmlNode *parent, const char *name)
{
    xmlNode *node = t->n_node < LIMIT_TREE_NODES ? tree_alloc(t, sizeof *node) : NULL;
    if (node == NULL) {
        t->arena.full = true;
        return NULL;
    }
    node->type = XML_ELEMENT_NODE;
    node->name = (const xmlChar *)name;
    node->doc = &t->doc;
    tree_link(t, parent, node);
    return node;
}

xmlNode *tree_text(struct tree *t, xmlNode *parent, const char *s, size_t n)
{
    xmlNode *node = t->n_node < LIMIT_TREE_NODES ? tree_alloc(t, sizeof *node + n + 1) : NULL;
    if (node == NULL) {
        t->arena.full = true;
        return NULL;
    }
    char *content = (char *)(node + 1);
    memcpy(content, s, n);
    tree_text_init(t, node, content);
    tree_link(t, parent, node);
    return node;
}

xmlAttr *tree_attribute(struct tree *t, xmlNode *el, const char *name, const char *value, size_t n)
{
    struct {
        xmlAttr attr;
        xmlNode text;
        char value[];
    } *piece = tree_alloc(t, sizeof *piece + n + 1);
    if (piece == NULL)
        return NULL;
    memcpy(piece->value, value, n);
    tree_text_init(t, &piece->text, piece->value);
    piece->text.parent = (xmlNode *)&piece->attr;
    xmlAttr *attr = &piece->attr;
    attr->type = XML_ATTRIBUTE_NODE;
    attr->name = (const xmlChar *)name;
    attr->doc = &t->doc;
    attr->parent = el;
    attr->children = attr->last = &piece->text;
    if (el->properties == NULL) {
        el->properties = attr;
        return attr;
    }
    xmlAttr *last = el->properties; /* at most LIMIT_ELEMENT_ATTRIBUTES steps */
    while (last->next != NULL)
        last = last->next;
    last->next = attr;
    attr->prev = last;
    return attr;
}

/* Bytes that may stand in a name: 1 anywhere, 2 not first. From 0x80 all are taken: in UTF-8 that is true of all letters. A table, because some islands have
 * thousands of names that occur once. */
#define L 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
static const unsigned char name_byte[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,                  /* control */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,                  /* control */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0,                  /* - . */
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,                  /* digits */
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,                  /* A to O */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1,                  /* P to Z, _ */
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,                  /* a to o */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, L, L, L, L, L, L, L, L, /* p to z, UTF-8 */
};
#undef L

static bool name_make(struct tree *t, struct tree_name *out, const char *raw, size_t n, char colon)
{
    const unsigned char *b = (const unsigned char *)raw;
    size_t i = n > 0 && name_byte[b[0]] == 1;
    while (i < n && i > 0 && name_byte[b[i]] != 0)
        i++;
    bool changed = i < n || n == 0;
    char *copy = tree_alloc(t, changed ? 2 * n + 3 : n + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, raw, n);
    *out = (struct tree_name){copy, n, copy, changed};
    if (!changed)
        return true;
    char *name = copy + n + 1;
    memcpy(name, raw, i);
    for (; i < n; i++)
        name[i] = name_byte[b[i]] == 1 || (name_byte[b[i]] == 2 && i > 0) ? raw[i] : raw[i] == ':' && i > 0 ? colon : '_';
    if (n == 0)
        name[0] = '_';
    out->name = name;
    return true;
}

/* Names are short and repeat: both ends and the length tell them apart well enough. */
static size_t name_slot(const char *s, size_t n)
{
    uint64_t a = 0;
    uint64_t b = 0;
    if (n >= 8) {
        memcpy(&a, s, 8);
        memcpy(&b, s + n - 8, 8);
    } else if (n >= 4) {
        uint32_t lo;
        uint32_t hi;
        memcpy(&lo, s, 4);
        memcpy(&hi, s + n - 4, 4);
        a = lo;
        b = hi;
    } else {
        for (size_t i = 0; i < n; i++)
            a = a << 8 | (unsigned char)s[i];
    }
    uint64_t h = (a * 0x9E3779B97F4A7C15u) ^ ((b + n) * 0xC2B2AE3D27D4EB4Fu);
    return (size_t)(h >> 40) % TREE_NAME_SLOTS;
}

const struct tree_name *tree_name(struct tree *t, const char *raw, size_t n, char colon)
{
    struct tree_name *slot = &t->slot[name_slot(raw, n)];
    if (slot->raw != NULL && slot->raw_bytes == n && memcmp(slot->raw, raw, n) == 0)
        return slot;
    struct tree_name fresh;
    if (!name_make(t, &fresh, raw, n, colon))
        return NULL;
    *slot = fresh;
    return slot;
}
