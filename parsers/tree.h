/* Building one read-only xmlDoc inside one arena; private to the readers.
 *
 * libxml2 allocates and frees every node, attribute and text alone. Measured on a JSON island that is two thirds of all instructions, so the nodes are
 * laid out here as libxml2's XPath expects them, and the whole tree goes with its arena.
 * Owns: everything that hangs on the document. Limits: LIMIT_TREE_NODES, LIMIT_TREE_BYTES; past them every call returns NULL and tree_toobig() is true.
 * Thread: one at a time while it is built, any number of readers afterwards. */
#ifndef EARSHOT_PARSERS_TREE_H
#define EARSHOT_PARSERS_TREE_H

#include "base/arena.h"

#include <libxml/parserInternals.h> /* xmlStringText */
#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_NAME_SLOTS 512

/* How a source name stands in the tree. */
struct tree_name {
    const char *raw; /* as in the source; NULL: the slot is empty */
    size_t raw_bytes;
    const char *name; /* an XML name without ':' */
    bool changed;     /* name differs from raw */
};

struct tree {
    xmlDoc doc; /* first, so that a xmlDocPtr of ours is a struct tree pointer */
    struct arena arena;
    char *slab; /* zeroed bytes of the arena that nodes are cut from */
    size_t slab_left;
    size_t n_node;
    struct tree_name slot[TREE_NAME_SLOTS]; /* a cache, not a set: a collision only costs a copy */
};

/* NULL when memory is out. */
struct tree *tree_new(void);
bool tree_toobig(const struct tree *t);
void *tree_alloc_slow(struct tree *t, size_t bytes);
/* Zeroed, aligned to 16; NULL at the ceiling. A call of arena_alloc for each node was a sixth of the cost of reading JSON. */
static inline void *tree_alloc(struct tree *t, size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    if (bytes > t->slab_left)
        return tree_alloc_slow(t, bytes);
    void *p = t->slab;
    t->slab += bytes;
    t->slab_left -= bytes;
    return p;
}
/* The root is appended with parent NULL. name must live as long as the tree (static, or from tree_name). */
xmlNode *tree_element(struct tree *t, xmlNode *parent, const char *name);
/* Append to el; value is copied. */
xmlAttr *tree_attribute(struct tree *t, xmlNode *el, const char *name, const char *value, size_t n);
/* Append a text of n > 0 bytes; they are copied. */
xmlNode *tree_text(struct tree *t, xmlNode *parent, const char *s, size_t n);
/* Wire up a node that the caller allocated in t->arena: used where several are laid out in one piece. */
void tree_link(struct tree *t, xmlNode *parent, xmlNode *node);
static inline void tree_text_init(struct tree *t, xmlNode *node, char *content)
{
    node->type = XML_TEXT_NODE;
    node->name = xmlStringText;
    node->content = (xmlChar *)content;
    node->doc = &t->doc;
}
/* Names. colon: what ':' becomes ('.' in XML and HTML, '_' in JSON). NULL at the ceiling. */
const struct tree_name *tree_name(struct tree *t, const char *raw, size_t n, char colon);

#endif
