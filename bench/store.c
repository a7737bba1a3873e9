/* How fast the store is, against a bare LMDB loop that writes the same keys and as many bytes to the same trees.
 *
 * usage: store [N...]   default 10000 100000 1000000
 *        store --keep DIR N   only make a store of N mentions and leave it in DIR, for measuring commands on it
 * Prints tab-separated lines: name, value, unit, peer, peer's value, ratio.
 * The peer is what LMDB itself costs for these bytes; the rest is merging, encoding, checksums and judging. */
#include "store/store.h"
#include "base/hash.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NOW 1790000000LL
#define DAY 86400LL
enum { PER_PAGE = 20, PAGES_PER_COMMIT = 50, BRANDS = 5 };

static double now_s(void)
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

static void must_rc(int rc)
{
    if (rc == 0)
        return;
    fprintf(stderr, "bench: lmdb: %s\n", mdb_strerror(rc));
    exit(1);
}

static uint64_t mix(uint64_t i)
{
    return hash64(&i, sizeof i);
}

static void say(const char *name, size_t n, double value, const char *unit, const char *peer, double peer_value)
{
    if (peer != NULL)
        printf("store %s n=%zu\t%.4g\t%s\t%s\t%.4g\t%.2f\n", name, n, value, unit, peer, peer_value, value / peer_value);
    else
        printf("store %s n=%zu\t%.4g\t%s\t\t\t\n", name, n, value, unit);
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
    m->id = arena_printf(a, "otz:%llu", (unsigned long long)(r % 100000000000ULL));
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

static double put_all(struct store *s, size_t n)
{
    struct page page[PAGES_PER_COMMIT], *list[PAGES_PER_COMMIT];
    double spent = 0;
    for (size_t i = 0; i < PAGES_PER_COMMIT; i++) {
        page_init(&page[i], 1024);
        list[i] = &page[i];
    }
    for (size_t i = 0; i < n;) {
        size_t k = 0;
        for (; k < PAGES_PER_COMMIT && i < n; k++) {
            size_t source = i / PER_PAGE % 100;
            char key[40], url[80];
            snprintf(key, sizeof key, "%s/source%zu", brands[source % BRANDS], source);
            snprintf(url, sizeof url, "https://otz.example/reviews/%zu", source);
            struct target t = {
                .url = url, .source = key, .brand = brands[source % BRANDS], .site = "otz", .kind = TARGET_LISTING, .depth = 1};
            struct page *p = list[k];
            page_begin(p, &t);
            p->outcome = OUTCOME_OK;
            p->channel = "review";
            p->fetched_at = NOW;
            p->declared_total = -1;
            p->finding = arena_calloc(&p->arena, PER_PAGE, sizeof *p->finding);
            for (p->n_finding = 0; p->n_finding < PER_PAGE && i < n; p->n_finding++, i++)
                fill(&p->finding[p->n_finding], &p->arena, i);
        }
        double t0 = now_s();
        must(store_put_pages(s, list, k, &rules, NULL));
        spent += now_s() - t0;
    }
    for (size_t i = 0; i < PAGES_PER_COMMIT; i++)
        page_release(&page[i]);
    return spent;
}

/* ---------------------------------------------------------------- the peer */

static void be64(uint8_t *p, uint64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8)
        p[i] = (uint8_t)v;
}

static void bare_put(MDB_txn *txn, MDB_dbi dbi, const void *k, size_t kn, const void *v, size_t vn, unsigned flags)
{
    MDB_val key = {kn, (void *)(uintptr_t)k}, val = {vn, (void *)(uintptr_t)v};
    must_rc(mdb_put(txn, dbi, &key, &val, flags));
}

