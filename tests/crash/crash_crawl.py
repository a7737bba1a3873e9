#!/usr/bin/env python3
"""A crawl that is killed again and again at random ends with the store of an undisturbed one, and its archive can still be read.

usage: crash_crawl.py      EARSHOT_CRASH_ROUNDS kills (default 40), EARSHOT_TEST_SEED, EARSHOT_BIN
Half of the kills are right before or after a commit (EARSHOT_TEST_KILL_AT), half at any moment. Each store is killed up to ten times, then crawled to its end.
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "e2e"))
from schedule_web import EARSHOT, NOW, Place, Replica, check, finish, lines  # noqa: E402

BRANDS = (TOP / "data" / "demo" / "brands.conf").read_text(encoding="utf-8")


def kill_once(s, rng):
    """-> whether it was killed; a run that was faster than we were ends by itself."""
    env = {**os.environ, "EARSHOT_NOW": NOW}
    if rng.random() < 0.5:
        env["EARSHOT_TEST_KILL_AT"] = f"{rng.randint(1, 4)}{rng.choice(['', '+'])}"
    p = subprocess.Popen([EARSHOT, "crawl", "-c", str(s.conf), "--archive", str(s.dir / "warc")], stderr=subprocess.DEVNULL, env=env)
    if "EARSHOT_TEST_KILL_AT" not in env:
        time.sleep(rng.uniform(0, 0.2))
        p.kill()
    p.wait(timeout=60)
    return p.returncode == -signal.SIGKILL


def said(export):
    """Who said what, and who answered: a listing read again may know less of the rest than the review's own page did."""
    found = [x["finding"] for x in lines(export) if x["t"] == "finding"]
    return sorted((f["mention"]["id"], f["mention"]["text"], str(f["mention"]["reply"]), f["verdict"], f["revisions"]) for f in found)


def main():
    rounds, seed = int(os.environ.get("EARSHOT_CRASH_ROUNDS", 40)), int(os.environ.get("EARSHOT_TEST_SEED", random.randrange(1 << 30)))
    print(f"     seed {seed}, {rounds} kills")
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="earshot-crash-") as folder:
        tmp = pathlib.Path(folder)
        with Replica([TOP / "data" / "demo" / "web"], tmp / "state", base=NOW) as web:
            calm = Place(web, tmp, "calm", BRANDS)
            calm("crawl")
            want, killed, n = calm.export(), 0, 0
            wrong, unclean, unread = [], [], []
            while killed < rounds and n < 3 * rounds:
                s = Place(web, tmp, f"s{n}", BRANDS)
                for _ in range(rng.randint(1, 10)):
                    if killed < rounds:
                        killed += kill_once(s, rng)
                n += 1
                code = s("crawl").returncode
                if code not in (0, 1) or s.export() != want:
                    wrong.append(s.dir.name)
                if s("store", "check").returncode != 0:
                    unclean.append(s.dir.name)
                archives = sorted((s.dir / "warc").glob("*.warc.gz")) if (s.dir / "warc").exists() else []
                if archives and (s("replay", *archives).returncode not in (0, 64) or said(s.export()) != said(want)):
                    unread.append(s.dir.name)
        check(f"{killed} kills of {n} stores", killed >= rounds)
        check("each ends as an undisturbed one", not wrong, str(wrong))
        check("store check is clean", not unclean, str(unclean))
        check("what was archived before a kill is read, and says the same", not unread, str(unread))
    return finish()


if __name__ == "__main__":
    sys.exit(main())
