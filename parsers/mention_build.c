#include "parsers/mention_build.h"

#include "base/jsonw.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "parsers/readers.h"
#include "parsers/urls.h"

#include <stdlib.h>
#include <string.h>

/* A value in its final form. */
struct typed {
    bool have;
    const char *s;
    double number;
    bool flag;
    struct when when;
};

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\n') || c == 0x7f;
}

/* Strings of a mention hold no control bytes but \n. In place. */
static const char *clean(char *s, size_t max_bytes)
{
    if (s == NULL)
        return NULL;
    size_t n = strlen(s), out = 0;
    if (n > max_bytes)
        n = utf8_cut(s, n, max_bytes);
    while (out < n && !is_control((unsigned char)s[out]))
        out++;
    for (size_t i = out; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\t')
            s[out++] = ' ';
        else if (!is_control(c))
            s[out++] = (char)c;
    }
    s[out] = '\0';
    return out > 0 ? s : NULL;
}

/* In the arena. */
static char *text_value(struct view *v, struct value *x)
{
    if (x->node != NULL && x->node->type == XML_ELEMENT_NODE) {
        const xmlNode *root = xmlDocGetRootElement(x->node->doc);
        if (root != NULL && strcmp((const char *)root->name, "html") == 0)
            return text_of(v->a, x->node, NULL);
    }
    return text_plain(v->a, value_string(v, x));
}

static bool flag_value(const char *s, bool *out)
{
    static const char *const no[] = {"false", "False", "0", "no", "No", "n", "нет", "НЕТ", "Нет", "ні", "Ні", "null"};
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcmp(s, no[i]) == 0) {
            *out = false;
            return true;
        }
    *out = true;
    return true;
}

static struct typed typed_value(struct view *v, enum field_type type, struct value *x)
{
    struct typed t = {0};
    if (type == TYPE_DATE) {
        const char *s = x->dated ? NULL : value_string(v, x);
        t.when = x->dated ? x->when : date_read(s, "any", &v->date);
        t.have = when_known(t.when);
        return t;
    }
    if (type == TYPE_TEXT) {
        t.s = clean(text_value(v, x), LIMIT_TEXT_BYTES);
        t.have = t.s != NULL;
        return t;
    }
    const char *s = value_string(v, x);
    t.s = clean(s != NULL ? utf8_squeeze(v->a, s) : NULL, LIMIT_FIELD_BYTES);
    if (t.s == NULL)
        return t;
    t.have = true;
    if (type == TYPE_INT || type == TYPE_REAL)
        t.have = number_read(t.s, type == TYPE_INT, &t.number);
    else if (type == TYPE_FLAG)
        t.have = flag_value(t.s, &t.flag);
    else if (type == TYPE_URL)
        t.have = (t.s = url_join(v->a, v->url, t.s)) != NULL;
    return t;
}

static void explain(struct view *v, const struct read_rule *r, enum field f, size_t which, const struct typed *t)
{
    if (v->explain == NULL)
        return;
    char when[WHEN_TEXT_BYTES];
    const struct rules *rules = &r->field[f];
    strbuf_printf(v->explain, "  %-18s ", field_info[f].name);
    if (!t->have) {
        strbuf_printf(v->explain, "-   (none of %zu rules)\n", rules->n);
        return;
    }
    const char *s = field_info[f].type == TYPE_DATE ? when_format(t->when, when) : field_info[f].type == TYPE_FLAG ? (t->flag ? "yes" : "no") : t->s;
    size_t n = utf8_cut(s, strlen(s), 70);
    struct strbuf line;
    strbuf_init(&line, LIMIT_FIELD_BYTES);
    utf8_terminal(&line, arena_strndup(v->a, s, n), false);
    strbuf_printf(v->explain, "%s%s\n  %-18s   by rule %zu of %zu: %s\n", line.s, n < strlen(s) ? "..." : "", "", which + 1, rules->n,
                  rules->v[which].text);
    strbuf_release(&line);
}

/* The title repeats the beginning of the text, as sites do when the author gave none. */
static bool title_repeats(struct view *v, const char *title, const char *text)
{
    if (title == NULL || text == NULL)
        return false;
    const char *a = utf8_squeeze(v->a, title);
    size_t n = a != NULL ? strlen(a) : 0;
    const char *b = utf8_squeeze(v->a, arena_strndup(v->a, text, strnlen(text, 2 * n + 64))); /* blanks are folded already: the title needs no more */
    if (b == NULL)
        return false;
    while (n >= 3 && (memcmp(a + n - 3, "...", 3) == 0 || memcmp(a + n - 3, "\xe2\x80\xa6", 3) == 0))
        n -= 3;
    while (n > 0 && a[n - 1] == ' ')
        n--;
    return n > 0 && strncmp(a, b, n) == 0;
}

