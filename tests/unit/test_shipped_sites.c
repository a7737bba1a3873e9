/* The shipped site files: each is clean, finds its own address, and tells refusals and answers apart. All pages are made up here. */
#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"
#include "tests/unit/shipped_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void each_file_is_clean_and_finds_its_own_address(void **state)
{
    (void)state;
    static const char *const channels = " review social forum feed ";
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    assert_true(sites_count(shipped_sites) >= 25);
    for (size_t i = 0; i < sites_count(shipped_sites); i++) {
        const struct site *s = sites_at(shipped_sites, i);
        struct strbuf out;
        strbuf_init(&out, LIMIT_MIB);
        if (site_check_file(site_path(s), &out) != ERR_OK)
            fail_msg("%s", out.s);
        strbuf_release(&out);
        assert_ptr_equal(sites_by_name(shipped_sites, site_name(s)), s);
        assert_non_null(strstr(channels, site_channel(s)));
        assert_true(site_poll_floor_s(s) > 0);
        const char *url = site_build_url(s, "acme", &a);
        if (url != NULL && sites_by_url(shipped_sites, url) != s)
            fail_msg("%s does not find its own address %s", site_name(s), url);
    }
    assert_null(sites_by_name(shipped_sites, "_blocked"));
    assert_string_equal(site_build_url(sites_by_name(shipped_sites, "trustpilot"), "calo.app/en", &a),
                        "https://www.trustpilot.com/review/calo.app/en?languages=all&sort=recency");
    arena_release(&a);
}

