/* Signatures of Standard Webhooks: "v1," base64(HMAC-SHA256(secret, ID "." TIMESTAMP "." BODY)).
 *
 * A secret is "whsec_" base64 of 24 to 64 bytes. Two secrets (old and new) give two signatures with a blank between them: a receiver takes either, so that a secret can be changed without a gap.
 * Source: https://github.com/standard-webhooks/standard-webhooks, spec 1.0; HMAC and base64 by libsodium. Thread: pure. */
#ifndef EARSHOT_FEED_SIGN_H
#define EARSHOT_FEED_SIGN_H

#include "base/strbuf.h"

#include <stddef.h>
#include <stdint.h>

#define SIGN_TOLERANCE_S 300 /* how far a call's timestamp may be from now */

/* NULL, or what is wrong with the secret; static. */
const char *sign_secret_wrong(const char *secret);
/* Append the value of webhook-signature. secret[1] may be NULL. false: a secret is wrong. */
bool sign_make(struct strbuf *out, const char *const secret[2], const char *id, int64_t at, const char *body, size_t n);
/* NULL when one of the signatures fits one of the secrets and the time is near now; else what is wrong; static. Compares in constant time. */
const char *sign_check(const char *const secret[2], const char *id, const char *timestamp, const char *signature, const char *body, size_t n, int64_t now);

#endif
