/* The contract's objects as JSON: one writer for parse, report, feed, show and export, so that they cannot differ.
 *
 * Source: doc/CONTRACT.md. Absent values are null. The caller opens nothing and closes nothing: each call writes one value. */
#ifndef EARSHOT_BASE_CONTRACT_H
#define EARSHOT_BASE_CONTRACT_H

#include "base/jsonw.h"
#include "base/page.h"

/* A mention of earshot.page/1. */
void contract_mention(struct jsonw *w, const struct mention *m);
/* earshot.page/1, the whole object, without newline. */
void contract_page(struct jsonw *w, const struct page *p);
/* earshot.score/1 */
void contract_score(struct jsonw *w, const struct score *s);
/* earshot.finding/1: {schema, seq, brand, source, channel, mention:{...}, score:{...}, verdict, priority, due, signs[], state,
 * assignee, root_cause, first_seen, last_seen, missing_since, answered_at, revisions} */
void contract_finding(struct jsonw *w, const struct finding *f);

#endif
