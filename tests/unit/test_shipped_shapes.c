/* The shipped site files on other shapes of the pages they know: other years and languages, ends of lists, walls of other makes. All pages are made up here. */
#include "tests/unit/shipped_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Walls of other makes and languages, all with status 200; and healthy pages that load the same scripts or speak of them. */
#define SHOP "https://shop.example/p/1"
#define HTML(title, head, body) "<!DOCTYPE html><html><head><title>" title "</title>" head "</head><body>" body "</body></html>"
#define GUARDS                                                                                                                                      \
    "<script src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\"></script><script src=\"https://x.token.awswaf.com/challenge.js\"></script>"  \
    "<script src=\"/_Incapsula_Resource?SWJIYLWA=1\"></script><script src=\"/__qrator/x.js\"></script><script src=\"https://js.datadome.co/tags.js\"></script>"  \
    "<script>window.__CF$cv$params={r:'1'}</script><script src=\"https://smartcaptcha.yandexcloud.net/captcha.js\"></script>"
#define MANY_WORDS(w) w w w w w w w w w w w w w w w w w w w w
static const struct row walls[] = {
    {"Cloudflare in German", SHOP, NULL, HTML("Nur einen Moment…", "", "<script>window._cf_chl_opt={cvId:'3'};</script>"), 200, OUTCOME_BLOCKED, "schema", 0, "Cloudflare", NULL},
    {"a captcha of Cloudflare's make alone", SHOP, NULL, HTML("shop", GUARDS, "Verify you are human by completing the action below."), 200, OUTCOME_BLOCKED, "schema", 0, "captcha", NULL},
    {"DataDome from a host of the site's own", SHOP, NULL, HTML("shop", "", "<p id=\"cmsg\">Please enable JS and disable any ad blocker</p>"), 200, OUTCOME_BLOCKED, "schema", 0, "DataDome", NULL},
    {"Akamai", SHOP, NULL, HTML("", "", "<div id=\"sec-container\"><script src=\"/_sec/cp_challenge/sec-cpt-4-3.js\"></script></div>"), 200, OUTCOME_BLOCKED, "schema", 0, "Akamai", NULL},
    {"PerimeterX by its title", SHOP, NULL, HTML("Robot or human?", "", "Activate and hold"), 200, OUTCOME_BLOCKED, "schema", 0, "PerimeterX", NULL},
    {"Imperva by its title", SHOP, NULL, HTML("Pardon Our Interruption", "", "x"), 200, OUTCOME_BLOCKED, "schema", 0, "Imperva", NULL},
    {"Imperva's frame", SHOP, NULL, "<html><body><iframe src=\"/_Incapsula_Resource?x\"></iframe></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Imperva", NULL},
    {"Anubis in Russian", SHOP, NULL, HTML("Проверяем, что вы не бот!", "", "<img src=\"/.within.website/x/cmd/anubis/static/img/pensive.webp\">"), 200, OUTCOME_BLOCKED, "schema", 0, "Anubis", NULL},
    {"Qrator", SHOP, NULL, "<html><body><script src=\"/__qrator/qauth_utm_v2.js\"></script></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Qrator", NULL},
    {"DDoS-Guard", SHOP, NULL, HTML("DDOS-GUARD", "", "Проверка браузера"), 200, OUTCOME_BLOCKED, "schema", 0, "DDoS-Guard", NULL},
    {"Servicepipe", SHOP, NULL, "<html><head><title></title></head><body><div id=\"id_captcha_frame_div\"></div></body></html>", 200, OUTCOME_BLOCKED, "schema", 0, "Servicepipe", NULL},
    {"Yandex SmartCaptcha", SHOP, NULL, HTML("Ой!", "", "<form action=\"/checkcaptcha?key=1\"></form>"), 200, OUTCOME_BLOCKED, "schema", 0, "SmartCaptcha", NULL},
    {"Yandex SmartCaptcha by its address", "https://yandex.ru/showcaptcha?retpath=x", NULL, HTML("Ой!", "", "x"), 200, OUTCOME_BLOCKED, "schema", 0, "SmartCaptcha", NULL},
    {"VK's challenge", "https://vk.com/challenge.html?hash429=1", NULL, HTML("VK", "", "x"), 200, OUTCOME_BLOCKED, "schema", 0, "VK challenge", NULL},
    {"a German login", SHOP, NULL, HTML("Anmelden", "", "<form><input type=\"password\"></form>"), 200, OUTCOME_BLOCKED, "schema", 0, "login wall", NULL},
    {"too many requests is a request to wait", SHOP, NULL, HTML("429 Too Many Requests", "", "nginx"), 429, OUTCOME_SLOWDOWN, "schema", 0, NULL, NULL},
    {"an empty page behind all guards", "https://otzovik.com/reviews/acme/", NULL, HTML("Acme", GUARDS, "<meta itemprop=\"reviewCount\" content=\"0\">" MANY_WORDS("<p>меню сайта, разделы, отзывы</p>")), 200, OUTCOME_EMPTY, "otzovik", 0, NULL, NULL},
    {"a new layout behind all guards", SHOP, NULL, HTML("Acme", GUARDS, MANY_WORDS("<p>Отзыв: плохо, вы не робот? Работает через раз, а гарантия не помогла.</p>")), 200, OUTCOME_DRIFT, "schema", 0, NULL, NULL},
    {"an empty list that speaks of walls", "https://www.googleapis.com/youtube/v3/commentThreads", NULL, "{\"items\":[],\"note\":\"px-captcha\"}", 200, OUTCOME_EMPTY, "youtube", 0, NULL, NULL},
    {"a review that speaks of walls", SHOP, NULL,
     HTML("Are you human?", GUARDS "<script type=\"application/ld+json\">{\"@type\":\"Review\",\"reviewBody\":\"captcha, px-captcha, _cf_chl_opt\",\"reviewRating\":1}</script>", ""), 200, OUTCOME_OK, "schema", 1, NULL, NULL},
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
    {"Trustpilot: behind the last page", TP "?page=9", NULL, TP_ISLAND("\"reviews\":[],\"filters\":{\"pagination\":{\"currentPage\":9,\"totalPages\":3,\"totalCount\":41}}"), 200, OUTCOME_EMPTY, "trustpilot", 0, NULL, NULL},
    {"Trustpilot: no dates in the data any more, the HTML has them", TP, NULL,
     TP_ISLAND("\"reviews\":[{\"id\":\"64552b9273f9318af24833c8\",\"rating\":2,\"title\":\"Kaputt\",\"text\":\"x\"}]") TP_CARD("vor 3 Tagen", "4. März 2024", "Antwort von Acme GmbH", "vor 2 Tagen"),
     200, OUTCOME_OK, "trustpilot", 1, "\"published\":\"2024-05-05T10:00:00Z\"", NULL},
    {"Trustpilot: German date of experience", TP, NULL, TP_CARD("vor 3 Tagen", "4. März 2024", "Antwort von Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2024-03-04\"", NULL},
    {"Trustpilot: Polish date of experience", TP, NULL, TP_CARD("x", "9 października 2024", "Odpowiedź od Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2024-10-09\"", NULL},
    {"Trustpilot: Spanish date of experience", TP, NULL, TP_CARD("x", "1 de enero de 2024", "Respuesta de Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2024-01-01\"", NULL},
    {"Trustpilot: Danish answer", TP, NULL, TP_CARD("x", "1. maj 2024", "Svar fra Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"reply\":{\"author\":\"Acme\"", NULL},
    {"Trustpilot: the time of an edited review is no date of publication", TP, NULL, TP_CARD("Aktualisiert vor 3 Tagen", "x", "Antwort von Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1,
     "\"published\":null,\"published_precision\":\"none\",\"experienced\":null,\"edited\":\"2024-05-05T10:00:00Z\"", NULL},
    {"Trustpilot: an edited answer", TP, NULL, TP_CARD("x", "x", "Reply from Acme", "Updated a day ago"), 200, OUTCOME_OK, "trustpilot", 1, "\"published\":null,\"edited\":\"2024-05-06T10:00:00Z\",\"flags\":[]}", NULL},
    {"Trustpilot: one review, HTML only", "https://de.trustpilot.com/reviews/64552b9273f9318af24833c8", NULL, TP_CARD("x", "x", "Antwort von Acme", "x"), 200, OUTCOME_OK, "trustpilot", 1, "\"native_id\":\"64552b9273f9318af24833c8\"", NULL},
    {"Trustpilot: no reviews, HTML only", TP, NULL, "<html><h1>Acme</h1><p data-reviews-count-typography=\"true\">0<!-- --> insgesamt</p></html>", 200, OUTCOME_EMPTY, "trustpilot", 0, NULL, NULL},
    {"Trustpilot: reviews, but no cards", TP, NULL, "<html><h1>Acme</h1><p data-reviews-count-typography=\"true\">13.582<!-- --> insgesamt</p></html>", 200, OUTCOME_DRIFT, "trustpilot", 0, NULL, NULL},
    {"Trustpilot: the API asks to wait", "https://api.trustpilot.com/v1/business-units/46d6/reviews", NULL, "{\"fault\":{\"faultstring\":\"Rate limit quota violation\"}}", 429, OUTCOME_SLOWDOWN, "trustpilot", 0, NULL, NULL},
    {"Trustpilot: what its webhook sends", "https://api.trustpilot.com/events", NULL,
     "{\"events\":[{\"eventName\":\"service-review-created\",\"eventData\":{\"id\":\"64552b9273f9318af24833c8\",\"stars\":1,\"title\":\"Bad\",\"text\":\"Bad\",\"createdAt\":\"2022-07-08T22:41:48Z\"}},"
     "{\"eventName\":\"other\",\"eventData\":{\"id\":\"1\"}}]}", 200, OUTCOME_OK, "trustpilot", 1, "\"published\":\"2022-07-08T22:41:48Z\"", NULL},
    {"Otzovik: layout of 2019, its order is kept, a low grade is worth a visit", OTZ_LIST "?order=date_desc", NULL, OTZ_2019, 200, OUTCOME_OK, "otzovik", 1,
     "\"next\":[\"https://otzovik.com/reviews/acme/2/?order=date_desc\"],\"details\":[{\"url\":\"https://otzovik.com/review_8.html\"", NULL},
    {"Otzovik: no reviews of this grade", OTZ_LIST "?ratio=1", NULL, "<html><body><span class=\"votes\">57</span><div class=\"review-list-2\"><div class=\"pager\"></div></div></body></html>", 200, OUTCOME_EMPTY, "otzovik", 0, NULL, NULL},
    {"Otzovik: an empty list where there should be reviews", OTZ_LIST, NULL, "<html><body><span class=\"votes\">57</span><div class=\"review-list-2\"></div></body></html>", 200, OUTCOME_DRIFT, "otzovik", 0, NULL, NULL},
    {"Otzovik: captcha of other years", OTZ_LIST, NULL, "<html><head><title>Отзовик</title></head><body>С Вашего IP-адреса было много обращений</body></html>", 200, OUTCOME_BLOCKED, "otzovik", 0, NULL, NULL},
    {"Otzovik: the author speaks last, in an earlier thread", "https://otzovik.com/review_5.html", NULL,
     OTZ_REVIEW(OTZ_AUTHOR, OTZ_COMMENT("", "Ян", "100", OTZ_COMMENT("", "Оля", "300", "")) OTZ_COMMENT(" official", "Acme", "200", "")), 200, OUTCOME_OK, "otzovik", 1, "\"customer_last_word\":true", NULL},
    {"Otzovik: the company speaks last, though not lowest", "https://otzovik.com/review_5.html", NULL,
     OTZ_REVIEW(OTZ_AUTHOR, OTZ_COMMENT(" official", "Acme", "200", "") OTZ_COMMENT("", "Ян", "90", OTZ_COMMENT("", "Оля", "100", ""))), 200, OUTCOME_OK, "otzovik", 1, "\"customer_last_word\":false", NULL},
    {"Otzovik: author deleted, the company is not taken for the author", "https://otzovik.com/review_5.html", NULL, OTZ_REVIEW("", OTZ_COMMENT(" official", "Acme", "200", "")), 200, OUTCOME_OK, "otzovik", 1,
     "\"author\":{\"name\":null,\"id\":null", NULL},
    {"Otzovik: ads are no text", "https://otzovik.com/review_5.html", NULL, OTZ_REVIEW(OTZ_AUTHOR, ""), 200, OUTCOME_OK, "otzovik", 1, "\"text\":\"Течёт.\"", NULL},
    {"Sitejabber: a review without an address", "https://www.smartcustomer.com/reviews/acme.example", NULL,
     "<html><script type=\"application/ld+json\">{\"@type\":\"LocalBusiness\",\"review\":[{\"author\":\"Jo\",\"reviewBody\":\"Bad\",\"datePublished\":\"2026-02-03\",\"reviewRating\":{\"ratingValue\":1}}]}</script></html>",
     200, OUTCOME_OK, "sitejabber", 1, "\"published\":\"2026-02-03\"", NULL},
    {"Sitejabber: a comment that is not public", "https://api.smartcustomer.com/v1/businesses/acme.example/review/comments?review_no=11", NULL,
     "{\"comments\":[{\"reviewNo\":12,\"content\":\"one\",\"activated\":1,\"author\":{\"username\":\"u\"}},{\"reviewNo\":13,\"content\":\"two\",\"activated\":0,\"author\":{\"username\":\"u\"}}],\"count\":2}", 200, OUTCOME_OK, "sitejabber", 1,
     "\"parent_id\":\"sitejabber:11\"", NULL},
};

/* Social pages, APIs, feeds, structured data: whose words, whose answer, and an empty list told from a changed one. */
#define TG(body, meta)                                                                                                                              \
    "<html><title>Acme – Telegram</title><div class=\"tgme_widget_message\" data-post=\"acme/2\">" body "<div class=\"tgme_widget_message_info\"><span class=\"tgme_widget_message_views\">1,2K</span>"  \
    "<span class=\"tgme_widget_message_meta\">" meta "<a class=\"tgme_widget_message_date\" href=\"https://t.me/acme/2\"><time datetime=\"2024-05-05T10:00:00+00:00\"></time></a></span></div></div></html>"
#define TG_TEXT(t) "<div class=\"tgme_widget_message_text js-message_text\">" t "</div>"
#define TG_COMMENT(id, who, reply)                                                                                                                  \
    "<div class=\"tgme_widget_message js-widget_message\" data-post-id=\"" id "\"><div class=\"tgme_widget_message_author\"><a class=\"tgme_widget_message_author_name\" href=\"https://t.me/" who "\">" who "</a></div>"  \
    "<a class=\"tgme_widget_message_reply js-reply_to\" data-reply-to=\"" reply "\"></a><div class=\"js-message_text\">from " who "</div><a class=\"tgme_widget_message_date\" href=\"https://t.me/town/198?comment=" id "\">"  \
    "<time datetime=\"2024-05-05T11:00:00+00:00\"></time></a></div>"
#define VK_WALL "https://api.vk.com/method/wall.get?owner_id=-7"
#define VK_POST(more) "{\"response\":{\"count\":1,\"items\":[{\"id\":3,\"owner_id\":-7,\"from_id\":5,\"date\":1714892400," more "}]}}"
#define APPS "https://itunes.apple.com/us/rss/customerreviews/page=1/id=1/sortby=mostrecent/json"
static const struct row social[] = {
    {"Telegram: what it answers is not its text", "https://t.me/s/acme", NULL, TG("<a class=\"tgme_widget_message_reply\" href=\"https://t.me/acme/1\"><div class=\"js-message_text\">чужое</div></a>" TG_TEXT("моё"), ""), 200, OUTCOME_OK, "telegram", 1, "\"text\":\"моё\"", NULL},
    {"Telegram: a preview of a link is not its text", "https://t.me/s/acme", NULL, TG(TG_TEXT("смотри") "<a class=\"tgme_widget_message_link_preview\"><div class=\"link_preview_title\">чужое</div></a>", ""), 200, OUTCOME_OK, "telegram", 1, "\"text\":\"смотри\"", NULL},
    {"Telegram: views with a comma", "https://t.me/s/acme", NULL, TG(TG_TEXT("x"), "edited &nbsp;"), 200, OUTCOME_OK, "telegram", 1, "\"views\":1200", NULL},
    {"Telegram: the brand answers a comment, not the post", "https://t.me/town/198?embed=1&discussion=1", NULL, "<html>" TG_COMMENT("31", "bob", "1") TG_COMMENT("32", "acme", "31") "</html>", 200, OUTCOME_OK, "telegram", 1,
     "\"reply\":{\"author\":\"acme\",\"text\":\"from acme\"", "acme"},
    {"VK: lines and links keep apart", VK_WALL, NULL, VK_POST("\"text\":\"Раз\\nдва<br>[https://x.example|три] [club1|Acme]\""), 200, OUTCOME_OK, "vk", 1, "\"text\":\"Раз\\nдва\\nтри Acme\"", NULL},
    {"VK: a repost without words", VK_WALL, NULL, VK_POST("\"text\":\"\",\"copy_history\":[{\"text\":\"чужой пост\"}]"), 200, OUTCOME_OK, "vk", 1, "\"text\":\"чужой пост\"", NULL},
    {"Mastodon: the server is busy, no login is wanted", "https://m.example/api/v1/timelines/tag/acme", NULL, "{\"error\":\"Remote data could not be fetched\"}", 503, OUTCOME_SLOWDOWN, "mastodon", 0, NULL, NULL},
    {"Bluesky: only likes", "https://bsky.social/xrpc/app.bsky.notification.listNotifications", NULL, "{\"notifications\":[{\"reason\":\"like\",\"uri\":\"x\"}]}", 200, OUTCOME_EMPTY, "bluesky", 0, NULL, NULL},
    {"Bluesky: notifications of another shape", "https://bsky.social/xrpc/app.bsky.notification.listNotifications", NULL, "{\"notifications\":[{\"why\":\"mention\",\"uri\":\"x\"}]}", 200, OUTCOME_DRIFT, "bluesky", 0, NULL, NULL},
    {"Bluesky: a post that is gone", "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri=x", NULL, "{\"thread\":{\"uri\":\"x\",\"notFound\":true}}", 200, OUTCOME_GONE, "bluesky", 0, NULL, NULL},
    {"YouTube: no such video", "https://www.googleapis.com/youtube/v3/commentThreads", NULL, "{\"error\":{\"code\":404,\"errors\":[{\"reason\":\"videoNotFound\"}]}}", 404, OUTCOME_GONE, "youtube", 0, NULL, NULL},
    {"YouTube: a fault of its own", "https://www.googleapis.com/youtube/v3/commentThreads", NULL, "{\"error\":{\"code\":500,\"errors\":[{\"reason\":\"backendError\"}]}}", 500, OUTCOME_NETWORK, "youtube", 0, NULL, NULL},
    {"App Store: only the app itself", APPS, NULL, "{\"feed\":{\"entry\":[{\"im:name\":{\"label\":\"App\"},\"id\":{\"label\":\"1\"}}]}}", 200, OUTCOME_EMPTY, "appstore", 0, NULL, NULL},
    {"App Store: entries of another shape", APPS, NULL, "{\"feed\":{\"entry\":[{\"im:stars\":{\"label\":\"1\"},\"id\":{\"label\":\"1\"}}]}}", 200, OUTCOME_DRIFT, "appstore", 0, NULL, NULL},
    {"Discourse: hits that cannot be read", "https://f.example/search.json?q=a", NULL, "{\"hits\":[1],\"grouped_search_result\":{\"post_ids\":[1]}}", 200, OUTCOME_DRIFT, "discourse", 0, NULL, NULL},
    {"a feed under a prefix", "https://b.example/feed", NULL,
     "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:title>B</a:title><a:entry><a:id>tag:b.example,2024:1</a:id><a:title>Acme</a:title><a:updated>2024-05-06T10:00:00Z</a:updated></a:entry></a:feed>", 200, OUTCOME_OK, "feed", 1, "\"title\":\"Acme\"", NULL},
    {"a feed that breaks off is not empty", "https://b.example/feed", NULL, "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title><upd", 200, OUTCOME_DRIFT, "feed", 0, NULL, NULL},
    {"a feed without entries", "https://b.example/feed", NULL, "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title></feed>", 200, OUTCOME_EMPTY, "feed", 0, NULL, NULL},
    {"a feed of comments in Russian", "https://b.example/feed", NULL, "<rss><channel><title>Комментарии к записи: Acme</title><item><guid>https://b.example/?c=1</guid><title>От: Оля</title></item></channel></rss>", 200, OUTCOME_OK, "feed", 1, "\"kind\":\"comment\"", NULL},
    {"Reddit's feed: a link without words", "https://www.reddit.com/r/x/.rss", NULL,
     "<feed><entry><id>t3_a</id><title>Acme</title><updated>2024-05-06T10:00:00Z</updated><content type=\"html\">submitted by &lt;a&gt;/u/jo&lt;/a&gt; [link]</content></entry></feed>", 200, OUTCOME_OK, "feed", 1, "\"text\":null", NULL},
    {"structured data: a critic", "https://x.example/p", NULL, "<html><script type=\"application/ld+json\">{\"@type\":\"CriticReview\",\"reviewBody\":\"Leaks\",\"reviewRating\":2}</script></html>", 200, OUTCOME_OK, "schema", 1, NULL, NULL},
    {"structured data: a name with a prefix", "https://x.example/p", NULL, "<html><script type=\"application/ld+json\">{\"@type\":\"schema:Review\",\"reviewBody\":\"Leaks\",\"reviewRating\":2}</script></html>", 200, OUTCOME_OK, "schema", 1, NULL, NULL},
    {"structured data: all reviews with the address of the page", "https://x.example/p", NULL,
     "<html><script type=\"application/ld+json\">[{\"@type\":\"Review\",\"url\":\"/p\",\"reviewBody\":\"Leaks\",\"reviewRating\":2},{\"@type\":\"Review\",\"url\":\"/p\",\"reviewBody\":\"Burns\",\"reviewRating\":1}]</script></html>",
     200, OUTCOME_OK, "schema", 2, NULL, NULL},
    {"Discourse: posts that lost their numbers are not one post", "https://f.example/posts.json", NULL,
     "{\"latest_posts\":[{\"nr\":1,\"cooked\":\"a\",\"created_at\":\"2024-05-05T10:00:00Z\"},{\"nr\":2,\"cooked\":\"b\",\"created_at\":\"2024-05-05T10:00:00Z\"}]}", 200, OUTCOME_DRIFT, "discourse", 0, NULL, NULL},
    {"VK: a feed of news", "https://api.vk.com/method/newsfeed.get", NULL,
     "{\"response\":{\"items\":[{\"type\":\"friend\",\"source_id\":1,\"date\":1541083844},{\"type\":\"post\",\"source_id\":1,\"post_id\":2,\"date\":1541083844,\"text\":\"x\"}]}}", 200, OUTCOME_OK, "vk", 1, "\"native_id\":\"1_2\"", NULL},
    {"Reddit: a quote in a comment", "https://oauth.reddit.com/comments/1", NULL,
     "{\"kind\":\"Listing\",\"data\":{\"children\":[{\"kind\":\"t1\",\"data\":{\"name\":\"t1_a\",\"author\":\"jo\",\"created_utc\":1714903200,\"permalink\":\"/r/x/\",\"body\":\"> theirs\\n\\nmine\"}}]}}", 200, OUTCOME_OK, "reddit", 1, "\"text\":\"mine\"", NULL},
    {"Discourse: who answers nobody in particular answers the first post", "https://f.example/t/12.json", NULL,
     "{\"title\":\"Acme\",\"post_stream\":{\"posts\":[{\"id\":1,\"post_number\":1,\"topic_id\":12,\"username\":\"jo\",\"cooked\":\"<blockquote>theirs</blockquote><p>Leaks</p>\",\"created_at\":\"2024-05-05T10:00:00Z\"},"
     "{\"id\":2,\"post_number\":2,\"topic_id\":12,\"username\":\"acme\",\"cooked\":\"<p>Sorry</p>\",\"created_at\":\"2024-05-05T11:00:00Z\"}]}}", 200, OUTCOME_OK, "discourse", 1, "\"reply\":{\"author\":\"acme\",\"text\":\"Sorry\"", "acme"},
    {"Discourse: a blockquote is no word of the author, an address needs no slug", "https://f.example/search.json?q=acme", NULL,
     "{\"posts\":[{\"id\":5,\"username\":\"jo\",\"created_at\":\"2024-05-05T10:00:00Z\",\"blurb\":\"x\",\"post_number\":2,\"topic_id\":12}],\"grouped_search_result\":{}}", 200, OUTCOME_OK, "discourse", 1, "\"url\":\"https://f.example/t/12/2\"", NULL},
    {"Trustpilot of 2021: a Danish answer and date", "https://dk.trustpilot.com/review/acme.example", NULL,
     "<html><article class=\"review\" id=\"605afcf3f85d7507e41f4321\" data-reviewmid=\"605afcf3f85d7507e41f4321\"><img src=\"/stars-1.svg\"><h2 class=\"review-content__title\">Skidt</h2><p class=\"review-content__dateOfExperience\">"
     "<b>Dato:</b> 23. marts 2021</p><div class=\"brand-company-reply__company\">Svar fra Acme</div><div class=\"brand-company-reply__content\">Undskyld</div></article></html>", 200, OUTCOME_OK, "trustpilot", 1, "\"experienced\":\"2021-03-23\"", NULL},
};

static void walls_are_told_from_healthy_pages(void **state)
{
    (void)state;
    shipped_read(walls, sizeof walls / sizeof walls[0]);
}

static void other_shapes_are_read_alike(void **state)
{
    (void)state;
    shipped_read(shapes, sizeof shapes / sizeof shapes[0]);
}

static void whose_words_and_whose_answer(void **state)
{
    (void)state;
    shipped_read(social, sizeof social / sizeof social[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walls_are_told_from_healthy_pages),
        cmocka_unit_test(other_shapes_are_read_alike),
        cmocka_unit_test(whose_words_and_whose_answer),
    };
    return cmocka_run_group_tests(tests, shipped_start, shipped_stop);
}
