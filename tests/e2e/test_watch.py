#!/usr/bin/env python3
"""crawl --watch: reads what is due, sleeps, takes new settings on SIGHUP, keeps the old ones when the new ones are wrong, ends on SIGTERM.

usage: test_watch.py        EARSHOT_BIN names the program (default: ./earshot)
"""
import datetime
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from schedule_web import EARSHOT, TOP, Log, Place, Replica, Shop, brand, brands, check, finish  # noqa: E402


class Watch:
    """The program under way; what it says is gathered as it comes."""

    def __init__(self, place, *args):
        env = {k: v for k, v in os.environ.items() if k != "EARSHOT_NOW"}
        self.p = subprocess.Popen([EARSHOT, "crawl", "--watch", "-v", "-c", str(place.conf), *args], stderr=subprocess.PIPE, text=True, env=env)
        self.said = ""
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.p.stderr:
            self.said += line

    def hears(self, *words, seconds=60):
        """Wait until all words were said; what was said up to then is forgotten."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not all(w in self.said for w in words):
            time.sleep(0.01)
        ok, self.said = all(w in self.said for w in words), "" if all(w in self.said for w in words) else self.said
        return ok

    def end(self, sig=signal.SIGTERM):
        began = time.monotonic()
        self.p.send_signal(sig)
        try:
            self.p.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
        return self.p.returncode, time.monotonic() - began


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_due(web, tmp, shop, log):
    """A source that falls due while it sleeps is read then, and the wait costs nothing."""
    s = Place(web, tmp, "due", brands(brand(shop, interval="60s")), sites="..")
    rules = (TOP / "data" / "sites" / "schema.site").read_text(encoding="utf-8")
    (tmp / "schema.site").write_text(rules.replace("poll = 3600", "poll = 60"), encoding="utf-8")  # the site's own floor wins otherwise
    earlier = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=52)
    s("crawl", now=earlier.strftime("%Y-%m-%dT%H:%M:%SZ"))
    log.new()
    w = Watch(s)
    deadline, asked, before = time.monotonic() + 60, [], time.monotonic()
    while time.monotonic() < deadline and not asked:
        asked = log.new()
        time.sleep(0.02)
    check("due: read when its time came, not before", asked == [f"/{shop.name}/"] and 1 < time.monotonic() - before < 40, f"{asked} after {time.monotonic() - before:.1f} s")
    check("due: a line for the round", w.hears("1 of 1 source read"), w.said)
    used = cpu_s(w.p.pid)
    check("due: sleeping costs no CPU time", used < 1.0, f"{used} s")
    other = s("crawl", now=None)
    check("due: the lock is held: 75", other.returncode == 75, other.stderr)
    code, took = w.end()
    check("due: SIGTERM while asleep: 0, at once", code == 0 and took < 15, f"{code} {took:.1f} s")
    check("due: the lock is free afterwards", s("crawl", now=None).returncode == 0)


def test_reload(web, tmp, shop, second, third, log):
    s = Place(web, tmp, "reload", brands(brand(shop)), archive="warc")
    w = Watch(s)
    check("watch: reads what is due at the start", w.hears("1 of 1 source read"), w.said)
    log.new()
    s.write(brands(brand(shop), brand(second)))
    w.p.send_signal(signal.SIGHUP)
    check("SIGHUP: the settings are read again, the new source is read at once", w.hears("settings read again", "1 of 1 source read"), w.said)
    asked = log.new()
    check("SIGHUP: only the new source was due", asked and all(x.startswith(f"/{second.name}/") for x in asked), str(asked))
    good = s.conf.read_text(encoding="utf-8")
    s.conf.write_text(good.replace("delay", "dealy"), encoding="utf-8")
    w.p.send_signal(signal.SIGHUP)
    check("SIGHUP with a mistake: it is named, the old settings stay", w.hears('no such option "dealy"', "old ones stay in force"), w.said)
    s.conf.unlink()
    w.p.send_signal(signal.SIGHUP)
    check("SIGHUP without a file: said, too", w.hears("there is no config file", "old ones stay in force"), w.said)
    s.conf.write_text(good.replace(str(s.store), str(s.dir / "another")), encoding="utf-8")
    w.p.send_signal(signal.SIGHUP)
    check("SIGHUP with another store: refused", w.hears("the store cannot change", "old ones stay in force"), w.said)
    s.conf.write_text(good, encoding="utf-8")
    for _ in range(20):
        w.p.send_signal(signal.SIGHUP)
    check("SIGHUP twenty times: still there", w.hears("settings read again") and w.p.poll() is None, w.said)
    check("one archive for all rounds", len(list((s.dir / "warc").iterdir())) == 1)
    s.options["archive"] = "another"
    s.write(brands(brand(shop), brand(second), brand(third)))
    w.p.send_signal(signal.SIGHUP)
    check("SIGHUP with another archive: it is begun", w.hears("1 of 1 source read") and len(list((s.dir / "another").iterdir())) == 1, w.said)
    code, took = w.end(signal.SIGINT)
    check("SIGINT: 0, at once", code == 0 and took < 15, f"{code} {took:.1f} s")
    check("the store is clean", s("store", "check").returncode == 0)


def test_busy(web, tmp, slow):
    """Signals in the middle of a round."""
    slow.write(delay_ms=60000)
    s = Place(web, tmp, "busy", brands(brand(slow)))
    w = Watch(s)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (s.store / "crawl.lock").exists():
        time.sleep(0.01)
    w.p.send_signal(signal.SIGHUP)
    check("SIGHUP in a round: it is cut and goes on with the new settings", w.hears("settings read again", seconds=40), w.said)
    code, took = w.end()
    check("SIGTERM in a round: 0, without waiting for a slow host", code == 0 and took < 15, f"{code} {took:.1f} s")
    slow.write(delay_ms=1)
    check("what was cut is still due", s("crawl", now=None).returncode == 0 and s.export().count('"t":"finding"') == 8)
    r = s("crawl", "--watch", "--max-time", "1s", now=None)
    check("--watch with --max-time: 64", r.returncode == 64 and "--max-time" in r.stderr, r.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-watch-") as folder:
        tmp = pathlib.Path(folder)
        shop, second, third, slow = (Shop(tmp / "web", name, 2) for name in ("first", "second", "third", "slow"))
        log = Log(tmp / "web.log")
        with Replica([tmp / "web"], tmp / "state", log=str(log.path)) as web:
            test_due(web, tmp, shop, log)
            test_reload(web, tmp, shop, second, third, log)
            test_busy(web, tmp, slow)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
