/* Site files: their mistakes, their rules, and how a page is told apart from a wall, from silence and from drift. All pages are made up here. */
#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[256]; /* of this run: root/shipped, root/user */

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", root, dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void remove_file(const char *dir, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", root, dir, name);
    unlink(path);
}

static int make_root(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%s/earshot-sites-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(root) == NULL)
        return -1;
    char path[512];
    snprintf(path, sizeof path, "%s/shipped", root);
    if (mkdir(path, 0700) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/user", root);
    parsers_init();
    return mkdir(path, 0700);
}

static int drop_root(void **state)
{
    (void)state;
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static struct sites *load(void)
{
    char shipped[300], user[300];
    struct sites *s = NULL;
    snprintf(shipped, sizeof shipped, "%s/shipped", root);
    snprintf(user, sizeof user, "%s/user", root);
    if (sites_load(&s, shipped, user) != ERR_OK)
        fail_msg("%s", err_text());
    return s;
}

/* ---- one small review site ---- */

static const char shop_site[] = "# a shop of reviews\n"
                                "site \"shop\" {\n"
                                "  channel = \"review\"\n"
                                "  host = {\"shop.example\", \"*.shop.example\"}\n"
                                "  build = \"https://shop.example/r/{slug}?sort=new\"\n"
                                "  timezone = \"Europe/Moscow\"\n"
                                "  blocked = {'title ~ (?i)are you human -> shop captcha', 'status 507 -> shop captcha'}\n"
                                "  page \"listing\" {\n"
                                "    path = {\"/r/*\"}\n"
                                "    read \"data\" {\n"
                                "      island = \"script#data\"\n"
                                "      item = {'/json/reviews/_'}\n"
                                "      total = {'/json/total'}\n"
                                "      id = {'id'}  rating = {'stars'}  text = {'text'}  published = {'at -> date:iso'}\n"
                                "      reply_text = {'answer/text'}  replies = \"shown\"\n"
                                "      next = {'/json[page < pages]/page + 1 -> query:page'}\n"
                                "    }\n"
                                "    read \"dom\" {\n"
                                "      item = {'//div[class(\"rev\")]'}\n"
                                "      total = {'//b[@id = \"total\"] -> int'}\n"
                                "      empty = {'xpath //p[class(\"none\")] -> nobody wrote'}\n"
                                "      skip = 'class(\"ad\")'\n"
                                "      id = {'@data-id'}\n"
                                "      url = {'a/@href'}\n"
                                "      author = {'i'}\n"
                                "      rating = {'@data-stars', 'count(.//s[class(\"on\")])'}\n"
                                "      title = {'h3'}\n"
                                "      text = {'p -> text:ad,<blockquote'}\n"
                                "      pros = {'u -> text -> drop:Pros:|Plus:'}\n"
                                "      truncated = {'p -> trim -> match:\\.\\.\\.$'}\n"
                                "      published = {'@data-at -> date:iso'}\n"
                                "      likes = {'em -> int'}\n"
                                "      detail = {'a/@href'}\n"
                                "      detail_when = '@data-stars <= 2'\n"
                                "      extra = {'shop: @data-shop -> lower'}\n"
                                "      props_row = 'dl/div'  props_key = 'dt'  props_value = 'dd'\n"
                                "    }\n"
                                "  }\n"
                                "}\n";

#define REV(id, stars, text) "<div class='rev x' data-id='" id "' data-stars='" stars "'><h3>Title " id "</h3><p>" text "</p><a href='/one/" id "#top'>all</a></div>"
#define PAGE(body) "<!DOCTYPE html><html><head><title>Shop</title></head><body>" body "</body></html>"

struct read {
    struct sites *sites;
    struct parser *parser;
    struct page page;
};

static const char *named_site; /* what the source names; NULL: by address */

static void read_as(struct read *r, const char *url, const char *body, int status, const char *headers, const char *const *accounts, size_t n)
{
    r->sites = load();
    r->parser = parser_new(r->sites);
    assert_non_null(r->parser);
    page_init(&r->page, LIMIT_BODY_BYTES);
    struct target t = {.url = url, .site = named_site};
    page_begin(&r->page, &t);
    r->page.status = status;
    r->page.headers = headers;
    r->page.fetched_at = 1790000000;
    strbuf_puts(&r->page.body, body);
    parser_read(r->parser, &r->page, accounts, n);
}

static void read_shop(struct read *r, const char *body)
{
    read_as(r, "https://shop.example/r/acme?sort=new", body, 200, NULL, NULL, 0);
}

static void read_end(struct read *r)
{
    parser_free(r->parser);
    page_release(&r->page);
    sites_free(r->sites);
}

static const struct mention *nth(const struct read *r, size_t i)
{
    assert_true(i < r->page.n_finding);
    return &r->page.finding[i].mention;
}

/* ---- mistakes in files ---- */
static const struct mistake {
    const char *text, *want;
} mistakes[] = {
    {"site \"x\" {\n  page \"p\" {\n    request {\n      header = {\"apikey {token}\"}\n    }\n  }\n}\n", "x.site:4: header: \"apikey {token}\" is not of the form \"name: value\""},
    {"site \"x\" {\n  page \"p\" {\n    request {\n      body = \"key={tokken}\"\n    }\n  }\n}\n", "x.site:4: body: \"key={tokken}\": only {token} and {token2} can stand in braces"},
    {"site \"x\" {\n  page \"p\" {\n    request {\n      method = \"PUT\"\n    }\n  }\n}\n", "x.site:4: method cannot be \"PUT\""},
    {"site \"x\" {\n  titel = \"a\"\n}\n", "x.site:2: no such option \"titel\" in \"site\"; did you mean \"title\"?"},
    {"# one\n# two\nsite \"x\" {\n  # three\n  page \"p\" {\n    read \"r\" {\n      autor = {'a'}\n} } }\n",
     "x.site:7: no such option \"autor\" in \"read\"; did you mean \"author\"?"},
    {"site \"x\" {\n  host = {\"h\"}\n  page \"p\" { read \"r\" { item = {'//a'} id = {'b -> dat:iso'} } }\n}\n", "x.site:3: id: no such step \"dat\"; did you mean \"date\"?"},
    {"site \"x\" {\n  host = {\"h\"}\n  page \"p\" {\n    read \"r\" {\n      item = {'//a['}\n} } }\n", "x.site:5: item: \"//a[\" is not XPath 1.0"},
    {"site \"x\" {\n host = {\"h\"}\n page \"p\" { read \"r\" { item = {'//a'}\n id = {'bogus(1)'} } } }\n", "x.site:4: id: \"bogus(1)\" calls a function that does not exist"},
    {"site \"x\" {\n host = {\"h\"}\n page \"p\" { read \"r\" { item = {'//a'}\n id = {'concat(a, b)[1]'} } } }\n", "x.site:4: id: \"concat(a, b)[1]\" uses a string"},
    {"site \"x\" {\n host = {\"h\"}\n page \"p\" { read \"r\" { item = {'//a'}\n id = {'a -> match:(b'} } } }\n", "x.site:4: id: the pattern \"(b\" is wrong at character"},
    {"site \"x\" {\n host = {\"h\"}\n page \"p\" { read \"r\" { item = {'//a'}\n id = {'a -> date:ios'} } } }\n", "x.site:4: id: no such date form \"ios\""},
    {"site \"x\" {\n  host = {\"h\"}\n  channel = \"reviews\"\n}\n", "x.site:3: channel cannot be \"reviews\"; did you mean \"review\""},
    {"site \"x\" {\n  host = {\"h\"}\n  blocked = {'titel ~ a'}\n}\n", "x.site:3: blocked: a marker begins with title, text, header"},
    {"site \"x\" {\n  host = {\"h\"}\n  page \"p\" { read \"r\" { item = {'//a'} } }\n}\n", "has no \"id\""},
    {"site \"x\" {\n  host = {\"h\"}\n  page \"p\" { read \"r\" { id = {'a'} } }\n}\n", "has no \"item\""},
    {"site \"x\" {\n  page \"p\" { read \"r\" { id = {'a'} item = {'b'} } }\n}\n", "neither \"host\" nor \"generic = yes\""},
    {"site \"x\" {\n  host = {\"h\"}\n  build = \"https://h/\"\n  page \"p\" { read \"r\" { id = {'a'} item = {'b'} } }\n}\n", "build has no {slug}"},
    {"site \"x\" {\n host = {\"h}\n}\n", "x.site:2: the quote \" that opens here is never closed"},
    {"site \"x\" {\n host = \\h\n}\n", "x.site:2: a backslash outside quotes"},
    {"site \"y\" {\n}\n", "x.site:2: site \"y\" stands in a file named x.site"},
    {"", "there is no section site \"x\""},
    {"site \"x\" {\n  host = {\"h\"\n", "x.site:"},
    {"site \"x\" {\n host = {\"h\"}\n page \"p\" { read \"r\" { item = {'//a'}\n require = {\"txt\"} id = {'a'} } } }\n", "x.site:4: require: no such field \"txt\"; did you mean \"text\"?"},
};

static void mistakes_name_file_line_and_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct strbuf out;
        char path[512];
        strbuf_init(&out, LIMIT_MIB);
        write_file("shipped", "x.site", mistakes[i].text);
        snprintf(path, sizeof path, "%s/shipped/x.site", root);
        assert_int_equal(site_check_file(path, &out), ERR_SITE);
        if (strstr(out.s, mistakes[i].want) == NULL)
            fail_msg("row %zu: want \"%s\", got \"%s\"", i, mistakes[i].want, out.s);
        struct sites *s = NULL;
        char shipped[300];
        snprintf(shipped, sizeof shipped, "%s/shipped", root);
        assert_int_equal(sites_load(&s, shipped, NULL), ERR_SITE);
        assert_null(s);
        assert_non_null(strstr(err_text(), "x.site:"));
        strbuf_release(&out);
    }
    remove_file("shipped", "x.site");
}

