/* Answers that say what an earlier answer of the same brand said: canned.
 *
 * The fingerprints (desk/simhash.h) of the last REPLIES_KEPT answers of a brand lie in the store's meta values; an answer is compared with those that came before it. Composed here,
 * because the fingerprint is the desk's and the memory is the store's.
 * Thread: the writer. Owns: its memory. */
#ifndef EARSHOT_CLI_REPLIES_H
#define EARSHOT_CLI_REPLIES_H

#include "base/page.h"
#include "store/store.h"

#define REPLIES_KEPT 2000

struct replies;
struct replies *replies_new(void); /* NULL: out of memory */
void replies_free(struct replies *r);
/* Sets REPLY_FLAG_CANNED in the findings of the page and remembers their answers. r NULL: nothing happens. What cannot be read from the store counts as never seen. */
void replies_note(struct replies *r, struct store *s, struct page *page);
/* To the store, what is new. */
MUST_USE enum err replies_save(struct replies *r, struct store *s);

#endif
