/* The short way from a block of HTML to its tree, for markup in which the standard's tree construction has nothing to mend.
 *
 * Gumbo takes 360 instructions a byte, most of them for mistakes that a block of items does not make. Where every element is closed by its own end tag, in
 * order, and nothing occurs that the standard treats apart (tables, select, p around blocks, a in a, ...), a stack is the whole algorithm. The first doubt ends
 * it: html_block() then asks Gumbo. Both ways give the same tree; tests/fuzz/fuzz_block.c compares them byte by byte.
 * Source: HTML Living Standard, sections 13.2.5 and 13.2.6.4.7 ("in body"). Private to html.c. Thread: any. */
#ifndef EARSHOT_PARSERS_HTML_PLAIN_H
#define EARSHOT_PARSERS_HTML_PLAIN_H

#include "parsers/tree.h"

/* Fill the empty tree t. false: not plain (or a ceiling); t is then of no use. */
bool html_plain(const char *s, size_t n, struct tree *t);
/* Lower case, ':' to '.', cut at 128 bytes: no site has such a name, an attacker may. NULL at the ceiling. html.c */
const char *html_lower_name(struct tree *t, const char *prefix, const char *s, size_t n);

#endif