static void all_mistakes_of_one_file_are_told(void **state)
{
    (void)state;
    struct strbuf out;
    char path[512];
    strbuf_init(&out, LIMIT_MIB);
    write_file("shipped", "x.site", "site \"x\" {\n host = {\"h\"}\n page \"p\" { read \"r\" { item = {'//a['}\n id = {'a -> foo'}\n text = {']'} } } }\n");
    snprintf(path, sizeof path, "%s/shipped/x.site", root);
    assert_int_equal(site_check_file(path, &out), ERR_SITE);
    assert_non_null(strstr(out.s, "x.site:3:"));
    assert_non_null(strstr(out.s, "x.site:4:"));
    assert_non_null(strstr(out.s, "x.site:5:"));
    strbuf_release(&out);
    remove_file("shipped", "x.site");
}

static void comments_may_stand_anywhere(void **state)
{
    (void)state;
    struct strbuf out;
    char path[512];
    strbuf_init(&out, LIMIT_MIB);
    write_file("shipped", "x.site", "# a 'quote\nsite \"x\" { # b\n host = {\"h\", # c\n \"#no comment\"}\n page \"p\" { read \"r\" { item = {'//a[. = \"#\"]'} id = {'a'} } } }\n# end");
    snprintf(path, sizeof path, "%s/shipped/x.site", root);
    if (site_check_file(path, &out) != ERR_OK)
        fail_msg("%s", out.s);
    strbuf_release(&out);
    remove_file("shipped", "x.site");
}

