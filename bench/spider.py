"""The same job as earshot crawl, as one would write it with Scrapy: fetch, read the island or select, score, keep in SQLite.

usage: spider.py URLS DATABASE SCORER      URLS: a file with one "kind address" a line; SCORER: own (vader.py) or nltk (NLTK's VADER)
Every field that earshot takes from these pages, as items through a pipeline; times in UTC; a new, a changed or a known mention is told apart; the state of each page
(ETag, date, hash of the body) is kept with it; a commit for 32 pages, as earshot does at most. No verdict and no words behind the score, which earshot keeps.
Favourable to Scrapy: no delay, no cookies, no retries, no log, no statistics that nobody reads.
"""
import datetime
import email.utils
import hashlib
import json
import re
import sqlite3
import sys
import tempfile

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer

import vader

FIELDS = ("id", "kind", "url", "author", "author_id", "author_url", "place", "reviews", "rating", "title", "text", "lang", "published", "experienced", "edited", "likes", "pending", "verified",
          "verification", "reply", "reply_published", "reply_edited", "extra")
UTC = datetime.timezone.utc
CYRILLIC = re.compile("[а-яё]", re.I)
COMMIT_PAGES = 32


def blanks(s):
    """One blank between words, one line end between paragraphs; None for nothing."""
    s = "\n".join(filter(None, (" ".join(line.split()) for line in (s or "").splitlines())))
    return s or None


def time(s):
    if not s:
        return None
    t = datetime.datetime.fromisoformat(s.replace("Z", "+00:00"))
    return int((t if t.tzinfo else t.replace(tzinfo=UTC)).timestamp())


class Loopback(CachingThreadedResolver):
    def getHostByName(self, name, timeout=None):
        return defer.succeed("127.0.0.1")


class Keep:
    """Items into the database: scored when they are new or changed."""

    def open_spider(self, spider):
        self.db, self.n_page = sqlite3.connect(DATABASE), 0
        self.db.execute("CREATE TABLE IF NOT EXISTS mention (%s, hash BLOB, neg REAL, neu REAL, pos REAL, score REAL, first_seen INTEGER, last_seen INTEGER, PRIMARY KEY (id))" % ", ".join(FIELDS))
        self.db.execute("CREATE INDEX IF NOT EXISTS by_time ON mention (published)")
        self.db.execute("CREATE TABLE IF NOT EXISTS page (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, hash BLOB, seen INTEGER)")

    def close_spider(self, spider):
        self.db.commit()
        self.db.close()

    def process_item(self, item, spider):
        now = int(datetime.datetime.now(UTC).timestamp())
        if "etag" in item:
            self.db.execute("INSERT OR REPLACE INTO page VALUES (?,?,?,?,?)", (item["url"], item["etag"], item["modified"], item["hash"], now))
            self.n_page += 1
            if self.n_page % COMMIT_PAGES == 0:
                self.db.commit()
            return item
        row = tuple(item.get(f) for f in FIELDS)
        digest = hashlib.blake2b(repr(row).encode(), digest_size=8).digest()
        old = self.db.execute("SELECT hash FROM mention WHERE id = ?", (item["id"],)).fetchone()
        if old and old[0] == digest:
            self.db.execute("UPDATE mention SET last_seen = ? WHERE id = ?", (now, item["id"]))
            return item
        s = SCORE((item["title"] + ". " if item["title"] else "") + (item["text"] or ""))
        self.db.execute("INSERT OR REPLACE INTO mention VALUES (%s)" % ",".join("?" * (len(FIELDS) + 7)), row + (digest, s["neg"], s["neu"], s["pos"], s["compound"], now, now))
        return item


