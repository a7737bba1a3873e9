/* How fast the store is, against a bare LMDB loop that writes the same keys and as many bytes to the same trees, and against SQLite with the same rows.
 *
 * usage: store [--big] [N...]   default 10000 100000 1000000; --big: 10000000 as well, without SQLite
 *        store --keep DIR N     only make a store of N mentions and leave it in DIR, for measuring commands on it
 * Prints tab-separated lines: name, value, unit, peer, peer's value, ratio; then how each figure grew since the size before.
 * All three write the same commits of 50 pages, turn by turn, so that what else the machine does meets all of them. What LMDB itself costs is the floor; the rest is merging, encoding,
 * checksums and judging. */
#include "bench/store_bench.h"
#include "store/store.h"
#include "base/hash.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum err e)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "bench: %s\n", err_text());
    exit(1);
}

void must_hold(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

uint64_t mix(uint64_t i)
{
    return hash64(&i, sizeof i);
}

/* The figures of the size before, by name. */
static struct {
    char name[100];
    double value;
} smaller[64];

static void say_growth(const char *name, size_t n, double value)
{
    size_t i = 0;
    while (i < 63 && smaller[i].name[0] != '\0' && strcmp(smaller[i].name, name) != 0)
        i++;
    if (smaller[i].name[0] != '\0' && smaller[i].value > 0)
        printf("store growth to n=%zu: %s\t%.2f\ttimes\t\t\t\n", n, name, value / smaller[i].value);
    snprintf(smaller[i].name, sizeof smaller[i].name, "%s", name);
    smaller[i].value = value;
}

static void say(const char *name, size_t n, double value, const char *unit, const char *peer, double peer_value)
{
    if (peer != NULL)
        printf("store %s n=%zu\t%.4g\t%s\t%s\t%.4g\t%.2f\n", name, n, value, unit, peer, peer_value, value / peer_value);
    else
        printf("store %s n=%zu\t%.4g\t%s\t\t\t\n", name, n, value, unit);
    if (peer == NULL || strcmp(peer, "SQLite") != 0)
        say_growth(name, n, value);
    fflush(stdout);
}

/* ---------------------------------------------------------------- what is stored */

static const char filler[] = "Заказала чай в начале месяца, обещали доставить за три дня. Прошло две недели, на звонки никто "
                             "не отвечает, в чате пишут одно и то же. "
                             "Деньги списали сразу. Упаковка пришла мятая, чай рассыпан по коробке, половины не хватает. "
                             "Просила вернуть деньги, предложили скидку на следующий заказ. ";
static const struct score_word words[] = {{"не отвечает", -1.5f, "word"},
                                          {"мятая", -1, "word"},
                                          {"не хватает", -1, "pair"},
                                          {"обещали", -0.5f, "complaint"},
                                          {"рассыпан", -1, "word"}};
static const char *const causes[] = {"no_answer", "delivery"};
static const char *const brands[BRANDS] = {"tea", "rival", "biscuit", "kettle", "cup"};

static void fill(struct finding *f, struct arena *a, size_t i)
{
    uint64_t r = mix(i);
    struct mention *m = &f->mention;
    mention_init(m);
    m->id = arena_printf(a, "otz:%llu", (unsigned long long)(r % 1000000000000000ULL));
    m->native_id = m->id + 4;
    m->url = arena_printf(a, "https://otz.example/review_%s.html", m->native_id);
    m->author.name = "Анна-Мария";
    m->author.id = arena_printf(a, "%llu", (unsigned long long)(mix(i / 3) % 1000000000ULL)); /* three mentions each */
    m->author.place = "Россия, Тверь";
    m->author.n_review = (int64_t)(r % 50);
    m->title = "Чай так и не дождалась";
    m->text = arena_strndup(a, filler, 200 + r % (sizeof filler - 200));
    m->pros = "Красивая коробка";
    m->published = (struct when){NOW - (int64_t)(r >> 20) % (2 * 365 * DAY), PRECISION_DAY};
    m->rating = (struct rating){true, (double)(1 + r % 5), 1, 5};
    m->reply_state = r % 3 == 0 ? REPLY_YES : REPLY_NO;
    if (r % 3 == 0)
        m->reply.text = "Здравствуйте! Нам жаль, что так вышло. Напишите нам номер заказа.";
    f->score.label = r % 5 < 2 ? LABEL_NEGATIVE : LABEL_POSITIVE;
    f->score.value = r % 5 < 2 ? -0.7f : 0.6f;
    memcpy(f->score.lang, "ru", 3);
    f->score.word = words;
    f->score.n_word = 5;
    f->score.cause = causes;
    f->score.n_cause = 2;
    f->brand = brands[i / PER_PAGE % BRANDS];
}

static void judge(void *ctx, const struct finding *f, const struct finding *before, struct judgement *out)
{
    (void)ctx;
    (void)before;
    bool negative = f->score.label == LABEL_NEGATIVE, fresh = f->mention.published.at > NOW - 90 * DAY;
    memset(out, 0, sizeof *out);
    if (negative && f->mention.reply_state != REPLY_YES)
        out->verdict = fresh ? VERDICT_REPLY : VERDICT_NONE;
    out->priority = (int)(mix(f->seq) % 100);
    out->due_at = f->first_seen + 6 * 3600;
    out->sign[0] = (struct sign){"stars", 40};
    out->n_sign = 1;
}

static int64_t next_due(void *ctx, const struct page *p, struct poll *poll)
{
    (void)ctx;
    (void)poll;
    return p->fetched_at + 3600;
}

static const struct store_rules rules = {
    .now = NOW, .judge = judge, .next_due = next_due, .reread_s = 6 * 3600, .reread_days = 90};

struct writer {
    struct store *s;
    struct page page[PAGES_PER_COMMIT], *list[PAGES_PER_COMMIT];
};

static void writer_init(struct writer *w, struct store *s)
{
    w->s = s;
    for (size_t i = 0; i < PAGES_PER_COMMIT; i++) {
        page_init(&w->page[i], 1024);
        w->list[i] = &w->page[i];
    }
}

static void writer_release(struct writer *w)
{
    for (size_t i = 0; i < PAGES_PER_COMMIT; i++)
        page_release(&w->page[i]);
}

static void make_page(struct page *p, size_t i, size_t to, int64_t at)
{
    size_t source = i / PER_PAGE % 100;
    char key[40], url[80];
    snprintf(key, sizeof key, "%s/source%zu", brands[source % BRANDS], source);
    snprintf(url, sizeof url, "https://otz.example/reviews/%zu", source);
    struct target t = {.url = url, .source = key, .brand = brands[source % BRANDS], .site = "otz", .kind = TARGET_LISTING, .depth = 1};
    page_begin(p, &t);
    p->outcome = OUTCOME_OK;
    p->channel = "review";
    p->fetched_at = at;
    p->declared_total = -1;
    p->finding = arena_calloc(&p->arena, PER_PAGE, sizeof *p->finding);
    for (p->n_finding = 0; p->n_finding < PER_PAGE && i < to; p->n_finding++, i++)
        fill(&p->finding[p->n_finding], &p->arena, i);
}

struct cost {
    double wall, cpu;
};

static double cpu_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void cost_begin(struct cost *c)
{
    c->wall -= now_s();
    c->cpu -= cpu_s();
}
static void cost_end(struct cost *c)
{
    c->wall += now_s();
    c->cpu += cpu_s();
}

/* One commit; making its pages is not counted. */
static void writer_put(struct writer *w, size_t from, size_t to, int64_t at, struct cost *c)
{
    size_t n = 0;
    for (size_t i = from; i < to; i += PER_PAGE)
        make_page(w->list[n++], i, to, at);
    cost_begin(c);
    must(store_put_pages(w->s, w->list, n, &rules, NULL));
    cost_end(c);
}

static size_t end_of(size_t from, size_t n)
{
    return from + PER_COMMIT < n ? from + PER_COMMIT : n;
}

static void put_all(struct store *s, size_t n)
{
    static struct writer w;
    struct cost c = {0, 0};
    writer_init(&w, s);
    for (size_t i = 0; i < n; i += PER_COMMIT)
        writer_put(&w, i, end_of(i, n), NOW, &c);
    writer_release(&w);
}

/* ---------------------------------------------------------------- what the peers write */

size_t record_sample[SAMPLE];
static size_t event_extra; /* an event is so much longer than its mention */

void rows_of(size_t i, struct rows *r)
{
    uint64_t x = mix(i);
    const char *brand = brands[i / PER_PAGE % BRANDS];
    int n = snprintf(r->id, sizeof r->id - 8, "otz:%llu", (unsigned long long)(x % 1000000000000000ULL));
    r->brand = hash64_str(brand);
    memcpy(r->id + n + 1, &r->brand, 8);
    r->id_n = (size_t)n + 9;
    r->author = mix(mix(i / 3) % 1000000000ULL);
    r->seq = i + 1;
    r->at = NOW - (int64_t)(x >> 20) % (2 * 365 * DAY);
    r->due_at = NOW + 6 * 3600;
    r->priority = (int)(mix(r->seq) % 100);
    r->negative = x % 5 < 2;
    r->open = r->negative && x % 3 != 0 && r->at > NOW - 90 * DAY;
    r->record_bytes = record_sample[i % SAMPLE];
    r->event_bytes = r->open ? r->record_bytes + event_extra : 0;
}

/* How long the records of a real store are: read past it, as its own interface does not say. */
static void sample(const char *folder)
{
    char path[300];
    struct store *s;
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi mention, outbox;
    MDB_cursor *c;
    MDB_val k, v;
    size_t i = 0, n_event = 0, events = 0, opened = 0;
    snprintf(path, sizeof path, "%s/sample", folder);
    must(store_open(&s, path, STORE_CREATE));
    put_all(s, SAMPLE);
    store_close(s);
    bool good = mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 16) == 0 && mdb_env_open(env, path, MDB_RDONLY | MDB_NOLOCK, 0) == 0 &&
                mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == 0 && mdb_dbi_open(txn, "mention", 0, &mention) == 0 && mdb_dbi_open(txn, "outbox", 0, &outbox) == 0;
    must_hold(good, "the sample cannot be read");
    mdb_cursor_open(txn, mention, &c);
    while (i < SAMPLE && mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0) {
        struct rows r;
        record_sample[i] = v.mv_size;
        rows_of(i++, &r);
        opened += r.open ? v.mv_size : 0;
    }
    mdb_cursor_close(c);
    mdb_cursor_open(txn, outbox, &c);
    for (; mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0; n_event++)
        events += v.mv_size;
    mdb_cursor_close(c);
    must_hold(i == SAMPLE && n_event > 0 && events > opened, "the sample is not what it should be");
    event_extra = (events - opened) / n_event;
    mdb_txn_abort(txn);
    mdb_env_close(env);
}