/* ---- reading ---- */
static void island_comes_first_and_html_second(void **state)
{
    (void)state;
    struct read r;
    write_file("shipped", "shop.site", shop_site);
    read_shop(&r, PAGE("<script id=data type='application/json'>{\"total\":41,\"page\":2,\"pages\":3,\"reviews\":[{\"id\":7,\"stars\":2,\"text\":\"One.\\n\\nTwo &amp; three\","
                       "\"at\":\"2026-03-01T10:00:00+03:00\",\"answer\":{\"text\":\"Sorry\"}},{\"id\":8,\"stars\":5,\"text\":\"Fine\",\"answer\":null}]}</script>" REV("9", "1", "never read")));
    assert_int_equal(r.page.outcome, OUTCOME_OK);
    assert_string_equal(r.page.via, "data");
    assert_int_equal(r.page.n_finding, 2);
    assert_int_equal(r.page.declared_total, 41);
    const struct mention *m = nth(&r, 0);
    assert_string_equal(m->id, "shop:7");
    assert_string_equal(m->text, "One.\nTwo &amp; three");
    assert_int_equal(m->reply_state, REPLY_YES);
    assert_int_equal(nth(&r, 1)->reply_state, REPLY_NO);
    char when[WHEN_TEXT_BYTES];
    assert_string_equal(when_format(m->published, when), "2026-03-01T07:00:00Z");
    assert_int_equal(nth(&r, 1)->published.precision, PRECISION_NONE);
    assert_int_equal(r.page.n_link, 1);
    assert_string_equal(r.page.link[0].url, "https://shop.example/r/acme?sort=new&page=3");
    assert_non_null(strstr(r.page.fill, "\"text\":2"));
    read_end(&r);
}

