#!/usr/bin/env python3
"""earshot crawl beside Scrapy, curl --parallel and wget2, over loopback alone.                                       (make bench)

usage: crawl.py --earshot PROGRAM --fetch PROGRAM [--pages N] [--rounds N] [--out FILE]
       crawl.py --earshot PROGRAM --flat PAGES                                           (make bench-flat)
       crawl.py --earshot PROGRAM --slow                                                 (make bench-slow)

nginx sends pages that pages.py made up (five kinds, gzipped). The programs take turns, so that whatever else the machine does meets all of them; of several rounds the
median counts. CPU is user and system time of the program with its children, start included; nginx is not counted. Pages a second depend on the machine, ratios hardly.
The ratio says how many times better earshot is. A peer that is not installed is named with its package and left out.
"""
import argparse
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import pages
import server

HERE = pathlib.Path(__file__).resolve().parent
os.environ.setdefault("EARSHOT_DATADIR", str(HERE.parent / "data"))
CONNECTIONS = 32
LIMIT_S = 600  # one run of one program
PEERS = ("scrapy", "scrapy_nltk", "curl", "wget2")
PACKAGE = {"nginx": "nginx-light", "scrapy": "python3-scrapy", "scrapy_nltk": "python3-scrapy python3-nltk", "curl": "curl", "wget2": "wget2"}

