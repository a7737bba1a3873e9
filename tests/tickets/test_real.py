#!/usr/bin/env python3
"""The feed against real ticketing systems: Request Tracker 5 and Redmine 5 from Debian, thrown away afterwards.

usage: test_real.py [rt] [redmine]

EARSHOT_TICKETING names a folder with start-rt.sh and start-redmine.sh (DIR PORT: install nothing, make a server with all its state in DIR, write DIR/url, DIR/token, DIR/pid, DIR/ids). Without it, or without
the Debian packages, it is skipped. EARSHOT_TICKET_KILLS (100), EARSHOT_TICKET_MENTIONS (200), EARSHOT_SEED.

200 negative mentions become tickets while earshot is killed at random, answers are dropped after the server accepted the request, the server is killed and started again, its database is locked. In the end there must
be exactly one ticket for each mention, with the right fields. Then 50 edits, 20 public answers, 10 closings from each side: every comment once, fields and states right on both sides.
"""
import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import Place, Replica, Site, check, external, failed, kill_at_random, passed  # noqa: E402

SCRIPTS = os.environ.get("EARSHOT_TICKETING", "")
KILLS = int(os.environ.get("EARSHOT_TICKET_KILLS", "100"))
MENTIONS = int(os.environ.get("EARSHOT_TICKET_MENTIONS", "200"))
PACKAGES = {"rt": ["request-tracker5", "rt5-db-sqlite", "rt5-standalone"], "redmine": ["redmine", "redmine-sqlite", "puma"]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Proxy:
    """Between earshot and the server: every request is passed on whole; of some the answer is dropped after the server has given it."""

    def __init__(self, target, rng):
        host = urllib.parse.urlsplit(target)
        self.drop, self.dropped, lock = 0.0, 0, threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                with lock:
                    drop = rng.random() < proxy.drop
                try:
                    c = http.client.HTTPConnection(host.hostname, host.port, timeout=60)
                    headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
                    c.request(self.command, self.path, body, {**headers, "Host": host.netloc, "Connection": "close"})
                    r = c.getresponse()
                    answer = r.read()
                    c.close()
                except OSError:
                    answer, drop = None, True
                except http.client.HTTPException:
                    answer, drop = None, True
                if drop:
                    with lock:
                        proxy.dropped += answer is not None
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                try:
                    self.send_response(r.status)
                    for k, v in r.getheaders():
                        if k.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                            self.send_header(k, v)
                    self.send_header("content-length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    self.close_connection = True  # earshot was killed meanwhile

            do_GET = do_POST = do_PUT = pass_on

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class System:
    def __init__(self, folder):
        self.dir, self.port, self.process = folder, free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        self.dir.mkdir(parents=True)

    def start(self):
        env = {**os.environ, "RT_WORKERS": "3"}
        self.process = subprocess.Popen(["bash", str(pathlib.Path(SCRIPTS) / self.script), str(self.dir), str(self.port)], start_new_session=True, env=env,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.process.wait(timeout=400) != 0:
            raise RuntimeError(f"{self.script} failed")
        self.token = (self.dir / "token").read_text().strip()

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # the group of the script, or of the server started again
        except ProcessLookupError:
            pass

    def wait_ready(self):
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                self.get(self.ready)
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the server did not come back")

    def request(self, method, path, body=None, query=None):
        url = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        r = urllib.request.Request(url, method=method, data=json.dumps(body).encode() if body is not None else None, headers={**self.auth(), "Content-Type": "application/json"})
        with urllib.request.urlopen(r, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text.strip() else None

    def get(self, path, **query):
        return self.request("GET", path, query=query)

    def lock_database(self, seconds):
        """Somebody else holds the write lock for longer than the server waits."""
        def hold():
            c = sqlite3.connect(self.dir / self.database, isolation_level=None, timeout=20)
            try:
                c.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                c.execute("ROLLBACK")
            except sqlite3.OperationalError:
                pass
            c.close()
        t = threading.Thread(target=hold)
        t.start()
        return t


class RT(System):
    name, script, database, ready = "rt", "start-rt.sh", "rt.sqlite3", "/REST/2.0/rt"
    open_words = ("new", "open")

    def auth(self):
        return {"Authorization": f"token {self.token}"}

    def restart(self):
        env = {**os.environ, "RT_SITE_CONFIG": str(self.dir / "RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR": str(self.dir / "conf.d")}
        self.process = subprocess.Popen(["/usr/share/request-tracker5/libexec/rt-server", "--server", "Starlet", "--host", "127.0.0.1", "--port", str(self.port), "--max-workers", "3",
                                         "--max-keepalive-reqs", "100", "--keepalive-timeout", "5"], start_new_session=True, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_ready()

    def sink(self):
        return {"recipe": "rt", "queue": "Reviews"}

    def all(self):
        """external id -> [{id, status, closed, rating, subject, link}]; tickets that were joined with another do not count."""
        out, page = {}, 1
        while True:
            items = self.get("/REST/2.0/tickets", query="Queue = 'Reviews'", fields="Status,Subject,CustomFields", per_page=100, page=page)["items"]
            for t in items:
                field = {f["name"]: (f["values"] or [None])[0] for f in t["CustomFields"]}
                out.setdefault(field["earshot-id"], []).append({"id": t["id"], "status": t["Status"], "closed": t["Status"] == "resolved", "rating": field["rating"], "subject": t["Subject"],
                                                                "link": field["source-url"], "author": field["author"]})
            if len(items) < 100:
                return out
            page += 1

    def doubles(self):
        c = sqlite3.connect(f"file:{self.dir / self.database}?mode=ro", uri=True)
        n = c.execute("select count(*) from Tickets where EffectiveId != id").fetchone()[0]
        c.close()
        return n

    def comments(self, id):
        items = self.get(f"/REST/2.0/ticket/{id}/attachments", fields="Content", per_page=100)["items"]
        return [i.get("Content") or "" for i in items]

    def close(self, id):
        self.request("PUT", f"/REST/2.0/ticket/{id}", {"Status": "resolved"})


class Redmine(System):
    name, script, database, ready = "redmine", "start-redmine.sh", "redmine.sqlite3", "/projects/reviews.json"
    open_words = ("New",)

    def auth(self):
        return {"X-Redmine-API-Key": self.token}

    def start(self):
        super().start()
        self.ids = dict(line.split("=", 1) for line in (self.dir / "ids").read_text().splitlines())

    def restart(self):
        app = self.dir / "app"
        env = {**os.environ, "RAILS_ENV": "production", "REDMINE_LANG": "en", "BUNDLE_GEMFILE": str(app / "Gemfile"), "BUNDLE_SILENCE_ROOT_WARNING": "1", "HOME": str(self.dir), "LANG": "C.UTF-8",
               "LC_ALL": "C.UTF-8", "RUBYOPT": "-W0"}
        self.process = subprocess.Popen(["bundle", "exec", "puma", "-e", "production", "-b", f"tcp://127.0.0.1:{self.port}", "-t", "1:1", "-w", "0", "config.ru"], cwd=app, start_new_session=True, env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_ready()

    def sink(self):
        fields = {"external": "earshot-id", "link": "source-url", "site": "site", "rating": "rating", "score": "sentiment", "author": "author"}
        return {"recipe": "redmine", "queue": "reviews", "set": [f"{k}_field={self.ids['cf.' + v]}" for k, v in fields.items()]}

    def issues(self):
        out, offset = [], 0
        while True:
            page = self.get("/issues.json", project_id="reviews", status_id="*", sort="id", limit=100, offset=offset)["issues"]
            out += page
            if len(page) < 100:
                return out
            offset += 100

    def all(self):
        out = {}
        for t in self.issues():
            field = {f["name"]: f["value"] for f in t["custom_fields"]}
            if " = #" not in (field["earshot-id"] or ""):  # a double that was closed
                out.setdefault(field["earshot-id"], []).append({"id": t["id"], "status": t["status"]["name"], "closed": t["status"]["is_closed"], "rating": field["rating"], "subject": t["subject"],
                                                                "link": field["source-url"], "author": field["author"]})
        return out

    def doubles(self):
        return sum(" = #" in (f["value"] or "") for t in self.issues() for f in t["custom_fields"] if f["name"] == "earshot-id")

    def comments(self, id):
        t = self.get(f"/issues/{id}.json", include="journals")["issue"]
        return [t["description"] or ""] + [j.get("notes") or "" for j in t["journals"]]

    def close(self, id):
        self.request("PUT", f"/issues/{id}.json", {"issue": {"status_id": int(self.ids["status.Closed"].split()[0])}})


def make_tickets(system, place, proxy, rng):
    """Phase 1: 200 mentions under fire."""
    name, killed = system.name, 0
    place.crawl()
    check(f"{name}: {MENTIONS} negatives were found", sum(e["type"] == "created" for e in place.events()) == MENTIONS)
    r = place("sink", "test", "desk")
    check(f"{name}: sink test: all is well", r.returncode == 0 and "all is well" in r.stderr, r.stderr)
    check(f"{name}: sink test makes nothing", system.all() == {})
    proxy.drop = 0.1
    parts = 5
    for part in range(parts):
        killed += kill_at_random(place, KILLS // parts, rng, 50, 1500)
        if part == 1:
            system.kill()
            killed += kill_at_random(place, 2, rng, 300, 1000)  # nobody there
            system.restart()
        if part == 3:
            t = system.lock_database(13)
            killed += kill_at_random(place, 1, rng, 12000, 13000)
            t.join()
    r = place.drain(limit_s=600)
    proxy.drop = 0.0
    r = place.drain(limit_s=120)
    check(f"{name}: everything is through", r.returncode == 0, r.stderr)
    tickets = system.all()
    print(f"     {name}: killed {killed} times, {proxy.dropped} answers dropped, {system.doubles()} doubles joined", flush=True)
    check(f"{name}: exactly {MENTIONS} tickets", sum(map(len, tickets.values())) == MENTIONS, f"{len(tickets)} with an id of ours, not once: { {k: len(v) for k, v in tickets.items() if len(v) != 1} }, missing: {sorted({external(n) for n in range(1, MENTIONS + 1)} - set(tickets))}")
    check(f"{name}: each mention once", set(tickets) == {external(n) for n in range(1, MENTIONS + 1)} and all(len(v) == 1 for v in tickets.values()))
    bad = []
    for n in range(1, MENTIONS + 1):
        for t in tickets.get(external(n), []):
            if t["rating"] != "2" or t["closed"] or t["subject"] != f"[2★] Pinewood · trustpilot: Broken parcel {n}" or t["link"] != f"https://www.trustpilot.com/reviews/{n:024x}" or t["author"] != f"Buyer {n}":
                bad.append(t)
    check(f"{name}: the right fields", not bad, str(bad[:3]))
    body = system.comments(tickets[external(7)][0]["id"])[0]
    wanted = ("№7, деньги не вернули \"<&>'{}\" 😡", "бренд: Pinewood", "звёзды: 2", "причины: ", "Что делать:", "earshot evidence trustpilot:", external(7))
    check(f"{name}: the ticket says it all, in Russian", all(w in body for w in wanted), str([w for w in wanted if w not in body]))
    return tickets


def live(system, place, proxy, site, rng, tickets):
    """Phase 2: edits, answers and closings, under fire, too."""
    name = system.name
    edits, answers = range(1, 51), range(51, 71)
    ours, theirs, reopened = range(71, 81), range(81, 91), range(1, 6)
    for n in list(reopened) + list(theirs):
        system.close(tickets[external(n)][0]["id"])
    for n in edits:
        site.review[n].update(rating=1, text=f"Much worse now, parcel {n} is lost, they lie and cheat! Обман и ложь!", edited=True)
    for n in answers:
        site.review[n].update(reply=f"We are sorry about parcel {n} and will refund it today.")
    site.write()
    place.crawl()
    for n in ours:
        place("mark", f"trustpilot:{n:024x}", "resolved", "--cause", "delivery", "--note", "refunded by phone")
    events = [e for e in place.events() if e["type"] != "created"]
    kinds = {k: sum(e["type"] == k for e in events) for k in ("became_worse", "company_replied", "resolved")}
    check(f"{name}: 50 edits, 20 answers, 10 closings happened", kinds == {"became_worse": 50, "company_replied": 20, "resolved": 10}, str(kinds))
    proxy.drop = 0.1
    kill_at_random(place, KILLS // 3, rng, 50, 1500)
    place.drain(limit_s=600)
    proxy.drop = 0.0
    r = place.drain(limit_s=120)
    check(f"{name}: edits, answers, closings are through", r.returncode == 0, r.stderr)
    now = system.all()
    check(f"{name}: still one ticket each", all(len(now.get(external(n), [])) == 1 for n in range(1, MENTIONS + 1)) and len(now) == MENTIONS)
    wrong = []
    for e in events:
        n = int(e["mention_id"].split(":")[1], 16)
        t = now[external(n)][0]
        count = sum(c.count(f"[{e['id']}]") for c in system.comments(t["id"]))
        if count != 1:
            wrong.append((n, e["type"], count))
    check(f"{name}: each comment once", not wrong, str(wrong[:5]))
    check(f"{name}: edits changed the fields", all(now[external(n)][0]["rating"] == "1" and now[external(n)][0]["subject"].startswith("[1★]") for n in edits))
    check(f"{name}: worse opens a closed ticket again", all(not now[external(n)][0]["closed"] for n in reopened), str([now[external(n)][0]["status"] for n in reopened]))
    check(f"{name}: answers comment and close nothing", all(not now[external(n)][0]["closed"] for n in answers))
    check(f"{name}: closed in earshot: closed there", all(now[external(n)][0]["closed"] for n in ours), str([now[external(n)][0]["status"] for n in ours]))
    closed = 0
    for n in theirs:
        show = json.loads(place("show", f"trustpilot:{n:024x}", "--format", "json").stdout)
        closed += any(j["action"] == "ticket" and j["to"].startswith(f"{tickets[external(n)][0]['id']}: ") for j in show["journal"])
        if show["finding"]["state"] not in ("new", "seen"):
            closed -= 100
    check(f"{name}: closed there: known here, and still no answer", closed == 10, str(closed))
    shows = [json.loads(place("show", f"trustpilot:{n:024x}", "--format", "json").stdout)["finding"] for n in answers]
    check(f"{name}: the answer on the page stopped the clock", all(s["sla"] in ("met", "missed") and s["clock_stopped"] for s in shows))
    r = place("feed", "-v")
    check(f"{name}: nothing is left to do", r.returncode == 0 and "sink desk: 0 events" in r.stderr, r.stderr)
    r = place("store", "check")
    check(f"{name}: the store is clean", r.returncode == 0, r.stdout + r.stderr)


def wrong_settings(system, place, sink):
    """A wrong token, queue or field: a sentence and 78."""
    place.token("bad", "1-1-0123456789abcdef")
    place.sinks({"desk": {**sink, "token_file": "bad"}})
    r = place("sink", "test", "desk")
    check(f"{system.name}: wrong token: a sentence and 78", r.returncode == 78 and "refused" in r.stderr and "0123456789abcdef" not in r.stderr, f"{r.returncode} {r.stderr}")
    place.sinks({"desk": {**sink, "queue": "nosuchqueue"}})
    r = place("sink", "test", "desk")
    check(f"{system.name}: wrong queue: a sentence and 78", r.returncode == 78 and 'no ' in r.stderr and '"nosuchqueue"' in r.stderr, f"{r.returncode} {r.stderr}")
    place.sinks({"desk": {**sink, "set": [x for x in sink.get("set", []) if not x.startswith("external")] + ["external_field=" + ("99" if system.name == "redmine" else "nosuch")]}})
    r = place("sink", "test", "desk")
    check(f"{system.name}: wrong field: a sentence and 78", r.returncode == 78 and "field" in r.stderr, f"{r.returncode} {r.stderr}")
    system_url = {**sink, "url": f"http://127.0.0.1:{free_port()}"}
    place.sinks({"desk": system_url})
    r = place("sink", "test", "desk")
    check(f"{system.name}: nobody there: a sentence and 1", r.returncode == 1 and "desk" in r.stderr, f"{r.returncode} {r.stderr}")
    place.sinks({"desk": sink})


def run_system(kind, tmp, seed):
    rng = random.Random(seed)
    system = kind(tmp / "server")
    began = time.monotonic()
    try:
        system.start()
        print(f"     {system.name}: up after {time.monotonic() - began:.0f} s", flush=True)
        proxy = Proxy(system.url, rng)
        site = Site(tmp / "web", MENTIONS)
        with Replica([tmp / "web"], tmp / "state") as web:
            sink = {**system.sink(), "url": proxy.url, "token_file": "token", "language": "ru", "connections": 2, "retry_min": "200ms", "retry_max": "2s", "timeout": "10s"}
            place = Place(web, tmp / "place", {"desk": sink})
            place.token("token", system.token)
            tickets = make_tickets(system, place, proxy, rng)
            wrong_settings(system, place, sink)
            if not failed:
                live(system, place, proxy, site, rng, tickets)
        proxy.close()
    finally:
        system.kill()
    print(f"     {system.name}: {time.monotonic() - began:.0f} s in all", flush=True)


def main():
    if not SCRIPTS or not pathlib.Path(SCRIPTS, "start-rt.sh").exists():
        print("skipped: EARSHOT_TICKETING names no folder with start-rt.sh and start-redmine.sh")
        print("0 passed, 0 failed")
        return 0
    seed = int(os.environ.get("EARSHOT_SEED", "0")) or random.randrange(1 << 30)
    print(f"seed {seed}")
    for kind in (RT, Redmine):
        if sys.argv[1:] and kind.name not in sys.argv[1:]:
            continue
        missing = [p for p in PACKAGES[kind.name] if subprocess.run(["dpkg", "-s", p], capture_output=True).returncode != 0]
        if missing:
            print(f"skipped: {kind.name} needs the Debian packages {' '.join(missing)}")
            continue
        tmp = pathlib.Path(tempfile.mkdtemp(prefix=f"earshot-{kind.name}-"))
        try:
            run_system(kind, tmp, seed)
        except Exception as e:  # a server that does not start must not hide the other's results
            check(f"{kind.name}: the test ran to its end", False, repr(e))
        finally:
            shutil.rmtree(tmp, ignore_errors=True)
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