static void html_fields_and_details(void **state)
{
    (void)state;
    struct read r;
    write_file("shipped", "shop.site", shop_site);
    read_shop(&r, PAGE("<div class='rev ad' data-id='0'><p>buy</p></div>"
                       "<div class=rev data-id=1 data-stars=1 data-shop='ÄB'><i> Jo  Doe </i><h3>It broke…</h3><p>It broke<br>twice.<span class=ad>BUY</span> <blockquote>they said</blockquote></p>"
                       "<u>Pros: cheap</u><em>1,204</em><a href='../one/1'>x</a><dl><div><dt>Year</dt><dd>2026</dd></div></dl></div>"
                       "<div class=rev data-id=2><s class=on></s><s class=on></s><s class=off></s><p>Long story...</p><a href='//other.example/2'>x</a></div>"
                       "<div class=rev data-id=1 data-stars=4><p>again</p></div>"));
    assert_int_equal(r.page.outcome, OUTCOME_OK);
    assert_int_equal(r.page.n_finding, 2);
    const struct mention *m = nth(&r, 0);
    assert_string_equal(m->author.name, "Jo Doe");
    assert_string_equal(m->pros, "cheap");
    assert_int_equal(m->likes, 1204);
    assert_true(m->rating.known);
    assert_true(m->rating.value == 1 && m->rating.best == 5);
    assert_null(strstr(m->text, "BUY"));
    assert_null(strstr(m->text, "they said"));
    assert_non_null(strstr(m->text, "It broke\ntwice."));
    assert_string_equal(m->url, "https://shop.example/one/1");
    assert_non_null(strstr(m->extra, "\"title_repeats\":true"));
    assert_non_null(strstr(m->extra, "\"Year\":\"2026\""));
    assert_non_null(strstr(m->extra, "\"shop\":\"äb\""));
    assert_int_equal(m->reply_state, REPLY_UNKNOWN);
    assert_true(nth(&r, 1)->rating.value == 2);
    assert_true(nth(&r, 1)->truncated);
    assert_false(m->truncated);
    assert_int_equal(r.page.n_link, 1);
    assert_int_equal(r.page.link[0].kind, TARGET_DETAIL);
    assert_string_equal(r.page.link[0].mention_id, "shop:1");
    read_end(&r);
}

