/* What a server says in headers: line 1 a Retry-After, line 2 a remaining, line 3 a reset, line 4 a Location, the rest a body. */
#include "crawler/place.h"
#include "crawler/retry.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define NOW 1793700000

static bool sane(int64_t s)
{
    return s == -1 || (s >= RETRY_AFTER_MIN_S && s <= RETRY_AFTER_MAX_S);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static char line[4][LIMIT_URL_BYTES + 100];
    const char *at = (const char *)data, *end = at + n;
    for (int i = 0; i < 4; i++) {
        size_t len = 0;
        while (at < end && *at != '\n' && *at != '\0' && len < sizeof line[0] - 1)
            line[i][len++] = *at++;
        line[i][len] = '\0';
        while (at < end && *at++ != '\n')
            continue;
    }
    PROMISE(sane(retry_after_s(line[0], NOW)));
    PROMISE(sane(retry_rate_s(line[1], line[2], NOW)));
    PROMISE(sane(retry_body_s(at, (size_t)(end - at))));
    struct place from, to, again;
    PROMISE(place_read(&from, "https://shop.example/a/b?c") == NULL);
    if (place_follow(&to, &from, line[3]) == NULL) {
        PROMISE(to.https && strncmp(to.url, "https://", 8) == 0 && strlen(to.url) <= LIMIT_URL_BYTES);
        PROMISE(to.port > 0 && to.port < 65536 && *to.host && !strchr(to.url, '\n'));
        PROMISE(strncmp(to.origin, "https://", 8) == 0);
        if (place_read(&again, to.url) == NULL) {
            PROMISE(strcmp(again.origin, to.origin) == 0);
            place_release(&again);
        }
        place_release(&to);
    }
    place_release(&from);
    return 0;
}
