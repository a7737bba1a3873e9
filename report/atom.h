/* Open negatives as an Atom feed (RFC 4287). */
#ifndef EARSHOT_REPORT_ATOM_H
#define EARSHOT_REPORT_ATOM_H

#include "report/collect.h"

void atom_write(const struct report_in *in, const struct finding_list *l, struct strbuf *out);

#endif