struct outcome_row {
    const char *what, *body;
    int status;
    const char *headers;
    enum outcome want;
};
static const struct outcome_row outcomes[] = {
    {"healthy", PAGE(REV("1", "3", "a")), 200, NULL, OUTCOME_OK},
    {"healthy, although it loads a firewall's script", PAGE("<script src='https://x.awswaf.com/challenge.js'></script>" REV("1", "3", "a")), 200, NULL, OUTCOME_OK},
    {"the site says: none", PAGE("<p class=none>No reviews yet</p>"), 200, NULL, OUTCOME_EMPTY},
    {"declared total of 0", PAGE("<b id=total>0 reviews</b>"), 200, NULL, OUTCOME_EMPTY},
    {"only advertisements", PAGE("<div class='rev ad'><p>buy</p></div>"), 200, NULL, OUTCOME_EMPTY},
    {"nothing known", PAGE("<div class=review-v2>new layout</div>"), 200, NULL, OUTCOME_DRIFT},
    {"declared total of 12 and no item", PAGE("<b id=total>12</b>"), 200, NULL, OUTCOME_DRIFT},
    {"ratings have moved", PAGE("<div class=rev data-id=1 data-stars=x><p>a</p></div><div class=rev data-id=2><s class=new></s><p>b</p></div>"), 200, NULL, OUTCOME_OK},
    {"ids have moved", PAGE("<div class=rev data-ID2=1><p>a</p></div><div class=rev data-ID2=2><p>b</p></div>"), 200, NULL, OUTCOME_DRIFT},
    {"own captcha with 200", "<html><head><title>Are you HUMAN?</title></head><body><form></form></body></html>", 200, NULL, OUTCOME_BLOCKED},
    {"own captcha with 507", "<html><head><title>?</title></head><body>x</body></html>", 507, NULL, OUTCOME_BLOCKED},
    {"Cloudflare by title", "<html><head><title>Just a moment...</title></head><body>x</body></html>", 403, NULL, OUTCOME_BLOCKED},
    {"AWS by header", "<html><head><title></title></head><body>x</body></html>", 202, "x-amzn-waf-action: challenge\n", OUTCOME_BLOCKED},
    {"plain 403", PAGE("<p>Forbidden</p>"), 403, NULL, OUTCOME_BLOCKED},
    {"login wall", "<html><head><title>Вход</title></head><body><form></form></body></html>", 200, NULL, OUTCOME_BLOCKED},
    {"404", PAGE("<p>gone</p>"), 404, NULL, OUTCOME_GONE},
    {"429", PAGE("<p>slow</p>"), 429, NULL, OUTCOME_SLOWDOWN},
    {"500", PAGE("<p>oops</p>"), 500, NULL, OUTCOME_NETWORK},
    {"empty body", "", 200, NULL, OUTCOME_BADDATA},
    {"binary", "\x01\x02\x03garbage", 200, NULL, OUTCOME_BADDATA},
    {"JSON of something else", "{\"a\":1}", 200, NULL, OUTCOME_DRIFT},
};

static void outcomes_are_told_apart(void **state)
{
    (void)state;
    write_file("shipped", "shop.site", shop_site);
    write_file("shipped", "_blocked.site",
               "site \"_blocked\" {\n blocked = {'title ~ ^Just a moment -> Cloudflare challenge', 'header x-amzn-waf-action -> AWS WAF challenge',"
               " 'title ~ (?i)^(вход|login)\\b -> login wall'}\n}\n");
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        struct read r;
        const struct outcome_row *row = &outcomes[i];
        read_as(&r, "https://www.shop.example/r/acme", row->body, row->status, row->headers, NULL, 0);
        if (r.page.outcome != row->want)
            fail_msg("%s: want %s, got %s (%s)", row->what, outcome_word(row->want), outcome_word(r.page.outcome), r.page.reason);
        assert_true((r.page.outcome == OUTCOME_OK) == (r.page.reason == NULL));
        assert_true(r.page.outcome == OUTCOME_OK || r.page.outcome == OUTCOME_DRIFT || r.page.n_finding == 0);
        read_end(&r);
    }
    remove_file("shipped", "_blocked.site");
}

static void a_missing_rating_everywhere_is_drift(void **state)
{
    (void)state;
    struct read r;
    char text[sizeof shop_site];
    memcpy(text, shop_site, sizeof shop_site);
    char *count = strstr(text, ", 'count(.//s");
    assert_non_null(count);
    memset(count, ' ', strcspn(count, "}"));
    write_file("shipped", "shop.site", text);
    read_shop(&r, PAGE("<div class=rev data-id=1><p>a</p></div><div class=rev data-id=2><p>b</p></div>"));
    assert_int_equal(r.page.outcome, OUTCOME_DRIFT);
    assert_non_null(strstr(r.page.reason, "2 of 2"));
    assert_int_equal(r.page.n_finding, 2);
    read_end(&r);
}

