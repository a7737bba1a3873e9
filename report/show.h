/* One mention in full, from structs. */
#ifndef EARSHOT_REPORT_SHOW_H
#define EARSHOT_REPORT_SHOW_H

#include "report/report.h"

struct show {
    struct finding f;
    struct revision *revision;
    size_t n_revision;
    struct journal_entry *journal;
    size_t n_journal;
};

void show_text(const struct report_in *in, const struct show *s, struct strbuf *out);
/* {schema:"earshot.show/1", finding, revisions:[{n,seen_at,changed[],mention}], journal:[...]} */
void show_json(const struct show *s, struct strbuf *out);
void explain_text(const struct report_in *in, const struct finding *f, struct strbuf *out);
/* {schema:"earshot.explain/1", id, score:{earshot.score/1}, sum, verdict, priority, due, signs:[...]} */
void explain_json(const struct finding *f, struct strbuf *out);

#endif
