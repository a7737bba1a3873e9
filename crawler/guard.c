#include "crawler/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_BYTES 256
#define TEXT_BYTES 64

/* One curl "HOST:PORT:HOST2:PORT2"; empty = any (left side) or the same (right side). */
struct route {
    char host[NAME_BYTES], to_host[NAME_BYTES];
    int port, to_port;
};

struct guard {
    const struct settings *settings;
    struct route *route;
    size_t n_route;
};

struct block {
    const char *prefix;
    int bits;
};

static const struct block blocks4[] = {
    {"0.0.0.0", 8},      {"10.0.0.0", 8},    {"100.64.0.0", 10},  {"127.0.0.0", 8},    {"169.254.0.0", 16},
    {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},   {"192.31.196.0", 24}, {"192.52.193.0", 24},
    {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"192.175.48.0", 24}, {"198.18.0.0", 15},  {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"224.0.0.0", 4},   {"240.0.0.0", 4},
};

/* Only 2000::/3 is global unicast; these are the special blocks within it. Everything outside is refused by the first test. */
static const struct block blocks6[] = {
    {"2001::", 23}, {"2001:db8::", 32}, {"2002::", 16}, {"2620:4f:8000::", 48}, {"3fff::", 20},
};

static bool in_prefix(const unsigned char *a, const unsigned char *p, int bits)
{
    if (memcmp(a, p, (size_t)bits / 8) != 0)
        return false;
    if (bits % 8 == 0)
        return true;
    unsigned mask = 0xffu << (8 - bits % 8) & 0xffu;
    return (a[bits / 8] & mask) == (p[bits / 8] & mask);
}

static bool in_blocks(int family, const void *addr, const struct block *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char p[16];
        ASSERT(inet_pton(family, b[i].prefix, p) == 1);
        if (in_prefix(addr, p, b[i].bits))
            return true;
    }
    return false;
}

bool guard_public(const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, addr, sizeof v4);
        return !in_blocks(AF_INET, &v4.sin_addr, blocks4, sizeof blocks4 / sizeof *blocks4);
    }
    if (addr->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, addr, sizeof v6);
        if ((v6.sin6_addr.s6_addr[0] & 0xe0) != 0x20)
            return false;
        return !in_blocks(AF_INET6, &v6.sin6_addr, blocks6, sizeof blocks6 / sizeof *blocks6);
    }
    return false;
}

static int addr_port(const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, addr, sizeof v4);
        return ntohs(v4.sin_port);
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, addr, sizeof v6);
    return ntohs(v6.sin6_port);
}

const char *guard_text(const struct sockaddr *addr, char *buf)
{
    char ip[INET6_ADDRSTRLEN] = "?";
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, addr, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, ip, sizeof ip);
        snprintf(buf, TEXT_BYTES, "%s:%d", ip, addr_port(addr));
    } else if (addr->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, addr, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, ip, sizeof ip);
        snprintf(buf, TEXT_BYTES, "[%s]:%d", ip, addr_port(addr));
    } else {
        snprintf(buf, TEXT_BYTES, "address family %d", (int)addr->sa_family);
    }
    return buf;
}

/* One field up to ':' ("[...]" for IPv6) into out; the place after the colon, NULL when it does not fit. */
static const char *route_field(const char *s, char *out, bool last)
{
    size_t n;
    const char *end;
    if (*s == '[') {
        const char *close = strchr(s, ']');
        if (!close)
            return NULL;
        s++;
        n = (size_t)(close - s);
        end = close + 1;
    } else {
        n = strcspn(s, ":");
        end = s + n;
    }
    if (n >= NAME_BYTES || *end != (last ? '\0' : ':'))
        return NULL;
    memcpy(out, s, n);
    out[n] = '\0';
    return last ? end : end + 1;
}

static int port_number(const char *s)
{
    if (*s == '\0')
        return 0;
    char *end;
    long v = strtol(s, &end, 10);
    return *end == '\0' && *s >= '0' && *s <= '9' && v > 0 && v < 65536 ? (int)v : -1;
}

static bool route_parse(struct route *r, const char *s)
{
    char port[NAME_BYTES], to_port[NAME_BYTES];
    const char *at = route_field(s, r->host, false);
    at = at ? route_field(at, port, false) : NULL;
    at = at ? route_field(at, r->to_host, false) : NULL;
    at = at ? route_field(at, to_port, true) : NULL;
    if (!at)
        return false;
    r->port = port_number(port);
    r->to_port = port_number(to_port);
    return r->port >= 0 && r->to_port >= 0;
}

