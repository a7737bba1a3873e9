/* HTML, XML and JSON into trees; islands, stripping and text. */
#include "parsers/readers.h"

#include "base/limits.h"
#include "base/when.h"

#include <libxml/xpath.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef enum read_result reader(const char *, size_t, xmlDocPtr *);

/* The string value of an XPath expression in what reader makes of s. */
static char *value_of(reader *read, const char *s, const char *xpath, enum read_result *result)
{
    xmlDocPtr doc;
    *result = read(s, strlen(s), &doc);
    if (doc == NULL)
        return NULL;
    xmlXPathContext *x = xmlXPathNewContext(doc);
    xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)xpath, x);
    assert_non_null(o);
    char *value = (char *)xmlXPathCastToString(o);
    xmlXPathFreeObject(o);
    xmlXPathFreeContext(x);
    tree_free(doc);
    return value;
}

struct row {
    const char *source;
    enum read_result result;
    const char *xpath;
    const char *value;
};

static void check_rows(reader *read, const struct row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum read_result result;
        char *value = value_of(read, row[i].source, row[i].xpath, &result);
        if (result != row[i].result || (value == NULL) != (row[i].value == NULL) || (value != NULL && strcmp(value, row[i].value) != 0))
            fail_msg("row %zu: %s of %s: result %d (want %d), \"%s\" (want \"%s\")", i, row[i].xpath, row[i].source, (int)result, (int)row[i].result,
                     value == NULL ? "NULL" : value, row[i].value == NULL ? "NULL" : row[i].value);
        xmlFree(value);
    }
}
#define CHECK(read, rows) check_rows(read, rows, sizeof rows / sizeof rows[0])

static void test_html(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"<p>a<p>b", READ_OK, "count(/html/body/p)", "2"},
        {"", READ_OK, "count(/html/body)", "1"},
        {"<DIV CLASS='x' Data-Y=1>t</DIV>", READ_OK, "concat(//div/@class, //div/@data-y, //div)", "x1t"},
        {"<p>a&nbsp;&amp;&#1078;&lt;b", READ_OK, "string(//p)", "a\xC2\xA0&\xD0\xB6<b"},
        {"<svg viewBox='0'><linearGradient xlink:href='#a'/></svg>", READ_OK, "concat(//svg/@viewbox, //lineargradient/@xlink.href)", "0#a"},
        {"<fb:like data-x=1>q</fb:like>", READ_OK, "string(//fb.like[@data-x='1'])", "q"},
        {"a<!-- c -->b", READ_OK, "concat(count(//comment()), //body)", "0ab"},
        {"<table><tr><td>1<td>2</table>", READ_OK, "concat(count(//td), //td[2])", "22"},
        {"<b>x<i>y</b>z</i>", READ_OK, "string(//body)", "xyz"},
        {"<template><p>in</p></template>", READ_OK, "string(//template/p)", "in"},
        {"<p a=1 a=2>", READ_OK, "count(//p/@a)", "1"},
        {"<p a='&#829999999999999907;'>&#829999999999999907;b", READ_OK, "contains(//p, 'b')", "true"}, /* Gumbo makes bytes of it that are no UTF-8 */
        {"<title>a<b>c</title>", READ_OK, "string(//title)", "a<b>c"},
    };
    CHECK(html_tree, rows);
    static const struct row pieces[] = {
        {"one<br>two", READ_OK, "concat(name(/*), count(//br), count(//body), /html)", "html10onetwo"},
        {"<td>x</td>", READ_OK, "string(/html)", "x"},
    };
    CHECK(html_fragment, pieces);
}

