#!/usr/bin/env python3
"""Write the example web: pages of our own making in the shape of the real sites, about two invented brands.

usage: make.py            (writes web/ beside this file; run it again after editing the texts below)
Times are relative, "{{-3h}}" being three hours before the demo starts: tests/replica/replica.py fills them in.
All names, brands, orders and events are invented.
"""
import html
import json
import pathlib
import shutil

WEB = pathlib.Path(__file__).resolve().parent / "web"


def write(path, text, **meta):
    file = WEB / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    if meta:
        file.with_name(file.name + ".meta").write_text(json.dumps(meta), encoding="utf-8")


# ---------------------------------------------------------------- Trustpilot: Larkfield Home, English

LARKFIELD = [
    # id tail, age, stars, author, country, title, text, reply (age, text) or None, edited age or None, experience
    (1, "-2h", 1, "Hannah Pryce", "GB", "Charged twice and nobody answers",
     "Ordered a lamp (order LH-48213) and was charged twice. I have written three emails and waited on hold for 40 minutes. Nobody answers. I want my money back.", None, None),
    (2, "-5h", 5, "Tom Ashby", "GB", "Quick and tidy", "Sofa came a day early, the two lads were polite and took the packaging away. Very happy.", None, None),
    (3, "-9h", 2, "Priya Nandakumar", "GB", "Table arrived cracked",
     "The table top arrived cracked. Support told me to send photos, I did, and since then there has been silence.", None, None),
    (4, "-1d", 1, "Marek D.", "IE", "Delivery never came",
     "Third week of waiting. The tracking has not moved since day two and the driver never called.",
     ("-20h", "Hello Marek,\n\nwe are sorry. Your parcel was lost by the carrier; a new one left us today. Please look into your inbox for the number."), None),
    (5, "-2d", 5, "Joan Whitlock", "GB", "Lovely cushions…", "Lovely cushions, exactly the colour in the picture. Will buy again.",
     ("-40h", "Thank you, Joan!"), None),
    (6, "-3d", 1, "Oliver Stone-Hart", "GB", "Edited: still no refund",
     "EDIT: they answered me in public, promised a refund within 48 hours, and nothing came. Worse than before. I am going to small claims court.",
     ("-60h", "Hello Oliver, the refund was sent to your bank today."), "-6h"),
    (7, "-4d", 4, "Sue B.", "GB", "Good, one scratch", "Good wardrobe, one small scratch at the back. They offered a discount without being asked.", None, None),
    (8, "-6d", 3, "Kofi Mensah", "GB", "Average", "It is a chair. It does what a chair does.", None, None),
]
LARKFIELD_2 = [
    (9, "-9d", 2, "Elin Vaughan", "GB", "Wrong size, return refused",
     "They sent the wrong size and then refused the return because I had opened the box. How else would I have seen that it is wrong?", None, None),
    (10, "-12d", 5, "Peter L.", "GB", "Great", "Great service from start to finish.", None, None),
    (11, "-15d", 1, "Ruth Okafor", "GB", "Rude on the phone", "The woman on the phone was rude and hung up on me. I only asked when my order would come.",
     ("-14d", "Hello Ruth, this is not how we want to sound. Our team lead has written to you. Please tell us your order number there."), None),
    (12, "-300d", 1, "Old Complaint", "GB", "Last year's trouble", "Never again. Broken on arrival, no refund.", None, None),
]


def tp_id(n):
    return f"66f0a1b2c3d4e5f60718{n:04x}"


def tp_review(row):
    n, age, stars, author, country, title, text, reply, edited = row
    return {
        "id": tp_id(n), "filtered": False, "isPending": False, "text": text, "rating": stars,
        "labels": {"merged": None, "verification": {"isVerified": stars != 3, "createdDateTime": "{{%s}}" % age, "reviewSourceName": "InvitationLinkApi",
                   "verificationSource": "invitation", "verificationLevel": "verified" if stars != 3 else "not-verified", "hasDachExclusion": False}},
        "title": title, "likes": 3 if stars == 1 else 0, "source": "InvitationLinkApi",
        "dates": {"experiencedDate": "{{%s|date}}T00:00:00.000Z" % age, "publishedDate": "{{%s}}" % age, "updatedDate": "{{%s}}" % edited if edited else None, "submittedDate": None},
        "report": None, "hasUnhandledReports": False,
        "consumer": {"id": f"55aa00000000ff0001{n:06x}", "displayName": author, "imageUrl": "", "numberOfReviews": 1 + n % 4, "countryCode": country, "hasImage": False, "isVerified": False},
        "reply": {"message": reply[1], "publishedDate": "{{%s}}" % reply[0], "updatedDate": None} if reply else None,
        "consumersReviewCountOnSameDomain": 1, "consumersReviewCountOnSameLocation": None, "productReviews": [], "language": "en", "location": None,
    }


