/* Offsets of the time zones that sites use. Own rules instead of tzset(): that is process-wide state, and zone files may be missing.
 *
 * Known: UTC, GMT, Z, "+03:00" and its kin, zone abbreviations of RFC 822 and of the countries served, and the names in date_zone.c (Moscow with its
 * years of +4, Kyiv and the EU rule, Minsk, Almaty, the four of the United States, ...).
 * Limits: European rules are right from 1996, American from 2007, Moscow from 1993. Source: tz database, files europe, asia and northamerica. Thread: any. */
#ifndef EARSHOT_PARSERS_DATE_ZONE_H
#define EARSHOT_PARSERS_DATE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seconds east of UTC. zone NULL is UTC. false when the zone is not known.
 *   date_zone_offset_local: at is a clock time as shown there (seconds since 1970 as if it were UTC); an hour that occurs twice is read as summer time. */
bool date_zone_offset(const char *zone, int64_t at_utc, int *offset_s);
bool date_zone_offset_local(const char *zone, int64_t at_local, int *offset_s);
/* "MSK", "EST", "+0300", "-07:00", "Z": a zone printed behind a time. */
bool date_zone_printed(const char *s, size_t n, int *offset_s);
bool date_zone_known(const char *zone);

#endif
