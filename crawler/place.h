/* Where a URL leads: its host, port and origin; and what a redirect makes of it.
 *
 * Source: RFC 3986, WHATWG URL as far as libcurl's URL parser goes. Thread: any. */
#ifndef EARSHOT_CRAWLER_PLACE_H
#define EARSHOT_CRAWLER_PLACE_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

#define PLACE_HOST_BYTES 260
#define PLACE_ORIGIN_BYTES (PLACE_HOST_BYTES + 20)

struct place {
    char *url;                        /* normalised, without fragment; heap */
    char host[PLACE_HOST_BYTES];      /* lower case, as in the URL ("[::1]" with brackets) */
    int port;
    bool https;
    char unit[PLACE_HOST_BYTES + 8];  /* what politeness counts by: the host, with its port when that is not the usual one */
    char origin[PLACE_ORIGIN_BYTES];  /* "https://host:port", always with port */
};

/* NULL when url can be fetched; else a static sentence part that says why not (then nothing is owned). */
const char *place_read(struct place *out, const char *url);
/* The place a Location header of `from` leads to. Refuses other schemes, https -> http, user names, over-long URLs and control bytes. */
const char *place_follow(struct place *out, const struct place *from, const char *location);
/* robots.txt of the same origin. */
const char *place_robots(struct place *out, const struct place *of);
void place_release(struct place *p);

#endif
