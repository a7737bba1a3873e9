/* Language of a text: letters, then function words, then character trigrams; the page's language as prior for short texts. */
#ifndef EARSHOT_SENTIMENT_LANG_H
#define EARSHOT_SENTIMENT_LANG_H
#include <stddef.h>
/* hint: ISO code the page claims, or NULL. Returns "ru", "uk", "en" or another ISO 639-1 code that the letters prove, or "und". Static. confidence may be NULL. */
const char *lang_detect(const char *s, size_t n, const char *hint, float *confidence);
#endif
