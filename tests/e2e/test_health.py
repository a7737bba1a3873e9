#!/usr/bin/env python3
"""A source that cannot be read is told first, wherever people look: each way of breaking one, and what cron mails of it: once, when it changes, each day, and when it is over.

usage: test_health.py        EARSHOT_BIN names the program (default: ./earshot)
"""
import email
import email.policy
import json
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from schedule_web import Place, Replica, Shop, brand, brands, check, finish  # noqa: E402

WALL = '<html><head><title>Just a moment...</title></head><body><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>'
EMPTY = "<html><head><title>Pinewood</title></head><body><h1>Pinewood</h1><p>A new look.</p></body></html>"


def page(text=None, **meta):
    def put(shop):
        file = shop.dir / "index.html"
        if text is not None:
            file.write_text(text, encoding="utf-8")
        file.with_name("index.html.meta").write_text(json.dumps(meta), encoding="utf-8")
    return put


def robots(shop):
    (shop.dir.parent / "robots.txt").write_text(f"User-agent: *\nDisallow: /{shop.name}/\n", encoding="utf-8")


# how, as JSON and Nagios say it, as people read it
BREAK = {
    "blocked": (page(WALL, status=403), "blocked"),
    "drift": (page(EMPTY), "layout changed"),
    "network": (page(drop=True), "no connection"),
    "robots": (robots, "forbidden by robots.txt"),
    "gone": (page(status=404), "page gone"),
    "slowdown": (page(status=429, headers={"retry-after": "3600"}), "asked to slow down"),
    "toobig": (page("<html>" + "x" * 200000), "too big"),
    "baddata": (page(b"\x1f\x8b\x08broken".decode("latin-1"), headers={"content-encoding": "gzip"}, gzip=False), "unreadable data"),
}


def told(place, now, want, outcome, state="failed"):
    """want: what line 1 must say, in every place where people look first."""
    for words in (("brief",), ("report",), ("queue",), ("status",)):
        first = place(*words, now=now).stdout.split("\n")[0]
        check(f"{outcome}: line 1 of {words[0]}", want in first, first)
    for words in (("brief", "--format", "html"), ("report", "--format", "html")):
        text = place(*words, now=now).stdout
        banner = re.search(r'class="health( bad)?" role="status".*?<p>(.*?)</p>', text, re.S)
        check(f"{outcome}: the banner of {' '.join(words)}", banner and banner[1] and want in banner[2] and text.index(banner[0]) < text.index("<section"), banner and banner[0])
    mail = email.message_from_string(place("brief", "--mail", "a@x.example", now=now).stdout, policy=email.policy.default)
    body = next(mail.iter_parts()).get_content()
    check(f"{outcome}: the subject and line 1 of the mail", want.split(";")[0] in mail["subject"] and want in body.split("\n")[0], f"{mail['subject']} / {body[:200]}")
    for words in (("brief", "--format", "json"), ("report", "--format", "json")):
        failing = json.loads(place(*words, now=now).stdout.split("\n")[0])["health"]["failing"]
        check(f"{outcome}: {' '.join(words)}", [(f["source"], f["state"]) for f in failing] == [("pinewood/bad", state)] and (state != "failed" or failing[0]["outcome"] == outcome), failing)
    nagios = place("status", "--format", "nagios", now=now)
    check(f"{outcome}: nagios warns", nagios.returncode == 1 and "WARNING" in nagios.stdout and "pinewood/bad" in nagios.stdout, nagios.stdout)
    prom = place("status", "--format", "prom", now=now).stdout
    check(f"{outcome}: prom", 'earshot_source_up{source="pinewood/bad"} 0' in prom and 'earshot_source_up{source="pinewood/good"} 1' in prom, prom[:600])


def restore(shop):
    (shop.dir.parent / "robots.txt").write_text("User-agent: *\nAllow: /\n", encoding="utf-8")
    shop.write()
    (shop.dir / "index.html.meta").unlink(missing_ok=True)


def test_kinds(web, tmp, good, bad):
    body = brands(brand(good, interval="1h"), brand(bad, interval="1h"))
    for outcome, (spoil, words) in BREAK.items():
        restore(bad)
        place = Place(web, tmp, outcome, body, max_body="128K")
        first = place("crawl", "--all", now="2026-11-18T20:00:00Z")
        line = place("brief", now="2026-11-18T20:00:00Z").stdout.split("\n")[0]
        check(f"{outcome}: before, all is read and cron is told nothing", first.returncode == 0 and first.stderr == "" and line.startswith("2 of 2 sources read; last read"), first.stderr + line)
        spoil(bad)
        r = place("crawl", "--all", now="2026-11-20T10:00:00Z")
        check(f"{outcome}: the crawl says so", r.returncode == 1 and re.search(rf"^earshot: pinewood/bad: {outcome}: ", r.stderr, re.M) is not None, f"{r.returncode} {r.stderr}")
        told(place, "2026-11-20T10:05:00Z", f"1 of 2 sources read; pinewood/bad not read for 38 h: {words}; its silence means nothing", outcome)
        left = [json.loads(x) for x in place("queue", "--format", "json", now="2026-11-20T10:05:00Z").stdout.splitlines()]
        check(f"{outcome}: nothing was taken for answered or removed", len(left) > 0 and all(x["missing_since"] is None for x in left) and any("bad" in x["source"] for x in left), len(left))
    restore(bad)


