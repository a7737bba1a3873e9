#include "store/batch.h"

#include "base/hash.h"
#include "base/log.h"

#include <string.h>

static const char *const event_words[EVENT_TYPES] = {
#define X(symbol, word) word,
    EVENT_LIST(X)
#undef X
};

const char *event_word(enum event_type t)
{
    return event_words[t];
}

enum err store_no_memory(void)
{
    return err_set(ERR_MEMORY, "not enough memory for the pages of one commit");
}

void store_damaged(struct store *s, enum tree tree, const char *what)
{
    atomic_fetch_add(&s->n_bad, 1);
    log_event(LOG_WARN, "store-damage", "store", s->path, "tree", db_tree_name(tree), "record", what != NULL ? what : "?",
              "hint", "run earshot store check", NULL);
}

/* ---------------------------------------------------------------- map */

static bool map_grow(struct map *m, struct arena *a)
{
    size_t cap = m->cap == 0 ? 64 : m->cap * 2;
    struct map_slot *slot = arena_calloc(a, cap, sizeof *slot);
    if (slot == NULL)
        return false;
    for (size_t i = 0; i < m->cap; i++) {
        if (m->slot[i].item == NULL)
            continue;
        size_t at = m->slot[i].hash & (cap - 1);
        while (slot[at].item != NULL)
            at = (at + 1) & (cap - 1);
        slot[at] = m->slot[i];
    }
    m->slot = slot;
    m->cap = cap;
    return true;
}

/* The slot of the hash: full when known. 64 bits of the key's hash decide; keys of one commit number in thousands. */
static struct map_slot *map_slot(struct map *m, struct arena *a, uint64_t hash)
{
    if (m->n * 2 >= m->cap && !map_grow(m, a))
        return NULL;
    size_t at = hash & (m->cap - 1);
    while (m->slot[at].item != NULL && m->slot[at].hash != hash)
        at = (at + 1) & (m->cap - 1);
    m->slot[at].hash = hash;
    return &m->slot[at];
}

static void map_set(struct map *m, struct map_slot *slot, void *item)
{
    slot->item = item;
    m->n++;
}

/* ---------------------------------------------------------------- loading */

