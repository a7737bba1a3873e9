#!/usr/bin/env python3
"""Calls of ticketing systems to `earshot serve`: signed ones are taken, all others refused; a ticket closed without an answer is told in the brief.

usage: test_hook.py        EARSHOT_BIN
"""
import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from test_recipes import Desk  # noqa: E402
from world import EARSHOT, Place, Replica, Site, check, external, failed, passed  # noqa: E402

SECRET = "whsec_" + base64.b64encode(b"a secret of the calls back, long").decode()


def call(url, body, secret=SECRET, at=None, **more):
    at = str(int(time.time()) if at is None else at)
    sign = hmac.new(base64.b64decode(secret[6:]), f"msg_1.{at}.".encode() + body, hashlib.sha256).digest()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": "v1," + base64.b64encode(sign).decode(), "Content-Type": "application/json", **more}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, {k: v for k, v in headers.items() if v is not None}), timeout=20) as r:
            return r.status
    except urllib.error.HTTPError as e:
        return e.code


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-hook-") as folder:
        tmp = pathlib.Path(folder)
        site, desk = Site(tmp / "web", 3), Desk()
        with Replica([tmp / "web"], tmp / "state") as web:
            place = Place(web, tmp / "place", {"desk": {"recipe": "rt", "url": desk.url, "token_file": "token", "queue": "Reviews", "hook_file": "secret", "poll": "0s"}})
            place.token("token", "1-2-abcdef")
            place.token("secret", SECRET)
            place.crawl()
            r = place("feed")
            check("three tickets", r.returncode == 0 and len(desk.tickets) == 3, r.stderr)
            ticket = next(t["id"] for t in desk.tickets if t["external"] == external(2))
            serve = subprocess.Popen([EARSHOT, "serve", "-c", str(place.conf), "--open", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            url = serve.stdout.readline().strip() + "/hook/desk"
            good = json.dumps({"type": "ticket.status", "data": {"ticket": int(ticket), "old": "new", "new": "resolved"}}).encode()
            check("unsigned: 401", call(url, good, **{"webhook-signature": None}) == 401)
            check("signed by another: 401", call(url, good, "whsec_" + base64.b64encode(b"x" * 32).decode()) == 401)
            check("old: 401", call(url, good, at=int(time.time()) - 400) == 401)
            check("another sink: 404", call(url + "x", good) == 404)
            check("another form: 400", call(url, b'{"data": []}') == 400)
            check("no JSON: 400", call(url, b"<html>") == 400)
            check("another ticket: 404", call(url, json.dumps({"data": {"ticket": 999, "new": "open"}}).encode()) == 404)
            check("signed: 200", call(url, good) == 200)
            check("again: 200", call(url, good) == 200)
            serve.terminate()
            serve.wait(timeout=20)
            show = json.loads(place("show", f"trustpilot:{2:024x}", "--format", "json").stdout)
            told = [j for j in show["journal"] if j["action"] == "ticket"]
            check("told once in the journal", len(told) == 1 and told[0]["to"] == f"{ticket}: resolved" and told[0]["who"] == "sink desk", str(show["journal"]))
            check("closed there is not answered here", show["finding"]["state"] in ("new", "seen") and show["finding"]["sla"] != "met")

            def brief():
                return json.loads(place("brief", "--format", "json").stdout.splitlines()[0])["ticket_closed"]

            check("brief: not before the next crawl", brief() == [])
            time.sleep(1.1)  # the next look is later than the call by a second at least: that is what the store counts
            place.crawl()
            check("brief: closed without an answer is told after it", brief() == [f"trustpilot:{2:024x}"], str(brief()))
            check("brief: in words, too", "Ticket closed" in place("brief", "--lang", "en").stdout)
            site.review[2].update(reply="We are sorry and have paid it back.")
            site.write()
            place.crawl()
            check("brief: gone when the page shows the answer", brief() == [])
            site.review[1].update(rating=1, text="Far worse: they lie and cheat!", edited=True)
            site.write()
            place.crawl()
            desk.lose, before = True, len(desk.comments)
            r = place("feed")
            lost = [c for c in desk.comments[before:] if "became worse" in c]
            check("a lost answer: the comment waits, and was sent once (curl itself repeats on a connection that was used before)", r.returncode == 1 and len(lost) == 1, f"{len(lost)} {r.stderr}")
        desk.close()
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