#define VK "https://api.vk.com/method/wall.get?domain=acme"
#define SJ "https://api.smartcustomer.com/v1/businesses/acme.example/reviews?start=0&count=100"
#define SJ_ERROR "{\"status\":\"ERROR\",\"success\":false,\"errorCode\":%d,\"errorReason\":\"x\"}"
static const struct row rows[] = {
    {"VK: too many calls", VK, NULL, "{\"error\":{\"error_code\":6,\"error_msg\":\"Too many\"}}", 200, OUTCOME_SLOWDOWN, "vk", 0, NULL, NULL},
    {"VK: captcha", VK, NULL, "{\"error\":{\"error_code\":14}}", 200, OUTCOME_BLOCKED, "vk", 0, NULL, NULL},
    {"VK: no such wall", VK, NULL, "{\"error\":{\"error_code\":18}}", 200, OUTCOME_GONE, "vk", 0, NULL, NULL},
    {"VK: empty wall", VK, NULL, "{\"response\":{\"count\":0,\"items\":[]}}", 200, OUTCOME_EMPTY, "vk", 0, NULL, NULL},
    {"VK: the community answers", "https://api.vk.com/method/wall.getComments?owner_id=-7&post_id=3", NULL,
     "{\"response\":{\"count\":2,\"items\":[{\"id\":1,\"from_id\":5,\"owner_id\":-7,\"post_id\":3,\"date\":1734513773,\"text\":\"It broke &lt;3\"},"
     "{\"id\":2,\"from_id\":-7,\"owner_id\":-7,\"post_id\":3,\"date\":1734513999,\"text\":\"[id5|Bob], sorry\"}],\"profiles\":[],\"groups\":[{\"id\":7,\"name\":\"Acme\"}]}}",
     200, OUTCOME_OK, "vk", 1, "\"text\":\"Bob, sorry\"", NULL},
    {"Sitejabber: what its script fetches", "https://www.sitejabber.com/reviews/acme.example", NULL,
     "{\"html\":\"<div class=\\\"review\\\"><div class=\\\"review__title\\\"><a href=\\\"/reviews/acme.example#401\\\"><span class=\\\"review__title__text\\\">Gone</span></a></div>"
     "<div class=\\\"stars\\\" title=\\\"1.0 stars\\\"></div><div class=\\\"review__date\\\">\\n\\tAugust 3rd, 2023</div><div class=\\\"review__text\\\"><p>Never came</p></div></div>\"}",
     200, OUTCOME_OK, "sitejabber", 1, "\"published\":\"2023-08-03\"", NULL},
    {"Sitejabber: a list with a brace too few", SJ, NULL,
     "[{\"reviewNo\":\"3\",\"rating\":[{\"type\":\"overall\",\"rating\":\"5\"}],\"content\":\"Good\",\"updated_for\":{\"reviewNo\":\"2\",\"author\":{\"username\":\"u\"},\"author\":{\"username\":\"u\"}},"
     "{\"reviewNo\":\"4\",\"rating\":[{\"type\":\"overall\",\"rating\":1}],\"content\":\"Bad\"}]", 200, OUTCOME_OK, "sitejabber", 2, "\"native_id\":\"4\"", NULL},
    {"Telegram: preview is off", "https://t.me/s/acme", "location: https://t.me/acme\n", "", 302, OUTCOME_BLOCKED, "telegram", 0, NULL, NULL},
    {"Telegram: no posts", "https://t.me/s/acme", NULL, "<html><body><div class=\"tme_no_messages_found\">No posts found</div></body></html>", 200, OUTCOME_EMPTY, "telegram", 0, NULL, NULL},
    {"Mastodon: next page is in a header", "https://m.example/api/v1/timelines/tag/acme", "link: <https://m.example/a?max_id=9>; rel=\"next\", <https://m.example/a?min_id=1>; rel=\"prev\"\n",
     "[{\"id\":\"9\",\"uri\":\"https://m.example/s/9\",\"url\":\"https://m.example/@a/9\",\"created_at\":\"2026-02-03T04:05:06.000Z\",\"content\":\"<p>leaks<br>twice</p>\","
     "\"account\":{\"acct\":\"a\",\"display_name\":\"Ann\"},\"reblog\":null,\"in_reply_to_id\":null}]",
     200, OUTCOME_OK, "mastodon", 1, "\"next\":[\"https://m.example/a?max_id=9\"]", NULL},
    {"Mastodon: closed", "https://m.example/api/v1/timelines/tag/acme", NULL, "{\"error\":\"This method requires an authenticated user\"}", 422, OUTCOME_BLOCKED, "mastodon", 0, NULL, NULL},
    {"Bluesky: search is shut", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=a", NULL, "<html><body><h1>403 Forbidden</h1>Request forbidden by administrative rules.</body></html>", 403, OUTCOME_BLOCKED, "bluesky", 0, NULL, NULL},
    {"Sitejabber: token has run out", "https://api.smartcustomer.com/v1/businesses/acme.example/reviews?start=0", NULL, "{\"status\":\"ERROR\",\"success\":false,\"errorCode\":207}", 200, OUTCOME_BLOCKED, "sitejabber", 0, "log in again", NULL},
    {"Otzovik: nobody has written", "https://otzovik.com/reviews/acme/", NULL, "<html><body><div class=\"product-header\"><meta itemprop=\"reviewCount\" content=\"0\"></div></body></html>", 200, OUTCOME_EMPTY, "otzovik", 0, NULL, NULL},
    {"Otzovik: home feed", "https://otzovik.com/", NULL, "<html><body><div class=\"item mshow1\" data-id=\"1\">x</div></body></html>", 200, OUTCOME_DRIFT, "otzovik", 0, NULL, NULL},
    {"Otzovik: the customer has the last word", "https://otzovik.com/review_5.html", NULL,
     "<html><body><div class=\"review-contents\" data-rid=\"5\"><div itemprop=\"author\"><span itemprop=\"name\">Оля</span></div><meta itemprop=\"ratingValue\" content=\"1\"><span class=\"summary\">Плохо</span>"
     "<div class=\"review-body\">Течёт.<div class=\"otz_panel_inpage\">реклама</div></div><div id=\"comments-container\"><div class=\"comment official\"><a class=\"user-login\">Acme</a><div class=\"comment-postdate\" data-ts=\"1714212167\"></div>"
     "<div class=\"comment-body\">Простите</div></div><div class=\"comment\"><a class=\"user-login\">Оля</a><div class=\"comment-body\">И что?</div></div></div></div></body></html>",
     200, OUTCOME_OK, "otzovik", 1, "\"customer_last_word\":true", NULL},
    {"Trustpilot: login wall", "https://www.trustpilot.com/users/connect?redirect=%2Freview%2Facme", NULL, "<html><head><title>Trustpilot</title></head><body>x</body></html>", 200, OUTCOME_BLOCKED, "trustpilot", 0, NULL, NULL},
    {"Trustpilot: a filter that fits nothing", "https://www.trustpilot.com/review/acme.example?stars=1", NULL,
     "<html><script id=\"__NEXT_DATA__\">{\"props\":{\"pageProps\":{\"reviews\":[],\"filters\":{\"pagination\":{\"totalCount\":0}}}}}</script></html>", 200, OUTCOME_EMPTY, "trustpilot", 0, NULL, NULL},
    {"Trustpilot: reviews have moved", "https://www.trustpilot.com/review/acme.example", NULL,
     "<html><script id=\"__NEXT_DATA__\">{\"props\":{\"pageProps\":{\"items\":[1],\"filters\":{\"pagination\":{\"totalCount\":41}}}}}</script></html>", 200, OUTCOME_DRIFT, "trustpilot", 0, NULL, NULL},
    {"a feed without items", "https://x.example/feed", NULL, "<rss><channel><title>x</title></channel></rss>", 200, OUTCOME_EMPTY, "feed", 0, NULL, NULL},
    {"structured data, 10 points", "https://x.example/p", NULL,
     "<html><script type=\"application/ld+json\">[{\"@type\":\"Product\",\"review\":{\"@type\":\"http://schema.org/Review\",\"author\":\"Jo\",\"reviewBody\":\"Leaks\",\"reviewRating\":{\"ratingValue\":\"2\",\"bestRating\":10,}}}]</script></html>",
     200, OUTCOME_OK, "schema", 1, "\"rating\":{\"value\":2,\"worst\":1,\"best\":10}", NULL},
    {"Cloudflare", "https://x.example/p", "cf-mitigated: challenge\n", "<html><body>x</body></html>", 403, OUTCOME_BLOCKED, "schema", 0, "Cloudflare", NULL},
    {"Anubis answers 200", "https://x.example/p", NULL, "<html><head><title>Making sure you&#39;re not a bot!</title></head><body></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Anubis", NULL},
};


static void pages_are_told_apart(void **state)
{
    (void)state;
    shipped_read(rows, sizeof rows / sizeof rows[0]);
}

/* What the API says with status 200, by the sheet of its error codes. */
static void errors_in_good_answers(void **state)
{
    (void)state;
    static const struct {
        const char *url, *form;
        int code;
        enum outcome outcome;
    } errors[] = {
        {VK, "{\"error\":{\"error_code\":%d}}", 5, OUTCOME_BLOCKED},     {VK, "{\"error\":{\"error_code\":%d}}", 6, OUTCOME_SLOWDOWN},
        {VK, "{\"error\":{\"error_code\":%d}}", 9, OUTCOME_SLOWDOWN},    {VK, "{\"error\":{\"error_code\":%d}}", 10, OUTCOME_NETWORK},
        {VK, "{\"error\":{\"error_code\":%d}}", 14, OUTCOME_BLOCKED},    {VK, "{\"error\":{\"error_code\":%d}}", 15, OUTCOME_BLOCKED},
        {VK, "{\"error\":{\"error_code\":%d}}", 17, OUTCOME_BLOCKED},    {VK, "{\"error\":{\"error_code\":%d}}", 18, OUTCOME_GONE},
        {VK, "{\"error\":{\"error_code\":%d}}", 19, OUTCOME_GONE},       {VK, "{\"error\":{\"error_code\":%d}}", 27, OUTCOME_BLOCKED},
        {VK, "{\"error\":{\"error_code\":%d}}", 28, OUTCOME_BLOCKED},    {VK, "{\"error\":{\"error_code\":%d}}", 29, OUTCOME_SLOWDOWN},
        {VK, "{\"error\":{\"error_code\":%d}}", 30, OUTCOME_BLOCKED},    {VK, "{\"error\":{\"error_code\":%d}}", 37, OUTCOME_GONE},
        {VK, "{\"error\":{\"error_code\":%d}}", 100, OUTCOME_BADDATA},   {VK, "{\"error\":{\"error_code\":%d}}", 212, OUTCOME_BLOCKED},
        {VK, "{\"error\":{\"error_code\":%d}}", 3300, OUTCOME_BLOCKED},  {VK, "{\"error\":{\"error_code\":%d}}", 999, OUTCOME_BLOCKED},
        {SJ, SJ_ERROR, 101, OUTCOME_BLOCKED},  {SJ, SJ_ERROR, 102, OUTCOME_BLOCKED}, {SJ, SJ_ERROR, 201, OUTCOME_BLOCKED}, {SJ, SJ_ERROR, 207, OUTCOME_BLOCKED},
        {SJ, SJ_ERROR, 301, OUTCOME_GONE},     {SJ, SJ_ERROR, 302, OUTCOME_BADDATA}, {SJ, SJ_ERROR, 303, OUTCOME_SLOWDOWN}, {SJ, SJ_ERROR, 305, OUTCOME_GONE},
        {SJ, SJ_ERROR, 308, OUTCOME_BLOCKED},  {SJ, SJ_ERROR, 404, OUTCOME_BLOCKED}, {SJ, SJ_ERROR, 429, OUTCOME_SLOWDOWN}, {SJ, SJ_ERROR, 503, OUTCOME_NETWORK},
    };
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        struct page page;
        struct target t = {.url = errors[i].url};
        page_init(&page, LIMIT_BODY_BYTES);
        page_begin(&page, &t);
        page.status = 200;
        strbuf_printf(&page.body, errors[i].form, errors[i].code);
        parser_read(shipped_parser, &page, NULL, 0);
        if (page.outcome != errors[i].outcome || page.n_finding > 0)
            fail_msg("%s code %d: %s", errors[i].url, errors[i].code, outcome_word(page.outcome));
        assert_int_equal(page.retry_after_s, errors[i].code == 29 ? 1800 : -1);
        page_release(&page);
    }
}

