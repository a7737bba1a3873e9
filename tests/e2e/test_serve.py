#!/usr/bin/env python3
"""The inbox over HTTP: who is let in, what is refused, what it answers. The real program, on loopback.

usage: test_serve.py        EARSHOT_BIN names the program (default: ./earshot)
"""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import re
import select
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import xml.dom.minidom

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from serving import ENV, PASSWORD, Browser, Served, place, run_earshot  # noqa: E402

failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {str(detail)[:600]}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def status(name, answer, want, pattern=""):
    check(name, answer.status == want and re.search(pattern, answer.text, re.S) is not None, f"{answer.status} {answer.headers} {answer.text[:300]}")


# ---------------------------------------------------------------- users

def test_users(tmp, conf):
    mode = lambda p: stat.S_IMODE(os.stat(p).st_mode)
    users = tmp / "users"
    r = run_earshot("user", "add", "anna", "--role", "agent", "-c", conf, stdin=PASSWORD + "\n")
    check("user add: exit 0, told on stderr", r.returncode == 0 and "anna" in r.stderr and not r.stdout, r.stderr)
    check("the users file is 0600 and holds no password", mode(users) == 0o600 and PASSWORD not in users.read_text() and "$argon2id$" in users.read_text())
    for name, role in (("vera", "viewer"), ("boss", "admin")):
        run_earshot("user", "add", name, "--role", role, "-c", conf, stdin=PASSWORD + "\n")
    r = run_earshot("user", "list", "-c", conf)
    check("user list", r.stdout.split() == ["agent", "anna", "viewer", "vera", "admin", "boss"], r.stdout)
    for what, args, stdin in (("a short password", ("anna",), "short\n"), ("no password", ("anna",), ""), ("a name with a colon", ("an:na",), PASSWORD + "\n"),
                              ("an unknown role", ("anna", "--role", "king"), PASSWORD + "\n")):
        before = users.read_text()
        r = run_earshot("user", "add", *args, "-c", conf, stdin=stdin)
        check(f"user add: {what}: 64, one sentence, file as it was", r.returncode == 64 and r.stderr.count("\n") <= 2 and users.read_text() == before, f"{r.returncode} {r.stderr}")
    r = run_earshot("user", "remove", "nobody", "-c", conf)
    check("user remove: no such user", r.returncode == 1 and "nobody" in r.stderr, f"{r.returncode} {r.stderr}")
    users.chmod(0o640)
    r = run_earshot("serve", "--listen", "127.0.0.1:0", "-c", conf)
    check("a users file that others can read is refused", r.returncode == 64 and "chmod 600" in r.stderr, f"{r.returncode} {r.stderr}")
    users.chmod(0o600)
    good = users.read_text()
    users.write_text(good + "anna:agent:x\n")
    r = run_earshot("serve", "--listen", "127.0.0.1:0", "-c", conf)
    check("a wrong line is named", r.returncode == 64 and re.search(r"users:\d+:", r.stderr), r.stderr)
    users.write_text(good)


def test_command_line(tmp, conf):
    for what, args, pattern in (("no port", ("--listen", "127.0.0.1"), "address"), ("a name", ("--listen", "example.org:80"), "address"),
                                ("all addresses without a name", ("--listen", "0.0.0.0:0"), "--public-url"),
                                ("a public address with a path", ("--public-url", "https://a.example/x"), "without a path"),
                                ("a public address that is none", ("--public-url", "a.example"), "https://NAME")):
        r = run_earshot("serve", *args, "-c", conf)
        check(f"serve: {what}: 64 and one sentence", r.returncode == 64 and pattern in r.stderr and r.stderr.count("\n") == 1, f"{r.returncode} {r.stderr}")
    r = run_earshot("serve", "--users", tmp / "none", "-c", conf)
    check("serve: nobody could sign in", r.returncode == 64 and "nobody could sign in" in r.stderr, r.stderr)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        r = run_earshot("serve", "--listen", "127.0.0.1:%d" % s.getsockname()[1], "-c", conf)
        check("serve: the port is taken", r.returncode == 64 and "cannot listen" in r.stderr, r.stderr)


# ---------------------------------------------------------------- signing in

