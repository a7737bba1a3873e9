/* The shipped site files of forums in other languages and themes: quotes and signatures are no words of the author, guests have no profile, dates are read in the
 * forum's own words. All pages are made up here. */
#include "tests/unit/shipped_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define T "https://forum.example.org/topic/2"
#define SAYS "Не работает<br>совсем"
#define SAID "\"text\":\"Не работает\\nсовсем\""

#define XF(user, quote) \
    "<html id=\"XF\"><article class=\"message message--post\" data-author=\"Оля\" data-content=\"post-1\"><h4 class=\"message-name\">" user "</h4><header " \
    "class=\"message-attribution\"><time class=\"u-dt\" datetime=\"2024-05-05T10:00:00+0300\">5 Мая 2024</time></header><article class=\"message-body\"><div class=\"bbWrapper\">" quote SAYS \
    "</div></article><aside class=\"message-signature\"><div class=\"bbWrapper\">подпись</div></aside></article></html>"
#define XF_QUOTE \
    "<div class=\"bbCodeBlock bbCodeBlock--unfurl\">чужой анонс</div><blockquote class=\"bbCodeBlock bbCodeBlock--quote\"><a>Боб сказал(а):</a>чужие слова</blockquote>"

#define IPS                                                                                                                                        \
    "<article id=\"elComment_1\"><h3 class=\"cAuthorPane_author\"><a href=\"/profile/5-x/\">Оля</a></h3><div class=\"ipsComment_meta\"><time datetime=\"2024-05-05T07:00:00Z\"></time></div>" \
    "<div data-role=\"commentContent\"><blockquote class=\"ipsQuote\">чужие слова</blockquote>" SAYS                                                 \
    "<span class=\"ipsType_reset ipsType_light\" data-excludequote><strong>Изменено <time datetime=\"2024-05-06T07:00:00Z\">6 Мая</time></strong></span></div></article>"

#define PHPBB(date) \
    "<div id=\"p1\" class=\"post\"><div class=\"postbody\"><h3><a href=\"#p1\">Acme</a></h3><p class=\"author\">от <strong><span class=\"username\">Оля</span></strong> &raquo; " date \
    "</p><div class=\"content\"><blockquote>чужие слова</blockquote>" SAYS "</div><div class=\"signature\">подпись</div></div></div>"

#define PHPBB2 \
    "<table><tr><td><span class=\"name\"><a name=\"11\"></a><b>Оля</b></span></td><td><table><tr><td><span class=\"postdetails\">Добавлено: Вс Май 05, 2024 10:00 am&nbsp; &nbsp;Заголовок сообщения: x" \
    "</span></td></tr><tr><td colspan=\"2\"><span class=\"postbody\"></span><table><tr><td class=\"quote\">чужие слова</td></tr></table><span class=\"postbody\">" SAYS \
    "<br />_________________<br />подпись</span></td></tr></table></td></tr></table>"
#define TORRENTPIER \
    "<table><tbody id=\"post_11\"><tr><td><p class=\"nick\">Оля</p></td><td><a class=\"p-link\" href=\"viewtopic.php?p=11\">05-Май-24 10:00</a><div class=\"post_body\"><div class=\"q-wrap\">чужие слова</div>" SAYS \
    "<div class=\"signature\">подпись</div></div></td></tr></tbody></table>"

#define VB3(date) \
    "<table><tr><td><a href=\"showpost.php?p=1\" id=\"postcount1\">1</a><a name=\"post1\"></a>" date "</td></tr><tr><td><div id=\"postmenu_1\"><a class=\"bigusername\" href=\"member.php?u=5\">Оля</a></div>" \
    "</td></tr><tr><td><div id=\"post_message_1\"><div style=\"margin:20px\"><div class=\"smallfont\">Цитата:</div><table><tr><td>чужие слова</td></tr></table></div>" SAYS "</div></td></tr></table>"
