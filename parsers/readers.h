/* Bytes to trees: every format becomes a libxml2 xmlDoc, so that one extractor and one rule language serve all.
 *
 * HTML: Gumbo on its leash (time, memory and depth ceilings of base/limits.h), copied into an xmlDoc without recursion. Element and attribute
 *   names in lower case, no namespaces (inline SVG and MathML too), text as parsed, comments dropped; document element "html".
 * XML: libxml2, XML_PARSE_NONET and RECOVER; a DOCTYPE is cut out before parsing so that no entity is ever declared. A prefix becomes part of the
 *   name with a dot (dc:date is `dc.date`, content:encoded is `content.encoded`), so that rules need no namespace table.
 * JSON: document element "json"; members become elements; names that are not XML names have each odd byte replaced by '_' (attribute
 *   name="..." keeps the original); array members are elements "_"; attribute t = "o" "a" "s" "n" "b" "0" tells object, array, string, number, bool, null. Strings are
 *   text. Lenient: trailing commas, comments, unescaped control bytes in strings, and text after the value are taken and flagged.
 *   A repeated quote inside a string, a missing comma, a bare or single-quoted name are mended and flagged too; a value that is cut off is READ_BAD.
 * In all three a ':' in a name is a '.' in the tree (xlink:href is `xlink.href`; in JSON it is odd and becomes '_').
 * In: valid UTF-8 (charset.h has run). Out: *doc, owned by the caller, freed with tree_free() and NEVER with xmlFreeDoc: all nodes of a tree live in one
 *   arena (a node for each malloc was two thirds of the cost of reading JSON). The tree is read-only: XPath yes; unlinking, renaming or freeing nodes no.
 *   *doc is NULL unless the result is READ_OK or READ_RECOVERED. Thread: any; no shared state. */
#ifndef EARSHOT_PARSERS_READERS_H
#define EARSHOT_PARSERS_READERS_H

#include "base/arena.h"
#include "base/strbuf.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

/* Once per process, before threads; parsers_init() calls it. Lets malloc keep up to 32 MiB that trees have given back: page after page asks for the same
 * megabytes again, and fetching them from the kernel each time took four fifths of the time of a JSON island (575 us against 125). */
void readers_init(void);
/* Frees a tree of any of the readers below; NULL is fine. */
void tree_free(xmlDocPtr doc);

enum read_result { READ_OK, READ_RECOVERED, READ_TOOBIG, READ_BAD };

/* A whole page, or a block cut out of one. Where there is little to mend (html_plain.h) it takes a tenth. */
enum read_result html_tree(const char *s, size_t n, xmlDocPtr *doc);
/* As html_tree for a piece of HTML inside a string (a feed's content, a JSON field). */
enum read_result html_fragment(const char *s, size_t n, xmlDocPtr *doc);
/* Copy s to out without the contents of script, style, svg and template, and without comments: a byte scan, no tree. 3 to 5 times less for Gumbo.
 * Scripts of a type that holds data (application/json, application/ld+json) are dropped, too: islands are found beforehand. */
bool html_strip(struct strbuf *out, const char *s, size_t n);
enum read_result xml_tree(const char *s, size_t n, xmlDocPtr *doc);
enum read_result json_tree(const char *s, size_t n, xmlDocPtr *doc);
/* The same, but members of these names (NULL-terminated; NULL: none) are passed over where their values are whole objects, arrays or strings: an island's words for its
 * buttons are often larger than its data. */
enum read_result json_tree_without(const char *s, size_t n, const char *const *without, xmlDocPtr *doc);

/* Find a script element by its start tag, in raw HTML bytes, without a parser.
 *   selector: "script#ID", "script[type=VALUE]" or "script[NAME=VALUE]"; compared on attribute values, any quoting, any case of names.
 *   In: *from, where to go on (0 at first). Out: its contents, *from behind it. false when there is none (any more). */
bool island_find(const char *html, size_t n, const char *selector, size_t *from, const char **s, size_t *len);
/* Cut the first block that begins at the literal `from` and ends before the literal `to` (to NULL: the end). false when `from` is not there. */
bool island_cut(const char *html, size_t n, const char *from, const char *to, const char **s, size_t *len);

/* Visible text of a node: paragraphs (block elements, br) separated by one \n, blanks folded, words of neighbouring blocks never glued, entities
 * already decoded, script/style dropped. drop: NULL-terminated list of class names, and of element names written "<name", that are left out (ads, quotes). NULL when there is none. */
char *text_of(struct arena *a, const xmlNode *node, const char *const *drop);
/* The same folding for plain text that holds \r\n, \t and runs of blanks: keeps single \n between paragraphs. */
char *text_plain(struct arena *a, const char *s);

#endif