def test_login(s):
    b = Browser(s)
    a = b.get("/")
    check("a stranger is sent to the login page", a.status == 303 and a.headers["Location"] == "/login")
    a = b.get("/item/1")
    check("and comes back to where they wanted", a.status == 303 and a.headers["Location"] == "/login?next=/item/1", a.headers)
    status("the login page", b.get("/login"), 200, "password")
    status("a wrong password", b.login("anna", "wrong password 1"), 422, "Name or password is wrong")
    status("an unknown name: the same words", b.login("ghost", PASSWORD), 422, "Name or password is wrong")
    a = b.login("anna", PASSWORD)
    cookie = a.headers.get_all("Set-Cookie")[0]
    check("signed in", a.status == 303 and a.headers["Location"] == "/", a.headers)
    check("the cookie is HttpOnly, SameSite=Strict, for the session", all(x in cookie for x in ("HttpOnly", "SameSite=Strict", "Path=/")) and "Max-Age" not in cookie, cookie)
    status("the inbox", b.get("/"), 200, "anna")
    b2 = Browser(s)
    a = b2.login("anna", PASSWORD, next="//evil.example/")
    check("an address elsewhere is no place to go on", a.headers["Location"] == "/", a.headers)
    old = dict(b.cookies)
    a = b.post("/logout")
    check("signed out", a.status == 303 and b.get("/").status == 303)
    b.cookies.update(old)
    check("the old cookie is worth nothing", b.get("/").status == 303)
    b.cookies["earshot"] = "A" * 43
    check("nor is an invented one", b.get("/").status == 303)


def test_throttle(s):
    b = Browser(s)
    codes = [b.login("mallory", "wrong password %d" % i).status for i in range(8)]
    check("after five wrong passwords a name waits", codes[:5] == [422] * 5 and codes[5:] == [429] * 3, codes)
    a = b.login("mallory", PASSWORD)
    check("429 says how long", a.status == 429 and int(a.headers["Retry-After"]) >= 1, a.headers)


def test_link(conf):
    with Served(conf, "--open", "--users", str(pathlib.Path(conf).parent / "none")) as s:
        b = Browser(s)
        path = s.link[len(s.url):]
        check("the link stands on line 2", s.link.startswith(s.url + "/open?token="), s.link)
        for _ in range(3):
            status("to look at the link changes nothing", b.get(path), 200, "works once")
        a = b.post("/open", token=urllib.parse.parse_qs(urllib.parse.urlparse(path).query)["token"][0])
        check("its button signs in", a.status == 303 and b.get("/").status == 200, a.status)
        b2 = Browser(s)
        b2.get(path)
        status("once", b2.post("/open", token=path.split("=")[1]), 403, "used already")
        status("who came by the link is an admin", b.get("/people"), 200, "admin")


# ---------------------------------------------------------------- what is refused

def test_forgery(s):
    b = Browser(s)
    b.login("anna", PASSWORD)
    seq = b.first_item()
    before = b.journal(seq)
    for what, headers, fields, want in (
            ("another origin", {"Origin": "https://evil.example"}, {}, 403), ("origin null", {"Origin": "null"}, {}, 403),
            ("no origin, no referer", {"Origin": None}, {}, 403), ("a referer elsewhere", {"Origin": None, "Referer": "https://evil.example/"}, {}, 403),
            ("an origin that only begins like ours", {"Origin": s.url + "1"}, {}, 403), ("no token", {}, {"csrf": ""}, 403),
            ("a token of nobody", {}, {"csrf": "A" * 43}, 403), ("the token of a guest", {}, {"csrf": Browser(s).token()}, 403),
            ("JSON instead of a form", {"Content-Type": "application/json"}, {}, 415), ("text/plain", {"Content-Type": "text/plain"}, {}, 415)):
        a = b.post(f"/item/{seq}", headers=headers, **{"do": "seen", **fields})
        check(f"refused: {what}", a.status == want, f"{a.status} {a.text[:200]}")
    check("and nothing was noted", b.journal(seq) == before)
    a = b.post(f"/item/{seq}", headers={"Origin": None, "Referer": s.url + "/item/1"}, do="seen")
    check("a referer of ours will do", a.status == 303, a.status)
    for host in ("evil.example", "127.0.0.1", s.host + ".evil.example", "", "localhost"):
        a = b.get("/", headers={"Host": host})
        check(f"Host {host!r} is not answered", a.status in (400, 421), a.status)
    check("localhost with the port is", b.get("/login", headers={"Host": "localhost:%d" % s.port}).status in (200, 303))


