/* The shipped site files: each is clean, finds its own address, and tells refusals and answers apart. All pages are made up here. */
#include "base/contract.h"
#include "base/limits.h"
#include "parsers/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sites *sites;
static struct parser *parser;

static int start(void **state)
{
    (void)state;
    const char *dir = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/data/sites", dir != NULL ? dir : ".");
    parsers_init();
    if (sites_load(&sites, path, NULL) != ERR_OK) {
        fprintf(stderr, "%s\n", err_text());
        return -1;
    }
    parser = parser_new(sites);
    return parser != NULL ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    parser_free(parser);
    sites_free(sites);
    return 0;
}

static void each_file_is_clean_and_finds_its_own_address(void **state)
{
    (void)state;
    static const char *const channels = " review social forum feed ";
    struct arena a;
    arena_init(&a, LIMIT_MIB);
    assert_true(sites_count(sites) >= 25);
    for (size_t i = 0; i < sites_count(sites); i++) {
        const struct site *s = sites_at(sites, i);
        struct strbuf out;
        strbuf_init(&out, LIMIT_MIB);
        if (site_check_file(site_path(s), &out) != ERR_OK)
            fail_msg("%s", out.s);
        strbuf_release(&out);
        assert_ptr_equal(sites_by_name(sites, site_name(s)), s);
        assert_non_null(strstr(channels, site_channel(s)));
        assert_true(site_poll_floor_s(s) > 0);
        const char *url = site_build_url(s, "acme", &a);
        if (url != NULL && sites_by_url(sites, url) != s)
            fail_msg("%s does not find its own address %s", site_name(s), url);
    }
    assert_null(sites_by_name(sites, "_blocked"));
    assert_string_equal(site_build_url(sites_by_name(sites, "trustpilot"), "calo.app/en", &a),
                        "https://www.trustpilot.com/review/calo.app/en?languages=all&sort=recency");
    arena_release(&a);
}

