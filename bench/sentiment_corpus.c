/* The labelled sets, read and analysed once. */
#include "bench/sentiment_induce.h"

#include "base/limits.h"
#include "base/strbuf.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(70);
    }
    return p;
}

static char *read_all(const char *path, bool wanted)
{
    struct strbuf b;
    strbuf_init(&b, 512 * LIMIT_MIB);
    if (strbuf_read_file(&b, path) != ERR_OK) {
        if (!wanted)
            return NULL;
        fprintf(stderr, "%s\n", err_text());
        exit(64);
    }
    return b.s; /* kept until the end */
}

static char *next_line(char **at)
{
    char *line = *at, *nl;
    if (!*line)
        return NULL;
    nl = strchr(line, '\n');
    *at = nl ? nl + 1 : line + strlen(line);
    if (nl)
        *nl = '\0';
    return line;
}

static int label_of(const char *s, bool stars)
{
    double v = atof(s);
    if (!stars)
        return v < 0 ? -1 : v > 0;
    return v < 2.5 ? -1 : v > 3.5;
}

/* Posts teach little about reviews and the other way round; judgements of art teach little about service. */
static void take_share(struct set *set)
{
    static const struct {
        const char *part;
        float share[GENRE_COUNT];
    } known[] = {{"tweet", {0.1f, 1}}, {"sre15", {0.1f, 1}},   {"rusentiment", {0.1f, 1}}, {"sst2", {0.15f, 0.15f}},    {"movie", {0.15f, 0.15f}},
                 {"nyt", {0.1f, 0.25f}}, {"livelib", {0.1f, 0.1f}}, {"news", {0.1f, 0.25f}},   {"dobre", {0, 0.3f}}};
    set->share[GENRE_REVIEW] = 1;
    set->share[GENRE_POST] = 0.35f;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(set->name, known[i].part))
            memcpy(set->share, known[i].share, sizeof set->share);
}

static void load_set(struct corpus *c, const char *folder, const char *name, bool stars)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/data/%s.tsv", folder, name);
    char *at = read_all(path, false), *line;
    if (!at || c->n_set == SETS_MAX)
        return;
    struct set *set = &c->set[c->n_set];
    char code[3] = {name[0], name[1], 0};
    *set = (struct set){.lang = lexicon_lang(code), .stars = stars, .first = c->n_sample};
    snprintf(set->name, sizeof set->name, "%s", name);
    take_share(set);
    while ((line = next_line(&at))) {
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        if (c->n_sample == c->cap_sample) {
            c->cap_sample = c->cap_sample ? 2 * c->cap_sample : 65536;
            c->sample = must(realloc(c->sample, c->cap_sample * sizeof *c->sample));
        }
        c->sample[c->n_sample++] = (struct sample){.set = (int)c->n_set, .label = label_of(line, stars), .text = tab + 1};
    }
    set->n = c->n_sample - set->first;
    c->n_set++;
}

void corpus_load(struct corpus *c, const char *folder)
{
    char path[4096];
    *c = (struct corpus){.half = -1};
    snprintf(path, sizeof path, "%s/SOURCES.tsv", folder);
    char *at = read_all(path, true), *line;
    while ((line = next_line(&at))) {
        char *field[8], *s = line;
        size_t n = 0;
        while (n < 8 && s) {
            field[n++] = s;
            if ((s = strchr(s, '\t')))
                *s++ = '\0';
        }
        if (n == 8 && strcmp(field[1], "dev") == 0)
            load_set(c, folder, field[0], strncmp(field[7], "stars", 5) == 0);
    }
}

bool sets_related(const struct set *a, const struct set *b)
{
    size_t n = strlen(a->name), m = strlen(b->name);
    return strncmp(a->name, b->name, n < m ? n : m) == 0;
}