def tp_card(r):
    """The same review as the server draws it (class names are hashed on the real site; data-* are what lasts)."""
    e = html.escape
    reply = ""
    if r["reply"]:
        reply = ('<div class="styles_replyInfo__a1"><p data-service-review-business-reply-title-typography="true">Reply from Larkfield Home</p>'
                 f'<time data-service-review-business-reply-date-time-ago="true" datetime="{r["reply"]["publishedDate"]}"></time></div>'
                 f'<p data-service-review-business-reply-text-typography="true">{e(r["reply"]["message"])}</p>')
    return (f'<article data-service-review-card-paper="true" class="styles_reviewCard__b2"><aside><a href="/users/{r["consumer"]["id"]}"><span data-consumer-name-typography="true">'
            f'{e(r["consumer"]["displayName"])}</span></a><span data-consumer-country-typography="true">{r["consumer"]["countryCode"]}</span></aside>'
            f'<section><div data-service-review-rating="{r["rating"]}"><time data-service-review-date-time-ago="true" datetime="{r["dates"]["updatedDate"] or r["dates"]["publishedDate"]}"></time></div>'
            f'<a href="/reviews/{r["id"]}"><h2 data-service-review-title-typography="true">{e(r["title"])}</h2></a><p data-service-review-text-typography="true">{e(r["text"])}</p></section>{reply}</article>')


def trustpilot(name, title, rows, page, pages, total):
    reviews = [tp_review(r) for r in rows]
    data = {"props": {"pageProps": {
        "pageUrl": f"https://www.trustpilot.com/review/{name}",
        "businessUnit": {"id": "66f000000000000000000001", "displayName": title, "identifyingName": name, "numberOfReviews": total, "trustScore": 3.1, "websiteUrl": f"https://{name}", "stars": 3, "isClaimed": True, "isClosed": False},
        "reviews": reviews, "relevantReviews": reviews[:2], "aiSummaryReviews": [], "topicAiSummaryReviews": {},
        "filters": {"hasActiveFilters": False, "totalNumberOfReviews": total, "totalNumberOfFilteredReviews": total,
                    "pagination": {"currentPage": page, "perPage": 20, "totalCount": total, "totalPages": pages},
                    "selected": {"languages": "all", "date": None, "stars": None, "topics": None, "search": None, "locationId": None, "sort": "recency", "verified": False, "replies": False},
                    "reviewStatistics": {"hasMultipleLanguages": False, "reviewLanguages": [{"isoCode": "all", "reviewCount": total, "displayName": "all"}], "ratings": {"total": total, "one": 5, "two": 2, "three": 1, "four": 1, "five": 3}}}}},
        "page": "/review/[businessUnit]", "query": {"businessUnit": name}, "buildId": "businessunitprofile-consumersite-2.0.0", "isFallback": False}
    island = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    cards = "".join(tp_card(r) for r in reviews[:2]) + "".join(tp_card(r) for r in reviews)
    return ('<!DOCTYPE html><html lang="en-US"><head><meta charSet="UTF-8"/>'
            f'<title>{title} Reviews | Read Customer Service Reviews of {name}</title></head><body><div id="__next"><main>{cards}'
            '<nav aria-label="Pagination"><a name="pagination-button-1" href="#">1</a></nav></main></div>'
            f'<script id="__NEXT_DATA__" type="application/json">{island}</script></body></html>\n')


