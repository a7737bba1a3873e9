/* Does packing records pay, and with which dictionary?
 *
 * usage: store_pack TEXTS      a file with one text a line, e.g. of a labelled corpus
 * Makes a record of each text and prints, tab-separated: name, bytes a record in LMDB (longer ones fill whole pages), share of the unpacked, microseconds to pack, to unpack. */
#include "base/hash.h"
#include "store/pack.h"
#include "store/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zdict.h>
#include <zstd.h>

#define HEADER    32
#define DICT_MAX  (64 << 10)
#define LEVEL     (-1)

static struct bytes *rec;
static size_t n_rec;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* A leaf takes at most 2,030 bytes of key and value; more lie on pages of their own. */
static double in_lmdb(size_t n)
{
    return n + 16 > 2030 ? (double)((n + 16 + 4095) / 4096 * 4096) + 24 : (double)(n + 18);
}

static void add(struct arena *a, const char *text, size_t i)
{
    static const struct score_word words[] = {{"wait", -1, "word"}, {"refund", -1.5f, "complaint"}, {"thank", 1, "negated"}};
    static const char *const causes[] = {"delivery", "no_answer"};
    struct stored x;
    uint64_t r = hash64(&i, sizeof i);
    memset(&x, 0, sizeof x);
    mention_init(&x.f.mention);
    struct mention *m = &x.f.mention;
    m->id = arena_printf(a, "shop:%llu", (unsigned long long)(r % 100000000));
    m->native_id = m->id + 5;
    m->url = arena_printf(a, "https://shop.example/review/%s", m->native_id);
    m->author.name = arena_printf(a, "guest %llx", (unsigned long long)(r >> 44));
    m->text = arena_strdup(a, text);
    m->published = (struct when){1790000000 - (int64_t)(r >> 40), PRECISION_DAY};
    m->rating = (struct rating){true, (double)(1 + r % 5), 1, 5};
    x.f.brand = "shop";
    x.f.source = "shop/reviews";
    x.f.channel = "review";
    x.f.seq = i + 1;
    x.f.score.word = words;
    x.f.score.n_word = r % 4;
    x.f.score.cause = causes;
    x.f.score.n_cause = r % 3;
    memcpy(x.f.score.lang, "ru", 3);
    x.f.first_seen = x.f.last_seen = 1790000000;
    x.said[0] = r;
    struct rec_any any; /* its parts point into it */
    rec_blank(&any, REC_MENTION);
    any.stored = x;
    rec[n_rec++] = rec_encode_whole(a, REC_MENTION, x.f.seq, any.part, any.n_part);
}

static void measure(const char *name, const void *dict, size_t dict_n, size_t least)
{
    static uint8_t out[1 << 20], back[1 << 20];
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_DCtx *d = ZSTD_createDCtx();
    ZSTD_CDict *cd = ZSTD_createCDict(dict, dict_n, LEVEL);
    ZSTD_DDict *dd = ZSTD_createDDict(dict, dict_n);
    double bytes = 0, plain = 0, pack_s = 0, unpack_s = 0;
    size_t n_packed = 0;
    for (size_t i = 0; i < n_rec; i++) {
        plain += in_lmdb(rec[i].n);
        if (rec[i].n < least) {
            bytes += in_lmdb(rec[i].n);
            continue;
        }
        double t0 = cpu_s();
        size_t n = ZSTD_compress_usingCDict(c, out, sizeof out, (const uint8_t *)rec[i].p + HEADER, rec[i].n - HEADER, cd);
        double t1 = cpu_s();
        if (ZSTD_isError(n) || ZSTD_decompress_usingDDict(d, back, sizeof back, out, n, dd) != rec[i].n - HEADER)
            die("zstd");
        unpack_s += cpu_s() - t1;
        pack_s += t1 - t0;
        bytes += in_lmdb(n + HEADER);
        n_packed++;
    }
    double each = n_packed > 0 ? 1e6 / (double)n_packed : 0;
    printf("%s\t%.0f\t%.2f\t%.1f\t%.1f\n", name, bytes / (double)n_rec, bytes / plain, pack_s * each, unpack_s * each);
    ZSTD_freeCDict(cd);
    ZSTD_freeDDict(dd);
    ZSTD_freeCCtx(c);
    ZSTD_freeDCtx(d);
}

/* On every tenth record. */
static size_t train(void *dict)
{
    size_t *size = calloc(n_rec, sizeof *size), n = 0, at = 0;
    uint8_t *all = malloc((size_t)1 << 28);
    if (size == NULL || all == NULL)
        die("memory");
    for (size_t i = 0; i < n_rec && at + rec[i].n < (size_t)1 << 28; i += 10) {
        memcpy(all + at, (const uint8_t *)rec[i].p + HEADER, rec[i].n - HEADER);
        size[n++] = rec[i].n - HEADER;
        at += rec[i].n - HEADER;
    }
    size_t got = ZDICT_trainFromBuffer(dict, DICT_MAX, all, size, (unsigned)n);
    free(all);
    free(size);
    return ZDICT_isError(got) ? 0 : got;
}

int main(int argc, char **argv)
{
    struct arena a;
    char *line = NULL;
    size_t cap = 0, room = 0, dict_n;
    FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (f == NULL)
        die("usage: store_pack TEXTS");
    arena_init(&a, (size_t)4 << 30);
    for (ssize_t n; (n = getline(&line, &cap, f)) > 0 && n_rec < 1000000;) {
        line[n - (line[n - 1] == '\n')] = '\0';
        if (n_rec == room && (rec = realloc(rec, (room = room * 2 + 1024) * sizeof *rec)) == NULL)
            die("memory");
        add(&a, line, n_rec);
    }
    static uint8_t trained[DICT_MAX];
    const void *ours = pack_dict(&dict_n);
    printf("%zu records\tbytes\tshare\tpack us\tunpack us\n", n_rec);
    measure("as they are", "", 0, SIZE_MAX);
    measure("all, no dictionary", "", 0, 0);
    measure("all, dictionary of format 2", ours, dict_n, 0);
    measure("all, dictionary trained on a tenth of them", trained, train(trained), 0);
    measure("2,015 bytes and more, dictionary of format 2", ours, dict_n, 2015);
    free(line);
    fclose(f);
    free(rec);
    arena_release(&a);
    return 0;
}