/* ---------------------------------------------------------------- reading */

struct seen {
    size_t n;
    size_t bytes;
};

static bool see(void *ctx, const struct finding *f)
{
    struct seen *x = ctx;
    x->n++;
    x->bytes += f->mention.text != NULL && f->mention.text[0] != 0;
    return true;
}

static double read_one(struct store *s, const char *name, size_t n, const struct store_filter *f)
{
    double best = 1e9;
    struct seen x;
    for (int i = 0; i < 3; i++) {
        x = (struct seen){0, 0};
        double t0 = now_s();
        must(store_each(s, f, see, &x));
        double t = now_s() - t0;
        best = t < best ? t : best;
    }
    say(name, n, best * 1e3, "ms", NULL, 0);
    return best * 1e3;
}

static void read_all(struct store *s, size_t n, struct peer *sqlite)
{
    double queue, month;
    read_one(s, "scan of the index, nothing given", n, &(struct store_filter){.channel = "forum"});
    read_one(s, "scan, everything given", n, &(struct store_filter){.since = 1});
    read_one(s, "brief: open, verdict reply, first seen today", n,
             &(struct store_filter){
                 .order = STORE_BY_URGENCY, .first_seen_since = NOW - DAY, .verdict_min = VERDICT_REPLY, .max = 50});
    queue = read_one(s, "queue: 50 most urgent", n,
             &(struct store_filter){.order = STORE_BY_URGENCY, .verdict_min = VERDICT_REPLY, .max = 50});
    read_one(s, "report: 30 days, one brand", n, &(struct store_filter){.brand = "tea", .since = NOW - 30 * DAY});
    month = read_one(s, "report: 30 days, all brands", n, &(struct store_filter){.since = NOW - 30 * DAY});
#ifdef HAVE_SQLITE
    if (sqlite != NULL) {
        say("queue: 50 most urgent", n, queue, "ms", "SQLite", sqlite_queue(sqlite));
        say("report: 30 days, all brands", n, month, "ms", "SQLite", sqlite_month(sqlite));
    }
#endif
    (void)queue, (void)month, (void)sqlite;
    struct arena a;
    arena_init(&a, 1 << 20);
    double t0 = now_s();
    for (size_t i = 0; i < 1000; i++) {
        char id[40];
        struct finding f;
        arena_reset(&a);
        snprintf(id, sizeof id, "otz:%llu", (unsigned long long)(mix(mix(i) % n) % 1000000000000000ULL));
        must(store_get(s, id, &a, &f));
    }
    say("one mention by its id", n, (now_s() - t0) * 1e3, "us", NULL, 0);
    arena_release(&a);
}

