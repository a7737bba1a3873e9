/* One step of reading one page, timed: parse STEP FILE [REPEATS [FROM [TO]]] prints the best time in microseconds. bench/parse.py runs it for many files, and under
 * callgrind with --toggle-collect=measured to count instructions.
 *   STEP: charset  bytes to UTF-8                      html    html_tree of the whole page     strip   html_strip and html_tree
 *         island   island_find and json_tree           json    json_tree of the whole file     xml     xml_tree
 *         cut      island_cut between the literals FROM and TO, html_strip and html_tree
 *         gumbo    Gumbo alone, default options (peer)  jsonc   json-c on the island (peer) */
#include "base/limits.h"
#include "base/strbuf.h"
#include "parsers/charset.h"
#include "parsers/readers.h"

#include <gumbo.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct input {
    struct strbuf raw;
    struct strbuf text; /* UTF-8 */
    const char *step;
    const char *island;
    size_t island_bytes;
    const char *from, *to; /* of the cut */
};

static bool find_island(struct input *in)
{
    static const char *const selector[] = {"script#__NEXT_DATA__", "script[type=application/ld+json]", "script[type=application/json]"};
    for (size_t i = 0; i < sizeof selector / sizeof selector[0]; i++) {
        size_t from = 0;
        if (island_find(in->text.s, in->text.n, selector[i], &from, &in->island, &in->island_bytes))
            return true;
    }
    return false;
}

static bool read_json_c(const struct input *in)
{
    struct json_tokener *t = json_tokener_new_ex(64);
    struct json_object *o = json_tokener_parse_ex(t, in->island, (int)in->island_bytes);
    json_tokener_free(t);
    bool ok = o != NULL;
    json_object_put(o);
    return ok;
}

static bool read_stripped(const struct input *in, xmlDocPtr *doc)
{
    struct strbuf out;
    const char *s = in->text.s;
    size_t n = in->text.n;
    if (in->from != NULL && !island_cut(in->text.s, in->text.n, in->from, in->to, &s, &n))
        return false;
    strbuf_init(&out, in->text.n + 1);
    bool ok = html_strip(&out, s, n) && html_tree(out.s, out.n, doc) <= READ_RECOVERED;
    strbuf_release(&out);
    return ok;
}

static bool read_charset(const struct input *in)
{
    struct strbuf out;
    strbuf_init(&out, 4 * in->raw.n + 16);
    bool ok = charset_decode(&out, in->raw.s, in->raw.n, NULL, NULL) != NULL;
    strbuf_release(&out);
    return ok;
}

bool measured(struct input *in);
/* Never inlined: callgrind knows it by its name. */
__attribute__((noinline)) bool measured(struct input *in)
{
    xmlDocPtr doc = NULL;
    bool ok = false;
    if (strcmp(in->step, "html") == 0)
        ok = html_tree(in->text.s, in->text.n, &doc) <= READ_RECOVERED;
    else if (strcmp(in->step, "xml") == 0)
        ok = xml_tree(in->text.s, in->text.n, &doc) <= READ_RECOVERED;
    else if (strcmp(in->step, "json") == 0)
        ok = json_tree(in->text.s, in->text.n, &doc) <= READ_RECOVERED;
    else if (strcmp(in->step, "island") == 0)
        ok = find_island(in) && json_tree(in->island, in->island_bytes, &doc) <= READ_RECOVERED;
    else if (strcmp(in->step, "strip") == 0 || strcmp(in->step, "cut") == 0)
        ok = read_stripped(in, &doc);
    else if (strcmp(in->step, "charset") == 0)
        ok = read_charset(in);
    else if (strcmp(in->step, "jsonc") == 0)
        ok = find_island(in) && read_json_c(in);
    else if (strcmp(in->step, "gumbo") == 0)
        gumbo_destroy_output(&kGumboDefaultOptions, gumbo_parse_with_options(&kGumboDefaultOptions, in->text.s, in->text.n)), ok = true;
    tree_free(doc);
    return ok;
}

int main(int argc, char **argv)
{
    struct input in = {.step = argc > 1 ? argv[1] : "", .from = argc > 4 ? argv[4] : NULL, .to = argc > 5 ? argv[5] : NULL};
    int repeats = argc > 3 ? atoi(argv[3]) : 1;
    if (argc < 3) {
        fputs("usage: parse STEP FILE [REPEATS [FROM [TO]]]\n", stderr);
        return 64;
    }
    strbuf_init(&in.raw, LIMIT_BODY_BYTES);
    strbuf_init(&in.text, 4 * LIMIT_BODY_BYTES);
    if (strbuf_read_file(&in.raw, argv[2]) != ERR_OK) {
        fprintf(stderr, "%s\n", err_text());
        return 64;
    }
    readers_init();
    charset_decode(&in.text, in.raw.s, in.raw.n, NULL, NULL);
    double best_us = 1e12;
    bool ok = true;
    for (int i = 0; i < repeats; i++) {
        struct timespec a;
        struct timespec b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        ok = measured(&in) && ok;
        clock_gettime(CLOCK_MONOTONIC, &b);
        double us = (double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3;
        best_us = us < best_us ? us : best_us;
    }
    printf("%.1f\n", best_us);
    strbuf_release(&in.raw);
    strbuf_release(&in.text);
    return ok ? 0 : 1;
}