/* The page of a thread that lacks its first word: the brand's answer goes to the mention for which the page was fetched. */
static void an_answer_finds_the_mention_that_was_asked_for(void **state)
{
    (void)state;
    static const char *const accounts[] = {"acme", "@acme@m.example"};
    static const struct {
        const char *url, *mention, *body;
        size_t n;
        const char *reply;
    } threads[] = {
        {"https://m.example/api/v1/statuses/9/context", "mastodon:https://m.example/s/9",
         "{\"ancestors\":[],\"descendants\":[{\"id\":\"10\",\"uri\":\"https://m.example/s/10\",\"in_reply_to_id\":\"9\",\"created_at\":\"2026-02-03T04:05:06Z\",\"content\":\"<p>Sorry!</p>\",\"account\":{\"acct\":\"acme@m.example\"}},"
         "{\"id\":\"11\",\"uri\":\"https://m.example/s/11\",\"in_reply_to_id\":\"10\",\"created_at\":\"2026-02-03T05:05:06Z\",\"content\":\"<p>Too late</p>\",\"account\":{\"acct\":\"bob\"}}]}",
         2, "Sorry!"},
        {"https://t.me/town/7?embed=1&discussion=1&comments_limit=50", "telegram:town/7",
         "<html><body><div class=\"tgme_widget_message js-widget_message\" data-post-id=\"31\"><div class=\"tgme_widget_message_author\"><a class=\"tgme_widget_message_author_name\" href=\"https://t.me/acme\">Acme</a></div>"
         "<div class=\"js-message_text\">We are on it</div><a class=\"tgme_widget_message_date\" href=\"https://t.me/town/7?comment=31\"><time datetime=\"2026-02-03T04:05:06+00:00\"></time></a></div></body></html>",
         1, "We are on it"},
        {"https://api.vk.com/method/wall.getComments?owner_id=-7&post_id=3", "vk:-7_3",
         "{\"response\":{\"count\":1,\"items\":[{\"id\":1,\"from_id\":-7,\"owner_id\":-7,\"post_id\":3,\"date\":1734513773,\"text\":\"Fixed today\"}],\"profiles\":[],\"groups\":[]}}", 1, "Fixed today"},
    };
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        struct page page;
        const char *site = strchr(threads[i].mention, ':');
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)(site - threads[i].mention), threads[i].mention);
        struct target t = {.url = threads[i].url, .site = name, .kind = TARGET_DETAIL, .mention_id = threads[i].mention};
        page_init(&page, LIMIT_BODY_BYTES);
        page_begin(&page, &t);
        page.status = 200;
        page.fetched_at = 1790000000;
        strbuf_puts(&page.body, threads[i].body);
        parser_read(shipped_parser, &page, accounts, 2);
        const struct mention *m = page.n_finding == threads[i].n ? &page.finding[page.n_finding - 1].mention : NULL;
        if (page.outcome != OUTCOME_OK || m == NULL || strcmp(m->id, threads[i].mention) != 0 || m->reply.text == NULL || strcmp(m->reply.text, threads[i].reply) != 0 || m->text != NULL)
            fail_msg("%s: %s, %zu mentions, %s", threads[i].url, outcome_word(page.outcome), page.n_finding, page.reason != NULL ? page.reason : "");
        page_release(&page);
    }
}