#define VB4(date, time) \
    "<ol><li class=\"postbitlegacy\" id=\"post_1\"><span class=\"postdate old\"><span class=\"date\">" date ",&nbsp;<span class=\"time\">" time "</span></span></span><a class=\"username\" href=\"member.php?5-x\">Оля</a>" \
    "<div id=\"post_message_1\"><blockquote class=\"postcontent\"><div class=\"bbcode_container\"><div class=\"bbcode_quote\">чужие слова</div></div>" SAYS "</blockquote></div></li></ol>"

#define SMF(date) \
    "<div class=\"post_wrapper\"><div class=\"poster\"><h4><a href=\"/index.php?action=profile;u=5\">Оля</a></h4></div><div class=\"keyinfo\"><h5 id=\"subject_5\"><a href=\"/index.php?topic=2.msg5#msg5\">Acme</a></h5>" \
    "<div class=\"smalltext\">&#171; <strong>Ответ #1 :</strong> " date " &#187;</div></div><div class=\"inner\" id=\"msg_5\"><div class=\"quoteheader\">Боб</div><blockquote class=\"bbc_standard_quote\">чужие слова" \
    "</blockquote>" SAYS "</div><div class=\"signature\">подпись</div></div>"
#define MYBB(date) \
    "<div class=\"post\" id=\"post_5\"><div class=\"author_information\"><a href=\"/user-5.html\">Оля</a></div><span class=\"post_date\">" date "</span><div class=\"post_body\"><blockquote class=\"mycode_quote\">чужие слова" \
    "</blockquote>" SAYS "</div><div class=\"signature\">подпись</div></div>"

#define FLARUM                                                                                                                                     \
    "<html><script id=\"flarum-json-payload\" type=\"application/json\">{\"apiDocument\":{\"data\":{\"type\":\"discussions\",\"id\":\"2\",\"attributes\":{\"title\":\"Acme\",\"slug\":\"2-acme\",\"commentCount\":27}}," \
    "\"included\":[{\"type\":\"users\",\"id\":\"7\",\"attributes\":{\"username\":\"olya\",\"displayName\":\"Оля\",\"slug\":\"olya\"}},{\"type\":\"users\",\"id\":\"8\",\"attributes\":{\"username\":\"acme\"}},"          \
    "{\"type\":\"posts\",\"id\":\"1\",\"attributes\":{\"number\":1,\"createdAt\":\"2024-05-05T07:00:00Z\",\"contentHtml\":\"<blockquote>чужие слова</blockquote><p>" SAYS "</p>\"},\"relationships\":{\"user\":{\"data\":{\"id\":\"7\"}}}}," \
    "{\"type\":\"posts\",\"id\":\"3\",\"attributes\":{\"number\":2,\"createdAt\":\"2024-05-05T08:00:00Z\",\"contentHtml\":\"<p>Починим</p>\"},\"relationships\":{\"user\":{\"data\":{\"id\":\"8\"}}}}]}}</script></html>"
#define NODEBB \
    "<ul><li component=\"post\" data-pid=\"9\" data-username=\"olya\" data-userslug=\"olya\" data-timestamp=\"1714892400000\"><div component=\"post/content\"><blockquote>чужие слова</blockquote>" SAYS "</div></li></ul>"
#define VANILLA \
    "<h1>Acme</h1><div id=\"Discussion_2\" class=\"Item ItemDiscussion\"><span class=\"Author\"><a class=\"Username\" href=\"/profile/olya\" data-userid=\"5\">olya</a></span><span class=\"DateCreated\"><a class=\"Permalink\" " \
    "href=\"/discussion/2/acme\"><time datetime=\"2024-05-05T07:00:00+00:00\"></time></a></span><div class=\"Message userContent\"><blockquote class=\"UserQuote\">чужие слова</blockquote>" SAYS "</div></div>"
#define OLD_REDDIT                                                                                                                                 \
    "<div class=\" thing id-t3_1 link\" data-fullname=\"t3_1\" data-type=\"link\" data-author=\"jo\" data-timestamp=\"1772650712000\" data-permalink=\"/r/x/comments/1/acme/\"><div class=\"entry\"><a class=\"title\">Acme breaks</a></div></div>" \
    "<div class=\" thing id-t1_2 comment\" data-fullname=\"t1_2\" data-type=\"comment\" data-author=\"acme\" data-permalink=\"/r/x/comments/1/acme/2/\"><div class=\"entry\"><p class=\"tagline\"><time datetime=\"2026-03-04T18:58:33+00:00\">" \
    "</time></p><div class=\"usertext-body\"><div class=\"md\"><p>Sorry</p></div></div></div></div>"