static void what_fetch_said_is_kept_but_a_wall_wins(void **state)
{
    (void)state;
    write_file("shipped", "shop.site", shop_site);
    static const struct {
        enum outcome before;
        const char *body;
        enum outcome want;
    } rows[] = {
        {OUTCOME_NETWORK, PAGE(REV("1", "3", "a")), OUTCOME_NETWORK},
        {OUTCOME_UNCHANGED, PAGE(REV("1", "3", "a")), OUTCOME_UNCHANGED},
        {OUTCOME_SLOWDOWN, "<html><title>Are you human</title></html>", OUTCOME_BLOCKED},
        {OUTCOME_GONE, PAGE("x"), OUTCOME_GONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sites *s = load();
        struct parser *p = parser_new(s);
        struct page page;
        page_init(&page, LIMIT_BODY_BYTES);
        struct target t = {.url = "https://shop.example/r/acme"};
        page_begin(&page, &t);
        page.outcome = rows[i].before;
        strbuf_puts(&page.body, rows[i].body);
        parser_read(p, &page, NULL, 0);
        assert_int_equal(page.outcome, rows[i].want);
        assert_int_equal(page.n_finding, 0);
        parser_free(p);
        page_release(&page);
        sites_free(s);
    }
}

/* ---- the promise: a new layout is an edit of a text file ---- */

static void a_user_file_repairs_a_broken_layout(void **state)
{
    (void)state;
    static const char new_layout[] = PAGE("<section class=card data-key=5 data-score=1><h4>Bad</h4><div class=words>It leaks.</div></section>");
    struct read r;
    write_file("shipped", "shop.site", shop_site);
    read_shop(&r, new_layout);
    assert_int_equal(r.page.outcome, OUTCOME_DRIFT);
    read_end(&r);
    write_file("user", "shop.site",
               "site \"shop\" {\n host = {\"shop.example\"}\n page \"p\" { path = {\"/r/*\"}\n read \"cards\" {\n item = {'//section[class(\"card\")]'}\n"
               " id = {'@data-key'}\n rating = {'@data-score'}\n title = {'h4'}\n text = {'div'}\n } }\n}\n");
    read_shop(&r, new_layout);
    assert_int_equal(r.page.outcome, OUTCOME_OK);
    assert_string_equal(nth(&r, 0)->id, "shop:5");
    assert_string_equal(nth(&r, 0)->text, "It leaks.");
    assert_non_null(strstr(site_path(sites_by_name(r.sites, "shop")), "/user/shop.site"));
    assert_int_equal(sites_count(r.sites), 1);
    read_end(&r);
    remove_file("user", "shop.site");
}

/* ---- answers in threads ---- */

static const char wall_site[] = "site \"wall\" {\n channel = \"social\"\n host = {\"wall.example\"}\n"
                                " page \"p\" { read \"r\" { format = \"json\"  item = {'/json/c/_'}  kind = \"comment\"  replies = \"accounts\"\n"
                                "  id = {'id'}  parent = {'to'}  author = {'//u/_[id = current()/by]/name'}  author_id = {'by'}  text = {'t'}\n"
                                "  by_brand = {'account(by)'} } }\n}\n";

static void an_answer_of_the_brand_is_a_fact_of_the_comment(void **state)
{
    (void)state;
    static const char body[] = "{\"c\":[{\"id\":1,\"by\":\"ann\",\"t\":\"broken\"},{\"id\":2,\"by\":\"bob\",\"t\":\"mine too\"},{\"id\":3,\"by\":\"Acme\",\"to\":1,\"t\":\"sorry\"}],"
                               "\"u\":[{\"id\":\"ann\",\"name\":\"Ann A\"}]}";
    static const char *const accounts[] = {"@acme"};
    struct read r;
    remove_file("shipped", "shop.site");
    write_file("shipped", "wall.site", wall_site);
    read_as(&r, "https://wall.example/", body, 200, NULL, accounts, 1);
    assert_int_equal(r.page.n_finding, 2);
    assert_string_equal(nth(&r, 0)->author.name, "Ann A");
    assert_int_equal(nth(&r, 0)->reply_state, REPLY_YES);
    assert_string_equal(nth(&r, 0)->reply.text, "sorry");
    assert_int_equal(nth(&r, 1)->reply_state, REPLY_NO);
    assert_null(nth(&r, 1)->author.name);
    read_end(&r);
    read_as(&r, "https://wall.example/", body, 200, NULL, NULL, 0);
    assert_int_equal(r.page.n_finding, 3);
    assert_int_equal(nth(&r, 0)->reply_state, REPLY_UNKNOWN);
    assert_string_equal(nth(&r, 2)->parent_id, "wall:1");
    read_end(&r);
    remove_file("shipped", "wall.site");
}

/* ---- steps ---- */
struct step_row {
    const char *rule, *want; /* NULL: nothing is left */
};
static const struct step_row steps[] = {
    {"@a -> trim", "one two"},
    {"@a -> match:(t\\w+)", "two"},
    {"@a -> match:x", NULL},
    {"@n -> int", "1234"},
    {"@k -> int", "1200"},
    {"@m -> real", "4.5"},
    {"@p -> pct:5", "4"},
    {"@m -> stars:5", "4.5"},
    {"@n -> stars:5", NULL},
    {"@neg -> int", "-26"},
    {"@url -> url", "https://wall.example/x/y?q=1#z"},
    {"@url -> param:q", "1"},
    {"@url -> strip:q,s", "https://wall.example/x/y"},
    {"@n -> query:page", "https://wall.example/?page=1%20234"},
    {"@js -> url", NULL},
    {"@json -> json:/json/a/_[2]", "zwei"},
    {"@b64 -> base64 -> json:/json/t", "77"},
    {"@a -> lower -> prefix:<", "< one two "},
    {"@yes -> map:ДА=1,НЕТ=0", "1"},
    {"@a -> map:ДА=1", NULL},
    {"@a -> map:ДА=1,*=other", "other"},
    {"@html -> html", "a & b\nc"},
    {"@lab -> drop:Плюсы:|Минусы:", "цена"},
    {"@rep -> replace:\\[id\\d+\\|([^\\]]+)\\]=>$1", "Ann, hello"},
    {"string-length(@b64) > 3", "true"},
    {"ends-with(@url, \"#z\")", "true"},
    {"$host", "wall.example"},
    {"@none", NULL},
    {"number(@a)", NULL},
};
static const char step_page[] =
    "<html><body><div class='it' a=' one  two ' n='1 234' k='1.2K' m='4,5 из 5' p='80%' neg='(-26)' url='/x/./y?q=1#z' js='javascript:x()' json='{\"a\":[\"eins\",\"zwei\"]}'"
    " b64='eyJ0Ijo3N30' yes=' ДА ' html='a &amp;amp; b&lt;br&gt;c' lab='Плюсы: цена ' rep='[id12|Ann], hello'></div></body></html>";

static void steps_do_what_the_manual_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char text[2000];
        struct read r;
        snprintf(text, sizeof text, "site \"wall\" {\n channel = \"social\"\n host = {\"wall.example\"}\n page \"p\" { read \"r\" { item = {'//div[class(\"it\")]'} require = {\"id\"}\n id = {'\"k\"'}\n author_id = {'%s'} } }\n}\n",
                 steps[i].rule);
        write_file("shipped", "wall.site", text);
        read_as(&r, "https://wall.example/", step_page, 200, NULL, NULL, 0);
        const char *got = nth(&r, 0)->author.id;
        const char *want = steps[i].want;
        if (want != NULL && strchr(want, '\n') != NULL)
            want = "a & b c"; /* author_id is one line */
        if (want != NULL && strcmp(want, "< one two ") == 0)
            want = "< one two";
        if ((got == NULL) != (want == NULL) || (got != NULL && strcmp(got, want) != 0))
            fail_msg("%s: want %s, got %s", steps[i].rule, want != NULL ? want : "nothing", got != NULL ? got : "nothing");
        read_end(&r);
    }
    remove_file("shipped", "wall.site");
}