NGINX = """daemon off; master_process off; pid {tmp}/nginx.pid; error_log {tmp}/error.log crit;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; etag off; default_type text/html; gzip_static always; open_file_cache max=10000;
  client_body_temp_path {tmp}/1; proxy_temp_path {tmp}/2; fastcgi_temp_path {tmp}/3; uwsgi_temp_path {tmp}/4; scgi_temp_path {tmp}/5;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location = /robots.txt {{ return 200 "User-agent: *\\nDisallow: /private/\\n"; }}
{places}  }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Nginx:
    def __init__(self, tmp, web):
        self.port = free_port()
        places = ""
        for kind, (path, media, _, _, _) in pages.KINDS.items():
            pattern = path.replace(".", r"\.") % r"\d+-(\d\d\d)"
            places += f'    location ~ "^{pattern}$" {{ types {{ }} default_type "{media}"; alias {web}/{kind}/$1; }}\n'
        conf = tmp / "nginx.conf"
        conf.write_text(NGINX.format(tmp=tmp, port=self.port, places=places))
        self.process = subprocess.Popen([tool("nginx"), "-c", str(conf), "-p", str(tmp)], stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("bench: nginx does not answer: " + (tmp / "error.log").read_text())

    def close(self):
        self.process.kill()
        self.process.wait()


def tool(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def python_with(modules):
    for python in dict.fromkeys([sys.executable, "/usr/bin/python3"]):
        if os.path.exists(python) and subprocess.run([python, "-c", "import " + modules], capture_output=True).returncode == 0:
            return python
    return None


def run(argv, stdin=None):
    """-> (seconds, CPU seconds, maximal resident KiB, exit code, output)"""
    with tempfile.TemporaryFile() as out:
        begin = time.monotonic()
        p = subprocess.Popen(argv, stdin=open(stdin, "rb") if stdin else subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        signal.signal(signal.SIGALRM, lambda *_: p.kill())
        signal.alarm(LIMIT_S)
        _, status, used = os.wait4(p.pid, 0)
        signal.alarm(0)
        wall = time.monotonic() - begin
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss, p.returncode, out.read().decode(errors="replace")


class Set:
    """One set of pages: the address lists and settings that each program wants."""

    def __init__(self, tmp, name, kinds, n, n_variant, port):
        self.name, self.tmp, self.port, self.n = name, tmp / name, port, n * len(kinds)
        self.n_mention = sum(pages.KINDS[k][2] for k in kinds) * n
        self.tmp.mkdir()
        plain, with_port = pages.urls(kinds, n, n_variant), pages.urls(kinds, n, n_variant, port)
        self.write("urls", (u for _, u in plain))
        self.write("kinds", (f"{k} {u}" for k, u in with_port))
        self.write("curl", (f'url = "{u}"\noutput = "/dev/null"' for _, u in plain))
        self.write("wget2", (f"http://127.0.0.1:{port}/" + u.split("/", 3)[3] for _, u in plain))
        self.write("conf", [config(self.tmp / "store", port, sources(plain))])

    def write(self, name, lines):
        (self.tmp / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def earshot(self, o):
        shutil.rmtree(self.tmp / "store", ignore_errors=True)
        r = run([o.earshot, "crawl", "-v", "-c", str(self.tmp / "conf")])
        expect(f"{self.n} pages, {self.n_mention} new mentions" in r[4] and r[3] == 0, "earshot", r)
        return r

    def again(self, o):
        """What one start costs: nothing is due."""
        return run([o.earshot, "crawl", "-c", str(self.tmp / "conf")])

    def fetch(self, o):
        r = run([o.fetch, f"::127.0.0.1:{self.port}", str(CONNECTIONS)], self.tmp / "urls")
        expect(r[3] == 0, "fetch", r)
        return r

    def scrapy_nltk(self, o):
        return self.scrapy(o, "nltk")

    def scrapy(self, o, scorer="own"):
        database = self.tmp / "scrapy.db"
        database.unlink(missing_ok=True)
        r = run([o.scrapy, str(HERE / "spider.py"), str(self.tmp / "kinds"), str(database), scorer])
        with sqlite3.connect(database) as db:
            expect(db.execute("SELECT count(*) FROM mention").fetchone()[0] == self.n_mention, "scrapy", r)
        return r

    def curl(self, o):
        r = run(["curl", "-q", "-s", "--fail-early", "-f", "--parallel", "--parallel-max", str(CONNECTIONS), "-H", "Accept-Encoding: gzip", "--connect-to", f"::127.0.0.1:{self.port}", "-K", str(self.tmp / "curl")])
        expect(r[3] == 0, "curl", r)
        return r

    def wget2(self, o):
        r = run(["wget2", "--no-config", "-q", "--max-threads=8", "--no-robots", "-O", "/dev/null", "-i", str(self.tmp / "wget2")])
        expect(r[3] == 0, "wget2", r)
        return r


def expect(good, who, r):
    if not good:
        raise SystemExit(f"bench: {who} did not do the whole job (exit code {r[3]}):\n{r[4][-2000:]}")


def sources(urls):
    out = ['brand "shop" {', '  alias = {"Shop"}']
    for i, (kind, url) in enumerate(urls):
        out.append(f'  source "s{i}" {{\n    site = "{pages.KINDS[kind][4]}"\n    url = "{url}"\n    about = "all"\n  }}')
    return "\n".join(out + ["}"])


def config(store, port, brands, **more):
    lines = [f'store = "{store}"', 'contact = "bench@earshot.example"', 'delay = "0s"', "per_host = 8", f"connections = {CONNECTIONS}", f'connect_to = {{"::127.0.0.1:{port}"}}']
    return "\n".join(lines + [f"{k} = {v}" for k, v in more.items()] + [brands])


def compare(o, tmp):
    """The table: every program on every set, in turns."""
    for name in ("nginx",) + PEERS:
        found = python_with("scrapy") if name == "scrapy" else python_with("scrapy, nltk.sentiment.vader") if name == "scrapy_nltk" else tool(name)
        setattr(o, name, found)
        if not found:
            print(f"bench: {name} is missing: apt-get install {PACKAGE[name]}", file=sys.stderr)
    if not o.nginx:
        raise SystemExit(2)
    n_variant = min(o.pages, 200)
    size = pages.make(tmp / "web", n_variant)
    print("bench: pages of " + ", ".join(f"{k} {v // 1000} KB" for k, v in size.items()) + f"; {o.rounds} rounds", file=sys.stderr)
    nginx = Nginx(tmp, tmp / "web")
    try:
        sets = [Set(tmp, "mixed", list(pages.KINDS), o.pages, n_variant, nginx.port), Set(tmp, "island", pages.ISLANDS, o.pages, n_variant, nginx.port)]
        programs = ["earshot", "again", "fetch"] + [p for p in PEERS if getattr(o, p)]
        result = {(s.name, p): [] for s in sets for p in programs}
        for turn in range(o.rounds):
            for s in sets:
                for p in programs:
                    result[s.name, p].append(getattr(s, p)(o))
                    w, c, rss, _, _ = result[s.name, p][-1]
                    print(f"  round {turn + 1} {s.name:7} {p:11} {s.n / w:7.0f} pages/s {c / s.n * 1e6:8.0f} us CPU/page {rss // 1024:5} MiB", file=sys.stderr)
    finally:
        nginx.close()
    return report(sets, result)


def report(sets, result):
    rows = []

    def of(s, p, i):
        runs = result.get((s.name, p))
        return statistics.median(r[i] for r in runs) if runs else None

    for s in sets:
        cpu = {p: of(s, p, 1) / s.n * 1e6 for n, p in result if n == s.name}
        rate = {p: s.n / of(s, p, 0) for n, p in result if n == s.name}
        if s.name == "mixed":
            rows.append(("start_nothing_due", of(s, "again", 1) * 1000, "ms CPU", "", None))
        rows += [(f"{s.name}_cpu", cpu["earshot"], "us CPU/page", p, cpu.get(p)) for p in PEERS if p in cpu]
        rows += [(f"{s.name}_rate", rate["earshot"], "pages/s", p, rate.get(p)) for p in PEERS if p in rate]
        rows += [(f"{s.name}_fetch_cpu", cpu["fetch"], "us CPU/page", p, cpu.get(p)) for p in ("curl", "wget2") if p in cpu]
        rows.append((f"{s.name}_rss", of(s, "earshot", 2) / 1024, "MiB", "scrapy", of(s, "scrapy", 2) / 1024 if "scrapy" in cpu else None))
    return rows


# ---- memory and patience: answers made while they are asked for

def flat(o, tmp):
    """Memory at 1,000 pages and at the number asked for: chains of pages that never repeat."""
    rows = []
    for n in (1000, o.flat):
        with server.Chains(n // 200 if n > 1000 else n // 10, 200 if n > 1000 else 10) as web:
            body = 'brand "shop" {\n  alias = {"Shop"}\n' + "".join(f'  source "s{i}" {{\n site = "feed"\n about = "all"\n url = "http://c{i % 50}.feeds.example{web.first(i)}"\n depth = 500\n }}\n' for i in range(web.n_chain)) + "}"
            conf = tmp / f"conf{n}"
            conf.write_text(config(tmp / f"store{n}", web.port, body))
            peak = Peak()
            wall, cpu, rss, code, out = peak.run([o.earshot, "crawl", "-v", "-c", str(conf)])
            expect(f"{n} pages" in out and code == 0, "earshot", (wall, cpu, rss, code, out))
            print(f"  {n} pages in {wall:.1f} s, {cpu / n * 1e6:.0f} us CPU/page, own memory {peak.anon_kib // 1024} MiB, resident with the store's mapped pages {rss // 1024} MiB", file=sys.stderr)
            rows.append((n, peak.anon_kib / 1024, rss / 1024))
    (n0, anon0, rss0), (n1, anon1, rss1) = rows
    return [(f"memory_own_{n1}_pages", anon1, "MiB", f"{n0} pages", anon0), (f"memory_resident_{n1}_pages", rss1, "MiB", f"{n0} pages", rss0)]


class Peak:
    """Runs a program and keeps the highest memory of its own (RssAnon) that was seen: mapped pages of the store are the system's cache and not counted."""
    anon_kib = 0

    def run(self, argv):
        import threading
        over = threading.Event()

        def watch():
            while not over.wait(0.05):
                for child in pathlib.Path(f"/proc/{os.getpid()}/task").glob("*/children"):
                    for pid in child.read_text().split():
                        try:
                            text = pathlib.Path(f"/proc/{pid}/status").read_text()
                            if "\nRssAnon:" in text and pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "earshot":
                                self.anon_kib = max(self.anon_kib, int(text.split("RssAnon:")[1].split()[0]))
                        except OSError:
                            pass

        t = threading.Thread(target=watch)
        t.start()
        try:
            return run(argv)
        finally:
            over.set()
            t.join()


