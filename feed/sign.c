#include "feed/sign.h"

#include "base/limits.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_MIN 24
#define SECRET_MAX 64
#define TEXT_BYTES 64 /* base64 of 32 bytes has 44 */

static bool secret_read(const char *secret, unsigned char key[SECRET_MAX], size_t *n)
{
    const char *text = strncmp(secret, "whsec_", 6) == 0 ? secret + 6 : secret, *end;
    return sodium_base642bin(key, SECRET_MAX, text, strlen(text), NULL, n, &end, sodium_base64_VARIANT_ORIGINAL) == 0 && *end == '\0' && *n >= SECRET_MIN;
}

const char *sign_secret_wrong(const char *secret)
{
    unsigned char key[SECRET_MAX];
    size_t n;
    bool good = secret_read(secret, key, &n);
    sodium_memzero(key, sizeof key);
    return good ? NULL : "is no secret of Standard Webhooks: whsec_ and the base64 of 24 to 64 bytes";
}

static bool mac_of(char out[TEXT_BYTES], const char *secret, const char *id, const char *timestamp, const char *body, size_t n)
{
    unsigned char key[SECRET_MAX], mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state h;
    size_t key_bytes;
    bool good = secret_read(secret, key, &key_bytes);
    if (good) {
        crypto_auth_hmacsha256_init(&h, key, key_bytes);
        crypto_auth_hmacsha256_update(&h, (const unsigned char *)id, strlen(id));
        crypto_auth_hmacsha256_update(&h, (const unsigned char *)".", 1);
        crypto_auth_hmacsha256_update(&h, (const unsigned char *)timestamp, strlen(timestamp));
        crypto_auth_hmacsha256_update(&h, (const unsigned char *)".", 1);
        crypto_auth_hmacsha256_update(&h, (const unsigned char *)body, n);
        crypto_auth_hmacsha256_final(&h, mac);
        sodium_bin2base64(out, TEXT_BYTES, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    }
    sodium_memzero(key, sizeof key);
    return good;
}

bool sign_make(struct strbuf *out, const char *const secret[2], const char *id, int64_t at, const char *body, size_t n)
{
    char text[TEXT_BYTES], timestamp[24];
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)at);
    for (int i = 0; i < 2 && secret[i]; i++) {
        if (!mac_of(text, secret[i], id, timestamp, body, n))
            return false;
        strbuf_printf(out, "%sv1,%s", i ? " " : "", text);
    }
    return secret[0] != NULL && !out->full;
}

const char *sign_check(const char *const secret[2], const char *id, const char *timestamp, const char *signature, const char *body, size_t n, int64_t now)
{
    char want[TEXT_BYTES], *end;
    if (!id || !timestamp || !signature || !*id || !*timestamp)
        return "the call is not signed";
    long long at = strtoll(timestamp, &end, 10);
    if (*end || at < now - SIGN_TOLERANCE_S || at > now + SIGN_TOLERANCE_S)
        return "the call's timestamp is more than five minutes off";
    bool fits = false;
    for (int i = 0; i < 2 && secret[i]; i++) {
        if (!mac_of(want, secret[i], id, timestamp, body, n))
            return "the secret is wrong";
        size_t len = strlen(want);
        for (const char *p = signature; *p;) {
            size_t have = strcspn(p, " ");
            fits |= have == len + 3 && memcmp(p, "v1,", 3) == 0 && sodium_memcmp(p + 3, want, len) == 0;
            p += have + (p[have] == ' ');
        }
    }
    return fits ? NULL : "the signature does not fit";
}
