#include "base/utf8.h"
#include "parsers/charset.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* The first byte chooses a header and a host; the rest is the page. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const header[] = {NULL,          "text/html; charset=windows-1251", "text/html; charset=\"utf-8\"", "text/xml; charset=koi8-u", "text/html;charset=big5",
                                         "charset=ISO-2022-JP", "charset=utf-16le",        "charset=windows-1255",         "charset=bogus",            "charset=windows-1258",
                                         "charset=gb18030",     "charset=iso-2022-kr",     "charset=shift_jis",            "charset=x-user-defined"};
    if (n == 0)
        return 0;
    const char *type = header[data[0] % (sizeof header / sizeof header[0])];
    struct strbuf out;
    strbuf_init(&out, 4 * n + 16);
    const char *name = charset_decode(&out, (const char *)data + 1, n - 1, type, data[0] & 128 ? "example.ru" : NULL);
    PROMISE(name != NULL && charset_by_label(name, strlen(name)) == name);
    PROMISE(!out.full && memchr(out.s, '\0', out.n) == NULL && utf8_valid(out.s, out.n));
    strbuf_release(&out);
    charset_by_label((const char *)data, n);
    return 0;
}