struct round {
    struct writer w;
    struct peer *lmdb, *sqlite;
    struct cost ours, bare, other;
};

/* Turn by turn, each of them first in turn: who comes first finds the disk busy with what the last one left. */
static void put_round(struct round *r, size_t n, bool again)
{
    r->ours = r->bare = r->other = (struct cost){0, 0};
    for (size_t i = 0, turn = 0; i < n; i += PER_COMMIT, turn++) {
        size_t to = end_of(i, n);
        for (size_t k = 0; k < 3; k++) {
            size_t who = (turn + k) % 3;
            if (who == 0)
                writer_put(&r->w, i, to, again ? NOW + 3600 : NOW, &r->ours);
            if (who == 1) {
                cost_begin(&r->bare);
                lmdb_put(r->lmdb, i, to, again);
                cost_end(&r->bare);
            }
#ifdef HAVE_SQLITE
            if (who == 2 && r->sqlite != NULL) {
                cost_begin(&r->other);
                sqlite_put(r->sqlite, i, to, again);
                cost_end(&r->other);
            }
#endif
        }
    }
}

static void say_round(const struct round *r, const char *name, size_t n)
{
    char cpu[80];
    double us = 1e6 / (double)n;
    snprintf(cpu, sizeof cpu, "%s, CPU", name);
    say(name, n, r->ours.wall * us, "us each", "bare LMDB", r->bare.wall * us);
    say(cpu, n, r->ours.cpu * us, "us each", "bare LMDB", r->bare.cpu * us);
    if (r->sqlite != NULL) {
        say(name, n, r->ours.wall * us, "us each", "SQLite", r->other.wall * us);
        say(cpu, n, r->ours.cpu * us, "us each", "SQLite", r->other.cpu * us);
    }
}