struct row {
    const char *what, *url, *headers, *body;
    int status;
    enum outcome outcome;
    const char *site;
    size_t n;
    const char *have; /* somewhere in the printed page; NULL */
};
#define VK "https://api.vk.com/method/wall.get?domain=acme"
#define SJ "https://api.smartcustomer.com/v1/businesses/acme.example/reviews?start=0&count=100"
#define SJ_ERROR "{\"status\":\"ERROR\",\"success\":false,\"errorCode\":%d,\"errorReason\":\"x\"}"
static const struct row rows[] = {
    {"VK: too many calls", VK, NULL, "{\"error\":{\"error_code\":6,\"error_msg\":\"Too many\"}}", 200, OUTCOME_SLOWDOWN, "vk", 0, NULL},
    {"VK: captcha", VK, NULL, "{\"error\":{\"error_code\":14}}", 200, OUTCOME_BLOCKED, "vk", 0, NULL},
    {"VK: no such wall", VK, NULL, "{\"error\":{\"error_code\":18}}", 200, OUTCOME_GONE, "vk", 0, NULL},
    {"VK: empty wall", VK, NULL, "{\"response\":{\"count\":0,\"items\":[]}}", 200, OUTCOME_EMPTY, "vk", 0, NULL},
    {"VK: the community answers", "https://api.vk.com/method/wall.getComments?owner_id=-7&post_id=3", NULL,
     "{\"response\":{\"count\":2,\"items\":[{\"id\":1,\"from_id\":5,\"owner_id\":-7,\"post_id\":3,\"date\":1734513773,\"text\":\"It broke &lt;3\"},"
     "{\"id\":2,\"from_id\":-7,\"owner_id\":-7,\"post_id\":3,\"date\":1734513999,\"text\":\"[id5|Bob], sorry\"}],\"profiles\":[],\"groups\":[{\"id\":7,\"name\":\"Acme\"}]}}",
     200, OUTCOME_OK, "vk", 1, "\"text\":\"Bob, sorry\""},
    {"Sitejabber: what its script fetches", "https://www.sitejabber.com/reviews/acme.example", NULL,
     "{\"html\":\"<div class=\\\"review\\\"><div class=\\\"review__title\\\"><a href=\\\"/reviews/acme.example#401\\\"><span class=\\\"review__title__text\\\">Gone</span></a></div>"
     "<div class=\\\"stars\\\" title=\\\"1.0 stars\\\"></div><div class=\\\"review__date\\\">\\n\\tAugust 3rd, 2023</div><div class=\\\"review__text\\\"><p>Never came</p></div></div>\"}",
     200, OUTCOME_OK, "sitejabber", 1, "\"published\":\"2023-08-03\""},
    {"Sitejabber: a list with a brace too few", SJ, NULL,
     "[{\"reviewNo\":\"3\",\"rating\":[{\"type\":\"overall\",\"rating\":\"5\"}],\"content\":\"Good\",\"updated_for\":{\"reviewNo\":\"2\",\"author\":{\"username\":\"u\"},\"author\":{\"username\":\"u\"}},"
     "{\"reviewNo\":\"4\",\"rating\":[{\"type\":\"overall\",\"rating\":1}],\"content\":\"Bad\"}]", 200, OUTCOME_OK, "sitejabber", 2, "\"native_id\":\"4\""},
    {"Telegram: preview is off", "https://t.me/s/acme", "location: https://t.me/acme\n", "", 302, OUTCOME_BLOCKED, "telegram", 0, NULL},
    {"Telegram: no posts", "https://t.me/s/acme", NULL, "<html><body><div class=\"tme_no_messages_found\">No posts found</div></body></html>", 200, OUTCOME_EMPTY, "telegram", 0, NULL},
    {"Mastodon: next page is in a header", "https://m.example/api/v1/timelines/tag/acme", "link: <https://m.example/a?max_id=9>; rel=\"next\", <https://m.example/a?min_id=1>; rel=\"prev\"\n",
     "[{\"id\":\"9\",\"uri\":\"https://m.example/s/9\",\"url\":\"https://m.example/@a/9\",\"created_at\":\"2026-02-03T04:05:06.000Z\",\"content\":\"<p>leaks<br>twice</p>\","
     "\"account\":{\"acct\":\"a\",\"display_name\":\"Ann\"},\"reblog\":null,\"in_reply_to_id\":null}]",
     200, OUTCOME_OK, "mastodon", 1, "\"next\":[\"https://m.example/a?max_id=9\"]"},
    {"Mastodon: closed", "https://m.example/api/v1/timelines/tag/acme", NULL, "{\"error\":\"This method requires an authenticated user\"}", 422, OUTCOME_BLOCKED, "mastodon", 0, NULL},
    {"Bluesky: search is shut", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=a", NULL, "<html><body><h1>403 Forbidden</h1>Request forbidden by administrative rules.</body></html>", 403, OUTCOME_BLOCKED, "bluesky", 0, NULL},
    {"Sitejabber: token has run out", "https://api.smartcustomer.com/v1/businesses/acme.example/reviews?start=0", NULL, "{\"status\":\"ERROR\",\"success\":false,\"errorCode\":207}", 200, OUTCOME_BLOCKED, "sitejabber", 0, "log in again"},
    {"Otzovik: nobody has written", "https://otzovik.com/reviews/acme/", NULL, "<html><body><div class=\"product-header\"><meta itemprop=\"reviewCount\" content=\"0\"></div></body></html>", 200, OUTCOME_EMPTY, "otzovik", 0, NULL},
    {"Otzovik: home feed", "https://otzovik.com/", NULL, "<html><body><div class=\"item mshow1\" data-id=\"1\">x</div></body></html>", 200, OUTCOME_DRIFT, "otzovik", 0, NULL},
    {"Otzovik: the customer has the last word", "https://otzovik.com/review_5.html", NULL,
     "<html><body><div class=\"review-contents\" data-rid=\"5\"><div itemprop=\"author\"><span itemprop=\"name\">Оля</span></div><meta itemprop=\"ratingValue\" content=\"1\"><span class=\"summary\">Плохо</span>"
     "<div class=\"review-body\">Течёт.<div class=\"otz_panel_inpage\">реклама</div></div><div id=\"comments-container\"><div class=\"comment official\"><a class=\"user-login\">Acme</a><div class=\"comment-postdate\" data-ts=\"1714212167\"></div>"
     "<div class=\"comment-body\">Простите</div></div><div class=\"comment\"><a class=\"user-login\">Оля</a><div class=\"comment-body\">И что?</div></div></div></div></body></html>",
     200, OUTCOME_OK, "otzovik", 1, "\"customer_last_word\":true"},
    {"Trustpilot: login wall", "https://www.trustpilot.com/users/connect?redirect=%2Freview%2Facme", NULL, "<html><head><title>Trustpilot</title></head><body>x</body></html>", 200, OUTCOME_BLOCKED, "trustpilot", 0, NULL},
    {"Trustpilot: a filter that fits nothing", "https://www.trustpilot.com/review/acme.example?stars=1", NULL,
     "<html><script id=\"__NEXT_DATA__\">{\"props\":{\"pageProps\":{\"reviews\":[],\"filters\":{\"pagination\":{\"totalCount\":0}}}}}</script></html>", 200, OUTCOME_EMPTY, "trustpilot", 0, NULL},
    {"Trustpilot: reviews have moved", "https://www.trustpilot.com/review/acme.example", NULL,
     "<html><script id=\"__NEXT_DATA__\">{\"props\":{\"pageProps\":{\"items\":[1],\"filters\":{\"pagination\":{\"totalCount\":41}}}}}</script></html>", 200, OUTCOME_DRIFT, "trustpilot", 0, NULL},
    {"a feed without items", "https://x.example/feed", NULL, "<rss><channel><title>x</title></channel></rss>", 200, OUTCOME_EMPTY, "feed", 0, NULL},
    {"structured data, 10 points", "https://x.example/p", NULL,
     "<html><script type=\"application/ld+json\">[{\"@type\":\"Product\",\"review\":{\"@type\":\"http://schema.org/Review\",\"author\":\"Jo\",\"reviewBody\":\"Leaks\",\"reviewRating\":{\"ratingValue\":\"2\",\"bestRating\":10,}}}]</script></html>",
     200, OUTCOME_OK, "schema", 1, "\"rating\":{\"value\":2,\"worst\":1,\"best\":10}"},
    {"Cloudflare", "https://x.example/p", "cf-mitigated: challenge\n", "<html><body>x</body></html>", 403, OUTCOME_BLOCKED, "schema", 0, "Cloudflare"},
    {"Anubis answers 200", "https://x.example/p", NULL, "<html><head><title>Making sure you&#39;re not a bot!</title></head><body></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Anubis"},
};


/* Walls of other makes and languages, all with status 200; and healthy pages that load the same scripts or speak of them. */
#define SHOP "https://shop.example/p/1"
#define HTML(title, head, body) "<!DOCTYPE html><html><head><title>" title "</title>" head "</head><body>" body "</body></html>"
#define GUARDS                                                                                                                                      \
    "<script src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\"></script><script src=\"https://x.token.awswaf.com/challenge.js\"></script>"  \
    "<script src=\"/_Incapsula_Resource?SWJIYLWA=1\"></script><script src=\"/__qrator/x.js\"></script><script src=\"https://js.datadome.co/tags.js\"></script>"  \
    "<script>window.__CF$cv$params={r:'1'}</script><script src=\"https://smartcaptcha.yandexcloud.net/captcha.js\"></script>"
#define MANY_WORDS(w) w w w w w w w w w w w w w w w w w w w w
static const struct row walls[] = {
    {"Cloudflare in German", SHOP, NULL, HTML("Nur einen Moment…", "", "<script>window._cf_chl_opt={cvId:'3'};</script>"), 200, OUTCOME_BLOCKED, "schema", 0, "Cloudflare"},
    {"a captcha of Cloudflare's make alone", SHOP, NULL, HTML("shop", GUARDS, "Verify you are human by completing the action below."), 200, OUTCOME_BLOCKED, "schema", 0, "captcha"},
    {"DataDome from a host of the site's own", SHOP, NULL, HTML("shop", "", "<p id=\"cmsg\">Please enable JS and disable any ad blocker</p>"), 200, OUTCOME_BLOCKED, "schema", 0, "DataDome"},
    {"Akamai", SHOP, NULL, HTML("", "", "<div id=\"sec-container\"><script src=\"/_sec/cp_challenge/sec-cpt-4-3.js\"></script></div>"), 200, OUTCOME_BLOCKED, "schema", 0, "Akamai"},
    {"PerimeterX by its title", SHOP, NULL, HTML("Robot or human?", "", "Activate and hold"), 200, OUTCOME_BLOCKED, "schema", 0, "PerimeterX"},
    {"Imperva by its title", SHOP, NULL, HTML("Pardon Our Interruption", "", "x"), 200, OUTCOME_BLOCKED, "schema", 0, "Imperva"},
    {"Imperva's frame", SHOP, NULL, "<html><body><iframe src=\"/_Incapsula_Resource?x\"></iframe></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Imperva"},
    {"Anubis in Russian", SHOP, NULL, HTML("Проверяем, что вы не бот!", "", "<img src=\"/.within.website/x/cmd/anubis/static/img/pensive.webp\">"), 200, OUTCOME_BLOCKED, "schema", 0, "Anubis"},
    {"Qrator", SHOP, NULL, "<html><body><script src=\"/__qrator/qauth_utm_v2.js\"></script></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Qrator"},
    {"DDoS-Guard", SHOP, NULL, HTML("DDOS-GUARD", "", "Проверка браузера"), 200, OUTCOME_BLOCKED, "schema", 0, "DDoS-Guard"},
    {"Servicepipe", SHOP, NULL, "<html><head><title></title></head><body><div id=\"id_captcha_frame_div\"></div></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Servicepipe"},
    {"Yandex SmartCaptcha", SHOP, NULL, HTML("Ой!", "", "<form action=\"/checkcaptcha?key=1\"></form>"), 200, OUTCOME_BLOCKED, "schema", 0, "SmartCaptcha"},
    {"Yandex SmartCaptcha by its address", "https://yandex.ru/showcaptcha?retpath=x", NULL, HTML("Ой!", "", "x"), 200, OUTCOME_BLOCKED, "schema", 0, "SmartCaptcha"},
    {"VK's challenge", "https://vk.com/challenge.html?hash429=1", NULL, HTML("VK", "", "x"), 200, OUTCOME_BLOCKED, "schema", 0, "VK challenge"},
    {"a German login", SHOP, NULL, HTML("Anmelden", "", "<form><input type=\"password\"></form>"), 200, OUTCOME_BLOCKED, "schema", 0, "login wall"},
    {"too many requests is a request to wait", SHOP, NULL, HTML("429 Too Many Requests", "", "nginx"), 429, OUTCOME_SLOWDOWN, "schema", 0, NULL},
    {"an empty page behind all guards", "https://otzovik.com/reviews/acme/", NULL, HTML("Acme", GUARDS, "<meta itemprop=\"reviewCount\" content=\"0\">" MANY_WORDS("<p>меню сайта, разделы, отзывы</p>")), 200, OUTCOME_EMPTY, "otzovik", 0, NULL},
    {"a new layout behind all guards", SHOP, NULL, HTML("Acme", GUARDS, MANY_WORDS("<p>Отзыв: плохо, вы не робот? Работает через раз, а гарантия не помогла.</p>")), 200, OUTCOME_DRIFT, "schema", 0, NULL},
    {"an empty list that speaks of walls", "https://www.googleapis.com/youtube/v3/commentThreads", NULL, "{\"items\":[],\"note\":\"px-captcha\"}", 200, OUTCOME_EMPTY, "youtube", 0, NULL},
    {"a review that speaks of walls", SHOP, NULL,
     HTML("Are you human?", GUARDS "<script type=\"application/ld+json\">{\"@type\":\"Review\",\"reviewBody\":\"captcha, px-captcha, _cf_chl_opt\",\"reviewRating\":1}</script>", ""), 200, OUTCOME_OK, "schema", 1, NULL},
};

/* The same facts in other shapes of the same sites: other years, languages, ends of lists. */
#define TP "https://www.trustpilot.com/review/acme.example"
#define TP_CARD(ago, badge, reply_by, replied)                                                                                                      \
    "<article data-service-review-card-paper=\"true\"><a href=\"/users/5e3d663268c4b97aa1c4b931\"><span data-consumer-name-typography=\"true\">Jo</span></a>"  \
    "<section><div data-service-review-rating=\"2\"></div><time dateTime=\"2024-05-05T10:00:00.000Z\" data-service-review-date-time-ago=\"true\">" ago   \
    "</time><a href=\"/reviews/64552b9273f9318af24833c8\"><h2 data-service-review-title-typography=\"true\">Kaputt</h2></a>"                        \
    "<div data-testid=\"review-badge-date\"><span>" badge "</span></div></section><div><p data-service-review-business-reply-title-typography=\"true\">"  \
    reply_by "</p><time dateTime=\"2024-05-06T10:00:00.000Z\" data-service-review-business-reply-date-time-ago=\"true\">" replied                   \
    "</time><p data-service-review-business-reply-text-typography=\"true\">Danke</p></div></article>"
#define TP_ISLAND(more) "<html><script id=\"__NEXT_DATA__\">{\"props\":{\"pageProps\":{" more "}}}</script></html>"
#define OTZ_REVIEW(author, comments)                                                                                                                \
    "<html><body><div class=\"review-contents\" data-rid=\"5\">" author "<meta itemprop=\"ratingValue\" content=\"1\"><span class=\"summary\">Плохо</span>"  \
    "<div class=\"review-body\">Течёт.<ins class=\"adsbygoogle\">Ads</ins></div><div id=\"comments-container\">" comments "</div></div></body></html>"
#define OTZ_AUTHOR "<div itemprop=\"author\"><span itemprop=\"name\">Оля</span></div>"
#define OTZ_COMMENT(kind, who, ts, inner)                                                                                                           \
    "<div class=\"comment-thread\"><div class=\"comment" kind "\"><a class=\"user-login\" href=\"/profile/" who "\">" who                           \
    "</a><div class=\"comment-postdate ts\" data-ts=\"" ts "\"></div><div class=\"comment-body\">слово</div></div>" inner "</div>"
#define OTZ_LIST "https://otzovik.com/reviews/acme/"
#define OTZ_2019                                                                                                                                    \
    "<html><body><span class=\"votes\">57</span><div class=\"review-list-2\"><div class=\"item status4\" itemprop=\"review\"><meta itemprop=\"url\" "  \
    "content=\"https://otzovik.com/review_8.html\"><a class=\"user-login\" href=\"/profile/u\">u</a><div class=\"product-rating\" title=\"Общий рейтинг: 2\">"  \
    "</div><div class=\"review-postdate\"><span>12.05.2019</span></div><a class=\"review-title\" href=\"/review_8.html\">Гудит</a><div class=\"review-teaser\">"  \
    "Гудит.</div></div></div><a class=\"pager-item next tooltip-top\" href=\"/reviews/acme/2/\"></a></body></html>"
static const struct row shapes[] = {
    {"Trustpilot: behind the last page", TP "?page=9", NULL, TP_ISLAND("\"reviews\":[],\"filters\":{\"pagination\":{\"currentPage\":9,\"totalPages\":3,\"totalCount\":41}}"), 200, OUTCOME_EMPTY, "trustpilot", 0, NULL},
    {"Trustpilot: no dates in the data any more, the HTML has them", TP, NULL,
     TP_ISLAND("\"reviews\":[{\"id\":\"64552b9273f9318af24833c8\",\"rating\":2,\"title\":\"Kaputt\",\"text\":\"x\"}]") TP_CARD("vor 3 Tagen", "4. März 2024", "Antwort von Acme GmbH", "vor 2 Tagen"),
     200, OUTCOME_OK, "trustpilot", 1, "\"published\":\"2024-05-05T10:00:00Z\""},
    {"Trustpilot: German date of experience", TP, NULL, TP_CARD("vor 3 Tagen", "4. März 2024", "Antwort von Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2024-03-04\""},
    {"Trustpilot: Polish date of experience", TP, NULL, TP_CARD("x", "9 października 2024", "Odpowiedź od Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2024-10-09\""},
    {"Trustpilot: Spanish date of experience", TP, NULL, TP_CARD("x", "1 de enero de 2024", "Respuesta de Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2024-01-01\""},
    {"Trustpilot: Danish answer", TP, NULL, TP_CARD("x", "1. maj 2024", "Svar fra Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"reply\":{\"author\":\"Acme\""},
    {"Trustpilot: the time of an edited review is no date of publication", TP, NULL, TP_CARD("Aktualisiert vor 3 Tagen", "x", "Antwort von Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1,
     "\"published\":null,\"published_precision\":\"none\",\"experienced\":null,\"edited\":\"2024-05-05T10:00:00Z\""},
    {"Trustpilot: an edited answer", TP, NULL, TP_CARD("x", "x", "Reply from Acme", "Updated a day ago"), 200, OUTCOME_OK, "trustpilot", 1, "\"published\":null,\"edited\":\"2024-05-06T10:00:00Z\"}"},
    {"Trustpilot: one review, HTML only", "https://de.trustpilot.com/reviews/64552b9273f9318af24833c8", NULL, TP_CARD("x", "x", "Antwort von Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"native_id\":\"64552b9273f9318af24833c8\""},
    {"Trustpilot: no reviews, HTML only", TP, NULL, "<html><h1>Acme</h1><p data-reviews-count-typography=\"true\">0<!-- --> insgesamt</p></html>", 200, OUTCOME_EMPTY, "trustpilot", 0, NULL},
    {"Trustpilot: reviews, but no cards", TP, NULL, "<html><h1>Acme</h1><p data-reviews-count-typography=\"true\">13.582<!-- --> insgesamt</p></html>", 200, OUTCOME_DRIFT, "trustpilot", 0, NULL},
    {"Trustpilot: the API asks to wait", "https://api.trustpilot.com/v1/business-units/46d6/reviews", NULL, "{\"fault\":{\"faultstring\":\"Rate limit quota violation\"}}", 429, OUTCOME_SLOWDOWN, "trustpilot", 0, NULL},
    {"Trustpilot: what its webhook sends", "https://api.trustpilot.com/events", NULL,
     "{\"events\":[{\"eventName\":\"service-review-created\",\"eventData\":{\"id\":\"64552b9273f9318af24833c8\",\"stars\":1,\"title\":\"Bad\",\"text\":\"Bad\",\"createdAt\":\"2022-07-08T22:41:48Z\"}},"
     "{\"eventName\":\"other\",\"eventData\":{\"id\":\"1\"}}]}", 200, OUTCOME_OK, "trustpilot", 1, "\"published\":\"2022-07-08T22:41:48Z\""},
    {"Otzovik: layout of 2019, its order is kept, a low grade is worth a visit", OTZ_LIST "?order=date_desc", NULL, OTZ_2019, 200, OUTCOME_OK, "otzovik", 1,
     "\"next\":[\"https://otzovik.com/reviews/acme/2/?order=date_desc\"],\"details\":[{\"url\":\"https://otzovik.com/review_8.html\""},
    {"Otzovik: no reviews of this grade", OTZ_LIST "?ratio=1", NULL, "<html><body><span class=\"votes\">57</span><div class=\"review-list-2\"><div class=\"pager\"></div></div></body></html>", 200, OUTCOME_EMPTY, "otzovik", 0, NULL},
    {"Otzovik: an empty list where there should be reviews", OTZ_LIST, NULL, "<html><body><span class=\"votes\">57</span><div class=\"review-list-2\"></div></body></html>", 200, OUTCOME_DRIFT, "otzovik", 0, NULL},
    {"Otzovik: captcha of other years", OTZ_LIST, NULL, "<html><head><title>Отзовик</title></head><body>С Вашего IP-адреса было много обращений</body></html>", 200, OUTCOME_BLOCKED, "otzovik", 0, NULL},
    {"Otzovik: the author speaks last, in an earlier thread", "https://otzovik.com/review_5.html", NULL,
     OTZ_REVIEW(OTZ_AUTHOR, OTZ_COMMENT("", "Ян", "100", OTZ_COMMENT("", "Оля", "300", "")) OTZ_COMMENT(" official", "Acme", "200", "")), 200, OUTCOME_OK, "otzovik", 1, "\"customer_last_word\":true"},
    {"Otzovik: the company speaks last, though not lowest", "https://otzovik.com/review_5.html", NULL,
     OTZ_REVIEW(OTZ_AUTHOR, OTZ_COMMENT(" official", "Acme", "200", "") OTZ_COMMENT("", "Ян", "90", OTZ_COMMENT("", "Оля", "100", ""))), 200, OUTCOME_OK, "otzovik", 1, "\"customer_last_word\":false"},
    {"Otzovik: author deleted, the company is not taken for the author", "https://otzovik.com/review_5.html", NULL, OTZ_REVIEW("", OTZ_COMMENT(" official", "Acme", "200", "")), 200, OUTCOME_OK, "otzovik", 1,
     "\"author\":{\"name\":null,\"id\":null"},
    {"Otzovik: ads are no text", "https://otzovik.com/review_5.html", NULL, OTZ_REVIEW(OTZ_AUTHOR, ""), 200, OUTCOME_OK, "otzovik", 1, "\"text\":\"Течёт.\""},
    {"Sitejabber: a review without an address", "https://www.smartcustomer.com/reviews/acme.example", NULL,
     "<html><script type=\"application/ld+json\">{\"@type\":\"LocalBusiness\",\"review\":[{\"author\":\"Jo\",\"reviewBody\":\"Bad\",\"datePublished\":\"2026-02-03\",\"reviewRating\":{\"ratingValue\":1}}]}</script></html>",
     200, OUTCOME_OK, "sitejabber", 1, "\"published\":\"2026-02-03\""},
    {"Sitejabber: a comment that is not public", "https://api.smartcustomer.com/v1/businesses/acme.example/review/comments?review_no=11", NULL,
     "{\"comments\":[{\"reviewNo\":12,\"content\":\"one\",\"activated\":1,\"author\":{\"username\":\"u\"}},{\"reviewNo\":13,\"content\":\"two\",\"activated\":0,\"author\":{\"username\":\"u\"}}],\"count\":2}", 200, OUTCOME_OK, "sitejabber", 1,
     "\"parent_id\":\"sitejabber:11\""},
};

static void read_rows(const struct row *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *row = &list[i];
        struct page page;
        struct strbuf out;
        struct jsonw w;
        page_init(&page, LIMIT_BODY_BYTES);
        struct target t = {.url = row->url};
        page_begin(&page, &t);
        page.status = row->status;
        page.headers = row->headers;
        page.fetched_at = 1790000000;
        strbuf_puts(&page.body, row->body);
        parser_read(parser, &page, NULL, 0);
        strbuf_init(&out, LIMIT_MIB);
        jsonw_init(&w, &out);
        contract_page(&w, &page);
        if (page.outcome != row->outcome || page.n_finding != row->n || page.site == NULL || strcmp(page.site, row->site) != 0 ||
            (row->have != NULL && strstr(out.s, row->have) == NULL))
            fail_msg("%s: %s", row->what, out.s);
        strbuf_release(&out);
        page_release(&page);
    }
}

static void pages_are_told_apart(void **state)
{
    (void)state;
    read_rows(rows, sizeof rows / sizeof rows[0]);
}

static void walls_are_told_from_healthy_pages(void **state)
{
    (void)state;
    read_rows(walls, sizeof walls / sizeof walls[0]);
}

static void other_shapes_are_read_alike(void **state)
{
    (void)state;
    read_rows(shapes, sizeof shapes / sizeof shapes[0]);
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
        parser_read(parser, &page, NULL, 0);
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
        parser_read(parser, &page, accounts, 2);
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
    assert_true(site_request(sites, "vk", VK, two, &a, &r));
    assert_string_equal(r.body, "v=5.199&access_token=to%2Bken%2F1");
    assert_null(r.url);
    assert_string_equal(r.secret[0], "to+ken/1");
    assert_true(site_request(sites, "sitejabber", SJ, two, &a, &r));
    assert_string_equal(r.url, SJ "&client_token=to%2Bken%2F1");
    assert_int_equal(r.n_header, 1);
    assert_string_equal(r.header[0], "user_token: second");
    assert_true(site_request(sites, NULL, "https://api.trustpilot.com/v1/business-units/1/reviews", two, &a, &r));
    assert_string_equal(r.header[0], "apikey: to+ken/1");
    assert_true(site_request(sites, NULL, "https://api.trustpilot.com/v1/private/business-units/1/reviews", two, &a, &r));
    assert_string_equal(r.header[0], "authorization: Bearer to+ken/1");
    assert_string_equal(r.header[1], "apikey: second");
    /* no token, no https, another page of the site: a plain GET */
    assert_false(site_request(sites, "bluesky", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=a", none, &a, &r));
    assert_false(site_request(sites, "trustpilot", "https://www.trustpilot.com/review/acme.example", two, &a, &r));
    assert_false(site_request(sites, "vk", "http://api.vk.com/method/wall.get?domain=acme", two, &a, &r));
    assert_int_equal(site_token(sites, "vk", VK), SITE_TOKEN_REQUIRED);
    assert_int_equal(site_token(sites, "bluesky", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=a"), SITE_TOKEN_OPTIONAL);
    assert_int_equal(site_token(sites, "otzovik", "https://otzovik.com/reviews/acme/"), SITE_TOKEN_NONE);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_is_clean_and_finds_its_own_address),
        cmocka_unit_test(pages_are_told_apart),
        cmocka_unit_test(walls_are_told_from_healthy_pages),
        cmocka_unit_test(other_shapes_are_read_alike),
        cmocka_unit_test(errors_in_good_answers),
        cmocka_unit_test(tokens_go_where_the_api_wants_them),
        cmocka_unit_test(an_answer_finds_the_mention_that_was_asked_for),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
