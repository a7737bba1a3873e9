/* The first line is the path asked for, the rest robots.txt. */
#include "crawler/robots.h"
#include "crawler/robots_store.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char url[600] = "https://shop.example/";
    const uint8_t *end = n ? memchr(data, '\n', n) : NULL;
    size_t path = end ? (size_t)(end - data) : n, at = strlen(url);
    size_t keep = path < sizeof url - at - 1 ? path : sizeof url - at - 1;
    for (size_t i = 0; i < keep; i++)
        url[at + i] = data[i] ? (char)data[i] : 'x';
    url[at + keep] = '\0';
    const char *file = end ? (const char *)end + 1 : "";
    size_t file_n = end ? n - path - 1 : 0;
    struct robots *r = robots_parse(file, file_n, "earshot");
    PROMISE(r != NULL);
    int line = -1;
    const char *rule = "";
    bool allowed = robots_allowed(r, url, &line, &rule);
    PROMISE(line >= 0 && (line > 0) == (rule != NULL));
    PROMISE(robots_delay_ms(r) >= 0 && robots_delay_ms(r) <= 30000);
    PROMISE(robots_allowed(r, "https://shop.example/robots.txt", NULL, NULL));
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    PROMISE(robots_write(r, &b));
    struct robots *again = robots_parse(b.s, b.n, "earshot");
    PROMISE(robots_allowed(again, url, NULL, NULL) == allowed && robots_delay_ms(again) == robots_delay_ms(r));
    robots_free(again);
    strbuf_release(&b);
    robots_free(r);
    return 0;
}
