/* The short way from HTML to its tree, for markup in which the standard's tree construction has little to mend.
 *
 * Gumbo takes 360 instructions a byte, most of them for mistakes that few pages make. Where every element is closed by its own end tag, in order (or is a p, li, dt,
 * dd or option that the next one closes), and nothing occurs that the standard treats apart (a in a, text between table rows, b around blocks, ...), a stack is the
 * whole algorithm. The first doubt ends it: html.c then asks Gumbo. Both ways give the same tree; tests/fuzz/fuzz_block.c compares them byte by byte.
 * Three shapes: a whole page with html, head and body written out; a block cut out of a page, which begins with a block element; with `piece`, what stands in a string.
 * Source: HTML Living Standard, sections 13.2.5 and 13.2.6.4. Private to html.c. Thread: any. */
#ifndef EARSHOT_PARSERS_HTML_PLAIN_H
#define EARSHOT_PARSERS_HTML_PLAIN_H

#include "parsers/readers.h"
#include "parsers/tree.h"

/* Fill the empty tree t. false: not plain (or a ceiling); t is then of no use. */
bool html_plain(const char *s, size_t n, bool piece, struct tree *t);
/* html_tree(), or with piece html_fragment(), by Gumbo alone. html.c */
enum read_result html_gumbo(const char *s, size_t n, bool piece, xmlDocPtr *doc);
/* Lower case, ':' to '.', cut at 128 bytes: no site has such a name, an attacker may. NULL at the ceiling. html.c */
const char *html_lower_name(struct tree *t, const char *prefix, const char *s, size_t n);

#endif
