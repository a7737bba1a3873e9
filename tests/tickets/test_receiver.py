#!/usr/bin/env python3
"""The feed against receivers of the test's own: a webhook that acknowledges, drops, answers 500, 429 with Retry-After, 410, slowly or twice; a mail server that says 451 first; files and pipes; a dead sink beside a
good one; wrong settings and recipes.

usage: test_receiver.py        EARSHOT_BIN, EARSHOT_SEED. Signatures are verified by the npm package standardwebhooks when npm can give it (skipped with a message else).
"""
import base64
import email
import email.header
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import EARSHOT, Place, Replica, Site, check, external, failed, kill_at_random, passed  # noqa: E402

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes!").decode()
NEXT_SECRET = "whsec_" + base64.b64encode(b"the secret that comes after that").decode()


class Receiver:
    """Remembers every request. how(n, id): "ok", "drop" (after reading), "refuse" (before), 500, 429, 410, "slow", "late" (effect, then 500: it will come twice)."""

    def __init__(self, how):
        self.how, self.requests, self.effects, self.order, self.lock, self.asked_again_early = how, [], [], {}, threading.Lock(), 0
        self.closed_until = 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def answer(self, status, **headers):
                self.send_response(status)
                for k, v in headers.items():
                    self.send_header(k.replace("_", "-"), v)
                self.send_header("content-length", "0")
                self.end_headers()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                r = receiver
                with r.lock:
                    what = r.how(len(r.requests))
                    r.requests.append((dict((k.lower(), v) for k, v in self.headers.items()), body, what))
                    if time.time() < r.closed_until:
                        r.asked_again_early += 1
                    if what in ("ok", "slow", "drop", "late"):
                        e = json.loads(body)
                        if e["id"] not in r.effects:
                            r.effects.append(e["id"])
                            r.order.setdefault(e["mention_id"], []).append(e["seq"])
                    if what == 429:
                        r.closed_until = time.time() + 1
                if what == "slow":
                    time.sleep(0.3)
                if what == "drop":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                elif what in ("ok", "slow"):
                    self.answer(200)
                elif what == "late":
                    self.answer(500)
                elif what == 429:
                    self.answer(429, Retry_After="1")
                elif what == 302:
                    self.answer(302, Location=receiver.elsewhere)
                else:
                    self.answer(what)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hooks/s3cr3t-path"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def signed(headers, body, secret):
    want = hmac.new(base64.b64decode(secret[6:]), f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(want).decode() in headers["webhook-signature"].split(" ")


def webhook(url, token="hook", **more):
    return {"recipe": "webhook", "url": url, "token_file": token, "retry_min": "100ms", "retry_max": "1s", **more}


def busy_world(place, site):
    """Several events for each mention."""
    place.crawl()
    for step in range(4):
        for n, r in site.review.items():
            if n % 2:
                r.update(rating=(1, 4, 1, 3)[step], text=f"{r['text']} Worse and worse, step {step}: they lie and cheat, обман!", edited=True)
            elif step == n % 4:
                r.update(reply=f"We are sorry, {n}.")
        site.write()
        place.crawl()
    return place.events()


def test_hostile_receiver(place, events, rng):
    choices = ["ok"] * 10 + ["drop", "late", 500, 429, 410, "slow"]
    r = Receiver(lambda n: rng.choice(choices))
    place.sinks({"hook": webhook(r.url)})
    place.token("hook", SECRET)
    killed = kill_at_random(place, 15, rng, 30, 400)
    r.how = lambda n: rng.choice(choices) if n % 3 else "ok"
    place.drain(limit_s=120)
    r.how = lambda n: "ok"
    end = place.drain(limit_s=60)
    print(f"     hook: killed {killed} times, {len(r.requests)} requests for {len(events)} events", flush=True)
    check("hook: everything is through", end.returncode == 0, end.stderr)
    check("hook: received = committed", set(r.effects) == {e["id"] for e in events}, f"{len(set(r.effects))} of {len(events)}")
    check("hook: effects = unique ids", len(r.effects) == len(set(r.effects)))
    check("hook: order kept for each mention", all(v == sorted(v) for v in r.order.values()), str([v for v in r.order.values() if v != sorted(v)][:3]))
    check("hook: several events of one mention were there", max(len(v) for v in r.order.values()) > 2)
    check("hook: the id of a repeat is the same", all(h["webhook-id"] == json.loads(b)["id"] for h, b, _ in r.requests))
    check("hook: every signature fits", all(signed(h, b, SECRET) for h, b, _ in r.requests))
    by_id = {}
    for h, b, _ in r.requests:
        by_id.setdefault(h["webhook-id"], set()).add(b)
    check("hook: a repeat has the same body", all(len(v) == 1 for v in by_id.values()))
    wanted = {e["id"]: e for e in events}
    check("hook: the body is the event", all(json.loads(next(iter(v))) == wanted[k] for k, v in by_id.items()))
    again = place("feed", "-v")
    check("hook: nothing comes again", again.returncode == 0 and "0 events" in again.stderr, again.stderr)
    r.close()
    return r


def test_retry_after(web, tmp, site):
    r = Receiver(lambda n: 429 if n == 0 else "ok")
    p = Place(web, tmp / "after", {"hook": webhook(r.url, connections=1)})
    p.token("hook", SECRET)
    p.crawl()
    one = p("feed")
    check("429: the rest waits, exit code 1, the sink and the time are named", one.returncode == 1 and "sink hook" in one.stderr and "until" in one.stderr and len(r.requests) == 1, one.stderr)
    p("feed")
    check("429: not asked again before Retry-After", len(r.requests) == 1 or r.asked_again_early == 0)
    end = p.drain(limit_s=30)
    check("429: through after it", end.returncode == 0 and r.asked_again_early == 0 and len(set(r.effects)) == len(site.review), end.stderr)
    r.close()


def test_poison(web, tmp, site):
    """One event is refused for good: it is parked with its reason, the rest goes on; retried on demand."""
    r = Receiver(lambda n: "ok")
    p = Place(web, tmp / "poison", {"hook": webhook(r.url, connections=1)})
    p.token("hook", SECRET)
    p.crawl()
    r.how = lambda n: 422 if n == 2 else "ok"
    one = p("feed")
    check("parked: the rest went on", one.returncode == 1 and len(set(r.effects)) == len(site.review) - 1 and "1 are parked" in one.stderr and "422" in one.stderr, one.stderr)
    two = p("feed")
    check("parked: it is told again, not sent again", two.returncode == 1 and len(r.requests) == len(site.review), two.stderr)
    r.how = lambda n: "ok"
    three = p("sink", "retry", "hook")
    check("parked: sink retry", three.returncode == 0 and "1 parked event" in three.stderr, three.stderr)
    end = p.drain(limit_s=20)
    check("parked: sent then", end.returncode == 0 and len(set(r.effects)) == len(site.review), end.stderr)
    r.close()


def test_all_refused(web, tmp):
    """Everything is refused: the settings are to blame; the sink rests before all is parked."""
    r = Receiver(lambda n: 422)
    p = Place(web, tmp / "refused", {"hook": webhook(r.url, connections=1, retry_min="20s", retry_max="60s")})
    p.token("hook", SECRET)
    p.crawl()
    one = p("feed")
    check("all refused: ten are parked, the rest is left in the outbox", one.returncode == 1 and "10 are parked" in one.stderr and len(r.requests) == 10, one.stderr)
    r.how = lambda n: "ok"
    p("sink", "retry", "hook")
    end = p.drain(limit_s=30)
    check("all refused: all of it is sent later", end.returncode == 0 and set(r.effects) == {e["id"] for e in p.events()} and len(set(r.effects)) > 10, end.stderr)
    r.close()


def test_redirect_and_gone(web, tmp, site):
    other = Receiver(lambda n: "ok")
    r = Receiver(lambda n: 302)
    r.elsewhere = other.url
    p = Place(web, tmp / "redirect", {"hook": webhook(r.url)})
    p.token("hook", SECRET)
    p.crawl()
    one = p("feed")
    check("redirect: never followed; the sink rests, nothing is lost", one.returncode == 1 and not other.requests and "302" in one.stderr, one.stderr)
    p.sinks({"hook": webhook("http://127.0.0.2:9/x")})
    p("sink", "retry", "hook")
    one = p("feed")
    check("private address that allow_private does not name: refused", one.returncode == 1, one.stderr)
    p.sinks({"hook": webhook(other.url)})
    p("sink", "retry", "hook")
    end = p.drain(limit_s=20)
    check("redirect: all of it arrives at the right address", end.returncode == 0 and len(set(other.effects)) == len(site.review), end.stderr)
    r.close()
    other.close()


def test_dead_beside_good(web, tmp, site):
    """A sink that takes connections and never answers delays neither the other sink nor a crawl."""
    hole = socket.socket()
    hole.bind(("127.0.0.1", 0))
    hole.listen(1)
    good = Receiver(lambda n: "ok")
    p = Place(web, tmp / "dead", {"dead": webhook(f"http://127.0.0.1:{hole.getsockname()[1]}/", timeout="5s"), "good": webhook(good.url)})
    p.token("hook", SECRET)
    p.crawl()
    run = p.start("feed", "--follow")
    began, end = time.monotonic(), time.monotonic() + 60
    while len(set(good.effects)) < len(site.review) and time.monotonic() < end:
        time.sleep(0.01)
    took = time.monotonic() - began
    check("dead sink: the good one has everything before the dead one's first time-out", len(set(good.effects)) == len(site.review) and took < 5, f"{len(set(good.effects))} after {took:.1f} s")
    began = time.monotonic()
    r = p("crawl", "--all")
    check("dead sink: a crawl runs beside the feed", r.returncode == 0, r.stderr)
    second = p("feed", "--sink", "good")
    check("lease: a second feed of the same sink: 75", second.returncode == 75 and "another feed" in second.stderr, f"{second.returncode} {second.stderr}")
    run.terminate()
    check("feed --follow: ends on SIGTERM with 0 or 1", run.wait(timeout=30) in (0, 1))
    one = p("feed", "--sink", "good")
    check("dead sink: the lease is free again", one.returncode == 0, one.stderr)
    hole.close()
    good.close()


class MailServer:
    """SMTP as far as a sender sees it; the first letters get 451 at the end of DATA."""

    def __init__(self, refuse):
        self.refuse, self.letters, self.tries, self.lines = refuse, [], 0, []
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(10)
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                c, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def talk(self, c):
        f = c.makefile("rwb")

        def say(text):
            f.write(text.encode() + b"\r\n")
            f.flush()

        say("220 test ESMTP")
        sender, to = None, []
        for line in f:
            word = line.strip().upper()
            if word.startswith(b"EHLO"):
                say("250-test\r\n250 8BITMIME")
            elif word.startswith(b"MAIL FROM"):
                sender, to = line.decode().split("<")[1].split(">")[0], []
                say("250 ok")
            elif word.startswith(b"RCPT TO"):
                to.append(line.decode().split("<")[1].split(">")[0])
                say("250 ok")
            elif word == b"DATA":
                say("354 go on")
                letter = b""
                for part in f:
                    if part == b".\r\n":
                        break
                    letter += part[1:] if part.startswith(b"..") else part
                self.tries += 1
                self.lines += letter.split(b"\r\n")
                if self.tries <= self.refuse:
                    say("451 4.3.0 try again later")
                else:
                    self.letters.append((sender, to, email.message_from_bytes(letter)))
                    say("250 queued")
            elif word == b"QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
        c.close()


def test_mail(web, tmp, site):
    server = MailServer(2)
    p = Place(web, tmp / "mail", {"post": {"recipe": "email", "url": server.url, "language": "uk", "set": ["from=earshot@pinewood.example", "to=desk@pinewood.example, chief@pinewood.example"],
                                           "retry_min": "20s", "retry_max": "20s"}})
    p.crawl()
    test = p("sink", "test", "post")
    check("mail: sink test sends no letter", test.returncode == 0 and server.tries == 0, test.stderr)
    site.review[1].update(rating=1, text="Far worse: they lie and cheat! Обман!", edited=True)
    site.write()
    p.crawl()
    events = p.events()
    one = p("feed")
    check("mail: 451 waits", one.returncode == 1 and "451" in one.stderr, one.stderr)
    p("sink", "retry", "post")
    end = p.drain(limit_s=30)
    check("mail: all letters arrive after it", end.returncode == 0 and len(server.letters) == len(events), f"{len(server.letters)} of {len(events)} {end.stderr}")
    ids = [m["Message-ID"] for _, _, m in server.letters]
    check("mail: each letter has an id of its own", len(set(ids)) == len(ids))
    first = [m for _, _, m in server.letters if m["X-Earshot-Id"] == external(1)]
    check("mail: a thread for each mention", len(first) == 2 and first[1]["References"] == first[0]["Message-ID"] == first[1]["In-Reply-To"], str([m.items() for m in first]))
    check("mail: no Auto-Submitted (Redmine ignores such letters)", all(m["Auto-Submitted"] is None for _, _, m in server.letters))
    check("mail: to all", all(to == ["desk@pinewood.example", "chief@pinewood.example"] and sender == "earshot@pinewood.example" for sender, to, _ in server.letters))
    subject = str(email.header.make_header(email.header.decode_header(first[0]["Subject"])))
    text = first[0].get_payload(decode=True).decode("utf-8")
    check("mail: subject and text, in Ukrainian", subject == "[2★] Pinewood · trustpilot: Broken parcel 1" and "😡" in text and "бренд: Pinewood" in text and "Що робити" in text, subject + text[:300])
    check("mail: no line is too long", all(len(x) <= 998 for x in server.lines))
    server.socket.close()


def test_files(web, tmp, site):
    p = Place(web, tmp / "files", {"log": {"recipe": "file", "path": "events.jsonl"}, "reader": {"recipe": "atom", "path": "open.atom"}})
    p.crawl()
    events = p.events()
    rng = random.Random(1)
    kill_at_random(p, 3, rng, 5, 60)
    end = p.drain(limit_s=30)
    lines = [json.loads(x) for x in (p.dir / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    unique = {e["id"]: e for e in lines}
    check("file: every event, whole lines", end.returncode == 0 and unique == {e["id"]: e for e in events}, f"{len(unique)} of {len(events)} {end.stderr}")
    feed = xml.dom.minidom.parse(str(p.dir / "open.atom"))
    check("atom: what is open", len(feed.getElementsByTagName("entry")) == len(site.review))
    os.mkfifo(p.dir / "pipe")
    p.sinks({"pipe": {"recipe": "file", "path": "pipe", "retry_min": "100ms", "retry_max": "1s"}})
    one = p("feed")
    check("pipe: nobody reads: it waits", one.returncode == 1 and "nobody reads" in one.stderr, one.stderr)
    got = []

    def read():
        with open(p.dir / "pipe", encoding="utf-8") as f:
            got.extend(json.loads(x) for x in f)

    for _ in range(40):
        t = threading.Thread(target=read)
        t.start()
        end = p("feed")
        with open(os.open(p.dir / "pipe", os.O_RDWR | os.O_NONBLOCK), "w"):  # lets a reader go that nobody wrote to
            pass
        t.join()
        if end.returncode == 0:
            break
        time.sleep(0.2)
    check("pipe: everything, in order", end.returncode == 0 and [e["id"] for e in got] == [e["id"] for e in events], f"{len(got)} of {len(events)} {end.stderr}")
    p.sinks({"log": {"recipe": "file", "path": "/dev/full/x"}})
    one = p("sink", "test", "log")
    check("file: a path that cannot be written: 78", one.returncode == 78, one.stderr)


def test_cloudevents_and_rotation(web, tmp, site):
    r = Receiver(lambda n: "ok")
    r.how = lambda n: 204
    p = Place(web, tmp / "cloud", {"cloud": {**webhook(r.url, "both"), "recipe": "cloudevents"}})
    p.token("both", SECRET, NEXT_SECRET)
    p.crawl()
    one = p("feed")
    bodies = [json.loads(b) for _, b, _ in r.requests]
    check("cloudevents: the envelope", one.returncode == 0 and len(bodies) == len(site.review) and all(
        b["specversion"] == "1.0" and b["type"] == "earshot.created" and b["source"] == "earshot" and b["data"]["id"] == b["id"] and b["datacontenttype"] == "application/json" for b in bodies), one.stderr)
    check("cloudevents: its content type", all(h["content-type"] == "application/cloudevents+json" for h, _, _ in r.requests))
    check("rotation: signed with both secrets", all(signed(h, b, SECRET) and signed(h, b, NEXT_SECRET) for h, b, _ in r.requests))
    r.close()
    return r


def test_npm(requests, tmp):
    """The reference library of Standard Webhooks takes our signatures, and refuses changed ones."""
    folder = tmp / "npm"
    folder.mkdir()
    if not shutil.which("npm") or not shutil.which("node"):
        print("skipped: no npm here")
        return
    r = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "standardwebhooks@1"], cwd=folder, capture_output=True, text=True, timeout=300)
    if r.returncode != 0:
        print(f"skipped: npm gives no standardwebhooks: {r.stderr.strip()[:200]}")
        return
    (folder / "check.js").write_text("""
const { Webhook } = require("standardwebhooks");
const list = JSON.parse(require("fs").readFileSync(0, "utf8"));
let good = 0, refused = 0;
for (const x of list) {
  try { new Webhook(x.secret).verify(x.body, x.headers); good++; } catch (e) { console.error(String(e)); }
  try { new Webhook(x.secret).verify(x.body + " ", x.headers); } catch (e) { refused++; }
}
console.log(JSON.stringify({ good, refused }));
""")
    data = [{"secret": s, "body": b.decode(), "headers": {k: v for k, v in h.items() if k.startswith("webhook-")}} for h, b, _ in requests for s in (SECRET, NEXT_SECRET)]
    r = subprocess.run(["node", "check.js"], cwd=folder, input=json.dumps(data), capture_output=True, text=True, timeout=60)
    got = json.loads(r.stdout) if r.returncode == 0 else {}
    check("npm standardwebhooks verifies every signature and refuses changed bodies", got == {"good": len(data), "refused": len(data)}, f"{got} of {len(data)} {r.stderr[:300]}")


def test_settings(web, tmp):
    p = Place(web, tmp / "wrong", {"hook": webhook("http://127.0.0.1:9/")})

    def wants(name, sinks, code, *words, command=("sink", "test", "hook"), **options):
        p.options = {"delay": "0s", **options}
        p.sinks(sinks)
        r = p(*command)
        check(name, r.returncode == code and all(w in r.stderr for w in words) and "Traceback" not in r.stderr, f"{r.returncode} {r.stderr}")

    wants("no token file: 78", {"hook": webhook("http://127.0.0.1:9/")}, 78, "token_file", "earshot.conf:")
    p.token("hook", "no-secret")
    wants("no secret: 78", {"hook": webhook("http://127.0.0.1:9/")}, 78, "whsec_")
    p.token("hook", SECRET)
    os.chmod(p.dir / "hook", 0o644)
    wants("token file that others read: 78", {"hook": webhook("http://127.0.0.1:9/")}, 78, "chmod 600")
    os.chmod(p.dir / "hook", 0o600)
    wants("no such recipe: 78", {"hook": {**webhook("http://127.0.0.1:9/"), "recipe": "webhok"}}, 78, "webhok", "sink list")
    wants("missing url: 78", {"hook": {"recipe": "webhook", "token_file": "hook"}}, 78, "url")
    wants("missing queue: 78", {"hook": {"recipe": "rt", "url": "http://127.0.0.1:9", "token_file": "hook"}}, 78, "queue")
    wants("no such option: 78", {"hook": {**webhook("http://127.0.0.1:9/"), "set": ["colour=red"]}}, 78, "colour")
    wants("no such event: 78", {"hook": {**webhook("http://127.0.0.1:9/"), "events": ["creatd"]}}, 78, "creatd")
    wants("password in url: 78", {"hook": webhook("http://me:hidden@127.0.0.1:9/")}, 78, "token_file")
    wants("scheme: 78", {"hook": webhook("ftp://127.0.0.1/")}, 78, "https://")
    wants("host that is not listed: 78", {"hook": webhook("http://127.0.0.1:9/")}, 78, "sink_hosts", sink_hosts="hooks.example.org")
    wants("unknown sink: 64 and a suggestion", {"hook": webhook("http://127.0.0.1:9/")}, 64, 'mean "hook"', command=("sink", "test", "hok"))
    wants("a sink called stdout: 78", {"stdout": webhook("http://127.0.0.1:9/")}, 78, "stdout", command=("feed",))
    bad = p.dir / "bad.sink"
    cases = {
        "JSON": ("request \"send\" { url = \"{url}\" json = '{\"a\": }' }", "no JSON"),
        "a value that does not exist": ("request \"send\" { url = \"{url}\" json = '{\"a\": \"{txet}\"}' }", "{txet}"),
        "a filter that does not exist": ("request \"send\" { url = \"{url}\" text = \"{text:lower}\" }", "lower"),
        "an unknown word": ("reqest \"send\" { }", "no such option"),
        "a missing request": ("need = {\"url\"}", "\"send\""),
        "an open quote": ("title = \"x", "never closed"),
        "two bodies": ("request \"send\" { url = \"{url}\" json = '{}' text = \"x\" }", "more than one body"),
        "a path": ("request \"send\" { url = \"{url}\" ok = {\"ok=true\"} }", "begins with /"),
        "a typed value inside a text": ("request \"send\" { url = \"{url}\" json = '{\"a\": \"x{score:real}\"}' }", "stand alone"),
    }
    for name, (text, word) in cases.items():
        bad.write_text('sink "bad" {\n  kind = "event"\n  ' + text + "\n}\n")
        r = p("sink", "check", str(bad))
        check(f"sink check finds {name}: 65 with file:line", r.returncode == 65 and word in r.stderr and f"{bad}:" in r.stderr, f"{r.returncode} {r.stderr}")
    p.options = {"delay": "0s"}
    bad.write_text('sink "bad" {\n  kind = "event"\n  request "send" { url = "{url}" json = \'{"a": "{txet}"}\' }\n}\n')
    p.sinks({"hook": {**webhook("http://127.0.0.1:9/"), "recipe": str(bad)}})
    r = p("feed")
    check("feed with a wrong recipe: 65", r.returncode == 65 and f"{bad}:3" in r.stderr, f"{r.returncode} {r.stderr}")


def main():
    seed = int(os.environ.get("EARSHOT_SEED", "0")) or random.randrange(1 << 30)
    print(f"seed {seed}")
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="earshot-feed-") as folder:
        tmp = pathlib.Path(folder)
        site = Site(tmp / "web", 40)
        with Replica([tmp / "web"], tmp / "state") as web:
            place = Place(web, tmp / "hook", {})
            events = busy_world(place, site)
            requests = test_hostile_receiver(place, events, rng).requests[:20]
            test_all_refused(web, tmp)
            small = Site(tmp / "web2", 5)
        with Replica([tmp / "web2"], tmp / "state2") as web:
            test_retry_after(web, tmp, small)
            test_poison(web, tmp, small)
            test_redirect_and_gone(web, tmp, small)
            test_dead_beside_good(web, tmp, small)
            cloud = test_cloudevents_and_rotation(web, tmp, small)
            test_npm(cloud.requests, tmp)
            test_files(web, tmp, small)
            test_mail(web, tmp, small)
            test_settings(web, tmp)
        del requests
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
