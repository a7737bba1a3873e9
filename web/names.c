#include "web/names.h"

#include "base/hash.h"
#include "desk/triage.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

struct hash_table {
    size_t mask;
    struct {
        uint64_t hash; /* 0 = free: hash64 is never 0 */
        int32_t index; /* brands as they are, sources as -1 - index */
    } slot[];
};

static const char *const langs[][2] = {
    {"ru", "русский"}, {"uk", "українська"}, {"en", "English"}, {"be", "беларуская"}, {"kk", "қазақша"}, {"de", "Deutsch"}, {"fr", "français"},
    {"es", "español"}, {"it", "italiano"},   {"pt", "português"}, {"pl", "polski"}, {"cs", "čeština"}, {"nl", "Nederlands"}, {"sv", "svenska"},
    {"da", "dansk"},   {"nb", "norsk"},      {"no", "norsk"}, {"fi", "suomi"}, {"tr", "Türkçe"}, {"ro", "română"}, {"bg", "български"},
    {"sr", "српски"},  {"hr", "hrvatski"},   {"sk", "slovenčina"}, {"sl", "slovenščina"}, {"hu", "magyar"}, {"el", "Ελληνικά"}, {"lt", "lietuvių"},
    {"lv", "latviešu"}, {"et", "eesti"},     {"ka", "ქართული"}, {"hy", "հայերեն"}, {"az", "azərbaycan"}, {"uz", "oʻzbek"}, {"ky", "кыргызча"},
    {"tg", "тоҷикӣ"},  {"he", "עברית"},     {"ar", "العربية"}, {"zh", "中文"}, {"ja", "日本語"}, {"ko", "한국어"}, {"vi", "Tiếng Việt"}, {"id", "Indonesia"},
};
#define N_LANG (sizeof langs / sizeof *langs)

static void put(struct hash_table *t, uint64_t hash, int32_t index)
{
    size_t i = (size_t)hash & t->mask;
    while (t->slot[i].hash && t->slot[i].hash != hash)
        i = (i + 1) & t->mask;
    t->slot[i].hash = hash;
    t->slot[i].index = index;
}

static const int32_t *get(const struct hash_table *t, uint64_t hash)
{
    for (size_t i = (size_t)hash & t->mask; t->slot[i].hash; i = (i + 1) & t->mask)
        if (t->slot[i].hash == hash)
            return &t->slot[i].index;
    return NULL;
}

/* Keys of sources hold a slash, names of brands cannot: one table. */
static bool fill(struct names *n)
{
    const struct settings *s = n->settings;
    size_t n_source = 0, size = 64;
    for (size_t b = 0; b < s->n_brand; b++)
        n_source += s->brand[b].n_source;
    while (size < 2 * (n_source + s->n_brand))
        size *= 2;
    n->table = calloc(1, sizeof *n->table + size * sizeof n->table->slot[0]);
    n->source = calloc(n_source + 1, sizeof *n->source);
    if (!n->table || !n->source)
        return false;
    n->table->mask = size - 1;
    for (size_t b = 0; b < s->n_brand; b++) {
        put(n->table, hash64_str(s->brand[b].name), (int32_t)b);
        for (size_t i = 0; i < s->brand[b].n_source; i++) {
            put(n->table, hash64_str(s->brand[b].source[i].key), -1 - (int32_t)n->n_source);
            n->source[n->n_source++] = &s->brand[b].source[i];
        }
    }
    return true;
}

enum err names_new(struct names **out, const struct settings *s)
{
    struct names *n = calloc(1, sizeof *n);
    *out = n;
    if (!n)
        return err_set(ERR_MEMORY, "out of memory");
    n->settings = s;
    for (; triage_cause_code(n->n_cause) && n->n_cause < NAMES_CAUSES; n->n_cause++)
        n->cause_of[store_word_hash(triage_cause_code(n->n_cause))] = (uint8_t)(n->n_cause + 1);
    for (size_t i = 0; i < N_LANG; i++)
        n->lang_of[store_word_hash(langs[i][0])] = (uint8_t)(i + 1);
    return fill(n) ? ERR_OK : err_set(ERR_MEMORY, "out of memory");
}

void names_free(struct names *n)
{
    if (!n)
        return;
    free(n->table);
    free(n->source);
    free(n);
}

int names_brand(const struct names *n, uint64_t hash)
{
    const int32_t *i = get(n->table, hash);
    return i && *i >= 0 ? *i : -1;
}

int names_source(const struct names *n, uint64_t hash)
{
    const int32_t *i = get(n->table, hash);
    return i && *i < 0 ? -1 - *i : -1;
}

int names_cause(const struct names *n, uint16_t hash)
{
    return hash ? n->cause_of[hash] - 1 : -1;
}

int names_lang(const struct names *n, uint16_t hash)
{
    return hash ? n->lang_of[hash] - 1 : -1;
}

const char *names_lang_code(size_t i)
{
    return i < N_LANG ? langs[i][0] : NULL;
}

const char *names_lang_text(const char *code)
{
    for (size_t i = 0; i < N_LANG; i++)
        if (strcmp(langs[i][0], code) == 0)
            return langs[i][1];
    return code;
}