enum err guard_new(struct guard **out, const struct settings *s)
{
    *out = NULL;
    struct guard *g = calloc(1, sizeof *g);
    struct route *routes = calloc(s->n_connect_to + 1, sizeof *routes);
    if (!g || !routes) {
        free(g);
        free(routes);
        return err_set(ERR_MEMORY, "out of memory for the address guard");
    }
    *g = (struct guard){.settings = s, .route = routes};
    for (size_t i = 0; i < s->n_connect_to; i++) {
        if (!route_parse(&routes[g->n_route++], s->connect_to[i])) {
            guard_free(g);
            return err_set(ERR_CONFIG, "connect-to \"%s\" is not HOST:PORT:HOST2:PORT2", s->connect_to[i]);
        }
    }
    *out = g;
    return ERR_OK;
}

void guard_free(struct guard *g)
{
    if (!g)
        return;
    free(g->route);
    free(g);
}

/* Does `name` ("127.0.0.1", "::1" or "localhost") stand for this address? Other names stand for whatever public address they have. */
static bool names_address(const char *name, const struct sockaddr *addr)
{
    if (strcasecmp(name, "localhost") == 0)
        return names_address(addr->sa_family == AF_INET ? "127.0.0.1" : "::1", addr);
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in v4;
        struct in_addr want;
        memcpy(&v4, addr, sizeof v4);
        return inet_pton(AF_INET, name, &want) == 1 && want.s_addr == v4.sin_addr.s_addr;
    }
    if (addr->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        struct in6_addr want;
        memcpy(&v6, addr, sizeof v6);
        return inet_pton(AF_INET6, name, &want) == 1 && memcmp(&want, &v6.sin6_addr, sizeof want) == 0;
    }
    return false;
}

static bool is_literal(const char *name)
{
    unsigned char any[16];
    return strcasecmp(name, "localhost") == 0 || inet_pton(AF_INET, name, any) == 1 || inet_pton(AF_INET6, name, any) == 1;
}

/* URL hosts come as "[::1]"; the settings may say either. */
static bool same_host(const char *a, size_t n, const char *b)
{
    if (n >= 2 && a[0] == '[') {
        a++;
        n -= 2;
    }
    if (*b == '[')
        return strlen(b) == n + 2 && strncasecmp(a, b + 1, n) == 0;
    return strlen(b) == n && strncasecmp(a, b, n) == 0;
}

static bool listed(const struct settings *s, const char *host, int port)
{
    for (size_t i = 0; i < s->n_allow_private; i++) {
        const char *e = s->allow_private[i];
        const char *colon = strrchr(e, ':');
        bool bare_v6 = colon && strchr(e, ':') != colon && *e != '[';
        if (same_host(host, strlen(host), e))
            return true;
        if (colon && !bare_v6 && port_number(colon + 1) == port) {
            char name[NAME_BYTES];
            int n = snprintf(name, sizeof name, "%.*s", (int)(colon - e), e);
            if (n > 0 && (size_t)n < sizeof name && same_host(host, strlen(host), name))
                return true;
        }
    }
    return false;
}

bool guard_allows(const struct guard *g, const char *host, int port, const struct sockaddr *addr)
{
    if (addr->sa_family != AF_INET && addr->sa_family != AF_INET6)
        return false;
    if (g->settings->proxy)
        return true;
    for (size_t i = 0; i < g->n_route; i++) {
        const struct route *r = &g->route[i];
        if (*r->host && !same_host(host, strlen(host), r->host))
            continue;
        if (r->port && r->port != port)
            continue;
        /* curl takes the first entry that fits; so do we */
        int to_port = r->to_port ? r->to_port : port;
        if (addr_port(addr) != to_port)
            return false;
        const char *to = *r->to_host ? r->to_host : host;
        if (*r->to_host && is_literal(to))
            return names_address(to, addr);
        break;
    }
    return guard_public(addr) || listed(g->settings, host, port);
}

bool guard_allows_proxied(const struct guard *g, const char *host, int port)
{
    if (!g->settings->proxy || listed(g->settings, host, port))
        return true;
    char name[NAME_BYTES];
    size_t n = strlen(host);
    bool brackets = n >= 2 && host[0] == '[';
    snprintf(name, sizeof name, "%.*s", (int)(brackets ? n - 2 : n), brackets ? host + 1 : host);
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at;
    if (inet_pton(AF_INET, name, &v4.sin_addr) == 1)
        at.v4 = v4;
    else if (inet_pton(AF_INET6, name, &v6.sin6_addr) == 1)
        at.v6 = v6;
    else
        return strcasecmp(name, "localhost") != 0 && !(n > 10 && strcasecmp(name + n - 10, ".localhost") == 0);
    return guard_public(&at.any);
}
