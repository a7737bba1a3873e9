/* A site file from anywhere: taken or refused with FILE:LINE, never more. */
#include "base/limits.h"
#include "parsers/parse.h"
#include "parsers/rules.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf out;
    char *text = malloc(n + 1);
    PROMISE(text != NULL);
    memcpy(text, data, n);
    text[n] = '\0';
    strbuf_init(&out, LIMIT_MIB);
    parsers_init();
    struct sites *s = sites_new();
    PROMISE(s != NULL);
    bool good = site_load_text(s, text, "fuzz.site", "x", &out);
    PROMISE(good ? out.n == 0 : strncmp(out.s, "fuzz.site:", 10) == 0);
    sites_free(s);
    strbuf_release(&out);
    free(text);
    return 0;
}