static void test_xml(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"<r><a>1</a></r>", READ_OK, "string(/r/a)", "1"},
        {"\xEF\xBB\xBF <?xml version='1.0' encoding='koi8-r'?>\n<r>\xD0\xB6</r>", READ_OK, "string(/r)", "\xD0\xB6"},
        {"<r xmlns:dc='urn:x'><dc:date x:y='1'>d</dc:date></r>", READ_OK, "concat(//dc.date, //@x.y)", "d1"},
        {"<!DOCTYPE r [<!ENTITY e 'no'><!-- ]> --> ]><r>&e;</r>", READ_RECOVERED, "string(/r)", "&e;"},
        {"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>", READ_OK, "string(/r)", ""},
        {"<r>&nbsp;&mdash;&quot;</r>", READ_RECOVERED, "string(/r)", "\xC2\xA0\xE2\x80\x94\""},
        {"<r>AT&T & b</r>", READ_RECOVERED, "string(/r)", "AT&T & b"},
        {"<r a='1&2'><![CDATA[<b>&amp;]]></r>", READ_RECOVERED, "concat(/r/@a, /r)", "1&2<b>&amp;"},
        {"<r>1 < 2</r>", READ_RECOVERED, "string(/r)", "1 < 2"},
        {"<r><a>x</b><c>y</c></r>", READ_RECOVERED, "string(//c)", "y"},
        {"<r>cut <b>off", READ_RECOVERED, "string(//b)", "off"},
        {"<r>a<!-- -- -->b</r>", READ_OK, "string(/r)", "ab"},
        {"<r>a\x01" "b</r>", READ_RECOVERED, "string(/r)", "ab"},
        {"<r>&#1;x</r>", READ_RECOVERED, "contains(/r, 'x')", "true"},
        {"oops <r>x</r> tail <s>y</s>", READ_RECOVERED, "string(/r)", "x"},
        {"", READ_BAD, "", NULL},
        {"no markup", READ_BAD, "", NULL},
        {"<?xml version='1.0'?>", READ_BAD, "", NULL},
    };
    CHECK(xml_tree, rows);
}

static void test_json(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"{\"a\":[1,true,null,\"x\",{}]}", READ_OK, "concat(/json/@t,/json/a/@t,//_[1]/@t,//_[2]/@t,//_[3]/@t,//_[4]/@t,//_[5]/@t)", "oanb0so"},
        {"{\"a\":-1.5e3}", READ_OK, "string(/json/a)", "-1.5e3"},
        {"{\"@type\":\"Review\"}", READ_OK, "concat(/json/_type, /json/_type/@name)", "Review@type"},
        {"{\"1a b\":\"x\",\"\":\"y\"}", READ_OK, "concat(/json/_a_b, /json/_a_b/@name, /json/_)", "x1a by"},
        {"{\"im:rating\":\"5\"}", READ_OK, "string(/json/im_rating[@name='im:rating'])", "5"},
        {"[\"\\u0416\\ud83d\\ude00\\n\\/\\\"\\\\\"]", READ_OK, "string(/json/_)", "\xD0\x96\xF0\x9F\x98\x80\n/\"\\"},
        {"{\"\\u0061\":1}", READ_OK, "string(/json/a)", "1"},
        {" \"text\" ", READ_OK, "concat(/json/@t, /json)", "stext"},
        {"12", READ_OK, "string(/json)", "12"},
        {"{\"a\":\"\"}", READ_OK, "concat(count(/json/a), /json/a)", "1"},
        {"[1,2,]", READ_RECOVERED, "count(//_)", "2"},
        {"/* c */ [1 // d\n,2]", READ_RECOVERED, "count(//_)", "2"},
        {"<!-- [1] -->", READ_RECOVERED, "count(//_)", "1"},
        {"//<![CDATA[\n[1]\n//]]>", READ_RECOVERED, "count(//_)", "1"},
        {"[\"a\tb\nc\"]", READ_RECOVERED, "string(//_)", "a\tb\nc"},
        {"[1] tail", READ_RECOVERED, "count(//_)", "1"},
        {"[1];", READ_OK, "count(//_)", "1"},
        {"{a:1,'b':'x',c:undefined}", READ_RECOVERED, "concat(//a, //b, //c/@t)", "1x0"},
        {"{\"a\":\"he said \"no\" to me\",\"b\":2}", READ_RECOVERED, "concat(//a, //b)", "he said \"no\" to me2"},
        {"{\"a\":\"x\" \"b\":\"y\"}", READ_RECOVERED, "concat(//a, //b)", "xy"},
        {"[\"\\x\\u12\\ud800\\u0000\"]", READ_RECOVERED, "string(//_)", "xu12\xEF\xBF\xBD\xEF\xBF\xBD"},
        /* a brace too few: the next item of the list begins all the same */
        {"[{\"n\":1,\"x\":{\"y\":2},{\"n\":3}]", READ_RECOVERED, "concat(count(/json/_), /json/_[1]/n, /json/_[1]/x/y, /json/_[2]/n)", "2123"},
        {"{\"r\":[{\"n\":1,\"x\":{\"y\":2,{\"n\":3}],\"t\":4}", READ_RECOVERED, "concat(count(/json/r/_), /json/r/_[2]/n, /json/t)", "234"},
        {"{\"a\":{\"b\":1,{\"c\":2}}", READ_BAD, "", NULL},
        {"{\"a\":1", READ_BAD, "", NULL},
        {"{\"a\":\"x", READ_BAD, "", NULL},
        {"[1}", READ_BAD, "", NULL},
        {"{\"a\" 1}", READ_BAD, "", NULL},
        {"nonsense", READ_BAD, "", NULL},
        {"", READ_BAD, "", NULL},
        {"<html>", READ_BAD, "", NULL},
    };
    CHECK(json_tree, rows);
}