static void put_props(struct view *v, const struct read_rule *r, xmlNodePtr item, struct jsonw *w)
{
    xmlXPathObjectPtr rows = xpath_eval(v, r->props_row, item);
    xmlNodeSetPtr set = rows != NULL && rows->type == XPATH_NODESET ? rows->nodesetval : NULL;
    bool any = false;
    for (int i = 0; set != NULL && i < set->nodeNr && i < 40; i++) {
        struct value key, value;
        if (!xpath_value(v, r->props_key, set->nodeTab[i], &key) || !xpath_value(v, r->props_value, set->nodeTab[i], &value))
            continue;
        struct typed k = typed_value(v, TYPE_STR, &key), x = typed_value(v, TYPE_STR, &value);
        if (!k.have || !x.have)
            continue;
        if (!any) {
            jsonw_key(w, "props");
            jsonw_object(w);
            any = true;
        }
        jsonw_kstr(w, k.s, x.s);
    }
    if (any)
        jsonw_object_end(w);
    xmlXPathFreeObject(rows);
}

static const char *extra_json(struct view *v, const struct read_rule *r, xmlNodePtr item, const struct mention *m)
{
    struct strbuf b;
    struct jsonw w;
    strbuf_init(&b, LIMIT_FIELD_BYTES * 8);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    for (size_t i = 0; i < r->n_extra; i++) {
        struct value x;
        size_t which;
        struct rules one = {&r->extra[i].rule, 1};
        if (!rules_value(v, &one, item, &x, &which))
            continue;
        struct typed t = typed_value(v, TYPE_STR, &x);
        if (t.have)
            jsonw_kstr(&w, r->extra[i].name, t.s);
    }
    if (r->props_row >= 0)
        put_props(v, r, item, &w);
    if (title_repeats(v, m->title, m->text))
        jsonw_kbool(&w, "title_repeats", true);
    jsonw_object_end(&w);
    const char *json = b.n > 2 && !b.full ? arena_strndup(v->a, b.s, b.n) : NULL;
    strbuf_release(&b);
    return json;
}

static struct typed get(struct view *v, const struct read_rule *r, enum field f, xmlNodePtr item, struct fill *fill)
{
    struct value x;
    size_t which = 0;
    struct typed t = {0};
    const struct rules *rules = &r->field[f];
    if (rules->n == 0)
        return t;
    if (rules_value(v, rules, item, &x, &which))
        t = typed_value(v, field_info[f].type, &x);
    if (t.have) {
        fill->n[f]++;
        fill->by[f][which < FILL_ALTERNATIVES ? which : FILL_ALTERNATIVES - 1]++;
    }
    explain(v, r, f, which, &t);
    return t;
}

static int64_t whole(const struct typed *t)
{
    return t->have && t->number > -9e15 && t->number < 9e15 ? (int64_t)t->number : -1;
}

static struct rating rating_of(const struct typed t[FIELD_COUNT])
{
    struct rating r = {false, 0, 1, 5};
    if (!t[FIELD_RATING].have)
        return r;
    r.known = true;
    r.value = t[FIELD_RATING].number;
    if (t[FIELD_WORST].have)
        r.worst = t[FIELD_WORST].number;
    if (t[FIELD_BEST].have)
        r.best = t[FIELD_BEST].number;
    else if (r.value > 5) /* schema.org: bestRating may be left out only for 5, but is forgotten for 10 and 100, too */
        r.best = r.value <= 10 ? 10 : 100;
    if (r.best <= r.worst)
        r.worst = r.best > 0 ? 0 : r.best - 1;
    return r;
}

static const char *site_id(struct view *v, const char *native)
{
    return native != NULL ? arena_printf(v->a, "%s:%s", v->site->name, native) : NULL;
}

static void fill_reply(struct view *v, const struct read_rule *r, const struct typed t[FIELD_COUNT], struct mention *m)
{
    m->reply.author = t[FIELD_REPLY_AUTHOR].s;
    m->reply.text = t[FIELD_REPLY_TEXT].s;
    m->reply.published = t[FIELD_REPLY_PUBLISHED].when;
    m->reply.edited = t[FIELD_REPLY_EDITED].when;
    m->customer_last_word = t[FIELD_LAST_WORD].have && t[FIELD_LAST_WORD].flag;
    if (reply_present(&m->reply) || (t[FIELD_REPLIED].have && t[FIELD_REPLIED].flag))
        m->reply_state = REPLY_YES;
    else if (r->replies == REPLIES_SHOWN || (r->replies == REPLIES_ACCOUNTS && v->n_account > 0) || t[FIELD_REPLIED].have)
        m->reply_state = REPLY_NO;
}

