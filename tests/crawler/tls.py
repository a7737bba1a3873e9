#!/usr/bin/env python3
"""TLS and HTTP/2 against servers on loopback with a throw-away CA: what must be refused is, and streams share one connection.

Needs openssl; skipped (77) without it.
"""
import datetime
import json
import os
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["EARSHOT_BIN"]).parent if os.environ.get("EARSHOT_BIN") else TOP / "b"
FETCH = os.environ.get("EARSHOT_FETCH_URL", str(BUILD / "tests/tools/fetch_url"))
CONFIG = """[ca]
default_ca = own
[own]
dir = .
database = index
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
basicConstraints = CA:false
"""


def run(folder, *args):
    subprocess.run(args, cwd=folder, check=True, capture_output=True, env={**os.environ, "OPENSSL_CONF": str(folder / "conf")})


def make_ca(folder):
    (folder / "conf").write_text(CONFIG + "[req]\ndistinguished_name = dn\n[dn]\n")
    (folder / "index").write_text("")
    (folder / "serial").write_text("01\n")
    run(folder, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=test CA",
        "-addext", "basicConstraints=critical,CA:true", "-keyout", "ca.key", "-out", "ca.pem")


def make_leaf(folder, name, host, days_ago_end=None, self_signed=False):
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
           "-keyout", f"{name}.key"]
    if self_signed:
        run(folder, "openssl", "req", "-x509", "-days", "30", *key, "-out", f"{name}.pem")
        return
    run(folder, "openssl", "req", *key, "-out", f"{name}.csr")
    now = datetime.datetime.now(datetime.timezone.utc)
    end = now + datetime.timedelta(days=-days_ago_end if days_ago_end else 30)
    begin = end - datetime.timedelta(days=60)
    run(folder, "openssl", "ca", "-batch", "-config", "conf", "-notext", "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate",
        begin.strftime("%y%m%d%H%M%SZ"), "-enddate", end.strftime("%y%m%d%H%M%SZ"))


class Server:
    """Accepts on a port of its own; talk(connection) per connection, in a thread."""

    def __init__(self, folder, name, talk, alpn=("http/1.1",), highest=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if highest:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version = ssl.TLSVersion.TLSv1
            self.context.maximum_version = highest
        self.context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        self.context.set_alpn_protocols(list(alpn))
        self.talk, self.connections, self.requests = talk, 0, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            raw, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(raw,), daemon=True).start()

    def serve(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as connection:
                self.connections += 1
                self.talk(self, connection)
        except OSError:
            pass


def http1(server, connection):
    head = b""
    while True:
        while b"\r\n\r\n" not in head:
            more = connection.recv(65536)
            if not more:
                return
            head += more
        path = head.split(b" ", 2)[1].decode()
        server.requests.append(path)
        head = head.split(b"\r\n\r\n", 1)[1]
        if path == "/robots.txt":
            connection.sendall(b"HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n")
        elif path == "/down":
            connection.sendall(b"HTTP/1.1 302 x\r\nLocation: http://good.example/\r\nContent-Length: 0\r\n\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nok")


def read_exactly(connection, n):
    data = b""
    while len(data) < n:
        more = connection.recv(n - len(data))
        if not more:
            raise OSError
        data += more
    return data


def http2(server, connection):
    """RFC 9113, as little of it as serves: the first stream (robots.txt) gets 404, then ten streams must be open at once before any is answered."""
    def frame(kind, flags, stream, payload=b""):
        connection.sendall(struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload)
    read_exactly(connection, 24)
    frame(4, 0, 0)
    waiting = []
    while True:
        head = read_exactly(connection, 9)
        size, kind, flags, stream = int.from_bytes(head[:3], "big"), head[3], head[4], int.from_bytes(head[5:], "big")
        read_exactly(connection, size)
        if kind == 4 and not flags & 1:
            frame(4, 1, 0)
        if kind != 1:
            continue
        server.requests.append(stream)
        if len(server.requests) == 1:
            frame(1, 5, stream, b"\x8d")
            continue
        waiting.append(stream)
        if len(waiting) == 10:
            for stream in waiting:
                frame(1, 4, stream, b"\x88")
                frame(0, 1, stream, b"ok")
            waiting = []


def fetch(urls, *options):
    done = subprocess.run([FETCH, *options], input="\n".join(urls) + "\n", text=True, capture_output=True, timeout=120)
    if done.returncode:
        sys.exit(f"fetch_url ended with {done.returncode}: {done.stderr}")
    return {r["url"]: r for r in map(json.loads, done.stdout.splitlines()) if "url" in r}


def refusals(folder, failures):
    make_leaf(folder, "good", "good.example")
    make_leaf(folder, "wrong", "another.example")
    make_leaf(folder, "expired", "expired.example", days_ago_end=2)
    make_leaf(folder, "self", "self.example", self_signed=True)
    make_leaf(folder, "old", "old.example")
    servers = {"good.example": Server(folder, "good", http1), "wrong.example": Server(folder, "wrong", http1),
               "expired.example": Server(folder, "expired", http1), "self.example": Server(folder, "self", http1),
               "old.example": Server(folder, "old", http1, highest=ssl.TLSVersion.TLSv1_1)}
    routes = [x for host, s in servers.items() for x in ("--connect-to", f"{host}:443:127.0.0.1:{s.port}")]
    urls = [f"https://{host}/" for host in servers] + ["https://good.example/down"]
    got = fetch(urls, "--ca-file", str(folder / "ca.pem"), *routes)
    for url in urls:
        want = "none" if url == "https://good.example/" else "network"
        if os.environ.get("VERBOSE"):
            print(got[url])
        if got[url]["outcome"] != want:
            failures.append(f"{url}: {got[url]}")
    if "https to http" not in (got["https://good.example/down"]["reason"] or ""):
        failures.append(f"https to http: {got['https://good.example/down']}")
    for host, server in servers.items():
        if host != "good.example" and server.requests:
            failures.append(f"{host} got a request: {server.requests}")
    if servers["good.example"].connections != 1:
        failures.append(f"good.example: {servers['good.example'].connections} connections for 3 requests")
    untrusted = fetch(["https://good.example/"], *routes)["https://good.example/"]
    if untrusted["outcome"] != "network":
        failures.append(f"without the CA: {untrusted}")
    return len(urls) + 1


def multiplexing(folder, failures):
    make_leaf(folder, "h2", "h2.example")
    server = Server(folder, "h2", http2, alpn=("h2",))
    urls = [f"https://h2.example/{i}" for i in range(40)]
    got = fetch(urls, "--ca-file", str(folder / "ca.pem"), "--connect-to", f"h2.example:443:127.0.0.1:{server.port}", "--per-host", "10")
    bad = [r for r in got.values() if r["outcome"] != "none"]
    if bad or len(got) != len(urls) or server.connections != 1:
        failures.append(f"HTTP/2: {len(got)} of {len(urls)}, {server.connections} connections, {bad[:1]}")
    return len(urls)


def main():
    if not shutil.which("openssl"):
        print("skipped: openssl is missing")
        return 77
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_ca(folder)
        n = refusals(folder, failures) + multiplexing(folder, failures)
    for line in failures:
        print("FAILED", line)
    print(f"{n} fetches, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
