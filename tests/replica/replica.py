#!/usr/bin/env python3
"""A replica web: serves folders of pages under their real host names on loopback.

usage: replica.py --web DIR [--web DIR ...] [--state DIR] [--base TIME] [--log FILE]

DIR/HOST/PATH is what https://HOST/PATH and http://HOST/PATH answer. A query belongs to the file name with '@' for '?': DIR/HOST/reviews/acme/index.html@order=date_desc;
without such a file the one without a query answers. A path that ends in '/' is its index.html. Beside a file, PATH.meta (JSON) may say
    {"status": 507, "headers": {"retry-after": "5"}, "delay_ms": 200, "drop": true, "cut": 100, "gzip": true, "times": 2, "encoding": "windows-1251"}
(times: only for the first so many requests; afterwards the page is served plainly). Folders given later win. An API is a file whose .meta names what it needs:
    {"need": {"method": "POST", "form": {"access_token": "t"}, "query": {"client_token": "t"}, "headers": {"apikey": "t"}}, "refusal": "error_5.json"}
A request that lacks any of it gets the file REFUSAL beside it (with its own .meta), or 401.

Pages are templates: {{-3h}} becomes the time three hours before --base. Formats: {{-3h}} is 2026-06-02T01:06:31.000Z; {{-3h|FORMAT}} with FORMAT one of
    iso      2026-06-02T01:06:31Z          msk    2026-06-02T04:06:31+03:00
    date     2026-06-02                    ru     2 июн 2026
    rumsk    2 июн в 04:06                 rfc822 Tue, 02 Jun 2026 01:06:31 +0000
    epoch    1780362391                    dmy    02.06.2026

Prints one JSON line when it is ready: {"http": PORT, "https": PORT, "ca": FILE, "pid": N}. Ports are chosen by the kernel. Certificates come from a throw-away CA
(openssl) in --state, one for all host names. Only 127.0.0.1 is ever bound. Stops on SIGTERM or when standard input closes.
"""
import argparse
import datetime
import email.utils
import gzip
import http.server
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import zlib

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MONTHS_RU = "янв фев мар апр мая июн июл авг сен окт ноя дек".split()
STAMP = re.compile(r"\{\{([+-]?\d+)([smhd])(?:\|(\w+))?\}\}")
TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".xml": "application/rss+xml", ".atom": "application/atom+xml", ".txt": "text/plain"}


def stamp(base, seconds, form):
    utc = datetime.datetime.fromtimestamp(base + seconds, datetime.timezone.utc)
    msk = utc.astimezone(datetime.timezone(datetime.timedelta(hours=3)))
    return {
        None: lambda: utc.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "iso": lambda: utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "msk": lambda: msk.strftime("%Y-%m-%dT%H:%M:%S+03:00"),
        "date": lambda: utc.strftime("%Y-%m-%d"),
        "ru": lambda: f"{msk.day} {MONTHS_RU[msk.month - 1]} {msk.year}",
        "rumsk": lambda: f"{msk.day} {MONTHS_RU[msk.month - 1]} в {msk:%H:%M}",
        "dmy": lambda: msk.strftime("%d.%m.%Y"),
        "rfc822": lambda: email.utils.format_datetime(utc),
        "epoch": lambda: str(int(base + seconds)),
    }[form]()


def fill_in(text, base):
    return STAMP.sub(lambda m: stamp(base, int(m[1]) * UNITS[m[2]], m[3]), text)


