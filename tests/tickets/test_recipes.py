#!/usr/bin/env python3
"""Every sink recipe against its answer table: one mention is made a ticket, becomes worse, is answered, is closed by a person; what was asked is compared with tests/golden/sinks/NAME.txt.

usage: test_recipes.py [NAME...]        EARSHOT_BIN; EARSHOT_UPDATE_GOLDEN=1 writes the golden files anew (look at the difference before you commit).

A table (tables/NAME.json) says what the other side answers: [METHOD and beginning of the address, status, body, how often (absent: always), headers], the first that fits. Tables of hosted systems are written from their
documentation and are not proven live ("from"). Two shipped recipes need none: mail and files are tested in test_receiver.py.
"""
import http.server
import json
import os
import pathlib
import re
import socket
import sys
import tempfile
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import TOP, Place, Replica, Site, check, failed, passed  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = TOP / "tests" / "golden" / "sinks"
BASE = "2026-11-20T09:00:00Z"
CLOCK = 1795165200  # the same


class Server:
    """answer(method, path, body) -> (status, body, headers); everything that was asked in .asked"""

    def __init__(self):
        self.asked, self.lock = [], threading.Lock()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                with server.lock:
                    server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                    status, answer, headers = server.answer(self.command, self.path, body)
                text = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                if status is None:  # accepted, and the answer is lost
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(status)
                for k, v in headers.items():
                    self.send_header(k, v)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Table(Server):
    def __init__(self, table):
        self.rows = [list(r) for r in table["answers"]]
        self.unknown = []
        super().__init__()

    def answer(self, method, path, body):
        for row in self.rows:
            if not f"{method} {path}".startswith(row[0]):
                continue
            if len(row) > 3 and row[3] is not None:
                if row[3] == 0:
                    continue
                row[3] -= 1
            return row[1], row[2], row[4] if len(row) > 4 else {}
        self.unknown.append(f"{method} {path}")
        return 404, "", {}


class Desk(Server):
    """As much of Request Tracker's REST 2.0 as one recipe needs."""

    def __init__(self):
        self.tickets, self.comments, self.lose = [], [], False
        super().__init__()

    def answer(self, method, path, body):
        data = json.loads(body) if body else {}
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query).get("query", [""])[0]
        path = urllib.parse.urlsplit(path).path
        if path == "/REST/2.0/tickets":
            hits = [t for t in self.tickets if f"'{t['external']}'" in query]
            return 200, {"items": [{"id": t["id"], "Status": t["status"], "CustomFields": [{"name": "earshot-id", "values": [t["external"]]}]} for t in hits]}, {}
        if path == "/REST/2.0/ticket" and method == "POST":
            self.tickets.append({"id": str(len(self.tickets) + 1), "status": "new", "external": data["CustomFields"]["earshot-id"]})
            return 201, {"id": self.tickets[-1]["id"]}, {}
        if path.endswith("/comment"):
            self.comments.append(data["Content"])
            return None if self.lose else 201, ["ok"], {}
        if path == "/REST/2.0/transactions":
            return 200, {"items": []}, {}
        return 200, {"Status": "new", "items": []}, {}


def steady(value, key=""):
    """Without what better word lists and playbooks change."""
    if key in ("words", "signs", "causes", "score"):
        return "…"
    if isinstance(value, dict):
        return {k: steady(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [steady(v) for v in value]
    if key in ("Priority", "priority", "sentiment", "score", "weight", "points", "text_score", "signs", "words", "causes", "confidence", "label"):
        return "…"
    if isinstance(value, str) and "\n" in value:
        return "\n".join(x for x in value.split("\n") if not x.startswith(("score: ", "causes: ", "priority: ", "- ", "escalation: ")))
    return value


def shown(asked, url):
    """One request as lines that do not depend on the day."""
    method, path, headers, body = asked
    lines = [f"{method} {urllib.parse.unquote(path)}"]
    lines += [f"  {k}: {headers[k]}" for k in sorted(headers) if k in ("authorization", "x-redmine-api-key", "idempotency-key", "content-type", "webhook-id")]
    if body:
        try:
            text = json.dumps(steady(json.loads(body)), ensure_ascii=False, indent=2)
        except ValueError:
            text = body.decode()
        lines += ["  " + x for x in text.splitlines()]
    return "\n".join(lines).replace(url, "URL") + "\n"


def run_recipe(web, site, tmp, name):
    table = json.loads((HERE / "tables" / f"{name}.json").read_text(encoding="utf-8"))
    server = Table(table)
    sink = {"recipe": name, "url": server.url, "token_file": "token", "language": "en", "connections": 1, "retry_min": "20s", "retry_max": "20s", **table["sink"]}
    p = Place(web, tmp / name, {"desk": sink})
    p.token("token", *table["token"])
    p.fixed, p.clock = True, CLOCK
    site.review[1] = {"rating": 2, "text": "Parcel came broken, the refund was refused \"<&>'{}\" 😡"}
    steps = [lambda: None, lambda: site.review[1].update(rating=1, text="Far worse: they lie and cheat!", edited=True), lambda: site.review[1].update(reply="We are sorry."), None]
    text, good, notes = "", True, []
    for n, step in enumerate(steps):
        if step:
            step()
            site.write()
            p.crawl()
        else:
            p("mark", f"trustpilot:{1:024x}", "resolved", "--cause", "returns", "--note", "paid back", "--who", "anna", env={"EARSHOT_NOW": "2026-11-20T09:00:30Z"})
        if n == 0:
            r = p("sink", "test", "desk", env={"EARSHOT_NOW": BASE})
            good = good and r.returncode == 0
            notes.append(r.stderr)
        text += f"# {('created', 'became_worse', 'company_replied', 'resolved')[n]}\n"
        for _ in range(20):  # a table may refuse at first
            r = p("feed", env={"EARSHOT_NOW": f"2026-11-20T09:0{n + 1}:00Z"})
            if r.returncode != 1:
                break
            p("sink", "retry", "desk")
        good = good and r.returncode == 0
        notes.append(r.stderr)
        with server.lock:
            text += "".join(shown(a, server.url) for a in server.asked)
            server.asked.clear()
    check(f"{name}: through", good and not server.unknown, f"{server.unknown} {notes}")
    secret = table["token"][0]
    check(f"{name}: no secret in what is said", all(secret not in x for x in notes))
    text = re.sub(r"(authorization: \w+ |x-redmine-api-key: ).*", r"\1…", text).replace(secret, "TOKEN")
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("EARSHOT_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    want = golden.read_text(encoding="utf-8") if golden.exists() else ""
    check(f"{name}: asks what the golden file says", text == want, "\n" + text if text != want else "")
    r = p("store", "check")
    check(f"{name}: the store is clean", r.returncode == 0, r.stdout)
    server.close()


def main():
    names = sys.argv[1:] or sorted(f.stem for f in (HERE / "tables").glob("*.json"))
    shipped = {f.stem for f in (TOP / "data" / "sinks").glob("*.sink")}
    if not sys.argv[1:]:
        check("every recipe has a table, but for mail and files", shipped - set(names) == {"email", "file", "atom"}, str(shipped - set(names)))
    with tempfile.TemporaryDirectory(prefix="earshot-recipes-") as folder:
        tmp = pathlib.Path(folder)
        site = Site(tmp / "web", 1)
        with Replica([tmp / "web"], tmp / "state", base=BASE) as web:
            for name in names:
                run_recipe(web, site, tmp, name)
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
