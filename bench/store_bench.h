/* The store's bench and its peers: the same mentions, in the same commits, one after the other on the same disk. */
#ifndef EARSHOT_BENCH_STORE_BENCH_H
#define EARSHOT_BENCH_STORE_BENCH_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOW 1790000000LL
#define DAY 86400LL
enum { PER_PAGE = 20, PAGES_PER_COMMIT = 50, PER_COMMIT = PER_PAGE * PAGES_PER_COMMIT, BRANDS = 5, SAMPLE = 20000 };

/* What the store keeps of mention i: the keys of its rows, and how long its record is. */
struct rows {
    char id[40];       /* of by_id, with brand */
    size_t id_n;
    uint64_t brand, author, seq;
    int64_t at, due_at;
    size_t record_bytes, event_bytes; /* event_bytes 0: no event */
    int priority;
    bool open, negative;
};
void rows_of(size_t i, struct rows *r);
extern size_t record_sample[SAMPLE]; /* lengths of records as the store keeps them, by i % SAMPLE */

/* A peer: mentions from..to in one transaction that is on the disk when it returns. again: they are there, and only their records are written. */
struct peer;
struct peer *lmdb_open(const char *folder);
void lmdb_put(struct peer *p, size_t from, size_t to, bool again);
void lmdb_close(struct peer *p);

#ifdef HAVE_SQLITE
struct peer *sqlite_open(const char *folder);
void sqlite_put(struct peer *p, size_t from, size_t to, bool again);
/* Milliseconds for what the store is asked, too: the 50 most urgent; 30 days of all brands, each record read. */
double sqlite_queue(struct peer *p);
double sqlite_month(struct peer *p);
uint64_t sqlite_bytes(struct peer *p);
void sqlite_close(struct peer *p);
#endif

double now_s(void);
uint64_t mix(uint64_t i);
/* Ends the program when it is false, with a word. */
void must_hold(bool good, const char *what);

#endif
