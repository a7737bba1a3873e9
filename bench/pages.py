"""The pages of the bench, all made up here: five kinds, each in many variants, gzipped once so that the server only sends files.

    next   about 340 KB, the shape of a Trustpilot page: big scripts, cards, 20 reviews in __NEXT_DATA__       an island
    ld     about 100 KB, the shape of a SmartCustomer page: 24 reviews in JSON-LD and again as cards          an island
    topic  about 130 KB, windows-1251, the shape of a phpBB topic: 25 posts in Russian                        HTML
    feed   RSS, 30 items                                                                                      XML
    api    the shape of the App Store's JSON, 50 reviews                                                      JSON
"""
import gzip
import html
import json
import pathlib
import random

# kind: path of variant %s, content type, mentions on a page, hosts, site file (earshot) or None when it finds it by itself
KINDS = {
    "next": ("/review/shop-%s.example", "text/html; charset=utf-8", 20, ["www.trustpilot.com", "uk.trustpilot.com", "de.trustpilot.com", "fr.trustpilot.com"], "trustpilot"),
    "ld": ("/reviews/store-%s.example", "text/html; charset=utf-8", 24, ["www.smartcustomer.com", "uk.smartcustomer.com", "www.sitejabber.com", "uk.sitejabber.com"], "sitejabber"),
    "topic": ("/viewtopic-%s.html", "text/html; charset=windows-1251", 25, ["forum1.example", "forum2.example", "forum3.example", "forum4.example"], "phpbb"),
    "feed": ("/feed-%s.xml", "application/rss+xml", 30, ["news1.example", "news2.example", "news3.example", "news4.example"], "feed"),
    "api": ("/us/rss/customerreviews/page=10/id=%s/sortby=mostrecent/json", "text/javascript; charset=utf-8", 50, ["itunes.apple.com"], "appstore"),
}
ISLANDS = ["next", "ld"]

EN = ["The parcel came two weeks late and nobody told me why.", "I wrote four emails and got no answer at all.", "Support keeps sending the same useless text.",
      "They charged my card twice and refuse to refund it.", "Delivery was quick and the driver was friendly.", "Great price, and the table looks beautiful in our kitchen.",
      "The quality is not bad, but the colour is different from the picture.", "Terrible experience, I will never order here again.",
      "Customer service solved my problem within an hour, thank you.", "The zip broke after three days and the warranty did not cover it.",
      "I am very happy with this purchase.", "Would recommend to friends and family.", "The app crashes whenever I open my orders.", "It arrived damaged, the box was torn open."]
RU = ["Заказ привезли на две недели позже, и никто не предупредил.", "Поддержка не отвечает уже четвёртый день.", "Деньги списали дважды и не возвращают.",
      "Отличный магазин, всё пришло вовремя и хорошо упаковано.", "Качество ужасное, молния сломалась через три дня.", "Очень доволен покупкой, советую всем знакомым.",
      "Менеджер нагрубил и бросил трубку.", "Цена нормальная, но цвет не такой, как на картинке.", "Приехало с браком, обмен не делают.", "Спасибо оператору, решила вопрос за час.",
      "Больше никогда не буду здесь заказывать.", "Приложение вылетает, когда открываю список заказов.", "Курьер вежливый, доставка быстрая.", "Обещали перезвонить и пропали."]
NAMES = ["Anna Bell", "Piet Vos", "Maya Stone", "Leo Hart", "Nora Finch", "Olek Zima", "Tara Wood", "Ivo Grant"]
NAMES_RU = ["Ольга Лугова", "Иван Речной", "Пётр Каменев", "Дина Орлова", "Марк Полевой", "Юля Зимина"]