def make_trustpilot():
    name, q = "larkfield-home.example", "languages=all&sort=recency"
    total = len(LARKFIELD) + len(LARKFIELD_2)
    write(f"www.trustpilot.com/review/{name}@{q}", trustpilot(name, "Larkfield Home", LARKFIELD, 1, 2, total), headers={"content-type": "text/html; charset=utf-8"})
    write(f"www.trustpilot.com/review/{name}@{q}&page=2", trustpilot(name, "Larkfield Home", LARKFIELD_2, 2, 2, total), headers={"content-type": "text/html; charset=utf-8"})
    # the Russian brand's Trustpilot page blocks crawlers: earshot has to say so, not "no negatives"
    write("www.trustpilot.com/review/severny-most.example",
          '<!DOCTYPE html><html lang="en"><head><title>Verifying your connection</title><style>body{font-family:sans-serif}</style>'
          '<script>window.awsWafCookieDomainList=[];window.gokuProps={"key":"demo","iv":"demo","context":"demo"};</script>'
          '<script src="https://demo.edge.sdk.awswaf.com/demo/challenge.js"></script></head>'
          '<body><div id="challenge-container"></div><script>AwsWafIntegration.checkForceRefresh();</script>'
          '<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you\'re not a robot.</noscript></body></html>\n',
          status=202, headers={"x-amzn-waf-action": "challenge"})
    write("www.trustpilot.com/robots.txt", "User-agent: *\nDisallow: /users/\nDisallow: /evaluate/\n")


# ---------------------------------------------------------------- Otzovik: Северный Мост, Russian

SEVERNY = [
    # id, age, stars, author, place, title, text, plus, minus, comments: (age, author, official, text), recommend
    (70110001, "-3h", 1, "Ирина_К", "Россия, Тверь", "Ждём холодильник четвёртую неделю",
     "Оплатили холодильник 2 ноября, заказ № 550138. Обещали доставить за пять дней. Ждём четвёртую неделю, на звонки не отвечают, в чате пишет робот, который ничего не знает. "
     "Вчера сказали, что заказ отменён, а деньги вернут «в течение 30 дней». Это просто издевательство. Если не вернут до пятницы, пишу в Роспотребнадзор и подаю в суд.",
     "нет", "Срывают сроки, не отвечают, не возвращают деньги", [], False),
    (70110002, "-8h", 5, "pavel_78", "Россия, Псков", "Всё пришло вовремя",
     "Заказывал стиральную машину, привезли на следующий день, подняли на этаж и подключили. Мастер вежливый, всё объяснил и убрал за собой. Цена ниже, чем в магазине у дома. Рекомендую.",
     "Быстро, недорого", "Нет", [], True),
    (70110003, "-1d", 2, "Светлана Ю.", "Россия, Вологда", "Привезли не тот чайник",
     "Заказала белый чайник, привезли чёрный и с царапиной. Курьер сказал «разбирайтесь с магазином» и ушёл. Магазин предлагает вернуть его за мой счёт. "
     "Второй раз перепутали заказ, в прошлый раз было то же самое с блендером.", "Низкая цена", "Путают заказы, возврат за свой счёт",
     [("-20h", "Северный Мост", True, "Здравствуйте, Светлана! Приносим извинения за ошибку склада. Обмен будет бесплатным, номер заявки мы прислали в личные сообщения."),
      ("-5h", "Светлана Ю.", False, "Никакого номера в личных сообщениях нет. Прошли сутки, чайник так и стоит.")], False),
    (70110004, "-2d", 1, "Г. Савельев", "Россия, Калуга", "Нахамили по телефону",
     "Позвонил узнать, где заказ. Оператор нахамила и бросила трубку. Перезвонил, ответил другой человек и сказал, что заказа нет в базе, хотя деньги списали.", "Нет", "Хамство",
     [("-44h", "Северный Мост", True, "Здравствуйте! Нам очень жаль. Руководитель смены уже прослушал запись разговора и связался с вами. Заказ найден и будет доставлен сегодня.")], False),
    (70110005, "-4d", 4, "Нина", "Россия", "Хорошо, но долго", "Магазин хороший, цены приятные, но доставку перенесли на два дня. Предупредили по смс, за это спасибо.", "Цены", "Перенесли доставку", [], True),
    (70110006, "-7d", 3, "aleks-tver", "Россия, Тверь", "Нормально", "Обычный магазин, не лучше и не хуже других. Пылесос работает.", "Есть самовывоз", "Мало пунктов выдачи", [], True),
]
OTZ_HOST, OTZ_SLUG = "otzovik.com", "severny_most-internet-magazin_tehniki"