def test_roles(s):
    viewer, agent, admin = Browser(s), Browser(s), Browser(s)
    viewer.login("vera", PASSWORD), agent.login("anna", PASSWORD), admin.login("boss", PASSWORD)
    seq = viewer.first_item()
    page = viewer.get(f"/item/{seq}").text
    check("a viewer sees no buttons", 'value="answered"' not in page and "What was said" in page)
    status("a viewer marks nothing", viewer.post(f"/item/{seq}", do="seen"), 403, "role")
    status("an agent gives no verdict", agent.post(f"/item/{seq}", do="verdict", verdict="none"), 403, "role")
    status("an agent sees no people", agent.get("/people"), 403, "role")
    check("an admin gives a verdict", admin.post(f"/item/{seq}", do="verdict", verdict="watch").status == 303 and admin.finding(seq)["override"] == "watch")
    admin.post(f"/item/{seq}", do="verdict", verdict="auto")
    check("and takes it back", admin.finding(seq)["override"] is None, admin.finding(seq)["override"])
    status("an admin sees who is here", admin.get("/people"), 200, "vera")
    admin.post("/people", who="vera")
    check("and signs out", viewer.get("/").status == 303)


def test_users_change(tmp, conf, s):
    b = Browser(s)
    run_earshot("user", "add", "temp", "-c", conf, stdin=PASSWORD + "\n")
    check("a new user may come in at once", b.login("temp", PASSWORD).status == 303 and b.get("/").status == 200)
    run_earshot("user", "add", "temp", "-c", conf, stdin=PASSWORD + "2\n")
    check("a new password ends the sessions", b.get("/").status == 303)
    b.login("temp", PASSWORD + "2")
    run_earshot("user", "remove", "temp", "-c", conf)
    check("so does removal", b.get("/").status == 303)
    users = tmp / "users"
    a = Browser(s)
    a.login("anna", PASSWORD)
    users.chmod(0o644)
    check("a users file that others can read lets nobody in", a.get("/").status == 303)
    users.chmod(0o600)


# ---------------------------------------------------------------- marks

def test_marks(s):
    b = Browser(s)
    b.login("anna", PASSWORD)
    seq = b.first_item()
    state = lambda: b.finding(seq)["state"]
    a = b.post(f"/item/{seq}", do="seen", list="?brand=larkfield")
    check("seen: back to the item with its list", a.status == 303 and a.headers["Location"] == f"/item/{seq}?brand=larkfield&done=seen" and state() == "seen", a.headers)
    check("an address in `list` does not lead away", b.post(f"/item/{seq}", do="seen", list="//evil.example").headers["Location"] == f"/item/{seq}?done=seen")
    check("hold", b.post(f"/item/{seq}", do="hold").status == 303 and b.finding(seq)["hold_since"])
    check("unhold", b.post(f"/item/{seq}", do="unhold").status == 303 and b.finding(seq)["hold_since"] is None)
    check("assign", b.post(f"/item/{seq}", do="assign", assign="Борис").status == 303 and b.finding(seq)["assignee"] == "Борис")
    check("assign to me", b.post(f"/item/{seq}", do="assign", me="1").status == 303 and b.finding(seq)["assignee"] == "anna")
    check("it is mine now", b.counts()["views"]["mine"] == 1, b.counts())
    check("note", b.post(f"/item/{seq}", do="note", note="позвонили <b>").status == 303 and b.finding(seq)["note"] == "позвонили <b>")
    status("resolved wants a cause", b.post(f"/item/{seq}", do="resolved"), 422, "Choose what the cause was")
    status("one that there is", b.post(f"/item/{seq}", do="resolved", cause="weather"), 422, "no such cause")
    status("dismissed wants a reason", b.post(f"/item/{seq}", do="dismissed"), 422, "Write the reason")
    check("what was refused left the state alone", state() == "seen")
    open_before = b.counts()["views"]["open"]
    check("resolved", b.post(f"/item/{seq}", do="resolved", cause="delivery", note="refunded").status == 303 and state() == "resolved" and b.finding(seq)["root_cause"] == "delivery")
    check("it left the open ones", b.counts()["views"]["open"] == open_before - 1)
    journal = b.journal(seq)
    check("the journal says who", [e["who"] for e in journal if e["action"] == "state"][-1] == "anna", journal)
    shown = json.loads(run_earshot("show", f"#{seq}", "--format", "json", "-c", s.conf).stdout)
    check("and the command line says the same", shown["journal"] == journal)
    check("open again", b.post(f"/item/{seq}", do="new").status == 303 and state() == "new")
    status("something that there is not", b.post(f"/item/{seq}", do="explode"), 400)
    status("a mention that there is not", b.post("/item/999999", do="seen"), 404)


