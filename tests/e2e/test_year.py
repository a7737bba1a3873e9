#!/usr/bin/env python3
"""A year of one brand's life, day by day: posted, edited worse, answered, edited again, vanished, restored, thanked for. Journal, revisions, states and clocks must be
exactly these; the same in 2038, and with looks in between by a clock that was set back. Both changes of the clocks lie inside (offices in Berlin).

usage: test_year.py            EARSHOT_BIN names the program (default: ./earshot)
"""
import datetime
import json
import os
import pathlib
import sys
import tempfile
import zoneinfo

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402

EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
UTC = datetime.timezone.utc
BRANDS = ('desk {\n    hours = {"mon-fri 09:00-18:00"}\n    holidays = {"12-25"}\n    timezone = "Europe/Berlin"\n}\n'
          'brand "ferry" {\n    alias = {"Ferry Lane"}\n    source "trustpilot" { site = "trustpilot" slug = "ferry-lane.example" }\n}\n')
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def last_sunday(year, month):
    day = datetime.date(year, month, 31)
    return day - datetime.timedelta(days=(day.weekday() + 1) % 7)


def iso(t):
    return t.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Year:
    """Dates count from the two Sundays of the year on which the clocks change; times are those of the wall clock in Berlin."""

    def __init__(self, year):
        self.spring, self.autumn = last_sunday(year, 3), last_sunday(year, 10)

    def at(self, season, days, clock):
        h, m = map(int, clock.split(":"))
        day = (self.spring if season == "spring" else self.autumn) + datetime.timedelta(days=days)
        return iso(datetime.datetime(day.year, day.month, day.day, h, m, tzinfo=BERLIN))


class Life:
    def __init__(self, web, folder, name, year, setback):
        self.y, self.name, self.setback = Year(year), name, setback
        self.dir = folder / name
        self.pages = folder / "web" / "www.trustpilot.com"
        (self.pages / "review").mkdir(parents=True, exist_ok=True)
        (self.pages / "robots.txt").write_text("User-agent: *\nDisallow: /users/\n")
        self.page = self.pages / "review" / "ferry-lane.example@languages=all&sort=recency"
        self.dir.mkdir()
        self.conf = self.dir / "earshot.conf"
        self.conf.write_text(config(web, self.dir / "store", BRANDS, delay="0s"), encoding="utf-8")
        self.review = {}
        self.now = None

    def at(self, *a):
        return self.y.at(*a)

    def put(self, n, when, stars, text, who=None, **more):
        who = who or f"55bb00000000ff000100000{n}"
        self.review[n] = {"id": f"77f0a1b2c3d4e5f60718000{n}", "text": text, "title": text[:20], "rating": stars, "likes": 0, "language": "en",
                          "consumer": {"id": who, "displayName": f"Guest {who[-1]}", "countryCode": "DE", "numberOfReviews": 1},
                          "dates": {"publishedDate": when, "updatedDate": None}, "reply": None, **more}

    def edit(self, n, when, text=None, stars=None):
        r = self.review[n]
        r["dates"]["updatedDate"] = when
        r["text"] = text or r["text"]
        r["rating"] = stars or r["rating"]

    def answer(self, n, when, text, edited=None):
        self.review[n]["reply"] = {"message": text, "publishedDate": when, "updatedDate": edited}

    def serve(self, without=(), raw=None, status=None, more=0):
        shown = sorted((r for n, r in self.review.items() if n not in without), key=lambda r: r["dates"]["publishedDate"], reverse=True)
        data = {"props": {"pageProps": {"businessUnit": {"identifyingName": "ferry-lane.example", "numberOfReviews": len(shown)}, "reviews": shown,
                                        "filters": {"pagination": {"currentPage": 1, "totalPages": 1, "totalCount": len(shown) + more}}}}}
        self.page.write_text(raw or '<!DOCTYPE html><html><head><title>Ferry Lane</title></head><body><script id="__NEXT_DATA__" type="application/json">'
                             + json.dumps(data) + "</script></body></html>", encoding="utf-8")
        meta = self.page.with_name(self.page.name + ".meta")
        meta.write_text(json.dumps({"headers": {"content-type": "text/html; charset=utf-8"}, **({"status": status} if status else {})}))

    def earshot(self, now, *words, env=None):
        two = 2 if words[0] == "store" else 1
        return run(EARSHOT, *words[:two], "-c", self.conf, *words[two:], env={**(env or {}), "EARSHOT_NOW": now, "TZ": "UTC", "LANGUAGE": "en", "LC_ALL": "C.UTF-8"})

    def crawl(self, *moment, code=0, **page):
        if self.setback and self.now:
            self.slow_look()
        self.serve(**page)
        self.now = self.at(*moment)
        r = self.earshot(self.now, "crawl", "--all")
        check(f"{self.name}: crawl {self.now}", r.returncode == code, f"{r.returncode} {r.stderr}")

    def slow_look(self):
        """A look at the same page by a clock that is eight days slow: it is taken, and changes nothing. (The others turn 90 days old in these eight days.)"""
        slow = iso(datetime.datetime.fromisoformat(self.now.replace("Z", "+00:00")) - datetime.timedelta(days=8))
        before = [self.shown(n) for n in self.review if n < 4]
        r = self.earshot(slow, "crawl", "--all", "-v")
        check(f"{self.name}: {slow} by a slow clock: the page is read", r.returncode in (0, 1) and ", 1 page," in r.stderr, r.stderr)
        after = [self.shown(n) for n in self.review if n < 4]
        check(f"{self.name}: {slow} by a slow clock: nothing changes", before == after, [(x["finding"][k], y["finding"][k]) for x, y in zip(before, after) for k in x.get("finding", ()) if x["finding"][k] != y["finding"][k]])

    def mark(self, moment, n, *words):
        self.now = self.at(*moment)
        r = self.earshot(self.now, "mark", self.id(n), *words, "--who", "anna")
        check(f"{self.name}: mark {' '.join(words)}", r.returncode == 0, r.stderr)

    def id(self, n):
        return f"trustpilot:77f0a1b2c3d4e5f60718000{n}"

    def shown(self, n):
        r = self.earshot(self.now, "show", self.id(n), "--format", "json")
        return json.loads(r.stdout) if r.returncode == 0 else {"error": r.stderr}

    def expect(self, what, n, **facts):
        f = self.shown(n)["finding"]
        wrong = {k: (f.get(k), v) for k, v in facts.items() if f.get(k) != v}
        check(f"{self.name}: {what}", not wrong, f"(is, expected): {wrong}")

    def journal(self, n):
        return [(j["at"], j["who"], j["action"], j["from"], j["to"]) for j in self.shown(n)["journal"]]

    def in_queue(self, n):
        return self.id(n) in [json.loads(x)["mention"]["id"] for x in self.earshot(self.now, "queue", "--format", "json").stdout.splitlines()]


