/* Which addresses may be dialled: public ones, plus what the settings name.
 *
 * Asked for every socket just before it connects (curl's opensocket call), so that no public name, redirect, odd IP notation or
 * rebinding resolver reaches a private, loopback, link-local, metadata, multicast or translated address.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and successors). Thread: read-only after guard_new. */
#ifndef EARSHOT_CRAWLER_GUARD_H
#define EARSHOT_CRAWLER_GUARD_H

#include "base/brand.h"
#include "base/err.h"

#include <stdbool.h>
#include <sys/socket.h>

struct guard;

/* Reads connect_to, allow_private and proxy of s, which must outlive it. ERR_CONFIG names a connect_to that cannot be read. */
MUST_USE enum err guard_new(struct guard **out, const struct settings *s);
void guard_free(struct guard *g);
/* May a transfer to host:port (as in its URL) open a socket to this address?
 * A connect_to entry that fits host:port allows the address and port it names, nothing else. Otherwise: public addresses; any address for hosts
 * in allow_private ("name" or "name:port"). With a proxy every socket leads to the proxy, which the operator has named: any address. */
bool guard_allows(const struct guard *g, const char *host, int port, const struct sockaddr *addr);
/* May host:port be asked of the proxy? Names are the proxy's to resolve; numbers and localhost are judged as above. true when there is no proxy. */
bool guard_allows_proxied(const struct guard *g, const char *host, int port);
/* true for globally reachable unicast addresses. Other families than IPv4 and IPv6 are never public. */
bool guard_public(const struct sockaddr *addr);
/* "127.0.0.1:80" or "[::1]:80" into buf (at least 64 bytes). Returns buf. */
const char *guard_text(const struct sockaddr *addr, char *buf);

#endif