def otz_shell(title, body):
    return ('<!DOCTYPE html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n' f"<title>{title}</title>\n</head>\n<body>\n"
            '<div id="header" class="header"><a class="logo" href="/">Отзовик</a></div>\n<div id="content">\n' + body +
            '\n</div>\n<div id="footer" class="footer">Сайт отзывов</div>\n</body></html>\n')


def otz_item(r):
    rid, age, stars, author, place, title, text, plus, minus, comments, _ = r
    e = html.escape
    teaser = text if len(text) < 200 else text[:200].rsplit(" ", 1)[0] + "..."
    return f'''<div class="item status4 mshow0" itemprop="review" itemscope itemtype="http://schema.org/Review">
<link itemprop="url" href="https://otzovik.com/review_{rid}.html">
<link itemprop="discussionUrl" href="https://otzovik.com/review_{rid}.html#comments">
<div class="item-left" itemprop="author" itemscope itemtype="http://schema.org/Person">
<link itemprop="url" href="https://otzovik.com/profile/{e(author)}">
<div class="user-info"><div class="login-line"><a class="user-login" href="/profile/{e(author)}"><span itemprop="name">{e(author)}</span></a></div>
<div class="karma-line">Репутация<br><span class="karma karma1">1</span></div>
<div>{place}</div></div></div>
<div class="item-right"><div class="rating-wrap">
<div class="rating-score tooltip-right" title="Общий рейтинг: {stars}"><span>{stars}</span></div>
<div class="review-postdate" itemprop="datePublished" content="{{{{{age}|msk}}}}"><span> {{{{{age}|ru}}}}</span></div>
<span itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating"><meta itemprop="ratingValue" content="{stars}"><meta itemprop="bestRating" content="5"><meta itemprop="worstRating" content="1"></span>
</div>
<div class="review-body-wrap">
<h3><a class="review-title" href="/review_{rid}.html" itemprop="name">{e(title)}</a></h3>
<div class="review-teaser" itemprop="description">{e(teaser)}</div>
<div class="review-plus"><b>Достоинства:</b> {e(plus)}</div>
<div class="review-minus"><b>Недостатки:</b> {e(minus)} </div>
</div>
<div class="review-bar"><a class="review-btn review-read-link" href="/review_{rid}.html"><span>Читать весь отзыв</span></a>
<a class="review-btn review-yes tooltip-top" href="/review_{rid}.html" title="Отзыв понравился 2 пользователям"><span>2</span></a>
<a class="review-btn review-comments tooltip-top" href="/review_{rid}.html#comments" title="Комментарии к отзыву: {len(comments)}"><span itemprop="commentCount">{len(comments)}</span></a>
</div></div></div>
'''


def otz_comment(n, rid, age, author, official, text):
    e = html.escape
    badge = '<span class="product-official"><span>Официальный представитель</span></span>' if official else ""
    return f'''<div class="comment-thread only-child" data-cid="{rid}{n}" data-uid="{9000 + n}">
<div id="{rid}{n}" class="comment{' official' if official else ''}"><div class="comment-author-wrap"><div><a class="user-login" href="/profile/{e(author)}">{e(author)}</a>
<div class="comment-postdate ts" data-ts="{{{{{age}|epoch}}}}">{{{{{age}|rumsk}}}}</div>{badge}</div></div>
<div class="comment-body">{e(text)}</div><div class="comment-bar"><a class="comment-reply"><span>Ответить</span></a></div></div></div>
'''