BAD = "The ferry left without us although we had booked and paid. Nobody answers the phone. Terrible."
WORSE = "The ferry left without us although we had booked and paid. Nobody answers the phone and the refund was refused. Terrible, awful, never again, a scam."


def spring(s):
    at = s.at
    s.put(9, at("spring", -80, "10:00"), 5, "A lovely crossing, calm sea and friendly people. Very happy.")
    s.put(1, at("spring", -2, "16:10"), 2, BAD)
    s.crawl("spring", -2, "16:30")
    s.expect("posted on Friday: six working hours end on Monday, by the new time", 1, state="new", verdict="reply", due=at("spring", 1, "13:30"), sla="running", revisions=1)
    s.edit(1, at("spring", 1, "09:40"), WORSE, 1)
    s.crawl("spring", 1, "10:00")
    s.expect("edited worse: the clock goes on", 1, state="new", verdict="reply", due=at("spring", 1, "13:30"), revisions=2)
    s.mark(("spring", 1, "10:30"), 1, "seen", "--assign", "boris")
    s.mark(("spring", 1, "11:00"), 1, "--hold", "--note", "waits for the harbour")
    s.expect("on hold: no clock", 1, due=None, hold_since=at("spring", 1, "11:00"), state="seen")
    s.mark(("spring", 2, "11:00"), 1, "--unhold")
    s.expect("goes on: two and a half hours were left", 1, due=at("spring", 2, "13:30"), hold_since=None)
    s.answer(1, at("spring", 2, "12:40"), "We are sorry, your fare is on its way back.")
    s.crawl("spring", 2, "15:00")
    s.expect("answered, seen late, but the answer was in time", 1, state="answered", verdict="watch", due=None, sla="met", answer_took_s=5 * 3600 + 600,
             clock_stopped=at("spring", 2, "12:40"), answered_at=at("spring", 2, "12:40"), revisions=3)