/* ---- addresses ---- */
static void sites_are_found_by_address(void **state)
{
    (void)state;
    write_file("shipped", "shop.site", shop_site);
    write_file("shipped", "any.site", "site \"any\" {\n generic = yes\n page \"p\" { read \"r\" { item = {'//a'} id = {'b'} } }\n}\n");
    struct sites *s = load();
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    assert_int_equal(sites_count(s), 2);
    assert_string_equal(site_name(sites_by_url(s, "https://www.shop.example/r/acme/en?x=1")), "shop");
    assert_null(sites_by_url(s, "https://shop.example/")); /* its home feed is nobody's business */
    assert_string_equal(site_name(sites_by_url(s, "https://else.example/")), "any");
    assert_null(sites_by_url(s, "ftp://shop.example/r/x"));
    assert_null(sites_by_url(s, "not a url"));
    const struct site *shop = sites_by_name(s, "shop");
    assert_string_equal(site_build_url(shop, "calo.app/en", &a), "https://shop.example/r/calo.app/en?sort=new");
    assert_string_equal(site_build_url(shop, "a b&c", &a), "https://shop.example/r/a%20b%26c?sort=new");
    assert_null(site_build_url(shop, "../x", &a));
    assert_null(site_build_url(shop, "", &a));
    assert_int_equal(site_about(shop), ABOUT_ALL);
    assert_string_equal(site_channel(shop), "review");
    arena_release(&a);
    sites_free(s);
    remove_file("shipped", "any.site");
}

