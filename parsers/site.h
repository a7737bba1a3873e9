/* Site files: text files of XPath 1.0 rules that know one layout. C exists per format, never per site.
 *
 * Source: doc/SITES.md documents the grammar, which is read with libconfuse. A file in the user's folder replaces a shipped one of the same
 * name whole. Thread: read-only after sites_load; compiled XPath is per struct parser. */
#ifndef EARSHOT_PARSERS_SITE_H
#define EARSHOT_PARSERS_SITE_H

#include "base/arena.h"
#include "base/brand.h"
#include "base/err.h"
#include "base/request.h"
#include "base/strbuf.h"

#include <stddef.h>

struct site;
struct sites;

/* Load every *.site of both folders (user_dir may be NULL). ERR_SITE with "FILE:LINE: what, and what to do". */
MUST_USE enum err sites_load(struct sites **out, const char *shipped_dir, const char *user_dir);
void sites_free(struct sites *s);
size_t sites_count(const struct sites *s);
const struct site *sites_at(const struct sites *s, size_t i); /* sorted by name */
const struct site *sites_by_name(const struct sites *s, const char *name);
/* The site whose host and path patterns fit; generic sites (feed, schema.org) only when no other fits. NULL for a bad URL. */
const struct site *sites_by_url(const struct sites *s, const char *url);

const char *site_name(const struct site *s);
const char *site_title(const struct site *s);
const char *site_channel(const struct site *s); /* "review" "social" "forum" "feed" */
const char *site_path(const struct site *s);    /* file it was read from */
enum about site_about(const struct site *s);    /* ABOUT_ALL or ABOUT_ALIASES */
int64_t site_poll_floor_s(const struct site *s);
/* Raise it when today's code reads the same page otherwise than yesterday's: every page is then asked for whole once. */
#define PARSER_VERSION 2
/* What decides how a page is read: the text of the site file that a target's name or URL leads to (all generic ones, where they are asked), of what is shared, and PARSER_VERSION.
 * site_name may be NULL. */
uint64_t sites_fingerprint(const struct sites *s, const char *site_name, const char *url);
/* URL of page 1 (newest first, all languages) for a source's slug. NULL when the site has no `build` (a url is needed then) or the slug does not fit. */
const char *site_build_url(const struct site *s, const char *slug, struct arena *a);
/* How url is asked for by the page rule that fits it (site NULL: found by URL). token: lines of the source's token file, NULL where there is none. What needs
 * a token that is not there is left out. false when a plain GET does it; only https URLs get tokens. Strings in a. */
bool site_request(const struct sites *s, const char *site, const char *url, const char *const token[REQUEST_TOKENS], struct arena *a, struct request *out);
enum site_token { SITE_TOKEN_NONE, SITE_TOKEN_OPTIONAL, SITE_TOKEN_REQUIRED };
enum site_token site_token(const struct sites *s, const char *site, const char *url);
/* Check one file without loading it: every mistake as one line appended to out ("FILE:LINE: ..."). ERR_OK or ERR_SITE. */
MUST_USE enum err site_check_file(const char *path, struct strbuf *out);

#endif
