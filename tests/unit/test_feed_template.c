/* Places in recipes: typed escaping, cutting, what vanishes; paths into answers; signatures. */
#include "base/limits.h"
#include "feed/answer.h"
#include "feed/sign.h"
#include "feed/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

static const char *value_of(const struct vars *v, const char *name)
{
    static const char *const values[][2] = {{"text", "a \"b\" \\ 'c' <&>\n\xd0\x96"}, {"stars", "2"}, {"url", "https://x.example/a"}, {"id", "a/b c"},
                                            {"evil", "x\", \"admin\": true, \"y\": \""}, {"header", "a\r\nB: c"}, {"faces", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"}, {"field", "7"}};
    (void)v;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strcmp(values[i][0], name) == 0)
            return values[i][1];
    return NULL;
}

static void expect_text(const char *text, enum place where, const char *want)
{
    struct arena a;
    struct strbuf b;
    arena_init(&a, LIMIT_MIB);
    strbuf_init(&b, LIMIT_MIB);
    struct vars v = {NULL, &a, value_of};
    assert_true(template_text(&b, text, where, &v));
    assert_string_equal(b.s, want);
    strbuf_release(&b);
    arena_release(&a);
}

static void test_text(void **state)
{
    (void)state;
    expect_text("{url}/x/{id}?q={{a}", PLACE_URL, "https://x.example/a/x/a%2Fb%20c?q={a}");
    expect_text("k: {header}", PLACE_HEADER, "k: a  B: c");
    expect_text("CF.{{{field}} = '{text:sql}'", PLACE_PLAIN, "CF.{7} = 'a \"b\" \\\\ \\'c\\' <&>\n\xd0\x96'");
    expect_text("\"{text:dq}\"", PLACE_PLAIN, "\"a \\\"b\\\" \\\\ 'c' <&>\n\xd0\x96\"");
    expect_text("{text:html}", PLACE_PLAIN, "a &quot;b&quot; \\ 'c' &lt;&amp;&gt;\n\xd0\x96");
    expect_text("[{absent}]", PLACE_PLAIN, "[]");
    expect_text("{faces:6}", PLACE_PLAIN, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
    expect_text("{faces:5}", PLACE_PLAIN, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xe2\x80\xa6"); /* no half face */
    expect_text("{faces:4}", PLACE_PLAIN, "\xf0\x9f\x98\x80\xe2\x80\xa6");
    expect_text("{faces:0}", PLACE_PLAIN, "");
}

static void expect_json(const char *template, const char *want)
{
    struct arena a;
    struct strbuf b;
    struct jsonw w;
    arena_init(&a, LIMIT_MIB);
    strbuf_init(&b, LIMIT_MIB);
    struct vars v = {NULL, &a, value_of};
    struct json_object *t = json_tokener_parse(template);
    assert_non_null(t);
    jsonw_init(&w, &b);
    template_json(&w, t, &v);
    assert_string_equal(b.s, want);
    json_object_put(t);
    strbuf_release(&b);
    arena_release(&a);
}

static void test_json(void **state)
{
    (void)state;
    expect_json("{\"a\": \"{evil}\"}", "{\"a\":\"x\\\", \\\"admin\\\": true, \\\"y\\\": \\\"\"}");
    expect_json("{\"a\": \"{stars:int}\", \"b\": \"{stars}\", \"c\": \"{stars:real}\", \"d\": \"{stars:bool}\"}", "{\"a\":2,\"b\":\"2\",\"c\":2,\"d\":false}");
    expect_json("{\"a\": \"{absent}\", \"b\": \"x{absent}\", \"c\": \"{absent:int}\", \"d\": null}", "{\"b\":\"x\",\"d\":null}");
    expect_json("{\"{field}\": 1, \"{absent}\": 2}", "{\"7\":1}");
    expect_json("[{\"?\": \"{field}\", \"id\": \"{field:int}\"}, {\"?\": \"{absent}\", \"id\": 2}]", "[{\"id\":7}]");
}

static void test_wrong(void **state)
{
    (void)state;
    static const char *const known[] = {"text", NULL}, *const own[] = {"mine=x"};
    static const struct { const char *text; bool good; } cases[] = {
        {"{text}", true}, {"{mine:20}", true}, {"{{ {text:sql:30}", true}, {"{other}", false}, {"{text", false}, {"{}", false}, {"{text:}", false},
        {"{text:nofilter}", false}, {"x{text:int}", false}, {"{text:int}", true}, {"{text:3x}", false}};
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if ((template_wrong(cases[i].text, known, own, 1, &a) == NULL) != cases[i].good)
            fail_msg("%s", cases[i].text);
    arena_release(&a);
}

static void test_answer(void **state)
{
    (void)state;
    static const char text[] = "{\"items\":[{\"id\":\"7\",\"v\":[1,2]},{\"id\":8}],\"ok\":true,\"n\":null,\"e\":{\"code\":\"LATER\"}}";
    struct arena a;
    struct json_object *node[8], *t = answer_read(text, strlen(text));
    arena_init(&a, LIMIT_MIB);
    assert_non_null(t);
    assert_int_equal(answer_nodes(t, "/items/*/id", node, 8), 2);
    assert_string_equal(answer_text(node[1], &a), "8");
    assert_int_equal(answer_nodes(t, "/items/*/v/*", node, 8), 2);
    assert_int_equal(answer_nodes(t, "/items/*", node, 1), 1);
    assert_string_equal(answer_value(t, "/items/-1/id", &a), "8");
    assert_null(answer_value(t, "/items/5/id", &a));
    assert_null(answer_value(t, "/n", &a));
    assert_null(answer_value(t, "/items", &a));
    assert_true(answer_fits(t, "/ok=true", &a));
    assert_true(answer_fits(t, "/e/code=NOW|LATER", &a));
    assert_false(answer_fits(t, "/e/code=LATE", &a));
    assert_true(answer_fits(t, "/items/*/id=8", &a));
    answer_free(t);
    assert_null(answer_read("<html>", 6));
    assert_null(answer_read("{\"a\":", 5));
    assert_non_null(answer_path_wrong("items"));
    assert_non_null(answer_path_wrong("/a//b"));
    assert_null(answer_path_wrong("/a/*/b=c d"));
    arena_release(&a);
}

/* Against the example of the Standard Webhooks specification's libraries. */
static void test_sign(void **state)
{
    (void)state;
    const char *const secret[2] = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NULL}, *const both[2] = {"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", secret[0]};
    static const char body[] = "{\"test\": 2432232314}", id[] = "msg_p5jXN8AQM9LWM0D4loKWxJek", want[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    struct strbuf b;
    strbuf_init(&b, LIMIT_KIB);
    assert_true(sign_make(&b, secret, id, 1614265330, body, strlen(body)));
    assert_string_equal(b.s, want);
    assert_null(sign_check(secret, id, "1614265330", b.s, body, strlen(body), 1614265330 + 299));
    assert_non_null(sign_check(secret, id, "1614265330", b.s, body, strlen(body), 1614265330 + 301));
    assert_non_null(sign_check(secret, id, "1614265330", b.s, body, strlen(body), 1614265330 - 301));
    assert_non_null(sign_check(secret, id, "1614265331", b.s, body, strlen(body), 1614265330));
    assert_non_null(sign_check(secret, "msg_x", "1614265330", b.s, body, strlen(body), 1614265330));
    assert_non_null(sign_check(secret, id, "1614265330", b.s, body, strlen(body) - 1, 1614265330));
    assert_non_null(sign_check(secret, id, NULL, b.s, body, strlen(body), 1614265330));
    assert_non_null(sign_check(secret, id, "1614265330", "v1,", body, strlen(body), 1614265330));
    strbuf_clear(&b);
    assert_true(sign_make(&b, both, id, 1614265330, body, strlen(body))); /* while the secret is changed either one will do */
    assert_non_null(strstr(b.s, want));
    assert_null(sign_check(secret, id, "1614265330", b.s, body, strlen(body), 1614265330));
    assert_null(sign_check(both, id, "1614265330", want, body, strlen(body), 1614265330));
    strbuf_release(&b);
    assert_null(sign_secret_wrong(secret[0]));
    assert_non_null(sign_secret_wrong("whsec_short"));
    assert_non_null(sign_secret_wrong("password"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_json), cmocka_unit_test(test_wrong), cmocka_unit_test(test_answer), cmocka_unit_test(test_sign)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