class Maker:
    def __init__(self, variant):
        self.variant = variant
        self.r = random.Random(variant)

    def text(self, source, least, most):
        return " ".join(self.r.choice(source) for _ in range(self.r.randint(least, most)))

    def who(self, names, i):
        """Nearly everybody writes once: no two authors have the same name."""
        return "%s %d" % (self.r.choice(names), self.variant * 100 + i)

    def day(self):
        return "2026-%02d-%02d" % (self.r.randint(1, 9), self.r.randint(1, 28))

    def noise(self, n):
        """Code as bundlers write it: no two pages compress the same, braces and angle brackets included."""
        r, out, size = self.r, [], 0
        while size < n:
            piece = 'function %c%d(e,t){return e<%d&&t>%d?{k:"%06x",v:[%d,%d]}:n.%c("%s")};' % (
                r.randint(97, 122), r.randint(0, 999), r.randint(0, 99), r.randint(0, 99), r.getrandbits(24), r.randint(0, 999), r.randint(0, 999), r.randint(97, 122), r.choice(EN)[:20])
            out.append(piece)
            size += len(piece)
        return "".join(out)

    def id(self, i):
        return "%06x%018x" % (self.variant, i)

    def next(self):
        r, reviews, cards = self.r, [], []
        for i in range(20):
            day, stars, who = self.day(), r.randint(1, 5), self.who(NAMES, i)
            title, text = r.choice(EN)[:40], self.text(EN, 2, 9)
            reply = {"message": "Thank you, %s. %s" % (who, r.choice(EN)), "publishedDate": day + "T20:11:00.000Z", "updatedDate": None} if r.random() < 0.4 else None
            reviews.append({"id": self.id(i), "filtered": False, "isPending": False, "text": text, "rating": stars, "labels": {"merged": None, "verification": {
                "isVerified": True, "createdDateTime": day + "T10:00:00.000Z", "reviewSourceName": "InvitationLinkApi", "verificationSource": "invitation", "verificationLevel": "verified", "hasDachExclusion": False}},
                "title": title, "likes": r.randint(0, 9), "source": "InvitationLinkApi", "dates": {"experiencedDate": day + "T00:00:00.000Z", "publishedDate": day + "T10:00:00.000Z", "updatedDate": None, "submittedDate": None},
                "report": None, "hasUnhandledReports": False, "consumer": {"id": self.id(i + 100), "displayName": who, "imageUrl": "", "numberOfReviews": r.randint(1, 30), "countryCode": "GB", "hasImage": False, "isVerified": False},
                "reply": reply, "consumersReviewCountOnSameDomain": 1, "consumersReviewCountOnSameLocation": None, "productReviews": [], "language": "en", "location": None})
            svg = '<svg viewBox="0 0 96 18" class="star_svg__%d">' % i + '<path class="s%d" d="M6 1.5 7.6 5l3.9.4-2.9 2.6.8 3.8L6 9.8 2.6 11.8l.8-3.8L.5 5.4 4.4 5z"/>' % i * 10 + "</svg>"
            cards.append('<div class="styles_cardWrapper__%d"><article class="paper_paper__x card" data-service-review-card-paper="true"><aside><a href="/users/%s" data-consumer-profile-link="true"><span data-consumer-name-typography="true">%s</span></a></aside>'
                         '<section data-service-review-rating="%d"><div>%s</div><a href="/reviews/%s"><h2 data-service-review-title-typography="true">%s</h2></a><p data-service-review-text-typography="true">%s</p>'
                         '<time datetime="%sT10:00:00.000Z" data-service-review-date-time-ago="true">%s</time></section><div class="buttons">%s</div></article></div>'
                         % (i, self.id(i + 100), who, stars, svg, self.id(i), html.escape(title), html.escape(text), day, day, '<button class="button_b__%d"><span>Useful</span></button>' % i * 8))
        words = {"ui/%s/label-%d" % (r.choice(["header", "footer", "filter", "card"]), i): r.choice(EN) for i in range(1100)}
        island = {"props": {"pageProps": {"pageUrl": "https://www.trustpilot.com/review/x", "businessUnit": {"id": self.id(999), "displayName": "Shop %d" % self.variant, "numberOfReviews": 20, "trustScore": 3.1},
                                          "reviews": reviews, "filters": {"pagination": {"currentPage": 1, "perPage": 20, "totalCount": 20, "totalPages": 1}}, "translations": words}}, "page": "/review/[businessUnit]"}
        return ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Shop %d Reviews</title><script>%s</script></head><body><div id="__next"><main>%s</main></div>'
                '<script id="__NEXT_DATA__" type="application/json">%s</script><script>%s</script></body></html>'
                % (self.variant, self.noise(92000), "".join(cards), json.dumps(island, ensure_ascii=False), self.noise(88000))).encode()

    def ld(self):
        r, reviews, cards = self.r, [], []
        for i in range(24):
            day, stars, who = self.day(), r.randint(1, 5), self.who(NAMES, i)
            title, text, number = r.choice(EN)[:40], self.text(EN, 2, 8), self.variant * 1000 + 100000 + i
            url = "https://www.smartcustomer.com/reviews/store-%d.example#%d" % (self.variant, number)
            reviews.append({"@type": "Review", "@id": url, "url": url, "headline": title, "reviewBody": text, "datePublished": day, "author": {"@type": "Person", "name": who, "url": "https://www.smartcustomer.com/users/u%d" % number},
                            "reviewRating": {"@type": "Rating", "ratingValue": stars, "bestRating": 5, "worstRating": 1}})
            cards.append('<div class="review" id="ReviewRow-%d"><div class="review__author"><div class="review__author__name"><a href="/users/u%d"><span>%s</span></a></div></div><div class="stars" title="%d stars"><div class="stars__cover" style="width:%d%%"></div></div>'
                         '<div class="review__title"><a href="#%d">%s</a></div><div class="review__text"><p>%s</p></div>%s</div>' % (number, number, who, stars, 100 - stars * 20, number, html.escape(title), html.escape(text), '<i class="icon icon--like"></i><span class="vote">0</span>' * 6))
        island = {"@context": "https://schema.org", "@type": "Organization", "name": "Store %d" % self.variant, "aggregateRating": {"@type": "AggregateRating", "ratingValue": 3.5, "reviewCount": 24}, "review": reviews}
        return ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Store %d</title><script type="application/ld+json">%s</script><style>%s</style></head><body><h1>Store %d</h1>%s<script>%s</script></body></html>'
                % (self.variant, json.dumps(island), ".c{color:#123}" * 600, self.variant, "".join(cards), self.noise(45000))).encode()

    def topic(self):
        r, posts = self.r, []
        for i in range(25):
            number, who = self.variant * 1000 + i, self.who(NAMES_RU, i)
            text = "<br>\n".join(self.text(RU, 3, 9) for _ in range(r.randint(1, 3)))
            profile = "".join('<dd class="profile-%s"><strong>%s:</strong> <a href="./memberlist.php?mode=viewprofile&amp;u=%d">%d</a></dd>' % (c, w, i, r.randint(1, 999)) for c, w in
                              [("posts", "Сообщения"), ("joined", "Зарегистрирован"), ("location", "Откуда"), ("thanks", "Поблагодарили")])
            buttons = "".join('<li><a href="./posting.php?mode=%s&amp;p=%d" title="%s" class="button icon-button %s-icon"><i class="icon fa-%s fa-fw" aria-hidden="true"></i><span class="sr-only">%s</span></a></li>' % (m, number, w, m, m, w)
                              for m, w in [("quote", "Ответить с цитатой"), ("report", "Пожаловаться"), ("thanks", "Сказать спасибо"), ("edit", "Править")])
            posts.append('<div id="p%d" class="post has-profile bg%d"><div class="inner"><dl class="postprofile" id="profile%d"><dt class="has-profile-rank"><div class="avatar-container"><a href="#" class="avatar"><img src="./a/%d.png" alt=""></a></div>'
                         '<a href="./memberlist.php?mode=viewprofile&amp;u=%d" class="username">%s</a></dt><dd class="profile-rank">Участник</dd>%s</dl><div class="postbody"><div id="post_content%d"><h3><a href="./viewtopic.php?p=%d#p%d">Re: Магазин</a></h3>'
                         '<ul class="post-buttons">%s</ul><p class="author"><a class="unread" href="./viewtopic.php?p=%d#p%d"><i class="icon"></i></a><span class="responsive-hide">Сообщение <strong><a href="#" class="username">%s</a></strong> &raquo; </span><time datetime="%sT12:%02d:00+00:00">%s</time></p>'
                         '<div class="content">%s%s</div><div id="sig%d" class="signature">%s</div></div></div></div></div><hr class="divider">'
                         % (number, i % 2 + 1, number, i, number, who, profile, number, number, number, buttons, number, number, who, self.day(), i, self.day(),
                            '<blockquote class="uncited"><div>%s</div></blockquote>' % r.choice(RU) if i % 3 == 1 else "", text, number, r.choice(RU)))
        menu = "".join('<li class="icon-menu"><a href="./viewforum.php?f=%d" title="%s"><i class="icon fa-fw"></i><span>%s</span></a></li>' % (i, RU[i % 14], RU[i % 14]) for i in range(260))
        page = ('<!DOCTYPE html><html lang="ru"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><title>Магазин - форум</title><script>%s</script></head><body class="nojs section-viewtopic ltr"><div id="wrap"><ul class="nav">%s</ul>'
                '<div id="page-body"><h2 class="topic-title"><a href="./viewtopic.php?t=%d">Магазин: отзывы</a></h2>%s</div></div></body></html>' % (self.noise(16000), menu, self.variant, "\n".join(posts)))
        return page.encode("windows-1251", "xmlcharrefreplace")

    def feed(self):
        items = []
        for i in range(30):
            link = "https://news.example/%d/%d" % (self.variant, i)
            items.append("<item><title>%s</title><link>%s</link><guid isPermaLink=\"true\">%s</guid><dc:creator>%s</dc:creator><pubDate>%s, %02d Mar 2026 10:%02d:00 GMT</pubDate><description><![CDATA[<p>%s</p><p>%s <a href=\"%s\">&#8230;</a></p>]]></description></item>"
                         % (self.r.choice(RU), link, link, self.who(NAMES_RU, i), ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")[i % 7], i % 28 + 1, i, self.text(RU, 2, 5), self.text(EN, 1, 3), link))
        return ('<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News %d</title><link>https://news.example/</link><language>ru</language>%s</channel></rss>' % (self.variant, "\n".join(items))).encode()

    def api(self):
        entries = []
        for i in range(50):
            number, who = self.variant * 1000 + 7000000000 + i, self.who(NAMES, i)
            entries.append({"author": {"uri": {"label": "https://itunes.apple.com/us/reviews/id%d" % number}, "name": {"label": who}, "label": ""}, "updated": {"label": self.day() + "T10:00:00-07:00"}, "im:rating": {"label": str(self.r.randint(1, 5))},
                            "im:version": {"label": "4.%d.0" % self.r.randint(0, 9)}, "id": {"label": str(number)}, "title": {"label": self.r.choice(EN)[:40]}, "content": {"label": self.text(EN, 1, 5), "attributes": {"type": "text"}},
                            "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/us/review?id=%d&type=Purple%%20Software" % self.variant}}, "im:voteSum": {"label": "0"}, "im:contentType": {"attributes": {"term": "Application", "label": "Application"}}, "im:voteCount": {"label": "0"}})
        return json.dumps({"feed": {"author": {"name": {"label": "iTunes Store"}, "uri": {"label": "http://www.apple.com/uk/itunes/"}}, "entry": entries, "updated": {"label": "2026-09-01T08:00:00-07:00"}, "title": {"label": "iTunes Store: Customer Reviews"}}}).encode()


def make(folder, n_variant):
    """folder/KIND/VARIANT and .gz. -> {kind: mean bytes of a page}"""
    size = {}
    for kind in KINDS:
        to = pathlib.Path(folder) / kind
        to.mkdir(parents=True)
        total = 0
        for v in range(n_variant):
            body = getattr(Maker(v), kind)()
            total += len(body)
            (to / ("%03d" % v)).touch()  # the server looks at the name and sends the other
            (to / ("%03d.gz" % v)).write_bytes(gzip.compress(body, 6))
        size[kind] = total // n_variant
    return size


def urls(kinds, n, n_variant, port=80):
    """n addresses of each kind, the kinds in turn: (kind, url). No two name the same page as long as n <= n_variant."""
    out = []
    for i in range(n):
        for kind in kinds:
            path, _, _, hosts, _ = KINDS[kind]
            where = hosts[i % len(hosts)] + ("" if port == 80 else ":%d" % port)
            out.append((kind, "http://" + where + path % ("%d-%03d" % (i // n_variant, i % n_variant))))
    return out
