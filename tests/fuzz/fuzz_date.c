#include "parsers/date.h"
#include "parsers/date_zone.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const form[] = {"any", "iso", "rfc822", "epoch", "en", "ru", "uk", "relative", "dmy", "mdy"};
    static const char *const zone[] = {NULL, "UTC", "Europe/Moscow", "Europe/Kyiv", "+03:00", "America/New_York", "Nowhere/Land"};
    char text[512];
    if (n < 2)
        return 0;
    size_t len = n - 2 < sizeof text - 1 ? n - 2 : sizeof text - 1;
    memcpy(text, data + 2, len);
    text[len] = '\0';
    struct date_context c = {1785240000, zone[data[1] % 7]};
    struct when w = date_read(text, form[data[0] % 10], &c);
    PROMISE(w.precision <= PRECISION_SECOND);
    PROMISE(when_known(w) || w.at == 0);
    PROMISE((w.precision != PRECISION_DAY && w.precision != PRECISION_MONTH) || w.at % 86400 == 0);
    char buf[WHEN_TEXT_BYTES];
    struct when again;
    if (when_known(w) && w.at > -2000000000 && w.at < 7000000000)
        PROMISE(when_parse(when_format(w, buf), &again) && again.at <= w.at && w.at - again.at < 60);
    date_zone_known(text);
    return 0;
}
