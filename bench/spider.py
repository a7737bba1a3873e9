"""The same job as earshot crawl, as one would write it with Scrapy: fetch, read the island or select, score, keep in SQLite.

usage: spider.py URLS DATABASE SCORER      URLS: a file with one "kind address" a line; SCORER: own (vader.py) or nltk (NLTK's VADER)
Favourable to Scrapy: no delay, no cookies, no retries, no log, one transaction for the whole run, only the members that are needed.
"""
import json
import sqlite3
import sys
import tempfile

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer

import vader


class Loopback(CachingThreadedResolver):
    def getHostByName(self, name, timeout=None):
        return defer.succeed("127.0.0.1")


class Reviews(scrapy.Spider):
    name = "reviews"

    def start_requests(self):
        self.db = sqlite3.connect(DATABASE)
        self.db.execute("CREATE TABLE mention (id TEXT PRIMARY KEY, url TEXT, author TEXT, rating REAL, title TEXT, text TEXT, published TEXT, reply TEXT, score REAL)")
        with open(URLS, encoding="utf-8") as f:
            for line in f:
                kind, url = line.split()
                yield scrapy.Request(url, callback=getattr(self, kind), dont_filter=True)

    def closed(self, reason):
        self.db.commit()
        self.db.close()

    def keep(self, id, url, author, rating, title, text, published, reply=None):
        value = SCORE((title or "") + ". " + (text or ""))
        self.db.execute("INSERT OR REPLACE INTO mention VALUES (?,?,?,?,?,?,?,?,?)", (id, url, author, rating, title, text, published, reply, value))

    def next(self, response):
        data = json.loads(response.css("script#__NEXT_DATA__::text").get())
        for r in data["props"]["pageProps"]["reviews"]:
            self.keep("t:" + r["id"], "https://www.trustpilot.com/reviews/" + r["id"], r["consumer"]["displayName"], r["rating"], r["title"], r["text"], r["dates"]["publishedDate"],
                      (r["reply"] or {}).get("message"))

    def ld(self, response):
        data = json.loads(response.xpath('//script[@type="application/ld+json"]/text()').get())
        for r in data["review"]:
            self.keep("s:" + r["@id"], r["url"], r["author"]["name"], r["reviewRating"]["ratingValue"], r["headline"], r["reviewBody"], r["datePublished"])

    def topic(self, response):
        for p in response.css("div.post"):
            content = p.xpath('.//div[@class="content"]//text()[not(ancestor::blockquote)]').getall()
            self.keep("f:" + response.url + p.attrib["id"], response.urljoin(p.css("h3 a::attr(href)").get()), p.css("p.author a.username::text").get(), None, p.css("h3 a::text").get(),
                      "\n".join(t.strip() for t in content), p.css("p.author time::attr(datetime)").get())

    def feed(self, response):
        for i in response.xpath("//item"):
            text = " ".join(scrapy.Selector(text=i.xpath("description/text()").get()).xpath("//text()").getall())
            self.keep("n:" + i.xpath("guid/text()").get(), i.xpath("link/text()").get(), i.xpath("*[local-name()='creator']/text()").get(), None, i.xpath("title/text()").get(), text, i.xpath("pubDate/text()").get())

    def api(self, response):
        for r in json.loads(response.text)["feed"]["entry"]:
            self.keep("a:" + r["id"]["label"], r["link"]["attributes"]["href"], r["author"]["name"]["label"], float(r["im:rating"]["label"]), r["title"]["label"], r["content"]["label"], r["updated"]["label"])



def scorer(name):
    """NLTK's VADER gets the same short word list: its own has to be downloaded."""
    if name == "own":
        return vader.score
    from nltk.sentiment.vader import SentimentIntensityAnalyzer
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
        f.write("\n".join(f"{w}\t{v}\t0.5\t[]" for w, v in vader.WORDS.items()))
        f.flush()
        analyzer = SentimentIntensityAnalyzer("file:" + f.name)
    return lambda text: analyzer.polarity_scores(text)["compound"]


URLS, DATABASE = sys.argv[1:3]
SCORE = scorer(sys.argv[3])
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False, "RETRY_ENABLED": False, "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 32,
                          "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DNS_RESOLVER": Loopback, "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7"})
process.crawl(Reviews)
process.start()