static void a_generic_site_is_chosen_by_content(void **state)
{
    (void)state;
    static const char *const named[] = {NULL, "aa", "bb"};
    write_file("shipped", "aa.site", "site \"aa\" {\n generic = yes\n priority = 1\n page \"p\" { when = {'xpath //i'}  read \"r\" { item = {'//i'} id = {'.'} text = {'.'} rating = {'1'} } }\n}\n");
    write_file("shipped", "bb.site", "site \"bb\" {\n generic = yes\n priority = 2\n page \"p\" { when = {'xpath //b'}  read \"r\" { item = {'//b'} id = {'.'} text = {'.'} rating = {'1'} } }\n}\n");
    for (size_t i = 0; i < 3; i++) {
        struct read r;
        named_site = named[i];
        read_as(&r, "https://else.example/x", PAGE("<b>one</b>"), 200, NULL, NULL, 0);
        assert_int_equal(r.page.outcome, OUTCOME_OK);
        assert_string_equal(r.page.site, "bb");
        read_end(&r);
    }
    named_site = NULL;
    remove_file("shipped", "aa.site");
    remove_file("shipped", "bb.site");
}

static void explain_names_the_rule_of_every_field(void **state)
{
    (void)state;
    write_file("shipped", "shop.site", shop_site);
    struct sites *s = load();
    struct parser *p = parser_new(s);
    struct page page;
    struct strbuf out;
    strbuf_init(&out, LIMIT_MIB);
    page_init(&page, LIMIT_BODY_BYTES);
    struct target t = {.url = "https://shop.example/r/acme"};
    page_begin(&page, &t);
    strbuf_puts(&page.body, PAGE("<div class=rev data-id=1><s class=on></s><p>a</p></div>"));
    parser_explain(p, &page, &out);
    assert_non_null(strstr(out.s, "by rule 2 of 2: count(.//s[class(\"on\")])"));
    assert_non_null(strstr(out.s, "none of 1 rules"));
    assert_non_null(strstr(out.s, "outcome ok"));
    strbuf_release(&out);
    parser_free(p);
    page_release(&page);
    sites_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_name_file_line_and_help), cmocka_unit_test(all_mistakes_of_one_file_are_told),
        cmocka_unit_test(comments_may_stand_anywhere),      cmocka_unit_test(island_comes_first_and_html_second),
        cmocka_unit_test(html_fields_and_details),          cmocka_unit_test(outcomes_are_told_apart),
        cmocka_unit_test(a_missing_rating_everywhere_is_drift), cmocka_unit_test(what_fetch_said_is_kept_but_a_wall_wins),
        cmocka_unit_test(a_user_file_repairs_a_broken_layout), cmocka_unit_test(an_answer_of_the_brand_is_a_fact_of_the_comment),
        cmocka_unit_test(steps_do_what_the_manual_says),   
        cmocka_unit_test(sites_are_found_by_address),       cmocka_unit_test(a_generic_site_is_chosen_by_content),
        cmocka_unit_test(explain_names_the_rule_of_every_field),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