static char *repeat(const char *head, const char *piece, const char *tail, size_t n)
{
    size_t len = strlen(piece);
    char *s = malloc(strlen(head) + n * len + n * strlen(tail) + 1);
    assert_non_null(s);
    char *w = stpcpy(s, head);
    for (size_t i = 0; i < n; i++)
        w = stpcpy(w, piece);
    for (size_t i = 0; i < n; i++)
        w = stpcpy(w, tail);
    return s;
}

/* Members that nobody reads are passed over, whatever stands in them; what does not look whole is read as ever. */
static void test_without(void **state)
{
    (void)state;
    static const char *const without[] = {"words", "x", NULL};
    static const struct {
        const char *json;
        const char *count; /* of all elements; "" when it cannot be read */
    } rows[] = {
        {"{\"words\":{\"a\":\"}\",\"b\":[1,{\"c\":\"\\\"]\\\\\"}]},\"r\":[1,2]}", "4"},
        {"{\"r\":[1,2],\"words\":[]}", "4"},
        {"{\"words\":\"a\\\\\",\"x\":{},\"r\":1}", "2"},
        {"{\"words\":1,\"r\":1}", "3"},
        {"{\"words\":\"a\" ,\"r\":1}", "3"},
        {"{\"words\":{\"a\":1}", ""},
        {"{\"words\":\"a", ""},
        {"[\"words\",\"x\"]", "3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        xmlDocPtr doc;
        enum read_result result = json_tree_without(rows[i].json, strlen(rows[i].json), without, &doc);
        assert_int_equal(result == READ_OK || result == READ_RECOVERED, rows[i].count[0] != '\0');
        if (doc == NULL)
            continue;
        xmlXPathContextPtr xp = xmlXPathNewContext(doc);
        xmlXPathObjectPtr o = xmlXPathEvalExpression(BAD_CAST "string(count(//*))", xp);
        assert_string_equal((const char *)o->stringval, rows[i].count);
        xmlXPathFreeObject(o);
        xmlXPathFreeContext(xp);
        tree_free(doc);
    }
}

/* Every attack ends inside the ceilings, with TOOBIG or a flattened tree, never with a crash. The CPU ceiling gets a second on top for the copy. */
static void test_attacks(void **state)
{
    (void)state;
    struct {
        const char *what;
        reader *read;
        char *source;
    } rows[] = {
        {"40,000 nested div", html_tree, repeat("", "<div>", "", 40000)},
        {"300,000 nested span", html_tree, repeat("", "<span>", "", 300000)},
        {"1,000 <p><font a=N>", html_tree, NULL},
        {"10,000 attributes", html_tree, NULL},
        {"20,000 nested table", html_tree, repeat("", "<table><tr><td>", "", 20000)},
        {"20,000 open b", html_tree, repeat("", "<b>x<p>", "", 20000)},
        {"3,000 open unknown", html_tree, repeat("", "<x-y a>t<p>", "", 3000)},
        {"500 <p><font><a>", html_tree, repeat("", "<p><font><a>", "", 500)},
        {"5,000 cells with b", html_tree, repeat("<table>", "<tr><td><b>x", "", 5000)},
        {"nested arrays", json_tree, repeat("", "[", "]", 100000)},
        {"400 <p><b><i>", html_tree, repeat("", "<p><b><i a>", "", 250)},
        {"many numbers", json_tree, repeat("[0", ",0", "", 3000000)},
        {"nested XML", xml_tree, repeat("", "<a>", "</a>", 100000)},
        {"XML attributes", xml_tree, NULL},
    };
    struct strbuf b[3];
    for (int i = 0; i < 3; i++)
        strbuf_init(&b[i], 8 * LIMIT_MIB);
    for (int i = 0; i < 1000; i++)
        strbuf_printf(&b[0], "<p><font a=%d>", i);
    strbuf_puts(&b[1], "<div ");
    strbuf_puts(&b[2], "<div ");
    for (int i = 0; i < 60000; i++) {
        if (i < 10000)
            strbuf_printf(&b[1], "a%d=1 ", i);
        strbuf_printf(&b[2], "a%d='1' ", i);
    }
    strbuf_puts(&b[1], ">x");
    strbuf_puts(&b[2], "/>");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *s = rows[i].source != NULL ? rows[i].source : i == 2 ? b[0].s : i == 3 ? b[1].s : b[2].s;
        xmlDocPtr doc;
        int64_t before = clock_thread_cpu_ms();
        enum read_result result = rows[i].read(s, strlen(s), &doc);
        int64_t spent = clock_thread_cpu_ms() - before;
        print_message("%-20s result %d, %lld ms\n", rows[i].what, (int)result, (long long)spent);
        assert_true(result == READ_TOOBIG || (rows[i].read == html_tree && (result == READ_OK || result == READ_RECOVERED)));
        assert_true(spent < LIMIT_GUMBO_CPU_MS * 3); /* sanitizers and a busy machine included */
        if (i < 4)
            assert_int_equal(result, READ_TOOBIG);
        tree_free(doc);
        free(rows[i].source);
    }
    for (int i = 0; i < 3; i++)
        strbuf_release(&b[i]);
}

