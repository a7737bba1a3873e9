/* One mention in full, from structs. */
#ifndef EARSHOT_REPORT_SHOW_H
#define EARSHOT_REPORT_SHOW_H

#include "desk/playbook.h"
#include "report/related.h"
#include "report/report.h"

struct show {
    struct finding f;
    struct revision *revision;
    size_t n_revision;
    struct journal_entry *journal;
    size_t n_journal;
    struct related *related;
    size_t n_related;
    struct playbook book; /* in the language of the output; n 0 when there is none */
};

void show_text(const struct report_in *in, const struct show *s, struct strbuf *out);
/* {schema:"earshot.show/1", finding, revisions:[{n,seen_at,changed[],mention}], journal:[...], related:[{relation,id,url,author,at}], playbook:[{cause,kind,text}]} */
void show_json(const struct show *s, struct strbuf *out);
struct term;
/* show_desk.c: parts of show_text */
void show_desk_facts(struct term *t, const struct report_in *in, const struct finding *f);
void show_journal(struct term *t, const struct report_in *in, const struct show *s);
void show_related(struct term *t, const struct report_in *in, const struct show *s);
void show_playbook(struct term *t, const struct show *s);
/* One entry in words, without time and person. Appends. */
void show_journal_line(struct strbuf *line, const struct report_in *in, const struct journal_entry *e);
/* Translated, static; "" when there is nothing to say. */
const char *show_sla_text(enum sla s);
const char *show_claim_text(enum claim c);
const char *show_play_title(enum play k);
/* s->book in the language in force. */
void show_read_playbook(struct show *s, struct arena *a);
/* Is a section of the playbook meant for this mention? */
bool show_play_wanted(const struct finding *f, const char *cause);
void explain_text(const struct report_in *in, const struct finding *f, struct strbuf *out);
/* {schema:"earshot.explain/1", id, score:{earshot.score/1}, sum, verdict, priority, due, signs:[...]} */
void explain_json(const struct finding *f, struct strbuf *out);

#endif