static const struct row texts[] = {
    {"XenForo: a quote and a signature", T, NULL, XF("<a class=\"username\" data-user-id=\"5\">Оля</a>", XF_QUOTE), 200, OUTCOME_OK, "xenforo", 1, SAID, NULL},
    {"IPS: a quote and a note about an edit", T, NULL, IPS, 200, OUTCOME_OK, "ips", 1, SAID, NULL},
    {"IPS: the note tells when", T, NULL, IPS, 200, OUTCOME_OK, "ips", 1, "\"edited\":\"2024-05-06T07:00:00Z\"", NULL},
    {"phpBB 3: a guest, a quote and a signature", T, NULL, PHPBB("5 май 2024, 10:00"), 200, OUTCOME_OK, "phpbb", 1, SAID, NULL},
    {"phpBB 2: a quote within and a signature", T, NULL, PHPBB2, 200, OUTCOME_OK, "phpbb2", 1, SAID, NULL},
    {"TorrentPier: a quote and a signature", T, NULL, TORRENTPIER, 200, OUTCOME_OK, "phpbb2", 1, SAID, NULL},
    {"vBulletin 3: a quote without a class of its own", T, NULL, VB3("05.05.2024, 10:00"), 200, OUTCOME_OK, "vbulletin", 1, SAID, NULL},
    {"vBulletin 4: a quote", T, NULL, VB4("05.05.2024", "10:00"), 200, OUTCOME_OK, "vbulletin", 1, SAID, NULL},
    {"SMF: a quote and a signature", T, NULL, SMF("05 Мая 2024, 10:00:00"), 200, OUTCOME_OK, "smf", 1, SAID, NULL},
    {"MyBB: a quote and a signature", T, NULL, MYBB("05-05-2024, 10:00"), 200, OUTCOME_OK, "mybb", 1, SAID, NULL},
    {"Flarum: two posts in the page's own data", T, NULL, FLARUM, 200, OUTCOME_OK, "flarum", 2, SAID, NULL},
    {"Flarum: more pages", T, NULL, FLARUM, 200, OUTCOME_OK, "flarum", 2, "\"next\":[\"" T "?page=2\"]", NULL},
    {"Flarum: the brand answers", T, NULL, FLARUM, 200, OUTCOME_OK, "flarum", 1, "\"text\":\"Починим\"", "acme"},
    {"NodeBB: a quote", T, NULL, NODEBB, 200, OUTCOME_OK, "nodebb", 1, SAID, NULL},
    {"Vanilla: a quote", T, NULL, VANILLA, 200, OUTCOME_OK, "vanilla", 1, SAID, NULL},
    {"old Reddit: a post and a comment", T, NULL, OLD_REDDIT, 200, OUTCOME_OK, "oldreddit", 2, "\"parent_id\":\"oldreddit:t3_1\"", NULL},
    {"old Reddit: the brand answers", T, NULL, OLD_REDDIT, 200, OUTCOME_OK, "oldreddit", 1, "\"text\":\"Sorry\"", "acme"},
};