def test_get_changes_nothing(s):
    export = lambda: run_earshot("store", "export", "--stable", "-c", s.conf).stdout
    b = Browser(s)
    b.login("boss", PASSWORD)
    seq = b.first_item()
    before = export()
    for path in ("/", "/?view=all&q=refund", f"/item/{seq}?do=seen", f"/item/{seq}?do=resolved&cause=delivery&related=1", "/figures?days=365", "/people?who=anna", "/keys", "/logout",
                 "/language?lang=ru", "/open?token=x", "/login?name=anna&password=x", "/metrics", "/feed.atom", "/api/queue", "/api/counts", "/api/status", f"/api/mention/%23{seq}",
                 f"/api/explain/%23{seq}"):
        b.get(path)
        b.request("HEAD", path)
    check("no GET or HEAD changed the store", export() == before)
    check("or signed anybody out", b.get("/").status == 200)


# ---------------------------------------------------------------- lists and answers

def test_filters(s):
    b = Browser(s)
    b.login("vera", PASSWORD)
    queue = lambda query="": [json.loads(x) for x in b.get("/api/queue" + query).text.splitlines()]
    cli = [json.loads(x) for x in run_earshot("queue", "--format", "json", "-c", s.conf).stdout.splitlines()]
    check("the queue is the command line's, in its order", [x["seq"] for x in queue()] == [x["seq"] for x in cli], (len(queue()), len(cli)))
    every = queue("?view=all")
    check("all mentions", len(every) > len(cli))
    for name, get in (("brand", lambda x: x["brand"]), ("source", lambda x: x["source"]), ("lang", lambda x: x["mention"]["lang"] or x["score"]["lang"])):
        for value in {get(x) for x in every}:
            got = queue(f"?view=all&{name}={urllib.parse.quote(value)}")
            check(f"filter {name}={value}", len(got) == sum(get(x) == value for x in every) and all(get(x) == value for x in got), len(got))
    for cause in {c for x in every for c in x["score"]["causes"]}:
        check(f"filter cause={cause}", len(queue(f"?view=all&cause={cause}")) == sum(cause in x["score"]["causes"] for x in every))
    for view in ("new", "seen", "answered", "moved_private", "resolved", "dismissed"):
        check(f"view {view}", all(x["state"] == view for x in queue("?view=" + view)))
    check("search", {x["seq"] for x in queue("?view=all&q=REFUND")} == {x["seq"] for x in every if "refund" in json.dumps([x["note"]] + [x["mention"][k] for k in ("text", "title", "pros", "cons", "reply")]).lower()})
    check("search in Russian, any case", len(queue("?view=all&q=" + urllib.parse.quote("ХОЛОДИЛЬНИК"))) >= 1)
    check("nothing found", b.get("/?view=all&q=zzzz").status == 200 and queue("?view=all&q=zzzz") == [])
    total = int(b.get("/api/queue?view=all").headers["X-Total-Count"])
    check("X-Total-Count", total == len(every), total)
    one = every[0]
    a = b.get("/?q=" + urllib.parse.quote(one["mention"]["id"]))
    check("an id leads to its item", a.status == 303 and a.headers["Location"] == f"/item/{one['seq']}", a.headers)
    page = b.get("/?view=nonsense&page=-5&brand=%3Cscript%3E").text
    check("a filter that there is not", "<script>" not in page and "Nothing here" in page)
    status("query that is not UTF-8", b.get("/?q=%ff%fe"), 400)
    status("NUL in the query", b.get("/?q=%00"), 400)


