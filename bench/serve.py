#!/usr/bin/env python3
"""How long the inbox takes over a large store: Server-Timing of each kind of page, 50 clients at once, 200 slow ones.

usage: serve.py [--store DIR] [N]     N mentions (default 1000000), made by bench/store --keep DIR N and kept when --store is given
EARSHOT_BIN names the program. Prints tab-separated lines as bench/results.tsv has them: name, value, unit. Of eight answers the one with the least CPU time counts; `cpu` is that of the serving thread and
says more than `total` on a busy machine.
"""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests" / "replica"))
import serving  # noqa: E402

BRANDS = ["tea", "rival", "biscuit", "kettle", "cup"]  # those of bench/store.c, and its clock
serving.ENV["EARSHOT_NOW"] = "2026-09-22T12:00:00Z"
PAGES = ["/", "/?brand=tea", "/?source=tea/source0", "/?cause=delivery", "/?lang=ru", "/?view=overdue", "/?view=overdue&brand=tea&cause=delivery&lang=ru", "/?view=answered",
         "/?view=resolved", "/?view=all", "/?view=all&cause=delivery", "/?view=all&lang=uk", "/?view=all&days=365", "/?view=all&days=0", "/?q=" + urllib.parse.quote("чай"), "/?view=all&q=zzz",
         "/item/5000", "/figures?days=30", "/figures?days=365", "/api/counts", "/api/queue"]


def times(answer):
    return {k: float(v) for k, v in re.findall(r"(\w+);dur=([\d.]+)", answer.headers["Server-Timing"])}


def say(name, value, unit):
    print(f"serve {name}\t{value:.4g}\t{unit}\t\t\t", flush=True)


def settings(folder, store):
    text = f'store = "{store}"\ncontact = "test@earshot.example"\n'
    for b, brand in enumerate(BRANDS):
        sources = "".join(f'  source "source{i}" {{ url = "https://otz.example/reviews/{i}" }}\n' for i in range(b, 100, 5))
        text += f'brand "{brand}" {{\n{sources}}}\n'
    conf = folder / "bench.conf"
    conf.write_text(text)
    serving.run_earshot("user", "add", "anna", "-c", conf, stdin=serving.PASSWORD + "\n")
    return conf


def pages(s, n):
    b = serving.Browser(s)
    b.login("anna", serving.PASSWORD)
    for page in PAGES:
        best = min((times(b.get(page)) for _ in range(8)), key=lambda t: t["cpu"])
        for k in ("cpu", "total"):
            say(f"{urllib.parse.unquote(page)} {k} n={n}", best[k], "ms")
    return b


def crowd(s, first):
    took = []

    def client():
        b = serving.Browser(s)
        b.cookies.update(first.cookies)
        for _ in range(4):
            t = time.monotonic()
            assert b.get("/").status == 200
            took.append(time.monotonic() - t)
    threads = [threading.Thread(target=client) for _ in range(50)]
    t = time.monotonic()
    for x in threads:
        x.start()
    for x in threads:
        x.join()
    say("50 clients at once, first page", len(took) / (time.monotonic() - t), "answers/s")
    say("50 clients at once, longest wait", 1000 * max(took), "ms")
    alone = min(timed(first) for _ in range(8))
    slow = [socket.create_connection(("127.0.0.1", s.port)) for _ in range(200)]
    for c in slow:
        c.sendall(b"GET / HTTP/1.1\r\nHost: ")
    say("a fast client beside 200 slow ones, against alone", min(timed(first) for _ in range(8)) / alone, "ratio")
    for c in slow:
        c.close()


def timed(b):
    t = time.monotonic()
    b.get("/")
    return time.monotonic() - t


def main():
    args = sys.argv[1:]
    keep = pathlib.Path(args.pop(args.index("--store") + 1)) if "--store" in args else None
    n = next((int(a) for a in args if a.isdigit()), 1000000)
    with tempfile.TemporaryDirectory() as folder:
        store = keep or pathlib.Path(folder) / "store"
        if not (store / "data.mdb").exists():
            subprocess.run([os.path.abspath("bench/store"), "--keep", str(store), str(n)], check=True)
        with serving.Served(settings(pathlib.Path(folder), store.resolve())) as s:
            crowd(s, pages(s, n))


if __name__ == "__main__":
    main()