static void say_compact(const char *path, size_t n)
{
    struct store_rewritten r;
    double t0 = now_s();
    must(store_compact(path, &r));
    say("compact", n, now_s() - t0, "s", NULL, 0);
    say("size after store compact", n, (double)(r.after_bytes / n), "bytes a mention", NULL, 0);
}

static void bench(const char *folder, size_t n, bool with_sqlite)
{
    static struct round r;
    char path[300], bare[300], cmd[700];
    struct store *s;
    struct store_stat st;
    snprintf(path, sizeof path, "%s/store", folder);
    snprintf(bare, sizeof bare, "%s/bare", folder);
    must(store_open(&s, path, STORE_CREATE));
    writer_init(&r.w, s);
    r.lmdb = lmdb_open(bare);
    r.sqlite = NULL;
    (void)with_sqlite;
#ifdef HAVE_SQLITE
    r.sqlite = with_sqlite ? sqlite_open(bare) : NULL;
#endif
    put_round(&r, n, false);
    say_round(&r, "put, new mentions", n);
    must(store_stat(s, &st));
    put_round(&r, n, true);
    say_round(&r, "put, known mentions again", n);
    say("size", n, (double)(st.used_bytes / n), "bytes a mention", NULL, 0);
#ifdef HAVE_SQLITE
    if (r.sqlite != NULL)
        say("size", n, (double)(st.used_bytes / n), "bytes a mention", "SQLite", (double)(sqlite_bytes(r.sqlite) / n));
#endif
    read_all(s, n, r.sqlite);
    writer_release(&r.w);
    store_close(s);
    lmdb_close(r.lmdb);
#ifdef HAVE_SQLITE
    if (r.sqlite != NULL)
        sqlite_close(r.sqlite);
#endif
    snprintf(cmd, sizeof cmd, "rm -rf -- '%s'", bare);
    must_hold(system(cmd) == 0, cmd);
    say_compact(path, n);
    snprintf(cmd, sizeof cmd, "rm -rf -- '%s'", path);
    must_hold(system(cmd) == 0, cmd);
}

int main(int argc, char **argv)
{
    const char *tmp = getenv("TMPDIR");
    char folder[200], cmd[300];
    bool big = argc > 1 && strcmp(argv[1], "--big") == 0;
    snprintf(folder, sizeof folder, "%s/earshot-bench-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (argc == 4 && strcmp(argv[1], "--keep") == 0) {
        struct store *s;
        must(store_open(&s, argv[2], STORE_CREATE));
        put_all(s, (size_t)strtoull(argv[3], NULL, 10));
        store_close(s);
        return 0;
    }
    must_hold(mkdtemp(folder) != NULL, "no folder for the bench");
    sample(folder);
    if (argc - big < 2)
        for (size_t n = 10000; n <= 1000000; n *= 10)
            bench(folder, n, true);
    for (int i = 1 + big; i < argc; i++)
        bench(folder, (size_t)strtoull(argv[i], NULL, 10), true);
    if (big)
        bench(folder, 10000000, false);
    snprintf(cmd, sizeof cmd, "rm -rf -- '%s'", folder);
    must_hold(system(cmd) == 0, cmd);
    return 0;
}