def otz_review(r):
    rid, age, stars, author, place, title, text, plus, minus, comments, recommend = r
    e = html.escape
    first, _, rest = text.partition(". ")
    thread = "".join(otz_comment(i, rid, *c) for i, c in enumerate(comments))
    verdict = '<td class="recommend-ratio yes">ДА</td>' if recommend else '<td class="recommend-ratio no">НЕТ</td>'
    return otz_shell(f"Отзыв: Северный Мост, {e(title)}", f'''<div itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating"><meta itemprop="ratingValue" content="3.2"><meta itemprop="reviewCount" content="{len(SEVERNY)}"></div>
<div class="product-reviews-wrap">
<div class="review-contents" itemprop="review" itemscope itemtype="http://schema.org/Review" data-rid="{rid}">
<meta itemprop="url" content="https://otzovik.com/review_{rid}.html">
<meta itemprop="datePublished" content="{{{{{age}|date}}}}">
<meta itemprop="commentCount" content="{len(comments)}">
<div class="item review-wrap"><div class="item-left review-header reviewer vcard" itemprop="author" itemscope itemtype="http://schema.org/Person">
<div class="user-info"><div class="login-col"><a class="user-login fit-with-ava url fn" href="/profile/{e(author)}"><span itemprop="name">{e(author)}</span></a></div>
<div class="karma-col"><div>Репутация</div><div class="karma karma1">1</div></div><div class="user-location">{place}</div></div></div>
<div class="item-right"><div class="rating-wrap"><div class="rating-score tooltip-right" title="Общий рейтинг: {stars}"><span>{stars}</span></div>
<span class="review-postdate dtreviewed" title="Дата публикации отзыва: {{{{{age}|dmy}}}}"><abbr class="value" title="{{{{{age}|date}}}}"></abbr><span> {{{{{age}|ru}}}}</span></span>
<span itemprop="reviewRating" itemscope itemtype='http://schema.org/Rating'><meta itemprop="ratingValue" content="{stars}"><meta itemprop="bestRating" content="5"><meta itemprop="worstRating" content="1"></span>
<div class="review-bar"><span class="review-btn review-yes tooltip-top"><span>2</span></span><a class="review-btn review-comments" href="/review_{rid}.html#comments"><span>{len(comments)}</span></a></div></div>
<h1>Отзыв: Северный Мост - интернет-магазин техники - {e(title)}</h1>
<span class="summary" style="display:none">{e(title)}</span>
<div class="review-plus"><b>Достоинства:</b> {e(plus)}</div>
<div class="review-minus"><b>Недостатки:</b> {e(minus)}</div>
<div class="review-body description" itemprop="description">{e(first)}. <br><br><div class="otz_panel_inpage"><!-- ad --><div id="yandex_rtb_demo">Реклама</div></div><br><br>{e(rest)}</div>
<table class="product-props"><tr><td>Общее впечатление</td><td>{e(title)}</td></tr><tr><td>Моя оценка</td><td>{stars}</td></tr><tr><td>Рекомендую друзьям</td>{verdict}</tr></table>
</div></div>
<div id="comments" class="comments-section section"><h2 class="has-counter"><span>Комментарии к отзыву</span><span class="counter">{len(comments)}</span></h2>
<div id="comments-container" class="comment-thread root-thread">{thread}</div></div>
</div></div>''')


def make_otzovik():
    items = "".join(otz_item(r) for r in SEVERNY[:3]) + '<div class="otz_panel_inpage"><div id="yandex_rtb_demo2"></div></div>\n' + "".join(otz_item(r) for r in SEVERNY[3:])
    body = (f'<div class="product-header" itemscope itemtype="http://schema.org/Product"><h1><span itemprop="name">Северный Мост - интернет-магазин техники</span></h1>'
            f'<div itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating"><meta itemprop="ratingValue" content="3.2"><meta itemprop="reviewCount" content="{len(SEVERNY)}"></div>'
            f'<a class="reviews-counter" href="/reviews/{OTZ_SLUG}/">Отзывы <span class="counter">{len(SEVERNY)}</span></a></div>\n'
            f'<div class="product-reviews-wrap"><div class="otz_product_reviews_left"><div class="review-list-2 review-list-chunk">\n{items}</div></div></div>')
    write(f"{OTZ_HOST}/reviews/{OTZ_SLUG}/index.html", otz_shell("Отзывы о Северный Мост - интернет-магазин техники", body))
    for r in SEVERNY:
        write(f"{OTZ_HOST}/review_{r[0]}.html", otz_review(r))
    write(f"{OTZ_HOST}/robots.txt", "User-agent: *\nDisallow: /postreview.php\nDisallow: /scripts/\n")


# ---------------------------------------------------------------- Telegram: a town's complaint channel

POSTS = [
    (4101, "-30h", "Доброе утро! Сегодня в Твери до −7, на дорогах гололёд. Будьте осторожны.", "1.2K"),
    (4102, "-26h", "Подписчица пишет: «Северный Мост третий раз переносит доставку плиты. Деньги взяли сразу, а телефон горячей линии просто сбрасывает звонок». У кого-то ещё так?", "3.4K"),
    (4103, "-6h", "В Северном Мосте сегодня скидки на чайники, очередь с утра. Кто был, пишут: всё быстро, продавцы вежливые.", "2.1K"),
    (4104, "-1h", "Открыли новый мост через Волгу. Движение по двум полосам.", "880"),
]


