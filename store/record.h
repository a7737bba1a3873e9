/* Records: fixed header, fixed fields by table, then strings. Little endian, versioned, bounds-checked, checksummed. Private to
 * store/.
 *
 *   0  u64 check   hash64 (XXH3) of all later bytes
 *   8  u32 bytes   of the whole record
 *  12  u8  type    enum rec_type; u8 version; u8 parts; u8 packed: 0, or the number of the dictionary (pack.h)
 *  16  u64 self    what the key says (seq, hash of the key): a record under a wrong key is noticed
 *  24  u8  fields[4]  how many fields of each part are there: fields are only ever added at the end of a table, missing ones are absent
 *  28  u32 whole   bytes of a packed record when it is unpacked; else 0
 *  32  fields; a string is a u32 offset, 0 = absent; the record's last byte is NUL, so any string that starts inside ends inside. Packed: all of this
 *
 * Why XXH3 and not CRC32C: base has it, it runs at memory speed, and 64 bits leave 2^-64 for an unnoticed change. */
#ifndef EARSHOT_STORE_RECORD_H
#define EARSHOT_STORE_RECORD_H

#include "base/arena.h"
#include "store/db.h"
#include "store/merge.h"

enum rec_type { REC_MENTION = 1, REC_REVISION, REC_TARGET, REC_HEALTH, REC_JOURNAL, REC_EVENT, REC_RUN, REC_COUNTERS, REC_TICKET, REC_WAIT, REC_SINK };

enum field_kind {
    F_BOOL,
    F_ENUM,
    F_INT8,
    F_INT32,
    F_U32,
    F_I64,
    F_U64,
    F_F32,
    F_F64,
    F_STR,
    F_WHEN,
    F_LANG,
    F_WORDS,
    F_CAUSES,
    F_SIGNS
};
struct field {
    uint8_t kind;
    uint8_t max; /* F_ENUM: the largest value */
    uint16_t at; /* offset in the struct; F_WORDS, F_CAUSES: of struct score; F_SIGNS: of struct judgement */
    const char *name; /* of the member, for rec_field_name */
};
/* What an export calls the field: static, unique in its table. A member that moves in or out of struct finding keeps its name. */
const char *rec_field_name(const struct field *f);

/* A struct of a record. base is read by rec_encode and filled by rec_decode. */
struct part {
    const struct field *field;
    size_t n;
    void *base; /* rec_decode: NULL = not wanted */
};
#define REC_PARTS_MAX 4

/* Out: bytes in a; p NULL when the arena or the record is full. */
struct bytes rec_encode(struct arena *a, enum rec_type type, uint64_t self, const struct part *part, size_t n_part);
/* The same, never packed. */
struct bytes rec_encode_whole(struct arena *a, enum rec_type type, uint64_t self, const struct part *part, size_t n_part);
/* A mention, revision or event packed, in a; whole itself when that does not pay. rec_encode packs what is too long for a leaf of the tree; store_compact everything. */
struct bytes rec_packed(struct arena *a, struct bytes whole);
/* The same bytes, packed or not; damaged ones are compared as they are. */
bool rec_same(struct arena *a, struct bytes x, struct bytes y);
/* Fill the structs. Strings point into b or, when it is packed, into a (so copy b first, and keep a, if they must live longer); arrays lie in a. false when the
 * record is damaged, or a is full; the structs are then undefined. */
bool rec_decode(struct bytes b, enum rec_type type, uint64_t self, const struct part *part, size_t n_part, struct arena *a);

/* ---- the records of the trees */

struct revision_rec {
    uint32_t n, changed;
    int64_t seen_at;
};

struct target_rec {
    struct target t; /* due_at is the key of `due` when scheduled */
    int64_t last_try, last_good;
    bool scheduled; /* stands in `due` */
    bool dormant;   /* its source left the config */
    bool backfill;  /* belongs to the source's first run */
    /* page 1: its last two polls (percent known + 1, 0 = no such poll), the interval chosen last, when the last walk over all pages began, whether there is something to walk */
    int known[2];
    int64_t interval_s, walked_at;
    bool has_walk;
    /* a deeper page that such a walk reaches: enum walk_state, and when the walk began */
    int walk;
    int64_t walk_at;
};

/* The next answer must be sent whole, changed or not. */
void target_forget(struct target_rec *t);

struct event_rec {
    uint64_t seq;
    int64_t at;
    const char *type, *mention_id, *brand, *source;
    uint64_t mention_seq; /* 0 for a source */
    enum outcome outcome; /* source_drift: what the source turned into, and why; NONE and NULL in all others */
    const char *reason;
};

struct counters {
    uint64_t mention, event, journal; /* the last number given */
};

/* A record of any tree, for whoever goes by the tables. */
struct rec_any {
    enum rec_type type;
    struct part part[REC_PARTS_MAX];
    size_t n_part;
    struct stored stored;
    struct mention *mention; /* the one it holds; NULL */
    struct revision_rec revision;
    struct target_rec target;
    struct source_health health;
    struct journal_entry journal;
    struct event_rec event;
    struct run_record run;
    struct counters counters;
};
/* Everything absent, the parts pointing into *x (which must not move). */
void rec_blank(struct rec_any *x, enum rec_type type);

struct bytes rec_put_mention(struct arena *a, const struct stored *x);
bool rec_get_mention(struct bytes b, uint64_t seq, struct arena *a, struct stored *out);
struct bytes rec_put_revision(struct arena *a, uint64_t seq, const struct revision_rec *r, const struct mention *m);
bool rec_get_revision(struct bytes b, uint64_t seq, struct arena *a, struct revision_rec *r, struct mention *m);
struct bytes rec_put_target(struct arena *a, uint64_t self, const struct target_rec *t);
bool rec_get_target(struct bytes b, uint64_t self, struct arena *a, struct target_rec *out);
struct bytes rec_put_health(struct arena *a, const struct source_health *h);
bool rec_get_health(struct bytes b, struct arena *a, struct source_health *out);
struct bytes rec_put_journal(struct arena *a, uint64_t seq, const struct journal_entry *j);
bool rec_get_journal(struct bytes b, uint64_t seq, struct arena *a, struct journal_entry *out);
struct bytes rec_put_event(struct arena *a, const struct event_rec *e, const struct stored *x);
/* Without the mention: type, ids, time. */
bool rec_get_event_head(struct bytes b, uint64_t seq, struct arena *a, struct event_rec *e);
bool rec_get_event(struct bytes b, uint64_t seq, struct arena *a, struct event_rec *e, struct stored *x);
struct bytes rec_put_run(struct arena *a, uint64_t self, const struct run_record *r);
bool rec_get_run(struct bytes b, uint64_t self, struct arena *a, struct run_record *out);
/* self: hash64 of the key */
struct bytes rec_put_ticket(struct arena *a, uint64_t self, const struct ticket *t);
bool rec_get_ticket(struct bytes b, uint64_t self, struct arena *a, struct ticket *out);
struct bytes rec_put_wait(struct arena *a, uint64_t self, const struct sink_wait *w);
bool rec_get_wait(struct bytes b, uint64_t self, struct arena *a, struct sink_wait *out);
struct bytes rec_put_sink(struct arena *a, uint64_t self, const struct sink_state *s);
bool rec_get_sink(struct bytes b, uint64_t self, struct arena *a, struct sink_state *out);
struct bytes rec_put_counters(struct arena *a, const struct counters *c);
bool rec_get_counters(struct bytes b, struct arena *a, struct counters *out);

#endif