def summer(s):
    """Another guest: claims, and asking twice."""
    at = s.at
    s.put(2, at("spring", 73, "10:00"), 1, "Paid twice for one ticket and nobody writes back. Awful.")
    s.put(3, at("spring", 73, "10:20"), 1, "Still no word about the ticket that I paid twice. Awful, rude, nobody helps.", who="55bb00000000ff0001000002")
    s.crawl("spring", 73, "10:30")
    signs = lambda n: [x["name"] for x in s.shown(n)["finding"]["signs"]]
    check(f"{s.name}: the second complaint of the same author says so, the first does not", "asked_twice" in signs(3) and "asked_twice" not in signs(2), f"{signs(2)} {signs(3)}")
    s.put(4, at("spring", 73, "10:25"), 1, WORSE)
    s.crawl("spring", 73, "10:40")
    related = lambda n: sorted((x["relation"], x["id"]) for x in s.shown(n)["related"])
    check(f"{s.name}: show links what the author wrote besides", related(2) == [("same_author", s.id(3))], related(2))
    check(f"{s.name}: and the same text under another account", related(4) == [("same_text", s.id(1))], related(4))
    text = s.earshot(s.now, "show", s.id(2)).stdout
    check(f"{s.name}: show says what to check, to ask and never to write", all(x in text for x in ("What to do", "Check", "Ask", "Never write")), text)
    s.mark(("spring", 73, "12:00"), 2, "answered")
    s.expect("claimed: the clock stops", 2, state="answered", claim="waiting", sla="met", answer_took_s=5400, due=None)
    s.crawl("spring", 73, "13:00")
    s.expect("the next good look does not show it: unconfirmed, and nobody but a person reopens it", 2, state="answered", claim="unconfirmed")
    brief = s.earshot(s.now, "brief").stdout
    check(f"{s.name}: the brief names it", "Said to be answered, not seen on the page" in brief and s.id(2) in brief, brief)
    s.answer(2, at("spring", 73, "13:05"), "The second payment goes back today.")
    s.crawl("spring", 74, "10:00")
    s.expect("now it is there: confirmed", 2, state="answered", claim="confirmed", sla="met")
    check(f"{s.name}: an answered first complaint takes the sign off the second", "asked_twice" not in signs(3), signs(3))
    s.mark(("spring", 74, "11:00"), 3, "dismissed", "--note", "the same as the first")


def spike(s):
    at = s.at
    for n, text in ((5, "The card was charged twice, awful."), (6, "They billed me for a crossing that I never booked, terrible."), (7, "Overcharged again, horrible company."), (8, "Double charge on my card, a disgrace.")):
        s.put(n, at("spring", 120, f"0{n}:00"), 1, text)
    s.crawl("spring", 120, "09:30", more=3)
    brief = s.earshot(s.now, "brief")
    first = json.loads(s.earshot(s.now, "brief", "--format", "json").stdout.splitlines()[0])
    check(f"{s.name}: four complaints of one kind in a day: brief says so", "Spike: ferry, payment: 4 in 24 hours, usually 0.0 a day" in brief.stdout, brief.stdout)
    check(f"{s.name}: and in JSON", [(x["brand"], x["cause"], x["n"]) for x in first["spikes"]] == [("ferry", "payment", 4)], first)
    check(f"{s.name}: below line 1", "1 of 1 source" in brief.stdout.splitlines()[0], brief.stdout)
    status = json.loads(s.earshot(s.now, "status", "--format", "json").stdout)["sources"][0]
    check(f"{s.name}: status: three are on the site that are not here", status["gap"] == 3 and status["completeness"] == round(status["mentions"] / (status["mentions"] + 3) - 0.00005, 4), status)
    check(f"{s.name}: status: and says so", "the site says that there are 3 more" in s.earshot(s.now, "status").stdout)
    s.edit(5, at("spring", 120, "11:00"), "The card was charged twice, awful. Still no money.")
    s.crawl("spring", 120, "12:00")
    check(f"{s.name}: what is read while it lasts carries the sign", "spike" in [x["name"] for x in s.shown(5)["finding"]["signs"]], s.shown(5)["finding"]["signs"])
    s.crawl("spring", 123, "12:00")
    check(f"{s.name}: three days later there is none", "Spike" not in s.earshot(s.now, "brief").stdout)
    for n in (4, 5, 6, 7, 8):
        s.mark(("spring", 123, "12:30"), n, "dismissed", "--note", "paid back by the bank")


