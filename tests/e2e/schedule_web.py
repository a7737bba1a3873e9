"""What the tests of schedule and evidence share: a small review site of several pages, written as files that a test may edit between two runs."""
import json
import os
import pathlib
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402,F401

EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
NOW = "2026-11-20T09:00:00Z"
HOST = "reviews.pinewood.example"
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def finish():
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


def lines(text):
    return [json.loads(x) for x in text.splitlines()]


class Shop:
    """HOST/NAME: pages of four reviews, newest first, eight hours apart; no review has a page of its own."""

    def __init__(self, web, name, pages, host=HOST):
        self.host, self.dir, self.name, self.pages = host, web / host / name, name, pages
        self.dir.mkdir(parents=True)
        self.review = {}
        for n in range(4 * pages):
            self.review[n + 1] = {"text": f"Parcel {n + 1} arrived broken and nobody answers my letters.", "stars": 1 + n % 5, "age": 8 * n + 1}
        self.write()

    def url(self, page=1):
        return f"https://{self.host}/{self.name}/" + (f"{page}.html" if page > 1 else "")

    def write(self, **meta):
        for p in range(1, self.pages + 1):
            items = []
            for n in range(4 * p - 3, 4 * p + 1):
                r = self.review[n]
                items.append('<div itemscope itemtype="https://schema.org/Review" id="%s-%d"><b itemprop="author">Buyer %d</b><time itemprop="datePublished" datetime="{{-%dh|iso}}"></time>'
                             '<p itemprop="reviewBody">%s</p><i itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating"><meta itemprop="ratingValue" content="%d"></i></div>'
                             % (self.name, n, n, r["age"], r["text"], r["stars"]))
            more = f'<a rel="next" href="{self.url(p + 1)}">more</a>' if p < self.pages else ""
            text = "<html><head><title>Pinewood</title></head><body><h1>Pinewood</h1>" + "\n".join(items) + more + "</body></html>"
            file = self.dir / ("index.html" if p == 1 else f"{p}.html")
            file.write_text(text, encoding="utf-8")
            if meta:
                file.with_name(file.name + ".meta").write_text(json.dumps(meta), encoding="utf-8")


def brand(shop, **options):
    more = "".join(f' {k} = {json.dumps(v)}' for k, v in options.items())
    return f'    source "{shop.name}" {{ site = "schema" url = "{shop.url()}"{more} }}\n'


def brands(*sources):
    return 'brand "pinewood" {\n    alias = {"Pinewood"}\n' + "".join(sources) + "}\n"


class Place:
    """A config and a store of their own."""

    def __init__(self, web, folder, name, body, **options):
        self.web, self.dir = web, folder / name
        self.dir.mkdir()
        self.conf, self.store = self.dir / "earshot.conf", self.dir / "store"
        self.options = {"delay": "0s", **options}
        self.write(body)

    def write(self, body):
        self.conf.write_text(config(self.web, self.store, body, **self.options), encoding="utf-8")

    def __call__(self, *args, now=NOW, **k):
        words = 2 if args[0] in ("store", "config", "site") else 1
        return run(EARSHOT, *args[:words], "-c", self.conf, *args[words:], env={"EARSHOT_NOW": now} if now else {}, **k)

    def export(self):
        r = self("store", "export", "--stable")
        return r.stdout if r.returncode == 0 else f"export failed: {r.stderr}"


class Log:
    """The replica's log: which pages were asked for since the last look."""

    def __init__(self, path):
        self.path, self.at = path, 0

    def new(self):
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        got, self.at = text[self.at:], len(text)
        return [json.loads(x)["path"] for x in got.splitlines() if "robots.txt" not in x]
