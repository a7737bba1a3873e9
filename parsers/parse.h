/* One fetched page to mentions: charset, reader, extraction, and telling failure from silence.
 *
 * In: page with body, status, headers, content_type, final_url or target.url. Out: outcome, reason, site, channel, via, charset, declared_total, finding[].mention, link[], fill. An
 * outcome set before (NETWORK, UNCHANGED, ...) is kept, except that BLOCKED wins over the status (a captcha page with 507 or 403 is BLOCKED).
 * Owns: everything goes into page->arena. Thread: one struct parser per thread. Limits: base/limits.h; a page past them is TOOBIG. */
#ifndef EARSHOT_PARSERS_PARSE_H
#define EARSHOT_PARSERS_PARSE_H

#include "base/page.h"
#include "parsers/site.h"

struct parser;
struct parser *parser_new(const struct sites *sites); /* NULL: out of memory */
void parser_free(struct parser *p);
/* accounts: names or ids under which the brand answers here (source->accounts), for sites whose reply rule needs them. May be NULL, 0. */
void parser_read(struct parser *p, struct page *page, const char *const *accounts, size_t n_account);
/* Once per process, before threads. */
void parsers_init(void);
/* As parser_read, and tells for every field of every mention which rule gave it: lines for `earshot site test`, appended to out. */
void parser_explain(struct parser *p, struct page *page, struct strbuf *out);

#endif