/* What the guard lets through, the leash stops: 500 distinct open fonts are opened again in each of 20,000 paragraphs. */
static void test_leash(void **state)
{
    (void)state;
    struct strbuf b;
    strbuf_init(&b, LIMIT_MIB);
    strbuf_puts(&b, "<p>");
    for (int i = 0; i < 500; i++)
        strbuf_printf(&b, "<font a=%d>", i);
    for (int i = 0; i < 20000; i++)
        strbuf_puts(&b, "<p>x");
    xmlDocPtr doc;
    int64_t before = clock_thread_cpu_ms();
    assert_int_equal(html_tree(b.s, b.n, &doc), READ_TOOBIG);
    print_message("leash: %lld ms\n", (long long)(clock_thread_cpu_ms() - before));
    assert_null(doc);
    strbuf_release(&b);
    static const char assertion[] = "<svg><head><title><template></template></body>"; /* breaks an assertion of Gumbo 0.10.1 */
    assert_int_equal(html_fragment(assertion, sizeof assertion - 1, &doc), READ_BAD);
    assert_null(doc);
}

static void test_flattened(void **state)
{
    (void)state;
    char *s = repeat("", "<div>", "", 2000);
    enum read_result result;
    char *n = value_of(html_tree, s, "count(//div)", &result);
    assert_int_equal(result, READ_RECOVERED);
    assert_string_equal(n, "2000");
    xmlFree(n);
    free(s);
}

static void test_strip(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a<script src=x>if (1 < 2) '<p>'</script>b", "a<script src=x></script>b"},
        {"<STYLE>p>a{}</Style >x", "<STYLE></Style >x"},
        {"a<!-- <p> --><p>b<!-->c<!--->d", "a<p>bcd"},
        {"<!DOCTYPE html><p>", "<!DOCTYPE html><p>"},
        {"<svg><g/><svg></svg><path></svg>x", "<svg></svg>x"},
        {"<svg/>x<svg>never closed", "<svg/>x<svg>never closed"},
        {"<template><template></template>a</template>b", "<template></template>b"},
        {"<textarea><script></textarea><script>y</script>", "<textarea><script></textarea><script></script>"},
        {"<div a='<script>' b=\"</div>\">t</div>", "<div a='<script>' b=\"</div>\">t</div>"},
        {"<script><!-- <script> </script> --> x</script>y", "<script></script>y"},
        {"<script>no end", "<script>"},
        {"a < b <3 </ x> <?php ?>c", "a < b <3  c"},
        {"<scripted>x</scripted><stylex>y", "<scripted>x</scripted><stylex>y"},
        {"", ""},
        {"<", "<"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct strbuf out;
        strbuf_init(&out, LIMIT_MIB);
        assert_true(html_strip(&out, rows[i][0], strlen(rows[i][0])));
        assert_string_equal(out.s, rows[i][1]);
        strbuf_release(&out);
    }
}