def autumn(s):
    at = s.at
    s.edit(1, at("autumn", -2, "16:00"), WORSE + " And the money never came.")
    s.crawl("autumn", -2, "16:30")
    s.expect("edited after the answer: open again, a new clock over the weekend of the change", 1, state="seen", verdict="reply", due=at("autumn", 1, "13:00"), sla="running", revisions=4)
    s.crawl("autumn", 1, "08:00", code=1, raw="<html><head><title>Verifying your connection</title></head><body></body></html>", status=403)
    s.crawl("autumn", 1, "09:00", code=1, raw="<html><head><title>Ferry Lane</title></head><body><p>new layout</p></body></html>")
    s.expect("blocked and drifted pages prove nothing", 1, not_there_looks=0, missing_since=None)
    s.crawl("autumn", 1, "10:00", without=(1,))
    s.expect("not there: one look", 1, not_there_looks=1, not_there_since=at("autumn", 1, "10:00"), missing_since=None)
    s.crawl("autumn", 1, "11:30", without=(1,))
    s.crawl("autumn", 1, "12:40", without=(1,))
    s.expect("confirmed after three", 1, missing_since=at("autumn", 1, "10:00"), verdict="watch", due=None, state="seen", last_seen=at("autumn", -2, "16:30"))
    check(f"{s.name}: what is gone is not in the queue", not s.in_queue(1))
    s.crawl("autumn", 3, "10:00")
    s.expect("back, and too late by now", 1, missing_since=None, not_there_looks=0, verdict="reply", due=at("autumn", 1, "13:00"), sla="missed")
    check(f"{s.name}: and in the queue again", s.in_queue(1))
    s.answer(1, at("spring", 2, "12:40"), "We are sorry. The harbour had your fare; it was sent today.", at("autumn", 3, "11:50"))
    s.crawl("autumn", 3, "12:00")
    s.expect("answered anew: after 17 working hours and fifty minutes", 1, state="answered", verdict="watch", sla="missed", answer_took_s=2 * 3600 + 2 * 9 * 3600 + 2 * 3600 + 3000)
    s.edit(1, at("autumn", 12, "09:00"), "They found my fare and paid everything back. Thank you, I am happy now, great people.", 5)
    s.crawl("autumn", 12, "10:00")
    s.expect("the customer's thanks: nothing is left to do", 1, state="answered", verdict="none", due=None, legal_due=None)
    s.mark(("autumn", 12, "11:00"), 1, "resolved", "--cause", "payment")
    s.expect("resolved", 1, state="resolved", root_cause="payment")


def clocks(s):
    """What time alone brings about: events by runs that read no page."""
    at, feed = s.at, lambda now: [json.loads(x)["type"] for x in s.earshot(now, "feed", "--sink", "clocks").stdout.splitlines()]
    s.put(0, at("autumn", 22, "10:00"), 1, "Nobody told us that the pier had moved. Awful.")
    s.crawl("autumn", 22, "10:05")
    s.expect("six working hours", 0, due=at("autumn", 22, "16:05"))
    s.crawl("autumn", 22, "14:30")
    feed(s.now)
    for clock, want in (("14:34", []), ("14:36", ["sla_due"]), ("14:50", []), ("16:05", []), ("16:06", ["sla_breached"]), ("16:20", [])):
        now = at("autumn", 22, clock)
        codes = [s.earshot(now, "crawl", env={"EARSHOT_TEST_KILL_AT": f"{k}{after}"}).returncode for k in range(1, 4 if want else 0) for after in ("", "+")]
        check(f"{s.name}: {clock}: killed before and after its commits: {codes.count(-9)} times", codes.count(-9) >= 2 or not want, codes)
        r = s.earshot(now, "crawl", "-v")
        got = feed(now)
        check(f"{s.name}: {clock}: no page is due, events {want}", r.returncode == 0 and got == want and ", 0 pages," in r.stderr, f"{got} {r.stderr}")
    s.now = at("autumn", 22, "16:20")
    s.expect("the clock is missed", 0, sla="missed", state="new")
    s.mark(("autumn", 22, "16:30"), 0, "resolved", "--cause", "delivery")
    got = feed(s.now)
    check(f"{s.name}: marked as resolved: told", got == ["resolved"], got)
    check(f"{s.name}: and its journal", s.journal(0) == [(at("autumn", 22, "16:06"), "earshot", "sla", "running", "missed"), (at("autumn", 22, "16:30"), "anna", "state", "new", "resolved")], s.journal(0))


