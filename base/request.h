/* How a target is asked for when a plain GET of its URL is not enough: an API that wants a token, a POST.
 *
 * A request lives only while it is sent. The target's URL is its identity and never holds the token: that is put in at send time and masked in whatever
 * comes back, so that it reaches neither store, archive, log nor message. */
#ifndef EARSHOT_BASE_REQUEST_H
#define EARSHOT_BASE_REQUEST_H

#include <stddef.h>

#define REQUEST_TOKENS 2 /* "{token}" and "{token2}": some APIs know the application and the account apart */

struct request {
    const char *url;           /* sent instead of the target's; NULL: the same */
    const char *body;          /* a form to POST; NULL: GET */
    const char *shown_body;    /* the same with '*' for each secret: for archives; NULL with body */
    const char *const *header; /* "name: value" */
    size_t n_header;
    const char *secret[REQUEST_TOKENS]; /* to be masked in the answer; NULL */
};

#endif
