#include "parsers/readers.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const selector[] = {"script#__NEXT_DATA__", "script[type=application/ld+json]", "script[type=\"application/json\"]", "script[data-x]", "script#", "div#x", "script[", "script"};
    const char *html = (const char *)data;
    const char *s;
    size_t len;
    for (size_t i = 0; i < sizeof selector / sizeof selector[0]; i++) {
        size_t from = 0;
        size_t before = 0;
        while (island_find(html, n, selector[i], &from, &s, &len)) {
            PROMISE(s >= html && s + len <= html + n && from > before && from <= n);
            before = from;
        }
    }
    if (island_cut(html, n, "<", NULL, &s, &len))
        PROMISE(*s == '<' && s + len == html + n);
    if (island_cut(html, n, "<d", "</", &s, &len))
        PROMISE(s >= html && s + len <= html + n);
    return 0;
}