def test_unread(web, tmp, good, bad):
    place = Place(web, tmp, "never", brands(brand(good), brand(bad)))
    r = place("crawl", "--all", "--source", "pinewood/good", now="2026-11-20T09:00:00Z")
    check("never read: the crawl of the other", r.returncode == 0, r.stderr)
    told(place, "2026-11-20T09:05:00Z", "1 of 2 sources read; pinewood/bad never read; its silence means nothing", "none", "never")
    place = Place(web, tmp, "stale", brands(brand(good), brand(bad)))
    place("crawl", "--all", now="2026-11-17T09:00:00Z")
    place("crawl", "--all", "--source", "pinewood/good", now="2026-11-20T09:00:00Z")
    told(place, "2026-11-20T09:05:00Z", "1 of 2 sources read; pinewood/bad not read for 3 days: no crawl ran; its silence means nothing", "ok", "stale")
    later = place("status", "--format", "nagios", now="2026-11-24T09:05:00Z")
    check("stale: when no crawl runs at all, nagios is critical", later.returncode == 2, later.stdout)
    line = place("brief", now="2026-11-24T09:05:00Z").stdout.split("\n")[0]
    check("stale: and the brief says so of both", line.startswith("0 of 2 sources read; ") and line.count("no crawl ran") == 2, line)


def test_mails(web, tmp, good, bad):
    """What a cron job that runs every hour mails."""
    place = Place(web, tmp, "mails", brands(brand(good, interval="1h"), brand(bad, interval="1h")))
    crawl = lambda now, *words: place("crawl", "--all", *words, now=now)
    crawl("2026-11-20T08:00:00Z")
    page(EMPTY)(bad)
    first, again = crawl("2026-11-20T09:00:00Z"), crawl("2026-11-20T10:00:00Z")
    check("mails: a failure is told, with a line on the whole", first.returncode == 1 and first.stderr.count("pinewood/bad: drift") == 1 and "1 of 2 sources read" in first.stderr, first.stderr)
    check("mails: once", again.returncode == 1 and again.stderr == "", again.stderr)
    check("mails: but again to somebody who looks", "pinewood/bad: drift" in crawl("2026-11-20T10:30:00Z", "-v").stderr)
    page(WALL, status=403)(bad)
    check("mails: again when it changes", "pinewood/bad: blocked" in crawl("2026-11-20T12:00:00Z").stderr)
    check("mails: once, too", crawl("2026-11-21T11:00:00Z").stderr == "")
    daily = crawl("2026-11-21T12:00:00Z")
    check("mails: and each day", "pinewood/bad: blocked" in daily.stderr, daily.stderr)
    check("mails: a run that does not ask it says nothing", place("crawl", "--all", "--source", "pinewood/good", now="2026-11-21T13:00:00Z").stderr == "")
    restore(bad)
    over, quiet = crawl("2026-11-21T14:00:00Z"), crawl("2026-11-21T15:00:00Z")
    check("mails: its end is told", over.returncode == 0 and "pinewood/bad: read again (was: blocked)" in over.stderr, over.stderr)
    check("mails: once, then silence", quiet.returncode == 0 and quiet.stderr == "", quiet.stderr)
    page(EMPTY)(bad)
    check("mails: the next failure is news again", "pinewood/bad: drift" in crawl("2026-11-21T16:00:00Z").stderr)
    place.write(brands(brand(good, interval="1h")))
    check("mails: a source that left the settings is forgotten", crawl("2026-11-21T17:00:00Z").stderr == "")
    place.write(brands(brand(good, interval="1h"), brand(bad, interval="1h")))
    check("mails: and is news when it comes back broken", "pinewood/bad: drift" in crawl("2026-11-21T18:00:00Z").stderr)
    restore(bad)


def test_figures(web, tmp, good, bad):
    place = Place(web, tmp, "figures", "price_gb = 2\nprice_month = 30\ncurrency = \"EUR\"\n" + brands(brand(good, interval="1h"), brand(bad, interval="1h")))
    place("crawl", "--all", now="2026-11-20T08:00:00Z")
    page(status=503, headers={"retry-after": "120"})(bad)
    place("crawl", "--all", now="2026-11-20T09:00:00Z")
    status = json.loads(place("status", "--format", "json", now="2026-11-20T09:05:00Z").stdout)
    day, runs = status["day"], status["runs"]
    check("status: answers by class", day["http_5xx"] >= 1 and day["http_2xx"] >= 2 and day["http_304"] >= 1 and day["slowdown"] >= 1 and day["wait_max_s"] == 120, day)
    check("status: new and bytes", day["new"] == sum(r["new"] for r in runs) > 0 and day["bytes"] > 0, day)
    check("status: memory of the crawl", 1 << 20 < status["rss_bytes"] < 1 << 30, status["rss_bytes"])
    want = (sum(r["bytes"] for r in runs) / 1e9 * 2 + 30 / 30) / sum(r["new"] for r in runs) * 1000
    check("status: cost of 1,000 mentions", abs(status["cost_per_1000_mentions"] - want) < 0.01 and status["currency"] == "EUR", f"{status['cost_per_1000_mentions']} {want}")
    check("status: the text says all of it", all(x in place("status", now="2026-11-20T09:05:00Z").stdout for x in ("HTTP", "5xx: ", "longest wait: 2 min", "EUR", "memory of the last crawl")))
    restore(bad)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-health-") as folder:
        tmp = pathlib.Path(folder)
        good, bad = Shop(tmp / "web", "good", 2), Shop(tmp / "web", "bad", 2, host="reviews.other.example")
        restore(bad)
        with Replica([tmp / "web"], tmp / "state", base="2026-11-18T19:00:00Z") as web:
            test_kinds(web, tmp, good, bad)
            test_unread(web, tmp, good, bad)
            test_mails(web, tmp, good, bad)
            test_figures(web, tmp, good, bad)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
