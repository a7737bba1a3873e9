/* Pages and rules for the store's tests: an invented shop, "Vasilisa Tea", on two invented sites. */
#ifndef EARSHOT_TESTS_STORE_PAGES_H
#define EARSHOT_TESTS_STORE_PAGES_H

#include "store/store.h"

#define T0   1790000000LL /* 2026-09-21 */
#define SHOP "tea/trust"

/* A fresh empty folder under TMPDIR; removed with everything in it by folder_remove. */
void folder_make(char *path, size_t n);
void folder_remove(const char *path);

struct page *page_make(enum target_kind kind, const char *url, enum outcome o, int64_t at);
void page_free(struct page *p);
/* id "s:1": a review with stars and text, no reply known; returns the finding to be changed. */
struct finding *page_add(struct page *p, const char *id, double stars, const char *text);
void page_link(struct page *p, enum target_kind kind, const char *url, const char *mention_id);
struct target listing(const char *source, const char *url);

/* Verdict reply for unanswered negatives, else none; page 1 due after an hour; depth 3, or 10 at first. */
struct store_rules test_rules(int64_t now);
struct store_result put_one(struct store *s, struct page *p); /* frees p */
/* The whole stable (or full) export as a string in out. */
void export_all(struct store *s, bool stable, struct strbuf *out);
/* Event types after the sink's cursor, "created company_replied". */
void event_list(struct store *s, char *out, size_t n);

#endif
