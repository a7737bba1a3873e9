#!/usr/bin/env python3
"""When what is read: the slow walk over known pages, a run that is cut by --max-time, fifty starts at once.

usage: test_schedule.py        EARSHOT_BIN names the program (default: ./earshot)
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from schedule_web import EARSHOT, NOW, Log, Place, Replica, Shop, brand, brands, check, finish, lines  # noqa: E402


def test_walk(web, tmp, shop, log):
    """Reviews on deeper pages are read again once in `reread`, although page 1 stays as it is."""
    s = Place(web, tmp, "walk", brands(brand(shop, depth=3, interval="1h")))
    page = lambda *n: [f"/{shop.name}/" + (f"{i}.html" if i > 1 else "") for i in n]
    r = s("crawl")
    check("first run: as deep as the settings say", r.returncode == 0 and log.new() == page(1, 2, 3), r.stderr)
    text = lambda n: [x["mention"]["text"] for x in map(lambda i: lines(s("show", i, "--format", "json").stdout)[0], [f"schema:{shop.name}-{n}"])][0]
    shop.review[6]["text"] = "EDIT: they wrote to me and refunded the whole sum."
    shop.write()
    s("crawl", now="2026-11-20T11:00:00Z")
    check("two hours later: page 1 only", log.new() == page(1), "")
    check("so the edit on page 2 is not known yet", "EDIT" not in s.export())
    s("crawl", now="2026-11-20T14:30:00Z")
    check("five and a half hours later: page 1 only", log.new() == page(1), "")
    r = s("crawl", now="2026-11-20T16:00:00Z", )
    asked = log.new()
    check("after `reread`: all known pages, and one to see that nothing known follows", asked == page(1, 2, 3, 4), str(asked))
    out = s("show", f"schema:{shop.name}-6", "--format", "json").stdout
    check("the edit on page 2 is a revision", "EDIT" in out and "Parcel 6 arrived" in out, out)
    check("what lies beyond the known pages was stored, but not gone after", f"{shop.name}-16" in s.export() and f"{shop.name}-17" not in s.export())
    s("crawl", now="2026-11-20T18:00:00Z")
    check("and then page 1 alone again", log.new() == page(1))
    s("crawl", now="2027-03-20T18:00:00Z")
    log.new()
    s("crawl", now="2027-03-20T20:00:00Z")
    asked = log.new()
    check("months later, when all are old, no deeper page is read", asked == page(1), str(asked))


def test_first_run(web, tmp, shop, log):
    """How far the first run goes back: pages, or age, whichever ends first."""
    page = lambda n: [f"/{shop.name}/" + (f"{i}.html" if i > 1 else "") for i in range(1, n + 1)]
    for name, n, options in (("without a word", 3, {}), ("by pages", 5, {"depth": 5}), ("by age", 4, {"history": "4d"}), ("by the first of both", 2, {"depth": 2, "history": "4d"}),
                             ("by age beyond the last page", 6, {"history": "90d"})):
        log.new()
        s = Place(web, tmp, "first " + name, brands(brand(shop, **options)))
        r, asked = s("crawl"), log.new()
        check(f"first run {name}: {n} pages", r.returncode == 0 and asked == page(n), f"{asked} {r.stderr}")


def test_max_time(web, tmp, slow, log):
    body = brands(brand(slow, depth=8))
    whole = Place(web, tmp, "whole", body)
    slow.write(delay_ms=1)
    check("an undisturbed run", whole("crawl").returncode == 0)
    undisturbed = whole.export()
    slow.write(delay_ms=700)
    s = Place(web, tmp, "cut", body)
    log.new()
    began = time.monotonic()
    r = s("crawl", "--max-time", "2s", "-v")
    took = time.monotonic() - began
    first = log.new()
    check("--max-time 2s: ends before all of it could be read", r.returncode == 0 and took < 8 * 0.7, f"{r.returncode} {took:.1f} s {r.stderr}")
    check("--max-time 2s: says that it stopped before the end", "stays due" in r.stderr, r.stderr)
    check("--max-time 2s: some pages, not all", 1 <= len(first) < 8, str(first))
    r = s("crawl")
    second = log.new()
    check("the next run goes on where it stopped", r.returncode == 0 and second and second[0] in (first[-1], f"/{slow.name}/{len(first) + 1}.html"), f"{first} {second}")
    check("no page was read twice but the one that was cut off", len(first) + len(second) <= 9, f"{first} {second}")
    check("the store equals that of an undisturbed run", s.export() == undisturbed)
    slow.write(delay_ms=1)


def test_lock(web, tmp, slow):
    slow.write(delay_ms=60000)
    s = Place(web, tmp, "lock", brands(brand(slow)))
    env = {**os.environ, "EARSHOT_NOW": NOW}
    all_of_them = [subprocess.Popen([EARSHOT, "crawl", "-c", str(s.conf)], stderr=subprocess.PIPE, text=True, env=env) for _ in range(50)]
    codes, deadline = [], time.monotonic() + 60
    running = list(all_of_them)
    while len(running) > 1 and time.monotonic() < deadline:
        for p in list(running):
            if p.poll() is not None:
                running.remove(p)
                codes.append((p.returncode, p.stderr.read().count("\n")))
        time.sleep(0.005)
    check("50 starts at once: 49 exit 75 with one sentence each", codes == [(75, 1)] * 49, str(sorted(codes)))
    check("50 starts at once: one runs", len(running) == 1)
    for p in running:
        p.send_signal(signal.SIGTERM)
        p.communicate(timeout=50)
        check("the one that runs ends in order", p.returncode in (0, 1), str(p.returncode))
    slow.write(delay_ms=1)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-schedule-") as folder:
        tmp = pathlib.Path(folder)
        shop, slow = Shop(tmp / "web", "walk", 6), Shop(tmp / "web", "slow", 8)
        log = Log(tmp / "web.log")
        with Replica([tmp / "web"], tmp / "state", base=NOW, log=str(log.path)) as web:
            test_walk(web, tmp, shop, log)
            test_first_run(web, tmp, shop, log)
            test_max_time(web, tmp, slow, log)
            test_lock(web, tmp, slow)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
