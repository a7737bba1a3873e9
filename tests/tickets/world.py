"""What the tests of the feed share: a review site of one page that a test edits, a config with sinks, earshot under way."""
import html
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402,F401

EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
passed, failed = [], []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    (passed if ok else failed).append(name)
    return ok


class Site:
    """A business page as data of its web framework: reviews that can be edited and answered."""

    SLUG = "pinewood.example"

    def __init__(self, web, count):
        self.file = web / "www.trustpilot.com" / "review" / (self.SLUG + "@languages=all&sort=recency")
        self.file.parent.mkdir(parents=True)
        self.review = {n: {"rating": 2, "text": f"Parcel {n} came broken, the refund was refused. Полное разочарование №{n}, деньги не вернули \"<&>'{{}}\" 😡"} for n in range(1, count + 1)}
        self.write()

    def id(self, n):
        return f"{n:024x}"

    def write(self):
        reviews = []
        for n, r in self.review.items():
            item = {"id": self.id(n), "rating": r["rating"], "title": f"Broken parcel {n}", "text": r["text"], "language": "ru",
                    "consumer": {"id": f"c{n}", "displayName": f"Buyer {n}", "numberOfReviews": 1},
                    "dates": {"publishedDate": "{{-%dm}}" % (60 + n), "updatedDate": "{{-1m}}" if r.get("edited") else None}}
            if r.get("reply"):
                item["reply"] = {"message": r["reply"], "publishedDate": "{{-1m}}"}
            reviews.append(item)
        data = {"props": {"pageProps": {"businessUnit": {"numberOfReviews": len(reviews)}, "reviews": reviews}}}
        text = json.dumps(data).replace("</", "<\\/")
        self.file.write_text(f'<!DOCTYPE html><html><head><title>Pinewood</title></head><body><script id="__NEXT_DATA__" type="application/json">{text}</script></body></html>', encoding="utf-8")


BRAND = 'brand "pinewood" {\n    title = "Pinewood"\n    alias = {"Pinewood"}\n    source "trustpilot" { site = "trustpilot" slug = "' + Site.SLUG + '" }\n}\n'


def external(n):
    return f"pinewood/trustpilot:{n:024x}"


class Place:
    """A config and a store of their own. sinks: {name: {option: value}}"""

    def __init__(self, web, folder, sinks, **options):
        self.web, self.dir, self.clock, self.fixed = web, folder, 0, False
        self.dir.mkdir(parents=True, exist_ok=True)
        self.conf, self.store = self.dir / "earshot.conf", self.dir / "store"
        self.options = {"delay": "0s", **options}
        self.sinks(sinks)

    def token(self, name, *lines):
        file = self.dir / name
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n")
        return str(file)

    def sinks(self, sinks):
        text = 'allow_private = {"127.0.0.1"}\n'
        for name, options in sinks.items():
            text += f'sink "{name}" {{\n'
            for k, v in options.items():
                text += f"    {k} = " + ("{" + ", ".join(json.dumps(x, ensure_ascii=False) for x in v) + "}" if isinstance(v, list) else json.dumps(v, ensure_ascii=False)) + "\n"
            text += "}\n"
        self.conf.write_text(config(self.web, self.store, text + BRAND, **self.options), encoding="utf-8")

    def __call__(self, *args, **k):
        words = 2 if args[0] in ("store", "config", "site", "sink") else 1
        return run(EARSHOT, *args[:words], "-c", self.conf, *args[words:], **k)

    def crawl(self):
        self.clock = self.clock + 2 if self.fixed else max(self.clock + 2, int(time.time()))  # a page that was read in this very second would not be read again
        r = self("crawl", "--all", env={"EARSHOT_NOW": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock))})
        if r.returncode != 0:
            raise RuntimeError(f"crawl: {r.returncode} {r.stderr}")
        return r

    def events(self):
        """Everything in the outbox, by a cursor of its own."""
        r = self("feed", "--sink", f"look{random.randrange(1 << 48)}")
        return [json.loads(x) for x in r.stdout.splitlines()]

    def start(self, *args):
        return subprocess.Popen([EARSHOT, *args[:1], "-c", str(self.conf), *args[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def drain(self, *args, limit_s=300):
        """feed until all is through; -> the last result."""
        end = time.monotonic() + limit_s
        while True:
            r = self("feed", *args, timeout=900)
            if r.returncode != 1 or time.monotonic() > end:
                return r
            time.sleep(0.2)  # what waits is due again in a moment


def kill_at_random(place, rounds, rng, least_ms, most_ms, args=("feed",)):
    """Start earshot and kill it after a random time; the number of runs that were really killed."""
    killed = 0
    for _ in range(rounds):
        p = place.start(*args)
        try:
            p.wait(timeout=rng.uniform(least_ms, most_ms) / 1000)
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
            p.wait()
            killed += 1
    return killed
