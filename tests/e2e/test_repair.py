#!/usr/bin/env python3
"""A layout changes: the crawl says so and keeps the page, a text file repairs it, the next crawl is whole again. Nothing is compiled.

usage: test_repair.py            EARSHOT_BIN names the program (default: ./earshot)
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402

EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
SITE = '''site "shopvoice" {
  channel = "review"
  about = "all"
  host = {"www.shopvoice.example"}
  build = "https://www.shopvoice.example/r/{slug}"
  poll = 60
  page "listing" {
    path = {"/r/*"}
    read "dom" {
      item = {'//div[class("review")]'}
      id = {'@data-id'}
      rating = {'@data-stars'}
      text = {'.//p -> text'}
      published = {'.//time/@datetime -> date:iso'}
    }
  }
}
'''
OLD = '<html><head><title>Acme</title></head><body><h1>Acme</h1>%s</body></html>'
ITEM_OLD = '<div class="review" data-id="%d" data-stars="1"><p>%s</p><time datetime="2026-11-19T0%d:00:00Z">yesterday</time></div>'
ITEM_NEW = '<section class="opinion" id="op-%d"><span class="score">1</span><div class="words">%s</div><time datetime="2026-11-19T0%d:00:00Z">yesterday</time></section>'
TEXTS = ["Lost parcel, awful service", "Broken on arrival, no refund", "Terrible support, never again"]
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


class World:
    def __init__(self, web, tmp):
        self.tmp, self.conf, self.sites, self.hour = tmp, tmp / "earshot.conf", tmp / "sites", 9
        self.sites.mkdir()
        (self.sites / "shopvoice.site").write_text(SITE)
        brand = 'brand "acme" {\n source "voice" {\n site = "shopvoice"\n slug = "acme"\n }\n}\n'
        self.conf.write_text(config(web, tmp / "store", brand, delay="0s", sites=str(self.sites)), encoding="utf-8")

    def __call__(self, *words):
        return run(EARSHOT, *words[: 2 if words[0] == "site" else 1], "-c", self.conf, *words[2 if words[0] == "site" else 1:], env={"EARSHOT_NOW": f"2026-11-20T{self.hour:02}:00:00Z"})

    def crawl(self):
        self.hour += 1
        return self("crawl", "--all")

    def health(self):
        return json.loads(self("status", "--format", "json").stdout)


def serve(tmp, item, texts):
    page = tmp / "web" / "www.shopvoice.example" / "r" / "acme"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(OLD % "".join(item % (100 + i, t, i) for i, t in enumerate(texts)))


def broken(w, tmp):
    serve(tmp, ITEM_OLD, TEXTS[:2])
    r = w.crawl()
    check("before: exit 0, two open items", r.returncode == 0 and len(w("queue", "--format", "json").stdout.splitlines()) == 2, r.stderr)
    serve(tmp, ITEM_NEW, TEXTS)
    first = w.crawl()
    check("first drift: exit 1, the source and what it is", first.returncode == 1 and "acme/voice: drift" in first.stderr, f"{first.returncode} {first.stderr}")
    second = w.crawl()
    check("second drift: exit 1 again; it was told already", second.returncode == 1 and second.stderr == "", second.stderr)
    text = w("status").stdout
    check("status: two times in a row, and what to do", re.search(r"did not fit 2 times in a row: earshot site save acme/voice", text), text)
    check("status --format nagios is no OK", w("status", "--format", "nagios").returncode != 0)
    for words in (("brief",), ("report", "--format", "text"), ("report", "--format", "html")):
        out = w(*words).stdout
        check(" ".join(words) + ": says that the source was not read", "acme/voice" in out and re.search("layout changed|not read|did not fit", out), out[:800])
    check("nothing was taken for removed or answered", len(w("queue", "--format", "json").stdout.splitlines()) == 2)
    for i in range(3):
        w.crawl()
    kept = sorted(f.name for f in (tmp / "store" / "drift").iterdir())
    check("two pages are kept, however often it drifts", kept == ["acme~voice.0.page", "acme~voice.1.page"], str(kept))


def repaired(w, tmp):
    out = tmp / "desk"
    r = w("site", "save", "voice", "--output", out)
    files = list(out.iterdir()) if out.is_dir() else []
    check("site save: one file, its name on stdout", r.returncode == 0 and len(files) == 1 and r.stdout.strip() == str(files[0]), f"{r.returncode} {r.stdout} {r.stderr}")
    page = files[0] if files else out
    by_key, by_url = w("site", "save", "acme/voice", "--output", tmp / "b"), w("site", "save", "https://www.shopvoice.example/r/acme", "--output", tmp / "c")
    check("site save: by key and by address the same", by_key.returncode == by_url.returncode == 0 and [f.read_bytes() for f in (tmp / "b").iterdir()] == [f.read_bytes() for f in (tmp / "c").iterdir()] == [page.read_bytes()],
          by_key.stderr + by_url.stderr)
    t = w("site", "test", "shopvoice", page)
    check("site test: no --url needed, and it drifts here, too", t.returncode == 0 and "drift" in t.stdout, t.stdout + t.stderr)
    new = SITE.replace("item = {", "item = {'//section[class(\"opinion\")]', ").replace("id = {'@data-id'", "id = {'@data-id', '@id -> match:op-(\\d+)'")
    new = new.replace("'@data-stars'", "'@data-stars', './/*[class(\"score\")]'").replace("'.//p -> text'", "'.//p -> text', './/*[class(\"words\")] -> text'")
    draft = tmp / "draft" / "shopvoice.site"
    draft.parent.mkdir()
    draft.write_text(new)
    c = w("site", "check", draft)
    check("site check: the edit is clean", c.returncode == 0, c.stderr)
    t = w("site", "test", draft, page)
    check("site test with the edit: three mentions, each field with its rule", t.returncode == 0 and "ok" in t.stdout and "mentions 3" in t.stdout and "by rule 2 of 2" in t.stdout, t.stdout + t.stderr)
    parsed = run(EARSHOT, "parse", page, env={"EARSHOT_DATADIR": os.environ.get("EARSHOT_DATADIR", str(TOP / "data"))})
    check("parse reads a kept page, too", parsed.returncode == 0 and '"outcome"' in parsed.stdout, parsed.stderr)
    (w.sites / "shopvoice.site").write_text(new)
    r = w.crawl()
    check("after: exit 0", r.returncode == 0, r.stderr)
    rows = [json.loads(x) for x in w("queue", "--format", "json").stdout.splitlines()]
    check("after: the old two are known again, the new one is there", sorted(x["mention"]["id"] for x in rows) == ["shopvoice:100", "shopvoice:101", "shopvoice:102"], str(rows)[:300])
    check("after: status is quiet", "did not fit" not in w("status").stdout)


def fetched(w, tmp):
    """An address of which nothing is kept is asked for; robots.txt counts."""
    other = tmp / "web" / "www.shopvoice.example" / "r" / "other"
    other.write_text("<html><body>not yet known</body></html>")
    (other.parent / "other.meta").write_text('{"headers": {"x-shop": "7"}}')
    r = w("site", "save", "https://www.shopvoice.example/r/other", "--output", tmp / "d")
    text = "".join(f.read_text() for f in (tmp / "d").iterdir()) if (tmp / "d").is_dir() else ""
    check("site save URL: fetched with its headers", r.returncode == 0 and "not yet known" in text and "x-shop: 7" in text and "url: https://www.shopvoice.example/r/other" in text, r.stderr + text)
    (tmp / "web" / "www.shopvoice.example" / "hidden").write_text("x")
    r = w("site", "save", "https://www.shopvoice.example/hidden/x", "--output", tmp / "e")
    check("site save URL: not where robots.txt forbids", r.returncode != 0 and "robots" in r.stderr, f"{r.returncode} {r.stderr}")
    r = w("site", "save", "nobody")
    check("site save: an unknown name lists the known ones", r.returncode != 0 and "acme/voice" in r.stderr and r.stderr.count("\n") == 1, f"{r.returncode} {r.stderr}")


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-repair-") as folder:
        tmp = pathlib.Path(folder)
        serve(tmp, ITEM_OLD, TEXTS[:2])
        (tmp / "web" / "www.shopvoice.example" / "robots.txt").write_text("User-agent: *\nDisallow: /hidden\n")
        with Replica([tmp / "web"], tmp / "web-state") as web:
            w = World(web, tmp)
            broken(w, tmp)
            repaired(w, tmp)
            fetched(w, tmp)
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