static void tokens_go_where_the_api_wants_them(void **state)
{
    (void)state;
    static const char *const two[REQUEST_TOKENS] = {"to+ken/1", "second"}, *const none[REQUEST_TOKENS] = {NULL, NULL};
    struct arena a;
    struct request r;
    arena_init(&a, LIMIT_MIB);
    assert_true(site_request(shipped_sites, "vk", VK, two, &a, &r));
    assert_string_equal(r.body, "v=5.199&access_token=to%2Bken%2F1");
    assert_string_equal(r.shown_body, "v=5.199&access_token=*");
    assert_null(r.url);
    assert_string_equal(r.secret[0], "to+ken/1");
    assert_true(site_request(shipped_sites, "sitejabber", SJ, two, &a, &r));
    assert_string_equal(r.url, SJ "&client_token=to%2Bken%2F1");
    assert_int_equal(r.n_header, 1);
    assert_string_equal(r.header[0], "user_token: second");
    assert_true(site_request(shipped_sites, NULL, "https://api.trustpilot.com/v1/business-units/1/reviews", two, &a, &r));
    assert_string_equal(r.header[0], "apikey: to+ken/1");
    assert_true(site_request(shipped_sites, NULL, "https://api.trustpilot.com/v1/private/business-units/1/reviews", two, &a, &r));
    assert_string_equal(r.header[0], "authorization: Bearer to+ken/1");
    assert_string_equal(r.header[1], "apikey: second");
    /* no token, no https, another page of the site: a plain GET */
    assert_false(site_request(shipped_sites, "bluesky", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=a", none, &a, &r));
    assert_false(site_request(shipped_sites, "trustpilot", "https://www.trustpilot.com/review/acme.example", two, &a, &r));
    assert_false(site_request(shipped_sites, "vk", "http://api.vk.com/method/wall.get?domain=acme", two, &a, &r));
    assert_int_equal(site_token(shipped_sites, "vk", VK), SITE_TOKEN_REQUIRED);
    assert_int_equal(site_token(shipped_sites, "bluesky", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=a"), SITE_TOKEN_OPTIONAL);
    assert_int_equal(site_token(shipped_sites, "otzovik", "https://otzovik.com/reviews/acme/"), SITE_TOKEN_NONE);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_is_clean_and_finds_its_own_address),
        cmocka_unit_test(pages_are_told_apart),
        cmocka_unit_test(errors_in_good_answers),
        cmocka_unit_test(tokens_go_where_the_api_wants_them),
        cmocka_unit_test(an_answer_finds_the_mention_that_was_asked_for),
    };
    return cmocka_run_group_tests(tests, shipped_start, shipped_stop);
}
