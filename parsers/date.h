/* Dates as sites print them. What is not understood stays unknown; it never becomes today.
 *
 * Source: RFC 3339, RFC 822/2822 (with their obsolete zones), epoch seconds and milliseconds, English ("August 3rd, 2023", "3 Aug 2023"), Russian and Ukrainian
 * (genitive and short months, "сегодня в 12:02", "вчера", "3 дня назад", "27 апр в 13:02": no year = the last one that is not in the future). мая is May. */
#ifndef EARSHOT_PARSERS_DATE_H
#define EARSHOT_PARSERS_DATE_H

#include "base/when.h"

struct date_context {
    int64_t now;          /* for relative words; the time the page was fetched */
    const char *timezone; /* of the site, for clock times without zone: "UTC", "Europe/Moscow", "Europe/Kyiv", "+03:00"; NULL = UTC */
};
/* form: "iso" "rfc822" "epoch" "en" "ru" "uk" "relative" "dmy" (03.10.2023) "mdy", or "any". */
struct when date_read(const char *s, const char *form, const struct date_context *c);

#endif