enum err batch_begin(struct batch *b, struct txn *t, struct arena *a)
{
    arena_reset(a);
    *b = (struct batch){.t = t, .a = a};
    b->events_tail = &b->events;
    b->last = &b->first;
    struct bytes val;
    enum err e = db_get(t, TREE_META, (struct bytes){"counters", 8}, &val);
    if (e == ERR_OK && !rec_get_counters(val, a, &b->counters))
        return err_set(ERR_STORE, "the store %s is damaged (its counters cannot be read); put back a backup", t->s->path);
    return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err load_item(struct batch *b, struct item *i, const char *id, bool *found)
{
    struct bytes val;
    enum err e = db_get(b->t, TREE_BY_ID, KEY_TEXT(i->key), &val);
    *found = false;
    if (e != ERR_OK)
        return e == ERR_NOTFOUND ? ERR_OK : e;
    if (!seal_good(KEY_TEXT(i->key), val, 8)) {
        /* a new number: the old one can no longer be told */
        store_damaged(b->t->s, TREE_BY_ID, id);
        return ERR_OK;
    }
    uint64_t seq = be64_get(val.p);
    struct key8 key = key_seq(seq);
    e = db_get(b->t, TREE_MENTION, KEY(key), &val);
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    if (e == ERR_OK && rec_get_mention(val, seq, b->a, &i->cur)) {
        columns_of(&i->cur, &i->on_disk);
        *found = true;
        return ERR_OK;
    }
    if (b->a->full)
        return store_no_memory();
    store_damaged(b->t->s, TREE_MENTION, id);
    memset(&i->cur, 0, sizeof i->cur);
    i->cur.f.seq = seq;
    return ERR_OK;
}

enum err batch_item(struct batch *b, const char *id, const char *brand, bool create, struct item **out)
{
    struct key_text key;
    key_mention(&key, id, brand);
    struct map_slot *slot = map_slot(&b->items, b->a, hash64(key.b, key.n));
    if (slot == NULL)
        return store_no_memory();
    *out = slot->item;
    if (*out != NULL)
        return ERR_OK;
    struct item *i = arena_alloc(b->a, sizeof *i);
    if (i == NULL)
        return store_no_memory();
    i->key = key;
    bool found;
    enum err e = load_item(b, i, id, &found);
    if (e != ERR_OK || (!found && !create))
        return e;
    i->is_new = !found;
    map_set(&b->items, slot, i);
    *b->last = i;
    b->last = &i->next;
    *out = i;
    return ERR_OK;
}

enum err batch_target(struct batch *b, const char *source, const char *url, bool create, struct target_item **out)
{
    struct key16 key = key_target(source, url);
    struct map_slot *slot = map_slot(&b->targets, b->a, hash64(key.b, sizeof key.b));
    if (slot == NULL)
        return store_no_memory();
    *out = slot->item;
    if (*out != NULL)
        return ERR_OK;
    struct target_item *i = arena_alloc(b->a, sizeof *i);
    if (i == NULL)
        return store_no_memory();
    i->key = key;
    struct bytes val;
    enum err e = db_get(b->t, TREE_TARGET, KEY(key), &val);
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    if (e == ERR_OK) {
        i->on_disk = rec_get_target(val, be64_get(key.b), b->a, &i->cur);
        if (b->a->full)
            return store_no_memory();
        if (!i->on_disk)
            store_damaged(b->t->s, TREE_TARGET, url);
    }
    if (!i->on_disk && !create)
        return ERR_OK;
    if (!i->on_disk)
        i->cur = (struct target_rec){.t = {.url = url, .source = source}};
    i->was_scheduled = i->on_disk && i->cur.scheduled;
    i->was_due = i->cur.t.due_at;
    map_set(&b->targets, slot, i);
    *out = i;
    return ERR_OK;
}

enum err batch_health(struct batch *b, const char *name, struct health_item **out)
{
    struct key_text key;
    key_name(&key, "", name);
    struct map_slot *slot = map_slot(&b->health, b->a, hash64(key.b, key.n));
    if (slot == NULL)
        return store_no_memory();
    *out = slot->item;
    if (*out != NULL)
        return ERR_OK;
    struct health_item *i = arena_alloc(b->a, sizeof *i);
    if (i == NULL)
        return store_no_memory();
    i->key = key;
    struct bytes val;
    enum err e = db_get(b->t, TREE_HEALTH, KEY_TEXT(key), &val);
    if (e != ERR_OK && e != ERR_NOTFOUND)
        return e;
    bool found = e == ERR_OK && rec_get_health(val, b->a, &i->cur);
    if (e == ERR_OK && !found)
        store_damaged(b->t->s, TREE_HEALTH, name);
    if (!found)
        i->cur = (struct source_health){.key = name, .declared_total = -1};
    map_set(&b->health, slot, i);
    *out = i;
    return ERR_OK;
}

/* ---------------------------------------------------------------- additions */

enum err batch_keep_revision(struct batch *b, const struct stored *x)
{
    struct revision_item *r = arena_alloc(b->a, sizeof *r);
    if (r == NULL)
        return store_no_memory();
    *r = (struct revision_item){b->revisions, x->f.seq, {x->f.n_revision, x->changed, x->revised_at}, x->f.mention};
    b->revisions = r;
    b->n_revision++;
    return ERR_OK;
}

static struct event_item *add_event(struct batch *b, enum event_type type, int64_t at)
{
    struct event_item *i = arena_calloc(b->a, 1, sizeof *i);
    if (i == NULL)
        return NULL;
    i->rec.seq = ++b->counters.event;
    i->rec.at = at;
    i->rec.type = event_word(type);
    b->counters_dirty = true;
    *b->events_tail = i;
    b->events_tail = &i->next;
    return i;
}

enum err batch_event(struct batch *b, enum event_type type, int64_t at, const struct stored *x)
{
    struct event_item *i = add_event(b, type, at);
    if (i == NULL)
        return store_no_memory();
    i->snapshot = *x;
    i->rec.mention_id = x->f.mention.id;
    i->rec.mention_seq = x->f.seq;
    i->rec.brand = x->f.brand;
    i->rec.source = x->f.source;
    return ERR_OK;
}

enum err batch_source_event(struct batch *b, int64_t at, const struct source_health *h)
{
    struct event_item *i = add_event(b, EVENT_DRIFT, at);
    if (i == NULL)
        return store_no_memory();
    mention_init(&i->snapshot.f.mention);
    i->rec.brand = h->brand;
    i->rec.source = h->key;
    i->rec.outcome = h->outcome;
    i->rec.reason = h->reason;
    return ERR_OK;
}

enum err batch_journal(struct batch *b, uint64_t seq, const struct journal_entry *e)
{
    struct journal_item *i = arena_alloc(b->a, sizeof *i);
    struct journal_entry numbered = *e;
    numbered.n = ++b->counters.journal;
    b->counters_dirty = true;
    struct bytes val = rec_put_journal(b->a, seq, &numbered);
    if (i == NULL || val.p == NULL)
        return store_no_memory();
    *i = (struct journal_item){b->journal, seq, numbered.n, val};
    b->journal = i;
    return ERR_OK;
}