/* The same trees, keys and sizes in the same commits, in order of arrival. */
static double bare_all(const char *path, size_t n, size_t record_bytes, bool second)
{
    static uint8_t record[8192];
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi[4];
    static const char *const names[] = {"mention", "by_id", "by_time", "desk"};
    mkdir(path, 0700);
    must_rc(mdb_env_create(&env));
    must_rc(mdb_env_set_maxdbs(env, 16));
    must_rc(mdb_env_set_mapsize(env, (size_t)1 << 36));
    must_rc(mdb_env_open(env, path, 0, 0600));
    must_rc(mdb_txn_begin(env, NULL, 0, &txn));
    for (int t = 0; t < 4; t++)
        must_rc(mdb_dbi_open(txn, names[t], MDB_CREATE, &dbi[t]));
    must_rc(mdb_txn_commit(txn));
    double t0 = now_s();
    for (size_t i = 0; i < n;) {
        must_rc(mdb_txn_begin(env, NULL, 0, &txn));
        for (size_t k = 0; k < PER_PAGE * PAGES_PER_COMMIT && i < n; k++, i++) {
            uint64_t r = mix(i);
            uint8_t seq[8], time[24], desk[16];
            char id[64];
            be64(seq, i + 1);
            memcpy(record, seq, 8);
            be64(time, mix(i / PER_PAGE % BRANDS));
            be64(time + 8, (uint64_t)NOW - (r >> 20) % (2 * 365 * DAY));
            be64(time + 16, i + 1);
            memcpy(desk, time, 8);
            memcpy(desk + 8, seq, 8);
            size_t id_n = (size_t)snprintf(id, sizeof id, "otz:%llu", (unsigned long long)(r % 100000000000ULL)) + 1;
            memcpy(id + id_n, time, 8);
            if (second) {
                MDB_val key = {id_n + 8, id}, val;
                must_rc(mdb_get(txn, dbi[1], &key, &val));
            }
            bare_put(txn, dbi[0], seq, 8, record, record_bytes, second ? 0 : MDB_APPEND);
            if (second)
                continue;
            bare_put(txn, dbi[1], id, id_n + 8, record, 12, 0);
            bare_put(txn, dbi[2], time, 24, record, 44, 0);
            if (r % 5 < 2 && r % 3 != 0 && (r >> 20) % (2 * 365 * DAY) < 90 * (uint64_t)DAY)
                bare_put(txn, dbi[3], desk, 16, record, 44, 0);
        }
        must_rc(mdb_txn_commit(txn));
    }
    double spent = now_s() - t0;
    mdb_env_close(env);
    return spent;
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

static void read_one(struct store *s, const char *name, size_t n, const struct store_filter *f)
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
    char full[80];
    snprintf(full, sizeof full, "%s (%zu given)", name, x.n);
    say(full, n, best * 1e3, "ms", NULL, 0);
}

static void read_all(struct store *s, size_t n)
{
    read_one(s, "scan of the index, nothing given", n, &(struct store_filter){.channel = "forum"});
    read_one(s, "scan, everything given", n, &(struct store_filter){.since = 1});
    read_one(s, "brief: open, verdict reply, first seen today", n,
             &(struct store_filter){
                 .order = STORE_BY_URGENCY, .first_seen_since = NOW - DAY, .verdict_min = VERDICT_REPLY, .max = 50});
    read_one(s, "queue: 50 most urgent", n,
             &(struct store_filter){.order = STORE_BY_URGENCY, .verdict_min = VERDICT_REPLY, .max = 50});
    read_one(s, "report: 30 days, one brand", n, &(struct store_filter){.brand = "tea", .since = NOW - 30 * DAY});
    read_one(s, "report: 30 days, all brands", n, &(struct store_filter){.since = NOW - 30 * DAY});
    struct arena a;
    arena_init(&a, 1 << 20);
    double t0 = now_s();
    for (size_t i = 0; i < 1000; i++) {
        char id[40];
        struct finding f;
        arena_reset(&a);
        snprintf(id, sizeof id, "otz:%llu", (unsigned long long)(mix(mix(i) % n) % 100000000000ULL));
        must(store_get(s, id, &a, &f));
    }
    say("one mention by its id", n, (now_s() - t0) * 1e3, "us", NULL, 0);
    arena_release(&a);
}

static void bench(const char *folder, size_t n)
{
    char path[300], bare[300], cmd[700];
    struct store *s;
    struct store_stat st;
    snprintf(path, sizeof path, "%s/store", folder);
    snprintf(bare, sizeof bare, "%s/bare", folder);
    must(store_open(&s, path, STORE_CREATE));
    double first = put_all(s, n);
    must(store_stat(s, &st));
    double again = put_all(s, n);
    size_t per = (size_t)(st.used_bytes / n), record = per > 300 ? per - 250 : 400;
    double bare_first = bare_all(bare, n, record, false), bare_again = bare_all(bare, n, record, true);
    say("put, new mentions", n, first / (double)n * 1e6, "us each", "bare LMDB", bare_first / (double)n * 1e6);
    say("put, known mentions again", n, again / (double)n * 1e6, "us each", "bare LMDB", bare_again / (double)n * 1e6);
    say("size", n, (double)per, "bytes a mention", NULL, 0);
    read_all(s, n);
    store_close(s);
    snprintf(cmd, sizeof cmd, "rm -rf -- '%s' '%s'", path, bare);
    if (system(cmd) != 0)
        exit(1);
}

int main(int argc, char **argv)
{
    const char *tmp = getenv("TMPDIR");
    char folder[200];
    snprintf(folder, sizeof folder, "%s/earshot-bench-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (argc == 4 && strcmp(argv[1], "--keep") == 0) {
        struct store *s;
        must(store_open(&s, argv[2], STORE_CREATE));
        put_all(s, (size_t)strtoull(argv[3], NULL, 10));
        store_close(s);
        return 0;
    }
    if (mkdtemp(folder) == NULL)
        return 1;
    if (argc < 2)
        for (size_t n = 10000; n <= 1000000; n *= 10)
            bench(folder, n);
    for (int i = 1; i < argc; i++)
        bench(folder, (size_t)strtoull(argv[i], NULL, 10));
    return rmdir(folder) == 0 ? 0 : 1;
}