class Web:
    """Finds the file for a request; remembers how often each was asked for."""

    def __init__(self, roots, base):
        self.roots = [pathlib.Path(r) for r in roots]
        self.base = base
        self.asked = {}
        self.lock = threading.Lock()

    def hosts(self):
        return sorted({d.name for r in self.roots for d in r.iterdir() if d.is_dir()})

    def find(self, host, target):
        parts = urllib.parse.urlsplit(target)
        path = urllib.parse.unquote(parts.path).lstrip("/")
        if not path or path.endswith("/"):
            path += "index.html"
        if ".." in path.split("/") or "/" in host or host.startswith("."):
            return None
        names = ([path + "@" + parts.query] if parts.query else []) + [path, path + ".html"]
        for root in reversed(self.roots):
            for name in names:
                file = root / host / name
                if file.is_file() and not name.endswith(".meta"):
                    return file
        return None

    @staticmethod
    def meta(file):
        side = file.with_name(file.name + ".meta")
        return json.loads(side.read_text(encoding="utf-8")) if side.is_file() else {}

    @staticmethod
    def lacks(need, method, target, headers, body):
        form, query = urllib.parse.parse_qs(body), urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
        return (need.get("method", method) != method or any(form.get(k) != [v] for k, v in need.get("form", {}).items())
                or any(query.get(k) != [v] for k, v in need.get("query", {}).items()) or any(headers.get(k) != v for k, v in need.get("headers", {}).items()))

    def answer(self, host, target, method="GET", headers=(), body=""):
        """-> status, headers, body, behaviour"""
        file = self.find(host, target)
        if file is None:
            return 404, {"content-type": "text/html; charset=utf-8"}, b"<html><title>404 Not Found</title><h1>Not Found</h1></html>", {}
        meta = self.meta(file)
        if "need" in meta and self.lacks(meta["need"], method, target, dict(headers), body):
            if "refusal" not in meta:
                return 401, {"content-type": "application/json"}, b'{"error":"unauthorized"}', {}
            file = file.with_name(meta["refusal"])
            meta = self.meta(file)
        with self.lock:
            n = self.asked[str(file)] = self.asked.get(str(file), 0) + 1
        if "times" in meta and n > meta["times"]:
            meta = {}
        raw = file.read_bytes()
        kind = TYPES.get(pathlib.Path(file.name.split("@")[0]).suffix, "text/html; charset=utf-8")
        if b"\0" not in raw[:1024]:
            try:
                raw = fill_in(raw.decode("utf-8"), self.base).encode(meta.get("encoding", "utf-8"))
            except UnicodeDecodeError:
                pass
        headers = {"content-type": kind}
        headers.update({k.lower(): v for k, v in meta.get("headers", {}).items()})
        return meta.get("status", 200), headers, raw, meta


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self):
        web, host = self.server.web, (self.headers.get("host") or "").split(":")[0].lower()
        sent = {k.lower(): v for k, v in self.headers.items()}
        form = self.rfile.read(int(sent.get("content-length", 0))).decode("utf-8", "replace")
        status, headers, body, meta = web.answer(host, self.path, self.command, sent, form)
        self.server.note({"host": host, "path": self.path, "method": self.command, "status": status, "at": time.monotonic(), "agent": sent.get("user-agent"), "headers": sent, "form": form})
        if meta.get("delay_ms"):
            time.sleep(meta["delay_ms"] / 1000)
        if meta.get("drop"):
            self.close_connection = True
            return
        etag = '"%08x"' % zlib.crc32(body)
        if status == 200 and self.headers.get("if-none-match") == etag:
            self.send_response_only(304)
            self.end_headers()
            return
        if meta.get("gzip", status == 200) and "gzip" in self.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 6)
            headers["content-encoding"] = "gzip"
        self.send_response_only(status)
        headers.setdefault("etag", etag)
        headers["content-length"] = str(len(body))
        for k, v in headers.items():
            self.send_header(k, v)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: meta["cut"]] if "cut" in meta else body)
        if "cut" in meta:
            self.close_connection = True

    do_HEAD = do_POST = do_GET

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, web, log, lock):
        super().__init__(("127.0.0.1", 0), Handler)
        self.web, self.log, self.log_lock = web, log, lock

    def note(self, entry):
        if self.log:
            with self.log_lock:
                self.log.write(json.dumps(entry) + "\n")
                self.log.flush()

    def handle_error(self, request, client_address):
        pass  # clients that hang up, or that do not trust us, are part of the tests


def certificates(folder, hosts):
    """A throw-away CA and one certificate for every host name: (ca.pem, chain+key file)."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, key = folder / "ca.pem", folder / "server.pem"
    run = lambda *a, **k: subprocess.run(a, check=True, capture_output=True, cwd=folder, **k)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj", "/CN=earshot test CA",
        "-keyout", "ca.key", "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=replica", "-keyout", "server.key", "-out", "server.csr")
    (folder / "ext").write_text("subjectAltName=" + ",".join("DNS:" + h for h in hosts) + "\nextendedKeyUsage=serverAuth\n")
    run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650", "-extfile", "ext", "-out", "server.crt")
    key.write_bytes((folder / "server.crt").read_bytes() + (folder / "server.key").read_bytes())
    return ca, key


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def main():
    p = argparse.ArgumentParser(description="a replica web on loopback")
    p.add_argument("--web", action="append", required=True)
    p.add_argument("--state", default=None)
    p.add_argument("--base", default=os.environ.get("EARSHOT_NOW"))
    p.add_argument("--log", default=None)
    o = p.parse_args()
    base = parse_time(o.base) if o.base else int(time.time())
    web = Web(o.web, base)
    log, lock = open(o.log, "a", encoding="utf-8") if o.log else None, threading.Lock()
    ready = {"pid": os.getpid(), "base": int(base)}
    servers = {"http": Server(web, log, lock)}
    if o.state:
        ca, key = certificates(pathlib.Path(o.state).resolve(), web.hosts())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(key)
        tls = Server(web, log, lock)
        tls.socket = context.wrap_socket(tls.socket, server_side=True, do_handshake_on_connect=False)
        servers["https"] = tls
        ready["ca"] = str(ca)
    for name, server in servers.items():
        ready[name] = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *a: os._exit(0))
    print(json.dumps(ready), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
