#!/usr/bin/env python3
"""Politeness and thrift of the whole program against a replica web, judged by what the replica was asked, and when.

usage: test_polite.py            EARSHOT_BIN names the program (default: ./earshot)
Each check prints a line; the exit code is 1 when one failed.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from schedule_web import EARSHOT, NOW, Place, Replica, Shop, check, finish, lines  # noqa: E402


class Log:
    """What the replica was asked since the last look."""

    def __init__(self, path):
        self.path, self.at = path, 0

    def new(self):
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        out, self.at = [json.loads(x) for x in text[self.at:].splitlines()], len(text)
        return out


def put(web, host, path, text, **meta):
    file = web / host / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    side = file.with_name(file.name + ".meta")
    if meta:
        side.write_text(json.dumps(meta), encoding="utf-8")
    elif side.exists():
        side.unlink()


def page(n=1, words="arrived broken and nobody answers my letters"):
    items = "".join(f'<div itemscope itemtype="https://schema.org/Review" id="r{i}"><b itemprop="author">Buyer {i}</b><time itemprop="datePublished" datetime="{{{{-{i}h|iso}}}}"></time>'
                    f'<p itemprop="reviewBody">Parcel {i} {words}.</p><i itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
                    f'<meta itemprop="ratingValue" content="1"></i></div>' for i in range(1, n + 1))
    return f"<html><head><title>Shop</title></head><body><h1>Shop</h1>{items}</body></html>"


def source(name, url):
    return f'    source "{name}" {{ site = "schema" url = "{url}" }}\n'


def brand(*sources):
    return 'brand "pinewood" {\n    alias = {"Pinewood"}\n' + "".join(sources) + "}\n"


def closest(asked):
    """The smallest gap between two requests to the same host, in seconds."""
    last, gap = {}, 1e9
    for a in asked:
        if a["host"] in last:
            gap = min(gap, a["at"] - last[a["host"]])
        last[a["host"]] = a["at"]
    return gap


def test_fair(web, folder, w, log):
    """Ten thousand due pages of one host, which is asked every two seconds, and one page of each of five others."""
    sources = [source(f"slow{i}", f"https://slow.example/{i}") for i in range(10000)]
    for i in range(5):
        put(w, f"quick{i}.example", "index.html", page())
        sources.append(source(f"quick{i}", f"https://quick{i}.example/"))
    s = Place(web, folder, "fair", brand(*sources), delay="2s")
    log.new()
    r = s("crawl", "--max-time", "8s")
    asked = log.new()
    pages = [a for a in asked if a["host"].startswith("quick") and a["path"] == "/"]
    first = min(a["at"] for a in asked) if asked else 0
    check("fair: exit 1: the slow host's pages are not there", r.returncode == 1, f"{r.returncode} {r.stderr[-300:]}")
    check("fair: all five others were read", len(pages) == 5, str(len(pages)))
    check("fair: within four seconds", pages and max(a["at"] for a in pages) - first < 4, str([a["at"] - first for a in pages]))
    slow = [a for a in asked if a["host"] == "slow.example"]
    check("fair: the slow host was asked all the while, politely", 3 <= len(slow) <= 5 and closest(slow) >= 1.99, f"{len(slow)} {closest(slow)}")


HOSTS = ["slow.example"] + [f"quick{i}.example" for i in range(5)]


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-polite-") as name:
        folder = pathlib.Path(name)
        w, log = folder / "web", Log(folder / "log")
        for h in HOSTS:
            (w / h).mkdir(parents=True)
        with Replica([w], folder / "state", base=NOW, log=log.path) as web:
            test_fair(web, folder, w, log)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
