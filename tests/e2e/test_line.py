#!/usr/bin/env python3
"""The whole line against the example web on loopback: crawl, brief, feed, a second crawl, kill -9, stop, lock, bad input.

usage: test_line.py            EARSHOT_BIN names the program (default: ./earshot)
Each check prints a line; the exit code is 1 when one failed. The clock is fixed by EARSHOT_NOW.
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402

EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
NOW = "2026-11-20T09:00:00Z"
ENV = {"EARSHOT_NOW": NOW}
BRANDS = (TOP / "data" / "demo" / "brands.conf").read_text(encoding="utf-8")
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def lines(text):
    return [json.loads(x) for x in text.splitlines()]


class Site:
    """One config and store of its own on the shared replica."""

    def __init__(self, web, folder, name, brands=BRANDS, **options):
        self.dir = folder / name
        self.dir.mkdir()
        self.conf = self.dir / "earshot.conf"
        options.setdefault("delay", "0s")
        self.conf.write_text(config(web, self.dir / "store", brands, **options), encoding="utf-8")

    def __call__(self, *args, env=None, **k):
        return run(EARSHOT, *args[:1], "-c", self.conf, *args[1:], env={**ENV, **(env or {})}, **k)

    def export(self):
        r = run(EARSHOT, "store", "export", "--stable", "-c", self.conf, env=ENV)
        return r.stdout if r.returncode == 0 else f"export failed: {r.stderr}"


def test_crawl(web, tmp):
    s = Site(web, tmp, "crawl")
    r = s("crawl")
    check("crawl: exit 1, because one source blocks", r.returncode == 1, f"{r.returncode} {r.stderr}")
    check("crawl: the blocked source is named", "severny-most/trustpilot: blocked" in r.stderr, r.stderr)
    check("crawl: nothing on stdout", r.stdout == "", r.stdout)
    queue = lines(s("queue", "--format", "json").stdout)
    ids = [q["mention"]["id"] for q in queue]
    want = {"trustpilot:66f0a1b2c3d4e5f607180001", "trustpilot:66f0a1b2c3d4e5f607180003", "trustpilot:66f0a1b2c3d4e5f607180006", "trustpilot:66f0a1b2c3d4e5f607180009",
            "otzovik:70110001", "otzovik:70110003", "sitejabber:5510021"}
    check("queue: every unanswered negative is in it", want <= set(ids), str(want - set(ids)))
    answered = {"trustpilot:66f0a1b2c3d4e5f607180004", "trustpilot:66f0a1b2c3d4e5f60718000b", "otzovik:70110004"}
    check("queue: no answered one is in it", not answered & set(ids), str(answered & set(ids)))
    praise = {"trustpilot:66f0a1b2c3d4e5f607180002", "otzovik:70110002", "trustpilot:66f0a1b2c3d4e5f60718000a"}
    check("queue: no praise is in it", not praise & set(ids), str(praise & set(ids)))
    check("queue: the channel post and the letter that complain are in it", any("t.me" in (q["mention"]["url"] or "") for q in queue) and
          any("harrogate" in (q["mention"]["url"] or "") for q in queue), str([q["mention"]["url"] for q in queue]))
    check("queue: an old negative is not", "trustpilot:66f0a1b2c3d4e5f60718000c" not in ids)
    priorities = [q["priority"] for q in queue]
    check("queue: both brands", {q["brand"] for q in queue} == {"larkfield", "severny-most"})
    check("queue: priorities and due times are given", all(0 < p <= 100 for p in priorities) and all(q["due"] for q in queue), str(priorities))
    full = [q for q in queue if q["mention"]["id"] == "otzovik:70110001"]
    check("queue: the detail page gave the whole text", full and full[0]["mention"]["text"].endswith("подаю в суд.") and not full[0]["mention"]["truncated"], str(full)[:600])
    check("crawl: says how many wait for an answer: what the queue holds", f", {len(queue)} wait for an answer" in r.stderr, r.stderr)
    stat = json.loads(run(EARSHOT, "store", "stat", "--format", "json", "-c", s.conf, env=ENV).stdout)
    check("store stat: open is the queue, watched ones apart", stat["open"] == len(queue) and stat["watched"] > 0, str(stat))
    brief = s("brief")
    check("brief: exit 0", brief.returncode == 0, brief.stderr)
    first = brief.stdout.splitlines()[0] if brief.stdout else ""
    check("brief: line 1 says that 5 of 6 sources were read and which was not", "5" in first and "6" in first and "severny-most/trustpilot" in first, first)
    check("brief: both brands' negatives with links", "charged twice" in brief.stdout and "Ждём четвёртую неделю" in " ".join(brief.stdout.split()) and "https://otzovik.com/review_70110001.html" in brief.stdout,
          brief.stdout)
    for lang, word in (("ru", "источник"), ("uk", "джерел")):
        b = s("brief", "--lang", lang)
        check(f"brief --lang {lang}", b.returncode == 0 and word in b.stdout, b.stdout[:300] + b.stderr)
    for args in (("show", ids[0]), ("explain", ids[0]), ("report", "--format", "text"), ("report", "--format", "html"), ("report", "--format", "csv"),
                 ("report", "--format", "json"), ("status",), ("status", "--format", "json"), ("status", "--format", "prom"), ("queue",)):
        x = s(*args)
        check(" ".join(args[:1] + args[1:]) + ": exit 0 and some output", x.returncode == 0 and len(x.stdout) > 20, f"{x.returncode} {x.stderr}")
    return s


def test_feed(s):
    a = s("feed")
    events = lines(a.stdout)
    created = [e for e in events if e["type"] == "created"]
    queue = lines(s("queue", "--format", "json").stdout)
    check("feed: one `created` for each item of the queue", sorted(e["mention_id"] for e in created) == sorted(q["mention"]["id"] for q in queue),
          str(sorted(set(e["mention_id"] for e in created) ^ set(q["mention"]["id"] for q in queue))))
    check("feed: the finding of an event carries its own number", all(e["finding"]["seq"] > 0 for e in created) and len({e["finding"]["seq"] for e in created}) == len(created))
    check("feed: unique ids in order", len({e["id"] for e in events}) == len(events) and [e["seq"] for e in events] == sorted(e["seq"] for e in events))
    check("feed: the cursor is durable", s("feed").stdout == "")
    check("feed: another sink starts at the beginning", s("feed", "--sink", "other").stdout == a.stdout)


def test_again(s):
    before = s.export()
    r = s("crawl", "--all", env={"EARSHOT_NOW": "2026-11-20T09:10:00Z"})  # before the first clock nears its end
    check("second crawl: exit 1 again", r.returncode == 1, r.stderr)
    after = s.export()
    mentions = lambda t: [x for x in t.splitlines() if '"t":"target"' not in x]
    check("second crawl: nothing new, no new revision, no new event", mentions(before) == mentions(after), diff(before, after))
    check("second crawl: the feed is silent", s("feed").stdout == "")


def diff(a, b):
    x, y = set(a.splitlines()), set(b.splitlines())
    return f"only before: {sorted(x - y)[:3]} only after: {sorted(y - x)[:3]}"


def test_kill(web, tmp, undisturbed):
    """kill -9 in the middle, then the same command again: the same store as without."""
    seed = int(os.environ.get("EARSHOT_TEST_SEED", random.randrange(1 << 30)))
    print(f"     seed {seed}")
    rng = random.Random(seed)
    for i in range(6):
        s = Site(web, tmp, f"kill{i}")
        p = subprocess.Popen([EARSHOT, "crawl", "-c", str(s.conf)], stderr=subprocess.DEVNULL, env={**os.environ, **ENV, "EARSHOT_TEST_KILL_AT": str(i + 1)} if i < 4 else {**os.environ, **ENV})
        if i >= 4:
            time.sleep(rng.uniform(0.02, 0.25))
            p.kill()
        p.wait(timeout=60)
        killed = p.returncode == -signal.SIGKILL
        r = s("crawl")
        check(f"kill -9 no. {i + 1}: the same command goes on", r.returncode in (0, 1), f"{r.returncode} {r.stderr}")
        if i < 4:
            check(f"kill -9 no. {i + 1}: it was killed", killed, str(p.returncode))
        check(f"kill -9 no. {i + 1}: the store equals that of an undisturbed run", s.export() == undisturbed, diff(undisturbed, s.export()))
        c = run(EARSHOT, "store", "check", "-c", s.conf, env=ENV)
        check(f"kill -9 no. {i + 1}: store check is clean", c.returncode == 0, c.stdout + c.stderr)


def test_stop_and_lock(web, tmp):
    s = Site(web, tmp, "stop", delay="3s")
    p = subprocess.Popen([EARSHOT, "crawl", "-c", str(s.conf), "-v"], stderr=subprocess.PIPE, text=True, env={**os.environ, **ENV})
    lock, deadline = s.dir / "store" / "crawl.lock", time.monotonic() + 20
    while time.monotonic() < deadline and not (lock.exists() and str(p.pid) in lock.read_text()):
        time.sleep(0.01)
    other = s("crawl")
    check("lock: a second crawl at the same time exits 75 with one sentence", other is not None and other.returncode == 75 and other.stderr.count("\n") == 1, str(other))
    p.send_signal(signal.SIGTERM)
    err = p.communicate(timeout=20)[1]
    check("SIGTERM: ends in order", p.returncode in (0, 1), f"{p.returncode} {err}")
    check("SIGTERM: the store is clean", run(EARSHOT, "store", "check", "-c", s.conf, env=ENV).returncode == 0)


def test_bad(web, tmp):
    s = Site(web, tmp, "bad")
    r = run(EARSHOT, "crawl", "-c", tmp / "nowhere.conf")
    check("missing config: 78, one sentence", r.returncode == 78 and r.stderr.count("\n") == 1 and "nowhere.conf" in r.stderr, f"{r.returncode} {r.stderr}")
    r = s("crawl", "--speeed")
    check("unknown option: 64", r.returncode == 64 and "--speeed" in r.stderr, f"{r.returncode} {r.stderr}")
    r = run(EARSHOT, "parse", TOP / "README.md", "--url", "ftp://example.org/x")
    check("wrong URL: 64", r.returncode == 64 and "ftp://example.org/x" in r.stderr, f"{r.returncode} {r.stderr}")
    blocker = tmp / "file-in-the-way"
    blocker.write_text("x")
    r = run(EARSHOT, "crawl", "-c", s.conf, "--store", blocker / "store", env=ENV)
    check("unwritable store: 73, one sentence", r.returncode == 73 and r.stderr.count("\n") == 1, f"{r.returncode} {r.stderr}")
    garbage, empty = tmp / "garbage.html", tmp / "empty.html"
    garbage.write_bytes(random.Random(1).randbytes(40000))
    empty.write_bytes(b"")
    url = "https://www.trustpilot.com/review/larkfield-home.example"
    for name, file in (("garbage page", garbage), ("empty file", empty)):
        r = run(EARSHOT, "parse", file, "--url", url)
        page = json.loads(r.stdout) if r.returncode == 0 and r.stdout else {}
        check(f"{name}: an outcome that is no success, no mentions", page.get("outcome") in ("drift", "baddata", "blocked") and page.get("mentions") == [], f"{r.returncode} {r.stdout} {r.stderr}")
    r = run(EARSHOT, "parse", tmp / "nowhere.html", "--url", url)
    check("missing page: 64", r.returncode == 64 and "nowhere.html" in r.stderr, f"{r.returncode} {r.stderr}")


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-line-") as folder:
        tmp = pathlib.Path(folder)
        with Replica([TOP / "data" / "demo" / "web"], tmp / "web-state", base=NOW) as web:
            s = test_crawl(web, tmp)
            undisturbed = s.export()
            test_feed(s)
            test_again(s)
            test_kill(web, tmp, undisturbed)
            test_stop_and_lock(web, tmp)
            test_bad(web, tmp)
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
