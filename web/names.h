/* From the hashes in index rows back to names: brands and sources of the settings, causes, languages. Never changed once made. Thread: any. */
#ifndef EARSHOT_WEB_NAMES_H
#define EARSHOT_WEB_NAMES_H

#include "base/brand.h"
#include "base/err.h"

#define NAMES_CAUSES 64
#define NAMES_LANGS  64

struct names {
    const struct settings *settings;
    const struct source **source; /* of all brands */
    size_t n_source;
    struct hash_table *table;
    uint8_t cause_of[65536], lang_of[65536]; /* index + 1; 0 = unknown */
    size_t n_cause;
};

MUST_USE enum err names_new(struct names **out, const struct settings *s);
void names_free(struct names *n);
/* Index into settings->brand, into source; -1 when it left the settings. */
int names_brand(const struct names *n, uint64_t hash);
int names_source(const struct names *n, uint64_t hash);
/* Index for triage_cause_code; -1. */
int names_cause(const struct names *n, uint16_t hash);
/* Index for names_lang_code; -1. */
int names_lang(const struct names *n, uint16_t hash);
/* "ru"; NULL behind the last. */
const char *names_lang_code(size_t i);
/* The language in its own words where we know them: "русский"; else the code. */
const char *names_lang_text(const char *code);

#endif