static void fill_mention(struct view *v, const struct read_rule *r, const struct typed t[FIELD_COUNT], struct mention *m)
{
    m->native_id = t[FIELD_ID].s;
    m->id = site_id(v, m->native_id);
    m->url = t[FIELD_URL].have ? t[FIELD_URL].s : v->url;
    m->parent_id = site_id(v, t[FIELD_PARENT].s);
    m->kind = t[FIELD_KIND].have ? mention_kind_parse(t[FIELD_KIND].s) : r->kind;
    m->author = (struct author){t[FIELD_AUTHOR].s, t[FIELD_AUTHOR_ID].s, t[FIELD_AUTHOR_URL].have ? t[FIELD_AUTHOR_URL].s : NULL,
                                t[FIELD_PLACE].s, whole(&t[FIELD_AUTHOR_REVIEWS])};
    m->rating = rating_of(t);
    m->title = t[FIELD_TITLE].s;
    m->text = t[FIELD_TEXT].s;
    m->pros = t[FIELD_PROS].s;
    m->cons = t[FIELD_CONS].s;
    m->truncated = t[FIELD_TRUNCATED].have && t[FIELD_TRUNCATED].flag;
    m->lang = t[FIELD_LANG].s;
    m->published = t[FIELD_PUBLISHED].when;
    m->experienced = t[FIELD_EXPERIENCED].when;
    m->edited = t[FIELD_EDITED].when;
    m->likes = whole(&t[FIELD_LIKES]);
    m->views = whole(&t[FIELD_VIEWS]);
    m->n_comment = whole(&t[FIELD_COMMENTS]);
    m->pending = t[FIELD_PENDING].have && t[FIELD_PENDING].flag;
    m->verified = t[FIELD_VERIFIED].have ? t[FIELD_VERIFIED].flag : -1;
    m->verification = t[FIELD_VERIFICATION].s;
    m->recommends = t[FIELD_RECOMMENDS].have ? t[FIELD_RECOMMENDS].flag : -1;
    fill_reply(v, r, t, m);
}

/* id always; what the site file asks for; else what it says, in whichever field. */
static bool is_complete(const struct read_rule *r, const struct typed t[FIELD_COUNT])
{
    for (size_t f = 0; f < FIELD_COUNT; f++)
        if (r->required[f] && !t[f].have)
            return false;
    return t[FIELD_ID].have &&
           (r->own_require || t[FIELD_TITLE].have || t[FIELD_TEXT].have || t[FIELD_PROS].have || t[FIELD_CONS].have || t[FIELD_RATING].have);
}

void mention_build(struct view *v, const struct read_rule *r, xmlNodePtr item, struct fill *fill, struct built *out)
{
    struct typed t[FIELD_COUNT];
    memset(out, 0, sizeof *out);
    mention_init(&out->mention);
    if (v->explain != NULL)
        strbuf_printf(v->explain, "item read by \"%s\"\n", r->name);
    for (size_t f = 0; f < FIELD_COUNT; f++)
        t[f] = get(v, r, (enum field)f, item, fill);
    fill_mention(v, r, t, &out->mention);
    out->mention.extra = extra_json(v, r, item, &out->mention);
    out->complete = is_complete(r, t);
    out->by_brand = t[FIELD_BY_BRAND].have && t[FIELD_BY_BRAND].flag;
    if (t[FIELD_DETAIL].have && (r->detail_when < 0 || xpath_true(v, r->detail_when, item)))
        out->detail = t[FIELD_DETAIL].s;
}

static void answer(struct mention *m, const struct mention *by)
{
    if (m->reply_state == REPLY_YES)
        return;
    m->reply.author = by->author.name;
    m->reply.text = by->text;
    m->reply.published = by->published;
    m->reply.edited = by->edited;
    m->reply_state = REPLY_YES;
}

/* The page of a thread may lack its first word, the mention for which it was fetched: then only that word's answer is told, and all else about it is known. */
static bool answer_to_the_asked(struct view *v, const struct mention *by, struct built *list, size_t n, struct built *out)
{
    const char *asked = v->page->target.mention_id;
    size_t prefix = strlen(v->site->name) + 1;
    if (asked == NULL || by->parent_id == NULL || strcmp(asked, by->parent_id) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (list[i].mention.id != NULL && strcmp(list[i].mention.id, asked) == 0)
            return false;
    memset(out, 0, sizeof *out);
    mention_init(&out->mention);
    out->mention.id = arena_strdup(v->a, asked);
    out->mention.native_id = arena_strdup(v->a, asked + prefix);
    out->mention.kind = MENTION_POST;
    answer(&out->mention, by);
    return true;
}

size_t answers_attach(struct view *v, const struct read_rule *r, struct built *list, size_t n, struct built *asked)
{
    bool threaded = r->field[FIELD_PARENT].n > 0;
    size_t left = 0;
    asked->mention.id = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct mention *by = &list[i].mention;
        if (!list[i].by_brand)
            continue;
        if (asked->mention.id == NULL && !answer_to_the_asked(v, by, list, n, asked))
            asked->mention.id = NULL;
        for (size_t k = 0; k < n; k++) {
            struct mention *m = &list[k].mention;
            bool parent = by->parent_id != NULL && strcmp(by->parent_id, m->id) == 0;
            if (!list[k].by_brand && (threaded ? parent : k < i))
                answer(m, by);
        }
    }
    for (size_t i = 0; i < n; i++)
        if (!list[i].by_brand)
            list[left++] = list[i];
    return left;
}