class Reviews(scrapy.Spider):
    name = "reviews"

    def start_requests(self):
        with open(URLS, encoding="utf-8") as f:
            for line in f:
                kind, url = line.split()
                yield scrapy.Request(url, callback=self.page, cb_kwargs={"kind": kind}, dont_filter=True)

    def page(self, response, kind):
        for m in getattr(self, kind)(response):
            m["title"], m["text"] = blanks(m["title"]), blanks(m["text"])
            m.setdefault("lang", "ru" if CYRILLIC.search(m["text"] or m["title"] or "") else "en")
            yield m
        header = response.headers.get
        yield {"url": response.url, "etag": header("ETag"), "modified": header("Last-Modified"), "hash": hashlib.blake2b(response.body, digest_size=8).digest()}

    def next(self, response):
        props = json.loads(response.css("script#__NEXT_DATA__::text").get())["props"]["pageProps"]
        for r in props["reviews"]:
            who, reply, dates, proof = r["consumer"], r["reply"] or {}, r["dates"], r["labels"]["verification"]
            yield {"id": "t:" + r["id"], "kind": "review", "url": "https://www.trustpilot.com/reviews/" + r["id"], "author": blanks(who["displayName"]), "author_id": who["id"],
                   "author_url": "https://www.trustpilot.com/users/" + who["id"], "place": who["countryCode"], "reviews": who["numberOfReviews"], "rating": r["rating"], "title": r["title"],
                   "text": r["text"], "lang": r["language"], "published": time(dates["publishedDate"]), "experienced": time(dates["experiencedDate"]), "edited": time(dates["updatedDate"]),
                   "likes": r["likes"], "pending": r["isPending"], "verified": proof["isVerified"], "verification": proof["verificationLevel"], "reply": blanks(reply.get("message")),
                   "reply_published": time(reply.get("publishedDate")), "reply_edited": time(reply.get("updatedDate")), "extra": json.dumps({"source": r["source"], "review_source": proof["reviewSourceName"]})}

    def ld(self, response):
        data = json.loads(response.xpath('//script[@type="application/ld+json"]/text()').get())
        for r in data["review"]:
            who = r["author"]
            yield {"id": "s:" + r["@id"].rsplit("#", 1)[1], "kind": "review", "url": r["url"], "author": blanks(who["name"]), "author_id": who["url"].rsplit("/", 1)[1], "author_url": who["url"],
                   "rating": r["reviewRating"]["ratingValue"], "title": r["headline"], "text": r["reviewBody"], "published": time(r["datePublished"])}

    def topic(self, response):
        for p in response.css("div.post"):
            content = p.xpath('.//div[@class="content"]//text()[not(ancestor::blockquote)]').getall()
            profile = p.xpath('.//a[contains(@href, "viewprofile")]/@href').get()
            yield {"id": "f:" + response.url + p.attrib["id"], "kind": "post", "url": response.urljoin(p.css("h3 a::attr(href)").get()), "author": blanks(p.css("p.author a.username::text").get()),
                   "author_id": profile.rsplit("u=", 1)[1], "author_url": response.urljoin(profile), "title": p.css("h3 a::text").get(), "text": "\n".join(content),
                   "published": time(p.css("p.author time::attr(datetime)").get()), "extra": json.dumps({"rank": p.css(".profile-rank::text").get()})}

    def feed(self, response):
        for i in response.xpath("//item"):
            text = "\n".join("".join(p.xpath(".//text()").getall()) for p in scrapy.Selector(text=i.xpath("description/text()").get()).css("p"))
            yield {"id": "n:" + i.xpath("guid/text()").get(), "kind": "post", "url": i.xpath("link/text()").get(), "author": blanks(i.xpath("*[local-name()='creator']/text()").get()),
                   "title": i.xpath("title/text()").get(), "text": text, "published": int(email.utils.parsedate_to_datetime(i.xpath("pubDate/text()").get()).timestamp())}

    def api(self, response):
        for r in json.loads(response.text)["feed"]["entry"]:
            who = r["author"]
            yield {"id": "a:" + r["id"]["label"], "kind": "review", "url": r["link"]["attributes"]["href"], "author": blanks(who["name"]["label"]), "author_id": who["uri"]["label"].rsplit("id", 1)[1],
                   "author_url": who["uri"]["label"], "rating": float(r["im:rating"]["label"]), "title": r["title"]["label"], "text": r["content"]["label"], "published": time(r["updated"]["label"]),
                   "likes": int(r["im:voteSum"]["label"]), "extra": json.dumps({"version": r["im:version"]["label"], "votes": r["im:voteCount"]["label"]})}


def scorer(name):
    """NLTK's VADER gets the same short word list: its own has to be downloaded."""
    if name == "own":
        return vader.score
    from nltk.sentiment.vader import SentimentIntensityAnalyzer
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
        f.write("\n".join(f"{w}\t{v}\t0.5\t[]" for w, v in vader.WORDS.items()))
        f.flush()
        analyzer = SentimentIntensityAnalyzer("file:" + f.name)
    return analyzer.polarity_scores


URLS, DATABASE = sys.argv[1:3]
SCORE = scorer(sys.argv[3])
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False, "RETRY_ENABLED": False, "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 32,
                          "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DNS_RESOLVER": Loopback, "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7", "ITEM_PIPELINES": {Keep: 100}})
process.crawl(Reviews)
process.start()
