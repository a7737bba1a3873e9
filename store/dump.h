/* Records as JSON and back, field by field as store/tables.c lists them: a field that is added there is exported and imported without more ado. Private to store/.
 *
 * An array with one object for each part of the record, {"NAME":VALUE,...}; what is absent is left out. Numbers are numbers, flags 0 or 1, times [unix seconds, precision], words
 * [[weight,text,why],...], causes [text,...], signs [[points,name],...]. */
#ifndef EARSHOT_STORE_DUMP_H
#define EARSHOT_STORE_DUMP_H

#include "base/jsonw.h"
#include "base/limits.h"
#include "store/jsonr.h"
#include "store/record.h"

#define DUMP_FIRST "earshot.store" /* "t" of the first line */
#define DUMP_LAST  "end"           /* "t" of the last one: a file without it was cut */
#define DUMP_META  "meta"          /* named values, in hex */

#define LIMIT_DUMP_LINE_BYTES (8 * LIMIT_RECORD_BYTES) /* a record whose every byte is escaped */

/* A tree whose records are written out; the others are made anew. */
struct dump_tree {
    enum tree tree;
    enum rec_type type;
    const char *word;  /* "t" of its lines */
    size_t key_number; /* "k": how many 64-bit numbers the key has; 0 = it follows from the record */
};
extern const struct dump_tree dump_trees[]; /* ended by word NULL, in the order of the file */

void dump_record(struct jsonw *w, const struct rec_any *x);
/* Fills *x (rec_blank first). Strings stay in the line, lists lie in a. false: r->wrong says why. */
bool dump_record_read(struct jsonr *r, struct rec_any *x, struct arena *a);
/* Every line of the store. */
MUST_USE enum err dump_all(struct txn *t, bool (*line)(void *ctx, const char *s, size_t n), void *ctx);

#endif