static uint32_t name_of(struct corpus *c, enum lexicon_lang lang, const char *s, size_t n)
{
    uint64_t key = tokens_hash(s, n);
    uint32_t id = map_get(&c->names[lang], key);
    if (id != UINT32_MAX)
        return id;
    if (c->n_name + 1 >= c->cap_name) {
        c->cap_name = c->cap_name ? 2 * c->cap_name : 65536;
        c->text = must(realloc(c->text, c->cap_name * sizeof *c->text));
        c->n_seen = must(realloc(c->n_seen, c->cap_name * sizeof *c->n_seen));
        c->n_title = must(realloc(c->n_title, c->cap_name * sizeof *c->n_title));
    }
    id = (uint32_t)++c->n_name;
    c->text[id] = must(strndup(s, n));
    c->n_seen[id] = c->n_title[id] = 0;
    if (!map_put(&c->names[lang], key, id))
        must(NULL);
    return id;
}

static void put_stem(struct corpus *c, uint32_t id, float factor)
{
    if (c->n_stem == c->cap_stem) {
        c->cap_stem = c->cap_stem ? 2 * c->cap_stem : 1 << 20;
        c->stem = must(realloc(c->stem, c->cap_stem * sizeof *c->stem));
        c->factor = must(realloc(c->factor, c->cap_stem * sizeof *c->factor));
    }
    c->stem[c->n_stem] = id;
    c->factor[c->n_stem++] = factor;
}

static void put_token(struct corpus *c, struct run *r, size_t i)
{
    const struct tokens *t = &r->s->tokens;
    const struct token *k = &t->token[i];
    char root[TOKEN_BYTES_MAX];
    bool inner = i > 0 && !(t->token[i - 1].after & (AFTER_SENTENCE | AFTER_QUOTE | AFTER_COLON));
    uint32_t id = 0;
    if (k->kind == TOKEN_WORD) {
        size_t n = forms_stem(r->forms, token_text(t, k), k->fold_bytes, root);
        if ((id = name_of(c, r->lang, root, n)) && inner && !(k->shape & SHAPE_CAPS)) {
            c->n_seen[id]++;
            c->n_title[id] += (k->shape & SHAPE_TITLE) != 0 || (k->shape & SHAPE_HASHTAG);
        }
    } else if (k->kind == TOKEN_EMOJI) {
        id = name_of(c, r->lang, token_text(t, k), k->fold_bytes);
    }
    put_stem(c, id, field_weight(k->field) * (k->quoted ? 0.5f : 1) / r->root[k->field]);
    if (k->after & AFTER_SENTENCE)
        put_stem(c, 0, 0);
}

static void put_terms(struct corpus *c, struct run *r)
{
    const struct scorer *s = r->s;
    for (size_t k = 0; k < s->n_hit; k++) {
        if (!s->hit[k].term)
            continue;
        if (c->n_term == c->cap_term) {
            c->cap_term = c->cap_term ? 2 * c->cap_term : 1 << 18;
            c->term = must(realloc(c->term, c->cap_term * sizeof *c->term));
            c->share = must(realloc(c->share, c->cap_term * sizeof *c->share));
        }
        c->term[c->n_term] = s->hit[k].term;
        c->share[c->n_term++] = run_share(r, &s->hit[k]);
    }
}

void corpus_analyse(struct corpus *c, struct scorer *s, struct lexicon *l)
{
    for (int i = 0; i < LANG_COUNT; i++)
        lexicon_forget_induced(l, (enum lexicon_lang)i);
    for (size_t i = 0; i < c->n_sample; i++) {
        struct sample *x = &c->sample[i];
        struct score_input in = {.text = x->text};
        struct run r;
        run_start(&r, s, &in);
        r.lang = c->set[x->set].lang;
        r.v = &s->l->lang[r.lang];
        r.forms = &s->forms[r.lang];
        if (!fields_take(&r) || !spots_find(&r))
            must(NULL);
        fields_nothing(&r);
        run_roots(&r);
        clauses_weigh(&r);
        x->hand = 0;
        for (size_t k = 0; k < s->n_hit; k++)
            x->hand += run_share(&r, &s->hit[k]);
        x->first_term = c->n_term;
        put_terms(c, &r);
        x->n_term = c->n_term - x->first_term;
        x->first = c->n_stem;
        for (size_t k = 0; k < s->tokens.n; k++)
            put_token(c, &r, k);
        x->n = c->n_stem - x->first;
    }
}