def slow(o, tmp):
    """Twenty pages of quick hosts beside five of a host that takes 2 s for each: when did the last quick page come?"""
    took = {}
    for with_slow in (False, True):
        with server.Chains(40, 5, slow_s=2.0) as web:
            body = 'brand "shop" {\n  alias = {"Shop"}\n' + "".join(f'  source "s{i}" {{\n site = "feed"\n about = "all"\n url = "http://c{i % 20}.feeds.example{web.first(i)}"\n depth = 500\n }}\n' for i in range(40))
            if with_slow:
                body += "".join(f'  source "slow{i}" {{\n site = "feed"\n about = "all"\n url = "http://slow.feeds.example{web.first(100 + i)}"\n depth = 1\n }}\n' for i in range(3))
            conf = tmp / f"slow{with_slow}"
            conf.write_text(config(tmp / f"store{with_slow}", web.port, body + "}"))
            r = run([o.earshot, "crawl", "-v", "-c", str(conf)])
            expect(r[3] == 0, "earshot", r)
            web.settle()
            took[with_slow] = (web.last_quick - web.first_quick, r[0])
            print(f"  {'with' if with_slow else 'without'} a host of 2 s an answer: 200 pages of other hosts asked for within {took[with_slow][0] * 1000:.0f} ms, run {r[0]:.1f} s", file=sys.stderr)
    return [("quick_hosts_beside_slow", took[True][0] * 1000, "ms", "without slow host", took[False][0] * 1000)]


def write(rows, path, mode):
    with open(path, mode, encoding="utf-8") as f:
        for name, value, unit, peer, other in rows:
            better = (value, other) if unit == "pages/s" else (other, value)
            ratio = f"{better[0] / better[1]:.2f}" if all(better) else ""
            line = [name, f"{value:.1f}", unit, peer, "" if other is None else f"{other:.1f}", ratio]
            print("\t".join(line), file=f)
            print("%-28s %10s %-12s %-18s %10s %8s" % tuple(line))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--earshot", required=True)
    p.add_argument("--fetch")
    p.add_argument("--pages", type=int, default=200, help="of each kind")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--flat", type=int)
    p.add_argument("--slow", action="store_true")
    p.add_argument("--out", default="results.tsv")
    o = p.parse_args()
    o.earshot = os.path.abspath(o.earshot)
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as tmp:
        tmp = pathlib.Path(tmp)
        rows = flat(o, tmp) if o.flat else slow(o, tmp) if o.slow else compare(o, tmp)
    print("%-28s %10s %-12s %-18s %10s %8s" % ("name", "value", "unit", "peer", "peer's", "ratio"))
    write(rows, o.out, "a" if o.flat or o.slow else "w")
    return 0


if __name__ == "__main__":
    sys.exit(main())
