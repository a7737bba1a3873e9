/* SQLite with the same rows: WAL, and on the disk at each commit like the store (synchronous = FULL). */
#include "bench/store_bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -200000;"
                             "CREATE TABLE mention (seq INTEGER PRIMARY KEY, record BLOB) STRICT;"
                             "CREATE TABLE by_id (id BLOB PRIMARY KEY, seq INTEGER) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE by_time (brand INTEGER, at INTEGER, seq INTEGER, columns BLOB, PRIMARY KEY (brand, at, seq)) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE desk (due INTEGER, priority INTEGER, seq INTEGER, PRIMARY KEY (due, priority, seq)) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE author (brand INTEGER, author INTEGER, seq INTEGER, PRIMARY KEY (brand, author, seq)) STRICT, WITHOUT ROWID;"
                             "CREATE TABLE outbox (n INTEGER PRIMARY KEY, record BLOB) STRICT;";
enum { BEGIN, COMMIT, MENTION, BY_ID, BY_TIME, DESK, AUTHOR, OUTBOX, FIND, AGAIN, QUEUE, MONTH, N_STMT };
static const char *const text[N_STMT] = {
    "BEGIN IMMEDIATE", "COMMIT", "INSERT INTO mention VALUES (?1, ?2)", "INSERT INTO by_id VALUES (?1, ?2)", "INSERT INTO by_time VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO desk VALUES (?1, ?2, ?3)", "INSERT INTO author VALUES (?1, ?2, ?3)", "INSERT INTO outbox (record) VALUES (?1)", "SELECT seq FROM by_id WHERE id = ?1",
    "UPDATE mention SET record = ?2 WHERE seq = ?1", "SELECT m.record FROM desk d JOIN mention m USING (seq) ORDER BY d.due <= ?1 DESC, d.priority DESC, d.due LIMIT 50",
    "SELECT m.record FROM by_time t JOIN mention m USING (seq) WHERE t.at >= ?1"};

struct peer {
    sqlite3 *db;
    sqlite3_stmt *stmt[N_STMT];
    uint8_t bytes[1 << 16];
};

static void must_rc(struct peer *p, int rc)
{
    must_hold(rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW, p->db != NULL ? sqlite3_errmsg(p->db) : "sqlite");
}

struct peer *sqlite_open(const char *folder)
{
    char path[600];
    struct peer *p = calloc(1, sizeof *p);
    must_hold(p != NULL, "memory");
    snprintf(path, sizeof path, "%s/peer.sqlite", folder);
    must_rc(p, sqlite3_open(path, &p->db));
    must_rc(p, sqlite3_exec(p->db, schema, NULL, NULL, NULL));
    for (int i = 0; i < N_STMT; i++)
        must_rc(p, sqlite3_prepare_v3(p->db, text[i], -1, SQLITE_PREPARE_PERSISTENT, &p->stmt[i], NULL));
    return p;
}

static void run(struct peer *p, int stmt)
{
    must_rc(p, sqlite3_step(p->stmt[stmt]));
    must_rc(p, sqlite3_reset(p->stmt[stmt]));
}

static void bind(struct peer *p, int stmt, int at, uint64_t v)
{
    must_rc(p, sqlite3_bind_int64(p->stmt[stmt], at, (sqlite3_int64)v));
}

static void bind_bytes(struct peer *p, int stmt, int at, const void *bytes, size_t n)
{
    must_rc(p, sqlite3_bind_blob(p->stmt[stmt], at, bytes, (int)n, SQLITE_STATIC));
}

static void put_one(struct peer *p, const struct rows *r)
{
    bind(p, MENTION, 1, r->seq), bind_bytes(p, MENTION, 2, p->bytes, r->record_bytes), run(p, MENTION);
    bind_bytes(p, BY_ID, 1, r->id, r->id_n), bind(p, BY_ID, 2, r->seq), run(p, BY_ID);
    bind(p, BY_TIME, 1, r->brand), bind(p, BY_TIME, 2, (uint64_t)r->at), bind(p, BY_TIME, 3, r->seq), bind_bytes(p, BY_TIME, 4, p->bytes, 56), run(p, BY_TIME);
    if (r->open)
        bind(p, DESK, 1, (uint64_t)r->due_at), bind(p, DESK, 2, (uint64_t)r->priority), bind(p, DESK, 3, r->seq), run(p, DESK);
    if (r->negative)
        bind(p, AUTHOR, 1, r->brand), bind(p, AUTHOR, 2, r->author), bind(p, AUTHOR, 3, r->seq), run(p, AUTHOR);
    if (r->event_bytes > 0)
        bind_bytes(p, OUTBOX, 1, p->bytes, r->event_bytes), run(p, OUTBOX);
}

static void put_again(struct peer *p, const struct rows *r)
{
    bind_bytes(p, FIND, 1, r->id, r->id_n), run(p, FIND);
    bind(p, AGAIN, 1, r->seq), bind_bytes(p, AGAIN, 2, p->bytes, r->record_bytes), run(p, AGAIN);
}

void sqlite_put(struct peer *p, size_t from, size_t to, bool again)
{
    run(p, BEGIN);
    for (size_t i = from; i < to; i++) {
        struct rows r;
        rows_of(i, &r);
        if (again)
            put_again(p, &r);
        else
            put_one(p, &r);
    }
    run(p, COMMIT);
}

static double ask(struct peer *p, int stmt, uint64_t v)
{
    double t0 = now_s();
    size_t sum = 0;
    bind(p, stmt, 1, v);
    while (sqlite3_step(p->stmt[stmt]) == SQLITE_ROW) {
        const uint8_t *b = sqlite3_column_blob(p->stmt[stmt], 0);
        sum += b != NULL ? b[sqlite3_column_bytes(p->stmt[stmt], 0) - 1] : 0U;
    }
    must_rc(p, sqlite3_reset(p->stmt[stmt]));
    return (now_s() - t0) * 1e3 + (double)(sum & 0); /* the sum keeps the reads */
}

double sqlite_queue(struct peer *p)
{
    return ask(p, QUEUE, NOW);
}
double sqlite_month(struct peer *p)
{
    return ask(p, MONTH, NOW - 30 * DAY);
}

uint64_t sqlite_bytes(struct peer *p)
{
    sqlite3_stmt *s;
    must_rc(p, sqlite3_exec(p->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL));
    must_rc(p, sqlite3_prepare_v2(p->db, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", -1, &s, NULL));
    must_rc(p, sqlite3_step(s));
    uint64_t n = (uint64_t)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

void sqlite_close(struct peer *p)
{
    for (int i = 0; i < N_STMT; i++)
        sqlite3_finalize(p->stmt[i]);
    sqlite3_close(p->db);
    free(p);
}
