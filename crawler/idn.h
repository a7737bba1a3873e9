/* Host names beyond ASCII, as DNS wants them: "отзыв.рф" becomes "xn--b1ajuq0c.xn--p1ai".
 *
 * libcurl does this only under a UTF-8 locale. Labels are case-folded and put in NFC (the part of UTS 46 that matters to names people type).
 * Source: RFC 3492 (Punycode), RFC 5891. Thread: any. */
#ifndef EARSHOT_CRAWLER_IDN_H
#define EARSHOT_CRAWLER_IDN_H
#include <stdbool.h>
#include <stddef.h>
/* false when the name is not UTF-8, a label is empty or longer than 63, or out (cap bytes) is too small. ASCII labels are copied in lower case. */
bool idn_ascii(const char *host, char *out, size_t cap);
#endif