#define AT_TEN "\"published\":\"2024-05-05T10:00:00Z\""
#define HAS_MINUTE "\"published_precision\":\"minute\""
static const struct row dates[] = {
    {"XenForo", T, NULL, XF("Guest", ""), 200, OUTCOME_OK, "xenforo", 1, "\"published\":\"2024-05-05T07:00:00Z\"", NULL},
    {"phpBB, Russian", T, NULL, PHPBB("Вс май 05, 2024 10:00 am"), 200, OUTCOME_OK, "phpbb", 1, AT_TEN, NULL},
    {"phpBB, Ukrainian", T, NULL, PHPBB("Нед травня 05, 2024 10:00"), 200, OUTCOME_OK, "phpbb", 1, AT_TEN, NULL},
    {"phpBB, Ukrainian Wednesday, which is August, too", T, NULL, PHPBB("Сер травня 08, 2024 10:00"), 200, OUTCOME_OK, "phpbb", 1, "\"published\":\"2024-05-08T10:00:00Z\"", NULL},
    {"phpBB, German", T, NULL, PHPBB("So 5. Mai 2024, 10:00"), 200, OUTCOME_OK, "phpbb", 1, AT_TEN, NULL},
    {"phpBB, German Monday, which is a month in English", T, NULL, PHPBB("Mo 6. Mai 2024, 10:00"), 200, OUTCOME_OK, "phpbb", 1, "\"published\":\"2024-05-06T10:00:00Z\"", NULL},
    {"phpBB, French Tuesday, which is March, too", T, NULL, PHPBB("mar. 7 mai 2024 à 10:00"), 200, OUTCOME_OK, "phpbb", 1, "\"published\":\"2024-05-07T10:00:00Z\"", NULL},
    {"phpBB, Polish", T, NULL, PHPBB("niedz 05 maja 2024, 10:00"), 200, OUTCOME_OK, "phpbb", 1, AT_TEN, NULL},
    {"phpBB, today in German", T, NULL, PHPBB("Heute um 10:00"), 200, OUTCOME_OK, "phpbb", 1, HAS_MINUTE, NULL},
    {"phpBB, ago in German", T, NULL, PHPBB("vor 2 Stunden"), 200, OUTCOME_OK, "phpbb", 1, HAS_MINUTE, NULL},
    {"phpBB 2", T, NULL, PHPBB2, 200, OUTCOME_OK, "phpbb2", 1, "\"published\":\"2024-05-05T07:00:00Z\"", NULL},
    {"TorrentPier", T, NULL, TORRENTPIER, 200, OUTCOME_OK, "phpbb2", 1, "\"published\":\"2024-05-05T07:00:00Z\"", NULL},
    {"vBulletin 3, dots are day first", T, NULL, VB3("04.05.2024, 10:00"), 200, OUTCOME_OK, "vbulletin", 1, "\"published\":\"2024-05-04T10:00:00Z\"", NULL},
    {"vBulletin 3, American", T, NULL, VB3("04-05-2024, 10:00 PM"), 200, OUTCOME_OK, "vbulletin", 1, "\"published\":\"2024-04-05T22:00:00Z\"", NULL},
    {"vBulletin 4, dots are day first", T, NULL, VB4("04.05.2024", "10:00"), 200, OUTCOME_OK, "vbulletin", 1, "\"published\":\"2024-05-04T10:00:00Z\"", NULL},
    {"vBulletin 4, American", T, NULL, VB4("12-13-2023", "10:00 PM"), 200, OUTCOME_OK, "vbulletin", 1, "\"published\":\"2023-12-13T22:00:00Z\"", NULL},
    {"SMF, Russian", T, NULL, SMF("05 Мая 2024, 10:00:00"), 200, OUTCOME_OK, "smf", 1, AT_TEN, NULL},
    {"SMF, yesterday", T, NULL, SMF("<strong>Вчера</strong> в 10:00"), 200, OUTCOME_OK, "smf", 1, HAS_MINUTE, NULL},
    {"MyBB, American", T, NULL, MYBB("05-13-2024, 10:00 PM"), 200, OUTCOME_OK, "mybb", 1, "\"published\":\"2024-05-13T22:00:00Z\"", NULL},
    {"NodeBB", T, NULL, NODEBB, 200, OUTCOME_OK, "nodebb", 1, "\"published\":\"2024-05-05T07:00:00Z\"", NULL},
};

static void only_the_words_of_the_author(void **state)
{
    (void)state;
    shipped_read(texts, sizeof texts / sizeof texts[0]);
}

static void dates_in_the_words_of_the_forum(void **state)
{
    (void)state;
    shipped_read(dates, sizeof dates / sizeof dates[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_words_of_the_author),
        cmocka_unit_test(dates_in_the_words_of_the_forum),
    };
    return cmocka_run_group_tests(tests, shipped_start, shipped_stop);
}