static void test_island(void **state)
{
    (void)state;
    static const char html[] = "<p><!-- <script id=\"a\">0</script> --><script>1</script><SCRIPT ID=a type=' Application/LD+JSON ; charset=x'>2</SCRIPT>"
                               "<script data-k='v' id=\"b\">3</script x><script type=\"application/ld+json\">4</script><script type=application/json>5";
    static const struct {
        const char *selector;
        const char *found; /* the contents, joined */
    } rows[] = {
        {"script#a", "2"}, {"script#b", "3"}, {"script#c", ""}, {"script[type=application/ld+json]", "24"}, {"script[type=\"application/ld+json\"]", "24"},
        {"script[data-k=v]", "3"}, {"script[DATA-K='v']", "3"}, {"script[data-k]", "3"}, {"script[type=application/json]", "5"}, {"script#", ""}, {"p#a", ""}, {"script", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char got[64] = "";
        size_t from = 0;
        const char *s;
        size_t n;
        while (island_find(html, sizeof html - 1, rows[i].selector, &from, &s, &n))
            strncat(got, s, n);
        assert_string_equal(got, rows[i].found);
    }
    const char *s;
    size_t n;
    assert_true(island_cut("aXbYc", 5, "X", "Y", &s, &n) && n == 2 && memcmp(s, "Xb", 2) == 0);
    assert_true(island_cut("aXbYc", 5, "X", NULL, &s, &n) && n == 4);
    assert_true(island_cut("aXbYc", 5, "X", "Z", &s, &n) && n == 4);
    assert_false(island_cut("aXbYc", 5, "Z", "Y", &s, &n));
}

static void test_text(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"<div>One<b>two</b> <i>three</i><br>four<p>five</p>\n six</div>", "Onetwo three\nfour\nfive\nsix"},
        {"<p>a</p><p></p><br><br><p>b", "a\nb"},
        {"<td>1</td><td>2</td>", "12"},
        {"<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"},
        {"  a \n\t b&nbsp; c  ", "a b c"},
        {"x<script>no</script><style>no</style><svg><text>no</text></svg>y", "xy"},
        {"x<span class='big ad'>no</span><span class=adx>yes</span>", "xyes"},
        {"<pre>a\n  b</pre>", "a\nb"},
        {"<ul><li>a<li>b</ul>", "a\nb"},
        {"a&lt;b&gt; &amp;amp;", "a<b> &amp;"},
        {" <p> </p> ", NULL},
    };
    static const char *const drop[] = {"ad", NULL};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        xmlDocPtr doc;
        assert_int_equal(html_fragment(rows[i][0], strlen(rows[i][0]), &doc), READ_OK);
        struct arena a;
        arena_init(&a, LIMIT_MIB);
        const char *text = text_of(&a, doc->children, drop);
        if (rows[i][1] == NULL)
            assert_null(text);
        else
            assert_string_equal(text, rows[i][1]);
        arena_release(&a);
        tree_free(doc);
    }
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    assert_string_equal(text_plain(&a, " a \r\n\r\n b\t c\xE2\x80\xA8" "d "), "a\nb c\nd");
    assert_null(text_plain(&a, " \n"));
    assert_null(text_plain(&a, NULL));
    arena_release(&a);
}

/* A text longer than the ceiling is cut at a blank, not lost. */
static void test_long_text(void **state)
{
    (void)state;
    char *s = repeat("<p>", "word ", "", LIMIT_TEXT_BYTES / 4);
    xmlDocPtr doc;
    assert_int_equal(html_fragment(s, strlen(s), &doc), READ_OK);
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    const char *text = text_of(&a, doc->children, NULL);
    assert_in_range(strlen(text), LIMIT_TEXT_BYTES - 16, LIMIT_TEXT_BYTES + 4);
    arena_release(&a);
    tree_free(doc);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html),      cmocka_unit_test(test_xml),   cmocka_unit_test(test_json),   cmocka_unit_test(test_attacks),
        cmocka_unit_test(test_without),
        cmocka_unit_test(test_leash), cmocka_unit_test(test_flattened), cmocka_unit_test(test_strip), cmocka_unit_test(test_island), cmocka_unit_test(test_text),
        cmocka_unit_test(test_long_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
