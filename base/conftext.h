/* Text for libconfuse, made fit for it: comments out, newlines kept. libconfuse 3.3 counts a comment line three times and refuses comments inside lists; its scanner echoes a backslash
 * outside quotes, or before the end of the text, to stdout. */
#ifndef EARSHOT_BASE_CONFTEXT_H
#define EARSHOT_BASE_CONFTEXT_H

#include <stdbool.h>

/* In place. NULL, or what is wrong (static) with its *line: then libconfuse must not see the text. */
const char *conftext_clean(char *s, int *line);

#endif