def story(s):
    at = s.at
    want = [
        (at("spring", 1, "10:30"), "anna", "state", "new", "seen"),
        (at("spring", 1, "10:30"), "anna", "assign", None, "boris"),
        (at("spring", 1, "11:00"), "anna", "hold", "off", "on"),
        (at("spring", 2, "11:00"), "anna", "hold", "on", "off"),
        (at("spring", 2, "15:00"), "earshot", "state", "seen", "answered"),
        (at("spring", 2, "15:00"), "earshot", "sla", "running", "met"),
        (at("autumn", -2, "16:30"), "earshot", "state", "answered", "seen"),
        (at("autumn", 1, "12:40"), "earshot", "missing", at("autumn", -2, "16:30"), at("autumn", 1, "10:00")),
        (at("autumn", 3, "10:00"), "earshot", "restored", at("autumn", 1, "10:00"), at("autumn", 3, "10:00")),
        (at("autumn", 3, "10:00"), "earshot", "sla", "running", "missed"),
        (at("autumn", 3, "12:00"), "earshot", "state", "seen", "answered"),
        (at("autumn", 12, "11:00"), "anna", "state", "answered", "resolved"),
    ]
    got = s.journal(1)
    check(f"{s.name}: the journal is exactly this", got == want, "\n     ".join(["is, but should not:"] + [str(x) for x in got if x not in want] + ["is not, but should:"] + [str(x) for x in want if x not in got]))
    got = [(r["n"], r["seen_at"], ",".join(r["changed"])) for r in s.shown(1)["revisions"]]
    want = [(1, at("spring", -2, "16:30"), ""), (2, at("spring", 1, "10:00"), "text,rating"), (3, at("spring", 2, "15:00"), "reply"), (4, at("autumn", -2, "16:30"), "text"),
            (5, at("autumn", 3, "12:00"), "reply"), (6, at("autumn", 12, "10:00"), "text,rating")]
    check(f"{s.name}: and the revisions", got == want, f"{got}")
    want = [(at("spring", 73, "12:00"), "anna", "state", "new", "answered"), (at("spring", 73, "12:00"), "earshot", "sla", "running", "met"),
            (at("spring", 73, "13:00"), "earshot", "claim", "waiting", "unconfirmed"), (at("spring", 74, "10:00"), "earshot", "claim", "unconfirmed", "confirmed")]
    check(f"{s.name}: the claim's journal", s.journal(2) == want, f"{s.journal(2)}")
    events = [json.loads(x) for x in s.earshot(s.now, "feed").stdout.splitlines()]
    got = [e["type"] for e in events if e["mention_id"] == s.id(1)]
    want = ["created", "became_worse", "company_replied", "reply_outdated", "sla_due", "missing", "restored", "sla_breached", "company_replied", "became_better", "resolved"]
    check(f"{s.name}: the events", got == want, f"{got}")
    got = [(e["time"], e["outcome"], e["mention_id"], e["finding"]) for e in events if e["type"] == "source_drift"]
    want = [(at("autumn", 1, "08:00"), "blocked", None, None), (at("autumn", 1, "09:00"), "drift", None, None)]
    check(f"{s.name}: blocked, then drifted: two events about the source", got == want, f"{got}")
    check(f"{s.name}: the store is sound", s.earshot(s.now, "store", "check").returncode == 0)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-year-") as folder:
        tmp = pathlib.Path(folder)
        (tmp / "web" / "www.trustpilot.com").mkdir(parents=True)
        with Replica([tmp / "web"], tmp / "state") as web:
            for name, year, setback in (("2026", 2026, False), ("2038", 2038, False), ("slow clock", 2027, True)):
                s = Life(web, tmp, name, year, setback)
                for chapter in (spring, summer, spike, autumn, clocks, story):
                    chapter(s)
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
