/* Letters as the rest of the room compares them: lower case, ё as е, й and ї composed, every apostrophe as ', no accents on top.
 *
 * Smaller and faster than full Unicode case folding: Latin, Greek and Cyrillic capitals; other scripts stay as they are.
 * Thread: no state. Bad bytes become U+FFFD and are no letters. */
#ifndef EARSHOT_SENTIMENT_FOLD_H
#define EARSHOT_SENTIMENT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One code point in lower case; ё gives е. */
uint32_t fold_cp(uint32_t cp);
/* Letters and digits of any script. */
bool fold_is_word(uint32_t cp);
bool fold_is_cyrillic(uint32_t cp);
bool fold_is_upper(uint32_t cp);
bool fold_is_emoji(uint32_t cp);
/* ' ’ ʼ ` and the like. */
bool fold_is_apostrophe(uint32_t cp);
/* What base becomes when cp follows it: и + breve = й. Other marks, soft hyphens and joiners are dropped: base as it was. *mark: is cp such a mark? */
uint32_t fold_mark(uint32_t base, uint32_t cp, bool *mark);
/* The folded text of s into out, which has room for n + 1 bytes (folding never grows); NUL-terminated. Returns its length. */
size_t fold_text(char *out, const char *s, size_t n);

#endif