def test_page(s):
    b = Browser(s)
    b.login("anna", PASSWORD)
    a = b.get("/")
    h = a.headers
    check("a strict policy", "default-src 'none'" in h["Content-Security-Policy"] and "unsafe" not in h["Content-Security-Policy"])
    check("nosniff, no framing, nothing cached, no referrer elsewhere", h["X-Content-Type-Options"] == "nosniff" and h["X-Frame-Options"] == "DENY" and h["Cache-Control"] == "no-store" and
          h["Referrer-Policy"] == "same-origin")
    check("no inline script or style", "style=" not in a.text and "<style" not in a.text and not re.search(r"<script(?! src=\"/static/)", a.text) and not re.search(r"\son\w+=", a.text))
    check("line 1 is health: the blocked source is named, its silence means nothing", re.search(r'class="healthline bad".{0,400}severny-most/trustpilot never read: blocked; its silence means nothing', a.text, re.S))
    check("times of the server", re.fullmatch(r"rows;dur=[\d.]+, cpu;dur=[\d.]+, total;dur=[\d.]+", h["Server-Timing"]), h["Server-Timing"])
    for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', a.text):
        x = b.get(name)
        check(f"{name.split('?')[0]}: kept for ever, then 304", x.status == 200 and "immutable" in x.headers["Cache-Control"] and b.get(name, headers={"If-None-Match": x.headers["ETag"]}).status == 304)
    ru = b.get("/", headers={"Accept-Language": "uk;q=0.1, ru-RU, en;q=0.5"}).text
    check("Accept-Language", '<html lang="ru"' in ru and "Входящие" in ru)
    b.post("/language", lang="uk", next="/figures")
    check("a chosen language wins", '<html lang="uk"' in b.get("/", headers={"Accept-Language": "ru"}).text)
    check("the health line in Ukrainian", "мовчання" in b.get("/").text)
    seq = next(x["seq"] for x in map(json.loads, b.get("/api/queue?view=all").text.splitlines()) if x["revisions"] == 1)
    status("an item", b.get(f"/item/{seq}"), 200, "journal|article")
    status("an item by its id", b.get("/item/" + b.finding(seq)["mention"]["id"]), 200, "article")
    status("an item that there is not", b.get("/item/99999"), 404)
    status("a page that there is not", b.get("/nothing"), 404)
    status("a way that there is not", b.post("/figures"), 405)
    status("figures", b.get("/figures?days=90"), 200, "<svg")


def test_programs(s):
    basic = lambda name, password: {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
    b = Browser(s)
    a = b.get("/metrics")
    check("metrics: a stranger is asked for a password", a.status == 401 and a.headers["WWW-Authenticate"].startswith("Basic"), a.headers)
    a = b.get("/metrics", headers=basic("vera", PASSWORD))
    cli = run_earshot("status", "--format", "prom", "-c", s.conf).stdout
    check("metrics are the command line's", a.status == 200 and a.text == cli and a.headers["Content-Type"].startswith("text/plain; version=0.0.4"), a.text[:200])
    status("a wrong password", b.get("/metrics", headers=basic("vera", "wrong password")), 401)
    for junk in ("Basic", "Basic !!!", "Basic " + "A" * 5000, "Bearer x", "Basic " + base64.b64encode(b"nocolon").decode()):
        status(f"Authorization {junk[:12]}", b.get("/metrics", headers={"Authorization": junk}), 401)
    a = b.get("/feed.atom", headers=basic("vera", PASSWORD))
    check("the feed is Atom", a.headers["Content-Type"].startswith("application/atom+xml") and xml.dom.minidom.parseString(a.text).documentElement.tagName == "feed")
    x = json.loads(b.get("/api/status", headers=basic("vera", PASSWORD)).text)
    check("status object", x["schema"] == "earshot.status/1")
    x = json.loads(b.get("/api/queue", headers=basic("vera", PASSWORD)).text.splitlines()[0])
    check("finding object", x["schema"] == "earshot.finding/1")
    m = json.loads(b.get("/api/mention/" + urllib.parse.quote(x["mention"]["id"]), headers=basic("vera", PASSWORD)).text)
    check("show object", m["schema"] == "earshot.show/1" and m["finding"] == x)
    check("explain object", json.loads(b.get(f"/api/explain/%23{x['seq']}", headers=basic("vera", PASSWORD)).text)["schema"] == "earshot.explain/1")
    a = b.get("/api/mention/none:1", headers=basic("vera", PASSWORD))
    check("what there is not: 404 in plain text", a.status == 404 and a.headers["Content-Type"].startswith("text/plain"), a.headers)
    status("pages are not for passwords in a header", b.get("/", headers=basic("vera", PASSWORD)), 303)


# ---------------------------------------------------------------- hostile clients

def whole(answer):
    head, blank, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)^content-length: (\d+)", head, re.M)
    return blank and length and len(body) >= int(length[1])