def make_telegram():
    posts = "".join(f'''<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="tver_today_demo/{n}" data-view="eyJjIjotMTAwLCJwIjox" >
<div class="tgme_widget_message_user"><a href="https://t.me/tver_today_demo"></a></div><div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/tver_today_demo"><span dir="auto">Тверь сегодня</span></a></div>
<div class="tgme_widget_message_text js-message_text" dir="auto">{text.replace(": «", ":<br/><br/>«")}</div>
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info"><span class="tgme_widget_message_views">{views}</span><span class="copyonly"> views</span><span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/tver_today_demo/{n}"><time datetime="{{{{{age}|iso}}}}" class="time">12:00</time></a></span></div></div></div></div></div>
''' for n, age, text, views in POSTS)
    write("t.me/s/tver_today_demo", f'''<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Тверь сегодня – Telegram</title><link rel="canonical" href="/s/tver_today_demo?before=4105"><meta property="og:title" content="Тверь сегодня"></head>
<body class="widget_frame_base tgme_webpreview"><main class="tgme_main"><div class="tgme_container"><section class="tgme_channel_history js-message_history">
{posts}</section></div></main></body></html>
''')


# ---------------------------------------------------------------- SmartCustomer (Sitejabber) and a feed: Larkfield Home

def make_sitejabber():
    rows = [("5510021", "-11h", 2, "Carla M.", "Chat bot only", "I tried to change my delivery address. There is only a chatbot, no phone number, no way to contact a human being."),
            ("5510019", "-3d", 5, "Dave R.", "Solid bed", "Solid bed, easy to build, great price.")]
    data = {"@context": "https://schema.org", "@type": "Organization", "name": "Larkfield Home", "url": "https://larkfield-home.example",
            "aggregateRating": {"@type": "AggregateRating", "ratingValue": 3.5, "reviewCount": 2, "bestRating": 5, "worstRating": 1},
            "review": [{"@type": "Review", "@id": f"https://www.smartcustomer.com/reviews/larkfield-home.example#{i}", "url": f"https://www.smartcustomer.com/reviews/larkfield-home.example#{i}", "headline": t, "reviewBody": b,
                        "datePublished": "{{%s|date}}" % a, "author": {"@type": "Person", "name": n, "url": f"https://www.smartcustomer.com/users/u{i}"},
                        "reviewRating": {"@type": "Rating", "ratingValue": s, "bestRating": 5, "worstRating": 1}} for i, a, s, n, t, b in rows]}
    write("www.smartcustomer.com/reviews/larkfield-home.example", '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Larkfield Home Reviews</title>'
          f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script></head><body><h1>Larkfield Home</h1><p>50% of reviewers recommend</p></body></html>\n')


def make_feed():
    items = [("Larkfield Home opens a shop in Leeds", "-20h", "The furniture chain Larkfield Home opened its first shop in the north today. Visitors got coffee and a discount.", "larkfield-leeds"),
             ("Readers' letters: the sofa that never came", "-7h", "&lt;p&gt;Larkfield Home took my money in September and ignored every email since. Terrible customer service, avoid.&lt;/p&gt;", "letters-sofa"),
             ("Weather: rain", "-2h", "Rain until Thursday.", "weather")]
    body = "".join(f'<item><title>{html.escape(t)}</title><link>https://news.harrogate-post.example/{s}</link><guid isPermaLink="false">hp-{s}</guid><pubDate>{{{{{a}|rfc822}}}}</pubDate><dc:creator>Newsdesk</dc:creator><description>{d}</description></item>\n' for t, a, d, s in items)
    write("news.harrogate-post.example/feed.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harrogate Post</title><link>https://news.harrogate-post.example/</link><description>Local news</description>\n{body}</channel></rss>\n')


if __name__ == "__main__":
    shutil.rmtree(WEB, ignore_errors=True)
    make_trustpilot()
    make_otzovik()
    make_telegram()
    make_sitejabber()
    make_feed()
    print(sum(1 for f in WEB.rglob("*") if f.is_file()), "files")