def raw(s, data, read=True):
    """What comes back to these bytes. Who is not answered sends no more: then the end of what was sent is an end for the server, too."""
    with socket.create_connection(("127.0.0.1", s.port), timeout=60) as c:
        c.sendall(data)
        if not select.select([c], [], [], 0.5)[0]:
            with contextlib.suppress(OSError):  # closed already
                c.shutdown(socket.SHUT_WR)
        out = b""
        while read and not whole(out) and (part := c.recv(65536)):
            out += part
        return out


def test_malformed(s):
    host = b"Host: " + s.host.encode() + b"\r\n"
    for name, data in {
        "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"A" * 200, "an empty line": b"\r\n\r\n", "half a line": b"GET", "no version": b"GET /\r\n\r\n",
        "HTTP/9": b"GET / HTTP/9.9\r\n" + host + b"\r\n", "two Hosts": b"GET / HTTP/1.1\r\n" + host + b"Host: evil.example\r\n\r\n",
        "a header of 100 KiB": b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 100000 + b"\r\n\r\n", "3,000 headers": b"GET / HTTP/1.1\r\n" + host + b"X: y\r\n" * 3000 + b"\r\n",
        "an address of 100 KiB": b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + host + b"\r\n", "NUL in a header": b"GET / HTTP/1.1\r\n" + host + b"X: a\x00b\r\n\r\n",
        "a body that is announced too large": b"POST /login HTTP/1.1\r\n" + host + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999\r\n\r\n",
        "a length that is none": b"POST /login HTTP/1.1\r\n" + host + b"Content-Length: -5\r\n\r\n",
        "two lengths": b"POST /login HTTP/1.1\r\n" + host + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
        "length and chunks": b"POST /login HTTP/1.1\r\n" + host + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "bad chunks": b"POST /login HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n", "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n",
        "PUT": b"PUT / HTTP/1.1\r\n" + host + b"Content-Length: 0\r\n\r\n", "a path of dots": b"GET /static/../../etc/passwd HTTP/1.1\r\n" + host + b"\r\n",
        "a whole address": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    }.items():
        try:
            out = raw(s, data)
        except (ConnectionError, socket.timeout) as e:
            out = b""
            check(f"malformed: {name}: no wait", not isinstance(e, socket.timeout), e)
        first = out.split(b"\r\n")[0]
        check(f"malformed: {name}: refused or closed", out == b"" or re.match(rb"HTTP/1\.[01] (4\d\d|5\d\d|303)", first) is not None, first)
        check(f"malformed: {name}: no contents", b"root:" not in out and b"healthline" not in out)
    check("the server lives", Browser(s).get("/login").status == 200)
    b = Browser(s)
    csrf = b.token()
    head = lambda n, more=b"": b"POST /login HTTP/1.1\r\n" + host + b"Origin: " + s.url.encode() + b"\r\nCookie: earshot_guest=" + b.cookies["earshot_guest"].encode() + \
        b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" + more + b"Content-Length: %d\r\n\r\n" % n
    for name, body in {"a name twice": b"csrf=%s&name=a&name=b&password=c" % csrf.encode(), "NUL in a field": b"csrf=%s&name=a%%00b" % csrf.encode(),
                       "not UTF-8": b"csrf=%s&name=%%ff%%fe" % csrf.encode(), "a field of 20 kB": b"csrf=%s&name=%s" % (csrf.encode(), b"a" * 20000),
                       "a hundred fields": b"csrf=%s&" % csrf.encode() + b"&".join(b"f%d=x" % i for i in range(100))}.items():
        out = raw(s, head(len(body)) + body)
        check(f"form: {name}", out.startswith(b"HTTP/1.1 400"), out[:60])
    chunk = b"%x\r\n%s\r\n" % (32768, b"a" * 32768)
    try:
        out = raw(s, b"POST /login HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 20 + b"0\r\n\r\n")
    except ConnectionError:
        out = b""
    check("a body without end is cut", out == b"" or out.startswith(b"HTTP/1.1 4"), out[:60])


def test_crowd(s):
    """200 clients that send a byte now and then hold nobody up; 50 at once are all answered."""
    slow = [socket.create_connection(("127.0.0.1", s.port), timeout=30) for _ in range(200)]
    for i, c in enumerate(slow):
        c.sendall((b"GET / HTTP/1.1\r\nHost: ", b"POST /login HTTP/1.1\r\nHost: %s\r\nContent-Length: 1000\r\n\r\nabc" % s.host.encode(), b"G")[i % 3])
    b = Browser(s)
    check("a fast client among 200 slow ones", b.login("anna", PASSWORD).status == 303 and b.get("/").status == 200)
    answers, cookies = [], dict(b.cookies)

    def client():
        one = Browser(s)
        one.cookies.update(cookies)
        for path in ("/", "/?view=all", "/figures", "/api/counts"):
            answers.append(one.get(path).status)
    threads = [threading.Thread(target=client) for _ in range(50)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check("50 clients at once, all answered", answers == [200] * 200, sorted(set(answers)))
    for c in slow:
        c.close()


def test_store_trouble(tmp, conf):
    with Served(conf, "--open") as s:
        b = Browser(s)
        b.login("vera", PASSWORD)
        r = run_earshot("crawl", "--all", "-c", conf)
        check("a crawl runs beside it", r.returncode in (0, 1) and b.get("/").status == 200, r.stderr)
        s.process.terminate()
        check("SIGTERM: ends with 0", s.process.wait(timeout=20) == 0)
    r = run_earshot("serve", "--open", "--store", tmp / "nowhere", "-c", conf)
    check("no store yet: one sentence, 73", r.returncode == 73 and r.stderr.count("\n") == 1, f"{r.returncode} {r.stderr}")


def test_health(tmp, conf):
    """When nothing can be read any more, line 1 says so, whatever the list shows."""
    ENV["EARSHOT_NOW"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))  # a crawl reads no page twice in one second
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, and nobody listens
        text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:%d" % closed.getsockname()[1], pathlib.Path(conf).read_text(encoding="utf-8"))
        cut = tmp / "cut.conf"
        cut.write_text(text, encoding="utf-8")
        r = run_earshot("crawl", "--all", "-c", cut)
    check("no source answers: the crawl says so", r.returncode == 1, f"{r.returncode} {r.stderr}")
    with Served(conf) as s:
        b = Browser(s)
        b.login("vera", PASSWORD)
        for page in ("/", "/figures", f"/item/{b.first_item()}"):
            line = re.search(r'<body>.*?<div class="healthline bad".*?<p>(.*?)</p>', b.get(page).text, re.S)
            check(f"{page}: line 1 names them and says that their silence means nothing", line and line[1].startswith("0 of 6 sources read; ") and "no connection" in line[1] and
                  line[1].endswith("their silence means nothing"), line and line[1])


def test_proxy(conf):
    with Served(conf, "--public-url", "https://inbox.example.org") as s:
        b = Browser(s, host="inbox.example.org", origin="https://inbox.example.org")
        a = b.login("anna", PASSWORD)
        cookie = a.headers.get_all("Set-Cookie")[0]
        check("behind a proxy: __Host- cookie, Secure", a.status == 303 and cookie.startswith("__Host-earshot=") and "Secure" in cookie, cookie)
        check("the public name is answered", b.get("/").status == 200)
        check("forms of the plain address are refused", b.post("/logout", headers={"Origin": f"http://127.0.0.1:{s.port}"}).status == 403)


def main():
    with tempfile.TemporaryDirectory() as folder, place(pathlib.Path(folder)) as conf:
        tmp = pathlib.Path(folder)
        test_users(tmp, conf)
        test_command_line(tmp, conf)
        test_link(conf)
        with Served(conf) as s:
            test_login(s)
            test_throttle(s)
        with Served(conf) as s:  # afresh: nobody waits
            for test in (test_forgery, test_roles, test_marks, test_get_changes_nothing, test_filters, test_page, test_programs, test_malformed, test_crowd):
                test(s)
            check("nothing on stderr but warnings", "bug" not in s.log() and "Sanitizer" not in s.log(), s.log()[-500:])
            check("no password in the log", PASSWORD not in s.log())
        with Served(conf) as s:
            test_users_change(tmp, conf, s)
        test_proxy(conf)
        test_store_trouble(tmp, conf)
        test_health(tmp, conf)
    print(f"{len(failed)} failed" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
